//! What deframers make of stuffing, of an end of the framing, and of parts, shown by framers that
//! are made for it; and the laws, for these too.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "likewise")]

mod samples;

use portolan::frame::deframer::{Assemble, BytesDeframer, End, Event, FixedDeframer, frames_mut};
use portolan::frame::{
    AnyMeta, ConfigError, Finish, FrameError, Framer, LengthPrefix, Need, Netstring, Plain, Proxy,
    Step,
};
use portolan_fuzz_oracles::frame_laws::{self as laws, Limits, Trial};
use proptest::prelude::*;

use samples::{Once, Parts, Stuffed};

/// Tells the events of a stream as text, as one piece.
fn tell<F: laws::Subject>(framer: &F, stream: &[u8], end: bool) -> Vec<String> {
    laws::events(framer, &[stream], end).iter().map(line).collect()
}

fn line<M: core::fmt::Debug>(record: &laws::Record<M>) -> String {
    match record {
        laws::Record::Frame { at, wire, body, .. } => {
            format!("{}@{at}+{wire}", body.escape_ascii())
        }
        laws::Record::Error(error) => format!("{}@{} {:?}", error.code(), error.at, error.recovery),
        laws::Record::Need(need) => format!("need {need}"),
        laws::Record::Done(at) => format!("done@{at}"),
        laws::Record::End(End::Clean) => "clean".to_owned(),
        laws::Record::End(End::Truncated { at }) => format!("truncated@{at}"),
        other => format!("{other:?}"),
    }
}

/// Tells what is assembled of a stream.
fn join(max: usize, max_parts: usize, stream: &[u8]) -> Vec<String> {
    let mut assemble = Assemble::growing(Parts::new(9), max, max_parts);
    assemble.extend(stream);
    assemble.end();
    let mut told = Vec::new();
    loop {
        told.push(match assemble.poll() {
            Event::Frame { at, frame } => {
                let body = assemble.buffer()[frame.body].escape_ascii();
                format!("{body}@{at}+{} {}", frame.wire, char::from(frame.meta))
            }
            Event::Error(error) => format!("{}@{} {:?}", error.code(), error.at, error.recovery),
            Event::End(End::Truncated { at }) => format!("truncated@{at}"),
            other => format!("{other:?}"),
        });
        if assemble.is_over() {
            return told;
        }
    }
}

#[test]
fn a_bad_body_is_an_error_of_its_frame_and_the_next_is_delivered() {
    let stream = b"#a\\:b;#x\\;#ok;";
    let told = tell(&Stuffed::new(4), stream, true);
    // Behind the mark the body is `x\`: the byte after the escape would be its third.
    assert_eq!(told, ["a;b@0+6", "bad-escape@9 Resync", "ok@10+4", "clean"]);
}

#[test]
fn a_payload_that_is_too_long_when_unstuffed_is_too_long_at_its_first_byte() {
    // Five bytes could be three; they are four and more than the limit of two.
    let told = tell(&Stuffed::new(2), b"#ab;#abc;#\\:\\:;#d;", true);
    assert_eq!(told, ["ab@0+4", "too-long@4 Resync", ";;@9+6", "d@15+3", "clean"]);
}

#[test]
fn a_frame_longer_than_the_worst_spelling_is_refused_before_its_end() {
    assert_eq!(tell(&Stuffed::new(1), b"#abc", false), ["too-long@0 Resync", "need 1"]);
    assert_eq!(tell(&Stuffed::new(1), b"#abc;#d;", true), ["too-long@0 Resync", "d@5+3", "clean"]);
}

