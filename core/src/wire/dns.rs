//! DNS: the data of A and AAAA records, and the names under which addresses are looked up.
//!
//! ```text
//! A     │ address, 4 bytes │
//! AAAA  │ address, 16 bytes │
//! name  │ 1 │ 1 │ 1 │ 0 │ 1 │ 0 │ 3 │ 127 │ 7 │ in-addr │ 4 │ arpa │ 00 │    lowest octet first
//!       │ 1 │ 1 │ … 32 digits, lowest first … │ 1 │ 2 │ 3 │ ip6 │ 4 │ arpa │ 00 │
//! ```
//!
//! Fewer labels name a zone, a [`Prefix`] on the boundary of a label; `0/25.2.0.192.in-addr.arpa`
//! names one of 25 to 31 bits, as RFC 2317 proposes.
//!
//! Sources: RFC 1035, sections 3.1, 3.4.1 and 3.5; RFC 3596, sections 2.2 and 2.5; RFC 2317,
//! section 4. The data of a record has a length of its own, so any other number of bytes is
//! refused. A name ends itself; refused are, in this order, compression pointers (a name that
//! stands alone has nothing to point at, and no loop can be made) and the label types that were
//! never used, names of more than 255 bytes, too many labels, another suffix, octets above 255 or
//! with leading zeros, digits that are not one hexadecimal digit. Letters match in either case.
//! [`BadLabel`](WireErrorKind::BadLabel) and the like are at the length byte of the label;
//! [`WrongSuffix`](WireErrorKind::WrongSuffix) is at the first of the last two labels that differs.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Decoded, Field, Wire, WireError, WireErrorKind, each_field};
use crate::addr::{HostBits, Ip, Prefix};
use crate::cursor::{BufferTooSmall, Writer};

mod name;

/// The data of an A record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_structs, reason = "an address, as its name says")]
pub struct A(pub Ipv4Addr);

/// The data of an AAAA record; a v4-mapped address stays one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_structs, reason = "an address, as its name says")]
pub struct Aaaa(pub Ipv6Addr);

/// A name in `in-addr.arpa` or `ip6.arpa`: of an address, or of a zone.
///
/// # Examples
///
/// ```
/// use portolan::addr::{HostBits, Prefix};
/// use portolan::wire::{Wire as _, dns::ReverseName};
///
/// let zone = ReverseName::zone(Prefix::parse(b"192.0.2.0/25", HostBits::Reject)?)?;
/// let mut out = [0; ReverseName::MAX_LEN];
/// let len = zone.encode((), &mut out)?;
/// assert_eq!(&out[..len], b"\x040/25\x012\x010\x03192\x07in-addr\x04arpa\0");
/// assert_eq!(zone.ip(), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReverseName(Prefix);

impl ReverseName {
    /// The longest name in bytes: that of an IPv6 address.
    pub const MAX_LEN: usize = 74;

    /// Names an address; one that is v4-mapped is IPv6 and keeps its 32 digits.
    #[must_use]
    pub const fn address(ip: IpAddr) -> Self {
        Self(Prefix::host(match ip {
            IpAddr::V4(addr) => Ip::V4(addr),
            IpAddr::V6(addr) => Ip::V6(addr, None),
        }))
    }

    /// Names an address as the node that it reaches: one that is v4-mapped by its IPv4 address.
    ///
    /// ```
    /// use portolan::wire::dns::ReverseName;
    /// let [mapped, ipv4] = ["::ffff:192.0.2.1", "192.0.2.1"].map(|ip| ip.parse().unwrap());
    /// assert_eq!(ReverseName::canonical(mapped), ReverseName::address(ipv4));
    /// assert_ne!(ReverseName::address(mapped), ReverseName::address(ipv4));
    /// ```
    #[must_use]
    pub const fn canonical(ip: IpAddr) -> Self {
        Self::address(ip.to_canonical())
    }

    /// Names a zone.
    ///
    /// # Errors
    ///
    /// [`NotRepresentable`](WireErrorKind::NotRepresentable) for a prefix that is no whole number
    /// of labels (IPv4: 0, 8, 16, or 24 and more bits; IPv6: a multiple of 4), that has host bits,
    /// or whose address has a zone of the other kind, an interface.
    pub fn zone(prefix: Prefix) -> Result<Self, WireError> {
        let len = prefix.prefix_len();
        let is_whole = match prefix.ip() {
            Ip::V4(_) => len >= 24 || len.is_multiple_of(8),
            Ip::V6(_, zone) => zone.is_none() && len.is_multiple_of(4),
        };
        match Prefix::new(prefix.ip(), len, HostBits::Reject) {
            Ok(prefix) if is_whole => Ok(Self(prefix)),
            _ => Err(WireError::new(WireErrorKind::NotRepresentable, 0)),
        }
    }

    /// The address, where the name is that of one.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        let ip = self.0.ip();
        (self.0 == Prefix::host(ip)).then(|| ip.addr())
    }

    /// The zone; for an address the prefix that is this address.
    #[must_use]
    pub const fn prefix(&self) -> Prefix {
        self.0
    }
}

impl From<IpAddr> for ReverseName {
    fn from(ip: IpAddr) -> Self {
        Self::address(ip)
    }
}

impl Wire<'_> for A {
    type Context = ();

    fn decode(input: &[u8], (): ()) -> Result<Decoded<Self>, WireError> {
        let octets: [u8; 4] = exact(input)?;
        Ok(Decoded::Value { value: Self(octets.into()), consumed: 4 })
    }

    fn fields(input: &[u8], (): (), each: &mut dyn FnMut(Field)) {
        each_field(input, &[("ADDRESS", 4, "IPv4 address")], each);
    }

    fn encoded_len(&self, (): ()) -> Result<usize, WireError> {
        Ok(4)
    }

    fn write(&self, (): (), out: &mut Writer<'_>) -> Result<(), BufferTooSmall> {
        out.put_slice(&self.0.octets())
    }
}

impl Wire<'_> for Aaaa {
    type Context = ();

    fn decode(input: &[u8], (): ()) -> Result<Decoded<Self>, WireError> {
        let octets: [u8; 16] = exact(input)?;
        Ok(Decoded::Value { value: Self(octets.into()), consumed: 16 })
    }

    fn fields(input: &[u8], (): (), each: &mut dyn FnMut(Field)) {
        each_field(input, &[("ADDRESS", 16, "IPv6 address")], each);
    }

    fn encoded_len(&self, (): ()) -> Result<usize, WireError> {
        Ok(16)
    }

    fn write(&self, (): (), out: &mut Writer<'_>) -> Result<(), BufferTooSmall> {
        out.put_slice(&self.0.octets())
    }
}

impl Wire<'_> for ReverseName {
    type Context = ();

    fn decode(input: &[u8], (): ()) -> Result<Decoded<Self>, WireError> {
        name::decode(input)
    }

    fn fields(input: &[u8], (): (), each: &mut dyn FnMut(Field)) {
        name::fields(input, each);
    }

    fn encoded_len(&self, (): ()) -> Result<usize, WireError> {
        Ok(name::len(&self.0))
    }

    fn write(&self, (): (), out: &mut Writer<'_>) -> Result<(), BufferTooSmall> {
        name::write(&self.0, out)
    }
}

/// Data that has one length.
fn exact<const N: usize>(input: &[u8]) -> Result<[u8; N], WireError> {
    let wrong = WireError::new(WireErrorKind::BadLength, input.len().min(N));
    input.try_into().map_err(|_| wrong)
}

#[cfg(test)]
mod tests;
