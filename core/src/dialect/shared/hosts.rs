//! Hosts that a program hands to a resolver.
//!
//! ```abnf
//! host  = address / name                ; what ends in a number is an address or an error
//! name  = label *( "." label ) [ "." ]  ; at most 253 bytes without the last dot
//! label = 1*63namebyte                  ; of the dialect
//! ```
//!
//! The last label decides as in strict: a misspelt address must not become a question to DNS.

use super::escapes::{Coding, Part};
use super::scoped::{ReadIpv4, Scoped};
use crate::addr::{
    Host, HostName, Ip, ParseError, ParseErrorKind, is_numeric_last_label, lookup_name_error,
};
use crate::cursor::Reader;

/// How a dialect reads what cannot be a name.
type ReadIp = fn(&[u8]) -> Result<Ip, ParseError>;

/// Reads a host; names are those of strict, with `_` in their labels.
pub(crate) fn read(text: &[u8], read_ip: ReadIp) -> Result<Host<'_>, ParseError> {
    if is_address(text) {
        return read_ip(text).map(Host::Ip);
    }
    match lookup_name_error(text) {
        None => Ok(Host::Name(HostName::from_written(text, false))),
        Some(error) => Err(error),
    }
}

/// Reads a host whose bytes may be escaped; a name keeps its escapes.
pub(crate) fn read_part(part: Part<'_>, read_ip: ReadIp) -> Result<Host<'_>, ParseError> {
    if part.is_plain() {
        return read(part.bytes, read_ip).map_err(|error| error.shifted(part.at));
    }
    let ip = part.read::<_, MAX_DECODED_LEN>(ParseErrorKind::HostTooLong, |text| {
        match read(text, read_ip)? {
            Host::Ip(ip) => Ok(Some(ip)),
            Host::Name(_) | Host::Any => Ok(None),
        }
    });
    match (ip.map_err(|error| bad_escape(part, error))?, part.coding) {
        (Some(ip), _) => Ok(Host::Ip(ip)),
        (None, Coding::Percent) => Ok(Host::Name(HostName::from_written(part.bytes, true))),
        // A name borrows from the text, and knows no other escape than `%XX`.
        (None, _) => Err(part.whole(ParseErrorKind::NotRepresentable)),
    }
}

/// Longer than any name, and than any address with its zone.
const MAX_DECODED_LEN: usize = 320;

/// A `%` that stands for itself has no place in a name.
fn bad_escape(part: Part<'_>, error: ParseError) -> ParseError {
    let at = usize::try_from(error.at).unwrap_or(usize::MAX);
    let found = at.checked_sub(part.at).and_then(|index| part.bytes.get(index));
    match (part.coding, error.kind, error.len, found) {
        (Coding::Percent, ParseErrorKind::HostBadByte, 1, Some(b'%')) => {
            ParseError::new(ParseErrorKind::PercentEncodingBad, at, 1)
        }
        _ => error,
    }
}

/// Reads a host whose name may be whatever the program hands on; IPv6 is none of it.
pub(crate) fn read_loose(
    text: &[u8],
    ipv4: ReadIpv4,
    is_name_byte: fn(u8) -> bool,
) -> Result<Host<'_>, ParseError> {
    if is_numeric_last_label(before_percent(text)) {
        return Scoped { ipv4, zone: None }.read(text).map(Host::Ip);
    }
    match name_error(text, is_name_byte) {
        None => Ok(Host::Name(HostName::from_written(text, false))),
        Some(error) => Err(error),
    }
}

/// Whether a text is an IP address or nothing.
fn is_address(text: &[u8]) -> bool {
    memchr::memchr(b':', text).is_some()
        || is_numeric_last_label(text)
        || is_numeric_last_label(before_percent(text))
}

/// What a zone would stand behind: no name holds a `%`.
fn before_percent(text: &[u8]) -> &[u8] {
    let percent = memchr::memchr(b'%', text).unwrap_or(text.len());
    text.get(..percent).unwrap_or(text)
}

/// Whether [`read`] reads the bytes of a name back as that name.
pub(crate) fn is_name(name: &HostName<'_>) -> bool {
    let mut buffer = [0; HostName::MAX_LEN + 1];
    let mut bytes = name.bytes();
    let len = buffer.iter_mut().zip(&mut bytes).map(|(slot, byte)| *slot = byte).count();
    let text = buffer.get(..len).unwrap_or_default();
    bytes.next().is_none() && !is_address(text) && lookup_name_error(text).is_none()
}

/// `name = label *( "." label ) [ "." ]`
fn name_error(text: &[u8], is_name_byte: fn(u8) -> bool) -> Option<ParseError> {
    let whole = Reader::new(text).take_while(|byte| is_name_byte(byte) || byte == b'.');
    let name = whole.strip_suffix(b".").unwrap_or(whole);
    let mut reader = Reader::new(text);
    loop {
        let at = reader.position();
        let label = reader.take_while(is_name_byte).len();
        let kind = match reader.peek() {
            None | Some(b'.') if label == 0 => ParseErrorKind::HostLabelEmpty,
            _ if at == 0 && name.len() > HostName::MAX_LEN => {
                return Some(ParseError::new(ParseErrorKind::HostTooLong, 0, whole.len()));
            }
            _ if label > MAX_LABEL_LEN => ParseErrorKind::HostLabelTooLong,
            None => return None,
            Some(b'.') if reader.remaining() == 1 => return None,
            Some(b'.') => {
                _ = reader.take_byte();
                continue;
            }
            Some(byte) => {
                let at = reader.position();
                return Some(ParseError::bad_byte(ParseErrorKind::HostBadByte, at, byte));
            }
        };
        return Some(ParseError::new(kind, at, label));
    }
}

