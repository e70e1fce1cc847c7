#![allow(clippy::arithmetic_side_effects)] // a test may fail

use core::net::{Ipv6Addr, SocketAddrV6};

use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::*;

/// The transaction of RFC 5769.
const TRANSACTION: [u8; 12] = *b"\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae";
const XOR: Coding = Coding::Xor(TRANSACTION);

/// RFC 5769, section 2.2: the padding of the first attribute is a space.
const RESPONSE: &[u8] = b"\x01\x01\x00\x3c\x21\x12\xa4\x42\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae\
    \x80\x22\x00\x0btest vector \x00\x20\x00\x08\x00\x01\xa1\x47\xe1\x12\xa6\x43\
    \x00\x08\x00\x14\x2b\x91\xf5\x99\xfd\x9e\x90\xc3\x8c\x74\x89\xf9\x2a\xf9\xba\x53\xf0\x6b\xe7\xd7\
    \x80\x28\x00\x04\xc0\x7d\x4c\x96";

fn error<T>(kind: WireErrorKind, at: usize) -> Result<T, WireError> {
    Err(WireError::new(kind, at))
}

fn value(bytes: &[u8], coding: Coding) -> Result<(IpAddr, u16), WireError> {
    let decoded = MappedAddress::decode(bytes, coding)?;
    Ok(decoded.value().map(|address| (address.ip, address.port)).unwrap())
}

fn message(bytes: &[u8]) -> Result<Decoded<Message<'_>>, WireError> {
    Message::decode(bytes, ())
}

fn written<'a, W: Wire<'a>>(value: &W, context: W::Context) -> Vec<u8> {
    let mut out = vec![0; value.encoded_len(context).unwrap()];
    let len = out.len();
    assert_eq!(value.encode(context, &mut out), Ok(len));
    out
}

#[test]
fn values_of_rfc_5769_are_read_and_written() {
    let v6: Ipv6Addr = [0x2001, 0xdb8, 0x1234, 0x5678, 0x11, 0x2233, 0x4455, 0x6677].into();
    for (bytes, ip) in [
        (&b"\0\x01\xa1\x47\xe1\x12\xa6\x43"[..], IpAddr::from([192, 0, 2, 1])),
        (
            b"\0\x02\xa1\x47\x01\x13\xa9\xfa\xa5\xd3\xf1\x79\xbc\x25\xf4\xb5\xbe\xd2\xb9\xd9",
            v6.into(),
        ),
    ] {
        assert_eq!(value(bytes, XOR), Ok((ip, 32853)));
        assert_eq!(written(&MappedAddress::new(ip, 32853), XOR), bytes);
    }
    let plain = b"\0\x01\x80\x55\xc0\0\x02\x01";
    assert_eq!(value(plain, Coding::Plain), Ok(([192, 0, 2, 1].into(), 32853)));
    assert_eq!(written(&MappedAddress::new([192, 0, 2, 1].into(), 32853), Coding::Plain), plain);
}

#[test]
fn the_first_byte_is_ignored_and_written_as_zero() {
    let (ip, port) = value(b"\xff\x01\x80\x55\xc0\0\x02\x01", Coding::Plain).unwrap();
    assert_eq!(written(&MappedAddress::new(ip, port), Coding::Plain)[0], 0);
}

#[test]
fn a_value_has_the_length_of_its_family() {
    use WireErrorKind as Kind;
    assert_eq!(value(b"", XOR), error(Kind::BadLength, 0));
    assert_eq!(value(b"\0", XOR), error(Kind::BadLength, 1));
    for family in (0..=255).filter(|family| ![1, 2].contains(family)) {
        assert_eq!(value(&[0, family], XOR), error(Kind::BadFamily, 1));
    }
    for (family, len) in [(1, 8), (2, 20)] {
        for wrong in (2..40).filter(|wrong| *wrong != len) {
            let mut bytes = vec![0; wrong];
            bytes[1] = family;
            assert_eq!(value(&bytes, XOR), error(Kind::BadLength, wrong.min(len)));
        }
    }
}

#[test]
fn a_scope_does_not_cross_the_wire() {
    let scoped = |flow, scope| SocketAddrV6::new(Ipv6Addr::LOCALHOST, 80, flow, scope).into();
    let address = |addr: SocketAddr| MappedAddress::try_from(addr);
    assert_eq!(address(scoped(0, 2)), error(WireErrorKind::NotRepresentable, 0));
    assert_eq!(address(scoped(1, 0)), error(WireErrorKind::NotRepresentable, 0));
    assert_eq!(address(scoped(0, 0)).map(SocketAddr::from), Ok(scoped(0, 0)));
}

#[test]
fn a_message_of_rfc_5769_is_read_and_written() {
    let Ok(Decoded::Value { value: read, consumed }) = message(RESPONSE) else { panic!() };
    assert_eq!((read.kind(), *read.transaction(), consumed), (0x0101, TRANSACTION, 80));
    let kinds: Vec<u16> = read.attributes().map(|attribute| attribute.kind).collect();
    assert_eq!(kinds, [0x8022, 0x0020, 0x0008, 0x8028]);
    assert_eq!(read.attributes().next().unwrap().value, b"test vector");
    let addresses: Vec<_> =
        read.attributes().filter_map(|attribute| attribute.address(TRANSACTION)).collect();
    assert_eq!(addresses, [Ok(MappedAddress::new([192, 0, 2, 1].into(), 32853))]);
    assert_eq!(written(&read, ()), RESPONSE);
}

