//! Texts of the dialects of remote calls: gRPC, D-Bus, ZeroMQ, multiaddr.

use alloc::string::String;

use proptest::prelude::Strategy;
use proptest::strategy::BoxedStrategy;

use super::parts::{
    bracketed, cat, colon, host, interface, ipv6, list, lit, maybe, name, one_of, path, port, quad,
    re, scoped_ipv6, some_port, word,
};

/// A target: a scheme and what it takes, or a host.
pub(super) fn grpc() -> BoxedStrategy<String> {
    let dns = cat([re("dns:(//([a-z]{1,8}|8\\.8\\.8\\.8)?/)?"), host(), maybe(colon(some_port()))]);
    one_of([
        dns,
        cat([host(), colon(some_port())]),
        one_of([quad(), name(), ipv6()]),
        cat([lit("unix:"), one_of([path(), re("[a-z][a-z0-9_/.-]{0,12}")])]),
        cat([lit("unix://"), path()]),
        cat([lit("unix-abstract:"), re("(%00|[a-z0-9])[a-z0-9_-]{0,11}")]),
        cat([lit("ipv4:"), list(cat([quad(), colon(some_port())]), ",")]),
        cat([lit("ipv6:"), list(cat([bracketed(), colon(some_port())]), ",")]),
        re("vsock:[1-9][0-9]{0,8}:[1-9][0-9]{0,8}"),
    ])
}

/// A list of transports with keys and values; most punctuation stands escaped.
pub(super) fn dbus() -> BoxedStrategy<String> {
    let value = || re("[a-z0-9_/.*-]([a-zA-Z0-9_/.*-]|%[2-7][1-9a-f]){0,12}");
    let ipv6 = ipv6().prop_map(|addr| addr.replace(':', "%3a"));
    let family = re("(,family=ipv4)?");
    let address = one_of([
        cat([lit("unix:path="), path()]),
        cat([lit("unix:path=/"), value()]),
        cat([lit("unix:abstract="), value()]),
        cat([lit("tcp:host="), quad(), lit(",port="), some_port(), family]),
        cat([lit("tcp:port="), some_port(), lit(",host="), name(), re("(,family=ipv[46])?")]),
        cat([lit("tcp:host="), ipv6.boxed(), lit(",port="), some_port()]),
    ]);
    list(cat([address, re("(,guid=[0-9a-f]{32})?")]), ";")
}

/// A transport and what it takes; `*` is any address and any port.
pub(super) fn zeromq() -> BoxedStrategy<String> {
    let host = one_of([
        quad(),
        name(),
        lit("*"),
        re("lo|(eth|wlan)[0-9]"),
        ipv6(),
        bracketed(),
        re("(0177|0x7f|127)\\.[0-9]"),
    ]);
    one_of([
        cat([lit("tcp://"), host, colon(one_of([some_port(), lit("*")]))]),
        cat([lit("udp://"), quad(), colon(some_port())]),
        cat([re("wss?://"), name(), colon(some_port())]),
        cat([lit("ipc://"), path()]),
        cat([lit("ipc://@"), word()]),
    ])
}

/// Components with slashes between them.
pub(super) fn multiaddr() -> BoxedStrategy<String> {
    let zone = cat([lit("/ip6zone/"), interface(), lit("/ip6/"), scoped_ipv6()]);
    let host = one_of([
        cat([lit("/ip4/"), quad()]),
        cat([lit("/ip6/"), ipv6()]),
        zone,
        cat([re("/dns[46]?/"), name()]),
    ]);
    let transport = one_of([
        cat([lit("/tcp/"), port(), re("(/tls|/ws|/tls/ws|/wss)?")]),
        cat([lit("/tcp/"), port(), re("(/http|/https|/tls/http)?")]),
        cat([lit("/udp/"), port(), re("(/quic|/quic-v1)?")]),
        cat([re("/(sctp|dccp)/"), port()]),
    ]);
    one_of([
        cat([host, maybe(transport)]),
        re("/unix/[a-z0-9_.-]{1,8}(%2[fF][a-z0-9_.-]{1,8}){0,3}"),
    ])
}
