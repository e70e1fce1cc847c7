//! Version 1: a line of text.

mod line;
mod slow;

use core::net::{SocketAddr, SocketAddrV4, SocketAddrV6};

use super::{ADDRESS_MISMATCH, NOT_REPRESENTABLE, Transport, WORD, begins, has_scope_or_flow};
use crate::addr::{SocketAddress, ipv4, ipv6};
use crate::cursor::{BufferTooSmall, Reader, Writer};
use crate::wire::{Decoded, Field, Wire, WireError, WireErrorKind};

use self::line::Line;

/// The shortest line in bytes, `PROXY UNKNOWN` and its CRLF.
pub(super) const MIN_LEN: usize = 15;

/// A header of version 1.
///
/// ```abnf
/// line    = "PROXY" SP ( inet / unknown ) CRLF ; at most 107 bytes
/// inet    = "TCP4" SP IPv4 SP IPv4 SP port SP port
///         / "TCP6" SP IPv6 SP IPv6 SP port SP port
/// unknown = "UNKNOWN" [ SP *OCTET ]              ; up to the first CRLF
/// port    = "0" / ( %x31-39 0*4DIGIT )           ; at most 65535
/// ```
///
/// Section 2.1; the addresses are those of [`ipv4`] and [`ipv6`], which include `::ffff:192.0.2.1`,
/// as `inet_ntop` writes it and we do. What follows `UNKNOWN` is not kept, as the standard demands.
///
/// # Errors
///
/// Decoding refuses at the first byte that is wrong:
/// [`BadMagic`](WireErrorKind::BadMagic), [`BadFamily`](WireErrorKind::BadFamily) in the protocol,
/// [`AddressMismatch`](WireErrorKind::AddressMismatch) at an address of the other family,
/// [`BadField`](WireErrorKind::BadField) in an address and where a space or CRLF must stand,
/// [`BadPort`](WireErrorKind::BadPort) at a port, and
/// [`HeaderTooLong`](WireErrorKind::HeaderTooLong) at 107. An address and a port are judged when
/// they have ended, or are longer than any.
///
/// Encoding refuses an IPv6 address with a scope or flow information.
///
/// # Examples
///
/// ```
/// use portolan::wire::{Decoded, Wire as _, proxy::V1};
///
/// let stream = b"PROXY TCP4 192.0.2.1 192.0.2.9 56324 443\r\nGET / HTTP/1.1\r\n";
/// let Decoded::Value { value, consumed } = V1::decode(stream, ())? else { panic!() };
/// assert_eq!(value.source(), Some("192.0.2.1:56324".parse().unwrap()));
/// assert_eq!(consumed, 42);
///
/// let error = V1::decode(b"PROXY TCP4 192.0.02.1 ", ()).unwrap_err();
/// assert_eq!((error.code(), error.at), ("bad-field", 17));
/// # Ok::<(), portolan::wire::WireError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "version 1 knows these three and will not grow")]
pub enum V1 {
    /// The proxy does not say.
    Unknown,
    /// TCP over IPv4.
    Tcp4 {
        /// The client.
        source: SocketAddrV4,
        /// What the client connected to.
        destination: SocketAddrV4,
    },
    /// TCP over IPv6.
    Tcp6 {
        /// The client.
        source: SocketAddrV6,
        /// What the client connected to.
        destination: SocketAddrV6,
    },
}

impl V1 {
    /// The longest line in bytes, with its CRLF.
    pub const MAX_LEN: usize = 107;

    /// A connection between two addresses.
    ///
    /// # Errors
    ///
    /// [`AddressMismatch`](WireErrorKind::AddressMismatch) unless they are of one family.
    pub const fn tcp(source: SocketAddr, destination: SocketAddr) -> Result<Self, WireError> {
        match (source, destination) {
            (SocketAddr::V4(source), SocketAddr::V4(destination)) => {
                Ok(Self::Tcp4 { source, destination })
            }
            (SocketAddr::V6(source), SocketAddr::V6(destination)) => {
                Ok(Self::Tcp6 { source, destination })
            }
            _ => Err(ADDRESS_MISMATCH),
        }
    }

    /// What the connection is.
    #[must_use]
    pub const fn transport(&self) -> Transport {
        match self {
            Self::Unknown => Transport::Unknown,
            Self::Tcp4 { .. } | Self::Tcp6 { .. } => Transport::Tcp,
        }
    }

    /// The client.
    #[must_use]
    pub const fn source(&self) -> Option<SocketAddr> {
        match *self {
            Self::Unknown => None,
            Self::Tcp4 { source, .. } => Some(SocketAddr::V4(source)),
            Self::Tcp6 { source, .. } => Some(SocketAddr::V6(source)),
        }
    }

