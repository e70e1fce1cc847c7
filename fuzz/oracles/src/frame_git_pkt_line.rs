//! Packet lines of Git: however cut, the same events; honest, sticky, and read back as written.

use portolan::frame::GitPktLine;

use crate::frame_laws::{self, Trial};
use crate::input::Config;

/// No choices.
pub fn run(input: &[u8]) {
    let Some((config, stream)) = Config::of(input) else {
        return;
    };
    // Only digits in lower case are written.
    let trial = Trial::new().canonical(!stream.iter().any(u8::is_ascii_uppercase));
    frame_laws::hold_plain(&GitPktLine::new(config.max), stream, config.seed, trial);
}
