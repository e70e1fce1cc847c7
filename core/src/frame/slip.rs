//! Serial Line IP: `C0` ends a frame, and stands in it as two other bytes.
//!
//! ```text
//! payload   61 C0 62 DB
//! wire      61 DB DC 62 DB DD C0
//!              └─┬─┘    └─┬─┘ └ END
//!              C0       DB
//! ```
//!
//! Source: RFC 1055, "protocol".
//!
//! * An END before a frame is no part of it: it ends noise on the line. So empty frames are passed
//!   over, and an empty payload cannot be written.
//! * ESC (`DB`) before anything but `DC` and `DD` is refused at that byte. The code in RFC 1055
//!   keeps the byte instead: see [`SlipEscape`].
//! * END ends a frame wherever it stands. Behind ESC it is such a byte, and the frame is refused; the
//!   next begins behind it.
//!
//! [`Slip`] is the framer. The functions are for a payload that is framed otherwise: they neither
//! write nor take END.

use memchr::{memchr, memchr2, memchr2_iter};

use super::stuff::{Segments, pull, put, room, spoilt};
use super::{
    Encode, EncodeError, EncodeErrorKind, Envelope, Finish, FrameError, FrameErrorKind, Framer,
    Step,
};

const END: u8 = 0xc0;
const ESC: u8 = 0xdb;
const ESC_END: u8 = 0xdc;
const ESC_ESC: u8 = 0xdd;

/// What becomes of ESC before a byte that needs none.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum SlipEscape {
    /// The frame is refused.
    #[default]
    Strict,
    /// The byte is kept and ESC dropped, as the code in RFC 1055 does; not before END.
    Rfc1055,
}

/// Cuts a stream at END and undoes the escapes; see the [module](self).
///
/// The limit counts the payload. A frame is refused as soon as it is longer than the worst encoding
/// of a payload of the limit.
///
/// # Examples
///
/// ```
/// use portolan::frame::{Encode, Slip, deframer::frames_mut};
///
/// let mut out = [0; 8];
/// let len = Slip::new(16).encode(b"a\xc0b", (), &mut out)?;
/// assert_eq!(&out[..len], b"a\xdb\xdcb\xc0");
///
/// // A bad escape costs its own frame and no other.
/// let mut stream = *b"\xc0a\xdb\xc0b\xc0";
/// let mut frames = frames_mut(Slip::new(16), &mut stream);
/// let error = frames.next().unwrap().unwrap_err();
/// assert_eq!((error.code(), error.at), ("bad-escape", 3));
/// assert_eq!(frames.next().unwrap().unwrap().body, b"b");
/// # Ok::<(), portolan::frame::EncodeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Slip {
    segments: Segments,
    escape: SlipEscape,
}

impl Slip {
    /// Creates the framer of payloads of at most `max` bytes.
    #[must_use]
    pub const fn new(max: usize) -> Self {
        let segments = Segments::new(END, max, max.saturating_mul(2), 2);
        Self { segments, escape: SlipEscape::Strict }
    }

    /// Sets what becomes of ESC before a byte that needs none; at first, the frame is refused.
    #[must_use]
    pub const fn escape(mut self, escape: SlipEscape) -> Self {
        self.escape = escape;
        self
    }

    fn check(&self, body: &[u8]) -> Result<(), EncodeError> {
        if body.is_empty() {
            return Err(EncodeError::new(EncodeErrorKind::PayloadEmpty, 0));
        }
        self.segments.check(body)
    }
}

impl Framer for Slip {
    type Meta = ();

    #[inline]
    fn step(&mut self, input: &[u8]) -> Result<Step<()>, FrameError> {
        self.segments.step(input, |byte| byte == END)
    }

    fn finish(&mut self, input: &[u8]) -> Result<Finish<()>, FrameError> {
        self.segments.finish(input)
    }

    fn unstuff(&self, _meta: (), body: &mut [u8]) -> Result<usize, FrameError> {
        self.segments.accept(unescape_in_place(body, self.escape)?)
    }

