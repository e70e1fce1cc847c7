//! What deframers allocate: nothing, or what they received; never what a length field declares.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::arithmetic_side_effects, reason = "likewise")]

use std::alloc::System;

use portolan::frame::deframer::{
    Assemble, Buffered, BytesDeframer, Event, FixedDeframer, Stack, frames,
};
use portolan::frame::{
    AnyFramer, Capnp, Chunked, Cobs, CobsR, ContentLength, Dbus, Delimiter, Ending, Fcgi, Fcs,
    Framer, Framing, Giop, GitPktLine, Hdlc, LengthPrefix, Lines, MysqlCompressed, MysqlPacket,
    Netstring, OctetCounting, Oversize, Proxy, RecordMark, Resp, Sequence, Slip, Tlv, VarintPrefix,
    WebSocket, preset,
};
use portolan::varint::Encoding;
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

/// The least of three times: the thread that runs the tests allocates, too, in one of them at most,
/// and what is asked allocates the same each time.
fn least(mut once: impl FnMut() -> usize) -> usize {
    once().min(once()).min(once())
}

/// Calls of the allocator.
fn calls(mut work: impl FnMut()) -> usize {
    least(|| {
        let region = Region::new(ALLOCATOR);
        work();
        let change = region.change();
        change.allocations + change.reallocations
    })
}

/// Most bytes live while a stream is read in pieces and its frames are dropped.
fn peak(framer: impl Framer + Clone, stream: &[u8]) -> usize {
    least(|| {
        let region = Region::new(ALLOCATOR);
        let mut deframer = BytesDeframer::new(framer.clone());
        let mut peak = 0;
        for chunk in stream.chunks(READ) {
            deframer.extend(chunk);
            peak = peak.max(live(&region));
            while deframer.next_frame().is_some() {}
            if deframer.is_over() {
                break;
            }
            peak = peak.max(live(&region));
        }
        peak
    })
}

