//! Tests of the cursor: both ends, and the laws between them.

extern crate alloc;

use super::*;
use crate::endian::{Endian, IntError, IntErrorKind};
use alloc::{format, string::ToString, vec, vec::Vec};
use core::fmt::Write as _;
use proptest::prelude::*;

#[test]
fn reader_keeps_its_place() {
    let mut reader = Reader::new(b"abcdef");
    assert_eq!((reader.position(), reader.remaining()), (0, 6));
    assert_eq!((reader.peek(), reader.peek_at(0)), (Some(b'a'), Some(b'a')));
    assert_eq!((reader.peek_at(5), reader.peek_at(6)), (Some(b'f'), None));
    assert_eq!(reader.peek_at(usize::MAX), None);
    assert_eq!(reader.take_byte(), Some(b'a'));
    assert_eq!(reader.take(2), Some(&b"bc"[..]));
    assert_eq!((reader.position(), reader.rest()), (3, &b"def"[..]));
    assert_eq!(reader.since(0), b"abc");
    assert_eq!(reader.since(1), b"bc");
    assert_eq!(reader.since(3), b"");
    assert_eq!(reader.since(4), b"");
    assert_eq!(reader.take_rest(), b"def");
    assert_eq!((reader.position(), reader.remaining(), reader.is_empty()), (6, 0, true));
    assert_eq!(reader.since(1), b"bcdef");
    assert_eq!(reader.take_rest(), b"");
    assert_eq!((reader.peek(), reader.take_byte(), reader.take(0)), (None, None, Some(&[][..])));
}

#[test]
fn what_is_not_there_is_not_taken() {
    let mut reader = Reader::new(b"ab:");
    assert_eq!(reader.take(4), None);
    assert_eq!(reader.take(usize::MAX), None);
    assert_eq!(reader.take_array::<4>(), None);
    assert_eq!(reader.take_u32(Endian::Big), None);
    assert_eq!(reader.take_until(b'/'), None);
    assert!(!reader.expect(b'b'));
    assert!(!reader.expect_slice(b"ab:c"));
    assert!(!reader.expect_slice(b"b"));
    assert!(!reader.expect_ignore_case(b"AB:C"));
    assert!(!reader.expect_ignore_case(b"AC"));
    assert_eq!(reader.take_while(|byte| byte == b'b'), b"");
    assert_eq!(reader.position(), 0);
    assert_eq!(reader.take_until(b':'), Some(&b"ab"[..]));
    assert_eq!(reader.peek(), Some(b':'));
}

#[test]
fn what_is_there_is_taken() {
    let mut reader = Reader::new(b"ab:CDe[12");
    assert_eq!(reader.take_while(|byte| byte.is_ascii_lowercase()), b"ab");
    assert!(reader.expect(b':'));
    assert!(reader.expect_slice(b""));
    assert!(reader.expect_ignore_case(b"cdE"));
    assert!(!reader.expect_ignore_case(b"{"));
    assert!(reader.expect_slice(b"["));
    assert_eq!(reader.take_array(), Some([b'1', b'2']));
    assert_eq!(Reader::new(b"ab").take_while(|_| true), b"ab");
}

#[test]
fn integers_are_taken_whole_or_not() {
    let bytes = [1, 2, 3, 4, 5, 6, 7, 8];
    assert_eq!(Reader::new(&bytes).take_u16(Endian::Big), Some(0x0102));
    assert_eq!(Reader::new(&bytes).take_u32(Endian::Little), Some(0x0403_0201));
    assert_eq!(Reader::new(&bytes).take_u64(Endian::Big), Some(0x0102_0304_0506_0708));
    let mut reader = Reader::new(&bytes);
    assert_eq!(reader.take_unsigned(3, Endian::Little), Ok(Some(0x03_02_01)));
    assert_eq!(reader.take_unsigned(6, Endian::Little), Ok(None));
    for width in [0, 17, usize::MAX] {
        let error = IntError::new(IntErrorKind::BadWidth, 3);
        assert_eq!(reader.take_unsigned(width, Endian::Big), Err(error));
    }
    assert_eq!(reader.position(), 3);
    assert_eq!(reader.take_unsigned(5, Endian::Big), Ok(Some(0x04_05_06_07_08)));
}

#[test]
fn digits_are_only_digits() {
    for text in ["", "+80", "-1", " 1", "/", ":", "\u{660}", "a"] {
        let mut reader = Reader::new(text.as_bytes());
        let digits = reader.take_decimal(usize::MAX);
        assert!(digits.is_empty(), "{text:?}");
        assert_eq!((digits.to_u16(), digits.to_u64(), digits.to_u128()), (None, None, None));
        assert_eq!(reader.position(), 0);
    }
    for text in ["", "x1", "g", "G", "@", "`", "/", ":"] {
        assert!(Reader::new(text.as_bytes()).take_hex(usize::MAX).is_empty(), "{text:?}");
    }
    let hex = Reader::new(b"0aFf9g").take_hex(usize::MAX);
    assert_eq!((hex.as_bytes(), hex.to_u32()), (&b"0aFf9"[..], Some(0xaff9)));
}

