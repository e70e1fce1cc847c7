//! Framers that are told a length against models: the rule for one frame at the front of a stream,
//! written again as plainly as it can be, over every short stream of the bytes that matter.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "likewise")]

use core::ops::Range;

use portolan::frame::{
    Framer, GitPktLine, Netstring, OctetCounting, PktKind, Step, VarintPrefix, preset,
};
use portolan::varint::Encoding;

/// The rule that a stream breaks, and where.
type Broken = (&'static str, usize);

/// What a model says of the frame at the front of a stream: where its body is and how long it is, or
/// the broken rule; `None` while both are open.
type Verdict = Option<Result<(Range<usize>, usize), Broken>>;

/// The same of a length: its value, and the bytes that spell it.
type Length<T> = Option<Result<(T, usize), Broken>>;

/// All streams of these bytes up to a length, shorter ones first.
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

/// Asserts that the framer says what the model says of every stream, and that what it needs is the
/// least that any stream of these bytes completes, of at most `reach` more.
fn check<F: Framer>(
    framer: impl Fn() -> F,
    model: impl Fn(&[u8]) -> Verdict,
    alphabet: &[u8],
    len: usize,
    reach: usize,
) {
    let more = streams(alphabet, reach);
    for stream in streams(alphabet, len) {
        let said = match framer().step(&stream) {
            Ok(Step::Frame(frame)) => Some(Ok((frame.body, frame.wire.get()))),
            Err(error) => Some(Err((error.code(), usize::try_from(error.at).unwrap()))),
            Ok(Step::Need(need)) => {
                let completes =
                    |more: &&Vec<u8>| matches!(model(&[&stream[..], more].concat()), Some(Ok(_)));
                // Where none does, only a refusal may follow, or one that is further away.
                if let Some(least) = more.iter().find(completes).map(Vec::len) {
                    assert_eq!(need.min.get(), least, "after {}", stream.escape_ascii());
                }
                None
            }
            _ => panic!("neither a frame nor an error nor a need"),
        };
        assert_eq!(said, model(&stream), "{}", stream.escape_ascii());
    }
}

/// The digits before a stop byte, judged one by one.
fn digits(stream: &[u8], stop: u8, zero: bool, max: usize) -> Length<usize> {
    let mut value = 0;
    for (at, byte) in stream.iter().enumerate() {
        match byte {
            b'0'..=b'9' if stream[0] == b'0' && (at > 0 || !zero) => {
                return Some(Err(("non-canonical-length", 0)));
            }
            b'0'..=b'9' => {
                value = value * 10 + usize::from(byte - b'0');
                if value > max {
                    return Some(Err(("too-long", 0)));
                }
            }
            byte if *byte == stop && at > 0 => return Some(Ok((value, at + 1))),
            _ => return Some(Err(("bad-digit", at))),
        }
    }
    None
}

#[test]
fn netstrings_are_the_model_on_every_short_stream() {
    for max in [0, 1, 3, 12] {
        let model = |stream: &[u8]| match digits(stream, b':', true, max)? {
            Err(error) => Some(Err(error)),
            Ok((len, head)) => match stream.get(head + len)? {
                b',' => Some(Ok((head..head + len, head + len + 1))),
                _ => Some(Err(("expected-byte", head + len))),
            },
        };
        check(|| Netstring::new(max), model, b"012:,", 5, 4);
    }
}

#[test]
fn octet_counts_are_the_model_on_every_short_stream() {
    for max in [0, 1, 3, 12] {
        let model = |stream: &[u8]| match digits(stream, b' ', false, max)? {
            Err(error) => Some(Err(error)),
            Ok((len, head)) => {
                (stream.len() >= head + len).then_some(Ok((head..head + len, head + len)))
            }
        };
        check(|| OctetCounting::new(max), model, b"012 a", 5, 4);
    }
}

#[test]
fn packet_lines_are_the_model_for_every_length() {
    for max in [0, 1, 12, 300, usize::MAX] {
        for length in 0..=u16::MAX {
            let text = format!("{length:04x}");
            let said = match GitPktLine::new(max).step(text.as_bytes()) {
                Ok(Step::Frame(frame)) => Ok((frame.wire.get(), frame.meta)),
                Ok(Step::Need(need)) => Ok((4 + need.min.get(), PktKind::Data)),
                Err(error) => Err((error.code(), error.at)),
                Ok(_) => panic!("neither a frame nor a need"),
            };
            let expected = match usize::from(length) {
                0 => Ok((4, PktKind::Flush)),
                1 => Ok((4, PktKind::Delimiter)),
                2 => Ok((4, PktKind::ResponseEnd)),
                3 => Err(("negative-length", 0)),
                length if length - 4 > max || length > 65_520 => Err(("too-long", 0)),
                length => Ok((length, PktKind::Data)),
            };
            assert_eq!(said, expected, "{text}");
        }
    }
}

#[test]
fn packet_lines_are_the_model_on_every_short_stream() {
    for max in [0, 1, 12] {
        let model = |stream: &[u8]| {
            let mut length = 0;
            for (at, byte) in stream.iter().take(4).enumerate() {
                let Some(digit) = char::from(*byte).to_digit(16) else {
                    return Some(Err(("bad-digit", at)));
                };
                length = length * 16 + digit as usize;
            }
            match length {
                _ if stream.len() < 4 => None,
                0..=2 => Some(Ok((4..4, 4))),
                3 => Some(Err(("negative-length", 0))),
                length if length - 4 > max => Some(Err(("too-long", 0))),
                length => (stream.len() >= length).then_some(Ok((4..length, length))),
            }
        };
        check(|| GitPktLine::new(max), model, b"0135g", 5, 4);
    }
}

/// Groups of seven bits, summed up.
fn leb128(stream: &[u8], strict: bool) -> Length<u128> {
    let mut value = 0;
    for (at, byte) in stream.iter().enumerate() {
        value += u128::from(byte % 128) << (7 * at);
        let last = at == 4;
        match byte {
            _ if value >> 32 != 0 || (last && *byte >= 128) => {
                return Some(Err(("length-overflow", at)));
            }
            0 if strict && at > 0 => return Some(Err(("non-canonical-length", at))),
            0..=127 => return Some(Ok((value, at + 1))),
            _ => {}
        }
    }
    None
}

/// Two bits of length, then the value.
fn quic(stream: &[u8]) -> Length<u128> {
    let len = 1 << (stream.first()? >> 6);
    let form: Vec<u8> = stream.iter().take(len).copied().collect();
    let bits = |at: usize| if at == 0 { form[0] & 0x3f } else { form[at] };
    if let Some(at) = (0..form.len().min(4)).find(|at| len == 8 && bits(*at) != 0) {
        return Some(Err(("length-overflow", at)));
    }
    (form.len() == len)
        .then(|| Ok(((0..len).fold(0, |value, at| value << 8 | u128::from(bits(at))), len)))
}

#[test]
fn varint_prefixes_are_the_model_on_every_short_stream() {
    for encoding in [Encoding::Leb128, Encoding::Leb128Lenient, Encoding::Quic] {
        for max in [0, 1, 3, 130] {
            let model = |stream: &[u8]| {
                let read = match encoding {
                    Encoding::Quic => quic(stream)?,
                    _ => leb128(stream, encoding == Encoding::Leb128)?,
                };
                match read {
                    Err(error) => Some(Err(error)),
                    Ok((len, _)) if len > max as u128 => Some(Err(("too-long", 0))),
                    Ok((len, head)) => {
                        let wire = head + usize::try_from(len).unwrap();
                        (stream.len() >= wire).then_some(Ok((head..wire, wire)))
                    }
                }
            };
            let framer = || VarintPrefix::builder(encoding, max).build().unwrap();
            check(framer, model, &[0x00, 0x01, 0x40, 0x80, 0xc0], 5, 3);
        }
    }
}

#[test]
fn tpkt_is_the_model_on_every_short_stream() {
    let model = |stream: &[u8]| match *stream {
        [version, ..] if version != 3 => Some(Err(("bad-header", 0))),
        [_, reserved, ..] if reserved != 0 => Some(Err(("bad-header", 1))),
        [_, _, high, low, ..] => match usize::from(high) * 256 + usize::from(low) {
            ..7 => Some(Err(("bad-header", 2))),
            length if length - 4 > 5 => Some(Err(("too-long", 2))),
            length => (stream.len() >= length).then_some(Ok((4..length, length))),
        },
        _ => None,
    };
    check(|| preset::tpkt(5).unwrap(), model, &[0, 3, 7, 9], 6, 5);
}
