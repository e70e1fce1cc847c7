//! How much is read, and how often it is looked at.

use alloc::vec::Vec;

use portolan::frame::Step;
use portolan::frame::deframer::{Deframer, Event};

use super::writing::encode;
use super::{Codec, Record, Subject, events};

/// Reading exactly what is needed never reads past a frame, but for the `ahead` bytes that decide
/// where it ends, and finds what reading all at once finds.
pub fn reads_are_exact<F: Subject>(framer: &F, stream: &[u8], ahead: usize) {
    let mut deframer = Deframer::new(framer.clone());
    let mut buffer = Vec::new();
    let mut rest = stream;
    let mut records = Vec::new();
    while !deframer.is_over() {
        let event = deframer.poll_in_place(&mut buffer, rest.is_empty());
        let consumed = event.consumed();
        match event {
            Event::Frame { at, frame } => {
                let (wire, last, meta) = (frame.wire.get(), frame.last, frame.meta);
                assert!(buffer.len() <= wire + ahead, "read {} for {wire} bytes", buffer.len());
                let body = buffer[frame.body].to_vec();
                records.push(Record::Frame { at, wire, body, last, meta });
            }
            Event::Need(need) => {
                let (read, behind) = rest.split_at(need.min.get().min(rest.len()));
                buffer.extend_from_slice(read);
                rest = behind;
            }
            Event::Done { at } => {
                assert!(buffer.len() <= ahead, "read {buffer:x?} behind the framing");
                records.push(Record::Done(at));
            }
            Event::Error(error) => records.push(Record::Error(error)),
            Event::End(end) => records.push(Record::End(end)),
            Event::Skip { .. } => {}
        }
        buffer.drain(..consumed);
    }
    assert_eq!(records, events(framer, &[stream], true));
}

/// A frame of 1 MiB is found though it comes byte by byte, each looked at once: were it looked at
/// again with every byte, this would not end. The limit of `framer` is at least 1 MiB.
pub fn a_mebibyte_comes_in_bytes<F: Codec>(framer: &F, filler: u8) {
    const LEN: usize = 1 << 20;
    let body = alloc::vec![filler; LEN];
    let wire = encode(&mut framer.clone(), &body, Default::default()).unwrap();
    let mut framer = framer.clone();
    let mut from = 0;
    let mut found = 0;
    for to in 1..=wire.len() {
        loop {
            match framer.step(&wire[from..to]).unwrap() {
                Step::Frame(frame) => {
                    let mut stuffed = wire[from..to][frame.body].to_vec();
                    found += framer.unstuff(frame.meta, &mut stuffed).unwrap();
                    from += frame.wire.get();
                }
                Step::Skip(len) => from += len.get(),
                Step::Need(_) | Step::Done => break,
            }
        }
    }
    assert_eq!(found, LEN);
}
