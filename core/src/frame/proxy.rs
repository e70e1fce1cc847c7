//! The header of the PROXY protocol, in front of what the connection carries.
//!
//! ```text
//! version 1 │ PROXY │ … │ CRLF │                              at most 107 bytes
//! version 2 │ 0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a │ version, command │ family │ length │ … │
//!           ├─────────────── signature ──────────┤                12      13      14     16
//! ```
//!
//! The PROXY protocol, versions 1 and 2 (HAProxy), sections 2.1 and 2.2. This file knows where the
//! header ends, and so what it must know of it: signature, version, length, CRLF. What the header
//! says is read behind it.
//!
//! There is one header, and behind it the framing has ended. A version 1 that has no CRLF within
//! 107 bytes is refused at its first byte as soon as that is known; a CR or LF that is not of the
//! CRLF where it stands, but not behind `PROXY UNKNOWN `: there everything up to the CRLF is to be
//! ignored.

use memchr::memchr2;

use super::encode::write_parts;
use super::field::{CR, Fault, LF};
use super::{
    Encode, EncodeError, EncodeErrorKind, Envelope, Finish, Frame, FrameError, FrameErrorKind,
    Framer, Need, Plain, Recovery, Step, at_least_one,
};

const PREFIX: &[u8] = b"PROXY ";
/// What a line begins with in which anything may stand before the CRLF.
const UNKNOWN: &[u8] = b"PROXY UNKNOWN ";
const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";
/// The shortest line: prefix and CRLF.
const SHORTEST: usize = PREFIX.len().saturating_add(2);
/// The bytes of version 2 that its length does not count.
const FIXED: usize = 16;

/// Finds the header of the PROXY protocol, in version 1 or 2, at the start of a stream.
///
/// The whole header is the body of the only frame; then comes [`Step::Done`]. The limit counts the
/// header; one of version 2 has at most 65551 bytes. Every error is [`Recovery::Fatal`]:
/// [`FrameErrorKind::BadMagic`] at the first byte that is of neither signature,
/// [`FrameErrorKind::BadHeader`] at a version other than 2.
///
/// Only one header is written, and only a whole one; anything else is
/// [`EncodeErrorKind::PayloadLength`].
///
/// # Examples
///
/// ```
/// use portolan::frame::deframer::{Deframer, Event};
/// use portolan::frame::Proxy;
///
/// let stream = b"PROXY TCP4 192.0.2.1 192.0.2.2 4000 80\r\nGET / HTTP/1.1\r\n";
/// let mut deframer = Deframer::new(Proxy::new(1024));
/// let event = deframer.poll(stream, false);
/// assert_eq!(event.consumed(), 40);
/// assert_eq!(deframer.poll(&stream[40..], false), Event::Done { at: 40 });
/// ```
#[derive(Clone, Debug)]
pub struct Proxy {
    max: usize,
    /// Bytes of a line before which its end does not begin.
    scanned: usize,
    written: bool,
    state: State,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Reading,
    Done,
    Failed(FrameError),
}

impl Proxy {
    /// Longest header of version 1, its CRLF included.
    pub const MAX_V1: usize = 107;
    /// Longest header of version 2.
    pub const MAX_V2: usize = FIXED.saturating_add(0xffff);

    /// Creates the framer of a header of at most `max` bytes.
    #[must_use]
    pub const fn new(max: usize) -> Self {
        Self { max, scanned: 0, written: false, state: State::Reading }
    }

    #[cold]
    fn fail(&mut self, (kind, at): Fault) -> FrameError {
        let error = FrameError::new(kind, at, Recovery::Fatal);
        self.state = State::Failed(error);
        error
    }

    /// Finds the end of the header at the start of `input`.
    fn header(&mut self, input: &[u8]) -> Result<Result<usize, Need>, Fault> {
        match input.first() {
            None => Ok(Err(Need::at_least(SHORTEST))),
            Some(b'P') => self.line(input),
            Some(_) => self.binary(input),
        }
    }

