//! What the dialect reads, refuses and writes.

use alloc::vec::Vec;

use super::super::testing::{cannot_write, reads_list, refuses_endpoint, writes};
use super::super::{Extra, Reading, Transport, parse, parse_all};
use crate::addr::{Dialect, Endpoint, TextOptions};

const URI: Dialect = Dialect::MysqlUri;

#[track_caller]
fn refuses(text: &str, code: &str, at: u32, len: u32) {
    refuses_endpoint(URI, text.as_bytes(), code, at, len);
}

#[track_caller]
fn reads(text: &str, expected: &str) {
    reads_list(URI, text, &[expected]);
}

#[test]
fn accepts_hosts_and_ports() {
    reads("localhost", "localhost");
    reads("mysql://localhost:3306", "localhost:3306");
    reads("mysqlx://u:p@ex%61mple.com:033060/db?ssl-mode=REQUIRED", "example.com:33060");
    reads("my_db:0", "my_db:0");
    reads("010.0.0.1", "8.0.0.1");
    reads("127.1:3306", "127.0.0.1:3306");
    reads("%31.2.3.4", "1.2.3.4");
    reads("[2001:db8::1]:3306", "[2001:db8::1]:3306");
    reads("[::ffff:1.2.3.4]", "[::ffff:1.2.3.4]");
    reads("[fe80::1%25eth0]:1", "[fe80::1%eth0]:1");
    reads("[fe80::1%25e%7e]", "[fe80::1%e~]");
    reads("[fe80::1%2501]", "[fe80::1%1]");
    reads("h/a@b", "h");
}

#[test]
fn accepts_sockets_and_pipes() {
    reads("/tmp%2Fmysql.sock", "unix:/tmp/mysql.sock");
    reads("u@/tmp%2Fmysql.sock/db", "unix:/tmp/mysql.sock");
    reads("mysqlx://%2Ftmp%2fx", "unix:/tmp/x");
    reads(".%2Fx", "unix:./x");
    reads("(/tmp/mysql.sock)", "unix:/tmp/mysql.sock");
    reads("mysqlx://u:@(/tmp/a@b:c%20[d]?)/db", "unix:/tmp/a%40b%3Ac%20%5Bd%5D%3F");
    reads("(./x)", "unix:./x");
    reads("(.)", "unix:.");
    reads(r"\\.\named%3Apipe", r"\\.\pipe\named:pipe");
    reads(r"u@(\\.\named:pipe)/db", r"\\.\pipe\named:pipe");
    reads(r"(\\.\LOCAL\x)", r"\\.\pipe\LOCAL\x");
    let longest = std::format!("(/{})", "x".repeat(107));
    reads_list(URI, &longest, &[&std::format!("unix:/{}", "x".repeat(107))]);
}

#[test]
fn accepts_lists() {
    reads_list(URI, "[h1:1,h2:2]", &["h1:1", "h2:2"]);
    reads_list(URI, "mysqlx://u:p@[h1,[::1]:2,(/tmp/x)]/db", &["h1", "[::1]:2", "unix:/tmp/x"]);
    reads_list(URI, "[[::1]]", &["[::1]"]);
    reads_list(URI, "[1.2.3.4:1]", &["1.2.3.4:1"]);
    reads_list(URI, "[::1]", &["[::1]"]);
    reads_list(URI, "[a:1,cafe]", &["a:1", "cafe"]);
    let prioritized = r"[(address=h:1,priority=2),(Address=(\\.\p),Priority=0100)]";
    reads_list(URI, prioritized, &["h:1", r"\\.\pipe\p"]);
    reads_list(URI, "[(address=h),g]", &["h", "g"]);
    refuses_endpoint(URI, b"[h,g]", "not-representable", 0, 5);
}

#[test]
fn what_stands_around_the_target_is_noted() {
    let surroundings = |text: &str| {
        let readings = parse_all(URI, text.as_bytes(), &TextOptions::new()).unwrap();
        let noted: Vec<_> = readings.map(|reading| reading.surroundings).collect();
        noted
    };
    for text in ["u@h", "h/db", "h?a=b", "[(address=h,priority=1)]"] {
        assert_eq!(surroundings(text), [true], "{text}");
    }
    assert_eq!(surroundings("[h,g]/db"), [true, true]);
    for text in ["h", "mysql://h/", "h/?", "[h]", "[(address=h)]"] {
        assert_eq!(surroundings(text), [false], "{text}");
    }
}

