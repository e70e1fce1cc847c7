//! Who reads what, and who leads whom inside.

use std::fmt::Write as _;

use super::{READING, SHOWN, input, shortened};
use crate::matrix::{Cell, Column, Line, Table};
use crate::report::escape;
use crate::vector::Vector;

/// A table of readings under a heading.
pub(super) fn readings(page: &mut String, id: &str, title: &str, table: &Table) {
    let _ = write!(
        page,
        "<h2 id=\"{id}\">{title}</h2>\n<p>{} texts, {} of them with disagreement; {} columns.</p>\n\
         <div class=\"scroll readings\"><table>\n<thead><tr><th>text",
        table.rows.len(),
        table.disagreements(),
        table.columns.len()
    );
    for column in &table.columns {
        let _ = write!(
            page,
            "<th>{} <span class=f>{}</span><br>{}<br><span class=f>{}</span>",
            escape(&column.name),
            escape(&column.version),
            escape(&column.dialect),
            escape(&column.label)
        );
    }
    page.push_str("</thead>\n<tbody>\n");
    for row in &table.rows {
        let class = if row.disagrees() { "" } else { " class=same" };
        let (id, text) = (escape(&row.vector.id), input(&row.vector));
        let _ = write!(page, "<tr{class}><th><a href=\"#{id}\"><code>{text}</code></a>");
        settings(page, &row.vector);
        cells(page, row);
        page.push('\n');
    }
    page.push_str("</table></div>\n");
}

/// What else is in the request: the same text may be read otherwise with it.
fn settings(page: &mut String, vector: &Vector) {
    for (name, value) in &vector.request {
        let (name, value) = (name.replace('_', " "), value.to_string());
        let _ = match value.as_str() {
            "true" => write!(page, " <span class=f>{}</span>", escape(&name)),
            value => write!(page, " <span class=f>{} {}</span>", escape(&name), escape(value)),
        };
    }
}

fn cells(page: &mut String, row: &Line) {
    let mut seen: Vec<&str> = Vec::new();
    for cell in &row.cells {
        let _ = match cell {
            Cell::Silent => write!(page, "<td class=o>·"),
            Cell::Refuses(_) => write!(page, "<td>✗"),
            Cell::Reads(text, _) => {
                let rank = seen.iter().position(|known| known == text).unwrap_or_else(|| {
                    seen.push(text);
                    seen.len().saturating_sub(1)
                });
                let class = ["a", "b"].get(rank).copied().unwrap_or("c");
                let text = escape(&shortened(text, READING));
                // A long reading is cut by the column and shown whole by the title.
                let title =
                    if text.len() > 16 { format!(" title=\"{text}\"") } else { String::new() };
                write!(page, "<td class={class}{title}>{text}")
            }
        };
    }
}

/// A table of validators and connectors under a heading.
pub(super) fn bypasses(page: &mut String, id: &str, title: &str, table: &Table) {
    let _ = write!(
        page,
        "<h3 id=\"{id}\">{title}</h3>\n<div class=scroll><table>\n<thead><tr><th>validator"
    );
    let name = |column: &Column, between: &str| {
        format!("{}{between}{}", escape(&column.name), escape(&column.dialect))
    };
    for column in &table.columns {
        let _ = write!(page, "<th>{}", name(column, "<br>"));
    }
    page.push_str("</thead>\n<tbody>\n");
    for (validator, column) in table.columns.iter().enumerate() {
        let _ = write!(page, "<tr><th>{}", name(column, " "));
        for connector in 0..table.columns.len() {
            bypass(page, table.bypasses(validator, connector).as_deref(), connector);
        }
        page.push('\n');
    }
    page.push_str("</table></div>\n");
}

/// A number of texts: it leads to the first, and its title shows some with what is read.
fn bypass(page: &mut String, found: Option<&[&Line]>, connector: usize) {
    let Some(found) = found else {
        page.push_str("<td class=o>·");
        return;
    };
    let Some(first) = found.first() else {
        page.push_str("<td class=zero>0");
        return;
    };
    let example = |line: &&Line| match line.cells.get(connector) {
        Some(Cell::Reads(text, _)) => {
            format!("{} → {}", input(&line.vector), escape(&shortened(text, SHOWN)))
        }
        _ => input(&line.vector),
    };
    let shown: Vec<String> = found.iter().take(3).map(example).collect();
    let more = if found.len() > shown.len() { "&#10;…" } else { "" };
    let _ = write!(
        page,
        "<td class=bypass><a href=\"#{}\" title=\"{}{more}\">{}</a>",
        escape(&first.vector.id),
        shown.join("&#10;"),
        found.len()
    );
}
