//! Frames over real sockets, and over streams that behave badly.
#![cfg(feature = "std")]
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a test of sockets has std
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test may fail

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::thread;

use portolan::addr::Endpoint;
use portolan::frame::{Ending, LengthPrefix, Lines};
use portolan::net::{Framed, FramedError, Listener, connect};

fn prefix() -> LengthPrefix {
    LengthPrefix::builder(1 << 20).width(4).build().unwrap()
}

/// Bodies of many sizes go there and come back.
fn echo(client: impl Read + Write, server: impl Read + Write + Send) {
    let bodies: Vec<Vec<u8>> = [0, 1, 3, 255, 4096, 8188, 8192, 70_000]
        .into_iter()
        .map(|len| (0..len).map(|n: u32| n.to_le_bytes()[0]).collect())
        .collect();
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut server = Framed::new(server, prefix());
            while let Some(message) = server.receive().unwrap() {
                let body = message.body.to_vec();
                server.send(&body).unwrap();
                if body.is_empty() {
                    break;
                }
            }
        });
        let mut client = Framed::new(client, prefix());
        for body in bodies.iter().rev() {
            client.send(body).unwrap();
            assert_eq!(client.receive().unwrap().unwrap().body, body);
        }
        assert!(client.receive().unwrap().is_none());
    });
}

#[test]
fn over_a_tcp_pair() {
    let listener = Listener::bind(&Endpoint::parse(b"127.0.0.1:0").unwrap()).unwrap();
    let endpoint = Endpoint::try_from(listener.local_address().unwrap()).unwrap();
    let client = connect(&endpoint).unwrap();
    echo(client, listener.accept().unwrap());
}

#[cfg(unix)]
#[test]
fn over_a_pair_of_unix_streams() {
    let (client, server) = std::os::unix::net::UnixStream::pair().unwrap();
    echo(client, server);
}

/// A stream that reads what it is told to, in the pieces it is told.
#[derive(Default)]
struct Moody {
    reads: VecDeque<io::Result<Vec<u8>>>,
    written: Vec<u8>,
    /// How many bytes a write takes.
    appetite: usize,
}

impl Read for Moody {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.reads.pop_front() {
            None => Ok(0),
            Some(Err(error)) => Err(error),
            Some(Ok(bytes)) => {
                buffer[..bytes.len()].copy_from_slice(&bytes);
                Ok(bytes.len())
            }
        }
    }
}

impl Write for Moody {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(self.appetite);
        self.written.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn interruptions_and_waits_lose_nothing() {
    let reads = [
        Ok(b"\0\0".to_vec()),
        Err(io::ErrorKind::Interrupted.into()),
        Ok(b"\0\x02a".to_vec()),
        Err(io::ErrorKind::WouldBlock.into()),
        Ok(b"b\0\0\0\0".to_vec()),
    ];
    let mut framed = Framed::new(Moody { reads: reads.into(), ..Moody::default() }, prefix());
    let Err(FramedError::Io(error)) = framed.receive() else {
        panic!("the stream blocks");
    };
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
    assert_eq!(framed.receive().unwrap().unwrap().body, b"ab");
    assert_eq!(framed.receive().unwrap().unwrap().body, b"");
    assert!(framed.at_boundary());
    assert!(framed.receive().unwrap().is_none());
    assert!(framed.receive().unwrap().is_none(), "the end repeats");
}

#[test]
fn short_writes_are_continued_and_a_dead_stream_is_an_error() {
    let mut framed = Framed::new(Moody { appetite: 3, ..Moody::default() }, prefix());
    framed.send(b"hello").unwrap();
    assert_eq!(framed.stream().written, b"\0\0\0\x05hello");
    let mut dead = Framed::new(Moody::default(), prefix());
    let Err(FramedError::Io(error)) = dead.send(b"hello") else {
        panic!("nothing was written");
    };
    assert_eq!(error.kind(), io::ErrorKind::WriteZero);
}

#[test]
fn a_bad_line_is_reported_and_the_next_one_received() {
    let reads = [Ok(b"one\r\nt\nwo\r\nthree\r\nfo".to_vec())];
    let lines = Lines::new(Ending::CrLf, 80).at_eof(portolan::frame::AtEof::Reject);
    let mut framed = Framed::new(Moody { reads: reads.into(), ..Moody::default() }, lines);
    assert_eq!(framed.receive().unwrap().unwrap().body, b"one");
    let Err(FramedError::Frame(error)) = framed.receive() else {
        panic!("a bare LF");
    };
    assert_eq!((error.code(), error.at), ("bare-lf", 6));
    assert_eq!(framed.receive().unwrap().unwrap().body, b"three");
    let Err(FramedError::Frame(error)) = framed.receive() else {
        panic!("a truncated line");
    };
    assert_eq!((error.code(), error.at), ("truncated", 18));
}

#[test]
fn a_payload_that_cannot_be_carried_writes_nothing() {
    let mut framed =
        Framed::new(Moody { appetite: 9, ..Moody::default() }, Lines::new(Ending::Lf, 80));
    assert!(matches!(framed.send(b"a\nb"), Err(FramedError::Encode(_))));
    assert!(framed.stream().written.is_empty());
}

#[test]
fn a_switch_of_protocols_hands_over_every_byte() {
    let reads = [Ok(b"STARTTLS\r\n\x16\x03\x01".to_vec())];
    let lines = Lines::new(Ending::CrLf, 80);
    let mut framed = Framed::new(Moody { reads: reads.into(), ..Moody::default() }, lines);
    assert_eq!(framed.receive().unwrap().unwrap().body, b"STARTTLS");
    assert!(framed.at_boundary());
    assert_eq!(framed.into_parts().1, b"\x16\x03\x01");
}
