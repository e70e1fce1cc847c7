use alloc::format;

use super::*;
use crate::dialect::parse;
use crate::dialect::testing::{cannot_say, reads_extra, refuses_endpoint, writes};

const DOCKER: Dialect = Dialect::Docker;

#[track_caller]
fn reads(text: &str, expected: &str) {
    reads_extra(DOCKER, text.as_bytes(), expected, &Extra::NONE);
}

#[track_caller]
fn reads_over(transport: Transport, text: &str, expected: &str) {
    let extra = Extra { transport: Some(transport), ..Extra::NONE };
    reads_extra(DOCKER, text.as_bytes(), expected, &extra);
}

#[track_caller]
fn refuses(text: &str, code: &str, at: u32, len: u32) {
    refuses_endpoint(DOCKER, text.as_bytes(), code, at, len);
}

#[test]
fn accepts_blanks_around_it_as_go_trims_them() {
    reads_over(Transport::Tcp, " \t\x0b\x0c\r\ntcp://1.2.3.4:80 \x0b", "1.2.3.4:80");
}

#[test]
fn accepts_hosts_with_and_without_a_scheme() {
    for (text, expected) in [
        ("127.0.0.1:2375", "127.0.0.1:2375"),
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1:", "127.0.0.1"),
        ("localhost", "localhost"),
        ("a_b:1", "a_b:1"),
        ("[::1]:1", "[::1]:1"),
        ("[::1]:", "[::1]"),
        (" 127.0.0.1:1\n", "127.0.0.1:1"),
    ] {
        reads(text, expected);
    }
    reads_over(Transport::Tcp, "tcp://127.0.0.1", "127.0.0.1");
    reads_over(Transport::Tcp, "tcp://127.0.0.1:080", "127.0.0.1:80");
    reads_over(Transport::Tcp, "tcp://127.0.0.1:0", "127.0.0.1:0");
    reads_over(Transport::Tcp, "tcp://[::ffff:1.2.3.4]:1", "[::ffff:1.2.3.4]:1");
    reads_over(Transport::Tcp, "tcp://tcp://a:1", "a:1");
    reads_over(Transport::Http, "http://a:1", "a:1");
    reads_over(Transport::Https, "https://a:1", "a:1");
    reads_over(Transport::Ssh, "ssh://a", "a");
    reads_over(Transport::Ssh, "ssh://[::1]", "[::1]");
    reads_over(Transport::Ssh, "ssh://[fe80::1%25lo]:22", "[fe80::1%lo]:22");
    let options = TextOptions::new().with_default_port(2375);
    let port = |text| match parse(DOCKER, text, &options).unwrap().endpoint {
        Endpoint::Inet(inet) => inet.port,
        _ => None,
    };
    assert_eq!(port(b"tcp://a"), Some(2375));
    assert_eq!(port(b"[::1]:"), Some(2375));
    assert_eq!(port(b"a:1"), Some(1));
}

#[test]
fn accepts_what_stands_around_an_address() {
    for text in [
        "tcp://127.0.0.1:1/",
        "tcp://127.0.0.1:1/v1.24?a=b#c",
        "tcp://u:p@127.0.0.1:1",
        "tcp://u@127.0.0.1:1",
        "127.0.0.1:1/tcp",
        "127.0.0.1:1#x",
        "ssh://u@127.0.0.1:1/run/docker.sock",
    ] {
        let reading = parse(DOCKER, text.as_bytes(), &TextOptions::new()).unwrap();
        assert_eq!(std::format!("{}", reading.endpoint), "127.0.0.1:1", "{text}");
        assert!(reading.surroundings, "{text}");
    }
    let reading = parse(DOCKER, b" tcp://127.0.0.1:1 ", &TextOptions::new()).unwrap();
    assert!(!reading.surroundings);
}

#[test]
fn accepts_local_sockets() {
    for (text, expected) in [
        ("unix:///run/x", "unix:/run/x"),
        ("unix://x", "unix:x"),
        ("unix:///a b", "unix:/a%20b"),
        ("unix:///%41", "unix:/%2541"),
        ("unix://@x", "unix-abstract:x"),
        ("unix://unix:///x", "unix:/x"),
        ("/run/x", "unix:/run/x"),
        ("./x", "unix:./x"),
        ("npipe:////./pipe/x", r"\\.\pipe\x"),
        ("npipe://./pipe/x", r"\\.\pipe\x"),
        (r"npipe://\\.\pipe\x", r"\\.\pipe\x"),
        ("npipe:////server/PIPE/x", r"\\server\pipe\x"),
        ("fd://", "sd-listen:"),
        ("fd://*", "sd-listen:"),
        ("fd://3", "fd:3"),
        ("fd://04", "fd:4"),
    ] {
        reads(text, expected);
    }
    reads(&format!("unix:///{}", "x".repeat(106)), &format!("unix:/{}", "x".repeat(106)));
}

