//! Tests of `ipv6`.

#![allow(clippy::disallowed_methods)] // `str::parse` of the standard library is the oracle
#![allow(clippy::arithmetic_side_effects)] // offsets of tests stay small

use proptest::prelude::*;

use super::*;

#[track_caller]
fn refuses(text: &[u8], code: &str, at: u32, len: u32) {
    let error = parse(text).expect_err("is read");
    assert_eq!((error.code(), error.at, error.len), (code, at, len), "{}", text.escape_ascii());
}

#[test]
fn accepts_every_form_of_rfc_4291() {
    for text in [
        "::",
        "::1",
        "1::",
        "1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7::",
        "::2:3:4:5:6:7:8",
        "1::3:4:5:6:7:8",
        "2001:DB8::8:800:200C:417A",
        "::ffff:129.144.52.38",
        "::13.1.68.3",
        "1:2:3:4:5:6:255.255.255.255",
        "1:2:3:4:5::1.2.3.4",
        "0000:0001::0abc",
    ] {
        assert_eq!(parse(text.as_bytes()), Ok(text.parse().unwrap()), "{text}");
    }
}

#[test]
fn refuses_groups_that_are_missing_or_too_many() {
    refuses(b"", "empty", 0, 0);
    refuses(b"1:2:3", "too-few-groups", 5, 0);
    refuses(b"1:2:3:4:5:1.2.3.4", "too-few-groups", 17, 0);
    refuses(b"1:2:3:4:5:6:7:8:9", "too-many-groups", 15, 1);
    refuses(b"1:2:3:4:5:6:7:8::", "too-many-groups", 15, 1);
    refuses(b"1::2:3:4:5:6:7:8", "too-many-groups", 14, 1);
    refuses(b"1:2:3:4:5:6:7::8", "too-many-groups", 15, 1);
    refuses(b"12345::", "group-too-long", 0, 5);
    refuses(b"::00001", "group-too-long", 2, 5);
    refuses(&[b'1'; 65_535], "group-too-long", 0, 65_535);
    refuses(&[b'1'; 65_536], "too-long", 65_535, 1);
    refuses(b"g::", "group-empty", 0, 0);
    refuses(b"1:g::", "group-empty", 2, 0);
}

#[test]
fn refuses_colons_out_of_place() {
    refuses(b":", "single-colon-at-edge", 0, 1);
    refuses(b":1", "single-colon-at-edge", 0, 1);
    refuses(b"1:", "single-colon-at-edge", 1, 1);
    refuses(b"1::2:", "single-colon-at-edge", 4, 1);
    refuses(b":::", "group-empty", 2, 0);
    refuses(b"1:::2", "group-empty", 3, 0);
    refuses(b"::1::2", "double-compression", 3, 2);
    refuses(b"1::2::3", "double-compression", 4, 2);
}

#[test]
fn refuses_tails_out_of_place() {
    refuses(b"1.2.3.4::", "v4-tail-not-last", 0, 7);
    refuses(b"::1.2.3.4:5", "v4-tail-not-last", 2, 7);
    refuses(b"1:2:3:4:5:6:7:1.2.3.4", "v4-tail-no-room", 14, 7);
    refuses(b"1::2:3:4:5:6:1.2.3.4", "v4-tail-no-room", 13, 7);
    refuses(b"::ffff:01.2.3.4", "octet-leading-zero", 7, 2);
    refuses(b"::ffff:1.2.3.04", "octet-leading-zero", 13, 2);
    refuses(b"::ffff:1.2.3", "too-few-octets", 12, 0);
    refuses(b"::ffff:1.2.3.4.5", "too-many-octets", 14, 1);
    refuses(b"::ffff:127.0.0.256", "octet-too-large", 15, 3);
}

#[test]
fn refuses_wrong_bytes() {
    refuses(b"::g", "unexpected-byte", 2, 1);
    refuses(b"fe80::1%1", "unexpected-byte", 7, 1);
    refuses(b"::1 ", "whitespace", 3, 1);
    refuses(b" ::1", "whitespace", 0, 1);
    refuses(b"::1\0", "nul", 3, 1);
    refuses(b"[::1]", "group-empty", 0, 0);
    refuses("::\u{ff11}".as_bytes(), "non-ascii", 2, 1);
    refuses("\u{ff1a}:1".as_bytes(), "non-ascii", 0, 1);
    refuses(b"::-1", "unexpected-byte", 2, 1);
    refuses(b"1:2x", "unexpected-byte", 3, 1);
}

#[test]
fn writes_the_examples_of_rfc_5952() {
    for (text, expected) in [
        ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:DB8::ABCD", "2001:db8::abcd"),
        ("::ffff:c000:201", "::ffff:192.0.2.1"),
        ("::c000:201", "::c000:201"),
        ("0:0:0:0:0:0:0:0", "::"),
        ("1:0:0:0:0:0:0:0", "1::"),
    ] {
        let mut out = [0; MAX_LEN];
        let len = format(parse(text.as_bytes()).unwrap(), &mut out).unwrap();
        assert_eq!(core::str::from_utf8(&out[..len]), Ok(expected));
        assert_eq!(
            format(parse(text.as_bytes()).unwrap(), &mut out[..len - 1]),
            Err(FormatError::BufferTooSmall)
        );
    }
}

/// Every short text over the bytes that matter, against the standard library.
#[test]
fn small_scope_equals_the_standard_library() {
    let alphabet = b":1f.0g";
    let mut text = [0; 8];
    for len in 0..=7_u32 {
        for number in 0..6_usize.pow(len) {
            let mut rest = number;
            for byte in &mut text[..len as usize] {
                *byte = alphabet[rest % 6];
                rest /= 6;
            }
            agrees(&text[..len as usize]);
        }
    }
}

/// The verdict and the value are those of the standard library, and a refusal points inside.
#[track_caller]
fn agrees(text: &[u8]) {
    let std = core::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
    let read = parse(text);
    assert_eq!(read.ok(), std, "{}", text.escape_ascii());
    if let Err(error) = read {
        assert!((error.at + error.len) as usize <= text.len(), "{error:?}");
    }
}

proptest! {
    /// Near-valid texts: same verdict and value as the standard library.
    #[test]
    fn equals_the_standard_library(
        text in "(([0-9a-fA-F]{0,5}:){0,9}([0-9a-f]{0,5}|[0-9]{1,3}(\\.[0-9]{1,3}){3}))|([0-9a-f]{1,4}:){1,6}(:[0-9a-f]{1,4}){1,6}",
        place in any::<prop::sample::Index>(),
        byte in prop::option::of(prop_oneof![any::<u8>(), Just(b':'), Just(b'.')]),
    ) {
        let mut text = text.into_bytes();
        if let (Some(byte), false) = (byte, text.is_empty()) {
            let place = place.index(text.len());
            text[place] = byte;
        }
        agrees(&text);
    }

    /// Round trip, and the text is that of the standard library.
    #[test]
    fn round_trip(bits: u128, mask: u128) {
        for bits in [bits, bits & mask & mask << 16, bits >> 96 | 0xffff << 32, bits >> 96] {
            let addr = Ipv6Addr::from_bits(bits);
            let mut out = [0; MAX_LEN];
            let len = format(addr, &mut out).unwrap();
            prop_assert_eq!(core::str::from_utf8(&out[..len]).unwrap(), std::format!("{addr}"));
            prop_assert_eq!(parse(&out[..len]), Ok(addr));
        }
    }
}
