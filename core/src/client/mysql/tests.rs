//! The tables, row by row; option files and servers below.

mod bind;
mod option_file;
mod ports;
mod windows;

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use alloc::{format, vec};

use super::*;
use crate::client::{ChooseError, Decision, ReasonKind};
use OptionName::{Host, Port, Protocol as Proto, Socket};

type Arguments<'a> = &'a [(OptionName, &'a str)];

const UNSUPPORTED: &str = "protocol-unsupported protocol 0+0";
const SOCKET: &str = "unix:/tmp/mysql.sock";

/// Options with a file, an environment and arguments.
fn options<'a>(
    client: Client,
    platform: Platform,
    file: &'a str,
    environment: &[(&str, &'a str)],
    arguments: Arguments<'a>,
) -> Result<Options<'a>, ChooseError<'a>> {
    let mut options = Options::new(client, platform);
    for (name, value) in environment {
        _ = options.environment(name, value.as_bytes());
    }
    let include = options.read(&mut OptionFile::new(client, "my.cnf", file.as_bytes()))?;
    assert_eq!(include, None);
    for (name, value) in arguments {
        options.argument(*name, value.as_bytes());
    }
    Ok(options)
}

fn targets(decision: &Decision<'_>) -> Vec<String> {
    decision.targets().map(|target| target.to_string()).collect()
}

/// The targets, or the code, the option and the place of the refusal.
fn pick_with(
    client: Client,
    platform: Platform,
    file: &str,
    environment: &[(&str, &str)],
    arguments: Arguments<'_>,
) -> Vec<String> {
    let decided = options(client, platform, file, environment, arguments);
    match decided.and_then(|options| options.choose().map(|decision| targets(&decision))) {
        Ok(targets) => targets,
        Err(error) => {
            vec![format!("{} {} {}+{}", error.code(), error.option, error.at, error.len)]
        }
    }
}

fn pick(client: Client, arguments: Arguments<'_>) -> String {
    pick_with(client, Platform::Unix, "", &[], arguments).join(" ")
}

fn pick_from(client: Client, file: &str, arguments: Arguments<'_>) -> String {
    pick_with(client, Platform::Unix, file, &[], arguments).join(" ")
}

#[test]
fn this_machine_is_a_socket() {
    for client in Client::ALL {
        for arguments in [
            &[][..],
            &[(Host, "localhost")],
            &[(Host, "")],
            &[(Proto, "socket")],
            &[(Host, "localhost"), (Proto, "SOCKET")],
            &[(Host, ""), (Proto, "s")],
        ] {
            assert_eq!(pick(*client, arguments), SOCKET, "{client:?} {arguments:?}");
        }
        let named = [(Host, "localhost"), (Socket, "/x")];
        assert_eq!(pick(*client, &named), "unix:/x", "{client:?}");
        let forced = [(Host, "localhost"), (Proto, "tcp")];
        assert_eq!(pick(*client, &forced), "localhost:3306", "{client:?}");
        assert_eq!(pick(*client, &[(Proto, "TCP")]), "localhost:3306", "{client:?}");
    }
}

#[test]
fn any_other_host_is_tcp() {
    for client in Client::ALL {
        for (host, target) in [
            ("127.0.0.1", "127.0.0.1:3306"),
            ("127.1", "127.0.0.1:3306"),
            ("::1", "[::1]:3306"),
            ("::ffff:127.0.0.1", "[::ffff:127.0.0.1]:3306"),
            ("fe80::1%eth0", "[fe80::1%eth0]:3306"),
            ("LOCALHOST", "LOCALHOST:3306"),
            ("localhost.", "localhost.:3306"),
            ("db_1.example", "db_1.example:3306"),
        ] {
            assert_eq!(pick(*client, &[(Host, host)]), target, "{client:?}");
            assert_eq!(pick(*client, &[(Host, host), (Proto, "tcp")]), target, "{client:?}");
            let with_socket = [(Host, host), (Socket, "/x")];
            assert_eq!(pick(*client, &with_socket), target, "{client:?}");
        }
        let socket = pick(*client, &[(Host, "127.0.0.1"), (Proto, "socket")]);
        let expected = if client.is_mariadb() { "127.0.0.1:3306" } else { UNSUPPORTED };
        assert_eq!(socket, expected, "{client:?}");
    }
}

#[test]
fn what_is_no_host_is_refused() {
    for client in Client::ALL {
        for (host, refusal) in [
            ("[::1]", "group-empty host 0+0"),
            ("127.0.0.1:3306", "v4-tail-not-last host 0+9"),
            (".", "host-label-empty host 0+0"),
            ("127.0.0.256", "octet-too-large host 8+3"),
            ("a b", "whitespace host 1+1"),
            ("a\0", "nul host 1+1"),
        ] {
            assert_eq!(pick(*client, &[(Host, host)]), refusal, "{client:?}");
        }
    }
}

#[test]
fn protocols_of_windows_are_refused() {
    for client in Client::ALL {
        for protocol in ["pipe", "memory", "M"] {
            for host in ["", "localhost", "127.0.0.1"] {
                let refused = pick(*client, &[(Host, host), (Proto, protocol)]);
                assert_eq!(refused, "protocol-unsupported protocol 0+0", "{client:?}");
            }
        }
        for (word, len) in [("", 0), ("udp", 3), ("tcpx", 4), ("1", 1)] {
            let refused = pick(*client, &[(Proto, word)]);
            assert_eq!(refused, format!("unknown-protocol protocol 0+{len}"), "{client:?}");
        }
    }
}

/// Runs of the command `mariadb` 10.11.
#[test]
fn the_line_of_mariadb_forces_the_protocol() {
    let file_port = "[client]\nport=3307\n";
    let file_socket = "[client]\nsocket=/f\n";
    let file_tcp = "[client]\nprotocol=tcp\n";
    let rows: &[(&str, Arguments<'_>, &str, &str)] = &[
        ("", &[], SOCKET, SOCKET),
        ("", &[(Port, "3307")], "localhost:3307", SOCKET),
        ("", &[(Host, "localhost"), (Port, "3307")], "localhost:3307", SOCKET),
        ("", &[(Port, "3307"), (Socket, "/x")], "unix:/x", "unix:/x"),
        ("", &[(Socket, "/x"), (Port, "3307")], "localhost:3307", "unix:/x"),
        ("", &[(Host, "localhost"), (Port, "3307"), (Socket, "/x")], "unix:/x", "unix:/x"),
        (file_port, &[], SOCKET, SOCKET),
        (file_socket, &[(Port, "3307")], "localhost:3307", "unix:/f"),
        (file_tcp, &[(Socket, "/x")], "unix:/x", "localhost:3306"),
        ("", &[(Socket, "/x"), (Proto, "tcp")], "localhost:3306", "localhost:3306"),
        ("", &[(Proto, "tcp"), (Socket, "/x")], "unix:/x", "localhost:3306"),
        ("", &[(Host, "127.0.0.1"), (Socket, "/x")], "127.0.0.1:3306", "127.0.0.1:3306"),
        ("", &[(Proto, "pipe"), (Socket, "/x")], UNSUPPORTED, UNSUPPORTED),
        ("", &[(Proto, "pipe"), (Port, "1"), (Socket, "/x")], "unix:/x", UNSUPPORTED),
        ("", &[(Host, ""), (Socket, "/x")], "unix:/x", "unix:/x"),
        ("", &[(Port, "0")], "localhost:3306", SOCKET),
        ("", &[(Port, "98842")], "port-too-large port 0+5", "port-too-large port 0+5"),
    ];
    for (file, arguments, mariadb, mysql) in rows {
        assert_eq!(pick_from(Client::MariadbCli, file, arguments), *mariadb, "{arguments:?}");
        assert_eq!(pick_from(Client::MysqlCli, file, arguments), *mysql, "{arguments:?}");
        if !arguments.iter().any(|(name, _)| *name == Proto) || file.is_empty() {
            continue;
        }
        assert_eq!(pick_from(Client::MysqlC, file, arguments), *mysql, "{arguments:?}");
    }
}

#[test]
fn a_port_alone_changes_nothing_in_the_libraries() {
    for client in [Client::MysqlC, Client::MariadbC, Client::MysqlCli] {
        assert_eq!(pick(client, &[(Port, "3307")]), SOCKET);
        assert_eq!(pick(client, &[(Host, "a"), (Port, "3307")]), "a:3307");
    }
}

#[test]
fn ports_never_wrap() {
    let (longest, too_long) = (format!("{:064}", 7), format!("{:065}", 7));
    for client in Client::ALL {
        let port = |port| pick(*client, &[(Host, "a"), (Port, port)]);
        assert_eq!(port("65535"), "a:65535");
        assert_eq!(port("0"), "a:3306");
        assert_eq!(port("003307"), "a:3307");
        assert_eq!(port(&longest), "a:7");
        assert_eq!(port(&too_long), "port-too-large port 0+65");
        for (text, refusal) in [
            ("65536", "port-too-large port 0+5"),
            ("98842", "port-too-large port 0+5"),
            ("4294967297", "port-too-large port 0+10"),
            ("99999999999999999999999", "port-too-large port 0+23"),
            ("-1", "port-sign port 0+1"),
            ("", "port-empty port 0+0"),
            ("mysql", "service-name-not-allowed port 0+5"),
            ("3k", "unexpected-byte port 1+1"),
            ("3306 ", "whitespace port 4+1"),
        ] {
            assert_eq!(port(text), refusal, "{client:?}");
        }
    }
}

#[test]
fn port_0_is_as_good_as_none() {
    let file = "[client]\nport=3307\n";
    let arguments = [(Host, "a"), (Port, "0")];
    // The library falls back to the file; the command has forgotten it.
    for (client, port) in [
        (Client::MysqlC, 3307),
        (Client::MariadbC, 3307),
        (Client::MysqlCli, 3306),
        (Client::MariadbCli, 3306),
    ] {
        assert_eq!(pick_from(client, file, &arguments), format!("a:{port}"));
        assert_eq!(pick_from(client, "[client]\nport=0\n", &arguments), "a:3306");
        let environment = [("MYSQL_TCP_PORT", "3308")];
        let picked = pick_with(client, Platform::Unix, "", &environment, &arguments);
        assert_eq!(picked, ["a:3308"]);
        let zero = [("MYSQL_TCP_PORT", "0")];
        let picked = pick_with(client, Platform::Unix, "", &zero, &arguments);
        assert_eq!(picked, ["port-zero-not-allowed port 0+1"]);
    }
}

#[test]
fn an_empty_host_is_as_good_as_none() {
    let file = "[client]\nhost=a\n";
    assert_eq!(pick_from(Client::MysqlC, file, &[(Host, "")]), "a:3306");
    assert_eq!(pick_from(Client::MariadbC, file, &[(Host, "")]), "a:3306");
    assert_eq!(pick_from(Client::MysqlCli, file, &[(Host, "")]), SOCKET);
    assert_eq!(pick_from(Client::MariadbCli, file, &[(Host, "")]), SOCKET);
}

#[test]
fn the_environment_is_the_default_of_defaults() {
    let pick = |client, file, name, value, arguments| {
        pick_with(client, Platform::Unix, file, &[(name, value)], arguments).join(" ")
    };
    for client in Client::ALL.iter().copied() {
        let host = pick(client, "", "MYSQL_HOST", "a", &[]);
        assert_eq!(host, if client.is_command() { "a:3306" } else { SOCKET }, "{client:?}");
        assert_eq!(pick(client, "", "MYSQL_UNIX_PORT", "/e", &[]), "unix:/e", "{client:?}");
        let mariadb = pick(client, "", "MARIADB_UNIX_PORT", "/e", &[]);
        assert_eq!(mariadb, if client.is_mariadb() { "unix:/e" } else { SOCKET }, "{client:?}");
        let file = "[client]\nsocket=/f\nport=1\n";
        assert_eq!(pick(client, file, "MYSQL_UNIX_PORT", "/e", &[]), "unix:/f", "{client:?}");
        let port = pick(client, file, "MYSQL_TCP_PORT", "2", &[(Host, "a")]);
        assert_eq!(port, "a:1", "{client:?}");
        let port = pick(client, "", "MYSQL_TCP_PORT", "70000", &[(Host, "a")]);
        assert_eq!(port, "port-too-large port 0+5", "{client:?}");
        let empty = pick(client, "", "MYSQL_UNIX_PORT", "", &[]);
        assert_eq!(empty, "unix-path-empty socket 0+0", "{client:?}");
    }
    let both = [("MARIADB_UNIX_PORT", "/m"), ("MYSQL_UNIX_PORT", "/e")];
    assert_eq!(pick_with(Client::MariadbC, Platform::Unix, "", &both, &[]), ["unix:/e"]);
    let mut options = Options::new(Client::MysqlC, Platform::Unix);
    assert!(!options.environment("MYSQL_HOST", b"a") && !options.environment("PATH", b"a"));
}

#[test]
fn sockets_keep_their_length() {
    let long = "/".repeat(107);
    let too_long = "/".repeat(108);
    for client in Client::ALL {
        assert_eq!(pick(*client, &[(Socket, &long)]), format!("unix:{long}"));
        let refused = pick(*client, &[(Socket, &too_long)]);
        assert_eq!(refused, "unix-path-too-long socket 0+108", "{client:?}");
        // What the decision does not look at is not judged.
        assert_eq!(pick(*client, &[(Socket, &too_long), (Host, "a")]), "a:3306");
        assert_eq!(pick(*client, &[(Socket, "")]), "unix-path-empty socket 0+0", "{client:?}");
        assert_eq!(pick(*client, &[(Socket, "/a\0b")]), "unix-nul socket 2+1", "{client:?}");
    }
}

#[test]
fn only_mariadb_has_abstract_names() {
    for client in [Client::MariadbC, Client::MariadbCli] {
        assert_eq!(pick(client, &[(Socket, "@x")]), "unix-abstract:x");
        assert_eq!(pick(client, &[(Socket, "@")]), "unix-abstract:");
        let long = format!("@{}", "x".repeat(107));
        assert_eq!(pick(client, &[(Socket, &long)]), "unix-path-too-long socket 0+108");
    }
    assert_eq!(pick(Client::MysqlC, &[(Socket, "@x")]), "unix:%40x");
}

#[test]
fn without_a_socket_this_machine_is_tcp() {
    for client in Client::ALL {
        let picked = |protocol: Option<&'static [u8]>| {
            let defaults = Defaults::UPSTREAM.with_socket(None);
            let mut options = Options::new(*client, Platform::Unix).with_defaults(defaults);
            if let Some(protocol) = protocol {
                options.argument(Proto, protocol);
            }
            let decision = options.choose();
            decision.map(|decision| targets(&decision)).map_err(|error| error.code())
        };
        assert_eq!(picked(None), Ok(vec!["localhost:3306".into()]), "{client:?}");
        let socket = picked(Some(b"socket"));
        match client.is_mariadb() {
            true => assert_eq!(socket, Ok(vec!["localhost:3306".into()])),
            false => assert_eq!(socket, Err("protocol-unsupported")),
        }
    }
    let options = Options::new(Client::MysqlC, Platform::Unix).with_defaults(Defaults::DEBIAN);
    assert_eq!(targets(&options.choose().unwrap()), ["unix:/run/mysqld/mysqld.sock"]);
}

/// Runs of the command `mariadb` 10.11; `ma_get_host_list`.
#[test]
fn mariadb_tries_a_list_of_hosts() {
    for client in [Client::MariadbC, Client::MariadbCli] {
        for (list, expected) in [
            ("a,b", "a:3306 b:3306"),
            ("a:1,[::1]:2,10.0.0.1", "a:1 [::1]:2 10.0.0.1:3306"),
            (",a,,b,", "a:3306 b:3306"),
            ("[::1],localhost:9", "[::1]:3306 unix:/tmp/mysql.sock"),
            ("a:0,b", "a:3306 b:3306"),
            (",", "host-label-empty host 0+0"),
            ("a,b:", "port-empty port 4+0"),
            ("a,b:65536", "port-too-large port 4+5"),
            ("a,::1", "bracket-missing host 2+0"),
            ("a,[::1", "bracket-unclosed host 6+0"),
            ("a,[::1]x", "text-after-bracket host 7+1"),
            ("a,:1", "host-label-empty host 2+0"),
            ("a, b", "whitespace host 2+1"),
        ] {
            assert_eq!(pick(client, &[(Host, list)]), expected, "{client:?} {list}");
        }
        let with_port = [(Host, "a,b:2"), (Port, "7")];
        assert_eq!(pick(client, &with_port), "a:7 b:2");
    }
    let file = "[client]\nport=7\n";
    let with_zero = [(Host, "a,b:0"), (Port, "0")];
    assert_eq!(pick_from(Client::MariadbC, file, &with_zero), "a:7 b:3306");
    assert_eq!(pick(Client::MysqlC, &[(Host, "a,b")]), "host-bad-byte host 1+1");
}

#[test]
fn reasons_say_where_values_came_from() {
    let file = "[client]\nhost=localhost\n[mysql]\nport=0\n";
    let arguments = [(Proto, "tcp")];
    let environment = [("MYSQL_TCP_PORT", "3308")];
    let options = options(Client::MysqlCli, Platform::Unix, file, &environment, &arguments);
    let decision = options.unwrap().choose().unwrap();
    let reasons: Vec<_> = decision
        .reasons()
        .iter()
        .map(|reason| format!("{}: {}", reason.code(), reason.origin))
        .collect();
    assert_eq!(
        reasons,
        [
            "host-localhost: my.cnf, line 2, [client]",
            "protocol-given: command line",
            "port-zero: my.cnf, line 4, [mysql]",
            "port-default: MYSQL_TCP_PORT",
            "tcp: built in",
        ]
    );
    assert_eq!(decision.reasons()[0].kind, ReasonKind::HostLocalhost);
}

#[test]
fn names_are_found_again() {
    for client in Client::ALL {
        assert_eq!(Client::from_name(client.name()), Some(*client));
        assert!(client.option_files(Platform::Unix).len() == 4);
    }
    for option in OptionName::ALL {
        assert_eq!(OptionName::from_name(option.name().as_bytes()), Some(*option));
    }
    let underscores = OptionName::from_name(b"shared_memory-base_name");
    assert_eq!(underscores, Some(OptionName::SharedMemoryBaseName));
    assert_eq!(OptionName::from_name(b"Host"), None);
    let mut codes: Vec<_> = ReasonKind::ALL.iter().map(|kind| kind.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), ReasonKind::ALL.len());
}
