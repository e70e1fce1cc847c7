//! One framing behind another: however cut, the same events as of the first up to where it ends, and
//! of the second from there on.

use core::num::NonZeroUsize;

use portolan::frame::{
    AnyFramer, Chunked, Cobs, Ending, Fixed, Framer as _, LengthPrefix, Lines, Netstring, Proxy,
    Slip, Step, Then,
};

use crate::frame_laws::{self, Record, Trial, events};
use crate::input::Config;

/// Choices: the first framing in three bits, the second in two, and how many messages of the first
/// in two, where 0 is until it is done.
pub fn run(input: &[u8]) {
    let Some((mut config, stream)) = Config::of(input) else {
        return;
    };
    let max = if config.max == 0 { 64 } else { config.max };
    let (first, frame) = first(config.choice(3), max);
    let second = second(config.choice(2), max);
    let count = NonZeroUsize::new(config.choice(2).into());
    let framer = AnyFramer::from(match count {
        Some(count) => Then::after(count, first.clone(), second.clone()),
        None => Then::new(first.clone(), second.clone()),
    });
    let once = [frame, stream].concat();
    let twice = [frame, frame, stream].concat();
    for stream in [stream, &once, &twice] {
        // Nothing is behind `Universal`, which alone looks ahead.
        frame_laws::hold(&framer, stream, config.seed, Trial::new().in_order());
        goes_over(&framer, &first, &second, count, stream);
    }
}

fn first(choice: u8, max: usize) -> (AnyFramer<'static>, &'static [u8]) {
    match choice {
        0 => (Fixed::try_from(3).unwrap().into(), b"abc"),
        1 => (Lines::new(Ending::Lf, max).into(), b"x\n"),
        2 => (Netstring::new(max).into(), b"1:a,"),
        3 => (Proxy::new(max.max(8)).into(), b"PROXY \r\n"),
        4 => (Chunked::new(max).into(), b"1\r\na\r\n0\r\n\r\n"),
        5 => (Cobs::new(max).into(), b"\x02a\0"),
        6 => (Slip::new(max).into(), b"a\xc0"),
        _ => (LengthPrefix::builder(max).width(1).build().unwrap().into(), b"\x01a"),
    }
}

fn second(choice: u8, max: usize) -> AnyFramer<'static> {
    match choice {
        0 => Lines::new(Ending::CrLf, max).into(),
        1 => Netstring::new(max).into(),
        2 => Cobs::new(max).into(),
        _ => Chunked::new(max).into(),
    }
}

/// The events are those of the first framing up to its end, then of the second, from that byte on.
fn goes_over(
    framer: &AnyFramer<'_>,
    first: &AnyFramer<'_>,
    second: &AnyFramer<'_>,
    count: Option<NonZeroUsize>,
    stream: &[u8],
) {
    let found = events(framer, &[stream], false);
    let Some(end) = end_of(first, count, stream) else {
        assert_eq!(found, events(first, &[stream], false), "the first has not ended");
        return;
    };
    let mut expected = events(first, &[&stream[..end]], false);
    if matches!(expected.last(), Some(Record::Need(_) | Record::Done(_))) {
        expected.pop();
    }
    let behind = events(second, &[&stream[end..]], false);
    expected.extend(behind.into_iter().map(|record| moved(record, end as u64)));
    assert_eq!(found, expected, "the first ends at {end}");
}

/// Where the first framing ends.
fn end_of(first: &AnyFramer<'_>, count: Option<NonZeroUsize>, stream: &[u8]) -> Option<usize> {
    let mut framer = first.clone();
    let (mut at, mut messages) = (0, 0);
    loop {
        match framer.step(&stream[at..]) {
            Ok(Step::Frame(frame)) => {
                at += frame.wire.get();
                messages += usize::from(frame.last && framer.at_boundary());
                if count.is_some_and(|count| count.get() == messages) {
                    return Some(at);
                }
            }
            Ok(Step::Skip(len)) => at += len.get(),
            Ok(Step::Done) => return Some(at),
            Ok(Step::Need(_)) => return None,
            Err(error) if error.recovery == portolan::frame::Recovery::Fatal => return None,
            Err(_) => {}
        }
    }
}

/// The same record, so many bytes later.
fn moved<M>(record: Record<M>, by: u64) -> Record<M> {
    match record {
        Record::Frame { at, wire, body, last, meta } => {
            Record::Frame { at: at + by, wire, body, last, meta }
        }
        Record::Error(error) => Record::Error(error.offset_by(by)),
        Record::Done(at) => Record::Done(at + by),
        other => other,
    }
}
