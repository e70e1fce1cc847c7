//! What every vector and ledger must keep, so that others can rely on the suite.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use portolan::addr::Dialect;
use serde_json::Value;

use crate::ledger::{Ledger, UNEXPLAINED};
use crate::vector::Vector;

mod coverage;
mod meaning;
mod names;
mod shape;

pub use self::coverage::{coverage, grammar};
pub use self::meaning::meaning;

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
        for source in vector.source.iter().filter(|source| !names_a_document(source)) {
            say(&format!(
                "`{source}` is no source: a document with its section, or an observation"
            ));
        }
        if is_about_others(vector) && vector.source.iter().all(|it| it.starts_with("portolan")) {
            say("portolan settles strict only: give the document of the other dialects");
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

/// The shortest reference with its number, such as `go#57760`.
const SHORTEST_SOURCE: usize = 8;

/// Whether a source can be looked up: more than a word, or a word with a number.
fn names_a_document(source: &str) -> bool {
    let source = source.trim();
    let numbered = source.bytes().any(|byte| byte.is_ascii_digit());
    source.len() >= SHORTEST_SOURCE && (numbered || source.contains(' '))
}

/// Whether a vector says what a dialect other than `strict` answers.
fn is_about_others(vector: &Vector) -> bool {
    vector.checks().any(
        |(choice, _)| matches!(choice, Some(("dialect", name)) if name != Dialect::Strict.name()),
    )
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What is wrong with a vector with these sources, about these dialects.
    fn told(sources: &[&str], dialects: &[&str]) -> String {
        let refused = json!({ "error": "empty" });
        let expect = dialects.iter().map(|name| ((*name).to_owned(), refused.clone()));
        let vector = json!({
            "id": "a/b", "op": "ip.parse", "text": "", "why": "so", "source": sources,
            "expect": Value::Object(expect.collect()),
        });
        let vector = Vector::from_json("a.json", &vector).unwrap();
        let wrong: Vec<String> = vectors(&[vector]).into_iter().map(|it| it.what).collect();
        wrong.join("; ")
    }

    #[test]
    fn a_source_can_be_looked_up() {
        let strict = |source: &str| told(&[source], &["strict"]);
        for good in ["RFC 4291 section 2.2", "go#57760", "vsock(7)", "POSIX inet_pton"] {
            assert_eq!(strict(good), "", "{good}");
        }
        for bad in ["portolan", "documentation", "RFC 1", "unix(7)", " a b      "] {
            assert!(strict(bad).contains("is no source"), "{bad}");
        }
        assert!(told(&["RFC 4291 section 2.2", "grpc"], &["strict"]).contains("`grpc`"));
    }

    #[test]
    fn portolan_settles_strict_only() {
        let own = "portolan strict grammar";
        assert_eq!(told(&[own], &["strict"]), "");
        for dialects in [&["netip"][..], &["strict", "netip"]] {
            assert!(told(&[own], dialects).contains("portolan settles strict only"));
            assert!(told(&[own, "portolan zone alphabet"], dialects).contains("strict only"));
            assert_eq!(told(&[own, "Go standard library, net/netip"], dialects), "");
        }
    }

    #[test]
    fn one_observation_is_no_source() {
        let seen = "observed: nginx 1.22 -t";
        assert!(told(&[seen], &["strict"]).contains("one observation alone"));
        assert_eq!(told(&[seen, "observed: Node 20 URL"], &["strict"]), "");
    }
}
