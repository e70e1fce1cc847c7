//! A peer that reads one framing and writes another.

use bytes::{Bytes, BytesMut};
use futures_util::{FutureExt, SinkExt, StreamExt};
use portolan::frame::{
    Chunked, Ending, Lines, Netstring, Proxy, Then, WebSocket, WebSocketMeta, WebSocketRole,
};
use portolan::interop::tokio_util::{Codec, EndOfStream, Payload};
use portolan::net::FramedError;
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream};
use tokio_util::codec::{Decoder, Encoder, Framed};

use super::MAX;

/// Sends at once, over a stream that has room.
fn send<S, C, T>(framed: &mut Framed<S, C>, item: T) -> Result<(), FramedError>
where
    S: AsyncRead + AsyncWrite + Unpin,
    C: Encoder<T, Error = FramedError> + Decoder + Unpin,
{
    framed.send(item).now_or_never().unwrap()
}

/// The next item of a stream that has come.
fn next<C: Decoder<Error = FramedError> + Unpin>(framed: &mut Framed<DuplexStream, C>) -> C::Item {
    framed.next().now_or_never().unwrap().unwrap().unwrap()
}

#[test]
fn a_websocket_server_reads_masked_and_writes_unmasked() {
    const MASKED: WebSocketMeta = WebSocketMeta::new(true, 1, Some([1, 2, 3, 4]));
    const BARE: WebSocketMeta = WebSocketMeta::new(true, 1, None);
    let framer = |role| WebSocket::new(MAX).role(role);
    let codec = |reads, writes| Codec::new(framer(reads)).encoder(framer(writes));
    let (client, server) = tokio::io::duplex(64);
    let mut client = Framed::new(client, codec(WebSocketRole::Client, WebSocketRole::Server));
    let mut server = Framed::new(server, codec(WebSocketRole::Server, WebSocketRole::Client));

    send(&mut client, Payload { body: "hello", meta: MASKED }).unwrap();
    let message = next(&mut server);
    assert_eq!((&message.body[..], message.meta), (&b"hello"[..], MASKED));
    send(&mut server, Payload { body: "welcome", meta: BARE }).unwrap();
    let message = next(&mut client);
    assert_eq!((&message.body[..], message.meta), (&b"welcome"[..], BARE));
    for (refused, meta) in [
        (send(&mut server, Payload { body: "", meta: MASKED }), MASKED),
        (send(&mut client, ""), BARE),
    ] {
        assert!(matches!(refused, Err(FramedError::Encode(_))), "{meta:?}");
    }
}

#[test]
fn behind_a_header_lines_are_answered_by_lines() {
    let lines = Lines::new(Ending::CrLf, MAX);
    let framer = Then::new(Proxy::new(107), lines.clone());
    let (client, server) = tokio::io::duplex(64);
    let mut client = Framed::new(client, Codec::new(lines.clone()).items::<Bytes>());
    let mut server = Framed::new(server, Codec::new(framer).items::<Bytes>().encoder(lines));
    send(&mut client, "PROXY UNKNOWN").unwrap();
    send(&mut client, "HELO example.com").unwrap();
    assert_eq!(next(&mut server), "PROXY UNKNOWN\r\n");
    assert_eq!(next(&mut server), "HELO example.com");
    send(&mut server, "250 OK").unwrap();
    assert_eq!(next(&mut client), "250 OK");
}

#[test]
fn items_and_encoders_are_chosen_in_any_order() {
    let mut one = Codec::new(Netstring::new(MAX)).items::<Bytes>().encoder(Chunked::new(MAX));
    let mut other = Codec::new(Netstring::new(MAX)).encoder(Chunked::new(MAX)).items::<Bytes>();
    for codec in [&mut one, &mut other] {
        let mut out = BytesMut::new();
        codec.encode("abc", &mut out).unwrap();
        codec.encode(EndOfStream, &mut out).unwrap();
        assert_eq!(out, "3\r\nabc\r\n0\r\n\r\n");
        let mut buffer = BytesMut::from("3:abc,");
        assert_eq!(codec.decode(&mut buffer).unwrap().unwrap(), "abc");
    }
}
