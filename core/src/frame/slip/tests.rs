extern crate alloc;

use super::super::testing::{tell, write};
use super::*;

fn told(result: Result<usize, FrameError>) -> Result<usize, (&'static str, u64)> {
    result.map_err(|error| (error.code(), error.at))
}

#[test]
fn end_and_esc_are_escaped_and_nothing_else() {
    let wrote = |body: &[u8]| write(&mut Slip::new(9), body).unwrap();
    assert_eq!(wrote(b"a"), b"a\xc0");
    assert_eq!(wrote(b"\xc0\xdb"), b"\xdb\xdc\xdb\xdd\xc0");
    assert_eq!(wrote(b"\xdc\xdd"), b"\xdc\xdd\xc0");
    let told = tell(Slip::new(9), b"\xdb\xdca\xdb\xdd\xc0", true);
    assert_eq!(told, "\\xc0a\\xdb@0+6, clean");
}

#[test]
fn an_end_before_a_frame_is_no_part_of_it() {
    let told = tell(Slip::new(9), b"\xc0\xc0a\xc0\xc0b\xc0", true);
    assert_eq!(told, "skip@0+2, a@2+2, skip@4+1, b@5+2, clean");
    assert_eq!(tell(Slip::new(9), b"\xc0", true), "skip@0+1, clean");
    assert_eq!(write(&mut Slip::new(9), b""), Err(("payload-empty", 0)));
}

#[test]
fn a_bad_escape_costs_its_own_frame_only() {
    let told = tell(Slip::new(9), b"a\xdbb\xc0c\xc0", true);
    assert_eq!(told, "bad-escape@2, skip@0+4, c@4+2, clean");
    let told = tell(Slip::new(9), b"\xc0\x01\x02\xdb\xc0\x03\xc0", true);
    assert_eq!(told, "skip@0+1, bad-escape@4, skip@1+4, \\x03@5+2, clean");
    assert_eq!(tell(Slip::new(9), b"\xdb\xdb\xc0", true), "bad-escape@1, skip@0+3, clean");
}

#[test]
fn rfc_1055_keeps_the_byte_but_end_ends() {
    let slip = || Slip::new(9).escape(SlipEscape::Rfc1055);
    assert_eq!(tell(slip(), b"a\xdbb\xdb\xdb\xc0", true), "ab\\xdb@0+6, clean");
    let told = tell(slip(), b"a\xdb\xc0b\xc0", true);
    assert_eq!(told, "bad-escape@2, skip@0+3, b@3+2, clean");
    assert_eq!(write(&mut slip(), b"\xc0"), Ok(b"\xdb\xdc\xc0".to_vec()));
}

#[test]
fn the_limit_counts_the_payload_and_an_escape_may_stand_at_it() {
    assert_eq!(tell(Slip::new(2), b"ab\xc0", true), "ab@0+3, clean");
    assert_eq!(tell(Slip::new(2), b"a\xdb\xdc\xc0", true), "a\\xc0@0+4, clean");
    assert_eq!(tell(Slip::new(1), b"\xdb\xdd\xc0", true), "\\xdb@0+3, clean");
    let told = tell(Slip::new(2), b"abc\xc0d\xc0", true);
    assert_eq!(told, "too-long@0, skip@0+4, d@4+2, clean");
    assert_eq!(tell(Slip::new(1), b"abc", false), "too-long@0, skip@0+3, need 1");
    assert_eq!(tell(Slip::new(1), b"ab\xdb\xc0c\xc0", true), "too-long@0, skip@0+4, c@4+2, clean");
    assert_eq!(tell(Slip::new(0), b"a", true), "too-long@0, skip@0+1, truncated@0");
    assert_eq!(write(&mut Slip::new(2), b"abc"), Err(("payload-too-long", 0)));
    assert_eq!(Slip::new(usize::MAX).max_wire(), usize::MAX);
}

#[test]
fn a_bad_escape_goes_before_a_payload_that_is_too_long() {
    assert_eq!(tell(Slip::new(2), b"abc\xdb\xc0", true), "bad-escape@4, skip@0+5, clean");
}

#[test]
fn one_byte_may_always_be_the_last() {
    assert_eq!(tell(Slip::new(9), b"", false), "need 2");
    assert_eq!(tell(Slip::new(9), b"\xc0", false), "skip@0+1, need 2");
    assert_eq!(tell(Slip::new(9), b"a", false), "need 1");
    assert_eq!(tell(Slip::new(9), b"a\xdb", false), "need 1");
    assert_eq!(tell(Slip::new(9), b"\xc0a\xdbx", true), "skip@0+1, truncated@1");
}

#[test]
fn slices_are_judged_without_an_end() {
    let mut out = [0; 3];
    assert_eq!(told(decode(b"", &mut out)), Ok(0));
    assert_eq!(told(decode(b"a\xdb\xdcb", &mut out)), Ok(3));
    assert_eq!(&out, b"a\xc0b");
    assert_eq!(told(decode(b"a\xdb", &mut out)), Err(("bad-escape", 2)));
    assert_eq!(told(decode(b"a\xc0", &mut out)), Err(("bad-escape", 1)));
    assert_eq!(told(decode(b"abcd", &mut out)), Err(("too-long", 0)));
    let mut stuffed = *b"\xdb\xdda\xdb\xdc";
    assert_eq!(told(decode_in_place(&mut stuffed)), Ok(3));
    assert!(stuffed.starts_with(b"\xdba\xc0"));
}

#[test]
fn writing_needs_no_more_room_than_there_is_to_write() {
    let mut out = [0xa5; 4];
    assert_eq!(encode(b"a\xc0b", &mut out), Ok(4));
    let error = encode(b"\xc0\xc0b", &mut out).unwrap_err();
    assert_eq!(error.kind, EncodeErrorKind::BufferTooSmall { needed: 5 });
    assert_eq!(&out, b"a\xdb\xdcb");
}
