//! Bytes by the block: runs that are moved without a call, and the few bytes that matter found all at
//! once.
//!
//! All of it is arithmetic on words and on arrays of a fixed size, which compilers turn into a few wide
//! instructions where there are such.

use memchr::memchr;

use crate::word::{TOPS, not_zero};

/// Bytes that are looked at together: as many as a word has bits.
pub(super) const BLOCK: usize = 64;

const HALF: usize = BLOCK / 2;

/// Bytes of a block and of what is spilt behind it.
pub(super) const WINDOW: usize = BLOCK + HALF;

/// What a function answers of the widest ends that a run has: it takes as many bytes from both, and
/// answers nothing where there are less. Without closures, which are not always inlined.
macro_rules! widths {
    ($ends:ident $(::<$further:tt>)? ($($argument:expr),*)) => {
        if let Some(answer) = $ends::<32 $(, $further)?>($($argument),*) {
            answer
        } else if let Some(answer) = $ends::<16 $(, $further)?>($($argument),*) {
            answer
        } else if let Some(answer) = $ends::<8 $(, $further)?>($($argument),*) {
            answer
        } else if let Some(answer) = $ends::<4 $(, $further)?>($($argument),*) {
            answer
        } else if let Some(answer) = $ends::<2 $(, $further)?>($($argument),*) {
            answer
        } else {
            $ends::<1 $(, $further)?>($($argument),*).unwrap_or_default()
        }
    };
}

/// One bit for each byte of a run of at most [`BLOCK`] that is one of `wanted`; the lowest is the
/// first.
#[inline(always)]
pub(super) fn marks<const K: usize>(run: &[u8], wanted: [u8; K]) -> u64 {
    // Most runs have none.
    match run.first_chunk::<BLOCK>() {
        Some(block) if has(block, wanted) => {
            let words = block.as_chunks().0.iter().rev();
            words.fold(0, |marks, word| marks << 8 | marks_in_word(word, wanted))
        }
        None if holds(run, wanted) => marks_in_words(run, wanted),
        _ => 0,
    }
}

#[inline(always)]
pub(super) fn marks_in_words<const K: usize>(run: &[u8], wanted: [u8; K]) -> u64 {
    let Some(last) = run.last_chunk::<8>() else {
        let mark = |byte: &u8| u64::from(wanted.contains(byte));
        return run.iter().rev().fold(0, |marks, byte| marks << 1 | mark(byte));
    };
    // The last word may overlap the one before, which marks the same bytes.
    let mut marks = marks_in_word(last, wanted) << bit(run.len().wrapping_sub(8));
    for (index, word) in run.as_chunks::<8>().0.iter().enumerate() {
        marks |= marks_in_word(word, wanted) << bit(index.wrapping_mul(8));
    }
    marks
}

/// One bit for each of eight bytes.
#[inline(always)]
fn marks_in_word<const K: usize>(word: &[u8; 8], wanted: [u8; K]) -> u64 {
    // The product moves the lowest bits of all bytes to the highest byte, each to a place of its own.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    (hits(word, wanted) >> 7).wrapping_mul(GATHER) >> 56
}

/// The top bit of each byte that is one of `wanted`.
#[inline(always)]
fn hits<const K: usize>(word: &[u8; 8], wanted: [u8; K]) -> u64 {
    let word = u64::from_le_bytes(*word);
    let others = wanted
        .iter()
        .fold(TOPS, |others, byte| others & not_zero(word ^ u64::from_le_bytes([*byte; 8])));
    !others & TOPS
}

#[inline(always)]
fn has<const N: usize, const K: usize>(block: &[u8; N], wanted: [u8; K]) -> bool {
    if let (8, Some(word)) = (N, block.first_chunk()) {
        return hits(word, wanted) != 0;
    }
    if let (4, Some(half)) = (N, block.first_chunk()) {
        let half = u64::from(u32::from_le_bytes(*half));
        return hits(&(half << 32 | half).to_le_bytes(), wanted) != 0;
    }
    let mut found = false;
    for wanted in wanted {
        for byte in block {
            found |= *byte == wanted;
        }
    }
    found
}

/// Offset of the first mark; 64 where there is none.
#[inline(always)]
pub(super) const fn first(marks: u64) -> usize {
    marks.trailing_zeros() as usize
}

/// The marks without the first.
#[inline(always)]
pub(super) const fn behind_first(marks: u64) -> u64 {
    marks & marks.wrapping_sub(1)
}

/// Number of a bit of a word.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, reason = "a block has 64 bytes")]
const fn bit(index: usize) -> u32 {
    index as u32 & 63
}

/// Tells whether one of a few bytes is among others; short ones without a call.
#[inline(always)]
pub(super) fn holds<const K: usize>(bytes: &[u8], wanted: [u8; K]) -> bool {
    if bytes.len() > 2 * BLOCK {
        return wanted.iter().any(|byte| memchr(*byte, bytes).is_some());
    }
    if let Some(found) = ends_hold::<BLOCK, K>(bytes, wanted) {
        return found;
    }
    widths!(ends_hold::<K>(bytes, wanted))
}

