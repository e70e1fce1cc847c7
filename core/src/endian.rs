//! Integers as bytes: 1 to 16 bytes wide, big or little endian, signed or not.
//!
//! Wire formats use widths that no Rust type has, such as the three bytes of a MySQL packet
//! length. Here the slice is the width: two bytes are a 16-bit integer, three a 24-bit one. All
//! widths share one pair of types, `u128` and `i128`, so nothing is lost on the way.
//!
//! ```text
//! Endian::Big     01 02 03  =  0x010203      most significant byte first: network order
//! Endian::Little  01 02 03  =  0x030201      least significant byte first
//! ```
//!
//! Signed integers are two's complement and keep their sign at every width. A slice of no bytes
//! or of more than 16 is refused, and so is a value that its width cannot hold: an integer that
//! is silently cut is a frame length that an attacker chose.
//!
//! Everything is `const`:
//!
//! ```
//! use portolan::endian::{self, Endian};
//!
//! const LEN: u128 = match endian::read_unsigned(&[0x2a, 0x00, 0x00], Endian::Little) {
//!     Ok(len) => len,
//!     Err(_) => 0,
//! };
//! assert_eq!(LEN, 42);
//! ```

use core::fmt;

use crate::codes::codes;

/// Order of the bytes of an integer.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "these two are all the orders any supported wire has")]
pub enum Endian {
    /// Most significant byte first, as in network order; RFC 1700, "Data Notations".
    Big,
    /// Least significant byte first.
    Little,
}

impl Endian {
    /// Reads two bytes in this order.
    #[inline]
    #[must_use]
    pub const fn read_u16(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::Big => u16::from_be_bytes(bytes),
            Self::Little => u16::from_le_bytes(bytes),
        }
    }

    /// Reads four bytes in this order.
    #[inline]
    #[must_use]
    pub const fn read_u32(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::Big => u32::from_be_bytes(bytes),
            Self::Little => u32::from_le_bytes(bytes),
        }
    }

    /// Reads eight bytes in this order.
    #[inline]
    #[must_use]
    pub const fn read_u64(self, bytes: [u8; 8]) -> u64 {
        match self {
            Self::Big => u64::from_be_bytes(bytes),
            Self::Little => u64::from_le_bytes(bytes),
        }
    }

    /// Lays out two bytes in this order.
    #[inline]
    #[must_use]
    pub const fn u16_bytes(self, value: u16) -> [u8; 2] {
        match self {
            Self::Big => value.to_be_bytes(),
            Self::Little => value.to_le_bytes(),
        }
    }

    /// Lays out four bytes in this order.
    #[inline]
    #[must_use]
    pub const fn u32_bytes(self, value: u32) -> [u8; 4] {
        match self {
            Self::Big => value.to_be_bytes(),
            Self::Little => value.to_le_bytes(),
        }
    }

    /// Lays out eight bytes in this order.
    #[inline]
    #[must_use]
    pub const fn u64_bytes(self, value: u64) -> [u8; 8] {
        match self {
            Self::Big => value.to_be_bytes(),
            Self::Little => value.to_le_bytes(),
        }
    }
}

/// Widest integer in bytes.
pub const MAX_WIDTH: usize = 16;

/// Reads all of `bytes` as one unsigned integer.
///
/// # Errors
///
/// [`IntErrorKind::BadWidth`] unless there are 1 to [`MAX_WIDTH`] bytes.
///
/// # Examples
///
/// ```
/// use portolan::endian::{Endian, read_unsigned};
///
/// assert_eq!(read_unsigned(&[1, 2, 3], Endian::Big), Ok(0x01_02_03));
/// assert_eq!(read_unsigned(&[1, 2, 3], Endian::Little), Ok(0x03_02_01));
/// assert_eq!(read_unsigned(&[], Endian::Big).unwrap_err().code(), "bad-width");
/// ```
#[inline]
pub const fn read_unsigned(bytes: &[u8], endian: Endian) -> Result<u128, IntError> {
    // The widths of real length fields: one load each instead of a loop.
    Ok(match *bytes {
        [a] => a as u128,
        [a, b] => endian.read_u16([a, b]) as u128,
        [a, b, c] => match endian {
            Endian::Big => u32::from_be_bytes([0, a, b, c]) as u128,
            Endian::Little => u32::from_le_bytes([a, b, c, 0]) as u128,
        },
        [a, b, c, d] => endian.read_u32([a, b, c, d]) as u128,
        [a, b, c, d, e, f, g, h] => endian.read_u64([a, b, c, d, e, f, g, h]) as u128,
        _ => return read_any_width(bytes, endian),
    })
}

