//! The command as a user meets it: answers, refusals, exit codes, pipes.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a test of a program has std
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test may fail
#![allow(clippy::indexing_slicing)] // likewise; and a JSON value answers with null

use std::io::{Read as _, Write as _};
use std::process::{Command as Process, Stdio};

use assert_cmd::Command;

fn portolan(arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("portolan"));
    command.args(arguments).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    command
}

/// Exit code, standard output, standard error.
fn run(arguments: &[&str], input: impl Into<Vec<u8>>) -> (i32, String, String) {
    let output = portolan(arguments).write_stdin(input).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

mod explain {
    use super::*;

    #[test]
    fn a_leading_zero_has_three_readings() {
        let (code, out, err) = run(&["explain", "010.0.0.1"], "");
        assert_eq!((code, err.as_str()), (0, ""));
        assert!(out.contains("ambiguous"), "{out}");
        let line = |start: &str| {
            out.lines()
                .find(|line| line.trim_start_matches(['!', ' ']).starts_with(start))
                .unwrap_or_else(|| panic!("{start}: {out}"))
        };
        for dialect in ["aton", "aton-glibc", "gai-numeric"] {
            assert!(line("8.0.0.1").contains(dialect), "{out}");
        }
        assert!(line("10.0.0.1").contains("aton-decimal"), "{out}");
        for dialect in ["strict", "core-net", "netip", "pton"] {
            assert!(line("refused").contains(dialect), "{out}");
        }
        assert!(out.contains("octet has a leading zero at byte 0"), "{out}");
        assert!(out.contains("\n    ^^^ "), "{out}");
    }

    #[test]
    fn an_escaped_zone_is_read_literally() {
        let (code, out, _) = run(&["explain", "[fe80::1%25eth0]:80"], "");
        assert_eq!(code, 0);
        assert!(out.contains("[fe80::1%25eth0]:80"), "{out}");
        assert!(out.lines().any(|line| line.contains("strict") && line.contains("netip")), "{out}");
    }

    #[test]
    fn a_bare_address_is_told_apart_from_a_refusal() {
        let (_, out, _) = run(&["explain", "fe80::1%25eth0"], "");
        assert!(out.contains("strict*") && out.contains("netip*"), "{out}");
        assert!(out.contains("* takes the bare address"), "{out}");
        assert!(!out.contains("! reaches"), "one reading is no danger: {out}");
    }

    #[test]
    fn json_is_the_answer_of_the_driver() {
        let (code, out, _) = run(&["explain", "--json", "127.1", "127.0.0.1"], "");
        assert_eq!(code, 0);
        let lines: Vec<serde_json::Value> =
            out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0]["text"], "127.1");
        assert_eq!(lines[0]["readings"][0]["error"]["code"], "too-few-octets");
        assert_eq!(lines[1]["ambiguous"], false);
    }

    #[test]
    fn control_bytes_do_not_reach_the_terminal() {
        let (_, out, _) = run(&["explain"], &b"a\x1b[2Jb\r\n"[..]);
        assert!(!out.contains('\x1b') && !out.contains('\r'), "{out:?}");
    }
}

mod parse {
    use super::*;

    #[test]
    fn prints_the_canonical_text() {
        let (code, out, err) =
            run(&["parse", "[FE80:0:0::1%eth0]:80", "@x", "//./pipe/MySQL", "example.com"], "");
        assert_eq!((code, err.as_str()), (0, ""));
        assert_eq!(out, "[fe80::1%eth0]:80\nunix-abstract:x\n\\\\.\\pipe\\MySQL\nexample.com\n");
    }

    #[test]
    fn a_refusal_names_line_rule_and_byte_and_the_rest_goes_on() {
        let (code, out, err) = run(&["parse"], "127.0.0.1:80\n[fe80::1%eth0:80\n192.0.2.1\n");
        assert_eq!((code, out.as_str()), (1, "127.0.0.1:80\n192.0.2.1\n"));
        assert!(
            err.contains("line 2") && err.contains("bracket-unclosed") && err.contains("byte 16"),
            "{err}"
        );
    }

