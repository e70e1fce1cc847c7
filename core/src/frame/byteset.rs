//! Finding the first of a few bytes.

use memchr::{memchr, memchr2, memchr3};

use super::block::{first, marks_in_words};

/// A search for the first byte that is in a set.
///
/// Up to three bytes are one vectorised search; up to six are looked for by the block, and two such
/// searches far from the start.
#[derive(Clone, Debug)]
pub(super) enum ByteSet {
    One(u8),
    Two(u8, u8),
    Three([u8; 3]),
    Four([u8; 4]),
    Six([u8; 6]),
    Many(Bitmap),
}

/// One bit for each value of a byte.
#[derive(Clone, Debug, Default)]
pub(super) struct Bitmap([u64; 4]);

impl ByteSet {
    /// Collects the set; `None` when there are no bytes.
    pub(super) fn new(bytes: impl Iterator<Item = u8>) -> Option<Self> {
        let mut bitmap = Bitmap::default();
        bytes.for_each(|byte| bitmap.insert(byte));
        let mut members = (0..=u8::MAX).filter(|&byte| bitmap.contains(byte));
        let first = members.next()?;
        // Too short a set is filled with its own first byte, which changes nothing.
        let mut next = || members.next().unwrap_or(first);
        let [a, b, c, d, e, f] = [first, next(), next(), next(), next(), next()];
        Some(match bitmap.count() {
            1 => Self::One(a),
            2 => Self::Two(a, b),
            3 => Self::Three([a, b, c]),
            4 => Self::Four([a, b, c, d]),
            5 | 6 => Self::Six([a, b, c, d, e, f]),
            _ => Self::Many(bitmap),
        })
    }

    /// Finds the first byte of `haystack` that is in the set.
    #[inline(always)]
    pub(super) fn find(&self, haystack: &[u8]) -> Option<usize> {
        match self {
            Self::One(a) => memchr(*a, haystack),
            _ => self.find_of_several(haystack),
        }
    }

    fn find_of_several(&self, haystack: &[u8]) -> Option<usize> {
        match self {
            Self::One(a) => memchr(*a, haystack),
            Self::Two(a, b) => memchr2(*a, *b, haystack),
            Self::Three([a, b, c]) => memchr3(*a, *b, *c, haystack),
            Self::Four(set) => find_by_block(*set, haystack),
            Self::Six(set) => find_by_block(*set, haystack),
            Self::Many(bitmap) => haystack.iter().position(|&byte| bitmap.contains(byte)),
        }
    }
}

impl Bitmap {
    fn insert(&mut self, byte: u8) {
        if let Some(word) = self.0.get_mut(usize::from(byte >> 6)) {
            *word |= 1_u64.wrapping_shl(u32::from(byte));
        }
    }

    #[inline]
    fn contains(&self, byte: u8) -> bool {
        let word = self.0.get(usize::from(byte >> 6)).copied().unwrap_or_default();
        word & 1_u64.wrapping_shl(u32::from(byte)) != 0
    }

    fn count(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }
}

/// Bytes that are compared at once.
const PIECE: usize = 32;

/// Bytes from which on two searches are faster than one by the block.
const FAR: usize = 512;

/// Passes over blocks that hold none of the set.
fn find_by_block<const K: usize>(set: [u8; K], haystack: &[u8]) -> Option<usize> {
    let (near, far) = haystack.split_at_checked(FAR).unwrap_or((haystack, &[]));
    let (blocks, rest) = near.as_chunks::<PIECE>();
    for (index, block) in blocks.iter().enumerate() {
        if meets(block, set) {
            let found = first(marks_in_words(block, set));
            return Some(found.wrapping_add(index.wrapping_mul(PIECE)));
        }
    }
    let found = marks_in_words(rest, set);
    if found != 0 {
        return Some(first(found).wrapping_add(near.len().wrapping_sub(rest.len())));
    }
    find_in_windows(&set, far).map(|at| at.wrapping_add(near.len()))
}

/// Tells whether one of the set is in a block: all is joined before it is looked at.
#[inline(always)]
fn meets<const K: usize>(block: &[u8; PIECE], set: [u8; K]) -> bool {
    let mut met = 0;
    for byte in block {
        for wanted in set {
            met |= u8::from(*byte == wanted);
        }
    }
    met != 0
}

/// Searches growing windows, so that a half of the set that never occurs does not cost a pass
/// over the whole haystack for each occurrence of the other half.
fn find_in_windows(set: &[u8], haystack: &[u8]) -> Option<usize> {
    let (mut start, mut width) = (0_usize, FAR);
    loop {
        let rest = haystack.get(start..).filter(|rest| !rest.is_empty())?;
        let window = rest.get(..width).unwrap_or(rest);
        let mut before = window;
        for part in set.chunks(3) {
            if let Some(at) = find_few(part, before) {
                before = before.get(..at).unwrap_or_default();
            }
        }
        if before.len() < window.len() {
            return Some(before.len().wrapping_add(start));
        }
        start = start.saturating_add(width);
        width = width.saturating_mul(2);
    }
}

/// Finds the first of at most three bytes.
fn find_few(set: &[u8], haystack: &[u8]) -> Option<usize> {
    match set {
        [a, b, c] => memchr3(*a, *b, *c, haystack),
        [a, b] => memchr2(*a, *b, haystack),
        [a] => memchr(*a, haystack),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    #[test]
    fn an_empty_set_is_none() {
        assert!(ByteSet::new([].into_iter()).is_none());
    }

    proptest! {
        #[test]
        fn finds_what_a_loop_finds(
            set in prop::collection::vec(any::<u8>(), 1..12),
            haystack in prop::collection::vec(any::<u8>(), 0..2000),
            places in prop::collection::vec(any::<prop::sample::Index>(), 1..4),
        ) {
            let finder = ByteSet::new(set.iter().copied()).unwrap();
            let naive = haystack.iter().position(|byte| set.contains(byte));
            prop_assert_eq!(finder.find(&haystack), naive);
            let absent: Vec<u8> =
                haystack.iter().copied().filter(|byte| !set.contains(byte)).collect();
            prop_assert_eq!(finder.find(&absent), None);
            // Far from the start, and few.
            let mut sparse = absent;
            for (place, byte) in places.iter().zip(set.iter().cycle()) {
                sparse.insert(place.index(sparse.len().wrapping_add(1)), *byte);
            }
            let naive = sparse.iter().position(|byte| set.contains(byte));
            prop_assert_eq!(finder.find(&sparse), naive);
        }
    }
}
