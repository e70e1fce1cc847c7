//! One framing, and another behind it on the same stream.
//!
//! ```text
//! │ frames of the first │ … │ frames of the second │ …
//! ├──── until it is done, ──┤
//!       or so many messages
//! ```
//!
//! A header of the PROXY protocol stands before what the connection carries, a preface before the
//! frames of HTTP/2, a chunked body before the next message. The second framing begins exactly where
//! the first has ended: nothing is lost or read twice between them, and offsets go on.

use core::num::NonZeroUsize;

use super::preset::{self, Preset};
use super::{
    ConfigError, Either, Encode, EncodeError, EncodeErrorKind, Envelope, Finish, Fixed, FrameError,
    Framer, Part, Plain, Step,
};

#[cfg(test)]
mod tests;

/// Reads one framing, then another.
///
/// [`new`](Self::new) goes over to the second when the first is [`Step::Done`];
/// [`after`](Self::after) also when so many messages have been read. A message is counted at its
/// last frame, where the first framing is at a boundary: a control frame between the parts of a
/// message is none. A frame whose stuffing turns out to be bad has been found, and counts; one that
/// is passed over as too long does not. When the second is done, all is.
///
/// A frame says which framing it is from, and what it says there. Errors are those of the framing
/// whose turn it is. A stream that ends before the second framing begins ends as the first says:
/// cleanly at a boundary of its own, else truncated.
///
/// # Writing
///
/// [`Encode`] writes the first framing, then the second, and goes over where the reader will. Meta
/// data says so earlier: `Some(Either::Second(…))` ends the first framing
/// ([`Encode::encode_end`]) and writes a frame of the second. `None` is a frame of the framing whose
/// turn it is, as a plain payload needs it. Meta data of a framing that has been left is
/// [`EncodeErrorKind::MetaMismatch`].
///
/// # Examples
///
/// ```
/// use portolan::frame::{Either, Ending, Lines, Proxy, Then, deframer::frames};
///
/// let framer = Then::new(Proxy::new(1024), Lines::new(Ending::CrLf, 80));
/// let stream = b"PROXY TCP4 192.0.2.1 192.0.2.2 4000 80\r\nGET / HTTP/1.1\r\n\r\n";
/// let read: Vec<_> = frames(framer, stream).flatten().map(|f| (f.meta, f.body.len())).collect();
/// let (first, second) = (Either::First(()), Either::Second(()));
/// assert_eq!(read, [(first, 40), (second, 14), (second, 0)]);
/// ```
#[derive(Clone, Debug)]
pub struct Then<A, B> {
    first: A,
    second: B,
    /// Messages of the first, where they are counted.
    count: Option<NonZeroUsize>,
    reading: Turn,
    writing: Turn,
    /// Reads what the first has written: it knows where the reader goes over.
    echo: Option<A>,
    /// Where the last frame that was read is from.
    origin: Either<(), ()>,
}

/// Whose turn it is, and how many messages of the first there were.
#[derive(Clone, Copy, Debug)]
struct Turn {
    side: Either<(), ()>,
    messages: usize,
}

impl Turn {
    const FIRST: Self = Self { side: Either::First(()), messages: 0 };

    /// Goes over to the second where a frame of the first was the last of its turn.
    fn pass<F: Framer>(&mut self, first: &mut F, last: bool, count: Option<NonZeroUsize>) {
        if !last || !first.at_boundary() {
            return;
        }
        self.messages = self.messages.saturating_add(1);
        // A framing that has ended says so without any bytes.
        let over = count.is_some_and(|count| self.messages >= count.get())
            || matches!(first.step(&[]), Ok(Step::Done));
        if over {
            self.side = Either::Second(());
        }
    }
}

impl<A, B> Then<A, B> {
    /// Reads `first` until it is done, then `second`.
    #[must_use]
    pub const fn new(first: A, second: B) -> Self {
        Self::begin(first, second, None)
    }

    /// Reads `count` messages of `first`, fewer if it is done before, then `second`.
    #[must_use]
    pub const fn after(count: NonZeroUsize, first: A, second: B) -> Self {
        Self::begin(first, second, Some(count))
    }

    const fn begin(first: A, second: B, count: Option<NonZeroUsize>) -> Self {
        let (reading, writing) = (Turn::FIRST, Turn::FIRST);
        Self { first, second, count, reading, writing, echo: None, origin: Either::First(()) }
    }

    /// The framing whose turn it is to be read.
    #[must_use]
    pub const fn turn(&self) -> Either<(), ()> {
        self.reading.side
    }

    /// The framing that the last frame is from.
    #[cfg(feature = "alloc")]
    pub(super) const fn origin(&self) -> Either<(), ()> {
        self.origin
    }

