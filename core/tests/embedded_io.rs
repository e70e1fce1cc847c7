//! Frames over streams of `embedded-io` that behave badly, in arrays.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc, reason = "a test has std")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "likewise")]

use std::collections::VecDeque;
use std::error::Error as _;

use embedded_io::{ErrorKind, ErrorType, Read, Write};
use portolan::frame::{
    AtEof, Chunked, Cobs, ConfigError, Encode, Ending, Framer, LengthPrefix, Lines, MysqlPacket,
    Netstring,
};
use portolan::interop::embedded_io::{Error, FrameReader, FrameWriter};
use proptest::prelude::*;

/// A serial port that does as it is told; then it has ended, and takes everything.
#[derive(Debug, Default)]
struct Port {
    reads: VecDeque<Result<Vec<u8>, ErrorKind>>,
    writes: VecDeque<Result<usize, ErrorKind>>,
    flushes: VecDeque<Result<(), ErrorKind>>,
    written: Vec<u8>,
}

fn reading<R: AsRef<[u8]>>(reads: impl IntoIterator<Item = Result<R, ErrorKind>>) -> Port {
    let reads = reads.into_iter().map(|read| read.map(|bytes| bytes.as_ref().to_vec())).collect();
    Port { reads, ..Port::default() }
}

fn writing(writes: impl IntoIterator<Item = Result<usize, ErrorKind>>) -> Port {
    Port { writes: writes.into_iter().collect(), ..Port::default() }
}

impl ErrorType for Port {
    type Error = ErrorKind;
}

impl Read for Port {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ErrorKind> {
        assert!(!buffer.is_empty(), "a read without room looks like the end");
        let Some(mut bytes) = self.reads.pop_front().transpose()? else {
            return Ok(0);
        };
        let rest = bytes.split_off(bytes.len().min(buffer.len()));
        if !rest.is_empty() {
            self.reads.push_front(Ok(rest));
        }
        buffer[..bytes.len()].copy_from_slice(&bytes);
        Ok(bytes.len())
    }
}

impl Write for Port {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        let count = self.writes.pop_front().unwrap_or(Ok(usize::MAX))?.min(bytes.len());
        self.written.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        self.flushes.pop_front().unwrap_or(Ok(()))
    }
}

#[test]
fn failures_of_reads_lose_nothing_and_interruptions_are_no_failures() {
    let port = reading([
        Ok(&b"5:he"[..]),
        Err(ErrorKind::Interrupted),
        Ok(b"llo"),
        Err(ErrorKind::TimedOut),
        Ok(b",0:"),
    ]);
    let mut reader = FrameReader::<_, _, 16>::new(port, Netstring::new(5)).unwrap();
    let error = reader.receive().unwrap_err();
    assert_eq!(error, Error::Io(ErrorKind::TimedOut), "the error of the port is kept");
    assert_eq!(error.source().unwrap().to_string(), ErrorKind::TimedOut.to_string());
    assert_eq!(reader.receive().unwrap().unwrap().body, b"hello");
    assert!(reader.deframer().at_boundary());
    let Err(Error::Frame(error)) = reader.receive() else {
        panic!("the second frame is cut short");
    };
    assert_eq!((error.code(), error.at), ("truncated", 8));
    assert_eq!(reader.receive().unwrap_err(), Error::Frame(error), "it repeats");
}

#[test]
fn a_stream_is_told_what_to_do_and_nothing_is_lost() {
    let port = reading([Ok(&b"1:a,1:"[..]), Err(ErrorKind::TimedOut)]);
    let mut reader = FrameReader::<_, _, 16>::new(port, Netstring::new(5)).unwrap();
    assert_eq!(reader.receive().unwrap().unwrap().body, b"a");
    assert!(reader.receive().is_err());
    reader.stream_mut().reads.push_back(Ok(b"b,".to_vec()));
    assert_eq!(reader.receive().unwrap().unwrap().body, b"b");

    let mut writer = FrameWriter::<_, _, 16>::new(Port::default(), Netstring::new(5)).unwrap();
    writer.stream_mut().writes.push_back(Err(ErrorKind::TimedOut));
    assert_eq!(writer.send(b"c"), Err(Error::Io(ErrorKind::TimedOut)));
    writer.flush().unwrap();
    assert_eq!(writer.stream().written, b"1:c,");
}

