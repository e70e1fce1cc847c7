//! SLIP: however cut, the same events; honest, sticky, and read back as written.

use portolan::frame::{Slip, SlipEscape};

use crate::frame_laws::{self, Trial};
use crate::input::Config;

/// Choices: whether a bad escape keeps its byte, in one bit.
pub fn run(input: &[u8]) {
    let Some((mut config, stream)) = Config::of(input) else {
        return;
    };
    let strict = config.choice(1) == 0;
    let escape = if strict { SlipEscape::Strict } else { SlipEscape::Rfc1055 };
    let framer = Slip::new(config.max).escape(escape);
    frame_laws::hold(&framer, stream, config.seed, Trial::new().canonical(strict));
}
