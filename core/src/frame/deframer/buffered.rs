//! What deframers have in common that hold the bytes themselves.

use super::Event;

/// A deframer with a buffer of its own: bytes go in, events come out.
///
/// [`Stack`](super::Stack) puts one inside another, and is one itself.
pub trait Buffered {
    /// What a frame says besides its body.
    type Meta: Copy;

    /// Takes bytes of the stream, as many as there is room for, and counts them.
    ///
    /// After [`Event::Need`] there is room for one at least.
    fn take(&mut self, bytes: &[u8]) -> usize;

    /// Says that no more bytes will come.
    fn end(&mut self);

    /// Finds the next event; what it consumes has been consumed.
    fn poll(&mut self) -> Event<Self::Meta>;

    /// The bytes of the last event, until more are taken: the payload of a frame, else none.
    fn body(&self) -> &[u8];

    /// Whether nothing will be read any more.
    fn is_over(&self) -> bool;

    /// Offset in the stream of the first byte that has not been consumed.
    fn position(&self) -> u64;

    /// The bytes that have been received but not consumed; after [`Event::Done`] those behind the
    /// framing.
    fn rest(&self) -> &[u8];

    /// Drops the [`rest`](Self::rest) behind a framing that is over, to make room for more of it.
    ///
    /// Of a stream that goes on it would lose bytes; there it does nothing.
    fn drop_rest(&mut self);

    /// Counts the bytes that have been received but have not come out.
    fn held(&self) -> usize {
        self.rest().len()
    }

    /// Counts the framings, one inside another.
    fn layers(&self) -> usize {
        1
    }

    /// Tells which framing the last event is from; 0 is the outermost.
    fn layer(&self) -> usize {
        0
    }

    /// Begins another stream.
    fn reset(&mut self);
}

#[cfg(all(test, feature = "alloc"))]
mod tests {
    use super::super::super::{Netstring, Proxy};
    use super::super::{Assemble, FixedDeframer, Stack, VecDeframer};
    use super::*;

    const BEGUN: &[u8] = b"PROXY UNKN";
    const ENDED: &[u8] = b"OWN\r\nmore";

    fn poll_until_done(deframer: &mut impl Buffered) {
        while !matches!(deframer.poll(), Event::Done { .. }) {
            assert!(!deframer.is_over());
        }
    }

    fn only_behind_the_end(mut deframer: impl Buffered) {
        assert_eq!(deframer.take(BEGUN), BEGUN.len());
        assert!(matches!(deframer.poll(), Event::Need(_)));
        deframer.drop_rest();
        assert_eq!(deframer.rest(), BEGUN, "the stream goes on");
        assert_eq!(deframer.take(ENDED), ENDED.len());
        poll_until_done(&mut deframer);
        assert_eq!(deframer.rest(), b"more");
        deframer.drop_rest();
        assert_eq!(deframer.rest(), b"");
        assert_eq!(deframer.take(b"again"), 5);
        poll_until_done(&mut deframer);
        assert_eq!(deframer.rest(), b"again");
    }

    #[test]
    fn the_rest_is_dropped_only_behind_the_end() {
        only_behind_the_end(VecDeframer::new(Proxy::new(64)));
        only_behind_the_end(FixedDeframer::<_, 64>::new(Proxy::new(64)).unwrap());
        only_behind_the_end(Assemble::new(Proxy::new(64), [0; 128], 64, 1).unwrap());
        only_behind_the_end(Assemble::growing(Proxy::new(64), 64, 1));
    }

    #[test]
    fn the_rest_inside_a_stack_is_dropped_there_and_what_is_around_goes_on() {
        let (outer, inner) = (Netstring::new(16), Proxy::new(64));
        let mut stack = Stack::new(VecDeframer::new(outer), VecDeframer::new(inner));
        stack.take(b"10:PROXY UNKN,");
        assert!(matches!(stack.poll(), Event::Need(_)));
        stack.drop_rest();
        stack.take(b"9:OWN\r\nmore,5:ag");
        poll_until_done(&mut stack);
        assert_eq!(stack.rest(), b"more");
        stack.drop_rest();
        assert_eq!(stack.rest(), b"");
        stack.take(b"ain,");
        poll_until_done(&mut stack);
        assert_eq!(stack.rest(), b"again");
    }
}
