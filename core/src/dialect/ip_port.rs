//! `IPv4:port` and `[IPv6%zone]:port`, as `core-net` and `netip` read them.
//!
//! ```abnf
//! address = ( IPv4 / "[" IPv6 [ "%" zone ] "]" ) ":" port
//! port    = 1*DIGIT ; at most 65535, leading zeros mean nothing
//! ```

use super::digits::{self, Digits};
use super::print::print;
use super::scoped::Scoped;
use super::{Extra, Reading};
use crate::addr::{
    Endpoint, FormatError, Host, HostPort, Ip, IpPort, ParseError, ParseErrorKind, ipv6, port,
};

/// Reads an address and its port.
pub(super) fn read(text: &[u8], scoped: Scoped) -> Result<Reading<'static>, ParseError> {
    let (ip, port_at) = read_ip(text, scoped)?;
    let port = read_port(text.get(port_at..).unwrap_or_default())
        .map_err(|error| error.shifted(port_at))?;
    Ok(Reading::new(Endpoint::Inet(HostPort { host: Host::Ip(ip), port: Some(port) })))
}

/// Reads an address and the colon behind it; returns the offset of the port.
pub(super) fn read_ip(text: &[u8], scoped: Scoped) -> Result<(Ip, usize), ParseError> {
    match text.strip_prefix(b"[") {
        Some(inner) => bracketed(text, inner, scoped),
        None => bare_ipv4(text, scoped),
    }
}

/// `"[" IPv6 [ "%" zone ] "]" ":"`; returns the offset of the port.
fn bracketed(text: &[u8], inner: &[u8], scoped: Scoped) -> Result<(Ip, usize), ParseError> {
    let Some(close) = memchr::memchr(b']', inner) else {
        return Err(ParseError::new(ParseErrorKind::BracketUnclosed, text.len(), 0));
    };
    let inner = inner.get(..close).unwrap_or_default();
    if memchr::memchr(b':', inner).is_none() {
        return Err(ParseError::new(ParseErrorKind::BracketedNonIpv6, 1, inner.len()));
    }
    let ip = scoped.read_ipv6(inner).map_err(|error| error.shifted(1))?;
    let after = close.saturating_add(2);
    match text.get(after) {
        Some(b':') => Ok((ip, after.saturating_add(1))),
        None => Err(ParseError::new(ParseErrorKind::PortMissing, after, 0)),
        Some(byte) => Err(ParseError::bad_byte(ParseErrorKind::TextAfterBracket, after, *byte)),
    }
}

/// `IPv4 ":"`; returns the offset of the port.
fn bare_ipv4(text: &[u8], scoped: Scoped) -> Result<(Ip, usize), ParseError> {
    if let Some(error) = bare_ipv6(text) {
        return Err(error);
    }
    let colon = memchr::memchr(b':', text).unwrap_or(text.len());
    if colon == 0 {
        return Err(ParseError::new(ParseErrorKind::OctetEmpty, 0, 0));
    }
    let ip = scoped.read(text.get(..colon).unwrap_or_default())?;
    if colon == text.len() {
        return Err(ParseError::new(ParseErrorKind::PortMissing, colon, 0));
    }
    Ok((ip, colon.saturating_add(1)))
}

/// The refusal of an IPv6 address that stands without brackets.
pub(super) fn bare_ipv6(text: &[u8]) -> Option<ParseError> {
    let colon = memchr::memrchr(b':', text)?;
    let (address, port) = text.split_at_checked(colon)?;
    if ipv6::parse(address).is_ok() && read_port(port.get(1..)?).is_ok() {
        return Some(ParseError::new(ParseErrorKind::UnbracketedIpv6WithPort, 0, colon));
    }
    let unzoned = text.split(|&byte| byte == b'%').next()?;
    ipv6::parse(unzoned).is_ok().then(|| ParseError::new(ParseErrorKind::BracketMissing, 0, 0))
}

/// `port = 1*DIGIT`; leading zeros mean nothing.
pub(super) fn read_port(text: &[u8]) -> Result<u16, ParseError> {
    let too_large = |len| Err(ParseError::new(ParseErrorKind::PortTooLarge, 0, len));
    match digits::read(text) {
        Digits::Value(value) => u16::try_from(value).or_else(|_| too_large(text.len())),
        Digits::TooLarge => too_large(text.len()),
        Digits::Other(0) => Err(port::not_a_number(text)),
        // The digits are judged before the byte that ends them.
        Digits::Other(end) => {
            read_port(text.get(..end).unwrap_or_default())?;
            Err(ParseError::unexpected(end, text.get(end).copied().unwrap_or_default()))
        }
    }
}

/// Writes what these dialects can say: an address and a port.
pub(super) fn format(
    reading: &Reading<'_>,
    out: &mut [u8],
    can_say: fn(&Ip) -> bool,
) -> Result<usize, FormatError> {
    match *reading {
        Reading {
            endpoint: Endpoint::Inet(HostPort { host: Host::Ip(ip), port: Some(port) }),
            extra: Extra::NONE,
            ..
        } if can_say(&ip) => print(format_args!("{}", IpPort { ip, port }), out),
        _ => Err(FormatError::NotRepresentable),
    }
}
