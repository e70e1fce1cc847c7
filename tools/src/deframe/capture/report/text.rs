//! Lines: when, which stream, from where to where, and what.

use std::fmt::{self, Write as _};
use std::io::{self, Write};

use portolan::frame::deframer::{End, Event};
use portolan::frame::{AnyMeta, Frame, FrameError, Recovery};

use super::super::container::Broken;
use super::super::flow::{Ending, Happening, How, Observer as _, Place};
use super::super::order::Gap;
use super::super::summary::{Passed, Summary};
use super::{Report, Seconds};
use crate::deframe::report::whose;
use crate::deframe::text::meta;
use crate::hexdump::{self, Hexdump, Printable};
use crate::terminal::{BAD, FAINT, GOOD};

/// How many bytes of a body are shown.
const SHOWN: usize = 256;

impl<W: Write> Report<W> {
    pub(super) fn happens_as_text(
        &mut self,
        place: &Place<'_>,
        what: &Happening<'_>,
    ) -> io::Result<()> {
        match what {
            Happening::Begins { is_whole: true } | Happening::Rest(..) => Ok(()),
            Happening::Begins { is_whole: false } => {
                let text = "its beginning was not captured; offsets count from the first byte seen";
                self.note(place, format_args!("{text}"))
            }
            Happening::Event { event: Event::Frame { at, frame }, bytes, .. } => {
                self.frame(place, *at, frame, bytes)
            }
            Happening::Event { layer, event, .. } => self.event(place, *layer, event),
            Happening::Skip { at, len } => {
                self.note(place, format_args!("at {at}  {}, of no frame", Bytes(*len)))
            }
            Happening::Differs { at } => {
                let text = "bytes came again and were others (overlap-differs)";
                self.fail(place, text, *at, "the first are taken")
            }
            Happening::Gap { gap, is_limit } => self.gap(place, *gap, *is_limit),
            Happening::Cut { at, len } => {
                let len = Bytes(u64::try_from(*len).unwrap_or(u64::MAX));
                let text = format!("datagram lacks {len} that the capture has cut off (cut)");
                self.fail(place, &text, *at, "its last frame is not judged")
            }
            Happening::Ends(ending) => self.ends(place, ending),
        }
    }

    fn frame(
        &mut self,
        place: &Place<'_>,
        at: u64,
        frame: &Frame<AnyMeta>,
        body: &[u8],
    ) -> io::Result<()> {
        let (wire, len, says) = (frame.wire, body.len(), meta(self.number, frame));
        write!(self.out, "{}  {GOOD}at {at}{GOOD:#}  wire {wire}  {says}{len} bytes", Head(place))?;
        if len > 8 {
            let dump = Hexdump { bytes: body, indent: 4, limit: SHOWN };
            return write!(self.out, "\n{dump}");
        }
        let digits = hexdump::Bytes(body);
        writeln!(self.out, "  {digits}  {FAINT}|{}|{FAINT:#}", Printable(body))
    }

    fn event(
        &mut self,
        place: &Place<'_>,
        layer: Option<usize>,
        event: &Event<AnyMeta>,
    ) -> io::Result<()> {
        match event {
            Event::Error(error) => self.error(place, layer, error),
            Event::Done { at } => self.note(place, format_args!("at {at}  the framing is over")),
            Event::End(End::Truncated { at }) => {
                let text = "stream ends inside a frame (truncated)";
                self.fail(place, text, *at, "nothing follows")
            }
            _ => Ok(()),
        }
    }

    fn error(
        &mut self,
        place: &Place<'_>,
        layer: Option<usize>,
        error: &FrameError,
    ) -> io::Result<()> {
        let after = match error.recovery {
            Recovery::Fatal => "the framing cannot go on",
            Recovery::Resync if self.goes_on() => "going on with the next frame",
            Recovery::Resync => "`--resync` goes on with the next frame",
        };
        let whose = whose(layer).map(|whose| format!(" {whose}")).unwrap_or_default();
        self.fail(place, &format!("{} ({}){whose}", error.kind, error.code()), error.at, after)
    }

