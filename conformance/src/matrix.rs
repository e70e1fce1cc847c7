//! Who reads what: every text of the suite, asked of every subject in every dialect.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::driver;
use crate::page::shortened;
use crate::reach::Reach;
pub use crate::reach::is_inside;
use crate::run::Options;
use crate::subject::{Answer, Subject};
use crate::vector::{Outcome, Vector};

/// Whether everyone is asked an operation in every dialect.
pub(crate) fn is_asked(op: &str) -> bool {
    [ADDRESSES, ENDPOINTS].contains(&op)
}

/// How much of a reading is in the JSON.
const SHOWN: usize = 1024;

const ADDRESSES: &str = "ip.parse";
const ENDPOINTS: &str = "endpoint.parse";

/// Readings of all texts of the suite.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Matrix {
    /// Those of IP addresses.
    pub addresses: Table,
    /// Those of endpoints.
    pub endpoints: Table,
}

/// Readings of the texts of one operation, side by side.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Table {
    /// Whoever reads any of them: an implementation in one dialect.
    pub columns: Vec<Column>,
    /// One for each text.
    pub rows: Vec<Line>,
}

/// An implementation in one dialect.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Column {
    /// The implementation.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The dialect.
    pub dialect: String,
    /// What of the implementation answers; empty where it does not say.
    pub label: String,
}

/// A text, and what each column reads in it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Line {
    /// The vector that the text is from.
    pub vector: Vector,
    /// One for each column.
    pub cells: Vec<Cell>,
}

/// What one column reads.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cell {
    /// A value, as text for people, and where it leads.
    Reads(String, Reach),
    /// A refusal, by its code.
    Refuses(String),
    /// No answer to this.
    Silent,
}

impl Line {
    /// The answer of a column, if it gives one.
    fn answer(&self, column: usize) -> Option<&Cell> {
        self.cells.get(column).filter(|cell| **cell != Cell::Silent)
    }

    /// Whether two columns that answer read different things, or one refuses what another reads.
    #[must_use]
    pub fn disagrees(&self) -> bool {
        let answers: BTreeSet<Option<&str>> = self
            .cells
            .iter()
            .filter_map(|cell| match cell {
                Cell::Reads(text, _) => Some(Some(text.as_str())),
                Cell::Refuses(_) => Some(None),
                Cell::Silent => None,
            })
            .collect();
        answers.len() > 1
    }
}

impl Matrix {
    /// Asks every subject what it reads in the texts of the vectors.
    pub(crate) fn ask(subjects: &mut [Subject], vectors: &[Vector]) -> Self {
        Self {
            addresses: Table::ask(subjects, vectors, ADDRESSES),
            endpoints: Table::ask(subjects, vectors, ENDPOINTS),
        }
    }

    /// The texts on which columns disagree.
    #[must_use]
    pub fn disagreements(&self) -> usize {
        self.addresses.disagreements().saturating_add(self.endpoints.disagreements())
    }

    /// Both tables as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({ "addresses": self.addresses.to_json(), "endpoints": self.endpoints.to_json() })
    }
}

impl Table {
    fn ask(subjects: &mut [Subject], vectors: &[Vector], op: &str) -> Self {
        let columns: Vec<(usize, Column)> = subjects
            .iter()
            .enumerate()
            .filter(|(_, subject)| subject.hello().ops.iter().any(|known| known == op))
            .flat_map(|(index, subject)| dialects(subject, op).into_iter().map(move |c| (index, c)))
            .collect();
        let mut rows = Vec::new();
        for vector in vectors.iter().filter(|vector| vector.op == op) {
            let mut cells = Vec::new();
            for (index, column) in &columns {
                if !is_worth_asking(vector, &column.dialect) {
                    cells.push(Cell::Silent);
                    continue;
                }
                let request = vector.request(Some(("dialect", &column.dialect)));
                let subject = subjects.get_mut(*index);
                cells.push(cell(subject.and_then(|subject| subject.recall(request))));
            }
            rows.push(Line { vector: vector.clone(), cells });
        }
        let mut table = Self { columns: columns.into_iter().map(|(_, c)| c).collect(), rows };
        table.drop_silent_columns();
        table
    }

    /// Who answers nothing at all has no such operation in that dialect.
    fn drop_silent_columns(&mut self) {
        let answers: Vec<bool> = (0..self.columns.len())
            .map(|column| self.rows.iter().any(|row| row.answer(column).is_some()))
            .collect();
        let mut kept = answers.iter();
        self.columns.retain(|_| kept.next() == Some(&true));
        for row in &mut self.rows {
            let mut kept = answers.iter();
            row.cells.retain(|_| kept.next() == Some(&true));
        }
    }

