//! `aton`: the exact form of `inet_aton`.
//!
//! Who reads it so: musl, and glibc's `getaddrinfo` since 2.29. IPv4 only.
//!
//! Source: POSIX `inet_addr`; glibc `__inet_aton_exact`.
//!
//! ```abnf
//! address = part *3("." part)
//! part    = decimal-int / "0" *%x30-37 / "0x" 1*HEXDIG
//! ```
//!
//! Refused: a part without digits (a bare `0x` too), an octal part with 8 or 9, a part that does not
//! fit, a dot at the end, anything after the address.

use super::shared::inet_aton::{Notation, bare, format_bare, format_ip, read_all};
use super::{About, IpRules, Read, Rules};
use crate::addr::{Ip, ParseError};

pub(super) const RULES: Rules = Rules {
    about: About {
        users: "musl, getaddrinfo, ping, curl",
        source: "POSIX inet_addr; glibc __inet_aton_exact",
        takes: "one to four parts; a leading 0 means octal, 0x hexadecimal",
    },
    ip: Some(IpRules { parse: parse_ip, format: format_ip }),
    read: Read::One(|text, options| Ok(bare(parse_ip(text)?, options))),
    write: |reading, _, out| format_bare(reading, out, format_ip),
    list: None,
    keeps_zones: false,
    has_ipv6: false,
};

fn parse_ip(text: &[u8]) -> Result<Ip, ParseError> {
    read_all(text, Notation::C).map(Ip::V4)
}

#[cfg(test)]
mod tests {
    use crate::addr::Dialect;
    use crate::dialect::testing::{reads, refuses};

    #[test]
    fn accepts_what_inet_aton_accepts() {
        for (text, ip) in [
            ("127.1", "127.0.0.1"),
            ("0x7f.1", "127.0.0.1"),
            ("0127.0.0.1", "87.0.0.1"),
            ("192.168.010.001", "192.168.8.1"),
            ("1.2.3.0x4", "1.2.3.4"),
        ] {
            reads(Dialect::Aton, text, ip);
        }
    }

    #[test]
    fn refuses_white_space_and_what_follows_it() {
        refuses(Dialect::Aton, b"127.0.0.1 ", "whitespace", 9, 1);
        refuses(Dialect::Aton, b"127.0.0.1\n", "whitespace", 9, 1);
        refuses(Dialect::Aton, b"127.0.0.1\0", "nul", 9, 1);
        refuses(Dialect::Aton, b"0x", "octet-empty", 2, 0);
        refuses(Dialect::Aton, b"::1", "octet-empty", 0, 0);
        refuses(Dialect::Aton, b"", "empty", 0, 0);
    }
}
