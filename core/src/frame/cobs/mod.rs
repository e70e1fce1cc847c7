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

use memchr::memchr;

use super::stuff::{Segments, pull, put, room, spoilt};
use super::{
    Encode, EncodeError, EncodeErrorKind, Envelope, Finish, FrameError, FrameErrorKind, Framer,
    Step,
};

/// The byte that ends frames.
pub(super) const DELIMITER: u8 = 0;

/// Bytes of the longest block, without its code.
const MAX_RUN: usize = 254;

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

    fn finish(&mut self, input: &[u8]) -> Result<Finish<()>, FrameError> {
        self.segments.finish(input)
    }

    fn unstuff(&self, _meta: (), body: &mut [u8]) -> Result<usize, FrameError> {
        match join_in_place(body, false) {
            Ok(len) => self.segments.accept(len),
            // What the block lacks is where the delimiter stands.
            Err(_) => Err(spoilt(FrameErrorKind::ZeroInBlock, body.len())),
        }
    }

    fn max_wire(&self) -> usize {
        self.segments.max_wire()
    }

    #[inline]
    fn at_boundary(&self) -> bool {
        self.segments.at_boundary()
    }

    fn reset(&mut self) {
        self.segments.reset();
    }
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
    blocks(payload).fold(0, |sum: usize, run| sum.saturating_add(run.len()).saturating_add(1))
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
/// After an error, what `out` holds means nothing.
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
pub(super) fn refuse_zeros(stuffed: &[u8]) -> Result<(), FrameError> {
    if stuffed.is_empty() {
        return Err(spoilt(FrameErrorKind::Truncated, 0));
    }
    match memchr(DELIMITER, stuffed) {
        Some(at) => Err(spoilt(FrameErrorKind::ZeroInBlock, at)),
        None => Ok(()),
    }
}

/// The blocks of a payload, without their codes: each ends before a zero, or behind 254 bytes.
pub(super) const fn blocks(payload: &[u8]) -> Blocks<'_> {
    Blocks { rest: Some(payload) }
}

/// Iterator over blocks; the last of them is followed by nothing.
#[derive(Clone, Debug)]
pub(super) struct Blocks<'a> {
    rest: Option<&'a [u8]>,
}

impl<'a> Iterator for Blocks<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest?;
        let window = rest.get(..MAX_RUN).unwrap_or(rest);
        let zero = first_zero(window);
        let len = zero.unwrap_or(window.len());
        let (run, behind) = rest.split_at_checked(len).unwrap_or((rest, &[]));
        self.rest = match zero {
            Some(_) => behind.get(1..),
            None if behind.is_empty() => None,
            None => Some(behind),
        };
        Some(run)
    }
}

/// Finds the first zero; in the first sixteen bytes without a call.
#[inline(always)]
fn first_zero(run: &[u8]) -> Option<usize> {
    let Some((word, behind)) = run.split_first_chunk::<8>() else {
        return run.iter().position(|byte| *byte == 0);
    };
    if let Some(zero) = zero_in(*word) {
        return Some(zero);
    }
    if let Some(zero) = behind.first_chunk::<8>().and_then(|word| zero_in(*word)) {
        return Some(zero.saturating_add(8));
    }
    memchr(0, run)
}

/// Offset of the first zero in a word: the lowest byte whose top bit is set by the borrow.
#[inline(always)]
fn zero_in(word: [u8; 8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = 0x8080_8080_8080_8080;
    let word = u64::from_le_bytes(word);
    let zeros = word.wrapping_sub(ONES) & !word & TOPS;
    match zeros.trailing_zeros() {
        64 => None,
        bit => usize::try_from(bit >> 3).ok(),
    }
}

/// Writes a payload and what follows it, or nothing at all.
pub(super) fn write(
    payload: &[u8],
    out: &mut [u8],
    reduce: bool,
    tail: &[u8],
) -> Result<usize, EncodeError> {
    // Counting is a pass of its own, for buffers that may turn out too small.
    if out.len() < max_encoded_len(payload.len()).saturating_add(tail.len()) {
        let len = encoded_len(payload).saturating_sub(usize::from(reduce && reduces(payload)));
        room(len.saturating_add(tail.len()), out)?;
    }
    // There is room, so this is never it.
    let needed = out.len().saturating_add(1);
    let small = || EncodeError::new(EncodeErrorKind::BufferTooSmall { needed }, 0);
    write_blocks(payload, out, reduce).and_then(|len| put(out, len, tail)).ok_or_else(small)
}

#[inline]
fn write_blocks(payload: &[u8], out: &mut [u8], reduce: bool) -> Option<usize> {
    let mut blocks = blocks(payload);
    let mut at = 0_usize;
    while let Some(run) = blocks.next() {
        let code = code_of(run);
        let (code, run) = match run.split_last() {
            Some((last, run)) if reduce && blocks.rest.is_none() && *last >= code => (*last, run),
            _ => (code, run),
        };
        *out.get_mut(at)? = code;
        at = put(out, at.wrapping_add(1), run)?;
    }
    Some(at)
}

/// Whether the last byte of a payload can stand for its last code.
pub(super) fn reduces(payload: &[u8]) -> bool {
    let last = blocks(payload).last().unwrap_or_default();
    last.last().is_some_and(|byte| *byte >= code_of(last))
}

/// The code of a block: how many bytes there are to the next.
#[inline(always)]
fn code_of(run: &[u8]) -> u8 {
    u8::try_from(run.len().wrapping_add(1)).unwrap_or(u8::MAX)
}

/// Joins blocks that hold no zeros.
#[inline]
pub(super) fn join(stuffed: &[u8], out: &mut [u8], reduced: bool) -> Result<usize, FrameError> {
    let limit = out.len();
    let long = || spoilt(FrameErrorKind::TooLong { limit }, 0);
    let (mut rest, mut at) = (stuffed, 0);
    while let Some((code, behind)) = rest.split_first() {
        let Some((run, next)) = behind.split_at_checked(usize::from(*code).wrapping_sub(1)) else {
            if !reduced {
                let code = stuffed.len().saturating_sub(rest.len());
                return Err(spoilt(FrameErrorKind::BadCode, code));
            }
            at = put(out, at, behind).ok_or_else(long)?;
            return put(out, at, &[*code]).ok_or_else(long);
        };
        at = put(out, at, run).ok_or_else(long)?;
        if *code != u8::MAX && !next.is_empty() {
            *out.get_mut(at).ok_or_else(long)? = 0;
            at = at.wrapping_add(1);
        }
        rest = next;
    }
    Ok(at)
}

/// Joins blocks that hold no zeros, in place.
#[inline]
pub(super) fn join_in_place(body: &mut [u8], reduced: bool) -> Result<usize, FrameError> {
    let (mut from, mut to) = (0_usize, 0_usize);
    while let Some(code) = body.get(from).copied() {
        let run = usize::from(code).saturating_sub(1);
        let start = from.wrapping_add(1);
        let present = body.len().saturating_sub(start);
        if run > present {
            if !reduced {
                return Err(spoilt(FrameErrorKind::BadCode, from));
            }
            pull(body, start, present, to);
            to = to.wrapping_add(present);
            put(body, to, &[code]);
            return Ok(to.wrapping_add(1));
        }
        pull(body, start, run, to);
        to = to.wrapping_add(run);
        from = start.wrapping_add(run);
        if code != u8::MAX && from < body.len() {
            put(body, to, &[0]);
            to = to.wrapping_add(1);
        }
    }
    Ok(to)
}

#[cfg(test)]
mod tests;
