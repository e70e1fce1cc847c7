//! The rules, row by row.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use alloc::{format, vec};

use super::*;

/// The targets, or the code, the option and the place of the refusal.
fn targets(options: &Options<'_>) -> Vec<String> {
    match options.choose() {
        Ok(decision) => decision.targets().map(|target| target.to_string()).collect(),
        Err(error) => {
            vec![format!("{} {} {}+{}", error.code(), error.option, error.at, error.len)]
        }
    }
}

fn of_string(text: &str) -> String {
    let mut options = Options::new(Platform::Unix);
    options.connection_string(text.as_bytes());
    targets(&options).join(" ")
}

fn of_options(given: &[(Keyword, &str)]) -> String {
    let mut options = Options::new(Platform::Unix);
    for (keyword, value) in given {
        options.option(*keyword, value.as_bytes());
    }
    targets(&options).join(" ")
}

const SOCKET: &str = "unix:/tmp/.s.PGSQL.5432";

/// Runs of psql 15.
#[test]
fn each_host_is_decided_by_its_text() {
    use Keyword::{Host, Hostaddr, Port};
    let abstract_name = "unix-abstract:portopg/.s.PGSQL.35432";
    for (given, expected) in [
        (&[][..], SOCKET),
        (&[(Host, "")], SOCKET),
        (&[(Host, "localhost")], "localhost:5432"),
        (&[(Host, "/run/pg")], "unix:/run/pg/.s.PGSQL.5432"),
        (&[(Host, "/run/pg/")], "unix:/run/pg//.s.PGSQL.5432"),
        (&[(Host, "@portopg"), (Port, "35432")], abstract_name),
        (&[(Host, "::1"), (Port, "1")], "[::1]:1"),
        (&[(Host, "127.1")], "127.0.0.1:5432"),
        (&[(Host, "/run/pg"), (Hostaddr, "::1")], "[::1]:5432"),
        (&[(Hostaddr, "10.0.0.1"), (Host, "db")], "10.0.0.1:5432"),
        (&[(Host, "a,b"), (Port, "1,2")], "a:1 b:2"),
        (&[(Host, "a,/d,"), (Port, "7")], "a:7 unix:/d/.s.PGSQL.7 unix:/tmp/.s.PGSQL.7"),
        (&[(Host, "a,b"), (Port, ",2")], "a:5432 b:2"),
        (&[(Host, "a,b"), (Hostaddr, ",::1")], "a:5432 [::1]:5432"),
        (&[(Hostaddr, "::1,")], "[::1]:5432 unix:/tmp/.s.PGSQL.5432"),
        (&[(Port, "65535")], "unix:/tmp/.s.PGSQL.65535"),
        (&[(Port, " +7 "), (Host, "a")], "a:7"),
    ] {
        assert_eq!(of_options(given), expected, "{given:?}");
    }
}

#[test]
fn each_rule_refuses_at_its_place() {
    use Keyword::{Host, Hostaddr, Port};
    let long = "/".repeat(94);
    let too_long = format!("unix-path-too-long host 0+{}", long.len());
    for (given, expected) in [
        (&[(Host, "a,b"), (Port, "1,2,3")][..], "port-count-mismatch port 0+5"),
        (&[(Host, "a,b,c"), (Port, "1,2")], "port-count-mismatch port 0+3"),
        (&[(Port, "1,2")], "port-count-mismatch port 0+3"),
        (&[(Host, "a,b"), (Hostaddr, "::1")], "host-count-mismatch host 0+3"),
        (&[(Host, "a"), (Hostaddr, "::1,::2")], "host-count-mismatch host 0+1"),
        (&[(Host, "a"), (Port, "0")], "port-zero-not-allowed port 0+1"),
        (&[(Host, "a"), (Port, "65536")], "port-too-large port 0+5"),
        (&[(Host, "a,b"), (Port, "1,70000")], "port-too-large port 2+5"),
        (&[(Host, "a"), (Port, "-1")], "port-sign port 0+1"),
        (&[(Host, "a"), (Port, "x")], "service-name-not-allowed port 0+1"),
        (&[(Hostaddr, "db")], "octet-empty hostaddr 0+0"),
        (&[(Host, "a b")], "whitespace host 1+1"),
        (&[(Host, "[::1]")], "group-empty host 0+0"),
        (&[(Host, "a\0")], "nul host 1+1"),
        (&[(Host, "@a\0")], "nul host 2+1"),
        (&[(Host, &long), (Port, "99999999999")], "port-too-large port 0+11"),
        (&[(Host, &long)], &too_long),
    ] {
        assert_eq!(of_options(given), expected, "{given:?}");
    }
    let fits = "/".repeat(93);
    assert_eq!(of_options(&[(Host, &fits)]), format!("unix:{fits}/.s.PGSQL.5432"));
}

