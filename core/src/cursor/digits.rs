//! A run of digits, kept so that its reader can point at it.

/// A run of ASCII digits, of any length, and what it means.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Digits<'a> {
    pub(super) run: &'a [u8],
    pub(super) radix: u8,
}

impl<'a> Digits<'a> {
    /// Borrows the digits as they were written.
    #[inline]
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.run
    }

    /// Counts the digits.
    #[inline]
    #[must_use]
    pub const fn len(&self) -> usize {
        self.run.len()
    }

    /// Tells whether there is no digit.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.run.is_empty()
    }

    /// Tells whether a zero stands before other digits; `0` alone has no leading zero.
    #[inline]
    #[must_use]
    pub const fn has_leading_zero(&self) -> bool {
        matches!(self.run, [b'0', _, ..])
    }

    /// Computes the value; `None` for an empty run and above 65535.
    #[inline]
    #[must_use]
    pub const fn to_u16(&self) -> Option<u16> {
        match self.to_u64() {
            #[allow(clippy::cast_possible_truncation, reason = "the guard is the bound")]
            Some(value) if value <= u16::MAX as u64 => Some(value as u16),
            _ => None,
        }
    }

    /// Computes the value; `None` for an empty run and for more than 32 bits.
    #[inline]
    #[must_use]
    pub const fn to_u32(&self) -> Option<u32> {
        match self.to_u64() {
            #[allow(clippy::cast_possible_truncation, reason = "the guard is the bound")]
            Some(value) if value <= u32::MAX as u64 => Some(value as u32),
            _ => None,
        }
    }

    /// Computes the value; `None` for an empty run and for more than 64 bits.
    ///
    /// Leading zeros, however many, do not count.
    #[must_use]
    pub const fn to_u64(&self) -> Option<u64> {
        let mut value = match self.run {
            [] => None,
            _ => Some(0_u64),
        };
        let mut rest = self.run;
        while let ([byte, more @ ..], Some(high)) = (rest, value) {
            value = match (high.checked_mul(self.radix as u64), digit(*byte, self.radix)) {
                (Some(high), Some(low)) => high.checked_add(low as u64),
                _ => None,
            };
            rest = more;
        }
        value
    }

    /// Computes the value; `None` for an empty run and for more than 128 bits.
    ///
    /// Leading zeros, however many, do not count.
    #[must_use]
    pub const fn to_u128(&self) -> Option<u128> {
        let mut value = match self.run {
            [] => None,
            _ => Some(0_u128),
        };
        let mut rest = self.run;
        while let ([byte, more @ ..], Some(high)) = (rest, value) {
            value = match (high.checked_mul(self.radix as u128), digit(*byte, self.radix)) {
                (Some(high), Some(low)) => high.checked_add(low as u128),
                _ => None,
            };
            rest = more;
        }
        value
    }
}

/// Value of an ASCII digit; letters only in radix 16.
#[inline]
pub(super) const fn digit(byte: u8, radix: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte & 0xf),
        b'a'..=b'f' | b'A'..=b'F' if radix == 16 => Some((byte & 0xf).saturating_add(9)),
        _ => None,
    }
}
