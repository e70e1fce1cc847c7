//! Tests of `varint`.

#![allow(clippy::arithmetic_side_effects, reason = "a test may overflow: it fails then")]

extern crate alloc;

use super::*;
use alloc::{vec, vec::Vec};
use proptest::prelude::*;

fn varints() -> impl Iterator<Item = Varint> {
    Encoding::ALL.iter().flat_map(|&encoding| [Varint::u32(encoding), Varint::u64(encoding)])
}

fn any_varint() -> impl Strategy<Value = Varint> {
    prop::sample::select(varints().collect::<Vec<_>>())
}

/// Bytes as streams have them: random ones, and long runs of continuation bytes.
fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        any::<u8>(),
        0x80..=0xff_u8,
        prop::sample::select(vec![0, 1, 2, 15, 16, 127, 128, 192, 251, 252, 253, 254, 255]),
    ];
    prop::collection::vec(byte, 0..14)
}

/// The rules as prose has them: add up in 128 bits, then judge. `None` wants more bytes.
fn naive(varint: Varint, bytes: &[u8]) -> Option<Result<(u64, usize), IntErrorKind>> {
    let first = *bytes.first()?;
    let at = |index: usize| u128::from(bytes.get(index).copied().unwrap_or(0));
    let (value, len) = match varint.encoding() {
        Encoding::Leb128 | Encoding::Leb128Lenient | Encoding::Mqtt => {
            let Some(end) = bytes.iter().take(varint.max_len()).position(|byte| *byte < 128) else {
                let endless = bytes.len() >= varint.max_len();
                return endless.then_some(Err(IntErrorKind::Overflow));
            };
            let value = (0..=end).map(|index| (at(index) % 128) << (7 * index)).sum::<u128>();
            let strict = varint.encoding() != Encoding::Leb128Lenient;
            if strict && end > 0 && bytes[end] == 0 {
                return Some(Err(IntErrorKind::NonCanonicalLength));
            }
            (value, end + 1)
        }
        Encoding::Quic => {
            let len = [1, 2, 4, 8][usize::from(first / 64)];
            let value = (0..len).fold(0, |value, index| value * 256 + at(index));
            (value % (1 << (8 * len - 2)), len)
        }
        Encoding::Mysql => {
            let len = match first {
                0xfb | 0xff => return Some(Err(IntErrorKind::BadValue)),
                0xfc => 3,
                0xfd => 4,
                0xfe => 9,
                _ => return Some(Ok((u64::from(first), 1))),
            };
            ((1..len).map(|index| at(index) << (8 * (index - 1))).sum(), len)
        }
    };
    match u64::try_from(value) {
        Ok(value) if value <= varint.max() => (bytes.len() >= len).then_some(Ok((value, len))),
        _ => Some(Err(IntErrorKind::Overflow)),
    }
}

fn read(varint: Varint, bytes: &[u8]) -> Option<Result<(u64, usize), IntErrorKind>> {
    match varint.read(bytes) {
        Ok(Status::Value { value, consumed }) => Some(Ok((value, consumed.get()))),
        Ok(Status::Need(_)) => None,
        Err(error) => Some(Err(error.kind)),
    }
}

fn write(varint: Varint, value: u64) -> Vec<u8> {
    let mut out = [0xa5; Varint::MAX_LEN];
    let len = varint.write(value, &mut out).unwrap();
    assert!(out[len..].iter().all(|byte| *byte == 0xa5));
    out[..len].to_vec()
}

#[test]
fn encodings_have_names() {
    for &encoding in Encoding::ALL {
        assert_eq!(Encoding::from_name(encoding.name()), Some(encoding));
    }
    assert_eq!(Encoding::Leb128Lenient.name(), "leb128-lenient");
    assert_eq!(Encoding::from_name("MQTT"), None);
    assert_eq!(Encoding::from_name(""), None);
}

#[test]
fn bits_are_32_or_64() {
    let quic = Encoding::Quic;
    assert_eq!(Varint::new(quic, 32), Ok(Varint::u32(quic)));
    assert_eq!(Varint::new(quic, 64), Ok(Varint::u64(quic)));
    assert_eq!((Varint::u32(quic).bits(), Varint::u64(quic).bits()), (32, 64));
    for bits in [0, 8, 16, 31, 33, 62, 65, u32::MAX] {
        assert_eq!(Varint::new(quic, bits), Err(IntError::new(IntErrorKind::BadWidth, 0)));
    }
}

