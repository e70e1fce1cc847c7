//! Framers against models: the rules written again, as plainly as they can be, over streams that
//! are all there. Small streams are tried without exception.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "likewise")]

use portolan::endian::Endian;
use portolan::frame::deframer::End;
use portolan::frame::{
    AtEof, Delimiter, Encode, Ending, Framer, LengthPrefix, Lines, Oversize, Recovery, Step,
};
use portolan_fuzz_oracles::frame_laws::{self as laws, Record};
use proptest::prelude::*;

const POLICIES: [AtEof; 3] = [AtEof::Reject, AtEof::Emit, AtEof::Drop];
const OVERSIZE: [Oversize; 2] = [Oversize::Fail, Oversize::Discard];

/// What a model says of a stream that has ended.
#[derive(Clone, Debug, PartialEq)]
enum Told {
    Frame { at: usize, wire: usize, body: Vec<u8> },
    Error { code: &'static str, at: usize, fatal: bool },
    Clean,
    Truncated { at: usize },
}

/// What a framer says, in the words of the models.
fn told<F: laws::Subject>(framer: &F, stream: &[u8]) -> Vec<Told> {
    let size = |at: u64| usize::try_from(at).unwrap();
    let told = |record| match record {
        Record::Frame { at, wire, body, .. } => Told::Frame { at: size(at), wire, body },
        Record::Error(error) => Told::Error {
            code: error.code(),
            at: size(error.at),
            fatal: error.recovery == Recovery::Fatal,
        },
        Record::End(End::Clean) => Told::Clean,
        Record::End(End::Truncated { at }) => Told::Truncated { at: size(at) },
        other => panic!("{other:?} at the end of a stream"),
    };
    laws::events(framer, &[stream], true).into_iter().map(told).collect()
}

/// Everything but the ending.
#[derive(Clone, Copy, Debug)]
struct Rules {
    max: usize,
    oversize: Oversize,
    at_eof: AtEof,
}

/// The rule that a model applies at a frame's first byte.
enum Verdict {
    Frame {
        body: usize,
        wire: usize,
    },
    Bad {
        code: &'static str,
        at: usize,
    },
    TooLong,
    /// The stream ends first; with the code and place if it were to be a frame.
    Unfinished {
        bad: Option<(&'static str, usize)>,
    },
}

/// Tells a stream by a rule for the frame at its front, and one for where a refused frame ends.
fn tell(
    rules: Rules,
    stream: &[u8],
    judge: impl Fn(&[u8]) -> Verdict,
    resync: impl Fn(&[u8], usize) -> Option<usize>,
) -> Vec<Told> {
    let mut told = Vec::new();
    let mut at = 0;
    loop {
        let rest = &stream[at..];
        if rest.is_empty() {
            told.push(Told::Clean);
            return told;
        }
        let too_long = ("too-long", 0, rules.oversize == Oversize::Fail);
        let (code, place, fatal) = match judge(rest) {
            Verdict::Frame { body, wire } => {
                told.push(Told::Frame { at, wire, body: rest[..body].to_vec() });
                at += wire;
                continue;
            }
            Verdict::Bad { code, at } => (code, at, false),
            Verdict::TooLong => too_long,
            Verdict::Unfinished { bad } => match (rules.at_eof, bad) {
                (AtEof::Emit, Some((code, at))) => (code, at, false),
                (AtEof::Emit, None) if rest.len() > rules.max => too_long,
                (AtEof::Emit, None) => {
                    told.push(Told::Frame { at, wire: rest.len(), body: rest.to_vec() });
                    told.push(Told::Clean);
                    return told;
                }
                (AtEof::Drop, _) => {
                    told.push(Told::Clean);
                    return told;
                }
                _ => {
                    told.push(Told::Truncated { at });
                    return told;
                }
            },
        };
        told.push(Told::Error { code, at: at + place, fatal });
        if fatal {
            return told;
        }
        let Some(end) = resync(rest, place) else {
            told.push(Told::Truncated { at });
            return told;
        };
        at += end;
    }
}

/// The match that begins first, and the longest of those.
fn first_match(set: &[&[u8]], rest: &[u8]) -> Option<(usize, usize)> {
    (0..rest.len()).find_map(|start| {
        let here = set.iter().filter(|delimiter| rest[start..].starts_with(delimiter));
        here.map(|delimiter| delimiter.len()).max().map(|len| (start, len))
    })
}

fn delimiter_model(set: &[&[u8]], rules: Rules, stream: &[u8]) -> Vec<Told> {
    let judge = |rest: &[u8]| match first_match(set, rest) {
        Some((start, len)) if start <= rules.max => {
            Verdict::Frame { body: start, wire: start + len }
        }
        Some(_) => Verdict::TooLong,
        None => {
            let begins = |start: usize| set.iter().any(|d| d.starts_with(&rest[start..]));
            if (0..=rules.max.min(rest.len())).any(begins) {
                Verdict::Unfinished { bad: None }
            } else {
                Verdict::TooLong
            }
        }
    };
    tell(rules, stream, judge, |rest, _| first_match(set, rest).map(|(start, len)| start + len))
}

fn crlf_model(rules: Rules, stream: &[u8]) -> Vec<Told> {
    let judge = |rest: &[u8]| {
        let Some(at) = rest.iter().position(|byte| b"\r\n".contains(byte)) else {
            return match rest.len() > rules.max {
                true => Verdict::TooLong,
                false => Verdict::Unfinished { bad: None },
            };
        };
        match rest[at..] {
            _ if at > rules.max => Verdict::TooLong,
            [b'\r', b'\n', ..] => Verdict::Frame { body: at, wire: at + 2 },
            [b'\r'] => Verdict::Unfinished { bad: Some(("bare-cr", at)) },
            [b'\r', ..] => Verdict::Bad { code: "bare-cr", at },
            _ => Verdict::Bad { code: "bare-lf", at },
        }
    };
    let resync = |rest: &[u8], bad: usize| {
        let end = rest[bad..].windows(2).position(|pair| pair == b"\r\n");
        end.map(|end| bad + end + 2)
    };
    tell(rules, stream, judge, resync)
}

fn line_model(ending: Ending, rules: Rules, stream: &[u8]) -> Vec<Told> {
    match ending {
        Ending::Lf => delimiter_model(&[b"\n"], rules, stream),
        Ending::OptionalCr => delimiter_model(&[b"\n", b"\r\n"], rules, stream),
        Ending::Universal => delimiter_model(&[b"\n", b"\r\n", b"\r"], rules, stream),
        _ => crlf_model(rules, stream),
    }
}

/// All streams of these bytes up to a length.
fn streams(alphabet: &[u8], len: usize) -> Vec<Vec<u8>> {
    let mut all = vec![vec![]];
    let mut from = 0;
    for _ in 0..len {
        let until = all.len();
        for index in from..until {
            for byte in alphabet {
                let longer = [&all[index][..], &[*byte]].concat();
                all.push(longer);
            }
        }
        from = until;
    }
    all
}

#[test]
fn lines_are_the_model_on_every_short_stream() {
    let streams = streams(b"\r\na", 7);
    for ending in [Ending::Lf, Ending::CrLf, Ending::OptionalCr, Ending::Universal] {
        for (max, at_eof) in [0, 1, 2, 3].into_iter().flat_map(|max| POLICIES.map(|p| (max, p))) {
            for oversize in OVERSIZE {
                let rules = Rules { max, oversize, at_eof };
                let framer = Lines::new(ending, max).oversize(oversize).at_eof(at_eof);
                for stream in &streams {
                    let model = line_model(ending, rules, stream);
                    assert_eq!(told(&framer, stream), model, "{ending:?} {rules:?} {stream:?}");
                }
            }
        }
    }
}

#[test]
fn delimiters_are_the_model_on_every_short_stream() {
    let sets: [&[&[u8]]; 5] =
        [&[b"a"], &[b"ab"], &[b"aab"], &[b"b", b"abc", b"bc"], &[b"ca", b"abca", b"bb"]];
    for set in sets {
        for (max, at_eof) in [0, 1, 3].into_iter().flat_map(|max| POLICIES.map(|p| (max, p))) {
            for oversize in OVERSIZE {
                let rules = Rules { max, oversize, at_eof };
                let builder = Delimiter::any_of(set, max).oversize(oversize).at_eof(at_eof);
                let framer = builder.build().unwrap();
                for stream in &streams(b"abc", 7) {
                    let model = delimiter_model(set, rules, stream);
                    assert_eq!(told(&framer, stream), model, "{set:?} {rules:?} {stream:?}");
                }
            }
        }
    }
}

/// Fewest bytes, of these, behind which the frame at the front of a stream ends.
fn fewest<F: laws::Subject>(framer: &F, stream: &[u8], more: &[Vec<u8>]) -> Option<usize> {
    let ends_here = |more: &&Vec<u8>| {
        let whole = [stream, more].concat();
        let first = laws::events(framer, &[&whole], true).into_iter().next();
        matches!(first, Some(Record::Frame { wire, .. }) if wire <= whole.len())
    };
    more.iter().filter(|more| !more.is_empty()).find(ends_here).map(Vec::len)
}

/// `need` is not only a bound, it is the greatest.
#[test]
fn need_is_the_greatest_lower_bound() {
    let check = |framer: &dyn Fn() -> Box<dyn Framer<Meta = ()>>,
                 expected: &dyn Fn(&[u8]) -> Option<usize>,
                 alphabet: &[u8]| {
        for stream in streams(alphabet, 5) {
            if let Ok(Step::Need(need)) = framer().step(&stream) {
                assert_eq!(Some(need.min.get()), expected(&stream), "after {stream:?}");
            }
        }
    };
    for max in [0, 1, 3, 9] {
        let more = streams(b"\r\na", 3);
        for ending in [Ending::Lf, Ending::CrLf, Ending::OptionalCr, Ending::Universal] {
            let framer = Lines::new(ending, max).at_eof(AtEof::Reject);
            let expected = |stream: &[u8]| fewest(&framer, stream, &more);
            check(&|| Box::new(framer.clone()), &expected, b"\r\na");
        }
        let more = streams(b"abc", 5);
        let sets: [&[&[u8]]; 4] =
            [&[b"aab"], &[b"b", b"abc", b"bc"], &[b"ca", b"abca"], &[b"abcab"]];
        for set in sets {
            let framer = Delimiter::any_of(set, max).build().unwrap();
            let owned = framer.clone().into_owned();
            let expected = |stream: &[u8]| fewest(&framer, stream, &more);
            check(&|| Box::new(owned.clone()), &expected, b"abc");
        }
    }
}

/// Length prefixes by the formula of their description, in 128 bits, for every field of two bytes.
#[test]
fn every_two_byte_field_is_judged_by_the_formula() {
    for (adjust, includes_header, signed) in [
        (0, false, false),
        (-3, false, false),
        (5, false, true),
        (0, true, false),
        (260, true, true),
    ] {
        for (max, endian) in [0, 1, 255, 256, 4000, 70_000]
            .into_iter()
            .flat_map(|max| [(max, Endian::Big), (max, Endian::Little)])
        {
            let framer = LengthPrefix::builder(max)
                .width(2)
                .header(3)
                .trailer(1)
                .endian(endian)
                .adjust(adjust)
                .includes_header(includes_header)
                .signed(signed)
                .build()
                .unwrap();
            let wire = |bytes: [u8; 2]| {
                let field = match endian {
                    Endian::Big => u16::from_be_bytes(bytes),
                    Endian::Little => u16::from_le_bytes(bytes),
                };
                let body =
                    i128::from(field) + i128::from(adjust) - if includes_header { 3 } else { 0 };
                match () {
                    () if body < 0 || (signed && field > 0x7fff) => Err("negative-length"),
                    () if body > max as i128 => Err("too-long"),
                    () => Ok(3 + usize::try_from(body).unwrap() + 1),
                }
            };
            for first in 0..=u8::MAX {
                let mut least = None;
                for second in 0..=u8::MAX {
                    let field = [first, second];
                    let expected = wire(field);
                    least = least.into_iter().chain(expected.ok()).min();
                    let need = match framer.clone().step(&field) {
                        Ok(Step::Need(need)) => Ok(need.min.get() + 2),
                        Err(error) => Err(error.code()),
                        other => panic!("{other:?} for {field:?}"),
                    };
                    assert_eq!(need, expected, "{framer:?} {field:?}");
                }
                let Ok(Step::Need(need)) = framer.clone().step(&[first]) else { panic!() };
                // Where no frame can follow, the rest of the field is waited for.
                assert_eq!(need.min.get(), least.unwrap_or(2) - 1, "{framer:?} {first}");
            }
        }
    }
}

proptest! {
    /// Longer streams than can all be tried.
    #[test]
    fn delimiters_are_the_model(
        set in prop::collection::vec(prop::collection::vec(0..3_u8, 1..5), 1..4),
        max in 0..9_usize,
        stream in prop::collection::vec(0..4_u8, 0..60),
        policy in 0..3_usize,
    ) {
        let set: Vec<&[u8]> = set.iter().map(|delimiter| &delimiter[..]).collect();
        let rules = Rules { max, oversize: Oversize::Discard, at_eof: POLICIES[policy] };
        let builder = Delimiter::any_of(&set, max).oversize(rules.oversize).at_eof(rules.at_eof);
        prop_assert_eq!(told(&builder.build().unwrap(), &stream), delimiter_model(&set, rules, &stream));
    }

    /// A body is refused exactly where it would be read otherwise than it was written.
    #[test]
    fn bodies_that_delimiters_refuse_do_not_read_back(
        set in prop::collection::vec(prop::collection::vec(0..3_u8, 1..5), 1..4),
        body in prop::collection::vec(0..4_u8, 0..9),
    ) {
        let set: Vec<&[u8]> = set.iter().map(|delimiter| &delimiter[..]).collect();
        let longest = set.iter().map(|delimiter| delimiter.len()).max().unwrap();
        let written = set.iter().find(|delimiter| delimiter.len() == longest).unwrap();
        let wire = [&body[..], written].concat();
        let reads_back = first_match(&set, &wire) == Some((body.len(), longest));
        let framer = Delimiter::any_of(&set, 9).build().unwrap();
        prop_assert_eq!(framer.encoded_len(&body, ()).is_ok(), reads_back, "{:?} before {:?}", body, set);
    }
}
