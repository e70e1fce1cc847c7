//! What stands where in a header of version 2.

use core::net::{Ipv4Addr, Ipv6Addr};

use super::super::tlv::SSL_HEAD;
use super::super::{SIGNATURE, TlvKind, Tlvs, UnixField, begins};
use super::{Addresses, HEAD, Inet, SocketType, V2, records_of};
use crate::cursor::{BufferTooSmall, Reader, Writer};
use crate::endian::Endian;
use crate::wire::{Decoded, Field, WireError, WireErrorKind};

/// The upper half of the byte at 12.
pub(super) const VERSION: u8 = 2;

/// What the block holds before its records.
#[derive(Clone, Copy)]
pub(super) enum Block {
    /// Whatever: the proxy speaks for itself.
    Local,
    /// Whatever: a family without a type does not say where records begin.
    Untyped,
    /// Nothing.
    Unspec,
    Inet4(SocketType),
    Inet6(SocketType),
    Unix(SocketType),
}

impl Block {
    /// Judges the bytes at 12 and 13; the family counts only where the proxy speaks for a client.
    ///
    /// ```abnf
    /// version-command = %x20 / %x21         ; LOCAL, PROXY
    /// family-type     = %x00-02 / %x10-12 / %x20-22 / %x30-32
    /// ```
    #[inline]
    pub(super) fn read(version_command: u8, family_type: u8) -> Result<Self, WireError> {
        command(version_command)?;
        if version_command & 0xf == 0 {
            return Ok(Self::Local);
        }
        let bad = WireError::new(WireErrorKind::BadFamily, 13);
        let socket = match family_type & 0xf {
            0 if matches!(family_type, 0x10 | 0x20 | 0x30) => return Ok(Self::Untyped),
            0 | 1 => SocketType::Stream,
            2 => SocketType::Dgram,
            _ => return Err(bad),
        };
        match family_type >> 4 {
            0 => Ok(Self::Unspec),
            1 => Ok(Self::Inet4(socket)),
            2 => Ok(Self::Inet6(socket)),
            3 => Ok(Self::Unix(socket)),
            _ => Err(bad),
        }
    }

    pub(super) const fn of(addresses: &Addresses<'_>) -> Self {
        match *addresses {
            Addresses::Unspec => Self::Unspec,
            Addresses::Inet4(ends) => Self::Inet4(ends.socket),
            Addresses::Inet6(ends) => Self::Inet6(ends.socket),
            Addresses::Unix { socket, .. } => Self::Unix(socket),
        }
    }

    /// The bytes at 12 and 13.
    pub(super) const fn bytes(self) -> [u8; 2] {
        let (family, socket) = match self {
            Self::Local => return [0x20, 0],
            Self::Untyped | Self::Unspec => return [0x21, 0],
            Self::Inet4(socket) => (0x10, socket),
            Self::Inet6(socket) => (0x20, socket),
            Self::Unix(socket) => (0x30, socket),
        };
        match socket {
            SocketType::Stream => [0x21, family | 1],
            SocketType::Dgram => [0x21, family | 2],
        }
    }

    /// The bytes of the addresses; section 2.2.
    pub(super) const fn len(self) -> usize {
        match self {
            Self::Local | Self::Untyped | Self::Unspec => 0,
            Self::Inet4(_) => 12,
            Self::Inet6(_) => 36,
            Self::Unix(_) => 2 * UnixField::LEN,
        }
    }
}

/// Judges version and command.
fn command(byte: u8) -> Result<(), WireError> {
    match (byte >> 4, byte & 0xf) {
        (VERSION, 0 | 1) => Ok(()),
        (VERSION, _) => Err(WireError::new(WireErrorKind::BadCommand, 12)),
        _ => Err(WireError::new(WireErrorKind::BadVersion, 12)),
    }
}

/// Judges fewer bytes than stand before the block.
#[cold]
pub(super) fn short<T>(input: &[u8]) -> Result<Decoded<T>, WireError> {
    begins(input, SIGNATURE)?;
    let mut block = Block::Local;
    match (input.get(12), input.get(13)) {
        (Some(byte), None) => command(*byte)?,
        (Some(byte), Some(family)) => block = Block::read(*byte, *family)?,
        (None, _) => {}
    }
    // Half of a length says how long the block is at least.
    let declared = input.get(14).map_or(0, |high| u16::from_be_bytes([*high, 0]));
    let whole = HEAD.saturating_add(block.len().max(declared.into()));
    Ok(Decoded::need(whole.saturating_sub(input.len())))
}

