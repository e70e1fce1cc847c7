//! Netstrings: however cut, the same events; honest, sticky, and written as they were read.

use portolan::frame::Netstring;

use crate::frame_laws::{self, Trial};
use crate::input::Config;

/// No choices.
pub fn run(input: &[u8]) {
    let Some((config, stream)) = Config::of(input) else {
        return;
    };
    let framer = Netstring::new(config.max);
    frame_laws::hold_plain(&framer, stream, config.seed, Trial::new().canonical(true));
}
