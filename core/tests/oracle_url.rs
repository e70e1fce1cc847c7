//! The URL parser of rust-url as an oracle: WHATWG reads IPv4 as `inet_aton` does, with known extras.
#![forbid(unsafe_code)]
#![allow(clippy::arithmetic_side_effects)] // offsets of tests stay small
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // tests have std

use portolan::addr::{Dialect, Endpoint, Host, HostPort, Ip, ParseErrorKind, TextOptions};
use portolan::dialect::{format, format_ip, parse, parse_ip};
use proptest::prelude::*;
use url::{Host as UrlHost, Url};

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
        let url = match UrlHost::parse(&text) {
            Ok(UrlHost::Ipv4(addr)) => Some(Ip::V4(addr)),
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
        let url = match UrlHost::parse(&format!("[{text}]")) {
            Ok(UrlHost::Ipv6(addr)) => Some(Ip::V6(addr, None)),
            _ => None,
        };
        let strict = parse_ip(Dialect::Strict, text.as_bytes()).ok();
        let strict = strict.filter(|ip| matches!(ip, Ip::V6(..)));
        prop_assert_eq!(strict, url, "{}", text);
    }

    /// `whatwg` reads a host as the URL parser does: the same verdict, the same value.
    #[test]
    fn whatwg_is_the_host_of_urls(text in hosts()) {
        let url = UrlHost::parse(&text);
        let read = parse(Dialect::Whatwg, text.as_bytes(), &TextOptions::new());
        // A colon ends the host here, and nothing else does.
        prop_assume!(text.starts_with('[') || !text.contains(':'));
        let host = match read {
            Ok(reading) => match reading.endpoint {
                Endpoint::Inet(HostPort { host, port: None }) => Some(host),
                other => return Err(TestCaseError::fail(format!("{text} is {other}"))),
            },
            Err(error) => {
                prop_assert!((error.at + error.len) as usize <= text.len());
                if cfg!(not(feature = "idna")) && error.kind == ParseErrorKind::NeedsIdna {
                    return Ok(());
                }
                None
            }
        };
        let same = match (&host, &url) {
            (None, Err(_)) => true,
            (Some(Host::Ip(Ip::V4(ours))), Ok(UrlHost::Ipv4(theirs))) => ours == theirs,
            (Some(Host::Ip(Ip::V6(ours, None))), Ok(UrlHost::Ipv6(theirs))) => ours == theirs,
            (Some(Host::Name(ours)), Ok(UrlHost::Domain(theirs))) => {
                ours.bytes().map(|byte| byte.to_ascii_lowercase()).eq(theirs.bytes())
            }
            _ => false,
        };
        prop_assert!(same, "{} is {:?}, and {:?} in a URL", text, host, url);
        if let Some(host) = host {
            let endpoint = Endpoint::Inet(HostPort { host, port: None });
            let mut out = [0; 256];
            let len = format(Dialect::Whatwg, &endpoint, &mut out).unwrap();
            let again = parse(Dialect::Whatwg, &out[..len], &TextOptions::new());
            let written = url.unwrap().to_string();
            prop_assert_eq!(&out[..len], written.as_bytes());
            prop_assert_eq!(again.map(|reading| reading.endpoint), Ok(endpoint));
        }
    }

    /// A port is read, and both are written, as the URL parser does.
    #[test]
    fn whatwg_is_the_authority_of_urls(
        host in "[0-9a-z.]{1,9}|\\[::[0-9a-f.:]{0,9}\\]", port in "(:[0-9]{0,7}[+x]?)?"
    ) {
        let text = format!("{host}{port}");
        let url = Url::parse(&format!("http://{text}")).ok();
        let read = parse(Dialect::Whatwg, text.as_bytes(), &TextOptions::new()).ok();
        prop_assert_eq!(url.is_some(), read.is_some(), "{}", text);
        if let (Some(url), Some(reading)) = (url, read) {
            let mut out = [0; 64];
            let len = format(Dialect::Whatwg, &reading.endpoint, &mut out).unwrap();
            let written = String::from_utf8(out[..len].to_vec()).unwrap();
            let default = if url.port().is_none() { written.trim_end_matches(":80") } else { &written };
            prop_assert_eq!(default, url.authority());
        }
    }

    /// Addresses are written as the URL serializer does.
    #[test]
    fn whatwg_writes_as_urls(bits: u128, mask: u128, mapped: bool) {
        let bits = if mapped { bits >> 96 | 0xffff << 32 } else { bits & mask & mask << 16 };
        let addr = portolan::addr::Ipv6Addr::from(bits);
        let mut out = [0; 64];
        let len = format_ip(Dialect::Whatwg, &Ip::V6(addr, None), &mut out).unwrap();
        prop_assert_eq!(std::str::from_utf8(&out[..len]).unwrap(), UrlHost::<&str>::Ipv6(addr).to_string());
    }
}

/// Hosts of every kind, with escapes and letters beyond ASCII among them.
fn hosts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[0-9]{1,3}|0[xX]?[0-9a-f]{0,4}",
        3 => "\\.",
        2 => "[a-zA-Z0-9_*!~-]{1,4}",
        1 => "%[0-9a-fA-F]{2}|%2[eE]|%3[0-9]|%[c-e][0-9a-f]%[89ab][0-9a-f]",
        1 => "[ #%/<>?@\\[\\]^|\\\\\\t\\n]",
        1 => "xn--[a-z0-9-]{0,8}|[Xx][Nn]--bcher-kva",
        1 => "[\u{ff10}-\u{ff19}\u{3002}\u{ff0e}\u{df}\u{fc}\u{e9}\u{ad}\u{660}-\u{669}\u{5d0}]",
    ];
    prop_oneof![
        4 => prop::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat()),
        1 => "\\[[0-9a-f:.%]{0,12}\\]?",
        1 => "\\PC{1,6}",
    ]
}
