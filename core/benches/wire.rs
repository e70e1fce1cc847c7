//! How fast addresses are read out of protocols, and those of kernels, against other crates on the
//! same bytes.
//!
//! Prints a table; asserts nothing about time. Every corpus has 10,000 random headers.
//!
//! `cargo bench --bench wire` runs all; words behind `--` choose rows.
#![forbid(unsafe_code)]
#![allow(clippy::arithmetic_side_effects, reason = "a benchmark may overflow: it fails then")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "likewise")]
#![allow(clippy::cast_possible_truncation, reason = "sums and random bits are cut at will")]
#![allow(clippy::panic, reason = "a peer that reads otherwise ends the run")]
#![allow(missing_docs, reason = "a program, not a library")]

mod common;

use core::hint::black_box;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use portolan::addr::SocketAddress;
use portolan::sockaddr::{self, Abi};
use portolan::wire::proxy::{Addresses, SocketType, Tlvs, V1, V2};
use portolan::wire::{Decoded, Wire};
use proxy_header::{ParseConfig, ProxyHeader};
use socket2::SockAddr;

use common::{Contender, Random, race};

const CORPUS: usize = 10_000;

fn corpus<T>(mut next: impl FnMut(&mut Random) -> T) -> Vec<T> {
    let mut random = Random::new();
    (0..CORPUS).map(|_| next(&mut random)).collect()
}

const fn v4_sum(addr: Ipv4Addr) -> usize {
    addr.to_bits() as usize
}

const fn v6_sum(addr: Ipv6Addr) -> usize {
    (addr.to_bits() ^ addr.to_bits() >> 64) as usize
}

fn sum(addr: SocketAddr) -> usize {
    let ip = match addr.ip() {
        IpAddr::V4(addr) => v4_sum(addr),
        IpAddr::V6(addr) => v6_sum(addr),
    };
    ip ^ usize::from(addr.port()) << 32
}

fn both(source: SocketAddr, destination: SocketAddr) -> usize {
    sum(source).wrapping_mul(3) ^ sum(destination)
}

/// Two addresses of a family.
fn ends(random: &mut Random, is_v4: bool) -> (SocketAddr, SocketAddr) {
    let mut end = || {
        let bits = random.bits();
        let high = 0x2001_0db8_0000_0000_u64 | bits >> 40;
        let ip = if is_v4 {
            Ipv4Addr::from(bits as u32).into()
        } else {
            IpAddr::V6(Ipv6Addr::from(u128::from(high) << 64 | u128::from(bits)))
        };
        SocketAddr::new(ip, (bits >> 32) as u16)
    };
    (end(), end())
}

fn encoded<'a, W: Wire<'a, Context = ()>>(value: &W) -> Vec<u8> {
    let mut out = vec![0; value.encoded_len(()).unwrap()];
    value.encode((), &mut out).unwrap();
    out
}

/// Reads every header of a corpus.
fn reader<'a>(
    name: &'static str,
    corpus: &'a [Vec<u8>],
    read: impl Fn(&[u8]) -> usize + 'a,
) -> Contender<'a, ()> {
    Contender::new(name, move |()| corpus.iter().fold(0, |sum, bytes| sum ^ read(bytes)))
}

fn ppp_v1(bytes: &[u8]) -> usize {
    use ppp::v1::Addresses;
    match ppp::v1::Header::try_from(bytes).unwrap().addresses {
        Addresses::Tcp4(ip) => both(
            (ip.source_address, ip.source_port).into(),
            (ip.destination_address, ip.destination_port).into(),
        ),
        Addresses::Tcp6(ip) => both(
            (ip.source_address, ip.source_port).into(),
            (ip.destination_address, ip.destination_port).into(),
        ),
        Addresses::Unknown => 0,
    }
}

fn ppp_v2(bytes: &[u8]) -> usize {
    use ppp::v2::Addresses;
    match ppp::v2::Header::try_from(bytes).unwrap().addresses {
        Addresses::IPv4(ip) => both(
            (ip.source_address, ip.source_port).into(),
            (ip.destination_address, ip.destination_port).into(),
        ),
        Addresses::IPv6(ip) => both(
            (ip.source_address, ip.source_port).into(),
            (ip.destination_address, ip.destination_port).into(),
        ),
        _ => 0,
    }
}

fn by_proxy_header(bytes: &[u8]) -> usize {
    let (header, _) = ProxyHeader::parse(bytes, ParseConfig::default()).unwrap();
    header.proxied_address().map_or(0, |ends| both(ends.source, ends.destination))
}

fn by_proxy_protocol(mut bytes: &[u8]) -> usize {
    use proxy_protocol::{ProxyHeader, version1, version2};
    match proxy_protocol::parse(&mut bytes).unwrap() {
        ProxyHeader::Version1 { addresses } => match addresses {
            version1::ProxyAddresses::Ipv4 { source, destination } => {
                both(source.into(), destination.into())
            }
            version1::ProxyAddresses::Ipv6 { source, destination } => {
                both(source.into(), destination.into())
            }
            version1::ProxyAddresses::Unknown => 0,
        },
        ProxyHeader::Version2 { addresses, .. } => match addresses {
            version2::ProxyAddresses::Ipv4 { source, destination } => {
                both(source.into(), destination.into())
            }
            version2::ProxyAddresses::Ipv6 { source, destination } => {
                both(source.into(), destination.into())
            }
            _ => 0,
        },
        _ => panic!("a third version"),
    }
}

