//! `dns-a`, `dns-aaaa` and `dns-ptr`.

use std::net::IpAddr;

use portolan::addr::{HostBits, Ip, Prefix};
use portolan::wire::dns::{A, Aaaa, ReverseName};
use portolan::wire::{Wire as _, WireErrorKind};
use serde_json::{Map, Value, json};

use super::super::objects;
use super::super::request::{Fields, Refusal, bad_field, required};
use super::{Form, bytes, fields_of, whole};

pub(super) const V4: Form = Form {
    name: "dns-a",
    is_text: false,
    decode: |_, input| Ok(ip(whole(A::decode(input, ())?)?.0.0.into())),
    encode: |fields| match read_ip(fields)? {
        IpAddr::V4(addr) => bytes(&A(addr), ()),
        IpAddr::V6(_) => Err(Refusal::code("not-representable")),
    },
    fields: |_, input| Ok(fields_of::<A>(input, ())),
};

pub(super) const V6: Form = Form {
    name: "dns-aaaa",
    is_text: false,
    decode: |_, input| Ok(ip(whole(Aaaa::decode(input, ())?)?.0.0.into())),
    encode: |fields| match read_ip(fields)? {
        IpAddr::V6(addr) => bytes(&Aaaa(addr), ()),
        IpAddr::V4(_) => Err(Refusal::code("not-representable")),
    },
    fields: |_, input| Ok(fields_of::<Aaaa>(input, ())),
};

pub(super) const PTR: Form = Form {
    name: "dns-ptr",
    is_text: false,
    decode: |_, input| {
        let (name, consumed) = whole(ReverseName::decode(input, ())?)?;
        if consumed < input.len() {
            // The input is a name and nothing else, and the answer has no `consumed`.
            return Err(trailing(consumed));
        }
        Ok(match name.ip() {
            Some(addr) => ip(addr),
            None => json!({ "prefix": prefix(name.prefix()) }),
        })
    },
    encode: |fields| match fields.object("prefix")? {
        None => bytes(&ReverseName::address(read_ip(fields)?), ()),
        Some(prefix) => {
            let len = required("len", prefix.narrow("len")?)?;
            let prefix = Prefix::new(objects::read_ip(prefix)?, len, HostBits::Keep)
                .map_err(|_| bad_field("len", "within the bits of the address"))?;
            bytes(&ReverseName::zone(prefix)?, ())
        }
    },
    fields: |_, input| Ok(fields_of::<ReverseName>(input, ())),
};

fn trailing(at: usize) -> Refusal {
    Refusal::Error {
        code: WireErrorKind::BadLabel.code(),
        at: u64::try_from(at).ok(),
        len: None,
        message: format!("bytes behind the name at byte {at}"),
    }
}

fn prefix(prefix: Prefix) -> Value {
    let mut object = Map::from_iter([("len".to_owned(), json!(prefix.prefix_len()))]);
    object.extend(objects::ip(&prefix.ip()).as_object().cloned().unwrap_or_default());
    Value::Object(object)
}

fn ip(addr: IpAddr) -> Value {
    objects::ip(&match addr {
        IpAddr::V4(addr) => Ip::V4(addr),
        IpAddr::V6(addr) => Ip::V6(addr, None),
    })
}

/// An address has no zone in DNS.
fn read_ip(fields: Fields<'_>) -> Result<IpAddr, Refusal> {
    match objects::read_ip(fields)? {
        ip if ip.zone().is_some() => Err(Refusal::code("not-representable")),
        ip => Ok(ip.addr()),
    }
}
