//! Kernel addresses against a slow twin: a decoder that reads fields at measured offsets, and says
//! each rule once, in the documented order.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test may fail
#![allow(clippy::arithmetic_side_effects)] // offsets of tests stay small

use core::net::{Ipv6Addr, SocketAddrV4, SocketAddrV6};

use portolan::addr::{SocketAddress, UnixAddress, VsockAddress};
use portolan::sockaddr::{Abi, Leniency, decode, decode_with, encode, fields};
use proptest::prelude::*;

/// A layout as header probes measured it, or as the `libc` crate has it.
struct Row {
    abi: Abi,
    length_byte: bool,
    big: bool,
    /// The numbers of IPv4, IPv6 and Unix addresses.
    families: [u16; 3],
    /// The sizes of `sockaddr_in`, `sockaddr_in6`, `sun_path`.
    sizes: [usize; 3],
    /// The size of `sockaddr_vm`, family 40.
    vsock: Option<usize>,
    linux: bool,
}

#[rustfmt::skip] // a table
const ROWS: [Row; 11] = [
    Row { abi: Abi::LinuxLe, length_byte: false, big: false, families: [2, 10, 1], sizes: [16, 28, 108], vsock: Some(16), linux: true },
    Row { abi: Abi::LinuxBe, length_byte: false, big: true, families: [2, 10, 1], sizes: [16, 28, 108], vsock: Some(16), linux: true },
    Row { abi: Abi::Macos, length_byte: true, big: false, families: [2, 30, 1], sizes: [16, 28, 104], vsock: Some(12), linux: false },
    Row { abi: Abi::Freebsd, length_byte: true, big: false, families: [2, 28, 1], sizes: [16, 28, 104], vsock: None, linux: false },
    Row { abi: Abi::Netbsd, length_byte: true, big: false, families: [2, 24, 1], sizes: [16, 28, 104], vsock: None, linux: false },
    Row { abi: Abi::Openbsd, length_byte: true, big: false, families: [2, 24, 1], sizes: [16, 28, 104], vsock: None, linux: false },
    Row { abi: Abi::Dragonfly, length_byte: true, big: false, families: [2, 28, 1], sizes: [16, 28, 104], vsock: None, linux: false },
    Row { abi: Abi::Windows, length_byte: false, big: false, families: [2, 23, 1], sizes: [16, 28, 108], vsock: None, linux: false },
    Row { abi: Abi::Illumos, length_byte: false, big: false, families: [2, 26, 1], sizes: [16, 32, 108], vsock: None, linux: false },
    Row { abi: Abi::Aix, length_byte: true, big: true, families: [2, 24, 1], sizes: [16, 28, 1023], vsock: None, linux: false },
    Row { abi: Abi::Haiku, length_byte: true, big: false, families: [1, 5, 9], sizes: [32, 28, 126], vsock: None, linux: false },
];

