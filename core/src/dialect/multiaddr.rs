//! `multiaddr`: self-describing addresses of libp2p and IPFS.
//!
//! Who reads it so: libp2p, IPFS, Substrate and Ethereum nodes.
//!
//! Source: multiformats/multiaddr, `README.md`, `protocols.csv` and `protocols/unix.md`; names and
//! values that implementations take beyond it (`080` as a port, empty components) are not read.
//!
//! ```abnf
//! multiaddr = host [ port ] *layer / "/unix/" path *layer
//! host      = "/ip4/" IPv4 / [ "/ip6zone/" zone ] "/ip6/" IPv6 / ( "/dns/" / "/dns4/" / "/dns6/" ) name
//! port      = ( "/tcp/" / "/udp/" / "/sctp/" / "/dccp/" ) number
//! layer     = "/tls" / "/http" / "/https" / "/ws" / "/wss"   ; over TCP, a local socket or no port
//!           / "/quic" / "/quic-v1"                           ; over UDP
//!           / ( "/p2p/" / "/ipfs/" ) 1*( ALPHA / DIGIT )     ; no part of the address
//!           / ( "/sni/" / "/http-path/" ) segment            ; no part of the address
//! path      = segment                ; decoded; the slash it begins with may be left out
//! segment   = 1*pchar                ; RFC 3986, section 3.3
//! ```
//!
//! What is said last of the transport counts: `/tls/ws` is `wss`. `/unix/run%2Fx` is the path
//! `/run/x`. Before `protocols/unix.md` (2024) the path was the raw rest of the text,
//! `/unix/run/x`; that is refused here, for `/unix/run/p2p/x` would have two meanings.
//!
//! Refused: protocols that are no socket of the model (`/dnsaddr`, `/onion3`, `/memory`), layers
//! that it has no word for (`/noise`, `/webtransport`, `/p2p-circuit`) and those that do not fit
//! what is below them; IPv6 in brackets or with `%zone`; a name that ends in a number; empty
//! components and a slash at the end.

use core::fmt;

use self::protocols::{Layer, Protocol};
use super::shared::escapes::{Coding, Escaped, Part, is_pchar};
use super::shared::numbers::{self, Digits};
use super::shared::writing::print;
use super::shared::{hosts, paths};
use super::{About, Extra, Family, Read, Reading, Rules, Transport};
use crate::addr::{
    Endpoint, FormatError, Host, HostName, HostPort, Ip, ParseError, ParseErrorKind, TextOptions,
    UnixAddress, UnixName, Zone, ZoneName, ipv4, ipv6, is_numeric_last_label, lookup_name_error,
    port,
};
use crate::cursor::Reader;

pub(crate) mod protocols;

pub(super) const RULES: Rules = Rules {
    about: About {
        users: "libp2p, IPFS",
        source: "multiformats/multiaddr, protocols.csv and protocols/unix.md",
        takes: "/ip4/…/tcp/…, /ip6zone/…/ip6/…, /dns4/…, /unix/… and layers above them",
    },
    ip: None,
    read: Read::One(read),
    write,
    list: None,
    keeps_zones: false,
    has_ipv6: true,
};

/// `multiaddr = host [ port ] *layer / "/unix/" path *layer`
fn read<'a>(text: &'a [u8], options: &TextOptions) -> Result<Reading<'a>, ParseError> {
    let mut reader = Reader::new(text);
    let Some(first) = next_name(&mut reader)? else {
        return Err(ParseError::new(ParseErrorKind::HostLabelEmpty, text.len(), 0));
    };
    let mut reading = if first.text == b"unix" {
        let value = value(&mut reader);
        let address = read_path(value.text).map_err(|error| error.shifted(value.at))?;
        Endpoint::Unix(address).into()
    } else {
        let (host, family) = read_host(&first, &mut reader)?;
        let endpoint = Endpoint::Inet(HostPort { host, port: None });
        Reading::new(endpoint).with_extra(Extra { family, ..Extra::NONE })
    };
    while let Some(name) = next_name(&mut reader)? {
        read_layer(&name, &mut reader, &mut reading)?;
    }
    if let Endpoint::Inet(inet) = &mut reading.endpoint {
        inet.port = inet.port.or(options.default_port);
    }
    Ok(reading)
}

