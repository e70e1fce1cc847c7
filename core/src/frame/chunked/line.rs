//! The line before a chunk: its size and extensions.
//!
//! ```abnf
//! chunk-line     = chunk-size chunk-ext CRLF
//! chunk-size     = 1*16HEXDIG
//! chunk-ext      = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )
//! chunk-ext-name = token
//! chunk-ext-val  = token / quoted-string
//! ```
//!
//! RFC 9112, sections 7.1 and 7.1.1; RFC 9110, section 5.6.

use super::super::FrameErrorKind;
use super::super::field::{CR, Fault, LF, is_space, is_text, is_token};

const MAX_DIGITS: usize = 16;
/// Longest line, its CRLF included.
const MAX_LINE: usize = super::Chunked::MAX_LINE.saturating_add(2);

/// A line that is being read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    /// Bytes that have been read.
    pub(super) at: usize,
    /// The size as far as it is read.
    pub(super) size: usize,
    pub(super) place: Place,
}

/// Where in the line a reader stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Place {
    /// Among the digits, or before them.
    Size,
    /// In white space behind which only `;` may follow.
    BeforeSemicolon,
    /// Behind `;` and white space.
    BeforeName,
    Name,
    /// In white space behind a name.
    BehindName,
    /// Behind `=` and white space.
    BeforeValue,
    Token,
    Quoted,
    /// Behind a backslash in quotes.
    Escaped,
    /// Behind the closing quote.
    BehindQuoted,
    Cr,
    End,
}

impl Line {
    pub(super) const fn new() -> Self {
        Self { at: 0, size: 0, place: Place::Size }
    }

    /// Reads what has come since the last call, up to the end of the line.
    pub(super) fn read(&mut self, input: &[u8], max: usize) -> Result<(), Fault> {
        for byte in input.get(self.at..).unwrap_or_default() {
            if self.place == Place::End {
                break;
            }
            self.next(*byte, max)?;
        }
        Ok(())
    }

    /// Reads on until the size is complete, and tells it.
    pub(super) fn size(mut self, input: &[u8], max: usize) -> Option<usize> {
        for byte in input.get(self.at..).unwrap_or_default() {
            if self.place != Place::Size {
                break;
            }
            self.next(*byte, max).ok()?;
        }
        (self.place != Place::Size).then_some(self.size)
    }

    fn next(&mut self, byte: u8, max: usize) -> Result<(), Fault> {
        self.place = match self.place {
            Place::Size => self.digit(byte, max)?,
            place => place.next(self.at, byte)?,
        };
        self.at = self.at.saturating_add(1);
        if self.at.saturating_add(self.missing()) > MAX_LINE {
            return Err((FrameErrorKind::HeaderTooLong, 0));
        }
        Ok(())
    }

    fn digit(&mut self, byte: u8, max: usize) -> Result<Place, Fault> {
        let low = match byte {
            b'0'..=b'9' => byte & 0xf,
            b'a'..=b'f' | b'A'..=b'F' => (byte & 0xf).saturating_add(9),
            _ if self.at == 0 => return Err((FrameErrorKind::BadDigit, 0)),
            CR => return Ok(Place::Cr),
            LF => return Err((FrameErrorKind::BareLf, self.at)),
            b';' => return Ok(Place::BeforeName),
            _ if is_space(byte) => return Ok(Place::BeforeSemicolon),
            _ => return Err((FrameErrorKind::BadDigit, self.at)),
        };
        if self.at >= MAX_DIGITS {
            return Err((FrameErrorKind::LengthOverflow, self.at));
        }
        let size = self.size.checked_mul(16).and_then(|high| high.checked_add(low.into()));
        match size.filter(|size| *size <= max) {
            Some(size) => self.size = size,
            None => return Err((FrameErrorKind::TooLong { limit: max }, 0)),
        }
        Ok(Place::Size)
    }

    /// Counts the bytes that are missing at least to the end of the line.
    pub(super) const fn missing(&self) -> usize {
        match self.place {
            Place::Size if self.at == 0 => 3,
            Place::BeforeSemicolon | Place::BehindName | Place::Escaped => 4,
            Place::BeforeName | Place::BeforeValue | Place::Quoted => 3,
            Place::Size | Place::Name | Place::Token | Place::BehindQuoted => 2,
            Place::Cr => 1,
            Place::End => 0,
        }
    }
}

impl Place {
    /// Reads the byte at the offset `at`, behind the size.
    const fn next(self, at: usize, byte: u8) -> Result<Self, Fault> {
        Ok(match (self, byte) {
            (Self::End, _) | (Self::Cr, LF) => Self::End,
            (Self::Cr, _) => return Err((FrameErrorKind::BareCr, at.saturating_sub(1))),
            (_, LF) => return Err((FrameErrorKind::BareLf, at)),
            (Self::Name | Self::Token | Self::BehindQuoted, CR) => Self::Cr,
            (Self::Quoted, b'"') => Self::BehindQuoted,
            (Self::Quoted, b'\\') => Self::Escaped,
            (Self::Quoted | Self::Escaped, _) if is_text(byte) => Self::Quoted,
            (Self::BeforeName | Self::Name, _) if is_token(byte) => Self::Name,
            (Self::BeforeValue | Self::Token, _) if is_token(byte) => Self::Token,
            (Self::BeforeValue, b'"') => Self::Quoted,
            (Self::Name | Self::BehindName, b'=') => Self::BeforeValue,
            (
                Self::BeforeSemicolon
                | Self::Name
                | Self::BehindName
                | Self::Token
                | Self::BehindQuoted,
                b';',
            ) => Self::BeforeName,
            (Self::BeforeSemicolon | Self::Token | Self::BehindQuoted, _) if is_space(byte) => {
                Self::BeforeSemicolon
            }
            (Self::Name | Self::BehindName, _) if is_space(byte) => Self::BehindName,
            (Self::BeforeName | Self::BeforeValue, _) if is_space(byte) => self,
            _ => return Err((FrameErrorKind::BadHeader, at)),
        })
    }
}