/// Reads all of `bytes` as one signed integer in two's complement.
///
/// # Errors
///
/// [`IntErrorKind::BadWidth`] unless there are 1 to [`MAX_WIDTH`] bytes.
///
/// # Examples
///
/// ```
/// use portolan::endian::{Endian, read_signed};
///
/// assert_eq!(read_signed(&[0xff, 0xff, 0xfe], Endian::Big), Ok(-2));
/// assert_eq!(read_signed(&[0x7f], Endian::Big), Ok(127));
/// ```
#[inline]
pub const fn read_signed(bytes: &[u8], endian: Endian) -> Result<i128, IntError> {
    match read_unsigned(bytes, endian) {
        // The sign bit, flipped and subtracted again, carries into every bit above it.
        Ok(value) => {
            let sign = 1_u128.wrapping_shl(bits(bytes.len()).wrapping_sub(1));
            Ok((value ^ sign).wrapping_sub(sign).cast_signed())
        }
        Err(error) => Err(error),
    }
}

/// Writes an unsigned integer over all of `out`; after an error `out` is untouched.
///
/// # Errors
///
/// [`IntErrorKind::BadWidth`] unless `out` has 1 to [`MAX_WIDTH`] bytes,
/// [`IntErrorKind::Overflow`] when they cannot hold `value`.
///
/// # Examples
///
/// ```
/// use portolan::endian::{Endian, write_unsigned};
///
/// let mut out = [0; 3];
/// assert_eq!(write_unsigned(0x01_02_03, Endian::Little, &mut out), Ok(()));
/// assert_eq!(out, [3, 2, 1]);
/// assert_eq!(write_unsigned(1 << 24, Endian::Little, &mut out).unwrap_err().code(), "overflow");
/// assert_eq!(out, [3, 2, 1]);
/// ```
#[inline]
pub const fn write_unsigned(value: u128, endian: Endian, out: &mut [u8]) -> Result<(), IntError> {
    let width = out.len();
    if width == 0 || width > MAX_WIDTH {
        return Err(IntError::new(IntErrorKind::BadWidth, 0));
    }
    if width < MAX_WIDTH && value.wrapping_shr(bits(width)) != 0 {
        return Err(IntError::new(IntErrorKind::Overflow, 0));
    }
    store(value, endian, out);
    Ok(())
}

/// Writes a signed integer in two's complement over all of `out`; after an error `out` is
/// untouched.
///
/// # Errors
///
/// [`IntErrorKind::BadWidth`] unless `out` has 1 to [`MAX_WIDTH`] bytes,
/// [`IntErrorKind::Overflow`] when they cannot hold `value`.
///
/// # Examples
///
/// ```
/// use portolan::endian::{Endian, write_signed};
///
/// let mut out = [0; 2];
/// assert_eq!(write_signed(-2, Endian::Big, &mut out), Ok(()));
/// assert_eq!(out, [0xff, 0xfe]);
/// assert_eq!(write_signed(0x8000, Endian::Big, &mut out).unwrap_err().code(), "overflow");
/// ```
#[inline]
pub const fn write_signed(value: i128, endian: Endian, out: &mut [u8]) -> Result<(), IntError> {
    let width = out.len();
    if width == 0 || width > MAX_WIDTH {
        return Err(IntError::new(IntErrorKind::BadWidth, 0));
    }
    // All bits from the sign bit up must be equal.
    if !matches!(value.wrapping_shr(bits(width).wrapping_sub(1)), 0 | -1) {
        return Err(IntError::new(IntErrorKind::Overflow, 0));
    }
    store(value.cast_unsigned(), endian, out);
    Ok(())
}

