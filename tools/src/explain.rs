//! `portolan explain`: every dialect's reading of a text, side by side.

use std::io::{self, Write};
use std::sync::Arc;

use portolan::addr::{Dialect, Endpoint, Host, HostPort, Ip, ParseError};
use portolan::dialect::{self, Extra, Reading, Readings};
use portolan_conformance::{driver::Driver, hex, matrix::is_inside};
use serde_json::{Value, json};

use crate::args::Explain;
use crate::bulk;
use crate::terminal::{BAD, FAINT, Failure, GOOD, Shown, caret, width};

/// Explains each text; refusals are part of an explanation, so the exit code is 0.
pub(crate) fn run(options: Explain) -> Result<(), Failure> {
    let mut out = anstream::AutoStream::auto(io::stdout()).lock();
    let is_json = options.json;
    let is_first = std::sync::atomic::AtomicBool::new(true);
    let each = move |_, text: &[u8], sink: &mut bulk::Sink| {
        if is_json {
            return writeln!(sink.out, "{}", as_json(text));
        }
        if !is_first.swap(false, std::sync::atomic::Ordering::Relaxed) {
            writeln!(sink.out)?;
        }
        table(&mut sink.out, text)
    };
    // One job: a table is for reading, and its lines begin with the first text.
    let jobs = if is_json { bulk::default_jobs() } else { 1 };
    bulk::for_each(&options.addresses, jobs, &mut out, Arc::new(each))
}

/// The answer of the driver to `endpoint.explain`, with the text in place of an id.
fn as_json(text: &[u8]) -> Value {
    let request = json!({ "op": "endpoint.explain", "in": hex::encode(text) }).to_string();
    let mut answer: Value =
        serde_json::from_str(&Driver::new().answer(request.as_bytes())).unwrap_or_default();
    let mut object = answer.get_mut("ok").map(Value::take).unwrap_or_default();
    if let Some(members) = object.as_object_mut() {
        members.insert("in".to_owned(), json!(hex::encode(text)));
        members.extend(std::str::from_utf8(text).ok().map(|text| ("text".to_owned(), json!(text))));
    }
    object
}

/// The readings that are the same, and the dialects that share them.
struct Group<'a> {
    readings: Readings<'a>,
    dialects: Vec<Dialect>,
}

impl Group<'_> {
    /// The endpoints, and what was read beside each.
    fn show(&self) -> String {
        let each: Vec<String> = self.readings.clone().map(|reading| show(&reading)).collect();
        each.join(", ")
    }

    fn has_only_names(&self) -> bool {
        let is_name = |reading: Reading<'_>| {
            matches!(reading.endpoint, Endpoint::Inet(HostPort { host: Host::Name(_), .. }))
        };
        self.readings.clone().all(is_name)
    }

    /// Whether one of the endpoints is reached without leaving the machine or its network.
    fn is_inside(&self) -> bool {
        self.readings.clone().any(|reading| match reading.endpoint {
            Endpoint::Inet(HostPort { host: Host::Ip(ip), .. }) => is_inside(&ip),
            Endpoint::Inet(_) => false,
            _ => true,
        })
    }
}

/// An endpoint as people read it, with what was read beside it.
fn show(reading: &Reading<'_>) -> String {
    let Extra { transport, family, service, obfuscated, interface, ports, .. } = &reading.extra;
    let mut text = Shown(reading.endpoint.to_string().as_bytes()).to_string();
    let words = [
        transport.map(|transport| transport.to_string()),
        family.map(|family| format!("{family} only")),
        service.as_ref().map(|service| format!("service {service}")),
        obfuscated.as_ref().map(|token| format!("obfuscated {token}")),
        interface.as_ref().map(|interface| format!("on {interface}")),
        ports.map(|(first, last)| format!("ports {first}-{last}")),
    ];
    for word in words.into_iter().flatten() {
        text = format!("{text} {word}");
    }
    text
}

fn table(out: &mut dyn Write, text: &[u8]) -> io::Result<()> {
    let explanation = dialect::explain(text);
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut refusals: Vec<(Dialect, ParseError)> = Vec::new();
    for (dialect, answer) in explanation.answers() {
        match answer {
            Ok(readings) => {
                let same = |group: &&mut Group<'_>| show_alike(&group.readings, &readings);
                match groups.iter_mut().find(same) {
                    Some(group) => group.dialects.push(dialect),
                    None => groups.push(Group { readings, dialects: vec![dialect] }),
                }
            }
            Err(error) => refusals.push((dialect, error)),
        }
    }
    // Mere names count for little, so they stand below.
    groups.sort_by_key(Group::has_only_names);
    let strict = refusals.iter().find(|(dialect, _)| *dialect == Dialect::Strict);
    let is_ambiguous = explanation.is_ambiguous();
    // A bare address is no endpoint, and still means one thing to everyone who takes it.
    let is_unread = strict.is_some() && Ip::parse(text).is_err();
    headline(out, text, is_ambiguous, groups.len(), refusals.len())?;
    let mut danger = false;
    for group in &groups {
        let marked = (is_ambiguous && !group.has_only_names())
            || (is_unread && group.is_inside() && !group.has_only_names());
        danger |= marked;
        row(out, group, marked)?;
    }
    if !refusals.is_empty() {
        let dialects: Vec<Dialect> = refusals.iter().map(|(dialect, _)| *dialect).collect();
        columns(out, &format!("  {BAD}refused{BAD:#}"), "refused".len(), &names(&dialects))?;
    }
    if danger {
        let why = "reaches something here that others refuse, or read as something else";
        writeln!(out, "\n  {BAD}!{BAD:#} {why}")?;
    }
    match strict {
        Some((_, error)) => refusal(out, text, error, &groups),
        None => Ok(()),
    }
}

