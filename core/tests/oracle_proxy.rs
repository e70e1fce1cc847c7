//! PROXY headers against the crates `ppp` and `proxy-header`, which read them otherwise here and
//! there: every difference has a name, and every name occurs.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a test has std
#![allow(clippy::arithmetic_side_effects, clippy::unwrap_used, clippy::indexing_slicing)] // it may fail

use std::collections::BTreeMap;
use std::net::{Ipv6Addr, SocketAddr};

use portolan::wire::proxy::{Addresses, V1, V2};
use portolan::wire::{Decoded, Wire as _, WireError};
use proxy_header::{ParseConfig, ProxyHeader};

const ROUNDS: usize = 40_000;

/// What others take and we refuse, refuse and we take, or read otherwise.
const KNOWN: &[&str] = &[
    // `+80` is a number to `str::parse`, and only ppp looks for leading zeros.
    "ppp v1 takes bad-port",
    "proxy-header v1 takes bad-port",
    // The line is split into seven parts at most, must be UTF-8, and ends at the first CR.
    "ppp v1 refuses UNKNOWN with more",
    "proxy-header v1 refuses UNKNOWN with more",
    // A word that is a line feed ends the line, too: behind a space as behind CR.
    "ppp v1 reads UNKNOWN with more",
    "ppp v1 takes bad-field",
    // Any byte may follow PROXY, any byte UNKNOWN, and the line may have any length.
    "proxy-header v1 takes bad-field",
    "proxy-header v1 takes bad-family",
    "proxy-header v1 takes header-too-long",
    // Records are looked at when they are asked for, and sums never.
    "ppp v2 takes tlv-overrun",
    "ppp v2 takes bad-crc",
    "ppp v2 takes duplicate-crc",
    "ppp v2 takes too-short",
    "ppp v2 takes bad-field",
    "proxy-header v2 takes tlv-overrun",
    "proxy-header v2 takes bad-crc",
    "proxy-header v2 takes duplicate-crc",
    "proxy-header v2 takes too-short",
    "proxy-header v2 takes bad-field",
    // The block of a local header is judged, and so is half of a family.
    "ppp v2 refuses local",
    "proxy-header v2 refuses local",
    "ppp v2 refuses half a family",
    "ppp v2 reads half a family",
    "proxy-header v2 refuses half a family",
];

/// The ends of a connection where they are IP addresses.
type Ends = Option<(SocketAddr, SocketAddr)>;

/// What a reader makes of bytes: ends and a length, a refusal with its code, or neither yet.
#[derive(Clone, Debug, PartialEq)]
enum Verdict {
    Takes(Ends, Option<usize>),
    Refuses(&'static str),
    Waits,
}

/// How often each difference occurred, with an example.
#[derive(Default)]
struct Ledger(BTreeMap<String, Vec<u8>>);

impl Ledger {
    fn compare(&mut self, who: &str, why: &str, input: &[u8], ours: &Verdict, theirs: &Verdict) {
        let what = match (ours, theirs) {
            (Verdict::Takes(ends, len), Verdict::Takes(their_ends, their_len)) => {
                if ends == their_ends && (their_len.is_none() || len == their_len) {
                    return;
                }
                format!("reads {why}")
            }
            (Verdict::Takes(..), _) => format!("refuses {why}"),
            (Verdict::Refuses(code), Verdict::Takes(..)) => format!("takes {code}"),
            (Verdict::Waits, Verdict::Takes(..)) => "takes a prefix".to_owned(),
            _ => return,
        };
        self.0.entry(format!("{who} {what}")).or_insert_with(|| input.to_vec());
    }
}

fn ours<T>(read: Result<Decoded<T>, WireError>, ends: impl Fn(T) -> Ends) -> Verdict {
    match read {
        Ok(Decoded::Value { value, consumed }) => Verdict::Takes(ends(value), Some(consumed)),
        Ok(Decoded::Need(_)) => Verdict::Waits,
        Err(error) => Verdict::Refuses(error.code()),
    }
}

fn proxy_header(input: &[u8]) -> Verdict {
    match ProxyHeader::parse(input, ParseConfig::default()) {
        Ok((header, len)) => {
            let ends = header.proxied_address().map(|both| (both.source, both.destination));
            Verdict::Takes(ends, Some(len))
        }
        Err(_) => Verdict::Refuses("refused"),
    }
}

fn version_1(ledger: &mut Ledger, input: &[u8]) {
    let mine = ours(V1::decode(input, ()), |line| line.source().zip(line.destination()));
    let why = if input.starts_with(b"PROXY UNKNOWN ") { "UNKNOWN with more" } else { "a line" };
    let ppp = match ppp::v1::Header::try_from(input) {
        Ok(header) => {
            let ends = match header.addresses {
                ppp::v1::Addresses::Unknown => None,
                ppp::v1::Addresses::Tcp4(ip) => Some((
                    (ip.source_address, ip.source_port).into(),
                    (ip.destination_address, ip.destination_port).into(),
                )),
                ppp::v1::Addresses::Tcp6(ip) => Some((
                    (ip.source_address, ip.source_port).into(),
                    (ip.destination_address, ip.destination_port).into(),
                )),
            };
            Verdict::Takes(ends, Some(header.header.len()))
        }
        Err(_) => Verdict::Refuses("refused"),
    };
    ledger.compare("ppp v1", why, input, &mine, &ppp);
    ledger.compare("proxy-header v1", why, input, &mine, &proxy_header(input));
}

fn version_2(ledger: &mut Ledger, input: &[u8]) {
    let mine = ours(V2::decode(input, ()), |header| match header {
        V2::Proxy { addresses: Addresses::Inet4(ip), .. } => {
            Some(((ip.source, ip.source_port).into(), (ip.destination, ip.destination_port).into()))
        }
        V2::Proxy { addresses: Addresses::Inet6(ip), .. } => {
            Some(((ip.source, ip.source_port).into(), (ip.destination, ip.destination_port).into()))
        }
        _ => None,
    });
    let why = match input {
        [_, _, _, _, _, _, _, _, _, _, _, _, 0x20, ..] => "local",
        [_, _, _, _, _, _, _, _, _, _, _, _, _, 1 | 2 | 0x10 | 0x20 | 0x30, ..] => "half a family",
        _ => "a header",
    };
    let ppp = match ppp::v2::Header::try_from(input) {
        Ok(header) => {
            let ends = match header.addresses {
                ppp::v2::Addresses::IPv4(ip) => Some((
                    (ip.source_address, ip.source_port).into(),
                    (ip.destination_address, ip.destination_port).into(),
                )),
                ppp::v2::Addresses::IPv6(ip) => Some((
                    (ip.source_address, ip.source_port).into(),
                    (ip.destination_address, ip.destination_port).into(),
                )),
                _ => None,
            };
            let is_local = header.command == ppp::v2::Command::Local;
            Verdict::Takes(ends.filter(|_| !is_local), Some(header.len()))
        }
        Err(_) => Verdict::Refuses("refused"),
    };
    ledger.compare("ppp v2", why, input, &mine, &ppp);
    ledger.compare("proxy-header v2", why, input, &mine, &proxy_header(input));
}

/// Numbers that are the same in every run (xorshift).
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.bits() >> 33).unwrap() % bound
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

