//! Portolan's own driver: one JSON request in, one JSON answer out.
//!
//! The wire is described in `conformance/README.md`. Nothing here depends on the machine, and no
//! request changes the answer to another.

mod client;
mod events;
mod frames;
mod kernel;
mod meaning;
mod numbers;
mod objects;
mod request;
mod text;
mod wire;

use portolan::addr::{Dialect, Endpoint, Ip, SocketAddress};
use portolan::sockaddr::Abi;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use self::request::{Fields, Refusal, Request};

pub use self::client::{OptionFiles, decision, is_read};
pub use self::events::Events;
pub(crate) use self::frames::members as framer_members;
pub use self::frames::meta_of_event as meta;
pub(crate) use self::request::unsigned;
pub use self::text::explanation;
pub use self::wire::{is_text_form, unix_socket_object, wire_fields, wire_forms};

/// How an operation is answered.
enum How {
    /// With a value.
    Value(fn(Fields<'_>) -> Result<Value, Refusal>),
    /// With the JSON text of a value that would be too large as a tree.
    Text(fn(Fields<'_>) -> Result<String, Refusal>),
}

/// The operations of the protocol that exist here.
const OPERATIONS: &[(&str, How)] = &[
    ("ip.parse", How::Value(text::ip_parse)),
    ("ip.format", How::Value(text::ip_format)),
    ("ip.classify", How::Value(meaning::classify)),
    ("endpoint.parse", How::Value(text::endpoint_parse)),
    ("endpoint.format", How::Value(text::endpoint_format)),
    ("endpoint.explain", How::Value(text::endpoint_explain)),
    ("prefix.parse", How::Value(text::prefix_parse)),
    ("sockaddr.encode", How::Value(kernel::encode)),
    ("sockaddr.decode", How::Value(kernel::decode)),
    ("wire.decode", How::Value(wire::decode)),
    ("wire.encode", How::Value(wire::encode)),
    ("int.read", How::Value(numbers::int_read)),
    ("int.write", How::Value(numbers::int_write)),
    ("varint.read", How::Value(numbers::varint_read)),
    ("varint.write", How::Value(numbers::varint_write)),
    ("frame.decode", How::Text(frames::decode)),
    ("frame.encode", How::Value(frames::encode)),
    ("client.choose", How::Value(client::choose)),
];

/// Answers requests of the driver protocol, version 1.
///
/// ```
/// use portolan_conformance::driver::Driver;
/// let request = br#"{"id":8,"op":"ip.parse","dialect":"aton","text":"010.0.0.1"}"#;
/// assert_eq!(Driver::new().answer(request), r#"{"id":8,"ok":{"ip":"08000001"}}"#);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Driver;

impl Driver {
    /// The version of the protocol.
    pub const PROTOCOL: u32 = 1;

    /// Creates a driver.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }

    /// Answers one request, a line without its line feed, with one line without its line feed.
    #[must_use]
    pub fn answer(&self, line: &[u8]) -> String {
        answer(line)
    }
}

fn answer(line: &[u8]) -> String {
    let request = match serde_json::from_slice::<Request>(line) {
        Ok(request) => request,
        Err(error) => return bad_line(format!("not a JSON object: {error}")),
    };
    let fields = Fields(&request.fields);
    let name = |field| fields.value(field).and_then(Value::as_str);
    let id = request.id.as_deref();
    match (name("cmd"), name("op")) {
        (Some("hello"), _) => hello(id),
        (Some(command), _) => reply(id, Err(Refusal::unsupported("command", command))),
        (None, Some(op)) => reply(id, perform(op, fields)),
        (None, None) => bad_line("neither `op` nor `cmd`".to_owned()),
    }
}

fn perform(op: &str, fields: Fields<'_>) -> Result<String, Refusal> {
    match OPERATIONS.iter().find(|(name, _)| *name == op) {
        Some((_, How::Value(operation))) => operation(fields).map(|value| value.to_string()),
        Some((_, How::Text(operation))) => operation(fields),
        None => Err(Refusal::unsupported("operation", op)),
    }
}

fn bad_line(message: String) -> String {
    reply(None, Err(Refusal::bad_request(message)))
}

fn reply(id: Option<&RawValue>, result: Result<String, Refusal>) -> String {
    let (member, text) = match result {
        Ok(text) => ("ok", text),
        Err(refusal) => {
            let (member, value) = refusal.into_member();
            (member, value.to_string())
        }
    };
    format!(r#"{{"id":{},"{member}":{text}}}"#, id.map_or("null", RawValue::get))
}

fn hello(id: Option<&RawValue>) -> String {
    let names = |names: &mut dyn Iterator<Item = &'static str>| names.collect::<Vec<_>>();
    let hello = json!({
        "protocol": Driver::PROTOCOL,
        "name": "portolan",
        "version": env!("CARGO_PKG_VERSION"),
        "language": "rust",
        "ops": names(&mut OPERATIONS.iter().map(|(name, _)| *name)),
        "dialects": names(&mut Dialect::ALL.iter().map(|dialect| dialect.name())),
        "framers": names(&mut frames::types().chain([frames::TEXT])),
        "abis": names(&mut Abi::ALL.iter().map(|abi| abi.name())),
    })
    .to_string();
    match (id, hello.strip_prefix('{')) {
        (Some(id), Some(members)) => format!(r#"{{"id":{},{members}"#, id.get()),
        _ => hello,
    }
}

/// The addresses in an object of the protocol, as text for people; `None` where there is none.
#[must_use]
pub fn display(value: &Value) -> Option<String> {
    let fields = Fields(value.as_object()?);
    if let Ok(Some(list)) = fields.array("endpoints") {
        let each: Option<Vec<String>> = list.iter().map(display).collect();
        return each.map(|each| each.join(", "));
    }
    if fields.value("kind").is_some() {
        let words = objects::Words::default();
        return match objects::read_reading(fields, &words) {
            Ok(reading) => Some(reading.endpoint.to_string()),
            Err(_) => objects::read_address(fields).ok().map(|address| address.to_string()),
        };
    }
    objects::read_ip(fields).ok().map(|ip| ip.to_string())
}

/// A kernel address as an object of the protocol.
#[must_use]
pub fn address_object(address: &SocketAddress) -> Value {
    objects::address(address)
}

/// An endpoint as an object of the protocol.
#[must_use]
pub fn endpoint_object(endpoint: &Endpoint<'_>) -> Value {
    objects::endpoint(endpoint)
}

/// An IP address as an object of the protocol.
#[must_use]
pub fn ip_object(ip: &Ip) -> Value {
    objects::ip(ip)
}
