//! Lines before chunks against httparse, with a ledger of where that accepts what RFC 9112 does not.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use httparse::{Status, parse_chunk_size};
use portolan::frame::{Chunked, FrameErrorKind, Framer};
use proptest::prelude::*;

/// What httparse takes and the grammar does not: the code of the rule, and a line that shows it.
const LEDGER: &[(&str, &[u8])] = &[
    ("bad-digit", b"\r\n"),
    ("bad-header", b"4 \r\n"),
    ("bad-header", b"4;\r\n"),
    ("bad-header", b"4;a b\r\n"),
    ("bare-lf", b"4;a\nb\r\n"),
    ("header-too-long", LONG),
];

const LONG: &[u8] = &{
    let mut line = [b'a'; 1028];
    (line[0], line[1]) = (b'4', b';');
    (line[1026], line[1027]) = (b'\r', b'\n');
    line
};

/// Bytes of the line and the size, or the rule that it breaks; `None` for a line that goes on.
fn ours(line: &[u8]) -> Option<Result<(usize, u64), FrameErrorKind>> {
    let end = line.windows(2).position(|pair| pair == b"\r\n").map(|at| at.saturating_add(2));
    if let Err(error) = Chunked::new(usize::MAX).step(line.get(..end.unwrap_or(line.len()))?) {
        return Some(Err(error.kind));
    }
    let end = end?;
    let size = Chunked::new(usize::MAX).part(line)?.body;
    Some(Ok((end, u64::try_from(size).unwrap())))
}

fn theirs(line: &[u8]) -> Option<Option<(usize, u64)>> {
    match parse_chunk_size(line) {
        Ok(Status::Complete(found)) => Some(Some(found)),
        Ok(Status::Partial) => None,
        Err(_) => Some(None),
    }
}

proptest! {
    #[test]
    fn lines_are_read_alike_or_the_difference_is_known(
        parts in prop::collection::vec(prop::sample::select(&[
            "0", "1", "7f", "Ff", "fffffffffffffff", ";", ";a", "=b", "=\"c\"", " ", "\t", "\r\n",
            "\r", "\n", "x", "+", "\"",
        ][..]), 0..7),
    ) {
        let line = parts.concat();
        let line = line.as_bytes();
        match (ours(line), theirs(line)) {
            (Some(Ok(ours)), theirs) => prop_assert_eq!(theirs, Some(Some(ours))),
            // What is wrong is told as soon as it is.
            (Some(Err(_)), None | Some(None)) => {}
            (Some(Err(kind)), Some(Some(_))) => {
                prop_assert!(LEDGER.iter().any(|(code, _)| *code == kind.code()), "{kind:?}");
            }
            (None, theirs) => prop_assert_eq!(theirs, None),
        }
    }
}

#[test]
fn the_ledger_is_true() {
    for (code, line) in LEDGER {
        assert!(matches!(theirs(line), Some(Some(_))), "httparse refuses {line:?} now");
        let Some(Err(kind)) = ours(line) else { panic!("{line:?} is accepted") };
        assert_eq!(kind.code(), *code);
    }
}
