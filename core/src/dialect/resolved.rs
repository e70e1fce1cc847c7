//! Hosts and ports as programs hand them to a resolver.
//!
//! ```abnf
//! host = address / name                  ; what ends in a number is no name
//! name = label *( "." label ) [ "." ]    ; as in strict, with "_" in labels
//! port = 1*DIGIT                         ; at most 65535, leading zeros mean nothing
//! ```
//!
//! Resolvers take more: `getaddrinfo` reads 65616 as port 80. What does not fit is refused here.

use super::escapes;
use super::print::print;
use super::scoped::Scoped;
use crate::addr::{
    Host, HostName, ParseError, ParseErrorKind, is_numeric_last_label, lookup_name_error, port,
};
use crate::cursor::Reader;

/// Reads a host: a text with a colon is IPv6, one that ends in a number IPv4, any other a name.
pub(super) fn host(text: &[u8], scoped: Scoped) -> Result<Host<'_>, ParseError> {
    // No name holds a `%`: behind a number it is a zone.
    let number = text.split(|&byte| byte == b'%').next().unwrap_or(text);
    if memchr::memchr(b':', text).is_some() {
        scoped.read_ipv6(text).map(Host::Ip)
    } else if is_numeric_last_label(text) || is_numeric_last_label(number) {
        scoped.read(text).map(Host::Ip)
    } else {
        match lookup_name_error(text) {
            None => Ok(Host::Name(HostName::from_written(text, false))),
            Some(error) => Err(error),
        }
    }
}

/// Reads a host in which `%XX` stands for a byte; names keep their escapes.
pub(super) fn escaped_host(written: &[u8], scoped: Scoped) -> Result<Host<'_>, ParseError> {
    if memchr::memchr(b'%', written).is_none() {
        return host(written, scoped);
    }
    let mut buffer = [0; MAX_DECODED_LEN];
    let Some(decoded) = escapes::decode(written, &mut buffer) else {
        return Err(ParseError::new(ParseErrorKind::HostTooLong, 0, written.len()));
    };
    match host(decoded, scoped) {
        Ok(Host::Name(_)) => Ok(Host::Name(HostName::from_written(written, true))),
        Ok(Host::Ip(ip)) => Ok(Host::Ip(ip)),
        Ok(Host::Any) => Ok(Host::Any),
        Err(error) => Err(bad_escape(written, escapes::locate(written, error))),
    }
}

/// Longer than any host, so that what is too long is seen to be so.
const MAX_DECODED_LEN: usize = 512;

/// A `%` that stands for itself has no place in a name.
fn bad_escape(written: &[u8], error: ParseError) -> ParseError {
    let at = usize::try_from(error.at).unwrap_or(usize::MAX);
    match (error.kind, error.len, written.get(at)) {
        (ParseErrorKind::HostBadByte, 1, Some(b'%')) => {
            ParseError::new(ParseErrorKind::PercentEncodingBad, at, 1)
        }
        _ => error,
    }
}

/// Whether [`host`] reads the bytes of a name back as that name.
pub(super) fn is_name(name: &HostName<'_>) -> bool {
    let mut buffer = [0; HostName::MAX_LEN + 1];
    let len = print(format_args!("{name}"), &mut buffer).unwrap_or_default();
    let text = buffer.get(..len).unwrap_or_default();
    // A byte that is not printable displays as an escape, and so as another name.
    name.bytes().eq(text.iter().copied())
        && lookup_name_error(text).is_none()
        && !is_numeric_last_label(text)
}

/// Reads a port.
///
/// # Errors
///
/// Those of the strict reader but the one for a leading zero.
pub(super) fn port(text: &[u8]) -> Result<u16, ParseError> {
    let mut reader = Reader::new(text);
    let digits = reader.take_decimal(usize::MAX);
    match (digits.to_u16(), reader.peek()) {
        (Some(port), None) => Ok(port),
        (Some(_), Some(byte)) => Err(ParseError::unexpected(reader.position(), byte)),
        // The strict reader refuses a text without digits, and says why.
        (None, _) if digits.is_empty() => port::parse(text),
        (None, _) => Err(ParseError::new(ParseErrorKind::PortTooLarge, 0, digits.len())),
    }
}

/// Reads a port in which `%XX` stands for a byte.
pub(super) fn escaped_port(written: &[u8]) -> Result<u16, ParseError> {
    let mut buffer = [0; MAX_DECODED_LEN];
    match escapes::decode(written, &mut buffer) {
        Some(text) => port(text).map_err(|error| escapes::locate(written, error)),
        None => Err(ParseError::new(ParseErrorKind::TooLong, 0, written.len())),
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;
    use crate::dialect::gai_numeric;

    fn code(error: ParseError) -> (&'static str, u32, u32) {
        (error.code(), error.at, error.len)
    }

    #[test]
    fn the_text_decides_what_a_host_is() {
        let read = |text: &'static str| {
            let host = host(text.as_bytes(), gai_numeric::SCOPED);
            host.map(|host| format!("{host}")).map_err(code)
        };
        for (text, expected) in
            [("127.1", "127.0.0.1"), ("fe80::1%lo", "[fe80::1%lo]"), ("a_b.c", "a_b.c")]
        {
            assert_eq!(read(text), Ok(expected.into()));
        }
        assert_eq!(read("127.1%lo"), Err(("zone-on-ipv4", 5, 1)));
        assert_eq!(read("a.0x1"), Err(("octet-empty", 0, 0)));
        assert_eq!(read(""), Err(("host-label-empty", 0, 0)));
        assert_eq!(read("a%lo"), Err(("host-bad-byte", 1, 1)));
    }

    #[test]
    fn escapes_are_decoded_before_the_host_is_read() {
        let read = |text: &'static str| {
            let host = escaped_host(text.as_bytes(), gai_numeric::SCOPED);
            host.map(|host| format!("{host}")).map_err(code)
        };
        assert_eq!(read("%3a%3A1"), Ok("[::1]".into()));
        assert_eq!(read("fe80::1%25lo"), Ok("[fe80::1%lo]".into()));
        assert_eq!(read("%61.b"), Ok("a.b".into()));
        assert_eq!(read("a%20b"), Err(("whitespace", 1, 3)));
        assert_eq!(read("a%2"), Err(("percent-encoding-bad", 1, 1)));
        assert_eq!(read("a%25"), Err(("host-bad-byte", 1, 3)));
    }

    #[test]
    fn names_that_read_otherwise_are_no_names() {
        let name = |text: &'static [u8], escaped| is_name(&HostName::from_written(text, escaped));
        assert!(name(b"a_b", false) && name(b"%61", true));
        assert!(!name(b"1.2", false) && !name(b"a b", false) && !name(b"%00", true));
        assert!(!name(b"", false));
    }

    #[test]
    fn ports_may_have_zeros_before_them() {
        let read = |text: &'static str| port(text.as_bytes()).map_err(code);
        assert_eq!((read("00080"), read("0"), read("65535")), (Ok(80), Ok(0), Ok(65535)));
        assert_eq!(read("0065536"), Err(("port-too-large", 0, 7)));
        assert_eq!(read("8x"), Err(("unexpected-byte", 1, 1)));
        assert_eq!(read(""), Err(("port-empty", 0, 0)));
        assert_eq!(read("-1"), Err(("port-sign", 0, 1)));
        assert_eq!(read("http"), Err(("service-name-not-allowed", 0, 4)));
    }
}
