//! What every vector and ledger must keep, so that others can rely on the suite.

use std::collections::{BTreeMap, BTreeSet};

use portolan::addr::ParseErrorKind;
use portolan::sockaddr::SockaddrErrorKind;

use crate::ledger::{Ledger, UNEXPLAINED};
use crate::vector::{Outcome, Vector};

/// Codes that no vector can reach today, each with its reason.
const UNREACHED: &[(&str, &str)] = &[
    ("buffer-too-small", "a buffer of the caller's; the driver always has room"),
    ("needs-idna", "the driver is built with IDNA"),
];

/// Checks vectors; returns what is wrong, one line each.
#[must_use]
pub fn vectors(vectors: &[Vector]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut ids = BTreeSet::new();
    let mut asked: BTreeMap<String, &str> = BTreeMap::new();
    for vector in vectors {
        let id = &vector.id;
        let mut say = |what: &str| wrong.push(format!("{id}: {what}"));
        if !ids.insert(id) {
            say("the id stands twice");
        }
        if !is_id(id) {
            say("an id is a path of lower-case words joined by hyphens");
        }
        if vector.why.trim().is_empty() {
            say("`why` is empty");
        }
        if vector.source.is_empty() || vector.source.iter().any(|source| source.trim().is_empty()) {
            say("`source` is empty");
        }
        let observed =
            vector.source.iter().filter(|source| source.starts_with("observed:")).count();
        if observed == 1 && vector.source.len() == 1 {
            say("one observation alone is no source: give a normative one, or a second");
        }
        let request = serde_json::Value::Object(vector.request(None)).to_string();
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

/// Checks that every error code of the core is reached by a vector, or known not to be.
#[must_use]
pub fn coverage(vectors: &[Vector]) -> Vec<String> {
    let reached: BTreeSet<&str> = vectors
        .iter()
        .flat_map(Vector::checks)
        .filter_map(|(_, outcome)| match outcome {
            Outcome::Error { code, .. } => Some(code.as_str()),
            _ => None,
        })
        .collect();
    let codes = ParseErrorKind::CODES.iter().chain(SockaddrErrorKind::CODES);
    let excused = |code: &&&str| UNREACHED.iter().any(|(unreached, _)| unreached == *code);
    codes
        .filter(|code| !reached.contains(*code) && !excused(code))
        .map(|code| format!("error code {code} is reached by no vector"))
        .collect()
}

/// Checks that every entry of a ledger has been explained and is about a vector that exists.
#[must_use]
pub fn ledger(name: &str, ledger: &Ledger, vectors: &[Vector]) -> Vec<String> {
    let ids: BTreeSet<&str> = vectors.iter().map(|vector| vector.id.as_str()).collect();
    let mut wrong = Vec::new();
    for known in &ledger.known {
        let place = format!("{name}.toml: {}", known.vector);
        if known.reason.trim().is_empty() || known.reason == UNEXPLAINED {
            wrong.push(format!("{place}: the divergence has no reason"));
        }
        if !ids.contains(known.vector.as_str()) {
            wrong.push(format!("{place}: there is no such vector"));
        }
    }
    wrong
}