#[test]
fn values_are_read_to_their_last_byte() {
    let narrow = Varint::u32;
    let wide = Varint::u64;
    let cases: &[(Varint, &[u8], u64)] = &[
        (narrow(Encoding::Leb128), &[0x00], 0),
        (narrow(Encoding::Leb128), &[0x7f], 127),
        (narrow(Encoding::Leb128), &[0x80, 0x01], 128),
        (narrow(Encoding::Leb128), &[0xe5, 0x8e, 0x26], 624_485),
        (narrow(Encoding::Leb128), &[0xff, 0xff, 0xff, 0xff, 0x0f], 0xffff_ffff),
        (
            wide(Encoding::Leb128),
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
            u64::MAX,
        ),
        (narrow(Encoding::Leb128Lenient), &[0x80, 0x00], 0),
        (narrow(Encoding::Leb128Lenient), &[0x81, 0x80, 0x80, 0x80, 0x00], 1),
        (wide(Encoding::Leb128Lenient), &[0x81, 0x80, 0x80, 0x80, 0x80, 0x00], 1),
        (
            wide(Encoding::Leb128Lenient),
            &[0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
            1,
        ),
        (narrow(Encoding::Mqtt), &[0xc1, 0x02], 321),
        (wide(Encoding::Mqtt), &[0xff, 0xff, 0xff, 0x7f], 268_435_455),
        (wide(Encoding::Quic), &[0x25], 37),
        (wide(Encoding::Quic), &[0x40, 0x25], 37),
        (wide(Encoding::Quic), &[0x7b, 0xbd], 15_293),
        (wide(Encoding::Quic), &[0x9d, 0x7f, 0x3e, 0x7d], 494_878_333),
        (
            wide(Encoding::Quic),
            &[0xc2, 0x19, 0x7c, 0x5e, 0xff, 0x14, 0xe8, 0x8c],
            151_288_809_941_952_652,
        ),
        (wide(Encoding::Quic), &[0xff; 8], (1 << 62) - 1),
        (narrow(Encoding::Quic), &[0xc0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff], 0xffff_ffff),
        (narrow(Encoding::Mysql), &[0xfa], 250),
        (narrow(Encoding::Mysql), &[0xfc, 0xfb, 0x00], 251),
        (narrow(Encoding::Mysql), &[0xfc, 0x01, 0x00], 1),
        (narrow(Encoding::Mysql), &[0xfd, 0x01, 0x02, 0x03], 0x03_02_01),
        (narrow(Encoding::Mysql), &[0xfe, 1, 2, 3, 0xff, 0, 0, 0, 0], 0xff03_0201),
        (wide(Encoding::Mysql), &[0xfe; 9], 0xfefe_fefe_fefe_fefe),
    ];
    for (varint, bytes, value) in cases {
        let verdict = Some(Ok((*value, bytes.len())));
        assert_eq!(read(*varint, bytes), verdict, "{varint:?} {bytes:x?}");
        let longer = [bytes, &[0xff; 9][..]].concat();
        assert_eq!(read(*varint, &longer), verdict, "{varint:?} {longer:x?}");
    }
}

#[test]
fn refusals_point_at_the_byte_that_settles_them() {
    use IntErrorKind::{BadValue, NonCanonicalLength, Overflow};
    let narrow = Varint::u32;
    let wide = Varint::u64;
    let cases: &[(Varint, &[u8], IntErrorKind, usize)] = &[
        (narrow(Encoding::Leb128), &[0x80, 0x80, 0x80, 0x80, 0x10], Overflow, 4),
        (narrow(Encoding::Leb128), &[0xff, 0xff, 0xff, 0xff, 0x1f], Overflow, 4),
        (narrow(Encoding::Leb128), &[0x80, 0x80, 0x80, 0x80, 0x80], Overflow, 4),
        (narrow(Encoding::Leb128), &[0x80, 0x80, 0x80, 0x80, 0x80, 0x00], Overflow, 4),
        (narrow(Encoding::Leb128Lenient), &[0x80, 0x80, 0x80, 0x80, 0x10], Overflow, 4),
        (narrow(Encoding::Leb128Lenient), &[0x80, 0x80, 0x80, 0x80, 0x80, 0], Overflow, 4),
        (
            wide(Encoding::Leb128),
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02],
            Overflow,
            9,
        ),
        (
            wide(Encoding::Leb128),
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
            Overflow,
            9,
        ),
        (wide(Encoding::Leb128), &[0x80; 10], Overflow, 9),
        (wide(Encoding::Leb128Lenient), &[0x80; 10], Overflow, 9),
        (wide(Encoding::Leb128Lenient), &[0x80; 37], Overflow, 9),
        (narrow(Encoding::Leb128), &[0x80, 0x00], NonCanonicalLength, 1),
        (wide(Encoding::Leb128), &[0x81, 0x00], NonCanonicalLength, 1),
        (wide(Encoding::Leb128), &[0xff, 0x80, 0x80, 0x00], NonCanonicalLength, 3),
        (narrow(Encoding::Leb128), &[0x80, 0x80, 0x80, 0x80, 0x00], NonCanonicalLength, 4),
        (
            wide(Encoding::Leb128),
            &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
            NonCanonicalLength,
            9,
        ),
        (narrow(Encoding::Mqtt), &[0x80, 0x00], NonCanonicalLength, 1),
        (narrow(Encoding::Mqtt), &[0x80, 0x80, 0x80, 0x00], NonCanonicalLength, 3),
        (wide(Encoding::Mqtt), &[0xff, 0xff, 0xff, 0x80], Overflow, 3),
        (wide(Encoding::Mqtt), &[0x80, 0x80, 0x80, 0x80, 0x01], Overflow, 3),
        (narrow(Encoding::Quic), &[0xc1], Overflow, 0),
        (narrow(Encoding::Quic), &[0xc0, 0, 0, 1, 0, 0, 0, 0], Overflow, 3),
        (narrow(Encoding::Mysql), &[0xfe, 0, 0, 0, 0, 1, 0, 0, 0], Overflow, 5),
        (narrow(Encoding::Mysql), &[0xfe, 0, 0, 0, 0, 0, 0, 0, 1], Overflow, 8),
        (wide(Encoding::Mysql), &[0xfb], BadValue, 0),
        (wide(Encoding::Mysql), &[0xff], BadValue, 0),
    ];
    for (varint, bytes, kind, at) in cases {
        let refused = Err(IntError::new(*kind, *at));
        assert_eq!(varint.read(bytes), refused, "{varint:?} {bytes:x?}");
        let longer = [bytes, &[0x00; 9][..]].concat();
        assert_eq!(varint.read(&longer), refused, "{varint:?} {longer:x?}");
    }
}

