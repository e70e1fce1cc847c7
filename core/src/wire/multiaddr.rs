//! Multiaddrs as bytes: the addresses of libp2p and IPFS in their binary form.
//!
//! ```text
//! 04 7f000001     06 0cea     2a 04 65746830     29 fe80…01     cd03
//! │  └ value      │  └ value  │  │  └ value      │  └ value     └ code 461 alone
//! └ code          └ code      │  └ length        └ code
//! /ip4/127.0.0.1  /tcp/3306   /ip6zone/eth0      /ip6/fe80::1   /quic-v1
//! ```
//!
//! A component is the code of its protocol as an unsigned LEB128, then a value: of a fixed size, or
//! with its length before it. Nothing tells where the last one ends, so a multiaddr fills its
//! input, and bytes that end inside a component are [`TooShort`](WireErrorKind::TooShort).
//!
//! Source: multiformats/multiaddr, `README.md` (specification) and `protocols.csv`;
//! multiformats/unsigned-varint, `README.md`.
//!
//! # Refused
//!
//! * A code or a length in more bytes than it needs: two spellings of one address do not compare
//!   equal, and readers differ on them.
//! * A protocol that is not known here, for nothing tells where its value ends.
//! * An empty value, no bytes at all, and a zone that no IPv6 address follows.
//! * A value that no text says: a zone or a name with bytes that a zone or a name does not have (a
//!   slash in a name would read back as another component), a peer that is no multihash.
//!
//! # The two readings of `/unix`
//!
//! `protocols/unix.md` makes the path one percent-encoded segment of the text and its decoded bytes
//! the value ([`Mode::Spec`]). Before that the value was the text as it stood, to its end
//! ([`Mode::Legacy`]): `py-multiaddr` still stores `/unix/tmp/m.sock` so, and `rust-multiaddr` the
//! bytes `%2F` for a slash. The bytes do not tell which of the two wrote them.

use core::fmt;

use self::value::{Decoded as Value, check_value};
use super::{Decoded, Field, Wire, WireError, WireErrorKind};
use crate::addr::{Endpoint, Host, HostName, HostPort, Ip, Zone, ZoneName, is_numeric_last_label};
use crate::cursor::{BufferTooSmall, Reader, Writer};
use crate::dialect::multiaddr::absolute;
use crate::dialect::multiaddr::protocols::{Kind, Layer, Protocol};
use crate::dialect::shared::numbers::{self, Digits};
use crate::dialect::{Extra, Family, Reading};
use crate::endian::{Endian, IntErrorKind};
use crate::varint::{Encoding, Status, Varint};

mod base58;
mod text;
mod value;

pub use self::text::TextError;

/// Which of its two readings the value of `/unix` has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// The bytes of the path; the text escapes them. `protocols/unix.md`.
    #[default]
    Spec,
    /// The text as it stands, to the end of the multiaddr: before `protocols/unix.md`.
    Legacy,
}

impl Mode {
    /// Every mode.
    pub const ALL: &'static [Self] = &[Self::Spec, Self::Legacy];

    /// The name that vectors, JSON and the command share.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Spec => "spec",
            Self::Legacy => "legacy",
        }
    }

    /// Finds a mode by its [name](Self::name).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|mode| mode.name() == name)
    }
}

/// A multiaddr as bytes, every component of which was read.
///
/// Displays as its text. Two are equal where their bytes are, as the specification has it.
///
/// ```
/// use portolan::wire::{Wire as _, multiaddr::{Mode, Multiaddr}};
///
/// let bytes = b"\x04\x7f\0\0\x01\x91\x02\x0f\xa1\xcd\x03";
/// let multiaddr = Multiaddr::decode(bytes, Mode::Spec)?.value().unwrap();
/// assert_eq!(multiaddr.to_string(), "/ip4/127.0.0.1/udp/4001/quic-v1");
/// assert_eq!(multiaddr.reading().unwrap().endpoint.to_string(), "127.0.0.1:4001");
///
/// let mut out = [0; 64];
/// let again = Multiaddr::from_text(b"/ip4/127.0.0.1/udp/4001/quic-v1", Mode::Spec, &mut out)?;
/// assert_eq!(again, multiaddr);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Multiaddr<'a> {
    bytes: &'a [u8],
    mode: Mode,
}

/// A component of a multiaddr: a protocol, and its value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Component<'a> {
    protocol: Protocol,
    value: &'a [u8],
    mode: Mode,
}

