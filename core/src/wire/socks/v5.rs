//! Version 5: requests, replies, and the header before relayed datagrams.
//!
//! ```text
//!          0    1         2          3        4
//! request  │ 05 │ command │ 00       │ ATYP 1 │ IPv4, 4 bytes            │ port │
//! reply    │ 05 │ code    │ 00       │      3 │ length, 1 to 255 │ name … │ port │
//! datagram │ 00   00      │ fragment │      4 │ IPv6, 16 bytes           │ port │ payload …
//! ```
//!
//! Source: RFC 1928, sections 4 to 7. Refused are another version, unknown commands, reserved
//! bytes other than zero, other types of address, an empty name, and a NUL in a name
//! ([`BadAddress`](WireErrorKind::BadAddress)), which a C program would cut short. Codes of replies
//! are kept whatever they are: Tor, for one, uses some that the RFC leaves free.
//!
//! A datagram is not continued: where [`UdpHeader`] waits for bytes, the datagram was cut.

use super::{Command, Target, command, fixed, need};
use crate::addr::{Host, HostName, Ip};
use crate::cursor::{BufferTooSmall, Reader, Writer};
use crate::endian::Endian;
use crate::wire::{Decoded, Field, Wire, WireError, WireErrorKind, each_field};

/// What a client asks.
///
/// # Examples
///
/// ```
/// use portolan::wire::{Decoded, Wire as _, socks::{Command, v5::Request}};
///
/// let bytes = b"\x05\x01\0\x03\x0bexample.com\x01\xbb";
/// let Decoded::Value { value, consumed } = Request::decode(bytes, ())? else { panic!() };
/// assert_eq!((value.command, value.target.port(), consumed), (Command::Connect, 443, 18));
/// assert_eq!(Request::decode(&bytes[..5], ())?, Decoded::need(13));
/// # Ok::<(), portolan::wire::WireError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Request<'a> {
    /// The command.
    pub command: Command,
    /// Where to; for [`Command::Associate`], where the client's datagrams will come from.
    pub target: Target<'a>,
}

impl<'a> Request<'a> {
    /// Asks for a command.
    #[must_use]
    pub const fn new(command: Command, target: Target<'a>) -> Self {
        Self { command, target }
    }
}

/// What a proxy answers: any byte, of which the RFC names some.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_structs, reason = "a byte, as its doc says")]
pub struct ReplyCode(pub u8);

impl ReplyCode {
    /// Done.
    pub const SUCCEEDED: Self = Self(0);
    /// The proxy failed.
    pub const GENERAL_FAILURE: Self = Self(1);
    /// The rules of the proxy forbid it.
    pub const NOT_ALLOWED: Self = Self(2);
    /// No way to the network.
    pub const NETWORK_UNREACHABLE: Self = Self(3);
    /// No way to the host.
    pub const HOST_UNREACHABLE: Self = Self(4);
    /// The target refused.
    pub const CONNECTION_REFUSED: Self = Self(5);
    /// The time to live ran out.
    pub const TTL_EXPIRED: Self = Self(6);
    /// The proxy does not have the command.
    pub const COMMAND_NOT_SUPPORTED: Self = Self(7);
    /// The proxy does not have the type of address.
    pub const ADDRESS_TYPE_NOT_SUPPORTED: Self = Self(8);
}

/// What a proxy answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Reply<'a> {
    /// The outcome.
    pub code: ReplyCode,
    /// The proxy's end of the connection, or where it waits; some proxies give a name.
    pub bound: Target<'a>,
}

impl<'a> Reply<'a> {
    /// Answers with the proxy's end.
    #[must_use]
    pub const fn new(code: ReplyCode, bound: Target<'a>) -> Self {
        Self { code, bound }
    }
}

/// The header of a datagram on its way through a proxy; the payload follows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct UdpHeader<'a> {
    /// 0 for a whole datagram; 1 to 127 numbers fragments, with the high bit on the last.
    pub fragment: u8,
    /// Where the payload goes, or came from.
    pub target: Target<'a>,
}

impl<'a> UdpHeader<'a> {
    /// Heads a whole datagram.
    #[must_use]
    pub const fn new(target: Target<'a>) -> Self {
        Self { fragment: 0, target }
    }

    /// Numbers a fragment.
    #[must_use]
    pub const fn with_fragment(mut self, fragment: u8) -> Self {
        self.fragment = fragment;
        self
    }
}

