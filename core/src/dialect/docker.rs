//! `docker`: where the daemon of Docker listens.
//!
//! Who reads it so: `DOCKER_HOST`, `docker -H` and `dockerd -H`.
//!
//! Source: docker/cli `opts/hosts.go` (`ParseHost`), `cli/connhelper/ssh` (ssh); moby
//! `daemon/listeners` (fd); docker-py `utils.parse_host` (http, https).
//!
//! ```abnf
//! address = [ blanks ] ( scheme / inet / ( "/" / "./" ) 1*OCTET ) [ blanks ]
//! scheme  = ( "tcp" / "http" / "https" ) "://" inet
//!         / "ssh://" inet                            ; user without a password, no query
//!         / "unix://" ( 1*107OCTET / "@" 1*107OCTET )
//!         / "npipe://" ( "//" server "/pipe/" pname / "./pipe/" pname / "\\" server "\pipe\" pname )
//!         / "fd://" [ "*" / 1*DIGIT ]                ; nothing and `*`: every passed socket
//! inet    = [ user "@" ] host [ ":" [ port ] ] [ path / query / fragment ]
//! host    = IPv4 / "[" IPv6 "]" / name
//! port    = 1*DIGIT                                  ; at most 65535, leading zeros mean nothing
//! ```
//!
//! User, path, query and fragment are surroundings. A missing port is the caller's to choose. Blanks
//! around the whole are trimmed, as Docker does. A path without a scheme is one of a socket since
//! version 29; before, it was a path of HTTP on the default host.
//!
//! Refused: a missing host (`tcp://:2375`) or path, which Docker replaces by its default: an
//! endpoint cannot say that. `tcp://[::1]`, for Docker wants the colon behind a bracket; IPv6
//! without brackets and other hosts in them, as Go refuses since 1.26; a zone, but for ssh, where
//! it stands behind `%25`. IPv4 is strict: what looks like it is a name to Docker. `fd://name`: it
//! takes numbers only, from 3 on. Unlike here, docker-py reads `unix://run/x` as `/run/x`, requires
//! a port and mangles `npipe://./pipe/x`.

use core::fmt::{self, Write as _};

use super::shared::escapes::{is_sub_delim, is_unreserved};
use super::shared::hosts::{is_dns_byte, read_loose};
use super::shared::scoped::Scoped;
use super::shared::writing::{put, put_host, write_checked};
use super::shared::{brackets, ip_port, numbers, paths, ports};
use super::{About, Extra, Read, Reading, Rules, Transport};
use crate::addr::{
    Dialect, Endpoint, FormatError, Host, HostPort, Ip, ParseError, ParseErrorKind, PipeName,
    TextOptions, UnixAddress, UnixName, Zone, ipv4, ipv6, number,
};
use crate::cursor::{Reader, Writer};

pub(super) const RULES: Rules = Rules {
    about: About {
        users: "DOCKER_HOST, docker -H, dockerd -H",
        source: "docker/cli opts/hosts.go, ParseHost; moby daemon/listeners",
        takes: "tcp://, unix://, npipe://, fd://, ssh://; users and paths around the address",
    },
    ip: None,
    read: Read::One(read),
    write,
    list: None,
    keeps_zones: false,
    has_ipv6: true,
};

/// `address = [ blanks ] ( scheme / inet / ( "/" / "./" ) 1*OCTET ) [ blanks ]`
fn read<'a>(text: &'a [u8], options: &TextOptions) -> Result<Reading<'a>, ParseError> {
    let begin = text.iter().position(|byte| !is_blank(*byte));
    let end = text.iter().rposition(|byte| !is_blank(*byte));
    let (Some(begin), Some(last)) = (begin, end) else {
        return Err(ParseError::other_form(text));
    };
    let trimmed = text.get(begin..=last).unwrap_or_default();
    read_trimmed(trimmed, options).map_err(|error| error.shifted(begin))
}

/// The white space of ASCII that Go's `strings.TrimSpace` takes away, a vertical tab among it.
const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

