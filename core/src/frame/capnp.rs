//! Messages of Cap'n Proto.
//!
//! ```text
//! │ segments - 1 │ words of each segment … │ zeros up to 8 bytes │ segments … │
//! ```
//!
//! All integers have four bytes and are little endian; a word has eight bytes. The body are the
//! segments, without the table before them.
//!
//! Refused are a table of more than 511 segments, as the reference implementation does, at its
//! first byte, and segments that together exceed the limit, at the size of the one that does.
//!
//! Source: Cap'n Proto, "Encoding Spec", section "Serialization Over a Stream".

use crate::cursor::Reader;
use crate::endian::Endian;

use super::encode::write_parts;
use super::headed::{Failed, Head, fatal, smallest};
use super::{
    Encode, EncodeError, EncodeErrorKind, Envelope, Finish, FrameError, FrameErrorKind, Framer,
    Plain, Step,
};

const FIELD: usize = 4;
const WORD: usize = 8;

/// Cuts a stream into messages of Cap'n Proto.
///
/// A payload is written as one segment, so it is a whole number of words. To pass on a message of
/// several segments, pass on its wire bytes: pointers in it count segments.
///
/// # Examples
///
/// ```
/// use portolan::frame::{Capnp, Encode, Framer, Step};
///
/// let mut framer = Capnp::new(1024);
/// let message = b"\x01\0\0\0\x01\0\0\0\x01\0\0\0\0\0\0\0onesegmtanother.";
/// let Ok(Step::Frame(frame)) = framer.step(message) else { panic!() };
/// assert_eq!(frame.body, 16..32);
///
/// let mut out = [0; 16];
/// framer.encode(b"onesegmt", (), &mut out).unwrap();
/// assert_eq!(&out, b"\0\0\0\0\x01\0\0\0onesegmt");
/// assert_eq!(framer.encoded_len(b"no word", ()).unwrap_err().code(), "payload-length");
/// ```
#[derive(Clone, Debug)]
pub struct Capnp {
    max: usize,
    /// Sizes in the table that have been added up, and what they amount to in bytes.
    seen: usize,
    bytes: u64,
    failed: Failed,
}

impl Capnp {
    /// Most segments of a message.
    pub const MAX_SEGMENTS: usize = 511;

    /// Creates the framer of messages with at most `max` bytes in all segments.
    #[must_use]
    pub const fn new(max: usize) -> Self {
        Self { max, seen: 0, bytes: 0, failed: Failed::NOT }
    }

    #[inline]
    fn head(&mut self, input: &[u8]) -> Result<Head<()>, FrameError> {
        let before = u32::from_le_bytes(smallest(input));
        let segments = usize::try_from(before).unwrap_or(usize::MAX).saturating_add(1);
        let counted = input.len() >= FIELD;
        match (segments > Self::MAX_SEGMENTS, counted) {
            (true, true) => return Err(fatal(FrameErrorKind::HeaderTooLong, 0)),
            (true, false) => return Ok(Head::Short(FIELD)),
            (false, false) => return Ok(Head::Short(table(segments))),
            (false, true) => {}
        }
        let mut reader = Reader::new(input);
        let _ = reader.take(size_at(self.seen));
        while self.seen < segments {
            let Some(words) = reader.take_u32(Endian::Little) else {
                return Ok(Head::Short(self.shortest(segments, reader.rest())));
            };
            self.bytes = self.with(words);
            if self.fits(self.bytes).is_none() {
                return Err(fatal(FrameErrorKind::TooLong { limit: self.max }, size_at(self.seen)));
            }
            self.seen = self.seen.saturating_add(1);
        }
        let start = table(segments);
        let end = start.saturating_add(self.fits(self.bytes).unwrap_or(self.max));
        Ok(Head::whole(end, (start, end), true, ()))
    }

    /// Bytes of the shortest message whose next size begins so; the rest of a size that exceeds the
    /// limit is waited for.
    #[cold]
    fn shortest(&self, segments: usize, begun: &[u8]) -> usize {
        match self.fits(self.with(u32::from_le_bytes(smallest(begun)))) {
            Some(bytes) => table(segments).saturating_add(bytes),
            None => size_at(self.seen).saturating_add(FIELD),
        }
    }

    /// Bytes of the segments so far and of one more.
    fn with(&self, words: u32) -> u64 {
        self.bytes.saturating_add(u64::from(words).saturating_mul(WORD as u64))
    }

    fn fits(&self, bytes: u64) -> Option<usize> {
        usize::try_from(bytes).ok().filter(|bytes| *bytes <= self.max)
    }

    /// The table of a message in one segment.
    fn table_of(&self, body: &[u8]) -> Result<[u8; WORD], EncodeError> {
        let refused = |kind| Err(EncodeError::new(kind, 0));
        if body.len() > self.max {
            return refused(EncodeErrorKind::PayloadTooLong { limit: self.max });
        }
        if !body.len().is_multiple_of(WORD) {
            return refused(EncodeErrorKind::PayloadLength);
        }
        let Some(Ok(words)) = body.len().checked_div(WORD).map(u32::try_from) else {
            let limit = usize::try_from(u32::MAX).unwrap_or(usize::MAX).saturating_mul(WORD);
            return refused(EncodeErrorKind::PayloadTooLong { limit });
        };
        let [a, b, c, d] = words.to_le_bytes();
        Ok([0, 0, 0, 0, a, b, c, d])
    }
}

/// Offset of the size of a segment in the table.
const fn size_at(index: usize) -> usize {
    index.saturating_add(1).saturating_mul(FIELD)
}

/// Bytes of the table, with its padding.
const fn table(segments: usize) -> usize {
    size_at(segments).next_multiple_of(WORD)
}

