//! What is written, and read back.

use alloc::vec::Vec;
use alloc::{format, vec};

use portolan::frame::deframer::End;
use portolan::frame::{Encode, EncodeErrorKind, FrameErrorKind, Framer, Step};

use super::{Codec, Record, events};

/// What is written is read back as it was; answers what was written, and refused payloads.
///
/// On the way it asserts that writing is all or nothing, that `encoded_len` is exact, and that an
/// envelope holds the same bytes.
pub fn round_trip<F: Codec>(
    framer: &F,
    payloads: &[(Vec<u8>, <F as Framer>::Meta)],
) -> (Vec<u8>, usize) {
    let (mut encoder, mut reader) = (framer.clone(), framer.clone());
    let (mut stream, mut unread) = (Vec::new(), Vec::new());
    let mut expected = Vec::new();
    for (body, meta) in payloads {
        let at = stream.len() as u64;
        if let Some(wire) = encode(&mut encoder, body, (*meta).into()) {
            unread.extend_from_slice(&wire);
            let lead = lead(&mut reader, &mut unread);
            expected.push((at + lead as u64, wire.len() - lead, body.clone(), *meta));
            stream.extend_from_slice(&wire);
        }
    }
    let mut end = vec![0; 64];
    let len = encoder.encode_end(&mut end).unwrap();
    stream.extend_from_slice(&end[..len]);
    let ends = (stream.len() - len) as u64;
    // A payload may say itself that it is a part that another follows.
    let mut open = false;
    let read: Vec<_> = events(framer, &[&stream], true)
        .into_iter()
        .filter_map(|record| match record {
            Record::Frame { at, wire, body, meta, last } if at < ends || !body.is_empty() => {
                open = !last;
                Some((at, wire, body, meta))
            }
            Record::Frame { .. } | Record::End(End::Clean) | Record::Done(_) => None,
            Record::End(End::Truncated { at }) if open && at == stream.len() as u64 => None,
            other => panic!("{other:?} in a stream of our own: {stream:x?}"),
        })
        .collect();
    assert_eq!(read, expected);
    (stream, payloads.len() - expected.len())
}

/// Reads what has been written, and counts the bytes that are no part of a frame, such as an opening
/// flag.
fn lead<F: Codec>(reader: &mut F, unread: &mut Vec<u8>) -> usize {
    let mut lead = 0;
    loop {
        let consumed = match reader.step(unread) {
            Ok(Step::Skip(len)) => {
                lead += len.get();
                len.get()
            }
            Ok(Step::Frame(frame)) => frame.wire.get(),
            Ok(Step::Need(_) | Step::Done) | Err(_) => break,
        };
        unread.drain(..consumed);
    }
    assert!(lead <= 1, "more than one flag before a frame");
    lead
}

/// Writes one frame, and asserts that writing is all or nothing.
pub(super) fn encode<F: Codec>(
    encoder: &mut F,
    body: &[u8],
    meta: <F as Encode>::Meta,
) -> Option<Vec<u8>> {
    const UNTOUCHED: u8 = 0xa5;
    let len = match encoder.encoded_len(body, meta) {
        Ok(len) => len,
        Err(error) => {
            let mut out = vec![UNTOUCHED; body.len() + 64];
            assert_eq!(encoder.encode(body, meta, &mut out), Err(error));
            assert_eq!(encoder.envelope(body, meta), Err(error));
            assert!(out.iter().all(|byte| *byte == UNTOUCHED), "written before {error}");
            return None;
        }
    };
    let mut out = vec![UNTOUCHED; len + 1];
    if let Some(short) = len.checked_sub(1) {
        let error = encoder.encode(body, meta, &mut out[..short]).unwrap_err();
        assert_eq!(error.kind, EncodeErrorKind::BufferTooSmall { needed: len });
        assert!(out.iter().all(|byte| *byte == UNTOUCHED), "written before {error}");
    }
    let mut other = encoder.clone();
    let envelope = other.envelope(body, meta).unwrap();
    let enveloped = envelope.map(|envelope| [envelope.head(), body, envelope.tail()].concat());
    assert_eq!(encoder.encode(body, meta, &mut out), Ok(len), "encoded_len is not exact");
    assert_eq!(out.pop(), Some(UNTOUCHED), "written behind the frame");
    assert!(enveloped.is_none_or(|enveloped| enveloped == out), "the envelope differs");
    Some(out)
}

