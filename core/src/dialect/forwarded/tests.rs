use alloc::format;
use alloc::string::String;

use super::*;
use crate::addr::Dialect;
use crate::dialect::testing::{reads_endpoint, refuses, refuses_endpoint};
use crate::dialect::{format_reading, parse};

const DIALECT: Dialect = Dialect::Forwarded;

/// What a text says, and what is written for it, which must read back the same.
#[track_caller]
fn read_and_write(text: &str) -> (String, String, String) {
    let options = TextOptions::new();
    let reading = parse(DIALECT, text.as_bytes(), &options).unwrap();
    let mut out = [0; 128];
    let len = format_reading(DIALECT, &reading, &options, &mut out).unwrap();
    assert_eq!(parse(DIALECT, &out[..len], &options).as_ref(), Ok(&reading));
    for short in 0..len {
        let short = format_reading(DIALECT, &reading, &options, &mut out[..short]);
        assert_eq!(short, Err(FormatError::BufferTooSmall));
    }
    let len = format_reading(DIALECT, &reading, &options, &mut out).unwrap();
    let word = reading.extra.obfuscated.map_or_else(String::new, |word| format!("{word}"));
    let written = String::from_utf8(out[..len].to_vec()).unwrap();
    (format!("{}", reading.endpoint), word, written)
}

#[track_caller]
fn check(text: &str, endpoint: &str, word: &str, written: &str) {
    assert_eq!(read_and_write(text), (endpoint.into(), word.into(), written.into()), "{text}");
}

#[test]
fn accepts_addresses() {
    check("192.0.2.43", "192.0.2.43", "", "192.0.2.43");
    check("\"192.0.2.43\"", "192.0.2.43", "", "192.0.2.43");
    check("\"192.0.2.43:47011\"", "192.0.2.43:47011", "", "\"192.0.2.43:47011\"");
    check("\"192.0.2.43:00080\"", "192.0.2.43:80", "", "\"192.0.2.43:80\"");
    check("\"[2001:DB8::17]\"", "[2001:db8::17]", "", "\"[2001:db8::17]\"");
    check("\"[2001:db8::17]:4711\"", "[2001:db8::17]:4711", "", "\"[2001:db8::17]:4711\"");
    check("\"[::ffff:1.2.3.4]\"", "[::ffff:1.2.3.4]", "", "\"[::ffff:1.2.3.4]\"");
    reads_endpoint(DIALECT, "\"[::1]:0\"", "[::1]:0");
}

#[test]
fn accepts_what_is_obfuscated() {
    check("_gazonk", "_gazonk", "_gazonk", "_gazonk");
    check("\"_SEVKISEK\"", "_SEVKISEK", "_SEVKISEK", "_SEVKISEK");
    check("_a.-_9", "_a.-_9", "_a.-_9", "_a.-_9");
    check("\"_mdn:80\"", "_mdn:80", "_mdn", "\"_mdn:80\"");
    check("\"192.0.2.1:_p\"", "192.0.2.1", "_p", "\"192.0.2.1:_p\"");
    check("\"[::1]:_p\"", "[::1]", "_p", "\"[::1]:_p\"");
}

#[test]
fn a_default_port_stands_for_a_missing_one_only() {
    let options = TextOptions::new().with_default_port(443);
    let port = |text: &str| {
        let reading = parse(DIALECT, text.as_bytes(), &options).unwrap();
        format!("{}", reading.endpoint)
    };
    assert_eq!(port("192.0.2.1"), "192.0.2.1:443");
    assert_eq!(port("_a"), "_a:443");
    assert_eq!(port("\"192.0.2.1:_p\""), "192.0.2.1");
    let reading = parse(DIALECT, b"192.0.2.1", &TextOptions::new()).unwrap();
    let refused = Err(FormatError::NotRepresentable);
    assert_eq!(format_reading(DIALECT, &reading, &options, &mut [0; 64]), refused);
}

#[test]
fn refuses_brackets_and_ports_without_quotes() {
    refuses_endpoint(DIALECT, b"192.0.2.43:47011", "unexpected-byte", 10, 1);
    refuses_endpoint(DIALECT, b"[::1]", "unexpected-byte", 0, 1);
    refuses_endpoint(DIALECT, b"_a:80", "unexpected-byte", 2, 1);
    refuses_endpoint(DIALECT, b":80", "unexpected-byte", 0, 1);
    refuses_endpoint(DIALECT, b"2001:db8::17", "bracket-missing", 0, 0);
    refuses_endpoint(DIALECT, b"\"2001:db8::17\"", "bracket-missing", 1, 0);
    refuses_endpoint(DIALECT, b"\"2001:db8::17:80\"", "unbracketed-ipv6-with-port", 1, 12);
}

#[test]
fn refuses_what_names_no_endpoint() {
    refuses_endpoint(DIALECT, b"unknown", "not-representable", 0, 7);
    refuses_endpoint(DIALECT, b"\"Unknown:80\"", "not-representable", 1, 7);
    refuses_endpoint(DIALECT, b"\"_a:_b\"", "not-representable", 4, 2);
    refuses_endpoint(DIALECT, b"example.com", "octet-empty", 0, 0);
    refuses_endpoint(DIALECT, b"010.0.0.1", "octet-leading-zero", 0, 3);
    refuses_endpoint(DIALECT, b"1.2.3", "too-few-octets", 5, 0);
    refuses_endpoint(DIALECT, b"*", "octet-empty", 0, 0);
    refuses_endpoint(DIALECT, b"192.0.2.1%1", "zone-on-ipv4", 9, 1);
    refuses_endpoint(DIALECT, b"\"[fe80::1%25lo]\"", "zone-not-allowed-in-dialect", 9, 1);
    refuses(DIALECT, b"\"192.0.2.1:80\"", "not-an-ip", 0, 14);
    refuses(DIALECT, b"_a", "not-an-ip", 0, 2);
}

