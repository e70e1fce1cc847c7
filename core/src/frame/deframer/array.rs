//! Frames from reads of any size, in a buffer that never grows.

use core::ops::Range;

use super::super::{ConfigError, Frame, FrameError, Framer, Need, Plain};
use super::{Deframer, End, Event, Message, Polled, behind, frame_in};

mod buffered;

/// Collects a stream in `N` bytes and hands out its frames from there.
///
/// A framer whose longest frame does not fit is refused when the deframer is made, so the buffer
/// never runs full while the framer waits.
///
/// There are two ways in. [`feed`](Self::feed) takes a chunk and calls back; only a frame that two
/// chunks share is copied. [`spare`](Self::spare) and [`filled`](Self::filled) let a reader write
/// into the buffer, [`next_frame`](Self::next_frame) takes the frames out, and byte stuffing is
/// undone there.
///
/// # Examples
///
/// ```
/// use portolan::frame::deframer::FixedDeframer;
/// use portolan::frame::{Ending, Lines};
///
/// let mut deframer = FixedDeframer::<_, 64>::new(Lines::new(Ending::OptionalCr, 62))?;
/// let mut lines = Vec::new();
/// for chunk in [&b"one\r"[..], b"\ntwo\nth", b"ree"] {
///     let behind = deframer.feed(chunk, |frame| lines.push(frame.map(|line| line.body.to_vec())));
///     assert!(behind.is_empty(), "lines go on for ever");
/// }
/// assert_eq!(lines, [Ok(b"one".to_vec()), Ok(b"two".to_vec())]);
///
/// deframer.end();
/// assert_eq!(deframer.next_frame().unwrap().unwrap().body, b"three");
/// assert!(deframer.next_frame().is_none());
/// assert!(FixedDeframer::<_, 64>::new(Lines::new(Ending::OptionalCr, 63)).is_err());
/// # Ok::<(), portolan::frame::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct FixedDeframer<F, const N: usize> {
    deframer: Deframer<F>,
    buffer: [u8; N],
    /// The buffered bytes are `start..end`.
    start: usize,
    end: usize,
    /// Buffered bytes below which there is nothing to ask the framer.
    wanted: usize,
    /// Whether `wanted` bytes are exactly a frame.
    exact: bool,
    ended: bool,
    /// Payload of the last frame that was polled for.
    body: Range<usize>,
}

impl<F: Framer, const N: usize> FixedDeframer<F, N> {
    /// Begins a stream.
    ///
    /// # Errors
    ///
    /// [`ConfigError::BufferTooSmall`] when [`Framer::max_wire`] exceeds `N`.
    pub fn new(framer: F) -> Result<Self, ConfigError> {
        let needed = framer.max_wire();
        if needed > N {
            return Err(ConfigError::BufferTooSmall { needed });
        }
        Ok(Self {
            deframer: Deframer::new(framer),
            buffer: [0; N],
            start: 0,
            end: 0,
            wanted: 0,
            exact: false,
            ended: false,
            body: 0..0,
        })
    }

    /// Goes on with another framing, which begins with the next byte of the stream; offsets go on
    /// too, and the bytes received stay.
    ///
    /// # Errors
    ///
    /// Itself, unchanged, where the next byte does not begin a message
    /// ([`Deframer::at_boundary`]), or [`Framer::max_wire`] exceeds `N`.
    #[allow(clippy::result_large_err, reason = "whoever cannot switch goes on as before")]
    pub fn with_framer<G: Framer>(self, framer: G) -> Result<FixedDeframer<G, N>, Self> {
        if !self.deframer.at_boundary() || framer.max_wire() > N {
            return Err(self);
        }
        Ok(FixedDeframer {
            deframer: Deframer::starting_at(framer, self.deframer.position()),
            buffer: self.buffer,
            start: self.start,
            end: self.end,
            wanted: 0,
            exact: false,
            ended: self.ended,
            body: 0..0,
        })
    }

    /// The loop itself: the framer and the position in the stream.
    #[must_use]
    pub const fn deframer(&self) -> &Deframer<F> {
        &self.deframer
    }

    /// The bytes that have been received but not consumed.
    #[must_use]
    pub fn rest(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Whether nothing will be read any more.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.deframer.is_over()
    }

