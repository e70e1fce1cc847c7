//! Records of FastCGI: however cut, the same events; read back as written.

use portolan::frame::Fcgi;

use crate::frame_laws::{self, Trial};
use crate::input::Config;

/// There are no choices.
pub fn run(input: &[u8]) {
    let Some((config, stream)) = Config::of(input) else {
        return;
    };
    let framer = Fcgi::new(config.max);
    // Padding is not written.
    let trial = Trial::new().assemble(config.max, 3);
    frame_laws::hold_plain(&framer, stream, config.seed, trial);
}
