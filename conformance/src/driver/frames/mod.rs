//! `frame.decode` and `frame.encode`.

mod build;
mod meta;

use portolan::frame::deframer::{AnyDeframer, Buffered, Event};
use portolan::frame::{AnyMeta, ConfigError, Encode as _, EncodeError, EncodeErrorKind, Framing};
use serde_json::{Value, json};

use super::events::Events;
use super::request::{Fields, Refusal, bad_field, required};
use crate::hex;

pub(crate) use self::build::members;
pub(super) use self::build::{TEXT, types};
pub(super) use self::meta::to_json as meta_to_json;

impl From<ConfigError> for Refusal {
    fn from(error: ConfigError) -> Self {
        bad_config(error.to_string())
    }
}

impl From<EncodeError> for Refusal {
    fn from(error: EncodeError) -> Self {
        if error.kind == EncodeErrorKind::MetaMismatch {
            return bad_field("metas", "of this framing");
        }
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

/// The answer as text: there may be an event for each byte.
pub(super) fn decode(fields: Fields<'_>) -> Result<String, Refusal> {
    let framing = build::framing(fields)?;
    let mut replay = Replay::new(framing);
    for chunk in chunks(fields)? {
        replay.feed(&chunk);
    }
    if fields.flag("eof")? {
        replay.end();
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

/// A framing over chunks, and the events so far.
struct Replay {
    reader: AnyDeframer,
    events: Events,
    /// The last answer, while the stream goes on.
    need: Option<usize>,
    done: bool,
}

impl Replay {
    fn new(framing: Framing) -> Self {
        Self { reader: framing.into_deframer(), events: Events::of_list(), need: None, done: false }
    }

    /// Takes the next chunk.
    fn feed(&mut self, chunk: &[u8]) {
        if !self.reader.is_over() || self.done {
            self.reader.extend(chunk);
            self.drain();
        }
    }

    fn end(&mut self) {
        self.reader.end();
        self.drain();
    }

    fn drain(&mut self) {
        self.need = None;
        while !self.reader.is_over() {
            match Buffered::poll(&mut self.reader) {
                Event::Need(need) => {
                    self.need = Some(need.min.get());
                    break;
                }
                // What is behind the framing is told when all of it has come.
                Event::Done { .. } => self.done = true,
                event => self.events.push_of(self.outer(), &event, self.reader.body()),
            }
        }
    }

    /// The framing that the last event is from, where that is around another.
    fn outer(&self) -> Option<usize> {
        let layer = self.reader.layer();
        (layer.saturating_add(1) < self.reader.layers()).then_some(layer)
    }

    /// The events, of which the last says what is wanted where the stream goes on.
    fn finish(mut self) -> String {
        if let Some(need) = self.need {
            self.events.push_need(need);
        }
        if self.done {
            let event = Buffered::poll(&mut self.reader);
            self.events.push_of(self.outer(), &event, self.reader.rest());
        }
        self.events.finish()
    }
}

pub(super) fn encode(fields: Fields<'_>) -> Result<Value, Refusal> {
    let framing = build::framing(fields)?;
    let mut framer = framing.into_encoder();
    let payloads = required("payloads", fields.array("payloads")?)?;
    let metas = fields.array("metas")?;
    if metas.is_some_and(|metas| metas.len() != payloads.len()) {
        return Err(bad_field("metas", "as long as `payloads`"));
    }
    let mut metas = metas.into_iter().flatten();
    let mut out = Vec::new();
    for payload in payloads {
        let payload = payload.as_str().and_then(hex::decode);
        let payload = payload.ok_or_else(|| bad_field("payloads", "a list of hex strings"))?;
        let meta = metas.next().map_or(Ok(AnyMeta::None), meta::from_json)?;
        framer.append(&payload, meta, &mut out)?;
    }
    framer.append_end(&mut out)?;
    Ok(json!({ "bytes": hex::encode(&out) }))
}

/// Reads what the `meta` of an event says.
///
/// # Errors
///
/// What is wrong with it, for a person to read.
pub fn meta_of_event(value: &Value) -> Result<AnyMeta, String> {
    meta::from_json(value).map_err(|_| "`meta` is no meta data of a frame".to_owned())
}
