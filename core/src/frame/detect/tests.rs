//! Both framings, and what tells them apart.

use super::super::testing::tell;
use super::super::{Chunked, Ending, Fixed, Lines, PartRole, RecordMark};
use super::*;

fn lf() -> Lines {
    Lines::new(Ending::Lf, 40)
}

fn fixed(len: usize) -> Fixed {
    Fixed::try_from(len).unwrap()
}

#[test]
fn a_verdict_takes_the_fewest_bytes_and_is_final() {
    let mut framer = Detect::proxy(300, lf());
    for (input, chosen) in [
        (&b""[..], None),
        (b"PROXY", None),
        (b"PROXY ", Some(Either::First(()))),
        (b"hello", Some(Either::First(()))),
    ] {
        let _ = framer.step(input);
        assert_eq!(framer.chosen(), chosen, "{input:?}");
    }
    framer.reset();
    assert_eq!(framer.chosen(), None);
    assert!(matches!(framer.step(b"PX"), Ok(Step::Need(_))));
    assert_eq!(framer.chosen(), Some(Either::Second(())));
    assert_eq!(tell(Detect::proxy(300, lf()), b"PROXY x\ny", false), "bare-lf@7!");
}

#[test]
fn nothing_is_consumed_by_looking() {
    assert_eq!(tell(Detect::proxy(300, lf()), b"PROX\nb\n", true), "PROX@0+5, b@5+2, clean");
    let told = tell(Detect::proxy(300, lf()), b"PROXY \r\nb\n", true);
    assert_eq!(told, "PROXY \\r\\n@0+8, b@8+2, clean");
    assert_eq!(tell(Detect::syslog(9), b"1 a2 bc", true), "a@0+3, bc@3+4, clean");
    assert_eq!(tell(Detect::syslog(9), b"<1>a\n", true), "<1>a@0+5, clean");
    let ten = Detect::new(Signature::Http2Preface, fixed(24), fixed(1));
    assert_eq!(tell(ten, b"PRx", true), "P@0+1, R@1+1, x@2+1, clean");
}

#[test]
fn need_is_what_the_shortest_frame_of_either_lacks() {
    let needs = |stream: &[u8], matched, otherwise| {
        tell(Detect::new(Signature::Proxy, fixed(matched), fixed(otherwise)), stream, false)
    };
    assert_eq!(needs(b"", 9, 7), "need 7");
    assert_eq!(needs(b"PROX", 9, 7), "need 3");
    assert_eq!(needs(b"PROX", 7, 9), "need 3");
    assert_eq!(needs(b"PROXY", 9, 3), "need 1");
    assert_eq!(needs(b"PROXY ", 9, 3), "need 3");
    assert_eq!(Detect::new(Signature::Proxy, fixed(3), fixed(3)).max_wire(), 12);
    assert_eq!(Detect::new(Signature::OctetCounting, fixed(3), fixed(4)).max_wire(), 4);
}

#[test]
fn an_end_while_the_verdict_is_open_is_judged_by_the_other_framing() {
    let end = |stream: &[u8]| tell(Detect::new(Signature::Proxy, fixed(3), lf()), stream, true);
    assert_eq!(end(b""), "clean");
    assert_eq!(end(b"PROX"), "PROX@0+4, clean");
    let chunks = Detect::new(Signature::Proxy, fixed(3), Chunked::new(9));
    assert_eq!(tell(chunks, b"", true), "truncated@0");
    let pairs = Detect::new(Signature::Proxy, lf(), fixed(2));
    assert_eq!(tell(pairs, b"PROXY", true), "PR@0+2, OX@2+2, truncated@4");
}

#[test]
fn an_end_that_decides_hands_out_every_frame() {
    // As the contract of `finish` has it: again with what is left after a frame.
    let mut pairs = Detect::new(Signature::Proxy, lf(), fixed(2));
    assert!(matches!(pairs.step(b"PROX"), Ok(Step::Need(_))));
    assert!(matches!(pairs.finish(b"PROX"), Ok(Finish::Frame(frame)) if frame.body == (0..2)));
    assert!(matches!(pairs.finish(b"OX"), Ok(Finish::Frame(frame)) if frame.body == (0..2)));
    assert!(matches!(pairs.finish(b""), Ok(Finish::Clean)));
    let inside = Detect::new(Signature::Proxy, lf(), fixed(2));
    let mut outer = Then::after(core::num::NonZeroUsize::MIN, inside, fixed(1));
    assert!(matches!(outer.step(b"PRO"), Ok(Step::Need(_))));
    assert!(matches!(outer.finish(b"PRO"), Ok(Finish::Frame(frame)) if frame.body == (0..2)));
    assert!(matches!(outer.finish(b"O"), Ok(Finish::Frame(frame)) if frame.body == (0..1)));
}

