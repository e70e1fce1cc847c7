//! The two syntaxes of a connection string.

use super::super::shared::escapes::{Coding, Part, refuse_nul};
use super::lists::{Cursor, behind_host};
use crate::addr::{ParseError, ParseErrorKind};
use crate::cursor::Reader;

/// What a text says of where to connect to; the last of each counts.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Found {
    pub(crate) host: Option<Cursor>,
    pub(crate) hostaddr: Option<Cursor>,
    pub(crate) port: Option<Cursor>,
    /// The name of a service; a comma in it means nothing.
    pub(crate) service: Option<Cursor>,
    /// Whether the text says anything else than where to connect to.
    pub(super) has_more: bool,
}

/// Reads a text in the syntax that its first bytes choose.
pub(crate) fn read(text: &[u8]) -> Result<Found, ParseError> {
    let mut reader = Reader::new(text);
    let found = if reader.expect_slice(b"postgresql://") || reader.expect_slice(b"postgres://") {
        read_uri(reader)
    } else {
        read_pairs(reader)
    };
    refuse_nul(text, found)
}

/// `uri = scheme [ user [ ":" password ] "@" ] netloc *( "," netloc ) [ "/" dbname ] [ "?" … ]`
fn read_uri(mut reader: Reader<'_>) -> Result<Found, ParseError> {
    let mut found = Found::default();
    // An `@` anywhere before the first slash ends the user, even in a parameter.
    let front = reader.clone().take_while(|byte| byte != b'@' && byte != b'/');
    if reader.rest().get(front.len()) == Some(&b'@') {
        let user = take(&mut reader, front.len());
        user.check_for_c()?;
        found.has_more = !matches!(user.bytes, b"" | b":");
        _ = reader.take_byte();
    }
    found.host = Some(Cursor::hosts(reader.position()));
    found.port = Some(Cursor::ports(reader.position()));
    while read_netloc(&mut reader)? {}
    if reader.expect(b'/') {
        let len = memchr::memchr(b'?', reader.rest()).unwrap_or_else(|| reader.remaining());
        let name = take(&mut reader, len);
        name.check_for_c()?;
        found.has_more |= !name.bytes.is_empty();
    }
    if reader.expect(b'?') {
        while !reader.is_empty() {
            read_parameter(&mut reader, &mut found)?;
        }
    }
    Ok(found)
}

/// `netloc = [ host / "[" host "]" ] [ ":" port ]`; whether another one follows.
fn read_netloc(reader: &mut Reader<'_>) -> Result<bool, ParseError> {
    if reader.expect(b'[') {
        let Some(len) = memchr::memchr(b']', reader.rest()) else {
            let end = reader.position().saturating_add(reader.remaining());
            return Err(ParseError::new(ParseErrorKind::BracketUnclosed, end, 0));
        };
        let host = take(reader, len);
        if host.bytes.is_empty() {
            return Err(host.whole(ParseErrorKind::BracketedNonIpv6));
        }
        host.check_for_c()?;
        _ = reader.take_byte();
        if let Some(byte) = reader.peek().filter(|byte| !matches!(byte, b':' | b'/' | b'?' | b','))
        {
            let kind = ParseErrorKind::TextAfterBracket;
            return Err(ParseError::bad_byte(kind, reader.position(), byte));
        }
    } else {
        let len = behind_host(reader.rest(), 0);
        take(reader, len).check_for_c()?;
    }
    if reader.expect(b':') {
        let port = reader.clone().take_while(|byte| !matches!(byte, b'/' | b'?' | b','));
        take(reader, port.len()).check_for_c()?;
    }
    Ok(reader.expect(b','))
}

/// `keyword "=" value`, and the `&` behind it.
fn read_parameter(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), ParseError> {
    let len = reader.rest().iter().position(|byte| matches!(byte, b'=' | b'&'));
    let keyword = take(reader, len.unwrap_or_else(|| reader.remaining()));
    keyword.check_for_c()?;
    if keyword.bytes.is_empty() {
        return Err(no_equals_sign(reader));
    }
    let named = read_keyword(keyword)?;
    if !reader.expect(b'=') {
        return Err(no_equals_sign(reader));
    }
    let at = reader.position();
    let len = reader.rest().iter().position(|byte| matches!(byte, b'=' | b'&'));
    let value = take(reader, len.unwrap_or_else(|| reader.remaining()));
    value.check_for_c()?;
    if reader.peek() == Some(b'=') {
        return Err(ParseError::unexpected(reader.position(), b'='));
    }
    _ = reader.take_byte();
    match named {
        // JDBC's spelling of `sslmode=require`.
        Keyword::Ssl if value.bytes != b"true" => {
            return Err(keyword.whole(ParseErrorKind::NotRepresentable));
        }
        named => found.set(named, Cursor::parameter(at)),
    }
    Ok(())
}