#[test]
fn a_bad_frame_is_reported_once_and_a_broken_stream_for_ever() {
    let lines = Lines::new(Ending::CrLf, 8).at_eof(AtEof::Reject);
    let mut reader = FrameReader::<_, _, 10>::new(&b"a\nb\r\nc\r\n"[..], lines).unwrap();
    let Err(Error::Frame(error)) = reader.receive() else {
        panic!("a bare LF");
    };
    assert_eq!((error.code(), error.at), ("bare-lf", 1));
    assert_eq!(reader.receive().unwrap().unwrap().body, b"c");
    assert!(reader.receive().unwrap().is_none());
    assert!(reader.receive().unwrap().is_none(), "the end repeats");

    let mut reader = FrameReader::<_, _, 16>::new(&b"1:ab2:cd,"[..], Netstring::new(9)).unwrap();
    for _ in 0..2 {
        let Err(Error::Frame(error)) = reader.receive() else {
            panic!("no comma");
        };
        assert_eq!((error.code(), error.at), ("expected-byte", 3));
    }
}

#[test]
fn what_follows_the_framing_is_handed_over() {
    let wire = b"2\r\nhi\r\n0\r\n\r\nnext";
    let mut reader = FrameReader::<_, _, 9220>::new(&wire[..], Chunked::new(8)).unwrap();
    assert_eq!(reader.receive().unwrap().unwrap().body, b"hi");
    assert!(reader.receive().unwrap().unwrap().last);
    assert!(reader.receive().unwrap().is_none());
    let (stream, deframer) = reader.into_parts();
    assert_eq!([deframer.rest(), stream].concat(), b"next");
}

/// A port that gives one byte a read, and now and then is late or interrupted.
fn byte_by_byte(wire: &[u8]) -> Port {
    let late = |at: usize| match at % 3 {
        0 => Some(Err(ErrorKind::TimedOut)),
        1 => Some(Err(ErrorKind::Interrupted)),
        _ => None,
    };
    reading(
        wire.chunks(1).enumerate().flat_map(|(at, byte)| late(at).into_iter().chain([Ok(byte)])),
    )
}

/// The next body and where its frame begins, however often it takes to ask.
fn next<F: Framer, const N: usize>(reader: &mut FrameReader<Port, F, N>) -> (Vec<u8>, u64) {
    loop {
        match reader.receive() {
            Ok(message) => {
                let message = message.unwrap();
                return (message.body.to_vec(), message.at);
            }
            Err(error) => assert_eq!(error, Error::Io(ErrorKind::TimedOut)),
        }
    }
}

#[test]
fn another_framing_goes_on_at_a_boundary_and_nowhere_else() {
    let wire = b"2\r\nhi\r\n0\r\n\r\n5:hello,\x02a\0";
    let mut reader = FrameReader::<_, _, 9220>::new(byte_by_byte(wire), Chunked::new(8)).unwrap();
    assert_eq!(next(&mut reader), (b"hi".to_vec(), 0));
    // Within a body that comes in chunks.
    let mut reader = reader.with_framer(Netstring::new(9)).unwrap_err();
    assert_eq!(next(&mut reader), (vec![], 7));
    assert!(reader.receive().unwrap().is_none(), "the framing has ended");
    let mut reader = reader.with_framer(Netstring::new(9)).unwrap();
    assert_eq!(next(&mut reader), (b"hello".to_vec(), 12));
    let mut reader = reader.with_framer(Cobs::new(9)).unwrap();
    assert_eq!(next(&mut reader), (b"a".to_vec(), 20));
    // The end has been seen, and stays.
    assert!((0..9).any(|_| matches!(reader.receive(), Ok(None))));
    let mut reader = reader.with_framer(Netstring::new(9)).unwrap();
    assert!(reader.receive().unwrap().is_none());
    assert_eq!(reader.deframer().position(), wire.len() as u64);
}

