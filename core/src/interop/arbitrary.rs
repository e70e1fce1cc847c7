//! `Arbitrary` for every noun: valid values only, and every variant of each.

use alloc::vec::Vec;
use core::net::{Ipv6Addr, SocketAddrV4, SocketAddrV6};
use core::ops::RangeInclusive;

use arbitrary::{Arbitrary, Result, Unstructured};

use crate::addr::{
    Dialect, Endpoint, FdName, Host, HostBits, HostName, HostPort, Ip, IpPort, PipeName, Prefix,
    SocketAddress, TextOptions, UnixAddress, VsockAddress, Zone, ZoneName, is_numeric_last_label,
    is_zone_byte,
};
use crate::dialect::{Family, Transport};
use crate::sockaddr::Abi;

/// Nouns that are made of other values.
macro_rules! arbitrary {
    ($($noun:ty => $make:expr,)*) => {$(
        impl<'u> Arbitrary<'u> for $noun {
            fn arbitrary(u: &mut Unstructured<'u>) -> Result<Self> {
                let make: fn(&mut Unstructured<'_>) -> Result<Self> = $make;
                make(u)
            }
        }
    )*};
}

arbitrary! {
    Abi => |u| u.choose(Abi::ALL).copied(),
    Dialect => |u| u.choose(Dialect::ALL).copied(),
    Family => |u| u.choose(Family::ALL).copied(),
    Transport => |u| u.choose(Transport::ALL).copied(),
    HostBits => |u| u.choose(&[HostBits::Reject, HostBits::Keep, HostBits::Mask]).copied(),
    TextOptions => |u| Ok(TextOptions { default_port: u.arbitrary()?, listen: u.arbitrary()? }),
    Ip => ip,
    IpPort => |u| Ok(IpPort { ip: ip(u)?, port: u.arbitrary()? }),
    Prefix => prefix,
    Zone => zone,
    ZoneName => zone_name,
    HostName<'_> => host_name,
    Host<'_> => host,
    HostPort<'_> => |u| Ok(HostPort { host: host(u)?, port: u.arbitrary()? }),
    UnixAddress => unix,
    VsockAddress => |u| Ok(VsockAddress { cid: vsock_number(u)?, port: vsock_number(u)? }),
    PipeName<'_> => pipe_name,
    FdName<'_> => fd_name,
    Endpoint<'_> => endpoint,
    SocketAddress => socket_address,
}

fn ip(u: &mut Unstructured<'_>) -> Result<Ip> {
    if u.arbitrary()? {
        return Ok(Ip::V4(u32::arbitrary(u)?.into()));
    }
    let zone = if u.arbitrary()? { Some(zone(u)?) } else { None };
    Ok(Ip::V6(ipv6(u)?, zone))
}

/// Now and then an address of those that have a meaning of their own.
fn ipv6(u: &mut Unstructured<'_>) -> Result<Ipv6Addr> {
    let bits = u128::arbitrary(u)?;
    let low = bits & u128::from(u32::MAX);
    Ok(Ipv6Addr::from_bits(match u.int_in_range(0..=5_u8)? {
        0 => low,
        1 => low | 0xffff << 32,
        2 => low | 0xfe80 << 112,
        3 => low | 0x0064_ff9b << 96,
        _ => bits,
    }))
}

fn zone(u: &mut Unstructured<'_>) -> Result<Zone> {
    let is_index: bool = u.arbitrary()?;
    match Zone::from_index(u.arbitrary()?) {
        Some(index) if is_index => Ok(index),
        _ => zone_name(u).map(Zone::Name),
    }
}

fn zone_name(u: &mut Unstructured<'_>) -> Result<ZoneName> {
    let mut name = word(u, 1..=ZoneName::MAX_LEN, is_zone_byte)?;
    // Digits are an index, and dots are no name; both end where a letter begins.
    ZoneName::new(&name).or_else(|_| {
        if let Some(first) = name.first_mut() {
            *first = b'z';
        }
        ZoneName::new(&name).map_err(|_| arbitrary::Error::IncorrectFormat)
    })
}

fn prefix(u: &mut Unstructured<'_>) -> Result<Prefix> {
    let ip = ip(u)?;
    let widest = if matches!(ip, Ip::V4(_)) { 32 } else { 128 };
    let host_bits = *u.choose(&[HostBits::Keep, HostBits::Mask])?;
    Prefix::new(ip, u.int_in_range(0..=widest)?, host_bits)
        .map_err(|_| arbitrary::Error::IncorrectFormat)
}

fn host_name<'n>(u: &mut Unstructured<'_>) -> Result<HostName<'n>> {
    let mut name = Vec::new();
    for _ in 0..u.int_in_range(0..=3)? {
        name.extend(label(u)?);
        name.push(b'.');
    }
    name.extend(label(u)?);
    // What ends in a number is no name.
    if is_numeric_last_label(&name) {
        name.push(b'z');
    }
    if u.arbitrary()? {
        name.push(b'.');
    }
    match HostName::parse(&name) {
        Ok(name) => Ok(name.into_owned()),
        Err(_) => Err(arbitrary::Error::IncorrectFormat),
    }
}

