//! The classes of differences that are explained.

use std::collections::BTreeMap;

use portolan_conformance::subject::Answer;
use portolan_conformance::vector::Outcome;
use regex::Regex;
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    versions: BTreeMap<String, String>,
    class: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    drivers: Vec<String>,
    dialects: Vec<String>,
    /// What the texts have in common.
    text: Option<String>,
    /// What the values that they read have in common.
    read: Option<String>,
    /// `ok`, or error codes.
    ours: Vec<String>,
    /// `ok` or `refused`.
    theirs: String,
    reason: String,
}

/// Differences with one reason.
pub(crate) struct Class {
    dialects: Vec<String>,
    text: Option<Regex>,
    read: Option<Regex>,
    ours: Vec<String>,
    theirs: String,
    pub(crate) reason: String,
}

impl Class {
    pub(crate) fn fits(&self, dialect: &str, text: &str, ours: &Answer, theirs: &Answer) -> bool {
        self.dialects.iter().any(|known| known == dialect)
            && word(ours).is_some_and(|word| self.ours.iter().any(|known| known == word))
            && word(theirs) == Some(&self.theirs)
            && self.text.as_ref().is_none_or(|regex| regex.is_match(text))
            && self.read.as_ref().is_none_or(|regex| regex.is_match(&theirs.short()))
    }
}

/// `ok`, or the code.
fn word(answer: &Answer) -> Option<&str> {
    match answer {
        Answer::Outcome(Outcome::Ok(_)) => Some("ok"),
        Answer::Outcome(Outcome::Error { code, .. }) => Some(code),
        _ => None,
    }
}

/// The classes of an implementation, and how its versions begin that they were written for.
pub(crate) fn classes(driver: &str) -> (Vec<Class>, String) {
    let file: File = toml::from_str(include_str!("known.toml")).unwrap();
    let regex = |text: String| Regex::new(&text).unwrap();
    let entries = file.class.into_iter();
    let classes =
        entries.filter(|entry| entry.drivers.iter().any(|known| known == driver)).map(|entry| {
            Class {
                dialects: entry.dialects,
                text: entry.text.map(regex),
                read: entry.read.map(regex),
                ours: entry.ours,
                theirs: entry.theirs,
                reason: entry.reason,
            }
        });
    (classes.collect(), file.versions.get(driver).unwrap().clone())
}
