//! What the tests of every dialect ask.

use alloc::string::ToString as _;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::{Extra, Reading, convert, format_ip, format_reading, parse, parse_all, parse_ip};
use crate::addr::{Dialect, FormatError, Ip, Ipv4Addr, Ipv6Addr, TextOptions, Zone, ZoneName};

/// Addresses of both families, zones and embeddings among them.
pub(super) fn ips() -> impl Strategy<Value = Ip> {
    let zones = prop_oneof![
        Just(None),
        any::<u32>().prop_map(Zone::from_index),
        "[a-z][a-z0-9.-]{0,14}"
            .prop_map(|name| ZoneName::new(name.as_bytes()).ok().map(Zone::Name)),
    ];
    let v6 = prop_oneof![
        any::<u128>(),
        any::<u128>().prop_map(|bits| bits >> 64 | 0xfe80 << 112),
        any::<u32>().prop_map(u128::from),
        any::<u32>().prop_map(|bits| u128::from(bits) | 0xffff_u128 << 32),
        any::<(u128, u128)>().prop_map(|(bits, mask)| bits & mask & mask << 16),
    ];
    prop_oneof![
        any::<u32>().prop_map(|bits| Ip::V4(Ipv4Addr::from(bits))),
        (v6, zones).prop_map(|(bits, zone)| Ip::V6(Ipv6Addr::from(bits), zone)),
    ]
}