    fn max_wire(&self) -> usize {
        self.segments.max_wire()
    }

    #[inline]
    fn at_boundary(&self) -> bool {
        self.segments.at_boundary()
    }

    fn reset(&mut self) {
        self.segments.reset();
    }
}

impl Encode for Slip {
    type Meta = ();

    fn encoded_len(&self, body: &[u8], _meta: ()) -> Result<usize, EncodeError> {
        self.check(body)?;
        Ok(encoded_len(body).saturating_add(1))
    }

    fn encode(&mut self, body: &[u8], _meta: (), out: &mut [u8]) -> Result<usize, EncodeError> {
        self.check(body)?;
        write(body, out, &[END])
    }

    fn envelope(&mut self, body: &[u8], _meta: ()) -> Result<Option<Envelope<'_>>, EncodeError> {
        self.check(body).map(|()| None)
    }
}

/// Counts the most bytes that [`encode`] writes for a payload of so many: twice as many.
#[must_use]
pub const fn max_encoded_len(len: usize) -> usize {
    len.saturating_mul(2)
}

/// Counts exactly the bytes that [`encode`] writes.
#[must_use]
pub fn encoded_len(payload: &[u8]) -> usize {
    memchr2_iter(END, ESC, payload).count().saturating_add(payload.len())
}

/// Encodes a payload to the start of `out`, without END, and counts the bytes.
///
/// # Errors
///
/// [`EncodeErrorKind::BufferTooSmall`] when `out` cannot hold them; it is untouched then.
pub fn encode(payload: &[u8], out: &mut [u8]) -> Result<usize, EncodeError> {
    write(payload, out, &[])
}

/// Decodes what [`encode`] writes to the start of `out` and counts the bytes of the payload.
///
/// # Errors
///
/// * [`FrameErrorKind::BadEscape`] at the byte after an ESC that cannot be escaped, at the end of
///   `stuffed` where there is none, and at an END.
/// * [`FrameErrorKind::TooLong`] when `out` is shorter than the payload: its length is the limit.
///
/// After an error, what `out` holds means nothing.
pub fn decode(stuffed: &[u8], out: &mut [u8]) -> Result<usize, FrameError> {
    refuse_end(stuffed)?;
    let limit = out.len();
    let long = || spoilt(FrameErrorKind::TooLong { limit }, 0);
    let (mut from, mut to) = (0_usize, 0_usize);
    loop {
        let rest = stuffed.get(from..).unwrap_or_default();
        let len = next_escape(rest);
        to = put(out, to, rest.get(..len).unwrap_or_default()).ok_or_else(long)?;
        if len == rest.len() {
            return Ok(to);
        }
        let escaped = from.wrapping_add(len).wrapping_add(1);
        let byte = original(stuffed, escaped, SlipEscape::Strict)?;
        to = put(out, to, &[byte]).ok_or_else(long)?;
        from = escaped.wrapping_add(1);
    }
}

/// Decodes in place: the payload is then the first bytes of `stuffed`, and they are counted.
///
/// # Errors
///
/// Those of [`decode`], except [`FrameErrorKind::TooLong`].
pub fn decode_in_place(stuffed: &mut [u8]) -> Result<usize, FrameError> {
    refuse_end(stuffed)?;
    unescape_in_place(stuffed, SlipEscape::Strict)
}

fn refuse_end(stuffed: &[u8]) -> Result<(), FrameError> {
    match memchr(END, stuffed) {
        Some(at) => Err(spoilt(FrameErrorKind::BadEscape, at)),
        None => Ok(()),
    }
}

#[inline]
fn unescape_in_place(body: &mut [u8], escape: SlipEscape) -> Result<usize, FrameError> {
    let (mut from, mut to) = (0_usize, 0_usize);
    loop {
        let rest = body.get(from..).unwrap_or_default();
        let (len, last) = (next_escape(rest), rest.len());
        pull(body, from, len, to);
        to = to.wrapping_add(len);
        if len == last {
            return Ok(to);
        }
        let escaped = from.wrapping_add(len).wrapping_add(1);
        let byte = original(body, escaped, escape)?;
        put(body, to, &[byte]);
        to = to.wrapping_add(1);
        from = escaped.wrapping_add(1);
    }
}