fn read_trimmed<'a>(text: &'a [u8], options: &TextOptions) -> Result<Reading<'a>, ParseError> {
    let Some(colon) = find_mark(text) else {
        return match text {
            [b'/', ..] | [b'.', b'/', ..] => read_unix(text),
            _ => read_inet(text, None, options),
        };
    };
    let (scheme, rest) = text.split_at_checked(colon).unwrap_or_default();
    let mut begin = colon.saturating_add(MARK.len());
    let mut rest = rest.get(MARK.len()..).unwrap_or_default();
    if let b"tcp" | b"unix" | b"npipe" = scheme {
        // Docker takes such a scheme off twice, and no other behind it.
        if let Some(behind) = rest.strip_prefix(text.get(..begin).unwrap_or_default()) {
            rest = behind;
            begin = begin.saturating_mul(2);
        }
        if let Some(at) = find_mark(rest) {
            return Err(ParseError::unexpected(begin.saturating_add(at), b':'));
        }
    }
    match scheme {
        b"unix" => read_unix(rest),
        b"npipe" => return read_pipe(text, begin),
        b"fd" => read_descriptor(rest),
        _ => match TRANSPORTS.iter().find(|(word, _)| *word == scheme) {
            Some((_, transport)) => read_inet(rest, Some(*transport), options),
            None => return Err(unknown(scheme)),
        },
    }
    .map_err(|error| error.shifted(begin))
}

/// What stands behind a scheme.
const MARK: &[u8] = b"://";

fn find_mark(text: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b':', text).find(|at| text.get(*at..).unwrap_or_default().starts_with(MARK))
}

const TRANSPORTS: [(&[u8], Transport); 4] = [
    (b"tcp", Transport::Tcp),
    (b"http", Transport::Http),
    (b"https", Transport::Https),
    (b"ssh", Transport::Ssh),
];

/// The error of another scheme (RFC 3986, section 3.1), or of a word that is none.
fn unknown(scheme: &[u8]) -> ParseError {
    let mut reader = Reader::new(scheme);
    let is_first = |byte: u8| byte.is_ascii_alphabetic();
    if reader.peek().is_some_and(is_first) {
        _ = reader
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    }
    match reader.peek() {
        Some(byte) => ParseError::unexpected(reader.position(), byte),
        None if scheme.is_empty() => ParseError::unexpected(0, b':'),
        None => ParseError::new(ParseErrorKind::NotRepresentable, 0, scheme.len()),
    }
}

/// `1*107OCTET / "@" 1*107OCTET`
fn read_unix(text: &[u8]) -> Result<Reading<'_>, ParseError> {
    let address = match text {
        // Go reads an `@` as the sign of an abstract name.
        [b'@', name @ ..] => {
            paths::read_abstract(name, MAX_PATH_LEN).map_err(|error| error.shifted(1))
        }
        path => paths::read(path, MAX_PATH_LEN),
    };
    address.map(|address| Reading::new(address.into()))
}

/// The longest path or name in bytes.
const MAX_PATH_LEN: u16 = 107;

/// `"//" server "/pipe/" pname / "./pipe/" pname / "\\" server "\pipe\" pname`
///
/// The strict reader takes what stands here for this machine, with the slashes of the scheme.
fn read_pipe(text: &[u8], begin: usize) -> Result<Reading<'_>, ParseError> {
    let rest = text.get(begin..).unwrap_or_default();
    let slashes = begin.saturating_sub(b"//".len());
    let pipe = match rest.strip_prefix(b"//").and_then(slashed) {
        Some(pipe) => pipe,
        None if rest.starts_with(br"\") => {
            PipeName::parse_bare(rest).map_err(|error| error.shifted(begin))?
        }
        None => PipeName::parse_rest(text.get(slashes..).unwrap_or_default())
            .map_err(|error| error.shifted(slashes))?,
    };
    Ok(Reading::new(Endpoint::Pipe(pipe)))
}

