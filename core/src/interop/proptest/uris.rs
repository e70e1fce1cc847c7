//! Texts of the dialects of the web: authorities of URIs, and fields of HTTP.

use alloc::string::String;

use proptest::strategy::BoxedStrategy;

use super::hosts::{aton, inet};
use super::parts::{
    bracketed, bracketed_with, cat, colon, ipv6, list, lit, maybe, name, one_of, padded_port, port,
    quad, re, some_port,
};

/// A host as browsers read it, and a port.
pub(super) fn whatwg() -> BoxedStrategy<String> {
    // A label is a domain whether its letters are large, small or escaped.
    let domain = cat([re("([a-zA-Z]|%4[1-9a-f]|%6[1-9A-F]){1,8}\\."), name()]);
    cat([one_of([whatwg_ip(), name(), domain]), port_of_uri()])
}

/// The numbers of `inet_aton`, a bare `0x` and a dot at the end too; IPv6 in brackets.
pub(super) fn whatwg_ip() -> BoxedStrategy<String> {
    let numbers = cat([maybe(lit("0x.")), re("[0-9]|0x[0-9a-f]{1,4}|0[0-7]{1,5}")]);
    one_of([bracketed(), cat([one_of([aton(), numbers]), re("\\.?")])])
}

/// `host [ ":" port ]` of an authority.
pub(super) fn rfc3986() -> BoxedStrategy<String> {
    cat([one_of([quad(), reg_name(), bracketed()]), port_of_uri()])
}

/// IPv4, or IPv6 in brackets.
pub(super) fn rfc3986_ip() -> BoxedStrategy<String> {
    one_of([quad(), bracketed()])
}

/// The same with zones.
pub(super) fn rfc6874() -> BoxedStrategy<String> {
    cat([one_of([quad(), reg_name(), bracketed_with(escaped_zone())]), port_of_uri()])
}

/// IPv4, or IPv6 in brackets, perhaps with a zone.
pub(super) fn rfc6874_ip() -> BoxedStrategy<String> {
    one_of([quad(), bracketed_with(escaped_zone())])
}

/// A host and a port as people write them.
pub(super) fn rfc9844() -> BoxedStrategy<String> {
    inet()
}

/// `uri-host [ ":" port ]`
pub(super) fn http_host() -> BoxedStrategy<String> {
    rfc3986()
}

/// One node; brackets and colons stand in quotes.
pub(super) fn forwarded() -> BoxedStrategy<String> {
    let obfuscated = || re("_[A-Za-z0-9._-]{1,8}");
    let quote = |text| cat([lit("\""), text, lit("\"")]);
    one_of([
        quad(),
        obfuscated(),
        quote(one_of([quad(), bracketed(), obfuscated()])),
        quote(cat([one_of([quad(), bracketed()]), colon(one_of([some_port(), obfuscated()]))])),
        quote(cat([obfuscated(), colon(some_port())])),
    ])
}

/// The addresses that proxies have seen, with commas between them.
pub(super) fn xff() -> BoxedStrategy<String> {
    let hop = || {
        one_of([
            quad(),
            ipv6(),
            bracketed(),
            cat([one_of([quad(), bracketed()]), colon(some_port())]),
        ])
    };
    one_of([hop(), list(hop(), ", "), list(hop(), ",")])
}

/// IPv4-like texts are names here where they are no addresses.
fn reg_name() -> BoxedStrategy<String> {
    one_of([
        name(),
        re("0[0-9]{1,2}(\\.[0-9]{1,3}){3}"),
        re("[A-Za-z]([A-Za-z0-9._~!$&'()*+,;=-]|%[4-6][1-9a-f]){0,12}"),
    ])
}

fn escaped_zone() -> BoxedStrategy<String> {
    cat([lit("%25"), re("(eth|en)[0-9]|[1-9][0-9]{0,3}|%65th[0-9]|[a-z][a-z0-9._~-]{0,8}")])
}

/// The digits of a port, any number of them or none.
fn port_of_uri() -> BoxedStrategy<String> {
    one_of([lit(""), lit(":"), colon(padded_port()), colon(port())])
}
