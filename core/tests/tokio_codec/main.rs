//! Framers as codecs of tokio-util: what they say is what a deframer says, and nothing is copied,
//! reserved or asked again for nothing.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc, reason = "a test has std")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "likewise")]

use core::cell::Cell;

use bytes::{Bytes, BytesMut};
use futures_util::{FutureExt, SinkExt, StreamExt};
use portolan::frame::deframer::{BytesDeframer, End, Message};
use portolan::frame::{
    AnyFramer, AnyMeta, Chunked, Cobs, Delimiter, Encode, Ending, Finish, Fixed, FrameError,
    Framer, Hdlc, LengthPrefix, Lines, MysqlPacket, Netstring, Oversize, Proxy, Recovery, Slip,
    Step, WebSocket,
};
use portolan::interop::tokio_util::{Codec, EndOfStream, Payload};
use portolan::net::FramedError;
use portolan_fuzz_oracles::frame_laws::{self as laws, Record};
use proptest::prelude::*;
use tokio_util::codec::{Decoder, Encoder, Framed, FramedRead};

mod directions;
mod ends;
mod items;
mod length;
mod lines;

const MAX: usize = 24;

fn framers() -> Vec<AnyFramer<'static>> {
    let length = LengthPrefix::builder(MAX).width(1);
    let commas = Delimiter::any_of(&[b",", b"\r\n"], MAX).oversize(Oversize::Discard);
    vec![
        Chunked::new(MAX).into(),
        Cobs::new(MAX).into(),
        commas.build().unwrap().into(),
        Fixed::try_from(3).unwrap().into(),
        Hdlc::new(MAX).into(),
        length.clone().build().unwrap().into(),
        length.oversize(Oversize::Discard).build().unwrap().into(),
        Lines::new(Ending::CrLf, MAX).oversize(Oversize::Discard).into(),
        Lines::new(Ending::Universal, MAX).into(),
        MysqlPacket::new(MAX).into(),
        Netstring::new(MAX).into(),
        Proxy::new(MAX).into(),
        Slip::new(MAX).into(),
        WebSocket::new(MAX).into(),
    ]
}

type Items = Result<Message<Bytes, AnyMeta>, FrameError>;

/// Everything that a codec says of a stream that comes in chunks and then ends.
fn told(framer: &AnyFramer<'static>, chunks: &[&[u8]]) -> Vec<Record<AnyMeta>> {
    let mut codec = Codec::new(framer.clone()).items::<Items>();
    let mut buffer = BytesMut::new();
    let (mut told, mut fed) = (Vec::new(), Vec::new());
    for (index, chunk) in chunks.iter().chain([&&b""[..]]).enumerate() {
        let end = index == chunks.len();
        buffer.extend_from_slice(chunk);
        fed.extend_from_slice(chunk);
        loop {
            let item = if end { codec.decode_eof(&mut buffer) } else { codec.decode(&mut buffer) };
            match item {
                Ok(None) if !end => break,
                Ok(None) => {
                    assert!(buffer.is_empty(), "left at a clean end");
                    told.push(Record::End(End::Clean));
                    return told;
                }
                Ok(Some(Err(error))) => told.push(Record::Error(error)),
                Ok(Some(Ok(frame))) => told.push(Record::Frame {
                    at: frame.at,
                    wire: frame.wire.get(),
                    body: frame.body.to_vec(),
                    last: frame.last,
                    meta: frame.meta,
                }),
                Err(error) => {
                    let again = codec.decode(&mut buffer).unwrap_err();
                    assert_eq!(again.to_string(), error.to_string(), "the end repeats");
                    told.push(last_record(&error, &fed, &buffer));
                    return told;
                }
            }
        }
    }
    told
}

