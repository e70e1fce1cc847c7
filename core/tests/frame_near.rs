//! The laws of framing over streams of frames that are valid, or nearly: what single bytes rarely make.
#![forbid(unsafe_code)]
#![allow(clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "likewise")]

use portolan::frame::{Capnp, Dbus, Fcgi, Giop, MysqlCompressed, MysqlPacket, RecordMark, Tlv};
use portolan_fuzz_oracles::frame_laws::{self as laws, Trial};
use proptest::prelude::*;

const CANONICAL: Trial = Trial::new().canonical(true);

/// Byte pieces that a stream is made of.
fn of(pieces: &'static [&'static [u8]]) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(pieces), 0..8).prop_map(|pieces| pieces.concat())
}

/// What is needed is the most that can be promised: as many zeros complete the frame, or bring
/// an error.
fn zeros_complete<F: laws::Subject>(framer: &F, stream: &[u8]) {
    let seen = laws::events(framer, &[stream], false);
    let Some(laws::Record::Need(need)) = seen.last() else { return };
    let longer = [stream, &vec![0; *need]].concat();
    let records = laws::events(framer, &[&longer], false);
    match &records[seen.len() - 1] {
        laws::Record::Frame { at, wire, .. } => {
            assert_eq!(*at + *wire as u64, longer.len() as u64);
        }
        laws::Record::Error(_) => {}
        other => panic!("{other:?} after {need} zeros behind {stream:x?}"),
    }
}

macro_rules! near {
    ($($name:ident: $framer:expr, of $pieces:expr, $trial:expr;)*) => {
        proptest! {
            #![proptest_config(ProptestConfig::with_cases(128))]
            $(#[test]
            fn $name(stream in of(&$pieces), seed in any::<u8>()) {
                laws::hold_plain(&$framer, &stream, seed, $trial);
                zeros_complete(&$framer, &stream);
            })*
        }
    };
}

near! {
    mysql: MysqlPacket::new(3), of [b"\x01\0\0\0a", b"\0\0\0\x01", b"\x03\0\0\0abc", b"\x04\0",
        b"\x02\0\0\x01", b"\x01"], CANONICAL.assemble(3, 1);
    mysql_compressed: MysqlCompressed::new(3), of [b"\x01\0\0\0\x09\0\0a", b"\x02\0\0\x01",
        b"\0\0\0\x01\0\0\0", b"\x04\0", b"\x01"], CANONICAL.assemble(3, 1);
    record_mark: RecordMark::new(3), of [b"\0\0\0\x01a", b"\0\0\0\0", b"\x80\0\0\x02bc",
        b"\x80\0\0\x03def", b"\x80\0\0\x04"], Trial::new().assemble(6, 3);
    fcgi: Fcgi::new(3), of [b"\x01\x05\0\x01\0\x02\x03\0hi...", b"\x01\x06\0\x02\0\0\0\0",
        b"\x01\x05\0\x01\0\x04\0\0", b"\x01", b"\x02"], Trial::new().assemble(3, 1);
    capnp: Capnp::new(16), of [b"\0\0\0\0", b"\x01\0\0\0", b"\x02\0\0\0", b"abcdefgh",
        b"\0\x02\0\0"], Trial::new();
    dbus: Dbus::new(33), of [b"l\x01\0\x01", b"B\x02\0\x01", b"\0\0\0\0", b"\x01\0\0\0",
        b"\0\0\0\x09", b"l\x01\0\x01\x02\0\0\0\x01\0\0\0\x01\0\0\0f.......hi"], CANONICAL;
    giop: Giop::new(16), of [b"GIOP\x01\x02\0\0\0\0\0\x02hi", b"GIOP\x01\x02\x03\0\x01\0\0\0a",
        b"GIOP\x01\0", b"\0\0\0\0", b"\x01\x07", b"GIOP\x01\x01\x02\x07\0\0\0\x05"], CANONICAL;
    tlv: Tlv::new(9), of [b"\x04\x02hi", b"\x30\x81\x03", b"\x1f\x81", b"\x1f\x1f\0", b"\x02",
        b"\x01\x05", b"\x84\0\0\0", b"\x04\x82\x01"], CANONICAL;
}