/// The dialect reads an address, and prints one that it reads back.
#[track_caller]
pub(super) fn reads(dialect: Dialect, text: &str, expected: &str) {
    let ip = parse_ip(dialect, text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(ip.to_string(), expected, "{text}");
    let mut out = [0; 128];
    let len = format_ip(dialect, &ip, &mut out).unwrap();
    assert_eq!(parse_ip(dialect, &out[..len]), Ok(ip), "{text}");
}

/// The dialect refuses a text as an address, by this rule at this place.
#[track_caller]
pub(super) fn refuses(dialect: Dialect, text: &[u8], code: &str, at: u32, len: u32) {
    let error = parse_ip(dialect, text).expect_err("is read");
    assert_eq!((error.code(), error.at, error.len), (code, at, len), "{}", text.escape_ascii());
    assert_eq!(error.dialect, dialect);
}

/// The dialect prints an address so.
#[track_caller]
pub(super) fn prints(dialect: Dialect, text: &str, expected: &str) {
    let ip = parse_ip(dialect, text.as_bytes()).unwrap();
    let mut out = [0; 128];
    let len = format_ip(dialect, &ip, &mut out).unwrap();
    assert_eq!(out[..len].escape_ascii().to_string(), expected);
    for short in 0..len {
        assert!(format_ip(dialect, &ip, &mut out[..short]).is_err(), "fits in {short} bytes");
    }
}

/// The dialect reads an endpoint, and prints one that it reads back.
#[track_caller]
pub(super) fn reads_endpoint(dialect: Dialect, text: &str, expected: &str) {
    let options = TextOptions::new();
    let reading = parse(dialect, text.as_bytes(), &options).unwrap();
    assert_eq!(reading.endpoint.to_string(), expected, "{text}");
    let mut out = [0; 128];
    let len = format_reading(dialect, &reading, &options, &mut out).unwrap();
    assert_eq!(parse(dialect, &out[..len], &options), Ok(reading), "{text}");
}

/// The dialect refuses a text as an endpoint, by this rule at this place.
#[track_caller]
pub(super) fn refuses_endpoint(dialect: Dialect, text: &[u8], code: &str, at: u32, len: u32) {
    let error = parse(dialect, text, &TextOptions::new()).expect_err("is read");
    assert_eq!((error.code(), error.at, error.len), (code, at, len), "{}", text.escape_ascii());
}

/// The dialect cannot say what `from` reads in a text.
#[track_caller]
pub(super) fn cannot_say(dialect: Dialect, from: Dialect, text: &[u8]) {
    let options = TextOptions::new().with_listen(true);
    cannot_write(dialect, &parse(from, text, &options).unwrap());
}

/// The dialect reads these endpoints, and writes what it has read so that it reads the same.
#[track_caller]
pub(super) fn reads_list(dialect: Dialect, text: &str, expected: &[&str]) {
    let readings = parse_all(dialect, text.as_bytes(), &TextOptions::new())
        .unwrap_or_else(|error| panic!("{text}: {error}"));
    let endpoints = readings.clone().map(|reading| reading.endpoint.to_string());
    assert_eq!(endpoints.collect::<Vec<_>>(), expected, "{text}");
    let mut out = [0; 512];
    let options = TextOptions::new();
    let done = convert(dialect, dialect, text.as_bytes(), &options, &mut out).unwrap();
    let again = parse_all(dialect, &out[..done.len], &options).unwrap();
    let facts = |reading: Reading<'static>| (reading.endpoint, reading.extra);
    let before = readings.map(Reading::into_owned).map(facts);
    assert!(again.map(Reading::into_owned).map(facts).eq(before), "{text}");
}

/// The dialect writes what it reads in a text so, and refuses every shorter buffer.
#[track_caller]
pub(super) fn writes(dialect: Dialect, text: impl AsRef<[u8]>, expected: impl AsRef<[u8]>) {
    let (mut out, text, options) = ([0; 512], text.as_ref(), TextOptions::new());
    let len = convert(dialect, dialect, text, &options, &mut out).unwrap().len;
    assert_eq!(
        out[..len].escape_ascii().to_string(),
        expected.as_ref().escape_ascii().to_string(),
        "{}",
        text.escape_ascii(),
    );
    for short in 0..len {
        let done = convert(dialect, dialect, text, &options, &mut out[..short]);
        assert_eq!(done, Err(FormatError::BufferTooSmall.into()), "fits in {short} bytes");
    }
}

/// The dialect cannot say a reading.
#[track_caller]
pub(super) fn cannot_write(dialect: Dialect, reading: &Reading<'_>) {
    let done = format_reading(dialect, reading, &TextOptions::new(), &mut [0; 512]);
    assert_eq!(done, Err(FormatError::NotRepresentable), "{reading:?}");
}

/// The dialect reads this endpoint with this beside it, and prints what it reads back so.
#[track_caller]
pub(super) fn reads_extra(
    dialect: Dialect,
    text: impl AsRef<[u8]>,
    expected: &str,
    extra: &Extra<'_>,
) {
    let (text, options) = (text.as_ref(), TextOptions::new());
    let shown = text.escape_ascii();
    let reading = parse(dialect, text, &options).unwrap_or_else(|error| panic!("{shown}: {error}"));
    assert_eq!(reading.endpoint.to_string(), expected, "{shown}");
    assert_eq!(reading.extra, *extra, "{shown}");
    let mut out = [0; 512];
    let len = format_reading(dialect, &reading, &options, &mut out).unwrap();
    let again = parse(dialect, &out[..len], &options).unwrap();
    assert_eq!((&again.endpoint, &again.extra), (&reading.endpoint, &reading.extra), "{shown}");
}

/// The dialect writes a reading of strict text so, over TCP where it has a word for it, or refuses.
#[track_caller]
pub(super) fn writes_strict(dialect: Dialect, strict: &str, expected: Option<&str>) {
    let options = TextOptions::new().with_listen(true);
    let reading = parse(Dialect::Strict, strict.as_bytes(), &options).unwrap();
    let over_tcp = Extra { transport: Some(super::Transport::Tcp), ..Extra::NONE };
    let mut out = [0; 512];
    let len = format_reading(dialect, &reading, &options, &mut out)
        .or_else(|_| format_reading(dialect, &reading.with_extra(over_tcp), &options, &mut out));
    let text = len.ok().map(|len| out[..len].escape_ascii().to_string());
    assert_eq!(text.as_deref(), expected, "{strict}");
}