/// Iterator over the components of a multiaddr.
#[derive(Clone, Debug)]
pub struct Components<'a> {
    reader: Reader<'a>,
    mode: Mode,
}

impl<'a> Multiaddr<'a> {
    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// How the value of `/unix` is read.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// The components, in order; at least one.
    #[must_use]
    pub const fn components(&self) -> Components<'a> {
        Components { reader: Reader::new(self.bytes), mode: self.mode }
    }

    /// The endpoint that the multiaddr names, and what it says beside it: what the dialect
    /// `multiaddr` reads in its text.
    ///
    /// `None` where it names none, or stands on protocols for which a reading has no word.
    #[must_use]
    pub fn reading(&self) -> Option<Reading<'a>> {
        let mut components = self.components();
        let mut reading = host(components.next()?, &mut components)?;
        for component in components {
            match Layer::of(component.protocol, &reading)? {
                Layer::Carrier(transport) => {
                    let port = Reader::new(component.value).take_u16(Endian::Big)?;
                    let Endpoint::Inet(inet) = &mut reading.endpoint else { return None };
                    inet.port = Some(port);
                    reading.extra.transport = Some(transport);
                }
                Layer::Above(transport) => reading.extra.transport = Some(transport),
                Layer::Around => reading.surroundings = true,
            }
        }
        Some(reading)
    }

    fn has(&self, protocol: Protocol) -> bool {
        self.components().any(|component| component.protocol == protocol)
    }
}

/// The host that a multiaddr begins with.
fn host<'a>(first: Component<'a>, rest: &mut Components<'a>) -> Option<Reading<'a>> {
    let mut family = None;
    let host = match (first.protocol, Value::of(&first)?) {
        (Protocol::Ip4, Value::Ip(ip)) | (Protocol::Ip6, Value::Ip(ip)) => Host::Ip(ip),
        (Protocol::Ip6Zone, Value::Bytes(zone)) => match Value::of(&rest.next()?)? {
            Value::Ip(Ip::V6(addr, _)) => Host::Ip(Ip::V6(addr, zone_of(zone)?)),
            _ => return None,
        },
        (Protocol::Dns | Protocol::Dns4 | Protocol::Dns6, Value::Bytes(name)) => {
            family = match first.protocol {
                Protocol::Dns4 => Some(Family::Ipv4),
                Protocol::Dns6 => Some(Family::Ipv6),
                _ => None,
            };
            // As in the text, what ends in a number is no name.
            (!is_numeric_last_label(name))
                .then(|| Host::Name(HostName::from_written(name, false)))?
        }
        (Protocol::Unix, Value::Bytes(path)) => {
            return Some(Endpoint::Unix(absolute(path)?).into());
        }
        _ => return None,
    };
    let endpoint = Endpoint::Inet(HostPort { host, port: None });
    Some(Reading::new(endpoint).with_extra(Extra { family, ..Extra::NONE }))
}

/// The zone of a value; `Some(None)` is zone 0, which is none.
fn zone_of(value: &[u8]) -> Option<Option<Zone>> {
    match numbers::read(value) {
        Digits::Value(index) => Some(Zone::from_index(index)),
        Digits::TooLarge => None,
        Digits::Other(_) => ZoneName::new(value).ok().map(|name| Some(Zone::Name(name))),
    }
}

impl<'a> Component<'a> {
    /// The number of the protocol.
    #[must_use]
    pub const fn code(&self) -> u32 {
        self.protocol.code()
    }

    /// The name of the protocol.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.protocol.name()
    }

    /// The bytes of the value, without their length; none where the protocol has no value.
    #[must_use]
    pub const fn value(&self) -> &'a [u8] {
        self.value
    }
}

impl<'a> Iterator for Components<'a> {
    type Item = Component<'a>;

    fn next(&mut self) -> Option<Component<'a>> {
        if self.reader.is_empty() {
            return None;
        }
        let Parts { protocol, value, .. } = parts(&mut self.reader).ok()?;
        Some(Component { protocol, value, mode: self.mode })
    }
}

/// A component as it stands: where its value begins, and where the length of the value does.
struct Parts<'a> {
    protocol: Protocol,
    value: &'a [u8],
    length_at: usize,
    value_at: usize,
}