/// What ends a stream by an error; what is behind the framing is still in the buffer.
fn last_record(error: &FramedError, fed: &[u8], buffer: &[u8]) -> Record<AnyMeta> {
    match error {
        FramedError::Ended { at } => {
            assert_eq!(buffer, &fed[usize::try_from(*at).unwrap()..], "bytes lost");
            Record::Done(*at)
        }
        FramedError::Frame(error) if error.code() == "truncated" => {
            Record::End(End::Truncated { at: error.at })
        }
        FramedError::Frame(error) => Record::Error(*error),
        error => panic!("{error} of a buffer"),
    }
}

/// Streams of every framing: what its encoder writes, with a byte changed here and there.
fn written(framer: &AnyFramer<'static>, bodies: &[Vec<u8>], changes: &[(usize, u8)]) -> Vec<u8> {
    let mut encoder = framer.clone();
    let mut stream = Vec::new();
    for body in bodies {
        let _ = encoder.append(body, AnyMeta::None, &mut stream);
    }
    encoder.append_end(&mut stream).unwrap();
    for (at, byte) in changes {
        let len = stream.len().max(1);
        if let Some(to) = stream.get_mut(at % len) {
            *to = *byte;
        }
    }
    stream
}

proptest! {
    #[test]
    fn a_codec_says_what_a_deframer_says(
        bodies in prop::collection::vec(prop::collection::vec(prop::sample::select(&b"\0\x01a,\r\n"[..]), 0..=MAX), 0..5),
        changes in prop::collection::vec((any::<usize>(), any::<u8>()), 0..3),
        size in 1..12_usize,
    ) {
        for framer in framers() {
            let stream = written(&framer, &bodies, &changes);
            let chunks: Vec<&[u8]> = stream.chunks(size).collect();
            let expected = laws::events(&framer, &[&stream], true);
            prop_assert_eq!(told(&framer, &chunks), expected);
        }
    }

    #[test]
    fn a_codec_writes_what_an_encoder_writes(
        bodies in prop::collection::vec(prop::collection::vec(prop::sample::select(&b"\0a,\r\n"[..]), 0..=MAX + 1), 0..5),
    ) {
        for framer in framers() {
            let (mut codec, mut encoder) = (Codec::new(framer.clone()), framer);
            let (mut out, mut expected) = (BytesMut::new(), Vec::new());
            for body in &bodies {
                let wrote = codec.encode(body, &mut out);
                match (encoder.append(body, AnyMeta::None, &mut expected), wrote) {
                    (Err(refused), Err(FramedError::Encode(error))) => prop_assert_eq!(error, refused),
                    (refused, wrote) => prop_assert!(refused.is_ok() && wrote.is_ok()),
                }
                prop_assert_eq!(&out, &expected);
            }
            encoder.append_end(&mut expected).unwrap();
            codec.encode(EndOfStream, &mut out).unwrap();
            prop_assert_eq!(&out, &expected);
        }
    }
}

/// The next item of a stream that never waits.
fn next<T: tokio::io::AsyncRead + Unpin, D: Decoder + Unpin>(
    framed: &mut FramedRead<T, D>,
) -> Option<Result<D::Item, D::Error>> {
    framed.next().now_or_never().unwrap()
}

const BAD_LINE: &[u8] = b"one\r\ntw\no\r\nthree\r\n";

#[test]
fn a_stream_of_results_goes_on_behind_a_bad_frame() {
    let lines = Codec::new(Lines::new(Ending::CrLf, MAX)).items::<Result<Bytes, FrameError>>();
    let mut framed = FramedRead::new(BAD_LINE, lines);
    assert_eq!(next(&mut framed).unwrap().unwrap().unwrap(), "one");
    let error = next(&mut framed).unwrap().unwrap().unwrap_err();
    assert_eq!((error.code(), error.at), ("bare-lf", 7));
    assert_eq!(next(&mut framed).unwrap().unwrap().unwrap(), "three");
    assert!(next(&mut framed).is_none());
}