/// Counts the bytes before the next ESC.
#[inline(always)]
fn next_escape(rest: &[u8]) -> usize {
    memchr(ESC, rest).unwrap_or(rest.len())
}

/// The byte that was escaped.
#[inline(always)]
fn original(body: &[u8], at: usize, escape: SlipEscape) -> Result<u8, FrameError> {
    match (body.get(at), escape) {
        (Some(&ESC_END), _) => Ok(END),
        (Some(&ESC_ESC), _) => Ok(ESC),
        (Some(other), SlipEscape::Rfc1055) => Ok(*other),
        // Where no byte is, the END stands.
        _ => Err(spoilt(FrameErrorKind::BadEscape, at)),
    }
}

/// Writes a payload and what follows it, or nothing at all.
fn write(payload: &[u8], out: &mut [u8], tail: &[u8]) -> Result<usize, EncodeError> {
    // Counting is a pass of its own, for buffers that may turn out too small.
    if out.len() < max_encoded_len(payload.len()).saturating_add(tail.len()) {
        room(encoded_len(payload).saturating_add(tail.len()), out)?;
    }
    // There is room, so this is never it.
    let needed = out.len().saturating_add(1);
    let small = || EncodeError::new(EncodeErrorKind::BufferTooSmall { needed }, 0);
    escape(payload, out).and_then(|len| put(out, len, tail)).ok_or_else(small)
}