#[test]
fn a_framing_that_does_not_fit_the_array_is_refused_and_nothing_is_lost() {
    let mut reader = FrameReader::<_, _, 12>::new(&b"1:a,1:b,x"[..], Netstring::new(8)).unwrap();
    assert_eq!(reader.receive().unwrap().unwrap().body, b"a");
    let mut reader = reader.with_framer(Lines::new(Ending::Lf, 12)).unwrap_err();
    assert_eq!(reader.receive().unwrap().unwrap().body, b"b");
    // All has been read; what is read is still there for the next framing.
    let mut reader = reader.with_framer(Lines::new(Ending::Lf, 11).at_eof(AtEof::Emit)).unwrap();
    let message = reader.receive().unwrap().unwrap();
    assert_eq!((message.body, message.at), (&mut [b'x'][..], 8));

    // Behind an error nobody knows where the next frame begins.
    let mut reader = FrameReader::<_, _, 12>::new(&b"x"[..], Netstring::new(8)).unwrap();
    assert!(reader.receive().is_err());
    let mut reader = reader.with_framer(Cobs::new(8)).unwrap_err();
    assert!(reader.receive().is_err(), "it repeats");
}

#[test]
fn parts_are_put_together_again_with_what_has_been_read() {
    let wire = b"5:hello,2:hi,";
    let mut reader = FrameReader::<_, _, 16>::new(byte_by_byte(wire), Netstring::new(5)).unwrap();
    let (mut read, mut torn) = (Vec::new(), 0);
    loop {
        match reader.receive() {
            Ok(Some(message)) => read.push((message.at, message.body.to_vec())),
            Ok(None) => break,
            Err(error) => assert_eq!(error, Error::Io(ErrorKind::TimedOut)),
        }
        let (stream, deframer) = reader.into_parts();
        torn += usize::from(!deframer.rest().is_empty());
        reader = FrameReader::from_parts(stream, deframer);
    }
    assert_eq!(read, [(0, b"hello".to_vec()), (8, b"hi".to_vec())]);
    assert!(torn > 2, "inside of frames");
}

#[test]
fn a_frame_refused_for_what_is_in_it_is_passed_over_with_its_error() {
    let mut reader = FrameReader::<_, _, 16>::new(&b"\x03a\0\x02b\0"[..], Cobs::new(9)).unwrap();
    let Err(Error::Frame(error)) = reader.receive() else {
        panic!("a zero where the code says that there is none");
    };
    assert_eq!((error.code(), error.at), ("zero-in-block", 2));
    assert_eq!(reader.deframer().position(), 3);
    assert_eq!(reader.into_parts().1.rest(), b"\x02b\0");
}

#[test]
fn a_write_that_fails_goes_on_at_its_byte() {
    use ErrorKind::{Interrupted, TimedOut};
    let writes = [Ok(2), Err(Interrupted), Ok(1), Err(TimedOut), Ok(0), Ok(3)];
    let port = Port { flushes: [Err(Interrupted), Err(TimedOut)].into(), ..writing(writes) };
    let mut writer = FrameWriter::<_, _, 16>::new(port, Netstring::new(5)).unwrap();
    assert_eq!(writer.send(b"hello"), Err(Error::Io(TimedOut)));
    assert_eq!(writer.unsent(), b"ello,");
    for body in [&b"hello"[..], b"", b"too long"] {
        assert_eq!(writer.send(body), Err(Error::Unsent), "nothing else is begun");
    }
    assert_eq!(writer.flush(), Err(Error::WriteZero));
    // Everything is written then, but not passed on.
    assert_eq!(writer.flush(), Err(Error::Io(TimedOut)));
    assert!(writer.unsent().is_empty());
    writer.flush().unwrap();
    assert!(matches!(writer.send(b"too long"), Err(Error::Encode(_))));
    writer.send(b"").unwrap();
    assert_eq!(writer.into_stream().written, b"5:hello,0:,");
}