#[test]
fn a_port_of_the_caller_stands_where_none_is_written() {
    let options = TextOptions::new().with_default_port(3306);
    let read = |text: &'static str| parse(URI, text.as_bytes(), &options).unwrap().endpoint;
    assert_eq!(read("[::1]"), Endpoint::parse(b"[::1]:3306").unwrap());
    assert_eq!(read("h:1"), Endpoint::parse(b"h:1").unwrap());
}

#[test]
fn refuses_what_stands_around_the_target() {
    refuses("mysql+srv://h", "not-representable", 0, 9);
    refuses("MySQL://h", "not-representable", 0, 5);
    refuses("postgres://h", "not-representable", 0, 8);
    refuses("://h", "not-representable", 0, 0);
    refuses("@h", "unexpected-byte", 0, 1);
    refuses("mysql://@h", "unexpected-byte", 8, 1);
    refuses("u%zz@h", "percent-encoding-bad", 1, 1);
    refuses("u%00@h", "nul", 1, 3);
    refuses("u:p#@h", "service-name-not-allowed", 2, 1);
    refuses("h/a/b", "unexpected-byte", 3, 1);
    refuses("h/a#b", "unexpected-byte", 3, 1);
    refuses("h/%4", "percent-encoding-bad", 2, 1);
    refuses("h?a=%", "percent-encoding-bad", 4, 1);
    refuses("h?a b", "whitespace", 3, 1);
    refuses("h\0", "nul", 1, 1);
    refuses("h\u{e9}", "non-ascii", 1, 1);
    refuses("h g", "whitespace", 1, 1);
    refuses(" h", "whitespace", 0, 1);
}

#[test]
fn refuses_a_host_left_out() {
    refuses("mysql://", "not-representable", 8, 0);
    refuses(":3306", "not-representable", 0, 0);
    refuses("u@", "not-representable", 2, 0);
    refuses("h:1@", "not-representable", 4, 0);
    refuses("[]", "not-representable", 1, 0);
    refuses("[h,]", "not-representable", 3, 0);
    refuses("[(address=)]", "not-representable", 10, 0);
    refuses("?a=b", "not-representable", 0, 0);
    refuses(".", "not-representable", 0, 1);
    refuses("./x", "not-representable", 0, 1);
}

#[test]
fn refuses_bad_hosts_and_ports() {
    refuses("08.0.0.1", "unexpected-byte", 1, 1);
    refuses("h*", "host-bad-byte", 1, 1);
    refuses("*", "host-bad-byte", 0, 1);
    refuses("a%20b", "whitespace", 1, 3);
    refuses("-h", "host-label-hyphen", 0, 2);
    refuses("::1", "not-representable", 0, 0);
    refuses("h:", "port-empty", 2, 0);
    refuses("h:/db", "port-empty", 2, 0);
    refuses("h:65536", "port-too-large", 2, 5);
    refuses("h:+1", "port-sign", 2, 1);
    refuses("h:1:2", "unexpected-byte", 3, 1);
    refuses("h:1(", "unexpected-byte", 3, 1);
    refuses("[abc]", "too-few-groups", 4, 0);
    refuses("[::1", "bracket-unclosed", 4, 0);
    refuses("[::1]x", "text-after-bracket", 5, 1);
    refuses("[fe80::1%eth0]", "percent-encoding-bad", 8, 1);
    refuses("[fe80::1%65th0]", "unexpected-byte", 8, 1);
    refuses("[fe80::1%25]", "zone-empty", 11, 0);
    refuses("[::1%25eth0]", "zone-not-allowed-in-dialect", 7, 4);
    let zone = std::format!("[fe80::1%25{}]", "x".repeat(200));
    refuses(&zone, "zone-too-long", 1, 210);
}

