//! Stuffed framers against models: each rule written again, byte by byte, over streams that are all
//! there. Small streams are tried without exception.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "likewise")]

mod models;

use models::{
    Read, cobs_model, hdlc_model, judge_cobs, judge_slip, read_cobs, read_slip, slip_model, told,
};
use portolan::frame::{
    Cobs, CobsR, EncodeError, Fcs, FrameError, Hdlc, Slip, SlipEscape, cobs, cobs_r, slip,
};
use portolan_fuzz_oracles::frame_laws as laws;
use proptest::prelude::*;

/// All streams of these bytes up to a length.
fn streams(alphabet: &[u8], len: usize) -> Vec<Vec<u8>> {
    let mut all = vec![vec![]];
    let mut from = 0;
    for _ in 0..len {
        let until = all.len();
        for index in from..until {
            all.extend(
                alphabet
                    .iter()
                    .map(|byte| [&all[index][..], &[*byte]].concat())
                    .collect::<Vec<_>>(),
            );
        }
        from = until;
    }
    all
}

#[test]
fn every_short_stream_is_read_as_the_models_do() {
    for stream in streams(b"\x00\x01\x02\x03\xff", 6) {
        for max in [0, 1, 2, 4] {
            assert_eq!(told(&Cobs::new(max), &stream), cobs_model(false, max, &stream));
            assert_eq!(told(&CobsR::new(max), &stream), cobs_model(true, max, &stream));
        }
    }
    for stream in streams(b"\xc0\xdb\xdc\xdda", 6) {
        for max in [0, 1, 3] {
            assert_eq!(told(&Slip::new(max), &stream), slip_model(false, max, &stream));
            let keeps = Slip::new(max).escape(SlipEscape::Rfc1055);
            assert_eq!(told(&keeps, &stream), slip_model(true, max, &stream));
        }
    }
    for stream in streams(b"~}\x20\0\x5e", 6) {
        for (max, fcs, accm) in
            [(1, Fcs::None, 0), (3, Fcs::None, 1), (2, Fcs::Fcs16, 0), (1, Fcs::Fcs16, 1)]
        {
            let framer = Hdlc::new(max).fcs(fcs).accm(accm);
            assert_eq!(told(&framer, &stream), hdlc_model(fcs, accm, max, &stream), "{stream:x?}");
        }
    }
}

/// Bytes with runs as long as blocks are.
fn runs() -> impl Strategy<Value = Vec<u8>> {
    let run =
        (prop::sample::select(&[0, 1, 2, 0x11, 0xc0, 0xdb, 0xdc, 0xfe, 0xff][..]), 1..300_usize)
            .prop_map(|(byte, len)| vec![byte; if byte == 0x11 { len } else { len % 3 + 1 }]);
    prop::collection::vec(run, 0..6).prop_map(|runs| runs.concat())
}

/// Bytes over several words of 64, of which few, many or most are one of these.
fn strewn(special: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    (prop::sample::select(&[1, 2, 8, 100][..]), 0..400_usize).prop_flat_map(move |(others, len)| {
        let byte = prop_oneof![
            1 => prop::sample::select(special),
            others => prop::sample::select(&b"a\x80\x81\x41"[..]),
        ];
        prop::collection::vec(byte, len)
    })
}

/// Writes a payload to exactly its room and to more, reads it back in the same two ways, and lets
/// nothing behind be touched.
fn in_tight_and_wide_buffers<E: core::fmt::Debug, F: core::fmt::Debug>(
    payload: &[u8],
    write: fn(&[u8], &mut [u8]) -> Result<usize, E>,
    read: fn(&[u8], &mut [u8]) -> Result<usize, F>,
) -> Vec<u8> {
    let mut wide = vec![0xa5; 2 * payload.len() + 100];
    let len = write(payload, &mut wide).unwrap();
    assert!(wide[len..].iter().all(|byte| *byte == 0xa5), "written behind {len} bytes");
    let mut tight = vec![0; len];
    assert_eq!(write(payload, &mut tight).unwrap(), len);
    assert_eq!(tight, wide[..len]);
    if let Some(less) = len.checked_sub(1) {
        assert!(write(payload, &mut vec![0; less]).is_err());
    }
    let mut wide = vec![0xa5; payload.len() + 100];
    assert_eq!(read(&tight, &mut wide).unwrap(), payload.len());
    assert_eq!(&wide[..payload.len()], payload);
    assert!(wide[payload.len()..].iter().all(|byte| *byte == 0xa5), "read behind the payload");
    let mut back = vec![0; payload.len()];
    assert_eq!(read(&tight, &mut back).unwrap(), payload.len());
    assert_eq!(back, payload);
    if let Some(less) = payload.len().checked_sub(1) {
        assert!(read(&tight, &mut vec![0; less]).is_err());
    }
    tight
}

