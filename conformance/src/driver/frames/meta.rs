//! What frames say besides their bodies, as JSON, both ways.

use portolan::frame::{AmqpMeta, AnyMeta, FcgiMeta, Http2Meta, MysqlCompressedMeta, WebSocketMeta};
use serde_json::{Value, json};

use super::super::request::{Fields, Refusal, bad_field, required};

/// The JSON of what a frame says; null where that is nothing.
pub(in crate::driver) fn to_json(meta: AnyMeta) -> Value {
    match meta {
        AnyMeta::Number(number) => json!(number),
        AnyMeta::Http2(meta) => {
            json!({ "type": meta.kind, "flags": meta.flags, "stream": meta.stream })
        }
        AnyMeta::Amqp(meta) => json!({ "type": meta.kind, "channel": meta.channel }),
        AnyMeta::WebSocket(meta) => {
            json!({ "fin": meta.fin, "opcode": meta.opcode, "masked": meta.mask.is_some() })
        }
        AnyMeta::Fcgi(meta) => json!({ "type": meta.kind, "request": meta.request }),
        // The uncompressed length is seen in the header.
        AnyMeta::MysqlCompressed(meta) => json!(meta.sequence),
        // The header of a length prefix is never read.
        _ => Value::Null,
    }
}

/// Reads what a frame is to say; its members tell which framing it is for.
pub(super) fn from_json(value: &Value) -> Result<AnyMeta, Refusal> {
    if value.is_null() {
        return Ok(AnyMeta::None);
    }
    let wrong = || bad_field("metas", "a list of numbers, objects and null");
    if let Some(number) = value.as_u64() {
        return u8::try_from(number).map(AnyMeta::Number).map_err(|_| wrong());
    }
    let fields = Fields(value.as_object().ok_or_else(wrong)?);
    let kind = || required("type", fields.narrow::<u8>("type")?);
    if let Some(stream) = fields.narrow("stream")? {
        let flags = fields.narrow("flags")?.unwrap_or(0);
        return Ok(Http2Meta::new(kind()?, flags, stream).into());
    }
    if let Some(channel) = fields.narrow("channel")? {
        return Ok(AmqpMeta::new(kind()?, channel).into());
    }
    if let Some(request) = fields.narrow("request")? {
        return Ok(FcgiMeta::new(kind()?, request).into());
    }
    if let Some(uncompressed) = fields.narrow("uncompressed")? {
        let sequence = fields.narrow("sequence")?.unwrap_or(0);
        return Ok(MysqlCompressedMeta::new(sequence, uncompressed).into());
    }
    let opcode = fields.narrow("opcode")?.ok_or_else(wrong)?;
    Ok(WebSocketMeta::new(fields.flag("fin")?, opcode, mask(fields)?).into())
}

/// The masking key: `mask`, or zeros where the frame is only said to be masked.
fn mask(fields: Fields<'_>) -> Result<Option<[u8; 4]>, Refusal> {
    match fields.bytes("mask")? {
        Some(mask) => mask.try_into().map(Some).map_err(|_| bad_field("mask", "four bytes")),
        None => Ok(fields.flag("masked")?.then_some([0; 4])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for meta in [
            AnyMeta::None,
            AnyMeta::Number(255),
            Http2Meta::new(1, 4, 0x7fff_ffff).into(),
            AmqpMeta::new(8, 65_535).into(),
            WebSocketMeta::new(true, 2, Some([0; 4])).into(),
            WebSocketMeta::new(false, 0, None).into(),
            FcgiMeta::new(5, 1).into(),
        ] {
            assert_eq!(from_json(&to_json(meta)).unwrap(), meta);
        }
        let mask = json!({ "fin": true, "opcode": 1, "mask": "01020304" });
        let meta = WebSocketMeta::new(true, 1, Some([1, 2, 3, 4]));
        assert_eq!(from_json(&mask).unwrap(), meta.into());
        // Read as the sequence alone, as of every packet of MySQL.
        let compressed = json!({ "sequence": 3, "uncompressed": 70_000 });
        let meta = AnyMeta::from(MysqlCompressedMeta::new(3, 70_000));
        assert_eq!(from_json(&compressed).unwrap(), meta);
        assert_eq!(to_json(meta), json!(3));
    }

    #[test]
    fn what_is_no_meta_data_is_refused() {
        for wrong in [json!(256), json!("a"), json!({}), json!({ "stream": 1 }), json!(-1)] {
            assert!(from_json(&wrong).is_err(), "{wrong}");
        }
    }
}
