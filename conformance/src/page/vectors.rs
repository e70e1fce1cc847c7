//! Every vector, with an anchor: in full where it is told apart, else in a line.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{READING, diverges, input, shortened, vectors};
use crate::matrix::{Cell, Column, Line, Matrix, Table};
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
        "<p id=\"{0}\" class=v>{0} <code>{1}</code> <small>{2}</small> ✓ {3}",
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
        "<article id=\"{0}\"><h3>{0}</h3><p><code>{1}</code> <small>{2}</small>\
         <p class=w>{3}<p class=w><small>{4}</small>",
        escape(&vector.id),
        input(vector),
        escape(&vector.op),
        escape(&vector.why),
        escape(&vector.source.join(" · "))
    );
    if let Some((line, table)) = place {
        readings(page, rows, line, table);
    }
    for row in rows {
        reasons(page, row, report);
    }
    page.push_str("</article>\n");
}

/// Who reads what in a text, one line for each reading.
///
/// The reasons of refusals are told for the dialects that the vector is about.
fn readings(page: &mut String, rows: &[&Row], line: &Line, table: &Table) {
    let is_demanded =
        |column: &Column| rows.iter().any(|row| row.choice.as_ref() == Some(&column.dialect));
    let mut readers: BTreeMap<String, Vec<&Column>> = BTreeMap::new();
    for (cell, column) in line.cells.iter().zip(&table.columns) {
        let reading = match cell {
            Cell::Silent => continue,
            Cell::Refuses(code) if code == "refused" => "✗".to_owned(),
            Cell::Refuses(code) if is_demanded(column) => format!("✗ {code}"),
            Cell::Refuses(_) => OTHERS.to_owned(),
            Cell::Reads(text, _) => shortened(text, READING),
        };
        readers.entry(reading).or_default().push(column);
    }
    for (reading, columns) in readers {
        let names = names(&columns, table, reading == OTHERS);
        let (reading, names) = (escape(&reading), escape(&names));
        let _ = writeln!(page, "<p>{reading} <small>{names}</small>");
    }
}

/// Who refuses a text in a dialect that its vector does not speak of.
const OTHERS: &str = "✗ in other dialects";

/// Implementations with their dialects, or with how many they are.
fn names(columns: &[&Column], table: &Table, is_count: bool) -> String {
    let mut names: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for column in columns {
        names.entry(&column.name).or_default().push(&column.dialect);
    }
    let name = |(name, dialects): (&&str, &Vec<&str>)| {
        let of_it = table.columns.iter().filter(|column| column.name == **name);
        match (is_count, of_it.count()) {
            (true, _) => format!("{name} {}", dialects.len()),
            // Whose only dialect it is stands above the table.
            (false, 1) => (*name).to_owned(),
            (false, _) => format!("{name} {}", dialects.join(" ")),
        }
    };
    names.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// Why an implementation is known to diverge.
fn reasons(page: &mut String, row: &Row, report: &Report) {
    for (check, summary) in row.checks.iter().zip(&report.summaries) {
        if let Some(reason) = &check.reason {
            let verb = if is_reading(&check.verdict, &row.expected) { "reads" } else { "answers" };
            let _ = writeln!(
                page,
                "<p class=w>{} {verb} <code>{}</code>: {}",
                escape(&summary.name),
                escape(&check.reading(&row.expected)),
                escape(reason)
            );
        }
    }
}
