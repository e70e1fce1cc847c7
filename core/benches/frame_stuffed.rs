//! How fast bytes are stuffed and unstuffed, against other crates on the same bytes.
//!
//! `cargo bench --bench frame_stuffed` runs all; words behind `--` choose rows.
#![forbid(unsafe_code)]
#![allow(clippy::arithmetic_side_effects, reason = "a benchmark may overflow: it fails then")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "likewise")]
#![allow(missing_docs, reason = "a program, not a library")]

mod common;

use common::{Contender, Random, race};
use core::hint::black_box;

use portolan::frame::deframer::frames_mut;
use portolan::frame::{Cobs, Encode, Hdlc, Slip, cobs as ours, slip};

const CORPUS: usize = 1 << 20;

/// What payloads are made of.
#[derive(Clone, Copy)]
enum Data {
    Random,
    /// One byte in eight is one that is stuffed.
    Dense(u8),
}

impl Data {
    const fn name(self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::Dense(_) => "dense",
        }
    }
}

fn payloads(size: usize, data: Data) -> Vec<Vec<u8>> {
    let mut random = Random::new();
    let count = (CORPUS / size).clamp(1, 10_000);
    let mut byte = move || match data {
        Data::Dense(byte) if random.below(8) == 0 => byte,
        _ => u8::try_from(random.below(256)).unwrap(),
    };
    (0..count).map(|_| (0..size).map(|_| byte()).collect()).collect()
}

/// Runs one way over all inputs into one buffer.
fn each<'a>(
    inputs: &'a [Vec<u8>],
    room: usize,
    mut work: impl FnMut(&[u8], &mut [u8]) -> usize + 'a,
) -> impl FnMut(()) -> usize + 'a {
    let mut out = vec![0; room];
    move |()| {
        let mut sum = 0;
        for input in inputs {
            sum += work(black_box(input), &mut out);
            black_box(&out);
        }
        sum
    }
}

/// Runs one way over all segments in place, each where it lies in one buffer.
fn each_in_place<'a>(
    segments: &'a [Vec<u8>],
    mut work: impl FnMut(&mut [u8]) -> usize + 'a,
) -> impl FnMut(Vec<u8>) -> usize + 'a {
    move |mut bytes| {
        let (mut sum, mut rest) = (0, &mut bytes[..]);
        for segment in segments {
            let (place, behind) = rest.split_at_mut(segment.len());
            sum += work(black_box(place));
            rest = behind;
        }
        black_box(&bytes);
        sum
    }
}

/// Between buffers, and in place in segments that are made anew before the clock starts; `corncobs`
/// does not see zeros in blocks, which we and `cobs` refuse.
fn cobs_rows(size: usize, data: Data) {
    let payloads = payloads(size, data);
    let room = corncobs::max_encoded_len(size) + 8;
    let segments: Vec<Vec<u8>> = payloads.iter().map(|payload| cobs::encode_vec(payload)).collect();
    let closed: Vec<Vec<u8>> =
        segments.iter().map(|segment| [segment, &[0][..]].concat()).collect();
    let row = |what: &str| format!("cobs {what}, {} bytes, {}", size, data.name());
    race(
        &row("encode"),
        "frame",
        payloads.len(),
        || (),
        vec![
            Contender::new(
                "portolan",
                each(&payloads, room, |body, out| ours::encode(body, out).unwrap()),
            ),
            Contender::new("cobs", each(&payloads, room, cobs::encode)),
            Contender::new(
                "corncobs",
                each(&payloads, room, |body, out| corncobs::encode_buf(body, out) - 1),
            ),
        ],
    );
    race(
        &row("decode"),
        "frame",
        payloads.len(),
        || (),
        vec![
            Contender::new(
                "portolan",
                each(&segments, room, |body, out| ours::decode(body, out).unwrap()),
            ),
            Contender::new(
                "cobs",
                each(&segments, room, |body, out| cobs::decode(body, out).unwrap().frame_size()),
            ),
            Contender::new(
                "corncobs",
                each(&closed, room, |body, out| corncobs::decode_buf(body, out).unwrap()),
            ),
            Contender::new(
                "corncobs, zeros refused",
                each(&closed, room, |body, out| {
                    let end = memchr::memchr(0, body).unwrap();
                    assert_eq!(end + 1, body.len());
                    corncobs::decode_buf(body, out).unwrap()
                }),
            ),
        ],
    );
    race(
        &row("decode in place"),
        "frame",
        payloads.len(),
        || segments.concat(),
        vec![
            Contender::new(
                "portolan",
                each_in_place(&segments, |body| ours::decode_in_place(body).unwrap()),
            ),
            Contender::new(
                "cobs",
                each_in_place(&segments, |body| cobs::decode_in_place(body).unwrap()),
            ),
            Contender::new(
                "corncobs",
                each_in_place(&segments, |body| corncobs::decode_in_place(body).unwrap()),
            ),
        ],
    );
}

