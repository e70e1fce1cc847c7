//! `%XX` in the text of a value, and where each decoded byte stands.
//!
//! ```abnf
//! value = *( OCTET / "%" 2HEXDIG ) ; which bytes stand plain is the business of each dialect
//! ```
//!
//! Values are decoded into small buffers, because the readers behind them see decoded bytes; what
//! those refuse is pointed at in the text as it was written.

use crate::addr::{ParseError, ParseErrorKind, UnixAddress, nibble};
use crate::cursor::Reader;

/// Refuses a `%` that begins no escape, and the bytes that stand neither plain nor escaped.
pub(super) fn check(written: &[u8], is_plain: fn(u8) -> bool) -> Result<(), ParseError> {
    let mut reader = Reader::new(written);
    while let Some(first) = reader.peek() {
        let at = reader.position();
        _ = take_byte(&mut reader);
        let is_escape = reader.position().saturating_sub(at) > 1;
        match first {
            _ if is_escape => {}
            b'%' => return Err(ParseError::new(ParseErrorKind::PercentEncodingBad, at, 1)),
            byte if is_plain(byte) => {}
            byte => return Err(ParseError::unexpected(at, byte)),
        }
    }
    Ok(())
}

/// Where the first such byte begins and ends, plain or escaped.
pub(super) fn find(written: &[u8], byte: u8) -> Option<(usize, usize)> {
    let mut reader = Reader::new(written);
    loop {
        let at = reader.position();
        if take_byte(&mut reader)? == byte {
            return Some((at, reader.position()));
        }
    }
}

/// Takes one decoded byte; a `%` that begins no escape stands for itself.
pub(super) fn take_byte(reader: &mut Reader<'_>) -> Option<u8> {
    if let [b'%', high, low, ..] = *reader.rest()
        && let (Some(high), Some(low)) = (nibble(high), nibble(low))
    {
        return reader.take(3).map(|_| high << 4 | low);
    }
    reader.take_byte()
}

/// The decoded bytes; `None` where the buffer is too small for them.
pub(super) fn decode<'b>(written: &[u8], buffer: &'b mut [u8]) -> Option<&'b [u8]> {
    let mut reader = Reader::new(written);
    let mut len = 0_usize;
    while let Some(byte) = take_byte(&mut reader) {
        *buffer.get_mut(len)? = byte;
        len = len.saturating_add(1);
    }
    buffer.get(..len)
}

/// Where the decoded byte `index` stands in the text; its end for the first behind the last.
pub(super) fn position(written: &[u8], index: usize) -> usize {
    let mut reader = Reader::new(written);
    for _ in 0..index {
        if take_byte(&mut reader).is_none() {
            break;
        }
    }
    reader.position()
}

/// The refusal of decoded bytes, pointing at the text that they were decoded from.
pub(super) fn locate(written: &[u8], error: ParseError) -> ParseError {
    let index = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
    let begin = position(written, index(error.at));
    let end = position(written, index(error.at.saturating_add(error.len)));
    ParseError::new(error.kind, begin, end.saturating_sub(begin))
}

/// Refuses what no text around an address holds: anything but printable ASCII without spaces.
pub(super) fn visible(text: &[u8]) -> Result<(), ParseError> {
    let mut reader = Reader::new(text);
    reader.take_while(|byte| byte.is_ascii_graphic());
    match reader.peek() {
        None => Ok(()),
        Some(byte) => Err(ParseError::unexpected(reader.position(), byte)),
    }
}

/// Reads the escaped path of a socket, of at most `max` bytes.
pub(super) fn pathname(written: &[u8], max: u16) -> Result<UnixAddress, ParseError> {
    let mut buffer = [0; UnixAddress::MAX_PATH_LEN];
    let path = decode_path(written, &mut buffer, max)?;
    UnixAddress::from_pathname(path).map_err(|error| locate(written, error))
}

/// Reads the escaped name of an abstract socket; most dialects cannot say an empty one.
pub(super) fn abstract_name(written: &[u8]) -> Result<UnixAddress, ParseError> {
    let mut buffer = [0; UnixAddress::MAX_PATH_LEN];
    let max = u16::try_from(UnixAddress::MAX_ABSTRACT_LEN).unwrap_or(u16::MAX);
    match decode_path(written, &mut buffer, max)? {
        [] => Err(ParseError::new(ParseErrorKind::UnixPathEmpty, 0, 0)),
        name => UnixAddress::from_abstract_name(name),
    }
}

fn decode_path<'b>(written: &[u8], buffer: &'b mut [u8], max: u16) -> Result<&'b [u8], ParseError> {
    let error = ParseError::new(ParseErrorKind::UnixPathTooLong { max }, 0, written.len());
    buffer.get_mut(..usize::from(max)).and_then(|buffer| decode(written, buffer)).ok_or(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(error: ParseError) -> (&'static str, u32, u32) {
        (error.code(), error.at, error.len)
    }

    #[test]
    fn escapes_are_decoded_and_located() {
        let mut buffer = [0; 8];
        assert_eq!(decode(b"a%2Fb%zz%2", &mut buffer), Some(&b"a/b%zz%2"[..]));
        assert_eq!(decode(b"a%2Fb", &mut buffer[..2]), None);
        assert_eq!(position(b"a%2Fb", 2), 4);
        assert_eq!(position(b"a%2Fb", 9), 5);
        let error = ParseError::new(ParseErrorKind::Nul, 1, 2);
        assert_eq!(code(locate(b"a%2Fb", error)), ("nul", 1, 4));
    }

    #[test]
    fn a_percent_sign_asks_for_two_digits() {
        let check = |text: &[u8]| check(text, |byte| byte != b'~').map_err(code);
        assert_eq!((check(b"a%2Fb%7e"), check(b"")), (Ok(()), Ok(())));
        for text in [&b"%2Fab%"[..], b"%2Fab%2", b"%2Fab%2g~", b"%2Fab%%41"] {
            assert_eq!(check(text), Err(("percent-encoding-bad", 5, 1)));
        }
        assert_eq!(check(b"%2F~%"), Err(("unexpected-byte", 3, 1)));
    }

    #[test]
    fn bytes_are_found_plain_and_escaped() {
        assert_eq!(find(b"a,b", b','), Some((1, 2)));
        assert_eq!(find(b"a%2cb,", b','), Some((1, 4)));
        assert_eq!(find(b"a%2", b','), None);
    }

    #[test]
    fn what_stands_around_an_address_is_visible() {
        assert_eq!(visible(b"/a?b#~"), Ok(()));
        assert_eq!(visible(b"/a b").map_err(code), Err(("whitespace", 2, 1)));
        assert_eq!(visible(b"/\x7f").map_err(code), Err(("unexpected-byte", 1, 1)));
    }

    #[test]
    fn paths_have_their_limits() {
        let at_most = |text: &str, max| pathname(text.as_bytes(), max).map_err(code).map(|_| ());
        assert_eq!(at_most("%41%42", 2), Ok(()));
        assert_eq!(at_most("%41%42C", 2), Err(("unix-path-too-long", 0, 7)));
        assert_eq!(at_most("", 2), Err(("unix-path-empty", 0, 0)));
        assert_eq!(at_most("a%00b", 108), Err(("unix-nul", 1, 3)));
        assert!(abstract_name(b"a%00b").is_ok());
        assert_eq!(abstract_name(b"").map_err(code), Err(("unix-path-empty", 0, 0)));
    }
}
