//! Portolan's own driver: one JSON request in, one JSON answer out.
//!
//! The wire is described in `conformance/README.md`. Nothing here depends on the machine, and no
//! request changes the answer to another.

mod frames;
mod kernel;
mod numbers;
mod objects;
mod request;
mod text;

use portolan::addr::{Dialect, Ip};
use portolan::sockaddr::Abi;
use serde_json::{Map, Value, json};

use self::request::{Fields, Refusal};

pub use self::frames::from_object as framer;

/// An operation of the protocol: its name, and how it is answered.
type Operation = (&'static str, fn(Fields<'_>) -> Result<Value, Refusal>);

const OPERATIONS: &[Operation] = &[
    ("ip.parse", text::ip_parse),
    ("ip.format", text::ip_format),
    ("endpoint.parse", text::endpoint_parse),
    ("endpoint.format", text::endpoint_format),
    ("endpoint.explain", text::endpoint_explain),
    ("prefix.parse", text::prefix_parse),
    ("sockaddr.encode", kernel::encode),
    ("sockaddr.decode", kernel::decode),
    ("int.read", numbers::int_read),
    ("int.write", numbers::int_write),
    ("varint.read", numbers::varint_read),
    ("varint.write", numbers::varint_write),
    ("frame.decode", frames::decode),
    ("frame.encode", frames::encode),
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
        answer(line).to_string()
    }
}

fn answer(line: &[u8]) -> Value {
    let request = match serde_json::from_slice::<Map<String, Value>>(line) {
        Ok(request) => request,
        Err(error) => return bad_line(format!("not a JSON object: {error}")),
    };
    let fields = Fields(&request);
    let name = |field| fields.value(field).and_then(Value::as_str);
    let id = request.get("id").cloned();
    match (name("cmd"), name("op")) {
        (Some("hello"), _) => hello(id),
        (Some(command), _) => reply(id, Err(Refusal::unsupported("command", command))),
        (None, Some(op)) => {
            let known = OPERATIONS.iter().find(|(name, _)| *name == op);
            reply(
                id,
                match known {
                    Some((_, operation)) => operation(fields),
                    None => Err(Refusal::unsupported("operation", op)),
                },
            )
        }
        (None, None) => bad_line("neither `op` nor `cmd`".to_owned()),
    }
}

fn bad_line(message: String) -> Value {
    reply(None, Err(Refusal::bad_request(message)))
}

fn reply(id: Option<Value>, result: Result<Value, Refusal>) -> Value {
    let (member, value) = match result {
        Ok(value) => ("ok", value),
        Err(refusal) => refusal.into_member(),
    };
    let id = ("id".to_owned(), id.unwrap_or(Value::Null));
    Value::Object(Map::from_iter([id, (member.to_owned(), value)]))
}

fn hello(id: Option<Value>) -> Value {
    let names = |names: &mut dyn Iterator<Item = &'static str>| names.collect::<Vec<_>>();
    let mut hello = json!({
        "protocol": Driver::PROTOCOL,
        "name": "portolan",
        "version": env!("CARGO_PKG_VERSION"),
        "language": "rust",
        "ops": names(&mut OPERATIONS.iter().map(|(name, _)| *name)),
        "dialects": names(&mut Dialect::ALL.iter().map(|dialect| dialect.name())),
        "framers": frames::TYPES,
        "abis": names(&mut Abi::ALL.iter().map(|abi| abi.name())),
    });
    if let (Some(id), Some(object)) = (id, hello.as_object_mut()) {
        object.insert("id".to_owned(), id);
    }
    hello
}

/// The endpoints or the IP address in an object of the protocol, as text for people.
pub(crate) fn display(value: &Value) -> Option<String> {
    let fields = Fields(value.as_object()?);
    if let Ok(Some(list)) = fields.array("endpoints") {
        let each: Option<Vec<String>> = list.iter().map(display).collect();
        return each.map(|each| each.join(", "));
    }
    if fields.value("kind").is_some() {
        return objects::read_reading(fields).ok().map(|reading| reading.endpoint.to_string());
    }
    objects::read_ip(fields).ok().map(|ip| ip.to_string())
}

/// The IP address in an object of the protocol.
pub(crate) fn ip_of(value: &Value) -> Option<Ip> {
    objects::read_ip(Fields(value.as_object()?)).ok()
}
