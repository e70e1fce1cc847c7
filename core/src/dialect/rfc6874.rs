//! `rfc6874`: the host and the port of a URI, with zones behind `%25`.
//!
//! Who reads it so: curl, libpq, Boost.URL, and other libraries that followed the RFC before it was
//! made obsolete by RFC 9844.
//!
//! Source: RFC 6874, section 2, on top of RFC 3986.
//!
//! ```abnf
//! endpoint   = host [ ":" port ]                       ; as in RFC 3986, but for
//! IP-literal = "[" ( IPv6address / IPv6addrz / IPvFuture ) "]"
//! IPv6addrz  = IPv6address "%25" ZoneID
//! ZoneID     = 1*( unreserved / pct-encoded )
//! ```
//!
//! Any IPv6 address may have a zone. The decoded bytes of a zone are read as the zones of strict:
//! digits are an index.
//!
//! Refused: what `rfc3986` refuses but for the zone, a plain `%`, an empty zone, and what
//! [`Zone`] cannot hold.

use super::rfc3986::{self, refuse_future};
use super::shared::authority::{Authority, Literal, ipv6_literal};
use super::shared::escapes::{Piece, Pieces, is_unreserved};
use super::shared::writing::print;
use super::{About, IpRules, Read, Rules};
use crate::addr::{
    FormatError, Host, Ip, ParseError, ParseErrorKind, Zone, ZoneName, is_zone_byte,
};

pub(super) const RULES: Rules = Rules {
    about: About {
        users: "curl, libpq, Boost.URL",
        source: "RFC 6874 section 2; RFC 3986 section 3.2",
        takes: "what rfc3986 takes, and zones behind %25",
    },
    ip: Some(IpRules {
        parse: |text| AUTHORITY.read_ip(text),
        format: |ip, out| AUTHORITY.format_ip(ip, out),
    }),
    read: Read::One(|text, options| AUTHORITY.read(text, options)),
    write: |reading, options, out| AUTHORITY.write(reading, options, out),
    list: None,
    keeps_zones: false,
    has_ipv6: true,
};

const AUTHORITY: Authority = Authority { literal: ip_literal, write_host, ..rfc3986::AUTHORITY };

/// `IP-literal = "[" ( IPv6address / IPv6addrz / IPvFuture ) "]"`; RFC 6874, section 2.
fn ip_literal(content: &[u8]) -> Result<Ip, ParseError> {
    refuse_future(content)?;
    ipv6_literal(content, Some(read_zone))
}

/// ```abnf
/// "%25" ZoneID
/// ZoneID = 1*( unreserved / pct-encoded )
/// ```
///
/// RFC 6874, section 2.
fn read_zone(text: &[u8]) -> Result<Option<Zone>, ParseError> {
    let mut pieces = Pieces::new(text);
    match pieces.next() {
        Some(Piece { byte: b'%', len: 3, .. }) => {}
        Some(piece) => return Err(piece.refused(ParseErrorKind::ZoneBadByte)),
        None => return Ok(None),
    }
    let begin = pieces.offset();
    let run = Run::take(pieces);
    let error = match run.zone() {
        Ok(zone) => return run.wrong.map_or(Ok(zone), Err),
        Err(error) => error,
    };
    let len = match error.kind {
        ParseErrorKind::ZoneEmpty => 0,
        ParseErrorKind::ZoneBadByte => run.first_len,
        _ => run.len,
    };
    let at_run = ParseError::new(error.kind, begin, len);
    Err(match (error.kind, run.wrong) {
        // These say that the run does not make a zone; the byte that ends it says why.
        (ParseErrorKind::ZoneEmpty | ParseErrorKind::ZoneBadByte, Some(wrong)) => wrong,
        _ => at_run,
    })
}

/// The bytes that may stand in a zone, as far as they go; they are judged before what ends them.
struct Run {
    /// The first of them, decoded.
    bytes: [u8; ZoneName::MAX_LEN + 1],
    /// How many there are.
    count: usize,
    /// The length of their text.
    len: usize,
    /// The length of the text of the first.
    first_len: usize,
    is_index: bool,
    /// The byte behind them.
    wrong: Option<ParseError>,
}

impl Run {
    fn take(pieces: Pieces<'_>) -> Self {
        let bytes = [0; ZoneName::MAX_LEN + 1];
        let mut run = Self { bytes, count: 0, len: 0, first_len: 0, is_index: true, wrong: None };
        for piece in pieces {
            let is_allowed = piece.is_escape() || is_unreserved(piece.byte);
            if !is_allowed || !is_zone_byte(piece.byte) {
                run.wrong = Some(piece.refused(ParseErrorKind::ZoneBadByte));
                break;
            }
            if run.count == 0 {
                run.first_len = piece.len;
            }
            if let Some(slot) = run.bytes.get_mut(run.count) {
                *slot = piece.byte;
            }
            run.is_index &= piece.byte.is_ascii_digit();
            run.count = run.count.saturating_add(1);
            run.len = run.len.saturating_add(piece.len);
        }
        run
    }

