//! `X-Forwarded-For`: a list of addresses and of `unknown`.

use core::fmt::{self, Write as _};

use super::super::sink::{self, Sink};
use super::super::{Decoded, Field, Wire, WireError, WireErrorKind};
use super::{Node, NodeName, NodePort};
use crate::addr::{Endpoint, Host, HostPort, Ip, TextOptions};
use crate::cursor::{BufferTooSmall, Writer};
use crate::dialect::xff::{self as dialect, Element};

/// The value of an `X-Forwarded-For` field: a list of nodes, the nearest last.
///
/// An element is an address with or without a port, or `unknown`. An empty one is refused: unlike
/// in `Forwarded` no document says that it counts for nothing.
#[derive(Clone, Copy, Debug)]
pub struct Xff<'a>(Source<'a>);

#[derive(Clone, Copy, Debug)]
enum Source<'a> {
    /// Text in which every element was read.
    Text(&'a [u8]),
    Nodes(&'a [Node<'a>]),
}

impl<'a> Xff<'a> {
    /// A list of nodes, to be written; what cannot be is refused then.
    #[must_use]
    pub const fn new(nodes: &'a [Node<'a>]) -> Self {
        Self(Source::Nodes(nodes))
    }

    /// The nodes from left to right; the last was written by the nearest proxy.
    #[must_use]
    pub fn hops(&self) -> XffHops<'a> {
        XffHops(match self.0 {
            Source::Text(text) => Rest::Text(text, Some(0)),
            Source::Nodes(nodes) => Rest::Nodes(nodes.iter()),
        })
    }
}

/// The same nodes in the same order.
impl PartialEq for Xff<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.hops().eq(other.hops())
    }
}

impl Eq for Xff<'_> {}

/// Iterator over the nodes of an [`Xff`].
#[derive(Clone, Debug)]
pub struct XffHops<'a>(Rest<'a>);

#[derive(Clone, Debug)]
enum Rest<'a> {
    /// The text, and where the next element is.
    Text(&'a [u8], Option<usize>),
    Nodes(core::slice::Iter<'a, Node<'a>>),
}

impl<'a> Iterator for XffHops<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        match &mut self.0 {
            Rest::Text(text, place) => {
                let Element { at, text, next } = dialect::element(text, (*place)?);
                *place = next;
                read(text, at).ok()
            }
            Rest::Nodes(nodes) => nodes.next().copied(),
        }
    }
}

/// Reads an element that begins at an offset of the input.
pub(super) fn read(text: &[u8], at: usize) -> Result<Node<'static>, WireError> {
    if text.eq_ignore_ascii_case(b"unknown") {
        return Ok(Node::new(NodeName::Unknown, None));
    }
    let bad = |place| WireError::new(WireErrorKind::BadNode, at.saturating_add(place));
    match dialect::node(text, &TextOptions::new()).map(|reading| reading.endpoint) {
        Ok(Endpoint::Inet(HostPort { host: Host::Ip(ip), port })) => {
            Ok(Node::new(NodeName::Ip(ip), port.map(NodePort::Number)))
        }
        Ok(_) => Err(bad(0)),
        Err(error) => Err(bad(usize::try_from(error.at).unwrap_or(usize::MAX))),
    }
}

impl<'a> Wire<'a> for Xff<'a> {
    type Context = ();

    fn decode(input: &'a [u8], (): ()) -> Result<Decoded<Self>, WireError> {
        let mut place = Some(0);
        while let Some(begin) = place {
            let Element { at, text, next } = dialect::element(input, begin);
            _ = read(text, at)?;
            place = next;
        }
        Ok(Decoded::Value { value: Self(Source::Text(input)), consumed: input.len() })
    }

    fn fields(input: &'a [u8], (): (), each: &mut dyn FnMut(Field)) {
        let mut place = Some(0);
        while let Some(begin) = place {
            let Element { at, text, next } = dialect::element(input, begin);
            let meaning = match read(text, at) {
                Ok(Node { name: NodeName::Ip(_), .. }) => "address",
                Ok(_) => "not known to the proxy",
                Err(_) => "no node",
            };
            if !text.is_empty() {
                each(Field::new("element", at..at.saturating_add(text.len()), meaning));
            }
            place = next;
        }
    }

    fn encoded_len(&self, (): ()) -> Result<usize, WireError> {
        let unsaid = WireError::new(WireErrorKind::NotRepresentable, 0);
        sink::count(|sink| self.emit(sink)).ok_or(unsaid)
    }

    fn write(&self, (): (), out: &mut Writer<'_>) -> Result<(), BufferTooSmall> {
        sink::put(out, |sink| self.emit(sink))
    }
}

impl Xff<'_> {
    /// Writes the nodes with `, ` between them; IPv6 has brackets only before a port.
    fn emit(&self, sink: &mut Sink<'_, '_>) -> fmt::Result {
        let mut nodes = self.hops();
        emit_node(&nodes.next().ok_or(fmt::Error)?, sink)?;
        nodes.try_for_each(|node| {
            sink.put(b", ")?;
            emit_node(&node, sink)
        })
    }
}

fn emit_node(node: &Node<'_>, sink: &mut Sink<'_, '_>) -> fmt::Result {
    match (node.name, node.port) {
        (NodeName::Unknown, None) => sink.put(b"unknown"),
        (NodeName::Ip(Ip::V6(_, Some(_))), _) => Err(fmt::Error),
        (NodeName::Ip(ip), None) => write!(sink, "{ip}"),
        (NodeName::Ip(Ip::V4(addr)), Some(NodePort::Number(port))) => write!(sink, "{addr}:{port}"),
        (NodeName::Ip(ip), Some(NodePort::Number(port))) => write!(sink, "[{ip}]:{port}"),
        _ => Err(fmt::Error),
    }
}
