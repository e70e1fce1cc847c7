#![allow(clippy::arithmetic_side_effects)] // a test may fail

use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::v4::ReplyCode;
use super::v5::{Fragments, UdpHeader};
use super::*;
use crate::addr::Zone;
use crate::wire::Wire;

fn error<T>(kind: WireErrorKind, at: usize) -> Result<T, WireError> {
    Err(WireError::new(kind, at))
}

fn read<'a, W: Wire<'a>>(bytes: &'a [u8], context: W::Context) -> (W, usize) {
    match W::decode(bytes, context).unwrap() {
        Decoded::Value { value, consumed } => (value, consumed),
        Decoded::Need(missing) => panic!("{missing} bytes are missing"),
    }
}

fn written<'a, W: Wire<'a>>(value: &W, context: W::Context) -> Vec<u8> {
    let mut out = vec![0; value.encoded_len(context).unwrap()];
    let len = out.len();
    assert_eq!(value.encode(context, &mut out), Ok(len));
    out
}

fn name(text: &[u8], port: u16) -> Target<'_> {
    Target::new(HostName::from_bytes(text).unwrap(), port).unwrap()
}

fn ip(text: &str, port: u16) -> Target<'static> {
    Target::new(Ip::parse(text.as_bytes()).unwrap(), port).unwrap()
}

fn v4(bytes: &[u8]) -> Result<Decoded<v4::Request<'_>>, WireError> {
    v4::Request::decode(bytes, ())
}

fn v5(bytes: &[u8]) -> Result<Decoded<v5::Request<'_>>, WireError> {
    v5::Request::decode(bytes, ())
}

#[test]
fn requests_of_the_memos_are_read_and_written() {
    let bytes = b"\x04\x01\0\x50\x42\x66\x07\x63Fred\0";
    let (request, consumed) = read::<v4::Request<'_>>(bytes, ());
    assert_eq!((request.command(), request.user(), consumed), (Command::Connect, &b"Fred"[..], 13));
    assert_eq!(request.target(), &ip("66.102.7.99", 80));
    assert_eq!(written(&request, ()), bytes);

    let bytes = b"\x04\x02\0\x50\0\0\0\x01Fred\0example.com\0rest";
    let (request, consumed) = read::<v4::Request<'_>>(bytes, ());
    assert_eq!((request.command(), consumed), (Command::Bind, 25));
    assert_eq!(request.target(), &name(b"example.com", 80));
    assert_eq!(written(&request, ()), &bytes[..25]);
}

#[test]
fn each_rule_of_version_4_refuses_at_its_place() {
    use WireErrorKind as Kind;
    assert_eq!(v4(b"\x05"), error(Kind::BadVersion, 0));
    assert_eq!(v4(b"\0\x5a"), error(Kind::BadVersion, 0));
    for command in [0, 3, 255] {
        assert_eq!(v4(&[4, command]), error(Kind::BadCommand, 1));
    }
    assert_eq!(v4(b"\x04\x01\0\x50\0\0\0\0"), error(Kind::BadAddress, 4));
    assert_eq!(v4(b"\x04\x01\0\x50\0\0\0\x07\0\0"), error(Kind::HostEmpty, 9));
    assert_eq!(v4(b"\x04\x01\0\x50\0\0\0\x07Fred\0\0"), error(Kind::HostEmpty, 13));
}

#[test]
fn users_and_names_have_255_bytes_at_most() {
    let request = |ip: [u8; 4], user: usize, name: usize| {
        let head = [&[4, 1, 0, 80], &ip[..]].concat();
        [head, vec![b'u'; user], vec![0], vec![b'n'; name], vec![0]].concat()
    };
    let plain = [192, 0, 2, 1];
    let (value, consumed) = read_owned(&request(plain, 255, 0));
    assert_eq!((value, consumed), (255, 8 + 256));
    assert_eq!(v4(&request(plain, 256, 0)), error(WireErrorKind::TooLong, 8 + 255));
    assert_eq!(v4(&request(plain, 256, 0)[..8 + 256]), error(WireErrorKind::TooLong, 8 + 255));
    assert_eq!(v4(&request(plain, 256, 0)[..8 + 255]), Ok(Decoded::need(1)));
    let named = [0, 0, 0, 255];
    assert_eq!(read_owned(&request(named, 0, 255)), (0, 9 + 256));
    assert_eq!(v4(&request(named, 0, 256)), error(WireErrorKind::TooLong, 9 + 255));
    assert_eq!(v4(&request(named, 255, 256)), error(WireErrorKind::TooLong, 8 + 256 + 255));
}

