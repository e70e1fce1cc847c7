//! What the dialect reads, refuses and writes.

use super::{Extra, Family, Reading, Token, Transport};
use crate::addr::{Dialect, Endpoint, TextOptions};
use crate::dialect::parse;
use crate::dialect::testing::{cannot_write, reads_list, refuses_endpoint, writes};

const DSN: Dialect = Dialect::GoMysqlDsn;

#[track_caller]
fn refuses(text: &str, code: &str, at: u32, len: u32) {
    refuses_endpoint(DSN, text.as_bytes(), code, at, len);
}

fn read(text: &str) -> Reading<'_> {
    parse(DSN, text.as_bytes(), &TextOptions::new()).unwrap()
}

#[test]
fn accepts_addresses_of_tcp_and_unix() {
    for (text, expected) in [
        ("tcp(127.0.0.1:3306)/", "127.0.0.1:3306"),
        ("tcp(db.example)/", "db.example"),
        ("tcp([2001:db8::1]:3306)/", "[2001:db8::1]:3306"),
        ("tcp([fe80::1%eth0]:3306)/", "[fe80::1%eth0]:3306"),
        ("tcp([fe80::1%01]:3306)/", "[fe80::1%1]:3306"),
        ("tcp(::1)/", "[::1]"),
        ("tcp(::1:80)/", "[::1:80]"),
        ("tcp([127.0.0.1]:80)/", "127.0.0.1:80"),
        ("tcp([my_db]:80)/", "my_db:80"),
        ("tcp(h:)/", "h:0"),
        ("tcp(h:+080)/", "h:80"),
        ("(h:80)/", "h:80"),
        ("tcp4(1.2.3.4:80)/", "1.2.3.4:80"),
        ("tcp6([::1]:80)/", "[::1]:80"),
        ("unix(/tmp/my sql.sock)/", "unix:/tmp/my%20sql.sock"),
        ("unix(relative)/", "unix:relative"),
        ("unix(/a(b))/", "unix:/a%28b%29"),
    ] {
        reads_list(DSN, text, &[expected]);
    }
}

#[test]
fn the_net_word_is_the_transport_and_the_family() {
    let extra = |text| read(text).extra;
    let tcp = Extra { transport: Some(Transport::Tcp), ..Extra::NONE };
    assert_eq!(extra("tcp(h:80)/"), tcp);
    assert_eq!(extra("(h:80)/"), Extra::NONE);
    assert_eq!(extra("tcp6(h:80)/"), Extra { family: Some(Family::Ipv6), ..tcp.clone() });
    assert_eq!(extra("tcp6([::1]:80)/"), tcp);
    assert_eq!(extra("unix(/x)/"), Extra::NONE);
    let service = Some(Token::new(b"mysql"));
    assert_eq!(extra("tcp(h:mysql)/"), Extra { service, ..tcp });
}

#[test]
fn what_stands_around_the_address_is_noted() {
    for text in ["u@tcp(h)/", ":p@tcp(h)/", "tcp(h)/db", "tcp(h)/?a=b", "u@x:p/w@tcp(h)/"] {
        assert!(read(text).surroundings, "{text}");
    }
    for text in ["tcp(h)/", "@tcp(h)/", "tcp(h)/?"] {
        assert!(!read(text).surroundings, "{text}");
    }
}

#[test]
fn refuses_what_is_no_dsn() {
    refuses("localhost", "not-representable", 9, 0);
    refuses("127.0.0.1:80/tcp", "unexpected-byte", 9, 1);
    refuses("a/b/c", "unexpected-byte", 1, 1);
    refuses("cloudsql(x)/db", "not-representable", 0, 8);
    refuses("TCP(h:80)/", "not-representable", 0, 3);
    refuses("u@udp(h:80)/", "not-representable", 2, 3);
    refuses("unix(@abstract)/", "unexpected-byte", 14, 1);
    refuses("tcp(h:80)x/db", "text-after-bracket", 9, 1);
    refuses("tcp(h:80)/db?a=b/c", "text-after-bracket", 9, 1);
    refuses("tcp(h:80/db", "bracket-unclosed", 8, 0);
    refuses("tcp(h)/d%2", "percent-encoding-bad", 8, 1);
    refuses("u@tcp(h)/d%2?a=b", "percent-encoding-bad", 10, 1);
    refuses("tcp(h)/d\0", "nul", 8, 1);
}

