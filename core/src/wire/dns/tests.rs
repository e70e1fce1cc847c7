#![allow(clippy::arithmetic_side_effects)] // a test may fail

use alloc::string::String;
use alloc::vec::Vec;
use alloc::{format, vec};

use proptest::prelude::*;

use super::*;

/// The wire name of text with dots.
fn wire(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for label in text.split('.').filter(|label| !label.is_empty()) {
        bytes.push(u8::try_from(label.len()).unwrap());
        bytes.extend(label.as_bytes());
    }
    bytes.push(0);
    bytes
}

fn read(bytes: &[u8]) -> Result<Decoded<ReverseName>, WireError> {
    ReverseName::decode(bytes, ())
}

fn written(name: &ReverseName) -> Vec<u8> {
    let mut out = vec![0; name.encoded_len(()).unwrap()];
    let len = out.len();
    assert_eq!(name.encode((), &mut out), Ok(len));
    out
}

#[track_caller]
fn refuses(text: &str, kind: WireErrorKind, at: usize) {
    assert_eq!(read(&wire(text)), Err(WireError::new(kind, at)), "{text}");
}

fn prefix(text: &str) -> Prefix {
    Prefix::parse(text.as_bytes(), HostBits::Reject).unwrap()
}

/// The name of an address as RFC 3596 writes it, by formatting.
fn text_of(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(addr) => {
            let [a, b, c, d] = addr.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(addr) => {
            let digits: String = format!("{:032x}", addr.to_bits())
                .chars()
                .rev()
                .flat_map(|digit| [digit, '.'])
                .collect();
            format!("{digits}ip6.arpa")
        }
    }
}

#[test]
fn data_of_a_record_has_one_length() {
    let kind = WireErrorKind::BadLength;
    let a = |bytes| A::decode(bytes, ());
    let value = A([192, 0, 2, 1].into());
    assert_eq!(a(b"\xc0\0\x02\x01"), Ok(Decoded::Value { value, consumed: 4 }));
    for len in (0..20).filter(|len| *len != 4) {
        assert_eq!(a(&[0; 20][..len]), Err(WireError::new(kind, len.min(4))));
    }
    let aaaa = |bytes| Aaaa::decode(bytes, ());
    let mapped = b"\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\x02\x01";
    let value = Aaaa(Ipv4Addr::new(192, 0, 2, 1).to_ipv6_mapped());
    assert_eq!(aaaa(mapped), Ok(Decoded::Value { value, consumed: 16 }));
    for len in (0..20).filter(|len| *len != 16) {
        assert_eq!(aaaa(&[0; 20][..len]), Err(WireError::new(kind, len.min(16))));
    }
    let mut out = [0; 16];
    assert_eq!(value.encode((), &mut out), Ok(16));
    assert_eq!(&out, mapped);
    let too_small = WireError::new(WireErrorKind::BufferTooSmall, 3);
    assert_eq!(A(Ipv4Addr::LOCALHOST).encode((), &mut out[..3]), Err(too_small));
}

#[test]
fn names_of_zones_are_prefixes() {
    for (text, expected) in [
        ("in-addr.arpa", "0.0.0.0/0"),
        ("10.in-addr.arpa", "10.0.0.0/8"),
        ("168.192.in-addr.arpa", "192.168.0.0/16"),
        ("2.0.192.in-addr.arpa", "192.0.2.0/24"),
        ("0/25.2.0.192.in-addr.arpa", "192.0.2.0/25"),
        ("128/26.2.0.192.in-addr.arpa", "192.0.2.128/26"),
        ("254/31.2.0.192.in-addr.arpa", "192.0.2.254/31"),
        ("ip6.arpa", "::/0"),
        ("8.b.d.0.1.0.0.2.ip6.arpa", "2001:db8::/32"),
        ("f.ip6.arpa", "f000::/4"),
    ] {
        let name = ReverseName::zone(prefix(expected)).unwrap();
        let bytes = wire(text);
        assert_eq!(read(&bytes), Ok(Decoded::Value { value: name, consumed: bytes.len() }));
        assert_eq!(written(&name), bytes, "{text}");
        assert_eq!((name.ip(), name.prefix()), (None, prefix(expected)));
    }
}

