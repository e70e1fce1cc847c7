//! `forwarded`: a node of the `Forwarded` field.
//!
//! Who reads it so: servers behind proxies that write `for=` and `by=` as the RFC says. The value
//! of one parameter, with its quotes.
//!
//! Source: RFC 7239, sections 4 and 6; RFC 9110, sections 5.6.2 and 5.6.4.
//!
//! ```abnf
//! value     = token / quoted-string     ; what it says is a node
//! node      = nodename [ ":" node-port ]
//! nodename  = IPv4address / "[" IPv6address "]" / "unknown" / obfnode
//! obfnode   = "_" 1*( ALPHA / DIGIT / "." / "_" / "-" )
//! node-port = port / obfport
//! port      = 1*5DIGIT                  ; at most 65535
//! obfport   = "_" 1*( ALPHA / DIGIT / "." / "_" / "-" )
//! ```
//!
//! A token holds neither `[` nor `:`, so IPv6 and ports need the quotes. In them `\x` stands for
//! `x`. An obfuscated host is a name and, as the word it is, `obfuscated`; so is an obfuscated port,
//! which is no port.
//!
//! Refused: `unknown`, which names no endpoint; an obfuscated port behind an obfuscated host, of
//! which only one would be kept; `\` inside either; zones; names.

use super::shared::authority::ipv6_literal;
use super::shared::ip_port::bare_ipv6;
use super::shared::scoped::Scoped;
use super::shared::writing::print;
use super::shared::{brackets, ports};
use super::{About, Extra, Read, Reading, Rules, Token};
use crate::addr::{
    Endpoint, FormatError, Host, HostName, HostPort, Ip, ParseError, ParseErrorKind, TextOptions,
    ipv4, port, split_at_colon,
};
use crate::cursor::Reader;

pub(super) const RULES: Rules = Rules {
    about: About {
        users: "the Forwarded field of HTTP",
        source: "RFC 7239 section 6",
        takes: "quotes, which IPv6 and ports need; obfuscated hosts and ports; zeros before ports",
    },
    ip: None,
    read: Read::One(read),
    write,
    list: None,
    keeps_zones: false,
    has_ipv6: true,
};

const SCOPED: Scoped = Scoped { ipv4: ipv4::parse, zone: None };

/// The longest decoded text of an IP address and a port is shorter.
const MAX_IP_NODE: usize = 64;

/// `value = token / quoted-string`; RFC 7239, section 4.
fn read<'a>(text: &'a [u8], options: &TextOptions) -> Result<Reading<'a>, ParseError> {
    let [b'"', inside @ ..] = text else {
        return read_token(text)?.reading(options);
    };
    let Some(quoted) = Quoted::read(inside) else {
        // Without its end it is no string, and no token begins so.
        return Err(ParseError::unexpected(0, b'"'));
    };
    if let [byte, ..] = quoted.behind {
        return Err(ParseError::unexpected(text.len().saturating_sub(quoted.behind.len()), *byte));
    }
    quoted.node().and_then(|node| node.reading(options)).map_err(|error| error.shifted(1))
}

/// `token = 1*tchar`; RFC 9110, section 5.6.2. Of what stands in a node, `[` and `:` are no tchar.
fn read_token(text: &[u8]) -> Result<Node<'_>, ParseError> {
    let mut reader = Reader::new(text);
    let token = reader.take_while(|byte| !matches!(byte, b'[' | b':'));
    let Some(byte) = reader.peek() else {
        return Node::read(token);
    };
    if let Some(error) = bare_ipv6(text) {
        return Err(error);
    }
    if !token.is_empty() {
        Node::read(token)?;
    }
    Err(ParseError::unexpected(reader.position(), byte))
}

/// `quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE`; RFC 9110, section 5.6.4.
struct Quoted<'a> {
    content: &'a [u8],
    /// Where the first `\` stands.
    first_pair: Option<usize>,
    behind: &'a [u8],
}

impl<'a> Quoted<'a> {
    /// Reads what follows the first quote; `None` where there is no second.
    fn read(inside: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(inside);
        let mut first_pair = None;
        loop {
            let at = reader.position();
            match reader.take_byte()? {
                b'"' => {
                    let (content, _) = inside.split_at_checked(at)?;
                    return Some(Self { content, first_pair, behind: reader.rest() });
                }
                b'\\' => {
                    first_pair = first_pair.or(Some(at));
                    _ = reader.take_byte()?;
                }
                _ => {}
            }
        }
    }

