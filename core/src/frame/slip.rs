//! Serial Line IP: `C0` ends a frame, and stands in it as two other bytes.
//!
//! ```text
//! payload   61 C0 62 DB
//! wire      61 DB DC 62 DB DD C0
//!              └─┬─┘    └─┬─┘ └ END
//!              C0       DB
//! ```
//!
//! Source: RFC 1055, "protocol".
//!
//! * An END before a frame is no part of it: it ends noise on the line. So empty frames are passed
//!   over, and an empty payload cannot be written.
//! * ESC (`DB`) before anything but `DC` and `DD` is refused at that byte. The code in RFC 1055
//!   keeps the byte instead: see [`SlipEscape`].
//! * END ends a frame wherever it stands. Behind ESC it is such a byte, and the frame is refused; the
//!   next begins behind it.
//!
//! [`Slip`] is the framer. The functions are for a payload that is framed otherwise: they neither
//! write nor take END.

use memchr::{memchr, memchr2_iter};

use super::block::{BLOCK, WINDOW, behind_first, first, holds, marks, pull, put, spill, window};
use super::stuff::{Segments, by_segments, room, spoilt};
use super::{
    Encode, EncodeError, EncodeErrorKind, Envelope, Finish, FrameError, FrameErrorKind, Framer,
    Step,
};

const END: u8 = 0xc0;
const ESC: u8 = 0xdb;
const ESC_END: u8 = 0xdc;
const ESC_ESC: u8 = 0xdd;

/// What becomes of ESC before a byte that needs none.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum SlipEscape {
    /// The frame is refused.
    #[default]
    Strict,
    /// The byte is kept and ESC dropped, as the code in RFC 1055 does; not before END.
    Rfc1055,
}

/// Cuts a stream at END and undoes the escapes; see the [module](self).
///
/// The limit counts the payload. A frame is refused as soon as it is longer than the worst encoding
/// of a payload of the limit.
///
/// # Examples
///
/// ```
/// use portolan::frame::{Encode, Slip, deframer::frames_mut};
///
/// let mut out = [0; 8];
/// let len = Slip::new(16).encode(b"a\xc0b", (), &mut out)?;
/// assert_eq!(&out[..len], b"a\xdb\xdcb\xc0");
///
/// // A bad escape costs its own frame and no other.
/// let mut stream = *b"\xc0a\xdb\xc0b\xc0";
/// let mut frames = frames_mut(Slip::new(16), &mut stream);
/// let error = frames.next().unwrap().unwrap_err();
/// assert_eq!((error.code(), error.at), ("bad-escape", 3));
/// assert_eq!(frames.next().unwrap().unwrap().body, b"b");
/// # Ok::<(), portolan::frame::EncodeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Slip {
    segments: Segments,
    escape: SlipEscape,
}

impl Slip {
    /// Creates the framer of payloads of at most `max` bytes.
    #[must_use]
    pub const fn new(max: usize) -> Self {
        let segments = Segments::new(END, max, max.saturating_mul(2), 2);
        Self { segments, escape: SlipEscape::Strict }
    }

    /// Sets what becomes of ESC before a byte that needs none; at first, the frame is refused.
    #[must_use]
    pub const fn escape(mut self, escape: SlipEscape) -> Self {
        self.escape = escape;
        self
    }

    fn check(&self, body: &[u8]) -> Result<(), EncodeError> {
        if body.is_empty() {
            return Err(EncodeError::new(EncodeErrorKind::PayloadEmpty, 0));
        }
        self.segments.check(body)
    }
}

impl Framer for Slip {
    type Meta = ();

    #[inline]
    fn step(&mut self, input: &[u8]) -> Result<Step<()>, FrameError> {
        self.segments.step(input, |byte| byte == END)
    }

    fn unstuff(&self, _meta: (), body: &mut [u8]) -> Result<usize, FrameError> {
        self.segments.accept(unescape_in_place(body, self.escape)?)
    }

    by_segments!();
}

impl Encode for Slip {
    type Meta = ();

    fn encoded_len(&self, body: &[u8], _meta: ()) -> Result<usize, EncodeError> {
        self.check(body)?;
        Ok(encoded_len(body).saturating_add(1))
    }

