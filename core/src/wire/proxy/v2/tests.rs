#![allow(clippy::arithmetic_side_effects)] // offsets of tests stay small
#![allow(clippy::disallowed_methods)] // `str::parse` of the standard library is the oracle

use super::super::{TlvBuilder, TlvKind, TlvView};
use super::*;
use crate::addr::UnixAddress;
use alloc::{vec, vec::Vec};
use proptest::prelude::*;

/// A header of two bytes and a block.
fn header(version_command: u8, family: u8, block: &[u8]) -> Vec<u8> {
    let len = u16::try_from(block.len()).unwrap().to_be_bytes();
    [SIGNATURE.as_slice(), &[version_command, family], &len, block].concat()
}

fn decode(bytes: &[u8]) -> Result<Decoded<V2<'_>>, (&'static str, usize)> {
    V2::decode(bytes, ()).map_err(|error| (error.code(), error.at))
}

fn value(bytes: &[u8]) -> V2<'_> {
    V2::decode(bytes, ()).unwrap().value().unwrap()
}

const INET4: &[u8] = b"\x7f\0\0\x01\x7f\0\0\x02\x9b\x26\x94\x71";

#[test]
fn every_family_and_type_is_read() {
    let bytes = header(0x21, 0x11, INET4);
    let read = value(&bytes);
    assert_eq!(read.transport(), Transport::Tcp);
    assert_eq!(read.source(), Some("127.0.0.1:39718".parse::<SocketAddrV4>().unwrap().into()));
    assert_eq!(read.destination(), Some("127.0.0.2:38001".parse::<SocketAddrV4>().unwrap().into()));
    assert_eq!(value(&header(0x21, 0x12, INET4)).transport(), Transport::Udp);
    let mut block = [0; 36];
    (block[15], block[31], block[33], block[35]) = (1, 2, 80, 81);
    let bytes = header(0x21, 0x22, &block);
    assert_eq!(value(&bytes).transport(), Transport::Udp);
    let addr: SocketAddrV6 = "[::2]:81".parse().unwrap();
    assert_eq!(value(&bytes).destination(), Some(addr.into()));
    let mut block = [0; 216];
    block[..2].copy_from_slice(b"/a");
    let bytes = header(0x21, 0x32, &block);
    assert_eq!(value(&bytes).transport(), Transport::Dgram);
    assert_eq!(value(&bytes).source(), Some(UnixAddress::parse(b"/a").unwrap().into()));
    assert_eq!(value(&bytes).destination(), Some(UnixAddress::UNNAMED.into()));
    assert_eq!(value(&header(0x21, 0x31, &block)).transport(), Transport::Stream);
}

/// What the two ways of reading make of the same bytes.
fn both_ways(bytes: &[u8]) -> (Option<Decoded<V2<'_>>>, Result<Decoded<V2<'_>>, WireError>) {
    let usual = layout::usual(bytes)
        .map(|(ends, consumed)| Decoded::Value { value: ends.header(Tlvs::EMPTY), consumed });
    (usual, layout::any(bytes).map(|read| read.map(|(ends, tlvs)| ends.header(tlvs))))
}

#[test]
fn the_usual_header_is_over_ip_and_without_records() {
    for (family, len) in [(0x11, 12), (0x12, 12), (0x21, 36), (0x22, 36)] {
        let block: Vec<u8> = (0..len).collect();
        let bytes = header(0x21, family, &block);
        let (usual, any) = both_ways(&bytes);
        assert!(usual.is_some(), "{family:#x}");
        assert_eq!(usual.ok_or(0), any.map_err(|_| 1));
        for have in 0..bytes.len() {
            assert_eq!(both_ways(&bytes[..have]).0, None, "{family:#x}, {have} bytes");
        }
        for other in [
            header(0x20, family, &block),
            header(0x22, family, &block),
            header(0x21, family | 3, &block),
            header(0x21, family & 0xf0, &block),
            header(0x21, family ^ 0x30, &block),
            header(0x21, family, &[&block[..], b"\x04\0\0"].concat()),
            header(0x21, family, &block[1..]),
        ] {
            assert_eq!(both_ways(&other).0, None, "{other:x?}");
        }
    }
}

