//! Kernel addresses as bytes: `sockaddr_in`, `sockaddr_in6`, `sockaddr_un`, `sockaddr_vm`.
//!
//! ```text
//!            0       2       4               8                              24         28
//! in   linux │family │ port  │    address    │   zero, to 16 (Haiku: to 32) │
//! in   bsd   │len│fam│ port  │    address    │   zero, to 16                │
//! in6        │family │ port  │   flow info   │           address            │ scope id │
//! un         │family │ path, NUL …
//! vm         │family │ zero  │     port      │      context     │ flags, zero, to 16
//! ```
//!
//! Port, IPv4 and IPv6 address and flow information are in network order (RFC 3493 section 3.3);
//! family, scope id and the numbers of vsock in the order of the machine. The value of the flow
//! information is the number: label 0x12345 is `0x12345`, and `00 01 23 45` in every layout.
//!
//! An address is decoded from exactly the bytes that belong to it. A shorter text of bytes is an
//! error and never an address of zeros; what a kernel would overlook has the name of a
//! [`Leniency`].
//!
//! Rules are checked in this order, and the first that is broken is the error. A size that is too
//! small comes before padding, as what is missing cannot be told from what is wrong.
//!
//! | rule | points to |
//! |---|---|
//! | `cut-short` | the end of the bytes given |
//! | `too-short`, before the family is known | the end |
//! | `sa-len-mismatch` | 0 |
//! | `family-unknown` | the family |
//! | `too-short`, for the family | the end |
//! | `padding-not-zero` | the first byte that is not |
//! | `abstract-unsupported` | the path |
//! | `bytes-after-nul` | the byte after the NUL |
//! | `too-long` | the byte after the structure |
//! | `nul-missing` | the end of the path, where the NUL should be |
//! | `path-too-long`, for a value | the path |
//!
//! ```
//! use portolan::addr::SocketAddress;
//! use portolan::sockaddr::{self, Abi};
//!
//! let address = SocketAddress::from("127.0.0.1:3306".parse::<core::net::SocketAddr>()?);
//! let mut out = [0; Abi::MAX_LEN];
//! let len = sockaddr::encode(Abi::LinuxLe, &address, &mut out)?;
//! assert_eq!(&out[..len], b"\x02\0\x0c\xea\x7f\0\0\x01\0\0\0\0\0\0\0\0");
//! assert_eq!(sockaddr::decode(Abi::LinuxLe, &out[..len]), Ok(address));
//! assert_eq!(sockaddr::decode(Abi::LinuxLe, &out[..4]).unwrap_err().code(), "too-short");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod abi;
mod error;
mod field;
mod inet;
mod lenient;
mod unix;
mod vsock;

use core::ops::Range;

pub use self::abi::Abi;
pub use self::error::{SockaddrError, SockaddrErrorKind};
pub use self::field::{Field, Fields, fields};
pub use self::lenient::Leniency;

use self::abi::Layout;
use crate::addr::{SocketAddress, VsockAddress};
use crate::cursor::{BufferTooSmall, Writer};

/// Reads the address that bytes hold.
///
/// # Errors
///
/// Every [`SockaddrErrorKind`] but those of addresses that cannot be encoded.
#[inline]
pub fn decode(abi: Abi, bytes: &[u8]) -> Result<SocketAddress, SockaddrError> {
    decode_with(abi, bytes, bytes.len(), Leniency::STRICT)
}

/// Reads the address that bytes hold, with the length that the kernel reported and with leniencies.
///
/// A kernel reports the true length of an address even where the buffer was too small for it.
///
/// # Errors
///
/// Those of [`decode`], and [`CutShort`](SockaddrErrorKind::CutShort) where more was reported than
/// is there.
#[inline]
pub fn decode_with(
    abi: Abi,
    bytes: &[u8],
    reported_len: usize,
    lenient: Leniency,
) -> Result<SocketAddress, SockaddrError> {
    let layout = abi.layout();
    let Some(bytes) = bytes.get(..reported_len) else {
        return Err(SockaddrError::new(SockaddrErrorKind::CutShort, bytes.len()));
    };
    let (family, family_at) = layout.family(bytes, lenient)?;
    if family == layout.inet4 {
        inet::decode_v4(layout, bytes, lenient)
    } else if family == layout.inet6 {
        inet::decode_v6(layout, bytes, lenient)
    } else if family == layout.unix {
        unix::decode(layout, bytes, lenient).map(SocketAddress::Unix)
    } else {
        decode_other(layout, family, family_at, bytes, lenient).map(SocketAddress::Vsock)
    }
}

/// Reads an address of a family that few have.
///
/// Called and not inlined, as for Unix: where these answer into memory of their own, an IP address
/// stays in registers.
#[inline(never)]
fn decode_other(
    layout: &Layout,
    family: u16,
    family_at: usize,
    bytes: &[u8],
    lenient: Leniency,
) -> Result<VsockAddress, SockaddrError> {
    match layout.vsock.filter(|(vsock, _)| *vsock == family) {
        Some((_, len)) => vsock::decode(layout, bytes, len, lenient),
        None => Err(SockaddrError::new(SockaddrErrorKind::FamilyUnknown, family_at)),
    }
}

