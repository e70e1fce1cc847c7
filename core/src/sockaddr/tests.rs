//! Tests of kernel addresses: measured bytes, every truncation, every leniency, and the laws.

#![allow(clippy::arithmetic_side_effects)] // offsets of tests stay small

extern crate alloc;

use alloc::vec;
use alloc::vec::Vec;
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

use proptest::prelude::*;

use super::*;
use crate::addr::{UnixAddress, UnixName, VsockAddress};

fn inet4(port: u16) -> SocketAddress {
    SocketAddrV4::new(Ipv4Addr::LOCALHOST, port).into()
}

fn inet6(flow: u32, scope: u32) -> SocketAddress {
    SocketAddrV6::new(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1), 3306, flow, scope).into()
}

fn encoded(abi: Abi, address: &SocketAddress) -> Vec<u8> {
    let mut out = [0xa5; Abi::MAX_LEN];
    let len = encode(abi, address, &mut out).unwrap();
    out[..len].to_vec()
}

fn refused(abi: Abi, bytes: &[u8]) -> (&'static str, usize) {
    let error = decode(abi, bytes).unwrap_err();
    (error.code(), error.at)
}

/// Sizes and numbers as header probes measured them: length byte, family numbers of IPv4, IPv6,
/// Unix, sizes of `sockaddr_in`, `sockaddr_in6`, capacity of `sun_path`, big-endian.
#[allow(clippy::type_complexity)] // a table of facts
const MEASURED: [(Abi, bool, [u8; 3], [usize; 3], bool); 11] = [
    (Abi::LinuxLe, false, [2, 10, 1], [16, 28, 108], false),
    (Abi::LinuxBe, false, [2, 10, 1], [16, 28, 108], true),
    (Abi::Macos, true, [2, 30, 1], [16, 28, 104], false),
    (Abi::Freebsd, true, [2, 28, 1], [16, 28, 104], false),
    (Abi::Netbsd, true, [2, 24, 1], [16, 28, 104], false),
    (Abi::Openbsd, true, [2, 24, 1], [16, 28, 104], false),
    (Abi::Dragonfly, true, [2, 28, 1], [16, 28, 104], false),
    (Abi::Windows, false, [2, 23, 1], [16, 28, 108], false),
    (Abi::Illumos, false, [2, 26, 1], [16, 32, 108], false),
    (Abi::Aix, true, [2, 24, 1], [16, 28, 1023], true),
    (Abi::Haiku, true, [1, 5, 9], [32, 28, 126], false),
];

/// A slow twin that writes each field at its measured offset.
fn twin(abi: Abi, address: &SocketAddress) -> Vec<u8> {
    let (_, has_len, [inet4, inet6, unix], [in_len, in6_len, _], big) =
        *MEASURED.iter().find(|row| row.0 == abi).unwrap();
    let host32 = |n: u32| if big { n.to_be_bytes() } else { n.to_le_bytes() };
    let (family, mut bytes) = match address {
        SocketAddress::Inet4(addr) => {
            let mut bytes = vec![0; in_len];
            bytes[2..4].copy_from_slice(&addr.port().to_be_bytes());
            bytes[4..8].copy_from_slice(&addr.ip().octets());
            (inet4, bytes)
        }
        SocketAddress::Inet6(addr) => {
            let mut bytes = vec![0; in6_len];
            bytes[2..4].copy_from_slice(&addr.port().to_be_bytes());
            bytes[4..8].copy_from_slice(&addr.flowinfo().to_be_bytes());
            bytes[8..24].copy_from_slice(&addr.ip().octets());
            bytes[24..28].copy_from_slice(&host32(addr.scope_id()));
            (inet6, bytes)
        }
        SocketAddress::Unix(addr) => match addr.name() {
            UnixName::Unnamed => (unix, vec![0; 2]),
            UnixName::Pathname(path) => (unix, [&[0, 0], path, &[0]].concat()),
            UnixName::Abstract(name) => (unix, [&[0, 0, 0], name].concat()),
        },
        SocketAddress::Vsock(addr) => {
            let mut bytes = vec![0; if has_len { 12 } else { 16 }];
            bytes[4..8].copy_from_slice(&host32(addr.port));
            bytes[8..12].copy_from_slice(&host32(addr.cid));
            (40, bytes)
        }
    };
    bytes[usize::from(has_len || big)] = family;
    if has_len {
        bytes[0] = u8::try_from(bytes.len()).unwrap();
    }
    bytes
}