#[test]
fn refuses_bad_sockets_and_pipes() {
    refuses("(/x", "bracket-unclosed", 3, 0);
    refuses("(/x y)", "whitespace", 3, 1);
    refuses("(/x(y))", "unexpected-byte", 3, 1);
    refuses("(/x)y", "text-after-bracket", 4, 1);
    refuses("(/x):1", "unexpected-byte", 4, 1);
    refuses("(x)", "unexpected-byte", 1, 1);
    refuses("()", "unexpected-byte", 1, 1);
    refuses("(", "bracket-unclosed", 1, 0);
    refuses("/tmp:1", "unexpected-byte", 4, 1);
    refuses("/a/b/c", "unexpected-byte", 4, 1);
    refuses("(/a%00)", "nul", 3, 3);
    let long = std::format!("(/%41{})", "x".repeat(107));
    refuses(&long, "unix-path-too-long", 1, 111);
    refuses(r"\\.\", "pipe-name-empty", 4, 0);
    refuses(r"\\.\pipe\x", "pipe-name-backslash", 8, 1);
    refuses(r"(\\.\a%5Cb)", "pipe-name-backslash", 6, 3);
    refuses(r"\\.\a%20b", "whitespace", 5, 3);
    refuses(r"\\.\a:b", "unexpected-byte", 5, 1);
    refuses(r"\\server\x", "unexpected-byte", 0, 1);
    let long = std::format!(r"(\\.\{})", "x".repeat(248));
    refuses(&long, "pipe-too-long", 5, 248);
    refuses(&std::format!(r"(\\.\{})", "x".repeat(300)), "pipe-too-long", 5, 300);
}

#[test]
fn refuses_bad_lists() {
    refuses("[h", "bracket-unclosed", 2, 0);
    refuses("[h,g", "bracket-unclosed", 4, 0);
    refuses("[h g]", "whitespace", 2, 1);
    refuses("[h, g]", "whitespace", 3, 1);
    refuses("[h,g]:1", "unexpected-byte", 5, 1);
    refuses("[(address=h", "bracket-unclosed", 11, 0);
    refuses("[(address=h,prio=1)]", "unexpected-byte", 16, 1);
    refuses("[(address=h,priority=)]", "number-empty", 21, 0);
    refuses("[(address=h,priority=101)]", "number-too-large", 21, 3);
    refuses("[(address=h,priority=1x)]", "unexpected-byte", 22, 1);
    refuses("[(address=h,priority=1),g:1]", "not-representable", 24, 3);
    refuses("[h,(address=g,priority=1)]", "not-representable", 3, 22);
}

#[test]
fn writes_targets() {
    writes(URI, "mysqlx://u:p@H%61:080/db", "Ha:80");
    writes(URI, "[fe80::1%25e%7e]:1", "[fe80::1%25e~]:1");
    writes(URI, "[fe80::1%2507]", "[fe80::1%257]");
    writes(URI, "/tmp%2Fa%20b", "(/tmp/a%20b)");
    writes(URI, r"\\.\named%3Apipe", r"(\\.\named%3Apipe)");
    writes(URI, "[(address=h,priority=1),(address=[::1]:2,priority=2)]", "[h,[::1]:2]");
}

#[test]
fn does_not_write_what_would_be_read_otherwise() {
    let refuses = |text: &[u8], extra: Extra<'static>| {
        cannot_write(URI, &Reading::new(Endpoint::parse(text).unwrap()).with_extra(extra));
    };
    refuses(b"unix:x", Extra::NONE);
    refuses(b"unix-abstract:x", Extra::NONE);
    refuses(br"\\server\pipe\x", Extra::NONE);
    refuses(b"[::1%eth0]", Extra::NONE);
    refuses(b"fd:3", Extra::NONE);
    refuses(b"h", Extra { transport: Some(Transport::Tcp), ..Extra::NONE });
}

#[test]
fn a_long_list_is_read_in_linear_time() {
    let text = std::format!("[a{}]", ",(address=[::1]:1)".repeat(3_000));
    let readings = parse_all(URI, text.as_bytes(), &TextOptions::new()).unwrap();
    assert_eq!(readings.count(), 3_001);
}
