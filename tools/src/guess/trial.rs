//! One framing tried on a stream.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::ops::Range;

use portolan::frame::deframer::{Deframer, End, Event};
use portolan::frame::spec::Spec;
use portolan::frame::{AnyFramer, FrameError, Framing};

use super::candidates::Candidate;
use super::evidence::{Evidence, real, size};
use super::heads::{self, Cut, Head};
use super::opening::Opening;
use crate::framer::DEFAULTS;

/// What is looked at: bytes, what each costs where it stands, and whether they are all.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stream<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) costs: &'a [u8],
    pub(super) is_whole: bool,
}

/// What became of it.
#[derive(Clone, Debug)]
pub(super) struct Trial {
    pub(super) spec: String,
    pub(super) checks: &'static str,
    /// Frames, and the bytes up to the end of the last.
    pub(super) frames: usize,
    pub(super) framed: usize,
    /// The lengths of payloads, where most of the stream is divided.
    pub(super) lengths: Option<Lengths>,
    pub(super) outcome: Outcome,
    pub(super) bits: f64,
    /// What stands for the places where it cuts.
    pub(super) cuts: u64,
}

impl Trial {
    /// Counts from the start of a stream that opens so.
    pub(super) fn behind(&mut self, opening: &Opening) {
        self.spec = format!("{}{}{}", opening.before, self.spec, opening.after);
        self.frames = self.frames.saturating_add(1);
        self.framed = self.framed.saturating_add(opening.len);
        if let Outcome::Failed(error) = &mut self.outcome {
            *error = error.offset_by(u64::try_from(opening.len).unwrap_or(u64::MAX));
        }
    }
}

/// How far the frames go.
#[derive(Clone, Copy, Debug)]
pub(super) enum Outcome {
    /// The last byte ends a frame.
    Clean,
    /// A frame is not over at the end.
    Open,
    /// The framing is over, and so many bytes follow.
    Done(usize),
    /// A rule is broken.
    Failed(FrameError),
}

/// The lengths of payloads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lengths {
    pub(super) min: usize,
    pub(super) median: usize,
    pub(super) max: usize,
    pub(super) distinct: usize,
}

/// A frame: where it begins, and where its payload is.
struct Found {
    at: usize,
    wire: usize,
    body: Range<usize>,
}

impl Found {
    fn wire(&self) -> Range<usize> {
        self.at..self.at.saturating_add(self.wire)
    }
}

/// The framer of a candidate.
pub(super) fn framer(candidate: &Candidate) -> Option<AnyFramer<'static>> {
    let text = format!("{}{}", candidate.spec, candidate.strict);
    match Spec::parse_with(text.as_bytes(), DEFAULTS).ok()?.into_framing() {
        Framing::Framer(framer) => Some(framer),
        _ => None,
    }
}

/// Tries a framing on `stream`, of which `scratch` is a copy that may be changed for the time.
pub(super) fn of(candidate: &Candidate, stream: &Stream<'_>, scratch: &mut [u8]) -> Option<Trial> {
    let framer = framer(candidate)?;
    let head = candidate.head.clone().unwrap_or_else(|| heads::of(&framer));
    let checks = checks(&framer);
    let changes = changes_bodies(&framer);
    let (found, outcome) = cut(framer, scratch);
    let framed = found.last().map_or(0, |frame| frame.at.saturating_add(frame.wire));
    let mut trial = Trial {
        spec: candidate.spec.clone(),
        checks,
        frames: found.len(),
        framed,
        lengths: None,
        outcome,
        bits: 0.0,
        cuts: 0,
    };
    let is_most = framed.saturating_mul(2) >= stream.bytes.len();
    if !matches!(outcome, Outcome::Failed(_)) && !found.is_empty() && is_most {
        // Of records, the first says all.
        let telling = match are_records(&found, stream.bytes, changes) {
            true => found.get(..1).unwrap_or_default(),
            false => &found,
        };
        let saved = saved(&head, telling, stream, scratch);
        trial.bits = saved - candidate.name + ending(&trial, stream.is_whole);
        trial.lengths = lengths(&found);
        trial.cuts = cuts(&found);
    }
    if changes {
        scratch.copy_from_slice(stream.bytes);
    }
    Some(trial)
}

/// What the frames save; nothing is learned from a frame of nothing, of which zeros hold any number.
fn saved(head: &Head, found: &[Found], stream: &Stream<'_>, scratch: &[u8]) -> f64 {
    let mut evidence = Evidence::new();
    for frame in found.iter().filter(|frame| !frame.body.is_empty()) {
        let cut = Cut {
            wire: stream.bytes.get(frame.wire()).unwrap_or_default(),
            costs: stream.costs.get(frame.wire()).unwrap_or_default(),
            start: frame.body.start.saturating_sub(frame.at),
            payload: scratch.get(frame.body.clone()).unwrap_or_default(),
        };
        head.read(cut, &mut evidence);
    }
    evidence.bits()
}

