//! What Portolan's own driver keeps of the protocol, beyond what vectors can ask.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a test of programs has std
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test may fail

use std::alloc::System;

use portolan_conformance::driver::Driver;
use portolan_conformance::hex;
use serde_json::Value;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn answer(request: &str) -> Value {
    serde_json::from_str(&Driver::new().answer(request.as_bytes())).unwrap()
}

#[test]
fn an_id_comes_back_as_it_was_sent() {
    for id in [
        "1e400",
        "123456789012345678901234567890",
        "-0",
        "1.0",
        r#""a\u0062""#,
        r#"[1, {"b": 2}]"#,
        "null",
        "true",
    ] {
        let parse = r#""op":"ip.parse","dialect":"strict","text":"::""#;
        for rest in [parse, r#""cmd":"hello","protocol":1"#, r#""op":"no.such""#] {
            let told = Driver::new().answer(format!(r#"{{{rest},"id":{id}}}"#).as_bytes());
            assert!(told.starts_with(&format!(r#"{{"id":{id},""#)), "{id}: {told}");
        }
    }
}

#[test]
fn needs_above_two_to_the_53_are_strings() {
    let framer = r#"{"type":"length","width":8,"max":18014398509481984}"#;
    let request = |input| format!(r#"{{"op":"frame.decode","framer":{framer},"in":"{input}"}}"#);
    let need = |input| answer(&request(input))["ok"]["events"][0]["need"].clone();
    assert_eq!(need("001fffffffffffff"), 9_007_199_254_740_991_u64);
    assert_eq!(need("0020000000000001"), "9007199254740993");
}

#[test]
fn adjacent_skips_are_one_event() {
    let framer = r#"{"type":"lines","max":2,"oversize":"discard"}"#;
    let chunks = r#"["616161","6161","61","0a","620a"]"#;
    let request = format!(r#"{{"op":"frame.decode","framer":{framer},"chunks":{chunks}}}"#);
    let events = &answer(&request)["ok"]["events"];
    let kinds: Vec<&String> = events
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e.as_object().unwrap().keys().next_back().unwrap())
        .collect();
    assert_eq!(kinds, ["recovery", "skip", "wire", "need"], "{events}");
}

/// A frame for each byte: memory is that of the answer's text, not of a tree of values.
#[test]
fn a_stream_of_tiny_frames_takes_a_small_multiple_of_its_answer() {
    let stream = "0a".repeat(1 << 18);
    let framer = r#"{"type":"lines","max":2}"#;
    let request = format!(r#"{{"id":1,"op":"frame.decode","framer":{framer},"in":"{stream}"}}"#);
    let region = Region::new(ALLOCATOR);
    let told = Driver::new().answer(request.as_bytes());
    let asked = region.change().bytes_allocated;
    assert!(told.len() > hex::decode(&stream).unwrap().len() * 30);
    assert!(asked < 8 * told.len(), "{asked} bytes for an answer of {}", told.len());
}
