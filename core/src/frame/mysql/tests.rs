//! The rules of packets, in packets of three bytes and in real ones.
#![allow(clippy::arithmetic_side_effects, reason = "a test may overflow: it fails then")]

extern crate alloc;

use alloc::vec::Vec;
use alloc::{format, vec};

use super::super::deframer::{Assemble, End, Event};
use super::super::testing::{tell, write};
use super::*;

/// Packets are continued from three bytes on, so that the rules fit on a line.
fn short(max: usize) -> MysqlPacket {
    MysqlPacket { full: 3, ..MysqlPacket::new(max) }
}

#[test]
fn a_packet_is_its_length_its_number_and_its_payload() {
    let stream = b"\x02\0\0\x00hi\x00\0\0\x01\x01\0\0\x02x";
    assert_eq!(tell(MysqlPacket::new(9), stream, true), "hi@0+6, @6+4, x@10+5, clean");
    assert_eq!(tell(MysqlPacket::new(9), b"\x02\0\0\0h", true), "truncated@0");
}

#[test]
fn the_limit_is_judged_at_the_length_and_exact() {
    assert_eq!(tell(MysqlPacket::new(2), b"\x02\0\0\0hi", false), "hi@0+6, need 4");
    assert_eq!(tell(MysqlPacket::new(2), b"\x03\0\0", false), "too-long@0!");
    assert_eq!(tell(MysqlPacket::new(2), b"\x00\x01", false), "need 1");
    assert_eq!(tell(MysqlPacket::new(0), b"\0\0\0\0", true), "@0+4, clean");
    let mut framer = MysqlPacket::new(2);
    assert_eq!(write(&mut framer, b"hi"), Ok(b"\x02\0\0\0hi".to_vec()));
    assert_eq!(write(&mut framer, b"hi!"), Err(("payload-too-long", 0)));
}

#[test]
fn needed_is_what_the_shortest_packet_lacks() {
    for (begun, need) in [(&b""[..], 4), (b"\x05", 8), (b"\x05\0", 7), (b"\x05\0\0", 6)] {
        assert_eq!(tell(MysqlPacket::new(9), begun, false), format!("need {need}"));
    }
    let full = tell(MysqlPacket::new(usize::MAX), b"\xff\xff\xff\0", false);
    assert_eq!(full, "need 16777215");
}

#[test]
fn numbers_follow_or_begin_again() {
    let told = |numbers: &[u8]| {
        let stream: Vec<u8> = numbers.iter().flat_map(|number| [0, 0, 0, *number]).collect();
        tell(MysqlPacket::new(9), &stream, true)
    };
    assert_eq!(told(&[7, 8, 0, 1]), "@0+4, @4+4, @8+4, @12+4, clean");
    assert_eq!(told(&[255, 0, 1]), "@0+4, @4+4, @8+4, clean");
    assert_eq!(told(&[0, 2]), "@0+4, sequence@7!");
    assert_eq!(told(&[3, 3]), "@0+4, sequence@7!");
    let ignore = MysqlPacket::new(9).sequence(Sequence::Ignore);
    assert_eq!(tell(ignore, b"\0\0\0\x07\0\0\0\x02", true), "@0+4, @4+4, clean");
    // The length is complete, and judged, before the number is there.
    assert_eq!(tell(MysqlPacket::new(0), b"\0\0\0\0\x01\0\0\x09", false), "@0+4, too-long@4!");
}

#[test]
fn a_full_packet_is_continued_by_the_next_number_only() {
    let stream = b"\x03\0\0\0abc\x01\0\0\x01d\0\0\0\x00";
    assert_eq!(tell(short(9), stream, true), "abc@0+7 .., d@7+5, @12+4, clean");
    let zero = b"\x03\0\0\x05abc\0\0\0\0";
    assert_eq!(tell(short(9), zero, true), "abc@0+7 .., sequence@10!");
    let wrapped = b"\x03\0\0\xffabc\0\0\0\0";
    assert_eq!(tell(short(9), wrapped, true), "abc@0+7 .., @7+4, clean");
    // The end of the part is not the end of the message.
    assert_eq!(tell(short(9), b"\x03\0\0\0abc", true), "abc@0+7 .., truncated@7");
    assert_eq!(tell(short(9), b"\x03\0\0\0abc\x01", true), "abc@0+7 .., truncated@7");
    // Nothing is longer than full.
    assert_eq!(tell(short(9), b"\x04\0\0", false), "too-long@0!");
}

