//! Whether an answer is the one that a vector demands.

use serde_json::{Map, Value, json};

use crate::replay;
use crate::subject::{Answer, Hello, Subject};
use crate::vector::{Outcome, Vector};

/// What came of one check.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Verdict {
    /// The answer is the one demanded.
    Pass,
    /// It is another.
    Fail(Answer),
    /// The subject was not asked, or has no answer to give; the reason says which.
    Skip(String),
}

/// Asks a subject one check of a vector and judges its answer.
pub fn judge(
    subject: &mut Subject,
    vector: &Vector,
    choice: Option<(&'static str, &str)>,
    expected: &Outcome,
) -> Verdict {
    if let Some(reason) = not_asked(subject.hello(), vector, choice) {
        return Verdict::Skip(reason);
    }
    let request = vector.request(choice);
    let answer = subject.ask(request.clone());
    if vector.op == "ip.classify" && !subject.is_portolan() {
        return compare(&part_answered(expected, &answer), answer);
    }
    let verdict = compare(expected, answer);
    if verdict != Verdict::Pass || vector.op != "frame.decode" {
        return verdict;
    }
    replay_cuts(subject, vector, &request, expected)
}

/// Why a subject is not asked.
fn not_asked(
    hello: &Hello,
    vector: &Vector,
    choice: Option<(&'static str, &str)>,
) -> Option<String> {
    let has = |list: &[String], name: &str| list.iter().any(|known| known == name);
    if !has(&hello.ops, &vector.op) {
        return Some(format!("no operation {}", vector.op));
    }
    match choice {
        Some(("dialect", name)) => {
            let native = hello.native.get(&vector.op).and_then(Value::as_str) == Some(name);
            (!native && !has(&hello.dialects, name)).then(|| format!("no dialect {name}"))
        }
        Some((_, name)) => (!has(&hello.abis, name)).then(|| format!("no layout {name}")),
        None => {
            let framer = vector.request.get("framer")?;
            // A driver that reads framers as text says so beside their types.
            let framer = if framer.is_string() { "text" } else { framer["type"].as_str()? };
            (!has(&hello.framers, framer)).then(|| format!("no framer {framer}"))
        }
    }
}

/// What of a classification is demanded of others: they leave out what they have no notion of.
///
/// An answer that has nothing of it is no answer, so everything is demanded then.
fn part_answered(expected: &Outcome, answer: &Answer) -> Outcome {
    let (Outcome::Ok(Value::Object(expected)), Answer::Outcome(Outcome::Ok(found))) =
        (expected, answer)
    else {
        return expected.clone();
    };
    let mut part = expected.clone();
    part.retain(|name, _| found.get(name).is_some());
    Outcome::Ok(Value::Object(if part.is_empty() { expected.clone() } else { part }))
}

/// Compares an answer with what is demanded.
fn compare(expected: &Outcome, answer: Answer) -> Verdict {
    let found = match answer {
        Answer::Unsupported(reason) => return Verdict::Skip(reason),
        Answer::Outcome(found) => found,
        answer => return Verdict::Fail(answer),
    };
    let agrees = match (expected, &found) {
        (Outcome::Ok(expected), Outcome::Ok(found)) => agrees(expected, found),
        // An implementation that gives no reasons is asked for the refusal only.
        (Outcome::Error { .. }, Outcome::Error { code, .. }) if code == "refused" => true,
        (
            Outcome::Error { code, at, len },
            Outcome::Error { code: other, at: at_found, len: len_found },
        ) => {
            let place = |wanted: &Option<u64>, found| wanted.is_none() || *wanted == found;
            code == other && place(at, *at_found) && place(len, *len_found)
        }
        (Outcome::Need(expected), Outcome::Need(found)) => expected == found,
        _ => false,
    };
    if agrees { Verdict::Pass } else { Verdict::Fail(Answer::Outcome(found)) }
}

/// Whether everything demanded is there; more members are no mistake but in addresses.
fn agrees(expected: &Value, found: &Value) -> bool {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) if expected.contains_key("events") => {
            let (expected, found) = (normal(expected.get("events")), normal(found.get("events")));
            same(&Value::Array(expected), &Value::Array(found))
        }
        (Value::Object(expected), Value::Object(found)) => {
            let exact = expected.contains_key("ip") || expected.contains_key("kind");
            // Who gives no reasons is asked for the rest only.
            let is_left_out = |name: &str| name == "reasons" && !found.contains_key(name);
            expected
                .iter()
                .filter(|(name, _)| !is_left_out(name))
                .all(|(name, value)| found.get(name).is_some_and(|other| agrees(value, other)))
                && (!exact || expected.len() == found.len())
        }
        (expected, found) => same(expected, found),
    }
}

