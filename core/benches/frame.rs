//! How fast streams are cut, against other crates on the same bytes.
//!
//! Prints a table; asserts nothing about time. Corpora are of random frames.
//!
//! `cargo bench --bench frame` runs all; words behind `--` choose rows.
#![forbid(unsafe_code)]
#![allow(clippy::arithmetic_side_effects, reason = "a benchmark may overflow: it fails then")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "likewise")]
#![allow(missing_docs, reason = "a program, not a library")]

mod common;

use common::Random;
use core::fmt::Debug;
use core::hint::black_box;

use bytes::{Buf, BytesMut};
use portolan::frame::deframer::{BytesDeframer, FixedDeframer, frames};
use portolan::frame::{
    Capnp, Delimiter, Encode, Ending, Fcgi, Framer, LengthPrefix, Lines, MysqlPacket, Plain,
    RecordMark, Sequence,
};
use tokio_util::codec::{AnyDelimiterCodec, Decoder, LengthDelimitedCodec, LinesCodec};

const MAX: usize = 1 << 16;
const BUFFER: usize = MAX + (4 << 10);
const CORPUS: usize = 1 << 20;

/// A way to cut a stream, which it may take in a buffer of its own: that is filled before the clock
/// starts.
type Contender<'a> = common::Contender<'a, BytesMut>;

/// A corpus: frames of random sizes below `2 * mean`, without the bytes that end lines.
fn corpus(mean: usize, mut encode: impl FnMut(&[u8], &mut Vec<u8>)) -> (Vec<u8>, usize) {
    let mut random = Random::new();
    let (mut stream, mut count) = (Vec::new(), 0);
    while stream.len() < CORPUS && count < 10_000 {
        let body: Vec<u8> = (0..random.below(2 * mean + 1))
            .map(|_| b' ' + u8::try_from(random.below(90)).unwrap())
            .collect();
        encode(&body, &mut stream);
        count += 1;
    }
    (stream, count)
}

fn race(row: &str, (stream, count): &(Vec<u8>, usize), contenders: Vec<Contender<'_>>) {
    common::race(row, "frame", *count, || BytesMut::from(&stream[..]), contenders);
}

/// Borrows all frames from a slice.
fn slice<F: Plain + Clone>(framer: &F, stream: &[u8]) -> usize {
    frames(framer.clone(), stream).map(|frame| frame.unwrap().body.len() + 1).sum()
}

/// Feeds a buffer that lives as long as a connection would.
fn fed<'a, F: Plain + 'a>(
    framer: F,
    stream: &'a [u8],
    chunk: usize,
) -> impl FnMut(BytesMut) -> usize + 'a {
    let mut deframer = Box::new(FixedDeframer::<F, BUFFER>::new(framer).unwrap());
    move |_| {
        let mut sum = 0;
        for chunk in stream.chunks(chunk) {
            let behind = deframer.feed(chunk, |frame| sum += frame.unwrap().body.len() + 1);
            assert!(behind.is_empty());
        }
        sum
    }
}

/// Splits all frames off as `Bytes`.
fn shared<F: Framer>(framer: F, stream: &[u8], chunk: usize) -> impl FnMut(BytesMut) -> usize {
    let mut deframer = BytesDeframer::new(framer);
    move |copy| {
        let mut sum = 0;
        let mut take = |deframer: &mut BytesDeframer<F>| {
            while let Some(frame) = deframer.next_frame() {
                sum += black_box(frame.unwrap().body).len() + 1;
            }
        };
        if chunk >= copy.len() {
            *deframer.buffer_mut() = copy;
            take(&mut deframer);
        } else {
            for chunk in stream.chunks(chunk) {
                deframer.extend(chunk);
                take(&mut deframer);
            }
        }
        sum
    }
}

/// Runs a decoder of tokio-util.
fn tokio<D: Decoder>(
    mut decoder: D,
    stream: &[u8],
    chunk: usize,
    len: impl Fn(&D::Item) -> usize,
) -> impl FnMut(BytesMut) -> usize
where
    D::Error: Debug,
{
    move |copy| {
        let mut sum = 0;
        let mut take = |buffer: &mut BytesMut| {
            while let Some(frame) = decoder.decode(buffer).unwrap() {
                sum += len(&black_box(frame)) + 1;
            }
        };
        if chunk >= copy.len() {
            let mut buffer = copy;
            take(&mut buffer);
        } else {
            let mut buffer = BytesMut::new();
            for chunk in stream.chunks(chunk) {
                buffer.extend_from_slice(chunk);
                take(&mut buffer);
            }
        }
        sum
    }
}

