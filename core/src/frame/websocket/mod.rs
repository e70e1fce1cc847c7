//! Frames of the WebSocket protocol.
//!
//! ```text
//!  byte 0         byte 1
//! │ F 0 0 0 opcode │ M length │ 2 or 8 bytes of length │ 4 bytes of key, where M │ payload │
//! ```
//!
//! RFC 6455, section 5.2. The payload of a masked frame is unmasked in place, by
//! [`Framer::unstuff`]. A length is written in as few bytes as hold it, and the first bit of eight
//! is zero (CVE-2020-27813). The reserved bits and opcodes are refused, for no extension is
//! negotiated here; a control frame is one frame of at most 125 bytes; a continuation follows a
//! first part and nothing else does (section 5.4). A client masks, a server does not (section 5.1):
//! see [`WebSocketRole`].

use super::encode::write_parts;
use super::{
    Encode, EncodeError, EncodeErrorKind, Envelope, Finish, Frame, FrameError, FrameErrorKind,
    Framer, Need, Part, PartRole, Recovery, Step, WebSocketMeta, at_least_one,
};
use head::{Head, Unready, is_control, is_known, mask, written};

mod head;
#[cfg(test)]
mod tests;

/// Who reads the stream, and so whether it is masked.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum WebSocketRole {
    /// Either: a frame may be masked or not.
    #[default]
    Any,
    /// A client, to which nothing is masked.
    Client,
    /// A server, to which everything is masked.
    Server,
}

impl WebSocketRole {
    /// Whether a frame may come so.
    const fn takes(self, masked: bool) -> bool {
        match self {
            Self::Any => true,
            Self::Client => !masked,
            Self::Server => masked,
        }
    }
}

/// Cuts a stream into WebSocket frames.
///
/// A frame without FIN is a part, `last: false`; control frames may stand between parts.
/// [`Assemble`](super::deframer::Assemble) joins the parts. The limit counts the payload of one
/// frame. Every error is [`Recovery::Fatal`]: [`FrameErrorKind::BadHeader`] at the first byte where
/// the bits or the opcode are wrong, at the second where the mask or the length of a control frame
/// is; all others at the length, which is the second byte or, where it has more bytes, the third.
///
/// [`WebSocketMeta`] says the rest of the header, and the masking key to write with. Written is
/// what the same role reads; a header that it would refuse is [`EncodeErrorKind::MetaMismatch`].
///
/// # Examples
///
/// ```
/// use portolan::frame::deframer::frames_mut;
/// use portolan::frame::{Encode, WebSocket, WebSocketMeta};
///
/// let mut stream = *b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
/// let mut frames = frames_mut(WebSocket::new(80), &mut stream);
/// let frame = frames.next().unwrap()?;
/// assert_eq!(frame.body, b"Hello");
/// assert_eq!(frame.meta, WebSocketMeta::new(true, 1, Some([0x37, 0xfa, 0x21, 0x3d])));
///
/// let mut out = [0; 11];
/// WebSocket::new(80).encode(b"Hello", frame.meta, &mut out)?;
/// assert_eq!(&out, b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct WebSocket {
    max: usize,
    role: WebSocketRole,
    /// Whether a message has begun that has not ended, as it is read and as it is written.
    reading: bool,
    writing: bool,
    failed: Option<FrameError>,
}

impl WebSocket {
    /// Creates the framer of frames with payloads of at most `max` bytes, masked or not.
    #[must_use]
    pub const fn new(max: usize) -> Self {
        Self { max, role: WebSocketRole::Any, reading: false, writing: false, failed: None }
    }

    /// Sets who reads the stream; at first, anybody.
    #[must_use]
    pub const fn role(mut self, role: WebSocketRole) -> Self {
        self.role = role;
        self
    }

    #[cold]
    fn fail(&mut self, kind: FrameErrorKind, at: usize) -> FrameError {
        let error = FrameError::new(kind, at, Recovery::Fatal);
        self.failed = Some(error);
        error
    }

