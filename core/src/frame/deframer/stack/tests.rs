//! Frames inside frames, in arrays.
#![allow(clippy::arithmetic_side_effects, reason = "a test may overflow: it fails then")]

extern crate alloc;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::super::{
    Chunked, Ending, Fixed, LengthPrefix, Lines, Netstring, Oversize, Proxy, RecordMark,
};
use super::super::{Assemble, FixedDeframer};
use super::*;

fn length(max: usize) -> FixedDeframer<LengthPrefix, 64> {
    FixedDeframer::new(LengthPrefix::builder(max).width(1).build().unwrap()).unwrap()
}

fn lines<const N: usize>(max: usize) -> FixedDeframer<Lines, N> {
    FixedDeframer::new(Lines::new(Ending::Lf, max)).unwrap()
}

/// Tells the events of a stream that comes byte by byte, with the layer before each that is not
/// of the innermost.
fn tell<D: Buffered>(mut deframer: D, stream: &[u8], end: bool) -> String {
    let mut told = Vec::new();
    let mut need = String::new();
    for byte in stream.iter().map(core::slice::from_ref).chain(end.then_some(&[][..])) {
        if byte.is_empty() {
            deframer.end();
        }
        assert_eq!(deframer.take(byte), byte.len(), "no room behind a need");
        while !deframer.is_over() {
            let event = match deframer.poll() {
                Event::Frame { at, .. } => format!("{}@{at}", deframer.body().escape_ascii()),
                Event::Skip { .. } => continue,
                Event::Error(error) => format!("{}@{}", error.code(), error.at),
                Event::Need(wanted) => {
                    need = format!("need {}", wanted.min);
                    break;
                }
                Event::Done { at } => format!("done@{at} {}", deframer.rest().escape_ascii()),
                Event::End(End::Clean) => "clean".into(),
                Event::End(End::Truncated { at }) => format!("truncated@{at}"),
            };
            let layer = deframer.layer();
            let inner = layer + 1 == deframer.layers();
            told.push(if inner { event } else { format!("{layer}:{event}") });
        }
        if deframer.is_over() {
            return told.join(", ");
        }
    }
    told.push(need);
    told.join(", ")
}

#[test]
fn inner_frames_span_outer_bodies_and_count_inner_bytes() {
    let stack = || Stack::new(length(40), lines::<8>(7));
    assert_eq!(tell(stack(), b"\x03a\nb\x00\x02c\n", true), "a@0, bc@2, clean");
    assert_eq!(tell(stack(), b"\x02ab", true), "ab@0, clean");
}

#[test]
fn a_body_longer_than_the_inner_buffer_goes_in_piece_by_piece() {
    let mut stack = Stack::new(length(40), lines::<8>(7));
    let body = b"one\ntwo\nthree\nfour\nsix\n";
    let stream = [&[u8::try_from(body.len()).unwrap()][..], body].concat();
    assert_eq!(stack.take(&stream), stream.len());
    let mut read = Vec::new();
    while let Event::Frame { .. } = stack.poll() {
        read.push(stack.body().to_vec());
        // Until the body is through, it stays where it is.
        assert_eq!(stack.take(b"\x01") == 0, !stack.untaken().is_empty());
    }
    assert_eq!(read[..4], [&b"one"[..], b"two", b"three", b"four"]);
}

#[test]
fn need_is_the_larger_of_what_both_lack() {
    let fixed = FixedDeframer::<_, 16>::new(Fixed::try_from(10).unwrap()).unwrap();
    let stack = || Stack::new(length(40), fixed.clone());
    assert_eq!(tell(stack(), b"", false), "");
    assert_eq!(tell(stack(), b"\x03abc", false), "need 7");
    assert_eq!(tell(stack(), b"\x03abc\x04de", false), "need 4");
    assert_eq!(tell(stack(), b"\x14abc", false), "need 17");
}

