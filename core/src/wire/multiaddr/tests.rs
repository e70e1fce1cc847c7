//! What the bytes of multiaddrs are, and what they are not.

#![allow(clippy::arithmetic_side_effects)] // counts of tests stay small

use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::addr::{Dialect, TextOptions};
use crate::dialect;

fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.bytes().filter(|byte| *byte != b' ').collect();
    let nibble = |digit: u8| crate::addr::nibble(digit).unwrap();
    digits.chunks(2).map(|pair| nibble(pair[0]) << 4 | nibble(pair[1])).collect()
}

fn decode(bytes: &[u8], mode: Mode) -> Result<Multiaddr<'_>, WireError> {
    match Multiaddr::decode(bytes, mode)? {
        Decoded::Value { value, consumed } => {
            assert_eq!(consumed, bytes.len());
            Ok(value)
        }
        Decoded::Need(_) => panic!("a multiaddr fills its input"),
    }
}

/// What bytes say, and that the text says the same bytes.
#[track_caller]
fn says(digits: &str, text: &str, endpoint: Option<&str>) {
    let bytes = hex(digits);
    let value = decode(&bytes, Mode::Spec).unwrap();
    assert_eq!(value.to_string(), text);
    let read = value.reading().map(|reading| reading.endpoint.to_string());
    assert_eq!(read.as_deref(), endpoint, "{text}");
    let mut out = [0; 128];
    assert_eq!(Multiaddr::from_text(text.as_bytes(), Mode::Spec, &mut out), Ok(value));
}

#[track_caller]
fn refuses(digits: &str, code: &str, at: usize) {
    let error = decode(&hex(digits), Mode::Spec).unwrap_err();
    assert_eq!((error.code(), error.at), (code, at), "{digits}");
}

#[test]
fn hosts_and_what_stands_on_them() {
    says("047f000001 060cea", "/ip4/127.0.0.1/tcp/3306", Some("127.0.0.1:3306"));
    says("29 00000000000000000000000000000001 060cea", "/ip6/::1/tcp/3306", Some("[::1]:3306"));
    says(
        "2a0465746830 29fe800000000000000000000000000001 060050",
        "/ip6zone/eth0/ip6/fe80::1/tcp/80",
        Some("[fe80::1%eth0]:80"),
    );
    says(
        "2a023031 29fe800000000000000000000000000001",
        "/ip6zone/01/ip6/fe80::1",
        Some("[fe80::1%1]"),
    );
    says("047f000001 91020fa1 cd03", "/ip4/127.0.0.1/udp/4001/quic-v1", Some("127.0.0.1:4001"));
    says("3601 61 0601bb bb03", "/dns4/a/tcp/443/https", Some("a:443"));
    says("3501 61", "/dns/a", Some("a"));
    says("900305 2f72756e78", "/unix/%2Frunx", Some("unix:/runx"));
    says("900303 722f78", "/unix/r%2Fx", Some("unix:/r/x"));
}

#[test]
fn what_names_no_endpoint_is_still_read() {
    says("3801 61", "/dnsaddr/a", None);
    says("06 0050", "/tcp/80", None);
    says("04 01020304 2b 18", "/ip4/1.2.3.4/ipcidr/24", None);
    says("04 01020304 06 0001 c603", "/ip4/1.2.3.4/tcp/1/noise", None);
    says("36 07 312e322e332e34", "/dns4/1.2.3.4", None);
    says("9003 02 6100", "/unix/a%00", None);
    says("a202", "/p2p-circuit", None);
}

#[test]
fn what_stands_around_an_address() {
    let peer = "1220 d52ebb89d85b02a284948203a62ff28389c57c9f42beec4ec20db76a68911c0b";
    let text = "/p2p/QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC";
    says(
        &alloc::format!("04 01020304 06 0050 a503 22 {peer}"),
        &alloc::format!("/ip4/1.2.3.4/tcp/80{text}"),
        Some("1.2.3.4:80"),
    );
    says("04 01020304 e003 e103 03 612f62", "/ip4/1.2.3.4/http/http-path/a%2Fb", Some("1.2.3.4"));
    says("04 01020304 c003 c103 01 61", "/ip4/1.2.3.4/tls/sni/a", Some("1.2.3.4"));
    let mut out = [0; 64];
    let old = text.replace("/p2p/", "/ipfs/");
    let read = Multiaddr::from_text(old.as_bytes(), Mode::Spec, &mut out).unwrap();
    assert_eq!(read.to_string(), text);
}

