//! `Forwarded` and `X-Forwarded-For`: what is read is what a slow reader reads, and who appends to a
//! field is believed whatever stands before.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::net::{Ipv4Addr, Ipv6Addr};

use portolan::addr::{Dialect, Ip, TextOptions};
use portolan::dialect;
use portolan::wire::Wire as _;
use portolan::wire::forwarded::trust::{self, End};
use portolan::wire::forwarded::{Forwarded, Hop, Xff};

use crate::wire_laws;

/// The first byte chooses the field.
pub fn run(input: &[u8]) {
    let Some((choice, text)) = input.split_first() else { return };
    if choice & 1 == 0 {
        forwarded(text);
    } else {
        xff(text);
    }
}

fn forwarded(text: &[u8]) {
    let value = wire_laws::whole::<Forwarded<'_>>(text, ());
    let read = value.map(|value| value.hops().map(|hop| pairs(&hop)).collect::<Vec<_>>());
    assert_eq!(read, slow(text), "{}", text.escape_ascii());
    let Some(value) = value else { return };
    let written = wire_laws::written(&value, ()).expect("what is read can be written");
    wire_laws::reads_back(&value, &written, ());
    let again = Forwarded::decode(&written, ()).unwrap().value().unwrap();
    assert_eq!(wire_laws::written(&again, ()).as_ref(), Some(&written), "canonical");
    let appended = [text, b", for=198.51.100.7"].concat();
    let walk = trust::forwarded([&appended[..]], peer(), 8, |ip| ip == peer());
    assert_eq!((walk.client(), walk.hops), (Some(client()), 1));
}

fn xff(text: &[u8]) {
    let value = wire_laws::whole::<Xff<'_>>(text, ());
    let read = value.map(|value| value.hops().map(|node| node.to_string()).collect::<Vec<_>>());
    assert_eq!(read, slow_xff(text), "{}", text.escape_ascii());
    let appended = [text, b", 198.51.100.7"].concat();
    let walk = trust::xff([&appended[..]], peer(), 8, |ip| ip == peer());
    assert_eq!((walk.ip, walk.hops, walk.end), (client(), 1, End::Untrusted));
    let Some(value) = value else { return };
    let written = wire_laws::written(&value, ()).expect("what is read can be written");
    wire_laws::reads_back(&value, &written, ());
}

fn peer() -> Ip {
    Ip::V4(Ipv4Addr::new(10, 0, 0, 1))
}

fn client() -> Ip {
    Ip::V4(Ipv4Addr::new(198, 51, 100, 7))
}

/// Names in lower case, and what the values say; those of the RFC first.
type Pairs = Vec<(String, Vec<u8>)>;

fn pairs(hop: &Hop<'_>) -> Pairs {
    let node = |name: &str, node: Option<portolan::wire::forwarded::Node<'_>>| {
        node.map(|node| (name.to_string(), node.to_string().into_bytes()))
    };
    let text = |name: &str, text: Option<portolan::wire::forwarded::Text<'_>>| {
        text.map(|text| (name.to_string(), text.bytes().collect()))
    };
    let known = [node("for", hop.node), node("by", hop.by), text("host", hop.host)];
    let known = known.into_iter().chain([text("proto", hop.proto)]).flatten();
    let others = hop.extensions.into_iter();
    let others = others.map(|(name, value)| (lower(name), value.bytes().collect()));
    known.chain(others).collect()
}

fn lower(name: &[u8]) -> String {
    String::from_utf8_lossy(name).to_ascii_lowercase()
}

/// RFC 7239, section 4, by splitting and copying.
fn slow(text: &[u8]) -> Option<Vec<Pairs>> {
    let mut hops = Vec::new();
    for element in split(text, b',')? {
        let mut pairs = Pairs::new();
        for part in split(trim(&element), b';')?.iter().filter(|part| !part.is_empty()) {
            let equals = part.iter().position(|byte| *byte == b'=')?;
            let (name, value) = (&part[..equals], slow_value(&part[equals + 1..])?);
            let name = is_token(name).then(|| lower(name))?;
            let known = ["for", "by", "host", "proto"];
            let others = pairs.iter().filter(|(other, _)| !known.contains(&other.as_str())).count();
            let is_one_too_many = others == 32 && !known.contains(&name.as_str());
            if is_one_too_many || pairs.iter().any(|(other, _)| *other == name) {
                return None;
            }
            let value = slow_meaning(&name, value, part.contains(&b'\\'))?;
            pairs.push((name, value));
        }
        let order = ["for", "by", "host", "proto"];
        pairs.sort_by_key(|(name, _)| order.iter().position(|known| known == name).unwrap_or(9));
        hops.extend((!pairs.is_empty()).then_some(pairs));
    }
    (!hops.is_empty()).then_some(hops)
}

