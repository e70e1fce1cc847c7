//! `portolan wire`: the forms in which protocols carry addresses, as annotated bytes.

mod unix_table;

use std::ffi::OsString;
use std::io::{self, Write};
use std::sync::Arc;

use portolan::addr::{Endpoint, Ip, SocketAddress};
use portolan_conformance::driver::{self, Driver};
use portolan_conformance::hex;
use serde_json::{Map, Value, json};

use crate::annotated::{self, bytes_of, place, point};
use crate::args::{Wire, WireDecode, WireDirection, WireEncode};
use crate::bulk::{self, Sink};
use crate::terminal::{BAD, FAINT, Failure, GOOD, Shown, caret, shown};

/// Encodes or decodes; a refused input makes the exit code 1.
pub(crate) fn run(options: Wire) -> Result<(), Failure> {
    match options.direction {
        WireDirection::Decode(options) => decode(options),
        WireDirection::Encode(options) => encode(&options),
        WireDirection::Forms { json } => forms(json),
    }
}

fn forms(json: bool) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    for form in driver::wire_forms() {
        let bytes = if driver::is_text_form(form) { "text" } else { "hex" };
        match json {
            true => writeln!(out, "{}", json!({ "form": form, "bytes": bytes }))?,
            false => writeln!(out, "{form:<16}  {FAINT}{bytes}{FAINT:#}")?,
        }
    }
    Ok(())
}

/// One after the other: the work on each is small.
fn decode(options: WireDecode) -> Result<(), Failure> {
    let is_text = driver::is_text_form(&options.form) && !options.hex;
    if !is_text {
        for argument in options.bytes.iter().filter(|argument| *argument != "-") {
            bytes_of(argument.as_encoded_bytes()).map_err(Failure::Usage)?;
        }
    }
    let job = Decode {
        request: members(&options.form, &options.with)?,
        form: options.form,
        json: options.json,
        is_text,
    };
    let mut out = anstream::AutoStream::auto(io::stdout()).lock();
    if job.form == "proc-net" && job.request.get("table") == Some(&json!("unix")) && is_text {
        let is_file = |argument: &OsString| argument == "-";
        if options.bytes.iter().all(is_file) {
            return unix_table::decode(&job, &mut out);
        }
    }
    let each = move |line: Option<u64>, text: &[u8], sink: &mut Sink| job.one(line, text, sink);
    bulk::for_each(&options.bytes, 1, &mut out, Arc::new(each))
}

/// How bytes are decoded.
struct Decode {
    form: String,
    /// The members that the form needs beside its bytes.
    request: Map<String, Value>,
    json: bool,
    /// Whether the argument is the bytes, rather than their hex digits.
    is_text: bool,
}

impl Decode {
    fn one(&self, line: Option<u64>, text: &[u8], sink: &mut Sink) -> io::Result<()> {
        let bytes = match line {
            Some(_) if text.len() >= bulk::MAX_LINE => {
                Err(format!("a line of {} bytes or more is not read", bulk::MAX_LINE))
            }
            _ if self.is_text => Ok(self.whole_line(line, text)),
            _ => bytes_of(text),
        };
        let (bytes, answer) = match bytes {
            Ok(bytes) => {
                let answer = self.answer(&bytes);
                (bytes, answer)
            }
            Err(message) => {
                let error = json!({ "code": "bad-request", "message": message });
                (Vec::new(), json!({ "error": error }))
            }
        };
        sink.refused |= answer.get("ok").is_none();
        if self.json {
            return self.print(&bytes, answer, sink);
        }
        match answer.get("ok") {
            Some(ok) => self.show(&bytes, ok, &mut sink.out),
            None => self.refuse(line, &bytes, &answer, &mut sink.err),
        }
    }

    /// The text of a line, with its line feed where that is the end of the form.
    fn whole_line(&self, line: Option<u64>, text: &[u8]) -> Vec<u8> {
        let ends = line.is_some() && self.form == "proxy-v1" && text.ends_with(b"\r");
        [text, if ends { b"\n" } else { b"" }].concat()
    }

