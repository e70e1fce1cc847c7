//! `systemd`: the address of `ListenStream=`.
//!
//! Who reads it so: `ListenStream=` and `ListenDatagram=` of socket units, and
//! `systemd-socket-activate -l`.
//!
//! Source: systemd `socket-netlink.c` (`socket_address_parse`,
//! `in_addr_port_ifindex_name_from_string_auto`), `parse-util.c` (numbers); systemd.socket(5).
//!
//! ```abnf
//! address   = port                                    ; every address of the machine
//!           / ( IPv4 / "[" IPv6 "]" ) ":" port [ "%" interface ]
//!           / "/" 1*106OCTET / "@" 1*106OCTET         ; none of them NUL
//!           / %s"vsock:" [ number ] ":" number        ; no number: any context
//! port      = number                                  ; 1 to 65535, no blank before it, no minus
//! interface = number / name                           ; number: 1 to 2147483647
//! number    = ( octal / hexadecimal / binary / decimal, with a sign )
//! ```
//!
//! Refused: port 0, a missing port, `*`, host names, IPv6 without brackets, a zone inside the
//! brackets, an interface behind a port alone, NUL in any form (a C string ends there). What unit
//! files do around the value (trimming, `%` specifiers) is theirs. Version 252 took blanks before
//! the index of an interface; later versions refuse them, as here. The interface of an IPv4 address
//! is checked by systemd and then plays no part; here it is kept.

use core::fmt::Write as _;

use super::shared::scoped::Scoped;
use super::shared::writing::{put, write_checked};
use super::shared::{c_number, ip_port, paths};
use super::{About, Extra, Read, Reading, Rules, Token};
use crate::addr::{
    Dialect, Endpoint, FormatError, Host, HostPort, Ip, ParseError, ParseErrorKind, TextOptions,
    UnixAddress, UnixName, VsockAddress, Zone, ZoneName, ipv4, port,
};

pub(super) const RULES: Rules = Rules {
    about: About {
        users: "ListenStream= of systemd",
        source: "systemd socket-netlink.c, socket_address_parse; systemd.socket(5)",
        takes: "a port alone, ports in octal, hexadecimal and binary, %interface behind the port",
    },
    ip: None,
    read: Read::One(|text, _| read(text)),
    write,
    list: None,
    keeps_zones: false,
    has_ipv6: true,
};

/// `address = port / inet / path / abstract / vsock`; the first bytes decide.
fn read(text: &[u8]) -> Result<Reading<'_>, ParseError> {
    if let Some(rest) = text.strip_prefix(b"vsock:") {
        return read_vsock(rest).map_err(|error| error.shifted(b"vsock:".len()));
    }
    match text {
        [b'/', ..] => read_path(text),
        [b'@', name @ ..] => read_abstract(name).map_err(|error| error.shifted(1)),
        [b'0'..=b'9' | b'+' | b'-', ..] if memchr::memchr2(b':', b'.', text).is_none() => {
            let any = HostPort { host: Host::Any, port: Some(read_port(text)?) };
            Ok(Reading::new(Endpoint::Inet(any)))
        }
        _ => read_inet(text),
    }
}

/// `"/" 1*106OCTET`, in which `/` alone names no socket.
fn read_path(text: &[u8]) -> Result<Reading<'_>, ParseError> {
    match paths::read(text, MAX_PATH_LEN)? {
        _ if text.len() == 1 => Err(ParseError::new(ParseErrorKind::UnixPathEmpty, 1, 0)),
        path => Ok(Reading::new(path.into())),
    }
}

/// `1*106OCTET`: systemd keeps room for a NUL that abstract names do not need.
fn read_abstract(name: &[u8]) -> Result<Reading<'_>, ParseError> {
    match paths::read_abstract(name, MAX_PATH_LEN.saturating_sub(1))? {
        _ if name.is_empty() => Err(ParseError::new(ParseErrorKind::UnixPathEmpty, 0, 0)),
        address => Ok(Reading::new(address.into())),
    }
}

/// The longest path in bytes; a NUL behind it fills `sun_path`.
const MAX_PATH_LEN: u16 = 107;

/// `[ number ] ":" number`
fn read_vsock(text: &[u8]) -> Result<Reading<'_>, ParseError> {
    let colon = memchr::memchr(b':', text).unwrap_or(text.len());
    let cid = match text.get(..colon).unwrap_or(text) {
        [] => VsockAddress::ANY,
        cid => read_number(cid)?,
    };
    let begin = colon.saturating_add(1);
    let Some(port) = text.get(begin..) else {
        return Err(ParseError::new(ParseErrorKind::PortMissing, text.len(), 0));
    };
    let port = read_number(port).map_err(|error| error.shifted(begin))?;
    Ok(Reading::new(Endpoint::Vsock(VsockAddress { cid, port })))
}

