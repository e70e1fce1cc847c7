//! `portolan explain`: every dialect's reading of a text, side by side.

use std::io::{self, Write};

use portolan::addr::{Dialect, Endpoint, ParseError};
use portolan::dialect::{self, Reading};
use portolan_conformance::{driver::Driver, hex};
use serde_json::{Value, json};

use crate::args::Explain;
use crate::lines;
use crate::terminal::{BAD, FAINT, Failure, GOOD, Shown, caret};

/// Explains each text; refusals are part of an explanation, so the exit code is 0.
pub(crate) fn run(options: &Explain) -> Result<(), Failure> {
    let mut out = anstream::AutoStream::auto(io::stdout()).lock();
    let mut first = true;
    lines::for_each(&options.addresses, |_, text| {
        if options.json {
            writeln!(out, "{}", as_json(text))?;
        } else {
            if !std::mem::take(&mut first) {
                writeln!(out)?;
            }
            table(&mut out, text)?;
        }
        Ok(())
    })
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

/// One reading and the dialects that share it.
struct Group<'a> {
    endpoint: Endpoint<'a>,
    dialects: Vec<Dialect>,
}

fn table(out: &mut dyn Write, text: &[u8]) -> io::Result<()> {
    let explanation = dialect::explain(text);
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut refusals: Vec<(Dialect, ParseError)> = Vec::new();
    for (dialect, reading) in explanation.readings() {
        match reading {
            Ok(Reading { endpoint, .. }) => {
                match groups.iter_mut().find(|group| group.endpoint == endpoint) {
                    Some(group) => group.dialects.push(dialect),
                    None => groups.push(Group { endpoint, dialects: vec![dialect] }),
                }
            }
            Err(error) => refusals.push((dialect, error)),
        }
    }
    headline(out, text, explanation.is_ambiguous(), groups.len(), refusals.len())?;
    readings(out, &groups, &refusals)?;
    if let Some((_, error)) = refusals.iter().find(|(dialect, _)| *dialect == Dialect::Strict) {
        refusal(out, text, error, &groups)?;
    }
    Ok(())
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

fn readings(
    out: &mut dyn Write,
    groups: &[Group<'_>],
    refusals: &[(Dialect, ParseError)],
) -> io::Result<()> {
    let shown: Vec<String> = groups
        .iter()
        .map(|group| Shown(group.endpoint.to_string().as_bytes()).to_string())
        .collect();
    let width = shown.iter().map(|text| text.chars().count()).max().unwrap_or(0).clamp(11, 48);
    for (group, text) in groups.iter().zip(&shown) {
        let who: Vec<&str> =
            group.dialects.iter().map(|dialect| dialect::about(*dialect).users).collect();
        writeln!(out, "  {GOOD}{text:width$}{GOOD:#}  {}", names(&group.dialects))?;
        writeln!(out, "  {:width$}  {FAINT}{}{FAINT:#}", "", who.join("; "))?;
    }
    if !refusals.is_empty() {
        let dialects: Vec<Dialect> = refusals.iter().map(|(dialect, _)| *dialect).collect();
        writeln!(out, "  {BAD}{:width$}{BAD:#}  {}", "refused", names(&dialects))?;
    }
    Ok(())
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
        if let Ok(len) = group.endpoint.format(&mut buffer) {
            instead.push(Shown(buffer.get(..len).unwrap_or_default()).to_string());
        }
    }
    let note =
        if instead.is_empty() { String::new() } else { format!("write {}", instead.join(" or ")) };
    caret(out, text, error.at, error.len, &note)
}
