//! `grpc`: targets of gRPC channels.
//!
//! Who reads it so: the channels of gRPC core (C++, Python, Ruby, PHP), and for the most part those
//! of Go, Java and JavaScript.
//!
//! Source: grpc `doc/naming.md`; gRPC core 1.85, `parse_address.cc`, `host_port.cc`,
//! `sockaddr_resolver.cc`, `uri_parser.cc`; RFC 3986 (percent-encoding, query, fragment).
//!
//! ```abnf
//! target   = ( scheme / inet ) [ ( "?" / "#" ) *VCHAR ]
//! scheme   = "dns:" [ "//" authority ] [ "/" ] inet        ; schemes in any case
//!          / "ipv4:" [ "//" ] [ "/" ] IPv4 [ ":" port ] *( "," … )
//!          / "ipv6:" [ "//" ] [ "/" ] inet6 *( "," … )
//!          / "unix:" path *( "," path ) / "unix:///" …     ; 1 to 107 bytes, decoded
//!          / "unix-abstract:" name *( "," name )            ; 1 to 107 bytes, decoded
//!          / "vsock:" 1*DIGIT ":" 1*DIGIT
//! inet     = ( IPv4 / name ) [ ":" port ] / inet6
//! inet6    = "[" IPv6 [ "%" zone ] "]" [ ":" port ] / IPv6
//! port     = 1*DIGIT / %s"http" / %s"https"                ; names behind a host of DNS only
//! ```
//!
//! `%XX` stands for a byte everywhere, commas included; the `%` of a zone may stand plain where it
//! begins no escape. Empty elements of a list are passed over.
//!
//! Refused: an authority but for `dns:`; other schemes before `://`, which gRPC core hands to DNS;
//! IPv4 in a loose form, of which the resolvers of gRPC core make 127.0.0.1, 87.0.0.1 or a name;
//! other names of services; what `sscanf` makes of other ports. `doc/naming.md` lets `ipv4:` and
//! `ipv6:` do without a port, gRPC core does not.

mod writing;

use self::writing::{scheme_of, write, write_item};
use super::shared::escapes::{self, Coding, Part, Piece, is_pchar};
use super::shared::scoped::{Scoped, read_zone};
use super::shared::{hosts, paths, ports};
use super::{About, Extra, List, Read, Reading, Rules, Token, readings};
use crate::addr::{
    Endpoint, Host, HostPort, Ip, ParseError, ParseErrorKind, TextOptions, UnixAddress,
    VsockAddress, ipv4,
};
use crate::cursor::Reader;

pub(super) const RULES: Rules = Rules {
    about: About {
        users: "gRPC channels",
        source: "grpc doc/naming.md, gRPC core 1.85",
        takes: "dns:, ipv4:, ipv6:, unix:, unix-abstract:, vsock:; IPv6 without brackets; lists",
    },
    ip: None,
    read: Read::Several(next),
    write,
    list: Some(List { open: scheme_of, item: write_item, between: b",", close: b"" }),
    keeps_zones: false,
    has_ipv6: true,
};

/// The schemes with a meaning of their own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Dns,
    Ipv4,
    Ipv6,
    Unix,
    UnixAbstract,
    Vsock,
}

const SCHEMES: [(&[u8], Scheme); 6] = [
    (b"dns", Scheme::Dns),
    (b"ipv4", Scheme::Ipv4),
    (b"ipv6", Scheme::Ipv6),
    (b"unix", Scheme::Unix),
    (b"unix-abstract", Scheme::UnixAbstract),
    (b"vsock", Scheme::Vsock),
];

