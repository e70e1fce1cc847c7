//! The same streams through the crate netstring, and a ledger of where it differs.
//!
//! The ledger is exact: an entry that no longer holds, on either side, fails.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::arithmetic_side_effects, reason = "likewise")]

use std::panic::catch_unwind;

use netstring::{ReadNetstring, WriteNetstring};
use portolan::frame::{Encode, Netstring};
use portolan_fuzz_oracles::frame_laws::{self as laws, Record};
use proptest::prelude::*;

/// The bodies we read, and the code of the refusal that ends them.
fn ours(max: usize, chunks: &[&[u8]]) -> (Vec<Vec<u8>>, Option<&'static str>) {
    let mut bodies = Vec::new();
    for record in laws::events(&Netstring::new(max), chunks, true) {
        match record {
            Record::Frame { body, .. } => bodies.push(body),
            Record::Error(error) => return (bodies, Some(error.code())),
            _ => {}
        }
    }
    (bodies, None)
}

/// What the crate reads up to its first error; at the end of the stream it has one, too.
fn theirs(mut stream: &[u8]) -> Vec<Vec<u8>> {
    let mut bodies = Vec::new();
    while let Ok(body) = stream.read_netstring() {
        bodies.push(body.into_bytes());
    }
    bodies
}

fn bodies(bodies: &[&[u8]]) -> Vec<Vec<u8>> {
    bodies.iter().map(|body| body.to_vec()).collect()
}

proptest! {
    #[test]
    fn streams_agree_but_for_the_ledger(
        parts in prop::collection::vec(prop::sample::select(&[
            "0:", "1:", "2:", "3:", "5:", "12:", "0:,", "1:a,", "2:bc,", ",", ",", "a", "bc", "00:",
            "01:", "+1:", ":", ";"][..]), 0..20),
        size in 1..9_usize,
    ) {
        let stream = parts.concat().into_bytes();
        let chunks: Vec<&[u8]> = stream.chunks(size).collect();
        let (bodies, code) = ours(99, &chunks);
        let theirs = theirs(&stream);
        match code {
            // Ledger: a leading zero, or a plus.
            Some("non-canonical-length" | "bad-digit") => {
                prop_assert!(theirs.starts_with(&bodies), "{:?} {:?}", bodies, theirs);
            }
            _ => prop_assert_eq!(theirs, bodies),
        }
    }

    #[test]
    fn netstrings_are_written_the_same(text in "\\PC{0,40}") {
        let mut ours = Vec::new();
        Netstring::new(200).append(text.as_bytes(), (), &mut ours).unwrap();
        let mut theirs = Vec::new();
        theirs.write_netstring(&text).unwrap();
        prop_assert_eq!(ours, theirs);
    }
}

/// The length is read by the standard library, which takes a plus and leading zeros.
#[test]
fn ledger_spellings_of_a_length() {
    for (stream, code) in
        [(&b"+5:hello,"[..], "bad-digit"), (b"005:hello,", "non-canonical-length")]
    {
        assert_eq!(ours(99, &[stream]), (bodies(&[]), Some(code)));
        assert_eq!(theirs(stream), bodies(&[b"hello"]));
    }
}

/// A declared length is allocated at once, and there is no limit.
#[test]
fn ledger_allocates_what_is_declared() {
    let stream = b"18446744073709551615:";
    assert_eq!(ours(99, &[stream]), (bodies(&[]), Some("too-long")));
    assert!(catch_unwind(|| theirs(stream)).is_err());
}

/// More than 64 digits are written behind a buffer.
#[test]
fn ledger_panics_on_digits() {
    let stream = [b'0'; 65];
    assert_eq!(ours(99, &[&stream]), (bodies(&[]), Some("non-canonical-length")));
    assert!(catch_unwind(|| theirs(&stream)).is_err());
}

/// A body is text, and one that is none is gone.
#[test]
fn ledger_bodies_are_text() {
    let stream = b"1:\xff,2:hi,";
    assert_eq!(ours(99, &[stream]), (bodies(&[b"\xff", b"hi"]), None));
    assert_eq!(theirs(stream), bodies(&[]));
}
