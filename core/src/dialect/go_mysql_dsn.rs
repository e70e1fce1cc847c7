//! `go-mysql-dsn`: the data source name of Go's MySQL driver.
//!
//! Who reads it so: Go programs that open a database of `github.com/go-sql-driver/mysql`.
//!
//! Source: go-sql-driver/mysql, `dsn.go` (`ParseDSN`, `ensureHavePort`); Go standard library,
//! `net.SplitHostPort` and `net.Dial`.
//!
//! ```abnf
//! dsn     = [ user [ ":" password ] "@" ] net "(" address ")" "/" [ dbname ] [ "?" params ]
//! net     = [ "tcp" ] / "tcp4" / "tcp6" / "unix"     ; none means tcp
//! address = host [ ":" port ] / IPv6 / path          ; IPv6 without brackets has no port
//! host    = IPv4 / name / "[" ( IPv6 [ "%" zone ] / IPv4 / name ) "]"
//! port    = [ "+" ] *DIGIT / service                 ; at most 65535; none is port 0
//! ```
//!
//! The text is taken apart from its end: the last `/` begins the name of the database, and the last
//! `@` before it ends the password, so a password may hold any byte. An address cannot hold a `@`:
//! an abstract Unix name has no spelling here.
//!
//! Refused: a text without `/`; another `net`, which only the program that registered it can dial;
//! an address that is left out, because the driver's default is not the text's; brackets without a
//! port, which the driver wraps in brackets once more and cannot dial. Parameters are not looked at.

use core::fmt;

use super::shared::escapes::{Coding, Part, refuse_nul};
use super::shared::scoped::{Scoped, read_zone};
use super::shared::writing::print;
use super::shared::{hosts, ports};
use super::{About, Extra, Family, Read, Reading, Rules, Token, Transport};
use crate::addr::{
    Endpoint, FormatError, Host, HostPort, Ip, ParseError, ParseErrorKind, TextOptions,
    UnixAddress, UnixName, Zone, ipv4,
};
use crate::cursor::Writer;

pub(super) const RULES: Rules = Rules {
    about: About {
        users: "Go's MySQL driver",
        source: "go-sql-driver/mysql, dsn.go; Go standard library, net.Dial",
        takes: "user:password@tcp(host:port)/db and unix(path); services and signs in ports",
    },
    ip: None,
    read: Read::One(|text, options| refuse_nul(text, read(text, options))),
    write,
    list: None,
    keeps_zones: false,
    has_ipv6: true,
};

/// The driver hands a zone on as it is.
const IP: Scoped = Scoped { ipv4: ipv4::parse, zone: Some(read_zone) };

/// What the word before the parenthesis dials.
#[derive(Clone, Copy, PartialEq)]
enum Net {
    /// TCP; whether the word was there, and the family that it asks for.
    Tcp(Option<Transport>, Option<Family>),
    Unix,
}

/// `dsn = [ user [ ":" password ] "@" ] net "(" address ")" "/" [ dbname ] [ "?" params ]`
fn read<'a>(text: &'a [u8], options: &TextOptions) -> Result<Reading<'a>, ParseError> {
    let slash = memchr::memrchr(b'/', text)
        .ok_or_else(|| ParseError::new(ParseErrorKind::NotRepresentable, text.len(), 0))?;
    let (front, behind) = text.split_at_checked(slash).unwrap_or_default();
    let user = memchr::memrchr(b'@', front);
    let net_at = user.map_or(0, |at| at.saturating_add(1));
    let target = front.get(net_at..).unwrap_or_default();
    let net_len = memchr::memchr(b'(', target).unwrap_or(target.len());
    let (word, address) = target.split_at_checked(net_len).unwrap_or_default();
    let net = read_net(word).map_err(|error| error.shifted(net_at))?;
    let address_at = net_at.saturating_add(net_len);
    let address = parenthesized(address).map_err(|error| error.shifted(address_at))?;
    let address = Part::new(address, address_at.saturating_add(1), Coding::Raw);
    let mut reading = match net {
        Net::Unix => UnixAddress::from_pathname(address.bytes)
            .map(|path| Reading::new(Endpoint::Unix(path)))
            .map_err(|error| error.shifted(address.at))?,
        Net::Tcp(transport, family) => read_tcp(address, transport, family, options)?,
    };
    let behind = behind.get(1..).unwrap_or_default();
    let has_database = has_database(Part::new(behind, slash.saturating_add(1), Coding::Percent))?;
    reading.surroundings = has_database || user.is_some_and(|len| len > 0);
    Ok(reading)
}

