//! COBS/R: however cut, the same events; honest, sticky, and read back as written.

use portolan::frame::CobsR;

use crate::frame_laws::{self, Trial};
use crate::input::Config;

/// No choices.
pub fn run(input: &[u8]) {
    let Some((config, stream)) = Config::of(input) else {
        return;
    };
    frame_laws::hold(&CobsR::new(config.max), stream, config.seed, Trial::new());
}
