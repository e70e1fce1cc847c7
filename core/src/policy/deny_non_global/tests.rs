use alloc::string::ToString as _;

use proptest::prelude::*;

use super::*;
use crate::addr::{HostBits, Ipv6Addr, Prefix, UnixAddress, VsockAddress, Zone};

fn check(text: &str) -> Result<(), Denied> {
    DenyNonGlobal::new().check(Ip::parse(text.as_bytes()).unwrap())
}

#[test]
fn the_public_internet_passes() {
    for text in [
        "8.8.8.8",
        "192.0.0.9",
        "2606:4700::1111",
        "2001:20::1",
        "64:ff9b::808:808",
        "2606:4700::5efe:808:808",
    ] {
        assert_eq!(check(text), Ok(()), "{text}");
    }
}

#[test]
fn each_rule_refuses() {
    for (text, code, message) in [
        ("127.0.0.1", "not-global", "not globally reachable: 127.0.0.0/8 Loopback"),
        (
            "::ffff:8.8.8.8",
            "not-global",
            "not globally reachable: ::ffff:0.0.0.0/96 IPv4-mapped Address",
        ),
        ("2002:808:808::", "undetermined", "may not be globally reachable: 2002::/16 6to4"),
        ("224.0.0.1", "multicast", "multicast"),
        ("ff02::1", "multicast", "multicast"),
        ("fec0::1", "site-local", "site-local: fec0::/10"),
        ("::8.8.8.8", "unassigned", "not global unicast: outside 2000::/3"),
        (
            "64:ff9b::7f00:1",
            "not-global",
            "127.0.0.1 inside (nat64): not globally reachable: 127.0.0.0/8 Loopback",
        ),
        ("2606:4700::5efe:e000:1", "multicast", "224.0.0.1 inside (isatap): multicast"),
        (
            "64:ff9b::c058:6301",
            "undetermined",
            "192.88.99.1 inside (nat64): may not be globally reachable: \
             192.88.99.0/24 Deprecated (6to4 Relay Anycast)",
        ),
    ] {
        let denied = check(text).expect_err(text);
        assert_eq!((denied.kind.code(), denied.to_string().as_str()), (code, message), "{text}");
        let has_row = ["not-global", "undetermined"].contains(&code);
        assert_eq!(denied.kind.entry().is_some(), has_row);
    }
}

#[test]
fn sockets_are_judged_by_their_address() {
    let policy = DenyNonGlobal::new();
    let v4 = core::net::SocketAddr::from(([8, 8, 8, 8], 0));
    assert_eq!(policy.check_socket(v4), Ok(()));
    let v6 = core::net::SocketAddrV6::new(Ipv6Addr::LOCALHOST, 80, 1, 2);
    assert_eq!(policy.check_socket(v6).unwrap_err().kind.code(), "not-global");
    let refused = [
        SocketAddress::from(UnixAddress::UNNAMED),
        SocketAddress::from(VsockAddress { cid: 2, port: 1 }),
    ];
    for address in refused {
        let denied = policy.check_socket(address).unwrap_err();
        assert_eq!((denied.kind, denied.embedded), (DeniedKind::NotIp, None));
        assert_eq!(denied.to_string(), "no IP address");
    }
}

#[test]
fn prefixes_of_the_network_deny_more() {
    let read = |text: &[u8]| Prefix::parse(text, HostBits::Reject).unwrap();
    let prefixes = [b"2620:0:5::/48".as_slice(), b"2620:0:6::/96"];
    let prefixes = prefixes.map(|text| Nat64Prefix::new(read(text)).unwrap());
    let policy = DenyNonGlobal::with_nat64(&prefixes);
    let check =
        |text: &[u8]| policy.check(Ip::parse(text).unwrap()).map_err(|denied| denied.kind.code());
    assert_eq!(check(b"2620:0:5:808:8:800::"), Ok(()));
    assert_eq!(check(b"2620:0:5:7f00:0:100::"), Err("not-global"));
    assert_eq!(check(b"2620:0:5:808:108:800::"), Err("u-octet-set"));
    assert_eq!(check(b"2620:0:6::a9fe:a9fe"), Err("not-global"));
    assert_eq!(check(b"2620:0:7::a9fe:a9fe"), Ok(()));
    assert_eq!(check(b"10.0.0.1"), Err("not-global"));
}