#[test]
fn digits_stop_at_the_limit() {
    let mut reader = Reader::new(b"12345x");
    assert_eq!(reader.take_decimal(0).len(), 0);
    assert_eq!(reader.take_decimal(3).to_u64(), Some(123));
    assert_eq!(reader.take_decimal(2).as_bytes(), b"45");
    assert_eq!(reader.take_decimal(9).as_bytes(), b"");
    assert_eq!(reader.peek(), Some(b'x'));
}

#[test]
fn leading_zeros_are_seen() {
    for (text, leading) in [("0", false), ("00", true), ("01", true), ("10", false), ("", false)] {
        let digits = Reader::new(text.as_bytes()).take_decimal(usize::MAX);
        assert_eq!(digits.has_leading_zero(), leading, "{text:?}");
    }
    let zeros = Reader::new(b"000000000000000000000000000000000000000000007").take_decimal(99);
    assert_eq!((zeros.to_u16(), zeros.to_u64(), zeros.to_u128()), (Some(7), Some(7), Some(7)));
}

#[test]
fn digits_never_wrap() {
    fn read(text: &str) -> Digits<'_> {
        Reader::new(text.as_bytes()).take_decimal(usize::MAX)
    }
    assert_eq!(read("65535").to_u16(), Some(65535));
    assert_eq!(read("65536").to_u16(), None);
    assert_eq!(read("4294967295").to_u32(), Some(u32::MAX));
    assert_eq!(read("4294967296").to_u32(), None);
    assert_eq!(read("18446744073709551615").to_u64(), Some(u64::MAX));
    assert_eq!(read("18446744073709551616").to_u64(), None);
    assert_eq!(read("340282366920938463463374607431768211455").to_u128(), Some(u128::MAX));
    assert_eq!(read("340282366920938463463374607431768211456").to_u128(), None);
    assert_eq!(read("99999999999999999999").to_u16(), None);
    assert_eq!(Reader::new(b"ffffffffffffffff").take_hex(16).to_u64(), Some(u64::MAX));
    assert_eq!(Reader::new(b"10000000000000000").take_hex(17).to_u64(), None);
}

#[test]
fn writer_keeps_its_place() {
    let mut out = [0xa5; 6];
    let mut writer = Writer::new(&mut out);
    assert_eq!((writer.position(), writer.remaining()), (0, 6));
    assert_eq!(writer.put(b'a'), Ok(()));
    assert_eq!(writer.put_slice(b"bc"), Ok(()));
    assert_eq!(writer.put_slice(b""), Ok(()));
    assert_eq!((writer.position(), writer.remaining()), (3, 3));
    assert_eq!(writer.written(), b"abc");
    assert_eq!(writer.into_written(), b"abc");
    assert_eq!(out, *b"abc\xa5\xa5\xa5");
}

#[test]
fn what_does_not_fit_is_not_written() {
    let mut out = [0xa5; 4];
    let mut writer = Writer::new(&mut out);
    writer.put_slice(b"ab").unwrap();
    let refused = |needed| Err(BufferTooSmall::new(needed, 2));
    assert_eq!(writer.put_slice(b"cde"), refused(3));
    assert_eq!(writer.put_decimal(100), refused(3));
    assert_eq!(writer.put_decimal_u128(u128::MAX), refused(39));
    assert_eq!(writer.put_hex(0x100), refused(3));
    assert_eq!(writer.put_u32(1, Endian::Big), refused(4));
    assert_eq!(writer.put_u64(1, Endian::Big), refused(8));
    assert_eq!(write!(writer, "cde"), Err(core::fmt::Error));
    let refused = |kind| Err(IntError::new(kind, 2));
    assert_eq!(writer.put_unsigned(1, 3, Endian::Big), refused(IntErrorKind::BufferTooSmall));
    assert_eq!(writer.put_unsigned(256, 1, Endian::Big), refused(IntErrorKind::Overflow));
    for width in [0, 17, usize::MAX] {
        assert_eq!(writer.put_unsigned(1, width, Endian::Big), refused(IntErrorKind::BadWidth));
    }
    assert_eq!(writer.put_u16(0x6364, Endian::Big), Ok(()));
    assert_eq!(writer.put(b'e'), Err(BufferTooSmall::new(1, 4)));
    assert_eq!(writer.put_slice(b""), Ok(()));
    assert_eq!(out, *b"abcd");
    let mut writer = Writer::new(&mut out);
    writer.put_slice(b"ab").unwrap();
    writer.put_hex(1 << 8).unwrap_err();
    assert_eq!(writer.into_written(), b"ab");
    assert_eq!(out, *b"abcd");
}

