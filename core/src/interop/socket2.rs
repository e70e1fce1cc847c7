//! Conversions with `socket2::SockAddr`, for the system that the crate is built for.
//!
//! `socket2` has no safe way from bytes or to them, so this goes by the parts: what it does not
//! show, such as the flags of vsock, is not looked at. Flow information is put in network order,
//! where `SockAddr::from(SocketAddrV6)` leaves it in the order of the machine
//! (rust-lang/rust#101605).

use core::net::{SocketAddr, SocketAddrV6};

use socket2::SockAddr;

use crate::addr::{ConvertError, SocketAddress, UnixAddress, VsockAddress};

/// Refuses families that are not those of [`SocketAddress`], and a path of more than 108 bytes.
impl TryFrom<&SockAddr> for SocketAddress {
    type Error = ConvertError;

    fn try_from(address: &SockAddr) -> Result<Self, ConvertError> {
        match address.as_socket() {
            Some(SocketAddr::V4(addr)) => Ok(Self::Inet4(addr)),
            Some(SocketAddr::V6(addr)) => {
                Ok(Self::Inet6(with_flowinfo(&addr, u32::from_be(addr.flowinfo()))))
            }
            None => match read_vsock(address) {
                Some((cid, port)) => Ok(Self::Vsock(VsockAddress { cid, port })),
                None => read_unix(address).map(Self::Unix),
            },
        }
    }
}

/// Refuses what the system cannot hold: a longer path, an abstract name or vsock elsewhere than on
/// Linux and Android.
impl TryFrom<&SocketAddress> for SockAddr {
    type Error = ConvertError;

    fn try_from(address: &SocketAddress) -> Result<Self, ConvertError> {
        match address {
            SocketAddress::Inet4(addr) => Ok((*addr).into()),
            SocketAddress::Inet6(addr) => Ok(with_flowinfo(addr, addr.flowinfo().to_be()).into()),
            SocketAddress::Unix(addr) => write_unix(addr),
            SocketAddress::Vsock(addr) => write_vsock(*addr),
        }
    }
}

const fn with_flowinfo(addr: &SocketAddrV6, flowinfo: u32) -> SocketAddrV6 {
    SocketAddrV6::new(*addr.ip(), addr.port(), flowinfo, addr.scope_id())
}

#[cfg(unix)]
fn read_unix(address: &SockAddr) -> Result<UnixAddress, ConvertError> {
    use std::os::unix::ffi::OsStrExt as _;

    if address.is_unnamed() {
        return Ok(UnixAddress::UNNAMED);
    }
    let read = match (address.as_pathname(), address.as_abstract_namespace()) {
        (Some(path), _) => UnixAddress::from_pathname(path.as_os_str().as_bytes()),
        (None, Some(name)) => UnixAddress::from_abstract_name(name),
        (None, None) => return Err(ConvertError::NotRepresentable),
    };
    read.map_err(|_| ConvertError::NotRepresentable)
}

#[cfg(not(unix))]
const fn read_unix(_: &SockAddr) -> Result<UnixAddress, ConvertError> {
    Err(ConvertError::NotRepresentable)
}

#[cfg(unix)]
fn write_unix(address: &UnixAddress) -> Result<SockAddr, ConvertError> {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    use crate::addr::UnixName;
    use crate::cursor::Writer;

    let mut buffer = [0; UnixAddress::MAX_PATH_LEN];
    let mut path = Writer::new(&mut buffer);
    let written = match address.name() {
        UnixName::Unnamed => Ok(()),
        UnixName::Pathname(name) => path.put_slice(name),
        UnixName::Abstract(name) if HAS_ABSTRACT_NAMES => {
            path.put(0).and_then(|()| path.put_slice(name))
        }
        UnixName::Abstract(_) => return Err(ConvertError::NotRepresentable),
    };
    written.map_err(|_| ConvertError::NotRepresentable)?;
    SockAddr::unix(OsStr::from_bytes(path.written())).map_err(|_| ConvertError::NotRepresentable)
}

#[cfg(not(unix))]
const fn write_unix(_: &UnixAddress) -> Result<SockAddr, ConvertError> {
    Err(ConvertError::NotRepresentable)
}

/// Elsewhere a path that begins with NUL would be the unnamed address.
#[cfg(unix)]
const HAS_ABSTRACT_NAMES: bool = cfg!(any(target_os = "linux", target_os = "android"));

#[cfg(any(target_os = "linux", target_os = "android"))]
fn read_vsock(address: &SockAddr) -> Option<(u32, u32)> {
    address.as_vsock_address()
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
const fn read_vsock(_: &SockAddr) -> Option<(u32, u32)> {
    None
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn write_vsock(VsockAddress { cid, port }: VsockAddress) -> Result<SockAddr, ConvertError> {
    Ok(SockAddr::vsock(cid, port))
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
const fn write_vsock(_: VsockAddress) -> Result<SockAddr, ConvertError> {
    Err(ConvertError::NotRepresentable)
}