    /// The answer of the driver.
    fn answer(&self, bytes: &[u8]) -> Value {
        let mut request = self.request.clone();
        request.insert("op".to_owned(), json!("wire.decode"));
        request.insert("in".to_owned(), json!(hex::encode(bytes)));
        ask(request)
    }

    fn print(&self, bytes: &[u8], mut answer: Value, sink: &mut Sink) -> io::Result<()> {
        if let Some(object) = answer.as_object_mut() {
            object.insert("form".to_owned(), json!(self.form));
            object.insert("in".to_owned(), json!(hex::encode(bytes)));
        }
        writeln!(sink.out, "{answer}")
    }

    fn show(&self, bytes: &[u8], ok: &Value, out: &mut Vec<u8>) -> io::Result<()> {
        let consumed = ok.get("consumed").and_then(Value::as_u64);
        let of = consumed.map_or_else(String::new, |consumed| format!("{consumed} of "));
        writeln!(out, "{GOOD}{}{GOOD:#}   {of}{} bytes", self.form, bytes.len())?;
        said(out, ok)?;
        self.fields(out, bytes)
    }

    fn fields(&self, out: &mut Vec<u8>, bytes: &[u8]) -> io::Result<()> {
        let fields = driver::wire_fields(&self.request, bytes).unwrap_or_default();
        let fields = fields.into_iter().map(|field| (field.range, field.name, field.meaning));
        annotated::fields(out, bytes, fields)
    }

    fn refuse(
        &self,
        line: Option<u64>,
        bytes: &[u8],
        answer: &Value,
        err: &mut Vec<u8>,
    ) -> io::Result<()> {
        let place = place(line);
        if let Some(need) = answer.get("need") {
            let are = if *need == 1 { "byte is" } else { "bytes are" };
            writeln!(err, "{BAD}error:{BAD:#} {place}at least {need} {are} missing")?;
            return self.fields(err, bytes);
        }
        writeln!(err, "{BAD}error:{BAD:#} {place}{}", reason(answer))?;
        let Some(at) = answer.pointer("/error/at").and_then(Value::as_u64) else {
            return Ok(());
        };
        if self.is_text {
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            return caret(err, bytes, at, 1, &format!("byte {at}"));
        }
        point(err, bytes, usize::try_from(at).unwrap_or(usize::MAX))
    }
}

fn encode(options: &WireEncode) -> Result<(), Failure> {
    let mut request = members(&options.form, &options.members)?;
    request.insert("op".to_owned(), json!("wire.encode"));
    let mut answer = ask(request.clone());
    let bytes = answer.pointer("/ok/bytes").and_then(Value::as_str).and_then(hex::decode);
    if options.json {
        if let Some(object) = answer.as_object_mut() {
            object.insert("form".to_owned(), json!(options.form));
        }
        writeln!(anstream::stdout(), "{answer}")?;
        return bytes.map(|_| ()).ok_or(Failure::Refused);
    }
    let Some(bytes) = bytes else {
        let mut err = anstream::stderr();
        writeln!(err, "{BAD}error:{BAD:#} {}", reason(&answer))?;
        return Err(Failure::Refused);
    };
    if options.raw {
        let mut out = io::stdout().lock();
        out.write_all(&bytes)?;
        return Ok(out.flush()?);
    }
    let mut out = anstream::stdout().lock();
    writeln!(out, "{GOOD}{}{GOOD:#}   {} bytes", options.form, bytes.len())?;
    let fields = driver::wire_fields(&request, &bytes).unwrap_or_default();
    let fields = fields.into_iter().map(|field| (field.range, field.name, field.meaning));
    Ok(annotated::fields(&mut out, &bytes, fields)?)
}

/// Asks the driver, and leaves out the id.
fn ask(request: Map<String, Value>) -> Value {
    let answer = Driver::new().answer(Value::Object(request).to_string().as_bytes());
    let mut answer: Value = serde_json::from_str(&answer).unwrap_or_default();
    if let Some(object) = answer.as_object_mut() {
        object.remove("id");
    }
    answer
}