    fn zone(&self) -> Result<Option<Zone>, ParseError> {
        if self.count > ZoneName::MAX_LEN && !self.is_index {
            return Err(ParseError::new(ParseErrorKind::ZoneTooLong, 0, self.len));
        }
        // Sixteen digits break a rule already, whatever follows them.
        Zone::parse(self.bytes.get(..self.count).unwrap_or(&self.bytes))
    }
}

fn write_host(host: &Host<'_>, out: &mut [u8]) -> Result<usize, FormatError> {
    match host {
        Host::Ip(Ip::V6(addr, zone)) => print(format_args!("{}", Literal(*addr, *zone)), out),
        _ => rfc3986::write_host(host, out),
    }
}

#[cfg(test)]
mod tests {
    use crate::addr::Dialect;
    use crate::dialect::testing::{prints, reads, reads_endpoint, refuses, refuses_endpoint};

    const DIALECT: Dialect = Dialect::Rfc6874;

    #[test]
    fn accepts_zones_behind_an_escaped_percent() {
        reads(DIALECT, "[fe80::1%25eth0]", "fe80::1%eth0");
        reads(DIALECT, "[fe80::1%251]", "fe80::1%1");
        reads(DIALECT, "[fe80::1%250]", "fe80::1");
        reads(DIALECT, "[fe80::1%25%65th0~-_.]", "fe80::1%eth0~-_.");
        reads(DIALECT, "[fe80::1%25a%2Bb]", "fe80::1%a+b");
        reads(DIALECT, "[::1%25lo]", "::1%lo");
        reads(DIALECT, "[::ffff:1.2.3.4%25lo]", "::ffff:1.2.3.4%lo");
        prints(DIALECT, "[fe80::1%25a%2bb]", "[fe80::1%25a%2Bb]");
        prints(DIALECT, "[fe80::1%25%31]", "[fe80::1%251]");
        reads_endpoint(DIALECT, "[fe80::1%25lo]:080", "[fe80::1%lo]:80");
    }

    #[test]
    fn accepts_what_rfc3986_accepts() {
        reads(DIALECT, "192.0.2.1", "192.0.2.1");
        reads_endpoint(DIALECT, "010.0.0.1:", "010.0.0.1");
        reads_endpoint(DIALECT, "a%25b", "a%b");
        refuses(DIALECT, b"a%25b", "not-an-ip", 0, 5);
        refuses(DIALECT, b"[v1.a]", "not-representable", 1, 4);
        refuses(DIALECT, b"fe80::1%25lo", "bracket-missing", 0, 0);
    }

    #[test]
    fn refuses_a_percent_that_is_not_escaped() {
        refuses(DIALECT, b"[fe80::1%lo]", "percent-encoding-bad", 8, 1);
        refuses(DIALECT, b"[fe80::1%]", "percent-encoding-bad", 8, 1);
        refuses(DIALECT, b"[fe80::1%eb0]", "non-ascii", 8, 3);
        refuses(DIALECT, b"[fe80::1%41]", "zone-bad-byte", 8, 3);
        refuses(DIALECT, b"[fe80::1%25a%b]", "percent-encoding-bad", 12, 1);
        refuses(DIALECT, b"1.2.3.4%25eth0", "not-an-ip", 0, 14);
    }

    #[test]
    fn refuses_what_a_zone_cannot_hold() {
        refuses(DIALECT, b"[fe80::1%25]", "zone-empty", 11, 0);
        refuses(DIALECT, b"[fe80::1%25a+b]", "zone-bad-byte", 12, 1);
        refuses(DIALECT, b"[fe80::1%25a%2Fb]", "zone-bad-byte", 12, 3);
        refuses(DIALECT, b"[fe80::1%25a%25b]", "zone-bad-byte", 12, 3);
        refuses(DIALECT, b"[fe80::1%25a%00]", "nul", 12, 3);
        refuses(DIALECT, b"[fe80::1%25a b]", "whitespace", 12, 1);
        refuses(DIALECT, b"[fe80::1%25%20]", "whitespace", 11, 3);
        refuses(DIALECT, b"[fe80::1%25.]", "zone-bad-byte", 11, 1);
        refuses(DIALECT, b"[fe80::1%25%2E.]", "zone-bad-byte", 11, 3);
        refuses(DIALECT, b"[fe80::1%25abcdefghijklmnop]", "zone-too-long", 11, 16);
        refuses(DIALECT, b"[fe80::1%25%61bcdefghijklmnop/]", "zone-too-long", 11, 18);
        refuses(DIALECT, b"[fe80::1%250000000000000000a]", "zone-too-long", 11, 17);
        refuses(DIALECT, b"[fe80::1%2501]", "zone-index-leading-zero", 11, 2);
        refuses(DIALECT, b"[fe80::1%254294967296]", "zone-index-overflow", 11, 10);
        refuses(DIALECT, b"[fe80::1%2599999999999999999999]", "zone-index-overflow", 11, 20);
        refuses_endpoint(DIALECT, b"[fe80::1%2501]:80", "zone-index-leading-zero", 11, 2);
    }
}