#[test]
fn integers_are_written_in_order() {
    let mut out = [0; 17];
    let mut writer = Writer::new(&mut out);
    writer.put_u16(0x0102, Endian::Little).unwrap();
    writer.put_u32(0x0102_0304, Endian::Big).unwrap();
    writer.put_u64(0x0102_0304_0506_0708, Endian::Little).unwrap();
    writer.put_unsigned(0x01_02_03, 3, Endian::Little).unwrap();
    assert_eq!(out, [2, 1, 1, 2, 3, 4, 8, 7, 6, 5, 4, 3, 2, 1, 3, 2, 1]);
}

#[test]
fn formatting_appends() {
    let mut out = [0; 8];
    let mut writer = Writer::new(&mut out);
    let port = 80;
    write!(writer, "a:{port}").unwrap();
    assert_eq!(writer.written(), b"a:80");
}

#[test]
fn positions_are_known_at_compile_time() {
    const PORT: Option<u16> = {
        let mut reader = Reader::new(b":3306");
        if reader.expect(b':') { reader.take_decimal(5).to_u16() } else { None }
    };
    const TEXT: [u8; 4] = {
        let mut out = [0; 4];
        let mut writer = Writer::new(&mut out);
        assert!(writer.put_decimal(3306).is_ok());
        out
    };
    assert_eq!(PORT, Some(3306));
    assert_eq!(TEXT, *b"3306");
}

#[test]
fn errors_name_rule_and_byte() {
    let error = BufferTooSmall::new(4, 2);
    assert_eq!(error.code(), "buffer-too-small");
    assert_eq!(error.to_string(), "no room for 4 more bytes at byte 2");
    assert_eq!(IntError::from(error), IntError::new(IntErrorKind::BufferTooSmall, 2));
}

fn put(write: impl FnOnce(&mut Writer<'_>) -> Result<(), BufferTooSmall>) -> Vec<u8> {
    let mut out = vec![0; 40];
    let mut writer = Writer::new(&mut out);
    write(&mut writer).unwrap();
    writer.written().to_vec()
}

#[test]
fn powers_of_the_radix_get_one_more_digit() {
    for exponent in 0..=19 {
        for value in [10_u64.pow(exponent), 10_u64.pow(exponent).wrapping_sub(1)] {
            assert_eq!(put(|out| out.put_decimal(value)), value.to_string().as_bytes());
            let hex = 1_u64.wrapping_shl(exponent.wrapping_mul(4)).wrapping_sub(value & 1);
            assert_eq!(put(|out| out.put_hex(hex)), format!("{hex:x}").as_bytes());
        }
    }
    for value in [0, 1, u128::from(u64::MAX), 10_u128.pow(38), u128::MAX] {
        assert_eq!(put(|out| out.put_decimal_u128(value)), value.to_string().as_bytes());
    }
}

proptest! {
    /// Numbers are printed as the standard library prints them, and read back.
    #[test]
    fn round_trip(wide in any::<u128>(), shift in 0..128_u32) {
        let wide = wide.wrapping_shr(shift);
        let text = put(|out| out.put_decimal_u128(wide));
        prop_assert_eq!(&text, &wide.to_string().into_bytes());
        prop_assert_eq!(Reader::new(&text).take_decimal(39).to_u128(), Some(wide));
        prop_assert_eq!(
            Reader::new(&text).take_decimal(39).to_u64(),
            u64::try_from(wide).ok()
        );
        if let Ok(value) = u64::try_from(wide) {
            prop_assert_eq!(&put(|out| out.put_decimal(value)), &text);
            let hex = put(|out| out.put_hex(value));
            prop_assert_eq!(&hex, &format!("{value:x}").into_bytes());
            prop_assert_eq!(Reader::new(&hex).take_hex(16).to_u64(), Some(value));
        }
    }

    /// Whatever is asked of a reader, what it took and what is left make up the input.
    #[test]
    fn nothing_is_lost(
        input in prop::collection::vec(any::<u8>(), 0..32),
        calls in prop::collection::vec((0..8_u8, 0..9_usize, any::<u8>()), 0..16),
    ) {
        let mut reader = Reader::new(&input);
        let mut taken = Vec::new();
        for (call, n, byte) in calls {
            let before = reader.position();
            let part = match call {
                0 => reader.take(n).unwrap_or_default().to_vec(),
                1 => reader.take_byte().into_iter().collect(),
                2 => reader.take_array::<3>().map(Vec::from).unwrap_or_default(),
                3 => reader.take_while(|next| next < byte).to_vec(),
                4 => reader.take_until(byte).unwrap_or_default().to_vec(),
                5 => reader.take_decimal(n).as_bytes().to_vec(),
                6 => reader.take_hex(n).as_bytes().to_vec(),
                _ if reader.expect(byte) => vec![byte],
                _ => vec![],
            };
            prop_assert_eq!(reader.since(before), &part);
            taken.extend(part);
            prop_assert_eq!(reader.position(), taken.len());
            prop_assert_eq!(reader.position().checked_add(reader.remaining()), Some(input.len()));
            prop_assert_eq!([&taken, reader.rest()].concat(), input.clone());
        }
    }
}