#[test]
fn a_local_block_is_not_looked_at() {
    for (family, block) in
        [(0, &b""[..]), (0x11, INET4), (0x11, b"\0\0\0"), (0xff, b"\x03"), (0, b"\x03\0\x04abcd")]
    {
        let bytes = header(0x20, family, block);
        let local = Decoded::Value { value: V2::Local, consumed: bytes.len() };
        assert_eq!(decode(&bytes), Ok(local));
    }
}

#[test]
fn half_of_a_family_is_none() {
    let unspec = V2::Proxy { addresses: Addresses::Unspec, tlvs: Tlvs::EMPTY };
    for family in [0x10, 0x20, 0x30] {
        assert_eq!(value(&header(0x21, family, INET4)), unspec);
        assert_eq!(value(&header(0x21, family, b"")), unspec);
    }
    for family in [0x00, 0x01, 0x02] {
        let tlvs = Tlvs::new(b"\x04\0\0").unwrap();
        let read = V2::Proxy { addresses: Addresses::Unspec, tlvs };
        assert_eq!(value(&header(0x21, family, b"\x04\0\0")), read);
        assert_eq!(decode(&header(0x21, family, b"\x04")), Err(("tlv-overrun", 17)));
    }
}

#[test]
fn each_rule_refuses_at_its_byte() {
    let refused = |bytes: &[u8]| decode(bytes).unwrap_err();
    assert_eq!(refused(b"\r\n\r\n\r"), ("bad-magic", 4));
    assert_eq!(refused(b"\r\n\r\n\0\r\nQUIT\r\x21\x11\0\0"), ("bad-magic", 11));
    for family in [0x11, 0xff] {
        assert_eq!(refused(&header(0x11, family, b"")), ("bad-version", 12));
        assert_eq!(refused(&header(0x32, family, b"")), ("bad-version", 12));
        assert_eq!(refused(&header(0x22, family, b"")), ("bad-command", 12));
    }
    for family in [0x03, 0x13, 0x40, 0x41, 0xf0, 0xff] {
        assert_eq!(refused(&header(0x21, family, b"")), ("bad-family", 13));
    }
    for (family, len) in [(0x11, 12), (0x21, 36), (0x32, 216)] {
        assert_eq!(refused(&header(0x21, family, &vec![0; len - 1])), ("too-short", 14));
        assert!(decode(&header(0x21, family, &vec![0; len])).is_ok());
    }
    let mut block = [0; 216];
    (block[108], block[112]) = (b'/', 1);
    assert_eq!(refused(&header(0x21, 0x31, &block)), ("bad-field", 128));
    assert_eq!(refused(&header(0x21, 0x11, &[INET4, b"\x04\0\x01"].concat())), ("tlv-overrun", 29));
}

/// Bytes that `HAProxy` 2.6.12 sent.
const WITH_CRC: &[u8] =
    b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x16\x7f\0\0\x01\x7f\0\0\x01\xda\x7e\x94\x74\
    \x03\0\x04\x9d\xb9\xc1\xda\x05\0\0";

#[test]
fn a_checksum_is_verified_and_written() {
    let read = value(WITH_CRC);
    let V2::Proxy { tlvs, .. } = read else { panic!("local") };
    assert_eq!(tlvs.map(|record| record.view()).next(), Some(TlvView::Crc32c(0x9db9_c1da)));
    for at in (20..WITH_CRC.len()).filter(|at| !(28..=30).contains(at) && *at < 35) {
        let mut wrong = WITH_CRC.to_vec();
        wrong[at] ^= 1;
        assert_eq!(decode(&wrong), Err(("bad-crc", 31)), "{at}");
    }
    let twice = header(0x21, 0, b"\x03\0\x04abcd\x03\0\x04abcd");
    assert_eq!(decode(&twice), Err(("duplicate-crc", 23)));
    assert_eq!(decode(&header(0x21, 0, b"\x03\0\x03abc")), Err(("bad-crc", 17)));
    let mut buffer = [0; 10];
    let mut records = TlvBuilder::new(&mut buffer);
    records.push_crc32c().unwrap().push(TlvKind::UNIQUE_ID, b"").unwrap();
    let V2::Proxy { addresses, .. } = read else { panic!("local") };
    let value = V2::Proxy { addresses, tlvs: records.finish() };
    let mut out = [0; 38];
    assert_eq!(value.encode((), &mut out), Ok(38));
    assert_eq!(out, *WITH_CRC);
}

