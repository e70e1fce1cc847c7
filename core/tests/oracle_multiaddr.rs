//! `rust-multiaddr` as an oracle: the same bytes, the same text, and a ledger of what it does
//! otherwise.
#![forbid(unsafe_code)]
#![allow(clippy::arithmetic_side_effects)] // offsets of tests stay small
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // tests have std
#![allow(clippy::expect_used)] // a test may fail
#![allow(clippy::disallowed_methods)] // `str::parse` is the oracle

use portolan::wire::Wire as _;
use portolan::wire::multiaddr::{Mode, Multiaddr};
use proptest::prelude::*;

/// The text of bytes, or the code of what is wrong.
fn ours(bytes: &[u8], mode: Mode) -> Result<String, &'static str> {
    let decoded = Multiaddr::decode(bytes, mode).map_err(|error| error.code())?;
    Ok(decoded.value().expect("a multiaddr fills its input").to_string())
}

fn theirs(bytes: &[u8]) -> Option<String> {
    multiaddr::Multiaddr::try_from(bytes.to_vec()).ok().map(|multiaddr| multiaddr.to_string())
}

/// What the two read differently, each with its reason; exact, so that a fix shows.
#[test]
fn ledger() {
    const ZONED: &[u8] = b"\x2a\x02lo\x04\x01\x02\x03\x04";
    for (why, bytes, our, their) in [
        ("an empty multiaddr", &b""[..], Err("too-short"), Some("")),
        ("an empty path", b"\x90\x03\0", Err("empty-value"), Some("/unix/")),
        ("an empty name", b"\x35\0", Err("empty-value"), Some("/dns/")),
        ("a zone alone", b"\x2a\x02lo", Err("zone-without-ip6"), Some("/ip6zone/lo")),
        ("a zone of IPv4", ZONED, Err("zone-without-ip6"), Some("/ip6zone/lo/ip4/1.2.3.4")),
        ("a name with a slash", b"\x35\x03a/b", Err("not-representable"), Some("/dns/a/b")),
        ("a name beyond ASCII", "\x35\x02é".as_bytes(), Err("not-representable"), Some("/dns/é")),
        ("a path is text", b"\x90\x03\x02/a", Ok("/unix/%2Fa"), Some("/unix//a")),
        ("a path of any bytes", b"\x90\x03\x01\xff", Ok("/unix/%FF"), None),
        ("a peer by another hash", b"\xa5\x03\x03\x11\x01\0", Ok("/p2p/6iGF"), None),
        (
            "memory is not known",
            b"\x89\x06\0\0\0\0\0\0\0\x01",
            Err("unknown-protocol"),
            Some("/memory/1"),
        ),
    ] {
        assert_eq!(ours(bytes, Mode::Spec), our.map(str::to_owned), "{why}");
        assert_eq!(theirs(bytes).as_deref(), their, "{why}");
    }
    assert_eq!(ours(b"\x90\x03\x02/a", Mode::Legacy).ok(), theirs(b"\x90\x03\x02/a"));
}

/// What once was read otherwise by someone, and is not by this peer.
#[test]
fn both_refuse() {
    for bytes in [
        &b"\x84\0\x7f\0\0\x01"[..],
        b"\x04\x7f\0\0",
        b"\0",
        b"\x04\x7f\0\0\x01\0",
        b"\x90\x03\x81\0a",
        b"\x90\x03\x05abc",
        b"\x2a\x0alo",
    ] {
        assert!(ours(bytes, Mode::Spec).is_err(), "{}", bytes.escape_ascii());
        assert_eq!(theirs(bytes), None, "{}", bytes.escape_ascii());
    }
}

/// Texts of which both make the same bytes.
fn texts() -> impl Strategy<Value = String> {
    let octets =
        any::<[u8; 4]>().prop_map(|addr| format!("/ip4/{}", std::net::Ipv4Addr::from(addr)));
    let groups =
        any::<[u16; 8]>().prop_map(|addr| format!("/ip6/{}", std::net::Ipv6Addr::from(addr)));
    let host = prop_oneof![
        octets,
        groups,
        "/ip6zone/[a-z]{1,5}/ip6/fe80::[1-9a-f]{1,4}",
        "/dns[46]?/[a-z]{1,9}(\\.[a-z]{1,5})?",
        "/dnsaddr/[a-z]{1,9}",
    ];
    let port =
        ("/(tcp|udp|sctp|dccp)/", any::<u16>()).prop_map(|(name, port)| format!("{name}{port}"));
    let layers = "(/(tls|noise|quic|quic-v1|webtransport|http|https|ws|wss|utp|udt|webrtc|webrtc-direct|p2p-circuit|ipcidr/24|sni/[a-z]{1,9})){0,3}";
    (host, prop::option::of(port), layers)
        .prop_map(|(host, port, layers)| [host, port.unwrap_or_default(), layers].concat())
}

proptest! {
    /// Text and bytes, both ways.
    #[test]
    fn text_is_the_same_bytes(text in texts()) {
        let their: multiaddr::Multiaddr = text.parse().expect("they read it");
        let mut out = [0; 256];
        let our = Multiaddr::from_text(text.as_bytes(), Mode::Spec, &mut out).expect("we read it");
        prop_assert_eq!(our.as_bytes(), their.to_vec());
        prop_assert_eq!(our.to_string(), their.to_string());
        prop_assert_eq!(our.to_string(), text);
    }

    /// Bytes that we read they read as well, as the same text where no escapes are in it.
    #[test]
    fn what_we_read_they_read(bytes in prop::collection::vec(
        prop::sample::select(vec![0, 1, 2, 4, 6, 41, 42, 43, 53, 97, 47, 0x84, 0x90, 0xa5, 3, 0xc0, 0xe1]), 0..16,
    )) {
        let is_known = |text: &str| ["/unix", "/http-path", "/p2p"].iter().any(|name| text.contains(name));
        if let Ok(text) = ours(&bytes, Mode::Spec)
            && !is_known(&text)
        {
            prop_assert_eq!(theirs(&bytes), Some(text));
        }
    }
}