/// `*( keyword "=" value )`
fn read_pairs(mut reader: Reader<'_>) -> Result<Found, ParseError> {
    let mut found = Found::default();
    loop {
        let _spaces = reader.take_while(is_space);
        if reader.is_empty() {
            return Ok(found);
        }
        let at = reader.position();
        let keyword = reader.take_while(|byte| byte != b'=' && !is_space(byte));
        let keyword = Part::new(keyword, at, Coding::Raw);
        if keyword.bytes.is_empty() {
            return Err(no_equals_sign(&reader));
        }
        let named = read_keyword(keyword)?;
        let _spaces = reader.take_while(is_space);
        if !reader.expect(b'=') {
            return Err(no_equals_sign(&reader));
        }
        let _spaces = reader.take_while(is_space);
        if matches!(named, Keyword::Ssl) {
            return Err(keyword.whole(ParseErrorKind::NotRepresentable));
        }
        let cursor = read_value(&mut reader)?;
        found.set(named, cursor);
    }
}

/// `value = *( OCTET / "\" OCTET ) / "'" *( OCTET / "\" OCTET ) "'"`
fn read_value(reader: &mut Reader<'_>) -> Result<Cursor, ParseError> {
    let is_quoted = reader.expect(b'\'');
    let at = reader.position();
    while let Some((byte, len)) = Coding::Backslash.first(reader.rest()) {
        let is_end = if is_quoted { byte == b'\'' } else { is_space(byte) };
        if len == 1 && is_end {
            break;
        }
        _ = reader.take(len);
    }
    if !is_quoted {
        // A lone backslash at the end stands for nothing.
        _ = reader.expect(b'\\');
        return Ok(Cursor::bare(at));
    }
    if reader.expect(b'\'') {
        return Ok(Cursor::quoted(at));
    }
    let end = reader.position().saturating_add(reader.remaining());
    Err(ParseError::new(ParseErrorKind::NotRepresentable, end, 0))
}

/// What a keyword is about.
#[derive(Clone, Copy, Debug)]
enum Keyword {
    Host,
    Hostaddr,
    Port,
    Service,
    /// Known to URIs only.
    Ssl,
    Other,
}

impl Found {
    fn set(&mut self, keyword: Keyword, value: Cursor) {
        match keyword {
            Keyword::Host => self.host = Some(value),
            Keyword::Hostaddr => self.hostaddr = Some(value),
            Keyword::Port => self.port = Some(value),
            Keyword::Service => {
                self.service = Some(value);
                self.has_more = true;
            }
            Keyword::Ssl | Keyword::Other => self.has_more = true,
        }
    }
}

fn read_keyword(part: Part<'_>) -> Result<Keyword, ParseError> {
    let mut buffer = [0; 64];
    let Some(word) = part.decode(&mut buffer) else {
        return Err(part.whole(ParseErrorKind::NotRepresentable));
    };
    let mut reader = Reader::new(word);
    let run = reader.take_while(|byte| byte.is_ascii_lowercase() || byte == b'_');
    match (word, reader.peek()) {
        (_, Some(byte)) => Err(part.locate(ParseError::unexpected(run.len(), byte))),
        (b"host", _) => Ok(Keyword::Host),
        (b"hostaddr", _) => Ok(Keyword::Hostaddr),
        (b"port", _) => Ok(Keyword::Port),
        (b"service", _) => Ok(Keyword::Service),
        (b"ssl", _) => Ok(Keyword::Ssl),
        _ if OTHERS.iter().any(|known| known.as_bytes() == word) => Ok(Keyword::Other),
        _ => Err(part.whole(ParseErrorKind::NotRepresentable)),
    }
}

/// Whether a word is a keyword that a service may use.
pub(crate) fn is_keyword(word: &[u8]) -> bool {
    let keyword = read_keyword(Part::new(word, 0, Coding::Raw));
    keyword.is_ok_and(|keyword| !matches!(keyword, Keyword::Ssl | Keyword::Service))
}

/// The error of a keyword without its `=`, and of an `=` without its keyword.
fn no_equals_sign(reader: &Reader<'_>) -> ParseError {
    let at = reader.position();
    match reader.peek() {
        Some(byte) => ParseError::unexpected(at, byte),
        None => ParseError::new(ParseErrorKind::NotRepresentable, at, 0),
    }
}

/// White space of C's `isspace`.
pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

fn take<'a>(reader: &mut Reader<'a>, len: usize) -> Part<'a> {
    let at = reader.position();
    Part::new(reader.take(len).unwrap_or_default(), at, Coding::Percent)
}

/// The other keywords of PostgreSQL 9.0 to 18, documentation section 34.1.2.
const OTHERS: &[&str] = &[
    "application_name",
    "authtype",
    "channel_binding",
    "client_encoding",
    "connect_timeout",
    "dbname",
    "fallback_application_name",
    "gssdelegation",
    "gssencmode",
    "gsslib",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "krbsrvname",
    "load_balance_hosts",
    "max_protocol_version",
    "min_protocol_version",
    "oauth_client_id",
    "oauth_client_secret",
    "oauth_issuer",
    "oauth_scope",
    "options",
    "passfile",
    "password",
    "replication",
    "require_auth",
    "requirepeer",
    "requiressl",
    "scram_client_key",
    "scram_server_key",
    "servicefile",
    "ssl_max_protocol_version",
    "ssl_min_protocol_version",
    "sslcert",
    "sslcertmode",
    "sslcompression",
    "sslcrl",
    "sslcrldir",
    "sslkey",
    "sslkeylogfile",
    "sslmode",
    "sslnegotiation",
    "sslpassword",
    "sslrootcert",
    "sslsni",
    "target_session_attrs",
    "tcp_user_timeout",
    "tty",
    "user",
];
