//! The laws of framing, for any framer.
//!
//! Each function asserts one law and panics where it is broken. They are generic, so that property
//! tests, fuzz targets and the replay of seeds hold every framing to the same ones.
#![allow(clippy::panic, clippy::unwrap_used)] // a law panics where it is broken
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing)] // a law may fail so, too
#![allow(clippy::missing_panics_doc)] // all of them do, by the law they state

use alloc::vec::Vec;
use alloc::{format, vec};
use core::fmt::Debug;

use portolan::frame::deframer::{Deframer, End, Event};
use portolan::frame::{
    Encode, EncodeErrorKind, FrameError, FrameErrorKind, Framer, Recovery, Step,
};

mod deframers;

pub use deframers::deframers_agree;

/// What happened in a stream, without the bytes passed over.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Record<M> {
    /// A frame and its payload.
    Frame {
        /// Offset of its first byte in the stream.
        at: u64,
        /// Bytes it takes in the stream.
        wire: usize,
        /// The payload.
        body: Vec<u8>,
        /// Whether the message ends here.
        last: bool,
        /// What it says besides.
        meta: M,
    },
    /// A broken rule.
    Error(FrameError),
    /// Too few bytes; always the last record of a stream that goes on.
    Need(usize),
    /// The framing ended at this offset.
    Done(u64),
    /// The stream ended.
    End(End),
}

/// A framer that can be put on trial.
pub trait Subject: Framer<Meta: PartialEq + Debug> + Clone {}

impl<F: Framer<Meta: PartialEq + Debug> + Clone> Subject for F {}

/// A framer and the encoder that belongs to it: what is read can be written.
pub trait Codec: Subject + Encode<Meta: From<<Self as Framer>::Meta>> {}

impl<F: Subject + Encode<Meta: From<<F as Framer>::Meta>>> Codec for F {}

/// Runs a framer over a stream that comes in chunks and records what happens.
///
/// On the way it asserts that the framer makes progress, that asking again brings the same
/// answer, that no more than `max_wire` bytes are held, that a bad frame is reported once, and
/// that what ends a stream repeats.
pub fn events<F: Subject>(
    framer: &F,
    chunks: &[&[u8]],
    end: bool,
) -> Vec<Record<<F as Framer>::Meta>> {
    let mut deframer = Deframer::new(framer.clone());
    let mut records = Vec::new();
    let mut buffer = Vec::new();
    let mut need = None;
    for chunk in chunks {
        buffer.extend_from_slice(chunk);
        need = drain(&mut deframer, &mut buffer, false, &mut records);
        assert!(need.is_none() || buffer.len() <= framer.max_wire(), "more held than `max_wire`");
    }
    if end || chunks.is_empty() {
        need = drain(&mut deframer, &mut buffer, end, &mut records);
    }
    records.extend(need.map(Record::Need));
    records
}

/// Records all events of a buffer; answers how many bytes are needed.
fn drain<F: Subject>(
    deframer: &mut Deframer<F>,
    buffer: &mut Vec<u8>,
    end: bool,
    records: &mut Vec<Record<<F as Framer>::Meta>>,
) -> Option<usize> {
    let mut refused = false;
    loop {
        if deframer.is_over() {
            // Reported already; it repeats.
            assert_eq!(deframer.poll_in_place(buffer, end).consumed(), 0);
            return None;
        }
        let (position, boundary) = (deframer.position(), deframer.at_boundary());
        let event = deframer.poll_in_place(buffer, end);
        let consumed = event.consumed();
        assert_eq!(deframer.position(), position + consumed as u64);
        let payload = match &event {
            Event::Frame { frame, .. } => buffer[frame.body.clone()].to_vec(),
            _ => Vec::new(),
        };
        buffer.drain(..consumed);
        assert!(!refused || !matches!(event, Event::Frame { .. } | Event::Error(_)), "not skipped");
        refused = false;
        match event {
            Event::Frame { at, frame } => {
                assert_eq!(at, position);
                let (wire, last, meta) = (frame.wire.get(), frame.last, frame.meta);
                records.push(Record::Frame { at, wire, body: payload, last, meta });
            }
            Event::Skip { at, .. } => assert_eq!(at, position),
            Event::Error(error) => {
                assert!(boundary, "a second error in one frame");
                refused = error.recovery == Recovery::Resync;
                records.push(Record::Error(error));
            }
            Event::Need(need) => {
                assert!(!end, "the end of the stream needs nothing");
                let again = deframer.poll_in_place(buffer, end);
                assert_eq!(again, Event::Need(need), "asking again changes the answer");
                return Some(need.min.get());
            }
            Event::Done { at } => records.push(Record::Done(at)),
            Event::End(how) => {
                assert!(end, "the stream has not ended");
                records.push(Record::End(how));
                let again = deframer.poll_in_place(buffer, end);
                assert_eq!(again, Event::End(how), "the end repeats");
            }
        }
    }
}

