//! Hosts as programs take them: a name is whatever they hand to the resolver.

use super::scoped::ReadIpv4;
use crate::addr::{Host, HostName, Ip, ParseError, ParseErrorKind, is_numeric_last_label};
use crate::cursor::Reader;

/// Reads an IPv4 address or a name.
///
/// ```abnf
/// host  = IPv4 / name                ; what ends in a number is IPv4 or an error, never a name
/// name  = label *( "." label ) ["."] ; at most 253 bytes without the last dot
/// label = 1*63namebyte               ; of the dialect
/// ```
///
/// The last label decides as in `strict`: a misspelt address must not become a question to DNS.
pub(super) fn read_host(
    text: &[u8],
    ipv4: ReadIpv4,
    is_name_byte: fn(u8) -> bool,
) -> Result<Host<'_>, ParseError> {
    // Behind a number, `%` begins the zone that IPv4 does not have.
    let percent = memchr::memchr(b'%', text).unwrap_or(text.len());
    let number = text.get(..percent).unwrap_or(text);
    if is_numeric_last_label(number) {
        let addr = ipv4(number)?;
        return match percent == text.len() {
            true => Ok(Host::Ip(Ip::V4(addr))),
            false => Err(ParseError::new(ParseErrorKind::ZoneOnIpv4, percent, 1)),
        };
    }
    read_name(text, is_name_byte).map(Host::Name)
}

/// `name = label *( "." label ) [ "." ]`
fn read_name(text: &[u8], is_name_byte: fn(u8) -> bool) -> Result<HostName<'_>, ParseError> {
    let whole = Reader::new(text).take_while(|byte| is_name_byte(byte) || byte == b'.');
    let name = whole.strip_suffix(b".").unwrap_or(whole);
    let mut reader = Reader::new(text);
    loop {
        let at = reader.position();
        let label = reader.take_while(is_name_byte).len();
        let kind = match reader.peek() {
            None | Some(b'.') if label == 0 => ParseErrorKind::HostLabelEmpty,
            _ if at == 0 && name.len() > HostName::MAX_LEN => {
                return Err(ParseError::new(ParseErrorKind::HostTooLong, 0, whole.len()));
            }
            _ if label > MAX_LABEL_LEN => ParseErrorKind::HostLabelTooLong,
            None => break,
            Some(b'.') if reader.remaining() == 1 => break,
            Some(b'.') => {
                _ = reader.take_byte();
                continue;
            }
            Some(byte) => {
                let at = reader.position();
                return Err(ParseError::bad_byte(ParseErrorKind::HostBadByte, at, byte));
            }
        };
        return Err(ParseError::new(kind, at, label));
    }
    Ok(HostName::from_written(text, false))
}

/// The longest label of a host name in bytes.
const MAX_LABEL_LEN: usize = 63;

/// The letters, digits and hyphens of RFC 1123, and the underscore that DNS has beside them.
pub(super) const fn is_dns_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;
    use crate::addr::ipv4;

    fn refused(text: &str) -> (&'static str, u32, u32) {
        let error = read_host(text.as_bytes(), ipv4::parse, is_dns_byte).unwrap_err();
        (error.code(), error.at, error.len)
    }

    #[test]
    fn names_are_what_a_resolver_is_asked() {
        let longest = format!("{0}.{0}.{0}.{1}.", "a".repeat(63), "a".repeat(61));
        for name in ["a", "a_b", "-a-", "a.b.", "1e3", "1.a", &longest] {
            let host = read_host(name.as_bytes(), ipv4::parse, is_dns_byte);
            assert_eq!(host, Ok(HostName::from_written(name.as_bytes(), false).into()), "{name}");
        }
    }

    #[test]
    fn each_rule_refuses_at_its_place() {
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
