//! Values of ASN.1 in BER: tag, length, value.
//!
//! ```text
//! │ identifier, 1 to 6 bytes │ length, 1 to 127 bytes │ value │
//!   class, constructed, tag    00..7f  the length
//!   xxx11111 1xxxxxxx 0xxxxxxx 81..fe  so many bytes of length, most significant first
//! ```
//!
//! The frame is the whole value with its identifier and length, and that is what the limit counts. BER
//! permits leading zeros of a long length; DER does not, and its reader refuses them.
//!
//! Refused are the indefinite form (`80`), whose end only a parser of its values finds; `ff`, which
//! is reserved; the tag 0 of class universal, which is no type; a tag above 35 bits, and one that is
//! written longer than it needs to be; and a value above the limit, at its length.
//!
//! Lengths of a fixed width behind a tag are a [`LengthPrefix`](super::LengthPrefix) with an offset.
//!
//! Source: ITU-T X.690 (2021), sections 8.1.2 and 8.1.3.

use super::encode::as_it_is;
use super::headed::{Failed, Head, by_failed, fatal, one_message};
use super::{EncodeError, Finish, FrameError, FrameErrorKind, Framer, Plain, Step};
use crate::cursor::Reader;

const LONG_TAG: u8 = 0x1f;
const MORE: u8 = 0x80;
const LONG_LENGTH: u8 = 0x80;
/// Bytes of a long tag behind the first: 35 bits.
const MAX_TAG: usize = 5;
const MAX_HEADER: usize = 1 + MAX_TAG + 1 + 126;

/// Cuts a stream into values of BER in definite form.
///
/// A payload to be written is a whole value, and is written as it is.
///
/// # Examples
///
/// ```
/// use portolan::frame::{Tlv, deframer::frames};
///
/// let stream = b"\x30\x03\x02\x01\x05\x04\x81\x02hi";
/// let values: Vec<_> = frames(Tlv::new(1024), stream).flatten().map(|f| f.body).collect();
/// assert_eq!(values, [&b"\x30\x03\x02\x01\x05"[..], b"\x04\x81\x02hi"]);
///
/// let error = frames(Tlv::new(1024), b"\x30\x80").next().unwrap().unwrap_err();
/// assert_eq!((error.code(), error.at), ("bad-header", 1));
/// ```
#[derive(Clone, Debug)]
pub struct Tlv {
    max: usize,
    failed: Failed,
}

impl Tlv {
    /// Creates the framer of values of at most `max` bytes, identifier and length included.
    #[must_use]
    pub const fn new(max: usize) -> Self {
        Self { max, failed: Failed::NOT }
    }

    #[inline]
    fn head(&self, input: &[u8]) -> Result<Head<()>, FrameError> {
        let mut reader = Reader::new(input);
        if !take_tag(&mut reader)? {
            // One byte more of the tag at least, and one of the length.
            return Ok(Head::Short(input.len().saturating_add(2)));
        }
        let at = reader.position();
        let Some(first) = reader.take_byte() else {
            return Ok(Head::Short(at.saturating_add(1)));
        };
        if first == LONG_LENGTH || first == u8::MAX {
            return Err(fatal(FrameErrorKind::BadHeader, at));
        }
        if first < LONG_LENGTH {
            return self.value(at, reader.position(), Some(u64::from(first)), true);
        }
        let width = usize::from(first & !LONG_LENGTH);
        let start = reader.position().saturating_add(width);
        let rest = reader.rest();
        let begun = rest.get(..width).unwrap_or(rest);
        let missing = width.saturating_sub(begun.len());
        let zeros = core::iter::repeat_n(&0, missing);
        let length = begun.iter().chain(zeros).try_fold(0_u64, |length, byte| {
            length.checked_mul(256).map(|length| length | u64::from(*byte))
        });
        self.value(at, start, length, missing == 0)
    }

    /// Judges a length, which is none where it exceeds 64 bits, of a value that begins at `start`;
    /// `complete` says whether it is known or only a lower bound.
    #[inline]
    fn value(
        &self,
        at: usize,
        start: usize,
        length: Option<u64>,
        complete: bool,
    ) -> Result<Head<()>, FrameError> {
        let length = length.and_then(|length| usize::try_from(length).ok());
        let wire = length.and_then(|length| length.checked_add(start));
        match wire.filter(|wire| *wire <= self.max) {
            Some(wire) if complete => Ok(Head::whole(wire, (0, wire), true, ())),
            Some(wire) => Ok(Head::Short(wire)),
            None if complete => Err(fatal(FrameErrorKind::TooLong { limit: self.max }, at)),
            None => Ok(Head::Short(start)),
        }
    }

    fn check(&self, body: &[u8]) -> Result<(), EncodeError> {
        one_message(self.head(body), body)
    }
}

/// Reads an identifier; false where it is incomplete.
///
/// X.690, section 8.1.2: one byte with a tag of 0 to 30, or 31 and the tag in groups of seven bits,
/// the first of which is not zero.
fn take_tag(reader: &mut Reader<'_>) -> Result<bool, FrameError> {
    let Some(first) = reader.take_byte() else {
        return Ok(false);
    };
    // Universal and primitive or constructed: end-of-contents, which only the indefinite form has.
    if first & !0x20 == 0 {
        return Err(fatal(FrameErrorKind::BadHeader, 0));
    }
    if first & LONG_TAG != LONG_TAG {
        return Ok(true);
    }
    for at in 1..=MAX_TAG {
        match reader.take_byte() {
            None => return Ok(false),
            Some(byte) if at == 1 && (byte == MORE || byte < LONG_TAG) => {
                return Err(fatal(FrameErrorKind::BadHeader, at));
            }
            Some(byte) if byte & MORE == 0 => return Ok(true),
            Some(_) => {}
        }
    }
    Err(fatal(FrameErrorKind::HeaderTooLong, MAX_TAG))
}

