//! `mysql-uri`: the URI-like strings of MySQL.
//!
//! Who reads it so: MySQL Shell and the MySQL connectors that have the `X DevAPI`.
//!
//! Source: MySQL Reference Manual, "Connecting to the Server Using URI-Like Strings"; `X DevAPI` User
//! Guide, "Connecting to One of Multiple Hosts"; MySQL Shell, `mysqlshdk/libs/db/uri_parser.cc`;
//! MySQL Connector/C++, `cdk/parser/uri_parser.cc`.
//!
//! ```abnf
//! text       = [ ( "mysql" / "mysqlx" ) "://" ] [ user [ ":" password ] "@" ]
//!              ( target / "[" entry *( "," entry ) "]" ) [ "/" schema ] [ "?" attributes ]
//! entry      = target / "(" "address=" target [ ",priority=" 1*DIGIT ] ")" ; priority up to 100
//! target     = ( host / "[" IPv6 [ "%25" zone ] "]" ) [ ":" 1*DIGIT ] / socket / pipe
//! host       = aton / name
//! socket     = "(" ( "/" / "." ) *raw ")" / ( "/" / "." / "%2F" ) *encoded
//! pipe       = "(" "\\.\" 1*raw ")" / "\\.\" 1*encoded
//! encoded    = unreserved / "%" HEXDIG HEXDIG / "!" / "$" / "'" / "*" / "+" / ";" / "="
//! raw        = encoded / ":" / "/" / "?" / "[" / "]" / "@" / "&" / "," / "\"
//! ```
//!
//! A host is handed to `getaddrinfo`, so IPv4 is read as `aton` reads it. In brackets, hexadecimal
//! digits and colons alone are an IPv6 address, anything else is a list. The readings of a list stand
//! in the order of the text; its priorities are not kept.
//!
//! Refused: `+srv` schemes, which name a record of DNS; a host left out, whose default belongs to the
//! program; a port that is empty; `.` alone, a host to the Shell and a socket to the connector; `#`
//! and white space anywhere; priorities on some entries only.

mod target;

use self::target::read_target;
use super::readings::Place;
use super::shared::authority::Literal;
use super::shared::escapes::{Coding, Escaped, Part, is_unreserved};
use super::shared::hosts;
use super::shared::writing::{print, print_port};
use super::{About, List, Read, Reading, Rules, gai_numeric};
use crate::addr::{
    Endpoint, FormatError, Host, HostPort, Ip, ParseError, ParseErrorKind, TextOptions, UnixName,
};
use crate::cursor::Reader;

pub(super) const RULES: Rules = Rules {
    about: About {
        users: "MySQL Shell and the MySQL connectors",
        source: "MySQL Reference Manual, Connecting Using URI-Like Connection Strings",
        takes: "users, schemas, lists of hosts, sockets and pipes in parentheses; IPv4 as aton",
    },
    ip: None,
    read: Read::Several(next),
    write: write_target,
    list: Some(List { open: |_| b"[", item: write_target, between: b",", close: b"]" }),
    keeps_zones: false,
    has_ipv6: true,
};

fn next<'a>(
    text: &'a [u8],
    options: &TextOptions,
    place: &mut Place,
) -> Option<Result<Reading<'a>, ParseError>> {
    let over = Walk { is_over: true, ..Walk::default() };
    let mut walk = over;
    let entry = match Walk::load(place) {
        None => walk.start(text),
        Some(Walk { is_over: true, .. }) => return None,
        Some(begun) => {
            walk = begun;
            walk.take(text)
        }
    };
    let mut endpoint = match entry {
        Ok(Entry { endpoint, .. }) => endpoint,
        Err(error) => {
            over.save(place);
            return Some(Err(error));
        }
    };
    walk.save(place);
    if let Endpoint::Inet(inet) = &mut endpoint {
        inet.port = inet.port.or(options.default_port);
    }
    Some(Ok(Reading { surroundings: walk.has_more, ..Reading::new(endpoint) }))
}

/// How far a text is read.
#[derive(Clone, Copy, Default)]
struct Walk {
    at: usize,
    is_list: bool,
    has_more: bool,
    is_over: bool,
}

/// An element of a list, or the only target.
struct Entry<'a> {
    endpoint: Endpoint<'a>,
    has_priority: bool,
}

