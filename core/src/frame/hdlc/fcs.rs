//! The frame check sequences of RFC 1662, appendix C: remainders of the frame as a polynomial.

/// What checks a frame against damage on the line.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Fcs {
    /// Nothing.
    #[default]
    None,
    /// Two bytes, x¹⁶ + x¹² + x⁵ + 1; RFC 1662, section C.2.
    Fcs16,
    /// Four bytes, the CRC-32 of Ethernet; RFC 1662, section C.3.
    Fcs32,
}

/// The polynomials with the term of the lowest degree in the highest bit.
const POLYNOMIAL_16: u16 = 0x8408;
const POLYNOMIAL_32: u32 = 0xedb8_8320;

static TABLE_16: [u16; 256] = table_16();
static TABLE_32: [u32; 256] = table_32();

impl Fcs {
    /// Bytes it takes behind the payload.
    pub(super) const fn len(self) -> usize {
        match self {
            Self::None => 0,
            Self::Fcs16 => 2,
            Self::Fcs32 => 4,
        }
    }

    /// Writes what follows a payload; as many of the bytes as [`len`](Self::len) says count.
    pub(super) fn of(self, payload: &[u8]) -> [u8; 4] {
        match self {
            Self::None => [0; 4],
            Self::Fcs16 => {
                let [low, high] = fcs_16(payload).to_le_bytes();
                [low, high, 0, 0]
            }
            Self::Fcs32 => fcs_32(payload).to_le_bytes(),
        }
    }
}

fn fcs_16(bytes: &[u8]) -> u16 {
    !bytes.iter().fold(u16::MAX, |sum, byte| {
        let [low, high] = sum.to_le_bytes();
        let entry = TABLE_16.get(usize::from(low ^ byte)).copied().unwrap_or_default();
        entry ^ u16::from(high)
    })
}

fn fcs_32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        let [low, ..] = sum.to_le_bytes();
        let entry = TABLE_32.get(usize::from(low ^ byte)).copied().unwrap_or_default();
        entry ^ (sum >> 8)
    })
}

const fn table_16() -> [u16; 256] {
    let mut table = [0; 256];
    let mut rest: &mut [u16] = &mut table;
    let mut byte = 0_u16;
    while let Some((entry, behind)) = rest.split_first_mut() {
        let (mut sum, mut bit) = (byte, 0_u8);
        while bit < 8 {
            sum = if sum & 1 == 0 { sum >> 1 } else { sum >> 1 ^ POLYNOMIAL_16 };
            bit = bit.wrapping_add(1);
        }
        *entry = sum;
        rest = behind;
        byte = byte.wrapping_add(1);
    }
    table
}

const fn table_32() -> [u32; 256] {
    let mut table = [0; 256];
    let mut rest: &mut [u32] = &mut table;
    let mut byte = 0_u32;
    while let Some((entry, behind)) = rest.split_first_mut() {
        let (mut sum, mut bit) = (byte, 0_u8);
        while bit < 8 {
            sum = if sum & 1 == 0 { sum >> 1 } else { sum >> 1 ^ POLYNOMIAL_32 };
            bit = bit.wrapping_add(1);
        }
        *entry = sum;
        rest = behind;
        byte = byte.wrapping_add(1);
    }
    table
}

#[cfg(test)]
mod tests {
    #![allow(clippy::arithmetic_side_effects, reason = "a test may overflow: it fails then")]

    extern crate alloc;

    use super::*;

    /// As printed in RFC 1662, sections C.2 and C.3.
    #[test]
    fn tables_are_those_of_the_appendix() {
        assert!(TABLE_16.starts_with(&[0x0000, 0x1189, 0x2312, 0x329b, 0x4624, 0x57ad]));
        assert!(TABLE_16.ends_with(&[0x3de3, 0x2c6a, 0x1ef1, 0x0f78]));
        assert!(TABLE_32.starts_with(&[0x0000_0000, 0x7707_3096, 0xee0e_612c, 0x9909_51ba]));
        assert!(TABLE_32.ends_with(&[0x5a05_df1b, 0x2d02_ef8d]));
    }

    /// The check values by which these two are catalogued (CRC-16/X-25 and CRC-32).
    #[test]
    fn the_check_values_are_those_of_the_catalogue() {
        assert_eq!(fcs_16(b"123456789"), 0x906e);
        assert_eq!(fcs_32(b"123456789"), 0xcbf4_3926);
        assert_eq!((fcs_16(b""), fcs_32(b"")), (0, 0));
    }

    /// Over a frame with its FCS, the remainder is the constant of the appendix.
    #[test]
    fn a_good_frame_leaves_the_remainder_of_the_appendix() {
        let frame = [0xff, 0x03, 0xc0, 0x21, 0x01];
        let [a, b, _, _] = Fcs::Fcs16.of(&frame);
        assert_eq!(!fcs_16(&[&frame[..], &[a, b]].concat()), 0xf0b8);
        assert_eq!(!fcs_32(&[&frame[..], &Fcs::Fcs32.of(&frame)].concat()), 0xdebb_20e3);
    }

    /// Bit by bit, as a shift register.
    #[test]
    fn the_slow_twin_agrees() {
        let mut bytes = [0_u8; 64];
        for seed in 0..=u8::MAX {
            for (index, byte) in (0_u8..).zip(bytes.iter_mut()) {
                *byte = seed.wrapping_mul(index.wrapping_add(3)) ^ index.rotate_left(3);
            }
            let bytes = bytes.get(..usize::from(seed % 64)).unwrap();
            let (mut slow_16, mut slow_32) = (u16::MAX, u32::MAX);
            for bit in bytes.iter().flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1)) {
                let out = u32::from(bit) ^ (slow_32 & 1);
                slow_32 = (slow_32 >> 1) ^ (out * 0xedb8_8320);
                let out = u16::from(bit) ^ (slow_16 & 1);
                slow_16 = (slow_16 >> 1) ^ (out * 0x8408);
            }
            assert_eq!((fcs_16(bytes), fcs_32(bytes)), (!slow_16, !slow_32));
        }
    }
}