/// Whether all frames are of one length and have the same bytes around their payloads, or are the same
/// where those are stuffed: anything that repeats itself is cut so.
fn are_records(found: &[Found], stream: &[u8], is_stuffed: bool) -> bool {
    let around = |frame: &Found| {
        let wire = frame.wire();
        if is_stuffed {
            return (stream.get(wire), None);
        }
        (stream.get(wire.start..frame.body.start), stream.get(frame.body.end..wire.end))
    };
    let alike = |pair: &[Found]| match pair {
        [first, second] => first.wire == second.wire && around(first) == around(second),
        _ => true,
    };
    found.len() > 1 && found.windows(2).all(alike)
}

/// Runs the framer to the end of the stream, or to the first rule that is broken.
fn cut(framer: AnyFramer<'_>, scratch: &mut [u8]) -> (Vec<Found>, Outcome) {
    let mut deframer = Deframer::new(framer);
    let (mut found, mut at) = (Vec::new(), 0_usize);
    loop {
        let rest = scratch.get_mut(at..).unwrap_or_default();
        let left = rest.len();
        let event = deframer.poll_in_place(rest, true);
        match &event {
            Event::Frame { frame, .. } => {
                let from = |offset: usize| at.saturating_add(offset);
                let body = from(frame.body.start)..from(frame.body.end);
                found.push(Found { at, wire: frame.wire.get(), body });
            }
            Event::Skip { .. } => {}
            Event::Error(error) => return (found, Outcome::Failed(*error)),
            Event::Done { .. } if left > 0 => return (found, Outcome::Done(left)),
            Event::Done { .. } | Event::End(End::Clean) => return (found, Outcome::Clean),
            Event::Need(_) | Event::End(End::Truncated { .. }) => return (found, Outcome::Open),
        }
        at = at.saturating_add(event.consumed());
    }
}

/// Whether a whole stream ends with a frame, by chance it would once in the bytes of a frame.
fn ending(trial: &Trial, is_whole: bool) -> f64 {
    match trial.outcome {
        Outcome::Clean if is_whole => (size(trial.framed) / size(trial.frames)).log2() - 1.0,
        Outcome::Open if is_whole => -1.0,
        _ => 0.0,
    }
}

fn lengths(found: &[Found]) -> Option<Lengths> {
    let mut all: Vec<usize> = found.iter().map(|frame| frame.body.len()).collect();
    all.sort_unstable();
    let (min, max) = (*all.first()?, *all.last()?);
    let median = *all.get(all.len() / 2)?;
    all.dedup();
    Some(Lengths { min, median, max, distinct: all.len() })
}

fn cuts(found: &[Found]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for frame in found {
        (frame.at, frame.wire).hash(&mut hasher);
    }
    hasher.finish()
}

/// Whether bodies are changed when they are read.
const fn changes_bodies(framer: &AnyFramer<'_>) -> bool {
    matches!(
        framer,
        AnyFramer::Cobs(_)
            | AnyFramer::CobsR(_)
            | AnyFramer::Slip(_)
            | AnyFramer::Hdlc(_)
            | AnyFramer::WebSocket(_)
    )
}

/// What a framing checks besides that lengths lead from frame to frame.
const fn checks(framer: &AnyFramer<'_>) -> &'static str {
    match framer {
        AnyFramer::MysqlPacket(_) | AnyFramer::MysqlCompressed(_) => "lengths, sequence numbers",
        AnyFramer::Hdlc(_) => "flags, escapes, checksums where it has them",
        AnyFramer::Slip(_) => "ends, escapes",
        AnyFramer::Cobs(_) | AnyFramer::CobsR(_) => "zeros, the codes between them",
        AnyFramer::Lines(_) | AnyFramer::Delimiter(_) => "only that ends occur",
        AnyFramer::Netstring(_) => "decimal lengths, colons, commas",
        AnyFramer::OctetCounting(_) => "decimal lengths, spaces",
        AnyFramer::GitPktLine(_) => "hexadecimal lengths",
        AnyFramer::ContentLength(_) => "header fields, decimal lengths",
        AnyFramer::Chunked(_) => "hexadecimal lengths, line endings",
        AnyFramer::Resp(_) => "types, decimal lengths, line endings",
        AnyFramer::WebSocket(_) => "opcodes, reserved bits, shortest lengths",
        AnyFramer::Amqp(_) => "lengths, end bytes",
        AnyFramer::Grpc(_) => "flags, lengths",
        AnyFramer::Tpkt(_) | AnyFramer::Fcgi(_) => "versions, lengths",
        AnyFramer::ModbusTcp(_) => "protocol numbers, lengths",
        AnyFramer::Dbus(_) => "byte order, version, both lengths",
        AnyFramer::Giop(_) => "signature, version, flags, lengths",
        AnyFramer::Capnp(_) => "segment tables",
        AnyFramer::Tlv(_) => "identifiers, definite lengths",
        _ => "lengths",
    }
}

/// The share of the stream that stands in frames.
pub(super) fn share(framed: usize, all: usize) -> f64 {
    size(framed) / real(i64::try_from(all.max(1)).unwrap_or(i64::MAX))
}
