//! `portolan driver`: answers the driver protocol on standard input and output.

use std::io::{self, BufRead as _, Read as _, Write as _};

use portolan_conformance::driver::Driver;

use crate::terminal::Failure;

/// The longest request that is kept; a longer one is answered as malformed.
const MAX_REQUEST: u64 = 256 << 20;

/// Answers every line until the end of the input, flushed one by one.
pub(crate) fn run() -> Result<(), Failure> {
    let driver = Driver::new();
    let mut input = io::stdin().lock();
    let mut output = io::stdout().lock();
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.by_ref().take(MAX_REQUEST).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        if line.last() == Some(&b'\n') {
            line.pop();
        } else {
            input.skip_until(b'\n')?;
        }
        writeln!(output, "{}", driver.answer(&line))?;
        output.flush()?;
    }
}
