//! The laws of framing, for any framer.
//!
//! Each function asserts one law and panics where it is broken. They are generic, so that property
//! tests, fuzz targets and the replay of seeds hold every framing to the same ones. [`hold`] asserts
//! all of those that need nothing but a framer and a stream.
//!
//! | law | asserted by |
//! |---|---|
//! | cuts do not matter | [`cuts_do_not_matter`], [`no_cut_matters`] |
//! | round trip, both ways | [`round_trip`], [`canonical`], [`rewritten`] |
//! | bounded memory | [`events`] (never more than `max_wire`), `core/tests/frame_memory.rs` |
//! | progress | [`events`] |
//! | no panic | all |
//! | fatal is sticky | [`fatal_is_sticky`] |
//! | one error a bad frame | [`events`], [`recovers`] |
//! | the end repeats | [`events`] |
//! | linear work | [`work_is_linear`], [`a_mebibyte_comes_in_bytes`] |
//! | need is honest | [`need_is_honest`], [`reads_are_exact`] |
//! | a verdict is final | [`verdicts_are_final`] |
//! | the limit is exact | [`limit_is_exact`] |
//! | writing is all or nothing | [`round_trip`] |
//! | every configuration reads what it writes | [`round_trip`], over random configurations |
//! | as a model does | `core/tests/frame_model.rs` |
//! | parts join | [`assembling_holds`] |
//! | a stack is two passes | [`framings_hold`], [`stacks_agree`] |
//! | nothing is lost behind the framing | [`deframers_agree`], [`plain_deframers_agree`] |
#![allow(clippy::panic, clippy::unwrap_used)] // a law panics where it is broken
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing)] // a law may fail so, too
#![allow(clippy::missing_panics_doc)] // all of them do, by the law they state

use alloc::vec::Vec;
use core::fmt::Debug;

use portolan::frame::deframer::{Deframer, End, Event};
use portolan::frame::{Encode, Finish, FrameError, Framer, Recovery, Step};

mod assembled;
mod deframers;
mod hold;
mod reading;
mod stacked;
mod writing;

pub use assembled::{Limits, assembling_holds};
pub use deframers::{deframers_agree, plain_deframers_agree};
pub use hold::{Trial, hold, hold_plain};
pub use reading::{a_mebibyte_comes_in_bytes, reads_are_exact};
pub use stacked::{framings_hold, stacks_agree, told};
pub use writing::{canonical, limit_is_exact, recovers, rewritten, round_trip};

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
    let mut bad = false;
    for chunk in chunks {
        buffer.extend_from_slice(chunk);
        need = drain(&mut deframer, &mut buffer, false, &mut bad, &mut records);
        assert!(need.is_none() || buffer.len() <= framer.max_wire(), "more held than `max_wire`");
    }
    if end || chunks.is_empty() {
        need = drain(&mut deframer, &mut buffer, end, &mut bad, &mut records);
    }
    records.extend(need.map(Record::Need));
    records
}

/// Records all events of a buffer; answers how many bytes are needed. `bad` says that the frame at
/// its front has been refused.
fn drain<F: Subject>(
    deframer: &mut Deframer<F>,
    buffer: &mut Vec<u8>,
    end: bool,
    bad: &mut bool,
    records: &mut Vec<Record<<F as Framer>::Meta>>,
) -> Option<usize> {
    let mut refused = false;
    loop {
        if deframer.is_over() {
            // Reported already; it repeats.
            assert_eq!(deframer.poll_in_place(buffer, end).consumed(), 0);
            return None;
        }
        let position = deframer.position();
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
                *bad = false;
                let (wire, last, meta) = (frame.wire.get(), frame.last, frame.meta);
                records.push(Record::Frame { at, wire, body: payload, last, meta });
            }
            Event::Skip { at, .. } => {
                assert_eq!(at, position);
                *bad &= deframer.is_skipping();
            }
            Event::Error(error) => {
                assert!(!*bad, "a second error in one frame");
                refused = error.recovery == Recovery::Resync;
                *bad = refused;
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

/// The pieces of a stream; `cuts` are taken modulo its length.
fn pieces<'s>(stream: &'s [u8], cuts: &[usize]) -> Vec<&'s [u8]> {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (stream.len() + 1)).collect();
    cuts.sort_unstable();
    let mut chunks = Vec::new();
    let mut from = 0;
    for to in cuts.into_iter().chain([stream.len()]) {
        chunks.push(&stream[from..to]);
        from = to;
    }
    chunks
}

/// Events do not depend on how the stream is cut; `cuts` are taken modulo its length.
pub fn cuts_do_not_matter<F: Subject>(framer: &F, stream: &[u8], cuts: &[usize]) {
    let chunks = pieces(stream, cuts);
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
/// It is the search for boundaries that is on trial: what a framer unstuffs is a whole frame, once.
///
/// The stream comes in single bytes. Before each, the bytes that are held are overwritten, except
/// the first `head` and the last `tail`: a framer that went over them again would see `poison`.
pub fn work_is_linear<F: Subject>(framer: &F, stream: &[u8], head: usize, tail: usize, poison: u8) {
    let places = |poison: Option<u8>| {
        let mut deframer = Deframer::new(Stuffed(framer.clone()));
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

/// A framer whose bodies stay as they are on the wire.
struct Stuffed<F>(F);

impl<F: Framer> Framer for Stuffed<F> {
    type Meta = F::Meta;

    fn step(&mut self, input: &[u8]) -> Result<Step<F::Meta>, FrameError> {
        self.0.step(input)
    }

    fn finish(&mut self, input: &[u8]) -> Result<Finish<F::Meta>, FrameError> {
        self.0.finish(input)
    }

    fn max_wire(&self) -> usize {
        self.0.max_wire()
    }

    fn at_boundary(&self) -> bool {
        self.0.at_boundary()
    }

    fn reset(&mut self) {
        self.0.reset();
    }
}
