//! `ss`: an address as `ss` prints it.
//!
//! Who writes it so: the local and peer columns of `ss` of iproute2, with or without `-n`, and
//! programs that read them.
//!
//! Source: iproute2 `misc/ss.c` (`inet_addr_print`, `resolve_service`, `unix_stats_print`,
//! `vsock_addr_print`).
//!
//! ```abnf
//! address = host [ "%" device ] ":" port
//!         / "/" *OCTET / "./" *OCTET / "@" *OCTET / "*"       ; Unix: path, abstract, unnamed
//!         / cid ":" ( u32 / "*" )                             ; vsock
//! host    = IPv4 / "[" IPv6 "]" / "*" / name                  ; a name with -r
//! port    = %x31-39 0*4DIGIT / service / "*"                  ; `*`: none
//! service = 1*( ALPHA / DIGIT / "-" / "." / "_" / "+" )         ; not all digits
//! ```
//!
//! `*` before a colon is a socket of IPv6 that takes IPv4, too. The device of an IPv6 address is its
//! zone. Columns that look alike: `*:80` is read as an IP address and never as vsock; `*` alone as
//! an unnamed Unix socket; a number before the colon is the context of vsock; `@` in an abstract
//! name may have been a NUL; a path column ends where the text ends, blanks and all, and the number
//! of the socket behind it is the next column. Rows of netlink and packet sockets read as names.
//!
//! Refused: port 0, IPv6 without brackets, a zone inside them, a path that begins otherwise: without
//! a colon it could be anything.

use core::fmt::{self, Write as _};

use super::shared::scoped::Scoped;
use super::shared::writing::{put, put_host, write_checked};
use super::shared::{brackets, hosts, ip_port, paths};
use super::{About, Extra, Read, Reading, Rules, Token};
use crate::addr::{
    Dialect, Endpoint, FormatError, Host, HostPort, Ip, ParseError, ParseErrorKind, TextOptions,
    UnixAddress, UnixName, VsockAddress, Zone, ZoneName, ipv4, number, port,
};
use crate::cursor::{Reader, Writer};

pub(super) const RULES: Rules = Rules {
    about: About {
        users: "ss of iproute2, and those who read its columns",
        source: "iproute2 misc/ss.c, inet_addr_print",
        takes: "%device behind the address, names of services, `*` for a port or a name",
    },
    ip: None,
    read: Read::One(|text, _| read(text)),
    write,
    list: None,
    keeps_zones: false,
    has_ipv6: true,
};

/// `address`; the first bytes decide whether it is a Unix socket.
fn read(text: &[u8]) -> Result<Reading<'_>, ParseError> {
    let unix = match text {
        b"*" => Ok(UnixAddress::UNNAMED),
        [b'/', ..] | [b'.', b'/', ..] => UnixAddress::from_pathname(text),
        [b'@', name @ ..] => {
            paths::read_abstract(name, MAX_NAME_LEN).map_err(|error| error.shifted(1))
        }
        [b'[', inside @ ..] => {
            return read_bracketed(inside).map_err(|error| error.shifted(1));
        }
        _ => return read_plain(text),
    };
    unix.map(|address| Reading::new(address.into()))
}

/// The longest abstract name in bytes.
const MAX_NAME_LEN: u16 = 107;

/// What follows a `[`: `IPv6 "]" [ "%" device ] ":" port`
fn read_bracketed(inside: &[u8]) -> Result<Reading<'_>, ParseError> {
    let (address, behind) = brackets::split(inside)?;
    brackets::require_colon(address)?;
    let ip = Scoped { ipv4: ipv4::parse, zone: None }.read_ipv6(address)?;
    match behind {
        [] => Err(ParseError::new(ParseErrorKind::PortMissing, inside.len(), 0)),
        [b':' | b'%', ..] => {
            let at = inside.len().saturating_sub(behind.len());
            read_rest(Host::Ip(ip), behind).map_err(|error| error.shifted(at))
        }
        _ => Err(brackets::text_after(inside, behind)),
    }
}

/// `( IPv4 / "*" / name ) [ "%" device ] ":" port`, or a context and a port of vsock.
fn read_plain(text: &[u8]) -> Result<Reading<'_>, ParseError> {
    if let Some(error) = ip_port::bare_ipv6(text) {
        return Err(error);
    }
    let end = memchr::memchr2(b'%', b':', text).unwrap_or(text.len());
    let (host, behind) = text.split_at_checked(end).unwrap_or_default();
    if behind.starts_with(b":") && !host.is_empty() && host.iter().all(u8::is_ascii_digit) {
        return read_vsock(host, behind.get(1..).unwrap_or_default());
    }
    let host = match host {
        b"*" => Host::Any,
        _ => hosts::read_loose(host, ipv4::parse, hosts::is_dns_byte)?,
    };
    read_rest(host, behind).map_err(|error| error.shifted(end))
}

