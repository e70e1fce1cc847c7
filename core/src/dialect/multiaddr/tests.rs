//! What multiaddrs are, and what they are not.

use alloc::format;

use proptest::prelude::*;

use super::*;
use crate::addr::Dialect::Multiaddr;
use crate::dialect::laws::keeps_laws;
use crate::dialect::parse;
use crate::dialect::testing::{reads_endpoint, reads_extra, refuses_endpoint, writes_strict};

fn refuses(text: &str, code: &str, at: u32, len: u32) {
    refuses_endpoint(Multiaddr, text.as_bytes(), code, at, len);
}

fn over(transport: Transport) -> Extra<'static> {
    Extra { transport: Some(transport), ..Extra::NONE }
}

#[test]
fn accepts_hosts() {
    for (text, expected) in [
        ("/ip4/1.2.3.4", "1.2.3.4"),
        ("/ip6/::1", "[::1]"),
        ("/ip6/::ffff:1.2.3.4", "[::ffff:1.2.3.4]"),
        ("/ip6zone/eth0/ip6/fe80::1", "[fe80::1%eth0]"),
        ("/ip6zone/01/ip6/::1", "[::1%1]"),
        ("/ip6zone/0/ip6/::1", "[::1]"),
        ("/ip6zone/lo/ip6/::ffff:1.2.3.4", "[::ffff:1.2.3.4%lo]"),
        ("/dns/a_b.example.", "a_b.example."),
    ] {
        reads_endpoint(Multiaddr, text, expected);
    }
    for (text, family) in [("/dns4/a.example", Family::Ipv4), ("/dns6/a.example", Family::Ipv6)] {
        reads_extra(Multiaddr, text, "a.example", &Extra { family: Some(family), ..Extra::NONE });
    }
}

#[test]
fn accepts_ports_and_layers() {
    for (text, transport) in [
        ("/ip4/1.2.3.4/tcp/80", Transport::Tcp),
        ("/ip4/1.2.3.4/udp/80", Transport::Udp),
        ("/ip4/1.2.3.4/sctp/80", Transport::Sctp),
        ("/ip4/1.2.3.4/dccp/80", Transport::Dccp),
        ("/ip4/1.2.3.4/udp/80/quic", Transport::Quic),
        ("/ip4/1.2.3.4/udp/80/quic-v1", Transport::QuicV1),
        ("/ip4/1.2.3.4/tcp/80/tls", Transport::Tls),
        ("/ip4/1.2.3.4/tcp/80/http", Transport::Http),
        ("/ip4/1.2.3.4/tcp/80/https", Transport::Https),
        ("/ip4/1.2.3.4/tcp/80/tls/http", Transport::Https),
        ("/ip4/1.2.3.4/tcp/80/ws", Transport::Ws),
        ("/ip4/1.2.3.4/tcp/80/wss", Transport::Wss),
        ("/ip4/1.2.3.4/tcp/80/tls/ws", Transport::Wss),
    ] {
        reads_extra(Multiaddr, text, "1.2.3.4:80", &over(transport));
    }
    let extra = Extra { family: Some(Family::Ipv4), ..over(Transport::Https) };
    reads_extra(Multiaddr, "/dns4/a.example/https", "a.example", &extra);
    reads_extra(Multiaddr, "/unix/x/tls/http", "unix:/x", &over(Transport::Https));
}

#[test]
fn accepts_local_sockets() {
    for (text, expected) in [
        ("/unix/run%2Fx.sock", "unix:/run/x.sock"),
        ("/unix/%2frun%2fx.sock", "unix:/run/x.sock"),
        ("/unix/x", "unix:/x"),
        ("/unix/%2F", "unix:/"),
        ("/unix/%2F%2Fx", "unix://x"),
        ("/unix/a%2520b:@", "unix:/a%2520b%3A%40"),
    ] {
        reads_endpoint(Multiaddr, text, expected);
    }
}

