//! The steps that lead to a decision.

use core::fmt;

use super::Origin;

macro_rules! reasons {
    ($($(#[$meta:meta])* $variant:ident => $code:literal, $sentence:literal;)*) => {
        /// One step towards a decision.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ReasonKind {
            $($(#[$meta])* $variant,)*
        }

        impl ReasonKind {
            /// Every kind, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The kebab-case code that JSON and the command share.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                }
            }
        }

        impl fmt::Display for ReasonKind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(match self {
                    $(Self::$variant => $sentence,)*
                })
            }
        }
    };
}

reasons! {
    /// Nothing names a host.
    HostUnset => "host-unset", "no host is named";
    /// The host is empty, which is as good as none.
    HostEmpty => "host-empty", "the host is empty, which names none";
    /// The host is exactly `localhost`, the word for this machine.
    HostLocalhost => "host-localhost", "the host is `localhost`, which is this machine";
    /// The host is `.`, the word for the pipes of this machine.
    HostDot => "host-dot", "the host is `.`, which stands for the pipes of this machine";
    /// The host is an address or a name of the network.
    HostNetwork => "host-network", "the host is an address or a name of the network";
    /// The host is a list; each element is decided and tried in turn.
    HostList => "host-list", "the host is a list: each is tried in turn";
    /// The host begins with `/` and so is the directory of a socket.
    HostDirectory => "host-directory", "the host is the directory of a Unix socket";
    /// The host begins with `@` and so is the front of an abstract name.
    HostAbstract => "host-abstract", "the host is the front of an abstract name";
    /// A numeric address stands beside the host and is the one that counts.
    Hostaddr => "hostaddr", "`hostaddr` is where to connect to, whatever `host` says";
    /// The option `protocol` decides, as far as it can.
    ProtocolGiven => "protocol-given", "the protocol is asked for";
    /// A port on the command line forces TCP, as long as nothing later forces something else.
    PortForcesTcp => "port-forces-tcp", "a port on the command line forces TCP";
    /// A socket on the command line forces a Unix socket, as long as nothing later forces
    /// something else.
    SocketForcesSocket => "socket-forces-socket", "a socket on the command line forces a Unix socket";
    /// The protocol that was asked for changes nothing here.
    ProtocolIgnored => "protocol-ignored", "the protocol asked for changes nothing here";
    /// The path of the socket, or the name of the pipe, is given.
    SocketGiven => "socket-given", "the socket is named";
    /// The path of the socket, or the name of the pipe, is the default.
    SocketDefault => "socket-default", "no socket is named: the default";
    /// No socket is named, and the program has no default.
    SocketUnknown => "socket-unknown", "no socket is known";
    /// The port is given.
    PortGiven => "port-given", "the port is given";
    /// The port is 0, which is as good as none.
    PortZero => "port-zero", "port 0 is as good as none";
    /// The port is the default.
    PortDefault => "port-default", "no port is given: the default";
    /// A service of the service file fills in what is left open.
    Service => "service", "a service fills in what is left open";
    /// The first choice, or the next: shared memory.
    SharedMemory => "shared-memory", "connect through shared memory";
    /// The first choice, or the next: a named pipe.
    NamedPipe => "named-pipe", "connect to a named pipe";
    /// The first choice, or the next: a Unix socket.
    UnixSocket => "unix-socket", "connect to a Unix socket";
    /// The first choice, or the next: TCP.
    Tcp => "tcp", "connect by TCP";
}

/// One step towards a decision, and what it rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Reason<'a> {
    /// The step.
    pub kind: ReasonKind,
    /// Where the value that it rests on came from.
    pub origin: Origin<'a>,
}

impl Reason<'_> {
    /// The kebab-case code of the step.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.kind.code()
    }
}

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.origin {
            Origin::BuiltIn => fmt::Display::fmt(&self.kind, f),
            origin => write!(f, "{} ({origin})", self.kind),
        }
    }
}

/// More steps than any decision takes: each kind stands at most once, but for a port of 0 that
/// two origins give.
const MAX: usize = 16;

/// Steps in an array of their own.
#[derive(Clone, Copy)]
pub(super) struct Reasons<'a> {
    list: [Reason<'a>; MAX],
    len: usize,
}

impl<'a> Reasons<'a> {
    pub(super) const fn new() -> Self {
        let nothing = Reason { kind: ReasonKind::HostUnset, origin: Origin::BuiltIn };
        Self { list: [nothing; MAX], len: 0 }
    }

    pub(super) fn push(&mut self, kind: ReasonKind, origin: Origin<'a>) {
        if let Some(slot) = self.list.get_mut(self.len) {
            *slot = Reason { kind, origin };
            self.len = self.len.saturating_add(1);
        }
    }

    pub(super) fn as_slice(&self) -> &[Reason<'a>] {
        self.list.get(..self.len).unwrap_or(&self.list)
    }
}

impl fmt::Debug for Reasons<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.as_slice()).finish()
    }
}
