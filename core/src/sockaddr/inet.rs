//! `sockaddr_in` and `sockaddr_in6`.
//!
//! Source: POSIX `netinet/in.h`; RFC 3493 section 3.3 (`sin6_flowinfo` in network order).

use core::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

use super::abi::Layout;
use super::{Leniency, SockaddrError, SockaddrErrorKind, check_len, check_padding};
use crate::addr::SocketAddress;
use crate::cursor::{BufferTooSmall, Reader, Writer};
use crate::endian::Endian;

/// Where the scope id of `sockaddr_in6` begins; RFC 2133 had none.
const SCOPE: usize = 24;

#[inline]
pub(super) fn decode_v4(
    layout: &Layout,
    bytes: &[u8],
    lenient: Leniency,
) -> Result<SocketAddress, SockaddrError> {
    let short = SockaddrError::new(SockaddrErrorKind::TooShort, bytes.len());
    if bytes.len() < layout.in_len {
        return Err(short);
    }
    check_padding(bytes, 8..layout.in_len, lenient)?;
    check_len(bytes, layout.in_len, lenient)?;
    let mut reader = Reader::new(bytes);
    let (Some(_), Some(port), Some(addr)) =
        (reader.take(2), reader.take_u16(Endian::Big), reader.take_array::<4>())
    else {
        return Err(short);
    };
    Ok(SocketAddrV4::new(Ipv4Addr::from(addr), port).into())
}

#[inline]
pub(super) fn decode_v6(
    layout: &Layout,
    bytes: &[u8],
    lenient: Leniency,
) -> Result<SocketAddress, SockaddrError> {
    let short = SockaddrError::new(SockaddrErrorKind::TooShort, bytes.len());
    let without_scope = bytes.len() == SCOPE && lenient.has(Leniency::IN6_24);
    if !without_scope {
        if bytes.len() < layout.in6_len {
            return Err(short);
        }
        // illumos keeps `__sin6_src_id` behind the scope id: a number of its own, zero for others.
        check_padding(bytes, SCOPE.saturating_add(4)..layout.in6_len, lenient)?;
        check_len(bytes, layout.in6_len, lenient)?;
    }
    let mut reader = Reader::new(bytes);
    let (Some(_), Some(port), Some(flow), Some(addr)) = (
        reader.take(2),
        reader.take_u16(Endian::Big),
        reader.take_u32(Endian::Big),
        reader.take_array::<16>(),
    ) else {
        return Err(short);
    };
    let scope = reader.take_u32(layout.endian).unwrap_or(0);
    Ok(SocketAddrV6::new(Ipv6Addr::from(addr), port, flow, scope).into())
}

#[inline]
pub(super) fn encode_v4(
    layout: &Layout,
    addr: &SocketAddrV4,
    out: &mut Writer<'_>,
) -> Result<(), BufferTooSmall> {
    layout.put_family(layout.inet4, layout.in_len, out)?;
    out.put_u16(addr.port(), Endian::Big)?;
    out.put_slice(&addr.ip().octets())?;
    // Most layouts end here: eight bytes at once, and no loop.
    out.put_slice(&[0; 8])?;
    put_zeros(out)
}

#[inline]
pub(super) fn encode_v6(
    layout: &Layout,
    addr: &SocketAddrV6,
    out: &mut Writer<'_>,
) -> Result<(), BufferTooSmall> {
    layout.put_family(layout.inet6, layout.in6_len, out)?;
    out.put_u16(addr.port(), Endian::Big)?;
    out.put_u32(addr.flowinfo(), Endian::Big)?;
    out.put_slice(&addr.ip().octets())?;
    out.put_u32(addr.scope_id(), layout.endian)?;
    put_zeros(out)
}

/// Fills what is left of the structure.
pub(super) fn put_zeros(out: &mut Writer<'_>) -> Result<(), BufferTooSmall> {
    while out.remaining() > 0 {
        out.put(0)?;
    }
    Ok(())
}
