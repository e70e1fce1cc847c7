//! What D-Bus addresses are, and what they are not.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::addr::Dialect::Dbus;
use crate::dialect::laws::keeps_laws;
use crate::dialect::testing::{reads_endpoint, reads_extra, refuses_endpoint, writes_strict};
use crate::dialect::{parse, parse_all};

fn refuses(text: &str, code: &str, at: u32, len: u32) {
    refuses_endpoint(Dbus, text.as_bytes(), code, at, len);
}

#[test]
fn accepts_local_sockets() {
    for (text, expected) in [
        ("unix:path=/run/x", "unix:/run/x"),
        ("unix:path=/a%20b%2f%2A", "unix:/a%20b/%2A"),
        ("unix:path=relative", "unix:relative"),
        (r"unix:path=/a\b*,", "unix:/a%5Cb%2A"),
        ("unix:path=/x;", "unix:/x"),
        ("unix:abstract=/tmp/dbus-x", "unix-abstract:/tmp/dbus-x"),
    ] {
        reads_endpoint(Dbus, text, expected);
    }
}

#[test]
fn accepts_tcp() {
    let tcp = Extra { transport: Some(Transport::Tcp), ..Extra::NONE };
    for (text, expected) in [
        ("tcp:host=127.0.0.1,port=80", "127.0.0.1:80"),
        ("tcp:port=80,host=127.1", "127.0.0.1:80"),
        ("tcp:host=0127.0.0.1,port=0080", "87.0.0.1:80"),
        ("tcp:host=%3a%3A1,port=0", "[::1]:0"),
        ("tcp:host=fe80%3a%3a1%25eth0,port=1", "[fe80::1%eth0]:1"),
        ("tcp:host=a_b,port=1", "a_b:1"),
        ("tcp:host=127.0.0.1,port=1,family=ipv4", "127.0.0.1:1"),
    ] {
        reads_extra(Dbus, text, expected, &tcp);
    }
    let family = Extra { family: Some(Family::Ipv6), ..tcp.clone() };
    reads_extra(Dbus, "tcp:host=localhost,port=1,family=ipv6", "localhost:1", &family);
    let service = Extra { service: Some(Token::new(b"3com-tsmux")), ..tcp };
    reads_extra(Dbus, "tcp:host=localhost,port=3com-tsmux", "localhost", &service);
}

#[test]
fn other_keys_stand_around_the_address() {
    let around = |text: &'static str| {
        parse(Dbus, text.as_bytes(), &TextOptions::new()).map(|reading| reading.surroundings)
    };
    assert_eq!(around("unix:path=/x,guid=0123"), Ok(true));
    assert_eq!(around("unix:guid=0123,path=/x"), Ok(true));
    assert_eq!(around("tcp:host=a,port=1,bind=*"), Ok(true));
    assert_eq!(around("tcp:host=a,port=1"), Ok(false));
}

#[test]
fn reads_lists() {
    let read = |text: &'static str| -> Result<Vec<String>, _> {
        let all = parse_all(Dbus, text.as_bytes(), &TextOptions::new())?;
        Ok::<_, ParseError>(all.map(|reading| reading.endpoint.to_string()).collect())
    };
    let text = "unix:path=/x;tcp:host=a,port=1;unix:path=/x;";
    assert_eq!(read(text).unwrap(), ["unix:/x", "a:1", "unix:/x"]);
    let at = |text| read(text).map_err(|error| (error.code(), error.at, error.len));
    assert_eq!(at(";unix:path=/x"), Err(("unexpected-byte", 0, 1)));
    assert_eq!(at("unix:path=/x;;"), Err(("unexpected-byte", 13, 1)));
    assert_eq!(at("unix:path=/x;unix:"), Err(("unix-path-empty", 18, 0)));
    refuses("unix:path=/x;unix:path=/y", "not-representable", 0, 25);
}

#[test]
fn refuses_transports() {
    refuses("unix", "not-representable", 0, 4);
    refuses("unix;", "unexpected-byte", 4, 1);
    refuses(":path=/x", "unexpected-byte", 0, 1);
    refuses("UNIX:path=/x", "not-representable", 0, 4);
    refuses("autolaunch:", "not-representable", 0, 10);
    refuses("nonce-tcp:host=a,port=1,noncefile=/x", "not-representable", 0, 9);
    refuses("vsock:cid=2,port=1", "not-representable", 0, 5);
    refuses(" unix:path=/x", "whitespace", 0, 1);
    refuses("un ix:path=/x", "whitespace", 2, 1);
}

