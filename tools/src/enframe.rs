//! `portolan enframe`: payloads in, frames out.

mod events;

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read, Write};

use portolan::frame::{AnyEncoder, AnyMeta, Encode as _, EncodeError};
use portolan_conformance::hex;
use serde_json::{Value, json};

use self::events::{Found, Parts};
use crate::args::{Enframe, From};
use crate::output::{self, Frames};
use crate::progress::Progress;
use crate::terminal::{Failure, error};
use crate::{framer, input};

/// What an object of `deframe --json` may have besides the digits of its bytes.
const OBJECT: u64 = 4096;

/// Frames every payload; the first that cannot be framed ends the stream.
pub(crate) fn run(options: &Enframe) -> Result<(), Failure> {
    let framing = framer::parse(&options.framer)?;
    let (input, len) = input::open(options.file.as_ref())?;
    let mut stream = Stream {
        limit: u64::try_from(framing.max_wire()).unwrap_or(u64::MAX),
        parts: Parts::default(),
        framer: framing.into_encoder(),
        wire: Vec::new(),
        out: Frames::new(output::stdout()?),
        is_shown: output::is_shown(),
        json: options.json,
        at: 0,
        progress: Progress::of_bytes(len),
    };
    let result = match options.from {
        From::Whole => stream.whole(input),
        from => stream.pieces(BufReader::with_capacity(64 << 10, input), from),
    };
    let result = result.and_then(|()| stream.end());
    // What has been framed before a refusal is written.
    let flushed = stream.out.flush().map_err(Failure::from);
    stream.progress.finish();
    output::counted(flushed, stream.out.written())?;
    output::counted(result, stream.out.written())
}

struct Stream<W: Write> {
    framer: AnyEncoder,
    parts: Parts,
    /// No payload is longer than the longest frame.
    limit: u64,
    wire: Vec<u8>,
    out: Frames<W>,
    is_shown: bool,
    json: bool,
    at: u64,
    progress: Progress,
}

impl Stream<File> {
    fn whole(&mut self, input: impl Read) -> Result<(), Failure> {
        let mut payload = Vec::new();
        input.take(self.limit.saturating_add(1)).read_to_end(&mut payload)?;
        self.write(&payload, AnyMeta::None, None)
    }

    /// Frames what stands before each line feed or NUL.
    fn pieces(&mut self, mut input: BufReader<impl Read>, from: From) -> Result<(), Failure> {
        let end = if from == From::Nul { 0 } else { b'\n' };
        // Two digits a byte, and one byte more than any payload, so that too much is noticed.
        let limit = self.limit.saturating_mul(2).saturating_add(OBJECT);
        let (mut piece, mut done) = (Vec::new(), 0_u64);
        for number in 1_u64.. {
            piece.clear();
            // The frames of what has come are written before more is waited for.
            if memchr::memchr(end, input.buffer()).is_none() {
                self.out.flush()?;
            }
            let read = input.by_ref().take(limit).read_until(end, &mut piece)?;
            if read == 0 {
                break;
            }
            done = done.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
            self.progress.at(done);
            if piece.last() == Some(&end) {
                piece.pop();
            }
            match from {
                From::Hex => {
                    let text = std::str::from_utf8(&piece).unwrap_or_default();
                    match hex::decode(text.trim_ascii_end()) {
                        Some(payload) => self.write(&payload, AnyMeta::None, Some(number))?,
                        None => return self.refuse("not hex", None, Some(number)),
                    }
                }
                From::Json => self.event(&piece, number)?,
                From::Lines | From::Nul | From::Whole => {
                    self.write(&piece, AnyMeta::None, Some(number))?;
                }
            }
        }
        match self.parts.is_open() {
            true => self.refuse("the last message lacks its last part", None, None),
            false => Ok(()),
        }
    }

    /// Frames what an object says was found.
    fn event(&mut self, line: &[u8], number: u64) -> Result<(), Failure> {
        match events::read(line, &self.framer, &mut self.parts) {
            Ok(Found::Message(payload, meta)) => self.write(&payload, meta, Some(number)),
            Ok(Found::Nothing) => Ok(()),
            Err(message) => self.refuse(&message, None, Some(number)),
        }
    }

    /// Frames a payload: a line, or all of the input.
    fn write(&mut self, payload: &[u8], meta: AnyMeta, line: Option<u64>) -> Result<(), Failure> {
        self.wire.clear();
        if let Err(refusal) = self.framer.append(payload, meta, &mut self.wire) {
            let message = format!("{refusal} ({})", refusal.code());
            return self.refuse(&message, Some(refusal), line);
        }
        if self.json {
            let frame = json!({ "frame": hex::encode(payload), "at": self.at, "wire": self.wire.len(),
                "bytes": hex::encode(&self.wire) });
            writeln!(self.out, "{frame}")?;
        } else {
            output::write_bytes(&mut self.out, &self.wire, self.is_shown)?;
        }
        self.at = self.at.saturating_add(u64::try_from(self.wire.len()).unwrap_or(u64::MAX));
        Ok(self.out.end_frame()?)
    }

    /// Writes what ends the stream, where the framing has that.
    fn end(&mut self) -> Result<(), Failure> {
        self.wire.clear();
        if let Err(refusal) = self.framer.append_end(&mut self.wire) {
            return self.refuse(&refusal.to_string(), Some(refusal), None);
        }
        if self.wire.is_empty() {
            return Ok(());
        }
        if self.json {
            let end = json!({ "end": true, "at": self.at, "wire": self.wire.len(),
                "bytes": hex::encode(&self.wire) });
            return Ok(writeln!(self.out, "{end}")?);
        }
        Ok(output::write_bytes(&mut self.out, &self.wire, self.is_shown)?)
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
