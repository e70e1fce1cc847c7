//! `IPv4:port` and `[IPv6%zone]:port`: the common case of most dialects, and all that `core-net` and
//! `netip` read.
//!
//! ```abnf
//! address = ( IPv4 / "[" IPv6 [ "%" zone ] "]" ) ":" port
//! port    = 1*DIGIT ; at most 65535, leading zeros mean nothing
//! ```

use super::scoped::Scoped;
use super::{brackets, ports};
use crate::addr::{
    Endpoint, FormatError, Host, HostPort, Ip, IpPort, ParseError, ParseErrorKind, ip_port, ipv6,
    write_into,
};
use crate::dialect::{Extra, Reading};

/// Reads an address with a port in the one spelling of strict, which no dialect reads otherwise.
#[inline]
pub(crate) fn read_strict(text: &[u8]) -> Option<HostPort<'static>> {
    match text {
        [b'0'..=b'9' | b'[', ..] => ip_port::read(text).map(HostPort::from),
        _ => None,
    }
}

/// Reads an address and its port.
pub(crate) fn read(text: &[u8], scoped: Scoped) -> Result<Reading<'static>, ParseError> {
    if let Some(address) = read_strict(text) {
        return Ok(Reading::new(Endpoint::Inet(address)));
    }
    let (ip, port_at) = read_ip(text, scoped)?;
    let port = ports::read(text.get(port_at..).unwrap_or_default())
        .map_err(|error| error.shifted(port_at))?;
    Ok(Reading::new(Endpoint::Inet(HostPort { host: Host::Ip(ip), port: Some(port) })))
}

/// Reads an address and the colon behind it; returns the offset of the port.
pub(crate) fn read_ip(text: &[u8], scoped: Scoped) -> Result<(Ip, usize), ParseError> {
    match text.strip_prefix(b"[") {
        Some(inner) => bracketed(text, inner, scoped),
        None => bare_ipv4(text, scoped),
    }
}

/// `"[" IPv6 [ "%" zone ] "]" ":"`; returns the offset of the port.
fn bracketed(text: &[u8], inner: &[u8], scoped: Scoped) -> Result<(Ip, usize), ParseError> {
    let (inner, behind) = brackets::split(inner).map_err(|error| error.shifted(1))?;
    brackets::require_colon(inner).map_err(|error| error.shifted(1))?;
    let ip = scoped.read_ipv6(inner).map_err(|error| error.shifted(1))?;
    match behind {
        [b':', port @ ..] => Ok((ip, text.len().saturating_sub(port.len()))),
        [] => Err(ParseError::new(ParseErrorKind::PortMissing, text.len(), 0)),
        _ => Err(brackets::text_after(text, behind)),
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
pub(crate) fn bare_ipv6(text: &[u8]) -> Option<ParseError> {
    // Every IPv6 address begins so and has two colons; most texts are refused for something else.
    if !text.first().is_some_and(|byte| byte.is_ascii_hexdigit() || *byte == b':')
        || memchr::memchr_iter(b':', text).take(2).count() < 2
    {
        return None;
    }
    let colon = memchr::memrchr(b':', text)?;
    let (address, port) = text.split_at_checked(colon)?;
    if ipv6::parse(address).is_ok() && ports::read(port.get(1..)?).is_ok() {
        return Some(ParseError::new(ParseErrorKind::UnbracketedIpv6WithPort, 0, colon));
    }
    let unzoned = text.split(|&byte| byte == b'%').next()?;
    ipv6::parse(unzoned).is_ok().then(|| ParseError::new(ParseErrorKind::BracketMissing, 0, 0))
}

/// Writes what these dialects can say: an address and a port.
pub(crate) fn format(
    reading: &Reading<'_>,
    out: &mut [u8],
    can_say: fn(&Ip) -> bool,
) -> Result<usize, FormatError> {
    match *reading {
        Reading {
            endpoint: Endpoint::Inet(HostPort { host: Host::Ip(ip), port: Some(port) }),
            extra: Extra::NONE,
            ..
        } if can_say(&ip) => write_into(&IpPort { ip, port }, out),
        _ => Err(FormatError::NotRepresentable),
    }
}