/// A label of at most 62 bytes, so that four of them, and a letter, are a name.
fn label(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let mut label = word(u, 1..=62, |byte| byte.is_ascii_alphanumeric() || byte == b'-')?;
    for at in [0, label.len().saturating_sub(1)] {
        if let Some(edge) = label.get_mut(at).filter(|edge| **edge == b'-') {
            *edge = b'a';
        }
    }
    Ok(label)
}

fn host<'n>(u: &mut Unstructured<'_>) -> Result<Host<'n>> {
    Ok(match u.int_in_range(0..=4_u8)? {
        0 => Host::Any,
        1 | 2 => Host::Name(host_name(u)?),
        _ => Host::Ip(ip(u)?),
    })
}

fn unix(u: &mut Unstructured<'_>) -> Result<UnixAddress> {
    let any = |_| true;
    match u.int_in_range(0..=2_u8)? {
        0 => Ok(UnixAddress::UNNAMED),
        1 => {
            let path = word(u, 1..=UnixAddress::MAX_PATH_LEN, |byte| byte != 0)?;
            UnixAddress::from_pathname(&path)
        }
        _ => {
            let name = word(u, 0..=UnixAddress::MAX_ABSTRACT_LEN, any)?;
            UnixAddress::from_abstract_name(&name)
        }
    }
    .map_err(|_| arbitrary::Error::IncorrectFormat)
}

fn vsock_number(u: &mut Unstructured<'_>) -> Result<u32> {
    if u.ratio(1_u8, 4)? { Ok(VsockAddress::ANY) } else { u.arbitrary() }
}

fn pipe_name<'n>(u: &mut Unstructured<'_>) -> Result<PipeName<'n>> {
    let is_pchar = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    let is_schar = |byte| is_pchar(byte) && byte != b'/';
    let server = if u.arbitrary()? { Vec::from(*b".") } else { word(u, 1..=16, is_schar)? };
    let mut name = if u.ratio(1_u8, 4)? { Vec::from(*br"LOCAL\") } else { Vec::new() };
    name.extend(word(u, 1..=226, is_pchar)?);
    match PipeName::new(&server, &name) {
        Ok(pipe) => Ok(pipe.into_owned()),
        Err(_) => Err(arbitrary::Error::IncorrectFormat),
    }
}

fn fd_name<'n>(u: &mut Unstructured<'_>) -> Result<FdName<'n>> {
    let name = word(u, 1..=FdName::MAX_LEN, |byte| byte.is_ascii_graphic() && byte != b':')?;
    match FdName::new(&name) {
        Ok(name) => Ok(name.into_owned()),
        Err(_) => Err(arbitrary::Error::IncorrectFormat),
    }
}

fn endpoint<'n>(u: &mut Unstructured<'_>) -> Result<Endpoint<'n>> {
    Ok(match u.int_in_range(0..=6_u8)? {
        0 => Endpoint::Unix(unix(u)?),
        1 => Endpoint::Vsock(u.arbitrary()?),
        2 => Endpoint::Pipe(pipe_name(u)?),
        3 => Endpoint::Fd(u.arbitrary()?),
        4 => Endpoint::FdName(if u.arbitrary()? { Some(fd_name(u)?) } else { None }),
        _ => {
            // The words that begin a scheme are no host of an endpoint.
            let inet = HostPort { host: host(u)?, port: u.arbitrary()? };
            Endpoint::try_from(inet).map_err(|_| arbitrary::Error::IncorrectFormat)?
        }
    })
}

fn socket_address(u: &mut Unstructured<'_>) -> Result<SocketAddress> {
    Ok(match u.int_in_range(0..=4_u8)? {
        0 => SocketAddress::Unix(unix(u)?),
        1 => SocketAddress::Vsock(u.arbitrary()?),
        2 => SocketAddrV4::new(u32::arbitrary(u)?.into(), u.arbitrary()?).into(),
        _ => {
            let addr = ipv6(u)?;
            SocketAddrV6::new(addr, u.arbitrary()?, u.arbitrary()?, u.arbitrary()?).into()
        }
    })
}

/// Bytes of an alphabet; each byte of the input chooses one.
fn word(
    u: &mut Unstructured<'_>,
    len: RangeInclusive<usize>,
    is_letter: impl Fn(u8) -> bool,
) -> Result<Vec<u8>> {
    let alphabet: Vec<u8> = (0..=u8::MAX).filter(|byte| is_letter(*byte)).collect();
    let len = u.int_in_range(len)?;
    (0..len).map(|_| u.choose(&alphabet).copied()).collect()
}
