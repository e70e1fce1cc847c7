//! Messages of GIOP in both byte orders: however cut, the same events; written as read.

use portolan::frame::Giop;

use crate::frame_laws::{self, Trial};
use crate::input::Config;

/// There are no choices.
pub fn run(input: &[u8]) {
    let Some((config, stream)) = Config::of(input) else {
        return;
    };
    let framer = Giop::new(config.max);
    let trial = Trial::new().canonical(true);
    frame_laws::hold_plain(&framer, stream, config.seed, trial);
}
