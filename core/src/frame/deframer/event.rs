//! What comes out of a stream.

use core::num::NonZeroUsize;
use core::ops::Range;

use super::super::{Frame, FrameError, Need};

/// What happens in a stream.
#[derive(Clone, Debug, Eq, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "a caller that misses an event loses bytes")]
pub enum Event<M> {
    /// A frame; its body is the payload.
    Frame {
        /// Offset of its first byte in the stream.
        at: u64,
        /// The frame, as offsets into the input in which it was found.
        frame: Frame<M>,
    },
    /// Bytes that belong to no frame.
    Skip {
        /// Offset of the first of them in the stream.
        at: u64,
        /// How many there are.
        len: NonZeroUsize,
    },
    /// A broken rule, at its offset in the stream.
    Error(FrameError),
    /// Too few bytes for what comes next.
    Need(Need),
    /// The framing is over.
    Done {
        /// Offset in the stream of the first byte behind it.
        at: u64,
    },
    /// The stream is over.
    End(End),
}

/// How a stream ends.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "there is no third way to end")]
pub enum End {
    /// Behind a whole message.
    Clean,
    /// Inside a message.
    Truncated {
        /// Offset in the stream of the first byte of the unfinished frame.
        at: u64,
    },
}

impl<M> Event<M> {
    /// Counts the bytes of the input that the event consumes.
    #[inline]
    #[must_use]
    pub const fn consumed(&self) -> usize {
        match self {
            Self::Frame { frame, .. } => frame.wire.get(),
            Self::Skip { len, .. } => len.get(),
            Self::Error(_) | Self::Need(_) | Self::Done { .. } | Self::End(_) => 0,
        }
    }

    /// The payload of a frame that was found in a buffer from `start` on; else nothing.
    pub(super) const fn body_behind(&self, start: usize) -> Range<usize> {
        match self {
            Self::Frame { frame, .. } => {
                start.saturating_add(frame.body.start)..start.saturating_add(frame.body.end)
            }
            _ => 0..0,
        }
    }
}

/// A frame taken from its stream.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Message<B, M> {
    /// Offset in the stream of the first byte of the frame.
    pub at: u64,
    /// Bytes the frame takes in the stream.
    pub wire: NonZeroUsize,
    /// The payload.
    pub body: B,
    /// Whether the message ends here; false for a part that another follows.
    pub last: bool,
    /// What the frame says besides its body.
    pub meta: M,
}

/// What polling finds: nearly always a frame, at its offset in the stream.
///
/// Which of the two it is has a byte of its own, so that a frame can stay in registers: in the bits
/// that `last` does not use it would have to be read back from memory.
#[repr(u8)]
pub(super) enum Polled<M> {
    Frame(u64, Frame<M>),
    Other(Event<M>),
}
