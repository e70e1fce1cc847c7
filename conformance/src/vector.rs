//! A vector: a request, what it must be answered, why, and who says so.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

use crate::driver::unsigned;
use crate::hex;

/// One case of the suite.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Vector {
    /// A path that tells the case, such as `addr/ipv4/leading-zero`; never used again.
    pub id: String,
    /// The file it stands in, below the folder of vectors.
    pub file: String,
    /// The operation of the driver protocol.
    pub op: String,
    /// The fields of the request besides `op`, input and dialect or layout.
    pub request: Map<String, Value>,
    /// The input, where the operation has one.
    pub input: Option<Vec<u8>>,
    /// What must be answered.
    pub expect: Expect,
    /// The rule in one clause.
    pub why: String,
    /// Who says so.
    pub source: Vec<String>,
    /// Words to find it by.
    pub tags: Vec<String>,
}

/// What must be answered.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Expect {
    /// The same for everyone.
    One(Outcome),
    /// For each dialect, or for each layout; the first member is the field of the request.
    Each(&'static str, BTreeMap<String, Outcome>),
}

/// The answer to one request.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// The member `ok`.
    Ok(Value),
    /// The member `error`; places are compared where they are given.
    Error {
        /// The code.
        code: String,
        /// The offset.
        at: Option<u64>,
        /// The length.
        len: Option<u64>,
    },
    /// The member `need`.
    Need(u64),
}

/// A vector that is not one.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Malformed {
    /// Its id, or its file.
    pub id: String,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.id, self.what)
    }
}

impl std::error::Error for Malformed {}

/// The members that are not part of the request.
pub(crate) const OWN: [&str; 8] = ["id", "op", "in", "text", "expect", "why", "source", "tags"];

impl Vector {
    /// Reads a vector from its object.
    ///
    /// # Errors
    ///
    /// What keeps the object from being a vector.
    pub fn from_json(file: &str, value: &Value) -> Result<Self, Malformed> {
        let id = value["id"].as_str().unwrap_or_default().to_owned();
        let fail = |what: &str| Malformed {
            id: if id.is_empty() { file.to_owned() } else { id.clone() },
            what: what.to_owned(),
        };
        let object = value.as_object().ok_or_else(|| fail("not an object"))?;
        let text = |name: &str| object.get(name).and_then(Value::as_str).map(str::to_owned);
        let list = |name: &str| -> Option<Vec<String>> {
            let items = object.get(name)?.as_array()?;
            items.iter().map(|item| item.as_str().map(str::to_owned)).collect()
        };
        let op = text("op").ok_or_else(|| fail("no `op`"))?;
        let mut request = object.clone();
        request.retain(|name, _| !OWN.contains(&name.as_str()));
        expand_payloads(&mut request).ok_or_else(|| fail("`payloads` is malformed"))?;
        Ok(Self {
            input: input(object).map_err(|what| fail(&what))?,
            expect: Expect::from_json(&op, object.get("expect")).map_err(|what| fail(&what))?,
            why: text("why").ok_or_else(|| fail("no `why`"))?,
            source: list("source").ok_or_else(|| fail("no `source`"))?,
            tags: list("tags").unwrap_or_default(),
            file: file.to_owned(),
            id: text("id").ok_or_else(|| fail("no `id`"))?,
            op,
            request,
        })
    }

