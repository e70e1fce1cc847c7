//! Framers whose header says where the frame ends against models: the rules of the header written
//! again, field by field, over a stream that is all there.
//!
//! Of MySQL, FastCGI, ONC RPC, Cap'n Proto, D-Bus, GIOP and BER there are parsers of whole messages, but
//! none that says where and why a stream breaks.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "likewise")]

use portolan::frame::deframer::End;
use portolan::frame::{
    AnyFramer, AnyMeta, Capnp, Dbus, Fcgi, FcgiMeta, Giop, MysqlCompressed, MysqlCompressedMeta,
    MysqlPacket, RecordMark, Recovery, Sequence, Tlv,
};
use portolan_fuzz_oracles::frame_laws::{self as laws, Record};
use proptest::prelude::*;

/// A frame as its header says it.
#[derive(Clone, Copy, Debug)]
struct Head {
    start: usize,
    end: usize,
    wire: usize,
    last: bool,
    meta: AnyMeta,
}

impl Head {
    /// A frame that is all body.
    const fn whole(wire: usize) -> Self {
        Self { start: 0, end: wire, wire, last: true, meta: AnyMeta::None }
    }

    /// A header of `start` bytes and a body of `len`.
    fn headed(start: usize, len: usize, meta: impl Into<AnyMeta>) -> Self {
        Self { start, end: start + len, wire: start + len, last: true, meta: meta.into() }
    }
}

