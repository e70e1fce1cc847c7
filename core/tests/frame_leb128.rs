//! The same varints, and the same streams, through prost, integer-encoding and unsigned-varint, and a
//! ledger of where they differ.
//!
//! The ledger is exact: an entry that no longer holds, on either side, fails.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "likewise")]

use bytes::{Bytes, BytesMut};
use integer_encoding::VarInt;
use portolan::frame::{Encode, Oversize, VarintPrefix};
use portolan::varint::{Encoding, Status, Varint};
use portolan_fuzz_oracles::frame_laws::{self as laws, Record};
use proptest::prelude::*;
use tokio_util::codec::Decoder;
use unsigned_varint::codec::UviBytes;
use unsigned_varint::decode;

/// The value and the length that we read, or the code of the refusal.
fn ours(encoding: Encoding, bits: u32, bytes: &[u8]) -> Result<Option<(u64, usize)>, &'static str> {
    match Varint::new(encoding, bits).unwrap().read(bytes) {
        Ok(Status::Value { value, consumed }) => Ok(Some((value, consumed.get()))),
        Ok(Status::Need(_)) => Ok(None),
        Err(error) => Err(error.code()),
    }
}

fn prost(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut rest = bytes;
    let value = prost::encoding::decode_varint(&mut rest).ok()?;
    Some((value, bytes.len() - rest.len()))
}

/// What unsigned-varint reads, in our words.
fn unsigned<T: Into<u64>>(
    bytes: &[u8],
    read: impl Fn(&[u8]) -> Result<(T, &[u8]), decode::Error>,
) -> Result<Option<(u64, usize)>, &'static str> {
    match read(bytes) {
        Ok((value, rest)) => Ok(Some((value.into(), bytes.len() - rest.len()))),
        Err(decode::Error::Insufficient) => Ok(None),
        Err(decode::Error::NotMinimal) => Err("non-canonical-length"),
        Err(_) => Err("overflow"),
    }
}

/// Bytes of which the most go on, so that forms are long.
fn varint() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        8 => 0x80..=0xff_u8,
        2 => Just(0x80),
        1 => prop::sample::select(&[0, 1, 2, 0x0f, 0x10, 0x7f][..]),
    ];
    prop::collection::vec(byte, 0..13)
}

/// Integers of every length, and stretches in which all are short.
fn run() -> impl Strategy<Value = Vec<u8>> {
    let short = prop::collection::vec(prop_oneof![6 => 0..0x80_u8, 1 => 0x80..=0xff_u8], 0..40);
    let any = prop::collection::vec(any::<u8>(), 0..20);
    prop::collection::vec(prop_oneof![short, any, varint()], 0..5).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn prost_and_integer_encoding_are_lenient_in_64_bits(bytes in varint()) {
        let expected = ours(Encoding::Leb128Lenient, 64, &bytes).ok().flatten();
        prop_assert_eq!(prost(&bytes), expected);
        prop_assert_eq!(u64::decode_var(&bytes), expected);
    }

    /// Ledger: integer-encoding reads 32 bits from a form of up to ten bytes.
    #[test]
    fn integer_encoding_is_lenient_in_32_bits_but_for_the_ledger(bytes in varint()) {
        let theirs = u32::decode_var(&bytes).map(|(value, len)| (u64::from(value), len));
        let expected = ours(Encoding::Leb128Lenient, 32, &bytes).ok().flatten();
        match theirs {
            Some((value, 6..)) => {
                prop_assert_eq!(expected, None);
                let wide = ours(Encoding::Leb128Lenient, 64, &bytes);
                prop_assert_eq!(wide.map(|read| read.map(|read| read.0)), Ok(Some(value)));
            }
            theirs => prop_assert_eq!(theirs, expected),
        }
    }

    /// Ledger: unsigned-varint drops the bits of the last byte that do not fit.
    #[test]
    fn unsigned_varint_is_strict_but_for_the_ledger(bytes in varint()) {
        let wide = ours(Encoding::Leb128, 64, &bytes);
        let theirs = unsigned(&bytes, decode::u64);
        if (wide, theirs.is_ok()) == (Err("overflow"), true) {
            prop_assert!(bytes.len() >= 10 && bytes[9] > 1, "{:x?}", bytes);
        } else {
            prop_assert_eq!(wide, theirs);
        }
        let narrow = ours(Encoding::Leb128, 32, &bytes);
        let theirs = unsigned(&bytes, decode::u32);
        if (narrow, theirs.is_ok()) == (Err("overflow"), true) {
            prop_assert!(bytes.len() >= 5 && bytes[4] > 0x0f, "{:x?}", bytes);
        } else {
            prop_assert_eq!(narrow, theirs);
        }
    }

    #[test]
    fn runs_are_what_prost_reads_one_by_one(bytes in run()) {
        let (mut rest, mut theirs) = (&bytes[..], Vec::new());
        while let Ok(value) = prost::encoding::decode_varint(&mut rest) {
            theirs.push(value);
        }
        let mut ours = Vec::new();
        let values = Varint::u64(Encoding::Leb128Lenient).values(&bytes);
        values.for_each(|value| ours.extend(value));
        prop_assert_eq!(ours, theirs);
    }

    #[test]
    fn what_is_written_is_the_same(value in any::<u64>(), shift in 0..64_u32) {
        let value = value >> shift;
        let mut out = [0; Varint::MAX_LEN];
        let len = Varint::u64(Encoding::Leb128).write(value, &mut out).unwrap();
        let mut theirs = Vec::new();
        prost::encoding::encode_varint(value, &mut theirs);
        prop_assert_eq!(&out[..len], &theirs);
        prop_assert_eq!(&out[..len], &value.encode_var_vec());
        let mut buffer = unsigned_varint::encode::u64_buffer();
        prop_assert_eq!(&out[..len], unsigned_varint::encode::u64(value, &mut buffer));
    }
}

