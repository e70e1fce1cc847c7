//! Streams of frames, behind the head that configures their framer.

use serde_json::Value;

use super::{byte, headed};

/// The seeds of a vector that reads a stream.
pub(super) fn decoded(target: &str, framer: &Value, input: &[u8]) -> Vec<Vec<u8>> {
    if let ("frame_spec", Some(text)) = (target, framer.as_str()) {
        return vec![headed(&[0], text.as_bytes())];
    }
    if target == "frame_length" && framer["type"] == "length" {
        return vec![headed(&length_head(framer), input)];
    }
    if target == "codec_stack" && framer["type"] == "stack" {
        return RECIPES.iter().map(|recipe| headed(recipe, input)).collect();
    }
    let rows = FRAMERS.iter().filter(|row| row.target == target && row.reads(framer));
    rows.map(|row| headed(&row.head(framer), input)).collect()
}

/// Heads of `codec_stack`: records of TLS, chunks and length prefixes around lines and netstrings.
const RECIPES: &[&[u8]] = &[
    &[7, 0x5a, 0, 2, 3, 31, 2, 1, 31],
    &[7, 0x5a, 0, 2, 4, 31, 2, 2, 31],
    &[7, 0x5a, 0, 2, 0, 31, 2, 1, 31],
];

/// The seeds of a vector that reads a variable-length integer.
pub(super) fn varint(target: &str, vector: &Value, input: &[u8]) -> Vec<Vec<u8>> {
    if target != "diff_leb128" {
        return Vec::new();
    }
    let lenient = u8::from(vector["encoding"] == "leb128-lenient");
    let wide = u8::from(vector["bits"].as_u64() != Some(32)) << 1;
    vec![headed(&[lenient | wide], input)]
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
    FramerSeeds { target: "diff_cobs_crate", types: &["cobs"], choices: &[] },
    FramerSeeds { target: "frame_capnp", types: &["capnp"], choices: &[] },
    FramerSeeds { target: "frame_chunked", types: &["chunked"], choices: &[] },
    FramerSeeds { target: "frame_cobs", types: &["cobs"], choices: &[] },
    FramerSeeds { target: "frame_cobs_r", types: &["cobs-r"], choices: &[] },
    FramerSeeds { target: "frame_content_length", types: &["content-length"], choices: &[] },
    FramerSeeds { target: "frame_dbus", types: &["dbus"], choices: &[] },
    FramerSeeds { target: "frame_detect", types: &["detect"], choices: &[] },
    FramerSeeds { target: "frame_fcgi", types: &["fcgi"], choices: &[] },
    FramerSeeds { target: "frame_giop", types: &["giop"], choices: &[] },
    FramerSeeds { target: "frame_git_pkt_line", types: &["git-pkt-line"], choices: &[] },
    FramerSeeds {
        target: "frame_hdlc",
        types: &["hdlc"],
        choices: &[("fcs", 2, &["none", "16", "32"]), ("accm", 2, &["0", "4294967295", "655360"])],
    },
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
    FramerSeeds { target: "frame_netstring", types: &["netstring"], choices: &[] },
    FramerSeeds { target: "frame_octet_counting", types: &["octet-counting"], choices: &[] },
    FramerSeeds { target: "frame_preset", types: &["preset"], choices: &[("name", 4, PRESETS)] },
    FramerSeeds { target: "frame_proxy", types: &["proxy"], choices: &[] },
    FramerSeeds {
        target: "frame_record_mark",
        types: &["record-mark"],
        choices: &[("max_parts", 2, &["0", "1", "2", "3"])],
    },
    FramerSeeds { target: "frame_resp", types: &["resp"], choices: &[] },
    FramerSeeds { target: "frame_slip", types: &["slip"], choices: &[] },
    FramerSeeds { target: "frame_then", types: &["then"], choices: &[] },
    FramerSeeds { target: "frame_tlv", types: &["tlv"], choices: &[] },
    FramerSeeds {
        target: "frame_varint",
        types: &["varint"],
        choices: &[
            ("encoding", 2, &["leb128", "leb128-lenient", "mqtt", "quic"]),
            ("bits", 1, &["32", "64"]),
            ("oversize", 1, &["fail", "discard"]),
        ],
    },
    FramerSeeds {
        target: "frame_websocket",
        types: &["websocket"],
        choices: &[("role", 2, &["any", "client", "server"])],
    },
];

const PRESETS: &[&str] = &[
    "amqp",
    "dns-tcp",
    "grpc",
    "http2",
    "kafka",
    "modbus-tcp",
    "postgres",
    "rtp-tcp",
    "tls-record",
    "tpkt",
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
