//! The rules of prefixes of variable length, one accepting and one refusing case each.

extern crate alloc;

use alloc::format;

use super::super::testing::{tell, write};
use super::*;

const ENCODINGS: [Encoding; 4] =
    [Encoding::Leb128, Encoding::Leb128Lenient, Encoding::Mqtt, Encoding::Quic];

fn framer(encoding: Encoding, max: usize) -> VarintPrefix {
    VarintPrefix::builder(encoding, max).build().unwrap()
}

fn wide(encoding: Encoding, max: usize) -> VarintPrefix {
    VarintPrefix::builder(encoding, max).bits(64).build().unwrap()
}

#[test]
fn every_encoding_reads_its_lengths() {
    let told = "hi@0+3, @3+1, clean";
    for encoding in ENCODINGS {
        assert_eq!(tell(framer(encoding, 300), b"\x02hi\x00", true), told, "{encoding:?}");
    }
    let body = [b'a'; 300];
    for (encoding, head) in [
        (Encoding::Leb128, b"\xac\x02"),
        (Encoding::Mqtt, b"\xac\x02"),
        (Encoding::Quic, b"\x41\x2c"),
    ] {
        let stream = [&head[..], &body].concat();
        assert!(tell(framer(encoding, 300), &stream, true).ends_with("@0+302, clean"));
        assert_eq!(tell(framer(encoding, 299), &stream, true), "too-long@0!");
    }
}

