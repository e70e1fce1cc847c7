//! A header of the PROXY protocol: however cut, the same end; what is behind it is not touched.

use portolan::frame::Proxy;

use crate::frame_laws::{self, Trial};
use crate::input::Config;

/// No choices.
pub fn run(input: &[u8]) {
    let Some((config, stream)) = Config::of(input) else {
        return;
    };
    let framer = Proxy::new(config.max);
    let trial = Trial::new().canonical(true);
    for signature in [&b""[..], b"PROXY ", b"\r\n\r\n\0\r\nQUIT\n"] {
        frame_laws::hold_plain(&framer, &[signature, stream].concat(), config.seed, trial);
    }
}
