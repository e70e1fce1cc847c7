//! `Forwarded` and `X-Forwarded-For`: the hops that a request has come through.
//!
//! ```text
//! Forwarded: for=192.0.2.43, for="[2001:db8::17]:4711";proto=https;by=_edge
//!            └ hop ───────┘  └ hop ───────────────────────────────────────┘
//!                            └ pair ─────────────────┘ └ pair ───┘ └ pair ┘
//! X-Forwarded-For: 192.0.2.43, 2001:db8::17
//! ```
//!
//! Each proxy appends what it has seen, so only the right end is written by machines one knows: who
//! asks for the client goes through [`trust`].
//!
//! Source: RFC 7239, sections 4 to 6 and 7.4; RFC 9110, section 5.6 (lists, tokens, quoted
//! strings); for `X-Forwarded-For`, which no document settles, the dialect
//! [`xff`](crate::addr::Dialect::Xff).
//!
//! ```abnf
//! Forwarded = element *( OWS "," OWS element )
//! element   = [ pair ] *( ";" [ pair ] )
//! pair      = token "=" ( token / quoted-string )
//! ```
//!
//! The input is the value of one field, whose end HTTP has told: bytes that end inside a pair are
//! an error. An element without a pair says nothing and is no hop (RFC 9110, section 5.6.1.2).
//!
//! # Refused
//!
//! * [`BadToken`](WireErrorKind::BadToken): a byte that does not belong, white space around `=` and
//!   `;` among it, `[` and `:` outside quotes; no hop at all; a `proto` that is no scheme and a
//!   `host` that no `Host` field could hold; at the first too many, more than 32 parameters in a
//!   hop that are not of the RFC, each of which is compared with all before it.
//! * [`BadQuote`](WireErrorKind::BadQuote): a quoted string without its end, at the end of the
//!   input, or with a byte that must not stand in it.
//! * [`DuplicateParameter`](WireErrorKind::DuplicateParameter), at the second one, for parameters
//!   that are not of the RFC, too.
//! * [`BadNode`](WireErrorKind::BadNode): a `for` or `by` that is no node, and an element of
//!   `X-Forwarded-For` that is neither an address nor `unknown`.

use core::fmt::{self, Write as _};

pub use self::node::{Node, NodeName, NodePort};
pub use self::pairs::{Extensions, ExtensionsIter};
use self::pairs::{Pair, Parameter, next_pair};
use self::text::MAX_DECODED_LEN;
pub use self::text::{Text, TextBytes};
pub use self::xff::{Xff, XffHops};
use super::sink::{self, Sink};
use super::{Decoded, Field, Wire, WireError, WireErrorKind};
use crate::addr::{Dialect, TextOptions};
use crate::cursor::{BufferTooSmall, Reader, Writer};
use crate::dialect;
use crate::dialect::xff::is_ows;

mod node;
mod pairs;
mod text;
pub mod trust;
mod xff;

/// The value of a `Forwarded` field: a list of hops, the nearest last.
///
/// ```
/// use portolan::wire::{Wire as _, forwarded::Forwarded};
///
/// let field = b"for=unknown, for=\"[2001:db8::17]:4711\";proto=https";
/// let hops = Forwarded::decode(field, ())?.value().unwrap().hops();
/// let nodes: Vec<_> = hops.map(|hop| hop.node.unwrap().to_string()).collect();
/// assert_eq!(nodes, ["unknown", "[2001:db8::17]:4711"]);
/// # Ok::<(), portolan::wire::WireError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Forwarded<'a>(Source<'a>);

#[derive(Clone, Copy, Debug)]
enum Source<'a> {
    /// Text in which every hop was read.
    Text(&'a [u8]),
    Hops(&'a [Hop<'a>]),
}

impl<'a> Forwarded<'a> {
    /// A list of hops, to be written; what cannot be is refused then.
    #[must_use]
    pub const fn new(hops: &'a [Hop<'a>]) -> Self {
        Self(Source::Hops(hops))
    }

    /// The hops from left to right; the last was written by the nearest proxy.
    #[must_use]
    pub fn hops(&self) -> Hops<'a> {
        Hops(match self.0 {
            Source::Text(text) => Rest::Text(Reader::new(text)),
            Source::Hops(hops) => Rest::Hops(hops.iter()),
        })
    }
}

/// The same hops in the same order.
impl PartialEq for Forwarded<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.hops().eq(other.hops())
    }
}

impl Eq for Forwarded<'_> {}

/// Iterator over the hops of a [`Forwarded`] field.
#[derive(Clone, Debug)]
pub struct Hops<'a>(Rest<'a>);

#[derive(Clone, Debug)]
enum Rest<'a> {
    Text(Reader<'a>),
    Hops(core::slice::Iter<'a, Hop<'a>>),
}