    /// Space to read into; it is empty only when there are frames to take first.
    pub fn spare(&mut self) -> &mut [u8] {
        let missing = self.wanted.saturating_sub(self.buffered()).max(1);
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        } else if self.end.saturating_add(missing) > N {
            // A frame longer than the space behind it moves to the front, once.
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.buffered());
        }
        self.buffer.get_mut(self.end..).unwrap_or_default()
    }

    /// Says how many bytes have been read into [`spare`](Self::spare).
    pub fn filled(&mut self, count: usize) {
        self.end = self.end.saturating_add(count).min(N);
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
    #[allow(clippy::type_complexity, reason = "an answer of parts that are all named")]
    pub fn next_frame(&mut self) -> Option<Result<Message<&mut [u8], F::Meta>, FrameError>> {
        if self.is_over() {
            return None;
        }
        let found = self.find().transpose()?;
        Some(found.map(|found| self.message(found)))
    }

    /// Finds the next frame and consumes it; `None` when there is none until more bytes come, or
    /// when nothing will be read any more.
    #[inline]
    pub(crate) fn find(&mut self) -> Result<Option<Found<F::Meta>>, FrameError> {
        while self.buffered() >= self.wanted || self.ended {
            let start = self.start;
            let input = self.buffer.get_mut(start..self.end).unwrap_or_default();
            let event = self.deframer.poll_in_place(input, self.ended);
            self.consume(event.consumed());
            self.want_nothing_when_over();
            match event {
                Event::Frame { at, frame } => return Ok(Some(Found { at, start, frame })),
                Event::Need(need) => self.want(need),
                Event::Skip { .. } => {}
                Event::Error(error) => {
                    let spoilt = self.deframer.pass_spoilt();
                    self.consume(spoilt);
                    return Err(error);
                }
                Event::End(End::Truncated { at }) => {
                    return Err(FrameError::truncated().offset_by(at));
                }
                Event::Done { .. } | Event::End(End::Clean) => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Borrows what was found last from the buffer.
    #[inline]
    pub(crate) fn message(&mut self, found: Found<F::Meta>) -> Message<&mut [u8], F::Meta> {
        let Found { at, start, frame } = found;
        let wire = self.buffer.get_mut(start..).unwrap_or_default();
        let body = wire.get_mut(frame.body).unwrap_or_default();
        Message { at, wire: frame.wire, body, last: frame.last, meta: frame.meta }
    }

    /// Hands all frames to `sink` that `chunk` completes, keeps what is left of it, and gives back
    /// what it does not read.
    ///
    /// Frames that lie in the chunk are borrowed from there. Nothing is given back while the
    /// framing goes on. After [`is_over`](Self::is_over) all is that has not been consumed of this
    /// chunk, however long; [`rest`](Self::rest) holds what earlier ones have left before it.
    ///
    /// ```
    /// use portolan::frame::Proxy;
    /// use portolan::frame::deframer::FixedDeframer;
    ///
    /// let mut header = FixedDeframer::<_, 32>::new(Proxy::new(32))?;
    /// assert!(header.feed(b"PROXY UNKN", |_| {}).is_empty());
    /// let behind = header.feed(b"OWN\r\nGET / HTTP/1.1\r\nHost: example.com\r\n", |_| {});
    /// assert_eq!(behind, b"GET / HTTP/1.1\r\nHost: example.com\r\n");
    /// # Ok::<(), portolan::frame::ConfigError>(())
    /// ```
    #[inline]
    #[must_use = "behind the end of the framing they belong to what follows"]
    pub fn feed<'c, S>(&mut self, chunk: &'c [u8], sink: S) -> &'c [u8]
    where
        F: Plain,
        S: FnMut(Result<Message<&[u8], F::Meta>, FrameError>),
    {
        let pending = self.start != self.end;
        if pending && self.buffered().saturating_add(chunk.len()) < self.wanted {
            // How a frame arrives in small pieces: nothing to ask yet.
            let count = self.keep(chunk);
            return if count == chunk.len() { &[] } else { behind_kept(chunk, count) };
        }
        self.feed_and_ask(chunk, sink)
    }

    #[inline]
    fn feed_and_ask<'c, S>(&mut self, chunk: &'c [u8], mut sink: S) -> &'c [u8]
    where
        F: Plain,
        S: FnMut(Result<Message<&[u8], F::Meta>, FrameError>),
    {
        let mut rest = chunk;
        while self.start != self.end && !rest.is_empty() && !self.deframer.is_over() {
            let left = self.feed_pending(rest, &mut sink);
            if left.len() == rest.len() && self.buffered() == N {
                // A framer that waits for more than `max_wire` would be fed for ever.
                return left;
            }
            rest = left;
        }
        if self.start == self.end {
            (self.start, self.end, self.wanted) = (0, 0, 0);
        }
        while !rest.is_empty() && !self.deframer.is_over() {
            match self.deframer.poll_frame(rest, false) {
                Polled::Frame(at, frame) | Polled::Other(Event::Frame { at, frame }) => {
                    let wire = frame.wire;
                    sink(Ok(frame_in(rest, at, frame)));
                    rest = behind(rest, wire);
                }
                Polled::Other(Event::Skip { len, .. }) => {
                    rest = behind(rest, len);
                }
                Polled::Other(Event::Error(error)) => sink(Err(error)),
                Polled::Other(Event::Need(need)) => {
                    let count = self.keep(rest);
                    self.want(need);
                    return if count == rest.len() { &[] } else { behind_kept(rest, count) };
                }
                Polled::Other(Event::Done { .. } | Event::End(_)) => {}
            }
        }
        rest
    }

    /// Completes the pending frame with bytes of the chunk, and gives back those behind it.
    #[inline]
    fn feed_pending<'c, S>(&mut self, chunk: &'c [u8], sink: &mut S) -> &'c [u8]
    where
        F: Plain,
        S: FnMut(Result<Message<&[u8], F::Meta>, FrameError>),
    {
        let missing = self.wanted.saturating_sub(self.buffered());
        let useful = if self.exact { chunk.get(..missing).unwrap_or(chunk) } else { chunk };
        let count = self.keep(useful);
        while self.buffered() >= self.wanted && !self.deframer.is_over() {
            let input = self.buffer.get(self.start..self.end).unwrap_or_default();
            let event = self.deframer.poll(input, false);
            let consumed = event.consumed();
            match event {
                Event::Frame { at, frame } => sink(Ok(frame_in(input, at, frame))),
                Event::Error(error) => sink(Err(error)),
                Event::Need(need) => self.want(need),
                Event::Skip { .. } | Event::Done { .. } | Event::End(_) => {}
            }
            self.consume(consumed);
            if consumed != 0 && self.buffered() <= count {
                // All that is left came from this chunk: go on there, without the copy.
                let used = count.saturating_sub(self.buffered());
                self.end = self.start;
                return chunk.get(used..).unwrap_or_default();
            }
        }
        if self.deframer.is_over() {
            // It is given back whole, for nothing of it has been consumed.
            self.end = self.end.saturating_sub(count);
            self.want_nothing_when_over();
            return chunk;
        }
        chunk.get(count..).unwrap_or_default()
    }

    #[inline]
    const fn buffered(&self) -> usize {
        self.end.saturating_sub(self.start)
    }

    #[inline]
    fn consume(&mut self, count: usize) {
        if count != 0 {
            self.start = self.start.saturating_add(count).min(self.end);
            self.wanted = 0;
        }
    }

    /// So that nothing is put aside for a frame that will not be read.
    #[inline]
    const fn want_nothing_when_over(&mut self) {
        if self.deframer.is_over() {
            self.wanted = 0;
        }
    }

    #[inline]
    fn want(&mut self, need: Need) {
        self.wanted = self.buffered().saturating_add(self.deframer.worth(need));
        self.exact = need.total.is_some();
    }

    /// Puts bytes behind the buffered ones, as many as fit, and counts them.
    #[inline]
    fn keep(&mut self, bytes: &[u8]) -> usize {
        let end = self.end.saturating_add(bytes.len());
        match (self.buffer.get_mut(self.end..end), bytes) {
            (Some([to]), [from]) => *to = *from,
            (Some(to), _) => copy(to, bytes),
            (None, _) => return self.keep_what_fits(bytes),
        }
        self.end = end;
        bytes.len()
    }

    #[cold]
    fn keep_what_fits(&mut self, bytes: &[u8]) -> usize {
        let space = self.spare();
        let count = bytes.len().min(space.len());
        if let (Some(to), Some(from)) = (space.get_mut(..count), bytes.get(..count)) {
            to.copy_from_slice(from);
        }
        self.filled(count);
        count
    }
}

/// What does not fit: nothing, where a framer keeps to its `max_wire`.
#[cold]
fn behind_kept(bytes: &[u8], count: usize) -> &[u8] {
    bytes.get(count..).unwrap_or_default()
}

/// A frame that begins at `start` in the buffer.
pub(crate) struct Found<M> {
    at: u64,
    start: usize,
    frame: Frame<M>,
}

/// Copies bytes to as many, few of them as two words that may overlap: a call takes longer.
#[inline]
fn copy(to: &mut [u8], from: &[u8]) {
    match from.len() {
        4..=8 => copy_ends::<4>(to, from),
        9..=16 => copy_ends::<8>(to, from),
        _ => to.copy_from_slice(from),
    }
}

#[inline(always)]
fn copy_ends<const WORD: usize>(to: &mut [u8], from: &[u8]) {
    if let (Some(to), Some(from)) = (to.first_chunk_mut::<WORD>(), from.first_chunk()) {
        *to = *from;
    }
    if let (Some(to), Some(from)) = (to.last_chunk_mut::<WORD>(), from.last_chunk()) {
        *to = *from;
    }
}
