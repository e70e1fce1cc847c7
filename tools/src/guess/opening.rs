//! What a stream may open with before its framing begins.

use portolan::frame::{Framer as _, Proxy, Step};

/// An opening, and how a framing behind it is spelled.
#[derive(Debug)]
pub(super) struct Opening {
    pub(super) len: usize,
    pub(super) before: &'static str,
    pub(super) after: &'static str,
}

/// The preface of HTTP/2 (RFC 9113, section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Finds what the stream opens with, if something else is behind it.
pub(super) fn of(stream: &[u8]) -> Option<Opening> {
    let (len, before) = if stream.starts_with(PREFACE) {
        (PREFACE.len(), "after(1,fixed,len=24,")
    } else {
        match Proxy::new(1 << 20).step(stream) {
            Ok(Step::Frame(frame)) => (frame.wire.get(), "then(proxy,"),
            _ => return None,
        }
    };
    (len < stream.len()).then_some(Opening { len, before, after: ")" })
}
