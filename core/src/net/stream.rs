//! A connected socket of either kind.

use core::net::{SocketAddr, SocketAddrV6};
use core::time::Duration;
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::net::{Shutdown, TcpStream};
#[cfg(unix)]
use std::os::unix::net::UnixStream;

use crate::addr::SocketAddress;

/// A connected stream socket: TCP, or a Unix socket where there are any.
#[derive(Debug)]
#[non_exhaustive]
pub enum Stream {
    /// A TCP connection.
    Tcp(TcpStream),
    /// A connection over a Unix socket.
    #[cfg(unix)]
    Unix(UnixStream),
}

/// Calls the same method of whichever socket it is.
macro_rules! either {
    ($stream:expr, $socket:ident => $call:expr) => {
        match $stream {
            Self::Tcp($socket) => $call,
            #[cfg(unix)]
            Self::Unix($socket) => $call,
        }
    };
}

impl Stream {
    /// The address of the other side.
    ///
    /// # Errors
    ///
    /// That of the operating system; [`InvalidData`](io::ErrorKind::InvalidData) for an address
    /// that [`SocketAddress`] cannot hold.
    pub fn peer_address(&self) -> io::Result<SocketAddress> {
        match self {
            Self::Tcp(socket) => Ok(from_std(socket.peer_addr()?)),
            #[cfg(unix)]
            Self::Unix(socket) => unix_from_std(&socket.peer_addr()?),
        }
    }

    /// The address of this side.
    ///
    /// # Errors
    ///
    /// Those of [`peer_address`](Self::peer_address).
    pub fn local_address(&self) -> io::Result<SocketAddress> {
        match self {
            Self::Tcp(socket) => Ok(from_std(socket.local_addr()?)),
            #[cfg(unix)]
            Self::Unix(socket) => unix_from_std(&socket.local_addr()?),
        }
    }

    /// Opens a second handle of the same socket.
    ///
    /// # Errors
    ///
    /// That of the operating system.
    pub fn try_clone(&self) -> io::Result<Self> {
        match self {
            Self::Tcp(socket) => socket.try_clone().map(Self::Tcp),
            #[cfg(unix)]
            Self::Unix(socket) => socket.try_clone().map(Self::Unix),
        }
    }

    /// Shuts down one direction, or both.
    ///
    /// # Errors
    ///
    /// That of the operating system.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        either!(self, socket => socket.shutdown(how))
    }

    /// Limits the time that a read may wait; `None` waits for ever.
    ///
    /// # Errors
    ///
    /// That of the operating system; a time of zero is refused.
    pub fn set_read_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        either!(self, socket => socket.set_read_timeout(limit))
    }

    /// Limits the time that a write may wait; `None` waits for ever.
    ///
    /// # Errors
    ///
    /// That of the operating system; a time of zero is refused.
    pub fn set_write_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        either!(self, socket => socket.set_write_timeout(limit))
    }
}

/// What the standard library holds; its flow information is in network order.
pub(super) fn from_std(addr: SocketAddr) -> SocketAddress {
    match addr {
        SocketAddr::V6(mut v6) => {
            v6.set_flowinfo(u32::from_be(v6.flowinfo()));
            v6.into()
        }
        SocketAddr::V4(v4) => v4.into(),
    }
}

/// What the standard library hands to the kernel as it is: flow information in network order.
pub(super) fn v6_to_std(mut addr: SocketAddrV6) -> SocketAddr {
    addr.set_flowinfo(addr.flowinfo().to_be());
    addr.into()
}

#[cfg(unix)]
pub(super) fn unix_from_std(addr: &std::os::unix::net::SocketAddr) -> io::Result<SocketAddress> {
    crate::addr::UnixAddress::try_from(addr)
        .map(SocketAddress::Unix)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        either!(self, socket => socket.read(buffer))
    }

    fn read_vectored(&mut self, buffers: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
        either!(self, socket => socket.read_vectored(buffers))
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        either!(self, socket => socket.write(bytes))
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        either!(self, socket => socket.write_vectored(pieces))
    }

    fn flush(&mut self) -> io::Result<()> {
        either!(self, socket => socket.flush())
    }
}
