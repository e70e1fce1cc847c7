//! The matrix as one page that needs no script and nothing from elsewhere.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::hex;
use crate::matrix::{Cell, Line, Matrix};
use crate::report::{Check, Report, Row, Standing, escape, is_reading};
use crate::vector::Vector;

const STYLE: &str = include_str!("page.css");

/// Renders the page.
#[must_use]
pub fn render(report: &Report, matrix: &Matrix) -> String {
    let mut page = String::new();
    let _ = write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Portolan: who reads what</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
    );
    head(&mut page, report, matrix);
    addresses(&mut page, matrix);
    bypasses(&mut page, matrix);
    topics(&mut page, report);
    details(&mut page, report, matrix);
    page.push_str("</body>\n</html>\n");
    page
}

fn head(page: &mut String, report: &Report, matrix: &Matrix) {
    let (vectors, checks) = (vectors(report).len(), report.rows.len());
    let _ = write!(
        page,
        "<h1>Portolan: who reads what</h1>\n\
         <p>{vectors} vectors, {checks} checks, {} texts of IP addresses on which implementations \
         disagree. A text has no meaning without a dialect: each column is an implementation in \
         one of them.</p>\n<h2>Results</h2>\n<div class=\"scroll\"><table>\n<thead><tr>\
         <th>implementation</th><th>dialects</th><th>passed</th><th>known</th>\
         <th>unexpected</th><th>not asked</th></tr></thead>\n<tbody>\n",
        matrix.disagreements()
    );
    for summary in &report.summaries {
        let _ = writeln!(
            page,
            "<tr><th>{} {}</th><td>{}</td><td class=\"num\">{}</td><td class=\"num\">{}</td>\
             <td class=\"num\">{}</td><td class=\"num\">{}</td></tr>",
            escape(&summary.name),
            escape(&summary.version),
            escape(&summary.dialects.join(" ")),
            summary.passed,
            summary.known,
            summary.unexpected,
            summary.skipped
        );
    }
    page.push_str("</tbody></table></div>\n");
    for skipped in &report.skipped {
        let _ = writeln!(page, "<p class=\"faint\">Skipped: {}</p>", escape(skipped));
    }
    page.push_str(
        "<p class=\"faint\"><b>known</b>: diverges exactly as its ledger says and why; \
         <b>unexpected</b>: diverges otherwise, which breaks the run.</p>\n",
    );
}

