//! The tests of connections.
#![allow(clippy::arithmetic_side_effects)] // a test may fail

mod limits;
mod play;

use proptest::prelude::*;

use self::play::{LIMITS, Play, route};
use super::*;

#[test]
fn each_direction_has_a_deframer_and_an_end_of_its_own() {
    let mut play = Play::new("lines", LIMITS);
    play.client(99, "S", b"");
    play.server(499, "SA", b"");
    play.client(100, "A", b"as");
    play.server(500, "A", b"welcome\n");
    play.client(102, "A", b"k\nmore\n");
    play.client(109, "FA", b"");
    play.server(508, "A", b"answer\n");
    play.server(515, "FA", b"bye\n");
    play.client(110, "A", b"");
    assert_eq!(
        play.end(),
        [
            "1> begins true",
            "1< begins true",
            "1< 0 welcome",
            "1> 0 ask",
            "1> 4 more",
            "1> clean",
            "1> Fin 9",
            "1< 8 answer",
            "1< 15 bye",
            "1< clean",
            "1< Fin 19",
        ]
    );
}

#[test]
fn a_stream_whose_beginning_was_not_captured_begins_with_its_first_byte() {
    let mut play = Play::new("lines", LIMITS);
    play.server(500, "A", b"half a line\n");
    play.client(100, "A", b"");
    play.client(100, "A", b"a\n");
    play.client(90, "A", b"before\nit\n");
    play.client(90, "A", b"0123456789a\nb");
    assert_eq!(
        play.end(),
        [
            "1> begins false",
            "1> 0 half a line",
            "1< begins false",
            "1< 0 a",
            "1> Open 12",
            "1< Open 3 again 2 before 20 needs 1",
        ]
    );
}

/// Who is first seen in an answer to a SYN is not who opened the connection.
#[test]
fn who_opened_is_known_from_either_syn() {
    let mut play = Play::new("lines", LIMITS);
    play.server(499, "SA", b"");
    play.server(500, "A", b"s\n");
    play.client(100, "A", b"c\n");
    assert_eq!(
        play.end(),
        ["1< begins true", "1< 0 s", "1> begins false", "1> 0 c", "1> Open 2", "1< Open 2"]
    );
}

#[test]
fn segments_come_late_twice_and_otherwise() {
    let mut play = Play::new("lines", LIMITS);
    play.client(u32::MAX - 1, "S", b"");
    play.client(3, "A", b"e\n");
    play.client(u32::MAX, "A", b"a\nb\n");
    play.client(u32::MAX, "A", b"a\nB\n");
    play.client(u32::MAX, "A", b"A\nb\n");
    play.client(5, "FA", b"");
    assert_eq!(
        play.end(),
        [
            "1> begins true",
            "1> 0 a",
            "1> 2 b",
            "1> 4 e",
            "1> differs 2",
            "1> clean",
            "1> Fin 6 again 8",
        ]
    );
}

#[test]
fn a_gap_that_never_fills_ends_the_stream() {
    let mut play = Play::new("lines", LIMITS);
    play.client(99, "S", b"");
    play.client(100, "A", b"a\nb");
    play.client(110, "A", b"c\nd\n");
    play.client(114, "FA", b"");
    assert_eq!(
        play.end(),
        ["1> begins true", "1> 0 a", "1> gap 7 at 3 behind 4 false", "1> Gap 3"]
    );
    let mut play = Play::new("lines", LIMITS);
    play.client(99, "S", b"");
    play.client(104, "FA", b"");
    assert_eq!(
        play.end(),
        ["1> begins true", "1> gap 4 at 0 behind 0 false", "1> Gap 0"],
        "no byte of it was captured"
    );
}

#[test]
fn a_stream_of_which_only_headers_were_captured_is_a_gap() {
    let mut play = Play::new("lines", LIMITS);
    let segment = Segment { number: 5, missing: 3, ..Segment::default() };
    play.streams.segment(&route(true), &segment, play.moment, &mut play.seen).unwrap();
    assert_eq!(play.end(), ["1> begins false", "1> gap 3 at 0 behind 0 false", "1> Gap 0"]);
}

