//! The tables as Rust, which rustfmt leaves alone.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use portolan::addr::{Ip, Prefix};

use super::read::Row;

/// The module of the tables.
pub(crate) fn source(v4: &[Row], v6: &[Row], date: &str) -> String {
    let mut source = format!(
        "//! Made by `cargo xtask registry` of the two files beside it.\n\n\
         use super::{{Entry, v4, v6}};\n\n\
         /// The date of the registries' copies, or the newest month in them.\n\
         pub const EDITION: &str = {date:?};\n"
    );
    for (rows, name) in [(v4, "IPV4"), (v6, "IPV6")] {
        source.push_str(&entries(rows, name));
        source.push_str(&ranges(rows, name));
    }
    source
}

fn entries(rows: &[Row], name: &str) -> String {
    let mut source = format!("\npub(super) static {name}: [Entry; {}] = [\n", rows.len());
    for row in rows {
        let Row { block, name, documents, allocated, terminated, flags } = row;
        let [from, to, forwardable, reachable, reserved] = flags;
        let _ = write!(
            source,
            "    Entry {{
        block: {},
        name: {name:?},
        rfc: &{documents:?},
        allocated: {allocated:?},
        terminated: {terminated:?},
        source: {from:?},
        destination: {to:?},
        forwardable: {forwardable:?},
        globally_reachable: {reachable:?},
        reserved_by_protocol: {reserved:?},
    }},
",
            literal(block),
        );
    }
    source.push_str("];\n");
    source
}

fn literal(block: &Prefix) -> String {
    let len = block.prefix_len();
    match block.ip() {
        Ip::V4(addr) => format!("v4({:?}, {len})", addr.octets()),
        Ip::V6(addr, _) => {
            let groups = addr.segments().map(|group| match group {
                0 => "0".to_owned(),
                group => format!("{group:#x}"),
            });
            format!("v6([{}], {len})", groups.join(", "))
        }
    }
}

/// The ranges that rows make of the whole space, each with its row of the longest prefix.
///
/// Blocks are prefixes: of two that overlap, the inner one begins later or ends earlier.
fn ranges(rows: &[Row], name: &str) -> String {
    let (kind, width) = if name == "IPV4" { ("u32", 32) } else { ("u128", 128) };
    let spans: Vec<(u128, u128)> = rows.iter().map(|row| span(&row.block)).collect();
    let behind = |last: u128| {
        last.checked_add(1).filter(|next| next.wrapping_shr(width) == 0 || width == 128)
    };
    let mut from = BTreeSet::from([0]);
    from.extend(spans.iter().map(|span| span.0));
    from.extend(spans.iter().filter_map(|span| behind(span.1)));
    let owner = |at: u128| {
        let owners = spans.iter().enumerate().filter(|(_, span)| (span.0..=span.1).contains(&at));
        owners.max_by_key(|(_, span)| (span.0, Reverse(span.1))).map(|(index, _)| index)
    };
    let mut ranges: Vec<(u128, Option<usize>)> = from.iter().map(|at| (*at, owner(*at))).collect();
    ranges.dedup_by_key(|range| range.1);
    let mut source = format!(
        "\npub(super) static {name}_FROM: [({kind}, Option<&Entry>); {}] = [\n",
        ranges.len()
    );
    for (from, owner) in ranges {
        let owner =
            owner.map_or_else(|| "None".to_owned(), |index| format!("Some(&{name}[{index}])"));
        let _ = writeln!(source, "    ({}, {owner}),", hexadecimal(from, width));
    }
    source.push_str("];\n");
    source
}

/// The first and the last address of a block.
fn span(block: &Prefix) -> (u128, u128) {
    let (first, width) = match block.ip() {
        Ip::V4(addr) => (addr.to_bits().into(), 32_u32),
        Ip::V6(addr, _) => (addr.to_bits(), 128),
    };
    let host = u32::from(block.prefix_len()).saturating_add(128_u32.saturating_sub(width));
    (first, first | u128::MAX.checked_shr(host).unwrap_or(0))
}

/// All digits, in groups of four.
fn hexadecimal(bits: u128, width: u32) -> String {
    let groups: Vec<String> = (0..width)
        .step_by(16)
        .map(|bit| format!("{:04x}", bits.wrapping_shr(bit) & 0xffff))
        .rev()
        .collect();
    format!("0x{}", groups.join("_"))
}
