#![allow(clippy::disallowed_methods)] // `str::parse` of the standard library is the oracle
#![allow(clippy::arithmetic_side_effects)] // the borders of blocks are counted by hand
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::net::IpAddr;

use proptest::prelude::*;

use super::*;

/// A row as IANA writes it, the footnotes taken out.
struct Row {
    first: u128,
    last: u128,
    is_v4: bool,
    cells: Vec<String>,
}

impl Row {
    fn cell(&self, index: usize) -> Option<bool> {
        match self.cells[index].as_str() {
            "True" => Some(true),
            "False" => Some(false),
            "N/A" | "" => None,
            other => panic!("{other}"),
        }
    }

    fn is_of(&self, entry: &Entry) -> bool {
        let flags = [
            entry.source,
            entry.destination,
            entry.forwardable,
            entry.globally_reachable,
            entry.reserved_by_protocol,
        ];
        self.cells[1] == entry.name
            && self.cells[3] == entry.allocated
            && self.cells[4] == entry.terminated.unwrap_or("N/A")
            && (5..10).map(|index| self.cell(index)).eq(flags)
    }
}

/// The cells of a file, read as slowly as can be.
fn cells(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut is_quoted) =
        (Vec::new(), Vec::new(), String::new(), false);
    for char in text.chars() {
        match char {
            // A doubled quotation mark ends the quotes and begins them again.
            '"' => {
                is_quoted = !is_quoted;
                cell.push('"');
            }
            ',' if !is_quoted => row.push(core::mem::take(&mut cell)),
            '\n' if !is_quoted => {
                row.push(core::mem::take(&mut cell));
                rows.push(core::mem::take(&mut row));
            }
            char => cell.push(char),
        }
    }
    rows
}

fn unquoted(cell: &str) -> String {
    let inner = cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"')).unwrap_or(cell);
    let text = inner.replace("\"\"", "\"");
    let is_note = |word: &&str| word.starts_with('[') && word.len() == 3;
    text.split_whitespace().filter(|word| !is_note(word)).collect::<Vec<_>>().join(" ")
}

/// Every row of both files, one for each block.
fn model() -> Vec<Row> {
    let mut rows = Vec::new();
    for text in [include_str!("ipv4.csv"), include_str!("ipv6.csv")] {
        for cells in cells(text).iter().skip(1) {
            let cells: Vec<String> = cells.iter().map(|cell| unquoted(cell)).collect();
            for block in cells[0].split(", ") {
                let (addr, len) = block.split_once('/').unwrap();
                let (bits, width): (u128, u32) = match addr.parse().unwrap() {
                    IpAddr::V4(addr) => (addr.to_bits().into(), 32),
                    IpAddr::V6(addr) => (addr.to_bits(), 128),
                };
                let size = width - len.parse::<u32>().unwrap();
                let last = bits + ((1_u128 << size) - 1);
                rows.push(Row { first: bits, last, is_v4: width == 32, cells: cells.clone() });
            }
        }
    }
    rows
}

/// The smallest row that contains an address.
fn find<'a>(rows: &'a [Row], ip: &Ip) -> Option<&'a Row> {
    let (bits, is_v4) = match ip {
        Ip::V4(addr) => (addr.to_bits().into(), true),
        Ip::V6(addr, _) => (addr.to_bits(), false),
    };
    rows.iter()
        .filter(|row| row.is_v4 == is_v4 && row.first <= bits && bits <= row.last)
        .min_by_key(|row| row.last - row.first)
}

#[track_caller]
fn agrees(rows: &[Row], ip: Ip) {
    match (find(rows, &ip), entry(ip)) {
        (None, None) => {}
        (Some(row), Some(entry)) => {
            assert!(entry.block.contains(&ip), "{ip}: {entry}");
            assert!(row.is_of(entry), "{ip}: {entry}, the file has {:?}", row.cells);
            assert_eq!(globally_reachable(ip), row.cell(8), "{ip}");
        }
        (row, entry) => panic!("{ip}: {entry:?}, the file has {:?}", row.map(|row| &row.cells)),
    }
}

fn ip(bits: u128, is_v4: bool) -> Ip {
    #[allow(clippy::cast_possible_truncation)] // any 32 bits will do
    if is_v4 { Ip::V4((bits as u32).into()) } else { Ip::V6(bits.into(), None) }
}