/// A number of 32 bits; minus zero is zero.
fn read_number(text: &[u8]) -> Result<u32, ParseError> {
    let missing = |at| ParseError::missing(ParseErrorKind::NumberEmpty, at, text.get(at).copied());
    let number = c_number::read(text).map_err(missing)?;
    let len = number.end.saturating_sub(number.begin);
    match (number.value, number.minus, text.get(number.end)) {
        (Some(1..) | None, Some(minus), _) => Err(ParseError::unexpected(minus, b'-')),
        (None, ..) => Err(ParseError::new(ParseErrorKind::NumberTooLarge, number.begin, len)),
        (_, _, Some(byte)) => Err(ParseError::unexpected(number.end, *byte)),
        (Some(value), _, None) => Ok(value),
    }
}

/// `( IPv4 / "[" IPv6 "]" ) ":" port [ "%" interface ]`
fn read_inet(text: &[u8]) -> Result<Reading<'_>, ParseError> {
    let (ip, port_at) = ip_port::read_ip(text, Scoped { ipv4: ipv4::parse, zone: None })?;
    let behind = text.get(port_at..).unwrap_or_default();
    let percent = memchr::memchr(b'%', behind).unwrap_or(behind.len());
    let port = read_port(behind.get(..percent).unwrap_or(behind))
        .map_err(|error| error.shifted(port_at))?;
    let begin = percent.saturating_add(1);
    let (mut zone, mut extra) = (None, Extra::NONE);
    if let Some(interface) = behind.get(begin..) {
        zone = read_interface(interface)
            .map_err(|error| error.shifted(port_at).shifted(begin))
            .map(Some)?;
        extra.interface = matches!(ip, Ip::V4(_)).then_some(Token::new(interface));
    }
    let ip = match ip {
        Ip::V6(addr, _) => Ip::V6(addr, zone),
        Ip::V4(_) => ip,
    };
    let inet = HostPort { host: Host::Ip(ip), port: Some(port) };
    Ok(Reading::new(Endpoint::Inet(inet)).with_extra(extra))
}

/// `port = number`
fn read_port(text: &[u8]) -> Result<u16, ParseError> {
    let missing = |at| port::not_a_number(text.get(at..).unwrap_or_default()).shifted(at);
    if text.first().is_some_and(u8::is_ascii_whitespace) {
        return Err(missing(0));
    }
    let number = c_number::read(text).map_err(missing)?;
    let kind = match number.value.and_then(|value| u16::try_from(value).ok()) {
        _ if let Some(minus) = number.minus => return Err(missing(minus)),
        Some(0) if number.end == text.len() => ParseErrorKind::PortZeroNotAllowed,
        None => ParseErrorKind::PortTooLarge,
        Some(port) => {
            return match text.get(number.end) {
                Some(byte) => Err(ParseError::unexpected(number.end, *byte)),
                None => Ok(port),
            };
        }
    };
    Err(ParseError::new(kind, number.begin, number.end.saturating_sub(number.begin)))
}

/// `interface = number / name`; what is no number is a name.
fn read_interface(text: &[u8]) -> Result<Zone, ParseError> {
    if text.first().is_some_and(|byte| !byte.is_ascii_whitespace())
        && let Ok(number) = c_number::read(text)
        && number.end == text.len()
        && number.minus.is_none()
        && number.value != Some(0)
    {
        let index = number.value.filter(|index| i32::try_from(*index).is_ok());
        let overflow = || ParseError::new(ParseErrorKind::ZoneIndexOverflow, 0, text.len());
        return index.and_then(Zone::from_index).ok_or_else(overflow);
    }
    ZoneName::new(text).map(Zone::Name)
}

fn write(
    reading: &Reading<'_>,
    options: &TextOptions,
    out: &mut [u8],
) -> Result<usize, FormatError> {
    write_checked(Dialect::Systemd, reading, options, out, |out| match &reading.endpoint {
        Endpoint::Inet(HostPort { host: Host::Any, port: Some(port) }) => write!(out, "{port}"),
        Endpoint::Inet(HostPort { host: Host::Ip(Ip::V6(addr, zone)), port: Some(port) }) => {
            write!(out, "[{}]:{port}", Ip::V6(*addr, None))?;
            zone.map_or(Ok(()), |zone| write!(out, "%{zone}"))
        }
        Endpoint::Inet(HostPort { host: Host::Ip(ip), port: Some(port) }) => {
            write!(out, "{ip}:{port}")?;
            reading.extra.interface.as_ref().map_or(Ok(()), |name| write!(out, "%{name}"))
        }
        Endpoint::Unix(address) => put_unix(address, out),
        Endpoint::Vsock(VsockAddress { cid: VsockAddress::ANY, port }) => {
            write!(out, "vsock::{port}")
        }
        Endpoint::Vsock(VsockAddress { cid, port }) => write!(out, "vsock:{cid}:{port}"),
        // Nothing is no address.
        _ => Ok(()),
    })
}

