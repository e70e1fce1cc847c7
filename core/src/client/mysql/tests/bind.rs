//! What the servers listen on.

use super::*;

/// Each socket: host, port, whether it is for IPv6 only, its namespace; or the refusal.
fn listens_of(bind: Bind, text: &str) -> String {
    match bind.parse(text.as_bytes()) {
        Ok(listens) => listens
            .map(|listen| {
                let v6only = match listen.v6only {
                    None => "",
                    Some(false) => " both",
                    Some(true) => " v6only",
                };
                let namespace = listen.namespace.map(|name| format!(" in {}", name.escape_ascii()));
                let namespace = namespace.unwrap_or_default();
                format!("{}:{}{v6only}{namespace}", listen.host, listen.port)
            })
            .collect::<Vec<_>>()
            .join(", "),
        Err(error) => format!("{} {}+{}", error.code(), error.at, error.len),
    }
}

#[test]
fn mysql_listens() {
    let bind = |text| listens_of(Bind::new(Server::Mysql), text);
    assert_eq!(bind("*"), "[::]:3306 both");
    assert_eq!(bind("::"), "[::]:3306 both");
    assert_eq!(bind("0.0.0.0"), "0.0.0.0:3306");
    assert_eq!(bind("::ffff:127.0.0.1"), "[::ffff:127.0.0.1]:3306 both");
    assert_eq!(bind("192.0.2.1,::1,db"), "192.0.2.1:3306, [::1]:3306 both, db:3306");
    assert_eq!(bind("192.0.2.1/ns,::1"), "192.0.2.1:3306 in ns, [::1]:3306 both");
    assert_eq!(bind("db/a.b"), "db:3306 in a.b");
    assert_eq!(bind("fe80::1%lo"), "[fe80::1%lo]:3306 both");
    let without = Bind::new(Server::Mysql).with_ipv6(false);
    assert_eq!(listens_of(without, "*"), "0.0.0.0:3306");
}

#[test]
fn mysql_refuses() {
    let bind = |text| listens_of(Bind::new(Server::Mysql), text);
    assert_eq!(bind(""), "empty 0+0");
    assert_eq!(bind("*,::1"), "wildcard-in-list 0+1");
    assert_eq!(bind("::1,0.0.0.0"), "wildcard-in-list 4+7");
    assert_eq!(bind("::1,::,a"), "wildcard-in-list 4+2");
    assert_eq!(bind("*/ns"), "namespace-on-wildcard 1+3");
    assert_eq!(bind("0.0.0.0/ns"), "namespace-on-wildcard 7+3");
    assert_eq!(bind("::/ns"), "namespace-on-wildcard 2+3");
    assert_eq!(bind("::1/"), "namespace-empty 4+0");
    assert_eq!(bind("::1,"), "host-label-empty 4+0");
    assert_eq!(bind("::1, ::2"), "whitespace 4+1");
    assert_eq!(bind("127.0.0.256"), "octet-too-large 8+3");
}

#[test]
fn the_other_interfaces_of_mysql() {
    assert_eq!(listens_of(Bind::admin(), "::1/ns"), "[::1]:33062 both in ns");
    assert_eq!(listens_of(Bind::admin(), "*"), "wildcard-unsupported 0+1");
    assert_eq!(listens_of(Bind::admin(), "::"), "wildcard-unsupported 0+2");
    assert_eq!(listens_of(Bind::admin(), "::1,a"), "list-unsupported 3+1");
    assert_eq!(listens_of(Bind::mysqlx(), "*"), "[::]:33060 both");
    assert_eq!(listens_of(Bind::mysqlx().with_port(1), "a,b"), "a:1, b:1");
}

/// Runs of MariaDB 10.11.
#[test]
fn mariadb_listens_and_refuses() {
    let bind = |text| listens_of(Bind::new(Server::Mariadb), text);
    assert_eq!(bind("*"), "0.0.0.0:3306, [::]:3306 v6only");
    assert_eq!(bind("::"), "[::]:3306 v6only");
    assert_eq!(bind("0.0.0.0"), "0.0.0.0:3306");
    assert_eq!(bind("127.0.0.1,::1"), "127.0.0.1:3306, [::1]:3306 v6only");
    assert_eq!(bind("localhost"), "localhost:3306");
    assert_eq!(bind("fe80::1%lo"), "[fe80::1%lo]:3306 v6only");
    assert_eq!(bind("127.0.0.1, ::1"), "whitespace 10+1");
    assert_eq!(bind("::ffff:127.0.0.1"), "mapped-unsupported 0+16");
    assert_eq!(bind("[::1]"), "group-empty 0+0");
    assert_eq!(bind(""), "empty 0+0");
    assert_eq!(bind("*,127.0.0.1"), "wildcard-in-list 0+1");
    assert_eq!(bind("127.0.0.1/ns"), "namespace-unsupported 9+3");
    let without = Bind::new(Server::Mariadb).with_ipv6(false);
    assert_eq!(listens_of(without, "*"), "0.0.0.0:3306");
}