#[test]
fn refuses_other_schemes() {
    refuses("foo://x", "not-representable", 0, 3);
    refuses("http+unix://x", "not-representable", 0, 9);
    refuses("TCP://127.0.0.1:1", "not-representable", 0, 3);
    refuses("://x", "unexpected-byte", 0, 1);
    refuses("1a://x", "unexpected-byte", 0, 1);
    refuses("a b://x", "whitespace", 1, 1);
    refuses(" ", "whitespace", 0, 1);
}

#[test]
fn refuses_what_is_no_host_and_port() {
    refuses("tcp://", "host-label-empty", 6, 0);
    refuses("tcp://:2375", "host-label-empty", 6, 0);
    refuses("tcp:///x", "host-label-empty", 6, 0);
    refuses("ssh://", "host-label-empty", 6, 0);
    refuses("tcp://[::1]", "port-missing", 11, 0);
    refuses("tcp://[127.0.0.1]:1", "bracketed-non-ipv6", 7, 9);
    refuses("tcp://[::1", "bracket-unclosed", 10, 0);
    refuses("tcp://[::1]1", "text-after-bracket", 11, 1);
    refuses("tcp://[fe80::1%25lo]:1", "zone-not-allowed-in-dialect", 14, 1);
    refuses("ssh://[fe80::1%lo]:1", "percent-encoding-bad", 14, 1);
    refuses("ssh://[fe80::1%25]:1", "zone-empty", 17, 0);
    refuses("tcp://::1", "bracket-missing", 6, 0);
    refuses("tcp://::1:1", "unbracketed-ipv6-with-port", 6, 3);
    refuses("tcp://127.1:1", "too-few-octets", 11, 0);
    refuses("tcp://010.0.0.1:1", "octet-leading-zero", 6, 3);
    refuses("80", "too-few-octets", 2, 0);
    refuses("tcp://*:1", "host-bad-byte", 6, 1);
    refuses("tcp://a b:1", "whitespace", 7, 1);
    refuses("tcp://a%41:1", "host-bad-byte", 7, 1);
    refuses("tcp://b\u{fc}cher:1", "non-ascii", 7, 1);
    refuses("tcp://a:65536", "port-too-large", 8, 5);
    refuses("tcp://a:+1", "port-sign", 8, 1);
    refuses("tcp://a:http", "service-name-not-allowed", 8, 4);
    refuses("tcp://a:1\0", "nul", 9, 1);
    refuses("tcp://a:1/\0", "nul", 10, 1);
    refuses("tcp://a b@c:1", "whitespace", 7, 1);
    refuses("ssh://u:p@h", "unexpected-byte", 7, 1);
    refuses("ssh://h?q", "unexpected-byte", 7, 1);
    refuses("tcp://a:1/b://c", "unexpected-byte", 11, 1);
    refuses("tcp://tcp://tcp://a:1", "unexpected-byte", 15, 1);
    refuses("tcp://tcp://a:+1", "port-sign", 14, 1);
}

#[test]
fn refuses_local_sockets_it_cannot_hold() {
    refuses("unix://", "unix-path-empty", 7, 0);
    refuses("unix:///a\0", "unix-nul", 9, 1);
    refuses("unix://@a\0", "nul", 9, 1);
    refuses("unix://a://b", "unexpected-byte", 8, 1);
    refuses(&format!("unix://{}", "x".repeat(108)), "unix-path-too-long", 7, 108);
    refuses("npipe://", "pipe-prefix", 8, 0);
    refuses("npipe:////./x", "pipe-prefix", 12, 1);
    refuses("npipe:////./pipe/", "pipe-name-empty", 17, 0);
    refuses("npipe://./pipe/", "pipe-name-empty", 15, 0);
    refuses(r"npipe:////./pipe/a\b", "pipe-name-backslash", 18, 1);
    refuses("fd://x", "number-empty", 5, 0);
    refuses("fd://2", "not-representable", 5, 1);
    refuses("fd://3x", "unexpected-byte", 6, 1);
    refuses("fd://4294967296", "number-too-large", 5, 10);
}

#[test]
fn prints_only_what_it_reads_back() {
    writes(DOCKER, b"npipe://./pipe/x", b"npipe:////./pipe/x");
    writes(DOCKER, b"tcp://u@[::1]:/x", b"tcp://[::1]:");
    writes(DOCKER, b"ssh://[fe80::1%25lo]", b"ssh://[fe80::1%25lo]:");
    writes(DOCKER, b"/run/x", b"unix:///run/x");
    writes(DOCKER, b"fd://*", b"fd://");
    for text in [
        "*:80",
        "[fe80::1%1]:80",
        "unix:%40x",
        "unix:a%3A//b",
        "unix-abstract:a%00",
        "unix-unnamed:",
        "fd:2",
        "sd-listen:web",
        "vsock:1:2",
    ] {
        cannot_say(DOCKER, Dialect::Strict, text.as_bytes());
    }
}