/// What to do with a datagram that is a fragment.
///
/// Who does not put fragments together must drop them: RFC 1928, section 7.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "a fragment is taken or it is not")]
pub enum Fragments {
    /// Refuse it with [`BadField`](WireErrorKind::BadField).
    #[default]
    Refuse,
    /// Read it.
    Keep,
}

const VERSION: u8 = 5;
const RESERVED: usize = 2;
const ATYP: usize = 3;
const ADDRESS: usize = 4;

const IPV4: u8 = 1;
const NAME: u8 = 3;
const IPV6: u8 = 4;

/// The shortest message has a name of one byte: head, length, name, port.
const SHORTEST: usize = ADDRESS + 1 + 1 + 2;

impl<'a> Wire<'a> for Request<'a> {
    type Context = ();

    fn decode(input: &'a [u8], (): ()) -> Result<Decoded<Self>, WireError> {
        fixed(input, 0, VERSION, WireErrorKind::BadVersion)?;
        let command = command(input, Command::Associate)?;
        fixed(input, RESERVED, 0, WireErrorKind::BadReserved)?;
        let Some(command) = command else { return need(input, SHORTEST) };
        Ok(target(input)?.map(|target| Self { command, target }))
    }

    fn fields(input: &'a [u8], (): (), each: &mut dyn FnMut(Field)) {
        let head = [
            ("VER", 1, "version, 5"),
            ("CMD", 1, "command: 1 connect, 2 bind, 3 associate"),
            ("RSV", 1, "reserved, 0"),
        ];
        fields(input, head, each);
    }

    fn encoded_len(&self, (): ()) -> Result<usize, WireError> {
        Ok(len(&self.target))
    }

    fn write(&self, (): (), out: &mut Writer<'_>) -> Result<(), BufferTooSmall> {
        write([VERSION, self.command.number(), 0], &self.target, out)
    }
}

impl<'a> Wire<'a> for Reply<'a> {
    type Context = ();

    fn decode(input: &'a [u8], (): ()) -> Result<Decoded<Self>, WireError> {
        fixed(input, 0, VERSION, WireErrorKind::BadVersion)?;
        fixed(input, RESERVED, 0, WireErrorKind::BadReserved)?;
        let Some(code) = input.get(1).copied() else { return need(input, SHORTEST) };
        Ok(target(input)?.map(|bound| Self { code: ReplyCode(code), bound }))
    }

    fn fields(input: &'a [u8], (): (), each: &mut dyn FnMut(Field)) {
        let head = [
            ("VER", 1, "version, 5"),
            ("REP", 1, "code: 0 succeeded, others failed"),
            ("RSV", 1, "reserved, 0"),
        ];
        fields(input, head, each);
    }

    fn encoded_len(&self, (): ()) -> Result<usize, WireError> {
        Ok(len(&self.bound))
    }

    fn write(&self, (): (), out: &mut Writer<'_>) -> Result<(), BufferTooSmall> {
        write([VERSION, self.code.0, 0], &self.bound, out)
    }
}

impl<'a> Wire<'a> for UdpHeader<'a> {
    type Context = Fragments;

    fn decode(input: &'a [u8], fragments: Fragments) -> Result<Decoded<Self>, WireError> {
        fixed(input, 0, 0, WireErrorKind::BadReserved)?;
        fixed(input, 1, 0, WireErrorKind::BadReserved)?;
        if fragments == Fragments::Refuse {
            fixed(input, 2, 0, WireErrorKind::BadField)?;
        }
        let Some(fragment) = input.get(2).copied() else { return need(input, SHORTEST) };
        Ok(target(input)?.map(|target| Self { fragment, target }))
    }

    fn fields(input: &'a [u8], _: Fragments, each: &mut dyn FnMut(Field)) {
        let head = [
            ("RSV", 1, "reserved, 0"),
            ("RSV", 1, "reserved, 0"),
            ("FRAG", 1, "0 for a whole datagram"),
        ];
        fields(input, head, each);
    }

    fn encoded_len(&self, fragments: Fragments) -> Result<usize, WireError> {
        match (fragments, self.fragment) {
            (Fragments::Refuse, 1..) => Err(WireError::new(WireErrorKind::BadField, 0)),
            _ => Ok(len(&self.target)),
        }
    }

    fn write(&self, _: Fragments, out: &mut Writer<'_>) -> Result<(), BufferTooSmall> {
        write([0, 0, self.fragment], &self.target, out)
    }
}

