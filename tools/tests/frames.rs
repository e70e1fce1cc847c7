//! Frames through the command: the forms of output, what comes back, and outputs that fail.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a test of a program has std
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test may fail

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Command as Process, Stdio};

use assert_cmd::Command;
use serde_json::Value;

/// Exit code, standard output, standard error.
fn run(arguments: &[&str], input: impl Into<Vec<u8>>) -> (i32, Vec<u8>, String) {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("portolan"));
    let output = command.args(arguments).write_stdin(input).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), output.stdout, said)
}

/// The output as text.
fn text(arguments: &[&str], input: impl Into<Vec<u8>>) -> (i32, String, String) {
    let (code, out, err) = run(arguments, input);
    (code, String::from_utf8(out).unwrap(), err)
}

fn fresh_dir(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    path
}

mod forms {
    use super::*;

    #[test]
    fn a_frame_is_a_line_with_what_it_says() {
        let stream = b"\x01\0\0\0A\x09\0\0\x01123456789";
        let (code, out, err) = text(&["deframe", "--framer", "mysql"], &stream[..]);
        assert_eq!((code, err.as_str()), (0, ""));
        assert_eq!(
            out,
            "at 0         wire 5      seq 0    1 bytes  41  |A|\n\
             at 5         wire 13     seq 1    9 bytes\n    \
             0000  31 32 33 34 35 36 37 38  39                       |123456789|\n"
        );
    }

    #[test]
    fn an_error_counts_what_is_whole_before_it() {
        let stream = b"\x01\0\0\0A\x01\0\0\x01A\x01\0\0\x04A";
        let (code, _, err) = text(&["deframe", "--framer", "mysql"], &stream[..]);
        assert_eq!(code, 1);
        assert_eq!(
            err,
            "error: sequence number is not the next (sequence)\n    \
             at byte 13 (frame 3); 2 frames before it are whole; the framing cannot go on\n"
        );
    }

    #[test]
    fn a_bad_frame_that_is_cut_off_is_counted_once() {
        let deframe = ["deframe", "--framer", "lines,max=2,oversize=discard", "--resync"];
        let (_, _, err) = text(&deframe, "a\nbcdefgh");
        assert_eq!(err.matches("(frame 2)").count(), 2, "{err}");
        let (_, _, err) = text(&deframe, "a\nbcdefgh\ncdefgh\n");
        assert!(err.contains("(frame 2)") && err.contains("(frame 3)"), "{err}");
    }

    #[test]
    fn raw_bodies_are_as_they_are() {
        let deframe = ["deframe", "--framer", "length,width=1", "--raw"];
        let stream = b"\x03a\x1b\0\0\x02\xffb";
        assert_eq!(run(&deframe, &stream[..]), (0, b"a\x1b\0\xffb".to_vec(), String::new()));
        let with = [&deframe[..], &["--separator", r"\r\n"]].concat();
        assert_eq!(run(&with, &stream[..]).1, b"a\x1b\0\r\n\r\n\xffb\r\n");
        // What is behind a framing that is over is no body, and is not passed over in silence.
        let chunked = ["deframe", "--framer", "chunked", "--raw"];
        let (code, out, err) = text(&chunked, "1\r\na\r\n0\r\n\r\nmore");
        assert_eq!((code, out.as_str()), (0, "a"));
        assert_eq!(err, "note: the framing is over at byte 11; 4 bytes follow\n");
        assert_eq!(text(&chunked, "1\r\na\r\n0\r\n\r\n").2, "");
    }