#[test]
fn needed_is_the_least_that_can_be_missing() {
    let bytes = header(0x21, 0x11, &[INET4, &[4, 1, 0], &[0; 256]].concat());
    let missing = |have: usize| decode(&bytes[..have]);
    for have in 0..=13 {
        assert_eq!(missing(have), Ok(Decoded::need(16 - have)));
    }
    assert_eq!(missing(14), Ok(Decoded::need(28 - 14)));
    assert_eq!(missing(15), Ok(Decoded::need(16 + 256 - 15)));
    for have in 16..bytes.len() {
        assert_eq!(missing(have), Ok(Decoded::need(bytes.len() - have)));
    }
    assert_eq!(decode(&header(0x20, 0x31, b"")[..15]), Ok(Decoded::need(1)));
    assert_eq!(decode(&header(0x21, 0x31, &[0; 216])[..15]), Ok(Decoded::need(217)));
    assert_eq!(decode(&header(0x21, 0x13, b"")[..14]), Err(("bad-family", 13)));
    assert_eq!(decode(&header(0x31, 0x11, b"")[..13]), Err(("bad-version", 12)));
    assert_eq!(decode(&header(0x21, 0x21, INET4)[..16]), Err(("too-short", 14)));
}

#[test]
fn what_the_header_cannot_say_is_not_written() {
    let mut out = vec![0; 70_000];
    for (flow, scope) in [(7, 0), (0, 7)] {
        let end = SocketAddrV6::new("fe80::1".parse().unwrap(), 1, flow, scope).into();
        let addresses = Addresses::inet(SocketType::Stream, end, end);
        assert_eq!(addresses, Err(NOT_REPRESENTABLE));
    }
    let mixed = Addresses::inet(
        SocketType::Dgram,
        "127.0.0.1:1".parse().unwrap(),
        "[::1]:1".parse().unwrap(),
    );
    assert_eq!(mixed, Err(ADDRESS_MISMATCH));
    let mut records = vec![0; 65_536];
    let mut longest = |len: usize| {
        let mut builder = TlvBuilder::new(&mut records);
        builder.push(TlvKind::NOOP, &vec![0; len - 3]).unwrap();
        let value = V2::Proxy { addresses: Addresses::Unspec, tlvs: builder.finish() };
        value.encode((), &mut out)
    };
    assert_eq!(longest(65_535), Ok(65_551));
    assert_eq!(longest(65_536), Err(NOT_REPRESENTABLE));
}

#[test]
fn fields_are_those_of_the_header() {
    let of = |bytes: &[u8]| {
        let mut all = vec![];
        V2::fields(bytes, (), &mut |field| all.push((field.name, field.range)));
        all
    };
    let fields = of(WITH_CRC);
    assert_eq!(
        fields[..4],
        [("sig", 0..12), ("ver_cmd", 12..13), ("fam", 13..14), ("len", 14..16)]
    );
    assert_eq!(
        fields[6..10],
        [("src_port", 24..26), ("dst_port", 26..28), ("type", 28..29), ("length", 29..31),]
    );
    assert_eq!(fields.last(), Some(&("length", 36..38)));
    let ssl = header(0x21, 0, b"\x20\0\x08\x01\0\0\0\0\x21\0\0");
    let names: Vec<_> = of(&ssl)[4..].iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["type", "length", "client", "verify", "type", "length"]);
    let deep = header(0x21, 0, &b"\x20\0\x08\x01\0\0\0\0".repeat(8000));
    assert!(of(&deep).len() > 4);
    assert_eq!(of(&header(0x20, 0x11, b"abc")).last(), Some(&("block", 16..19)));
}

fn unix_field() -> impl Strategy<Value = [u8; 108]> {
    prop::collection::vec(any::<u8>(), 0..=108).prop_map(|bytes| {
        UnixAddress::from_pathname(&bytes)
            .map_or([0; 108], |address| UnixField::layout(&address).unwrap())
    })
}

type Records = Vec<(u8, Vec<u8>)>;

