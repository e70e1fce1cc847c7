//! `int.*` and `varint.*`.

use portolan::endian::{
    Endian, IntError, MAX_WIDTH, read_signed, read_unsigned, write_signed, write_unsigned,
};
use portolan::varint::{Encoding, Status, Varint};
use serde_json::{Value, json};

use super::request::{Fields, Refusal, bad_field, number, required};
use crate::hex;

impl From<IntError> for Refusal {
    fn from(error: IntError) -> Self {
        Self::Error {
            code: error.code(),
            at: u64::try_from(error.at).ok(),
            len: None,
            message: error.to_string(),
        }
    }
}

pub(super) fn int_read(fields: Fields<'_>) -> Result<Value, Refusal> {
    let (width, endian) = shape_of(fields)?;
    let input = fields.input()?;
    let Some(bytes) = input.get(..width) else {
        return Err(Refusal::Need(width.saturating_sub(input.len())));
    };
    let value = if fields.flag("signed")? {
        read_signed(bytes, endian)?.to_string()
    } else {
        read_unsigned(bytes, endian)?.to_string()
    };
    Ok(json!({ "value": value, "consumed": width }))
}

pub(super) fn int_write(fields: Fields<'_>) -> Result<Value, Refusal> {
    let (width, endian) = shape_of(fields)?;
    let (negative, magnitude) = decimal_of(fields)?;
    let overflow = || Refusal::from(IntError::new(portolan::endian::IntErrorKind::Overflow, 0));
    let magnitude = magnitude.ok_or_else(overflow)?;
    let mut out = [0; MAX_WIDTH];
    let out = out.get_mut(..width).unwrap_or_default();
    if fields.flag("signed")? {
        let value = if negative {
            0_i128.checked_sub_unsigned(magnitude)
        } else {
            i128::try_from(magnitude).ok()
        };
        write_signed(value.ok_or_else(overflow)?, endian, out)?;
    } else if negative && magnitude != 0 {
        return Err(overflow());
    } else {
        write_unsigned(magnitude, endian, out)?;
    }
    Ok(json!({ "bytes": hex::encode(out) }))
}

pub(super) fn varint_read(fields: Fields<'_>) -> Result<Value, Refusal> {
    match varint_of(fields)?.read(&fields.input()?)? {
        Status::Value { value, consumed } => {
            Ok(json!({ "value": number(value), "consumed": consumed }))
        }
        Status::Need(bytes) => Err(Refusal::Need(bytes.get())),
    }
}

pub(super) fn varint_write(fields: Fields<'_>) -> Result<Value, Refusal> {
    let varint = varint_of(fields)?;
    let (negative, magnitude) = decimal_of(fields)?;
    let value = magnitude.filter(|_| !negative).and_then(|value| u64::try_from(value).ok());
    let Some(value) = value else {
        return Err(Refusal::from(IntError::new(portolan::endian::IntErrorKind::Overflow, 0)));
    };
    let mut out = [0; Varint::MAX_LEN];
    let len = varint.write(value, &mut out)?;
    Ok(json!({ "bytes": hex::encode(out.get(..len).unwrap_or_default()) }))
}

/// The fields `width` (1 to 16) and `endian`.
fn shape_of(fields: Fields<'_>) -> Result<(usize, Endian), Refusal> {
    let width = required("width", fields.unsigned("width")?)?;
    let width = usize::try_from(width).ok().filter(|width| (1..=MAX_WIDTH).contains(width));
    let width = width.ok_or_else(|| Refusal::code("bad-width"))?;
    Ok((width, endian_of(fields)?))
}

/// The field `endian`; big where it is left out.
pub(super) fn endian_of(fields: Fields<'_>) -> Result<Endian, Refusal> {
    match fields.text("endian")? {
        None | Some("big") => Ok(Endian::Big),
        Some("little") => Ok(Endian::Little),
        Some(_) => Err(bad_field("endian", "big or little")),
    }
}

fn varint_of(fields: Fields<'_>) -> Result<Varint, Refusal> {
    let name = required("encoding", fields.text("encoding")?)?;
    let encoding =
        Encoding::from_name(name).ok_or_else(|| Refusal::unsupported("encoding", name))?;
    let bits = fields.narrow::<u32>("bits")?.unwrap_or(64);
    Ok(Varint::new(encoding, bits)?)
}

/// The field `value`: its sign, and its magnitude where that fits 128 bits.
fn decimal_of(fields: Fields<'_>) -> Result<(bool, Option<u128>), Refusal> {
    let malformed = || Refusal::Error {
        code: "bad-value",
        at: None,
        len: None,
        message: "value is not a decimal string".to_owned(),
    };
    let value = required("value", fields.value("value"))?;
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_u64() || number.is_i64() => number.to_string(),
        _ => return Err(malformed()),
    };
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.as_str()),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(malformed());
    }
    let magnitude = digits.bytes().try_fold(0_u128, |value, digit| {
        value.checked_mul(10)?.checked_add(u128::from(digit & 0x0f))
    });
    Ok((negative, magnitude))
}
