//! `aton-decimal`: one to four decimal parts in which leading zeros mean nothing.
//!
//! Who reads it so: Java's `InetAddress.getByName`, nginx's octets. IPv4 only.
//!
//! Source: OpenJDK `IPAddressUtil.textToNumericFormatV4`.
//!
//! ```abnf
//! address = part *3("." part)
//! part    = 1*DIGIT
//! ```
//!
//! Refused: hexadecimal, a part without digits, a part that does not fit, anything after the address.

use super::shared::inet_aton::{Notation, bare, format_bare, format_ip, read_all};
use super::{About, IpRules, Read, Rules};
use crate::addr::{Ip, ParseError};

pub(super) const RULES: Rules = Rules {
    about: About {
        users: "Java, nginx",
        source: "OpenJDK IPAddressUtil.textToNumericFormatV4",
        takes: "one to four parts; a leading 0 means nothing",
    },
    ip: Some(IpRules { parse: parse_ip, format: format_ip }),
    read: Read::One(|text, options| Ok(bare(parse_ip(text)?, options))),
    write: |reading, _, out| format_bare(reading, out, format_ip),
    list: None,
    keeps_zones: false,
    has_ipv6: false,
};

fn parse_ip(text: &[u8]) -> Result<Ip, ParseError> {
    read_all(text, Notation::Decimal).map(Ip::V4)
}

#[cfg(test)]
mod tests {
    use crate::addr::Dialect;
    use crate::dialect::testing::{reads, refuses};

    #[test]
    fn accepts_leading_zeros_as_decimal() {
        for (text, ip) in [
            ("010.0.0.1", "10.0.0.1"),
            ("08.0.0.1", "8.0.0.1"),
            ("192.168.010.001", "192.168.10.1"),
            ("127.1", "127.0.0.1"),
        ] {
            reads(Dialect::AtonDecimal, text, ip);
        }
    }

    #[test]
    fn refuses_other_radixes_and_large_numbers() {
        refuses(Dialect::AtonDecimal, b"0x7f.1", "unexpected-byte", 1, 1);
        refuses(Dialect::AtonDecimal, b"017700000001", "octet-too-large", 0, 12);
        refuses(Dialect::AtonDecimal, b"1.2.3.4.", "too-many-octets", 7, 1);
    }
}