#[test]
fn letters_match_in_either_case() {
    let value = ReverseName::address([127, 0, 0, 1].into());
    let bytes = wire("1.0.0.127.In-ADDR.arPA");
    assert_eq!(read(&bytes), Ok(Decoded::Value { value, consumed: bytes.len() }));
    assert_eq!(written(&value), wire("1.0.0.127.in-addr.arpa"));
    let upper = wire("F.IP6.ARPA");
    assert_eq!(read(&upper).unwrap().value().unwrap().prefix(), prefix("f000::/4"));
}

#[test]
fn each_rule_refuses_at_its_place() {
    use WireErrorKind as Kind;
    for text in ["", "arpa", "com", "example.com", "1.arpa", "example.com.arpa"] {
        refuses(text, Kind::WrongSuffix, if text.len() > 11 { 8 } else { 0 });
    }
    refuses("in-addr.com", Kind::WrongSuffix, 8);
    refuses("1.0.0.127.in-addr.arpa.com", Kind::WrongSuffix, 18);
    refuses("1.ip6.int", Kind::WrongSuffix, 6);
    for octet in ["00", "01", "001", "256", "999", "1000", "0x1", "+1", "-1", "a", "1 ", "*", "_"] {
        refuses(&format!("{octet}.0.0.127.in-addr.arpa"), Kind::BadLabel, 0);
        refuses(&format!("1.{octet}.127.in-addr.arpa"), Kind::BadLabel, 2);
    }
    for label in [
        "0/24", "0/32", "0/33", "1/25", "127/25", "0/025", "0/", "/25", "00/25", "0/25/", "0-127",
        "256/25",
    ] {
        refuses(&format!("{label}.2.0.192.in-addr.arpa"), Kind::BadLabel, 0);
    }
    refuses("0/25.0.192.in-addr.arpa", Kind::BadLabel, 0);
    refuses("1.0/25.0.192.in-addr.arpa", Kind::BadLabel, 2);
    for digit in ["g", "00", "0f", "x", "/", "10"] {
        refuses(&format!("{digit}.ip6.arpa"), Kind::BadLabel, 0);
        refuses(&format!("1.{digit}.f.ip6.arpa"), Kind::BadLabel, 2);
    }
    refuses("5.4.3.2.1.in-addr.arpa", Kind::TooManyLabels, 8);
    refuses("1.0/25.2.0.192.in-addr.arpa", Kind::TooManyLabels, 11);
    refuses(&format!("{}ip6.arpa", "0.".repeat(33)), Kind::TooManyLabels, 64);
    refuses(&format!("{}com", "0.".repeat(33)), Kind::WrongSuffix, 64);
    refuses(&"0.".repeat(35), Kind::TooManyLabels, 64);
}

#[test]
fn labels_that_are_none_are_refused_where_they_stand() {
    use WireErrorKind as Kind;
    let refused = |bytes: &[u8]| read(bytes).unwrap_err();
    assert_eq!(refused(b"\xc0\0"), WireError::new(Kind::Compression, 0));
    assert_eq!(refused(b"\x011\xc0"), WireError::new(Kind::Compression, 2));
    assert_eq!(refused(b"\x011\xff\xff"), WireError::new(Kind::Compression, 2));
    assert_eq!(refused(b"\x40"), WireError::new(Kind::BadLabel, 0));
    assert_eq!(refused(b"\x011\x80"), WireError::new(Kind::BadLabel, 2));
    // Three labels of 63 bytes, and one that makes the name 255 bytes long, or 256.
    let name = |last: u8| {
        let label = [&[63][..], &[b'a'; 63]].concat();
        [label.repeat(3), vec![last], vec![b'a'; last.into()], vec![0]].concat()
    };
    assert_eq!(name(61).len(), 255);
    assert_eq!(refused(&name(61)), WireError::new(Kind::WrongSuffix, 128));
    assert_eq!(refused(&name(62)), WireError::new(Kind::BadLabel, 192));
    assert_eq!(refused(&name(62)[..193]), WireError::new(Kind::BadLabel, 192));
}

