//! `zeromq`: endpoints of ZeroMQ sockets.
//!
//! Who reads it so: `zmq_bind` and `zmq_connect`, and with them every binding of libzmq.
//!
//! Source: `zmq_tcp(7)`, `zmq_udp(7)`, `zmq_ipc(7)`; libzmq 4.3.4, `ip_resolver.cpp`,
//! `ipc_address.cpp`, `ws_address.cpp`.
//!
//! ```abnf
//! endpoint  = %s"tcp://" inet / %s"udp://" inet / ( %s"ws://" / %s"wss://" ) inet [ "/" *VCHAR ]
//!           / %s"ipc://" ( path / "@" name )
//! inet      = ( host / "[" host "]" ) ":" port   ; the last colon
//! host      = "*" / aton / IPv6 [ "%" zone ] / name
//! zone      = 1*DIGIT / ALPHA *14zchar           ; on any address; 0 is refused
//! port      = "*" / "0" / 1*DIGIT                ; "*" is 0; leading zeros mean nothing
//! path      = 1*107OCTET                         ; as it stands, no NUL; "*" is refused
//! name      = 1*106OCTET                         ; as it stands, no NUL
//! ```
//!
//! Refused: the form `source;destination`, for the model holds one address; the transports that
//! are no sockets of the model (`inproc`, `pgm`, `epgm`, `norm`, `tipc`, `vmci`) and schemes in
//! another case; `ipc://*…`, for the path is made up when the socket is bound; a zone on IPv4 and on
//! a name, which libzmq ignores; what `atoi` makes of other ports (65616, `-1`, `80x`), a `00000`.
//! A name is that of a host or of a network device.

use super::shared::inet_aton::{Notation, read_all};
use super::shared::scoped::Scoped;
use super::shared::writing::print;
use super::shared::{escapes, hosts, ports};
use super::{About, Extra, Read, Reading, Rules, Transport};
use crate::addr::{
    Endpoint, FormatError, Host, HostPort, Ip, Ipv6Addr, ParseError, ParseErrorKind, TextOptions,
    UnixAddress, UnixName, Zone, ZoneName,
};
use crate::cursor::{Reader, Writer};

pub(super) const RULES: Rules = Rules {
    about: About {
        users: "libzmq",
        source: "zmq_tcp(7), zmq_ipc(7), libzmq 4.3",
        takes: "tcp://, udp://, ws://, ipc://; IPv4 as aton; IPv6 without brackets; the port *",
    },
    ip: None,
    read: Read::One(read),
    write,
    list: None,
    keeps_zones: false,
    has_ipv6: true,
};

/// `endpoint = scheme "://" address`
fn read<'a>(text: &'a [u8], _: &TextOptions) -> Result<Reading<'a>, ParseError> {
    let mut reader = Reader::new(text);
    let scheme = read_scheme(&mut reader)?;
    let rest = reader.rest();
    match scheme {
        b"tcp" => read_inet(rest, Transport::Tcp),
        b"udp" => read_inet(rest, Transport::Udp),
        b"ws" => read_web(rest, Transport::Ws),
        b"wss" => read_web(rest, Transport::Wss),
        b"ipc" => read_ipc(rest).map(|address| Endpoint::Unix(address).into()),
        _ => return Err(ParseError::new(ParseErrorKind::NotRepresentable, 0, scheme.len())),
    }
    .map_err(|error| error.shifted(reader.position()))
}

/// `scheme "://"`
fn read_scheme<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], ParseError> {
    let scheme = reader.take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    if scheme.is_empty() {
        return Err(ParseError::other_form(reader.rest()));
    }
    for byte in *b"://" {
        if !reader.expect(byte) {
            return Err(match reader.peek() {
                Some(byte) => ParseError::unexpected(reader.position(), byte),
                None => ParseError::new(ParseErrorKind::NotRepresentable, 0, reader.position()),
            });
        }
    }
    Ok(scheme)
}

/// `inet [ "/" *VCHAR ]`
fn read_web(text: &[u8], transport: Transport) -> Result<Reading<'_>, ParseError> {
    let slash = memchr::memchr(b'/', text).unwrap_or(text.len());
    let (inet, path) = text.split_at_checked(slash).unwrap_or((text, b""));
    let reading = read_inet(inet, transport)?;
    escapes::check_visible(path).map_err(|error| error.shifted(slash))?;
    Ok(Reading { surroundings: path.len() > 1, ..reading })
}

/// `inet = ( host / "[" host "]" ) ":" port`
///
/// libzmq `ip_resolver_t::resolve`: the last colon, because IPv6 has colons of its own.
fn read_inet(text: &[u8], transport: Transport) -> Result<Reading<'_>, ParseError> {
    if let Some(source) = memchr::memchr(b';', text) {
        return Err(ParseError::new(ParseErrorKind::NotRepresentable, 0, source));
    }
    let colon = memchr::memrchr(b':', text).unwrap_or(text.len());
    let (host, port) = text.split_at_checked(colon).unwrap_or((text, b""));
    let host = read_host(host)?;
    let Some(port) = port.strip_prefix(b":") else {
        return Err(ParseError::new(ParseErrorKind::PortMissing, colon, 0));
    };
    let port = read_port(port).map_err(|error| error.shifted(colon).shifted(1))?;
    let extra = Extra { transport: Some(transport), ..Extra::NONE };
    Ok(Reading::new(Endpoint::Inet(HostPort { host, port: Some(port) })).with_extra(extra))
}