    #[test]
    fn a_body_becomes_a_new_file() {
        let dir = fresh_dir("bodies");
        let deframe = ["deframe", "--framer", "netstring", "--dir", dir.to_str().unwrap()];
        let (code, out, err) = text(&deframe, "1:a,0:,2:bc,");
        assert_eq!((code, out.as_str(), err.as_str()), (0, "", ""));
        let mut names: Vec<_> = fs::read_dir(&dir)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["00000001-at-0", "00000002-at-4", "00000003-at-7"]);
        assert_eq!(fs::read(dir.join("00000003-at-7")).unwrap(), b"bc");
        // Nothing is overwritten.
        let (code, _, err) = text(&deframe, "1:z,");
        assert_eq!(code, 1);
        assert!(
            err.contains("00000001-at-0") && err.contains("0 frames have been written"),
            "{err}"
        );
        assert_eq!(fs::read(dir.join("00000001-at-0")).unwrap(), b"a");
    }

    #[cfg(unix)]
    #[test]
    fn no_link_leads_out_of_the_directory() {
        let (dir, outside) = (fresh_dir("links"), fresh_dir("outside"));
        fs::create_dir(&dir).unwrap();
        std::os::unix::fs::symlink(&outside, dir.join("00000001-at-0")).unwrap();
        let deframe = ["deframe", "--framer", "netstring", "--dir", dir.to_str().unwrap()];
        assert_eq!(text(&deframe, "1:a,").0, 1);
        assert!(!outside.exists());
    }

    #[test]
    fn forms_that_exclude_each_other_are_wrong_usage() {
        let deframe = ["deframe", "--framer", "netstring"];
        for further in [
            &["--json", "--raw"][..],
            &["--json", "--dir", "x"],
            &["--raw", "--dir", "x"],
            &["--separator", ","],
            &["--raw", "--separator", r"\q"],
            &["--dir", "/does/not/exist"],
            &["--dir", "/dev/null"],
        ] {
            let (code, out, err) = text(&[&deframe[..], further].concat(), "1:a,");
            assert_eq!((code, out.as_str()), (2, ""), "{further:?}: {err}");
        }
    }

    #[test]
    fn the_events_of_json_go_on_behind_a_bad_frame() {
        let deframe = ["deframe", "--framer", "lines,ending=crlf", "--json"];
        let (code, out, err) = text(&deframe, "a\nb\r\nc\r\n");
        let with = [&deframe[..], &["--resync"]].concat();
        assert_eq!((code, err.as_str()), (1, ""));
        assert_eq!(text(&with, "a\nb\r\nc\r\n").1, out);
        assert!(out.contains("\"bare-lf\"") && out.contains("\"frame\":\"63\""), "{out}");
    }
}

mod payloads {
    use super::*;

    #[test]
    fn payloads_may_end_with_nul() {
        let enframe = ["enframe", "--framer", "length,width=1", "--from", "nul"];
        assert_eq!(run(&enframe, "a\nb\0\0c").1, b"\x03a\nb\0\x01c");
    }

    /// Streams as they are written, and the framings that read them.
    fn streams() -> Vec<(&'static str, Vec<u8>)> {
        let bytes = |text: &str| text.as_bytes().to_vec();
        vec![
            ("amqp", b"\x01\0\x07\0\0\0\x02hi\xce\x08\0\0\0\0\0\0\xce".to_vec()),
            ("capnp", b"\0\0\0\0\x01\0\0\0onesegmt".to_vec()),
            ("chunked", bytes("2\r\nhi\r\n1\r\n!\r\n0\r\n\r\n")),
            ("cobs", b"\x03hi\x01\x01\0".to_vec()),
            ("content-length", bytes("Content-Length: 2\r\n\r\nhi")),
            ("dbus", b"l\x01\0\x01\x02\0\0\0\x01\0\0\0\x05\0\0\0fieldpadhi".to_vec()),
            ("fcgi", b"\x01\x05\0\x09\0\x02\0\0hi\x01\x05\0\x09\0\0\0\0".to_vec()),
            ("giop", b"GIOP\x01\x02\x03\0\x02\0\0\0hiGIOP\x01\x02\x01\x07\x01\0\0\0!".to_vec()),
            ("git-pkt-line", bytes("0006hi000000010002")),
            ("grpc", b"\x01\0\0\0\x02hi\0\0\0\0\0".to_vec()),
            ("http2", b"\0\0\x02\x01\x04\0\0\0\x03hi\0\0\0\x04\x01\0\0\0\0".to_vec()),
            ("length,width=3,endian=little", b"\x02\0\0hi\0\0\0".to_vec()),
            ("mysql", b"\x02\0\0\0hi\0\0\0\x01\x01\0\0\0!".to_vec()),
            ("netstring", bytes("2:hi,0:,")),
            ("postgres", b"Q\0\0\0\x06hiZ\0\0\0\x04".to_vec()),
            ("record-mark", b"\x80\0\0\x02hi\x80\0\0\0".to_vec()),
            ("resp", bytes("*1\r\n$2\r\nhi\r\n+OK\r\n")),
            ("slip", b"h\xdb\xdci\xc0".to_vec()),
            ("tls-record", b"\x16\x03\x03\0\x02hi\x17\x03\x03\0\0".to_vec()),
            ("tlv", b"\x30\x02hi\x04\0".to_vec()),
            ("websocket", b"\x02\x01a\x89\0\x80\x01b\x82\x82\0\0\0\0hi".to_vec()),
        ]
    }