#[test]
fn every_deframer_reports_a_bad_body_and_goes_on() {
    let stream = b"#a;#\\;#b;";
    let told = |frame: Result<(u64, Vec<u8>), FrameError>| match frame {
        Ok((at, body)) => format!("{}@{at}", body.escape_ascii()),
        Err(error) => format!("{}@{}", error.code(), error.at),
    };
    let expected = ["a@0", "bad-escape@5", "b@6"];

    let mut copy = stream.to_vec();
    let slice = frames_mut(Stuffed::new(4), &mut copy);
    let slice: Vec<_> =
        slice.map(|frame| told(frame.map(|frame| (frame.at, frame.body.to_vec())))).collect();
    assert_eq!(slice, expected);

    let mut array = FixedDeframer::<_, 10>::new(Stuffed::new(4)).unwrap();
    array.spare()[..9].copy_from_slice(stream);
    array.filled(9);
    let mut shared = BytesDeframer::new(Stuffed::new(4));
    shared.extend(stream);
    for expected in expected {
        let frame = array.next_frame().unwrap();
        assert_eq!(told(frame.map(|frame| (frame.at, frame.body.to_vec()))), expected);
        let frame = shared.next_frame().unwrap();
        assert_eq!(told(frame.map(|frame| (frame.at, frame.body.to_vec()))), expected);
    }
    assert!(array.next_frame().is_none() && shared.next_frame().is_none());
}

#[test]
fn what_is_behind_the_framing_is_left_to_who_follows() {
    let stream = b"abcrest";
    assert_eq!(tell(&Once::new(3), stream, true), ["abc@0+3", "done@3"]);
    assert_eq!(tell(&Once::new(3), b"abc", false), ["abc@0+3", "done@3"]);
    assert_eq!(tell(&Once::new(3), b"ab", true), ["truncated@0"]);

    let mut copy = stream.to_vec();
    let mut slice = frames_mut(Once::new(3), &mut copy);
    assert_eq!(slice.by_ref().count(), 1);
    assert_eq!(slice.into_rest(), b"rest");

    let mut shared = BytesDeframer::new(Once::new(3));
    let mut array = FixedDeframer::<_, 16>::new(Once::new(3)).unwrap();
    let mut joined = Assemble::growing(Once::new(3), 3, 1);
    let (mut frames, mut behind) = (0, Vec::new());
    for chunk in stream.chunks(2) {
        shared.extend(chunk);
        joined.extend(chunk);
        behind.extend(array.feed(chunk, |frame| frames += usize::from(frame.is_ok())));
        frames += usize::from(shared.next_frame().is_some());
        frames += usize::from(joined.next_frame().is_some());
    }
    assert!(shared.is_over() && array.is_over() && joined.is_over());
    assert_eq!(
        (frames, shared.rest(), &behind[..], joined.rest()),
        (3, &b"rest"[..], &b"rest"[..], &b"rest"[..])
    );
    assert!(array.rest().is_empty());
    assert_eq!(joined.poll(), Event::Done { at: 3 });
}

/// What an array of 32 bytes holds when a stream in two pieces is over, and what it gives back.
fn left(framer: impl Plain, pieces: [&[u8]; 2]) -> (Vec<u8>, Vec<u8>) {
    let mut array = FixedDeframer::<_, 32>::new(framer).unwrap();
    let mut behind = array.feed(pieces[0], |_| {}).to_vec();
    behind.extend(array.feed(pieces[1], |_| {}));
    assert!(array.is_over());
    let end = behind.len();
    behind.extend(array.feed(b"more", |_| panic!("a frame behind the end")));
    assert_eq!(behind.split_off(end), b"more");
    (array.rest().to_vec(), behind)
}

#[test]
fn an_array_gives_back_what_is_behind_the_framing_however_long_and_wherever_it_is_cut() {
    let (header, request) = (b"PROXY UNKNOWN\r\n", [b'x'; 99]);
    let stream = [&header[..], &request].concat();
    for cut in 0..=stream.len() {
        let (first, second) = stream.split_at(cut);
        assert_eq!(left(Proxy::new(32), [first, second]), (vec![], request.to_vec()), "{cut}");
    }
    // Of a framing that is broken, all from the frame on that broke it: what came before the
    // chunk is in the array.
    let stream = [&b"1:a,2:abc"[..], &request].concat();
    for cut in 0..=stream.len() {
        let (first, second) = stream.split_at(cut);
        let (held, behind) = left(Netstring::new(9), [first, second]);
        assert_eq!([&held[..], &behind].concat(), stream[4..], "{cut}");
        assert_eq!(held.len(), if cut < 9 { cut.saturating_sub(4) } else { 0 }, "{cut}");
    }
}