/// `host / "[" host "]"`
///
/// libzmq `ip_resolver_t::resolve` takes brackets off whatever stands in them.
fn read_host(text: &[u8]) -> Result<Host<'_>, ParseError> {
    let (inside, at) = match text {
        [b'[', inside @ .., b']'] => (inside, 1),
        [b'[', ..] => return Err(ParseError::new(ParseErrorKind::BracketUnclosed, text.len(), 0)),
        _ => (text, 0),
    };
    match inside {
        b"*" => Ok(Host::Any),
        _ => hosts::read(inside, |text| SCOPED.read_by_colon(text))
            .map_err(|error| error.shifted(at)),
    }
}

const SCOPED: Scoped = Scoped { ipv4: |text| read_all(text, Notation::C), zone: Some(read_zone) };

/// `zone = 1*DIGIT / ALPHA *14zchar`
///
/// libzmq `ip_resolver_t::resolve`: a letter begins a name, anything else is a number but 0.
fn read_zone(text: &[u8], _: Ipv6Addr) -> Result<Option<Zone>, ParseError> {
    let mut reader = Reader::new(text);
    if reader.peek().is_some_and(|byte| byte.is_ascii_alphabetic()) {
        return ZoneName::new(text).map(|name| Some(Zone::Name(name)));
    }
    let digits = reader.take_decimal(usize::MAX);
    match (digits.to_u32(), reader.peek()) {
        (Some(index), None) if index > 0 => Ok(Zone::from_index(index)),
        (_, Some(byte)) => {
            Err(ParseError::bad_byte(ParseErrorKind::ZoneBadByte, reader.position(), byte))
        }
        (Some(_), None) => {
            Err(ParseError::new(ParseErrorKind::ZoneNotAllowedInDialect, 0, text.len()))
        }
        (None, None) => Err(ParseError::new(ParseErrorKind::ZoneIndexOverflow, 0, text.len())),
    }
}

/// `port = "*" / "0" / 1*DIGIT`
fn read_port(text: &[u8]) -> Result<u16, ParseError> {
    match text {
        b"*" | b"0" => Ok(0),
        _ => match ports::read(text)? {
            0 => Err(ParseError::new(ParseErrorKind::PortLeadingZero, 0, text.len())),
            port => Ok(port),
        },
    }
}

/// `path / "@" name`
///
/// libzmq `ipc_address_t::resolve`: a C string with its NUL fills the 108 bytes at most.
fn read_ipc(text: &[u8]) -> Result<UnixAddress, ParseError> {
    let run = memchr::memchr(0, text).unwrap_or(text.len());
    if run > MAX_IPC_LEN {
        let max = u16::try_from(MAX_IPC_LEN).unwrap_or(u16::MAX);
        return Err(ParseError::new(ParseErrorKind::UnixPathTooLong { max }, 0, run));
    }
    if run < text.len() {
        return Err(ParseError::new(ParseErrorKind::UnixNul, run, 1));
    }
    match text {
        // Whatever follows a `*`, libzmq makes up a path.
        [b'*', ..] => Err(ParseError::new(ParseErrorKind::NotRepresentable, 0, text.len())),
        b"@" => Err(ParseError::new(ParseErrorKind::UnixPathEmpty, 1, 0)),
        [b'@', name @ ..] => UnixAddress::from_abstract_name(name),
        _ => UnixAddress::from_pathname(text),
    }
}

/// The longest text behind `ipc://` in bytes.
const MAX_IPC_LEN: usize = 107;

fn write(reading: &Reading<'_>, _: &TextOptions, out: &mut [u8]) -> Result<usize, FormatError> {
    let Extra {
        transport,
        family: None,
        service: None,
        obfuscated: None,
        interface: None,
        ports: None,
    } = reading.extra
    else {
        return Err(FormatError::NotRepresentable);
    };
    let scheme = match transport {
        None => "ipc",
        Some(Transport::Tcp) => "tcp",
        Some(Transport::Udp) => "udp",
        Some(Transport::Ws) => "ws",
        Some(Transport::Wss) => "wss",
        Some(_) => return Err(FormatError::NotRepresentable),
    };
    match &reading.endpoint {
        Endpoint::Inet(HostPort { host, port: Some(port) })
            if transport.is_some() && can_say(host) =>
        {
            match port {
                0 => print(format_args!("{scheme}://{host}:*"), out),
                port => print(format_args!("{scheme}://{host}:{port}"), out),
            }
        }
        Endpoint::Unix(address) if transport.is_none() => write_ipc(address, out),
        _ => Err(FormatError::NotRepresentable),
    }
}

fn can_say(host: &Host<'_>) -> bool {
    match host {
        Host::Ip(Ip::V6(_, Some(Zone::Name(name)))) => {
            name.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
        }
        Host::Ip(_) | Host::Any => true,
        Host::Name(name) => hosts::is_name(name),
    }
}

fn write_ipc(address: &UnixAddress, out: &mut [u8]) -> Result<usize, FormatError> {
    let (mark, name): (&[u8], _) = match address.name() {
        UnixName::Pathname(path) if !path.starts_with(b"*") && !path.starts_with(b"@") => {
            (b"", path)
        }
        UnixName::Abstract(name) if !name.is_empty() && !name.contains(&0) => (b"@", name),
        _ => return Err(FormatError::NotRepresentable),
    };
    if mark.len().saturating_add(name.len()) > MAX_IPC_LEN {
        return Err(FormatError::NotRepresentable);
    }
    let mut writer = Writer::new(out);
    let written = [b"ipc://", mark, name].into_iter().try_for_each(|part| writer.put_slice(part));
    written.map_err(|_| FormatError::BufferTooSmall)?;
    Ok(writer.position())
}

#[cfg(test)]
mod tests;
