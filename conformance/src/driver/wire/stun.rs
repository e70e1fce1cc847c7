//! `stun` and `stun-message`.

use std::net::SocketAddr;

use portolan::addr::SocketAddress;
use portolan::wire::Wire as _;
use portolan::wire::stun::{Attribute, Coding, MappedAddress, Message};
use serde_json::{Map, Value, json};

use super::super::objects;
use super::super::request::{Fields, Refusal, bad_field, required};
use super::{Form, bytes, fields_of, whole};
use crate::hex;

pub(super) const VALUE: Form = Form {
    name: "stun",
    is_text: false,
    decode: |fields, input| {
        let is_v6 = input.get(1) == Some(&2);
        let (address, _) = whole(MappedAddress::decode(input, coding(fields, is_v6)?)?)?;
        Ok(json!({ "address": mapped(address) }))
    },
    encode: |fields| {
        let address = objects::read_address(fields.object_or_inline("address"))?;
        let address = SocketAddr::try_from(address)
            .map_err(|_| Refusal::code("not-representable"))
            .and_then(|address| Ok(MappedAddress::try_from(address)?))?;
        bytes(&address, coding(fields, address.ip.is_ipv6())?)
    },
    fields: |fields, input| Ok(fields_of::<MappedAddress>(input, coding(fields, false)?)),
};

pub(super) const MESSAGE: Form = Form {
    name: "stun-message",
    is_text: false,
    decode: |_, input| {
        let (message, consumed) = whole(Message::decode(input, ())?)?;
        let transaction = message.transaction();
        let tlvs: Vec<Value> =
            message.attributes().map(|attribute| tlv(&attribute, *transaction)).collect();
        Ok(json!({
            "type": message.kind(), "transaction": hex::encode(transaction), "tlvs": tlvs,
            "consumed": consumed,
        }))
    },
    encode: |fields| {
        let kind = required("type", fields.narrow("type")?)?;
        let transaction = required("transaction", transaction(fields)?)?;
        let mut attributes = Vec::new();
        for tlv in required("tlvs", fields.array("tlvs")?)? {
            let tlv = Fields(tlv.as_object().ok_or_else(|| bad_field("tlvs", "objects"))?);
            let kind: u16 = required("type", tlv.narrow("type")?)?;
            let value = required("value", tlv.bytes("value")?)?;
            let len = u16::try_from(value.len()).map_err(|_| Refusal::code("not-representable"))?;
            attributes.extend(kind.to_be_bytes().into_iter().chain(len.to_be_bytes()).chain(value));
            attributes.resize(attributes.len().next_multiple_of(4), 0);
        }
        bytes(&Message::new(kind, transaction, &attributes)?, ())
    },
    fields: |_, input| Ok(fields_of::<Message<'_>>(input, ())),
};

/// An attribute; where its type is that of an address, with the address or what is wrong with it.
fn tlv(attribute: &Attribute<'_>, transaction: [u8; 12]) -> Value {
    let (name, value) = match attribute.address(transaction) {
        None => (None, Value::Null),
        Some(Ok(address)) => (Some("address"), mapped(address)),
        Some(Err(error)) => (Some("error"), json!(error.code())),
    };
    let mut object = Map::from_iter([
        ("type".to_owned(), json!(attribute.kind)),
        ("value".to_owned(), json!(hex::encode(attribute.value))),
    ]);
    object.extend(name.map(|name| (name.to_owned(), value)));
    Value::Object(object)
}

fn mapped(address: MappedAddress) -> Value {
    objects::address(&SocketAddress::from(SocketAddr::from(address)))
}

/// Only an IPv6 address is combined with the transaction; for another it may be left out.
fn coding(fields: Fields<'_>, is_v6: bool) -> Result<Coding, Refusal> {
    if fields.value("xor").is_some() && !fields.flag("xor")? {
        return Ok(Coding::Plain);
    }
    match transaction(fields)? {
        None if is_v6 => Err(bad_field("transaction", "given")),
        transaction => Ok(Coding::Xor(transaction.unwrap_or_default())),
    }
}

fn transaction(fields: Fields<'_>) -> Result<Option<[u8; 12]>, Refusal> {
    let wrong = |_| bad_field("transaction", "12 bytes");
    fields.bytes("transaction")?.map(|bytes| bytes.try_into().map_err(wrong)).transpose()
}
