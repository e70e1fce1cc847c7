//! A position in output bytes.

use core::fmt;

use crate::endian::{self, Endian, IntError, IntErrorKind};

/// A position in an output buffer.
///
/// It never grows the buffer, and a call that does not fit writes nothing.
///
/// # Examples
///
/// ```
/// use portolan::cursor::Writer;
///
/// let mut out = [0; 8];
/// let mut writer = Writer::new(&mut out);
/// writer.put(b':')?;
/// writer.put_decimal(3306)?;
/// assert_eq!(writer.written(), b":3306");
/// assert_eq!(writer.put_slice(b"/tcp").unwrap_err().at, 5);
/// assert_eq!(writer.remaining(), 3);
/// # Ok::<(), portolan::cursor::BufferTooSmall>(())
/// ```
#[derive(Debug)]
pub struct Writer<'a> {
    out: &'a mut [u8],
    position: usize,
}

impl<'a> Writer<'a> {
    /// Starts at the first byte of `out`.
    #[inline]
    #[must_use]
    pub const fn new(out: &'a mut [u8]) -> Self {
        Self { out, position: 0 }
    }

    /// Counts the bytes written so far.
    #[inline]
    #[must_use]
    pub const fn position(&self) -> usize {
        self.position
    }

    /// Counts the bytes that still fit.
    #[inline]
    #[must_use]
    pub const fn remaining(&self) -> usize {
        self.out.len().saturating_sub(self.position)
    }

    /// Borrows the bytes written so far.
    #[inline]
    #[must_use]
    pub const fn written(&self) -> &[u8] {
        match self.out.split_at_checked(self.position) {
            Some((written, _)) => written,
            None => &[],
        }
    }

