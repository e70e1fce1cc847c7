extern crate alloc;

use alloc::string::String;
use alloc::{format, vec};

use super::super::deframer::{Assemble, End, Event};
use super::super::testing::{tell, write};
use super::*;

fn told(stream: &str) -> String {
    tell(Chunked::new(0x1f), stream.as_bytes(), false)
}

#[test]
fn chunks_are_parts_and_the_last_one_ends_the_framing() {
    assert_eq!(told("3\r\nabc\r\n0\r\n\r\nx"), "abc@0+8 .., @8+5, done@13");
    assert_eq!(told("0000\r\nA: b\r\nC:\r\n\r\n"), "@0+18, done@18");
    assert_eq!(told("1F\r\n"), "need 33");
}

#[test]
fn a_size_is_hexadecimal_digits_only() {
    for first in ["", "+3", "-0", "0x3", " 3", "x", "\n", ";a", "g"] {
        let at = if first == "0x3" { 1 } else { 0 };
        assert_eq!(told(&format!("{first}\r\n")), format!("bad-digit@{at}!"), "{first:?}");
    }
    assert_eq!(told("3x\r\n"), "bad-digit@1!");
    assert_eq!(told("1_0\r\n"), "bad-digit@1!");
}

#[test]
fn a_size_has_sixteen_digits_at_most_and_the_limit_is_exact() {
    assert_eq!(told("0000000000000001\r\na\r\n"), "a@0+21 .., need 5");
    assert_eq!(told("00000000000000001"), "length-overflow@16!");
    assert_eq!(told("1f"), "need 35");
    assert_eq!(told("20"), "too-long@0!");
    let most = Chunked::new(usize::MAX);
    let digits = "f".repeat(usize::BITS as usize / 4);
    assert_eq!(
        tell(most.clone(), digits.as_bytes(), false),
        format!("need {}", usize::MAX),
        "a declared length is no reason to fail"
    );
    let more = tell(most, format!("{digits}f").as_bytes(), false);
    assert_eq!(more, if usize::BITS == 64 { "length-overflow@16!" } else { "too-long@0!" });
}

#[test]
fn lines_end_in_crlf_only() {
    assert_eq!(told("3\nabc\n"), "bare-lf@1!");
    assert_eq!(told("3\rabc"), "bare-cr@1!");
    assert_eq!(told("4;a\nb\r\n"), "bare-lf@3!");
    assert_eq!(told("4;a=\"\n"), "bare-lf@5!");
    assert_eq!(told("0\r\nA: b\n"), "bare-lf@7!");
    assert_eq!(told("0\r\n\rx"), "bare-cr@3!");
}

#[test]
fn data_is_followed_by_crlf() {
    assert_eq!(told("3\r\nabcd"), "expected-byte@6!");
    assert_eq!(told("3\r\nabc\n"), "expected-byte@6!");
    assert_eq!(told("3\r\nabc\rd"), "expected-byte@7!");
}

#[test]
fn extensions_are_read_by_their_grammar() {
    for line in [
        "1;a",
        "1 ; a",
        "1\t;\ta = b",
        "1;a=\"b\\\"; c\"",
        "1;a=\"\"",
        "1;a=\"\t\u{e9}\" ;b",
        "1;a;b=c;d",
    ] {
        let stream = format!("{line}\r\nx\r\n");
        assert_eq!(told(&stream), format!("x@0+{} .., need 5", stream.len()), "{line:?}");
    }
    for (line, at) in [
        ("1 \r", 2),
        ("1 a", 2),
        ("1;\r", 2),
        ("1;=", 2),
        ("1;a \r", 4),
        ("1;a b", 4),
        ("1;a=\r", 4),
        ("1;a=b \r", 6),
        ("1;a=b=", 5),
        ("1;a=\"b\r", 6),
        ("1;a=\"b\0", 6),
        ("1;a=\"b\\\r", 7),
        ("1;a=\"b\"c", 7),
        ("1;a;;", 4),
    ] {
        assert_eq!(told(line), format!("bad-header@{at}!"), "{line:?}");
    }
}

