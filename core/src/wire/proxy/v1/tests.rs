#![allow(clippy::arithmetic_side_effects)] // offsets of tests stay small
#![allow(clippy::disallowed_methods)] // `str::parse` of the standard library is the oracle
#![allow(clippy::string_slice)] // the texts are ASCII

use super::*;
use alloc::{format, string::String, vec, vec::Vec};
use proptest::prelude::*;

fn decode(line: &str) -> Result<Decoded<V1>, (&'static str, usize)> {
    V1::decode(line.as_bytes(), ()).map_err(|error| (error.code(), error.at))
}

fn tcp(source: &str, destination: &str) -> V1 {
    V1::tcp(source.parse().unwrap(), destination.parse().unwrap()).unwrap()
}

fn whole(value: V1, consumed: usize) -> Result<Decoded<V1>, (&'static str, usize)> {
    Ok(Decoded::Value { value, consumed })
}

#[test]
fn lines_of_every_protocol_are_read() {
    let line = "PROXY TCP4 127.0.0.1 127.0.0.1 36684 38002\r\nGET /";
    assert_eq!(decode(line), whole(tcp("127.0.0.1:36684", "127.0.0.1:38002"), 44));
    let line = "PROXY TCP6 ::1 ::1 50236 38002\r\n";
    assert_eq!(decode(line), whole(tcp("[::1]:50236", "[::1]:38002"), 32));
    let line = "PROXY TCP6 2001:DB8::1 ::ffff:192.0.2.1 0 65535\r\n";
    let value = tcp("[2001:db8::1]:0", "[::ffff:192.0.2.1]:65535");
    assert_eq!(decode(line), whole(value, 49));
    assert_eq!(decode("PROXY UNKNOWN\r\n\r\n"), whole(V1::Unknown, 15));
    assert_eq!(decode("PROXY UNKNOWN a\rb\n\0 ::1\r\r\n"), whole(V1::Unknown, 26));
}

#[test]
fn each_rule_refuses_at_its_byte() {
    for (line, code, at) in [
        ("proxy", "bad-magic", 0),
        ("PROXx", "bad-magic", 4),
        ("PROXY\t", "bad-field", 5),
        ("PROXY  TCP4", "bad-family", 6),
        ("PROXY tcp4", "bad-family", 6),
        ("PROXY TCPx", "bad-family", 9),
        ("PROXY UDP4", "bad-family", 7),
        ("PROXY UNKNOWNS", "bad-family", 13),
        ("PROXY UNKNOWN\n", "bad-family", 13),
        ("PROXY UNKNOWN\rx", "bad-field", 14),
        ("PROXY TCP44", "bad-field", 10),
        ("PROXY TCP4  1.2.3.4 ", "bad-field", 11),
        ("PROXY TCP4 1.2.3.4\t", "bad-field", 18),
        ("PROXY TCP4 1.2.3 ", "bad-field", 16),
        ("PROXY TCP4 1.02.3.4 ", "bad-field", 13),
        ("PROXY TCP4 256.2.3.4 ", "bad-field", 11),
        ("PROXY TCP4 ::1 ", "address-mismatch", 11),
        ("PROXY TCP4 1.2.3.4 ::1 ", "address-mismatch", 19),
        ("PROXY TCP6 1.2.3.4 ", "address-mismatch", 11),
        ("PROXY TCP6 fe80::1%eth0 ", "bad-field", 18),
        ("PROXY TCP6 [::1] ", "bad-field", 11),
        ("PROXY TCP4 1.2.3.4 5.6.7.8 +1 ", "bad-port", 27),
        ("PROXY TCP4 1.2.3.4 5.6.7.8 01 ", "bad-port", 27),
        ("PROXY TCP4 1.2.3.4 5.6.7.8 65536 ", "bad-port", 27),
        ("PROXY TCP4 1.2.3.4 5.6.7.8 123456", "bad-port", 27),
        ("PROXY TCP4 1.2.3.4 5.6.7.8  1", "bad-port", 27),
        ("PROXY TCP4 1.2.3.4 5.6.7.8 1 \r\n", "bad-port", 29),
        ("PROXY TCP4 1.2.3.4 5.6.7.8 1x", "bad-field", 28),
        ("PROXY TCP4 1.2.3.4 5.6.7.8 1 2 3", "bad-field", 30),
        ("PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n", "bad-field", 30),
        ("PROXY TCP4 1.2.3.4 5.6.7.8 1 2\rx", "bad-field", 31),
    ] {
        assert_eq!(decode(line), Err((code, at)), "{line}");
        assert_eq!(decode(&format!("{line} 9.9.9.9\r\n")), Err((code, at)), "{line}, later");
    }
}

