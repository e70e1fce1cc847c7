//! Streams of every framing, with random payloads, and which framing is found in each.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a test of a program has std
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)] // a test may fail

use assert_cmd::Command;
use serde_json::{Value, json};

fn portolan(arguments: &[&str], input: impl Into<Vec<u8>>) -> (i32, Vec<u8>, String) {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("portolan"));
    let output = command.args(arguments).write_stdin(input).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), output.stdout, said)
}

fn guess(stream: &[u8]) -> (i32, Vec<Value>) {
    let (code, out, err) = portolan(&["guess", "--json"], stream);
    assert_eq!(err, "");
    let lines = String::from_utf8(out).unwrap();
    (code, lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// Random numbers that are the same in every run (`SplitMix64`).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.byte()).collect()
    }

    /// Most are short, some are long.
    fn payload(&mut self) -> Vec<u8> {
        let most = [24, 150, 500][self.below(3)];
        let len = 1 + self.below(most);
        self.bytes(len)
    }
}

/// What a frame is to say, by its number.
type Meta = fn(u64, &mut Random) -> Value;
/// A payload of a framing.
type Payload = fn(&mut Random) -> Vec<u8>;

fn no_meta(_: u64, _: &mut Random) -> Value {
    Value::Null
}

fn any(random: &mut Random) -> Vec<u8> {
    random.payload()
}

fn without(random: &mut Random, absent: &[u8]) -> Vec<u8> {
    let mut payload = random.payload();
    payload.retain(|byte| !absent.contains(byte));
    payload
}

/// A byte of length says something only where lengths are alike.
fn short(random: &mut Random) -> Vec<u8> {
    let len = 1 + random.below(24);
    random.bytes(len)
}

/// What ends with a delimiter is known by what it says.
fn text(random: &mut Random) -> Vec<u8> {
    random.payload().iter().map(|byte| b' ' + byte % 95).collect()
}

fn words(random: &mut Random) -> Vec<u8> {
    let len = 8 * (1 + random.below(40));
    random.bytes(len)
}

fn dbus(random: &mut Random) -> Vec<u8> {
    let (fields, body) = (random.below(90), random.payload());
    let mut message = vec![b'l', 1 + random.byte() % 4, random.byte() % 2, 1];
    message.extend(u32::try_from(body.len()).unwrap().to_le_bytes());
    message.extend(random.bytes(4));
    message.extend(u32::try_from(fields).unwrap().to_le_bytes());
    message.extend(random.bytes(fields));
    message.resize(message.len().next_multiple_of(8), 0);
    [message, body].concat()
}

fn giop(random: &mut Random) -> Vec<u8> {
    let body = random.payload();
    let mut message = vec![b'G', b'I', b'O', b'P', 1, 2, 0, random.byte() % 2];
    message.extend(u32::try_from(body.len()).unwrap().to_be_bytes());
    [message, body].concat()
}

fn resp(random: &mut Random) -> Vec<u8> {
    if random.below(4) == 0 {
        return format!(":{}\r\n", random.next()).into_bytes();
    }
    let mut message = b"*2\r\n".to_vec();
    for _ in 0..2 {
        let data = random.payload();
        message.extend(format!("${}\r\n", data.len()).bytes());
        message.extend(data);
        message.extend(b"\r\n");
    }
    message
}

fn tlv(random: &mut Random) -> Vec<u8> {
    let value = random.payload();
    let [high, low] = u16::try_from(value.len()).unwrap().to_be_bytes();
    let mut message = vec![[0x30, 0x04, 0x02][random.below(3)]];
    match value.len() {
        0..128 => message.push(low),
        128..256 => message.extend([0x81, low]),
        _ => message.extend([0x82, high, low]),
    }
    [message, value].concat()
}

/// The sequence numbers of requests and their answers.
fn sequence(number: u64, _: &mut Random) -> Value {
    json!(number % 3)
}

