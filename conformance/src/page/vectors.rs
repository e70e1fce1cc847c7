//! Every vector, with an anchor: in full where it is told apart, else in a line.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{diverges, input, vectors};
use crate::matrix::{Cell, Line, Matrix, Table};
use crate::report::{Report, Row, Standing, escape, is_reading};
use crate::vector::Vector;

/// A line of the matrix and the table that it is of.
type Place<'a> = (&'a Line, &'a Table);

pub(super) fn all(page: &mut String, report: &Report, matrix: &Matrix) {
    page.push_str(
        "<h2 id=\"vectors\">Vectors</h2>\n<p>In full where implementations disagree or one diverges, \
         else in a line, with how many implementations were asked and passed.</p>\n",
    );
    let lines: BTreeMap<&str, Place<'_>> = [&matrix.addresses, &matrix.endpoints]
        .into_iter()
        .flat_map(|table| table.rows.iter().map(move |line| (line, table)))
        .map(|(line, table)| (line.vector.id.as_str(), (line, table)))
        .collect();
    for (id, rows) in vectors(report) {
        let Some(vector) = rows.first().map(|row| &row.vector) else {
            continue;
        };
        let place = lines.get(id).filter(|(line, _)| line.disagrees());
        if place.is_none() && !rows.iter().any(|row| diverges(row)) {
            in_a_line(page, vector, &rows);
        } else {
            in_full(page, vector, &rows, lines.get(id), report);
        }
    }
}

fn in_a_line(page: &mut String, vector: &Vector, rows: &[&Row]) {
    let columns = rows.first().map_or(0, |row| row.checks.len());
    let passes = |column: &usize| {
        let mut checks = rows.iter().filter_map(|row| row.checks.get(*column));
        checks.any(|check| check.standing == Standing::Passed)
    };
    let _ = writeln!(
        page,
        "<p id=\"{0}\" class=v>{0} <code>{1}</code> <span class=f>{2}</span> ✓ {3}",
        escape(&vector.id),
        input(vector),
        escape(&vector.why),
        (0..columns).filter(passes).count()
    );
}

fn in_full(
    page: &mut String,
    vector: &Vector,
    rows: &[&Row],
    place: Option<&Place<'_>>,
    report: &Report,
) {
    let _ = writeln!(
        page,
        "<article id=\"{0}\"><h3>{0}</h3><p><code>{1}</code> <span class=f>{2}</span>\
         <p>{3}<p class=f>{4}",
        escape(&vector.id),
        input(vector),
        escape(&vector.op),
        escape(&vector.why),
        escape(&vector.source.join(" · "))
    );
    if let Some((line, table)) = place {
        readings(page, line, table);
    }
    for row in rows {
        reasons(page, row, report);
    }
    page.push_str("</article>\n");
}

/// Who reads what in a text, one line for each reading.
fn readings(page: &mut String, line: &Line, table: &Table) {
    let mut readers: BTreeMap<String, BTreeMap<&str, Vec<&str>>> = BTreeMap::new();
    for (cell, column) in line.cells.iter().zip(&table.columns) {
        let reading = match cell {
            Cell::Silent => continue,
            Cell::Refuses(code) => format!("✗ {code}"),
            Cell::Reads(text, _) => text.clone(),
        };
        let dialects = readers.entry(reading).or_default().entry(&column.name).or_default();
        dialects.push(&column.dialect);
    }
    for (reading, readers) in readers {
        let readers: Vec<String> = readers
            .iter()
            .map(|(name, dialects)| format!("{name} {}", dialects.join(" ")))
            .collect();
        let (reading, readers) = (escape(&reading), escape(&readers.join(", ")));
        let _ = writeln!(page, "<p class=m>{reading} <span class=f>{readers}</span>");
    }
}

/// Why an implementation is known to diverge.
fn reasons(page: &mut String, row: &Row, report: &Report) {
    for (check, summary) in row.checks.iter().zip(&report.summaries) {
        if let Some(reason) = &check.reason {
            let verb = if is_reading(&check.verdict, &row.expected) { "reads" } else { "answers" };
            let _ = writeln!(
                page,
                "<p>{} {verb} <code>{}</code>: {}",
                escape(&summary.name),
                escape(&check.reading(&row.expected)),
                escape(reason)
            );
        }
    }
}
