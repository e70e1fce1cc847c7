//! The values of parameters: what a token or a quoted string says.

use core::fmt;

use super::super::sink::Sink;
use crate::addr::Printable;
use crate::cursor::Reader;

/// The longest value that is decoded at once where `\` stands in it.
pub(super) const MAX_DECODED_LEN: usize = 320;

/// What a value says; a quoted string keeps its escapes and is decoded lazily.
///
/// Compares by the bytes that it stands for.
#[derive(Clone, Copy)]
pub struct Text<'a> {
    written: &'a [u8],
    is_escaped: bool,
}

impl<'a> Text<'a> {
    /// A text in which every byte stands for itself.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { written: bytes, is_escaped: false }
    }

    /// What stood between quotes: `\x` stands for `x`.
    pub(super) const fn escaped(written: &'a [u8]) -> Self {
        Self { written, is_escaped: true }
    }

    /// The bytes that the text stands for.
    #[must_use]
    pub fn bytes(&self) -> TextBytes<'a> {
        TextBytes { reader: Reader::new(self.written), is_escaped: self.is_escaped }
    }

    /// A part of the text, from one decoded byte to another.
    pub(super) fn part(&self, begin: usize, end: usize) -> Self {
        let (begin, end) = (self.place(begin), self.place(end));
        Self { written: self.written.get(begin..end).unwrap_or_default(), ..*self }
    }

    /// Where a decoded byte stands among the bytes as written.
    pub(super) fn place(&self, decoded: usize) -> usize {
        let mut bytes = self.bytes();
        for _ in 0..decoded {
            _ = bytes.next();
        }
        bytes.reader.position()
    }

    /// The decoded bytes at once; `None` where there are too many to decode.
    pub(super) fn decoded<'b>(&self, buffer: &'b mut [u8; MAX_DECODED_LEN]) -> Option<&'b [u8]>
    where
        'a: 'b,
    {
        if !self.is_escaped || memchr::memchr(b'\\', self.written).is_none() {
            return Some(self.written);
        }
        let target = buffer.get_mut(..self.bytes().count())?;
        target.iter_mut().zip(self.bytes()).for_each(|(slot, byte)| *slot = byte);
        Some(target)
    }

    /// Writes a token where that is possible, else a quoted string.
    ///
    /// ```abnf
    /// value         = token / quoted-string
    /// quoted-string = DQUOTE *( qdtext / "\" ( HTAB / SP / VCHAR / obs-text ) ) DQUOTE
    /// ```
    ///
    /// RFC 9110, section 5.6.4.
    pub(super) fn emit(&self, sink: &mut Sink<'_, '_>) -> fmt::Result {
        let mut bytes = self.bytes().peekable();
        if bytes.peek().is_some() && self.bytes().all(is_token_byte) {
            return bytes.try_for_each(|byte| sink.put(&[byte]));
        }
        sink.put(b"\"")?;
        for byte in bytes {
            match byte {
                b'"' | b'\\' => sink.put(&[b'\\', byte])?,
                byte if is_quotable(byte) => sink.put(&[byte])?,
                _ => return Err(fmt::Error),
            }
        }
        sink.put(b"\"")
    }
}

/// `tchar`; RFC 9110, section 5.6.2.
pub(super) const fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        )
}

/// `HTAB / SP / VCHAR / obs-text`: what may stand in a quoted string, plain or behind `\`.
pub(super) const fn is_quotable(byte: u8) -> bool {
    matches!(byte, b'\t' | b' '..=b'~' | 0x80..)
}

/// Iterator over the bytes that a [`Text`] stands for.
#[derive(Clone, Debug)]
pub struct TextBytes<'a> {
    reader: Reader<'a>,
    is_escaped: bool,
}

impl Iterator for TextBytes<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        if self.is_escaped {
            _ = self.reader.expect(b'\\');
        }
        self.reader.take_byte()
    }
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes().eq(other.bytes())
    }
}

impl Eq for Text<'_> {}

/// Printable ASCII as it is, every other byte as `%XX`: values come from whoever asked.
impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes().try_for_each(|byte| fmt::Display::fmt(&Printable(&[byte]), f))
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}
