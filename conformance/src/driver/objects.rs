//! Values of the core as JSON objects of the protocol, and back.

use portolan::addr::{
    Dialect, Endpoint, FdName, Host, HostName, HostPort, Ip, PipeName, SocketAddress, UnixAddress,
    UnixName, VsockAddress, Zone, ZoneName,
};
use portolan::dialect::{self, Extra, Family, Reading, Readings, Token, Transport};
use serde_json::{Map, Value, json};
use std::cell::OnceCell;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

use super::request::{Fields, Refusal, bad_field, decimal, required};
use crate::hex;

/// `{"ip":…}` with `zone` where there is one.
pub(super) fn ip(ip: &Ip) -> Value {
    let bytes = match ip {
        Ip::V4(addr) => hex::encode(&addr.octets()),
        Ip::V6(addr, _) => hex::encode(&addr.octets()),
    };
    let zone = ip.zone().map(|zone| match zone {
        Zone::Index(index) => json!({ "index": index }),
        Zone::Name(name) => json!({ "name": name.as_str() }),
    });
    let mut object = Map::from_iter([("ip".to_owned(), json!(bytes))]);
    object.extend(zone.map(|zone| ("zone".to_owned(), zone)));
    Value::Object(object)
}

/// Reads the fields `ip` and `zone`.
pub(super) fn read_ip(fields: Fields<'_>) -> Result<Ip, Refusal> {
    let bytes = required("ip", fields.bytes("ip")?)?;
    let zone = fields.object("zone")?;
    if let Ok(octets) = <[u8; 4]>::try_from(bytes.as_slice()) {
        return match zone {
            None => Ok(Ip::V4(Ipv4Addr::from(octets))),
            Some(_) => Err(Refusal::code("not-representable")),
        };
    }
    let octets = <[u8; 16]>::try_from(bytes.as_slice())
        .map_err(|_| bad_field("ip", "8 or 32 hex digits"))?;
    let zone = zone.map(read_zone).transpose()?.flatten();
    Ok(Ip::V6(Ipv6Addr::from(octets), zone))
}

fn read_zone(fields: Fields<'_>) -> Result<Option<Zone>, Refusal> {
    match (fields.narrow::<u32>("index")?, fields.text("name")?) {
        (Some(index), None) => Ok(Zone::from_index(index)),
        (None, Some(name)) => match ZoneName::new(name.as_bytes()) {
            Ok(name) => Ok(Some(Zone::Name(name))),
            Err(_) => Err(Refusal::code("not-representable")),
        },
        _ => Err(bad_field("zone", "an index or a name")),
    }
}

/// An endpoint as the protocol writes it.
pub(super) fn endpoint(endpoint: &Endpoint<'_>) -> Value {
    match endpoint {
        Endpoint::Inet(HostPort { host, port }) => {
            let host = match host {
                Host::Ip(addr) => ip(addr),
                Host::Name(name) => match word(name.bytes()) {
                    Value::String(name) => json!({ "name": name }),
                    bytes => bytes,
                },
                _ => json!({ "any": true }),
            };
            json!({ "kind": "inet", "host": host, "port": port })
        }
        Endpoint::Unix(address) => unix(address),
        Endpoint::Vsock(address) => vsock(*address),
        Endpoint::Pipe(pipe) => json!({
            "kind": "pipe", "server": word(pipe.server().iter().copied()), "name": word(pipe.bytes()),
        }),
        Endpoint::Fd(fd) => json!({ "kind": "fd", "fd": fd }),
        Endpoint::FdName(name) => {
            let name = name.as_ref().map(|name| word(name.as_bytes().iter().copied()));
            json!({ "kind": "fd-name", "name": name })
        }
        _ => json!({ "kind": "unknown" }),
    }
}

/// What a dialect read: a list has its elements in `endpoints`.
pub(super) fn readings(dialect: Dialect, readings: Readings<'_>) -> Value {
    match readings.only() {
        Some(only) if !is_list(dialect) => reading(only),
        _ => json!({ "endpoints": readings.map(|each| reading(&each)).collect::<Vec<_>>() }),
    }
}

/// Whether a dialect answers with a list even where there is one endpoint.
///
/// `bind` of `HAProxy` takes several addresses but is mostly given one.
fn is_list(dialect: Dialect) -> bool {
    dialect::is_list_valued(dialect) && dialect != Dialect::Haproxy
}

/// An endpoint, and what was read beside it.
fn reading(reading: &Reading<'_>) -> Value {
    let mut object = endpoint(&reading.endpoint);
    if let (false, Some(members)) = (reading.extra.is_empty(), object.as_object_mut()) {
        members.insert("extra".to_owned(), extra(&reading.extra));
    }
    object
}

