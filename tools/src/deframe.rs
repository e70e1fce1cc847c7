//! `portolan deframe`: a stream in, its frames out.

use std::io::{self, BufWriter, Read, Write};

use portolan::frame::deframer::{AnyDeframer, End, Event};
use portolan::frame::{AnyMeta, FrameError, Recovery};
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
    let reader = framer::parse(&options.framer)?.into_deframer();
    let (input, len) = input::open(options.file.as_ref())?;
    let mut report = Report {
        out: BufWriter::new(anstream::AutoStream::auto(io::stdout())),
        events: options.json.then(Events::of_lines),
        frames: 0,
        failed: false,
        progress: Progress::of_bytes(len),
    };
    frames(reader, input, &mut report)?;
    report.progress.finish();
    if report.failed { Err(Failure::Refused) } else { Ok(()) }
}

fn frames(
    mut reader: AnyDeframer,
    mut input: impl Read,
    report: &mut Report<impl Write>,
) -> Result<(), Failure> {
    let mut piece = vec![0; READ];
    loop {
        let read = read(&mut input, &mut piece)?;
        if read.is_empty() {
            reader.end();
        }
        reader.extend(read);
        let ended = read.is_empty();
        let done = report.events(&mut reader)?;
        report.progress.at(reader.position());
        if done {
            return behind(&mut reader, input, report);
        }
        if ended || reader.is_over() {
            return Ok(());
        }
    }
}

/// Reads into `piece`, and answers what has been read; nothing at the end.
fn read<'p>(input: &mut impl Read, piece: &'p mut [u8]) -> io::Result<&'p [u8]> {
    loop {
        match input.read(piece) {
            Ok(read) => return Ok(piece.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Tells what is behind a framing that is over, however much it is.
fn behind(
    reader: &mut AnyDeframer,
    mut input: impl Read,
    report: &mut Report<impl Write>,
) -> Result<(), Failure> {
    let at = reader.position();
    let (_, rest) = reader.poll();
    let mut count = u64::try_from(rest.len()).unwrap_or(u64::MAX);
    let json = report.events.is_some();
    if json {
        write!(report.out, r#"{{"done":true,"at":{at},"rest":"{}"#, hex::encode(rest))?;
    }
    let mut piece = vec![0; READ];
    loop {
        let read = read(&mut input, &mut piece)?;
        if read.is_empty() {
            break;
        }
        count = count.saturating_add(u64::try_from(read.len()).unwrap_or(u64::MAX));
        if json {
            write!(report.out, "{}", hex::encode(read))?;
        }
    }
    if json {
        writeln!(report.out, "\"}}")?;
    } else {
        writeln!(report.out, "{FAINT}at {at}  the framing is over; {count} bytes follow{FAINT:#}")?;
    }
    Ok(report.out.flush()?)
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
    /// Reports what the bytes hold so far, before more are waited for; answers whether the framing
    /// is over, and others follow.
    fn events(&mut self, reader: &mut AnyDeframer) -> Result<bool, Failure> {
        let mut done = false;
        while !reader.is_over() {
            match reader.poll() {
                (Event::Need(_), _) => break,
                (Event::Done { .. }, _) => done = true,
                (event, bytes) => self.event(&event, bytes)?,
            }
        }
        if let Some(events) = &mut self.events {
            self.out.write_all(events.take().as_bytes())?;
        }
        self.out.flush()?;
        Ok(done)
    }

    fn event(&mut self, event: &Event<AnyMeta>, bytes: &[u8]) -> io::Result<()> {
        self.failed |= matches!(event, Event::Error(_) | Event::End(End::Truncated { .. }));
        match (&mut self.events, event) {
            (Some(events), _) => {
                events.push(event, bytes);
                Ok(())
            }
            (None, Event::Frame { at, frame }) => {
                self.frames = self.frames.saturating_add(1);
                self.frame(*at, frame.wire.get(), bytes)
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
