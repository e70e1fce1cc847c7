//! `portolan enframe`: payloads in, frames out.

use std::io::{self, BufRead as _, BufWriter, Read as _, Write};

use portolan::frame::{AnyFramer, AnyMeta, Encode as _, Framer as _};
use portolan_conformance::hex;
use serde_json::json;

use crate::args::{Enframe, From};
use crate::framer;
use crate::terminal::{Failure, error};

/// Frames every payload; the first that cannot be framed ends the stream.
pub(crate) fn run(options: &Enframe) -> Result<(), Failure> {
    let framer = framer::parse(&options.framer)?;
    let mut frames = Frames {
        limit: framer.max_wire(),
        framer,
        wire: Vec::new(),
        out: BufWriter::new(io::stdout().lock()),
        json: options.json,
        at: 0,
    };
    let result = match options.from {
        From::Whole => frames.whole(),
        From::Lines | From::Hex => frames.lines(options.from),
    };
    frames.out.flush()?;
    result
}

struct Frames<W: Write> {
    framer: AnyFramer<'static>,
    /// No payload is longer than the longest frame.
    limit: usize,
    wire: Vec<u8>,
    out: W,
    json: bool,
    at: u64,
}

impl<W: Write> Frames<W> {
    fn whole(&mut self) -> Result<(), Failure> {
        let limit = u64::try_from(self.limit).unwrap_or(u64::MAX).saturating_add(1);
        let mut payload = Vec::new();
        io::stdin().lock().take(limit).read_to_end(&mut payload)?;
        self.write(&payload, "the input")
    }

    fn lines(&mut self, from: From) -> Result<(), Failure> {
        // Two digits a byte, and one byte more than any payload, so that too much is noticed.
        let limit =
            u64::try_from(self.limit).unwrap_or(u64::MAX).saturating_mul(2).saturating_add(3);
        let mut input = io::stdin().lock();
        let mut line = Vec::new();
        for number in 1_u64.. {
            line.clear();
            if input.by_ref().take(limit).read_until(b'\n', &mut line)? == 0 {
                break;
            }
            if line.last() == Some(&b'\n') {
                line.pop();
            }
            let place = format!("line {number}");
            if from == From::Lines {
                self.write(&line, &place)?;
                continue;
            }
            let text = std::str::from_utf8(&line).unwrap_or_default();
            let Some(payload) = hex::decode(text.trim_ascii_end()) else {
                error(&format!("{place}: not hex"));
                return Err(Failure::Refused);
            };
            self.write(&payload, &place)?;
        }
        Ok(())
    }

    fn write(&mut self, payload: &[u8], place: &str) -> Result<(), Failure> {
        self.wire.clear();
        if let Err(refusal) = self.framer.append(payload, AnyMeta::None, &mut self.wire) {
            self.out.flush()?;
            error(&format!("{place}: {refusal} ({})", refusal.code()));
            return Err(Failure::Refused);
        }
        if self.json {
            let frame = json!({ "frame": hex::encode(payload), "at": self.at, "wire": self.wire.len(),
                "bytes": hex::encode(&self.wire) });
            writeln!(self.out, "{frame}")?;
        } else {
            self.out.write_all(&self.wire)?;
        }
        self.at = self.at.saturating_add(u64::try_from(self.wire.len()).unwrap_or(u64::MAX));
        Ok(())
    }
}
