//! A fixed array as a deframer among others.

use super::super::super::Framer;
use super::super::{Buffered, Event};
use super::FixedDeframer;

impl<F: Framer, const N: usize> Buffered for FixedDeframer<F, N> {
    type Meta = F::Meta;

    fn take(&mut self, bytes: &[u8]) -> usize {
        self.keep(bytes)
    }

    fn end(&mut self) {
        self.ended = true;
    }

    fn poll(&mut self) -> Event<F::Meta> {
        let start = self.start;
        let input = self.buffer.get_mut(start..self.end).unwrap_or_default();
        let event = self.deframer.poll_in_place(input, self.ended);
        self.body = event.body_behind(start);
        self.consume(event.consumed());
        self.want_nothing_when_over();
        if let Event::Need(need) = &event {
            self.want(*need);
        }
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
        Self::rest(self)
    }

    fn drop_rest(&mut self) {
        if self.deframer.is_over() {
            (self.start, self.end) = (0, 0);
        }
    }

    fn reset(&mut self) {
        self.deframer.reset();
        (self.start, self.end, self.wanted) = (0, 0, 0);
        (self.exact, self.ended, self.body) = (false, false, 0..0);
    }
}
