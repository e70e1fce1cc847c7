//! Integers of variable length: the smaller the value, the fewer its bytes.
//!
//! ```text
//! leb128  1xxxxxxx 1xxxxxxx 0xxxxxxx           7 bits a byte, lowest first; 1 = more follow
//! mqtt    1xxxxxxx 0xxxxxxx                    the same, at most 4 bytes
//! quic    01xxxxxx xxxxxxxx                    2 bits of length (1, 2, 4, 8), big endian
//! mysql   fc | xxxxxxxx xxxxxxxx               a byte up to fa, or a marker: fc + 2, fd + 3,
//!                                              fe + 8 bytes, little endian
//! ```
//!
//! Sources: DWARF 5 (2017), section 7.6 for LEB128; MQTT 5.0 (2019), section 1.5.5; RFC 9000
//! (2021), section 16; the MySQL client/server protocol, `Protocol::LengthEncodedInteger`.
//!
//! # What is refused
//!
//! * A value that does not fit: decoders that shift it out read `80 80 80 80 10` as 0. No form is
//!   longer than its largest value needs, so endless continuation bytes end here too.
//! * A form longer than its value needs, where the encoding forbids it: `80 00` for 0 in
//!   [`Encoding::Leb128`] and [`Encoding::Mqtt`]. Two spellings of one length are two readings.
//! * In MySQL, `fb` (NULL) and `ff` (an error packet), which begin no integer.
//!
//! A verdict falls at the first byte that settles it and no later byte changes it. Until then the
//! answer is [`Status::Need`].
//!
//! Everything is `const`:
//!
//! ```
//! use portolan::varint::{Encoding, Varint};
//!
//! const HEADER: [u8; 2] = {
//!     let mut out = [0; 2];
//!     assert!(matches!(Varint::u32(Encoding::Leb128).write(300, &mut out), Ok(2)));
//!     out
//! };
//! assert_eq!(HEADER, [0xac, 0x02]);
//! ```

use crate::endian::{IntError, IntErrorKind};
use core::num::NonZeroUsize;

mod encoding;
mod groups;
#[cfg(test)]
mod tests;
mod values;
mod write;

pub use encoding::Encoding;
pub use values::Values;
use write::{write_groups, write_mysql, write_quic};

/// An [`Encoding`] and the width its values must fit into, 32 or 64 bits.
///
/// # Examples
///
/// ```
/// use core::num::NonZeroUsize;
/// use portolan::varint::{Encoding, Status, Varint};
///
/// let varint = Varint::u32(Encoding::Leb128);
/// let two = NonZeroUsize::new(2).unwrap();
/// assert_eq!(varint.read(b"\xac\x02rest"), Ok(Status::Value { value: 300, consumed: two }));
/// assert_eq!(varint.read(b"\xac"), Ok(Status::Need(NonZeroUsize::MIN)));
///
/// let overflow = varint.read(b"\x80\x80\x80\x80\x10").unwrap_err();
/// assert_eq!((overflow.code(), overflow.at), ("overflow", 4));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Varint {
    encoding: Encoding,
    wide: bool,
}

/// What the front of the input holds.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "a reader has a value or waits for one")]
pub enum Status {
    /// A whole integer.
    Value {
        /// The integer.
        value: u64,
        /// Number of bytes that spell it.
        consumed: NonZeroUsize,
    },
    /// The beginning of an integer, which at least this many more bytes complete.
    ///
    /// Exactly as many where the first byte tells the length, as in QUIC and MySQL.
    Need(NonZeroUsize),
}

impl Varint {
    /// Length of the longest form of all encodings.
    pub const MAX_LEN: usize = 10;

    /// Reads and writes values of up to 32 bits.
    #[inline]
    #[must_use]
    pub const fn u32(encoding: Encoding) -> Self {
        Self { encoding, wide: false }
    }

    /// Reads and writes values of up to 64 bits, or as many as the encoding has.
    #[inline]
    #[must_use]
    pub const fn u64(encoding: Encoding) -> Self {
        Self { encoding, wide: true }
    }

