//! `portolan sockaddr`: addresses as the bytes a kernel holds.

use std::ffi::OsString;
use std::io::{self, Write};
use std::sync::Arc;

use portolan::addr::{ConvertError, Endpoint, ParseError, SocketAddress};
use portolan::sockaddr::{self, Abi, Leniency, SockaddrError};
use portolan_conformance::{driver::Driver, hex};
use serde_json::{Value, json};

use crate::annotated::{self, bytes_of, place, point};
use crate::args::{Sockaddr, SockaddrDirection};
use crate::bulk::{self, Sink};
use crate::terminal::{BAD, Failure, GOOD, Shown, caret, shown};

/// Encodes or decodes; a refused input makes the exit code 1.
pub(crate) fn run(options: &Sockaddr) -> Result<(), Failure> {
    match &options.direction {
        SockaddrDirection::Encode { options, addresses, flowinfo } => {
            let (abi, json, flowinfo) = (options.abi, options.json, *flowinfo);
            each(addresses, move |line, text, sink| encode(abi, json, flowinfo, line, text, sink))
        }
        SockaddrDirection::Decode { options, bytes, lenient, reported_len } => {
            let job = Decode {
                abi: options.abi,
                json: options.json,
                leniency: leniency(lenient)?,
                names: lenient.clone(),
                reported_len: *reported_len,
            };
            for argument in bytes.iter().filter(|argument| *argument != "-") {
                bytes_of(argument.as_encoded_bytes()).map_err(Failure::Usage)?;
            }
            each(bytes, move |line, text, sink| job.decode(line, text, sink))
        }
    }
}

/// One after the other: the work on each is small.
fn each(
    arguments: &[OsString],
    one: impl Fn(Option<u64>, &[u8], &mut Sink) -> io::Result<()> + Send + Sync + 'static,
) -> Result<(), Failure> {
    let mut out = anstream::AutoStream::auto(io::stdout()).lock();
    bulk::for_each(arguments, 1, &mut out, Arc::new(one))
}

/// Why an address has no bytes: the text, its kind, or the layout.
enum Refusal {
    Text(ParseError),
    Kind(ConvertError),
    Layout(SockaddrError),
}

fn encode(
    abi: Abi,
    json: bool,
    flowinfo: u32,
    line: Option<u64>,
    text: &[u8],
    sink: &mut Sink,
) -> io::Result<()> {
    let mut buffer = [0; 256];
    match encoded(abi, flowinfo, text, &mut buffer) {
        Ok((address, bytes)) if !json => annotate(&mut sink.out, abi, bytes, &address),
        Ok((_, bytes)) => {
            print_json(json!({ "ok": { "bytes": hex::encode(bytes) } }), abi, text, sink)
        }
        Err(refusal) if json => {
            sink.refused = true;
            print_json(json!({ "error": refusal.to_json() }), abi, text, sink)
        }
        Err(refusal) => {
            sink.refused = true;
            refusal.say(line, text, &mut sink.err)
        }
    }
}

fn encoded<'b>(
    abi: Abi,
    flowinfo: u32,
    text: &[u8],
    buffer: &'b mut [u8],
) -> Result<(SocketAddress, &'b [u8]), Refusal> {
    let endpoint = Endpoint::parse(text).map_err(Refusal::Text)?;
    let address = SocketAddress::try_from(endpoint).map_err(Refusal::Kind)?;
    let address = with_flow(address, flowinfo);
    let len = sockaddr::encode(abi, &address, buffer).map_err(Refusal::Layout)?;
    Ok((address, buffer.get(..len).unwrap_or_default()))
}

impl Refusal {
    /// The error as the driver answers it.
    fn to_json(&self) -> Value {
        match self {
            Self::Text(error) => json!({ "code": error.code(), "at": error.at, "len": error.len,
                "message": error.to_string() }),
            Self::Kind(error) => json!({ "code": error.code(), "message": error.to_string() }),
            Self::Layout(error) => json!({ "code": error.code(), "at": error.at,
                "message": error.to_string() }),
        }
    }