    /// Finds the CRLF of version 1.
    fn line(&mut self, input: &[u8]) -> Result<Result<usize, Need>, Fault> {
        let too_long = match self.max {
            limit if limit < Self::MAX_V1 => FrameErrorKind::TooLong { limit },
            _ => FrameErrorKind::HeaderTooLong,
        };
        let last_cr = self.max.min(Self::MAX_V1).saturating_sub(2);
        if last_cr < PREFIX.len() {
            return Err((too_long, 0));
        }
        if signature(input, PREFIX)?.is_some() {
            return Ok(Err(Need::at_least(SHORTEST.saturating_sub(input.len()))));
        }
        let stop = self.stop(input);
        if stop > last_cr {
            return Err((too_long, 0));
        }
        self.scanned = stop;
        match input.get(stop..).unwrap_or_default() {
            [] => Ok(Err(Need::at_least(2))),
            [CR] => Ok(Err(Need::at_least(1))),
            [CR, LF, ..] => Ok(Ok(stop.saturating_add(2))),
            [CR, ..] => Err((FrameErrorKind::BareCr, stop)),
            _ => Err((FrameErrorKind::BareLf, stop)),
        }
    }

    /// Offset of the CR or LF that ends a line or breaks it, or of the end of `input`.
    fn stop(&self, input: &[u8]) -> usize {
        let mut from = self.scanned.max(PREFIX.len());
        loop {
            let rest = input.get(from..).unwrap_or_default();
            let Some(found) = memchr2(CR, LF, rest) else { return input.len() };
            let stop = from.saturating_add(found);
            match input.get(stop..).unwrap_or_default() {
                [CR] | [CR, LF, ..] => return stop,
                _ if input.starts_with(UNKNOWN) => from = stop.saturating_add(1),
                _ => return stop,
            }
        }
    }

    /// Reads the length of version 2.
    fn binary(&self, input: &[u8]) -> Result<Result<usize, Need>, Fault> {
        if signature(input, SIGNATURE)?.is_none()
            && input.get(12).is_some_and(|version| version >> 4 != 2)
        {
            return Err((FrameErrorKind::BadHeader, 12));
        }
        let limit = self.max;
        let high = usize::from(input.get(14).copied().unwrap_or(0)) << 8;
        let wire = FIXED.saturating_add(high);
        let Some(low) = input.get(15) else {
            // One that is too long will be refused as soon as its length is complete.
            let wire = if wire > limit { FIXED } else { wire };
            return Ok(Err(Need::at_least(wire.saturating_sub(input.len()))));
        };
        let wire = wire.saturating_add(usize::from(*low));
        if wire > limit {
            return Err((FrameErrorKind::TooLong { limit }, 14));
        }
        Ok(if input.len() < wire { Err(Need::rest_of(wire, input.len())) } else { Ok(wire) })
    }

    fn check(&self, body: &[u8]) -> Result<(), EncodeError> {
        let limit = self.max;
        let kind = match body.len() {
            0 => EncodeErrorKind::PayloadEmpty,
            len if len > limit => EncodeErrorKind::PayloadTooLong { limit },
            len if !self.written && Self::new(limit).header(body) == Ok(Ok(len)) => return Ok(()),
            _ => EncodeErrorKind::PayloadLength,
        };
        Err(EncodeError::new(kind, 0))
    }
}

/// Compares the start of `input` with a signature; answers how many bytes are missing, if any.
fn signature(input: &[u8], signature: &[u8]) -> Result<Option<usize>, Fault> {
    match input.iter().zip(signature).position(|(byte, wanted)| byte != wanted) {
        Some(at) => Err((FrameErrorKind::BadMagic, at)),
        None => Ok(signature.len().checked_sub(input.len()).filter(|missing| *missing != 0)),
    }
}

impl Framer for Proxy {
    type Meta = ();