fn any_line(random: &mut Random) -> Vec<u8> {
    let bits = random.bits();
    let ports = format!("{} {}", bits >> 48, bits >> 32 & 0xffff);
    let low = u32::try_from(bits & 0xffff_ffff).unwrap();
    let [a, b, c, d] = low.to_be_bytes();
    let mut line = match random.below(3) {
        0 => format!("PROXY TCP4 {a}.{b}.{c}.{d} {d}.{c}.{b}.{a} {ports}\r\n"),
        1 => {
            let ip = Ipv6Addr::from(u128::from(bits) << (8 * random.below(9)));
            format!("PROXY TCP6 {ip} ::{c:x} {ports}\r\n")
        }
        _ => format!("PROXY UNKNOWN {}{ports}\r\n", "x ".repeat(random.below(60))),
    }
    .into_bytes();
    for _ in 0..random.below(3) {
        let at = random.below(line.len());
        let len = random.below(2);
        let byte = *random.pick(b" \r\n\t\0+0:.19fT4\xff");
        line.splice(at..at + len, [byte]);
    }
    line
}

fn any_header(random: &mut Random) -> Vec<u8> {
    let family =
        *random.pick(&[0, 0x01, 0x10, 0x11, 0x12, 0x21, 0x22, 0x30, 0x31, 0x32, 0x13, 0x41]);
    let size = match family >> 4 {
        1 => 12,
        2 => 36,
        3 => 216,
        _ => 0,
    };
    let mut block: Vec<u8> =
        (0..size).map(|_| u8::try_from(random.bits() & 0xff).unwrap()).collect();
    if family >> 4 == 3 {
        block[4..108].fill(0);
        block[112..].fill(0);
    }
    for _ in 0..random.below(4) {
        let len = *random.pick(&[0, 1, 4, 4, 5, 8, 129]);
        block.extend([*random.pick(&[1, 3, 3, 4, 5, 0x20, 0xe0]), 0, len]);
        block.extend((0..len).map(|_| random.pick(&[0, 0, 4, 200])));
    }
    if random.below(4) == 0 {
        block.truncate(random.below(block.len() + 1));
    }
    let len = u16::try_from(block.len()).unwrap().to_be_bytes();
    let command = *random.pick(&[0x20, 0x21, 0x21, 0x21, 0x22, 0x11]);
    [b"\r\n\r\n\0\r\nQUIT\n".as_slice(), &[command, family], &len, &block].concat()
}

#[test]
fn every_difference_is_known() {
    let mut ledger = Ledger::default();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..ROUNDS {
        version_1(&mut ledger, &any_line(&mut random));
        let header = any_header(&mut random);
        let cut = if random.below(8) == 0 { random.below(header.len()) } else { header.len() };
        version_2(&mut ledger, &header[..cut]);
    }
    let is_known = |name: &str| KNOWN.contains(&name);
    let unknown = ledger.0.iter().filter(|(name, _)| !is_known(name));
    let unknown: Vec<String> =
        unknown.map(|(name, bytes)| format!("{name}: {}", bytes.escape_ascii())).collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
    let gone: Vec<_> = KNOWN.iter().filter(|name| !ledger.0.contains_key(**name)).collect();
    assert!(gone.is_empty(), "no longer: {gone:?}");
}

/// The laws of the fuzz target, on the same bytes.
#[test]
fn every_law_holds() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for _ in 0..ROUNDS / 8 {
        portolan_fuzz_oracles::wire_proxy::run(&any_line(&mut random));
        portolan_fuzz_oracles::wire_proxy::run(&any_header(&mut random));
    }
}