fn read_owned(bytes: &[u8]) -> (usize, usize) {
    let (request, consumed) = read::<v4::Request<'_>>(bytes, ());
    (request.user().len(), consumed)
}

#[test]
fn what_is_missing_of_version_4_is_told() {
    let plain = b"\x04\x01\0\x50\x42\x66\x07\x63Fr\0";
    for (have, missing) in [(0, 9), (1, 8), (4, 5), (8, 1), (9, 1), (10, 1)] {
        assert_eq!(v4(&plain[..have]), Ok(Decoded::need(missing)), "{have}");
    }
    let named = b"\x04\x01\0\x50\0\0\0\x01Fr\0ab\0";
    for (have, missing) in
        [(5, 4), (6, 3), (7, 4), (8, 3), (9, 3), (10, 3), (11, 2), (12, 1), (13, 1)]
    {
        assert_eq!(v4(&named[..have]), Ok(Decoded::need(missing)), "{have}");
    }
}

#[test]
fn version_4_carries_what_it_reads_back() {
    let refused = |target: Target<'_>, user: &[u8]| {
        v4::Request::new(Command::Connect, target, user).unwrap_err().kind
    };
    assert_eq!(refused(ip("0.0.0.0", 1), b""), WireErrorKind::BadAddress);
    assert_eq!(refused(ip("0.0.0.9", 1), b""), WireErrorKind::BadAddress);
    assert_eq!(refused(ip("::ffff:192.0.2.1", 1), b""), WireErrorKind::NotRepresentable);
    assert_eq!(refused(ip("192.0.2.1", 1), b"a\0b"), WireErrorKind::NotRepresentable);
    assert_eq!(refused(ip("192.0.2.1", 1), &[b'u'; 256]), WireErrorKind::TooLong);
    assert!(v4::Request::new(Command::Bind, ip("0.0.1.0", 1), &[b'u'; 255]).is_ok());
    let associate = v4::Request::new(Command::Associate, ip("192.0.2.1", 1), b"");
    assert_eq!(associate, error(WireErrorKind::BadCommand, 0));
}

#[test]
fn replies_of_version_4_are_four() {
    let read = |bytes: &[u8]| v4::Reply::decode(bytes, ());
    for number in 0..=255_u8 {
        let bytes = [0, number, 0, 80, 192, 0, 2, 1];
        match ReplyCode::from_number(number) {
            Some(code) => {
                assert_eq!(code.number(), number);
                let value = v4::Reply::new(code, [192, 0, 2, 1].into(), 80);
                assert_eq!(read(&bytes), Ok(Decoded::Value { value, consumed: 8 }));
                assert_eq!(written(&value, ()), bytes);
                assert_eq!(value.target(), ip("192.0.2.1", 80));
            }
            None => assert_eq!(read(&bytes), error(WireErrorKind::BadCommand, 1)),
        }
    }
    assert_eq!(read(b"\x04\x5a"), error(WireErrorKind::BadVersion, 0));
    for have in 0..8 {
        assert_eq!(read(&b"\0\x5a\0\x50\0\0\0\0"[..have]), Ok(Decoded::need(8 - have)));
    }
}

#[test]
fn every_type_of_address_is_read_and_written() {
    for (bytes, target) in [
        (&b"\x05\x01\0\x01\xc0\0\x02\x01\x01\xbb"[..], ip("192.0.2.1", 443)),
        (b"\x05\x01\0\x01\0\0\0\0\0\0", ip("0.0.0.0", 0)),
        (
            b"\x05\x01\0\x04\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\x01\xbb",
            ip("2001:db8::1", 443),
        ),
        (b"\x05\x01\0\x03\x0bexample.com\x01\xbb", name(b"example.com", 443)),
        (b"\x05\x01\0\x03\x01a\0\0", name(b"a", 0)),
        (b"\x05\x01\0\x03\x02\xff\n\0\x01", name(b"\xff\n", 1)),
    ] {
        let (request, consumed) = read::<v5::Request<'_>>(bytes, ());
        assert_eq!((&request.target, consumed), (&target, bytes.len()));
        assert_eq!(written(&request, ()), bytes);
        let reply = [&[5, 5], &bytes[2..]].concat();
        let (value, _) = read::<v5::Reply<'_>>(&reply, ());
        assert_eq!((value.code, &value.bound), (v5::ReplyCode::CONNECTION_REFUSED, &target));
        assert_eq!(written(&value, ()), reply);
        let header = [&[0, 0], &bytes[2..], b"payload"].concat();
        let (value, consumed) = read::<UdpHeader<'_>>(&header, Fragments::Refuse);
        assert_eq!((value.fragment, &value.target, consumed), (0, &target, bytes.len()));
        assert_eq!(written(&value, Fragments::Refuse), &header[..consumed]);
    }
}