    fn step(&mut self, input: &[u8]) -> Result<Step<()>, FrameError> {
        match self.state {
            State::Reading => {}
            State::Done => return Ok(Step::Done),
            State::Failed(error) => return Err(error),
        }
        match self.header(input).map_err(|fault| self.fail(fault))? {
            Err(need) => Ok(Step::Need(need)),
            Ok(wire) => {
                self.state = State::Done;
                let frame = Frame { wire: at_least_one(wire), body: 0..wire, last: true, meta: () };
                Ok(Step::Frame(frame))
            }
        }
    }

    fn finish(&mut self, input: &[u8]) -> Result<Finish<()>, FrameError> {
        match self.state {
            State::Failed(error) => Err(error),
            State::Reading if !input.is_empty() => Err(FrameError::truncated()),
            State::Reading | State::Done => Ok(Finish::Clean),
        }
    }

    fn max_wire(&self) -> usize {
        self.max.clamp(FIXED, Self::MAX_V2)
    }

    fn at_boundary(&self) -> bool {
        !matches!(self.state, State::Failed(_))
    }

    fn reset(&mut self) {
        *self = Self::new(self.max);
    }
}

impl Plain for Proxy {}

impl Encode for Proxy {
    type Meta = ();

    fn encoded_len(&self, body: &[u8], _meta: ()) -> Result<usize, EncodeError> {
        self.check(body).map(|()| body.len())
    }

    fn encode(&mut self, body: &[u8], _meta: (), out: &mut [u8]) -> Result<usize, EncodeError> {
        self.check(body)?;
        let count = write_parts(out, [body, &[], &[]])?;
        self.written = true;
        Ok(count)
    }