#[test]
fn refuses_broken_words() {
    refuses_endpoint(DIALECT, b"_", "host-label-empty", 1, 0);
    refuses_endpoint(DIALECT, b"_a!", "host-bad-byte", 2, 1);
    refuses_endpoint(DIALECT, b"_a b", "whitespace", 2, 1);
    refuses_endpoint(DIALECT, b"\"1.2.3.4:_\"", "port-empty", 10, 0);
    refuses_endpoint(DIALECT, b"\"1.2.3.4:_p+\"", "unexpected-byte", 11, 1);
}

#[test]
fn refuses_broken_ports() {
    refuses_endpoint(DIALECT, b"\"1.2.3.4:\"", "port-empty", 9, 0);
    refuses_endpoint(DIALECT, b"\"1.2.3.4:65536\"", "port-too-large", 9, 5);
    refuses_endpoint(DIALECT, b"\"1.2.3.4:000080\"", "port-leading-zero", 9, 6);
    refuses_endpoint(DIALECT, b"\"1.2.3.4:999999\"", "port-too-large", 9, 6);
    refuses_endpoint(DIALECT, b"\"1.2.3.4:+80\"", "port-sign", 9, 1);
    refuses_endpoint(DIALECT, b"\"1.2.3.4:http\"", "service-name-not-allowed", 9, 4);
    refuses_endpoint(DIALECT, b"\"[::1]80\"", "text-after-bracket", 6, 1);
    refuses_endpoint(DIALECT, b"\"[::1\"", "bracket-unclosed", 5, 0);
    refuses_endpoint(DIALECT, b"\"[1.2.3.4]\"", "bracketed-non-ipv6", 2, 7);
}

#[test]
fn refuses_broken_quotes() {
    refuses_endpoint(DIALECT, b"\"1.2.3.4", "unexpected-byte", 0, 1);
    refuses_endpoint(DIALECT, b"\"1.2.3.4\\\"", "unexpected-byte", 0, 1);
    refuses_endpoint(DIALECT, b"\"\"", "octet-empty", 1, 0);
    refuses_endpoint(DIALECT, b"\"1.2.3.4\"x", "unexpected-byte", 9, 1);
    refuses_endpoint(DIALECT, b"\"1.2.3.4\" ", "whitespace", 9, 1);
    refuses_endpoint(DIALECT, b" \"1.2.3.4\"", "whitespace", 0, 1);
    refuses_endpoint(DIALECT, b"1.2.3.4\"", "unexpected-byte", 7, 1);
    refuses_endpoint(DIALECT, b"\"1.2.3.4 \"", "whitespace", 8, 1);
}

#[test]
fn pairs_are_read_where_nothing_of_them_is_kept() {
    check(r#""\[::1]\:\80""#, "[::1]:80", "", "\"[::1]:80\"");
    check(r#""1\.2.3.4""#, "1.2.3.4", "", "1.2.3.4");
    refuses_endpoint(DIALECT, br#""_\a""#, "not-representable", 2, 2);
    refuses_endpoint(DIALECT, br#""1\.2.3.4:_p""#, "not-representable", 2, 2);
    refuses_endpoint(DIALECT, br#""1\.2.\300.4""#, "octet-too-large", 6, 4);
    refuses_endpoint(DIALECT, br#""1\.2.3.\"4""#, "octet-empty", 8, 0);
    refuses_endpoint(DIALECT, br#""1\.2.3.4.""#, "too-many-octets", 9, 1);
    let long = format!("\"\\_{}\"", "a".repeat(100));
    refuses_endpoint(DIALECT, long.as_bytes(), "not-representable", 1, 2);
}

#[test]
fn a_wrong_pair_is_named_by_its_mark() {
    for text in [&br#""8\[:0:""#[..], br#""1\x.2.3.4""#, br#""1.2.3.4\x""#, br#""[::\x]""#] {
        let error = parse(DIALECT, text, &TextOptions::new()).unwrap_err();
        assert_eq!(error.kind, ParseErrorKind::UnexpectedByte { byte: b'\\' }, "{error}");
        assert_eq!((text[error.at as usize], error.len), (b'\\', 2), "{error}");
    }
}

#[test]
fn writes_nothing_that_reads_back_otherwise() {
    let write = |host, port, word: Option<&'static [u8]>| {
        let extra = Extra { obfuscated: word.map(Token::new), ..Extra::NONE };
        let reading = Reading::new(Endpoint::Inet(HostPort { host, port })).with_extra(extra);
        format_reading(DIALECT, &reading, &TextOptions::new(), &mut [0; 64])
    };
    let name = |text| Host::Name(HostName::from_written(text, false));
    let refused = Err(FormatError::NotRepresentable);
    assert_eq!(write(name(b"_a"), None, Some(b"_A")), Ok(2));
    assert_eq!(write(name(b"_a"), None, None), refused);
    assert_eq!(write(name(b"_a"), None, Some(b"_b")), refused);
    assert_eq!(write(name(b"a"), None, Some(b"a")), refused);
    assert_eq!(write(name(b"_!"), None, Some(b"_!")), refused);
    let ip = Host::Ip(Ip::parse(b"1.2.3.4").unwrap());
    assert_eq!(write(ip.clone(), Some(80), Some(b"_p")), refused);
    assert_eq!(write(ip, None, Some(b"_")), refused);
    assert_eq!(write(Host::Ip(Ip::parse(b"fe80::1%1").unwrap()), None, None), refused);
    assert_eq!(write(Host::Any, None, None), refused);
}