    #[test]
    fn what_deframe_tells_is_framed_again() {
        for (spec, wire) in streams() {
            let (code, events, err) =
                text(&["deframe", "--json", "--framer", spec], wire.as_slice());
            assert_eq!((code, err.as_str()), (0, ""), "{spec}: {events}");
            let enframe = ["enframe", "--from", "json", "--framer", spec];
            assert_eq!(run(&enframe, events), (0, wire, String::new()), "{spec}");
        }
    }

    #[test]
    fn the_parts_of_a_message_are_joined() {
        let record = b"\0\0\0\x02he\x80\0\0\x03llo";
        let (_, events, _) = text(&["deframe", "--json", "--framer", "record-mark"], &record[..]);
        let enframe = ["enframe", "--from", "json", "--framer", "record-mark"];
        assert_eq!(run(&enframe, events.as_str()).1, b"\x80\0\0\x05hello");
        let first = events.lines().next().unwrap();
        let (code, _, err) = text(&enframe, first);
        assert!(code == 1 && err.contains("lacks its last part"), "{err}");
        let short = ["enframe", "--from", "json", "--framer", "record-mark,max=4"];
        let (code, _, err) = text(&short, events);
        assert!(code == 1 && err.contains("line 2: ") && err.contains("payload-too-long"), "{err}");
    }

    #[test]
    fn what_is_no_whole_stream_is_not_framed() {
        let enframe = ["enframe", "--from", "json", "--framer", "netstring"];
        let whole = "{\"frame\":\"61\",\"at\":0,\"wire\":4}\n";
        for (line, rule) in [
            ("{", "not JSON"),
            ("[]", "no object of `deframe --json`"),
            ("{\"frame\":\"6\"}", "`frame` is not hex"),
            ("{\"frame\":\"61\",\"meta\":[]}", "`meta` is no meta data"),
            ("{\"frame\":\"61\",\"meta\":1}", "meta-mismatch"),
            ("{\"frame\":\"61\",\"last\":1}", "`last` is true or false"),
            ("{\"error\":\"checksum\",\"at\":4,\"recovery\":\"resync\"}", "bad frame"),
            ("{\"end\":\"truncated\",\"at\":4}", "ends inside a frame"),
            ("{\"done\":true,\"at\":4,\"rest\":\"61\"}", "bytes of another framing"),
        ] {
            let (code, out, err) = text(&enframe, format!("{whole}{line}\n{whole}"));
            assert_eq!((code, out.as_str()), (1, "1:a,"), "{line}");
            assert!(err.contains("line 2: ") && err.contains(rule), "{line}: {err}");
        }
        let (code, out, _) = text(&[&enframe[..], &["--json"]].concat(), "{}");
        let object: Value = serde_json::from_str(&out).unwrap();
        assert_eq!((code, &object["line"]), (1, &1.into()));
    }
}

mod inside {
    use super::*;

