//! What is told of the streams of a capture: lines for people, or objects of the driver protocol.

mod json;
mod text;

use std::fmt;
use std::io::{self, Write};

use portolan::frame::deframer::{End, Event};

use super::container::Broken;
use super::flow::{Happening, Observer, Place};
use super::summary::Summary;
use crate::progress::Progress;
use crate::terminal::Failure;

/// Frames and notes on standard output, errors on standard error; all on standard output as JSON.
pub(super) struct Report<W: Write> {
    out: W,
    is_json: bool,
    /// Whether a stream is read on behind a bad frame.
    resync: bool,
    /// What the number is that frames say.
    number: &'static str,
    has_failed: bool,
    progress: Progress,
}

impl<W: Write> Report<W> {
    pub(super) const fn new(out: W, is_json: bool, progress: Progress) -> Self {
        Self { out, is_json, resync: false, number: "number", has_failed: false, progress }
    }

    /// Says more for people: what the number is that frames say, and what is behind bad frames.
    pub(super) fn with(self, number: &'static str, resync: bool) -> Self {
        Self { number, resync, ..self }
    }

    /// Shows what has been told, before more is waited for.
    pub(super) fn flush(&mut self, position: u64) -> io::Result<()> {
        self.progress.at(position);
        self.out.flush()
    }

    /// Says what was in no stream, and why the capture could not be read on.
    pub(super) fn end(mut self, summary: &Summary, broken: Option<Broken>) -> Result<(), Failure> {
        let lacks = summary.passed.keys().any(|reason| reason.is_failure());
        self.has_failed |= lacks || broken.is_some();
        if self.is_json {
            self.summary_as_json(summary, broken)?;
        }
        self.out.flush()?;
        self.progress.finish();
        if !self.is_json {
            text::summary(summary, broken)?;
        }
        if self.has_failed { Err(Failure::Refused) } else { Ok(()) }
    }
}

impl<W: Write> Observer for Report<W> {
    fn happens(&mut self, place: &Place<'_>, what: &Happening<'_>) -> io::Result<()> {
        self.has_failed |= match what {
            Happening::Event { event, .. } => {
                matches!(event, Event::Error(_) | Event::End(End::Truncated { .. }))
            }
            Happening::Differs { .. } | Happening::Gap { .. } | Happening::Cut { .. } => true,
            _ => false,
        };
        if self.is_json {
            self.happens_as_json(place, what)
        } else {
            self.happens_as_text(place, what)
        }
    }

    /// Among the events of the protocol, a bad frame is one that others follow.
    fn goes_on(&self) -> bool {
        self.resync || self.is_json
    }
}

/// Nanoseconds as seconds, with as many digits as there are: six or nine.
struct Seconds(i128);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let nanoseconds = self.0.unsigned_abs();
        let (seconds, rest) = (nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000);
        if rest.is_multiple_of(1000) {
            write!(f, "{sign}{seconds}.{:06}", rest / 1000)
        } else {
            write!(f, "{sign}{seconds}.{rest:09}")
        }
    }
}

#[cfg(test)]
mod tests;
