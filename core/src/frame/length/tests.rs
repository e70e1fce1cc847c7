//! The rules of length prefixes, one accepting and one refusing case each.

extern crate alloc;

use alloc::format;

use super::super::testing::{tell, write};
use super::super::{ConfigError, Encode, EncodeErrorKind};
use super::*;

fn build(builder: LengthPrefixBuilder) -> LengthPrefix {
    builder.build().unwrap()
}

fn width(width: usize) -> LengthPrefixBuilder {
    LengthPrefix::builder(300).width(width)
}

#[test]
fn every_width_is_read_in_both_orders() {
    for bytes in 1..=8 {
        let mut big = [0; 11];
        big[bytes - 1] = 2;
        big[bytes..bytes + 2].copy_from_slice(b"hi");
        let stream = &big[..bytes + 2];
        let told = format!("hi@0+{}, clean", bytes + 2);
        assert_eq!(tell(build(width(bytes)), stream, true), told);
        assert_eq!(tell(build(width(bytes)), &big, true).split(',').next(), told.split(',').next());
        let mut little = big;
        little[..bytes].reverse();
        let framer = build(width(bytes).endian(Endian::Little));
        assert_eq!(tell(framer, &little[..bytes + 2], true), told);
    }
}

#[test]
fn header_offset_and_trailer_stand_around_the_body() {
    let framer = || build(width(2).offset(1).header(5).trailer(1));
    assert_eq!(tell(framer(), b"A\x00\x02BChiZA", true), "hi@0+8, truncated@8");
    assert_eq!(framer().header_bytes(b"A\x00\x02BChiZA"), HeaderBytes::new(b"ABC"));
    let mut out = [0xff; 8];
    assert_eq!(framer().encode(b"hi", HeaderBytes::new(b"ABC"), &mut out), Ok(8));
    assert_eq!(&out, b"A\x00\x02BChi\x00");
    assert_eq!(framer().encode(b"hi", HeaderBytes::default(), &mut out), Ok(8));
    assert_eq!(&out, b"\x00\x00\x02\x00\x00hi\x00");
}

#[test]
fn adjustment_and_included_header_are_counted_before_the_limit() {
    // tokio-util compares the field itself with its limit.
    let framer = |adjust| build(LengthPrefix::builder(10).width(2).adjust(adjust));
    assert_eq!(tell(framer(1000), b"\x00\x0a", false), "too-long@0!");
    assert_eq!(tell(framer(-4), b"\x00\x0e0123456789", true), "0123456789@0+12, clean");
    assert_eq!(tell(framer(-4), b"\x00\x0f", false), "too-long@0!");
    let framer = || build(LengthPrefix::builder(10).includes_header(true).adjust(2));
    assert_eq!(tell(framer(), b"\x00\x00\x00\x04hi", true), "hi@0+6, clean");
    assert_eq!(write(&mut framer(), b"hi"), Ok(b"\x00\x00\x00\x04hi".to_vec()));
}

#[test]
fn a_negative_body_is_refused_at_the_field_and_fatal() {
    let framer = || build(width(2).offset(1).includes_header(true).oversize(Oversize::Discard));
    assert_eq!(tell(framer(), b"x\x00\x02", false), "negative-length@1!");
    assert_eq!(tell(framer(), b"x\x00\x03", false), "@0+3, need 3");
    let signed = || build(LengthPrefix::builder(usize::MAX / 2).signed(true));
    assert_eq!(tell(signed(), b"\xff\xff\xff\xff", false), "negative-length@0!");
    assert_eq!(tell(signed(), b"\x80\x00\x00\x00", false), "negative-length@0!");
    assert_eq!(tell(signed(), b"\x7f\xff\xff\xff", false), "need 2147483647");
}

#[test]
fn too_long_is_at_the_field_and_fails_or_skips_what_was_declared() {
    let framer =
        |oversize| build(LengthPrefix::builder(3).offset(1).width(1).trailer(1).oversize(oversize));
    let stream = b"x\x03abc.x\x04abcd.x\x00.";
    assert_eq!(tell(framer(Oversize::Fail), stream, true), "abc@0+6, too-long@7!");
    let told = tell(framer(Oversize::Discard), stream, true);
    assert_eq!(told, "abc@0+6, too-long@7, skip@6+7, @13+3, clean");
    let told = tell(framer(Oversize::Discard), b"x\x04ab", false);
    assert_eq!(told, "too-long@1, skip@0+4, need 3");
    let told = tell(framer(Oversize::Discard), b"x\x04ab", true);
    assert_eq!(told, "too-long@1, skip@0+4, truncated@0");
}

#[test]
fn the_largest_field_is_counted_in_128_bits() {
    let builder = LengthPrefix::builder(3).width(8).adjust(i64::MAX).oversize(Oversize::Discard);
    // What is missing is told as far as it can be counted.
    let need = usize::try_from(i64::MAX).unwrap_or(usize::MAX);
    let told = tell(build(builder), &[0; 8], false);
    assert_eq!(told, format!("too-long@0, skip@0+8, need {need}"));
    let framer = || build(LengthPrefix::builder(3).width(8).trailer(9).oversize(Oversize::Discard));
    let told = tell(framer(), &[0xff; 8], false);
    assert_eq!(told, format!("too-long@0, skip@0+8, need {}", usize::MAX));
    let framer = || build(LengthPrefix::builder(3).width(8).adjust(i64::MIN));
    assert_eq!(tell(framer(), b"\x80\0\0\0\0\0\0\x02hi", true), "hi@0+10, clean");
    assert_eq!(tell(framer(), b"\x7f\xff\xff\xff\xff\xff\xff\xff", true), "negative-length@0!");
}

