//! Where one framing ends and the other begins, read and written.

extern crate alloc;

use alloc::vec;
use alloc::vec::Vec;

use super::super::testing::{tell, write};
use super::super::{
    Chunked, Delimiter, Ending, FrameErrorKind, Lines, Netstring, PartRole, Proxy, RecordMark,
};
use super::*;

fn lf() -> Lines {
    Lines::new(Ending::Lf, 9)
}

fn count(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).unwrap()
}

#[test]
fn the_second_begins_where_the_first_is_done() {
    let framer = || Then::new(Proxy::new(300), lf());
    assert_eq!(tell(framer(), b"PROXY \r\na\nb", true), "PROXY \\r\\n@0+8, a@8+2, b@10+1, clean");
    assert_eq!(tell(framer(), b"PROXY \r\n", false), "PROXY \\r\\n@0+8, need 1");
    assert_eq!(tell(framer(), b"GET", false), "bad-magic@0!");
    assert_eq!(tell(framer(), b"PROXY", true), "truncated@0");
    assert_eq!(tell(framer(), b"PROXY \r\n0123456789a", false), "PROXY \\r\\n@0+8, too-long@8!");
}

#[test]
fn the_second_begins_behind_so_many_messages() {
    let framer = |n| Then::after(count(n), Netstring::new(9), lf());
    assert_eq!(tell(framer(1), b"1:a,1:b,\n", true), "a@0+4, 1:b,@4+5, clean");
    assert_eq!(tell(framer(2), b"1:a,1:b,\n", true), "a@0+4, b@4+4, @8+1, clean");
    assert_eq!(tell(framer(2), b"1:a,\n", false), "a@0+4, bad-digit@4!");
    let framer = Then::after(count(3), Chunked::new(9), lf());
    assert_eq!(tell(framer, b"0\r\n\r\nx\n", true), "@0+5, x@5+2, clean");
}

#[test]
fn a_message_ends_with_its_last_part() {
    let framer = Then::after(count(1), RecordMark::new(9), lf());
    let told = tell(framer, b"\0\0\0\x01a\x80\0\0\x01bc\n", true);
    assert_eq!(told, "a@0+5 .., b@5+5, c@10+2, clean");
}

#[test]
fn an_end_is_judged_by_the_framing_whose_turn_it_is() {
    let framer = |n| Then::after(count(n), lf(), Chunked::new(9));
    assert_eq!(tell(framer(2), b"a\n", true), "a@0+2, clean");
    assert_eq!(tell(framer(1), b"a\n", true), "a@0+2, truncated@2");
    assert_eq!(tell(framer(1), b"a", true), "a@0+1, truncated@1");
    assert_eq!(tell(framer(1), b"a\n0\r\n\r\nz", false), "a@0+2, @2+5, done@7");
}

#[test]
fn turns_are_told_and_begin_again() {
    let mut framer = Then::after(count(1), lf(), Delimiter::one(b"\0", 3).build().unwrap());
    assert_eq!((framer.turn(), framer.max_wire()), (Either::First(()), 10));
    assert!(
        matches!(framer.step(b"a\n"), Ok(Step::Frame(frame)) if frame.meta == Either::First(()))
    );
    assert_eq!(framer.turn(), Either::Second(()));
    assert!(
        matches!(framer.step(b"b\0"), Ok(Step::Frame(frame)) if frame.meta == Either::Second(()))
    );
    let error = framer.step(b"abcd").unwrap_err();
    assert_eq!(error.kind, FrameErrorKind::TooLong { limit: 3 });
    framer.reset();
    assert_eq!(framer.turn(), Either::First(()));
    assert!(framer.at_boundary() && matches!(framer.step(b"abcd"), Ok(Step::Need(_))));
}

#[test]
fn parts_are_those_of_the_framing_whose_turn_it_is() {
    let mut framer = Then::new(Chunked::new(9), RecordMark::new(9));
    let part = framer.part(b"1\r\n").unwrap();
    assert_eq!((part.length_at, part.body, part.role), (0, 1, PartRole::Counted));
    assert!(matches!(framer.step(b"0\r\n\r\n"), Ok(Step::Frame(_))));
    let part = framer.part(b"\x80\0\0\x02").unwrap();
    assert_eq!((part.length_at, part.body), (0, 2));
    let metas = [Either::First(()), Either::Second(())];
    for (first, last) in metas.into_iter().zip(metas) {
        assert_eq!(framer.joined(first, last), last);
    }
}

#[test]
fn a_client_of_http2_begins_with_its_preface() {
    let stream = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    let told = tell(Then::http2(16).unwrap(), stream, true);
    assert!(told.ends_with("@0+24, @24+9, clean"), "{told}");
}

#[test]
fn writing_goes_over_where_reading_does() {
    let mut framer = Then::new(Proxy::new(300), lf());
    assert_eq!(write(&mut framer, b"a"), Err(("payload-length", 0)));
    assert_eq!(write(&mut framer, b"PROXY \r\n").unwrap(), b"PROXY \r\n");
    assert_eq!(write(&mut framer, b"a").unwrap(), b"a\n");
    framer.reset();
    assert_eq!(write(&mut framer, b"PROXY \r\n").unwrap(), b"PROXY \r\n");

    let mut framer = Then::after(count(2), lf(), Netstring::new(9));
    for (body, wire) in [(b"a", &b"a\n"[..]), (b"b", b"b\n"), (b"c", b"1:c,"), (b"d", b"1:d,")] {
        assert_eq!(write(&mut framer, body).unwrap(), wire);
    }
    assert_eq!(framer.turn(), Either::First(()), "reading is another matter");
}

#[test]
fn meta_data_names_the_framing() {
    let mut framer = Then::new(Chunked::new(9), lf());
    let mut space = [9; 16];
    let (first, second) = (Some(Either::First(())), Some(Either::Second(())));
    assert_eq!(framer.encode(b"a", first, &mut space), Ok(6));
    let small = EncodeErrorKind::BufferTooSmall { needed: 7 };
    assert_eq!(framer.encode(b"b", second, &mut space[..6]).unwrap_err().kind, small);
    assert_eq!(framer.encoded_len(b"b", second), Ok(7));
    assert_eq!(framer.encode(b"b", second, &mut space), Ok(7));
    assert_eq!(space[..7], *b"0\r\n\r\nb\n");
    assert_eq!(write(&mut framer, b"c").unwrap(), b"c\n");
    let mismatch = framer.encode(b"d", first, &mut space).unwrap_err();
    assert_eq!(mismatch.kind, EncodeErrorKind::MetaMismatch);
    assert_eq!(framer.envelope(b"e", second).unwrap().unwrap().tail(), b"\n");
}

#[test]
fn an_end_is_written_for_the_framing_that_needs_one() {
    let end = |framer: &mut Then<Chunked, Chunked>| {
        let mut out = vec![9; 16];
        let len = framer.encode_end(&mut out).unwrap();
        out.truncate(len);
        out
    };
    let mut framer = Then::new(Chunked::new(9), Chunked::new(9));
    let needed = framer.encode_end(&mut []).unwrap_err().kind;
    assert_eq!(needed, EncodeErrorKind::BufferTooSmall { needed: 10 });
    let written: Vec<u8> = end(&mut framer);
    assert_eq!(written, b"0\r\n\r\n0\r\n\r\n");
    assert!(tell(Then::new(Chunked::new(9), Chunked::new(9)), &written, true).ends_with("done@10"));
    assert_eq!(Then::new(lf(), Chunked::new(9)).encode_end(&mut []), Ok(0));
}
