//! The C library as an oracle, on thousands of generated texts, through its driver.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a test of programs has std
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test may fail

use std::path::Path;
use std::process::Command;

use portolan_conformance::hex;
use portolan_conformance::subject::{Answer, Subject};
use portolan_conformance::vector::Outcome;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Map, json};

/// Compiles the driver; `None` where there is no C compiler or no glibc.
fn glibc() -> Option<Subject> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("drivers/glibc.c");
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("glibc");
    let built = Command::new("cc").arg("-O1").arg("-o").arg(&program).arg(source).status();
    if !built.is_ok_and(|status| status.success()) {
        return None;
    }
    Subject::start(vec![program.to_str().unwrap().to_owned()]).ok()
}

fn ask(subject: &mut Subject, dialect: &str, text: &str) -> Answer {
    let request =
        json!({ "op": "ip.parse", "dialect": dialect, "in": hex::encode(text.as_bytes()) });
    let fields: Map<_, _> = request.as_object().unwrap().clone();
    subject.ask(fields)
}

/// The value, or that there is none: C functions give no reasons.
fn verdict(answer: &Answer) -> Option<String> {
    match answer {
        Answer::Outcome(Outcome::Ok(value)) => Some(value.to_string()),
        _ => None,
    }
}

#[test]
fn glibc_reads_what_its_dialects_read() {
    let Some(mut glibc) = glibc() else {
        return println!("skipped: the driver of glibc cannot be built here");
    };
    let mut portolan = Subject::in_process();
    let v4 = "(0[xX]?)?[0-9a-f]{1,5}(\\.(0[xX]?)?[0-9a-f]{0,4}){0,4}[ \t.]?x?|[0-9]{1,3}(\\.0?[0-9]{1,3}){3}";
    let v6 = "([0-9a-f]{0,5}:){0,9}([0-9a-f]{0,5}|[0-9]{1,3}(\\.[0-9]{1,3}){3})(%[0-9]{1,11})?";
    let mut runner = TestRunner::deterministic();
    let mut asked = 0;
    let mut unsupported = 0;
    for pattern in [v4, v6] {
        for _ in 0..3000 {
            let text = pattern.new_tree(&mut runner).unwrap().current();
            for dialect in ["pton", "aton-glibc", "gai-numeric"] {
                let theirs = ask(&mut glibc, dialect, &text);
                if matches!(theirs, Answer::Unsupported(_)) {
                    unsupported += 1;
                    continue;
                }
                let ours = ask(&mut portolan, dialect, &text);
                assert_eq!(
                    verdict(&ours),
                    verdict(&theirs),
                    "{dialect} {text:?}: {ours:?}, {theirs:?}"
                );
                asked += 1;
            }
        }
    }
    assert!(asked > 15_000, "only {asked} were asked");
    println!("{asked} texts agree, {unsupported} cannot be asked of glibc");
}