type Refusal = (&'static str, usize);

impl Row {
    fn host32(&self, bytes: &[u8]) -> u32 {
        let bytes = bytes.try_into().unwrap();
        if self.big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    }

    /// Reads an address; `on` says which leniencies are on, by name.
    fn decode(
        &self,
        bytes: &[u8],
        reported: usize,
        on: &dyn Fn(&str) -> bool,
    ) -> Result<SocketAddress, Refusal> {
        if reported > bytes.len() {
            return Err(("cut-short", bytes.len()));
        }
        let bytes = &bytes[..reported];
        let end = bytes.len();
        if end < 2 {
            return Err(("too-short", end));
        }
        if self.length_byte && usize::from(bytes[0]) != end && !on("sa-len") {
            return Err(("sa-len-mismatch", 0));
        }
        let (family, family_at) = match (self.length_byte, self.big) {
            (true, _) => (u16::from(bytes[1]), 1),
            (false, true) => (u16::from_be_bytes([bytes[0], bytes[1]]), 0),
            (false, false) => (u16::from_le_bytes([bytes[0], bytes[1]]), 0),
        };
        let sized = |size: usize, is_padding: fn(usize) -> bool| {
            if end < size {
                return Err(("too-short", end));
            }
            match (0..size).find(|at| is_padding(*at) && bytes[*at] != 0) {
                Some(at) if !on("padding") => Err(("padding-not-zero", at)),
                _ if end > size && !on("longer-than-struct") => Err(("too-long", size)),
                _ => Ok(()),
            }
        };
        let [inet4, inet6, unix] = self.families;
        let [in_size, in6_size, _] = self.sizes;
        if family == inet4 {
            sized(in_size, |at| at >= 8)?;
            let ip = <[u8; 4]>::try_from(&bytes[4..8]).unwrap();
            Ok(SocketAddrV4::new(ip.into(), u16::from_be_bytes([bytes[2], bytes[3]])).into())
        } else if family == inet6 {
            let without_scope = end == 24 && on("in6-24");
            if !without_scope {
                sized(in6_size, |at| at >= 28)?;
            }
            let ip = Ipv6Addr::from(<[u8; 16]>::try_from(&bytes[8..24]).unwrap());
            let flow = u32::from_be_bytes(bytes[4..8].try_into().unwrap());
            let scope = if without_scope { 0 } else { self.host32(&bytes[24..28]) };
            let port = u16::from_be_bytes([bytes[2], bytes[3]]);
            Ok(SocketAddrV6::new(ip, port, flow, scope).into())
        } else if family == unix {
            self.decode_unix(&bytes[2..], on).map_err(|(code, at)| (code, at + 2))
        } else if family == 40
            && let Some(size) = self.vsock
        {
            sized(size, |at| matches!(at, 2 | 3) || at >= 12)?;
            let (port, cid) = (self.host32(&bytes[4..8]), self.host32(&bytes[8..12]));
            Ok(VsockAddress { cid, port }.into())
        } else {
            Err(("family-unknown", family_at))
        }
    }

    /// Offsets count from the path.
    fn decode_unix(
        &self,
        path: &[u8],
        on: &dyn Fn(&str) -> bool,
    ) -> Result<SocketAddress, Refusal> {
        let capacity = self.sizes[2];
        let longer = path.len() > capacity && !on("longer-than-struct");
        let too_long = Err(("too-long", capacity));
        if path.is_empty() {
            return Ok(UnixAddress::UNNAMED.into());
        }
        if path[0] == 0 && self.linux {
            if longer {
                return too_long;
            }
            let name = &path[1..path.len().min(capacity)];
            return Ok(UnixAddress::from_abstract_name(name).unwrap().into());
        }
        if path[0] == 0 {
            return match path.iter().all(|byte| *byte == 0) {
                false => Err(("abstract-unsupported", 0)),
                true if longer => too_long,
                true => Ok(UnixAddress::UNNAMED.into()),
            };
        }
        let nul = path.iter().position(|byte| *byte == 0);
        let full = nul.is_none() && path.len() == capacity;
        let full_and_nul = nul == Some(capacity) && path.len() == capacity + 1;
        let name = if self.linux && on("unterminated") && (full || full_and_nul) {
            &path[..capacity]
        } else {
            match nul {
                Some(nul) if nul < capacity => {
                    if nul + 1 < path.len() && !on("after-nul") {
                        return Err(("bytes-after-nul", nul + 1));
                    }
                    if longer {
                        return too_long;
                    }
                    &path[..nul]
                }
                _ if longer => return too_long,
                _ => return Err(("nul-missing", path.len().min(capacity))),
            }
        };
        match UnixAddress::from_pathname(name) {
            Ok(address) => Ok(address.into()),
            Err(_) => Err(("path-too-long", 0)),
        }
    }
}

fn hex(digits: &str) -> Vec<u8> {
    let nibble = |digit: u8| char::from(digit).to_digit(16).unwrap();
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| u8::try_from(nibble(pair[0]) << 4 | nibble(pair[1])).unwrap()).collect()
}

fn encoded(abi: Abi, address: &SocketAddress) -> Option<Vec<u8>> {
    let mut out = [0xa5; Abi::MAX_LEN];
    let len = encode(abi, address, &mut out).ok()?;
    Some(out[..len].to_vec())
}

#[test]
fn measured_bytes_of_every_layout() {
    let v4: SocketAddress = SocketAddrV4::new([127, 0, 0, 1].into(), 3306).into();
    let link_local = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1);
    let v6: SocketAddress = SocketAddrV6::new(link_local, 3306, 0, 2).into();
    let path: SocketAddress = UnixAddress::from_pathname(b"a").unwrap().into();
    let v4_rest = "0cea7f0000010000000000000000";
    let v6_rest = "0cea00000000fe800000000000000000000000000001";
    for (abi, v4_head, v6_head, scope, unix_head) in [
        (Abi::LinuxLe, "0200", "0a00", "02000000", "0100"),
        (Abi::LinuxBe, "0002", "000a", "00000002", "0001"),
        (Abi::Macos, "1002", "1c1e", "02000000", "0401"),
        (Abi::Freebsd, "1002", "1c1c", "02000000", "0401"),
        (Abi::Netbsd, "1002", "1c18", "02000000", "0401"),
        (Abi::Openbsd, "1002", "1c18", "02000000", "0401"),
        (Abi::Dragonfly, "1002", "1c1c", "02000000", "0401"),
        (Abi::Windows, "0200", "1700", "02000000", "0100"),
        (Abi::Illumos, "0200", "1a00", "0200000000000000", "0100"),
        (Abi::Aix, "1002", "1c18", "00000002", "0401"),
        (Abi::Haiku, "2001", "1c05", "02000000", "0409"),
    ] {
        let mut v4_bytes = hex(&format!("{v4_head}{v4_rest}"));
        if abi == Abi::Haiku {
            v4_bytes.resize(32, 0); // its sin_zero has 24 bytes
        }
        let v6_bytes = hex(&format!("{v6_head}{v6_rest}{scope}"));
        let unix_bytes = hex(&format!("{unix_head}6100"));
        for (address, bytes) in [(v4, v4_bytes), (v6, v6_bytes), (path, unix_bytes)] {
            assert_eq!(encoded(abi, &address), Some(bytes.clone()), "{abi} {address}");
            assert_eq!(decode(abi, &bytes), Ok(address), "{abi}");
        }
    }
}

