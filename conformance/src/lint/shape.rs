//! The rules of `schema/vector.json`, and that every name in a vector exists.

use portolan::addr::Dialect;
use portolan::client::Platform;
use portolan::client::libpq::Keyword;
use portolan::client::mysql::{Client, OptionName};
use portolan::sockaddr::{Abi, Leniency};
use serde_json::{Map, Value};

use super::names;
use crate::driver::framer_members;
use crate::hex;
use crate::vector::{OWN, Outcome};

/// What is wrong with a vector as it is written.
pub(super) fn check(vector: &Value) -> Vec<String> {
    let Some(vector) = vector.as_object() else {
        return vec!["a vector is an object".to_owned()];
    };
    let mut wrong = Vec::new();
    texts(vector, &mut wrong);
    input(vector, &mut wrong);
    let op = vector.get("op").and_then(Value::as_str).unwrap_or_default();
    if !names::operations().iter().any(|known| known == op) {
        wrong.push(format!("there is no operation `{op}`"));
        return wrong;
    }
    let members = names::members(op);
    only(vector, &[&OWN, members].concat(), "", &mut wrong);
    if let Some(framer) = vector.get("framer") {
        check_framer(framer, &mut wrong);
    }
    if op == "client.choose" {
        check_client(vector, &mut wrong);
    }
    for name in vector.get("lenient").and_then(Value::as_array).into_iter().flatten() {
        if name.as_str().and_then(Leniency::from_name).is_none() {
            wrong.push(format!("there is no leniency {name}"));
        }
    }
    match vector.get("expect").and_then(Value::as_object) {
        Some(expect) if !expect.is_empty() => expectations(op, expect, &mut wrong),
        _ => wrong.push("`expect` is an object with a member".to_owned()),
    }
    wrong
}

/// Names every member that is none of those known.
fn only(object: &Map<String, Value>, known: &[&str], place: &str, wrong: &mut Vec<String>) {
    for name in object.keys().filter(|name| !known.contains(&name.as_str())) {
        wrong.push(format!("{place}there is no member `{name}`"));
    }
}

/// The members that say what a vector is.
fn texts(vector: &Map<String, Value>, wrong: &mut Vec<String>) {
    let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
    for name in ["id", "op", "why"] {
        if !vector.get(name).is_some_and(is_text) {
            wrong.push(format!("`{name}` is a text that is not empty"));
        }
    }
    let source = vector.get("source").and_then(Value::as_array);
    if !source.is_some_and(|source| !source.is_empty() && source.iter().all(is_text)) {
        wrong.push("`source` is a list of texts, at least one".to_owned());
    }
    let is_list =
        |tags: &Value| tags.as_array().is_some_and(|tags| tags.iter().all(Value::is_string));
    if !vector.get("tags").is_none_or(is_list) {
        wrong.push("`tags` is a list of texts".to_owned());
    }
}

fn input(vector: &Map<String, Value>, wrong: &mut Vec<String>) {
    let printable = |text: &str| text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if !vector.get("text").is_none_or(|text| text.as_str().is_some_and(printable)) {
        wrong.push("`text` is printable ASCII; anything else is `in`".to_owned());
    }
    let is_input = |value: &Value| match value.as_array() {
        Some(parts) => parts.iter().all(|part| is_hex(part) || is_repeated(part)),
        None => is_hex(value),
    };
    if !vector.get("in").is_none_or(is_input) {
        wrong.push("`in` is lower-case hex, or a list of hex and of repeats".to_owned());
    }
}

fn is_hex(value: &Value) -> bool {
    let is_lower = |text: &&str| !text.bytes().any(|byte| byte.is_ascii_uppercase());
    value.as_str().filter(is_lower).and_then(hex::decode).is_some()
}

fn is_repeated(value: &Value) -> bool {
    let members = value.as_object().map_or(0, Map::len);
    members == 2 && is_hex(&value["repeat"]) && value["times"].is_u64()
}

/// That the client, its platform and its options exist, and `order` names options that are given.
fn check_client(vector: &Map<String, Value>, wrong: &mut Vec<String>) {
    let text = |name: &str| vector.get(name).and_then(Value::as_str).unwrap_or_default();
    let (client, platform) = (text("client"), text("platform"));
    let is_option: fn(&str) -> bool = match Client::from_name(client) {
        Some(_) => |name| OptionName::from_name(name.as_bytes()).is_some(),
        None => |name| name == "conninfo" || Keyword::from_name(name.as_bytes()).is_some(),
    };
    if client != "libpq" && Client::from_name(client).is_none() {
        wrong.push(format!("there is no client `{client}`"));
    }
    if Platform::from_name(platform).is_none() {
        wrong.push(format!("there is no platform `{platform}`"));
    }
    let options = vector.get("options").and_then(Value::as_object);
    let known = options.into_iter().flatten().map(|(name, _)| name.as_str());
    wrong.extend(
        known.filter(|name| !is_option(name)).map(|name| format!("there is no option `{name}`")),
    );
    for name in vector.get("order").and_then(Value::as_array).into_iter().flatten() {
        let is_given =
            name.as_str().is_some_and(|name| options.is_some_and(|it| it.contains_key(name)));
        if !is_given {
            wrong.push(format!("order: {name} is not among `options`"));
        }
    }
}

