//! Socket addresses: what a kernel holds.

use core::fmt;
use core::net::{SocketAddr, SocketAddrV4, SocketAddrV6};

use super::{
    ConvertError, Endpoint, FormatError, Host, HostPort, Ip, IpPort, UnixAddress, VsockAddress,
    Zone,
};

/// What a kernel holds: numbers and bytes only.
///
/// Flow information is the number, not its byte order on the wire: `0x12345` is the label 0x12345.
///
/// Its text is that of the [`Endpoint`] it is equal to, with a port and with numbers only.
///
/// The order is IPv4, IPv6, Unix, vsock; then the fields.
///
/// ```
/// use portolan::addr::{Endpoint, SocketAddress};
/// let address = SocketAddress::try_from(Endpoint::parse(b"[fe80::1%2]:80")?)?;
/// assert_eq!(address, "[fe80::1%2]:80".parse::<core::net::SocketAddrV6>()?.into());
/// assert!(SocketAddress::try_from(Endpoint::parse(b"[fe80::1%eth0]:80")?).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SocketAddress {
    /// An IPv4 address and a port.
    Inet4(SocketAddrV4),
    /// An IPv6 address, a port, flow information and a scope id.
    Inet6(SocketAddrV6),
    /// A Unix socket.
    Unix(UnixAddress),
    /// A virtual machine socket.
    Vsock(VsockAddress),
}

impl SocketAddress {
    /// Turns a v4-mapped address into IPv4 where scope and flow information are 0; returns any
    /// other unchanged.
    #[must_use]
    pub const fn to_canonical(&self) -> Self {
        if let Self::Inet6(addr) = self
            && addr.scope_id() == 0
            && addr.flowinfo() == 0
            && let Some(v4) = addr.ip().to_ipv4_mapped()
        {
            return Self::Inet4(SocketAddrV4::new(v4, addr.port()));
        }
        *self
    }