    fn envelope(&mut self, body: &[u8], _meta: ()) -> Result<Option<Envelope<'_>>, EncodeError> {
        self.check(body)?;
        self.written = true;
        Ok(Some(Envelope::new(&[], &[])))
    }
}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use alloc::string::String;
    use alloc::vec::Vec;
    use alloc::{format, vec};

    use super::super::testing::{tell, write};
    use super::*;

    fn told(stream: &[u8]) -> String {
        tell(Proxy::new(300), stream, false)
    }

    fn v2(version: u8, length: u16, behind: &[u8]) -> Vec<u8> {
        [SIGNATURE, &[version, 0x11], &length.to_be_bytes(), behind].concat()
    }

    #[test]
    fn one_header_then_the_framing_has_ended() {
        assert_eq!(told(b"PROXY UNKNOWN\r\nGET"), "PROXY UNKNOWN\\r\\n@0+15, done@15");
        assert_eq!(told(b"PROXY \r\nPROXY \r\n"), "PROXY \\r\\n@0+8, done@8");
        assert!(told(&v2(0x21, 3, b"abcrest")).ends_with("abc@0+19, done@19"));
        assert!(told(&v2(0x20, 0, b"")).ends_with("@0+16, done@16"));
    }

    #[test]
    fn neither_signature_is_refused_at_the_byte_that_differs() {
        assert_eq!(told(b"GET"), "bad-magic@0!");
        assert_eq!(told(b"PROXY\t"), "bad-magic@5!");
        assert_eq!(told(b"PrOXY "), "bad-magic@1!");
        assert_eq!(told(b"\r\n\r\n\0\r\nQUIT\r"), "bad-magic@11!");
        assert_eq!(told(&v2(0x11, 0, b"")), "bad-header@12!");
        assert_eq!(told(&v2(0x31, 0, b"")[..13]), "bad-header@12!");
    }

    #[test]
    fn a_line_has_its_crlf_within_107_bytes() {
        let line = |len: usize| format!("PROXY {}\r\n", "a".repeat(len - 8)).into_bytes();
        assert!(told(&line(107)).ends_with("@0+107, done@107"));
        assert_eq!(told(&line(108)), "header-too-long@0!");
        assert_eq!(told(&line(108)[..105]), "need 2");
        assert_eq!(told(&line(108)[..106]), "header-too-long@0!");
        assert!(tell(Proxy::new(20), &line(20), false).ends_with("@0+20, done@20"));
        assert_eq!(tell(Proxy::new(20), &line(21), false), "too-long@0!");
        assert_eq!(tell(Proxy::new(7), b"P", false), "too-long@0!");
        assert_eq!(told(b"PROXY a\nb\r\n"), "bare-lf@7!");
        assert_eq!(told(b"PROXY a\rb\r\n"), "bare-cr@7!");
    }

    #[test]
    fn behind_unknown_anything_stands_up_to_the_crlf() {
        assert_eq!(told(b"PROXY UNKNOWN a\nb\r\nGET"), "PROXY UNKNOWN a\\nb\\r\\n@0+19, done@19");
        assert_eq!(told(b"PROXY UNKNOWN \r\r\n"), "PROXY UNKNOWN \\r\\r\\n@0+17, done@17");
        assert_eq!(told(b"PROXY UNKNOWN a\r"), "need 1");
        assert_eq!(told(b"PROXY UNKNOWN a\rb"), "need 2");
        let line = |len: usize| [UNKNOWN, &vec![CR; len - 16], b"\r\n"].concat();
        assert!(told(&line(107)).ends_with("@0+107, done@107"));
        assert_eq!(told(&line(108)), "header-too-long@0!");
        // Without the space it is not the word.
        assert_eq!(told(b"PROXY UNKNOWN\ra\r\n"), "bare-cr@13!");
        assert_eq!(told(b"PROXY UNKNOWNS\n"), "bare-lf@14!");
    }

    #[test]
    fn a_length_is_judged_when_it_is_complete() {
        assert_eq!(told(&v2(0x21, 284, b"")), "need 284");
        assert_eq!(told(&v2(0x21, 285, b"")), "too-long@14!");
        assert_eq!(told(&v2(0x21, 0xffff, b"")[..15]), "need 1");
        assert_eq!(told(&v2(0x21, 0x0110, b"")[..15]), "need 257");
        assert_eq!(tell(Proxy::new(0), &v2(0x21, 0, b""), false), "too-long@14!");
        let most = tell(Proxy::new(usize::MAX), &v2(0x21, 0xffff, &vec![b'a'; 0xffff]), false);
        assert!(most.ends_with("@0+65551, done@65551"));
    }

    #[test]
    fn need_is_what_the_shortest_header_lacks() {
        for (begun, need) in [
            (&b""[..], 8),
            (b"P", 7),
            (b"PROXY", 3),
            (b"PROXY ", 2),
            (b"PROXY TCP4", 2),
            (b"PROXY TCP4\r", 1),
            (b"\r", 15),
            (SIGNATURE, 4),
        ] {
            assert_eq!(told(begun), format!("need {need}"), "{begun:x?}");
        }
    }

    #[test]
    fn a_stream_ends_before_or_behind_the_header() {
        let end = |stream: &[u8]| tell(Proxy::new(300), stream, true);
        assert_eq!(end(b""), "clean");
        assert_eq!(end(b"PROXY "), "truncated@0");
        assert_eq!(end(b"PROXY \r\n"), "PROXY \\r\\n@0+8, done@8");
    }

    #[test]
    fn one_whole_header_is_written_once() {
        let mut framer = Proxy::new(300);
        for body in [&b"PROXY "[..], b"PROXY \r\nx", b"GET", &v2(0x11, 0, b""), &v2(0x21, 1, b"")] {
            assert_eq!(write(&mut framer, body), Err(("payload-length", 0)));
        }
        assert_eq!(write(&mut framer, b""), Err(("payload-empty", 0)));
        assert_eq!(write(&mut framer, &[b'P'; 301]), Err(("payload-too-long", 0)));
        assert_eq!(write(&mut framer, b"PROXY \r\n").unwrap(), b"PROXY \r\n");
        assert_eq!(write(&mut framer, b"PROXY \r\n"), Err(("payload-length", 0)));
        framer.reset();
        assert_eq!(write(&mut framer, &v2(0x21, 1, b"a")).unwrap(), v2(0x21, 1, b"a"));
    }
}