impl Framer for Capnp {
    type Meta = ();

    #[inline]
    fn step(&mut self, input: &[u8]) -> Result<Step<()>, FrameError> {
        self.failed.check()?;
        let head = self.head(input);
        let step = self.failed.step(head, input)?;
        if let Step::Frame(_) = &step {
            (self.seen, self.bytes) = (0, 0);
        }
        Ok(step)
    }

    fn finish(&mut self, input: &[u8]) -> Result<Finish<()>, FrameError> {
        self.failed.finish(input, false)
    }

    fn max_wire(&self) -> usize {
        table(Self::MAX_SEGMENTS).saturating_add(self.max)
    }

    #[inline]
    fn at_boundary(&self) -> bool {
        self.failed.is_none()
    }

    fn reset(&mut self) {
        *self = Self::new(self.max);
    }
}

impl Plain for Capnp {}

impl Encode for Capnp {
    type Meta = ();

    fn encoded_len(&self, body: &[u8], (): ()) -> Result<usize, EncodeError> {
        self.table_of(body).map(|table| table.len().saturating_add(body.len()))
    }

    fn encode(&mut self, body: &[u8], (): (), out: &mut [u8]) -> Result<usize, EncodeError> {
        let table = self.table_of(body)?;
        write_parts(out, [&table, body, &[]])
    }

    fn envelope(&mut self, body: &[u8], (): ()) -> Result<Option<Envelope<'_>>, EncodeError> {
        self.table_of(body).map(|table| Some(Envelope::new(&table, &[])))
    }
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, reason = "a test may overflow: it fails then")]
mod tests {
    extern crate alloc;

    use alloc::vec::Vec;
    use alloc::{format, vec};

    use super::super::testing::{tell, write};
    use super::*;

    /// The table of segments with these sizes.
    fn sizes(words: &[u32]) -> Vec<u8> {
        let count = u32::try_from(words.len()).unwrap() - 1;
        let mut table: Vec<u8> =
            [count].iter().chain(words).flat_map(|field| field.to_le_bytes()).collect();
        table.resize(table.len().next_multiple_of(8), 0);
        table
    }

    #[test]
    fn a_message_is_a_table_and_its_segments() {
        let two = [sizes(&[1, 1]), b"abcdefghABCDEFGH".to_vec(), sizes(&[0])].concat();
        assert_eq!(tell(Capnp::new(16), &two, true), "abcdefghABCDEFGH@0+32, @32+8, clean");
        let one = [sizes(&[1]), b"abcdefgh".to_vec()].concat();
        assert_eq!(tell(Capnp::new(8), &one, true), "abcdefgh@0+16, clean");
        assert_eq!(tell(Capnp::new(8), &one[..15], true), "truncated@0");
        // Three segments have a table without padding, two have one with.
        assert_eq!((sizes(&[0, 0]).len(), sizes(&[0, 0, 0]).len()), (16, 16));
        let three = [sizes(&[0, 1, 0]), b"abcdefgh".to_vec()].concat();
        assert_eq!(tell(Capnp::new(8), &three, true), "abcdefgh@0+24, clean");
    }

    #[test]
    fn segments_are_limited_together() {
        assert_eq!(tell(Capnp::new(15), &sizes(&[1, 1])[..11], false), "need 1");
        assert_eq!(tell(Capnp::new(15), &sizes(&[1, 1])[..12], false), "too-long@8!");
        assert_eq!(tell(Capnp::new(7), &sizes(&[1])[..8], false), "too-long@4!");
        let most = sizes(&[u32::MAX, u32::MAX]);
        #[cfg(target_pointer_width = "64")]
        assert_eq!(tell(Capnp::new(1 << 36), &most, false), "need 68719476720");
        assert_eq!(tell(Capnp::new(1 << 20), &most, false), "too-long@4!");
    }

    #[test]
    fn a_table_has_at_most_511_segments() {
        let most = sizes(&[0; 511]);
        assert_eq!(tell(Capnp::new(0), &most, true), "@0+2048, clean");
        assert_eq!(tell(Capnp::new(0), &sizes(&[0; 512])[..4], false), "header-too-long@0!");
        assert_eq!(tell(Capnp::new(0), b"\xff\xff\xff\xff", false), "header-too-long@0!");
        assert_eq!(tell(Capnp::new(0), b"\xff\xff", false), "need 2");
    }

    #[test]
    fn needed_is_what_the_shortest_message_lacks() {
        let cases = [
            (&b""[..], 8),
            (b"\x02", 15),
            (b"\x01\0\0\0", 12),
            (b"\x01\0\0\0\x02", 27),
            (b"\x01\0\0\0\x02\0\0\0", 24),
            (b"\x01\0\0\0\x02\0\0\0\x01\0\0\0", 28),
        ];
        for (begun, need) in cases {
            assert_eq!(tell(Capnp::new(300), begun, false), format!("need {need}"), "{begun:?}");
        }
    }

    #[test]
    fn a_payload_is_whole_words_in_one_segment() {
        let mut framer = Capnp::new(16);
        assert_eq!(write(&mut framer, b""), Ok(vec![0; 8]));
        assert_eq!(write(&mut framer, b"abcdefgh"), Ok(b"\0\0\0\0\x01\0\0\0abcdefgh".to_vec()));
        assert_eq!(write(&mut framer, b"abcdefg"), Err(("payload-length", 0)));
        assert_eq!(write(&mut framer, &[0; 16]).map(|wire| wire.len()), Ok(24));
        assert_eq!(write(&mut framer, &[0; 17]), Err(("payload-too-long", 0)));
        assert_eq!(write(&mut framer, &[0; 24]), Err(("payload-too-long", 0)));
    }
}
