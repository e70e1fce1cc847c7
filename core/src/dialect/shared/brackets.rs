//! The brackets around IPv6, and what may follow them.

use crate::addr::{ParseError, ParseErrorKind};

/// Splits what follows a `[` into what the brackets hold and what follows the `]`.
pub(crate) fn split(inside: &[u8]) -> Result<(&[u8], &[u8]), ParseError> {
    let close = memchr::memchr(b']', inside);
    match close.and_then(|close| Some((inside.get(..close)?, inside.get(close..)?.get(1..)?))) {
        Some(parts) => Ok(parts),
        None => Err(ParseError::new(ParseErrorKind::BracketUnclosed, inside.len(), 0)),
    }
}

/// Refuses a text in brackets that cannot be IPv6, having no colon.
pub(crate) fn require_colon(inside: &[u8]) -> Result<(), ParseError> {
    match memchr::memchr(b':', inside) {
        Some(_) => Ok(()),
        None => Err(ParseError::new(ParseErrorKind::BracketedNonIpv6, 0, inside.len())),
    }
}

/// The refusal of what follows the `]` of a text and ends it.
pub(crate) fn text_after(text: &[u8], behind: &[u8]) -> ParseError {
    let at = text.len().saturating_sub(behind.len());
    let byte = behind.first().copied().unwrap_or_default();
    ParseError::bad_byte(ParseErrorKind::TextAfterBracket, at, byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_close_before_they_are_judged() {
        let code = |error: ParseError| (error.code(), error.at, error.len);
        assert_eq!(split(b"::1]:80"), Ok((&b"::1"[..], &b":80"[..])));
        assert_eq!(split(b"]"), Ok((&b""[..], &b""[..])));
        assert_eq!(split(b"::1").map_err(code), Err(("bracket-unclosed", 3, 0)));
        assert_eq!(require_colon(b"a").map_err(code), Err(("bracketed-non-ipv6", 0, 1)));
        assert_eq!(code(text_after(b"[::1]x", b"x")), ("text-after-bracket", 5, 1));
        assert_eq!(code(text_after(b"[::1] ", b" ")), ("whitespace", 5, 1));
    }
}
