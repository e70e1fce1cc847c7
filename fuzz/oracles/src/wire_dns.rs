//! DNS: data of records, and names of addresses against a reading by text.
//!
//! The first byte chooses the form; the rest is its bytes.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::{Ipv4Addr, Ipv6Addr};

use portolan::addr::{HostBits, Prefix};
use portolan::wire::dns::{A, Aaaa, ReverseName};
use portolan::wire::{Decoded, Wire as _};

use crate::wire_laws;

/// The first byte is the form, the rest its bytes.
pub fn run(input: &[u8]) {
    let Some((form, bytes)) = input.split_first() else { return };
    match form % 3 {
        0 => {
            let found = wire_laws::whole::<A>(bytes, ());
            let model = <[u8; 4]>::try_from(bytes).ok().map(|octets| A(Ipv4Addr::from(octets)));
            assert_eq!(found, model);
            let written = found.and_then(|data| wire_laws::written(&data, ()));
            assert!(written.is_none_or(|written| written == bytes));
        }
        1 => {
            let found = wire_laws::whole::<Aaaa>(bytes, ());
            let model = <[u8; 16]>::try_from(bytes).ok().map(|octets| Aaaa(Ipv6Addr::from(octets)));
            assert_eq!(found, model);
            let written = found.and_then(|data| wire_laws::written(&data, ()));
            assert!(written.is_none_or(|written| written == bytes));
        }
        _ => name(bytes),
    }
}

fn name(bytes: &[u8]) {
    let found = wire_laws::stream::<ReverseName>(bytes, ());
    if let Some(name) = found {
        let written = wire_laws::written(&name, ()).expect("every name is written");
        wire_laws::reads_back(&name, &written, ());
        assert!(written.len() <= ReverseName::MAX_LEN);
        assert_eq!(written, bytes[..written.len()].to_ascii_lowercase(), "canonical but for case");
        assert_eq!(name.ip().map(ReverseName::address).unwrap_or(name), name);
    }
    let read = text(bytes);
    assert_eq!(found.map(|name| name.prefix()), read.as_deref().and_then(model), "{read:?}");
    if let (Ok(Decoded::Need(_)), Some(read)) = (ReverseName::decode(bytes, ()), read) {
        panic!("{read} is a whole name");
    }
}

/// A whole name as labels with dots, in lower case; a dot inside a label is none of ours.
fn text(bytes: &[u8]) -> Option<String> {
    let mut labels = Vec::new();
    let mut rest = bytes;
    loop {
        let (len, behind) = rest.split_first()?;
        if *len == 0 {
            return Some(labels.join("."));
        }
        let (label, behind) = behind.split_at_checked((*len).into()).filter(|_| *len < 64)?;
        let label = core::str::from_utf8(label).ok().filter(|label| !label.contains('.'))?;
        labels.push(label.to_ascii_lowercase());
        rest = behind;
    }
}

/// The prefix of a name, by way of the text of the prefix.
fn model(name: &str) -> Option<Prefix> {
    let text = match (name.strip_suffix("in-addr.arpa"), name.strip_suffix("ip6.arpa")) {
        (Some(labels), _) => text_of_v4(labels)?,
        (_, Some(labels)) => text_of_v6(labels)?,
        _ => return None,
    };
    Prefix::parse(text.as_bytes(), HostBits::Reject).ok()
}

fn text_of_v4(labels: &str) -> Option<String> {
    let (labels, len) = match labels.split_once('/') {
        None => (String::from(labels), None),
        Some((octet, rest)) => {
            let (len, rest) = rest.split_once('.')?;
            let is_part = ["25", "26", "27", "28", "29", "30", "31"].contains(&len);
            let is_first = !octet.contains('.');
            (format!("{octet}.{rest}"), Some((is_part && is_first).then_some(len)?))
        }
    };
    let mut octets = reversed(&labels)?;
    let whole = format!("{}", octets.len() * 8);
    // What else a prefix may begin with is none of an octet: `::%a` is IPv6.
    let is_octet = |label: &&str| label.bytes().all(|byte| byte.is_ascii_digit());
    if octets.len() > 4 || (len.is_some() && octets.len() < 4) || !octets.iter().all(is_octet) {
        return None;
    }
    octets.resize(4, "0");
    Some(format!("{}/{}", octets.join("."), len.unwrap_or(&whole)))
}

fn text_of_v6(labels: &str) -> Option<String> {
    let mut digits = reversed(labels)?;
    let len = digits.len() * 4;
    let is_digit = |label: &&str| matches!(label.as_bytes(), [byte] if byte.is_ascii_hexdigit());
    if len > 128 || !digits.iter().all(is_digit) {
        return None;
    }
    digits.resize(32, "0");
    let groups: Vec<String> = digits.chunks(4).map(<[&str]>::concat).collect();
    Some(format!("{}/{len}", groups.join(":")))
}

/// The labels before a suffix, the highest first; each has a dot behind it.
fn reversed(labels: &str) -> Option<Vec<&str>> {
    match labels.strip_suffix('.') {
        Some(labels) => Some(labels.rsplit('.').collect()),
        None => labels.is_empty().then(Vec::new),
    }
}