#[test]
fn refuses_an_address_that_is_left_out() {
    refuses("/db", "not-representable", 0, 0);
    refuses("u:p@/db", "not-representable", 4, 0);
    refuses("tcp/db", "not-representable", 3, 0);
    refuses("tcp()/", "not-representable", 4, 0);
    refuses("unix()/", "not-representable", 5, 0);
    refuses("tcp(:80)/", "not-representable", 4, 0);
    refuses("tcp([]:80)/", "not-representable", 5, 0);
}

#[test]
fn refuses_bad_hosts_and_ports() {
    refuses("tcp(127.1:80)/", "too-few-octets", 9, 0);
    refuses("tcp(010.0.0.1)/", "octet-leading-zero", 4, 3);
    refuses("tcp(a b)/", "whitespace", 5, 1);
    refuses("tcp(h+x)/", "host-bad-byte", 5, 1);
    refuses("tcp([::1])/", "port-missing", 9, 0);
    refuses("tcp([::1)/", "bracket-unclosed", 8, 0);
    refuses("tcp([::1]x)/", "text-after-bracket", 9, 1);
    refuses("tcp(h:1:2)/", "group-empty", 4, 0);
    refuses("tcp([::1]:80:90)/", "unexpected-byte", 12, 1);
    refuses("tcp4(h)/", "port-missing", 6, 0);
    refuses("tcp6(::1)/", "bracket-missing", 5, 0);
    refuses("tcp4([::1]:80)/", "not-representable", 6, 3);
    refuses("tcp6(1.2.3.4:80)/", "not-representable", 5, 7);
    refuses("tcp(h:65536)/", "port-too-large", 6, 5);
    refuses("tcp(h:+65536)/", "port-too-large", 7, 5);
    refuses("tcp(h:-1)/", "port-sign", 6, 1);
    refuses("tcp(h:+)/", "port-sign", 6, 1);
    refuses("tcp(h:80 )/", "whitespace", 8, 1);
    refuses("tcp([fe80::1%]:80)/", "zone-empty", 13, 0);
    refuses("tcp([fe80::1%4294967296]:80)/", "zone-index-overflow", 13, 10);
    refuses("unix(/a\0b)/", "unix-nul", 7, 1);
    let long = std::format!("unix({})/", "x".repeat(109));
    refuses(&long, "unix-path-too-long", 5, 109);
}

#[test]
fn writes_what_it_reads_back() {
    writes(DSN, "u:p@tcp(h:080)/db?a=b", "tcp(h:80)/");
    writes(DSN, "(h)/", "(h)/");
    writes(DSN, "tcp(::1)/", "tcp(::1)/");
    writes(DSN, "tcp([fe80::1%lo]:mysql)/", "tcp([fe80::1%lo]:mysql)/");
    writes(DSN, "tcp6(h:80)/", "tcp6(h:80)/");
    writes(DSN, "unix(/tmp/x y.sock)/", "unix(/tmp/x y.sock)/");
}

#[test]
fn does_not_write_what_would_be_read_otherwise() {
    let refuses = |text: &[u8], extra: Extra<'static>| {
        let reading = Reading::new(Endpoint::parse(text).unwrap()).with_extra(extra);
        cannot_write(DSN, &reading);
    };
    refuses(b"unix:/a%40b", Extra::NONE);
    refuses(b"unix-abstract:x", Extra::NONE);
    refuses(b"vsock:2:1", Extra::NONE);
    refuses(b"[fe80::1%a@b]:80", Extra::NONE);
    refuses(b"h:80", Extra { transport: Some(Transport::Udp), ..Extra::NONE });
    refuses(b"h:80", Extra { family: Some(Family::Ipv4), ..Extra::NONE });
    let family = Some(Family::Ipv4);
    refuses(b"h", Extra { transport: Some(Transport::Tcp), family, ..Extra::NONE });
    refuses(b"h", Extra { service: Some(Token::new(b"1")), ..Extra::NONE });
    refuses(b"h:1", Extra { ports: Some((1, 2)), ..Extra::NONE });
}