#[test]
fn refuses_pairs() {
    refuses("unix:path", "not-representable", 5, 4);
    refuses("unix:=x", "unexpected-byte", 5, 1);
    refuses("unix:path=/x,,guid=0", "unexpected-byte", 13, 1);
    refuses("unix:,path=/x", "unexpected-byte", 5, 1);
    refuses("unix:path=/x,guid=", "not-representable", 13, 4);
    refuses("unix:path=/a~b", "unexpected-byte", 12, 1);
    refuses("unix:path=/a=b", "unexpected-byte", 12, 1);
    refuses("unix:path=/a b", "whitespace", 12, 1);
    refuses("unix:path=/é", "non-ascii", 11, 1);
    refuses("unix:path=/a%2", "percent-encoding-bad", 12, 1);
    refuses("unix:path=/a%zz", "percent-encoding-bad", 12, 1);
}

#[test]
fn refuses_local_sockets() {
    let long = "a".repeat(107);
    refuses("unix:", "unix-path-empty", 5, 0);
    refuses("unix:guid=0", "unix-path-empty", 11, 0);
    refuses("unix:path=,guid=0", "unix-path-empty", 10, 0);
    refuses("unix:abstract=", "unix-path-empty", 14, 0);
    refuses("unix:path=/a%00", "unix-nul", 12, 3);
    refuses("unix:abstract=%41%00", "unix-nul", 17, 3);
    refuses("unix:path=/x,path=/x", "not-representable", 13, 4);
    refuses("unix:guid=0,path=/x,guid=0", "not-representable", 20, 4);
    refuses("unix:path=/x,abstract=y", "not-representable", 13, 8);
    refuses("unix:dir=/tmp", "not-representable", 5, 3);
    refuses("unix:runtime=yes", "not-representable", 5, 7);
    refuses(&format!("unix:path=%2f{long}a"), "unix-path-too-long", 10, 111);
    refuses(&format!("unix:abstract=a{long}"), "unix-path-too-long", 14, 108);
}

#[test]
fn refuses_tcp() {
    refuses("tcp:", "host-label-empty", 4, 0);
    refuses("tcp:port=1", "host-label-empty", 10, 0);
    refuses("tcp:host=a", "port-missing", 10, 0);
    refuses("tcp:host=,port=1", "host-label-empty", 9, 0);
    refuses("tcp:host=a,port=", "port-empty", 16, 0);
    refuses("tcp:host=::1,port=1", "unexpected-byte", 9, 1);
    refuses("tcp:host=%5b%3a%3a1%5d,port=1", "group-empty", 9, 0);
    refuses("tcp:host=%3a%3a1%25lo,port=1", "zone-not-allowed-in-dialect", 19, 2);
    refuses("tcp:host=*,port=1", "any-not-allowed", 9, 1);
    refuses("tcp:host=a%20b,port=1", "whitespace", 10, 3);
    refuses("tcp:host=a,port=65616", "port-too-large", 16, 5);
    refuses("tcp:host=a,port=%2b1", "port-sign", 16, 3);
    refuses("tcp:host=a,port=1.", "unexpected-byte", 17, 1);
    refuses("tcp:host=a,host=a,port=1", "not-representable", 11, 4);
    refuses("tcp:host=a,port=1,family=IPv4", "not-representable", 25, 4);
    refuses("tcp:host=127.0.0.1,port=1,family=ipv6", "not-representable", 33, 4);
    refuses("tcp:family=ipv4,host=%3a%3a1,port=1", "not-representable", 21, 7);
}

#[test]
fn servers_listen_everywhere() {
    let options = TextOptions::new().with_listen(true);
    let reading = parse(Dbus, b"tcp:host=*,port=0", &options).unwrap();
    assert_eq!(reading.endpoint.to_string(), "*:0");
    let mut out = [0; 64];
    let len = write(&reading, &options, &mut out).unwrap();
    assert_eq!(&out[..len], b"tcp:host=*,port=0");
    assert!(write(&reading, &TextOptions::new(), &mut out).is_err());
}

#[test]
fn writes_what_it_can_say() {
    writes_strict(Dbus, "[fe80::1%eth0]:80", Some("tcp:host=fe80%3a%3a1%25eth0,port=80"));
    writes_strict(Dbus, "a.example:80", Some("tcp:host=a.example,port=80"));
    writes_strict(Dbus, "unix:/a%20~", Some("unix:path=/a%20%7e"));
    for strict in [
        "127.0.0.1",
        "[::1%eth0]:80",
        "unix-abstract:",
        "unix-abstract:%00",
        "unix-unnamed:",
        "vsock:2:1",
    ] {
        writes_strict(Dbus, strict, None);
    }
}

proptest! {
    /// What is read can be written and read back; an error points into the text.
    #[test]
    fn laws_hold(text in r"((unix|tcp):(path|abstract|host|port|family|guid)=[a-z0-9.%*/~-]{0,9}[;,]?(host|port|family|path)=([0-9]{1,4}|ipv[46]|%3a%3A[0-9a-f%]{1,4}|[a-z_0-9.]{1,8})[,;]?){1,3}|\PC{0,12}") {
        keeps_laws(Dbus, text.as_bytes());
    }
}
