//! Finding the first of a few bytes.

use memchr::{memchr, memchr2, memchr3};

/// A search for the first byte that is in a set.
///
/// Up to three bytes are one vectorised search, up to six are two.
#[derive(Clone, Debug)]
pub(super) enum ByteSet {
    One(u8),
    Two(u8, u8),
    Three([u8; 3]),
    Six([u8; 3], [u8; 3]),
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
        let (low, high) = ([first, next(), next()], [next(), next(), next()]);
        Some(match bitmap.count() {
            1 => Self::One(first),
            2 => Self::Two(first, low[1]),
            3 => Self::Three(low),
            4..=6 => Self::Six(low, high),
            _ => Self::Many(bitmap),
        })
    }

    /// Finds the first byte of `haystack` that is in the set.
    #[inline]
    pub(super) fn find(&self, haystack: &[u8]) -> Option<usize> {
        match self {
            Self::One(a) => memchr(*a, haystack),
            Self::Two(a, b) => memchr2(*a, *b, haystack),
            Self::Three(set) => find3(set, haystack),
            Self::Six(low, high) => find6(low, high, haystack),
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

#[inline]
fn find3([a, b, c]: &[u8; 3], haystack: &[u8]) -> Option<usize> {
    memchr3(*a, *b, *c, haystack)
}

/// Searches growing windows, so that a half of the set that never occurs does not cost a pass
/// over the whole haystack for each occurrence of the other half.
fn find6(low: &[u8; 3], high: &[u8; 3], haystack: &[u8]) -> Option<usize> {
    let mut start = 0_usize;
    let mut width = 64_usize;
    loop {
        let rest = haystack.get(start..).filter(|rest| !rest.is_empty())?;
        let window = rest.get(..width).unwrap_or(rest);
        let first = find3(low, window);
        let before = first.and_then(|at| window.get(..at)).unwrap_or(window);
        if let Some(at) = find3(high, before).or(first) {
            return Some(at.saturating_add(start));
        }
        start = start.saturating_add(width);
        width = width.saturating_mul(2);
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
            haystack in prop::collection::vec(any::<u8>(), 0..600),
        ) {
            let finder = ByteSet::new(set.iter().copied()).unwrap();
            let naive = haystack.iter().position(|byte| set.contains(byte));
            prop_assert_eq!(finder.find(&haystack), naive);
            let absent: Vec<u8> =
                haystack.iter().copied().filter(|byte| !set.contains(byte)).collect();
            prop_assert_eq!(finder.find(&absent), None);
        }
    }
}
