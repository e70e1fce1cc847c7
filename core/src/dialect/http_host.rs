//! `http-host`: the `Host` field of HTTP.
//!
//! Who reads it so: servers and proxies that read `Host`, or the `:authority` of HTTP/2.
//!
//! Source: RFC 9110, section 7.2; the grammar is that of RFC 3986, section 3.2.
//!
//! ```abnf
//! Host     = uri-host [ ":" port ]
//! uri-host = host                  ; as in RFC 3986, not empty
//! ```
//!
//! An empty port is no port; the default belongs to the scheme, which the field does not name.
//!
//! Refused: what `rfc3986` refuses; user information (RFC 9110, section 4.2.4); zones, which mean
//! nothing to another machine. The field may be empty where the target has no authority; that names
//! no endpoint.

use super::rfc3986::AUTHORITY;
use super::{About, Read, Rules};

pub(super) const RULES: Rules = Rules {
    about: About {
        users: "the Host field of HTTP",
        source: "RFC 9110 section 7.2",
        takes: "any octets as a name, misspelt IPv4 too; empty ports, ports with leading zeros",
    },
    ip: None,
    read: Read::One(|text, options| AUTHORITY.read(text, options)),
    write: |reading, options, out| AUTHORITY.write(reading, options, out),
    list: None,
    keeps_zones: false,
    has_ipv6: true,
};

#[cfg(test)]
mod tests {
    use crate::addr::Dialect;
    use crate::dialect::has_bare_ip;
    use crate::dialect::testing::{reads_endpoint, refuses, refuses_endpoint};

    const DIALECT: Dialect = Dialect::HttpHost;

    #[test]
    fn accepts_hosts_with_and_without_ports() {
        for (text, expected) in [
            ("example.com", "example.com"),
            ("example.com:8080", "example.com:8080"),
            ("example.com:", "example.com"),
            ("example.com:00080", "example.com:80"),
            ("192.0.2.1:80", "192.0.2.1:80"),
            ("[2001:DB8::1]:443", "[2001:db8::1]:443"),
            ("010.0.0.1", "010.0.0.1"),
            ("a%2Db", "a-b"),
        ] {
            reads_endpoint(DIALECT, text, expected);
        }
    }

    #[test]
    fn refuses_what_is_no_uri_host() {
        refuses_endpoint(DIALECT, b"", "empty", 0, 0);
        refuses_endpoint(DIALECT, b":80", "host-label-empty", 0, 0);
        refuses_endpoint(DIALECT, b"user@example.com", "host-bad-byte", 4, 1);
        refuses_endpoint(DIALECT, b"example.com/", "host-bad-byte", 11, 1);
        refuses_endpoint(DIALECT, b"example.com, a", "whitespace", 12, 1);
        refuses_endpoint(DIALECT, b"[fe80::1%25lo]", "zone-not-allowed-in-dialect", 8, 1);
        refuses_endpoint(DIALECT, b"[fe80::1%lo]", "zone-not-allowed-in-dialect", 8, 1);
        refuses_endpoint(DIALECT, b"[v7.x]", "not-representable", 1, 4);
        refuses_endpoint(DIALECT, b"a:65536", "port-too-large", 2, 5);
        refuses_endpoint(DIALECT, b"::1", "bracket-missing", 0, 0);
    }

    #[test]
    fn a_bare_address_is_an_endpoint_without_a_port() {
        assert!(!has_bare_ip(DIALECT));
        refuses(DIALECT, b"192.0.2.1:80", "not-an-ip", 0, 12);
        refuses(DIALECT, b"localhost", "not-an-ip", 0, 9);
    }
}
