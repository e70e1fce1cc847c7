//! The laws of endpoints, against a slow twin of the reader that a person can check by eye.
#![allow(clippy::arithmetic_side_effects)] // small numbers of a test
#![allow(clippy::disallowed_methods)] // the twin checks the digits before it lets `std` read them

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::hash::{Hash, Hasher};
use std::collections::hash_map::DefaultHasher;

use proptest::prelude::*;

use super::{
    Endpoint, FdName, Host, HostName, HostPort, Ip, Ipv6Addr, PipeName, TextOptions, UnixAddress,
    VsockAddress, Zone, ZoneName,
};

/// The table of the first bytes, read from the top.
fn model(text: &[u8], listen: bool) -> Option<Endpoint<'_>> {
    let lower = text.to_ascii_lowercase();
    if text.is_empty() || text.len() > 65_535 {
        return None;
    }
    if text.starts_with(br"\\") || lower.starts_with(b"//./pipe/") {
        return pipe(text).map(Endpoint::Pipe);
    }
    if text.starts_with(b"/") || text.starts_with(b"./") {
        return UnixAddress::from_pathname(text).ok().map(Endpoint::Unix);
    }
    if let Some(name) = text.strip_prefix(b"@") {
        return UnixAddress::from_abstract_name(name).ok().map(Endpoint::Unix);
    }
    if let Some(path) = text.strip_prefix(b"unix:") {
        return UnixAddress::from_pathname(&unescaped(path)?).ok().map(Endpoint::Unix);
    }
    if let Some(name) = text.strip_prefix(b"unix-abstract:") {
        return UnixAddress::from_abstract_name(&unescaped(name)?).ok().map(Endpoint::Unix);
    }
    if let Some(rest) = text.strip_prefix(b"unix-unnamed:") {
        return rest.is_empty().then_some(Endpoint::Unix(UnixAddress::UNNAMED));
    }
    if let Some(rest) = text.strip_prefix(b"npipe:") {
        let bare = if rest.starts_with(b"////") { &rest[2..] } else { rest };
        return pipe(bare).map(Endpoint::Pipe);
    }
    let text = core::str::from_utf8(text).ok().filter(|text| text.is_ascii())?;
    if let Some(rest) = text.strip_prefix("vsock:") {
        let number = |text| if text == "any" { Some(u32::MAX) } else { number(text) };
        let (cid, port) = rest.split_once(':')?;
        return Some(Endpoint::Vsock(VsockAddress { cid: number(cid)?, port: number(port)? }));
    }
    if let Some(rest) = text.strip_prefix("fd:") {
        return number(rest).map(Endpoint::Fd);
    }
    if let Some(name) = text.strip_prefix("sd-listen:") {
        if name.is_empty() {
            return Some(Endpoint::FdName(None));
        }
        let good = name.len() <= 255 && name.bytes().all(|b| b.is_ascii_graphic() && b != b':');
        return good.then(|| Endpoint::FdName(Some(FdName::new(name.as_bytes()).unwrap())));
    }
    inet(text, listen).map(Endpoint::Inet)
}

fn inet(text: &str, listen: bool) -> Option<HostPort<'_>> {
    if let Some(inside) = text.strip_prefix('[') {
        let (content, after) = inside.split_once(']')?;
        let port = if after.is_empty() { None } else { Some(port(after.strip_prefix(':')?)?) };
        return Some(HostPort { host: Host::Ip(ipv6(content)?), port });
    }
    let (name, port) = match text.split_once(':') {
        Some((name, digits)) => (name, Some(port(digits)?)),
        None => (text, None),
    };
    let reserved = ["unix", "unix-abstract", "unix-unnamed", "npipe", "vsock", "fd", "sd-listen"];
    if reserved.contains(&name.to_ascii_lowercase().as_str()) {
        return None;
    }
    let dotless = name.strip_suffix('.').unwrap_or(name);
    let last = dotless.rsplit('.').next()?.to_ascii_lowercase();
    let hex = last.strip_prefix("0x").is_some_and(|x| x.bytes().all(|b| b.is_ascii_hexdigit()));
    let host = if name == "*" {
        listen.then_some(Host::Any)?
    } else if hex || is_digits(&last) {
        Host::Ip(Ip::V4(name.parse().ok()?))
    } else {
        let good = |label: &str| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        if dotless.len() > 253 || !dotless.split('.').all(good) {
            return None;
        }
        Host::Name(HostName::from_written(name.as_bytes(), false))
    };
    Some(HostPort { host, port })
}

