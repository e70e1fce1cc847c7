//! `portolan enframe`: payloads in, frames out.

use std::io::{self, BufRead as _, BufReader, BufWriter, Read, Write};

use portolan::frame::{AnyEncoder, AnyMeta, Encode as _, EncodeError};
use portolan_conformance::hex;
use serde_json::{Value, json};

use crate::args::{Enframe, From};
use crate::terminal::{Failure, error};
use crate::{framer, input};

/// Frames every payload; the first that cannot be framed ends the stream.
pub(crate) fn run(options: &Enframe) -> Result<(), Failure> {
    let framing = framer::parse(&options.framer)?;
    let (input, _) = input::open(options.file.as_ref())?;
    let mut frames = Frames {
        limit: framing.max_wire(),
        framer: framing.into_encoder(),
        wire: Vec::new(),
        out: BufWriter::new(io::stdout().lock()),
        json: options.json,
        at: 0,
    };
    let result = match options.from {
        From::Whole => frames.whole(input),
        From::Lines | From::Hex => frames.lines(BufReader::new(input), options.from),
    };
    let result = result.and_then(|()| frames.end());
    frames.out.flush()?;
    result
}

struct Frames<W: Write> {
    framer: AnyEncoder,
    /// No payload is longer than the longest frame.
    limit: usize,
    wire: Vec<u8>,
    out: W,
    json: bool,
    at: u64,
}

impl<W: Write> Frames<W> {
    fn whole(&mut self, input: impl Read) -> Result<(), Failure> {
        let limit = u64::try_from(self.limit).unwrap_or(u64::MAX).saturating_add(1);
        let mut payload = Vec::new();
        input.take(limit).read_to_end(&mut payload)?;
        self.write(&payload, None)
    }

    fn lines(&mut self, mut input: BufReader<impl Read>, from: From) -> Result<(), Failure> {
        // Two digits a byte, and one byte more than any payload, so that too much is noticed.
        let limit =
            u64::try_from(self.limit).unwrap_or(u64::MAX).saturating_mul(2).saturating_add(3);
        let mut line = Vec::new();
        for number in 1_u64.. {
            line.clear();
            // The frames of what has come are written before more is waited for.
            if memchr::memchr(b'\n', input.buffer()).is_none() {
                self.out.flush()?;
            }
            if input.by_ref().take(limit).read_until(b'\n', &mut line)? == 0 {
                break;
            }
            if line.last() == Some(&b'\n') {
                line.pop();
            }
            if from == From::Lines {
                self.write(&line, Some(number))?;
                continue;
            }
            let text = std::str::from_utf8(&line).unwrap_or_default();
            match hex::decode(text.trim_ascii_end()) {
                Some(payload) => self.write(&payload, Some(number))?,
                None => return self.refuse("not hex", None, Some(number)),
            }
        }
        Ok(())
    }

    /// Frames a payload: a line, or all of the input.
    fn write(&mut self, payload: &[u8], line: Option<u64>) -> Result<(), Failure> {
        self.wire.clear();
        if let Err(refusal) = self.framer.append(payload, AnyMeta::None, &mut self.wire) {
            let message = format!("{refusal} ({})", refusal.code());
            return self.refuse(&message, Some(refusal), line);
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

    /// Writes what ends the stream, where the framing has that.
    fn end(&mut self) -> Result<(), Failure> {
        self.wire.clear();
        if let Err(refusal) = self.framer.append_end(&mut self.wire) {
            return self.refuse(&refusal.to_string(), Some(refusal), None);
        }
        if self.json && !self.wire.is_empty() {
            let end = json!({ "end": true, "at": self.at, "wire": self.wire.len(),
                "bytes": hex::encode(&self.wire) });
            writeln!(self.out, "{end}")?;
        } else if !self.json {
            self.out.write_all(&self.wire)?;
        }
        Ok(())
    }

    /// Says what cannot be framed: as an object, or for a person on standard error.
    fn refuse(
        &mut self,
        message: &str,
        refusal: Option<EncodeError>,
        line: Option<u64>,
    ) -> Result<(), Failure> {
        if self.json {
            let refused = match refusal {
                Some(refusal) => json!({ "code": refusal.code(), "at": refusal.at,
                    "message": refusal.to_string() }),
                None => json!({ "code": "bad-request", "message": message }),
            };
            let mut object = json!({ "error": refused });
            if let (Some(line), Some(object)) = (line, object.as_object_mut()) {
                object.insert("line".to_owned(), Value::from(line));
            }
            writeln!(self.out, "{object}")?;
            return Err(Failure::Refused);
        }
        self.out.flush()?;
        let place = line.map_or_else(|| "the input".to_owned(), |line| format!("line {line}"));
        error(&format!("{place}: {message}"));
        Err(Failure::Refused)
    }
}
