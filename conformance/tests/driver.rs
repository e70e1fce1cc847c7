//! What Portolan's own driver keeps of the protocol, beyond what vectors can ask.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a test of programs has std
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test may fail

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

/// What `endpoint.parse` writes of a name is what `endpoint.format` reads.
#[test]
fn a_name_comes_back_byte_for_byte() {
    let told = |op: &str, dialect: &str, rest: &str| {
        answer(&format!(r#"{{"op":"{op}","dialect":"{dialect}",{rest}}}"#))["ok"].clone()
    };
    for (dialect, text, member, value) in [
        ("nginx", "bücher.example:80".as_bytes(), "/host/name", "bücher.example"),
        ("nginx", b"a\xff.example:80", "/host/bytes", "61ff2e6578616d706c65"),
        ("rfc3986", b"a%C3%BC:80", "/host/name", "aü"),
        ("rfc3986", b"a%FF:80", "/host/bytes", "61ff"),
        ("strict", br"\\server\pipe\name", "/server", "server"),
        ("strict", b"sd-listen:web", "/name", "web"),
    ] {
        let read = told("endpoint.parse", dialect, &format!(r#""in":"{}""#, hex::encode(text)));
        assert_eq!(read.pointer(member).unwrap(), value, "{read}");
        let written = told("endpoint.format", dialect, &format!(r#""endpoint":{read}"#));
        let bytes = match (&written["text"], &written["bytes"]) {
            (Value::String(text), Value::Null) => text.as_bytes().to_vec(),
            (Value::Null, Value::String(bytes)) => hex::decode(bytes).unwrap(),
            _ => panic!("{written}"),
        };
        assert_eq!(bytes, text, "{read}");
    }
}

#[test]
fn a_word_is_a_string_or_its_bytes() {
    let pipe = r#""kind":"pipe","server":{"bytes":"2e"}"#;
    for (name, expected) in [
        (r#""x""#, Ok(r"\\.\pipe\x")),
        (r#"{"bytes":"78"}"#, Ok(r"\\.\pipe\x")),
        (r#"{"bytes":"7"}"#, Err("bad-request")),
        (r#"{"text":"x"}"#, Err("bad-request")),
        ("null", Err("bad-request")),
    ] {
        let request = format!(r#"{{"op":"endpoint.format",{pipe},"name":{name}}}"#);
        let told = answer(&request);
        let found =
            told["ok"]["text"].as_str().ok_or_else(|| told["error"]["code"].as_str().unwrap_or(""));
        assert_eq!(found, expected, "{told}");
    }
}

/// Reasons may be left out by others, so that no vector would miss them.
#[test]
fn every_step_of_a_choice_has_its_origin() {
    let told = answer(
        r#"{"op":"client.choose","client":"mariadb-cli","platform":"unix","order":["port"],
            "options":{"port":"0"},"environment":{"MYSQL_TCP_PORT":"3307"},
            "file":{"/etc/my.cnf":"!include /a","/a":"\n[client]\nhost=db.example"}}"#,
    );
    let ok = &told["ok"];
    assert_eq!(ok["endpoints"][0]["port"], 3307, "{told}");
    let reasons = ["host-network", "port-forces-tcp", "port-zero", "port-default", "tcp"];
    assert_eq!(ok["reasons"], serde_json::json!(reasons));
    let origins = [
        serde_json::json!({ "kind": "option-file", "file": "/a", "group": "client", "line": 3 }),
        serde_json::json!({ "kind": "command-line" }),
        serde_json::json!({ "kind": "command-line" }),
        serde_json::json!({ "kind": "environment", "name": "MYSQL_TCP_PORT" }),
        serde_json::json!({ "kind": "built-in" }),
    ];
    assert_eq!(ok["origins"], serde_json::json!(origins));
}

#[test]
fn a_choice_that_does_not_exist_is_unsupported_and_a_malformed_one_refused() {
    let told = |rest: &str| answer(&format!(r#"{{"op":"client.choose",{rest}}}"#));
    for unknown in [
        r#""client":"oracle""#,
        r#""client":"mysql-c","platform":"beos""#,
        r#""client":"mysql-c","options":{"hostaddr":"::1"}"#,
        r#""client":"libpq","options":{"socket":"/x"}"#,
    ] {
        assert!(told(unknown)["unsupported"].is_string(), "{unknown}");
    }
    for malformed in [
        r#""platform":"unix""#,
        r#""client":"mysql-c","options":{"port":3306}"#,
        r#""client":"mysql-c","options":{},"order":["port"]"#,
        r#""client":"mysql-c","file":["[client]"]"#,
        r#""client":"libpq","file":7"#,
    ] {
        assert_eq!(told(malformed)["error"]["code"], "bad-request", "{malformed}");
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
fn meta_data_is_that_of_the_framing_and_one_for_each_payload() {
    let encode = |metas: &str| {
        let framer = r#""framer":{"type":"lines","max":9}"#;
        answer(&format!(r#"{{"op":"frame.encode",{framer},"payloads":["61","62"]{metas}}}"#))
    };
    for metas in ["", r#","metas":null"#, r#","metas":[null,null]"#] {
        assert_eq!(encode(metas)["ok"]["bytes"], "610a620a", "{metas}");
    }
    for metas in [r#","metas":[null]"#, r#","metas":[null,1]"#, r#","metas":[null,{}]"#] {
        assert_eq!(encode(metas)["error"]["code"], "bad-request", "{metas}");
    }
}

#[test]
fn a_preset_is_asked_for_by_name() {
    let decode = |name: &str| {
        let framer = format!(r#"{{"type":"preset","name":"{name}","max":9}}"#);
        answer(&format!(r#"{{"op":"frame.decode","framer":{framer},"in":"00016100"}}"#))
    };
    assert_eq!(decode("dns-tcp")["ok"]["events"][0]["frame"], "61");
    assert_eq!(decode("dns-tcp")["ok"]["events"][1]["need"], 1);
    assert!(decode("morse")["unsupported"].is_string());
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