#[test]
fn need_is_bounded_by_the_bytes_of_the_field_that_are_here() {
    let big = |stream| tell(build(LengthPrefix::builder(70_000).trailer(1)), stream, false);
    assert_eq!(big(b""), "need 5");
    assert_eq!(big(b"\x00\x00"), "need 3");
    assert_eq!(big(b"\x00\x01"), "need 65539");
    assert_eq!(big(b"\x00\x00\x01"), "need 258");
    assert_eq!(big(b"\x00\x00\x01\x02hi"), "need 257");
    // Refused when it is complete, so only the field is waited for.
    assert_eq!(big(b"\x01"), "need 3");
    let little = |stream| {
        let builder = LengthPrefix::builder(70_000).endian(Endian::Little);
        tell(build(builder.includes_header(true)), stream, false)
    };
    assert_eq!(little(b""), "need 4");
    assert_eq!(little(b"\x05"), "need 4");
    assert_eq!(little(b"\x03"), "need 258");
    assert_eq!(little(b"\x03\x00"), "need 65537");
    assert_eq!(little(b"\x03\x00\x00"), "need 1");
    // The shortest body that an adjustment leaves.
    assert_eq!(tell(build(width(1).adjust(6)), b"", false), "need 7");
}

#[test]
fn the_stream_ends_between_frames() {
    assert_eq!(tell(build(width(2)), b"\x00\x01a", true), "a@0+3, clean");
    assert_eq!(tell(build(width(2)), b"\x00\x01a\x00", true), "a@0+3, truncated@3");
    assert_eq!(tell(build(width(2)), b"\x00\x01a\x00\x02b", true), "a@0+3, truncated@3");
}

#[test]
fn a_length_that_does_not_fit_is_not_written() {
    let mut framer = build(width(1));
    let long = Err(("payload-too-long", 0));
    assert_eq!(write(&mut framer, &[b'a'; 256]), long);
    assert_eq!(write(&mut framer, &[b'a'; 255]).map(|wire| wire.len()), Ok(256));
    assert_eq!(write(&mut build(width(2)), &[b'a'; 301]), long);
    let kind = EncodeErrorKind::PayloadTooLong { limit: 255 };
    let error = framer.encoded_len(&[0; 256], HeaderBytes::default()).unwrap_err();
    assert_eq!(error.kind, kind);
    // The field would be negative.
    assert_eq!(write(&mut build(width(1).adjust(3)), b"ab"), Err(("payload-length", 0)));
}

#[test]
fn a_limit_below_every_length_refuses_every_frame() {
    let long = || build(width(1).adjust(301));
    assert_eq!(tell(long(), b"", false), "need 1");
    assert_eq!(tell(long(), b"\x00", false), "too-long@0!");
    assert_eq!(write(&mut long(), b""), Err(("payload-length", 0)));
    let negative = || build(width(1).adjust(-256));
    assert_eq!(tell(negative(), b"\xff", false), "negative-length@0!");
    assert_eq!(write(&mut negative(), b"a"), Err(("payload-too-long", 0)));
}

#[test]
fn an_envelope_has_the_longest_header_and_trailer() {
    let mut framer = build(width(8).header(40).trailer(LengthPrefix::MAX_TRAILER));
    let envelope = framer.envelope(b"hi", HeaderBytes::default()).unwrap().unwrap();
    assert_eq!((envelope.head().len(), envelope.tail()), (40, &[0; 32][..]));
}

/// A trailer is written whatever the payload is, so a configuration could ask for any memory.
#[test]
fn a_trailer_is_bounded() {
    for trailer in [33, 65, usize::MAX >> 24, usize::MAX >> 1, usize::MAX] {
        let refused = LengthPrefix::builder(0).trailer(trailer).build().unwrap_err();
        assert_eq!(refused, ConfigError::TrailerTooLong);
    }
    let longest = build(LengthPrefix::builder(0).trailer(LengthPrefix::MAX_TRAILER));
    assert_eq!(longest.encoded_len(b"", HeaderBytes::default()), Ok(4 + 32));
}

#[test]
fn what_makes_no_sense_is_not_built() {
    let refused = |builder: LengthPrefixBuilder| builder.build().unwrap_err();
    assert_eq!(refused(width(0)), ConfigError::Width);
    assert_eq!(refused(width(9)), ConfigError::Width);
    assert_eq!(refused(width(4).header(3)), ConfigError::HeaderTooShort);
    assert_eq!(refused(width(4).offset(1).header(4)), ConfigError::HeaderTooShort);
    assert_eq!(refused(width(4).header(37)), ConfigError::HeaderTooLong);
    assert_eq!(refused(width(4).offset(33)), ConfigError::HeaderTooLong);
    assert_eq!(refused(width(4).offset(usize::MAX)), ConfigError::HeaderTooLong);
    assert_eq!(refused(LengthPrefix::builder(usize::MAX).width(8)), ConfigError::WireTooLong);
    let widest = LengthPrefix::builder(usize::MAX - 20).width(8).trailer(20);
    assert_eq!(refused(widest), ConfigError::WireTooLong);
    // More than 32 bits can count.
    let largest = LengthPrefix::builder(usize::MAX).width(4).header(36).build();
    let wire = (u32::MAX as usize).checked_add(36).ok_or(ConfigError::WireTooLong);
    assert_eq!(largest.map(|framer| framer.max_wire()), wire);
    assert_eq!(build(width(1).adjust(-255)).max_wire(), 1);
}