/// Whether two values are equal, where a number may be a string of its digits.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(name, value)| other.get(name).is_some_and(|b| same(value, b)))
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(a, b)| same(a, b))
        }
        (Value::Number(number), Value::String(digits))
        | (Value::String(digits), Value::Number(number)) => number.to_string() == *digits,
        (one, other) => one == other,
    }
}

/// Events without skips, and without members that say what is usual.
fn normal(events: Option<&Value>) -> Vec<Value> {
    let events = events.and_then(Value::as_array).into_iter().flatten();
    events
        .filter(|event| event.get("skip").is_none())
        .map(|event| {
            let mut event = event.clone();
            if let Some(members) = event.as_object_mut() {
                members.retain(|name, value| match name.as_str() {
                    "last" => *value != json!(true),
                    "meta" => !value.is_null(),
                    _ => true,
                });
            }
            event
        })
        .collect()
}

/// Asks the same stream in other pieces: the events must be the same.
fn replay_cuts(
    subject: &mut Subject,
    vector: &Vector,
    request: &Map<String, Value>,
    expected: &Outcome,
) -> Verdict {
    let input = vector.input.as_deref().unwrap_or_default();
    for chunks in replay::cuttings(&vector.id, input, expected) {
        let mut request = request.clone();
        request.remove("in");
        request.insert("chunks".to_owned(), json!(chunks));
        let verdict = compare(expected, subject.ask(request));
        if verdict != Verdict::Pass {
            return verdict;
        }
    }
    Verdict::Pass
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(expected: &Value, found: Value) -> Verdict {
        compare(&Outcome::Ok(expected.clone()), Answer::Outcome(Outcome::Ok(found)))
    }

    #[test]
    fn a_number_may_be_a_string_of_its_digits_in_events_too() {
        let demanded = json!({ "events": [{ "need": 9_007_199_254_740_993_u64 }] });
        let digits = |digits: &str| json!({ "events": [{ "need": digits }] });
        assert_eq!(verdict(&demanded, digits("9007199254740993")), Verdict::Pass);
        assert_ne!(verdict(&demanded, digits("9007199254740992")), Verdict::Pass);
        assert_ne!(verdict(&demanded, json!({ "events": [] })), Verdict::Pass);
    }

    #[test]
    fn of_a_classification_others_are_judged_by_what_they_answer() {
        let demanded = Outcome::Ok(json!({ "registry": null, "globally_reachable": null }));
        let judged = |found: Value| {
            let answer = Answer::Outcome(Outcome::Ok(found));
            compare(&part_answered(&demanded, &answer), answer)
        };
        assert_eq!(judged(json!({ "globally_reachable": null })), Verdict::Pass);
        assert_ne!(judged(json!({ "globally_reachable": false })), Verdict::Pass);
        assert_ne!(judged(json!({})), Verdict::Pass);
        assert_ne!(judged(json!({ "embedded": [] })), Verdict::Pass);
    }

    #[test]
    fn reasons_are_compared_where_they_are_given() {
        let demanded = json!({ "endpoints": [{ "kind": "fd", "fd": 3 }], "reasons": ["tcp"] });
        let found = |endpoint: Value| json!({ "endpoints": [endpoint] });
        assert_eq!(verdict(&demanded, found(json!({ "kind": "fd", "fd": 3 }))), Verdict::Pass);
        assert_ne!(verdict(&demanded, found(json!({ "kind": "fd", "fd": 4 }))), Verdict::Pass);
        let mut other = demanded.clone();
        other["reasons"] = json!(["unix-socket"]);
        assert_ne!(verdict(&demanded, other), Verdict::Pass);
    }

    #[test]
    fn skips_and_what_is_usual_are_not_compared() {
        let demanded = json!({ "events": [{ "frame": "61", "at": 2, "wire": 2 }] });
        let found = json!({ "events": [
            { "skip": 2, "at": 0 }, { "frame": "61", "at": 2, "wire": 2, "last": true },
        ] });
        assert_eq!(verdict(&demanded, found), Verdict::Pass);
    }
}
