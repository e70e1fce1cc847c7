//! Laws that hold of every dialect, on texts of all of them and on texts that are nearly so.

#![allow(clippy::arithmetic_side_effects)] // offsets of tests stay small

use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::{Reading, convert, explain, format_reading, has_bare_ip, parse_all, parse_ip};
use crate::addr::{Dialect, ParseError, TextOptions};

/// Texts in which some dialect reads something.
const TEXTS: &[&str] = &[
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "010.0.0.1:80",
    "127.0.0.1:080",
    "::1",
    "::1:80",
    "[::1]:80",
    "[::ffff:1.2.3.4]:80",
    "[fe80::1%eth0]:80",
    "[fe80::1%25eth0]:80",
    "[fe80::1%01]:80",
    "[fe80::1]:80%eth0",
    "[fe80::1]%eth0:80",
    "1.2.3.4%eth0:80",
    "127.0.0.1:80%lo",
    "*:80",
    "*",
    "80",
    ":80",
    "example.com:443",
    "Example.COM.",
    "a%2Db:80",
    "a_b:80",
    "127%2e0%2e0%2e1",
    "1.2.3.4:http",
    "127.0.0.1:80-82",
    "\"[2001:db8::1]:80\"",
    "192.0.2.1:_port",
    "_hidden",
    "unknown",
    "2001:db8::1, 192.0.2.1:80",
    "unix:/run/x",
    "unix:///run/x",
    "unix://run/x",
    "unix-abstract:x",
    "unix@@x",
    "/run/x",
    "@x",
    "@",
    "abns@x",
    "fd@3",
    "fd:3",
    "fd://",
    "ipv4@127.0.0.1:80",
    "ipv6@example.com:80",
    "udp@:53,[::1]:53",
    "vsock:2:1234",
    "vsock::1234",
    "tcp://127.0.0.1:2375",
    "tcp://[::1%lo]:*",
    "tcp://*:5555",
    "ipc://@x",
    "ipc:///run/x",
    "ssh://user@example.com",
    "npipe:////./pipe/docker_engine",
    r"\\.\pipe\MySQL",
    r"(\\.\pipe:MySQL)",
    "unix:path=/run/x,guid=0123456789abcdef0123456789abcdef;tcp:host=::1,port=80,family=ipv6",
    "unix:abstract=%00x",
    "tcp:host=example.com,port=1,family=ipv4",
    "dns:example.com:443",
    "dns://8.8.8.8/example.com",
    "ipv4:1.2.3.4:80,5.6.7.8",
    "ipv6:[::1]:80",
    "/ip4/127.0.0.1/tcp/80",
    "/ip6zone/eth0/ip6/fe80::1/tcp/80",
    "/dns4/example.com/udp/443/quic-v1",
    "/unix/%2Frun%2Fx",
    "mysql://user:pw@example.com:3306/db?x=y",
    "user@[h1:1,h2:2]/db",
    "user@/run%2Fmysqld.sock",
    "user@(/run/mysqld.sock)/db",
    "user:pw@unix(/tmp/mysql.sock)/db",
    "user@tcp([fe80::1%eth0]:3306)/",
    "host=/run/postgresql port=5433",
    "host=a,b port=1,2 dbname=x",
    "postgresql://user@[fe80::1%25lo]:5432,b:1/db",
    "hostaddr=010.0.0.1",
];

/// One of the texts, or one with something taken out, put in or written twice.
fn texts() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::sample::select(vec![
        "0", "1", "%", "%25", "%2F", ":", "::", "[", "]", "/", "@", ",", ";", "=", "(", ")", "-",
        "_", ".", "*", "\0", " ", "\n", "\u{e9}", "\"", "\\", "+", "x", "A", "65536", "unix:",
    ]);
    let text = prop::sample::select(TEXTS);
    (text, any::<prop::sample::Index>(), 0_usize..3, prop::option::of(pieces)).prop_map(
        |(text, at, cut, piece)| {
            let at = at.index(text.len() + 1);
            let end = (at + cut).min(text.len());
            let piece = piece.unwrap_or_default().as_bytes();
            [&text.as_bytes()[..at], piece, &text.as_bytes()[end..]].concat()
        },
    )
}

/// Texts put together from what the dialects are made of.
fn composed() -> impl Strategy<Value = Vec<u8>> {
    let scheme = "|mysqlx?://|postgres(ql)?://|host=|tcp6?\\(|unix\\(|\\[|u:p@|(tcp|unix|ipc)(://|:|@)|/ip4/";
    let host = "[a-c_]{1,3}|::1|\\[(::1|fe80::1(%|%25)(lo|[0-9]{1,2}))\\]|127\\.[0-9.]{1,5}|(%2F|@|\\(/|/)[a.%/]{1,4}|\\*";
    let tail = "|:[0-9]{1,5}|[,)\\]]|\\)?/[a?=]{0,3}| port=[0-9,]{1,3}|,[a-c]:1(,b)?\\]?|%lo";
    (scheme, host, tail, tail)
        .prop_map(|(scheme, host, tail, end)| [scheme, host, tail, end].concat().into_bytes())
}

