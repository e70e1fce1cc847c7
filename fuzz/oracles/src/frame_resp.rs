//! Messages of Redis: however cut, the same events; what is read is written as it was.

use portolan::frame::Resp;

use crate::frame_laws::{self, Trial};
use crate::input::Config;

/// No choices.
pub fn run(input: &[u8]) {
    let Some((config, stream)) = Config::of(input) else {
        return;
    };
    let framer = Resp::new(config.max);
    frame_laws::hold_plain(&framer, stream, config.seed, Trial::new().canonical(true));
}
