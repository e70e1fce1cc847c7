//! Addresses: text, prefixes, kernel addresses, and what they mean.

use portolan::addr::Dialect;
use portolan::sockaddr::Abi;
use serde_json::Value;

use super::{byte, headed};
use crate::hex;

/// The seeds of a vector that reads an address.
pub(super) fn read(target: &str, op: &str, vector: &Value, input: &[u8]) -> Vec<Vec<u8>> {
    match (target, op) {
        ("address_set", "prefix.parse") => access_list(&vector["expect"]["ok"], input),
        ("ip4_parse", "ip.parse") if !input.contains(&b':') => vec![input.to_vec()],
        ("ip6_parse", "ip.parse") if input.contains(&b':') => vec![input.to_vec()],
        ("sockaddr_text", "ip.parse" | "endpoint.parse" | "endpoint.explain") => {
            let listen = vector["listen"].as_bool().unwrap_or(false);
            vec![headed(&[u8::from(listen)], input)]
        }
        ("dialect_text", "ip.parse" | "endpoint.parse" | "endpoint.explain") => {
            vec![headed(&[dialect_choice(vector)], input)]
        }
        ("sockaddr_bytes", "sockaddr.decode") => {
            let abis = vector["expect"].as_object().into_iter().flat_map(|expect| expect.keys());
            let index = |name: &String| Abi::ALL.iter().position(|abi| abi.name() == name.as_str());
            abis.filter_map(index)
                .filter_map(|index| u8::try_from(index).ok())
                .map(|index| headed(&[index, 0], input))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// The address of `classify`; an IPv4 address also with what it may be embedded in.
pub(super) fn classified(target: &str, vector: &Value) -> Vec<Vec<u8>> {
    const REST: [u8; 16] = [0x26, 6, 0x47, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    let Some(bytes) = vector["ip"].as_str().and_then(hex::decode).filter(|_| target == "classify")
    else {
        return Vec::new();
    };
    let inside = (bytes.len() == 4).then(|| [bytes.as_slice(), &REST].concat());
    [bytes].into_iter().chain(inside).collect()
}

/// The inputs of `address_set`: the prefix as a rule of text, and denied to its own address where
/// all else is allowed.
fn access_list(ok: &Value, text: &[u8]) -> Vec<Vec<u8>> {
    /// A rule whose address is the one that is asked about.
    fn rule(choices: u8, len: u8) -> Vec<u8> {
        [&[choices, len], [0; 16].as_slice()].concat()
    }
    let mut seeds = vec![[b"allow ", text, b" # x\ndeny ", text].concat()];
    if let Some(mut ip) = ok["ip"].as_str().and_then(hex::decode) {
        let is_v6 = u8::from(ip.len() == 16) << 1;
        ip.resize(16, 0);
        let allow_all = rule(5 | is_v6, 0);
        seeds.push([&[is_v6, 0xff], &*ip, &allow_all, &rule(4 | is_v6, byte(ok, "len"))].concat());
    }
    seeds
}

/// The first byte of `dialect_text`: the dialect, and the bits of its options.
///
/// A text that dialects read differently is asked of all of them.
fn dialect_choice(vector: &Value) -> u8 {
    const ALL: u8 = 0x1f;
    let listen = u8::from(vector["listen"].as_bool().unwrap_or(false)) << 5;
    let port = u8::from(vector["default_port"].is_u64()) << 6;
    let expected: Vec<_> = vector["expect"].as_object().into_iter().flatten().collect();
    let dialect = match expected.as_slice() {
        [(name, _)] => Dialect::ALL.iter().position(|dialect| dialect.name() == *name),
        _ => None,
    };
    dialect.and_then(|index| u8::try_from(index).ok()).unwrap_or(ALL) | listen | port
}
