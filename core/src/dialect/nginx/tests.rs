use alloc::format;

use super::*;
use crate::dialect::parse;
use crate::dialect::testing::{cannot_say, reads_extra, refuses_endpoint, writes};

const NGINX: Dialect = Dialect::Nginx;

#[track_caller]
fn reads(text: &str, expected: &str) {
    reads_extra(NGINX, text.as_bytes(), expected, &Extra::NONE);
}

#[track_caller]
fn reads_range(text: &str, expected: &str, ports: (u16, u16)) {
    let extra = Extra { ports: Some(ports), ..Extra::NONE };
    reads_extra(NGINX, text.as_bytes(), expected, &extra);
}

#[track_caller]
fn refuses(text: &str, code: &str, at: u32, len: u32) {
    refuses_endpoint(NGINX, text.as_bytes(), code, at, len);
}

#[test]
fn accepts_ports_alone_and_behind_a_host() {
    for (text, expected) in [
        ("80", "*:80"),
        ("080", "*:80"),
        ("1", "*:1"),
        ("*", "*"),
        ("*:80", "*:80"),
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1:000000080", "127.0.0.1:80"),
        ("[::1]", "[::1]"),
        ("[::1]:80", "[::1]:80"),
        ("[::ffff:255.255.255.254]:80", "[::ffff:255.255.255.254]:80"),
        ("[::ffff:ffff:ffff]:80", "[::ffff:255.255.255.255]:80"),
        ("127.0.0.1:80-80", "127.0.0.1:80"),
    ] {
        reads(text, expected);
    }
    let options = TextOptions::new().with_default_port(80);
    let read = |text| parse(NGINX, text, &options).unwrap().endpoint;
    assert_eq!(read(b"127.0.0.1"), read(b"127.0.0.1:80"));
    assert_eq!(read(b"[::1]"), read(b"[::1]:80"));
    assert_eq!(read(b"*"), read(b"80"));
}

#[test]
fn accepts_ranges_of_ports() {
    reads_range("80-82", "*:80", (80, 82));
    reads_range("*:80-82", "*:80", (80, 82));
    reads_range("127.0.0.1:080-082", "127.0.0.1:80", (80, 82));
    reads_range("[::]:80-82", "[::]:80", (80, 82));
    reads_range("localhost:80-81", "localhost:80", (80, 81));
}

#[test]
fn accepts_octets_in_decimal_and_what_getaddrinfo_makes_of_the_rest() {
    for (text, expected) in [
        ("0127.0.0.1:80", "127.0.0.1:80"),
        ("010.0.0.1", "10.0.0.1"),
        ("127.0.0.09", "127.0.0.9"),
        ("1..2.3", "1.0.2.3"),
        ("...", "0.0.0.0"),
        ("255.255.255.255", "255.255.255.255"),
        ("127.1", "127.0.0.1"),
        ("0x7f.1:80", "127.0.0.1:80"),
        ("0300.0.0.1", "192.0.0.1"),
        ("2130706433:80", "127.0.0.1:80"),
        ("0x50", "0.0.0.80"),
        ("[:1::2:]:80", "[1::2:0]:80"),
    ] {
        reads(text, expected);
    }
}

#[test]
fn accepts_names_and_paths() {
    reads("localhost", "localhost");
    reads("a_b:80", "a_b:80");
    reads("8-9-10", "8-9-10");
    reads("b\u{fc}cher.example:80", "b%C3%BCcher.example:80");
    reads("unix:/run/x", "unix:/run/x");
    reads("UNIX:run/x:80", "unix:run/x%3A80");
    reads("unix:@x", "unix:%40x");
    reads(&format!("unix:/{}", "x".repeat(106)), &format!("unix:/{}", "x".repeat(106)));
}

