//! `ip.*`, `endpoint.*` and `prefix.parse`.

use portolan::addr::{Dialect, FormatError, HostBits, ParseError, Prefix, TextOptions};
use portolan::dialect;
use serde_json::{Map, Value, json};

use super::objects;
use super::request::{Fields, Refusal};

/// Longer than any text that a dialect prints: a host name with every byte escaped, and its port.
const MAX_TEXT: usize = 2048;

impl From<ParseError> for Refusal {
    fn from(error: ParseError) -> Self {
        Self::Error {
            code: error.code(),
            at: Some(error.at.into()),
            len: Some(error.len.into()),
            message: error.to_string(),
        }
    }
}

impl From<FormatError> for Refusal {
    fn from(error: FormatError) -> Self {
        Self::Error { code: error.code(), at: None, len: None, message: error.to_string() }
    }
}

pub(super) fn ip_parse(fields: Fields<'_>) -> Result<Value, Refusal> {
    let dialect = bare_ip_dialect(fields)?;
    let ip = dialect::parse_ip(dialect, &fields.input()?)?;
    Ok(objects::ip(&ip))
}

pub(super) fn ip_format(fields: Fields<'_>) -> Result<Value, Refusal> {
    let dialect = bare_ip_dialect(fields)?;
    let ip = objects::read_ip(fields.object_or_inline("ip"))?;
    let mut out = [0; MAX_TEXT];
    let len = dialect::format_ip(dialect, &ip, &mut out)?;
    Ok(text(out.get(..len).unwrap_or_default()))
}

pub(super) fn endpoint_parse(fields: Fields<'_>) -> Result<Value, Refusal> {
    let dialect = dialect_of(fields)?;
    let options = options_of(fields)?;
    let input = fields.input()?;
    let readings = dialect::parse_all(dialect, &input, &options)?;
    Ok(objects::readings(dialect, readings))
}

pub(super) fn endpoint_format(fields: Fields<'_>) -> Result<Value, Refusal> {
    let dialect = dialect_of(fields)?;
    let options = options_of(fields)?;
    let words = objects::Words::default();
    let reading = objects::read_reading(fields.object_or_inline("endpoint"), &words)?;
    let mut out = [0; MAX_TEXT];
    let done = dialect::format_lossy(dialect, &reading, &options, &mut out)?;
    let mut ok = text(out.get(..done.len).unwrap_or_default());
    if let Some(ok) = ok.as_object_mut() {
        ok.insert("loss".to_owned(), json!(done.loss.names().collect::<Vec<_>>()));
    }
    Ok(ok)
}

pub(super) fn endpoint_explain(fields: Fields<'_>) -> Result<Value, Refusal> {
    Ok(explanation(&fields.input()?))
}

/// What every dialect reads in a text, as `endpoint.explain` answers it.
#[must_use]
pub fn explanation(input: &[u8]) -> Value {
    let explanation = dialect::explain(input);
    let readings: Vec<Value> = explanation
        .answers()
        .map(|(dialect, answer)| {
            let (member, value) = match answer {
                Ok(readings) => ("ok", objects::readings(dialect, readings)),
                Err(error) => Refusal::from(error).into_member(),
            };
            let named = [("dialect".to_owned(), json!(dialect.name())), (member.to_owned(), value)];
            Value::Object(Map::from_iter(named))
        })
        .collect();
    json!({ "readings": readings, "ambiguous": explanation.is_ambiguous() })
}

pub(super) fn prefix_parse(fields: Fields<'_>) -> Result<Value, Refusal> {
    let host_bits = match fields.text("host_bits")? {
        None | Some("reject") => HostBits::Reject,
        Some("keep") => HostBits::Keep,
        Some("mask") => HostBits::Mask,
        Some(_) => return Err(Refusal::bad_request("`host_bits` is reject, keep or mask")),
    };
    let prefix = Prefix::parse(&fields.input()?, host_bits)?;
    let mut ok = objects::ip(&prefix.ip());
    if let Some(ok) = ok.as_object_mut() {
        ok.insert("len".to_owned(), json!(prefix.prefix_len()));
    }
    Ok(ok)
}

fn dialect_of(fields: Fields<'_>) -> Result<Dialect, Refusal> {
    let name = fields.text("dialect")?.unwrap_or("strict");
    Dialect::from_name(name).ok_or_else(|| Refusal::unsupported("dialect", name))
}

/// A dialect in which a text may be a bare IP address.
fn bare_ip_dialect(fields: Fields<'_>) -> Result<Dialect, Refusal> {
    let dialect = dialect_of(fields)?;
    if dialect::has_bare_ip(dialect) {
        return Ok(dialect);
    }
    Err(Refusal::Unsupported(format!("`{dialect}` has endpoints only")))
}

fn options_of(fields: Fields<'_>) -> Result<TextOptions, Refusal> {
    let options = TextOptions::new().with_listen(fields.flag("listen")?);
    Ok(match fields.narrow("default_port")? {
        Some(port) => options.with_default_port(port),
        None => options,
    })
}

/// `{"text":…}`, or `{"bytes":…}` where it is not UTF-8.
fn text(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => json!({ "text": text }),
        Err(_) => json!({ "bytes": crate::hex::encode(bytes) }),
    }
}
