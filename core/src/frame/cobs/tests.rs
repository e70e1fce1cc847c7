extern crate alloc;

use super::super::cobs_r;
use super::super::testing::{tell, write};
use super::*;
use alloc::vec;
use alloc::vec::Vec;

fn wrote(body: &[u8]) -> Vec<u8> {
    write(&mut Cobs::new(1000), body).unwrap()
}

fn told(result: Result<usize, FrameError>) -> Result<usize, (&'static str, u64)> {
    result.map_err(|error| (error.code(), error.at))
}

#[test]
fn codes_say_how_far_the_next_zero_is() {
    assert_eq!(wrote(b""), b"\x01\0");
    assert_eq!(wrote(b"\0"), b"\x01\x01\0");
    assert_eq!(wrote(b"\0\0"), b"\x01\x01\x01\0");
    assert_eq!(wrote(b"a"), b"\x02a\0");
    assert_eq!(wrote(b"\0a\0"), b"\x01\x02a\x01\0");
    assert_eq!(wrote(b"ab\0c"), b"\x03ab\x02c\0");
}

#[test]
fn a_full_block_stands_for_no_zero() {
    for (len, wire) in [(253, 255), (254, 256), (255, 258), (508, 511), (509, 513)] {
        let written = wrote(&vec![7; len]);
        assert_eq!(written.len(), wire, "{len} bytes without a zero");
        assert!(written.len() <= max_encoded_len(len) + 1);
    }
    let body = [&[7; 254][..], &[0]].concat();
    assert!(wrote(&body).ends_with(&[7, 1, 1, 0]));
}

#[test]
fn a_code_01_behind_a_full_block_is_read_too() {
    for tail in [&b"\0"[..], b"\x01\0"] {
        let stream = [&[0xff][..], &[b'a'; 254], tail].concat();
        let expected = alloc::format!("{}@0+{}, clean", "a".repeat(254), stream.len());
        assert_eq!(tell(Cobs::new(254), &stream, true), expected);
    }
}

#[test]
fn zeros_between_frames_are_skipped_and_an_empty_frame_is_one() {
    let stream = b"\0\0\x01\0\0\x02a\0\0";
    assert_eq!(
        tell(Cobs::new(9), stream, true),
        "skip@0+2, @2+2, skip@4+1, a@5+3, skip@8+1, clean"
    );
    assert_eq!(tell(Cobs::new(9), b"", true), "clean");
}

#[test]
fn a_zero_in_a_block_is_refused_there_and_ends_the_frame() {
    let told = tell(Cobs::new(9), b"\x05ab\0\x02c\0", true);
    assert_eq!(told, "zero-in-block@3, skip@0+4, c@4+3, clean");
    assert_eq!(tell(Cobs::new(9), b"\x02\0\x02\0", true).matches("zero-in-block").count(), 2);
}

#[test]
fn the_limit_counts_the_payload_in_every_encoding() {
    assert_eq!(tell(Cobs::new(2), b"\x03ab\0", true), "ab@0+4, clean");
    assert_eq!(tell(Cobs::new(2), b"\x01\x01\x01\0", true), "\\x00\\x00@0+4, clean");
    // Known before the end: the longest body has three bytes.
    assert_eq!(tell(Cobs::new(2), b"\x04abc", false), "too-long@0, skip@0+4, need 1");
    assert_eq!(tell(Cobs::new(2), b"\x03abc\0\x02d\0", true), "too-long@0, skip@0+5, d@5+3, clean");
    assert_eq!(tell(Cobs::new(0), b"\x01\0\x02a\0", true), "@0+2, too-long@2, skip@2+3, clean");
    assert_eq!(write(&mut Cobs::new(2), b"abc"), Err(("payload-too-long", 0)));
    assert_eq!(Cobs::new(usize::MAX).max_wire(), usize::MAX);
}

#[test]
fn a_payload_of_one_byte_too_many_may_be_known_only_at_the_end() {
    // 256 bytes are the worst encoding of 254; here they hold 255.
    let stream = [&[1; 256][..], &[0]].concat();
    assert_eq!(tell(Cobs::new(254), &stream, true), "too-long@0, skip@0+257, clean");
}

#[test]
fn one_byte_may_always_be_the_last() {
    assert_eq!(tell(Cobs::new(9), b"", false), "need 2");
    assert_eq!(tell(Cobs::new(9), b"\0", false), "skip@0+1, need 2");
    assert_eq!(tell(Cobs::new(9), b"\x05", false), "need 1");
    assert_eq!(tell(Cobs::new(9), b"\x01", true), "truncated@0");
    assert_eq!(
        tell(Cobs::new(1), b"\x02a\0\x05abcd", true),
        "a@0+3, too-long@3, skip@3+5, truncated@3"
    );
}

