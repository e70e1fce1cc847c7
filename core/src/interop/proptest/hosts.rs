//! Texts of the dialects of hosts: `strict` and the readers of IP addresses.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use proptest::collection;
use proptest::prelude::{Strategy, any};
use proptest::strategy::{BoxedStrategy, Union};

use super::bytes;
use super::parts::{
    bracketed, bracketed_with, cat, colon, ipv6, lit, maybe, name, one_of, padded_port, path, port,
    quad, re, scoped_ipv6, zone, zone_index, zone_name,
};

/// Every form of an endpoint.
pub(super) fn strict() -> BoxedStrategy<Vec<u8>> {
    let raw = |start: &'static [u8], byte: BoxedStrategy<u8>| {
        let tail = collection::vec(byte, 0..100);
        tail.prop_map(move |tail| [start, &tail].concat()).boxed()
    };
    Union::new_weighted(vec![
        (4, bytes(inet())),
        (2, bytes(schemes())),
        (2, bytes(pipes())),
        (1, raw(b"/run/", (1_u8..).boxed())),
        (1, raw(b"./", (1_u8..).boxed())),
        (1, raw(b"@", any::<u8>().boxed())),
    ])
    .boxed()
}

/// `inet = host [ ":" port ]`, with a zone behind a plain `%`.
pub(super) fn inet() -> BoxedStrategy<String> {
    let name = cat([name(), re("\\.?")]);
    cat([one_of([quad(), name, bracketed_with(zone())]), maybe(colon(port()))])
}

fn schemes() -> BoxedStrategy<String> {
    one_of([
        re("unix:([a-zA-Z0-9._~/-]|%[0-9a-fA-F][1-9a-fA-F]){1,108}"),
        re("unix-abstract:([a-zA-Z0-9._~/-]|%[0-9a-fA-F]{2}){0,107}"),
        lit("unix-unnamed:"),
        re("vsock:(any|0|[1-9][0-9]{0,8}|4294967295):(any|0|[1-9][0-9]{0,8}|4294967295)"),
        re("fd:(0|[1-9][0-9]{0,8}|4294967295)"),
        re("sd-listen:([!-9;-~]{1,20})?"),
        path(),
    ])
}

fn pipes() -> BoxedStrategy<String> {
    let name = || re("(LOCAL\\\\)?[!-\\[\\]-~]{1,20}");
    one_of([
        cat([re("(npipe:)?\\\\\\\\(\\.|[a-z]{1,8})\\\\(pipe|PIPE|Pipe)\\\\"), name()]),
        cat([re("(npipe:(//)?)?//\\./(pipe|PIPE|Pipe)/"), name()]),
    ])
}

/// IPv4, or IPv6 with or without a zone.
pub(super) fn ip_with_zone() -> BoxedStrategy<String> {
    one_of([quad(), ipv6(), cat([scoped_ipv6(), zone()])])
}

/// An address and a port, both of which may have leading zeros in numbers.
pub(super) fn core_net() -> BoxedStrategy<String> {
    let scope = cat([lit("%"), re("0{0,3}"), zone_index()]);
    cat([one_of([quad(), bracketed_with(scope)]), colon(padded_port())])
}

/// An address and a port; the zone is text.
pub(super) fn netip() -> BoxedStrategy<String> {
    let mapped = cat([lit("[::ffff:"), quad(), zone_name(), lit("]")]);
    cat([one_of([quad(), bracketed(), bracketed_with(zone()), mapped]), colon(padded_port())])
}

/// A bare address.
pub(super) fn pton() -> BoxedStrategy<String> {
    one_of([quad(), ipv6()])
}

/// One to four parts in three radixes.
pub(super) fn aton() -> BoxedStrategy<String> {
    one_of([quad(), numbers(in_c)])
}

/// The same, and whatever follows white space.
pub(super) fn aton_glibc() -> BoxedStrategy<String> {
    cat([aton(), maybe(re("[ \t\n\r][ -~]{0,8}"))])
}

/// One to four parts with zeros before them.
pub(super) fn aton_decimal() -> BoxedStrategy<String> {
    one_of([quad(), numbers(|number, zeros| format!("{}{number}", zeros_before(zeros)))])
}

/// `aton`, and IPv6 with a zone.
pub(super) fn gai_numeric() -> BoxedStrategy<String> {
    let index = cat([lit("%"), re("0{0,3}"), zone_index()]);
    one_of([aton(), ipv6(), cat([ipv6(), index]), cat([scoped_ipv6(), zone_name()])])
}

/// One to four numbers, the last of which fills the rest of the address.
fn numbers(spell: fn(u32, u8) -> String) -> BoxedStrategy<String> {
    let part = any::<(u8, u8)>();
    (collection::vec(part, 0..=3), any::<(u32, u8)>(), 0..32_u32)
        .prop_map(move |(parts, (last, how), shift)| {
            let used = u32::try_from(parts.len()).unwrap_or(3).saturating_mul(8);
            // A shift makes small numbers as frequent as large ones.
            let last = last.checked_shr(shift.max(used)).unwrap_or_default();
            let parts = parts.into_iter().map(|(part, how)| spell(part.into(), how));
            parts.chain([spell(last, how)]).collect::<Vec<_>>().join(".")
        })
        .boxed()
}

fn in_c(number: u32, how: u8) -> String {
    match how % 5 {
        0 => format!("0{number:o}"),
        1 => format!("0x{number:x}"),
        2 => format!("0X{number:08X}"),
        _ => format!("{number}"),
    }
}

fn zeros_before(count: u8) -> &'static str {
    match count % 4 {
        0 => "0",
        1 => "000",
        _ => "",
    }
}