/// Looks at the first and the last `N` bytes, which are all of at most twice as many.
#[inline(always)]
fn ends_hold<const N: usize, const K: usize>(bytes: &[u8], wanted: [u8; K]) -> Option<bool> {
    Some(has(bytes.first_chunk::<N>()?, wanted) | has(bytes.last_chunk::<N>()?, wanted))
}

/// Writes at an offset and answers the offset behind; `None` where it does not fit.
#[inline(always)]
pub(super) fn put(out: &mut [u8], at: usize, run: &[u8]) -> Option<usize> {
    let end = at.checked_add(run.len())?;
    copy(out.get_mut(at..end)?, run);
    Some(end)
}

/// The first bytes of what is left: a block, and so many behind it that a run in it can be spilt.
#[inline(always)]
pub(super) fn window<'a>(rest: &'a [u8], spare: &'a mut [u8; WINDOW]) -> &'a [u8; WINDOW] {
    if let Some(window) = rest.first_chunk() {
        return window;
    }
    if let Some(place) = spare.get_mut(..rest.len()) {
        copy(place, rest);
    }
    spare
}

/// Copies the bytes from `start` to `end` of a block along with some behind them, for the next to be
/// written over, and answers the offset behind; what it copies does not hang on how many they are.
#[inline(always)]
pub(super) fn spill<const N: usize>(
    out: &mut [u8; N],
    at: usize,
    window: &[u8; WINDOW],
    start: usize,
    end: usize,
) -> usize {
    let len = end.wrapping_sub(start);
    spill_half(out, at, window, start);
    // Few are as long.
    if len > HALF {
        spill_half(out, at.wrapping_add(HALF), window, start.wrapping_add(HALF));
    }
    at.wrapping_add(len)
}

#[inline(always)]
fn spill_half<const N: usize>(out: &mut [u8; N], at: usize, window: &[u8; WINDOW], start: usize) {
    // It is never beyond, which spares a look.
    let (start, at) = (start.min(WINDOW - HALF), at.min(N.saturating_sub(HALF)));
    let run = window.get(start..).and_then(<[u8]>::first_chunk::<HALF>);
    let place = out.get_mut(at..).and_then(<[u8]>::first_chunk_mut);
    if let (Some(place), Some(run)) = (place, run) {
        *place = *run;
    }
}

/// Copies a run to a place of the same length, without a call, and tells whether a zero is in it.
#[inline(always)]
pub(super) fn copy(place: &mut [u8], run: &[u8]) -> bool {
    if place.len() != run.len() {
        return false;
    }
    if run.len() > BLOCK
        && let (Some(end), Some(last)) = (place.last_chunk_mut(), run.last_chunk::<BLOCK>())
    {
        let mut zero = has(last, [0]);
        *end = *last;
        for (to, from) in place.as_chunks_mut().0.iter_mut().zip(run.as_chunks::<BLOCK>().0) {
            zero |= has(from, [0]);
            *to = *from;
        }
        return zero;
    }
    widths!(ends(place, run))
}

/// Copies the first and the last `N` bytes, which are all of at most twice as many.
#[inline(always)]
fn ends<const N: usize>(place: &mut [u8], run: &[u8]) -> Option<bool> {
    let (first, last) = (run.first_chunk::<N>()?, run.last_chunk::<N>()?);
    let zero = has(first, [0]) | has(last, [0]);
    *place.first_chunk_mut()? = *first;
    *place.last_chunk_mut()? = *last;
    Some(zero)
}

/// Moves the last `len` bytes of a few more to the front as [`copy`] does, and tells whether a zero is
/// in them.
#[inline(always)]
pub(super) fn pull(bytes: &mut [u8], len: usize) -> bool {
    let Some(gap) = bytes.len().checked_sub(len) else { return false };
    if len > BLOCK {
        return pull_blocks(bytes, gap).unwrap_or_default();
    }
    widths!(pull_ends(bytes, gap))
}

/// Moves what is behind a gap to the front by the block: the last is read before one is written.
#[inline(always)]
fn pull_blocks(bytes: &mut [u8], gap: usize) -> Option<bool> {
    let len = bytes.len().checked_sub(gap)?;
    let last = bytes.last_chunk::<BLOCK>()?;
    let mut zero = has(last, [0]);
    let last = *last;
    let mut rest = &mut *bytes;
    while rest.len() > gap.wrapping_add(BLOCK) {
        let block = rest.get(gap..)?.first_chunk::<BLOCK>()?;
        zero |= has(block, [0]);
        let block = *block;
        *rest.first_chunk_mut()? = block;
        rest = rest.get_mut(BLOCK..)?;
    }
    *bytes.get_mut(..len)?.last_chunk_mut()? = last;
    Some(zero)
}