impl Walk {
    /// Reads the whole text once, and stops behind the first target; where it is refused, at the
    /// end.
    fn start<'a>(&mut self, text: &'a [u8]) -> Result<Entry<'a>, ParseError> {
        let mut reader = Reader::new(text);
        read_scheme(&mut reader)?;
        let mut has_more = read_user(&mut reader)?;
        let is_list = target::opens_list(reader.rest());
        if is_list {
            _ = reader.take_byte();
        }
        let mut walk = Self { at: reader.position(), is_list, has_more, is_over: false };
        let first = walk.take(text)?;
        let behind_first = walk;
        while !walk.is_over {
            let at = walk.at;
            if walk.take(text)?.has_priority != first.has_priority {
                let len = walk.at.saturating_sub(at).saturating_sub(1);
                return Err(ParseError::new(ParseErrorKind::NotRepresentable, at, len));
            }
        }
        has_more |= first.has_priority | has_schema(&mut reader_at(text, walk.at))?;
        *self = Self { has_more, ..behind_first };
        Ok(first)
    }

    /// Takes a target, and the comma or the bracket behind it.
    fn take<'a>(&mut self, text: &'a [u8]) -> Result<Entry<'a>, ParseError> {
        let mut reader = reader_at(text, self.at);
        let entry = if self.is_list {
            read_entry(&mut reader)?
        } else {
            Entry { endpoint: read_target(&mut reader)?, has_priority: false }
        };
        self.is_over = !self.is_list || !reader.expect(b',');
        if self.is_list && self.is_over && !reader.expect(b']') {
            return Err(unclosed(&reader));
        }
        self.at = reader.position();
        Ok(entry)
    }

    fn load(place: &Place) -> Option<Self> {
        let [flags, at, ..] = *place;
        if flags == 0 {
            return None;
        }
        let is = |flag| flags & flag != 0;
        Some(Self { at, is_list: is(LIST), has_more: is(HAS_MORE), is_over: is(OVER) })
    }

    fn save(self, place: &mut Place) {
        let flag = |is_set, flag| if is_set { flag } else { 0 };
        let flags =
            flag(self.is_list, LIST) | flag(self.has_more, HAS_MORE) | flag(self.is_over, OVER);
        *place = [STARTED | flags, self.at, 0, 0];
    }
}

const STARTED: usize = 1;
const LIST: usize = 2;
const HAS_MORE: usize = 4;
const OVER: usize = 8;

fn reader_at(text: &[u8], at: usize) -> Reader<'_> {
    let mut reader = Reader::new(text);
    _ = reader.take(at);
    reader
}

/// The error of a bracket or a parenthesis that should close here.
fn unclosed(reader: &Reader<'_>) -> ParseError {
    match reader.peek() {
        Some(byte) => ParseError::unexpected(reader.position(), byte),
        None => ParseError::new(ParseErrorKind::BracketUnclosed, reader.position(), 0),
    }
}

/// `[ ( "mysql" / "mysqlx" ) "://" ]`
fn read_scheme(reader: &mut Reader<'_>) -> Result<(), ParseError> {
    let colon = memchr::memchr(b':', reader.rest());
    if !colon.is_some_and(|at| reader.rest().get(at..).is_some_and(|it| it.starts_with(b"://"))) {
        return Ok(());
    }
    let mut ahead = reader.clone();
    let is_scheme = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    let scheme = ahead.take_while(is_scheme);
    if scheme.is_empty() || !ahead.expect_slice(b"://") {
        return Ok(());
    }
    *reader = ahead;
    match scheme {
        b"mysql" | b"mysqlx" => Ok(()),
        _ => Err(ParseError::new(ParseErrorKind::NotRepresentable, 0, scheme.len())),
    }
}

/// `[ user [ ":" password ] "@" ]`; whether it is there.
fn read_user(reader: &mut Reader<'_>) -> Result<bool, ParseError> {
    if memchr::memchr(b'@', reader.rest()).is_none() {
        return Ok(false);
    }
    let mut ahead = reader.clone();
    let is_user = |byte: u8| is_plain(byte) || matches!(byte, b'(' | b')' | b',' | b'&' | b'\\');
    let user = ahead.take_while(is_user);
    if !user.is_empty() && ahead.expect(b':') {
        _ = ahead.take_while(|byte| is_user(byte) || byte == b':');
    }
    if !ahead.expect(b'@') {
        return Ok(false);
    }
    if user.is_empty() {
        return Err(ParseError::unexpected(reader.position(), b'@'));
    }
    let at = reader.position();
    Part::new(ahead.since(at), at, Coding::Percent).check_for_c()?;
    *reader = ahead;
    Ok(true)
}

