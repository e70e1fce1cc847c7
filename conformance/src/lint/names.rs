//! The names that a vector may use.

use portolan::addr::ParseErrorKind;
use portolan::client::ChooseErrorKind;
use portolan::endian::IntErrorKind;
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

/// The members of a type of framer besides `type`; `None` when there is no such type.
pub(super) fn framer_members(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "fixed" => &["len"],
        "length" => &[
            "offset",
            "width",
            "header",
            "endian",
            "signed",
            "adjust",
            "includes_header",
            "trailer",
            "max",
            "oversize",
        ],
        "varint" => &["encoding", "bits", "max", "oversize"],
        "delimiter" => &["any_of", "max", "oversize", "at_eof"],
        "lines" => &["ending", "max", "oversize", "at_eof"],
        "netstring" | "octet-counting" | "content-length" | "cobs" | "cobs-r" | "slip"
        | "proxy" | "resp" | "capnp" | "git-pkt-line" | "dbus" | "giop" | "tlv" => &["max"],
        "hdlc" => &["fcs", "accm", "max"],
        "mysql" | "mysql-compressed" => &["sequence", "max", "assemble", "max_parts"],
        "record-mark" | "chunked" | "fcgi" => &["max", "assemble", "max_parts"],
        "websocket" => &["role", "max", "assemble", "max_parts"],
        "preset" => &["name", "max"],
        "detect" => &["signature", "matched", "otherwise", "max", "assemble", "max_parts"],
        "stack" => &["outer", "inner"],
        "then" => &["first", "second", "after", "max", "assemble", "max_parts"],
        _ => return None,
    })
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
    // requests and configurations
    "bad-request",
    "bad-config",
];

/// Whether an error may have this code.
pub(super) fn is_code(code: &str) -> bool {
    [
        ParseErrorKind::CODES,
        SockaddrErrorKind::CODES,
        FrameErrorKind::CODES,
        EncodeErrorKind::CODES,
        IntErrorKind::CODES,
        ChooseErrorKind::CODES,
        WireErrorKind::CODES,
        OTHER_CODES,
    ]
    .iter()
    .any(|codes| codes.contains(&code))
}