/// `server "/pipe/" pname`
fn slashed(text: &[u8]) -> Option<PipeName<'_>> {
    let mut reader = Reader::new(text);
    let server = reader.take_until(b'/')?;
    if !reader.expect_ignore_case(b"/pipe/") {
        return None;
    }
    PipeName::new(server, reader.rest()).ok()
}

/// `[ "*" / 1*DIGIT ]`
fn read_descriptor(text: &[u8]) -> Result<Reading<'_>, ParseError> {
    if matches!(text, b"" | b"*") {
        return Ok(Reading::new(Endpoint::FdName(None)));
    }
    match numbers::read_descriptor(text)? {
        fd @ FIRST_FD.. => Ok(Reading::new(Endpoint::Fd(fd))),
        _ => Err(ParseError::new(ParseErrorKind::NotRepresentable, 0, text.len())),
    }
}

/// The first descriptor that a service manager passes: `SD_LISTEN_FDS_START`.
const FIRST_FD: u32 = 3;

/// `inet = [ user "@" ] host [ ":" [ port ] ] [ path / query / fragment ]`
fn read_inet<'a>(
    text: &'a [u8],
    transport: Option<Transport>,
    options: &TextOptions,
) -> Result<Reading<'a>, ParseError> {
    let is_ssh = transport == Some(Transport::Ssh);
    let end = memchr::memchr3(b'/', b'?', b'#', text).unwrap_or(text.len());
    let (authority, tail) = text.split_at_checked(end).unwrap_or_default();
    let begin = memchr::memrchr(b'@', authority).map_or(0, |at| at.saturating_add(1));
    check_user(authority.get(..begin).unwrap_or_default(), is_ssh)?;
    let host = authority.get(begin..).unwrap_or_default();
    let inet = read_host_port(host, is_ssh, options).map_err(|error| error.shifted(begin))?;
    check_tail(tail, is_ssh).map_err(|error| error.shifted(end))?;
    let extra = Extra { transport, ..Extra::NONE };
    let surroundings = begin > 0 || !tail.is_empty();
    Ok(Reading { surroundings, ..Reading::new(Endpoint::Inet(inet)).with_extra(extra) })
}

/// RFC 3986, section 3.2.1, with the `@` that ends it; ssh takes no password.
fn check_user(user: &[u8], is_ssh: bool) -> Result<(), ParseError> {
    let mut reader = Reader::new(user);
    _ = reader.take_while(|byte| {
        is_unreserved(byte)
            || is_sub_delim(byte)
            || matches!(byte, b'%' | b'@')
            || (byte == b':' && !is_ssh)
    });
    number::end(&reader)
}

/// Path, query and fragment: anything but control bytes; ssh takes a path only.
fn check_tail(tail: &[u8], is_ssh: bool) -> Result<(), ParseError> {
    let mut reader = Reader::new(tail);
    _ = reader
        .take_while(|byte| !(byte.is_ascii_control() || is_ssh && matches!(byte, b'?' | b'#')));
    number::end(&reader)
}

/// `host [ ":" [ port ] ]`
fn read_host_port<'a>(
    text: &'a [u8],
    is_ssh: bool,
    options: &TextOptions,
) -> Result<HostPort<'a>, ParseError> {
    let (host, at) = match text {
        [b'[', inside @ ..] => {
            let (ip, at) = read_bracketed(inside, is_ssh).map_err(|error| error.shifted(1))?;
            (Host::Ip(ip), at.saturating_add(1))
        }
        _ => {
            let colon = memchr::memchr(b':', text).unwrap_or(text.len());
            let host = read_loose(text.get(..colon).unwrap_or(text), ipv4::parse, is_dns_byte)
                .map_err(|error| ip_port::bare_ipv6(text).unwrap_or(error))?;
            (host, colon)
        }
    };
    let port = match text.get(at..).unwrap_or_default() {
        [] if matches!(host, Host::Ip(Ip::V6(..))) && !is_ssh => {
            return Err(ParseError::new(ParseErrorKind::PortMissing, at, 0));
        }
        [] | [_] => options.default_port,
        [_, port @ ..] => Some(
            ports::read(port)
                .map_err(|error| error.shifted(at).shifted(1))
                .map_err(|error| ip_port::bare_ipv6(text).unwrap_or(error))?,
        ),
    };
    Ok(HostPort { host, port })
}