/// A header that is refused counts as nothing, and the sums differ then.
fn our_v1(bytes: &[u8]) -> usize {
    match V1::decode(bytes, ()) {
        Ok(Decoded::Value { value: V1::Tcp4 { source, destination }, .. }) => {
            both(source.into(), destination.into())
        }
        Ok(Decoded::Value { value: V1::Tcp6 { source, destination }, .. }) => {
            both(source.into(), destination.into())
        }
        _ => 0,
    }
}

fn our_v2(bytes: &[u8]) -> usize {
    match V2::decode(bytes, ()) {
        Ok(Decoded::Value { value: V2::Proxy { addresses, .. }, .. }) => match addresses {
            Addresses::Inet4(ip) => both(
                (ip.source, ip.source_port).into(),
                (ip.destination, ip.destination_port).into(),
            ),
            Addresses::Inet6(ip) => both(
                (ip.source, ip.source_port).into(),
                (ip.destination, ip.destination_port).into(),
            ),
            _ => 0,
        },
        _ => 0,
    }
}

fn version_1(row: &str, is_v4: impl Fn(&mut Random) -> bool) {
    let lines = corpus(|random| {
        let is_v4 = is_v4(random);
        let (source, destination) = ends(random, is_v4);
        encoded(&V1::tcp(source, destination).unwrap())
    });
    let contenders = vec![
        reader("portolan", &lines, our_v1),
        reader("ppp", &lines, ppp_v1),
        reader("proxy-header", &lines, by_proxy_header),
        reader("proxy-protocol", &lines, by_proxy_protocol),
    ];
    race(row, "header", lines.len(), || (), contenders);
}

fn version_2(row: &str, is_v4: impl Fn(&mut Random) -> bool) {
    let headers = corpus(|random| {
        let is_v4 = is_v4(random);
        let (source, destination) = ends(random, is_v4);
        let addresses = Addresses::inet(SocketType::Stream, source, destination).unwrap();
        encoded(&V2::Proxy { addresses, tlvs: Tlvs::EMPTY })
    });
    let contenders = vec![
        reader("portolan", &headers, our_v2),
        reader("ppp", &headers, ppp_v2),
        reader("proxy-header", &headers, by_proxy_header),
        reader("proxy-protocol", &headers, by_proxy_protocol),
    ];
    race(row, "header", headers.len(), || (), contenders);
}

/// To the bytes of a kernel: ours are as many as the kernel reads, those of others a whole storage.
fn encode_sockaddr() {
    let addresses = corpus(|random| {
        let is_v4 = random.below(2) == 0;
        ends(random, is_v4).0
    });
    let mut out = [0; 28];
    let ours = Contender::new("portolan", |()| {
        addresses.iter().fold(0, |sum, address| {
            let address = SocketAddress::from(*address);
            let len = sockaddr::encode(Abi::LinuxLe, &address, &mut out).unwrap();
            black_box(&out);
            sum + len
        })
    });
    let theirs = Contender::new("socket2", |()| {
        addresses.iter().fold(0, |sum, address| {
            let raw = SockAddr::from(*address);
            black_box(&raw);
            sum + raw.len() as usize
        })
    });
    race("sockaddr encode", "address", CORPUS, || (), vec![ours, theirs]);
}

/// From the bytes of a kernel; socket2 gets them checked, by whoever filled the storage.
fn decode_sockaddr() {
    let addresses = corpus(|random| {
        let is_v4 = random.below(2) == 0;
        ends(random, is_v4).0
    });
    let bytes: Vec<([u8; 28], usize)> = addresses
        .iter()
        .map(|address| {
            let mut out = [0; 28];
            let len = sockaddr::encode(Abi::LinuxLe, &SocketAddress::from(*address), &mut out);
            (out, len.unwrap())
        })
        .collect();
    let raw: Vec<SockAddr> = addresses.iter().copied().map(SockAddr::from).collect();
    let ours = Contender::new("portolan", |()| {
        bytes.iter().fold(0, |all, (bytes, len)| {
            all ^ match sockaddr::decode(Abi::LinuxLe, &bytes[..*len]) {
                Ok(SocketAddress::Inet4(addr)) => sum(addr.into()),
                Ok(SocketAddress::Inet6(addr)) => sum(addr.into()),
                _ => 0,
            }
        })
    });
    let theirs = Contender::new("socket2", |()| {
        raw.iter().fold(0, |all, raw| all ^ sum(raw.as_socket().unwrap()))
    });
    race("sockaddr decode", "address", CORPUS, || (), vec![ours, theirs]);
}

fn main() {
    version_1("PROXY v1, either family", |random| random.below(2) == 0);
    version_1("PROXY v1, IPv4", |_| true);
    version_1("PROXY v1, IPv6", |_| false);
    version_2("PROXY v2, either family", |random| random.below(2) == 0);
    version_2("PROXY v2, IPv4", |_| true);
    version_2("PROXY v2, IPv6", |_| false);
    encode_sockaddr();
    decode_sockaddr();
}
