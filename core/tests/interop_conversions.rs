//! Conversions with the types of other crates: there and back, or refused.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // tests have std
#![allow(clippy::unwrap_used)] // a test may panic
#![allow(clippy::disallowed_methods)] // `str::parse` of the other crates is what is looked at

use std::net::{Ipv6Addr, SocketAddrV6};

use http::uri::Authority;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use portolan::addr::{
    ConvertError, Dialect, Endpoint, HostBits, HostPort, Ip, IpPort, Prefix, SocketAddress,
    UnixAddress, UnixName,
};
use portolan::policy::{Action, Rule};
use proptest::prelude::*;
use socket2::SockAddr;

const REFUSED: ConvertError = ConvertError::NotRepresentable;

proptest! {
    /// Every address that the system can hold comes back as it was.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    #[test]
    fn sock_addr_round_trip(address: SocketAddress) {
        match SockAddr::try_from(&address) {
            Ok(theirs) => prop_assert_eq!(SocketAddress::try_from(&theirs), Ok(address)),
            Err(_) => prop_assert!(is_longest_path(&address)),
        }
    }

    /// An address of the standard library is the same whichever way it goes, but for the order of
    /// flow information.
    #[test]
    fn sock_addr_holds_flow_information_in_network_order(addr: SocketAddrV6) {
        let theirs = SockAddr::try_from(&SocketAddress::from(addr)).unwrap();
        let read = theirs.as_socket_ipv6().unwrap();
        prop_assert_eq!((read.ip(), read.port(), read.scope_id()), (addr.ip(), addr.port(), addr.scope_id()));
        prop_assert_eq!(read.flowinfo().to_ne_bytes(), addr.flowinfo().to_be_bytes());
    }

    /// Every net is a prefix with the same text.
    #[test]
    fn ipnet_round_trip(prefix: Prefix) {
        let net = IpNet::try_from(prefix);
        prop_assert_eq!(net.is_err(), prefix.ip().zone().is_some());
        if let Ok(net) = net {
            prop_assert_eq!(Prefix::from(net), prefix);
            prop_assert_eq!((net.addr(), net.prefix_len()), (prefix.ip().addr(), prefix.prefix_len()));
            let v4 = Ipv4Net::try_from(prefix);
            let v6 = Ipv6Net::try_from(prefix);
            prop_assert!(v4.is_ok() != v6.is_ok());
            prop_assert_eq!(v4.map(Prefix::from).or_else(|_| v6.map(Prefix::from)), Ok(prefix));
        }
    }

    /// A rule and its network are the same, unless a host bit is set or the network is IPv4 that is
    /// written as mapped.
    #[test]
    fn ipnet_rules_round_trip(prefix: Prefix, denies: bool) {
        prop_assume!(prefix.ip().zone().is_none());
        let action = if denies { Action::Deny } else { Action::Allow };
        let net = IpNet::try_from(prefix).unwrap();
        match Rule::try_from((action, net)) {
            Ok(rule) => {
                prop_assert_eq!((rule.action(), rule.prefix()), (action, prefix));
                prop_assert_eq!(<(Action, IpNet)>::from(rule), (action, net));
            }
            Err(error) if net == net.trunc() => {
                prop_assert_eq!(error.code(), "mapped-in-rule");
                let mapped: IpNet = "::ffff:0:0/96".parse().unwrap();
                prop_assert!(mapped.contains(&net) && net.prefix_len() > 96);
            }
            Err(error) => {
                prop_assert!(["host-bits-set", "mapped-in-rule"].contains(&error.code()));
            }
        }
    }

    /// What becomes an authority comes back as it was, with the same host and port.
    #[test]
    fn authority_round_trip(host_port: HostPort<'static>) {
        if let Ok(authority) = Authority::try_from(&host_port) {
            prop_assert_eq!(HostPort::try_from(&authority), Ok(host_port.clone()));
            prop_assert_eq!(authority.port_u16(), host_port.port);
            prop_assert_eq!(authority.host(), host_port.host.to_string());
        } else {
            let text = host_port.to_string();
            prop_assert!(text.contains(['%', '*']), "{}", text);
        }
    }

    /// What an authority of whatever text is read as, `http` reads the same.
    #[test]
    fn an_authority_is_never_read_as_another(
        text in "[a-z0-9.-]{1,6}(:[+0-9]{0,6})?|[a-z@:]{1,6}|\\[[0-9a-f:%]{2,8}\\](:[0-9]{0,5})?",
    ) {
        if let Ok(authority) = text.parse::<Authority>()
            && let Ok(host_port) = HostPort::try_from(&authority)
        {
            prop_assert_eq!(host_port.port, authority.port_u16());
            prop_assert!(!text.contains(['@', '%', '+']));
        }
    }
}

