//! Loops around a framer: bytes in, frames out, offsets counted from the start of the stream.
//!
//! | the bytes are in | use |
//! |---|---|
//! | one slice | [`frames`], or [`frames_mut`] to undo byte stuffing there |
//! | reads of any size, no allocation | [`FixedDeframer`] |
//! | reads of any size, frames to be kept | `BytesDeframer`, with the feature `bytes` |
//! | reads of any size, in a vector | `VecDeframer`, with the feature `alloc` |
//! | reads of any size, messages in parts | [`Assemble`] |
//! | reads of any size, frames inside frames | [`Stack`] of two of these |
//! | reads of any size, a framing chosen at run time | `AnyDeframer`, with the feature `alloc` |
//! | a buffer of your own | [`Deframer`] |
//! | a blocking stream | `net::Framed`, with the feature `std` |
//! | a stream of `embedded-io` or `tokio` | [`interop`](crate::interop), with the feature of its name |
//!
//! All of them are a [`Deframer`] and a place for bytes, a [`Stack`] two of each. It asks the framer, undoes byte stuffing
//! and turns the answers into [`Event`]s.
//!
//! ```text
//! (Frame | Skip | Error resync)*  then one of
//!     Need        more bytes are wanted         (the stream goes on)
//!     End         the stream is over            (after its last byte)
//!     Done        this framing is over          (the rest belongs to what follows)
//!     Error fatal nothing more can be read
//! ```
//!
//! The last three repeat. `Need` comes only while the stream goes on, `End` only when it does not.
//! Apart from where skipped bytes are cut into pieces, the events do not depend on how the stream
//! was cut.

use core::num::NonZeroUsize;

use crate::hint::seldom;

use super::{Finish, Frame, FrameError, FrameErrorKind, Framer, Need, Plain, Recovery, Step};

#[cfg(feature = "alloc")]
mod any;
mod array;
mod assemble;
mod buffered;
#[cfg(feature = "bytes")]
mod bytes;
mod event;
mod slice;
mod stack;
#[cfg(feature = "alloc")]
mod vec;

#[cfg(feature = "alloc")]
pub use any::AnyDeframer;
pub use array::FixedDeframer;
pub use assemble::Assemble;
pub use buffered::Buffered;
#[cfg(feature = "bytes")]
pub use bytes::BytesDeframer;
#[cfg(feature = "tokio-util")]
pub(crate) use bytes::split_frame;
use event::Polled;
pub use event::{End, Event, Message};
pub use slice::{Frames, FramesMut, frames, frames_mut};
pub use stack::Stack;
#[cfg(feature = "alloc")]
pub use vec::VecDeframer;

/// Runs a framer over bytes that the caller holds.
///
/// Every call gets the bytes from the first unconsumed one on, and whether the stream ends with
/// them. The caller then drops the first [`Event::consumed`] bytes and calls again; after
/// [`Event::Need`] with more bytes.
///
/// # Examples
///
/// ```
/// use portolan::frame::deframer::{Deframer, End, Event};
/// use portolan::frame::{Ending, Lines};
///
/// let mut deframer = Deframer::new(Lines::new(Ending::CrLf, 80));
/// let mut buffer = Vec::new();
/// let mut codes = Vec::new();
/// for (chunk, end) in [(&b"one\r"[..], false), (b"\nt\nwo\r\n", false), (b"", true)] {
///     buffer.extend_from_slice(chunk);
///     loop {
///         let event = deframer.poll(&buffer, end);
///         codes.push(match &event {
///             Event::Frame { at, .. } => format!("frame at {at}"),
///             Event::Skip { len, .. } => format!("skip {len}"),
///             Event::Error(error) => format!("{} at {}", error.code(), error.at),
///             Event::Need(need) => format!("need {}", need.min),
///             Event::Done { .. } => unreachable!("lines go on for ever"),
///             Event::End(end) => format!("{end:?}"),
///         });
///         buffer.drain(..event.consumed());
///         if matches!(event, Event::Need(_) | Event::End(_)) {
///             break;
///         }
///     }
/// }
/// assert_eq!(
///     codes,
///     ["need 1", "frame at 0", "bare-lf at 6", "skip 6", "need 2", "Clean"],
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Deframer<F> {
    framer: F,
    /// Offset in the stream of the first unconsumed byte.
    at: u64,
    /// Where the frame began that has been refused and not been passed over yet.
    refused: Option<u64>,
    /// Bytes of a frame that could not be unstuffed.
    spoilt: usize,
    over: Option<Over>,
}