#[test]
fn layouts_are_the_measured_ones() {
    assert_eq!(Abi::ALL.len(), MEASURED.len());
    for (abi, has_len, families, sizes, big) in MEASURED {
        let layout = abi.layout();
        assert_eq!(layout.has_len, has_len, "{abi}");
        assert_eq!([layout.inet4, layout.inet6, layout.unix], families.map(u16::from), "{abi}");
        assert_eq!([layout.in_len, layout.in6_len, layout.path_capacity], sizes, "{abi}");
        assert_eq!(layout.endian == crate::endian::Endian::Big, big, "{abi}");
        assert_eq!(Abi::from_name(abi.name()), Some(abi));
    }
}

#[test]
fn measured_bytes_are_written() {
    let v4 = |head: [u8; 2]| [&head[..], b"\x0c\xea\x7f\0\0\x01\0\0\0\0\0\0\0\0"].concat();
    assert_eq!(encoded(Abi::LinuxLe, &inet4(3306)), v4([2, 0]));
    assert_eq!(encoded(Abi::LinuxBe, &inet4(3306)), v4([0, 2]));
    assert_eq!(encoded(Abi::Macos, &inet4(3306)), v4([16, 2]));
    let v6 = |head: [u8; 2], scope: [u8; 4]| {
        [&head[..], b"\x0c\xea\0\0\0\0\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x01", &scope].concat()
    };
    assert_eq!(encoded(Abi::LinuxLe, &inet6(0, 2)), v6([10, 0], [2, 0, 0, 0]));
    assert_eq!(encoded(Abi::LinuxBe, &inet6(0, 2)), v6([0, 10], [0, 0, 0, 2]));
    assert_eq!(encoded(Abi::Macos, &inet6(0, 2)), v6([28, 30], [2, 0, 0, 0]));
    assert_eq!(encoded(Abi::Freebsd, &inet6(0, 2)), v6([28, 28], [2, 0, 0, 0]));
    assert_eq!(encoded(Abi::Windows, &inet6(0, 2)), v6([23, 0], [2, 0, 0, 0]));
    let vsock = SocketAddress::Vsock(VsockAddress { cid: VsockAddress::ANY, port: 5000 });
    let expected = b"\x28\0\0\0\x88\x13\0\0\xff\xff\xff\xff\0\0\0\0";
    assert_eq!(encoded(Abi::LinuxLe, &vsock), expected);
}

#[test]
fn flow_information_is_in_network_order_everywhere() {
    for abi in Abi::ALL {
        assert_eq!(encoded(*abi, &inet6(0x12345, 7))[4..8], [0, 1, 0x23, 0x45], "{abi}");
    }
}

#[test]
fn no_truncation_of_any_form_is_an_address() {
    let path = UnixAddress::from_pathname(b"/run/x").unwrap();
    for abi in Abi::ALL {
        let vsock = VsockAddress { cid: 2, port: 3 }.into();
        for address in [inet4(80), inet6(1, 2), path.into(), vsock] {
            if encoded_len(*abi, &address).is_err() {
                continue; // no vsock in this layout
            }
            let whole = encoded(*abi, &address);
            for len in 0..whole.len() {
                let mut bytes = whole[..len].to_vec();
                // The family of a Unix address alone is the unnamed one, where no length byte differs.
                let unnamed =
                    matches!(address, SocketAddress::Unix(_)) && len == 2 && !abi.layout().has_len;
                assert_eq!(decode(*abi, &bytes).is_ok(), unnamed, "{abi} {len}");
                if abi.layout().has_len && len > 2 {
                    bytes[0] = u8::try_from(len).unwrap();
                    let (code, at) = refused(*abi, &bytes);
                    assert!(matches!(code, "too-short" | "nul-missing"), "{abi} {len}: {code}");
                    assert_eq!(at, len);
                }
                assert_eq!(
                    decode_with(*abi, &whole[..len], whole.len(), Leniency::STRICT),
                    Err(SockaddrError::new(SockaddrErrorKind::CutShort, len))
                );
            }
        }
    }
}

#[test]
fn the_first_byte_of_padding_that_is_not_zero_is_named() {
    for abi in Abi::ALL {
        let layout = abi.layout();
        for (address, padding) in [(inet4(80), 8..layout.in_len), (inet6(1, 2), 28..layout.in6_len)]
        {
            for at in padding.clone() {
                let mut bytes = encoded(*abi, &address);
                bytes[at] = 0x80;
                bytes[padding.end - 1] |= 1;
                assert_eq!(refused(*abi, &bytes), ("padding-not-zero", at), "{abi}");
                let len = bytes.len();
                assert_eq!(decode_with(*abi, &bytes, len, Leniency::PADDING), Ok(address), "{abi}");
            }
        }
    }
}

#[test]
fn another_layout_is_not_mistaken() {
    assert_eq!(refused(Abi::LinuxLe, &encoded(Abi::Macos, &inet4(1))), ("family-unknown", 0));
    assert_eq!(refused(Abi::Macos, &encoded(Abi::LinuxBe, &inet4(1))), ("sa-len-mismatch", 0));
    assert_eq!(refused(Abi::LinuxLe, &encoded(Abi::LinuxBe, &inet6(0, 0))), ("family-unknown", 0));
    assert_eq!(refused(Abi::Freebsd, &encoded(Abi::Macos, &inet6(0, 0))), ("family-unknown", 1));
}