    fn say(&self, line: Option<u64>, text: &[u8], err: &mut Vec<u8>) -> io::Result<()> {
        write!(err, "{BAD}error:{BAD:#} {}", place(line))?;
        match self {
            Self::Text(error) => {
                writeln!(err, "{} ({})", error.kind, error.code())?;
                caret(err, text, error.at, error.len, &format!("byte {}", error.at))
            }
            Self::Kind(_) => {
                let what = "a kernel address is a number with a port, a path or a vsock pair";
                writeln!(err, "{}: {what}", Shown(text))
            }
            Self::Layout(error) => writeln!(err, "{}: {error} ({})", Shown(text), error.code()),
        }
    }
}

/// Writes an answer with the layout and the input in place of an id.
fn print_json(mut answer: Value, abi: Abi, text: &[u8], sink: &mut Sink) -> io::Result<()> {
    if let Some(object) = answer.as_object_mut() {
        object.insert("abi".to_owned(), json!(abi.name()));
        object.extend(std::str::from_utf8(text).ok().map(|text| ("text".to_owned(), json!(text))));
    }
    writeln!(sink.out, "{answer}")
}

/// Flow information has no text: it is said beside the address.
fn with_flow(address: SocketAddress, flowinfo: u32) -> SocketAddress {
    match address {
        SocketAddress::Inet6(mut addr) => {
            addr.set_flowinfo(flowinfo);
            addr.into()
        }
        other => other,
    }
}

/// How bytes are decoded.
struct Decode {
    abi: Abi,
    json: bool,
    leniency: Leniency,
    /// The names of the leniencies.
    names: Vec<String>,
    reported_len: Option<usize>,
}

impl Decode {
    fn decode(&self, line: Option<u64>, text: &[u8], sink: &mut Sink) -> io::Result<()> {
        let bytes = match bytes_of(text) {
            Ok(bytes) if self.json => return self.answer(&bytes, text, sink),
            Ok(bytes) => bytes,
            Err(message) if self.json => {
                sink.refused = true;
                let error = json!({ "error": { "code": "bad-request", "message": message } });
                return print_json(error, self.abi, text, sink);
            }
            Err(message) => {
                sink.refused = true;
                let place = place(line);
                return writeln!(sink.err, "{BAD}error:{BAD:#} {place}{}", shown(&message));
            }
        };
        let reported = self.reported_len.unwrap_or(bytes.len());
        match sockaddr::decode_with(self.abi, &bytes, reported, self.leniency) {
            Ok(address) => annotate(&mut sink.out, self.abi, &bytes, &address),
            Err(refusal) => {
                sink.refused = true;
                let (place, code) = (place(line), refusal.code());
                writeln!(sink.err, "{BAD}error:{BAD:#} {place}{refusal} ({code})")?;
                point(&mut sink.err, &bytes, refusal.at)
            }
        }
    }

    /// The answer of the driver.
    fn answer(&self, bytes: &[u8], text: &[u8], sink: &mut Sink) -> io::Result<()> {
        let request = json!({
            "op": "sockaddr.decode", "abi": self.abi.name(), "in": hex::encode(bytes),
            "lenient": self.names, "reported_len": self.reported_len,
        });
        let answer = Driver::new().answer(request.to_string().as_bytes());
        let mut answer: Value = serde_json::from_str(&answer).unwrap_or_default();
        if let Some(object) = answer.as_object_mut() {
            object.remove("id");
            object.insert("in".to_owned(), json!(hex::encode(bytes)));
        }
        sink.refused |= answer.get("ok").is_none();
        print_json(answer, self.abi, text, sink)
    }
}

fn leniency(names: &[String]) -> Result<Leniency, Failure> {
    names.iter().try_fold(Leniency::STRICT, |all, name| match Leniency::from_name(name) {
        Some(one) => Ok(all.with(one)),
        None => {
            let known: Vec<_> = Leniency::ALL.iter().flat_map(|one| one.names()).collect();
            Err(Failure::Usage(format!("no leniency `{name}`; there is: {}", known.join(" "))))
        }
    })
}

/// The address, then each field with its offset, its bytes and what they say.
fn annotate(
    out: &mut dyn Write,
    abi: Abi,
    bytes: &[u8],
    address: &SocketAddress,
) -> io::Result<()> {
    let text = address.to_string();
    writeln!(
        out,
        "{GOOD}{}{GOOD:#}   {}, {} bytes",
        Shown(text.as_bytes()),
        abi.name(),
        bytes.len()
    )?;
    let fields = sockaddr::fields(abi, bytes);
    annotated::fields(out, bytes, fields.map(|field| (field.range, field.name, "")))
}
