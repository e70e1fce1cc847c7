//! Frames from reads of any size, in a vector.

use alloc::vec::Vec;
use core::ops::Range;

use super::super::Framer;
use super::{Buffered, Deframer, Event};

/// Collects a stream in a vector and finds its events there.
///
/// What is held is at most [`Framer::max_wire`] and what one read brought, and while the stream is
/// shorter than that, not more than twice what has been received. A declared length reserves nothing.
/// Bytes move at most once a read, and only where that makes room for as many.
///
/// # Examples
///
/// ```
/// use portolan::frame::deframer::{Buffered, Event, VecDeframer};
/// use portolan::frame::{Ending, Lines};
///
/// let mut deframer = VecDeframer::new(Lines::new(Ending::Lf, 80));
/// deframer.extend(b"one\ntw");
/// assert!(matches!(deframer.poll(), Event::Frame { at: 0, .. }));
/// assert_eq!(deframer.body(), b"one");
/// assert!(matches!(deframer.poll(), Event::Need(_)));
/// assert_eq!(deframer.rest(), b"tw");
/// ```
#[derive(Clone, Debug)]
pub struct VecDeframer<F> {
    deframer: Deframer<F>,
    buffer: Vec<u8>,
    /// How many of the buffered bytes are consumed.
    start: usize,
    ended: bool,
    /// Payload of the last event.
    body: Range<usize>,
}

impl<F: Framer> VecDeframer<F> {
    /// Begins a stream.
    #[must_use]
    pub const fn new(framer: F) -> Self {
        let deframer = Deframer::new(framer);
        Self { deframer, buffer: Vec::new(), start: 0, ended: false, body: 0..0 }
    }

    /// The loop itself: the framer and the position in the stream.
    #[must_use]
    pub const fn deframer(&self) -> &Deframer<F> {
        &self.deframer
    }

    /// Adds bytes of the stream by copying them.
    pub fn extend(&mut self, bytes: &[u8]) {
        let unread = self.buffer.len().saturating_sub(self.start);
        if self.start >= unread {
            self.buffer.drain(..self.start.min(self.buffer.len()));
            (self.start, self.body) = (0, 0..0);
        }
        let needed = self.buffer.len().saturating_add(bytes.len());
        if needed > self.buffer.capacity() {
            let most = self.deframer.framer().max_wire().saturating_add(bytes.len());
            let len = needed.saturating_mul(2).min(most).max(needed);
            self.buffer.reserve_exact(len.saturating_sub(self.buffer.len()));
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// Gives up the stream and hands over what has not been consumed.
    #[must_use]
    pub fn into_rest(mut self) -> Vec<u8> {
        self.buffer.drain(..self.start.min(self.buffer.len()));
        self.buffer
    }
}

impl<F: Framer> Buffered for VecDeframer<F> {
    type Meta = F::Meta;

    fn take(&mut self, bytes: &[u8]) -> usize {
        self.extend(bytes);
        bytes.len()
    }

    fn end(&mut self) {
        self.ended = true;
    }

    fn poll(&mut self) -> Event<F::Meta> {
        let input = self.buffer.get_mut(self.start..).unwrap_or_default();
        let event = self.deframer.poll_in_place(input, self.ended);
        self.body = event.body_behind(self.start);
        self.start = self.start.saturating_add(event.consumed());
        event
    }

    fn body(&self) -> &[u8] {
        self.buffer.get(self.body.clone()).unwrap_or_default()
    }

    fn is_over(&self) -> bool {
        self.deframer.is_over()
    }

    fn position(&self) -> u64 {
        self.deframer.position()
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }

    fn drop_rest(&mut self) {
        if self.deframer.is_over() {
            self.start = self.buffer.len();
        }
    }

    fn reset(&mut self) {
        self.deframer.reset();
        self.buffer.clear();
        (self.start, self.ended, self.body) = (0, false, 0..0);
    }
}
