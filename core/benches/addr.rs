//! How fast addresses are read and written, against other crates on the same texts.
//!
//! Prints a table; asserts nothing about time. Every corpus has 10,000 random texts: with one text
//! in a loop the branch predictor would learn it and hide most of the work.
//!
//! `cargo bench --bench addr` runs all; words behind `--` choose rows.
#![forbid(unsafe_code)]
#![allow(clippy::arithmetic_side_effects, reason = "a benchmark may overflow: it fails then")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "likewise")]
#![allow(clippy::cast_possible_truncation, reason = "sums and random bits are cut at will")]
#![allow(clippy::disallowed_methods, reason = "`str::parse` of the peers is what is measured")]
#![allow(missing_docs, reason = "a program, not a library")]

mod common;

use core::fmt::Display;
use core::hint::black_box;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::io::Write as _;

use ipnet::IpNet;
use portolan::addr::{FormatError, HostBits, Ip, IpPort, Prefix, ipv4, ipv6};
use url::Host;

use common::{Contender, Random, race};

const CORPUS: usize = 10_000;

fn corpus<T>(mut next: impl FnMut(&mut Random) -> T) -> Vec<T> {
    let mut random = Random::new();
    (0..CORPUS).map(|_| next(&mut random)).collect()
}

/// Reads every text of a corpus; a refused one counts as nothing.
fn reader<'a, T>(
    name: &'static str,
    corpus: &'a [String],
    read: impl Fn(&str) -> Option<T> + 'a,
    value: impl Fn(T) -> usize + 'a,
) -> Contender<'a, ()> {
    Contender::new(name, move |()| {
        corpus.iter().filter_map(|text| read(text)).fold(0, |sum, read| sum ^ value(read))
    })
}

/// Writes every value of a corpus to a buffer on the stack.
fn writer<'a, T: Copy>(
    name: &'static str,
    corpus: &'a [T],
    write: impl Fn(T, &mut [u8; 64]) -> usize + 'a,
) -> Contender<'a, ()> {
    let mut out = [0; 64];
    Contender::new(name, move |()| {
        let sum = |sum, value: &T| {
            let len = write(*value, &mut out);
            sum + len + usize::from(black_box(&out)[len - 1])
        };
        corpus.iter().fold(0, sum)
    })
}

fn formatted(len: Result<usize, FormatError>) -> usize {
    len.unwrap()
}

/// Writes a value as one does without this crate.
fn displayed(value: impl Display, out: &mut [u8; 64]) -> usize {
    let mut rest = &mut out[..];
    write!(rest, "{value}").unwrap();
    64 - rest.len()
}

const fn v4_sum(addr: Ipv4Addr) -> usize {
    addr.to_bits() as usize
}

const fn v6_sum(addr: Ipv6Addr) -> usize {
    (addr.to_bits() ^ addr.to_bits() >> 64) as usize
}

const fn ip_sum(addr: IpAddr) -> usize {
    match addr {
        IpAddr::V4(addr) => v4_sum(addr),
        IpAddr::V6(addr) => v6_sum(addr),
    }
}

const fn port_sum(addr: IpAddr, port: u16) -> usize {
    ip_sum(addr) ^ (port as usize) << 32
}

fn v4(random: &mut Random) -> Ipv4Addr {
    (random.bits() as u32).into()
}

/// Eight groups, as good as never zero.
fn v6_full(random: &mut Random) -> Ipv6Addr {
    (u128::from(random.bits()) << 64 | u128::from(random.bits())).into()
}

/// Groups of all lengths, runs of zeros at all places.
fn v6_mixed(random: &mut Random) -> Ipv6Addr {
    let begin = random.below(8);
    let zeros = begin..begin + random.below(8);
    let group = |index: u16| {
        let bits = random.bits() as u16 >> (4 * random.below(4));
        if zeros.contains(&usize::from(index)) { 0 } else { bits }
    };
    [0, 1, 2, 3, 4, 5, 6, 7].map(group).into()
}

fn ip(random: &mut Random) -> IpAddr {
    if random.below(2) == 0 { v4(random).into() } else { v6_mixed(random).into() }
}

fn socket_addr(random: &mut Random) -> SocketAddr {
    (ip(random), random.bits() as u16).into()
}

/// A text with one byte that is another, or nearly so.
fn mutated(random: &mut Random) -> String {
    let mut text = ip(random).to_string();
    let at = random.below(text.len());
    let byte = &["0", "1", "9", "a", "f", "g", ":", ".", "/", " ", "", "::", "256"];
    text.replace_range(at..=at, byte[random.below(byte.len())]);
    text
}

