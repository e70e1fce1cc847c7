//! Frames that end at a delimiter: one byte, several, or any of a set.
//!
//! ```text
//! ├── body ──┤ delimiter ├── body ──┤ delimiter
//! ```
//!
//! The match that begins first ends the frame, and of several that begin at one place the longest.
//! While more bytes may bring an earlier or a longer match, the framer waits; so the result does
//! not depend on how the stream was cut.
//!
//! The limit counts the body. A frame is refused as soon as no delimiter can begin at or before
//! that offset any more.

use super::encode::write_parts;
use super::scan::Scanner;
use super::set::DelimiterSet;
use super::{
    AtEof, ConfigError, Encode, EncodeError, EncodeErrorKind, Envelope, Finish, FrameError, Framer,
    Oversize, Plain, Step,
};

/// Cuts a stream at delimiters.
///
/// The search is vectorised and remembers how far it has come; with a set of delimiters of several
/// bytes, the work is linear in the stream times the length of the set.
///
/// # Examples
///
/// ```
/// use portolan::frame::{Delimiter, Encode, deframer::frames};
///
/// let mut framer = Delimiter::any_of(&[b"\n", b"\r\n"], 80).build()?;
/// let bodies = frames(framer.clone(), b"one\r\ntwo\n").flatten().map(|frame| frame.body);
/// assert!(bodies.eq([b"one", b"two"]));
///
/// let mut out = [0; 8];
/// assert_eq!(framer.encode(b"three", (), &mut out), Ok(7));
/// assert_eq!(&out[..7], b"three\r\n");
/// assert_eq!(framer.encode(b"a\nb", (), &mut out).unwrap_err().code(), "payload-has-delimiter");
/// # Ok::<(), portolan::frame::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Delimiter<'a> {
    set: DelimiterSet<'a>,
    scanner: Scanner,
}

impl<'a> Delimiter<'a> {
    /// Starts the framer of bodies of at most `max` bytes before one delimiter.
    pub const fn one(delimiter: &'a [u8], max: usize) -> DelimiterBuilder<'a> {
        DelimiterBuilder::new(Choice::One(delimiter), max)
    }

    /// Starts the framer of bodies of at most `max` bytes before any of several delimiters.
    ///
    /// The longest is written, the first listed of equals.
    pub const fn any_of(delimiters: &'a [&'a [u8]], max: usize) -> DelimiterBuilder<'a> {
        DelimiterBuilder::new(Choice::AnyOf(delimiters), max)
    }

    /// Copies the delimiters, so that the framer borrows nothing.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn into_owned(self) -> Delimiter<'static> {
        Delimiter { set: self.set.into_owned(), scanner: self.scanner }
    }

    fn check(&self, body: &[u8]) -> Result<(), EncodeError> {
        let limit = self.scanner.max;
        if body.len() > limit {
            return Err(EncodeError::new(EncodeErrorKind::PayloadTooLong { limit }, 0));
        }
        match self.set.first_in(body) {
            Some(at) => Err(EncodeError::new(EncodeErrorKind::PayloadHasDelimiter, at)),
            None => Ok(()),
        }
    }
}

/// Configures a [`Delimiter`] framer.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct DelimiterBuilder<'a> {
    choice: Choice<'a>,
    max: usize,
    oversize: Oversize,
    at_eof: AtEof,
}

#[derive(Clone, Debug)]
enum Choice<'a> {
    One(&'a [u8]),
    AnyOf(&'a [&'a [u8]]),
}

impl<'a> DelimiterBuilder<'a> {
    const fn new(choice: Choice<'a>, max: usize) -> Self {
        Self { choice, max, oversize: Oversize::Fail, at_eof: AtEof::Reject }
    }

    /// Sets what becomes of a stream with a frame that is too long; at first, it fails.
    pub const fn oversize(mut self, oversize: Oversize) -> Self {
        self.oversize = oversize;
        self
    }

    /// Sets what becomes of last bytes without a delimiter; at first, they are truncated.
    pub const fn at_eof(mut self, at_eof: AtEof) -> Self {
        self.at_eof = at_eof;
        self
    }