/// `component = code ( fixed / length value )`; multiformats/multiaddr, specification, encoding.
fn parts<'a>(reader: &mut Reader<'a>) -> Result<Parts<'a>, WireError> {
    let at = reader.position();
    let too_short = WireError::new(WireErrorKind::TooShort, at.saturating_add(reader.remaining()));
    let unknown = WireError::new(WireErrorKind::UnknownProtocol, at);
    let code = number(reader, too_short, unknown)?;
    let protocol = Protocol::from_code(code).ok_or(unknown)?;
    let length_at = reader.position();
    let len = match protocol.kind() {
        Kind::Flag => 0,
        Kind::Bits => 1,
        Kind::Port => 2,
        Kind::Ip4 => 4,
        Kind::Ip6 => 16,
        // A length beyond 64 bits is beyond every input.
        Kind::Sized(_) => match number(reader, too_short, too_short)? {
            0 => return Err(WireError::new(WireErrorKind::EmptyValue, length_at)),
            len => usize::try_from(len).map_err(|_| too_short)?,
        },
    };
    let value_at = reader.position();
    let value = reader.take(len).ok_or(too_short)?;
    Ok(Parts { protocol, value, length_at, value_at })
}

/// An unsigned varint in its shortest form; multiformats/unsigned-varint.
fn number(
    reader: &mut Reader<'_>,
    too_short: WireError,
    overflow: WireError,
) -> Result<u64, WireError> {
    let at = reader.position();
    match Varint::u64(Encoding::Leb128).read(reader.rest()) {
        Ok(Status::Value { value, consumed }) => {
            _ = reader.take(consumed.get());
            Ok(value)
        }
        Ok(Status::Need(_)) => Err(too_short),
        Err(error) if error.kind == IntErrorKind::NonCanonicalLength => {
            let at = at.saturating_add(error.at);
            Err(WireError::new(WireErrorKind::NonCanonicalLength, at))
        }
        Err(_) => Err(overflow),
    }
}

/// Reads every component once.
fn check(input: &[u8], mode: Mode) -> Result<(), WireError> {
    let mut reader = Reader::new(input);
    let mut before = None;
    while !reader.is_empty() || before.is_none() {
        let at = reader.position();
        let Parts { protocol, value, value_at, .. } = parts(&mut reader)?;
        match (before, mode) {
            (Some(Protocol::Ip6Zone), _) if protocol != Protocol::Ip6 => {
                return Err(WireError::new(WireErrorKind::ZoneWithoutIp6, at));
            }
            // The text of the path goes to the end.
            (Some(Protocol::Unix), Mode::Legacy) => {
                return Err(WireError::new(WireErrorKind::NotRepresentable, at));
            }
            _ => {}
        }
        check_value(protocol, value, mode)
            .map_err(|error| WireError { at: error.at.saturating_add(value_at), ..error })?;
        before = Some(protocol);
    }
    match before {
        Some(Protocol::Ip6Zone) => Err(WireError::new(WireErrorKind::ZoneWithoutIp6, input.len())),
        _ => Ok(()),
    }
}

impl<'a> Wire<'a> for Multiaddr<'a> {
    type Context = Mode;

    fn decode(input: &'a [u8], mode: Mode) -> Result<Decoded<Self>, WireError> {
        check(input, mode)?;
        let value = Self { bytes: input, mode };
        Ok(Decoded::Value { value, consumed: input.len() })
    }

    fn fields(input: &'a [u8], _: Mode, each: &mut dyn FnMut(Field)) {
        let mut reader = Reader::new(input);
        while !reader.is_empty() {
            let at = reader.position();
            let Ok(parts) = parts(&mut reader) else {
                return each(Field::new("rest", at..input.len(), "no component"));
            };
            each(Field::new("protocol", at..parts.length_at, parts.protocol.name()));
            for (name, range, meaning) in [
                ("length", parts.length_at..parts.value_at, "length of the value"),
                ("value", parts.value_at..reader.position(), parts.protocol.name()),
            ] {
                if !range.is_empty() {
                    each(Field::new(name, range, meaning));
                }
            }
        }
    }

    fn encoded_len(&self, mode: Mode) -> Result<usize, WireError> {
        // The bytes are the same, but they would read back as another path.
        if mode != self.mode && self.has(Protocol::Unix) {
            return Err(WireError::new(WireErrorKind::NotRepresentable, 0));
        }
        Ok(self.bytes.len())
    }

    fn write(&self, _: Mode, out: &mut Writer<'_>) -> Result<(), BufferTooSmall> {
        out.put_slice(self.bytes)
    }
}

impl fmt::Display for Multiaddr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.components().try_for_each(|component| fmt::Display::fmt(&component, f))
    }
}

impl fmt::Debug for Multiaddr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} ({})", self.mode.name())
    }
}

impl fmt::Debug for Component<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests;