fn addresses(page: &mut String, matrix: &Matrix) {
    page.push_str(
        "<h2 id=\"addresses\">IP addresses</h2>\n\
         <p class=\"legend\"><span style=\"background:var(--reads)\">first reading</span>\
         <span style=\"background:var(--other)\">another reading</span>\
         <span style=\"background:var(--third)\">a third</span>\
         <span style=\"background:var(--no)\">✗ refused</span> <span>· cannot be asked</span></p>\n\
         <p><label><input type=\"checkbox\" id=\"only\"> only disagreements</label></p>\n\
         <div class=\"scroll\" id=\"readings\"><table>\n<thead><tr><th>text</th>",
    );
    for column in &matrix.columns {
        let _ = write!(
            page,
            "<th>{} <span class=\"faint\">{}</span><br>{}<br><span class=\"faint\">{}</span></th>",
            escape(&column.name),
            escape(&column.version),
            escape(&column.dialect),
            escape(&column.label)
        );
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    for row in &matrix.rows {
        let class = if row.disagrees() { "differ" } else { "same" };
        let _ = write!(
            page,
            "<tr class=\"{class}\"><th><a href=\"#{}\"><code>{}</code></a></th>",
            escape(&row.vector.id),
            input(&row.vector)
        );
        cells(page, row);
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody></table></div>\n");
}

fn cells(page: &mut String, row: &Line) {
    let mut seen: Vec<&str> = Vec::new();
    for cell in &row.cells {
        let _ = match cell {
            Cell::Silent => write!(page, "<td class=\"none\">·</td>"),
            // Most give no reason, which is not worth saying each time.
            Cell::Refuses(code) if code == "refused" => write!(page, "<td class=\"no\">✗</td>"),
            Cell::Refuses(code) => {
                write!(page, "<td class=\"no\" title=\"{}\">✗</td>", escape(code))
            }
            Cell::Reads(text, _) => {
                let rank = seen.iter().position(|known| known == text).unwrap_or_else(|| {
                    seen.push(text);
                    seen.len().saturating_sub(1)
                });
                let class = ["reads", "other"].get(rank).copied().unwrap_or("third");
                let text = escape(text);
                // A long reading is cut by the column and shown whole by the title.
                let title =
                    if text.len() > 16 { format!(" title=\"{text}\"") } else { String::new() };
                write!(page, "<td class=\"{class}\"{title}>{text}</td>")
            }
        };
    }
}

fn bypasses(page: &mut String, matrix: &Matrix) {
    page.push_str(
        "<h2 id=\"bypass\">Validator × connector</h2>\n<p>How many of these texts the validator (row) \
         refuses, or reads as an address of the outside, while the connector (column) reads a \
         loopback, private, link-local or unspecified address. A program that validates with the one \
         and connects with the other can be led inside.</p>\n<div class=\"scroll\"><table>\n\
         <thead><tr><th>validator</th>",
    );
    let names: Vec<String> = matrix
        .columns
        .iter()
        .map(|column| format!("{}<br>{}", escape(&column.name), escape(&column.dialect)))
        .collect();
    for name in &names {
        let _ = write!(page, "<th>{name}</th>");
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    for (validator, name) in names.iter().enumerate() {
        let _ = write!(page, "<tr><th>{}</th>", name.replace("<br>", " "));
        for connector in 0..names.len() {
            let found = matrix.bypasses(validator, connector);
            let _ = match found.first() {
                None => write!(page, "<td class=\"none num\">0</td>"),
                Some(first) => write!(
                    page,
                    "<td class=\"other num\"><a href=\"#{}\" title=\"{}\">{}</a></td>",
                    escape(&first.vector.id),
                    input(&first.vector),
                    found.len()
                ),
            };
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody></table></div>\n");
}

fn topics(page: &mut String, report: &Report) {
    let mut topics: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in &report.rows {
        topics.entry(row.vector.file.as_str()).or_default().push(row);
    }
    page.push_str("<h2 id=\"topics\">Every check</h2>\n");
    for (topic, rows) in topics {
        let _ = write!(
            page,
            "<details><summary>{} <span class=\"faint\">{} checks</span></summary>\
             <div class=\"scroll\"><table>\n<thead><tr><th>vector</th><th>in</th><th>demanded</th>",
            escape(topic),
            rows.len()
        );
        let asked = asked(&rows);
        for (summary, _) in report.summaries.iter().zip(&asked).filter(|(_, asked)| **asked) {
            let _ = write!(page, "<th>{} {}</th>", escape(&summary.name), escape(&summary.version));
        }
        page.push_str("</tr></thead>\n<tbody>\n");
        for line in joined(&rows) {
            check_row(page, &line, &asked);
        }
        page.push_str("</tbody></table></div></details>\n");
    }
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
    let demanded = escape(&shortened(&row.expected.short()));
    let _ = write!(
        page,
        "<tr><th><a href=\"#{id}\">{id}</a></th><td>{choices}</td><td>{demanded}</td>"
    );
    for (check, _) in line.checks.iter().zip(asked).filter(|(_, asked)| **asked) {
        let (class, sign) = sign(check);
        let _ = write!(page, "<td class=\"{class}\"");
        if let Some(reason) = &check.reason {
            let _ = write!(page, " title=\"{}\"", escape(reason));
        }
        let _ = write!(page, ">{sign}");
        if !matches!(check.standing, Standing::Passed | Standing::Skipped) {
            let _ = write!(page, " {}", escape(&shortened(&check.reading(&row.expected))));
        }
        page.push_str("</td>");
    }
    page.push_str("</tr>\n");
}

const fn sign(check: &Check) -> (&'static str, &'static str) {
    match check.standing {
        Standing::Passed => ("good", "✓"),
        Standing::Known | Standing::Unlisted => ("known", "≠"),
        Standing::Unexpected | Standing::Stale => ("bad", "✗"),
        Standing::Skipped => ("none", "·"),
    }
}

fn details(page: &mut String, report: &Report, matrix: &Matrix) {
    page.push_str("<h2 id=\"vectors\">Vectors</h2>\n");
    let lines: BTreeMap<&str, &Line> =
        matrix.rows.iter().map(|row| (row.vector.id.as_str(), row)).collect();
    for (id, rows) in vectors(report) {
        let Some(vector) = rows.first().map(|row| &row.vector) else {
            continue;
        };
        let _ = writeln!(
            page,
            "<article id=\"{0}\"><h3>{0}</h3><p><code>{1}</code> <span class=\"faint\">{2}</span></p>\
             <p>{3}</p><p class=\"faint\">{4}</p>",
            escape(id),
            input(vector),
            escape(&vector.op),
            escape(&vector.why),
            escape(&vector.source.join(" · "))
        );
        if let Some(line) = lines.get(id) {
            readings(page, line, matrix);
        }
        for row in rows {
            reasons(page, row, report);
        }
        page.push_str("</article>\n");
    }
}

/// Who reads what in a text, one line for each reading.
fn readings(page: &mut String, line: &Line, matrix: &Matrix) {
    let mut readers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (cell, column) in line.cells.iter().zip(&matrix.columns) {
        let reading = match cell {
            Cell::Silent => continue,
            Cell::Refuses(code) => format!("✗ {code}"),
            Cell::Reads(text, _) => text.clone(),
        };
        let reader = format!("{} {}", column.name, column.dialect);
        readers.entry(reading).or_default().push(reader);
    }
    for (reading, readers) in readers {
        let (reading, readers) = (escape(&reading), escape(&readers.join(", ")));
        let _ = writeln!(
            page,
            "<p class=\"mono\">{reading} <span class=\"faint\">{readers}</span></p>"
        );
    }
}

/// Why an implementation is known to diverge.
fn reasons(page: &mut String, row: &Row, report: &Report) {
    for (check, summary) in row.checks.iter().zip(&report.summaries) {
        if let Some(reason) = &check.reason {
            let verb = if is_reading(&check.verdict, &row.expected) { "reads" } else { "answers" };
            let _ = writeln!(
                page,
                "<p>{} {verb} <code>{}</code>: {}</p>",
                escape(&summary.name),
                escape(&check.reading(&row.expected)),
                escape(reason)
            );
        }
    }
}

fn vectors(report: &Report) -> BTreeMap<&str, Vec<&Row>> {
    let mut vectors: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in &report.rows {
        vectors.entry(row.vector.id.as_str()).or_default().push(row);
    }
    vectors
}

/// The input for people: text where it is UTF-8, else hex; cut where it is long.
fn input(vector: &Vector) -> String {
    let Some(bytes) = &vector.input else {
        let request = serde_json::Value::Object(vector.request.clone()).to_string();
        return escape(&shortened(&request));
    };
    match std::str::from_utf8(bytes) {
        Ok("") => "(empty)".to_owned(),
        Ok(text) => escape(&shortened(text)),
        Err(_) => format!("hex {}", escape(&shortened(&hex::encode(bytes)))),
    }
}

fn shortened(text: &str) -> String {
    const SHOWN: usize = 72;
    if text.chars().count() <= SHOWN {
        return text.to_owned();
    }
    text.chars().take(SHOWN).chain(['…']).collect()
}