#[test]
fn a_reset_ends_both_directions() {
    let mut play = Play::new("lines", LIMITS);
    play.client(99, "S", b"");
    play.server(499, "SA", b"");
    play.client(100, "A", b"a\nb");
    play.server(500, "A", b"c\n");
    play.server(502, "RA", b"");
    play.client(103, "A", b"late\n");
    assert_eq!(play.streams.late(), 1);
    assert_eq!(
        play.end(),
        [
            "1> begins true",
            "1> 0 a",
            "1< begins true",
            "1< 0 c",
            "1< clean",
            "1< Reset 2",
            "1> 2 b",
            "1> clean",
            "1> Reset 3",
        ]
    );
}

/// A reset overtakes the bytes before it.
#[test]
fn a_reset_waits_for_what_was_sent_before_it() {
    let mut play = Play::new("lines", LIMITS);
    play.client(99, "S", b"");
    play.client(102, "R", b"");
    play.client(100, "A", b"a\n");
    assert_eq!(play.end(), ["1> begins true", "1> 0 a", "1> clean", "1> Reset 2"]);
}

#[test]
fn a_refused_connection_is_no_stream() {
    let mut play = Play::new("lines", LIMITS);
    play.client(99, "S", b"");
    play.server(0, "RA", b"");
    play.client(99, "S", b"");
    play.server(0, "RA", b"");
    assert_eq!(play.streams.count(), 0);
    assert_eq!(play.end(), [""; 0]);
}

/// As systems do that ask a listener again which has just been started.
#[test]
fn who_was_refused_may_try_again_with_the_same_number() {
    let mut play = Play::new("lines", LIMITS);
    play.client(99, "S", b"");
    play.server(0, "RA", b"");
    play.client(99, "S", b"");
    play.server(499, "SA", b"");
    play.client(100, "A", b"a\n");
    assert_eq!(play.end(), ["1> begins true", "1> 0 a", "1> Open 2"]);
}

#[test]
fn what_comes_again_behind_the_end_begins_no_stream() {
    let mut play = Play::new("lines", LIMITS);
    for _ in 0..2 {
        play.client(99, "S", b"");
        play.server(499, "SA", b"");
        play.client(100, "A", b"a\n");
        play.client(102, "FA", b"");
        play.server(500, "FA", b"b\n");
    }
    assert_eq!((play.streams.late(), play.streams.count()), (0, 1));
    let ends = ["1> begins true", "1> 0 a", "1> clean", "1> Fin 2"];
    let answers = ["1< begins true", "1< 0 b", "1< clean", "1< Fin 2"];
    assert_eq!(play.end(), [ends, answers].concat());
}

#[test]
fn ports_that_are_used_again_are_another_stream() {
    let mut play = Play::new("lines", LIMITS);
    play.client(99, "S", b"");
    play.client(100, "A", b"a\n");
    play.client(99, "S", b"");
    play.client(7000, "S", b"");
    play.server(499, "SA", b"");
    play.client(7001, "A", b"b\nc");
    play.client(7004, "FA", b"");
    play.server(500, "FA", b"");
    play.client(9000, "S", b"");
    play.client(9001, "A", b"d\n");
    assert_eq!(
        play.end(),
        [
            "1> begins true",
            "1> 0 a",
            "1> Reused 2",
            "2> begins true",
            "2> 0 b",
            "2> 2 c",
            "2> clean",
            "2> Fin 3",
            "3> begins true",
            "3> 0 d",
            "3> Open 2",
        ]
    );
}

#[test]
fn what_follows_a_framing_is_given_on() {
    let mut play = Play::new("proxy", LIMITS);
    play.client(99, "S", b"");
    play.client(100, "A", b"PROXY UNKNOWN\r\nGE");
    play.client(117, "A", b"T /");
    play.client(120, "FA", b"");
    assert_eq!(
        play.end(),
        [
            "1> begins true",
            "1> 0 PROXY UNKNOWN\r\n",
            "1> done 15 GE",
            "1> rest 17 T /",
            "1> Fin 20 rest 5"
        ]
    );
}