/// Splits outside of quotes; `None` where the last quote is open.
fn split(text: &[u8], at: u8) -> Option<Vec<Vec<u8>>> {
    let (mut parts, mut quoted, mut escaped) = (Vec::from([Vec::new()]), false, false);
    for byte in text {
        let is_escaped = escaped;
        escaped = quoted && !is_escaped && *byte == b'\\';
        quoted ^= *byte == b'"' && !is_escaped;
        if *byte == at && !quoted {
            parts.push(Vec::new());
        } else {
            parts.last_mut()?.push(*byte);
        }
    }
    (!quoted).then_some(parts)
}

fn trim(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

fn is_token(text: &[u8]) -> bool {
    let is_mark = |byte: &u8| b"!#$%&'*+-.^_`|~".contains(byte);
    !text.is_empty() && text.iter().all(|byte| byte.is_ascii_alphanumeric() || is_mark(byte))
}

fn slow_value(written: &[u8]) -> Option<Vec<u8>> {
    let [b'"', content @ .., b'"'] = written else {
        return is_token(written).then(|| written.to_vec());
    };
    let (mut value, mut bytes) = (Vec::new(), content.iter());
    while let Some(mut byte) = bytes.next() {
        match byte {
            b'"' => return None,
            b'\\' => byte = bytes.next()?,
            _ => {}
        }
        if !matches!(byte, b'\t' | b' '..=b'~' | 0x80..) {
            return None;
        }
        value.push(*byte);
    }
    Some(value)
}

/// What a value means, in the spelling of `Display` where it is a node.
fn slow_meaning(name: &str, value: Vec<u8>, has_escapes: bool) -> Option<Vec<u8>> {
    if has_escapes && value.len() > 320 && ["for", "by", "host", "proto"].contains(&name) {
        return None;
    }
    match name {
        "for" | "by" => slow_node(core::str::from_utf8(&value).ok()?).map(String::into_bytes),
        "host" => {
            let host = dialect::parse(Dialect::HttpHost, &value, &TextOptions::new());
            host.is_ok().then_some(value)
        }
        "proto" => {
            let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
            let is_scheme = value.first()?.is_ascii_alphabetic() && value.iter().all(is_plain);
            is_scheme.then_some(value)
        }
        _ => Some(value),
    }
}

fn slow_node(text: &str) -> Option<String> {
    let is_word = |word: &str| {
        let is_plain = |char: char| char.is_ascii_alphanumeric() || "._-".contains(char);
        word.len() > 1 && word.starts_with('_') && word.chars().all(is_plain)
    };
    let (name, port) = match text.strip_prefix('[') {
        Some(inside) => {
            let (addr, behind) = inside.split_once(']')?;
            let addr: Ipv6Addr = addr.parse().ok()?;
            let port = if behind.is_empty() { None } else { Some(behind.strip_prefix(':')?) };
            (format!("[{addr}]"), port)
        }
        None => {
            let (name, port) = text.split_once(':').map_or((text, None), |(n, p)| (n, Some(p)));
            let name = match name {
                _ if name.eq_ignore_ascii_case("unknown") => "unknown".to_string(),
                _ if is_word(name) => name.to_string(),
                _ => name.parse::<Ipv4Addr>().ok()?.to_string(),
            };
            (name, port)
        }
    };
    match port {
        None => Some(name),
        Some(word) if is_word(word) => Some(format!("{name}:{word}")),
        Some(digits) => {
            let is_port = (1..=5).contains(&digits.len())
                && digits.bytes().all(|digit| digit.is_ascii_digit());
            is_port.then(|| digits.parse::<u16>().ok()).flatten().map(|n| format!("{name}:{n}"))
        }
    }
}

/// Elements by splitting, addresses by the standard library.
fn slow_xff(text: &[u8]) -> Option<Vec<String>> {
    text.split(|byte| *byte == b',').map(|element| slow_address(trim(element))).collect()
}

fn slow_address(element: &[u8]) -> Option<String> {
    let text = core::str::from_utf8(element).ok()?;
    let port = |digits: &str| {
        let is_plain = digits.bytes().all(|digit| digit.is_ascii_digit())
            && (digits == "0" || !digits.starts_with('0'));
        is_plain.then(|| digits.parse::<u16>().ok()).flatten()
    };
    if text.eq_ignore_ascii_case("unknown") {
        return Some("unknown".to_string());
    }
    if let Ok(addr) = text.parse::<Ipv6Addr>() {
        return Some(format!("[{addr}]"));
    }
    if let Some(inside) = text.strip_prefix('[') {
        let (addr, behind) = inside.split_once(']')?;
        let addr: Ipv6Addr = addr.parse().ok()?;
        return match behind.strip_prefix(':') {
            Some(digits) => Some(format!("[{addr}]:{}", port(digits)?)),
            None => behind.is_empty().then(|| format!("[{addr}]")),
        };
    }
    match text.split_once(':') {
        Some((addr, digits)) => {
            Some(format!("{}:{}", addr.parse::<Ipv4Addr>().ok()?, port(digits)?))
        }
        None => text.parse::<Ipv4Addr>().ok().map(|addr| addr.to_string()),
    }
}
