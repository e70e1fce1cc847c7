//! How fast access lists decide, against a trie that is asked directly.
//!
//! Prints a table; asserts nothing about time. Every corpus has 10,000 random addresses, half of
//! them in some prefix of the list: with one address in a loop the caches would hold its path.
//!
//! `cargo bench --bench policy --features prefix-trie` runs all; words behind `--` choose rows.
#![forbid(unsafe_code)]
#![allow(clippy::arithmetic_side_effects, reason = "a benchmark may overflow: it fails then")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "likewise")]
#![allow(clippy::cast_possible_truncation, reason = "random bits are cut at will")]
#![allow(missing_docs, reason = "a program, not a library")]

mod common;

use core::net::{Ipv4Addr, Ipv6Addr};

use portolan::addr::{HostBits, Ip, Prefix};
use portolan::policy::{Action, AddressSet, AddressTrie, Embeddings, Rule};
use prefix_trie::PrefixMap;

use common::{Contender, Random, race};

const ADDRESSES: usize = 10_000;

fn v4(random: &mut Random) -> Ip {
    Ip::V4(Ipv4Addr::from_bits(random.bits() as u32))
}

/// An address of `2000::/3`.
fn v6(random: &mut Random) -> Ip {
    let bits = u128::from(random.bits()) << 64 | u128::from(random.bits());
    Ip::V6(Ipv6Addr::from_bits(bits >> 3 | 1 << 125), None)
}

/// Prefixes as they are announced: a few short ones, mostly the longest that routers take.
fn rules(count: usize, ip: fn(&mut Random) -> Ip) -> Vec<Rule> {
    let mut random = Random::new();
    let rule = |random: &mut Random| {
        let action = if random.below(2) == 0 { Action::Allow } else { Action::Deny };
        let ip = ip(random);
        let shorter = random.below(3) * random.below(7);
        let len = if matches!(ip, Ip::V4(_)) { 24 } else { 48 } - shorter as u8;
        Rule::new(action, Prefix::new(ip, len, HostBits::Mask).unwrap()).unwrap()
    };
    (0..count).map(|_| rule(&mut random)).collect()
}

/// Addresses of which half begin as a rule does.
fn addresses(rules: &[Rule], ip: fn(&mut Random) -> Ip) -> Vec<Ip> {
    let mut random = Random::new();
    let inside = |random: &mut Random| {
        let prefix = rules[random.below(rules.len())].prefix();
        match (prefix.ip(), ip(random)) {
            (Ip::V4(net), Ip::V4(host)) => {
                let mask = u32::MAX >> prefix.prefix_len();
                Ip::V4((net.to_bits() | host.to_bits() & mask).into())
            }
            (Ip::V6(net, _), Ip::V6(host, _)) => {
                let mask = u128::MAX >> prefix.prefix_len();
                Ip::V6((net.to_bits() | host.to_bits() & mask).into(), None)
            }
            (_, other) => other,
        }
    };
    let next = |random: &mut Random| if random.below(2) == 0 { inside(random) } else { ip(random) };
    (0..ADDRESSES).map(|_| next(&mut random)).collect()
}

/// The crate that the trie is built on, asked as one asks it without this crate.
struct Direct {
    v4: PrefixMap<(u32, u8), bool>,
    v6: PrefixMap<(u128, u8), bool>,
}

impl Direct {
    fn new(rules: &[Rule]) -> Self {
        let mut all = Self { v4: PrefixMap::new(), v6: PrefixMap::new() };
        for rule in rules {
            let len = rule.prefix().prefix_len();
            let allows = rule.action() == Action::Allow;
            let kept = match rule.prefix().ip() {
                Ip::V4(addr) => all.v4.entry((addr.to_bits(), len)).or_insert(allows),
                Ip::V6(addr, _) => all.v6.entry((addr.to_bits(), len)).or_insert(allows),
            };
            *kept &= allows;
        }
        all
    }

    fn allows(&self, ip: &Ip) -> bool {
        let found = match ip {
            Ip::V4(addr) => self.v4.get_lpm(&(addr.to_bits(), 32)).map(|(_, allows)| *allows),
            Ip::V6(addr, _) => self.v6.get_lpm(&(addr.to_bits(), 128)).map(|(_, allows)| *allows),
        };
        found.unwrap_or(false)
    }
}

fn count(ips: &[Ip], allows: impl Fn(&Ip) -> bool) -> usize {
    ips.iter().filter(|ip| allows(ip)).count()
}

/// One list and one corpus; the trie once for each way of looking through.
fn ask(row: &str, rules: &[Rule], ips: &[Ip]) {
    let trie: AddressTrie = rules.iter().copied().collect();
    let all = trie.clone().with_embeddings(Embeddings::ALL);
    let direct = Direct::new(rules);
    let contenders = vec![
        Contender::new("prefix-trie", |()| count(ips, |ip| direct.allows(ip))),
        Contender::new("portolan, mapped", |()| count(ips, |ip| trie.decide(*ip).is_allowed())),
        Contender::new("portolan, all forms", |()| count(ips, |ip| all.decide(*ip).is_allowed())),
    ];
    race(row, "address", ips.len(), || (), contenders);
}

fn mapped(ips: &[Ip]) -> Vec<Ip> {
    let mapped = |ip: &Ip| match ip {
        Ip::V4(addr) => Ip::V6(addr.to_ipv6_mapped(), None),
        Ip::V6(..) => *ip,
    };
    ips.iter().map(mapped).collect()
}

fn main() {
    for (size, name) in [(10_000, "10,000"), (100_000, "100,000")] {
        let list = rules(size, v4);
        let ips = addresses(&list, v4);
        ask(&format!("{name} rules, IPv4"), &list, &ips);
        let list = rules(size, v6);
        ask(&format!("{name} rules, IPv6"), &list, &addresses(&list, v6));
    }
    let list = rules(10_000, v4);
    let ips = addresses(&list, v4);
    let (trie, direct) = (list.iter().copied().collect::<AddressTrie>(), Direct::new(&list));
    let seen = mapped(&ips);
    race(
        "10,000 rules, v4-mapped (the peer is asked about IPv4)",
        "address",
        ips.len(),
        || (),
        vec![
            Contender::new("prefix-trie", |()| count(&ips, |ip| direct.allows(ip))),
            Contender::new("portolan, mapped", |()| {
                count(&seen, |ip| trie.decide(*ip).is_allowed())
            }),
        ],
    );
    for size in [4, 16, 64] {
        let list = rules(size, v4);
        let ips = addresses(&list, v4);
        let (set, trie) = (AddressSet::new(&list), list.iter().copied().collect::<AddressTrie>());
        race(
            &format!("{size} rules, IPv4: slice and trie"),
            "address",
            ips.len(),
            || (),
            vec![
                Contender::new("portolan, slice", |()| {
                    count(&ips, |ip| set.decide(*ip).is_allowed())
                }),
                Contender::new("portolan, trie", |()| {
                    count(&ips, |ip| trie.decide(*ip).is_allowed())
                }),
            ],
        );
    }
}
