//! `pcap-null` and `pcap-loop`.

use portolan::endian::Endian;
use portolan::wire::Wire as _;
use portolan::wire::pcap::{Family, Loop, Null};
use serde_json::{Value, json};

use super::super::numbers::endian_of;
use super::super::request::{Fields, Refusal, bad_field, required};
use super::{Form, bytes, fields_of, whole};

pub(super) const NULL: Form = Form {
    name: "pcap-null",
    is_text: false,
    decode: |_, input| {
        let (header, consumed) = whole(Null::decode(input, ())?)?;
        Ok(answer(header.family, consumed))
    },
    encode: |fields| {
        let endian =
            if fields.value("endian").is_some() { endian_of(fields)? } else { Endian::Little };
        bytes(&Null::new(family(fields)?, endian), ())
    },
    fields: |_, input| Ok(fields_of::<Null>(input, ())),
};

pub(super) const LOOP: Form = Form {
    name: "pcap-loop",
    is_text: false,
    decode: |_, input| {
        let (header, consumed) = whole(Loop::decode(input, ())?)?;
        Ok(answer(header.family, consumed))
    },
    encode: |fields| bytes(&Loop::new(family(fields)?), ()),
    fields: |_, input| Ok(fields_of::<Loop>(input, ())),
};

fn answer(family: Family, consumed: usize) -> Value {
    json!({ "family": family.name(), "consumed": consumed })
}

fn family(fields: Fields<'_>) -> Result<Family, Refusal> {
    match required("family", fields.text("family")?)? {
        "inet" => Ok(Family::Inet),
        "inet6" => Ok(Family::Inet6),
        _ => Err(bad_field("family", "inet or inet6")),
    }
}
