//! Endpoints: what a person or a configuration file writes.

use super::spelling::Spelling;
use super::{Host, PipeName, UnixAddress, VsockAddress};

/// A host with or without a port.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(clippy::exhaustive_structs)] // a pair, as its name says
pub struct HostPort<'a> {
    /// The host.
    pub host: Host<'a>,
    /// The port, where one was written or defaulted.
    pub port: Option<u16>,
}

/// What a person writes to say where a socket is.
///
/// The order is IPv4, IPv6, name, any, Unix, vsock, pipe, descriptor; then the fields.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Endpoint<'a> {
    /// An IP address or a name, with or without a port.
    Inet(HostPort<'a>),
    /// A Unix socket.
    Unix(UnixAddress),
    /// A virtual machine socket.
    Vsock(VsockAddress),
    /// A named pipe.
    Pipe(PipeName<'a>),
    /// An inherited file descriptor.
    Fd(u32),
    /// A socket passed by a service manager, by name where it has one.
    FdName(Option<FdName<'a>>),
}

/// The name of a passed socket: 1 to 255 bytes %x21-7E without `:`.
///
/// Source: `sd_listen_fds_with_names(3)`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FdName<'a>(Spelling<'a>);

impl core::fmt::Debug for FdName<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Debug::fmt(&self.0, f)
    }
}