/// What an answer says that is not `ok`, in a line.
fn reason(answer: &Value) -> String {
    let text = |path| answer.pointer(path).and_then(Value::as_str);
    let message = text("/error/message").or_else(|| text("/unsupported")).unwrap_or("refused");
    match text("/error/code") {
        Some(code) => format!("{} ({code})", shown(message)),
        None => shown(message).to_string(),
    }
}

/// Each member of an answer on a line; lists of objects have a line for each.
fn said(out: &mut Vec<u8>, ok: &Value) -> io::Result<()> {
    // A value that is an address itself has no members of its own.
    if let Some(text) = driver::display(ok) {
        return writeln!(out, "  {}", shown(&text));
    }
    for (name, value) in ok.as_object().into_iter().flatten() {
        match value {
            Value::Array(list) => {
                for value in list {
                    writeln!(out, "  {name:<12}  {}", shown(&text_of(value)))?;
                }
            }
            _ if name == "consumed" => {}
            _ => writeln!(out, "  {name:<12}  {}", shown(&text_of(value)))?,
        }
    }
    Ok(())
}

/// A value in a line: addresses as text, the rest as JSON without the quotes.
fn text_of(value: &Value) -> String {
    match (driver::display(value), value) {
        (Some(text), _) => text,
        (None, Value::String(text)) => text.clone(),
        (None, Value::Object(members)) => {
            let each = members.iter().map(|(name, value)| format!("{name}={}", text_of(value)));
            each.collect::<Vec<_>>().join(" ")
        }
        (None, other) => other.to_string(),
    }
}

/// The members of a request from `NAME=VALUE`.
fn members(form: &str, pairs: &[OsString]) -> Result<Map<String, Value>, Failure> {
    let mut request = Map::from_iter([("form".to_owned(), json!(form))]);
    for pair in pairs {
        let Some((name, value)) = pair.to_str().and_then(|pair| pair.split_once('=')) else {
            let pair = Shown(pair.as_encoded_bytes());
            return Err(Failure::Usage(format!("`{pair}` is not NAME=VALUE")));
        };
        let (name, value) = match member(name, value)? {
            // The two members of an IP address stand beside the others.
            Value::Object(ip) if name == "ip" => {
                request.extend(ip);
                continue;
            }
            value => (name.to_owned(), value),
        };
        if request.insert(name.clone(), value).is_some() {
            return Err(Failure::Usage(format!("`{}` stands twice", shown(&name))));
        }
    }
    Ok(request)
}

/// A value as JSON, or, where it is an address, in strict text.
fn member(name: &str, value: &str) -> Result<Value, Failure> {
    if let Ok(json) = serde_json::from_str::<Value>(value)
        && !json.is_number()
    {
        return Ok(json);
    }
    let refused = |error: &dyn std::fmt::Display| {
        Failure::Usage(format!("{}: {}: {error}", shown(name), shown(value)))
    };
    match name {
        "source" | "destination" | "address" | "local" | "remote" => {
            let endpoint = Endpoint::parse(value.as_bytes()).map_err(|error| refused(&error))?;
            let address = SocketAddress::try_from(endpoint).map_err(|error| refused(&error))?;
            Ok(driver::address_object(&address))
        }
        "endpoint" => {
            let endpoint = Endpoint::parse(value.as_bytes()).map_err(|error| refused(&error))?;
            Ok(driver::endpoint_object(&endpoint))
        }
        "ip" => {
            let ip = Ip::parse(value.as_bytes()).map_err(|error| refused(&error))?;
            Ok(driver::ip_object(&ip))
        }
        // What is written in hex may look like a number.
        "transaction" | "user" | "text" => Ok(json!(value)),
        _ => Ok(serde_json::from_str(value).unwrap_or_else(|_| json!(value))),
    }
}