impl Framer for Tlv {
    type Meta = ();

    #[inline]
    fn step(&mut self, input: &[u8]) -> Result<Step<()>, FrameError> {
        self.failed.check()?;
        let head = self.head(input);
        self.failed.step(head, input)
    }

    fn max_wire(&self) -> usize {
        self.max.max(MAX_HEADER)
    }

    by_failed!();
}

impl Plain for Tlv {}

as_it_is!(Tlv);

#[cfg(test)]
mod tests {
    extern crate alloc;

    use alloc::format;
    use alloc::vec::Vec;

    use super::super::testing::{tell, write};
    use super::*;

    fn told(stream: &[u8]) -> alloc::string::String {
        tell(Tlv::new(300), stream, true)
    }

    #[test]
    fn a_value_has_a_short_or_a_long_length() {
        assert_eq!(told(b"\x04\x02hi\x05\x00"), "\\x04\\x02hi@0+4, \\x05\\x00@4+2, clean");
        assert_eq!(told(b"\x04\x81\x02hi"), "\\x04\\x81\\x02hi@0+5, clean");
        assert_eq!(told(b"\x04\x83\x00\x00\x02hi"), "\\x04\\x83\\x00\\x00\\x02hi@0+7, clean");
        let longest: Vec<u8> = [&b"\x04\xfe"[..], &[0; 125], b"\x01x"].concat();
        assert!(told(&longest).ends_with("x@0+129, clean"));
        assert_eq!(told(b"\x04\x02h"), "truncated@0");
    }

    #[test]
    fn indefinite_and_reserved_lengths_are_refused() {
        assert_eq!(told(b"\x30\x80\x01\x02"), "bad-header@1!");
        assert_eq!(told(b"\x04\xff"), "bad-header@1!");
        assert_eq!(told(b"\x00\x00"), "bad-header@0!");
        assert_eq!(told(b"\x20"), "bad-header@0!");
    }

    #[test]
    fn a_long_tag_ends_with_a_byte_below_80() {
        assert_eq!(told(b"\x1f\x1f\x00"), "\\x1f\\x1f\\x00@0+3, clean");
        assert!(told(b"\xbf\x81\x00\x01x").ends_with("x@0+5, clean"));
        assert!(told(b"\x1f\x81\x82\x83\x84\x05\x00").ends_with("@0+7, clean"));
        assert_eq!(told(b"\x1f\x81\x82\x83\x84\x85"), "header-too-long@5!");
        assert_eq!(told(b"\x1f\x80"), "bad-header@1!");
        // 30 has a form of one byte.
        assert_eq!(told(b"\x1f\x1e"), "bad-header@1!");
        assert_eq!(told(b"\x1f\x81"), "truncated@0");
    }

    #[test]
    fn the_limit_is_of_all_and_at_the_length() {
        assert!(tell(Tlv::new(4), b"\x04\x02hi", true).ends_with("@0+4, clean"));
        assert_eq!(tell(Tlv::new(3), b"\x04\x02", false), "too-long@1!");
        assert_eq!(tell(Tlv::new(1), b"\x05\x00", false), "too-long@1!");
        // A length is judged when it is complete.
        assert_eq!(tell(Tlv::new(4), b"\x04\x82\x01", false), "need 1");
        assert_eq!(tell(Tlv::new(4), b"\x04\x82\x01\x00", false), "too-long@1!");
        let most = [&b"\x04\x88"[..], &[0xff; 8]].concat();
        assert_eq!(tell(Tlv::new(usize::MAX), &most, false), "too-long@1!");
        let more = [&b"\x04\x89\x01"[..], &[0; 8]].concat();
        assert_eq!(tell(Tlv::new(usize::MAX), &more, false), "too-long@1!");
    }

    #[test]
    fn needed_is_what_the_shortest_value_lacks() {
        let cases = [
            (&b""[..], 2),
            (b"\x04", 1),
            (b"\x1f", 2),
            (b"\x1f\x81", 2),
            (b"\x1f\x1f", 1),
            (b"\x04\x82", 2),
            (b"\x04\x82\x01", 257),
            (b"\x04\x82\x00\x05", 5),
            (b"\x04\x05", 5),
        ];
        for (begun, need) in cases {
            assert_eq!(tell(Tlv::new(300), begun, false), format!("need {need}"), "{begun:x?}");
        }
    }

    #[test]
    fn only_whole_values_are_written() {
        let mut framer = Tlv::new(4);
        assert_eq!(write(&mut framer, b"\x04\x02hi"), Ok(b"\x04\x02hi".to_vec()));
        assert_eq!(write(&mut framer, b"\x04\x02h"), Err(("payload-length", 0)));
        assert_eq!(write(&mut framer, b"\x04\x01hi"), Err(("payload-length", 0)));
        assert_eq!(write(&mut framer, b"\x30\x80\0\0"), Err(("payload-length", 1)));
        assert_eq!(write(&mut framer, b"\x04\x03hi!"), Err(("payload-too-long", 0)));
        assert_eq!(write(&mut framer, b""), Err(("payload-empty", 0)));
        assert_eq!(write(&mut framer, b"\x04"), Err(("payload-length", 0)));
    }
}