/// What one writes by hand for one format, without limits and errors.
fn by_hand(stream: &[u8], chunk: usize) -> impl FnMut(BytesMut) -> usize {
    move |copy| {
        let mut sum = 0;
        let mut take = |buffer: &mut BytesMut| {
            while let Some(head) = buffer.first_chunk::<4>() {
                let len = u32::from_be_bytes(*head) as usize;
                if buffer.len() < 4 + len {
                    break;
                }
                buffer.advance(4);
                sum += black_box(buffer.split_to(len)).len() + 1;
            }
        };
        if chunk >= copy.len() {
            let mut buffer = copy;
            take(&mut buffer);
        } else {
            let mut buffer = BytesMut::new();
            for chunk in stream.chunks(chunk) {
                buffer.extend_from_slice(chunk);
                take(&mut buffer);
            }
        }
        sum
    }
}

/// The least there is to do: read each length, go on behind the body.
fn walk(mut stream: &[u8]) -> usize {
    let mut sum = 0;
    while let Some((head, rest)) = stream.split_first_chunk::<4>() {
        let len = u32::from_be_bytes(*head) as usize;
        sum += len + 1;
        stream = &rest[len..];
    }
    sum
}

fn length_prefix() {
    let framer = LengthPrefix::builder(MAX).build().unwrap();
    let codec = || LengthDelimitedCodec::builder().max_frame_length(MAX).new_codec();
    let whole = usize::MAX;
    for mean in [16, 64, 1024] {
        let corpus = corpus(mean, |body, out| {
            framer.clone().append(body, Default::default(), out).unwrap();
        });
        let stream = &corpus.0[..];
        race(
            &format!("length prefix, {mean} bytes, contiguous"),
            &corpus,
            vec![
                Contender::new("portolan, slice", |_| slice(&framer, stream)),
                Contender::new("portolan, Bytes", shared(framer.clone(), stream, whole)),
                Contender::new("walk headers", |_| walk(stream)),
                Contender::new("BytesMut by hand", by_hand(stream, whole)),
                Contender::new("tokio-util", tokio(codec(), stream, whole, |body| body.len())),
            ],
        );
        for chunk in [65536, 1460, 7, 1].into_iter().filter(|chunk| *chunk > 7 || mean == 64) {
            race(
                &format!("length prefix, {mean} bytes, chunks of {chunk}"),
                &corpus,
                vec![
                    Contender::new("portolan, fed", fed(framer.clone(), stream, chunk)),
                    Contender::new("portolan, Bytes", shared(framer.clone(), stream, chunk)),
                    Contender::new("BytesMut by hand", by_hand(stream, chunk)),
                    Contender::new("tokio-util", tokio(codec(), stream, chunk, |body| body.len())),
                ],
            );
        }
    }
}

fn lines() {
    for mean in [16, 64, 256, 1024] {
        let framer = Lines::new(Ending::OptionalCr, MAX);
        let corpus = corpus(mean, |body, out| {
            framer.clone().append(body, (), out).unwrap();
        });
        let stream = &corpus.0[..];
        let codec = || LinesCodec::new_with_max_length(MAX);
        race(
            &format!("lines, {mean} bytes, contiguous"),
            &corpus,
            vec![
                Contender::new("portolan, slice", |_| slice(&framer, stream)),
                Contender::new("portolan, LF only", |_| {
                    slice(&Lines::new(Ending::Lf, MAX), stream)
                }),
                Contender::new("portolan, CRLF or CR too", |_| {
                    slice(&Lines::new(Ending::Universal, MAX), stream)
                }),
                Contender::new("memchr_iter", |_| split(stream)),
                Contender::new("tokio-util", tokio(codec(), stream, usize::MAX, String::len)),
            ],
        );
        for chunk in [1460, 7].into_iter().filter(|chunk| *chunk > 7 || mean == 64) {
            race(
                &format!("lines, {mean} bytes, chunks of {chunk}"),
                &corpus,
                vec![
                    Contender::new("portolan, fed", fed(framer.clone(), stream, chunk)),
                    Contender::new("portolan, Bytes", shared(framer.clone(), stream, chunk)),
                    Contender::new("tokio-util", tokio(codec(), stream, chunk, String::len)),
                ],
            );
        }
    }
}