#[test]
fn a_message_is_split_and_ended() {
    let ended = |body: &[u8]| write(&mut short(99), body).unwrap();
    assert_eq!(ended(b"ab"), b"\x02\0\0\0ab");
    assert_eq!(ended(b"abc"), b"\x03\0\0\0abc\0\0\0\x01");
    assert_eq!(ended(b"abcd"), b"\x03\0\0\0abc\x01\0\0\x01d");
    assert_eq!(ended(b"abcdef"), b"\x03\0\0\0abc\x03\0\0\x01def\0\0\0\x02");
    let mut out = [9; 11];
    assert_eq!(short(9).encode(b"abc", 255, &mut out), Ok(11));
    assert_eq!(out, *b"\x03\0\0\xffabc\0\0\0\0");
    let mut out = [9; 10];
    let error = short(9).encode(b"abc", 0, &mut out).unwrap_err();
    assert_eq!(error.kind, EncodeErrorKind::BufferTooSmall { needed: 11 });
    assert_eq!(out, [9; 10]);
    assert_eq!(short(9).envelope(b"abc", 0), Ok(None));
    assert_eq!(short(9).envelope(b"ab", 3).unwrap().unwrap().head(), b"\x02\0\0\x03");
}

/// Joins a stream and tells its messages.
fn join(framer: MysqlPacket, stream: &[u8], max: usize, parts: usize) -> Vec<(u64, usize, u8)> {
    let mut assemble = Assemble::growing(framer, max, parts);
    for piece in stream.chunks(1 << 22) {
        assemble.extend(piece);
    }
    assemble.end();
    let mut told = Vec::new();
    while let Event::Frame { at, frame } = assemble.poll() {
        let packets = frame.body.len() / MysqlPacket::FULL + 1;
        assert_eq!(frame.body.len() + 4 * packets, frame.wire.get());
        told.push((at, frame.body.len(), frame.meta));
    }
    assert_eq!(assemble.poll(), Event::End(End::Clean));
    told
}

/// The sizes at which others lost the last packet or waited for one that never comes.
#[test]
fn messages_around_a_full_packet_are_read_as_written() {
    let body = vec![b'x'; 2 * MysqlPacket::FULL + 1];
    for (len, packets) in [
        (MysqlPacket::FULL - 1, 1),
        (MysqlPacket::FULL, 2),
        (MysqlPacket::FULL + 1, 2),
        (2 * MysqlPacket::FULL, 3),
        (2 * MysqlPacket::FULL + 1, 3),
    ] {
        let mut framer = MysqlPacket::new(body.len());
        let stream = write(&mut framer, &body[..len]).unwrap();
        assert_eq!(stream.len(), len + 4 * packets);
        let last = len % MysqlPacket::FULL;
        let end = &stream[stream.len() - last - 4..][..4];
        let number = u8::try_from(packets - 1).unwrap();
        assert_eq!(end, MysqlPacket::header(last, number));
        assert_eq!(join(framer, &stream, body.len(), packets), [(0, len, number)]);
    }
}

#[test]
fn parts_are_bounded_in_bytes_and_in_number() {
    let told = |stream: &[u8], max, parts| {
        let mut assemble = Assemble::growing(short(9), max, parts);
        assemble.extend(stream);
        assemble.poll()
    };
    let stream = b"\x03\0\0\0abc\x02\0\0\x01de";
    let failed = |kind, at| Event::Error(fatal(kind, 0).offset_by(at));
    assert!(matches!(told(stream, 5, 2), Event::Frame { at: 0, .. }));
    assert_eq!(told(stream, 4, 2), failed(FrameErrorKind::TooLong { limit: 4 }, 7));
    assert_eq!(told(stream, 5, 1), failed(FrameErrorKind::TooManyParts { limit: 1 }, 7));
}
