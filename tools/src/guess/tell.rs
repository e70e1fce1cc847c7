//! What is told of the framings that were tried.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::ENOUGH;
use super::trial::{Outcome, Trial, share};
use crate::terminal::{BAD, FAINT, GOOD, width, wrapped};

/// How many are told of, unless all are asked for.
const TOLD: usize = 5;

/// Framings that cut in the same places.
pub(super) struct Division {
    /// The one with the most bits.
    pub(super) best: Trial,
    pub(super) alike: Vec<String>,
}

/// What the stream is, and how much is told.
pub(super) struct Of {
    pub(super) bytes: usize,
    pub(super) is_whole: bool,
    pub(super) is_all: bool,
}

impl Of {
    /// Those that enough speaks for, or all of them.
    fn told<'d>(&self, divisions: &'d [Division]) -> impl Iterator<Item = &'d Division> {
        let (least, most) = if self.is_all { (f64::MIN, usize::MAX) } else { (ENOUGH, TOLD) };
        divisions.iter().filter(move |division| division.best.bits >= least).take(most)
    }

    /// The ones that came furthest, where nothing else is to be told.
    fn failed<'t>(&self, told: usize, failed: &'t [Trial]) -> &'t [Trial] {
        let most = match (self.is_all, told) {
            (true, _) => failed.len(),
            (false, 0) => 3,
            (false, _) => 0,
        };
        failed.get(..most.min(failed.len())).unwrap_or_default()
    }
}

/// Writes for a person.
pub(super) fn text(
    out: &mut impl Write,
    of: &Of,
    divisions: &[Division],
    failed: &[Trial],
) -> io::Result<()> {
    let told: Vec<&Division> = of.told(divisions).collect();
    if told.first().is_none_or(|division| division.best.bits < ENOUGH) {
        writeln!(out, "{BAD}nothing divides it cleanly{BAD:#}")?;
    }
    for division in &told {
        fit(out, of, division)?;
    }
    for trial in of.failed(told.len(), failed) {
        writeln!(out, "{:>8}       {}", "no", trial.spec)?;
        let why = match trial.outcome {
            Outcome::Failed(error) => {
                format!("{} ({}) at byte {}", error.kind, error.code(), error.at)
            }
            _ => "most of it is in no frame".to_owned(),
        };
        let frames = counted(trial.frames, "frame");
        writeln!(out, "{:15}{FAINT}{why}, behind {frames} of {} bytes{FAINT:#}", "", trial.framed)?;
    }
    let cut = if of.is_whole { "" } else { "; only the first MiB was read" };
    writeln!(out, "{FAINT}{} bytes{cut}", of.bytes)?;
    for line in wrapped(WHAT_BITS_ARE, " ", width()) {
        writeln!(out, "{line}")?;
    }
    write!(out, "{FAINT:#}")
}

/// What the score is, in one sentence.
const WHAT_BITS_ARE: &str =
    "n bits: bytes drawn at random, as often as here, would be cut so one time in 2^n";

/// A framing that divides the stream: how much speaks for it, and what it makes of it.
fn fit(out: &mut impl Write, of: &Of, division: &Division) -> io::Result<()> {
    let trial = &division.best;
    writeln!(out, "{:>8.0} bits  {GOOD}{}{GOOD:#}", trial.bits, trial.spec)?;
    let mut facts = vec![format!(
        "{} in {:.1} % of the bytes",
        counted(trial.frames, "frame"),
        100.0 * share(trial.framed, of.bytes)
    )];
    facts.push(match trial.outcome {
        Outcome::Clean => "the last ends with the last byte".to_owned(),
        Outcome::Open if of.is_whole => format!("the next, at {}, is cut off", trial.framed),
        Outcome::Open => format!("the next, at {}, goes on", trial.framed),
        Outcome::Done(rest) => format!("the framing is over, {} follow", counted(rest, "byte")),
        Outcome::Failed(error) => format!("{} at byte {}", error.code(), error.at),
    });
    if let Some(lengths) = trial.lengths {
        let (min, median, max) = (lengths.min, lengths.median, lengths.max);
        facts.push(format!(
            "payloads of {min} to {max} bytes, median {median}, {} different",
            lengths.distinct
        ));
    }
    facts.push(format!("checked: {}", trial.checks));
    if !division.alike.is_empty() {
        let mut alike: Vec<&str> = division.alike.iter().map(String::as_str).collect();
        let more = alike.len().saturating_sub(3);
        if more > 0 && !of.is_all {
            alike.truncate(3);
        }
        let more = if more > 0 && !of.is_all { format!(" and {more} more") } else { String::new() };
        facts.push(format!("cut alike by {}{more}", alike.join("  ")));
    }
    for line in wrapped(&facts.join("; "), " ", width().saturating_sub(15).max(20)) {
        writeln!(out, "{:15}{FAINT}{line}{FAINT:#}", "")?;
    }
    Ok(())
}

fn counted(count: usize, of: &str) -> String {
    if count == 1 { format!("1 {of}") } else { format!("{count} {of}s") }
}

/// Writes an object a framing.
pub(super) fn json(
    out: &mut impl Write,
    of: &Of,
    divisions: &[Division],
    failed: &[Trial],
) -> io::Result<()> {
    let told: Vec<&Division> = of.told(divisions).collect();
    for division in &told {
        let mut object = facts(&division.best, of);
        if let Some(object) = object.as_object_mut() {
            object.insert("bits".to_owned(), json!(division.best.bits.round()));
            object.insert("alike".to_owned(), json!(division.alike));
        }
        writeln!(out, "{object}")?;
    }
    for trial in of.failed(told.len(), failed) {
        writeln!(out, "{}", facts(trial, of))?;
    }
    Ok(())
}

fn facts(trial: &Trial, of: &Of) -> Value {
    let mut object = json!({
        "framer": trial.spec, "frames": trial.frames, "framed": trial.framed, "bytes": of.bytes,
        "checks": trial.checks,
    });
    let Some(members) = object.as_object_mut() else { return object };
    let (name, value) = match trial.outcome {
        Outcome::Clean => ("end", json!("clean")),
        Outcome::Open if of.is_whole => ("end", json!("truncated")),
        Outcome::Open => ("end", json!("unread")),
        Outcome::Done(rest) => ("rest", json!(rest)),
        Outcome::Failed(error) => {
            members.insert("at".to_owned(), json!(error.at));
            ("error", json!(error.code()))
        }
    };
    members.insert(name.to_owned(), value);
    if let Some(lengths) = trial.lengths {
        let lengths = json!({ "min": lengths.min, "median": lengths.median, "max": lengths.max,
            "distinct": lengths.distinct });
        members.insert("lengths".to_owned(), lengths);
    }
    object
}