/// The same bytes with one changed, or with another length, and an honest length byte or the old.
fn near_misses(row: &Row, whole: &[u8]) -> Vec<Vec<u8>> {
    let mut misses = Vec::new();
    for at in 0..whole.len() {
        for value in [0, 1, 0xff] {
            let mut bytes = whole.to_vec();
            bytes[at] = value;
            misses.push(bytes);
        }
    }
    for len in 0..=132 {
        for fill in [0, b'x'] {
            let mut bytes = whole.to_vec();
            bytes.resize(len, fill);
            if row.length_byte && len > 0 {
                misses.push(bytes.clone());
                bytes[0] = u8::try_from(len).unwrap();
            }
            misses.push(bytes);
        }
    }
    misses
}

#[test]
fn twins_agree_on_every_near_miss() {
    let path = |len| UnixAddress::from_pathname(&vec![b'a'; len]).unwrap().into();
    let addresses: [SocketAddress; 8] = [
        SocketAddrV4::new([127, 0, 0, 1].into(), 3306).into(),
        SocketAddrV6::new(Ipv6Addr::LOCALHOST, 3306, 0x12345, 2).into(),
        path(3),
        path(103),
        path(107),
        UnixAddress::from_abstract_name(b"a\0b").unwrap().into(),
        UnixAddress::UNNAMED.into(),
        VsockAddress { cid: 2, port: 5000 }.into(),
    ];
    let every = Leniency::ALL.iter().fold(Leniency::STRICT, |set, one| set.with(*one));
    for row in ROWS {
        for whole in addresses.iter().filter_map(|address| encoded(row.abi, address)) {
            for bytes in near_misses(&row, &whole) {
                for leniency in Leniency::ALL.iter().chain(&[Leniency::STRICT, every]) {
                    let on = |name: &str| leniency.names().any(|known| known == name);
                    let ours = decode_with(row.abi, &bytes, bytes.len(), *leniency)
                        .map_err(|error| (error.code(), error.at));
                    let theirs = row.decode(&bytes, bytes.len(), &on);
                    assert_eq!(ours, theirs, "{} {bytes:02x?} {leniency:?}", row.abi);
                }
            }
        }
    }
}

#[test]
fn vsock_is_where_it_is_and_nowhere_else() {
    let address: SocketAddress = VsockAddress { cid: VsockAddress::ANY, port: 5000 }.into();
    for row in ROWS {
        let expected = match row.abi {
            Abi::LinuxLe => Some("2800000088130000ffffffff00000000"),
            Abi::LinuxBe => Some("0028000000001388ffffffff00000000"),
            Abi::Macos => Some("0c28000088130000ffffffff"),
            _ => None,
        };
        assert_eq!(encoded(row.abi, &address), expected.map(hex), "{}", row.abi);
    }
}

