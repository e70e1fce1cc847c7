//! Port numbers as text.
//!
//! A port is decimal, without a sign and without a leading zero, and at most 65535. Names of
//! services are not read: what `http` means depends on the machine.

use super::{ParseError, ParseErrorKind};
use crate::cursor::{Digits, Reader};

/// The longest text of a port in bytes.
pub(crate) const MAX_LEN: usize = 5;

/// Reads a text that is a port and nothing else.
///
/// ```abnf
/// port = "0" / ( %x31-39 0*4DIGIT ) ; at most 65535
/// ```
pub(crate) fn parse(text: &[u8]) -> Result<u16, ParseError> {
    let mut reader = Reader::new(text);
    let digits = reader.take_decimal(usize::MAX);
    match (digits.to_u16(), reader.peek()) {
        (Some(port), None) if !digits.has_leading_zero() => Ok(port),
        (None, _) if digits.is_empty() => Err(not_a_number(text)),
        (port, next) => Err(bad_number(digits, port, next)),
    }
}

/// The error of digits, which are judged as a whole before what follows them.
#[cold]
fn bad_number(digits: Digits<'_>, port: Option<u16>, next: Option<u8>) -> ParseError {
    match next {
        _ if digits.has_leading_zero() => {
            ParseError::new(ParseErrorKind::PortLeadingZero, 0, digits.len())
        }
        Some(byte) if port.is_some() => ParseError::unexpected(digits.len(), byte),
        _ => ParseError::new(ParseErrorKind::PortTooLarge, 0, digits.len()),
    }
}

/// The error of a text that does not begin with a digit; a sign and a name are named as such.
#[cold]
pub(crate) fn not_a_number(text: &[u8]) -> ParseError {
    match text.first() {
        Some(b'+' | b'-') => ParseError::new(ParseErrorKind::PortSign, 0, 1),
        Some(b'a'..=b'z' | b'A'..=b'Z') => {
            // RFC 6335, section 5.1: letters, digits and hyphens.
            let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            let name = Reader::new(text).take_while(is_name);
            ParseError::new(ParseErrorKind::ServiceNameNotAllowed, 0, name.len())
        }
        next => ParseError::missing(ParseErrorKind::PortEmpty, 0, next.copied()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{format, string::ToString as _};
    use proptest::prelude::*;

    fn refused(text: &str) -> (&'static str, u32, u32) {
        let error = parse(text.as_bytes()).unwrap_err();
        (error.code(), error.at, error.len)
    }

    #[test]
    fn each_rule_refuses_at_its_place() {
        assert_eq!(refused(""), ("port-empty", 0, 0));
        assert_eq!(refused("/"), ("port-empty", 0, 0));
        assert_eq!(refused(":80"), ("port-empty", 0, 0));
        assert_eq!(refused("+80"), ("port-sign", 0, 1));
        assert_eq!(refused("-1"), ("port-sign", 0, 1));
        assert_eq!(refused("080"), ("port-leading-zero", 0, 3));
        assert_eq!(refused("00"), ("port-leading-zero", 0, 2));
        assert_eq!(refused("000000080x"), ("port-leading-zero", 0, 9));
        assert_eq!(refused("65536"), ("port-too-large", 0, 5));
        assert_eq!(refused("4294967376"), ("port-too-large", 0, 10));
        assert_eq!(refused("65536x"), ("port-too-large", 0, 5));
        assert_eq!(refused("http"), ("service-name-not-allowed", 0, 4));
        assert_eq!(refused("http-alt/tcp"), ("service-name-not-allowed", 0, 8));
        assert_eq!(refused("80x"), ("unexpected-byte", 2, 1));
        assert_eq!(refused("0x50"), ("unexpected-byte", 1, 1));
        assert_eq!(refused("80 "), ("whitespace", 2, 1));
        assert_eq!(refused(" 80"), ("whitespace", 0, 1));
        assert_eq!(refused("8\n0"), ("whitespace", 1, 1));
        assert_eq!(refused("8\0"), ("nul", 1, 1));
        assert_eq!(refused("\0"), ("nul", 0, 1));
        assert_eq!(refused("\u{ff18}0"), ("non-ascii", 0, 1));
    }

    proptest! {
        /// Every number of 16 bits has one spelling, and no other number has any.
        #[test]
        fn canonical(number in 0_u32..100_000) {
            prop_assert_eq!(parse(number.to_string().as_bytes()).ok(), u16::try_from(number).ok());
            let padded = format!("0{number}");
            prop_assert!(parse(padded.as_bytes()).is_err());
        }

        /// Whatever is read prints as it was written.
        #[test]
        fn round_trip(text in "[-+0-9a ]{0,6}") {
            if let Ok(port) = parse(text.as_bytes()) {
                prop_assert_eq!(port.to_string(), text);
            }
        }
    }
}