#[test]
fn a_line_has_107_bytes_at_most() {
    let unknown = |len: usize| format!("PROXY UNKNOWN {}\r\n", "x".repeat(len - 16));
    assert_eq!(decode(&unknown(107)), whole(V1::Unknown, 107));
    assert_eq!(decode(&unknown(108)), Err(("header-too-long", 107)));
    assert_eq!(decode(&unknown(200)), Err(("header-too-long", 107)));
    assert_eq!(decode(&unknown(200)[..106]), Ok(Decoded::need(2)));
    assert_eq!(decode(&unknown(200)[..107]), Err(("header-too-long", 107)));
    let long = "1111:2222:3333:4444:5555:6666:255.255.255.255";
    let line = format!("PROXY TCP6 {long} {long} 1 2\r\n");
    assert_eq!(decode(&line), Err(("header-too-long", 107)));
    let long = "a".repeat(46);
    assert_eq!(decode(&format!("PROXY TCP6 {}", &long[1..])), Ok(Decoded::need(11)));
    assert_eq!(decode(&format!("PROXY TCP6 {long}")), Err(("bad-field", 11)));
}

/// The shortest line that begins so is as long as is said.
#[test]
fn needed_is_the_least_that_can_be_missing() {
    for (line, missing) in [
        ("", 15),
        ("PROXY", 10),
        ("PROXY ", 9),
        ("PROXY T", 15),
        ("PROXY TCP", 13),
        ("PROXY TCP4", 22),
        ("PROXY TCP4 ", 21),
        ("PROXY TCP4 1", 20),
        ("PROXY TCP4 1.", 19),
        ("PROXY TCP4 1.2.3.4", 14),
        ("PROXY TCP4 1.2.3.4 5.6.7.8 ", 5),
        ("PROXY TCP4 1.2.3.4 5.6.7.8 1", 4),
        ("PROXY TCP4 1.2.3.4 5.6.7.8 1 2", 2),
        ("PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r", 1),
        ("PROXY TCP6", 12),
        ("PROXY TCP6 ", 11),
        ("PROXY TCP6 :", 10),
        ("PROXY TCP6 1", 11),
        ("PROXY TCP6 1:", 10),
        ("PROXY TCP6 1::2", 9),
        ("PROXY TCP6 1:2:3:4:5:6:7", 11),
        ("PROXY TCP6 1:2:3:4:5:6:7:", 10),
        ("PROXY TCP6 1:2:3:4:5:6:7:8", 9),
        ("PROXY TCP6 ::1.2", 13),
        ("PROXY UNKNOWN", 2),
        ("PROXY UNKNOWN x", 2),
        ("PROXY UNKNOWN x\r", 1),
    ] {
        assert_eq!(decode(line), Ok(Decoded::need(missing)), "{line}");
    }
}

#[test]
fn what_the_line_cannot_say_is_not_written() {
    let mut out = [0; V1::MAX_LEN];
    let scoped = V1::Tcp6 {
        source: SocketAddrV6::new("fe80::1".parse().unwrap(), 1, 0, 2),
        destination: SocketAddrV6::new("fe80::2".parse().unwrap(), 1, 0, 0),
    };
    assert_eq!(scoped.encode((), &mut out), Err(NOT_REPRESENTABLE));
    let mixed = V1::tcp("127.0.0.1:1".parse().unwrap(), "[::1]:1".parse().unwrap());
    assert_eq!(mixed, Err(ADDRESS_MISMATCH));
    let too_small = WireError::new(WireErrorKind::BufferTooSmall, 14);
    assert_eq!(V1::Unknown.encode((), &mut out[..14]), Err(too_small));
    assert_eq!(V1::Unknown.encode((), &mut out), Ok(15));
    assert_eq!(&out[..15], b"PROXY UNKNOWN\r\n");
}

#[test]
fn fields_are_those_of_the_line() {
    let of = |line: &str| {
        let mut all = vec![];
        V1::fields(line.as_bytes(), (), &mut |field| all.push((field.name, field.range)));
        all
    };
    let fields = of("PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\nrest");
    assert_eq!(fields.first(), Some(&("signature", 0..5)));
    assert_eq!(fields.get(2), Some(&("source address", 11..18)));
    assert_eq!(fields.last(), Some(&("CRLF", 30..32)));
    assert_eq!(fields.len(), 7);
    assert_eq!(of("PROXY UNKNOWN a b\r\n")[2], ("ignored", 14..17));
    assert_eq!(of("PRO"), [("signature", 0..3)]);
}