#[test]
fn every_row_is_that_of_the_file() {
    let rows = model();
    assert_eq!(entries().len(), rows.len());
    for (row, entry) in rows.iter().zip(entries()) {
        assert!(row.is_of(entry), "{entry}, the file has {:?}", row.cells);
        assert_eq!(Ip::from(entry.block.ip().addr()), ip(row.first, row.is_v4));
        // The documents and nothing else, whatever is between them.
        let documents = row.cells[2].replace("][", "], [").replace("] [", "], [");
        let documents = documents.replace(['[', ']'], "");
        assert_eq!(entry.rfc.join(", "), documents);
    }
}

#[test]
fn the_first_and_the_last_address_belong_to_the_row_and_their_neighbours_do_not() {
    let rows = model();
    for row in &rows {
        for bits in [row.first, row.last, row.first.wrapping_sub(1), row.last.wrapping_add(1)] {
            agrees(&rows, ip(bits, row.is_v4));
        }
    }
}

#[test]
fn what_has_no_row_is_judged_by_its_space() {
    for (text, reachable, unlisted) in [
        ("1.0.0.0", true, Unlisted::GlobalUnicast),
        ("223.255.255.255", true, Unlisted::GlobalUnicast),
        ("224.0.0.0", false, Unlisted::Multicast),
        ("239.255.255.255", false, Unlisted::Multicast),
        ("::2", false, Unlisted::Unassigned),
        ("1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false, Unlisted::Unassigned),
        ("2000::", true, Unlisted::GlobalUnicast),
        ("3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true, Unlisted::GlobalUnicast),
        ("4000::", false, Unlisted::Unassigned),
        ("fec0::", false, Unlisted::SiteLocal),
        ("feff:ffff::", false, Unlisted::SiteLocal),
        ("fe00::", false, Unlisted::Unassigned),
        ("ff00::", false, Unlisted::Multicast),
        ("ff0e::1", false, Unlisted::Multicast),
    ] {
        let ip = Ip::parse(text.as_bytes()).unwrap();
        assert_eq!(entry(ip), None, "{text}");
        assert_eq!(globally_reachable(ip), Some(reachable), "{text}");
        assert_eq!(Unlisted::of(&ip), unlisted, "{text}");
    }
}

#[test]
fn a_cell_that_does_not_say_is_a_third_answer() {
    for (text, name) in [
        ("192.88.99.1", "Deprecated (6to4 Relay Anycast)"),
        ("2001::1", "TEREDO"),
        ("2001:10::1", "Deprecated (previously ORCHID)"),
        ("2002::1", "6to4"),
    ] {
        let ip = Ip::parse(text.as_bytes()).unwrap();
        assert_eq!(ip.registry_entry().map(|entry| entry.name), Some(name));
        assert_eq!(ip.globally_reachable(), None, "{text}");
    }
}

#[test]
fn a_row_with_two_blocks_is_two_entries_and_a_zone_does_not_matter() {
    let name = |text: &[u8]| Ip::parse(text).unwrap().registry_entry().unwrap().to_string();
    assert_eq!(name(b"192.0.0.170"), "192.0.0.170/32 NAT64/DNS64 Discovery");
    assert_eq!(name(b"192.0.0.171"), "192.0.0.171/32 NAT64/DNS64 Discovery");
    assert_eq!(name(b"192.0.0.172"), "192.0.0.0/24 IETF Protocol Assignments");
    assert_eq!(name(b"fe80::1%eth0"), "fe80::/10 Link-Local Unicast");
}

/// An address near a border of a row, or any.
fn addresses() -> impl Strategy<Value = Ip> {
    let borders: Vec<(u128, bool)> =
        model().iter().flat_map(|row| [(row.first, row.is_v4), (row.last, row.is_v4)]).collect();
    let near = (prop::sample::select(borders), -2_i128..=2)
        .prop_map(|((bits, is_v4), by)| ip(bits.wrapping_add_signed(by), is_v4));
    let anywhere = (any::<u128>(), any::<bool>()).prop_map(|(bits, is_v4)| ip(bits, is_v4));
    // Random bits behind the first of a row.
    let rows: Vec<(u128, u128, bool)> =
        model().iter().map(|row| (row.first, row.last, row.is_v4)).collect();
    let inside = (prop::sample::select(rows), any::<u128>())
        .prop_map(|((first, last, is_v4), bits)| ip(first + (bits & (last - first)), is_v4));
    prop_oneof![near, anywhere, inside]
}

proptest! {
    /// The slow model and the tables give the same row.
    #[test]
    fn equals_the_file(ips in prop::collection::vec(addresses(), 16)) {
        let rows = model();
        for ip in ips {
            agrees(&rows, ip);
        }
    }
}