/// `target = ( scheme / inet ) [ ( "?" / "#" ) *VCHAR ]`
///
/// A place is: where the next element begins; where the last one ends; the number of the scheme in
/// [`SCHEMES`] and one; whether more than the elements stands in the text.
fn next<'a>(
    text: &'a [u8],
    options: &TextOptions,
    place: &mut readings::Place,
) -> Option<Result<Reading<'a>, ParseError>> {
    let is_first = *place == readings::Place::default();
    if is_first {
        match begin(text) {
            Ok(first) => *place = first,
            Err(error) => {
                *place = DONE;
                return Some(Err(error));
            }
        }
    }
    let [at, end, number, around] = place;
    let &(_, scheme) = SCHEMES.get(number.checked_sub(1)?)?;
    let Some((begin, element)) = next_element(text, scheme, is_first, at, *end) else {
        let end = *end;
        *place = DONE;
        let tail = escapes::check_visible(text.get(end..).unwrap_or_default());
        return tail.err().map(|error| Err(error.shifted(end)));
    };
    let surroundings = *around > 0;
    let reading = read_element(scheme, element, options);
    Some(match reading {
        Ok(reading) => Ok(Reading { surroundings, ..reading }),
        Err(error) => Err(error.shifted(begin)),
    })
}

/// The place behind every element: there is no such scheme.
const DONE: readings::Place = [0, 0, usize::MAX, 0];

/// The next element that is not empty, and where it begins; the first may be empty where nothing
/// else stands in the list, and is refused then.
fn next_element<'a>(
    text: &'a [u8],
    scheme: Scheme,
    is_first: bool,
    at: &mut usize,
    end: usize,
) -> Option<(usize, &'a [u8])> {
    let first = *at;
    while *at < end {
        let begin = *at;
        let rest = text.get(begin..end)?;
        let comma = match scheme {
            Scheme::Dns | Scheme::Vsock => None,
            _ => escapes::find(rest, b','),
        };
        let len = comma.map_or(rest.len(), |comma| comma.at);
        *at = begin.saturating_add(comma.map_or(len, Piece::end));
        if len > 0 {
            return Some((begin, rest.get(..len)?));
        }
    }
    is_first.then_some((first, b""))
}

/// `scheme ":" [ "//" [ authority ] ]`; where the elements begin.
fn begin(text: &[u8]) -> Result<readings::Place, ParseError> {
    let end = memchr::memchr2(b'?', b'#', text).unwrap_or(text.len());
    let mut reader = Reader::new(text.get(..end).unwrap_or_default());
    let word = reader.take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let number = SCHEMES.iter().zip(1..).find(|((name, _), _)| name.eq_ignore_ascii_case(word));
    let mut around = end < text.len();
    let (Some(((_, scheme), number)), true) = (number, reader.expect(b':')) else {
        let is_uri = word.first().is_some_and(u8::is_ascii_alphabetic)
            && text.get(word.len()..).is_some_and(|rest| rest.starts_with(b"://"));
        return if is_uri {
            Err(ParseError::new(ParseErrorKind::NotRepresentable, 0, word.len()))
        } else {
            Ok([0, end, DNS, usize::from(around)])
        };
    };
    if reader.expect_slice(b"//") {
        let at = reader.position();
        let authority = reader.take_while(|byte| byte != b'/');
        if !authority.is_empty() && *scheme != Scheme::Dns {
            return Err(ParseError::new(ParseErrorKind::NotRepresentable, at, authority.len()));
        }
        escapes::check_visible(authority).map_err(|error| error.shifted(at))?;
        around |= !authority.is_empty();
    }
    if *scheme == Scheme::Dns {
        _ = reader.expect(b'/');
    }
    Ok([reader.position(), end, number, usize::from(around)])
}

/// The number of `dns` in [`SCHEMES`], and one.
const DNS: usize = 1;

