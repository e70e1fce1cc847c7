//! Messages of Cap'n Proto: however cut, the same events; read back as written.

use portolan::frame::Capnp;

use crate::frame_laws::{self, Trial};
use crate::input::Config;

/// There are no choices.
pub fn run(input: &[u8]) {
    let Some((config, stream)) = Config::of(input) else {
        return;
    };
    let framer = Capnp::new(config.max);
    // Several segments are written as one.
    let trial = Trial::new();
    frame_laws::hold_plain(&framer, stream, config.seed, trial);
}
