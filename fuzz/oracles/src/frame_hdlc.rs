//! HDLC-like framing: however cut, the same events; honest, sticky, and read back as written.

use portolan::frame::{Fcs, Hdlc};

use crate::frame_laws::{self, Trial};
use crate::input::Config;

/// Choices: the check sequence in two bits, the map of control bytes in two.
pub fn run(input: &[u8]) {
    let Some((mut config, stream)) = Config::of(input) else {
        return;
    };
    let fcs = match config.choice(2) {
        0 => Fcs::None,
        1 => Fcs::Fcs16,
        _ => Fcs::Fcs32,
    };
    let accm = match config.choice(2) {
        0 => 0,
        1 => u32::MAX,
        _ => 1 << 0x11 | 1 << 0x13,
    };
    let framer = Hdlc::new(config.max).fcs(fcs).accm(accm);
    // Any byte may be escaped.
    frame_laws::hold(&framer, stream, config.seed, Trial::new());
}
