//! The same bytes through the crates `cobs` and `corncobs`, and a ledger of where they differ.
//!
//! The ledger is exact: an entry that no longer holds, on either side, fails.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "likewise")]

use portolan::frame::{Cobs, cobs as ours};
use portolan_fuzz_oracles::frame_laws::{self as laws, Record};
use proptest::prelude::*;

/// The payloads we read, and `None` for each refusal.
fn read(max: usize, stream: &[u8]) -> Vec<Option<Vec<u8>>> {
    let told = |record| match record {
        Record::Frame { body, .. } => Some(Some(body)),
        Record::Error(_) => Some(None),
        _ => None,
    };
    laws::events(&Cobs::new(max), &[stream], true).into_iter().filter_map(told).collect()
}

/// What `corncobs` makes of a segment with its delimiter.
fn corn(segment: &[u8]) -> Option<Vec<u8>> {
    let mut out = vec![0; segment.len() + 1];
    let len = corncobs::decode_buf(segment, &mut out).ok()?;
    Some(out[..len].to_vec())
}

/// Bytes with zeros, and with runs as long as blocks are.
fn payload() -> impl Strategy<Value = Vec<u8>> {
    let run = (prop::sample::select(&[0, 0, 1, 0x11, 0xff][..]), 0..600_usize)
        .prop_map(|(byte, len)| vec![byte; if byte == 0 { len % 3 } else { len }]);
    prop::collection::vec(run, 0..5).prop_map(|runs| runs.concat())
}

proptest! {
    #[test]
    fn all_write_the_same(payload in payload()) {
        let mut out = vec![0; ours::max_encoded_len(payload.len())];
        let len = ours::encode(&payload, &mut out).unwrap();
        out.truncate(len);
        prop_assert_eq!(&out, &cobs::encode_vec(&payload));
        let mut corn = vec![0; corncobs::max_encoded_len(payload.len())];
        let len = corncobs::encode_buf(&payload, &mut corn);
        out.push(0);
        prop_assert_eq!(&out, &corn[..len]);
        prop_assert_eq!(read(payload.len(), &out), [Some(payload)]);
    }

    #[test]
    fn all_read_the_same_segments(
        segment in prop::collection::vec(prop::sample::select(&[1, 2, 3, 5, 0x11, 0xff][..]), 1..20),
        tail in prop::collection::vec(any::<u8>().prop_filter("no zero", |byte| *byte != 0), 0..600),
    ) {
        let segment = [segment, tail].concat();
        let mut out = vec![0; segment.len()];
        let read = ours::decode(&segment, &mut out).ok().map(|len| out[..len].to_vec());
        prop_assert_eq!(&read, &cobs::decode_vec(&segment).ok());
        prop_assert_eq!(read, corn(&[&segment[..], &[0]].concat()));
    }
}

/// A segment without bytes is skipped here, an error in one crate, an empty frame in the other.
#[test]
fn ledger_empty_segment() {
    assert_eq!(read(9, b"\0"), []);
    assert!(cobs::decode_vec(b"\0").is_err());
    assert_eq!(corn(b"\0"), Some(vec![]));
    assert_eq!(read(9, b"\x01\0"), [Some(vec![])]);
    assert_eq!(cobs::decode_vec(b"\x01\0").unwrap(), b"");
}

/// A frame without its delimiter is whole in one crate.
#[test]
fn ledger_missing_delimiter() {
    assert_eq!(read(9, b"\x02a"), []);
    assert_eq!(cobs::decode_vec(b"\x02a").unwrap(), b"a");
    assert_eq!(corn(b"\x02a"), None);
}

/// A zero in a block is data there: the delimiter of a damaged frame is swallowed.
#[test]
fn ledger_zero_in_block() {
    assert_eq!(read(9, b"\x05a\0\x02b\0"), [None, Some(b"b".to_vec())]);
    assert!(cobs::decode_vec(b"\x05a\0\x02b\0").is_err());
    assert_eq!(corn(b"\x05a\0\x02b\0"), Some(b"a\0\x02b".to_vec()));
}

/// Into a target that is too small, a frame is an error a byte, and then reported whole.
#[test]
fn ledger_small_target() {
    let stream = b"\x0912345678\0";
    assert_eq!(read(4, stream), [None]);
    let mut target = [0; 4];
    let mut decoder = cobs::CobsDecoder::new(&mut target);
    let mut refusals = 0;
    let mut whole = None;
    for byte in stream {
        match decoder.feed(*byte) {
            Ok(len) => whole = len.or(whole),
            Err(_) => refusals += 1,
        }
    }
    assert_eq!((refusals, whole), (4, Some(4)));
}
