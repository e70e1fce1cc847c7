//! Multiaddrs from text, and from the readings of the dialect.

use core::fmt;

use super::base58;
use super::value::{MAX_PEER_LEN, check_peer, check_value};
use super::{Mode, Multiaddr, WireError, WireErrorKind};
use crate::addr::{
    Dialect, Endpoint, Ip, ParseError, ParseErrorKind, TextOptions, UnixName, ipv4, port,
};
use crate::cursor::{BufferTooSmall, Reader, Writer};
use crate::dialect::multiaddr::protocols::{Kind, Protocol, Sized};
use crate::dialect::multiaddr::{next_name, read_ipv6, value};
use crate::dialect::shared::escapes::{Part, Pieces, is_pchar};
use crate::dialect::{self, Reading};
use crate::endian::Endian;
use crate::varint::{Encoding, Varint};

/// Why a text did not become a multiaddr.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TextError {
    /// The text breaks a rule of text: that of an address, a port, an escape.
    Text(ParseError),
    /// The text breaks a rule of multiaddrs, or the buffer is too small.
    Wire(WireError),
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(error) => fmt::Display::fmt(error, f),
            Self::Wire(error) => fmt::Display::fmt(error, f),
        }
    }
}

impl core::error::Error for TextError {}

impl From<ParseError> for TextError {
    fn from(error: ParseError) -> Self {
        Self::Text(error)
    }
}

impl From<WireError> for TextError {
    fn from(error: WireError) -> Self {
        Self::Wire(error)
    }
}

impl From<BufferTooSmall> for TextError {
    fn from(error: BufferTooSmall) -> Self {
        Self::Wire(WireError::new(WireErrorKind::BufferTooSmall, error.at))
    }
}

impl<'a> Multiaddr<'a> {
    /// Reads the text of a multiaddr and writes its bytes to `out`.
    ///
    /// Every protocol that the bytes may have is read, also where the dialect has no word for it.
    ///
    /// # Errors
    ///
    /// [`UnknownProtocol`](WireErrorKind::UnknownProtocol) at the name,
    /// [`EmptyValue`](WireErrorKind::EmptyValue) where the value should begin,
    /// [`ZoneWithoutIp6`](WireErrorKind::ZoneWithoutIp6),
    /// [`NotRepresentable`](WireErrorKind::NotRepresentable) for a peer that is no multihash in
    /// base58, for bytes that a zone or a name does not have and for what stands behind a path of
    /// [`Mode::Legacy`]; [`BufferTooSmall`](WireErrorKind::BufferTooSmall); and what the dialect
    /// says of addresses, ports and escapes.
    pub fn from_text(text: &[u8], mode: Mode, out: &'a mut [u8]) -> Result<Self, TextError> {
        Self::write_text(text, mode, None, out)
    }

    /// Writes the bytes of what the dialect `multiaddr` can say to `out`.
    ///
    /// The path of a socket keeps its first slash in [`Mode::Spec`].
    ///
    /// # Errors
    ///
    /// [`NotRepresentable`](WireErrorKind::NotRepresentable) for what it cannot say,
    /// [`BufferTooSmall`](WireErrorKind::BufferTooSmall).
    pub fn from_reading(
        reading: &Reading<'_>,
        mode: Mode,
        out: &'a mut [u8],
    ) -> Result<Self, WireError> {
        let unsaid = WireError::new(WireErrorKind::NotRepresentable, 0);
        let mut text = [0; MAX_READING_LEN];
        let options = TextOptions::new();
        let len = dialect::format_reading(Dialect::Multiaddr, reading, &options, &mut text);
        let text = len.ok().and_then(|len| text.get(..len)).ok_or(unsaid)?;
        let path = match &reading.endpoint {
            Endpoint::Unix(address) => match address.name() {
                UnixName::Pathname(path) => Some(path),
                _ => return Err(unsaid),
            },
            _ => None,
        };
        Self::write_text(text, mode, path, out).map_err(|error| match error {
            TextError::Wire(error) if error.kind == WireErrorKind::BufferTooSmall => error,
            _ => unsaid,
        })
    }

    /// Writes the components of a text; `path` is a socket that the text names already.
    fn write_text(
        text: &[u8],
        mode: Mode,
        path: Option<&[u8]>,
        out: &'a mut [u8],
    ) -> Result<Self, TextError> {
        let mut reader = Reader::new(text);
        let mut writer = Writer::new(out);
        let mut before = None;
        while let Some(name) = next_name(&mut reader)? {
            let unknown = WireError::new(WireErrorKind::UnknownProtocol, name.at);
            let protocol = Protocol::from_name(name.text).ok_or(unknown)?;
            if before == Some(Protocol::Ip6Zone) && protocol != Protocol::Ip6 {
                return Err(WireError::new(WireErrorKind::ZoneWithoutIp6, name.at).into());
            }
            put_number(protocol.code().into(), &mut writer)?;
            match (protocol, path) {
                (Protocol::Unix, Some(path)) => {
                    _ = value(&mut reader);
                    put_path(path, mode, &reader, &mut writer)?;
                }
                _ => {
                    let (at, written) = written_value(protocol, mode, &mut reader);
                    put_value(protocol, written, at, mode, &mut writer)?;
                }
            }
            before = Some(protocol);
        }
        match before {
            None => Err(ParseError::new(ParseErrorKind::HostLabelEmpty, text.len(), 0).into()),
            Some(Protocol::Ip6Zone) => {
                Err(WireError::new(WireErrorKind::ZoneWithoutIp6, text.len()).into())
            }
            Some(_) => Ok(Self { bytes: writer.into_written(), mode }),
        }
    }
}