/// What stands before the records, as it stands in the header.
///
/// References, for speed: what an inlined function hands on in registers is never put into memory
/// to be read back, and the addresses are copied once.
#[derive(Clone, Copy)]
pub(super) enum Ends<'a> {
    Local,
    Unspec,
    Inet4(SocketType, &'a [u8; 12]),
    Inet6(SocketType, &'a [u8; 36]),
    Unix(SocketType, UnixField<'a>, UnixField<'a>),
}

impl<'a> Ends<'a> {
    /// Copies the addresses into a header.
    #[inline]
    pub(super) fn header(self, tlvs: Tlvs<'a>) -> V2<'a> {
        let proxy = |addresses| V2::Proxy { addresses, tlvs };
        match self {
            Self::Local => V2::Local,
            Self::Unspec => proxy(Addresses::Unspec),
            Self::Inet4(socket, block) => proxy(inet4(socket, block)),
            Self::Inet6(socket, block) => proxy(inet6(socket, block)),
            Self::Unix(socket, source, destination) => {
                proxy(Addresses::Unix { socket, source, destination })
            }
        }
    }
}

/// Finds the ends in a header of the usual kind, and its length: for a client, over IP, without
/// records. `None` for any other.
#[inline]
pub(super) fn usual(input: &[u8]) -> Option<(Ends<'_>, usize)> {
    let (head, rest) = input.split_first_chunk::<HEAD>()?;
    let [signature @ .., bytes, family, high, low] = head;
    if signature != SIGNATURE {
        return None;
    }
    // Version and command, family and type, and length: four bytes that are compared as one number.
    match u32::from_be_bytes([*bytes, *family, *high, *low]) {
        0x2111_000c => inet4_at(SocketType::Stream, rest),
        0x2112_000c => inet4_at(SocketType::Dgram, rest),
        0x2121_0024 => inet6_at(SocketType::Stream, rest),
        0x2122_0024 => inet6_at(SocketType::Dgram, rest),
        _ => None,
    }
}

/// Finds the ends in any header and checks its records, out of the way of the usual kind.
#[inline(never)]
pub(super) fn any(input: &[u8]) -> Result<Decoded<(Ends<'_>, Tlvs<'_>)>, WireError> {
    let Some(([signature @ .., bytes, family, high, low], rest)) =
        input.split_first_chunk::<HEAD>()
    else {
        return short(input);
    };
    if signature != SIGNATURE {
        begins(input, SIGNATURE)?;
    }
    let block = Block::read(*bytes, *family)?;
    let len = usize::from(u16::from_be_bytes([*high, *low]));
    if len < block.len() {
        return Err(WireError::new(WireErrorKind::TooShort, 14));
    }
    let Some(body) = rest.get(..len) else {
        return Ok(Decoded::need(len.saturating_sub(rest.len())));
    };
    let consumed = HEAD.saturating_add(len);
    let (ends, records) = ends(block, body)?;
    let tlvs = records_of(input, records, consumed)?;
    Ok(Decoded::Value { value: (ends, tlvs), consumed })
}

/// Finds the ends in a block with room for them; the rest are records.
fn ends(block: Block, body: &[u8]) -> Result<(Ends<'_>, &[u8]), WireError> {
    let too_short = WireError::new(WireErrorKind::TooShort, 14);
    Ok(match block {
        Block::Local => (Ends::Local, &[]),
        Block::Untyped => (Ends::Unspec, &[]),
        Block::Unspec => (Ends::Unspec, body),
        Block::Inet4(socket) => {
            let (block, rest) = body.split_first_chunk().ok_or(too_short)?;
            (Ends::Inet4(socket, block), rest)
        }
        Block::Inet6(socket) => {
            let (block, rest) = body.split_first_chunk().ok_or(too_short)?;
            (Ends::Inet6(socket, block), rest)
        }
        Block::Unix(socket) => {
            let (source, rest) = body.split_first_chunk().ok_or(too_short)?;
            let (destination, rest) = rest.split_first_chunk().ok_or(too_short)?;
            let field = |bytes, at: usize| {
                UnixField::new(bytes)
                    .map_err(|error| WireError::new(error.kind, error.at.saturating_add(at)))
            };
            let source = field(source, HEAD)?;
            let destination = field(destination, HEAD.saturating_add(UnixField::LEN))?;
            (Ends::Unix(socket, source, destination), rest)
        }
    })
}

#[inline]
fn inet4_at(socket: SocketType, rest: &[u8]) -> Option<(Ends<'_>, usize)> {
    let block = rest.first_chunk::<12>()?;
    Some((Ends::Inet4(socket, block), HEAD.saturating_add(block.len())))
}

#[inline]
fn inet6_at(socket: SocketType, rest: &[u8]) -> Option<(Ends<'_>, usize)> {
    let block = rest.first_chunk::<36>()?;
    Some((Ends::Inet6(socket, block), HEAD.saturating_add(block.len())))
}

#[inline]
fn inet4<'a>(socket: SocketType, block: &[u8; 12]) -> Addresses<'a> {
    let [a, b, c, d, e, f, g, h, ports @ ..] = *block;
    let (source, destination) = (Ipv4Addr::new(a, b, c, d), Ipv4Addr::new(e, f, g, h));
    let [source_port, destination_port] = both_ports(ports);
    Addresses::Inet4(Inet { socket, source, destination, source_port, destination_port })
}

#[inline]
fn inet6<'a>(socket: SocketType, block: &[u8; 36]) -> Addresses<'a> {
    let (source, rest) = block.split_first_chunk::<16>().unwrap_or((&[0; 16], &[]));
    let (destination, rest) = rest.split_first_chunk::<16>().unwrap_or((&[0; 16], &[]));
    let [source_port, destination_port] = both_ports(*rest.first_chunk().unwrap_or(&[0; 4]));
    let (source, destination) = (Ipv6Addr::from(*source), Ipv6Addr::from(*destination));
    Addresses::Inet6(Inet { socket, source, destination, source_port, destination_port })
}

#[inline]
const fn both_ports([a, b, c, d]: [u8; 4]) -> [u16; 2] {
    [u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])]
}

