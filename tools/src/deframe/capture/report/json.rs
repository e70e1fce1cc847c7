//! Objects: those of the driver protocol, with `stream`, `direction`, `source`, `destination` and
//! `time` (seconds since the first packet), and these besides.
//!
//! ```text
//! {"begin":"syn"|"byte"}                    a stream begins; "byte": no SYN was captured
//! {"rest":hex,"at":n}                       more bytes behind a framing that is over
//! {"error":"overlap-differs","at":n,…}      bytes came again and were others
//! {"error":"gap","at":n,"len":n,…}          bytes never came; "behind" is how many came later
//! {"error":"out-of-order-limit",…}          likewise, when too many waited for them
//! {"error":"cut","at":n,"len":n,…}          bytes of a datagram were not captured
//! {"closed":how,"at":n,…}                   the last of a stream: fin, rst, open, reused, gap
//!                                           or datagram
//! {"error":code,"at":n,"packets":n}         the capture cannot be read on
//! {"capture":{"packets":n,"streams":n,…}}   the last of all
//! ```

use std::io::{self, Write};

use portolan::frame::AnyMeta;
use portolan::frame::deframer::Event;
use portolan_conformance::driver::Events;
use portolan_conformance::hex;

use super::super::container::Broken;
use super::super::flow::{Ending, Happening, How, Place};
use super::super::summary::Summary;
use super::{Report, Seconds};

impl<W: Write> Report<W> {
    pub(super) fn happens_as_json(
        &mut self,
        place: &Place<'_>,
        what: &Happening<'_>,
    ) -> io::Result<()> {
        let members = match what {
            Happening::Begins { is_whole: true } => r#""begin":"syn""#.to_owned(),
            Happening::Begins { is_whole: false } => r#""begin":"byte""#.to_owned(),
            Happening::Event { layer, event, bytes } => event_members(*layer, event, bytes),
            Happening::Skip { at, len } => format!(r#""skip":{len},"at":{at}"#),
            Happening::Rest(at, bytes) => format!(r#""rest":"{}","at":{at}"#, hex::encode(bytes)),
            Happening::Differs { at } => {
                format!(r#""error":"overlap-differs","at":{at},"recovery":"resync""#)
            }
            Happening::Gap { gap, is_limit } => {
                let code = if *is_limit { "out-of-order-limit" } else { "gap" };
                let error = fatal(code, gap.at);
                format!(r#"{error},"len":{},"behind":{}"#, gap.len, gap.behind)
            }
            Happening::Cut { at, len } => format!(r#"{},"len":{len}"#, fatal("cut", *at)),
            Happening::Ends(ending) => {
                if let Some(need) = ending.needs {
                    self.object(place, &format!(r#""need":{need}"#))?;
                }
                end_members(ending)
            }
        };
        self.object(place, &members)
    }

    /// Members, and where it happens.
    fn object(&mut self, place: &Place<'_>, members: &str) -> io::Result<()> {
        let direction = if place.is_forward { "forward" } else { "backward" };
        let (stream, objects) = (place.stream, &place.names.objects);
        write!(self.out, r#"{{{members},"stream":{stream},"direction":"{direction}",{objects}"#)?;
        match place.moment.time {
            Some(time) => writeln!(self.out, r#","time":{}}}"#, Seconds(time)),
            None => writeln!(self.out, r#","time":null}}"#),
        }
    }

    pub(super) fn summary_as_json(
        &mut self,
        summary: &Summary,
        broken: Option<Broken>,
    ) -> io::Result<()> {
        let (packets, streams) = (summary.packets, summary.streams);
        if let Some(Broken { kind, at }) = broken {
            let code = kind.code();
            writeln!(self.out, r#"{{"error":"{code}","at":{at},"packets":{packets}}}"#)?;
        }
        write!(self.out, r#"{{"capture":{{"packets":{packets},"streams":{streams}"#)?;
        for (reason, passed) in &summary.passed {
            write!(self.out, r#","{}":{}"#, reason.code(), passed.count)?;
        }
        writeln!(self.out, "}}}}")
    }
}

/// The members of an event of the driver protocol.
fn event_members(layer: Option<usize>, event: &Event<AnyMeta>, bytes: &[u8]) -> String {
    let mut events = Events::of_lines();
    events.push_of(layer, event, bytes);
    let line = events.finish();
    // One brace on each side: what a frame says besides its body may be an object, too.
    let object = line.trim_end().strip_prefix('{').and_then(|line| line.strip_suffix('}'));
    object.unwrap_or_default().to_owned()
}

fn fatal(code: &str, at: u64) -> String {
    format!(r#""error":"{code}","at":{at},"recovery":"fatal""#)
}

fn end_members(ending: &Ending) -> String {
    let how = match ending.how {
        How::Fin => "fin",
        How::Reset => "rst",
        How::Open => "open",
        How::Reused => "reused",
        How::Gap | How::TooMuch => "gap",
        How::Datagram => "datagram",
    };
    let Ending { at, tally, behind_end, .. } = ending;
    let (again, before) = (tally.again, tally.before);
    let counts = format!(r#""retransmitted":{again},"before":{before},"behind":{behind_end}"#);
    format!(r#""closed":"{how}","at":{at},{counts}"#)
}
