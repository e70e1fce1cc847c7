//! The objects of `deframe --json`, read back.

use portolan::frame::{AnyFramer, AnyMeta, Encode as _};
use portolan_conformance::{driver, hex};
use serde_json::Value;

/// What an object asks to be framed.
pub(super) enum Found {
    /// A message, and what its frame says besides.
    Message(Vec<u8>, AnyMeta),
    Nothing,
}

/// A message of which more parts are to come.
#[derive(Default)]
pub(super) struct Parts {
    joined: Option<(Vec<u8>, AnyMeta)>,
}

impl Parts {
    /// Whether a message waits for its last part.
    pub(super) const fn is_open(&self) -> bool {
        self.joined.is_some()
    }
}

/// Reads an object.
///
/// # Errors
///
/// What is wrong with it, or that it tells of a stream that was not whole.
pub(super) fn read(
    line: &[u8],
    framer: &AnyFramer<'_>,
    parts: &mut Parts,
) -> Result<Found, String> {
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
    framer: &AnyFramer<'_>,
    parts: &mut Parts,
) -> Result<Found, String> {
    match framer {
        // The end of the body is written behind the last chunk.
        AnyFramer::Chunked(_) if last && body.is_empty() => return Ok(Found::Nothing),
        // Its parts are frames that say so themselves.
        AnyFramer::Chunked(_) | AnyFramer::WebSocket(_) | AnyFramer::Giop(_) => {
            return Ok(Found::Message(body, meta));
        }
        _ => {}
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