    /// Builds the framer.
    ///
    /// # Errors
    ///
    /// [`ConfigError::DelimiterMissing`] for a set without members,
    /// [`ConfigError::DelimiterEmpty`] for a delimiter without bytes.
    pub fn build(self) -> Result<Delimiter<'a>, ConfigError> {
        let set = match self.choice {
            Choice::One(delimiter) => DelimiterSet::one(delimiter)?,
            Choice::AnyOf(delimiters) => DelimiterSet::any_of(delimiters)?,
        };
        let mut scanner = Scanner::new(self.max, set.longest(), self.at_eof);
        scanner.oversize = self.oversize;
        Ok(Delimiter { set, scanner })
    }
}

impl Framer for Delimiter<'_> {
    type Meta = ();

    #[inline(always)]
    fn step(&mut self, input: &[u8]) -> Result<Step<()>, FrameError> {
        self.scanner.step(&self.set, input)
    }

    fn finish(&mut self, input: &[u8]) -> Result<Finish<()>, FrameError> {
        self.scanner.finish(&self.set, input)
    }

    fn max_wire(&self) -> usize {
        self.scanner.max_wire()
    }

    #[inline]
    fn at_boundary(&self) -> bool {
        self.scanner.at_boundary()
    }

    fn reset(&mut self) {
        self.scanner.reset();
    }
}

impl Plain for Delimiter<'_> {}

