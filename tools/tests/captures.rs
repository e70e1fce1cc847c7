//! Capture files through the command, and against `tshark` where that is installed.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a test of a program has std
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test may fail
#![allow(clippy::cast_possible_truncation, clippy::arithmetic_side_effects)] // likewise

#[path = "../src/deframe/capture/testing.rs"]
mod testing;

use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Command as Process, Stdio};

use assert_cmd::Command;
use portolan_conformance::hex;
use serde_json::{Value, json};

use testing::{
    ACK, CLIENT, FIN, LITTLE, RST, SERVER, SYN, cut, ethernet, ethernet_pcap, interface, ipv4,
    pcap, section, to_client, to_server, udp, written,
};

/// Exit code, standard output, standard error.
fn run(arguments: &[&str], input: &[u8]) -> (i32, String, String) {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("portolan"));
    let output = command.args(arguments).write_stdin(input).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn lines(input: &[u8], more: &[&str]) -> (i32, String, String) {
    run(&[&["deframe", "--framer", "lines"], more].concat(), input)
}

fn objects(input: &[u8], more: &[&str]) -> (i32, Vec<Value>) {
    let (code, out, err) = lines(input, &[&["--json"], more].concat());
    assert_eq!(err, "");
    (code, out.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn conversation() -> Vec<Vec<u8>> {
    vec![
        to_server(99, SYN, b""),
        to_client(499, SYN | ACK, b""),
        to_server(104, ACK, b"again, please\n"),
        to_server(100, ACK, b"ask\n"),
        to_client(500, ACK, b"an\x1b[2J\n"),
        to_client(507, ACK | FIN, b""),
        to_server(118, ACK | FIN, b""),
    ]
}

#[test]
fn frames_are_shown_with_their_endpoints() {
    let (code, out, err) = lines(&ethernet_pcap(&conversation()), &[]);
    assert_eq!((code, err.as_str()), (0, ""));
    let client = "192.0.2.1:40000 → 192.0.2.2:7";
    let server = "192.0.2.2:7 → 192.0.2.1:40000";
    let expected = [
        format!("0.003000  1>  {client}  at 0  wire 4  3 bytes  61 73 6b  |ask|"),
        format!("0.003000  1>  {client}  at 4  wire 14  13 bytes"),
        "    0000  61 67 61 69 6e 2c 20 70  6c 65 61 73 65           |again, please|".to_owned(),
        format!("0.004000  1<  {server}  at 0  wire 7  6 bytes  61 6e 1b 5b 32 4a  |an.[2J|"),
        format!("0.005000  1<  {server}  at 7  ends (FIN)"),
        format!("0.006000  1>  {client}  at 18  ends (FIN)"),
    ];
    assert_eq!(out.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn events_are_those_of_the_driver_with_addresses_stream_and_time() {
    let (code, events) = objects(&ethernet_pcap(&conversation()), &[]);
    assert_eq!(code, 0);
    let source = json!({ "kind": "inet4", "ip": "c0000201", "port": 40_000 });
    let destination = json!({ "kind": "inet4", "ip": "c0000202", "port": 7 });
    let at = |mut event: Value, time: f64| {
        event["stream"] = json!(1);
        event["direction"] = json!("forward");
        (event["source"], event["destination"]) = (source.clone(), destination.clone());
        event["time"] = json!(time);
        event
    };
    assert_eq!(events[0], at(json!({ "begin": "syn" }), 0.002));
    assert_eq!(events[1], at(json!({ "frame": "61736b", "at": 0, "wire": 4 }), 0.003));
    assert_eq!(events[7], at(json!({ "end": "clean" }), 0.006));
    let closed = json!({ "closed": "fin", "at": 18, "retransmitted": 0, "before": 0, "behind": 0 });
    assert_eq!(events[8], at(closed, 0.006));
    assert_eq!(events[9], json!({ "capture": { "packets": 7, "streams": 1 } }));
    assert_eq!((&events[4]["direction"], &events[4]["source"]), (&json!("backward"), &destination));
    assert_eq!(events.len(), 10);
}

#[test]
fn a_capture_is_known_by_its_first_bytes_from_a_file_and_from_a_pipe() {
    let classic = ethernet_pcap(&conversation());
    let path = file("conversation.pcap", &classic);
    let from_file = lines(b"", &[path.to_str().unwrap()]);
    assert_eq!(lines(&classic, &["-"]), from_file);
    assert_eq!(lines(&classic, &["--pcap", "yes"]), from_file);
    // As a stream it is one line, and the rest.
    let (_, out, _) = lines(&classic, &["--pcap", "no"]);
    let words: Vec<_> = out.split_whitespace().take(4).collect();
    assert_eq!(words, ["at", "0", "wire", "248"], "{out}");
    let (code, out, err) = lines(b"text\n", &["--pcap", "yes"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("not-a-capture") && err.contains("byte 0"), "{err}");
    assert_eq!(lines(b"\n\r\r\n", &[]).0, 0, "lines that begin as pcapng does");
    let (code, _, err) = lines(b"text\n", &["--port", "7"]);
    assert_eq!(code, 2, "{err}");
    for wrong in [["--max-held", "-1"], ["--max-streams", "many"], ["--transport", "sctp"]] {
        assert_eq!(lines(&classic, &wrong).0, 2, "{wrong:?}");
    }
}

#[test]
fn a_bad_frame_ends_the_reading_of_its_stream_alone_unless_told_otherwise() {
    let packets = [
        to_server(99, SYN, b""),
        to_client(499, SYN | ACK, b""),
        to_server(100, ACK, b"one\r\ntw\no\r\n"),
        to_client(500, ACK, b"yes\r\n"),
        to_server(111, ACK | FIN, b"three\r\n"),
    ];
    let capture = ethernet_pcap(&packets);
    let crlf = |more: &[&str]| {
        run(&[&["deframe", "--framer", "lines,ending=crlf"], more].concat(), &capture)
    };
    let shown = |out: &str, body: &str| out.contains(&format!("|{body}|"));
    let (code, out, err) = crlf(&[]);
    assert_eq!(code, 1);
    assert!(err.contains("(bare-lf)") && err.contains("`--resync` goes on"), "{err}");
    assert!(shown(&out, "one") && shown(&out, "yes") && !shown(&out, "three"), "{out}");
    let (code, out, err) = crlf(&["--resync"]);
    assert_eq!(code, 1);
    assert!(err.contains("going on with the next frame"), "{err}");
    assert!(shown(&out, "one") && shown(&out, "yes") && shown(&out, "three"), "{out}");
    assert!(crlf(&["--json"]).1.contains(r#""frame":"7468726565""#));
}

#[test]
fn frames_inside_frames_say_what_they_say_and_whose_a_broken_rule_is() {
    let record = b"\x17\x03\x03\x00\x06\x02\0\0\x01hi";
    let stream = [&record[..], b"\x16\x03\x03\xff\xff"].concat();
    let capture = ethernet_pcap(&[to_server(99, SYN, b""), to_server(100, ACK, &stream)]);
    let framer = "stack(tls-record,max=16K,mysql,max=16M)";
    let (code, out, err) = run(&["deframe", "--framer", framer], &capture);
    assert_eq!(code, 1);
    assert!(out.contains("seq 1"), "{out}");
    assert!(err.contains("(too-long) of the outermost framing"), "{err}");
    let (_, out, _) = run(&["deframe", "--json", "--framer", framer], &capture);
    assert!(out.contains(r#""layer":0"#), "{out}");
}

#[test]
fn behind_a_framing_inside_another_is_what_that_one_finds() {
    let segments = [&b"9:0\r\n\r\nmore,"[..], b"2:!", b"!,"];
    let mut packets = vec![to_server(99, SYN, b"")];
    let mut sequence = 100;
    for bytes in segments {
        packets.push(to_server(sequence, ACK, bytes));
        sequence += u32::try_from(bytes.len()).unwrap();
    }
    packets.push(to_server(sequence, ACK | FIN, b""));
    let framer = "stack(netstring,chunked)";
    let (code, out, _) = run(&["deframe", "--json", "--framer", framer], &ethernet_pcap(&packets));
    assert_eq!(code, 0, "{out}");
    let lines: Vec<&str> = out.lines().collect();
    assert!(lines[2].starts_with(r#"{"done":true,"at":5,"rest":"6d6f7265""#), "{out}");
    assert!(lines[3].starts_with(r#"{"rest":"2121","at":9"#), "{out}");
    assert!(lines[4].starts_with(r#"{"closed":"fin""#), "{out}");
}

#[test]
fn the_bodies_of_a_capture_are_not_written_as_one_stream() {
    let classic = ethernet_pcap(&conversation());
    for more in [&["--raw"][..], &["--dir", "no-such-directory"]] {
        let (code, out, err) = lines(&classic, more);
        assert_eq!((code, out.as_str()), (2, ""), "{more:?}");
        assert!(err.contains("`--pcap no` reads it as a stream"), "{err}");
    }
}

/// As from `tcpdump -w -`: what has come is shown although the capture goes on.
#[test]
fn a_live_capture_is_shown_as_it_comes() {
    let mut child = Process::new(assert_cmd::cargo::cargo_bin!("portolan"))
        .args(["deframe", "--framer", "lines", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let packets = [to_server(99, SYN, b""), to_server(100, ACK, b"ask\n")];
    input.write_all(&ethernet_pcap(&packets)).unwrap();
    input.flush().unwrap();
    let mut begin = [0; 14];
    child.stdout.as_mut().unwrap().read_exact(&mut begin).unwrap();
    assert_eq!(&begin, b"{\"begin\":\"syn\"");
    drop(input);
    let mut rest = String::new();
    child.stdout.take().unwrap().read_to_string(&mut rest).unwrap();
    assert!(rest.contains("\"frame\":\"61736b\""), "{rest}");
    assert!(child.wait().unwrap().success());
}

#[test]
fn errors_and_ends_are_told_with_the_stream() {
    let packets = [
        to_server(100, ACK, b"ok\n"),
        to_client(499, SYN | ACK, b""),
        to_client(500, ACK, b"one\ntwo"),
        to_client(503, ACK, b"\nTWO"),
        to_client(600, ACK, b"lost"),
        to_client(604, ACK | FIN, b""),
        to_server(103, ACK | RST, b""),
    ];
    let (code, out, err) = lines(&ethernet_pcap(&packets), &[]);
    assert_eq!(code, 1);
    assert!(out.contains("1>  192.0.2.1:40000 → 192.0.2.2:7  its beginning was not captured"));
    assert!(out.contains("1>  192.0.2.1:40000 → 192.0.2.2:7  at 3  ends (RST)"), "{out}");
    assert!(out.contains("at 7  is not read on; 4 bytes came again"), "{out}");
    let server = "1<  192.0.2.2:7 → 192.0.2.1:40000  ";
    let expected = [
        format!("error: 0.003000  {server}bytes came again and were others (overlap-differs)"),
        "    at byte 4, in packet 4; 1 frame before it is whole; the first are taken".to_owned(),
        format!("error: 0.006000  {server}93 bytes never came (gap)"),
        "    at byte 7, in packet 7; 1 frame before it is whole; 4 bytes behind are not read"
            .to_owned(),
    ];
    assert_eq!(err.lines().collect::<Vec<_>>(), expected);

    let truncated = [to_server(99, SYN, b""), to_server(100, ACK | FIN, b"\0\x05abc")];
    let framer = ["deframe", "--framer", "length,width=2"];
    let (code, _, err) = run(&framer, &ethernet_pcap(&truncated));
    assert_eq!(code, 1);
    assert!(err.contains("1>  192.0.2.1:40000") && err.contains("(truncated)"), "{err}");
    let open = [to_server(99, SYN, b""), to_server(100, ACK, b"\0\x05abc")];
    let (code, out, err) = run(&framer, &ethernet_pcap(&open));
    assert_eq!((code, err.as_str()), (0, ""), "what goes on is not truncated");
    assert!(out.contains("goes on where the capture ends; 2 bytes or more are wanted"), "{out}");
}

#[test]
fn a_capture_that_is_cut_shows_what_is_whole() {
    let classic = ethernet_pcap(&conversation());
    let (code, out, err) = lines(&classic[..classic.len() - 1], &[]);
    assert_eq!(code, 1);
    assert!(out.contains("|ask|") && out.contains("at 7  ends (FIN)"), "{out}");
    assert!(out.contains("goes on where the capture ends"), "{out}");
    assert!(err.contains("capture-truncated") && err.contains("6 packets before it"), "{err}");
    let (code, events) = objects(&classic[..classic.len() - 1], &[]);
    let error = &events[events.len() - 2];
    assert_eq!((code, &error["error"]), (1, &json!("capture-truncated")));
    assert_eq!(error["at"], json!(classic.len() - 16 - 54));
}

#[test]
fn what_is_in_no_stream_is_said() {
    let fragment = ethernet(&[], 0x0800, &ipv4(CLIENT, SERVER, 6, 0x2000, &[0; 24]));
    let datagram = ethernet(&[], 0x0800, &ipv4(CLIENT, SERVER, 17, 0, &udp(53, 53, b"query\n")));
    let packets = [
        written(0, to_server(99, SYN, b"")),
        cut(written(1, to_server(100, ACK, b"ask\n")), 56),
        cut(written(2, to_server(100, ACK, b"ask\n")), 40),
        written(3, fragment),
        written(4, datagram),
        written(5, ethernet(&[], 0x0806, &[0; 28])),
        written(6, ethernet(&[], 0x0800, b"\x41")),
    ];
    let classic = pcap(LITTLE, 0xa1b2_c3d4, 1, &packets);
    let (code, out, err) = lines(&classic, &[]);
    assert_eq!(code, 1);
    assert!(out.contains("at 2  is not read on"), "{out}");
    for said in [
        "2 bytes never came (gap)",
        "error: 1 packet with headers that are none; the first is packet 7: ",
        "error: 1 packet cut inside the headers by the capture; the first is packet 3",
        "error: 1 packet with a fragment of IP, and fragments are not put together; the first",
        "note: 1 packet cut short by the capture; the first is packet 2",
        "note: 1 packet of UDP, which --transport leaves out; the first is packet 5",
        "note: 1 packet of neither TCP nor UDP; the first is packet 6",
    ] {
        assert!(err.contains(said), "{said}: {err}");
    }
    let (_, events) = objects(&classic, &["--transport", "udp"]);
    assert_eq!(events[0]["frame"], "7175657279");
    assert_eq!((&events[1]["end"], &events[2]["closed"]), (&json!("clean"), &json!("datagram")));
    let mut counts = json!({ "packets": 7, "streams": 1, "tcp": 3, "other": 1 });
    (counts["malformed"], counts["headers_cut"]) = (json!(1), json!(1));
    assert_eq!(events[3], json!({ "capture": counts }));
    let (_, out, _) = lines(&classic, &["--transport", "both", "--port", "53"]);
    assert!(out.contains("192.0.2.1:53 → 192.0.2.2:53  at 0") && !out.contains(":7"), "{out}");

    let other = [section(LITTLE), interface(LITTLE, 147, 0, &[])].concat();
    let other = [other, testing::enhanced(LITTLE, 0, 0, b"x", 1)].concat();
    let (code, out, err) = lines(&other, &[]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("link layer that is not read; the first is packet 1: link type 147"));
    assert!(err.contains("1 packet, no stream"), "{err}");
}

#[test]
fn limits_are_said_when_they_are_hit() {
    let mut packets = vec![to_server(99, SYN, b"")];
    packets.extend((0..9).map(|round| to_server(101 + round * 4, ACK, b"abcd")));
    let (code, _, err) = lines(&ethernet_pcap(&packets), &["--max-held", "256"]);
    assert_eq!(code, 1);
    assert!(err.contains("1 byte had not come when too many waited for them"), "{err}");
    let (code, _, err) = lines(&ethernet_pcap(&packets), &["--max-streams", "0"]);
    assert_eq!(code, 1);
    assert!(err.contains("10 packets of connections beyond --max-streams, not read"), "{err}");
}

/// The bytes that `tshark` finds in each direction of the connections of a capture.
fn followed(path: &str, connections: usize) -> Option<Vec<[Vec<u8>; 2]>> {
    let mut process = Process::new("tshark");
    process.args(["-r", path, "-q"]);
    for stream in 0..connections {
        process.args(["-z", &format!("follow,tcp,raw,{stream}")]);
    }
    let output = process.output().ok()?;
    let mut streams = vec![[Vec::new(), Vec::new()]; connections];
    let mut stream = None;
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        if let Some(number) = line.strip_prefix("Filter: tcp.stream eq ") {
            stream = (0..connections).find(|stream| stream.to_string() == number);
        }
        let is_backward = line.starts_with('\t');
        if let (Some(stream), Some(bytes)) = (stream, hex::decode(line.trim_start())) {
            streams[stream][usize::from(is_backward)].extend(bytes);
        }
    }
    Some(streams)
}

/// Many connections, each mixed, repeated and cut otherwise.
fn mixed() -> Vec<Vec<u8>> {
    let mut packets = Vec::new();
    let mut random = 0x2545_f491_u32;
    let mut next = move |below: u32| {
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        random % below
    };
    for connection in 0..20_u16 {
        let first = next(u32::MAX);
        let segment = |number: u32, flags, payload: &[u8]| {
            let segment = testing::tcp(1000 + connection, 7, number, flags, payload);
            ethernet(&[], 0x0800, &ipv4(CLIENT, SERVER, 6, 0, &segment))
        };
        packets.push(segment(first.wrapping_sub(1), SYN, b""));
        let bytes: Vec<u8> = (0..1000).map(|_| next(256) as u8).collect();
        let (mut pieces, mut at) = (Vec::new(), 0);
        while at < bytes.len() {
            let end = bytes.len().min(at + 1 + next(90) as usize);
            pieces.push((at, end));
            if next(4) == 0 {
                pieces.push((at.saturating_sub(next(20) as usize), end));
            }
            at = end;
        }
        for index in 1..pieces.len() {
            pieces.swap(index, index.saturating_sub(next(3) as usize));
        }
        for (begin, end) in pieces {
            packets.push(segment(first.wrapping_add(begin as u32), ACK, &bytes[begin..end]));
        }
        packets.push(segment(first.wrapping_add(1000), ACK | FIN, b""));
    }
    packets
}

#[test]
fn the_bytes_are_those_that_tshark_finds() {
    let path = file("mixed.pcap", &ethernet_pcap(&mixed()));
    let path = path.to_str().unwrap();
    let Some(expected) = followed(path, 20) else {
        println!("skipped: tshark is not on this machine (Debian package tshark)");
        return;
    };
    let framer = ["deframe", "--json", "--framer", "fixed,len=1", path];
    let (code, out, err) = run(&framer, b"");
    assert_eq!((code, err.as_str()), (0, ""));
    let mut streams = vec![[Vec::new(), Vec::new()]; 20];
    for line in out.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        if let Some(frame) = event["frame"].as_str() {
            let stream = event["stream"].as_u64().unwrap() as usize - 1;
            let direction = usize::from(event["direction"] == "backward");
            streams[stream][direction].extend(hex::decode(frame).unwrap());
        }
    }
    assert!(streams == expected, "streams differ");
    assert!(streams.iter().all(|[forward, _]| forward.len() == 1000));
}
