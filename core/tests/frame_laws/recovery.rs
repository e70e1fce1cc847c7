//! One error a bad frame, and every good frame behind it.

use super::*;

fn payloads() -> [Vec<u8>; 3] {
    [b"ab".to_vec(), b"".to_vec(), b"c".to_vec()]
}

#[test]
fn of_a_length_prefix_skips_what_was_declared() {
    let builder = LengthPrefix::builder(4).width(1).trailer(1).oversize(Oversize::Discard);
    laws::recovers(&builder.build().unwrap(), b"\x05\x01\x01\x01\x01\x01\x01", &payloads());
}

#[test]
fn of_a_varint_prefix_skips_what_was_declared() {
    for encoding in ENCODINGS {
        let builder = VarintPrefix::builder(encoding, 2).oversize(Oversize::Discard);
        laws::recovers(&builder.build().unwrap(), b"\x05\x01\x01\x01\x01\x01", &payloads());
    }
}

#[test]
fn of_delimiters_is_behind_the_next() {
    let framer = Delimiter::one(b"--", 3).oversize(Oversize::Discard).build().unwrap();
    laws::recovers(&framer, b"toolong--", &payloads());
}

#[test]
fn of_stuffed_frames_is_behind_the_delimiter() {
    for bad in [&b"\x05a\0"[..], b"\xff\0", b"\x02\0", b"\x01\x09\0", b"toolong\0"] {
        laws::recovers(&Cobs::new(4), bad, &payloads());
    }
    laws::recovers(&CobsR::new(4), b"toolong\0", &payloads());
    for bad in
        [&b"\xdb\xc0"[..], b"a\xdb\xc0", b"\xc0\xdbab\xc0", b"toolonglong\xc0", b"\xdb\xdb\xc0"]
    {
        laws::recovers(&Slip::new(4), bad, &payloads());
    }
    for bad in [&b"}~"[..], b"~a}~", b"toolonglong~", b"toolong~"] {
        laws::recovers(&Hdlc::new(4), bad, &payloads());
    }
    for bad in [&b"a~"[..], b"abcd~", b"}~", b"ab}~", b"~a\xf7\x83~"] {
        laws::recovers(&Hdlc::new(4).fcs(Fcs::Fcs16), bad, &payloads());
    }
}

#[test]
fn of_lines_is_behind_the_next_ending() {
    let framer = Lines::new(Ending::CrLf, 4).oversize(Oversize::Discard);
    for bad in [&b"toolong\r\n"[..], b"a\rb\n\r\r\n", b"\n\r\n", b"\r\r\n", b"abcd\n\n\r\n"] {
        laws::recovers(&framer, bad, &payloads());
    }
    let framer = Lines::new(Ending::Universal, 4).oversize(Oversize::Discard);
    laws::recovers(&framer, b"toolong\r", &payloads());
}
