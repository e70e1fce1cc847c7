//! IP addresses with an optional zone.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Zone;

/// An IP address; an IPv6 address may have a zone.
///
/// Mapped addresses never change family silently: see [`to_canonical`](Self::to_canonical).
///
/// The order is IPv4 before IPv6, then the address, then the zone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(clippy::exhaustive_enums)] // two versions of IP have socket addresses
pub enum Ip {
    /// An IPv4 address.
    V4(Ipv4Addr),
    /// An IPv6 address and its zone.
    V6(Ipv6Addr, Option<Zone>),
}

impl Ip {
    /// The address without its zone.
    #[must_use]
    pub const fn addr(&self) -> IpAddr {
        match *self {
            Self::V4(addr) => IpAddr::V4(addr),
            Self::V6(addr, _) => IpAddr::V6(addr),
        }
    }

    /// The zone, which only an IPv6 address can have.
    #[must_use]
    pub const fn zone(&self) -> Option<Zone> {
        match *self {
            Self::V4(_) => None,
            Self::V6(_, zone) => zone,
        }
    }

    /// Turns a v4-mapped address without a zone into IPv4; returns any other unchanged.
    ///
    /// ```
    /// use portolan::addr::Ip;
    /// let mapped = Ip::from("::ffff:192.0.2.1".parse::<core::net::IpAddr>()?);
    /// assert_eq!(mapped.to_canonical().to_string(), "192.0.2.1");
    /// # Ok::<(), core::net::AddrParseError>(())
    /// ```
    #[must_use]
    pub const fn to_canonical(&self) -> Self {
        if let Self::V6(addr, None) = *self
            && let Some(v4) = addr.to_ipv4_mapped()
        {
            return Self::V4(v4);
        }
        *self
    }
}

impl From<IpAddr> for Ip {
    fn from(addr: IpAddr) -> Self {
        match addr {
            IpAddr::V4(addr) => Self::V4(addr),
            IpAddr::V6(addr) => Self::V6(addr, None),
        }
    }
}

impl From<Ipv4Addr> for Ip {
    fn from(addr: Ipv4Addr) -> Self {
        Self::V4(addr)
    }
}

impl From<Ipv6Addr> for Ip {
    fn from(addr: Ipv6Addr) -> Self {
        Self::V6(addr, None)
    }
}

impl fmt::Debug for Ip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Ip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(addr) => fmt::Display::fmt(addr, f),
            Self::V6(addr, None) => fmt::Display::fmt(addr, f),
            Self::V6(addr, Some(zone)) => write!(f, "{addr}%{zone}"),
        }
    }
}
