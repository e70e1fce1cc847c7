//! `libpq`: connection strings of PostgreSQL.
//!
//! Who reads it so: psql and every program that hands a string to `PQconnectdb`.
//!
//! Source: PostgreSQL documentation, section 34.1.1 (Connection Strings) and 34.1.2 (`host`,
//! `hostaddr`, `port`); `src/interfaces/libpq/fe-connect.c`; runs of libpq 15.
//!
//! ```abnf
//! text      = uri / *( keyword "=" value )           ; spaces around "=" and between the pairs
//! uri       = ( "postgresql" / "postgres" ) "://" [ user [ ":" password ] "@" ]
//!             netloc *( "," netloc ) [ "/" dbname ] [ "?" keyword "=" value *( "&" keyword "=" value ) ]
//! netloc    = [ host / "[" host "]" ] [ ":" port ]   ; every part may hold %XX, never %00
//! value     = *( OCTET / "\" OCTET ) / "'" *( OCTET / "\" OCTET ) "'"
//! host      = directory / address / name             ; directory begins with "/" or "@"
//! address   = aton / IPv6 [ "%" zone ]               ; as gai-numeric
//! port      = *WSP [ "+" ] 1*DIGIT *WSP              ; 1 to 65535
//! ```
//!
//! `host`, `hostaddr` and `port` are lists with commas, whichever syntax says them. They pair up; one
//! port serves every host. Of a keyword that stands twice the last value counts. Where `hostaddr` says
//! an address, that is the endpoint, and `host` is a name for TLS to check. A directory holds a socket
//! named after the port, so the path read is `directory/.s.PGSQL.5432` where no port is written.
//!
//! Refused: keywords that no libpq knows; lists that do not pair up; a host left out, whose default
//! belongs to the machine. The syntax of the whole text is judged before hosts and ports, because
//! what stands last may replace them. `postgresql://::1/d` has no host and the port `:1`.

mod lists;
mod syntax;

pub(crate) use self::lists::Cursor;
pub(crate) use self::syntax::{Found, is_keyword, read as read_syntax};
pub(crate) use super::shared::escapes::Part;

use core::fmt::Write as _;

use self::lists::Lists;
use super::gai_numeric::{self, SCOPED};
use super::readings::Place;
use super::shared::authority::Literal;
use super::shared::escapes::Escaped;
use super::shared::writing::{print, print_port};
use super::shared::{hosts, ports};
use super::{About, List, Read, Reading, Rules};
use crate::addr::{
    Endpoint, FormatError, Host, HostPort, Ip, ParseError, ParseErrorKind, TextOptions,
    UnixAddress, UnixName, Zone, port,
};
use crate::cursor::{Reader, Writer};

pub(super) const RULES: Rules = Rules {
    about: About {
        users: "PostgreSQL: psql and other users of libpq",
        source: "PostgreSQL documentation, section 34.1.1; fe-connect.c",
        takes: "keywords and URIs, several hosts, socket directories; IPv4 as aton, `+` in ports",
    },
    ip: None,
    read: Read::Several(next),
    write,
    list: Some(List { open: |_| SCHEME, item: write_netloc, between: b",", close: b"" }),
    keeps_zones: false,
    has_ipv6: true,
};

const SCHEME: &[u8] = b"postgresql://";

/// The port of a socket whose directory stands without one: it is part of the socket's name.
const SOCKET_PORT: u16 = 5432;

/// The longest path of a socket that libpq uses, an abstract name with its `@`.
const MAX_PATH: usize = 107;

const SOCKET_NAME: &str = "/.s.PGSQL.";

fn next<'a>(
    text: &'a [u8],
    options: &TextOptions,
    place: &mut Place,
) -> Option<Result<Reading<'a>, ParseError>> {
    let lists =
        if *place == Place::default() { Lists::read(text) } else { Ok(Lists::load(place)?) };
    let result = lists.and_then(|mut lists| {
        let reading = element(&mut lists, text, options)?;
        lists.save(place);
        Ok(reading)
    });
    if result.is_err() {
        Lists::default().save(place);
    }
    Some(result)
}