#[test]
fn a_framing_that_cannot_go_on_is_told_once() {
    let mut play = Play::new("lines,ending=crlf,max=4", LIMITS);
    play.client(99, "S", b"");
    play.client(100, "A", b"a\r\ntoo long\r\n");
    play.client(113, "A", b"b\r\n");
    play.client(116, "FA", b"");
    assert_eq!(play.end(), ["1> begins true", "1> 0 a", "1> too-long 3", "1> Fin 16"]);
}

#[test]
fn a_datagram_is_a_stream_that_ends() {
    let mut play = Play::new("fixed,len=2", LIMITS);
    for (payload, missing) in [(&b"abcd"[..], 0), (b"abc", 0), (b"ab", 1), (b"", 0)] {
        let datagram = Datagram { payload, missing };
        let (moment, seen) = (play.moment, &mut play.seen);
        play.streams.datagram(&route(true), &datagram, moment, seen).unwrap();
    }
    assert_eq!(
        play.end(),
        [
            "1> 0 ab",
            "1> 2 cd",
            "1> clean",
            "1> Datagram 4",
            "2> 0 ab",
            "2> truncated 2",
            "2> Datagram 3",
            "3> 0 ab",
            "3> cut 1 at 2",
            "3> Gap 2",
            "4> clean",
            "4> Datagram 0",
        ]
    );
}

#[test]
fn bytes_of_no_frame_are_told_where_they_were() {
    let mut play = Play::new("lines,max=4,oversize=discard", LIMITS);
    play.client(99, "S", b"");
    play.client(100, "A", b"too ");
    play.client(104, "A", b"long");
    play.client(108, "FA", b"\nb\n");
    assert_eq!(
        play.end(),
        ["1> begins true", "1> too-long 0", "1> skip 9 at 0", "1> 9 b", "1> clean", "1> Fin 11"]
    );
}

/// A stream cut into segments, some twice and joined otherwise, mixed behind its SYN.
fn any_segments() -> impl Strategy<Value = (Vec<u8>, Vec<(usize, usize)>)> {
    let byte = prop_oneof![Just(b'\n'), Just(b'\r'), b'a'..=b'c'];
    prop::collection::vec(byte, 1..80).prop_flat_map(|bytes| {
        let len = bytes.len();
        let cut = (0..len, 1..=len).prop_map(move |(begin, size)| (begin, len.min(begin + size)));
        let twice = prop::collection::vec(cut, 0..8);
        let all = (1_usize..12, twice).prop_map(move |(size, twice)| {
            let once = (0..len).step_by(size).map(|begin| (begin, len.min(begin + size)));
            once.chain(twice).collect::<Vec<_>>()
        });
        (Just(bytes), all.prop_shuffle())
    })
}

proptest! {
    /// However the segments are cut, repeated and mixed: the same frames, errors and end.
    #[test]
    fn segments_in_any_order_give_the_same_frames(
        (bytes, segments) in any_segments(),
        first in any::<u32>(),
        fin in any::<prop::sample::Index>(),
    ) {
        let len = u32::try_from(bytes.len()).unwrap();
        let framer = "lines,ending=crlf,max=6,oversize=discard";
        let mut whole = Play::new(framer, LIMITS);
        whole.client(first.wrapping_sub(1), "S", b"");
        whole.client(first, "FA", &bytes);
        let mut mixed = Play::new(framer, LIMITS);
        mixed.client(first.wrapping_sub(1), "S", b"");
        let fin = fin.index(segments.len() + 1);
        for (index, (begin, end)) in segments.iter().enumerate() {
            if index == fin {
                mixed.client(first.wrapping_add(len), "FA", b"");
            }
            let number = first.wrapping_add(u32::try_from(*begin).unwrap());
            mixed.client(number, "A", &bytes[*begin..*end]);
        }
        mixed.client(first.wrapping_add(len), "FA", b"");
        prop_assert_eq!(mixed.streams.late(), 0);
        let happened = |play: Play| {
            // What came again is no part of it.
            let cut = |line: String| line.split(" again").next().unwrap().to_owned();
            play.end().into_iter().map(cut).collect::<Vec<_>>()
        };
        prop_assert_eq!(happened(mixed), happened(whole));
    }
}
