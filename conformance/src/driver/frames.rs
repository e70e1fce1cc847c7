//! `frame.decode` and `frame.encode`.

use portolan::frame::deframer::{Deframer, Event};
use portolan::frame::{
    AnyFramer, AnyMeta, AtEof, ConfigError, Delimiter, Encode as _, EncodeError, Ending, Fixed,
    LengthPrefix, Lines, Oversize,
};
use serde_json::{Map, Value, json};

use super::events::Events;
use super::numbers::endian_of;
use super::request::{Fields, Refusal, bad_field, required};
use crate::hex;

/// The types of framers that exist here.
pub(super) const TYPES: &[&str] = &["fixed", "length", "delimiter", "lines"];

impl From<ConfigError> for Refusal {
    fn from(error: ConfigError) -> Self {
        bad_config(error.to_string())
    }
}

impl From<EncodeError> for Refusal {
    fn from(error: EncodeError) -> Self {
        Self::Error {
            code: error.code(),
            at: u64::try_from(error.at).ok(),
            len: None,
            message: error.to_string(),
        }
    }
}

fn bad_config(message: String) -> Refusal {
    Refusal::Error { code: "bad-config", at: None, len: None, message }
}

/// Builds the framer that an object describes.
pub(super) fn framer(fields: Fields<'_>) -> Result<AnyFramer<'static>, Refusal> {
    let kind = required("type", fields.text("type")?)?;
    if !TYPES.contains(&kind) {
        return Err(Refusal::unsupported("framer", kind));
    }
    // From here on a field that is missing or has no valid value is a bad configuration.
    build(kind, fields).map_err(|refusal| match refusal {
        Refusal::Error { message, .. } => bad_config(message),
        other => other,
    })
}

fn build(kind: &str, fields: Fields<'_>) -> Result<AnyFramer<'static>, Refusal> {
    let size = |name| fields.narrow::<usize>(name);
    if kind == "fixed" {
        return Ok(Fixed::try_from(required("len", size("len")?)?)?.into());
    }
    let max = required("max", size("max")?)?;
    match kind {
        "length" => length(fields, max),
        "delimiter" => {
            let listed = required("any_of", fields.array("any_of")?)?;
            let bytes = |value: &Value| value.as_str().and_then(hex::decode);
            let set: Option<Vec<Vec<u8>>> = listed.iter().map(bytes).collect();
            let set = set.ok_or_else(|| bad_field("any_of", "a list of hex strings"))?;
            let set: Vec<&[u8]> = set.iter().map(Vec::as_slice).collect();
            let builder = Delimiter::any_of(&set, max)
                .oversize(oversize(fields)?)
                .at_eof(at_eof(fields)?.unwrap_or(AtEof::Reject));
            Ok(builder.build()?.into_owned().into())
        }
        _ => {
            let lines = Lines::new(ending(fields)?, max)
                .oversize(oversize(fields)?)
                .at_eof(at_eof(fields)?.unwrap_or(AtEof::Emit));
            Ok(lines.into())
        }
    }
}

fn length(fields: Fields<'_>, max: usize) -> Result<AnyFramer<'static>, Refusal> {
    let size = |name| fields.narrow::<usize>(name);
    let mut builder = LengthPrefix::builder(max)
        .width(required("width", size("width")?)?)
        .offset(size("offset")?.unwrap_or(0))
        .endian(endian_of(fields)?)
        .signed(fields.flag("signed")?)
        .adjust(fields.signed("adjust")?.unwrap_or(0))
        .includes_header(fields.flag("includes_header")?)
        .trailer(size("trailer")?.unwrap_or(0))
        .oversize(oversize(fields)?);
    if let Some(header) = size("header")? {
        builder = builder.header(header);
    }
    Ok(builder.build()?.into())
}

fn oversize(fields: Fields<'_>) -> Result<Oversize, Refusal> {
    match fields.text("oversize")? {
        None | Some("fail") => Ok(Oversize::Fail),
        Some("discard") => Ok(Oversize::Discard),
        Some(_) => Err(bad_field("oversize", "fail or discard")),
    }
}

fn at_eof(fields: Fields<'_>) -> Result<Option<AtEof>, Refusal> {
    match fields.text("at_eof")? {
        None => Ok(None),
        Some("reject") => Ok(Some(AtEof::Reject)),
        Some("emit") => Ok(Some(AtEof::Emit)),
        Some("drop") => Ok(Some(AtEof::Drop)),
        Some(_) => Err(bad_field("at_eof", "reject, emit or drop")),
    }
}

fn ending(fields: Fields<'_>) -> Result<Ending, Refusal> {
    match fields.text("ending")? {
        None | Some("lf") => Ok(Ending::Lf),
        Some("crlf") => Ok(Ending::CrLf),
        Some("optional-cr") => Ok(Ending::OptionalCr),
        Some("universal") => Ok(Ending::Universal),
        Some(_) => Err(bad_field("ending", "lf, crlf, optional-cr or universal")),
    }
}

/// The answer as text: there may be an event for each byte.
pub(super) fn decode(fields: Fields<'_>) -> Result<String, Refusal> {
    let framer = framer(required("framer", fields.object("framer")?)?)?;
    let mut replay = Replay::new(framer);
    for chunk in chunks(fields)? {
        replay.feed(&chunk, false);
    }
    if fields.flag("eof")? {
        replay.feed(b"", true);
    }
    Ok(format!(r#"{{"events":[{}]}}"#, replay.finish()))
}

/// The stream: `chunks`, or `in` as one.
fn chunks(fields: Fields<'_>) -> Result<Vec<Vec<u8>>, Refusal> {
    let Some(chunks) = fields.array("chunks")? else {
        return Ok(vec![fields.input()?]);
    };
    if fields.value("in").is_some() || fields.value("text").is_some() {
        return Err(Refusal::bad_request("both `chunks` and `in` or `text`"));
    }
    let bytes = |value: &Value| value.as_str().and_then(hex::decode);
    let chunks: Option<_> = chunks.iter().map(bytes).collect();
    chunks.ok_or_else(|| bad_field("chunks", "a list of hex strings"))
}

/// A framer over chunks, and the events so far.
struct Replay {
    deframer: Deframer<AnyFramer<'static>>,
    /// Bytes that have not been consumed.
    held: Vec<u8>,
    events: Events,
    /// The last answer, while the stream goes on.
    need: Option<usize>,
}

impl Replay {
    const fn new(framer: AnyFramer<'static>) -> Self {
        let deframer = Deframer::new(framer);
        Self { deframer, held: Vec::new(), events: Events::of_list(), need: None }
    }

    /// Takes the next chunk, and says whether the stream ends behind it.
    fn feed(&mut self, chunk: &[u8], end: bool) {
        self.held.extend_from_slice(chunk);
        self.need = None;
        let mut at = 0_usize;
        while !self.deframer.is_over() {
            let input = self.held.get_mut(at..).unwrap_or_default();
            let event = self.deframer.poll_in_place(input, end);
            if let Event::Need(need) = event {
                self.need = Some(need.min.get());
                break;
            }
            self.events.push(&event, input);
            at = at.saturating_add(event.consumed());
        }
        self.held.drain(..at.min(self.held.len()));
    }

    /// The events, of which the last says what is wanted where the stream goes on.
    fn finish(mut self) -> String {
        if let Some(need) = self.need {
            self.events.push_need(need);
        }
        self.events.finish()
    }
}

pub(super) fn encode(fields: Fields<'_>) -> Result<Value, Refusal> {
    let mut framer = framer(required("framer", fields.object("framer")?)?)?;
    let payloads = required("payloads", fields.array("payloads")?)?;
    let mut out = Vec::new();
    for payload in payloads {
        let payload = payload.as_str().and_then(hex::decode);
        let payload = payload.ok_or_else(|| bad_field("payloads", "a list of hex strings"))?;
        framer.append(&payload, AnyMeta::None, &mut out)?;
    }
    Ok(json!({ "bytes": hex::encode(&out) }))
}

/// Builds the framer that an object of the driver protocol describes.
///
/// # Errors
///
/// What is wrong with the object, for a person to read.
pub fn from_object(object: &Map<String, Value>) -> Result<AnyFramer<'static>, String> {
    framer(Fields(object)).map_err(|refusal| match refusal {
        Refusal::Error { message, .. } => message,
        Refusal::Unsupported(reason) => format!("{reason}; there is: {}", TYPES.join(" ")),
        Refusal::Need(_) => "not a framer".to_owned(),
    })
}
