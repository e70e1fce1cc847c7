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
use super::scan::{Scanner, Terminator};
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
    scanner: Scanner,
}

#[derive(Clone, Debug)]
enum Choice<'a> {
    One(&'a [u8]),
    AnyOf(&'a [&'a [u8]]),
}

impl<'a> DelimiterBuilder<'a> {
    const fn new(choice: Choice<'a>, max: usize) -> Self {
        Self { choice, scanner: Scanner::new(max, AtEof::Reject) }
    }

    /// Sets what becomes of a stream with a frame that is too long; at first, it fails.
    pub const fn oversize(mut self, oversize: Oversize) -> Self {
        self.scanner.oversize = oversize;
        self
    }

    /// Sets what becomes of last bytes without a delimiter; at first, they are truncated.
    pub const fn at_eof(mut self, at_eof: AtEof) -> Self {
        self.scanner.at_eof = at_eof;
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
        Ok(Delimiter { set, scanner: self.scanner })
    }
}

impl Framer for Delimiter<'_> {
    type Meta = ();

    #[inline]
    fn step(&mut self, input: &[u8]) -> Result<Step<()>, FrameError> {
        self.scanner.step(&self.set, input)
    }

    fn finish(&mut self, input: &[u8]) -> Result<Finish<()>, FrameError> {
        self.scanner.finish(&self.set, input)
    }

    fn max_wire(&self) -> usize {
        self.scanner.max.saturating_add(self.set.longest())
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
