//! STUN: the address that a peer sees, as the value of an attribute, and messages of attributes.
//!
//! ```text
//! value    0    1         2      4
//!          │ 00 │ family  │ port │ address, 4 or 16 bytes │
//!
//! message  0      2        4             8             20
//!          │ type │ length │ 21 12 a4 42 │ transaction │ attributes …
//!                                                      │ type │ length │ value … │ padding to 4 │
//! ```
//!
//! In XOR-MAPPED-ADDRESS port and address are not written as they are but combined with the cookie
//! `21 12 a4 42` and, for IPv6, the transaction behind it, so that no middlebox takes them for
//! addresses and rewrites them. So the transaction is a part of the [`Coding`].
//!
//! Source: RFC 8489, sections 5, 14, 14.1 and 14.2; test messages in RFC 5769. A value has exactly 8
//! or 20 bytes, by its family; its first byte is ignored, and written as 0. In a message the first
//! two bits and the cookie must be those of STUN ([`BadMagic`](WireErrorKind::BadMagic)), the length
//! a multiple of four, and an attribute with its padding must end inside it
//! ([`TlvOverrun`](WireErrorKind::TlvOverrun), at the attribute's length). Padding may hold any bytes.

use core::net::{IpAddr, SocketAddr};

use super::{Decoded, Field, Wire, WireError, WireErrorKind, each_field};
use crate::cursor::{BufferTooSmall, Reader, Writer};
use crate::endian::Endian;

mod message;

pub use self::message::{Attribute, Attributes, Message};

/// The four bytes behind the length of every message.
const COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];

/// How port and address are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "STUN has no third way")]
pub enum Coding {
    /// As they are: MAPPED-ADDRESS.
    Plain,
    /// Combined with cookie and transaction: XOR-MAPPED-ADDRESS.
    Xor([u8; 12]),
}

impl Coding {
    /// The bytes that an address is combined with; the first two are those of the port.
    const fn key(self) -> u128 {
        match self {
            Self::Plain => 0,
            Self::Xor([a, b, c, d, e, f, g, h, i, j, k, l]) => {
                let [m, n, o, p] = COOKIE;
                u128::from_be_bytes([m, n, o, p, a, b, c, d, e, f, g, h, i, j, k, l])
            }
        }
    }
}

/// The value of MAPPED-ADDRESS and XOR-MAPPED-ADDRESS.
///
/// # Examples
///
/// ```
/// use portolan::wire::{Wire as _, stun::{Coding, MappedAddress}};
///
/// let value = b"\0\x01\x2d\xf8\x5e\x12\xa4\x43";
/// let address = MappedAddress::decode(value, Coding::Xor(*b"transaction!"))?.value().unwrap();
/// assert_eq!((address.ip, address.port), ([127, 0, 0, 1].into(), 3306));
/// # Ok::<(), portolan::wire::WireError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_structs, reason = "a pair, and the attribute is closed")]
pub struct MappedAddress {
    /// The address.
    pub ip: IpAddr,
    /// The port.
    pub port: u16,
}

impl MappedAddress {
    /// Pairs an address and a port.
    #[must_use]
    pub const fn new(ip: IpAddr, port: u16) -> Self {
        Self { ip, port }
    }
}

impl From<MappedAddress> for SocketAddr {
    fn from(MappedAddress { ip, port }: MappedAddress) -> Self {
        (ip, port).into()
    }
}

/// Refuses flow information and a scope, for which STUN has no place.
impl TryFrom<SocketAddr> for MappedAddress {
    type Error = WireError;

    fn try_from(addr: SocketAddr) -> Result<Self, WireError> {
        match addr {
            SocketAddr::V6(v6) if v6.flowinfo() != 0 || v6.scope_id() != 0 => {
                Err(WireError::new(WireErrorKind::NotRepresentable, 0))
            }
            _ => Ok(Self { ip: addr.ip(), port: addr.port() }),
        }
    }
}

const IPV4: u8 = 1;
const IPV6: u8 = 2;

impl Wire<'_> for MappedAddress {
    type Context = Coding;

    fn decode(input: &[u8], coding: Coding) -> Result<Decoded<Self>, WireError> {
        let len = match input.get(1) {
            None => return Err(WireError::new(WireErrorKind::BadLength, input.len())),
            Some(&IPV4) => 8,
            Some(&IPV6) => 20,
            Some(_) => return Err(WireError::new(WireErrorKind::BadFamily, 1)),
        };
        let mut reader = Reader::new(input);
        _ = reader.take(2);
        let port = reader.take_u16(Endian::Big).map(|port| port ^ key_of_port(coding));
        let ip = if len == 8 {
            reader.take_u32(Endian::Big).map(|bits| IpAddr::V4((bits ^ key_of_v4(coding)).into()))
        } else {
            let octets = reader.take_array().map(u128::from_be_bytes);
            octets.map(|bits| IpAddr::V6((bits ^ coding.key()).into()))
        };
        match (ip, port) {
            (Some(ip), Some(port)) if reader.is_empty() => {
                Ok(Decoded::Value { value: Self { ip, port }, consumed: len })
            }
            _ => Err(WireError::new(WireErrorKind::BadLength, input.len().min(len))),
        }
    }

    fn fields(input: &[u8], _: Coding, each: &mut dyn FnMut(Field)) {
        let parts = [
            ("ignored", 1, "written as 0"),
            ("family", 1, "1 IPv4, 2 IPv6"),
            ("port", 2, "port, perhaps combined with the cookie"),
            ("address", 16, "address, perhaps combined with cookie and transaction"),
        ];
        each_field(input, &parts, each);
    }

    fn encoded_len(&self, _: Coding) -> Result<usize, WireError> {
        Ok(if self.ip.is_ipv4() { 8 } else { 20 })
    }

    fn write(&self, coding: Coding, out: &mut Writer<'_>) -> Result<(), BufferTooSmall> {
        out.put_slice(&[0, if self.ip.is_ipv4() { IPV4 } else { IPV6 }])?;
        out.put_u16(self.port ^ key_of_port(coding), Endian::Big)?;
        match self.ip {
            IpAddr::V4(addr) => out.put_u32(addr.to_bits() ^ key_of_v4(coding), Endian::Big),
            IpAddr::V6(addr) => out.put_slice(&(addr.to_bits() ^ coding.key()).to_be_bytes()),
        }
    }
}

fn key_of_port(coding: Coding) -> u16 {
    let [first, second, ..] = coding.key().to_be_bytes();
    u16::from_be_bytes([first, second])
}

fn key_of_v4(coding: Coding) -> u32 {
    let [a, b, c, d, ..] = coding.key().to_be_bytes();
    u32::from_be_bytes([a, b, c, d])
}

#[cfg(test)]
mod tests;
