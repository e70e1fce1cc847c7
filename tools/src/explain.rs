//! `portolan explain`: every dialect's reading of a text, side by side.

use std::io::{self, Write};
use std::sync::Arc;

use portolan::addr::{Dialect, Endpoint, Host, HostPort, Ip, ParseError};
use portolan::dialect::{self, Extra, Reading};
use portolan_conformance::{driver, hex, matrix::is_inside};
use serde_json::{Value, json};

use crate::args::Explain;
use crate::bulk;
use crate::terminal::{BAD, FAINT, Failure, GOOD, Shown, caret, width, wrapped};

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
    let mut object = driver::explanation(text);
    if let Some(members) = object.as_object_mut() {
        members.insert("in".to_owned(), json!(hex::encode(text)));
        members.extend(std::str::from_utf8(text).ok().map(|text| ("text".to_owned(), json!(text))));
    }
    object
}

/// The readings that are the same, and who shares them.
struct Group {
    readings: Vec<Reading<'static>>,
    /// The names of the dialects; a `*` marks those that take a bare address only.
    names: Vec<String>,
    users: Vec<&'static str>,
}

impl Group {
    /// The endpoints, and what was read beside each.
    fn show(&self) -> String {
        let each: Vec<String> = self.readings.iter().map(show).collect();
        each.join(", ")
    }

    fn has_only_names(&self) -> bool {
        let is_name = |reading: &Reading<'_>| {
            matches!(reading.endpoint, Endpoint::Inet(HostPort { host: Host::Name(_), .. }))
        };
        self.readings.iter().all(is_name)
    }

    /// Whether one of the endpoints is reached without leaving the machine or its network.
    fn is_inside(&self) -> bool {
        self.readings.iter().any(|reading| match &reading.endpoint {
            Endpoint::Inet(HostPort { host: Host::Ip(ip), .. }) => is_inside(ip),
            Endpoint::Inet(_) => false,
            _ => true,
        })
    }

    /// Whether the readings are the same but for what stood around the address.
    fn is_alike(&self, readings: &[Reading<'_>]) -> bool {
        let same = |(one, other): (&Reading<'_>, &Reading<'_>)| {
            one.endpoint == other.endpoint && one.extra == other.extra
        };
        self.readings.len() == readings.len() && self.readings.iter().zip(readings).all(same)
    }
}

/// Every dialect's verdict on a text, the same readings together.
#[derive(Default)]
struct Verdicts {
    groups: Vec<Group>,
    refused: Vec<&'static str>,
    /// Why strict refuses, where it does.
    strict: Option<ParseError>,
    has_bare: bool,
}

impl Verdicts {
    fn of(text: &[u8]) -> Self {
        let mut verdicts = Self::default();
        for (dialect, answer) in dialect::explain(text).answers() {
            match answer {
                Ok(readings) => {
                    let readings = readings.map(Reading::into_owned).collect();
                    verdicts.add(dialect, dialect.name().to_owned(), readings);
                }
                Err(error) => verdicts.refuse(dialect, text, error),
            }
        }
        // Mere names count for little, so they stand below.
        verdicts.groups.sort_by_key(Group::has_only_names);
        verdicts
    }

    fn add(&mut self, dialect: Dialect, name: String, readings: Vec<Reading<'static>>) {
        let users = dialect::about(dialect).users;
        match self.groups.iter_mut().find(|group| group.is_alike(&readings)) {
            Some(group) => {
                group.names.push(name);
                if !group.users.contains(&users) {
                    group.users.push(users);
                }
            }
            None => self.groups.push(Group { readings, names: vec![name], users: vec![users] }),
        }
    }

    /// What is no endpoint may still be an address to those that read addresses alone.
    fn refuse(&mut self, dialect: Dialect, text: &[u8], error: ParseError) {
        if dialect == Dialect::Strict {
            self.strict = Some(error);
        }
        let bare = dialect::has_bare_ip(dialect).then(|| dialect::parse_ip(dialect, text));
        match bare {
            Some(Ok(ip)) => {
                self.has_bare = true;
                let endpoint = Endpoint::Inet(HostPort { host: Host::Ip(ip), port: None });
                self.add(dialect, format!("{dialect}*"), vec![Reading::new(endpoint)]);
            }
            _ => self.refused.push(dialect.name()),
        }
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
    let Verdicts { groups, refused, strict, has_bare } = Verdicts::of(text);
    let is_ambiguous = dialect::explain(text).is_ambiguous();
    // A bare address is no endpoint, and still means one thing to everyone who takes it.
    let is_unread = strict.is_some() && Ip::parse(text).is_err();
    headline(out, text, is_ambiguous, groups.len(), refused.len())?;
    let is_danger = |group: &Group| {
        !group.has_only_names() && (is_ambiguous || (is_unread && group.is_inside()))
    };
    for group in &groups {
        row(out, group, is_danger(group))?;
    }
    if !refused.is_empty() {
        let label = format!("  {BAD}refused{BAD:#}");
        columns(out, &label, "refused".len(), &refused.join("  "))?;
    }
    let why = "reaches something here that others refuse, or read as something else";
    let bare = "takes the bare address; an endpoint is written otherwise";
    let dangers = groups.iter().any(is_danger).then_some(('!', BAD, why));
    let bares = has_bare.then_some(('*', FAINT, bare));
    for (index, (mark, style, note)) in dangers.into_iter().chain(bares).enumerate() {
        let mut mark = format!("  {style}{mark}{style:#}");
        if index == 0 {
            writeln!(out)?;
        }
        for line in wrapped(note, " ", width().saturating_sub(4)) {
            writeln!(out, "{mark} {line}")?;
            mark = " ".repeat(3);
        }
    }
    match strict {
        Some(error) => refusal(out, text, &error, &groups),
        None => Ok(()),
    }
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
fn row(out: &mut dyn Write, group: &Group, marked: bool) -> io::Result<()> {
    let (style, mark) = if marked { (BAD, '!') } else { (GOOD, ' ') };
    let text = group.show();
    let shown = format!("{style}{mark} {text}{style:#}");
    columns(out, &shown, text.chars().count(), &group.names.join("  "))?;
    for line in beside(&group.users.join("; "), " ") {
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
    for line in beside(words, "  ") {
        writeln!(out, "{begin}  {line}")?;
        begin = format!("  {:COLUMN$}", "");
    }
    Ok(())
}

/// Cuts words into lines that fit beside the column of readings.
fn beside(text: &str, space: &str) -> Vec<String> {
    wrapped(text, space, width().saturating_sub(COLUMN).saturating_sub(4).max(20))
}

/// Why strict refuses, under the byte, and what can be written instead.
fn refusal(
    out: &mut dyn Write,
    text: &[u8],
    error: &ParseError,
    groups: &[Group],
) -> io::Result<()> {
    writeln!(out, "\n  strict: {BAD}{}{BAD:#} at byte {}", error.kind, error.at)?;
    let mut instead: Vec<String> = Vec::new();
    for group in groups {
        let mut buffer = [0; 2048];
        let [reading] = group.readings.as_slice() else { continue };
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
