//! Hosts that a program hands to a resolver, and their ports in decimal digits.
//!
//! ```abnf
//! host = address / name ; what ends in a number is an address or an error
//! name = as in strict; "_" stands like a letter
//! port = 1*DIGIT        ; at most 65535, leading zeros mean nothing
//! ```

use core::fmt;

use super::digits::{self, Digits};
use super::escaped::{Coding, Part};
use crate::addr::{
    FormatError, Host, HostName, Ip, ParseError, ParseErrorKind, is_numeric_last_label,
    lookup_name_error, port,
};

/// Longer than any address with its zone, and than any name.
const ROOM: usize = 320;

/// Reads a host that is not empty; `read_ip` is asked about what cannot be a name.
pub(super) fn read_host(
    part: Part<'_>,
    read_ip: impl Fn(&[u8]) -> Result<Ip, ParseError>,
) -> Result<Host<'_>, ParseError> {
    let mut buffer = [0; ROOM];
    let Some(text) = part.decode(&mut buffer) else {
        return Err(part.whole(ParseErrorKind::HostTooLong));
    };
    if is_address(text) {
        return read_ip(text).map(Host::Ip).map_err(|error| part.locate(error));
    }
    match lookup_name_error(text) {
        Some(error) => Err(part.locate(error)),
        // A name borrows from the text, and knows no other escape than `%XX`.
        None if part.coding == Coding::Backslash && !part.is_plain() => {
            Err(part.whole(ParseErrorKind::NotRepresentable))
        }
        None => {
            let escaped = part.coding == Coding::Percent && !part.is_plain();
            Ok(Host::Name(HostName::from_written(part.bytes, escaped)))
        }
    }
}

/// Whether a text is an IP address or nothing; a `%` ends the number before it.
fn is_address(text: &[u8]) -> bool {
    let number = text.split(|&byte| byte == b'%').next().unwrap_or(text);
    memchr::memchr(b':', text).is_some()
        || is_numeric_last_label(text)
        || is_numeric_last_label(number)
}

/// Writes the bytes of a name that [`read_host`] takes.
pub(super) struct Looked<'a>(&'a HostName<'a>);

impl<'a> Looked<'a> {
    /// Refuses a name that would be read otherwise.
    pub(super) fn new(name: &'a HostName<'a>) -> Result<Self, FormatError> {
        let mut buffer = [0; HostName::MAX_LEN + 1];
        let mut bytes = name.bytes();
        let len = buffer.iter_mut().zip(&mut bytes).map(|(slot, byte)| *slot = byte).count();
        let text = buffer.get(..len).unwrap_or_default();
        if bytes.next().is_some() || is_address(text) || lookup_name_error(text).is_some() {
            return Err(FormatError::NotRepresentable);
        }
        Ok(Self(name))
    }
}

impl fmt::Display for Looked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.0, f)
    }
}

/// `port = 1*DIGIT`
pub(super) fn read_port(text: &[u8]) -> Result<u16, ParseError> {
    let too_large = |len| Err(ParseError::new(ParseErrorKind::PortTooLarge, 0, len));
    match digits::read(text) {
        Digits::Value(value) => u16::try_from(value).or_else(|_| too_large(text.len())),
        Digits::TooLarge => too_large(text.len()),
        // A sign, a name and nothing at all are named as such.
        Digits::Other(0) => port::parse(text),
        // The digits are judged before the byte that ends them.
        Digits::Other(end) => {
            read_port(text.get(..end).unwrap_or_default())?;
            Err(ParseError::unexpected(end, text.get(end).copied().unwrap_or_default()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::gai_numeric::SCOPED;

    fn refused(text: &[u8], coding: Coding) -> (&'static str, u32, u32) {
        let error = read_host(Part::new(text, 1, coding), |ip| SCOPED.read(ip)).unwrap_err();
        (error.code(), error.at, error.len)
    }

    #[test]
    fn what_ends_in_a_number_is_an_address_or_an_error() {
        let read = |text| read_host(Part::new(text, 0, Coding::Percent), |ip| SCOPED.read(ip));
        assert!(matches!(read(b"0x7f.1"), Ok(Host::Ip(Ip::V4(_)))));
        assert!(matches!(read(b"%3a:1"), Ok(Host::Ip(Ip::V6(..)))));
        assert!(matches!(read(b"a_b.c%61"), Ok(Host::Name(name)) if name.is_escaped()));
        assert_eq!(refused(b"08.0.0.1", Coding::Raw), ("unexpected-byte", 2, 1));
        assert_eq!(refused(b"1.2.3.4%lo", Coding::Raw), ("zone-on-ipv4", 8, 1));
        assert_eq!(refused(b"a%20b", Coding::Percent), ("whitespace", 2, 3));
        assert_eq!(refused(br"a\b", Coding::Backslash), ("not-representable", 1, 3));
        assert_eq!(refused(br"a\!", Coding::Backslash), ("host-bad-byte", 2, 2));
        let long = std::format!("%61{}", "a".repeat(400));
        assert_eq!(refused(long.as_bytes(), Coding::Percent), ("host-too-long", 1, 403));
    }

    #[test]
    fn a_name_that_would_be_read_otherwise_is_not_written() {
        let takes = |name: &[u8]| Looked::new(&HostName::from_written(name, true)).is_ok();
        assert!(takes(b"a_b.c%61"));
        assert!(takes(&[b'a'; 63]));
        for name in [&b""[..], b"1.2", b"a%20", b"a%3ab", &[b'a'; 64], &[b'.'; 400]] {
            assert!(!takes(name), "{}", name.escape_ascii());
        }
    }

    #[test]
    fn ports_are_decimal() {
        let refused = |text| read_port(text).map_err(|error| (error.code(), error.at, error.len));
        assert_eq!(refused(b"0000080"), Ok(80));
        assert_eq!(refused(b"65536"), Err(("port-too-large", 0, 5)));
        assert_eq!(refused(b"99999x"), Err(("port-too-large", 0, 5)));
        assert_eq!(refused(b"080x"), Err(("unexpected-byte", 3, 1)));
        assert_eq!(refused(b"+1"), Err(("port-sign", 0, 1)));
        assert_eq!(refused(b"http"), Err(("service-name-not-allowed", 0, 4)));
        assert_eq!(refused(b""), Err(("port-empty", 0, 0)));
    }
}
