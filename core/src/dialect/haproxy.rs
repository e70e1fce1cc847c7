//! `haproxy`: the addresses of the `bind` line.
//!
//! Who reads it so: `bind` of HAProxy, and `dgram-bind`, which takes the datagram prefixes.
//!
//! Source: HAProxy `tools.c` (`str2sa_range`, `str2ip2`), `cfgparse.c` (`str2listener`),
//! `resolvers.c` (names); configuration manual, section 11.
//!
//! ```abnf
//! list     = address *( "," address ) [ "," ]
//! address  = [ "stream+" / "dgram+" / "quic+" ] ( inet / unix / "fd@" 1*DIGIT )
//! inet     = [ scheme "@" ] [ host ] ":" ports
//! scheme   = "ip" [ "v4" / "v6" ] / ( "tcp" / "udp" ) [ "4" / "6" ] / "quic4" / "quic6"
//! host     = "*" / IPv6 / aton / name / "[" ( IPv6 / aton / name ) "]"
//! ports    = port [ "-" port ]           ; 1 to 65535, leading zeros mean nothing
//! unix     = ( "unix@" / "uxst@" / "uxdg@" ) 1*97OCTET / "/" *96OCTET
//! unix     =/ "abns@" *107OCTET          ; filled up with NUL to 107 bytes
//! unix     =/ "abnsz@" *107OCTET         ; no more than is written
//! ```
//!
//! The last colon begins the port, so `::1:80` is port 80 of `::1`. A missing host and `*` are
//! every address of IPv4, or of the family that the scheme names. A name of `abns@` is unlike that
//! of any other program; `abnsz@` is newer than 2.6, as is `quic+`.
//!
//! Refused: a missing port, port 0, offsets (`+1`), zones, an address that is not of the family
//! before it, NUL; what `Endpoint` cannot hold (`sockpair@`, `mptcp@`, `rhttp@`). Version 2.6
//! ignored what follows a port (`80/tcp`) and later versions refuse it, as here; signs and blanks
//! before the last port and in descriptors are refused though C takes them. A name that ends in a
//! number is refused though HAProxy asks for it. What the configuration file does before (quotes,
//! variables, comments) is its own.

use core::fmt::{self, Write as _};

use super::readings::Place;
use super::shared::hosts::{is_dns_byte, read_loose};
use super::shared::inet_aton::{Notation, read_all};
use super::shared::scoped::Scoped;
use super::shared::writing::{put, put_host, write_checked};
use super::shared::{brackets, numbers, paths, ports};
use super::{About, Extra, Family, List, Read, Reading, Rules, Transport};
use crate::addr::{
    Dialect, Endpoint, FormatError, Host, HostPort, Ip, ParseError, ParseErrorKind, TextOptions,
    UnixAddress, UnixName, ipv4,
};
use crate::cursor::{Reader, Writer};

pub(super) const RULES: Rules = Rules {
    about: About {
        users: "bind of HAProxy",
        source: "HAProxy tools.c, str2sa_range; configuration manual, section 11",
        takes: "lists, `:80`, `::1:80`, ranges of ports, names in brackets, prefixes such as ipv4@",
    },
    ip: None,
    read: Read::Several(next),
    write,
    list: Some(List { open: |_| b"", item: write, between: b",", close: b"" }),
    keeps_zones: false,
    has_ipv6: true,
};

/// `list = address *( "," address ) [ "," ]`; the place is where the next address begins.
fn next<'a>(
    text: &'a [u8],
    _: &TextOptions,
    place: &mut Place,
) -> Option<Result<Reading<'a>, ParseError>> {
    let [begin, ..] = place;
    let at = *begin;
    let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
    let len = memchr::memchr(b',', rest).unwrap_or(rest.len());
    *begin = at.saturating_add(len).saturating_add(1);
    Some(read(rest.get(..len).unwrap_or(rest)).map_err(|error| error.shifted(at)))
}

/// What the words before an address say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Inet(Option<Family>),
    Path,
    /// A name filled up with NUL.
    Padded,
    /// A name as long as it is written.
    Abstract,
    Descriptor,
    /// What an endpoint cannot hold.
    Other,
}

use Form::{Abstract, Descriptor, Inet, Other, Padded, Path};

/// The words that may stand first.
const KINDS: [(&[u8], Transport); 3] = [
    (b"stream+", Transport::Stream),
    (b"dgram+", Transport::Datagram),
    (b"quic+", Transport::QuicV1),
];

