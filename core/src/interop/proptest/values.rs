//! Strategies for values: every noun of [`addr`](crate::addr), valid and with every variant.
//!
//! The nouns implement `Arbitrary`, too, so `any::<Ip>()` is [`ip`], and a test may take one as an
//! argument:
//!
//! ```
//! use portolan::addr::{Endpoint, SocketAddress};
//! use proptest::prelude::*;
//!
//! proptest! {
//!     // In a test, with `#[test]`.
//!     fn an_address_is_an_endpoint_unless_flow_would_be_lost(address: SocketAddress) {
//!         if let Ok(endpoint) = Endpoint::try_from(address) {
//!             prop_assert_eq!(SocketAddress::try_from(endpoint), Ok(address));
//!         }
//!     }
//! }
//! an_address_is_an_endpoint_unless_flow_would_be_lost();
//! ```

use alloc::string::String;
use alloc::vec;
use core::net::{SocketAddrV4, SocketAddrV6};

use proptest::prelude::{Arbitrary, Just, Strategy, any};
use proptest::strategy::{BoxedStrategy, Union};
use proptest::{collection, option, sample};

use super::parts::{ipv4_addr, ipv6_addr};
use crate::addr::{
    Dialect, Endpoint, FdName, Host, HostBits, HostName, HostPort, Ip, IpPort, PipeName, Prefix,
    SocketAddress, UnixAddress, VsockAddress, Zone, ZoneName,
};
use crate::dialect::{Family, Transport};
use crate::sockaddr::Abi;

/// Addresses of both families, with and without a zone.
pub fn ip() -> BoxedStrategy<Ip> {
    let v6 = (ipv6_addr(), option::of(zone())).prop_map(|(addr, zone)| Ip::V6(addr, zone));
    Union::new([ipv4_addr().prop_map(Ip::V4).boxed(), v6.boxed()]).boxed()
}

/// Indexes and names.
pub fn zone() -> BoxedStrategy<Zone> {
    let index = any::<u32>().prop_filter_map("0 is no zone", Zone::from_index);
    Union::new([index.boxed(), zone_name().prop_map(Zone::Name).boxed()]).boxed()
}

/// Names of zones.
pub fn zone_name() -> BoxedStrategy<ZoneName> {
    Union::new(["[a-z]{2,4}[0-9]", "[!-$&-.0-9;-Z\\\\^-~]{1,15}"])
        .prop_filter_map("digits and dots are no name", |name| ZoneName::new(name.as_bytes()).ok())
        .boxed()
}

/// Addresses with a port.
pub fn ip_port() -> BoxedStrategy<IpPort> {
    (ip(), any::<u16>()).prop_map(|(ip, port)| IpPort { ip, port }).boxed()
}

/// Prefixes, with and without host bits.
pub fn prefix() -> BoxedStrategy<Prefix> {
    let host_bits = sample::select(&[HostBits::Keep, HostBits::Mask][..]);
    (ip(), 0..=128_u8, host_bits)
        .prop_map(|(ip, len, host_bits)| {
            let len = if matches!(ip, Ip::V4(_)) { len.min(32) } else { len };
            Prefix::new(ip, len, host_bits).unwrap_or_else(|_| Prefix::host(ip))
        })
        .boxed()
}

/// Names of hosts by the strict grammar, short and long.
pub fn host_name() -> BoxedStrategy<HostName<'static>> {
    let label = "[a-zA-Z0-9]([a-zA-Z0-9-]{0,12}[a-zA-Z0-9])?|[a-z0-9]{40,63}";
    (collection::vec(label, 1..=4), any::<bool>())
        .prop_filter_map("what ends in a number is no name", |(labels, has_dot)| {
            let mut name = labels.join(".");
            name.extend(has_dot.then_some('.'));
            HostName::parse(name.as_bytes()).ok().map(HostName::into_owned)
        })
        .boxed()
}

/// Addresses, names and `*`.
pub fn host() -> BoxedStrategy<Host<'static>> {
    Union::new_weighted(vec![
        (3, ip().prop_map(Host::Ip).boxed()),
        (3, host_name().prop_map(Host::Name).boxed()),
        (1, Just(Host::Any).boxed()),
    ])
    .boxed()
}

/// Hosts with and without a port.
pub fn host_port() -> BoxedStrategy<HostPort<'static>> {
    (host(), any::<Option<u16>>()).prop_map(|(host, port)| HostPort { host, port }).boxed()
}