#[test]
fn a_line_and_a_trailer_section_end_within_their_limits() {
    let line = |len: usize| format!("1;{}\r\nx\r\n", "a".repeat(len - 2));
    assert_eq!(told(&line(1024)), "x@0+1029 .., need 5");
    assert_eq!(told(&line(1025)), "header-too-long@0!");
    let trailer = |len: usize| format!("0\r\n{}:\r\n\r\n", "a".repeat(len - 5));
    assert_eq!(told(&trailer(8192)), "@0+8195, done@8195");
    assert_eq!(told(&trailer(8193)), "header-too-long@3!");
    assert_eq!(told("0\r\n a: b\r\n"), "bad-header@3!");
    assert_eq!(told("0\r\na b\r\n"), "bad-header@4!");
}

#[test]
fn need_is_what_the_shortest_chunk_lacks() {
    for (begun, need) in [
        ("", 5),
        ("0", 4),
        ("3", 7),
        ("3 ", 9),
        ("3;", 8),
        ("3;a", 7),
        ("3;a ", 9),
        ("3;a=", 8),
        ("3;a=\"", 8),
        ("3;a=\"\\", 9),
        ("3;a=\"\"", 7),
        ("3\r", 6),
        ("3\r\n", 5),
        ("3\r\nab", 3),
        ("3\r\nabc\r", 1),
        ("0\r\n", 2),
        ("0\r\na", 5),
        ("0\r\n\r", 1),
    ] {
        assert_eq!(told(begun), format!("need {need}"), "{begun:?}");
    }
}

#[test]
fn a_stream_ends_behind_the_last_chunk_only() {
    let end = |stream: &str| tell(Chunked::new(9), stream.as_bytes(), true);
    assert_eq!(end(""), "truncated@0");
    assert_eq!(end("1\r\na\r\n"), "a@0+6 .., truncated@6");
    assert_eq!(end("1\r\na\r\n0\r\n"), "a@0+6 .., truncated@6");
    assert_eq!(end("0\r\n\r\n"), "@0+5, done@5");
}

#[test]
fn sizes_that_wrap_around_do_not_fit_into_a_message() {
    let mut body = Assemble::growing(Chunked::new(usize::MAX), 0x2000, 9);
    body.extend(b"1000\r\n");
    body.extend(&vec![b'a'; 0x1000]);
    body.extend(b"\r\nfffffffffffff000\r\n");
    let Event::Error(error) = body.poll() else { panic!("the sum passes the limit") };
    assert_eq!((error.code(), error.at), ("too-long", 0x1008));
}

#[test]
fn the_last_chunk_is_no_part_that_counts() {
    let mut body = Assemble::growing(Chunked::new(9), 9, 2);
    body.extend(b"1\r\na\r\n1\r\nb\r\n0\r\n\r\n");
    assert_eq!(body.next_frame().unwrap().unwrap().body, b"ab");
    let mut body = Assemble::growing(Chunked::new(9), 9, 2);
    body.extend(b"1\r\na\r\n1\r\nb\r\n1\r\n");
    assert_eq!(body.next_frame().unwrap().unwrap_err().code(), "too-many-parts");
    let mut body = Assemble::growing(Chunked::new(9), 9, 2);
    body.extend(b"1\r\na\r\n");
    body.end();
    assert_eq!(body.poll(), Event::End(End::Truncated { at: 0 }));
}

#[test]
fn a_chunk_is_written_in_lower_case_without_padding() {
    let mut framer = Chunked::new(0x1f);
    assert_eq!(write(&mut framer, &[b'a'; 0x1f]).unwrap()[..4], *b"1f\r\n");
    assert_eq!(write(&mut framer, b"ab").unwrap(), b"2\r\nab\r\n");
    assert_eq!(write(&mut framer, b""), Err(("payload-empty", 0)));
    assert_eq!(write(&mut framer, &[b'a'; 0x20]), Err(("payload-too-long", 0)));
    let mut out = [0; 5];
    assert_eq!(framer.encode_end(&mut out[..4]).unwrap_err().code(), "buffer-too-small");
    assert_eq!(framer.encode_end(&mut out), Ok(5));
    assert_eq!(&out, b"0\r\n\r\n");
}