    /// The texts on which columns disagree.
    #[must_use]
    pub fn disagreements(&self) -> usize {
        self.rows.iter().filter(|row| row.disagrees()).count()
    }

    /// The texts that a validator refuses, or reads as leading outside or as a name, while a
    /// connector reads something inside; `None` where no text is answered by both.
    ///
    /// First come those of which the connector reads an address, rather than a local socket.
    #[must_use]
    pub fn bypasses(&self, validator: usize, connector: usize) -> Option<Vec<&Line>> {
        let mut both = self
            .rows
            .iter()
            .filter_map(|row| Some((row, row.answer(validator)?, row.answer(connector)?)))
            .peekable();
        both.peek()?;
        let passes =
            |cell: &Cell| matches!(cell, Cell::Refuses(_) | Cell::Reads(_, Reach::Outside));
        let mut found: Vec<(bool, &Line)> = both
            .filter(|(_, validator, _)| passes(validator))
            .filter_map(|(row, _, connector)| match connector {
                Cell::Reads(_, Reach::Inside) => Some((false, row)),
                Cell::Reads(_, Reach::Local) => Some((true, row)),
                _ => None,
            })
            .collect();
        found.sort_by_key(|(is_socket, _)| *is_socket);
        Some(found.into_iter().map(|(_, row)| row).collect())
    }

    /// The table as JSON; a reading of more than 1,024 characters is cut and ends with `…`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let columns: Vec<Value> = self
            .columns
            .iter()
            .map(|c| json!({ "name": c.name, "version": c.version, "dialect": c.dialect }))
            .collect();
        let rows: Vec<Value> = self
            .rows
            .iter()
            .map(|row| {
                let cells: Vec<Value> = row
                    .cells
                    .iter()
                    .map(|cell| match cell {
                        Cell::Reads(text, _) => json!({ "reads": shortened(text, SHOWN) }),
                        Cell::Refuses(code) => json!({ "refuses": code }),
                        Cell::Silent => Value::Null,
                    })
                    .collect();
                json!({ "id": row.vector.id, "cells": cells })
            })
            .collect();
        json!({ "columns": columns, "rows": rows })
    }
}

/// Texts that are very long are asked in the dialects of their vector only.
fn is_worth_asking(vector: &Vector, dialect: &str) -> bool {
    const LONG: usize = 1 << 16;
    let is_long = vector.input.as_ref().is_some_and(|input| input.len() > LONG);
    let mut demanded = vector.checks().filter_map(|(choice, _)| choice);
    !is_long || demanded.any(|(_, name)| name == dialect)
}

fn dialects(subject: &Subject, op: &str) -> Vec<Column> {
    let hello = subject.hello();
    let native = hello.native.get(op).and_then(Value::as_str).map(str::to_owned);
    let mut dialects: Vec<String> = native.into_iter().collect();
    for dialect in &hello.dialects {
        if !dialects.contains(dialect) {
            dialects.push(dialect.clone());
        }
    }
    let column = |dialect: String| Column {
        name: hello.name.clone(),
        version: hello.version.clone(),
        label: hello.labels.get(&dialect).and_then(Value::as_str).unwrap_or_default().to_owned(),
        dialect,
    };
    dialects.into_iter().map(column).collect()
}

fn cell(answer: Option<Answer>) -> Cell {
    match answer {
        Some(Answer::Outcome(Outcome::Ok(value))) => {
            let text = driver::display(&value).unwrap_or_else(|| value.to_string());
            Cell::Reads(text, Reach::of(&value))
        }
        Some(Answer::Outcome(Outcome::Error { code, .. })) => Cell::Refuses(code),
        Some(
            answer @ (Answer::Crash | Answer::Hang | Answer::Garbage(_) | Answer::Unstable(_)),
        ) => Cell::Refuses(answer.short()),
        _ => Cell::Silent,
    }
}

/// Asks everyone on the machine about the texts of the suite.
///
/// # Errors
///
/// What reading vectors or writing drivers may fail with.
pub fn matrix(options: &Options) -> std::io::Result<Matrix> {
    let vectors = options.load()?;
    let (mut subjects, _) = crate::run::subjects(options)?;
    Ok(Matrix::ask(&mut subjects, &vectors))
}

#[cfg(test)]
mod tests;
