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

/// The dialect reads an endpoint and something beside it, and prints what it reads back so.
#[track_caller]
pub(super) fn reads_reading(dialect: Dialect, text: &[u8], expected: &str, extra: Extra<'_>) {
    let options = TextOptions::new();
    let reading = parse(dialect, text, &options)
        .unwrap_or_else(|error| panic!("{}: {error}", text.escape_ascii()));
    assert_eq!(reading.endpoint.to_string(), expected, "{}", text.escape_ascii());
    assert_eq!(reading.extra, extra, "{}", text.escape_ascii());
    let mut out = [0; 512];
    let len = format_reading(dialect, &reading, &options, &mut out).unwrap();
    let again = parse(dialect, &out[..len], &options).unwrap();
    assert_eq!((&again.endpoint, &again.extra), (&reading.endpoint, &reading.extra));
}

/// The dialect prints what it reads in a text so, and into no shorter buffer.
#[track_caller]
pub(super) fn prints_reading(dialect: Dialect, text: &[u8], expected: &[u8]) {
    let options = TextOptions::new();
    let reading = parse(dialect, text, &options).unwrap();
    let mut out = [0; 512];
    let len = format_reading(dialect, &reading, &options, &mut out).unwrap();
    assert_eq!(out[..len].escape_ascii().to_string(), expected.escape_ascii().to_string());
    for short in 0..len {
        assert!(format_reading(dialect, &reading, &options, &mut out[..short]).is_err());
    }
}

/// The dialect cannot say what `from` reads in a text.
#[track_caller]
pub(super) fn cannot_say(dialect: Dialect, from: Dialect, text: &[u8]) {
    let options = TextOptions::new().with_listen(true);
    let reading = parse(from, text, &options).unwrap();
    let written = format_reading(dialect, &reading, &TextOptions::new(), &mut [0; 512]);
    assert_eq!(written, Err(FormatError::NotRepresentable), "{}", text.escape_ascii());
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
pub(super) fn writes(dialect: Dialect, text: &str, expected: &str) {
    let (mut out, options) = ([0; 512], TextOptions::new());
    let len = convert(dialect, dialect, text.as_bytes(), &options, &mut out).unwrap().len;
    assert_eq!(out[..len].escape_ascii().to_string(), expected, "{text}");
    for short in 0..len {
        let done = convert(dialect, dialect, text.as_bytes(), &options, &mut out[..short]);
        assert_eq!(done, Err(FormatError::BufferTooSmall.into()), "fits in {short} bytes");
    }
}

/// The dialect cannot say a reading.
#[track_caller]
pub(super) fn cannot_write(dialect: Dialect, reading: &Reading<'_>) {
    let done = format_reading(dialect, reading, &TextOptions::new(), &mut [0; 512]);
    assert_eq!(done, Err(FormatError::NotRepresentable), "{reading:?}");
}

/// The dialect reads a text as this endpoint with this beside it, prints it, and reads that back.
#[track_caller]
pub(super) fn reads_extra(dialect: Dialect, text: &str, expected: &str, extra: &Extra<'_>) {
    let options = TextOptions::new();
    let reading = parse(dialect, text.as_bytes(), &options).unwrap();
    assert_eq!(reading.endpoint.to_string(), expected, "{text}");
    assert_eq!(reading.extra, *extra, "{text}");
    let mut out = [0; 512];
    let len = format_reading(dialect, &reading, &options, &mut out).unwrap();
    let again = parse(dialect, &out[..len], &options).unwrap();
    assert_eq!((again.endpoint, again.extra), (reading.endpoint, reading.extra), "{text}");
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

/// Whatever a text is, an error points into it, and what is read can be written and read back, bar
/// what stands around it.
#[track_caller]
pub(super) fn keeps_laws(dialect: Dialect, text: &[u8]) {
    let options = TextOptions::new();
    let readings = match parse_all(dialect, text, &options) {
        Ok(readings) => readings,
        Err(error) => {
            let end = usize::try_from(error.at.saturating_add(error.len)).unwrap();
            assert!(end <= text.len(), "{}: {error}", text.escape_ascii());
            return;
        }
    };
    for reading in readings {
        let mut out = [0; 1024];
        let len = format_reading(dialect, &reading, &options, &mut out);
        let len = len.unwrap_or_else(|error| panic!("{}: {error}", text.escape_ascii()));
        let again = parse(dialect, &out[..len], &options).unwrap();
        assert!(!again.surroundings, "{}", text.escape_ascii());
        assert_eq!((again.endpoint, again.extra), (reading.endpoint, reading.extra));
    }
}

/// Texts put together from what the dialects are made of.
pub(super) fn texts() -> impl Strategy<Value = alloc::string::String> {
    let scheme = "|mysqlx?://|postgres(ql)?://|host=|tcp6?\\(|unix\\(|\\[|u:p@|(tcp|unix|ipc)(://|:|@)|/ip4/";
    let host = "[a-c_]{1,3}|::1|\\[(::1|fe80::1(%|%25)(lo|[0-9]{1,2}))\\]|127\\.[0-9.]{1,5}|(%2F|@|\\(/|/)[a.%/]{1,4}|\\*";
    let tail = "|:[0-9]{1,5}|[,)\\]]|\\)?/[a?=]{0,3}| port=[0-9,]{1,3}|,[a-c]:1(,b)?\\]?|%lo";
    (scheme, host, tail, tail)
        .prop_map(|(scheme, host, tail, end)| alloc::format!("{scheme}{host}{tail}{end}"))
}
