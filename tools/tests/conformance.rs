//! `portolan conformance`: foreign vectors and drivers, good ones and bad ones.
#![cfg(unix)]
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a test of a program has std
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test may fail

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;
use serde_json::{Value, json};

/// A folder of this test alone.
fn folder(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(path.join("vectors")).unwrap();
    path
}

/// Runs a subcommand over vectors; exit code, standard output, standard error.
fn run(name: &str, vectors: &Value, arguments: &[&str]) -> (i32, String, String) {
    let folder = folder(name);
    fs::write(folder.join("vectors/a.json"), vectors.to_string()).unwrap();
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("portolan"));
    command.arg("conformance").args(arguments).current_dir(&folder);
    let output = command.args(["--vectors", "vectors", "--output", "out"]).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn vector(id: &str) -> Value {
    json!({
        "id": id, "op": "ip.parse", "text": "::1", "why": "so", "source": ["RFC 4291 section 2.2"],
        "expect": { "pton": { "ok": { "ip": "00000000000000000000000000000001" } } },
    })
}

/// A driver that writes down what it is asked and does this for each request in `$line`.
fn driver(name: &str, each: &str) -> String {
    let hello = format!(
        r#"{{"protocol":1,"name":"{name}","version":"1","ops":["ip.parse"],"dialects":["pton","strict"]}}"#
    );
    format!("read line; echo '{hello}'; while read line; do echo \"$line\" >> log; {each}; done")
}

#[test]
fn foreign_vectors_need_not_cover_what_is_built_in() {
    let (code, out, err) = run("foreign", &json!([vector("mine/one")]), &["lint"]);
    assert_eq!((code, out.as_str()), (0, "1 vectors, 0 mistakes\n"), "{err}");
}

#[test]
fn lint_tells_every_mistake_of_foreign_vectors() {
    let mut typo = vector("mine/typo");
    typo["lissen"] = json!(true);
    let mut unknown = vector("mine/unknown\u{1b}[2J");
    unknown["op"] = json!("ip.prase");
    unknown["expect"] = json!({ "ok": {} });
    let vectors = json!([typo, unknown]);
    let (code, out, _) = run("mistakes", &vectors, &["lint"]);
    assert_eq!(code, 1);
    assert!(out.contains("mine/typo: there is no member `lissen`"), "{out}");
    assert!(out.contains("there is no operation `ip.prase`") && !out.contains('\u{1b}'), "{out}");
    let (code, out, _) = run("mistakes-json", &vectors, &["lint", "--json"]);
    assert_eq!(code, 1);
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0], json!({ "place": "mine/typo", "what": "there is no member `lissen`" }));
    assert_eq!(lines.last().unwrap()["vectors"], 2);
}

#[test]
fn what_portolan_does_not_have_is_no_skip_of_its_own() {
    let mut unknown = vector("mine/unknown");
    unknown["op"] = json!("no.such");
    unknown["expect"] = json!({ "ok": {} });
    let mut dialect = vector("mine/dialect");
    dialect["expect"] = json!({ "latin": { "error": "empty" } });
    let (code, out, err) = run("unknown", &json!([unknown, dialect, vector("mine/one")]), &["run"]);
    assert_eq!(code, 1, "{out}{err}");
    assert!(out.contains("mine/unknown [-]: unsupported: no operation no.such"), "{out}");
    assert!(out.contains("mine/dialect [latin]: unsupported: no dialect latin"), "{out}");
}

#[test]
fn nothing_to_run_is_a_failure() {
    let one = json!([vector("mine/one")]);
    for action in ["run", "lint", "matrix"] {
        let (code, _, err) = run("filter", &one, &[action, "--filter", "nowhere"]);
        assert_eq!(code, 1, "{action}");
        assert!(err.contains("no vector") && err.contains("nowhere"), "{err}");
    }
    let (code, _, err) = run("empty", &json!([]), &["run"]);
    assert!(code == 1 && err.contains("there is no vector in vectors"), "{err}");
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("portolan"));
    let output = command.args(["conformance", "run", "--vectors", "/nonexist"]).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(err.contains("/nonexist"), "{err}");
}

#[test]
fn a_driver_that_cannot_start_is_a_failure() {
    let one = json!([vector("mine/one")]);
    let (code, out, err) = run("no-driver", &one, &["run", "--driver", "/does/not/exist"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("/does/not/exist") && err.contains("does not answer"), "{err}");
}

/// The matrix asks further dialects: but not of who has hung.
#[test]
fn who_hangs_is_not_asked_again_for_the_matrix() {
    let hangs = driver("sleepy\\u001b[2J", "exec sleep 30");
    let (code, out, _) = run("hangs", &json!([vector("mine/one")]), &["run", "--driver", &hangs]);
    assert_eq!(code, 1);
    assert!(out.contains("mine/one [pton]: hang") && !out.contains('\u{1b}'), "{out}");
    let log = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("hangs/log");
    assert_eq!(fs::read_to_string(log).unwrap().lines().count(), 1);
}

/// The answer names its request: right once, and otherwise when the first is asked again.
#[test]
fn an_answer_that_changes_is_a_failure() {
    let changes = driver(
        "changing",
        r#"n=$((n+1)); v=0000000000000000000000000000000$n; echo "{\"id\":$n,\"ok\":{\"ip\":\"$v\"}}""#,
    );
    let (code, out, _) =
        run("changes", &json!([vector("mine/one")]), &["run", "--driver", &changes]);
    assert_eq!(code, 1);
    assert!(out.contains("mine/one [pton]: unstable: ok ") && out.contains("asked again"), "{out}");
}

#[test]
fn the_matrix_is_an_object_in_json() {
    let (code, out, _) = run("matrix", &json!([vector("mine/one")]), &["matrix", "--json"]);
    assert_eq!(code, 0);
    let matrix: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(matrix["addresses"]["rows"][0]["id"], "mine/one");
    assert_eq!(out.lines().count(), 1);
}