    fn encode(&mut self, body: &[u8], _meta: (), out: &mut [u8]) -> Result<usize, EncodeError> {
        self.check(body)?;
        write(body, out, &[END])
    }

    fn envelope(&mut self, body: &[u8], _meta: ()) -> Result<Option<Envelope<'_>>, EncodeError> {
        self.check(body).map(|()| None)
    }
}

/// Counts the most bytes that [`encode`] writes for a payload of so many: twice as many.
#[must_use]
pub const fn max_encoded_len(len: usize) -> usize {
    len.saturating_mul(2)
}

/// Counts exactly the bytes that [`encode`] writes.
#[must_use]
pub fn encoded_len(payload: &[u8]) -> usize {
    memchr2_iter(END, ESC, payload).count().saturating_add(payload.len())
}

/// Encodes a payload to the start of `out`, without END, and counts the bytes.
///
/// # Errors
///
/// [`EncodeErrorKind::BufferTooSmall`] when `out` cannot hold them; it is untouched then.
pub fn encode(payload: &[u8], out: &mut [u8]) -> Result<usize, EncodeError> {
    write(payload, out, &[])
}

/// Decodes what [`encode`] writes to the start of `out` and counts the bytes of the payload.
///
/// # Errors
///
/// * [`FrameErrorKind::BadEscape`] at the byte after an ESC that cannot be escaped, at the end of
///   `stuffed` where there is none, and at an END.
/// * [`FrameErrorKind::TooLong`] when `out` is shorter than the payload: its length is the limit.
///
/// After an error, what `out` holds means nothing.
pub fn decode(stuffed: &[u8], out: &mut [u8]) -> Result<usize, FrameError> {
    refuse_end(stuffed)?;
    let limit = out.len();
    let too_long = || spoilt(FrameErrorKind::TooLong { limit }, 0);
    let mut plain = [0; WINDOW];
    let (mut from, mut to) = (0_usize, 0_usize);
    while let Some(rest) = stuffed.get(from..).filter(|rest| !rest.is_empty()) {
        let block = rest.get(..BLOCK).unwrap_or(rest);
        let escapes = marks(block, [ESC]);
        if escapes == 0 {
            to = put(out, to, block).ok_or_else(too_long)?;
            from = from.wrapping_add(block.len());
        } else {
            let (read, len) = unescape(rest, escapes, &mut plain, SlipEscape::Strict);
            let run = plain.get(..len).unwrap_or_default();
            to = put(out, to, run).ok_or_else(too_long)?;
            from = from.wrapping_add(read.map_err(|at| bad_escape(from, at))?);
        }
    }
    Ok(to)
}

/// Decodes in place: the payload is then the first bytes of `stuffed`, and they are counted.
///
/// # Errors
///
/// Those of [`decode`], except [`FrameErrorKind::TooLong`].
pub fn decode_in_place(stuffed: &mut [u8]) -> Result<usize, FrameError> {
    refuse_end(stuffed)?;
    unescape_in_place(stuffed, SlipEscape::Strict)
}

#[inline(always)]
fn refuse_end(stuffed: &[u8]) -> Result<(), FrameError> {
    match holds(stuffed, [END]) {
        true => Err(bad_escape(0, memchr(END, stuffed).unwrap_or_default())),
        false => Ok(()),
    }
}

#[inline]
fn unescape_in_place(body: &mut [u8], escape: SlipEscape) -> Result<usize, FrameError> {
    let mut from = memchr(ESC, body).unwrap_or(body.len());
    let mut to = from;
    let mut plain = [0; WINDOW];
    while let Some(rest) = body.get(from..).filter(|rest| !rest.is_empty()) {
        let block = rest.get(..BLOCK).unwrap_or(rest);
        let escapes = marks(block, [ESC]);
        if escapes == 0 {
            let len = block.len();
            from = from.wrapping_add(len);
            pull(body.get_mut(to..from).unwrap_or_default(), len);
            to = to.wrapping_add(len);
        } else {
            let (read, len) = unescape(rest, escapes, &mut plain, escape);
            from = from.wrapping_add(read.map_err(|at| bad_escape(from, at))?);
            to = put(body, to, plain.get(..len).unwrap_or_default()).unwrap_or(to);
        }
    }
    Ok(to)
}

