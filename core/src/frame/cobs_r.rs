//! COBS/R, "reduced": COBS that spares the code of the last block where its last byte can stand for it.
//!
//! ```text
//! payload   11 22 05
//! COBS      04 11 22 05 00
//! COBS/R    05 11 22 00            05 is not less than the code 04, so it takes its place
//! ```
//!
//! A last code that says more than there is left is such a byte, and belongs behind the rest; so
//! every segment without zeros can be read. The reduction is written wherever it is possible, and both
//! forms are read. Source: "COBS/R" in the documentation of the Python package `cobs`.
//!
//! [`CobsR`] is the framer. The functions neither write nor take the delimiter. All else is as in
//! [`cobs`].

use super::cobs::{self, DELIMITER, join, join_in_place, reduces, segments, write};
use super::stuff::{Segments, by_segments};
use super::{Encode, EncodeError, Envelope, Finish, FrameError, Framer, Step};

/// Cuts a stream at zeros and undoes COBS/R; see the [module](self).
///
/// The limit counts the payload. A frame is refused as soon as it is longer than the worst encoding
/// of a payload of the limit.
///
/// # Examples
///
/// ```
/// use portolan::frame::{CobsR, Encode, deframer::frames_mut};
///
/// let mut out = [0; 8];
/// let len = CobsR::new(16).encode(b"\x11\x22\x05", (), &mut out)?;
/// assert_eq!(&out[..len], b"\x05\x11\x22\0");
///
/// // Both forms are read.
/// let mut stream = *b"\x05\x11\x22\0\x04\x11\x22\x05\0";
/// let bodies = frames_mut(CobsR::new(16), &mut stream).flatten().map(|frame| frame.body);
/// assert!(bodies.eq([b"\x11\x22\x05", b"\x11\x22\x05"]));
/// # Ok::<(), portolan::frame::EncodeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct CobsR {
    segments: Segments,
}

impl CobsR {
    /// Creates the framer of payloads of at most `max` bytes.
    #[must_use]
    pub const fn new(max: usize) -> Self {
        Self { segments: segments(max) }
    }
}

impl Framer for CobsR {
    type Meta = ();

    #[inline]
    fn step(&mut self, input: &[u8]) -> Result<Step<()>, FrameError> {
        self.segments.step(input, |byte| byte == DELIMITER)
    }

    fn unstuff(&self, _meta: (), body: &mut [u8]) -> Result<usize, FrameError> {
        self.segments.accept(join_in_place(body, true)?)
    }

    by_segments!();
}

impl Encode for CobsR {
    type Meta = ();

    fn encoded_len(&self, body: &[u8], _meta: ()) -> Result<usize, EncodeError> {
        self.segments.check(body)?;
        Ok(encoded_len(body).saturating_add(1))
    }

    fn encode(&mut self, body: &[u8], _meta: (), out: &mut [u8]) -> Result<usize, EncodeError> {
        self.segments.check(body)?;
        write(body, out, true, &[DELIMITER])
    }

    fn envelope(&mut self, body: &[u8], _meta: ()) -> Result<Option<Envelope<'_>>, EncodeError> {
        self.segments.check(body).map(|()| None)
    }
}

/// Counts the most bytes that [`encode`] writes for a payload of so many; no more than COBS.
#[must_use]
pub const fn max_encoded_len(len: usize) -> usize {
    cobs::max_encoded_len(len)
}

/// Counts exactly the bytes that [`encode`] writes.
#[must_use]
pub fn encoded_len(payload: &[u8]) -> usize {
    cobs::encoded_len(payload).saturating_sub(usize::from(reduces(payload)))
}

/// Encodes a payload to the start of `out`, without a delimiter, and counts the bytes.
///
/// # Errors
///
/// [`EncodeErrorKind::BufferTooSmall`](super::EncodeErrorKind::BufferTooSmall) when `out` cannot hold
/// them; it is untouched then.
pub fn encode(payload: &[u8], out: &mut [u8]) -> Result<usize, EncodeError> {
    write(payload, out, true, &[])
}