/// Writes addresses in their order.
pub(super) fn write(addresses: &Addresses<'_>, out: &mut Writer<'_>) -> Result<(), BufferTooSmall> {
    let (source, destination) = match addresses {
        Addresses::Unspec => return Ok(()),
        Addresses::Inet4(ends) => {
            out.put_slice(&ends.source.octets())?;
            out.put_slice(&ends.destination.octets())?;
            (ends.source_port, ends.destination_port)
        }
        Addresses::Inet6(ends) => {
            out.put_slice(&ends.source.octets())?;
            out.put_slice(&ends.destination.octets())?;
            (ends.source_port, ends.destination_port)
        }
        Addresses::Unix { source, destination, .. } => {
            out.put_slice(source.bytes())?;
            return out.put_slice(destination.bytes());
        }
    };
    out.put_u16(source, Endian::Big)?;
    out.put_u16(destination, Endian::Big)
}

/// Hands out fields one after the other, as far as there are bytes.
struct Fields<'a, 'f> {
    bytes: &'a [u8],
    at: usize,
    each: &'f mut dyn FnMut(Field),
}

impl<'a> Fields<'a, '_> {
    /// The next bytes; fewer where there are no more.
    fn put(&mut self, name: &'static str, len: usize, meaning: &'static str) -> &'a [u8] {
        let end = self.at.saturating_add(len).min(self.bytes.len());
        let field = self.bytes.get(self.at..end).unwrap_or_default();
        if self.at < end {
            (self.each)(Field::new(name, self.at..end, meaning));
        }
        self.at = end;
        field
    }

    /// Records up to an end; those inside SSL have no records inside.
    fn records(&mut self, end: usize, is_inside: bool) {
        while self.at < end {
            let kind = self.bytes.get(self.at).map_or(TlvKind::NOOP, |byte| TlvKind(*byte));
            self.put("type", 1, kind.name().unwrap_or("not known here"));
            let length = self.put("length", 2, "bytes of the value");
            let len = Reader::new(length).take_u16(Endian::Big).map_or(0, usize::from);
            let stop = self.at.saturating_add(len).min(end);
            if kind == TlvKind::SSL && !is_inside && len >= SSL_HEAD {
                self.put("client", 1, "what the client did");
                self.put("verify", 4, "0: the certificate is good");
                self.records(stop, true);
            }
            self.put("value", stop.saturating_sub(self.at), "value");
        }
    }
}

/// Tells apart the fields of the header.
pub(super) fn fields(input: &[u8], each: &mut dyn FnMut(Field)) {
    let declared = |at| input.get(at).copied().unwrap_or(0);
    let len = usize::from(u16::from_be_bytes([declared(14), declared(15)]));
    let header = input.get(..HEAD.saturating_add(len)).unwrap_or(input);
    let mut fields = Fields { bytes: header, at: 0, each };
    fields.put("sig", SIGNATURE.len(), "what begins version 2");
    fields.put("ver_cmd", 1, "version and command");
    fields.put("fam", 1, "family and type");
    fields.put("len", 2, "bytes behind this");
    let addresses: &[usize] = match Block::read(declared(12), declared(13)) {
        Ok(Block::Inet4(_)) => &[4, 4, 2, 2],
        Ok(Block::Inet6(_)) => &[16, 16, 2, 2],
        Ok(Block::Unix(_)) => &[UnixField::LEN, UnixField::LEN],
        Ok(Block::Unspec) => &[],
        Ok(Block::Local | Block::Untyped) | Err(_) => {
            fields.put("block", len, "not looked at");
            return;
        }
    };
    let names = ["src_addr", "dst_addr", "src_port", "dst_port"];
    let meanings = ["client", "what the client connected to", "its port", "its port"];
    for ((name, meaning), len) in names.into_iter().zip(meanings).zip(addresses) {
        fields.put(name, *len, meaning);
    }
    fields.records(header.len(), false);
}