/// Framings, what their payloads are, and what their frames say.
fn framings() -> Vec<(&'static str, Payload, Meta)> {
    vec![
        ("capnp", words, no_meta),
        ("chunked", any, no_meta),
        ("cobs", any, no_meta),
        ("cobs-r", any, no_meta),
        ("content-length", any, no_meta),
        ("dbus", dbus, no_meta),
        ("delimiter,any_of=00", text, no_meta),
        ("fcgi", any, |_, random| json!({ "type": 5 + random.below(2), "request": 1 })),
        ("giop", giop, no_meta),
        ("git-pkt-line", any, no_meta),
        ("hdlc", any, no_meta),
        ("hdlc,fcs=16", any, no_meta),
        ("hdlc,fcs=32", any, no_meta),
        ("length,width=1", short, no_meta),
        ("length,width=2", any, no_meta),
        ("length,width=2,endian=little", any, no_meta),
        ("length,width=2,includes_header", any, no_meta),
        ("length,width=3", any, no_meta),
        ("length,width=4", any, no_meta),
        ("length,width=4,endian=little", any, no_meta),
        ("length,width=4,endian=little,includes_header", any, no_meta),
        ("length,width=8,endian=little", any, no_meta),
        ("lines,ending=crlf", |random| without(random, b"\r\n"), no_meta),
        ("lines,ending=lf", text, no_meta),
        ("mysql", any, sequence),
        ("mysql-compressed", any, sequence),
        ("netstring", any, no_meta),
        ("octet-counting", any, no_meta),
        ("amqp", any, |_, random| json!({ "type": 3, "channel": random.below(3) })),
        ("dns-tcp", any, no_meta),
        ("grpc", any, |_, random| json!(random.below(2))),
        (
            "http2",
            any,
            |_, random| json!({ "type": random.below(2), "flags": 4, "stream": 1 + 2 * random.below(9) }),
        ),
        ("kafka", any, no_meta),
        ("modbus-tcp", any, no_meta),
        ("postgres", any, |_, random| json!(b"QDTZC"[random.below(5)])),
        ("tls-record", any, |_, random| json!(22 + random.below(2))),
        ("tpkt", |random| [random.bytes(3), random.payload()].concat(), no_meta),
        ("record-mark", any, no_meta),
        ("resp", resp, no_meta),
        ("slip", any, no_meta),
        ("tlv", tlv, no_meta),
        ("varint,encoding=leb128", any, no_meta),
        ("varint,encoding=quic", any, no_meta),
        ("websocket", any, |_, random| {
            let mask = random.bytes(4).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
            json!({ "fin": true, "opcode": 1 + random.below(2), "mask": mask })
        }),
    ]
}

/// A stream of so many frames.
fn stream(spec: &str, payload: Payload, meta: Meta, frames: u64, seed: u64) -> Vec<u8> {
    let mut random = Random(seed);
    let mut events = String::new();
    for number in 0..frames {
        let body: String = payload(&mut random).iter().map(|byte| format!("{byte:02x}")).collect();
        let meta = meta(number, &mut random);
        events.push_str(&format!("{}\n", json!({ "frame": body, "meta": meta })));
    }
    let enframe = ["enframe", "--from", "json", "--framer", spec];
    let (code, wire, err) = portolan(&enframe, events);
    assert_eq!((code, err.as_str()), (0, ""), "{spec}");
    wire
}

/// The first of what is found, and what cuts alike.
fn names(found: &Value) -> Vec<&str> {
    let alike = found["alike"].as_array().into_iter().flatten();
    std::iter::once(&found["framer"]).chain(alike).map(|name| name.as_str().unwrap()).collect()
}

#[test]
fn the_framing_of_a_stream_is_found() {
    // These say no more than their length, which is what is found.
    let are_lengths = ["dns-tcp", "kafka"];
    for ((spec, payload, meta), seed) in framings().into_iter().zip(1..) {
        let wire = stream(spec, payload, meta, 60, seed);
        let (code, found) = guess(&wire);
        assert_eq!(code, 0, "{spec}");
        let names = names(&found[0]);
        if are_lengths.contains(&spec) {
            assert!(names.contains(&spec), "{spec}: {names:?}");
        } else {
            assert_eq!(names[0], spec, "{found:#?}");
        }
        assert_eq!(found[0]["frames"], if spec == "chunked" { 61 } else { 60 }, "{spec}");
        assert_eq!((&found[0]["framed"], &found[0]["end"]), (&wire.len().into(), &"clean".into()));
    }
}

/// A capture ends where it ends.
#[test]
fn a_stream_that_is_cut_off_is_found_too() {
    for ((spec, payload, meta), seed) in framings().into_iter().zip(100..).step_by(7) {
        let mut wire = stream(spec, payload, meta, 60, seed);
        wire.truncate(wire.len() * 7 / 8);
        let (_, found) = guess(&wire);
        assert!(names(&found[0]).contains(&spec), "{spec}: {found:#?}");
        assert_eq!(found[0]["end"], "truncated", "{spec}");
    }
}

/// A header before the framing is told with it, and counted.
#[test]
fn what_opens_a_stream_is_seen() {
    let wire = stream("netstring", any, no_meta, 20, 3);
    for (opening, framer) in [
        ("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n", "then(proxy,netstring)"),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "after(1,fixed,len=24,netstring)"),
    ] {
        let whole = [opening.as_bytes(), &wire].concat();
        let (code, found) = guess(&whole);
        assert_eq!((code, &found[0]["framer"]), (0, &framer.into()));
        assert_eq!((&found[0]["frames"], &found[0]["framed"]), (&21.into(), &whole.len().into()));
        let (_, out, _) = portolan(&["guess", "--json", "--all"], whole);
        let lines = String::from_utf8(out).unwrap();
        let failed = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let failed = failed.filter(|trial| trial["at"].as_u64().is_some());
        assert!(
            failed.map(|trial| trial["at"].as_u64().unwrap()).min().unwrap()
                >= opening.len() as u64
        );
    }
    let (code, found) = guess(b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n");
    assert_eq!((code, &found[0]["framer"]), (0, &"proxy".into()));
}

