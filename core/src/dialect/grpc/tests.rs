//! What gRPC targets are, and what they are not.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::addr::Dialect::Grpc;
use crate::addr::FormatError;
use crate::dialect::laws::keeps_laws;
use crate::dialect::testing::{reads_endpoint, reads_extra, refuses_endpoint, writes_strict};
use crate::dialect::{convert, parse, parse_all};

fn refuses(text: &str, code: &str, at: u32, len: u32) {
    refuses_endpoint(Grpc, text.as_bytes(), code, at, len);
}

fn list(text: &str) -> Result<Vec<String>, (&'static str, u32, u32)> {
    let all = parse_all(Grpc, text.as_bytes(), &TextOptions::new());
    all.map(|all| all.map(|reading| reading.endpoint.to_string()).collect())
        .map_err(|error| (error.code(), error.at, error.len))
}

#[test]
fn accepts_hosts_of_dns() {
    for (text, expected) in [
        ("a.example", "a.example"),
        ("my_service:50051", "my_service:50051"),
        ("127.0.0.1:0080", "127.0.0.1:80"),
        ("[::1]:80", "[::1]:80"),
        ("[::1]", "[::1]"),
        ("::1", "[::1]"),
        ("::1:80", "[::1:80]"),
        ("[fe80::1%25eth0]:80", "[fe80::1%eth0]:80"),
        ("[fe80::1%lo]:80", "[fe80::1%lo]:80"),
        ("dns:a.example:80", "a.example:80"),
        ("dns:///a.example:80", "a.example:80"),
        ("dns:/a.example:80", "a.example:80"),
        ("DNS:[::1%2501]:80", "[::1%1]:80"),
        ("dns:::1", "[::1]"),
        ("dns:%61.example%3A80", "a.example:80"),
        ("dns:%31.0.0.1:80", "1.0.0.1:80"),
        ("dns.:80", "dns.:80"),
        ("foo:80", "foo:80"),
    ] {
        reads_endpoint(Grpc, text, expected);
    }
    for (text, name) in [("localhost:https", b"https".as_slice()), ("dns:a:%68ttp", b"http")] {
        let host = if text.starts_with('d') { "a" } else { "localhost" };
        let extra = Extra { service: Some(Token::new(name)), ..Extra::NONE };
        reads_extra(Grpc, text, host, &extra);
    }
}

#[test]
fn accepts_addresses() {
    for (text, expected) in [
        ("ipv4:127.0.0.1:80", "127.0.0.1:80"),
        ("ipv4:///127.0.0.1:0080", "127.0.0.1:80"),
        ("IPv4:127.0.0.1", "127.0.0.1"),
        ("ipv4:127.0.0.1:80,", "127.0.0.1:80"),
        ("ipv6:[::1]:80", "[::1]:80"),
        ("ipv6:%5B::1%5D:80", "[::1]:80"),
        ("ipv6:::1", "[::1]"),
        ("ipv6:[::1%25lo]:80", "[::1%lo]:80"),
        ("ipv6:[::1%250]:80", "[::1]:80"),
        ("ipv6:[::ffff:1.2.3.4%lo]:80", "[::ffff:1.2.3.4%lo]:80"),
        ("vsock:2:1024", "vsock:2:1024"),
        ("vsock:4294967295:01", "vsock:any:1"),
    ] {
        reads_endpoint(Grpc, text, expected);
    }
}

#[test]
fn accepts_local_sockets() {
    for (text, expected) in [
        ("unix:/run/x", "unix:/run/x"),
        ("unix:///run/x", "unix:/run/x"),
        ("unix:relative:@", "unix:relative%3A%40"),
        ("Unix:%2Frun/a%20b", "unix:/run/a%20b"),
        ("unix:%2F/x", "unix://x"),
        ("unix-abstract:x", "unix-abstract:x"),
        ("unix-abstract:a%00b", "unix-abstract:a%00b"),
        ("unix-abstract:///x", "unix-abstract:/x"),
    ] {
        reads_endpoint(Grpc, text, expected);
    }
}