/// Waits for ever, and says that no frame has more than four bytes.
#[derive(Clone, Debug)]
struct Liar;

impl Framer for Liar {
    type Meta = ();

    fn step(&mut self, _: &[u8]) -> Result<Step<()>, FrameError> {
        Ok(Step::Need(Need::at_least(1)))
    }

    fn finish(&mut self, _: &[u8]) -> Result<Finish<()>, FrameError> {
        Ok(Finish::Clean)
    }

    fn max_wire(&self) -> usize {
        4
    }

    fn at_boundary(&self) -> bool {
        false
    }

    fn reset(&mut self) {}
}

impl Plain for Liar {}

#[test]
fn an_array_gives_back_what_it_cannot_hold_of_a_framer_that_waits_for_more_than_it_says() {
    let mut array = FixedDeframer::<_, 4>::new(Liar).unwrap();
    assert_eq!(array.feed(b"abcdef", |_| panic!("no frame")), b"ef");
    assert_eq!(array.feed(b"gh", |_| panic!("no frame")), b"gh");
    assert_eq!(array.rest(), b"abcd");
}

#[test]
fn parts_become_one_message_over_all_their_bytes() {
    assert_eq!(join(9, 3, b"+\x02ab+\0.\x01c.\x01d"), ["abc@0+9 +", "d@9+3 .", "End(Clean)"]);
    assert_eq!(join(0, 1, b".\0"), ["@0+2 .", "End(Clean)"]);
}

#[test]
fn a_frame_between_two_parts_comes_first() {
    let told = join(9, 2, b"+\x02ab!\x01x.\x01c!\0");
    assert_eq!(told, ["x@4+3 !", "abc@0+7 +", "@10+2 !", "End(Clean)"]);
}

#[test]
fn a_message_may_be_as_long_as_the_limit_and_no_longer() {
    assert_eq!(join(4, 9, b"+\x03abc.\x01d"), ["abcd@0+8 +", "End(Clean)"]);
    // Known from the header, at its length field.
    assert_eq!(join(4, 9, b"+\x03abc.\x02"), ["too-long@6 Fatal"]);
    assert_eq!(join(4, 9, b".\x05"), ["too-long@1 Fatal"]);
    // What is between is not of the message.
    assert_eq!(join(1, 9, b"+\x01a!\x03xyz.\0"), ["xyz@3+5 !", "a@0+5 +", "End(Clean)"]);
}

#[test]
fn a_message_may_have_as_many_parts_as_the_limit_and_no_more() {
    assert_eq!(join(9, 2, b"+\0.\0"), ["@0+4 +", "End(Clean)"]);
    assert_eq!(join(9, 2, b"+\0+\0.\0"), ["too-many-parts@5 Fatal"]);
    assert_eq!(join(9, 0, b".\0"), ["too-many-parts@1 Fatal"]);
    // Parts that are not counted, and frames between, are no part too many.
    assert_eq!(join(9, 1, b"+\0!\0-\0"), ["@2+2 !", "@0+4 +", "End(Clean)"]);
    // Both limits at one field: the parts are counted first.
    assert_eq!(join(1, 1, b"+\x01a.\x01"), ["too-many-parts@4 Fatal"]);
}

#[test]
fn the_end_between_two_parts_truncates_the_message_at_its_first_byte() {
    assert_eq!(join(9, 9, b".\0+\x01a"), ["@0+2 .", "truncated@2"]);
    assert_eq!(join(9, 9, b".\0+\x01a.\x01"), ["@0+2 .", "truncated@2"]);
    assert_eq!(join(9, 9, b"+\x01a!\0"), ["@3+2 !", "truncated@0"]);
    assert_eq!(join(9, 9, b"+\x01a?"), ["bad-header@3 Fatal"]);
}

