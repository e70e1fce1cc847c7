//! Messages joined from their parts, in place in one buffer.

use core::ops::Range;

use super::super::{ConfigError, Frame, FrameError, FrameErrorKind, Framer, Need, Part, PartRole};
use super::super::{Recovery, at_least_one};
use super::{Deframer, End, Event, Message};

mod buffered;

/// Collects a stream in a buffer, joins there the parts of each message, and hands it out whole.
///
/// ```text
/// stream  │ head │ part 1 │ head │ part 2 │ head │ pa
/// buffer         │ part 1 │ part 2 │  gap  │ head │ pa     a part moves once, by the heads before it
/// ```
///
/// `max` counts the bytes of a message, `max_parts` its parts. Both are judged as soon as a header
/// is there ([`Framer::part`]) and are fatal, at the length field of the part that exceeds them:
/// what is left of such a message cannot be told from the next. For the same reason an error from
/// which the framer recovers is fatal between two parts.
///
/// The buffer is an array or a slice, which never grows, or a `Vec`, which grows with what has been
/// received. An end of the stream between two parts truncates the message at its first byte.
///
/// # Examples
///
/// ```
/// use portolan::frame::deframer::Assemble;
/// use portolan::frame::{Ending, Lines};
///
/// // A line is a message of one part; the rule for several is the framer's.
/// let mut lines = Assemble::new(Lines::new(Ending::Lf, 16), [0; 64], 16, 4)?;
/// let space = lines.spare();
/// space[..8].copy_from_slice(b"one\ntwo\n");
/// lines.filled(8);
/// assert_eq!(lines.next_frame().unwrap().unwrap().body, b"one");
/// assert_eq!(lines.next_frame().unwrap().unwrap().body, b"two");
/// assert!(lines.next_frame().is_none());
/// # Ok::<(), portolan::frame::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Assemble<F: Framer, B> {
    deframer: Deframer<F>,
    buffer: B,
    max: usize,
    max_parts: usize,
    /// The message so far is `start..joined`, what has not been read is `raw..end`.
    start: usize,
    joined: usize,
    raw: usize,
    end: usize,
    begun: Option<Begun<F::Meta>>,
    /// What the frame at `raw` declares, and that it has been judged.
    part: Option<Part>,
    /// Unread bytes below which there is nothing to ask the framer.
    wanted: usize,
    ended: bool,
    over: Option<Over>,
    /// Payload of the last event.
    body: Range<usize>,
}

/// A message of which parts are here.
#[derive(Clone, Copy, Debug)]
struct Begun<M> {
    at: u64,
    wire: usize,
    parts: usize,
    first: M,
}

/// What repeats, besides what the framer itself repeats.
#[derive(Clone, Copy, Debug)]
enum Over {
    Failed(FrameError),
    Truncated(u64),
}

impl<F: Framer, B: AsRef<[u8]> + AsMut<[u8]>> Assemble<F, B> {
    /// Begins a stream in a buffer that does not grow, of messages of at most `max` bytes in at
    /// most `max_parts` parts.
    ///
    /// # Errors
    ///
    /// [`ConfigError::BufferTooSmall`] when `max` and [`Framer::max_wire`] together exceed it.
    pub fn new(framer: F, buffer: B, max: usize, max_parts: usize) -> Result<Self, ConfigError> {
        let needed = max.saturating_add(framer.max_wire());
        if needed > buffer.as_ref().len() {
            return Err(ConfigError::BufferTooSmall { needed });
        }
        Ok(Self::begin(framer, buffer, max, max_parts))
    }

    const fn begin(framer: F, buffer: B, max: usize, max_parts: usize) -> Self {
        Self {
            deframer: Deframer::new(framer),
            buffer,
            max,
            max_parts,
            start: 0,
            joined: 0,
            raw: 0,
            end: 0,
            begun: None,
            part: None,
            wanted: 0,
            ended: false,
            over: None,
            body: 0..0,
        }
    }

    /// The framer.
    #[must_use]
    pub const fn framer(&self) -> &F {
        self.deframer.framer()
    }

    /// Offset in the stream of the first byte that has not been read.
    #[must_use]
    pub const fn position(&self) -> u64 {
        self.deframer.position()
    }

    /// Whether the next byte begins a message.
    #[must_use]
    pub fn at_boundary(&self) -> bool {
        self.begun.is_none() && self.deframer.at_boundary()
    }

