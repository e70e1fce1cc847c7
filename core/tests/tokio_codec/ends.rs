//! What comes of a stream whose framing ends before it does.

use bytes::{Bytes, BytesMut};
use futures_util::{FutureExt, StreamExt};
use portolan::frame::{Chunked, Ending, Lines, Proxy};
use portolan::interop::tokio_util::Codec;
use portolan::net::FramedError;
use tokio::io::{AsyncWriteExt, DuplexStream};
use tokio_util::codec::{Decoder, Framed, FramedParts, FramedRead};

use super::{MAX, next};

#[test]
fn what_is_behind_the_framing_stays_in_the_buffer() {
    let stream = &b"2\r\nhi\r\n0\r\n\r\nPOST"[..];
    let mut framed = FramedRead::new(stream, Codec::new(Chunked::new(MAX)));
    assert_eq!(next(&mut framed).unwrap().unwrap().body, "hi");
    assert!(next(&mut framed).unwrap().unwrap().last);
    let Some(Err(FramedError::Ended { at: 12 })) = next(&mut framed) else {
        panic!("the framing has ended");
    };
    assert!(next(&mut framed).is_none());
    assert_eq!(framed.read_buffer(), "POST");

    // Where nothing follows, the end of the stream is clean.
    let mut codec = Codec::new(Chunked::new(MAX));
    let mut buffer = BytesMut::from("0\r\n\r\n");
    assert!(codec.decode(&mut buffer).unwrap().unwrap().last);
    assert!(codec.decode_eof(&mut buffer).unwrap().is_none());
}

/// A stream of which these bytes come, and which then stays open.
fn open(bytes: &[u8]) -> (DuplexStream, DuplexStream) {
    let (mut there, here) = tokio::io::duplex(64);
    there.write_all(bytes).now_or_never().unwrap().unwrap();
    (there, here)
}

const WIRE: &[u8] = b"PROXY UNKNOWN\r\nhello\r\n";

fn lines() -> Codec<Lines, Bytes> {
    Codec::new(Lines::new(Ending::CrLf, MAX)).items()
}

#[test]
fn who_stops_at_the_last_frame_goes_on_without_a_read() {
    let (_there, here) = open(WIRE);
    let mut framed = FramedRead::new(here, Codec::new(Proxy::new(107)));
    assert!(next(&mut framed).unwrap().unwrap().last);
    let mut framed = framed.map_decoder(|_| lines());
    assert_eq!(next(&mut framed).unwrap().unwrap(), "hello");
}

#[test]
fn behind_the_end_an_exchanged_codec_waits_for_a_read_and_new_parts_do_not() {
    let (mut there, here) = open(WIRE);
    let mut framed = FramedRead::new(here, Codec::new(Proxy::new(107)));
    assert!(next(&mut framed).unwrap().is_ok());
    assert!(matches!(next(&mut framed), Some(Err(FramedError::Ended { at: 15 }))));
    let mut framed = framed.map_decoder(|_| lines());
    assert!(next(&mut framed).is_none());
    assert!(framed.next().now_or_never().is_none(), "a line is in the buffer");
    assert_eq!(framed.read_buffer(), "hello\r\n");
    there.write_all(b"b").now_or_never().unwrap().unwrap();
    assert_eq!(next(&mut framed).unwrap().unwrap(), "hello");

    let (_there, here) = open(WIRE);
    let mut framed = Framed::new(here, Codec::new(Proxy::new(107)));
    assert!(framed.next().now_or_never().unwrap().unwrap().is_ok());
    assert!(framed.next().now_or_never().unwrap().unwrap().is_err());
    let old = framed.into_parts();
    let mut new = FramedParts::new::<Bytes>(old.io, lines());
    (new.read_buf, new.write_buf) = (old.read_buf, old.write_buf);
    let mut framed = Framed::from_parts(new);
    assert_eq!(framed.next().now_or_never().unwrap().unwrap().unwrap(), "hello");
}

#[test]
fn a_body_at_the_end_of_a_stream_ends_and_one_cut_short_does_not() {
    let told = |wire: &'static [u8]| {
        let mut framed = FramedRead::new(wire, Codec::new(Chunked::new(MAX)).items::<Bytes>());
        loop {
            match next(&mut framed) {
                Some(Ok(_)) => {}
                Some(Err(FramedError::Ended { at })) => return format!("ended@{at}"),
                Some(Err(FramedError::Frame(error))) => return error.code().to_owned(),
                Some(Err(error)) => panic!("{error}"),
                None => panic!("neither"),
            }
        }
    };
    let wire = b"2\r\nhi\r\n0\r\n\r\n";
    assert_eq!(told(wire), "ended@12");
    for cut in 0..wire.len() {
        assert_eq!(told(&wire[..cut]), "truncated", "{cut}");
    }
}
