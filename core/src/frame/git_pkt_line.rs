//! Packet lines of Git: four hexadecimal digits that count themselves, then the payload.
//!
//! ```text
//! │ 0 0 0 9 │ h e l l o │     data: the length is 4 and what follows
//! │ 0 0 0 0 │                 flush    0 0 0 1  delimiter    0 0 0 2  response end
//! ```
//!
//! Source: Git, `gitprotocol-common(5)`, "pkt-line Format"; `gitprotocol-v2(5)`, "Packet-Line
//! Framing" for the special packets.
//!
//! What is refused: a byte that is no hexadecimal digit; `0003`, which is less than the digits
//! themselves; a payload above the limit, or above the 65516 bytes of the format. Nothing marks the
//! next packet, so each refusal is fatal. Digits of both cases are read, as `HEXDIG` has them, and
//! lower case is written. `0004`, which Git says not to send, is read and written as an empty payload.

use crate::cursor::Reader;

use super::declared::{Declared, by_state};
use super::encode::by_around;
use super::{
    Encode, EncodeError, EncodeErrorKind, Envelope, Finish, Frame, FrameError, FrameErrorKind,
    Framer, Need, Plain, Step, at_least_one,
};

/// Bytes of the length, which counts them.
const HEAD: usize = 4;

/// What a packet is.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum PktKind {
    /// A payload.
    #[default]
    Data,
    /// `0000`, the end of a message.
    Flush,
    /// `0001`, between the sections of a message.
    Delimiter,
    /// `0002`, the end of a response over a stateless connection.
    ResponseEnd,
}

impl PktKind {
    /// Returns the length that stands for a special packet.
    #[must_use]
    pub const fn code(self) -> Option<u8> {
        match self {
            Self::Data => None,
            Self::Flush => Some(0),
            Self::Delimiter => Some(1),
            Self::ResponseEnd => Some(2),
        }
    }

    /// Finds the special packet of a [`code`](Self::code).
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Flush),
            1 => Some(Self::Delimiter),
            2 => Some(Self::ResponseEnd),
            _ => None,
        }
    }
}

/// Cuts a stream into packet lines.
///
/// # Examples
///
/// ```
/// use portolan::frame::{GitPktLine, PktKind, deframer::frames};
///
/// let mut packets = frames(GitPktLine::new(GitPktLine::MAX), b"0009hello0000").flatten();
/// assert_eq!(packets.next().map(|packet| packet.body), Some(&b"hello"[..]));
/// assert_eq!(packets.next().map(|packet| packet.meta), Some(PktKind::Flush));
/// ```
#[derive(Clone, Debug)]
pub struct GitPktLine {
    /// The limit, and never more than the format has.
    max: usize,
    state: Declared,
}

impl GitPktLine {
    /// Longest payload of the format.
    pub const MAX: usize = 65_516;

    /// Creates the framer of packets with payloads of at most `max` bytes, the four digits not
    /// counted; above [`MAX`](Self::MAX) it is that.
    #[must_use]
    pub const fn new(max: usize) -> Self {
        let max = if max < Self::MAX { max } else { Self::MAX };
        Self { max, state: Declared::Reading }
    }

    /// Judges the four digits; answers the length of the packet and what it is.
    #[inline]
    fn judge(&self, length: usize) -> Result<(usize, PktKind), FrameErrorKind> {
        if let Some(kind) = u8::try_from(length).ok().and_then(PktKind::from_code) {
            return Ok((HEAD, kind));
        }
        match length.checked_sub(HEAD) {
            None => Err(FrameErrorKind::NegativeLength),
            Some(body) if body > self.max => Err(FrameErrorKind::TooLong { limit: self.max }),
            Some(_) => Ok((length, PktKind::Data)),
        }
    }

    /// What to wait for while digits are missing: the shortest packet that they can begin.
    #[cold]
    fn need(&self, digits: usize, value: usize) -> Need {
        let missing = HEAD.saturating_sub(digits);
        let smallest = (0..missing).fold(value, |value, _| value.saturating_mul(16));
        // What will be refused is refused with the last digit.
        let wire = self.judge(smallest).map_or(HEAD, |(wire, _)| wire);
        Need::at_least(wire.saturating_sub(digits))
    }

    fn around(&self, body: &[u8], kind: PktKind) -> Result<Envelope<'static>, EncodeError> {
        let length = match kind.code() {
            Some(code) if body.is_empty() => u16::from(code),
            Some(_) => return Err(EncodeError::new(EncodeErrorKind::PayloadLength, 0)),
            None => {
                let length = u16::try_from(body.len().saturating_add(HEAD)).ok();
                let Some(length) = length.filter(|_| body.len() <= self.max) else {
                    let kind = EncodeErrorKind::PayloadTooLong { limit: self.max };
                    return Err(EncodeError::new(kind, 0));
                };
                length
            }
        };
        let digit = |shift: u32| match (length.unbounded_shr(shift) & 0xf).to_le_bytes() {
            [low @ 0..=9, _] => b'0' | low,
            [low, _] => low.saturating_add(b'a'.saturating_sub(10)),
        };
        Ok(Envelope::new(&[digit(12), digit(8), digit(4), digit(0)], &[]))
    }
}

impl Framer for GitPktLine {
    type Meta = PktKind;