#[test]
fn refuses_what_is_no_port() {
    refuses("0", "port-zero-not-allowed", 0, 1);
    refuses("127.0.0.1:0", "port-zero-not-allowed", 10, 1);
    refuses("65536", "port-too-large", 0, 5);
    refuses("99999999999999999999", "port-too-large", 0, 20);
    refuses("82-80", "not-representable", 0, 5);
    refuses("[::1]:82-80", "not-representable", 6, 5);
    refuses("127.0.0.1:0-3", "port-zero-not-allowed", 10, 1);
    refuses("127.0.0.1:5-65536", "port-too-large", 12, 5);
    refuses("127.0.0.1:", "port-empty", 10, 0);
    refuses("127.0.0.1:+80", "port-sign", 10, 1);
    refuses("127.0.0.1:-80", "port-sign", 10, 1);
    refuses("127.0.0.1: 80", "whitespace", 10, 1);
    refuses("127.0.0.1:http", "service-name-not-allowed", 10, 4);
    refuses("127.0.0.1:0x50", "port-zero-not-allowed", 10, 1);
    refuses("127.0.0.1:80:90", "unexpected-byte", 12, 1);
    refuses("127.0.0.1:80/x", "unexpected-byte", 12, 1);
    refuses("127.0.0.1:80#x", "unexpected-byte", 12, 1);
}

#[test]
fn refuses_what_is_no_host() {
    refuses(":80", "host-label-empty", 0, 0);
    refuses("::1", "bracket-missing", 0, 0);
    refuses("::1:80", "unbracketed-ipv6-with-port", 0, 3);
    refuses("[]:80", "bracketed-non-ipv6", 1, 0);
    refuses("[127.0.0.1]:80", "bracketed-non-ipv6", 1, 9);
    refuses("[::1%lo]:80", "zone-not-allowed-in-dialect", 4, 1);
    refuses("[::g]:80", "unexpected-byte", 3, 1);
    refuses("[1:2:3:4:5:6:7::]:80", "not-representable", 1, 15);
    refuses("[::1", "bracket-unclosed", 4, 0);
    refuses("[::1]80", "text-after-bracket", 5, 1);
    refuses("[::1] :80", "whitespace", 5, 1);
    refuses("127.0.0.1%lo:80", "zone-on-ipv4", 9, 1);
    refuses("127.0.0.1/x", "host-bad-byte", 9, 1);
    refuses("300.1.1.1:80", "octet-too-large", 0, 3);
    refuses("1.2.3.4.5", "too-many-octets", 7, 1);
    refuses("*.1", "octet-empty", 0, 0);
    refuses("*x", "host-bad-byte", 0, 1);
    refuses("a b:80", "whitespace", 1, 1);
    refuses("user@localhost:80", "host-bad-byte", 4, 1);
    refuses("user@127.0.0.1:80", "octet-empty", 0, 0);
    refuses("/run/x", "host-bad-byte", 0, 1);
    refuses("a\0:80", "nul", 1, 1);
}

#[test]
fn refuses_paths_it_cannot_hold() {
    refuses("unix:", "unix-path-empty", 5, 0);
    refuses("unix:/a\0b", "unix-nul", 7, 1);
    refuses(&format!("unix:{}", "x".repeat(108)), "unix-path-too-long", 5, 108);
}

#[test]
fn prints_only_what_it_reads_back() {
    writes(NGINX, b"080-082", b"*:80-82");
    writes(NGINX, b"[::FFFF:ffff:ffff]", b"[::ffff:ffff:ffff]");
    writes(NGINX, b"UNIX:/run/x y", b"unix:/run/x y");
    writes(NGINX, "b\u{fc}cher".as_bytes(), "b\u{fc}cher".as_bytes());
    for text in [
        "127.0.0.1:0",
        "[fe80::1%1]:80",
        "unix-abstract:x",
        "unix-unnamed:",
        "vsock:1:2",
        "fd:3",
        r"\\.\pipe\x",
    ] {
        cannot_say(NGINX, Dialect::Strict, text.as_bytes());
    }
}
