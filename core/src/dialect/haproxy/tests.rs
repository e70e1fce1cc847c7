use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::*;
use crate::dialect::testing::{cannot_say, reads_extra, refuses_endpoint, writes};
use crate::dialect::{convert, parse, parse_all};

const HAPROXY: Dialect = Dialect::Haproxy;

#[track_caller]
fn reads(text: &str, expected: &str) {
    reads_extra(HAPROXY, text.as_bytes(), expected, &Extra::NONE);
}

#[track_caller]
fn reads_as(text: &str, expected: &str, transport: Option<Transport>, family: Option<Family>) {
    let extra = Extra { transport, family, ..Extra::NONE };
    reads_extra(HAPROXY, text.as_bytes(), expected, &extra);
}

#[track_caller]
fn refuses(text: &str, code: &str, at: u32, len: u32) {
    refuses_endpoint(HAPROXY, text.as_bytes(), code, at, len);
}

#[test]
fn accepts_hosts_before_the_last_colon() {
    for (text, expected) in [
        ("127.0.0.1:80", "127.0.0.1:80"),
        ("127.0.0.1:000000080", "127.0.0.1:80"),
        (":80", "*:80"),
        ("*:80", "*:80"),
        ("::1:80", "[::1]:80"),
        (":::80", "[::]:80"),
        ("1:2:3:4:5:6:7:8:80", "[1:2:3:4:5:6:7:8]:80"),
        ("::ffff:1.2.3.4:80", "[::ffff:1.2.3.4]:80"),
        ("[::1]:80", "[::1]:80"),
        ("[127.0.0.1]:80", "127.0.0.1:80"),
        ("[localhost]:80", "localhost:80"),
        ("localhost:80", "localhost:80"),
        ("a_b:80", "a_b:80"),
        ("-a.:80", "-a.:80"),
        ("127.1:80", "127.0.0.1:80"),
        ("0127.0.0.1:80", "87.0.0.1:80"),
        ("010.0.0.1:80", "8.0.0.1:80"),
        ("80:80", "0.0.0.80:80"),
        ("127.0.0.1:80-80", "127.0.0.1:80"),
        ("127.0.0.1:80,", "127.0.0.1:80"),
    ] {
        reads(text, expected);
    }
    let ports = Extra { ports: Some((80, 82)), ..Extra::NONE };
    reads_extra(HAPROXY, b"127.0.0.1:80-82", "127.0.0.1:80", &ports);
}

#[test]
fn accepts_words_before_the_address() {
    use Transport::{Datagram, QuicV1, Stream, Tcp, Udp};
    let (v4, v6) = (Some(Family::Ipv4), Some(Family::Ipv6));
    reads_as("ip@:80", "*:80", None, None);
    reads_as("ipv4@:80", "*:80", None, v4);
    reads_as("ipv6@*:80", "*:80", None, v6);
    reads_as("ipv6@localhost:80", "localhost:80", None, v6);
    reads_as("ipv4@127.1:80", "127.0.0.1:80", None, None);
    reads_as("ipv6@:::80", "[::]:80", None, None);
    reads_as("tcp@:80", "*:80", Some(Tcp), None);
    reads_as("tcp4@127.0.0.1:80", "127.0.0.1:80", Some(Tcp), None);
    reads_as("tcp6@localhost:80", "localhost:80", Some(Tcp), v6);
    reads_as("udp@127.0.0.1:80", "127.0.0.1:80", Some(Udp), None);
    reads_as("udp4@:80", "*:80", Some(Udp), v4);
    reads_as("quic4@127.0.0.1:80", "127.0.0.1:80", Some(QuicV1), None);
    reads_as("quic6@:80", "*:80", Some(QuicV1), v6);
    reads_as("quic+a:80", "a:80", Some(QuicV1), None);
    reads_as("stream+:80", "*:80", Some(Stream), None);
    reads_as("dgram+ipv6@a:80", "a:80", Some(Datagram), v6);
    reads_as("stream+udp@:80", "*:80", Some(Udp), None);
    reads_as("stream+/run/x", "unix:/run/x", Some(Stream), None);
    reads_as("uxdg@x", "unix:x", Some(Datagram), None);
    reads_as("stream+abnsz@x", "unix-abstract:x", Some(Stream), None);
    reads_as("dgram+fd@3", "fd:3", Some(Datagram), None);
}

#[test]
fn accepts_local_sockets() {
    reads("/run/x", "unix:/run/x");
    reads("/x:80", "unix:/x%3A80");
    reads("/", "unix:/");
    reads("unix@x", "unix:x");
    reads("unix@@x", "unix:%40x");
    reads("abnsz@x", "unix-abstract:x");
    reads("abnsz@", "unix-abstract:");
    reads("abns@xq", &format!("unix-abstract:xq{}", "%00".repeat(105)));
    reads("abns@", &format!("unix-abstract:{}", "%00".repeat(107)));
    reads("fd@3", "fd:3");
    reads("fd@003", "fd:3");
    reads(&format!("/{}", "x".repeat(96)), &format!("unix:/{}", "x".repeat(96)));
    reads(&format!("abns@{}", "x".repeat(107)), &format!("unix-abstract:{}", "x".repeat(107)));
}

