//! Conversions between [`UnixAddress`] and the address type of `std`.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::SocketAddr;

#[cfg(target_os = "android")]
use std::os::android::net::SocketAddrExt as _;
#[cfg(target_os = "linux")]
use std::os::linux::net::SocketAddrExt as _;

use super::{ConvertError, SocketAddress, UnixAddress, UnixName};

/// Refuses a path that is longer than any of the usual systems holds.
impl TryFrom<&SocketAddr> for UnixAddress {
    type Error = ConvertError;

    fn try_from(address: &SocketAddr) -> Result<Self, ConvertError> {
        if address.is_unnamed() {
            return Ok(Self::UNNAMED);
        }
        let read = match (address.as_pathname(), abstract_name(address)) {
            (Some(path), _) => Self::from_pathname(path.as_os_str().as_bytes()),
            (None, Some(name)) => Self::from_abstract_name(name),
            (None, None) => return Err(ConvertError::NotRepresentable),
        };
        read.map_err(|_| ConvertError::NotRepresentable)
    }
}

/// Refuses a path of more bytes than this system holds, and an abstract name where there are none.
impl TryFrom<&UnixAddress> for SocketAddr {
    type Error = ConvertError;

    fn try_from(address: &UnixAddress) -> Result<Self, ConvertError> {
        match address.name() {
            UnixName::Unnamed => from_bytes(b""),
            UnixName::Pathname(path) => from_bytes(path),
            UnixName::Abstract(name) => from_abstract_name(name),
        }
    }
}

impl TryFrom<&SocketAddr> for SocketAddress {
    type Error = ConvertError;

    fn try_from(address: &SocketAddr) -> Result<Self, ConvertError> {
        UnixAddress::try_from(address).map(Self::Unix)
    }
}

/// Refuses what is no Unix socket, and what this system cannot hold.
impl TryFrom<&SocketAddress> for SocketAddr {
    type Error = ConvertError;

    fn try_from(address: &SocketAddress) -> Result<Self, ConvertError> {
        match address {
            SocketAddress::Unix(address) => address.try_into(),
            _ => Err(ConvertError::NotRepresentable),
        }
    }
}

/// An empty path gives the unnamed address.
fn from_bytes(path: &[u8]) -> Result<SocketAddr, ConvertError> {
    SocketAddr::from_pathname(OsStr::from_bytes(path)).map_err(|_| ConvertError::NotRepresentable)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn abstract_name(address: &SocketAddr) -> Option<&[u8]> {
    address.as_abstract_name()
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
const fn abstract_name(_: &SocketAddr) -> Option<&[u8]> {
    None
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn from_abstract_name(name: &[u8]) -> Result<SocketAddr, ConvertError> {
    SocketAddr::from_abstract_name(name).map_err(|_| ConvertError::NotRepresentable)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
const fn from_abstract_name(_: &[u8]) -> Result<SocketAddr, ConvertError> {
    Err(ConvertError::NotRepresentable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixDatagram;

    fn round_trip(text: &[u8]) -> Result<(), ConvertError> {
        let address = UnixAddress::parse(text).unwrap();
        let std = SocketAddr::try_from(&address)?;
        assert_eq!(UnixAddress::try_from(&std), Ok(address));
        let address = SocketAddress::from(address);
        assert_eq!(SocketAddress::try_from(&std), Ok(address));
        assert!(SocketAddr::try_from(&address).is_ok());
        Ok(())
    }

    #[test]
    fn every_kind_goes_there_and_back() {
        assert_eq!(round_trip(b"/run/x\xff.sock"), Ok(()));
        assert_eq!(round_trip(b"unix:x"), Ok(()));
        assert_eq!(round_trip(b"unix-unnamed:"), Ok(()));
        assert!(SocketAddr::try_from(&UnixAddress::UNNAMED).unwrap().is_unnamed());
    }

    #[cfg(any(target_os = "linux", target_os = "android"))]
    #[test]
    fn abstract_names_go_there_and_back() {
        assert_eq!(round_trip(b"@a\0b"), Ok(()));
        assert_eq!(round_trip(b"@"), Ok(()));
        assert_eq!(round_trip(&[b'@'; 108]), Ok(()));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_path_without_room_for_its_nul_is_refused() {
        assert_eq!(round_trip(&[b'/'; 107]), Ok(()));
        assert_eq!(round_trip(&[b'/'; 108]), Err(ConvertError::NotRepresentable));
    }

    #[test]
    fn what_is_no_unix_socket_is_refused() {
        let address = SocketAddress::from(core::net::SocketAddr::from(([127, 0, 0, 1], 80)));
        assert!(SocketAddr::try_from(&address).is_err());
    }

    #[test]
    fn the_kernel_gives_an_unbound_socket_no_name() {
        let address = UnixDatagram::unbound().unwrap().local_addr().unwrap();
        assert_eq!(UnixAddress::try_from(&address), Ok(UnixAddress::UNNAMED));
    }
}
