//! Length prefixes in any configuration: however cut, the same events; honest, sticky, canonical.

use portolan::endian::Endian;
use portolan::frame::{LengthPrefix, Oversize};

use crate::frame_laws::{self, Trial};
use crate::input::head;

/// Head: flags (little, includes header, discard), offset, width, adjust (signed), trailer, limit,
/// cuts. The rest is the stream.
pub fn run(input: &[u8]) {
    let Some(([flags, offset, width, adjust, trailer, max, seed], stream)) = head(input) else {
        return;
    };
    let flag = |bit: u8| flags >> bit & 1 != 0;
    let built = LengthPrefix::builder(max.into())
        .offset(usize::from(offset % 9))
        .width(usize::from(width % 10))
        .endian(if flag(0) { Endian::Little } else { Endian::Big })
        .includes_header(flag(1))
        .oversize(if flag(2) { Oversize::Discard } else { Oversize::Fail })
        .adjust(i64::from(i8::from_le_bytes([adjust])))
        .trailer(usize::from(trailer % 5))
        .build();
    let Ok(framer) = built else {
        return;
    };
    // A trailer and what stands before the field are written as zeros, whatever was read.
    let trial = Trial::new().canonical(trailer % 5 == 0 && offset % 9 == 0);
    frame_laws::hold_plain(&framer, stream, seed, trial);
}
