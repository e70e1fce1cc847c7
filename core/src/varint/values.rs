//! Integers that stand one behind another.

use core::iter::FusedIterator;

use crate::hint::seldom;
use crate::word::{TOPS, not_zero};

use super::groups::groups_in_word;
use super::{Encoding, IntError, Status, Varint};

impl Varint {
    /// Iterates over the integers of `bytes`, one behind another with nothing between them, such as a
    /// packed repeated field (Protocol Buffers, "Encoding", section "Packed Repeated Fields").
    ///
    /// `fold` and `for_each` read a few at a time: for most mixes of lengths that is faster than asking
    /// for one after another.
    ///
    /// # Examples
    ///
    /// ```
    /// use portolan::varint::{Encoding, Varint};
    ///
    /// let mut values = Varint::u64(Encoding::Leb128).values(b"\x01\xac\x02\x80");
    /// let read: Result<Vec<u64>, _> = values.by_ref().collect();
    /// assert_eq!(read, Ok(vec![1, 300]));
    /// // The beginning of a third.
    /// assert_eq!(values.rest(), b"\x80");
    /// ```
    #[inline]
    pub const fn values<'b>(&self, bytes: &'b [u8]) -> Values<'b> {
        let grouped =
            matches!(self.encoding, Encoding::Leb128 | Encoding::Leb128Lenient | Encoding::Mqtt);
        Values { varint: *self, rest: bytes, at: 0, grouped, failed: false }
    }
}

/// Iterator over integers; see [`Varint::values`].
///
/// It ends where the bytes end, inside an integer too: [`rest`](Self::rest) holds then what is there of
/// it. It borrows the bytes and allocates nothing; each integer has the limit of [`Varint::max`].
///
/// # Errors
///
/// Those of [`Varint::read`], with the offset counted from the first byte of all. The first is the last
/// item:
///
/// * [`IntErrorKind::Overflow`](crate::endian::IntErrorKind::Overflow)
/// * [`IntErrorKind::NonCanonicalLength`](crate::endian::IntErrorKind::NonCanonicalLength)
/// * [`IntErrorKind::BadValue`](crate::endian::IntErrorKind::BadValue)
#[derive(Clone, Debug)]
#[must_use = "an iterator does nothing until it is asked"]
pub struct Values<'b> {
    varint: Varint,
    rest: &'b [u8],
    /// Offset of the rest.
    at: usize,
    /// Whether the encoding is in groups of seven bits.
    grouped: bool,
    failed: bool,
}

/// Integers of one or two groups that are read at once.
const FEW: usize = 4;

/// Integers of one group that are read at once.
const MANY: usize = 16;

impl<'b> Values<'b> {
    /// The bytes that have not been read: at the end, those of an integer that is not all there;
    /// after an error, the refused integer and what follows.
    #[must_use]
    pub const fn rest(&self) -> &'b [u8] {
        self.rest
    }

    #[inline(always)]
    fn pass(&mut self, count: usize) {
        match self.rest.get(count..) {
            Some(rest) => self.rest = rest,
            None => {
                seldom();
                self.rest = &[];
            }
        }
        self.at = self.at.wrapping_add(count);
    }

    /// The next integers, where all of them have one group.
    #[inline(always)]
    fn many(&self) -> Option<&'b [u8; MANY]> {
        let bytes = self.rest.first_chunk::<MANY>()?;
        let any = bytes.as_chunks().0.iter().fold(0, |any, word| any | u64::from_le_bytes(*word));
        (any & TOPS == 0 && self.grouped).then_some(bytes)
    }

    /// The next integers, where they have one or two groups and break no rule, and their length.
    ///
    /// No branch depends on how many they have: where lengths differ, none would be guessed right.
    #[inline(always)]
    fn few(&self) -> Option<([u64; FEW], usize)> {
        let mut word = u64::from_le_bytes(*self.rest.first_chunk()?);
        let more = word & TOPS;
        let padded = more << 8 & !not_zero(word) != 0 && !self.varint.is_lenient();
        if more & (more >> 8) != 0 || padded || !self.grouped {
            return None;
        }
        // The top bits of the last bytes, from the fourth on.
        let stops = (1..FEW).fold(!word & TOPS, |stops, _| stops & stops.wrapping_sub(1));
        let len = (stops.trailing_zeros() as usize >> 3).wrapping_add(1);
        let values = core::array::from_fn(|_| {
            let two = word & 0x80 != 0;
            let value = word & 0x7f | if two { word >> 1 & 0x3f80 } else { 0 };
            word = if two { word >> 16 } else { word >> 8 };
            value
        });
        Some((values, len))
    }

    /// The next integer, where it ends in eight bytes and breaks no rule, and its length.
    #[inline(always)]
    fn one(&self) -> Option<(u64, usize)> {
        let word = u64::from_le_bytes(*self.rest.first_chunk()?);
        let groups = groups_in_word(word).filter(|_| self.grouped);
        match self.varint.accept(groups)? {
            Status::Value { value, consumed } => Some((value, consumed.get())),
            Status::Need(_) => None,
        }
    }
}

