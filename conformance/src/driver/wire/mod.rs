//! `wire.decode` and `wire.encode`: one file a family of forms, one line a form.

mod dns;
mod forwarded;
mod multiaddr;
mod pcap;
mod procfs;
mod proxy;
mod socks;
mod stun;

use portolan::wire::procfs::UnixSocket;
use portolan::wire::{Decoded, Field, Wire, WireError};
use serde_json::{Map, Value, json};

use super::request::{Fields, Refusal, required};
use crate::hex;

/// A form by its name.
struct Form {
    name: &'static str,
    /// Whether the bytes are text that people write, so that a terminal may give them as they are.
    is_text: bool,
    decode: fn(Fields<'_>, &[u8]) -> Result<Value, Refusal>,
    encode: fn(Fields<'_>) -> Result<Vec<u8>, Refusal>,
    fields: fn(Fields<'_>, &[u8]) -> Result<Vec<Field>, Refusal>,
}

/// Every form, in the order of the table of the protocol.
const FORMS: &[Form] = &[
    proxy::VERSION_1,
    proxy::VERSION_2,
    socks::V4_REQUEST,
    socks::V4_REPLY,
    socks::V5_REQUEST,
    socks::V5_REPLY,
    socks::V5_UDP,
    stun::VALUE,
    stun::MESSAGE,
    dns::V4,
    dns::V6,
    dns::PTR,
    multiaddr::FORM,
    forwarded::FORWARDED,
    forwarded::XFF,
    procfs::FORM,
    pcap::NULL,
    pcap::LOOP,
];

impl From<WireError> for Refusal {
    fn from(error: WireError) -> Self {
        Self::Error {
            code: error.code(),
            at: u64::try_from(error.at).ok(),
            len: None,
            message: error.to_string(),
        }
    }
}

pub(super) fn decode(fields: Fields<'_>) -> Result<Value, Refusal> {
    let form = form(fields)?;
    (form.decode)(fields, &fields.input()?)
}

pub(super) fn encode(fields: Fields<'_>) -> Result<Value, Refusal> {
    let bytes = (form(fields)?.encode)(fields)?;
    Ok(json!({ "bytes": hex::encode(&bytes) }))
}

fn form(fields: Fields<'_>) -> Result<&'static Form, Refusal> {
    let name = required("form", fields.text("form")?)?;
    let found = FORMS.iter().find(|form| form.name == name);
    found.ok_or_else(|| Refusal::unsupported("form", name))
}

/// The value of a form, or how many bytes are missing.
fn whole<T>(decoded: Decoded<T>) -> Result<(T, usize), Refusal> {
    match decoded {
        Decoded::Value { value, consumed } => Ok((value, consumed)),
        Decoded::Need(missing) => Err(Refusal::Need(missing.get())),
    }
}

/// The bytes of a form.
fn bytes<'a, W: Wire<'a>>(value: &W, context: W::Context) -> Result<Vec<u8>, Refusal> {
    let mut out = vec![0; value.encoded_len(context)?];
    value.encode(context, &mut out)?;
    Ok(out)
}

/// The fields of the bytes of a form.
fn fields_of<'a, W: Wire<'a>>(input: &'a [u8], context: W::Context) -> Vec<Field> {
    let mut all = Vec::new();
    W::fields(input, context, &mut |field| all.push(field));
    all
}

/// The names of the wire forms that `wire.decode` and `wire.encode` know.
#[must_use]
pub fn wire_forms() -> Vec<&'static str> {
    FORMS.iter().map(|form| form.name).collect()
}

/// A socket of `/proc/net/unix` as an answer of `wire.decode` has it.
#[must_use]
pub fn unix_socket_object(socket: &UnixSocket) -> Value {
    procfs::describe_unix(socket)
}

/// Whether the bytes of a wire form are text that people write.
#[must_use]
pub fn is_text_form(name: &str) -> bool {
    FORMS.iter().any(|form| form.name == name && form.is_text)
}

/// The fields of the bytes of a wire form, as the members of a request describe it.
///
/// # Errors
///
/// What is wrong with the request, for a person to read.
pub fn wire_fields(request: &Map<String, Value>, input: &[u8]) -> Result<Vec<Field>, String> {
    let fields = Fields(request);
    let found = form(fields).and_then(|form| (form.fields)(fields, input));
    found.map_err(|refusal| refusal.to_string())
}
