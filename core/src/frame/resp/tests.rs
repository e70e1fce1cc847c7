extern crate alloc;

use alloc::format;
use alloc::string::String;

use super::super::testing::{tell, write};
use super::*;

fn told(stream: &str) -> String {
    tell(Resp::new(60), stream.as_bytes(), false).replace("\\r\\n", "|")
}

/// Whether the stream is one message and nothing behind it.
fn is_one(stream: &str) -> bool {
    told(stream) == format!("{}@0+{}, need 3", stream.replace("\r\n", "|"), stream.len())
}

#[test]
fn every_type_has_its_end() {
    for message in [
        "+OK\r\n",
        "-ERR x\r\n",
        ":-12\r\n",
        "_\r\n",
        "#t\r\n",
        ",inf\r\n",
        "(123\r\n",
        "$0\r\n\r\n",
        "$4\r\n\r\n\r\n\r\n",
        "!3\r\nERR\r\n",
        "=5\r\ntxt:x\r\n",
        "$-1\r\n",
        "*-1\r\n",
        "*0\r\n",
        "*2\r\n$1\r\na\r\n:1\r\n",
        "~1\r\n#f\r\n",
        ">1\r\n+m\r\n",
        "%1\r\n+k\r\n*1\r\n_\r\n",
        "|1\r\n+k\r\n+v\r\n:1\r\n",
        "*2\r\n|1\r\n+k\r\n+v\r\n:1\r\n*0\r\n",
        "|0\r\n|0\r\n+x\r\n",
    ] {
        assert!(is_one(message), "{message:?}: {}", told(message));
    }
}

#[test]
fn a_byte_that_is_no_type_is_refused() {
    for first in ["PING\r\n", "\r\n", ".\r\n", ";1\r\n", "1", "\0"] {
        assert_eq!(told(first), "bad-header@0!", "{first:?}");
    }
    assert_eq!(told("*1\r\n?"), "bad-header@4!");
}

#[test]
fn a_length_is_digits_or_minus_one() {
    for (line, why) in [
        ("$\r", "bad-digit@1!"),
        ("$:", "bad-digit@1!"),
        ("$0:", "bad-digit@2!"),
        ("$+1", "bad-digit@1!"),
        ("$ 1", "bad-digit@1!"),
        ("$?", "bad-digit@1!"),
        ("*1x", "bad-digit@2!"),
        ("$-\r", "bad-digit@2!"),
        ("$-1x", "bad-digit@3!"),
        ("$-2", "negative-length@1!"),
        ("$-0", "negative-length@1!"),
        ("*-11", "negative-length@1!"),
        ("%-", "negative-length@1!"),
        ("=-", "negative-length@1!"),
        ("$01", "non-canonical-length@1!"),
        ("*00", "non-canonical-length@1!"),
        ("$1\n", "bare-lf@2!"),
        ("$1\rx", "bare-cr@2!"),
    ] {
        assert_eq!(told(line), why, "{line:?}");
    }
}

#[test]
fn lines_and_data_end_in_crlf() {
    assert_eq!(told("+a\n"), "bare-lf@2!");
    assert_eq!(told("+a\rb"), "bare-cr@2!");
    assert_eq!(told("$1\r\nab"), "expected-byte@5!");
    assert_eq!(told("$1\r\na\n"), "expected-byte@5!");
    assert_eq!(told("$1\r\na\rb"), "expected-byte@6!");
}

#[test]
fn the_limit_counts_the_message_and_all_it_promises() {
    let exact = format!("+{}\r\n", "a".repeat(57));
    assert!(is_one(&exact));
    assert_eq!(told(&format!("+{}", "a".repeat(58))), "too-long@0!");
    assert_eq!(told("*18\r\n"), "need 54");
    assert_eq!(told("*19"), "too-long@1!");
    assert_eq!(told("%9\r\n"), "need 54");
    assert_eq!(told("%10"), "too-long@1!");
    assert_eq!(told("$53"), "need 57");
    assert_eq!(told("$54"), "too-long@1!");
    assert_eq!(told("*17\r\n$0"), "need 52");
    assert_eq!(told("*17\r\n$9"), "too-long@6!");
    assert_eq!(told("*18\r\n$"), "too-long@0!");
    assert_eq!(told("*18\r\n+ab"), "too-long@0!");
    for stream in ["*99999999999999999999", "$18446744073709551616"] {
        let told = tell(Resp::new(usize::MAX), stream.as_bytes(), false);
        assert!(told.starts_with("length-overflow@"), "{told}");
    }
}

#[test]
fn elements_nest_within_the_bound() {
    let framer = || Resp::new(4096);
    let nested = |depth: usize| format!("{}+x\r\n", "*1\r\n".repeat(depth));
    let told = |stream: &str| tell(framer(), stream.as_bytes(), false);
    assert!(told(&nested(Resp::MAX_DEPTH)).ends_with("@0+132, need 3"));
    assert_eq!(told(&nested(Resp::MAX_DEPTH + 1)), "bad-header@128!");
    let data = format!("{}$0\r\n\r\n", "*1\r\n".repeat(Resp::MAX_DEPTH));
    assert!(told(&data).ends_with("@0+134, need 3"));
}

#[test]
fn need_is_what_the_shortest_message_lacks() {
    for (begun, need) in [
        ("", 3),
        ("+", 2),
        ("+ab", 2),
        ("+\r", 1),
        ("$", 4),
        ("!", 5),
        ("$-", 3),
        ("$-1", 2),
        ("$5", 9),
        ("$5\r", 8),
        ("$5\r\n", 7),
        ("$5\r\nabc", 4),
        ("$1\r\na\r", 1),
        ("*", 3),
        ("*3", 11),
        ("*3\r\n", 9),
        ("*3\r\n*", 9),
        ("*3\r\n*1", 11),
        ("|", 6),
        ("|1\r\n", 9),
    ] {
        assert_eq!(told(begun), format!("need {need}"), "{begun:?}");
    }
}

#[test]
fn the_end_of_the_stream_is_clean_between_messages_only() {
    let end = |stream: &str| tell(Resp::new(60), stream.as_bytes(), true);
    assert_eq!(end(""), "clean");
    assert_eq!(end("+\r\n*1\r\n"), "+\\r\\n@0+3, truncated@3");
}

#[test]
fn one_whole_message_is_written() {
    let mut framer = Resp::new(6);
    assert_eq!(write(&mut framer, b"$0\r\n\r\n").unwrap(), b"$0\r\n\r\n");
    assert_eq!(write(&mut framer, b""), Err(("payload-empty", 0)));
    assert_eq!(write(&mut framer, b"+abcd\r\n"), Err(("payload-too-long", 0)));
    for body in [&b"+a\r"[..], b"_\r\n_\r\n", b"PING\r\n", b"*1\r\n", b"$9\r\n"] {
        assert_eq!(write(&mut framer, body), Err(("payload-length", 0)));
    }
}
