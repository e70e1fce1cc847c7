//! From an endpoint to a socket that accepts connections.

use core::net::{Ipv4Addr, Ipv6Addr};
use std::io;
use std::net::TcpListener;
#[cfg(unix)]
use std::os::unix::net::UnixListener;

use super::Stream;
use super::connect::{Resolve as _, SystemResolver, invalid, unsupported};
use super::stream::from_std;
use crate::addr::{Endpoint, Host, HostPort, SocketAddress, UnixAddress};

/// A listening socket: TCP, or a Unix socket where there are any.
///
/// The file of a Unix socket stays when the listener is dropped, and one that is there already is
/// never removed: whose it is, only the caller knows.
#[derive(Debug)]
#[non_exhaustive]
pub enum Listener {
    /// A TCP socket.
    Tcp(TcpListener),
    /// A Unix socket.
    #[cfg(unix)]
    Unix(UnixListener),
}

impl Listener {
    /// Binds a socket to an endpoint and listens.
    ///
    /// `*` listens on `::`, which takes IPv4 too where the system says so by default, and on
    /// 0.0.0.0 where there is no IPv6.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) for a host without a port and for an unnamed
    /// Unix socket, which would be bound to a name of the kernel's choice;
    /// [`Unsupported`](io::ErrorKind::Unsupported) for kinds of endpoint that the standard library
    /// cannot listen on; else that of the operating system.
    pub fn bind(endpoint: &Endpoint<'_>) -> io::Result<Self> {
        match endpoint {
            Endpoint::Inet(HostPort { host, port }) => {
                let port = port.ok_or_else(|| invalid("endpoint has no port"))?;
                bind_tcp(host, port).map(Self::Tcp)
            }
            Endpoint::Unix(address) => bind_unix(address),
            _ => Err(unsupported()),
        }
    }

    /// Waits for a connection.
    ///
    /// # Errors
    ///
    /// That of the operating system.
    pub fn accept(&self) -> io::Result<Stream> {
        match self {
            Self::Tcp(socket) => socket.accept().map(|(stream, _)| Stream::Tcp(stream)),
            #[cfg(unix)]
            Self::Unix(socket) => socket.accept().map(|(stream, _)| Stream::Unix(stream)),
        }
    }

    /// The address that the socket is bound to, with the port that was chosen for port 0.
    ///
    /// # Errors
    ///
    /// That of the operating system; [`InvalidData`](io::ErrorKind::InvalidData) for an address
    /// that [`SocketAddress`] cannot hold.
    pub fn local_address(&self) -> io::Result<SocketAddress> {
        match self {
            Self::Tcp(socket) => Ok(from_std(socket.local_addr()?)),
            #[cfg(unix)]
            Self::Unix(socket) => super::stream::unix_from_std(&socket.local_addr()?),
        }
    }
}

fn bind_tcp(host: &Host<'_>, port: u16) -> io::Result<TcpListener> {
    match host {
        Host::Any => TcpListener::bind((Ipv6Addr::UNSPECIFIED, port)).or_else(|error| {
            // Without IPv6 the address cannot be bound; any other failure is the caller's.
            if matches!(error.kind(), io::ErrorKind::AddrNotAvailable | io::ErrorKind::Unsupported)
            {
                TcpListener::bind((Ipv4Addr::UNSPECIFIED, port))
            } else {
                Err(error)
            }
        }),
        host => TcpListener::bind(SystemResolver.resolve(host, port)?.as_slice()),
    }
}

#[cfg(unix)]
fn bind_unix(address: &UnixAddress) -> io::Result<Listener> {
    if *address == UnixAddress::UNNAMED {
        return Err(invalid("an unnamed socket cannot be listened on"));
    }
    let address = std::os::unix::net::SocketAddr::try_from(address)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    UnixListener::bind_addr(&address).map(Listener::Unix)
}

#[cfg(not(unix))]
fn bind_unix(_: &UnixAddress) -> io::Result<Listener> {
    Err(unsupported())
}
