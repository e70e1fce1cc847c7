//! A framing over a stream that comes in pieces.

use portolan::frame::deframer::{Assemble, Deframer, Event};
use portolan::frame::{AnyFramer, AnyMeta};

/// A framer that an object describes, and whether its parts are joined.
#[derive(Clone, Debug)]
pub struct Framing {
    framer: AnyFramer<'static>,
    /// Most bytes and most parts of a message whose parts are joined.
    assemble: Option<(usize, usize)>,
}

impl Framing {
    pub(super) const fn new(framer: AnyFramer<'static>, assemble: Option<(usize, usize)>) -> Self {
        Self { framer, assemble }
    }

    /// The framer, such as to write with it.
    #[must_use]
    pub fn into_framer(self) -> AnyFramer<'static> {
        self.framer
    }

    /// Begins to read a stream.
    #[must_use]
    pub fn into_reader(self) -> Reader {
        let by = match self.assemble {
            Some((max, max_parts)) => By::Message(Assemble::growing(self.framer, max, max_parts)),
            None => By::Frame { deframer: Deframer::new(self.framer), held: Vec::new(), at: 0 },
        };
        Reader { by, ended: false }
    }
}

/// Reads a stream, and holds what it has not consumed.
#[derive(Clone, Debug)]
pub struct Reader {
    by: By,
    ended: bool,
}

#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "there is one")]
enum By {
    Frame {
        deframer: Deframer<AnyFramer<'static>>,
        held: Vec<u8>,
        /// How many of the held bytes are consumed.
        at: usize,
    },
    Message(Assemble<AnyFramer<'static>, Vec<u8>>),
}

impl Reader {
    /// Adds bytes of the stream.
    pub fn extend(&mut self, bytes: &[u8]) {
        match &mut self.by {
            By::Frame { held, at, .. } => {
                held.drain(..std::mem::take(at).min(held.len()));
                held.extend_from_slice(bytes);
            }
            By::Message(assemble) => assemble.extend(bytes),
        }
    }

    /// Says that no more bytes will come.
    pub const fn end(&mut self) {
        self.ended = true;
        if let By::Message(assemble) = &mut self.by {
            assemble.end();
        }
    }

    /// Whether nothing will be read any more.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        match &self.by {
            By::Frame { deframer, .. } => deframer.is_over(),
            By::Message(assemble) => assemble.is_over(),
        }
    }

    /// Offset in the stream of the first byte that has not been consumed.
    #[must_use]
    pub const fn position(&self) -> u64 {
        match &self.by {
            By::Frame { deframer, .. } => deframer.position(),
            By::Message(assemble) => assemble.position(),
        }
    }

    /// Finds the next event, and its bytes: the payload of a frame, what is behind a framing that is
    /// over, else none.
    pub fn poll(&mut self) -> (Event<AnyMeta>, &[u8]) {
        match &mut self.by {
            By::Frame { deframer, held, at } => {
                let input = held.get_mut(*at..).unwrap_or_default();
                let event = deframer.poll_in_place(input, self.ended);
                *at = at.saturating_add(event.consumed());
                let bytes = match &event {
                    Event::Frame { frame, .. } => input.get(frame.body.clone()),
                    Event::Done { .. } => Some(&*input),
                    _ => None,
                };
                (event, bytes.unwrap_or_default())
            }
            By::Message(assemble) => {
                let event = assemble.poll();
                let bytes = match &event {
                    Event::Frame { frame, .. } => assemble.buffer().get(frame.body.clone()),
                    Event::Done { .. } => Some(assemble.rest()),
                    _ => None,
                };
                (event, bytes.unwrap_or_default())
            }
        }
    }
}