#[test]
fn connection_strings() {
    for (text, expected) in [
        ("", SOCKET),
        ("host=a port=1", "a:1"),
        (r"host='/run/a b' port=1", "unix:/run/a%20b/.s.PGSQL.1"),
        ("host=a host=b", "b:5432"),
        ("postgresql://a:1,[::1]:2/db", "a:1 [::1]:2"),
        ("postgresql:///db", SOCKET),
        ("postgresql:///db?host=/run/pg", "unix:/run/pg/.s.PGSQL.5432"),
        ("postgresql://%2Frun%2Fpg:1/db", "unix:/run/pg/.s.PGSQL.1"),
        ("postgresql://%40portopg/", "unix-abstract:portopg/.s.PGSQL.5432"),
        ("postgresql://[fe80::1%25lo]/", "[fe80::1%lo]:5432"),
        ("postgresql://a,b:2/", "a:5432 b:2"),
        ("host=a port=70000", "port-too-large port 12+5"),
        ("host=a,b port=1,2,3", "port-count-mismatch port 14+5"),
        ("hots=a", "not-representable  0+4"),
        ("host='a", "not-representable  7+0"),
        ("host=a service=x", "service-file-missing service 15+1"),
    ] {
        assert_eq!(of_string(text), expected, "{text}");
    }
}

const FILE: &[u8] = b"# services\n[other]\nbroken\n[test]\n host=f,g \nhost=late\nport=7\ndbname=x\n\n[test]\nhost=second\n";

