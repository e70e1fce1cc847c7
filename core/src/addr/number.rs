//! The 32-bit numbers of the schemes `vsock:` and `fd:`.

use super::{ParseError, ParseErrorKind};
use crate::cursor::Reader;

/// The longest text of a number in bytes.
pub(crate) const MAX_LEN: usize = 10;

/// Reads the number that comes next; its digits are judged as a whole, whatever ends them.
///
/// ```abnf
/// u32 = "0" / ( %x31-39 0*9DIGIT ) ; at most 4294967295
/// ```
pub(crate) fn read(reader: &mut Reader<'_>) -> Result<u32, ParseError> {
    let at = reader.position();
    let digits = reader.take_decimal(usize::MAX);
    let kind = match digits.to_u32() {
        _ if digits.is_empty() => {
            return Err(ParseError::missing(ParseErrorKind::NumberEmpty, at, reader.peek()));
        }
        _ if digits.has_leading_zero() => ParseErrorKind::NumberLeadingZero,
        Some(number) => return Ok(number),
        None => ParseErrorKind::NumberTooLarge,
    };
    Err(ParseError::new(kind, at, digits.len()))
}

/// Refuses whatever is left.
pub(crate) fn end(reader: &Reader<'_>) -> Result<(), ParseError> {
    match reader.peek() {
        None => Ok(()),
        Some(byte) => Err(ParseError::unexpected(reader.position(), byte)),
    }
}

/// Reads a text that is a number and nothing else.
pub(crate) fn parse(text: &[u8]) -> Result<u32, ParseError> {
    let mut reader = Reader::new(text);
    let number = read(&mut reader)?;
    end(&reader)?;
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> (&'static str, u32, u32) {
        let error = parse(text.as_bytes()).unwrap_err();
        (error.code(), error.at, error.len)
    }

    #[test]
    fn numbers_of_32_bits_are_taken() {
        assert_eq!(parse(b"0"), Ok(0));
        assert_eq!(parse(b"4294967295"), Ok(u32::MAX));
        let mut reader = Reader::new(b"12:x");
        assert_eq!((read(&mut reader), reader.rest()), (Ok(12), &b":x"[..]));
    }

    #[test]
    fn each_rule_refuses_at_its_place() {
        assert_eq!(refused(""), ("number-empty", 0, 0));
        assert_eq!(refused("x"), ("number-empty", 0, 0));
        assert_eq!(refused("-1"), ("number-empty", 0, 0));
        assert_eq!(refused("+1"), ("number-empty", 0, 0));
        assert_eq!(refused(" 1"), ("whitespace", 0, 1));
        assert_eq!(refused("03"), ("number-leading-zero", 0, 2));
        assert_eq!(refused("00x"), ("number-leading-zero", 0, 2));
        assert_eq!(refused("4294967296"), ("number-too-large", 0, 10));
        assert_eq!(refused("18446744073709551617x"), ("number-too-large", 0, 20));
        assert_eq!(refused("3x"), ("unexpected-byte", 1, 1));
        assert_eq!(refused("3\n"), ("whitespace", 1, 1));
        assert_eq!(refused("3\0"), ("nul", 1, 1));
        assert_eq!(refused("3\u{b2}"), ("non-ascii", 1, 1));
    }
}