#[test]
fn slices_are_judged_without_a_delimiter() {
    let mut out = [0; 3];
    assert_eq!(told(decode(b"", &mut out)), Err(("truncated", 0)));
    assert_eq!(told(decode(b"\x02a\x04bc", &mut out)), Err(("bad-code", 2)));
    assert_eq!(told(decode(b"\x04a\0c", &mut out)), Err(("zero-in-block", 2)));
    assert_eq!(told(decode(b"\x05abcd", &mut out)), Err(("too-long", 0)));
    assert_eq!(told(decode(b"\x03ab\x01", &mut out)), Ok(3));
    assert_eq!(&out, b"ab\0");
    let mut stuffed = *b"\x02a\x02b";
    assert_eq!(told(decode_in_place(&mut stuffed)), Ok(3));
    assert!(stuffed.starts_with(b"a\0b"));
    assert_eq!(told(decode_in_place(&mut [])), Err(("truncated", 0)));
    assert_eq!(told(decode_in_place(&mut [3, 1])), Err(("bad-code", 0)));
}

#[test]
fn writing_needs_no_more_room_than_there_is_to_write() {
    let mut out = [0xa5; 4];
    assert_eq!(encode(b"a\0b", &mut out), Ok(4));
    let error = encode(b"a\0bc", &mut out).unwrap_err();
    assert_eq!(error.kind, EncodeErrorKind::BufferTooSmall { needed: 5 });
    assert_eq!(&out, b"\x02a\x02b");
}

#[test]
fn a_bad_code_goes_before_a_payload_that_is_too_long() {
    let mut out = [0; 2];
    assert_eq!(told(decode(b"\x04abc", &mut out)), Err(("too-long", 0)));
    assert_eq!(told(decode(b"\x04abc\x02", &mut out)), Err(("bad-code", 4)));
    let stuffed = [&[0xff][..], &[7; 254], &[3, 1]].concat();
    assert_eq!(told(decode(&stuffed, &mut out)), Err(("bad-code", 255)));
    assert_eq!(told(decode(&stuffed, &mut [0; 300])), Err(("bad-code", 255)));
    let mut stuffed = stuffed;
    assert_eq!(told(decode_in_place(&mut stuffed)), Err(("bad-code", 255)));
}

#[test]
fn a_bad_code_is_found_behind_many_good_ones() {
    for len in [0, 1, 30, 252, 253, 254, 255, 256, 600] {
        let stuffed = [&vec![1; len][..], b"\x03a"].concat();
        assert_eq!(told(decode(&stuffed, &mut vec![0; len + 2])), Err(("bad-code", len as u64)));
        assert_eq!(told(decode_in_place(&mut stuffed.clone())), Err(("bad-code", len as u64)));
    }
}

#[test]
fn a_body_with_a_zero_is_no_body() {
    for mut body in [&b"\0"[..], b"\x01\0", b"\x02a\0\x02b", &[0; 300]].map(<[u8]>::to_vec) {
        let refused = Cobs::new(300).unstuff((), &mut body);
        assert_eq!(refused.map_err(|error| error.code()), Err("zero-in-block"));
    }
}

/// Segments of blocks of one length, around all lengths at which another way is taken.
#[test]
fn a_zero_is_told_wherever_it_stands() {
    for code in [1, 2, 9, 65, 255] {
        let block = [&[code][..], &vec![1; usize::from(code) - 1]].concat();
        for len in (1..80).chain(250..262).chain(505..520) {
            let segment: Vec<u8> = block.iter().copied().cycle().take(len).collect();
            for at in 0..len {
                let mut segment = segment.clone();
                segment[at] = 0;
                let refused = Err(("zero-in-block", u64::try_from(at).unwrap()));
                let mut out = vec![0; len];
                assert_eq!(told(decode(&segment, &mut out)), refused, "{at} of {len}");
                assert_eq!(told(cobs_r::decode(&segment, &mut out)), refused, "{at} of {len}");
                assert_eq!(told(decode_in_place(&mut segment.clone())), refused, "{at} of {len}");
                let told = told(cobs_r::decode_in_place(&mut segment));
                assert_eq!(told, refused, "{at} of {len}");
            }
        }
    }
}
