//! `dbus`: addresses of D-Bus servers.
//!
//! Who reads it so: libdbus, `GDBus`, sd-bus, zbus; `DBUS_SESSION_BUS_ADDRESS`.
//!
//! Source: D-Bus Specification, "Server Addresses" and "Transports"; libdbus 1.14,
//! `dbus-address.c`; hosts and ports go to `getaddrinfo`, as `gai-numeric`.
//!
//! ```abnf
//! list      = address *( ";" address ) [ ";" ]
//! address   = %s"unix:" pairs / %s"tcp:" pairs
//! pairs     = [ pair *( "," pair ) [ "," ] ]
//! pair      = key "=" value
//! key       = 1*( ALPHA / DIGIT / "-" / "_" )
//! value     = 1*( plain / "%" 2HEXDIG )
//! plain     = ALPHA / DIGIT / "-" / "_" / "/" / "." / "\" / "*"
//! ```
//!
//! `unix:` has `path` or `abstract`; `tcp:` has `host` and `port` (a number, or the name of a
//! service) and perhaps `family`. Other keys, `guid` and `bind` among them, are no part of the
//! address. IPv6 stands in `host` without brackets, its colons escaped.
//!
//! Refused: transports that are no sockets of the model (`nonce-tcp`, `unixexec`, `launchd`,
//! `autolaunch`); `dir`, `tmpdir` and `runtime`, which only a server resolves; a missing host, for
//! which libdbus takes `localhost`; a second value for a key, of which libdbus takes the first and
//! sd-bus none; a NUL, which ends the strings of both; ports that do not fit.

use core::fmt::{self, Write as _};

use super::gai_numeric::SCOPED;
use super::shared::escapes::Part;
use super::shared::writing::{print, print_ip};
use super::shared::{hosts, paths, ports};
use super::{
    About, Extra, Family, List, Read, Reading, Rules, Token, Transport, gai_numeric, readings,
};
use crate::addr::{
    Endpoint, FormatError, Host, HostPort, Ip, ParseError, ParseErrorKind, TextOptions,
    UnixAddress, UnixName, Zone,
};
use crate::cursor::Reader;

pub(super) const RULES: Rules = Rules {
    about: About {
        users: "libdbus, GDBus, sd-bus, zbus",
        source: "D-Bus Specification, Server Addresses",
        takes: "unix: and tcp: with key=value pairs; IPv4 as aton; names of services; a list",
    },
    ip: None,
    read: Read::Several(next),
    write,
    list: Some(List { open: |_| b"", item: write, between: b";", close: b"" }),
    keeps_zones: false,
    has_ipv6: true,
};

/// `list = address *( ";" address ) [ ";" ]`
///
/// libdbus takes a `;` at the end and refuses an empty address anywhere else.
fn next<'a>(
    text: &'a [u8],
    options: &TextOptions,
    place: &mut readings::Place,
) -> Option<Result<Reading<'a>, ParseError>> {
    let [at, ..] = place;
    let begin = *at;
    let rest = text.get(begin..).filter(|rest| !rest.is_empty())?;
    let len = memchr::memchr(b';', rest).unwrap_or(rest.len());
    *at = begin.saturating_add(len).saturating_add(1);
    let address = rest.get(..len).unwrap_or_default();
    let reading = match address {
        [] => Err(ParseError::unexpected(0, b';')),
        _ => read(address, len < rest.len(), options),
    };
    Some(reading.map_err(|error| error.shifted(begin)))
}

/// `address = transport ":" pairs`
fn read<'a>(text: &'a [u8], more: bool, options: &TextOptions) -> Result<Reading<'a>, ParseError> {
    let mut reader = Reader::new(text);
    let transport = reader.take_while(is_key_byte);
    if !reader.expect(b':') {
        let next = reader.peek().or_else(|| more.then_some(b';'));
        return Err(match next {
            Some(byte) => ParseError::unexpected(reader.position(), byte),
            None => ParseError::new(ParseErrorKind::NotRepresentable, 0, text.len()),
        });
    }
    match transport {
        b"unix" => read_unix(&mut reader),
        b"tcp" => read_tcp(&mut reader, options),
        b"" => Err(ParseError::unexpected(0, b':')),
        _ => Err(ParseError::new(ParseErrorKind::NotRepresentable, 0, transport.len())),
    }
}

/// A pair and where its parts stand.
struct Pair<'a> {
    key: &'a [u8],
    key_at: usize,
    value: &'a [u8],
    value_at: usize,
}

impl Pair<'_> {
    /// The refusal of the key: it is there twice, or the model has no place for what it says.
    fn refuse_key(&self) -> ParseError {
        ParseError::new(ParseErrorKind::NotRepresentable, self.key_at, self.key.len())
    }

    fn refuse_value(&self) -> ParseError {
        ParseError::new(ParseErrorKind::NotRepresentable, self.value_at, self.value.len())
    }
}

