//! Events of `frame.decode` as JSON text, written one behind the other.
//!
//! A stream may hold an event for each of its bytes: as a tree of values they would take hundreds
//! of times its memory.

use std::fmt::Write as _;
use std::io;

use portolan::frame::deframer::{End, Event};
use portolan::frame::{AnyMeta, Recovery};

use super::frames::meta_to_json;
use super::request::number;
use crate::hex;

/// Writes the events of a stream, adjacent skips as one.
#[derive(Clone, Debug)]
pub struct Events {
    text: String,
    /// What stands between two events, or behind each where it is a line feed.
    separator: char,
    /// Offset and length of the bytes skipped last, which the next event may still add to.
    skipped: Option<(u64, u64)>,
    /// The framing that the event is from, where that is around another.
    layer: Option<usize>,
}

impl Events {
    /// No events yet; they will be members of a list.
    #[must_use]
    pub const fn of_list() -> Self {
        Self { text: String::new(), separator: ',', skipped: None, layer: None }
    }

    /// No events yet; each will be a line.
    #[must_use]
    pub const fn of_lines() -> Self {
        Self { text: String::new(), separator: '\n', skipped: None, layer: None }
    }

    /// Adds an event, except that more bytes are needed; `bytes` are the payload of a frame, or what
    /// is behind a framing that is over.
    pub fn push(&mut self, event: &Event<AnyMeta>, bytes: &[u8]) {
        self.push_of(None, event, bytes);
    }

    /// The same of frames inside frames: `layer` is the framing that the event is from, 0 the
    /// outermost; `None` the innermost.
    pub fn push_of(&mut self, layer: Option<usize>, event: &Event<AnyMeta>, bytes: &[u8]) {
        if layer != self.layer {
            self.end_skip();
            self.layer = layer;
        }
        match event {
            Event::Skip { at, len } => self.skip(*at, u64::try_from(len.get()).unwrap_or(u64::MAX)),
            Event::Need(_) => {}
            Event::Frame { at, frame } => {
                self.write(|text| {
                    text.push_str("{\"frame\":\"");
                    hex::encode_into(bytes, text);
                    let _ = write!(text, "\",\"at\":{},\"wire\":{}", whole(*at), frame.wire);
                    text.push_str(if frame.last { "" } else { ",\"last\":false" });
                    if frame.meta != AnyMeta::None {
                        let _ = write!(text, ",\"meta\":{}", meta_to_json(frame.meta));
                    }
                    text.push('}');
                });
            }
            Event::Error(error) => {
                let (code, at) = (error.code(), whole(error.at));
                let recovery = match error.recovery {
                    Recovery::Fatal => "fatal",
                    Recovery::Resync => "resync",
                };
                let layer = self.told();
                self.put(format_args!(
                    r#"{{"error":"{code}","at":{at},"recovery":"{recovery}"{layer}}}"#
                ));
            }
            Event::Done { at } => {
                let layer = self.told();
                self.write(|text| {
                    let _ = write!(text, r#"{{"done":true,"at":{},"rest":""#, whole(*at));
                    hex::encode_into(bytes, text);
                    let _ = write!(text, r#""{layer}}}"#);
                });
            }
            Event::End(End::Clean) => self.put(format_args!(r#"{{"end":"clean"}}"#)),
            Event::End(End::Truncated { at }) => {
                let (at, layer) = (whole(*at), self.told());
                self.put(format_args!(r#"{{"end":"truncated","at":{at}{layer}}}"#));
            }
        }
    }

    /// Adds what is wanted where the stream goes on.
    pub(super) fn push_need(&mut self, bytes: usize) {
        let bytes = whole(u64::try_from(bytes).unwrap_or(u64::MAX));
        self.put(format_args!(r#"{{"need":{bytes}}}"#));
    }

    /// Takes the text so far; a skip that may still grow stays.
    #[must_use]
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }

    /// Writes the text so far, and keeps its memory; a skip that may still grow stays.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_to(&mut self, out: &mut impl io::Write) -> io::Result<()> {
        let result = out.write_all(self.text.as_bytes());
        self.text.clear();
        result
    }

    /// The text of all events.
    #[must_use]
    pub fn finish(mut self) -> String {
        self.end_skip();
        self.text
    }

    /// The member that says which framing the event is from.
    fn told(&self) -> String {
        self.layer.map_or_else(String::new, |layer| format!(r#","layer":{layer}"#))
    }

    fn skip(&mut self, at: u64, len: u64) {
        let (begin, before) = self.skipped.unwrap_or((at, 0));
        self.skipped = Some((begin, before.saturating_add(len)));
    }

    fn end_skip(&mut self) {
        if let Some((at, len)) = self.skipped.take() {
            let (at, len) = (whole(at), whole(len));
            let layer = self.told();
            self.put(format_args!(r#"{{"skip":{len},"at":{at}{layer}}}"#));
        }
    }

    fn put(&mut self, event: std::fmt::Arguments<'_>) {
        self.write(|text| {
            let _ = text.write_fmt(event);
        });
    }

    fn write(&mut self, event: impl FnOnce(&mut String)) {
        self.end_skip();
        if self.separator == ',' && !self.text.is_empty() {
            self.text.push(',');
        }
        event(&mut self.text);
        if self.separator == '\n' {
            self.text.push('\n');
        }
    }
}

/// A number as the protocol writes it.
fn whole(value: u64) -> impl std::fmt::Display {
    number(value)
}