#[inline]
fn escape(payload: &[u8], out: &mut [u8]) -> Option<usize> {
    let (mut rest, mut at) = (payload, 0);
    loop {
        let Some(len) = memchr2(END, ESC, rest) else {
            return put(out, at, rest);
        };
        let (run, behind) = rest.split_at_checked(len)?;
        at = put(out, at, run)?;
        let (byte, behind) = behind.split_first()?;
        at = put(out, at, &[ESC, if *byte == END { ESC_END } else { ESC_ESC }])?;
        rest = behind;
    }
}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use super::super::testing::{tell, write};
    use super::*;

    fn told(result: Result<usize, FrameError>) -> Result<usize, (&'static str, u64)> {
        result.map_err(|error| (error.code(), error.at))
    }

    #[test]
    fn end_and_esc_are_escaped_and_nothing_else() {
        let wrote = |body: &[u8]| write(&mut Slip::new(9), body).unwrap();
        assert_eq!(wrote(b"a"), b"a\xc0");
        assert_eq!(wrote(b"\xc0\xdb"), b"\xdb\xdc\xdb\xdd\xc0");
        assert_eq!(wrote(b"\xdc\xdd"), b"\xdc\xdd\xc0");
        let told = tell(Slip::new(9), b"\xdb\xdca\xdb\xdd\xc0", true);
        assert_eq!(told, "\\xc0a\\xdb@0+6, clean");
    }

    #[test]
    fn an_end_before_a_frame_is_no_part_of_it() {
        let told = tell(Slip::new(9), b"\xc0\xc0a\xc0\xc0b\xc0", true);
        assert_eq!(told, "skip@0+2, a@2+2, skip@4+1, b@5+2, clean");
        assert_eq!(tell(Slip::new(9), b"\xc0", true), "skip@0+1, clean");
        assert_eq!(write(&mut Slip::new(9), b""), Err(("payload-empty", 0)));
    }

    #[test]
    fn a_bad_escape_costs_its_own_frame_only() {
        let told = tell(Slip::new(9), b"a\xdbb\xc0c\xc0", true);
        assert_eq!(told, "bad-escape@2, skip@0+4, c@4+2, clean");
        let told = tell(Slip::new(9), b"\xc0\x01\x02\xdb\xc0\x03\xc0", true);
        assert_eq!(told, "skip@0+1, bad-escape@4, skip@1+4, \\x03@5+2, clean");
        assert_eq!(tell(Slip::new(9), b"\xdb\xdb\xc0", true), "bad-escape@1, skip@0+3, clean");
    }

    #[test]
    fn rfc_1055_keeps_the_byte_but_end_ends() {
        let slip = || Slip::new(9).escape(SlipEscape::Rfc1055);
        assert_eq!(tell(slip(), b"a\xdbb\xdb\xdb\xc0", true), "ab\\xdb@0+6, clean");
        let told = tell(slip(), b"a\xdb\xc0b\xc0", true);
        assert_eq!(told, "bad-escape@2, skip@0+3, b@3+2, clean");
        assert_eq!(write(&mut slip(), b"\xc0"), Ok(b"\xdb\xdc\xc0".to_vec()));
    }

    #[test]
    fn the_limit_counts_the_payload_and_an_escape_may_stand_at_it() {
        assert_eq!(tell(Slip::new(2), b"ab\xc0", true), "ab@0+3, clean");
        assert_eq!(tell(Slip::new(2), b"a\xdb\xdc\xc0", true), "a\\xc0@0+4, clean");
        assert_eq!(tell(Slip::new(1), b"\xdb\xdd\xc0", true), "\\xdb@0+3, clean");
        let told = tell(Slip::new(2), b"abc\xc0d\xc0", true);
        assert_eq!(told, "too-long@0, skip@0+4, d@4+2, clean");
        assert_eq!(tell(Slip::new(1), b"abc", false), "too-long@0, skip@0+3, need 1");
        assert_eq!(
            tell(Slip::new(1), b"ab\xdb\xc0c\xc0", true),
            "too-long@0, skip@0+4, c@4+2, clean"
        );
        assert_eq!(tell(Slip::new(0), b"a", true), "too-long@0, skip@0+1, truncated@0");
        assert_eq!(write(&mut Slip::new(2), b"abc"), Err(("payload-too-long", 0)));
        assert_eq!(Slip::new(usize::MAX).max_wire(), usize::MAX);
    }

    #[test]
    fn a_bad_escape_goes_before_a_payload_that_is_too_long() {
        assert_eq!(tell(Slip::new(2), b"abc\xdb\xc0", true), "bad-escape@4, skip@0+5, clean");
    }

    #[test]
    fn one_byte_may_always_be_the_last() {
        assert_eq!(tell(Slip::new(9), b"", false), "need 2");
        assert_eq!(tell(Slip::new(9), b"\xc0", false), "skip@0+1, need 2");
        assert_eq!(tell(Slip::new(9), b"a", false), "need 1");
        assert_eq!(tell(Slip::new(9), b"a\xdb", false), "need 1");
        assert_eq!(tell(Slip::new(9), b"\xc0a\xdbx", true), "skip@0+1, truncated@1");
    }

    #[test]
    fn slices_are_judged_without_an_end() {
        let mut out = [0; 3];
        assert_eq!(told(decode(b"", &mut out)), Ok(0));
        assert_eq!(told(decode(b"a\xdb\xdcb", &mut out)), Ok(3));
        assert_eq!(&out, b"a\xc0b");
        assert_eq!(told(decode(b"a\xdb", &mut out)), Err(("bad-escape", 2)));
        assert_eq!(told(decode(b"a\xc0", &mut out)), Err(("bad-escape", 1)));
        assert_eq!(told(decode(b"abcd", &mut out)), Err(("too-long", 0)));
        let mut stuffed = *b"\xdb\xdda\xdb\xdc";
        assert_eq!(told(decode_in_place(&mut stuffed)), Ok(3));
        assert!(stuffed.starts_with(b"\xdba\xc0"));
    }

    #[test]
    fn writing_needs_no_more_room_than_there_is_to_write() {
        let mut out = [0xa5; 4];
        assert_eq!(encode(b"a\xc0b", &mut out), Ok(4));
        let error = encode(b"\xc0\xc0b", &mut out).unwrap_err();
        assert_eq!(error.kind, EncodeErrorKind::BufferTooSmall { needed: 5 });
        assert_eq!(&out, b"a\xdb\xdcb");
    }
}
