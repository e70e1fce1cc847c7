//! One place to connect to: a host with or without a port, a socket, a pipe.

use super::super::gai_numeric::SCOPED;
use super::super::shared::escapes::{Coding, Part};
use super::super::shared::{hosts, ports};
use super::{is_plain, unclosed};
use crate::addr::{Endpoint, Host, HostPort, ParseError, ParseErrorKind, PipeName, UnixAddress};
use crate::cursor::{Reader, Writer};

/// `target = ( host / "[" IPv6 [ "%25" zone ] "]" ) [ ":" 1*DIGIT ] / socket / pipe`
pub(super) fn read_target<'a>(reader: &mut Reader<'a>) -> Result<Endpoint<'a>, ParseError> {
    if reader.expect(b'(') {
        return read_parenthesized(reader);
    }
    if reader.expect(b'[') {
        let host = read_ipv6(reader)?;
        check_behind(reader)?;
        return read_port(reader).map(|port| Endpoint::Inet(HostPort { host, port }));
    }
    if reader.rest().starts_with(PIPE) {
        let pipe = take(reader, |byte| is_plain(byte) || byte == b'\\');
        return read_pipe(pipe);
    }
    let is_rooted = reader.peek() == Some(b'/');
    let mut run = reader.clone();
    if is_rooted {
        _ = run.take_byte();
    }
    _ = run.take_while(is_plain);
    let len = run.position().saturating_sub(reader.position());
    let part = take_len(reader, len);
    part.check_for_c()?;
    match part.coding.first(part.bytes) {
        None => Err(match reader.peek() {
            None | Some(b':' | b'/' | b'?' | b',' | b']' | b')') => {
                part.whole(ParseErrorKind::NotRepresentable)
            }
            Some(byte) => ParseError::unexpected(part.at, byte),
        }),
        Some((b'.', _)) if part.bytes == b"." => Err(part.whole(ParseErrorKind::NotRepresentable)),
        Some((b'/' | b'.', _)) => read_socket(part),
        Some(_) => {
            let host = hosts::read_part(part, |text| SCOPED.read(text))?;
            read_port(reader).map(|port| Endpoint::Inet(HostPort { host, port }))
        }
    }
}

/// What an unnamed pipe of this machine begins with here; the connection adds `pipe\`.
const PIPE: &[u8] = br"\\.\";

/// Whether brackets open a list, and not an IPv6 address.
///
/// Connector/C++ takes any hexadecimal digits and colons in brackets for an address, MySQL Shell
/// also what follows two colons or more: a dotted part, a zone.
pub(super) fn opens_list(text: &[u8]) -> bool {
    let mut reader = Reader::new(text);
    if !reader.expect(b'[') {
        return false;
    }
    let run = reader.take_while(|byte| byte.is_ascii_hexdigit() || byte == b':');
    match reader.peek() {
        Some(b']') => run.is_empty(),
        Some(b',') => true,
        _ => memchr::memchr_iter(b':', run).count() < 2,
    }
}

/// `"(" ( "/" / "." ) *raw ")" / "(" "\\.\" 1*raw ")"`, behind the opening one.
fn read_parenthesized<'a>(reader: &mut Reader<'a>) -> Result<Endpoint<'a>, ParseError> {
    let is_raw = |byte: u8| {
        is_plain(byte)
            || matches!(byte, b':' | b'/' | b'?' | b'[' | b']' | b'@' | b'&' | b',' | b'\\')
    };
    let part = take(reader, is_raw);
    part.check_for_c()?;
    let endpoint = match part.coding.first(part.bytes) {
        Some((b'/' | b'.', _)) => read_socket(part)?,
        Some(_) if part.bytes.starts_with(PIPE) => read_pipe(part)?,
        Some(_) => {
            let byte = part.bytes.first().copied().unwrap_or_default();
            return Err(ParseError::unexpected(part.at, byte));
        }
        None => return Err(unclosed(reader)),
    };
    if !reader.expect(b')') {
        return Err(unclosed(reader));
    }
    check_behind(reader)?;
    Ok(endpoint)
}

