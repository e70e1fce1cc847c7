//! Lines of text, by the four conventions for where a line ends.
//!
//! ```text
//! Ending::Lf           one LF │ two CR LF │        CR is data (POSIX.1-2017, section 3.206)
//! Ending::CrLf         one CR LF │                 a CR or LF alone is an error (RFC 5321, 2.3.8)
//! Ending::OptionalCr   one LF │ two CR LF │        one CR before LF belongs to the ending
//! Ending::Universal    one LF │ two CR LF │ tri CR │
//! ```
//!
//! Lines are bytes; whether they are UTF-8 is for the reader to say. The limit counts the line
//! without its ending. A CR at the end of a read is never guessed about: the next byte decides,
//! or the end of the stream.
//!
//! Under [`Ending::CrLf`] a CR or LF alone is refused where it stands and the framer goes on after
//! the next CRLF, never at the bare byte: going on there is how one mail smuggles another
//! (CVE-2023-51764).

use memchr::{memchr, memchr_iter, memchr2};

use super::encode::write_parts;
use super::scan::{Find, Query, Scanner, Terminator};
use super::{
    AtEof, Encode, EncodeError, EncodeErrorKind, Envelope, Finish, FrameError, FrameErrorKind,
    Framer, Oversize, Plain, Step,
};

const CR: u8 = b'\r';
const LF: u8 = b'\n';

/// What ends a line.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Ending {
    /// LF; a CR is data.
    Lf,
    /// CRLF; a CR or LF alone is an error.
    CrLf,
    /// LF or CRLF; a CR elsewhere is data.
    OptionalCr,
    /// LF, CRLF or CR.
    Universal,
}

/// Cuts a stream into lines.
///
/// What the stream leaves without an ending is a line too, unless [`at_eof`](Self::at_eof) says
/// otherwise.
///
/// # Examples
///
/// ```
/// use portolan::frame::{Ending, Lines, deframer::frames};
///
/// let lines = frames(Lines::new(Ending::Universal, 80), b"one\r\ntwo\rthree\n\nfive");
/// let bodies: Vec<_> = lines.flatten().map(|line| line.body).collect();
/// assert_eq!(bodies, [&b"one"[..], b"two", b"three", b"", b"five"]);
///
/// let mut lines = frames(Lines::new(Ending::CrLf, 80), b"one\ntwo\r\nthree\r\n");
/// let error = lines.next().unwrap().unwrap_err();
/// assert_eq!((error.code(), error.at), ("bare-lf", 3));
/// assert_eq!(lines.next().unwrap().unwrap().body, b"three");
/// ```
#[derive(Clone, Debug)]
pub struct Lines {
    ending: Ending,
    scanner: Scanner,
}

impl Lines {
    /// Creates the framer of lines of at most `max` bytes without their ending.
    #[must_use]
    pub const fn new(ending: Ending, max: usize) -> Self {
        Self { ending, scanner: Scanner::new(max, AtEof::Emit) }
    }

    /// Sets what becomes of a stream with a line that is too long; at first, it fails.
    #[must_use]
    pub const fn oversize(mut self, oversize: Oversize) -> Self {
        self.scanner.oversize = oversize;
        self
    }

    /// Sets what becomes of a last line without an ending; at first, it is a line.
    #[must_use]
    pub const fn at_eof(mut self, at_eof: AtEof) -> Self {
        self.scanner.at_eof = at_eof;
        self
    }

    /// The ending that is written.
    const fn written(&self) -> &'static [u8] {
        match self.ending {
            Ending::Lf | Ending::OptionalCr | Ending::Universal => b"\n",
            Ending::CrLf => b"\r\n",
        }
    }

    fn check(&self, body: &[u8]) -> Result<(), EncodeError> {
        let limit = self.scanner.max;
        if body.len() > limit {
            return Err(EncodeError::new(EncodeErrorKind::PayloadTooLong { limit }, 0));
        }
        let found = match self.ending {
            Ending::Lf => memchr(LF, body),
            Ending::OptionalCr => memchr(LF, body).or_else(|| final_cr(body)),
            Ending::CrLf | Ending::Universal => memchr2(CR, LF, body),
        };
        match found {
            Some(at) => Err(EncodeError::new(EncodeErrorKind::PayloadHasDelimiter, at)),
            None => Ok(()),
        }
    }
}

impl Framer for Lines {
    type Meta = ();

    #[inline]
    fn step(&mut self, input: &[u8]) -> Result<Step<()>, FrameError> {
        self.scanner.step(&self.ending, input)
    }

    fn finish(&mut self, input: &[u8]) -> Result<Finish<()>, FrameError> {
        self.scanner.finish(&self.ending, input)
    }