/// A component of the text: a name or a value.
pub(crate) struct Component<'a> {
    pub(crate) at: usize,
    pub(crate) text: &'a [u8],
}

impl Component<'_> {
    fn refuse(&self) -> ParseError {
        ParseError::new(ParseErrorKind::NotRepresentable, self.at, self.text.len())
    }
}

/// The name of the next protocol; `None` at the end of the text.
pub(crate) fn next_name<'a>(reader: &mut Reader<'a>) -> Result<Option<Component<'a>>, ParseError> {
    let slash = reader.position();
    match reader.peek() {
        None => return Ok(None),
        Some(b'/') => _ = reader.take_byte(),
        Some(byte) => return Err(ParseError::unexpected(slash, byte)),
    }
    let at = reader.position();
    let text = reader.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    match reader.peek() {
        None if text.is_empty() && slash == 0 => Ok(None),
        None if text.is_empty() => Err(ParseError::new(ParseErrorKind::TrailingBytes, slash, 1)),
        None => Ok(Some(Component { at, text })),
        Some(b'/') if !text.is_empty() => Ok(Some(Component { at, text })),
        Some(byte) => Err(ParseError::unexpected(reader.position(), byte)),
    }
}

/// The value behind a name, up to the next slash; it is empty where there is none.
pub(crate) fn value<'a>(reader: &mut Reader<'a>) -> Component<'a> {
    _ = reader.expect(b'/');
    let at = reader.position();
    Component { at, text: reader.take_while(|byte| byte != b'/') }
}

/// `host`, and the family that its protocol stands for where that is a name.
fn read_host<'a>(
    name: &Component<'a>,
    reader: &mut Reader<'a>,
) -> Result<(Host<'a>, Option<Family>), ParseError> {
    let family = match name.text {
        b"ip4" | b"ip6" | b"ip6zone" | b"dns" => None,
        b"dns4" => Some(Family::Ipv4),
        b"dns6" => Some(Family::Ipv6),
        _ => return Err(name.refuse()),
    };
    let Component { at, text } = value(reader);
    let host = match name.text {
        b"ip4" if text.is_empty() => Err(ParseError::new(ParseErrorKind::OctetEmpty, 0, 0)),
        b"ip4" => ipv4::parse(text).map(|addr| Host::Ip(Ip::V4(addr))),
        b"ip6" => read_ipv6(text, None).map(Host::Ip),
        b"ip6zone" => return read_zoned(&Component { at, text }, reader).map(|ip| (ip, None)),
        _ => read_name(text).map(Host::Name),
    };
    Ok((host.map_err(|error| error.shifted(at))?, family))
}

pub(crate) fn read_ipv6(text: &[u8], zone: Option<Zone>) -> Result<Ip, ParseError> {
    if text.is_empty() {
        return Err(ParseError::new(ParseErrorKind::GroupEmpty, 0, 0));
    }
    match ipv6::parse(text) {
        Ok(addr) => Ok(Ip::V6(addr, zone)),
        Err(error) if byte_at(text, error.at) == Some(b'%') && error.len == 1 => {
            Err(ParseError { kind: ParseErrorKind::ZoneNotAllowedInDialect, ..error })
        }
        Err(error) => Err(error),
    }
}

fn byte_at(text: &[u8], at: u32) -> Option<u8> {
    usize::try_from(at).ok().and_then(|at| text.get(at)).copied()
}

