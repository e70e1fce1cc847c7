//! Presets: however cut, the same events; honest, sticky, and written as they were read where the
//! whole header is kept.

use portolan::frame::{Plain, preset};

use crate::frame_laws::{self, Codec, Trial};
use crate::input::Config;

/// Choices: the preset in four bits, in alphabetical order.
pub fn run(input: &[u8]) {
    let Some((mut config, stream)) = Config::of(input) else {
        return;
    };
    let max = config.max;
    match config.choice(4) {
        0 => hold(preset::amqp(max), stream, config.seed, true),
        1 => hold(preset::dns_tcp(max), stream, config.seed, true),
        2 => hold(preset::grpc(max), stream, config.seed, true),
        // The reserved bit is not kept.
        3 => hold(preset::http2(max), stream, config.seed, false),
        4 => hold(preset::kafka(max), stream, config.seed, true),
        // Nor is the transaction.
        5 => hold(preset::modbus_tcp(max), stream, config.seed, false),
        6 => hold(preset::postgres(max), stream, config.seed, true),
        7 => hold(preset::rtp_tcp(max), stream, config.seed, true),
        // Nor is the version.
        8 => hold(preset::tls_record(max), stream, config.seed, false),
        9 => hold(preset::tpkt(max), stream, config.seed, true),
        _ => {}
    }
}

fn hold<F>(
    framer: Result<F, portolan::frame::ConfigError>,
    stream: &[u8],
    seed: u8,
    canonical: bool,
) where
    F: Codec + Plain<Meta: Default>,
{
    frame_laws::hold_plain(&framer.unwrap(), stream, seed, Trial::new().canonical(canonical));
}