/// Payloads without order, with one byte in eight of those that are stuffed, and with long runs.
fn payloads() -> impl Strategy<Value = Vec<u8>> {
    let dense = prop_oneof![7 => any::<u8>(), 1 => prop::sample::select(&b"\0\xc0\xdb"[..])];
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..700),
        prop::collection::vec(dense, 0..700),
        runs(),
    ]
}

/// A slice between buffers, into room for `max` bytes and nothing beyond it, and in place.
fn judged(
    stuffed: &[u8],
    max: usize,
    read: fn(&[u8], &mut [u8]) -> Result<usize, FrameError>,
    read_in_place: fn(&mut [u8]) -> Result<usize, FrameError>,
) -> (Read, Read) {
    let refused = |error: FrameError| (error.code(), usize::try_from(error.at).unwrap());
    let (mut out, mut place) = (vec![0xa5; max], stuffed.to_vec());
    let (len, len_in_place) = (read(stuffed, &mut out), read_in_place(&mut place));
    let rest = len.as_ref().map_or(max, |len| *len);
    assert!(out[rest..].iter().all(|byte| *byte == 0xa5), "written behind the payload");
    let payload = len.map(|len| out[..len].to_vec()).map_err(refused);
    (payload, len_in_place.map(|len| place[..len].to_vec()).map_err(refused))
}