#[test]
fn fields_end_with_the_structure() {
    let names = |abi, bytes: &[u8]| -> Vec<_> {
        fields(abi, bytes).map(|field| (field.name, field.range.start)).collect()
    };
    let mut bytes = [0; 40];
    bytes[0] = 10;
    let sin6 = [
        ("sin6_family", 0),
        ("sin6_port", 2),
        ("sin6_flowinfo", 4),
        ("sin6_addr", 8),
        ("sin6_scope_id", 24),
    ];
    assert_eq!(names(Abi::LinuxLe, &bytes), [&sin6[..], &[("trailing", 28)]].concat());
    bytes[0] = 26;
    let src_id = [("__sin6_src_id", 28), ("trailing", 32)];
    assert_eq!(names(Abi::Illumos, &bytes), [&sin6[..], &src_id].concat());
    bytes[0] = 99;
    assert_eq!(names(Abi::LinuxLe, &bytes), [("sa_family", 0), ("sa_data", 2)]);
    let path = [&[1, 0][..], &[b'a'; 108], &[0]].concat();
    let sun = [("sun_family", 0), ("sun_path", 2), ("trailing", 110)];
    assert_eq!(names(Abi::LinuxLe, &path), sun);
    assert!(fields(Abi::LinuxLe, &path).all(|field| !field.meaning.is_empty()));
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

/// An address of some layout with a few bytes changed, or the beginning of a long Unix address.
fn near_addresses() -> impl Strategy<Value = Vec<u8>> {
    let len = prop_oneof![3 => Just(None), 1 => (0..=256_usize).prop_map(Some)];
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3);
    let near = (addresses(), 0..ROWS.len(), len, any::<u8>(), changes, any::<bool>()).prop_map(
        |(address, row, len, fill, changes, honest)| {
            let mut bytes = encoded(ROWS[row].abi, &address).unwrap_or_default();
            bytes.resize(len.unwrap_or(bytes.len()), if fill < 128 { 0 } else { fill });
            for (at, value) in changes {
                if !bytes.is_empty() {
                    let at = at.index(bytes.len());
                    bytes[at] = value;
                }
            }
            if honest && ROWS[row].length_byte && !bytes.is_empty() {
                bytes[0] = u8::try_from(bytes.len()).unwrap_or(u8::MAX);
            }
            bytes
        },
    );
    let around_capacity = (0..ROWS.len(), 100..=130_usize, 98..=130_usize, any::<bool>()).prop_map(
        |(row, len, nul, honest)| {
            let row = &ROWS[row];
            let [high, low] = row.families[2].to_be_bytes();
            let mut bytes = vec![b'a'; len + 2];
            let swapped = row.big || row.length_byte;
            [bytes[0], bytes[1]] = if swapped { [high, low] } else { [low, high] };
            if row.length_byte && honest {
                bytes[0] = u8::try_from(bytes.len()).unwrap();
            }
            if let Some(byte) = bytes.get_mut(nul + 2) {
                *byte = 0;
            }
            bytes
        },
    );
    let noise = prop::collection::vec(any::<u8>(), 0..=256);
    prop_oneof![4 => near, 2 => around_capacity, 1 => noise]
}

/// A set of leniencies, none of them as often as all others together.
fn leniencies() -> impl Strategy<Value = Leniency> {
    prop_oneof![Just(0), 0..64_u8].prop_map(|bits| {
        let all = Leniency::ALL.iter().enumerate();
        all.filter(|(bit, _)| bits >> bit & 1 == 1)
            .fold(Leniency::STRICT, |set, (_, one)| set.with(*one))
    })
}

proptest! {
    /// Twin: the same value, or the same rule at the same byte, in every layout and leniency.
    #[test]
    fn twins_agree(
        bytes in near_addresses(),
        leniency in leniencies(),
        reported in prop_oneof![4 => Just(None), 1 => (0..=260_usize).prop_map(Some)],
    ) {
        let reported = reported.unwrap_or(bytes.len());
        let on = |name: &str| leniency.names().any(|known| known == name);
        for row in ROWS {
            let ours = decode_with(row.abi, &bytes, reported, leniency)
                .map_err(|error| (error.code(), error.at));
            prop_assert_eq!(ours, row.decode(&bytes, reported, &on), "{}", row.abi);
        }
    }

    /// Canonical: what is strictly accepted is what would be written, but for a path of zeros.
    #[test]
    fn canonical(bytes in near_addresses()) {
        for row in ROWS {
            let Ok(address) = decode(row.abi, &bytes) else { continue };
            let zeros = address == UnixAddress::UNNAMED.into() && !row.linux;
            prop_assert!(zeros || encoded(row.abi, &address).as_ref() == Some(&bytes), "{}", row.abi);
        }
    }

    /// Truncation: no beginning of an address is one, but those of a Unix address that has none:
    /// the family alone, and an abstract name, which ends wherever its length says.
    #[test]
    fn no_beginning_is_an_address(address in addresses()) {
        for row in ROWS {
            let Some(whole) = encoded(row.abi, &address) else { continue };
            for len in 0..whole.len() {
                let bytes = &whole[..len];
                let unix = matches!(address, SocketAddress::Unix(_)) && !row.length_byte;
                let shorter = unix && (len == 2 || len > 2 && bytes[2] == 0 && row.linux);
                prop_assert_eq!(decode(row.abi, bytes).is_ok(), shorter, "{} {}", row.abi, len);
            }
        }
    }

    /// Fields lie side by side and cover every byte.
    #[test]
    fn fields_cover_every_byte(bytes in near_addresses()) {
        for row in ROWS {
            let mut at = 0;
            for field in fields(row.abi, &bytes) {
                prop_assert_eq!(field.range.start, at);
                prop_assert!(field.range.end > at);
                at = field.range.end;
            }
            prop_assert_eq!(at, bytes.len());
        }
    }
}
