//! Writing gRPC targets.

use core::fmt;

use super::super::shared::authority::Literal;
use super::super::shared::escapes::{Escaped, is_unreserved};
use super::super::shared::hosts;
use super::super::shared::writing::print;
use super::super::{Extra, Reading, Token};
use super::{MAX_PATH_LEN, read_service};
use crate::addr::{
    Endpoint, FormatError, Host, HostName, HostPort, Ip, TextOptions, UnixName, Zone,
};

/// Writes addresses with a port under their own scheme, other hosts as `dns:`.
pub(super) fn write(
    reading: &Reading<'_>,
    options: &TextOptions,
    out: &mut [u8],
) -> Result<usize, FormatError> {
    let refused = Err(FormatError::NotRepresentable);
    let Extra {
        transport: None,
        family: None,
        service,
        obfuscated: None,
        interface: None,
        ports: None,
    } = &reading.extra
    else {
        return refused;
    };
    match (&reading.endpoint, service) {
        (Endpoint::Inet(inet), service) => write_inet(inet, service.as_ref(), options, out),
        (Endpoint::Vsock(address), None) => {
            print(format_args!("vsock:{}:{}", address.cid, address.port), out)
        }
        (Endpoint::Unix(address), None) => match address.name() {
            UnixName::Pathname(path) if path.len() <= usize::from(MAX_PATH_LEN) => {
                write_path("unix", path, out)
            }
            UnixName::Abstract(name) if !name.is_empty() => write_path("unix-abstract", name, out),
            _ => refused,
        },
        _ => refused,
    }
}

fn write_inet(
    inet: &HostPort<'_>,
    service: Option<&Token<'_>>,
    options: &TextOptions,
    out: &mut [u8],
) -> Result<usize, FormatError> {
    let host = match &inet.host {
        Host::Ip(ip) => Authority::Ip(ip),
        Host::Name(name) if hosts::is_name(name) => Authority::Name(name),
        _ => return Err(FormatError::NotRepresentable),
    };
    match (&host, inet.port, service) {
        (Authority::Ip(Ip::V4(_)), Some(port), None) => {
            print(format_args!("ipv4:{host}:{port}"), out)
        }
        (Authority::Ip(ip), Some(port), None) if !has_comma(ip) => {
            print(format_args!("ipv6:{host}:{port}"), out)
        }
        (_, Some(port), None) => print(format_args!("dns:{host}:{port}"), out),
        (_, None, Some(name)) if read_service(name.as_bytes()).as_ref() == Some(name) => {
            print(format_args!("dns:{host}:{name}"), out)
        }
        (_, None, None) if options.default_port.is_none() => print(format_args!("dns:{host}"), out),
        _ => Err(FormatError::NotRepresentable),
    }
}

/// Whether the zone of an address would end an element of a list.
fn has_comma(ip: &Ip) -> bool {
    matches!(ip.zone(), Some(Zone::Name(name)) if name.as_bytes().contains(&b','))
}

/// The scheme of a list: that of its first element.
pub(super) fn scheme_of(reading: &Reading<'_>) -> &'static [u8] {
    match &reading.endpoint {
        Endpoint::Unix(address) => match address.name() {
            UnixName::Abstract(_) => b"unix-abstract:",
            _ => b"unix:",
        },
        Endpoint::Inet(HostPort { host: Host::Ip(Ip::V6(..)), .. }) => b"ipv6:",
        _ => b"ipv4:",
    }
}

/// Writes an element of a list: what stands behind the scheme.
pub(super) fn write_item(
    reading: &Reading<'_>,
    options: &TextOptions,
    out: &mut [u8],
) -> Result<usize, FormatError> {
    let len = write(reading, options, out)?;
    let text = out.get_mut(..len).unwrap_or_default();
    let begin = memchr::memchr(b':', text).map_or(0, |colon| colon.saturating_add(1));
    text.copy_within(begin.., 0);
    Ok(len.saturating_sub(begin))
}

/// A path that begins with `//` has its first byte escaped: an authority would begin there.
fn write_path(scheme: &str, path: &[u8], out: &mut [u8]) -> Result<usize, FormatError> {
    if path.contains(&b',') {
        return Err(FormatError::NotRepresentable);
    }
    match path.strip_prefix(b"/") {
        Some(rest) if rest.starts_with(b"/") => {
            print(format_args!("{scheme}:%2F{}", escaped(rest)), out)
        }
        _ => print(format_args!("{scheme}:{}", escaped(path)), out),
    }
}

/// A path whose slashes stand as they are.
fn escaped(path: &[u8]) -> impl fmt::Display {
    Escaped::new(path, |byte| byte == b'/' || is_unreserved(byte))
}

/// A host as a URI has it: IPv6 in brackets, its zone escaped.
enum Authority<'a> {
    Ip(&'a Ip),
    Name(&'a HostName<'a>),
}

impl fmt::Display for Authority<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => fmt::Display::fmt(name, f),
            Self::Ip(ip @ Ip::V4(_)) => fmt::Display::fmt(ip, f),
            Self::Ip(Ip::V6(addr, zone)) => fmt::Display::fmt(&Literal(*addr, *zone), f),
        }
    }
}
