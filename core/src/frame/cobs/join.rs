//! Blocks joined to a payload, between buffers and in place.
//!
//! Where a block stands for a zero, its code gives its place to that zero and all bytes behind it keep
//! their distance: so they are moved as they are, many at once, and then zeros are written. Only a full
//! block, which stands for none, brings what is behind it one byte closer.

use memchr::memchr;

use super::super::block::{BLOCK, copy, pull, put};
use super::super::stuff::spoilt;
use super::super::{FrameError, FrameErrorKind};
use super::{DELIMITER, FULL, MAX_RUN};

/// Bytes from which on it is faster to look for zeros first.
const LONG: usize = 2 * FULL;

/// Joins blocks; in COBS/R, which is `reduced`, a last code that says too much is a byte.
#[inline]
pub(in super::super) fn join(
    stuffed: &[u8],
    out: &mut [u8],
    reduced: bool,
) -> Result<usize, FrameError> {
    // One block is often all.
    if let Some((code, run)) = stuffed.split_first()
        && usize::from(*code) == stuffed.len()
        && let Some(place) = out.get_mut(..run.len())
        && !copy(place, run)
    {
        return Ok(run.len());
    }
    let limit = out.len();
    join_all(stuffed, out, reduced).ok_or_else(|| refusal(stuffed, limit, reduced))
}

#[inline]
fn join_all(stuffed: &[u8], out: &mut [u8], reduced: bool) -> Option<usize> {
    let (from, to) = if stuffed.len() > FULL + 1 { join_most(stuffed, out)? } else { (0, 0) };
    let (code, behind) = stuffed.get(from..)?.split_first()?;
    let (run, after) = match *code {
        u8::MAX if behind.len() > MAX_RUN => behind.split_at_checked(MAX_RUN)?,
        _ => (behind, &[][..]),
    };
    let end = to.wrapping_add(run.len());
    let place = out.get_mut(to..end)?;
    if copy(place, run) {
        return None;
    }
    let chain = write_zeros(place, *code);
    if chain.next != run.len().wrapping_add(1) {
        return put(out, end, &[chain.byte(run.len(), reduced)?]);
    }
    match after {
        [] | &[1] => Some(end),
        [byte] if reduced && *byte != DELIMITER => put(out, end, &[*byte]),
        _ => None,
    }
}

/// Joins blocks up to the last, of at most [`FULL`] bytes behind a code, and answers where they are and
/// where they go.
///
/// Bytes behind a block are copied along with it, for the next to be written over: that costs less than
/// a wrong guess at its length.
fn join_most(stuffed: &[u8], out: &mut [u8]) -> Option<(usize, usize)> {
    let (mut from, mut to) = (0_usize, 0_usize);
    while let Some((code, behind)) = stuffed.get(from..)?.split_first()
        && let Some(run) = behind.first_chunk::<MAX_RUN>()
        && behind.len() > FULL
    {
        let code = usize::from(*code);
        // No more than the payload that is still to come.
        let place = out.get_mut(to..)?.first_chunk_mut::<FULL>()?;
        let (short, long) = run.split_at_checked(BLOCK)?;
        let mut zero = copy(place.get_mut(..BLOCK)?, short);
        if code > BLOCK {
            zero |= copy(place.get_mut(BLOCK..MAX_RUN)?, long);
        }
        if zero {
            return None;
        }
        *place.get_mut(code.wrapping_sub(1))? = 0;
        from = from.wrapping_add(code);
        to = to.wrapping_add(code).wrapping_sub(usize::from(code == FULL));
    }
    Some((from, to))
}

/// The rule that blocks break.
#[cold]
fn refusal(stuffed: &[u8], limit: usize, reduced: bool) -> FrameError {
    if let Some(at) = memchr(DELIMITER, stuffed) {
        return spoilt(FrameErrorKind::ZeroInBlock, at);
    }
    let mut at = 0_usize;
    while let Some(code) = stuffed.get(at) {
        let next = at.saturating_add(usize::from(*code));
        if next > stuffed.len() && !reduced {
            return spoilt(FrameErrorKind::BadCode, at);
        }
        at = next;
    }
    match stuffed {
        [] => spoilt(FrameErrorKind::Truncated, 0),
        _ => spoilt(FrameErrorKind::TooLong { limit }, 0),
    }
}

