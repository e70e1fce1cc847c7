//! `CRC32c`, the checksum of a header of version 2.
//!
//! Source: RFC 3720, section 12.1 (polynomial, reflection, start and end) and appendix B.4 (the
//! sums in the tests); RFC 4960, appendix B.

/// The polynomial 0x1EDC6F41 with its bits in the order in which they are shifted out.
const POLYNOMIAL: u32 = 0x82f6_3b78;

/// What each value of the lowest byte adds when it is shifted out.
const TABLE: [u32; 256] = table();

#[allow(clippy::indexing_slicing, reason = "runs in the compiler, which refuses to index past it")]
const fn table() -> [u32; 256] {
    let mut table = [0_u32; 256];
    let mut index = 0_u8;
    loop {
        let mut sum = index as u32;
        let mut bit = 0_u8;
        while bit < 8 {
            sum = if sum & 1 == 1 { sum >> 1 ^ POLYNOMIAL } else { sum >> 1 };
            bit = bit.saturating_add(1);
        }
        table[index as usize] = sum;
        match index.checked_add(1) {
            Some(next) => index = next,
            None => return table,
        }
    }
}

/// A sum over bytes that come in pieces.
#[derive(Clone, Copy, Debug)]
pub(super) struct Crc(u32);

impl Crc {
    pub(super) const fn new() -> Self {
        Self(u32::MAX)
    }

    #[must_use]
    pub(super) fn update(self, bytes: &[u8]) -> Self {
        Self(bytes.iter().fold(self.0, |sum, byte| {
            let [low, ..] = sum.to_le_bytes();
            sum >> 8 ^ TABLE.get(usize::from(low ^ byte)).unwrap_or(&0)
        }))
    }

    /// The four bytes of the sum as the header carries them, in network order.
    pub(super) const fn bytes(self) -> [u8; 4] {
        (!self.0).to_be_bytes()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::arithmetic_side_effects)] // offsets of tests stay small

    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    fn sum(bytes: &[u8]) -> u32 {
        u32::from_be_bytes(Crc::new().update(bytes).bytes())
    }

    /// RFC 3720, appendix B.4; its bytes are shown in the order of the wire there.
    #[test]
    fn the_sums_of_the_standard_come_out() {
        let up: Vec<u8> = (0..32).collect();
        let down: Vec<u8> = (0..32).rev().collect();
        assert_eq!(sum(&[0; 32]), 0x8a91_36aa);
        assert_eq!(sum(&[0xff; 32]), 0x62a8_ab43);
        assert_eq!(sum(&up), 0x46dd_794e);
        assert_eq!(sum(&down), 0x113f_db5c);
        assert_eq!(sum(b"123456789"), 0xe306_9283);
        assert_eq!(sum(b""), 0);
    }

    /// The sum bit by bit.
    fn slow(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
                let carry = if sum & 1 == 1 { POLYNOMIAL } else { 0 };
                sum >> 1 ^ carry
            })
        })
    }

    proptest! {
        /// The table is right, and pieces do not matter.
        #[test]
        fn the_sum_is_that_of_the_bits(
            bytes in prop::collection::vec(any::<u8>(), 0..64),
            cut in any::<prop::sample::Index>(),
        ) {
            let (head, tail) = bytes.split_at(cut.index(bytes.len() + 1));
            prop_assert_eq!(sum(&bytes), slow(&bytes));
            let pieces = Crc::new().update(head).update(tail).bytes();
            prop_assert_eq!(u32::from_be_bytes(pieces), slow(&bytes));
        }
    }
}