/// Every frame that is read can be written again, and is read back as itself. Where the format is
/// canonical, it is written as it was.
pub fn canonical<F: Codec>(framer: &F, stream: &[u8], canonical: bool) {
    for record in events(framer, &[stream], false) {
        let Record::Frame { at, wire, body, meta, .. } = record else { continue };
        let Some(again) = encode(&mut framer.clone(), &body, meta.into()) else {
            assert!(!canonical, "cannot write what was read: {body:x?}");
            continue;
        };
        if canonical {
            let at = usize::try_from(at).unwrap();
            assert_eq!(again, stream[at..at + wire], "not as it was read");
        }
        let read = events(framer, &[&again], false);
        assert!(
            matches!(&read[..], [Record::Frame { body: same, .. }, ..] if *same == body),
            "{body:x?} became {read:?}",
        );
    }
}

/// The frames of a stream can be written again, one after another, and are read back as they were.
/// Where the format is canonical, each is written as it was.
pub fn rewritten<F: Codec>(framer: &F, stream: &[u8], canonical: bool) {
    let mut encoder = framer.clone();
    let mut out = Vec::new();
    let mut written = Vec::new();
    for record in events(framer, &[stream], false) {
        let Record::Frame { at, wire, body, last, meta } = record else { continue };
        let at = usize::try_from(at).unwrap();
        match encode(&mut encoder, &body, meta.into()) {
            Some(again) => {
                if canonical {
                    assert_eq!(again, stream[at..at + wire], "not as it was read");
                }
                out.extend_from_slice(&again);
                written.push((body, meta));
            }
            // The last-chunk is written by the end.
            None => assert!(!canonical || (last && body.is_empty()), "cannot write {body:x?}"),
        }
    }
    let read = events(framer, &[&out], true).into_iter().filter_map(|record| match record {
        Record::Frame { body, meta, .. } => Some((body, meta)),
        Record::End(_) | Record::Done(_) => None,
        other => panic!("{other:?} in {out:x?}, written of {stream:x?}"),
    });
    // The end that one framing needs before another is a frame without a body.
    let (read, written): (Vec<_>, Vec<_>) =
        (read.filter(|(body, _)| !body.is_empty()).collect(), {
            written.retain(|(body, _)| !body.is_empty());
            written
        });
    assert_eq!(read, written);
}

/// Good frames behind bad bytes are all delivered: the stream of `bad` and then of frames with
/// these payloads has those at its end.
pub fn recovers<F: Codec>(framer: &F, bad: &[u8], payloads: &[Vec<u8>]) {
    let mut stream = bad.to_vec();
    let mut encoder = framer.clone();
    let mut expected = Vec::new();
    for body in payloads {
        if let Some(wire) = encode(&mut encoder, body, Default::default()) {
            stream.extend_from_slice(&wire);
            expected.push(body.clone());
        }
    }
    let records = events(framer, &[&stream], true);
    let errors = records.iter().filter(|record| matches!(record, Record::Error(_))).count();
    assert_eq!(errors, 1, "one bad frame: {records:?}");
    let behind = records.into_iter().skip_while(|record| !matches!(record, Record::Error(_)));
    let read: Vec<Vec<u8>> = behind
        .filter_map(|record| match record {
            Record::Frame { body, .. } => Some(body),
            _ => None,
        })
        .collect();
    assert_eq!(read, expected);
}

/// A body of exactly the limit passes, one byte more does not, written and read and however cut.
///
/// `roomy` differs from `framer` only in a limit that is larger by one at least.
pub fn limit_is_exact<F: Codec>(framer: &F, roomy: &F, max: usize, filler: u8) {
    let refused = format!("{}", EncodeErrorKind::PayloadTooLong { limit: max });
    let body = vec![filler; max + 1];
    let meta = <F as Encode>::Meta::default();
    let error = framer.encoded_len(&body, meta).unwrap_err();
    assert_eq!(format!("{error}"), refused);
    let longer = encode(&mut roomy.clone(), &body, meta).unwrap();
    let exact = encode(&mut roomy.clone(), &body[..max], meta).unwrap();
    for (stream, passes) in [(exact, true), (longer, false)] {
        let bytes: Vec<&[u8]> = stream.chunks(1).collect();
        for chunks in [&[&stream[..]][..], &bytes] {
            let first = events(framer, chunks, false).into_iter().next();
            match first {
                Some(Record::Frame { body, .. }) => assert!(passes && body.len() == max),
                Some(Record::Error(error)) => {
                    assert!(!passes, "{error} for a body of the limit");
                    assert_eq!(error.kind, FrameErrorKind::TooLong { limit: max });
                }
                other => panic!("{other:?} for a whole frame"),
            }
        }
    }
}