    /// The first bytes of a frame that can be read back.
    fn check(&self, body: &[u8], meta: WebSocketMeta) -> Result<Envelope<'static>, EncodeError> {
        let control = is_control(meta.opcode);
        let follows = meta.opcode == 0;
        let known = is_known(meta.opcode) && (!control || meta.fin);
        let in_order = control || follows == self.writing;
        if !known || !in_order || !self.role.takes(meta.mask.is_some()) {
            return Err(EncodeError::new(EncodeErrorKind::MetaMismatch, 0));
        }
        let limit = if control { self.max.min(head::MAX_CONTROL) } else { self.max };
        if body.len() > limit {
            return Err(EncodeError::new(EncodeErrorKind::PayloadTooLong { limit }, 0));
        }
        Ok(written(body.len(), meta))
    }

    /// Remembers what was written.
    const fn wrote(&mut self, meta: WebSocketMeta) {
        if !is_control(meta.opcode) {
            self.writing = !meta.fin;
        }
    }
}

impl Framer for WebSocket {
    type Meta = WebSocketMeta;

    fn step(&mut self, input: &[u8]) -> Result<Step<WebSocketMeta>, FrameError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let head = match Head::read(input, self.role, self.max, self.reading) {
            Ok(head) => head,
            Err(Unready::Need(count)) => return Ok(Step::Need(Need::at_least(count))),
            Err(Unready::Bad(kind, at)) => return Err(self.fail(kind, at)),
        };
        let wire = head.len.saturating_add(head.body);
        if input.len() < wire {
            return Ok(Step::Need(Need::rest_of(wire, input.len())));
        }
        if !is_control(head.meta.opcode) {
            self.reading = !head.meta.fin;
        }
        Ok(Step::Frame(Frame {
            wire: at_least_one(wire),
            body: head.len..wire,
            last: head.meta.fin,
            meta: head.meta,
        }))
    }

    fn finish(&mut self, input: &[u8]) -> Result<Finish<WebSocketMeta>, FrameError> {
        match self.failed {
            Some(error) => Err(error),
            None if input.is_empty() && !self.reading => Ok(Finish::Clean),
            None => Err(FrameError::truncated()),
        }
    }

    fn unstuff(&self, meta: WebSocketMeta, body: &mut [u8]) -> Result<usize, FrameError> {
        if let Some(key) = meta.mask {
            mask(key, body);
        }
        Ok(body.len())
    }

    fn max_wire(&self) -> usize {
        self.max.saturating_add(head::MAX_HEAD)
    }

    fn at_boundary(&self) -> bool {
        self.failed.is_none() && !self.reading
    }

    fn reset(&mut self) {
        (self.reading, self.writing, self.failed) = (false, false, None);
    }

    fn part(&self, input: &[u8]) -> Option<Part> {
        let head = Head::read(input, self.role, self.max, self.reading).ok()?;
        let role = match is_control(head.meta.opcode) {
            true => PartRole::Between,
            false => PartRole::Counted,
        };
        Some(Part { length_at: head.length_at, body: head.body, role })
    }

    /// A message has the opcode, and the masking key, of its first part.
    fn joined(&self, first: WebSocketMeta, last: WebSocketMeta) -> WebSocketMeta {
        WebSocketMeta::new(last.fin, first.opcode, first.mask)
    }
}

impl Encode for WebSocket {
    type Meta = WebSocketMeta;

    fn encoded_len(&self, body: &[u8], meta: WebSocketMeta) -> Result<usize, EncodeError> {
        self.check(body, meta).map(|head| head.head().len().saturating_add(body.len()))
    }

    fn encode(
        &mut self,
        body: &[u8],
        meta: WebSocketMeta,
        out: &mut [u8],
    ) -> Result<usize, EncodeError> {
        let head = self.check(body, meta)?;
        let count = write_parts(out, [head.head(), body, &[]])?;
        if let (Some(key), Some(body)) = (meta.mask, out.get_mut(head.head().len()..count)) {
            mask(key, body);
        }
        self.wrote(meta);
        Ok(count)
    }

    /// Makes the header; `None` for a masked payload.
    fn envelope(
        &mut self,
        body: &[u8],
        meta: WebSocketMeta,
    ) -> Result<Option<Envelope<'_>>, EncodeError> {
        let head = self.check(body, meta)?;
        if meta.mask.is_some() {
            return Ok(None);
        }
        self.wrote(meta);
        Ok(Some(head))
    }
}
