//! Blocking streams that read and write short, are interrupted, would block, take nothing, and end
//! in one direction while the other goes on: no byte is lost, and none is told twice.
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // the streams are those of std

extern crate std;

use alloc::vec::Vec;
use core::num::NonZeroUsize;
use std::io::{self, ErrorKind, Read, Write};

use portolan::frame::deframer::End;
use portolan::frame::{
    AnyFramer, Chunked, Cobs, Ending, Fixed, FrameError, Framer, Hdlc, Lines, MysqlPacket,
    Netstring, OctetCounting, Recovery, WebSocket,
};
use portolan::net::{Framed, FramedError};

use crate::frame_laws::{Codec, Record, events, pieces};
use crate::input::{Config, cuts};

/// Choices: the framer in three bits.
pub fn run(input: &[u8]) {
    let Some((mut config, stream)) = Config::of(input) else {
        return;
    };
    let max = config.max;
    let framer: AnyFramer<'_> = match config.choice(3) {
        0 => Lines::new(Ending::CrLf, max).into(),
        1 => Netstring::new(max).into(),
        2 => Cobs::new(max).into(),
        3 => Hdlc::new(max).into(),
        4 => Chunked::new(max).into(),
        5 => MysqlPacket::new(max).into(),
        6 => WebSocket::new(max).into(),
        _ => OctetCounting::new(max).into(),
    };
    hold(&framer, stream, config.seed);
}

/// Asserts every law of the blocking adapter; the `seed` chooses the moods of the stream.
pub fn hold<F>(framer: &F, stream: &[u8], seed: u8)
where
    F: Codec,
    <F as Framer>::Meta: Default,
{
    hands_over_every_byte(framer, stream, seed);
    let mut framed = Framed::new(Moody::new(stream, seed), framer.clone());
    receives_what_was_sent(&mut framed, framer, stream);
    // The other side sends nothing any more, but it still listens.
    sends_each_byte_once(&mut framed, framer, &pieces(stream, &cuts(seed)));
}

/// A stream with moods.
struct Moody<'a> {
    input: &'a [u8],
    output: Vec<u8>,
    state: u32,
}

impl<'a> Moody<'a> {
    fn new(input: &'a [u8], seed: u8) -> Self {
        Self { input, output: Vec::new(), state: u32::from(seed) | 0x0100 }
    }

    /// How many bytes the next call passes on, or why it does not.
    fn mood(&mut self) -> io::Result<usize> {
        // Marsaglia, Xorshift RNGs, 2003, section 3.
        self.state ^= self.state << 13;
        self.state ^= self.state >> 17;
        self.state ^= self.state << 5;
        match self.state >> 28 {
            0 => Err(ErrorKind::WouldBlock.into()),
            1 => Err(ErrorKind::TimedOut.into()),
            2 | 3 => Err(ErrorKind::Interrupted.into()),
            4 => Ok(usize::MAX),
            few => Ok(few as usize - 4),
        }
    }
}

impl Read for Moody<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        assert!(!buffer.is_empty(), "a read without room looks like the end");
        let count = self.mood()?.min(self.input.len()).min(buffer.len());
        let (read, rest) = self.input.split_at(count);
        buffer[..count].copy_from_slice(read);
        self.input = rest;
        Ok(count)
    }
}

impl Write for Moody<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Of one byte, nothing at all.
        let count = (self.mood()? - 1).min(bytes.len());
        self.output.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.mood().map(drop)
    }
}

/// Whether a call is to be made again; an interruption is no concern of the caller's.
fn waits(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::WriteZero)
}

