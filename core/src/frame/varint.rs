//! Length prefixes of variable length.
//!
//! ```text
//! │ ac 02 │ 300 bytes │     leb128, mqtt: seven bits a byte, lowest first
//! │ 41 2c │ 300 bytes │     quic: two bits of length, then the value, big endian
//! ├ head ─┤── body ───┤
//! ```
//!
//! Sources: Protocol Buffers, "Encoding", for delimited messages; multiformats, `unsigned-varint`;
//! MQTT 5.0 (2019), section 1.5.5; RFC 9000 (2021), section 16. The integers themselves are those of
//! [`varint`](crate::varint).
//!
//! What is refused, at the byte that settles it: a length that does not fit its width, so that none
//! is ever cut to one that an attacker chose, and one written longer than it needs to be where the
//! encoding forbids that. A length above the limit is refused when it is complete. Only behind that
//! one is the next frame known, and gone on to with [`Oversize::Discard`].

use crate::endian::{IntError, IntErrorKind};
use crate::varint::{Encoding, Status, Varint};

use super::declared::{Declared, by_state};
use super::encode::by_around;
use super::{
    ConfigError, Encode, EncodeError, EncodeErrorKind, Envelope, Finish, Frame, FrameError,
    FrameErrorKind, Framer, Need, Oversize, Plain, Step, at_least_one,
};

#[cfg(test)]
mod tests;

/// Describes a [`VarintPrefix`] framer.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct VarintPrefixBuilder {
    encoding: Encoding,
    bits: u32,
    max: usize,
    oversize: Oversize,
}

impl VarintPrefixBuilder {
    /// Sets the width that a length must fit into, 32 or 64 bits; at first 32.
    pub const fn bits(mut self, bits: u32) -> Self {
        self.bits = bits;
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
    /// [`ConfigError::Bits`] unless the width is 32 or 64, [`ConfigError::Encoding`] for
    /// [`Encoding::Mysql`], in which two first bytes are no integer, [`ConfigError::WireTooLong`]
    /// when the longest frame has more bytes than `usize` counts.
    pub fn build(self) -> Result<VarintPrefix, ConfigError> {
        let varint = Varint::new(self.encoding, self.bits).map_err(|_| ConfigError::Bits)?;
        if self.encoding == Encoding::Mysql {
            return Err(ConfigError::Encoding);
        }
        let longest = usize::try_from(varint.max()).unwrap_or(usize::MAX).min(self.max);
        longest.checked_add(varint.max_len()).ok_or(ConfigError::WireTooLong)?;
        let Self { max, oversize, .. } = self;
        Ok(VarintPrefix { varint, max, longest, oversize, state: Declared::Reading })
    }
}

/// Cuts a stream by lengths of variable length.
///
/// [`VarintPrefix::builder`] begins the description.
///
/// # Examples
///
/// Delimited messages of Protocol Buffers:
///
/// ```
/// use portolan::frame::{VarintPrefix, deframer::frames};
/// use portolan::varint::Encoding;
///
/// let framer = VarintPrefix::builder(Encoding::Leb128, 1 << 20).build()?;
/// let bodies: Vec<_> =
///     frames(framer.clone(), b"\x05hello\x00\x02hi").flatten().map(|f| f.body).collect();
/// assert_eq!(bodies, [&b"hello"[..], b"", b"hi"]);
///
/// let error = frames(framer, b"\x80\x80\x80\x80\x10").next().unwrap().unwrap_err();
/// assert_eq!((error.code(), error.at), ("length-overflow", 4));
/// # Ok::<(), portolan::frame::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct VarintPrefix {
    varint: Varint,
    /// Configured limit of the body.
    max: usize,
    /// Longest body that the limit allows and a length can declare.
    longest: usize,
    oversize: Oversize,
    state: Declared,
}