#[test]
fn what_is_missing_is_known() {
    let need = |varint: Varint, bytes: &[u8]| match varint.read(bytes) {
        Ok(Status::Need(need)) => need.get(),
        other => panic!("{varint:?} {bytes:x?} {other:?}"),
    };
    for varint in varints() {
        assert_eq!(need(varint, &[]), 1);
    }
    assert_eq!(need(Varint::u64(Encoding::Leb128), &[0x80; 9]), 1);
    assert_eq!(need(Varint::u32(Encoding::Mqtt), &[0x80; 3]), 1);
    for (first, len) in [(0x40, 2), (0x80, 4), (0xc0, 8)] {
        for have in 1..len {
            let bytes = [&[first][..], &[0; 7]].concat();
            assert_eq!(need(Varint::u32(Encoding::Quic), &bytes[..have]), len - have);
        }
    }
    for (first, len) in [(0xfc, 3), (0xfd, 4), (0xfe, 9)] {
        for have in 1..len {
            let bytes = [&[first][..], &[0; 8]].concat();
            assert_eq!(need(Varint::u32(Encoding::Mysql), &bytes[..have]), len - have);
        }
    }
}

#[test]
fn lengths_change_where_the_rules_say() {
    let cases: &[(Encoding, &[(u64, usize)])] = &[
        (Encoding::Leb128, &[(0, 1), (127, 1), (128, 2), (16_383, 2), (16_384, 3)]),
        (Encoding::Leb128, &[((1 << 63) - 1, 9), (1 << 63, 10), (u64::MAX, 10)]),
        (Encoding::Leb128Lenient, &[(127, 1), (128, 2), (u64::MAX, 10)]),
        (Encoding::Mqtt, &[(2_097_151, 3), (2_097_152, 4), (268_435_455, 4)]),
        (Encoding::Quic, &[(63, 1), (64, 2), (16_383, 2), (16_384, 4)]),
        (Encoding::Quic, &[((1 << 30) - 1, 4), (1 << 30, 8), ((1 << 62) - 1, 8)]),
        (Encoding::Mysql, &[(250, 1), (251, 3), (65_535, 3), (65_536, 4)]),
        (Encoding::Mysql, &[(0xff_ffff, 4), (0x100_0000, 9), (u64::MAX, 9)]),
    ];
    for (encoding, values) in cases {
        let varint = Varint::u64(*encoding);
        for (value, len) in *values {
            assert_eq!(varint.encoded_len(*value), Ok(*len), "{encoding:?} {value}");
            assert_eq!(write(varint, *value).len(), *len, "{encoding:?} {value}");
        }
    }
}

#[test]
fn what_does_not_fit_is_not_written() {
    for varint in varints() {
        let mut out = [0xa5; Varint::MAX_LEN];
        if let Some(value) = varint.max().checked_add(1) {
            let overflow = IntError::new(IntErrorKind::Overflow, 0);
            assert_eq!(varint.write(value, &mut out), Err(overflow));
            assert_eq!(varint.write(value, &mut []), Err(overflow));
            assert_eq!(varint.encoded_len(u64::MAX), Err(overflow));
        }
        for value in [0, 300, 70_000, varint.max()] {
            let len = varint.encoded_len(value).unwrap();
            let refused = Err(IntError::new(IntErrorKind::BufferTooSmall, 0));
            assert_eq!(varint.write(value, &mut out[..len - 1]), refused, "{varint:?}");
            assert_eq!(out, [0xa5; Varint::MAX_LEN]);
            assert_eq!(varint.write(value, &mut [0; Varint::MAX_LEN][..len]), Ok(len));
        }
    }
}