    /// The checks that the vector asks for: each dialect or layout with what it must answer.
    pub fn checks(&self) -> impl Iterator<Item = (Option<(&'static str, &str)>, &Outcome)> {
        let (one, each) = match &self.expect {
            Expect::One(outcome) => (Some((None, outcome)), None),
            Expect::Each(field, outcomes) => (None, Some((*field, outcomes))),
        };
        let each = each.into_iter().flat_map(|(field, outcomes)| {
            outcomes.iter().map(move |(name, outcome)| (Some((field, name.as_str())), outcome))
        });
        one.into_iter().chain(each)
    }

    /// The request, in a dialect or for a layout.
    #[must_use]
    pub fn request(&self, choice: Option<(&str, &str)>) -> Map<String, Value> {
        let mut request = self.request.clone();
        request.insert("op".to_owned(), self.op.clone().into());
        if let Some(input) = &self.input {
            request.insert("in".to_owned(), hex::encode(input).into());
        }
        if let Some((field, name)) = choice {
            request.insert(field.to_owned(), name.into());
        }
        request
    }
}

impl Expect {
    fn from_json(op: &str, value: Option<&Value>) -> Result<Self, String> {
        let value = value.ok_or("no `expect`")?;
        let field = match op {
            "ip.parse" | "ip.format" | "endpoint.parse" | "endpoint.format" => "dialect",
            "sockaddr.encode" | "sockaddr.decode" => "abi",
            _ => return Outcome::from_json(value).map(Self::One),
        };
        let each = value.as_object().filter(|each| !each.is_empty());
        let each = each.ok_or_else(|| format!("`expect` must have a member for each {field}"))?;
        let outcomes = each
            .iter()
            .map(|(name, outcome)| Ok((name.clone(), Outcome::from_json(outcome)?)))
            .collect::<Result<_, String>>()?;
        Ok(Self::Each(field, outcomes))
    }
}

impl Outcome {
    pub(crate) fn from_json(value: &Value) -> Result<Self, String> {
        let object = value.as_object().ok_or("an outcome must be an object")?;
        let number = |name: &str| object.get(name).and_then(unsigned);
        if let Some(ok) = object.get("ok") {
            return Ok(Self::Ok(ok.clone()));
        }
        if let Some(events) = object.get("events") {
            return Ok(Self::Ok(serde_json::json!({ "events": events })));
        }
        if let Some(code) = object.get("error").and_then(Value::as_str) {
            return Ok(Self::Error { code: code.to_owned(), at: number("at"), len: number("len") });
        }
        number("need").map(Self::Need).ok_or_else(|| "an outcome is ok, error or need".to_owned())
    }

    /// The outcome in one line, for tables and ledgers.
    #[must_use]
    pub fn short(&self) -> String {
        match self {
            Self::Ok(value) => format!("ok {value}"),
            Self::Error { code, at: Some(at), .. } => format!("error {code} at {at}"),
            Self::Error { code, at: None, .. } => format!("error {code}"),
            Self::Need(bytes) => format!("need {bytes}"),
        }
    }
}

fn input(object: &Map<String, Value>) -> Result<Option<Vec<u8>>, String> {
    match (object.get("in"), object.get("text")) {
        (Some(_), Some(_)) => Err("both `in` and `text`".to_owned()),
        (Some(Value::Array(parts)), None) => {
            let parts: Option<Vec<_>> = parts.iter().map(expand).collect();
            parts.map(|parts| Some(parts.concat())).ok_or_else(|| "`in` is malformed".to_owned())
        }
        (Some(part), None) => expand(part).map(Some).ok_or_else(|| "`in` is not hex".to_owned()),
        (None, Some(text)) => {
            let text = text.as_str().ok_or("`text` is not a string")?;
            Ok(Some(text.as_bytes().to_vec()))
        }
        (None, None) => Ok(None),
    }
}

/// Hex, or `{"repeat": hex, "times": n}`.
fn expand(part: &Value) -> Option<Vec<u8>> {
    if let Some(digits) = part.as_str() {
        return hex::decode(digits);
    }
    let times = usize::try_from(part["times"].as_u64()?).ok()?;
    Some(hex::decode(part["repeat"].as_str()?)?.repeat(times))
}

fn expand_payloads(request: &mut Map<String, Value>) -> Option<()> {
    let Some(list) = request.get_mut("payloads") else {
        return Some(());
    };
    for part in list.as_array_mut()? {
        let bytes = match part.as_array() {
            Some(parts) => parts.iter().map(expand).collect::<Option<Vec<_>>>()?.concat(),
            None => expand(part)?,
        };
        *part = hex::encode(&bytes).into();
    }
    Some(())
}
