//! `portolan parse`: texts of one dialect in, canonical strict texts out.

use std::io::{self, BufWriter, Write};

use portolan::addr::{Endpoint, ParseError, TextOptions};
use portolan::dialect;
use portolan_conformance::{driver::Driver, hex};
use serde_json::{Value, json};

use crate::args::Parse;
use crate::lines;
use crate::terminal::{BAD, Failure, Shown, caret};

/// Prints every address that is read; refused ones go to standard error and make the exit code 1.
pub(crate) fn run(options: &Parse) -> Result<(), Failure> {
    let mut text_options = TextOptions::new().with_listen(options.listen);
    if let Some(port) = options.default_port {
        text_options = text_options.with_default_port(port);
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let mut refused = false;
    let mut buffer = [0; 2048];
    lines::for_each(&options.addresses, |line, text| -> Result<(), Failure> {
        if options.json {
            let answer = answer(options, text);
            refused |= answer.get("ok").is_none();
            return Ok(writeln!(out, "{answer}")?);
        }
        match dialect::parse(options.dialect, text, &text_options) {
            Ok(reading) => match reading.endpoint.format(&mut buffer) {
                Ok(len) => {
                    out.write_all(buffer.get(..len).unwrap_or_default())?;
                    out.write_all(b"\n")?;
                }
                Err(_) => {
                    refused = true;
                    out.flush()?;
                    say_unprintable(line, text, &reading.endpoint)?;
                }
            },
            Err(error) => {
                refused = true;
                out.flush()?;
                say(line, text, &error)?;
            }
        }
        Ok(())
    })?;
    out.flush()?;
    if refused { Err(Failure::Refused) } else { Ok(()) }
}

/// The answer of the driver to `endpoint.parse`, with the text in place of an id.
fn answer(options: &Parse, text: &[u8]) -> Value {
    let request = json!({
        "op": "endpoint.parse", "dialect": options.dialect.name(), "in": hex::encode(text),
        "default_port": options.default_port, "listen": options.listen,
    });
    let answer = Driver::new().answer(request.to_string().as_bytes());
    let mut answer: Value = serde_json::from_str(&answer).unwrap_or_default();
    if let Some(object) = answer.as_object_mut() {
        object.remove("id");
        object.insert("in".to_owned(), json!(hex::encode(text)));
        object.extend(std::str::from_utf8(text).ok().map(|text| ("text".to_owned(), json!(text))));
    }
    answer
}

fn say(line: Option<u64>, text: &[u8], error: &ParseError) -> io::Result<()> {
    let mut err = anstream::AutoStream::auto(io::stderr()).lock();
    let place = line.map(|line| format!("line {line}: ")).unwrap_or_default();
    writeln!(err, "{BAD}error:{BAD:#} {place}{} ({})", error.kind, error.code())?;
    let mut note = format!("byte {}", error.at);
    if let Some(hint) = dialect::hint(error, text) {
        let reading = hint.reading.endpoint.to_string();
        note = format!("{note}; {} reads {}", hint.dialect, Shown(reading.as_bytes()));
    }
    caret(&mut err, text, error.at, error.len, &note)
}

fn say_unprintable(line: Option<u64>, text: &[u8], endpoint: &Endpoint<'_>) -> io::Result<()> {
    let mut err = anstream::AutoStream::auto(io::stderr()).lock();
    let place = line.map(|line| format!("line {line}: ")).unwrap_or_default();
    let reading = endpoint.to_string();
    writeln!(err, "{BAD}error:{BAD:#} {place}strict cannot say {}", Shown(reading.as_bytes()))?;
    writeln!(err, "    {}", Shown(text))
}