    /// Reads and writes values of up to `bits` bits.
    ///
    /// # Errors
    ///
    /// [`IntErrorKind::BadWidth`] unless `bits` is 32 or 64.
    pub const fn new(encoding: Encoding, bits: u32) -> Result<Self, IntError> {
        match bits {
            32 => Ok(Self::u32(encoding)),
            64 => Ok(Self::u64(encoding)),
            _ => Err(IntError::new(IntErrorKind::BadWidth, 0)),
        }
    }

    /// Returns the encoding.
    #[must_use]
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Returns the width, 32 or 64.
    #[must_use]
    pub const fn bits(&self) -> u32 {
        if self.wide { 64 } else { 32 }
    }

    /// Returns the largest value that can be read and written.
    #[inline]
    #[must_use]
    pub const fn max(&self) -> u64 {
        match (self.encoding, self.wide) {
            (Encoding::Mqtt, _) => 268_435_455,
            (_, false) => u32::MAX as u64,
            (Encoding::Quic, true) => u64::MAX >> 2,
            (_, true) => u64::MAX,
        }
    }

    /// Returns the length of the longest form that is read.
    #[inline]
    #[must_use]
    pub const fn max_len(&self) -> usize {
        match (self.encoding, self.wide) {
            (Encoding::Leb128 | Encoding::Leb128Lenient, false) => 5,
            (Encoding::Leb128 | Encoding::Leb128Lenient, true) => 10,
            (Encoding::Mqtt, _) => 4,
            (Encoding::Quic, _) => 8,
            (Encoding::Mysql, _) => 9,
        }
    }

    /// Reads the integer at the front of `bytes`.
    ///
    /// # Errors
    ///
    /// At the first byte that settles it, whether or not more are there:
    ///
    /// * [`IntErrorKind::Overflow`]: the value exceeds [`max`](Self::max), or the form goes on
    ///   where the largest value ends.
    /// * [`IntErrorKind::NonCanonicalLength`]: the last byte of a strict form adds nothing.
    /// * [`IntErrorKind::BadValue`]: the first byte begins no integer.
    #[inline(always)]
    pub const fn read(&self, bytes: &[u8]) -> Result<Status, IntError> {
        match (self.encoding, bytes) {
            (Encoding::Leb128 | Encoding::Leb128Lenient | Encoding::Mqtt, _) => {
                self.read_groups(bytes)
            }
            (_, []) => Ok(need(1, 0)),
            (Encoding::Quic, [first, ..]) => self.read_quic(*first, bytes),
            (Encoding::Mysql, [first, ..]) => self.read_mysql(*first, bytes),
        }
    }

    /// Counts the bytes that [`write`](Self::write) needs for a value.
    ///
    /// # Errors
    ///
    /// [`IntErrorKind::Overflow`] when it exceeds [`max`](Self::max).
    #[inline]
    pub const fn encoded_len(&self, value: u64) -> Result<usize, IntError> {
        if value > self.max() {
            return Err(IntError::new(IntErrorKind::Overflow, 0));
        }
        Ok(match self.encoding {
            Encoding::Leb128 | Encoding::Leb128Lenient | Encoding::Mqtt => {
                // Zero has one group as well.
                match (value | 1).checked_ilog2() {
                    Some(log) => (log as usize / 7).saturating_add(1),
                    None => 1,
                }
            }
            Encoding::Quic => match value {
                0..=0x3f => 1,
                0x40..=0x3fff => 2,
                0x4000..=0x3fff_ffff => 4,
                _ => 8,
            },
            Encoding::Mysql => match value {
                0..=0xfa => 1,
                0xfb..=0xffff => 3,
                0x1_0000..=0xff_ffff => 4,
                _ => 9,
            },
        })
    }

