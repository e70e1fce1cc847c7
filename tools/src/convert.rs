//! `portolan parse` and `portolan convert`: texts of one dialect in, texts of another out.

use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use portolan::addr::{Dialect, Endpoint, FormatError, Host, HostPort, ParseError, TextOptions};
use portolan::dialect::{self, Conversion, ConversionError, Loss, Reading, Readings};
use portolan_conformance::{driver::Driver, hex};
use serde_json::{Value, json};

use crate::args::{Convert, Parse, Reads};
use crate::bulk::{self, Sink};
use crate::terminal::{BAD, FAINT, Failure, Shown, caret};

/// Longer than any text but a long list; a longer one is tried again with more room.
const ROOM: usize = 1 << 9;

/// Longer than any text that a dialect prints for one line of input.
const MAX_ROOM: usize = 1 << 20;

/// What is done with each text.
#[derive(Debug)]
struct Job {
    from: Dialect,
    to: Dialect,
    options: TextOptions,
    lossless: bool,
}

impl Job {
    fn new(from: Dialect, to: Dialect, reads: &Reads, lossless: bool) -> Self {
        let options = TextOptions::new().with_listen(reads.listen);
        let options = match reads.default_port {
            Some(port) => options.with_default_port(port),
            None => options,
        };
        Self { from, to, options, lossless }
    }
}

/// Writes the text in the other dialect at the end of `out`.
fn convert_into(job: &Job, text: &[u8], out: &mut Vec<u8>) -> Result<Conversion, ConversionError> {
    let begin = out.len();
    let mut room = ROOM;
    loop {
        out.resize(begin.saturating_add(room), 0);
        let rest = out.get_mut(begin..).unwrap_or_default();
        let done = dialect::convert(job.from, job.to, text, &job.options, rest);
        if done == Err(FormatError::BufferTooSmall.into()) && room < MAX_ROOM {
            room = room.saturating_mul(8);
            continue;
        }
        out.truncate(begin.saturating_add(done.map_or(0, |done| done.len)));
        return done;
    }
}

/// Prints every address that is read; refused ones go to standard error and make the exit code 1.
pub(crate) fn parse(options: Parse) -> Result<(), Failure> {
    let job = Job::new(options.dialect, Dialect::Strict, &options.reads, false);
    let json = options.reads.json;
    run(&options.reads, move |line, text, sink| {
        if json { parse_json(&job, text, sink) } else { parse_text(&job, line, text, sink) }
    })
}

/// Prints every address in another dialect, and names what is lost.
pub(crate) fn convert(options: Convert) -> Result<(), Failure> {
    let job = Job::new(options.from, options.to, &options.reads, options.lossless);
    let json = options.reads.json;
    run(&options.reads, move |line, text, sink| {
        if json { convert_json(&job, text, sink) } else { convert_text(&job, line, text, sink) }
    })
}

fn run(
    reads: &Reads,
    each: impl Fn(Option<u64>, &[u8], &mut Sink) -> io::Result<()> + Send + Sync + 'static,
) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    let jobs = reads.jobs.map_or_else(bulk::default_jobs, usize::from);
    bulk::for_each(&reads.addresses, jobs, &mut out, Arc::new(each))
}

fn parse_text(job: &Job, line: Option<u64>, text: &[u8], sink: &mut Sink) -> io::Result<()> {
    match dialect::parse_all(job.from, text, &job.options) {
        Ok(readings) => print_strict(job, line, text, readings, sink),
        Err(error) => say(line, text, &error, sink),
    }
}

/// Prints each endpoint on a line; what strict text does not say goes to standard error.
fn print_strict(
    job: &Job,
    line: Option<u64>,
    text: &[u8],
    readings: Readings<'_>,
    sink: &mut Sink,
) -> io::Result<()> {
    let mut buffer = [0; 2048];
    for reading in readings {
        let done = dialect::format_lossy(Dialect::Strict, &reading, &job.options, &mut buffer);
        match done {
            Ok(done) => {
                sink.out.extend_from_slice(buffer.get(..done.len).unwrap_or_default());
                sink.out.push(b'\n');
                say_loss(line, text, done.loss, sink)?;
            }
            Err(_) => say_unsaid(line, text, &cannot_say(job, text), sink)?,
        }
    }
    Ok(())
}

/// The answer of the driver to `endpoint.parse`, with the text in place of an id.
fn parse_json(job: &Job, text: &[u8], sink: &mut Sink) -> io::Result<()> {
    let request = json!({
        "op": "endpoint.parse", "dialect": job.from.name(), "in": hex::encode(text),
        "default_port": job.options.default_port, "listen": job.options.listen,
    });
    let answer = Driver::new().answer(request.to_string().as_bytes());
    let mut answer: Value = serde_json::from_str(&answer).unwrap_or_default();
    if let Some(object) = answer.as_object_mut() {
        object.remove("id");
    }
    sink.refused |= answer.get("ok").is_none();
    print_json(answer, text, sink)
}

