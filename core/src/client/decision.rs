//! What a client tries in turn.

use core::fmt;

use super::reason::Reasons;
use super::{Reason, ReasonKind, libpq, mysql};
use crate::addr::{Endpoint, Printable};

/// The way in which a client connects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Transport {
    /// TCP; a name stands for all of its addresses, tried in turn.
    Tcp,
    /// A Unix socket.
    UnixSocket,
    /// A named pipe of Windows.
    NamedPipe,
    /// Shared memory of Windows.
    SharedMemory,
}

impl Transport {
    /// The name that JSON and the command share.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.reason().code()
    }

    /// The step of a decision that ends in it.
    pub(super) const fn reason(self) -> ReasonKind {
        match self {
            Self::Tcp => ReasonKind::Tcp,
            Self::UnixSocket => ReasonKind::UnixSocket,
            Self::NamedPipe => ReasonKind::NamedPipe,
            Self::SharedMemory => ReasonKind::SharedMemory,
        }
    }
}

/// One thing that a client tries to connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[allow(clippy::large_enum_variant)] // nothing is allocated, and the large one is the usual one
pub enum Target<'a> {
    /// An endpoint: a Unix socket, a named pipe, or a host with its port.
    Endpoint(Endpoint<'a>),
    /// Shared memory of Windows, by its base name; no endpoint says it.
    SharedMemory(&'a [u8]),
}

impl<'a> Target<'a> {
    /// The endpoint, where it is one.
    #[must_use]
    pub const fn endpoint(&self) -> Option<&Endpoint<'a>> {
        match self {
            Self::Endpoint(endpoint) => Some(endpoint),
            Self::SharedMemory(_) => None,
        }
    }

    /// The way to connect to it.
    #[must_use]
    pub const fn transport(&self) -> Transport {
        match self {
            Self::Endpoint(Endpoint::Unix(_)) => Transport::UnixSocket,
            Self::Endpoint(Endpoint::Pipe(_)) => Transport::NamedPipe,
            Self::Endpoint(_) => Transport::Tcp,
            Self::SharedMemory(_) => Transport::SharedMemory,
        }
    }
}

/// The strict text of an endpoint; `shared-memory:` and the base name.
impl fmt::Display for Target<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Endpoint(endpoint) => fmt::Display::fmt(endpoint, f),
            Self::SharedMemory(name) => write!(f, "shared-memory:{}", Printable(name)),
        }
    }
}

/// What a client tries in turn, and the steps that led there.
///
/// The last steps are the transports of the targets in their order; of a list of hosts, that of
/// the first.
#[derive(Clone, Debug)]
pub struct Decision<'a> {
    targets: Targets<'a>,
    reasons: Reasons<'a>,
}

impl<'a> Decision<'a> {
    pub(super) const fn new(targets: Targets<'a>, reasons: Reasons<'a>) -> Self {
        Self { targets, reasons }
    }

    /// What is tried, in order; at least one.
    #[must_use]
    pub fn targets(&self) -> Targets<'a> {
        self.targets.clone()
    }

    /// The steps, in order.
    #[must_use]
    pub fn reasons(&self) -> &[Reason<'a>] {
        self.reasons.as_slice()
    }
}

/// What a client tries, in order.
///
/// Every element was read when the decision was made, and is read again when it is asked for, so
/// nothing is allocated.
#[derive(Clone, Debug)]
pub struct Targets<'a>(pub(super) List<'a>);

#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // nothing is allocated
pub(super) enum List<'a> {
    /// What is left of one or two.
    Fixed([Option<Target<'a>>; 2]),
    /// What is left of a list of hosts of MariaDB Connector/C.
    Mysql(mysql::Hosts<'a>),
    /// What is left of a list of hosts of libpq.
    Libpq(libpq::Hosts<'a>),
}

impl<'a> Iterator for Targets<'a> {
    type Item = Target<'a>;

    fn next(&mut self) -> Option<Target<'a>> {
        match &mut self.0 {
            List::Fixed([first, second]) => first.take().or_else(|| second.take()),
            List::Mysql(hosts) => hosts.next(),
            List::Libpq(hosts) => hosts.next(),
        }
    }
}