/// The line as one would read it with the standard library, without places.
fn twin(line: &[u8]) -> Option<(V1, usize)> {
    let end = (0..=105).find(|at| line.get(*at..at + 2) == Some(b"\r\n"))?;
    let text = core::str::from_utf8(&line[..end]).ok()?;
    if text == "PROXY UNKNOWN" || text.starts_with("PROXY UNKNOWN ") {
        return Some((V1::Unknown, end + 2));
    }
    let parts: Vec<&str> = text.split(' ').collect();
    let [word, protocol, source, destination, from, to] = parts[..] else { return None };
    let port = |text: &str| text.parse::<u16>().ok().filter(|port| format!("{port}") == text);
    let ip = |text: &str| -> Option<core::net::IpAddr> {
        let ip = if protocol == "TCP4" {
            text.parse::<core::net::Ipv4Addr>().ok()?.into()
        } else {
            text.parse::<core::net::Ipv6Addr>().ok()?.into()
        };
        Some(ip)
    };
    let is_known = word == "PROXY" && matches!(protocol, "TCP4" | "TCP6");
    let value = V1::tcp((ip(source)?, port(from)?).into(), (ip(destination)?, port(to)?).into());
    Some((value.ok().filter(|_| is_known)?, end + 2))
}

fn any_line() -> impl Strategy<Value = String> {
    let v4 = |ports: (u16, u16), a: core::net::Ipv4Addr, b: core::net::Ipv4Addr| {
        format!("PROXY TCP4 {a} {b} {} {}\r\n", ports.0, ports.1)
    };
    let v6 = |ports: (u16, u16), a: core::net::Ipv6Addr, b: core::net::Ipv6Addr| {
        format!("PROXY TCP6 {a} {b} {} {}\r\n", ports.0, ports.1)
    };
    prop_oneof![
        any::<((u16, u16), core::net::Ipv4Addr, core::net::Ipv4Addr)>()
            .prop_map(move |(ports, a, b)| v4(ports, a, b)),
        any::<((u16, u16), core::net::Ipv6Addr, core::net::Ipv6Addr)>()
            .prop_map(move |(ports, a, b)| v6(ports, a, b)),
        "PROXY UNKNOWN[ -~]{0,100}\r\n",
    ]
}

proptest! {
    /// The two halves of the reader, and one that is written otherwise, agree on all that is near
    /// to a line.
    #[test]
    fn both_readers_and_the_twin_agree(
        line in any_line(),
        at in any::<prop::sample::Index>(),
        cut in 0..3_usize,
        byte in prop::sample::select(b" \r\n\t\0+-.:0169aFgT%[x".to_vec()),
    ) {
        let mut bytes = line.into_bytes();
        let at = at.index(bytes.len());
        bytes.splice(at..(at + cut).min(bytes.len()), [byte]);
        let read = V1::decode(&bytes, ());
        prop_assert_eq!(read, slow::decode(&bytes));
        let value = match read {
            Ok(Decoded::Value { value, consumed }) => Some((value, consumed)),
            _ => None,
        };
        prop_assert_eq!(value, twin(&bytes));
    }

    /// Every connection is written and read back, in the one text that we write.
    #[test]
    fn round_trip(source: SocketAddr, destination: SocketAddr) {
        let plain = |addr: SocketAddr| SocketAddr::new(addr.ip(), addr.port());
        let Ok(value) = V1::tcp(plain(source), plain(destination)) else { return Ok(()) };
        let mut out = [0; V1::MAX_LEN];
        let len = value.encode((), &mut out).unwrap();
        prop_assert_eq!(value.encoded_len(()), Ok(len));
        prop_assert_eq!(V1::decode(&out, ()), Ok(Decoded::Value { value, consumed: len }));
    }

    /// No prefix of a line is a line or a refusal, and what it needs is there.
    #[test]
    fn prefixes_wait(line in any_line()) {
        let Ok(Decoded::Value { consumed, .. }) = V1::decode(line.as_bytes(), ()) else {
            return Ok(());
        };
        for have in 0..consumed {
            match V1::decode(&line.as_bytes()[..have], ()) {
                Ok(Decoded::Need(missing)) => prop_assert!(have + missing.get() <= consumed),
                other => prop_assert!(false, "{:?} at {}", other, have),
            }
            match header_len(&line.as_bytes()[..have]) {
                Ok(Decoded::Need(missing)) => prop_assert!(have + missing.get() <= consumed),
                other => prop_assert!(false, "{:?} at {}", other, have),
            }
        }
        let end = Decoded::Value { value: consumed, consumed };
        prop_assert_eq!(header_len(line.as_bytes()), Ok(end));
    }
}
