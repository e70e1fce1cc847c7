//! Streams of frames, behind the head that configures their framer.

use serde_json::Value;

use super::{byte, headed};

/// The seeds of a vector that reads a stream.
pub(super) fn decoded(target: &str, framer: &Value, input: &[u8]) -> Vec<Vec<u8>> {
    if target == "frame_length" && framer["type"] == "length" {
        return vec![headed(&length_head(framer), input)];
    }
    let rows = FRAMERS.iter().filter(|row| row.target == target && row.reads(framer));
    rows.map(|row| headed(&row.head(framer), input)).collect()
}

/// A framing target whose head is choices, limit and cuts: see `fuzz/oracles/src/input.rs`.
struct FramerSeeds {
    target: &'static str,
    types: &'static [&'static str],
    /// A member of the framer, the bits of the choice, and its values; the first is the default.
    choices: &'static [(&'static str, u8, &'static [&'static str])],
}

/// One row a target.
const FRAMERS: &[FramerSeeds] = &[FramerSeeds {
    target: "frame_line",
    types: &["lines"],
    choices: &[
        ("ending", 2, &["lf", "crlf", "optional-cr", "universal"]),
        ("at_eof", 2, &["emit", "reject", "drop"]),
        ("oversize", 1, &["fail", "discard"]),
    ],
}];

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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::seeds::of;

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
