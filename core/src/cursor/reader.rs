//! A position in input bytes.

use super::Digits;
use super::digits::digit;
use crate::endian::{self, Endian, IntError, IntErrorKind};

/// A position in input bytes.
///
/// # Examples
///
/// ```
/// use portolan::cursor::Reader;
///
/// let mut reader = Reader::new(b"[::1]:80");
/// assert!(reader.expect(b'['));
/// assert_eq!(reader.take_until(b']'), Some(&b"::1"[..]));
/// assert!(reader.expect_slice(b"]:"));
/// assert_eq!(reader.take_decimal(5).to_u16(), Some(80));
/// assert!(reader.is_empty());
/// ```
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    input: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Starts at the first byte of `input`.
    #[inline]
    #[must_use]
    pub const fn new(input: &'a [u8]) -> Self {
        Self { input, rest: input }
    }

    /// Counts the bytes read so far.
    #[inline]
    #[must_use]
    pub const fn position(&self) -> usize {
        self.input.len().saturating_sub(self.rest.len())
    }

    /// Counts the bytes still to read.
    #[inline]
    #[must_use]
    pub const fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// Tells whether all bytes are read.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Borrows the bytes still to read.
    #[inline]
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Borrows the bytes read since an earlier [`position`](Self::position); none when it is
    /// ahead.
    #[inline]
    #[must_use]
    pub const fn since(&self, position: usize) -> &'a [u8] {
        match self.input.split_at_checked(self.position()) {
            Some((read, _)) => match read.split_at_checked(position) {
                Some((_, since)) => since,
                None => &[],
            },
            None => &[],
        }
    }

    /// Looks at the next byte.
    #[inline]
    #[must_use]
    pub const fn peek(&self) -> Option<u8> {
        match self.rest {
            [byte, ..] => Some(*byte),
            [] => None,
        }
    }

    /// Looks at the byte `n` bytes ahead: 0 is the next.
    #[inline]
    #[must_use]
    pub const fn peek_at(&self, n: usize) -> Option<u8> {
        match self.rest.split_at_checked(n) {
            Some((_, [byte, ..])) => Some(*byte),
            _ => None,
        }
    }

    /// Takes the next `n` bytes.
    #[inline]
    pub const fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        match self.rest.split_at_checked(n) {
            Some((taken, rest)) => {
                self.rest = rest;
                Some(taken)
            }
            None => None,
        }
    }

    /// Takes the next byte.
    #[inline]
    pub const fn take_byte(&mut self) -> Option<u8> {
        match self.rest {
            [byte, rest @ ..] => {
                self.rest = rest;
                Some(*byte)
            }
            [] => None,
        }
    }

    /// Takes the next `N` bytes as an array.
    #[inline]
    pub const fn take_array<const N: usize>(&mut self) -> Option<[u8; N]> {
        match self.rest.split_first_chunk() {
            Some((taken, rest)) => {
                self.rest = rest;
                Some(*taken)
            }
            None => None,
        }
    }

    /// Takes all bytes that are left.
    #[inline]
    pub const fn take_rest(&mut self) -> &'a [u8] {
        let taken = self.rest;
        self.rest = &[];
        taken
    }

    /// Takes bytes as long as `wanted` holds.
    #[inline]
    pub fn take_while(&mut self, mut wanted: impl FnMut(u8) -> bool) -> &'a [u8] {
        match self.rest.iter().position(|byte| !wanted(*byte)) {
            Some(n) => self.take(n).unwrap_or_default(),
            None => self.take_rest(),
        }
    }

    /// Takes the bytes before the first `stop`, which itself stays; nothing where there is none.
    #[inline]
    pub fn take_until(&mut self, stop: u8) -> Option<&'a [u8]> {
        self.take(memchr::memchr(stop, self.rest)?)
    }

    /// Skips the next byte if it is `byte`, and tells whether it was.
    #[inline]
    #[must_use]
    pub const fn expect(&mut self, byte: u8) -> bool {
        match self.rest {
            [first, rest @ ..] if *first == byte => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// Skips the next bytes if they are `bytes`, and tells whether they were.
    #[inline]
    #[must_use]
    pub fn expect_slice(&mut self, bytes: &[u8]) -> bool {
        match self.rest.strip_prefix(bytes) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Skips the next bytes if they are `bytes` in any mixture of ASCII cases, and tells whether
    /// they were.
    #[inline]
    #[must_use]
    pub fn expect_ignore_case(&mut self, bytes: &[u8]) -> bool {
        match self.rest.split_at_checked(bytes.len()) {
            Some((first, rest)) if first.eq_ignore_ascii_case(bytes) => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// Takes the run of decimal digits that comes next, at most `limit` of them.
    ///
    /// No digit at all is an empty run. A digit may follow only when the run has `limit` digits.
    ///
    /// # Examples
    ///
    /// ```
    /// use portolan::cursor::Reader;
    ///
    /// let mut reader = Reader::new(b"080/70000/");
    /// let port = reader.take_decimal(usize::MAX);
    /// assert_eq!((port.as_bytes(), port.to_u16()), (&b"080"[..], Some(80)));
    /// assert!(port.has_leading_zero());
    /// assert!(reader.expect(b'/'));
    /// assert_eq!(reader.take_decimal(usize::MAX).to_u16(), None);
    /// assert!(reader.take_decimal(usize::MAX).is_empty());
    /// ```
    #[inline]
    pub const fn take_decimal(&mut self, limit: usize) -> Digits<'a> {
        self.take_digits(limit, 10)
    }

    /// Takes the run of hexadecimal digits, of either case, that comes next, at most `limit` of
    /// them.
    #[inline]
    pub const fn take_hex(&mut self, limit: usize) -> Digits<'a> {
        self.take_digits(limit, 16)
    }

    /// Takes two bytes as an integer.
    #[inline]
    pub const fn take_u16(&mut self, endian: Endian) -> Option<u16> {
        match self.take_array() {
            Some(bytes) => Some(endian.read_u16(bytes)),
            None => None,
        }
    }

    /// Takes four bytes as an integer.
    #[inline]
    pub const fn take_u32(&mut self, endian: Endian) -> Option<u32> {
        match self.take_array() {
            Some(bytes) => Some(endian.read_u32(bytes)),
            None => None,
        }
    }

    /// Takes eight bytes as an integer.
    #[inline]
    pub const fn take_u64(&mut self, endian: Endian) -> Option<u64> {
        match self.take_array() {
            Some(bytes) => Some(endian.read_u64(bytes)),
            None => None,
        }
    }

    /// Takes `width` bytes as an unsigned integer; `None` where fewer are left.
    ///
    /// # Errors
    ///
    /// [`IntErrorKind::BadWidth`] unless `width` is 1 to [`endian::MAX_WIDTH`], however many bytes
    /// are left.
    #[inline]
    pub const fn take_unsigned(
        &mut self,
        width: usize,
        endian: Endian,
    ) -> Result<Option<u128>, IntError> {
        if width == 0 || width > endian::MAX_WIDTH {
            return Err(IntError::new(IntErrorKind::BadWidth, self.position()));
        }
        match self.take(width) {
            Some(bytes) => match endian::read_unsigned(bytes, endian) {
                Ok(value) => Ok(Some(value)),
                Err(error) => Err(error),
            },
            None => Ok(None),
        }
    }

    #[inline]
    const fn take_digits(&mut self, limit: usize, radix: u8) -> Digits<'a> {
        let mut rest = self.rest;
        let mut len = 0_usize;
        while let [byte, more @ ..] = rest
            && len < limit
            && digit(*byte, radix).is_some()
        {
            rest = more;
            len = len.saturating_add(1);
        }
        match self.take(len) {
            Some(run) => Digits { run, radix },
            None => Digits { run: &[], radix },
        }
    }
}
