//! `portolan check-list`: which addresses an access list lets pass, and which line says so.

use std::fmt::Display;
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use portolan::addr::Ip;
use portolan::dialect;
use portolan::policy::{Action, AddressTrie, Decision, ListError, RuleOptions, parse_rules};
use serde_json::json;

use crate::args::{Bits, CheckList};
use crate::bulk::{self, Sink};
use crate::classify::{digits, inside, refuse_json};
use crate::convert::{print_json, say};
use crate::input;
use crate::terminal::{BAD, FAINT, Failure, GOOD, caret};

/// The longest list, in bytes: two million rules. What never ends, such as a device, is refused.
const MAX_LIST: u64 = 1 << 26;

/// How many lines of a bad list are shown.
const SHOWN: usize = 8;

/// Decides about each address; one that is denied or refused makes the exit code 1.
pub(crate) fn run(options: CheckList) -> Result<(), Failure> {
    let list = load(&options)?;
    let mut out = anstream::AutoStream::auto(io::stdout()).lock();
    let reads = options.reads;
    let (dialect, is_json) = (reads.dialect, reads.json);
    let each = move |line: Option<u64>, text: &[u8], sink: &mut Sink| match dialect::parse_ip(
        dialect, text,
    ) {
        Ok(ip) if is_json => list.as_json(&ip, text, sink),
        Ok(ip) => list.as_text(&ip, sink),
        Err(error) if is_json => refuse_json(&error, text, sink),
        Err(error) => say(line, text, &error, sink),
    };
    bulk::for_each(&reads.addresses, bulk::default_jobs(), &mut out, Arc::new(each))
}

/// The rules, and the line that each stands on.
struct List {
    rules: AddressTrie,
    lines: Vec<usize>,
}

/// Reads the whole list, or none of it.
fn load(options: &CheckList) -> Result<List, Failure> {
    let is_input = |argument: &std::ffi::OsString| argument == "-";
    let addresses = &options.reads.addresses;
    if options.list == Path::new("-") && (addresses.is_empty() || addresses.iter().any(is_input)) {
        let message = "standard input cannot be the list and the addresses";
        return Err(Failure::Usage(message.to_owned()));
    }
    let text = read(&options.list)?;
    let mut list = List { rules: AddressTrie::new(), lines: Vec::new() };
    let mut refused = Vec::new();
    for rule in parse_rules(&text, rule_options(options)) {
        match rule {
            Ok((line, rule)) => {
                list.lines.push(line);
                list.rules.insert(rule);
            }
            Err(error) => refused.push(error),
        }
    }
    if !refused.is_empty() {
        say_bad(&text, &refused)?;
        return Err(Failure::Misused);
    }
    let default = Action::from(options.default);
    if list.rules.is_empty() {
        let all = if default == Action::Allow { "allows" } else { "denies" };
        let mut err = anstream::stderr();
        writeln!(err, "{FAINT}note:{FAINT:#} the list has no rule and {all} every address")?;
    }
    list.rules = list.rules.with_embeddings(options.embeddings).with_default(default);
    list.rules = list.rules.with_nat64(options.reads.nat64.iter().copied());
    Ok(list)
}

/// The text of a list, if it has an end.
fn read(path: &PathBuf) -> Result<Vec<u8>, Failure> {
    let bad = |rule: &dyn Display| Failure::Usage(format!("{}: {rule}", path.display()));
    let mut text = Vec::new();
    let (input, _) = input::open(Some(path))?;
    let read = input.take(MAX_LIST.saturating_add(1)).read_to_end(&mut text);
    match read.map_err(|error| bad(&error))? {
        read if u64::try_from(read).is_ok_and(|read| read <= MAX_LIST) => Ok(text),
        _ => Err(bad(&format_args!("a list has at most {MAX_LIST} bytes"))),
    }
}

fn rule_options(options: &CheckList) -> RuleOptions {
    let mut read = RuleOptions::new();
    if let Some(verb) = options.bare {
        read = read.with_bare(verb.into());
    }
    if options.host_bits == Bits::Mask {
        read = read.with_host_bits_cleared();
    }
    read
}

/// Says which lines are no rules, and that nothing has been judged.
fn say_bad(text: &[u8], refused: &[ListError]) -> io::Result<()> {
    let mut err = Vec::new();
    for ListError { line, error, .. } in refused.iter().take(SHOWN) {
        let bytes = text.split(|byte| *byte == b'\n').nth(line.saturating_sub(1));
        writeln!(err, "{BAD}error:{BAD:#} line {line}: {} ({})", error.kind, error.code())?;
        let note = format!("byte {}", error.at);
        caret(&mut err, bytes.unwrap_or_default(), error.at, error.len, &note)?;
    }
    let more = refused.len().saturating_sub(SHOWN);
    if more > 0 {
        writeln!(err, "and {more} lines more")?;
    }
    writeln!(err, "the list is not used, and no address is judged")?;
    anstream::AutoStream::auto(io::stderr()).lock().write_all(&err)
}

impl List {
    fn as_text(&self, ip: &Ip, sink: &mut Sink) -> io::Result<()> {
        let decision = self.decide(ip, sink);
        let (style, word) =
            if decision.is_allowed() { (GOOD, "allowed") } else { (BAD, "denied ") };
        write!(sink.out, "{style}{word}{style:#}  {ip}  {FAINT}")?;
        if let Some((index, _)) = decision.rule {
            write!(sink.out, "line {}: ", self.line(index))?;
        }
        writeln!(sink.out, "{decision}{FAINT:#}")
    }

    fn as_json(&self, ip: &Ip, text: &[u8], sink: &mut Sink) -> io::Result<()> {
        let decision = self.decide(ip, sink);
        let rule = decision.rule.map(|(index, rule)| {
            json!({ "line": self.line(index), "action": rule.action().name(),
                    "prefix": rule.prefix().to_string() })
        });
        let through = decision.through.map(|(form, v4)| inside(form, v4));
        let ok = json!({
            "ip": digits(ip), "canonical": ip.to_string(), "action": decision.action.name(),
            "rule": rule, "through": through,
        });
        print_json(json!({ "ok": ok }), text, sink)
    }

    fn decide(&self, ip: &Ip, sink: &mut Sink) -> Decision {
        let decision = self.rules.decide(*ip);
        sink.refused |= !decision.is_allowed();
        decision
    }

    fn line(&self, index: usize) -> usize {
        self.lines.get(index).copied().unwrap_or_default()
    }
}