    #[test]
    fn a_bad_frame_says_whose_it_is() {
        let stack = ["deframe", "--framer", "stack(length,width=1,max=8,lines,max=80)"];
        let stream = b"\x04a\nbc\x02d\n\x09more";
        let (code, out, err) = text(&stack, &stream[..]);
        assert_eq!(code, 1);
        assert!(out.contains("at 0 ") && out.contains("at 2 ") && out.contains("|bcd|"), "{out}");
        assert!(err.contains("at byte 8 of the outermost framing; 2 frames before it"), "{err}");
        let (_, out, err) = text(&[&stack[..], &["--json"]].concat(), &stream[..]);
        assert_eq!(err, "");
        assert!(out.contains(r#""at":8,"recovery":"fatal","layer":0}"#), "{out}");
    }

    #[test]
    fn what_is_behind_a_framing_is_told_with_whose_it_is() {
        let outer = ["deframe", "--json", "--framer", "stack(chunked,lines)"];
        let (code, out, _) = text(&outer, "2\r\na\n\r\n0\r\n\r\nmore");
        assert_eq!(code, 0);
        assert!(
            out.ends_with("{\"done\":true,\"at\":12,\"rest\":\"6d6f7265\",\"layer\":0}\n"),
            "{out}"
        );
        let inner = ["deframe", "--json", "--framer", "stack(netstring,chunked)"];
        let (code, out, _) = text(&inner, "9:0\r\n\r\nmore,2:!!,");
        assert_eq!(code, 0);
        assert!(out.ends_with("{\"done\":true,\"at\":5,\"rest\":\"6d6f72652121\"}\n"), "{out}");
    }

    /// More than one read brings; none of it is kept.
    #[test]
    fn what_is_behind_a_framing_inside_another_is_told_as_it_comes() {
        let body = "8:followed,".repeat(30_000);
        let wire = format!("5:0\r\n\r\n,{body}");
        let arguments = ["deframe", "--framer", "stack(netstring,chunked)"];
        let (code, out, _) = text(&arguments, wire.clone());
        assert_eq!(code, 0);
        assert!(out.contains("240000 bytes follow"), "{out}");
        let (_, out, _) = text(&[&arguments[..], &["--json"]].concat(), wire);
        let rest = format!("\"at\":5,\"rest\":\"{}\"}}", "666f6c6c6f776564".repeat(30_000));
        assert!(out.trim_end().ends_with(&rest));
    }

    #[test]
    fn a_framing_behind_another_is_read_and_written() {
        let spec = "then(proxy,netstring)";
        let wire = "PROXY UNKNOWN\r\n2:hi,";
        let (code, events, _) = text(&["deframe", "--json", "--framer", spec], wire);
        assert_eq!(code, 0);
        let back = text(&["enframe", "--from", "json", "--framer", spec], events);
        assert_eq!(back, (0, wire.to_owned(), String::new()));
    }

    #[test]
    fn parts_behind_another_framing_stay_what_they_are() {
        let parts = b"\x01\x02ab\x89\x01p\x80\x02cd".as_slice();
        let behind = [b"PROXY UNKNOWN\r\n", parts].concat();
        let chunks = b"PROXY UNKNOWN\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n";
        for (spec, wire) in [
            ("then(proxy,websocket)", &behind[..]),
            ("detect(proxy,then(proxy,websocket),websocket)", parts),
            ("then(proxy,chunked)", chunks),
            ("chunked,assemble", b"0\r\n\r\n"),
        ] {
            let (code, events, _) = text(&["deframe", "--json", "--framer", spec], wire);
            assert_eq!(code, 0, "{spec}");
            let back = run(&["enframe", "--from", "json", "--framer", spec], events);
            assert_eq!(back, (0, wire.to_vec(), String::new()), "{spec}");
        }
    }

    #[test]
    fn a_frame_behind_chunks_does_not_become_one() {
        let spec = "then(chunked,lines)";
        let wire = "1\r\na\r\n0\r\n\r\nline\n";
        let (_, events, _) = text(&["deframe", "--json", "--framer", spec], wire);
        let (code, out, err) = text(&["enframe", "--from", "json", "--framer", spec], events);
        assert_eq!((code, out.as_str()), (1, "1\r\na\r\n"));
        assert!(err.contains("line 3: a frame behind the end of its framing"), "{err}");
    }
}

mod catalogue {
    use super::*;

    #[test]
    fn every_framer_is_listed_with_what_it_does() {
        let (code, out, err) = text(&["framers", "--json"], "");
        assert_eq!((code, err.as_str()), (0, ""));
        let all: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let (_, shown, _) = text(&["framers"], "");
        assert!(all.len() > 30, "{out}");
        for entry in &all {
            let name = entry["framer"].as_str().unwrap();
            assert!(shown.lines().any(|line| line.split('(').next() == Some(name)), "{name}");
            assert!(shown.contains(&format!(
                "example         {}",
                entry["example"]["framer"].as_str().unwrap()
            )));
        }
    }

    #[test]
    fn one_is_shown_with_its_options_and_an_example() {
        let (code, out, _) = text(&["framers", "netstring"], "");
        assert_eq!(code, 0);
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!(lines[0], "netstring");
        for line in [
            "  max             most bytes of a body: a number; 1M unless given",
            "  example         netstring,max=64K",
            "  payload         68 65 6c 6c 6f                                   |hello|",
            "  wire            35 3a 68 65 6c 6c 6f 2c                          |5:hello,|",
        ] {
            assert!(lines.contains(&line), "{line}: {out}");
        }
        let (code, _, err) = text(&["framers", "nestring"], "");
        assert!(code == 2 && err.contains("netstring"), "{err}");
    }
}

mod outputs {
    use super::*;

    #[test]
    fn a_closed_pipe_is_a_quiet_end() {
        for arguments in [
            &["deframe", "--framer", "lines"][..],
            &["deframe", "--framer", "lines", "--json"],
            &["deframe", "--framer", "lines", "--raw"],
            &["enframe", "--framer", "lines"],
            &["enframe", "--framer", "lines", "--json"],
        ] {
            let mut child = Process::new(assert_cmd::cargo::cargo_bin!("portolan"))
                .args(arguments)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            drop(child.stdout.take());
            let mut stdin = child.stdin.take().unwrap();
            for _ in 0..1_000 {
                if stdin.write_all(&[b'\n'; 1024]).is_err() {
                    break;
                }
            }
            drop(stdin);
            let mut said = String::new();
            child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
            assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""));
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_told_with_the_frames_before_it() {
        for arguments in [
            &["deframe", "--framer", "lines"][..],
            &["deframe", "--framer", "lines", "--json"],
            &["deframe", "--framer", "lines", "--raw", "--separator", r"\n"],
            &["enframe", "--framer", "lines"],
        ] {
            let full = fs::File::create("/dev/full").unwrap();
            let mut child = Process::new(assert_cmd::cargo::cargo_bin!("portolan"))
                .args(arguments)
                .stdin(Stdio::piped())
                .stdout(full)
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let _ = child.stdin.take().unwrap().write_all(b"one\ntwo\n");
            let output = child.wait_with_output().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(1), "{said}");
            assert!(
                said.contains("No space left") && said.contains("0 frames have been"),
                "{said}"
            );
        }
    }

    /// What a terminal is shown, where `script` of util-linux can make one.
    #[cfg(target_os = "linux")]
    fn shown(arguments: &str, input: &[u8]) -> Option<String> {
        let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("shown.bin");
        fs::write(&file, input).unwrap();
        let program = assert_cmd::cargo::cargo_bin!("portolan");
        let command = format!("{} {arguments} {}", program.display(), file.display());
        let output = Process::new("script")
            .args(["-q", "-e", "-c", &command, "/dev/null"])
            .stdin(Stdio::null())
            .output();
        match output {
            Ok(output) => Some(String::from_utf8(output.stdout).unwrap().replace('\r', "")),
            Err(error) => {
                println!("skipped: script: {error}");
                None
            }
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_terminal_is_shown_no_bytes_that_it_obeys() {
        let Some(out) = shown("deframe --framer length,width=1 --raw", b"\x05a\x1b[2J\x01b") else {
            return;
        };
        assert_eq!(out, "a\\u{1b}[2J\nb\n");
        let out = shown("enframe --framer netstring --from whole", b"a\x1b[2J\n").unwrap();
        assert_eq!(out, "6:a\\u{1b}[2J\\n,\n");
        let out = shown("deframe --framer length,width=1", b"\x05a\x1b[2J").unwrap();
        assert!(out.contains("|a.[2J|") && out.contains("\x1b[1m\x1b[32mat 0"), "{out:?}");
    }
}
