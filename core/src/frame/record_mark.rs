//! Record marking of ONC RPC over streams.
//!
//! ```text
//! │ last, 1 bit │ length, 31 bits │ fragment │
//! ```
//!
//! A record is one or more fragments; the bit is set in the last. Fragments may be empty, so
//! their number is to be limited as well as their bytes: see
//! [`Assemble`](super::deframer::Assemble). Refused is a fragment above the limit, at its header.
//!
//! Source: RFC 5531, section 11.

use super::encode::by_around;
use super::headed::{Failed, Head, fatal, smallest};
use super::{
    Encode, EncodeError, EncodeErrorKind, Envelope, Finish, FrameError, FrameErrorKind, Framer,
    Part, PartRole, Plain, Step,
};

const HEADER: usize = 4;
const LAST: u32 = 1 << 31;
const LONGEST: usize = 0x7fff_ffff;

/// Cuts a stream into the fragments of records.
///
/// A record is written as one fragment.
///
/// # Examples
///
/// ```
/// use portolan::frame::{RecordMark, deframer::frames};
///
/// let stream = b"\x00\x00\x00\x02he\x80\x00\x00\x03llo";
/// let fragments: Vec<_> =
///     frames(RecordMark::new(64), stream).flatten().map(|f| (f.body, f.last)).collect();
/// assert_eq!(fragments, [(&b"he"[..], false), (b"llo", true)]);
/// ```
#[derive(Clone, Debug)]
pub struct RecordMark {
    max: usize,
    /// Whether the record goes on.
    open: bool,
    failed: Failed,
}

impl RecordMark {
    /// Creates the framer of fragments with at most `max` bytes.
    #[must_use]
    pub const fn new(max: usize) -> Self {
        Self { max, open: false, failed: Failed::NOT }
    }

    const fn limit(&self) -> usize {
        if self.max < LONGEST { self.max } else { LONGEST }
    }

    #[inline(always)]
    fn head(&self, input: &[u8]) -> Result<Head<()>, FrameError> {
        let mark = u32::from_be_bytes(smallest(input));
        let len = length(mark);
        let short = input.len() < HEADER;
        if len > self.limit() {
            return match short {
                true => Ok(Head::Short(HEADER)),
                false => Err(fatal(FrameErrorKind::TooLong { limit: self.max }, 0)),
            };
        }
        let wire = len.saturating_add(HEADER);
        if short {
            return Ok(Head::Short(wire));
        }
        Ok(Head::whole(wire, (HEADER, wire), mark & LAST != 0, ()))
    }

    /// Marks a record in one fragment.
    fn around(&self, body: &[u8], (): ()) -> Result<Envelope<'static>, EncodeError> {
        let limit = self.limit();
        match u32::try_from(body.len()) {
            Ok(len) if body.len() <= limit => Ok(Envelope::new(&(len | LAST).to_be_bytes(), &[])),
            _ => Err(EncodeError::new(EncodeErrorKind::PayloadTooLong { limit }, 0)),
        }
    }
}

#[inline(always)]
fn length(mark: u32) -> usize {
    usize::try_from(mark & !LAST).unwrap_or(usize::MAX)
}

impl Framer for RecordMark {
    type Meta = ();

    #[inline]
    fn step(&mut self, input: &[u8]) -> Result<Step<()>, FrameError> {
        self.failed.check()?;
        let head = self.head(input);
        let step = self.failed.step(head, input)?;
        if let Step::Frame(frame) = &step {
            self.open = !frame.last;
        }
        Ok(step)
    }

    fn finish(&mut self, input: &[u8]) -> Result<Finish<()>, FrameError> {
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
        (self.open, self.failed) = (false, Failed::NOT);
    }

    fn part(&self, input: &[u8]) -> Option<Part> {
        let body = length(u32::from_be_bytes(*input.first_chunk()?));
        let part = Part { length_at: 0, body, role: PartRole::Counted };
        (body <= self.limit()).then_some(part)
    }
}

impl Plain for RecordMark {}

impl Encode for RecordMark {
    type Meta = ();

    by_around!();
}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use alloc::format;

    use super::super::testing::{tell, write};
    use super::*;

    #[test]
    fn the_high_bit_ends_a_record() {
        let stream = b"\0\0\0\x02ab\0\0\0\0\x80\0\0\x01c\x80\0\0\0";
        let told = "ab@0+6 .., @6+4 .., c@10+5, @15+4, clean";
        assert_eq!(tell(RecordMark::new(9), stream, true), told);
        assert_eq!(
            tell(RecordMark::new(9), &stream[..10], true),
            "ab@0+6 .., @6+4 .., truncated@10"
        );
        assert_eq!(tell(RecordMark::new(9), &stream[..5], true), "truncated@0");
    }

    #[test]
    fn the_limit_is_judged_at_the_header_and_exact() {
        let two = || RecordMark::new(2);
        assert_eq!(tell(two(), b"\x80\0\0\x02ab", true), "ab@0+6, clean");
        assert_eq!(tell(two(), b"\x80\0\0\x03", false), "too-long@0!");
        assert_eq!(tell(two(), b"\x80\0\x01", false), "need 1");
        assert_eq!(tell(RecordMark::new(LONGEST - 1), b"\xff\xff\xff\xff", false), "too-long@0!");
        let all = tell(RecordMark::new(usize::MAX), b"\xff\xff\xff\xff", false);
        assert_eq!(all, "need 2147483647");
        assert_eq!(write(&mut two(), b"ab"), Ok(b"\x80\0\0\x02ab".to_vec()));
        assert_eq!(write(&mut two(), b"abc"), Err(("payload-too-long", 0)));
    }

    #[test]
    fn needed_is_what_the_shortest_fragment_lacks() {
        for (begun, need) in
            [(&b""[..], 4), (b"\x80", 3), (b"\0\0\x01", 257), (b"\0\0\x01\x02", 258)]
        {
            assert_eq!(tell(RecordMark::new(300), begun, false), format!("need {need}"));
        }
    }
}
