//! The same bytes through the crates `slip-codec` and `serial-line-ip`, and a ledger of where they
//! differ.
//!
//! The ledger is exact: an entry that no longer holds, on either side, fails.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "likewise")]

use portolan::frame::{Encode, Slip};
use portolan_fuzz_oracles::frame_laws::{self as laws, Record};
use proptest::prelude::*;
use slip_codec::{SlipDecoder, SlipEncoder, SlipError};

/// The payloads we read, and `None` for each refusal.
fn ours(max: usize, stream: &[u8]) -> Vec<Option<Vec<u8>>> {
    let told = |record| match record {
        Record::Frame { body, .. } => Some(Some(body)),
        Record::Error(_) => Some(None),
        _ => None,
    };
    laws::events(&Slip::new(max), &[stream], true).into_iter().filter_map(told).collect()
}

/// What `slip-codec` reads, into a sink that grows.
fn codec(stream: &[u8]) -> Vec<Option<Vec<u8>>> {
    let (mut decoder, mut source, mut told) = (SlipDecoder::new(), stream, Vec::new());
    loop {
        let mut sink = Vec::new();
        match decoder.decode(&mut source, &mut sink) {
            Ok(_) => told.push(Some(sink)),
            Err(SlipError::EndOfStream) => return told,
            Err(_) => told.push(None),
        }
    }
}

/// What `serial-line-ip` reads of one frame with END on both sides.
fn serial(frame: &[u8]) -> Option<Vec<u8>> {
    let mut out = vec![0; frame.len()];
    let (read, body, end) = serial_line_ip::Decoder::new().decode(frame, &mut out).ok()?;
    (end && read == frame.len()).then(|| body.to_vec())
}

fn bodies(bodies: &[&[u8]]) -> Vec<Option<Vec<u8>>> {
    bodies.iter().map(|body| Some(body.to_vec())).collect()
}

proptest! {
    #[test]
    fn all_write_and_read_the_same(
        payloads in prop::collection::vec(
            prop::collection::vec(prop::sample::select(&b"\xc0\xdb\xdc\xdda\0"[..]), 1..30), 0..6),
    ) {
        let (mut stream, mut theirs) = (Vec::new(), Vec::new());
        for payload in &payloads {
            let start = stream.len();
            Slip::new(30).append(payload, (), &mut stream).unwrap();
            SlipEncoder::new(false).encode(payload, &mut theirs).unwrap();
            prop_assert_eq!(&stream, &theirs);

            let framed = [&[0xc0][..], &stream[start..]].concat();
            prop_assert_eq!(serial(&framed), Some(payload.clone()));
            let mut out = vec![0; framed.len()];
            let mut encoder = serial_line_ip::Encoder::new();
            let head = encoder.encode(payload, &mut out).unwrap().written;
            let len = head + encoder.finish(&mut out[head..]).unwrap().written;
            prop_assert_eq!(&out[..len], &framed[..]);
        }
        prop_assert_eq!(ours(30, &stream), codec(&stream));
    }

    /// Random bytes, up to the first bad escape.
    #[test]
    fn streams_agree_up_to_a_bad_escape(
        stream in prop::collection::vec(prop::sample::select(&b"\xc0\xc0\xdb\xdc\xddab"[..]), 0..60),
    ) {
        let good = |told: Vec<Option<Vec<u8>>>| -> Vec<_> { told.into_iter().map_while(|body| body).collect() };
        prop_assert_eq!(good(ours(60, &stream)), good(codec(&stream)));
    }
}

/// An END behind ESC does not end the frame there: the next is lost.
#[test]
fn ledger_escaped_end_swallows_the_next_frame() {
    let stream = b"\xc0\x01\x02\xdb\xc0\x03\x04\xc0\x05\x06\xc0";
    let lost = [None, Some(b"\x05\x06".to_vec())];
    assert_eq!(codec(stream), lost);
    let kept = [None, Some(b"\x03\x04".to_vec()), Some(b"\x05\x06".to_vec())];
    assert_eq!(ours(9, stream), kept);
}

/// What was counted of a frame that did not fit counts in the next.
#[test]
fn ledger_oversize_is_counted_on() {
    let stream = b"\x01\x02\x03\x04\x05\x06\xc0";
    assert_eq!(ours(4, stream), [None]);
    let (mut decoder, mut source) = (SlipDecoder::new(), &stream[..]);
    let mut sink = [0; 4];
    let refused = decoder.decode(&mut source, &mut &mut sink[..]);
    assert!(matches!(refused, Err(SlipError::OversizedPacket)));
    let mut sink = [0; 4];
    assert_eq!(decoder.decode(&mut source, &mut &mut sink[..]).unwrap(), 5);
    assert_eq!(sink, [6, 0, 0, 0]);
}

/// A stream that does not begin with END is refused, without a word on where to go on.
#[test]
fn ledger_leading_end_demanded() {
    assert_eq!(ours(9, b"a\xc0"), bodies(&[b"a"]));
    assert_eq!(serial(b"a\xc0"), None);
    assert_eq!(codec(b"a\xc0"), bodies(&[b"a"]));
}

/// Two ENDs are an empty frame in one crate.
#[test]
fn ledger_empty_frame() {
    assert_eq!(ours(9, b"\xc0\xc0"), []);
    assert_eq!(codec(b"\xc0\xc0"), []);
    assert_eq!(serial(b"\xc0\xc0"), Some(vec![]));
    assert!(Slip::new(9).encoded_len(b"", ()).is_err());
}