/// `cid ":" ( u32 / "*" )`
fn read_vsock<'a>(cid: &[u8], port: &[u8]) -> Result<Reading<'a>, ParseError> {
    let begin = cid.len().saturating_add(1);
    let cid = number::parse(cid)?;
    let port = match port {
        b"*" => VsockAddress::ANY,
        _ => number::parse(port).map_err(|error| error.shifted(begin))?,
    };
    Ok(Reading::new(Endpoint::Vsock(VsockAddress { cid, port })))
}

/// What follows the host: `[ "%" device ] ":" port`
fn read_rest<'a>(host: Host<'a>, text: &'a [u8]) -> Result<Reading<'a>, ParseError> {
    let mut reader = Reader::new(text);
    let (mut host, mut extra) = (host, Extra::NONE);
    if reader.expect(b'%') {
        let at = reader.position();
        let device = reader.take_until(b':').unwrap_or_else(|| reader.rest());
        let name = ZoneName::new(device).map_err(|error| error.shifted(at))?;
        match &mut host {
            Host::Ip(Ip::V6(_, zone)) => *zone = Some(Zone::Name(name)),
            _ => extra.interface = Some(Token::new(device)),
        }
    }
    if !reader.expect(b':') {
        return Err(ParseError::new(ParseErrorKind::PortMissing, text.len(), 0));
    }
    let at = reader.position();
    let (port, service) = read_port(reader.rest()).map_err(|error| error.shifted(at))?;
    extra.service = service.map(Token::new);
    Ok(Reading::new(Endpoint::Inet(HostPort { host, port })).with_extra(extra))
}

/// `port = %x31-39 0*4DIGIT / service / "*"`
fn read_port(text: &[u8]) -> Result<(Option<u16>, Option<&[u8]>), ParseError> {
    if text == b"*" {
        return Ok((None, None));
    }
    let mut reader = Reader::new(text);
    let is_number = !reader.take_decimal(usize::MAX).is_empty() && reader.is_empty();
    if is_number {
        return match port::parse(text)? {
            0 => Err(ParseError::new(ParseErrorKind::PortZeroNotAllowed, 0, text.len())),
            port => Ok((Some(port), None)),
        };
    }
    match text.iter().position(|byte| !is_service_byte(*byte)) {
        None if text.is_empty() => Err(ParseError::new(ParseErrorKind::PortEmpty, 0, 0)),
        None => Ok((None, Some(text))),
        Some(at) => Err(ParseError::unexpected(at, text.get(at).copied().unwrap_or_default())),
    }
}

/// `service = 1*( ALPHA / DIGIT / "-" / "." / "_" / "+" )`
///
/// RFC 6335, section 5.1, and what older names in `/etc/services` have beside it (`whois++`).
const fn is_service_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'+')
}

fn write(
    reading: &Reading<'_>,
    options: &TextOptions,
    out: &mut [u8],
) -> Result<usize, FormatError> {
    write_checked(Dialect::Ss, reading, options, out, |out| match &reading.endpoint {
        Endpoint::Inet(inet) => put_inet(inet, &reading.extra, out),
        Endpoint::Unix(address) => match address.name() {
            UnixName::Pathname(path) => put(path, out),
            UnixName::Abstract(name) => put(b"@", out).and_then(|()| put(name, out)),
            UnixName::Unnamed => put(b"*", out),
        },
        Endpoint::Vsock(VsockAddress { cid, port: VsockAddress::ANY }) => write!(out, "{cid}:*"),
        Endpoint::Vsock(VsockAddress { cid, port }) => write!(out, "{cid}:{port}"),
        // Nothing is no address.
        _ => Ok(()),
    })
}