/// `pair = key "=" value`, and the comma behind it; `None` at the end of the address.
fn next_pair<'a>(reader: &mut Reader<'a>) -> Result<Option<Pair<'a>>, ParseError> {
    if reader.is_empty() {
        return Ok(None);
    }
    let key_at = reader.position();
    let key = reader.take_while(is_key_byte);
    if key.is_empty() || !reader.expect(b'=') {
        return Err(match reader.peek() {
            Some(byte) => ParseError::unexpected(reader.position(), byte),
            None => ParseError::new(ParseErrorKind::NotRepresentable, key_at, key.len()),
        });
    }
    let value_at = reader.position();
    let value = reader.take_while(|byte| is_plain(byte) || byte == b'%');
    let pair = Pair { key, key_at, value, value_at };
    Part::percent(value).check_plain(|_| true).map_err(|error| error.shifted(value_at))?;
    match reader.peek() {
        None | Some(b',') if value.is_empty() => Err(match key {
            b"path" | b"abstract" => ParseError::new(ParseErrorKind::UnixPathEmpty, value_at, 0),
            b"host" => ParseError::new(ParseErrorKind::HostLabelEmpty, value_at, 0),
            b"port" => ParseError::new(ParseErrorKind::PortEmpty, value_at, 0),
            _ => pair.refuse_key(),
        }),
        None | Some(b',') => {
            _ = reader.expect(b',');
            Ok(Some(pair))
        }
        Some(byte) => Err(ParseError::unexpected(reader.position(), byte)),
    }
}

/// The keys that are no part of the address.
#[derive(Default)]
struct Around {
    any: bool,
    guid: bool,
}

impl Around {
    fn take(&mut self, pair: &Pair<'_>) -> Result<(), ParseError> {
        let is_guid = pair.key == b"guid";
        if is_guid && self.guid {
            return Err(pair.refuse_key());
        }
        *self = Self { any: true, guid: self.guid || is_guid };
        Ok(())
    }
}

/// D-Bus Specification, "Unix Domain Sockets": exactly one of `path` and `abstract`.
fn read_unix<'a>(reader: &mut Reader<'a>) -> Result<Reading<'a>, ParseError> {
    let (mut address, mut around) = (None, Around::default());
    while let Some(pair) = next_pair(reader)? {
        let read = match pair.key {
            b"path" | b"abstract" if address.is_some() => return Err(pair.refuse_key()),
            b"path" => paths::read_escaped(pair.value, MAX_PATH_LEN),
            b"abstract" => read_abstract(pair.value),
            b"dir" | b"tmpdir" | b"runtime" => return Err(pair.refuse_key()),
            _ => {
                around.take(&pair)?;
                continue;
            }
        };
        address = Some(read.map_err(|error| error.shifted(pair.value_at))?);
    }
    match address {
        Some(address) => Ok(Reading { surroundings: around.any, ..Endpoint::Unix(address).into() }),
        None => Err(ParseError::new(ParseErrorKind::UnixPathEmpty, reader.position(), 0)),
    }
}

const MAX_PATH_LEN: u16 = 108;

fn read_abstract(value: &[u8]) -> Result<UnixAddress, ParseError> {
    let address = paths::read_escaped_abstract(value)?;
    match address.name() {
        UnixName::Abstract(name) if let Some(nul) = memchr::memchr(0, name) => {
            let error = ParseError::new(ParseErrorKind::UnixNul, nul, 1);
            Err(Part::percent(value).locate(error))
        }
        _ => Ok(address),
    }
}

/// What the pairs of `tcp:` have said so far.
#[derive(Default)]
struct Tcp<'a> {
    host: Option<Host<'a>>,
    port: Option<Option<u16>>,
    service: Option<Token<'a>>,
    family: Option<Family>,
    around: Around,
}

/// D-Bus Specification, "TCP Sockets".
fn read_tcp<'a>(reader: &mut Reader<'a>, options: &TextOptions) -> Result<Reading<'a>, ParseError> {
    let mut tcp = Tcp::default();
    while let Some(pair) = next_pair(reader)? {
        tcp.take(&pair, options)?;
        // Whichever of the two comes last contradicts the other.
        if let (Some(Host::Ip(ip)), Some(family)) = (&tcp.host, tcp.family)
            && family_of(ip) != family
        {
            return Err(pair.refuse_value());
        }
    }
    let missing = |kind| ParseError::new(kind, reader.position(), 0);
    let host = tcp.host.ok_or_else(|| missing(ParseErrorKind::HostLabelEmpty))?;
    let port = tcp.port.ok_or_else(|| missing(ParseErrorKind::PortMissing))?;
    let family = tcp.family.filter(|_| !matches!(host, Host::Ip(_)));
    let extra =
        Extra { transport: Some(Transport::Tcp), family, service: tcp.service, ..Extra::NONE };
    let endpoint = Endpoint::Inet(HostPort { host, port });
    Ok(Reading { endpoint, extra, surroundings: tcp.around.any })
}

