//! A stream told in one line, for the tests of the framers.
#![allow(clippy::arithmetic_side_effects, reason = "a test may overflow: it fails then")]

extern crate alloc;

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use alloc::{format, vec};

use super::deframer::{Deframer, End, Event};
use super::{Encode, EncodeError, Framer, Recovery};

/// Tells what a framer makes of a stream: `body@offset+wire` is a frame, `code@offset` an error
/// with `!` where it is fatal, `skip@offset+count` what is passed over, `need count` the end of a
/// stream that goes on, `clean` or `truncated@offset` of one that does not.
pub(super) fn tell<F: Framer>(framer: F, stream: &[u8], end: bool) -> String {
    let mut deframer = Deframer::new(framer);
    let mut input = stream.to_vec();
    let mut told = Vec::<String>::new();
    // Where the skip began that a further one would lengthen.
    let mut skip = None;
    loop {
        let event = deframer.poll_in_place(&mut input, end);
        let skipped = skip.take();
        let line = match &event {
            Event::Frame { at, frame } => {
                let body = input[frame.body.clone()].escape_ascii();
                format!("{body}@{at}+{}{}", frame.wire, if frame.last { "" } else { " .." })
            }
            Event::Skip { at, len } => {
                if skipped.is_some() {
                    told.pop();
                }
                let start = *skip.insert(skipped.unwrap_or(*at));
                format!("skip@{start}+{}", at + len.get() as u64 - start)
            }
            Event::Error(error) if error.recovery == Recovery::Fatal => {
                format!("{}@{}!", error.code(), error.at)
            }
            Event::Error(error) => format!("{}@{}", error.code(), error.at),
            Event::Need(need) => format!("need {}", need.min),
            Event::Done { at } => format!("done@{at}"),
            Event::End(End::Clean) => "clean".to_string(),
            Event::End(End::Truncated { at }) => format!("truncated@{at}"),
        };
        told.push(line);
        input.drain(..event.consumed());
        if deframer.is_over() || matches!(event, Event::Need(_)) {
            return told.join(", ");
        }
    }
}

/// Writes one frame, or gives the code of the refusal and where it points.
pub(super) fn write<F: Encode>(
    framer: &mut F,
    body: &[u8],
) -> Result<Vec<u8>, (&'static str, usize)> {
    let refused = |error: EncodeError| (error.code(), error.at);
    let meta = F::Meta::default();
    let mut out = vec![0; framer.encoded_len(body, meta).map_err(refused)?];
    framer.encode(body, meta, &mut out).map_err(refused)?;
    Ok(out)
}
