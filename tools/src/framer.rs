//! The text of a framer on the command line: `TYPE,KEY=VALUE,…`.
//!
//! The keys are the members of the framer objects of the driver protocol, and their values are
//! judged there: this file only turns the spelling.

use portolan::frame::Framing;
use portolan_conformance::driver;
use serde_json::{Map, Value, json};

use crate::terminal::Failure;

/// The limit on body bytes where none is given.
pub(crate) const DEFAULT_MAX: u64 = 1 << 20;

/// Reads the text of a framer.
pub(crate) fn parse(spec: &str) -> Result<Framing, Failure> {
    let refuse = |message: String| Failure::Usage(format!("framer `{spec}`: {message}"));
    let object = object(spec).map_err(refuse)?;
    driver::framer(&object).map_err(refuse)
}

/// Reads a number of bytes or things, which K, M or G may stand behind.
pub(crate) fn size(text: &str) -> Option<usize> {
    number(text)?.as_u64().and_then(|size| usize::try_from(size).ok())
}

fn object(spec: &str) -> Result<Map<String, Value>, String> {
    let mut parts = spec.split(',');
    let kind = parts.next().unwrap_or_default();
    let mut object = Map::from_iter([("type".to_owned(), json!(kind))]);
    for part in parts {
        let (key, text) = part.split_once('=').unwrap_or((part, "true"));
        let Some((_, spelling)) = KEYS.iter().find(|(name, _)| *name == key) else {
            let names: Vec<_> = KEYS.iter().map(|(name, _)| *name).collect();
            return Err(format!("no option `{key}`; there is: {}", names.join(" ")));
        };
        let value = value(key, spelling, text)?;
        if object.insert(key.to_owned(), value).is_some() {
            return Err(format!("option `{key}` stands twice"));
        }
    }
    object.entry("max").or_insert(json!(DEFAULT_MAX));
    Ok(object)
}

/// How the value of a key is spelled.
enum Spelling {
    Number,
    Word,
    /// A number, or a word where it is none.
    Either,
    Flag,
    /// Hex, several behind `|`.
    Set,
}

const KEYS: &[(&str, Spelling)] = &[
    ("accm", Spelling::Either),
    ("adjust", Spelling::Number),
    ("any_of", Spelling::Set),
    ("assemble", Spelling::Flag),
    ("at_eof", Spelling::Word),
    ("bits", Spelling::Number),
    ("encoding", Spelling::Word),
    ("endian", Spelling::Word),
    ("ending", Spelling::Word),
    ("fcs", Spelling::Either),
    ("header", Spelling::Number),
    ("includes_header", Spelling::Flag),
    ("len", Spelling::Number),
    ("max", Spelling::Number),
    ("max_parts", Spelling::Number),
    ("name", Spelling::Word),
    ("offset", Spelling::Number),
    ("oversize", Spelling::Word),
    ("role", Spelling::Word),
    ("sequence", Spelling::Word),
    ("signed", Spelling::Flag),
    ("trailer", Spelling::Number),
    ("width", Spelling::Number),
];

fn value(key: &str, spelling: &Spelling, text: &str) -> Result<Value, String> {
    let flag = || match text {
        "true" => Ok(json!(true)),
        "false" => Ok(json!(false)),
        _ => Err(format!("`{key}` is true or false")),
    };
    match spelling {
        Spelling::Word => Ok(json!(text)),
        Spelling::Set => Ok(json!(text.split('|').collect::<Vec<_>>())),
        Spelling::Flag => flag(),
        Spelling::Either => Ok(number(text).unwrap_or_else(|| json!(text))),
        Spelling::Number => {
            number(text).ok_or_else(|| format!("`{key}` is a number such as 16, -4 or 64K"))
        }
    }
}

/// Decimal digits, `-` before them, K, M or G behind them.
fn number(text: &str) -> Option<Value> {
    let (digits, unit) = match text.as_bytes().last()? {
        b'K' => (text.strip_suffix('K')?, 1_u64 << 10),
        b'M' => (text.strip_suffix('M')?, 1 << 20),
        b'G' => (text.strip_suffix('G')?, 1 << 30),
        _ => (text, 1),
    };
    let (negative, digits) = match digits.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, digits),
    };
    if digits.is_empty() {
        return None;
    }
    let value = digits.bytes().try_fold(0_u64, |value, byte| {
        value.checked_mul(10)?.checked_add(u64::from(char::from(byte).to_digit(10)?))
    })?;
    let value = value.checked_mul(unit)?;
    if negative { Some(json!(0_i64.checked_sub_unsigned(value)?)) } else { Some(json!(value)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_the_object_of_the_protocol() {
        assert_eq!(
            Value::Object(
                object("length,width=3,endian=little,adjust=-4,includes_header,max=16M").unwrap()
            ),
            json!({"type": "length", "width": 3, "endian": "little", "adjust": -4,
                   "includes_header": true, "max": 16_777_216})
        );
        assert_eq!(
            Value::Object(object("delimiter,any_of=0d0a|00").unwrap()),
            json!({"type": "delimiter", "any_of": ["0d0a", "00"], "max": 1_048_576})
        );
    }

    #[test]
    fn what_is_not_an_option_is_refused() {
        assert!(object("length,widht=3").unwrap_err().contains("widht"));
        assert!(object("length,width=3,width=4").unwrap_err().contains("twice"));
        for bad in ["length,width=", "length,width=+3", "length,max=99999999999G"] {
            assert!(object(bad).is_err(), "{bad}");
        }
    }
}
