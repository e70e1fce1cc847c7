//! What the texts of many dialects are made of.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::net::{Ipv4Addr, Ipv6Addr};

use proptest::prelude::{Just, Strategy, any};
use proptest::strategy::{BoxedStrategy, Union};
use proptest::{collection, option, sample};

/// A text as it stands.
pub(super) fn lit(text: &'static str) -> BoxedStrategy<String> {
    Just(String::from(text)).boxed()
}

/// Texts of a regular expression.
pub(super) fn re(pattern: &'static str) -> BoxedStrategy<String> {
    pattern.boxed()
}

/// One part behind the other.
pub(super) fn cat<const N: usize>(parts: [BoxedStrategy<String>; N]) -> BoxedStrategy<String> {
    parts.prop_map(|parts| parts.concat()).boxed()
}

/// One of several.
pub(super) fn one_of<const N: usize>(choices: [BoxedStrategy<String>; N]) -> BoxedStrategy<String> {
    Union::new(choices).boxed()
}

/// A part, or nothing.
pub(super) fn maybe(part: BoxedStrategy<String>) -> BoxedStrategy<String> {
    option::of(part).prop_map(Option::unwrap_or_default).boxed()
}

/// One to four parts with punctuation between them.
pub(super) fn list(item: BoxedStrategy<String>, between: &'static str) -> BoxedStrategy<String> {
    collection::vec(item, 1..=4).prop_map(move |items| items.join(between)).boxed()
}

/// Octets, those that stand at an edge more often than others.
fn octet() -> BoxedStrategy<u8> {
    let edges = sample::select(&[0_u8, 1, 8, 9, 10, 99, 100, 127, 192, 254, 255][..]);
    Union::new([edges.boxed(), any::<u8>().boxed()]).boxed()
}

/// IPv4 addresses.
pub(super) fn ipv4_addr() -> BoxedStrategy<Ipv4Addr> {
    [octet(), octet(), octet(), octet()].prop_map(Ipv4Addr::from).boxed()
}

/// IPv6 addresses, those with runs of zeros and those with a meaning more often than others.
pub(super) fn ipv6_addr() -> BoxedStrategy<Ipv6Addr> {
    let group = || {
        let edges = sample::select(&[0_u16, 0, 0, 1, 0xf, 0x10, 0xff, 0x100, 0xfff, 0xffff][..]);
        Union::new([edges.boxed(), any::<u16>().boxed()])
    };
    let groups: [_; 8] = core::array::from_fn(|_| group());
    let mapped = ipv4_addr().prop_map(|addr| addr.to_ipv6_mapped());
    Union::new([groups.prop_map(Ipv6Addr::from).boxed(), mapped.boxed(), link_local().boxed()])
        .boxed()
}

/// Addresses of one link, which have a zone.
pub(super) fn link_local() -> BoxedStrategy<Ipv6Addr> {
    any::<u16>().prop_map(|low| Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, low)).boxed()
}

/// IPv4 as everyone reads it.
pub(super) fn quad() -> BoxedStrategy<String> {
    ipv4_addr().prop_map(|addr| addr.to_string()).boxed()
}

/// IPv6 in every spelling of RFC 4291, section 2.2.
pub(super) fn ipv6() -> BoxedStrategy<String> {
    (ipv6_addr(), 0..5_u8).prop_map(|(addr, spelling)| spelled(addr, spelling)).boxed()
}

/// IPv6 of a link in every spelling.
pub(super) fn scoped_ipv6() -> BoxedStrategy<String> {
    (link_local(), 0..5_u8).prop_map(|(addr, spelling)| spelled(addr, spelling)).boxed()
}

fn spelled(addr: Ipv6Addr, spelling: u8) -> String {
    let groups = addr.segments();
    let joined = |groups: &[u16], spell: fn(&u16) -> String| {
        groups.iter().map(spell).collect::<Vec<_>>().join(":")
    };
    match spelling {
        0 => addr.to_string().to_ascii_uppercase(),
        1 => joined(&groups, |group| format!("{group:04X}")),
        2 => joined(&groups, |group| format!("{group:x}")),
        3 => {
            let head = groups.get(..6).unwrap_or_default();
            let [.., a, b, c, d] = addr.octets();
            format!("{}:{a}.{b}.{c}.{d}", joined(head, |group| format!("{group:x}")))
        }
        _ => addr.to_string(),
    }
}

/// IPv6 in brackets, without a zone.
pub(super) fn bracketed() -> BoxedStrategy<String> {
    cat([lit("["), ipv6(), lit("]")])
}

/// IPv6 in brackets, perhaps with a zone behind a mark.
pub(super) fn bracketed_with(zone: BoxedStrategy<String>) -> BoxedStrategy<String> {
    one_of([bracketed(), cat([lit("["), scoped_ipv6(), zone, lit("]")])])
}

/// A zone of strict text behind its `%`.
pub(super) fn zone() -> BoxedStrategy<String> {
    one_of([zone_name(), cat([lit("%"), zone_index()])])
}

/// The name of a zone behind its `%`.
pub(super) fn zone_name() -> BoxedStrategy<String> {
    cat([lit("%"), interface()])
}

/// The index of a zone without leading zeros; `0` is none.
pub(super) fn zone_index() -> BoxedStrategy<String> {
    re("0|[1-9][0-9]{0,8}|4294967295")
}

/// The name of an interface.
pub(super) fn interface() -> BoxedStrategy<String> {
    re("lo|(eth|en|wlan)[0-9]|[a-z][a-z0-9_-]{0,14}")
}

/// The name of a host that no dialect takes for anything else.
pub(super) fn name() -> BoxedStrategy<String> {
    re("localhost|([a-z][a-z0-9]{0,8}(-[a-z0-9]{1,4})?\\.){1,3}(example|test|com|de)")
}

/// IPv4 or a name.
pub(super) fn quad_or_name() -> BoxedStrategy<String> {
    one_of([quad(), name()])
}

/// A host without a zone: IPv4, a name, or IPv6 in brackets.
pub(super) fn host() -> BoxedStrategy<String> {
    one_of([quad(), name(), bracketed()])
}

/// A port, those at an edge more often than others.
pub(super) fn port() -> BoxedStrategy<String> {
    Union::new([Just(0).boxed(), port_number()]).prop_map(|port| port.to_string()).boxed()
}

/// A port that is not 0.
pub(super) fn some_port() -> BoxedStrategy<String> {
    port_number().prop_map(|port| port.to_string()).boxed()
}

/// The number of a port that is not 0.
pub(super) fn port_number() -> BoxedStrategy<u16> {
    let edges = sample::select(&[1_u16, 80, 443, 999, 1000, 9999, 10_000, 65_535][..]);
    Union::new([edges.boxed(), (1..=u16::MAX).boxed()]).boxed()
}

/// A port with zeros before it.
pub(super) fn padded_port() -> BoxedStrategy<String> {
    cat([re("0{0,4}"), port()])
}

/// Something behind a colon.
pub(super) fn colon(port: BoxedStrategy<String>) -> BoxedStrategy<String> {
    cat([lit(":"), port])
}

/// An absolute path of plain bytes, short enough for every system.
pub(super) fn path() -> BoxedStrategy<String> {
    re("(/[a-z0-9_][a-z0-9_.-]{0,7}){1,4}")
}

/// A name of plain bytes, for whatever a name is asked.
pub(super) fn word() -> BoxedStrategy<String> {
    re("[a-z][a-z0-9_-]{0,11}")
}
