//! Messages of CORBA's GIOP.
//!
//! ```text
//! │ 'GIOP' │ major │ minor │ flags │ type │ size, 4 bytes │ message │
//! ```
//!
//! The lowest bit of the flags selects little endian for the size, which does not count the twelve
//! bytes of the header. From version 1.1 on the next bit says that a fragment follows; such a frame
//! is a part. The frame is the whole message, header included, and that is what the limit counts.
//!
//! Refused are another signature, at its first wrong byte as it arrives; a version other than 1.0 to
//! 1.3; flags that the version does not have; and a message above the limit, at its size.
//!
//! Source: CORBA 3.3, Part 2 (formal/2012-11-14), section 9.4.1.

use crate::endian::Endian;

use super::encode::as_it_is;
use super::headed::{Failed, Head, fatal, one_message, smallest};
use super::{EncodeError, Finish, FrameError, FrameErrorKind, Framer, Plain, Step};

const HEADER: usize = 12;
const MAGIC: [u8; 4] = *b"GIOP";
const MAJOR: u8 = 1;
const MAJOR_AT: usize = 4;
const MINOR_AT: usize = 5;
const FLAGS_AT: usize = 6;
const SIZE_AT: usize = 8;
const LAST_MINOR: u8 = 3;
const LITTLE: u8 = 1;
const MORE: u8 = 2;

/// Cuts a stream into messages of GIOP.
///
/// A payload to be written is a whole message, and is written as it is.
///
/// # Examples
///
/// ```
/// use portolan::frame::{Framer, Giop, Step};
///
/// // A request whose fragment comes next.
/// let message = b"GIOP\x01\x02\x03\x00\x02\0\0\0hi";
/// let Ok(Step::Frame(frame)) = Giop::new(1024).step(message) else { panic!() };
/// assert_eq!((frame.body, frame.last), (0..14, false));
/// ```
#[derive(Clone, Debug)]
pub struct Giop {
    max: usize,
    /// Whether the last message said that a fragment follows.
    open: bool,
    failed: Failed,
}

impl Giop {
    /// Creates the framer of messages of at most `max` bytes.
    #[must_use]
    pub const fn new(max: usize) -> Self {
        Self { max, open: false, failed: Failed::NOT }
    }

    #[inline(always)]
    fn head(&self, input: &[u8]) -> Result<Head<()>, FrameError> {
        let header = smallest::<HEADER>(input);
        let [_, _, _, _, _, _, flags, _, s0, s1, s2, s3] = header;
        check(input)?;
        let endian = if flags & LITTLE == 0 { Endian::Big } else { Endian::Little };
        let size = u64::from(endian.read_u32([s0, s1, s2, s3]));
        let wire = usize::try_from(size.saturating_add(HEADER as u64)).unwrap_or(usize::MAX);
        let short = input.len() < HEADER;
        match (wire > self.max, short) {
            (true, true) => Ok(Head::Short(HEADER)),
            (true, false) => Err(fatal(FrameErrorKind::TooLong { limit: self.max }, SIZE_AT)),
            (false, true) => Ok(Head::Short(wire)),
            (false, false) => Ok(Head::whole(wire, (0, wire), flags & MORE == 0, ())),
        }
    }

    fn check(&self, body: &[u8]) -> Result<(), EncodeError> {
        one_message(self.head(body), body)
    }
}

/// Judges signature, version and flags, as far as they are here.
#[inline(always)]
fn check(input: &[u8]) -> Result<(), FrameError> {
    if let Some(at) = input.iter().zip(MAGIC).position(|(byte, magic)| *byte != magic) {
        return Err(fatal(FrameErrorKind::BadMagic, at));
    }
    if input.get(MAJOR_AT).is_some_and(|major| *major != MAJOR) {
        return Err(fatal(FrameErrorKind::ExpectedByte { byte: MAJOR }, MAJOR_AT));
    }
    let minor = input.get(MINOR_AT).copied().unwrap_or(0);
    if minor > LAST_MINOR {
        return Err(fatal(FrameErrorKind::BadHeader, MINOR_AT));
    }
    let known = if minor == 0 { LITTLE } else { LITTLE | MORE };
    if input.get(FLAGS_AT).is_some_and(|flags| flags & !known != 0) {
        return Err(fatal(FrameErrorKind::BadHeader, FLAGS_AT));
    }
    Ok(())
}

