//! Parts joined to messages.

use alloc::vec;
use alloc::vec::Vec;

use portolan::frame::deframer::{Assemble, Event};
use portolan::frame::{FrameError, FrameErrorKind, PartRole, Recovery};

use super::{Record, Subject, events, pieces};

/// How much is joined.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_structs, reason = "the two limits of `Assemble`")]
pub struct Limits {
    /// Bytes of a message.
    pub max: usize,
    /// Parts of a message.
    pub max_parts: usize,
}

/// Messages are their parts joined, up to the limits; neither the cuts of the stream nor the kind
/// of the buffer matter.
pub fn assembling_holds<F: Subject>(framer: &F, limits: Limits, stream: &[u8], cuts: &[usize]) {
    let pieces = pieces(stream, cuts);
    let bytes: Vec<&[u8]> = stream.chunks(1).collect();
    for end in [false, true] {
        let whole = growing(framer, limits, &[stream], end);
        assert_eq!(growing(framer, limits, &pieces, end), whole, "cut into {pieces:x?}");
        assert_eq!(growing(framer, limits, &bytes, end), whole, "cut into bytes");
        assert_eq!(fixed(framer, limits, &pieces, end), whole, "in a buffer that does not grow");
        assert_eq!(fixed(framer, limits, &bytes, end), whole, "so, and cut into bytes");
        as_the_model(framer, limits, stream, end, &whole);
    }
}

/// What is assembled in a buffer that grows.
fn growing<F: Subject>(
    framer: &F,
    limits: Limits,
    chunks: &[&[u8]],
    end: bool,
) -> Vec<Record<F::Meta>> {
    let mut assemble = Assemble::growing(framer.clone(), limits.max, limits.max_parts);
    let mut records = Vec::new();
    let mut read = 0;
    let mut need = take(&mut assemble, &mut records);
    for chunk in chunks {
        if assemble.is_over() {
            break;
        }
        assemble.extend(chunk);
        need = take(&mut assemble, &mut records);
        read = read.max(chunk.len());
        assert!(need.is_none() || assemble.rest().len() <= framer.max_wire(), "more held");
        let most = limits.max + framer.max_wire() + read;
        assert!(assemble.buffer().len() <= most, "the buffer grew too far");
    }
    if end {
        assemble.end();
        need = take(&mut assemble, &mut records);
    }
    records.extend(need.map(Record::Need));
    records
}

/// What is assembled in the shortest buffer that is accepted.
fn fixed<F: Subject>(
    framer: &F,
    limits: Limits,
    chunks: &[&[u8]],
    end: bool,
) -> Vec<Record<F::Meta>> {
    let len = limits.max + framer.max_wire();
    assert!(Assemble::new(framer.clone(), vec![0; len - 1], limits.max, limits.max_parts).is_err());
    let buffer = vec![0; len].into_boxed_slice();
    let mut assemble = Assemble::new(framer.clone(), buffer, limits.max, limits.max_parts).unwrap();
    let mut records = Vec::new();
    let mut need = take(&mut assemble, &mut records);
    for chunk in chunks {
        let mut rest = *chunk;
        while !rest.is_empty() && !assemble.is_over() {
            let space = assemble.spare();
            let count = space.len().min(rest.len());
            assert!(count != 0, "neither space nor messages");
            space[..count].copy_from_slice(&rest[..count]);
            rest = &rest[count..];
            assemble.filled(count);
            need = take(&mut assemble, &mut records);
        }
    }
    if end {
        assemble.end();
        need = take(&mut assemble, &mut records);
    }
    records.extend(need.map(Record::Need));
    records
}

fn take<F: Subject, B: AsRef<[u8]> + AsMut<[u8]>>(
    assemble: &mut Assemble<F, B>,
    records: &mut Vec<Record<F::Meta>>,
) -> Option<usize> {
    while !assemble.is_over() {
        match assemble.poll() {
            Event::Frame { at, frame } => {
                let (wire, last, meta) = (frame.wire.get(), frame.last, frame.meta);
                let body = assemble.buffer()[frame.body].to_vec();
                records.push(Record::Frame { at, wire, body, last, meta });
            }
            Event::Error(error) => records.push(Record::Error(error)),
            Event::Done { at } => records.push(Record::Done(at)),
            Event::End(end) => records.push(Record::End(end)),
            Event::Need(need) => return Some(need.min.get()),
            Event::Skip { .. } => {}
        }
    }
    let repeated = assemble.poll();
    assert!(!matches!(repeated, Event::Frame { .. } | Event::Skip { .. } | Event::Need(_)));
    None
}

/// Joins the frames of the framer itself, as plainly as can be.
fn as_the_model<F: Subject>(
    framer: &F,
    limits: Limits,
    stream: &[u8],
    end: bool,
    found: &[Record<F::Meta>],
) {
    let mut walker = framer.clone();
    let mut expected = Vec::new();
    let (mut exceeded, mut refused) = (None, false);
    #[allow(clippy::type_complexity)] // at, wire, parts, body and meta of the message so far
    let mut message: Option<(u64, usize, usize, Vec<u8>, F::Meta)> = None;
    for record in events(framer, &[stream], end) {
        let Record::Frame { at, wire, body, last, meta } = record else {
            if matches!(record, Record::Error(_)) {
                // Its header may have exceeded a limit, which comes first.
                refused = true;
                break;
            }
            continue;
        };
        let rest = &stream[usize::try_from(at).unwrap()..];
        let part = walker.part(rest);
        // A header may depend on what came before it.
        assert!(walker.step(rest).is_ok());
        let role = part.map_or(PartRole::Counted, |part| part.role);
        if role == PartRole::Between {
            expected.push((at, wire, body, last, meta));
            continue;
        }
        let (begin, wires, parts, mut joined, first) =
            message.take().unwrap_or((at, 0, 0, Vec::new(), meta));
        let parts = parts + usize::from(role == PartRole::Counted);
        let length_at = at + part.map_or(0, |part| part.length_at as u64);
        if parts > limits.max_parts && role == PartRole::Counted {
            exceeded = Some((FrameErrorKind::TooManyParts { limit: limits.max_parts }, length_at));
            break;
        }
        joined.extend(body);
        if joined.len() > limits.max {
            exceeded = Some((FrameErrorKind::TooLong { limit: limits.max }, length_at));
            break;
        }
        if last {
            expected.push((begin, wires + wire, joined, true, framer.joined(first, meta)));
        } else {
            message = Some((begin, wires + wire, parts, joined, first));
        }
    }
    let frame = |record: &Record<F::Meta>| match record {
        Record::Frame { at, wire, body, last, meta } => {
            Some((*at, *wire, body.clone(), *last, *meta))
        }
        _ => None,
    };
    let frames: Vec<_> = found.iter().filter_map(frame).collect();
    assert!(frames.starts_with(&expected), "{frames:?} and not {expected:?}");
    assert!(refused || frames.len() == expected.len(), "{frames:?} and not {expected:?}");
    if let Some((kind, at)) = exceeded {
        let error = FrameError::new(kind, 0, Recovery::Fatal).offset_by(at);
        assert_eq!(found.last(), Some(&Record::Error(error)));
    }
}