/// Undoes the escapes of a block, which may reach one byte behind it.
///
/// Answers how many bytes are read, or where the bad escape is, and how many are left of them.
#[inline(always)]
fn unescape(
    rest: &[u8],
    escapes: u64,
    plain: &mut [u8; WINDOW],
    escape: SlipEscape,
) -> (Result<usize, usize>, usize) {
    let mut spare = [0; WINDOW];
    let block = window(rest, &mut spare);
    let (mut escapes, mut start, mut len) = (escapes, 0_usize, 0_usize);
    while escapes != 0 {
        let end = first(escapes);
        len = spill(plain, len, block, start, end);
        let escaped = end.wrapping_add(1);
        let Some(byte) = original(rest.get(escaped).copied(), escape) else {
            return (Err(escaped), len);
        };
        if let Some(place) = plain.get_mut(len) {
            *place = byte;
        }
        len = len.wrapping_add(1);
        start = escaped.wrapping_add(1);
        escapes = behind_first(escapes);
        if escape != SlipEscape::Strict && first(escapes) == escaped {
            // An escaped byte escapes nothing.
            escapes = behind_first(escapes);
        }
    }
    let end = start.max(rest.len().min(BLOCK));
    (Ok(end), spill(plain, len, block, start, end))
}

/// The byte that was escaped as another; `None` where no byte is, for there END stands.
#[inline(always)]
const fn original(byte: Option<u8>, escape: SlipEscape) -> Option<u8> {
    match (byte, escape) {
        (Some(ESC_END), _) => Some(END),
        (Some(ESC_ESC), _) => Some(ESC),
        (other, SlipEscape::Rfc1055) => other,
        (_, SlipEscape::Strict) => None,
    }
}

#[cold]
const fn bad_escape(start: usize, at: usize) -> FrameError {
    spoilt(FrameErrorKind::BadEscape, start.saturating_add(at))
}

/// Writes a payload and what follows it, or nothing at all.
fn write(payload: &[u8], out: &mut [u8], tail: &[u8]) -> Result<usize, EncodeError> {
    // Counting is a pass of its own, for buffers that may turn out too small.
    if out.len() < max_encoded_len(payload.len()).saturating_add(tail.len()) {
        room(encoded_len(payload).saturating_add(tail.len()), out)?;
    }
    // There is room, so this is never it.
    let needed = out.len().saturating_add(1);
    let small = || EncodeError::new(EncodeErrorKind::BufferTooSmall { needed }, 0);
    escape(payload, out).and_then(|len| put(out, len, tail)).ok_or_else(small)
}

#[inline]
fn escape(payload: &[u8], out: &mut [u8]) -> Option<usize> {
    let mut wire = [0; BLOCK + WINDOW];
    let (mut rest, mut at) = (payload, 0);
    while !rest.is_empty() {
        let (block, behind) = rest.split_at_checked(BLOCK).unwrap_or((rest, &[]));
        let special = marks(block, [END, ESC]);
        at = if special == 0 {
            put(out, at, block)?
        } else {
            let len = escape_block(rest, special, &mut wire)?;
            put(out, at, wire.get(..len)?)?
        };
        rest = behind;
    }
    Some(at)
}

/// Escapes a block and counts the bytes.
#[inline(always)]
fn escape_block(rest: &[u8], special: u64, wire: &mut [u8; BLOCK + WINDOW]) -> Option<usize> {
    let mut spare = [0; WINDOW];
    let block = window(rest, &mut spare);
    let (mut special, mut start, mut len) = (special, 0_usize, 0_usize);
    while special != 0 {
        let end = first(special);
        len = spill(wire, len, block, start, end);
        let byte = if block.get(end) == Some(&END) { ESC_END } else { ESC_ESC };
        *wire.get_mut(len..)?.first_chunk_mut()? = [ESC, byte];
        len = len.wrapping_add(2);
        start = end.wrapping_add(1);
        special = behind_first(special);
    }
    Some(spill(wire, len, block, start, rest.len().min(BLOCK)))
}

#[cfg(test)]
mod tests;