/// The words that may stand behind them, and the transport that they name in their place.
const SCHEMES: [(&[u8], Form, Option<Transport>); 22] = [
    (b"unix@", Path, None),
    (b"uxdg@", Path, Some(Transport::Datagram)),
    (b"uxst@", Path, Some(Transport::Stream)),
    (b"abns@", Padded, None),
    (b"abnsz@", Abstract, None),
    (b"ip@", Inet(None), None),
    (b"ipv4@", Inet(Some(Family::Ipv4)), None),
    (b"ipv6@", Inet(Some(Family::Ipv6)), None),
    (b"tcp@", Inet(None), Some(Transport::Tcp)),
    (b"tcp4@", Inet(Some(Family::Ipv4)), Some(Transport::Tcp)),
    (b"tcp6@", Inet(Some(Family::Ipv6)), Some(Transport::Tcp)),
    (b"udp@", Inet(None), Some(Transport::Udp)),
    (b"udp4@", Inet(Some(Family::Ipv4)), Some(Transport::Udp)),
    (b"udp6@", Inet(Some(Family::Ipv6)), Some(Transport::Udp)),
    (b"quic4@", Inet(Some(Family::Ipv4)), Some(Transport::QuicV1)),
    (b"quic6@", Inet(Some(Family::Ipv6)), Some(Transport::QuicV1)),
    (b"fd@", Descriptor, None),
    (b"sockpair@", Other, None),
    (b"rhttp@", Other, None),
    (b"mptcp@", Other, None),
    (b"mptcp4@", Other, None),
    (b"mptcp6@", Other, None),
];

/// `address = [ "stream+" / "dgram+" / "quic+" ] ( inet / unix / "fd@" 1*DIGIT )`
fn read(text: &[u8]) -> Result<Reading<'_>, ParseError> {
    let mut reader = Reader::new(text);
    let kind = KINDS.iter().find(|(word, _)| reader.expect_slice(word));
    let mut transport = kind.map(|(_, transport)| *transport);
    let begin = reader.position();
    let mut form = if reader.peek() == Some(b'/') { Path } else { Inet(None) };
    if memchr::memchr(b'@', reader.rest()).is_some()
        && let Some((_, named, new)) = SCHEMES.iter().find(|(word, ..)| reader.expect_slice(word))
    {
        form = *named;
        transport = new.or(transport);
    }
    let rest = reader.rest();
    let at = reader.position();
    let (endpoint, extra) = match form {
        Inet(family) => read_inet(rest, family),
        Path => paths::read(rest, MAX_PATH_LEN).map(local),
        Padded => read_padded(rest).map(local),
        Abstract => paths::read_abstract(rest, MAX_NAME_LEN).map(local),
        Descriptor => read_descriptor(rest),
        Other => {
            let len = at.saturating_sub(begin).saturating_sub(1);
            return Err(ParseError::new(ParseErrorKind::NotRepresentable, begin, len));
        }
    }
    .map_err(|error| error.shifted(at))?;
    Ok(Reading::new(endpoint).with_extra(Extra { transport, ..extra }))
}

/// The longest path in bytes: HAProxy keeps room for a suffix while it binds.
const MAX_PATH_LEN: u16 = 97;

/// The longest abstract name in bytes.
const MAX_NAME_LEN: u16 = 107;

type Parts<'a> = (Endpoint<'a>, Extra<'a>);

fn local(address: UnixAddress) -> Parts<'static> {
    (address.into(), Extra::NONE)
}

/// `*107OCTET`; the kernel is given all of `sun_path`, so the NULs behind the name belong to it.
fn read_padded(name: &[u8]) -> Result<UnixAddress, ParseError> {
    paths::read_abstract(name, MAX_NAME_LEN)?;
    let mut padded = [0; UnixAddress::MAX_ABSTRACT_LEN];
    padded.iter_mut().zip(name).for_each(|(slot, byte)| *slot = *byte);
    UnixAddress::from_abstract_name(&padded)
}

/// `1*DIGIT`, at most 2147483647: beyond that HAProxy means another descriptor.
fn read_descriptor(text: &[u8]) -> Result<Parts<'_>, ParseError> {
    match numbers::read_descriptor(text)? {
        fd if i32::try_from(fd).is_ok() => Ok((Endpoint::Fd(fd), Extra::NONE)),
        _ => Err(ParseError::new(ParseErrorKind::NumberTooLarge, 0, text.len())),
    }
}

/// `inet = [ host ] ":" ports`; the last colon that no bracket follows.
fn read_inet(text: &[u8], family: Option<Family>) -> Result<Parts<'_>, ParseError> {
    let last = memchr::memrchr2(b':', b']', text);
    let (host, ports) = match last.map(|at| (at, text.get(at))) {
        Some((at, Some(b':'))) => (text.get(..at).unwrap_or_default(), text.get(at..)),
        Some((at, _)) if at.saturating_add(1) < text.len() => {
            (text.get(..=at).unwrap_or_default(), text.get(at.saturating_add(1)..))
        }
        _ => (text, None),
    };
    let is_any = matches!(host, b"" | b"*");
    let host = if is_any { Host::Any } else { read_named(host, family)? };
    let at = text.len().saturating_sub(ports.unwrap_or_default().len());
    let (first, range) = match ports {
        Some([b':', ports @ ..]) => {
            ports::read_range(ports).map_err(|error| error.shifted(at).shifted(1))?
        }
        Some([byte, ..]) => {
            return Err(ParseError::bad_byte(ParseErrorKind::TextAfterBracket, at, *byte));
        }
        _ => return Err(ParseError::new(ParseErrorKind::PortMissing, at, 0)),
    };
    let family = if matches!(host, Host::Ip(_)) { None } else { family };
    let inet = HostPort { host, port: Some(first) };
    Ok((Endpoint::Inet(inet), Extra { family, ports: range, ..Extra::NONE }))
}