    /// Reads a packet.
    ///
    /// ```abnf
    /// pkt-line  = data-pkt / flush-pkt
    /// data-pkt  = pkt-len pkt-payload
    /// pkt-len   = 4*(HEXDIG)
    /// flush-pkt = "0000"
    /// ```
    ///
    /// `gitprotocol-common(5)`, "pkt-line Format".
    #[inline(always)]
    fn step(&mut self, input: &[u8]) -> Result<Step<PktKind>, FrameError> {
        if let Some(answer) = self.state.answer(input) {
            return answer;
        }
        let mut reader = Reader::new(input);
        let digits = reader.take_hex(HEAD);
        let value = digits.to_u16().map_or(0, usize::from);
        if digits.len() < HEAD {
            return match reader.is_empty() {
                true => Ok(Step::Need(self.need(digits.len(), value))),
                false => Err(self.state.fail(FrameErrorKind::BadDigit, digits.len())),
            };
        }
        let (wire, meta) = match self.judge(value) {
            Ok(packet) => packet,
            Err(kind) => return Err(self.state.fail(kind, 0)),
        };
        Ok(if input.len() < wire {
            Step::Need(Need::rest_of(wire, input.len()))
        } else {
            Step::Frame(Frame { wire: at_least_one(wire), body: HEAD..wire, last: true, meta })
        })
    }

    fn max_wire(&self) -> usize {
        self.max.saturating_add(HEAD)
    }

    by_state!();
}

impl Plain for GitPktLine {}

/// Refuses a special packet with a payload as [`EncodeErrorKind::PayloadLength`].
impl Encode for GitPktLine {
    type Meta = PktKind;

    by_around!();
}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use super::super::testing::{tell, write};
    use super::*;

    fn told(stream: &[u8]) -> alloc::string::String {
        tell(GitPktLine::new(28), stream, true)
    }

    fn kind(stream: &[u8]) -> PktKind {
        match GitPktLine::new(28).step(stream) {
            Ok(Step::Frame(frame)) => frame.meta,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn data_and_special_packets_are_told_apart() {
        assert_eq!(told(b"0006a\n000000010002"), "a\\n@0+6, @6+4, @10+4, @14+4, clean");
        assert_eq!(kind(b"0000"), PktKind::Flush);
        assert_eq!(kind(b"0001"), PktKind::Delimiter);
        assert_eq!(kind(b"0002"), PktKind::ResponseEnd);
        assert_eq!(kind(b"0004"), PktKind::Data);
        assert_eq!(kind(b"0005a"), PktKind::Data);
    }

    #[test]
    fn a_length_counts_its_own_digits() {
        assert_eq!(told(b"0003"), "negative-length@0!");
        assert_eq!(told(b"0004"), "@0+4, clean");
    }

    #[test]
    fn digits_are_hexadecimal_in_both_cases() {
        assert_eq!(told(b"000Ahello!"), "hello!@0+10, clean");
        assert_eq!(told(b"000ahello!"), "hello!@0+10, clean");
        for (bad, at) in [(&b"g"[..], 0), (b"0x05a", 1), (b"00 5a", 2), (b"000+", 3), (b"\n", 0)] {
            assert_eq!(told(bad), alloc::format!("bad-digit@{at}!"));
        }
    }

    #[test]
    fn the_limit_is_the_callers_and_the_formats() {
        assert_eq!(told(b"0021"), "too-long@0!");
        assert_eq!(told(b"0020"), "truncated@0");
        let limit = |stream: &[u8]| tell(GitPktLine::new(usize::MAX), stream, false);
        assert_eq!(limit(b"fff0"), "need 65516");
        assert_eq!(limit(b"fff1"), "too-long@0!");
    }

    #[test]
    fn what_is_missing_is_the_least_that_the_digits_allow() {
        let need = |stream: &[u8]| tell(GitPktLine::new(28), stream, false);
        for (stream, missing) in [
            (&b""[..], 4),
            (b"0", 3),
            (b"000", 1),
            (b"001", 13),
            (b"002", 29),
            (b"003", 1),
            (b"1", 3),
            (b"0005", 1),
        ] {
            assert_eq!(need(stream), alloc::format!("need {missing}"), "{}", stream.escape_ascii());
        }
    }

    #[test]
    fn written_as_read() {
        let mut framer = GitPktLine::new(28);
        assert_eq!(write(&mut framer, b"hello!").unwrap(), b"000ahello!");
        assert_eq!(write(&mut framer, b"").unwrap(), b"0004");
        assert_eq!(write(&mut framer, &[b'a'; 29]), Err(("payload-too-long", 0)));
        let mut out = [0; 4];
        for (kind, wire) in [
            (PktKind::Flush, b"0000"),
            (PktKind::Delimiter, b"0001"),
            (PktKind::ResponseEnd, b"0002"),
        ] {
            assert_eq!(framer.encode(b"", kind, &mut out), Ok(4));
            assert_eq!(&out, wire);
            let error = EncodeError::new(EncodeErrorKind::PayloadLength, 0);
            assert_eq!(framer.encode(b"a", kind, &mut out), Err(error));
        }
        let longest = [b'a'; GitPktLine::MAX + 1];
        let mut framer = GitPktLine::new(usize::MAX);
        assert_eq!(write(&mut framer, &longest[1..]).unwrap()[..4], *b"fff0");
        assert_eq!(write(&mut framer, &longest), Err(("payload-too-long", 0)));
    }
}
