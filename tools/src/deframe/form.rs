//! The forms in which frames are written.

use std::fs::File;
use std::io::{self, Write as _};

use portolan::frame::deframer::Event;
use portolan::frame::{AnyMeta, Frame, Framing};
use portolan_conformance::driver::Events;
use portolan_conformance::hex;

use super::files::Files;
use super::report::Over;
use super::text::Text;
use crate::args::Deframe;
use crate::output::{self, Frames};
use crate::terminal::Failure;

/// How frames are written.
pub(super) enum Form {
    /// For a person.
    Text(Text<File>),
    /// The events of the driver protocol, one a line.
    Json { events: Events, out: Frames<File> },
    /// The bodies as they are, and what stands behind each.
    Raw { separator: Vec<u8>, is_shown: bool, out: Frames<File> },
    /// A file a frame.
    Files(Files),
}

impl Form {
    /// The form that the arguments ask for.
    pub(super) fn new(options: &Deframe, framing: &Framing) -> Result<Self, Failure> {
        if let Some(dir) = &options.dir {
            return Ok(Self::Files(Files::new(dir)?));
        }
        let out = output::stdout()?;
        Ok(if options.json {
            Self::Json { events: Events::of_lines(), out: Frames::new(out) }
        } else if options.raw {
            let separator = options.separator.clone().unwrap_or_default().0;
            Self::Raw { separator, is_shown: output::is_shown(), out: Frames::new(out) }
        } else {
            Self::Text(Text::new(out, framing))
        })
    }

    /// Whether broken rules are written among the frames.
    pub(super) const fn has_errors(&self) -> bool {
        matches!(self, Self::Json { .. })
    }

    /// Takes an event; `bytes` are the body of a frame, `layer` the framing that is around another.
    pub(super) fn event(
        &mut self,
        layer: Option<usize>,
        event: &Event<AnyMeta>,
        bytes: &[u8],
    ) -> io::Result<()> {
        match (self, event) {
            (Self::Json { events, out }, _) => {
                events.push_of(layer, event, bytes);
                events.write_to(out)?;
                if matches!(event, Event::Frame { .. }) { out.end_frame() } else { Ok(()) }
            }
            (form, Event::Frame { at, frame }) => form.frame(*at, frame, bytes),
            _ => Ok(()),
        }
    }

    fn frame(&mut self, at: u64, frame: &Frame<AnyMeta>, body: &[u8]) -> io::Result<()> {
        match self {
            Self::Text(text) => text.frame(at, frame, body),
            Self::Raw { separator, is_shown, out } => {
                output::write_bytes(out, body, *is_shown)?;
                if !*is_shown {
                    out.write_all(separator)?;
                }
                out.end_frame()
            }
            Self::Files(files) => files.frame(at, body),
            Self::Json { .. } => Ok(()),
        }
    }

    /// Begins to tell what is behind a framing that is over.
    pub(super) fn behind(&mut self, at: u64) -> io::Result<()> {
        match self {
            Self::Json { out, .. } => write!(out, r#"{{"done":true,"at":{at},"rest":""#),
            _ => Ok(()),
        }
    }

    /// Tells more of it.
    pub(super) fn more_behind(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Json { out, .. } => {
                out.write_all(hex::encode(bytes).as_bytes())?;
                out.flush()
            }
            _ => Ok(()),
        }
    }

    /// Ends it; answers whether a person has still to be told.
    pub(super) fn end_behind(&mut self, over: Over, count: u64) -> io::Result<bool> {
        match self {
            Self::Json { out, .. } => {
                let layer =
                    over.layer.map_or_else(String::new, |layer| format!(",\"layer\":{layer}"));
                writeln!(out, "\"{layer}}}").map(|()| false)
            }
            Self::Text(text) => text.behind(over.at, count).map(|()| false),
            Self::Raw { .. } | Self::Files(_) => Ok(count > 0),
        }
    }

    /// Hands on what is held.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Text(text) => text.flush(),
            Self::Json { out, .. } | Self::Raw { out, .. } => out.flush(),
            Self::Files(_) => Ok(()),
        }
    }

    /// How many frames have been written whole.
    pub(super) const fn written(&self) -> u64 {
        match self {
            Self::Text(text) => text.written(),
            Self::Json { out, .. } | Self::Raw { out, .. } => out.written(),
            Self::Files(files) => files.written(),
        }
    }
}
