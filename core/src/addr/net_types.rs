//! Conversions with the types of `core::net` beside those that stand at the types themselves.
//!
//! What loses nothing is `From`; what would lose a zone, flow information or a family is `TryFrom`
//! and refuses. A v4-mapped address stays IPv6.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use super::{ConvertError, Endpoint, HostPort, Ip, IpPort, SocketAddress};

/// Refuses a zone.
impl TryFrom<Ip> for IpAddr {
    type Error = ConvertError;

    fn try_from(ip: Ip) -> Result<Self, ConvertError> {
        match ip {
            Ip::V4(addr) => Ok(Self::V4(addr)),
            Ip::V6(addr, None) => Ok(Self::V6(addr)),
            Ip::V6(_, Some(_)) => Err(ConvertError::NotRepresentable),
        }
    }
}

/// Refuses IPv6, v4-mapped too.
impl TryFrom<Ip> for Ipv4Addr {
    type Error = ConvertError;

    fn try_from(ip: Ip) -> Result<Self, ConvertError> {
        match ip {
            Ip::V4(addr) => Ok(addr),
            Ip::V6(..) => Err(ConvertError::NotRepresentable),
        }
    }
}

/// Refuses IPv4 and a zone.
impl TryFrom<Ip> for Ipv6Addr {
    type Error = ConvertError;

    fn try_from(ip: Ip) -> Result<Self, ConvertError> {
        match ip {
            Ip::V6(addr, None) => Ok(addr),
            Ip::V4(_) | Ip::V6(_, Some(_)) => Err(ConvertError::NotRepresentable),
        }
    }
}

impl From<SocketAddrV4> for IpPort {
    fn from(addr: SocketAddrV4) -> Self {
        Self { ip: Ip::V4(*addr.ip()), port: addr.port() }
    }
}

/// Refuses flow information, which has no text.
impl TryFrom<SocketAddrV6> for IpPort {
    type Error = ConvertError;

    fn try_from(addr: SocketAddrV6) -> Result<Self, ConvertError> {
        SocketAddr::V6(addr).try_into()
    }
}

/// Refuses IPv6, v4-mapped too.
impl TryFrom<IpPort> for SocketAddrV4 {
    type Error = ConvertError;

    fn try_from(addr: IpPort) -> Result<Self, ConvertError> {
        SocketAddress::try_from(addr)?.try_into()
    }
}

/// Refuses IPv4 and a zone by name.
impl TryFrom<IpPort> for SocketAddrV6 {
    type Error = ConvertError;

    fn try_from(addr: IpPort) -> Result<Self, ConvertError> {
        SocketAddress::try_from(addr)?.try_into()
    }
}

/// Refuses flow information, which has no text, and what is not IP.
impl TryFrom<SocketAddress> for IpPort {
    type Error = ConvertError;

    fn try_from(address: SocketAddress) -> Result<Self, ConvertError> {
        SocketAddr::try_from(address)?.try_into()
    }
}

/// Refuses every other kind.
impl TryFrom<SocketAddress> for SocketAddrV4 {
    type Error = ConvertError;

    fn try_from(address: SocketAddress) -> Result<Self, ConvertError> {
        match address {
            SocketAddress::Inet4(addr) => Ok(addr),
            _ => Err(ConvertError::NotRepresentable),
        }
    }
}

/// Refuses every other kind.
impl TryFrom<SocketAddress> for SocketAddrV6 {
    type Error = ConvertError;

    fn try_from(address: SocketAddress) -> Result<Self, ConvertError> {
        match address {
            SocketAddress::Inet6(addr) => Ok(addr),
            _ => Err(ConvertError::NotRepresentable),
        }
    }
}

/// Refuses flow information, which has no text.
impl TryFrom<SocketAddr> for HostPort<'_> {
    type Error = ConvertError;

    fn try_from(addr: SocketAddr) -> Result<Self, ConvertError> {
        IpPort::try_from(addr).map(Self::from)
    }
}

