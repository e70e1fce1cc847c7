//! `gai-numeric`: `getaddrinfo` with `AI_NUMERICHOST`.
//!
//! Who reads it so: ping, ssh, curl and every other program that hands its argument to
//! `getaddrinfo`. IPv4 as `aton`, IPv6 with a zone.
//!
//! Source: RFC 3493 section 6.1; glibc `__inet6_scopeid_pton`; printing as `getnameinfo` with
//! `NI_NUMERICHOST`.
//!
//! ```abnf
//! address = aton / IPv6 [ "%" zone ]
//! zone    = 1*DIGIT          ; any address; at most 4294967295, leading zeros mean nothing
//!         / zone-name        ; link-local unicast, interface-local and link-local multicast only
//! ```
//!
//! Refused: a zone name on any other address, a zone on IPv4, an empty zone. This crate never asks
//! the machine, so a name is read whether or not an interface has it.

use super::pton::format_ipv6;
use super::shared::hosts;
use super::shared::inet_aton::{Notation, bare, format_bare, read_all};
use super::shared::scoped::{self, Scoped};
use super::shared::writing::print;
use super::{About, IpRules, Read, Rules};
use crate::addr::{FormatError, Host, Ip, Ipv6Addr, ParseError, ParseErrorKind, Zone, ipv4};

pub(super) const RULES: Rules = Rules {
    about: About {
        users: "getaddrinfo: ping, ssh, curl",
        source: "RFC 3493 section 6.1; glibc __inet6_scopeid_pton",
        takes: "IPv4 as aton; zone indexes with leading zeros",
    },
    ip: Some(IpRules { parse: |text| SCOPED.read(text), format: format_ip }),
    read: Read::One(|text, options| Ok(bare(SCOPED.read(text)?, options))),
    write: |reading, _, out| format_bare(reading, out, format_ip),
    list: None,
    keeps_zones: false,
    has_ipv6: true,
};

/// An address as `getaddrinfo` takes it.
pub(super) const SCOPED: Scoped =
    Scoped { ipv4: |text| read_all(text, Notation::C), zone: Some(read_zone) };

/// Reads a host that a program hands to `getaddrinfo`, name or address.
pub(crate) fn read_host(text: &[u8]) -> Result<Host<'_>, ParseError> {
    hosts::read(text, |text| SCOPED.read(text))
}

fn read_zone(text: &[u8], addr: Ipv6Addr) -> Result<Option<Zone>, ParseError> {
    let zone = scoped::read_zone(text, addr)?;
    if takes_zone(addr, zone) {
        Ok(zone)
    } else {
        Err(ParseError::new(ParseErrorKind::ZoneNotAllowedInDialect, 0, text.len()))
    }
}

/// Whether the zone of an address is read back.
pub(super) fn takes_zone(addr: Ipv6Addr, zone: Option<Zone>) -> bool {
    !matches!(zone, Some(Zone::Name(_))) || takes_zone_name(addr)
}

/// Whether the zone of an address may be a name: its scope is the link or the interface.
pub(super) fn takes_zone_name(addr: Ipv6Addr) -> bool {
    match addr.octets() {
        [0xff, flags_and_scope, ..] => matches!(flags_and_scope & 0x0f, 1 | 2),
        _ => addr.is_unicast_link_local(),
    }
}

fn format_ip(ip: &Ip, out: &mut [u8]) -> Result<usize, FormatError> {
    let (addr, zone) = match *ip {
        Ip::V4(addr) => return ipv4::format(addr, out),
        Ip::V6(addr, None) => return format_ipv6(addr, out),
        Ip::V6(addr, Some(zone)) => (addr, zone),
    };
    if !takes_zone(addr, Some(zone)) {
        return Err(FormatError::NotRepresentable);
    }
    let len = format_ipv6(addr, out)?;
    let zone = print(format_args!("%{zone}"), out.get_mut(len..).unwrap_or_default())?;
    Ok(len.saturating_add(zone))
}

#[cfg(test)]
mod tests {
    use crate::addr::Dialect;
    use crate::dialect::testing::{prints, reads, refuses};

    #[test]
    fn accepts_indexes_anywhere_and_names_where_scopes_are_local() {
        reads(Dialect::GaiNumeric, "fe80::1%01", "fe80::1%1");
        reads(Dialect::GaiNumeric, "::1%1", "::1%1");
        reads(Dialect::GaiNumeric, "fe80::1%0", "fe80::1");
        reads(Dialect::GaiNumeric, "fe80::1%eth0", "fe80::1%eth0");
        reads(Dialect::GaiNumeric, "ff02::1%lo", "ff02::1%lo");
        reads(Dialect::GaiNumeric, "ff01::1%lo", "ff01::1%lo");
        reads(Dialect::GaiNumeric, "fe80::1%4294967295", "fe80::1%4294967295");
        reads(Dialect::GaiNumeric, "0x7f.1", "127.0.0.1");
    }

    #[test]
    fn refuses_zones_elsewhere() {
        refuses(Dialect::GaiNumeric, b"::1%lo", "zone-not-allowed-in-dialect", 4, 2);
        refuses(Dialect::GaiNumeric, b"2001:db8::1%lo", "zone-not-allowed-in-dialect", 12, 2);
        refuses(Dialect::GaiNumeric, b"fe80::1%", "zone-empty", 8, 0);
        refuses(Dialect::GaiNumeric, b"fe80::1%4294967296", "zone-index-overflow", 8, 10);
        refuses(Dialect::GaiNumeric, b"1.2.3.4%1", "zone-on-ipv4", 7, 1);
        refuses(Dialect::GaiNumeric, b"127.0.0.1 ", "whitespace", 9, 1);
    }

    #[test]
    fn prints_what_it_reads_back() {
        prints(Dialect::GaiNumeric, "::102:304", "::1.2.3.4");
        prints(Dialect::GaiNumeric, "fe80::1%07", "fe80::1%7");
    }
}
