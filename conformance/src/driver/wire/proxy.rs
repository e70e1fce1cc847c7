//! `proxy-v1` and `proxy-v2`.

use std::net::SocketAddr;

use portolan::addr::{SocketAddress, UnixAddress};
use portolan::wire::Wire as _;
use portolan::wire::proxy::{
    Addresses, SocketType, TlvBuilder, TlvKind, Tlvs, Transport, UnixField, V1, V2,
};
use serde_json::{Value, json};

use super::super::objects::{address, read_address};
use super::super::request::{Fields, Refusal, bad_field, required};
use super::{Form, bytes, fields_of, whole};
use crate::hex;

pub(super) const VERSION_1: Form = Form {
    name: "proxy-v1",
    is_text: true,
    decode: |_, input| {
        let (line, consumed) = whole(V1::decode(input, ())?)?;
        let ends = [line.source(), line.destination()].map(|end| end.map(SocketAddress::from));
        Ok(answer("proxy", line.transport(), ends, Tlvs::EMPTY, consumed))
    },
    encode: |fields| bytes(&Request::read(fields)?.version_1()?, ()),
    fields: |_, input| Ok(fields_of::<V1>(input, ())),
};

pub(super) const VERSION_2: Form = Form {
    name: "proxy-v2",
    is_text: false,
    decode: |_, input| {
        let (header, consumed) = whole(V2::decode(input, ())?)?;
        let (command, tlvs) = match header {
            V2::Local => ("local", Tlvs::EMPTY),
            V2::Proxy { tlvs, .. } => ("proxy", tlvs),
        };
        let ends = [header.source(), header.destination()];
        Ok(answer(command, header.transport(), ends, tlvs, consumed))
    },
    encode: |fields| Request::read(fields)?.version_2(),
    fields: |_, input| Ok(fields_of::<V2<'_>>(input, ())),
};

fn answer(
    command: &str,
    transport: Transport,
    ends: [Option<SocketAddress>; 2],
    tlvs: Tlvs<'_>,
    consumed: usize,
) -> Value {
    let [source, destination] = ends.map(|end| end.as_ref().map(address));
    let tlvs: Vec<Value> = tlvs
        .map(|tlv| json!({ "type": tlv.kind().0, "value": hex::encode(tlv.value()) }))
        .collect();
    json!({
        "command": command,
        "transport": transport.name(),
        "source": source,
        "destination": destination,
        "tlvs": tlvs,
        "consumed": consumed,
    })
}

/// What a header should say.
struct Request<'a> {
    is_local: bool,
    transport: &'a str,
    ends: [Option<SocketAddress>; 2],
    tlvs: Vec<(TlvKind, Vec<u8>)>,
}

impl<'a> Request<'a> {
    /// Reads the fields in `fields`: a vector has a `source` of its own beside them.
    fn read(fields: Fields<'a>) -> Result<Self, Refusal> {
        let fields = fields.object_or_inline("fields");
        let is_local = match fields.text("command")? {
            Some("proxy") | None => false,
            Some("local") => true,
            Some(_) => return Err(bad_field("command", "local or proxy")),
        };
        let transport = required("transport", fields.text("transport")?)?;
        let end = |name| fields.object(name)?.map(read_address).transpose();
        let mut tlvs = Vec::new();
        for tlv in fields.array("tlvs")?.unwrap_or_default() {
            let tlv = Fields(tlv.as_object().ok_or_else(|| bad_field("tlvs", "objects"))?);
            let kind = required("type", tlv.narrow("type")?)?;
            tlvs.push((TlvKind(kind), required("value", tlv.bytes("value")?)?));
        }
        Ok(Self { is_local, transport, ends: [end("source")?, end("destination")?], tlvs })
    }

    fn version_1(&self) -> Result<V1, Refusal> {
        let is_plain = !self.is_local && self.tlvs.is_empty();
        match (self.transport, &self.ends) {
            ("unknown", [None, None]) if is_plain => Ok(V1::Unknown),
            ("tcp", ends) if is_plain => {
                let [source, destination] = ip_ends(ends)?;
                Ok(V1::tcp(source, destination)?)
            }
            _ => Err(Refusal::code("not-representable")),
        }
    }

    fn version_2(&self) -> Result<Vec<u8>, Refusal> {
        let is_empty = self.ends == [None, None];
        if self.is_local {
            let is_plain = is_empty && self.tlvs.is_empty() && self.transport == "unspec";
            let local = is_plain.then_some(V2::Local);
            return bytes(&local.ok_or_else(|| Refusal::code("not-representable"))?, ());
        }
        let room = self.tlvs.iter().map(|(_, value)| value.len().saturating_add(3)).sum();
        let mut buffer = vec![0; room];
        let mut tlvs = TlvBuilder::new(&mut buffer);
        for (kind, value) in &self.tlvs {
            tlvs.push(*kind, value)?;
        }
        let paths;
        let addresses = match self.transport {
            "unspec" if is_empty => Addresses::Unspec,
            "tcp" | "udp" => {
                let [source, destination] = ip_ends(&self.ends)?;
                Addresses::inet(self.socket(), source, destination)?
            }
            "stream" | "dgram" => {
                paths = unix_ends(&self.ends)?;
                let [source, destination] = &paths;
                let (source, destination) = (UnixField::new(source)?, UnixField::new(destination)?);
                Addresses::Unix { socket: self.socket(), source, destination }
            }
            _ => return Err(Refusal::code("not-representable")),
        };
        bytes(&V2::Proxy { addresses, tlvs: tlvs.finish() }, ())
    }

    fn socket(&self) -> SocketType {
        match self.transport {
            "tcp" | "stream" => SocketType::Stream,
            _ => SocketType::Dgram,
        }
    }
}

/// Both ends, where each is an IP address.
fn ip_ends(ends: &[Option<SocketAddress>; 2]) -> Result<[SocketAddr; 2], Refusal> {
    let [source, destination] = *ends;
    let ip = |end| {
        SocketAddr::try_from(required("source and destination", end)?)
            .map_err(|_| Refusal::code("address-mismatch"))
    };
    Ok([ip(source)?, ip(destination)?])
}

/// Both ends, where each is a Unix address, as the header has them.
fn unix_ends(ends: &[Option<SocketAddress>; 2]) -> Result<[[u8; UnixField::LEN]; 2], Refusal> {
    let [source, destination] = *ends;
    let layout = |end| match required("source and destination", end)? {
        SocketAddress::Unix(address) => laid_out(&address),
        _ => Err(Refusal::code("address-mismatch")),
    };
    Ok([layout(source)?, layout(destination)?])
}

fn laid_out(address: &UnixAddress) -> Result<[u8; UnixField::LEN], Refusal> {
    Ok(UnixField::layout(address)?)
}
