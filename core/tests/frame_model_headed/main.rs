//! Framers whose header says where the frame ends against models: the rules of the header written
//! again, field by field, over a stream that is all there.
//!
//! Of MySQL, FastCGI, ONC RPC, Cap'n Proto, D-Bus, GIOP, BER and WebSocket there are parsers of whole
//! messages, but none that says where and why a stream breaks.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "likewise")]

use portolan::frame::deframer::End;
use portolan::frame::{
    AnyFramer, AnyMeta, Capnp, Dbus, Fcgi, Giop, MysqlCompressed, MysqlPacket, RecordMark,
    Recovery, Sequence, Tlv, WebSocket, WebSocketMeta, WebSocketRole,
};
use portolan_fuzz_oracles::frame_laws::{self as laws, Record};
use proptest::prelude::*;

mod models;

use models::{
    capnp, dbus, fcgi, giop, mysql, mysql_compressed, mysql_compressed_ignore, record_mark, tlv,
    websocket, websocket_client, websocket_server,
};

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
                let body = unmasked(&rest[start..end], meta);
                told.push(Told::Frame { at, wire, body, last, meta });
                // A control frame stands between the parts of a message.
                if !matches!(meta, AnyMeta::WebSocket(meta) if meta.opcode >= 8) {
                    before = Before { open: !last, number: number(meta) };
                }
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

fn unmasked(body: &[u8], meta: AnyMeta) -> Vec<u8> {
    let AnyMeta::WebSocket(WebSocketMeta { mask: Some(key), .. }) = meta else {
        return body.to_vec();
    };
    body.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key).collect()
}

/// What the shortest frame lacks that can begin so; where every one is refused, at most what it would
/// lack without a limit, or what its refusal lacks.
fn needed(model: Model, max: usize, before: Before, begun: &[u8]) -> Told {
    // Zeros behind one of these are a header of the shortest frame, whatever has come of it.
    let zeros = vec![0; 2100];
    let leads = ["", "l\0\0\x01", "\0\0\x01", "\0\x01", "GIOP\x01", "IOP\x01", "OP\x01", "P\x01"];
    let long = |skip: usize| b"\0\0\0\0\0\x01"[skip..].to_vec();
    let leads = leads.into_iter().map(|lead| lead.as_bytes().to_vec());
    let leads = leads.chain((0..5).map(long)).chain([
        b"\0\x7e".to_vec(),
        b"\x81\x80".to_vec(),
        b"\x80\x80".to_vec(),
    ]);
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
    frames_of_websocket: WebSocket::new, websocket, of WEBSOCKET;
    frames_to_websocket_clients: to_client, websocket_client, of WEBSOCKET;
    frames_to_websocket_servers: to_server, websocket_server, of WEBSOCKET;
    compressed_packets_without_order: ignoring, mysql_compressed_ignore, of &[
        b"\0\0\0", b"\x02\0\0", b"\x07", b"hi", b"\x02\0\0\x09\0\0\0hi", b"\x01\0\0\x05\x05\0\0x",
    ];
}

const WEBSOCKET: &[&[u8]] = &[
    b"\x81",
    b"\x01",
    b"\x80",
    b"\x00",
    b"\x89",
    b"\x02",
    b"\x85",
    b"\x7e",
    b"\x7f",
    b"\xfe",
    b"\xff",
    b"\x81\x01a",
    b"\x01\x01a",
    b"\x80\x81\x01\x02\x03\x04a",
    b"\x82\x82\x01\x02\x03\x04ab",
    b"\x02\x80\0\0\0\0",
    b"\x00\x7e",
    b"\x00\x7d",
    b"\0\0\0\0\0\x01\0",
    b"\x81\x7e\x00",
    b"\x7f\xff\xff\xff",
];

const fn to_client(max: usize) -> WebSocket {
    WebSocket::new(max).role(WebSocketRole::Client)
}

const fn to_server(max: usize) -> WebSocket {
    WebSocket::new(max).role(WebSocketRole::Server)
}

const fn ignoring(max: usize) -> MysqlCompressed {
    MysqlCompressed::new(max).sequence(Sequence::Ignore)
}
