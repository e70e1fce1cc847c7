//! A peer that reads one framing and writes another.

use std::net::{TcpListener, TcpStream};

use portolan::frame::{
    Chunked, Ending, Lines, Netstring, Proxy, Then, WebSocket, WebSocketMeta, WebSocketRole,
};
use portolan::net::{Framed, FramedError};

use super::{Moody, blocks, would_block, writing};

fn pair() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let here = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (here, listener.accept().unwrap().0)
}

#[test]
fn a_websocket_server_reads_masked_and_writes_unmasked() {
    const MASKED: WebSocketMeta = WebSocketMeta::new(true, 1, Some([1, 2, 3, 4]));
    const BARE: WebSocketMeta = WebSocketMeta::new(true, 1, None);
    let framer = |role| WebSocket::new(80).role(role);
    let (client, server) = pair();
    let mut client = Framed::new(client, framer(WebSocketRole::Client))
        .with_encoder(framer(WebSocketRole::Server));
    let mut server = Framed::new(server, framer(WebSocketRole::Server));
    client.send_with(b"hello", MASKED).unwrap();
    let message = server.receive().unwrap().unwrap();
    assert_eq!((message.body, message.meta), (&b"hello"[..], MASKED));
    // One framer for both directions writes only what it reads.
    let Err(FramedError::Encode(error)) = server.send_with(b"welcome", BARE) else {
        panic!("a server that writes as a client does");
    };
    assert_eq!(error.code(), "meta-mismatch");

    let mut server = server.with_encoder(framer(WebSocketRole::Client));
    assert!(matches!(server.send_with(b"welcome", MASKED), Err(FramedError::Encode(_))));
    server.send_with(b"welcome", BARE).unwrap();
    let message = client.receive().unwrap().unwrap();
    assert_eq!((message.body, message.meta), (&b"welcome"[..], BARE));
    assert!(matches!(client.send_with(b"hello", BARE), Err(FramedError::Encode(_))));
    // The place in the stream that is read has been kept.
    client.send_with(b"bye", MASKED).unwrap();
    assert_eq!(server.receive().unwrap().unwrap().at, 11);
}

#[test]
fn behind_a_header_lines_are_answered_by_lines() {
    let lines = Lines::new(Ending::CrLf, 80);
    let (client, server) = pair();
    let mut client = Framed::new(client, lines.clone());
    let framer = Then::new(Proxy::new(107), lines.clone());
    let mut server = Framed::new(server, framer).with_encoder(lines);
    client.send(b"PROXY UNKNOWN").unwrap();
    client.send(b"HELO example.com").unwrap();
    assert_eq!(server.receive().unwrap().unwrap().body, b"PROXY UNKNOWN\r\n");
    assert_eq!(server.receive().unwrap().unwrap().body, b"HELO example.com");
    server.send(b"250 OK").unwrap();
    assert_eq!(client.receive().unwrap().unwrap().body, b"250 OK");

    // Another framing is one of both directions again.
    let mut server = server.with_framer(Netstring::new(80)).unwrap();
    let mut client = client.with_framer(Netstring::new(80)).unwrap();
    client.send(b"a\nb").unwrap();
    assert_eq!(server.receive().unwrap().unwrap().body, b"a\nb");
    server.send(b"\r\n").unwrap();
    assert_eq!(client.receive().unwrap().unwrap().body, b"\r\n");
}

#[test]
fn what_has_begun_is_sent_as_it_was_begun() {
    let stream = writing([Ok(3), would_block()]);
    let mut framed = Framed::new(stream, Netstring::new(80));
    assert!(blocks(&framed.send(b"hello")));
    let mut framed = framed.with_encoder(Chunked::new(80));
    assert_eq!(framed.unsent(), b"ello,");
    assert!(matches!(framed.send(b"abc"), Err(FramedError::Unsent)));
    framed.flush().unwrap();
    framed.send(b"abc").unwrap();
    framed.send_end().unwrap();
    assert_eq!(framed.stream().written, b"5:hello,3\r\nabc\r\n0\r\n\r\n");
}

#[test]
fn what_has_been_read_stays() {
    let reads = [Ok(b"1:a,1:b,".to_vec())];
    let mut framed =
        Framed::new(Moody { reads: reads.into(), ..Moody::default() }, Netstring::new(80));
    assert_eq!(framed.receive().unwrap().unwrap().body, b"a");
    let mut framed = framed.with_encoder(Lines::new(Ending::Lf, 80));
    let message = framed.receive().unwrap().unwrap();
    assert_eq!((message.body, message.at), (&b"b"[..], 4));
    assert!(framed.receive().unwrap().is_none());
}