fn read_ipv4(row: &str, texts: &[String]) {
    let strict = |text: &str| ipv4::parse(text.as_bytes()).ok();
    race(
        row,
        "text",
        texts.len(),
        || (),
        vec![
            reader("portolan", texts, strict, v4_sum),
            reader("core::net", texts, |text| text.parse().ok(), v4_sum),
        ],
    );
}

fn read_ipv6(row: &str, texts: &[String]) {
    let strict = |text: &str| ipv6::parse(text.as_bytes()).ok();
    let bracketed: Vec<String> = texts.iter().map(|text| format!("[{text}]")).collect();
    let url = |text: &str| match Host::parse(text) {
        Ok(Host::Ipv6(addr)) => Some(addr),
        _ => None,
    };
    race(
        row,
        "text",
        texts.len(),
        || (),
        vec![
            reader("portolan", texts, strict, v6_sum),
            reader("core::net", texts, |text| text.parse().ok(), v6_sum),
            reader("url, in brackets", &bracketed, url, v6_sum),
        ],
    );
}

fn read_ip(row: &str, texts: &[String]) {
    let strict = |text: &str| Ip::parse(text.as_bytes()).ok();
    race(
        row,
        "text",
        texts.len(),
        || (),
        vec![
            reader("portolan", texts, strict, |ip| ip_sum(ip.addr())),
            reader("core::net", texts, |text| text.parse().ok(), ip_sum),
        ],
    );
}

fn read_ip_port(row: &str, texts: &[String]) {
    let strict = |text: &str| IpPort::parse(text.as_bytes()).ok();
    let std = |text: &str| text.parse::<SocketAddr>().ok();
    race(
        row,
        "text",
        texts.len(),
        || (),
        vec![
            reader("portolan", texts, strict, |addr| port_sum(addr.ip.addr(), addr.port)),
            reader("core::net", texts, std, |addr| port_sum(addr.ip(), addr.port())),
        ],
    );
}

fn read_prefix(row: &str, texts: &[String]) {
    let strict = |text: &str| Prefix::parse(text.as_bytes(), HostBits::Keep).ok();
    let ipnet = |text: &str| text.parse::<IpNet>().ok();
    race(
        row,
        "text",
        texts.len(),
        || (),
        vec![
            reader("portolan", texts, strict, |prefix| {
                port_sum(prefix.ip().addr(), prefix.prefix_len().into())
            }),
            reader("ipnet", texts, ipnet, |net| port_sum(net.addr(), net.prefix_len().into())),
        ],
    );
}

/// Writes to a buffer, by hand and by `Display`, against `write!`.
fn write_values<T: Copy + Display, O: Copy + Display>(
    row: &str,
    values: &[T],
    ours: impl Fn(T) -> O,
    format: impl Fn(O, &mut [u8; 64]) -> Result<usize, FormatError>,
) {
    let converted: Vec<O> = values.iter().copied().map(ours).collect();
    race(
        row,
        "value",
        values.len(),
        || (),
        vec![
            writer("portolan", &converted, |value, out| formatted(format(value, out))),
            writer("portolan, write!", &converted, |value, out| displayed(value, out)),
            writer("core::net, write!", values, |value, out| displayed(value, out)),
        ],
    );
}

fn texts<T: Display>(values: &[T]) -> Vec<String> {
    values.iter().map(T::to_string).collect()
}

fn main() {
    let (v4, full, mixed) = (corpus(v4), corpus(v6_full), corpus(v6_mixed));
    read_ipv4("read IPv4", &texts(&v4));
    read_ipv6("read IPv6, full", &texts(&full));
    read_ipv6("read IPv6, compressed", &texts(&mixed));
    read_ipv6("read IPv6, mapped", &texts(&corpus(|random| self::v4(random).to_ipv6_mapped())));
    read_ip("read either family", &texts(&corpus(ip)));
    read_ip("read invalid text", &corpus(mutated));
    read_ip_port("read address and port", &texts(&corpus(socket_addr)));
    read_prefix(
        "read prefix",
        &corpus(|random| {
            let ip = ip(random);
            format!("{ip}/{}", random.below(if ip.is_ipv4() { 33 } else { 129 }))
        }),
    );
    write_values("write IPv4", &v4, Ip::from, |ip, out| ip.format(out));
    write_values("write IPv6, full", &full, Ip::from, |ip, out| ip.format(out));
    write_values("write IPv6, compressed", &mixed, Ip::from, |ip, out| ip.format(out));
    write_values(
        "write address and port",
        &corpus(socket_addr),
        |addr| IpPort { ip: addr.ip().into(), port: addr.port() },
        |addr, out| addr.format(out),
    );
}
