//! The URL parser of rust-url as an oracle: WHATWG reads IPv4 as `inet_aton` does, with known extras.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // tests have std

use portolan::addr::{Dialect, Ip};
use portolan::dialect::parse_ip;
use proptest::prelude::*;
use url::Host;

/// What WHATWG reads and `inet_aton` does not: a dot at the end, and `0x` for zero.
fn is_known_extra(text: &str) -> bool {
    let bare = |part: &str| part.eq_ignore_ascii_case("0x");
    text.ends_with('.') || text.split('.').any(bare)
}

proptest! {
    /// Whatever `aton` reads, the URL parser reads as the same address, and the other way round.
    #[test]
    fn aton_is_the_ipv4_of_urls(
        text in "(0[xX])?[0-9a-f]{1,9}(\\.(0[xX]?)?[0-9a-f]{0,4}){0,4}\\.?|[0-9]{1,3}(\\.0?[0-9]{1,3}){3}"
    ) {
        let url = match Host::parse(&text) {
            Ok(Host::Ipv4(addr)) => Some(Ip::V4(addr)),
            _ => None,
        };
        let aton = parse_ip(Dialect::Aton, text.as_bytes()).ok();
        if aton != url {
            prop_assert!(is_known_extra(&text), "{} is {:?} to aton, {:?} in a URL", text, aton, url);
        }
    }

    /// IPv6 in brackets is the IPv6 of strict.
    #[test]
    fn strict_is_the_ipv6_of_urls(text in "[0-9a-f:]{2,20}|([0-9a-f]{1,4}:){1,7}:?[0-9a-f.]{0,12}") {
        let url = match Host::parse(&format!("[{text}]")) {
            Ok(Host::Ipv6(addr)) => Some(Ip::V6(addr, None)),
            _ => None,
        };
        let strict = parse_ip(Dialect::Strict, text.as_bytes()).ok();
        let strict = strict.filter(|ip| matches!(ip, Ip::V6(..)));
        prop_assert_eq!(strict, url, "{}", text);
    }
}