/// What is received is what a deframer finds that sees the stream at once.
fn receives_what_was_sent<F: Codec>(framed: &mut Framed<Moody<'_>, F>, framer: &F, stream: &[u8]) {
    let mut told = Vec::new();
    let end = loop {
        match framed.receive() {
            Ok(None) => break None,
            Ok(Some(message)) => {
                let (at, wire) = (message.at, message.wire.get());
                let (last, meta) = (message.last, message.meta);
                told.push(Record::Frame { at, wire, body: message.body.to_vec(), last, meta });
            }
            Err(FramedError::Frame(error)) if error.recovery == Recovery::Fatal => {
                break Some(error);
            }
            Err(FramedError::Frame(error)) => told.push(Record::Error(error)),
            Err(FramedError::Io(error)) => assert!(waits(&error), "{error}"),
            Err(error) => panic!("{error} while receiving"),
        }
    };
    match framed.receive() {
        Ok(again) => assert!(again.is_none() && end.is_none(), "more behind the end"),
        Err(FramedError::Frame(again)) => assert_eq!(end, Some(again), "the end changes"),
        Err(error) => panic!("{error} behind the end"),
    }
    let mut expected = events(framer, &[stream], true);
    let expected_end = match expected.pop() {
        Some(Record::End(End::Truncated { at })) => Some(FrameError::truncated().offset_by(at)),
        Some(Record::Error(error)) => Some(error),
        _ => None,
    };
    assert_eq!((told, end), (expected, expected_end));
}

/// Wherever a framing is left, what it has not consumed is there; at a boundary another goes on
/// with it, elsewhere none can.
fn hands_over_every_byte<F: Codec>(framer: &F, stream: &[u8], seed: u8) {
    let mut framed = Framed::new(Moody::new(stream, seed), framer.clone());
    let mut left = seed % 4;
    while left != 0 {
        match framed.receive() {
            Ok(None) => break,
            Err(FramedError::Frame(error)) if error.recovery == Recovery::Fatal => break,
            _ => left -= 1,
        }
    }
    let rest = &stream[usize::try_from(framed.position()).unwrap()..];
    if seed.is_multiple_of(2) {
        let boundary = framed.at_boundary();
        match framed.with_framer(Fixed::new(NonZeroUsize::MIN)) {
            Ok(framed) => {
                assert!(boundary);
                return goes_on(framed, stream, rest);
            }
            Err(same) => framed = same,
        }
        assert!(!boundary);
    }
    let parts = framed.into_parts();
    assert_eq!([&parts.unread, parts.stream.input].concat(), rest, "bytes lost");
    assert!(parts.unsent.is_empty());
}

/// The next framing gets every byte of the rest, at its offset.
fn goes_on(mut framed: Framed<Moody<'_>, Fixed>, stream: &[u8], rest: &[u8]) {
    let mut got = Vec::new();
    loop {
        match framed.receive() {
            Ok(Some(byte)) => {
                assert_eq!(byte.at, (stream.len() - rest.len() + got.len()) as u64);
                got.extend_from_slice(byte.body);
            }
            Ok(None) => break,
            Err(FramedError::Io(error)) if waits(&error) => {}
            Err(error) => panic!("{error} of single bytes"),
        }
    }
    assert_eq!(got, rest, "bytes lost");
}

/// At any time, what the stream has taken and what is still to be sent are together the frames
/// that were accepted, one behind the other.
fn sends_each_byte_once<F>(framed: &mut Framed<Moody<'_>, F>, framer: &F, bodies: &[&[u8]])
where
    F: Codec,
    <F as Framer>::Meta: Default,
{
    let mut encoder = framer.clone();
    let mut expected = Vec::new();
    for body in bodies {
        let accepted = encoder.append(body, Default::default(), &mut expected);
        let sent = framed.send(body);
        match (&sent, accepted) {
            (Err(FramedError::Encode(error)), Err(refused)) => assert_eq!(*error, refused),
            (_, accepted) => _ = accepted.expect("what cannot be encoded is refused"),
        }
        finish(framed, sent, &expected);
    }
    encoder.append_end(&mut expected).unwrap();
    let sent = framed.send_end();
    finish(framed, sent, &expected);
}

/// Flushes until everything is sent.
fn finish<F: Codec>(
    framed: &mut Framed<Moody<'_>, F>,
    mut sent: Result<(), FramedError>,
    expected: &[u8],
) where
    <F as Framer>::Meta: Default,
{
    while let Err(FramedError::Io(error)) = sent {
        assert!(waits(&error), "{error}");
        assert_eq!([&framed.stream().output, framed.unsent()].concat(), expected);
        if !framed.unsent().is_empty() {
            assert!(matches!(framed.send(b"other"), Err(FramedError::Unsent)));
            assert!(matches!(framed.send_end(), Err(FramedError::Unsent)));
        }
        sent = framed.flush();
    }
    assert!(framed.unsent().is_empty());
    assert_eq!(framed.stream().output, expected);
}
