//! Packets of MySQL and MariaDB.
//!
//! ```text
//! │ length, 3 bytes, little endian │ sequence │ payload │
//! │ ff ff ff │ 00 │ 16,777,215 bytes │ 00 00 00 │ 01 │      a message of exactly so many
//! ```
//!
//! A length of `0xffffff` says that the message goes on in the next packet, so a message of a whole
//! multiple of that ends with an empty packet. The sequence number counts the packets of a command,
//! those of the answer and those that continue a message included, and begins again at 0.
//!
//! Refused are a packet above the limit, at its length, and a sequence number that does not follow,
//! at that byte: packets that do not belong together are a stream that lost its place.
//!
//! Source: MySQL source code documentation, "MySQL Packets" (`page_protocol_basic_packets`); MariaDB,
//! "0 - Packet".

use crate::cursor::Writer;

use super::encode::write_parts;
use super::headed::{Failed, Head, fatal, smallest};
use super::{
    Encode, EncodeError, EncodeErrorKind, Envelope, Finish, FrameError, FrameErrorKind, Framer,
    Part, PartRole, Plain, Sequence, Step,
};

#[cfg(test)]
mod tests;

const HEADER: usize = 4;
const SEQUENCE_AT: usize = 3;

/// Cuts a stream into packets of MySQL; those of one message are its parts.
///
/// The sequence number is the meta data: of the packet when it is read, of the last one when parts
/// are joined, and of the first one when a message is written.
///
/// # Examples
///
/// ```
/// use portolan::frame::{Encode, Framer, MysqlPacket, Step};
///
/// let mut framer = MysqlPacket::new(1 << 20);
/// let Ok(Step::Frame(frame)) = framer.step(b"\x01\x00\x00\x00\x0e") else { panic!() };
/// assert_eq!((frame.body, frame.meta, frame.last), (4..5, 0, true));
/// // The answer counts on.
/// let error = framer.step(b"\x07\x00\x00\x02").unwrap_err();
/// assert_eq!((error.code(), error.at), ("sequence", 3));
///
/// let mut out = [0; 5];
/// assert_eq!(framer.encode(b"\x0e", 0, &mut out), Ok(5));
/// assert_eq!(out, *b"\x01\x00\x00\x00\x0e");
/// ```
///
/// The numbers count through both directions of a conversation. Of one direction alone, such as what
/// a connection receives, not every number is seen, and [`Sequence::Ignore`] is to be chosen:
///
/// ```
/// use portolan::frame::deframer::frames;
/// use portolan::frame::{MysqlPacket, Sequence};
///
/// // A greeting, and what the server says to the answer, which had number 1.
/// let server = b"\x01\0\0\0\x0a\x01\0\0\x02\0";
/// let both = MysqlPacket::new(1 << 20);
/// let one = both.clone().sequence(Sequence::Ignore);
/// let told = |framer| -> Vec<_> {
///     frames(framer, server)
///         .map(|packet| packet.map(|packet| packet.meta).map_err(|error| error.code()))
///         .collect()
/// };
/// assert_eq!(told(both), [Ok(0), Err("sequence")]);
/// assert_eq!(told(one), [Ok(0), Ok(2)]);
/// ```
#[derive(Clone, Debug)]
pub struct MysqlPacket {
    max: usize,
    sequence: Sequence,
    /// Length of a packet that another continues; smaller only in tests.
    full: usize,
    previous: Option<u8>,
    /// Whether the last packet is continued by the next.
    open: bool,
    failed: Failed,
}

impl MysqlPacket {
    /// Longest payload of a packet, of which each is continued by the next.
    pub const FULL: usize = 0xff_ffff;

    /// Creates the framer of packets with at most `max` bytes; messages longer than that are not
    /// written.
    ///
    /// A message in several packets needs a limit of [`FULL`](Self::FULL) at least; what it may
    /// amount to is the limit of [`Assemble`](super::deframer::Assemble).
    #[must_use]
    pub const fn new(max: usize) -> Self {
        Self {
            max,
            sequence: Sequence::Check,
            full: Self::FULL,
            previous: None,
            open: false,
            failed: Failed::NOT,
        }
    }

    /// Sets what is demanded of sequence numbers; at first that they follow.
    #[must_use]
    pub const fn sequence(self, sequence: Sequence) -> Self {
        Self { sequence, ..self }
    }

    const fn limit(&self) -> usize {
        if self.max < self.full { self.max } else { self.full }
    }

