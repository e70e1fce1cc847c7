//! Records of FastCGI.
//!
//! ```text
//! │ 01 │ type │ request, 2 bytes │ content length, 2 bytes │ padding length │ reserved │
//! │ content │ padding │
//! ```
//!
//! Integers are big endian. The body is the content; the padding, which may be anything, belongs to
//! the wire bytes. Every record is a frame of its own: the streams that records of one type and
//! request form are ended by an empty record, and several may be under way at once.
//!
//! Refused are another version than 1, at that byte, and a content above the limit, at its length.
//!
//! Source: FastCGI Specification 1.0 (1996), section 3.3.

use super::encode::by_around;
use super::headed::{Failed, Head, by_failed, fatal, smallest};
use super::{
    Encode, EncodeError, EncodeErrorKind, Envelope, FcgiMeta, Finish, FrameError, FrameErrorKind,
    Framer, Part, PartRole, Plain, Step,
};

const HEADER: usize = 8;
const VERSION: u8 = 1;
const LENGTH_AT: usize = 4;
const LENGTH_END: usize = 6;
const LONGEST: usize = 0xffff;
const LONGEST_PADDING: usize = 0xff;

/// Cuts a stream into records of FastCGI.
///
/// Records are written without padding.
///
/// # Examples
///
/// ```
/// use portolan::frame::{Encode, Fcgi, FcgiMeta, Framer, Step};
///
/// let mut framer = Fcgi::new(1024);
/// let record = b"\x01\x05\x00\x01\x00\x02\x06\x00hi......";
/// let Ok(Step::Frame(frame)) = framer.step(record) else { panic!() };
/// assert_eq!((frame.wire.get(), frame.body), (16, 8..10));
/// assert_eq!(frame.meta, FcgiMeta::new(5, 1));
///
/// let mut out = [0; 10];
/// framer.encode(b"hi", FcgiMeta::new(5, 1), &mut out).unwrap();
/// assert_eq!(&out, b"\x01\x05\x00\x01\x00\x02\x00\x00hi");
/// ```
#[derive(Clone, Debug)]
pub struct Fcgi {
    max: usize,
    failed: Failed,
}

impl Fcgi {
    /// Creates the framer of records with at most `max` bytes of content.
    #[must_use]
    pub const fn new(max: usize) -> Self {
        Self { max, failed: Failed::NOT }
    }

    const fn limit(&self) -> usize {
        if self.max < LONGEST { self.max } else { LONGEST }
    }

    #[inline(always)]
    fn head(&self, input: &[u8]) -> Result<Head<FcgiMeta>, FrameError> {
        let [version, kind, r1, r0, high, low, padding, _] = smallest::<HEADER>(input);
        if version != VERSION && !input.is_empty() {
            return Err(fatal(FrameErrorKind::ExpectedByte { byte: VERSION }, 0));
        }
        let len = usize::from(u16::from_be_bytes([high, low]));
        if len > self.limit() {
            return match input.len() {
                0..LENGTH_END => Ok(Head::Short(LENGTH_END)),
                _ => Err(fatal(FrameErrorKind::TooLong { limit: self.max }, LENGTH_AT)),
            };
        }
        let end = len.saturating_add(HEADER);
        let wire = end.saturating_add(usize::from(padding));
        if input.len() < HEADER {
            return Ok(Head::Short(wire));
        }
        let meta = FcgiMeta::new(kind, u16::from_be_bytes([r1, r0]));
        Ok(Head::whole(wire, (HEADER, end), true, meta))
    }

    fn around(&self, body: &[u8], meta: FcgiMeta) -> Result<Envelope<'static>, EncodeError> {
        let limit = self.limit();
        match u16::try_from(body.len()) {
            Ok(len) if body.len() <= limit => {
                let ([r1, r0], [high, low]) = (meta.request.to_be_bytes(), len.to_be_bytes());
                let header = [VERSION, meta.kind, r1, r0, high, low, 0, 0];
                Ok(Envelope::new(&header, &[]))
            }
            _ => Err(EncodeError::new(EncodeErrorKind::PayloadTooLong { limit }, 0)),
        }
    }
}

