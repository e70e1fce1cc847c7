//! Texts of the dialects of database clients: MySQL and PostgreSQL.

use alloc::string::String;

use proptest::strategy::BoxedStrategy;

use super::parts::{
    bracketed, cat, colon, host, list, lit, maybe, name, one_of, path, quad, quad_or_name, re,
    some_port, word,
};

/// A URI-like string: a host, a socket or a pipe, or a list of hosts.
pub(super) fn mysql_uri() -> BoxedStrategy<String> {
    let target = one_of([
        cat([host(), maybe(colon(some_port()))]),
        re("/[a-z0-9_.-]{1,8}(%2[fF][a-z0-9_.-]{1,8}){0,3}"),
        cat([lit("("), path(), lit(")")]),
        cat([lit(r"\\.\"), word()]),
        cat([lit(r"(\\.\"), word(), lit(")")]),
        cat([lit("["), list(cat([one_of([quad(), name()]), colon(some_port())]), ","), lit("]")]),
    ]);
    cat([re("(mysqlx?://)?"), user(), target, database(), re("(\\?[a-z-]{1,8}=[a-z0-9]{1,8})?")])
}

/// A data source name: an address in the parentheses of its network.
///
/// IPv6 has a port. An abstract name has no text: the last `@` ends the user.
pub(super) fn go_mysql_dsn() -> BoxedStrategy<String> {
    let address = one_of([
        cat([lit("tcp("), quad_or_name(), maybe(colon(some_port())), lit(")")]),
        cat([lit("tcp("), bracketed(), colon(some_port()), lit(")")]),
        cat([lit("unix("), path(), lit(")")]),
    ]);
    cat([user(), address, lit("/"), maybe(word()), re("(\\?[a-zA-Z]{1,8}=[a-z0-9]{1,8})?")])
}

/// A URI, or keys and values with spaces between them.
pub(super) fn libpq() -> BoxedStrategy<String> {
    let hosts = list(cat([host(), maybe(colon(some_port()))]), ",");
    let uri = cat([re("postgres(ql)?://"), user(), hosts, database()]);
    let socket = cat([
        re("postgres(ql)?://(%2[fF][a-z0-9_.-]{1,8}){1,3}"),
        maybe(colon(some_port())),
        database(),
    ]);
    let parameter = cat([
        re("postgres(ql)?:///([a-z]{1,8})?\\?host="),
        one_of([quad(), name(), path()]),
        maybe(cat([lit("&port="), some_port()])),
    ]);
    let bare = one_of([quad(), name(), path()]);
    let quoted = quote(one_of([quad(), name(), path()]));
    let port = maybe(cat([re(" +port ?= ?"), one_of([some_port(), quote(some_port())])]));
    let database = || re("( dbname=[a-z]{1,8})?");
    one_of([
        uri,
        socket,
        parameter,
        cat([re("host ?= ?"), one_of([bare, quoted]), port, database()]),
        cat([lit("hostaddr="), quad(), database(), maybe(cat([lit(" port="), some_port()]))]),
        cat([lit("host="), bracketless_list(), lit(" port="), some_port()]),
    ])
}

fn quote(text: BoxedStrategy<String>) -> BoxedStrategy<String> {
    cat([lit("'"), text, lit("'")])
}

/// In the text of keys a host has no brackets and no port.
fn bracketless_list() -> BoxedStrategy<String> {
    list(one_of([quad(), name(), path()]), ",")
}

fn user() -> BoxedStrategy<String> {
    re("([a-z]{1,8}(:[a-zA-Z0-9]{1,8})?@)?")
}

fn database() -> BoxedStrategy<String> {
    maybe(cat([lit("/"), word()]))
}
