//! Link headers of captures that hold only an address family: `DLT_NULL` and `DLT_LOOP`.
//!
//! ```text
//! 0        4
//! │ family │ packet …
//! ```
//!
//! The family is a number of the machine that captured: IPv4 is 2 everywhere, IPv6 is 10 (Linux),
//! 23 (Windows), 24 (NetBSD, OpenBSD), 26 (Solaris), 28 (FreeBSD, DragonFly) or 30 (macOS).
//! `DLT_LOOP` writes it in network order, `DLT_NULL` in the order of that machine, so that its
//! reader takes both. No number means something in both orders.
//!
//! Source: the link-layer header types of tcpdump.org, `LINKTYPE_NULL` and `LINKTYPE_LOOP`.
//! Any other number is refused with [`BadFamily`](WireErrorKind::BadFamily), at 0.

use super::{Decoded, Field, Wire, WireError, WireErrorKind, each_field};
use crate::cursor::{BufferTooSmall, Writer};
use crate::endian::Endian;

/// What a link header says of the packet behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "link headers name IPv4 and IPv6 and nothing else")]
pub enum Family {
    /// IPv4.
    Inet,
    /// IPv6.
    Inet6,
}

/// The IPv6 families of kernels.
const INET6: [u32; 6] = [10, 23, 24, 26, 28, 30];
const INET: u32 = 2;

impl Family {
    /// The name that vectors, JSON and the command share: `inet` or `inet6`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inet => "inet",
            Self::Inet6 => "inet6",
        }
    }

    fn from_number(number: u32) -> Option<Self> {
        match number {
            INET => Some(Self::Inet),
            _ => INET6.contains(&number).then_some(Self::Inet6),
        }
    }

    /// The number that is written: for IPv6 that of macOS, which every reader takes.
    const fn number(self) -> u32 {
        match self {
            Self::Inet => INET,
            Self::Inet6 => 30,
        }
    }
}

/// The header of `DLT_NULL`: a family in the byte order of the machine that captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Null {
    /// The family of the packet.
    pub family: Family,
    /// The byte order of the machine.
    pub endian: Endian,
}

/// The header of `DLT_LOOP`: a family in network order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Loop {
    /// The family of the packet.
    pub family: Family,
}

impl Null {
    /// Names a family in a byte order.
    #[must_use]
    pub const fn new(family: Family, endian: Endian) -> Self {
        Self { family, endian }
    }
}

impl Loop {
    /// Names a family.
    #[must_use]
    pub const fn new(family: Family) -> Self {
        Self { family }
    }
}

const LEN: usize = 4;
const BAD_FAMILY: WireError = WireError::new(WireErrorKind::BadFamily, 0);

fn header<T>(
    input: &[u8],
    read: impl FnOnce([u8; LEN]) -> Option<T>,
) -> Result<Decoded<T>, WireError> {
    match input.first_chunk() {
        None => Ok(Decoded::need(LEN.saturating_sub(input.len()))),
        Some(bytes) => match read(*bytes) {
            Some(value) => Ok(Decoded::Value { value, consumed: LEN }),
            None => Err(BAD_FAMILY),
        },
    }
}

impl Wire<'_> for Null {
    type Context = ();

    fn decode(input: &[u8], (): ()) -> Result<Decoded<Self>, WireError> {
        header(input, |bytes| {
            [Endian::Little, Endian::Big].into_iter().find_map(|endian| {
                let family = Family::from_number(endian.read_u32(bytes))?;
                Some(Self { family, endian })
            })
        })
    }

    fn fields(input: &[u8], (): (), each: &mut dyn FnMut(Field)) {
        each_field(input, &[("family", LEN, "family, order of the capturing machine")], each);
    }

    fn encoded_len(&self, (): ()) -> Result<usize, WireError> {
        Ok(LEN)
    }

    fn write(&self, (): (), out: &mut Writer<'_>) -> Result<(), BufferTooSmall> {
        out.put_u32(self.family.number(), self.endian)
    }
}

impl Wire<'_> for Loop {
    type Context = ();

    fn decode(input: &[u8], (): ()) -> Result<Decoded<Self>, WireError> {
        header(input, |bytes| {
            let family = Family::from_number(Endian::Big.read_u32(bytes))?;
            Some(Self { family })
        })
    }

    fn fields(input: &[u8], (): (), each: &mut dyn FnMut(Field)) {
        each_field(input, &[("family", LEN, "family, network order")], each);
    }

    fn encoded_len(&self, (): ()) -> Result<usize, WireError> {
        Ok(LEN)
    }

    fn write(&self, (): (), out: &mut Writer<'_>) -> Result<(), BufferTooSmall> {
        out.put_u32(self.family.number(), Endian::Big)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn null(bytes: &[u8]) -> Result<Decoded<Null>, WireError> {
        Null::decode(bytes, ())
    }

    #[test]
    fn every_number_of_every_kernel_is_read_in_both_orders() {
        for (number, family) in [(2, Family::Inet), (24, Family::Inet6), (28, Family::Inet6)]
            .into_iter()
            .chain(INET6.map(|number| (number, Family::Inet6)))
        {
            for endian in [Endian::Little, Endian::Big] {
                let value = Null { family, endian };
                let read = null(&endian.u32_bytes(number));
                assert_eq!(read, Ok(Decoded::Value { value, consumed: 4 }), "{number}");
            }
        }
    }

    #[test]
    fn loop_is_in_network_order_only() {
        let read = |bytes: &[u8]| Loop::decode(bytes, ());
        let value = Loop::new(Family::Inet6);
        assert_eq!(read(b"\0\0\0\x1e\x60"), Ok(Decoded::Value { value, consumed: 4 }));
        assert_eq!(read(b"\x1e\0\0\0"), Err(BAD_FAMILY));
    }

    #[test]
    fn other_numbers_are_refused_and_too_few_bytes_wait() {
        assert_eq!(null(b"\x03\0\0\0"), Err(BAD_FAMILY));
        assert_eq!(null(b"\x02\0\0\x02"), Err(BAD_FAMILY));
        for have in 0..LEN {
            assert_eq!(null(&b"\x02\0\0\0"[..have]), Ok(Decoded::need(LEN - have)));
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for family in [Family::Inet, Family::Inet6] {
            for endian in [Endian::Little, Endian::Big] {
                let value = Null::new(family, endian);
                let mut out = [0; LEN];
                assert_eq!(value.encode((), &mut out), Ok(LEN));
                assert_eq!(null(&out), Ok(Decoded::Value { value, consumed: LEN }));
                let too_small = WireError::new(WireErrorKind::BufferTooSmall, 3);
                assert_eq!(value.encode((), &mut out[..3]), Err(too_small));
            }
        }
    }
}
