//! The scenarios in which tokio-util tests its `LengthDelimitedCodec`, `Framed`, `FramedRead` and
//! `FramedWrite`: the same streams, the same answers, and by name where ours are others.
//!
//! Source of the facts: tokio-util 0.7.20, `tests/length_delimited.rs`, `tests/framed.rs`,
//! `tests/framed_read.rs` and `tests/framed_write.rs`.

use core::pin::Pin;
use core::task::{Context, Poll};
use std::collections::VecDeque;
use std::io;

use bytes::{Bytes, BytesMut};
use futures_util::{FutureExt, Sink, SinkExt, StreamExt};
use portolan::endian::Endian;
use portolan::frame::{Frame, Framer, LengthPrefix, LengthPrefixBuilder};
use portolan::interop::tokio_util::{Codec, Item};
use portolan::net::FramedError;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_util::codec::{Decoder, Encoder, Framed, FramedParts, FramedRead, FramedWrite};

/// A stream that reads what it is told to, and writes so many bytes; then it has ended, and takes
/// nothing.
#[derive(Debug, Default)]
struct Mock {
    reads: VecDeque<Poll<io::Result<&'static [u8]>>>,
    writes: VecDeque<Poll<usize>>,
    written: Vec<u8>,
}

const WAIT: Poll<io::Result<&'static [u8]>> = Poll::Pending;

const fn data(bytes: &'static [u8]) -> Poll<io::Result<&'static [u8]>> {
    Poll::Ready(Ok(bytes))
}

impl AsyncRead for Mock {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.reads.pop_front() {
            None => Poll::Ready(Ok(())),
            Some(read) => read.map_ok(|bytes| buffer.put_slice(bytes)),
        }
    }
}