fn read_element<'a>(
    scheme: Scheme,
    text: &'a [u8],
    options: &TextOptions,
) -> Result<Reading<'a>, ParseError> {
    // Each address of a list may have a slash of its own before it.
    let slash = usize::from(text.starts_with(b"/"));
    let address = text.get(slash..).unwrap_or_default();
    let unix = |address: UnixAddress| Endpoint::Unix(address).into();
    match scheme {
        Scheme::Dns => read_inet(text, options),
        Scheme::Ipv4 => read_ip(address, options, read_ipv4).map_err(|error| error.shifted(slash)),
        Scheme::Ipv6 => read_ip(address, options, read_ipv6).map_err(|error| error.shifted(slash)),
        Scheme::Unix => read_path(text).map(unix),
        Scheme::UnixAbstract => read_abstract(text).map(unix),
        Scheme::Vsock => read_vsock(text).map(|address| Endpoint::Vsock(address).into()),
    }
}

/// The texts of a host and of its port, and where they begin.
struct Split<'a> {
    host: (usize, &'a [u8]),
    port: Option<(usize, &'a [u8])>,
}

/// Splits behind brackets, or at a colon that is the only one; gRPC core, `SplitHostPort`.
fn split(text: &[u8]) -> Result<Split<'_>, ParseError> {
    let from = |at: usize| (at, text.get(at..).unwrap_or_default());
    if let Some(open @ Piece { at: 0, .. }) = escapes::find(text, b'[') {
        return split_brackets(text, open.end());
    }
    let only_colon = escapes::find(text, b':')
        .filter(|colon| escapes::find(from(colon.end()).1, b':').is_none());
    Ok(match only_colon {
        Some(colon) => {
            let host = text.get(..colon.at).unwrap_or_default();
            Split { host: (0, host), port: Some(from(colon.end())) }
        }
        None => Split { host: (0, text), port: None },
    })
}

/// Splits behind the brackets whose content begins at `inside`.
fn split_brackets(text: &[u8], inside: usize) -> Result<Split<'_>, ParseError> {
    let from = |at: usize| (at, text.get(at..).unwrap_or_default());
    let (_, rest) = from(inside);
    let Some(close) = escapes::find(rest, b']') else {
        return Err(ParseError::new(ParseErrorKind::BracketUnclosed, text.len(), 0));
    };
    let host = rest.get(..close.at).unwrap_or_default();
    if escapes::find(host, b':').is_none() {
        return Err(ParseError::new(ParseErrorKind::BracketedNonIpv6, inside, close.at));
    }
    let (after_at, after) = from(inside.saturating_add(close.end()));
    let port = match (after.first(), escapes::find(after, b':')) {
        (None, _) => None,
        (_, Some(colon @ Piece { at: 0, .. })) => Some(from(after_at.saturating_add(colon.end()))),
        (Some(byte), _) => {
            return Err(ParseError::bad_byte(ParseErrorKind::TextAfterBracket, after_at, *byte));
        }
    };
    Ok(Split { host: (inside, host), port })
}

/// `inet = ( IPv4 / name ) [ ":" port ] / inet6`
fn read_inet<'a>(text: &'a [u8], options: &TextOptions) -> Result<Reading<'a>, ParseError> {
    let Split { host: (host_at, host), port } = split(text)?;
    let read_ip: fn(&[u8]) -> Result<Ip, ParseError> = match host_at {
        0 => |text| UNZONED.read_by_colon(text),
        _ => |text| SCOPED.read_by_colon(text),
    };
    let host = hosts::read_part(Part::new(host, host_at, Coding::Percent), read_ip)?;
    let service = port.and_then(|(_, port)| read_service(port));
    let port = match port {
        Some(_) if service.is_some() => None,
        Some((at, port)) => Some(ports::read_escaped(port).map_err(|error| error.shifted(at))?),
        None => options.default_port,
    };
    let extra = Extra { service, ..Extra::NONE };
    Ok(Reading::new(Endpoint::Inet(HostPort { host, port })).with_extra(extra))
}

/// The names that each resolver of gRPC core knows.
fn read_service(text: &[u8]) -> Option<Token<'static>> {
    let mut buffer = [0; 5];
    match Part::percent(text).decode(&mut buffer)? {
        b"http" => Some(Token::new(b"http")),
        b"https" => Some(Token::new(b"https")),
        _ => None,
    }
}