/// Whether two readings are the same but for what stood around the address.
fn show_alike(one: &Readings<'_>, other: &Readings<'_>) -> bool {
    let bare = |reading: Reading<'_>| (reading.endpoint.into_owned(), reading.extra.into_owned());
    one == other || one.clone().map(bare).eq(other.clone().map(bare))
}

fn headline(
    out: &mut dyn Write,
    text: &[u8],
    ambiguous: bool,
    readings: usize,
    refusals: usize,
) -> io::Result<()> {
    let plural =
        |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let readings = plural(readings, "reading", "readings");
    let refusals = plural(refusals, "refusal", "refusals");
    let (style, verdict) = if ambiguous { (BAD, "ambiguous: ") } else { (GOOD, "") };
    writeln!(out, "{}   {style}{verdict}{style:#}{readings}, {refusals}\n", Shown(text))
}

/// How wide the column of readings is, and the widest reading that stands beside its dialects.
const COLUMN: usize = 26;

/// A reading, its dialects, and who reads so.
fn row(out: &mut dyn Write, group: &Group<'_>, marked: bool) -> io::Result<()> {
    let (style, mark) = if marked { (BAD, '!') } else { (GOOD, ' ') };
    let text = group.show();
    let shown = format!("{style}{mark} {text}{style:#}");
    columns(out, &shown, text.chars().count(), &names(&group.dialects))?;
    let mut who: Vec<&str> = Vec::new();
    for users in group.dialects.iter().map(|dialect| dialect::about(*dialect).users) {
        if !who.contains(&users) {
            who.push(users);
        }
    }
    for line in wrapped(&who.join("; "), " ") {
        writeln!(out, "  {:COLUMN$}  {FAINT}{line}{FAINT:#}", "")?;
    }
    Ok(())
}

/// Writes a text of a width beside words, or above them where it is too wide.
fn columns(out: &mut dyn Write, text: &str, width: usize, words: &str) -> io::Result<()> {
    let mut begin = format!("{text}{:1$}", "", COLUMN.saturating_sub(width));
    if width > COLUMN {
        writeln!(out, "{text}")?;
        begin = format!("  {:COLUMN$}", "");
    }
    for line in wrapped(words, "  ") {
        writeln!(out, "{begin}  {line}")?;
        begin = format!("  {:COLUMN$}", "");
    }
    Ok(())
}

/// Cuts words into lines that fit beside the column of readings.
fn wrapped(text: &str, space: &str) -> Vec<String> {
    let room = width().saturating_sub(COLUMN).saturating_sub(4).max(20);
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(space).filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if line.chars().count().saturating_add(word.chars().count()) < room => {
                line.push_str(space);
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn names(dialects: &[Dialect]) -> String {
    dialects.iter().map(|dialect| dialect.name()).collect::<Vec<_>>().join("  ")
}

/// Why strict refuses, under the byte, and what can be written instead.
fn refusal(
    out: &mut dyn Write,
    text: &[u8],
    error: &ParseError,
    groups: &[Group<'_>],
) -> io::Result<()> {
    writeln!(out, "\n  strict: {BAD}{}{BAD:#} at byte {}", error.kind, error.at)?;
    let mut instead: Vec<String> = Vec::new();
    for group in groups {
        let mut buffer = [0; 2048];
        let Some(reading) = group.readings.only() else { continue };
        // Without its service or the rest of its ports it would be another endpoint.
        if reading.extra.service.is_some() || reading.extra.ports.is_some() {
            continue;
        }
        let strict = reading.endpoint.format(&mut buffer);
        let Ok(len) = strict else { continue };
        let text = Shown(buffer.get(..len).unwrap_or_default()).to_string();
        if !instead.contains(&text) {
            instead.push(text);
        }
    }
    let note =
        if instead.is_empty() { String::new() } else { format!("write {}", instead.join(" or ")) };
    caret(out, text, error.at, error.len, &note)
}
