//! A value as it stands in a text, and where that is.

use super::{ChooseError, ChooseErrorKind, Origin};
use crate::addr::{Host, ParseError, ParseErrorKind, UnixAddress, port};
use crate::cursor::Reader;
use crate::dialect;

/// The longest path that a client connects to, an abstract name with its `@`.
pub(super) const MAX_PATH: u16 = 107;

/// The longest text of a port.
const MAX_PORT_LEN: usize = 64;

/// A value as it stands in a text, and where that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value<'a> {
    written: &'a [u8],
    at: usize,
    coding: Coding,
    option: &'static str,
    origin: Origin<'a>,
}

/// How bytes are written in a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    /// As they are.
    Raw,
    /// With the escapes of option files.
    Escaped,
    /// The same, behind a quote that nothing closes.
    Unclosed,
}

impl<'a> Value<'a> {
    /// A value in which every byte stands for itself.
    pub(super) const fn raw(written: &'a [u8], option: &'static str, origin: Origin<'a>) -> Self {
        Self { written, at: 0, coding: Coding::Raw, option, origin }
    }

    /// A value that stands in an option file.
    pub(super) const fn in_file(
        written: &'a [u8],
        at: usize,
        coding: Coding,
        origin: Origin<'a>,
    ) -> Self {
        Self { written, at, coding, option: "", origin }
    }

    /// The same value, of an option with this name.
    pub(super) const fn of(self, option: &'static str) -> Self {
        Self { option, ..self }
    }

    /// The bytes as written, without the quotes around them.
    #[must_use]
    pub const fn as_written(&self) -> &'a [u8] {
        self.written
    }

    /// Where the value came from.
    #[must_use]
    pub const fn origin(&self) -> Origin<'a> {
        self.origin
    }

    /// The offset of the first byte in the text where the value stands.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.at
    }

    /// The bytes that the value stands for; a backslash that begins no escape stands for itself.
    pub fn bytes(&self) -> impl Iterator<Item = u8> + 'a {
        let (mut reader, coding) = (Reader::new(self.written), self.coding);
        core::iter::from_fn(move || take_byte(&mut reader, coding))
    }

    /// Refuses a value whose quote is not closed, or that holds an escape which nobody knows.
    ///
    /// # Errors
    ///
    /// [`QuoteUnclosed`](ChooseErrorKind::QuoteUnclosed) (the value with its quote) and
    /// [`UnknownEscape`](ChooseErrorKind::UnknownEscape) (the backslash and the byte behind it).
    pub fn check(&self) -> Result<(), ChooseError<'a>> {
        if self.coding == Coding::Raw {
            return Ok(());
        }
        if self.coding == Coding::Unclosed {
            return Err(self.refuse(ChooseErrorKind::QuoteUnclosed, 0, self.written.len()));
        }
        let mut reader = Reader::new(self.written);
        while !reader.is_empty() {
            let at = reader.position();
            if let (Some(b'\\'), Some(byte)) = (reader.peek(), reader.peek_at(1))
                && unescape(byte).is_none()
            {
                return Err(self.refuse(ChooseErrorKind::UnknownEscape, at, 2));
            }
            _ = take_byte(&mut reader, self.coding);
        }
        Ok(())
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.written.is_empty()
    }

    /// The error of a part of the value as written.
    pub(super) fn refuse(&self, kind: ChooseErrorKind, at: usize, len: usize) -> ChooseError<'a> {
        ChooseError::new(kind, self.option, self.origin, self.at.saturating_add(at), len)
    }

    /// The error of the whole value.
    pub(super) fn whole(&self, kind: ChooseErrorKind) -> ChooseError<'a> {
        self.refuse(kind, 0, self.written.len())
    }

    /// The error of a text that was read from the bytes as written.
    pub(super) fn locate(&self, error: ParseError) -> ChooseError<'a> {
        let wide = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
        self.refuse(ChooseErrorKind::Text(error.kind), wide(error.at), wide(error.len))
    }

    /// A part of the value as a value of its own.
    pub(super) fn part(&self, at: usize, len: usize) -> Self {
        let written = self.written.get(at..).and_then(|rest| rest.get(..len)).unwrap_or_default();
        Self { written, at: self.at.saturating_add(at), ..*self }
    }

    /// Reads a port; leading zeros mean nothing, and no escape stands for a digit.
    ///
    /// ```abnf
    /// port = 1*64DIGIT ; at most 65535
    /// ```
    ///
    /// One port may serve thousands of hosts and is read for each, so it has a longest text.
    pub(super) fn port(&self) -> Result<u16, ChooseError<'a>> {
        let mut reader = Reader::new(self.written);
        let digits = reader.take_decimal(usize::MAX);
        let error = match (digits.to_u16(), reader.peek()) {
            _ if digits.len() > MAX_PORT_LEN => {
                ParseError::new(ParseErrorKind::PortTooLarge, 0, digits.len())
            }
            (Some(port), None) => return Ok(port),
            (Some(_), Some(byte)) => ParseError::unexpected(reader.position(), byte),
            (None, _) if digits.is_empty() => port::not_a_number(self.written),
            (None, _) => ParseError::new(ParseErrorKind::PortTooLarge, 0, digits.len()),
        };
        Err(self.locate(error))
    }

    /// Reads a host as the resolver takes it; no escape stands for a byte of a host.
    pub(super) fn host(&self) -> Result<Host<'a>, ChooseError<'a>> {
        dialect::read_host(self.written).map_err(|error| self.locate(error))
    }

    /// Reads the path of a socket; where there are abstract names, `@` begins one.
    pub(super) fn socket(&self, has_abstract: bool) -> Result<UnixAddress, ChooseError<'a>> {
        let mut buffer = [0; MAX_PATH as usize];
        let mut len = 0_usize;
        for byte in self.bytes() {
            let Some(slot) = buffer.get_mut(len) else {
                let too_long = ParseErrorKind::UnixPathTooLong { max: MAX_PATH };
                return Err(self.whole(ChooseErrorKind::Text(too_long)));
            };
            *slot = byte;
            len = len.saturating_add(1);
        }
        let path = buffer.get(..len).unwrap_or_default();
        let address = match path {
            [b'@', name @ ..] if has_abstract && memchr::memchr(0, name).is_none() => {
                UnixAddress::from_abstract_name(name)
            }
            path => UnixAddress::from_pathname(path),
        };
        // Only a NUL has a place of its own, and none is ever escaped.
        let nul = memchr::memchr(0, self.written).unwrap_or(0);
        address.map_err(|error| match error.kind {
            ParseErrorKind::UnixNul => self.refuse(ChooseErrorKind::Text(error.kind), nul, 1),
            kind => self.whole(ChooseErrorKind::Text(kind)),
        })
    }
}

/// Takes one byte that a value stands for.
fn take_byte(reader: &mut Reader<'_>, coding: Coding) -> Option<u8> {
    let byte = reader.take_byte()?;
    if coding == Coding::Raw || byte != b'\\' {
        return Some(byte);
    }
    let Some(meant) = reader.peek().and_then(unescape) else {
        return Some(byte);
    };
    _ = reader.take_byte();
    Some(meant)
}

/// The byte that stands for another behind a backslash.
const fn unescape(byte: u8) -> Option<u8> {
    match byte {
        b'b' => Some(0x08),
        b't' => Some(b'\t'),
        b'n' => Some(b'\n'),
        b'r' => Some(b'\r'),
        b's' => Some(b' '),
        b'\\' | b'"' | b'\'' => Some(byte),
        _ => None,
    }
}