fn check_framer(framer: &Value, wrong: &mut Vec<String>) {
    // A text is judged when it is read, and may be wrong on purpose.
    if framer.is_string() {
        return;
    }
    let kind = framer["type"].as_str().unwrap_or_default();
    match (framer.as_object(), framer_members(kind)) {
        (Some(framer), Some(members)) => {
            only(framer, &[&["type"], &*members].concat(), "framer: ", wrong);
            for part in framer.values().filter(|value| value.is_object()) {
                check_framer(part, wrong);
            }
        }
        _ => wrong.push(format!("there is no framer `{kind}`")),
    }
}

/// An outcome, or one for each dialect or layout.
fn expectations(op: &str, expect: &Map<String, Value>, wrong: &mut Vec<String>) {
    let known: fn(&str) -> bool = match op {
        "ip.parse" | "ip.format" | "endpoint.parse" | "endpoint.format" => {
            |name| Dialect::from_name(name).is_some()
        }
        "sockaddr.encode" | "sockaddr.decode" => |name| Abi::from_name(name).is_some(),
        _ => return outcome(&Value::Object(expect.clone()), "", wrong),
    };
    for (name, each) in expect {
        if !known(name) {
            wrong.push(format!("there is no dialect or layout `{name}`"));
        }
        outcome(each, &format!("{name}: "), wrong);
    }
}

fn outcome(value: &Value, place: &str, wrong: &mut Vec<String>) {
    let Some(object) = value.as_object() else {
        return wrong.push(format!("{place}an outcome is an object"));
    };
    let kinds = ["ok", "events", "error", "need"];
    let given: Vec<&str> = kinds.into_iter().filter(|kind| object.contains_key(*kind)).collect();
    let [kind] = given.as_slice() else {
        return wrong.push(format!("{place}an outcome has one of ok, events, error and need"));
    };
    let members: &[&str] = if *kind == "error" { &["error", "at", "len"] } else { &given };
    only(object, members, place, wrong);
    for name in ["at", "len"].iter().filter(|name| !object.get(**name).is_none_or(Value::is_u64)) {
        wrong.push(format!("{place}`{name}` is a number of bytes"));
    }
    match Outcome::from_json(value) {
        Err(what) => wrong.push(format!("{place}{what}")),
        Ok(Outcome::Need(0)) => wrong.push(format!("{place}`need` is at least 1")),
        Ok(Outcome::Error { code, .. }) => check_code(&code, place, wrong),
        Ok(Outcome::Ok(ok)) if *kind == "events" => match ok["events"].as_array() {
            Some(events) => events.iter().for_each(|each| event(each, place, wrong)),
            None => wrong.push(format!("{place}`events` is a list")),
        },
        Ok(_) => {}
    }
}

fn check_code(code: &str, place: &str, wrong: &mut Vec<String>) {
    if !names::is_code(code) {
        wrong.push(format!("{place}there is no error code `{code}`"));
    }
}

/// The members of an event: of each kind those that it must have, and those that it may have.
const EVENTS: &[(&str, &[&str], &[&str])] = &[
    ("frame", &["frame", "at", "wire"], &["last", "meta"]),
    ("skip", &["skip", "at"], &["layer"]),
    ("error", &["error", "at", "recovery"], &["layer"]),
    ("need", &["need"], &[]),
    ("end", &["end"], &["at", "layer"]),
    ("done", &["done", "at", "rest"], &["layer"]),
];

