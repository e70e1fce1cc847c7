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

use crate::hint::seldom;

use super::encode::write_parts;
use super::scan::{Find, Query, Scanner, Terminator, search};
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
    rule: Rule,
    scanner: Scanner,
}

/// What is searched for.
#[derive(Clone, Copy, Debug)]
struct Rule {
    ending: Ending,
    /// Whether a CR alone means nothing. A branch on this is less than a jump for each of four endings.
    only_lf: bool,
}

impl Lines {
    /// Creates the framer of lines of at most `max` bytes without their ending.
    #[must_use]
    pub const fn new(ending: Ending, max: usize) -> Self {
        let only_lf = matches!(ending, Ending::Lf | Ending::OptionalCr);
        let longest = if matches!(ending, Ending::Lf) { 1 } else { 2 };
        let scanner = Scanner::new(max, longest, AtEof::Emit);
        Self { rule: Rule { ending, only_lf }, scanner }
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
        match self.rule.ending {
            Ending::Lf | Ending::OptionalCr | Ending::Universal => b"\n",
            Ending::CrLf => b"\r\n",
        }
    }

    fn check(&self, body: &[u8]) -> Result<(), EncodeError> {
        let limit = self.scanner.max;
        if body.len() > limit {
            return Err(EncodeError::new(EncodeErrorKind::PayloadTooLong { limit }, 0));
        }
        let found = match self.rule.ending {
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

    #[inline(always)]
    fn step(&mut self, input: &[u8]) -> Result<Step<()>, FrameError> {
        self.scanner.step(&self.rule, input)
    }

    fn finish(&mut self, input: &[u8]) -> Result<Finish<()>, FrameError> {
        self.scanner.finish(&self.rule, input)
    }

    fn max_wire(&self) -> usize {
        self.scanner.max_wire()
    }

    #[inline(always)]
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

impl Terminator for Rule {
    #[inline(always)]
    fn find(&self, input: &[u8], query: Query) -> Find {
        if self.only_lf {
            return find_lf(input, query, matches!(self.ending, Ending::OptionalCr));
        }
        match self.ending {
            Ending::CrLf if query.refused => find_crlf(input, query),
            Ending::CrLf => find_strict_crlf(input, query),
            _ => find_universal(input, query),
        }
    }
}

/// Finds the first LF, and takes the CR before it where it is part of the ending.
#[inline(always)]
fn find_lf(input: &[u8], query: Query, optional_cr: bool) -> Find {
    let Some(lf) = search(input, query.from, |rest| memchr(LF, rest)) else {
        return match final_cr(input) {
            Some(start) if optional_cr && !query.end => Find::Wait { start, missing: 1 },
            _ => Find::Nothing { missing: 1 },
        };
    };
    // Before an empty line there is the LF itself to look at: no branch that is guessed wrong.
    let start = lf.saturating_sub(1);
    if optional_cr && input.get(start) == Some(&CR) {
        // Where the next line begins is not to wait for this byte.
        seldom();
        return Find::At { start, len: 2 };
    }
    Find::At { start: lf, len: 1 }
}

#[inline(always)]
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
#[inline(always)]
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

/// Offset of the CR that ends `bytes`.
#[inline(always)]
fn final_cr(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [rest @ .., CR] => Some(rest.len()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use super::super::testing::{tell, write};
    use super::*;

    const ALL: [Ending; 4] = [Ending::Lf, Ending::CrLf, Ending::OptionalCr, Ending::Universal];

    fn lines(ending: Ending, max: usize) -> Lines {
        Lines::new(ending, max).oversize(Oversize::Discard)
    }

    #[test]
    fn each_ending_has_its_own_idea_of_cr() {
        let stream = b"a\r\nb\rc\n";
        let told = ALL.map(|ending| tell(Lines::new(ending, 9), stream, true));
        assert_eq!(
            told,
            [
                "a\\r@0+3, b\\rc@3+4, clean",
                "a@0+3, bare-cr@4, skip@3+4, truncated@3",
                "a@0+3, b\\rc@3+4, clean",
                "a@0+3, b@3+2, c@5+2, clean",
            ],
        );
    }

    #[test]
    fn a_cr_at_the_end_of_a_read_waits_for_the_next_byte() {
        let told = ALL.map(|ending| tell(Lines::new(ending, 9), b"ab\r", false));
        assert_eq!(told, ["need 1"; 4]);
        let told = ALL.map(|ending| tell(Lines::new(ending, 9), b"ab", false));
        assert_eq!(told, ["need 1", "need 2", "need 1", "need 1"]);
        let told = ALL.map(|ending| tell(Lines::new(ending, 9), b"", false));
        assert_eq!(told, ["need 1", "need 2", "need 1", "need 1"]);
    }

    #[test]
    fn a_cr_at_the_end_of_the_stream_is_data_or_an_ending_or_bare() {
        let told = ALL.map(|ending| tell(Lines::new(ending, 9), b"ab\r", true));
        let crlf = "bare-cr@2, skip@0+2, truncated@0";
        assert_eq!(told, ["ab\\r@0+3, clean", crlf, "ab\\r@0+3, clean", "ab@0+3, clean"]);
    }

    #[test]
    fn a_bare_byte_is_refused_where_it_stands_and_once_a_line() {
        let crlf = |stream| tell(Lines::new(Ending::CrLf, 9), stream, true);
        assert_eq!(crlf(b"a\nb\n\rc\r\nd\r\n"), "bare-lf@1, skip@0+8, d@8+3, clean");
        assert_eq!(crlf(b"a\r\r\nd\r\n"), "bare-cr@1, skip@0+4, d@4+3, clean");
        assert_eq!(crlf(b"\n.\r\nd\r\n"), "bare-lf@0, skip@0+4, d@4+3, clean");
        assert_eq!(crlf(b"a\r\nb\n"), "a@0+3, bare-lf@4, skip@3+2, truncated@3");
    }

    #[test]
    fn the_limit_counts_the_line_without_its_ending() {
        for ending in ALL {
            let stream: &[u8] = if ending == Ending::Lf { b"abc\n" } else { b"abc\r\n" };
            let exact = tell(Lines::new(ending, 3), stream, true);
            assert_eq!(
                exact,
                if ending == Ending::Lf { "abc@0+4, clean" } else { "abc@0+5, clean" }
            );
            assert_eq!(tell(Lines::new(ending, 2), stream, true), "too-long@0!");
        }
    }

    #[test]
    fn too_long_is_known_when_no_ending_can_begin_in_time() {
        for ending in ALL {
            assert_eq!(tell(Lines::new(ending, 3), b"abcd", false), "too-long@0!");
        }
        let told = ALL.map(|ending| tell(lines(ending, 3), b"abc\r", false));
        assert_eq!(told, ["too-long@0, skip@0+4, need 1", "need 1", "need 1", "need 1"]);
        let told = tell(lines(Ending::OptionalCr, 3), b"abc\rd\nok\n", true);
        assert_eq!(told, "too-long@0, skip@0+6, ok@6+3, clean");
        let told = tell(lines(Ending::OptionalCr, 3), b"abc\r", true);
        assert_eq!(told, "too-long@0, skip@0+3, truncated@0");
        let told = tell(lines(Ending::Universal, 3), b"abcd\r", false);
        assert_eq!(told, "too-long@0, skip@0+4, need 1");
        assert_eq!(
            tell(lines(Ending::Universal, 3), b"abcd\r", true),
            "too-long@0, skip@0+5, clean"
        );
    }

    #[test]
    fn a_bare_byte_goes_before_too_long_when_both_become_known() {
        assert_eq!(tell(lines(Ending::CrLf, 3), b"abc\n", false), "bare-lf@3, skip@0+4, need 2");
        assert_eq!(tell(lines(Ending::CrLf, 3), b"abc\rd", false), "bare-cr@3, skip@0+5, need 2");
        assert_eq!(tell(lines(Ending::CrLf, 3), b"abcd\n", false), "too-long@0, skip@0+5, need 2");
        let told = tell(Lines::new(Ending::CrLf, 3), b"abcd\n", false);
        assert_eq!(told, "too-long@0!");
    }

    #[test]
    fn a_last_line_without_ending_is_emitted_refused_or_dropped() {
        let told =
            |ending, at_eof, stream| tell(Lines::new(ending, 9).at_eof(at_eof), stream, true);
        for ending in ALL {
            assert_eq!(
                told(ending, AtEof::Emit, b"\nab").contains("bare-lf"),
                ending == Ending::CrLf
            );
            assert_eq!(told(ending, AtEof::Emit, b"ab"), "ab@0+2, clean");
            assert_eq!(told(ending, AtEof::Reject, b"ab"), "truncated@0");
            assert_eq!(told(ending, AtEof::Drop, b"ab"), "skip@0+2, clean");
            assert_eq!(told(ending, AtEof::Reject, b""), "clean");
        }
        assert_eq!(told(Ending::CrLf, AtEof::Reject, b"ab\r"), "truncated@0");
        assert_eq!(told(Ending::CrLf, AtEof::Drop, b"ab\r"), "skip@0+3, clean");
        assert_eq!(told(Ending::Universal, AtEof::Reject, b"ab\r"), "ab@0+3, clean");
    }

    #[test]
    fn a_refused_line_that_the_end_cuts_short_is_truncated_under_every_policy() {
        for at_eof in [AtEof::Emit, AtEof::Reject, AtEof::Drop] {
            let told = tell(lines(Ending::Lf, 3).at_eof(at_eof), b"ok\nabcdef", true);
            assert_eq!(told, "ok@0+3, too-long@3, skip@3+6, truncated@3");
        }
    }

    #[test]
    fn what_would_read_back_otherwise_is_not_written() {
        let has = |at| Err(("payload-has-delimiter", at));
        let wrote = |body: &[u8]| ALL.map(|ending| write(&mut Lines::new(ending, 4), body));
        let ok = |line: &[u8]| Ok(line.to_vec());
        assert_eq!(wrote(b"ab"), [ok(b"ab\n"), ok(b"ab\r\n"), ok(b"ab\n"), ok(b"ab\n")]);
        assert_eq!(wrote(b"a\nb"), [has(1), has(1), has(1), has(1)]);
        assert_eq!(wrote(b"a\rb"), [ok(b"a\rb\n"), has(1), ok(b"a\rb\n"), has(1)]);
        assert_eq!(wrote(b"ab\r"), [ok(b"ab\r\n"), has(2), has(2), has(2)]);
        assert_eq!(wrote(b"abcde"), [(); 4].map(|()| Err(("payload-too-long", 0))));
    }
}
