//! Lines and delimiters against tokio-util's `LinesCodec` and `AnyDelimiterCodec`: the same frames and
//! refusals, but for the ledger.
//!
//! | ledger | there |
//! |---|---|
//! | limit | counts the CR of an ending |
//! | last CR | of a line that only the end of the stream completes, a final CR is dropped |
//! | lone CR | at the end of the stream, it is never delivered |
//! | text | a line is a string: bytes that are no UTF-8 are an error |
//! | written | whatever the payload holds, an ending or a final CR too, and however long it is |
//!
//! `core/tests/frame_tokio.rs` shows each by an example, and that it still holds.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use bytes::BytesMut;
use portolan::frame::{AtEof, Delimiter, Encode, Ending, Lines, Oversize};
use tokio_util::codec::{AnyDelimiterCodec, Encoder, LinesCodec};

use crate::frame_laws::pieces;
use crate::input::{Config, cuts};
use crate::tokio_peer::{Told, ours, theirs};

/// Choices: lines or delimiters in one bit, the set of delimiters in two.
pub fn run(input: &[u8]) {
    let Some((mut config, stream)) = Config::of(input) else {
        return;
    };
    let cuts = cuts(config.seed);
    if config.choice(1) == 0 {
        lines_agree(config.max, stream, &cuts);
        writing_agrees(stream);
    } else {
        let set: &[u8] = match config.choice(2) {
            0 => b"\0",
            1 => b"\n\r",
            2 => b",;\t",
            _ => b"abcdef\n",
        };
        delimiters_agree(set, config.max, stream, &cuts);
    }
}

/// Holds both to the same lines, modulo the ledger.
pub fn lines_agree(max: usize, stream: &[u8], cuts: &[usize]) {
    let chunks = pieces(stream, cuts);
    let framer = Lines::new(Ending::OptionalCr, max).oversize(Oversize::Discard);
    let expected: Vec<Told> =
        ours(&framer, &chunks).into_iter().filter_map(|one| as_they_tell(one, max)).collect();
    let told = theirs(LinesCodec::new_with_max_length(max), &chunks, true);
    assert_eq!(told, expected, "limit {max}, {stream:x?}");
}

/// What they tell where we tell this.
fn as_they_tell(one: Told, max: usize) -> Option<Told> {
    let Told::Body(mut body, Some(wire)) = one else {
        // They do not tell that the end cuts a refused line short.
        return Some(if one == Told::Cut { Told::Clean } else { one });
    };
    if wire == body.len() {
        if body == b"\r" {
            return None;
        }
        if body.last() == Some(&b'\r') {
            body.pop();
        }
    } else if wire - 1 > max {
        return Some(Told::Refused);
    }
    Some(match String::from_utf8(body) {
        Ok(line) => Told::Body(line.into_bytes(), None),
        Err(_) => Told::Refused,
    })
}

/// Holds both to the same bodies before one-byte delimiters.
pub fn delimiters_agree(set: &[u8], max: usize, stream: &[u8], cuts: &[usize]) {
    let chunks = pieces(stream, cuts);
    let members: Vec<&[u8]> = set.chunks(1).collect();
    let builder = Delimiter::any_of(&members, max).at_eof(AtEof::Emit);
    let framer = builder.oversize(Oversize::Discard).build().unwrap();
    let told = |one: Told| if one == Told::Cut { Told::Clean } else { one.body_only() };
    let expected: Vec<Told> = ours(&framer, &chunks).into_iter().map(told).collect();
    let codec = AnyDelimiterCodec::new_with_max_length(set.to_vec(), vec![set[0]], max);
    assert_eq!(theirs(codec, &chunks, true), expected, "limit {max}, {stream:x?}");
}

/// Holds both to the same bytes; what we refuse they write, and do not read back.
pub fn writing_agrees(payload: &[u8]) {
    let Ok(line) = core::str::from_utf8(payload) else {
        return;
    };
    let mut written = BytesMut::new();
    LinesCodec::new().encode(line, &mut written).unwrap();
    let mut wire = Vec::new();
    if Lines::new(Ending::OptionalCr, usize::MAX).append(payload, (), &mut wire).is_ok() {
        assert_eq!(written, wire, "written otherwise");
        return;
    }
    let back = theirs(LinesCodec::new(), &[&written], true);
    let payload = Told::Body(payload.to_vec(), None);
    assert_ne!(back, [payload, Told::Clean], "refused, though it reads back");
}
