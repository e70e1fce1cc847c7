//! `socks4-request`, `socks4-reply`, `socks5-request`, `socks5-reply` and `socks5-udp`.

use portolan::addr::{Endpoint, Host, Ip};
use portolan::wire::Wire as _;
use portolan::wire::socks::v5::{self, Fragments, UdpHeader};
use portolan::wire::socks::{Command, Target, v4};
use serde_json::{Value, json};

use super::super::objects::{self, Words};
use super::super::request::{Fields, Refusal, required};
use super::{Form, bytes, fields_of, whole};

pub(super) const V4_REQUEST: Form = Form {
    name: "socks4-request",
    is_text: false,
    decode: |_, input| {
        let (request, consumed) = whole(v4::Request::decode(input, ())?)?;
        let user = crate::hex::encode(request.user());
        let command = request.command().number();
        let endpoint = endpoint(request.target());
        Ok(json!({ "command": command, "endpoint": endpoint, "user": user, "consumed": consumed }))
    },
    encode: |fields| {
        let words = Words::default();
        let user = fields.bytes("user")?.unwrap_or_default();
        bytes(&v4::Request::new(command(fields)?, target(fields, &words)?, &user)?, ())
    },
    fields: |_, input| Ok(fields_of::<v4::Request<'_>>(input, ())),
};

pub(super) const V4_REPLY: Form = Form {
    name: "socks4-reply",
    is_text: false,
    decode: |_, input| {
        let (reply, consumed) = whole(v4::Reply::decode(input, ())?)?;
        let endpoint = endpoint(&reply.target());
        Ok(json!({ "reply": reply.code.number(), "endpoint": endpoint, "consumed": consumed }))
    },
    encode: |fields| {
        let code = required("reply", fields.narrow("reply")?)?;
        let code = v4::ReplyCode::from_number(code).ok_or_else(|| Refusal::code("bad-command"))?;
        let words = Words::default();
        let target = target(fields, &words)?;
        match target.host() {
            Host::Ip(Ip::V4(addr)) => bytes(&v4::Reply::new(code, *addr, target.port()), ()),
            _ => Err(Refusal::code("not-representable")),
        }
    },
    fields: |_, input| Ok(fields_of::<v4::Reply>(input, ())),
};

pub(super) const V5_REQUEST: Form = Form {
    name: "socks5-request",
    is_text: false,
    decode: |_, input| {
        let (request, consumed) = whole(v5::Request::decode(input, ())?)?;
        let endpoint = endpoint(&request.target);
        let command = request.command.number();
        Ok(json!({ "command": command, "endpoint": endpoint, "consumed": consumed }))
    },
    encode: |fields| {
        let words = Words::default();
        bytes(&v5::Request::new(command(fields)?, target(fields, &words)?), ())
    },
    fields: |_, input| Ok(fields_of::<v5::Request<'_>>(input, ())),
};

pub(super) const V5_REPLY: Form = Form {
    name: "socks5-reply",
    is_text: false,
    decode: |_, input| {
        let (reply, consumed) = whole(v5::Reply::decode(input, ())?)?;
        let endpoint = endpoint(&reply.bound);
        Ok(json!({ "reply": reply.code.0, "endpoint": endpoint, "consumed": consumed }))
    },
    encode: |fields| {
        let words = Words::default();
        let code = v5::ReplyCode(required("reply", fields.narrow("reply")?)?);
        bytes(&v5::Reply::new(code, target(fields, &words)?), ())
    },
    fields: |_, input| Ok(fields_of::<v5::Reply<'_>>(input, ())),
};

pub(super) const V5_UDP: Form = Form {
    name: "socks5-udp",
    is_text: false,
    decode: |fields, input| {
        let (header, consumed) = whole(UdpHeader::decode(input, fragments(fields)?)?)?;
        let endpoint = endpoint(&header.target);
        Ok(json!({ "fragment": header.fragment, "endpoint": endpoint, "consumed": consumed }))
    },
    encode: |fields| {
        let words = Words::default();
        let header = UdpHeader::new(target(fields, &words)?);
        let fragment = fields.narrow("fragment")?.unwrap_or(0);
        bytes(&header.with_fragment(fragment), fragments(fields)?)
    },
    fields: |fields, input| Ok(fields_of::<UdpHeader<'_>>(input, fragments(fields)?)),
};

/// The answer tells the fragment, so fragments are kept unless the request refuses them.
fn fragments(fields: Fields<'_>) -> Result<Fragments, Refusal> {
    let keep = fields.value("fragments").is_none() || fields.flag("fragments")?;
    Ok(if keep { Fragments::Keep } else { Fragments::Refuse })
}

fn endpoint(target: &Target<'_>) -> Value {
    objects::endpoint(&Endpoint::Inet(target.clone().into()))
}

fn target<'a>(fields: Fields<'_>, words: &'a Words) -> Result<Target<'a>, Refusal> {
    let fields = required("endpoint", fields.object("endpoint")?)?;
    match objects::read_reading(fields, words)?.endpoint {
        Endpoint::Inet(target) => Ok(Target::try_from(target)?),
        _ => Err(Refusal::code("not-representable")),
    }
}

fn command(fields: Fields<'_>) -> Result<Command, Refusal> {
    let number = required("command", fields.narrow("command")?)?;
    Command::from_number(number).ok_or_else(|| Refusal::code("bad-command"))
}
