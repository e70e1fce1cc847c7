//! Compressed packets of MySQL: however cut, the same events; read back as written.

use portolan::frame::{MysqlCompressed, Sequence};

use crate::frame_laws::{self, Trial};
use crate::input::Config;

/// Choices: whether sequence numbers are ignored.
pub fn run(input: &[u8]) {
    let Some((mut config, stream)) = Config::of(input) else {
        return;
    };
    let sequence = if config.choice(1) == 0 { Sequence::Check } else { Sequence::Ignore };
    let framer = MysqlCompressed::new(config.max).sequence(sequence);
    let trial = Trial::new().canonical(true).assemble(config.max, 3);
    frame_laws::hold_plain(&framer, stream, config.seed, trial);
}
