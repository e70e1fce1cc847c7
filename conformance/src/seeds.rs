//! Vectors as inputs of the fuzz targets: one store feeds both.
//!
//! The layouts are those of the functions `run` in `fuzz/oracles`; a vector that a target cannot
//! take has no seed there.

use portolan::addr::Dialect;
use portolan::sockaddr::Abi;
use serde_json::Value;

use crate::hex;

/// The inputs that vectors give a fuzz target, each with the id of its vector.
#[must_use]
pub fn of(target: &str, vectors: &[Value]) -> Vec<(String, Vec<u8>)> {
    let mut seeds = Vec::new();
    for vector in vectors {
        let id = vector["id"].as_str().unwrap_or_default();
        for (index, seed) in of_vector(target, vector).into_iter().enumerate() {
            seeds.push((format!("{}.{index}", id.replace('/', "-")), seed));
        }
    }
    seeds
}

fn of_vector(target: &str, vector: &Value) -> Vec<Vec<u8>> {
    let Some(input) = input(vector) else {
        return Vec::new();
    };
    let op = vector["op"].as_str().unwrap_or_default();
    match (target, op) {
        ("ip4_parse", "ip.parse") if !input.contains(&b':') => vec![input],
        ("ip6_parse", "ip.parse") if input.contains(&b':') => vec![input],
        ("sockaddr_text", "ip.parse" | "endpoint.parse" | "endpoint.explain") => {
            let listen = vector["listen"].as_bool().unwrap_or(false);
            vec![[&[u8::from(listen)], input.as_slice()].concat()]
        }
        ("dialect_text", "ip.parse" | "endpoint.parse" | "endpoint.explain") => {
            vec![[&[dialect_choice(vector)], input.as_slice()].concat()]
        }
        ("sockaddr_bytes", "sockaddr.decode") => {
            let abis = vector["expect"].as_object().into_iter().flat_map(|expect| expect.keys());
            let index = |name: &String| Abi::ALL.iter().position(|abi| abi.name() == name.as_str());
            abis.filter_map(index)
                .filter_map(|index| u8::try_from(index).ok())
                .map(|index| [&[index, 0], input.as_slice()].concat())
                .collect()
        }
        ("frame_length", "frame.decode") if vector["framer"]["type"] == "length" => {
            vec![[&length_head(&vector["framer"]), input.as_slice()].concat()]
        }
        (_, "frame.decode") => {
            let framer = &vector["framer"];
            let rows = FRAMERS.iter().filter(|row| row.target == target && row.reads(framer));
            rows.map(|row| [&row.head(framer), input.as_slice()].concat()).collect()
        }
        _ => Vec::new(),
    }
}

/// A framing target whose head is choices, limit and cuts: see `fuzz/oracles/src/input.rs`.
struct FramerSeeds {
    target: &'static str,
    types: &'static [&'static str],
    /// A member of the framer, the bits of the choice, and its values; the first is the default.
    choices: &'static [(&'static str, u8, &'static [&'static str])],
}

/// One row a target.
const FRAMERS: &[FramerSeeds] = &[
    FramerSeeds { target: "frame_capnp", types: &["capnp"], choices: &[] },
    FramerSeeds { target: "frame_dbus", types: &["dbus"], choices: &[] },
    FramerSeeds { target: "frame_fcgi", types: &["fcgi"], choices: &[] },
    FramerSeeds { target: "frame_giop", types: &["giop"], choices: &[] },
    FramerSeeds {
        target: "frame_line",
        types: &["lines"],
        choices: &[
            ("ending", 2, &["lf", "crlf", "optional-cr", "universal"]),
            ("at_eof", 2, &["emit", "reject", "drop"]),
            ("oversize", 1, &["fail", "discard"]),
        ],
    },
    FramerSeeds {
        target: "frame_mysql",
        types: &["mysql"],
        choices: &[("sequence", 1, &["check", "ignore"])],
    },
    FramerSeeds {
        target: "frame_mysql_compressed",
        types: &["mysql-compressed"],
        choices: &[("sequence", 1, &["check", "ignore"])],
    },
    FramerSeeds {
        target: "frame_record_mark",
        types: &["record-mark"],
        choices: &[("max_parts", 2, &["0", "1", "2", "3"])],
    },
    FramerSeeds { target: "frame_tlv", types: &["tlv"], choices: &[] },
];

impl FramerSeeds {
    fn reads(&self, framer: &Value) -> bool {
        framer["type"].as_str().is_some_and(|kind| self.types.contains(&kind))
    }

    fn head(&self, framer: &Value) -> [u8; 3] {
        let (mut flags, mut shift) = (0_u8, 0_u32);
        for (member, bits, values) in self.choices {
            let given = match &framer[*member] {
                Value::String(text) => text.clone(),
                value => value.to_string(),
            };
            let choice = values.iter().position(|name| *name == given);
            let choice = choice.and_then(|index| u8::try_from(index).ok());
            flags |= choice.unwrap_or(0).unbounded_shl(shift);
            shift = shift.saturating_add(u32::from(*bits));
        }
        [flags, byte(framer, "max"), 0x5a]
    }
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

/// The first bytes of `frame_length`: the configuration of its framer.
fn length_head(framer: &Value) -> [u8; 7] {
    let byte = |name: &str| byte(framer, name);
    let flags = u8::from(framer["endian"] == "little")
        | u8::from(framer["includes_header"] == true) << 1
        | u8::from(framer["oversize"] == "discard") << 2;
    let adjust = framer["adjust"].as_i64().and_then(|n| i8::try_from(n).ok()).unwrap_or(0);
    let [adjust] = adjust.to_le_bytes();
    [flags, byte("offset"), byte("width"), adjust, byte("trailer"), byte("max"), 0x5a]
}

fn byte(object: &Value, name: &str) -> u8 {
    object[name].as_u64().map_or(0, |n| u8::try_from(n).unwrap_or(u8::MAX))
}

/// The bytes of a vector; longer ones than 4 KiB would only slow a campaign down.
fn input(vector: &Value) -> Option<Vec<u8>> {
    if let Some(text) = vector["text"].as_str() {
        return Some(text.as_bytes().to_vec());
    }
    let parts = match &vector["in"] {
        Value::String(digits) => return hex::decode(digits),
        Value::Array(parts) => parts,
        _ => return None,
    };
    let mut bytes = Vec::new();
    for part in parts {
        let digits = part.as_str().or_else(|| part["repeat"].as_str())?;
        let times = part["times"].as_u64().unwrap_or(1);
        let unit = hex::decode(digits)?;
        for _ in 0..times {
            bytes.extend_from_slice(&unit);
            if bytes.len() > 4096 {
                return None;
            }
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn choices_stand_in_the_flags_from_the_lowest_bit_on() {
        let vector = json!({ "id": "a/b", "op": "frame.decode", "text": "x\n",
            "framer": { "type": "lines", "ending": "optional-cr", "at_eof": "reject",
                        "oversize": "discard", "max": 300 } });
        let seeds = of("frame_line", &[vector]);
        assert_eq!(seeds, [("a-b.0".to_owned(), b"\x16\xff\x5ax\n".to_vec())]);
    }

    #[test]
    fn every_row_fits_into_eight_flags() {
        for row in FRAMERS {
            let bits: u8 = row.choices.iter().map(|(_, bits, _)| *bits).sum();
            assert!(bits <= 8, "{}", row.target);
            for (_, bits, values) in row.choices {
                assert!(values.len() <= 1 << bits, "{}", row.target);
            }
        }
    }
}
