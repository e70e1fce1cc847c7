//! Consistent Overhead Byte Stuffing: no zero in a frame, so that a zero ends it.
//!
//! ```text
//! payload   11 22 00 33
//! wire      03 11 22 02 33 00      a code says how far the next zero is; 00 ends the frame
//!           │        │     └ delimiter
//!           └ code   └ code: here stood a zero
//! ```
//!
//! A code of `FF` is followed by 254 bytes and stands for no zero. Source: Cheshire and Baker,
//! "Consistent Overhead Byte Stuffing", IEEE/ACM Transactions on Networking 7 (2), 1999, section 3.
//!
//! * Zeros between frames mean nothing and are passed over; `01 00` is an empty frame.
//! * A payload that ends in 254 bytes without a zero needs no code behind them. The encoder of the
//!   paper writes `01` there; it is read too.
//! * A zero before a block is complete is refused where it stands. It ends the bad frame: the next
//!   begins behind it.
//!
//! [`Cobs`] is the framer. The functions are for a payload that is framed otherwise: they neither
//! write nor take the delimiter.

use memchr::{memchr_iter, memrchr};

mod join;

pub(super) use self::join::{join, join_in_place};
use super::block::{BLOCK, behind_first, first, marks, put};
use super::stuff::{Segments, by_segments, room, spoilt};
use super::{
    Encode, EncodeError, EncodeErrorKind, Envelope, Finish, FrameError, FrameErrorKind, Framer,
    Step,
};

/// The byte that ends frames.
pub(super) const DELIMITER: u8 = 0;

/// Bytes of the longest block, without its code.
const MAX_RUN: usize = 254;

/// Bytes of the longest block, with its code.
const FULL: usize = MAX_RUN + 1;

/// Cuts a stream at zeros and undoes COBS; see the [module](self).
///
/// The limit counts the payload. A frame is refused as soon as it is longer than the worst encoding
/// of a payload of the limit.
///
/// # Examples
///
/// ```
/// use portolan::frame::{Cobs, Encode, deframer::frames_mut};
///
/// let mut out = [0; 8];
/// let len = Cobs::new(16).encode(b"\x11\x22\0\x33", (), &mut out)?;
/// assert_eq!(&out[..len], b"\x03\x11\x22\x02\x33\0");
///
/// // A block that a zero cuts short is refused, and the frame behind it delivered.
/// let mut stream = *b"\x05\x11\0\x02\x22\0";
/// let mut frames = frames_mut(Cobs::new(16), &mut stream);
/// let error = frames.next().unwrap().unwrap_err();
/// assert_eq!((error.code(), error.at), ("zero-in-block", 2));
/// assert_eq!(frames.next().unwrap().unwrap().body, b"\x22");
/// # Ok::<(), portolan::frame::EncodeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Cobs {
    segments: Segments,
}

impl Cobs {
    /// Creates the framer of payloads of at most `max` bytes.
    #[must_use]
    pub const fn new(max: usize) -> Self {
        Self { segments: segments(max) }
    }
}

/// The limit on the wire is `max + max / 254 + 2`: codes, a code `01` behind a full block, delimiter.
pub(super) const fn segments(max: usize) -> Segments {
    let worst = max.saturating_add(max.div_euclid(MAX_RUN)).saturating_add(1);
    Segments::new(DELIMITER, max, worst, 2)
}

impl Framer for Cobs {
    type Meta = ();

    #[inline]
    fn step(&mut self, input: &[u8]) -> Result<Step<()>, FrameError> {
        self.segments.step(input, |byte| byte == DELIMITER)
    }

    fn unstuff(&self, _meta: (), body: &mut [u8]) -> Result<usize, FrameError> {
        match join_in_place(body, false) {
            Ok(len) => self.segments.accept(len),
            // What the block lacks is where the delimiter stands.
            Err(_) => Err(spoilt(FrameErrorKind::ZeroInBlock, body.len())),
        }
    }

    by_segments!();
}

impl Encode for Cobs {
    type Meta = ();

    fn encoded_len(&self, body: &[u8], _meta: ()) -> Result<usize, EncodeError> {
        self.segments.check(body)?;
        Ok(encoded_len(body).saturating_add(1))
    }

    fn encode(&mut self, body: &[u8], _meta: (), out: &mut [u8]) -> Result<usize, EncodeError> {
        self.segments.check(body)?;
        write(body, out, false, &[DELIMITER])
    }

    fn envelope(&mut self, body: &[u8], _meta: ()) -> Result<Option<Envelope<'_>>, EncodeError> {
        self.segments.check(body).map(|()| None)
    }
}

/// Counts the most bytes that [`encode`] writes for a payload of so many.
///
/// It is `len` and one for each begun 254, and 1 for an empty payload.
#[must_use]
pub const fn max_encoded_len(len: usize) -> usize {
    match len.div_ceil(MAX_RUN) {
        0 => 1,
        codes => len.saturating_add(codes),
    }
}

