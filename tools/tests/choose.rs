//! `portolan choose` as a user meets it.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a test of a program has std
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test may fail
#![allow(clippy::indexing_slicing)] // likewise; and a JSON value answers with null

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;
use serde_json::Value;

/// Exit code, standard output, standard error.
fn choose(arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("portolan"));
    // What the machine says does not count unless it is asked for.
    command.env("MYSQL_HOST", "machine.example").env("PGHOST", "machine.example");
    command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    let output = command.arg("choose").args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// The endpoints of an answer, one a line.
fn endpoints(arguments: &[&str]) -> Vec<String> {
    let (code, out, err) = choose(arguments);
    assert_eq!((code, err.as_str()), (0, ""), "{arguments:?}");
    out.lines().filter(|line| !line.starts_with(' ')).map(str::to_owned).collect()
}

/// A file in a folder of its own.
fn file(folder: &str, name: &str, text: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(folder);
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn the_answer_comes_first_and_the_steps_behind_it() {
    let (code, out, err) = choose(&["mysql", "-h", "localhost", "-P", "3307"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(
        out.lines().collect::<Vec<_>>(),
        [
            "unix:/tmp/mysql.sock",
            "  the host is `localhost`, which is this machine (command line)",
            "  no socket is named: the default",
            "  connect to a Unix socket",
        ]
    );
}

#[test]
fn the_clients_differ() {
    let same = ["-h", "localhost", "-P", "3307"];
    let of = |client: &[&str]| endpoints(&[client, &same].concat());
    assert_eq!(of(&["mysql"]), ["unix:/tmp/mysql.sock"]);
    assert_eq!(of(&["mysql", "--c-api"]), ["unix:/tmp/mysql.sock"]);
    assert_eq!(of(&["mariadb"]), ["localhost:3307"]);
    assert_eq!(of(&["mariadb", "--c-api"]), ["unix:/tmp/mysql.sock"]);
    let debian = ["mariadb", "--c-api", "--defaults", "debian"];
    assert_eq!(of(&debian), ["unix:/run/mysqld/mysqld.sock"]);
    assert_eq!(endpoints(&["libpq", "-h", "localhost", "-p", "3307"]), ["localhost:3307"]);
}

#[test]
fn the_order_of_the_line_is_kept() {
    let of = |line: &str| {
        endpoints(&[&["mariadb"], line.split(' ').collect::<Vec<_>>().as_slice()].concat())
    };
    assert_eq!(of("-P 3307 -S /x"), ["unix:/x"]);
    assert_eq!(of("-S /x -P 3307"), ["localhost:3307"]);
    assert_eq!(of("-P 3307 -S /x --port=3308"), ["localhost:3308"]);
    assert_eq!(of("-S /x --protocol tcp"), ["localhost:3306"]);
    assert_eq!(of("--protocol tcp -S /x"), ["unix:/x"]);
    assert_eq!(of("-P 3307 -W --platform windows"), ["\\\\.\\pipe\\MySQL"]);
}

#[test]
fn several_endpoints_are_several_lines() {
    let hosts = "host=/run/pg,db.example,@pg port=1,2,3";
    assert_eq!(
        endpoints(&["libpq", hosts]),
        ["unix:/run/pg/.s.PGSQL.1", "db.example:2", "unix-abstract:pg/.s.PGSQL.3"]
    );
    let windows = endpoints(&["mysql", "--platform", "windows"]);
    assert_eq!(windows, ["shared-memory:MYSQL", "localhost:3306"]);
}

#[test]
fn option_files_are_read_with_what_they_include() {
    let more = file("choose-include", "more.cnf", "[client]\nport = 3308\n");
    let main = format!("[client]\nport = 3307\nhost = db.example\n!include {}\n", more.display());
    let main = file("choose-include", "main.cnf", &main);
    let main = main.to_str().unwrap();
    let (code, out, err) = choose(&["mysql", "--file", main]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("db.example:3308\n"), "{out}");
    assert!(out.contains("more.cnf, line 2, [client]"), "{out}");

    let folder = file("choose-folder/d", "a.cnf", "[client]\nport=3309\n");
    file("choose-folder/d", "b.txt", "[client]\nport=1\n");
    let text = format!("!includedir {}\n", folder.parent().unwrap().display());
    let path = file("choose-folder", "my.cnf", &text);
    let arguments = ["mysql", "--file", path.to_str().unwrap(), "--file", main, "-P", "0"];
    assert_eq!(endpoints(&arguments), ["db.example:3306"], "port 0 on the line is the default");
    assert_eq!(endpoints(&["mysql", "--file", path.to_str().unwrap()]), ["unix:/tmp/mysql.sock"]);
    let arguments = ["mysql", "-h", "db.example", "--file", path.to_str().unwrap()];
    assert_eq!(endpoints(&arguments), ["db.example:3309"]);
}

#[test]
fn what_is_included_and_missing_is_told_and_passed_over() {
    let path = file("choose-missing", "my.cnf", "!include /does/not/exist.cnf\n[client]\nport=1\n");
    let (code, out, err) =
        choose(&["mariadb", "-h", "db.example", "--file", path.to_str().unwrap()]);
    assert_eq!(code, 0);
    assert!(out.starts_with("db.example:1\n"), "{out}");
    assert!(err.starts_with("note: /does/not/exist.cnf"), "{err}");
}

#[test]
fn a_refusal_names_the_file_the_line_and_the_byte() {
    let path = file("choose-refused", "my.cnf", "[client]\nhost=db.example\nport=70000\n");
    let (code, out, err) = choose(&["mysql", "--file", path.to_str().unwrap()]);
    assert_eq!((code, out.as_str()), (1, ""));
    let lines: Vec<&str> = err.lines().collect();
    assert_eq!(lines[0], "error: port is too large (port-too-large)");
    assert!(lines[1].ends_with("my.cnf, line 3, [client] of port"), "{err}");
    assert_eq!(lines[2..], ["    port=70000", "         ^^^^^ byte 30"]);
}

#[test]
fn a_refusal_shows_the_text_wherever_it_came_from() {
    let refused = |arguments: &[&str]| {
        let (code, out, err) = choose(arguments);
        assert_eq!((code, out.as_str()), (1, ""), "{arguments:?}");
        err
    };
    let err = refused(&["mysql", "-h", "db.example", "-P", "98842"]);
    assert!(err.contains("command line of port\n    98842\n    ^^^^^ byte 0"), "{err}");
    let err = refused(&["mysql", "-h", "a", "--environment", "MYSQL_TCP_PORT=70000"]);
    assert!(err.contains("MYSQL_TCP_PORT") && err.contains("    70000\n    ^^^^^ byte 0"), "{err}");
    let err = refused(&["libpq", "host=a,b port=1,2,3"]);
    assert!(err.contains("(port-count-mismatch)") && err.contains("byte 14"), "{err}");
    let path = file("choose-service", "pg_service.conf", "[app]\nhots=db.example\n");
    let service = ["libpq", "--service", "app", "--service-file", path.to_str().unwrap()];
    let err = refused(&service);
    assert!(
        err.contains("(unknown-keyword)") && err.contains("    hots=db.example\n    ^^^^ "),
        "{err}"
    );
}

#[test]
fn files_that_include_each_other_are_refused() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("choose-endless");
    let path = folder.join("my.cnf");
    file("choose-endless", "my.cnf", &format!("!include {}\n", path.display()));
    let (code, _, err) = choose(&["mariadb", "--file", path.to_str().unwrap()]);
    assert_eq!(code, 1);
    assert!(err.contains("(include-too-deep)") && err.contains("byte 9"), "{err}");
}

#[test]
fn the_environment_of_the_machine_counts_only_where_it_is_asked_for() {
    assert_eq!(endpoints(&["mysql"]), ["unix:/tmp/mysql.sock"]);
    assert_eq!(endpoints(&["mysql", "--use-environment"]), ["machine.example:3306"]);
    assert_eq!(endpoints(&["mysql", "--c-api", "--use-environment"]), ["unix:/tmp/mysql.sock"]);
    let given = ["mysql", "--use-environment", "--environment", "MYSQL_HOST=given.example"];
    assert_eq!(endpoints(&given), ["given.example:3306"]);
    assert_eq!(endpoints(&["libpq"]), ["unix:/tmp/.s.PGSQL.5432"]);
    assert_eq!(endpoints(&["libpq", "--use-environment"]), ["machine.example:5432"]);
}

#[test]
fn json_is_the_answer_of_the_driver() {
    let (code, out, _) = choose(&["mariadb", "-P", "3307", "--json"]);
    assert_eq!((code, out.lines().count()), (0, 1));
    let object: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(object["client"], "mariadb-cli");
    assert_eq!(object["ok"]["endpoints"][0]["host"]["name"], "localhost");
    assert_eq!(object["ok"]["reasons"][1], "port-forces-tcp");
    assert_eq!(object["ok"]["origins"][1]["kind"], "command-line");
    let (code, out, err) = choose(&["libpq", "port=0 host=a", "--json"]);
    assert_eq!((code, err.as_str()), (1, ""));
    let object: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(object["error"]["code"], "port-zero-not-allowed");
    assert_eq!(object["error"]["at"], 5);
}

#[test]
fn wrong_usage_is_exit_code_2() {
    for wrong in [
        &["mysql", "--file", "/does/not/exist.cnf"][..],
        &["mysql", "--environment", "NAME"],
        &["mysql", "--platform", "beos"],
        &["oracle"],
        &["libpq", "--service-file", "/does/not/exist"],
    ] {
        let (code, out, err) = choose(wrong);
        assert_eq!((code, out.as_str()), (2, ""), "{wrong:?}");
        assert!(!err.is_empty());
    }
}

#[test]
fn help_has_examples_and_leaves_h_to_the_host() {
    let (code, out, _) = choose(&["mariadb", "--help"]);
    assert_eq!(code, 0);
    assert!(out.contains("-h, --host <HOST>") && out.contains("Examples:"), "{out}");
}

#[test]
fn control_bytes_do_not_reach_the_terminal() {
    let (code, out, err) = choose(&["mysql", "-S", "/a\u{1b}[2J"]);
    assert_eq!(code, 0);
    assert!(!out.contains('\u{1b}') && !err.contains('\u{1b}'), "{out:?}");
    let (code, _, err) = choose(&["mysql", "-h", "a\u{1b}[2Jb"]);
    assert_eq!(code, 1);
    assert!(!err.contains('\u{1b}'), "{err:?}");
}