    #[test]
    fn a_dialect_is_chosen_by_name() {
        assert_eq!(run(&["parse", "--dialect", "aton", "0x7f.1"], "").1, "127.0.0.1\n");
        let (code, _, err) = run(&["parse", "--dialect", "latin", "1"], "");
        assert_eq!(code, 2);
        assert!(err.contains("aton-glibc"), "the known names are listed: {err}");
    }

    #[test]
    fn a_hint_names_who_would_read_it() {
        let (code, _, err) = run(&["parse", "127.1"], "");
        assert_eq!(code, 1);
        assert!(err.contains("aton reads 127.0.0.1"), "{err}");
    }
}

mod convert {
    use super::*;

    #[test]
    fn a_text_is_said_in_another_dialect_and_losses_are_named() {
        let to = |to, text| run(&["convert", "--from", "strict", "--to", to, text], "");
        assert_eq!(to("netip", "[fe80::1%eth0]:80"), (0, "[fe80::1%eth0]:80\n".into(), "".into()));
        let (code, out, err) = to("pton", "[fe80::1%eth0]");
        assert_eq!((code, out.as_str()), (0, "fe80::1\n"));
        assert!(err.contains("zone-dropped"), "{err}");
        let (code, out, err) = to("core-net", "unix:/run/x");
        assert_eq!((code, out.as_str()), (1, ""));
        assert!(err.contains("core-net cannot say unix:/run/x (not-representable)"), "{err}");
    }

    #[test]
    fn a_loss_can_be_refused() {
        let (code, out, err) = run(&["convert", "--to", "pton", "--lossless", "[fe80::1%a]"], "");
        assert_eq!((code, out.as_str()), (1, ""));
        assert!(err.starts_with("error: pton would lose something: zone-dropped"), "{err}");
        let glibc =
            ["convert", "--from", "aton-glibc", "--to", "strict", "--lossless", "1.2.3.4 x"];
        let (code, out, err) = run(&glibc, "");
        assert_eq!((code, out.as_str()), (1, ""), "what follows the blank is not lost in silence");
        assert!(err.contains("surroundings-dropped"), "{err}");
    }

    #[test]
    fn what_cannot_be_said_has_its_reason() {
        let (code, _, err) = run(&["convert", "--from", "xff", "--to", "strict", "::1, ::2"], "");
        assert_eq!(code, 1);
        assert!(err.contains("several endpoints as these: [::1], [::2]"), "{err}");
        let (code, _, err) =
            run(&["convert", "--from", "nginx", "--to", "strict"], "1.2.3.4\n80\n");
        assert_eq!(code, 1);
        assert!(err.contains("line 2: ") && err.contains("--listen"), "{err}");
    }

    #[test]
    fn json_tells_text_and_loss_or_the_error() {
        let (code, out, _) = run(&["convert", "--to", "pton", "--json"], "[fe80::1%a]\na..b\n");
        assert_eq!(code, 1);
        let lines: Vec<serde_json::Value> =
            out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines[0]["ok"]["text"], "fe80::1");
        assert_eq!(lines[0]["ok"]["loss"][0], "zone-dropped");
        assert_eq!(lines[1]["error"]["code"], "host-label-empty");
        assert_eq!(lines[1]["error"]["at"], 2);
        assert_eq!(lines[1]["text"], "a..b");
    }

    #[test]
    fn wrong_use_is_told() {
        assert_eq!(run(&["convert", "1.2.3.4"], "").0, 2, "no target");
        assert_eq!(run(&["convert", "--to", "latin", "1.2.3.4"], "").0, 2);
        for jobs in ["0", "257", "65535"] {
            assert_eq!(run(&["parse", "--jobs", jobs], "").0, 2, "{jobs} jobs");
        }
    }
}

mod bulk {
    use super::*;

