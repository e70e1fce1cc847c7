//! Where the errors of addresses point, against an oracle that knows which texts are addresses and
//! nothing of errors.
//!
//! A text *can go on* if some address begins with it. The first error of a reader that goes from
//! left to right is where the text could still go on before it, and cannot any more behind it.
#![allow(clippy::arithmetic_side_effects)] // small numbers of a test
#![allow(clippy::disallowed_methods)] // `str::parse` of the standard library is the oracle

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use alloc::{format, vec};
use core::net::{Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;

use super::{ParseError, ipv4, ipv6};

/// Ends of which one fits every beginning of an IPv4 address.
fn ipv4_ends() -> Vec<String> {
    let octets = (0..4).map(|more| format!("0{}", ".0".repeat(more)));
    let behind_an_octet = (1..4).map(|more| ".0".repeat(more));
    octets.chain(behind_an_octet).chain([String::new()]).collect()
}

/// Ends of which one fits every beginning of an IPv6 address that has no dot.
fn ipv6_ends() -> Vec<String> {
    let groups = (0..8).map(|more| format!("0{}", ":0".repeat(more)));
    let behind_a_group = (1..8).map(|more| ":0".repeat(more));
    let compressed = [":", "::"].map(str::to_string);
    groups.chain(behind_a_group).chain(compressed).chain([String::new()]).collect()
}

fn can_go_on(text: &[u8], ends: &[String], is_address: fn(&str) -> bool) -> bool {
    let Ok(text) = core::str::from_utf8(text) else {
        return false;
    };
    ends.iter().any(|end| is_address(&format!("{text}{end}")))
}

/// Holds an error to the law.
#[track_caller]
fn points_to_the_first_error(
    text: &[u8],
    error: &ParseError,
    ends: &[String],
    is_address: fn(&str) -> bool,
) {
    let shown = text.escape_ascii();
    let (at, len) = (error.at as usize, error.len as usize);
    assert!(can_go_on(&text[..at], ends, is_address), "{shown} is wrong before {error:?}");
    // A token is judged when the byte behind it has come; at the end, the text is just too short.
    if let Some(seen) = text.get(..=at + len) {
        assert!(!can_go_on(seen, ends, is_address), "{shown} is not wrong yet at {error:?}");
    }
}

fn is_ipv4(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok()
}

fn is_ipv6(text: &str) -> bool {
    text.parse::<Ipv6Addr>().is_ok()
}

#[track_caller]
fn ipv4_law(text: &[u8], ends: &[String]) {
    if let Err(error) = ipv4::parse(text) {
        points_to_the_first_error(text, &error, ends, is_ipv4);
    }
}

#[track_caller]
fn ipv6_law(text: &[u8], ends: &[String]) {
    if let Err(error) = ipv6::parse(text) {
        // The rules of a dotted tail are its own, and so are its errors; what is judged of it here
        // is its place.
        if !text[..error.at as usize].contains(&b'.') {
            points_to_the_first_error(text, &error, ends, is_ipv6);
        }
    }
}

/// Every text over an alphabet, up to a length.
fn every_text(alphabet: &[u8], longest: usize, mut law: impl FnMut(&[u8])) {
    let mut texts = vec![Vec::new()];
    for _ in 0..=longest {
        texts.iter().for_each(|text: &Vec<u8>| law(text));
        let longer = |text: &Vec<u8>| {
            let text = text.clone();
            alphabet.iter().map(move |byte| [&text[..], &[*byte]].concat())
        };
        texts = texts.iter().flat_map(longer).collect();
    }
}

#[test]
fn every_short_text_that_is_no_ipv4_address_is_refused_where_it_goes_wrong() {
    let ends = ipv4_ends();
    every_text(b"02.x", 6, |text| ipv4_law(text, &ends));
    every_text(b"19.", 8, |text| ipv4_law(text, &ends));
}

#[test]
fn every_short_text_that_is_no_ipv6_address_is_refused_where_it_goes_wrong() {
    let ends = ipv6_ends();
    every_text(b":0fx", 6, |text| ipv6_law(text, &ends));
    every_text(b":1", 10, |text| ipv6_law(text, &ends));
}

proptest! {
    /// Longer texts that are nearly IPv4.
    #[test]
    fn ipv4_errors_point_to_the_first_error(text in "([0-9]{1,4}[.x]?){1,6}[.]?") {
        ipv4_law(text.as_bytes(), &ipv4_ends());
    }

    /// Longer texts that are nearly IPv6.
    #[test]
    fn ipv6_errors_point_to_the_first_error(
        text in "([0-9a-g]{1,4}:{1,2}){1,10}[0-9a-f]{0,5}|([0-9a-f]{0,5}:){1,9}[0-9a-f]{0,4}",
    ) {
        ipv6_law(text.as_bytes(), &ipv6_ends());
    }
}