fn put_inet(inet: &HostPort<'_>, extra: &Extra<'_>, out: &mut Writer<'_>) -> fmt::Result {
    match &inet.host {
        Host::Ip(Ip::V6(addr, zone)) => {
            write!(out, "[{}]", Ip::V6(*addr, None))?;
            zone.map_or(Ok(()), |zone| write!(out, "%{zone}"))?;
        }
        host => put_host(host, out)?,
    }
    if let Some(device) = &extra.interface {
        write!(out, "%{device}")?;
    }
    match (inet.port, &extra.service) {
        (Some(port), _) => write!(out, ":{port}"),
        (None, Some(service)) => put(b":", out).and_then(|()| put(service.as_bytes(), out)),
        (None, None) => put(b":*", out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::testing::{cannot_say, reads_extra, refuses_endpoint, writes};

    const SS: Dialect = Dialect::Ss;

    #[track_caller]
    fn reads(text: &str, expected: &str) {
        reads_extra(SS, text.as_bytes(), expected, &Extra::NONE);
    }

    #[track_caller]
    fn refuses(text: &str, code: &str, at: u32, len: u32) {
        refuses_endpoint(SS, text.as_bytes(), code, at, len);
    }

    #[test]
    fn accepts_addresses_and_ports() {
        for (text, expected) in [
            ("0.0.0.0:2024", "0.0.0.0:2024"),
            ("0.0.0.0:*", "0.0.0.0"),
            ("*:*", "*"),
            ("*:7779", "*:7779"),
            ("[::]:*", "[::]"),
            ("[::1]:443", "[::1]:443"),
            ("[::1]%lo:7784", "[::1%lo]:7784"),
            ("[::]%lo:7785", "[::%lo]:7785"),
            ("[::ffff:127.0.0.1]:7782", "[::ffff:127.0.0.1]:7782"),
            ("localhost:80", "localhost:80"),
        ] {
            reads(text, expected);
        }
    }

    #[test]
    fn accepts_services_and_devices() {
        let service = |name| Extra { service: Some(Token::new(name)), ..Extra::NONE };
        reads_extra(SS, b"127.0.0.1:ssh", "127.0.0.1", &service(b"ssh"));
        reads_extra(SS, b"[::1]:https", "[::1]", &service(b"https"));
        reads_extra(SS, b"*:z39.50", "*", &service(b"z39.50"));
        reads_extra(SS, b"*:3com-tsmux", "*", &service(b"3com-tsmux"));
        reads_extra(SS, b"rtnl:kernel", "rtnl", &service(b"kernel"));
        let lo = Extra { interface: Some(Token::new(b"lo")), ..Extra::NONE };
        reads_extra(SS, b"0.0.0.0%lo:7778", "0.0.0.0:7778", &lo.clone());
        reads_extra(SS, b"*%lo:7781", "*:7781", &lo.clone());
        let both = Extra { service: Some(Token::new(b"domain")), ..lo };
        reads_extra(SS, b"127.0.0.53%lo:domain", "127.0.0.53", &both);
    }

    #[test]
    fn accepts_other_families() {
        reads("/run/u s", "unix:/run/u%20s");
        reads("./x", "unix:./x");
        reads("@ab@c", "unix-abstract:ab%40c");
        reads("@", "unix-abstract:");
        reads("*", "unix-unnamed:");
        reads("2:1234", "vsock:2:1234");
        reads("2:*", "vsock:2:any");
        reads("4294967295:4294967294", "vsock:any:4294967294");
    }

    #[test]
    fn refuses_what_it_does_not_print() {
        refuses("127.0.0.1", "port-missing", 9, 0);
        refuses("rel.sock", "port-missing", 8, 0);
        refuses("[::1]", "port-missing", 5, 0);
        refuses("[::1]%lo", "port-missing", 8, 0);
        refuses("127.0.0.1:", "port-empty", 10, 0);
        refuses("127.0.0.1:0", "port-zero-not-allowed", 10, 1);
        refuses("127.0.0.1:080", "port-leading-zero", 10, 3);
        refuses("127.0.0.1:65536", "port-too-large", 10, 5);
        refuses("127.0.0.1:80 ", "whitespace", 12, 1);
        refuses("127.0.0.1:80:90", "unexpected-byte", 12, 1);
        refuses("127.1:80", "too-few-octets", 5, 0);
        refuses("::1:80", "unbracketed-ipv6-with-port", 0, 3);
        refuses(":::80", "unbracketed-ipv6-with-port", 0, 2);
        refuses(":80", "host-label-empty", 0, 0);
        refuses("[127.0.0.1]:80", "bracketed-non-ipv6", 1, 9);
        refuses("[::1", "bracket-unclosed", 4, 0);
        refuses("[::1]80", "text-after-bracket", 5, 1);
        refuses("[::1%lo]:80", "zone-not-allowed-in-dialect", 4, 1);
        refuses("[::1]%:80", "zone-empty", 6, 0);
        refuses("[::1]%1:80", "not-representable", 6, 1);
        refuses("127.0.0.1%a/b:80", "zone-bad-byte", 11, 1);
        refuses("*%abcdefghijklmnop:80", "zone-too-long", 2, 16);
        refuses("a b:80", "whitespace", 1, 1);
        refuses("02:80", "number-leading-zero", 0, 2);
        refuses("2:4294967296", "number-too-large", 2, 10);
        refuses("2:x", "number-empty", 2, 0);
        refuses("/a\0", "unix-nul", 2, 1);
        refuses("@a\0", "nul", 2, 1);
    }

    #[test]
    fn prints_only_what_it_reads_back() {
        writes(SS, b"[::1]%lo:443", b"[::1]%lo:443");
        writes(SS, b"*%lo:domain", b"*%lo:domain");
        writes(SS, b"0.0.0.0:*", b"0.0.0.0:*");
        writes(SS, b"/run/u s", b"/run/u s");
        for text in ["127.0.0.1:0", "[fe80::1%1]:80", "unix:run/x", "unix-abstract:a%00", "fd:3"] {
            cannot_say(SS, Dialect::Strict, text.as_bytes());
        }
    }
}
