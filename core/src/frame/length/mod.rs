//! Frames that say their length in a binary field.
//!
//! ```text
//! ├──────────────── header ────────────────┤
//! │ offset bytes │ length field │ the rest │ body │ trailer │
//! ```
//!
//! The field has 1 to 8 bytes, in either order. What it counts differs from protocol to protocol:
//! `body = field + adjust`, less the header where the field counts that too. All of it is computed
//! in 128 bits when the framer is built; what is left for each frame is one comparison with the
//! smallest and the largest acceptable field.
//!
//! A field is judged when it is complete, and then at once: a negative or too long body is refused
//! before any of it is read. Nothing is ever reserved because a field said so.

use crate::endian::{Endian, read_unsigned};

use super::declared::{Declared, by_state};
use super::{
    Encode, EncodeError, EncodeErrorKind, Envelope, Finish, Frame, FrameError, FrameErrorKind,
    Framer, Need, Oversize, Plain, Step, at_least_one,
};

mod builder;
#[cfg(test)]
mod tests;

pub use builder::LengthPrefixBuilder;

/// Zeros to borrow a trailer from.
static ZEROS: [u8; LengthPrefix::MAX_TRAILER] = [0; LengthPrefix::MAX_TRAILER];

/// The bytes of a header that are not its length field, in order; those not used are zero.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct HeaderBytes([u8; Self::MAX]);

impl HeaderBytes {
    /// Most bytes that a header can have besides its length field.
    pub const MAX: usize = 32;

    /// Takes the first [`MAX`](Self::MAX) of `bytes`.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        let mut header = Self::default();
        header.fill(0, bytes);
        header
    }

    /// All the bytes, unused ones included.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; Self::MAX] {
        &self.0
    }

    fn fill(&mut self, start: usize, bytes: &[u8]) {
        for (to, from) in self.0.iter_mut().skip(start).zip(bytes) {
            *to = *from;
        }
    }
}

/// No header bytes: all are zero.
impl From<()> for HeaderBytes {
    fn from((): ()) -> Self {
        Self::default()
    }
}

/// Cuts a stream by binary length fields.
///
/// [`LengthPrefix::builder`] begins the description; only the limit has no default.
///
/// # Examples
///
/// A MySQL packet: three little-endian bytes of length, one of sequence, the payload.
///
/// ```
/// use portolan::endian::Endian;
/// use portolan::frame::{Encode, Framer, HeaderBytes, LengthPrefix, Step};
///
/// let builder = LengthPrefix::builder(1 << 20).width(3).header(4).endian(Endian::Little);
/// let mut framer = builder.build()?;
/// let Ok(Step::Frame(frame)) = framer.step(b"\x05\x00\x00\x07hello") else { panic!() };
/// assert_eq!(frame.body, 4..9);
/// assert_eq!(framer.header_bytes(b"\x05\x00\x00\x07"), HeaderBytes::new(&[7]));
///
/// let mut out = [0; 9];
/// assert_eq!(framer.encode(b"hello", HeaderBytes::new(&[7]), &mut out), Ok(9));
/// assert_eq!(&out, b"\x05\x00\x00\x07hello");
/// # Ok::<(), portolan::frame::ConfigError>(())
/// ```
///
/// A field that counts the whole frame, itself included, cannot be less than its own width:
///
/// ```
/// use portolan::frame::{Framer, LengthPrefix};
///
/// let mut framer = LengthPrefix::builder(1024).width(4).includes_header(true).build()?;
/// let error = framer.step(&[0, 0, 0, 3]).unwrap_err();
/// assert_eq!((error.code(), error.at), ("negative-length", 0));
/// # Ok::<(), portolan::frame::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct LengthPrefix {
    offset: usize,
    width: usize,
    header: usize,
    trailer: usize,
    endian: Endian,
    oversize: Oversize,
    /// Configured limit of the body.
    max: usize,
    /// What turns a field into the length of its body.
    bias: i128,
    /// What turns an acceptable field into the length of its frame, modulo 2 to the power of 64.
    around: u64,
    /// Bits of an 8-byte word behind the field.
    unused: u32,
    /// Smallest and largest field of an acceptable frame; the smaller is the larger when there is
    /// none.
    fields: (u64, u64),
    /// Largest field that is not negative.
    largest: u64,
    /// Shortest and longest body that a field can declare and the limit allows.
    bodies: (usize, usize),
    state: Declared,
}

