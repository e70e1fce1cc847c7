//! `nginx`: the address of the `listen` directive.
//!
//! Who reads it so: `listen` of nginx, in its first parameter.
//!
//! Source: nginx `ngx_inet.c` (`ngx_parse_url`, `ngx_parse_inet_url`, `ngx_parse_inet6_url`,
//! `ngx_parse_unix_domain_url`); `ngx_http_core_module`, `listen`.
//!
//! ```abnf
//! address = ports                             ; every IPv4 address of the machine
//!         / ( IPv4 / name / "*" ) [ ":" ports ]
//!         / "[" IPv6 "]" [ ":" ports ]
//!         / "unix:" 1*107OCTET                ; in any case, the path as it stands, not NUL
//! ports   = port [ "-" port ]                 ; 1 to 65535, leading zeros mean nothing
//! IPv4    = octet 3( "." octet ) / aton       ; decimal with leading zeros, else getaddrinfo
//! name    = label *( "." label ) [ "." ]
//! label   = 1*63( ALPHA / DIGIT / "-" / "_" / %x80-FF )
//! ```
//!
//! `*` and a port alone are the addresses of IPv4 to nginx. An octet may be empty, and so may the
//! last group of IPv6: see the readers of literals.
//!
//! Refused: port 0, a range that goes down, zones, IPv6 without brackets, a path or a query behind
//! the address; a name that ends in a number and is no address. nginx hands any other text to
//! `getaddrinfo`; of that, names are read, not `a b` or `user@host`.

mod literals;

use core::fmt::{self, Write as _};
use core::net::Ipv4Addr;

use super::shared::hosts::{is_dns_byte, read_loose};
use super::shared::inet_aton::{Notation, read_all};
use super::shared::ports::{self, Ports};
use super::shared::writing::{put, put_host, write_checked};
use super::shared::{brackets, ip_port, paths};
use super::{About, Extra, Read, Reading, Rules};
use crate::addr::{
    Dialect, Endpoint, FormatError, Host, HostPort, Ip, ParseError, ParseErrorKind, TextOptions,
    UnixName, ipv6,
};
use crate::cursor::{Reader, Writer};

pub(super) const RULES: Rules = Rules {
    about: About {
        users: "listen of nginx",
        source: "nginx ngx_inet.c, ngx_parse_url",
        takes: "a port alone, `*`, ranges of ports, decimal octets with leading zeros, 127.1",
    },
    ip: None,
    read: Read::One(read),
    write,
    list: None,
    keeps_zones: false,
    has_ipv6: true,
};

/// `address = "unix:" 1*107OCTET / "[" IPv6 "]" [ ":" ports ] / inet`
fn read<'a>(text: &'a [u8], options: &TextOptions) -> Result<Reading<'a>, ParseError> {
    let mut reader = Reader::new(text);
    if reader.expect_ignore_case(b"unix:") {
        let path = paths::read(reader.rest(), MAX_PATH_LEN);
        return path.map(|path| Reading::new(path.into())).map_err(|error| error.shifted(5));
    }
    match text.strip_prefix(b"[") {
        Some(inside) => read_bracketed(inside, options).map_err(|error| error.shifted(1)),
        None => read_inet(text, options).map_err(|error| ip_port::bare_ipv6(text).unwrap_or(error)),
    }
}

/// The longest path in bytes; a NUL behind it fills `sun_path`.
const MAX_PATH_LEN: u16 = 107;

/// Reads what follows a `[`; what the brackets hold is judged before what is behind them.
fn read_bracketed<'a>(inside: &[u8], options: &TextOptions) -> Result<Reading<'a>, ParseError> {
    let (address, behind) = brackets::split(inside)?;
    let host = Host::Ip(read_ipv6(address)?);
    match behind {
        [] => Ok(reading(host, (options.default_port, None))),
        [b':', ports @ ..] => {
            let begin = inside.len().saturating_sub(ports.len());
            let ports = ports::read_range(ports).map_err(|error| error.shifted(begin))?;
            Ok(reading(host, some(ports)))
        }
        _ => Err(brackets::text_after(inside, behind)),
    }
}

