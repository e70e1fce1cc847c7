//! The objects of `deframe --json`, read back.

use portolan::frame::{AnyEncoder, AnyFramer, AnyMeta, Encode as _};
use portolan_conformance::{driver, hex};
use serde_json::Value;

/// What an object asks to be framed.
pub(super) enum Found {
    /// A message, and what its frame says besides.
    Message(Vec<u8>, AnyMeta),
    Nothing,
}

/// What becomes of the parts of a message.
#[derive(Default)]
pub(super) struct Parts {
    /// A message of which more are to come.
    joined: Option<(Vec<u8>, AnyMeta)>,
    /// Whether a framing has ended whose end is written when all is.
    ended: bool,
}

impl Parts {
    /// Whether a message waits for its last part.
    pub(super) const fn is_open(&self) -> bool {
        self.joined.is_some()
    }
}

/// How a framing writes messages in parts.
#[derive(Clone, Copy)]
enum Kind {
    /// It makes parts of its own of a message.
    Made,
    /// A frame says itself that it is a part.
    Said,
    /// A frame is a part, and the end is written when all is.
    Ended,
}

impl Kind {
    /// Of a frame that would be written next.
    fn of(body: &[u8], meta: AnyMeta, framer: &AnyEncoder) -> Self {
        match framer.framer_of(body, meta) {
            Ok(AnyFramer::Chunked(_)) => Self::Ended,
            Ok(AnyFramer::WebSocket(_) | AnyFramer::Giop(_)) => Self::Said,
            // What cannot be written is refused when it is.
            Ok(_) | Err(_) => Self::Made,
        }
    }
}

/// Reads an object.
///
/// # Errors
///
/// What is wrong with it, or that it tells of a stream that was not whole.
pub(super) fn read(line: &[u8], framer: &AnyEncoder, parts: &mut Parts) -> Result<Found, String> {
    let object: Value =
        serde_json::from_slice(line).map_err(|error| format!("not JSON: {error}"))?;
    if let Some(body) = object.get("frame") {
        let body = body.as_str().and_then(hex::decode).ok_or("`frame` is not hex")?;
        let meta = driver::meta(object.get("meta").unwrap_or(&Value::Null))?;
        let last = match object.get("last") {
            None => true,
            Some(last) => last.as_bool().ok_or("`last` is true or false")?,
        };
        return frame(body, meta, last, framer, parts);
    }
    let is = |member: &str, value: &str| object.get(member).is_some_and(|found| found == value);
    if is("end", "clean") || object.get("skip").is_some_and(Value::is_u64) || is("rest", "") {
        return Ok(Found::Nothing);
    }
    for (member, what) in [
        ("error", "the stream that was read has a bad frame here"),
        ("end", "the stream that was read ends inside a frame"),
        ("rest", "bytes of another framing follow here"),
    ] {
        if object.get(member).is_some() {
            return Err(what.to_owned());
        }
    }
    Err("no object of `deframe --json`".to_owned())
}

/// What becomes of a frame: itself, a part of a message, or what the framing writes of its own.
fn frame(
    body: Vec<u8>,
    meta: AnyMeta,
    last: bool,
    framer: &AnyEncoder,
    parts: &mut Parts,
) -> Result<Found, String> {
    if parts.ended {
        return Err("a frame behind the end of its framing, which is written last".to_owned());
    }
    if !parts.is_open() {
        match Kind::of(&body, meta, framer) {
            // The end of the body is written behind the last chunk.
            Kind::Ended if last && body.is_empty() => {
                parts.ended = true;
                return Ok(Found::Nothing);
            }
            Kind::Ended | Kind::Said => return Ok(Found::Message(body, meta)),
            Kind::Made => {}
        }
    }
    let (joined, meta) = match parts.joined.take() {
        Some((mut joined, first)) => {
            joined.extend_from_slice(&body);
            (joined, first)
        }
        None => (body, meta),
    };
    if last {
        return Ok(Found::Message(joined, meta));
    }
    // What is too long already is refused now.
    if framer.encoded_len(&joined, meta).is_err() {
        return Ok(Found::Message(joined, meta));
    }
    parts.joined = Some((joined, meta));
    Ok(Found::Nothing)
}
