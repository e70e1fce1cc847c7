//! Netstrings: a length in decimal digits, a colon, the bytes, a comma.
//!
//! ```text
//! │ 5 : │ h e l l o │ , │
//! ├─ head ─┤─ body ─┤ tail
//! ```
//!
//! Source: D. J. Bernstein, "Netstrings" (1997), section 2: `[len]":"[string]","`, the length in
//! ASCII digits without a leading zero, the empty string as `0:,`.
//!
//! What is refused: a length with a leading zero, a sign, a space or any other byte (each a second
//! spelling), one above the limit with the digit that passes it, and any byte in place of the comma.
//! Nothing marks the next netstring, so each refusal is fatal.

use super::decimal::{self, Decimal};
use super::declared::{Declared, by_state};
use super::encode::by_around;
use super::{
    Encode, EncodeError, EncodeErrorKind, Envelope, Finish, Frame, FrameError, FrameErrorKind,
    Framer, Need, Plain, Step, at_least_one,
};

/// `0:,`, the shortest netstring.
const SHORTEST: usize = 3;

/// Cuts a stream into netstrings.
///
/// # Examples
///
/// ```
/// use portolan::frame::{Netstring, deframer::frames};
///
/// let bodies: Vec<_> =
///     frames(Netstring::new(80), b"5:hello,0:,2:hi,").flatten().map(|f| f.body).collect();
/// assert_eq!(bodies, [&b"hello"[..], b"", b"hi"]);
///
/// let error = frames(Netstring::new(80), b"05:hello,").next().unwrap().unwrap_err();
/// assert_eq!((error.code(), error.at), ("non-canonical-length", 0));
/// ```
#[derive(Clone, Debug)]
pub struct Netstring {
    max: usize,
    state: Declared,
}

impl Netstring {
    /// Creates the framer of netstrings of at most `max` bytes, digits, colon and comma not counted.
    #[must_use]
    pub const fn new(max: usize) -> Self {
        Self { max, state: Declared::Reading }
    }

    fn around(&self, body: &[u8], (): ()) -> Result<Envelope<'static>, EncodeError> {
        if body.len() > self.max {
            let kind = EncodeErrorKind::PayloadTooLong { limit: self.max };
            return Err(EncodeError::new(kind, 0));
        }
        let mut head = [0; decimal::MAX_HEAD];
        Ok(Envelope::new(decimal::write(body.len(), b':', &mut head), b","))
    }
}

impl Framer for Netstring {
    type Meta = ();

    #[inline(always)]
    fn step(&mut self, input: &[u8]) -> Result<Step<()>, FrameError> {
        if let Some(answer) = self.state.answer(input) {
            return answer;
        }
        match decimal::read(input, b':', self.max) {
            Decimal::Whole { value, head } => {
                let comma = head.saturating_add(value);
                let wire = comma.saturating_add(1);
                match input.get(comma) {
                    Some(b',') => Ok(Step::Frame(Frame {
                        wire: at_least_one(wire),
                        body: head..comma,
                        last: true,
                        meta: (),
                    })),
                    Some(_) => {
                        Err(self.state.fail(FrameErrorKind::ExpectedByte { byte: b',' }, comma))
                    }
                    None => Ok(Step::Need(Need::rest_of(wire, input.len()))),
                }
            }
            Decimal::Begun { len: 0, .. } => Ok(Step::Need(Need::at_least(SHORTEST))),
            // The colon may come next, and the comma behind the body.
            Decimal::Begun { value, .. } => Ok(Step::Need(Need::at_least(value.saturating_add(2)))),
            Decimal::Bad { kind, at } => Err(self.state.fail(kind, at)),
        }
    }

    fn max_wire(&self) -> usize {
        decimal::width(self.max).saturating_add(self.max).saturating_add(2)
    }

    by_state!();
}

impl Plain for Netstring {}

impl Encode for Netstring {
    type Meta = ();

    by_around!();
}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use super::super::testing::{tell, write};
    use super::*;

    fn told(stream: &[u8]) -> alloc::string::String {
        tell(Netstring::new(12), stream, true)
    }

    #[test]
    fn a_netstring_is_read_and_the_next_one_too() {
        assert_eq!(told(b"5:hello,0:,1:,,"), "hello@0+8, @8+3, ,@11+4, clean");
        assert_eq!(told(b"12:hello world!,"), "hello world!@0+16, clean");
    }

    #[test]
    fn a_length_has_one_spelling() {
        for bad in [&b"05:hello,"[..], b"00:,", b"00"] {
            assert_eq!(told(bad), "non-canonical-length@0!");
        }
        for (bad, told_as) in [
            (&b":,"[..], "bad-digit@0!"),
            (b"+5:hello,", "bad-digit@0!"),
            (b"-0:,", "bad-digit@0!"),
            (b" 5:hello,", "bad-digit@0!"),
            (b"5 :hello,", "bad-digit@1!"),
            (b"0x1:a,", "bad-digit@1!"),
            (b"5;hello,", "bad-digit@1!"),
            (b"\xd9\xa5:hello,", "bad-digit@0!"),
        ] {
            assert_eq!(told(bad), told_as, "{}", bad.escape_ascii());
        }
    }

    #[test]
    fn the_limit_is_known_with_the_digit_that_passes_it() {
        assert_eq!(told(b"13"), "too-long@0!");
        assert_eq!(told(b"12"), "truncated@0");
        assert_eq!(told(b"99999999999999999999999999:"), "too-long@0!");
        assert_eq!(tell(Netstring::new(0), b"0:,1", true), "@0+3, too-long@3!");
    }

    #[test]
    fn the_comma_is_where_the_length_says() {
        assert_eq!(told(b"5:hello!"), "expected-byte@7!");
        assert_eq!(told(b"5:hell,,"), "hell,@0+8, clean");
        assert_eq!(told(b"5:helloo,"), "expected-byte@7!");
        assert_eq!(told(b"0:\n"), "expected-byte@2!");
    }

    #[test]
    fn what_is_missing_is_counted_from_the_digits_on() {
        let need = |stream: &[u8]| tell(Netstring::new(12), stream, false);
        for (stream, missing) in
            [(&b""[..], 3), (b"0", 2), (b"1", 3), (b"12", 14), (b"5:", 6), (b"5:hello", 1)]
        {
            assert_eq!(need(stream), alloc::format!("need {missing}"));
        }
    }

    #[test]
    fn lengths_near_the_end_of_memory_overflow_nothing() {
        let mut digits = [0; decimal::MAX_HEAD];
        let stream = decimal::write(usize::MAX, b':', &mut digits);
        let mut framer = Netstring::new(usize::MAX);
        assert_eq!(framer.max_wire(), usize::MAX);
        assert!(matches!(framer.step(stream), Ok(Step::Need(_))));
    }

    #[test]
    fn written_as_read() {
        let mut framer = Netstring::new(5);
        assert_eq!(write(&mut framer, b"hello").unwrap(), b"5:hello,");
        assert_eq!(write(&mut framer, b"").unwrap(), b"0:,");
        assert_eq!(write(&mut framer, b"hello!"), Err(("payload-too-long", 0)));
    }
}