/// What is behind the first MiB would say nothing new, and is not read.
#[test]
fn a_mebibyte_is_read_and_what_is_behind_a_framing_is_counted() {
    let wire = stream("netstring", any, no_meta, 60, 4).repeat(200);
    assert!(wire.len() > 1 << 20);
    let (code, found) = guess(&wire);
    assert_eq!((code, &found[0]["framer"]), (0, &"netstring".into()));
    assert_eq!((&found[0]["end"], &found[0]["bytes"]), (&"unread".into(), &(1 << 20).into()));
    let body = stream("chunked", any, no_meta, 20, 5);
    let (code, found) = guess(&[&body[..], b"HTTP/1.1 200 OK\r\n\r\n"].concat());
    assert_eq!((code, &found[0]["framer"], &found[0]["rest"]), (0, &"chunked".into(), &19.into()));
}

#[test]
fn random_bytes_have_no_framing() {
    for seed in 0..16 {
        let mut random = Random(seed);
        let len = [40, 1_000, 20_000][random.below(3)];
        let (code, found) = guess(&random.bytes(len));
        assert_eq!(code, 1, "{found:#?}");
        // Where each of the nearest disagrees is told.
        assert!(found.iter().all(|trial| trial.get("bits").is_none()), "{found:#?}");
    }
}

#[test]
fn an_empty_stream_is_said_to_be_one() {
    for arguments in [&["guess"][..], &["guess", "--json"]] {
        let (code, out, err) = portolan(arguments, "");
        assert_eq!((code, out), (1, Vec::new()));
        assert!(err.contains("the stream is empty"), "{err}");
    }
}

#[test]
fn what_everything_divides_is_no_evidence() {
    for stream in [
        vec![0; 10_000],
        vec![1; 10_000],
        vec![b'\n'; 10_000],
        vec![0x7e; 10_000],
        vec![0xc0; 10_000],
        b"ab".repeat(5_000),
        b"abc\0".repeat(3),
        b"\0\x01\x02\x03\x04\x05\x06\x07\x08\x09".repeat(500),
        b"x".to_vec(),
    ] {
        let (code, found) = guess(&stream);
        assert_eq!(code, 1, "{found:#?}");
    }
}

#[test]
fn text_is_lines() {
    let text = include_str!("../../README.md");
    let (code, found) = guess(text.as_bytes());
    assert_eq!((code, &found[0]["framer"]), (0, &"lines,ending=lf".into()), "{found:#?}");
    let (_, found) = guess(text.replace('\n', "\r\n").as_bytes());
    assert_eq!(found[0]["framer"], "lines,ending=crlf", "{found:#?}");
}

#[test]
fn a_person_is_told_what_speaks_for_it() {
    let wire = stream("mysql", any, sequence, 60, 7);
    let (code, out, err) = portolan(&["guess"], wire.as_slice());
    let out = String::from_utf8(out).unwrap();
    assert_eq!((code, err.as_str()), (0, ""));
    let out = out.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        " bits mysql 60 frames in 100.0 % of the bytes; the last ends with the last byte; payloads",
        "checked: lengths, sequence numbers; cut alike by length,width=3,endian=little,header=4",
        "n bits: bytes drawn at random, as often as here, would be cut so one time in 2^n",
    ] {
        assert!(out.contains(part), "{out}");
    }
    let (code, out, _) = portolan(&["guess"], &b"GET / HTTP/1.1 and no more"[..]);
    let out = String::from_utf8(out).unwrap();
    assert_eq!(code, 1);
    assert!(out.starts_with("nothing divides it cleanly\n"), "{out}");
    assert!(out.contains(" at byte ") && out.contains("      no       "), "{out}");
    assert_eq!(portolan(&["guess", "/does/not/exist"], "").0, 2);
}

#[test]
fn every_framing_that_fails_says_where() {
    let (code, out, _) = portolan(&["guess", "--all", "--json"], &b"3:abc,2:de;"[..]);
    assert_eq!(code, 1);
    let lines = String::from_utf8(out).unwrap();
    let all: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(all.len() > 500, "{}", all.len());
    let netstring = all.iter().find(|trial| trial["framer"] == "netstring").unwrap();
    assert_eq!(
        (&netstring["error"], &netstring["at"], &netstring["frames"], &netstring["framed"]),
        (&"expected-byte".into(), &10.into(), &1.into(), &6.into())
    );
}
