extern crate alloc;

use alloc::format;
use alloc::string::String;

use super::super::testing::{tell, write};
use super::*;

fn told(stream: &str) -> String {
    tell(ContentLength::new(9), stream.as_bytes(), false)
}

#[test]
fn a_body_stands_behind_the_blank_line() {
    assert_eq!(told("Content-Length: 2\r\n\r\n{}"), "{}@0+23, need 20");
    assert_eq!(told("CONTENT-length:2\r\nX-Y: a:b\r\n\r\n{}"), "{}@0+32, need 20");
    assert_eq!(told("X:\r\nContent-Length: \t0 \t\r\n\r\n"), "@0+28, need 20");
}

#[test]
fn there_is_exactly_one_length() {
    assert_eq!(told("A: 1\r\n\r\n"), "bad-header@6!");
    assert_eq!(told("\r\n"), "bad-header@0!");
    let two = "Content-Length: 2\r\ncontent-length:";
    assert_eq!(told(two), "bad-header@19!");
    assert_eq!(told("Content-Lengths: 2\r\nContent-Length: 0\r\n\r\n"), "@0+41, need 20");
}

#[test]
fn the_length_is_digits_and_nothing_else() {
    let value = |text| told(&format!("Content-Length: {text}\r\n"));
    for sign in ["+5", "-5", "x", "\u{665}", "", "\n"] {
        assert_eq!(value(sign), "bad-digit@16!", "{sign:?}");
    }
    for behind in ["5x", "5,5", "5_0", "5;"] {
        assert_eq!(value(behind), "bad-digit@17!", "{behind:?}");
    }
    assert_eq!(value("5 5"), "bad-digit@18!");
    assert_eq!(value("05"), "non-canonical-length@16!");
    assert_eq!(value("5\n"), "bare-lf@17!");
    assert_eq!(value("5\r5"), "bare-cr@17!");
}

#[test]
fn the_limit_is_exact_and_known_with_the_digit_that_passes_it() {
    assert_eq!(told("Content-Length: 9\r\n\r\n123456789"), "123456789@0+30, need 20");
    assert_eq!(told("Content-Length: 10"), "too-long@16!");
    let most = ContentLength::new(usize::MAX);
    let stream = b"Content-Length: 18446744073709551616";
    let told = tell(most, stream, false);
    let wide = usize::BITS == 64;
    assert_eq!(told, if wide { "length-overflow@35!" } else { "too-long@16!" });
}

#[test]
fn the_header_ends_within_its_limit() {
    let padded = |len: usize| {
        let field = len - 23;
        format!("{}:\r\nContent-Length:0\r\n\r\n", "x".repeat(field))
    };
    assert_eq!(padded(4096).len(), 4096);
    assert_eq!(told(&padded(4096)), "@0+4096, need 20");
    assert_eq!(told(&padded(4097)), "header-too-long@0!");
    assert_eq!(told(&"x".repeat(4073)), "need 23");
    assert_eq!(told(&"x".repeat(4074)), "header-too-long@0!");
}

#[test]
fn need_is_what_the_shortest_message_lacks() {
    for (begun, need) in [
        ("", 20),
        ("C", 19),
        ("content-length", 6),
        ("content-length:", 5),
        ("content-length: 0", 4),
        ("content-length: 7", 11),
        ("content-length: 7 ", 11),
        ("content-length: 7\r", 10),
        ("content-length: 7\r\n", 9),
        ("content-length: 7\r\ncontent-length", 13),
        ("content-length: 7\r\na", 12),
        ("content-length: 7\r\n\r", 8),
        ("content-length: 7\r\n\r\n", 7),
        ("content-length: 7\r\n\r\n123456", 1),
        ("x", 23),
        ("x:", 22),
        ("x:\r", 21),
    ] {
        assert_eq!(told(begun), format!("need {need}"), "{begun:?}");
    }
}

#[test]
fn the_end_of_the_stream_is_clean_between_messages_only() {
    let end = |stream: &str| tell(ContentLength::new(9), stream.as_bytes(), true);
    assert_eq!(end(""), "clean");
    assert_eq!(end("C"), "truncated@0");
    assert_eq!(end("Content-Length: 1\r\n\r\n"), "truncated@0");
    assert_eq!(end("Content-Length: 1\r\n\r\nxC"), "x@0+22, truncated@22");
}

#[test]
fn a_header_is_written_before_the_body() {
    let mut framer = ContentLength::new(9);
    assert_eq!(write(&mut framer, b"ab").unwrap(), b"Content-Length: 2\r\n\r\nab");
    assert_eq!(write(&mut framer, b"").unwrap(), b"Content-Length: 0\r\n\r\n");
    assert_eq!(write(&mut framer, &[b'a'; 10]), Err(("payload-too-long", 0)));
    assert!(header(usize::MAX, &mut [0; 40]).ends_with(b"\r\n\r\n"));
}