/// The bodies we read, and the code of the refusal that ends them.
fn framed(framer: &VarintPrefix, chunks: &[&[u8]]) -> (Vec<Vec<u8>>, Option<&'static str>) {
    let mut bodies = Vec::new();
    for record in laws::events(framer, chunks, true) {
        match record {
            Record::Frame { body, .. } => bodies.push(body),
            Record::Error(error) => return (bodies, Some(error.code())),
            _ => {}
        }
    }
    (bodies, None)
}

/// What a loop over prost's length delimiters reads.
fn delimited(mut rest: &[u8]) -> Vec<Vec<u8>> {
    let mut bodies = Vec::new();
    while let Ok(len) = prost::decode_length_delimiter(&mut rest) {
        let Some((body, behind)) = rest.split_at_checked(len) else { break };
        bodies.push(body.to_vec());
        rest = behind;
    }
    bodies
}

/// What `UviBytes` reads, and whether it refuses something; asked on after an error as often as said.
fn uvi_bytes(max: usize, chunks: &[&[u8]], mut errors: usize) -> (Vec<Vec<u8>>, bool) {
    let mut codec = UviBytes::<Bytes>::default();
    codec.set_max_len(max);
    let (mut buffer, mut bodies, mut refused) = (BytesMut::new(), Vec::new(), false);
    for chunk in chunks {
        buffer.extend_from_slice(chunk);
        loop {
            match codec.decode(&mut buffer) {
                Ok(Some(body)) => bodies.push(body.to_vec()),
                Ok(None) => break,
                Err(_) => {
                    refused = true;
                    let Some(left) = errors.checked_sub(1) else { return (bodies, refused) };
                    errors = left;
                }
            }
        }
    }
    (bodies, refused)
}

fn framer(encoding: Encoding, max: usize) -> VarintPrefix {
    VarintPrefix::builder(encoding, max).bits(64).build().unwrap()
}

