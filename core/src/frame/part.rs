//! What a header says of a frame that is a part of a message.

/// A frame as its header declares it, before its body is there; see
/// [`Framer::part`](super::Framer::part).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "implementors of `Framer` build it")]
pub struct Part {
    /// Offset of the length field in the frame.
    pub length_at: usize,
    /// Bytes of the body, not stuffed.
    pub body: usize,
    /// What the frame is to its message.
    pub role: PartRole,
}

/// What a frame is to the message that its neighbours form.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "implementors of `Framer` build it")]
pub enum PartRole {
    /// A part that is joined, and counted.
    Counted,
    /// A part that is joined but not counted: the last-chunk of HTTP.
    Uncounted,
    /// No part, though it may stand between two: a control frame of WebSocket.
    Between,
}