impl<'a> Tcp<'a> {
    fn take(&mut self, pair: &Pair<'a>, options: &TextOptions) -> Result<(), ParseError> {
        let taken = match pair.key {
            b"host" => self.host.is_some(),
            b"port" => self.port.is_some(),
            b"family" => self.family.is_some(),
            _ => return self.around.take(pair),
        };
        if taken {
            return Err(pair.refuse_key());
        }
        let shifted = |error: ParseError| error.shifted(pair.value_at);
        match pair.key {
            b"host" => self.host = Some(read_host(pair.value, options).map_err(shifted)?),
            b"port" => {
                self.service = read_service(pair.value);
                self.port = Some(match self.service {
                    Some(_) => None,
                    None => Some(ports::read_escaped(pair.value).map_err(shifted)?),
                });
            }
            _ => self.family = Some(read_family(pair.value).ok_or_else(|| pair.refuse_value())?),
        }
        Ok(())
    }
}

/// A server takes `*` for every address of the machine.
fn read_host<'a>(value: &'a [u8], options: &TextOptions) -> Result<Host<'a>, ParseError> {
    match value {
        b"*" if options.listen => Ok(Host::Any),
        b"*" => Err(ParseError::new(ParseErrorKind::AnyNotAllowed, 0, 1)),
        _ => hosts::read_part(Part::percent(value), |text| SCOPED.read_by_colon(text)),
    }
}

/// RFC 6335, section 5.1: letters, digits and hyphens, one letter at least.
fn read_service(value: &[u8]) -> Option<Token<'_>> {
    let is_name = value.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        && value.iter().any(u8::is_ascii_alphabetic)
        && !value.starts_with(b"-");
    is_name.then(|| Token::new(value))
}

fn read_family(value: &[u8]) -> Option<Family> {
    let mut buffer = [0; 4];
    match Part::percent(value).decode(&mut buffer)? {
        b"ipv4" => Some(Family::Ipv4),
        b"ipv6" => Some(Family::Ipv6),
        _ => None,
    }
}

const fn family_of(ip: &Ip) -> Family {
    match ip {
        Ip::V4(_) => Family::Ipv4,
        Ip::V6(..) => Family::Ipv6,
    }
}

const fn is_key_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// D-Bus Specification, "Server Addresses": the bytes that need no escape.
const fn is_plain(byte: u8) -> bool {
    is_key_byte(byte) || matches!(byte, b'/' | b'.' | b'\\' | b'*')
}

fn write(
    reading: &Reading<'_>,
    options: &TextOptions,
    out: &mut [u8],
) -> Result<usize, FormatError> {
    let refused = Err(FormatError::NotRepresentable);
    let Extra { transport, family, service, obfuscated: None, interface: None, ports: None } =
        &reading.extra
    else {
        return refused;
    };
    match &reading.endpoint {
        Endpoint::Unix(address) if (transport, family, service) == (&None, &None, &None) => {
            match address.name() {
                UnixName::Pathname(path) => print(format_args!("unix:path={}", Value(path)), out),
                UnixName::Abstract(name) if !name.is_empty() && !name.contains(&0) => {
                    print(format_args!("unix:abstract={}", Value(name)), out)
                }
                _ => refused,
            }
        }
        Endpoint::Inet(inet) if *transport == Some(Transport::Tcp) => {
            write_tcp(inet, *family, service.as_ref(), options, out)
        }
        _ => refused,
    }
}

fn write_tcp(
    inet: &HostPort<'_>,
    family: Option<Family>,
    service: Option<&Token<'_>>,
    options: &TextOptions,
    out: &mut [u8],
) -> Result<usize, FormatError> {
    let mut buffer = [0; Ip::MAX_LEN];
    let host: &dyn fmt::Display = match &inet.host {
        Host::Ip(ip) if family.is_none() && can_say(ip) => {
            let len = print_ip(ip, &mut buffer)?;
            &Value(buffer.get(..len).unwrap_or_default())
        }
        Host::Name(name) if hosts::is_name(name) => name,
        Host::Any if options.listen => &"*",
        _ => return Err(FormatError::NotRepresentable),
    };
    let family = family.map_or(("", ""), |family| (",family=", family.name()));
    match (inet.port, service) {
        (Some(port), None) => {
            print(format_args!("tcp:host={host},port={port}{}{}", family.0, family.1), out)
        }
        (None, Some(name)) if read_service(name.as_bytes()).is_some() => {
            print(format_args!("tcp:host={host},port={name}{}{}", family.0, family.1), out)
        }
        _ => Err(FormatError::NotRepresentable),
    }
}

/// Whether `getaddrinfo` takes the zone.
fn can_say(ip: &Ip) -> bool {
    match ip {
        Ip::V6(addr, Some(Zone::Name(_))) => gai_numeric::takes_zone_name(*addr),
        _ => true,
    }
}

/// A value, escaped as libdbus does: in lower case.
struct Value<'a>(&'a [u8]);

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| match *byte {
            byte if is_plain(byte) => f.write_char(char::from(byte)),
            byte => write!(f, "%{byte:02x}"),
        })
    }
}

#[cfg(test)]
mod tests;