/// Linux wants a NUL behind a path.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn is_longest_path(address: &SocketAddress) -> bool {
    let SocketAddress::Unix(address) = address else { return false };
    matches!(address.name(), UnixName::Pathname(path) if path.len() == UnixAddress::MAX_PATH_LEN)
}

#[cfg(unix)]
#[test]
fn what_the_system_cannot_hold_is_refused() {
    let longest = UnixAddress::from_pathname(&[b'a'; 108]).unwrap();
    assert_eq!(SockAddr::try_from(&SocketAddress::Unix(longest)).err(), Some(REFUSED));
}

#[test]
fn a_zone_and_another_family_are_refused_by_ipnet() {
    let zoned = Prefix::parse(b"fe80::%1/64", HostBits::Reject).unwrap();
    assert_eq!(IpNet::try_from(zoned), Err(REFUSED));
    assert_eq!(Ipv6Net::try_from(zoned), Err(REFUSED));
    let mapped = Prefix::parse(b"::ffff:10.0.0.0/104", HostBits::Reject).unwrap();
    assert_eq!(Ipv4Net::try_from(mapped), Err(REFUSED));
    let kept: IpNet = "10.0.0.1/8".parse().unwrap();
    assert_eq!(Prefix::from(kept).to_string(), "10.0.0.1/8");
}

#[test]
fn an_authority_is_read_again() {
    for (text, code, at) in [
        ("h:+80", "port-sign", 2),
        ("h:65536", "port-too-large", 2),
        ("h:080", "port-leading-zero", 2),
        ("h:", "port-empty", 2),
        ("u@h:80", "host-bad-byte", 1),
        ("u:80@h", "unexpected-byte", 4),
        ("010.0.0.1", "octet-leading-zero", 0),
        ("a_b", "host-bad-byte", 1),
        ("[::1]80", "text-after-bracket", 5),
        ("[fe80::1%1]:80", "zone-not-allowed-in-dialect", 8),
        ("[fe80::1%0]:80", "zone-not-allowed-in-dialect", 8),
        ("[fe80::1%25eth0]", "zone-not-allowed-in-dialect", 8),
    ] {
        let Ok(authority) = text.parse::<Authority>() else {
            panic!("{text} is no authority");
        };
        let error = HostPort::try_from(&authority).unwrap_err();
        assert_eq!((error.code(), error.at), (code, at), "{text}");
    }
    let zoned = "[fe80::1%1]".parse::<Authority>().unwrap();
    assert_eq!(HostPort::try_from(&zoned).unwrap_err().dialect, Dialect::HttpHost);
}

#[test]
fn an_authority_has_no_zone_and_no_local_socket() {
    let zoned = IpPort::parse(b"[fe80::1%1]:80").unwrap();
    assert!(Authority::try_from(zoned).is_err());
    for text in ["unix:/run/x", "vsock:1:2", "fd:3", "//./pipe/x"] {
        assert!(Authority::try_from(&Endpoint::parse(text.as_bytes()).unwrap()).is_err());
    }
    let ip = Ip::V6(Ipv6Addr::LOCALHOST, None);
    let authority = Authority::try_from(IpPort { ip, port: 80 }).unwrap();
    assert_eq!(authority.as_str(), "[::1]:80");
    assert_eq!(Endpoint::try_from(&authority), Ok(Endpoint::parse(b"[::1]:80").unwrap()));
    let reserved = "unix:80".parse::<Authority>().unwrap();
    assert_eq!(Endpoint::try_from(&reserved).unwrap_err().code(), "host-reserved-word");
    assert!(HostPort::try_from(&reserved).is_ok());
}