impl Encode for Delimiter<'_> {
    type Meta = ();

    fn encoded_len(&self, body: &[u8], _meta: ()) -> Result<usize, EncodeError> {
        self.check(body).map(|()| body.len().saturating_add(self.set.written().len()))
    }

    fn encode(&mut self, body: &[u8], _meta: (), out: &mut [u8]) -> Result<usize, EncodeError> {
        self.check(body)?;
        write_parts(out, [body, self.set.written(), &[]])
    }

    fn envelope(&mut self, body: &[u8], _meta: ()) -> Result<Option<Envelope<'_>>, EncodeError> {
        self.check(body).map(|()| Some(Envelope::new(&[], self.set.written())))
    }
}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use super::super::testing::{tell, write};
    use super::*;

    fn any_of<'a>(set: &'a [&'a [u8]], max: usize) -> Delimiter<'a> {
        Delimiter::any_of(set, max).oversize(Oversize::Discard).build().unwrap()
    }

    #[test]
    fn the_first_match_wins_and_then_the_longest() {
        let set: [&[u8]; 3] = [b"c", b"abcd", b"cd"];
        assert_eq!(tell(any_of(&set, 9), b"xabcd.c.cd.", false), "x@0+5, .@5+2, .@7+3, need 1");
        assert_eq!(tell(any_of(&set, 9), b"xabce", false), "xab@0+4, need 1");
    }

    #[test]
    fn an_earlier_or_longer_match_is_waited_for() {
        let set: [&[u8]; 3] = [b"c", b"abcd", b"cd"];
        assert_eq!(tell(any_of(&set, 9), b"xab", false), "need 1");
        assert_eq!(tell(any_of(&set, 9), b"xabc", false), "need 1");
        assert_eq!(tell(any_of(&set, 9), b"xc", false), "need 1");
        assert_eq!(tell(any_of(&set, 9), b"xabc", true), "xab@0+4, clean");
        assert_eq!(tell(any_of(&set, 9), b"xc", true), "x@0+2, clean");
        let told = tell(any_of(&[b"abcdefgh", b"c", b"d"], 9), b"xabcdef", true);
        assert_eq!(told, "xab@0+4, @4+1, truncated@5");
    }

    #[test]
    fn need_is_what_the_nearest_delimiter_lacks() {
        let one = |stream| tell(any_of(&[b"--end--"], 9), stream, false);
        assert_eq!(one(b""), "need 7");
        assert_eq!(one(b"ab-"), "need 6");
        assert_eq!(one(b"ab---e"), "need 4");
        assert_eq!(one(b"ab--end-"), "need 1");
        let many = |stream| tell(any_of(&[b"abcde", b"cx"], 4), stream, false);
        assert_eq!(many(b"zzab"), "need 2");
        assert_eq!(many(b"zzabc"), "need 1");
        // A delimiter that would begin behind the limit does not count.
        assert_eq!(many(b"zzzzab"), "need 3");
    }

    #[test]
    fn too_long_is_known_when_no_delimiter_can_begin_in_time() {
        let crlf = |stream| tell(any_of(&[b"\r\n"], 3), stream, false);
        assert_eq!(crlf(b"abc"), "need 2");
        assert_eq!(crlf(b"abc\r"), "need 1");
        assert_eq!(crlf(b"abc\r\n"), "abc@0+5, need 2");
        assert_eq!(crlf(b"abcd"), "too-long@0, skip@0+4, need 2");
        assert_eq!(crlf(b"abc\r\r"), "too-long@0, skip@0+4, need 1");
        assert_eq!(crlf(b"abc\r\r\nok\r\n"), "too-long@0, skip@0+6, ok@6+4, need 2");
    }

    #[test]
    fn an_oversize_frame_fails_or_is_discarded() {
        let framer = Delimiter::one(b"\n", 3).build().unwrap();
        assert_eq!(tell(framer, b"a\nabcd\nb\n", true), "a@0+2, too-long@2!");
        let told = tell(any_of(&[b"\n"], 3), b"a\nabcd\nb\n", true);
        assert_eq!(told, "a@0+2, too-long@2, skip@2+5, b@7+2, clean");
    }

    #[test]
    fn the_end_rejects_emits_or_drops_what_has_no_delimiter() {
        let at_eof = |at_eof, stream: &[u8]| {
            tell(Delimiter::one(b"\r\n", 3).at_eof(at_eof).build().unwrap(), stream, true)
        };
        assert_eq!(at_eof(AtEof::Reject, b"a\r\nb"), "a@0+3, truncated@3");
        assert_eq!(at_eof(AtEof::Emit, b"a\r\nb"), "a@0+3, b@3+1, clean");
        assert_eq!(at_eof(AtEof::Drop, b"a\r\nb"), "a@0+3, skip@3+1, clean");
        // With the stream at its end, the CR is a fourth byte of the body.
        assert_eq!(at_eof(AtEof::Emit, b"abc\r"), "too-long@0!");
        assert_eq!(at_eof(AtEof::Reject, b"abc\r"), "truncated@0");
        assert_eq!(at_eof(AtEof::Drop, b"abc\r"), "skip@0+4, clean");
    }

    #[test]
    fn the_end_can_be_what_makes_a_frame_too_long() {
        let told = tell(any_of(&[b"bcdef", b"d", b"e"], 2), b"xbcde", true);
        assert_eq!(told, "too-long@0, skip@0+4, @4+1, clean");
    }

    #[test]
    fn the_longest_delimiter_is_written_and_the_first_of_equals() {
        assert_eq!(write(&mut any_of(&[b"\n", b"\r\n", b"ab"], 9), b"x"), Ok(b"x\r\n".to_vec()));
    }

    #[test]
    fn a_payload_that_would_end_early_is_not_written() {
        let has = |at| Err(("payload-has-delimiter", at));
        assert_eq!(write(&mut any_of(&[b"\n"], 9), b"a\nb"), has(1));
        assert_eq!(write(&mut any_of(&[b"aab"], 9), b"xa"), Ok(b"xaaab".to_vec()));
        assert_eq!(write(&mut any_of(&[b"aba"], 9), b"xab"), has(1));
        assert_eq!(write(&mut any_of(&[b"--"], 9), b"x-"), has(1));
        assert_eq!(write(&mut any_of(&[b"ab", b"x-"], 9), b"x"), Ok(b"xab".to_vec()));
        assert_eq!(write(&mut any_of(&[b"ab", b"xa"], 9), b"x"), has(0));
        assert_eq!(write(&mut any_of(&[b"\n"], 1), b"ab"), Err(("payload-too-long", 0)));
    }

    #[test]
    fn a_delimiter_has_bytes_and_a_set_members() {
        let code = |builder: DelimiterBuilder<'_>| builder.build().unwrap_err();
        assert_eq!(code(Delimiter::one(b"", 9)), ConfigError::DelimiterEmpty);
        assert_eq!(code(Delimiter::any_of(&[b"a", b""], 9)), ConfigError::DelimiterEmpty);
        assert_eq!(code(Delimiter::any_of(&[], 9)), ConfigError::DelimiterMissing);
        assert_eq!(code(Delimiter::any_of(&[], 9)).code(), "bad-config");
    }

    #[test]
    fn every_limit_is_one() {
        let framer = any_of(&[b"\r\n"], usize::MAX);
        assert_eq!(framer.max_wire(), usize::MAX);
        assert_eq!(tell(framer, b"ab\r\n", true), "ab@0+4, clean");
    }
}
