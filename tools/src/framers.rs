//! `portolan framers`: every framer with its options and a worked example.

use std::io::{self, Write};

use portolan::frame::spec::{self, Entry, Setting};
use portolan_conformance::hex;
use serde_json::{Value, json};

use crate::args::Framers;
use crate::framer::DEFAULTS;
use crate::hexdump::{Bytes, Printable};
use crate::terminal::{FAINT, Failure, GOOD, width, wrapped};

/// Where the text beside a word begins.
const INDENT: usize = 18;

/// Lists every framer, or those that are named.
pub(crate) fn run(options: &Framers) -> Result<(), Failure> {
    let mut out = anstream::AutoStream::auto(io::stdout()).lock();
    let is_meant = |entry: &&Entry| {
        options.names.is_empty() || options.names.iter().any(|name| name == entry.name)
    };
    for entry in spec::catalogue().iter().filter(is_meant) {
        if options.json {
            writeln!(out, "{}", object(entry))?;
        } else {
            text(&mut out, entry)?;
        }
    }
    Ok(())
}

fn text(out: &mut impl Write, entry: &Entry) -> io::Result<()> {
    let mut title = entry.name.to_owned();
    if !entry.arguments.is_empty() {
        title = format!("{title}({})", entry.arguments.join(","));
    }
    writeln!(out, "{GOOD}{title}{GOOD:#}")?;
    beside(out, "", entry.summary)?;
    for setting in entry.options {
        beside(out, setting.key, &option(setting))?;
    }
    if entry.recovers {
        beside(out, "--resync", "goes on behind a bad frame, where the options let it")?;
    }
    beside(out, "source", entry.source)?;
    beside(out, "example", entry.example.spec)?;
    for payload in entry.example.payloads {
        bytes(out, "payload", payload)?;
    }
    bytes(out, "wire", entry.example.wire)
}

/// What an option may be, what it is when it is left out, and what it says.
fn option(setting: &Setting) -> String {
    let default = match setting.default {
        Some(default) => format!("; {default} unless given"),
        None => match limit(setting) {
            Some(limit) => format!("; {limit} unless given"),
            None => "; must be given".to_owned(),
        },
    };
    format!("{}: {}{default}", setting.meaning, setting.values)
}

/// The limit that this command has where none is given.
fn limit(setting: &Setting) -> Option<String> {
    let limit = match setting.key {
        "max" => DEFAULTS.max,
        "max_parts" => DEFAULTS.max_parts,
        _ => None,
    }?;
    Some(match (limit >> 20, limit >> 10) {
        (millions, _) if millions << 20 == limit => format!("{millions}M"),
        (_, thousands) if thousands << 10 == limit => format!("{thousands}K"),
        _ => limit.to_string(),
    })
}

fn beside(out: &mut impl Write, word: &str, text: &str) -> io::Result<()> {
    let mut word = word;
    for line in wrapped(text, " ", width().saturating_sub(INDENT).max(20)) {
        writeln!(out, "  {FAINT}{word:16}{FAINT:#}{line}")?;
        word = "";
    }
    Ok(())
}

/// Sixteen bytes a line, with their characters.
fn bytes(out: &mut impl Write, word: &str, digits: &str) -> io::Result<()> {
    let bytes = hex::decode(digits).unwrap_or_default();
    let mut word = word;
    if bytes.is_empty() {
        return writeln!(out, "  {FAINT}{word:16}{FAINT:#}nothing");
    }
    for line in bytes.chunks(16) {
        let digits = Bytes(line).to_string();
        writeln!(
            out,
            "  {FAINT}{word:16}{FAINT:#}{digits:47}  {FAINT}|{}|{FAINT:#}",
            Printable(line)
        )?;
        word = "";
    }
    Ok(())
}

fn object(entry: &Entry) -> Value {
    let options: Vec<Value> = entry
        .options
        .iter()
        .map(|setting| {
            json!({ "key": setting.key, "values": setting.values.to_string(),
                "default": setting.default, "meaning": setting.meaning })
        })
        .collect();
    let example = &entry.example;
    json!({
        "framer": entry.name, "summary": entry.summary, "source": entry.source,
        "arguments": entry.arguments, "options": options, "recovers": entry.recovers,
        "parts": entry.comes_in_parts(),
        "example": { "framer": example.spec, "payloads": example.payloads, "wire": example.wire },
    })
}