#[test]
fn parts_are_known_as_soon_as_the_framing_is() {
    let framer = Detect::new(Signature::OctetCounting, Chunked::new(9), RecordMark::new(9));
    let part = |input: &[u8]| framer.part(input).map(|part| (part.body, part.role));
    assert_eq!(part(b"3\r\n"), Some((3, PartRole::Counted)));
    assert_eq!(part(b"\x80\0\0\x02"), Some((2, PartRole::Counted)));
    assert_eq!(part(b""), None);
}

#[cfg(feature = "alloc")]
mod writing {
    use super::super::super::testing::write;
    use super::super::super::{Encode, EncodeErrorKind, OctetCounting};
    use super::*;

    #[test]
    fn the_payload_chooses_once() {
        let mut framer = Detect::proxy(300, lf());
        assert_eq!(write(&mut framer, b"PROXY \r\n").unwrap(), b"PROXY \r\n");
        assert_eq!(write(&mut framer, b"a").unwrap(), b"a\n");
        framer.reset();
        assert_eq!(write(&mut framer, b"a").unwrap(), b"a\n");
        // What comes later tells nothing.
        assert_eq!(write(&mut framer, b"PROXY ").unwrap(), b"PROXY \n");
        assert_eq!(framer.chosen(), None, "reading is another matter");
    }

    #[test]
    fn what_would_be_read_as_the_other_is_refused() {
        let wrong = Err(("wrong-signature", 0));
        let mut framer = Detect::new(Signature::OctetCounting, fixed(2), lf());
        assert_eq!(write(&mut framer, b"1abc"), wrong);
        assert_eq!(write(&mut framer, b"ab").unwrap(), b"ab\n");
        assert_eq!(write(&mut framer, b"1abc").unwrap(), b"1abc\n");
        let mut framer = Detect::new(Signature::Proxy, fixed(9), fixed(3));
        assert_eq!(write(&mut framer, b"PRO").unwrap(), b"PRO");
        assert_eq!(write(&mut framer, b"XY "), wrong);
        assert_eq!(write(&mut framer, b"XY_").unwrap(), b"XY_");
        assert_eq!(write(&mut framer, b"XY ").unwrap(), b"XY ");
    }

    #[test]
    fn meta_data_names_the_framing() {
        let (first, second) = (Some(Either::First(())), Some(Either::Second(())));
        let mut framer = Detect::new(Signature::OctetCounting, OctetCounting::new(9), lf());
        let kind =
            |result: Result<usize, super::super::super::EncodeError>| result.map_err(|e| e.kind);
        let mut out = [9; 8];
        assert_eq!(framer.encoded_len(b"a", second), Ok(2));
        assert_eq!(
            kind(framer.encode(b"1", second, &mut out)),
            Err(EncodeErrorKind::WrongSignature)
        );
        let small = Err(EncodeErrorKind::BufferTooSmall { needed: 3 });
        assert_eq!(kind(framer.encode(b"a", first, &mut out[..2])), small);
        assert_eq!(framer.encode(b"a", first, &mut out), Ok(3));
        assert_eq!(kind(framer.encode(b"a", second, &mut out)), Err(EncodeErrorKind::MetaMismatch));
        assert_eq!(framer.envelope(b"ab", None).unwrap().unwrap().head(), b"2 ");
        // An error is that of the framing which has been chosen.
        let long = Err(EncodeErrorKind::PayloadTooLong { limit: 9 });
        assert_eq!(kind(framer.encoded_len(&[b'a'; 10], None)), long);
    }

    #[test]
    fn an_end_is_that_of_the_framing_which_was_written() {
        let mut framer = Detect::new(Signature::OctetCounting, Chunked::new(9), lf());
        assert_eq!(framer.encode_end(&mut []), Ok(0));
        assert_eq!(write(&mut framer, b"a").unwrap(), b"1\r\na\r\n");
        let needed = framer.encode_end(&mut []).unwrap_err().kind;
        assert_eq!(needed, EncodeErrorKind::BufferTooSmall { needed: 5 });
    }
}