/// Writes an answer with the input in place of an id.
pub(crate) fn print_json(mut object: Value, text: &[u8], sink: &mut Sink) -> io::Result<()> {
    if let Some(object) = object.as_object_mut() {
        object.insert("in".to_owned(), json!(hex::encode(text)));
        object.extend(std::str::from_utf8(text).ok().map(|text| ("text".to_owned(), json!(text))));
    }
    writeln!(sink.out, "{object}")
}

fn convert_text(job: &Job, line: Option<u64>, text: &[u8], sink: &mut Sink) -> io::Result<()> {
    let begin = sink.out.len();
    match convert_into(job, text, &mut sink.out) {
        Ok(done) if job.lossless && !done.loss.is_empty() => {
            sink.out.truncate(begin);
            let why = format!("{} would lose something: {}", job.to, done.loss);
            say_unsaid(line, text, &why, sink)
        }
        Ok(done) => {
            sink.out.push(b'\n');
            say_loss(line, text, done.loss, sink)
        }
        Err(ConversionError::Parse(error)) => say(line, text, &error, sink),
        Err(_) => say_unsaid(line, text, &cannot_say(job, text), sink),
    }
}

/// `{"ok":{"text":…,"loss":[…]}}`, or `{"error":{…}}` as the driver answers it.
fn convert_json(job: &Job, text: &[u8], sink: &mut Sink) -> io::Result<()> {
    let mut written = Vec::new();
    let answer = match convert_into(job, text, &mut written) {
        Ok(done) if job.lossless && !done.loss.is_empty() => {
            let loss: Vec<_> = done.loss.names().collect();
            json!({ "error": { "code": FormatError::NotRepresentable.code(), "loss": loss } })
        }
        Ok(done) => {
            let (member, value) = match std::str::from_utf8(&written) {
                Ok(text) => ("text", text.to_owned()),
                Err(_) => ("bytes", hex::encode(&written)),
            };
            json!({ "ok": { member: value, "loss": done.loss.names().collect::<Vec<_>>() } })
        }
        Err(ConversionError::Parse(error)) => json!({
            "error": { "code": error.code(), "at": error.at, "len": error.len,
                       "message": error.to_string() }
        }),
        Err(error) => {
            let code = FormatError::NotRepresentable.code();
            json!({ "error": { "code": code, "message": error.to_string() } })
        }
    };
    sink.refused |= answer.get("ok").is_none();
    print_json(answer, text, sink)
}

fn place(line: Option<u64>) -> String {
    line.map(|line| format!("line {line}: ")).unwrap_or_default()
}

/// Says why a text is refused, and who would take it.
pub(crate) fn say(
    line: Option<u64>,
    text: &[u8],
    error: &ParseError,
    sink: &mut Sink,
) -> io::Result<()> {
    sink.refused = true;
    writeln!(sink.err, "{BAD}error:{BAD:#} {}{} ({})", place(line), error.kind, error.code())?;
    let mut note = format!("byte {}", error.at);
    if let Some(hint) = dialect::hint(error, text) {
        let readings: Vec<_> = hint.readings.map(|reading| reading.endpoint.to_string()).collect();
        let readings = readings.join(", ");
        note = format!("{note}; {} reads {}", hint.dialect, Shown(readings.as_bytes()));
    }
    caret(&mut sink.err, text, error.at, error.len, &note)
}

/// Why a dialect cannot say what was read in a text.
fn cannot_say(job: &Job, text: &[u8]) -> String {
    let to = job.to;
    let Ok(readings) = dialect::parse_all(job.from, text, &job.options) else {
        return format!("{to} cannot say this");
    };
    let listens = |reading: &Reading<'_>| {
        matches!(reading.endpoint, Endpoint::Inet(HostPort { host: Host::Any, .. }))
    };
    let read: Vec<_> = readings.clone().map(|each| each.endpoint.to_string()).collect();
    let read = read.join(", ");
    let read = Shown(read.as_bytes());
    match readings.only() {
        None => format!("{to} cannot say several endpoints as these: {read}"),
        Some(only) if listens(only) && !job.options.listen => {
            format!("{to} cannot say {read}; with --listen it may")
        }
        Some(_) => format!("{to} cannot say {read}"),
    }
}

fn say_unsaid(line: Option<u64>, text: &[u8], why: &str, sink: &mut Sink) -> io::Result<()> {
    sink.refused = true;
    let code = FormatError::NotRepresentable.code();
    writeln!(sink.err, "{BAD}error:{BAD:#} {}{why} ({code})", place(line))?;
    let len = u32::try_from(text.len()).unwrap_or(u32::MAX);
    caret(&mut sink.err, text, 0, len, "")
}

fn say_loss(line: Option<u64>, text: &[u8], loss: Loss, sink: &mut Sink) -> io::Result<()> {
    if loss.is_empty() {
        return Ok(());
    }
    writeln!(sink.err, "{FAINT}lost:{FAINT:#} {}{loss} ({})", place(line), Shown(text))
}
