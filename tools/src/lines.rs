//! Arguments, or else lines of standard input, one at a time.

use std::ffi::OsString;
use std::io;

/// The longest line kept: an address is never longer, and a longer line is refused by its length.
const MAX_LINE: usize = 1 << 16;

/// Calls `each` with every argument, or with every line of standard input where there is none or
/// where an argument is `-`. A line is numbered from 1; an argument has no number.
///
/// A line is cut after 65,536 bytes, which is longer than every dialect allows.
pub(crate) fn for_each<E: From<io::Error>>(
    arguments: &[OsString],
    mut each: impl FnMut(Option<u64>, &[u8]) -> Result<(), E>,
) -> Result<(), E> {
    if arguments.is_empty() {
        return for_each_line(&mut each);
    }
    for argument in arguments {
        if argument == "-" {
            for_each_line(&mut each)?;
        } else {
            each(None, argument.as_encoded_bytes())?;
        }
    }
    Ok(())
}

fn for_each_line<E: From<io::Error>>(
    each: &mut impl FnMut(Option<u64>, &[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let mut input = io::stdin().lock();
    let mut line = Vec::new();
    let mut number = 0_u64;
    while read_line(&mut input, &mut line)? {
        number = number.saturating_add(1);
        each(Some(number), &line)?;
    }
    Ok(())
}

/// Reads up to the next line feed, which is not kept, nor what exceeds [`MAX_LINE`].
fn read_line(input: &mut impl io::BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let mut seen = false;
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(seen);
        }
        seen = true;
        let end = memchr::memchr(b'\n', buffer);
        let (part, used) = match end {
            Some(at) => (buffer.get(..at).unwrap_or_default(), at.saturating_add(1)),
            None => (buffer, buffer.len()),
        };
        let room = MAX_LINE.saturating_sub(line.len()).min(part.len());
        line.extend_from_slice(part.get(..room).unwrap_or_default());
        input.consume(used);
        if end.is_some() {
            return Ok(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_line_feeds_and_the_last_one_at_the_end() {
        let mut input = io::BufReader::with_capacity(3, &b"one\n\ntwo"[..]);
        let mut line = Vec::new();
        let mut lines = Vec::new();
        while read_line(&mut input, &mut line).unwrap() {
            lines.push(String::from_utf8(line.clone()).unwrap());
        }
        assert_eq!(lines, ["one", "", "two"]);
    }

    #[test]
    fn a_huge_line_costs_no_memory_and_the_next_one_is_whole() {
        let huge = [vec![b'x'; 1 << 20], b"\nnext\n".to_vec()].concat();
        let mut input = &huge[..];
        let mut line = Vec::new();
        assert!(read_line(&mut input, &mut line).unwrap());
        assert_eq!(line.len(), MAX_LINE);
        assert!(read_line(&mut input, &mut line).unwrap());
        assert_eq!(line, b"next");
    }
}
