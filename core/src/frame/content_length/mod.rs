//! Messages behind a header that says their length, as the Language Server Protocol has them.
//!
//! ```text
//! ├──────────────────── header ────────────────────┤
//! │ Content-Length: 17 CRLF │ Other: … CRLF │ CRLF │ 17 bytes of body │
//! ```
//!
//! Language Server Protocol 3.17, "Base Protocol"; the lines are those of RFC 9112, section 5. Names
//! are compared without regard to case, and other fields are passed over. There is exactly one
//! Content-Length: two are two readings of one stream, even where they are equal. Its value is
//! ASCII digits without sign or leading zero, with blanks around it at most: `+5` is how requests
//! were smuggled past hyper (CVE-2021-32715). A line ends in CRLF, never in a bare CR or LF. A
//! header that is complete but wrong is refused at once; one of more than 4096 bytes as soon as no
//! blank line can end it in time, at its first byte.

use crate::cursor::Writer;

use super::encode::write_parts;
use super::field::{CR, Fault, Field, LF, is_space};
use super::{
    Encode, EncodeError, EncodeErrorKind, Envelope, Finish, Frame, FrameError, FrameErrorKind,
    Framer, Need, Plain, Recovery, Step, at_least_one,
};

#[cfg(test)]
mod tests;

const NAME: &[u8] = b"content-length";
/// The shortest field of a length: name, colon, digit, and the CRLF of it and of the blank line.
const SHORTEST: usize = NAME.len().saturating_add(6);

/// Cuts a stream into messages by `Content-Length` headers.
///
/// Every error is [`Recovery::Fatal`].
///
/// # Examples
///
/// ```
/// use portolan::frame::{ContentLength, Encode, deframer::frames};
///
/// let stream = b"Content-Length: 2\r\n\r\n{}content-length:4\r\nContent-Type: x\r\n\r\nnull";
/// let bodies: Vec<_> = frames(ContentLength::new(80), stream).flatten().map(|f| f.body).collect();
/// assert_eq!(bodies, [&b"{}"[..], b"null"]);
///
/// let error = frames(ContentLength::new(80), b"Content-Length: +2\r\n").next().unwrap().unwrap_err();
/// assert_eq!((error.code(), error.at), ("bad-digit", 16));
///
/// let mut out = [0; 23];
/// assert_eq!(ContentLength::new(80).encode(b"{}", (), &mut out), Ok(23));
/// assert_eq!(&out, b"Content-Length: 2\r\n\r\n{}");
/// ```
#[derive(Clone, Debug)]
pub struct ContentLength {
    max: usize,
    header: Header,
    failed: Option<FrameError>,
}

impl ContentLength {
    /// Longest header that is accepted, its blank line included.
    pub const MAX_HEADER: usize = 4096;

    /// Creates the framer of bodies of at most `max` bytes.
    #[must_use]
    pub const fn new(max: usize) -> Self {
        Self { max, header: Header::new(), failed: None }
    }

    #[cold]
    fn fail(&mut self, (kind, at): Fault) -> FrameError {
        let error = FrameError::new(kind, at, Recovery::Fatal);
        self.failed = Some(error);
        error
    }

    const fn check(&self, body: &[u8]) -> Result<(), EncodeError> {
        let limit = self.max;
        if body.len() > limit {
            return Err(EncodeError::new(EncodeErrorKind::PayloadTooLong { limit }, 0));
        }
        Ok(())
    }
}

impl Framer for ContentLength {
    type Meta = ();

    fn step(&mut self, input: &[u8]) -> Result<Step<()>, FrameError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        self.header.read(input, self.max).map_err(|fault| self.fail(fault))?;
        let head = self.header.at;
        let body = self.header.length.unwrap_or(0);
        if self.header.field != Field::End {
            return Ok(Step::Need(Need::at_least(self.header.missing().saturating_add(body))));
        }
        let wire = head.saturating_add(body);
        if input.len() < wire {
            return Ok(Step::Need(Need::rest_of(wire, input.len())));
        }
        self.header = Header::new();
        Ok(Step::Frame(Frame { wire: at_least_one(wire), body: head..wire, last: true, meta: () }))
    }

    fn finish(&mut self, input: &[u8]) -> Result<Finish<()>, FrameError> {
        match self.failed {
            Some(error) => Err(error),
            None if input.is_empty() => Ok(Finish::Clean),
            None => Err(FrameError::truncated()),
        }
    }

    fn max_wire(&self) -> usize {
        self.max.saturating_add(Self::MAX_HEADER)
    }

    fn at_boundary(&self) -> bool {
        self.failed.is_none()
    }

    fn reset(&mut self) {
        (self.header, self.failed) = (Header::new(), None);
    }
}

impl Plain for ContentLength {}

impl Encode for ContentLength {
    type Meta = ();

    fn encoded_len(&self, body: &[u8], _meta: ()) -> Result<usize, EncodeError> {
        self.check(body)?;
        Ok(header(body.len(), &mut [0; Envelope::MAX_HEAD]).len().saturating_add(body.len()))
    }

    fn encode(&mut self, body: &[u8], _meta: (), out: &mut [u8]) -> Result<usize, EncodeError> {
        self.check(body)?;
        write_parts(out, [header(body.len(), &mut [0; Envelope::MAX_HEAD]), body, &[]])
    }

    fn envelope(&mut self, body: &[u8], _meta: ()) -> Result<Option<Envelope<'_>>, EncodeError> {
        self.check(body)?;
        Ok(Some(Envelope::new(header(body.len(), &mut [0; Envelope::MAX_HEAD]), &[])))
    }
}