/// Counts exactly the bytes that [`encode`] writes.
#[must_use]
pub fn encoded_len(payload: &[u8]) -> usize {
    let mut len = payload.len().saturating_add(1);
    if payload.len() > MAX_RUN {
        // Each zero has a code in its place, and so has the end; full blocks before it have their own.
        let mut start = 0_usize;
        for zero in memchr_iter(0, payload) {
            let run = zero.saturating_sub(start);
            len = len.saturating_add(run.div_euclid(MAX_RUN));
            start = zero.saturating_add(1);
        }
        let run = payload.len().saturating_sub(start);
        len = len.saturating_add(run.saturating_sub(1).div_euclid(MAX_RUN));
    }
    len
}

/// Encodes a payload to the start of `out`, without a delimiter, and counts the bytes.
///
/// # Errors
///
/// [`EncodeErrorKind::BufferTooSmall`] when `out` cannot hold them; it is untouched then.
pub fn encode(payload: &[u8], out: &mut [u8]) -> Result<usize, EncodeError> {
    write(payload, out, false, &[])
}

/// Decodes what [`encode`] writes to the start of `out` and counts the bytes of the payload.
///
/// # Errors
///
/// * [`FrameErrorKind::ZeroInBlock`] at the first zero of `stuffed`.
/// * [`FrameErrorKind::BadCode`] at the code of a block that has fewer bytes.
/// * [`FrameErrorKind::Truncated`] when `stuffed` is empty.
/// * [`FrameErrorKind::TooLong`] when `out` is shorter than the payload: its length is the limit.
///
/// The first of them that is true. After an error, what `out` holds means nothing.
pub fn decode(stuffed: &[u8], out: &mut [u8]) -> Result<usize, FrameError> {
    join(stuffed, out, false)
}

/// Decodes in place: the payload is then the first bytes of `stuffed`, and they are counted.
///
/// # Errors
///
/// Those of [`decode`], except [`FrameErrorKind::TooLong`].
pub fn decode_in_place(stuffed: &mut [u8]) -> Result<usize, FrameError> {
    join_in_place(stuffed, false)
}

/// Writes a payload and what follows it, or nothing at all.
#[inline]
pub(super) fn write(
    payload: &[u8],
    out: &mut [u8],
    reduce: bool,
    tail: &[u8],
) -> Result<usize, EncodeError> {
    let reduce = reduce && reduces(payload);
    // Counting is a pass of its own, for buffers that may turn out too small.
    if out.len() < max_encoded_len(payload.len()).saturating_add(tail.len()) {
        let len = encoded_len(payload).saturating_sub(usize::from(reduce));
        room(len.saturating_add(tail.len()), out)?;
    }
    let (body, last) = match payload.split_last() {
        Some((last, body)) if reduce => (body, Some(*last)),
        _ => (payload, None),
    };
    // There is room, so this is never it.
    let needed = out.len().saturating_add(1);
    let small = || EncodeError::new(EncodeErrorKind::BufferTooSmall { needed }, 0);
    write_blocks(body, last, out).and_then(|len| put(out, len, tail)).ok_or_else(small)
}

/// Writes a payload of which `last`, where there is one, is a further byte that is also the last code.
///
/// Before the first full block all bytes keep their distance: so they are copied as they are, many
/// at once, and then each zero gives its place to a code.
#[inline]
fn write_blocks(body: &[u8], last: Option<u8>, out: &mut [u8]) -> Option<usize> {
    let mut rest = body;
    let (mut code, mut at) = (0_usize, 1_usize);
    while !rest.is_empty() {
        let (len, zeros) = if let Some(block) = rest.first_chunk::<BLOCK>() {
            *out.get_mut(at..)?.first_chunk_mut()? = *block;
            (BLOCK, marks(block, [0]))
        } else {
            put(out, at, rest)?;
            (rest.len(), marks(rest, [0]))
        };
        let full = code.wrapping_add(FULL);
        let left = full.wrapping_sub(at);
        let goes_on = rest.len().wrapping_add(usize::from(last.is_some())) > left;
        if goes_on && left <= len && first(zeros) >= left {
            *out.get_mut(code)? = u8::MAX;
            (code, at) = (full, full.wrapping_add(1));
            rest = rest.get(left..)?;
        } else {
            code = write_codes(out, code, at, zeros)?;
            at = at.wrapping_add(len);
            rest = rest.get(len..)?;
        }
    }
    *out.get_mut(code)? = last.or_else(|| u8::try_from(at.wrapping_sub(code)).ok())?;
    Some(at)
}

/// Writes the code of each block that a zero ends, and answers where the next stands.
#[inline(always)]
fn write_codes(out: &mut [u8], code: usize, at: usize, zeros: u64) -> Option<usize> {
    let (mut code, mut zeros) = (code, zeros);
    while zeros != 0 {
        let zero = at.wrapping_add(first(zeros));
        *out.get_mut(code)? = u8::try_from(zero.wrapping_sub(code)).ok()?;
        code = zero;
        zeros = behind_first(zeros);
    }
    Some(code)
}

/// Whether the last byte of a payload can stand for its last code.
pub(super) fn reduces(payload: &[u8]) -> bool {
    let start = memrchr(0, payload).map_or(0, |zero| zero.saturating_add(1));
    let run = payload.len().saturating_sub(start);
    let code = run.saturating_sub(1).rem_euclid(MAX_RUN).saturating_add(2);
    run > 0 && payload.last().is_some_and(|byte| usize::from(*byte) >= code)
}

#[cfg(test)]
mod tests;