/// `net = [ "tcp" ] / "tcp4" / "tcp6" / "unix"`
fn read_net(word: &[u8]) -> Result<Net, ParseError> {
    let tcp = |family| Ok(Net::Tcp(Some(Transport::Tcp), family));
    match word {
        b"" => Ok(Net::Tcp(None, None)),
        b"tcp" => tcp(None),
        b"tcp4" => tcp(Some(Family::Ipv4)),
        b"tcp6" => tcp(Some(Family::Ipv6)),
        b"unix" => Ok(Net::Unix),
        _ => {
            let is_word = |byte: &u8| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_')
            };
            Err(match word.iter().enumerate().find(|(_, byte)| !is_word(byte)) {
                Some((at, byte)) => ParseError::unexpected(at, *byte),
                None => ParseError::new(ParseErrorKind::NotRepresentable, 0, word.len()),
            })
        }
    }
}

/// `"(" address ")"`, where the last byte is the `)`.
fn parenthesized(text: &[u8]) -> Result<&[u8], ParseError> {
    let absent = |at| Err(ParseError::new(ParseErrorKind::NotRepresentable, at, 0));
    match *text {
        [] => absent(0),
        [_, b')'] => absent(1),
        [_, ref address @ .., b')'] => Ok(address),
        _ => Err(match memchr::memrchr(b')', text).map(|close| close.saturating_add(1)) {
            Some(at) => {
                let byte = text.get(at).copied().unwrap_or_default();
                ParseError::bad_byte(ParseErrorKind::TextAfterBracket, at, byte)
            }
            None => ParseError::new(ParseErrorKind::BracketUnclosed, text.len(), 0),
        }),
    }
}

/// `[ dbname ] [ "?" params ]`; whether there is something.
fn has_database(text: Part<'_>) -> Result<bool, ParseError> {
    let name_len = memchr::memchr(b'?', text.bytes).unwrap_or(text.bytes.len());
    let name = text.bytes.get(..name_len).unwrap_or_default();
    Part::new(name, text.at, text.coding).check_for_c()?;
    Ok(!matches!(text.bytes, [] | [b'?']))
}

/// `address = host [ ":" port ] / IPv6`
fn read_tcp<'a>(
    address: Part<'a>,
    transport: Option<Transport>,
    family: Option<Family>,
    options: &TextOptions,
) -> Result<Reading<'a>, ParseError> {
    let (host, port) = split_port(address, family.is_some())?;
    if host.bytes.is_empty() {
        return Err(host.whole(ParseErrorKind::NotRepresentable));
    }
    let name = hosts::read_part(host, |text| IP.read(text))?;
    let family = match &name {
        Host::Ip(ip) if family.is_some_and(|family| !is_of(*ip, family)) => {
            return Err(host.whole(ParseErrorKind::NotRepresentable));
        }
        Host::Ip(_) => None,
        _ => family,
    };
    let mut extra = Extra { transport, family, ..Extra::NONE };
    let port = match port {
        Some(port) if is_service(port.bytes) => {
            extra.service = Some(Token::new(port.bytes));
            None
        }
        Some(port) => Some(read_port(port.bytes).map_err(|error| error.shifted(port.at))?),
        None => options.default_port,
    };
    Ok(Reading::new(Endpoint::Inet(HostPort { host: name, port })).with_extra(extra))
}

/// Takes the host and the port apart as `SplitHostPort` does; the driver writes the missing port
/// of the net `tcp` itself.
fn split_port(
    address: Part<'_>,
    needs_port: bool,
) -> Result<(Part<'_>, Option<Part<'_>>), ParseError> {
    let text = address.bytes;
    let at = |offset: usize| address.at.saturating_add(offset);
    let part = |from: usize, to: usize| {
        Part::new(text.get(from..to).unwrap_or_default(), at(from), Coding::Raw)
    };
    let error = |kind, offset, len| Err(ParseError::new(kind, at(offset), len));
    let end = text.len();
    if text.first() == Some(&b'[') {
        let Some(close) = memchr::memchr(b']', text) else {
            return error(ParseErrorKind::BracketUnclosed, end, 0);
        };
        let after = close.saturating_add(1);
        return match text.get(after) {
            Some(b':') => Ok((part(1, close), Some(part(after.saturating_add(1), end)))),
            Some(byte) => {
                Err(ParseError::bad_byte(ParseErrorKind::TextAfterBracket, at(after), *byte))
            }
            None => error(ParseErrorKind::PortMissing, end, 0),
        };
    }
    let mut colons = memchr::memchr_iter(b':', text);
    match (colons.next(), colons.next()) {
        (Some(colon), None) => Ok((part(0, colon), Some(part(colon.saturating_add(1), end)))),
        (Some(_), Some(_)) if needs_port => error(ParseErrorKind::BracketMissing, 0, 0),
        (None, _) if needs_port => error(ParseErrorKind::PortMissing, end, 0),
        _ => Ok((part(0, end), None)),
    }
}