/// Refuses what is not an IP address with a port, and a zone by name.
impl TryFrom<Endpoint<'_>> for SocketAddr {
    type Error = ConvertError;

    fn try_from(endpoint: Endpoint<'_>) -> Result<Self, ConvertError> {
        SocketAddress::try_from(endpoint)?.try_into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{UnixAddress, VsockAddress, Zone};
    use super::*;

    const REFUSED: ConvertError = ConvertError::NotRepresentable;

    #[test]
    fn a_zone_is_never_dropped() {
        let zoned = Ip::parse(b"fe80::1%1").unwrap();
        assert_eq!(IpAddr::try_from(zoned), Err(REFUSED));
        assert_eq!(Ipv6Addr::try_from(zoned), Err(REFUSED));
        let named = IpPort::parse(b"[fe80::1%eth0]:80").unwrap();
        assert_eq!(SocketAddrV6::try_from(named), Err(REFUSED));
    }

    #[test]
    fn a_mapped_address_stays_ipv6() {
        let mapped = Ip::parse(b"::ffff:192.0.2.1").unwrap();
        assert_eq!(Ipv4Addr::try_from(mapped), Err(REFUSED));
        assert!(Ipv6Addr::try_from(mapped).is_ok());
        assert_eq!(SocketAddrV4::try_from(IpPort { ip: mapped, port: 80 }), Err(REFUSED));
    }

    #[test]
    fn flow_information_is_never_dropped() {
        let addr = SocketAddrV6::new(Ipv6Addr::LOCALHOST, 80, 1, 0);
        assert_eq!(IpPort::try_from(addr), Err(REFUSED));
        assert_eq!(IpPort::try_from(SocketAddress::from(addr)), Err(REFUSED));
        assert_eq!(HostPort::try_from(SocketAddr::from(addr)), Err(REFUSED));
    }

    #[test]
    fn what_is_not_ip_is_refused() {
        for address in [
            SocketAddress::Unix(UnixAddress::UNNAMED),
            SocketAddress::Vsock(VsockAddress { cid: 1, port: 2 }),
        ] {
            assert_eq!(IpPort::try_from(address), Err(REFUSED));
            assert_eq!(SocketAddrV4::try_from(address), Err(REFUSED));
            assert_eq!(SocketAddrV6::try_from(address), Err(REFUSED));
        }
        for text in [&b"example.com:80"[..], b"127.0.0.1", b"fd:3", b"[fe80::1%eth0]:80"] {
            assert_eq!(SocketAddr::try_from(Endpoint::parse(text).unwrap()), Err(REFUSED));
        }
    }

    proptest! {
        /// There and back is the same value, wherever the way there is open.
        #[test]
        fn round_trip(v4: SocketAddrV4, v6: SocketAddrV6, scope in 0_u32..3) {
            prop_assert_eq!(SocketAddrV4::try_from(IpPort::from(v4)), Ok(v4));
            prop_assert_eq!(SocketAddrV4::try_from(SocketAddress::from(v4)), Ok(v4));
            prop_assert_eq!(SocketAddrV6::try_from(SocketAddress::from(v6)), Ok(v6));
            let v6 = SocketAddrV6::new(*v6.ip(), v6.port(), 0, scope);
            prop_assert_eq!(SocketAddrV6::try_from(IpPort::try_from(v6).unwrap()), Ok(v6));
            let endpoint = Endpoint::try_from(SocketAddr::from(v6)).unwrap();
            prop_assert_eq!(SocketAddr::try_from(endpoint), Ok(v6.into()));
            let ip = Ip::from(*v4.ip());
            prop_assert_eq!(IpAddr::try_from(ip).map(Ip::from), Ok(ip));
            let ip = Ip::V6(*v6.ip(), Zone::from_index(scope));
            prop_assert_eq!(Ipv6Addr::try_from(ip).ok(), (scope == 0).then_some(*v6.ip()));
        }
    }
}
