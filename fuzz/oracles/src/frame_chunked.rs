//! Chunks of HTTP: however cut, the same events; joined, the same body; nothing lost behind it.

use portolan::frame::Chunked;

use crate::frame_laws::{self, Trial};
use crate::input::Config;

/// No choices; messages are joined up to twice the limit and four parts.
pub fn run(input: &[u8]) {
    let Some((config, stream)) = Config::of(input) else {
        return;
    };
    let framer = Chunked::new(config.max);
    let trial = Trial::new().assemble(config.max.saturating_mul(2), 4);
    frame_laws::hold_plain(&framer, stream, config.seed, trial);
}
