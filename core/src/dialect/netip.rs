//! `netip`: Go's `net/netip`.
//!
//! Who reads it so: Go programs that call `netip.ParseAddr` and `netip.ParseAddrPort`.
//!
//! Source: Go standard library, `net/netip`.
//!
//! ```abnf
//! ip       = IPv4 / IPv6 [ "%" zone ]
//! endpoint = ( IPv4 / "[" IPv6 [ "%" zone ] "]" ) ":" port
//! zone     = 1*OCTET
//! port     = 1*DIGIT                      ; at most 65535, leading zeros mean nothing
//! ```
//!
//! Refused: host names, an empty zone, a zone on IPv4, an endpoint without a port, groups of more
//! than four digits (Go before 1.20 took them). A zone is text to Go: one that
//! [`Zone`] cannot hold is refused, such as `01`, which would not be printed back.

use super::shared::ip_port;
use super::shared::numbers::{self, Digits};
use super::shared::scoped::Scoped;
use super::shared::writing::print_ip;
use super::{About, IpRules, Read, Rules};
use crate::addr::{Ipv6Addr, ParseError, ParseErrorKind, Zone, ZoneName, ipv4};

pub(super) const RULES: Rules = Rules {
    about: About {
        users: "Go's net/netip",
        source: "Go standard library, net/netip",
        takes: "zones on any IPv6 address, ports with leading zeros; a port is required",
    },
    ip: Some(IpRules { parse: |text| SCOPED.read(text), format: print_ip }),
    read: Read::One(|text, _| ip_port::read(text, SCOPED)),
    write: |reading, _, out| ip_port::format(reading, out, |_| true),
    list: None,
    keeps_zones: false,
    has_ipv6: true,
};

const SCOPED: Scoped = Scoped { ipv4: ipv4::parse, zone: Some(read_zone) };

/// `zone = 1*OCTET`, less what [`Zone`] cannot hold.
fn read_zone(text: &[u8], _: Ipv6Addr) -> Result<Option<Zone>, ParseError> {
    match (numbers::read(text), text) {
        (Digits::Other(_), _) => ZoneName::new(text).map(|name| Some(Zone::Name(name))),
        (Digits::Value(index), [b'0'] | [b'1'..=b'9', ..]) => Ok(Zone::from_index(index)),
        _ => Err(ParseError::new(ParseErrorKind::NotRepresentable, 0, text.len())),
    }
}

#[cfg(test)]
mod tests {
    use crate::addr::Dialect;
    use crate::dialect::testing::{reads, reads_endpoint, refuses, refuses_endpoint};

    #[test]
    fn accepts_zones_on_any_ipv6_address() {
        reads(Dialect::Netip, "fe80::1%eth0", "fe80::1%eth0");
        reads(Dialect::Netip, "::1%lo", "::1%lo");
        reads(Dialect::Netip, "::ffff:1.2.3.4%lo", "::ffff:1.2.3.4%lo");
        reads(Dialect::Netip, "fe80::1%25eth0", "fe80::1%25eth0");
        reads_endpoint(Dialect::Netip, "[fe80::1%lo]:080", "[fe80::1%lo]:80");
    }

    #[test]
    fn refuses_what_a_zone_cannot_hold() {
        refuses(Dialect::Netip, b"fe80::1%01", "not-representable", 8, 2);
        refuses(Dialect::Netip, b"fe80::1%4294967296", "not-representable", 8, 10);
        refuses(Dialect::Netip, b"fe80::1%a/b", "zone-bad-byte", 9, 1);
        refuses(Dialect::Netip, b"fe80::1%", "zone-empty", 8, 0);
        refuses(Dialect::Netip, b"fe80::1%abcdefghijklmnop", "zone-too-long", 8, 16);
        refuses(Dialect::Netip, b"1.2.3.4%eth0", "zone-on-ipv4", 7, 1);
        refuses(Dialect::Netip, b"00000::1", "group-too-long", 0, 5);
        refuses_endpoint(Dialect::Netip, b"127.0.0.1:", "port-empty", 10, 0);
        refuses_endpoint(Dialect::Netip, b"[::1]:80:90", "unexpected-byte", 8, 1);
    }
}