/// Events do not depend on how the stream is cut; `cuts` are taken modulo its length.
pub fn cuts_do_not_matter<F: Subject>(framer: &F, stream: &[u8], cuts: &[usize]) {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (stream.len() + 1)).collect();
    cuts.sort_unstable();
    let mut chunks = Vec::new();
    let mut from = 0;
    for to in cuts.into_iter().chain([stream.len()]) {
        chunks.push(&stream[from..to]);
        from = to;
    }
    let bytes: Vec<&[u8]> = stream.chunks(1).collect();
    for end in [false, true] {
        let whole = events(framer, &[stream], end);
        assert_eq!(events(framer, &chunks, end), whole, "cut into {chunks:x?}");
        assert_eq!(events(framer, &bytes, end), whole, "cut into bytes");
    }
}

/// Events do not depend on how the stream is cut, for every way to cut a short one.
pub fn no_cut_matters<F: Subject>(framer: &F, stream: &[u8]) {
    assert!(stream.len() <= 12, "2 to the power of {} cuts", stream.len());
    for end in [false, true] {
        let whole = events(framer, &[stream], end);
        for cuts in 0_u32..1 << stream.len().saturating_sub(1) {
            let mut chunks = Vec::new();
            let mut from = 0;
            for to in 1..=stream.len() {
                if to == stream.len() || cuts >> (to - 1) & 1 == 1 {
                    chunks.push(&stream[from..to]);
                    from = to;
                }
            }
            assert_eq!(events(framer, &chunks, end), whole, "cut into {chunks:x?}");
        }
    }
}

/// The events of a prefix are a prefix of the events of the stream: a verdict is final.
pub fn verdicts_are_final<F: Subject>(framer: &F, stream: &[u8], cut: usize) {
    let mut early = events(framer, &[&stream[..cut % (stream.len() + 1)]], false);
    if let Some(Record::Need(_)) = early.last() {
        early.pop();
    }
    let late = events(framer, &[stream], false);
    assert!(late.starts_with(&early), "{early:?} became {late:?}");
}

/// `Need` never overshoots: it is at most what the frame that comes still lacks, or one byte.
pub fn need_is_honest<F: Subject>(framer: &F, stream: &[u8]) {
    let whole = events(framer, &[stream], false);
    for len in 0..=stream.len() {
        let records = events(framer, &[&stream[..len]], false);
        let Some((Record::Need(need), seen)) = records.split_last() else { continue };
        let Some(Record::Frame { at, wire, .. }) = whole.get(seen.len()) else { continue };
        let end = usize::try_from(*at).unwrap() + wire;
        assert!(len + need <= end.max(len + 1), "{need} more than {len} passes {end}");
    }
}

/// After a fatal error nothing changes, whatever comes, until the framer is reset.
pub fn fatal_is_sticky<F: Subject>(framer: &F, stream: &[u8], other: &[u8]) {
    let mut fresh = framer.clone();
    let mut input = stream;
    let error = loop {
        match fresh.step(input) {
            Ok(Step::Frame(frame)) => input = &input[frame.wire.get()..],
            Ok(Step::Skip(len)) => input = &input[len.get()..],
            Ok(Step::Need(_) | Step::Done) => return,
            Err(error) if error.recovery == Recovery::Fatal => break error,
            Err(_) => {}
        }
    };
    for later in [input, other, &[]] {
        assert_eq!(fresh.step(later).err(), Some(error));
        assert_eq!(fresh.finish(later).err(), Some(error));
    }
    fresh.reset();
    assert!(fresh.at_boundary());
    assert_eq!(events(&fresh, &[stream], true), events(framer, &[stream], true));
}