fn serial_encode(body: &[u8], out: &mut [u8]) -> usize {
    let mut encoder = serial_line_ip::Encoder::new();
    let len = encoder.encode(body, out).unwrap().written;
    len + encoder.finish(&mut out[len..]).unwrap().written
}

/// Between buffers; the others write and read the END bytes too, and `slip-codec` goes through `io`.
fn slip_rows(size: usize, data: Data) {
    let payloads = payloads(size, data);
    let room = 2 * size + 8;
    let framed: Vec<Vec<u8>> = payloads
        .iter()
        .map(|payload| {
            let mut out = vec![0; room];
            let len = serial_encode(payload, &mut out);
            out.truncate(len);
            out
        })
        .collect();
    let bodies: Vec<Vec<u8>> =
        framed.iter().map(|frame| frame[1..frame.len() - 1].to_vec()).collect();
    let row = |what: &str| format!("slip {what}, {} bytes, {}", size, data.name());
    race(
        &row("encode"),
        "frame",
        payloads.len(),
        || (),
        vec![
            Contender::new(
                "portolan",
                each(&payloads, room, |body, out| slip::encode(body, out).unwrap() + 2),
            ),
            Contender::new("serial-line-ip", each(&payloads, room, serial_encode)),
            Contender::new(
                "slip-codec",
                each(&payloads, room, |body, mut out| {
                    slip_codec::SlipEncoder::new(true).encode(body, &mut out).unwrap()
                }),
            ),
        ],
    );
    race(
        &row("decode"),
        "frame",
        payloads.len(),
        || (),
        vec![
            Contender::new(
                "portolan",
                each(&bodies, room, |body, out| slip::decode(body, out).unwrap()),
            ),
            Contender::new(
                "serial-line-ip",
                each(&framed, room, |frame, out| {
                    serial_line_ip::Decoder::new().decode(frame, out).unwrap().1.len()
                }),
            ),
            Contender::new(
                "slip-codec",
                each(&framed, room, |mut frame, mut out| {
                    slip_codec::SlipDecoder::new().decode(&mut frame, &mut out).unwrap()
                }),
            ),
        ],
    );
}

/// The payloads as a framer writes them.
fn stream(mut framer: impl Encode<Meta = ()>, payloads: &[Vec<u8>]) -> Vec<u8> {
    let mut stream = Vec::new();
    for payload in payloads {
        framer.append(payload, (), &mut stream).unwrap();
    }
    stream
}

/// Whole streams through the framers, in place.
fn streams(size: usize, data: Data) {
    let payloads = payloads(size, data);
    let cobs = stream(Cobs::new(size), &payloads);
    let slip = stream(Slip::new(size), &payloads);
    let hdlc = stream(Hdlc::new(size), &payloads);
    race(
        &format!("stream in place, {size} bytes, {}", data.name()),
        "frame",
        payloads.len(),
        || (cobs.clone(), slip.clone(), hdlc.clone()),
        vec![
            Contender::new("Cobs", |(mut stream, _, _): (Vec<u8>, Vec<u8>, Vec<u8>)| {
                frames_mut(Cobs::new(size), &mut stream)
                    .map(|frame| frame.unwrap().body.len())
                    .sum()
            }),
            Contender::new("Slip", |(_, mut stream, _): (Vec<u8>, Vec<u8>, Vec<u8>)| {
                frames_mut(Slip::new(size), &mut stream)
                    .map(|frame| frame.unwrap().body.len())
                    .sum()
            }),
            Contender::new("Hdlc", |(_, _, mut stream): (Vec<u8>, Vec<u8>, Vec<u8>)| {
                frames_mut(Hdlc::new(size), &mut stream)
                    .map(|frame| frame.unwrap().body.len())
                    .sum()
            }),
        ],
    );
}

fn main() {
    for size in [16, 64, 256, 1024, 65536] {
        for data in [Data::Random, Data::Dense(0)] {
            cobs_rows(size, data);
        }
        for data in [Data::Random, Data::Dense(0xc0)] {
            slip_rows(size, data);
        }
        streams(size, Data::Random);
    }
}