#[test]
fn every_leniency_is_off_and_can_be_asked_for() {
    let lenient = |bytes: &[u8], leniency| decode_with(Abi::LinuxLe, bytes, bytes.len(), leniency);
    let mut padded = encoded(Abi::LinuxLe, &inet4(80));
    padded[9] = 1;
    assert_eq!(refused(Abi::LinuxLe, &padded), ("padding-not-zero", 9));
    assert_eq!(lenient(&padded, Leniency::PADDING), Ok(inet4(80)));

    let longer = [encoded(Abi::LinuxLe, &inet4(80)), vec![0; 112]].concat();
    assert_eq!(refused(Abi::LinuxLe, &longer), ("too-long", 16));
    assert_eq!(lenient(&longer, Leniency::LONGER_THAN_STRUCT), Ok(inet4(80)));

    let old = &encoded(Abi::LinuxLe, &inet6(5, 2))[..24];
    assert_eq!(refused(Abi::LinuxLe, old), ("too-short", 24));
    assert_eq!(lenient(old, Leniency::IN6_24), Ok(inet6(5, 0)));

    let mut wrong = encoded(Abi::Openbsd, &inet4(80));
    wrong[0] = 0;
    assert_eq!(refused(Abi::Openbsd, &wrong), ("sa-len-mismatch", 0));
    assert_eq!(decode_with(Abi::Openbsd, &wrong, 16, Leniency::SA_LEN), Ok(inet4(80)));

    let path: SocketAddress = UnixAddress::from_pathname(b"/x").unwrap().into();
    assert_eq!(refused(Abi::LinuxLe, b"\x01\0/x\0y"), ("bytes-after-nul", 5));
    assert_eq!(lenient(b"\x01\0/x\0y", Leniency::AFTER_NUL), Ok(path));

    let full = UnixAddress::from_pathname(&[b'a'; 108]).unwrap().into();
    let bytes = [&[1, 0][..], &[b'a'; 108], &[0]].concat();
    assert_eq!(refused(Abi::LinuxLe, &bytes[..110]), ("nul-missing", 110));
    assert_eq!(lenient(&bytes[..110], Leniency::UNTERMINATED), Ok(full));
    assert_eq!(refused(Abi::LinuxLe, &bytes), ("too-long", 110));
    assert_eq!(lenient(&bytes, Leniency::UNTERMINATED), Ok(full));
}

#[test]
fn leniencies_have_names() {
    for leniency in Leniency::ALL {
        let name = leniency.names().next().unwrap();
        assert_eq!(Leniency::from_name(name), Some(*leniency));
        assert!(!Leniency::STRICT.has(*leniency));
    }
    assert_eq!(Leniency::from_name("everything"), None);
    assert_eq!(Leniency::STRICT.names().count(), 0);
}

