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