impl<'a> Iterator for Hops<'a> {
    type Item = Hop<'a>;

    fn next(&mut self) -> Option<Hop<'a>> {
        match &mut self.0 {
            Rest::Text(reader) => next_hop(reader).and_then(Result::ok),
            Rest::Hops(hops) => hops.next().copied(),
        }
    }
}

/// What one proxy says of the request it has forwarded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hop<'a> {
    /// `for`: who made the request to the proxy. RFC 7239, section 5.2.
    pub node: Option<Node<'a>>,
    /// `by`: where the proxy received it. RFC 7239, section 5.1.
    pub by: Option<Node<'a>>,
    /// `host`: the `Host` field that it had. RFC 7239, section 5.3.
    pub host: Option<Text<'a>>,
    /// `proto`: the scheme of its URI. RFC 7239, section 5.4.
    pub proto: Option<Text<'a>>,
    /// The parameters that the RFC does not know. RFC 7239, section 5.5.
    pub extensions: Extensions<'a>,
}

impl<'a> Hop<'a> {
    /// A hop that says who made the request.
    #[must_use]
    pub fn new(node: Node<'a>) -> Self {
        Self { node: Some(node), ..Self::default() }
    }

    fn is_empty(&self) -> bool {
        let Self { node: None, by: None, host: None, proto: None, extensions } = self else {
            return false;
        };
        extensions.into_iter().next().is_none()
    }
}

/// Reads the next hop; `None` behind the last.
///
/// ```abnf
/// list = [ element ] *( OWS "," OWS [ element ] )
/// ```
///
/// RFC 9110, section 5.6.1.2: empty elements count for nothing.
fn next_hop<'a>(reader: &mut Reader<'a>) -> Option<Result<Hop<'a>, WireError>> {
    loop {
        _ = reader.take_while(is_ows);
        if reader.is_empty() {
            return None;
        }
        let hop = match element(reader) {
            Ok(hop) => hop,
            Err(error) => return Some(Err(error)),
        };
        _ = reader.take_while(is_ows);
        if !reader.is_empty() && !reader.expect(b',') {
            return Some(Err(WireError::new(WireErrorKind::BadToken, reader.position())));
        }
        if hop.is_some() {
            return hop.map(Ok);
        }
    }
}

/// `element = [ pair ] *( ";" [ pair ] )`; RFC 7239, section 4. `None` where no pair stands in it.
fn element<'a>(reader: &mut Reader<'a>) -> Result<Option<Hop<'a>>, WireError> {
    let begin = reader.position();
    let mut hop = Hop::default();
    let (mut is_empty, mut others) = (true, 0_usize);
    while let Some(pair) = next_pair(reader) {
        let Pair { name, name_at, value, value_at } = pair?;
        is_empty = false;
        let before = reader.since(begin).get(..name_at.saturating_sub(begin)).unwrap_or_default();
        others = others.saturating_add((Parameter::of(name) == Parameter::Other).into());
        if others > MAX_EXTENSIONS {
            return Err(WireError::new(WireErrorKind::BadToken, name_at));
        }
        let is_second = match Parameter::of(name) {
            Parameter::For => hop.node.is_some(),
            Parameter::By => hop.by.is_some(),
            Parameter::Host => hop.host.is_some(),
            Parameter::Proto => hop.proto.is_some(),
            Parameter::Other => Extensions::new(before)
                .into_iter()
                .any(|(other, _)| other.eq_ignore_ascii_case(name)),
        };
        if is_second {
            return Err(WireError::new(WireErrorKind::DuplicateParameter, name_at));
        }
        let value = value?;
        match Parameter::of(name) {
            Parameter::For => hop.node = Some(Node::read(value, value_at)?),
            Parameter::By => hop.by = Some(Node::read(value, value_at)?),
            Parameter::Host => hop.host = Some(checked(value, value_at, host_error)?),
            Parameter::Proto => hop.proto = Some(checked(value, value_at, scheme_error)?),
            Parameter::Other => {}
        }
    }
    hop.extensions = Extensions::new(reader.since(begin));
    Ok((!is_empty).then_some(hop))
}

/// How many parameters a hop may have that the RFC does not know: comparing each with all before
/// it must not cost more than reading.
const MAX_EXTENSIONS: usize = 32;

/// Where a text is not what another grammar takes.
type Check = fn(&[u8]) -> Option<usize>;

/// A value that must be what another grammar takes.
fn checked<'a>(value: Text<'a>, at: usize, error: Check) -> Result<Text<'a>, WireError> {
    let bad = |place| WireError::new(WireErrorKind::BadToken, at.saturating_add(place));
    let mut buffer = [0; MAX_DECODED_LEN];
    match value.decoded(&mut buffer).map(error) {
        Some(None) => Ok(value),
        Some(Some(place)) => Err(bad(value.place(place))),
        None => Err(bad(0)),
    }
}