#[test]
fn any_other_stream_ends_there_and_goes_on_when_asked_again() {
    let mut framed = FramedRead::new(BAD_LINE, Codec::new(Lines::new(Ending::CrLf, MAX)));
    assert_eq!(next(&mut framed).unwrap().unwrap().body, "one");
    let Some(Err(FramedError::Frame(error))) = next(&mut framed) else {
        panic!("a bare LF");
    };
    assert_eq!((error.code(), error.recovery), ("bare-lf", Recovery::Resync));
    assert!(next(&mut framed).is_none(), "`Framed` ends after any error");
    assert_eq!(next(&mut framed).unwrap().unwrap().body, "three");
    assert!(next(&mut framed).is_none());
}

#[test]
fn an_error_that_nothing_follows_repeats_whatever_the_items() {
    let mut codec = Codec::new(Netstring::new(9)).items::<Result<Bytes, FrameError>>();
    let mut buffer = BytesMut::from("1:ab3:abc,");
    for _ in 0..2 {
        let Err(FramedError::Frame(error)) = codec.decode(&mut buffer) else {
            panic!("no comma");
        };
        assert_eq!((error.code(), error.at), ("expected-byte", 3));
    }
    assert_eq!(buffer, "1:ab3:abc,");
}

#[test]
fn a_frame_refused_for_what_is_in_it_is_passed_over_with_its_error() {
    let mut codec = Codec::new(Cobs::new(9)).items::<Result<Bytes, FrameError>>();
    let mut buffer = BytesMut::from("\x03a\0\x02b\0");
    let error = codec.decode(&mut buffer).unwrap().unwrap().unwrap_err();
    assert_eq!((error.code(), error.at), ("zero-in-block", 2));
    // Its bytes were changed when it was looked into; what is left are those of the stream.
    assert_eq!(buffer, "\x02b\0");
}

#[test]
fn a_codec_is_exchanged_at_a_boundary_without_losing_a_byte() {
    let stream = &b"NETSTRING\r\n5:hello,"[..];
    let mut framed = FramedRead::new(stream, Codec::new(Lines::new(Ending::CrLf, MAX)));
    assert_eq!(next(&mut framed).unwrap().unwrap().body, "NETSTRING");
    assert!(framed.decoder().deframer().at_boundary());
    let mut framed = framed.map_decoder(|_| Codec::new(Netstring::new(MAX)));
    assert_eq!(next(&mut framed).unwrap().unwrap().body, "hello");
    assert!(next(&mut framed).is_none());

    let mut codec = Codec::new(Chunked::new(MAX));
    codec.decode(&mut BytesMut::from("2\r\nhi\r\n")).unwrap();
    assert!(!codec.deframer().at_boundary(), "a body has begun");
}

#[test]
fn a_stream_that_goes_on_behind_its_end_begins_anew() {
    let mut codec = Codec::new(MysqlPacket::new(MAX));
    let mut buffer = BytesMut::from(&b"\x01\0\0\0a"[..]);
    assert_eq!(codec.decode(&mut buffer).unwrap().unwrap().body, "a");
    for _ in 0..2 {
        assert!(codec.decode_eof(&mut buffer).unwrap().is_none());
    }
    buffer.extend_from_slice(b"\x01\0\0\x09b");
    let message = codec.decode(&mut buffer).unwrap().unwrap();
    assert_eq!((&message.body[..], message.meta, message.at), (&b"b"[..], 9, 0));
    // An end inside a frame is final.
    buffer.extend_from_slice(b"\x01");
    assert!(codec.decode(&mut buffer).unwrap().is_none());
    assert!(codec.decode_eof(&mut buffer).is_err());
    buffer.extend_from_slice(b"\0\0\x01c");
    assert!(codec.decode(&mut buffer).is_err());
}

/// Whether `part` lies in the memory of `whole`.
fn shares(part: &[u8], whole: &core::ops::Range<*const u8>) -> bool {
    let part = part.as_ptr_range();
    whole.start <= part.start && part.end <= whole.end
}

