//! Tests the parsers of other crates with the strategies of this one: which dialect is a parser
//! nearest to, and where does it differ?
//!
//! ```sh
//! cargo run -p portolan --features proptest,idna --example test_your_parser
//! ```
#![forbid(unsafe_code)]
#![allow(clippy::disallowed_methods)] // `str::parse` of the other crates is what is tested
#![allow(clippy::arithmetic_side_effects)] // small numbers of an example

use portolan::addr::{Dialect, Ip};
use portolan::dialect;
use portolan::interop::proptest::{near_valid_ip, valid_ip};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

/// A parser of addresses without a zone; put yours here.
struct Parser {
    name: &'static str,
    reads: fn(&str) -> Option<Ip>,
    /// The dialect from which it is not to differ, if there is one.
    meant: Option<Dialect>,
}

const PARSERS: [Parser; 3] = [
    Parser { name: "core::net::IpAddr", reads: core_net, meant: Some(Dialect::CoreNet) },
    Parser { name: "ipnet::IpNet, a length behind the text", reads: ipnet, meant: None },
    Parser { name: "url::Host", reads: url, meant: Some(Dialect::Whatwg) },
];

const TEXTS: usize = 500;

pub(crate) fn main() -> Result<(), String> {
    for parser in &PARSERS {
        println!("{}, {} texts a dialect less those that are not UTF-8", parser.name, 2 * TEXTS);
        println!(
            "  {:<13}{:>6}{:>6}{:>6}{:>7}  for example",
            "dialect", "same", "more", "less", "other"
        );
        for dialect in Dialect::ALL {
            if let Some(row) = Row::of(parser, *dialect) {
                println!("  {row}");
                if parser.meant == Some(*dialect) && row.differences() != 0 {
                    return Err(format!("{} is not {row}", parser.name));
                }
            }
        }
        println!();
    }
    println!(
        "same: both refuse, or both read the same address    more: reads what the dialect refuses"
    );
    println!("less: refuses what the dialect reads                other: reads another address");
    Ok(())
}

/// How a parser compares with a dialect.
struct Row {
    dialect: Dialect,
    same: usize,
    more: usize,
    less: usize,
    other: usize,
    /// The shortest text on which they differ.
    example: Option<String>,
}

impl Row {
    fn of(parser: &Parser, dialect: Dialect) -> Option<Self> {
        let mut row = Self { dialect, same: 0, more: 0, less: 0, other: 0, example: None };
        let mut runner = TestRunner::deterministic();
        for texts in [valid_ip(dialect)?, near_valid_ip(dialect)?] {
            for _ in 0..TEXTS {
                let text = texts.new_tree(&mut runner).ok()?.current();
                // Those parsers take no other bytes.
                if let Ok(text) = str::from_utf8(&text) {
                    row.count(parser, text);
                }
            }
        }
        Some(row)
    }

    const fn differences(&self) -> usize {
        self.more + self.less + self.other
    }

    fn count(&mut self, parser: &Parser, text: &str) {
        let theirs = (parser.reads)(text);
        let ours = dialect::parse_ip(self.dialect, text.as_bytes());
        let counter = match (&theirs, &ours) {
            (None, Err(_)) => return self.same += 1,
            (Some(theirs), Ok(ours)) if theirs == ours => return self.same += 1,
            (Some(_), Err(_)) => &mut self.more,
            (None, Ok(_)) => &mut self.less,
            (Some(_), Ok(_)) => &mut self.other,
        };
        *counter += 1;
        let shown = |ip: Option<&Ip>| ip.map_or_else(|| String::from("refused"), Ip::to_string);
        let example =
            format!("{text:?}: {}, not {}", shown(theirs.as_ref()), shown(ours.as_ref().ok()));
        if self.example.as_ref().is_none_or(|shortest| example.len() < shortest.len()) {
            self.example = Some(example);
        }
    }
}

impl core::fmt::Display for Row {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { dialect, same, more, less, other, .. } = self;
        let example = self.example.as_deref().unwrap_or("-");
        write!(f, "{dialect:<13}{same:>6}{more:>6}{less:>6}{other:>7}  {example}")
    }
}

fn core_net(text: &str) -> Option<Ip> {
    text.parse::<core::net::IpAddr>().ok().map(Ip::from)
}

fn ipnet(text: &str) -> Option<Ip> {
    let len = if text.contains(':') { 128 } else { 32 };
    format!("{text}/{len}").parse::<ipnet::IpNet>().ok().map(|net| Ip::from(net.addr()))
}

fn url(text: &str) -> Option<Ip> {
    match url::Host::parse(text).ok()? {
        url::Host::Ipv4(addr) => Some(Ip::V4(addr)),
        url::Host::Ipv6(addr) => Some(Ip::V6(addr, None)),
        url::Host::Domain(_) => None,
    }
}
