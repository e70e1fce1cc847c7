//! Drivers that die, hang or babble do not stop a run.
#![cfg(unix)]
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a test of programs has std
#![allow(clippy::unwrap_used)] // a test may fail

use portolan_conformance::subject::{Answer, Subject};
use portolan_conformance::vector::Outcome;
use serde_json::{Map, json};

/// A driver that greets, then does this for each request in `$line`.
fn driver(each: &str) -> Result<Subject, String> {
    let hello = r#"echo '{"protocol":1,"name":"sh","version":"1","ops":["ip.parse"]}'"#;
    let script = format!("read line; {hello}; while read line; do {each}; done");
    Subject::start(["sh", "-c", &script].map(str::to_owned).to_vec())
}

fn ask(subject: &mut Subject) -> Answer {
    let request = json!({ "op": "ip.parse", "dialect": "pton", "in": "3a3a" });
    subject.ask(request.as_object().cloned().unwrap_or_else(Map::new))
}

#[test]
fn a_death_is_a_crash_and_the_driver_is_started_again() {
    let mut subject = driver("exit 3").unwrap();
    assert_eq!(subject.hello().name, "sh");
    assert_eq!(ask(&mut subject), Answer::Crash);
    assert_eq!(ask(&mut subject), Answer::Crash);
}

#[test]
fn silence_is_a_hang() {
    assert_eq!(ask(&mut driver("sleep 60").unwrap()), Answer::Hang);
}

#[test]
fn what_is_no_answer_is_garbage() {
    assert!(matches!(ask(&mut driver("echo nonsense").unwrap()), Answer::Garbage(_)));
    let wrong_id = r#"echo '{"id":99,"ok":{}}'"#;
    assert!(matches!(ask(&mut driver(wrong_id).unwrap()), Answer::Garbage(_)));
    let nothing = r#"echo '{"id":1}'"#;
    assert!(matches!(ask(&mut driver(nothing).unwrap()), Answer::Garbage(_)));
}

#[test]
fn an_answer_is_an_answer() {
    let refusal = r#"echo '{"id":1,"error":{"code":"empty","at":0}}'"#;
    let expected = Outcome::Error { code: "empty".to_owned(), at: Some(0), len: None };
    assert_eq!(ask(&mut driver(refusal).unwrap()), Answer::Outcome(expected));
}

#[test]
fn who_does_not_greet_is_not_asked() {
    assert!(Subject::start(vec!["true".to_owned()]).is_err());
    assert!(Subject::start(vec!["/does/not/exist".to_owned()]).is_err());
    assert!(Subject::start(["sh", "-c", "echo {}"].map(str::to_owned).to_vec()).is_err());
}
