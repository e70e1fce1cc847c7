//! Deframers with a buffer of their own: framings chosen at random, and one inside another.

use alloc::vec::Vec;
use core::fmt::Debug;

use portolan::frame::deframer::{AnyDeframer, Buffered, End, Event};
use portolan::frame::{AnyMeta, Framing, Recovery};

use super::{Record, events, pieces};

/// A record, and the framing it is from.
type Told<M> = (usize, Record<M>);

/// Reads chunks to the end, as much at once as there is room for, and records what happens.
pub fn told<D: Buffered>(deframer: &mut D, chunks: &[&[u8]], end: bool) -> Vec<Told<D::Meta>> {
    let mut records = Vec::new();
    let mut need = drain(deframer, &mut records);
    for chunk in chunks {
        let mut rest = *chunk;
        while !rest.is_empty() && !deframer.is_over() {
            let count = deframer.take(rest);
            assert!(count != 0, "neither room nor events");
            rest = &rest[count..];
            need = drain(deframer, &mut records);
        }
    }
    if end {
        deframer.end();
        need = drain(deframer, &mut records);
        assert!(need.is_none(), "the end of the stream needs nothing");
    }
    records.extend(need.map(|need| (0, Record::Need(need))));
    records
}

/// Records all events there are; answers how many bytes are needed.
fn drain<D: Buffered>(deframer: &mut D, records: &mut Vec<Told<D::Meta>>) -> Option<usize> {
    while !deframer.is_over() {
        let record = match deframer.poll() {
            Event::Frame { at, frame } => {
                let (wire, last, meta) = (frame.wire.get(), frame.last, frame.meta);
                Record::Frame { at, wire, body: deframer.body().to_vec(), last, meta }
            }
            Event::Error(error) => Record::Error(error),
            Event::Done { at } => Record::Done(at),
            Event::End(end) => Record::End(end),
            Event::Need(need) => {
                let again = deframer.poll();
                assert!(matches!(again, Event::Need(same) if same == need), "asking changes it");
                return Some(need.min.get());
            }
            Event::Skip { .. } => continue,
        };
        records.push((deframer.layer(), record));
    }
    let repeated = deframer.poll();
    assert!(!matches!(repeated, Event::Frame { .. } | Event::Skip { .. } | Event::Need(_)));
    None
}

/// Frames inside frames are those of the bodies of the outer ones, read to their end; neither cuts
/// nor a reset matter, and `Need` never overshoots. `cuts` are taken modulo the length.
pub fn framings_hold(framing: &Framing, stream: &[u8], cuts: &[usize]) {
    let bytes: Vec<&[u8]> = stream.chunks(1).collect();
    let pieces = pieces(stream, cuts);
    for end in [false, true] {
        let mut deframer = framing.clone().into_deframer();
        let whole = told(&mut deframer, &[stream], end);
        assert_eq!(without_need(&whole), without_need(&two_passes(framing, stream, end)));
        deframer.reset();
        assert_eq!(told(&mut deframer, &pieces, end), whole, "cut into {pieces:x?}");
        deframer.reset();
        assert_eq!(told(&mut deframer, &bytes, end), whole, "cut into bytes");
        if framing.max_wire() <= FITS {
            let mut deframer = framing.clone().into_deframer();
            held(framing, &mut deframer, &pieces);
        }
    }
    need_is_honest(framing, stream);
}

/// Limits of framings above this are not worth asking for.
const FITS: usize = 1 << 16;

/// No more is held than what the framings say.
fn held(framing: &Framing, deframer: &mut AnyDeframer, pieces: &[&[u8]]) {
    for piece in pieces {
        deframer.extend(piece);
        let waits = drain(deframer, &mut Vec::new()).is_some();
        assert!(!waits || deframer.held() <= framing.max_wire(), "more held than `max_wire`");
    }
}

/// Everything but how much is needed.
fn without_need<M: Clone>(records: &[Told<M>]) -> Vec<Told<M>> {
    let need = |record: &&Told<M>| !matches!(record, (_, Record::Need(_)));
    records.iter().filter(need).cloned().collect()
}

