//! Tests of `ipv4`.

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
fn accepts_the_shortest_and_the_longest() {
    assert_eq!(parse(b"0.0.0.0"), Ok(Ipv4Addr::UNSPECIFIED));
    assert_eq!(parse(b"255.255.255.255"), Ok(Ipv4Addr::BROADCAST));
    assert_eq!(parse(b"1.20.255.0"), Ok(Ipv4Addr::new(1, 20, 255, 0)));
}

#[test]
fn refuses_octets_that_are_missing_or_too_many() {
    refuses(b"", "empty", 0, 0);
    refuses(b"1.2.3", "too-few-octets", 5, 0);
    refuses(b"1", "too-few-octets", 1, 0);
    refuses(b"1..2.3", "octet-empty", 2, 0);
    refuses(b".1.2.3", "octet-empty", 0, 0);
    refuses(b"1.2.3.", "octet-empty", 6, 0);
    refuses(b"1.2.3.4.", "too-many-octets", 7, 1);
    refuses(b"1.2.3.4.5", "too-many-octets", 7, 1);
}

#[test]
fn refuses_values_and_spellings() {
    refuses(b"256.0.0.1", "octet-too-large", 0, 3);
    refuses(b"1.2.3.1000", "octet-too-large", 6, 4);
    refuses(b"99999999999.0.0.1", "octet-too-large", 0, 11);
    refuses(&[b'1'; 65_535], "octet-too-large", 0, 65_535);
    refuses(&[b'1'; 65_536], "too-long", 65_535, 1);
    refuses(b"010.0.0.1", "octet-leading-zero", 0, 3);
    refuses(b"1.2.3.00", "octet-leading-zero", 6, 2);
    refuses(b"0999.0.0.1", "octet-leading-zero", 0, 4);
}

#[test]
fn refuses_wrong_bytes() {
    refuses(b"+1.2.3.4", "octet-empty", 0, 0);
    refuses(b"1.2.3.-4", "octet-empty", 6, 0);
    refuses(b" 1.2.3.4", "whitespace", 0, 1);
    refuses(b"1.2.3.4 ", "whitespace", 7, 1);
    refuses(b"1.2.3.4\0", "nul", 7, 1);
    refuses(b"1.2.3.4x", "unexpected-byte", 7, 1);
    refuses(b"1.2.3.4:", "unexpected-byte", 7, 1);
    refuses(b"0x7f.0.0.1", "unexpected-byte", 1, 1);
    refuses("\u{661}.2.3.4".as_bytes(), "non-ascii", 0, 1);
    refuses(b"256x", "octet-too-large", 0, 3);
}

#[test]
fn every_octet_reads_back_at_every_place() {
    for octet in 0..=255_u8 {
        for addr in
            [[octet, 1, 22, 255], [255, octet, 0, 1], [0, 99, octet, 100], [10, 200, 3, octet]]
        {
            let addr = Ipv4Addr::from(addr);
            let text = std::format!("{addr}");
            assert_eq!(parse(text.as_bytes()), Ok(addr));
            let mut out = [0; MAX_LEN];
            let len = format(addr, &mut out).unwrap();
            assert_eq!(&out[..len], text.as_bytes());
            assert_eq!(format(addr, &mut out[..len - 1]), Err(FormatError::BufferTooSmall));
        }
    }
}

/// Every short text over the bytes that matter, against the standard library.
#[test]
fn small_scope_equals_the_standard_library() {
    let alphabet = b"019.2\0/";
    let mut text = [0; 8];
    for len in 0..=7_u32 {
        for number in 0..7_usize.pow(len) {
            let mut rest = number;
            for byte in &mut text[..len as usize] {
                *byte = alphabet[rest % 7];
                rest /= 7;
            }
            let text = &text[..len as usize];
            let std = core::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
            assert_eq!(parse(text).ok(), std, "{}", text.escape_ascii());
        }
    }
}

proptest! {
    /// Near-valid texts: same verdict and value as the standard library.
    #[test]
    fn equals_the_standard_library(
        text in "([0-9]{1,4}\\.){2,4}[0-9]{1,3}|(25[0-6]|1?[0-9]?[0-9])(\\.(25[0-6]|1?[0-9]?[0-9])){3}",
        place in any::<prop::sample::Index>(),
        byte in prop::option::of(any::<u8>()),
    ) {
        let mut text = text.into_bytes();
        if let Some(byte) = byte {
            let place = place.index(text.len());
            text[place] = byte;
        }
        let std = core::str::from_utf8(&text).ok().and_then(|text| text.parse().ok());
        prop_assert_eq!(parse(&text).ok(), std);
    }

    /// Round trip, and the text is that of the standard library.
    #[test]
    fn round_trip(bits: u32) {
        let addr = Ipv4Addr::from(bits);
        let mut out = [0; MAX_LEN];
        let len = format(addr, &mut out).unwrap();
        let std = std::format!("{addr}");
        prop_assert_eq!(&out[..len], std.as_bytes());
        prop_assert_eq!(parse(&out[..len]), Ok(addr));
    }
}