#[test]
fn refuses_each_rule_at_its_byte() {
    refuses("", "too-short", 0);
    refuses("04", "too-short", 1);
    refuses("047f0000", "too-short", 4);
    refuses("047f000001 06", "too-short", 6);
    refuses("047f000001 060c", "too-short", 7);
    refuses("9102", "too-short", 2);
    refuses("91", "too-short", 1);
    refuses("9003", "too-short", 2);
    refuses("900380", "too-short", 3);
    refuses("90030261", "too-short", 4);
    refuses("9003 ffffffffffffffffff01 61", "too-short", 13);
    refuses("9003 ffffffffffffffffff7f 61", "too-short", 13);
    refuses("8400 7f000001", "non-canonical-length", 1);
    refuses("9003 8100 61", "non-canonical-length", 3);
    refuses("00", "unknown-protocol", 0);
    refuses("047f000001 00", "unknown-protocol", 5);
    refuses("11 0050", "unknown-protocol", 0);
    refuses("ffffffffffffffffffff01", "unknown-protocol", 0);
    refuses("9003 00", "empty-value", 2);
    refuses("2a00 29fe800000000000000000000000000001", "empty-value", 1);
    refuses("2a0465746830", "zone-without-ip6", 6);
    refuses("2a0465746830 047f000001", "zone-without-ip6", 6);
    refuses("2a0465746830 2a01 61", "zone-without-ip6", 6);
    refuses("2a0465746830 29fe80", "too-short", 9);
}

#[test]
fn refuses_values_that_no_text_says() {
    refuses("3603 612f62", "not-representable", 3);
    refuses("3602 6100", "not-representable", 3);
    refuses("3602 c3a9", "not-representable", 2);
    refuses("2a03 613a62 29fe800000000000000000000000000001", "not-representable", 3);
    refuses("2a0a 34323934393637323936 29fe800000000000000000000000000001", "not-representable", 2);
    refuses("a503 04 1202 0102 03", "unknown-protocol", 7);
    refuses("a503 05 1202 010203", "not-representable", 7);
    refuses("a503 03 120201", "too-short", 6);
}

#[test]
fn the_two_readings_of_unix() {
    let mut out = [0; 64];
    let read = |digits: &str, mode| {
        let bytes = hex(digits);
        let value = decode(&bytes, mode).map_err(|error| (error.code(), error.at))?;
        Ok((value.to_string(), value.reading().unwrap().endpoint.to_string()))
    };
    let both = |text: &str, endpoint: &str| Ok((text.into(), endpoint.into()));
    let py = "90030a 746d702f6d2e736f636b";
    assert_eq!(read(py, Mode::Spec), both("/unix/tmp%2Fm.sock", "unix:/tmp/m.sock"));
    assert_eq!(read(py, Mode::Legacy), both("/unix/tmp/m.sock", "unix:/tmp/m.sock"));
    let rust = "900304 25324661";
    assert_eq!(read(rust, Mode::Spec), both("/unix/%252Fa", "unix:/%252Fa"));
    assert_eq!(read(rust, Mode::Legacy), both("/unix/%2Fa", "unix:/%252Fa"));
    assert_eq!(read("900301 61 bb03", Mode::Legacy), Err(("not-representable", 4)));
    assert_eq!(read("900302 610a", Mode::Legacy), Err(("not-representable", 4)));
    assert_eq!(read("900302 61ff", Mode::Legacy), Err(("not-representable", 4)));
    let written = Multiaddr::from_text(b"/unix/tmp/m.sock", Mode::Legacy, &mut out).unwrap();
    assert_eq!(written.as_bytes(), hex(py));
    let other = WireError::new(WireErrorKind::NotRepresentable, 0);
    assert_eq!(written.encode(Mode::Spec, &mut [0; 64]), Err(other));
    assert_eq!(written.encode(Mode::Legacy, &mut [0; 64]), Ok(13));
    let refused = Multiaddr::from_text(b"/unix/tmp/m.sock", Mode::Spec, &mut out);
    assert!(matches!(refused, Err(TextError::Text(crate::addr::ParseError { at: 11, .. }))));
}