#[test]
fn what_is_missing_is_told() {
    let need = |bytes: &[u8]| match read(bytes) {
        Ok(Decoded::Need(missing)) => missing.get(),
        other => panic!("{other:?}"),
    };
    assert_eq!(need(b""), 10);
    assert_eq!(need(b"\x01"), 11);
    assert_eq!(need(b"\x011"), 10);
    assert_eq!(need(b"\x03"), 3 + 6);
    assert_eq!(need(b"\x03i"), 2 + 6);
    assert_eq!(need(b"\x031"), 2 + 10);
    assert_eq!(need(b"\x07in-a"), 3 + 6);
    assert_eq!(need(b"\x03ip6"), 6);
    assert_eq!(need(b"\x03ip6\x04"), 5);
    assert_eq!(need(b"\x03ip6\x04AR"), 3);
    assert_eq!(need(b"\x03ip6\x04arpa"), 1);
    assert_eq!(need(b"\x04arpa"), 10);
}

#[test]
fn a_zone_is_a_whole_number_of_labels() {
    let refused = |text: &str| {
        let prefix = Prefix::parse(text.as_bytes(), HostBits::Keep).unwrap();
        assert_eq!(
            ReverseName::zone(prefix),
            Err(WireError::new(WireErrorKind::NotRepresentable, 0))
        );
    };
    [
        "10.0.0.0/7",
        "10.0.0.0/9",
        "10.0.0.0/23",
        "::/1",
        "::/127",
        "fe80::%1/64",
        "10.0.0.1/8",
        "192.0.2.1/25",
    ]
    .into_iter()
    .for_each(refused);
    let host = ReverseName::zone(prefix("192.0.2.1/32")).unwrap();
    assert_eq!(host, ReverseName::address([192, 0, 2, 1].into()));
    assert_eq!(host.ip(), Some([192, 0, 2, 1].into()));
}

#[test]
fn the_longest_name_is_as_published() {
    let name = ReverseName::address(IpAddr::V6(Ipv6Addr::LOCALHOST));
    assert_eq!(name.encoded_len(()), Ok(ReverseName::MAX_LEN));
    let longest = ReverseName::zone(prefix("255.255.255.128/25")).unwrap();
    assert_eq!(longest.encoded_len(()), Ok(3 + 4 * 4 + 14));
}

proptest! {
    /// The name of an address is what formatting gives, and reads back; no cut of it is a name.
    #[test]
    fn addresses(bits: u128, is_v4: bool, behind in prop::collection::vec(any::<u8>(), 0..4)) {
        #[allow(clippy::cast_possible_truncation)] // any 32 bits will do
        let ip = if is_v4 { IpAddr::V4((bits as u32).into()) } else { IpAddr::V6(bits.into()) };
        let name = ReverseName::address(ip);
        prop_assert_eq!(written(&name), wire(&text_of(ip)));
        round_trip(name, &behind);
    }

    /// Every zone reads back.
    #[test]
    fn zones(bits: u128, is_v4: bool, len in 0..=128_u8) {
        #[allow(clippy::cast_possible_truncation)] // any 32 bits will do
        let ip = if is_v4 { Ip::V4((bits as u32).into()) } else { Ip::V6(bits.into(), None) };
        let Ok(prefix) = Prefix::new(ip, len, HostBits::Mask) else { return Ok(()) };
        match ReverseName::zone(prefix) {
            Ok(name) => round_trip(name, b""),
            Err(_) => {
                let is_inside = if is_v4 { len < 24 && len % 8 > 0 } else { len % 4 > 0 };
                prop_assert!(is_inside, "{prefix}");
            }
        }
    }

    /// Labels near the grammar: what is read is written the same, but for the case of letters.
    #[test]
    fn canonical(
        labels in prop::collection::vec("[0-9]|[0-9]{1,3}|[0-9a-fA-F]|1?28/2[4-7]", 0..6),
        suffix in "(in-addr|IN-ADDR|ip6|ip7)\\.(arpa|Arpa|com)",
    ) {
        let bytes = wire(&format!("{}.{suffix}", labels.join(".")));
        if let Ok(Decoded::Value { value, consumed }) = read(&bytes) {
            prop_assert_eq!(consumed, bytes.len());
            prop_assert_eq!(written(&value), bytes.to_ascii_lowercase());
        }
    }
}

fn round_trip(name: ReverseName, behind: &[u8]) {
    let bytes = written(&name);
    let consumed = bytes.len();
    let long = [&bytes, behind].concat();
    assert_eq!(read(&long), Ok(Decoded::Value { value: name, consumed }));
    for have in 0..consumed {
        match read(&bytes[..have]) {
            Ok(Decoded::Need(missing)) => assert!(have + missing.get() <= consumed, "{have}"),
            other => panic!("{other:?} after {have} bytes"),
        }
    }
}