/// Writes the header of a body of `len` bytes; the longest one fills `out`.
fn header(len: usize, out: &mut [u8; Envelope::MAX_HEAD]) -> &[u8] {
    let mut writer = Writer::new(out);
    let _ = writer.put_slice(b"Content-Length: ");
    let _ = writer.put_decimal(len as u64);
    let _ = writer.put_slice(b"\r\n\r\n");
    writer.into_written()
}

/// A header that is being read.
#[derive(Clone, Copy, Debug)]
struct Header {
    /// Bytes that have been read.
    at: usize,
    field: Field,
    /// Where the name of this line begins.
    name_at: usize,
    /// Bytes of this name that are those of Content-Length; `None` where one was not.
    matched: Option<usize>,
    number: Number,
    /// Where the digits begin.
    digits_at: usize,
    /// The length as far as it is read.
    length: Option<usize>,
}

/// Where in the value of Content-Length a reader stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Number {
    /// In the value of another field.
    Other,
    Before,
    Digits,
    Behind,
}

impl Header {
    const fn new() -> Self {
        Self {
            at: 0,
            field: Field::Start,
            name_at: 0,
            matched: None,
            number: Number::Other,
            digits_at: 0,
            length: None,
        }
    }

    /// Reads what has come since the last call, up to the end of the header.
    fn read(&mut self, input: &[u8], max: usize) -> Result<(), Fault> {
        for byte in input.get(self.at..).unwrap_or_default() {
            if self.field == Field::End {
                break;
            }
            self.next(*byte, max)?;
            self.at = self.at.saturating_add(1);
            if self.at.saturating_add(self.missing()) > ContentLength::MAX_HEADER {
                return Err((FrameErrorKind::HeaderTooLong, 0));
            }
        }
        Ok(())
    }

    fn next(&mut self, byte: u8, max: usize) -> Result<(), Fault> {
        if self.field == Field::Value && self.number != Number::Other {
            self.digit(byte, max)?;
        }
        let next = self.field.next(self.at, byte)?;
        match (self.field, next) {
            (Field::Start, Field::BlankCr) if self.length.is_none() => {
                return Err((FrameErrorKind::BadHeader, self.at));
            }
            (Field::Start, Field::Name) => {
                (self.name_at, self.number) = (self.at, Number::Other);
                self.matched = compare(0, byte);
            }
            (Field::Name, Field::Name) => {
                self.matched = self.matched.and_then(|matched| compare(matched, byte));
            }
            (Field::Name, Field::Value) if self.matched == Some(NAME.len()) => {
                if self.length.is_some() {
                    return Err((FrameErrorKind::BadHeader, self.name_at));
                }
                self.number = Number::Before;
            }
            _ => {}
        }
        self.field = next;
        Ok(())
    }

    /// Reads a byte of the value of Content-Length.
    fn digit(&mut self, byte: u8, max: usize) -> Result<(), Fault> {
        match (self.number, byte) {
            (Number::Before, b'0'..=b'9') => {
                (self.number, self.digits_at) = (Number::Digits, self.at);
                self.push(byte, 0, max)
            }
            (Number::Digits, b'0'..=b'9') => match self.length {
                Some(0) => Err((FrameErrorKind::NonCanonicalLength, self.digits_at)),
                length => self.push(byte, length.unwrap_or(0) as u64, max),
            },
            (Number::Digits | Number::Behind, CR | LF) => Ok(()),
            (Number::Digits, _) if is_space(byte) => {
                self.number = Number::Behind;
                Ok(())
            }
            (Number::Before | Number::Behind, _) if is_space(byte) => Ok(()),
            _ => Err((FrameErrorKind::BadDigit, self.at)),
        }
    }

    fn push(&mut self, byte: u8, high: u64, max: usize) -> Result<(), Fault> {
        let value = high.checked_mul(10).and_then(|high| high.checked_add(u64::from(byte & 0xf)));
        let value = value.ok_or((FrameErrorKind::LengthOverflow, self.at))?;
        let value = usize::try_from(value).ok().filter(|value| *value <= max);
        let value = value.ok_or((FrameErrorKind::TooLong { limit: max }, self.digits_at))?;
        self.length = Some(value);
        Ok(())
    }

    /// Counts the bytes that are missing at least to the end of the header.
    const fn missing(&self) -> usize {
        let (behind_line, name) = match (self.length, self.matched) {
            (Some(_), Some(matched)) if matched == NAME.len() => (2, 6),
            (Some(_), _) => (2, 5),
            (None, Some(matched)) => (SHORTEST, SHORTEST.saturating_sub(matched)),
            (None, None) => (SHORTEST, SHORTEST.saturating_add(3)),
        };
        match (self.field, self.number) {
            (Field::Start, _) => behind_line,
            (Field::Name, _) => name,
            (Field::Value, Number::Other) => 2_usize.saturating_add(behind_line),
            (Field::Value, Number::Before) => 5,
            (Field::Value, Number::Digits | Number::Behind) => 4,
            (Field::Cr, _) => 1_usize.saturating_add(behind_line),
            (Field::BlankCr, _) => 1,
            (Field::End, _) => 0,
        }
    }
}

/// Counts one byte more where it is the next of the name.
fn compare(matched: usize, byte: u8) -> Option<usize> {
    let same = NAME.get(matched)?.eq_ignore_ascii_case(&byte);
    same.then(|| matched.saturating_add(1))
}