    fn node(&self) -> Result<Node<'a>, ParseError> {
        let Some(pair) = self.first_pair else {
            return Node::read(self.content);
        };
        // The words of a reading are borrowed from the text, so a word with a pair cannot be kept;
        // an address can.
        let not_kept = ParseError::new(ParseErrorKind::NotRepresentable, pair, 2);
        let mut buffer = [0; MAX_IP_NODE];
        let len = self.bytes().count();
        let target = buffer.get_mut(..len).ok_or(not_kept)?;
        target.iter_mut().zip(self.bytes()).for_each(|(slot, (_, byte))| *slot = byte);
        let node = Node::read(target).map_err(|error| self.placed(error))?;
        let name = match node.name {
            NodeName::Ip(ip) => NodeName::Ip(ip),
            NodeName::Obfuscated(_) => return Err(not_kept),
        };
        let port = match node.port {
            NodePort::Missing => NodePort::Missing,
            NodePort::Number(port) => NodePort::Number(port),
            NodePort::Obfuscated(_) => return Err(not_kept),
        };
        Ok(Node { name, port, len: self.content.len() })
    }

    /// The bytes that the content stands for, and where each begins.
    fn bytes(&self) -> impl Iterator<Item = (usize, u8)> {
        let mut reader = Reader::new(self.content);
        core::iter::from_fn(move || {
            let at = reader.position();
            _ = reader.expect(b'\\');
            reader.take_byte().map(|byte| (at, byte))
        })
    }

    /// The error of the decoded text, at its place in the content.
    fn placed(&self, error: ParseError) -> ParseError {
        let place = |offset: u32| {
            let offset = usize::try_from(offset).unwrap_or(usize::MAX);
            self.bytes().nth(offset).map_or(self.content.len(), |(at, _)| at)
        };
        let begin = place(error.at);
        let end = place(error.at.saturating_add(error.len));
        let kind = match (error.kind, self.content.get(begin)) {
            // A pair is wrong for its second byte; what stands at its place is its mark.
            (ParseErrorKind::UnexpectedByte { .. }, Some(&byte)) => {
                ParseErrorKind::UnexpectedByte { byte }
            }
            (kind, _) => kind,
        };
        ParseError::new(kind, begin, end.saturating_sub(begin))
    }
}

/// `node = nodename [ ":" node-port ]`; RFC 7239, section 6.
pub(crate) struct Node<'a> {
    pub(crate) name: NodeName<'a>,
    pub(crate) port: NodePort<'a>,
    /// The length of its text.
    len: usize,
}

pub(crate) enum NodeName<'a> {
    Ip(Ip),
    Obfuscated(&'a [u8]),
}

pub(crate) enum NodePort<'a> {
    Missing,
    Number(u16),
    Obfuscated(&'a [u8]),
}

impl<'a> Node<'a> {
    /// Reads what a value says; `unknown` is refused, for it names no endpoint.
    pub(crate) fn read(text: &'a [u8]) -> Result<Self, ParseError> {
        match text {
            [b'[', inside @ ..] => Self::bracketed(text, inside),
            _ => Self::plain(text).map_err(|error| bare_ipv6(text).unwrap_or(error)),
        }
    }

    fn bracketed(text: &'a [u8], inside: &'a [u8]) -> Result<Self, ParseError> {
        let (content, behind) = brackets::split(inside).map_err(|error| error.shifted(1))?;
        let ip = ipv6_literal(content, None).map_err(|error| error.shifted(1))?;
        let port = match behind {
            [] => None,
            [b':', port @ ..] => Some(port),
            _ => return Err(brackets::text_after(text, behind)),
        };
        Self::with_port(text, NodeName::Ip(ip), port)
    }

    fn plain(text: &'a [u8]) -> Result<Self, ParseError> {
        let (name, port) = split_at_colon(text);
        let name = match name {
            [] => return Err(ParseError::new(ParseErrorKind::OctetEmpty, 0, 0)),
            [b'_', word @ ..] => {
                obfuscated(word, ParseErrorKind::HostLabelEmpty, |at, byte| {
                    ParseError::bad_byte(ParseErrorKind::HostBadByte, at, byte)
                })
                .map_err(|error| error.shifted(1))?;
                NodeName::Obfuscated(name)
            }
            _ if name.eq_ignore_ascii_case(b"unknown") => {
                return Err(ParseError::new(ParseErrorKind::NotRepresentable, 0, name.len()));
            }
            _ => NodeName::Ip(SCOPED.read(name)?),
        };
        Self::with_port(text, name, port)
    }

    fn with_port(
        text: &'a [u8],
        name: NodeName<'a>,
        port: Option<&'a [u8]>,
    ) -> Result<Self, ParseError> {
        let port = match port {
            None => NodePort::Missing,
            Some(port) => {
                let at = text.len().saturating_sub(port.len());
                node_port(port).map_err(|error| error.shifted(at))?
            }
        };
        Ok(Self { name, port, len: text.len() })
    }

