//! Lines with any ending: however cut, the same events; honest, sticky, and read back as written.

use portolan::frame::{AtEof, Ending, Lines, Oversize};

use crate::frame_laws::{self, Trial};
use crate::input::Config;

/// Choices: the ending in two bits, the end of the stream in two, oversize in one.
pub fn run(input: &[u8]) {
    let Some((mut config, stream)) = Config::of(input) else {
        return;
    };
    let (ending, ahead) = match config.choice(2) {
        0 => (Ending::Lf, 0),
        1 => (Ending::CrLf, 0),
        2 => (Ending::OptionalCr, 0),
        // Behind a CR an LF may follow that belongs to the same line.
        _ => (Ending::Universal, 1),
    };
    let at_eof = match config.choice(2) {
        0 => AtEof::Emit,
        1 => AtEof::Reject,
        _ => AtEof::Drop,
    };
    let oversize = if config.choice(1) == 0 { Oversize::Fail } else { Oversize::Discard };
    let framer = Lines::new(ending, config.max).at_eof(at_eof).oversize(oversize);
    frame_laws::hold_plain(&framer, stream, config.seed, Trial::new().ahead(ahead));
}
