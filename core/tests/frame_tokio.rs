//! The same streams through tokio-util, and a ledger of where it differs.
//!
//! The ledger is exact: an entry that no longer holds, on either side, fails.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "likewise")]

use core::panic::AssertUnwindSafe;
use std::panic::catch_unwind;

use bytes::BytesMut;
use portolan::frame::{
    Delimiter, Encode, Ending, HeaderBytes, LengthPrefix, LengthPrefixBuilder, Lines,
};
use portolan_fuzz_oracles::diff_tokio_length::{self, Prefix};
use portolan_fuzz_oracles::diff_tokio_lines;
use portolan_fuzz_oracles::frame_laws as laws;
use portolan_fuzz_oracles::tokio_peer::{self as peer, Told};
use proptest::prelude::*;
use tokio_util::codec::length_delimited::Builder;
use tokio_util::codec::{AnyDelimiterCodec, Decoder, Encoder, LengthDelimitedCodec, LinesCodec};

/// The bodies that are told, and `None` for each refusal.
fn read(told: Vec<Told>) -> Vec<Option<Vec<u8>>> {
    let one = |told| match told {
        Told::Body(body, _) => Some(Some(body)),
        Told::Refused => Some(None),
        _ => None,
    };
    told.into_iter().filter_map(one).collect()
}

fn ours<F: laws::Subject>(framer: &F, chunks: &[&[u8]]) -> Vec<Option<Vec<u8>>> {
    read(peer::ours(framer, chunks))
}

fn theirs<D>(decoder: D, chunks: &[&[u8]], resumes: bool) -> Vec<Option<Vec<u8>>>
where
    D: Decoder<Item: AsRef<[u8]>>,
{
    read(peer::theirs(decoder, chunks, resumes))
}

fn bodies(bodies: &[&[u8]]) -> Vec<Option<Vec<u8>>> {
    bodies.iter().map(|body| Some(body.to_vec())).collect()
}

/// The same length prefix in both descriptions.
fn length(max: usize, width: usize, adjust: i64) -> (LengthPrefixBuilder, Builder) {
    let mut builder = LengthDelimitedCodec::builder();
    builder.max_frame_length(max).length_field_length(width);
    builder.length_adjustment(isize::try_from(adjust).unwrap());
    (LengthPrefix::builder(max).width(width).adjust(adjust), builder)
}

proptest! {
    #[test]
    fn length_prefixes_agree_but_for_the_ledger(
        stream in prop::collection::vec(prop::sample::select(&[0, 0, 1, 2, 5, 9, 0xff][..]), 0..60),
        (offset, width, little) in (0..4_usize, 1..=8_usize, any::<bool>()),
        (adjust, max) in (-6..6_i64, prop_oneof![0..12_usize, 240..260_usize]),
        cuts in prop::collection::vec(any::<usize>(), 0..8),
    ) {
        let prefix = Prefix { offset, width, little, adjust, max };
        diff_tokio_length::reading_agrees(&prefix, &stream, &cuts);
        diff_tokio_length::writing_agrees(&prefix, &stream);
    }

    #[test]
    fn delimiters_agree(
        stream in prop::collection::vec(0..5_u8, 0..60),
        max in 0..9_usize,
        cuts in prop::collection::vec(any::<usize>(), 0..8),
    ) {
        diff_tokio_lines::delimiters_agree(b"\0\x01", max, &stream, &cuts);
    }

    #[test]
    fn lines_agree_but_for_the_ledger(
        stream in prop::collection::vec(prop::sample::select(&b"\r\r\n\nab\xc3"[..]), 0..60),
        max in prop_oneof![0..6_usize, Just(usize::MAX)],
        cuts in prop::collection::vec(any::<usize>(), 0..8),
    ) {
        diff_tokio_lines::lines_agree(max, &stream, &cuts);
        diff_tokio_lines::writing_agrees(&stream);
    }
}

/// The limit is compared with the length field, before the adjustment.
#[test]
fn ledger_limit_before_adjustment() {
    let stream = [&10_u32.to_be_bytes()[..], &[b'a'; 1010]].concat();
    let (builder, codec) = length(10, 4, 1000);
    assert_eq!(ours(&builder.build().unwrap(), &[&stream]), [None]);
    assert_eq!(theirs(codec.new_codec(), &[&stream], false), bodies(&[&[b'a'; 1010]]));
}

/// For the same reason, what the encoder writes, the decoder refuses.
#[test]
fn ledger_own_output_refused() {
    let (builder, codec) = length(10, 4, -4);
    let mut framer = builder.build().unwrap();
    let mut wire = Vec::new();
    framer.append(&[b'a'; 10], HeaderBytes::default(), &mut wire).unwrap();
    assert_eq!(ours(&framer, &[&wire]), bodies(&[&[b'a'; 10]]));
    let mut theirs_wire = BytesMut::new();
    let mut codec = codec.new_codec();
    Encoder::<&[u8]>::encode(&mut codec, &[b'a'; 10], &mut theirs_wire).unwrap();
    assert_eq!(theirs_wire, wire[..]);
    assert_eq!(theirs(codec, &[&wire], false), [None]);
}

