//! `proc-net`.

use portolan::addr::{Endpoint, SocketAddress, UnixAddress, UnixName};
use portolan::endian::Endian;
use portolan::wire::Wire as _;
use portolan::wire::procfs::{Context, InetSocket, Line, Table, UnixSocket};
use serde_json::{Value, json};
use std::net::SocketAddr;

use super::super::numbers::endian_of;
use super::super::objects::{self, Words};
use super::super::request::{Fields, Refusal, bad_field, number, required};
use super::{Form, bytes, fields_of, whole};

pub(super) const FORM: Form = Form {
    name: "proc-net",
    is_text: true,
    decode: |fields, input| {
        let (line, consumed) = whole(Line::decode(input, context(fields)?)?)?;
        let mut answer = describe(&line);
        if let Some(members) = answer.as_object_mut() {
            members.insert("consumed".to_owned(), json!(consumed));
        }
        Ok(answer)
    },
    encode: |fields| {
        let context = context(fields)?;
        let line = match context.table {
            _ if fields.value("header").is_some() && fields.flag("header")? => Line::Header,
            Table::Unix => Line::Unix(read_unix(fields)?),
            _ => Line::Inet(read_inet(fields)?),
        };
        bytes(&line, context)
    },
    fields: |fields, input| Ok(fields_of::<Line<'_>>(input, context(fields)?)),
};

/// The table, and the byte order, which a table of Unix sockets does not need.
fn context(fields: Fields<'_>) -> Result<Context, Refusal> {
    let name = required("table", fields.text("table")?)?;
    let table = Table::from_name(name).ok_or_else(|| Refusal::unsupported("table", name))?;
    if table == Table::Unix {
        return Ok(Context::new(table, Endian::Little));
    }
    required("endian", fields.value("endian"))?;
    Ok(Context::new(table, endian_of(fields)?))
}

fn describe(line: &Line<'_>) -> Value {
    match line {
        Line::Header => json!({ "header": true }),
        Line::Inet(socket) => json!({
            "local": address(socket.local),
            "remote": address(socket.remote),
            "state": socket.state,
            "uid": socket.uid,
            "inode": number(socket.inode),
        }),
        Line::Unix(socket) => describe_unix(socket),
    }
}

/// A Unix socket of `/proc/net/unix` as the protocol writes it.
pub(super) fn describe_unix(socket: &UnixSocket) -> Value {
    let name = match socket.name.name() {
        UnixName::Unnamed => Value::Null,
        _ => objects::endpoint(&Endpoint::Unix(socket.name)),
    };
    json!({
        "name": name,
        "lossy": socket.is_lossy(),
        "type": socket.socket_type,
        "state": socket.state,
        "inode": number(socket.inode),
    })
}

fn address(address: SocketAddr) -> Value {
    objects::address(&match address {
        SocketAddr::V4(addr) => SocketAddress::from(addr),
        SocketAddr::V6(addr) => SocketAddress::from(addr),
    })
}

fn read_inet(fields: Fields<'_>) -> Result<InetSocket<'static>, Refusal> {
    let address = |name| {
        let address = required(name, fields.object(name)?)?;
        match objects::read_address(address)? {
            SocketAddress::Inet4(addr) => Ok(SocketAddr::V4(addr)),
            SocketAddress::Inet6(addr) => Ok(SocketAddr::V6(addr)),
            _ => Err(bad_field(name, "an IPv4 or IPv6 address")),
        }
    };
    let state = required("state", fields.narrow("state")?)?;
    let uid = fields.narrow("uid")?.unwrap_or(0);
    let inode = fields.unsigned("inode")?.unwrap_or(0);
    Ok(InetSocket::new(address("local")?, address("remote")?, state, uid, inode))
}

fn read_unix(fields: Fields<'_>) -> Result<UnixSocket, Refusal> {
    let words = Words::default();
    let name = match fields.object("name")? {
        None => UnixAddress::UNNAMED,
        Some(endpoint) => match objects::read_endpoint(endpoint, &words)? {
            Endpoint::Unix(address) => address,
            _ => return Err(bad_field("name", "a Unix address or null")),
        },
    };
    let socket_type = required("type", fields.narrow("type")?)?;
    let state = required("state", fields.narrow("state")?)?;
    let inode = fields.unsigned("inode")?.unwrap_or(0);
    Ok(UnixSocket::new(name, socket_type, state, inode))
}