fn records() -> impl Strategy<Value = Records> {
    let kind = prop::sample::select(vec![1, 2, 3, 4, 5, 0x30, 0xe0, 0xff_u8]);
    prop::collection::vec((kind, prop::collection::vec(any::<u8>(), 0..20)), 0..5)
}

proptest! {
    /// Every header is written, reads back, and is written the same again.
    #[test]
    fn round_trip(
        source: SocketAddr,
        destination: SocketAddr,
        paths in (unix_field(), unix_field()),
        records in records(),
        choice in 0..4_u8,
        is_stream: bool,
    ) {
        let socket = if is_stream { SocketType::Stream } else { SocketType::Dgram };
        let plain = |addr: SocketAddr| SocketAddr::new(addr.ip(), addr.port());
        let addresses = match choice {
            0 => Addresses::Unspec,
            1 => Addresses::Unix {
                socket,
                source: UnixField::new(&paths.0).unwrap(),
                destination: UnixField::new(&paths.1).unwrap(),
            },
            _ => Addresses::inet(socket, plain(source), plain(destination))
                .unwrap_or(Addresses::Unspec),
        };
        let mut buffer = [0; 256];
        let mut builder = TlvBuilder::new(&mut buffer);
        for (kind, value) in &records {
            let _ = builder.push(TlvKind(*kind), value);
        }
        let value = V2::Proxy { addresses, tlvs: builder.finish() };
        let mut out = [0; 600];
        let len = value.encode((), &mut out).unwrap();
        let Ok(Decoded::Value { value: read, consumed }) = V2::decode(&out, ()) else {
            panic!("{:?}", V2::decode(&out, ()));
        };
        prop_assert_eq!(consumed, len);
        let kinds = |value: &V2<'_>| match *value {
            V2::Local => vec![],
            V2::Proxy { tlvs, .. } => tlvs
                .map(|tlv| (tlv.kind(), tlv.value().to_vec()))
                .map(|(kind, value)| (kind, (kind != TlvKind::CRC32C).then_some(value)))
                .collect(),
        };
        prop_assert_eq!(kinds(&read), kinds(&value));
        prop_assert_eq!((read.source(), read.destination()), (value.source(), value.destination()));
        let mut again = [0; 600];
        prop_assert_eq!(read.encode((), &mut again), Ok(len));
        prop_assert_eq!(again, out);
    }

    /// The short way reads nothing that the long way would read otherwise.
    #[test]
    fn the_usual_header_is_read_as_any_other(
        version_command in prop_oneof![9 => Just(0x21), 1 => any::<u8>()],
        family in prop_oneof![9 => prop::sample::select(vec![0x11, 0x12, 0x21, 0x22]), 1 => any::<u8>()],
        len in prop_oneof![4 => Just(12), 4 => Just(36), 1 => 0..64_usize],
        block in prop::collection::vec(any::<u8>(), 64),
        have in 0..80_usize,
        whole: bool,
    ) {
        let bytes = header(version_command, family, &block[..len]);
        let have = if whole { bytes.len() } else { have.min(bytes.len()) };
        if let (Some(usual), any) = both_ways(&bytes[..have]) {
            prop_assert_eq!(Ok(usual), any);
        }
    }

    /// No prefix of a header is a header or a refusal, and what it needs is there.
    #[test]
    fn prefixes_wait(family in 0..3_u8, socket in 0..3_u8, local: bool, rest in 0..300_u16) {
        let block = Block::read(0x21, family << 4 | socket).unwrap();
        let mut body = vec![0; block.len()];
        body.extend([&[4][..], &rest.to_be_bytes(), &vec![0; rest.into()]].concat());
        let bytes = header(if local { 0x20 } else { 0x21 }, family << 4 | socket, &body);
        for have in 0..bytes.len() {
            for read in [decode(&bytes[..have]).map(|it| it.map(|_| 0)),
                header_len(&bytes[..have]).map_err(|error| (error.code(), error.at))]
            {
                match read {
                    Ok(Decoded::Need(missing)) => prop_assert!(have + missing.get() <= bytes.len()),
                    other => prop_assert!(false, "{:?} at {}", other, have),
                }
            }
        }
        prop_assert!(decode(&bytes).is_ok());
    }
}