/// `"/ip6zone/" zone "/ip6/" IPv6`, from the zone on.
fn read_zoned<'a>(zone: &Component<'a>, reader: &mut Reader<'a>) -> Result<Host<'a>, ParseError> {
    let shifted = |error: ParseError| error.shifted(zone.at);
    let index = match numbers::read(zone.text) {
        Digits::Value(index) => Zone::from_index(index),
        Digits::TooLarge => {
            let len = zone.text.len();
            return Err(ParseError::new(ParseErrorKind::ZoneIndexOverflow, zone.at, len));
        }
        Digits::Other(_) => Some(Zone::Name(ZoneName::new(zone.text).map_err(shifted)?)),
    };
    match next_name(reader)? {
        Some(name) if name.text == b"ip6" => {
            let Component { at, text } = value(reader);
            read_ipv6(text, index).map(Host::Ip).map_err(|error| error.shifted(at))
        }
        Some(name) if name.text == b"ip4" => {
            Err(ParseError::new(ParseErrorKind::ZoneOnIpv4, name.at, name.text.len()))
        }
        Some(name) => Err(name.refuse()),
        None => Err(ParseError::new(ParseErrorKind::GroupEmpty, reader.position(), 0)),
    }
}

fn read_name(text: &[u8]) -> Result<HostName<'_>, ParseError> {
    match lookup_name_error(text) {
        Some(error) => Err(error),
        None if is_numeric_last_label(text) => {
            Err(ParseError::new(ParseErrorKind::NotRepresentable, 0, text.len()))
        }
        None => Ok(HostName::from_written(text, false)),
    }
}

/// `path = segment`
///
/// `protocols/unix.md`: the slash that a path begins with may be left out.
fn read_path(text: &[u8]) -> Result<UnixAddress, ParseError> {
    Part::percent(text).check_plain(is_pchar)?;
    let address = paths::read_escaped(text, MAX_PATH_LEN)?;
    let UnixName::Pathname(path) = address.name() else {
        return Ok(address);
    };
    let kind = ParseErrorKind::UnixPathTooLong { max: MAX_PATH_LEN };
    absolute(path).ok_or_else(|| ParseError::new(kind, 0, text.len()))
}

/// The socket of a decoded path, with the slash that may be left out; `None` where it is none.
pub(crate) fn absolute(path: &[u8]) -> Option<UnixAddress> {
    if path.is_empty() || path.starts_with(b"/") {
        return UnixAddress::from_pathname(path).ok();
    }
    let mut buffer = [b'/'; UnixAddress::MAX_PATH_LEN];
    let whole = buffer.get_mut(..path.len().saturating_add(1))?;
    let [_, rest @ ..] = whole else { return None };
    rest.copy_from_slice(path);
    UnixAddress::from_pathname(whole).ok()
}

const MAX_PATH_LEN: u16 = 108;

/// What stands above a host: a port, a transport, or something around the address.
fn read_layer<'a>(
    name: &Component<'a>,
    reader: &mut Reader<'a>,
    reading: &mut Reading<'a>,
) -> Result<(), ParseError> {
    let protocol = Protocol::from_name(name.text).ok_or_else(|| name.refuse())?;
    match Layer::of(protocol, reading).ok_or_else(|| name.refuse())? {
        Layer::Carrier(transport) => {
            let Component { at, text } = value(reader);
            if let Endpoint::Inet(inet) = &mut reading.endpoint {
                inet.port = Some(port::parse(text).map_err(|error| error.shifted(at))?);
            }
            reading.extra.transport = Some(transport);
            Ok(())
        }
        Layer::Above(transport) => {
            reading.extra.transport = Some(transport);
            Ok(())
        }
        Layer::Around => read_around(name, protocol, reader, reading),
    }
}

/// The value of what is no part of the address.
fn read_around<'a>(
    name: &Component<'a>,
    protocol: Protocol,
    reader: &mut Reader<'a>,
    reading: &mut Reading<'a>,
) -> Result<(), ParseError> {
    let is_plain: fn(u8) -> bool = match protocol {
        Protocol::P2p => |byte| byte.is_ascii_alphanumeric(),
        _ => is_pchar,
    };
    let Component { at, text } = value(reader);
    reading.surroundings = true;
    if text.is_empty() {
        return Err(match reader.peek() {
            Some(byte) => ParseError::unexpected(at, byte),
            None => name.refuse(),
        });
    }
    Part::new(text, at, Coding::Percent).check_plain(is_plain)
}