/// Reads type, address and port, which stand behind three bytes in every message.
///
/// ```abnf
/// target = %x01 4OCTET port / %x03 length 1*255NON-NUL port / %x04 16OCTET port
/// ```
///
/// RFC 1928, section 5.
fn target(input: &[u8]) -> Result<Decoded<Target<'_>>, WireError> {
    let mut reader = Reader::new(input);
    let Some([_, _, _, kind]) = reader.take_array() else { return need(input, SHORTEST) };
    let (address, least) = match kind {
        IPV4 => (reader.take_array::<4>().map(|octets| Address::Ip(Ip::V4(octets.into()))), 10),
        IPV6 => {
            let octets = reader.take_array::<16>();
            (octets.map(|octets| Address::Ip(Ip::V6(octets.into(), None))), 22)
        }
        NAME => {
            let Some(len) = reader.take_byte() else { return need(input, SHORTEST) };
            (
                take_name(&mut reader, len.into())?,
                SHORTEST.saturating_sub(1).saturating_add(len.into()),
            )
        }
        _ => return Err(WireError::new(WireErrorKind::BadAddressType, ATYP)),
    };
    let (Some(address), Some(port)) = (address, reader.take_u16(Endian::Big)) else {
        return need(input, least);
    };
    let value = match address {
        Address::Ip(ip) => Target::from_ip(ip, port),
        Address::Name(name) => Target::from_name(name, port),
    };
    Ok(Decoded::Value { value, consumed: reader.position() })
}

enum Address<'a> {
    Ip(Ip),
    Name(&'a [u8]),
}

/// Takes a name whose length has been read; of a name that is cut, looks at what is there.
fn take_name<'a>(reader: &mut Reader<'a>, len: usize) -> Result<Option<Address<'a>>, WireError> {
    let at = reader.position();
    if len == 0 {
        return Err(WireError::new(WireErrorKind::HostEmpty, ADDRESS));
    }
    let name = reader.take(len);
    match memchr::memchr(0, name.unwrap_or_else(|| reader.rest())) {
        Some(nul) => Err(WireError::new(WireErrorKind::BadAddress, at.saturating_add(nul))),
        None => Ok(name.map(Address::Name)),
    }
}

fn fields(
    input: &[u8],
    head: [(&'static str, usize, &'static str); 3],
    each: &mut dyn FnMut(Field),
) {
    let address = match (input.get(ATYP), input.get(ADDRESS)) {
        (Some(&IPV4), _) => ("ADDR", 4, "IPv4 address"),
        (Some(&IPV6), _) => ("ADDR", 16, "IPv6 address"),
        (Some(&NAME), Some(len)) => ("ADDR", usize::from(*len).saturating_add(1), "length, name"),
        _ => ("ADDR", 0, ""),
    };
    let port = ("PORT", if address.1 == 0 { 0 } else { 2 }, "port, network order");
    let atyp = ("ATYP", 1, "type of address: 1 IPv4, 3 name, 4 IPv6");
    let [first, second, third] = head;
    each_field(input, &[first, second, third, atyp, address, port], each);
}

fn len(target: &Target<'_>) -> usize {
    match target.host() {
        Host::Ip(Ip::V4(_)) => 10,
        Host::Ip(Ip::V6(..)) => 22,
        _ => {
            let name = target.name().map_or(0, |name| name.bytes().count());
            SHORTEST.saturating_sub(1).saturating_add(name)
        }
    }
}

fn write(head: [u8; 3], target: &Target<'_>, out: &mut Writer<'_>) -> Result<(), BufferTooSmall> {
    out.put_slice(&head)?;
    match target.host() {
        Host::Ip(Ip::V4(addr)) => {
            out.put(IPV4)?;
            out.put_slice(&addr.octets())?;
        }
        Host::Ip(Ip::V6(addr, _)) => {
            out.put(IPV6)?;
            out.put_slice(&addr.octets())?;
        }
        _ => {
            out.put(NAME)?;
            let len = target.name().map_or(0, |name| name.bytes().count());
            // A target's name has at most 255 bytes.
            out.put(u8::try_from(len).unwrap_or(u8::MAX))?;
            for byte in target.name().into_iter().flat_map(HostName::bytes) {
                out.put(byte)?;
            }
        }
    }
    out.put_u16(target.port(), Endian::Big)
}
