//! The description of a length prefix, and what makes it consistent.

use crate::endian::Endian;

use super::super::declared::Declared;
use super::super::{ConfigError, Oversize};
use super::{HeaderBytes, LengthPrefix, bits};

/// Describes a [`LengthPrefix`] framer.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct LengthPrefixBuilder {
    offset: usize,
    width: usize,
    header: Option<usize>,
    endian: Endian,
    signed: bool,
    adjust: i64,
    includes_header: bool,
    trailer: usize,
    max: usize,
    oversize: Oversize,
}

impl LengthPrefixBuilder {
    pub(super) const fn new(max: usize) -> Self {
        Self {
            offset: 0,
            width: 4,
            header: None,
            endian: Endian::Big,
            signed: false,
            adjust: 0,
            includes_header: false,
            trailer: 0,
            max,
            oversize: Oversize::Fail,
        }
    }

    /// Sets how many bytes come before the length field; at first none.
    pub const fn offset(mut self, offset: usize) -> Self {
        self.offset = offset;
        self
    }

    /// Sets how many bytes the length field has, 1 to 8; at first 4.
    pub const fn width(mut self, width: usize) -> Self {
        self.width = width;
        self
    }

    /// Sets how many bytes come before the body, the length field included; at first offset and
    /// width together. All but the field are zero when written, unless the meta data says
    /// otherwise; they are at most [`HeaderBytes::MAX`].
    pub const fn header(mut self, header: usize) -> Self {
        self.header = Some(header);
        self
    }

    /// Sets the order of the bytes of the length field; at first the most significant is first.
    pub const fn endian(mut self, endian: Endian) -> Self {
        self.endian = endian;
        self
    }

    /// Sets whether the length field has a sign; at first not. A negative length is refused.
    pub const fn signed(mut self, signed: bool) -> Self {
        self.signed = signed;
        self
    }

    /// Sets what is added to the length field to get the length of the body; at first 0.
    pub const fn adjust(mut self, adjust: i64) -> Self {
        self.adjust = adjust;
        self
    }

    /// Sets whether the length field counts the header; at first not.
    pub const fn includes_header(mut self, includes_header: bool) -> Self {
        self.includes_header = includes_header;
        self
    }

    /// Sets how many bytes come behind the body, at most [`LengthPrefix::MAX_TRAILER`]; at first
    /// none. They are written as zeros.
    pub const fn trailer(mut self, trailer: usize) -> Self {
        self.trailer = trailer;
        self
    }

    /// Sets what becomes of a stream with a frame that is too long; at first, it fails.
    pub const fn oversize(mut self, oversize: Oversize) -> Self {
        self.oversize = oversize;
        self
    }

    /// Builds the framer.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Width`], [`ConfigError::HeaderTooShort`] when the header does not hold the
    /// length field, [`ConfigError::HeaderTooLong`] when it holds more than
    /// [`HeaderBytes::MAX`] bytes besides, [`ConfigError::TrailerTooLong`] above
    /// [`LengthPrefix::MAX_TRAILER`], [`ConfigError::WireTooLong`] when the longest frame has more
    /// bytes than `usize` counts.
    pub fn build(self) -> Result<LengthPrefix, ConfigError> {
        let header = self.check_header()?;
        if self.trailer > LengthPrefix::MAX_TRAILER {
            return Err(ConfigError::TrailerTooLong);
        }
        let sign = u32::from(self.signed);
        let largest = 1_i128.wrapping_shl(bits(self.width).saturating_sub(sign)).saturating_sub(1);
        let counted = if self.includes_header { header as i128 } else { 0 };
        let bias = i128::from(self.adjust).saturating_sub(counted);

        let first = bias.saturating_neg().max(0);
        let last = (self.max as i128).saturating_sub(bias).min(largest);
        // No field at all may be acceptable; then each is refused when it comes.
        let (fields, bodies) = if first > last {
            ((u64::MAX, 0), (usize::MAX, 0))
        } else {
            let body = |field: i128| usize::try_from(field.saturating_add(bias)).ok();
            let bodies = body(first).zip(body(last)).ok_or(ConfigError::WireTooLong)?;
            ((to_field(first), to_field(last)), bodies)
        };
        let wire = header.checked_add(bodies.1).and_then(|wire| wire.checked_add(self.trailer));
        wire.ok_or(ConfigError::WireTooLong)?;
        Ok(LengthPrefix {
            offset: self.offset,
            width: self.width,
            header,
            trailer: self.trailer,
            endian: self.endian,
            oversize: self.oversize,
            max: self.max,
            bias,
            around: modulo_u64(
                bias.saturating_add((header as i128).saturating_add(self.trailer as i128)),
            ),
            unused: bits(8_usize.saturating_sub(self.width)),
            fields,
            largest: to_field(largest),
            bodies,
            state: Declared::Reading,
        })
    }

    fn check_header(&self) -> Result<usize, ConfigError> {
        if !(1..=8).contains(&self.width) {
            return Err(ConfigError::Width);
        }
        let least = self.offset.checked_add(self.width).ok_or(ConfigError::HeaderTooLong)?;
        let header = self.header.unwrap_or(least);
        if header < least {
            return Err(ConfigError::HeaderTooShort);
        }
        if header.saturating_sub(self.width) > HeaderBytes::MAX {
            return Err(ConfigError::HeaderTooLong);
        }
        Ok(header)
    }
}

/// The low 64 bits, which are all that matters of a sum that fits in them.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "that is its purpose")]
const fn modulo_u64(value: i128) -> u64 {
    value as u64
}

/// A value between 0 and the largest that 8 bytes hold.
fn to_field(value: i128) -> u64 {
    u64::try_from(value).unwrap_or(u64::MAX)
}