impl LengthPrefix {
    /// Most bytes that a trailer can have: what is written around a payload is bounded, whatever
    /// the configuration says.
    pub const MAX_TRAILER: usize = 32;

    /// Starts the description of frames with bodies of at most `max` bytes: until told otherwise
    /// a header of four bytes that are the length of the body, most significant byte first.
    pub const fn builder(max: usize) -> LengthPrefixBuilder {
        LengthPrefixBuilder::new(max)
    }

    /// Takes the bytes that are not the length field out of the header of a frame, to write another
    /// frame with them.
    #[must_use]
    pub fn header_bytes(&self, wire: &[u8]) -> HeaderBytes {
        let behind = self.offset.saturating_add(self.width);
        let mut bytes = HeaderBytes::default();
        bytes.fill(0, wire.get(..self.offset).unwrap_or_default());
        bytes.fill(self.offset, wire.get(behind..self.header).unwrap_or_default());
        bytes
    }

    /// Reads the length field, once it is complete.
    #[inline(always)]
    fn field(&self, input: &[u8]) -> Option<u64> {
        let rest = input.get(self.offset..)?;
        let Some(word) = rest.first_chunk::<8>() else {
            return self.field_at_end(rest);
        };
        // One load of eight bytes, of which the field is the first `width`.
        Some(match self.endian {
            Endian::Big => u64::from_be_bytes(*word).wrapping_shr(self.unused),
            Endian::Little => u64::from_le_bytes(*word) & u64::MAX.wrapping_shr(self.unused),
        })
    }

    /// The same, where fewer than eight bytes begin with it.
    #[cold]
    fn field_at_end(&self, rest: &[u8]) -> Option<u64> {
        let value = read_unsigned(rest.get(..self.width)?, self.endian).ok()?;
        u64::try_from(value).ok()
    }

    /// Bytes on the wire of the frame that an acceptable field declares.
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "`build` has fitted every frame into usize")]
    const fn wire(&self, field: u64) -> usize {
        field.wrapping_add(self.around) as usize
    }

    /// The error of a field that declares no acceptable frame.
    #[cold]
    fn refuse(&mut self, field: u64) -> FrameError {
        let body = i128::from(field).saturating_add(self.bias);
        let negative = body < 0 || field > self.largest;
        let kind = match negative {
            true => FrameErrorKind::NegativeLength,
            false => FrameErrorKind::TooLong { limit: self.max },
        };
        if negative || self.oversize == Oversize::Fail {
            return self.state.fail(kind, self.offset);
        }
        let around = (self.header as u128).saturating_add(self.trailer as u128);
        let wire = around.saturating_add(body.unsigned_abs());
        self.state.discard(kind, wire).offset_by(self.offset as u64)
    }

    /// What to wait for while the length field is incomplete.
    ///
    /// The bytes of the field that are here bound the length from below.
    #[cold]
    fn need_field(&self, input: &[u8]) -> Need {
        let behind = self.offset.saturating_add(self.width);
        let begun = input.get(self.offset..).unwrap_or_default();
        let wire = match self.smallest_field(begun) {
            Some(field) => self.wire(field),
            // It will be refused as soon as it is complete.
            None => behind,
        };
        Need::at_least(wire.saturating_sub(input.len()))
    }

    /// Smallest field of an acceptable frame that begins with these bytes, fewer than its width.
    fn smallest_field(&self, begun: &[u8]) -> Option<u64> {
        let (low, high) = self.fields;
        let known = read_unsigned(begun, self.endian).unwrap_or_default();
        let known = u64::try_from(known).unwrap_or_default();
        let smallest = match self.endian {
            Endian::Big => {
                let unknown = bits(self.width.saturating_sub(begun.len()));
                let first = known.checked_shl(unknown).unwrap_or_default();
                let last = first | !u64::MAX.checked_shl(unknown).unwrap_or_default();
                first.max(low).min(last)
            }
            Endian::Little => {
                let unit = 1_u64.wrapping_shl(bits(begun.len()));
                let smallest = (low & unit.wrapping_neg()) | known;
                if smallest < low { smallest.checked_add(unit)? } else { smallest }
            }
        };
        (low..=high).contains(&smallest).then_some(smallest)
    }

    /// Bytes on the wire of the frame with a body of so many.
    pub(super) const fn wire_of(&self, body: usize) -> usize {
        self.header.saturating_add(body).saturating_add(self.trailer)
    }

    fn check(&self, body: &[u8]) -> Result<(), EncodeError> {
        let (shortest, limit) = self.bodies;
        if body.len() > limit {
            return Err(EncodeError::new(EncodeErrorKind::PayloadTooLong { limit }, 0));
        }
        if body.len() < shortest {
            return Err(EncodeError::new(EncodeErrorKind::PayloadLength, 0));
        }
        Ok(())
    }

    /// What goes around a body.
    #[inline]
    fn around(&self, body: &[u8], meta: HeaderBytes) -> Result<Envelope<'static>, EncodeError> {
        self.check(body)?;
        let mut head = [0; Envelope::MAX_HEAD];
        // A checked body has a field that fits.
        let field = (body.len() as i128).saturating_sub(self.bias);
        let field = u64::try_from(field).unwrap_or_default();
        let word = match self.endian {
            Endian::Big => field.wrapping_shl(self.unused).to_be_bytes(),
            Endian::Little => field.to_le_bytes(),
        };
        // One store of eight bytes, of which the field is the first `width`.
        if let Some(space) = head.get_mut(self.offset..).and_then(<[u8]>::first_chunk_mut) {
            *space = word;
        }
        if self.header != self.width {
            self.put_others(meta, &mut head);
        }
        let trailer = ZEROS.get(..self.trailer).unwrap_or(&ZEROS);
        Ok(Envelope::within(head, self.header, trailer))
    }

    /// Writes the bytes of a header that are not its length field.
    fn put_others(&self, meta: HeaderBytes, head: &mut [u8; Envelope::MAX_HEAD]) {
        let behind = self.offset.saturating_add(self.width);
        let (before, after) = meta.0.split_at_checked(self.offset).unwrap_or_default();
        for (to, from) in head.iter_mut().zip(before) {
            *to = *from;
        }
        for (to, from) in head.iter_mut().skip(behind).zip(after) {
            *to = *from;
        }
    }
}