/// What repeats.
#[derive(Clone, Copy, Debug)]
enum Over {
    Failed(FrameError),
    Done,
    End(End),
}

impl<F: Framer> Deframer<F> {
    /// Begins a stream.
    #[must_use]
    pub const fn new(framer: F) -> Self {
        Self::starting_at(framer, 0)
    }

    /// Goes on with a stream of which `at` bytes have been read otherwise.
    #[must_use]
    pub const fn starting_at(framer: F, at: u64) -> Self {
        Self { framer, at, refused: None, spoilt: 0, over: None }
    }

    /// The framer.
    #[must_use]
    pub const fn framer(&self) -> &F {
        &self.framer
    }

    /// Gives back the framer, such as to write with it.
    #[must_use]
    pub fn into_framer(self) -> F {
        self.framer
    }

    /// Offset in the stream of the first byte that has not been consumed.
    #[must_use]
    pub const fn position(&self) -> u64 {
        self.at
    }

    /// Whether the next byte begins a message.
    #[must_use]
    pub fn at_boundary(&self) -> bool {
        self.spoilt == 0 && self.framer.at_boundary()
    }

    /// Whether the next bytes are what is left of a frame that has been refused.
    #[must_use]
    pub const fn is_skipping(&self) -> bool {
        self.spoilt != 0 || self.refused.is_some()
    }

    /// Whether nothing will be read any more: after `Done`, `End` and a fatal error.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.over.is_some()
    }

    /// Begins another stream.
    pub fn reset(&mut self) {
        self.framer.reset();
        (self.at, self.refused, self.spoilt, self.over) = (0, None, 0, None);
    }

    /// Finds the next event in `input`; `end` says that no more bytes will come.
    #[inline(always)]
    pub fn poll(&mut self, input: &[u8], end: bool) -> Event<F::Meta>
    where
        F: Plain,
    {
        match self.poll_frame(input, end) {
            Polled::Frame(at, frame) => Event::Frame { at, frame },
            Polled::Other(event) => event,
        }
    }

    /// [`poll`](Self::poll), where a frame and its offset are told apart from all else.
    #[inline(always)]
    fn poll_frame(&mut self, input: &[u8], end: bool) -> Polled<F::Meta>
    where
        F: Plain,
    {
        match self.ask(input, end) {
            Polled::Frame(at, frame) => {
                self.pass(frame.wire.get());
                Polled::Frame(at, frame)
            }
            Polled::Other(event) => {
                self.pass(event.consumed());
                Polled::Other(event)
            }
        }
    }

    /// Counts bytes that have been consumed.
    #[inline(always)]
    fn pass(&mut self, count: usize) {
        self.at = match self.at.checked_add(count as u64) {
            Some(at) => at,
            // No stream gets there.
            None => {
                seldom();
                u64::MAX
            }
        }
    }

    /// Finds the next event in `input` and undoes byte stuffing there; `end` says that no more
    /// bytes will come.
    ///
    /// The bytes of a frame are changed by this. They are consumed with it, or, where it is refused
    /// for what is in them, passed over by the next event.
    #[inline(always)]
    pub fn poll_in_place(&mut self, input: &mut [u8], end: bool) -> Event<F::Meta> {
        match self.poll_frame_in_place(input, end) {
            Polled::Frame(at, frame) => Event::Frame { at, frame },
            Polled::Other(event) => event,
        }
    }

    /// [`poll_in_place`](Self::poll_in_place), where a frame is told apart from all else.
    #[inline(always)]
    fn poll_frame_in_place(&mut self, input: &mut [u8], end: bool) -> Polled<F::Meta> {
        let event = match self.spoilt {
            0 => match self.ask(input, end) {
                Polled::Frame(at, frame) => return self.unstuff(input, at, frame),
                Polled::Other(Event::Frame { at, frame }) => return self.unstuff(input, at, frame),
                Polled::Other(event) => event,
            },
            _ => self.pending(),
        };
        self.pass(event.consumed());
        Polled::Other(event)
    }

    #[inline(always)]
    fn unstuff(&mut self, input: &mut [u8], at: u64, frame: Frame<F::Meta>) -> Polled<F::Meta> {
        let mut frame = frame;
        let body = input.get_mut(frame.body.clone()).unwrap_or_default();
        match self.framer.unstuff(frame.meta, body) {
            Ok(len) => {
                frame.body.end = frame.body.start.saturating_add(len);
                self.pass(frame.wire.get());
                Polled::Frame(at, frame)
            }
            Err(error) => {
                self.spoilt = frame.wire.get();
                Polled::Other(Event::Error(spoilt(error, at, frame.body.start)))
            }
        }
    }

    /// Passes over the frame that was refused last, where its bytes have been changed, and counts
    /// them: they are no bytes of the stream any more.
    #[cold]
    pub(crate) fn pass_spoilt(&mut self) -> usize {
        let len = core::mem::take(&mut self.spoilt);
        self.at = self.at.saturating_add(len as u64);
        len
    }

    /// How many more bytes to wait for before asking again: all that a frame lacks, for it will be
    /// held whole; any at all, where they are only passed over.
    #[inline]
    const fn worth(&self, need: Need) -> usize {
        if self.refused.is_some() { 1 } else { need.min.get() }
    }

    /// Asks the framer and counts its answer from the start of the stream.
    #[inline(always)]
    fn ask(&mut self, input: &[u8], end: bool) -> Polled<F::Meta> {
        if self.over.is_some() {
            return Polled::Other(self.pending());
        }
        Polled::Other(match self.framer.step(input) {
            Ok(Step::Frame(frame)) => {
                self.refused = None;
                return Polled::Frame(self.at, frame);
            }
            Ok(Step::Need(need)) if !end => Event::Need(need),
            Ok(Step::Need(_)) => self.finish(input),
            Ok(Step::Skip(len)) => self.skip(len),
            Ok(Step::Done) => self.done(),
            Err(error) => self.error(error),
        })
    }

    #[cold]
    fn finish(&mut self, input: &[u8]) -> Event<F::Meta> {
        match self.framer.finish(input) {
            Ok(Finish::Frame(frame)) => {
                self.refused = None;
                Event::Frame { at: self.at, frame }
            }
            Ok(Finish::Skip(len)) => self.skip(len),
            Ok(Finish::Clean) => self.end(End::Clean),
            Err(error) => self.error(error),
        }
    }

    #[cold]
    fn done(&mut self) -> Event<F::Meta> {
        self.over = Some(Over::Done);
        Event::Done { at: self.at }
    }

    #[cold]
    fn skip(&mut self, len: NonZeroUsize) -> Event<F::Meta> {
        if self.framer.at_boundary() {
            self.refused = None;
        }
        Event::Skip { at: self.at, len }
    }

    fn end(&mut self, end: End) -> Event<F::Meta> {
        self.over = Some(Over::End(end));
        Event::End(end)
    }

    #[cold]
    fn error(&mut self, error: FrameError) -> Event<F::Meta> {
        let error = error.offset_by(self.at);
        if error.kind == FrameErrorKind::Truncated {
            return self.end(End::Truncated { at: self.refused.unwrap_or(error.at) });
        }
        match error.recovery {
            Recovery::Resync => self.refused = Some(self.at),
            Recovery::Fatal => self.over = Some(Over::Failed(error)),
        }
        Event::Error(error)
    }

    /// What does not depend on the input.
    #[cold]
    fn pending(&mut self) -> Event<F::Meta> {
        match self.over {
            Some(Over::Failed(error)) => Event::Error(error),
            Some(Over::Done) => Event::Done { at: self.at },
            Some(Over::End(end)) => Event::End(end),
            None => {
                let len = super::at_least_one(core::mem::take(&mut self.spoilt));
                Event::Skip { at: self.at, len }
            }
        }
    }
}

