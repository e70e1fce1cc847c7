//! Streams through the command: live, cut anywhere, from files and from standard input.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a test of a program has std
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test may fail

use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command as Process, Stdio};
use std::thread::sleep;
use std::time::Duration;

use assert_cmd::Command;
use serde_json::Value;

/// Exit code, standard output, standard error.
fn run(arguments: &[&str], input: impl Into<Vec<u8>>) -> (i32, String, String) {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("portolan"));
    let output = command.args(arguments).write_stdin(input).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn start(arguments: &[&str]) -> Child {
    Process::new(assert_cmd::cargo::cargo_bin!("portolan"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The output where the input comes in pieces that are read one by one.
fn run_in_pieces(arguments: &[&str], pieces: &[&[u8]]) -> String {
    let mut child = start(arguments);
    let mut input = child.stdin.take().unwrap();
    for piece in pieces {
        input.write_all(piece).unwrap();
        sleep(Duration::from_millis(60));
    }
    drop(input);
    let mut output = String::new();
    child.stdout.take().unwrap().read_to_string(&mut output).unwrap();
    child.wait().unwrap();
    output
}

fn objects(output: &str) -> Vec<Value> {
    output.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn events_do_not_depend_on_how_the_pipe_is_cut() {
    let arguments = ["deframe", "--json", "--framer", "lines,max=4,oversize=discard"];
    let (code, whole, _) = run(&arguments, "aaaaaaaaaaaaaaaa\nb\n");
    assert_eq!(code, 1);
    let kinds: Vec<bool> = objects(&whole).iter().map(|event| event["skip"].is_u64()).collect();
    assert_eq!(kinds, [false, true, false, false], "{whole}");
    let pieces: [&[u8]; 5] = [b"aaaaaaaa", b"aaa", b"aaaa", b"a\nb", b"\n"];
    assert_eq!(run_in_pieces(&arguments, &pieces), whole);
}

#[test]
fn json_events_are_those_of_the_driver() {
    let (_, out, _) = run(&["deframe", "--json", "--framer", "length,width=1"], "\x01a\x02b");
    assert_eq!(out, "{\"frame\":\"61\",\"at\":0,\"wire\":2}\n{\"end\":\"truncated\",\"at\":2}\n");
}

/// What has come is shown although the stream goes on.
#[test]
fn frames_are_shown_before_more_is_waited_for() {
    let cases: [(&[&str], &[u8], &str); 4] = [
        (&["deframe", "--framer", "lines"], b"one\n", "at 0"),
        (&["deframe", "--json", "--framer", "lines"], b"one\n", "{\"frame\""),
        (&["enframe", "--framer", "lines,ending=crlf"], b"one\n", "one\r\n"),
        (&["sockaddr", "decode", "--abi", "linux-le"], b"0100\n", "unix-unnamed:"),
    ];
    for (arguments, input, expected) in cases {
        let mut child = start(arguments);
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input).unwrap();
        stdin.flush().unwrap();
        let mut shown = vec![0; expected.len()];
        child.stdout.take().unwrap().read_exact(&mut shown).unwrap();
        assert_eq!(String::from_utf8(shown).unwrap(), expected, "{arguments:?}");
        drop(stdin);
        child.wait().unwrap();
    }
}

#[test]
fn a_dash_is_standard_input_and_a_name_a_file() {
    let payloads = file("payloads.txt", b"one\ntwo\n");
    let wire = file("wire.bin", b"\0\x03one\0\x03two");
    let (payloads, wire) = (payloads.to_str().unwrap(), wire.to_str().unwrap());
    let deframe = |name| {
        run(&["deframe", "--json", "--framer", "length,width=2", name], "\0\x03one\0\x03two")
    };
    assert_eq!(deframe("-"), deframe(wire));
    assert_eq!(deframe("-").0, 0);
    let enframe = |name| run(&["enframe", "--framer", "length,width=2", name], "one\ntwo\n");
    assert_eq!(enframe("-"), (0, "\0\u{3}one\0\u{3}two".to_owned(), String::new()));
    assert_eq!(enframe(payloads), enframe("-"));
    assert_eq!(run(&["enframe", "--framer", "length,width=2", "/does/not/exist"], "").0, 2);
}

#[test]
fn kernel_addresses_are_read_from_lines() {
    let encode = ["sockaddr", "encode", "--json", "--abi", "linux-le"];
    let (code, out, err) = run(&encode, "127.0.0.1:3306\nexample.com:1\n1.2.3:4\nvsock:1:2\n");
    assert_eq!((code, err.as_str()), (1, ""));
    let lines = objects(&out);
    assert_eq!(lines[0]["ok"]["bytes"], "02000cea7f0000010000000000000000");
    assert_eq!(lines[1]["error"]["code"], "not-representable");
    assert_eq!(
        (&lines[2]["error"]["code"], &lines[2]["text"]),
        (&"too-few-octets".into(), &"1.2.3:4".into())
    );
    assert!(lines[3]["ok"].is_object(), "{out}");
    assert_eq!(run(&[&encode[..], &["-"]].concat(), "127.0.0.1:3306\n").0, 0);
    let layout = ["sockaddr", "encode", "--json", "--abi", "freebsd", "vsock:1:2"];
    assert_eq!(objects(&run(&layout, "").1)[0]["error"]["code"], "kind-unsupported");

    let decode = ["sockaddr", "decode", "--abi", "linux-le"];
    let (code, out, err) = run(&decode, "02000cea7f0000010000000000000000\n0x\n0200\n");
    assert_eq!(code, 1);
    assert!(out.contains("127.0.0.1:3306"), "{out}");
    assert!(err.contains("line 2: `0x` is not hex") && err.contains("line 3: "), "{err}");
    let (code, out, _) = run(&[&decode[..], &["--json"]].concat(), "0x\n0200\n");
    let codes: Vec<Value> =
        objects(&out).iter().map(|line| line["error"]["code"].clone()).collect();
    assert_eq!((code, codes), (1, vec!["bad-request".into(), "too-short".into()]));
}

#[test]
fn payloads_that_are_refused_are_objects_in_json() {
    let enframe = ["enframe", "--json", "--framer", "delimiter,any_of=2c"];
    let (code, out, err) = run(&enframe, "a\nb,c\n");
    assert_eq!((code, err.as_str()), (1, ""));
    let lines = objects(&out);
    assert_eq!(lines[0]["bytes"], "612c");
    assert_eq!((&lines[1]["line"], &lines[1]["error"]["at"]), (&2.into(), &1.into()));
    assert_eq!(lines[1]["error"]["code"], "payload-has-delimiter");
    let (code, out, _) = run(&[&enframe[..], &["--from", "hex"]].concat(), "6g\n");
    assert_eq!((code, &objects(&out)[0]["error"]["code"]), (1, &"bad-request".into()));
}

#[test]
fn what_others_have_chosen_reaches_the_terminal_escaped() {
    let hostile = "a\x1b]0;x\x07\r\u{9b}b";
    let lone = format!("--{hostile}");
    let framer = format!("lines,{hostile}=1");
    for arguments in [
        &["deframe", "--framer", &framer][..],
        &["deframe", "--framer", hostile],
        &["deframe", "--framer", "lines", hostile],
        &["enframe", "--framer", "lines", hostile],
        &["sockaddr", "decode", "--abi", hostile, "00"],
        &["sockaddr", "decode", "--abi", "linux-le", "--lenient", hostile, "00"],
        &["sockaddr", "decode", "--abi", "linux-le", hostile],
        &["sockaddr", "encode", "--abi", "linux-le", hostile],
        &["parse", "--dialect", hostile, "1"],
        &["parse", "--default-port", hostile],
        &["conformance", "run", "--vectors", hostile],
        &[hostile],
        &[&lone],
    ] {
        let (code, out, err) = run(arguments, "");
        assert!(code != 0 && !err.is_empty(), "{arguments:?}");
        for text in [out, err] {
            let harmless = |c: char| c == '\n' || !c.is_control();
            assert!(text.chars().all(harmless), "{arguments:?}: {text:?}");
        }
    }
}
