//! Socket addresses: what a kernel holds.

use core::net::{SocketAddr, SocketAddrV4, SocketAddrV6};

use super::{Ip, UnixAddress, VsockAddress};

/// What a kernel holds: numbers and bytes only.
///
/// Flow information is the number, not its byte order on the wire: `0x12345` is the label 0x12345.
///
/// The order is IPv4, IPv6, Unix, vsock; then the fields.
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
}

impl From<SocketAddrV4> for SocketAddress {
    fn from(addr: SocketAddrV4) -> Self {
        Self::Inet4(addr)
    }
}

/// Keeps the number of the flow information.
impl From<SocketAddrV6> for SocketAddress {
    fn from(addr: SocketAddrV6) -> Self {
        Self::Inet6(addr)
    }
}

impl From<SocketAddr> for SocketAddress {
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

/// An IP address, its zone, and a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(clippy::exhaustive_structs)] // a pair, as its name says
pub struct IpPort {
    /// The address.
    pub ip: Ip,
    /// The port.
    pub port: u16,
}
