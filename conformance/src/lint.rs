//! What every vector and ledger must keep, so that others can rely on the suite.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use crate::ledger::{Ledger, UNEXPLAINED};
use crate::vector::Vector;

mod coverage;
mod names;
mod shape;

pub use self::coverage::{coverage, grammar};

/// What was checked, and what is wrong.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Lint {
    /// How many vectors there are.
    pub vectors: usize,
    /// What is wrong with them, with the ledgers and with the suite.
    pub mistakes: Vec<Mistake>,
}

/// A rule that a vector, a ledger or the suite does not keep.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mistake {
    /// The id of the vector, the ledger with the vector, or what the suite lacks.
    pub place: String,
    /// What is wrong.
    pub what: String,
}

impl Mistake {
    fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into() }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// Reads vectors as they are written, each with its file; returns what breaks the schema.
#[must_use]
pub fn read(raw: &[(String, Value)]) -> (Vec<Vector>, Vec<Mistake>) {
    let (mut vectors, mut wrong) = (Vec::new(), Vec::new());
    for (file, value) in raw {
        let place = value["id"].as_str().unwrap_or(file);
        let found = shape::check(value);
        wrong.extend(found.iter().map(|what| Mistake::new(place, what)));
        match Vector::from_json(file, value) {
            Ok(vector) => vectors.push(vector),
            Err(malformed) if found.is_empty() => {
                wrong.push(Mistake::new(malformed.id, malformed.what));
            }
            Err(_) => {}
        }
    }
    (vectors, wrong)
}

/// Checks what vectors must keep beyond their schema.
#[must_use]
pub fn vectors(vectors: &[Vector]) -> Vec<Mistake> {
    let mut wrong = Vec::new();
    let mut ids = BTreeSet::new();
    let mut asked: BTreeMap<String, &str> = BTreeMap::new();
    for vector in vectors {
        let id = &vector.id;
        let mut say = |what: &str| wrong.push(Mistake::new(id, what));
        if !ids.insert(id) {
            say("the id stands twice");
        }
        if !is_id(id) {
            say("an id is a path of lower-case words joined by hyphens");
        }
        let observed =
            vector.source.iter().filter(|source| source.starts_with("observed:")).count();
        if observed == 1 && vector.source.len() == 1 {
            say("one observation alone is no source: give a normative one, or a second");
        }
        let request = Value::Object(vector.request(None)).to_string();
        if let Some(other) = asked.insert(request, id) {
            say(&format!("asks the same as {other}"));
        }
    }
    wrong
}

fn is_id(id: &str) -> bool {
    let word = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.'))
    };
    id.split('/').count() >= 2 && id.split('/').all(word)
}

/// Checks that every entry of a ledger has been explained and is about a vector that exists.
#[must_use]
pub fn ledger(name: &str, ledger: &Ledger, vectors: &[Vector]) -> Vec<Mistake> {
    let ids: BTreeSet<&str> = vectors.iter().map(|vector| vector.id.as_str()).collect();
    let mut wrong = Vec::new();
    for known in &ledger.known {
        let place = format!("{name}.toml: {}", known.vector);
        if known.reason.trim().is_empty() || known.reason == UNEXPLAINED {
            wrong.push(Mistake::new(&place, "the divergence has no reason"));
        }
        if !ids.contains(known.vector.as_str()) {
            wrong.push(Mistake::new(&place, "there is no such vector"));
        }
    }
    wrong
}
