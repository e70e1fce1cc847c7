//! `sockaddr.encode` and `sockaddr.decode`.

use portolan::sockaddr::{self, Abi, Leniency, SockaddrError};
use serde_json::{Value, json};

use super::objects;
use super::request::{Fields, Refusal, required};
use crate::hex;

impl From<SockaddrError> for Refusal {
    fn from(error: SockaddrError) -> Self {
        Self::Error {
            code: error.code(),
            at: u64::try_from(error.at).ok(),
            len: None,
            message: error.to_string(),
        }
    }
}

pub(super) fn encode(fields: Fields<'_>) -> Result<Value, Refusal> {
    let abi = abi_of(fields)?;
    let address = objects::read_address(fields.object_or_inline("address"))?;
    let mut out = [0; 256];
    let len = sockaddr::encode(abi, &address, &mut out)?;
    Ok(json!({ "bytes": hex::encode(out.get(..len).unwrap_or_default()) }))
}

pub(super) fn decode(fields: Fields<'_>) -> Result<Value, Refusal> {
    let abi = abi_of(fields)?;
    let bytes = fields.input()?;
    let reported = fields.narrow::<usize>("reported_len")?.unwrap_or(bytes.len());
    let mut lenient = Leniency::STRICT;
    for name in fields.array("lenient")?.unwrap_or_default() {
        let name = name.as_str().unwrap_or_default();
        let one =
            Leniency::from_name(name).ok_or_else(|| Refusal::unsupported("leniency", name))?;
        lenient = lenient.with(one);
    }
    let address = sockaddr::decode_with(abi, &bytes, reported, lenient)?;
    Ok(objects::address(&address))
}

fn abi_of(fields: Fields<'_>) -> Result<Abi, Refusal> {
    let name = required("abi", fields.text("abi")?)?;
    Abi::from_name(name).ok_or_else(|| Refusal::unsupported("ABI", name))
}