impl Framer for Giop {
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
        self.max.max(HEADER)
    }

    #[inline]
    fn at_boundary(&self) -> bool {
        self.failed.is_none() && !self.open
    }

    fn reset(&mut self) {
        (self.open, self.failed) = (false, Failed::NOT);
    }
}

impl Plain for Giop {}

as_it_is!(Giop);

#[cfg(test)]
mod tests {
    extern crate alloc;

    use alloc::format;

    use super::super::testing::{tell, write};
    use super::*;

    const EMPTY: &[u8; 12] = b"GIOP\x01\x00\x00\x05\0\0\0\0";

    fn told(stream: &[u8]) -> alloc::string::String {
        tell(Giop::new(64), stream, true)
    }

    #[test]
    fn the_flags_select_the_byte_order() {
        assert!(told(b"GIOP\x01\x00\x00\x00\0\0\0\x02hi").ends_with("hi@0+14, clean"));
        assert!(told(b"GIOP\x01\x00\x01\x00\x02\0\0\0hi").ends_with("hi@0+14, clean"));
        assert!(told(&EMPTY.repeat(2)).ends_with("@12+12, clean"));
        assert_eq!(told(&EMPTY[..11]), "truncated@0");
    }

    #[test]
    fn a_fragment_follows_where_the_flags_say_so() {
        let first = b"GIOP\x01\x02\x02\x00\0\0\0\0";
        assert!(told(first).ends_with("@0+12 .., truncated@12"));
        let both = [&first[..], b"GIOP\x01\x02\x00\x07\0\0\0\0"].concat();
        assert!(told(&both).ends_with("@12+12, clean"));
        // Version 1.0 has no fragments.
        assert_eq!(told(b"GIOP\x01\x00\x02"), "bad-header@6!");
    }

    #[test]
    fn the_header_is_judged_as_it_arrives() {
        assert_eq!(told(b"gIOP"), "bad-magic@0!");
        assert_eq!(told(b"GIOp"), "bad-magic@3!");
        assert_eq!(told(b"GIOP\x02"), "expected-byte@4!");
        assert_eq!(told(b"GIOP\x01\x04"), "bad-header@5!");
        assert_eq!(told(b"GIOP\x01\x03\x04"), "bad-header@6!");
        assert_eq!(tell(Giop::new(64), b"GIOP\x01\x03\x03", false), "need 5");
    }

    #[test]
    fn the_limit_is_of_the_message_and_at_its_size() {
        let stream = b"GIOP\x01\x00\x00\x00\0\0\0\x02hi";
        assert!(tell(Giop::new(14), stream, true).ends_with("@0+14, clean"));
        assert_eq!(tell(Giop::new(13), &stream[..12], false), "too-long@8!");
        assert_eq!(tell(Giop::new(13), b"GIOP\x01\x00\x01\x00\x02", false), "need 3");
        assert_eq!(tell(Giop::new(64), b"GIOP\x01\0\x01\0\xff\xff\xff\xff", false), "too-long@8!");
    }

    #[test]
    fn needed_is_what_the_shortest_message_lacks() {
        let cases = [
            (&b""[..], 12),
            (b"GIOP\x01\x00\x00\x00\0\0\x01", 257),
            (b"GIOP\x01\x00\x01\x00\x07", 10),
        ];
        for (begun, need) in cases {
            assert_eq!(tell(Giop::new(300), begun, false), format!("need {need}"));
        }
    }

    #[test]
    fn only_whole_messages_are_written() {
        let mut framer = Giop::new(12);
        assert_eq!(write(&mut framer, EMPTY), Ok(EMPTY.to_vec()));
        assert_eq!(write(&mut framer, &EMPTY[..11]), Err(("payload-length", 0)));
        assert_eq!(write(&mut framer, b"GIOP\x01\x00\x04"), Err(("payload-length", 6)));
        assert_eq!(write(&mut framer, b""), Err(("payload-empty", 0)));
        let long = b"GIOP\x01\x00\x00\x05\0\0\0\x01.";
        assert_eq!(write(&mut framer, long), Err(("payload-too-long", 0)));
    }
}
