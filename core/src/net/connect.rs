//! From an endpoint to a connected stream.

use alloc::string::ToString as _;
use alloc::vec::Vec;
use core::net::{SocketAddr, SocketAddrV6};
use std::io;
use std::net::{TcpStream, ToSocketAddrs as _};

use super::Stream;
use super::stream::v6_to_std;
use crate::addr::{Endpoint, Host, HostPort, Ip, SocketAddress, UnixAddress, Zone};

/// Finds the addresses that a host and a port stand for.
///
/// The core never asks the machine; whoever connects to a name, or to an address with the name of
/// a zone, says here how it is looked up.
pub trait Resolve {
    /// Returns the addresses in the order in which they are to be tried.
    ///
    /// # Errors
    ///
    /// That of the lookup; no address at all is an error as well.
    fn resolve(&self, host: &Host<'_>, port: u16) -> io::Result<Vec<SocketAddr>>;
}

/// Asks the operating system, which also knows the names of its interfaces.
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::exhaustive_structs)] // it has no state
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, host: &Host<'_>, port: u16) -> io::Result<Vec<SocketAddr>> {
        let name = match host {
            Host::Ip(Ip::V4(addr)) => return Ok([(*addr, port).into()].into()),
            Host::Ip(Ip::V6(addr, zone @ (None | Some(Zone::Index(_))))) => {
                let scope = match zone {
                    Some(Zone::Index(index)) => index.get(),
                    _ => 0,
                };
                return Ok([SocketAddrV6::new(*addr, port, 0, scope).into()].into());
            }
            Host::Ip(ip) => ip.to_string(),
            Host::Name(name) => name.to_string(),
            Host::Any => return Err(invalid("`*` is a listen address, nothing to connect to")),
        };
        let found: Vec<SocketAddr> = (name.as_str(), port).to_socket_addrs()?.collect();
        if found.is_empty() {
            return Err(io::Error::new(io::ErrorKind::NotFound, "host has no address"));
        }
        Ok(found)
    }
}

/// Connects to an endpoint; names are resolved by the operating system.
///
/// Addresses are tried in turn; the error is that of the last.
///
/// # Errors
///
/// [`InvalidInput`](io::ErrorKind::InvalidInput) for a host without a port, for `*` and for an
/// unnamed Unix socket; [`Unsupported`](io::ErrorKind::Unsupported) for kinds of endpoint that the
/// standard library cannot connect to; else that of the operating system.
pub fn connect(endpoint: &Endpoint<'_>) -> io::Result<Stream> {
    connect_with(endpoint, &SystemResolver)
}

/// Connects to an endpoint; names are resolved by `resolver`.
///
/// # Errors
///
/// Those of [`connect`] and of the resolver.
pub fn connect_with(endpoint: &Endpoint<'_>, resolver: &impl Resolve) -> io::Result<Stream> {
    match endpoint {
        Endpoint::Inet(HostPort { host, port }) => {
            let port = port.ok_or_else(|| invalid("endpoint has no port"))?;
            TcpStream::connect(resolver.resolve(host, port)?.as_slice()).map(Stream::Tcp)
        }
        Endpoint::Unix(address) => connect_unix(address),
        _ => Err(unsupported()),
    }
}

/// Connects to an address as a kernel holds it; flow information is sent in network order.
///
/// # Errors
///
/// Those of [`connect`].
pub fn connect_to(address: &SocketAddress) -> io::Result<Stream> {
    match address {
        SocketAddress::Inet4(v4) => TcpStream::connect(*v4).map(Stream::Tcp),
        SocketAddress::Inet6(v6) => TcpStream::connect(v6_to_std(*v6)).map(Stream::Tcp),
        SocketAddress::Unix(address) => connect_unix(address),
        SocketAddress::Vsock(_) => Err(unsupported()),
    }
}

#[cfg(unix)]
fn connect_unix(address: &UnixAddress) -> io::Result<Stream> {
    if *address == UnixAddress::UNNAMED {
        return Err(invalid("an unnamed socket cannot be connected to"));
    }
    let address = std::os::unix::net::SocketAddr::try_from(address)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    std::os::unix::net::UnixStream::connect_addr(&address).map(Stream::Unix)
}

#[cfg(not(unix))]
fn connect_unix(_: &UnixAddress) -> io::Result<Stream> {
    Err(unsupported())
}

pub(super) fn invalid(message: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, message)
}

pub(super) fn unsupported() -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, "this kind of endpoint has no stream socket here")
}
