//! The table of Windows.

use super::*;

fn pick(client: Client, arguments: Arguments<'_>) -> String {
    pick_with(client, Platform::Windows, "", &[], arguments).join(" ")
}

const MYSQL: [Client; 2] = [Client::MysqlC, Client::MysqlCli];
const MARIADB: [Client; 2] = [Client::MariadbC, Client::MariadbCli];

#[test]
fn mysql_tries_shared_memory_before_tcp() {
    for client in MYSQL {
        let both = "shared-memory:MYSQL localhost:3306";
        assert_eq!(pick(client, &[]), both);
        assert_eq!(pick(client, &[(Host, "localhost")]), both);
        assert_eq!(pick(client, &[(Host, "")]), both);
        let named = [(OptionName::SharedMemoryBaseName, "X"), (Port, "3307")];
        assert_eq!(pick(client, &named), "shared-memory:X localhost:3307");
        assert_eq!(pick(client, &[(Proto, "memory")]), "shared-memory:MYSQL");
        assert_eq!(pick(client, &[(Proto, "tcp")]), "localhost:3306");
        assert_eq!(pick(client, &[(Host, "a")]), "a:3306");
        for arguments in [
            &[(Proto, "memory"), (Host, "a")][..],
            &[(Proto, "socket")],
            &[(Proto, "socket"), (Host, "a")],
        ] {
            assert_eq!(pick(client, arguments), "protocol-unsupported protocol 0+0");
        }
    }
}

#[test]
fn mariadb_tries_shared_memory_only_when_asked() {
    for client in MARIADB {
        for arguments in [&[][..], &[(Host, "localhost")], &[(Proto, "socket")]] {
            assert_eq!(pick(client, arguments), "localhost:3306");
        }
        assert_eq!(pick(client, &[(Proto, "memory")]), "shared-memory:MYSQL");
        assert_eq!(pick(client, &[(Proto, "memory"), (Host, "a")]), "shared-memory:MYSQL");
    }
}

#[test]
fn a_dot_and_the_protocol_mean_a_pipe() {
    for client in Client::ALL.iter().copied() {
        let default = r"\\.\pipe\MySQL";
        assert_eq!(pick(client, &[(Host, ".")]), default, "{client:?}");
        assert_eq!(pick(client, &[(Host, "."), (Proto, "tcp")]), default, "{client:?}");
        assert_eq!(pick(client, &[(Proto, "pipe")]), default, "{client:?}");
        assert_eq!(pick(client, &[(OptionName::Pipe, "")]), default, "{client:?}");
        let local = [(Proto, "pipe"), (Host, "localhost")];
        assert_eq!(pick(client, &local), default, "{client:?}");
        let other = [(Proto, "pipe"), (Host, "srv"), (Socket, "x")];
        assert_eq!(pick(client, &other), r"\\srv\pipe\x", "{client:?}");
        let empty = [(Proto, "pipe"), (Socket, "")];
        assert_eq!(pick(client, &empty), default, "{client:?}");
        let pipe = |name| pick(client, &[(Proto, "pipe"), (Socket, name)]);
        assert_eq!(pipe(r"a\b"), "pipe-name-backslash socket 1+1", "{client:?}");
        assert_eq!(pipe("a b"), "whitespace socket 1+1", "{client:?}");
        assert_eq!(pipe(&"a".repeat(248)), "pipe-too-long socket 0+248", "{client:?}");
        let server = [(Proto, "pipe"), (Host, "a b")];
        assert_eq!(pick(client, &server), "whitespace host 1+1", "{client:?}");
        let server = [(Proto, "pipe"), (Host, "a/b")];
        assert_eq!(pick(client, &server), "unexpected-byte host 1+1", "{client:?}");
    }
    let environment = [("MYSQL_UNIX_PORT", "e")];
    let picked =
        |client| pick_with(client, Platform::Windows, "", &environment, &[(Host, ".")]).join(" ");
    assert_eq!(picked(Client::MysqlC), r"\\.\pipe\e");
    assert_eq!(picked(Client::MariadbC), r"\\.\pipe\MySQL");
}

#[test]
fn a_pipe_of_mariadb_is_named_by_its_socket() {
    let client = Client::MariadbCli;
    assert_eq!(pick(client, &[(Proto, "pipe"), (Socket, "x")]), r"\\.\pipe\x");
    assert_eq!(pick(client, &[(Socket, "x")]), "localhost:3306");
    let file = "[client]\nprotocol=PIPE\n";
    let picked = pick_with(client, Platform::Windows, file, &[], &[(Socket, "x")]);
    assert_eq!(picked, [r"\\.\pipe\x"]);
    assert_eq!(pick(client, &[(Proto, "pipe"), (Port, "1")]), "localhost:1");
}

#[test]
fn shared_memory_has_no_escapes() {
    let file = "[client]\nprotocol=memory\nshared-memory-base-name=a\\sb\n";
    let picked = pick_with(Client::MysqlC, Platform::Windows, file, &[], &[]);
    assert_eq!(picked, ["not-representable shared-memory-base-name 49+4"]);
}
