//! Octet counting: syslog messages over TCP and TLS, each behind its length.
//!
//! ```text
//! │ 5 SP │ < 1 > h i │ next frame
//! ├ head ┤── body ───┤
//! ```
//!
//! Source: RFC 6587, section 3.4.1 (TCP); RFC 5425, section 4.3 (TLS) has the same frame.
//!
//! What is refused: a length that begins with a zero, and so an empty message, which the grammar
//! does not have; a byte that is no digit before the space; a length above the limit with the digit
//! that passes it. Nothing marks the next frame, so each refusal is fatal. What a message holds, a
//! line feed at its end too, is its own affair.

use super::decimal::{self, Decimal};
use super::declared::{Declared, by_state};
use super::encode::by_around;
use super::{
    Encode, EncodeError, EncodeErrorKind, Envelope, Finish, Frame, FrameError, FrameErrorKind,
    Framer, Need, Plain, Step, at_least_one,
};

/// A digit, the space and one byte, the shortest frame.
const SHORTEST: usize = 3;

/// Cuts a stream of syslog messages by their octet counts.
///
/// # Examples
///
/// ```
/// use portolan::frame::{OctetCounting, deframer::frames};
///
/// let stream = b"8 <34>1 hi9 <34>1 you";
/// let bodies: Vec<_> = frames(OctetCounting::new(2048), stream).flatten().map(|f| f.body).collect();
/// assert_eq!(bodies, [&b"<34>1 hi"[..], b"<34>1 you"]);
///
/// let error = frames(OctetCounting::new(2048), b"<34>1 hi\n").next().unwrap().unwrap_err();
/// assert_eq!((error.code(), error.at), ("bad-digit", 0));
/// ```
#[derive(Clone, Debug)]
pub struct OctetCounting {
    max: usize,
    state: Declared,
}

impl OctetCounting {
    /// Creates the framer of messages of at most `max` bytes, digits and space not counted.
    #[must_use]
    pub const fn new(max: usize) -> Self {
        Self { max, state: Declared::Reading }
    }

    fn around(&self, body: &[u8], (): ()) -> Result<Envelope<'static>, EncodeError> {
        let kind = match body.len() {
            0 => EncodeErrorKind::PayloadEmpty,
            len if len > self.max => EncodeErrorKind::PayloadTooLong { limit: self.max },
            len => {
                let mut head = [0; decimal::MAX_HEAD];
                return Ok(Envelope::new(decimal::write(len, b' ', &mut head), &[]));
            }
        };
        Err(EncodeError::new(kind, 0))
    }
}

impl Framer for OctetCounting {
    type Meta = ();

    /// Reads a frame.
    ///
    /// ```abnf
    /// SYSLOG-FRAME  = MSG-LEN SP SYSLOG-MSG
    /// MSG-LEN       = NONZERO-DIGIT *DIGIT
    /// NONZERO-DIGIT = %d49-57
    /// ```
    ///
    /// RFC 6587, section 3.4.1.
    #[inline(always)]
    fn step(&mut self, input: &[u8]) -> Result<Step<()>, FrameError> {
        if let Some(answer) = self.state.answer(input) {
            return answer;
        }
        if let Some(b'0') = input.first() {
            return Err(self.state.fail(FrameErrorKind::NonCanonicalLength, 0));
        }
        match decimal::read(input, b' ', self.max) {
            Decimal::Whole { value, head } => {
                let wire = head.saturating_add(value);
                Ok(if input.len() < wire {
                    Step::Need(Need::rest_of(wire, input.len()))
                } else {
                    Step::Frame(Frame {
                        wire: at_least_one(wire),
                        body: head..wire,
                        last: true,
                        meta: (),
                    })
                })
            }
            // With a limit of zero there is no frame, only the digit that will be refused.
            Decimal::Begun { len: 0, .. } if self.max == 0 => Ok(Step::Need(Need::at_least(1))),
            Decimal::Begun { len: 0, .. } => Ok(Step::Need(Need::at_least(SHORTEST))),
            // The space may come next.
            Decimal::Begun { value, .. } => Ok(Step::Need(Need::at_least(value.saturating_add(1)))),
            Decimal::Bad { kind, at } => Err(self.state.fail(kind, at)),
        }
    }

    fn max_wire(&self) -> usize {
        decimal::width(self.max).saturating_add(self.max).saturating_add(1)
    }

    by_state!();
}

impl Plain for OctetCounting {}

impl Encode for OctetCounting {
    type Meta = ();

    by_around!();
}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use super::super::testing::{tell, write};
    use super::*;

    fn told(stream: &[u8]) -> alloc::string::String {
        tell(OctetCounting::new(12), stream, true)
    }

    #[test]
    fn messages_follow_one_another() {
        assert_eq!(told(b"5 <1>hi2 a\n"), "<1>hi@0+7, a\\n@7+4, clean");
        assert_eq!(told(b"3  1 "), " 1 @0+5, clean");
    }

    #[test]
    fn a_length_begins_with_one_to_nine() {
        for bad in [&b"0 "[..], b"05 hello", b"0"] {
            assert_eq!(told(bad), "non-canonical-length@0!");
        }
        for (bad, told_as) in [
            (&b" 5 hello"[..], "bad-digit@0!"),
            (b"+5 hello", "bad-digit@0!"),
            (b"<34>1 hi\n", "bad-digit@0!"),
            (b"5\thello", "bad-digit@1!"),
            (b"5:hello,", "bad-digit@1!"),
            (b"1e1 hello", "bad-digit@1!"),
        ] {
            assert_eq!(told(bad), told_as, "{}", bad.escape_ascii());
        }
    }

    #[test]
    fn the_limit_is_known_with_the_digit_that_passes_it() {
        assert_eq!(told(b"12 hello world!"), "hello world!@0+15, clean");
        assert_eq!(told(b"13"), "too-long@0!");
        assert_eq!(told(b"18446744073709551616 "), "too-long@0!");
        assert_eq!(tell(OctetCounting::new(0), b"1 a", true), "too-long@0!");
    }

    #[test]
    fn what_is_missing_is_counted_from_the_digits_on() {
        let need = |stream: &[u8]| tell(OctetCounting::new(12), stream, false);
        for (stream, missing) in [(&b""[..], 3), (b"1", 2), (b"12", 13), (b"5 ", 5), (b"5 hell", 1)]
        {
            assert_eq!(need(stream), alloc::format!("need {missing}"));
        }
        assert_eq!(tell(OctetCounting::new(0), b"", false), "need 1");
    }

    #[test]
    fn a_stream_ends_between_messages() {
        assert_eq!(told(b"2 hi3 yo"), "hi@0+4, truncated@4");
        assert_eq!(told(b""), "clean");
    }

    #[test]
    fn written_as_read_and_never_empty() {
        let mut framer = OctetCounting::new(10);
        assert_eq!(write(&mut framer, b"helloworld").unwrap(), b"10 helloworld");
        assert_eq!(write(&mut framer, b"helloworld!"), Err(("payload-too-long", 0)));
        assert_eq!(write(&mut framer, b""), Err(("payload-empty", 0)));
    }
}
