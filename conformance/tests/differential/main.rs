//! Other implementations as oracles: each dialect against the programs that read it, on thousands of
//! generated texts. What they read otherwise stands in `known.toml`, with the reason.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a test of programs has std
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)] // a test may fail

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use portolan_conformance::drivers;
use portolan_conformance::hex;
use portolan_conformance::subject::{Answer, Subject};
use portolan_conformance::vector::Outcome;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

mod cases;
mod known;

use cases::{CASES, Case};
use known::Class;

/// Unexplained differences that a failing test shows.
const SHOWN: usize = 100;
/// Texts on which every implementation agrees at least.
const LEAST: usize = 500;

/// Bytes that mean something in an address, and some that do not.
const BYTES: &[&str] = &[
    "0", "1", "8", ":", ".", "%", "[", "]", " ", "\t", "x", "-", "+", "@", "*", "/", ",", "a", "f",
    "é",
];

/// A text of the pattern, or, three times in eight, one that is a byte away from it.
fn near(pattern: &'static str) -> impl Strategy<Value = String> {
    (pattern, any::<Index>(), select(BYTES), 0..8_u8).prop_map(|(mut text, at, byte, what)| {
        let places: Vec<_> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let at = *at.get(&places);
        match what {
            0 => text.insert_str(at, byte),
            1 if at < text.len() => drop(text.remove(at)),
            2 if at < text.len() => {
                text.remove(at);
                text.insert_str(at, byte);
            }
            _ => {}
        }
        text
    })
}

/// What is counted of one driver.
#[derive(Default)]
struct Tally {
    agree: usize,
    unsupported: usize,
    hits: BTreeMap<usize, usize>,
    unexplained: Vec<String>,
}

impl Tally {
    fn summary(&self) -> String {
        format!(
            "{} agree, {} differ as is known, {} cannot be asked, {} unexplained",
            self.agree,
            self.hits.values().sum::<usize>(),
            self.unsupported,
            self.unexplained.len()
        )
    }

    fn compare(
        &mut self,
        classes: &[Class],
        question: &Question<'_>,
        ours: &Answer,
        theirs: &Answer,
    ) {
        let same = match (verdict(ours), verdict(theirs)) {
            _ if matches!(theirs, Answer::Unsupported(_)) || is_beyond(ours) => {
                self.unsupported += 1;
                return;
            }
            (Some(ours), Some(theirs)) => ours == theirs,
            (None, None) => true,
            _ => false,
        };
        if same {
            self.agree += 1;
            return;
        }
        let fits = |class: &Class| class.fits(question.dialect, question.text, ours, theirs);
        match classes.iter().position(fits) {
            Some(class) => *self.hits.entry(class).or_default() += 1,
            None => self.unexplained.push(format!(
                "{} {} {:?}: {}; they: {}",
                question.op,
                question.dialect,
                question.text,
                ours.short(),
                theirs.short()
            )),
        }
    }
}

/// What both are asked.
struct Question<'a> {
    op: &'a str,
    dialect: &'a str,
    text: &'a str,
}

impl Question<'_> {
    fn ask(&self, subject: &mut Subject) -> Answer {
        let request = match self.op {
            "ip.format" => json!({ "op": self.op, "dialect": self.dialect, "ip": self.text }),
            "ip.classify" => json!({ "op": self.op, "ip": self.text }),
            op => {
                json!({ "op": op, "dialect": self.dialect, "in": hex::encode(self.text.as_bytes()) })
            }
        };
        subject.ask(request.as_object().unwrap().clone())
    }
}

/// Names beyond ASCII are read by some builds only.
fn is_beyond(ours: &Answer) -> bool {
    matches!(ours, Answer::Outcome(Outcome::Error { code, .. }) if code == "needs-idna")
}

/// The value, or that there is none: most implementations give no reasons. A crash is none either,
/// but never what Portolan answers, so that it is seen.
fn verdict(answer: &Answer) -> Option<String> {
    match answer {
        Answer::Outcome(Outcome::Ok(value)) => {
            let mut value = value.clone();
            // Names are the same in every case of their letters.
            if let Some(Value::String(name)) = value.pointer_mut("/host/name") {
                name.make_ascii_lowercase();
            }
            Some(value.to_string())
        }
        Answer::Outcome(_) => None,
        other => Some(other.short()),
    }
}

fn ask_all(subject: &mut Subject, cases: &[&Case], classes: &[Class]) -> Tally {
    let mut portolan = Subject::in_process();
    let mut runner = TestRunner::deterministic();
    let mut tally = Tally::default();
    for case in cases {
        for pattern in case.patterns {
            // What is formatted is an address, so nothing is near it.
            let texts = match case.op {
                "ip.format" | "ip.classify" => pattern.boxed(),
                _ => near(pattern).boxed(),
            };
            for _ in 0..case.texts {
                let text = texts.new_tree(&mut runner).unwrap().current();
                for dialect in case.dialects {
                    let question = Question { op: case.op, dialect, text: &text };
                    let theirs = question.ask(subject);
                    let ours = part_answered(question.ask(&mut portolan), &theirs, case.op);
                    tally.compare(classes, &question, &ours, &theirs);
                }
            }
        }
    }
    tally
}

/// What others have no notion of in a classification is not compared.
fn part_answered(mut ours: Answer, theirs: &Answer, op: &str) -> Answer {
    if let (
        "ip.classify",
        Answer::Outcome(Outcome::Ok(Value::Object(ours))),
        Answer::Outcome(Outcome::Ok(theirs)),
    ) = (op, &mut ours, theirs)
    {
        ours.retain(|name, _| theirs.get(name).is_some());
    }
    ours
}

/// Asks one implementation all its cases.
fn differ(name: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("differential").join(name);
    drivers::write(&folder).unwrap();
    let mut subject = match drivers::start(name, &folder) {
        Ok(subject) => subject,
        Err(reason) => return println!("skipped: {name}: {reason}"),
    };
    let version = subject.hello().version.clone();
    let (classes, exact) = known::classes(name);
    let cases: Vec<_> = CASES.iter().filter(|case| case.driver == name).collect();
    let start = Instant::now();
    let tally = ask_all(&mut subject, &cases, &classes);
    println!("{name} {version}: {}, {:?}", tally.summary(), start.elapsed());
    let shown = tally.unexplained.iter().take(SHOWN);
    let shown = shown.fold(String::new(), |all, one| all + "\n" + one);
    if !version.starts_with(&exact) {
        return println!("{name}: what is known was written for {exact}{shown}");
    }
    assert!(tally.unexplained.is_empty(), "{name}: unexplained differences:{shown}");
    for (index, class) in classes.iter().enumerate() {
        assert!(tally.hits.contains_key(&index), "{name}: no text shows {:?}", class.reason);
    }
    assert!(tally.agree > LEAST, "{name}: only {} agree", tally.agree);
}

/// Drivers that read no text: a client decides by options, and its vectors have every row of them.
const NO_TEXT: &[&str] = &["mariadb"];

macro_rules! tests {
    ($($name:ident)*) => {
        $(#[test] fn $name() { differ(stringify!($name)); })*

        #[test]
        fn every_driver_is_asked() {
            let tested = [$(stringify!($name)),*];
            let reads_text = |name: &&str| !NO_TEXT.contains(name);
            let all: Vec<_> = drivers::names().filter(reads_text).collect();
            assert_eq!(all, tested);
        }
    };
}

tests! { glibc musl python node go java ruby php perl nginx haproxy systemd libpq zeromq curl }
