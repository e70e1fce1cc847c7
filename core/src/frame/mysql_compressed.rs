//! Compressed packets of MySQL and MariaDB: the envelope, not the compression.
//!
//! ```text
//! │ length, 3 bytes, little endian │ sequence │ uncompressed length, 3 bytes │ payload │
//! ```
//!
//! The length counts the payload as it is sent. An uncompressed length of 0 says that it is sent as
//! it is. Inflated payloads one behind the other are the stream of packets, whose boundaries are
//! elsewhere: each envelope is a frame of its own, and the sequence counts envelopes.
//!
//! Refused are a payload above the limit, at its length, and a sequence number that does not follow,
//! at that byte. How much a payload may inflate to is for who inflates it.
//!
//! Source: MySQL source code documentation, "Compressed Packet"
//! (`page_protocol_basic_compression_packet`).

use super::encode::by_around;
use super::headed::{Failed, Head, fatal, smallest};
use super::mysql::{read_u24, u24};
use super::{
    Encode, EncodeError, EncodeErrorKind, Envelope, Finish, FrameError, FrameErrorKind, Framer,
    MysqlCompressedMeta, Part, PartRole, Plain, Sequence, Step,
};

const HEADER: usize = 7;
const SEQUENCE_AT: usize = 3;
/// Longest payload, and largest uncompressed length.
const LONGEST: usize = 0xff_ffff;

/// Cuts a stream into compressed packets of MySQL.
///
/// # Examples
///
/// ```
/// use portolan::frame::{Encode, Framer, MysqlCompressed, MysqlCompressedMeta, Step};
///
/// let mut framer = MysqlCompressed::new(1 << 20);
/// let wire = b"\x05\0\0\0\0\0\0\x01\0\0\0\x0e";
/// let Ok(Step::Frame(frame)) = framer.step(wire) else { panic!() };
/// assert_eq!((frame.body, frame.meta), (7..12, MysqlCompressedMeta::new(0, 0)));
///
/// let mut out = [0; 12];
/// framer.encode(b"\x01\0\0\0\x0e", MysqlCompressedMeta::new(0, 0), &mut out).unwrap();
/// assert_eq!(&out, wire);
/// ```
#[derive(Clone, Debug)]
pub struct MysqlCompressed {
    max: usize,
    sequence: Sequence,
    previous: Option<u8>,
    failed: Failed,
}

impl MysqlCompressed {
    /// Creates the framer of packets with at most `max` bytes of payload as it is sent.
    #[must_use]
    pub const fn new(max: usize) -> Self {
        Self { max, sequence: Sequence::Check, previous: None, failed: Failed::NOT }
    }

    /// Sets what is demanded of sequence numbers; at first that they follow.
    #[must_use]
    pub const fn sequence(self, sequence: Sequence) -> Self {
        Self { sequence, ..self }
    }

    const fn limit(&self) -> usize {
        if self.max < LONGEST { self.max } else { LONGEST }
    }

    /// Reads the length, which is judged when it is complete, then the sequence number, then the
    /// uncompressed length.
    #[inline(always)]
    fn head(&self, input: &[u8]) -> Result<Head<MysqlCompressedMeta>, FrameError> {
        let [low, middle, high, number, uncompressed @ ..] = smallest::<HEADER>(input);
        let len = read_u24([low, middle, high]);
        if len > self.limit() {
            return match input.len() {
                0..SEQUENCE_AT => Ok(Head::Short(SEQUENCE_AT)),
                _ => Err(fatal(FrameErrorKind::TooLong { limit: self.max }, 0)),
            };
        }
        let numbered = input.len() > SEQUENCE_AT;
        if numbered && !self.sequence.allows(self.previous, false, number) {
            return Err(fatal(FrameErrorKind::Sequence, SEQUENCE_AT));
        }
        let wire = len.saturating_add(HEADER);
        if input.len() < HEADER {
            return Ok(Head::Short(wire));
        }
        let [low, middle, high] = uncompressed;
        let uncompressed = u32::from_le_bytes([low, middle, high, 0]);
        let meta = MysqlCompressedMeta::new(number, uncompressed);
        Ok(Head::whole(wire, (HEADER, wire), true, meta))
    }

    fn around(
        &self,
        body: &[u8],
        meta: MysqlCompressedMeta,
    ) -> Result<Envelope<'static>, EncodeError> {
        let limit = self.limit();
        if body.len() > limit {
            return Err(EncodeError::new(EncodeErrorKind::PayloadTooLong { limit }, 0));
        }
        let [low, middle, high] = u24(body.len());
        let [first, second, third, rest] = meta.uncompressed.to_le_bytes();
        if rest != 0 {
            let limit = LONGEST;
            return Err(EncodeError::new(EncodeErrorKind::PayloadTooLong { limit }, 0));
        }
        let header = [low, middle, high, meta.sequence, first, second, third];
        Ok(Envelope::new(&header, &[]))
    }
}

