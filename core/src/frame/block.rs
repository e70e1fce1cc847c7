//! Bytes by the block: runs that are moved without a call, and the few bytes that matter found all at
//! once.
//!
//! All of it is arithmetic on words and on arrays of a fixed size, which compilers turn into a few wide
//! instructions where there are such.

use memchr::memchr;

/// Bytes that are looked at together: as many as a word has bits.
pub(super) const BLOCK: usize = 64;

const TOPS: u64 = 0x8080_8080_8080_8080;
const LOWS: u64 = !TOPS;

/// One bit for each byte of a run of at most [`BLOCK`] that is one of `wanted`; the lowest is the
/// first.
#[inline(always)]
pub(super) fn marks<const K: usize>(run: &[u8], wanted: [u8; K]) -> u64 {
    // Most runs have none.
    match run.first_chunk::<BLOCK>() {
        Some(block) if has(block, wanted) => marks_in_words(block, wanted),
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
    let others = wanted.iter().fold(TOPS, |others, byte| {
        // No carry leaves its byte, so that the top bit is clear for zero alone.
        let rest = word ^ u64::from_le_bytes([*byte; 8]);
        others & ((rest & LOWS).wrapping_add(LOWS) | rest)
    });
    !others & TOPS
}

#[inline(always)]
pub(super) fn has<const N: usize, const K: usize>(block: &[u8; N], wanted: [u8; K]) -> bool {
    let is = |wanted: u8| block.iter().fold(false, |found, byte| found | (*byte == wanted));
    wanted.iter().fold(false, |found, byte| found | is(*byte))
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
    if let Some(last) = bytes.last_chunk::<16>() {
        let blocks = bytes.as_chunks::<16>().0;
        return blocks.iter().any(|block| has(block, wanted)) || has(last, wanted);
    }
    match (bytes.first_chunk(), bytes.last_chunk()) {
        (Some(first), Some(last)) => hits(first, wanted) | hits(last, wanted) != 0,
        _ => bytes.iter().any(|byte| wanted.contains(byte)),
    }
}

/// Writes at an offset and answers the offset behind; `None` where it does not fit.
#[inline(always)]
pub(super) fn put(out: &mut [u8], at: usize, run: &[u8]) -> Option<usize> {
    let end = at.checked_add(run.len())?;
    copy(out.get_mut(at..end)?, run);
    Some(end)
}

/// Writes the first `len` bytes of a block as [`put`] does, but a short run along with bytes behind it:
/// no longer than the block is, and for the next to write over.
#[inline(always)]
pub(super) fn spill(out: &mut [u8], at: usize, block: &[u8], len: usize) -> Option<usize> {
    if len <= 16
        && let Some(run) = block.first_chunk::<16>()
        && let Some(place) = out.get_mut(at..)?.first_chunk_mut()
    {
        *place = *run;
        return at.checked_add(len);
    }
    put(out, at, block.get(..len)?)
}

/// Copies a run to a place of the same length; short ones without a call.
#[inline(always)]
pub(super) fn copy(place: &mut [u8], run: &[u8]) {
    if place.len() != run.len() {
        return;
    }
    if run.len() > BLOCK {
        return place.copy_from_slice(run);
    }
    let done = ends::<32>(place, run).or_else(|| ends::<16>(place, run));
    let done = done.or_else(|| ends::<8>(place, run)).or_else(|| ends::<4>(place, run));
    if done.is_none() {
        for (to, from) in place.iter_mut().zip(run) {
            *to = *from;
        }
    }
}

/// Copies the first and the last `N` bytes, which are all of at most twice as many.
#[inline(always)]
fn ends<const N: usize>(place: &mut [u8], run: &[u8]) -> Option<()> {
    let (first, last) = (run.first_chunk::<N>()?, run.last_chunk::<N>()?);
    *place.first_chunk_mut()? = *first;
    *place.last_chunk_mut()? = *last;
    Some(())
}

/// Moves `len` bytes in place from `from` down to `to`; short runs without a call.
#[inline(always)]
pub(super) fn pull(bytes: &mut [u8], from: usize, len: usize, to: usize) {
    let end = from.saturating_add(len);
    if to >= from || end > bytes.len() {
        return;
    }
    if len > BLOCK {
        return bytes.copy_within(from..end, to);
    }
    let Some(bytes) = bytes.get_mut(to..end) else { return };
    let done = pull_ends::<32>(bytes, len).or_else(|| pull_ends::<16>(bytes, len));
    let done = done.or_else(|| pull_ends::<8>(bytes, len)).or_else(|| pull_ends::<4>(bytes, len));
    if done.is_none() {
        let gap = bytes.len().wrapping_sub(len);
        for at in 0..len {
            let byte = bytes.get(at.wrapping_add(gap)).copied().unwrap_or_default();
            put(bytes, at, &[byte]);
        }
    }
}

/// Moves the last `len` bytes to the front, as [`ends`] does: both words are read before one is written.
#[inline(always)]
fn pull_ends<const N: usize>(bytes: &mut [u8], len: usize) -> Option<()> {
    let gap = bytes.len().wrapping_sub(len);
    let run = bytes.get(gap..)?;
    let (first, last) = (*run.first_chunk::<N>()?, *run.last_chunk::<N>()?);
    let place = bytes.get_mut(..len)?;
    *place.first_chunk_mut()? = first;
    *place.last_chunk_mut()? = last;
    Some(())
}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    #[test]
    fn runs_of_every_length_are_moved_whole() {
        for len in 0..80_u8 {
            let bytes: Vec<u8> = (0..len + 3).collect();
            let run = bytes.get(3..).unwrap();
            let mut out = [0xa5; 90];
            assert_eq!(put(&mut out, 2, run), Some(2 + run.len()));
            assert_eq!(out.get(2..2 + run.len()), Some(run));
            assert!(out.iter().skip(2 + run.len()).all(|byte| *byte == 0xa5));
            assert_eq!(put(out.get_mut(..run.len() + 1).unwrap(), 2, run), None);
            for to in 0..=3 {
                let mut moved = bytes.clone();
                pull(&mut moved, 3, run.len(), to);
                assert_eq!(moved.get(to..to + run.len()), Some(run), "{len} bytes to {to}");
                assert_eq!(moved.get(..to), bytes.get(..to), "{len} bytes to {to}");
            }
        }
    }

    #[test]
    fn a_spilt_run_stays_within_its_block() {
        let bytes: Vec<u8> = (0..80).collect();
        for len in 0..80 {
            for behind in 0..20 {
                let Some(block) = bytes.get(..len + behind) else { continue };
                let mut out = [0xa5; 90];
                assert_eq!(spill(&mut out, 2, block, len), Some(2 + len));
                assert_eq!(out.get(2..2 + len), block.get(..len));
                assert!(out.iter().skip(2 + block.len()).all(|byte| *byte == 0xa5));
                assert_eq!(spill(out.get_mut(..len + 1).unwrap(), 2, block, len), None);
            }
        }
    }

    #[test]
    fn a_run_that_is_not_there_is_not_moved() {
        let mut bytes = *b"abcdef";
        pull(&mut bytes, 2, 5, 0);
        pull(&mut bytes, 2, usize::MAX, 0);
        pull(&mut bytes, 0, 2, 3);
        assert_eq!(&bytes, b"abcdef");
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
