//! The framers that objects describe: one row of a table and one function a type.

use portolan::frame::{
    AnyFramer, AtEof, Capnp, Chunked, Cobs, CobsR, ContentLength, Dbus, Delimiter, Detect, Ending,
    Fcgi, Fcs, Fixed, Framing, Giop, GitPktLine, Hdlc, LengthPrefix, Lines, MysqlCompressed,
    MysqlPacket, Netstring, OctetCounting, Oversize, Proxy, RecordMark, Resp, Sequence, Signature,
    Slip, Then, Tlv, VarintPrefix, WebSocket, WebSocketRole, preset as presets,
};
use portolan::varint::Encoding;
use serde_json::Value;

use super::super::numbers::endian_of;
use super::super::request::{Fields, Refusal, bad_field, required};
use super::bad_config;
use crate::hex;

type Built = Result<AnyFramer<'static>, Refusal>;

/// A type of framer, and what builds one from its fields.
struct Type(&'static str, fn(Fields<'_>) -> Built);

/// A preset, and what builds it for a limit.
struct Preset(&'static str, fn(usize) -> Built);

/// The types of framers that exist here.
const TYPES: &[Type] = &[
    Type("capnp", |fields| Ok(Capnp::new(max(fields)?).into())),
    Type("chunked", |fields| Ok(Chunked::new(max(fields)?).into())),
    Type("cobs", |fields| Ok(Cobs::new(max(fields)?).into())),
    Type("cobs-r", |fields| Ok(CobsR::new(max(fields)?).into())),
    Type("content-length", |fields| Ok(ContentLength::new(max(fields)?).into())),
    Type("dbus", |fields| Ok(Dbus::new(max(fields)?).into())),
    Type("delimiter", delimiter),
    Type("detect", detect),
    Type("fcgi", |fields| Ok(Fcgi::new(max(fields)?).into())),
    Type("fixed", fixed),
    Type("giop", |fields| Ok(Giop::new(max(fields)?).into())),
    Type("git-pkt-line", |fields| Ok(GitPktLine::new(max(fields)?).into())),
    Type("hdlc", hdlc),
    Type("length", length),
    Type("lines", lines),
    Type("mysql", |fields| Ok(MysqlPacket::new(max(fields)?).sequence(sequence(fields)?).into())),
    Type("mysql-compressed", |fields| {
        Ok(MysqlCompressed::new(max(fields)?).sequence(sequence(fields)?).into())
    }),
    Type("netstring", |fields| Ok(Netstring::new(max(fields)?).into())),
    Type("octet-counting", |fields| Ok(OctetCounting::new(max(fields)?).into())),
    Type("preset", preset),
    Type("proxy", |fields| Ok(Proxy::new(max(fields)?).into())),
    Type("record-mark", |fields| Ok(RecordMark::new(max(fields)?).into())),
    Type("resp", |fields| Ok(Resp::new(max(fields)?).into())),
    Type("slip", |fields| Ok(Slip::new(max(fields)?).into())),
    Type("then", then),
    Type("tlv", |fields| Ok(Tlv::new(max(fields)?).into())),
    Type("varint", varint),
    Type("websocket", websocket),
];

/// The types whose messages come in parts, which `assemble` joins.
const PARTED: &[&str] =
    &["chunked", "detect", "fcgi", "mysql", "mysql-compressed", "record-mark", "then", "websocket"];

/// The type of frames inside frames, which is no framer.
const STACK: &str = "stack";

/// How deep framings may stand in one another.
const MAX_DEPTH: usize = 8;

/// Parts of a message where `max_parts` is left out.
const MAX_PARTS: usize = 4096;

/// The presets that exist here.
const PRESETS: &[Preset] = &[
    Preset("amqp", |max| Ok(presets::amqp(max)?.into())),
    Preset("dns-tcp", |max| Ok(presets::dns_tcp(max)?.into())),
    Preset("grpc", |max| Ok(presets::grpc(max)?.into())),
    Preset("http2", |max| Ok(presets::http2(max)?.into())),
    Preset("kafka", |max| Ok(presets::kafka(max)?.into())),
    Preset("modbus-tcp", |max| Ok(presets::modbus_tcp(max)?.into())),
    Preset("postgres", |max| Ok(presets::postgres(max)?.into())),
    Preset("rtp-tcp", |max| Ok(presets::rtp_tcp(max)?.into())),
    Preset("tls-record", |max| Ok(presets::tls_record(max)?.into())),
    Preset("tpkt", |max| Ok(presets::tpkt(max)?.into())),
];

/// The names of the types.
pub(in crate::driver) fn types() -> impl Iterator<Item = &'static str> {
    TYPES.iter().map(|Type(name, _)| *name).chain([STACK])
}

