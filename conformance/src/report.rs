//! What a run has found: who passed, who diverged, who was skipped.

use std::collections::BTreeMap;

use crate::judge::Verdict;
use crate::ledger::{Known, Ledger};
use crate::run::readings;
use crate::subject::{Answer, Hello};
use crate::vector::{Outcome, Vector};

mod json;
mod junit;

/// The result of a run.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report {
    /// One for each subject, in the order in which they were asked; Portolan is the first.
    pub summaries: Vec<Summary>,
    /// Who was not asked, and why.
    pub skipped: Vec<String>,
    /// One for each check.
    pub rows: Vec<Row>,
}

/// A check of a vector, and what each subject answered.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Row {
    /// The vector.
    pub vector: Vector,
    /// The dialect or layout, where the vector has several.
    pub choice: Option<String>,
    /// What is demanded.
    pub expected: Outcome,
    /// The checks, in the order of the subjects.
    pub checks: Vec<Check>,
}

/// What one subject answered.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Check {
    /// What the judge says.
    pub verdict: Verdict,
    /// What the ledger makes of it.
    pub standing: Standing,
    /// The reason that the ledger gives.
    pub reason: Option<String>,
}

/// Where a check stands once the ledger has been asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// It passed, and nothing else was expected.
    Passed,
    /// It diverged exactly as the ledger says.
    Known,
    /// It diverged, and the ledger does not say so.
    Unexpected,
    /// The ledger says that it diverges otherwise, or at all, and it does not.
    Stale,
    /// It diverged, or did not where the ledger says so, in a version that the ledger is not for.
    Unlisted,
    /// It was not asked.
    Skipped,
}

impl Check {
    pub(crate) fn new(verdict: Verdict, known: Option<&Known>, exact: bool) -> Self {
        let standing = match (&verdict, known) {
            // What changes cannot be known, in any version.
            (Verdict::Fail(Answer::Unstable(_)), _) => {
                return Self { verdict, standing: Standing::Unexpected, reason: None };
            }
            (Verdict::Pass, None) => Standing::Passed,
            (Verdict::Skip(_), None) => Standing::Skipped,
            (Verdict::Fail(_), None) => Standing::Unexpected,
            (Verdict::Fail(answer), Some(known)) if answer.short() == known.answer => {
                Standing::Known
            }
            (_, Some(_)) => Standing::Stale,
        };
        let standing = match standing {
            Standing::Unexpected | Standing::Stale if !exact => Standing::Unlisted,
            standing => standing,
        };
        Self { verdict, standing, reason: known.map(|known| known.reason.clone()) }
    }

    /// What the subject reads, in one line.
    #[must_use]
    pub fn reading(&self, expected: &Outcome) -> String {
        match &self.verdict {
            Verdict::Pass => expected.short(),
            Verdict::Fail(answer) => answer.short(),
            Verdict::Skip(reason) => reason.clone(),
        }
    }

    /// Whether this breaks the run.
    #[must_use]
    pub const fn is_wrong(&self) -> bool {
        matches!(self.standing, Standing::Unexpected | Standing::Stale)
    }
}

/// The count of one subject.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Summary {
    /// The name of the subject.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The dialects it was judged in.
    pub dialects: Vec<String>,
    /// How many checks stand where, in the order of [`Standing`].
    pub passed: usize,
    /// Divergences that the ledger knows.
    pub known: usize,
    /// Divergences that it does not, and entries that are not so.
    pub unexpected: usize,
    /// Divergences of a version that the ledger is not for.
    pub unlisted: usize,
    /// Checks that the subject cannot answer.
    pub skipped: usize,
    /// Entries of the ledger about vectors that were not run.
    pub unused: usize,
}

impl Summary {
    pub(crate) fn of(hello: &Hello, rows: &[Row], column: usize, ledger: &Ledger) -> Self {
        let checks = || rows.iter().filter_map(|row| row.checks.get(column));
        let count = |standing| checks().filter(|check| check.standing == standing).count();
        let asked = |known: &&Known| rows.iter().any(|row| row.vector.id == known.vector);
        let mut dialects = hello.dialects.clone();
        dialects
            .extend(hello.native.values().filter_map(|value| value.as_str().map(str::to_owned)));
        dialects.sort();
        dialects.dedup();
        Self {
            name: hello.name.clone(),
            version: hello.version.clone(),
            dialects,
            passed: count(Standing::Passed),
            known: count(Standing::Known),
            unexpected: count(Standing::Unexpected).saturating_add(count(Standing::Stale)),
            unlisted: count(Standing::Unlisted),
            skipped: count(Standing::Skipped),
            unused: ledger.known.iter().filter(|known| !asked(known)).count(),
        }
    }
}

impl Report {
    /// Whether every check passed or diverged as it is known to.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.summaries.iter().all(|summary| summary.unexpected == 0)
    }

    /// The rows on which the subjects that were asked do not agree.
    pub fn disagreements(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| readings(row).len() > 1)
    }

    /// The checks of each vector, in the order of the vectors.
    pub(crate) fn vectors(&self) -> impl Iterator<Item = &[Row]> {
        self.rows.chunk_by(|one, other| one.vector.id == other.vector.id)
    }

    /// Why one subject was not asked, and how often for each reason.
    pub(crate) fn skips<'a>(rows: impl Iterator<Item = &'a Row>, column: usize) -> Skips<'a> {
        let mut skips = Skips::new();
        for check in rows.filter_map(|row| row.checks.get(column)) {
            if let (Verdict::Skip(reason), Standing::Skipped) = (&check.verdict, check.standing) {
                let count = skips.entry(reason).or_default();
                *count = count.saturating_add(1);
            }
        }
        skips
    }
}

/// How often there was each reason not to ask.
pub(crate) type Skips<'a> = BTreeMap<&'a str, usize>;

/// The name of a standing in the report.
pub(crate) const fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Passed => "passed",
        Standing::Known => "known",
        Standing::Unexpected => "unexpected",
        Standing::Stale => "stale",
        Standing::Unlisted => "unlisted",
        Standing::Skipped => "skipped",
    }
}

/// Text in XML and HTML; controls become pictures of themselves.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{7f}'.. if character.is_control() => escaped.push('\u{fffd}'),
            '\0'..='\u{1f}' => {
                let picture = char::from_u32(0x2400_u32.saturating_add(character.into()));
                escaped.extend(picture);
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Whether an answer is a reading of the input rather than a refusal of it.
pub(crate) const fn is_reading(verdict: &Verdict, expected: &Outcome) -> bool {
    match verdict {
        Verdict::Pass => matches!(expected, Outcome::Ok(_)),
        Verdict::Fail(Answer::Outcome(Outcome::Ok(_))) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
