//! What deframers allocate: nothing, or what they received; never what a length field declares.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::arithmetic_side_effects, reason = "likewise")]

use std::alloc::System;

use portolan::frame::deframer::{BytesDeframer, FixedDeframer, frames};
use portolan::frame::{Delimiter, Ending, Framer, LengthPrefix, Lines, Oversize};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const LIMIT: usize = 4096;
/// One read of the caller.
const READ: usize = 512;

fn length() -> LengthPrefix {
    LengthPrefix::builder(LIMIT).oversize(Oversize::Discard).build().unwrap()
}

/// Bytes live now that were not when the region began.
fn live(region: &Region<'_, System>) -> usize {
    let change = region.change();
    change.bytes_allocated.saturating_sub(change.bytes_deallocated)
}

/// Most bytes live while a stream is read in pieces and its frames are dropped.
fn peak(framer: impl Framer, stream: &[u8]) -> usize {
    let region = Region::new(ALLOCATOR);
    let mut deframer = BytesDeframer::new(framer);
    let mut peak = 0;
    for chunk in stream.chunks(READ) {
        deframer.extend(chunk);
        peak = peak.max(live(&region));
        while deframer.next_frame().is_some() {}
        peak = peak.max(live(&region));
    }
    peak
}

// One test: the counters are those of the process.
#[test]
fn memory_is_bounded_by_the_limit_and_by_what_was_received() {
    let stream = [&[0, 0, 0, 5][..], b"hello", &[0, 0, 0, 2], b"hi"].concat();
    let framers =
        (length(), Lines::new(Ending::CrLf, LIMIT), Delimiter::any_of(&[b"lo", b"hi"], 64));
    let delimiter = framers.2.build().unwrap();
    let mut fixed = Box::new(FixedDeframer::<_, { LIMIT + 4 }>::new(framers.0.clone()).unwrap());

    // Borrowed and fixed deframers do not allocate at all.
    let region = Region::new(ALLOCATOR);
    let mut total = frames(framers.0.clone(), &stream).filter(Result::is_ok).count();
    total += frames(framers.1.clone(), b"one\r\ntwo\n").count();
    total += frames(delimiter, &stream).count();
    for byte in &stream {
        fixed.feed(&[*byte], |frame| total += usize::from(frame.is_ok()));
    }
    let change = region.change();
    assert_eq!((total, change.allocations, change.reallocations), (9, 0, 0));

    // Eight bytes that promise the most they can reserve nothing.
    let builder = LengthPrefix::builder(usize::MAX / 2).width(8);
    let promise = peak(builder.build().unwrap(), &[0x3f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    assert!(promise <= 64, "{promise} bytes for 8");

    // However long the stream, no more is held than the longest frame and one read, twice for the
    // moment in which the buffer moves.
    let bound = 2 * (LIMIT + 4 + READ) + 64;
    let largest = [&[0, 0, 0x10, 0][..], &[b'a'; LIMIT]].concat().repeat(40);
    let oversize = [&[0, 1, 0, 0][..], &[b'a'; 1 << 16]].concat().repeat(10);
    for stream in [largest, oversize] {
        let peak = peak(length(), &stream);
        assert!(peak <= bound, "{peak} bytes for a limit of {LIMIT}");
    }
    let lines = Lines::new(Ending::Universal, LIMIT).oversize(Oversize::Discard);
    let peak = peak(lines, &[b'a'; 1 << 18]);
    assert!(peak <= bound, "{peak} bytes for a limit of {LIMIT}");
}
