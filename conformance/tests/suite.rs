//! The suite holds of Portolan, is well-formed, and its ledgers are exact.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a test of programs has std
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test may fail

use std::path::PathBuf;

use portolan_conformance::run::{Options, lint, run};
use portolan_conformance::{load, page};
use serde_json::Value;

fn options(name: &str) -> Options {
    Options::new(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name))
}

#[test]
fn portolan_passes_every_vector_and_ledgers_are_exact() {
    let report = run(&options("suite"), &mut |_, _| {}).unwrap();
    for skipped in &report.skipped {
        println!("skipped: {skipped}");
    }
    for (column, summary) in report.summaries.iter().enumerate() {
        let wrong = report.rows.iter().filter(|row| row.checks[column].is_wrong());
        let wrong: Vec<_> = wrong.map(|row| (&row.vector.id, &row.choice)).collect();
        assert!(wrong.is_empty(), "{}: {wrong:?}", summary.name);
    }
    assert_eq!(report.summaries[0].name, "portolan");
    assert_eq!((report.summaries[0].known, report.summaries[0].skipped), (0, 0));
    assert!(report.to_junit().starts_with("<?xml"));
}

#[test]
fn the_vectors_keep_their_rules() {
    assert_eq!(lint(&options("lint")).unwrap().mistakes, []);
}

#[test]
fn there_are_enough_vectors_of_every_kind() {
    let vectors = options("count").load().unwrap();
    for (topic, least) in [("addr/", 300), ("sockaddr/", 100), ("int/", 60), ("frame/", 60)] {
        let count = vectors.iter().filter(|vector| vector.id.starts_with(topic)).count();
        assert!(count >= least, "{topic}: {count}");
    }
}

/// Every vector, request and answer has the members that the schemas demand.
#[test]
fn vectors_and_messages_follow_their_schemas() {
    let schema = |name: &str| -> Value {
        let (_, text) = load::schemas().iter().find(|(file, _)| *file == name).unwrap();
        serde_json::from_str(text).unwrap()
    };
    let vector = jsonschema::validator_for(&schema("vector.json")).unwrap();
    for value in load::raw() {
        let errors: Vec<_> = vector.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", value["id"]);
    }
    let driver = schema("driver.json");
    let part = |name: &str| {
        let mut part = driver.clone();
        part["$ref"] = format!("#/$defs/{name}").into();
        jsonschema::validator_for(&part).unwrap()
    };
    let (request, answer, hello) = (part("request"), part("answer"), part("hello"));
    let own = portolan_conformance::driver::Driver::new();
    let first = own.answer(br#"{"cmd":"hello","protocol":1}"#);
    assert!(hello.is_valid(&serde_json::from_str(&first).unwrap()), "{first}");
    for vector in options("schema").load().unwrap() {
        for (choice, _) in vector.checks() {
            let mut asked = vector.request(choice);
            asked.insert("id".to_owned(), 1.into());
            let asked = Value::Object(asked);
            assert!(request.is_valid(&asked), "{}: request", vector.id);
            let answered = own.answer(asked.to_string().as_bytes());
            let answered: Value = serde_json::from_str(&answered).unwrap();
            assert!(answer.is_valid(&answered), "{}: {answered}", vector.id);
        }
    }
}

#[test]
fn the_page_needs_nothing_from_elsewhere() {
    let mut options = options("page");
    options.filter = Some("addr/ipv4-loose".to_owned());
    let report = run(&options, &mut |_, _| {}).unwrap();
    let matrix = portolan_conformance::matrix::matrix(&options).unwrap();
    let page = page::render(&report, &matrix);
    for outside in ["<script", "http://", "https://", "src=", "@import"] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("id=\"addr/ipv4-loose/octal-ten\""));
    assert!(report.disagreements().count() <= report.rows.len());
}
