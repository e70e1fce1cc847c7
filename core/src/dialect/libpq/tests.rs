//! What the dialect reads, refuses and writes. Every verdict is that of libpq 15.20, but for ports,
//! hosts left out and names that no resolver looks up.

use super::super::testing::{cannot_write, reads_list, refuses_endpoint, writes};
use super::super::{Extra, Reading, Token, Transport, parse, parse_all};
use crate::addr::{Dialect, Endpoint, TextOptions};

const PQ: Dialect = Dialect::Libpq;

#[track_caller]
fn refuses(text: &str, code: &str, at: u32, len: u32) {
    refuses_endpoint(PQ, text.as_bytes(), code, at, len);
}

#[track_caller]
fn reads(text: &str, expected: &str) {
    reads_list(PQ, text, &[expected]);
}

#[test]
fn accepts_uris() {
    reads("postgresql://localhost", "localhost");
    reads("postgres://localhost:5433/db", "localhost:5433");
    reads("postgresql://localhost:/db", "localhost");
    reads("postgresql://u:p:q@h:1", "h:1");
    reads("postgresql://[2001:db8::1]:5433", "[2001:db8::1]:5433");
    reads("postgresql://[fe80::1%25lo]", "[fe80::1%lo]");
    reads("postgresql://[fe80::1%2501]", "[fe80::1%1]");
    reads("postgresql://[my_db]", "my_db");
    reads("postgresql://ex%61mple", "example");
    reads("postgresql://%3A%3a1", "[::1]");
    reads("postgresql://u/x@h", "u");
    reads("postgresql://h?user=a@g", "g");
    reads("postgresql://h:1?host=g&port=2", "g:2");
    reads("postgresql:///db?host=g", "g");
    reads("postgresql://h?%68ost=g", "g");
    reads("postgresql://h:1?ssl=true", "h:1");
    reads("postgresql://h?user=a&", "h");
    reads("postgresql://h/d%20b?", "h");
}