/// Moves both ends, as [`ends`] does: they are read before one is written.
#[inline(always)]
fn pull_ends<const N: usize>(bytes: &mut [u8], gap: usize) -> Option<bool> {
    let run = bytes.get(gap..)?;
    let (len, first, last) = (run.len(), run.first_chunk::<N>()?, run.last_chunk::<N>()?);
    let zero = has(first, [0]) | has(last, [0]);
    let (first, last) = (*first, *last);
    let place = bytes.get_mut(..len)?;
    *place.first_chunk_mut()? = first;
    *place.last_chunk_mut()? = last;
    Some(zero)
}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use super::*;
    use alloc::vec;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    #[test]
    fn runs_of_every_length_are_moved_whole() {
        for len in 0..=300 {
            let run: Vec<u8> = (1..=250).cycle().take(len).collect();
            let mut out = [0xa5; 310];
            assert_eq!(put(&mut out, 2, &run), Some(2 + len));
            assert_eq!(out.get(2..2 + len), Some(&*run));
            assert!(out.iter().skip(2 + len).all(|byte| *byte == 0xa5));
            assert_eq!(put(out.get_mut(..len + 1).unwrap(), 2, &run), None);
            for gap in [0, 1, 2, 3, 63, 64, 65, 400] {
                let mut bytes = [vec![0xa5; gap], run.clone(), vec![0xa5; 4]].concat();
                assert!(!pull(bytes.get_mut(..gap + len).unwrap(), len));
                assert_eq!(bytes.get(..len), Some(&*run), "{len} bytes over {gap}");
                assert!(bytes.ends_with(&[0xa5; 4]));
            }
        }
    }

    #[test]
    fn a_zero_in_a_run_is_told_wherever_it_stands() {
        for len in 0..=300 {
            let mut run = vec![1; len];
            assert!(!copy(&mut vec![0; len], &run));
            for at in 0..len {
                *run.get_mut(at).unwrap() = 0;
                assert!(copy(&mut vec![1; len], &run), "at {at} of {len}");
                let mut bytes = [&[1], &*run].concat();
                assert!(pull(&mut bytes, len), "at {at} of {len}");
                *run.get_mut(at).unwrap() = 1;
            }
        }
    }

    #[test]
    fn a_run_that_is_not_there_is_not_moved() {
        let mut bytes = *b"abc";
        assert!(!copy(&mut bytes, &[0, 0]));
        assert!(!pull(&mut bytes, 4));
        assert!(!pull(&mut bytes, usize::MAX));
        assert_eq!(&bytes, b"abc");
    }

    #[test]
    fn spilt_runs_join() {
        let bytes: Vec<u8> = (1..=105).collect();
        for len in 0..bytes.len() {
            let (rest, mut spare) = (bytes.get(..len).unwrap(), [0; WINDOW]);
            let window = window(rest, &mut spare);
            let known = len.min(WINDOW);
            assert_eq!(window.get(..known), rest.get(..known));
            assert!(window.iter().skip(len).all(|byte| *byte == 0));
            for start in 0..=known.min(BLOCK) {
                for end in start..=known.min(BLOCK) {
                    let mut out = [0xa5; BLOCK + WINDOW];
                    let at = spill(&mut out, 0, window, 0, start);
                    let at = spill(&mut out, at, window, start, end);
                    assert_eq!(out.get(..at), window.get(..end), "{start} and {end} of {len}");
                }
            }
        }
    }

    /// Bytes of which many are one of a few, or differ from them in one bit.
    fn near(len: core::ops::Range<usize>) -> impl Strategy<Value = Vec<u8>> {
        let byte = prop_oneof![
            4 => any::<u8>(),
            1 => prop::sample::select(&[0, 1, 0x80, 0x81, 0xc0, 0xdb, 0x40, 0x5b][..]),
        ];
        prop::collection::vec(byte, len)
    }

    proptest! {
        #[test]
        fn marks_are_what_a_loop_finds(run in prop_oneof![near(0..BLOCK), near(BLOCK..BLOCK + 1)]) {
            let naive = |wanted: &[u8]| {
                run.iter().rev().fold(0, |bits, byte| bits << 1 | u64::from(wanted.contains(byte)))
            };
            prop_assert_eq!(marks(&run, [0]), naive(&[0]));
            prop_assert_eq!(marks(&run, [0xc0, 0xdb]), naive(&[0xc0, 0xdb]));
        }

        #[test]
        fn holds_what_is_there(mut bytes in near(0..200), byte in any::<u8>()) {
            prop_assert_eq!(holds(&bytes, [byte]), bytes.contains(&byte));
            bytes.retain(|other| *other != byte);
            prop_assert!(!holds(&bytes, [byte]));
            for at in 0..bytes.len() {
                let mut bytes = bytes.clone();
                *bytes.get_mut(at).unwrap() = byte;
                prop_assert!(holds(&bytes, [byte]), "at {}", at);
                prop_assert!(holds(&bytes, [!byte, byte]), "at {}", at);
            }
        }
    }
}