proptest! {
    /// Good slices and slices with damage, in room that is exact, too little or too much.
    #[test]
    fn slices_are_judged_as_the_models_do(
        payload in payloads(),
        damage in prop::collection::vec(
            (any::<prop::sample::Index>(), prop::sample::select(&b"\0\x01\x02\x09\xff\xc0\xdb\xdc"[..])), 0..3),
        room in -3..4_isize,
    ) {
        let max = payload.len().saturating_add_signed(room);
        let stuffed = |encode: fn(&[u8], &mut [u8]) -> Result<usize, EncodeError>| {
            let mut stuffed = vec![0; slip::max_encoded_len(payload.len()) + 1];
            let len = encode(&payload, &mut stuffed).unwrap();
            stuffed.truncate(len);
            for (index, byte) in damage.iter().filter(|_| len > 0) {
                stuffed[index.index(len)] = *byte;
            }
            stuffed
        };
        let segment = stuffed(cobs::encode);
        let model = |max| judge_cobs(&segment, false, max);
        let told = judged(&segment, max, cobs::decode, cobs::decode_in_place);
        prop_assert_eq!(told, (model(max), model(usize::MAX)));
        let segment = stuffed(cobs_r::encode);
        let model = |max| judge_cobs(&segment, true, max);
        let told = judged(&segment, max, cobs_r::decode, cobs_r::decode_in_place);
        prop_assert_eq!(told, (model(max), model(usize::MAX)));
        let segment = stuffed(slip::encode);
        let model = |max| judge_slip(&segment, max);
        let told = judged(&segment, max, slip::decode, slip::decode_in_place);
        prop_assert_eq!(told, (model(max), model(usize::MAX)));
    }

    #[test]
    fn words_with_few_and_many_stuffed_bytes_are_read_back(
        zeros in strewn(b"\0"), escapes in strewn(b"\xc0\xdb"),
    ) {
        let stuffed = in_tight_and_wide_buffers(&zeros, cobs::encode, cobs::decode);
        prop_assert_eq!(read_cobs(&stuffed, false), Ok(zeros.clone()));
        let stuffed = in_tight_and_wide_buffers(&zeros, cobs_r::encode, cobs_r::decode);
        prop_assert_eq!(read_cobs(&stuffed, true), Ok(zeros));
        let stuffed = in_tight_and_wide_buffers(&escapes, slip::encode, slip::decode);
        prop_assert_eq!(read_slip(&stuffed, false), Ok(escapes));
    }

    /// Good and bad escapes wherever they stand in a word, under both policies.
    #[test]
    fn long_escapes_are_the_model(
        stream in strewn(b"\xdb\xdb\xdb\xdc\xdd"), end in any::<bool>(),
        max in prop::sample::select(&[60, 130, 400][..]),
    ) {
        let stream = [&stream[..], if end { b"\xc0" } else { b"" }].concat();
        prop_assert_eq!(told(&Slip::new(max), &stream), slip_model(false, max, &stream));
        let keeps = Slip::new(max).escape(SlipEscape::Rfc1055);
        prop_assert_eq!(told(&keeps, &stream), slip_model(true, max, &stream));
    }

    #[test]
    fn long_blocks_are_the_model(stream in runs(), max in prop::sample::select(&[0, 9, 253, 254, 255, 508, 2000][..])) {
        prop_assert_eq!(told(&Cobs::new(max), &stream), cobs_model(false, max, &stream));
        prop_assert_eq!(told(&CobsR::new(max), &stream), cobs_model(true, max, &stream));
    }

    /// What the functions write, the models read; copied and in place are the same.
    #[test]
    fn slices_are_read_back(payload in runs()) {
        let mut out = vec![0; slip::max_encoded_len(payload.len()) + 1];
        let mut back = vec![0; payload.len()];
        for reduced in [false, true] {
            let write = if reduced { cobs_r::encode } else { cobs::encode };
            let len = write(&payload, &mut out).unwrap();
            prop_assert!(len <= cobs::max_encoded_len(payload.len()));
            let exact = if reduced { cobs_r::encoded_len } else { cobs::encoded_len };
            prop_assert_eq!(len, exact(&payload));
            prop_assert_eq!(read_cobs(&out[..len], reduced), Ok(payload.clone()));
            let read = if reduced { cobs_r::decode } else { cobs::decode };
            prop_assert_eq!(read(&out[..len], &mut back).unwrap(), payload.len());
            prop_assert_eq!(&back, &payload);
            let read = if reduced { cobs_r::decode_in_place } else { cobs::decode_in_place };
            prop_assert_eq!(read(&mut out[..len]).unwrap(), payload.len());
            prop_assert_eq!(&out[..payload.len()], &payload[..]);
        }
        let len = slip::encode(&payload, &mut out).unwrap();
        prop_assert_eq!(len, slip::encoded_len(&payload));
        prop_assert_eq!(read_slip(&out[..len], false), Ok(payload.clone()));
        prop_assert_eq!(slip::decode(&out[..len], &mut back).unwrap(), payload.len());
        prop_assert_eq!(&back, &payload);
        prop_assert_eq!(slip::decode_in_place(&mut out[..len]).unwrap(), payload.len());
        prop_assert_eq!(&out[..payload.len()], &payload[..]);
    }

    /// Damage to a line: random bytes, and random flips in good frames.
    #[test]
    fn damaged_frames_are_the_model(
        payloads in prop::collection::vec(prop::collection::vec(prop::sample::select(&b"~}\x11\x13ab"[..]), 0..9), 0..5),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        which in 0..3_usize,
        accm in prop::sample::select(&[0, 0xa0000, u32::MAX][..]),
    ) {
        let fcs = [Fcs::None, Fcs::Fcs16, Fcs::Fcs32][which];
        let framer = Hdlc::new(6).fcs(fcs).accm(accm);
        let payloads: Vec<_> = payloads.into_iter().map(|payload| (payload, ())).collect();
        let (mut stream, _) = laws::round_trip(&framer, &payloads);
        for (index, byte) in flips {
            if !stream.is_empty() {
                let index = index.index(stream.len());
                stream[index] = byte;
            }
        }
        prop_assert_eq!(told(&framer, &stream), hdlc_model(fcs, accm, 6, &stream));
    }
}