/// Where a text is no `Host` field; RFC 7239, section 5.3.
fn host_error(text: &[u8]) -> Option<usize> {
    let error = dialect::parse(Dialect::HttpHost, text, &TextOptions::new()).err()?;
    Some(usize::try_from(error.at).unwrap_or(usize::MAX))
}

/// `scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )`; RFC 3986, section 3.1, by RFC 7239,
/// section 5.4.
fn scheme_error(text: &[u8]) -> Option<usize> {
    let mut reader = Reader::new(text);
    if reader.take_byte().is_none_or(|byte| !byte.is_ascii_alphabetic()) {
        return Some(0);
    }
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    _ = reader.take_while(is_plain);
    (!reader.is_empty()).then_some(reader.position())
}

impl<'a> Wire<'a> for Forwarded<'a> {
    type Context = ();

    fn decode(input: &'a [u8], (): ()) -> Result<Decoded<Self>, WireError> {
        let mut reader = Reader::new(input);
        let mut is_empty = true;
        while let Some(hop) = next_hop(&mut reader) {
            _ = hop?;
            is_empty = false;
        }
        if is_empty {
            return Err(WireError::new(WireErrorKind::BadToken, input.len()));
        }
        Ok(Decoded::Value { value: Self(Source::Text(input)), consumed: input.len() })
    }

    fn fields(input: &'a [u8], (): (), each: &mut dyn FnMut(Field)) {
        let mut reader = Reader::new(input);
        while !reader.is_empty() {
            _ = reader.take_while(|byte| is_ows(byte) || byte == b',');
            while let Some(Ok(pair)) = next_pair(&mut reader) {
                let name_end = pair.name_at.saturating_add(pair.name.len());
                each(Field::new(
                    "parameter",
                    pair.name_at..name_end,
                    Parameter::of(pair.name).meaning(),
                ));
                let value = name_end.saturating_add(1)..reader.position();
                if pair.value.is_ok() && !value.is_empty() {
                    each(Field::new("value", value, "token or quoted string"));
                }
            }
            if !matches!(reader.peek(), None | Some(b',' | b' ' | b'\t')) {
                let rest = reader.position()..input.len();
                return each(Field::new("rest", rest, "no list of hops"));
            }
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

impl Forwarded<'_> {
    /// Writes the hops: `, ` between them, names in lower case, quotes only where they must be.
    fn emit(&self, sink: &mut Sink<'_, '_>) -> fmt::Result {
        let mut hops = self.hops();
        hops.next().ok_or(fmt::Error)?.emit(sink)?;
        hops.try_for_each(|hop| {
            sink.put(b", ")?;
            hop.emit(sink)
        })
    }
}

impl Hop<'_> {
    fn emit(&self, sink: &mut Sink<'_, '_>) -> fmt::Result {
        if self.is_empty() {
            return Err(fmt::Error);
        }
        let mut before: &[u8] = b"";
        let mut name = |name: &[u8], sink: &mut Sink<'_, '_>| {
            sink.put(before)?;
            before = b";";
            sink.put(name)?;
            sink.put(b"=")
        };
        for (word, node) in [(&b"for"[..], &self.node), (b"by", &self.by)] {
            if let Some(node) = node {
                name(word, sink)?;
                node.emit(sink)?;
            }
        }
        let values: [(&[u8], _, Check); 2] =
            [(b"host", &self.host, host_error), (b"proto", &self.proto, scheme_error)];
        for (word, value, error) in values {
            if let Some(value) = value {
                checked(*value, 0, error).map_err(|_| fmt::Error)?;
                name(word, sink)?;
                value.emit(sink)?;
            }
        }
        self.extensions.into_iter().try_for_each(|(word, value)| {
            name(word, sink)?;
            value.emit(sink)
        })
    }
}

/// The same text as is written.
impl fmt::Display for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            NodeName::Ip(crate::addr::Ip::V4(addr)) => write!(f, "{addr}")?,
            NodeName::Ip(ip) => write!(f, "[{ip}]")?,
            NodeName::Unknown => f.write_str("unknown")?,
            NodeName::Obfuscated(word) => fmt::Display::fmt(word, f)?,
        }
        match &self.port {
            None => Ok(()),
            Some(NodePort::Number(port)) => write!(f, ":{port}"),
            Some(NodePort::Obfuscated(word)) => {
                f.write_char(':')?;
                fmt::Display::fmt(word, f)
            }
        }
    }
}

#[cfg(test)]
mod tests;
