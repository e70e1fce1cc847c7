//! Percent-encoding, read and written one byte at a time.
//!
//! ```abnf
//! pct-encoded = "%" HEXDIG HEXDIG
//! ```
//!
//! RFC 3986, section 2.1.

use core::fmt::{self, Write as _};

use crate::addr::{ParseError, ParseErrorKind, nibble};
use crate::cursor::Reader;

/// One byte of a text after decoding, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Where it begins.
    pub(super) at: usize,
    /// Three for an escape, else one; a `%` of length one begins no escape.
    pub(super) len: usize,
    /// The byte that it stands for.
    pub(super) byte: u8,
}

impl Piece {
    /// Whether it is an escape.
    pub(super) const fn is_escape(self) -> bool {
        self.len > 1
    }

    /// The error of a byte that breaks the rule `kind` of its place.
    pub(super) fn refused(self, kind: ParseErrorKind) -> ParseError {
        self.spanned(ParseError::bad_byte(kind, self.at, self.byte))
    }

    /// The error of a byte that nothing allows at its place.
    pub(super) fn unexpected(self) -> ParseError {
        self.spanned(ParseError::unexpected(self.at, self.byte))
    }

    fn spanned(self, error: ParseError) -> ParseError {
        if self.byte == b'%' && !self.is_escape() {
            return ParseError::new(ParseErrorKind::PercentEncodingBad, self.at, 1);
        }
        ParseError::new(error.kind, self.at, self.len)
    }
}

/// Iterator over the decoded bytes of a text.
#[derive(Clone, Debug)]
pub(super) struct Pieces<'a>(Reader<'a>);

impl<'a> Pieces<'a> {
    pub(super) const fn new(text: &'a [u8]) -> Self {
        Self(Reader::new(text))
    }

    /// Where the next piece begins.
    pub(super) const fn offset(&self) -> usize {
        self.0.position()
    }

    /// The decoded bytes.
    pub(super) fn bytes(self) -> impl Iterator<Item = u8> + Clone {
        self.map(|piece| piece.byte)
    }
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        let at = self.0.position();
        let byte = self.0.take_byte()?;
        let digit = |n| self.0.peek_at(n).and_then(nibble);
        if byte == b'%'
            && let (Some(high), Some(low)) = (digit(0), digit(1))
        {
            _ = self.0.take(2);
            return Some(Piece { at, len: 3, byte: high << 4 | low });
        }
        Some(Piece { at, len: 1, byte })
    }
}

/// Shows the bytes that are plain as they are, every other byte as `%XX`.
pub(super) struct Escaped<I> {
    pub(super) bytes: I,
    pub(super) is_plain: fn(u8) -> bool,
}

impl<I: Iterator<Item = u8> + Clone> fmt::Display for Escaped<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes.clone().try_for_each(|byte| {
            if (self.is_plain)(byte) {
                f.write_char(char::from(byte))
            } else {
                write!(f, "%{byte:02X}")
            }
        })
    }
}

/// `unreserved = ALPHA / DIGIT / "-" / "." / "_" / "~"`; RFC 3986, section 2.3.
pub(super) const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn escapes_are_decoded_once_and_keep_their_place() {
        let pieces: Vec<_> =
            Pieces::new(b"a%4a%%32").map(|piece| (piece.at, piece.len, piece.byte)).collect();
        assert_eq!(pieces, [(0, 1, b'a'), (1, 3, b'J'), (4, 1, b'%'), (5, 3, b'2')]);
    }

    #[test]
    fn a_refusal_covers_the_escape() {
        let refused = |text: &[u8]| {
            let error = Pieces::new(text).next().unwrap().refused(ParseErrorKind::HostBadByte);
            (error.code(), error.at, error.len)
        };
        assert_eq!(refused(b"<"), ("host-bad-byte", 0, 1));
        assert_eq!(refused(b"%3C"), ("host-bad-byte", 0, 3));
        assert_eq!(refused(b"%00"), ("nul", 0, 3));
        assert_eq!(refused(b"%zz"), ("percent-encoding-bad", 0, 1));
        assert_eq!(refused(b"%25"), ("host-bad-byte", 0, 3));
    }

    #[test]
    fn what_is_not_plain_is_escaped_in_upper_case() {
        let escaped = Escaped { bytes: b"a/\xff~".iter().copied(), is_plain: is_unreserved };
        assert_eq!(alloc::format!("{escaped}"), "a%2F%FF~");
    }
}