/// Reads a stream as plainly as can be: the outer framing to its end, then what its bodies are
/// together.
fn two_passes(framing: &Framing, stream: &[u8], end: bool) -> Vec<Told<AnyMeta>> {
    let (outer, inner) = match framing {
        Framing::Framer(framer) => {
            return events(framer, &[stream], end).into_iter().map(|record| (0, record)).collect();
        }
        Framing::Stack(outer, inner) => (outer, inner),
        framing => return told(&mut framing.clone().into_deframer(), &[stream], end),
    };
    let layers = outer.clone().into_deframer().layers();
    let mut bodies = Vec::new();
    let read = |bodies: &[u8], end: bool| -> Vec<Told<AnyMeta>> {
        let inner = two_passes(inner, bodies, end).into_iter();
        inner.map(|(layer, record)| (layer + layers, record)).collect()
    };
    // What an outer error interrupts, the inner framing has read before it.
    let mut outer_errors = Vec::new();
    let mut last = Last::Open(None);
    for (layer, record) in two_passes(outer, stream, end) {
        match record {
            Record::Frame { body, .. } => bodies.extend(body),
            Record::Error(error) if error.recovery == Recovery::Resync => {
                let found = without_need(&read(&bodies, false));
                if found.last().is_some_and(is_last) {
                    return merged(found, outer_errors);
                }
                outer_errors.push((found.len(), (layer, record)));
            }
            Record::Need(_) => {}
            Record::End(End::Clean) => last = Last::Clean(None),
            Record::Done(_) => last = Last::Clean(Some((layer, record))),
            record => last = Last::Open(Some((layer, record))),
        }
    }
    let ends = matches!(last, Last::Clean(_));
    let mut found = without_need(&read(&bodies, ends));
    match (last, found.last()) {
        (Last::Open(record), end) if !end.is_some_and(is_last) => found.extend(record),
        (Last::Clean(Some(done)), Some((_, Record::End(End::Clean)))) => {
            found.pop();
            found.push(done);
        }
        _ => {}
    }
    merged(found, outer_errors)
}

/// What the outer stream ends with.
enum Last<M> {
    /// Nothing that the inner framing has to judge.
    Open(Option<Told<M>>),
    /// An end of the inner stream too; and what is told then, if it is clean.
    Clean(Option<Told<M>>),
}

fn is_last<M>((_, record): &Told<M>) -> bool {
    match record {
        Record::Error(error) => error.recovery == Recovery::Fatal,
        Record::Done(_) | Record::End(_) => true,
        Record::Frame { .. } | Record::Need(_) => false,
    }
}

/// Puts outer errors where they were met.
fn merged<M>(found: Vec<Told<M>>, outer: Vec<(usize, Told<M>)>) -> Vec<Told<M>> {
    let mut outer = outer.into_iter().peekable();
    let mut all = Vec::new();
    for (index, record) in found.into_iter().enumerate() {
        while let Some((_, error)) = outer.next_if(|(before, _)| *before <= index) {
            all.push(error);
        }
        all.push(record);
    }
    all.extend(outer.map(|(_, error)| error));
    all
}

/// Reading exactly what is needed brings no frame sooner than its last byte.
fn need_is_honest(framing: &Framing, stream: &[u8]) {
    let mut deframer = framing.clone().into_deframer();
    let mut records = Vec::new();
    let mut asked = drain(&mut deframer, &mut records);
    let mut at = 0;
    for (index, byte) in stream.iter().enumerate() {
        let seen = records.len();
        deframer.extend(&[*byte]);
        let need = drain(&mut deframer, &mut records);
        match records.get(seen) {
            Some((_, Record::Frame { .. })) => {
                let most = (index + 1 - at).max(1);
                assert!(asked.is_none_or(|asked| asked <= most), "{asked:?} more passes {most}");
                (asked, at) = (need, index + 1);
            }
            Some(_) => (asked, at) = (need, index + 1),
            // The bound may only have grown sharper: none that was given passes the end.
            None => {
                let (old, new) = (asked.map(|asked| at + asked), need.map(|need| index + 1 + need));
                if new >= old {
                    (asked, at) = (need, index + 1);
                }
            }
        }
        if deframer.is_over() {
            return;
        }
    }
}

/// Two deframers, one inside the other, whatever their buffers are: the same events as in
/// vectors, and no byte is lost between them.
pub fn stacks_agree<M, A, B>(fixed: &mut A, growing: &mut B, stream: &[u8], cuts: &[usize])
where
    M: Copy + Debug + PartialEq,
    A: Buffered<Meta = M>,
    B: Buffered<Meta = M>,
{
    let bytes: Vec<&[u8]> = stream.chunks(1).collect();
    for chunks in [&pieces(stream, cuts)[..], &bytes] {
        for end in [false, true] {
            let found = told(fixed, chunks, end);
            assert_eq!(found, told(growing, chunks, end), "the buffers matter");
            assert_eq!(fixed.layer(), growing.layer());
            fixed.reset();
            growing.reset();
        }
    }
}
