//! Prefixes of variable length: however cut, the same events; honest, sticky, canonical where strict.

use portolan::frame::{Oversize, VarintPrefix};
use portolan::varint::Encoding;

use crate::frame_laws::{self, Trial};
use crate::input::Config;

/// Choices: the encoding in two bits, the width in one, oversize in one.
pub fn run(input: &[u8]) {
    let Some((mut config, stream)) = Config::of(input) else {
        return;
    };
    let (encoding, canonical) = match config.choice(2) {
        0 => (Encoding::Leb128, true),
        1 => (Encoding::Leb128Lenient, false),
        2 => (Encoding::Mqtt, true),
        _ => (Encoding::Quic, false),
    };
    let bits = if config.choice(1) == 0 { 32 } else { 64 };
    let oversize = if config.choice(1) == 0 { Oversize::Fail } else { Oversize::Discard };
    let builder = VarintPrefix::builder(encoding, config.max).bits(bits).oversize(oversize);
    let framer = builder.build().unwrap();
    frame_laws::hold_plain(&framer, stream, config.seed, Trial::new().canonical(canonical));
}
