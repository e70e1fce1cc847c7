//! Field lines of HTTP, byte by byte, up to the blank line that ends them.
//!
//! ```abnf
//! fields     = *( field-line CRLF ) CRLF
//! field-line = field-name ":" *( field-vchar / SP / HTAB )
//! field-name = 1*tchar
//! ```
//!
//! RFC 9112, section 5, without line folding; RFC 9110, sections 5.1, 5.5 and 5.6.2.

use super::FrameErrorKind;

pub(super) const CR: u8 = b'\r';
pub(super) const LF: u8 = b'\n';

/// A broken rule, and the offset of the byte that broke it.
pub(super) type Fault = (FrameErrorKind, usize);

/// Where in the field lines a reader stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Field {
    /// At the start of a line.
    Start,
    /// Behind at least one byte of a name.
    Name,
    /// Behind the colon.
    Value,
    /// Behind the CR of a field line.
    Cr,
    /// Behind the CR of the blank line.
    BlankCr,
    /// Behind the blank line.
    End,
}

impl Field {
    /// Reads the byte at the offset `at`.
    pub(super) const fn next(self, at: usize, byte: u8) -> Result<Self, Fault> {
        Ok(match (self, byte) {
            (Self::Start, CR) => Self::BlankCr,
            (Self::Cr, LF) => Self::Start,
            (Self::BlankCr, LF) => Self::End,
            (Self::Cr | Self::BlankCr, _) => {
                return Err((FrameErrorKind::BareCr, at.saturating_sub(1)));
            }
            (_, LF) => return Err((FrameErrorKind::BareLf, at)),
            (Self::Start | Self::Name, _) if is_token(byte) => Self::Name,
            (Self::Name, b':') => Self::Value,
            (Self::Value, CR) => Self::Cr,
            (Self::Value, _) if is_text(byte) => Self::Value,
            (Self::End, _) => Self::End,
            _ => return Err((FrameErrorKind::BadHeader, at)),
        })
    }

    /// Counts the bytes that are missing at least to the end of the blank line.
    pub(super) const fn missing(self) -> usize {
        match self {
            Self::Start => 2,
            Self::Name => 5,
            Self::Value => 4,
            Self::Cr => 3,
            Self::BlankCr => 1,
            Self::End => 0,
        }
    }
}

/// Whether a name may hold this byte: `tchar` of RFC 9110, section 5.6.2.
pub(super) const fn is_token(byte: u8) -> bool {
    matches!(
        byte,
        b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~'
    ) || byte.is_ascii_alphanumeric()
}

/// Whether a value may hold this byte: anything but a control, of which only HTAB is text.
pub(super) const fn is_text(byte: u8) -> bool {
    matches!(byte, b'\t' | 0x20..=0x7e | 0x80..)
}

/// White space within a line: `SP` and `HTAB`.
pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use super::*;

    fn read(bytes: &[u8]) -> Result<Field, Fault> {
        bytes.iter().enumerate().try_fold(Field::Start, |field, (at, byte)| field.next(at, *byte))
    }

    #[test]
    fn a_blank_line_ends_the_fields() {
        assert_eq!(read(b"\r\n"), Ok(Field::End));
        assert_eq!(read(b"a: b\r\nc:\r\n\r\n"), Ok(Field::End));
        assert_eq!(read(b"a: b\r\n"), Ok(Field::Start));
    }

    #[test]
    fn each_rule_is_refused_at_its_byte() {
        let bad = |at| Err((FrameErrorKind::BadHeader, at));
        assert_eq!(read(b" a:b"), bad(0));
        assert_eq!(read(b":b"), bad(0));
        assert_eq!(read(b"a :b"), bad(1));
        assert_eq!(read(b"a\r\n"), bad(1));
        assert_eq!(read(b"a:b\0"), bad(3));
        assert_eq!(read(b"a:b\r\n\tc"), bad(5));
        assert_eq!(read(b"a:b\nc"), Err((FrameErrorKind::BareLf, 3)));
        assert_eq!(read(b"\n"), Err((FrameErrorKind::BareLf, 0)));
        assert_eq!(read(b"a:b\rc"), Err((FrameErrorKind::BareCr, 3)));
        assert_eq!(read(b"\rc"), Err((FrameErrorKind::BareCr, 0)));
    }

    #[test]
    fn what_is_missing_is_the_shortest_way_to_the_end() {
        for (begun, rest) in [
            (&b""[..], &b"\r\n"[..]),
            (b"a", b":\r\n\r\n"),
            (b"a:b", b"\r\n\r\n"),
            (b"a:\r", b"\n\r\n"),
            (b"\r", b"\n"),
        ] {
            assert_eq!(read(begun).map(Field::missing), Ok(rest.len()));
            assert_eq!(read(&[begun, rest].concat()), Ok(Field::End));
        }
    }
}