#[test]
fn unix_addresses_are_told_apart_by_their_length() {
    let unnamed: SocketAddress = UnixAddress::UNNAMED.into();
    assert_eq!(decode(Abi::LinuxLe, b"\x01\0"), Ok(unnamed));
    let empty: SocketAddress = UnixAddress::from_abstract_name(b"").unwrap().into();
    assert_eq!(decode(Abi::LinuxLe, b"\x01\0\0"), Ok(empty));
    let name: SocketAddress = UnixAddress::from_abstract_name(b"f\0o\xff\n").unwrap().into();
    assert_eq!(decode(Abi::LinuxLe, b"\x01\0\0f\0o\xff\n"), Ok(name));
    assert_eq!(decode(Abi::Macos, b"\x10\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), Ok(unnamed));
    assert_eq!(refused(Abi::Macos, b"\x06\x01\0foo"), ("abstract-unsupported", 2));
    assert_eq!(refused(Abi::Windows, b"\x01\0\0x"), ("abstract-unsupported", 2));
    assert_eq!(refused(Abi::LinuxLe, b"\x01\0a"), ("nul-missing", 3));
    let long = [&[130, 9][..], &[b'a'; 125], &[0, 0, 0]].concat();
    assert_eq!(
        decode_with(Abi::Haiku, &long, 130, Leniency::AFTER_NUL.with(Leniency::LONGER_THAN_STRUCT))
            .unwrap_err()
            .code(),
        "path-too-long"
    );
}

#[test]
fn what_a_layout_cannot_hold_is_not_encoded() {
    let path = |len: usize| UnixAddress::from_pathname(&vec![b'a'; len]).unwrap().into();
    let code = |abi, address: &SocketAddress| {
        encode(abi, address, &mut [0; Abi::MAX_LEN]).map_err(|error| error.code())
    };
    for (abi, longest) in
        [(Abi::LinuxLe, 107), (Abi::Windows, 107), (Abi::Freebsd, 103), (Abi::Macos, 103)]
    {
        assert_eq!(code(abi, &path(longest)), Ok(longest + 3));
        assert_eq!(code(abi, &path(longest + 1)), Err("path-too-long"));
    }
    assert_eq!(code(Abi::Haiku, &path(108)), Ok(111));
    assert_eq!(code(Abi::Aix, &path(108)), Ok(111));
    let name = UnixAddress::from_abstract_name(&[0xff; 107]).unwrap().into();
    assert_eq!(code(Abi::LinuxBe, &name), Ok(110));
    assert_eq!(code(Abi::Freebsd, &name), Err("abstract-unsupported"));
    let vsock = VsockAddress { cid: 2, port: 1 }.into();
    assert_eq!(code(Abi::Macos, &vsock), Ok(12));
    assert_eq!(code(Abi::Windows, &vsock), Err("kind-unsupported"));
    let mut small = [0xa5; 15];
    assert_eq!(encode(Abi::LinuxLe, &inet4(1), &mut small).unwrap_err().code(), "buffer-too-small");
    assert_eq!(small, [0xa5; 15]);
}

#[test]
fn fields_cover_every_byte_in_order() {
    for abi in Abi::ALL {
        for address in [inet4(80), inet6(1, 2), UnixAddress::UNNAMED.into()] {
            let bytes = encoded(*abi, &address);
            for len in 0..=bytes.len() {
                let mut at = 0;
                for field in fields(*abi, &bytes[..len]) {
                    assert_eq!(field.range.start, at);
                    at = field.range.end;
                }
                assert_eq!(at, len);
            }
        }
    }
}

fn addresses() -> impl Strategy<Value = SocketAddress> {
    prop_oneof![
        any::<(u32, u16)>().prop_map(|(ip, port)| SocketAddrV4::new(ip.into(), port).into()),
        any::<(u128, u16, u32, u32)>().prop_map(|(ip, port, flow, scope)| {
            SocketAddrV6::new(ip.into(), port, flow, scope).into()
        }),
        prop::collection::vec(1_u8.., 1..=108)
            .prop_map(|path| UnixAddress::from_pathname(&path).unwrap().into()),
        prop::collection::vec(any::<u8>(), 0..=107)
            .prop_map(|name| UnixAddress::from_abstract_name(&name).unwrap().into()),
        any::<(u32, u32)>().prop_map(|(cid, port)| VsockAddress { cid, port }.into()),
        Just(UnixAddress::UNNAMED.into()),
    ]
}

proptest! {
    /// Round trip: what is encoded decodes to the same address, in the bytes of the slow twin.
    #[test]
    fn round_trip(address in addresses()) {
        for abi in Abi::ALL {
            let mut out = [0xa5; Abi::MAX_LEN];
            match encode(*abi, &address, &mut out) {
                Ok(len) => {
                    prop_assert_eq!(&out[..len], &twin(*abi, &address)[..], "{}", abi);
                    prop_assert_eq!(decode(*abi, &out[..len]), Ok(address), "{}", abi);
                    prop_assert_eq!(encoded_len(*abi, &address), Ok(len));
                }
                Err(error) => {
                    prop_assert_eq!(out, [0xa5; Abi::MAX_LEN], "a refusal wrote something");
                    prop_assert_eq!(encoded_len(*abi, &address), Err(error));
                }
            }
        }
    }

    /// Canonical: what is strictly accepted encodes to the same bytes.
    #[test]
    fn canonical(
        head in prop_oneof![Just([2, 0]), Just([0, 2]), Just([16, 2]), Just([1, 0]), any::<[u8; 2]>()],
        tail in prop::collection::vec(prop_oneof![3 => Just(0_u8), 1 => any::<u8>()], 0..40),
        lenient: u8,
    ) {
        let bytes = [&head[..], &tail].concat();
        let leniency = Leniency::ALL
            .iter()
            .enumerate()
            .filter(|(bit, _)| lenient >> bit & 1 == 1)
            .fold(Leniency::STRICT, |all, (_, one)| all.with(*one));
        for abi in Abi::ALL {
            let strict = decode(*abi, &bytes);
            let leniently = decode_with(*abi, &bytes, bytes.len(), leniency);
            if let Ok(address) = strict {
                let unnamed = address == UnixAddress::UNNAMED.into();
                prop_assert!(unnamed || encoded(*abi, &address) == bytes, "{}", abi);
                prop_assert_eq!(leniently, strict);
            }
            for error in [strict, leniently].iter().filter_map(|result| result.err()) {
                prop_assert!(error.at <= bytes.len());
            }
        }
    }
}
