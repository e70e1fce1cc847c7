//! Frames as reference-counted bytes, without copying.

use bytes::{Buf, Bytes, BytesMut};

use super::super::{Frame, FrameError, Framer};
use super::{Deframer, End, Event, Message, Polled};

/// Collects a stream in a [`BytesMut`] and splits its frames off there.
///
/// A frame is a [`Bytes`] that shares the memory it was read into. What is held beyond the frames
/// taken is at most [`Framer::max_wire`] and what one read brought; a declared length reserves
/// nothing.
///
/// # Examples
///
/// ```
/// use portolan::frame::LengthPrefix;
/// use portolan::frame::deframer::BytesDeframer;
///
/// let framer = LengthPrefix::builder(1024).width(2).build()?;
/// let mut deframer = BytesDeframer::new(framer);
/// deframer.extend(b"\x00\x05hel");
/// assert!(deframer.next_frame().is_none());
/// deframer.extend(b"lo\x00");
/// assert_eq!(deframer.next_frame().unwrap().unwrap().body, "hello");
///
/// deframer.end();
/// let error = deframer.next_frame().unwrap().unwrap_err();
/// assert_eq!((error.code(), error.at), ("truncated", 7));
/// # Ok::<(), portolan::frame::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct BytesDeframer<F> {
    deframer: Deframer<F>,
    buffer: BytesMut,
    /// Buffered bytes below which there is nothing to ask the framer.
    wanted: usize,
    ended: bool,
}

impl<F: Framer> BytesDeframer<F> {
    /// Begins a stream.
    #[must_use]
    pub fn new(framer: F) -> Self {
        Self { deframer: Deframer::new(framer), buffer: BytesMut::new(), wanted: 0, ended: false }
    }

    /// The loop itself: the framer and the position in the stream.
    #[must_use]
    pub const fn deframer(&self) -> &Deframer<F> {
        &self.deframer
    }

    /// Adds bytes of the stream by copying them.
    #[inline]
    pub fn extend(&mut self, bytes: &[u8]) {
        let spare = self.buffer.capacity().saturating_sub(self.buffer.len());
        if spare < bytes.len() && !self.buffer.try_reclaim(bytes.len()) {
            self.grow(bytes.len());
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// Moves to a buffer with room for `more` bytes: twice what is there, but never more than the
    /// longest frame and one read take. (A `BytesMut` by itself grows up to 64 KiB at once.)
    #[cold]
    fn grow(&mut self, more: usize) {
        let needed = self.buffer.len().saturating_add(more);
        let most = self.deframer.framer().max_wire().saturating_add(more);
        let mut buffer = BytesMut::with_capacity(needed.saturating_mul(2).min(most).max(needed));
        buffer.extend_from_slice(&self.buffer);
        self.buffer = buffer;
    }

    /// The buffer, to read into: bytes may be added at its end, and nowhere else.
    pub const fn buffer_mut(&mut self) -> &mut BytesMut {
        &mut self.buffer
    }

    /// The bytes that have been received but not consumed.
    #[must_use]
    pub fn rest(&self) -> &[u8] {
        &self.buffer
    }

    /// Gives up the stream and hands over what has not been consumed.
    #[must_use]
    pub fn into_rest(self) -> BytesMut {
        self.buffer
    }

    /// Whether nothing will be read any more.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.deframer.is_over()
    }

    /// Says that no more bytes will come.
    pub const fn end(&mut self) {
        self.ended = true;
    }

    /// Takes the next frame out of the buffer; `None` when there is none until more bytes come.
    ///
    /// # Errors
    ///
    /// The errors of the framer, counted from the start of the stream. After the end of the stream
    /// also [`FrameErrorKind::Truncated`](crate::frame::FrameErrorKind::Truncated), at the first
    /// byte of the unfinished frame.
    pub fn next_frame(&mut self) -> Option<Result<Message<Bytes, F::Meta>, FrameError>> {
        if self.deframer.is_over() {
            return None;
        }
        let Self { deframer, buffer, wanted, ended } = self;
        let found = split_frame(deframer, wanted, buffer, *ended).transpose()?;
        Some(found.map(|(at, wire, frame)| Message::of_wire(at, wire, frame)))
    }
}

impl<M> Message<Bytes, M> {
    /// Takes the body out of the bytes of its frame.
    #[inline]
    pub(crate) fn of_wire(at: u64, wire: Bytes, frame: Frame<M>) -> Self {
        let mut body = wire;
        body.truncate(frame.body.end);
        body.advance(frame.body.start.min(body.len()));
        Self { at, wire: frame.wire, body, last: frame.last, meta: frame.meta }
    }
}

/// What [`split_frame`] finds: offset in the stream, all the bytes, and where the body is in them.
type Found<M> = (u64, Bytes, Frame<M>);

/// Splits the next frame off the front of `buffer`; `None` when there is none until more bytes
/// come, or when nothing will be read any more.
///
/// `wanted` is how many buffered bytes it takes to ask the framer again.
#[inline]
pub(crate) fn split_frame<F: Framer>(
    deframer: &mut Deframer<F>,
    wanted: &mut usize,
    buffer: &mut BytesMut,
    ended: bool,
) -> Result<Option<Found<F::Meta>>, FrameError> {
    while buffer.len() >= *wanted || ended {
        let polled = deframer.poll_frame_in_place(buffer, ended);
        *wanted = 0;
        match polled {
            Polled::Frame(at, frame) | Polled::Other(Event::Frame { at, frame }) => {
                let wire = buffer.split_to(frame.wire.get().min(buffer.len()));
                return Ok(Some((at, wire.freeze(), frame)));
            }
            Polled::Other(Event::Skip { len, .. }) => buffer.advance(len.get().min(buffer.len())),
            Polled::Other(Event::Need(need)) => {
                *wanted = buffer.len().saturating_add(deframer.worth(need));
            }
            Polled::Other(Event::Error(error)) => {
                buffer.advance(deframer.pass_spoilt().min(buffer.len()));
                return Err(error);
            }
            Polled::Other(Event::End(End::Truncated { at })) => {
                return Err(FrameError::truncated().offset_by(at));
            }
            Polled::Other(Event::Done { .. } | Event::End(End::Clean)) => return Ok(None),
        }
    }
    Ok(None)
}