/// Whether Go dials an address in a network of this family; a mapped address is IPv4 to it.
fn is_of(ip: Ip, family: Family) -> bool {
    matches!(ip.to_canonical(), Ip::V4(_)) == (family == Family::Ipv4)
}

/// `port = [ "+" ] *DIGIT`
fn read_port(text: &[u8]) -> Result<u16, ParseError> {
    match text {
        [] => Ok(0),
        [b'+', digits @ ..] if digits.first().is_some_and(u8::is_ascii_digit) => {
            ports::read(digits).map_err(|error| error.shifted(1))
        }
        _ => ports::read(text),
    }
}

/// Whether a port is the name of a service: RFC 6335, section 5.1.
fn is_service(text: &[u8]) -> bool {
    text.iter().any(u8::is_ascii_alphabetic)
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}

fn write(reading: &Reading<'_>, _: &TextOptions, out: &mut [u8]) -> Result<usize, FormatError> {
    match &reading.endpoint {
        Endpoint::Unix(address) if reading.extra.is_empty() => write_unix(address, out),
        Endpoint::Inet(inet) => write_tcp(inet, &reading.extra, out),
        _ => Err(FormatError::NotRepresentable),
    }
}

fn write_unix(address: &UnixAddress, out: &mut [u8]) -> Result<usize, FormatError> {
    let UnixName::Pathname(path) = address.name() else {
        return Err(FormatError::NotRepresentable);
    };
    // It would end the password.
    if memchr::memchr(b'@', path).is_some() {
        return Err(FormatError::NotRepresentable);
    }
    let mut writer = Writer::new(out);
    for piece in [b"unix(", path, b")/"] {
        writer.put_slice(piece).map_err(|_| FormatError::BufferTooSmall)?;
    }
    Ok(writer.position())
}

fn write_tcp(inet: &HostPort<'_>, extra: &Extra<'_>, out: &mut [u8]) -> Result<usize, FormatError> {
    let Extra { transport, family, service, obfuscated: None, interface: None, ports: None } =
        extra
    else {
        return Err(FormatError::NotRepresentable);
    };
    let net = match (transport, family, &inet.host) {
        (None, None, _) => "",
        (Some(Transport::Tcp), None, _) => "tcp",
        (Some(Transport::Tcp), Some(Family::Ipv4), Host::Name(_)) => "tcp4",
        (Some(Transport::Tcp), Some(Family::Ipv6), Host::Name(_)) => "tcp6",
        _ => return Err(FormatError::NotRepresentable),
    };
    let port = Port { number: inet.port, service: service.as_ref() };
    if !port.can_stand(family.is_some()) {
        return Err(FormatError::NotRepresentable);
    }
    match &inet.host {
        // It would end the password.
        Host::Ip(Ip::V6(_, Some(Zone::Name(name)))) if name.as_str().contains('@') => {
            Err(FormatError::NotRepresentable)
        }
        Host::Ip(ip @ Ip::V6(..)) if port.is_empty() => print(format_args!("{net}({ip})/"), out),
        Host::Ip(ip @ Ip::V6(..)) => print(format_args!("{net}([{ip}]{port})/"), out),
        Host::Ip(ip @ Ip::V4(_)) => print(format_args!("{net}({ip}{port})/"), out),
        Host::Name(name) if hosts::is_name(name) => {
            print(format_args!("{net}({name}{port})/"), out)
        }
        Host::Name(_) | Host::Any => Err(FormatError::NotRepresentable),
    }
}

/// A port or a service with its colon, or nothing.
struct Port<'a> {
    number: Option<u16>,
    service: Option<&'a Token<'a>>,
}

impl Port<'_> {
    const fn is_empty(&self) -> bool {
        self.number.is_none() && self.service.is_none()
    }

    /// Whether it is read back; `tcp4` and `tcp6` require one.
    fn can_stand(&self, is_required: bool) -> bool {
        match (self.number, self.service) {
            (Some(_), None) => true,
            (None, Some(name)) => is_service(name.as_bytes()),
            (None, None) => !is_required,
            (Some(_), Some(_)) => false,
        }
    }
}

impl fmt::Display for Port<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.number, self.service) {
            (Some(number), _) => write!(f, ":{number}"),
            (None, Some(name)) => write!(f, ":{name}"),
            (None, None) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