#[test]
fn each_rule_of_version_5_refuses_at_its_place() {
    use WireErrorKind as Kind;
    assert_eq!(v5(b"\x04"), error(Kind::BadVersion, 0));
    for command in [0, 4, 0x83] {
        assert_eq!(v5(&[5, command]), error(Kind::BadCommand, 1));
    }
    assert_eq!(v5(b"\x05\x01\x01"), error(Kind::BadReserved, 2));
    for kind in [0, 2, 5, 255] {
        assert_eq!(v5(&[5, 1, 0, kind]), error(Kind::BadAddressType, 3));
    }
    assert_eq!(v5(b"\x05\x01\0\x03\0"), error(Kind::HostEmpty, 4));
    assert_eq!(v5(b"\x05\x01\0\x03\x04a\0bc\0\x50"), error(Kind::BadAddress, 6));
    assert_eq!(v5(b"\x05\x01\0\x03\xff\0"), error(Kind::BadAddress, 5));
    let reply = |bytes| v5::Reply::decode(bytes, ());
    assert_eq!(reply(b"\x01\0"), error(Kind::BadVersion, 0));
    assert_eq!(reply(b"\x05\xf0\x80"), error(Kind::BadReserved, 2));
    let udp = |bytes| UdpHeader::decode(bytes, Fragments::Refuse);
    assert_eq!(udp(b"\x01"), error(Kind::BadReserved, 0));
    assert_eq!(udp(b"\0\x01"), error(Kind::BadReserved, 1));
    assert_eq!(udp(b"\0\0\x01"), error(Kind::BadField, 2));
    assert_eq!(udp(b"\0\0\0\x02"), error(Kind::BadAddressType, 3));
}

#[test]
fn fragments_are_read_and_written_where_they_are_asked_for() {
    let bytes = b"\0\0\x82\x01\xc0\0\x02\x01\0\x35";
    let (header, _) = read::<UdpHeader<'_>>(bytes, Fragments::Keep);
    assert_eq!(header.fragment, 0x82);
    assert_eq!(written(&header, Fragments::Keep), bytes);
    assert_eq!(header.encoded_len(Fragments::Refuse), error(WireErrorKind::BadField, 0));
}

#[test]
fn what_is_missing_of_version_5_is_told() {
    for (bytes, from_type) in [
        (&b"\x05\x01\0\x01\xc0\0\x02\x01\x01\xbb"[..], 10),
        (b"\x05\x01\0\x04\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\x01\xbb", 22),
        (b"\x05\x01\0\x03\x0bexample.com\x01\xbb", 8),
    ] {
        for have in 0..bytes.len() {
            let end = match have {
                0..4 => 8,
                4 => from_type,
                _ => bytes.len(),
            };
            assert_eq!(v5(&bytes[..have]), Ok(Decoded::need(end - have)), "{have}");
            let bytes = [&[0, 0], &bytes[2..]].concat();
            let udp = UdpHeader::decode(&bytes[..have], Fragments::Refuse);
            assert_eq!(udp, Ok(Decoded::need(end - have)), "{have}");
        }
    }
}

#[test]
fn a_name_never_becomes_an_address() {
    for text in ["127.0.0.1", "::1", "[::1]", "0x7f.1", "127.0.0.01"] {
        let len = u8::try_from(text.len()).unwrap();
        let bytes = [&[5, 1, 0, 3, len], text.as_bytes(), &[0, 80]].concat();
        let (request, _) = read::<v5::Request<'_>>(&bytes, ());
        let Host::Name(name) = request.target.host() else { panic!("{text} is an address") };
        assert_eq!(name.as_written(), text.as_bytes());
        assert!(name.format(&mut [0; 32]).is_err(), "strict text would say something else");
        assert_eq!(written(&request, ()), bytes);
    }
}