    /// Reads the length, which is judged when it is complete, then the sequence number.
    #[inline(always)]
    fn head(&self, input: &[u8]) -> Result<Head<u8>, FrameError> {
        let [low, middle, high, number] = smallest(input);
        let len = read_u24([low, middle, high]);
        if len > self.limit() {
            return match input.len() {
                0..SEQUENCE_AT => Ok(Head::Short(SEQUENCE_AT)),
                _ => Err(fatal(FrameErrorKind::TooLong { limit: self.max }, 0)),
            };
        }
        let wire = len.saturating_add(HEADER);
        if input.len() < HEADER {
            return Ok(Head::Short(wire));
        }
        if !self.sequence.allows(self.previous, self.open, number) {
            return Err(fatal(FrameErrorKind::Sequence, SEQUENCE_AT));
        }
        Ok(Head::whole(wire, (HEADER, wire), len != self.full, number))
    }

    fn check(&self, body: &[u8]) -> Result<(), EncodeError> {
        if body.len() > self.max {
            let limit = self.max;
            return Err(EncodeError::new(EncodeErrorKind::PayloadTooLong { limit }, 0));
        }
        Ok(())
    }

    const fn header(len: usize, number: u8) -> [u8; HEADER] {
        let [low, middle, high] = u24(len);
        [low, middle, high, number]
    }
}

/// Reads three bytes, the least significant first.
#[inline(always)]
pub(super) fn read_u24([low, middle, high]: [u8; 3]) -> usize {
    let value = u32::from_le_bytes([low, middle, high, 0]);
    usize::try_from(value).unwrap_or(usize::MAX)
}

/// Lays out the low three bytes, the least significant first.
pub(super) const fn u24(value: usize) -> [u8; 3] {
    let [low, middle, high, ..] = (value as u64).to_le_bytes();
    [low, middle, high]
}

impl Framer for MysqlPacket {
    type Meta = u8;

    #[inline]
    fn step(&mut self, input: &[u8]) -> Result<Step<u8>, FrameError> {
        self.failed.check()?;
        let head = self.head(input);
        let step = self.failed.step(head, input)?;
        if let Step::Frame(frame) = &step {
            (self.previous, self.open) = (Some(frame.meta), !frame.last);
        }
        Ok(step)
    }

    fn finish(&mut self, input: &[u8]) -> Result<Finish<u8>, FrameError> {
        self.failed.finish(input, self.open)
    }

    fn max_wire(&self) -> usize {
        self.limit().saturating_add(HEADER)
    }

    #[inline]
    fn at_boundary(&self) -> bool {
        self.failed.is_none() && !self.open
    }

    fn reset(&mut self) {
        (self.previous, self.open, self.failed) = (None, false, Failed::NOT);
    }

    fn part(&self, input: &[u8]) -> Option<Part> {
        let body = read_u24(*input.first_chunk()?);
        let part = Part { length_at: 0, body, role: PartRole::Counted };
        (body <= self.limit()).then_some(part)
    }
}

impl Plain for MysqlPacket {}

impl Encode for MysqlPacket {
    type Meta = u8;

    fn encoded_len(&self, body: &[u8], _number: u8) -> Result<usize, EncodeError> {
        self.check(body)?;
        let packets = body.len().checked_div(self.full).unwrap_or(0).saturating_add(1);
        Ok(body.len().saturating_add(packets.saturating_mul(HEADER)))
    }

    /// Writes a message as its packets, the first of which has the number.
    fn encode(&mut self, body: &[u8], number: u8, out: &mut [u8]) -> Result<usize, EncodeError> {
        let needed = self.encoded_len(body, number)?;
        let small = EncodeError::new(EncodeErrorKind::BufferTooSmall { needed }, 0);
        if body.len() < self.full {
            return write_parts(out, [&Self::header(body.len(), number), body, &[]]);
        }
        if needed > out.len() {
            return Err(small);
        }
        let mut writer = Writer::new(out);
        let (mut rest, mut number) = (body, number);
        loop {
            let (packet, behind) = rest.split_at_checked(self.full).unwrap_or((rest, &[]));
            writer.put_slice(&Self::header(packet.len(), number)).map_err(|_| small)?;
            writer.put_slice(packet).map_err(|_| small)?;
            if packet.len() < self.full {
                return Ok(needed);
            }
            (rest, number) = (behind, number.wrapping_add(1));
        }
    }

    /// Makes the header; there is none for a message of several packets.
    fn envelope(&mut self, body: &[u8], number: u8) -> Result<Option<Envelope<'_>>, EncodeError> {
        self.check(body)?;
        let one = body.len() < self.full;
        Ok(one.then(|| Envelope::new(&Self::header(body.len(), number), &[])))
    }
}