    /// Gives up the position and returns the bytes written, for as long as the buffer lives.
    #[inline]
    #[must_use]
    pub const fn into_written(self) -> &'a mut [u8] {
        match self.out.split_at_mut_checked(self.position) {
            Some((written, _)) => written,
            None => &mut [],
        }
    }

    /// Writes one byte.
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`] when the buffer is full.
    #[inline]
    pub const fn put(&mut self, byte: u8) -> Result<(), BufferTooSmall> {
        self.put_slice(&[byte])
    }

    /// Writes all of `bytes`.
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`] when they do not all fit.
    #[inline]
    pub const fn put_slice(&mut self, bytes: &[u8]) -> Result<(), BufferTooSmall> {
        match self.advance(bytes.len()) {
            Ok(out) => {
                out.copy_from_slice(bytes);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Writes a number in decimal digits without padding.
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`] when the digits do not all fit.
    #[inline]
    pub const fn put_decimal(&mut self, value: u64) -> Result<(), BufferTooSmall> {
        let len = match value.checked_ilog10() {
            Some(log) => (log as usize).saturating_add(1),
            None => 1,
        };
        let mut rest = match self.advance(len) {
            Ok(out) => out,
            Err(error) => return Err(error),
        };
        let mut value = value;
        while let Some((slot, more)) = rest.split_last_mut() {
            *slot = b'0' | (value % 10) as u8;
            value /= 10;
            rest = more;
        }
        Ok(())
    }

    /// Writes a number of up to 128 bits in decimal digits without padding.
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`] when the digits do not all fit.
    pub const fn put_decimal_u128(&mut self, value: u128) -> Result<(), BufferTooSmall> {
        let len = match value.checked_ilog10() {
            Some(log) => (log as usize).saturating_add(1),
            None => 1,
        };
        let mut rest = match self.advance(len) {
            Ok(out) => out,
            Err(error) => return Err(error),
        };
        let mut value = value;
        while let Some((slot, more)) = rest.split_last_mut() {
            *slot = b'0' | (value % 10) as u8;
            value /= 10;
            rest = more;
        }
        Ok(())
    }

    /// Writes a number in lower-case hexadecimal digits without padding.
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`] when the digits do not all fit.
    pub const fn put_hex(&mut self, value: u64) -> Result<(), BufferTooSmall> {
        let len = match value.checked_ilog2() {
            Some(log) => (log as usize / 4).saturating_add(1),
            None => 1,
        };
        let mut rest = match self.advance(len) {
            Ok(out) => out,
            Err(error) => return Err(error),
        };
        let mut value = value;
        while let Some((slot, more)) = rest.split_last_mut() {
            *slot = hex_digit((value & 0xf) as u8);
            value >>= 4;
            rest = more;
        }
        Ok(())
    }

    /// Writes two bytes of an integer.
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`] when they do not fit.
    #[inline]
    pub const fn put_u16(&mut self, value: u16, endian: Endian) -> Result<(), BufferTooSmall> {
        self.put_slice(&endian.u16_bytes(value))
    }

    /// Writes four bytes of an integer.
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`] when they do not fit.
    #[inline]
    pub const fn put_u32(&mut self, value: u32, endian: Endian) -> Result<(), BufferTooSmall> {
        self.put_slice(&endian.u32_bytes(value))
    }

    /// Writes eight bytes of an integer.
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`] when they do not fit.
    #[inline]
    pub const fn put_u64(&mut self, value: u64, endian: Endian) -> Result<(), BufferTooSmall> {
        self.put_slice(&endian.u64_bytes(value))
    }

    /// Writes an unsigned integer of `width` bytes.
    ///
    /// # Errors
    ///
    /// At this position: [`IntErrorKind::BadWidth`] unless `width` is 1 to [`endian::MAX_WIDTH`],
    /// [`IntErrorKind::Overflow`] when it cannot hold `value`, [`IntErrorKind::BufferTooSmall`]
    /// when it does not fit into the buffer.
    #[inline]
    pub const fn put_unsigned(
        &mut self,
        value: u128,
        width: usize,
        endian: Endian,
    ) -> Result<(), IntError> {
        let mut bytes = [0; endian::MAX_WIDTH];
        let Some((bytes, _)) = bytes.split_at_mut_checked(width) else {
            return Err(IntError::new(IntErrorKind::BadWidth, self.position));
        };
        if let Err(error) = endian::write_unsigned(value, endian, bytes) {
            return Err(IntError::new(error.kind, self.position));
        }
        match self.put_slice(bytes) {
            Ok(()) => Ok(()),
            Err(error) => Err(IntError::new(IntErrorKind::BufferTooSmall, error.at)),
        }
    }

    /// Moves over the next `len` bytes and lends them to be filled.
    #[inline]
    const fn advance(&mut self, len: usize) -> Result<&mut [u8], BufferTooSmall> {
        let at = self.position;
        let free = match self.out.split_at_mut_checked(at) {
            Some((_, free)) => free,
            None => &mut [],
        };
        match free.split_at_mut_checked(len) {
            Some((out, _)) => {
                self.position = at.saturating_add(len);
                Ok(out)
            }
            None => Err(BufferTooSmall { at, needed: len }),
        }
    }
}

impl fmt::Write for Writer<'_> {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.put_slice(text.as_bytes()).map_err(|_| fmt::Error)
    }
}

/// An output buffer without room for all that should be written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct BufferTooSmall {
    /// Position in the buffer where writing should have begun.
    pub at: usize,
    /// Bytes that should have been written there.
    pub needed: usize,
}

impl BufferTooSmall {
    /// Creates the error of `needed` bytes that do not fit at a position.
    #[inline]
    #[must_use]
    pub const fn new(needed: usize, at: usize) -> Self {
        Self { at, needed }
    }

    /// Names the rule in kebab case: `buffer-too-small`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        IntErrorKind::BufferTooSmall.code()
    }
}

impl fmt::Display for BufferTooSmall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no room for {} more bytes at byte {}", self.needed, self.at)
    }
}

impl core::error::Error for BufferTooSmall {}

impl From<BufferTooSmall> for IntError {
    fn from(error: BufferTooSmall) -> Self {
        Self::new(IntErrorKind::BufferTooSmall, error.at)
    }
}

#[inline]
const fn hex_digit(nibble: u8) -> u8 {
    match nibble {
        0..=9 => b'0' | nibble,
        _ => (b'a' - 10).saturating_add(nibble),
    }
}
