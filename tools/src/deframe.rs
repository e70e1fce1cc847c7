//! `portolan deframe`: a stream in, its frames out.

use std::io::{self, BufWriter, Read, Write};

use portolan::frame::deframer::{Deframer, End, Event};
use portolan::frame::{AnyFramer, FrameError, Recovery};
use portolan_conformance::driver::Events;
use portolan_conformance::hex;

use crate::args::Deframe;
use crate::hexdump::{Hexdump, Printable};
use crate::progress::Progress;
use crate::terminal::{BAD, FAINT, Failure, GOOD};
use crate::{framer, input};

/// How much is read at once.
const READ: usize = 64 << 10;

/// Prints every frame; a broken rule or a truncated end makes the exit code 1.
pub(crate) fn run(options: &Deframe) -> Result<(), Failure> {
    let framer = framer::parse(&options.framer)?;
    let (input, len) = input::open(options.file.as_ref())?;
    let mut report = Report {
        out: BufWriter::new(anstream::AutoStream::auto(io::stdout())),
        events: options.json.then(Events::of_lines),
        frames: 0,
        failed: false,
        progress: Progress::of_bytes(len),
    };
    frames(framer, input, &mut report)?;
    report.progress.finish();
    if report.failed { Err(Failure::Refused) } else { Ok(()) }
}

fn frames(
    framer: AnyFramer<'static>,
    mut input: impl Read,
    report: &mut Report<impl Write>,
) -> Result<(), Failure> {
    let mut deframer = Deframer::new(framer);
    let mut held: Vec<u8> = Vec::new();
    loop {
        // Only what has been read takes memory, whatever a length field declares.
        let kept = held.len();
        held.resize(kept.saturating_add(READ), 0);
        let read = match input.read(held.get_mut(kept..).unwrap_or_default()) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                held.truncate(kept);
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        held.truncate(kept.saturating_add(read));
        let consumed = report.events(&mut deframer, &mut held, read == 0)?;
        held.drain(..consumed.min(held.len()));
        report.progress.at(deframer.position());
        if read == 0 || deframer.is_over() {
            return Ok(());
        }
    }
}

struct Report<W: Write> {
    out: W,
    /// The events as JSON, where that is wanted.
    events: Option<Events>,
    frames: u64,
    failed: bool,
    progress: Progress,
}

impl<W: Write> Report<W> {
    /// Reports what the bytes hold so far, before more are waited for; returns how many of them
    /// are done with.
    fn events(
        &mut self,
        deframer: &mut Deframer<AnyFramer<'static>>,
        held: &mut [u8],
        end: bool,
    ) -> Result<usize, Failure> {
        let mut at = 0_usize;
        loop {
            let input = held.get_mut(at..).unwrap_or_default();
            let event = deframer.poll_in_place(input, end);
            self.event(&event, input)?;
            at = at.saturating_add(event.consumed());
            if matches!(event, Event::Need(_)) || deframer.is_over() {
                break;
            }
        }
        if let Some(events) = &mut self.events {
            self.out.write_all(events.take().as_bytes())?;
        }
        self.out.flush()?;
        Ok(at)
    }

    fn event<M>(&mut self, event: &Event<M>, input: &[u8]) -> io::Result<()> {
        self.failed |= matches!(event, Event::Error(_) | Event::End(End::Truncated { .. }));
        match (&mut self.events, event) {
            (Some(events), _) => {
                events.push(event, input);
                Ok(())
            }
            (None, Event::Frame { at, frame }) => {
                self.frames = self.frames.saturating_add(1);
                let body = input.get(frame.body.clone()).unwrap_or_default();
                self.frame(*at, frame.wire.get(), body)
            }
            (None, Event::Error(error)) => self.error(error),
            (None, Event::End(End::Truncated { at })) => {
                self.fail("stream ends inside a frame (truncated)", *at, "nothing follows")
            }
            (None, _) => Ok(()),
        }
    }

    fn frame(&mut self, at: u64, wire: usize, body: &[u8]) -> io::Result<()> {
        /// How many bytes of a body are shown.
        const SHOWN: usize = 256;
        let len = body.len();
        if len > 8 {
            writeln!(self.out, "{GOOD}at {at}{GOOD:#}  wire {wire}  {len} bytes")?;
            return write!(self.out, "{}", Hexdump { bytes: body, indent: 4, limit: SHOWN });
        }
        let digits = hex::encode(body);
        writeln!(
            self.out,
            "{GOOD}at {at}{GOOD:#}  wire {wire}  {len} bytes  {digits}  {FAINT}|{}|{FAINT:#}",
            Printable(body)
        )
    }

    fn error(&mut self, error: &FrameError) -> io::Result<()> {
        let after = match error.recovery {
            Recovery::Resync => "going on with the next frame",
            Recovery::Fatal => "the framing cannot go on",
        };
        self.fail(&format!("{} ({})", error.kind, error.code()), error.at, after)
    }

    /// Says on standard error what is wrong, below the frames before it.
    fn fail(&mut self, what: &str, at: u64, after: &str) -> io::Result<()> {
        self.out.flush()?;
        let frames = self.frames;
        let plural = if frames == 1 { "frame before it is" } else { "frames before it are" };
        self.progress.aside(|| {
            let mut err = anstream::stderr().lock();
            writeln!(err, "{BAD}error:{BAD:#} {what}")?;
            writeln!(err, "    at byte {at}; {frames} {plural} whole; {after}")
        })
    }
}