/// `IPv4 [ ":" port ] / inet6`, where the scheme says which.
fn read_ip(
    text: &[u8],
    options: &TextOptions,
    read: fn(&[u8], Scoped) -> Result<Ip, ParseError>,
) -> Result<Reading<'static>, ParseError> {
    let Split { host: (host_at, host), port } = split(text)?;
    let scoped = if host_at > 0 { SCOPED } else { UNZONED };
    let ip = Part::new(host, host_at, Coding::Percent)
        .read::<_, 256>(ParseErrorKind::TooLong, |host| read(host, scoped))?;
    let port = match port {
        Some((at, port)) => Some(ports::read_escaped(port).map_err(|error| error.shifted(at))?),
        None => options.default_port,
    };
    Ok(Reading::new(Endpoint::Inet(HostPort { host: Host::Ip(ip), port })))
}

fn read_ipv4(text: &[u8], _: Scoped) -> Result<Ip, ParseError> {
    match text {
        [] => Err(ParseError::new(ParseErrorKind::OctetEmpty, 0, 0)),
        _ => ipv4::parse(text).map(Ip::V4),
    }
}

fn read_ipv6(text: &[u8], scoped: Scoped) -> Result<Ip, ParseError> {
    match text {
        [] => Err(ParseError::new(ParseErrorKind::GroupEmpty, 0, 0)),
        _ => scoped.read_ipv6(text),
    }
}

/// gRPC core, `grpc_parse_ipv6_hostport`.
const SCOPED: Scoped = Scoped { ipv4: ipv4::parse, zone: Some(read_zone) };
/// Without brackets a zone would be read otherwise than by all who know no escapes.
const UNZONED: Scoped = Scoped { zone: None, ..SCOPED };

/// The longest path in bytes; gRPC core keeps one for the NUL behind it.
const MAX_PATH_LEN: u16 = 107;

/// `pchar / "/"` without the comma; RFC 3986, section 3.3.
const fn is_path_byte(byte: u8) -> bool {
    (is_pchar(byte) || byte == b'/') && byte != b','
}

fn read_path(text: &[u8]) -> Result<UnixAddress, ParseError> {
    Part::percent(text).check_plain(is_path_byte)?;
    paths::read_escaped(text, MAX_PATH_LEN)
}

fn read_abstract(text: &[u8]) -> Result<UnixAddress, ParseError> {
    Part::percent(text).check_plain(is_path_byte)?;
    paths::read_escaped_abstract(text)
}

/// `vsock = 1*DIGIT ":" 1*DIGIT`
fn read_vsock(text: &[u8]) -> Result<VsockAddress, ParseError> {
    let mut reader = Reader::new(text);
    let cid = read_number(&mut reader)?;
    let at = reader.position();
    if !reader.expect(b':') {
        return Err(match reader.peek() {
            None => ParseError::new(ParseErrorKind::PortMissing, at, 0),
            Some(byte) => ParseError::unexpected(at, byte),
        });
    }
    let port = read_number(&mut reader)?;
    match reader.peek() {
        None => Ok(VsockAddress { cid, port }),
        Some(byte) => Err(ParseError::unexpected(reader.position(), byte)),
    }
}

fn read_number(reader: &mut Reader<'_>) -> Result<u32, ParseError> {
    let at = reader.position();
    let digits = reader.take_decimal(usize::MAX);
    match digits.to_u32() {
        Some(number) => Ok(number),
        None if digits.is_empty() => {
            Err(ParseError::missing(ParseErrorKind::NumberEmpty, at, reader.peek()))
        }
        None => Err(ParseError::new(ParseErrorKind::NumberTooLarge, at, digits.len())),
    }
}

#[cfg(test)]
mod tests;