    /// Many lines through many threads: the same order, every refusal with its number.
    #[test]
    fn order_is_kept_however_many_jobs_there_are() {
        let line = |n: u32| {
            if n % 1000 == 7 {
                format!("x{n}..")
            } else {
                format!("10.0.{}.{}", n >> 8 & 255, n & 255)
            }
        };
        let input: String = (1..=40_000).map(|n| line(n) + "\n").collect();
        let good: String = (1..=40_000).filter(|n| n % 1000 != 7).map(|n| line(n) + "\n").collect();
        for jobs in ["1", "2", "7"] {
            let (code, out, err) = run(&["parse", "--jobs", jobs], input.clone());
            assert_eq!(code, 1);
            assert!(out == good, "{jobs} jobs change the output");
            let numbers: Vec<&str> = err
                .lines()
                .filter_map(|line| line.strip_prefix("error: line ")?.split(':').next())
                .collect();
            let expected: Vec<String> =
                (1..=40_000).filter(|n| n % 1000 == 7).map(|n: u32| n.to_string()).collect();
            assert_eq!(numbers, expected, "{jobs} jobs");
        }
    }

    #[test]
    fn a_line_that_has_come_is_answered_before_the_next() {
        let mut child = Process::new(assert_cmd::cargo::cargo_bin!("portolan"))
            .args(["parse", "--jobs", "3"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let mut output = child.stdout.take().unwrap();
        for round in 0..7 {
            writeln!(input, "192.0.2.{round}").unwrap();
            let mut answer = [0; 10];
            output.read_exact(&mut answer).unwrap();
            assert_eq!(String::from_utf8(answer.to_vec()).unwrap(), format!("192.0.2.{round}\n"));
        }
        drop(input);
        assert!(child.wait().unwrap().success());
    }

    #[test]
    fn a_huge_line_is_refused_by_its_length_and_the_rest_goes_on() {
        let input = [vec![b'1'; 10 << 20], b"\n192.0.2.1\n".to_vec()].concat();
        let (code, out, err) = run(&["parse"], input);
        assert_eq!((code, out.as_str()), (1, "192.0.2.1\n"));
        assert!(err.contains("line 1") && err.contains("too-long"), "{err}");
    }
}

mod lists {
    use super::*;

    #[test]
    fn dialects_tell_who_uses_them() {
        let (code, out, _) = run(&["dialects"], "");
        assert_eq!(code, 0);
        for dialect in portolan::addr::Dialect::ALL {
            assert!(out.lines().any(|line| line.starts_with(dialect.name())), "{dialect}");
        }
        let (_, out, _) = run(&["dialects", "aton", "--json"], "");
        let object: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(
            (object["dialect"].as_str(), object["bare_ip"].as_bool()),
            (Some("aton"), Some(true))
        );
        assert_eq!(run(&["dialects", "latin"], "").0, 2);
    }

    #[test]
    fn shells_and_the_manual_know_every_subcommand() {
        let (_, man, _) = run(&["man"], "");
        for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
            let (code, out, _) = run(&["completions", shell], "");
            assert_eq!(code, 0, "{shell}");
            for subcommand in ["explain", "parse", "convert", "dialects", "classify", "deframe"] {
                assert!(out.contains(subcommand), "{shell}: {subcommand}");
                assert!(man.contains(&subcommand.to_uppercase()), "{subcommand}");
            }
        }
        assert_eq!(run(&["completions", "dos"], "").0, 2);
        for word in ["--abi", "--flowinfo", "--reported-len", "SOCKADDR ENCODE", "CONFORMANCE LINT"]
        {
            assert!(man.contains(&word.replace('-', "\\-")) || man.contains(word), "{word}");
        }
        let (_, bash, _) = run(&["completions", "bash"], "");
        assert!(bash.contains("go-mysql-dsn") && bash.contains("linux-be"), "values are completed");
    }
}

mod sockaddr {
    use super::*;