/// Paths, abstract names, and the address of a socket that has none.
pub fn unix_address() -> BoxedStrategy<UnixAddress> {
    let path = Union::new([
        "(/[a-z0-9._-]{1,12}){1,4}"
            .prop_map(String::into_bytes)
            .prop_map(|path| UnixAddress::from_pathname(&path))
            .boxed(),
        collection::vec(1_u8.., 1..=UnixAddress::MAX_PATH_LEN)
            .prop_map(|path| UnixAddress::from_pathname(&path))
            .boxed(),
    ]);
    let name = collection::vec(any::<u8>(), 0..=UnixAddress::MAX_ABSTRACT_LEN)
        .prop_map(|name| UnixAddress::from_abstract_name(&name));
    let unnamed = Just(Ok(UnixAddress::UNNAMED));
    Union::new_weighted(vec![(2, path.boxed()), (2, name.boxed()), (1, unnamed.boxed())])
        .prop_filter_map("every one is an address", Result::ok)
        .boxed()
}

/// Numbers, and the wildcard in the place of either.
pub fn vsock_address() -> BoxedStrategy<VsockAddress> {
    let number = || Union::new([any::<u32>().boxed(), Just(VsockAddress::ANY).boxed()]);
    (number(), number()).prop_map(|(cid, port)| VsockAddress { cid, port }).boxed()
}

/// Names of pipes by the strict grammar, on this machine and on others.
pub fn pipe_name() -> BoxedStrategy<PipeName<'static>> {
    ("\\.|[a-z0-9.-]{1,12}", "(LOCAL\\\\|local\\\\)?[!-\\[\\]-~]{1,100}")
        .prop_filter_map("every one is a name", |(server, name)| {
            PipeName::new(server.as_bytes(), name.as_bytes()).ok().map(PipeName::into_owned)
        })
        .boxed()
}

/// Names of passed sockets.
pub fn fd_name() -> BoxedStrategy<FdName<'static>> {
    Union::new(["[a-z]{1,8}\\.socket", "[!-9;-~]{1,255}"])
        .prop_filter_map("every one is a name", |name| {
            FdName::new(name.as_bytes()).ok().map(FdName::into_owned)
        })
        .boxed()
}

/// Endpoints of every kind.
pub fn endpoint() -> BoxedStrategy<Endpoint<'static>> {
    let inet = host_port()
        .prop_filter_map("the word of a scheme is no host", |inet| Endpoint::try_from(inet).ok());
    Union::new_weighted(vec![
        (5, inet.boxed()),
        (2, unix_address().prop_map(Endpoint::Unix).boxed()),
        (1, vsock_address().prop_map(Endpoint::Vsock).boxed()),
        (1, pipe_name().prop_map(Endpoint::Pipe).boxed()),
        (1, any::<u32>().prop_map(Endpoint::Fd).boxed()),
        (1, option::of(fd_name()).prop_map(Endpoint::FdName).boxed()),
    ])
    .boxed()
}

/// Socket addresses of every kind; flow information and scope are 0 as often as not.
pub fn socket_address() -> BoxedStrategy<SocketAddress> {
    let number = || Union::new([Just(0).boxed(), any::<u32>().boxed()]);
    let v4 = (ipv4_addr(), any::<u16>()).prop_map(|(ip, port)| SocketAddrV4::new(ip, port).into());
    let v6 = (ipv6_addr(), any::<u16>(), number(), number())
        .prop_map(|(ip, port, flow, scope)| SocketAddrV6::new(ip, port, flow, scope).into());
    Union::new_weighted(vec![
        (2, v4.boxed()),
        (3, v6.boxed()),
        (2, unix_address().prop_map(SocketAddress::Unix).boxed()),
        (1, vsock_address().prop_map(SocketAddress::Vsock).boxed()),
    ])
    .boxed()
}

/// Every dialect.
pub fn dialect() -> BoxedStrategy<Dialect> {
    sample::select(Dialect::ALL).boxed()
}

/// Every layout.
pub fn abi() -> BoxedStrategy<Abi> {
    sample::select(Abi::ALL).boxed()
}

macro_rules! arbitrary {
    ($($noun:ty => $strategy:expr,)*) => {$(
        impl Arbitrary for $noun {
            type Parameters = ();
            type Strategy = BoxedStrategy<Self>;

            fn arbitrary_with((): ()) -> BoxedStrategy<Self> {
                $strategy
            }
        }
    )*};
}

arbitrary! {
    Abi => abi(),
    Dialect => dialect(),
    Endpoint<'static> => endpoint(),
    Family => sample::select(Family::ALL).boxed(),
    FdName<'static> => fd_name(),
    Host<'static> => host(),
    HostName<'static> => host_name(),
    HostPort<'static> => host_port(),
    Ip => ip(),
    IpPort => ip_port(),
    PipeName<'static> => pipe_name(),
    Prefix => prefix(),
    SocketAddress => socket_address(),
    Transport => sample::select(Transport::ALL).boxed(),
    UnixAddress => unix_address(),
    VsockAddress => vsock_address(),
    Zone => zone(),
    ZoneName => zone_name(),
}