/// Reads what comes next in each list.
fn element<'a>(
    lists: &mut Lists,
    text: &'a [u8],
    options: &TextOptions,
) -> Result<Reading<'a>, ParseError> {
    let [host, hostaddr, port] =
        lists.take(text).map(|part| part.filter(|it| !it.bytes.is_empty()));
    let target = match (hostaddr, host) {
        (Some(address), _) => read_address(address).map(Target::Host),
        (None, Some(host)) if matches!(host.first(), Some(b'/' | b'@')) => {
            Ok(Target::Directory(host))
        }
        (None, Some(host)) => read_host(host).map(Target::Host),
        (None, None) => Err(ParseError::new(ParseErrorKind::NotRepresentable, lists.at, 0)),
    };
    let (target, port) = match (target, port.map(read_port).transpose()) {
        (Err(target), Err(port)) => return Err(if port.at < target.at { port } else { target }),
        (Err(error), _) | (_, Err(error)) => return Err(error),
        (Ok(target), Ok(port)) => (target, port.or(options.default_port)),
    };
    let endpoint = match target {
        Target::Host(host) => Endpoint::Inet(HostPort { host, port }),
        Target::Directory(part) => {
            let port = port.filter(|port| *port > 0).unwrap_or(SOCKET_PORT);
            Endpoint::Unix(socket(part, port)?)
        }
    };
    let surroundings = lists.has_more || hostaddr.is_some() && host.is_some();
    Ok(Reading { surroundings, ..Reading::new(endpoint) })
}

