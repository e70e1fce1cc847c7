//! Lines with any ending: however cut, the same events; honest, sticky, and read back as written.

use portolan::frame::{AtEof, Ending, Lines, Oversize};

use crate::frame_laws;
use crate::input::{cuts, head};

/// Head: flags (ending in two bits, end of stream in two, oversize in one), limit, cuts. The rest is
/// the stream.
pub fn run(input: &[u8]) {
    let Some(([flags, max, seed], stream)) = head(input) else {
        return;
    };
    let ending = match flags & 3 {
        0 => Ending::Lf,
        1 => Ending::CrLf,
        2 => Ending::OptionalCr,
        _ => Ending::Universal,
    };
    let at_eof = match flags >> 2 & 3 {
        0 => AtEof::Emit,
        1 => AtEof::Reject,
        _ => AtEof::Drop,
    };
    let oversize = if flags >> 4 & 1 == 0 { Oversize::Fail } else { Oversize::Discard };
    let framer = Lines::new(ending, max.into()).at_eof(at_eof).oversize(oversize);
    frame_laws::cuts_do_not_matter(&framer, stream, &cuts(seed));
    frame_laws::verdicts_are_final(&framer, stream, seed.into());
    frame_laws::need_is_honest(&framer, stream);
    frame_laws::fatal_is_sticky(&framer, stream, b"\r\n\n\r");
    let (one, other) = stream.split_at(stream.len() / 2);
    frame_laws::deframers_agree(&framer, &[one, other]);
    frame_laws::canonical(&framer, stream, false);
}