#[test]
fn more_may_stand_around_an_address() {
    let around = |text: &'static str| {
        let reading = parse(Multiaddr, text.as_bytes(), &TextOptions::new())?;
        Ok::<_, ParseError>((reading.surroundings, reading.extra.transport))
    };
    assert_eq!(around("/ip4/1.2.3.4/tcp/80"), Ok((false, Some(Transport::Tcp))));
    for (text, transport) in [
        ("/ip4/1.2.3.4/tcp/80/p2p/QmcgpsyW", Transport::Tcp),
        ("/ip4/1.2.3.4/tcp/80/ipfs/QmcgpsyW", Transport::Tcp),
        ("/ip4/1.2.3.4/tcp/80/tls/sni/a.example/ws", Transport::Wss),
        ("/ip4/1.2.3.4/tcp/80/http/http-path/a%2Fb", Transport::Http),
    ] {
        assert_eq!(around(text), Ok((true, Some(transport))), "{text}");
    }
    assert_eq!(around("/unix/x/p2p/12D"), Ok((true, None)));
}

#[test]
fn a_missing_port_is_the_callers() {
    let options = TextOptions::new().with_default_port(4001);
    let reading = parse(Multiaddr, b"/ip4/1.2.3.4", &options).unwrap();
    assert!(matches!(reading.endpoint, Endpoint::Inet(HostPort { port: Some(4001), .. })));
    let absent = parse(Multiaddr, b"/ip4/1.2.3.4", &TextOptions::new()).unwrap();
    let mut out = [0; 64];
    assert_eq!(write(&absent, &options, &mut out), Err(FormatError::NotRepresentable));
}

#[test]
fn refuses_what_is_no_component() {
    refuses("ip4/1.2.3.4", "unexpected-byte", 0, 1);
    refuses("/", "host-label-empty", 1, 0);
    refuses("//ip4/1.2.3.4", "unexpected-byte", 1, 1);
    refuses("/ip4/1.2.3.4/", "trailing-bytes", 12, 1);
    refuses("/ip4/1.2.3.4//tcp/80", "unexpected-byte", 13, 1);
    refuses("/ip4/1.2.3.4/tcp/80/", "trailing-bytes", 19, 1);
    refuses("/ip4/1.2.3.4/t_p/80", "unexpected-byte", 14, 1);
    refuses("/ip 4/1.2.3.4", "whitespace", 3, 1);
}

#[test]
fn refuses_protocols() {
    refuses("/IP4/1.2.3.4", "not-representable", 1, 3);
    refuses("/foo/x", "not-representable", 1, 3);
    refuses("/tcp/80", "not-representable", 1, 3);
    refuses("/p2p/QmcgpsyW", "not-representable", 1, 3);
    refuses("/dnsaddr/a.example", "not-representable", 1, 7);
    refuses("/unix-abstract/x", "not-representable", 1, 13);
    refuses("/ip4/1.2.3.4/ipcidr/24", "not-representable", 13, 6);
    refuses("/ip4/1.2.3.4/quic", "not-representable", 13, 4);
    refuses("/ip4/1.2.3.4/udp/1/tls", "not-representable", 19, 3);
    refuses("/ip4/1.2.3.4/tcp/1/quic", "not-representable", 19, 4);
    refuses("/ip4/1.2.3.4/tcp/1/noise", "not-representable", 19, 5);
    refuses("/ip4/1.2.3.4/tcp/1/ws/tls", "not-representable", 22, 3);
    refuses("/ip4/1.2.3.4/tcp/1/tcp/1", "not-representable", 19, 3);
    refuses("/ip4/1.2.3.4/tcp/1/ip4/5.6.7.8", "not-representable", 19, 3);
    refuses("/ip4/1.2.3.4/tcp/1/p2p/Qm/p2p-circuit", "not-representable", 26, 11);
    refuses("/ip4/1.2.3.4/udp/1/quic-v1/webtransport", "not-representable", 27, 12);
    refuses("/unix/run/x.sock", "unexpected-byte", 11, 1);
    refuses("/unix/run/tcp/80", "not-representable", 10, 3);
}