/// `entry = target / "(" "address=" target [ ",priority=" 1*DIGIT ] ")"`
fn read_entry<'a>(reader: &mut Reader<'a>) -> Result<Entry<'a>, ParseError> {
    if !reader.expect_ignore_case(b"(address=") {
        return Ok(Entry { endpoint: read_target(reader)?, has_priority: false });
    }
    let endpoint = read_target(reader)?;
    let has_priority = reader.expect(b',');
    if has_priority {
        read_priority(reader)?;
    }
    if reader.expect(b')') { Ok(Entry { endpoint, has_priority }) } else { Err(unclosed(reader)) }
}

/// `"priority=" 1*DIGIT`
fn read_priority(reader: &mut Reader<'_>) -> Result<(), ParseError> {
    for expected in b"priority=" {
        match reader.peek() {
            Some(byte) if byte.eq_ignore_ascii_case(expected) => _ = reader.take_byte(),
            _ => return Err(unclosed(reader)),
        }
    }
    let at = reader.position();
    let digits = reader.take_decimal(usize::MAX);
    match digits.to_u32() {
        Some(0..=100) => Ok(()),
        None if digits.is_empty() => {
            Err(ParseError::missing(ParseErrorKind::NumberEmpty, at, reader.peek()))
        }
        _ => Err(ParseError::new(ParseErrorKind::NumberTooLarge, at, digits.len())),
    }
}

/// `[ "/" schema ] [ "?" attributes ]`, to the end; whether there is something.
fn has_schema(reader: &mut Reader<'_>) -> Result<bool, ParseError> {
    let is_schema = |byte: u8| {
        is_plain(byte)
            || matches!(byte, b'(' | b')' | b',' | b'&' | b'\\' | b'[' | b']' | b':' | b'@')
    };
    let mut has_something = false;
    for (mark, also) in [(b'/', b"".as_slice()), (b'?', b"/?")] {
        if reader.expect(mark) {
            let at = reader.position();
            let run = reader.take_while(|byte| is_schema(byte) || also.contains(&byte));
            Part::new(run, at, Coding::Percent).check_for_c()?;
            has_something |= !run.is_empty();
        }
    }
    match reader.peek() {
        Some(byte) => Err(ParseError::unexpected(reader.position(), byte)),
        None => Ok(has_something),
    }
}

/// Whether a byte stands for itself or begins an escape wherever a target may stand.
const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'%')
        || matches!(byte, b'!' | b'$' | b'\'' | b'*' | b'+' | b';' | b'=')
}

fn write_target(
    reading: &Reading<'_>,
    _: &TextOptions,
    out: &mut [u8],
) -> Result<usize, FormatError> {
    match &reading.endpoint {
        _ if !reading.extra.is_empty() => Err(FormatError::NotRepresentable),
        Endpoint::Inet(inet) => write_inet(inet, out),
        Endpoint::Unix(address) => match address.name() {
            UnixName::Pathname(path @ [b'/' | b'.', ..]) => {
                let is_raw = |byte: u8| is_unreserved(byte) || byte == b'/';
                print(format_args!("({})", Escaped::new(path, is_raw)), out)
            }
            _ => Err(FormatError::NotRepresentable),
        },
        Endpoint::Pipe(pipe) if pipe.server() == b"." && pipe.is_strict() => print(
            format_args!(r"(\\.\{})", Escaped { bytes: pipe.bytes(), is_plain: is_unreserved }),
            out,
        ),
        _ => Err(FormatError::NotRepresentable),
    }
}

fn write_inet(inet: &HostPort<'_>, out: &mut [u8]) -> Result<usize, FormatError> {
    let len = match &inet.host {
        Host::Ip(ip @ Ip::V4(_)) => print(format_args!("{ip}"), out)?,
        Host::Name(name) if hosts::is_name(name) => print(format_args!("{name}"), out)?,
        Host::Ip(Ip::V6(addr, zone)) if gai_numeric::takes_zone(*addr, *zone) => {
            print(format_args!("{}", Literal(*addr, *zone)), out)?
        }
        _ => return Err(FormatError::NotRepresentable),
    };
    print_port(inet.port, len, out)
}

#[cfg(test)]
mod tests;
