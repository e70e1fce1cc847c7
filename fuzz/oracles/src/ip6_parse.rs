//! Strict IPv6 text is what the standard library reads, and its output is RFC 5952.

use core::net::Ipv6Addr;

use portolan::addr::{Dialect, Ip, ipv6};
use portolan::dialect;

use crate::text::check_refusal;

/// The input is the text.
pub fn run(input: &[u8]) {
    let read = ipv6::parse(input);
    let std = core::str::from_utf8(input).ok().and_then(|text| text.parse::<Ipv6Addr>().ok());
    assert_eq!(read.ok(), std, "the standard library disagrees");
    match read {
        Ok(addr) => {
            let mut out = [0; ipv6::MAX_LEN];
            let len = ipv6::format(addr, &mut out).unwrap();
            let printed = &out[..len];
            assert_eq!(printed, alloc::format!("{addr}").as_bytes(), "std prints another form");
            assert_eq!(ipv6::parse(printed), Ok(addr), "the output reads back");
            for dialect in [Dialect::CoreNet, Dialect::Netip, Dialect::Pton, Dialect::GaiNumeric] {
                assert_eq!(dialect::parse_ip(dialect, input), Ok(Ip::V6(addr, None)), "{dialect}");
            }
        }
        Err(error) => check_refusal(&error, input),
    }
}
