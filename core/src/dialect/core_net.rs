//! `core-net`: Rust's `core::net`.
//!
//! Who reads it so: Rust programs that call `str::parse` for an `IpAddr` or a `SocketAddr`.
//!
//! Source: the standard library, `core::net::parser`.
//!
//! ```abnf
//! ip       = IPv4 / IPv6                  ; as in strict, without a zone
//! endpoint = ( IPv4 / "[" IPv6 [ "%" scope ] "]" ) ":" port
//! scope    = 1*DIGIT                      ; at most 4294967295, leading zeros mean nothing
//! port     = 1*DIGIT                      ; at most 65535, leading zeros mean nothing
//! ```
//!
//! Refused: zone names, host names, an endpoint without a port.

use super::shared::ip_port;
use super::shared::numbers::{self, Digits};
use super::shared::scoped::Scoped;
use super::{About, IpRules, Read, Rules};
use crate::addr::{FormatError, Ip, Ipv6Addr, ParseError, ParseErrorKind, Zone, ipv4, ipv6};

pub(super) const RULES: Rules = Rules {
    about: About {
        users: "Rust's core::net",
        source: "Rust standard library, core::net::parser",
        takes: "ports and scope ids with leading zeros; a port is required",
    },
    ip: Some(IpRules { parse: |text| IP.read(text), format: format_ip }),
    read: Read::One(|text, _| ip_port::read(text, ENDPOINT)),
    write: |reading, _, out| {
        ip_port::format(reading, out, |ip| !matches!(ip.zone(), Some(Zone::Name(_))))
    },
    list: None,
    keeps_zones: false,
    has_ipv6: true,
};

const IP: Scoped = Scoped { ipv4: ipv4::parse, zone: None };
const ENDPOINT: Scoped = Scoped { zone: Some(read_scope), ..IP };

/// `scope = 1*DIGIT`
fn read_scope(text: &[u8], _: Ipv6Addr) -> Result<Option<Zone>, ParseError> {
    match numbers::read(text) {
        Digits::Value(index) => Ok(Zone::from_index(index)),
        Digits::TooLarge => Err(ParseError::new(ParseErrorKind::ZoneIndexOverflow, 0, text.len())),
        Digits::Other(at) => {
            let kind = ParseErrorKind::ZoneNotAllowedInDialect;
            Err(match text.get(at) {
                Some(byte) if at > 0 => ParseError::unexpected(at, *byte),
                found => ParseError::missing(kind, at, found.copied()),
            })
        }
    }
}

fn format_ip(ip: &Ip, out: &mut [u8]) -> Result<usize, FormatError> {
    match *ip {
        Ip::V4(addr) => ipv4::format(addr, out),
        Ip::V6(addr, None) => ipv6::format(addr, out),
        Ip::V6(_, Some(_)) => Err(FormatError::NotRepresentable),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods)] // `str::parse` of the standard library is the oracle

    use core::net::{IpAddr, SocketAddr};

    use proptest::prelude::*;

    use crate::addr::{Dialect, Endpoint, Host, HostPort, Ip, TextOptions, Zone};
    use crate::dialect::testing::{reads, reads_endpoint, refuses, refuses_endpoint};
    use crate::dialect::{parse, parse_ip};

    #[test]
    fn accepts_leading_zeros_in_ports_and_scopes() {
        reads(Dialect::CoreNet, "::ffff:1.2.3.4", "::ffff:1.2.3.4");
        reads_endpoint(Dialect::CoreNet, "127.0.0.1:0000000080", "127.0.0.1:80");
        reads_endpoint(Dialect::CoreNet, "[fe80::1%01]:80", "[fe80::1%1]:80");
        reads_endpoint(Dialect::CoreNet, "[fe80::1%0]:80", "[fe80::1]:80");
    }

    #[test]
    fn refuses_names_and_missing_ports() {
        refuses(Dialect::CoreNet, b"fe80::1%1", "zone-not-allowed-in-dialect", 7, 1);
        refuses_endpoint(Dialect::CoreNet, b"127.0.0.1", "port-missing", 9, 0);
        refuses_endpoint(Dialect::CoreNet, b"[::1]", "port-missing", 5, 0);
        refuses_endpoint(Dialect::CoreNet, b"127.0.0.1:+80", "port-sign", 10, 1);
        refuses_endpoint(Dialect::CoreNet, b"127.0.0.1:65536", "port-too-large", 10, 5);
        refuses_endpoint(Dialect::CoreNet, b"127.0.0.1:80x", "unexpected-byte", 12, 1);
        refuses_endpoint(Dialect::CoreNet, b"[fe80::1%lo]:80", "zone-not-allowed-in-dialect", 9, 0);
        refuses_endpoint(Dialect::CoreNet, b"[::1]80", "text-after-bracket", 5, 1);
        refuses_endpoint(Dialect::CoreNet, b"[::1", "bracket-unclosed", 4, 0);
        refuses_endpoint(Dialect::CoreNet, b"[127.0.0.1]:80", "bracketed-non-ipv6", 1, 9);
        refuses_endpoint(Dialect::CoreNet, b"::1:80", "unbracketed-ipv6-with-port", 0, 3);
    }

    proptest! {
        /// The standard library is the oracle: same verdict, same value.
        #[test]
        fn equals_core_net(text in "[\\[0-9a-f:.%\\]+ ]{0,28}|\\[(::1|fe80::a)(%[0-9]{0,11})?\\]:[0-9]{0,7}|[0-9.]{7,11}:[0-9+]{0,8}") {
            let ip = text.parse::<IpAddr>().ok().map(Ip::from);
            prop_assert_eq!(parse_ip(Dialect::CoreNet, text.as_bytes()).ok(), ip);
            let expected = text.parse::<SocketAddr>().ok().map(|address| {
                let ip = match address {
                    SocketAddr::V4(v4) => Ip::V4(*v4.ip()),
                    SocketAddr::V6(v6) => Ip::V6(*v6.ip(), Zone::from_index(v6.scope_id())),
                };
                Endpoint::Inet(HostPort { host: Host::Ip(ip), port: Some(address.port()) })
            });
            let read = parse(Dialect::CoreNet, text.as_bytes(), &TextOptions::new());
            prop_assert_eq!(read.ok().map(|reading| reading.endpoint), expected);
        }
    }
}
