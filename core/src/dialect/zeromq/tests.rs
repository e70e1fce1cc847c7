use alloc::format;

use proptest::prelude::*;

use super::*;
use crate::addr::Dialect::Zeromq;
use crate::dialect::laws::keeps_laws;
use crate::dialect::parse;
use crate::dialect::testing::{reads_endpoint, reads_extra, refuses_endpoint, writes_strict};

fn reads(text: &str, expected: &str) {
    let extra = Extra { transport: Some(Transport::Tcp), ..Extra::NONE };
    reads_extra(Zeromq, text, expected, &extra);
}

fn refuses(text: &str, code: &str, at: u32, len: u32) {
    refuses_endpoint(Zeromq, text.as_bytes(), code, at, len);
}

#[test]
fn accepts_what_libzmq_binds() {
    for (text, expected) in [
        ("tcp://127.0.0.1:80", "127.0.0.1:80"),
        ("tcp://127.0.0.1:*", "127.0.0.1:0"),
        ("tcp://127.0.0.1:0", "127.0.0.1:0"),
        ("tcp://127.0.0.1:0080", "127.0.0.1:80"),
        ("tcp://*:5555", "*:5555"),
        ("tcp://[*]:*", "*:0"),
        ("tcp://127.1:*", "127.0.0.1:0"),
        ("tcp://0127.0.0.1:*", "87.0.0.1:0"),
        ("tcp://0x7f.1:*", "127.0.0.1:0"),
        ("tcp://[127.0.0.1]:*", "127.0.0.1:0"),
        ("tcp://::1:*", "[::1]:0"),
        ("tcp://[::1]:*", "[::1]:0"),
        ("tcp://[::1%lo]:*", "[::1%lo]:0"),
        ("tcp://::1%01:*", "[::1%1]:0"),
        ("tcp://[::ffff:1.2.3.4%lo]:1", "[::ffff:1.2.3.4%lo]:1"),
        ("tcp://lo:*", "lo:0"),
        ("tcp://[lo]:*", "lo:0"),
        ("tcp://br_lan-1.example:80", "br_lan-1.example:80"),
    ] {
        reads(text, expected);
        reads_endpoint(Zeromq, text, expected);
    }
}

#[test]
fn accepts_other_transports() {
    for (text, transport) in [
        ("udp://239.0.0.1:5555", Transport::Udp),
        ("ws://239.0.0.1:5555", Transport::Ws),
        ("wss://239.0.0.1:5555/", Transport::Wss),
    ] {
        let extra = Extra { transport: Some(transport), ..Extra::NONE };
        reads_extra(Zeromq, text, "239.0.0.1:5555", &extra);
    }
    reads_endpoint(Zeromq, "ipc:///tmp/a b%20:x", "unix:/tmp/a%20b%2520%3Ax");
    reads_endpoint(Zeromq, "ipc://relative", "unix:relative");
    reads_endpoint(Zeromq, "ipc://@x%20y", "unix-abstract:x%2520y");
}

#[test]
fn a_path_stands_around_a_web_socket() {
    let around = |text: &'static [u8]| {
        parse(Zeromq, text, &TextOptions::new()).map(|reading| reading.surroundings)
    };
    assert_eq!(around(b"ws://a:1/b/c?d"), Ok(true));
    assert_eq!(around(b"ws://a:1/"), Ok(false));
    refuses("ws://a:1/b c", "whitespace", 10, 1);
    refuses("tcp://a:1/b", "unexpected-byte", 9, 1);
}

#[test]
fn refuses_other_schemes() {
    refuses("127.0.0.1:*", "unexpected-byte", 10, 1);
    refuses("tcp:127.0.0.1:*", "unexpected-byte", 4, 1);
    refuses("tcp:/127.0.0.1:*", "unexpected-byte", 5, 1);
    refuses("://127.0.0.1:*", "unexpected-byte", 0, 1);
    refuses(" tcp://a:1", "whitespace", 0, 1);
    refuses("tcp", "not-representable", 0, 3);
    refuses("TCP://127.0.0.1:*", "not-representable", 0, 3);
    refuses("inproc://x", "not-representable", 0, 6);
    refuses("epgm://eth0;239.0.0.1:5555", "not-representable", 0, 4);
    refuses("tcp://127.0.0.1:0;127.0.0.1:80", "not-representable", 6, 11);
}

