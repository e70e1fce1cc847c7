//! Every check that diverges, by topic.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{SHOWN, diverges, shortened};
use crate::report::{Check, Report, Row, Standing, escape};

pub(super) fn topics(page: &mut String, report: &Report) {
    let mut topics: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in &report.rows {
        topics.entry(row.vector.file.as_str()).or_default().push(row);
    }
    page.push_str(
        "<h2 id=\"topics\">Checks</h2>\n<p>By topic: every check that somebody answers otherwise than \
         demanded, and how many more each implementation passes.</p>\n",
    );
    for (topic, rows) in topics {
        let (differ, same): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| diverges(row));
        let _ = write!(
            page,
            "<details><summary>{} <span class=f>{} checks, {} of them with divergences</span></summary>\
             <div class=scroll><table>\n<thead><tr><th>vector<th>in<th>demanded",
            escape(topic),
            rows.len(),
            differ.len()
        );
        let asked = asked(&rows);
        for (summary, _) in report.summaries.iter().zip(&asked).filter(|(_, asked)| **asked) {
            let _ = write!(page, "<th>{} {}", escape(&summary.name), escape(&summary.version));
        }
        page.push_str("</thead>\n<tbody>\n");
        for line in joined(&differ) {
            check_row(page, &line, &asked);
        }
        passed_row(page, &same, &asked);
        page.push_str("</table></div></details>\n");
    }
}

/// The checks that nobody answers otherwise, counted.
fn passed_row(page: &mut String, rows: &[&Row], asked: &[bool]) {
    if rows.is_empty() {
        return;
    }
    let _ = write!(page, "<tr><th>{} checks without any<td><td>", rows.len());
    for (column, _) in asked.iter().enumerate().filter(|(_, asked)| **asked) {
        let checks = rows.iter().filter_map(|row| row.checks.get(column));
        let _ = match checks.filter(|check| check.standing == Standing::Passed).count() {
            0 => write!(page, "<td class=o>·"),
            passed => write!(page, "<td class=good>✓ {passed}"),
        };
    }
    page.push('\n');
}

/// Whether each implementation answers anything in a topic.
fn asked(rows: &[&Row]) -> Vec<bool> {
    let columns = rows.first().map_or(0, |row| row.checks.len());
    let is_asked = |column: usize| {
        let mut checks = rows.iter().filter_map(|row| row.checks.get(column));
        checks.any(|check| check.standing != Standing::Skipped)
    };
    (0..columns).map(is_asked).collect()
}

/// The checks of a vector that demand the same and are answered alike.
struct Joined<'a> {
    row: &'a Row,
    choices: Vec<&'a str>,
    checks: Vec<&'a Check>,
}

impl<'a> Joined<'a> {
    fn new(row: &'a Row) -> Self {
        Self {
            row,
            choices: row.choice.as_deref().into_iter().collect(),
            checks: row.checks.iter().collect(),
        }
    }

    /// Takes a row in, unless an implementation answers it otherwise.
    fn takes(&mut self, row: &'a Row) -> bool {
        let is_skipped = |check: &Check| check.standing == Standing::Skipped;
        let alike = |(one, other): (&&Check, &Check)| {
            let same = one.standing == other.standing
                && one.reason == other.reason
                && one.reading(&row.expected) == other.reading(&row.expected);
            same || is_skipped(one) || is_skipped(other)
        };
        let is_same = self.row.vector.id == row.vector.id
            && self.row.expected == row.expected
            && self.checks.iter().zip(&row.checks).all(alike);
        if is_same {
            self.choices.extend(row.choice.as_deref());
            for (one, other) in self.checks.iter_mut().zip(&row.checks) {
                if is_skipped(one) {
                    *one = other;
                }
            }
        }
        is_same
    }
}

fn joined<'a>(rows: &[&'a Row]) -> Vec<Joined<'a>> {
    let mut lines: Vec<Joined<'a>> = Vec::new();
    for row in rows {
        let mut same =
            lines.iter_mut().rev().take_while(|line| line.row.vector.id == row.vector.id);
        if !same.any(|line| line.takes(row)) {
            lines.push(Joined::new(row));
        }
    }
    lines
}

fn check_row(page: &mut String, line: &Joined<'_>, asked: &[bool]) {
    let (id, row) = (escape(&line.row.vector.id), line.row);
    let choices = escape(&line.choices.join(" "));
    let demanded = escape(&shortened(&row.expected.short(), SHOWN));
    let _ = write!(page, "<tr><th><a href=\"#{id}\">{id}</a><td>{choices}<td>{demanded}");
    for (check, _) in line.checks.iter().zip(asked).filter(|(_, asked)| **asked) {
        let (class, sign) = sign(check);
        let _ = write!(page, "<td class={class}");
        if let Some(reason) = &check.reason {
            let _ = write!(page, " title=\"{}\"", escape(reason));
        }
        let _ = write!(page, ">{sign}");
        if !matches!(check.standing, Standing::Passed | Standing::Skipped) {
            let _ = write!(page, " {}", escape(&shortened(&check.reading(&row.expected), SHOWN)));
        }
    }
    page.push('\n');
}

const fn sign(check: &Check) -> (&'static str, &'static str) {
    match check.standing {
        Standing::Passed => ("good", "✓"),
        Standing::Known | Standing::Unlisted => ("known", "≠"),
        Standing::Unexpected | Standing::Stale => ("bad", "✗"),
        Standing::Skipped => ("o", "·"),
    }
}
