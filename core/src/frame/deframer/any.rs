//! A framing chosen at run time, over a stream that comes in pieces.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::super::{AnyFramer, AnyMeta};
use super::{Assemble, Buffered, Event, Stack, VecDeframer};

/// Reads a stream by a [`Framing`](crate::frame::Framing), and holds what it has not consumed.
///
/// What is held of each framing is at most its longest frame and what one read, or one outer frame,
/// brought; so a stream may be as long as it likes.
///
/// # Examples
///
/// ```
/// use portolan::frame::deframer::Event;
/// use portolan::frame::{Ending, Framing, Lines, preset};
///
/// let lines = Framing::Framer(Lines::new(Ending::Lf, 80).into());
/// let records = Framing::Framer(preset::tls_record(1 << 14)?.into());
/// let mut reader = Framing::Stack(Box::new(records), Box::new(lines)).into_deframer();
/// reader.extend(b"\x17\x03\x03\x00\x06one\ntw\x17\x03\x03\x00\x02o\n");
/// assert_eq!(reader.poll().1, b"one");
/// assert_eq!(reader.poll().1, b"two");
/// assert!(matches!(reader.poll().0, Event::Need(_)));
/// # Ok::<(), portolan::frame::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct AnyDeframer(By);

#[derive(Clone, Debug)]
enum By {
    Frame(Box<VecDeframer<AnyFramer<'static>>>),
    Message(Box<Assemble<AnyFramer<'static>, Vec<u8>>>),
    Stack(Box<Stack<AnyDeframer, AnyDeframer>>),
}

macro_rules! each {
    ($any:expr, $deframer:ident => $call:expr) => {
        match &$any.0 {
            By::Frame($deframer) => $call,
            By::Message($deframer) => $call,
            By::Stack($deframer) => $call,
        }
    };
    (mut $any:expr, $deframer:ident => $call:expr) => {
        match &mut $any.0 {
            By::Frame($deframer) => $call,
            By::Message($deframer) => $call,
            By::Stack($deframer) => $call,
        }
    };
}

impl AnyDeframer {
    /// Reads the frames of a framer.
    #[must_use]
    pub fn new(framer: AnyFramer<'static>) -> Self {
        Self(By::Frame(Box::new(VecDeframer::new(framer))))
    }

    /// Reads messages of at most `max` bytes, in at most `max_parts` parts that are joined.
    #[must_use]
    pub fn assemble(framer: AnyFramer<'static>, max: usize, max_parts: usize) -> Self {
        Self(By::Message(Box::new(Assemble::growing(framer, max, max_parts))))
    }

    /// Reads frames inside frames.
    #[must_use]
    pub fn stack(outer: Self, inner: Self) -> Self {
        Self(By::Stack(Box::new(Stack::new(outer, inner))))
    }

    /// Adds bytes of the stream.
    pub fn extend(&mut self, bytes: &[u8]) {
        // Vectors take everything.
        self.take(bytes);
    }

    /// Says that no more bytes will come.
    pub fn end(&mut self) {
        Buffered::end(self);
    }

    /// Whether nothing will be read any more.
    #[must_use]
    pub fn is_over(&self) -> bool {
        Buffered::is_over(self)
    }

    /// Offset in the stream of the first byte that has not been consumed; of a stack that of the
    /// outermost framing.
    #[must_use]
    pub fn position(&self) -> u64 {
        Buffered::position(self)
    }

    /// Tells which framing the last event is from; 0 is the outermost.
    #[must_use]
    pub fn layer(&self) -> usize {
        Buffered::layer(self)
    }

    /// Counts the framings, one inside another.
    #[must_use]
    pub fn layers(&self) -> usize {
        Buffered::layers(self)
    }

    /// Finds the next event, and its bytes: the payload of a frame, what is behind a framing that is
    /// over, else none.
    pub fn poll(&mut self) -> (Event<AnyMeta>, &[u8]) {
        let event = Buffered::poll(self);
        let bytes = match &event {
            Event::Done { .. } => self.rest(),
            _ => self.body(),
        };
        (event, bytes)
    }
}

impl Buffered for AnyDeframer {
    type Meta = AnyMeta;

    fn take(&mut self, bytes: &[u8]) -> usize {
        each!(mut self, deframer => deframer.take(bytes))
    }

    fn end(&mut self) {
        each!(mut self, deframer => Buffered::end(&mut **deframer));
    }

    fn poll(&mut self) -> Event<AnyMeta> {
        each!(mut self, deframer => Buffered::poll(&mut **deframer))
    }

    fn body(&self) -> &[u8] {
        each!(self, deframer => deframer.body())
    }

    fn is_over(&self) -> bool {
        each!(self, deframer => Buffered::is_over(&**deframer))
    }

    fn position(&self) -> u64 {
        each!(self, deframer => Buffered::position(&**deframer))
    }

    fn rest(&self) -> &[u8] {
        each!(self, deframer => deframer.rest())
    }

    fn drop_rest(&mut self) {
        each!(mut self, deframer => deframer.drop_rest());
    }

    fn held(&self) -> usize {
        each!(self, deframer => deframer.held())
    }

    fn layers(&self) -> usize {
        each!(self, deframer => Buffered::layers(&**deframer))
    }

    fn layer(&self) -> usize {
        each!(self, deframer => Buffered::layer(&**deframer))
    }

    fn reset(&mut self) {
        each!(mut self, deframer => Buffered::reset(&mut **deframer));
    }
}
