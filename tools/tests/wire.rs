//! `portolan wire` as a user meets it.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a test of a program has std
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test may fail
#![allow(clippy::indexing_slicing)] // likewise; and a JSON value answers with null

use assert_cmd::Command;
use serde_json::{Value, json};

/// Exit code, standard output, standard error.
fn run(arguments: &[&str], input: impl Into<Vec<u8>>) -> (i32, String, String) {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("portolan"));
    let output = command.arg("wire").args(arguments).write_stdin(input).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn bytes_are_annotated_field_by_field() {
    let (code, out, err) = run(&["decode", "pcap-loop", "0000001c 60"], "");
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("pcap-loop   4 of 5 bytes\n"), "{out}");
    assert!(out.contains("  family        inet6\n"), "{out}");
    assert!(out.contains("0  0000001c ") && out.contains("network order"), "{out}");
}

#[test]
fn a_refusal_names_the_rule_and_the_byte_and_what_follows_is_read() {
    let (code, out, err) = run(&["decode", "pcap-null"], "03000000\nxyz\n02\n02000000\n");
    assert_eq!(code, 1);
    assert!(err.contains("line 1: no such address family at byte 0 (bad-family)"), "{err}");
    assert!(err.contains("    ^^ byte 0"), "{err}");
    assert!(err.contains("line 2: `xyz` is not hex (bad-request)"), "{err}");
    assert!(err.contains("line 3: at least 3 bytes are missing"), "{err}");
    assert!(out.contains("family        inet\n"), "{out}");
}

#[test]
fn json_is_that_of_the_driver() {
    let (code, out, _) = run(&["decode", "--json", "pcap-null", "0000001e", "00"], "");
    let answers: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(code, 1);
    assert_eq!(answers[0]["ok"], json!({ "family": "inet6", "consumed": 4 }));
    assert_eq!(answers[1], json!({ "form": "pcap-null", "in": "00", "need": 3 }));
    let (code, out, _) = run(&["encode", "--json", "pcap-loop", "family=inet"], "");
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &answer["ok"]["bytes"]), (0, &json!("00000002")));
}

#[test]
fn members_are_given_by_name() {
    let (code, out, _) = run(&["encode", "pcap-null", "family=inet6", "endian=big"], "");
    assert_eq!(code, 0);
    assert!(out.contains("\n  0000001e\n"), "{out}");
    assert_eq!(run(&["encode", "pcap-null", "family=ipx"], "").0, 1);
    assert_eq!(run(&["encode", "pcap-null", "family"], "").0, 2);
    assert_eq!(run(&["encode", "pcap-null", "family=inet", "family=inet"], "").0, 2);
    assert_eq!(run(&["decode", "pcap-nil", "00"], "").0, 2);
    assert_eq!(run(&["decode", "pcap-null", "0x00"], "").0, 2);
}

#[test]
fn raw_bytes_are_the_bytes_and_nothing_else() {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("portolan"));
    command.args(["wire", "encode", "--raw", "pcap-loop", "family=inet6"]);
    assert_eq!(command.output().unwrap().stdout, b"\0\0\0\x1e");
}

#[test]
fn every_form_is_listed() {
    let (code, out, _) = run(&["forms", "--json"], "");
    assert_eq!(code, 0);
    for line in out.lines() {
        let form: Value = serde_json::from_str(line).unwrap();
        assert!(form["bytes"] == "hex" || form["bytes"] == "text", "{line}");
    }
    assert!(out.contains("\"pcap-loop\""), "{out}");
}
