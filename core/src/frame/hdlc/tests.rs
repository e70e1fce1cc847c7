use super::super::testing::{tell, write};
use super::*;

/// Bare XON and XOFF are dropped.
const XON_XOFF: u32 = 1 << 0x11 | 1 << 0x13;

fn hdlc() -> Hdlc {
    Hdlc::new(9)
}

fn fcs_16() -> Hdlc {
    Hdlc::new(9).fcs(Fcs::Fcs16)
}

fn fcs_32() -> Hdlc {
    Hdlc::new(9).fcs(Fcs::Fcs32)
}

#[test]
fn flag_and_escape_are_escaped_and_flags_written_on_both_sides() {
    assert_eq!(write(&mut hdlc(), b"a"), Ok(b"~a~".to_vec()));
    assert_eq!(write(&mut hdlc(), b"~}"), Ok(b"~}\x5e}\x5d~".to_vec()));
    assert_eq!(write(&mut hdlc(), b"\x00\x1f"), Ok(b"~\x00\x1f~".to_vec()));
    assert_eq!(tell(hdlc(), b"~}\x5e}\x5d~", true), "skip@0+1, ~}@1+5, clean");
}

#[test]
fn any_byte_may_be_escaped() {
    assert_eq!(tell(hdlc(), b"}A}\x21~", true), "a\\x01@0+5, clean");
    assert_eq!(tell(hdlc(), b"}}~", true), "]@0+3, clean");
}

#[test]
fn a_flag_may_end_one_frame_and_begin_the_next() {
    assert_eq!(tell(hdlc(), b"~a~b~", true), "skip@0+1, a@1+2, b@3+2, clean");
    assert_eq!(tell(hdlc(), b"~~~a~~", true), "skip@0+3, a@3+2, skip@5+1, clean");
    assert_eq!(tell(hdlc(), b"a~", true), "a@0+2, clean");
    assert_eq!(write(&mut hdlc(), b""), Err(("payload-empty", 0)));
}

#[test]
fn an_escaped_flag_aborts_the_frame() {
    assert_eq!(tell(hdlc(), b"~ab}~c~", true), "skip@0+1, aborted@3, skip@1+4, c@5+2, clean");
    assert_eq!(tell(hdlc(), b"}~", true), "aborted@0, skip@0+2, clean");
    assert_eq!(tell(hdlc(), b"a}~b}~", true), "aborted@1, skip@0+3, aborted@4, skip@3+3, clean");
    // The second escapes itself.
    assert_eq!(tell(hdlc(), b"}}}~", true), "aborted@2, skip@0+4, clean");
    assert_eq!(tell(fcs_16(), b"a}~", true), "aborted@1, skip@0+3, clean");
}

#[test]
fn a_check_sequence_is_judged_at_its_first_byte() {
    assert_eq!(write(&mut fcs_16(), b"a"), Ok(b"~a\xf7\x82~".to_vec()));
    assert_eq!(tell(fcs_16(), b"~a\xf7\x82~", true), "skip@0+1, a@1+4, clean");
    let told = tell(fcs_16(), b"~a\xf7\x83~a\xf7\x82~", true);
    assert_eq!(told, "skip@0+1, checksum@2, skip@1+4, a@5+4, clean");
    assert_eq!(tell(fcs_16(), b"b\xf7\x82~", true), "checksum@1, skip@0+4, clean");
    assert_eq!(write(&mut fcs_32(), b"a"), Ok(b"~a\x43\xbe\xb7\xe8~".to_vec()));
    assert_eq!(tell(fcs_32(), b"b\x43\xbe\xb7\xe8~", true), "checksum@1, skip@0+6, clean");
}

#[test]
fn a_check_sequence_is_stuffed_and_still_found() {
    assert_eq!(write(&mut fcs_16(), b"\x60"), Ok(b"~\x60}\x5e\x93~".to_vec()));
    assert_eq!(tell(fcs_16(), b"\x60}\x5e\x93~", true), "`@0+5, clean");
    assert_eq!(tell(fcs_16(), b"\x60}\x5e\x94~", true), "checksum@1, skip@0+5, clean");
    assert_eq!(tell(fcs_16(), b"}\x5e\x60\x60}\x5e~", true), "checksum@3, skip@0+7, clean");
}