#[test]
fn events_say_whose_they_are() {
    let stack = || Stack::new(length(4), lines::<8>(2));
    assert_eq!(tell(stack(), b"\x02a\n\x05", false), "a@0, 0:too-long@3");
    assert_eq!(tell(stack(), b"\x04a\nbc\x01d", false), "a@0, too-long@2");
    assert_eq!(tell(stack(), b"\x02a\n\x02b", true), "a@0, 0:truncated@3");
    let outer = FixedDeframer::<_, 8>::new(Lines::new(Ending::Lf, 3).oversize(Oversize::Discard));
    let inner = FixedDeframer::<_, 16>::new(Netstring::new(9)).unwrap();
    let told = tell(Stack::new(outer.unwrap(), inner), b"1:a\nlonger\n,\n", true);
    assert_eq!(told, "0:too-long@4, a@0, clean");
}

#[test]
fn an_outer_framing_that_is_done_ends_the_inner_stream() {
    let chunks = || FixedDeframer::<_, 9999>::new(Chunked::new(9)).unwrap();
    let stack = || Stack::new(chunks(), lines::<16>(9));
    assert_eq!(tell(stack(), b"3\r\na\nb\r\n0\r\n\r\nrest", false), "a@0, b@2, 0:done@13 ");
    let netstrings = FixedDeframer::<_, 16>::new(Netstring::new(9)).unwrap();
    let told = tell(Stack::new(chunks(), netstrings), b"1\r\n5\r\n0\r\n\r\n", false);
    assert_eq!(told, "truncated@0");
}

#[test]
fn what_is_behind_an_inner_framing_that_is_done_is_kept() {
    let proxy = FixedDeframer::<_, 16>::new(Proxy::new(16)).unwrap();
    let mut stack = Stack::new(length(40), proxy);
    assert_eq!(stack.take(b"\x0aPROXY \r\nab\x01c\x0f0123456789"), 24);
    assert!(matches!(stack.poll(), Event::Frame { at: 0, .. }));
    assert!(matches!(stack.poll(), Event::Done { at: 8 }));
    assert!(stack.is_over() && stack.rest() == b"abc");
    assert_eq!(stack.take(b"fghij"), 5);
    assert!(matches!(stack.poll(), Event::Done { at: 8 }));
    // As far as it fits; the rest of the body is still there.
    assert_eq!([stack.rest(), stack.untaken()].concat(), b"abc0123456789fghij");
    let (outer, inner) = stack.into_parts();
    assert_eq!((outer.position(), inner.position()), (29, 8));
}

#[test]
fn stacks_stand_in_stacks_on_either_side() {
    let left = Stack::new(Stack::new(length(40), length(30)), lines::<8>(7));
    let right = Stack::new(length(40), Stack::new(length(30), lines::<8>(7)));
    assert_eq!((left.layers(), right.layers()), (3, 3));
    let stream = b"\x02\x04a\x03\nb\n\x02";
    assert_eq!(tell(left, stream, false), "a@0, b@2, need 2");
    assert_eq!(tell(right, stream, false), "a@0, b@2, need 2");
    let right = Stack::new(length(40), Stack::new(length(3), lines::<8>(7)));
    assert_eq!(tell(right, b"\x01\x04", false), "1:too-long@0");
}

#[test]
fn messages_of_parts_are_bodies() {
    let joined = Assemble::new(RecordMark::new(9), [0; 32], 9, 4).unwrap();
    let stack = Stack::new(joined, lines::<8>(7));
    assert_eq!(tell(stack, b"\0\0\0\x01a\x80\0\0\x01\n", true), "a@0, clean");
    let mut buffer = [0; 32];
    let joined = Assemble::new(RecordMark::new(9), &mut buffer[..], 9, 4).unwrap();
    let stack = Stack::new(length(40), joined);
    assert_eq!(tell(stack, b"\x05\0\0\0\x01a\x05\x80\0\0\x01b", true), "ab@0, clean");
}

#[test]
fn a_stack_begins_again() {
    let mut stack = Stack::new(length(4), lines::<8>(7));
    stack.take(b"\x02ab\x01c\x05");
    while !stack.is_over() {
        stack.poll();
    }
    assert_eq!(stack.position(), 5);
    stack.reset();
    assert_eq!((stack.position(), stack.held()), (0, 0));
    assert_eq!(tell(stack, b"\x02a\n", true), "a@0, clean");
}