/// Joins blocks in place, as [`join`] does.
#[inline]
pub(in super::super) fn join_in_place(body: &mut [u8], reduced: bool) -> Result<usize, FrameError> {
    let Some((&code, run)) = body.split_first() else {
        return Err(spoilt(FrameErrorKind::Truncated, 0));
    };
    // One block is often all.
    let len = run.len();
    if usize::from(code) == body.len() {
        return match pull(body, len) {
            false => Ok(len),
            true => Err(zero_in_stretch(0, code, body)),
        };
    }
    if body.len() > LONG {
        return join_long_in_place(body, reduced);
    }
    let (mut from, mut to) = join_stretch(body, 0, 0, reduced)?;
    while from < body.len() {
        (from, to) = join_stretch(body, from, to, reduced)?;
    }
    Ok(to)
}

/// Walks along the codes of a stretch once, before it is moved.
fn join_long_in_place(body: &mut [u8], reduced: bool) -> Result<usize, FrameError> {
    if let Some(at) = memchr(DELIMITER, body) {
        return Err(spoilt(FrameErrorKind::ZeroInBlock, at));
    }
    let (mut from, mut to) = (0_usize, 0_usize);
    while let Some(&first) = body.get(from) {
        let (mut code, mut last, mut next) = (first, from, from.wrapping_add(first.into()));
        while code != u8::MAX
            && let Some(place) = body.get_mut(next)
        {
            code = core::mem::take(place);
            last = next;
            next = next.wrapping_add(code.into());
        }
        let run = from.wrapping_add(1)..next.min(body.len());
        let end = to.wrapping_add(run.len());
        body.copy_within(run, to);
        (from, to) = (next, end);
        if next > body.len() {
            if !reduced {
                return Err(spoilt(FrameErrorKind::BadCode, last));
            }
            to = put(body, to, &[code]).unwrap_or(to);
        }
    }
    Ok(to)
}

/// Joins the blocks of a stretch, and answers where the next begins and where it goes.
#[inline(always)]
fn join_stretch(
    body: &mut [u8],
    from: usize,
    to: usize,
    reduced: bool,
) -> Result<(usize, usize), FrameError> {
    let (&code, behind) = body.get(from..).and_then(<[u8]>::split_first).unwrap_or((&0, &[]));
    let len = stretch(behind, code);
    let next = from.wrapping_add(1).wrapping_add(len);
    let bytes = body.get_mut(to..next).unwrap_or_default();
    let zero = pull(bytes, len);
    let place = bytes.get_mut(..len).unwrap_or_default();
    if code == 0 || zero {
        return Err(zero_in_stretch(from, code, place));
    }
    let chain = write_zeros(place, code);
    let end = to.wrapping_add(len);
    if chain.next == len.wrapping_add(1) {
        return Ok((next, end));
    }
    let Some(byte) = chain.byte(len, reduced) else {
        return Err(spoilt(FrameErrorKind::BadCode, from.saturating_add(chain.last)));
    };
    Ok((next, put(body, end, &[byte]).unwrap_or(end)))
}

/// Where the zero of a stretch was: its first code, or behind that among the bytes that have moved.
#[cold]
fn zero_in_stretch(from: usize, code: u8, moved: &[u8]) -> FrameError {
    let zero = memchr(DELIMITER, moved).filter(|_| code != DELIMITER);
    let offset = zero.map_or(0, |at| at.saturating_add(1));
    spoilt(FrameErrorKind::ZeroInBlock, from.saturating_add(offset))
}

/// Counts the bytes behind a code that keep their distance: up to the first full block with more behind
/// it.
#[inline(always)]
fn stretch(behind: &[u8], code: u8) -> usize {
    let (mut code, mut at) = (code, 0_usize);
    while let full = at.wrapping_add(MAX_RUN)
        && full < behind.len()
    {
        match code {
            u8::MAX => return full,
            // It leads nowhere.
            DELIMITER => break,
            _ => {}
        }
        at = at.wrapping_add(code.into());
        let Some(next) = behind.get(at.wrapping_sub(1)) else { break };
        code = *next;
    }
    behind.len()
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

/// Writes a zero over each code of a stretch without zeros; `code` stands before it.
#[inline(always)]
fn write_zeros(place: &mut [u8], code: u8) -> Chain {
    let mut chain = Chain { last: 0, next: code.into() };
    while chain.next.wrapping_sub(1) < place.len() {
        // Four are read before one is written and the end is looked for; the last one again where there
        // are less. That costs less than a wrong guess at their number.
        let zeros = [(); 4].map(|()| {
            let more = chain.next <= place.len();
            chain.last = if more { chain.next } else { chain.last };
            let at = chain.last.wrapping_sub(1);
            let code = place.get(at).copied().unwrap_or_default();
            chain.next = chain.last.wrapping_add(code.into());
            at
        });
        for at in zeros {
            if let Some(zero) = place.get_mut(at) {
                *zero = 0;
            }
        }
    }
    chain
}