fn ipv6(text: &str) -> Option<Ip> {
    let Some((address, zone)) = text.split_once('%') else {
        return Some(Ip::V6(text.parse().ok()?, None));
    };
    let address: Ipv6Addr = address.parse().ok()?;
    let zone = if is_digits(zone) {
        Zone::from_index(number(zone)?)
    } else {
        Some(Zone::Name(ZoneName::new(zone.as_bytes()).ok()?))
    };
    (zone.is_none() || address.to_ipv4_mapped().is_none()).then_some(Ip::V6(address, zone))
}

fn pipe(text: &[u8]) -> Option<PipeName<'_>> {
    let lower = text.to_ascii_lowercase();
    let (server, name) = if lower.starts_with(b"//./pipe/") {
        (&b"."[..], &text[9..])
    } else {
        let rest = text.strip_prefix(br"\\")?;
        let end = rest.iter().position(|&byte| byte == b'\\')?;
        lower[2 + end..].strip_prefix(br"\pipe\")?;
        (&rest[..end], &rest[end + 6..])
    };
    let local = name.to_ascii_lowercase().starts_with(br"local\");
    let base = if local { &name[6..] } else { name };
    let good =
        |part: &[u8]| !part.is_empty() && part.iter().all(|&b| b.is_ascii_graphic() && b != b'\\');
    let fits = text.len() <= 256 && good(server) && good(base);
    fits.then(|| PipeName::from_written(server, name, false))
}

fn unescaped(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        if first == b'%' {
            let digits = core::str::from_utf8(tail.get(..2)?).ok()?;
            let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            bytes.push(hex.then(|| u8::from_str_radix(digits, 16).unwrap())?);
            rest = &tail[2..];
        } else if first.is_ascii_alphanumeric() || b"-._~/".contains(&first) {
            bytes.push(first);
        } else {
            return None;
        }
    }
    Some(bytes)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn number(text: &str) -> Option<u32> {
    (is_digits(text) && (text == "0" || !text.starts_with('0'))).then(|| text.parse().ok())?
}

fn port(text: &str) -> Option<u16> {
    number(text)?.try_into().ok()
}

/// Texts that are valid, or nearly so.
fn near_valid() -> impl Strategy<Value = Vec<u8>> {
    let text = prop_oneof![
        "[0-2]{1,2}(\\.[0-9]{1,3}){2,4}\\.?(:[0-9]{1,5})?",
        "[*a-c0x.-]{0,8}(:[0-9+a]{0,6})?",
        "(([a-z0-9]{1,3}-?){1,3}\\.){0,3}[a-z0-9]{1,3}\\.?(:[1-9][0-9]{0,4})?",
        "\\[?([0-9a-f]{0,4}:){1,8}[0-9a-f]{0,4}(%[0-9a-z.%]{0,4})?\\]?(:[0-9]{1,5})?",
        "\\[::ffff:1\\.2\\.3\\.[0-9](%[01a])?\\](:80)?",
        "(/|\\./|@)[a-c /%]{0,8}",
        "(unix|unix-abstract|unix-unnamed|Unix|fd|sd-listen|vsock|npipe)(:[a-c/%0-2 .]{0,9})?",
        "vsock:([0-9]{1,10}|any):([0-9]{1,10}|any)",
        "(fd:[0-9]{1,10}|sd-listen:[!-~]{0,9})",
        "(npipe:)?(//)?(\\\\\\\\|//)[.a]?[\\\\/](pipe|PIPE)[\\\\/](LOCAL\\\\)?[a-c\\\\ /]{0,5}",
    ];
    let byte =
        prop_oneof![prop::sample::select(&b":.%[]/\\@*-0129axF \0\n\x7f\x80"[..]), any::<u8>(),];
    (text, prop::option::of((any::<prop::sample::Index>(), 0..3_u8, byte))).prop_map(
        |(text, mutation)| {
            let mut text = text.into_bytes();
            if let Some((index, how, byte)) = mutation {
                let at = index.index(text.len() + 1);
                match how {
                    0 => text.insert(at, byte),
                    _ if at == text.len() => text.push(byte),
                    1 => text[at] = byte,
                    _ => drop(text.remove(at)),
                }
            }
            text
        },
    )
}

/// Every value that can be constructed, by `strict` or by another dialect.
fn values() -> impl Strategy<Value = Endpoint<'static>> {
    let zone = prop_oneof![
        Just(None),
        (1..9_u32).prop_map(Zone::from_index),
        "[a-z!.]{1,15}".prop_map(|name| ZoneName::new(name.as_bytes()).ok().map(Zone::Name)),
    ];
    let address = prop_oneof![
        any::<Ipv6Addr>(),
        any::<core::net::Ipv4Addr>().prop_map(|v4| v4.to_ipv6_mapped()),
        any::<u8>().prop_map(|low| Ipv6Addr::from(u128::from(low))),
    ];
    let name = |text: &str, escaped: bool| {
        Host::Name(HostName::from_written(text.as_bytes(), escaped)).into_owned()
    };
    let host = prop_oneof![
        any::<core::net::Ipv4Addr>().prop_map(|v4| Host::Ip(Ip::V4(v4))),
        (address, zone).prop_map(|(v6, zone)| Host::Ip(Ip::V6(v6, zone))),
        ("[a-cA-C%0-9._:*-]{0,6}", any::<bool>()).prop_map(move |(text, esc)| name(&text, esc)),
        ("(unix|Fd|v%73ock|a)", any::<bool>()).prop_map(move |(text, esc)| name(&text, esc)),
        Just(Host::Any),
    ];
    let bytes = || prop::collection::vec(any::<u8>(), 0..=108);
    prop_oneof![
        4 => (host, any::<Option<u16>>())
            .prop_map(|(host, port)| Endpoint::Inet(HostPort { host, port })),
        1 => bytes().prop_map(|path| {
            Endpoint::Unix(UnixAddress::from_pathname(&path).unwrap_or(UnixAddress::UNNAMED))
        }),
        1 => bytes().prop_map(|name| {
            Endpoint::Unix(UnixAddress::from_abstract_name(&name).unwrap_or(UnixAddress::UNNAMED))
        }),
        1 => any::<(u32, u32)>()
            .prop_map(|(cid, port)| Endpoint::Vsock(VsockAddress { cid, port })),
        1 => ("[.a ]{0,2}", "[a-c%\\\\/ 2F]{0,6}", any::<bool>()).prop_map(|(server, name, esc)| {
            let pipe = PipeName::from_written(server.as_bytes(), name.as_bytes(), esc);
            Endpoint::Pipe(pipe.into_owned())
        }),
        1 => any::<u32>().prop_map(Endpoint::Fd),
        1 => "[!-~]{0,9}".prop_map(|name| {
            Endpoint::FdName(FdName::new(name.as_bytes()).ok().map(FdName::into_owned))
        }),
    ]
}

