//! Fields of a request, and the ways in which one is not answered with `ok`.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::hex;

/// Everything that an operation answers instead of `ok`.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The input broke a rule of the operation.
    Error { code: &'static str, at: Option<u64>, len: Option<u64>, message: String },
    /// More bytes are wanted, at least so many.
    Need(usize),
    /// This driver does not have what the request names.
    Unsupported(String),
}

impl Refusal {
    /// An error of which only the code is known.
    pub(super) fn code(code: &'static str) -> Self {
        Self::Error { code, at: None, len: None, message: code.replace('-', " ") }
    }

    /// The request itself is malformed.
    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::Error { code: "bad-request", at: None, len: None, message: message.into() }
    }

    /// The named thing does not exist here.
    pub(super) fn unsupported(what: &str, name: &str) -> Self {
        Self::Unsupported(format!("{what} `{name}` does not exist here"))
    }

    /// The member of the answer beside `id`, and its name.
    pub(super) fn into_member(self) -> (&'static str, Value) {
        match self {
            Self::Need(bytes) => ("need", number(u64::try_from(bytes).unwrap_or(u64::MAX))),
            Self::Unsupported(reason) => ("unsupported", json!(reason)),
            Self::Error { code, at, len, message } => {
                let mut error = Map::new();
                error.insert("code".into(), json!(code));
                error.extend(at.map(|at| ("at".into(), json!(at))));
                error.extend(len.map(|len| ("len".into(), json!(len))));
                error.insert("message".into(), json!(message));
                ("error", Value::Object(error))
            }
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error { message, .. } => f.write_str(message),
            Self::Need(bytes) => write!(f, "at least {bytes} bytes are missing"),
            Self::Unsupported(reason) => f.write_str(reason),
        }
    }
}

/// A request as it came.
#[derive(Debug, Default)]
pub(super) struct Request {
    /// The id as it is written, so that any number comes back with every digit.
    pub(super) id: Option<Box<RawValue>>,
    /// All the other fields.
    pub(super) fields: Map<String, Value>,
}

impl<'de> Deserialize<'de> for Request {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Request;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Request, A::Error> {
                let mut request = Request::default();
                while let Some(name) = map.next_key::<String>()? {
                    if name == "id" {
                        request.id = Some(map.next_value()?);
                    } else {
                        request.fields.insert(name, map.next_value()?);
                    }
                }
                Ok(request)
            }
        }

        deserializer.deserialize_map(Members)
    }
}

/// The fields of a JSON object; unknown ones are never looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'a>(pub(super) &'a Map<String, Value>);

impl<'a> Fields<'a> {
    /// A field that is there and not null.
    pub(super) fn value(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// The object in the field, or these fields themselves where it stands inline.
    pub(super) fn object_or_inline(&self, name: &str) -> Self {
        self.value(name).and_then(Value::as_object).map_or(*self, Self)
    }

    pub(super) fn object(&self, name: &str) -> Result<Option<Self>, Refusal> {
        self.typed(name, "an object", |value| value.as_object().map(Self))
    }

    pub(super) fn array(&self, name: &str) -> Result<Option<&'a [Value]>, Refusal> {
        self.typed(name, "an array", |value| value.as_array().map(Vec::as_slice))
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&'a str>, Refusal> {
        self.typed(name, "a string", Value::as_str)
    }

    /// The bytes of a string, or those in `{"bytes": hex}`.
    pub(super) fn word(&self, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
        self.typed(name, "a string, or `bytes` in hex", |value| match value {
            Value::String(text) => Some(text.as_bytes().to_vec()),
            _ => hex::decode(value.get("bytes")?.as_str()?),
        })
    }

    pub(super) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        Ok(self.typed(name, "true or false", Value::as_bool)?.unwrap_or(false))
    }

    /// An unsigned number, or its decimal digits in a string.
    pub(super) fn unsigned(&self, name: &str) -> Result<Option<u64>, Refusal> {
        self.typed(name, "an unsigned number", unsigned)
    }

    /// A signed number, or its decimal digits in a string.
    pub(super) fn signed(&self, name: &str) -> Result<Option<i64>, Refusal> {
        self.typed(name, "a number", |value| match value {
            Value::String(text) => match text.strip_prefix('-') {
                Some(digits) => decimal(digits).and_then(|n| 0_i64.checked_sub_unsigned(n)),
                None => decimal(text).and_then(|n| i64::try_from(n).ok()),
            },
            _ => value.as_i64(),
        })
    }

    /// An unsigned number of the given type, refused above its range.
    pub(super) fn narrow<T: TryFrom<u64>>(&self, name: &str) -> Result<Option<T>, Refusal> {
        self.unsigned(name)?
            .map(|n| T::try_from(n).map_err(|_| bad_field(name, "within its range")))
            .transpose()
    }

    /// Bytes in hex.
    pub(super) fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
        self.typed(name, "lower-case hex", |value| value.as_str().and_then(hex::decode))
    }

    /// The input: `in` in hex, or `text` as it stands.
    pub(super) fn input(&self) -> Result<Vec<u8>, Refusal> {
        match (self.bytes("in")?, self.text("text")?) {
            (Some(_), Some(_)) => Err(Refusal::bad_request("both `in` and `text`")),
            (Some(bytes), None) => Ok(bytes),
            (None, Some(text)) => Ok(text.as_bytes().to_vec()),
            (None, None) => Err(bad_field("in", "given")),
        }
    }

    fn typed<T>(
        &self,
        name: &str,
        what: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Refusal> {
        self.value(name).map(|value| read(value).ok_or_else(|| bad_field(name, what))).transpose()
    }
}

/// Makes a field mandatory.
pub(super) fn required<T>(name: &str, value: Option<T>) -> Result<T, Refusal> {
    value.ok_or_else(|| bad_field(name, "given"))
}

pub(super) fn bad_field(name: &str, what: &str) -> Refusal {
    Refusal::bad_request(format!("field `{name}` must be {what}"))
}

/// An unsigned number of the protocol: as JSON has it, or its decimal digits in a string.
pub(crate) fn unsigned(value: &Value) -> Option<u64> {
    match value {
        Value::String(digits) => decimal(digits),
        _ => value.as_u64(),
    }
}

/// Reads decimal digits and nothing else.
pub(super) fn decimal(digits: &str) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.bytes().try_fold(0_u64, |value, byte| {
        let digit = char::from(byte).to_digit(10)?;
        value.checked_mul(10)?.checked_add(u64::from(digit))
    })
}

/// A number as JSON: decimal digits in a string above 2^53.
pub(super) fn number(value: u64) -> Value {
    if value > 1 << 53 { json!(value.to_string()) } else { json!(value) }
}