impl Framer for Fcgi {
    type Meta = FcgiMeta;

    #[inline]
    fn step(&mut self, input: &[u8]) -> Result<Step<FcgiMeta>, FrameError> {
        self.failed.check()?;
        let head = self.head(input);
        self.failed.step(head, input)
    }

    fn max_wire(&self) -> usize {
        self.limit().saturating_add(HEADER).saturating_add(LONGEST_PADDING)
    }

    by_failed!();

    fn part(&self, input: &[u8]) -> Option<Part> {
        let [version, _, _, _, high, low] = *input.first_chunk()?;
        let body = usize::from(u16::from_be_bytes([high, low]));
        let part = Part { length_at: LENGTH_AT, body, role: PartRole::Counted };
        (version == VERSION && body <= self.limit()).then_some(part)
    }
}

impl Plain for Fcgi {}

impl Encode for Fcgi {
    type Meta = FcgiMeta;

    by_around!();
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, reason = "a test may overflow: it fails then")]
mod tests {
    extern crate alloc;

    use alloc::{format, vec};

    use super::super::testing::{tell, write};
    use super::*;

    #[test]
    fn a_record_is_header_content_and_padding() {
        let stream = b"\x01\x06\0\x01\0\x02\x03\0hi\xff\xff\xff\x01\x06\0\x01\0\0\0\0";
        assert_eq!(tell(Fcgi::new(9), stream, true), "hi@0+13, @13+8, clean");
        assert_eq!(tell(Fcgi::new(9), &stream[..12], true), "truncated@0");
        assert_eq!(tell(Fcgi::new(9), b"\x01\x06\0\x01\0\0\xff\x07", false), "need 255");
    }

    #[test]
    fn the_version_is_judged_as_it_arrives() {
        assert_eq!(tell(Fcgi::new(9), b"\x02", false), "expected-byte@0!");
        assert_eq!(
            tell(Fcgi::new(9), b"\x01\x06\0\x01\0\0\0\0\0", false),
            "@0+8, expected-byte@8!"
        );
        assert_eq!(tell(Fcgi::new(9), b"\x01", false), "need 7");
    }

    #[test]
    fn the_limit_is_of_the_content_and_at_its_length() {
        let two = || Fcgi::new(2);
        assert_eq!(tell(two(), b"\x01\x06\0\x01\0\x02\x01\0hi.", true), "hi@0+11, clean");
        assert_eq!(tell(two(), b"\x01\x06\0\x01\0\x03", false), "too-long@4!");
        assert_eq!(tell(two(), b"\x01\x06\0\x01\x01", false), "need 1");
        assert_eq!(write(&mut two(), b"hi!"), Err(("payload-too-long", 0)));
    }

    /// The length has 16 bits; one that was cut would make the content records of its own.
    #[test]
    fn no_length_is_cut_to_its_field() {
        let body = vec![b'x'; LONGEST + 1];
        let mut framer = Fcgi::new(usize::MAX);
        assert_eq!(write(&mut framer, &body), Err(("payload-too-long", 0)));
        let wire = write(&mut framer, &body[..LONGEST]).unwrap();
        assert_eq!(wire.get(..8), Some(&b"\x01\0\0\0\xff\xff\0\0"[..]));
        assert_eq!(framer.max_wire(), 8 + 0xffff + 255);
    }

    #[test]
    fn needed_is_what_the_shortest_record_lacks() {
        let cases = [
            (&b""[..], 8),
            (b"\x01\x06\0\x01", 4),
            (b"\x01\x06\0\x01\x01", 259),
            (b"\x01\x06\0\x01\x01\x02", 260),
            (b"\x01\x06\0\x01\x01\x02\x09", 268),
        ];
        for (begun, need) in cases {
            assert_eq!(tell(Fcgi::new(300), begun, false), format!("need {need}"));
        }
    }
}