    #[test]
    fn bytes_are_annotated_both_ways() {
        let (code, out, _) =
            run(&["sockaddr", "encode", "--abi", "linux-le", "127.0.0.1:3306"], "");
        assert_eq!(code, 0);
        assert!(out.contains("02000cea7f0000010000000000000000"), "{out}");
        assert!(out.contains("sin_port") && out.contains("sin_addr"), "{out}");
        let bytes =
            "1c 1e 0c ea 00 00 00 00 fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01 02 00 00 00";
        let (code, out, _) = run(&["sockaddr", "decode", "--abi", "macos", bytes], "");
        assert_eq!(code, 0);
        assert!(out.contains("[fe80::1%2]:3306"), "{out}");
    }

    #[test]
    fn a_truncated_address_is_refused() {
        let (code, out, err) =
            run(&["sockaddr", "decode", "--abi", "linux-le", "02000cea7f000001"], "");
        assert_eq!((code, out.as_str()), (1, ""));
        assert!(err.contains("too-short"), "{err}");
        assert_eq!(run(&["sockaddr", "decode", "--abi", "linux-le", "0x02"], "").0, 2);
        assert_eq!(run(&["sockaddr", "decode", "--abi", "beos", "02"], "").0, 2);
    }
}

mod frames {
    use super::*;

    #[test]
    fn what_is_framed_is_found_again() {
        let (code, wire, _) = run(&["enframe", "--framer", "length,width=2"], "one\n\nthree\n");
        assert_eq!((code, wire.as_str()), (0, "\0\u{3}one\0\0\0\u{5}three"));
        let (code, out, _) = run(&["deframe", "--framer", "length,width=2", "--json"], wire);
        assert_eq!(code, 0);
        let events: Vec<serde_json::Value> =
            out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(events[0]["frame"], "6f6e65");
        assert_eq!(events[1]["at"], 5);
        assert_eq!(events[2]["wire"], 7);
        assert_eq!(events[3]["end"], "clean");
    }

    #[test]
    fn a_bad_frame_in_the_middle_is_named_by_its_byte() {
        let stream = b"\0\x02ok\0\x02ok\xff\xffmore\0\x02ok";
        let (code, out, err) = run(&["deframe", "--framer", "length,width=2,max=16"], &stream[..]);
        assert_eq!(code, 1);
        assert_eq!(out.matches("|ok|").count(), 2, "{out}");
        assert!(err.contains("byte 8") && err.contains("too-long"), "{err}");
    }

    #[test]
    fn framing_goes_on_where_it_can_and_may() {
        let deframe = ["deframe", "--framer", "lines,ending=crlf,max=16"];
        let stream = "a\r\nb\nc\r\nd\r\n";
        for (further, goes_on) in [(&[][..], false), (&["--resync"], true)] {
            let (code, out, err) = run(&[&deframe[..], further].concat(), stream);
            assert_eq!(code, 1);
            assert!(err.contains("bare-lf") && err.contains("byte 4 (frame 2)"), "{err}");
            assert!(out.contains("|a|"), "{out}");
            assert_eq!(out.contains("|d|"), goes_on, "{out}");
        }
    }

    #[test]
    fn a_truncated_stream_is_refused() {
        let (code, _, err) = run(&["deframe", "--framer", "fixed,len=4"], "abcdef");
        assert_eq!(code, 1);
        assert!(err.contains("truncated") && err.contains("byte 4"), "{err}");
    }

    #[test]
    fn a_payload_that_would_read_back_otherwise_is_refused() {
        let (code, out, err) =
            run(&["enframe", "--framer", "delimiter,any_of=2c", "--from", "lines"], "a\nb,c\n");
        assert_eq!((code, out.as_str()), (1, "a,"));
        assert!(err.contains("payload-has-delimiter") && err.contains("line 2"), "{err}");
    }

    #[test]
    fn a_misspelled_framer_is_shown_with_its_byte_and_what_is_near() {
        let shown = |spec| run(&["deframe", "--framer", spec], "");
        let (code, out, err) = shown("lines,endign=crlf");
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(err.contains("`lines` has no such option (unknown-option)"), "{err}");
        assert!(err.contains("\n          ^^^^^^ byte 6; is `ending` meant?\n"), "{err}");
        let (_, _, err) = shown("stack(tls-record,lines");
        assert!(err.contains("(unclosed)") && err.contains("^ byte 22\n"), "{err}");
        assert!(err.contains("portolan framers"), "{err}");
    }

