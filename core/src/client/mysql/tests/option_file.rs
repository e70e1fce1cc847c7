//! Option files: what is read, what is refused, and where.

use super::*;

/// What a file gives for the host `a`, or the refusal.
fn port_of(client: Client, file: &str) -> String {
    pick_from(client, file, &[(Host, "a")])
}

#[test]
fn each_client_reads_its_groups() {
    use Client::{MariadbC, MariadbCli, MysqlC, MysqlCli};
    for (group, readers) in [
        ("client", &[MysqlC, MysqlCli, MariadbC, MariadbCli][..]),
        ("CLIENT", &[MysqlC, MysqlCli, MariadbCli]),
        ("mysql", &[MysqlCli, MariadbCli]),
        ("client-server", &[MariadbC, MariadbCli]),
        ("client-mariadb", &[MariadbC, MariadbCli]),
        ("mariadb-client", &[MariadbCli]),
        ("mysqld", &[]),
        ("client ", &[MysqlC, MysqlCli, MariadbC, MariadbCli]),
        (" client", &[]),
        ("", &[]),
    ] {
        for client in Client::ALL {
            let file = format!("[{group}]\nport=3307\n");
            let port = if readers.contains(client) { 3307 } else { 3306 };
            assert_eq!(port_of(*client, &file), format!("a:{port}"), "{client:?} [{group}]");
        }
    }
}

#[test]
fn suffixes_and_groups_of_the_caller_are_read_too() {
    let file = b"[client]\nport=1\n[client_x]\nport=2\n[mine]\nport=3\n";
    let port = |client, suffix: &'static [u8], group: Option<&'static [u8]>| {
        let mut options = Options::new(client, Platform::Unix).with_group_suffix(suffix);
        if let Some(group) = group {
            options = options.with_group(group);
        }
        options.read(&mut OptionFile::new(client, "", file)).unwrap();
        options.argument(Host, b"a");
        targets(&options.choose().unwrap()).concat()
    };
    assert_eq!(port(Client::MysqlCli, b"", None), "a:1");
    assert_eq!(port(Client::MysqlCli, b"_x", None), "a:2");
    assert_eq!(port(Client::MariadbC, b"_x", None), "a:1");
    assert_eq!(port(Client::MysqlC, b"_x", Some(b"mine")), "a:3");
    let environment = [("MYSQL_GROUP_SUFFIX", "_y")];
    let file = "[client_y]\nport=4\n";
    let picked = pick_with(Client::MysqlCli, Platform::Unix, file, &environment, &[(Host, "a")]);
    assert_eq!(picked, ["a:4"]);
}

#[test]
fn the_last_line_wins() {
    for client in Client::ALL {
        let file = "[client]\nport=1\nport=2\n[mysqld]\nport=3\n[client]\nport=4\n";
        assert_eq!(port_of(*client, file), "a:4");
        let picked = pick_from(*client, file, &[(Host, "a"), (Port, "5")]);
        assert_eq!(picked, "a:5");
    }
}

#[test]
fn lines_are_read_as_the_originals_do() {
    for (line, port) in [
        ("port=3307", 3307),
        ("  port = 3307  ", 3307),
        ("port=\t3307\r", 3307),
        ("port=\"3307\"", 3307),
        ("port='3307'", 3307),
        ("# port=3307", 3306),
        ("; port=3307", 3306),
        ("#\n;\n\n \t\r\nport=3307", 3307),
        ("port_x=1", 3306),
        ("Port=1", 3306),
    ] {
        for client in Client::ALL {
            let file = format!("[client]\n{line}\n");
            assert_eq!(port_of(*client, &file), format!("a:{port}"), "{client:?} {line}");
        }
    }
    for line in ["loose-port=3307", "loose_port=3307", "port=3307 # x", "port='3307' # 'x"] {
        let file = format!("[client] # x\n{line}");
        assert_eq!(port_of(Client::MysqlCli, &file), "a:3307", "{line}");
        assert_eq!(port_of(Client::MariadbCli, &file), "a:3307", "{line}");
    }
    let loose = "[client]\nloose-port=1\n";
    assert_eq!(port_of(Client::MariadbC, loose), "a:3306");
    assert_eq!(port_of(Client::MysqlC, loose), "a:3306");
    // Connector/C knows no comments behind a value.
    assert_eq!(port_of(Client::MariadbC, "[client]\nport=3307 # x\n"), "whitespace port 18+1");
    assert_eq!(pick_from(Client::MariadbC, "[client]\nsocket=/x # y\n", &[]), "unix:/x%20%23%20y");
    assert_eq!(pick_from(Client::MariadbC, "[client]\nservername=b\n", &[]), "b:3306");
}

