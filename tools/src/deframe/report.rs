//! What is told of a stream: its frames, what is wrong with it, and how it ends.

use std::io::{self, Write as _};

use portolan::frame::deframer::{AnyDeframer, Buffered, End, Event};
use portolan::frame::{AnyMeta, FrameError, Recovery};

use super::form::Form;
use crate::output;
use crate::progress::Progress;
use crate::terminal::{BAD, Failure, note};

/// Where a framing is over.
#[derive(Clone, Copy)]
pub(super) struct Over {
    pub(super) at: u64,
    /// The framing that is, where it is around another.
    pub(super) layer: Option<usize>,
    /// Whether it is inside another.
    pub(super) is_inside: bool,
}

/// Tells the events of a stream.
pub(super) struct Report {
    form: Form,
    /// Whether a bad frame is passed over.
    resync: bool,
    /// Whole frames, and those that were not.
    frames: u64,
    bad: u64,
    /// Bytes behind a framing that is over.
    behind: u64,
    /// Where the last bad frame is bad.
    refused_at: Option<u64>,
    failed: bool,
    stopped: bool,
    progress: Progress,
}

impl Report {
    pub(super) const fn new(form: Form, resync: bool, progress: Progress) -> Self {
        Self {
            form,
            resync,
            frames: 0,
            bad: 0,
            refused_at: None,
            behind: 0,
            failed: false,
            stopped: false,
            progress,
        }
    }

    /// Reports what the bytes hold so far, before more are waited for; answers where the
    /// framing is over, if others may follow.
    pub(super) fn events(&mut self, reader: &mut AnyDeframer) -> Result<Option<Over>, Failure> {
        let mut over = None;
        while !reader.is_over() && !self.stopped {
            let event = Buffered::poll(reader);
            // The innermost framing is the one that is meant.
            let layer = reader.layer();
            let layer = (layer.saturating_add(1) < reader.layers()).then_some(layer);
            match event {
                Event::Need(_) => break,
                Event::Done { at } => {
                    let is_inside = layer.is_none() && reader.layers() > 1;
                    over = Some(Over { at, layer, is_inside });
                }
                event => self.event(layer, &event, reader.body())?,
            }
        }
        self.form.flush()?;
        Ok(over)
    }

    /// Whether a bad frame has ended the report.
    pub(super) const fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// Says how much of the stream is done.
    pub(super) fn at(&mut self, position: u64) {
        self.progress.at(position);
    }

    /// Begins to tell what is behind a framing that is over.
    pub(super) fn behind(&mut self, over: Over, bytes: &[u8]) -> Result<(), Failure> {
        self.form.behind(over.at)?;
        self.more_behind(bytes)
    }

    pub(super) fn more_behind(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.behind = self.behind.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        Ok(self.form.more_behind(bytes)?)
    }

    pub(super) fn end_behind(&mut self, over: Over) -> Result<(), Failure> {
        let (at, count) = (over.at, self.behind);
        if self.form.end_behind(over, count)? {
            self.progress
                .aside(|| note(&format!("the framing is over at byte {at}; {count} bytes follow")));
        }
        Ok(self.form.flush()?)
    }

    /// Ends the report; what went wrong with it counts the frames that were written.
    pub(super) fn close(self, result: Result<(), Failure>) -> Result<(), Failure> {
        self.progress.finish();
        output::counted(result, self.form.written())?;
        if self.failed { Err(Failure::Refused) } else { Ok(()) }
    }

    fn event(
        &mut self,
        layer: Option<usize>,
        event: &Event<AnyMeta>,
        bytes: &[u8],
    ) -> io::Result<()> {
        self.form.event(layer, event, bytes)?;
        match event {
            Event::Frame { .. } => self.frames = self.frames.saturating_add(1),
            Event::Error(error) => {
                self.bad = self.bad.saturating_add(1);
                self.refused_at = Some(error.at);
                self.error(layer, error)?;
            }
            Event::End(End::Truncated { at }) => {
                // The frame that is cut off may be the bad one.
                let is_refused = self.refused_at.is_some_and(|refused| *at <= refused);
                self.bad = self.bad.saturating_add(u64::from(!is_refused));
                self.fail("stream ends inside a frame (truncated)", layer, *at, "nothing follows")?;
            }
            _ => {}
        }
        Ok(())
    }

    fn error(&mut self, layer: Option<usize>, error: &FrameError) -> io::Result<()> {
        // Among the events of the protocol, a bad frame is one that others follow.
        self.stopped = !self.resync && !self.form.has_errors();
        let after = match error.recovery {
            Recovery::Fatal => "the framing cannot go on",
            Recovery::Resync if self.stopped => "`--resync` goes on with the next",
            Recovery::Resync => "going on with the next",
        };
        self.fail(&format!("{} ({})", error.kind, error.code()), layer, error.at, after)
    }

    /// Says on standard error what is wrong, below the frames before it.
    fn fail(&mut self, what: &str, layer: Option<usize>, at: u64, after: &str) -> io::Result<()> {
        self.failed = true;
        if self.form.has_errors() {
            return Ok(());
        }
        self.form.flush()?;
        let frames = self.frames;
        // Of framings around another, frames are not counted.
        let place =
            whose(layer).unwrap_or_else(|| format!("(frame {})", frames.saturating_add(self.bad)));
        let are = if frames == 1 { "frame before it is" } else { "frames before it are" };
        self.progress.aside(|| {
            let mut err = anstream::stderr().lock();
            writeln!(err, "{BAD}error:{BAD:#} {what}")?;
            writeln!(err, "    at byte {at} {place}; {frames} {are} whole; {after}")
        })
    }
}

/// Of frames inside frames, the framing that is around another.
pub(super) fn whose(layer: Option<usize>) -> Option<String> {
    Some(match layer? {
        0 => "of the outermost framing".to_owned(),
        layer => format!("of framing {layer} from outside"),
    })
}
