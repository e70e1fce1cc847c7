//! What a framer does with a frame that is too long or cut short, and with sequence numbers.

/// What becomes of a stream whose frame exceeds the limit.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Oversize {
    /// The error is fatal.
    #[default]
    Fail,
    /// The error is reported once, the frame passed over, and the stream goes on.
    Discard,
}

/// What becomes of bytes that the end of the stream leaves without a delimiter.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum AtEof {
    /// They are a truncated frame.
    #[default]
    Reject,
    /// They are the last frame.
    Emit,
    /// They are passed over.
    Drop,
}

/// What is demanded of the sequence numbers of packets.
///
/// They count through both directions of a conversation. Who reads only one of them, in which every
/// answer leaves a gap, takes [`Ignore`](Self::Ignore).
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Sequence {
    /// They count on by one, modulo 256, or begin again at 0 where a message may begin; the first
    /// of a stream is any.
    #[default]
    Check,
    /// Nothing.
    Ignore,
}

impl Sequence {
    /// Whether a number may follow another, behind a part that it continues or behind a message.
    pub(super) const fn allows(self, previous: Option<u8>, continues: bool, number: u8) -> bool {
        match (self, previous) {
            (Self::Ignore, _) | (_, None) => true,
            (Self::Check, Some(previous)) => {
                number == previous.wrapping_add(1) || (number == 0 && !continues)
            }
        }
    }
}
