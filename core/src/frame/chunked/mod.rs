//! The body of an HTTP/1.1 message in chunks.
//!
//! ```text
//! │ 5 ;name=value CRLF │ hello │ CRLF │ 0 CRLF │ trailer fields │ CRLF │ what follows
//! ├────────────── a part ─────────────┤├─────── the last part ─────────┤
//! ```
//!
//! RFC 9112, section 7.1. A chunk is a part; the last-chunk is an empty part with the trailer section
//! as its tail, and behind it the framing has ended. Everything about which two readers could
//! differ is refused: a size that is not 1 to 16 hexadecimal digits (CVE-2021-32714,
//! CVE-2023-38697), a bare LF or CR (CVE-2025-22871, CVE-2025-58056), extensions that are none
//! (CVE-2025-55315), white space that RFC 9112 does not have, data that no CRLF follows
//! (CVE-2025-43859). Lines have at most 1024 bytes without their CRLF and trailer sections 8192
//! with their blank line (CVE-2023-39326, CVE-2024-22019); longer ones are refused at their first
//! byte, as soon as they cannot end in time.

use crate::cursor::Writer;

use super::encode::write_parts;
use super::field::{CR, Fault, Field, LF};
use super::{
    Encode, EncodeError, EncodeErrorKind, Envelope, Finish, Frame, FrameError, FrameErrorKind,
    Framer, Need, Part, PartRole, Plain, Recovery, Step, at_least_one,
};
use line::{Line, Place};

mod line;
#[cfg(test)]
mod tests;

/// Cuts a stream into the chunks of one body.
///
/// A chunk is a frame with `last: false`, the last-chunk an empty one with `last: true`; then comes
/// [`Step::Done`]. [`Assemble`](super::deframer::Assemble) joins them. The limit counts the data of
/// one chunk. Every error is [`Recovery::Fatal`]. A stream that ends before its last-chunk is
/// truncated, even between chunks.
///
/// [`Encode::encode`] writes a chunk, [`Encode::encode_end`] the last-chunk without trailer fields.
///
/// # Examples
///
/// ```
/// use portolan::frame::deframer::{Assemble, Event};
/// use portolan::frame::{Chunked, Encode};
///
/// let mut chunks = Assemble::growing(Chunked::new(80), 80, 16);
/// chunks.extend(b"3\r\nhel\r\n2;x\r\nlo\r\n0\r\n\r\nHTTP");
/// assert_eq!(chunks.next_frame().unwrap()?.body, b"hello");
/// assert_eq!(chunks.poll(), Event::Done { at: 22 });
/// assert_eq!(chunks.rest(), b"HTTP");
///
/// let mut out = Vec::new();
/// Chunked::new(80).append(b"hello", (), &mut out)?;
/// Chunked::new(80).append_end(&mut out)?;
/// assert_eq!(out, b"5\r\nhello\r\n0\r\n\r\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Chunked {
    max: usize,
    line: Line,
    trailer: Trailer,
    state: State,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// Before the first chunk.
    Start,
    /// Behind a chunk.
    Begun,
    Done,
    Failed(FrameError),
}

/// A trailer section that is being read: how many bytes of it, and what they were.
#[derive(Clone, Copy, Debug)]
struct Trailer {
    at: usize,
    field: Field,
}

impl Chunked {
    /// Longest line before a chunk that is accepted, without its CRLF.
    pub const MAX_LINE: usize = 1024;
    /// Longest trailer section that is accepted, with its blank line.
    pub const MAX_TRAILER: usize = 8192;

    /// Creates the framer of a body in chunks of at most `max` bytes.
    #[must_use]
    pub const fn new(max: usize) -> Self {
        Self { max, line: Line::new(), trailer: Trailer::new(), state: State::Start }
    }

    #[cold]
    fn fail(&mut self, (kind, at): Fault) -> FrameError {
        let error = FrameError::new(kind, at, Recovery::Fatal);
        self.state = State::Failed(error);
        error
    }

    /// Looks for the chunk at the start of `input`.
    fn chunk(&mut self, input: &[u8]) -> Result<Step<()>, Fault> {
        self.line.read(input, self.max)?;
        let (head, size) = (self.line.at, self.line.size);
        if self.line.place != Place::End {
            let missing = self.line.missing().saturating_add(size).saturating_add(2);
            return Ok(Step::Need(Need::at_least(missing)));
        }
        if size == 0 {
            return self.last_chunk(input);
        }
        let end = head.saturating_add(size);
        let wire = end.saturating_add(2);
        match input.get(end..).unwrap_or_default() {
            [CR, LF, ..] => {
                self.line = Line::new();
                self.state = State::Begun;
                Ok(Step::Frame(Frame {
                    wire: at_least_one(wire),
                    body: head..end,
                    last: false,
                    meta: (),
                }))
            }
            [] | [CR] => Ok(Step::Need(Need::rest_of(wire, input.len()))),
            [CR, ..] => Err((FrameErrorKind::ExpectedByte { byte: LF }, end.saturating_add(1))),
            _ => Err((FrameErrorKind::ExpectedByte { byte: CR }, end)),
        }
    }