    /// Whether nothing will be read any more.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.over.is_some() || self.deframer.is_over()
    }

    /// The whole buffer: what the bodies of [`Event`]s point into, until more bytes come.
    pub fn buffer(&self) -> &[u8] {
        self.buffer.as_ref()
    }

    /// The bytes that have been received but not read.
    pub fn rest(&self) -> &[u8] {
        self.buffer.as_ref().get(self.raw..self.end).unwrap_or_default()
    }

    /// Space to read into; it is empty only when there are messages to take first.
    pub fn spare(&mut self) -> &mut [u8] {
        let missing = self.wanted.saturating_sub(self.unread()).max(1);
        if self.end.saturating_add(missing) > self.buffer.as_ref().len() {
            self.compact();
        }
        self.buffer.as_mut().get_mut(self.end..).unwrap_or_default()
    }

    /// Says how many bytes have been read into [`spare`](Self::spare).
    pub fn filled(&mut self, count: usize) {
        self.end = self.end.saturating_add(count).min(self.buffer.as_ref().len());
    }

    /// Says that no more bytes will come.
    pub const fn end(&mut self) {
        self.ended = true;
    }

    /// Begins another stream.
    pub fn reset(&mut self) {
        self.deframer.reset();
        (self.start, self.joined, self.raw, self.end) = (0, 0, 0, 0);
        (self.begun, self.part, self.over) = (None, None, None);
        (self.wanted, self.ended) = (0, false);
    }

    /// Takes the next message out of the buffer; `None` when there is none until more bytes come.
    ///
    /// A frame that stands between the parts of a message comes before it.
    ///
    /// # Errors
    ///
    /// The errors of the framer, counted from the start of the stream;
    /// [`FrameErrorKind::TooLong`] and [`FrameErrorKind::TooManyParts`] of the message; after the
    /// end of the stream also [`FrameErrorKind::Truncated`], at the first byte of the unfinished
    /// message.
    #[allow(clippy::type_complexity, reason = "an answer of parts that are all named")]
    pub fn next_frame(&mut self) -> Option<Result<Message<&mut [u8], F::Meta>, FrameError>> {
        let (at, frame) = loop {
            if self.is_over() || (self.unread() < self.wanted && !self.ended) {
                return None;
            }
            match self.poll() {
                Event::Frame { at, frame } => break (at, frame),
                Event::Skip { .. } => {}
                Event::Error(error) => return Some(Err(error)),
                Event::End(End::Truncated { at }) => {
                    return Some(Err(FrameError::truncated().offset_by(at)));
                }
                Event::Need(_) | Event::Done { .. } | Event::End(End::Clean) => return None,
            }
        };
        let body = self.buffer.as_mut().get_mut(frame.body).unwrap_or_default();
        Some(Ok(Message { at, wire: frame.wire, body, last: frame.last, meta: frame.meta }))
    }

    /// Finds the next event; the body of a message is a range of [`buffer`](Self::buffer).
    ///
    /// What an event consumes has been consumed. The length of a message on the wire is that of
    /// its parts, [`Need`] what the next part lacks at least.
    pub fn poll(&mut self) -> Event<F::Meta> {
        loop {
            match self.over {
                Some(Over::Failed(error)) => return Event::Error(error),
                Some(Over::Truncated(at)) => return Event::End(End::Truncated { at }),
                None => {}
            }
            if let Some(error) = self.judge_header() {
                return self.fail(error);
            }
            let input = self.buffer.as_mut().get_mut(self.raw..self.end).unwrap_or_default();
            match self.deframer.poll_in_place(input, self.ended) {
                Event::Frame { at, frame } => {
                    if let Some(event) = self.frame(at, frame) {
                        return event;
                    }
                }
                Event::Need(need) => return self.need(need),
                Event::Skip { at, len } => {
                    self.consume(len.get());
                    return Event::Skip { at, len };
                }
                Event::Error(error) if self.begun.is_some() => return self.fail(error),
                Event::End(_) if self.begun.is_some() => return self.truncate(),
                event => return event,
            }
        }
    }

    /// Judges the frame at the front of what has not been read, once, by what its header declares.
    fn judge_header(&mut self) -> Option<FrameError> {
        if self.part.is_some() || self.is_over() || self.deframer.is_skipping() {
            return None;
        }
        self.part = self.deframer.framer().part(self.rest());
        self.judge(self.part?)
    }

    fn judge(&self, part: Part) -> Option<FrameError> {
        let (parts, len) = match &self.begun {
            Some(begun) => (begun.parts, self.joined.saturating_sub(self.start)),
            None => (0, 0),
        };
        let kind = match part.role {
            PartRole::Between => return None,
            PartRole::Counted if parts >= self.max_parts => {
                FrameErrorKind::TooManyParts { limit: self.max_parts }
            }
            _ if len.saturating_add(part.body) > self.max => {
                FrameErrorKind::TooLong { limit: self.max }
            }
            _ => return None,
        };
        let error = FrameError::new(kind, part.length_at, Recovery::Fatal);
        Some(error.offset_by(self.deframer.position()))
    }

    /// Takes a frame in; the event is a message that it completes, or the frame itself.
    fn frame(&mut self, at: u64, frame: Frame<F::Meta>) -> Option<Event<F::Meta>> {
        let (raw, wire) = (self.raw, frame.wire.get());
        let end = raw.saturating_add(frame.body.end).min(self.end);
        let frame = Frame { body: raw.saturating_add(frame.body.start)..end, ..frame };
        let role = match self.part {
            Some(part) => part.role,
            None => {
                // Nothing was declared, so it is judged as it is; the deframer has passed it.
                let body = frame.body.len();
                let part = Part { length_at: 0, body, role: PartRole::Counted };
                if let Some(error) = self.judge(part) {
                    let at = error.at.saturating_sub(wire as u64);
                    return Some(self.fail(FrameError { at, ..error }));
                }
                part.role
            }
        };
        self.consume(wire);
        match role {
            PartRole::Between => Some(Event::Frame { at, frame }),
            PartRole::Counted => self.join(at, frame, 1),
            PartRole::Uncounted => self.join(at, frame, 0),
        }
    }

    /// Puts a part behind those that are here; the event is the message that it completes.
    fn join(&mut self, at: u64, frame: Frame<F::Meta>, count: usize) -> Option<Event<F::Meta>> {
        let mut begun = if let Some(begun) = self.begun {
            let len = frame.body.len();
            move_down(self.buffer.as_mut(), frame.body, self.joined);
            self.joined = self.joined.saturating_add(len);
            begun
        } else {
            (self.start, self.joined) = (frame.body.start, frame.body.end);
            Begun { at, wire: 0, parts: 0, first: frame.meta }
        };
        begun.wire = begun.wire.saturating_add(frame.wire.get());
        begun.parts = begun.parts.saturating_add(count);
        if !frame.last {
            self.begun = Some(begun);
            return None;
        }
        self.begun = None;
        let meta = self.deframer.framer().joined(begun.first, frame.meta);
        let (wire, body) = (at_least_one(begun.wire), self.start..self.joined);
        Some(Event::Frame { at: begun.at, frame: Frame { wire, body, last: true, meta } })
    }

    fn need(&mut self, need: Need) -> Event<F::Meta> {
        self.wanted = self.unread().saturating_add(self.deframer.worth(need));
        Event::Need(Need { total: None, ..need })
    }

    #[cold]
    fn fail(&mut self, error: FrameError) -> Event<F::Meta> {
        let error = FrameError { recovery: Recovery::Fatal, ..error };
        self.over = Some(Over::Failed(error));
        Event::Error(error)
    }

    #[cold]
    fn truncate(&mut self) -> Event<F::Meta> {
        let at = self.begun.map_or(0, |begun| begun.at);
        self.over = Some(Over::Truncated(at));
        Event::End(End::Truncated { at })
    }

    const fn unread(&self) -> usize {
        self.end.saturating_sub(self.raw)
    }

    fn consume(&mut self, count: usize) {
        self.raw = self.raw.saturating_add(count).min(self.end);
        (self.part, self.wanted) = (None, 0);
    }

    /// Moves the message so far to the front, and what has not been read right behind it.
    fn compact(&mut self) {
        let buffer = self.buffer.as_mut();
        let mut front = 0_usize;
        if self.begun.is_some() {
            front = self.joined.saturating_sub(self.start);
            move_down(buffer, self.start..self.joined, 0);
        }
        let unread = self.end.saturating_sub(self.raw);
        move_down(buffer, self.raw..self.end, front);
        (self.start, self.joined, self.raw) = (0, front, front);
        self.end = front.saturating_add(unread);
    }
}