/// The encoder writes no bytes before the length field.
#[test]
fn ledger_offset_not_written() {
    let mut framer = LengthPrefix::builder(10).offset(2).width(2).build().unwrap();
    let mut wire = Vec::new();
    framer.append(b"abc", HeaderBytes::default(), &mut wire).unwrap();
    assert_eq!(wire, b"\0\0\0\x03abc");
    assert_eq!(ours(&framer, &[&wire]), bodies(&[b"abc"]));
    let mut codec =
        LengthDelimitedCodec::builder().length_field_offset(2).length_field_length(2).new_codec();
    let mut wire = BytesMut::new();
    Encoder::<&[u8]>::encode(&mut codec, b"abc", &mut wire).unwrap();
    assert_eq!(wire, &b"\0\x03abc"[..]);
    assert_eq!(theirs(codec, &[&wire], false), bodies(&[]));
}

/// With its limit lifted, a declared length is reserved at once.
#[test]
fn ledger_reserves_what_is_declared() {
    let stream = [0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    let framer = LengthPrefix::builder(usize::MAX / 2).width(8).build().unwrap();
    assert_eq!(ours(&framer, &[&stream]), []);
    let lifted = LengthPrefix::builder(usize::MAX).width(8).build();
    assert_eq!(lifted.unwrap_err().code(), "bad-config");
    let codec = LengthDelimitedCodec::builder()
        .max_frame_length(usize::MAX)
        .length_field_length(8)
        .new_codec();
    let panics = catch_unwind(AssertUnwindSafe(|| theirs(codec, &[&stream], false)));
    assert!(panics.is_err());
}

/// A delimiter in the payload is written, and one frame becomes two.
#[test]
fn ledger_delimiter_in_payload() {
    let refused = |error: portolan::frame::EncodeError| error.code();
    let lines = Lines::new(Ending::OptionalCr, 9).encoded_len(b"a\nb", ());
    assert_eq!(lines.map_err(refused), Err("payload-has-delimiter"));
    let mut wire = BytesMut::new();
    LinesCodec::new().encode("a\nb", &mut wire).unwrap();
    assert_eq!(theirs(LinesCodec::new(), &[&wire], true), bodies(&[b"a", b"b"]));

    let delimiter = Delimiter::one(b",", 9).build().unwrap().encoded_len(b"a,b", ());
    assert_eq!(delimiter.map_err(refused), Err("payload-has-delimiter"));
    let codec = || AnyDelimiterCodec::new(b",".to_vec(), b",".to_vec());
    let mut wire = BytesMut::new();
    codec().encode("a,b", &mut wire).unwrap();
    assert_eq!(theirs(codec(), &[&wire], true), bodies(&[b"a", b"b"]));
}

/// A CR at the end of a line is written and not read back; at the end of the stream it is dropped,
/// and alone it is never delivered.
#[test]
fn ledger_final_cr() {
    let lines = Lines::new(Ending::OptionalCr, 9).encoded_len(b"a\r", ());
    assert_eq!(lines.map_err(|error| error.code()), Err("payload-has-delimiter"));
    let mut wire = BytesMut::new();
    LinesCodec::new().encode("a\r", &mut wire).unwrap();
    assert_eq!(theirs(LinesCodec::new(), &[&wire], true), bodies(&[b"a"]));

    let framer = Lines::new(Ending::OptionalCr, 9);
    for (stream, we, they) in [
        (b"a\r", bodies(&[b"a\r"]), bodies(&[b"a"])),
        (b"\n\r", bodies(&[b"", b"\r"]), bodies(&[b""])),
    ] {
        assert_eq!(ours(&framer, &[stream]), we);
        assert_eq!(theirs(LinesCodec::new(), &[stream], true), they);
    }
}

/// The limit counts the CR of a line's ending.
#[test]
fn ledger_limit_counts_cr() {
    assert_eq!(ours(&Lines::new(Ending::OptionalCr, 3), &[b"abc\r\n"]), bodies(&[b"abc"]));
    assert_eq!(theirs(LinesCodec::new_with_max_length(3), &[b"abc\r\n"], true), [None]);
}

/// Without being told any, the decoder has a limit: the longest body, with which it compares the
/// field.
#[test]
fn ledger_limit_clipped_to_the_longest_body() {
    let stream = [&[255][..], &[b'a'; 251]].concat();
    let (builder, mut codec) = length(1000, 1, -4);
    assert_eq!(ours(&builder.build().unwrap(), &[&stream]), bodies(&[&[b'a'; 251]]));
    assert_eq!(theirs(codec.new_codec(), &[&stream], false), [None]);
    let mut wire = BytesMut::new();
    Encoder::<&[u8]>::encode(&mut codec.new_codec(), &[b'a'; 251], &mut wire).unwrap();
    assert_eq!(wire, stream[..]);
    codec.max_frame_length(usize::MAX);
    assert_eq!(theirs(codec.new_codec(), &[&stream], false), [None]);
}

/// A header is consumed on its own, so that a stream which ends behind one ends cleanly.
#[test]
fn ledger_end_behind_a_header() {
    let (builder, codec) = length(9, 1, 0);
    assert_eq!(peer::ours(&builder.build().unwrap(), &[b"\x02"]), [Told::Cut]);
    assert_eq!(peer::theirs(codec.new_codec(), &[b"\x02"], false), [Told::Clean]);
    assert_eq!(peer::theirs(codec.new_codec(), &[b"\x02a"], false), [Told::Cut]);
}

/// A line is a string.
#[test]
fn ledger_lines_are_text() {
    let framer = Lines::new(Ending::OptionalCr, 9);
    assert_eq!(ours(&framer, &[b"\xff\nok\n"]), bodies(&[b"\xff", b"ok"]));
    let told = theirs(LinesCodec::new(), &[b"\xff\nok\n"], true);
    assert_eq!(told, [None, Some(b"ok".to_vec())]);
}
