//! `xff`: the list in `X-Forwarded-For`.
//!
//! Who reads it so: servers behind proxies. No document settles the field; it grew in Squid and is
//! written today by Apache, nginx, HAProxy, Envoy and the load balancers of clouds.
//!
//! Source: practice, the real-IP module of nginx among it; RFC 7239, section 7.4; RFC 9110,
//! section 5.6.1 (lists). What readers do not agree on is refused: nginx takes `010.0.0.1`, a port
//! `080` and a space in place of the comma.
//!
//! ```abnf
//! list = node *( OWS "," OWS node )     ; white space around the whole, too
//! node = IPv4 [ ":" port ]
//!      / IPv6                           ; whatever its last group looks like
//!      / "[" IPv6 "]" [ ":" port ]
//! OWS  = *( SP / HTAB )
//! port = "0" / %x31-39 0*4DIGIT         ; at most 65535
//! ```
//!
//! Refused: an empty element; zones; names and everything else that is no address, since a value
//! that is not read must not be trusted. `unknown` is well-formed and names no endpoint.

use super::readings::Place;
use super::shared::authority::ipv6_literal;
use super::shared::brackets;
use super::shared::ip_port::read_strict;
use super::shared::scoped::Scoped;
use super::shared::writing::print;
use super::{About, Extra, List, Read, Reading, Rules};
use crate::addr::{
    Endpoint, FormatError, Host, HostPort, Ip, ParseError, ParseErrorKind, TextOptions, ipv4, port,
    split_at_colon,
};
use crate::cursor::Reader;

pub(super) const RULES: Rules = Rules {
    about: About {
        users: "X-Forwarded-For",
        source: "practice; RFC 7239 section 7.4",
        takes: "a list; IPv6 without brackets",
    },
    ip: None,
    read: Read::Several(next),
    write,
    list: Some(List { open: |_| b"", item: write, between: b", ", close: b"" }),
    keeps_zones: false,
    has_ipv6: true,
};

const SCOPED: Scoped = Scoped { ipv4: ipv4::parse, zone: None };

/// `list = node *( OWS "," OWS node )`
///
/// The place is the offset of the next element, and whether there is none.
fn next<'a>(
    text: &'a [u8],
    options: &TextOptions,
    [begin, is_over, ..]: &mut Place,
) -> Option<Result<Reading<'a>, ParseError>> {
    if *is_over != 0 {
        return None;
    }
    let Element { at, text, next } = element(text, *begin);
    match next {
        Some(next) => *begin = next,
        None => *is_over = 1,
    }
    let reading = node(text, options);
    if reading.is_err() {
        *is_over = 1;
    }
    Some(reading.map_err(|error| error.shifted(at)))
}

/// An element of a list.
pub(crate) struct Element<'a> {
    /// Where it begins.
    pub(crate) at: usize,
    /// The element without the white space around it.
    pub(crate) text: &'a [u8],
    /// Where the next one is, if there is one.
    pub(crate) next: Option<usize>,
}

/// Takes the element behind a place in a list.
pub(crate) fn element(list: &[u8], begin: usize) -> Element<'_> {
    let mut reader = Reader::new(list);
    _ = reader.take(begin);
    _ = reader.take_while(is_ows);
    let at = reader.position();
    let element = reader.take_while(|byte| byte != b',');
    let next = reader.expect(b',').then(|| reader.position());
    let len =
        element.iter().rposition(|&byte| !is_ows(byte)).map_or(0, |last| last.wrapping_add(1));
    Element { at, text: element.get(..len).unwrap_or_default(), next }
}