#[test]
fn reads_lists() {
    let read = |items: &[&str]| Ok(items.iter().map(|item| item.to_string()).collect());
    assert_eq!(list("ipv4:1.2.3.4:1,/1.2.3.5:2"), read(&["1.2.3.4:1", "1.2.3.5:2"]));
    assert_eq!(list("ipv4:,1.2.3.4:1%2C,1.2.3.5"), read(&["1.2.3.4:1", "1.2.3.5"]));
    assert_eq!(list("ipv6:[::1]:1,::2"), read(&["[::1]:1", "[::2]"]));
    assert_eq!(list("unix:/a,b"), read(&["unix:/a", "unix:b"]));
    assert_eq!(list("ipv4:,"), Err(("octet-empty", 5, 0)));
    assert_eq!(list("ipv4:1.2.3.4:1, 1.2.3.5:2"), Err(("whitespace", 15, 1)));
    assert_eq!(list("ipv6:[::1]:1,127.0.0.1:2"), Err(("too-few-groups", 22, 0)));
    assert_eq!(list("dns:a:1,b:2"), Err(("unexpected-byte", 7, 1)));
    refuses("ipv4:1.2.3.4:1,1.2.3.5:2", "not-representable", 0, 24);
}

#[test]
fn lists_of_one_scheme_are_written() {
    let rewritten = |text: &str| {
        let mut out = [0; 64];
        let options = TextOptions::new();
        let done = convert(Grpc, Grpc, text.as_bytes(), &options, &mut out)?;
        Ok::<_, crate::dialect::ConversionError>(out[..done.len].escape_ascii().to_string())
    };
    let text = "ipv4:1.2.3.4:1,/1.2.3.5:2";
    assert_eq!(rewritten(text), Ok("ipv4:1.2.3.4:1,1.2.3.5:2".into()));
    for text in ["ipv6:[::1]:1,[::2]:1", "ipv4:1.2.3.4,1.2.3.5", "unix:/a,b", "unix-abstract:a,b"] {
        assert_eq!(rewritten(text), Ok(text.into()));
    }
    let mut out = [0; 64];
    let mixed = b"1.2.3.4:1,[::1]:2";
    let done = convert(crate::addr::Dialect::Xff, Grpc, mixed, &TextOptions::new(), &mut out);
    assert_eq!(done, Err(FormatError::NotRepresentable.into()));
}

#[test]
fn more_may_stand_around_a_target() {
    let around = |text: &'static str| {
        parse(Grpc, text.as_bytes(), &TextOptions::new()).map(|reading| reading.surroundings)
    };
    for text in ["dns://8.8.8.8/a:80", "a:80?b=c", "unix:/a#b", "ipv4:1.2.3.4:1?"] {
        assert_eq!(around(text), Ok(true), "{text}");
    }
    assert_eq!(around("dns:///a:80"), Ok(false));
    refuses("a:80?b c", "whitespace", 6, 1);
    refuses("dns://a b/c", "whitespace", 7, 1);
}

#[test]
fn a_missing_port_is_the_callers() {
    let options = TextOptions::new().with_default_port(443);
    for text in ["a", "dns:a", "ipv4:1.2.3.4", "[::1]", "ipv6:::1"] {
        let reading = parse(Grpc, text.as_bytes(), &options).unwrap();
        assert!(matches!(reading.endpoint, Endpoint::Inet(HostPort { port: Some(443), .. })));
        let mut out = [0; 64];
        let absent = parse(Grpc, text.as_bytes(), &TextOptions::new()).unwrap();
        assert_eq!(write(&absent, &options, &mut out), Err(FormatError::NotRepresentable));
    }
}

#[test]
fn refuses_schemes_and_authorities() {
    refuses("xds:///a", "not-representable", 0, 3);
    refuses("https://127.0.0.1:1", "not-representable", 0, 5);
    refuses("unix://run/x", "not-representable", 7, 3);
    refuses("ipv4://127.0.0.1:1", "not-representable", 7, 11);
    refuses("unix-abstract://x", "not-representable", 16, 1);
    refuses("dns://127.0.0.1:1", "host-label-empty", 17, 0);
    refuses("dns:", "host-label-empty", 4, 0);
    refuses("dns:///", "host-label-empty", 7, 0);
    refuses("dns://a/b/c:1", "host-bad-byte", 9, 1);
    refuses("?a", "host-label-empty", 0, 0);
}

#[test]
fn refuses_hosts() {
    refuses(":80", "host-label-empty", 0, 0);
    refuses("/tmp/x", "host-bad-byte", 0, 1);
    refuses("a b:1", "whitespace", 1, 1);
    refuses("a%20b:1", "whitespace", 1, 3);
    refuses("a%zz:1", "percent-encoding-bad", 1, 1);
    refuses("*:80", "host-bad-byte", 0, 1);
    refuses("127.1:80", "too-few-octets", 5, 0);
    refuses("0127.0.0.1:80", "octet-leading-zero", 0, 4);
    refuses("0x7f.1:80", "unexpected-byte", 1, 1);
    refuses("127.0.0.1%lo:80", "zone-on-ipv4", 9, 1);
    refuses("[127.0.0.1]:80", "bracketed-non-ipv6", 1, 9);
    refuses("[::1", "bracket-unclosed", 4, 0);
    refuses("[::1]80", "text-after-bracket", 5, 1);
    refuses("::%2500000000", "zone-not-allowed-in-dialect", 2, 3);
    refuses("ipv6:fe80::1%25lo", "zone-not-allowed-in-dialect", 12, 3);
    refuses("[fe80::1%25]:80", "zone-empty", 11, 0);
    refuses("[fe80::1%254294967296]:80", "zone-index-overflow", 11, 10);
    refuses("[fe80::1%25abcdefghijklmnop]:80", "zone-too-long", 11, 16);
}