#[allow(clippy::cast_possible_truncation, reason = "callers count at most eight bytes")]
const fn bits(bytes: usize) -> u32 {
    (bytes as u32).wrapping_mul(8)
}

impl Framer for LengthPrefix {
    type Meta = ();

    #[inline(always)]
    fn step(&mut self, input: &[u8]) -> Result<Step<()>, FrameError> {
        if let Some(answer) = self.state.answer(input) {
            return answer;
        }
        let Some(field) = self.field(input) else {
            return Ok(Step::Need(self.need_field(input)));
        };
        // Two branches that are never taken are less than one on both.
        if field < self.fields.0 {
            return Err(self.refuse(field));
        }
        if field > self.fields.1 {
            return Err(self.refuse(field));
        }
        let wire = self.wire(field);
        if input.len() < wire {
            return Ok(Step::Need(Need::rest_of(wire, input.len())));
        }
        Ok(Step::Frame(Frame {
            wire: at_least_one(wire),
            body: self.header..wire.wrapping_sub(self.trailer),
            last: true,
            meta: (),
        }))
    }

    fn max_wire(&self) -> usize {
        self.wire_of(self.bodies.1)
    }

    by_state!();
}

impl Plain for LengthPrefix {}

impl Encode for LengthPrefix {
    type Meta = HeaderBytes;

    fn encoded_len(&self, body: &[u8], _meta: HeaderBytes) -> Result<usize, EncodeError> {
        self.check(body).map(|()| self.wire_of(body.len()))
    }

    fn encode(
        &mut self,
        body: &[u8],
        meta: HeaderBytes,
        out: &mut [u8],
    ) -> Result<usize, EncodeError> {
        self.around(body, meta)?.write_around(body, out)
    }

    /// Makes the header; the trailer is zeros.
    fn envelope(
        &mut self,
        body: &[u8],
        meta: HeaderBytes,
    ) -> Result<Option<Envelope<'_>>, EncodeError> {
        self.around(body, meta).map(Some)
    }
}