    /// Writes the strict text and returns its length, at most [`Endpoint::MAX_LEN`].
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`](FormatError::BufferTooSmall), and
    /// [`NotRepresentable`](FormatError::NotRepresentable) for flow information, which has no
    /// text, and for a scope on a mapped address.
    pub fn format(&self, out: &mut [u8]) -> Result<usize, FormatError> {
        Endpoint::try_from(*self).map_err(|_| FormatError::NotRepresentable)?.format(out)
    }
}

impl From<SocketAddrV4> for SocketAddress {
    #[inline]
    fn from(addr: SocketAddrV4) -> Self {
        Self::Inet4(addr)
    }
}

/// Keeps the number of the flow information.
impl From<SocketAddrV6> for SocketAddress {
    #[inline]
    fn from(addr: SocketAddrV6) -> Self {
        Self::Inet6(addr)
    }
}

impl From<SocketAddr> for SocketAddress {
    #[inline]
    fn from(addr: SocketAddr) -> Self {
        match addr {
            SocketAddr::V4(addr) => Self::Inet4(addr),
            SocketAddr::V6(addr) => Self::Inet6(addr),
        }
    }
}

impl From<UnixAddress> for SocketAddress {
    fn from(addr: UnixAddress) -> Self {
        Self::Unix(addr)
    }
}

impl From<VsockAddress> for SocketAddress {
    fn from(addr: VsockAddress) -> Self {
        Self::Vsock(addr)
    }
}

/// Refuses a zone by name: a kernel knows the index only.
impl TryFrom<IpPort> for SocketAddress {
    type Error = ConvertError;

    fn try_from(IpPort { ip, port }: IpPort) -> Result<Self, ConvertError> {
        let scope_id = match ip.zone() {
            None => 0,
            Some(Zone::Index(index)) => index.get(),
            Some(Zone::Name(_)) => return Err(ConvertError::NotRepresentable),
        };
        Ok(match ip {
            Ip::V4(addr) => Self::Inet4(SocketAddrV4::new(addr, port)),
            Ip::V6(addr, _) => Self::Inet6(SocketAddrV6::new(addr, port, 0, scope_id)),
        })
    }
}

/// Refuses what is no address yet: a name, `*`, a missing port, a zone by name; and what is no
/// address at all: a pipe, a descriptor.
impl TryFrom<Endpoint<'_>> for SocketAddress {
    type Error = ConvertError;

    fn try_from(endpoint: Endpoint<'_>) -> Result<Self, ConvertError> {
        match endpoint {
            Endpoint::Inet(HostPort { host: Host::Ip(ip), port: Some(port) }) => {
                IpPort { ip, port }.try_into()
            }
            Endpoint::Unix(address) => Ok(Self::Unix(address)),
            Endpoint::Vsock(address) => Ok(Self::Vsock(address)),
            _ => Err(ConvertError::NotRepresentable),
        }
    }
}

/// Refuses flow information, which has no text.
impl TryFrom<SocketAddress> for Endpoint<'_> {
    type Error = ConvertError;

    fn try_from(address: SocketAddress) -> Result<Self, ConvertError> {
        Ok(match address {
            SocketAddress::Inet4(addr) => {
                Self::from(IpPort { ip: Ip::V4(*addr.ip()), port: addr.port() })
            }
            SocketAddress::Inet6(addr) if addr.flowinfo() == 0 => {
                let ip = Ip::V6(*addr.ip(), Zone::from_index(addr.scope_id()));
                Self::from(IpPort { ip, port: addr.port() })
            }
            SocketAddress::Inet6(_) => return Err(ConvertError::NotRepresentable),
            SocketAddress::Unix(address) => Self::Unix(address),
            SocketAddress::Vsock(address) => Self::Vsock(address),
        })
    }
}

/// Refuses flow information, which has no text.
impl TryFrom<SocketAddr> for Endpoint<'_> {
    type Error = ConvertError;

    fn try_from(addr: SocketAddr) -> Result<Self, ConvertError> {
        SocketAddress::from(addr).try_into()
    }
}

/// Refuses what is not IP.
impl TryFrom<SocketAddress> for SocketAddr {
    type Error = ConvertError;

    fn try_from(address: SocketAddress) -> Result<Self, ConvertError> {
        match address {
            SocketAddress::Inet4(addr) => Ok(Self::V4(addr)),
            SocketAddress::Inet6(addr) => Ok(Self::V6(addr)),
            SocketAddress::Unix(_) | SocketAddress::Vsock(_) => Err(ConvertError::NotRepresentable),
        }
    }
}

/// Leaves flow information out.
impl fmt::Display for SocketAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inet4(addr) => write!(f, "{}:{}", addr.ip(), addr.port()),
            Self::Inet6(addr) => {
                let ip = Ip::V6(*addr.ip(), Zone::from_index(addr.scope_id()));
                write!(f, "[{ip}]:{}", addr.port())
            }
            Self::Unix(address) => fmt::Display::fmt(address, f),
            Self::Vsock(address) => fmt::Display::fmt(address, f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString as _;
    use core::net::{Ipv4Addr, Ipv6Addr};
    use proptest::prelude::*;

    fn read(text: &[u8]) -> Result<SocketAddress, ConvertError> {
        Endpoint::parse(text).unwrap().try_into()
    }

    #[test]
    fn addresses_of_kernels_have_numbers_only() {
        let v6 =
            |scope| SocketAddrV6::new(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1), 80, 0, scope);
        assert_eq!(read(b"127.0.0.1:0"), Ok(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0).into()));
        assert_eq!(read(b"[fe80::1]:80"), Ok(v6(0).into()));
        assert_eq!(read(b"[fe80::1%7]:80"), Ok(v6(7).into()));
        assert_eq!(read(b"unix-unnamed:"), Ok(UnixAddress::UNNAMED.into()));
        assert_eq!(read(b"vsock:2:3"), Ok(VsockAddress { cid: 2, port: 3 }.into()));
        for text in
            ["127.0.0.1", "[fe80::1%eth0]:80", "localhost:80", "fd:3", "sd-listen:a", "//./pipe/a"]
        {
            assert_eq!(read(text.as_bytes()), Err(ConvertError::NotRepresentable), "{text}");
        }
    }

    #[test]
    fn what_text_cannot_say_is_refused() {
        let mut out = [0; Endpoint::MAX_LEN];
        let flow = SocketAddress::from(SocketAddrV6::new(Ipv6Addr::LOCALHOST, 80, 1, 0));
        assert_eq!(Endpoint::try_from(flow), Err(ConvertError::NotRepresentable));
        assert_eq!(flow.format(&mut out), Err(FormatError::NotRepresentable));
        assert_eq!(flow.to_string(), "[::1]:80");
        let mapped = Ipv4Addr::LOCALHOST.to_ipv6_mapped();
        let scoped = SocketAddress::from(SocketAddrV6::new(mapped, 80, 0, 1));
        assert_eq!(scoped.format(&mut out), Err(FormatError::NotRepresentable));
        assert!(SocketAddr::try_from(SocketAddress::Unix(UnixAddress::UNNAMED)).is_err());
    }

    proptest! {
        /// Every address is an endpoint and the same address again, unless flow would be lost.
        #[test]
        fn round_trip(addr: SocketAddr) {
            let address = SocketAddress::from(addr);
            prop_assert_eq!(SocketAddr::try_from(address), Ok(addr));
            if let Ok(endpoint) = Endpoint::try_from(address) {
                prop_assert_eq!(endpoint.to_string(), address.to_string());
                prop_assert_eq!(SocketAddress::try_from(endpoint), Ok(address));
            }
            let mut out = [0; Endpoint::MAX_LEN];
            if let Ok(len) = address.format(&mut out) {
                prop_assert_eq!(read(&out[..len]), Ok(address));
            }
        }
    }
}