    /// The framing whose turn it is to be written.
    #[cfg(feature = "alloc")]
    pub(super) const fn writing(&self) -> Either<(), ()> {
        self.writing.side
    }

    /// The framer whose turn it is to be written.
    #[cfg(feature = "alloc")]
    pub(super) const fn writer(&self) -> Either<&A, &B> {
        match self.writing.side {
            Either::First(()) => Either::First(&self.first),
            Either::Second(()) => Either::Second(&self.second),
        }
    }

    /// Makes the same of other framers.
    #[cfg(feature = "alloc")]
    pub(super) fn map<C, D>(self, a: impl Fn(A) -> C, b: impl Fn(B) -> D) -> Then<C, D> {
        let Self { first, second, count, reading, writing, echo, origin } = self;
        let (first, second, echo) = (a(first), b(second), echo.map(a));
        Then { first, second, count, reading, writing, echo, origin }
    }
}

impl Then<Fixed, Preset<preset::Http2>> {
    /// Reads what a client of HTTP/2 sends: the preface of 24 bytes, then frames with bodies of at
    /// most `max` bytes.
    ///
    /// What the preface says is not looked at: see [`Signature`](super::Signature). RFC 9113,
    /// section 3.4.
    ///
    /// # Errors
    ///
    /// [`ConfigError::WireTooLong`] when the longest frame has more bytes than `usize` counts.
    pub fn http2(max: usize) -> Result<Self, ConfigError> {
        const PREFACE: usize = 24;
        Ok(Self::after(NonZeroUsize::MIN, Fixed::try_from(PREFACE)?, preset::http2(max)?))
    }
}

impl<A: Framer, B: Framer> Framer for Then<A, B> {
    type Meta = Either<A::Meta, B::Meta>;

    fn step(&mut self, input: &[u8]) -> Result<Step<Self::Meta>, FrameError> {
        if let Either::First(()) = self.reading.side {
            match self.first.step(input)? {
                Step::Done => self.reading.side = Either::Second(()),
                step => {
                    if let Step::Frame(frame) = &step {
                        self.origin = Either::First(());
                        self.reading.pass(&mut self.first, frame.last, self.count);
                    }
                    return Ok(step.map(Either::First));
                }
            }
        }
        let step = self.second.step(input)?;
        if let Step::Frame(_) = &step {
            self.origin = Either::Second(());
        }
        Ok(step.map(Either::Second))
    }

    fn finish(&mut self, input: &[u8]) -> Result<Finish<Self::Meta>, FrameError> {
        // Behind a frame that only the end has made there may be some of the second.
        match self.step(input)? {
            Step::Frame(frame) => return Ok(Finish::Frame(frame)),
            Step::Skip(len) => return Ok(Finish::Skip(len)),
            Step::Need(_) | Step::Done => {}
        }
        if let Either::Second(()) = self.reading.side {
            self.origin = Either::Second(());
            return self.second.finish(input).map(|finish| finish.map(Either::Second));
        }
        let finish = self.first.finish(input)?;
        if let Finish::Frame(frame) = &finish {
            self.origin = Either::First(());
            self.reading.pass(&mut self.first, frame.last, self.count);
        }
        Ok(finish.map(Either::First))
    }

    fn unstuff(&self, meta: Self::Meta, body: &mut [u8]) -> Result<usize, FrameError> {
        match meta {
            Either::First(meta) => self.first.unstuff(meta, body),
            Either::Second(meta) => self.second.unstuff(meta, body),
        }
    }

    fn max_wire(&self) -> usize {
        self.first.max_wire().max(self.second.max_wire())
    }

    fn at_boundary(&self) -> bool {
        match self.reading.side {
            Either::First(()) => self.first.at_boundary(),
            Either::Second(()) => self.second.at_boundary(),
        }
    }

    fn reset(&mut self) {
        self.first.reset();
        self.second.reset();
        (self.reading, self.writing, self.echo) = (Turn::FIRST, Turn::FIRST, None);
        self.origin = Either::First(());
    }

    fn part(&self, input: &[u8]) -> Option<Part> {
        match self.reading.side {
            Either::First(()) => self.first.part(input),
            Either::Second(()) => self.second.part(input),
        }
    }

    fn joined(&self, first: Self::Meta, last: Self::Meta) -> Self::Meta {
        match (first, last) {
            (Either::First(begun), Either::First(end)) => {
                Either::First(self.first.joined(begun, end))
            }
            (Either::Second(begun), Either::Second(end)) => {
                Either::Second(self.second.joined(begun, end))
            }
            // No message begins in one framing and ends in the other.
            _ => last,
        }
    }
}

impl<A: Plain, B: Plain> Plain for Then<A, B> {}

