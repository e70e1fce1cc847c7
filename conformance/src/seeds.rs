//! Vectors as inputs of the fuzz targets: one store feeds both.
//!
//! The layouts are those of the functions `run` in `fuzz/oracles`; a vector that a target cannot
//! take has no seed there.

mod address;
mod client;
mod frame;
mod wire;

use serde_json::Value;

use crate::hex;

/// The inputs that vectors give a fuzz target, each with the id of its vector.
#[must_use]
pub fn of(target: &str, vectors: &[Value]) -> Vec<(String, Vec<u8>)> {
    let named = if target == "mysql_target" { client::MYSQL } else { &[] };
    let mut seeds: Vec<_> =
        named.iter().map(|(name, seed)| ((*name).to_owned(), seed.to_vec())).collect();
    for vector in vectors {
        let id = vector["id"].as_str().unwrap_or_default();
        for (index, seed) in of_vector(target, vector).into_iter().enumerate() {
            seeds.push((format!("{}.{index}", id.replace('/', "-")), seed));
        }
    }
    seeds
}

fn of_vector(target: &str, vector: &Value) -> Vec<Vec<u8>> {
    let op = vector["op"].as_str().unwrap_or_default();
    match op {
        "ip.classify" => address::classified(target, vector),
        "client.choose" => client::chosen(target, vector),
        _ => input(vector).map_or_else(Vec::new, |input| match op {
            "wire.decode" => wire::decoded(target, vector, &input),
            "frame.decode" => frame::decoded(target, &vector["framer"], &input),
            "varint.read" => frame::varint(target, vector, &input),
            _ => address::read(target, op, vector, &input),
        }),
    }
}

/// A head that chooses, and the input behind it.
fn headed(head: &[u8], input: &[u8]) -> Vec<u8> {
    [head, input].concat()
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
