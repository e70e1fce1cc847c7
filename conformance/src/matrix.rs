//! Who reads what: every address text of the suite, asked of every subject in every dialect.

use std::collections::BTreeSet;

use portolan::addr::Ip;
use serde_json::{Value, json};

use crate::driver;
use crate::run::Options;
use crate::subject::{Answer, Subject};
use crate::vector::{Outcome, Vector};

/// The operation that everyone is asked.
pub(crate) const OP: &str = "ip.parse";

/// Readings of address texts, side by side.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Matrix {
    /// Whoever reads: an implementation in one dialect.
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
    /// A value, as text for people, and its address where it is one.
    Reads(String, Option<Ip>),
    /// A refusal, by its code.
    Refuses(String),
    /// No answer to this.
    Silent,
}

impl Line {
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
    /// Asks every subject what it reads in the texts of the vectors of one operation.
    pub(crate) fn ask(subjects: &mut [Subject], vectors: &[Vector]) -> Self {
        let columns: Vec<(usize, Column)> = subjects
            .iter()
            .enumerate()
            .filter(|(_, subject)| subject.hello().ops.iter().any(|known| known == OP))
            .flat_map(|(index, subject)| dialects(subject, OP).into_iter().map(move |c| (index, c)))
            .collect();
        let mut rows = Vec::new();
        for vector in vectors.iter().filter(|vector| vector.op == OP) {
            let mut cells = Vec::new();
            for (index, column) in &columns {
                let request = vector.request(Some(("dialect", &column.dialect)));
                let subject = subjects.get_mut(*index);
                cells.push(cell(subject.and_then(|subject| subject.recall(request))));
            }
            rows.push(Line { vector: vector.clone(), cells });
        }
        Self { columns: columns.into_iter().map(|(_, column)| column).collect(), rows }
    }

    /// The texts on which columns disagree.
    #[must_use]
    pub fn disagreements(&self) -> usize {
        self.rows.iter().filter(|row| row.disagrees()).count()
    }

    /// The inputs that a validator refuses, or reads as an address of the outside, while a
    /// connector reads an address of the inside.
    #[must_use]
    pub fn bypasses(&self, validator: usize, connector: usize) -> Vec<&Line> {
        let inside =
            |cell: Option<&Cell>| matches!(cell, Some(Cell::Reads(_, Some(ip))) if is_inside(ip));
        self.rows
            .iter()
            .filter(|row| {
                let refuses = match row.cells.get(validator) {
                    Some(Cell::Refuses(_)) => true,
                    Some(Cell::Reads(_, Some(ip))) => !is_inside(ip),
                    _ => false,
                };
                refuses && inside(row.cells.get(connector))
            })
            .collect()
    }

    /// The matrix as JSON.
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
                        Cell::Reads(text, _) => json!({ "reads": text }),
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

/// Loopback, private, link-local and unspecified addresses, also where they are mapped.
#[must_use]
pub fn is_inside(ip: &Ip) -> bool {
    match ip.to_canonical() {
        Ip::V4(addr) => {
            addr.is_loopback() || addr.is_private() || addr.is_link_local() || addr.is_unspecified()
        }
        Ip::V6(addr, _) => {
            addr.is_loopback()
                || addr.is_unspecified()
                || addr.is_unicast_link_local()
                || addr.is_unique_local()
        }
    }
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
            let ip = driver::ip_of(&value);
            Cell::Reads(driver::display(&value).unwrap_or_else(|| value.to_string()), ip)
        }
        Some(Answer::Outcome(Outcome::Error { code, .. })) => Cell::Refuses(code),
        Some(
            answer @ (Answer::Crash | Answer::Hang | Answer::Garbage(_) | Answer::Unstable(_)),
        ) => Cell::Refuses(answer.short()),
        _ => Cell::Silent,
    }
}

/// Asks everyone on the machine about the addresses of the suite.
///
/// # Errors
///
/// What reading vectors or writing drivers may fail with.
pub fn matrix(options: &Options) -> std::io::Result<Matrix> {
    let vectors = options.load()?;
    let (mut subjects, _) = crate::run::subjects(options)?;
    Ok(Matrix::ask(&mut subjects, &vectors))
}
