//! Bytes that stand escaped in a text: read, found again for an error, and written.
//!
//! ```abnf
//! pct-encoded = "%" HEXDIG HEXDIG ; RFC 3986, section 2.1
//! ```
//!
//! A part of a text is decoded into a buffer that holds the longest value its place can have; what
//! is wrong with the value is then found again in the text.

use core::fmt::{self, Write as _};

use crate::addr::{ParseError, ParseErrorKind, nibble};
use crate::cursor::Reader;

/// How the bytes of a part are escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    /// Not at all.
    Raw,
    /// `%XX` stands for a byte; a `%` that begins no escape stands for itself.
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
    pub(crate) fn first(self, text: &[u8]) -> Option<(u8, usize)> {
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
pub(crate) struct Part<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) at: usize,
    pub(crate) coding: Coding,
}

impl<'a> Part<'a> {
    pub(crate) const fn new(bytes: &'a [u8], at: usize, coding: Coding) -> Self {
        Self { bytes, at, coding }
    }

    /// A text in which every byte stands for itself; offsets count from its own beginning.
    pub(crate) const fn raw(bytes: &'a [u8]) -> Self {
        Self::new(bytes, 0, Coding::Raw)
    }

    /// The first byte, decoded.
    pub(crate) fn first(self) -> Option<u8> {
        self.coding.first(self.bytes).map(|(byte, _)| byte)
    }

    /// Whether the decoded bytes are these.
    pub(crate) fn decodes_to(self, bytes: &[u8]) -> bool {
        let mut rest = self.bytes;
        let decoded = core::iter::from_fn(|| {
            let (byte, len) = self.coding.first(rest)?;
            rest = rest.get(len..).unwrap_or_default();
            Some(byte)
        });
        decoded.eq(bytes.iter().copied())
    }

    /// A text with `%XX`; offsets count from its own beginning.
    pub(crate) const fn percent(bytes: &'a [u8]) -> Self {
        Self::new(bytes, 0, Coding::Percent)
    }

    /// Whether every byte stands for itself.
    pub(crate) fn is_plain(self) -> bool {
        self.coding.mark().is_none_or(|mark| memchr::memchr(mark, self.bytes).is_none())
    }

    /// The decoded bytes; `None` where they do not fit the buffer.
    ///
    /// A part in which every byte stands for itself is returned as it is, however long.
    pub(crate) fn decode<'b>(self, buffer: &'b mut [u8]) -> Option<&'b [u8]>
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

    /// Reads the decoded bytes, of which there are at most `MAX`.
    pub(crate) fn read<T, const MAX: usize>(
        self,
        too_long: ParseErrorKind,
        read: impl FnOnce(&[u8]) -> Result<T, ParseError>,
    ) -> Result<T, ParseError> {
        if self.is_plain() {
            return match self.bytes.len() > MAX {
                true => Err(self.whole(too_long)),
                false => read(self.bytes).map_err(|error| error.shifted(self.at)),
            };
        }
        let mut buffer = [0; MAX];
        match self.decode(&mut buffer) {
            Some(bytes) => read(bytes).map_err(|error| self.locate(error)),
            None => Err(self.whole(too_long)),
        }
    }

    /// The same error, found in the decoded bytes, at its place in the text.
    pub(crate) fn locate(self, error: ParseError) -> ParseError {
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
    pub(crate) fn whole(self, kind: ParseErrorKind) -> ParseError {
        ParseError::new(kind, self.at, self.bytes.len())
    }

    /// Refuses a `%` that begins no escape, and the escape of a NUL, which ends strings of C.
    pub(crate) fn check_for_c(self) -> Result<(), ParseError> {
        if self.is_plain() {
            return Ok(());
        }
        self.check(|piece| match piece {
            Piece { byte: b'%', .. } if !piece.is_escape() => Some(piece.unexpected()),
            Piece { byte: 0, .. } if piece.is_escape() => Some(piece.unexpected()),
            _ => None,
        })
    }

    /// Refuses a `%` that begins no escape, and the bytes that stand neither plain nor escaped.
    pub(crate) fn check_plain(self, is_plain: fn(u8) -> bool) -> Result<(), ParseError> {
        self.check(|piece| {
            let is_allowed = piece.is_escape() || piece.byte != b'%' && is_plain(piece.byte);
            (!is_allowed).then(|| piece.unexpected())
        })
    }

    fn check(self, refusal: impl Fn(Piece) -> Option<ParseError>) -> Result<(), ParseError> {
        match Pieces::new(self.bytes).find_map(refusal) {
            Some(error) => Err(error.shifted(self.at)),
            None => Ok(()),
        }
    }
}

