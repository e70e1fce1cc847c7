//! What a framer does with a frame that is too long, and with one that the stream cuts short.

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
