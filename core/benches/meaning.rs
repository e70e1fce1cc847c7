//! How fast an address is classified, against reading one.
//!
//! Prints a table; asserts nothing about time. Every corpus has 10,000 random addresses, half of them
//! uniform and half near the rows of the registries: with one address in a loop the branch predictor
//! would learn it and hide most of the work.
//!
//! `cargo bench --bench meaning` runs all; words behind `--` choose rows.
#![forbid(unsafe_code)]
#![allow(clippy::arithmetic_side_effects, reason = "a benchmark may overflow: it fails then")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "likewise")]
#![allow(clippy::cast_possible_truncation, reason = "random bits are cut at will")]
#![allow(missing_docs, reason = "a program, not a library")]

mod common;

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use portolan::addr::registry::{self, Entry};
use portolan::addr::{Ip, ipv6};
use portolan::policy::DenyNonGlobal;

use common::{Contender, Random, race};

const CORPUS: usize = 10_000;

fn corpus(next: impl Fn(&mut Random) -> Ip) -> Vec<Ip> {
    let mut random = Random::new();
    (0..CORPUS).map(|_| next(&mut random)).collect()
}

/// An address in a block, its bits behind the prefix at random.
fn inside(entry: &Entry, random: &mut Random) -> Ip {
    let bits = u128::from(random.bits()) << 64 | u128::from(random.bits());
    let len = u32::from(entry.block.prefix_len());
    match entry.block.ip().addr() {
        IpAddr::V4(first) => {
            let host = u32::MAX.checked_shr(len).unwrap_or(0);
            Ipv4Addr::from(first.to_bits() | bits as u32 & host).into()
        }
        IpAddr::V6(first) => {
            let host = u128::MAX.checked_shr(len).unwrap_or(0);
            Ipv6Addr::from(first.to_bits() | bits & host).into()
        }
    }
}

fn v4(random: &mut Random) -> Ip {
    let rows: Vec<&Entry> =
        registry::entries().filter(|row| row.block.ip().addr().is_ipv4()).collect();
    match random.below(2) {
        0 => Ipv4Addr::from(random.bits() as u32).into(),
        _ => inside(rows[random.below(rows.len())], random),
    }
}

fn v6(random: &mut Random) -> Ip {
    let rows: Vec<&Entry> =
        registry::entries().filter(|row| row.block.ip().addr().is_ipv6()).collect();
    let bits = u128::from(random.bits()) << 64 | u128::from(random.bits());
    match random.below(2) {
        0 => Ipv6Addr::from(bits).into(),
        _ => inside(rows[random.below(rows.len())], random),
    }
}

/// As slow as can be: every row is asked.
fn scan(ip: &Ip) -> Option<&'static Entry> {
    let rows = registry::entries().filter(|row| row.block.contains(ip));
    rows.max_by_key(|row| row.block.prefix_len())
}

fn classify(row: &str, ips: &[Ip]) {
    let name = |entry: Option<&'static Entry>| entry.map_or(0, |entry| entry.name.len());
    race(
        row,
        "address",
        ips.len(),
        || (),
        vec![
            Contender::new("registry::entry", |()| {
                ips.iter().map(|ip| name(registry::entry(*ip))).sum()
            }),
            Contender::new("a scan of all rows", |()| ips.iter().map(|ip| name(scan(ip))).sum()),
        ],
    );
}

/// What one strict parse costs; the other contenders do it as well.
fn beside_reading(row: &str, ips: &[Ip]) {
    let texts: Vec<String> = ips.iter().map(Ip::to_string).collect();
    let read = |text: &String| ipv6::parse(text.as_bytes()).unwrap();
    let count = |addr: Ipv6Addr| usize::from(addr.octets()[15] != 0);
    let policy = DenyNonGlobal::new();
    race(
        row,
        "address",
        ips.len(),
        || (),
        vec![
            Contender::new("ipv6::parse", |()| texts.iter().map(read).map(count).sum()),
            Contender::new("and registry::entry", |()| {
                let classify = |addr: Ipv6Addr| {
                    core::hint::black_box(registry::entry(addr));
                    count(addr)
                };
                texts.iter().map(read).map(classify).sum()
            }),
            Contender::new("and DenyNonGlobal", |()| {
                let judge = |addr: Ipv6Addr| {
                    core::hint::black_box(policy.check(addr).is_ok());
                    count(addr)
                };
                texts.iter().map(read).map(judge).sum()
            }),
        ],
    );
}

fn main() {
    let (v4, v6) = (corpus(v4), corpus(v6));
    classify("classify IPv4", &v4);
    classify("classify IPv6", &v6);
    beside_reading("read IPv6 and classify", &v6);
}