#[test]
fn every_input_of_one_and_two_bytes() {
    for varint in varints() {
        for pair in 0..=u16::MAX {
            let bytes = pair.to_be_bytes();
            assert_eq!(read(varint, &bytes[..1]), naive(varint, &bytes[..1]), "{varint:?}");
            assert_eq!(read(varint, &bytes), naive(varint, &bytes), "{varint:?} {bytes:x?}");
        }
    }
}

#[test]
fn every_form_of_three_groups() {
    for encoding in [Encoding::Leb128, Encoding::Leb128Lenient, Encoding::Mqtt] {
        let varint = Varint::u32(encoding);
        for value in 0..1_u32 << 21 {
            let last = (value >> 14).to_le_bytes()[0];
            let bytes = [low_group(value), low_group(value >> 7), last];
            let verdict = naive(varint, &bytes);
            assert!(verdict.is_some());
            assert_eq!(read(varint, &bytes), verdict, "{varint:?} {bytes:x?}");
            // With a whole word to load the same form takes another path.
            let [a, b, c] = bytes;
            let word = [a, b, c, 0xff, 0, 0x80, 0, 0];
            assert_eq!(read(varint, &word), verdict, "{varint:?} {word:x?}");
        }
    }
}

fn low_group(value: u32) -> u8 {
    value.to_le_bytes()[0] | 0x80
}

proptest! {
    /// Whatever is written is read back, whatever follows, and is as long as announced.
    #[test]
    fn round_trip(
        varint in any_varint(),
        value in any::<u64>(),
        shift in 0..64_u32,
        rest in any_bytes(),
    ) {
        let value = (value >> shift).min(varint.max());
        let bytes = write(varint, value);
        prop_assert_eq!(varint.encoded_len(value), Ok(bytes.len()));
        prop_assert!(bytes.len() <= varint.max_len());
        let stream = [&bytes[..], &rest].concat();
        prop_assert_eq!(read(varint, &stream), Some(Ok((value, bytes.len()))));
    }

    /// A strict reader accepts what the writer writes and no other spelling.
    #[test]
    fn canonical(varint in any_varint(), bytes in any_bytes()) {
        if let Some(Ok((value, consumed))) = read(varint, &bytes) {
            let written = write(varint, value);
            prop_assert!(written.len() <= consumed);
            if matches!(varint.encoding(), Encoding::Leb128 | Encoding::Mqtt) {
                prop_assert_eq!(written, &bytes[..consumed]);
            }
        }
    }

    /// Reading agrees with the rules spelled out in 128 bits.
    #[test]
    fn oracle(varint in any_varint(), bytes in any_bytes()) {
        prop_assert_eq!(read(varint, &bytes), naive(varint, &bytes));
    }

    /// A prefix waits or gives the same verdict as the whole; a refusal falls at the byte
    /// that settles it.
    #[test]
    fn verdicts_are_final(varint in any_varint(), bytes in any_bytes()) {
        let whole = varint.read(&bytes);
        let settled = match whole {
            Ok(Status::Value { consumed, .. }) => consumed.get(),
            Ok(Status::Need(_)) => bytes.len() + 1,
            Err(error) => error.at + 1,
        };
        for cut in 0..=bytes.len() {
            let early = varint.read(&bytes[..cut]);
            if cut < settled {
                prop_assert!(matches!(early, Ok(Status::Need(_))), "{:?} {:?}", cut, early);
            } else {
                prop_assert_eq!(early, whole);
            }
        }
    }

    /// No fewer bytes than needed complete an integer, and that many can.
    #[test]
    fn needed_is_honest(varint in any_varint(), bytes in any_bytes(), more in any_bytes()) {
        if let Ok(Status::Need(need)) = varint.read(&bytes) {
            let few = &more[..more.len().min(need.get() - 1)];
            let short = read(varint, &[&bytes, few].concat());
            prop_assert!(!matches!(short, Some(Ok(_))));
            let least = match varint.encoding() {
                Encoding::Quic | Encoding::Mysql => vec![0; need.get()],
                _ => vec![1; need.get()],
            };
            let whole = [&bytes[..], &least].concat();
            let Some(Ok((_, consumed))) = read(varint, &whole) else {
                return Err(TestCaseError::fail("needed bytes complete nothing"));
            };
            prop_assert_eq!(consumed, whole.len());
        }
    }
}
