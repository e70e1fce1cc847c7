//! The rules of stuffed framers written again, byte by byte.

use portolan::frame::deframer::End;
use portolan::frame::{Fcs, Recovery};
use portolan_fuzz_oracles::frame_laws::{self as laws, Record};

/// What is said of a stream that has ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Told {
    Frame(usize, usize, Vec<u8>),
    Error(&'static str, usize),
    Clean,
    Truncated(usize),
}

/// What a framer says, in the words of the models.
pub(crate) fn told<F: laws::Subject>(framer: &F, stream: &[u8]) -> Vec<Told> {
    let size = |at: u64| usize::try_from(at).unwrap();
    let told = |record| match record {
        Record::Frame { at, wire, body, .. } => Told::Frame(size(at), wire, body),
        Record::Error(error) => {
            assert_eq!(error.recovery, Recovery::Resync);
            Told::Error(error.code(), size(error.at))
        }
        Record::End(End::Clean) => Told::Clean,
        Record::End(End::Truncated { at }) => Told::Truncated(size(at)),
        other => panic!("{other:?} at the end of a stream"),
    };
    laws::events(framer, &[stream], true).into_iter().map(told).collect()
}

/// A payload, or the rule that a body breaks and where.
pub(crate) type Read = Result<Vec<u8>, (&'static str, usize)>;

/// Tells a stream by what ends frames, what means nothing between them, the longest body, the longest
/// payload, and the rule for a body.
fn tell(
    delimiter: u8,
    idle: &dyn Fn(u8) -> bool,
    (worst, max): (usize, usize),
    stream: &[u8],
    read: &dyn Fn(&[u8]) -> Read,
) -> Vec<Told> {
    let (mut told, mut at) = (Vec::new(), 0);
    loop {
        at += stream[at..].iter().take_while(|byte| idle(**byte)).count();
        let rest = &stream[at..];
        if rest.is_empty() {
            told.push(Told::Clean);
            return told;
        }
        let end = rest.iter().position(|byte| *byte == delimiter);
        let body = &rest[..end.unwrap_or(rest.len())];
        if body.len() > worst {
            told.push(Told::Error("too-long", at));
        }
        let Some(end) = end else {
            told.push(Told::Truncated(at));
            return told;
        };
        if body.len() <= worst {
            told.push(match read(body) {
                Ok(payload) if payload.len() > max => Told::Error("too-long", at),
                Ok(payload) => Told::Frame(at, end + 1, payload),
                Err((code, place)) => Told::Error(code, at + place),
            });
        }
        at += end + 1;
    }
}

/// Counts down to the next code, one byte after another; otherwise where the code is that says too much.
pub(crate) fn read_cobs(body: &[u8], reduced: bool) -> Result<Vec<u8>, usize> {
    let (mut payload, mut code, mut place, mut left) = (Vec::new(), 0xff, 0, 0_u8);
    for (at, byte) in body.iter().enumerate() {
        if left == 0 {
            if code != 0xff {
                payload.push(0);
            }
            (code, place, left) = (*byte, at, *byte);
        } else {
            payload.push(*byte);
        }
        left -= 1;
    }
    match left {
        0 => Ok(payload),
        _ if reduced => {
            payload.push(code);
            Ok(payload)
        }
        _ => Err(place),
    }
}

/// What the function says of a slice, for a payload of at most `max` bytes.
pub(crate) fn judge_cobs(stuffed: &[u8], reduced: bool, max: usize) -> Read {
    if let Some(at) = stuffed.iter().position(|byte| *byte == 0) {
        return Err(("zero-in-block", at));
    }
    if stuffed.is_empty() {
        return Err(("truncated", 0));
    }
    match read_cobs(stuffed, reduced) {
        Err(at) => Err(("bad-code", at)),
        Ok(payload) if payload.len() > max => Err(("too-long", 0)),
        Ok(payload) => Ok(payload),
    }
}

pub(crate) fn cobs_model(reduced: bool, max: usize, stream: &[u8]) -> Vec<Told> {
    let worst = max + max / 254 + 1;
    let read = |body: &[u8]| {
        let refused = |_| ("zero-in-block", body.len());
        read_cobs(body, reduced).map_err(refused)
    };
    tell(0, &|byte| byte == 0, (worst, max), stream, &read)
}

pub(crate) fn read_slip(body: &[u8], keeps: bool) -> Read {
    let (mut payload, mut bytes) = (Vec::new(), body.iter().enumerate());
    while let Some((at, byte)) = bytes.next() {
        if *byte != 0xdb {
            payload.push(*byte);
            continue;
        }
        payload.push(match bytes.next() {
            Some((_, 0xdc)) => 0xc0,
            Some((_, 0xdd)) => 0xdb,
            Some((_, other)) if keeps => *other,
            _ => return Err(("bad-escape", at + 1)),
        });
    }
    Ok(payload)
}

/// What the function says of a slice, for a payload of at most `max` bytes: the first byte that is bad
/// or does not fit.
pub(crate) fn judge_slip(stuffed: &[u8], max: usize) -> Read {
    if let Some(at) = stuffed.iter().position(|byte| *byte == 0xc0) {
        return Err(("bad-escape", at));
    }
    let fits = |stuffed: &[u8]| read_slip(stuffed, false).is_ok_and(|payload| payload.len() <= max);
    let read = read_slip(stuffed, false);
    let good = read.as_ref().map_or_else(|(_, at)| at - 1, |_| stuffed.len());
    if fits(&stuffed[..good]) { read } else { Err(("too-long", 0)) }
}

pub(crate) fn slip_model(keeps: bool, max: usize, stream: &[u8]) -> Vec<Told> {
    tell(0xc0, &|byte| byte == 0xc0, (2 * max, max), stream, &|body| read_slip(body, keeps))
}

/// The remainder of `bits` bits, bit by bit; what is sent of it, low byte first.
fn remainder(payload: &[u8], bits: u32, polynomial: u64) -> Vec<u8> {
    let ones = (1_u64 << bits) - 1;
    let mut sum = ones;
    for bit in payload.iter().flat_map(|byte| (0..8).map(move |bit| u64::from(byte >> bit & 1))) {
        let out = (sum & 1) ^ bit;
        sum = (sum >> 1) ^ (out * polynomial);
    }
    (sum ^ ones).to_le_bytes()[..bits as usize / 8].to_vec()
}

fn sequence(fcs: Fcs, payload: &[u8]) -> Vec<u8> {
    match fcs {
        Fcs::Fcs16 => remainder(payload, 16, 0x8408),
        Fcs::Fcs32 => remainder(payload, 32, 0xedb8_8320),
        _ => vec![],
    }
}

fn mapped(accm: u32, byte: u8) -> bool {
    byte < 32 && (accm >> byte) & 1 == 1
}

fn read_hdlc(body: &[u8], fcs: Fcs, accm: u32) -> Read {
    let (mut payload, mut places, mut escape) = (Vec::new(), Vec::new(), None);
    for (at, byte) in body.iter().enumerate() {
        match (escape.take(), byte) {
            (before, byte) if mapped(accm, *byte) => escape = before,
            (Some(place), byte) => {
                payload.push(byte ^ 0x20);
                places.push(place);
            }
            (None, 0x7d) => escape = Some(at),
            (None, byte) => {
                payload.push(*byte);
                places.push(at);
            }
        }
    }
    if let Some(at) = escape {
        return Err(("aborted", at));
    }
    let behind = sequence(fcs, b"").len();
    let Some(len) = payload.len().checked_sub(behind) else {
        return Err(("checksum", 0));
    };
    let found = payload.split_off(len);
    if sequence(fcs, &payload) != found {
        return Err(("checksum", places[len]));
    }
    Ok(payload)
}

pub(crate) fn hdlc_model(fcs: Fcs, accm: u32, max: usize, stream: &[u8]) -> Vec<Told> {
    let worst = 2 * (max + sequence(fcs, b"").len());
    let idle = |byte| byte == 0x7e || mapped(accm, byte);
    tell(0x7e, &idle, (worst, max), stream, &|body| read_hdlc(body, fcs, accm))
}