#[test]
fn refuses_ports() {
    refuses("a:", "port-empty", 2, 0);
    refuses("a:+80", "port-sign", 2, 1);
    refuses("a:%2B80", "port-sign", 2, 3);
    refuses("a:65616", "port-too-large", 2, 5);
    refuses("a:80x", "unexpected-byte", 4, 1);
    refuses("a:gopher", "service-name-not-allowed", 2, 6);
    refuses("ipv4:1.2.3.4:http", "service-name-not-allowed", 13, 4);
    refuses("ipv4:1.2.3.4:", "port-empty", 13, 0);
}

#[test]
fn refuses_addresses() {
    refuses("ipv4:", "octet-empty", 5, 0);
    refuses("ipv4::80", "octet-empty", 5, 0);
    refuses("ipv4:localhost:1", "octet-empty", 5, 0);
    refuses("ipv4:127.1:1", "too-few-octets", 10, 0);
    refuses("ipv4:127.0.0.01:1", "octet-leading-zero", 13, 2);
    refuses("ipv4:[127.0.0.1]:1", "bracketed-non-ipv6", 6, 9);
    refuses("ipv6:", "group-empty", 5, 0);
    refuses("vsock:", "number-empty", 6, 0);
    refuses("vsock:1", "port-missing", 7, 0);
    refuses("vsock:any:1", "number-empty", 6, 0);
    refuses("vsock:4294967296:1", "number-too-large", 6, 10);
    refuses("vsock:1:1x", "unexpected-byte", 9, 1);
}

#[test]
fn refuses_local_sockets() {
    let long = "a".repeat(108);
    refuses("unix:", "unix-path-empty", 5, 0);
    refuses("unix-abstract:", "unix-path-empty", 14, 0);
    refuses("unix:/a%00", "unix-nul", 7, 3);
    refuses("unix:/a b", "whitespace", 7, 1);
    refuses("unix:/a[", "unexpected-byte", 7, 1);
    refuses("unix:/a%2", "percent-encoding-bad", 7, 1);
    refuses(&format!("unix:{long}"), "unix-path-too-long", 5, 108);
    refuses(&format!("unix-abstract:{long}"), "unix-path-too-long", 14, 108);
}

#[test]
fn writes_what_it_can_say() {
    writes_strict(Grpc, "[fe80::1%a#b]:80", Some("ipv6:[fe80::1%25a%23b]:80"));
    writes_strict(Grpc, "1.2.3.4:80", Some("ipv4:1.2.3.4:80"));
    writes_strict(Grpc, "1.2.3.4", Some("dns:1.2.3.4"));
    writes_strict(Grpc, "a.example:80", Some("dns:a.example:80"));
    writes_strict(Grpc, "unix:/a%20b", Some("unix:/a%20b"));
    writes_strict(Grpc, "unix://a", Some("unix:%2F/a"));
    writes_strict(Grpc, "unix-abstract:%00", Some("unix-abstract:%00"));
    writes_strict(Grpc, "vsock:any:1", Some("vsock:4294967295:1"));
    let longest = format!("unix:{}", "a".repeat(108));
    for strict in ["*:80", "unix:/a%2Cb", "unix-abstract:", "unix-unnamed:", "fd:3", &longest] {
        writes_strict(Grpc, strict, None);
    }
}

proptest! {
    /// What is read can be written and read back; an error points into the text.
    #[test]
    fn laws_hold(text in r"((dns|IPV4|ipv4|ipv6|unix|unix-abstract|vsock|xds):)?(//[a-z]{0,2}/?)?([a-f0-9.:%,\[\]/]{0,12}|\[[0-9a-f:%]{2,12}\]|[0-9.%,:]{7,20})(:([0-9]{1,6}|https?))?([?#][a-z]{0,3})?|\PC{0,12}") {
        keeps_laws(Grpc, text.as_bytes());
    }
}