fn addresses_v4() -> impl Strategy<Value = Ipv4Addr> {
    let rows: prop::sample::Select<Prefix> = prop::sample::select(
        registry::entries()
            .map(|entry| entry.block)
            .filter(|block| matches!(block.ip(), Ip::V4(_)))
            .collect::<alloc::vec::Vec<_>>(),
    );
    let inside = (rows, any::<u32>()).prop_map(|(block, bits)| match block.ip() {
        Ip::V4(first) => {
            let host = u32::MAX.checked_shr(block.prefix_len().into()).unwrap_or(0);
            Ipv4Addr::from(first.to_bits() | bits & host)
        }
        Ip::V6(..) => Ipv4Addr::UNSPECIFIED,
    });
    prop_oneof![inside, any::<u32>().prop_map(Ipv4Addr::from)]
}

fn addresses_v6() -> impl Strategy<Value = Ipv6Addr> {
    (addresses_v4(), any::<u128>(), 0_usize..12).prop_map(|(v4, rest, place)| {
        let embedded = EmbeddedForm::embeddings(v4, rest.into()).nth(place);
        embedded.map_or_else(|| rest.into(), |(_, v6)| v6)
    })
}

proptest! {
    /// Whatever is refused as an IPv4 address is refused as every embedding of it, whatever the
    /// rest of the address is.
    #[test]
    fn what_is_refused_is_refused_inside(v4 in addresses_v4(), rest: u128, global: bool) {
        let policy = DenyNonGlobal::new();
        prop_assume!(policy.check(v4).is_err());
        // Also where the address around it would pass.
        let rest = if global { rest >> 3 | 1 << 125 } else { rest };
        for (form, v6) in EmbeddedForm::embeddings(v4, rest.into()) {
            prop_assert!(policy.check(v6).is_err(), "{form} {v6}");
        }
        for form in EmbeddedForm::ALL {
            prop_assert!(policy.check(form.embed(v4)).is_err(), "{form}");
        }
    }

    /// It passes what the registry says is global, inside too, and nothing else.
    #[test]
    fn it_is_the_registry_and_what_is_inside(v6 in addresses_v6(), v4 in addresses_v4()) {
        let policy = DenyNonGlobal::new();
        let is_global = |ip: Ip| ip.globally_reachable() == Some(true);
        prop_assert_eq!(policy.check(v4).is_ok(), is_global(v4.into()));
        let ip = Ip::from(v6);
        let expected = is_global(ip) && ip.embedded_v4().all(|(_, v4)| is_global(v4.into()));
        prop_assert_eq!(policy.check(ip).is_ok(), expected);
    }

    /// A zone and prefixes of the network make nothing pass; they refuse every embedding as well.
    #[test]
    fn nothing_makes_more_pass(
        v6 in addresses_v6(),
        v4 in addresses_v4(),
        zone: u32,
        prefix: u128,
        len in prop::sample::select(&Nat64Prefix::LENGTHS[..]),
    ) {
        let bits = prefix & !(0xff << 56);
        let prefix = Prefix::new(Ip::V6(bits.into(), None), len, HostBits::Mask).unwrap();
        let prefixes = [Nat64Prefix::new(prefix).unwrap()];
        let (plain, more) = (DenyNonGlobal::new(), DenyNonGlobal::with_nat64(&prefixes));
        if plain.check(v6).is_err() {
            prop_assert_eq!(more.check(v6), plain.check(v6));
        }
        let zoned = Ip::V6(v6, Zone::from_index(zone));
        prop_assert_eq!(more.check(zoned), more.check(v6));
        if plain.check(v4).is_err() {
            prop_assert!(more.check(prefixes[0].embed(v4)).is_err());
        }
    }
}