/// `OWS = *( SP / HTAB )`; RFC 9110, section 5.6.3.
pub(crate) const fn is_ows(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Reads an element; `unknown` is refused, for it names no endpoint.
pub(crate) fn node(text: &[u8], options: &TextOptions) -> Result<Reading<'static>, ParseError> {
    if text.eq_ignore_ascii_case(b"unknown") {
        return Err(ParseError::new(ParseErrorKind::NotRepresentable, 0, text.len()));
    }
    if let Some(address) = read_strict(text) {
        return Ok(Reading::new(Endpoint::Inet(address)));
    }
    let (ip, port) = match text {
        [] => return Err(ParseError::new(ParseErrorKind::OctetEmpty, 0, 0)),
        [b'[', inside @ ..] => bracketed(text, inside)?,
        _ => bare(text)?,
    };
    let host = Host::Ip(ip);
    let port = port.or(options.default_port);
    Ok(Reading::new(Endpoint::Inet(HostPort { host, port })))
}

/// `node = "[" IPv6 "]" [ ":" port ]`
fn bracketed(text: &[u8], inside: &[u8]) -> Result<(Ip, Option<u16>), ParseError> {
    let read = |inside| {
        let (content, behind) = brackets::split(inside)?;
        Ok((ipv6_literal(content, None)?, behind))
    };
    let (ip, behind) = read(inside).map_err(|error: ParseError| error.shifted(1))?;
    match behind {
        [] => Ok((ip, None)),
        [b':', digits @ ..] => {
            let at = text.len().saturating_sub(digits.len());
            Ok((ip, Some(port::parse(digits).map_err(|error| error.shifted(at))?)))
        }
        _ => Err(brackets::text_after(text, behind)),
    }
}

/// `node = IPv4 [ ":" port ] / IPv6`; a second colon makes it IPv6.
fn bare(text: &[u8]) -> Result<(Ip, Option<u16>), ParseError> {
    let (address, behind) = split_at_colon(text);
    let Some(digits) = behind else {
        return Ok((SCOPED.read(text)?, None));
    };
    if memchr::memchr(b':', digits).is_some() {
        return Ok((SCOPED.read_ipv6(text)?, None));
    }
    let ip = SCOPED.read(address)?;
    let at = address.len().saturating_add(1);
    Ok((ip, Some(port::parse(digits).map_err(|error| error.shifted(at))?)))
}

