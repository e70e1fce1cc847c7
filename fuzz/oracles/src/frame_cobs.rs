//! COBS: however cut, the same events; honest, sticky, and read back as written.

use portolan::frame::Cobs;

use crate::frame_laws::{self, Trial};
use crate::input::Config;

/// No choices.
pub fn run(input: &[u8]) {
    let Some((config, stream)) = Config::of(input) else {
        return;
    };
    // Behind a full block a code of 01 may stand or not.
    let canonical = config.max < 254;
    let trial = Trial::new().canonical(canonical);
    frame_laws::hold(&Cobs::new(config.max), stream, config.seed, trial);
}
