//! The framers of the protocol, objects and texts, by the one grammar of `portolan::frame::spec`.

use portolan::frame::spec::{
    self, Defaults, Entry, Setting, Spec, SpecError, SpecErrorKind, Values,
};
use portolan::frame::{Framing, Signature};
use serde_json::Value;

use super::super::request::{Fields, Refusal, bad_field, required};
use super::bad_config;
use crate::hex;

/// Parts of a message where `max_parts` is left out; `max` never is.
const DEFAULTS: Defaults = Defaults::NONE.max_parts(4096);

/// What `hello` names beside the types: a framer may be a text, too.
pub(in crate::driver) const TEXT: &str = "text";

/// The names of the types of objects.
pub(in crate::driver) fn types() -> impl Iterator<Item = &'static str> {
    spec::catalogue().iter().map(|entry| entry.name).filter(|name| is_type(name))
}

/// A preset is the type `preset` with a name; `after` is a member of the type `then`.
fn is_type(name: &str) -> bool {
    name != "after" && !presets().contains(&name)
}

fn presets() -> &'static [&'static str] {
    let setting = spec::entry("preset").and_then(|entry| entry.options.first());
    match setting.map(|setting| setting.values) {
        Some(Values::Words(names)) => names,
        _ => &[],
    }
}

/// The members of a type of object besides `type`; `None` when there is no such type.
pub(crate) fn members(kind: &str) -> Option<Vec<&'static str>> {
    let entry = spec::entry(kind).filter(|entry| is_type(entry.name))?;
    let after: &[&str] = if kind == "then" { &["after"] } else { &[] };
    let options = entry.options.iter().map(|setting| &setting.key);
    Some(entry.arguments.iter().chain(after).chain(options).copied().collect())
}

/// Builds the framing that a request names.
pub(super) fn framing(request: Fields<'_>) -> Result<Framing, Refusal> {
    let spec = match required("framer", request.value("framer"))? {
        Value::String(text) => of_text(text),
        Value::Object(object) => of_object(Fields(object)),
        _ => return Err(bad_field("framer", "an object or a string")),
    };
    spec.map(Spec::into_framing)
}

fn of_text(text: &str) -> Result<Spec, Refusal> {
    Spec::parse_with(text.as_bytes(), DEFAULTS).map_err(|error| refused(&error, text))
}

fn refused(error: &SpecError, text: &str) -> Refusal {
    let end = error.at.saturating_add(error.len);
    if error.kind == SpecErrorKind::UnknownFramer {
        return Refusal::unsupported("framer", text.get(error.at..end).unwrap_or_default());
    }
    let offset = |at| u64::try_from(at).ok();
    let (at, len) = (offset(error.at), offset(error.len));
    Refusal::Error { code: error.code(), at, len, message: error.to_string() }
}

fn of_object(fields: Fields<'_>) -> Result<Spec, Refusal> {
    required("type", fields.text("type")?)?;
    let mut text = String::new();
    // From here on a field that is missing or has no valid value is a bad configuration.
    write(fields, &mut text).map_err(|refusal| match refusal {
        Refusal::Error { message, .. } => bad_config(message),
        other => other,
    })?;
    let spec = Spec::parse_with(text.as_bytes(), DEFAULTS);
    spec.map_err(|error| bad_config(error.kind.to_string()))
}

/// Writes the text of an object. Only names of the catalogue, digits and hex get into it.
fn write(fields: Fields<'_>, text: &mut String) -> Result<(), Refusal> {
    let kind = required("type", fields.text("type")?)?;
    let name = if kind == "then" && fields.value("after").is_some() { "after" } else { kind };
    let entry = spec::entry(name).filter(|_| is_type(kind));
    let entry = entry.ok_or_else(|| Refusal::unsupported("framer", kind))?;
    text.push_str(entry.name);
    for (index, argument) in entry.arguments.iter().enumerate() {
        text.push(if index == 0 { '(' } else { ',' });
        write_argument(fields, argument, text)?;
    }
    text.push_str(if entry.arguments.is_empty() { "" } else { ")" });
    write_options(fields, entry, text)
}

