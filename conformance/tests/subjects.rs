//! Drivers that die, hang or babble do not stop a run.
#![cfg(unix)]
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a test of programs has std
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test may fail

use std::time::{Duration, Instant};

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
    let no_text = r"printf '\377\n'";
    assert!(matches!(ask(&mut driver(no_text).unwrap()), Answer::Garbage(_)));
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

/// A request larger than a pipe holds, to a driver that does not read it.
#[test]
fn who_does_not_read_hangs_and_does_not_hold_up_the_run() {
    let hello = r#"echo '{"protocol":1,"name":"sh","version":"1","ops":["ip.parse"]}'"#;
    let script = format!("read line; {hello}; exec sleep 60");
    let mut subject = Subject::start(["sh", "-c", &script].map(str::to_owned).to_vec()).unwrap();
    let request = json!({ "op": "ip.parse", "dialect": "pton", "in": "3a".repeat(1 << 20) });
    let begun = Instant::now();
    assert_eq!(subject.ask(request.as_object().cloned().unwrap()), Answer::Hang);
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

#[test]
fn an_answer_has_exactly_one_of_its_members() {
    for members in [r#""ok":{},"error":{"code":"empty"}"#, r#""need":1,"ok":{}"#, r#""need":0"#] {
        let answer = format!(r#"echo '{{"id":1,{members}}}'"#);
        let answer = ask(&mut driver(&answer).unwrap());
        assert!(matches!(answer, Answer::Garbage(_)), "{members}: {answer:?}");
    }
}

#[test]
fn numbers_may_be_strings_of_their_digits() {
    let need = r#"echo '{"id":1,"need":"9007199254740993"}'"#;
    let expected = Outcome::Need(9_007_199_254_740_993);
    assert_eq!(ask(&mut driver(need).unwrap()), Answer::Outcome(expected));
    let refusal = r#"echo '{"id":1,"error":{"code":"empty","at":"7","len":"1"}}'"#;
    let expected = Outcome::Error { code: "empty".to_owned(), at: Some(7), len: Some(1) };
    assert_eq!(ask(&mut driver(refusal).unwrap()), Answer::Outcome(expected));
}

/// A driver in which the answer counts the requests.
#[test]
fn another_answer_to_the_same_request_is_told() {
    let counts = r#"n=$((n+1)); echo "{\"id\":$n,\"ok\":{\"ip\":\"$n\"}}""#;
    let mut subject = driver(counts).unwrap();
    let answers: Vec<Answer> = (0..16).map(|_| ask(&mut subject)).collect();
    assert!(matches!(answers[0], Answer::Outcome(_)));
    let told = answers[15].short();
    assert_eq!(told, r#"unstable: ok {"ip":"16"}, asked again ok {"ip":"17"}"#);
}