impl AsyncWrite for Mock {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.writes.pop_front().unwrap_or(Poll::Ready(0)).map(|count| {
            let count = count.min(bytes.len());
            self.written.extend_from_slice(&bytes[..count]);
            Ok(count)
        })
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// What a stream of frames says next: a body, `wait`, an error, or the end.
fn next<F: Framer, I: Item<F::Meta> + AsRef<[u8]>>(
    framed: &mut FramedRead<Mock, Codec<F, I>>,
) -> String
where
    FramedRead<Mock, Codec<F, I>>: Unpin,
{
    match framed.next().now_or_never() {
        None => "wait".to_owned(),
        Some(None) => "end".to_owned(),
        Some(Some(Ok(body))) => body.as_ref().escape_ascii().to_string(),
        Some(Some(Err(FramedError::Frame(error)))) => format!("{}@{}", error.code(), error.at),
        Some(Some(Err(error))) => error.to_string(),
    }
}

/// All it says, to the first end or error.
fn told(
    builder: LengthPrefixBuilder,
    reads: impl IntoIterator<Item = Poll<io::Result<&'static [u8]>>>,
) -> Vec<String> {
    let mut framed = FramedRead::new(
        Mock { reads: reads.into_iter().collect(), ..Mock::default() },
        Codec::new(builder.build().unwrap()).items::<Bytes>(),
    );
    let mut told = Vec::new();
    loop {
        told.push(next(&mut framed));
        if told.last().is_some_and(|last| last == "end" || last.contains('@')) {
            return told;
        }
    }
}

fn length() -> LengthPrefixBuilder {
    LengthPrefix::builder(8 << 20)
}

const NINE: &[u8] = b"\0\0\0\x09abcdefghi";
const THREE: &[u8] = b"\0\0\0\x09abcdefghi\0\0\0\x03123\0\0\0\x0bhello world";

#[test]
fn frames_however_they_are_read() {
    let all = ["abcdefghi", "123", "hello world", "end"];
    assert_eq!(told(length(), []), ["end"]);
    assert_eq!(told(length(), [data(NINE)]), ["abcdefghi", "end"]);
    assert_eq!(told(length(), [data(THREE)]), all);
    let (first, second) = ([data(b"\0\0"), data(b"\0\x09abc"), data(b"defghi")], b"\0\0\0\x0312");
    assert_eq!(told(length(), first), ["abcdefghi", "end"]);
    let behind = [data(second), data(b"3\0\0\0\x0bhello world")];
    assert_eq!(
        told(
            length(),
            [data(b"\0\0"), data(b"\0\x09abc"), data(b"defghi")].into_iter().chain(behind)
        ),
        all
    );
    let waits = [data(b"\0\0"), WAIT, data(b"\0\x09abc"), WAIT, data(b"defghi"), WAIT];
    assert_eq!(told(length(), waits), ["wait", "wait", "abcdefghi", "wait", "end"]);
}

#[test]
fn both_orders_of_bytes_and_that_of_the_machine() {
    let little = b"\x09\0\0\0abcdefghi";
    assert_eq!(told(length().endian(Endian::Little), [data(little)]), ["abcdefghi", "end"]);
    let (order, native) = if cfg!(target_endian = "big") {
        (Endian::Big, NINE)
    } else {
        (Endian::Little, &little[..])
    };
    assert_eq!(told(length().endian(order), [data(native)]), ["abcdefghi", "end"]);
}

#[test]
fn a_stream_that_ends_inside_a_frame() {
    assert_eq!(told(length(), [data(b"\0\0")]), ["truncated@0"]);
    assert_eq!(told(length(), [WAIT, data(b"\0"), WAIT]), ["wait", "wait", "truncated@0"]);
    let payload = [data(b"\0\0\0\x09ab"), WAIT, data(b"cd"), WAIT];
    assert_eq!(told(length(), payload), ["wait", "wait", "truncated@0"]);
}

#[test]
fn limits_of_frames() {
    let five = LengthPrefix::builder(5);
    assert_eq!(told(five.clone(), [data(NINE)]), ["too-long@0"]);
    // A limit changes with the codec, at a boundary.
    let reads = [data(NINE), data(NINE)].into();
    let codec = Codec::new(length().build().unwrap()).items::<Bytes>();
    let mut framed = FramedRead::new(Mock { reads, ..Mock::default() }, codec);
    assert_eq!(next(&mut framed), "abcdefghi");
    let smaller = Codec::new(five.build().unwrap()).items::<Bytes>();
    let mut framed = framed.map_decoder(|_| smaller.clone());
    assert_eq!(next(&mut framed), "too-long@0");
    // Theirs lets a frame pass that has begun under the old limit; ours has consumed nothing of it.
    let reads = [data(b"\0\0\0\x09abcd"), WAIT, data(b"efghi")].into();
    let codec = Codec::new(length().build().unwrap()).items::<Bytes>();
    let mut framed = FramedRead::new(Mock { reads, ..Mock::default() }, codec);
    assert_eq!(next(&mut framed), "wait");
    assert_eq!(next(&mut framed.map_decoder(|_| smaller)), "too-long@0");
}

#[test]
fn shapes_of_headers() {
    assert_eq!(told(length().width(1), [data(b"\x09abcdefghi")]), ["abcdefghi", "end"]);
    let offset = length().offset(4).width(2);
    assert_eq!(told(offset, [data(b"zzzz\0\x09abcdefghi")]), ["abcdefghi", "end"]);
    // `num_skip(4)`: a byte between the field and the body.
    let skip = length().width(3).header(4);
    assert_eq!(told(skip, [data(b"\0\0\x0b\x0cHello world")]), ["Hello world", "end"]);
    // `length_adjustment(-2)`: the field counts itself.
    let frames = b"\0\x0babcdefghi\0\x05123\0\x0dhello world";
    let all = ["abcdefghi", "123", "hello world", "end"];
    for builder in [length().width(2).adjust(-2), length().width(2).includes_header(true)] {
        assert_eq!(told(builder, [data(frames)]), all);
    }
}

#[test]
fn frames_with_their_header() {
    // `num_skip(0)` and `length_adjustment(4)`.
    let framer = length().offset(2).width(2).build().unwrap();
    let mut codec = Codec::new(framer).items::<(Bytes, Frame<()>)>();
    let mut buffer = BytesMut::from("xx\0\x09abcdefghiyy\0\x03123zz\0\x0bhello world");
    for whole in ["xx\0\x09abcdefghi", "yy\0\x03123", "zz\0\x0bhello world"] {
        assert_eq!(codec.decode(&mut buffer).unwrap().unwrap().0, whole);
    }
    assert!(codec.decode_eof(&mut buffer).unwrap().is_none());
}

/// Sends payloads, one after another, then flushes until the stream takes all or nothing.
fn sent(
    builder: LengthPrefixBuilder,
    writes: &[Poll<usize>],
    bodies: &[&'static str],
) -> (Vec<u8>, Vec<String>) {
    let mock = Mock { writes: writes.iter().copied().collect(), ..Mock::default() };
    let mut framed = FramedWrite::new(mock, Codec::new(builder.build().unwrap()));
    let mut told = Vec::new();
    for body in bodies {
        if let Err(error) = framed.feed(Bytes::from(*body)).now_or_never().unwrap() {
            told.push(error.to_string());
        }
    }
    loop {
        match SinkExt::<Bytes>::flush(&mut framed).now_or_never() {
            None => told.push("wait".to_owned()),
            Some(Ok(())) => break,
            Some(Err(error)) => {
                told.push(error.to_string());
                break;
            }
        }
    }
    (framed.into_inner().written, told)
}

const ALL: &[Poll<usize>] = &[Poll::Ready(usize::MAX)];

#[test]
fn frames_are_written() {
    let wrote = |builder, bodies| sent(builder, ALL, bodies).0;
    assert_eq!(sent(length(), &[], &[]), (vec![], vec![]));
    assert_eq!(wrote(length(), &["abcdefghi"]), NINE);
    assert_eq!(wrote(length(), &["abcdefghi", "123", "hello world"]), THREE);
    assert_eq!(wrote(length().adjust(-2), &["abcdefghi"]), b"\0\0\0\x0babcdefghi");
    assert_eq!(wrote(length().endian(Endian::Little), &["abcdefghi"]), b"\x09\0\0\0abcdefghi");
    assert_eq!(wrote(length().width(1), &["abcdefghi"]), b"\x09abcdefghi");
    let slices = [Poll::Pending, Poll::Ready(2), Poll::Pending, Poll::Ready(2), Poll::Ready(9)];
    let waits = vec!["wait".to_owned(), "wait".to_owned()];
    assert_eq!(sent(length(), &slices, &["abcdefghi"]), (NINE.to_vec(), waits));
}

#[test]
fn frames_are_not_written() {
    let (written, told) = sent(LengthPrefix::builder(5), ALL, &["abcdef"]);
    assert_eq!(
        (&written[..], &told[..]),
        (&b""[..], &["payload is longer than 5 bytes".to_owned()][..])
    );
    let (written, told) = sent(length(), &[], &["abcdef"]);
    assert!(written.is_empty());
    assert!(told[0].contains("write"), "the stream takes nothing: {told:?}");
}

#[test]
fn the_length_field_bounds_what_can_be_written() {
    for (adjust, longest) in [(-1, 254), (0, 255), (1, 256)] {
        let framer = LengthPrefix::builder(1000).width(1).adjust(adjust).build().unwrap();
        let mut codec = Codec::new(framer);
        let mut out = BytesMut::new();
        codec.encode(vec![0; longest], &mut out).unwrap();
        assert_eq!(out[0], u8::MAX);
        let mut out = BytesMut::from("prefix");
        assert!(matches!(
            codec.encode(vec![0; longest + 1], &mut out),
            Err(FramedError::Encode(_))
        ));
        assert_eq!(out, "prefix");
    }
    // The output grows where it is full.
    let mut out = BytesMut::with_capacity(1024);
    out.extend_from_slice(&[b'a'; 1024]);
    Codec::new(length().build().unwrap()).encode("hello", &mut out).unwrap();
    assert_eq!(out[1024..], *b"\0\0\0\x05hello");
}

#[test]
fn a_stream_is_read_from_what_its_parts_hold() {
    let codec = Codec::new(length().build().unwrap()).items::<Bytes>();
    let mut parts = FramedParts::new::<Bytes>(Mock::default(), codec);
    parts.read_buf = BytesMut::from(THREE);
    let mut framed = Framed::from_parts(parts);
    let first = framed.next().now_or_never().unwrap().unwrap().unwrap();
    assert_eq!(first, "abcdefghi");
    let mut framed = framed.map_codec(|_| Codec::new(length().width(4).build().unwrap()));
    let second = framed.next().now_or_never().unwrap().unwrap().unwrap();
    assert_eq!(second.body, "123");
    assert_eq!(&framed.into_parts().read_buf[..], &THREE[20..]);
}

#[test]
fn errors_of_the_stream_are_kept_and_reading_goes_on_behind_its_end() {
    let reads = [data(b"\0\0"), WAIT, Poll::Ready(Err(io::Error::other("broken")))].into();
    let codec = || Codec::new(length().build().unwrap()).items::<Bytes>();
    let mut framed = FramedRead::new(Mock { reads, ..Mock::default() }, codec());
    assert_eq!([next(&mut framed), next(&mut framed)], ["wait", "broken"]);

    let reads = [data(b"\0\0\0\x01a"), data(b""), data(b"\0\0\0\x01b"), data(b"")].into();
    let mut framed = FramedRead::new(Mock { reads, ..Mock::default() }, codec());
    for said in ["a", "end", "b", "end", "end"] {
        assert_eq!(next(&mut framed), said);
    }
}

#[test]
fn a_sink_that_is_full_writes_before_it_takes_more() {
    const LEN: usize = 1 << 10;
    let writes = [Poll::Pending, Poll::Ready(usize::MAX), Poll::Ready(usize::MAX)].into();
    let mock = Mock { writes, ..Mock::default() };
    let mut framed = FramedWrite::new(mock, Codec::new(length().build().unwrap()));
    framed.set_backpressure_boundary(LEN);
    framed.feed(vec![0; LEN]).now_or_never().unwrap().unwrap();
    let mut ready = || {
        let mut context = Context::from_waker(core::task::Waker::noop());
        Sink::<Bytes>::poll_ready(Pin::new(&mut framed), &mut context).map(Result::unwrap)
    };
    assert_eq!([ready(), ready()], [Poll::Pending, Poll::Ready(())]);
    assert_eq!(framed.get_ref().written.len(), LEN + 4);
}
