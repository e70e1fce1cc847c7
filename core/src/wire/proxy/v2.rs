//! Version 2: bytes.

mod layout;

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use super::crc::Crc;
use super::{
    ADDRESS_MISMATCH, NOT_REPRESENTABLE, SIGNATURE, Tlvs, Transport, UnixField, begins,
    has_scope_or_flow,
};
use crate::addr::SocketAddress;
use crate::cursor::{BufferTooSmall, Writer};
use crate::endian::Endian;
use crate::wire::{Decoded, Field, Wire, WireError, WireErrorKind};

use self::layout::Block;

/// The bytes before the block.
const HEAD: usize = 16;

/// A header of version 2.
///
/// Section 2.2. Bytes behind the addresses are [records](Tlvs). A checksum among them is verified
/// when it is read, and computed when it is written, whatever its record holds.
///
/// # Errors
///
/// Decoding refuses, in the order of the bytes: [`BadMagic`](WireErrorKind::BadMagic) at the first
/// other byte, [`BadVersion`](WireErrorKind::BadVersion) and
/// [`BadCommand`](WireErrorKind::BadCommand) at 12, [`BadFamily`](WireErrorKind::BadFamily) (family
/// or type) at 13, [`TooShort`](WireErrorKind::TooShort) (a block without room for its addresses) at
/// 14, [`BadField`](WireErrorKind::BadField) in a Unix address, what [`Tlvs::new`] refuses, and
/// [`BadCrc`](WireErrorKind::BadCrc) at the sum.
///
/// Encoding refuses a block of more than 65,535 bytes.
///
/// # Examples
///
/// ```
/// use portolan::wire::{Decoded, Wire as _, proxy::V2};
///
/// let bytes = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c\xc0\xa8\x00\x01\xc0\xa8\x00\x0b\xdc\x04\x01\xbb";
/// let Decoded::Value { value, consumed } = V2::decode(bytes, ())? else { panic!() };
/// assert_eq!(value.source().unwrap().to_string(), "192.168.0.1:56324");
/// assert_eq!(consumed, bytes.len());
/// # Ok::<(), portolan::wire::WireError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "a further command would be a further version")]
pub enum V2<'a> {
    /// The proxy speaks for itself, as in a health check; the block is not looked at.
    Local,
    /// The proxy speaks for a client.
    Proxy {
        /// The ends of the connection of the client.
        addresses: Addresses<'a>,
        /// What else is said of it.
        tlvs: Tlvs<'a>,
    },
}

/// The ends of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Addresses<'a> {
    /// The proxy does not say. Also read where only one of family and type is given.
    Unspec,
    /// IPv4.
    Inet4(Inet<Ipv4Addr>),
    /// IPv6.
    Inet6(Inet<Ipv6Addr>),
    /// Unix sockets.
    Unix {
        /// Stream or datagrams.
        socket: SocketType,
        /// The client.
        source: UnixField<'a>,
        /// What the client connected to.
        destination: UnixField<'a>,
    },
}

/// The ends of a connection over IP, in the order of the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
// In this order the ports stand at the same place in both families. Where they do not, the compiler
// cuts IPv6 addresses to pieces to choose between the two, and reading takes nearly twice as long.
#[repr(C)]
pub struct Inet<A> {
    /// TCP or UDP.
    pub socket: SocketType,
    /// The port of the client.
    pub source_port: u16,
    /// The port that the client connected to.
    pub destination_port: u16,
    /// The client.
    pub source: A,
    /// What the client connected to.
    pub destination: A,
}

/// How a socket carries bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "the header has four bits and uses two values")]
pub enum SocketType {
    /// As a stream.
    Stream,
    /// As datagrams.
    Dgram,
}

impl Addresses<'_> {
    /// Two IP addresses.
    ///
    /// # Errors
    ///
    /// [`AddressMismatch`](WireErrorKind::AddressMismatch) unless they are of one family,
    /// [`NotRepresentable`](WireErrorKind::NotRepresentable) for a scope or flow information.
    pub fn inet(
        socket: SocketType,
        source: SocketAddr,
        destination: SocketAddr,
    ) -> Result<Self, WireError> {
        if [source, destination].iter().any(|end| has_scope_or_flow(&SocketAddress::from(*end))) {
            return Err(NOT_REPRESENTABLE);
        }
        let (source_port, destination_port) = (source.port(), destination.port());
        match (source.ip(), destination.ip()) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => {
                Ok(Self::Inet4(Inet { socket, source, destination, source_port, destination_port }))
            }
            (IpAddr::V6(source), IpAddr::V6(destination)) => {
                Ok(Self::Inet6(Inet { socket, source, destination, source_port, destination_port }))
            }
            _ => Err(ADDRESS_MISMATCH),
        }
    }

    /// What the connection is.
    #[must_use]
    pub const fn transport(&self) -> Transport {
        match self {
            Self::Unspec => Transport::Unspec,
            Self::Inet4(Inet { socket, .. }) | Self::Inet6(Inet { socket, .. }) => match socket {
                SocketType::Stream => Transport::Tcp,
                SocketType::Dgram => Transport::Udp,
            },
            Self::Unix { socket, .. } => match socket {
                SocketType::Stream => Transport::Stream,
                SocketType::Dgram => Transport::Dgram,
            },
        }
    }

    /// The client.
    #[must_use]
    pub fn source(&self) -> Option<SocketAddress> {
        match *self {
            Self::Unspec => None,
            Self::Inet4(ends) => Some(SocketAddrV4::new(ends.source, ends.source_port).into()),
            Self::Inet6(ends) => {
                Some(SocketAddrV6::new(ends.source, ends.source_port, 0, 0).into())
            }
            Self::Unix { source, .. } => Some(source.address().into()),
        }
    }

    /// What the client connected to.
    #[must_use]
    pub fn destination(&self) -> Option<SocketAddress> {
        match *self {
            Self::Unspec => None,
            Self::Inet4(ends) => {
                Some(SocketAddrV4::new(ends.destination, ends.destination_port).into())
            }
            Self::Inet6(ends) => {
                Some(SocketAddrV6::new(ends.destination, ends.destination_port, 0, 0).into())
            }
            Self::Unix { destination, .. } => Some(destination.address().into()),
        }
    }
}

