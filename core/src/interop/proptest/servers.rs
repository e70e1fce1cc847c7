//! Texts of the dialects of servers: what they listen on, and what tools show of it.

use alloc::format;
use alloc::string::String;

use proptest::prelude::Strategy;
use proptest::strategy::BoxedStrategy;

use super::parts::{
    bracketed, cat, colon, host, interface, ipv6, list, lit, maybe, name, one_of, path,
    port_number, quad, quad_or_name, re, some_port, word,
};

/// `ListenStream=`: numbers have the base that their prefix says, the interface stands at the end.
pub(super) fn systemd() -> BoxedStrategy<String> {
    let port = || {
        (port_number(), 0..4_u8).prop_map(|(port, base)| match base {
            0 => format!("0{port:o}"),
            1 => format!("0x{port:x}"),
            _ => format!("{port}"),
        })
    };
    let interface = maybe(cat([lit("%"), interface()]));
    one_of([
        port().boxed(),
        cat([one_of([quad(), bracketed()]), colon(port().boxed()), interface]),
        path(),
        cat([lit("@"), word()]),
        re("vsock:([1-9][0-9]{0,8})?:[1-9][0-9]{0,8}"),
    ])
}

/// `listen`: a port may stand alone, and octets may have leading zeros.
pub(super) fn nginx() -> BoxedStrategy<String> {
    let padded = re("(0[0-9]{1,2}|[1-9]?[0-9])(\\.(0[0-9]{1,2}|1?[0-9]?[0-9])){3}");
    // To nginx a tail of all ones is the error of its reader of IPv4.
    let ipv6 = bracketed().prop_map(|addr| addr.replace("255.255.255.255", "ffff:ffff"));
    let host = one_of([quad(), padded, name(), ipv6.boxed(), lit("*")]);
    one_of([
        some_port(),
        cat([host, maybe(colon(one_of([some_port(), port_range()])))]),
        re("127\\.[0-9]|0x7f\\.1"),
        cat([lit("unix:"), one_of([path(), word()])]),
    ])
}

/// `bind`: a list; the port is required, and stands behind the last colon.
pub(super) fn haproxy() -> BoxedStrategy<String> {
    let port = || colon(one_of([some_port(), port_range()]));
    let item = one_of([
        cat([one_of([quad_or_name(), lit("*"), lit(""), ipv6(), bracketed()]), port()]),
        cat([re("(ipv|tcp|udp|quic)4@"), one_of([quad(), lit("*"), lit("")]), port()]),
        cat([re("(ipv|tcp|udp|quic)6@"), one_of([ipv6(), bracketed(), lit("")]), port()]),
        cat([re("(tcp|udp|stream\\+ipv4|dgram\\+ipv4)@"), quad(), port()]),
        cat([re("(unix@)?"), path()]),
        cat([lit("abns@"), word()]),
        re("fd@[1-9][0-9]{0,3}"),
    ]);
    list(item, ",")
}

/// `-H`: a scheme and what it takes; IPv6 has a port.
pub(super) fn docker() -> BoxedStrategy<String> {
    let target = || {
        one_of([
            cat([quad_or_name(), maybe(colon(some_port()))]),
            cat([bracketed(), colon(some_port())]),
        ])
    };
    one_of([
        cat([lit("unix://"), path()]),
        cat([re("npipe://(//)?\\./pipe/"), word()]),
        cat([re("(tcp|https?)://"), target(), maybe(path())]),
        cat([lit("ssh://"), maybe(cat([word(), lit("@")])), host(), maybe(colon(some_port()))]),
        // systemd passes descriptors from 3 on.
        re("fd://[3-9]?"),
    ])
}

/// A column of addresses: the interface stands behind the address, outside of brackets.
pub(super) fn ss() -> BoxedStrategy<String> {
    let interface = || maybe(cat([lit("%"), interface()]));
    let service = re("http|https|domain|ssh|[a-z]{2,8}");
    one_of([
        cat([
            one_of([quad(), bracketed(), lit("*")]),
            interface(),
            colon(one_of([some_port(), service, lit("*")])),
        ]),
        path(),
        cat([lit("@"), word()]),
    ])
}

/// A first and a last port.
fn port_range() -> BoxedStrategy<String> {
    (port_number(), 0..100_u16)
        .prop_map(|(first, more)| format!("{first}-{}", first.saturating_add(more)))
        .boxed()
}