impl Framer for MysqlCompressed {
    type Meta = MysqlCompressedMeta;

    #[inline]
    fn step(&mut self, input: &[u8]) -> Result<Step<MysqlCompressedMeta>, FrameError> {
        self.failed.check()?;
        let head = self.head(input);
        let step = self.failed.step(head, input)?;
        if let Step::Frame(frame) = &step {
            self.previous = Some(frame.meta.sequence);
        }
        Ok(step)
    }

    fn finish(&mut self, input: &[u8]) -> Result<Finish<MysqlCompressedMeta>, FrameError> {
        self.failed.finish(input, false)
    }

    fn max_wire(&self) -> usize {
        self.limit().saturating_add(HEADER)
    }

    #[inline]
    fn at_boundary(&self) -> bool {
        self.failed.is_none()
    }

    fn reset(&mut self) {
        (self.previous, self.failed) = (None, Failed::NOT);
    }

    fn part(&self, input: &[u8]) -> Option<Part> {
        let body = read_u24(*input.first_chunk()?);
        let part = Part { length_at: 0, body, role: PartRole::Counted };
        (body <= self.limit()).then_some(part)
    }
}

impl Plain for MysqlCompressed {}

/// Writes a payload that has been compressed, or has not and says so by an uncompressed length of 0;
/// a length above three bytes is [`EncodeErrorKind::PayloadTooLong`].
impl Encode for MysqlCompressed {
    type Meta = MysqlCompressedMeta;

    by_around!();
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, reason = "a test may overflow: it fails then")]
mod tests {
    extern crate alloc;

    use alloc::{format, vec};

    use super::super::testing::{tell, write};
    use super::*;

    fn nine() -> MysqlCompressed {
        MysqlCompressed::new(9)
    }

    #[test]
    fn an_envelope_is_two_lengths_and_a_number() {
        let stream = b"\x02\0\0\x00\x40\0\0hi\0\0\0\x01\0\0\0";
        assert_eq!(tell(nine(), stream, true), "hi@0+9, @9+7, clean");
        let Ok(Step::Frame(frame)) = nine().step(stream) else { panic!() };
        assert_eq!(frame.meta, MysqlCompressedMeta::new(0, 64));
        assert_eq!(tell(nine(), &stream[..8], true), "truncated@0");
    }

    #[test]
    fn the_limit_is_of_what_is_sent() {
        let limited = || MysqlCompressed::new(2);
        assert_eq!(tell(limited(), b"\x02\0\0\0\xff\xff\xffhi", true), "hi@0+9, clean");
        assert_eq!(tell(limited(), b"\x03\0\0", false), "too-long@0!");
        assert_eq!(tell(limited(), b"\x03", false), "need 2");
        assert_eq!(write(&mut limited(), b"hi!"), Err(("payload-too-long", 0)));
        let long = vec![0; LONGEST + 1];
        assert_eq!(write(&mut MysqlCompressed::new(1 << 30), &long), Err(("payload-too-long", 0)));
    }

    #[test]
    fn needed_is_what_the_shortest_packet_lacks() {
        for (begun, need) in [(&b""[..], 7), (b"\x05", 11), (b"\x05\0\0", 9), (b"\x05\0\0\0", 8)] {
            assert_eq!(tell(nine(), begun, false), format!("need {need}"));
        }
    }

    #[test]
    fn numbers_follow_or_begin_again() {
        let stream = b"\0\0\0\xff\0\0\0\0\0\0\0\0\0\0\0\0\0\x02";
        assert_eq!(tell(nine(), stream, false), "@0+7, @7+7, sequence@17!");
        let ignore = nine().sequence(Sequence::Ignore);
        assert_eq!(tell(ignore, stream, true), "@0+7, @7+7, truncated@14");
    }

    #[test]
    fn an_uncompressed_length_has_three_bytes() {
        let largest = MysqlCompressedMeta::new(7, 0xff_ffff);
        let mut out = [0; 8];
        assert_eq!(nine().encode(b"x", largest, &mut out), Ok(8));
        assert_eq!(out, *b"\x01\0\0\x07\xff\xff\xffx");
        let error = nine().encoded_len(b"x", MysqlCompressedMeta::new(7, 1 << 24)).unwrap_err();
        assert_eq!(error.kind, EncodeErrorKind::PayloadTooLong { limit: LONGEST });
    }
}