#[test]
fn accepts_keywords_and_values() {
    reads("host=a", "a");
    reads(" host = a  port\t=\n1 ", "a:1");
    reads("host='a'port=1", "a:1");
    reads("host=a host=b", "b");
    reads("host= port=1 host='::1'", "[::1]");
    reads("host=::1", "[::1]");
    reads("host=fe80::1%lo", "[fe80::1%lo]");
    reads(r"host=127.0\.0.1", "127.0.0.1");
    reads(r"host='/a\'b' port=1", "unix:/a%27b/.s.PGSQL.1");
    reads(r"host=/a\ b port=1\", "unix:/a%20b/.s.PGSQL.1");
    reads("host=a user='\u{e9}' service=x", "a");
    reads("host=\u{b}a", "a");
}

#[test]
fn hosts_are_those_of_getaddrinfo() {
    reads("host=010.0.0.1", "8.0.0.1");
    reads("host=127.1", "127.0.0.1");
    reads("hostaddr=0x7f.1", "127.0.0.1");
    refuses("host=08.0.0.1", "unexpected-byte", 6, 1);
    refuses("host=256.1.1.1", "octet-too-large", 5, 3);
    refuses("host=::1%lo", "zone-not-allowed-in-dialect", 9, 2);
    refuses("host=127.0.0.1%lo", "zone-on-ipv4", 14, 1);
    refuses("host=[::1]", "group-empty", 5, 0);
    refuses("hostaddr=localhost", "octet-empty", 9, 0);
    refuses("hostaddr=/tmp", "octet-empty", 9, 0);
    refuses("host=' a'", "whitespace", 6, 1);
    refuses("host=a+b", "host-bad-byte", 6, 1);
    refuses("host=*", "host-bad-byte", 5, 1);
    refuses(r"host=a\b", "not-representable", 5, 3);
    refuses("host=\u{e9}", "non-ascii", 5, 1);
    refuses("postgresql://h%20", "whitespace", 14, 3);
}

#[test]
fn ports_are_those_of_strtol() {
    for port in ["1", "001", "+1", "' 1 '", "00000000000000000000001"] {
        reads(&std::format!("host=a port={port}"), "a:1");
    }
    reads("postgresql://a:1%20", "a:1");
    reads("host=a port=''", "a");
    refuses("host=a port=0", "port-zero-not-allowed", 12, 1);
    refuses("host=a port=' 00 '", "port-zero-not-allowed", 14, 2);
    refuses("host=a port=65536", "port-too-large", 12, 5);
    refuses("host=a port=4294967297", "port-too-large", 12, 10);
    refuses("host=a port=-1", "port-sign", 12, 1);
    refuses("host=a port=++1", "port-sign", 12, 1);
    refuses("host=a port=1x", "unexpected-byte", 13, 1);
    refuses("host=a port='1 x'", "whitespace", 14, 1);
    refuses("host=a port=http", "service-name-not-allowed", 12, 4);
    refuses("host=a port=' '", "port-empty", 14, 0);
    reads("postgresql://a:8%3080", "a:8080");
    refuses("postgresql://a:80%3080", "port-too-large", 15, 7);
    refuses("host=a_ port=1x host=b- port=x", "host-label-hyphen", 21, 2);
    refuses("port=x host=b-", "service-name-not-allowed", 5, 1);
}

#[test]
fn a_directory_holds_a_socket_named_after_the_port() {
    reads("host=/tmp", "unix:/tmp/.s.PGSQL.5432");
    reads("host=/tmp/ port=007", "unix:/tmp//.s.PGSQL.7");
    reads("host=/", "unix://.s.PGSQL.5432");
    reads("host=@abs port=1", "unix-abstract:abs/.s.PGSQL.1");
    reads("host=@", "unix-abstract:/.s.PGSQL.5432");
    reads("postgresql://%2Fvar%2Flib:5433", "unix:/var/lib/.s.PGSQL.5433");
    reads("postgresql://%40abs", "unix-abstract:abs/.s.PGSQL.5432");
    reads("postgresql://@abs", "abs");
    reads("postgresql:///db?host=/var/lib", "unix:/var/lib/.s.PGSQL.5432");
    reads(r"host='/a\\b'", "unix:/a%5Cb/.s.PGSQL.5432");
    let longest = std::format!("host=/{}", "x".repeat(92));
    reads_list(PQ, &longest, &[&std::format!("unix:/{}/.s.PGSQL.5432", "x".repeat(92))]);
    refuses(&std::format!("{longest}x"), "unix-path-too-long", 5, 94);
    refuses(&std::format!("{longest}{longest}"), "unix-path-too-long", 5, 191);
}

#[test]
fn lists_pair_up() {
    reads_list(PQ, "postgresql://a:1,b:2/d", &["a:1", "b:2"]);
    reads_list(PQ, "postgresql://a,b:2", &["a", "b:2"]);
    reads_list(PQ, "postgresql://[::1],[::2]:5,c:6", &["[::1]", "[::2]:5", "c:6"]);
    reads_list(PQ, "postgresql://a%2Cb:1", &["a:1", "b:1"]);
    reads_list(PQ, "postgresql://[a,b%2Cc]:1", &["a:1", "b:1", "c:1"]);
    reads_list(PQ, "postgresql://h?port=5%2C6&host=a%2Cb", &["a:5", "b:6"]);
    reads_list(PQ, "postgresql://a:1%2C2,b?host=x,y,z", &["x:1", "y:2", "z"]);
    reads_list(PQ, "postgresql://a,b?port=5", &["a:5", "b:5"]);
    reads_list(PQ, "host=a,b port=1", &["a:1", "b:1"]);
    reads_list(PQ, "host=a,b port=1,", &["a:1", "b"]);
    reads_list(PQ, "host=a,/b port=,2", &["a", "unix:/b/.s.PGSQL.2"]);
    reads_list(PQ, r"host=a\,b", &["a", "b"]);
    refuses_endpoint(PQ, b"host=a,b", "not-representable", 0, 8);
    refuses("host=a port=1,2", "trailing-bytes", 14, 1);
    refuses("host=a,b port=1,2,3,44", "trailing-bytes", 18, 4);
    refuses("host=a,b,c port='1,2' user=x", "port-missing", 20, 0);
    refuses("postgresql://a:1,b:2?host=c", "trailing-bytes", 19, 1);
}

#[test]
fn an_address_takes_the_place_of_a_host() {
    reads("hostaddr=127.0.0.1 host=a port=1", "127.0.0.1:1");
    reads("hostaddr=127.0.0.1 host=/tmp", "127.0.0.1");
    reads("postgresql://h?hostaddr=1.2.3.4", "1.2.3.4");
    reads_list(PQ, "hostaddr=,127.0.0.2 host=127.0.0.3,b", &["127.0.0.3", "127.0.0.2"]);
    refuses("hostaddr=1.1.1.1,2.2.2.2 host=a", "host-label-empty", 31, 0);
    refuses("hostaddr=1.1.1.1 host=a,b", "trailing-bytes", 24, 1);
    refuses("hostaddr=,1.1.1.1", "not-representable", 9, 0);
}

#[test]
fn a_host_left_out_belongs_to_the_machine() {
    refuses("postgresql://", "not-representable", 13, 0);
    refuses("postgresql:///db", "not-representable", 13, 0);
    refuses("postgresql://u@/db", "not-representable", 15, 0);
    refuses("postgresql://a,,b", "not-representable", 15, 0);
    refuses("postgresql://::1/d", "not-representable", 13, 0);
    refuses("port=1", "not-representable", 6, 0);
    refuses("host=''", "not-representable", 6, 0);
    refuses("host=a, port=1", "not-representable", 7, 0);
    refuses(" ", "not-representable", 1, 0);
}

#[test]
fn the_syntax_is_judged_first() {
    refuses("localhost", "not-representable", 0, 9);
    refuses("127.0.0.1", "unexpected-byte", 0, 1);
    refuses("HOST=a", "unexpected-byte", 0, 1);
    refuses("nokey=1", "not-representable", 0, 5);
    refuses("host", "not-representable", 4, 0);
    refuses("host a=b", "unexpected-byte", 5, 1);
    refuses("=a", "unexpected-byte", 0, 1);
    refuses("host='a", "not-representable", 7, 0);
    refuses("host='a'b", "not-representable", 8, 1);
    refuses("host=a ssl=true", "not-representable", 7, 3);
    refuses("host=1.2.3 port=x nokey=1", "not-representable", 18, 5);
    refuses("host=a\0", "nul", 6, 1);
    refuses("host='a\0' nokey=1", "nul", 7, 1);
    refuses("postgresql:/h", "unexpected-byte", 10, 1);
    refuses("POSTGRES://h", "unexpected-byte", 0, 1);
    refuses("postgresql://[::1", "bracket-unclosed", 17, 0);
    refuses("postgresql://[]", "bracketed-non-ipv6", 14, 0);
    refuses("postgresql://[::1]x", "text-after-bracket", 18, 1);
    refuses("postgresql://[fe80::1%lo]", "percent-encoding-bad", 21, 1);
    refuses("postgresql://h%2", "percent-encoding-bad", 14, 1);
    refuses("postgresql://u%@h", "percent-encoding-bad", 14, 1);
    refuses("postgresql://h:%zz", "percent-encoding-bad", 15, 1);
    refuses("postgresql://h/d%00", "nul", 16, 3);
    refuses("postgresql://h?x=y", "not-representable", 15, 1);
    refuses("postgresql://h?user", "not-representable", 19, 0);
    refuses("postgresql://h?user=a=b", "unexpected-byte", 21, 1);
    refuses("postgresql://h?&user=a", "unexpected-byte", 15, 1);
    refuses("postgresql://h?user=a&&port=1", "unexpected-byte", 22, 1);
    refuses("postgresql://h?ssl=1", "not-representable", 15, 3);
    refuses("postgresql://h?us%45r=1", "unexpected-byte", 17, 3);
}

#[test]
fn what_stands_around_the_addresses_is_noted() {
    let surroundings = |text: &str| {
        let mut readings = parse_all(PQ, text.as_bytes(), &TextOptions::new()).unwrap();
        readings.all(|reading| reading.surroundings)
    };
    for text in ["postgresql://u@a,b", "postgresql://h/d", "host=a,b user=x", "host=a hostaddr=::1"]
    {
        assert!(surroundings(text), "{text}");
    }
    for text in ["postgresql://@a,b/?", "postgresql://:@h?port=1", "host=a,b port=1 host=c"] {
        assert!(!surroundings(text), "{text}");
    }
}

#[test]
fn a_port_of_the_caller_stands_where_none_is_written() {
    let options = TextOptions::new().with_default_port(6432);
    let read = |text: &'static str| parse(PQ, text.as_bytes(), &options).unwrap().endpoint;
    assert_eq!(read("host=a"), Endpoint::parse(b"a:6432").unwrap());
    assert_eq!(read("host=a port=1"), Endpoint::parse(b"a:1").unwrap());
    assert_eq!(read("host=/tmp"), Endpoint::parse(b"unix:/tmp/.s.PGSQL.6432").unwrap());
}

#[test]
fn writes_uris() {
    writes(PQ, "host=ex_ample port=+5433 user=x", "postgresql://ex_ample:5433");
    writes(PQ, "host=fe80::1%e\u{7e}0", "postgresql://[fe80::1%25e~0]");
    writes(PQ, "hostaddr=::ffff:1.2.3.4%1", "postgresql://[::ffff:1.2.3.4%251]");
    writes(PQ, "host='/tmp/a b'", "postgresql://%2Ftmp%2Fa%20b:5432");
    writes(PQ, "host=@ port=1", "postgresql://%40:1");
    writes(PQ, "host=a,::1,/t port=1,,2", "postgresql://a:1,[::1],%2Ft:2");
}

#[test]
fn does_not_write_what_would_be_read_otherwise() {
    let refuses = |text: &[u8], extra: Extra<'static>| {
        cannot_write(PQ, &Reading::new(Endpoint::parse(text).unwrap()).with_extra(extra));
    };
    refuses(b"h:0", Extra::NONE);
    refuses(b"unix:/tmp/x", Extra::NONE);
    refuses(b"unix:/.s.PGSQL.5432", Extra::NONE);
    refuses(b"unix:/a%2Cb/.s.PGSQL.5432", Extra::NONE);
    refuses(b"unix:a/.s.PGSQL.5432", Extra::NONE);
    refuses(b"unix:/a/.s.PGSQL.05432", Extra::NONE);
    refuses(b"unix:/a/.s.PGSQL.0", Extra::NONE);
    refuses(b"unix-abstract:a%00/.s.PGSQL.1", Extra::NONE);
    refuses(b"unix-abstract:x", Extra::NONE);
    refuses(b"unix-unnamed:", Extra::NONE);
    refuses(b"[2001:db8::1%lo]", Extra::NONE);
    refuses(b"[fe80::1%a,b]", Extra::NONE);
    refuses(b"vsock:2:1", Extra::NONE);
    refuses(b"h:1", Extra { transport: Some(Transport::Tcp), ..Extra::NONE });
    refuses(b"h", Extra { service: Some(Token::new(b"x")), ..Extra::NONE });
    let longest = std::format!("unix:/{}/.s.PGSQL.5432", "x".repeat(93));
    refuses(longest.as_bytes(), Extra::NONE);
}

#[test]
fn a_long_list_is_read_in_linear_time() {
    let text = std::format!("host={} port={}", ",a".repeat(16_000), ",1".repeat(16_000));
    let error = parse_all(PQ, text.as_bytes(), &TextOptions::new()).unwrap_err();
    assert_eq!((error.code(), error.at), ("not-representable", 5));
    let text = std::format!("postgresql://a{}", ",[::1]:1".repeat(8_000));
    let readings = parse_all(PQ, text.as_bytes(), &TextOptions::new()).unwrap();
    assert_eq!(readings.count(), 8_001);
}