/// Builds the framing that an object describes.
pub(super) fn framing(fields: Fields<'_>) -> Result<Framing, Refusal> {
    let kind = required("type", fields.text("type")?)?;
    // From here on a field that is missing or has no valid value is a bad configuration.
    built(kind, fields).map_err(|refusal| match refusal {
        Refusal::Error { message, .. } => bad_config(message),
        other => other,
    })
}

fn built(kind: &str, fields: Fields<'_>) -> Result<Framing, Refusal> {
    if depth(fields) > MAX_DEPTH {
        return Err(bad_config(format!("framings stand more than {MAX_DEPTH} deep")));
    }
    if kind == STACK {
        let part = |name| framing(required(name, fields.object(name)?)?).map(Box::new);
        return Ok(Framing::Stack(part("outer")?, part("inner")?));
    }
    let Some(Type(_, build)) = TYPES.iter().find(|Type(name, _)| *name == kind) else {
        return Err(Refusal::unsupported("framer", kind));
    };
    let framer = build(fields)?;
    Ok(match assemble(kind, fields)? {
        Some((max, max_parts)) => Framing::Assemble { framer, max, max_parts },
        None => framer.into(),
    })
}

/// How deep the framings of an object stand in one another.
fn depth(fields: Fields<'_>) -> usize {
    let nested = fields.0.values().filter_map(Value::as_object);
    nested.map(|object| depth(Fields(object))).max().unwrap_or(0).saturating_add(1)
}

/// A framer inside another object.
fn nested(fields: Fields<'_>, name: &str) -> Built {
    match framing(required(name, fields.object(name)?)?)? {
        Framing::Framer(framer) => Ok(framer),
        _ => Err(bad_field(name, "a framer, neither assembled nor a stack")),
    }
}

/// The limits within which parts are joined, where they are.
fn assemble(kind: &str, fields: Fields<'_>) -> Result<Option<(usize, usize)>, Refusal> {
    if !PARTED.contains(&kind) || !fields.flag("assemble")? {
        return Ok(None);
    }
    Ok(Some((max(fields)?, fields.narrow("max_parts")?.unwrap_or(MAX_PARTS))))
}

fn max(fields: Fields<'_>) -> Result<usize, Refusal> {
    required("max", fields.narrow("max")?)
}

fn delimiter(fields: Fields<'_>) -> Built {
    let listed = required("any_of", fields.array("any_of")?)?;
    let bytes = |value: &Value| value.as_str().and_then(hex::decode);
    let set: Option<Vec<Vec<u8>>> = listed.iter().map(bytes).collect();
    let set = set.ok_or_else(|| bad_field("any_of", "a list of hex strings"))?;
    let set: Vec<&[u8]> = set.iter().map(Vec::as_slice).collect();
    let builder = Delimiter::any_of(&set, max(fields)?)
        .oversize(oversize(fields)?)
        .at_eof(at_eof(fields)?.unwrap_or(AtEof::Reject));
    Ok(builder.build()?.into_owned().into())
}

fn detect(fields: Fields<'_>) -> Built {
    let name = required("signature", fields.text("signature")?)?;
    let signature = Signature::from_name(name).ok_or_else(|| {
        bad_field("signature", "proxy, octet-counting, tls-record or http2-preface")
    })?;
    let (matched, otherwise) = (nested(fields, "matched")?, nested(fields, "otherwise")?);
    Ok(Detect::new(signature, matched, otherwise).into())
}

fn then(fields: Fields<'_>) -> Built {
    let (first, second) = (nested(fields, "first")?, nested(fields, "second")?);
    let Some(after) = fields.narrow::<usize>("after")? else {
        return Ok(Then::new(first, second).into());
    };
    let count = after.try_into().map_err(|_| bad_field("after", "a number of messages"))?;
    Ok(Then::after(count, first, second).into())
}

fn fixed(fields: Fields<'_>) -> Built {
    Ok(Fixed::try_from(required("len", fields.narrow::<usize>("len")?)?)?.into())
}

fn hdlc(fields: Fields<'_>) -> Built {
    let fcs = match fields.value("fcs") {
        None => Fcs::None,
        Some(value) => match (value.as_str(), value.as_u64()) {
            (Some("none"), _) => Fcs::None,
            (Some("16"), _) | (_, Some(16)) => Fcs::Fcs16,
            (Some("32"), _) | (_, Some(32)) => Fcs::Fcs32,
            _ => return Err(bad_field("fcs", "none, 16 or 32")),
        },
    };
    let accm = fields.narrow("accm")?.unwrap_or(0);
    Ok(Hdlc::new(max(fields)?).fcs(fcs).accm(accm).into())
}

fn lines(fields: Fields<'_>) -> Built {
    let lines = Lines::new(ending(fields)?, max(fields)?)
        .oversize(oversize(fields)?)
        .at_eof(at_eof(fields)?.unwrap_or(AtEof::Emit));
    Ok(lines.into())
}