/// Borrows a frame from the input in which it was found.
#[inline(always)]
fn frame_in<M>(input: &[u8], at: u64, frame: Frame<M>) -> Message<&[u8], M> {
    let body = input.get(frame.body).unwrap_or_else(|| nothing(input));
    Message { at, wire: frame.wire, body, last: frame.last, meta: frame.meta }
}

/// What follows the first `len` bytes.
#[inline(always)]
fn behind(input: &[u8], len: NonZeroUsize) -> &[u8] {
    input.get(len.get()..).unwrap_or_else(|| nothing(input))
}

/// What is at the end of the input, for a framer that answers more than there is.
///
/// A call that compilers do not look into, so that they leave the branch to it as it is.
#[cold]
#[inline(never)]
fn nothing(input: &[u8]) -> &[u8] {
    input.get(input.len()..).unwrap_or_default()
}

/// The error of a body that cannot be unstuffed, counted from the start of the stream.
///
/// What is too long is the frame as a whole; all else is a byte of the body.
#[cold]
fn spoilt(error: FrameError, at: u64, body: usize) -> FrameError {
    let at = match error.kind {
        FrameErrorKind::TooLong { .. } => at,
        _ => at.saturating_add(body as u64).saturating_add(error.at),
    };
    FrameError { at, recovery: Recovery::Resync, ..error }
}
