//! Frames over real sockets, and over streams that behave badly.
#![cfg(feature = "std")]
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a test of sockets has std
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test may fail
#![allow(clippy::arithmetic_side_effects)] // likewise

use std::collections::VecDeque;
use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::thread;

use portolan::addr::Endpoint;
use portolan::frame::{
    AnyFramer, AnyMeta, Chunked, Cobs, Dbus, Encode, Ending, Fixed, GitPktLine, Hdlc, LengthPrefix,
    Lines, MysqlPacket, Netstring, OctetCounting, Oversize, Proxy, RecordMark, Resp, Slip,
    WebSocket, preset,
};
use portolan::net::{Framed, FramedError, Listener, Parts, connect};
use portolan_fuzz_oracles::adapter_std;
use proptest::prelude::*;

mod directions;

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
#[derive(Debug, Default)]
struct Moody {
    reads: VecDeque<io::Result<Vec<u8>>>,
    written: Vec<u8>,
    /// What comes of the next writes, and of those behind them.
    writes: VecDeque<io::Result<usize>>,
    appetite: usize,
    /// How many writes were of several pieces.
    vectored: usize,
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
        self.write_vectored(&[IoSlice::new(bytes)])
    }

    /// Takes bytes across the borders of pieces, as a socket does.
    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        self.vectored += usize::from(pieces.iter().filter(|piece| !piece.is_empty()).count() > 1);
        let appetite = self.writes.pop_front().unwrap_or(Ok(self.appetite))?;
        let before = self.written.len();
        self.written.extend(pieces.iter().flat_map(|piece| piece.iter()).take(appetite));
        Ok(self.written.len() - before)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn interruptions_and_waits_lose_nothing() {
    let reads = [
        Ok(b"\0\0".to_vec()),
        Err(ErrorKind::Interrupted.into()),
        Ok(b"\0\x02a".to_vec()),
        Err(ErrorKind::WouldBlock.into()),
        Ok(b"b\0\0\0\0".to_vec()),
    ];
    let mut framed = Framed::new(Moody { reads: reads.into(), ..Moody::default() }, prefix());
    let Err(FramedError::Io(error)) = framed.receive() else {
        panic!("the stream blocks");
    };
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    assert_eq!(framed.receive().unwrap().unwrap().body, b"ab");
    assert_eq!(framed.receive().unwrap().unwrap().body, b"");
    assert!(framed.at_boundary());
    assert!(framed.receive().unwrap().is_none());
    assert!(framed.receive().unwrap().is_none(), "the end repeats");
}