#[test]
fn a_target_is_an_address_or_a_name_that_fits() {
    let refused = |host: Host<'static>| Target::new(host, 80).unwrap_err().kind;
    let zone = Zone::from_index(2);
    assert_eq!(refused(Host::Any), WireErrorKind::NotRepresentable);
    assert_eq!(refused(Host::Ip(Ip::V6([0; 16].into(), zone))), WireErrorKind::NotRepresentable);
    let long = [b'a'; 256];
    let target = |text| Target::new(HostName::from_bytes(text).unwrap(), 80).map(drop);
    assert_eq!(target(&long), error(WireErrorKind::TooLong, 0));
    assert_eq!(target(&long[..255]), Ok(()));
    let escaped = |text: &'static [u8]| refused(HostName::from_written(text, true).into());
    assert_eq!(escaped(b"a%00b"), WireErrorKind::BadAddress);
    assert_eq!(escaped(b""), WireErrorKind::HostEmpty);
    let decoded = Target::new(HostName::from_written(b"%61%2eb", true), 80).unwrap();
    let request = v5::Request::new(Command::Connect, decoded);
    assert_eq!(written(&request, ()), b"\x05\x01\0\x03\x03a.b\0\x50");
    let without_port = HostPort { host: Ip::V4([127, 0, 0, 1].into()).into(), port: None };
    assert_eq!(Target::try_from(without_port), error(WireErrorKind::NotRepresentable, 0));
}

/// Bytes of a name, and those of an address; which of the two is for the test to choose.
fn any_host() -> impl Strategy<Value = (Vec<u8>, Ip)> {
    let name = prop::collection::vec(1..=255_u8, 1..=255);
    let ip = any::<(bool, u128)>().prop_map(|(is_v4, bits)| {
        #[allow(clippy::cast_possible_truncation)] // any 32 bits will do
        if is_v4 { Ip::V4((bits as u32).into()) } else { Ip::V6(bits.into(), None) }
    });
    (name, ip)
}

proptest! {
    /// Round trip, and every cut waits without passing the end.
    #[test]
    fn version_5((text, ip) in any_host(), named: bool, port: u16, first in 1..4_u8, fragment: u8) {
        let target = if named { name(&text, port) } else { Target::new(ip, port).unwrap() };
        let request = v5::Request::new(Command::from_number(first).unwrap(), target.clone());
        round_trip(&request, ());
        round_trip(&v5::Reply::new(v5::ReplyCode(fragment), target.clone()), ());
        round_trip(&UdpHeader::new(target.clone()).with_fragment(fragment), Fragments::Keep);
        round_trip(&UdpHeader::new(target), Fragments::Refuse);
    }

    #[test]
    fn version_4((text, ip) in any_host(), named: bool, port: u16, user in prop::collection::vec(1..=255_u8, 0..=255)) {
        let target = if named { name(&text, port) } else { Target::new(ip, port).unwrap() };
        match v4::Request::new(Command::Connect, target, &user) {
            Ok(request) => round_trip(&request, ()),
            Err(error) => {
                let Ip::V4(addr) = ip else { return Ok(()) };
                prop_assert_eq!(error.kind, WireErrorKind::BadAddress);
                prop_assert!(u32::from(addr) < 256);
            }
        }
    }
}

fn round_trip<'a, W: Wire<'a> + PartialEq + core::fmt::Debug>(value: &W, context: W::Context) {
    // A leak lets the value borrow from its own bytes; it is a test.
    let bytes: &'a [u8] = written(value, context).leak();
    assert_eq!(
        &read::<W>(bytes, context),
        &(W::decode(bytes, context).unwrap().value().unwrap(), bytes.len())
    );
    assert_eq!(&read::<W>(bytes, context).0, value);
    for have in 0..bytes.len() {
        match W::decode(&bytes[..have], context) {
            Ok(Decoded::Need(missing)) => assert!(have + missing.get() <= bytes.len()),
            other => panic!("{other:?} after {have} bytes"),
        }
    }
}