    /// Looks for the end of the trailer section behind the line of the last-chunk.
    fn last_chunk(&mut self, input: &[u8]) -> Result<Step<()>, Fault> {
        let head = self.line.at;
        self.trailer.read(input, head)?;
        if self.trailer.field != Field::End {
            return Ok(Step::Need(Need::at_least(self.trailer.field.missing())));
        }
        let wire = at_least_one(head.saturating_add(self.trailer.at));
        self.state = State::Done;
        Ok(Step::Frame(Frame { wire, body: head..head, last: true, meta: () }))
    }

    const fn check(&self, body: &[u8]) -> Result<(), EncodeError> {
        let limit = self.max;
        match body.len() {
            0 => Err(EncodeError::new(EncodeErrorKind::PayloadEmpty, 0)),
            len if len > limit => {
                Err(EncodeError::new(EncodeErrorKind::PayloadTooLong { limit }, 0))
            }
            _ => Ok(()),
        }
    }
}

impl Trailer {
    const fn new() -> Self {
        Self { at: 0, field: Field::Start }
    }

    /// Reads what has come since the last call of the section that begins at `start`.
    fn read(&mut self, input: &[u8], start: usize) -> Result<(), Fault> {
        for byte in input.get(start.saturating_add(self.at)..).unwrap_or_default() {
            if self.field == Field::End {
                break;
            }
            self.field = self.field.next(start.saturating_add(self.at), *byte)?;
            self.at = self.at.saturating_add(1);
            if self.at.saturating_add(self.field.missing()) > Chunked::MAX_TRAILER {
                return Err((FrameErrorKind::HeaderTooLong, start));
            }
        }
        Ok(())
    }
}

impl Framer for Chunked {
    type Meta = ();

    fn step(&mut self, input: &[u8]) -> Result<Step<()>, FrameError> {
        match self.state {
            State::Start | State::Begun => self.chunk(input).map_err(|fault| self.fail(fault)),
            State::Done => Ok(Step::Done),
            State::Failed(error) => Err(error),
        }
    }

    fn finish(&mut self, _input: &[u8]) -> Result<Finish<()>, FrameError> {
        match self.state {
            State::Start | State::Begun => Err(FrameError::truncated()),
            State::Done => Ok(Finish::Clean),
            State::Failed(error) => Err(error),
        }
    }

    fn max_wire(&self) -> usize {
        let behind = self.max.saturating_add(2).max(Self::MAX_TRAILER);
        behind.saturating_add(Self::MAX_LINE).saturating_add(2)
    }

    fn at_boundary(&self) -> bool {
        matches!(self.state, State::Start | State::Done)
    }

    fn reset(&mut self) {
        *self = Self::new(self.max);
    }

    fn part(&self, input: &[u8]) -> Option<Part> {
        if !matches!(self.state, State::Start | State::Begun) {
            return None;
        }
        let body = self.line.size(input, self.max)?;
        let role = if body == 0 { PartRole::Uncounted } else { PartRole::Counted };
        Some(Part { length_at: 0, body, role })
    }
}

impl Plain for Chunked {}

impl Encode for Chunked {
    type Meta = ();

    fn encoded_len(&self, body: &[u8], _meta: ()) -> Result<usize, EncodeError> {
        self.check(body)?;
        let head = head(body.len(), &mut [0; HEAD]).len();
        Ok(head.saturating_add(body.len()).saturating_add(2))
    }

    fn encode(&mut self, body: &[u8], _meta: (), out: &mut [u8]) -> Result<usize, EncodeError> {
        self.check(body)?;
        write_parts(out, [head(body.len(), &mut [0; HEAD]), body, b"\r\n"])
    }

    fn envelope(&mut self, body: &[u8], _meta: ()) -> Result<Option<Envelope<'_>>, EncodeError> {
        self.check(body)?;
        Ok(Some(Envelope::new(head(body.len(), &mut [0; HEAD]), b"\r\n")))
    }

    fn encode_end(&mut self, out: &mut [u8]) -> Result<usize, EncodeError> {
        write_parts(out, [b"0\r\n\r\n", &[], &[]])
    }
}

/// Sixteen digits and CRLF.
const HEAD: usize = 18;

/// Writes the line before a chunk of `len` bytes.
fn head(len: usize, out: &mut [u8; HEAD]) -> &[u8] {
    let mut writer = Writer::new(out);
    let _ = writer.put_hex(len as u64);
    let _ = writer.put_slice(b"\r\n");
    writer.into_written()
}
