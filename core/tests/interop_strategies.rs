//! Strategies and `Arbitrary`: what they give is what they say.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // tests have std
#![allow(clippy::unwrap_used)] // a test may panic
#![allow(clippy::print_stdout)] // a test says what it skips

use std::collections::BTreeSet;

use arbitrary::{Arbitrary, Unstructured};
use portolan::addr::{
    Dialect, Endpoint, FdName, Host, HostBits, HostName, HostPort, Ip, IpPort, PipeName, Prefix,
    SocketAddress, TextOptions, UnixAddress, UnixName, VsockAddress, Zone, ZoneName,
};
use portolan::dialect::{self, Family, Transport};
use portolan::interop::proptest::{near_valid, near_valid_ip, valid, valid_ip, values};
use portolan::sockaddr::Abi;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

const TEXTS: usize = 600;

fn texts<T: std::fmt::Debug>(strategy: &impl Strategy<Value = T>) -> impl Iterator<Item = T> {
    let mut runner = TestRunner::deterministic();
    (0..TEXTS).map(move |_| strategy.new_tree(&mut runner).unwrap().current())
}

fn reads(dialect: Dialect, text: &[u8]) -> bool {
    dialect::parse_all(dialect, text, &TextOptions::new()).is_ok()
}

#[test]
fn every_valid_text_is_read() {
    for dialect in Dialect::ALL.iter().copied() {
        for text in texts(&valid(dialect)) {
            let read = dialect::parse_all(dialect, &text, &TextOptions::new());
            assert!(read.is_ok(), "{dialect}: {}: {read:?}", text.escape_ascii());
        }
        for text in valid_ip(dialect).iter().flat_map(texts) {
            let read = dialect::parse_ip(dialect, &text);
            assert!(read.is_ok(), "{dialect}: {}: {read:?}", text.escape_ascii());
        }
    }
}

#[test]
fn bare_addresses_are_there_where_a_dialect_has_them() {
    for dialect in Dialect::ALL.iter().copied() {
        assert_eq!(valid_ip(dialect).is_some(), dialect::has_bare_ip(dialect), "{dialect}");
        assert_eq!(near_valid_ip(dialect).is_some(), dialect::has_bare_ip(dialect), "{dialect}");
    }
}

#[test]
fn near_valid_texts_lie_on_both_sides() {
    for dialect in Dialect::ALL.iter().copied() {
        let accepted = texts(&near_valid(dialect)).filter(|text| reads(dialect, text)).count();
        assert!((TEXTS / 50..TEXTS / 10 * 9).contains(&accepted), "{dialect}: {accepted}");
        if let Some(texts_of_ips) = near_valid_ip(dialect) {
            let reads = |text: &Vec<u8>| dialect::parse_ip(dialect, text).is_ok();
            let accepted = texts(&texts_of_ips).filter(reads).count();
            assert!((TEXTS / 50..TEXTS / 10 * 9).contains(&accepted), "{dialect}: {accepted}");
        }
    }
}

/// Every dialect has texts that are different from each other, whether it is there yet or not.
#[test]
fn every_dialect_has_texts() {
    for dialect in Dialect::ALL {
        let different: BTreeSet<_> = texts(&valid(*dialect)).collect();
        assert!(different.len() > TEXTS / 2, "{dialect}: {}", different.len());
        assert!(different.iter().all(|text| !text.is_empty() && text.len() < 400), "{dialect}");
    }
}

#[test]
fn near_valid_texts_break_many_rules() {
    let codes: BTreeSet<_> = texts(&near_valid(Dialect::Strict))
        .chain(texts(&near_valid(Dialect::Rfc9844)))
        .filter_map(|text| Endpoint::parse(&text).err().map(|error| error.code()))
        .collect();
    for code in [
        "bracket-unclosed",
        "host-bad-byte",
        "non-ascii",
        "nul",
        "octet-leading-zero",
        "octet-too-large",
        "port-leading-zero",
        "port-sign",
        "port-too-large",
        "text-after-bracket",
        "too-many-octets",
        "whitespace",
        "zone-index-leading-zero",
    ] {
        assert!(codes.contains(code), "no text breaks {code}: {codes:?}");
    }
}

/// A number for each variant of an endpoint, those of its host and its Unix name among them.
fn variant(endpoint: &Endpoint<'_>) -> u8 {
    match endpoint {
        Endpoint::Inet(HostPort { host, port }) => {
            let has_port = u8::from(port.is_some());
            has_port << 3
                | match host {
                    Host::Ip(Ip::V4(_)) => 0,
                    Host::Ip(Ip::V6(_, None)) => 1,
                    Host::Ip(Ip::V6(_, Some(Zone::Index(_)))) => 2,
                    Host::Ip(Ip::V6(_, Some(Zone::Name(_)))) => 3,
                    Host::Name(_) => 4,
                    _ => 5,
                }
        }
        Endpoint::Unix(address) => match address.name() {
            UnixName::Unnamed => 16,
            UnixName::Pathname(_) => 17,
            UnixName::Abstract(_) => 18,
        },
        Endpoint::Vsock(_) => 19,
        Endpoint::Pipe(_) => 20,
        Endpoint::Fd(_) => 21,
        Endpoint::FdName(None) => 22,
        _ => 23,
    }
}

