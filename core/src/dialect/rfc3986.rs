//! `rfc3986`: the host and the port of a URI.
//!
//! Who reads it so: URI libraries that keep to the grammar, such as fluent-uri and Boost.URL. The
//! authority of a URI without user information.
//!
//! Source: RFC 3986, section 3.2.
//!
//! ```abnf
//! ip          = IPv4address / "[" IPv6address "]"
//! endpoint    = host [ ":" port ]
//! host        = IP-literal / IPv4address / reg-name   ; the first that matches
//! IP-literal  = "[" ( IPv6address / IPvFuture ) "]"
//! IPv4address = dec-octet "." dec-octet "." dec-octet "." dec-octet
//! reg-name    = 1*( unreserved / pct-encoded / sub-delims )
//! port        = *DIGIT                                ; at most 65535
//! ```
//!
//! What is no IPv4 address in its one spelling is a name: `010.0.0.1`, `127.1`, `1.2.3.4.`,
//! `%31.2.3.4`.
//!
//! Refused: an empty host, which the grammar allows and which names nothing; `%00`; `IPvFuture`,
//! which is well-formed and of no version that exists; user information; zones, which RFC 6874
//! added and RFC 9844 took back.

use super::shared::authority::{Authority, ipv6_literal};
use super::shared::escapes::{Escaped, Pieces, is_sub_delim, is_unreserved};
use super::shared::writing::print;
use super::{About, IpRules, Read, Rules};
use crate::addr::{FormatError, Host, HostName, Ip, ParseError, ParseErrorKind, ipv4};
use crate::cursor::Reader;

