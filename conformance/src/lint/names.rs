//! The names that a vector may use.

use portolan::addr::ParseErrorKind;
use portolan::client::ChooseErrorKind;
use portolan::endian::IntErrorKind;
use portolan::frame::spec::SpecErrorKind;
use portolan::frame::{EncodeErrorKind, FrameErrorKind};
use portolan::sockaddr::SockaddrErrorKind;
use portolan::wire::WireErrorKind;
use serde_json::Value;

use crate::load;

const ENDPOINT: &[&str] =
    &["endpoint", "kind", "host", "port", "path", "name", "server", "cid", "fd", "extra"];
const ADDRESS: &[&str] =
    &["address", "kind", "ip", "port", "flowinfo", "scope_id", "path", "name", "cid"];
const WIRE: &[&str] = &[
    "form",
    "transaction",
    "xor",
    "mode",
    "table",
    "endian",
    "command",
    "transport",
    "source",
    "destination",
    "tlvs",
    "endpoint",
    "user",
    "reply",
    "fragment",
    "fragments",
    "address",
    "ip",
    "zone",
    "prefix",
    "text",
    "extra",
    "hops",
    "local",
    "remote",
    "name",
    "lossy",
    "type",
    "state",
    "uid",
    "inode",
    "family",
    "fields",
    "header",
    "extensions",
];

/// The members of the request of an operation, besides the input, dialect and layout.
pub(super) fn members(op: &str) -> &'static [&'static str] {
    match op {
        "ip.format" | "ip.classify" => &["ip", "zone"],
        "endpoint.parse" | "endpoint.explain" => &["default_port", "listen"],
        "endpoint.format" => ENDPOINT,
        "prefix.parse" => &["host_bits"],
        "sockaddr.encode" => ADDRESS,
        "sockaddr.decode" => &["lenient", "reported_len"],
        "wire.encode" | "wire.decode" => WIRE,
        "int.read" => &["width", "endian", "signed"],
        "int.write" => &["width", "endian", "signed", "value"],
        "varint.read" => &["encoding", "bits"],
        "varint.write" => &["encoding", "bits", "value"],
        "frame.decode" => &["framer", "chunks", "eof"],
        "frame.encode" => &["framer", "payloads", "metas"],
        "client.choose" => &["client", "platform", "options", "order", "file", "environment"],
        _ => &[],
    }
}

/// The operations of the protocol, from the schema of vectors.
pub(super) fn operations() -> Vec<String> {
    let schema = load::schemas().iter().find(|(name, _)| *name == "vector.json");
    let schema: Value =
        schema.and_then(|(_, text)| serde_json::from_str(text).ok()).unwrap_or_default();
    let names = schema["properties"]["op"]["enum"].as_array().into_iter().flatten();
    names.filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

/// Codes of the protocol that no error of the core has.
const OTHER_CODES: &[&str] = &[
    // requests
    "bad-request",
];

/// Whether an error may have this code.
pub(super) fn is_code(code: &str) -> bool {
    [
        ParseErrorKind::CODES,
        SockaddrErrorKind::CODES,
        FrameErrorKind::CODES,
        SpecErrorKind::CODES,
        EncodeErrorKind::CODES,
        IntErrorKind::CODES,
        ChooseErrorKind::CODES,
        WireErrorKind::CODES,
        OTHER_CODES,
    ]
    .iter()
    .any(|codes| codes.contains(&code))
}