fn preset(fields: Fields<'_>) -> Built {
    let name = required("name", fields.text("name")?)?;
    let Some(Preset(_, build)) = PRESETS.iter().find(|Preset(preset, _)| *preset == name) else {
        return Err(Refusal::unsupported("preset", name));
    };
    build(max(fields)?)
}

fn length(fields: Fields<'_>) -> Built {
    let size = |name| fields.narrow::<usize>(name);
    let mut builder = LengthPrefix::builder(max(fields)?)
        .width(required("width", size("width")?)?)
        .offset(size("offset")?.unwrap_or(0))
        .endian(endian_of(fields)?)
        .signed(fields.flag("signed")?)
        .adjust(fields.signed("adjust")?.unwrap_or(0))
        .includes_header(fields.flag("includes_header")?)
        .trailer(size("trailer")?.unwrap_or(0))
        .oversize(oversize(fields)?);
    if let Some(header) = size("header")? {
        builder = builder.header(header);
    }
    Ok(builder.build()?.into())
}

fn varint(fields: Fields<'_>) -> Built {
    let name = required("encoding", fields.text("encoding")?)?;
    let encoding = Encoding::from_name(name)
        .ok_or_else(|| bad_field("encoding", "leb128, leb128-lenient, mqtt or quic"))?;
    let builder = VarintPrefix::builder(encoding, max(fields)?)
        .bits(fields.narrow("bits")?.unwrap_or(32))
        .oversize(oversize(fields)?);
    Ok(builder.build()?.into())
}

fn websocket(fields: Fields<'_>) -> Built {
    let role = match fields.text("role")? {
        None | Some("any") => WebSocketRole::Any,
        Some("client") => WebSocketRole::Client,
        Some("server") => WebSocketRole::Server,
        Some(_) => return Err(bad_field("role", "any, client or server")),
    };
    Ok(WebSocket::new(max(fields)?).role(role).into())
}

fn oversize(fields: Fields<'_>) -> Result<Oversize, Refusal> {
    match fields.text("oversize")? {
        None | Some("fail") => Ok(Oversize::Fail),
        Some("discard") => Ok(Oversize::Discard),
        Some(_) => Err(bad_field("oversize", "fail or discard")),
    }
}

fn sequence(fields: Fields<'_>) -> Result<Sequence, Refusal> {
    match fields.text("sequence")? {
        None | Some("check") => Ok(Sequence::Check),
        Some("ignore") => Ok(Sequence::Ignore),
        Some(_) => Err(bad_field("sequence", "check or ignore")),
    }
}

fn at_eof(fields: Fields<'_>) -> Result<Option<AtEof>, Refusal> {
    match fields.text("at_eof")? {
        None => Ok(None),
        Some("reject") => Ok(Some(AtEof::Reject)),
        Some("emit") => Ok(Some(AtEof::Emit)),
        Some("drop") => Ok(Some(AtEof::Drop)),
        Some(_) => Err(bad_field("at_eof", "reject, emit or drop")),
    }
}

fn ending(fields: Fields<'_>) -> Result<Ending, Refusal> {
    match fields.text("ending")? {
        None | Some("lf") => Ok(Ending::Lf),
        Some("crlf") => Ok(Ending::CrLf),
        Some("optional-cr") => Ok(Ending::OptionalCr),
        Some("universal") => Ok(Ending::Universal),
        Some(_) => Err(bad_field("ending", "lf, crlf, optional-cr or universal")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refusal(object: &Value) -> Option<Refusal> {
        framing(Fields(object.as_object().unwrap())).err()
    }

    #[test]
    fn tables_are_sorted_and_presets_built() {
        assert!(TYPES.is_sorted_by_key(|Type(name, _)| name));
        assert!(PARTED.is_sorted());
        assert!(PRESETS.is_sorted_by_key(|Preset(name, _)| name));
        for Preset(name, _) in PRESETS {
            assert!(refusal(&json!({ "type": "preset", "name": name, "max": 9 })).is_none());
        }
        let unknown = json!({ "type": "preset", "name": "morse", "max": 9 });
        assert!(matches!(refusal(&unknown), Some(Refusal::Unsupported(_))));
        let without = json!({ "type": "preset", "name": "dns-tcp" });
        assert!(matches!(refusal(&without), Some(Refusal::Error { code: "bad-config", .. })));
    }

    #[test]
    fn only_what_comes_in_parts_is_assembled() {
        let limits = |kind: &str, object: Value| {
            assemble(kind, Fields(object.as_object().unwrap())).unwrap()
        };
        let given = json!({ "max": 9, "assemble": true, "max_parts": 2 });
        assert_eq!(limits("mysql", given.clone()), Some((9, 2)));
        assert_eq!(limits("lines", given), None);
        let default = json!({ "max": 9, "assemble": true });
        assert_eq!(limits("chunked", default), Some((9, 4096)));
        assert_eq!(limits("chunked", json!({ "max": 9 })), None);
    }
}
