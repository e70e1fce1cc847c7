//! The protocols of multiaddrs: one table for the text and for the bytes.
//!
//! Source: multiformats/multiaddr, `protocols.csv`. Not known here: `onion`, `onion3`, `garlic32`,
//! `garlic64`, `certhash` and `memory`, whose values are neither addresses nor around one that is,
//! and protocols that the table itself calls deprecated and no other replaced.

use crate::dialect::{Extra, Reading, Transport};

/// What follows a protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing.
    Flag,
    /// Four bytes.
    Ip4,
    /// Sixteen bytes.
    Ip6,
    /// A byte: how many bits of the address before it count.
    Bits,
    /// Two bytes, big endian.
    Port,
    /// Bytes with their length before them.
    Sized(Sized),
}

/// What bytes with their length before them are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sized {
    /// The zone of the IPv6 address that must follow.
    Zone,
    /// A domain name.
    Name,
    /// A path, one percent-encoded segment of text.
    Path,
    /// The path of a socket.
    Unix,
    /// A multihash, in text in base58.
    Peer,
}

macro_rules! protocols {
    ($($variant:ident = $code:literal $name:literal $kind:expr,)*) => {
        /// A protocol of a multiaddr.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Protocol {
            $($variant,)*
        }

        impl Protocol {
            /// Every protocol.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The number that the bytes begin with.
            pub(crate) const fn code(self) -> u32 {
                match self {
                    $(Self::$variant => $code,)*
                }
            }

            /// The word of the text.
            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// What follows it.
            pub(crate) const fn kind(self) -> Kind {
                match self {
                    $(Self::$variant => $kind,)*
                }
            }
        }
    };
}

protocols! {
    Ip4 = 4 "ip4" Kind::Ip4,
    Tcp = 6 "tcp" Kind::Port,
    Dccp = 33 "dccp" Kind::Port,
    Ip6 = 41 "ip6" Kind::Ip6,
    Ip6Zone = 42 "ip6zone" Kind::Sized(Sized::Zone),
    IpCidr = 43 "ipcidr" Kind::Bits,
    Dns = 53 "dns" Kind::Sized(Sized::Name),
    Dns4 = 54 "dns4" Kind::Sized(Sized::Name),
    Dns6 = 55 "dns6" Kind::Sized(Sized::Name),
    DnsAddr = 56 "dnsaddr" Kind::Sized(Sized::Name),
    Sctp = 132 "sctp" Kind::Port,
    Udp = 273 "udp" Kind::Port,
    WebRtcDirect = 280 "webrtc-direct" Kind::Flag,
    WebRtc = 281 "webrtc" Kind::Flag,
    P2pCircuit = 290 "p2p-circuit" Kind::Flag,
    Udt = 301 "udt" Kind::Flag,
    Utp = 302 "utp" Kind::Flag,
    Unix = 400 "unix" Kind::Sized(Sized::Unix),
    P2p = 421 "p2p" Kind::Sized(Sized::Peer),
    Https = 443 "https" Kind::Flag,
    Tls = 448 "tls" Kind::Flag,
    Sni = 449 "sni" Kind::Sized(Sized::Name),
    Noise = 454 "noise" Kind::Flag,
    Quic = 460 "quic" Kind::Flag,
    QuicV1 = 461 "quic-v1" Kind::Flag,
    WebTransport = 465 "webtransport" Kind::Flag,
    Ws = 477 "ws" Kind::Flag,
    Wss = 478 "wss" Kind::Flag,
    Http = 480 "http" Kind::Flag,
    HttpPath = 481 "http-path" Kind::Sized(Sized::Path),
}

impl Protocol {
    /// The protocol of a number.
    pub(crate) fn from_code(code: u64) -> Option<Self> {
        Self::ALL.iter().copied().find(|protocol| u64::from(protocol.code()) == code)
    }

    /// The protocol of a word; `ipfs` is the old one for `p2p`.
    pub(crate) fn from_name(name: &[u8]) -> Option<Self> {
        let name = if name == b"ipfs" { b"p2p" } else { name };
        Self::ALL.iter().copied().find(|protocol| protocol.name().as_bytes() == name)
    }
}

/// What a protocol above a host says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layer {
    /// The transport that carries bytes; the port of the host is its value.
    Carrier(Transport),
    /// What stands on the transport below.
    Above(Transport),
    /// Something around the address.
    Around,
}

impl Layer {
    /// What a protocol says above what was read so far; `None` where it has no place there, or the
    /// model has no word for it.
    pub(crate) fn of(protocol: Protocol, reading: &Reading<'_>) -> Option<Self> {
        use crate::addr::Endpoint;

        let Extra { transport: below, .. } = reading.extra;
        if let (Endpoint::Inet(inet), None, false) =
            (&reading.endpoint, below, reading.surroundings)
            && inet.port.is_none()
            && let Some(transport) = carrier(protocol)
        {
            return Some(Self::Carrier(transport));
        }
        if let Some(transport) = above(below, protocol) {
            return Some(Self::Above(transport));
        }
        let is_around = matches!(protocol, Protocol::P2p | Protocol::Sni | Protocol::HttpPath);
        is_around.then_some(Self::Around)
    }
}

/// The protocols that have ports.
const fn carrier(protocol: Protocol) -> Option<Transport> {
    match protocol {
        Protocol::Tcp => Some(Transport::Tcp),
        Protocol::Udp => Some(Transport::Udp),
        Protocol::Sctp => Some(Transport::Sctp),
        Protocol::Dccp => Some(Transport::Dccp),
        _ => None,
    }
}

/// What a protocol makes of the transport below it.
const fn above(below: Option<Transport>, protocol: Protocol) -> Option<Transport> {
    match (below, protocol) {
        (None | Some(Transport::Tcp), Protocol::Tls) => Some(Transport::Tls),
        (None | Some(Transport::Tcp), Protocol::Http) => Some(Transport::Http),
        (None | Some(Transport::Tcp), Protocol::Https) => Some(Transport::Https),
        (None | Some(Transport::Tcp), Protocol::Ws) => Some(Transport::Ws),
        (None | Some(Transport::Tcp), Protocol::Wss) => Some(Transport::Wss),
        (Some(Transport::Tls), Protocol::Http) => Some(Transport::Https),
        (Some(Transport::Tls), Protocol::Ws) => Some(Transport::Wss),
        (Some(Transport::Udp), Protocol::Quic) => Some(Transport::Quic),
        (Some(Transport::Udp), Protocol::QuicV1) => Some(Transport::QuicV1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_protocol_is_found_by_its_code_and_its_name() {
        for protocol in Protocol::ALL {
            assert_eq!(Protocol::from_code(protocol.code().into()), Some(*protocol));
            assert_eq!(Protocol::from_name(protocol.name().as_bytes()), Some(*protocol));
        }
        assert_eq!(Protocol::from_name(b"ipfs"), Some(Protocol::P2p));
        assert_eq!((Protocol::from_code(0), Protocol::from_name(b"IP4")), (None, None));
    }
}