#[test]
fn a_stream_is_told_what_to_do_and_nothing_is_lost() {
    let reads = [Ok(b"1:a,1:".to_vec()), Err(ErrorKind::TimedOut.into())];
    let mut framed = Framed::new(Moody { reads: reads.into(), ..writing([]) }, Netstring::new(9));
    assert_eq!(framed.receive().unwrap().unwrap().body, b"a");
    assert!(framed.receive().is_err());
    framed.stream_mut().reads.push_back(Ok(b"b,".to_vec()));
    framed.stream_mut().writes.push_back(would_block());
    assert_eq!(framed.receive().unwrap().unwrap().body, b"b");
    assert!(blocks(&framed.send(b"c")));
    framed.flush().unwrap();
    assert_eq!(framed.stream().written, b"1:c,");
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
    assert_eq!(error.kind(), ErrorKind::WriteZero);
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

/// What becomes of the next writes; those behind them take all.
fn writing(writes: impl IntoIterator<Item = io::Result<usize>>) -> Moody {
    Moody { writes: writes.into_iter().collect(), appetite: usize::MAX, ..Moody::default() }
}

fn blocks(result: &Result<(), FramedError>) -> bool {
    matches!(result, Err(FramedError::Io(error)) if error.kind() == ErrorKind::WouldBlock)
}

fn would_block() -> io::Result<usize> {
    Err(ErrorKind::WouldBlock.into())
}

#[test]
fn a_frame_that_blocks_is_kept_and_goes_on_at_its_byte() {
    let stream = writing([Ok(2), would_block(), would_block(), Ok(4), would_block()]);
    let mut framed = Framed::new(stream, Netstring::new(80));
    assert!(blocks(&framed.send(b"hello")));
    assert_eq!((&framed.stream().written[..], framed.unsent()), (&b"5:"[..], &b"hello,"[..]));
    // It has been accepted: neither it nor another can be begun.
    for body in [b"hello", b"other"] {
        assert!(matches!(framed.send(body), Err(FramedError::Unsent)));
    }
    assert!(blocks(&framed.flush()));
    assert_eq!(framed.unsent(), b"hello,");
    assert!(blocks(&framed.flush()));
    assert_eq!(framed.unsent(), b"o,");
    framed.flush().unwrap();
    framed.send(b"").unwrap();
    assert_eq!(framed.stream().written, b"5:hello,0:,");
    assert!(framed.unsent().is_empty());
}

#[test]
fn head_body_and_tail_are_one_write_however_it_is_cut() {
    let mut framed = Framed::new(writing([]), Netstring::new(80));
    framed.send(b"hello").unwrap();
    assert_eq!(framed.stream().vectored, 1);
    for first in 1..8 {
        for second in 1..8 {
            let mut framed = Framed::new(writing([Ok(first), Ok(second)]), Netstring::new(80));
            framed.send(b"hello").unwrap();
            assert_eq!(framed.stream().written, b"5:hello,", "{first}, {second}");
        }
    }
}

#[test]
fn what_is_stuffed_goes_on_too_and_a_stream_that_takes_nothing_loses_nothing() {
    let mut framed = Framed::new(writing([Ok(2), Ok(0), would_block()]), Cobs::new(80));
    let Err(FramedError::Io(error)) = framed.send(&[1, 0, 2]) else {
        panic!("nothing was written");
    };
    assert_eq!(error.kind(), ErrorKind::WriteZero);
    assert_eq!(framed.unsent(), [2, 2, 0]);
    assert!(blocks(&framed.flush()));
    framed.flush().unwrap();
    assert_eq!(framed.stream().written, [2, 1, 2, 2, 0]);
}

#[test]
fn what_ends_the_stream_is_sent_and_resumed_like_a_frame() {
    let mut framed = Framed::new(writing([Ok(8), Ok(2), would_block()]), Chunked::new(80));
    framed.send(b"abc").unwrap();
    assert!(blocks(&framed.send_end()));
    assert!(matches!(framed.send_end(), Err(FramedError::Unsent)));
    framed.flush().unwrap();
    assert_eq!(framed.stream().written, b"3\r\nabc\r\n0\r\n\r\n");
    // Most framings end with their last frame.
    let mut framed = Framed::new(writing([]), Netstring::new(80));
    framed.send_end().unwrap();
    assert!(framed.stream().written.is_empty());
}

#[test]
fn parts_are_both_directions_and_make_it_again() {
    let reads = [Ok(b"1:a,3:bc".to_vec()), Ok(b"d,".to_vec())];
    let stream = Moody { reads: reads.into(), ..writing([Ok(1), would_block()]) };
    let mut framed = Framed::new(stream, Netstring::new(80));
    assert_eq!(framed.receive().unwrap().unwrap().body, b"a");
    assert!(blocks(&framed.send(b"xy")));
    let parts: Parts<Moody> = framed.into_parts();
    assert_eq!((&parts.unread[..], &parts.unsent[..]), (&b"3:bc"[..], &b":xy,"[..]));
    let mut framed = Framed::from_parts(parts, Netstring::new(80));
    assert!(matches!(framed.send(b"z"), Err(FramedError::Unsent)));
    framed.flush().unwrap();
    assert_eq!(framed.stream().written, b"2:xy,");
    assert_eq!(framed.receive().unwrap().unwrap().body, b"bcd");
}

#[test]
fn another_framing_goes_on_at_a_boundary_and_nowhere_else() {
    let reads = [Ok(b"3\r\nabc\r\n0\r\n\r\n2:hi".to_vec()), Ok(b",".to_vec())];
    let stream = Moody { reads: reads.into(), ..Moody::default() };
    let mut framed = Framed::new(stream, Chunked::new(80));
    assert_eq!(framed.receive().unwrap().unwrap().body, b"abc");
    // Within a body that comes in chunks.
    let mut framed = framed.with_framer(Netstring::new(80)).unwrap_err();
    assert!(framed.receive().unwrap().unwrap().last);
    assert!(framed.receive().unwrap().is_none(), "the framing has ended");
    assert_eq!(framed.position(), 13);
    let mut framed = framed.with_framer(Netstring::new(80)).unwrap();
    let message = framed.receive().unwrap().unwrap();
    assert_eq!((message.body, message.at), (&b"hi"[..], 13));

    // Behind an error nobody knows where the next frame begins.
    let mut framed = Framed::new(&b"x"[..], Netstring::new(80));
    assert!(framed.receive().is_err());
    assert!(framed.with_framer(Cobs::new(80)).is_err());
}

#[test]
fn a_frame_refused_for_what_is_in_it_is_passed_over_with_its_error() {
    let mut framed = Framed::new(&b"\x03a\0\x02b\0"[..], Cobs::new(80));
    let Err(FramedError::Frame(error)) = framed.receive() else {
        panic!("a zero where the code says that there is none");
    };
    assert_eq!((error.code(), error.at), ("zero-in-block", 2));
    assert_eq!(framed.position(), 3);
    // Its bytes were changed when it was looked into; what is left are those of the stream.
    assert_eq!(framed.into_parts().unread, b"\x02b\0");
}

#[test]
fn a_switch_of_protocols_hands_over_every_byte() {
    let reads = [Ok(b"STARTTLS\r\n\x16\x03\x01".to_vec())];
    let lines = Lines::new(Ending::CrLf, 80);
    let mut framed = Framed::new(Moody { reads: reads.into(), ..Moody::default() }, lines);
    assert_eq!(framed.receive().unwrap().unwrap().body, b"STARTTLS");
    assert!(framed.at_boundary());
    assert_eq!(framed.into_parts().unread, b"\x16\x03\x01");
}

#[test]
fn an_error_becomes_one_of_io_and_is_kept_inside() {
    let kind = |error: FramedError| io::Error::from(error).kind();
    let error =
        |stream: &'static [u8]| Framed::new(stream, Netstring::new(9)).receive().unwrap_err();
    assert_eq!(kind(FramedError::Io(ErrorKind::BrokenPipe.into())), ErrorKind::BrokenPipe);
    assert_eq!(kind(error(b"x")), ErrorKind::InvalidData);
    assert_eq!(kind(error(b"1:")), ErrorKind::UnexpectedEof);
    let mut framed = Framed::new(writing([would_block()]), Netstring::new(4));
    assert_eq!(kind(framed.send(b"hello").unwrap_err()), ErrorKind::InvalidInput);
    assert!(blocks(&framed.send(b"hi")));
    assert_eq!(kind(framed.send(b"hi").unwrap_err()), ErrorKind::Other);
    let inside = io::Error::from(error(b"x")).into_inner().unwrap();
    let Some(FramedError::Frame(inside)) = inside.downcast_ref() else {
        panic!("the error is kept");
    };
    assert_eq!((inside.code(), inside.at), ("bad-digit", 0));
}

const MAX: usize = 24;

fn framers() -> Vec<AnyFramer<'static>> {
    let length = LengthPrefix::builder(MAX).width(1);
    vec![
        Chunked::new(MAX).into(),
        Cobs::new(MAX).into(),
        Dbus::new(MAX).into(),
        Fixed::try_from(3).unwrap().into(),
        GitPktLine::new(MAX).into(),
        Hdlc::new(MAX).into(),
        length.clone().build().unwrap().into(),
        length.oversize(Oversize::Discard).build().unwrap().into(),
        Lines::new(Ending::CrLf, MAX).oversize(Oversize::Discard).into(),
        Lines::new(Ending::Universal, MAX).into(),
        MysqlPacket::new(MAX).into(),
        Netstring::new(MAX).into(),
        OctetCounting::new(MAX).into(),
        preset::amqp(MAX).unwrap().into(),
        Proxy::new(MAX).into(),
        RecordMark::new(MAX).into(),
        Resp::new(MAX).into(),
        Slip::new(MAX).into(),
        WebSocket::new(MAX).into(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever a stream does, nothing is lost and nothing is told twice: `adapter_std` says what.
    #[test]
    fn no_mood_of_a_stream_matters(
        bodies in prop::collection::vec(
            prop::collection::vec(prop::sample::select(&b"\0\x01a,\r\n"[..]), 0..=MAX),
            0..5,
        ),
        changes in prop::collection::vec((any::<usize>(), any::<u8>()), 0..3),
        seed in any::<u8>(),
    ) {
        for framer in framers() {
            let mut encoder = framer.clone();
            let mut stream = Vec::new();
            for body in &bodies {
                let _ = encoder.append(body, AnyMeta::None, &mut stream);
            }
            encoder.append_end(&mut stream).unwrap();
            for (at, byte) in &changes {
                let len = stream.len().max(1);
                if let Some(to) = stream.get_mut(at % len) {
                    *to = *byte;
                }
            }
            adapter_std::hold(&framer, &stream, seed);
        }
    }
}
