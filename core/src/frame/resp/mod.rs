//! Messages of RESP, the protocol of Redis: where one ends, whatever it holds.
//!
//! ```text
//! *2 CRLF │ $3 CRLF │ GET CRLF │ $1 CRLF │ k CRLF
//! ├─ 2 elements ─────────────────────────────────┤
//!
//! + - : _ # , (    a line                 $ ! =   as many bytes as said, then CRLF
//! * ~ > %          elements, % pairs      |       pairs, then what they are about
//! ```
//!
//! Redis serialization protocol specification, RESP2 and RESP3. The body of a frame is the whole
//! message. Lengths are digits without sign or leading zero; `$-1` and `*-1` are the nulls of RESP2,
//! every other negative length is refused. Lines end in CRLF, and what they say is not judged.
//! Streamed strings and aggregates (`$?`) and inline commands are refused.
//!
//! A count is refused as soon as so many elements, of three bytes at least, would pass the limit, so
//! that it cannot promise more than the limit (CVE-2021-32765). Elements nest 32 levels deep at most.
//! Nothing recurses.

use memchr::memchr2;

use super::encode::as_it_is;
use super::field::{CR, Fault, LF};
use super::{
    EncodeError, EncodeErrorKind, Finish, Frame, FrameError, FrameErrorKind, Framer, Need, Plain,
    Recovery, Step, at_least_one,
};
use number::{Number, Sized};

mod number;
#[cfg(test)]
mod tests;

const MAX_DEPTH: usize = 32;
/// The shortest element: its type and CRLF.
const SHORTEST: usize = 3;

/// Cuts a stream into RESP messages.
///
/// The limit counts the whole message, which is the body. Every error is [`Recovery::Fatal`];
/// [`FrameErrorKind::TooLong`] is at the first digit of the length that passes the limit, or at the
/// first byte of the message where a line does, [`FrameErrorKind::BadHeader`] at a byte that is no
/// type, or one level too deep.
///
/// Only what is one whole message is written; anything else is
/// [`EncodeErrorKind::PayloadLength`].
///
/// # Examples
///
/// ```
/// use portolan::frame::{Encode, Resp, deframer::frames};
///
/// let stream = b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n+OK\r\n";
/// let bodies: Vec<_> = frames(Resp::new(80), stream).flatten().map(|f| f.body).collect();
/// assert_eq!(bodies, [&b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"[..], b"+OK\r\n"]);
///
/// let error = frames(Resp::new(80), b"*4294967295\r\n").next().unwrap().unwrap_err();
/// assert_eq!((error.code(), error.at), ("too-long", 1));
/// assert_eq!(Resp::new(80).encoded_len(b"+OK\r\n+OK\r\n", ()).unwrap_err().code(), "payload-length");
/// ```
#[derive(Clone, Debug)]
pub struct Resp {
    max: usize,
    message: Message,
    failed: Option<FrameError>,
}

impl Resp {
    /// How many levels of aggregates may be open.
    pub const MAX_DEPTH: usize = MAX_DEPTH;

    /// Creates the framer of messages of at most `max` bytes.
    #[must_use]
    pub const fn new(max: usize) -> Self {
        Self { max, message: Message::new(), failed: None }
    }

    #[cold]
    fn fail(&mut self, (kind, at): Fault) -> FrameError {
        let error = FrameError::new(kind, at, Recovery::Fatal);
        self.failed = Some(error);
        error
    }

    fn check(&self, body: &[u8]) -> Result<(), EncodeError> {
        let limit = self.max;
        let mut message = Message::new();
        let kind = match body.len() {
            0 => EncodeErrorKind::PayloadEmpty,
            len if len > limit => EncodeErrorKind::PayloadTooLong { limit },
            len => match message.read(body, limit) {
                Ok(()) if message.is_whole() && message.at == len => return Ok(()),
                _ => EncodeErrorKind::PayloadLength,
            },
        };
        Err(EncodeError::new(kind, 0))
    }
}

impl Framer for Resp {
    type Meta = ();

    fn step(&mut self, input: &[u8]) -> Result<Step<()>, FrameError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        self.message.read(input, self.max).map_err(|fault| self.fail(fault))?;
        if !self.message.is_whole() {
            let least = self.message.at.saturating_add(self.message.missing());
            return Ok(Step::Need(Need::at_least(least.saturating_sub(input.len()))));
        }
        let wire = self.message.at;
        self.message = Message::new();
        Ok(Step::Frame(Frame { wire: at_least_one(wire), body: 0..wire, last: true, meta: () }))
    }

    fn finish(&mut self, input: &[u8]) -> Result<Finish<()>, FrameError> {
        match self.failed {
            Some(error) => Err(error),
            None if input.is_empty() => Ok(Finish::Clean),
            None => Err(FrameError::truncated()),
        }
    }

    fn max_wire(&self) -> usize {
        self.max.max(SHORTEST)
    }

    fn at_boundary(&self) -> bool {
        self.failed.is_none()
    }

    fn reset(&mut self) {
        *self = Self::new(self.max);
    }
}

impl Plain for Resp {}

as_it_is!(Resp);

/// A message that is being read.
#[derive(Clone, Copy, Debug)]
struct Message {
    /// Bytes that have been read.
    at: usize,
    place: Place,
    /// Where the first digit of this length stands.
    digits_at: usize,
    /// Aggregates that are open.
    depth: usize,
    /// Elements to come: of the stream, then of each open aggregate.
    left: [usize; MAX_DEPTH.saturating_add(1)],
    /// The sum of those.
    owed: usize,
}

