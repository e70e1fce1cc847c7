//! `multiaddr`.

use portolan::dialect::Reading;
use portolan::wire::Wire as _;
use portolan::wire::multiaddr::{Mode, Multiaddr, TextError};
use serde_json::{Value, json};

use super::super::objects::{self, Words};
use super::super::request::{Fields, Refusal, required};
use super::{Form, bytes, fields_of, whole};

pub(super) const FORM: Form = Form {
    name: "multiaddr",
    is_text: false,
    decode: |fields, input| {
        let (value, consumed) = whole(Multiaddr::decode(input, mode(fields)?)?)?;
        Ok(answer(&value, consumed))
    },
    encode: |fields| {
        let mode = mode(fields)?;
        let mut out = [0; ROOM];
        if fields.value("in").is_some() || fields.value("text").is_some() {
            let text = fields.input()?;
            let mut out = vec![0; text.len().saturating_mul(4)];
            let value = Multiaddr::from_text(&text, mode, &mut out)?;
            return bytes(&value, mode);
        }
        let words = Words::default();
        let endpoint = required("endpoint", fields.object("endpoint")?)?;
        let mut reading = Reading::new(objects::read_endpoint(endpoint, &words)?);
        if let Some(extra) = fields.object("extra")? {
            reading = reading.with_extra(objects::read_extra(extra, &words)?);
        }
        bytes(&Multiaddr::from_reading(&reading, mode, &mut out)?, mode)
    },
    fields: |fields, input| Ok(fields_of::<Multiaddr<'_>>(input, mode(fields)?)),
};

/// More than the bytes of any reading.
const ROOM: usize = 512;

impl From<TextError> for Refusal {
    fn from(error: TextError) -> Self {
        match error {
            TextError::Text(error) => error.into(),
            TextError::Wire(error) => error.into(),
            error => Self::bad_request(error.to_string()),
        }
    }
}

fn answer(value: &Multiaddr<'_>, consumed: usize) -> Value {
    let mut answer = json!({ "text": value.to_string(), "endpoint": null, "consumed": consumed });
    if let (Some(reading), Some(members)) = (value.reading(), answer.as_object_mut()) {
        members.insert("endpoint".to_owned(), objects::endpoint(&reading.endpoint));
        if !reading.extra.is_empty() {
            members.insert("extra".to_owned(), objects::extra(&reading.extra));
        }
    }
    answer
}

fn mode(fields: Fields<'_>) -> Result<Mode, Refusal> {
    let name = fields.text("mode")?.unwrap_or("spec");
    Mode::from_name(name).ok_or_else(|| Refusal::unsupported("mode", name))
}
