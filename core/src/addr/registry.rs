//! Special-purpose addresses: the two registries of IANA, longest prefix first.
//!
//! Source: the IANA IPv4 and IPv6 Special-Purpose Address Registries, RFC 6890 section 2.2 as
//! updated by RFC 8190 section 2, in the edition [`EDITION`]. The files stand beside this one as
//! they were published; `cargo xtask registry` makes the tables of them.
//!
//! A cell that is empty or `N/A` stays `None`: it is a third answer, and not a `false`. Where no row
//! tells, the space itself does:
//!
//! | address | [`globally_reachable`] | source |
//! |---|---|---|
//! | `224.0.0.0/4`, `ff00::/8` | `Some(false)` | multicast: RFC 5771, RFC 4291 section 2.7 |
//! | any other IPv4 | `Some(true)` | unicast |
//! | `2000::/3` | `Some(true)` | global unicast: IANA IPv6 Address Space |
//! | `fec0::/10` | `Some(false)` | site-local, deprecated: RFC 3879 |
//! | any other IPv6 | `Some(false)` | not assigned: IANA IPv6 Address Space |
//!
//! An address is judged as it stands: `::ffff:8.8.8.8` is the IPv6 address of the row "IPv4-mapped
//! Address". What is inside is listed apart, by [`Ip::embedded_v4`].

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

use super::{Ip, Prefix};

#[rustfmt::skip] // made by a program: a long row of the next edition stays as it is written
mod tables;

pub use self::tables::EDITION;

/// One row of a registry; a row with two blocks is two of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Entry {
    /// The addresses.
    pub block: Prefix,
    /// The name as the registry spells it, quotation marks included, footnotes not.
    pub name: &'static str,
    /// The documents, each with its section where the registry has one.
    pub rfc: &'static [&'static str],
    /// The month of the allocation, such as `1996-02`.
    pub allocated: &'static str,
    /// The month in which the allocation ended.
    pub terminated: Option<&'static str>,
    /// Whether an address of the block may be the source of a datagram.
    pub source: Option<bool>,
    /// Whether it may be the destination of one.
    pub destination: Option<bool>,
    /// Whether a router may forward such a datagram.
    pub forwardable: Option<bool>,
    /// Whether it may cross the border of an administrative domain.
    pub globally_reachable: Option<bool>,
    /// Whether every implementation of IP must treat the block specially.
    pub reserved_by_protocol: Option<bool>,
}

/// Shows the block and the name, such as `10.0.0.0/8 Private-Use`.
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.block, self.name)
    }
}

/// Finds the row with the longest prefix that contains an address; a zone does not matter.
///
/// ```
/// use portolan::addr::{Ip, registry};
/// let entry = registry::entry(Ip::parse(b"192.0.0.9")?).unwrap();
/// assert_eq!(entry.to_string(), "192.0.0.9/32 Port Control Protocol Anycast");
/// assert_eq!(entry.rfc, ["RFC7723"]);
/// assert_eq!(registry::entry(Ip::parse(b"8.8.8.8")?), None);
/// # Ok::<(), portolan::addr::ParseError>(())
/// ```
#[must_use]
pub fn entry(ip: impl Into<Ip>) -> Option<&'static Entry> {
    match ip.into() {
        Ip::V4(addr) => owner(&tables::IPV4_FROM, addr.to_bits()),
        Ip::V6(addr, _) => owner(&tables::IPV6_FROM, addr.to_bits()),
    }
}

/// Says whether an address is reachable from everywhere, as far as its registry tells.
///
/// `None` where the cell is `N/A` (Teredo, 6to4) or empty (allocations that have ended). The table
/// at the [top](self) says what holds where there is no row.
///
/// ```
/// use portolan::addr::{Ip, registry::globally_reachable};
/// assert_eq!(globally_reachable(Ip::parse(b"8.8.8.8")?), Some(true));
/// assert_eq!(globally_reachable(Ip::parse(b"::ffff:8.8.8.8")?), Some(false));
/// assert_eq!(globally_reachable(Ip::parse(b"2002:808:808::")?), None);
/// # Ok::<(), portolan::addr::ParseError>(())
/// ```
#[must_use]
pub fn globally_reachable(ip: impl Into<Ip>) -> Option<bool> {
    let ip = ip.into();
    match entry(ip) {
        Some(entry) => entry.globally_reachable,
        None => Some(Unlisted::of(&ip) == Unlisted::GlobalUnicast),
    }
}

/// Every row: those of IPv4, then those of IPv6, each in the order of the registry.
#[must_use]
pub fn entries() -> impl ExactSizeIterator<Item = &'static Entry> + Clone {
    Entries { v4: tables::IPV4.iter(), v6: tables::IPV6.iter() }
}

#[derive(Clone, Debug)]
struct Entries {
    v4: core::slice::Iter<'static, Entry>,
    v6: core::slice::Iter<'static, Entry>,
}

impl Iterator for Entries {
    type Item = &'static Entry;

    fn next(&mut self) -> Option<Self::Item> {
        self.v4.next().or_else(|| self.v6.next())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let len = self.v4.len().saturating_add(self.v6.len());
        (len, Some(len))
    }
}

impl ExactSizeIterator for Entries {}

/// What an address is that has no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unlisted {
    GlobalUnicast,
    Multicast,
    SiteLocal,
    Unassigned,
}

impl Unlisted {
    pub(crate) fn of(ip: &Ip) -> Self {
        match ip {
            Ip::V4(addr) if addr.is_multicast() => Self::Multicast,
            Ip::V4(_) => Self::GlobalUnicast,
            Ip::V6(addr, _) => match addr.segments() {
                [0x2000..=0x3fff, ..] => Self::GlobalUnicast,
                [0xfec0..=0xfeff, ..] => Self::SiteLocal,
                [0xff00..=0xffff, ..] => Self::Multicast,
                _ => Self::Unassigned,
            },
        }
    }
}

/// Ranges that do not overlap: each begins here and ends where the next one begins.
type Ranges<T> = [(T, Option<&'static Entry>)];

fn owner<T: Ord>(ranges: &Ranges<T>, bits: T) -> Option<&'static Entry> {
    let behind = ranges.partition_point(|(from, _)| *from <= bits);
    ranges.get(behind.checked_sub(1)?).and_then(|(_, owner)| *owner)
}

const fn v4(octets: [u8; 4], len: u8) -> Prefix {
    let [a, b, c, d] = octets;
    Prefix::literal(Ip::V4(Ipv4Addr::new(a, b, c, d)), len)
}

const fn v6(groups: [u16; 8], len: u8) -> Prefix {
    let [a, b, c, d, e, f, g, h] = groups;
    Prefix::literal(Ip::V6(Ipv6Addr::new(a, b, c, d, e, f, g, h), None), len)
}

#[cfg(test)]
mod tests;
