//! `forwarded` and `xff`.

use portolan::addr::{Endpoint, Host, HostPort};
use portolan::wire::Wire as _;
use portolan::wire::forwarded::{Forwarded, Hop, Node, NodeName, NodePort, Text, Xff};
use serde_json::{Map, Value, json};

use super::super::objects;
use super::super::request::{Fields, Refusal, bad_field, required};
use super::{Form, bytes, fields_of, whole};

pub(super) const FORWARDED: Form = Form {
    name: "forwarded",
    is_text: true,
    decode: |_, input| {
        let (field, consumed) = whole(Forwarded::decode(input, ())?)?;
        let hops: Vec<Value> = field.hops().map(|hop| describe(&hop)).collect();
        Ok(json!({ "hops": hops, "consumed": consumed }))
    },
    encode: |fields| {
        let pairs = read_pairs(fields)?;
        let mut hops = read_hops(fields)?;
        for (hop, pairs) in hops.iter_mut().zip(&pairs).filter(|(_, pairs)| !pairs.is_empty()) {
            let (read, _) = whole(Forwarded::decode(pairs, ())?)?;
            hop.extensions = read.hops().next().unwrap_or_default().extensions;
        }
        bytes(&Forwarded::new(&hops), ())
    },
    fields: |_, input| Ok(fields_of::<Forwarded<'_>>(input, ())),
};

pub(super) const XFF: Form = Form {
    name: "xff",
    is_text: true,
    decode: |_, input| {
        let (field, consumed) = whole(Xff::decode(input, ())?)?;
        let hops: Vec<Value> = field.hops().map(|node| describe(&Hop::new(node))).collect();
        Ok(json!({ "hops": hops, "consumed": consumed }))
    },
    encode: |fields| {
        if read_pairs(fields)?.iter().any(|pairs| !pairs.is_empty()) {
            return Err(Refusal::code("not-representable"));
        }
        let nodes = read_hops(fields)?.into_iter().map(|hop| match hop.node {
            Some(node) if hop == Hop::new(node) => Ok(node),
            _ => Err(Refusal::code("not-representable")),
        });
        bytes(&Xff::new(&nodes.collect::<Result<Vec<_>, _>>()?), ())
    },
    fields: |_, input| Ok(fields_of::<Xff<'_>>(input, ())),
};

/// A hop: only what it says is a member.
fn describe(hop: &Hop<'_>) -> Value {
    let extensions: Vec<Value> = hop
        .extensions
        .into_iter()
        .map(|(name, value)| json!({ "name": objects::word(name.iter().copied()), "value": word(&value) }))
        .collect();
    let members = [
        ("for", hop.node.as_ref().map(describe_node)),
        ("by", hop.by.as_ref().map(describe_node)),
        ("host", hop.host.as_ref().map(word)),
        ("proto", hop.proto.as_ref().map(word)),
        ("extensions", (!extensions.is_empty()).then_some(Value::Array(extensions))),
    ];
    let present = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(present.collect())
}

fn describe_node(node: &Node<'_>) -> Value {
    let port = node.port.map(|port| match port {
        NodePort::Number(port) => json!(port),
        NodePort::Obfuscated(text) => word(&text),
    });
    let mut members = Map::new();
    match node.name {
        NodeName::Ip(ip) => {
            let number = port.as_ref().and_then(Value::as_u64).and_then(|n| u16::try_from(n).ok());
            let endpoint = Endpoint::Inet(HostPort { host: Host::Ip(ip), port: number });
            members.insert("endpoint".to_owned(), objects::endpoint(&endpoint));
            // The endpoint has a port already where it is a number.
            members.extend(port.filter(|_| number.is_none()).map(|port| ("port".to_owned(), port)));
            return Value::Object(members);
        }
        NodeName::Unknown => members.insert("unknown".to_owned(), json!(true)),
        NodeName::Obfuscated(text) => members.insert("obfuscated".to_owned(), word(&text)),
    };
    members.extend(port.map(|port| ("port".to_owned(), port)));
    Value::Object(members)
}

fn word(text: &Text<'_>) -> Value {
    objects::word(text.bytes())
}

fn read_hops(fields: Fields<'_>) -> Result<Vec<Hop<'_>>, Refusal> {
    let hops = required("hops", fields.array("hops")?)?;
    hops.iter()
        .map(|hop| match hop.as_object() {
            Some(hop) => read_hop(Fields(hop)),
            None => Err(bad_field("hops", "a list of objects")),
        })
        .collect()
}

/// The extensions of each hop as pairs, every value quoted.
fn read_pairs(fields: Fields<'_>) -> Result<Vec<Vec<u8>>, Refusal> {
    let mut all = Vec::new();
    for hop in required("hops", fields.array("hops")?)? {
        let hop = Fields(hop.as_object().ok_or_else(|| bad_field("hops", "a list of objects"))?);
        let mut pairs = Vec::new();
        for pair in hop.array("extensions")?.unwrap_or_default() {
            let pair = Fields(pair.as_object().ok_or_else(|| bad_field("extensions", "objects"))?);
            let name = required("name", pair.text("name")?)?;
            let value = match pair.value("value") {
                Some(Value::Object(value)) => Fields(value).bytes("bytes")?,
                _ => pair.text("value")?.map(|value| value.as_bytes().to_vec()),
            };
            if !name.bytes().all(is_word) || is_known(name) {
                return Err(bad_field("name", "a token that is no parameter of RFC 7239"));
            }
            let quoted = required("value", value)?.into_iter().flat_map(|byte| [b'\\', byte]);
            pairs.extend(name.bytes().chain(*b"=\"").chain(quoted).chain(*b"\";"));
        }
        all.push(pairs);
    }
    Ok(all)
}

/// A byte that ends no pair: the decoder judges the rest.
const fn is_word(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'=')
}

fn is_known(name: &str) -> bool {
    ["for", "by", "host", "proto"].iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn read_hop(fields: Fields<'_>) -> Result<Hop<'_>, Refusal> {
    let node = |name| fields.object(name)?.map(read_node).transpose();
    let mut hop = Hop::default();
    hop.node = node("for")?;
    hop.by = node("by")?;
    hop.host = fields.text("host")?.map(|text| Text::new(text.as_bytes()));
    hop.proto = fields.text("proto")?.map(|text| Text::new(text.as_bytes()));
    Ok(hop)
}

fn read_node(fields: Fields<'_>) -> Result<Node<'_>, Refusal> {
    let port = match fields.value("port") {
        Some(Value::String(word)) if word.starts_with('_') => {
            Some(NodePort::Obfuscated(Text::new(word.as_bytes())))
        }
        _ => fields.narrow("port")?.map(NodePort::Number),
    };
    let name = match (fields.object("endpoint")?, fields.text("obfuscated")?) {
        (Some(endpoint), _) => {
            let words = objects::Words::default();
            let Endpoint::Inet(HostPort { host: Host::Ip(ip), port: number }) =
                objects::read_endpoint(endpoint, &words)?
            else {
                return Err(Refusal::code("not-representable"));
            };
            let number = number.map(NodePort::Number);
            return match (number, port) {
                (Some(_), Some(_)) => Err(bad_field("port", "given once")),
                _ => Ok(Node::new(NodeName::Ip(ip), number.or(port))),
            };
        }
        (None, Some(word)) => NodeName::Obfuscated(Text::new(word.as_bytes())),
        (None, None) if fields.flag("unknown")? => NodeName::Unknown,
        (None, None) => return Err(bad_field("for", "an endpoint, unknown or obfuscated")),
    };
    Ok(Node::new(name, port))
}