#[test]
fn a_length_that_exceeds_its_width_is_never_cut() {
    for encoding in [Encoding::Leb128, Encoding::Leb128Lenient] {
        let told = |stream| tell(framer(encoding, 9), stream, true);
        assert_eq!(told(b"\xff\xff\xff\xff\x0f"), "too-long@0!");
        assert_eq!(told(b"\x80\x80\x80\x80\x10"), "length-overflow@4!");
        assert_eq!(told(b"\xff\xff\xff\xff\x8f"), "length-overflow@4!");
        let told = |stream| tell(wide(encoding, 9), stream, true);
        assert_eq!(told(b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), "too-long@0!");
        assert_eq!(told(b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"), "length-overflow@9!");
        assert_eq!(told(&[0x80; 10]), "length-overflow@9!");
    }
    let mqtt = |stream| tell(framer(Encoding::Mqtt, 9), stream, true);
    assert_eq!(mqtt(b"\xff\xff\xff\x7f"), "too-long@0!");
    assert_eq!(mqtt(b"\x80\x80\x80\x80"), "length-overflow@3!");
    let quic = |stream| tell(framer(Encoding::Quic, 9), stream, true);
    assert_eq!(quic(b"\xc0\x00\x00\x00\xff\xff\xff\xff"), "too-long@0!");
    assert_eq!(quic(b"\xc0\x00\x00\x01"), "length-overflow@3!");
    assert_eq!(quic(b"\xc1"), "length-overflow@0!");
    let quic = |stream| tell(wide(Encoding::Quic, 9), stream, true);
    assert_eq!(quic(&[0xff; 8]), "too-long@0!");
}

#[test]
fn overlong_lengths_are_refused_where_the_encoding_forbids_them() {
    for encoding in [Encoding::Leb128, Encoding::Mqtt] {
        let told = |stream| tell(framer(encoding, 9), stream, true);
        assert_eq!(told(b"\x81\x00a"), "non-canonical-length@1!");
        assert_eq!(told(b"\x80\x80\x00"), "non-canonical-length@2!");
    }
    let lenient = |stream| tell(framer(Encoding::Leb128Lenient, 9), stream, true);
    assert_eq!(lenient(b"\x81\x00a\x80\x80\x80\x80\x00"), "a@0+3, @3+5, clean");
    let quic = |stream| tell(framer(Encoding::Quic, 9), stream, true);
    assert_eq!(quic(b"\x40\x01a\xc0\0\0\0\0\0\0\0"), "a@0+3, @3+8, clean");
}

#[test]
fn what_is_too_long_is_passed_over_where_that_is_asked_for() {
    for encoding in ENCODINGS {
        let builder = VarintPrefix::builder(encoding, 2).oversize(Oversize::Discard);
        let told = tell(builder.build().unwrap(), b"\x01a\x03abc\x02hi", true);
        assert_eq!(told, "a@0+2, too-long@2, skip@2+4, hi@6+3, clean");
    }
    let builder = VarintPrefix::builder(Encoding::Leb128, 2).oversize(Oversize::Discard).bits(64);
    let framer = builder.build().unwrap();
    let most = b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01abc";
    let told = tell(framer.clone(), most, false);
    let need = usize::try_from(u64::MAX - 3).unwrap_or(usize::MAX);
    assert_eq!(told, format!("too-long@0, skip@0+13, need {need}"));
    // What is no length at all has no end to go on behind.
    assert_eq!(tell(framer, b"\x81\x00a", true), "non-canonical-length@1!");
}

#[test]
fn what_is_missing_is_the_least_that_the_length_allows() {
    let need = |framer, stream: &[u8], missing: usize| {
        assert_eq!(tell(framer, stream, false), format!("need {missing}"), "{stream:x?}");
    };
    for encoding in ENCODINGS {
        need(framer(encoding, 400), b"", 1);
        need(framer(encoding, 400), b"\x03a", 2);
    }
    for encoding in [Encoding::Leb128, Encoding::Mqtt] {
        need(framer(encoding, 400), b"\x80", 129);
        need(framer(encoding, 400), b"\x85", 134);
        need(framer(encoding, 128), b"\x81", 1);
        need(framer(encoding, 400), b"\x80\x80", 1);
    }
    need(framer(Encoding::Leb128Lenient, 400), b"\x80\x80", 1);
    need(framer(Encoding::Leb128Lenient, 400), b"\x85\x80", 6);
    need(framer(Encoding::Leb128Lenient, 4), b"\x85\x80", 1);
    need(framer(Encoding::Quic, 400), b"\x41", 257);
    need(framer(Encoding::Quic, 400), b"\x80\0\x01", 257);
    need(framer(Encoding::Quic, 255), b"\x41", 1);
    need(framer(Encoding::Quic, 255), b"\xc0", 7);
}

#[test]
fn a_stream_ends_between_frames() {
    for stream in [&b"\x03ab"[..], b"\x80"] {
        assert_eq!(tell(framer(Encoding::Leb128, 400), stream, true), "truncated@0");
    }
}

#[test]
fn written_in_the_shortest_form() {
    let body = [b'a'; 301];
    for encoding in ENCODINGS {
        let mut framer = framer(encoding, 300);
        assert_eq!(write(&mut framer, b"").unwrap(), b"\0");
        assert_eq!(write(&mut framer, b"hi").unwrap(), b"\x02hi");
        assert_eq!(write(&mut framer, &body[1..]).unwrap().len(), 302);
        assert_eq!(write(&mut framer, &body), Err(("payload-too-long", 0)));
    }
}

#[test]
fn a_width_an_encoding_and_a_limit_are_checked_when_built() {
    let build = |encoding, bits, max| VarintPrefix::builder(encoding, max).bits(bits).build();
    for bits in [0, 16, 33, 128] {
        assert_eq!(build(Encoding::Leb128, bits, 9).unwrap_err(), ConfigError::Bits);
    }
    assert_eq!(build(Encoding::Mysql, 32, 9).unwrap_err(), ConfigError::Encoding);
    let lifted = build(Encoding::Leb128, 64, usize::MAX);
    assert_eq!(lifted.unwrap_err(), ConfigError::WireTooLong);
    // A length of MQTT has no more to declare.
    assert_eq!(build(Encoding::Mqtt, 64, usize::MAX).unwrap().max_wire(), 268_435_459);
}
