//! `portolan deframe`: a stream in, its frames out.

mod capture;
mod files;
mod form;
mod report;
mod text;

use std::io::{self, Read};

use portolan::frame::deframer::{AnyDeframer, Buffered as _};

use self::form::Form;
use self::report::{Over, Report};
use crate::args::Deframe;
use crate::progress::Progress;
use crate::terminal::Failure;
use crate::{framer, input};

/// How much is read at once.
const READ: usize = 64 << 10;

/// Writes every frame; a broken rule or a truncated end makes the exit code 1.
pub(crate) fn run(options: &Deframe) -> Result<(), Failure> {
    let framing = framer::parse(&options.framer)?;
    let (input, len) = input::open(options.file.as_ref())?;
    let Some(input) = capture::take(options, input, len)? else {
        return Ok(());
    };
    let form = Form::new(options, &framing)?;
    let mut report = Report::new(form, options.resync, Progress::of_bytes(len));
    let result = stream(framing.into_deframer(), input, &mut report);
    report.close(result)
}

/// Reports every event of a stream, whatever its length, in constant memory.
fn stream(
    mut reader: AnyDeframer,
    mut input: impl Read,
    report: &mut Report,
) -> Result<(), Failure> {
    let mut piece = vec![0; READ];
    loop {
        let read = read(&mut input, &mut piece)?;
        if read.is_empty() {
            reader.end();
        }
        reader.extend(read);
        let ended = read.is_empty();
        let over = report.events(&mut reader)?;
        report.at(reader.position());
        if let Some(over) = over {
            return behind(over, &mut reader, input, report);
        }
        if ended || reader.is_over() || report.is_stopped() {
            return Ok(());
        }
    }
}

/// Reads into `piece`, and answers what has been read; nothing at the end.
fn read<'p>(input: &mut impl Read, piece: &'p mut [u8]) -> io::Result<&'p [u8]> {
    loop {
        match input.read(piece) {
            Ok(read) => return Ok(piece.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Tells what is behind a framing that is over, however much it is.
fn behind(
    over: Over,
    reader: &mut AnyDeframer,
    mut input: impl Read,
    report: &mut Report,
) -> Result<(), Failure> {
    report.behind(over, reader.rest())?;
    let mut piece = vec![0; READ];
    loop {
        let read = read(&mut input, &mut piece)?;
        if read.is_empty() {
            return report.end_behind(over);
        }
        if !over.is_inside {
            report.more_behind(read)?;
            continue;
        }
        // The framing around it has still to find the bodies.
        reader.drop_rest();
        reader.extend(read);
        let _ = reader.poll();
        report.more_behind(reader.rest())?;
    }
}