fn text_of(endpoint: &Endpoint<'_>, options: &TextOptions) -> Option<Vec<u8>> {
    let mut out = [0; Endpoint::MAX_LEN];
    endpoint.format_with(&mut out, options).ok().map(|len| out[..len].to_vec())
}

fn hash(endpoint: &Endpoint<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    endpoint.hash(&mut hasher);
    hasher.finish()
}

/// The place of a value in the order of kinds.
fn rank(endpoint: &Endpoint<'_>) -> usize {
    match endpoint {
        Endpoint::Inet(HostPort { host: Host::Ip(Ip::V4(_)), .. }) => 0,
        Endpoint::Inet(HostPort { host: Host::Ip(Ip::V6(..)), .. }) => 1,
        Endpoint::Inet(HostPort { host: Host::Name(_), .. }) => 2,
        Endpoint::Inet(HostPort { host: Host::Any, .. }) => 3,
        Endpoint::Unix(_) => 4,
        Endpoint::Vsock(_) => 5,
        Endpoint::Pipe(_) => 6,
        Endpoint::Fd(_) => 7,
        Endpoint::FdName(_) => 8,
    }
}

proptest! {
    /// The reader and its slow twin agree on what is accepted, and on the value.
    #[test]
    fn twin(text in near_valid(), listen: bool) {
        let options = TextOptions::new().with_listen(listen);
        prop_assert_eq!(Endpoint::parse_with(&text, &options).ok(), model(&text, listen));
    }

    /// No text panics, and every error lies within it.
    #[test]
    fn errors_lie_within_the_text(text in prop_oneof![near_valid(), any::<Vec<u8>>()]) {
        if let Err(error) = Endpoint::parse(&text) {
            prop_assert!(u64::from(error.at) + u64::from(error.len) <= text.len() as u64);
        }
    }

    /// A value is printed exactly where its text reads back as the same value.
    #[test]
    fn round_trip(value in values(), listen: bool, port: Option<u16>) {
        let mut options = TextOptions::new().with_listen(listen);
        options.default_port = port;
        let shown = value.to_string();
        let reads_back = Endpoint::parse_with(shown.as_bytes(), &options).as_ref() == Ok(&value);
        let text = text_of(&value, &options);
        prop_assert_eq!(text, reads_back.then(|| shown.clone().into_bytes()));
    }

    /// An accepted text has one canonical spelling, which is read as the same value.
    #[test]
    fn canonical(text in near_valid()) {
        let options = TextOptions::new();
        if let Ok(value) = Endpoint::parse(&text) {
            let printed = text_of(&value, &options).unwrap();
            let again = Endpoint::parse(&printed);
            prop_assert_eq!(again.as_ref(), Ok(&value));
            prop_assert_eq!(text_of(&again.unwrap(), &options), Some(printed));
        }
    }

    /// A missing port is the default port, and nothing else changes.
    #[test]
    fn default_port(text in near_valid(), port: u16) {
        let with = Endpoint::parse_with(&text, &TextOptions::new().with_default_port(port));
        let expected = Endpoint::parse(&text).map(|endpoint| match endpoint {
            Endpoint::Inet(HostPort { host, port: None }) => {
                Endpoint::Inet(HostPort { host, port: Some(port) })
            }
            other => other,
        });
        prop_assert_eq!(with, expected);
    }

    /// Equality, order and hash say the same; the order begins with the kind.
    #[test]
    fn comparisons_agree(left in values(), right in values()) {
        prop_assert_eq!(left == right, left.cmp(&right).is_eq());
        prop_assert_eq!(left.partial_cmp(&right), Some(left.cmp(&right)));
        prop_assert_eq!(left.cmp(&right), right.cmp(&left).reverse());
        if rank(&left) != rank(&right) {
            prop_assert_eq!(left.cmp(&right), rank(&left).cmp(&rank(&right)));
        }
        prop_assert!(left != right || hash(&left) == hash(&right));
        prop_assert_eq!(&left.clone().into_owned(), &left);
    }

    /// The case of host and pipe names is kept and does not matter.
    #[test]
    fn case_is_kept_and_does_not_matter(text in "([a-z]{1,5}(\\.[a-z]{2,4})?|//\\./pipe/[a-z]{1,4})") {
        let upper = text.to_ascii_uppercase();
        let read = |text: &str| Endpoint::parse(text.as_bytes()).map(Endpoint::into_owned);
        if let Ok(value) = read(&text) {
            let shout = read(&upper).unwrap();
            prop_assert_eq!(&value, &shout);
            prop_assert_eq!(hash(&value), hash(&shout));
            let last: String = upper.chars().rev().take(1).collect();
            prop_assert!(shout.to_string().ends_with(&last));
        }
    }
}