/// What follows a `[`: `IPv6 [ "%25" zone ] "]"`, a colon or the end; returns where that is.
fn read_bracketed(inside: &[u8], is_ssh: bool) -> Result<(Ip, usize), ParseError> {
    let (host, behind) = brackets::split(inside)?;
    brackets::require_colon(host)?;
    let ip = read_ipv6(host, is_ssh)?;
    match behind {
        [] | [b':', ..] => Ok((ip, inside.len().saturating_sub(behind.len()))),
        _ => Err(brackets::text_after(inside, behind)),
    }
}

/// `IPv6 [ "%25" zone ]`, RFC 6874; the zone only for ssh.
fn read_ipv6(text: &[u8], is_ssh: bool) -> Result<Ip, ParseError> {
    if !is_ssh {
        return Scoped { ipv4: ipv4::parse, zone: None }.read_ipv6(text);
    }
    let percent = memchr::memchr(b'%', text).unwrap_or(text.len());
    let (address, zone) = text.split_at_checked(percent).unwrap_or_default();
    let addr = ipv6::parse(address)?;
    let begin = percent.saturating_add(b"%25".len());
    match (zone, zone.strip_prefix(b"%25")) {
        ([], _) => Ok(Ip::V6(addr, None)),
        (_, Some(zone)) => {
            Zone::parse(zone).map(|zone| Ip::V6(addr, zone)).map_err(|error| error.shifted(begin))
        }
        (_, None) => Err(ParseError::new(ParseErrorKind::PercentEncodingBad, percent, 1)),
    }
}

fn write(
    reading: &Reading<'_>,
    options: &TextOptions,
    out: &mut [u8],
) -> Result<usize, FormatError> {
    write_checked(Dialect::Docker, reading, options, out, |out| match &reading.endpoint {
        Endpoint::Inet(inet) => put_inet(inet, reading.extra.transport, out),
        Endpoint::Unix(address) => put_unix(address, out),
        Endpoint::Pipe(pipe) => {
            put(b"npipe:////", out)?;
            put(pipe.server(), out)?;
            put(b"/pipe/", out)?;
            pipe.bytes().try_for_each(|byte| put(&[byte], out))
        }
        Endpoint::Fd(fd) => write!(out, "fd://{fd}"),
        Endpoint::FdName(None) => put(b"fd://", out),
        // Nothing is no address.
        _ => Ok(()),
    })
}

fn put_unix(address: &UnixAddress, out: &mut Writer<'_>) -> fmt::Result {
    put(b"unix://", out)?;
    match address.name() {
        UnixName::Pathname(path) => put(path, out),
        UnixName::Abstract(name) => put(b"@", out).and_then(|()| put(name, out)),
        UnixName::Unnamed => Ok(()),
    }
}

fn put_inet(
    inet: &HostPort<'_>,
    transport: Option<Transport>,
    out: &mut Writer<'_>,
) -> fmt::Result {
    if let Some((word, _)) = TRANSPORTS.iter().find(|(_, other)| Some(*other) == transport) {
        put(word, out).and_then(|()| put(MARK, out))?;
    }
    match &inet.host {
        Host::Ip(Ip::V6(addr, Some(zone))) => write!(out, "[{addr}%25{zone}]")?,
        host => put_host(host, out)?,
    }
    match (inet.port, &inet.host) {
        (Some(port), _) => write!(out, ":{port}"),
        (None, Host::Ip(Ip::V6(..))) => put(b":", out),
        (None, _) => Ok(()),
    }
}

#[cfg(test)]
mod tests;