/// What has been looked at is not looked at again, so that the work is linear however the stream
/// is cut.
///
/// The stream comes in single bytes. Before each, the bytes that are held are overwritten, except
/// the first `head` and the last `tail`: a framer that went over them again would see `poison`.
pub fn work_is_linear<F: Subject>(framer: &F, stream: &[u8], head: usize, tail: usize, poison: u8) {
    let places = |poison: Option<u8>| {
        let mut deframer = Deframer::new(framer.clone());
        let mut buffer = Vec::new();
        let mut places = Vec::new();
        for byte in stream {
            let old = head.min(buffer.len())..buffer.len().saturating_sub(tail);
            if let (Some(poison), Some(old)) = (poison, buffer.get_mut(old)) {
                old.fill(poison);
            }
            buffer.push(*byte);
            loop {
                let event = deframer.poll_in_place(&mut buffer, false);
                buffer.drain(..event.consumed());
                match event {
                    Event::Need(_) => break,
                    Event::Frame { at, frame } => places.push((at, frame.wire.get())),
                    Event::Error(error) => places.push((error.at, 0)),
                    Event::Skip { .. } | Event::Done { .. } | Event::End(_) => {}
                }
                if deframer.is_over() {
                    return places;
                }
            }
        }
        places
    };
    assert_eq!(places(Some(poison)), places(None));
}

/// What is written is read back as it was; answers what was written, and refused payloads.
///
/// On the way it asserts that writing is all or nothing, that `encoded_len` is exact, and that an
/// envelope holds the same bytes.
pub fn round_trip<F: Codec>(
    framer: &F,
    payloads: &[(Vec<u8>, <F as Framer>::Meta)],
) -> (Vec<u8>, usize) {
    let mut encoder = framer.clone();
    let mut stream = Vec::new();
    let mut expected = Vec::new();
    for (body, meta) in payloads {
        let at = stream.len() as u64;
        if let Some(wire) = encode(&mut encoder, body, (*meta).into()) {
            expected.push((at, wire.len(), body.clone(), *meta));
            stream.extend_from_slice(&wire);
        }
    }
    let mut end = vec![0; 64];
    let len = encoder.encode_end(&mut end).unwrap();
    stream.extend_from_slice(&end[..len]);
    let read: Vec<_> = events(framer, &[&stream], true)
        .into_iter()
        .filter_map(|record| match record {
            Record::Frame { at, wire, body, meta, .. } if wire > len || !body.is_empty() => {
                Some((at, wire, body, meta))
            }
            Record::Frame { .. } | Record::End(End::Clean) | Record::Done(_) => None,
            other => panic!("{other:?} in a stream of our own: {stream:x?}"),
        })
        .collect();
    assert_eq!(read, expected);
    (stream, payloads.len() - expected.len())
}

/// Writes one frame, and asserts that writing is all or nothing.
fn encode<F: Codec>(encoder: &mut F, body: &[u8], meta: <F as Encode>::Meta) -> Option<Vec<u8>> {
    const UNTOUCHED: u8 = 0xa5;
    let len = match encoder.encoded_len(body, meta) {
        Ok(len) => len,
        Err(error) => {
            let mut out = vec![UNTOUCHED; body.len() + 64];
            assert_eq!(encoder.encode(body, meta, &mut out), Err(error));
            assert_eq!(encoder.envelope(body, meta), Err(error));
            assert!(out.iter().all(|byte| *byte == UNTOUCHED), "written before {error}");
            return None;
        }
    };
    let mut out = vec![UNTOUCHED; len + 1];
    if let Some(short) = len.checked_sub(1) {
        let error = encoder.encode(body, meta, &mut out[..short]).unwrap_err();
        assert_eq!(error.kind, EncodeErrorKind::BufferTooSmall { needed: len });
        assert!(out.iter().all(|byte| *byte == UNTOUCHED), "written before {error}");
    }
    let mut other = encoder.clone();
    let envelope = other.envelope(body, meta).unwrap();
    let enveloped = envelope.map(|envelope| [envelope.head(), body, envelope.tail()].concat());
    assert_eq!(encoder.encode(body, meta, &mut out), Ok(len), "encoded_len is not exact");
    assert_eq!(out.pop(), Some(UNTOUCHED), "written behind the frame");
    assert!(enveloped.is_none_or(|enveloped| enveloped == out), "the envelope differs");
    Some(out)
}

