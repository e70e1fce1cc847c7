//! Record marking: however cut, the same events; fragments join within both limits.

use portolan::frame::RecordMark;

use crate::frame_laws::{self, Trial};
use crate::input::Config;

/// Choices: the limit of parts in two bits.
pub fn run(input: &[u8]) {
    let Some((mut config, stream)) = Config::of(input) else {
        return;
    };
    let max_parts = config.choice(2).into();
    // A fragment that is not the last is written as one that is.
    let trial = Trial::new().assemble(config.max, max_parts);
    let framer = RecordMark::new(config.max);
    frame_laws::hold_plain(&framer, stream, config.seed, trial);
}
