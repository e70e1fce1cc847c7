//! Frames inside frames.

use super::super::{Need, Recovery};
use super::{Buffered, End, Event};

#[cfg(test)]
mod tests;

/// Reads frames out of the bodies of other frames.
///
/// ```text
/// outer   │ head │ body 1 │ head │ body 2 │ head │ bo
/// inner          │ frame │ fr       │ ame │ frame │
/// ```
///
/// The inner stream is the bodies of the outer frames, one behind the other; an inner frame may span
/// them. Whatever the cuts, the events are those of reading the outer stream to its end and then what
/// its bodies are together:
///
/// * Frames are those of the inner framing, and their offsets count its bytes.
/// * All that the inner framing can read comes before an error or the end of the outer one.
///   [`layer`](Buffered::layer) tells whose an event is, and in whose bytes its offset counts.
/// * An error from which the outer framing recovers is told, and the inner stream goes on with the
///   next body. One that is fatal, and an end inside an outer frame, is the last event.
/// * Where the outer stream ends cleanly, or its framing is done, so does the inner stream: its
///   framing judges what is left. If that is clean too, the event is that of the outer framing where
///   it is done, and [`rest`](Buffered::rest) is what is behind it.
/// * Where the inner framing is done, all is. The rest is the inner bytes behind it: polled again,
///   the stack adds to them those of the frames that have come since, as far as they fit. What the
///   outer framing refuses from there on is not told.
/// * [`Event::Need`] is what the outer frame lacks, or, if that is more, what the inner frame lacks
///   beyond the bytes that are held.
///
/// A body that is longer than the inner buffer goes in piece by piece; no third buffer is needed.
/// Both deframers refuse frames that do not fit when they are made.
///
/// # Examples
///
/// ```
/// use portolan::frame::deframer::{Buffered, Event, FixedDeframer, Stack};
/// use portolan::frame::{Ending, Lines, preset};
///
/// let outer = FixedDeframer::<_, 64>::new(preset::tls_record(48)?)?;
/// let inner = FixedDeframer::<_, 32>::new(Lines::new(Ending::Lf, 16))?;
/// let mut stack = Stack::new(outer, inner);
/// stack.take(b"\x17\x03\x03\x00\x06one\ntw\x17\x03\x03\x00\x02o\n");
/// for (at, body) in [(0, b"one"), (4, b"two")] {
///     assert!(matches!(stack.poll(), Event::Frame { at: found, .. } if found == at));
///     assert_eq!(stack.body(), body);
/// }
/// assert!(matches!(stack.poll(), Event::Need(_)));
/// # Ok::<(), portolan::frame::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Stack<O, I> {
    outer: O,
    inner: I,
    /// How much of the outer body has gone in; `None` when there is none.
    taken: Option<usize>,
    /// How the inner stream ends, where no more bytes of it will come.
    ends: Option<Ends>,
    /// Which framing the last event is from.
    from: From,
    over: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum From {
    Outer,
    Inner,
}

/// What ends the inner stream.
#[derive(Clone, Copy, Debug)]
enum Ends {
    /// The end of the outer one.
    End,
    /// The outer framing, at this offset.
    Done(u64),
}

impl<O: Buffered, I: Buffered> Stack<O, I> {
    /// Begins a stream.
    #[must_use]
    pub const fn new(outer: O, inner: I) -> Self {
        Self { outer, inner, taken: None, ends: None, from: From::Outer, over: false }
    }

    /// The outer deframer.
    #[must_use]
    pub const fn outer(&self) -> &O {
        &self.outer
    }

    /// The inner deframer.
    #[must_use]
    pub const fn inner(&self) -> &I {
        &self.inner
    }

    /// The bytes of the outer body for which the inner deframer has had no room yet.
    #[must_use]
    pub fn untaken(&self) -> &[u8] {
        let body = |taken| self.outer.body().get(taken..);
        self.taken.and_then(body).unwrap_or_default()
    }

    /// Gives back both.
    #[must_use]
    pub fn into_parts(self) -> (O, I) {
        (self.outer, self.inner)
    }

    /// Moves on what the outer body still has; answers whether anything moved.
    fn feed(&mut self) -> bool {
        let Some(taken) = self.taken else { return false };
        let body = self.outer.body().get(taken..).unwrap_or_default();
        let count = self.inner.take(body).min(body.len());
        self.taken = (count < body.len()).then_some(taken.saturating_add(count));
        count != 0
    }

