//! `dbus`: addresses of D-Bus servers.
//!
//! Who reads it so: libdbus, GDBus, sd-bus, zbus; `DBUS_SESSION_BUS_ADDRESS`.
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

use super::print::{print, print_ip};
use super::{
    About, Extra, Family, List, Read, Reading, Rules, Token, Transport, escapes, gai_numeric,
    readings, resolved,
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
    list: Some(List { open: b"", item: write, between: b";", close: b"" }),
    has_zones: true,
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
        let next = reader.peek().or(more.then_some(b';'));
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
    escapes::check(value, |_| true).map_err(|error| error.shifted(value_at))?;
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
            b"path" => escapes::pathname(pair.value, MAX_PATH_LEN),
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
    let address = escapes::abstract_name(value)?;
    match address.name() {
        UnixName::Abstract(name) if let Some(nul) = memchr::memchr(0, name) => {
            let error = ParseError::new(ParseErrorKind::UnixNul, nul, 1);
            Err(escapes::locate(value, error))
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
                    None => Some(resolved::escaped_port(pair.value).map_err(shifted)?),
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
        _ => resolved::escaped_host(value, gai_numeric::SCOPED),
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
    match escapes::decode(value, &mut buffer)? {
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

/// Writes `tcp:` where the reading names no transport.
fn write(
    reading: &Reading<'_>,
    options: &TextOptions,
    out: &mut [u8],
) -> Result<usize, FormatError> {
    let refused = Err(FormatError::NotRepresentable);
    let Extra {
        transport: transport @ (None | Some(Transport::Tcp)),
        family,
        service,
        obfuscated: None,
        interface: None,
        ports: None,
    } = &reading.extra
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
        Endpoint::Inet(inet) => write_tcp(inet, *family, service.as_ref(), options, out),
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
        Host::Name(name) if resolved::is_name(name) => name,
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
mod tests {
    use std::string::{String, ToString as _};
    use std::vec::Vec;

    use proptest::prelude::*;

    use super::*;
    use crate::addr::Dialect::Dbus;
    use crate::dialect::testing::{
        keeps_laws, reads_endpoint, reads_extra, refuses_endpoint, writes,
    };
    use crate::dialect::{parse, parse_all};

    fn refuses(text: &str, code: &str, at: u32, len: u32) {
        refuses_endpoint(Dbus, text.as_bytes(), code, at, len);
    }

    #[test]
    fn accepts_local_sockets() {
        for (text, expected) in [
            ("unix:path=/run/x", "unix:/run/x"),
            ("unix:path=/a%20b%2f%2A", "unix:/a%20b/%2A"),
            ("unix:path=relative", "unix:relative"),
            (r"unix:path=/a\b*,", "unix:/a%5Cb%2A"),
            ("unix:path=/x;", "unix:/x"),
            ("unix:abstract=/tmp/dbus-x", "unix-abstract:/tmp/dbus-x"),
        ] {
            reads_endpoint(Dbus, text, expected);
        }
    }

    #[test]
    fn accepts_tcp() {
        let tcp = Extra { transport: Some(Transport::Tcp), ..Extra::NONE };
        for (text, expected) in [
            ("tcp:host=127.0.0.1,port=80", "127.0.0.1:80"),
            ("tcp:port=80,host=127.1", "127.0.0.1:80"),
            ("tcp:host=0127.0.0.1,port=0080", "87.0.0.1:80"),
            ("tcp:host=%3a%3A1,port=0", "[::1]:0"),
            ("tcp:host=fe80%3a%3a1%25eth0,port=1", "[fe80::1%eth0]:1"),
            ("tcp:host=a_b,port=1", "a_b:1"),
            ("tcp:host=127.0.0.1,port=1,family=ipv4", "127.0.0.1:1"),
        ] {
            reads_extra(Dbus, text, expected, &tcp);
        }
        let family = Extra { family: Some(Family::Ipv6), ..tcp.clone() };
        reads_extra(Dbus, "tcp:host=localhost,port=1,family=ipv6", "localhost:1", &family);
        let service = Extra { service: Some(Token::new(b"3com-tsmux")), ..tcp };
        reads_extra(Dbus, "tcp:host=localhost,port=3com-tsmux", "localhost", &service);
    }

    #[test]
    fn other_keys_stand_around_the_address() {
        let around = |text: &'static str| {
            parse(Dbus, text.as_bytes(), &TextOptions::new()).map(|reading| reading.surroundings)
        };
        assert_eq!(around("unix:path=/x,guid=0123"), Ok(true));
        assert_eq!(around("unix:guid=0123,path=/x"), Ok(true));
        assert_eq!(around("tcp:host=a,port=1,bind=*"), Ok(true));
        assert_eq!(around("tcp:host=a,port=1"), Ok(false));
    }

    #[test]
    fn reads_lists() {
        let read = |text: &'static str| -> Result<Vec<String>, _> {
            let all = parse_all(Dbus, text.as_bytes(), &TextOptions::new())?;
            Ok::<_, ParseError>(all.map(|reading| reading.endpoint.to_string()).collect())
        };
        let text = "unix:path=/x;tcp:host=a,port=1;unix:path=/x;";
        assert_eq!(read(text).unwrap(), ["unix:/x", "a:1", "unix:/x"]);
        let at = |text| read(text).map_err(|error| (error.code(), error.at, error.len));
        assert_eq!(at(";unix:path=/x"), Err(("unexpected-byte", 0, 1)));
        assert_eq!(at("unix:path=/x;;"), Err(("unexpected-byte", 13, 1)));
        assert_eq!(at("unix:path=/x;unix:"), Err(("unix-path-empty", 18, 0)));
        refuses("unix:path=/x;unix:path=/y", "not-representable", 0, 25);
    }

    #[test]
    fn refuses_transports() {
        refuses("unix", "not-representable", 0, 4);
        refuses("unix;", "unexpected-byte", 4, 1);
        refuses(":path=/x", "unexpected-byte", 0, 1);
        refuses("UNIX:path=/x", "not-representable", 0, 4);
        refuses("autolaunch:", "not-representable", 0, 10);
        refuses("nonce-tcp:host=a,port=1,noncefile=/x", "not-representable", 0, 9);
        refuses("vsock:cid=2,port=1", "not-representable", 0, 5);
        refuses(" unix:path=/x", "whitespace", 0, 1);
        refuses("un ix:path=/x", "whitespace", 2, 1);
    }

    #[test]
    fn refuses_pairs() {
        refuses("unix:path", "not-representable", 5, 4);
        refuses("unix:=x", "unexpected-byte", 5, 1);
        refuses("unix:path=/x,,guid=0", "unexpected-byte", 13, 1);
        refuses("unix:,path=/x", "unexpected-byte", 5, 1);
        refuses("unix:path=/x,guid=", "not-representable", 13, 4);
        refuses("unix:path=/a~b", "unexpected-byte", 12, 1);
        refuses("unix:path=/a=b", "unexpected-byte", 12, 1);
        refuses("unix:path=/a b", "whitespace", 12, 1);
        refuses("unix:path=/é", "non-ascii", 11, 1);
        refuses("unix:path=/a%2", "percent-encoding-bad", 12, 1);
        refuses("unix:path=/a%zz", "percent-encoding-bad", 12, 1);
    }

    #[test]
    fn refuses_local_sockets() {
        let long = "a".repeat(107);
        refuses("unix:", "unix-path-empty", 5, 0);
        refuses("unix:guid=0", "unix-path-empty", 11, 0);
        refuses("unix:path=,guid=0", "unix-path-empty", 10, 0);
        refuses("unix:abstract=", "unix-path-empty", 14, 0);
        refuses("unix:path=/a%00", "unix-nul", 12, 3);
        refuses("unix:abstract=%41%00", "unix-nul", 17, 3);
        refuses("unix:path=/x,path=/x", "not-representable", 13, 4);
        refuses("unix:guid=0,path=/x,guid=0", "not-representable", 20, 4);
        refuses("unix:path=/x,abstract=y", "not-representable", 13, 8);
        refuses("unix:dir=/tmp", "not-representable", 5, 3);
        refuses("unix:runtime=yes", "not-representable", 5, 7);
        refuses(&std::format!("unix:path=%2f{long}a"), "unix-path-too-long", 10, 111);
        refuses(&std::format!("unix:abstract=a{long}"), "unix-path-too-long", 14, 108);
    }

    #[test]
    fn refuses_tcp() {
        refuses("tcp:", "host-label-empty", 4, 0);
        refuses("tcp:port=1", "host-label-empty", 10, 0);
        refuses("tcp:host=a", "port-missing", 10, 0);
        refuses("tcp:host=,port=1", "host-label-empty", 9, 0);
        refuses("tcp:host=a,port=", "port-empty", 16, 0);
        refuses("tcp:host=::1,port=1", "unexpected-byte", 9, 1);
        refuses("tcp:host=%5b%3a%3a1%5d,port=1", "group-empty", 9, 0);
        refuses("tcp:host=%3a%3a1%25lo,port=1", "zone-not-allowed-in-dialect", 19, 2);
        refuses("tcp:host=*,port=1", "any-not-allowed", 9, 1);
        refuses("tcp:host=a%20b,port=1", "whitespace", 10, 3);
        refuses("tcp:host=a,port=65616", "port-too-large", 16, 5);
        refuses("tcp:host=a,port=%2b1", "port-sign", 16, 3);
        refuses("tcp:host=a,port=1.", "unexpected-byte", 17, 1);
        refuses("tcp:host=a,host=a,port=1", "not-representable", 11, 4);
        refuses("tcp:host=a,port=1,family=IPv4", "not-representable", 25, 4);
        refuses("tcp:host=127.0.0.1,port=1,family=ipv6", "not-representable", 33, 4);
        refuses("tcp:family=ipv4,host=%3a%3a1,port=1", "not-representable", 21, 7);
    }

    #[test]
    fn servers_listen_everywhere() {
        let options = TextOptions::new().with_listen(true);
        let reading = parse(Dbus, b"tcp:host=*,port=0", &options).unwrap();
        assert_eq!(reading.endpoint.to_string(), "*:0");
        let mut out = [0; 64];
        let len = write(&reading, &options, &mut out).unwrap();
        assert_eq!(&out[..len], b"tcp:host=*,port=0");
        assert!(write(&reading, &TextOptions::new(), &mut out).is_err());
    }

    #[test]
    fn writes_what_it_can_say() {
        writes(Dbus, "[fe80::1%eth0]:80", Some("tcp:host=fe80%3a%3a1%25eth0,port=80"));
        writes(Dbus, "a.example:80", Some("tcp:host=a.example,port=80"));
        writes(Dbus, "unix:/a%20~", Some("unix:path=/a%20%7e"));
        for strict in [
            "127.0.0.1",
            "[::1%eth0]:80",
            "unix-abstract:",
            "unix-abstract:%00",
            "unix-unnamed:",
            "vsock:2:1",
        ] {
            writes(Dbus, strict, None);
        }
    }

    proptest! {
        /// What is read can be written and read back; an error points into the text.
        #[test]
        fn laws_hold(text in r"((unix|tcp):(path|abstract|host|port|family|guid)=[a-z0-9.%*/~-]{0,9}[;,]?(host|port|family|path)=([0-9]{1,4}|ipv[46]|%3a%3A[0-9a-f%]{1,4}|[a-z_0-9.]{1,8})[,;]?){1,3}|\PC{0,12}") {
            keeps_laws(Dbus, text.as_bytes());
        }
    }
}
