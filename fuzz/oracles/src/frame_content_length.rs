//! `Content-Length` messages: however cut, the same events; what is read has one length and is read
//! back when it is written.

use portolan::frame::ContentLength;

use crate::frame_laws::{self, Trial};
use crate::input::Config;

/// No choices.
pub fn run(input: &[u8]) {
    let Some((config, stream)) = Config::of(input) else {
        return;
    };
    // The stream as it is, and with a header that is right as far as it goes.
    let framer = ContentLength::new(config.max);
    frame_laws::hold_plain(&framer, stream, config.seed, Trial::new());
    let named = [b"Content-Length:", stream].concat();
    frame_laws::hold_plain(&framer, &named, config.seed, Trial::new());
}
