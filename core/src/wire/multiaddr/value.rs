//! The values of components, and their text.

use core::fmt;

use super::base58::Base58;
use super::{Component, Mode, WireError, WireErrorKind, number};
use crate::addr::{Ip, Ipv4Addr, Ipv6Addr, ZoneName, lookup_name_error};
use crate::cursor::Reader;
use crate::dialect::multiaddr::protocols::{Kind, Protocol, Sized};
use crate::dialect::shared::escapes::Escaped;
use crate::dialect::shared::numbers::{self, Digits};
use crate::endian::Endian;

/// What the bytes of a value are.
pub(super) enum Decoded<'a> {
    Nothing,
    Ip(Ip),
    Number(u16),
    Bytes(&'a [u8]),
}

impl<'a> Decoded<'a> {
    /// `None` for a value of another size than its protocol has, which no component holds.
    pub(super) fn of(component: &Component<'a>) -> Option<Self> {
        let mut reader = Reader::new(component.value);
        Some(match component.protocol.kind() {
            Kind::Flag => Self::Nothing,
            Kind::Ip4 => Self::Ip(Ip::V4(Ipv4Addr::from(reader.take_array::<4>()?))),
            Kind::Ip6 => Self::Ip(Ip::V6(Ipv6Addr::from(reader.take_array::<16>()?), None)),
            Kind::Bits => Self::Number(reader.take_byte()?.into()),
            Kind::Port => Self::Number(reader.take_u16(Endian::Big)?),
            Kind::Sized(_) => Self::Bytes(component.value),
        })
    }
}

/// `/name` and, where there is one, `/value`.
impl fmt::Display for Component<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}", self.protocol.name())?;
        match Decoded::of(self) {
            None | Some(Decoded::Nothing) => Ok(()),
            Some(Decoded::Ip(ip)) => write!(f, "/{ip}"),
            Some(Decoded::Number(number)) => write!(f, "/{number}"),
            Some(Decoded::Bytes(bytes)) => match self.protocol.kind() {
                Kind::Sized(Sized::Peer) => write!(f, "/{}", Base58(bytes)),
                Kind::Sized(Sized::Unix) if self.mode == Mode::Spec => {
                    write!(f, "/{}", Escaped::unreserved(bytes))
                }
                Kind::Sized(Sized::Path) => write!(f, "/{}", Escaped::unreserved(bytes)),
                // Zones, names and paths of old are text, which was looked at.
                _ => write!(f, "/{}", core::str::from_utf8(bytes).unwrap_or_default()),
            },
        }
    }
}

/// Whether there is a text for a value; offsets count from its first byte.
pub(super) fn check_value(protocol: Protocol, value: &[u8], mode: Mode) -> Result<(), WireError> {
    let unsaid = |at| Err(WireError::new(WireErrorKind::NotRepresentable, at));
    let Kind::Sized(sized) = protocol.kind() else { return Ok(()) };
    match sized {
        Sized::Zone => match (numbers::read(value), ZoneName::new(value)) {
            (Digits::Value(_), _) | (Digits::Other(_), Ok(_)) => Ok(()),
            (Digits::Other(_), Err(error)) => unsaid(usize::try_from(error.at).unwrap_or(0)),
            (Digits::TooLarge, _) => unsaid(0),
        },
        Sized::Name => match lookup_name_error(value) {
            None => Ok(()),
            Some(error) => unsaid(usize::try_from(error.at).unwrap_or(0)),
        },
        Sized::Unix if mode == Mode::Legacy => match core::str::from_utf8(value) {
            Ok(text) => match text.char_indices().find(|(_, char)| char.is_control()) {
                Some((at, _)) => unsaid(at),
                None => Ok(()),
            },
            Err(error) => unsaid(error.valid_up_to()),
        },
        Sized::Unix | Sized::Path => Ok(()),
        Sized::Peer => check_peer(value),
    }
}

/// The longest multihash: a digest of 64 bytes behind its code and its length.
pub(super) const MAX_PEER_LEN: usize = 64 + 2;

/// `multihash = code length digest`; multiformats/multihash, `README.md`.
pub(super) fn check_peer(value: &[u8]) -> Result<(), WireError> {
    let unsaid = |at| WireError::new(WireErrorKind::NotRepresentable, at);
    let too_short = WireError::new(WireErrorKind::TooShort, value.len());
    if value.len() > MAX_PEER_LEN {
        return Err(unsaid(0));
    }
    let mut reader = Reader::new(value);
    number(&mut reader, too_short, unsaid(0))?;
    let len = number(&mut reader, too_short, too_short)?;
    let digest = usize::try_from(len).ok().and_then(|len| reader.take(len));
    match (digest, reader.is_empty()) {
        (None, _) => Err(too_short),
        (Some(_), false) => Err(unsaid(reader.position())),
        (Some(_), true) => Ok(()),
    }
}