const VARIANTS: usize = 6 + 6 + 8;

#[test]
fn every_variant_is_reached_by_strategies() {
    let reached: BTreeSet<_> = texts(&values::endpoint()).map(|value| variant(&value)).collect();
    assert_eq!(reached.len(), VARIANTS, "{reached:?}");
    let kinds: BTreeSet<_> = texts(&values::socket_address()).map(|value| kind(&value)).collect();
    assert_eq!(kinds.len(), 4);
}

#[test]
fn every_variant_is_reached_by_arbitrary() {
    let (mut reached, mut kinds) = (BTreeSet::new(), BTreeSet::new());
    for bytes in texts(&prop::collection::vec(any::<u8>(), 600)) {
        let mut input = Unstructured::new(&bytes);
        reached.extend(Endpoint::arbitrary(&mut input).ok().as_ref().map(variant));
        kinds.extend(SocketAddress::arbitrary(&mut input).ok().as_ref().map(kind));
    }
    assert_eq!(reached.len(), VARIANTS, "{reached:?}");
    assert_eq!(kinds.len(), 4);
}

fn kind(address: &SocketAddress) -> u8 {
    match address {
        SocketAddress::Inet4(_) => 0,
        SocketAddress::Inet6(_) => 1,
        SocketAddress::Unix(_) => 2,
        _ => 3,
    }
}

/// Makes a value of a type from bytes, of which there may be none.
fn make<'u, T: Arbitrary<'u>>(bytes: &'u [u8]) -> T {
    Unstructured::new(bytes).arbitrary().unwrap()
}

proptest! {
    /// A value from any bytes is one that its own constructor takes.
    #[test]
    fn arbitrary_values_are_valid(bytes in prop::collection::vec(any::<u8>(), 0..700)) {
        let mut out = [0; Endpoint::MAX_LEN];
        let name: HostName<'_> = make(&bytes);
        prop_assert!(HostName::parse(name.as_written()).is_ok());
        let pipe: PipeName<'_> = make(&bytes);
        prop_assert!(PipeName::new(pipe.server(), pipe.as_written()).is_ok());
        let name: FdName<'_> = make(&bytes);
        prop_assert!(FdName::new(name.as_bytes()).is_ok());
        let zone: ZoneName = make(&bytes);
        prop_assert!(ZoneName::new(zone.as_bytes()).is_ok());
        let prefix: Prefix = make(&bytes);
        prop_assert!(Prefix::new(prefix.ip(), prefix.prefix_len(), HostBits::Keep).is_ok());
        let unix: UnixAddress = make(&bytes);
        let len = unix.format(&mut out).unwrap();
        prop_assert_eq!(UnixAddress::parse(&out[..len]), Ok(unix));
        if let Ok(Endpoint::Inet(inet)) = Unstructured::new(&bytes).arbitrary::<Endpoint<'_>>() {
            prop_assert!(Endpoint::try_from(inet).is_ok());
        }
    }

    /// Every noun comes of any bytes.
    #[test]
    fn every_noun_is_made(bytes: Vec<u8>) {
        let _: (Abi, Dialect, Family, HostBits, TextOptions, Transport) =
            (make(&bytes), make(&bytes), make(&bytes), make(&bytes), make(&bytes), make(&bytes));
        let _: (Host<'_>, HostPort<'_>, Ip, IpPort, SocketAddress, VsockAddress, Zone) = (
            make(&bytes), make(&bytes), make(&bytes), make(&bytes), make(&bytes), make(&bytes),
            make(&bytes),
        );
    }

    /// A value of a strategy is one that its own constructor takes.
    #[test]
    fn values_of_strategies_are_valid(
        prefix: Prefix, pipe: PipeName<'static>, endpoint: Endpoint<'static>, abi: Abi, dialect: Dialect,
    ) {
        prop_assert!(Prefix::new(prefix.ip(), prefix.prefix_len(), HostBits::Keep).is_ok());
        prop_assert!(PipeName::new(pipe.server(), pipe.as_written()).is_ok());
        if let Endpoint::Inet(inet) = endpoint {
            prop_assert!(Endpoint::try_from(inet).is_ok());
        }
        prop_assert!(Abi::ALL.contains(&abi) && Dialect::ALL.contains(&dialect));
    }
}
