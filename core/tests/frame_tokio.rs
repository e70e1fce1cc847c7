//! The same streams through tokio-util, and a ledger of where it differs.
//!
//! The ledger is exact: an entry that no longer holds, on either side, fails.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "likewise")]

use core::panic::AssertUnwindSafe;
use std::panic::catch_unwind;

use bytes::BytesMut;
use portolan::endian::Endian;
use portolan::frame::{
    AtEof, Delimiter, Encode, Ending, HeaderBytes, LengthPrefix, LengthPrefixBuilder, Lines,
    Oversize,
};
use portolan_fuzz_oracles::frame_laws::{self as laws, Record};
use proptest::prelude::*;
use tokio_util::codec::length_delimited::Builder;
use tokio_util::codec::{AnyDelimiterCodec, Decoder, Encoder, LengthDelimitedCodec, LinesCodec};

/// The bodies we read, and `None` for each refusal.
fn ours<F: laws::Subject>(framer: &F, chunks: &[&[u8]]) -> Vec<Option<Vec<u8>>> {
    let told = |record| match record {
        Record::Frame { body, .. } => Some(Some(body)),
        Record::Error(_) => Some(None),
        _ => None,
    };
    laws::events(framer, chunks, true).into_iter().filter_map(told).collect()
}

/// What a decoder reads; after an error only one that `resumes` is asked again.
fn theirs<D: Decoder>(mut decoder: D, chunks: &[&[u8]], resumes: bool) -> Vec<Option<Vec<u8>>>
where
    D::Item: AsRef<[u8]>,
{
    let mut buffer = BytesMut::new();
    let mut told = Vec::new();
    for chunk in chunks {
        buffer.extend_from_slice(chunk);
        loop {
            match decoder.decode(&mut buffer) {
                Ok(Some(body)) => told.push(Some(body.as_ref().to_vec())),
                Ok(None) => break,
                Err(_) => {
                    told.push(None);
                    if !resumes {
                        return told;
                    }
                }
            }
        }
    }
    // An error here is a stream that ends inside a frame.
    while let Ok(Some(body)) = decoder.decode_eof(&mut buffer) {
        told.push(Some(body.as_ref().to_vec()));
    }
    told
}

fn chunks(stream: &[u8], size: usize) -> Vec<&[u8]> {
    stream.chunks(size.max(1)).collect()
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
    fn length_prefixes_agree(
        stream in prop::collection::vec(prop::sample::select(&[0, 0, 1, 2, 5, 9][..]), 0..60),
        width in 1..=8_usize,
        little in any::<bool>(),
        size in 1..20_usize,
    ) {
        let (builder, mut codec) = length(5, width, 0);
        let framer = if little { builder.endian(Endian::Little) } else { builder }.build().unwrap();
        if little {
            codec.little_endian();
        }
        let chunks = chunks(&stream, size);
        prop_assert_eq!(ours(&framer, &chunks), theirs(codec.new_codec(), &chunks, false));
    }

    #[test]
    fn delimiters_agree(
        stream in prop::collection::vec(0..5_u8, 0..60),
        max in 0..9_usize,
        size in 1..20_usize,
    ) {
        let builder = Delimiter::any_of(&[b"\0", b"\x01"], max).at_eof(AtEof::Emit);
        let framer = builder.oversize(Oversize::Discard).build().unwrap();
        let codec = AnyDelimiterCodec::new_with_max_length(vec![0, 1], vec![0], max);
        let chunks = chunks(&stream, size);
        prop_assert_eq!(ours(&framer, &chunks), theirs(codec, &chunks, true));
    }

    #[test]
    fn lines_agree_but_for_the_ledger(
        stream in prop::collection::vec(prop::sample::select(&b"\r\nab"[..]), 0..60),
        size in 1..20_usize,
    ) {
        let chunks = chunks(&stream, size);
        let mut expected = ours(&Lines::new(Ending::OptionalCr, usize::MAX), &chunks);
        // Ledger: a CR that ends the stream is dropped there.
        if let (Some(b'\r'), Some(Some(last))) = (stream.last(), expected.last_mut()) {
            last.pop();
            if last.is_empty() {
                expected.pop();
            }
        }
        prop_assert_eq!(expected, theirs(LinesCodec::new(), &chunks, true));
    }

    #[test]
    fn line_limits_agree_where_there_is_no_cr(
        stream in prop::collection::vec(prop::sample::select(&b"\nabc"[..]), 0..60),
        max in 0..5_usize,
        size in 1..20_usize,
    ) {
        let framer = Lines::new(Ending::OptionalCr, max).oversize(Oversize::Discard);
        let chunks = chunks(&stream, size);
        let codec = LinesCodec::new_with_max_length(max);
        prop_assert_eq!(ours(&framer, &chunks), theirs(codec, &chunks, true));
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