/// The same, while parts are joined.
fn peak_assembled(framer: impl Framer + Clone, max: usize, stream: &[u8]) -> usize {
    least(|| {
        let region = Region::new(ALLOCATOR);
        let mut assemble = Assemble::growing(framer.clone(), max, 8);
        let mut peak = 0;
        for chunk in stream.chunks(READ) {
            assemble.extend(chunk);
            while assemble.next_frame().is_some() {}
            if assemble.is_over() {
                break;
            }
            peak = peak.max(live(&region));
        }
        peak
    })
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
    let calls_of_these = calls(|| {
        let mut total = frames(framers.0.clone(), &stream).filter(Result::is_ok).count();
        total += frames(framers.1.clone(), b"one\r\ntwo\n").count();
        total += frames(delimiter.clone(), &stream).count();
        for byte in &stream {
            assert!(fixed.feed(&[*byte], |frame| total += usize::from(frame.is_ok())).is_empty());
        }
        assert_eq!(total, 9);
    });
    assert_eq!(calls_of_these, 0);

    // Nor do those that stand in one another.
    let inner = FixedDeframer::<_, 64>::new(Lines::new(Ending::Lf, 60)).unwrap();
    let mut stack = Box::new(Stack::new(*fixed, inner));
    let calls_of_these = calls(|| {
        let mut total = 0;
        for byte in b"\0\0\0\x04a\nb\n\0\0\0\x02c\n" {
            assert_eq!(stack.take(&[*byte]), 1);
            while let Event::Frame { .. } = stack.poll() {
                total += 1;
            }
        }
        assert_eq!(total, 3);
    });
    assert_eq!(calls_of_these, 0);

    // Eight bytes that promise the most they can reserve nothing.
    let promising = LengthPrefix::builder(usize::MAX / 2).width(8).build().unwrap();
    let most = [0x3f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    let promise = peak(promising.clone(), &most);
    assert!(promise <= 64, "{promise} bytes for 8");
    let promise = peak_assembled(promising, usize::MAX / 2, &most);
    assert!(promise <= 64, "{promise} bytes for 8");
    let most = b"Content-Length: 4611686018427387904\r\n\r\n";
    assert!(peak(ContentLength::new(usize::MAX), most) <= 128);
    assert!(peak(Chunked::new(usize::MAX), b"7fffffffffffff00\r\n") <= 128);
    assert!(peak_assembled(Chunked::new(usize::MAX), usize::MAX, b"7fffffffffffff00\r\n") <= 128);
    assert!(peak(Resp::new(usize::MAX), b"*4611686018427387904\r\n") <= 128);
    assert!(peak(WebSocket::new(usize::MAX), b"\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff") <= 128);

    let varint = VarintPrefix::builder(Encoding::Leb128, usize::MAX / 2).bits(64).build().unwrap();
    let promise = peak(varint, b"\xff\xff\xff\xff\xff\xff\xff\xff\x3f");
    assert!(promise <= 64, "{promise} bytes for 9");
    for (framer, digits) in [
        (AnyFramer::from(Netstring::new(usize::MAX)), &b"9223372036854775807:"[..]),
        (OctetCounting::new(usize::MAX).into(), b"9223372036854775807 "),
    ] {
        let promise = peak(framer, digits);
        assert!(promise <= 64, "{promise} bytes for 20");
    }

    let promise = peak(RecordMark::new(usize::MAX), &[0xff; 4])
        .max(peak(MysqlPacket::new(usize::MAX), &[0xff; 4]))
        .max(peak(Capnp::new(usize::MAX), &[0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]))
        .max(peak(Tlv::new(usize::MAX), b"\x04\x87\xff\xff\xff\xff\xff\xff\xff"));
    assert!(promise <= 64, "{promise} bytes for a header");

    bounded_at_run_time();

    // However long the stream, no more is held than the longest frame and one read, twice for the
    // moment in which the buffer moves. One line a framer: a frame of the limit, and what never ends.
    let lines = |ending| Lines::new(ending, LIMIT).oversize(Oversize::Discard);
    bounded(length(), &[&[0, 0, 0x10, 0][..], &[b'a'; LIMIT]].concat());
    bounded(length(), &[&[0, 1, 0, 0][..], &[b'a'; 1 << 16]].concat());
    bounded(Cobs::new(LIMIT), &[1; LIMIT]);
    bounded(CobsR::new(LIMIT), &[1; LIMIT]);
    bounded(Hdlc::new(LIMIT).fcs(Fcs::Fcs32), &[b'}'; LIMIT]);
    bounded(Slip::new(LIMIT), &[0xdb; LIMIT]);
    bounded(lines(Ending::Universal), &[&[b'a'; LIMIT][..], b"\r\n"].concat());
    bounded(lines(Ending::Universal), &[b'a'; LIMIT]);
    bounded(Netstring::new(LIMIT), &[&b"4096:"[..], &[b'a'; LIMIT], b","].concat());
    bounded(OctetCounting::new(LIMIT), &[&b"4096 "[..], &[b'a'; LIMIT]].concat());
    bounded(GitPktLine::new(LIMIT), &[&b"1004"[..], &[b'a'; LIMIT]].concat());
    let varint = VarintPrefix::builder(Encoding::Leb128, LIMIT).oversize(Oversize::Discard);
    bounded(varint.clone().build().unwrap(), &[&b"\x80\x20"[..], &[b'a'; LIMIT]].concat());
    bounded(varint.build().unwrap(), &[&b"\x80\x80\x04"[..], &[b'a'; 1 << 16]].concat());
    let amqp = [&[1, 0, 0, 0, 0, 0x10, 0][..], &[b'a'; LIMIT], &[0xce]].concat();
    bounded(preset::amqp(LIMIT).unwrap(), &amqp);
    let body = &[b'a'; LIMIT][..];
    let mysql = MysqlPacket::new(LIMIT).sequence(Sequence::Ignore);
    bounded(mysql, &[b"\0\x10\0\0", body].concat());
    let compressed = MysqlCompressed::new(LIMIT).sequence(Sequence::Ignore);
    bounded(compressed, &[b"\0\x10\0\0\0\0\0", body].concat());
    bounded(RecordMark::new(LIMIT), &[b"\x80\0\x10\0", body].concat());
    let half = &body[..LIMIT / 2];
    bounded(RecordMark::new(LIMIT), &[b"\0\0\x08\0", half, b"\x80\0\x08\0", half].concat());
    bounded(Fcgi::new(LIMIT), &[b"\x01\x05\0\x01\x10\0\0\0", body].concat());
    bounded(Capnp::new(LIMIT), &[b"\0\0\0\0\0\x02\0\0", body].concat());
    let dbus = b"l\x01\0\x01\xf0\x0f\0\0\x01\0\0\0\0\0\0\0";
    bounded(Dbus::new(LIMIT), &[dbus, &body[16..]].concat());
    bounded(Giop::new(LIMIT), &[b"GIOP\x01\0\0\0\0\0\x0f\xf4", &body[12..]].concat());
    bounded(Tlv::new(LIMIT), &[b"\x04\x82\x0f\xfc", &body[4..]].concat());
    bounded(Delimiter::one(b"--", LIMIT).build().unwrap(), &[&[b'a'; LIMIT][..], b"--"].concat());
    let body = [b'a'; LIMIT];
    bounded(ContentLength::new(LIMIT), &[&b"Content-Length: 4096\r\n\r\n"[..], &body].concat());
    bounded(ContentLength::new(LIMIT), b"X: y\r\n");
    bounded(Chunked::new(LIMIT), &[&b"1000\r\n"[..], &body, b"\r\n"].concat());
    bounded(Chunked::new(LIMIT), b"0\r\n");
    bounded(Proxy::new(LIMIT), b"PROXY ");
    bounded(Resp::new(LIMIT), b"*1\r\n");
    bounded(Resp::new(LIMIT), &[&b"$4087\r\n"[..], &body[9..], b"\r\n"].concat());
    bounded(WebSocket::new(LIMIT), &[&b"\x82\x7e\x10\x00"[..], &body].concat());
}

/// A framing chosen at run time, read in large pieces: as much is held for a long stream as for a
/// short one, and each read is copied once.
fn bounded_at_run_time() {
    const PIECE: usize = 64 << 10;
    let outer = Framing::Framer(LengthPrefix::builder(LIMIT).width(2).build().unwrap().into());
    let inner = Framing::Framer(Lines::new(Ending::Lf, LIMIT).into());
    let record = [&[0x10, 0][..], &b"a line of 16 by\n".repeat(LIMIT / 16)].concat();
    for framing in [outer.clone(), Framing::Stack(Box::new(outer), Box::new(inner))] {
        let region = Region::new(ALLOCATOR);
        let mut deframer = framing.clone().into_deframer();
        let (mut peak, mut frames) = (0, 0);
        let mut rest = 0;
        for _ in 0..64 {
            // Records do not end where reads do.
            let read: Vec<u8> = record.iter().copied().cycle().skip(rest).take(PIECE).collect();
            rest = (rest + PIECE) % record.len();
            deframer.extend(&read);
            peak = peak.max(live(&region));
            while let (Event::Frame { .. }, _) = deframer.poll() {
                frames += 1;
            }
        }
        let bound = PIECE + 2 * (framing.max_wire() + LIMIT + PIECE) + 4096;
        assert!(peak <= bound, "{peak} bytes, of which {bound} are explained");
        assert!(frames > 1000);
    }
}

/// Asserts the bound for a stream of the same bytes again and again.
fn bounded(framer: impl Framer + Clone, repeated: &[u8]) {
    let stream = repeated.repeat(40);
    let bound = 2 * (framer.max_wire() + READ) + 64;
    let peak = peak(framer.clone(), &stream);
    assert!(peak <= bound, "{peak} bytes, of which {bound} are explained");
    let bound = bound + 2 * LIMIT;
    let peak = peak_assembled(framer, LIMIT, &stream);
    assert!(peak <= bound, "{peak} bytes, of which {bound} are explained");
}