    #[test]
    fn frames_inside_frames_are_found_again() {
        let framer = "stack(length,width=1,lines)";
        let (code, wire, _) = run(&["enframe", "--framer", framer], "one\ntwo\n");
        assert_eq!((code, wire.as_str()), (0, "\u{4}one\n\u{4}two\n"));
        let (code, out, _) = run(&["deframe", "--framer", framer], wire);
        assert_eq!(code, 0);
        assert!(out.contains("|one|") && out.contains("|two|"), "{out}");
    }

    #[test]
    fn an_impossible_framer_is_wrong_usage() {
        for spec in
            ["length,width=9", "nonsense", "fixed,len=0", "lines,ending=cr", "delimiter,any_of="]
        {
            let (code, _, err) = run(&["deframe", "--framer", spec], "");
            assert_eq!(code, 2, "{spec}: {err}");
            assert!(err.contains(spec), "{err}");
        }
    }
}

mod driver {
    use super::*;

    #[test]
    fn every_line_is_answered_in_order_whatever_it_is() {
        let huge = "x".repeat(3 << 20);
        let input = format!(
            "{{\"cmd\":\"hello\",\"protocol\":1}}\n{huge}\n{{\"id\":7,\"op\":\"ip.parse\",\"dialect\":\"strict\",\"text\":\"010.0.0.1\"}}\n\n{{\"id\":\"a\",\"op\":\"no.such\"}}\n{{\"id\":9,\"op\":\"ip.parse\",\"dialect\":\"aton\",\"in\":\"3031302e302e302e31\"}}"
        );
        let (code, out, _) = run(&["driver"], input);
        assert_eq!(code, 0);
        let lines: Vec<serde_json::Value> =
            out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 6);
        assert_eq!(lines[0]["protocol"], 1);
        assert_eq!(lines[1]["error"]["code"], "bad-request");
        assert_eq!(lines[2]["error"]["code"], "octet-leading-zero");
        assert_eq!((&lines[2]["error"]["at"], &lines[2]["error"]["len"]), (&0.into(), &3.into()));
        assert_eq!(lines[3]["id"], serde_json::Value::Null);
        assert!(lines[4]["unsupported"].is_string());
        assert_eq!(lines[5]["ok"]["ip"], "08000001");
    }
}

mod terminal {
    use super::*;

    #[test]
    fn colour_is_for_terminals_or_on_demand() {
        assert!(!run(&["explain", "127.1"], "").1.contains('\x1b'));
        assert!(run(&["explain", "--color", "always", "127.1"], "").1.contains('\x1b'));
        let output = portolan(&["explain", "127.1"]).env("NO_COLOR", "1").output().unwrap();
        assert!(!output.stdout.contains(&0x1b));
    }

    #[test]
    fn every_subcommand_has_help_with_examples() {
        for arguments in [
            &["explain"][..],
            &["parse"],
            &["classify"],
            &["check-list"],
            &["sockaddr", "encode"],
            &["sockaddr", "decode"],
            &["wire"],
            &["wire", "decode"],
            &["wire", "encode"],
            &["wire", "forms"],
            &["enframe"],
            &["deframe"],
            &["framers"],
            &["guess"],
            &["driver"],
            &["conformance"],
        ] {
            let (code, out, _) = run(&[arguments, &["--help"]].concat(), "");
            assert_eq!(code, 0);
            assert!(out.matches("portolan ").count() >= 2, "two examples: {out}");
        }
        assert_eq!(run(&["explian"], "").0, 2);
        assert_eq!(run(&[], "").0, 2);
    }

    #[test]
    fn a_closed_pipe_is_a_quiet_end() {
        let mut child = Process::new(assert_cmd::cargo::cargo_bin!("portolan"))
            .arg("parse")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut stdin = child.stdin.take().unwrap();
        for _ in 0..100_000 {
            if stdin.write_all(b"192.0.2.1\n").is_err() {
                break;
            }
        }
        drop(stdin);
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""));
    }
}