/// Where in the message a reader stands.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// Before the type of an element.
    Type,
    Line,
    LineCr,
    Length(Sized, Number),
    LengthCr(Sized, Number),
    /// In data that ends at this offset, or in the CRLF behind it.
    Data(usize),
    Whole,
}

impl Message {
    const fn new() -> Self {
        let mut left = [0; MAX_DEPTH.saturating_add(1)];
        if let Some(stream) = left.first_mut() {
            *stream = 1;
        }
        Self { at: 0, place: Place::Type, digits_at: 0, depth: 0, left, owed: 1 }
    }

    const fn is_whole(&self) -> bool {
        matches!(self.place, Place::Whole)
    }

    /// Reads what has come since the last call, up to the end of the message.
    fn read(&mut self, input: &[u8], max: usize) -> Result<(), Fault> {
        while let Some([byte, ..]) = input.get(self.at..) {
            match self.place {
                Place::Whole => break,
                Place::Line => self.line(input, max)?,
                Place::Data(end) if self.at < end => self.at = end.min(input.len()),
                _ => {
                    self.next(*byte)?;
                    self.at = self.at.saturating_add(1);
                    self.judge(max)?;
                }
            }
        }
        Ok(())
    }

    /// Refuses a message that the limit cannot hold.
    fn judge(&self, max: usize) -> Result<(), Fault> {
        if self.at.saturating_add(self.missing()) <= max {
            return Ok(());
        }
        let at = match self.place {
            Place::Length(_, Number::Value(_)) => self.digits_at,
            _ => 0,
        };
        Err((FrameErrorKind::TooLong { limit: max }, at))
    }

    /// Reads on to the CR of a line.
    fn line(&mut self, input: &[u8], max: usize) -> Result<(), Fault> {
        let rest = input.get(self.at..).unwrap_or_default();
        let found = memchr2(CR, LF, rest);
        let stop = self.at.saturating_add(found.unwrap_or(rest.len()));
        if stop.saturating_add(self.missing()) > max {
            return Err((FrameErrorKind::TooLong { limit: max }, 0));
        }
        self.at = stop;
        match input.get(stop) {
            Some(&LF) => return Err((FrameErrorKind::BareLf, stop)),
            Some(_) => (self.at, self.place) = (stop.saturating_add(1), Place::LineCr),
            None => {}
        }
        Ok(())
    }

    fn next(&mut self, byte: u8) -> Result<(), Fault> {
        let at = self.at;
        match (self.place, byte) {
            (Place::Type, _) => return self.begin(byte),
            (Place::Length(sized, number), CR) if number.is_complete() => {
                self.place = Place::LengthCr(sized, number);
            }
            (Place::Length(sized, number), _) => {
                if number == Number::Empty {
                    self.digits_at = at;
                }
                self.place = Place::Length(sized, number.next(sized, at, self.digits_at, byte)?);
            }
            (Place::LineCr, LF) => self.end_element(),
            (Place::LengthCr(sized, number), LF) => self.open(sized, number),
            (Place::LineCr | Place::LengthCr(..), _) => {
                return Err((FrameErrorKind::BareCr, at.saturating_sub(1)));
            }
            (Place::Data(end), CR) if at == end => {}
            (Place::Data(end), LF) if at != end => self.end_element(),
            (Place::Data(end), _) => {
                let byte = if at == end { CR } else { LF };
                return Err((FrameErrorKind::ExpectedByte { byte }, at));
            }
            (Place::Line | Place::Whole, _) => {}
        }
        Ok(())
    }

    /// Begins an element by its type.
    fn begin(&mut self, byte: u8) -> Result<(), Fault> {
        self.place = match byte {
            b'+' | b'-' | b':' | b'_' | b'#' | b',' | b'(' => Place::Line,
            _ => match Sized::of(byte) {
                Some(sized) if sized.is_data() || self.depth < MAX_DEPTH => {
                    Place::Length(sized, Number::Empty)
                }
                _ => return Err((FrameErrorKind::BadHeader, self.at)),
            },
        };
        // What attributes are about is still to come.
        if byte != b'|' {
            if let Some(left) = self.left.get_mut(self.depth) {
                *left = left.saturating_sub(1);
            }
            self.owed = self.owed.saturating_sub(1);
        }
        Ok(())
    }

    /// Opens what has this length, behind its line.
    fn open(&mut self, sized: Sized, number: Number) {
        let Number::Value(value) = number else {
            return self.end_element();
        };
        if sized.is_data() {
            self.place = Place::Data(self.at.saturating_add(1).saturating_add(value));
            return;
        }
        let elements = sized.elements(value);
        self.depth = self.depth.saturating_add(1);
        if let Some(left) = self.left.get_mut(self.depth) {
            *left = elements;
        }
        self.owed = self.owed.saturating_add(elements);
        self.end_element();
    }

    /// Closes what has no elements to come.
    fn end_element(&mut self) {
        while self.left.get(self.depth) == Some(&0) {
            let Some(depth) = self.depth.checked_sub(1) else {
                self.place = Place::Whole;
                return;
            };
            self.depth = depth;
        }
        self.place = Place::Type;
    }

    /// Counts the bytes that are missing at least to the end of the message.
    fn missing(&self) -> usize {
        let here = match self.place {
            Place::Type | Place::Whole => 0,
            Place::LineCr => 1,
            Place::Line => 2,
            Place::Length(sized, number) => sized.missing(number).saturating_add(2),
            Place::LengthCr(sized, number) => sized.missing(number).saturating_add(1),
            Place::Data(end) => end.saturating_add(2).saturating_sub(self.at),
        };
        self.owed.saturating_mul(SHORTEST).saturating_add(here)
    }
}