impl V2<'_> {
    /// What the connection is.
    #[must_use]
    pub const fn transport(&self) -> Transport {
        match self {
            Self::Local => Transport::Unspec,
            Self::Proxy { addresses, .. } => addresses.transport(),
        }
    }

    /// The client.
    #[must_use]
    pub fn source(&self) -> Option<SocketAddress> {
        match self {
            Self::Local => None,
            Self::Proxy { addresses, .. } => addresses.source(),
        }
    }

    /// What the client connected to.
    #[must_use]
    pub fn destination(&self) -> Option<SocketAddress> {
        match self {
            Self::Local => None,
            Self::Proxy { addresses, .. } => addresses.destination(),
        }
    }

    /// The block, its addresses and its records, in bytes.
    fn parts(&self) -> (Block, Tlvs<'_>) {
        match self {
            Self::Local => (Block::Local, Tlvs::EMPTY),
            Self::Proxy { addresses, tlvs } => (Block::of(addresses), *tlvs),
        }
    }

    /// Writes everything before the records.
    fn write_head(&self, out: &mut Writer<'_>) -> Result<(), BufferTooSmall> {
        let (block, tlvs) = self.parts();
        let len = block.len().saturating_add(tlvs.as_bytes().len());
        out.put_slice(SIGNATURE)?;
        out.put_slice(&block.bytes())?;
        out.put_u16(u16::try_from(len).unwrap_or(u16::MAX), Endian::Big)?;
        match self {
            Self::Local => Ok(()),
            Self::Proxy { addresses, .. } => layout::write(addresses, out),
        }
    }
}

impl<'a> Wire<'a> for V2<'a> {
    type Context = ();

    #[inline]
    fn decode(input: &'a [u8], (): ()) -> Result<Decoded<Self>, WireError> {
        if let Some((ends, consumed)) = layout::usual(input) {
            return Ok(Decoded::Value { value: ends.header(Tlvs::EMPTY), consumed });
        }
        Ok(layout::any(input)?.map(|(ends, tlvs)| ends.header(tlvs)))
    }

    fn fields(input: &'a [u8], (): (), each: &mut dyn FnMut(Field)) {
        layout::fields(input, each);
    }

    fn encoded_len(&self, (): ()) -> Result<usize, WireError> {
        let (block, tlvs) = self.parts();
        let len = block.len().saturating_add(tlvs.as_bytes().len());
        let len = u16::try_from(len).map_err(|_| NOT_REPRESENTABLE)?;
        Ok(HEAD.saturating_add(len.into()))
    }

    fn write(&self, (): (), out: &mut Writer<'_>) -> Result<(), BufferTooSmall> {
        self.write_head(out)?;
        let (_, tlvs) = self.parts();
        let Some((before, behind)) = tlvs.around_crc() else {
            return out.put_slice(tlvs.as_bytes());
        };
        let mut room = [0; HEAD + 2 * UnixField::LEN];
        let mut head = Writer::new(&mut room);
        self.write_head(&mut head)?;
        let sum = checksum(&[head.written(), before], behind);
        out.put_slice(before)?;
        out.put_slice(&sum)?;
        out.put_slice(behind)
    }
}

/// Checks the records at the end of the header, and the checksum among them.
fn records_of<'a>(
    input: &'a [u8],
    records: &'a [u8],
    consumed: usize,
) -> Result<Tlvs<'a>, WireError> {
    let start = consumed.saturating_sub(records.len());
    let (tlvs, crc) = Tlvs::checked(records, start)?;
    let Some(within) = crc else { return Ok(tlvs) };
    let at = start.saturating_add(within);
    let header = input.get(..consumed).unwrap_or(input);
    if let Some((before, rest)) = header.split_at_checked(at)
        && let Some((sum, behind)) = rest.split_first_chunk()
        && *sum == checksum(&[before], behind)
    {
        return Ok(tlvs);
    }
    Err(WireError::new(WireErrorKind::BadCrc, at))
}

/// The sum of a header with zeros in place of the sum; section 2.2.3.
fn checksum(before: &[&[u8]], behind: &[u8]) -> [u8; 4] {
    let sum = before.iter().fold(Crc::new(), |sum, part| sum.update(part));
    sum.update(&[0; 4]).update(behind).bytes()
}

/// Finds the end of the block.
pub(super) fn header_len(input: &[u8]) -> Result<Decoded<usize>, WireError> {
    begins(input, SIGNATURE)?;
    if input.get(12).is_some_and(|byte| byte >> 4 != layout::VERSION) {
        return Err(WireError::new(WireErrorKind::BadVersion, 12));
    }
    let declared = |at| input.get(at).copied().unwrap_or(0);
    let len = HEAD.saturating_add(u16::from_be_bytes([declared(14), declared(15)]).into());
    if input.len() < len {
        return Ok(Decoded::need(len.saturating_sub(input.len())));
    }
    Ok(Decoded::Value { value: len, consumed: len })
}

#[cfg(test)]
mod tests;