#[test]
fn each_rule_of_a_message_refuses_at_its_place() {
    use WireErrorKind as Kind;
    let with = |at: usize, bytes: &[u8]| {
        let mut changed = RESPONSE.to_vec();
        changed[at..at + bytes.len()].copy_from_slice(bytes);
        message(&changed).map(|_| ())
    };
    for first in [0x40, 0x80, 0xc0] {
        assert_eq!(message(&[first]), error(Kind::BadMagic, 0));
    }
    assert_eq!(with(2, b"\0\x3d"), error(Kind::BadLength, 2));
    assert_eq!(with(2, b"\0\x3e"), error(Kind::BadLength, 2));
    for (index, byte) in COOKIE.iter().enumerate() {
        assert_eq!(with(4 + index, &[byte ^ 1]), error(Kind::BadMagic, 4 + index));
    }
    // The last attribute ends with the message: one byte more does not fit, with its padding.
    assert_eq!(with(74, b"\0\x05"), error(Kind::TlvOverrun, 74));
    assert_eq!(with(74, b"\0\x03"), Ok(()), "shorter, and padded");
    assert_eq!(with(22, b"\xff\xff"), error(Kind::TlvOverrun, 22));
    assert_eq!(message(&RESPONSE[..24]), Ok(Decoded::need(56)));
    let mut early = RESPONSE[..24].to_vec();
    early[22] = 0xff;
    assert_eq!(message(&early), error(Kind::TlvOverrun, 22), "as soon as its length is there");
}

#[test]
fn what_is_missing_of_a_message_is_told() {
    for have in 0..RESPONSE.len() {
        let end = if have < 4 { 20 } else { RESPONSE.len() };
        assert_eq!(message(&RESPONSE[..have]), Ok(Decoded::need(end - have)), "{have}");
    }
}

#[test]
fn a_message_is_filled_by_its_attributes() {
    let new = |kind, attributes| Message::new(kind, TRANSACTION, attributes).map(|_| ());
    assert_eq!(new(0x3fff, b""), Ok(()));
    assert_eq!(new(0x4000, b""), error(WireErrorKind::NotRepresentable, 0));
    assert_eq!(new(1, b"\0\x01\0"), error(WireErrorKind::BadLength, 0));
    assert_eq!(new(1, b"\0\x01\0\x01"), error(WireErrorKind::TlvOverrun, 0));
    assert_eq!(new(1, b"\0\x01\0\x01x   "), Ok(()));
    let attribute = [&[0, 1, 0xff, 0xf8], &[0; 0xfff8][..]].concat();
    assert_eq!(attribute.len(), 0xfffc);
    assert_eq!(new(1, &attribute), Ok(()));
    assert_eq!(new(1, &[0; 0x1_0000]), error(WireErrorKind::BadLength, 0));
}

proptest! {
    /// Round trip of both codings, and a value is no longer and no shorter.
    #[test]
    fn values(bits: u128, is_v4: bool, port: u16, transaction: [u8; 12], xor: bool) {
        #[allow(clippy::cast_possible_truncation)] // any 32 bits will do
        let ip = if is_v4 { IpAddr::V4((bits as u32).into()) } else { IpAddr::V6(bits.into()) };
        let coding = if xor { Coding::Xor(transaction) } else { Coding::Plain };
        let bytes = written(&MappedAddress::new(ip, port), coding);
        prop_assert_eq!(value(&bytes, coding), Ok((ip, port)));
        prop_assert!(value(&bytes[..bytes.len() - 1], coding).is_err());
    }

    /// A message of any attributes reads back, and every cut of it waits.
    #[test]
    fn messages(
        kind in 0..=0x3fff_u16,
        attributes in prop::collection::vec((any::<u16>(), prop::collection::vec(any::<u8>(), 0..20)), 0..5),
    ) {
        let mut bytes = Vec::new();
        for (kind, value) in &attributes {
            bytes.extend(kind.to_be_bytes());
            bytes.extend(u16::try_from(value.len()).unwrap().to_be_bytes());
            bytes.extend(value);
            bytes.resize(bytes.len().next_multiple_of(4), b' ');
        }
        let made = Message::new(kind, TRANSACTION, &bytes).unwrap();
        let wire = written(&made, ());
        prop_assert_eq!(message(&wire), Ok(Decoded::Value { value: made, consumed: wire.len() }));
        let read = made.attributes().map(|attribute| (attribute.kind, attribute.value.to_vec()));
        prop_assert_eq!(read.collect::<Vec<_>>(), attributes);
        for have in 0..wire.len() {
            let Ok(Decoded::Need(missing)) = message(&wire[..have]) else { panic!("{have}") };
            prop_assert!(have + missing.get() <= wire.len());
        }
    }
}