#[test]
fn refuses_hosts() {
    refuses("tcp://", "host-label-empty", 6, 0);
    refuses("tcp://:80", "host-label-empty", 6, 0);
    refuses("tcp://[]:80", "host-label-empty", 7, 0);
    refuses("tcp://[::1:80", "bracket-unclosed", 10, 0);
    refuses("tcp://::1]:80", "unexpected-byte", 9, 1);
    refuses("tcp://1.2.3.4.5:80", "too-many-octets", 13, 1);
    refuses("tcp://127.0.0.1%lo:80", "zone-on-ipv4", 15, 1);
    refuses("tcp://lo%lo:80", "host-bad-byte", 8, 1);
    refuses("tcp://a/b:80", "host-bad-byte", 7, 1);
    refuses("tcp:// a:80", "whitespace", 6, 1);
    refuses("tcp://[::1%]:80", "zone-empty", 11, 0);
    refuses("tcp://[::1%0]:80", "zone-not-allowed-in-dialect", 11, 1);
    refuses("tcp://[::1%1x]:80", "zone-bad-byte", 12, 1);
    refuses("tcp://[::1%_x]:80", "zone-bad-byte", 11, 1);
    refuses("tcp://[::1%4294967296]:80", "zone-index-overflow", 11, 10);
}

#[test]
fn refuses_ports() {
    refuses("tcp://127.0.0.1", "port-missing", 15, 0);
    refuses("tcp://127.0.0.1:", "port-empty", 16, 0);
    refuses("tcp://127.0.0.1:00000", "port-leading-zero", 16, 5);
    refuses("tcp://127.0.0.1:!", "port-empty", 16, 0);
    refuses("tcp://127.0.0.1:+80", "port-sign", 16, 1);
    refuses("tcp://127.0.0.1:65616", "port-too-large", 16, 5);
    refuses("tcp://127.0.0.1:80x", "unexpected-byte", 18, 1);
    refuses("tcp://127.0.0.1:http", "service-name-not-allowed", 16, 4);
}

#[test]
fn refuses_paths() {
    let long = "a".repeat(108);
    refuses("ipc://", "unix-path-empty", 6, 0);
    refuses("ipc://@", "unix-path-empty", 7, 0);
    refuses("ipc://*", "not-representable", 6, 1);
    refuses("ipc://*/x", "not-representable", 6, 3);
    refuses("ipc:///a\0b", "unix-nul", 8, 1);
    refuses("ipc://@a\0b", "unix-nul", 8, 1);
    refuses(&format!("ipc://{long}"), "unix-path-too-long", 6, 108);
    refuses(&format!("ipc://@{long}"), "unix-path-too-long", 6, 109);
}

#[test]
fn writes_what_it_can_say() {
    writes_strict(Zeromq, "[fe80::1%eth0]:80", Some("tcp://[fe80::1%eth0]:80"));
    writes_strict(Zeromq, "*:0", Some("tcp://*:*"));
    writes_strict(Zeromq, "unix-abstract:a", Some("ipc://@a"));
    for strict in [
        "127.0.0.1",
        "[fe80::1%-x]:80",
        "unix:%2A",
        "unix:%40a",
        "unix-abstract:",
        "unix-abstract:a%00",
        "unix-unnamed:",
        "vsock:2:1",
    ] {
        writes_strict(Zeromq, strict, None);
    }
}

proptest! {
    /// What is read can be written and read back; an error points into the text.
    #[test]
    fn laws_hold(text in r"(tcp|udp|ws|wss|ipc|TCP)://[a-f0-9.:*@%\[\]/;x_-]{0,16}(:([0-9]{1,6}|\*))?(/[a-z?]{0,3})?|\PC{0,12}") {
        keeps_laws(Zeromq, text.as_bytes());
    }
}