#[test]
fn the_stronger_fills_in_before_the_weaker() {
    let pick = |text: &'static [u8],
                options: &[(Keyword, &'static str)],
                environment: &[(&str, &'static str)]| {
        let mut all = Options::new(Platform::Unix);
        all.connection_string(text);
        all.service_file(FILE);
        for (keyword, value) in options {
            all.option(*keyword, value.as_bytes());
        }
        for (name, value) in environment {
            assert!(all.environment(name, value.as_bytes()));
        }
        targets(&all).join(" ")
    };
    use Keyword::{Host, Port, Service};
    let environment = [("PGHOST", "e"), ("PGPORT", "9")];
    assert_eq!(pick(b"", &[], &environment), "e:9");
    assert_eq!(pick(b"service=test", &[], &environment), "f:7 g:7");
    assert_eq!(pick(b"", &[(Service, "test")], &environment), "f:7 g:7");
    assert_eq!(pick(b"", &[], &[("PGSERVICE", "test"), ("PGHOST", "e")]), "f:7 g:7");
    assert_eq!(pick(b"service=test", &[(Host, "o")], &environment), "o:7");
    assert_eq!(pick(b"host=s service=test", &[(Host, "o"), (Port, "3")], &environment), "s:3");
    assert_eq!(pick(b"", &[(Host, "")], &environment), "e:9");
    // An empty value of a connection string hides the weaker ones; an empty host of a URI does not.
    assert_eq!(pick(b"host=''", &[], &environment), "unix:/tmp/.s.PGSQL.9");
    assert_eq!(pick(b"postgresql:///db", &[], &environment), "e:9");
    assert_eq!(pick(b"", &[], &[("PGHOST", ""), ("PGHOSTADDR", "::1")]), "[::1]:5432");
    assert_eq!(pick(b"service='te\\st'", &[], &[]), "f:7 g:7");
    assert_eq!(pick(b"", &[(Service, "none")], &[]), "service-not-found service 0+4");
    assert_eq!(pick(b"service=none", &[], &[]), "service-not-found service 8+4");
    assert_eq!(pick(b"", &[], &[("PGPORT", "0")]), "port-zero-not-allowed port 0+1");
}

#[test]
fn broken_services_are_refused() {
    let pick = |file: &str| {
        let mut options = Options::new(Platform::Unix);
        options.service_file(file.as_bytes());
        options.option(Keyword::Service, b"test");
        targets(&options).join(" ")
    };
    assert_eq!(pick("[test]\nhost=a"), "a:5432");
    assert_eq!(pick("[test]\n\n#\nport= 7\r\nhost=a\r\n"), "a:7");
    assert_eq!(pick("[test]\nhost\n"), "service-bad-line  7+4");
    assert_eq!(pick("[test]\nhost =a\n"), "unknown-keyword  7+5");
    assert_eq!(pick("[test]\nssl=true\n"), "unknown-keyword  7+3");
    assert_eq!(pick("[test]\nservice=b\n"), "service-nested  7+7");
    assert_eq!(pick("[test]\nldap://x\n"), "option-unsupported  7+8");
    assert_eq!(pick("[test]\nhost=a,b\nport=1,2,3\n"), "port-count-mismatch port 21+5");
    assert_eq!(pick("[test]\nport=70000\n"), "port-too-large port 12+5");
    assert_eq!(pick("[test]\nhost=a\0\n"), "nul  13+1");
    assert_eq!(pick("[test\nhost=a\n"), "service-not-found service 0+4");
    assert_eq!(pick("[Test]\nhost=a\n"), "service-not-found service 0+4");
    let long = format!("#{}\n[test]\nhost=a\n", "x".repeat(1020));
    assert_eq!(pick(&long), "a:5432");
    assert_eq!(pick(&format!("#{long}")), "line-too-long  0+1022");
}

#[test]
fn windows_has_drives_and_no_default_directory() {
    let pick = |host: &str| {
        let mut options = Options::new(Platform::Windows);
        options.option(Keyword::Host, host.as_bytes());
        targets(&options).join(" ")
    };
    assert_eq!(pick(""), "localhost:5432");
    assert_eq!(pick(r"C:\pg"), "unix:C%3A%5Cpg/.s.PGSQL.5432");
    assert_eq!(pick("c:/pg"), "unix:c%3A/pg/.s.PGSQL.5432");
    assert_eq!(pick(r"\pg"), "unix:%5Cpg/.s.PGSQL.5432");
    assert_eq!(pick("a"), "a:5432");
    let none = Defaults::UPSTREAM.with_directory(None).with_port(7);
    assert_eq!(targets(&Options::new(Platform::Unix).with_defaults(none)), ["localhost:7"]);
    let debian = Options::new(Platform::Unix).with_defaults(Defaults::DEBIAN);
    assert_eq!(targets(&debian), ["unix:/var/run/postgresql/.s.PGSQL.5432"]);
}

#[test]
fn reasons_say_where_values_came_from() {
    let mut options = Options::new(Platform::Unix);
    options.connection_string(b"host=a,/d");
    options.service_file(FILE);
    options.environment("PGSERVICE", b"test");
    let decision = options.choose().unwrap();
    let reasons: Vec<_> = decision
        .reasons()
        .iter()
        .map(|reason| format!("{}: {}", reason.code(), reason.origin))
        .collect();
    assert_eq!(
        reasons,
        [
            "service: PGSERVICE",
            "host-list: connection string",
            "host-network: connection string",
            "port-given: service file, line 7",
            "tcp: built in",
        ]
    );
}
