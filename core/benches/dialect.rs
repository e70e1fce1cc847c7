//! What choice costs: the general reader against the specialised one, every dialect against one.
//!
//! Prints a table; asserts nothing about time. Every corpus has 10,000 random texts that strict
//! accepts.
//!
//! `cargo bench --bench dialect` runs all; words behind `--` choose rows.
#![forbid(unsafe_code)]
#![allow(clippy::arithmetic_side_effects, reason = "a benchmark may overflow: it fails then")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "likewise")]
#![allow(clippy::cast_possible_truncation, reason = "random bits are cut at will")]
#![allow(missing_docs, reason = "a program, not a library")]

mod common;

use core::hint::black_box;

use portolan::addr::{
    Dialect, Endpoint, HostPort, Ip, IpPort, Ipv4Addr, Ipv6Addr, ParseError, PipeName, TextOptions,
    UnixAddress, VsockAddress, ipv4, ipv6,
};
use portolan::dialect;

use common::{Contender, Random, race};

const CORPUS: usize = 10_000;

fn corpus(next: impl Fn(&mut Random) -> String) -> Vec<String> {
    let mut random = Random::new();
    (0..CORPUS).map(|_| next(&mut random)).collect()
}

/// Reads every text; the value read has to be looked at, a refused one counts as nothing.
fn reader<'a, T>(
    name: &'static str,
    texts: &'a [String],
    read: impl Fn(&'a [u8]) -> Option<T> + 'a,
) -> Contender<'a, ()> {
    Contender::new(name, move |()| {
        texts.iter().filter(|text| black_box(&read(text.as_bytes())).is_some()).count()
    })
}

fn random_ipv6(random: &mut Random) -> Ipv6Addr {
    let low = random.bits() >> random.below(64);
    (u128::from(random.bits()) << 64 | u128::from(low)).into()
}

fn ip_port(random: &mut Random) -> String {
    let port = random.bits() as u16;
    if random.below(2) == 0 {
        return format!("{}:{port}", Ipv4Addr::from(random.bits() as u32));
    }
    format!("[{}]:{port}", random_ipv6(random))
}

fn name(random: &mut Random) -> String {
    format!("host-{}.example.com:{}", random.below(1 << 20), random.bits() as u16)
}

fn unix(random: &mut Random) -> String {
    format!("unix:/run/user/{}/socket", random.below(1 << 16))
}

fn pipe(random: &mut Random) -> String {
    format!(r"\\.\pipe\server-{}", random.below(1 << 16))
}

fn vsock(random: &mut Random) -> String {
    format!("vsock:{}:{}", random.bits() as u32, random.bits() as u32)
}

fn any(random: &mut Random) -> String {
    [ip_port, ip_port, ip_port, name, name, unix, pipe, vsock][random.below(8)](random)
}

/// The results are looked at where they are made: moving them would cost as much as reading.
fn general<'a, S, G>(
    row: &str,
    texts: &'a [String],
    special: &'static str,
    read: impl Fn(&'a [u8]) -> Result<S, ParseError> + 'a,
    general: impl Fn(&'a [u8]) -> Result<G, ParseError> + 'a,
) {
    let contenders = vec![
        reader(special, texts, move |text| black_box(&read(text)).is_ok().then_some(())),
        reader("the general one", texts, move |text| {
            black_box(&general(text)).is_ok().then_some(())
        }),
    ];
    race(row, "text", texts.len(), || (), contenders);
}

fn explain(row: &str, texts: &[String]) {
    let options = TextOptions::new();
    let strict = move |text| dialect::parse(Dialect::Strict, text, &options).ok();
    let answers = |text| {
        let answers = dialect::explain(text).answers();
        answers.filter(|(_, answer)| black_box(answer).is_ok()).count().checked_sub(1)
    };
    let ambiguous = |text| Some(dialect::explain(text).is_ambiguous());
    let contenders = vec![
        reader("Endpoint::parse", texts, |text| Endpoint::parse(text).ok()),
        reader("strict", texts, strict),
        reader("explain, every answer", texts, answers),
        reader("explain, ambiguous?", texts, ambiguous),
    ];
    race(row, "text", texts.len(), || (), contenders);
}

fn main() {
    let ip_ports = corpus(ip_port);
    let v4 = corpus(|random| Ipv4Addr::from(random.bits() as u32).to_string());
    general("general: IPv4", &v4, "ipv4::parse", ipv4::parse, Ip::parse);
    let v6 = corpus(|random| random_ipv6(random).to_string());
    general("general: IPv6", &v6, "ipv6::parse", ipv6::parse, Ip::parse);
    general(
        "general: address and port",
        &ip_ports,
        "IpPort::parse",
        IpPort::parse,
        Endpoint::parse,
    );
    general("general: name", &corpus(name), "HostPort::parse", HostPort::parse, Endpoint::parse);
    general(
        "general: Unix",
        &corpus(unix),
        "UnixAddress::parse",
        UnixAddress::parse,
        Endpoint::parse,
    );
    general("general: pipe", &corpus(pipe), "PipeName::parse", PipeName::parse, Endpoint::parse);
    general(
        "general: vsock",
        &corpus(vsock),
        "VsockAddress::parse",
        VsockAddress::parse,
        Endpoint::parse,
    );
    explain("explain: address and port", &ip_ports);
    explain("explain: name", &corpus(name));
    explain("explain: everything strict accepts", &corpus(any));
    for dialect in Dialect::ALL {
        let texts = corpus(any);
        let read = |text| black_box(dialect::parse_all(*dialect, text, &TextOptions::new())).ok();
        let contenders = vec![
            reader("strict", &texts, |text| {
                let _ = black_box(dialect::parse(Dialect::Strict, text, &TextOptions::new()));
                Some(())
            }),
            reader(dialect.name(), &texts, move |text| {
                let _ = read(text);
                Some(())
            }),
        ];
        race(&format!("dialect: {dialect}"), "text", texts.len(), || (), contenders);
    }
}