/// What was read beside an endpoint.
pub(super) fn extra(extra: &Extra<'_>) -> Value {
    let word = |token: &Option<Token<'_>>| {
        token.as_ref().map(|token| word(token.as_bytes().iter().copied()))
    };
    let members = [
        ("transport", extra.transport.map(|transport| json!(transport.name()))),
        ("family", extra.family.map(|family| json!(family.name()))),
        ("service", word(&extra.service)),
        ("obfuscated", word(&extra.obfuscated)),
        ("interface", word(&extra.interface)),
        ("ports", extra.ports.map(|(first, last)| json!(format!("{first}-{last}")))),
    ];
    let present = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(Map::from_iter(present))
}

/// Room for the words of a request, which may stand there in hex: what is read borrows from it.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// The name of a host, a pipe or a descriptor.
    name: OnceCell<Vec<u8>>,
    server: OnceCell<Vec<u8>>,
    service: OnceCell<Vec<u8>>,
    obfuscated: OnceCell<Vec<u8>>,
    interface: OnceCell<Vec<u8>>,
}

/// Reads an endpoint with what may stand beside it.
pub(super) fn read_reading<'a>(
    fields: Fields<'_>,
    words: &'a Words,
) -> Result<Reading<'a>, Refusal> {
    let reading = Reading::new(read_endpoint(fields, words)?);
    Ok(match fields.object("extra")? {
        Some(extra) => reading.with_extra(read_extra(extra, words)?),
        None => reading,
    })
}

/// Reads what stands beside an endpoint.
pub(super) fn read_extra<'a>(fields: Fields<'_>, words: &'a Words) -> Result<Extra<'a>, Refusal> {
    let mut extra = Extra::NONE;
    let word = |name, room| fields.word(name).map(|word| keep(room, word).map(Token::new));
    if let Some(name) = fields.text("transport")? {
        let known = Transport::from_name(name);
        extra.transport = Some(known.ok_or_else(|| Refusal::unsupported("transport", name))?);
    }
    if let Some(name) = fields.text("family")? {
        let known = Family::from_name(name);
        extra.family = Some(known.ok_or_else(|| Refusal::unsupported("family", name))?);
    }
    extra.service = word("service", &words.service)?;
    extra.obfuscated = word("obfuscated", &words.obfuscated)?;
    extra.interface = word("interface", &words.interface)?;
    if let Some(range) = fields.text("ports")? {
        let ports = range.split_once('-').and_then(|(first, last)| {
            let port = |digits| u16::try_from(decimal(digits)?).ok();
            Some((port(first)?, port(last)?))
        });
        extra.ports = Some(ports.ok_or_else(|| bad_field("ports", "two ports and a hyphen"))?);
    }
    Ok(extra)
}

/// Puts the bytes of a word where they are borrowed from.
fn keep(room: &OnceCell<Vec<u8>>, word: Option<Vec<u8>>) -> Option<&[u8]> {
    word.map(|bytes| room.get_or_init(|| bytes).as_slice())
}

/// Reads an endpoint.
pub(super) fn read_endpoint<'a>(
    fields: Fields<'_>,
    words: &'a Words,
) -> Result<Endpoint<'a>, Refusal> {
    let unrepresentable = |_| Refusal::code("not-representable");
    match required("kind", fields.text("kind")?)? {
        "inet" => {
            let host = required("host", fields.object("host")?)?;
            let port = fields.narrow("port")?;
            let name = match host.text("name")? {
                Some(name) => Some(name.as_bytes().to_vec()),
                None => host.bytes("bytes")?,
            };
            let host = match (keep(&words.name, name), host.flag("any")?) {
                (Some(name), _) => Host::Name(HostName::from_bytes(name).map_err(unrepresentable)?),
                (None, true) => Host::Any,
                (None, false) => Host::Ip(read_ip(host)?),
            };
            Ok(Endpoint::Inet(HostPort { host, port }))
        }
        "pipe" => {
            let server = required("server", keep(&words.server, fields.word("server")?))?;
            let name = required("name", keep(&words.name, fields.word("name")?))?;
            PipeName::new(server, name)
                .map(Endpoint::Pipe)
                .map_err(|_| Refusal::code("not-representable"))
        }
        "fd" => Ok(Endpoint::Fd(required("fd", fields.narrow("fd")?)?)),
        "fd-name" => {
            let name = keep(&words.name, fields.word("name")?).map(FdName::new).transpose();
            name.map(Endpoint::FdName).map_err(unrepresentable)
        }
        kind => match read_bytes_kind(kind, fields)? {
            SocketAddress::Unix(address) => Ok(Endpoint::Unix(address)),
            SocketAddress::Vsock(address) => Ok(Endpoint::Vsock(address)),
            _ => Err(Refusal::unsupported("kind", kind)),
        },
    }
}

