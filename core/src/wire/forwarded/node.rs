//! Nodes: an address, `unknown`, or a name that hides one.

use core::fmt::{self, Write as _};

use super::super::sink::Sink;
use super::super::{WireError, WireErrorKind};
use super::text::{MAX_DECODED_LEN, Text};
use crate::addr::{Ip, ParseError, split_at_colon};
use crate::dialect::forwarded::{self as dialect, node_port};

/// Who took part in a request: `node = nodename [ ":" node-port ]`.
///
/// RFC 7239, section 6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Node<'a> {
    /// The name.
    pub name: NodeName<'a>,
    /// The port, or what stands for it.
    pub port: Option<NodePort<'a>>,
}

/// The name of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "RFC 7239, section 6, knows these three")]
pub enum NodeName<'a> {
    /// An address, without a zone.
    Ip(Ip),
    /// `unknown`: the proxy does not know. RFC 7239, section 6.2.
    Unknown,
    /// A word with `_` before it that only its author understands. RFC 7239, section 6.3.
    Obfuscated(Text<'a>),
}

/// The port of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "RFC 7239, section 6, knows these two")]
pub enum NodePort<'a> {
    /// A port.
    Number(u16),
    /// A word with `_` before it. RFC 7239, section 6.3.
    Obfuscated(Text<'a>),
}

impl<'a> Node<'a> {
    /// A node of this name, with or without a port; what cannot be written is refused then.
    #[must_use]
    pub const fn new(name: NodeName<'a>, port: Option<NodePort<'a>>) -> Self {
        Self { name, port }
    }

    /// An address.
    #[must_use]
    pub const fn ip(ip: Ip) -> Self {
        Self::new(NodeName::Ip(ip), None)
    }

    /// Reads what a value says, whose content begins at an offset of the input.
    pub(super) fn read(value: Text<'a>, at: usize) -> Result<Self, WireError> {
        let bad = |place| WireError::new(WireErrorKind::BadNode, at.saturating_add(place));
        let mut buffer = [0; MAX_DECODED_LEN];
        let text = value.decoded(&mut buffer).ok_or_else(|| bad(0))?;
        let (name_text, port_text) = split_at_colon(text);
        let port_at = name_text.len().saturating_add(1);
        let (name, port) = if name_text.eq_ignore_ascii_case(b"unknown") {
            let port = port_text.map(node_port).transpose();
            let port = port.map_err(|error| error.shifted(port_at));
            port.map(|port| {
                (NodeName::Unknown, port.and_then(|port| keep_port(&port, value, text)))
            })
        } else {
            dialect::Node::read(text).map(|node| {
                let name = match node.name {
                    dialect::NodeName::Ip(ip) => NodeName::Ip(ip),
                    dialect::NodeName::Obfuscated(word) => {
                        NodeName::Obfuscated(value.part(0, word.len()))
                    }
                };
                (name, keep_port(&node.port, value, text))
            })
        }
        .map_err(|error: ParseError| {
            bad(value.place(usize::try_from(error.at).unwrap_or(usize::MAX)))
        })?;
        Ok(Self { name, port })
    }

    /// Writes the node as a value of a pair.
    pub(super) fn emit(&self, sink: &mut Sink<'_, '_>) -> fmt::Result {
        let is_token = matches!(
            self,
            Self {
                name: NodeName::Ip(Ip::V4(_)) | NodeName::Unknown | NodeName::Obfuscated(_),
                port: None
            }
        );
        let quote: &[u8] = if is_token { b"" } else { b"\"" };
        sink.put(quote)?;
        match &self.name {
            NodeName::Ip(Ip::V6(_, Some(_))) => return Err(fmt::Error),
            NodeName::Ip(Ip::V4(addr)) => write!(sink, "{addr}")?,
            NodeName::Ip(ip) => write!(sink, "[{ip}]")?,
            NodeName::Unknown => sink.put(b"unknown")?,
            NodeName::Obfuscated(word) => put_word(word, sink)?,
        }
        match &self.port {
            None => {}
            Some(NodePort::Number(port)) => write!(sink, ":{port}")?,
            Some(NodePort::Obfuscated(word)) => {
                sink.put(b":")?;
                put_word(word, sink)?;
            }
        }
        sink.put(quote)
    }
}

/// The port of decoded text, borrowed from the value as it is written.
fn keep_port<'a>(
    port: &dialect::NodePort<'_>,
    value: Text<'a>,
    text: &[u8],
) -> Option<NodePort<'a>> {
    match port {
        dialect::NodePort::Missing => None,
        dialect::NodePort::Number(port) => Some(NodePort::Number(*port)),
        dialect::NodePort::Obfuscated(word) => {
            let begin = text.len().saturating_sub(word.len());
            Some(NodePort::Obfuscated(value.part(begin, text.len())))
        }
    }
}

/// `"_" 1*( ALPHA / DIGIT / "." / "_" / "-" )`; RFC 7239, section 6.3.
fn put_word(word: &Text<'_>, sink: &mut Sink<'_, '_>) -> fmt::Result {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let mut bytes = word.bytes();
    if bytes.next() != Some(b'_') || bytes.clone().next().is_none() || !bytes.all(is_plain) {
        return Err(fmt::Error);
    }
    word.bytes().try_for_each(|byte| sink.put(&[byte]))
}