    fn gap(&mut self, place: &Place<'_>, gap: Gap, is_limit: bool) -> io::Result<()> {
        let len = Bytes(gap.len);
        let text = if is_limit {
            format!("{len} had not come when too many waited for them (out-of-order-limit)")
        } else {
            format!("{len} never came (gap)")
        };
        self.fail(place, &text, gap.at, &format!("{} behind are not read", Bytes(gap.behind)))
    }

    fn ends(&mut self, place: &Place<'_>, ending: &Ending) -> io::Result<()> {
        let text = match ending.how {
            How::Fin => "ends (FIN)",
            How::Reset => "ends (RST)",
            How::Open => "goes on where the capture ends",
            How::Reused => "its ports are used again, and its end was not captured",
            How::Gap | How::TooMuch => "is not read on",
            How::Datagram if ending.behind_framing.is_none() => return Ok(()),
            How::Datagram => "ends",
        };
        let mut text = text.to_owned();
        let needs = ending.needs.map_or(0, |needs| u64::try_from(needs).unwrap_or(u64::MAX));
        for (count, what) in [
            (needs, "or more are wanted for the frame that has begun"),
            (ending.behind_framing.unwrap_or(0), "behind the framing"),
            (ending.tally.again, "came again"),
            (ending.tally.before, "came before the first"),
            (ending.behind_end, "came behind the end"),
        ] {
            if count != 0 {
                let _ = write!(text, "; {} {what}", Bytes(count));
            }
        }
        self.note(place, format_args!("at {}  {text}", ending.at))
    }

    /// A fact about a stream, among its frames.
    fn note(&mut self, place: &Place<'_>, text: fmt::Arguments<'_>) -> io::Result<()> {
        writeln!(self.out, "{FAINT}{}  {text}{FAINT:#}", Head(place))
    }

    /// Says on standard error what is wrong, below the frames before it.
    fn fail(&mut self, place: &Place<'_>, what: &str, at: u64, after: &str) -> io::Result<()> {
        self.out.flush()?;
        let (packet, frames) = (place.moment.packet, place.frames);
        let plural = if frames == 1 { "frame before it is" } else { "frames before it are" };
        self.progress.aside(|| {
            let mut err = anstream::stderr().lock();
            writeln!(err, "{BAD}error:{BAD:#} {}  {what}", Head(place))?;
            writeln!(err, "    at byte {at}, in packet {packet}; {frames} {plural} whole; {after}")
        })
    }
}

/// Says on standard error what was in no stream.
pub(super) fn summary(summary: &Summary, broken: Option<Broken>) -> io::Result<()> {
    let mut err = anstream::stderr().lock();
    let packets = Packets(summary.packets);
    if let Some(Broken { kind, at }) = broken {
        writeln!(err, "{BAD}error:{BAD:#} {kind} ({})", kind.code())?;
        writeln!(err, "    at byte {at}; {packets} before it")?;
    }
    for (reason, Passed { count, first, why }) in &summary.passed {
        if reason.is_failure() {
            write!(err, "{BAD}error:{BAD:#} ")?;
        } else {
            write!(err, "{FAINT}note:{FAINT:#} ")?;
        }
        write!(err, "{} {}", Packets(*count), reason.text())?;
        match first {
            Some(first) if why.is_empty() => writeln!(err, "; the first is packet {first}")?,
            Some(first) => writeln!(err, "; the first is packet {first}: {why}")?,
            None => writeln!(err)?,
        }
    }
    if summary.streams == 0 && broken.is_none() {
        writeln!(err, "{FAINT}note:{FAINT:#} {packets}, no stream")?;
    }
    Ok(())
}

/// When, in which stream, from where to where.
struct Head<'a>(&'a Place<'a>);

impl fmt::Display for Head<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { stream, is_forward, names, moment, .. } = self.0;
        match moment.time {
            Some(time) => write!(f, "{}", Seconds(time))?,
            None => f.write_str("-")?,
        }
        let direction = if *is_forward { '>' } else { '<' };
        write!(f, "  {stream}{direction}  {} → {}", names.source, names.destination)
    }
}

/// So many bytes.
struct Bytes(u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} byte{}", self.0, if self.0 == 1 { "" } else { "s" })
    }
}

/// So many packets.
struct Packets(u64);

impl fmt::Display for Packets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} packet{}", self.0, if self.0 == 1 { "" } else { "s" })
    }
}