/// A kernel address as the protocol writes it.
pub(super) fn address(address: &SocketAddress) -> Value {
    match address {
        SocketAddress::Inet4(addr) => json!({
            "kind": "inet4", "ip": hex::encode(&addr.ip().octets()), "port": addr.port(),
        }),
        SocketAddress::Inet6(addr) => json!({
            "kind": "inet6", "ip": hex::encode(&addr.ip().octets()), "port": addr.port(),
            "flowinfo": addr.flowinfo(), "scope_id": addr.scope_id(),
        }),
        SocketAddress::Unix(addr) => unix(addr),
        SocketAddress::Vsock(addr) => vsock(*addr),
        _ => json!({ "kind": "unknown" }),
    }
}

/// Reads a kernel address.
pub(super) fn read_address(fields: Fields<'_>) -> Result<SocketAddress, Refusal> {
    let kind = required("kind", fields.text("kind")?)?;
    let port = || required("port", fields.narrow::<u16>("port")?);
    match kind {
        "inet4" => match read_ip(fields)? {
            Ip::V4(addr) => Ok(SocketAddrV4::new(addr, port()?).into()),
            Ip::V6(..) => Err(bad_field("ip", "8 hex digits")),
        },
        "inet6" => match read_ip(fields)? {
            Ip::V6(addr, None) => {
                let flow = fields.narrow("flowinfo")?.unwrap_or(0);
                let scope = fields.narrow("scope_id")?.unwrap_or(0);
                Ok(SocketAddrV6::new(addr, port()?, flow, scope).into())
            }
            _ => Err(bad_field("ip", "32 hex digits without a zone")),
        },
        kind => read_bytes_kind(kind, fields),
    }
}

/// The kinds that endpoints and kernel addresses share.
fn read_bytes_kind(kind: &str, fields: Fields<'_>) -> Result<SocketAddress, Refusal> {
    match kind {
        "unix" => {
            let path = required("path", fields.bytes("path")?)?;
            let refusal = |_| {
                let code = match path.as_slice() {
                    [] => "path-empty",
                    path if path.contains(&0) => "path-nul",
                    _ => "path-too-long",
                };
                Refusal::code(code)
            };
            UnixAddress::from_pathname(&path).map(SocketAddress::Unix).map_err(refusal)
        }
        "unix-abstract" => {
            let name = required("name", fields.bytes("name")?)?;
            UnixAddress::from_abstract_name(&name)
                .map(SocketAddress::Unix)
                .map_err(|_| Refusal::code("path-too-long"))
        }
        "unix-unnamed" => Ok(SocketAddress::Unix(UnixAddress::UNNAMED)),
        "vsock" => Ok(SocketAddress::Vsock(VsockAddress {
            cid: read_vsock_number(fields, "cid")?,
            port: read_vsock_number(fields, "port")?,
        })),
        _ => Err(Refusal::unsupported("kind", kind)),
    }
}

fn unix(address: &UnixAddress) -> Value {
    match address.name() {
        UnixName::Unnamed => json!({ "kind": "unix-unnamed" }),
        UnixName::Pathname(path) => json!({ "kind": "unix", "path": hex::encode(path) }),
        UnixName::Abstract(name) => json!({ "kind": "unix-abstract", "name": hex::encode(name) }),
    }
}

fn vsock(address: VsockAddress) -> Value {
    let number = |n| if n == VsockAddress::ANY { json!("any") } else { json!(n) };
    json!({ "kind": "vsock", "cid": number(address.cid), "port": number(address.port) })
}

fn read_vsock_number(fields: Fields<'_>, name: &str) -> Result<u32, Refusal> {
    if fields.value(name).and_then(Value::as_str) == Some("any") {
        return Ok(VsockAddress::ANY);
    }
    required(name, fields.narrow(name)?)
}

/// A string, or `{"bytes": hex}` where the bytes are not UTF-8.
pub(super) fn word(bytes: impl Iterator<Item = u8>) -> Value {
    match String::from_utf8(bytes.collect()) {
        Ok(text) => Value::String(text),
        Err(error) => json!({ "bytes": hex::encode(error.as_bytes()) }),
    }
}