/// `IPv6 / aton / name / "[" ( IPv6 / aton / name ) "]"`, an address of the family asked for.
fn read_named(text: &[u8], family: Option<Family>) -> Result<Host<'_>, ParseError> {
    let host = match text.strip_prefix(b"[") {
        Some(inside) => read_bracketed(inside).map_err(|error| error.shifted(1))?,
        None => read_plain(text)?,
    };
    match (&host, family) {
        (Host::Ip(Ip::V4(_)), Some(Family::Ipv6)) | (Host::Ip(Ip::V6(..)), Some(Family::Ipv4)) => {
            Err(ParseError::new(ParseErrorKind::NotRepresentable, 0, text.len()))
        }
        _ => Ok(host),
    }
}

/// What follows a `[`: 2 to 45 bytes of a host, a `]`, nothing else.
fn read_bracketed(inside: &[u8]) -> Result<Host<'_>, ParseError> {
    let (host, behind) = brackets::split(inside)?;
    if !(2..=45).contains(&host.len()) {
        return Err(ParseError::new(ParseErrorKind::BracketedNonIpv6, 0, host.len()));
    }
    let host = read_plain(host)?;
    match behind {
        [] => Ok(host),
        _ => Err(brackets::text_after(inside, behind)),
    }
}

/// `IPv6 / aton / name`
fn read_plain(text: &[u8]) -> Result<Host<'_>, ParseError> {
    if memchr::memchr(b':', text).is_some() {
        return Scoped { ipv4: ipv4::parse, zone: None }.read_ipv6(text).map(Host::Ip);
    }
    read_loose(text, |text| read_all(text, Notation::C), is_dns_byte)
}

fn write(
    reading: &Reading<'_>,
    options: &TextOptions,
    out: &mut [u8],
) -> Result<usize, FormatError> {
    let extra = &reading.extra;
    write_checked(Dialect::Haproxy, reading, options, out, |out| match &reading.endpoint {
        Endpoint::Inet(HostPort { host, port: Some(port) }) => {
            put_scheme(host, extra, out)?;
            put_host(host, out)?;
            match extra.ports {
                Some((first, last)) => write!(out, ":{first}-{last}"),
                None => write!(out, ":{port}"),
            }
        }
        Endpoint::Unix(address) => put_unix(address, extra.transport, out),
        Endpoint::Fd(fd) => {
            put_kind(extra.transport, out)?;
            write!(out, "fd@{fd}")
        }
        // Nothing is no address.
        _ => Ok(()),
    })
}

/// The family that an address shows or that stands beside a name; then the transport.
fn put_scheme(host: &Host<'_>, extra: &Extra<'_>, out: &mut Writer<'_>) -> fmt::Result {
    let family = match host {
        Host::Ip(Ip::V4(_)) => Some(Family::Ipv4),
        Host::Ip(Ip::V6(..)) => Some(Family::Ipv6),
        _ => extra.family,
    };
    let wanted = |scheme: &&(&[u8], Form, Option<Transport>)| {
        scheme.2 == extra.transport && (scheme.1 == Inet(extra.family) || scheme.1 == Inet(family))
    };
    if extra.transport.is_none() && extra.family.is_none() {
        return Ok(());
    }
    if let Some((word, ..)) = SCHEMES.iter().find(wanted) {
        return put(word, out);
    }
    put_kind(extra.transport, out)?;
    match extra.family {
        None => Ok(()),
        Some(Family::Ipv4) => put(b"ipv4@", out),
        Some(Family::Ipv6) => put(b"ipv6@", out),
    }
}

fn put_kind(transport: Option<Transport>, out: &mut Writer<'_>) -> fmt::Result {
    match KINDS.iter().find(|(_, kind)| Some(*kind) == transport) {
        Some((word, _)) => put(word, out),
        None => Ok(()),
    }
}

fn put_unix(
    address: &UnixAddress,
    transport: Option<Transport>,
    out: &mut Writer<'_>,
) -> fmt::Result {
    match (address.name(), transport) {
        (UnixName::Pathname(path @ [b'/', ..]), None) => put(path, out),
        (UnixName::Pathname(path), None) => put(b"unix@", out).and_then(|()| put(path, out)),
        (UnixName::Pathname(path), Some(transport)) => {
            let word = if transport == Transport::Stream { b"uxst@" } else { b"uxdg@" };
            put(word, out).and_then(|()| put(path, out))
        }
        (UnixName::Abstract(name), transport) => {
            put_kind(transport, out)?;
            let len = name.iter().rposition(|byte| *byte != 0).map_or(0, |at| at.saturating_add(1));
            if name.len() < UnixAddress::MAX_ABSTRACT_LEN {
                return put(b"abnsz@", out).and_then(|()| put(name, out));
            }
            put(b"abns@", out).and_then(|()| put(name.get(..len).unwrap_or(name), out))
        }
        (UnixName::Unnamed, _) => Ok(()),
    }
}

#[cfg(test)]
mod tests;