    fn reading(self, options: &TextOptions) -> Result<Reading<'a>, ParseError> {
        let (host, port, word) = match (self.name, self.port) {
            (NodeName::Ip(ip), NodePort::Missing) => (Host::Ip(ip), options.default_port, None),
            (NodeName::Ip(ip), NodePort::Number(port)) => (Host::Ip(ip), Some(port), None),
            (NodeName::Ip(ip), NodePort::Obfuscated(word)) => (Host::Ip(ip), None, Some(word)),
            (NodeName::Obfuscated(word), port) => {
                let port = match port {
                    NodePort::Missing => options.default_port,
                    NodePort::Number(port) => Some(port),
                    NodePort::Obfuscated(port) => {
                        let at = self.len.saturating_sub(port.len());
                        let kind = ParseErrorKind::NotRepresentable;
                        return Err(ParseError::new(kind, at, port.len()));
                    }
                };
                (Host::Name(HostName::from_written(word, false)), port, Some(word))
            }
        };
        let extra = Extra { obfuscated: word.map(Token::new), ..Extra::NONE };
        Ok(Reading::new(Endpoint::Inet(HostPort { host, port })).with_extra(extra))
    }
}

/// ```abnf
/// node-port = port / obfport
/// port      = 1*5DIGIT
/// obfport   = "_" 1*( ALPHA / DIGIT / "." / "_" / "-" )
/// ```
///
/// RFC 7239, section 6.
pub(crate) fn node_port(text: &[u8]) -> Result<NodePort<'_>, ParseError> {
    if let [b'_', word @ ..] = text {
        return obfuscated(word, ParseErrorKind::PortEmpty, ParseError::unexpected)
            .map(|()| NodePort::Obfuscated(text))
            .map_err(|error| error.shifted(1));
    }
    let port = ports::read(text)?;
    if text.len() > port::MAX_LEN {
        // Only zeros make a port as small as that longer.
        return Err(ParseError::new(ParseErrorKind::PortLeadingZero, 0, text.len()));
    }
    Ok(NodePort::Number(port))
}

/// What follows the `_` of an obfuscated host or port; RFC 7239, section 6.3.
fn obfuscated(
    word: &[u8],
    empty: ParseErrorKind,
    wrong: fn(usize, u8) -> ParseError,
) -> Result<(), ParseError> {
    let mut reader = Reader::new(word);
    let run = reader
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'));
    match reader.peek() {
        Some(byte) => Err(wrong(run.len(), byte)),
        None if run.is_empty() => Err(ParseError::new(empty, 0, 0)),
        None => Ok(()),
    }
}

/// Writes a token where that is possible.
fn write(
    reading: &Reading<'_>,
    options: &TextOptions,
    out: &mut [u8],
) -> Result<usize, FormatError> {
    let refused = Err(FormatError::NotRepresentable);
    let Reading {
        endpoint: Endpoint::Inet(HostPort { host, port }),
        extra:
            Extra {
                obfuscated: word,
                transport: None,
                family: None,
                service: None,
                interface: None,
                ports: None,
            },
        ..
    } = reading
    else {
        return refused;
    };
    let is_defaulted = port.is_none() && options.default_port.is_some();
    match (host, port, word) {
        (Host::Ip(Ip::V6(_, Some(_))), ..) => refused,
        (Host::Ip(ip), None, Some(word)) if is_obfuscated(word) => {
            print(format_args!("\"{}:{word}\"", Host::Ip(*ip)), out)
        }
        // A text without a port would read back with the default.
        _ if is_defaulted => refused,
        (Host::Ip(Ip::V4(addr)), None, None) => print(format_args!("{addr}"), out),
        (Host::Ip(_), _, None) => print(format_args!("\"{}\"", reading.endpoint), out),
        (Host::Name(name), port, Some(word)) if is_same_word(name, word) => match port {
            None => print(format_args!("{word}"), out),
            Some(port) => print(format_args!("\"{word}:{port}\""), out),
        },
        _ => refused,
    }
}

/// Whether a host is nothing but the obfuscated word.
fn is_same_word(name: &HostName<'_>, word: &Token<'_>) -> bool {
    is_obfuscated(word) && *name == HostName::from_written(word.as_bytes(), false)
}

fn is_obfuscated(word: &Token<'_>) -> bool {
    match word.as_bytes() {
        [b'_', word @ ..] => {
            obfuscated(word, ParseErrorKind::HostLabelEmpty, ParseError::unexpected).is_ok()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