impl<A: Framer + Encode + Clone, B: Encode> Then<A, B> {
    /// The framing that a frame is to be written in, and what it says there.
    #[allow(clippy::type_complexity, reason = "an answer of parts that are all named")]
    fn write_in(
        &self,
        meta: <Self as Encode>::Meta,
    ) -> Result<Either<<A as Encode>::Meta, B::Meta>, EncodeError> {
        match (self.writing.side, meta) {
            (Either::First(()), None) => Ok(Either::First(Default::default())),
            (Either::Second(()), None) => Ok(Either::Second(Default::default())),
            (Either::Second(()), Some(Either::First(_))) => {
                Err(EncodeError::new(EncodeErrorKind::MetaMismatch, 0))
            }
            (_, Some(meta)) => Ok(meta),
        }
    }

    /// Bytes that end the first framing before a frame of the second.
    fn lead(&self) -> usize {
        match self.writing.side {
            Either::First(()) => end_len(&mut self.first.clone()),
            Either::Second(()) => 0,
        }
    }

    /// Reads what the first has written, to go over where the reader will.
    fn hear(&mut self, mut wire: &[u8]) {
        let echo = self.echo.get_or_insert_with(|| {
            let mut echo = self.first.clone();
            echo.reset();
            echo
        });
        while let (Either::First(()), false) = (self.writing.side, wire.is_empty()) {
            let consumed = match echo.step(wire) {
                Ok(Step::Frame(frame)) => {
                    self.writing.pass(echo, frame.last, self.count);
                    frame.wire.get()
                }
                Ok(Step::Skip(len)) => len.get(),
                Ok(Step::Need(_) | Step::Done) | Err(_) => return,
            };
            wire = wire.get(consumed..).unwrap_or_default();
        }
    }
}

impl<A: Framer + Encode + Clone, B: Encode> Encode for Then<A, B> {
    type Meta = Option<Either<<A as Encode>::Meta, B::Meta>>;

    fn encoded_len(&self, body: &[u8], meta: Self::Meta) -> Result<usize, EncodeError> {
        match self.write_in(meta)? {
            Either::First(meta) => self.first.encoded_len(body, meta),
            Either::Second(meta) => {
                let len = self.second.encoded_len(body, meta)?;
                Ok(len.saturating_add(self.lead()))
            }
        }
    }

    fn encode(
        &mut self,
        body: &[u8],
        meta: Self::Meta,
        out: &mut [u8],
    ) -> Result<usize, EncodeError> {
        match self.write_in(meta)? {
            Either::First(meta) => {
                let count = self.first.encode(body, meta, out)?;
                self.hear(out.get(..count).unwrap_or_default());
                Ok(count)
            }
            Either::Second(meta) => {
                let lead = self.lead();
                let needed = self.second.encoded_len(body, meta)?.saturating_add(lead);
                let (end, space) = split(out, lead, needed)?;
                if let Either::First(()) = self.writing.side {
                    self.first.encode_end(end)?;
                    self.writing.side = Either::Second(());
                }
                self.second.encode(body, meta, space)?;
                Ok(needed)
            }
        }
    }

    /// `None` also for a frame of the first: it must be seen where that ends.
    fn envelope(
        &mut self,
        body: &[u8],
        meta: Self::Meta,
    ) -> Result<Option<Envelope<'_>>, EncodeError> {
        match (self.writing.side, self.write_in(meta)?) {
            (Either::Second(()), Either::Second(meta)) => self.second.envelope(body, meta),
            _ => self.encoded_len(body, meta).map(|_| None),
        }
    }

    /// Ends the framing whose turn it is; and the second, where the first needs an end.
    fn encode_end(&mut self, out: &mut [u8]) -> Result<usize, EncodeError> {
        if let Either::Second(()) = self.writing.side {
            return self.second.encode_end(out);
        }
        let lead = end_len(&mut self.first);
        if lead == 0 {
            return Ok(0);
        }
        let needed = lead.saturating_add(end_len(&mut self.second));
        let (end, space) = split(out, lead, needed)?;
        self.first.encode_end(end)?;
        self.writing.side = Either::Second(());
        self.second.encode_end(space)?;
        Ok(needed)
    }
}

/// Bytes that end the stream of an encoder.
fn end_len<E: Encode>(encoder: &mut E) -> usize {
    match encoder.encode_end(&mut []) {
        Err(EncodeError { kind: EncodeErrorKind::BufferTooSmall { needed }, .. }) => needed,
        _ => 0,
    }
}

/// Splits space for `needed` bytes, of which `lead` come first.
fn split(
    out: &mut [u8],
    lead: usize,
    needed: usize,
) -> Result<(&mut [u8], &mut [u8]), EncodeError> {
    out.get_mut(..needed)
        .and_then(|out| out.split_at_mut_checked(lead))
        .ok_or_else(|| EncodeError::new(EncodeErrorKind::BufferTooSmall { needed }, 0))
}
