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

/// A row of each family: what is decoded, a line of the answer, and what encodes it again.
#[test]
fn each_family_is_decoded_and_encoded() {
    let rows: [(&[&str], &str, &[&str]); 9] = [
        (
            &["proxy-v1", "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n"],
            "source        192.0.2.1:56324",
            &["transport=tcp", "source=192.0.2.1:56324", "destination=192.0.2.2:443"],
        ),
        (
            &["proxy-v2", "0d0a0d0a000d0a515549540a 2111000c c0000201c0000202dc0401bb"],
            "destination   192.0.2.2:443",
            &["transport=tcp", "source=192.0.2.1:56324", "destination=192.0.2.2:443"],
        ),
        (
            &["socks4-request", "04010050 00000001 4672656400 6578616d706c652e636f6d00"],
            "user          46726564",
            &["command=1", "endpoint=example.com:80", "user=46726564"],
        ),
        (
            &["socks5-request", "05010003 0b6578616d706c652e636f6d 01bb"],
            "endpoint      example.com:443",
            &["command=1", "endpoint=example.com:443"],
        ),
        (&["stun", "0001a147e112a643"], "192.0.2.1:32853", &["address=192.0.2.1:32853"]),
        (
            &["dns-ptr", "0131 0130 0130 03313237 07696e2d61646472 0461727061 00"],
            "  127.0.0.1\n",
            &["ip=127.0.0.1"],
        ),
        (
            &["multiaddr", "047f000001 060cea"],
            "text          /ip4/127.0.0.1/tcp/3306",
            &["text=/ip4/127.0.0.1/tcp/3306"],
        ),
        (
            &["forwarded", "for=_a;proto=https"],
            "for=obfuscated=_a proto=https",
            &[r#"hops=[{"for":{"obfuscated":"_a"},"proto":"https"}]"#],
        ),
        (&["pcap-loop", "0000001c"], "family        inet6", &["family=inet6"]),
    ];
    for (decode, line, encode) in rows {
        let (form, bytes) = (decode[0], decode[1]);
        let (code, out, err) = run(&["decode", form, bytes], "");
        assert_eq!((code, err.as_str()), (0, ""), "{form}");
        assert!(out.contains(line), "{form}: {out}");
        let arguments = [&["encode", "--json", form], encode].concat();
        let (code, out, _) = run(&arguments, "");
        let answer: Value = serde_json::from_str(&out).unwrap();
        let is_text = matches!(form, "proxy-v1" | "forwarded");
        let hex = match is_text {
            true => bytes.bytes().map(|byte| format!("{byte:02x}")).collect(),
            false => bytes.replace(' ', ""),
        };
        // The newer of several numbers of a family is written.
        let hex = if form == "pcap-loop" { "0000001e".to_owned() } else { hex };
        assert_eq!((code, &answer["ok"]["bytes"]), (0, &json!(hex)), "{form}");
    }
}

#[test]
fn a_line_of_proxy_keeps_its_line_feed_and_a_cut_line_is_refused() {
    let line = "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n";
    let (code, out, err) = run(&["decode", "proxy-v1"], line);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("proxy-v1   42 of 42 bytes\n"), "{out}");
    let (code, _, err) = run(&["decode", "proxy-v1"], line.trim_end());
    assert_eq!(code, 1);
    assert!(err.contains("line 1: at least 2 bytes are missing"), "{err}");
    let (code, out, err) = run(&["decode", "forwarded"], "for=1.1.1.1,".repeat(6000));
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("line 1: a line of 65536 bytes or more is not read"), "{err}");
}

/// A socket by the name `"x\n0000…"` is printed by the kernel as two lines.
#[test]
fn a_name_with_a_line_feed_forges_no_certain_socket() {
    let line = |inode: u32, name: &str| {
        format!("0000000000000000: 00000002 00000000 00010000 0001 01 {inode}{name}\n")
    };
    let header = "Num       RefCount Protocol Flags    Type St Inode Path\n";
    let forged = line(99, " /run/real");
    let file = format!("{header}{}{forged}{}", line(4242, " x"), line(4243, " /tmp/a\nb"));
    let (code, out, _) = run(&["decode", "--json", "proc-net", "--with", "table=unix"], file);
    let sockets: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let said = |socket: &Value| (socket["ok"]["inode"].clone(), socket["ok"]["origin"].clone());
    assert_eq!(code, 0);
    assert_eq!(said(&sockets[0]), (json!(4242), json!("certain")));
    assert_eq!(said(&sockets[1]), (json!(99), json!("possible")));
    assert_eq!(sockets[2]["ok"]["name"]["path"], "2f746d702f610a62");
    assert_eq!((sockets.len(), &sockets[2]["ok"]["broken"]), (3, &json!(true)));
    let file = format!("{}{}nl\n", line(1, ""), line(2, ""));
    let (code, out, _) = run(&["decode", "--json", "proc-net", "--with", "table=unix"], file);
    let last: Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
    let own: String = line(2, "").bytes().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((code, &last["in"]), (1, &json!(own)));
    let (code, out, err) = run(&["decode", "proc-net", "--with", "table=unix"], "nl\n");
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("line 1: not a digit at byte 0 (bad-digit)"), "{err}");
}

#[test]
fn what_others_wrote_is_escaped() {
    let input = b"ext=\"\xff\\\x1b\";for=1.1.1.1\n".to_vec();
    let (code, out, err) = run(&["decode", "forwarded"], input);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(!err.contains('\x1b') && err.contains("(bad-quote)"), "{err}");
    let (code, out, _) = run(&["decode", "socks5-request", "05010003 03611b62 0050"], "");
    assert!(code == 0 && !out.contains('\x1b'), "{out}");
}
