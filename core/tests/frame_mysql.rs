//! MySQL messages around a full packet, in real sizes, against packets cut by hand.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "likewise")]

use portolan::frame::deframer::{Assemble, Message, frames};
use portolan::frame::{Encode, Framer, MysqlPacket, Need, Step};

/// The longest payload that a length of three bytes can say; such a packet is continued.
const FULL: usize = (1 << 24) - 1;

/// The sizes at which others forgot the empty last packet, waited for one that never comes, or took
/// the message for its first part.
const SIZES: [usize; 6] = [FULL - 1, FULL, FULL + 1, 2 * FULL - 1, 2 * FULL, 2 * FULL + 1];

/// Bytes of which no shifted copy is equal.
fn payload(len: usize) -> Vec<u8> {
    let pattern: Vec<u8> = (0..=250).collect();
    let mut bytes = pattern.repeat(len / pattern.len() + 1);
    bytes.truncate(len);
    bytes
}

/// The payload of each packet: full ones, and always one behind them that is not.
fn packets(body: &[u8]) -> Vec<&[u8]> {
    let mut packets: Vec<&[u8]> = body.chunks(FULL).collect();
    if packets.last().is_none_or(|last| last.len() == FULL) {
        packets.push(&[]);
    }
    packets
}

/// A packet's first four bytes, written by hand.
fn header(len: usize, sequence: usize) -> [u8; 4] {
    let byte = |value: usize| u8::try_from(value % 256).unwrap();
    [byte(len), byte(len >> 8), byte(len >> 16), byte(sequence)]
}

fn stream(body: &[u8], first: u8) -> Vec<u8> {
    let mut stream = Vec::with_capacity(body.len() + 12);
    for (index, packet) in packets(body).into_iter().enumerate() {
        stream.extend_from_slice(&header(packet.len(), usize::from(first) + index));
        stream.extend_from_slice(packet);
    }
    stream
}

/// A number from which that of the last packet has wrapped.
const FIRST: u8 = 255;

#[test]
fn every_size_is_written_as_packets_cut_by_hand() {
    for size in SIZES {
        let (body, mut framer) = (payload(size), MysqlPacket::new(usize::MAX));
        let expected = stream(&body, FIRST);
        assert_eq!(framer.encoded_len(&body, FIRST), Ok(expected.len()), "{size}");
        let mut out = vec![0; expected.len()];
        assert_eq!(framer.encode(&body, FIRST, &mut out), Ok(expected.len()), "{size}");
        assert!(out == expected, "{size} is written otherwise");
        let short = framer.encode(&body, FIRST, &mut out[1..]).unwrap_err();
        assert_eq!(short.code(), "buffer-too-small");
        assert!(out == expected, "{size}: something was written");
    }
}

#[test]
fn every_size_is_read_as_the_packets_it_came_in() {
    for size in SIZES {
        let body = payload(size);
        let expected = packets(&body);
        let stream = stream(&body, FIRST);
        let mut at = 0;
        let mut sequence = FIRST;
        let mut read = frames(MysqlPacket::new(FULL), &stream);
        for (index, packet) in expected.iter().enumerate() {
            let Message { at: place, wire, body, last, meta, .. } = read.next().unwrap().unwrap();
            assert_eq!((place, wire.get()), (at, packet.len() + 4), "{size} packet {index}");
            assert!(body == *packet, "{size} packet {index} is read otherwise");
            assert_eq!(last, index + 1 == expected.len(), "{size} packet {index}");
            assert_eq!(meta, sequence, "{size} packet {index}");
            at += u64::try_from(wire.get()).unwrap();
            sequence = sequence.wrapping_add(1);
        }
        assert!(read.next().is_none(), "{size}: a packet too many");
    }
}

#[test]
fn every_size_is_joined_however_it_is_cut() {
    for (size, piece) in
        SIZES.into_iter().zip([1 << 16, FULL, FULL + 4, FULL + 3, 1 << 22, 9_999_991])
    {
        let body = payload(size);
        let (stream, parts) = (stream(&body, 0), packets(&body).len());
        let mut joined = Assemble::growing(MysqlPacket::new(usize::MAX), size, parts);
        let mut messages = 0;
        for piece in stream.chunks(piece) {
            joined.extend(piece);
            while let Some(message) = joined.next_frame() {
                let message = message.unwrap();
                assert!(*message.body == body[..], "{size} is joined otherwise");
                assert_eq!((message.at, message.wire.get()), (0, stream.len()));
                assert_eq!(usize::from(message.meta), parts - 1);
                messages += 1;
            }
        }
        joined.end();
        assert!(joined.next_frame().is_none(), "{size} is not at its end");
        assert_eq!(messages, 1, "{size}");
        assert!(joined.at_boundary());
    }
}

#[test]
fn what_a_full_packet_lacks_is_known_at_every_cut_of_its_header() {
    for size in [FULL - 1, FULL] {
        let body = payload(size);
        let stream = stream(&body, 0);
        let wire = size + 4;
        // From the first byte on the low bytes say how short the frame may be at least.
        for (have, least) in [(0, 4), (1, (size & 0xff) + 4), (2, (size & 0xffff) + 4), (3, wire)] {
            let step = MysqlPacket::new(usize::MAX).step(&stream[..have]);
            let Ok(Step::Need(need)) = step else { panic!("{step:?}") };
            assert_eq!(need.min.get(), least - have, "{size} cut at {have}");
        }
        for have in [4, 5, wire - 1] {
            let step = MysqlPacket::new(usize::MAX).step(&stream[..have]);
            assert_eq!(step, Ok(Step::Need(Need::rest_of(wire, have))), "{size} cut at {have}");
        }
    }
}