fn write(
    reading: &Reading<'_>,
    options: &TextOptions,
    out: &mut [u8],
) -> Result<usize, FormatError> {
    let Reading {
        endpoint: Endpoint::Inet(HostPort { host: Host::Ip(ip), port }),
        extra: Extra::NONE,
        ..
    } = reading
    else {
        return Err(FormatError::NotRepresentable);
    };
    match (ip, port, options.default_port) {
        (Ip::V6(_, Some(_)), ..) => Err(FormatError::NotRepresentable),
        // A text without a port would read back with the default.
        (_, None, Some(_)) => Err(FormatError::NotRepresentable),
        (_, None, None) => print(format_args!("{ip}"), out),
        (_, Some(_), _) => print(format_args!("{}", reading.endpoint), out),
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use super::*;
    use crate::addr::Dialect;
    use crate::dialect::testing::{reads_endpoint, refuses, refuses_endpoint};
    use crate::dialect::{convert, parse_all};

    const DIALECT: Dialect = Dialect::Xff;

    #[track_caller]
    fn hops(text: &str) -> Vec<String> {
        let readings = parse_all(DIALECT, text.as_bytes(), &TextOptions::new()).unwrap();
        readings.map(|reading| alloc::format!("{}", reading.endpoint)).collect()
    }

    #[track_caller]
    fn refuses_list(text: &str, code: &str, at: u32, len: u32) {
        let error = parse_all(DIALECT, text.as_bytes(), &TextOptions::new()).unwrap_err();
        assert_eq!((error.code(), error.at, error.len), (code, at, len), "{text}");
    }

    #[test]
    fn accepts_every_form_of_an_element() {
        reads_endpoint(DIALECT, "192.0.2.1", "192.0.2.1");
        reads_endpoint(DIALECT, "192.0.2.1:47011", "192.0.2.1:47011");
        reads_endpoint(DIALECT, "2001:DB8::1", "[2001:db8::1]");
        reads_endpoint(DIALECT, "2001:db8::1:80", "[2001:db8::1:80]");
        reads_endpoint(DIALECT, "[2001:db8::1]", "[2001:db8::1]");
        reads_endpoint(DIALECT, "[2001:db8::1]:0", "[2001:db8::1]:0");
        reads_endpoint(DIALECT, "::ffff:192.0.2.1", "[::ffff:192.0.2.1]");
    }

    #[test]
    fn accepts_lists_with_white_space_around_elements() {
        let expected = ["192.0.2.1", "[::1]", "[::1]:80"];
        for text in ["192.0.2.1,::1,[::1]:80", " 192.0.2.1 ,\t::1\t , [::1]:80\t"] {
            assert_eq!(hops(text), expected);
        }
        let long = "1.2.3.4,".repeat(8_000) + "::1";
        assert_eq!(hops(&long).len(), 8_001);
    }

    #[test]
    fn refuses_empty_elements() {
        refuses_list("1.2.3.4,,::1", "octet-empty", 8, 0);
        refuses_list("1.2.3.4, ,::1", "octet-empty", 9, 0);
        refuses_list("1.2.3.4,", "octet-empty", 8, 0);
        refuses_list(",1.2.3.4", "octet-empty", 0, 0);
        refuses_list(" ", "octet-empty", 1, 0);
    }

    #[test]
    fn refuses_what_is_no_address() {
        refuses_list("1.2.3.4, unknown", "not-representable", 9, 7);
        refuses_list("localhost", "octet-empty", 0, 0);
        refuses_list("_hidden, 1.2.3.4", "octet-empty", 0, 0);
        refuses_list("010.0.0.1", "octet-leading-zero", 0, 3);
        refuses_list("1.2.3.4 5.6.7.8", "whitespace", 7, 1);
        refuses_list("1.2.3.4\n", "whitespace", 7, 1);
        refuses_list("1.2.3.4, ::1%lo", "zone-not-allowed-in-dialect", 12, 1);
        refuses_list("[::1%lo]", "zone-not-allowed-in-dialect", 4, 1);
        refuses_list("%lo", "octet-empty", 0, 0);
        refuses_list("%a::b", "group-empty", 0, 0);
        refuses_list("1.2.3.4%1:80", "zone-on-ipv4", 7, 1);
        refuses_list("\"1.2.3.4\"", "octet-empty", 0, 0);
    }

    #[test]
    fn refuses_broken_brackets_and_ports() {
        refuses_list("::1, [::1", "bracket-unclosed", 9, 0);
        refuses_list("[::1, 1.2.3.4]", "bracket-unclosed", 4, 0);
        refuses_list("[1.2.3.4]:80", "bracketed-non-ipv6", 1, 7);
        refuses_list("[::1]80", "text-after-bracket", 5, 1);
        refuses_list("1.2.3.4:", "port-empty", 8, 0);
        refuses_list("::1, 1.2.3.4:080", "port-leading-zero", 13, 3);
        refuses_list("[::1]:65536", "port-too-large", 6, 5);
        refuses_list("1.2.3.4:http", "service-name-not-allowed", 8, 4);
    }

    #[test]
    fn a_list_is_no_single_endpoint() {
        refuses_endpoint(DIALECT, b"1.2.3.4, ::1", "not-representable", 0, 12);
        refuses(DIALECT, b"1.2.3.4:80", "not-an-ip", 0, 10);
    }

    #[test]
    fn writes_lists_with_a_comma_and_a_space() {
        let mut out = [0; 64];
        let text = b"1.2.3.4:80,\t[::1] , [::1]:80";
        let done = convert(DIALECT, DIALECT, text, &TextOptions::new(), &mut out).unwrap();
        assert_eq!(&out[..done.len], b"1.2.3.4:80, ::1, [::1]:80");
        assert!(done.loss.is_empty());
    }
}