#[test]
fn meta_data_and_the_end_of_a_stream_are_written() {
    let mut writer = FrameWriter::<_, _, 16>::new(Port::default(), MysqlPacket::new(8)).unwrap();
    writer.send_with(b"hi", 7).unwrap();
    writer.send_end().unwrap();
    assert_eq!(writer.stream().written, b"\x02\0\0\x07hi");
    let mut writer = FrameWriter::<_, _, 9220>::new(Port::default(), Chunked::new(8)).unwrap();
    writer.send(b"hi").unwrap();
    writer.send_end().unwrap();
    assert_eq!(writer.stream().written, b"2\r\nhi\r\n0\r\n\r\n");
}

#[test]
fn an_array_below_the_longest_frame_is_refused() {
    let needed = ConfigError::BufferTooSmall { needed: 12 };
    let framer = LengthPrefix::builder(8).build().unwrap();
    let port = Port::default;
    assert_eq!(FrameReader::<_, _, 11>::new(port(), framer.clone()).unwrap_err(), needed);
    assert_eq!(FrameWriter::<_, _, 11>::new(port(), framer.clone()).unwrap_err(), needed);
    assert!(FrameReader::<_, _, 12>::new(port(), framer.clone()).is_ok());
    let mut writer = FrameWriter::<_, _, 12>::new(port(), framer).unwrap();
    writer.send(b"12345678").unwrap();
}

proptest! {
    /// Whatever a port does, what was sent is received, and no byte is written twice.
    #[test]
    fn frames_go_through_a_bad_port(
        bodies in prop::collection::vec(prop::collection::vec(0..4_u8, 0..20), 0..6),
        moods in prop::collection::vec(prop::option::weighted(0.7, 0..9_usize), 0..40),
    ) {
        let writes = moods.iter().map(|mood| mood.ok_or(ErrorKind::TimedOut));
        let mut writer = FrameWriter::<_, _, 22>::new(writing(writes), Cobs::new(20)).unwrap();
        let mut expected = Vec::new();
        for body in &bodies {
            Cobs::new(20).append(body, (), &mut expected).unwrap();
            let mut sent = writer.send(body);
            while sent.is_err() {
                let taken = &writer.stream().written;
                prop_assert_eq!([taken, writer.unsent()].concat(), &expected[..]);
                sent = writer.flush();
            }
        }
        let wire = writer.into_stream().written;
        prop_assert_eq!(&wire, &expected);

        let mut rest = &wire[..];
        let mut reads = Vec::new();
        for mood in &moods {
            let read = mood.map(|count| rest.split_at(rest.len().min(count + 1)));
            match read {
                None => reads.push(Err(ErrorKind::TimedOut)),
                Some((&[], _)) => {}
                Some((read, behind)) => {
                    reads.push(Ok(read));
                    rest = behind;
                }
            }
        }
        if !rest.is_empty() {
            reads.push(Ok(rest));
        }
        let port = reading(reads);
        let mut reader = FrameReader::<_, _, 22>::new(port, Cobs::new(20)).unwrap();
        let mut read = Vec::new();
        loop {
            match reader.receive() {
                Ok(Some(message)) => read.push(message.body.to_vec()),
                Ok(None) => break,
                Err(error) => prop_assert_eq!(error, Error::Io(ErrorKind::TimedOut)),
            }
        }
        prop_assert_eq!(read, bodies);
    }
}