impl VarintPrefix {
    /// Starts the description of frames with bodies of at most `max` bytes behind a length of at
    /// most 32 bits.
    pub const fn builder(encoding: Encoding, max: usize) -> VarintPrefixBuilder {
        VarintPrefixBuilder { encoding, bits: 32, max, oversize: Oversize::Fail }
    }

    /// The error of an integer that is no length.
    #[cold]
    fn refuse(&mut self, error: IntError) -> FrameError {
        let kind = match error.kind {
            IntErrorKind::NonCanonicalLength => FrameErrorKind::NonCanonicalLength,
            // The only other one that these encodings have.
            _ => FrameErrorKind::LengthOverflow,
        };
        self.state.fail(kind, error.at)
    }

    /// The error of a length above the limit.
    #[cold]
    fn too_long(&mut self, length: u64, head: usize) -> FrameError {
        let kind = FrameErrorKind::TooLong { limit: self.max };
        match self.oversize {
            Oversize::Fail => self.state.fail(kind, 0),
            Oversize::Discard => {
                self.state.discard(kind, u128::from(length).saturating_add(head as u128))
            }
        }
    }

    /// What to wait for while the length is incomplete: the shortest frame that it can begin.
    #[cold]
    fn need(&self, begun: &[u8], missing: usize) -> Need {
        let mut form = [0; Varint::MAX_LEN];
        for (to, from) in form.iter_mut().zip(begun) {
            *to = *from;
        }
        // Zeros complete a length with the least, but a strict form ends in none.
        let strict = matches!(self.varint.encoding(), Encoding::Leb128 | Encoding::Mqtt);
        if let (Some(last), true) = (form.get_mut(begun.len()), strict && !begun.is_empty()) {
            *last = 1;
        }
        let head = begun.len().saturating_add(missing);
        let wire = match self.varint.read(&form) {
            Ok(Status::Value { value, .. }) => match usize::try_from(value) {
                Ok(body) if body <= self.longest => head.saturating_add(body),
                // It will be refused as soon as it is complete.
                _ => head,
            },
            _ => head,
        };
        Need::at_least(wire.saturating_sub(begun.len()))
    }

    fn around(&self, body: &[u8], (): ()) -> Result<Envelope<'static>, EncodeError> {
        let mut head = [0; Varint::MAX_LEN];
        let written = match body.len() <= self.longest {
            // What a length can declare fits into the longest form.
            true => self.varint.write(body.len() as u64, &mut head).ok(),
            false => None,
        };
        let too_long = EncodeErrorKind::PayloadTooLong { limit: self.longest };
        let len = written.ok_or_else(|| EncodeError::new(too_long, 0))?;
        Ok(Envelope::new(head.get(..len).unwrap_or_default(), &[]))
    }
}

impl Framer for VarintPrefix {
    type Meta = ();

    #[inline(always)]
    fn step(&mut self, input: &[u8]) -> Result<Step<()>, FrameError> {
        if let Some(answer) = self.state.answer(input) {
            return answer;
        }
        let (value, head) = match self.varint.read(input) {
            Ok(Status::Value { value, consumed }) => (value, consumed.get()),
            Ok(Status::Need(missing)) => return Ok(Step::Need(self.need(input, missing.get()))),
            Err(error) => return Err(self.refuse(error)),
        };
        let body = match usize::try_from(value) {
            Ok(body) if body <= self.longest => body,
            _ => return Err(self.too_long(value, head)),
        };
        let wire = head.saturating_add(body);
        Ok(if input.len() < wire {
            Step::Need(Need::rest_of(wire, input.len()))
        } else {
            Step::Frame(Frame { wire: at_least_one(wire), body: head..wire, last: true, meta: () })
        })
    }

    fn max_wire(&self) -> usize {
        self.longest.saturating_add(self.varint.max_len())
    }

    by_state!();
}

impl Plain for VarintPrefix {}

impl Encode for VarintPrefix {
    type Meta = ();

    by_around!();
}
