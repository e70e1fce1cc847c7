//! `portolan sockaddr`: addresses as the bytes a kernel holds.

use std::ffi::OsString;
use std::io::{self, Write};

use portolan::addr::{Endpoint, SocketAddress};
use portolan::sockaddr::{self, Abi, Leniency};
use portolan_conformance::{driver::Driver, hex};
use serde_json::{Value, json};

use crate::args::{Sockaddr, SockaddrDirection, SockaddrOptions};
use crate::hexdump::Printable;
use crate::terminal::{BAD, FAINT, Failure, GOOD, Shown, caret, error};

/// Encodes or decodes; a refused input makes the exit code 1.
pub(crate) fn run(options: &Sockaddr) -> Result<(), Failure> {
    match &options.direction {
        SockaddrDirection::Encode { options, addresses, flowinfo } => {
            each(addresses, |address| encode(options, address, *flowinfo))
        }
        SockaddrDirection::Decode { options, bytes, lenient, reported_len } => {
            let leniency = leniency(lenient)?;
            each(bytes, |bytes| decode(options, bytes, leniency, lenient, *reported_len))
        }
    }
}

/// Goes on after a refused input, and remembers it.
fn each<T>(items: &[T], mut one: impl FnMut(&T) -> Result<bool, Failure>) -> Result<(), Failure> {
    let mut refused = false;
    for item in items {
        refused |= !one(item)?;
    }
    if refused { Err(Failure::Refused) } else { Ok(()) }
}

fn encode(options: &SockaddrOptions, text: &OsString, flowinfo: u32) -> Result<bool, Failure> {
    let text = text.as_encoded_bytes();
    let endpoint = match Endpoint::parse(text) {
        Ok(endpoint) => endpoint,
        Err(refusal) => {
            error(&format!("{} ({})", refusal.kind, refusal.code()));
            caret(
                &mut anstream::stderr(),
                text,
                refusal.at,
                refusal.len,
                &format!("byte {}", refusal.at),
            )?;
            return Ok(false);
        }
    };
    let address = match SocketAddress::try_from(endpoint) {
        Ok(address) => with_flow(address, flowinfo),
        Err(_) => {
            error(&format!(
                "{}: a kernel address is a number with a port, a path or a vsock pair",
                Shown(text)
            ));
            return Ok(false);
        }
    };
    let mut buffer = [0; 256];
    let mut out = anstream::stdout().lock();
    match sockaddr::encode(options.abi, &address, &mut buffer) {
        Ok(len) => {
            let bytes = buffer.get(..len).unwrap_or_default();
            if options.json {
                writeln!(
                    out,
                    "{}",
                    json!({ "abi": options.abi.name(), "ok": { "bytes": hex::encode(bytes) } })
                )?;
            } else {
                annotate(&mut out, options.abi, bytes, &address)?;
            }
            Ok(true)
        }
        Err(refusal) if options.json => {
            writeln!(
                out,
                "{}",
                json!({ "abi": options.abi.name(), "error": { "code": refusal.code() } })
            )?;
            Ok(false)
        }
        Err(refusal) => {
            error(&format!("{}: {refusal} ({})", Shown(text), refusal.code()));
            Ok(false)
        }
    }
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

fn decode(
    options: &SockaddrOptions,
    text: &str,
    leniency: Leniency,
    names: &[String],
    reported_len: Option<usize>,
) -> Result<bool, Failure> {
    let digits: String = text
        .chars()
        .filter(|character| !character.is_ascii_whitespace() && *character != ':')
        .collect();
    let Some(bytes) = hex::decode(&digits) else {
        return Err(Failure::Usage(format!("`{}` is not hex", Shown(text.as_bytes()))));
    };
    let mut out = anstream::stdout().lock();
    if options.json {
        let request = json!({
            "op": "sockaddr.decode", "abi": options.abi.name(), "in": hex::encode(&bytes),
            "lenient": names, "reported_len": reported_len,
        });
        let answer = Driver::new().answer(request.to_string().as_bytes());
        let mut answer: Value = serde_json::from_str(&answer).unwrap_or_default();
        if let Some(object) = answer.as_object_mut() {
            object.remove("id");
            object.insert("abi".to_owned(), json!(options.abi.name()));
            object.insert("in".to_owned(), json!(hex::encode(&bytes)));
        }
        writeln!(out, "{answer}")?;
        return Ok(answer.get("ok").is_some());
    }
    match sockaddr::decode_with(options.abi, &bytes, reported_len.unwrap_or(bytes.len()), leniency)
    {
        Ok(address) => {
            annotate(&mut out, options.abi, &bytes, &address)?;
            Ok(true)
        }
        Err(refusal) => {
            drop(out);
            error(&format!("{refusal} ({})", refusal.code()));
            point(&bytes, refusal.at)?;
            Ok(false)
        }
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
    writeln!(out, "  {}", hex::encode(bytes))?;
    for field in sockaddr::fields(abi, bytes) {
        let part = bytes.get(field.range.clone()).unwrap_or_default();
        let (shown, more) =
            if part.len() > 16 { (part.get(..16).unwrap_or(part), "…") } else { (part, "") };
        writeln!(
            out,
            "  {:>3}  {:<35}  {:<14}  {FAINT}{}{more}{FAINT:#}",
            field.range.start,
            format!("{}{more}", hex::encode(shown)),
            field.name,
            Printable(shown),
        )?;
    }
    Ok(())
}

/// A caret under the byte where decoding stopped.
fn point(bytes: &[u8], at: usize) -> io::Result<()> {
    const SHOWN: usize = 32;
    let mut err = anstream::stderr().lock();
    let from = at.saturating_sub(SHOWN.div_euclid(2)).min(bytes.len());
    let part = bytes.get(from..).unwrap_or_default();
    let part = part.get(..SHOWN).unwrap_or(part);
    let head = if from > 0 { "…" } else { "" };
    writeln!(err, "    {head}{}", hex::encode(part))?;
    let indent = at.saturating_sub(from).saturating_mul(2).saturating_add(head.chars().count());
    writeln!(err, "    {:indent$}{BAD}^^{BAD:#} byte {at}", "")
}
