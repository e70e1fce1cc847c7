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

use memchr::{memchr, memchr_iter, memrchr};

use super::block::{BLOCK, behind_first, copy, first, holds, marks, pull, put};
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
    refuse_zeros(stuffed)?;
    join(stuffed, out, false)
}

/// Decodes in place: the payload is then the first bytes of `stuffed`, and they are counted.
///
/// # Errors
///
/// Those of [`decode`], except [`FrameErrorKind::TooLong`].
pub fn decode_in_place(stuffed: &mut [u8]) -> Result<usize, FrameError> {
    refuse_zeros(stuffed)?;
    join_in_place(stuffed, false)
}

/// Refuses the first zero, and what has no code at all.
#[inline(always)]
pub(super) fn refuse_zeros(stuffed: &[u8]) -> Result<(), FrameError> {
    if stuffed.is_empty() || holds(stuffed, [DELIMITER]) {
        return Err(no_segment(stuffed));
    }
    Ok(())
}

#[cold]
fn no_segment(stuffed: &[u8]) -> FrameError {
    match memchr(DELIMITER, stuffed) {
        Some(at) => spoilt(FrameErrorKind::ZeroInBlock, at),
        None => spoilt(FrameErrorKind::Truncated, 0),
    }
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

/// Joins blocks that hold no zeros.
///
/// The way of [`write_blocks`] back: runs of blocks are copied as they are, and then each code gives
/// its place to a zero.
#[inline]
pub(super) fn join(stuffed: &[u8], out: &mut [u8], reduced: bool) -> Result<usize, FrameError> {
    let limit = out.len();
    if stuffed.len() <= FULL
        && let Some((code, run)) = stuffed.split_first()
        && let Some(place) = out.get_mut(..run.len())
    {
        copy(place, run);
        if write_zeros(place, *code).next == stuffed.len() {
            return Ok(run.len());
        }
    }
    let long = || too_long(stuffed, limit, reduced);
    let (mut rest, mut space) = (stuffed, out);
    while let Some((&code, behind)) = rest.split_first() {
        let (run, next) = behind.split_at_checked(stretch(behind, code)).unwrap_or((behind, &[]));
        let (place, left) = space.split_at_mut_checked(run.len()).ok_or_else(long)?;
        copy(place, run);
        space = left;
        let chain = write_zeros(place, code);
        if chain.next != run.len().wrapping_add(1) {
            let at = stuffed.len().saturating_sub(rest.len());
            let byte = chain.byte(run.len(), reduced).ok_or_else(|| bad_code(at, chain.last))?;
            let (place, left) = space.split_first_mut().ok_or_else(long)?;
            *place = byte;
            space = left;
        }
        rest = next;
    }
    Ok(limit.saturating_sub(space.len()))
}

/// Joins blocks that hold no zeros, in place.
#[inline]
pub(super) fn join_in_place(body: &mut [u8], reduced: bool) -> Result<usize, FrameError> {
    let (mut from, mut to) = (0_usize, 0_usize);
    while let Some((&code, behind)) = body.get(from..).and_then(<[u8]>::split_first) {
        let len = stretch(behind, code);
        let (start, end) = (from.wrapping_add(1), to.wrapping_add(len));
        pull(body, start, len, to);
        let chain = write_zeros(body.get_mut(to..end).unwrap_or_default(), code);
        to = end;
        if chain.next != len.wrapping_add(1) {
            let byte = chain.byte(len, reduced).ok_or_else(|| bad_code(from, chain.last))?;
            to = put(body, to, &[byte]).unwrap_or(to);
        }
        from = start.wrapping_add(len);
    }
    Ok(to)
}

/// Counts the bytes behind a code that keep their distance: up to the first full block that stands for
/// no zero.
#[inline(always)]
fn stretch(behind: &[u8], code: u8) -> usize {
    // No full block ends earlier.
    if behind.len() <= MAX_RUN {
        return behind.len();
    }
    let (mut code, mut next) = (code, usize::from(code));
    while !matches!(code, 0 | u8::MAX)
        && let Some(byte) = behind.get(next.wrapping_sub(1))
    {
        code = *byte;
        next = next.wrapping_add(usize::from(code));
    }
    behind.len().min(next.wrapping_sub(1))
}

/// Where the last code of a stretch stands, and where it says that the next does; both from the first.
struct Chain {
    last: usize,
    next: usize,
}

impl Chain {
    /// The last code as a byte behind the `len` that are there, which it is in COBS/R if it says more.
    #[inline(always)]
    fn byte(&self, len: usize, reduced: bool) -> Option<u8> {
        if !reduced || self.next <= len {
            return None;
        }
        u8::try_from(self.next.wrapping_sub(self.last)).ok()
    }
}

/// Writes a zero over each code of a stretch; `code` stands before it.
#[inline(always)]
fn write_zeros(place: &mut [u8], code: u8) -> Chain {
    let mut chain = Chain { last: 0, next: usize::from(code) };
    // A code of zero, which no stream brings here, leads nowhere.
    while chain.next > chain.last
        && let Some(code) = place.get_mut(chain.next.wrapping_sub(1))
    {
        chain.last = chain.next;
        chain.next = chain.next.wrapping_add(usize::from(core::mem::take(code)));
    }
    chain
}

#[cold]
const fn bad_code(first: usize, offset: usize) -> FrameError {
    spoilt(FrameErrorKind::BadCode, first.saturating_add(offset))
}

/// The error of blocks that do not fit; a bad code goes before it.
#[cold]
fn too_long(stuffed: &[u8], limit: usize, reduced: bool) -> FrameError {
    let mut at = 0_usize;
    while let Some(code) = stuffed.get(at) {
        let next = at.saturating_add(usize::from(*code).max(1));
        if next > stuffed.len() && !reduced {
            return bad_code(at, 0);
        }
        at = next;
    }
    spoilt(FrameErrorKind::TooLong { limit }, 0)
}

#[cfg(test)]
mod tests;
