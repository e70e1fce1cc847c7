//! A header of the PROXY protocol: however cut, the same end; what is behind it is not touched.

use portolan::frame::{Framer as _, Proxy, Step};
use portolan::wire::proxy::{V1, V2, header_len};
use portolan::wire::{Decoded, Wire as _};

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
        let stream = [signature, stream].concat();
        frame_laws::hold_plain(&framer, &stream, config.seed, trial);
        ends_where_its_reader_ends(&stream);
    }
}

/// A header that is read ends for its framing where it ends for its reader.
fn ends_where_its_reader_ends(stream: &[u8]) {
    let one = V1::decode(stream, ()).ok().map(|decoded| decoded.map(|_| ()));
    let two = V2::decode(stream, ()).ok().map(|decoded| decoded.map(|_| ()));
    for read in [one, two].into_iter().flatten() {
        let Decoded::Value { consumed, .. } = read else { continue };
        assert_eq!(header_len(stream), Ok(Decoded::Value { value: consumed, consumed }));
        match Proxy::new(usize::MAX).step(stream) {
            Ok(Step::Frame(frame)) => assert_eq!(frame.wire.get(), consumed),
            other => panic!("a header of {consumed} bytes is {other:?}"),
        }
    }
}