fn each_reading(dialect: Dialect, text: &[u8], mut each: impl FnMut(Reading<'_>)) {
    if let Ok(readings) = parse_all(dialect, text, &TextOptions::new()) {
        readings.for_each(&mut each);
    }
}

/// What a dialect has read, it writes so that it reads the same.
fn canonical(dialect: Dialect, text: &[u8]) {
    let options = TextOptions::new();
    each_reading(dialect, text, |reading| {
        let shown = text.escape_ascii();
        let mut out = [0; 2048];
        let len = format_reading(dialect, &reading, &options, &mut out);
        let len = len.unwrap_or_else(|error| panic!("{dialect} {shown}: {reading:?}: {error}"));
        let written = &out[..len];
        let again = parse_all(dialect, written, &options);
        let again = again.unwrap_or_else(|e| panic!("{dialect} {}: {e}", written.escape_ascii()));
        let again = again.only().expect("one was written");
        assert!(!again.surroundings, "{dialect} {shown}");
        assert_eq!((&again.endpoint, &again.extra), (&reading.endpoint, &reading.extra), "{shown}");
        // The second writing changes nothing any more.
        let mut twice = [0; 2048];
        let len = format_reading(dialect, again, &options, &mut twice).unwrap();
        assert_eq!(&twice[..len], written, "{dialect} {shown}");
    });
}

/// What is converted without loss converts back to the same readings.
fn converts_back(from: Dialect, to: Dialect, text: &[u8]) {
    let options = TextOptions::new();
    let mut there = [0; 4096];
    let Ok(done) = convert(from, to, text, &options, &mut there) else { return };
    if !done.loss.is_empty() {
        return;
    }
    let there = &there[..done.len];
    let shown = (text.escape_ascii(), there.escape_ascii());
    let mut back = [0; 4096];
    let done = convert(to, from, there, &options, &mut back)
        .unwrap_or_else(|error| panic!("{from} to {to}: {} {}: {error}", shown.0, shown.1));
    let back = parse_all(from, &back[..done.len], &options).unwrap();
    let before = parse_all(from, text, &options).unwrap();
    let bare = |reading: Reading<'_>| (reading.endpoint.into_owned(), reading.extra.into_owned());
    assert!(back.map(bare).eq(before.map(bare)), "{from} to {to}: {} {}", shown.0, shown.1);
}

/// A refusal points into the text, and names the dialect.
fn refuses_inside(dialect: Dialect, text: &[u8], error: &ParseError) {
    let end = usize::try_from(error.at).unwrap() + usize::try_from(error.len).unwrap();
    assert!(end <= text.len(), "{dialect} {}: {error:?}", text.escape_ascii());
    assert_eq!(error.dialect, dialect);
}

/// What a dialect makes of a text keeps the laws, but for conversions.
pub(super) fn keeps_laws(dialect: Dialect, text: &[u8]) {
    match parse_all(dialect, text, &TextOptions::new()) {
        Ok(_) => canonical(dialect, text),
        Err(error) => refuses_inside(dialect, text, &error),
    }
    if let (true, Err(error)) = (has_bare_ip(dialect), parse_ip(dialect, text)) {
        refuses_inside(dialect, text, &error);
    }
}

fn check(text: &[u8]) {
    for (dialect, answer) in explain(text).answers() {
        keeps_laws(dialect, text);
        if answer.is_ok() {
            Dialect::ALL.iter().for_each(|to| converts_back(dialect, *to, text));
        }
    }
}

#[test]
fn every_dialect_reads_one_of_the_texts() {
    for dialect in Dialect::ALL {
        let reads =
            |text: &&&str| parse_all(*dialect, text.as_bytes(), &TextOptions::new()).is_ok();
        assert!(TEXTS.iter().any(|text| reads(&text)), "{dialect} reads none");
    }
}

#[test]
fn the_laws_hold_of_every_text() {
    TEXTS.iter().for_each(|text| check(text.as_bytes()));
}

proptest! {
    /// Canonical, round trip and offsets, on what is nearly a text.
    #[test]
    fn the_laws_hold_of_what_is_nearly_a_text(text in texts()) {
        check(&text);
    }

    /// The same, on texts that are put together.
    #[test]
    fn the_laws_hold_of_what_is_put_together(text in composed()) {
        check(&text);
    }
}
