//! Paths of Unix sockets, as long as a program lets them be.

use super::escapes::Part;
use crate::addr::{ParseError, ParseErrorKind, UnixAddress};

/// Reads a path of at most `max` bytes; the run before a NUL is judged before the NUL.
pub(crate) fn read(path: &[u8], max: u16) -> Result<UnixAddress, ParseError> {
    let run = memchr::memchr(0, path).unwrap_or(path.len());
    if run > usize::from(max) {
        return Err(ParseError::new(ParseErrorKind::UnixPathTooLong { max }, 0, run));
    }
    UnixAddress::from_pathname(path)
}

/// Reads an abstract name of at most `max` bytes in a text that a NUL would end.
pub(crate) fn read_abstract(name: &[u8], max: u16) -> Result<UnixAddress, ParseError> {
    let run = memchr::memchr(0, name).unwrap_or(name.len());
    if run > usize::from(max) {
        return Err(ParseError::new(ParseErrorKind::UnixPathTooLong { max }, 0, run));
    }
    match name.get(run) {
        None => UnixAddress::from_abstract_name(name),
        Some(nul) => Err(ParseError::unexpected(run, *nul)),
    }
}

/// Reads a path in which `%XX` stands for a byte, of at most `max` bytes.
pub(crate) fn read_escaped(written: &[u8], max: u16) -> Result<UnixAddress, ParseError> {
    decode(written, max, UnixAddress::from_pathname)
}

/// Reads an abstract name in which `%XX` stands for a byte; most dialects cannot say an empty one.
pub(crate) fn read_escaped_abstract(written: &[u8]) -> Result<UnixAddress, ParseError> {
    let max = u16::try_from(UnixAddress::MAX_ABSTRACT_LEN).unwrap_or(u16::MAX);
    decode(written, max, |name| match name {
        [] => Err(ParseError::new(ParseErrorKind::UnixPathEmpty, 0, 0)),
        name => UnixAddress::from_abstract_name(name),
    })
}

fn decode(
    written: &[u8],
    max: u16,
    read: impl FnOnce(&[u8]) -> Result<UnixAddress, ParseError>,
) -> Result<UnixAddress, ParseError> {
    let too_long = ParseErrorKind::UnixPathTooLong { max };
    Part::percent(written).read::<_, { UnixAddress::MAX_PATH_LEN }>(too_long, |name| {
        if name.len() > usize::from(max) {
            return Err(ParseError::new(too_long, 0, name.len()));
        }
        read(name)
    })
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

    #[test]
    fn escapes_do_not_count() {
        let code = |error: ParseError| (error.code(), error.at, error.len);
        let at_most =
            |text: &str, max| read_escaped(text.as_bytes(), max).map_err(code).map(|_| ());
        assert_eq!(at_most("%41%42", 2), Ok(()));
        assert_eq!(at_most("%41%42C", 2), Err(("unix-path-too-long", 0, 7)));
        assert_eq!(at_most(&"%41".repeat(109), 108), Err(("unix-path-too-long", 0, 327)));
        assert_eq!(at_most("", 2), Err(("unix-path-empty", 0, 0)));
        assert_eq!(at_most("a%00b", 108), Err(("unix-nul", 1, 3)));
        assert!(read_escaped_abstract(b"a%00b").is_ok());
        assert_eq!(read_escaped_abstract(b"").map_err(code), Err(("unix-path-empty", 0, 0)));
    }
}