    /// Writes the shortest form of a value to the front of `out` and returns its length; after an
    /// error `out` is untouched.
    ///
    /// # Errors
    ///
    /// [`IntErrorKind::Overflow`] when the value exceeds [`max`](Self::max),
    /// [`IntErrorKind::BufferTooSmall`] when its form does not fit into `out`.
    pub const fn write(&self, value: u64, out: &mut [u8]) -> Result<usize, IntError> {
        let len = match self.encoded_len(value) {
            Ok(len) => len,
            Err(error) => return Err(error),
        };
        let Some((out, _)) = out.split_at_mut_checked(len) else {
            return Err(IntError::new(IntErrorKind::BufferTooSmall, 0));
        };
        match self.encoding {
            Encoding::Leb128 | Encoding::Leb128Lenient | Encoding::Mqtt => write_groups(value, out),
            Encoding::Quic => write_quic(value, out),
            Encoding::Mysql => write_mysql(value, out),
        }
        Ok(len)
    }

    /// Two bits of length, then the value, big endian.
    ///
    /// RFC 9000, section 16.
    #[inline]
    const fn read_quic(&self, first: u8, bytes: &[u8]) -> Result<Status, IntError> {
        let high = first & 0x3f;
        if !self.wide && first >= 0xc0 {
            if high != 0 {
                return Err(IntError::new(IntErrorKind::Overflow, 0));
            }
            if let Some(at) = first_non_zero(bytes, 1, 4) {
                return Err(IntError::new(IntErrorKind::Overflow, at));
            }
        }
        Ok(match (first >> 6, bytes) {
            (0, _) => value(high as u64, 1),
            (1, [_, b, ..]) => value(u16::from_be_bytes([high, *b]) as u64, 2),
            (2, [_, b, c, d, ..]) => value(u32::from_be_bytes([high, *b, *c, *d]) as u64, 4),
            (3, [_, b, c, d, e, f, g, h, ..]) => {
                value(u64::from_be_bytes([high, *b, *c, *d, *e, *f, *g, *h]), 8)
            }
            (log, _) => need(1_usize.wrapping_shl(log as u32), bytes.len()),
        })
    }

    /// A byte up to `fa`, or a marker before 2, 3 or 8 bytes, little endian.
    #[inline]
    const fn read_mysql(&self, first: u8, bytes: &[u8]) -> Result<Status, IntError> {
        if !self.wide
            && first == 0xfe
            && let Some(at) = first_non_zero(bytes, 5, 9)
        {
            return Err(IntError::new(IntErrorKind::Overflow, at));
        }
        Ok(match (first, bytes) {
            (0..=0xfa, _) => value(first as u64, 1),
            (0xfb | 0xff, _) => return Err(IntError::new(IntErrorKind::BadValue, 0)),
            (0xfc, [_, a, b, ..]) => value(u16::from_le_bytes([*a, *b]) as u64, 3),
            (0xfd, [_, a, b, c, ..]) => value(u32::from_le_bytes([*a, *b, *c, 0]) as u64, 4),
            (0xfe, [_, a, b, c, d, e, f, g, h, ..]) => {
                value(u64::from_le_bytes([*a, *b, *c, *d, *e, *f, *g, *h]), 9)
            }
            (0xfc, _) => need(3, bytes.len()),
            (0xfd, _) => need(4, bytes.len()),
            (0xfe, _) => need(9, bytes.len()),
        })
    }

    #[inline]
    const fn is_lenient(&self) -> bool {
        matches!(self.encoding, Encoding::Leb128Lenient)
    }
}

#[inline]
const fn value(value: u64, consumed: usize) -> Status {
    Status::Value { value, consumed: NonZeroUsize::MIN.saturating_add(consumed.saturating_sub(1)) }
}

/// What is missing of a form of `len` bytes; at least one byte.
#[inline]
const fn need(len: usize, have: usize) -> Status {
    let others = len.saturating_sub(have).saturating_sub(1);
    Status::Need(NonZeroUsize::MIN.saturating_add(others))
}

/// Finds the first byte that is not zero, among those present of `from..to`.
const fn first_non_zero(bytes: &[u8], from: usize, to: usize) -> Option<usize> {
    let mut rest = bytes;
    let mut at = 0_usize;
    while let [byte, more @ ..] = rest
        && at < to
    {
        if at >= from && *byte != 0 {
            return Some(at);
        }
        at = at.saturating_add(1);
        rest = more;
    }
    None
}
