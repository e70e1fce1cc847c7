//! Link headers of captures: two forms, one list of numbers, and no prefix is a header.

use portolan::endian::Endian;
use portolan::wire::pcap::{Family, Loop, Null};

use crate::wire_laws;

/// The whole input is the packet.
pub fn run(input: &[u8]) {
    if let Some(header) = wire_laws::stream::<Null>(input, ()) {
        let written = wire_laws::written(&header, ()).expect("every header is written");
        wire_laws::reads_back(&header, &written, ());
        assert_eq!(model(input, header.endian), Some(header.family));
    }
    if let Some(header) = wire_laws::stream::<Loop>(input, ()) {
        let written = wire_laws::written(&header, ()).expect("every header is written");
        wire_laws::reads_back(&header, &written, ());
        assert_eq!(model(input, Endian::Big), Some(header.family));
    } else {
        assert_eq!(model(input, Endian::Big), None, "a header is refused");
    }
}

/// The family by comparing bytes.
fn model(input: &[u8], endian: Endian) -> Option<Family> {
    let number = match (endian, input) {
        (Endian::Big, [0, 0, 0, number, ..]) | (Endian::Little, [number, 0, 0, 0, ..]) => *number,
        _ => return None,
    };
    match number {
        2 => Some(Family::Inet),
        10 | 23 | 24 | 26 | 28 | 30 => Some(Family::Inet6),
        _ => None,
    }
}
