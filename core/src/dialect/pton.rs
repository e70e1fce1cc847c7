//! `pton`: POSIX `inet_pton` and `inet_ntop`.
//!
//! Who reads it so: C programs that call `inet_pton`; Python's `socket.inet_pton`. A bare address of
//! either family, IPv6 without a zone.
//!
//! Source: POSIX `inet_pton`; RFC 4291 section 2.2; printing as glibc's `inet_ntop`.
//!
//! ```abnf
//! address = IPv4 / IPv6 ; as in strict
//! ```
//!
//! Refused: what strict refuses, and every zone.

use super::shared::inet_aton::{bare, format_bare};
use super::shared::scoped::Scoped;
use super::shared::writing::print;
use super::{About, IpRules, Read, Rules};
use crate::addr::{FormatError, Ip, Ipv4Addr, Ipv6Addr, ipv4, ipv6};

pub(super) const RULES: Rules = Rules {
    about: About {
        users: "inet_pton, Python's socket.inet_pton",
        source: "POSIX inet_pton; RFC 4291 section 2.2",
        takes: "nothing that strict refuses; it prints ::1.2.3.4 with dots",
    },
    ip: Some(IpRules { parse: |text| SCOPED.read(text), format: format_ip }),
    read: Read::One(|text, options| Ok(bare(SCOPED.read(text)?, options))),
    write: |reading, _, out| format_bare(reading, out, format_ip),
    list: None,
    keeps_zones: false,
    has_ipv6: true,
};

const SCOPED: Scoped = Scoped { ipv4: ipv4::parse, zone: None };

fn format_ip(ip: &Ip, out: &mut [u8]) -> Result<usize, FormatError> {
    match *ip {
        Ip::V4(addr) => ipv4::format(addr, out),
        Ip::V6(addr, None) => format_ipv6(addr, out),
        Ip::V6(_, Some(_)) => Err(FormatError::NotRepresentable),
    }
}

/// Writes IPv6 as glibc does: the last four bytes are dotted where exactly six zero groups, or five
/// and `ffff`, stand before them.
pub(super) fn format_ipv6(addr: Ipv6Addr, out: &mut [u8]) -> Result<usize, FormatError> {
    let [0, 0, 0, 0, 0, 0, high, _] = addr.segments() else {
        return ipv6::format(addr, out);
    };
    if high == 0 {
        return ipv6::format(addr, out);
    }
    let [.., a, b, c, d] = addr.octets();
    print(format_args!("::{}", Ipv4Addr::from([a, b, c, d])), out)
}

#[cfg(test)]
mod tests {
    use crate::addr::Dialect;
    use crate::dialect::testing::{prints, reads, refuses};

    #[test]
    fn accepts_both_families() {
        reads(Dialect::Pton, "192.0.2.1", "192.0.2.1");
        reads(Dialect::Pton, "2001:DB8::1", "2001:db8::1");
        reads(Dialect::Pton, "::ffff:1.2.3.4", "::ffff:1.2.3.4");
    }

    #[test]
    fn refuses_zones_and_loose_forms() {
        refuses(Dialect::Pton, b"fe80::1%1", "zone-not-allowed-in-dialect", 7, 1);
        refuses(Dialect::Pton, b"127.1", "too-few-octets", 5, 0);
        refuses(Dialect::Pton, b"[::1]", "group-empty", 0, 0);
        refuses(Dialect::Pton, b"1.2.3.4%eth0", "zone-on-ipv4", 7, 1);
        refuses(Dialect::Pton, b"localhost", "octet-empty", 0, 0);
    }

    #[test]
    fn prints_compatible_addresses_with_dots() {
        prints(Dialect::Pton, "::102:304", "::1.2.3.4");
        prints(Dialect::Pton, "::1:0", "::0.1.0.0");
        prints(Dialect::Pton, "::1", "::1");
        prints(Dialect::Pton, "::ffff:102:304", "::ffff:1.2.3.4");
    }
}
