//! Paths of Unix sockets, as long as a program lets them be.

use crate::addr::{ParseError, ParseErrorKind, UnixAddress};

/// Reads a path of at most `max` bytes; the run before a NUL is judged before the NUL.
pub(super) fn read(path: &[u8], max: u16) -> Result<UnixAddress, ParseError> {
    let run = memchr::memchr(0, path).unwrap_or(path.len());
    if run > usize::from(max) {
        return Err(ParseError::new(ParseErrorKind::UnixPathTooLong { max }, 0, run));
    }
    UnixAddress::from_pathname(path)
}

/// Reads an abstract name of at most `max` bytes in a text that a NUL would end.
pub(super) fn read_abstract(name: &[u8], max: u16) -> Result<UnixAddress, ParseError> {
    let run = memchr::memchr(0, name).unwrap_or(name.len());
    if run > usize::from(max) {
        return Err(ParseError::new(ParseErrorKind::UnixPathTooLong { max }, 0, run));
    }
    match name.get(run) {
        None => UnixAddress::from_abstract_name(name),
        Some(nul) => Err(ParseError::unexpected(run, *nul)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(result: Result<UnixAddress, ParseError>) -> (&'static str, u32, u32) {
        let error = result.unwrap_err();
        (error.code(), error.at, error.len)
    }

    #[test]
    fn length_is_judged_before_a_nul() {
        assert_eq!(read(b"/a", 2), UnixAddress::from_pathname(b"/a"));
        assert_eq!(refused(read(b"", 2)), ("unix-path-empty", 0, 0));
        assert_eq!(refused(read(b"/a\0", 2)), ("unix-nul", 2, 1));
        assert_eq!(refused(read(b"/ab\0", 2)), ("unix-path-too-long", 0, 3));
        assert_eq!(read_abstract(b"", 2), UnixAddress::from_abstract_name(b""));
        assert_eq!(refused(read_abstract(b"a\0", 2)), ("nul", 1, 1));
        assert_eq!(refused(read_abstract(b"abc\0", 2)), ("unix-path-too-long", 0, 3));
    }
}