proptest! {
    #[test]
    fn streams_agree(
        stream in prop::collection::vec(
            prop::sample::select(&[0, 1, 2, 3, 5, 9, 0x80, 0x81, 0xff][..]), 0..80),
        size in 1..20_usize,
    ) {
        let chunks: Vec<&[u8]> = stream.chunks(size).collect();
        let (bodies, _) = framed(&framer(Encoding::Leb128Lenient, 1 << 40), &chunks);
        prop_assert_eq!(delimited(&stream), bodies);
        let (bodies, code) = framed(&framer(Encoding::Leb128, 6), &chunks);
        let (theirs, refused) = uvi_bytes(6, &chunks, 0);
        if code == Some("length-overflow") {
            // The ledger below.
            prop_assert!(theirs.starts_with(&bodies));
        } else {
            prop_assert_eq!((theirs, refused), (bodies, code.is_some()));
        }
    }

    #[test]
    fn frames_are_written_the_same(bodies in prop::collection::vec(
        prop::collection::vec(any::<u8>(), 0..300), 0..6)) {
        let mut framer = framer(Encoding::Leb128, 300);
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for body in &bodies {
            framer.append(body, (), &mut ours).unwrap();
            prost::encode_length_delimiter(body.len(), &mut theirs).unwrap();
            theirs.extend_from_slice(body);
        }
        prop_assert_eq!(ours, theirs);
    }
}

/// Bits that do not fit are dropped: lengths that an attacker chooses.
#[test]
fn ledger_unsigned_varint_overflow() {
    let u32 = [0x80, 0x80, 0x80, 0x80, 0x10];
    assert_eq!(unsigned(&u32, decode::u32), Ok(Some((0, 5))));
    assert_eq!(ours(Encoding::Leb128, 32, &u32), Err("overflow"));
    let u64 = [[0xff; 9].as_slice(), &[0x02]].concat();
    assert_eq!(unsigned(&u64, decode::u64), Ok(Some((i64::MAX as u64, 10))));
    assert_eq!(ours(Encoding::Leb128, 64, &u64), Err("overflow"));
    let u16 = [0xff, 0xff, 0x07];
    assert_eq!(unsigned(&u16, decode::u16), Ok(Some((65_535, 3))));
    // There is no width of 16 bits here; a limit is what such a caller sets.
    assert_eq!(framed(&framer(Encoding::Leb128, 65_535), &[&u16]), (vec![], Some("too-long")));
    assert_eq!(
        uvi_bytes(9, &[&[0x80; 9], &[0x02], b"\x02hi"], 0),
        (vec![vec![], b"hi".to_vec()], false)
    );
    assert_eq!(
        framed(&framer(Encoding::Leb128, 9), &[&[0x80; 9], &[0x02]]).1,
        Some("length-overflow")
    );
}

/// Behind a length above the limit, the payload that was refused is read as frames.
#[test]
fn ledger_unsigned_varint_injection() {
    let stream = b"\x0a\x02hiabcdefg\x02yo";
    assert_eq!(uvi_bytes(4, &[stream], 1).0[..1], [b"hi".to_vec()]);
    let builder = VarintPrefix::builder(Encoding::Leb128, 4).oversize(Oversize::Discard);
    let records = laws::events(&builder.build().unwrap(), &[stream], true);
    let bodies: Vec<_> = records
        .into_iter()
        .filter_map(|record| match record {
            Record::Frame { body, .. } => Some(body),
            _ => None,
        })
        .collect();
    assert_eq!(bodies, [b"yo".to_vec()]);
}

/// Two spellings of one length are accepted, and so are frames of any length.
#[test]
fn ledger_prost_overlong_and_unlimited() {
    assert_eq!(delimited(b"\x81\x00a"), [b"a".to_vec()]);
    let (bodies, code) = framed(&framer(Encoding::Leb128, 9), &[b"\x81\x00a"]);
    assert_eq!((bodies, code), (vec![], Some("non-canonical-length")));
    let most = [[0xff; 9].as_slice(), &[0x01]].concat();
    assert_eq!(prost::decode_length_delimiter(&most[..]).unwrap(), usize::MAX);
    assert_eq!(framed(&framer(Encoding::Leb128, 9), &[&most]).1, Some("too-long"));
}

/// Ten bytes for 32 bits.
#[test]
fn ledger_integer_encoding_long_form() {
    let long = [0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00];
    assert_eq!(u32::decode_var(&long), Some((1, 7)));
    assert_eq!(ours(Encoding::Leb128Lenient, 32, &long), Err("overflow"));
}