#[test]
fn endpoints_are_written() {
    let write = |strict: &str, mode| {
        let mut out = [0; 256];
        let endpoint = Endpoint::parse(strict.as_bytes()).unwrap();
        let extra = Extra { transport: Some(dialect::Transport::Tcp), ..Extra::NONE };
        let extra = if strict.ends_with(":80") { extra } else { Extra::NONE };
        let reading = Reading::new(endpoint).with_extra(extra);
        let value = Multiaddr::from_reading(&reading, mode, &mut out)?;
        assert_eq!(value.reading(), Some(reading));
        Ok::<String, WireError>(value.to_string())
    };
    let spec = |strict| write(strict, Mode::Spec);
    assert_eq!(spec("1.2.3.4:80"), Ok("/ip4/1.2.3.4/tcp/80".into()));
    assert_eq!(spec("[fe80::1%lo]:80"), Ok("/ip6zone/lo/ip6/fe80::1/tcp/80".into()));
    assert_eq!(spec("unix:/run/x"), Ok("/unix/%2Frun%2Fx".into()));
    assert_eq!(write("unix:/run/x", Mode::Legacy), Ok("/unix/run/x".into()));
    assert_eq!(write("unix:/", Mode::Legacy), Ok("/unix//".into()));
    assert_eq!(write("unix://x", Mode::Legacy), Ok("/unix///x".into()));
    let longest = alloc::format!("unix:/{}", "%FF".repeat(107));
    assert!(spec(&longest).is_ok());
    let refused = Err(WireError::new(WireErrorKind::NotRepresentable, 0));
    for strict in ["unix:relative", "unix-abstract:a", "vsock:2:1", "fd:3"] {
        assert_eq!(spec(strict), refused, "{strict}");
    }
    assert_eq!(write("unix:/a%0A", Mode::Legacy), refused);
}

#[test]
fn texts_are_refused_at_their_place() {
    let refused = |text: &str| match Multiaddr::from_text(text.as_bytes(), Mode::Spec, &mut [0; 64])
    {
        Ok(value) => panic!("{value}"),
        Err(TextError::Text(error)) => (error.code(), usize::try_from(error.at).unwrap()),
        Err(TextError::Wire(error)) => (error.code(), error.at),
    };
    assert_eq!(refused("/"), ("host-label-empty", 1));
    assert_eq!(refused("ip4/1.2.3.4"), ("unexpected-byte", 0));
    assert_eq!(refused("/foo"), ("unknown-protocol", 1));
    assert_eq!(refused("/ip4"), ("empty-value", 4));
    assert_eq!(refused("/ip4/"), ("empty-value", 5));
    assert_eq!(refused("/unix//x"), ("empty-value", 6));
    assert_eq!(refused("/ip4/01.2.3.4"), ("octet-leading-zero", 5));
    assert_eq!(refused("/ip4/1.2.3.4/tcp/080"), ("port-leading-zero", 17));
    assert_eq!(refused("/ip4/1.2.3.4/ipcidr/256"), ("number-too-large", 20));
    assert_eq!(refused("/ip6zone/lo"), ("zone-without-ip6", 11));
    assert_eq!(refused("/ip6zone/lo/ip4/1.2.3.4"), ("zone-without-ip6", 12));
    assert_eq!(refused("/dns/a b"), ("not-representable", 6));
    assert_eq!(refused("/unix/a%2"), ("percent-encoding-bad", 7));
    assert_eq!(refused("/p2p/Qm0"), ("not-representable", 7));
    assert_eq!(refused("/p2p/Qm"), ("not-representable", 5));
    assert_eq!(refused("/tls/"), ("trailing-bytes", 4));
    let mut out = [0; 4];
    let small = Multiaddr::from_text(b"/ip4/1.2.3.4", Mode::Spec, &mut out);
    let too_small = WireError::new(WireErrorKind::BufferTooSmall, 1);
    assert_eq!(small, Err(TextError::Wire(too_small)));
}