#[test]
fn refuses_hosts() {
    refuses("/ip4", "octet-empty", 4, 0);
    refuses("/ip4/", "octet-empty", 5, 0);
    refuses("/ip4//tcp/1", "octet-empty", 5, 0);
    refuses("/ip4/01.2.3.4", "octet-leading-zero", 5, 2);
    refuses("/ip4/127.1", "too-few-octets", 10, 0);
    refuses("/ip6", "group-empty", 4, 0);
    refuses("/ip6/[::1]", "group-empty", 5, 0);
    refuses("/ip6/::1%lo", "zone-not-allowed-in-dialect", 8, 1);
    refuses("/ip6/::g", "unexpected-byte", 7, 1);
    refuses("/ip6zone/", "zone-empty", 9, 0);
    refuses("/ip6zone/lo", "group-empty", 11, 0);
    refuses("/ip6zone/lo/ip4/1.2.3.4", "zone-on-ipv4", 12, 3);
    refuses("/ip6zone/lo/dns/a", "not-representable", 12, 3);
    refuses("/ip6zone/a:b/ip6/::1", "zone-bad-byte", 10, 1);
    refuses("/ip6zone/4294967296/ip6/::1", "zone-index-overflow", 9, 10);
    refuses("/dns/", "host-label-empty", 5, 0);
    refuses("/dns/a%2Fb", "host-bad-byte", 6, 1);
    refuses("/dns4/1.2.3.4", "not-representable", 6, 7);
}

#[test]
fn refuses_values() {
    refuses("/ip4/1.2.3.4/tcp", "port-empty", 16, 0);
    refuses("/ip4/1.2.3.4/tcp/", "port-empty", 17, 0);
    refuses("/ip4/1.2.3.4/tcp/080", "port-leading-zero", 17, 3);
    refuses("/ip4/1.2.3.4/tcp/+80", "port-sign", 17, 1);
    refuses("/ip4/1.2.3.4/tcp/65536", "port-too-large", 17, 5);
    refuses("/ip4/1.2.3.4/tcp/http", "service-name-not-allowed", 17, 4);
    refuses("/ip4/1.2.3.4/tcp/1/p2p", "not-representable", 19, 3);
    refuses("/ip4/1.2.3.4/tcp/1/p2p//tls", "unexpected-byte", 23, 1);
    refuses("/ip4/1.2.3.4/tcp/1/p2p/Q-", "unexpected-byte", 24, 1);
    refuses("/ip4/1.2.3.4/tcp/1/sni/a b", "whitespace", 24, 1);
}

#[test]
fn refuses_paths() {
    let long = "a".repeat(108);
    refuses("/unix", "unix-path-empty", 5, 0);
    refuses("/unix//run", "unix-path-empty", 6, 0);
    refuses("/unix/a b", "whitespace", 7, 1);
    refuses("/unix/a%2", "percent-encoding-bad", 7, 1);
    refuses("/unix/a%00", "unix-nul", 7, 3);
    refuses("/unix/a%00b/tls", "unix-nul", 7, 3);
    refuses(&format!("/unix/{long}"), "unix-path-too-long", 6, 108);
    refuses(&format!("/unix/%2F{long}"), "unix-path-too-long", 6, 111);
}

#[test]
fn writes_what_it_can_say() {
    writes_strict(Multiaddr, "[fe80::1%eth0]:80", Some("/ip6zone/eth0/ip6/fe80::1/tcp/80"));
    writes_strict(Multiaddr, "1.2.3.4", Some("/ip4/1.2.3.4"));
    writes_strict(Multiaddr, "a.example:80", Some("/dns/a.example/tcp/80"));
    writes_strict(Multiaddr, "unix:/run/a%20b", Some("/unix/run%2Fa%20b"));
    writes_strict(Multiaddr, "unix:/", Some("/unix/%2F"));
    for strict in ["*:80", "unix:relative", "unix-abstract:a", "vsock:2:1", "fd:3"] {
        writes_strict(Multiaddr, strict, None);
    }
}

proptest! {
    /// What is read can be written and read back; an error points into the text.
    #[test]
    fn laws_hold(text in r"(/(ip4/[0-9.]{7}|ip6/[0-9a-f:.]{2,9}|dns[46]?/[a-z_.0-9]{1,5}|ip6zone/[a-z0-9]{1,3}/ip6/[a-f0-9:]{2,5}|unix/[a-z%0-9F]{1,7}))(/(tcp|udp|sctp)/[0-9]{1,5})?(/(tls|ws|wss|http|https|quic|quic-v1|p2p/[a-zA-Z0-9]{0,3}|sni/[a-z.%]{1,4})){0,3}/?|\PC{0,12}") {
        keeps_laws(Multiaddr, text.as_bytes());
    }
}