    /// Goes on with the outer stream, for an inner framing that lacks so much; `None` when that has
    /// more to look at.
    fn go_on(&mut self, lacks: Need) -> Option<Event<I::Meta>> {
        if self.feed() {
            return None;
        }
        if self.taken.is_some() || self.ends.is_some() {
            // Only a deframer that breaks its promise waits without room, or at the end.
            return Some(Event::Need(lacks));
        }
        let event = match self.outer.poll() {
            Event::Frame { .. } => {
                self.taken = Some(0);
                self.feed();
                return None;
            }
            Event::End(End::Clean) => return self.end_inner(Ends::End),
            Event::Done { at } => return self.end_inner(Ends::Done(at)),
            Event::Need(need) => {
                let beyond = lacks.min.get().saturating_sub(self.outer.held());
                Event::Need(Need::at_least(beyond.max(need.min.get())))
            }
            Event::Skip { at, len } => Event::Skip { at, len },
            Event::Error(error) => Event::Error(error),
            Event::End(end) => Event::End(end),
        };
        self.from = From::Outer;
        Some(event)
    }

    fn end_inner(&mut self, ends: Ends) -> Option<Event<I::Meta>> {
        self.ends = Some(ends);
        self.inner.end();
        None
    }

    /// What comes last, again.
    fn again(&mut self) -> Event<I::Meta> {
        match (self.from, self.ends) {
            (From::Inner, _) => {
                let event = self.inner.poll();
                if let Event::Done { .. } = event {
                    self.gather();
                }
                event
            }
            (From::Outer, Some(Ends::Done(at))) => Event::Done { at },
            (From::Outer, _) => match self.outer.poll() {
                Event::Error(error) => Event::Error(error),
                Event::End(end) => Event::End(end),
                Event::Done { at } => Event::Done { at },
                Event::Frame { .. } | Event::Skip { .. } | Event::Need(_) => Event::End(End::Clean),
            },
        }
    }

    /// Adds to what is left behind the inner framing the bodies that have come.
    fn gather(&mut self) {
        loop {
            self.feed();
            if self.taken.is_some() {
                return;
            }
            match self.outer.poll() {
                Event::Frame { .. } => self.taken = Some(0),
                Event::Skip { .. } => {}
                Event::Error(error) if error.recovery == Recovery::Resync => {}
                Event::Error(_) | Event::Need(_) | Event::Done { .. } | Event::End(_) => return,
            }
        }
    }
}

impl<O: Buffered, I: Buffered> Buffered for Stack<O, I> {
    type Meta = I::Meta;

    fn take(&mut self, bytes: &[u8]) -> usize {
        // The rest of an outer body must not move.
        if self.taken.is_some() { 0 } else { self.outer.take(bytes) }
    }

    fn end(&mut self) {
        self.outer.end();
    }

    fn poll(&mut self) -> Event<I::Meta> {
        if self.over {
            return self.again();
        }
        let event = loop {
            self.from = From::Inner;
            let event = match (self.inner.poll(), self.ends) {
                (Event::Need(lacks), _) => match self.go_on(lacks) {
                    Some(event) => event,
                    None => continue,
                },
                (Event::End(End::Clean), Some(Ends::Done(at))) => {
                    self.from = From::Outer;
                    Event::Done { at }
                }
                (event, _) => event,
            };
            break event;
        };
        self.over = match &event {
            Event::Error(error) => error.recovery == Recovery::Fatal,
            Event::Done { .. } | Event::End(_) => true,
            Event::Frame { .. } | Event::Skip { .. } | Event::Need(_) => false,
        };
        if let (Event::Done { .. }, From::Inner) = (&event, self.from) {
            self.gather();
        }
        event
    }

    fn body(&self) -> &[u8] {
        match self.from {
            From::Inner => self.inner.body(),
            From::Outer => &[],
        }
    }

    fn is_over(&self) -> bool {
        self.over
    }

    /// That in the outer stream.
    fn position(&self) -> u64 {
        self.outer.position()
    }

    fn rest(&self) -> &[u8] {
        match (self.from, self.over) {
            (From::Outer, true) => self.outer.rest(),
            _ => self.inner.rest(),
        }
    }

    fn drop_rest(&mut self) {
        match (self.from, self.over) {
            (From::Outer, true) => self.outer.drop_rest(),
            (From::Inner, true) => self.inner.drop_rest(),
            (_, false) => {}
        }
    }

    fn held(&self) -> usize {
        let outer = self.outer.held().saturating_add(self.untaken().len());
        outer.saturating_add(self.inner.held())
    }

    fn layers(&self) -> usize {
        self.outer.layers().saturating_add(self.inner.layers())
    }

    fn layer(&self) -> usize {
        match self.from {
            From::Outer => self.outer.layer(),
            From::Inner => self.outer.layers().saturating_add(self.inner.layer()),
        }
    }

    fn reset(&mut self) {
        self.outer.reset();
        self.inner.reset();
        (self.taken, self.ends, self.from, self.over) = (None, None, From::Outer, false);
    }
}