fn split(stream: &[u8]) -> usize {
    let (mut sum, mut start) = (0, 0);
    for end in memchr::memchr_iter(b'\n', stream) {
        sum += black_box(&stream[start..end]).len() + 1;
        start = end + 1;
    }
    sum
}

fn delimiters() {
    const ONE: &[&[u8]] = &[b"\0"];
    const FOUR: &[&[u8]] = &[b"\0", b"\x01", b"\x02", b"\x03"];
    const LONG: &[&[u8]] = &[b"\r\n.\r\n"];
    const MANY: &[&[u8]] = &[b"\r\n", b"\n", b"\x1e--"];
    for (name, set) in
        [("one byte", ONE), ("four bytes", FOUR), ("one long", LONG), ("a set", MANY)]
    {
        for mean in [64, 256, 4096] {
            let framer = Delimiter::any_of(set, MAX).build().unwrap();
            let corpus = corpus(mean, |body, out| {
                framer.clone().append(body, (), out).unwrap();
            });
            let stream = &corpus.0[..];
            let mut contenders =
                vec![Contender::new("portolan, slice", |_| slice(&framer, stream))];
            if set.concat().len() == set.len() {
                let codec = AnyDelimiterCodec::new_with_max_length(set.concat(), vec![], MAX);
                let codec = tokio(codec, stream, usize::MAX, |body: &bytes::Bytes| body.len());
                contenders.push(Contender::new("tokio-util", codec));
            }
            race(&format!("delimiter, {name}, {mean} bytes"), &corpus, contenders);
        }
    }
}

/// Goes through frames whose length a function reads from the header; answers their bodies.
fn headers<'a>(
    stream: &'a [u8],
    header: usize,
    len: impl Fn(&[u8]) -> usize + 'a,
) -> impl FnMut(BytesMut) -> usize + 'a {
    move |_| {
        let (mut rest, mut sum) = (stream, 0);
        while let Some((head, behind)) = rest.split_at_checked(header) {
            let len = len(head);
            sum += black_box(&behind[..len]).len() + 1;
            rest = &behind[len..];
        }
        sum
    }
}

/// One row for a framing with a header of its own: ours, headers by hand, and tokio-util where it
/// has a configuration for them.
fn header_row<F: Plain + Encode<Meta: Default> + Clone>(
    name: &str,
    framer: &F,
    header: usize,
    len: impl Fn(&[u8]) -> usize + Copy,
    codec: Option<&dyn Fn() -> LengthDelimitedCodec>,
) {
    for mean in [64, 1024] {
        let corpus = corpus(mean, |body, out| {
            let words = &body[..body.len() / 8 * 8];
            framer.clone().append(words, Default::default(), out).unwrap();
        });
        let stream = &corpus.0[..];
        let mut contenders = vec![
            Contender::new("portolan, slice", |_| slice(framer, stream)),
            Contender::new("portolan, fed 1460", fed(framer.clone(), stream, 1460)),
            Contender::new("headers by hand", headers(stream, header, len)),
        ];
        if let Some(codec) = codec {
            let codec = tokio(codec(), stream, usize::MAX, |body| body.len());
            contenders.push(Contender::new("tokio-util", codec));
        }
        race(&format!("{name}, {mean} bytes"), &corpus, contenders);
    }
}

fn with_headers() {
    let number = |bytes: &[u8]| bytes.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
    let little = |bytes: &[u8]| bytes.iter().rfold(0, |sum, byte| sum << 8 | usize::from(*byte));
    let mysql = MysqlPacket::new(MAX).sequence(Sequence::Ignore);
    let codec = || {
        let mut builder = LengthDelimitedCodec::builder();
        builder.little_endian().length_field_length(3).num_skip(4).new_codec()
    };
    header_row("mysql", &mysql, 4, |head| little(&head[..3]), Some(&codec));
    let codec = || {
        let mut builder = LengthDelimitedCodec::builder();
        builder.length_field_offset(4).length_field_length(2).num_skip(8).new_codec()
    };
    let fcgi = Fcgi::new(MAX);
    header_row("fcgi", &fcgi, 8, |head| number(&head[4..6]) + usize::from(head[6]), Some(&codec));
    let mark = |head: &[u8]| number(head) & 0x7fff_ffff;
    header_row("record mark", &RecordMark::new(MAX), 4, mark, None);
    header_row("capnp", &Capnp::new(MAX), 8, |head| little(&head[4..]) * 8, None);
}

fn main() {
    length_prefix();
    with_headers();
    lines();
    delimiters();
}
