//! The commands that judge addresses: `classify` and `check-list`.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a test of a program has std
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test may fail
#![allow(clippy::indexing_slicing)] // likewise; and a JSON value answers with null

use std::path::PathBuf;
use std::{env, fs, process};

use assert_cmd::Command;
use serde_json::{Value, json};

/// Exit code, standard output, standard error.
fn run(arguments: &[&str], input: impl Into<Vec<u8>>) -> (i32, String, String) {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("portolan"));
    command.args(arguments).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    let output = command.write_stdin(input).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// Every line is one JSON object.
fn objects(out: &str) -> Vec<Value> {
    out.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

/// A list in a file that goes away with its test.
struct List(PathBuf);

impl List {
    fn new(name: &str, text: &str) -> Self {
        let path = env::temp_dir().join(format!("portolan-{}-{name}.acl", process::id()));
        fs::write(&path, text).unwrap();
        Self(path)
    }

    fn check(&self, arguments: &[&str]) -> (i32, String, String) {
        run(&[&["check-list", self.0.to_str().unwrap()], arguments].concat(), "")
    }
}

impl Drop for List {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

const OFFICE: &str = "# the office\nallow 10.0.0.0/8\r\n\ndeny 10.9.0.0/16 # guests\nallow ::1\n";

mod classify {
    use super::*;

    #[test]
    fn an_address_has_its_row_and_the_verdict_its_reason() {
        let (code, out, err) = run(&["classify", "127.0.0.1"], "");
        assert_eq!((code, err.as_str()), (0, ""));
        let first = "127.0.0.1   denied: not globally reachable: 127.0.0.0/8 Loopback";
        assert_eq!(out.lines().next(), Some(first));
        for part in ["RFC1122", "since 1981-09", "IANA registries, edition 20"] {
            assert!(out.contains(part), "{part}: {out}");
        }
        let (code, out, _) = run(&["classify", "8.8.8.8", "2606:4700::1"], "");
        assert_eq!(code, 0);
        assert_eq!(out.matches("passes").count(), 2, "{out}");
    }

    #[test]
    fn what_is_inside_is_shown_and_decides() {
        let (code, out, _) = run(&["classify", "64:ff9b::7f00:1"], "");
        assert_eq!(code, 0, "a denial is an answer");
        assert!(out.starts_with("64:ff9b::7f00:1   denied: 127.0.0.1 inside"), "{out}");
        let row = |label: &str| {
            out.lines().find(|line| line.trim_start().starts_with(label)).unwrap().to_owned()
        };
        assert!(row("itself").ends_with("  globally reachable"), "{out}");
        assert!(row("nat64").ends_with("127.0.0.1  not globally reachable"), "{out}");
        let (_, out, _) = run(&["classify", "2001:0:7f00:1::"], "");
        assert!(out.contains("teredo-server") && out.contains("teredo-client"), "{out}");
    }

    #[test]
    fn a_network_names_its_own_translation() {
        let asked = ["classify", "2001:4860:0:7f00:0:100::"];
        assert!(run(&asked, "").1.contains("passes"));
        let (_, out, _) = run(&[&asked[..], &["--nat64", "2001:4860::/48"]].concat(), "");
        assert!(out.contains("denied: 127.0.0.1 inside (nat64)"), "{out}");
        let (code, _, err) = run(&["classify", "::1", "--nat64", "2001:db8::/33"], "");
        assert!(code == 2 && err.contains("not 33"), "{err}");
    }

    #[test]
    fn json_has_the_members_of_the_driver_and_more() {
        let arguments =
            ["classify", "--json", "64:ff9b::7f00:1", "8.8.8.8", "2002::", "fe80::1%eth0", "127.1"];
        let (code, out, err) = run(&arguments, "");
        assert_eq!((code, err.as_str()), (1, ""), "one text is refused");
        let lines = objects(&out);
        let ok = &lines[0]["ok"];
        assert_eq!(ok["registry"], "IPv4-IPv6 Translat.");
        assert_eq!(ok["globally_reachable"], true);
        assert_eq!(ok["embedded"][0]["form"], "nat64");
        assert_eq!(ok["embedded"][0]["ip"], "7f000001");
        assert_eq!(ok["embedded"][0]["globally_reachable"], false);
        assert_eq!(ok["entry"]["block"], "64:ff9b::/96");
        assert_eq!(ok["deny_non_global"]["passes"], false);
        assert_eq!(ok["deny_non_global"]["code"], "not-global");
        assert_eq!(ok["deny_non_global"]["embedded"], json!({ "form": "nat64", "ip": "7f000001" }));
        let plain = json!({ "passes": true });
        assert_eq!(lines[1]["ok"]["deny_non_global"], plain);
        assert_eq!(
            (&lines[1]["ok"]["entry"], &lines[1]["ok"]["registry"]),
            (&Value::Null, &Value::Null)
        );
        assert_eq!(lines[2]["ok"]["globally_reachable"], Value::Null);
        assert_eq!(lines[3]["ok"]["canonical"], "fe80::1%eth0");
        assert_eq!(lines[4]["error"]["code"], "too-few-octets");
        assert_eq!(lines[4]["text"], "127.1");
    }

    #[test]
    fn members_of_the_driver_have_its_values() {
        let texts =
            ["127.0.0.1", "8.8.8.8", "2002:7f00:1::", "64:ff9b:1::7f00:1", "2001:0:7f00:1::"];
        let (_, out, _) = run(&[&["classify", "--json"], &texts[..]].concat(), "");
        let mine = objects(&out);
        let asked =
            |line: &Value| json!({ "op": "ip.classify", "ip": line["ok"]["ip"] }).to_string();
        let requests: Vec<String> = mine.iter().map(asked).collect();
        let answers = objects(&run(&["driver"], requests.join("\n")).1);
        for (mine, answer) in mine.iter().zip(&answers) {
            let members = answer["ok"].as_object().unwrap();
            for (name, value) in members.iter().filter(|(name, _)| *name != "embedded") {
                assert_eq!(&mine["ok"][name], value, "{name}: {mine}");
            }
            let embedded = answer["ok"]["embedded"].as_array().unwrap();
            assert_eq!(mine["ok"]["embedded"].as_array().unwrap().len(), embedded.len());
            for (at, one) in embedded.iter().enumerate() {
                let view = &mine["ok"]["embedded"][at];
                assert_eq!((&view["form"], &view["ip"]), (&one["form"], &one["ip"]), "{mine}");
            }
        }
        assert_eq!(answers.len(), texts.len());
    }

    #[test]
    fn lines_are_read_in_order_and_in_a_dialect() {
        let addresses: String = (0..2_000).map(|n| format!("0x{n:x}.1\n")).collect();
        let (code, out, err) = run(&["classify", "--json", "--dialect", "aton"], addresses);
        assert_eq!(code, 1, "parts are at most 255: {err}");
        let lines = objects(&out);
        assert_eq!(lines.len(), 2_000);
        for (n, line) in lines.iter().enumerate().take(256) {
            assert_eq!(line["ok"]["canonical"], format!("{n}.0.0.1"));
        }
        assert!(lines[256..].iter().all(|line| line["error"]["code"] == "octet-too-large"));
        let (code, _, err) = run(&["classify", "--dialect", "dbus", "::1"], "");
        assert!(code == 2 && err.contains("dbus"), "it has no bare addresses: {err}");
    }
}

mod check_list {
    use super::*;

    #[test]
    fn the_line_that_decided_is_named() {
        let list = List::new("decided", OFFICE);
        let (code, out, err) = list.check(&["10.1.2.3", "::1", "::ffff:10.1.2.3"]);
        assert_eq!((code, err.as_str()), (0, ""));
        assert_eq!(
            out,
            "allowed  10.1.2.3  line 2: allow 10.0.0.0/8\n\
             allowed  ::1  line 5: allow ::1/128\n\
             allowed  ::ffff:10.1.2.3  line 2: allow 10.0.0.0/8 through mapped 10.1.2.3\n"
        );
        let (code, out, _) = list.check(&["10.9.0.1", "::ffff:a09:1", "192.0.2.1"]);
        assert_eq!(code, 1);
        assert_eq!(
            out,
            "denied   10.9.0.1  line 4: deny 10.9.0.0/16\n\
             denied   ::ffff:10.9.0.1  line 4: deny 10.9.0.0/16 through mapped 10.9.0.1\n\
             denied   192.0.2.1  deny by default\n"
        );
    }

    #[test]
    fn embeddings_are_looked_through_where_they_are_named() {
        let list = List::new("embeddings", "deny 127.0.0.0/8\n");
        let allows = |address: &str, forms: &str| {
            list.check(&["--default", "allow", "--embeddings", forms, address]).0 == 0
        };
        assert!(!allows("::ffff:127.0.0.1", "mapped") && allows("::ffff:127.0.0.1", "none"));
        assert!(!allows("2002:7f00:1::", "nat64,6to4") && allows("2002:7f00:1::", "nat64"));
        for address in ["::127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "fe80::5efe:7f00:1"] {
            assert!(!allows(address, "all") && allows(address, "mapped"), "{address}");
        }
        let translated = ["--default", "allow", "--nat64", "2001:db8::/96", "2001:db8::7f00:1"];
        assert_eq!(list.check(&translated).0, 1);
        let (code, _, err) = list.check(&["--embeddings", "mapped,4in6", "::1"]);
        assert!(
            code == 2 && err.contains("no embedding `4in6`") && err.contains("isatap"),
            "{err}"
        );
    }

    #[test]
    fn a_bad_list_names_its_lines_and_judges_nothing() {
        let text = "allow 10.0.0.0/8\nallow 10.0.0.1/8\n\n10.0.0.0/8\ndeny \x1b[2J\n";
        let list = List::new("bad", text);
        let (code, out, err) = list.check(&["10.1.2.3"]);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(err.contains("error: line 2: host bits are set (host-bits-set)"), "{err}");
        assert!(err.contains("        ^^^^^^^^ byte 6\n"), "{err}");
        assert!(
            err.contains("error: line 4: `allow` or `deny` is missing (action-missing)"),
            "{err}"
        );
        assert!(err.contains("error: line 5: ") && !err.contains('\x1b'), "{err:?}");
        assert!(err.ends_with("the list is not used, and no address is judged\n"), "{err}");
        let (code, out, err) = list.check(&["--json", "10.1.2.3"]);
        assert!(code == 2 && out.is_empty() && err.contains("line 2"), "{err}");
        let mapped = List::new("mapped", "allow 0.0.0.0/0\ndeny ::ffff:127.0.0.0/104\n");
        let (code, out, err) = mapped.check(&["127.0.0.1"]);
        assert_eq!((code, out.as_str()), (2, ""), "the denial would not speak of 127.0.0.1");
        assert!(err.contains("line 2: ") && err.contains("(mapped-in-rule)"), "{err}");
        let many = List::new("many", &"x\n".repeat(100));
        assert!(many.check(&["::1"]).2.contains("and 92 lines more"));
    }

    #[cfg(unix)] // the device is one of Unix
    #[test]
    fn a_list_without_an_end_is_refused() {
        let (code, out, err) = run(&["check-list", "/dev/zero", "::1"], "");
        assert_eq!((code, out.as_str()), (2, ""));
        assert_eq!(err, "error: /dev/zero: a list has at most 67108864 bytes\n");
    }

    #[test]
    fn host_bits_and_bare_lines_are_taken_where_that_is_asked_for() {
        let list = List::new("bits", "10.0.0.1/8\n");
        let bare = ["--bare", "deny", "--default", "allow", "--host-bits", "mask"];
        let (code, out, err) = list.check(&[&bare[..], &["10.1.2.3", "192.0.2.1"]].concat());
        assert_eq!((code, err.as_str()), (1, ""));
        assert_eq!(
            out,
            "denied   10.1.2.3  line 1: deny 10.0.0.0/8\nallowed  192.0.2.1  allow by default\n"
        );
        assert_eq!(list.check(&["--bare", "allow", "10.1.2.3"]).0, 2);
        assert_eq!(list.check(&["--host-bits", "mask", "10.1.2.3"]).0, 2);
    }

    #[test]
    fn an_empty_list_denies_everything_and_says_so() {
        let list = List::new("empty", "\n# nobody\n");
        let (code, out, err) = list.check(&["::1"]);
        assert_eq!((code, out.as_str()), (1, "denied   ::1  deny by default\n"));
        assert_eq!(err, "note: the list has no rule and denies every address\n");
        let (code, _, err) = list.check(&["--default", "allow", "::1"]);
        assert!(code == 0 && err.contains("allows every address"), "{err}");
    }

    #[test]
    fn standard_input_is_the_list_or_the_addresses() {
        let (code, out, _) = run(&["check-list", "-", "10.1.2.3"], OFFICE);
        assert_eq!((code, out.as_str()), (0, "allowed  10.1.2.3  line 2: allow 10.0.0.0/8\n"));
        for both in [&["check-list", "-"][..], &["check-list", "-", "::1", "-"]] {
            let (code, out, err) = run(both, OFFICE);
            assert!(code == 2 && out.is_empty() && err.contains("standard input"), "{err}");
        }
        let (code, _, err) = run(&["check-list", "/no/such/list", "::1"], "");
        assert!(code == 2 && err.contains("/no/such/list"), "{err}");
    }

    #[test]
    fn lines_are_decided_in_order_and_refused_ones_have_their_number() {
        let list = List::new("bulk", OFFICE);
        let addresses: String = (0..3_000).map(|n| format!("10.{}.0.1\n", n % 256)).collect();
        let path = list.0.to_str().unwrap();
        let (code, out, _) = run(&["check-list", path], addresses);
        assert_eq!(code, 1);
        for (n, line) in out.lines().enumerate() {
            let word = if n % 256 == 9 { "denied " } else { "allowed" };
            assert!(line.starts_with(&format!("{word}  10.{}.0.1  ", n % 256)), "{n}: {line}");
        }
        assert_eq!(out.lines().count(), 3_000);
        let (code, out, err) = run(&["check-list", path, "-"], "::1\n::g\n10.0.0.1\n");
        assert_eq!((code, out.lines().count()), (1, 2));
        assert!(err.starts_with("error: line 2: unexpected byte (unexpected-byte)"), "{err}");
    }

    #[test]
    fn json_names_line_rule_and_embedding() {
        let list = List::new("json", OFFICE);
        let (code, out, _) =
            list.check(&["--json", "::ffff:10.9.0.1", "192.0.2.1", "::1%eth0", "x"]);
        assert_eq!(code, 1);
        let lines = objects(&out);
        let rule = json!({ "line": 4, "action": "deny", "prefix": "10.9.0.0/16" });
        assert_eq!((&lines[0]["ok"]["action"], &lines[0]["ok"]["rule"]), (&json!("deny"), &rule));
        assert_eq!(lines[0]["ok"]["through"], json!({ "form": "mapped", "ip": "0a090001" }));
        assert_eq!(lines[1]["ok"]["rule"], Value::Null);
        assert_eq!(
            (&lines[2]["ok"]["action"], &lines[2]["ok"]["through"]),
            (&json!("allow"), &Value::Null)
        );
        assert_eq!(lines[2]["ok"]["canonical"], "::1%eth0");
        assert_eq!(
            (&lines[3]["error"]["code"], &lines[3]["in"]),
            (&json!("not-an-ip"), &json!("78"))
        );
    }

    #[test]
    fn colour_is_for_those_who_ask_and_words_say_the_same() {
        let list = List::new("colour", OFFICE);
        let (_, plain, _) = list.check(&["10.9.0.1"]);
        let (_, coloured, _) = list.check(&["--color", "always", "10.9.0.1"]);
        assert!(!plain.contains('\x1b') && coloured.contains('\x1b'), "{coloured:?}");
        assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain);
    }
}