/// The rule that a header breaks, and where.
type Broken = (&'static str, usize);

/// What the bytes of a header say: a frame or a broken rule; `None` while both are open.
type Verdict = Option<Result<Head, Broken>>;

/// What matters of the frames before a frame.
#[derive(Clone, Copy, Debug, Default)]
struct Before {
    open: bool,
    number: Option<u8>,
}

type Model = fn(usize, Before, &[u8]) -> Verdict;

/// What is told of a stream.
#[derive(Clone, Debug, PartialEq)]
enum Told {
    Frame {
        at: usize,
        wire: usize,
        body: Vec<u8>,
        last: bool,
        meta: AnyMeta,
    },
    Fatal {
        code: &'static str,
        at: usize,
    },
    /// So many bytes; where every frame is refused, at most so many.
    Need {
        least: Option<usize>,
        most: usize,
    },
    Clean,
    Truncated {
        at: usize,
    },
}

fn framer_tells(framer: &AnyFramer<'static>, ends: bool, stream: &[u8]) -> Vec<Told> {
    let size = |at: u64| usize::try_from(at).unwrap();
    let told = |record| match record {
        Record::Frame { at, wire, body, last, meta } => {
            Told::Frame { at: size(at), wire, body, last, meta }
        }
        Record::Error(error) if error.recovery == Recovery::Fatal => {
            Told::Fatal { code: error.code(), at: size(error.at) }
        }
        Record::Need(need) => Told::Need { least: Some(need), most: need },
        Record::End(End::Clean) => Told::Clean,
        Record::End(End::Truncated { at }) => Told::Truncated { at: size(at) },
        other => panic!("{other:?} of a framing that neither recovers nor ends"),
    };
    laws::events(framer, &[stream], ends).into_iter().map(told).collect()
}

fn model_tells(model: Model, max: usize, ends: bool, stream: &[u8]) -> Vec<Told> {
    let (mut at, mut before, mut told) = (0, Before::default(), Vec::new());
    loop {
        let rest = &stream[at..];
        match model(max, before, rest) {
            Some(Err((code, place))) => {
                told.push(Told::Fatal { code, at: at + place });
                return told;
            }
            Some(Ok(Head { start, end, wire, last, meta })) if wire <= rest.len() => {
                told.push(Told::Frame { at, wire, body: rest[start..end].to_vec(), last, meta });
                before = Before { open: !last, number: number(meta) };
                at += wire;
            }
            _ => {
                told.push(match (ends, rest.is_empty() && !before.open) {
                    (false, _) => needed(model, max, before, rest),
                    (true, true) => Told::Clean,
                    (true, false) => Told::Truncated { at },
                });
                return told;
            }
        }
    }
}

const fn number(meta: AnyMeta) -> Option<u8> {
    match meta {
        AnyMeta::Number(number) => Some(number),
        AnyMeta::MysqlCompressed(meta) => Some(meta.sequence),
        _ => None,
    }
}

/// What the shortest frame lacks that can begin so; where every one is refused, at most what it would
/// lack without a limit, or what its refusal lacks.
fn needed(model: Model, max: usize, before: Before, begun: &[u8]) -> Told {
    // Zeros behind one of these are a header of the shortest frame, whatever has come of it.
    let zeros = vec![0; 2100];
    let leads = ["", "l\0\0\x01", "\0\0\x01", "\0\x01", "GIOP\x01", "IOP\x01", "OP\x01", "P\x01"];
    let leads = leads.into_iter().map(|lead| lead.as_bytes().to_vec());
    let ways: Vec<Vec<u8>> = leads
        .chain((0..=255).map(|byte| vec![byte]))
        .map(|lead| [begun, &lead, &zeros].concat())
        .collect();
    let shortest = |max| {
        let wires = ways.iter().filter_map(|way| Some(model(max, before, way)?.ok()?.wire));
        wires.min().map(|wire| wire - begun.len())
    };
    let refusal = || {
        let stream = [begun, &zeros].concat();
        (1..zeros.len()).find(|more| model(max, before, &stream[..begun.len() + more]).is_some())
    };
    let least = shortest(max);
    let most = least.or_else(|| shortest(usize::MAX)).or_else(refusal);
    Told::Need { least, most: most.unwrap() }
}

/// Whether both tell the same; where every frame is refused, how soon is open.
fn agree(framer: &[Told], model: &[Told]) -> bool {
    match (framer.split_last(), model.split_last()) {
        (
            Some((Told::Need { most, .. }, one)),
            Some((Told::Need { least: None, most: end }, other)),
        ) => one == other && (1..=*end).contains(most),
        _ => framer == model,
    }
}

fn bytes<const N: usize>(stream: &[u8], at: usize) -> Option<[u8; N]> {
    stream.get(at..at + N).map(|field| field.try_into().unwrap())
}

/// The first rule that is broken, unless one before it is open.
fn judged(rules: &[(Option<bool>, Broken)]) -> Option<Result<(), Broken>> {
    for (is_broken, rule) in rules {
        if (*is_broken)? {
            return Some(Err(*rule));
        }
    }
    Some(Ok(()))
}

fn record_mark(max: usize, _: Before, stream: &[u8]) -> Verdict {
    let mark = u32::from_be_bytes(bytes(stream, 0)?);
    let len = (mark & 0x7fff_ffff) as usize;
    if len > max {
        return Some(Err(("too-long", 0)));
    }
    Some(Ok(Head { last: mark >> 31 == 1, ..Head::headed(4, len, AnyMeta::None) }))
}

fn fcgi(max: usize, _: Before, stream: &[u8]) -> Verdict {
    let len = bytes::<2>(stream, 4).map(|field| usize::from(u16::from_be_bytes(field)));
    let rules = [
        (stream.first().map(|version| *version != 1), ("expected-byte", 0)),
        (len.map(|len| len > max), ("too-long", 4)),
    ];
    if let Err(broken) = judged(&rules)? {
        return Some(Err(broken));
    }
    let [_, kind, high, low, _, _, padding, _] = bytes(stream, 0)?;
    let head = Head::headed(8, len?, FcgiMeta::new(kind, u16::from_be_bytes([high, low])));
    Some(Ok(Head { wire: head.end + usize::from(padding), ..head }))
}

fn capnp(max: usize, _: Before, stream: &[u8]) -> Verdict {
    let segments = u64::from(u32::from_le_bytes(bytes(stream, 0)?)) + 1;
    if segments > 511 {
        return Some(Err(("header-too-long", 0)));
    }
    let segments = usize::try_from(segments).unwrap();
    let mut body = 0;
    for at in (4..).step_by(4).take(segments) {
        body += u64::from(u32::from_le_bytes(bytes(stream, at)?)) * 8;
        if body > max as u64 {
            return Some(Err(("too-long", at)));
        }
    }
    let table = if segments % 2 == 0 { 8 + segments * 4 } else { 4 + segments * 4 };
    Some(Ok(Head::headed(table, usize::try_from(body).unwrap(), AnyMeta::None)))
}

fn dbus(max: usize, _: Before, stream: &[u8]) -> Verdict {
    let little = stream.first() == Some(&b'l');
    let integer = |at| {
        let field = bytes(stream, at)?;
        let value = if little { u32::from_le_bytes(field) } else { u32::from_be_bytes(field) };
        Some(value as usize)
    };
    let (max, body, fields) = (max.min(1 << 27), integer(4), integer(12));
    let wire = |fields: usize| 16 + fields.div_ceil(8) * 8 + body.unwrap_or(0);
    let rules = [
        (stream.first().map(|order| !b"lB".contains(order)), ("bad-header", 0)),
        (stream.get(3).map(|version| *version != 1), ("expected-byte", 3)),
        (body.map(|body| 16 + body > max), ("too-long", 4)),
        (fields.map(|fields| wire(fields) > max), ("too-long", 12)),
        (fields.map(|fields| fields > 1 << 26), ("bad-header", 12)),
    ];
    if let Err(broken) = judged(&rules)? {
        return Some(Err(broken));
    }
    Some(Ok(Head::whole(wire(fields?))))
}

fn giop(max: usize, _: Before, stream: &[u8]) -> Verdict {
    for (at, magic) in b"GIOP".iter().enumerate() {
        if stream.get(at)? != magic {
            return Some(Err(("bad-magic", at)));
        }
    }
    let minor = stream.get(5).copied().unwrap_or(0);
    let flags = stream.get(6).copied();
    let size = bytes(stream, 8).map(|field| match flags.unwrap_or(0) & 1 {
        1 => u32::from_le_bytes(field) as usize,
        _ => u32::from_be_bytes(field) as usize,
    });
    let rules = [
        (stream.get(4).map(|major| *major != 1), ("expected-byte", 4)),
        (stream.get(5).map(|minor| *minor > 3), ("bad-header", 5)),
        (flags.map(|flags| flags > if minor == 0 { 1 } else { 3 }), ("bad-header", 6)),
        (size.map(|size| 12 + size > max), ("too-long", 8)),
    ];
    if let Err(broken) = judged(&rules)? {
        return Some(Err(broken));
    }
    Some(Ok(Head { last: flags? & 2 == 0, ..Head::whole(12 + size?) }))
}

fn tlv(max: usize, _: Before, stream: &[u8]) -> Verdict {
    let first = *stream.first()?;
    if first == 0 || first == 0x20 {
        return Some(Err(("bad-header", 0)));
    }
    let mut at = 1;
    if first & 0x1f == 0x1f {
        loop {
            let group = *stream.get(at)?;
            if at == 1 && (group == 0x80 || group < 0x1f) {
                return Some(Err(("bad-header", 1)));
            }
            if group >= 0x80 && at == 5 {
                return Some(Err(("header-too-long", 5)));
            }
            at += 1;
            if group < 0x80 {
                break;
            }
        }
    }
    let (start, len) = match *stream.get(at)? {
        short @ ..0x80 => (at + 1, u128::from(short)),
        0x80 | 0xff => return Some(Err(("bad-header", at))),
        width => {
            let width = usize::from(width & 0x7f);
            let field = stream.get(at + 1..at + 1 + width)?;
            let len = field
                .iter()
                .fold(0_u128, |len, byte| (len * 256 + u128::from(*byte)).min(1 << 100));
            (at + 1 + width, len)
        }
    };
    if len + start as u128 > max as u128 {
        return Some(Err(("too-long", at)));
    }
    Some(Ok(Head::whole(start + usize::try_from(len).unwrap())))
}

/// Whether a number neither counts on nor begins again.
fn out_of_order(before: Before, number: u8) -> bool {
    let next = before.number.map(|previous| previous.wrapping_add(1));
    next.is_some_and(|next| number != next && (number != 0 || before.open))
}

fn u24(stream: &[u8], at: usize) -> Option<u32> {
    let [low, middle, high] = bytes(stream, at)?;
    Some(u32::from(low) + (u32::from(middle) << 8) + (u32::from(high) << 16))
}

fn mysql(max: usize, before: Before, stream: &[u8]) -> Verdict {
    let (len, number) = (u24(stream, 0), stream.get(3).copied());
    let rules = [
        (len.map(|len| len as usize > max), ("too-long", 0)),
        (number.map(|number| out_of_order(before, number)), ("sequence", 3)),
    ];
    if let Err(broken) = judged(&rules)? {
        return Some(Err(broken));
    }
    Some(Ok(Head { last: len? != 0xff_ffff, ..Head::headed(4, len? as usize, number?) }))
}

fn mysql_compressed(max: usize, before: Before, stream: &[u8]) -> Verdict {
    let (len, number) = (u24(stream, 0), stream.get(3).copied());
    let rules = [
        (len.map(|len| len as usize > max), ("too-long", 0)),
        (number.map(|number| out_of_order(before, number)), ("sequence", 3)),
    ];
    if let Err(broken) = judged(&rules)? {
        return Some(Err(broken));
    }
    let meta = MysqlCompressedMeta::new(number?, u24(stream, 4)?);
    Some(Ok(Head::headed(7, len? as usize, meta)))
}

fn mysql_compressed_ignore(max: usize, _: Before, stream: &[u8]) -> Verdict {
    mysql_compressed(max, Before::default(), stream)
}

/// Streams of pieces that matter, and of a few bytes that do not.
fn pieces(parts: &'static [&'static [u8]]) -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        6 => prop::sample::select(parts).prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(any::<u8>(), 1..3),
        1 => prop::collection::vec(Just(0), 0..9),
    ];
    prop::collection::vec(part, 0..7).prop_map(|parts| parts.concat())
}