/// The longest label of a host name in bytes.
const MAX_LABEL_LEN: usize = 63;

/// The letters, digits and hyphens of RFC 1123, and the underscore that DNS has beside them.
pub(crate) const fn is_dns_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;
    use crate::addr::ipv4;
    use crate::dialect::gai_numeric::SCOPED;

    fn code(error: ParseError) -> (&'static str, u32, u32) {
        (error.code(), error.at, error.len)
    }

    #[test]
    fn the_text_decides_what_a_host_is() {
        let read = |text: &'static str| {
            read(text.as_bytes(), |text| SCOPED.read(text))
                .map(|host| format!("{host}"))
                .map_err(code)
        };
        for (text, expected) in [
            ("127.1", "127.0.0.1"),
            ("0x7f.1", "127.0.0.1"),
            ("fe80::1%lo", "[fe80::1%lo]"),
            ("a_b.c", "a_b.c"),
        ] {
            assert_eq!(read(text), Ok(expected.into()));
        }
        assert_eq!(read("127.1%lo"), Err(("zone-on-ipv4", 5, 1)));
        assert_eq!(read("08.0.0.1"), Err(("unexpected-byte", 1, 1)));
        assert_eq!(read("a.0x1"), Err(("octet-empty", 0, 0)));
        assert_eq!(read(""), Err(("host-label-empty", 0, 0)));
        assert_eq!(read("a%lo"), Err(("host-bad-byte", 1, 1)));
    }

    #[test]
    fn escapes_are_decoded_before_the_host_is_read() {
        let read = |text: &'static str, coding| {
            let host = read_part(Part::new(text.as_bytes(), 1, coding), |text| SCOPED.read(text));
            host.map(|host| format!("{host}")).map_err(code)
        };
        let percent = |text| read(text, Coding::Percent);
        assert_eq!(percent("%3a%3A1"), Ok("[::1]".into()));
        assert_eq!(percent("fe80::1%25lo"), Ok("[fe80::1%lo]".into()));
        assert_eq!(percent("%61_.b"), Ok("a_.b".into()));
        assert_eq!(percent("a%20b"), Err(("whitespace", 2, 3)));
        assert_eq!(percent("a%2"), Err(("percent-encoding-bad", 2, 1)));
        assert_eq!(percent("a%25"), Err(("host-bad-byte", 2, 3)));
        assert_eq!(read("1.2.3.4%lo", Coding::Raw), Err(("zone-on-ipv4", 8, 1)));
        assert_eq!(read(r"a\b", Coding::Backslash), Err(("not-representable", 1, 3)));
        assert_eq!(read(r"a\!", Coding::Backslash), Err(("host-bad-byte", 2, 2)));
        let long = format!("%61{}", "a".repeat(400));
        let refused =
            read_part(Part::new(long.as_bytes(), 1, Coding::Percent), |text| SCOPED.read(text));
        assert_eq!(refused.map_err(code), Err(("host-too-long", 1, 403)));
    }

    #[test]
    fn names_that_read_otherwise_are_no_names() {
        let takes = |name: &[u8]| is_name(&HostName::from_written(name, true));
        assert!(takes(b"a_b.c%61") && takes(b"%61") && takes(&[b'a'; 63]));
        for name in [&b""[..], b"1.2", b"a b", b"a%20", b"a%3ab", b"%00", &[b'a'; 64], &[b'.'; 400]]
        {
            assert!(!takes(name), "{}", name.escape_ascii());
        }
        assert!(!is_name(&HostName::from_written(b"a%61", false)));
    }

    #[test]
    fn a_loose_name_is_what_a_resolver_is_asked() {
        let longest = format!("{0}.{0}.{0}.{1}.", "a".repeat(63), "a".repeat(61));
        for name in ["a", "a_b", "-a-", "a.b.", "1e3", "1.a", &longest] {
            let host = read_loose(name.as_bytes(), ipv4::parse, is_dns_byte);
            assert_eq!(host, Ok(HostName::from_written(name.as_bytes(), false).into()), "{name}");
        }
    }

    #[test]
    fn each_rule_of_loose_names_refuses_at_its_place() {
        let refused =
            |text: &str| code(read_loose(text.as_bytes(), ipv4::parse, is_dns_byte).unwrap_err());
        let long = "a".repeat(64);
        assert_eq!(refused(""), ("host-label-empty", 0, 0));
        assert_eq!(refused("a..b"), ("host-label-empty", 2, 0));
        assert_eq!(refused(".a"), ("host-label-empty", 0, 0));
        assert_eq!(refused("a@b"), ("host-bad-byte", 1, 1));
        assert_eq!(refused("a b"), ("whitespace", 1, 1));
        assert_eq!(refused("a\u{e9}"), ("non-ascii", 1, 1));
        assert_eq!(refused(&format!("b.{long}")), ("host-label-too-long", 2, 64));
        assert_eq!(refused(&"a.".repeat(128)), ("host-too-long", 0, 256));
        assert_eq!(refused("1.2.3.256"), ("octet-too-large", 6, 3));
        assert_eq!(refused("a.1"), ("octet-empty", 0, 0));
        assert_eq!(refused("127.0.0.1%lo"), ("zone-on-ipv4", 9, 1));
        assert_eq!(refused("a%lo"), ("host-bad-byte", 1, 1));
    }
}
