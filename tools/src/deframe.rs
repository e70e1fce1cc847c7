//! `portolan deframe`: a stream in, its frames out.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};

use portolan::frame::deframer::{Deframer, End, Event};
use portolan::frame::{AnyFramer, Recovery};
use portolan_conformance::hex;
use serde_json::json;

use crate::args::Deframe;
use crate::framer;
use crate::hexdump::{Hexdump, Printable};
use crate::progress::Progress;
use crate::terminal::{BAD, FAINT, Failure, GOOD};

/// How much is read at once.
const READ: usize = 64 << 10;

/// Prints every frame; a broken rule or a truncated end makes the exit code 1.
pub(crate) fn run(options: &Deframe) -> Result<(), Failure> {
    let framer = framer::parse(&options.framer)?;
    match &options.file {
        None => frames(framer, io::stdin().lock(), None, options.json),
        Some(path) => {
            let name = path.display();
            let file =
                File::open(path).map_err(|error| Failure::Usage(format!("{name}: {error}")))?;
            let len = file.metadata().ok().map(|data| data.len());
            frames(framer, file, len, options.json)
        }
    }
}

fn frames(
    framer: AnyFramer<'static>,
    mut input: impl Read,
    len: Option<u64>,
    json: bool,
) -> Result<(), Failure> {
    let out = anstream::AutoStream::auto(io::stdout());
    let mut report = Report { out: BufWriter::new(out), json, frames: 0, failed: false };
    let mut deframer = Deframer::new(framer);
    let mut held: Vec<u8> = Vec::new();
    let mut progress = Progress::of_bytes(len);
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
        progress.at(deframer.position());
        if read == 0 || deframer.is_over() {
            break;
        }
    }
    progress.finish();
    report.out.flush()?;
    if report.failed { Err(Failure::Refused) } else { Ok(()) }
}

struct Report<W: Write> {
    out: W,
    json: bool,
    frames: u64,
    failed: bool,
}

impl<W: Write> Report<W> {
    /// Reports what the bytes hold so far; returns how many of them are done with.
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
                return Ok(at);
            }
        }
    }

    fn event<M>(&mut self, event: &Event<M>, input: &[u8]) -> Result<(), Failure> {
        match event {
            Event::Frame { at, frame } => {
                self.frames = self.frames.saturating_add(1);
                let body = input.get(frame.body.clone()).unwrap_or_default();
                self.frame(*at, frame.wire.get(), body)?;
            }
            Event::Skip { at, len } if self.json => {
                writeln!(self.out, "{}", json!({ "skip": len, "at": at }))?;
            }
            Event::Error(error) => {
                let resync = error.recovery == Recovery::Resync;
                let recovery = if resync { "resync" } else { "fatal" };
                let event = json!({ "error": error.code(), "at": error.at, "recovery": recovery });
                let after = if resync {
                    "going on with the next frame"
                } else {
                    "the framing cannot go on"
                };
                self.fail(&event, &format!("{} ({})", error.kind, error.code()), error.at, after)?;
            }
            Event::End(End::Truncated { at }) => {
                let event = json!({ "end": "truncated", "at": at });
                self.fail(
                    &event,
                    "stream ends inside a frame (truncated)",
                    *at,
                    "nothing follows",
                )?;
            }
            Event::End(End::Clean) if self.json => {
                writeln!(self.out, "{}", json!({ "end": "clean" }))?;
            }
            Event::Done { at } => {
                let rest = hex::encode(input);
                if self.json {
                    writeln!(self.out, "{}", json!({ "done": true, "at": at, "rest": rest }))?;
                }
            }
            Event::Skip { .. } | Event::End(End::Clean) | Event::Need(_) => {}
        }
        Ok(())
    }

    fn frame(&mut self, at: u64, wire: usize, body: &[u8]) -> io::Result<()> {
        /// How many bytes of a body are shown.
        const SHOWN: usize = 256;
        if self.json {
            return writeln!(
                self.out,
                "{}",
                json!({ "frame": hex::encode(body), "at": at, "wire": wire })
            );
        }
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

    /// Says what is wrong: as an event, or for a person on standard error.
    fn fail(
        &mut self,
        event: &serde_json::Value,
        what: &str,
        at: u64,
        after: &str,
    ) -> io::Result<()> {
        self.failed = true;
        if self.json {
            return writeln!(self.out, "{event}");
        }
        self.out.flush()?;
        let frames = self.frames;
        let plural = if frames == 1 { "frame before it is" } else { "frames before it are" };
        let mut err = anstream::stderr().lock();
        writeln!(err, "{BAD}error:{BAD:#} {what}")?;
        writeln!(err, "    at byte {at}; {frames} {plural} whole; {after}")
    }
}
