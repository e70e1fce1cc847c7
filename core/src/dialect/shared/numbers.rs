//! Decimal numbers in which leading zeros mean nothing.

use crate::addr::{ParseError, ParseErrorKind};
use crate::cursor::Reader;

/// What decimal digits say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Digits {
    /// A number that fits 32 bits.
    Value(u32),
    /// A number beyond them.
    TooLarge,
    /// Something other than one or more digits; the offset of the first byte that is none.
    Other(usize),
}

/// Reads a text of decimal digits.
pub(crate) fn read(text: &[u8]) -> Digits {
    let mut reader = Reader::new(text);
    let digits = reader.take_decimal(usize::MAX);
    if digits.is_empty() || !reader.is_empty() {
        return Digits::Other(reader.position());
    }
    digits.to_u32().map_or(Digits::TooLarge, Digits::Value)
}

/// Reads a descriptor.
pub(crate) fn read_descriptor(text: &[u8]) -> Result<u32, ParseError> {
    let byte = |at: usize| text.get(at).copied();
    Err(match read(text) {
        Digits::Value(fd) => return Ok(fd),
        Digits::TooLarge => ParseError::new(ParseErrorKind::NumberTooLarge, 0, text.len()),
        Digits::Other(0) => ParseError::missing(ParseErrorKind::NumberEmpty, 0, byte(0)),
        Digits::Other(at) => ParseError::unexpected(at, byte(at).unwrap_or_default()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_zeros_mean_nothing_and_signs_are_no_digits() {
        assert_eq!(read(b"00000000000000080"), Digits::Value(80));
        assert_eq!(read(b"4294967295"), Digits::Value(u32::MAX));
        assert_eq!(read(b"4294967296"), Digits::TooLarge);
        assert_eq!(read(b"99999999999999999999999"), Digits::TooLarge);
        assert_eq!(read(b"+80"), Digits::Other(0));
        assert_eq!(read(b"8 0"), Digits::Other(1));
        assert_eq!(read(b""), Digits::Other(0));
    }
}