#[test]
fn accepts_lists() {
    let read = |text: &'static str| -> Vec<String> {
        let readings = parse_all(HAPROXY, text.as_bytes(), &TextOptions::new()).unwrap();
        readings.map(|reading| reading.endpoint.to_string()).collect()
    };
    assert_eq!(read(":80,:81"), ["*:80", "*:81"]);
    assert_eq!(read(":80,/run/x,fd@3,"), ["*:80", "unix:/run/x", "fd:3"]);
    let mut out = [0; 64];
    let from = b"tcp@:80,[::1]:081-082";
    let options = TextOptions::new();
    let done = convert(HAPROXY, HAPROXY, from, &options, &mut out).unwrap();
    assert_eq!(&out[..done.len], b"tcp@*:80,[::1]:81-82");
    assert!(done.loss.is_empty());
    refuses(":80,:81", "not-representable", 0, 7);
    refuses(",:80", "port-missing", 0, 0);
    refuses(":80,,:81", "port-missing", 4, 0);
    refuses(",", "port-missing", 0, 0);
    refuses(":80,127.0.0.1:0", "port-zero-not-allowed", 14, 1);
}

#[test]
fn refuses_what_is_no_port() {
    refuses("127.0.0.1", "port-missing", 9, 0);
    refuses("localhost", "port-missing", 9, 0);
    refuses("80", "port-missing", 2, 0);
    refuses("[::1]", "port-missing", 5, 0);
    refuses("[::1]80", "text-after-bracket", 5, 1);
    refuses("127.0.0.1:", "port-empty", 10, 0);
    refuses(":", "port-empty", 1, 0);
    refuses("127.0.0.1:0", "port-zero-not-allowed", 10, 1);
    refuses("127.0.0.1:65536", "port-too-large", 10, 5);
    refuses("127.0.0.1:+80", "port-sign", 10, 1);
    refuses("127.0.0.1:-80", "port-sign", 10, 1);
    refuses("127.0.0.1:80-", "port-empty", 13, 0);
    refuses("127.0.0.1:82-80", "not-representable", 10, 5);
    refuses("127.0.0.1:80/tcp", "unexpected-byte", 12, 1);
    refuses("127.0.0.1:80#x", "unexpected-byte", 12, 1);
    refuses("127.0.0.1: 80", "whitespace", 10, 1);
    refuses("127.0.0.1:http", "service-name-not-allowed", 10, 4);
    refuses("unix:/run/x", "port-empty", 5, 0);
}

#[test]
fn refuses_what_is_no_host() {
    refuses("::80", "single-colon-at-edge", 0, 1);
    refuses("[]:80", "bracketed-non-ipv6", 1, 0);
    refuses("[*]:80", "bracketed-non-ipv6", 1, 1);
    refuses("[a]:80", "bracketed-non-ipv6", 1, 1);
    refuses("[::1:80", "bracket-unclosed", 4, 0);
    refuses("[::1]]:80", "text-after-bracket", 5, 1);
    refuses("[::1] :80", "whitespace", 5, 1);
    refuses("[::1%lo]:80", "zone-not-allowed-in-dialect", 4, 1);
    refuses("::1%lo:80", "zone-not-allowed-in-dialect", 3, 1);
    refuses("127.0.0.1%lo:80", "zone-on-ipv4", 9, 1);
    refuses("127.0.0.256:80", "octet-too-large", 8, 3);
    refuses("127.0.0.1.:80", "too-many-octets", 9, 1);
    refuses("b\u{fc}cher.example:80", "non-ascii", 1, 1);
    refuses("a b:80", "whitespace", 1, 1);
    refuses("user@h:80", "host-bad-byte", 4, 1);
    refuses("IPV4@:80", "host-bad-byte", 4, 1);
    refuses("stream+stream+:80", "host-bad-byte", 13, 1);
    refuses("ipv6@127.0.0.1:80", "not-representable", 5, 9);
    refuses("ipv4@::1:80", "not-representable", 5, 3);
    refuses("ipv4@[::1]:80", "not-representable", 5, 5);
    refuses("sockpair@3", "not-representable", 0, 8);
    refuses("stream+rhttp@x", "not-representable", 7, 5);
    refuses("mptcp6@:80", "not-representable", 0, 6);
}

#[test]
fn refuses_local_sockets_it_cannot_hold() {
    refuses("unix@", "unix-path-empty", 5, 0);
    refuses("/a\0", "unix-nul", 2, 1);
    refuses("abns@a\0", "nul", 6, 1);
    refuses(&"/".repeat(98), "unix-path-too-long", 0, 98);
    refuses(&format!("abns@{}", "x".repeat(108)), "unix-path-too-long", 5, 108);
    refuses("fd@", "number-empty", 3, 0);
    refuses("fd@-0", "number-empty", 3, 0);
    refuses("fd@0x0", "unexpected-byte", 4, 1);
    refuses("fd@2147483648", "number-too-large", 3, 10);
}

#[test]
fn prints_only_what_it_reads_back() {
    writes(HAPROXY, b":80", b"*:80");
    writes(HAPROXY, b"::1:80", b"[::1]:80");
    writes(HAPROXY, b"udp@127.1:80", b"udp@127.0.0.1:80");
    writes(HAPROXY, b"quic4@127.0.0.1:80", b"quic4@127.0.0.1:80");
    writes(HAPROXY, b"uxst@/x", b"uxst@/x");
    writes(HAPROXY, b"abns@x", b"abns@x");
    writes(HAPROXY, b"unix@/x", b"/x");
    for text in [
        "127.0.0.1",
        "127.0.0.1:0",
        "[fe80::1%1]:80",
        "unix:/a%2Cb",
        "unix-abstract:a%00",
        "unix-unnamed:",
        "fd:2147483648",
        "vsock:1:2",
    ] {
        cannot_say(HAPROXY, Dialect::Strict, text.as_bytes());
    }
    let reading = parse(HAPROXY, b":80", &TextOptions::new()).unwrap();
    let tls = Extra { transport: Some(Transport::Tls), ..Extra::NONE };
    let written = write(&reading.with_extra(tls), &TextOptions::new(), &mut [0; 64]);
    assert_eq!(written, Err(FormatError::NotRepresentable));
}
