//! Strict IPv4 text is what the standard library reads, and it has one spelling.

use core::net::Ipv4Addr;

use portolan::addr::{Dialect, Ip, ipv4};
use portolan::dialect;

use crate::text::check_refusal;

/// The input is the text.
pub fn run(input: &[u8]) {
    let read = ipv4::parse(input);
    let text = core::str::from_utf8(input);
    let std = text.ok().and_then(|text| text.parse::<Ipv4Addr>().ok());
    assert_eq!(read.ok(), std, "the standard library disagrees");
    match read {
        Ok(addr) => {
            let mut out = [0; ipv4::MAX_LEN];
            let len = ipv4::format(addr, &mut out).unwrap();
            assert_eq!(&out[..len], input, "a strict text is canonical");
            for dialect in [Dialect::CoreNet, Dialect::Netip, Dialect::Pton, Dialect::Aton] {
                assert_eq!(dialect::parse_ip(dialect, input), Ok(Ip::V4(addr)), "{dialect}");
            }
        }
        Err(error) => check_refusal(&error, input),
    }
}