/// Limits around those of short frames, and the largest.
const LIMITS: &[usize] = &[0, 1, 2, 3, 4, 8, 11, 12, 13, 15, 16, 17, 24, 25, 40, 300, usize::MAX];

macro_rules! models {
    ($($name:ident: $framer:expr, $model:ident, of $parts:expr;)*) => {
        proptest! {
            #![proptest_config(ProptestConfig::with_cases(512))]
            $(
                #[test]
                fn $name(max in prop::sample::select(LIMITS), stream in pieces($parts)) {
                    let framer: AnyFramer<'static> = $framer(max).into();
                    for ends in [false, true] {
                        let told = framer_tells(&framer, ends, &stream);
                        let model = model_tells($model, max, ends, &stream);
                        prop_assert!(agree(&told, &model), "{told:?}, the model {model:?}");
                    }
                }
            )*
        }
    };
}

models! {
    fragments_of_records: RecordMark::new, record_mark, of &[
        b"\x80\0\0", b"\0\0\0", b"\x02ab", b"\x80\0\0\x01a", b"\0\0\0\x02ab", b"\x7f\xff\xff\xff",
    ];
    records_of_fastcgi: Fcgi::new, fcgi, of &[
        b"\x01\x05\0\x01", b"\0\x02", b"\x06\0", b"ab", b"......", b"\x01\x01\0\x01\0\0\0\0",
        b"\x01\x06\x02\x01\0\x01\x01\0a.", b"\xff\xff",
    ];
    messages_of_capnp: Capnp::new, capnp, of &[
        b"\0\0\0\0", b"\x01\0\0\0", b"\x02\0\0\0", b"onesegmt", b"\xfe\x01\0\0", b"\xff\x01\0\0",
        b"\xff\xff\xff\xff", b"\0\0\0\0\x01\0\0\0onesegmt",
    ];
    messages_of_dbus: Dbus::new, dbus, of &[
        b"l\x01\0\x01", b"B\x01\0\x01", b"\0\0\0\x02", b"\x02\0\0\0", b"\0\0\0\x09", b"\0\0\0\0",
        b"\x04\0\0\x01", b"\x07\xff\xff\xff", b"hi", b"eightish",
        b"l\x01\0\x01\x02\0\0\0\x01\0\0\0\x05\0\0\0fields..hi",
    ];
    messages_of_giop: Giop::new, giop, of &[
        b"GIOP", b"\x01\0", b"\x01\x02", b"\x01\x04", b"\0\0", b"\x02\0", b"\x03\x01", b"\0\0\0\x02",
        b"\x02\0\0\0", b"hi", b"\xff\xff\xff\xff", b"GIOP\x01\x02\x02\0\0\0\0\x01x",
        b"GIOP\x01\x00\x01\0\x01\0\0\0x", b"GI", b"OP",
    ];
    values_of_ber: Tlv::new, tlv, of &[
        b"\x04", b"\x1f", b"\x3f\x81", b"\x7f\x1f", b"\x81", b"\x82\0", b"\x02", b"hi", b"\x80",
        b"\xff", b"\x84\0\0\0\x02", b"\x89\x01\0\0\0\0\0\0\0\0", b"\x30\x03\x02\x01\x05", b"\xfe",
        b"\x8a\0\0\0\0\0\0\0\0\0\x01x",
    ];
    packets_of_mysql: MysqlPacket::new, mysql, of &[
        b"\0\0\0", b"\x02\0\0", b"\0", b"\x01", b"\x02", b"hi", b"\x02\0\0\0hi", b"\x01\0\0\x01x",
        b"\xff\xff\xff", b"\0\0\0\xff", b"\0\0\0\0",
    ];
    compressed_packets_of_mysql: MysqlCompressed::new, mysql_compressed, of &[
        b"\0\0\0", b"\x02\0\0", b"\0", b"\x01", b"hi", b"\x02\0\0\0\0\0\0hi",
        b"\x01\0\0\x01\x05\0\0x", b"\xff\xff\xff", b"\0\0\0\xff\0\0\0",
    ];
    compressed_packets_without_order: ignoring, mysql_compressed_ignore, of &[
        b"\0\0\0", b"\x02\0\0", b"\x07", b"hi", b"\x02\0\0\x09\0\0\0hi", b"\x01\0\0\x05\x05\0\0x",
    ];
}

const fn ignoring(max: usize) -> MysqlCompressed {
    MysqlCompressed::new(max).sequence(Sequence::Ignore)
}