/// An address that nginx takes, or the rule of IPv6 that it breaks.
fn read_ipv6(text: &[u8]) -> Result<Ip, ParseError> {
    if let Some(addr) = literals::ipv6(text) {
        return Ok(addr.into());
    }
    brackets::require_colon(text)?;
    let percent = memchr::memchr(b'%', text).unwrap_or(text.len());
    let address = text.get(..percent).unwrap_or(text);
    match (literals::ipv6(address), percent < text.len()) {
        (None, _) => {
            ipv6::parse(address)?;
            // An address to everyone else, which nginx does not find in it.
            Err(ParseError::new(ParseErrorKind::NotRepresentable, 0, address.len()))
        }
        _ => Err(ParseError::new(ParseErrorKind::ZoneNotAllowedInDialect, percent, 1)),
    }
}

/// `inet = ports / ( IPv4 / name / "*" ) [ ":" ports ]`
fn read_inet<'a>(text: &'a [u8], options: &TextOptions) -> Result<Reading<'a>, ParseError> {
    if is_ports(text) {
        return ports::read_range(text).map(|ports| reading(Host::Any, some(ports)));
    }
    let Some(colon) = memchr::memchr(b':', text) else {
        return Ok(reading(read_unbracketed(text)?, (options.default_port, None)));
    };
    let (host, behind) = text.split_at_checked(colon).unwrap_or_default();
    let host = read_unbracketed(host)?;
    let ports = ports::read_range(behind.get(1..).unwrap_or_default())
        .map_err(|error| error.shifted(colon).shifted(1))?;
    Ok(reading(host, some(ports)))
}

/// Whether a text is a number or two with a hyphen between them, and so no host.
fn is_ports(text: &[u8]) -> bool {
    let mut reader = Reader::new(text);
    let has_first = !reader.take_decimal(usize::MAX).is_empty();
    let has_last = !reader.expect(b'-') || !reader.take_decimal(usize::MAX).is_empty();
    has_first && has_last && reader.is_empty()
}

/// `IPv4 / name / "*"`
fn read_unbracketed(text: &[u8]) -> Result<Host<'_>, ParseError> {
    if text == b"*" {
        return Ok(Host::Any);
    }
    if let Some(addr) = literals::ipv4(text) {
        return Ok(Host::Ip(Ip::V4(addr)));
    }
    read_loose(text, read_ipv4, |byte| is_dns_byte(byte) || !byte.is_ascii())
}

/// Reads what a zone might stand behind, first as nginx does, then as `getaddrinfo` does.
fn read_ipv4(text: &[u8]) -> Result<Ipv4Addr, ParseError> {
    literals::ipv4(text).map_or_else(|| read_all(text, Notation::C), Ok)
}

type OptionalPorts = (Option<u16>, Option<(u16, u16)>);

const fn some((first, range): Ports) -> OptionalPorts {
    (Some(first), range)
}

fn reading(host: Host<'_>, (port, ports): OptionalPorts) -> Reading<'_> {
    let inet = HostPort { host, port };
    Reading::new(Endpoint::Inet(inet)).with_extra(Extra { ports, ..Extra::NONE })
}

fn write(
    reading: &Reading<'_>,
    options: &TextOptions,
    out: &mut [u8],
) -> Result<usize, FormatError> {
    write_checked(Dialect::Nginx, reading, options, out, |out| match &reading.endpoint {
        Endpoint::Inet(HostPort { host, port }) => put_inet(host, *port, reading.extra.ports, out),
        Endpoint::Unix(address) => match address.name() {
            UnixName::Pathname(path) => put(b"unix:", out).and_then(|()| put(path, out)),
            UnixName::Abstract(_) | UnixName::Unnamed => Ok(()),
        },
        // Nothing is no address.
        _ => Ok(()),
    })
}

fn put_inet(
    host: &Host<'_>,
    port: Option<u16>,
    ports: Option<(u16, u16)>,
    out: &mut Writer<'_>,
) -> fmt::Result {
    match host {
        // nginx does not read 255.255.255.255 at the end of IPv6.
        Host::Ip(Ip::V6(addr, _)) if addr.to_ipv4_mapped() == Some(Ipv4Addr::BROADCAST) => {
            put(b"[::ffff:ffff:ffff]", out)?;
        }
        host => put_host(host, out)?,
    }
    match (port, ports) {
        (None, _) => Ok(()),
        (Some(port), None) => write!(out, ":{port}"),
        (Some(_), Some((first, last))) => write!(out, ":{first}-{last}"),
    }
}

#[cfg(test)]
mod tests;