/// Every frame that is read can be written again, and is read back as itself. Where the format is
/// canonical, it is written as it was.
pub fn canonical<F: Codec>(framer: &F, stream: &[u8], canonical: bool) {
    for record in events(framer, &[stream], false) {
        let Record::Frame { at, wire, body, meta, .. } = record else { continue };
        let Some(again) = encode(&mut framer.clone(), &body, meta.into()) else {
            assert!(!canonical, "cannot write what was read: {body:x?}");
            continue;
        };
        if canonical {
            let at = usize::try_from(at).unwrap();
            assert_eq!(again, stream[at..at + wire], "not as it was read");
        }
        let read = events(framer, &[&again], false);
        assert!(
            matches!(&read[..], [Record::Frame { body: same, .. }, ..] if *same == body),
            "{body:x?} became {read:?}",
        );
    }
}

/// Good frames behind bad bytes are all delivered: the stream of `bad` and then of frames with
/// these payloads has those at its end.
pub fn recovers<F: Codec>(framer: &F, bad: &[u8], payloads: &[Vec<u8>]) {
    let mut stream = bad.to_vec();
    let mut encoder = framer.clone();
    let mut expected = Vec::new();
    for body in payloads {
        if let Some(wire) = encode(&mut encoder, body, Default::default()) {
            stream.extend_from_slice(&wire);
            expected.push(body.clone());
        }
    }
    let records = events(framer, &[&stream], true);
    let errors = records.iter().filter(|record| matches!(record, Record::Error(_))).count();
    assert_eq!(errors, 1, "one bad frame: {records:?}");
    let behind = records.into_iter().skip_while(|record| !matches!(record, Record::Error(_)));
    let read: Vec<Vec<u8>> = behind
        .filter_map(|record| match record {
            Record::Frame { body, .. } => Some(body),
            _ => None,
        })
        .collect();
    assert_eq!(read, expected);
}

/// A body of exactly the limit passes, one byte more does not, written and read and however cut.
///
/// `roomy` differs from `framer` only in a limit that is larger by one at least.
pub fn limit_is_exact<F: Codec>(framer: &F, roomy: &F, max: usize, filler: u8) {
    let refused = format!("{}", EncodeErrorKind::PayloadTooLong { limit: max });
    let body = vec![filler; max + 1];
    let meta = <F as Encode>::Meta::default();
    let error = framer.encoded_len(&body, meta).unwrap_err();
    assert_eq!(format!("{error}"), refused);
    let longer = encode(&mut roomy.clone(), &body, meta).unwrap();
    let exact = encode(&mut roomy.clone(), &body[..max], meta).unwrap();
    for (stream, passes) in [(exact, true), (longer, false)] {
        let bytes: Vec<&[u8]> = stream.chunks(1).collect();
        for chunks in [&[&stream[..]][..], &bytes] {
            let first = events(framer, chunks, false).into_iter().next();
            match first {
                Some(Record::Frame { body, .. }) => assert!(passes && body.len() == max),
                Some(Record::Error(error)) => {
                    assert!(!passes, "{error} for a body of the limit");
                    assert_eq!(error.kind, FrameErrorKind::TooLong { limit: max });
                }
                other => panic!("{other:?} for a whole frame"),
            }
        }
    }
}