fn put_unix(address: &UnixAddress, out: &mut crate::cursor::Writer<'_>) -> core::fmt::Result {
    match address.name() {
        UnixName::Pathname(path) => put(path, out),
        UnixName::Abstract(name) => put(b"@", out).and_then(|()| put(name, out)),
        UnixName::Unnamed => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;
    use crate::dialect::parse;
    use crate::dialect::testing::{cannot_say, reads_extra, refuses_endpoint, writes};

    const SYSTEMD: Dialect = Dialect::Systemd;

    #[track_caller]
    fn reads(text: &str, expected: &str) {
        reads_extra(SYSTEMD, text.as_bytes(), expected, &Extra::NONE);
    }

    #[track_caller]
    fn refuses(text: &str, code: &str, at: u32, len: u32) {
        refuses_endpoint(SYSTEMD, text.as_bytes(), code, at, len);
    }

    #[test]
    fn accepts_ports_as_c_reads_them() {
        for (text, expected) in [
            ("80", "*:80"),
            ("010", "*:8"),
            ("0x50", "*:80"),
            ("+80", "*:80"),
            ("0b11", "*:3"),
            ("0b+1", "*:1"),
            ("0o17", "*:15"),
            ("127.0.0.1:80", "127.0.0.1:80"),
            ("127.0.0.1:+80", "127.0.0.1:80"),
            ("127.0.0.1:0x50", "127.0.0.1:80"),
            ("[::1]:010", "[::1]:8"),
            ("[::ffff:127.0.0.1]:80", "[::ffff:127.0.0.1]:80"),
        ] {
            reads(text, expected);
        }
    }

    #[test]
    fn accepts_an_interface_behind_the_port() {
        reads("[fe80::1]:80%lo", "[fe80::1%lo]:80");
        reads("[fe80::1]:80%01", "[fe80::1%1]:80");
        reads("[fe80::1]:80%+0x10", "[fe80::1%16]:80");
        reads("[fe80::1]:80%eth0.100", "[fe80::1%eth0.100]:80");
        let lo = Extra { interface: Some(Token::new(b"lo")), ..Extra::NONE };
        reads_extra(SYSTEMD, b"127.0.0.1:80%lo", "127.0.0.1:80", &lo);
    }

    #[test]
    fn accepts_local_sockets() {
        reads("/run/x y", "unix:/run/x%20y");
        reads("@x", "unix-abstract:x");
        reads("vsock:2:1234", "vsock:2:1234");
        reads("vsock::1234", "vsock:any:1234");
        reads("vsock:0x2: 010", "vsock:2:8");
        reads("vsock:-0:4294967295", "vsock:0:any");
        reads(&format!("/{}", "x".repeat(106)), &format!("unix:/{}", "x".repeat(106)));
        reads(&format!("@{}", "x".repeat(106)), &format!("unix-abstract:{}", "x".repeat(106)));
    }

    #[test]
    fn refuses_what_is_no_port() {
        refuses("0", "port-zero-not-allowed", 0, 1);
        refuses("127.0.0.1:0", "port-zero-not-allowed", 10, 1);
        refuses("[::1]:0x0", "port-zero-not-allowed", 6, 3);
        refuses("65536", "port-too-large", 0, 5);
        refuses("127.0.0.1:65536", "port-too-large", 10, 5);
        refuses("127.0.0.1:99999999999999999999", "port-too-large", 10, 20);
        refuses("-1", "port-sign", 0, 1);
        refuses("-0", "port-sign", 0, 1);
        refuses("127.0.0.1:-1", "port-sign", 10, 1);
        refuses("++1", "port-sign", 1, 1);
        refuses("127.0.0.1:", "port-empty", 10, 0);
        refuses("127.0.0.1:http", "service-name-not-allowed", 10, 4);
        refuses("127.0.0.1: 80", "whitespace", 10, 1);
        refuses("127.0.0.1:080", "unexpected-byte", 11, 1);
        refuses("08", "unexpected-byte", 1, 1);
        refuses("0x", "unexpected-byte", 1, 1);
        refuses("80 ", "whitespace", 2, 1);
        refuses("80\0", "nul", 2, 1);
        refuses("127.0.0.1:80:90", "unexpected-byte", 12, 1);
        refuses("127.0.0.1:\u{ff18}", "non-ascii", 10, 1);
        refuses("127.0.0.1", "port-missing", 9, 0);
        refuses("[::1]", "port-missing", 5, 0);
    }

    #[test]
    fn refuses_other_hosts() {
        refuses("localhost:80", "octet-empty", 0, 0);
        refuses("*:80", "octet-empty", 0, 0);
        refuses(":80", "octet-empty", 0, 0);
        refuses("127.1:80", "too-few-octets", 5, 0);
        refuses("0127.0.0.1:80", "octet-leading-zero", 0, 4);
        refuses("::1:80", "unbracketed-ipv6-with-port", 0, 3);
        refuses("::1", "bracket-missing", 0, 0);
        refuses("[127.0.0.1]:80", "bracketed-non-ipv6", 1, 9);
        refuses("[::1", "bracket-unclosed", 4, 0);
        refuses("[::1]x:80", "text-after-bracket", 5, 1);
        refuses("unix:/run/x", "octet-empty", 0, 0);
    }

    #[test]
    fn refuses_interfaces_elsewhere() {
        refuses("[fe80::1%lo]:80", "zone-not-allowed-in-dialect", 8, 1);
        refuses("[fe80::1]%lo:80", "text-after-bracket", 9, 1);
        refuses("80%lo", "unexpected-byte", 2, 1);
        refuses("[fe80::1]:80%", "zone-empty", 13, 0);
        refuses("[fe80::1]:80%0", "not-representable", 13, 1);
        refuses("[fe80::1]:80%2147483648", "zone-index-overflow", 13, 10);
        refuses("[fe80::1]:80% 1", "whitespace", 13, 1);
        refuses("[fe80::1]:80%a/b", "zone-bad-byte", 14, 1);
        refuses("127.0.0.1:80%abcdefghijklmnop", "zone-too-long", 13, 16);
        refuses("127.0.0.1%lo:80", "zone-on-ipv4", 9, 1);
    }

    #[test]
    fn refuses_local_sockets_it_cannot_hold() {
        refuses("/", "unix-path-empty", 1, 0);
        refuses("@", "unix-path-empty", 1, 0);
        refuses("/a\0b", "unix-nul", 2, 1);
        refuses("@a\0b", "nul", 2, 1);
        refuses(&"/".repeat(108), "unix-path-too-long", 0, 108);
        refuses(&"@".repeat(108), "unix-path-too-long", 1, 107);
        refuses("vsock:", "port-missing", 6, 0);
        refuses("vsock:2", "port-missing", 7, 0);
        refuses("vsock:2:", "number-empty", 8, 0);
        refuses("vsock:x:1", "number-empty", 6, 0);
        refuses("vsock:4294967296:1", "number-too-large", 6, 10);
        refuses("vsock:-1:1", "unexpected-byte", 6, 1);
        refuses("vsock:2:1:3", "unexpected-byte", 9, 1);
        refuses("VSOCK:2:1", "octet-empty", 0, 0);
        refuses("vsock:stream:2:1", "number-empty", 6, 0);
    }

    #[test]
    fn prints_decimal_and_only_what_it_reads_back() {
        writes(SYSTEMD, b"0x50", b"80");
        writes(SYSTEMD, b"[fe80::1]:010%01", b"[fe80::1]:8%1");
        writes(SYSTEMD, b"vsock:-0:0x1", b"vsock:0:1");
        writes(SYSTEMD, b"/run/x y", b"/run/x y");
        for text in ["127.0.0.1", "127.0.0.1:0", "a:80", "*", "*:0", "[fe80::1%0x1]:80", "fd:3"] {
            cannot_say(SYSTEMD, Dialect::Strict, text.as_bytes());
        }
        cannot_say(SYSTEMD, Dialect::Strict, b"unix:run/x");
        cannot_say(SYSTEMD, Dialect::Strict, b"unix-abstract:");
        cannot_say(SYSTEMD, Dialect::Strict, b"unix-abstract:a%00");
        cannot_say(SYSTEMD, Dialect::Strict, b"unix-unnamed:");
        let options = TextOptions::new().with_default_port(53);
        assert_eq!(parse(SYSTEMD, b"127.0.0.1", &options).unwrap_err().code(), "port-missing");
    }
}