#[test]
fn with_a_check_sequence_an_empty_payload_is_a_frame() {
    assert_eq!(write(&mut fcs_16(), b""), Ok(b"~\0\0~".to_vec()));
    assert_eq!(tell(fcs_16(), b"\0\0~", true), "@0+3, clean");
    assert_eq!(tell(fcs_32(), b"\0\0\0\0~", true), "@0+5, clean");
    // Shorter than the sequence.
    assert_eq!(tell(fcs_16(), b"~a~", true), "skip@0+1, checksum@1, skip@1+2, clean");
    assert_eq!(tell(fcs_32(), b"\0\0\0~", true), "checksum@0, skip@0+4, clean");
}

#[test]
fn mapped_bytes_are_escaped_and_dropped_when_bare() {
    let mut framer = hdlc().accm(XON_XOFF);
    assert_eq!(write(&mut framer, b"\x11\x12\x13"), Ok(b"~}\x31\x12}\x33~".to_vec()));
    assert_eq!(tell(framer.clone(), b"}\x31\x13a\x11~", true), "\\x11a@0+6, clean");
    // They mean nothing between frames, nor behind an escape.
    assert_eq!(tell(framer.clone(), b"\x11~\x13a~\x11", true), "skip@0+3, a@3+2, skip@5+1, clean");
    assert_eq!(tell(framer.clone(), b"}\x11A~", true), "a@0+4, clean");
    assert_eq!(tell(framer, b"a}\x11~", true), "aborted@1, skip@0+4, clean");
    // Without the map they are data.
    assert_eq!(tell(hdlc(), b"\x11a~", true), "\\x11a@0+3, clean");
    let mut all = fcs_16().accm(u32::MAX);
    assert_eq!(write(&mut all, b""), Ok(b"~}\x20}\x20~".to_vec()));
    assert_eq!(tell(all, b"}\x20\x01}\x20~", true), "@0+6, clean");
}

#[test]
fn the_limit_counts_the_payload_without_its_sequence() {
    let two = |fcs| Hdlc::new(2).fcs(fcs);
    assert_eq!(tell(two(Fcs::None), b"}\x5e}\x5e~", true), "~~@0+5, clean");
    assert_eq!(tell(two(Fcs::None), b"abc~d~", true), "too-long@0, skip@0+4, d@4+2, clean");
    assert_eq!(tell(two(Fcs::None), b"abcde", false), "too-long@0, skip@0+5, need 1");
    assert_eq!(tell(two(Fcs::Fcs16), b"ab\xde\x33~", true), "ab@0+5, clean");
    let three = write(&mut Hdlc::new(3).fcs(Fcs::Fcs16), b"abc").unwrap();
    assert_eq!(tell(two(Fcs::Fcs16), &three, true), "skip@0+1, too-long@1, skip@1+6, clean");
    assert_eq!(tell(two(Fcs::Fcs16), b"abcdefgh", false), "need 1");
    assert_eq!(tell(two(Fcs::Fcs16), b"abcdefghi", false), "too-long@0, skip@0+9, need 1");
    assert_eq!(write(&mut two(Fcs::None), b"abc"), Err(("payload-too-long", 0)));
    assert_eq!(Hdlc::new(usize::MAX).fcs(Fcs::Fcs32).max_wire(), usize::MAX);
    assert_eq!(tell(Hdlc::new(0).fcs(Fcs::Fcs16), b"\0\0~", true), "@0+3, clean");
}

#[test]
fn what_is_needed_is_the_shortest_frame_and_then_its_flag() {
    let needs = |framer: Hdlc| tell(framer, b"", false);
    assert_eq!([hdlc(), fcs_16(), fcs_32()].map(needs), ["need 2", "need 3", "need 5"]);
    assert_eq!(tell(hdlc(), b"~", false), "skip@0+1, need 2");
    assert_eq!(tell(fcs_16(), b"a}", false), "need 1");
    assert_eq!(tell(fcs_16(), b"~a}", true), "skip@0+1, truncated@1");
    assert_eq!(tell(fcs_16(), b"~~", true), "skip@0+2, clean");
}
