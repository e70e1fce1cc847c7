//! What a text says of a socket beside where it is.

use core::fmt;

use crate::addr::{Printable, Written};

macro_rules! names {
    ($(#[$enum_meta:meta])* $enum:ident: $($(#[$meta:meta])* $variant:ident => $name:literal,)*) => {
        $(#[$enum_meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $enum {
            $($(#[$meta])* $variant,)*
        }

        impl $enum {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name that JSON and the command share.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// Finds a value by its [name](Self::name); the case matters.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == name)
            }
        }

        impl fmt::Display for $enum {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }
    };
}

names! {
    /// What a text says of how bytes travel.
    Transport:
    /// TCP, or the streams of a local socket where the dialect has one word for both.
    Tcp => "tcp",
    /// UDP.
    Udp => "udp",
    /// SCTP.
    Sctp => "sctp",
    /// DCCP.
    Dccp => "dccp",
    /// QUIC before version 1.
    Quic => "quic",
    /// QUIC version 1 (RFC 9000).
    QuicV1 => "quic-v1",
    /// TLS over a stream.
    Tls => "tls",
    /// HTTP over a stream.
    Http => "http",
    /// HTTP over TLS.
    Https => "https",
    /// WebSocket.
    Ws => "ws",
    /// WebSocket over TLS.
    Wss => "wss",
    /// A tunnel through SSH.
    Ssh => "ssh",
    /// Streams, whatever carries them.
    Stream => "stream",
    /// Datagrams, whatever carries them.
    Datagram => "datagram",
    /// Records in sequence, whatever carries them.
    SeqPacket => "seqpacket",
}

names! {
    /// What a text says of the family of a host that does not say it itself.
    Family:
    /// IPv4 only.
    Ipv4 => "ipv4",
    /// IPv6 only.
    Ipv6 => "ipv6",
}

/// A word of the text, as it was written; it borrows, and owns its bytes after `into_owned`.
#[derive(Clone)]
pub struct Token<'a>(Written<'a>);

impl<'a> Token<'a> {
    /// Keeps the bytes of a word; any may stand in it.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self(Written::new(bytes))
    }

    /// The bytes as written.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The same word with its own copy of the bytes.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn into_owned(self) -> Token<'static> {
        Token(self.0.into_owned())
    }
}

impl PartialEq for Token<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Token<'_> {}

/// Printable ASCII as it is, every other byte as `%XX`.
impl fmt::Display for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Printable(self.as_bytes()), f)
    }
}

impl fmt::Debug for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

/// What a text says beside the [endpoint](crate::addr::Endpoint), and no more than that: a family
/// that the address shows already is not repeated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extra<'a> {
    /// How bytes travel.
    pub transport: Option<Transport>,
    /// The family that a name or `*` stands for.
    pub family: Option<Family>,
    /// The name of a service in place of a port.
    pub service: Option<Token<'a>>,
    /// An obfuscated host or port of RFC 7239, section 6.3, with its `_`.
    pub obfuscated: Option<Token<'a>>,
    /// The interface that a socket is bound to, where that is no zone of its address.
    pub interface: Option<Token<'a>>,
    /// The first and the last of several ports; the first is also the port of the endpoint.
    pub ports: Option<(u16, u16)>,
}

impl Extra<'_> {
    /// Nothing beside the endpoint.
    pub const NONE: Self = Self {
        transport: None,
        family: None,
        service: None,
        obfuscated: None,
        interface: None,
        ports: None,
    };

    /// Whether the text says nothing beside the endpoint.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        matches!(
            self,
            Self {
                transport: None,
                family: None,
                service: None,
                obfuscated: None,
                interface: None,
                ports: None,
            }
        )
    }

    /// The same with its own copy of the words.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn into_owned(self) -> Extra<'static> {
        Extra {
            service: self.service.map(Token::into_owned),
            obfuscated: self.obfuscated.map(Token::into_owned),
            interface: self.interface.map(Token::into_owned),
            transport: self.transport,
            family: self.family,
            ports: self.ports,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_again() {
        for transport in Transport::ALL {
            assert_eq!(Transport::from_name(transport.name()), Some(*transport));
        }
        for family in Family::ALL {
            assert_eq!(Family::from_name(family.name()), Some(*family));
        }
        assert_eq!(Transport::from_name("TCP"), None);
    }

    #[test]
    fn only_nothing_is_empty() {
        assert!(Extra::NONE.is_empty() && Extra::default().is_empty());
        assert!(!Extra { service: Some(Token::new(b"http")), ..Extra::NONE }.is_empty());
        assert!(!Extra { ports: Some((1, 2)), ..Extra::NONE }.is_empty());
    }

    #[test]
    fn control_bytes_never_reach_a_terminal() {
        assert_eq!(alloc::format!("{}", Token::new(b"a\x1bb")), "a%1Bb");
    }
}