    /// What the client connected to.
    #[must_use]
    pub const fn destination(&self) -> Option<SocketAddr> {
        match *self {
            Self::Unknown => None,
            Self::Tcp4 { destination, .. } => Some(SocketAddr::V4(destination)),
            Self::Tcp6 { destination, .. } => Some(SocketAddr::V6(destination)),
        }
    }

    fn line(&self) -> Result<Line, WireError> {
        let mut line = Line::new();
        match (self.source(), self.destination()) {
            (Some(source), Some(destination)) => {
                for address in [source, destination] {
                    if has_scope_or_flow(&SocketAddress::from(address)) {
                        return Err(NOT_REPRESENTABLE);
                    }
                }
                line.put(if source.is_ipv4() { b"PROXY TCP4 " } else { b"PROXY TCP6 " });
                line.put_addresses(&source, &destination);
            }
            _ => line.put(b"PROXY UNKNOWN"),
        }
        line.put(b"\r\n");
        Ok(line)
    }
}

impl Wire<'_> for V1 {
    type Context = ();

    #[inline]
    fn decode(input: &[u8], (): ()) -> Result<Decoded<Self>, WireError> {
        match fast(input) {
            Some((value, consumed)) => Ok(Decoded::Value { value, consumed }),
            None => slow::decode(input),
        }
    }

    fn fields(input: &[u8], (): (), each: &mut dyn FnMut(Field)) {
        line::fields(input, each);
    }

    fn encoded_len(&self, (): ()) -> Result<usize, WireError> {
        Ok(self.line()?.as_bytes().len())
    }

    fn write(&self, (): (), out: &mut Writer<'_>) -> Result<(), BufferTooSmall> {
        self.line().map_or(Ok(()), |line| out.put_slice(line.as_bytes()))
    }
}

/// Reads the line where a whole one is there and nothing is wrong with it.
#[inline]
fn fast(input: &[u8]) -> Option<(V1, usize)> {
    let mut reader = Reader::new(input.get(..V1::MAX_LEN).unwrap_or(input));
    let value = match &reader.take_array()? {
        b"PROXY TCP4 " => {
            let ends = ends(&mut reader, |text| ipv4::parse(text).ok())?;
            let [source, destination] = ends.map(|(ip, port)| SocketAddrV4::new(ip, port));
            V1::Tcp4 { source, destination }
        }
        b"PROXY TCP6 " => {
            let ends = ends(&mut reader, |text| ipv6::parse(text).ok())?;
            let [source, destination] = ends.map(|(ip, port)| SocketAddrV6::new(ip, port, 0, 0));
            V1::Tcp6 { source, destination }
        }
        _ => return None,
    };
    let is_line = reader.expect_slice(b"\r\n");
    is_line.then(|| (value, reader.position()))
}

/// Two addresses and two ports.
#[inline]
fn ends<A>(reader: &mut Reader<'_>, read: impl Fn(&[u8]) -> Option<A>) -> Option<[(A, u16); 2]> {
    let source = read(reader.take_until(b' ')?)?;
    let destination = read(reader.expect(b' ').then(|| reader.take_until(b' '))??)?;
    let source_port = reader.expect(b' ').then(|| port(reader))??;
    let destination_port = reader.expect(b' ').then(|| port(reader))??;
    Some([(source, source_port), (destination, destination_port)])
}

#[inline]
fn port(reader: &mut Reader<'_>) -> Option<u16> {
    let digits = reader.take_decimal(5);
    digits.to_u16().filter(|_| !digits.has_leading_zero())
}

/// Finds the end of the line.
pub(super) fn header_len(input: &[u8]) -> Result<Decoded<usize>, WireError> {
    let window = input.get(..V1::MAX_LEN).unwrap_or(input);
    begins(window, WORD)?;
    match crlf(window) {
        Some(end) => Ok(Decoded::Value { value: end, consumed: end }),
        None if window.len() == V1::MAX_LEN => {
            Err(WireError::new(WireErrorKind::HeaderTooLong, V1::MAX_LEN))
        }
        None => {
            let ending = if window.ends_with(b"\r") { 1 } else { 2 };
            Ok(Decoded::need(MIN_LEN.saturating_sub(window.len()).max(ending)))
        }
    }
}

/// The offset behind the first CRLF.
fn crlf(line: &[u8]) -> Option<usize> {
    line.windows(2).position(|pair| pair == b"\r\n").map(|at| at.saturating_add(2))
}

#[cfg(test)]
mod tests;
