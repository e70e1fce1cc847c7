//! `rfc9844`: addresses in user interfaces.
//!
//! Who reads it so: programs whose users type an address: browsers' settings, ping, ssh. The strict
//! grammar, with zones behind a plain `%` and no escapes.
//!
//! Source: RFC 9844; RFC 4007, section 11.
//!
//! ```abnf
//! ip       = IPv4 / IPv6 [ "%" zone ]
//! endpoint = host [ ":" port ]
//! host     = IPv4 / name / "[" IPv6 [ "%" zone ] "]"   ; all of it as in strict
//! ```
//!
//! Refused: what strict refuses, so `%25eth0` is the zone `25eth0`; and every other form of strict:
//! the words that begin a scheme are reserved here, too.

use super::shared::ip_port::read_strict;
use super::{About, Extra, IpRules, Read, Reading, Rules};
use crate::addr::{
    Endpoint, FormatError, HostPort, Ip, ParseError, ParseErrorKind, TextOptions, is_reserved,
    split_at_colon,
};

pub(super) const RULES: Rules = Rules {
    about: About {
        users: "user interfaces",
        source: "RFC 9844; RFC 4007 section 11",
        takes: "nothing that strict refuses, and hosts and ports only",
    },
    ip: Some(IpRules { parse: Ip::parse, format: Ip::format }),
    read: Read::One(read),
    write,
    list: None,
    keeps_zones: true,
    has_ipv6: true,
};

/// `endpoint = host [ ":" port ]`
fn read<'a>(text: &'a [u8], options: &TextOptions) -> Result<Reading<'a>, ParseError> {
    if let Some(address) = read_strict(text) {
        return Ok(Reading::new(Endpoint::Inet(address)));
    }
    let (word, _) = split_at_colon(text);
    if is_reserved(word) {
        return Err(ParseError::new(ParseErrorKind::HostReservedWord, 0, word.len()));
    }
    HostPort::parse_with(text, options).map(|inet| Reading::new(Endpoint::Inet(inet)))
}

fn write(
    reading: &Reading<'_>,
    options: &TextOptions,
    out: &mut [u8],
) -> Result<usize, FormatError> {
    match reading {
        Reading { endpoint: endpoint @ Endpoint::Inet(_), extra: Extra::NONE, .. } => {
            endpoint.format_with(out, options)
        }
        _ => Err(FormatError::NotRepresentable),
    }
}

#[cfg(test)]
mod tests {
    use crate::addr::{Dialect, Endpoint, FormatError};
    use crate::dialect::format;
    use crate::dialect::testing::{reads, reads_endpoint, refuses, refuses_endpoint};

    const DIALECT: Dialect = Dialect::Rfc9844;

    #[test]
    fn accepts_plain_zones() {
        reads(DIALECT, "fe80::1%eth0", "fe80::1%eth0");
        reads(DIALECT, "fe80::1%0", "fe80::1");
        reads(DIALECT, "fe80::1%25eth0", "fe80::1%25eth0");
        reads_endpoint(DIALECT, "[fe80::1%1]:80", "[fe80::1%1]:80");
        reads_endpoint(DIALECT, "example.com:80", "example.com:80");
        reads_endpoint(DIALECT, "192.0.2.1", "192.0.2.1");
    }

    #[test]
    fn refuses_what_strict_refuses() {
        refuses(DIALECT, b"010.0.0.1", "octet-leading-zero", 0, 3);
        refuses(DIALECT, b"[fe80::1%1]", "group-empty", 0, 0);
        refuses(DIALECT, b"::ffff:1.2.3.4%1", "zone-on-mapped", 15, 1);
        refuses(DIALECT, b"fe80::1%", "zone-empty", 8, 0);
        refuses(DIALECT, b"fe80::1%01", "zone-index-leading-zero", 8, 2);
        refuses(DIALECT, b"localhost", "not-an-ip", 0, 9);
        refuses_endpoint(DIALECT, b"fe80::1%eth0", "bracket-missing", 0, 0);
        refuses_endpoint(DIALECT, b"a:080", "port-leading-zero", 2, 3);
        refuses_endpoint(DIALECT, b"a:", "port-empty", 2, 0);
        refuses_endpoint(DIALECT, b"*:80", "any-not-allowed", 0, 1);
        refuses_endpoint(DIALECT, b"a%62", "host-bad-byte", 1, 1);
    }

    #[test]
    fn refuses_the_other_forms_of_strict() {
        refuses_endpoint(DIALECT, b"unix:/run/x", "host-reserved-word", 0, 4);
        refuses_endpoint(DIALECT, b"vsock:2:1", "host-reserved-word", 0, 5);
        refuses_endpoint(DIALECT, b"FD", "host-reserved-word", 0, 2);
        refuses_endpoint(DIALECT, b"/run/x", "host-bad-byte", 0, 1);
        refuses_endpoint(DIALECT, b"@x", "host-bad-byte", 0, 1);
        refuses_endpoint(DIALECT, br"\\.\pipe\x", "host-bad-byte", 0, 1);
        assert_eq!(
            format(DIALECT, &Endpoint::Fd(3), &mut [0; 8]),
            Err(FormatError::NotRepresentable)
        );
    }
}
