//! What an address means is what the registries' own files say, inside and out.

use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use portolan::addr::{EmbeddedForm, Ip, Nat64Prefix, Zone, registry};
use portolan::policy::DenyNonGlobal;

/// The files of the registries, as they were published.
const FILES: [&str; 2] = [
    include_str!("../../../core/src/addr/registry/ipv4.csv"),
    include_str!("../../../core/src/addr/registry/ipv6.csv"),
];

/// The input begins with 4 bytes of IPv4 and the 16 that they are embedded in; a shorter one with
/// an address of 16 or 4 bytes.
pub fn run(input: &[u8]) {
    if let Some((v4, rest)) = input.split_first_chunk::<4>()
        && let Some(rest) = rest.first_chunk::<16>()
    {
        check_embeddings(Ipv4Addr::from(*v4), Ipv6Addr::from(*rest));
    } else if let Some(octets) = input.first_chunk::<16>() {
        check(Ipv6Addr::from(*octets).into());
    } else if let Some(octets) = input.first_chunk::<4>() {
        check(Ipv4Addr::from(*octets).into());
    }
}

fn check(ip: Ip) {
    check_row(ip);
    check_policy(ip);
}

/// A row with the length of its prefix, found by comparing bit after bit.
struct Row {
    name: &'static str,
    len: usize,
    globally_reachable: Option<bool>,
}

/// The tables are what a slow reader finds in the files.
fn check_row(ip: Ip) {
    let found = model(ip.addr());
    let entry = registry::entry(ip);
    assert_eq!(entry.map(|entry| entry.name.trim_matches('"')), found.as_ref().map(|row| row.name));
    assert_eq!(
        entry.map(|entry| usize::from(entry.block.prefix_len())),
        found.as_ref().map(|row| row.len)
    );
    let space = match ip.addr() {
        IpAddr::V4(addr) => addr.octets()[0] >> 4 != 14,
        IpAddr::V6(addr) => addr.octets()[0] >> 5 == 1,
    };
    let expected = found.map_or(Some(space), |row| row.globally_reachable);
    assert_eq!(ip.globally_reachable(), expected, "{ip}");
}

fn model(addr: IpAddr) -> Option<Row> {
    let file = FILES[usize::from(addr.is_ipv6())];
    // A line feed ends a row where the quotes are closed.
    let mut is_quoted = false;
    let rows = file.split(|char| {
        is_quoted ^= char == '"';
        char == '\n' && !is_quoted
    });
    let rows = rows.skip(1).filter(|row| !row.is_empty()).flat_map(|row| matches(row, addr));
    rows.max_by_key(|row| row.len)
}

/// The blocks of a row that contain an address.
fn matches(row: &'static str, addr: IpAddr) -> Vec<Row> {
    let (blocks, rest) = match row.strip_prefix('"') {
        Some(row) => row.split_once("\",").unwrap(),
        None => row.split_once(',').unwrap(),
    };
    let name = match rest.strip_prefix("\"\"\"") {
        Some(rest) => rest.split("\"\"\"").next(),
        None => rest.split(',').next(),
    };
    let cell = rest.rsplit(',').nth(1).unwrap().split(' ').next().unwrap();
    let globally_reachable = match cell {
        "True" => Some(true),
        "False" => Some(false),
        _ => None,
    };
    let lengths = blocks.split(", ").filter_map(|block| {
        let block = block.split(' ').next()?;
        let (network, len) = block.split_once('/')?;
        let len = len.parse().unwrap();
        let same = bits(addr).zip(bits(network.parse().unwrap())).take_while(|(a, b)| a == b);
        (same.count() >= len).then_some(len)
    });
    lengths.map(|len| Row { name: name.unwrap(), len, globally_reachable }).collect()
}

fn bits(addr: IpAddr) -> impl Iterator<Item = bool> {
    let octets = match addr {
        IpAddr::V4(addr) => addr.octets().to_vec(),
        IpAddr::V6(addr) => addr.octets().to_vec(),
    };
    octets.into_iter().flat_map(|octet| (0..8).rev().map(move |bit| octet >> bit & 1 == 1))
}

/// It passes exactly where the address and everything inside is globally reachable.
fn check_policy(ip: Ip) {
    let is_global = |ip: Ip| ip.globally_reachable() == Some(true);
    let expected = is_global(ip) && ip.embedded_v4().all(|(_, v4)| is_global(v4.into()));
    let verdict = DenyNonGlobal::new().check(ip);
    assert_eq!(verdict.is_ok(), expected, "{ip}");
    if let Err(denied) = verdict {
        let culprit = denied.embedded.map_or(ip, |(_, v4)| v4.into());
        assert!(!is_global(culprit), "{ip}: {denied}");
        assert!(denied.kind.entry().is_none_or(|entry| registry::entry(culprit) == Some(entry)));
        assert!(denied.embedded.is_none_or(|it| ip.embedded_v4().any(|found| found == it)));
    }
    if let Ip::V6(addr, _) = ip {
        let zoned = Ip::V6(addr, Zone::from_index(1));
        assert_eq!(DenyNonGlobal::new().check(zoned), verdict, "a zone changes nothing");
    }
}

/// What is embedded is found, and whatever is refused is refused as every embedding of it.
fn check_embeddings(v4: Ipv4Addr, rest: Ipv6Addr) {
    let is_refused = DenyNonGlobal::new().check(v4).is_err();
    for (form, v6) in EmbeddedForm::embeddings(v4, rest) {
        let mut found = Ip::from(v6).embedded_v4();
        let has_no_form = form == EmbeddedForm::Compatible && v4.to_bits() < 2;
        assert!(has_no_form || found.any(|each| each == (form, v4)), "{v4} as {form} in {v6}");
        assert!(!is_refused || DenyNonGlobal::new().check(v6).is_err(), "{form} {v6} passes");
        check(v6.into());
    }
    check(v4.into());
    check(rest.into());
    let translated = Nat64Prefix::WELL_KNOWN.embed(v4);
    assert_eq!(translated, EmbeddedForm::Nat64.embed(v4));
    assert_eq!(Nat64Prefix::WELL_KNOWN.v4(translated), Some(v4));
}