#[test]
fn values_are_unescaped() {
    for client in Client::ALL {
        let socket = |value: &str| {
            let file = format!("[client]\nsocket={value}\n");
            pick_from(*client, &file, &[])
        };
        assert_eq!(socket(r"/\b\t\n\r\\\s\042"), "unknown-escape socket 29+2", "{client:?}");
        assert_eq!(socket(r#"/\b\t\n\r\\\s\"\'"#), "unix:/%08%09%0A%0D%5C%20%22%27");
        assert_eq!(socket(r#""/a b#c""#), "unix:/a%20b%23c", "{client:?}");
        assert_eq!(socket("'/a\"b'"), "unix:/a%22b", "{client:?}");
        assert_eq!(socket(r"/a\"), "unix:/a%5C", "{client:?}");
        assert_eq!(socket(r"'/a\x'"), "unknown-escape socket 19+2", "{client:?}");
        assert_eq!(socket("'/a"), "quote-unclosed socket 16+3", "{client:?}");
        assert_eq!(socket("'/a\""), "quote-unclosed socket 16+4", "{client:?}");
        assert_eq!(socket("'"), "quote-unclosed socket 16+1", "{client:?}");
        let long = format!("/{}", r"\s".repeat(107));
        assert_eq!(socket(&long), "unix-path-too-long socket 16+215", "{client:?}");
        let empty =
            if *client == Client::MariadbC { SOCKET } else { "unix-path-empty socket 16+0" };
        assert_eq!(socket(""), empty, "{client:?}");
        assert_eq!(
            socket("''"),
            if *client == Client::MariadbC { SOCKET } else { "unix-path-empty socket 17+0" }
        );
    }
    // A host has no byte that needs an escape.
    let host = |value: &str| pick_from(Client::MysqlCli, &format!("[client]\nhost={value}\n"), &[]);
    assert_eq!(host(r"a\sb"), "host-bad-byte host 15+1");
    assert_eq!(host("'b'"), "b:3306");
}

#[test]
fn protocols_in_files() {
    let protocol =
        |client, value: &str| pick_from(client, &format!("[client]\nprotocol={value}\n"), &[]);
    for client in [Client::MysqlC, Client::MysqlCli, Client::MariadbCli] {
        assert_eq!(protocol(client, "tcp"), "localhost:3306");
        assert_eq!(protocol(client, "Socket"), SOCKET);
        assert_eq!(protocol(client, "1"), "unknown-protocol protocol 18+1");
        assert_eq!(protocol(client, "pipe"), "protocol-unsupported protocol 0+0");
        let pipe = pick_from(client, "[client]\npipe\n", &[]);
        assert_eq!(pipe, "protocol-unsupported protocol 0+0");
    }
    // To Connector/C the value is a number, and a word the number 0.
    let client = Client::MariadbC;
    assert_eq!(protocol(client, "tcp"), SOCKET);
    assert_eq!(protocol(client, "0"), SOCKET);
    assert_eq!(protocol(client, "1"), "localhost:3306");
    assert_eq!(protocol(client, "2"), SOCKET);
    assert_eq!(protocol(client, "3"), "protocol-unsupported protocol 0+0");
    assert_eq!(protocol(client, "5"), "unknown-protocol protocol 18+1");
    assert_eq!(protocol(client, "-1"), "unknown-protocol protocol 18+2");
    assert_eq!(protocol(client, "1x"), "unknown-protocol protocol 18+2");
    assert_eq!(pick_from(client, "[client]\npipe\n", &[]), SOCKET);
    let connection = pick_from(client, "[client]\nconnection=host=a\n", &[]);
    assert_eq!(connection, "option-unsupported connection 9+10");
}

#[test]
fn broken_files_are_refused() {
    let long = format!("[client]\n#{}\n", "x".repeat(MAX_LINE - 1));
    let too_long = format!("[client]\n#{}\n", "x".repeat(MAX_LINE));
    for client in Client::ALL {
        let refused = |file: &str| port_of(*client, file);
        assert_eq!(refused("port=1\n"), "option-without-group  0+6", "{client:?}");
        assert_eq!(refused("\n [client\n"), "group-unclosed  9+0", "{client:?}");
        assert_eq!(refused("[client] port=1\n"), "text-after-group  9+1", "{client:?}");
        assert_eq!(refused("!port\n"), "unknown-directive  1+4", "{client:?}");
        assert_eq!(refused("!\n"), "unknown-directive  1+0", "{client:?}");
        assert_eq!(refused("!Include x\n"), "unknown-directive  1+7", "{client:?}");
        assert_eq!(refused("!include \n"), "include-path-missing  8+0", "{client:?}");
        assert_eq!(refused("[client]\nport\n"), "value-missing port 9+4", "{client:?}");
        assert_eq!(refused("[mysqld]\nport\nsocket=\\z\n"), "a:3306", "{client:?}");
        assert_eq!(refused("[client]\nprompt=\\u\nx\n"), "a:3306", "{client:?}");
        assert_eq!(refused("[client]\n#\0\n"), "nul  10+1", "{client:?}");
        assert_eq!(refused(&long), "a:3306", "{client:?}");
        assert_eq!(refused(&too_long), "line-too-long  9+4094", "{client:?}");
    }
}

/// Reads a file that includes by name, as a caller does.
fn read_all<'a>(
    options: &mut Options<'a>,
    file: &mut OptionFile<'a>,
    files: &[(&'a str, &'a str)],
) -> Result<(), ChooseError<'a>> {
    while let Some(include) = options.read(file)? {
        for (name, text) in files.iter().filter(|(name, _)| name.as_bytes() == include.path) {
            read_all(options, &mut include.open(name, text.as_bytes())?, files)?;
        }
    }
    Ok(())
}

fn with_includes(client: Client, files: &[(&str, &str)]) -> String {
    let mut options = Options::new(client, Platform::Unix);
    let (name, text) = files[0];
    let mut file = OptionFile::new(client, name, text.as_bytes());
    let read = read_all(&mut options, &mut file, files);
    options.argument(Host, b"a");
    match read.and_then(|()| options.choose().map(|decision| targets(&decision).concat())) {
        Ok(target) => target,
        Err(error) => format!("{} {} {}+{}", error.code(), error.origin, error.at, error.len),
    }
}

#[test]
fn includes_are_read_where_they_stand() {
    for client in Client::ALL {
        let files = [
            ("a", "[client]\nport=1\n ! includedir  b \nsocket=/x\n"),
            ("b", "[client]\nport=2\n[mysqld]\n"),
        ];
        assert_eq!(with_includes(*client, &files), "a:2", "{client:?}");
        let later = [("a", "[client]\n!include b\nport=1\n"), ("b", "[client]\nport=2\n[x]")];
        assert_eq!(with_includes(*client, &later), "a:1", "{client:?}");
        // A group does not go on in the file that is included.
        let open = [("a", "[client]\n!include b\n"), ("b", "port=2\n")];
        let refused = with_includes(*client, &open);
        assert_eq!(refused, "option-without-group b, line 1, [] 0+6", "{client:?}");
    }
}

#[test]
fn endless_includes_are_refused() {
    for client in Client::ALL {
        let own = [("a", "[client]\nport=1\n!include a\n")];
        let refused = with_includes(*client, &own);
        assert_eq!(refused, "include-too-deep a, line 3, [client] 25+1", "{client:?}");
        let twice = [("a", "!include b\n!include b\n"), ("b", "!include c\n!include c"), ("c", "")];
        assert_eq!(with_includes(*client, &twice), "a:3306", "{client:?}");
        let depth = usize::from(client.max_include_depth());
        let names: Vec<String> = (0..=depth + 2).map(|n| n.to_string()).collect();
        let texts: Vec<String> =
            names.iter().skip(1).map(|name| format!("!include {name}\n")).collect();
        let chain: Vec<(&str, &str)> =
            names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
        assert_eq!(with_includes(*client, &chain[..=depth]), "a:3306", "{client:?}");
        assert_eq!(
            with_includes(*client, &chain),
            if depth == 10 {
                "include-too-deep 10, line 1, [] 9+2"
            } else {
                "include-too-deep 63, line 1, [] 9+2"
            }
        );
    }
    let many = "!include b\n".repeat(1025);
    let files = [("a", many.as_str()), ("b", "")];
    let refused = with_includes(Client::MysqlCli, &files);
    assert_eq!(refused, "too-many-includes a, line 1025, [] 11273+1");
}

#[test]
fn nothing_follows_an_error() {
    let mut file = OptionFile::new(Client::MysqlC, "", b"x\n[client]\nport=1\n");
    assert!(file.next().is_some_and(|item| item.is_err()));
    assert_eq!(file.next(), None);
}