/// One byte of a text after decoding, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Where it begins.
    pub(crate) at: usize,
    /// Three for an escape, else one; a `%` of length one begins no escape.
    pub(crate) len: usize,
    /// The byte that it stands for.
    pub(crate) byte: u8,
}

impl Piece {
    /// Whether it is an escape.
    pub(crate) const fn is_escape(self) -> bool {
        self.len > 1
    }

    /// Where the next one begins.
    pub(crate) const fn end(self) -> usize {
        self.at.saturating_add(self.len)
    }

    /// The error of a byte that breaks the rule `kind` of its place.
    pub(crate) fn refused(self, kind: ParseErrorKind) -> ParseError {
        self.spanned(ParseError::bad_byte(kind, self.at, self.byte))
    }

    /// The error of a byte that nothing allows at its place.
    pub(crate) fn unexpected(self) -> ParseError {
        self.spanned(ParseError::unexpected(self.at, self.byte))
    }

    fn spanned(self, error: ParseError) -> ParseError {
        if self.byte == b'%' && !self.is_escape() {
            return ParseError::new(ParseErrorKind::PercentEncodingBad, self.at, 1);
        }
        // An escape is named by its mark, which is the byte at its place.
        let kind = match error.kind {
            ParseErrorKind::UnexpectedByte { .. } if self.is_escape() => {
                ParseErrorKind::UnexpectedByte { byte: b'%' }
            }
            kind => kind,
        };
        ParseError::new(kind, self.at, self.len)
    }
}

/// Iterator over the decoded bytes of a text with `%XX`.
#[derive(Clone, Debug)]
pub(crate) struct Pieces<'a>(Reader<'a>);

impl<'a> Pieces<'a> {
    pub(crate) const fn new(text: &'a [u8]) -> Self {
        Self(Reader::new(text))
    }

    /// Where the next piece begins.
    pub(crate) const fn offset(&self) -> usize {
        self.0.position()
    }

    /// The decoded bytes.
    pub(crate) fn bytes(self) -> impl Iterator<Item = u8> + Clone {
        self.map(|piece| piece.byte)
    }
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    #[inline]
    fn next(&mut self) -> Option<Piece> {
        let at = self.0.position();
        let (byte, len) = Coding::Percent.first(self.0.rest())?;
        _ = self.0.take(len);
        Some(Piece { at, len, byte })
    }
}

/// Finds the first such byte of a text with `%XX`, plain or escaped.
pub(crate) fn find(text: &[u8], byte: u8) -> Option<Piece> {
    if memchr::memchr(b'%', text).is_none() {
        return memchr::memchr(byte, text).map(|at| Piece { at, len: 1, byte });
    }
    Pieces::new(text).find(|piece| piece.byte == byte)
}

/// Shows the bytes that are plain as they are, every other byte as `%XX`.
pub(crate) struct Escaped<I> {
    pub(crate) bytes: I,
    pub(crate) is_plain: fn(u8) -> bool,
}

impl<'a> Escaped<core::iter::Copied<core::slice::Iter<'a, u8>>> {
    pub(crate) fn new(bytes: &'a [u8], is_plain: fn(u8) -> bool) -> Self {
        Self { bytes: bytes.iter().copied(), is_plain }
    }

    /// Only what RFC 3986 reserves for nothing stands as it is.
    pub(crate) fn unreserved(bytes: &'a [u8]) -> Self {
        Self::new(bytes, is_unreserved)
    }
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
pub(crate) const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// `sub-delims`; RFC 3986, section 2.2.
pub(crate) const fn is_sub_delim(byte: u8) -> bool {
    matches!(byte, b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=')
}

/// `pchar` without its escapes; RFC 3986, section 3.3.
pub(crate) const fn is_pchar(byte: u8) -> bool {
    is_unreserved(byte) || is_sub_delim(byte) || matches!(byte, b':' | b'@')
}

/// Refuses what no text around an address holds: anything but printable ASCII without spaces.
pub(crate) fn check_visible(text: &[u8]) -> Result<(), ParseError> {
    match text.iter().position(|byte| !byte.is_ascii_graphic()) {
        None => Ok(()),
        Some(at) => Err(ParseError::unexpected(at, text.get(at).copied().unwrap_or_default())),
    }
}

/// Puts the refusal of a raw NUL before that of anything behind it.
pub(crate) fn refuse_nul<T>(text: &[u8], read: Result<T, ParseError>) -> Result<T, ParseError> {
    let Some(nul) = memchr::memchr(0, text) else {
        return read;
    };
    match read {
        Err(error) if usize::try_from(error.at).is_ok_and(|at| at <= nul) => Err(error),
        _ => Err(ParseError::new(ParseErrorKind::Nul, nul, 1)),
    }
}

#[cfg(test)]
mod tests;