pub(super) const RULES: Rules = Rules {
    about: About {
        users: "URI libraries: fluent-uri, Boost.URL",
        source: "RFC 3986 section 3.2",
        takes: "any octets as a name, misspelt IPv4 too; empty ports, ports with leading zeros",
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

pub(super) const AUTHORITY: Authority =
    Authority { literal: ip_literal, host: ipv4_or_name, write_host };

/// `IP-literal = "[" ( IPv6address / IPvFuture ) "]"`; RFC 3986, section 3.2.2.
fn ip_literal(content: &[u8]) -> Result<Ip, ParseError> {
    refuse_future(content)?;
    ipv6_literal(content, None)
}

/// Refuses an address of a later version: well-formed, and without a value.
///
/// ```abnf
/// IPvFuture = "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )
/// ```
///
/// RFC 3986, section 3.2.2.
pub(super) fn refuse_future(content: &[u8]) -> Result<(), ParseError> {
    let mut reader = Reader::new(content);
    let is_future = reader.expect_ignore_case(b"v")
        && !reader.take_hex(usize::MAX).is_empty()
        && reader.expect(b'.')
        && !reader.take_while(|byte| is_name_byte(byte) || byte == b':').is_empty()
        && reader.is_empty();
    if is_future {
        return Err(ParseError::new(ParseErrorKind::NotRepresentable, 0, content.len()));
    }
    Ok(())
}

/// ```abnf
/// IPv4address = dec-octet "." dec-octet "." dec-octet "." dec-octet
/// reg-name    = *( unreserved / pct-encoded / sub-delims )
/// ```
///
/// RFC 3986, section 3.2.2.
pub(super) fn ipv4_or_name(text: &[u8]) -> Result<Host<'_>, ParseError> {
    if text.is_empty() {
        return Err(ParseError::new(ParseErrorKind::HostLabelEmpty, 0, 0));
    }
    if text.first().is_some_and(u8::is_ascii_digit)
        && let Ok(addr) = ipv4::parse(text)
    {
        return Ok(Host::Ip(Ip::V4(addr)));
    }
    if text.iter().all(|byte| is_name_byte(*byte)) {
        return Ok(Host::Name(HostName::from_written(text, false)));
    }
    let mut is_escaped = false;
    for piece in Pieces::new(text) {
        is_escaped |= piece.is_escape();
        let is_allowed = if piece.is_escape() { piece.byte != 0 } else { is_name_byte(piece.byte) };
        if !is_allowed {
            return Err(piece.refused(ParseErrorKind::HostBadByte));
        }
    }
    Ok(Host::Name(HostName::from_written(text, is_escaped)))
}

/// `unreserved / sub-delims`; RFC 3986, sections 2.2 and 2.3.
const fn is_name_byte(byte: u8) -> bool {
    is_unreserved(byte) || is_sub_delim(byte)
}

/// Writes a host that has no zone.
pub(super) fn write_host(host: &Host<'_>, out: &mut [u8]) -> Result<usize, FormatError> {
    match host {
        Host::Ip(Ip::V4(_) | Ip::V6(_, None)) => print(format_args!("{host}"), out),
        Host::Name(name) => write_name(name, out),
        // `*` would read back as a name.
        Host::Ip(Ip::V6(_, Some(_))) | Host::Any => Err(FormatError::NotRepresentable),
    }
}

fn write_name(name: &HostName<'_>, out: &mut [u8]) -> Result<usize, FormatError> {
    let bytes = name.bytes();
    if bytes.clone().next().is_none() || bytes.clone().any(|byte| byte == 0) {
        return Err(FormatError::NotRepresentable);
    }
    // A name that spells an IPv4 address stays a name as long as one byte is escaped.
    let head = usize::from(is_ipv4(name));
    let first = Escaped { bytes: bytes.clone().take(head), is_plain: |_| false };
    let rest = Escaped { bytes: bytes.skip(head), is_plain: is_name_byte };
    print(format_args!("{first}{rest}"), out)
}

fn is_ipv4(name: &HostName<'_>) -> bool {
    let mut text = [0; ipv4::MAX_LEN];
    let len = name.bytes().count();
    text.iter_mut().zip(name.bytes()).for_each(|(slot, byte)| *slot = byte);
    text.get(..len).is_some_and(|text| ipv4::parse(text).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::addr::{Dialect, Endpoint, HostPort, TextOptions};
    use crate::dialect::testing::{prints, reads, reads_endpoint, refuses, refuses_endpoint};
    use crate::dialect::{format, parse};

    const DIALECT: Dialect = Dialect::Rfc3986;

    #[test]
    fn accepts_addresses_in_one_spelling() {
        reads(DIALECT, "192.0.2.1", "192.0.2.1");
        reads(DIALECT, "[2001:DB8::1]", "2001:db8::1");
        reads(DIALECT, "[::ffff:1.2.3.4]", "::ffff:1.2.3.4");
        prints(DIALECT, "[::FFFF:102:304]", "[::ffff:1.2.3.4]");
        reads_endpoint(DIALECT, "192.0.2.1:080", "192.0.2.1:80");
        reads_endpoint(DIALECT, "[::1]:0000000080", "[::1]:80");
    }

    #[test]
    fn accepts_any_octets_as_a_name() {
        for name in ["010.0.0.1", "127.1", "1.2.3.4.", "a_b", "a..b", "-", "*", "!$&'()*+,;=", "~"]
        {
            reads_endpoint(DIALECT, name, name);
            refuses(DIALECT, name.as_bytes(), "not-an-ip", 0, u32::try_from(name.len()).unwrap());
        }
        reads_endpoint(DIALECT, "ex%61mple.com:80", "example.com:80");
        reads_endpoint(DIALECT, "a%2Fb%c3%bc", "a/b%C3%BC");
        reads_endpoint(DIALECT, "unix:80", "unix:80");
    }

    #[test]
    fn an_empty_port_is_no_port() {
        reads_endpoint(DIALECT, "a:", "a");
        reads_endpoint(DIALECT, "[::1]:", "[::1]");
        let options = TextOptions::new().with_default_port(80);
        for text in ["a", "a:", "a:080"] {
            let reading = parse(DIALECT, text.as_bytes(), &options).unwrap();
            assert_eq!(alloc::format!("{}", reading.endpoint), "a:80");
        }
    }

    #[test]
    fn refuses_what_is_no_host() {
        refuses_endpoint(DIALECT, b":80", "host-label-empty", 0, 0);
        refuses_endpoint(DIALECT, b"a b", "whitespace", 1, 1);
        refuses_endpoint(DIALECT, b"u@h", "host-bad-byte", 1, 1);
        refuses_endpoint(DIALECT, b"a/b", "host-bad-byte", 1, 1);
        refuses_endpoint(DIALECT, b"a\0", "nul", 1, 1);
        refuses_endpoint(DIALECT, "b\u{fc}".as_bytes(), "non-ascii", 1, 1);
        refuses_endpoint(DIALECT, b"a%00", "nul", 1, 3);
        refuses_endpoint(DIALECT, b"a%4", "percent-encoding-bad", 1, 1);
        refuses_endpoint(DIALECT, b"1.2.3.4%eth0", "percent-encoding-bad", 7, 1);
    }

    #[test]
    fn refuses_what_brackets_do_not_hold() {
        refuses(DIALECT, b"[fe80::1%25lo]", "zone-not-allowed-in-dialect", 8, 1);
        refuses(DIALECT, b"[v1.a:b]", "not-representable", 1, 6);
        refuses(DIALECT, b"[V0f.!]", "not-representable", 1, 5);
        refuses(DIALECT, b"[v1.]", "bracketed-non-ipv6", 1, 3);
        refuses(DIALECT, b"[127.0.0.1]", "bracketed-non-ipv6", 1, 9);
        refuses(DIALECT, b"[]", "bracketed-non-ipv6", 1, 0);
        refuses(DIALECT, b"[%a:b]", "bracketed-non-ipv6", 1, 4);
        refuses(DIALECT, b"[::g]", "unexpected-byte", 3, 1);
        refuses(DIALECT, b"[::1", "bracket-unclosed", 4, 0);
        refuses(DIALECT, b"[::1]:80", "text-after-bracket", 5, 1);
        refuses_endpoint(DIALECT, b"[::1]80", "text-after-bracket", 5, 1);
        refuses_endpoint(DIALECT, b"[::1] :80", "whitespace", 5, 1);
    }

    #[test]
    fn refuses_ipv6_without_brackets() {
        refuses(DIALECT, b"::1", "bracket-missing", 0, 0);
        refuses(DIALECT, b"fe80::1%1", "bracket-missing", 0, 0);
        refuses(DIALECT, b"1.2.3.4:80", "v4-tail-not-last", 0, 7);
        refuses_endpoint(DIALECT, b"::1", "bracket-missing", 0, 0);
        refuses_endpoint(DIALECT, b"2001:db8::1:80", "unbracketed-ipv6-with-port", 0, 11);
    }

    #[test]
    fn refuses_ports_that_are_no_numbers() {
        refuses_endpoint(DIALECT, b"a:65536", "port-too-large", 2, 5);
        refuses_endpoint(DIALECT, b"a:+80", "port-sign", 2, 1);
        refuses_endpoint(DIALECT, b"a:http", "service-name-not-allowed", 2, 4);
        refuses_endpoint(DIALECT, b"x::80", "unexpected-byte", 2, 1);
        refuses_endpoint(DIALECT, b"a:80/", "unexpected-byte", 4, 1);
        refuses_endpoint(DIALECT, b"a:8 0", "whitespace", 3, 1);
    }

    #[test]
    fn a_name_never_becomes_an_address() {
        let text = b"%31.2.3.4:80";
        let reading = parse(DIALECT, text, &TextOptions::new()).unwrap();
        assert_eq!(alloc::format!("{}", reading.endpoint), "1.2.3.4:80");
        let mut out = [0; 32];
        let len = format(DIALECT, &reading.endpoint, &mut out).unwrap();
        assert_eq!(&out[..len], text);
    }

    #[test]
    fn writes_nothing_that_reads_back_otherwise() {
        let mut out = [0; 32];
        let mut write = |host| {
            let endpoint = Endpoint::Inet(HostPort { host, port: None });
            format(DIALECT, &endpoint, &mut out)
        };
        let refused = Err(FormatError::NotRepresentable);
        assert_eq!(write(Host::Any), refused);
        assert_eq!(write(HostName::from_written(b"", false).into()), refused);
        assert_eq!(write(HostName::from_written(b"a%00", true).into()), refused);
        assert_eq!(write(HostName::from_written(b"%41", false).into()), Ok(5));
        assert_eq!(write(Ip::parse(b"fe80::1%1").unwrap().into()), refused);
    }
}