/// Decodes what [`encode`], or the encoder of COBS, writes to the start of `out` and counts the bytes
/// of the payload.
///
/// # Errors
///
/// Those of [`cobs::decode`], except [`FrameErrorKind::BadCode`](super::FrameErrorKind::BadCode):
/// here such a code is a byte of the payload.
pub fn decode(stuffed: &[u8], out: &mut [u8]) -> Result<usize, FrameError> {
    join(stuffed, out, true)
}

/// Decodes in place: the payload is then the first bytes of `stuffed`, and they are counted.
///
/// # Errors
///
/// Those of [`decode`], except [`FrameErrorKind::TooLong`](super::FrameErrorKind::TooLong).
pub fn decode_in_place(stuffed: &mut [u8]) -> Result<usize, FrameError> {
    join_in_place(stuffed, true)
}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use super::super::testing::{tell, write};
    use super::*;
    use alloc::vec;
    use alloc::vec::Vec;

    fn wrote(body: &[u8]) -> Vec<u8> {
        write(&mut CobsR::new(1000), body).unwrap()
    }

    #[test]
    fn the_last_byte_stands_for_the_last_code_where_it_is_not_less() {
        assert_eq!(wrote(b""), b"\x01\0");
        assert_eq!(wrote(b"\x01"), b"\x02\x01\0");
        assert_eq!(wrote(b"\x02"), b"\x02\0");
        assert_eq!(wrote(b"\xff"), b"\xff\0");
        assert_eq!(wrote(b"\x11\x22\x03"), b"\x04\x11\x22\x03\0");
        assert_eq!(wrote(b"\x11\x22\x04"), b"\x04\x11\x22\0");
        assert_eq!(wrote(b"\x11\0\x02"), b"\x02\x11\x02\0");
        assert_eq!(wrote(b"\x11\0"), b"\x02\x11\x01\0");
    }

    #[test]
    fn a_full_last_block_is_reduced_only_for_ff() {
        let mut body = vec![0x11; 254];
        assert_eq!(wrote(&body).len(), 256);
        *body.last_mut().unwrap() = 0xff;
        let wire = wrote(&body);
        assert_eq!((wire.len(), wire.first()), (255, Some(&0xff)));
        let (_, stuffed) = wire.split_last().unwrap();
        let mut out = [0; 254];
        assert_eq!(decode(stuffed, &mut out), Ok(254));
        assert_eq!(out, *body);
    }

    #[test]
    fn both_forms_are_read() {
        let stream = b"\x05ab\0\x04ab\x05\0\x01\0\xffabc\0";
        let told = tell(CobsR::new(9), stream, true);
        assert_eq!(told, "ab\\x05@0+4, ab\\x05@4+5, @9+2, abc\\xff@11+5, clean");
    }

    #[test]
    fn zeros_between_frames_and_the_limit_are_those_of_cobs() {
        assert_eq!(tell(CobsR::new(2), b"\0\0\x61\0", true), "skip@0+2, a@2+2, clean");
        // Three bytes may be two and a code: only the payload tells.
        let told = tell(CobsR::new(2), b"abc\0\x03ab\0", true);
        assert_eq!(told, "too-long@0, skip@0+4, ab@4+4, clean");
        assert_eq!(tell(CobsR::new(2), b"abcd", false), "too-long@0, skip@0+4, need 1");
        assert_eq!(tell(CobsR::new(2), b"", false), "need 2");
    }

    #[test]
    fn slices_are_judged_without_a_delimiter() {
        let mut out = [0; 4];
        let code = |result: Result<usize, FrameError>| result.map_err(|e| (e.code(), e.at));
        assert_eq!(code(decode(b"", &mut out)), Err(("truncated", 0)));
        assert_eq!(code(decode(b"\x03a\0", &mut out)), Err(("zero-in-block", 2)));
        assert_eq!(code(decode(b"\x09abcd", &mut out)), Err(("too-long", 0)));
        assert_eq!(code(decode(b"\x09abc", &mut out)), Ok(4));
        assert_eq!(&out, b"abc\x09");
    }
}