/// The text of a value and where it begins; a path of old goes to the end.
fn written_value<'t>(protocol: Protocol, mode: Mode, reader: &mut Reader<'t>) -> (usize, &'t [u8]) {
    match (protocol, mode) {
        (Protocol::Unix, Mode::Legacy) => {
            _ = reader.expect(b'/');
            (reader.position(), reader.take_rest())
        }
        _ if protocol.kind() == Kind::Flag => (reader.position(), &[]),
        _ => {
            let component = value(reader);
            (component.at, component.text)
        }
    }
}

/// The longest text of a reading: an abstract name is longer than a host, a path shorter.
const MAX_READING_LEN: usize = 512;

/// Puts the path of a socket that is no text.
fn put_path(
    path: &[u8],
    mode: Mode,
    rest: &Reader<'_>,
    out: &mut Writer<'_>,
) -> Result<(), TextError> {
    let path = match (mode, path) {
        // A path of old begins behind the slash of `/unix/`.
        (Mode::Legacy, [b'/', second @ ..]) if !matches!(second, [] | [b'/', ..]) => second,
        _ => path,
    };
    if mode == Mode::Legacy && !rest.is_empty() {
        return Err(WireError::new(WireErrorKind::NotRepresentable, rest.position()).into());
    }
    check_value(Protocol::Unix, path, mode)?;
    put_sized(path, out)
}

fn put_value(
    protocol: Protocol,
    text: &[u8],
    at: usize,
    mode: Mode,
    out: &mut Writer<'_>,
) -> Result<(), TextError> {
    let kind = protocol.kind();
    if text.is_empty() && kind != Kind::Flag {
        return Err(WireError::new(WireErrorKind::EmptyValue, at).into());
    }
    let placed = |error: ParseError| error.shifted(at);
    match kind {
        Kind::Flag => {}
        Kind::Ip4 => out.put_slice(&ipv4::parse(text).map_err(placed)?.octets())?,
        Kind::Ip6 => match read_ipv6(text, None).map_err(placed)? {
            Ip::V6(addr, _) => out.put_slice(&addr.octets())?,
            Ip::V4(addr) => out.put_slice(&addr.octets())?,
        },
        Kind::Bits => out.put(read_bits(text).map_err(placed)?)?,
        Kind::Port => out.put_u16(port::parse(text).map_err(placed)?, Endian::Big)?,
        Kind::Sized(Sized::Peer) => {
            let unsaid =
                |place| WireError::new(WireErrorKind::NotRepresentable, at.saturating_add(place));
            let mut buffer = [0; MAX_PEER_LEN];
            let peer = base58::decode(text, &mut buffer).map_err(unsaid)?;
            check_peer(peer).map_err(|_| unsaid(0))?;
            put_sized(peer, out)?;
        }
        Kind::Sized(Sized::Path) => put_decoded(text, at, out)?,
        Kind::Sized(Sized::Unix) if mode == Mode::Spec => put_decoded(text, at, out)?,
        Kind::Sized(_) => {
            check_value(protocol, text, mode)
                .map_err(|error| WireError { at: error.at.saturating_add(at), ..error })?;
            put_sized(text, out)?;
        }
    }
    Ok(())
}

/// How many bits count, as a decimal number without leading zeros, at most 255.
fn read_bits(text: &[u8]) -> Result<u8, ParseError> {
    let number = port::parse(text)?;
    let too_large = ParseError::new(ParseErrorKind::NumberTooLarge, 0, text.len());
    u8::try_from(number).map_err(|_| too_large)
}

/// `segment-nz = 1*pchar`; RFC 3986, section 3.3. What its escapes stand for is put.
fn put_decoded(text: &[u8], at: usize, out: &mut Writer<'_>) -> Result<(), TextError> {
    let part = Part::percent(text);
    part.check_plain(is_pchar).map_err(|error| error.shifted(at))?;
    let bytes = Pieces::new(text).bytes();
    put_number(u64::try_from(bytes.clone().count()).unwrap_or(u64::MAX), out)?;
    for byte in bytes {
        out.put(byte)?;
    }
    Ok(())
}

fn put_sized(bytes: &[u8], out: &mut Writer<'_>) -> Result<(), TextError> {
    put_number(u64::try_from(bytes.len()).unwrap_or(u64::MAX), out)?;
    Ok(out.put_slice(bytes)?)
}

fn put_number(number: u64, out: &mut Writer<'_>) -> Result<(), TextError> {
    let mut bytes = [0; Varint::MAX_LEN];
    let len = Varint::u64(Encoding::Leb128).write(number, &mut bytes).unwrap_or_default();
    Ok(out.put_slice(bytes.get(..len).unwrap_or_default())?)
}
