//! IANA's CSV: quotes, line feeds inside cells, several blocks and documents in a cell, footnotes.

use std::fmt;

use portolan::addr::{HostBits, Ip, Prefix};

/// The columns of RFC 6890 section 2.2.1, as RFC 8190 renamed them.
const COLUMNS: [&str; 10] = [
    "Address Block",
    "Name",
    "RFC",
    "Allocation Date",
    "Termination Date",
    "Source",
    "Destination",
    "Forwardable",
    "Globally Reachable",
    "Reserved-by-Protocol",
];

/// What the addresses of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    V4,
    V6,
}

/// One block of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) block: Prefix,
    pub(crate) name: String,
    pub(crate) documents: Vec<String>,
    pub(crate) allocated: String,
    pub(crate) terminated: Option<String>,
    /// From `Source` to `Reserved-by-Protocol`.
    pub(crate) flags: [Option<bool>; 5],
}

impl Row {
    /// The newest month in it.
    pub(crate) fn newest(&self) -> &str {
        self.terminated.as_deref().unwrap_or_default().max(&self.allocated)
    }
}

/// A rule that a file breaks, and the line of the row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadFile {
    line: u64,
    rule: String,
}

impl fmt::Display for BadFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.rule)
    }
}

/// Reads every row of a file.
pub(crate) fn rows(text: &str, family: Family) -> Result<Vec<Row>, BadFile> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut records = reader.records();
    match records.next() {
        Some(Ok(header)) if header == COLUMNS[..] => {}
        _ => return Err(BadFile { line: 1, rule: "the columns are not those of IANA".into() }),
    }
    let mut rows: Vec<Row> = Vec::new();
    for record in records {
        let line = |at: Option<&csv::Position>| at.map_or(0, csv::Position::line);
        let record = record
            .map_err(|error| BadFile { line: line(error.position()), rule: error.to_string() })?;
        let bad = |rule: String| BadFile { line: line(record.position()), rule };
        let cells: [&str; 10] = match record.iter().collect::<Vec<_>>().try_into() {
            Ok(cells) => cells,
            Err(cells) => return Err(bad(format!("{} columns, not 10", cells.len()))),
        };
        for row in row(cells, family).map_err(bad)? {
            if rows.iter().any(|other| other.block == row.block) {
                return Err(bad(format!("{} has a row already", row.block)));
            }
            rows.push(row);
        }
    }
    if rows.is_empty() {
        return Err(BadFile { line: 1, rule: "no row".into() });
    }
    Ok(rows)
}

/// One row for each of its blocks.
fn row(cells: [&str; 10], family: Family) -> Result<Vec<Row>, String> {
    let [blocks, name, documents_of, allocated, terminated, flags @ ..] = cells;
    let name = plain(name);
    if name.is_empty() {
        return Err("no name".into());
    }
    let [source, destination, forwardable, reachable, reserved] = flags.map(flag);
    let flags = [source?, destination?, forwardable?, reachable?, reserved?];
    let documents = documents(documents_of)?;
    let allocated = month(allocated)?.ok_or("no month of allocation")?;
    let terminated = month(terminated)?;
    let row = |block| Row {
        block,
        name: name.clone(),
        documents: documents.clone(),
        allocated: allocated.clone(),
        terminated: terminated.clone(),
        flags,
    };
    blocks.split(',').map(|text| block(&plain(text), family).map(row)).collect()
}

fn block(text: &str, family: Family) -> Result<Prefix, String> {
    let prefix = Prefix::parse(text.as_bytes(), HostBits::Reject)
        .map_err(|error| format!("block {text:?}: {error}"))?;
    let found = match prefix.ip() {
        Ip::V4(_) => Family::V4,
        Ip::V6(..) => Family::V6,
    };
    if found == family { Ok(prefix) } else { Err(format!("block {text:?} is of the other family")) }
}

/// `"[" document "]" [ ", Section " number ]`, any number of times.
fn documents(cell: &str) -> Result<Vec<String>, String> {
    let cell = spaced(cell);
    let bad = || format!("documents {cell:?}");
    let mut found = Vec::new();
    let mut pieces = cell.split('[');
    if pieces.next().is_none_or(|before| !before.is_empty()) {
        return Err(bad());
    }
    for piece in pieces {
        let (document, section) = piece.split_once(']').ok_or_else(bad)?;
        let section = section.trim_end();
        if document.is_empty() || !(section.is_empty() || section.starts_with(", Section ")) {
            return Err(bad());
        }
        found.push(format!("{document}{section}"));
    }
    if found.is_empty() { Err(bad()) } else { Ok(found) }
}

fn flag(cell: &str) -> Result<Option<bool>, String> {
    match plain(cell).as_str() {
        "True" => Ok(Some(true)),
        "False" => Ok(Some(false)),
        "N/A" | "" => Ok(None),
        other => Err(format!("{other:?} is none of True, False, N/A")),
    }
}

fn month(cell: &str) -> Result<Option<String>, String> {
    match plain(cell).as_str() {
        "N/A" | "" => Ok(None),
        month if is_month(month) => Ok(Some(month.to_owned())),
        other => Err(format!("{other:?} is no month such as 2010-01")),
    }
}

/// Whether a text is a year and a month, such as `2010-01`.
pub(crate) fn is_month(text: &str) -> bool {
    text.split_once('-').is_some_and(|(year, month)| {
        year.len() == 4
            && month.len() == 2
            && is_digits(year)
            && is_digits(month)
            && ("01"..="12").contains(&month)
    })
}

pub(crate) fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// One space for any white space between words.
fn spaced(cell: &str) -> String {
    cell.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The cell without its footnotes, such as `[2]`.
fn plain(cell: &str) -> String {
    let is_note = |word: &&str| {
        let digits = word.strip_prefix('[').and_then(|word| word.strip_suffix(']'));
        digits.is_some_and(|digits| !digits.is_empty() && is_digits(digits))
    };
    cell.split_whitespace().filter(|word| !is_note(word)).collect::<Vec<_>>().join(" ")
}