/// A component as its bytes.
fn component() -> impl Strategy<Value = Vec<u8>> {
    let varint = |number: u64| {
        let mut out = [0; Varint::MAX_LEN];
        let len = Varint::u64(Encoding::Leb128).write(number, &mut out).unwrap();
        out[..len].to_vec()
    };
    let sized = move |protocol: Protocol, bytes: Vec<u8>| {
        let len = varint(u64::try_from(bytes.len()).unwrap());
        [varint(protocol.code().into()), len, bytes].concat()
    };
    let plain = prop::sample::select(Protocol::ALL)
        .prop_filter("sized", |protocol| !matches!(protocol.kind(), Kind::Sized(_)));
    let bytes = prop::collection::vec(any::<u8>(), 1..140);
    let paths = vec![Protocol::Unix, Protocol::HttpPath];
    let names =
        vec![Protocol::Dns, Protocol::Dns4, Protocol::Dns6, Protocol::DnsAddr, Protocol::Sni];
    prop_oneof![
        (plain, any::<[u8; 16]>()).prop_map(move |(protocol, value)| {
            let len = match protocol.kind() {
                Kind::Bits => 1,
                Kind::Port => 2,
                Kind::Ip4 => 4,
                Kind::Ip6 => 16,
                _ => 0,
            };
            [varint(protocol.code().into()), value[..len].to_vec()].concat()
        }),
        (prop::sample::select(paths), bytes)
            .prop_map(move |(protocol, bytes)| sized(protocol, bytes)),
        (prop::sample::select(names), "[a-z0-9_]{1,9}(\\.[a-z0-9]{1,9})?")
            .prop_map(move |(protocol, name)| sized(protocol, name.into_bytes())),
        ("[a-z]{0,3}[0-9]{1,9}", any::<[u8; 16]>()).prop_map(move |(zone, addr)| {
            [sized(Protocol::Ip6Zone, zone.into_bytes()), vec![0x29], addr.to_vec()].concat()
        }),
        prop::collection::vec(any::<u8>(), 0..40).prop_map(move |digest| {
            let len = u8::try_from(digest.len()).unwrap();
            sized(Protocol::P2p, [vec![0x12, len], digest].concat())
        }),
    ]
}

proptest! {
    /// Round trip: the text says the bytes, and the dialect reads in it what the bytes say.
    #[test]
    fn round_trip(components in prop::collection::vec(component(), 1..5)) {
        let bytes = components.concat();
        let value = decode(&bytes, Mode::Spec).unwrap();
        prop_assert_eq!(value.components().count() >= components.len(), true);
        let text = value.to_string();
        let mut out = vec![0; bytes.len()];
        prop_assert_eq!(Multiaddr::from_text(text.as_bytes(), Mode::Spec, &mut out), Ok(value));
        let read = dialect::parse(Dialect::Multiaddr, text.as_bytes(), &TextOptions::new());
        prop_assert_eq!(value.reading(), read.ok(), "{}", text);
        let mut out = vec![0; bytes.len()];
        prop_assert_eq!(value.encode(Mode::Spec, &mut out), Ok(bytes.len()));
        prop_assert_eq!(out, bytes);
    }

    /// Only whole components are a multiaddr; a cut elsewhere is an error at the end.
    #[test]
    fn truncation(components in prop::collection::vec(component(), 1..4)) {
        let bytes = components.concat();
        let mut ends: Vec<usize> = vec![];
        let mut reader = Reader::new(&bytes);
        while let (false, Ok(parts)) = (reader.is_empty(), parts(&mut reader)) {
            ends.extend((parts.protocol != Protocol::Ip6Zone).then(|| reader.position()));
        }
        for cut in 0..bytes.len() {
            match decode(&bytes[..cut], Mode::Spec) {
                Ok(_) => prop_assert!(ends.contains(&cut)),
                Err(error) => prop_assert_eq!(error.at, cut, "{}", error),
            }
        }
    }

    /// What one mode reads of other protocols than `/unix`, the other reads, too.
    #[test]
    fn modes_differ_in_paths_only(bytes in prop::collection::vec(any::<u8>(), 0..24)) {
        let [spec, legacy] = [Mode::Spec, Mode::Legacy].map(|mode| decode(&bytes, mode));
        if !spec.is_ok_and(|value| value.has(Protocol::Unix)) {
            prop_assert_eq!(spec.map(|value| value.bytes), legacy.map(|value| value.bytes));
        }
    }
}