fn event(value: &Value, place: &str, wrong: &mut Vec<String>) {
    let object = value.as_object();
    let kind = EVENTS.iter().find(|(kind, ..)| object.is_some_and(|o| o.contains_key(*kind)));
    let (Some(object), Some((kind, needed, allowed))) = (object, kind) else {
        return wrong.push(format!("{place}{value} is no event"));
    };
    only(object, &[*needed, *allowed].concat(), &format!("{place}event {kind}: "), wrong);
    if let Some(missing) = needed.iter().find(|name| !object.contains_key(**name)) {
        wrong.push(format!("{place}event {kind}: `{missing}` is missing"));
    }
    if let (&"error", Some(code)) = (kind, object.get("error")) {
        check_code(code.as_str().unwrap_or_default(), place, wrong);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn good() -> Value {
        json!({
            "id": "a/b", "op": "ip.parse", "text": "1", "why": "so", "source": ["RFC 1"],
            "expect": { "strict": { "error": "too-few-octets", "at": 1 } },
        })
    }

    fn frames(framer: &Value, events: &Value) -> Value {
        json!({
            "id": "a/b", "op": "frame.decode", "in": "00", "why": "so", "source": ["RFC 1"],
            "framer": framer, "expect": { "events": events },
        })
    }

    /// The only thing wrong with a vector in which one member is another.
    fn told(name: &str, value: Value) -> String {
        let mut vector = good();
        vector[name] = value;
        check(&vector).join("; ")
    }

    #[test]
    fn a_good_vector_is_good() {
        assert_eq!(check(&good()), [""; 0]);
        let events = json!([{ "frame": "61", "at": 0, "wire": 2 }, { "end": "clean" }]);
        assert_eq!(check(&frames(&json!({ "type": "slip", "max": 9 }), &events)), [""; 0]);
    }

    #[test]
    fn names_that_do_not_exist_are_told() {
        assert_eq!(told("op", json!("ip.prase")), "there is no operation `ip.prase`");
        assert_eq!(told("listen", json!(true)), "there is no member `listen`");
        let unknown = json!({ "latin": { "ok": { "ip": "00000001" } } });
        assert_eq!(told("expect", unknown), "there is no dialect or layout `latin`");
        let unknown = json!({ "strict": { "error": "too-few-octet" } });
        assert_eq!(told("expect", unknown), "strict: there is no error code `too-few-octet`");
        let framer = |framer: Value| check(&frames(&framer, &json!([]))).join("; ");
        assert_eq!(framer(json!({ "type": "slips" })), "there is no framer `slips`");
        assert_eq!(
            framer(json!({ "type": "fixed", "length": 1 })),
            "framer: there is no member `length`"
        );
        let abi = json!({ "linux": { "error": "too-short" } });
        let mut vector = good();
        vector["op"] = json!("sockaddr.decode");
        vector["expect"] = abi;
        vector["lenient"] = json!(["padded"]);
        assert_eq!(
            check(&vector),
            ["there is no leniency \"padded\"", "there is no dialect or layout `linux`"]
        );
    }

    #[test]
    fn clients_and_their_options_exist() {
        let mut vector = json!({
            "id": "a/b", "op": "client.choose", "client": "mysql-c", "platform": "unix",
            "options": { "host": "a" }, "order": ["host"], "why": "so", "source": ["RFC 1"],
            "expect": { "ok": { "endpoints": [] } },
        });
        assert_eq!(check(&vector), [""; 0]);
        vector["order"] = json!(["port"]);
        assert_eq!(check(&vector), ["order: \"port\" is not among `options`"]);
        vector["order"] = json!([]);
        vector["options"] = json!({ "hostaddr": "a" });
        assert_eq!(check(&vector), ["there is no option `hostaddr`"]);
        vector["client"] = json!("libpq");
        assert_eq!(check(&vector), [""; 0]);
        vector["client"] = json!("mysql");
        vector["platform"] = json!("macos");
        assert_eq!(check(&vector), ["there is no client `mysql`", "there is no platform `macos`"]);
    }

    #[test]
    fn what_the_schema_refuses_is_refused() {
        assert_eq!(check(&json!([])), ["a vector is an object"]);
        assert_eq!(told("why", json!(" ")), "`why` is a text that is not empty");
        assert_eq!(told("source", json!([])), "`source` is a list of texts, at least one");
        assert_eq!(told("tags", json!([1])), "`tags` is a list of texts");
        assert_eq!(
            told("text", json!("\u{e9}")),
            "`text` is printable ASCII; anything else is `in`"
        );
        assert_eq!(
            told("in", json!("0A")),
            "`in` is lower-case hex, or a list of hex and of repeats"
        );
        assert_eq!(told("expect", json!({})), "`expect` is an object with a member");
        let each = |outcome: Value| told("expect", json!({ "strict": outcome }));
        assert_eq!(
            each(json!({ "ok": {}, "error": "empty" })),
            "strict: an outcome has one of ok, events, error and need"
        );
        assert_eq!(each(json!({ "ok": {}, "at": 0 })), "strict: there is no member `at`");
        assert_eq!(
            each(json!({ "error": "empty", "at": -1 })),
            "strict: `at` is a number of bytes"
        );
        assert_eq!(each(json!({ "need": 0 })), "strict: `need` is at least 1");
    }

    #[test]
    fn events_are_those_of_the_protocol() {
        let events = |events: Value| {
            let framer = json!({ "type": "fixed", "len": 1 });
            check(&frames(&framer, &json!([events]))).join("; ")
        };
        assert_eq!(events(json!({ "frames": "61" })), "{\"frames\":\"61\"} is no event");
        assert_eq!(events(json!({ "frame": "61", "at": 0 })), "event frame: `wire` is missing");
        assert_eq!(
            events(json!({ "need": 1, "least": 2 })),
            "event need: there is no member `least`"
        );
        assert_eq!(
            events(json!({ "error": "long", "at": 0, "recovery": "fatal" })),
            "there is no error code `long`"
        );
    }
}
