//! Parts of a text whose bytes are escaped.
//!
//! A part is decoded into a buffer that holds the longest value its place can have; what is wrong
//! with the value is then found again in the text.

use crate::addr::{ParseError, ParseErrorKind, nibble};

/// How the bytes of a part are escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    /// Not at all.
    Raw,
    /// `%XX` stands for a byte.
    Percent,
    /// A backslash goes before a byte that would mean something else.
    Backslash,
}

impl Coding {
    /// The byte that begins an escape.
    const fn mark(self) -> Option<u8> {
        match self {
            Self::Raw => None,
            Self::Percent => Some(b'%'),
            Self::Backslash => Some(b'\\'),
        }
    }

    /// Takes one byte from the front of a text: its value, and how long its spelling is.
    ///
    /// A backslash at the very end stands for nothing.
    pub(super) fn first(self, text: &[u8]) -> Option<(u8, usize)> {
        match (self, text) {
            (Self::Percent, [b'%', high, low, ..]) => match (nibble(*high), nibble(*low)) {
                (Some(high), Some(low)) => Some((high << 4 | low, 3)),
                _ => Some((b'%', 1)),
            },
            (Self::Backslash, [b'\\', byte, ..]) => Some((*byte, 2)),
            (Self::Backslash, [b'\\']) => None,
            (_, [byte, ..]) => Some((*byte, 1)),
            (_, []) => None,
        }
    }
}

/// A part of a text, and where it begins there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    pub(super) coding: Coding,
}

impl<'a> Part<'a> {
    pub(super) const fn new(bytes: &'a [u8], at: usize, coding: Coding) -> Self {
        Self { bytes, at, coding }
    }

    /// Whether every byte stands for itself.
    pub(super) fn is_plain(self) -> bool {
        self.coding.mark().is_none_or(|mark| memchr::memchr(mark, self.bytes).is_none())
    }

    /// The decoded bytes; `None` where they do not fit the buffer.
    pub(super) fn decode<'b>(self, buffer: &'b mut [u8]) -> Option<&'b [u8]>
    where
        'a: 'b,
    {
        if self.is_plain() {
            return Some(self.bytes);
        }
        let (mut rest, mut len) = (self.bytes, 0_usize);
        while let Some((byte, spelled)) = self.coding.first(rest) {
            *buffer.get_mut(len)? = byte;
            len = len.saturating_add(1);
            rest = rest.get(spelled..).unwrap_or_default();
        }
        buffer.get(..len)
    }

    /// The same error, found in the decoded bytes, at its place in the text.
    pub(super) fn locate(self, error: ParseError) -> ParseError {
        if self.is_plain() {
            return error.shifted(self.at);
        }
        let end = error.at.saturating_add(error.len);
        let (mut rest, mut at, mut len) = (self.bytes, 0_usize, 0_usize);
        for index in 0..end {
            let Some((_, spelled)) = self.coding.first(rest) else { break };
            rest = rest.get(spelled..).unwrap_or_default();
            let counted = if index < error.at { &mut at } else { &mut len };
            *counted = counted.saturating_add(spelled);
        }
        let kind = match (error.kind, self.bytes.get(at)) {
            // An escape is wrong for the byte it stands for; what stands in the text is its mark.
            (ParseErrorKind::UnexpectedByte { .. }, Some(&byte)) => {
                ParseErrorKind::UnexpectedByte { byte }
            }
            (kind, _) => kind,
        };
        ParseError::new(kind, at, len).shifted(self.at)
    }

    /// An error of the part as a whole.
    pub(super) fn whole(self, kind: ParseErrorKind) -> ParseError {
        ParseError::new(kind, self.at, self.bytes.len())
    }
}

/// Refuses a `%` that begins no escape, and the escape of a NUL.
///
/// ```abnf
/// pct-encoded = "%" HEXDIG HEXDIG ; not %00
/// ```
pub(super) fn check_percent(part: Part<'_>) -> Result<(), ParseError> {
    let percents = memchr::memchr_iter(b'%', part.bytes);
    for at in percents {
        let escape = part.bytes.get(at..).unwrap_or_default();
        match Coding::Percent.first(escape) {
            Some((0, len)) => {
                return Err(ParseError::new(ParseErrorKind::Nul, at, len).shifted(part.at));
            }
            Some((_, 3)) => {}
            _ => {
                let kind = ParseErrorKind::PercentEncodingBad;
                return Err(ParseError::new(kind, at, 1).shifted(part.at));
            }
        }
    }
    Ok(())
}

/// Puts the refusal of a raw NUL before that of anything behind it.
pub(super) fn refuse_nul<T>(text: &[u8], read: Result<T, ParseError>) -> Result<T, ParseError> {
    let Some(nul) = memchr::memchr(0, text) else {
        return read;
    };
    match read {
        Err(error) if usize::try_from(error.at).is_ok_and(|at| at <= nul) => Err(error),
        _ => Err(ParseError::new(ParseErrorKind::Nul, nul, 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_decoded_and_found_again() {
        let mut buffer = [0; 8];
        let part = Part::new(b"a%2Fb%4", 10, Coding::Percent);
        assert_eq!(part.decode(&mut buffer), Some(&b"a/b%4"[..]));
        let error = part.locate(ParseError::new(ParseErrorKind::Whitespace, 1, 2));
        assert_eq!((error.at, error.len), (11, 4));
        let error = part.locate(ParseError::new(ParseErrorKind::Whitespace, 9, 0));
        assert_eq!((error.at, error.len), (17, 0));
        let error = part.locate(ParseError::unexpected(1, b'/'));
        assert_eq!(error.kind, ParseErrorKind::UnexpectedByte { byte: b'%' });
        let part = Part::new(br"a\b\\\", 0, Coding::Backslash);
        assert_eq!(part.decode(&mut buffer), Some(&br"ab\"[..]));
        assert_eq!(part.decode(&mut [0; 2]), None);
    }

    #[test]
    fn an_escape_is_two_digits_and_no_nul() {
        let check = |bytes| check_percent(Part::new(bytes, 3, Coding::Percent));
        let refused = |bytes| {
            let error = check(bytes).unwrap_err();
            (error.code(), error.at, error.len)
        };
        assert_eq!(check(b"%41%ff%25"), Ok(()));
        assert_eq!(refused(b"%41%"), ("percent-encoding-bad", 6, 1));
        assert_eq!(refused(b"%4g"), ("percent-encoding-bad", 3, 1));
        assert_eq!(refused(b"a%00%"), ("nul", 4, 3));
    }
}
