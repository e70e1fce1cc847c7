//! Tests of `endian`.

#![allow(clippy::arithmetic_side_effects, reason = "a test may overflow: it fails then")]

extern crate alloc;

use super::*;
use alloc::{string::ToString, vec};
use proptest::prelude::*;

const BOTH: [Endian; 2] = [Endian::Big, Endian::Little];

/// The standard library's integers, extended to 16 bytes by hand.
fn oracle_unsigned(bytes: &[u8], endian: Endian) -> u128 {
    let mut wide = [0; 16];
    match endian {
        Endian::Big => {
            wide[16 - bytes.len()..].copy_from_slice(bytes);
            u128::from_be_bytes(wide)
        }
        Endian::Little => {
            wide[..bytes.len()].copy_from_slice(bytes);
            u128::from_le_bytes(wide)
        }
    }
}

fn oracle_signed(bytes: &[u8], endian: Endian) -> i128 {
    let mut wide = [0; 16];
    match endian {
        Endian::Big => {
            wide.fill(if bytes[0] >= 0x80 { 0xff } else { 0 });
            wide[16 - bytes.len()..].copy_from_slice(bytes);
            i128::from_be_bytes(wide)
        }
        Endian::Little => {
            wide.fill(if bytes[bytes.len() - 1] >= 0x80 { 0xff } else { 0 });
            wide[..bytes.len()].copy_from_slice(bytes);
            i128::from_le_bytes(wide)
        }
    }
}

#[test]
fn widths_outside_one_to_sixteen_are_refused() {
    let refused = IntError::new(IntErrorKind::BadWidth, 0);
    for endian in BOTH {
        for width in [0, 17, 18, 32, 64] {
            let mut bytes = vec![0xa5; width];
            assert_eq!(read_unsigned(&bytes, endian), Err(refused), "{width}");
            assert_eq!(read_signed(&bytes, endian), Err(refused), "{width}");
            assert_eq!(write_unsigned(1, endian, &mut bytes), Err(refused), "{width}");
            assert_eq!(write_signed(-1, endian, &mut bytes), Err(refused), "{width}");
            assert_eq!(bytes, vec![0xa5; width]);
        }
    }
}

#[test]
fn unsigned_edges_of_every_width() {
    for endian in BOTH {
        for width in 1..=16_u32 {
            let max = u128::MAX >> (128 - 8 * width);
            let mut out = vec![0xa5; width as usize];
            for value in [0, 1, 0x7f, 0x80, 0xff, max / 2, max / 2 + 1, max - 1, max] {
                assert_eq!(write_unsigned(value, endian, &mut out), Ok(()), "{width} {value}");
                assert_eq!(oracle_unsigned(&out, endian), value);
                assert_eq!(read_unsigned(&out, endian), Ok(value));
            }
            out.fill(0xa5);
            let refused = Err(IntError::new(IntErrorKind::Overflow, 0));
            for value in [max.checked_add(1), Some(u128::MAX).filter(|_| width < 16)] {
                let Some(value) = value else { continue };
                assert_eq!(write_unsigned(value, endian, &mut out), refused, "{width}");
                assert!(out.iter().all(|byte| *byte == 0xa5));
            }
        }
    }
}

#[test]
fn signed_edges_of_every_width() {
    for endian in BOTH {
        for width in 1..=16_u32 {
            let max = i128::MAX >> (128 - 8 * width);
            let min = -max - 1;
            let mut out = vec![0xa5; width as usize];
            for value in [min, min + 1, -128, -2, -1, 0, 1, 127, max - 1, max] {
                assert_eq!(write_signed(value, endian, &mut out), Ok(()), "{width} {value}");
                assert_eq!(oracle_signed(&out, endian), value);
                assert_eq!(read_signed(&out, endian), Ok(value));
            }
            out.fill(0xa5);
            let refused = Err(IntError::new(IntErrorKind::Overflow, 0));
            for value in [max.checked_add(1), min.checked_sub(1)] {
                let Some(value) = value else { continue };
                assert_eq!(write_signed(value, endian, &mut out), refused, "{width} {value}");
                assert!(out.iter().all(|byte| *byte == 0xa5));
            }
        }
    }
}

#[test]
fn every_sign_byte_of_every_width() {
    for width in 1..=16 {
        for top in 0..=255_u8 {
            for fill in [0x00, 0x01, 0x80, 0xff] {
                let mut bytes = vec![fill; width];
                bytes[0] = top;
                let signed = oracle_signed(&bytes, Endian::Big);
                assert_eq!(read_signed(&bytes, Endian::Big), Ok(signed));
                bytes.reverse();
                assert_eq!(read_signed(&bytes, Endian::Little), Ok(signed));
            }
        }
    }
}

#[test]
fn fixed_arrays_follow_the_order() {
    assert_eq!(Endian::Big.read_u16([1, 2]), 0x0102);
    assert_eq!(Endian::Little.read_u16([1, 2]), 0x0201);
    assert_eq!(Endian::Big.read_u32([1, 2, 3, 4]), 0x0102_0304);
    assert_eq!(Endian::Little.read_u32([1, 2, 3, 4]), 0x0403_0201);
    assert_eq!(Endian::Big.read_u64([1, 2, 3, 4, 5, 6, 7, 8]), 0x0102_0304_0506_0708);
    assert_eq!(Endian::Little.read_u64([1, 2, 3, 4, 5, 6, 7, 8]), 0x0807_0605_0403_0201);
    assert_eq!(Endian::Big.u16_bytes(0x0102), [1, 2]);
    assert_eq!(Endian::Little.u16_bytes(0x0102), [2, 1]);
    assert_eq!(Endian::Big.u32_bytes(0x0102_0304), [1, 2, 3, 4]);
    assert_eq!(Endian::Little.u32_bytes(0x0102_0304), [4, 3, 2, 1]);
    assert_eq!(Endian::Big.u64_bytes(0x0102_0304_0506_0708), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(Endian::Little.u64_bytes(0x0102_0304_0506_0708), [8, 7, 6, 5, 4, 3, 2, 1]);
}

#[test]
fn errors_name_rule_and_byte() {
    let error = IntError::new(IntErrorKind::Overflow, 4);
    assert_eq!(error.code(), "overflow");
    assert_eq!(error.to_string(), "integer too large at byte 4");
    assert_eq!(IntErrorKind::BadValue.code(), "bad-value");
    assert_eq!(IntErrorKind::BadWidth.code(), "bad-width");
    assert_eq!(IntErrorKind::BufferTooSmall.code(), "buffer-too-small");
    assert_eq!(IntErrorKind::NonCanonicalLength.code(), "non-canonical-length");
}

proptest! {
    /// Reading agrees with the integers of the standard library, and writing gives the bytes
    /// back.
    #[test]
    fn canonical(bytes in prop::collection::vec(any::<u8>(), 1..=16), big in any::<bool>()) {
        let endian = if big { Endian::Big } else { Endian::Little };
        let mut out = vec![0; bytes.len()];
        let unsigned = oracle_unsigned(&bytes, endian);
        prop_assert_eq!(read_unsigned(&bytes, endian), Ok(unsigned));
        prop_assert_eq!(write_unsigned(unsigned, endian, &mut out), Ok(()));
        prop_assert_eq!(&out, &bytes);
        let signed = oracle_signed(&bytes, endian);
        prop_assert_eq!(read_signed(&bytes, endian), Ok(signed));
        out.fill(0);
        prop_assert_eq!(write_signed(signed, endian, &mut out), Ok(()));
        prop_assert_eq!(&out, &bytes);
    }
}
