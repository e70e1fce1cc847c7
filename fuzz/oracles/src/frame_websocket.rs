//! Frames of WebSocket: however cut, the same events; joined, the same messages; masked as it was.

use portolan::frame::{WebSocket, WebSocketRole};

use crate::frame_laws::{self, Trial};
use crate::input::Config;

/// Choices: the role in two bits. Messages are joined up to twice the limit and four parts.
pub fn run(input: &[u8]) {
    let Some((mut config, stream)) = Config::of(input) else {
        return;
    };
    let role = match config.choice(2) {
        0 => WebSocketRole::Any,
        1 => WebSocketRole::Client,
        _ => WebSocketRole::Server,
    };
    let framer = WebSocket::new(config.max).role(role);
    // A continuation is written behind a first part only.
    let trial = Trial::new().assemble(config.max.saturating_mul(2), 4);
    frame_laws::hold(&framer, stream, config.seed, trial);
}
