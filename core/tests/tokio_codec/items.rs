//! What codecs hand out, and where they say that it began.

use bytes::{Bytes, BytesMut};
use futures_util::{FutureExt, StreamExt};
use portolan::frame::{Cobs, Ending, Frame, FrameError, LengthPrefix, Lines, Netstring, Proxy};
use portolan::interop::tokio_util::Codec;
use portolan::net::FramedError;
use std::string::FromUtf8Error;
use tokio_util::codec::{Decoder, FramedRead};

use super::MAX;

#[test]
fn items_are_messages_bodies_or_whole_frames() {
    let framer = LengthPrefix::builder(MAX).offset(1).width(1).trailer(1).build().unwrap();
    let stream = || BytesMut::from("T\x02hi\0");
    let message = Codec::new(framer.clone()).decode(&mut stream()).unwrap().unwrap();
    assert_eq!((&message.body[..], message.wire.get()), (&b"hi"[..], 5));
    let body = Codec::new(framer.clone()).items::<Bytes>().decode(&mut stream()).unwrap();
    assert_eq!(body.unwrap(), "hi");
    let mut whole = Codec::new(framer).items::<(Bytes, Frame<()>)>();
    let (wire, frame) = whole.decode(&mut stream()).unwrap().unwrap();
    assert_eq!((&wire[..], frame.body), (&b"T\x02hi\0"[..], 2..4));
}

#[test]
fn items_are_copies_of_bodies() {
    let stream = || BytesMut::from("2:hi,0:,");
    let framer = Netstring::new(MAX);
    let (mut buffer, mut codec) = (stream(), Codec::new(framer.clone()).items::<Vec<u8>>());
    assert_eq!(codec.decode(&mut buffer).unwrap().unwrap(), b"hi");
    assert_eq!(codec.decode(&mut buffer).unwrap().unwrap(), b"");
    let (mut buffer, mut codec) = (stream(), Codec::new(framer).items::<BytesMut>());
    let mut first = codec.decode(&mut buffer).unwrap().unwrap();
    first.extend_from_slice(b"gh");
    assert_eq!(codec.decode(&mut buffer).unwrap().unwrap(), "");
    assert_eq!(first, "high");
    // The payload, not the bytes of the wire.
    let mut codec = Codec::new(Cobs::new(MAX)).items::<Vec<u8>>();
    let mut buffer = BytesMut::from(&[2, 1, 2, 2, 0][..]);
    assert_eq!(codec.decode(&mut buffer).unwrap().unwrap(), [1, 0, 2]);
}

#[test]
fn items_are_text_or_why_they_are_none() {
    type Text = Result<String, FromUtf8Error>;
    let framer = Lines::new(Ending::OptionalCr, MAX);
    let mut codec = Codec::new(framer.clone()).items::<Text>();
    let mut buffer = BytesMut::from(&b"\xc3\xa9t\xc3\xa9\r\nline\xc3\x28\nbye\n"[..]);
    assert_eq!(codec.decode(&mut buffer).unwrap().unwrap().unwrap(), "\u{e9}t\u{e9}");
    let error = codec.decode(&mut buffer).unwrap().unwrap().unwrap_err();
    assert_eq!(error.utf8_error().valid_up_to(), 4);
    assert_eq!(error.into_bytes(), b"line\xc3(");
    assert_eq!(codec.decode(&mut buffer).unwrap().unwrap().unwrap(), "bye");
    // An error of the framing is one of the decoder, unless it is an item too.
    let long = "x".repeat(MAX + 1);
    let error = codec.decode(&mut BytesMut::from(long.as_str())).unwrap_err();
    assert!(matches!(error, FramedError::Frame(error) if error.code() == "too-long"));
    let mut codec = Codec::new(framer).items::<Result<Text, FrameError>>();
    let mut buffer = BytesMut::from("one\n");
    assert_eq!(codec.decode(&mut buffer).unwrap().unwrap().unwrap().unwrap(), "one");
}

#[test]
fn offsets_go_on_in_another_codec() {
    let stream = &b"PROXY UNKNOWN\r\nhello\r\na\nb\r\n"[..];
    let mut framed = FramedRead::new(stream, Codec::new(Proxy::new(107)));
    assert_eq!(framed.next().now_or_never().unwrap().unwrap().unwrap().at, 0);
    let mut framed = framed.map_decoder(|proxy| {
        let lines = Codec::new(Lines::new(Ending::CrLf, MAX));
        lines.starting_at(proxy.deframer().position())
    });
    assert_eq!(framed.decoder().deframer().position(), 15);
    let line = framed.next().now_or_never().unwrap().unwrap().unwrap();
    assert_eq!((&line.body[..], line.at), (&b"hello"[..], 15));
    let Some(Err(FramedError::Frame(error))) = framed.next().now_or_never().unwrap() else {
        panic!("a bare LF");
    };
    assert_eq!((error.code(), error.at), ("bare-lf", 23));
}