    fn max_wire(&self) -> usize {
        self.scanner.max.saturating_add(self.ending.longest())
    }

    #[inline]
    fn at_boundary(&self) -> bool {
        self.scanner.at_boundary()
    }

    fn reset(&mut self) {
        self.scanner.reset();
    }
}

impl Plain for Lines {}

impl Encode for Lines {
    type Meta = ();

    fn encoded_len(&self, body: &[u8], _meta: ()) -> Result<usize, EncodeError> {
        self.check(body).map(|()| body.len().saturating_add(self.written().len()))
    }

    fn encode(&mut self, body: &[u8], _meta: (), out: &mut [u8]) -> Result<usize, EncodeError> {
        self.check(body)?;
        write_parts(out, [body, self.written(), &[]])
    }

    fn envelope(&mut self, body: &[u8], _meta: ()) -> Result<Option<Envelope<'_>>, EncodeError> {
        self.check(body).map(|()| Some(Envelope::new(&[], self.written())))
    }
}

impl Terminator for Ending {
    #[inline]
    fn longest(&self) -> usize {
        match self {
            Self::Lf => 1,
            Self::CrLf | Self::OptionalCr | Self::Universal => 2,
        }
    }

    #[inline]
    fn find(&self, input: &[u8], query: Query) -> Find {
        match self {
            Self::Lf => find_lf(input, query),
            Self::OptionalCr => find_optional_cr(input, query),
            Self::Universal => find_universal(input, query),
            Self::CrLf if query.refused => find_crlf(input, query),
            Self::CrLf => find_strict_crlf(input, query),
        }
    }
}

#[inline]
fn find_lf(input: &[u8], query: Query) -> Find {
    match search(input, query.from, |rest| memchr(LF, rest)) {
        Some(start) => Find::At { start, len: 1 },
        None => Find::Nothing { missing: 1 },
    }
}

#[inline]
fn find_optional_cr(input: &[u8], query: Query) -> Find {
    match search(input, query.from, |rest| memchr(LF, rest)) {
        Some(lf) => match input.get(..lf).and_then(final_cr) {
            Some(start) => Find::At { start, len: 2 },
            None => Find::At { start: lf, len: 1 },
        },
        None => match final_cr(input) {
            Some(start) if !query.end => Find::Wait { start, missing: 1 },
            _ => Find::Nothing { missing: 1 },
        },
    }
}

#[inline]
fn find_universal(input: &[u8], query: Query) -> Find {
    let Some(start) = search(input, query.from, |rest| memchr2(CR, LF, rest)) else {
        return Find::Nothing { missing: 1 };
    };
    match input.get(start..) {
        Some([CR, LF, ..]) => Find::At { start, len: 2 },
        Some([CR]) if !query.end => Find::Wait { start, missing: 1 },
        _ => Find::At { start, len: 1 },
    }
}

/// Finds the first CR or LF, and refuses it unless it begins a CRLF.
#[inline]
fn find_strict_crlf(input: &[u8], query: Query) -> Find {
    let Some(start) = search(input, query.from, |rest| memchr2(CR, LF, rest)) else {
        return Find::Nothing { missing: 2 };
    };
    match input.get(start..) {
        Some([CR, LF, ..]) => Find::At { start, len: 2 },
        Some([CR]) if !query.end => Find::Wait { start, missing: 1 },
        Some([CR, ..]) => Find::Bad { at: start, kind: FrameErrorKind::BareCr },
        _ => Find::Bad { at: start, kind: FrameErrorKind::BareLf },
    }
}

/// Finds the first CRLF, whatever else there is.
fn find_crlf(input: &[u8], query: Query) -> Find {
    let rest = input.get(query.from..).unwrap_or_default();
    for lf in memchr_iter(LF, rest) {
        let lf = lf.saturating_add(query.from);
        if let Some(start) = input.get(..lf).and_then(final_cr) {
            return Find::At { start, len: 2 };
        }
    }
    match final_cr(input) {
        Some(start) if !query.end => Find::Wait { start, missing: 1 },
        _ => Find::Nothing { missing: 2 },
    }
}

/// Runs a search over what has not been searched; its answer counts from the start of `input`.
#[inline]
fn search(input: &[u8], from: usize, find: impl Fn(&[u8]) -> Option<usize>) -> Option<usize> {
    find(input.get(from..)?).map(|at| at.saturating_add(from))
}

/// Offset of the CR that ends `bytes`.
#[inline]
fn final_cr(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [rest @ .., CR] => Some(rest.len()),
        _ => None,
    }
}
