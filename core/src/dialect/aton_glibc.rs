//! `aton-glibc`: `inet_aton` of glibc, which stops at white space.
//!
//! Who reads it so: C programs that call `inet_aton` or `inet_addr` on Linux, and Python's
//! `socket.inet_aton`. IPv4 only.
//!
//! Source: glibc `inet_addr.c`; CVE-2016-10739 is what follows from it.
//!
//! ```abnf
//! address = part *3("." part) [ white-space *OCTET ]
//! part    = decimal-int / "0" *%x30-37 / "0x" 1*HEXDIG
//! ```
//!
//! Refused: what `aton` refuses, but for white space and anything behind it. A NUL is refused
//! wherever it stands: to a C program it would be the end.

use super::shared::inet_aton::{Notation, bare, format_bare, format_ip, read};
use super::{About, IpRules, Read, Reading, Rules};
use crate::addr::{Ip, ParseError, ParseErrorKind, TextOptions, byte_kind};

pub(super) const RULES: Rules = Rules {
    about: About {
        users: "inet_aton of glibc, Python's socket.inet_aton",
        source: "glibc inet_addr.c",
        takes: "what aton takes, and anything after white space",
    },
    ip: Some(IpRules { parse: parse_ip, format: format_ip }),
    read: Read::One(read_endpoint),
    write: |reading, _, out| format_bare(reading, out, format_ip),
    list: None,
    keeps_zones: false,
    has_ipv6: false,
};

/// A bare address; what stands behind the white space is no part of it.
fn read_endpoint(text: &[u8], options: &TextOptions) -> Result<Reading<'static>, ParseError> {
    let ip = parse_ip(text)?;
    let surroundings = text.iter().any(|byte| byte_kind(*byte) == ParseErrorKind::Whitespace);
    Ok(Reading { surroundings, ..bare(ip, options) })
}

fn parse_ip(text: &[u8]) -> Result<Ip, ParseError> {
    let (addr, rest) = read(text, Notation::C)?;
    let end = text.len().saturating_sub(rest.len());
    match rest.first() {
        None => Ok(Ip::V4(addr)),
        Some(byte) if byte_kind(*byte) == ParseErrorKind::Whitespace => {
            match memchr::memchr(0, rest) {
                None => Ok(Ip::V4(addr)),
                Some(nul) => Err(ParseError::unexpected(end.saturating_add(nul), 0)),
            }
        }
        Some(byte) => Err(ParseError::unexpected(end, *byte)),
    }
}

#[cfg(test)]
mod tests {
    use crate::addr::Dialect;
    use crate::dialect::testing::{reads, refuses};

    #[test]
    fn accepts_white_space_and_what_follows_it() {
        for text in ["127.0.0.1 ", "127.0.0.1\n", "127.0.0.1\t", "127.0.0.1 foo", "127.1\x0b."] {
            reads(Dialect::AtonGlibc, text, "127.0.0.1");
        }
    }

    #[test]
    fn refuses_anything_else_behind_the_address() {
        refuses(Dialect::AtonGlibc, b"127.0.0.1x", "unexpected-byte", 9, 1);
        refuses(Dialect::AtonGlibc, b"127.0.0.1\0", "nul", 9, 1);
        refuses(Dialect::AtonGlibc, b"127.0.0.1 \0", "nul", 10, 1);
        refuses(Dialect::AtonGlibc, b" 127.0.0.1", "whitespace", 0, 1);
        refuses(Dialect::AtonGlibc, b"1.2.3.4. ", "too-many-octets", 7, 1);
    }
}