#[test]
fn bodies_lie_where_they_were_read_into() {
    let wire = b"\x02hi\x00\x05hello";
    let framer = LengthPrefix::builder(MAX).width(1).build().unwrap();
    let mut buffer = BytesMut::from(&wire[..]);
    let memory = buffer.as_ptr_range();
    let mut codec = Codec::new(framer.clone());
    let mut deframer = BytesDeframer::new(framer);
    deframer.extend(wire);
    let other = deframer.rest().as_ptr_range();
    for body in ["hi", "", "hello"] {
        let message = codec.decode(&mut buffer).unwrap().unwrap();
        assert!(message.body == body && shares(&message.body, &memory));
        let message = deframer.next_frame().unwrap().unwrap();
        assert!(message.body == body && shares(&message.body, &other));
    }
    // Unstuffed too, since that is done in place.
    let mut buffer = BytesMut::from(&[2, 1, 2, 2, 0][..]);
    let memory = buffer.as_ptr_range();
    let message = Codec::new(Cobs::new(MAX)).decode(&mut buffer).unwrap().unwrap();
    assert!(message.body[..] == [1, 0, 2] && shares(&message.body, &memory));
}

#[test]
fn nothing_is_reserved_because_a_length_field_said_so() {
    let framer = LengthPrefix::builder(usize::MAX / 2).width(8).build().unwrap();
    let mut codec = Codec::new(framer);
    let mut buffer = BytesMut::with_capacity(64);
    buffer.extend_from_slice(&(u64::MAX >> 2).to_be_bytes());
    for _ in 0..2 {
        assert!(codec.decode(&mut buffer).unwrap().is_none());
        assert_eq!((buffer.len(), buffer.capacity()), (8, 64));
    }
}

/// A framer that counts how often it is asked.
#[derive(Clone, Debug)]
struct Counting<'c, F>(F, &'c Cell<usize>);

impl<F: Framer> Framer for Counting<'_, F> {
    type Meta = F::Meta;

    fn step(&mut self, input: &[u8]) -> Result<Step<F::Meta>, FrameError> {
        self.1.set(self.1.get() + 1);
        self.0.step(input)
    }

    fn finish(&mut self, input: &[u8]) -> Result<Finish<F::Meta>, FrameError> {
        self.0.finish(input)
    }

    fn max_wire(&self) -> usize {
        self.0.max_wire()
    }

    fn at_boundary(&self) -> bool {
        self.0.at_boundary()
    }

    fn reset(&mut self) {
        self.0.reset();
    }
}

#[test]
fn a_frame_that_comes_in_bytes_is_asked_for_twice() {
    let asked = Cell::new(0);
    let framer = LengthPrefix::builder(1 << 16).build().unwrap();
    let mut codec = Codec::new(Counting(framer, &asked)).items::<Bytes>();
    let mut buffer = BytesMut::new();
    for byte in [&[0, 0, 0xff, 0xff][..], &[7; 0xffff]].concat() {
        assert!(codec.decode(&mut buffer).unwrap().is_none());
        buffer.extend_from_slice(&[byte]);
    }
    assert_eq!(codec.decode(&mut buffer).unwrap().unwrap().len(), 0xffff);
    // Of nothing, of the header, of all.
    assert_eq!(asked.get(), 3);
}

#[test]
fn meta_data_and_the_end_of_a_stream_are_sent() {
    let (here, mut there) = tokio::io::duplex(64);
    let mut framed = Framed::new(here, Codec::new(MysqlPacket::new(MAX)));
    let send = framed.send(Payload { body: "hi", meta: 7_u8 });
    send.now_or_never().unwrap().unwrap();
    let mut framed = framed.map_codec(|_| Codec::new(Chunked::new(MAX)));
    framed.send("hi").now_or_never().unwrap().unwrap();
    framed.send(EndOfStream).now_or_never().unwrap().unwrap();
    drop(framed);
    let mut wire = Vec::new();
    let read = tokio::io::AsyncReadExt::read_to_end(&mut there, &mut wire);
    read.now_or_never().unwrap().unwrap();
    assert_eq!(wire, b"\x02\0\0\x07hi2\r\nhi\r\n0\r\n\r\n");
}
