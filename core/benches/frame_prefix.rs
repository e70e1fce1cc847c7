//! How fast varints, netstrings and presets are read, against other crates on the same bytes.
//!
//! Prints a table; asserts nothing about time. `cargo bench --bench frame_prefix` runs all; words
//! behind `--` choose rows.
#![forbid(unsafe_code)]
#![allow(clippy::arithmetic_side_effects, reason = "a benchmark may overflow: it fails then")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "likewise")]
#![allow(clippy::cast_possible_truncation, reason = "its numbers are small")]
#![allow(missing_docs, reason = "a program, not a library")]

use core::hint::black_box;

use bytes::{Bytes, BytesMut};
use integer_encoding::VarInt;
use netstring::ReadNetstring;
use portolan::frame::deframer::frames;
use portolan::frame::{
    Encode, GitPktLine, LengthPrefix, Netstring, OctetCounting, Plain, VarintPrefix, preset,
};
use portolan::varint::{Encoding, Status, Varint};
use tokio_util::codec::Decoder;
use unsigned_varint::codec::UviBytes;

mod common;

use common::{Contender, Random, race};

const MAX: usize = 1 << 16;
const COUNT: usize = 10_000;

/// So many that no branch predictor knows them by heart in the second round.
const INTEGERS: usize = 200_000;

/// What integers are read: random widths below a number of bits, or four in five below 128.
#[derive(Clone, Copy)]
enum Mix {
    Bits(u64),
    MostlyOne,
}

impl Mix {
    fn varints(self) -> Vec<u8> {
        let (mut random, mut out) = (Random::new(), Vec::new());
        for _ in 0..INTEGERS {
            let bits = match self {
                Self::Bits(bits) => 1 + random.bits() % bits,
                Self::MostlyOne if random.bits() % 5 == 0 => 14,
                Self::MostlyOne => 7,
            };
            prost::encoding::encode_varint(random.bits() >> (64 - bits), &mut out);
        }
        out
    }
}

/// All but `prost`, `integer-encoding` and the lenient reading refuse forms that are longer than need
/// be.
fn integers() {
    for (name, mix) in [
        ("one byte", Mix::Bits(7)),
        ("mostly one byte", Mix::MostlyOne),
        ("up to 16 bits", Mix::Bits(16)),
        ("up to 32", Mix::Bits(32)),
        ("up to 64", Mix::Bits(64)),
    ] {
        let bytes = mix.varints();
        let read = |varint: Varint| {
            let (mut rest, mut sum) = (&bytes[..], 0_u64);
            while let Ok(Status::Value { value, consumed }) = varint.read(rest) {
                sum = sum.wrapping_add(value);
                rest = &rest[consumed.get()..];
            }
            sum as usize
        };
        let run = |varint: Varint| {
            varint.values(&bytes).fold(0_u64, |sum, value| sum.wrapping_add(value.unwrap()))
                as usize
        };
        let contenders = vec![
            Contender::new("portolan, a run of them", |()| run(Varint::u64(Encoding::Leb128))),
            Contender::new("portolan, one by one", |()| read(Varint::u64(Encoding::Leb128))),
            Contender::new("portolan, lenient", |()| read(Varint::u64(Encoding::Leb128Lenient))),
            Contender::new("prost", |()| {
                let (mut rest, mut sum) = (&bytes[..], 0_u64);
                while let Ok(value) = prost::encoding::decode_varint(&mut rest) {
                    sum = sum.wrapping_add(value);
                }
                sum as usize
            }),
            Contender::new("unsigned-varint", |()| {
                let (mut rest, mut sum) = (&bytes[..], 0_u64);
                while let Ok((value, behind)) = unsigned_varint::decode::u64(rest) {
                    (sum, rest) = (sum.wrapping_add(value), behind);
                }
                sum as usize
            }),
            Contender::new("integer-encoding", |()| {
                let (mut rest, mut sum) = (&bytes[..], 0_u64);
                while let Some((value, len)) = u64::decode_var(rest) {
                    (sum, rest) = (sum.wrapping_add(value), &rest[len..]);
                }
                sum as usize
            }),
        ];
        race(&format!("varint, {name}"), "integer", INTEGERS, || (), contenders);
    }
}