impl Iterator for Values<'_> {
    type Item = Result<u64, IntError>;

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        match self.varint.read(self.rest) {
            Ok(Status::Value { value, consumed }) => {
                self.pass(consumed.get());
                Some(Ok(value))
            }
            Ok(Status::Need(_)) => None,
            Err(error) => {
                self.failed = true;
                Some(Err(IntError::new(error.kind, error.at.wrapping_add(self.at))))
            }
        }
    }

    #[inline]
    fn fold<B, G: FnMut(B, Self::Item) -> B>(mut self, init: B, mut join: G) -> B {
        let mut all = init;
        loop {
            if let Some(values) = self.many() {
                self.pass(values.len());
                all = values.iter().fold(all, |all, value| join(all, Ok(u64::from(*value))));
            } else if let Some((values, len)) = self.few() {
                self.pass(len);
                all = values.into_iter().fold(all, |all, value| join(all, Ok(value)));
            } else if let Some((value, len)) = self.one() {
                self.pass(len);
                all = join(all, Ok(value));
            } else if let Some(item) = self.next() {
                all = join(all, item);
            } else {
                return all;
            }
        }
    }
}

impl FusedIterator for Values<'_> {}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use super::super::IntErrorKind;
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    /// Integers of a few lengths, so that short and long ones come in runs, with some bytes changed.
    fn streams() -> impl Strategy<Value = (Varint, Vec<u8>)> {
        let varint =
            (prop::sample::select(Encoding::ALL), any::<bool>()).prop_map(|(encoding, wide)| {
                if wide { Varint::u64(encoding) } else { Varint::u32(encoding) }
            });
        let bits = prop::sample::select(&[7, 8, 14, 15, 35, 57, 64][..]);
        let runs = prop::collection::vec((bits, prop::collection::vec(any::<u64>(), 0..40)), 0..4);
        let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3);
        (varint, runs, changes).prop_map(|(varint, runs, changes)| {
            let mut bytes = Vec::new();
            for (bits, values) in runs {
                for value in values {
                    let mut out = [0; Varint::MAX_LEN];
                    let value = (value.wrapping_shr(64_u32.wrapping_sub(bits))).min(varint.max());
                    let len = varint.write(value, &mut out).unwrap();
                    bytes.extend(out.iter().take(len));
                }
            }
            for (index, byte) in changes {
                if !bytes.is_empty() {
                    let index = index.index(bytes.len());
                    *bytes.get_mut(index).unwrap() = byte;
                }
            }
            (varint, bytes)
        })
    }

    /// One after another by [`Varint::read`], and what is left.
    fn naive(varint: Varint, bytes: &[u8]) -> (Vec<Result<u64, IntError>>, &[u8]) {
        let (mut all, mut rest) = (Vec::new(), bytes);
        loop {
            match varint.read(rest) {
                Ok(Status::Value { value, consumed }) => {
                    all.push(Ok(value));
                    rest = rest.get(consumed.get()..).unwrap();
                }
                Ok(Status::Need(_)) => return (all, rest),
                Err(IntError { kind, at, .. }) => {
                    let before = bytes.len().checked_sub(rest.len()).unwrap();
                    all.push(Err(IntError::new(kind, before.checked_add(at).unwrap())));
                    return (all, rest);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn all_are_read_as_one_by_one((varint, bytes) in streams()) {
            let (expected, left) = naive(varint, &bytes);
            let mut folded = Vec::new();
            varint.values(&bytes).for_each(|item| folded.push(item));
            prop_assert_eq!(&folded, &expected);
            let (mut values, mut each) = (varint.values(&bytes), Vec::new());
            for item in values.by_ref() {
                each.push(item);
            }
            prop_assert_eq!(each, expected);
            prop_assert_eq!(values.rest(), left);
            prop_assert_eq!(values.next(), None);
        }
    }

    /// Protocol Buffers, "Encoding", section "Packed Repeated Fields".
    #[test]
    fn a_packed_field_is_read_as_published() {
        let values = Varint::u64(Encoding::Leb128).values(b"\x03\x8e\x02\x9e\xa7\x05");
        assert_eq!(values.collect::<Result<Vec<_>, _>>(), Ok(Vec::from([3, 270, 86_942])));
    }

    #[test]
    fn an_error_ends_them_at_its_byte() {
        let varint = Varint::u64(Encoding::Leb128);
        for ones in 0..40 {
            let bytes = [&[1].repeat(ones)[..], b"\x80\x00\x05"].concat();
            let mut all: Vec<_> = varint.values(&bytes).collect();
            let at = ones.checked_add(1).unwrap();
            let refused = Err(IntError::new(IntErrorKind::NonCanonicalLength, at));
            assert_eq!(all.pop(), Some(refused));
            assert_eq!(all, [Ok(1)].repeat(ones));
            let lenient = Varint::u64(Encoding::Leb128Lenient).values(&bytes);
            assert_eq!(lenient.last(), Some(Ok(5)));
        }
    }

    #[test]
    fn an_integer_that_is_not_all_there_is_left() {
        for ones in 0..40 {
            let bytes = [&[1].repeat(ones)[..], b"\xac"].concat();
            let mut values = Varint::u32(Encoding::Mqtt).values(&bytes);
            assert_eq!(values.by_ref().count(), ones);
            assert_eq!(values.rest(), b"\xac");
        }
    }
}