/// An integer, of fixed or variable length, that broke a rule.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct IntError {
    /// Rule that was broken.
    pub kind: IntErrorKind,
    /// Offset of the byte that broke it, in the input; in the output, where writing should have
    /// begun.
    pub at: usize,
}

impl IntError {
    /// Creates the error of a rule broken at a byte.
    #[inline]
    #[must_use]
    pub const fn new(kind: IntErrorKind, at: usize) -> Self {
        Self { kind, at }
    }

    /// Names the rule in kebab case; see [`IntErrorKind::code`].
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.kind.code()
    }
}

impl fmt::Display for IntError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.kind, self.at)
    }
}

impl core::error::Error for IntError {}

/// The rule an integer broke.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum IntErrorKind {
    /// The first byte can begin no integer, such as `fb` and `ff` in MySQL.
    BadValue,
    /// The width is none that the encoding has.
    BadWidth,
    /// The output buffer is too small.
    BufferTooSmall,
    /// The encoding is longer than its value needs.
    NonCanonicalLength,
    /// The value is larger than the width or the encoding can hold.
    Overflow,
}

codes!(IntErrorKind {
    BadValue => "bad-value",
    BadWidth => "bad-width",
    BufferTooSmall => "buffer-too-small",
    NonCanonicalLength => "non-canonical-length",
    Overflow => "overflow",
});

impl fmt::Display for IntErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BadValue => "byte that begins no integer",
            Self::BadWidth => "unsupported integer width",
            Self::BufferTooSmall => "output buffer too small",
            Self::NonCanonicalLength => "integer longer than its value needs",
            Self::Overflow => "integer too large",
        })
    }
}

#[allow(clippy::cast_possible_truncation, reason = "callers pass a width of 1 to 16")]
const fn bits(width: usize) -> u32 {
    (width as u32).wrapping_mul(8)
}

const fn read_any_width(bytes: &[u8], endian: Endian) -> Result<u128, IntError> {
    if bytes.is_empty() || bytes.len() > MAX_WIDTH {
        return Err(IntError::new(IntErrorKind::BadWidth, 0));
    }
    let mut value = 0_u128;
    let mut rest = bytes;
    while let Some((byte, more)) = match endian {
        Endian::Big => rest.split_first(),
        Endian::Little => rest.split_last(),
    } {
        value = (value << 8) | *byte as u128;
        rest = more;
    }
    Ok(value)
}

/// Stores the low bytes of `value`, as many as `out` has.
#[inline]
const fn store(value: u128, endian: Endian, out: &mut [u8]) {
    let [a, b, c, d, e, f, g, h, ..] = value.to_le_bytes();
    match (endian, out) {
        (_, [p]) => *p = a,
        (Endian::Big, [p, q]) => [*q, *p] = [a, b],
        (Endian::Little, [p, q]) => [*p, *q] = [a, b],
        (Endian::Big, [p, q, r]) => [*r, *q, *p] = [a, b, c],
        (Endian::Little, [p, q, r]) => [*p, *q, *r] = [a, b, c],
        (Endian::Big, [p, q, r, s]) => [*s, *r, *q, *p] = [a, b, c, d],
        (Endian::Little, [p, q, r, s]) => [*p, *q, *r, *s] = [a, b, c, d],
        (Endian::Big, [p, q, r, s, t, u, v, w]) => {
            [*w, *v, *u, *t, *s, *r, *q, *p] = [a, b, c, d, e, f, g, h];
        }
        (Endian::Little, [p, q, r, s, t, u, v, w]) => {
            [*p, *q, *r, *s, *t, *u, *v, *w] = [a, b, c, d, e, f, g, h];
        }
        (endian, out) => store_any_width(value, endian, out),
    }
}

const fn store_any_width(value: u128, endian: Endian, out: &mut [u8]) {
    let mut value = value;
    let mut rest = out;
    while let Some((byte, more)) = match endian {
        Endian::Big => rest.split_last_mut(),
        Endian::Little => rest.split_first_mut(),
    } {
        [*byte, ..] = value.to_le_bytes();
        value >>= 8;
        rest = more;
    }
}

#[cfg(test)]
mod tests;