/// Frames of random sizes below twice the mean.
fn corpus<E: Encode>(mut encoder: E, mean: usize) -> Vec<u8> {
    let (mut random, mut out) = (Random::new(), Vec::new());
    for _ in 0..COUNT {
        let body = vec![b'a' + random.below(26) as u8; random.below(2 * mean) + 1];
        encoder.append(&body, E::Meta::default(), &mut out).unwrap();
    }
    out
}

/// Borrows all frames from a slice.
fn slice<F: Plain + Clone>(framer: &F, stream: &[u8]) -> usize {
    frames(framer.clone(), stream).map(|frame| frame.unwrap().body.len() + 1).sum()
}

fn varint_frames() {
    for mean in [16, 64, 1024] {
        let framer = VarintPrefix::builder(Encoding::Leb128, MAX).bits(64).build().unwrap();
        let stream = corpus(framer.clone(), mean);
        let contenders = vec![
            Contender::new("portolan, slice", |()| slice(&framer, &stream)),
            Contender::new("prost, by hand", |()| {
                let (mut rest, mut sum) = (&stream[..], 0);
                while let Ok(len) = prost::decode_length_delimiter(&mut rest) {
                    let (body, behind) = rest.split_at(len);
                    sum += black_box(body).len() + 1;
                    rest = behind;
                }
                sum
            }),
            Contender::new("unsigned-varint, UviBytes", |()| {
                let mut codec = UviBytes::<Bytes>::default();
                let (mut buffer, mut sum) = (BytesMut::from(&stream[..]), 0);
                while let Some(body) = codec.decode(&mut buffer).unwrap() {
                    sum += black_box(body).len() + 1;
                }
                sum
            }),
        ];
        race(&format!("varint frames, {mean} bytes"), "frame", COUNT, || (), contenders);
    }
}

fn digits() {
    for mean in [16, 64, 1024] {
        let framer = Netstring::new(MAX);
        let stream = corpus(framer.clone(), mean);
        let contenders = vec![
            Contender::new("portolan, slice", |()| slice(&framer, &stream)),
            Contender::new("netstring", |()| {
                let (mut rest, mut sum) = (&stream[..], 0);
                while let Ok(body) = rest.read_netstring() {
                    sum += black_box(body).len() + 1;
                }
                sum
            }),
        ];
        race(&format!("netstrings, {mean} bytes"), "frame", COUNT, || (), contenders);
        let (octets, pkt) = (OctetCounting::new(MAX), GitPktLine::new(MAX));
        let streams = (corpus(octets.clone(), mean), corpus(pkt.clone(), mean));
        let contenders = vec![
            Contender::new("octet counting", |()| slice(&octets, &streams.0)),
            Contender::new("packet lines", |()| slice(&pkt, &streams.1)),
        ];
        race(&format!("other digits, {mean} bytes"), "frame", COUNT, || (), contenders);
    }
}

fn presets() {
    macro_rules! against {
        ($name:ident, $prefix:expr) => {{
            let framer = preset::$name(MAX - 9).unwrap();
            let prefix = $prefix.build().unwrap();
            let stream = corpus(framer.clone(), 64);
            let contenders = vec![
                Contender::new("the preset", |()| slice(&framer, &stream)),
                Contender::new("the length prefix in it", |()| slice(&prefix, &stream)),
            ];
            race(concat!("preset ", stringify!($name)), "frame", COUNT, || (), contenders);
        }};
    }
    let prefix = || LengthPrefix::builder(MAX - 9);
    against!(dns_tcp, prefix().width(2));
    against!(kafka, prefix().signed(true));
    against!(postgres, prefix().offset(1).signed(true).adjust(-4));
    against!(tls_record, prefix().offset(3).width(2));
    against!(http2, prefix().width(3).header(9));
    against!(grpc, prefix().offset(1));
    against!(amqp, prefix().offset(3).trailer(1));
    against!(modbus_tcp, prefix().offset(4).width(2));
}

fn main() {
    integers();
    varint_frames();
    digits();
    presets();
}