#[test]
fn an_error_is_recovered_from_between_messages_but_not_between_parts() {
    let told = join(9, 9, b".\x01?.\x01a+\0.\x01?.\0");
    assert_eq!(told[..3], ["bad-escape@2 Resync", "Skip { at: 0, len: 3 }", "a@3+3 ."]);
    assert_eq!(told[3..], ["bad-escape@10 Fatal"]);
}

#[test]
fn the_buffer_holds_a_message_and_the_longest_part() {
    let make = |len: usize| Assemble::new(Parts::new(9), vec![0; len], 20, 4).map(|_| ());
    assert_eq!(make(30), Err(ConfigError::BufferTooSmall { needed: 31 }));
    assert_eq!(make(31), Ok(()));
    let mut array = [0; 31];
    let mut borrowed = Assemble::new(Parts::new(9), &mut array[..], 20, 4).unwrap();
    for chunk in [&b"+\x01"[..], b"a.\x01b"] {
        borrowed.spare()[..chunk.len()].copy_from_slice(chunk);
        borrowed.filled(chunk.len());
    }
    assert_eq!(borrowed.next_frame().unwrap().unwrap().body, b"ab");
    borrowed.reset();
    assert!(borrowed.at_boundary() && borrowed.position() == 0);
}

#[test]
fn meta_data_goes_through_the_choice_at_run_time() {
    assert_eq!(u8::try_from(AnyMeta::from(7_u8)), Ok(7));
    assert_eq!(u8::try_from(AnyMeta::None), Ok(0));
    assert_eq!(<()>::try_from(AnyMeta::Number(7)).unwrap_err().code(), "meta-mismatch");
    let boxed: Box<dyn Framer<Meta = u8>> = Box::new(Parts::new(9));
    assert_eq!(boxed.part(b"+\x03"), Parts::new(9).part(b"+\x03"));
    assert_eq!(boxed.joined(b'+', b'.'), b'+');
}

proptest! {
    #[test]
    fn stuffing_holds(stream in prop::collection::vec(prop::sample::select(&b"#;\\:/ab"[..]), 0..40), seed: u8) {
        laws::hold(&Stuffed::new(4), &stream, seed, Trial::new());
    }

    #[test]
    fn an_end_holds(stream in prop::collection::vec(any::<u8>(), 0..12), seed: u8) {
        laws::hold_plain(&Once::new(5), &stream, seed, Trial::new().canonical(true));
    }

    #[test]
    fn parts_hold(
        stream in prop::collection::vec(prop::sample::select(&b"+.-!+.?\0\x01\x02\x03"[..]), 0..48),
        seed: u8,
        max in 0..8_usize,
        max_parts in 0..5_usize,
    ) {
        let trial = Trial::new().canonical(true).assemble(max, max_parts);
        laws::hold(&Parts::new(4), &stream, seed, trial);
    }

    #[test]
    fn messages_of_parts_hold(
        parts in prop::collection::vec(
            (prop::sample::select(&b"+++.-!"[..]), prop::collection::vec(any::<u8>(), 0..5)), 0..12),
        cuts in prop::collection::vec(any::<usize>(), 0..6),
        max in 0..16_usize,
        max_parts in 0..6_usize,
    ) {
        let mut stream = Vec::new();
        for (kind, body) in &parts {
            stream.extend([*kind, u8::try_from(body.len()).unwrap()]);
            stream.extend(body);
        }
        laws::assembling_holds(&Parts::new(4), Limits { max, max_parts }, &stream, &cuts);
    }
}

/// A frame that will not be read waits for nothing: what comes behind the end is given back.
#[test]
fn nothing_is_put_aside_behind_the_end() {
    let framer = LengthPrefix::builder(9).width(1).build().unwrap();
    let mut deframer = FixedDeframer::<_, 10>::new(framer).unwrap();
    assert!(deframer.feed(b"\x05ab", |_| panic!("no frame yet")).is_empty());
    deframer.end();
    assert_eq!(deframer.next_frame().unwrap().unwrap_err().code(), "truncated");
    assert_eq!(deframer.feed(b"c", |_| panic!("it is over")), b"c");
    assert_eq!(deframer.rest(), b"\x05ab");
}