/// How a transport is written: what carries it, and what stands above that.
const fn layers(transport: Option<Transport>) -> Option<(&'static str, &'static str)> {
    Some(match transport {
        None | Some(Transport::Tcp) => ("tcp", ""),
        Some(Transport::Udp) => ("udp", ""),
        Some(Transport::Sctp) => ("sctp", ""),
        Some(Transport::Dccp) => ("dccp", ""),
        Some(Transport::Quic) => ("udp", "/quic"),
        Some(Transport::QuicV1) => ("udp", "/quic-v1"),
        Some(Transport::Tls) => ("tcp", "/tls"),
        Some(Transport::Http) => ("tcp", "/http"),
        Some(Transport::Https) => ("tcp", "/tls/http"),
        Some(Transport::Ws) => ("tcp", "/ws"),
        Some(Transport::Wss) => ("tcp", "/tls/ws"),
        Some(_) => return None,
    })
}

/// Writes the names of today for `/https` and `/wss`.
fn write(
    reading: &Reading<'_>,
    options: &TextOptions,
    out: &mut [u8],
) -> Result<usize, FormatError> {
    let Extra { transport, family, service: None, obfuscated: None, interface: None, ports: None } =
        reading.extra
    else {
        return Err(FormatError::NotRepresentable);
    };
    let Some((carrier, above)) = layers(transport) else {
        return Err(FormatError::NotRepresentable);
    };
    // Without a port nothing names the carrier, so there must be something above TCP, or nothing.
    let is_portless = transport.is_none() || carrier == "tcp" && !above.is_empty();
    match &reading.endpoint {
        Endpoint::Unix(address) if family.is_none() && is_portless => match address.name() {
            UnixName::Pathname(path) if path.starts_with(b"/") => {
                print(format_args!("/unix/{}{above}", Path(path)), out)
            }
            _ => Err(FormatError::NotRepresentable),
        },
        Endpoint::Inet(HostPort { host, port }) if can_say(host, family) => {
            let host = Said(host, family);
            match port {
                Some(port) if transport.is_some() => {
                    print(format_args!("{host}/{carrier}/{port}{above}"), out)
                }
                None if is_portless && options.default_port.is_none() => {
                    print(format_args!("{host}{above}"), out)
                }
                _ => Err(FormatError::NotRepresentable),
            }
        }
        _ => Err(FormatError::NotRepresentable),
    }
}

fn can_say(host: &Host<'_>, family: Option<Family>) -> bool {
    match host {
        Host::Ip(_) => family.is_none(),
        Host::Name(name) => hosts::is_name(name),
        Host::Any => false,
    }
}

/// A host with its protocol.
struct Said<'a>(&'a Host<'a>, Option<Family>);

impl fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, self.1) {
            (Host::Ip(Ip::V4(addr)), _) => write!(f, "/ip4/{addr}"),
            (Host::Ip(Ip::V6(addr, None)), _) => write!(f, "/ip6/{addr}"),
            (Host::Ip(Ip::V6(addr, Some(zone))), _) => write!(f, "/ip6zone/{zone}/ip6/{addr}"),
            (host, None) => write!(f, "/dns/{host}"),
            (host, Some(Family::Ipv4)) => write!(f, "/dns4/{host}"),
            (host, Some(Family::Ipv6)) => write!(f, "/dns6/{host}"),
        }
    }
}

/// A path as one segment, without the slash it begins with where that can be left out.
struct Path<'a>(&'a [u8]);

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = match self.0 {
            [b'/'] | [b'/', b'/', ..] => self.0,
            [b'/', rest @ ..] => rest,
            path => path,
        };
        fmt::Display::fmt(&Escaped::unreserved(path), f)
    }
}

#[cfg(test)]
mod tests;