fn write_argument(fields: Fields<'_>, argument: &str, text: &mut String) -> Result<(), Refusal> {
    match argument {
        "count" => {
            let count = required("after", fields.unsigned("after")?)?;
            text.push_str(&count.to_string());
        }
        "signature" => {
            let name = required("signature", fields.text("signature")?)?;
            let signature = Signature::from_name(name);
            let signature = signature.ok_or_else(|| bad_field("signature", "one that exists"))?;
            text.push_str(signature.name());
        }
        _ => write(required(argument, fields.object(argument)?)?, text)?,
    }
    Ok(())
}

fn write_options(fields: Fields<'_>, entry: &Entry, text: &mut String) -> Result<(), Refusal> {
    let joins = fields.flag("assemble")?;
    for setting in entry.options {
        // Fields that mean nothing are ignored.
        if entry.only_joins(setting) && !joins {
            continue;
        }
        if let Some(value) = spelled(fields, entry, setting)? {
            text.push_str(&format!(",{}={value}", setting.key));
        }
    }
    Ok(())
}

/// The value of an option as the grammar spells it.
fn spelled(
    fields: Fields<'_>,
    entry: &Entry,
    setting: &Setting,
) -> Result<Option<String>, Refusal> {
    let key = setting.key;
    let Some(value) = fields.value(key) else {
        return Ok(None);
    };
    Ok(match setting.values {
        Values::Flag => Some(fields.flag(key)?.to_string()),
        Values::Number { .. } => fields.unsigned(key)?.map(|number| number.to_string()),
        Values::Signed => fields.signed(key)?.map(|number| number.to_string()),
        Values::Words(words) => {
            let number = value.as_u64().map(|number| number.to_string());
            let word = number.as_deref().or(value.as_str()).unwrap_or_default();
            match words.iter().find(|known| **known == word) {
                Some(word) => Some((*word).to_owned()),
                None if entry.name == "preset" => return Err(Refusal::unsupported("preset", word)),
                None => return Err(bad_field(key, &setting.values.to_string())),
            }
        }
        Values::Set => {
            let members = fields.array(key)?.unwrap_or_default().iter();
            let bytes = members.map(|member| member.as_str().and_then(hex::decode));
            let members: Option<Vec<_>> = bytes.map(|b| b.map(|b| hex::encode(&b))).collect();
            Some(members.ok_or_else(|| bad_field(key, "a list of hex strings"))?.join("|"))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn canonical(framer: &Value) -> String {
        let spec = match framer {
            Value::String(text) => of_text(text),
            object => of_object(Fields(object.as_object().unwrap())),
        };
        match spec {
            Ok(spec) => spec.to_string(),
            Err(Refusal::Error { code, at, .. }) => {
                at.map_or_else(|| code.to_owned(), |at| format!("{code} {at}"))
            }
            Err(other) => other.into_member().0.to_owned(),
        }
    }

    #[test]
    fn an_object_says_what_a_text_does() {
        for (object, text) in [
            (json!({ "type": "lines", "max": 9, "color": "red", "ending": null }), "lines,max=9"),
            (json!({ "type": "fixed", "len": "16", "max": 9 }), "fixed,len=16"),
            (json!({ "type": "preset", "name": "tpkt", "max": 9 }), "tpkt,max=9"),
            (json!({ "type": "hdlc", "fcs": 16, "max": 9 }), "hdlc,fcs=16,max=9"),
            (json!({ "type": "hdlc", "fcs": "32", "accm": "0", "max": 9 }), "hdlc,fcs=32,max=9"),
            (
                json!({ "type": "length", "width": 2, "adjust": -4, "signed": true, "max": 9 }),
                "length,width=2,signed,adjust=-4,max=9",
            ),
            (
                json!({ "type": "delimiter", "any_of": ["0d0a", "00"], "max": 9 }),
                "delimiter,any_of=0d0a|00,max=9",
            ),
            (
                json!({ "type": "mysql", "assemble": true, "max": 9 }),
                "mysql,max=9,assemble,max_parts=4K",
            ),
            (
                json!({ "type": "mysql", "assemble": false, "max_parts": 3, "max": 9 }),
                "mysql,max=9",
            ),
            (json!({ "type": "lines", "assemble": true, "max": 9 }), "lines,max=9"),
            (
                json!({ "type": "stack", "outer": { "type": "slip", "max": 9 },
                     "inner": { "type": "fixed", "len": 3 } }),
                "stack(slip,max=9,fixed,len=3)",
            ),
            (
                json!({ "type": "then", "first": { "type": "proxy", "max": 9 },
                     "second": { "type": "slip", "max": 9 }, "max": 5 }),
                "then(proxy,max=9,slip,max=9)",
            ),
            (
                json!({ "type": "then", "first": { "type": "slip", "max": 9 }, "after": 2,
                     "second": { "type": "mysql", "max": 9 }, "assemble": true, "max": 5 }),
                "after(2,slip,max=9,mysql,max=9),max=5,assemble,max_parts=4K",
            ),
            (
                json!({ "type": "detect", "signature": "proxy", "matched": { "type": "cobs", "max": 9 },
                     "otherwise": { "type": "slip", "max": 9 } }),
                "detect(proxy,cobs,max=9,slip,max=9)",
            ),
            (json!("mysql,max=9,assemble"), "mysql,max=9,assemble,max_parts=4K"),
        ] {
            assert_eq!(canonical(&object), text, "{object}");
        }
    }

    #[test]
    fn what_is_no_framer_is_unsupported_and_what_does_not_fit_a_bad_configuration() {
        for (framer, answer) in [
            (json!({ "type": "morse", "max": 9 }), "unsupported"),
            (json!({ "type": "tpkt", "max": 9 }), "unsupported"),
            (json!({ "type": "after", "max": 9 }), "unsupported"),
            (json!({ "type": "preset", "name": "morse", "max": 9 }), "unsupported"),
            (json!({ "type": "stack", "outer": { "type": "morse" } }), "unsupported"),
            (json!("morse,max=9"), "unsupported"),
            (json!({ "max": 9 }), "bad-request"),
            (json!({ "type": 3 }), "bad-request"),
            (json!({ "type": "preset", "name": "dns-tcp" }), "bad-config"),
            (json!({ "type": "preset", "max": 9 }), "bad-config"),
            (json!({ "type": "lines" }), "bad-config"),
            (json!({ "type": "lines", "max": "9K" }), "bad-config"),
            (json!({ "type": "lines", "max": 9, "ending": "lf,max=3" }), "bad-config"),
            (json!({ "type": "lines", "max": 9, "ending": 3 }), "bad-config"),
            (json!({ "type": "delimiter", "any_of": [], "max": 9 }), "bad-config"),
            (json!({ "type": "delimiter", "any_of": ["0a|0d"], "max": 9 }), "bad-config"),
            (json!({ "type": "stack", "outer": { "type": "slip", "max": 9 } }), "bad-config"),
            (json!({ "type": "stack", "outer": {}, "inner": {} }), "bad-config"),
            (json!("lines,max=09"), "leading-zero 10"),
        ] {
            assert_eq!(canonical(&framer), answer, "{framer}");
        }
    }

    #[test]
    fn the_members_of_a_type_are_its_options() {
        assert_eq!(members("lines"), Some(vec!["ending", "oversize", "at_eof", "max"]));
        assert_eq!(members("stack"), Some(vec!["outer", "inner"]));
        let joined = ["first", "second", "after", "max", "assemble", "max_parts"];
        assert_eq!(members("then").as_deref(), Some(&joined[..]));
        assert_eq!((members("morse"), members("tpkt"), members("after")), (None, None, None));
    }
}
