//! The suite holds of Portolan, is well-formed, and its ledgers are exact.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a test of programs has std
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test may fail

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::OnceLock;

use portolan_conformance::matrix::{Cell, Column, Line, Matrix};
use portolan_conformance::report::Report;
use portolan_conformance::run::{Options, lint, run, run_with_matrix};
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
    let least = [
        ("addr/", 300),
        ("classify/", 250),
        ("sockaddr/", 100),
        ("wire/", 900),
        ("client/", 500),
        ("int/", 60),
        ("frame/", 60),
    ];
    for (topic, least) in least {
        let count = vectors.iter().filter(|vector| vector.id.starts_with(topic)).count();
        assert!(count >= least, "{topic}: {count}");
    }
}

/// The table of published bugs names vectors that exist, and files that do.
#[test]
fn published_bugs_are_held_by_what_is_there() {
    let vectors = options("published").load().unwrap();
    let begins = |name: &str| vectors.iter().any(|vector| vector.id.starts_with(name));
    let is = |name: &str| vectors.iter().any(|vector| vector.id == name);
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let table = std::fs::read_to_string(root.join("vectors/frame/PUBLISHED.md")).unwrap();
    let mut named = 0;
    for row in table.lines().filter(|line| line.starts_with("| ")) {
        let held = row.split(" | ").nth(2).unwrap();
        for name in held.split('`').skip(1).step_by(2).filter(|name| name.contains('/')) {
            let full =
                if name.starts_with("int/") { name.to_owned() } else { format!("frame/{name}") };
            let there = match full.strip_suffix('*') {
                _ if name.starts_with("core/") => root.join("..").join(name).exists(),
                Some(begin) => begins(begin),
                None => is(&full),
            };
            assert!(there, "there is no {name}: {row}");
            named += 1;
        }
    }
    assert!(named > 150, "{named}");
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

/// One run of the part of the suite that has addresses and endpoints.
fn part() -> &'static (Report, Matrix) {
    static RUN: OnceLock<(Report, Matrix)> = OnceLock::new();
    RUN.get_or_init(|| {
        let mut options = options("part");
        options.filter = Some("addr/".to_owned());
        run_with_matrix(&options, &mut |_, _| {}).unwrap()
    })
}

#[test]
fn the_page_needs_nothing_from_elsewhere_and_has_every_vector() {
    let (report, matrix) = part();
    let page = page::render(report, matrix);
    for outside in ["<script", "<link", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    let mut anchors: BTreeMap<&str, usize> = BTreeMap::new();
    for id in page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        *anchors.entry(id).or_default() += 1;
    }
    for row in &report.rows {
        assert_eq!(anchors.get(row.vector.id.as_str()), Some(&1), "{}", row.vector.id);
    }
    let full = format!("<article id=\"{}\">", "addr/ipv4-loose/octal-ten");
    assert!(page.contains(&full));
    for id in ["addresses", "endpoints", "bypass-addresses", "bypass-endpoints"] {
        assert!(page.contains(&format!(" id=\"{id}\"")), "{id}");
    }
    let (articles, lines) = (page.matches("<article").count(), page.matches("class=v>").count());
    let vectors: BTreeSet<&str> = report.rows.iter().map(|row| row.vector.id.as_str()).collect();
    assert_eq!(articles + lines, vectors.len());
    assert!(lines > 0 && articles > 0, "{lines} {articles}");
    assert!(page.len() < 4_000_000, "{}", page.len());
}

#[test]
fn a_report_follows_its_schema_and_is_small() {
    let (report, _) = part();
    let (_, schema) = load::schemas().iter().find(|(file, _)| *file == "report.json").unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let json = report.to_json();
    let errors: Vec<_> = schema.iter_errors(&json).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert!(json.to_string().len() < 6_000_000);
    assert!(report.to_junit().len() < 3_000_000);
    for (column, subject) in json["subjects"].as_array().unwrap().iter().enumerate() {
        let checks = json["vectors"].as_array().unwrap().iter();
        let checks = checks.flat_map(|vector| vector["checks"].as_array().unwrap());
        let passed =
            checks.filter(|check| check["passed"].as_array().unwrap().contains(&column.into()));
        assert_eq!(subject["passed"], passed.count(), "{subject}");
        let skips = subject["skips"].as_object().unwrap().values();
        assert_eq!(
            subject["skipped"],
            skips.map(|n| n.as_u64().unwrap()).sum::<u64>(),
            "{subject}"
        );
    }
    assert!(report.disagreements().count() <= report.rows.len());
}

/// Who only reads addresses does not look safe among endpoints, nor the other way about.
#[test]
fn columns_are_who_answers() {
    let (_, matrix) = part();
    for table in [&matrix.addresses, &matrix.endpoints] {
        for (column, who) in table.columns.iter().enumerate() {
            let answers = |line: &Line| line.cells[column] != Cell::Silent;
            assert!(table.rows.iter().any(answers), "{} {}", who.name, who.dialect);
        }
        assert!(table.columns.iter().any(|column| column.name == "portolan"));
    }
    let endpoints = &matrix.endpoints;
    let of = |dialect: &str| {
        let is = |column: &Column| column.name == "portolan" && column.dialect == dialect;
        endpoints.columns.iter().position(is).unwrap()
    };
    let found = endpoints.bypasses(of("strict"), of("nginx")).unwrap();
    let octal = |line: &&&Line| {
        line.vector.input.as_deref().is_some_and(|text| text.starts_with(b"010.0.0.1"))
    };
    assert!(found.iter().find(octal).is_some());
}
