//! Every deframer against the events of the framer.

use alloc::vec::Vec;

use portolan::frame::deframer::{
    Assemble, BytesDeframer, End, FixedDeframer, Message, frames, frames_mut,
};
use portolan::frame::{ConfigError, FrameError, Plain};

use super::{Record, Subject, events};

/// Place, length and payload of a frame, or an error.
#[derive(Debug, PartialEq)]
struct Found(Result<(u64, usize, Vec<u8>), FrameError>);

/// All deframers that unstuff bring the same frames and errors, and lose no byte; the framer's
/// `max_wire` is at most 16384.
pub fn deframers_agree<F: Subject>(framer: &F, chunks: &[&[u8]]) {
    let stream = chunks.concat();
    let expected = expected(framer, chunks);
    short_arrays_are_refused(framer);
    assert_eq!(borrowed(framer, &stream), expected, "frames of a slice, in place");
    assert_eq!(shared(framer, chunks, &stream), expected, "reference-counted bytes");
    assert_eq!(filled::<F, 16384>(framer, chunks), expected, "read into an array");
    if framer.max_wire() <= 64 {
        // An array that is shorter than the stream has to be used again.
        assert_eq!(filled::<F, 64>(framer, chunks), expected, "read into a short array");
    }
}

/// What cannot hold the longest frame is refused when a deframer is made, and nothing else is.
fn short_arrays_are_refused<F: Subject>(framer: &F) {
    const MAX: usize = 3;
    let wire = framer.max_wire();
    let array = |needed| Err(ConfigError::BufferTooSmall { needed });
    let one = FixedDeframer::<F, 1>::new(framer.clone()).map(drop);
    assert_eq!(one, if wire > 1 { array(wire) } else { Ok(()) });
    let some = FixedDeframer::<F, 64>::new(framer.clone()).map(drop);
    assert_eq!(some, if wire > 64 { array(wire) } else { Ok(()) });
    let joined = |len| Assemble::new(framer.clone(), alloc::vec![0; len], MAX, 2).map(drop);
    assert_eq!(joined(wire + MAX), Ok(()));
    assert_eq!(joined(wire + MAX - 1), array(wire + MAX));
}

/// The same of those that borrow payloads as they are.
pub fn plain_deframers_agree<F: Subject + Plain>(framer: &F, chunks: &[&[u8]]) {
    let stream = chunks.concat();
    let expected = expected(framer, chunks);
    let mut slice = frames(framer.clone(), &stream);
    let read: Vec<Found> = slice.by_ref().map(found).collect();
    assert_eq!(read, expected, "frames of a slice");
    assert!(stream.ends_with(slice.rest()), "bytes lost");
    assert_eq!(fed::<F, 16384>(framer, chunks, &stream), expected, "fed to an array");
    if framer.max_wire() <= 64 {
        assert_eq!(fed::<F, 64>(framer, chunks, &stream), expected, "fed to a short array");
    }
}

fn expected<F: Subject>(framer: &F, chunks: &[&[u8]]) -> Vec<Found> {
    let found = |record| match record {
        Record::Frame { at, wire, body, .. } => Some(Found(Ok((at, wire, body)))),
        Record::Error(error) => Some(Found(Err(error))),
        Record::End(End::Truncated { at }) => {
            Some(Found(Err(FrameError::truncated().offset_by(at))))
        }
        Record::End(End::Clean) | Record::Done(_) | Record::Need(_) => None,
    };
    events(framer, chunks, true).into_iter().filter_map(found).collect()
}

fn borrowed<F: Subject>(framer: &F, stream: &[u8]) -> Vec<Found> {
    let mut copy = stream.to_vec();
    let mut frames = frames_mut(framer.clone(), &mut copy);
    let read = frames.by_ref().map(found).collect();
    assert!(stream.ends_with(frames.rest()), "bytes lost");
    read
}

fn found<B: AsRef<[u8]>, M>(frame: Result<Message<B, M>, FrameError>) -> Found {
    Found(frame.map(|frame| (frame.at, frame.wire.get(), frame.body.as_ref().to_vec())))
}

fn fed<F: Subject + Plain, const N: usize>(
    framer: &F,
    chunks: &[&[u8]],
    stream: &[u8],
) -> Vec<Found> {
    let mut deframer = FixedDeframer::<F, N>::new(framer.clone()).unwrap();
    let (mut read, mut fed) = (Vec::new(), 0);
    for chunk in chunks {
        let was_over = deframer.is_over();
        let behind = deframer.feed(chunk, |frame| read.push(found(frame)));
        fed += chunk.len();
        if was_over {
            assert_eq!(behind, *chunk, "bytes read behind the end");
            continue;
        }
        assert!(behind.is_empty() || deframer.is_over(), "bytes refused");
        let position = usize::try_from(deframer.deframer().position()).unwrap();
        assert_eq!([deframer.rest(), behind].concat(), stream[position..fed], "bytes lost");
    }
    deframer.end();
    while let Some(frame) = deframer.next_frame() {
        read.push(found(frame));
    }
    read
}

fn filled<F: Subject, const N: usize>(framer: &F, chunks: &[&[u8]]) -> Vec<Found> {
    let mut deframer = FixedDeframer::<F, N>::new(framer.clone()).unwrap();
    let mut read = Vec::new();
    for chunk in chunks {
        let mut rest = *chunk;
        while !rest.is_empty() && !deframer.is_over() {
            let space = deframer.spare();
            let count = space.len().min(rest.len());
            assert!(count != 0, "neither space nor frames");
            space[..count].copy_from_slice(&rest[..count]);
            rest = &rest[count..];
            deframer.filled(count);
            while let Some(frame) = deframer.next_frame() {
                read.push(found(frame));
            }
        }
    }
    deframer.end();
    while let Some(frame) = deframer.next_frame() {
        read.push(found(frame));
    }
    read
}

fn shared<F: Subject>(framer: &F, chunks: &[&[u8]], stream: &[u8]) -> Vec<Found> {
    let mut deframer = BytesDeframer::new(framer.clone());
    let mut read = Vec::new();
    for chunk in chunks {
        deframer.extend(chunk);
        while let Some(frame) = deframer.next_frame() {
            read.push(found(frame));
        }
    }
    deframer.end();
    while let Some(frame) = deframer.next_frame() {
        read.push(found(frame));
    }
    let position = usize::try_from(deframer.deframer().position()).unwrap();
    assert_eq!(deframer.into_rest(), stream[position..], "bytes lost");
    read
}
