//! How fast framers are as codecs, against those of tokio-util on the same bytes, read and written.
//!
//! Prints a table; asserts nothing about time. `cargo bench --bench frame_codec --features tokio-util`
//! runs all; words behind `--` choose rows.
#![forbid(unsafe_code)]
#![allow(clippy::arithmetic_side_effects, reason = "a benchmark may overflow: it fails then")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "likewise")]
#![allow(clippy::cast_possible_truncation, reason = "its numbers are small")]
#![allow(missing_docs, reason = "a program, not a library")]

use core::fmt::Debug;
use core::hint::black_box;

use bytes::{Bytes, BytesMut};
use portolan::frame::{Encode, Ending, LengthPrefix, Lines};
use portolan::interop::tokio_util::Codec;
use tokio_util::codec::{Decoder, Encoder, LengthDelimitedCodec, LinesCodec};

mod common;

use common::{Contender, Random, race};

const MAX: usize = 1 << 16;
const COUNT: usize = 10_000;

/// Texts of random lengths below `2 * mean`.
fn texts(mean: usize) -> Vec<String> {
    let mut random = Random::new();
    let mut text = |len| (0..len).map(|_| (b' ' + random.below(90) as u8) as char).collect();
    let mut lengths = Random::new();
    (0..COUNT).map(|_| text(lengths.below(2 * mean + 1))).collect()
}

fn wire<F: Encode>(mut framer: F, texts: &[String]) -> Vec<u8> {
    let mut out = Vec::new();
    for text in texts {
        framer.append(text.as_bytes(), Default::default(), &mut out).unwrap();
    }
    out
}

/// Reads a stream in chunks, as `FramedRead` does.
fn read<D: Decoder<Item: AsRef<[u8]>, Error: Debug>>(
    mut decoder: D,
    stream: &[u8],
    chunk: usize,
) -> impl FnMut(()) -> usize {
    move |()| {
        let (mut sum, mut buffer) = (0, BytesMut::with_capacity(8 << 10));
        for chunk in stream.chunks(chunk) {
            buffer.extend_from_slice(chunk);
            while let Some(body) = decoder.decode(&mut buffer).unwrap() {
                sum += black_box(body).as_ref().len() + 1;
            }
        }
        sum
    }
}

/// Writes payloads into a buffer that is sent whenever it is full, as `FramedWrite` does.
fn write<'a, E: Encoder<&'a [u8], Error: Debug>>(
    mut encoder: E,
    texts: &'a [String],
) -> impl FnMut(()) -> usize {
    move |()| {
        let (mut sum, mut buffer) = (0, BytesMut::with_capacity(8 << 10));
        for text in texts {
            encoder.encode(text.as_bytes(), &mut buffer).unwrap();
            if buffer.len() >= 8 << 10 {
                sum += black_box(&buffer).len();
                buffer.clear();
            }
        }
        sum + buffer.len()
    }
}

fn main() {
    for mean in [16, 64, 1024] {
        let texts = texts(mean);
        let prefix = LengthPrefix::builder(MAX).build().unwrap();
        let codec = || LengthDelimitedCodec::builder().max_frame_length(MAX).new_codec();
        let stream = wire(prefix.clone(), &texts);
        let ours = || Codec::new(prefix.clone()).items::<Bytes>();
        for chunk in [65536, 1460, 7] {
            let contenders = vec![
                Contender::new("portolan", read(ours(), &stream, chunk)),
                Contender::new("tokio-util", read(codec(), &stream, chunk)),
            ];
            race(
                &format!("length prefix, {mean} bytes, chunks of {chunk}"),
                "frame",
                COUNT,
                || (),
                contenders,
            );
        }
        let contenders = vec![
            Contender::new("portolan", write(ours(), &texts)),
            Contender::new("tokio-util", write(codec(), &texts)),
        ];
        race(&format!("length prefix, {mean} bytes, written"), "frame", COUNT, || (), contenders);
        let lines = Lines::new(Ending::OptionalCr, MAX);
        let stream = wire(lines.clone(), &texts);
        for chunk in [65536, 1460, 7] {
            let ours = Codec::new(lines.clone()).items::<Bytes>();
            let contenders = vec![
                Contender::new("portolan", read(ours, &stream, chunk)),
                Contender::new(
                    "tokio-util",
                    read(LinesCodec::new_with_max_length(MAX), &stream, chunk),
                ),
            ];
            race(
                &format!("lines, {mean} bytes, chunks of {chunk}"),
                "frame",
                COUNT,
                || (),
                contenders,
            );
        }
    }
}