/// What an element of the list names, but for the port.
enum Target<'a> {
    Host(Host<'a>),
    Directory(Part<'a>),
}

/// `hostaddr`: `AI_NUMERICHOST`, so never a name.
pub(crate) fn read_address(part: Part<'_>) -> Result<Host<'_>, ParseError> {
    let mut buffer = [0; 64];
    let Some(text) = part.decode(&mut buffer) else {
        return Err(part.whole(ParseErrorKind::NotAnIp));
    };
    SCOPED.read(text).map(Host::Ip).map_err(|error| part.locate(error))
}

/// `host = directory / address / name`, where it is no directory.
pub(crate) fn read_host(part: Part<'_>) -> Result<Host<'_>, ParseError> {
    hosts::read_part(part, |text| SCOPED.read(text))
}

/// `port = *WSP [ "+" ] 1*DIGIT *WSP`
///
/// `strtol` skips the white space before the number, `parse_int_param` that behind it.
///
/// One port may serve thousands of hosts and is read for each, so it has at most 64 bytes.
pub(crate) fn read_port(part: Part<'_>) -> Result<u16, ParseError> {
    let mut buffer = [0; 64];
    let text = part.decode(&mut buffer).filter(|text| text.len() <= 64);
    let Some(text) = text else {
        return Err(part.whole(ParseErrorKind::PortTooLarge));
    };
    let mut reader = Reader::new(text);
    let _spaces = reader.take_while(syntax::is_space);
    if reader.peek() == Some(b'+') && reader.peek_at(1).is_some_and(|byte| byte.is_ascii_digit()) {
        _ = reader.take_byte();
    }
    let at = reader.position();
    let number = reader.take_rest();
    let kept = number.iter().rposition(|&byte| !syntax::is_space(byte));
    let number = number.get(..kept.map_or(0, |last| last.saturating_add(1))).unwrap_or_default();
    let zero = || ParseError::new(ParseErrorKind::PortZeroNotAllowed, 0, number.len());
    ports::read(number)
        .and_then(|port| if port == 0 { Err(zero()) } else { Ok(port) })
        .map_err(|error| part.locate(error.shifted(at)))
}

/// The socket in a directory; an abstract name keeps the slash but not the `@`.
pub(crate) fn socket(directory: Part<'_>, port: u16) -> Result<UnixAddress, ParseError> {
    let (mut name, mut path) = ([0; MAX_PATH + 1], [0; MAX_PATH]);
    let max = u16::try_from(MAX_PATH).unwrap_or(u16::MAX);
    let too_long = || directory.whole(ParseErrorKind::UnixPathTooLong { max });
    let name = directory.decode(&mut name).ok_or_else(too_long)?;
    let mut writer = Writer::new(&mut path);
    writer.put_slice(name).map_err(|_| too_long())?;
    write!(writer, "{SOCKET_NAME}{port}").map_err(|_| too_long())?;
    match writer.written() {
        [b'@', name @ ..] => UnixAddress::from_abstract_name(name),
        path => UnixAddress::from_pathname(path),
    }
    .map_err(|error| directory.locate(error))
}

fn write(
    reading: &Reading<'_>,
    options: &TextOptions,
    out: &mut [u8],
) -> Result<usize, FormatError> {
    let rest = out.get_mut(SCHEME.len()..).unwrap_or_default();
    let len = write_netloc(reading, options, rest)?;
    let scheme = out.get_mut(..SCHEME.len()).ok_or(FormatError::BufferTooSmall)?;
    scheme.copy_from_slice(SCHEME);
    Ok(len.saturating_add(SCHEME.len()))
}

/// `netloc = [ host / "[" host "]" ] [ ":" port ]`
fn write_netloc(
    reading: &Reading<'_>,
    _: &TextOptions,
    out: &mut [u8],
) -> Result<usize, FormatError> {
    match &reading.endpoint {
        _ if !reading.extra.is_empty() => Err(FormatError::NotRepresentable),
        Endpoint::Inet(HostPort { port: Some(0), .. }) => Err(FormatError::NotRepresentable),
        Endpoint::Inet(HostPort { host, port }) => print_port(*port, write_host(host, out)?, out),
        Endpoint::Unix(address) => write_socket(address, out),
        _ => Err(FormatError::NotRepresentable),
    }
}

fn write_host(host: &Host<'_>, out: &mut [u8]) -> Result<usize, FormatError> {
    match host {
        Host::Ip(ip @ Ip::V4(_)) => print(format_args!("{ip}"), out),
        Host::Ip(Ip::V6(addr, zone))
            if gai_numeric::takes_zone(*addr, *zone) && !zone.as_ref().is_some_and(holds_comma) =>
        {
            print(format_args!("{}", Literal(*addr, *zone)), out)
        }
        Host::Name(name) if hosts::is_name(name) => print(format_args!("{name}"), out),
        _ => Err(FormatError::NotRepresentable),
    }
}

/// Whether a zone would end an element of a list, escaped or not.
fn holds_comma(zone: &Zone) -> bool {
    matches!(zone, Zone::Name(name) if name.as_str().contains(','))
}

/// The directory of a socket and the port in its name.
fn write_socket(address: &UnixAddress, out: &mut [u8]) -> Result<usize, FormatError> {
    let (mark, path, max) = match address.name() {
        UnixName::Pathname(path) if path.starts_with(b"/") => ("", path, MAX_PATH),
        UnixName::Abstract(name) => ("%40", name, MAX_PATH.saturating_sub(1)),
        _ => return Err(FormatError::NotRepresentable),
    };
    let directory = memchr::memrchr(b'/', path).and_then(|slash| path.split_at_checked(slash));
    let Some((directory, port)) = directory
        .and_then(|(directory, name)| Some((directory, name.strip_prefix(SOCKET_NAME.as_bytes())?)))
        .and_then(|(directory, digits)| Some((directory, port::parse(digits).ok()?)))
    else {
        return Err(FormatError::NotRepresentable);
    };
    // A comma would end the element, escaped or not; NUL ends the string.
    let is_sayable = memchr::memchr2(b',', 0, directory).is_none()
        && !(mark.is_empty() && directory.is_empty())
        && port > 0
        && path.len() <= max;
    if !is_sayable {
        return Err(FormatError::NotRepresentable);
    }
    print(format_args!("{mark}{}:{port}", Escaped::unreserved(directory)), out)
}

#[cfg(test)]
mod tests;