/// Refuses what cannot stand behind a bracket or a parenthesis.
fn check_behind(reader: &Reader<'_>) -> Result<(), ParseError> {
    match reader.peek() {
        None | Some(b':' | b'/' | b'?' | b',' | b']' | b')') => Ok(()),
        Some(byte) => {
            let kind = ParseErrorKind::TextAfterBracket;
            Err(ParseError::bad_byte(kind, reader.position(), byte))
        }
    }
}

/// `IPv6 [ "%25" zone ] "]"`
///
/// RFC 6874, section 2. The address itself holds no escapes.
fn read_ipv6<'a>(reader: &mut Reader<'a>) -> Result<Host<'a>, ParseError> {
    let part = take(reader, |byte| byte != b']');
    if !reader.expect(b']') {
        return Err(unclosed(reader));
    }
    part.check_for_c()?;
    if let Some(at) = memchr::memchr(b'%', part.bytes)
        && !part.bytes.get(at..).unwrap_or_default().starts_with(b"%25")
    {
        return Err(ParseError::unexpected(part.at.saturating_add(at), b'%'));
    }
    if part.is_plain() {
        let ip = SCOPED.read_ipv6(part.bytes).map_err(|error| error.shifted(part.at))?;
        return Ok(Host::Ip(ip));
    }
    let mut buffer = [0; 128];
    let Some(text) = part.decode(&mut buffer) else {
        return Err(part.whole(ParseErrorKind::ZoneTooLong));
    };
    SCOPED.read_ipv6(text).map(Host::Ip).map_err(|error| part.locate(error))
}

/// `[ ":" 1*DIGIT ]`
fn read_port(reader: &mut Reader<'_>) -> Result<Option<u16>, ParseError> {
    if !reader.expect(b':') {
        return Ok(None);
    }
    let port = take(reader, |byte| !matches!(byte, b'/' | b'?' | b',' | b']' | b')'));
    ports::read(port.bytes).map(Some).map_err(|error| error.shifted(port.at))
}

fn read_socket<'a>(part: Part<'_>) -> Result<Endpoint<'a>, ParseError> {
    let mut buffer = [0; UnixAddress::MAX_PATH_LEN];
    let max = u16::try_from(UnixAddress::MAX_PATH_LEN).unwrap_or(u16::MAX);
    let too_long = || part.whole(ParseErrorKind::UnixPathTooLong { max });
    let path = part.decode(&mut buffer).ok_or_else(too_long)?;
    UnixAddress::from_pathname(path).map(Endpoint::Unix).map_err(|error| part.locate(error))
}

/// `"\\.\" 1*encoded`; the rules of the name are those of strict text.
fn read_pipe(part: Part<'_>) -> Result<Endpoint<'_>, ParseError> {
    part.check_for_c()?;
    let name = part.bytes.get(PIPE.len()..).unwrap_or_default();
    let part = Part::new(name, part.at.saturating_add(PIPE.len()), part.coding);
    let too_long = || part.whole(ParseErrorKind::PipeTooLong);
    let (mut name, mut text) = ([0; PipeName::MAX_LEN], [0; PipeName::MAX_LEN]);
    let mut writer = Writer::new(&mut text);
    let prefix = br"\\.\pipe\";
    for piece in [prefix, part.decode(&mut name).ok_or_else(too_long)?] {
        writer.put_slice(piece).map_err(|_| too_long())?;
    }
    if let Err(error) = PipeName::parse(writer.written()) {
        let at = usize::try_from(error.at).unwrap_or(0).saturating_sub(prefix.len());
        let len = usize::try_from(error.len).unwrap_or(0);
        return Err(part.locate(ParseError::new(error.kind, at, len)));
    }
    Ok(Endpoint::Pipe(PipeName::from_written(b".", part.bytes, !part.is_plain())))
}

fn take<'a>(reader: &mut Reader<'a>, wanted: impl Fn(u8) -> bool) -> Part<'a> {
    let at = reader.position();
    Part::new(reader.take_while(wanted), at, Coding::Percent)
}

fn take_len<'a>(reader: &mut Reader<'a>, len: usize) -> Part<'a> {
    let at = reader.position();
    Part::new(reader.take(len).unwrap_or_default(), at, Coding::Percent)
}