/// Moves bytes towards the front, unless they are there.
fn move_down(buffer: &mut [u8], from: Range<usize>, to: usize) {
    if to < from.start && from.start <= from.end && from.end <= buffer.len() {
        buffer.copy_within(from, to);
    }
}

#[cfg(feature = "alloc")]
impl<F: Framer> Assemble<F, alloc::vec::Vec<u8>> {
    /// Begins a stream in a buffer that grows with what has been received, never with what a
    /// header declares.
    #[must_use]
    pub const fn growing(framer: F, max: usize, max_parts: usize) -> Self {
        Self::begin(framer, alloc::vec::Vec::new(), max, max_parts)
    }

    /// Adds bytes of the stream by copying them.
    pub fn extend(&mut self, bytes: &[u8]) {
        if self.end.saturating_add(bytes.len()) > self.buffer.len() {
            self.compact();
        }
        let end = self.end.saturating_add(bytes.len());
        if end > self.buffer.len() {
            let most = self.max.saturating_add(self.framer().max_wire());
            let len = end.saturating_mul(2).min(most.saturating_add(bytes.len())).max(end);
            self.buffer.reserve_exact(len.saturating_sub(self.buffer.len()));
            self.buffer.resize(len, 0);
        }
        if let Some(space) = self.buffer.get_mut(self.end..end) {
            space.copy_from_slice(bytes);
            self.end = end;
        }
    }
}