/// Writes an address; returns its length. All or nothing.
///
/// # Errors
///
/// [`PathTooLong`](SockaddrErrorKind::PathTooLong),
/// [`AbstractUnsupported`](SockaddrErrorKind::AbstractUnsupported) and
/// [`KindUnsupported`](SockaddrErrorKind::KindUnsupported) for what the layout cannot hold,
/// [`BufferTooSmall`](SockaddrErrorKind::BufferTooSmall). The length is at most [`Abi::MAX_LEN`].
#[inline]
pub fn encode(abi: Abi, address: &SocketAddress, out: &mut [u8]) -> Result<usize, SockaddrError> {
    let layout = abi.layout();
    match address {
        // Each knows its length, which is a constant where the layout is one.
        SocketAddress::Inet4(addr) => {
            filled(layout.in_len, out, |out| inet::encode_v4(layout, addr, out))
        }
        SocketAddress::Inet6(addr) => {
            filled(layout.in6_len, out, |out| inet::encode_v6(layout, addr, out))
        }
        SocketAddress::Unix(_) | SocketAddress::Vsock(_) => encode_other(layout, address, out),
    }
}

/// Writes an address whose length must be computed.
#[inline(never)]
fn encode_other(
    layout: &Layout,
    address: &SocketAddress,
    out: &mut [u8],
) -> Result<usize, SockaddrError> {
    let len = layout.encoded_len(address)?;
    filled(len, out, |out| match address {
        SocketAddress::Inet4(addr) => inet::encode_v4(layout, addr, out),
        SocketAddress::Inet6(addr) => inet::encode_v6(layout, addr, out),
        SocketAddress::Unix(addr) => unix::encode(layout, addr, len, out),
        SocketAddress::Vsock(addr) => vsock::encode(layout, *addr, out),
    })
}

/// Fills the first bytes of a buffer.
#[inline]
fn filled(
    len: usize,
    out: &mut [u8],
    fill: impl FnOnce(&mut Writer<'_>) -> Result<(), BufferTooSmall>,
) -> Result<usize, SockaddrError> {
    let too_small = SockaddrError::new(SockaddrErrorKind::BufferTooSmall, 0);
    let mut writer = Writer::new(out.get_mut(..len).ok_or(too_small)?);
    // The room was measured before.
    fill(&mut writer).map_err(|_| too_small)?;
    Ok(len)
}

/// How many bytes an address takes in a layout.
///
/// # Errors
///
/// Those of [`encode`], except [`BufferTooSmall`](SockaddrErrorKind::BufferTooSmall).
#[inline]
pub fn encoded_len(abi: Abi, address: &SocketAddress) -> Result<usize, SockaddrError> {
    abi.layout().encoded_len(address)
}

/// The family and the length byte end here in every layout.
const HEADER: usize = 2;

impl Layout {
    #[inline]
    fn encoded_len(&self, address: &SocketAddress) -> Result<usize, SockaddrError> {
        match address {
            SocketAddress::Inet4(_) => Ok(self.in_len),
            SocketAddress::Inet6(_) => Ok(self.in6_len),
            SocketAddress::Unix(addr) => unix::encoded_len(self, addr),
            SocketAddress::Vsock(_) => match self.vsock {
                Some((_, len)) => Ok(len),
                None => Err(SockaddrError::new(SockaddrErrorKind::KindUnsupported, 0)),
            },
        }
    }

    /// Reads the family, after the length byte where there is one; returns where it stands.
    #[inline]
    fn family(&self, bytes: &[u8], lenient: Leniency) -> Result<(u16, usize), SockaddrError> {
        let Some(&header) = bytes.first_chunk::<HEADER>() else {
            return Err(SockaddrError::new(SockaddrErrorKind::TooShort, bytes.len()));
        };
        if !self.has_len {
            return Ok((self.endian.read_u16(header), 0));
        }
        let [len, family] = header;
        if usize::from(len) != bytes.len() && !lenient.has(Leniency::SA_LEN) {
            return Err(SockaddrError::new(SockaddrErrorKind::SaLenMismatch, 0));
        }
        Ok((family.into(), 1))
    }

    /// Length and family, as the layout has them.
    #[inline]
    fn header(&self, family: u16, len: usize) -> [u8; HEADER] {
        if !self.has_len {
            return self.endian.u16_bytes(family);
        }
        let [_, family] = family.to_be_bytes();
        // No encoded address is longer than `Abi::MAX_LEN`.
        [u8::try_from(len).unwrap_or(u8::MAX), family]
    }

    /// Writes length and family.
    #[inline]
    fn put_family(
        &self,
        family: u16,
        len: usize,
        out: &mut Writer<'_>,
    ) -> Result<(), BufferTooSmall> {
        out.put_slice(&self.header(family, len))
    }
}

/// Refuses a structure that is shorter than `len`, or longer without the leniency.
#[inline]
fn check_len(bytes: &[u8], len: usize, lenient: Leniency) -> Result<(), SockaddrError> {
    if bytes.len() < len {
        return Err(SockaddrError::new(SockaddrErrorKind::TooShort, bytes.len()));
    }
    if bytes.len() > len && !lenient.has(Leniency::LONGER_THAN_STRUCT) {
        return Err(SockaddrError::new(SockaddrErrorKind::TooLong, len));
    }
    Ok(())
}

/// Refuses bytes in a range that are not zero, unless the leniency is on.
#[inline]
fn check_padding(
    bytes: &[u8],
    range: Range<usize>,
    lenient: Leniency,
) -> Result<(), SockaddrError> {
    let begin = range.start;
    let padding = bytes.get(range).unwrap_or_default();
    // All bytes at once: the place of one that is not zero is looked for only if there is one.
    if padding.iter().fold(0, |all, byte| all | byte) == 0 || lenient.has(Leniency::PADDING) {
        return Ok(());
    }
    Err(not_zero(padding, begin))
}

#[cold]
fn not_zero(padding: &[u8], begin: usize) -> SockaddrError {
    let zeros = padding.iter().take_while(|byte| **byte == 0).count();
    SockaddrError::new(SockaddrErrorKind::PaddingNotZero, begin.saturating_add(zeros))
}

#[cfg(test)]
mod tests;
