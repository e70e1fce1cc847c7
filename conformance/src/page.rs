//! The matrix as one page that needs no script and nothing from elsewhere.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::hex;
use crate::matrix::Matrix;
use crate::report::{Report, Row, Standing, escape};
use crate::vector::Vector;

mod checks;
mod tables;
mod vectors;

/// How much of an input is shown.
const SHOWN: usize = 72;

/// How much of a reading is shown.
const READING: usize = 300;

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
    legend(&mut page);
    tables::readings(&mut page, "addresses", "IP addresses", &matrix.addresses);
    tables::readings(&mut page, "endpoints", "Endpoints", &matrix.endpoints);
    bypasses(&mut page, matrix);
    checks::topics(&mut page, report);
    vectors::all(&mut page, report, matrix);
    page.push_str("</body>\n</html>\n");
    page
}

fn head(page: &mut String, report: &Report, matrix: &Matrix) {
    let (vectors, checks) = (vectors(report).len(), report.rows.len());
    let _ = write!(
        page,
        "<h1>Portolan: who reads what</h1>\n\
         <p>{vectors} vectors, {checks} checks, {} texts on which implementations disagree: {} of \
         IP addresses, {} of endpoints. A text has no meaning without a dialect: each column is an implementation in \
         one of them.</p>\n<h2>Results</h2>\n<div class=scroll><table>\n<thead><tr>\
         <th>implementation</th><th>dialects</th><th>passed</th><th>known</th>\
         <th>unexpected</th><th>not asked</th></tr></thead>\n<tbody>\n",
        matrix.disagreements(),
        matrix.addresses.disagreements(),
        matrix.endpoints.disagreements()
    );
    for summary in &report.summaries {
        let _ = writeln!(
            page,
            "<tr><th>{} {}</th><td class=w>{}</td><td class=num>{}</td><td class=num>{}</td>\
             <td class=num>{}</td><td class=num>{}</td></tr>",
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
        let _ = writeln!(page, "<p class=f>Skipped: {}</p>", escape(skipped));
    }
    page.push_str(
        "<p class=f><b>known</b>: diverges exactly as its ledger says and why; \
         <b>unexpected</b>: diverges otherwise, which breaks the run.</p>\n",
    );
}

fn legend(page: &mut String) {
    page.push_str(
        "<h2 id=\"readings\">Readings</h2>\n\
         <p class=legend><span class=a>first reading</span> <span class=b>another reading</span> \
         <span class=c>a third</span> <span class=no>✗ refused</span> \
         <span class=o>· not asked, or not answered</span></p>\n\
         <p>Why something is refused stands with its vector, to which the text leads.</p>\n\
         <p class=screen><label><input type=checkbox id=only> only disagreements</label></p>\n",
    );
}

fn bypasses(page: &mut String, matrix: &Matrix) {
    page.push_str(
        "<h2 id=\"bypass\">Validator × connector</h2>\n<p>How many texts the validator (row) refuses, or \
         reads as addresses of the outside or a name, while the connector (column) reads a loopback, \
         private, link-local or unspecified address or a local socket. A program that validates with \
         the one and connects with the other can be led inside. <b>0</b>: no such text among those that \
         both answer; <b>·</b>: there is no text that both answer. A number leads to the first \
         text.</p>\n",
    );
    tables::bypasses(page, "bypass-addresses", "Of IP addresses", &matrix.addresses);
    tables::bypasses(page, "bypass-endpoints", "Of endpoints", &matrix.endpoints);
}

/// Whether anyone answers a check otherwise than demanded, or was known to.
fn diverges(row: &Row) -> bool {
    row.checks.iter().any(|check| !matches!(check.standing, Standing::Passed | Standing::Skipped))
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
        return escape(&shortened(&request, SHOWN));
    };
    match std::str::from_utf8(bytes) {
        Ok("") => "(empty)".to_owned(),
        Ok(text) => escape(&shortened(text, SHOWN)),
        Err(_) => format!("hex {}", escape(&shortened(&hex::encode(bytes), SHOWN))),
    }
}

/// The first characters of a text, and a sign where there are more.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most).chain(['…']).collect(),
    }
}
