//! The values of options: what each may be, and how it is read and written.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use crate::cursor::Reader;

/// What the value of an option may be.
///
/// Displayed, it is a phrase such as `1 to 8` or `big or little`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Values {
    /// True or false; the key alone is true.
    Flag,
    /// A number within these bounds; K, M or G behind it stand for 2^10, 2^20 and 2^30.
    Number {
        /// Smallest one.
        least: u64,
        /// Largest one.
        most: u64,
    },
    /// Bytes in lower-case hex, several strings of them behind `|`.
    Set,
    /// A number of 64 bits that may be negative.
    Signed,
    /// One of these words.
    Words(&'static [&'static str]),
}

/// What is wrong with a value, and where in it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Fault {
    /// This byte is none that may stand here; at the end of the value, one is missing.
    Byte(usize),
    /// The number has a zero before other digits.
    LeadingZero,
    /// The number is beyond its bounds.
    Range,
    /// It is no word of the list.
    Word,
}

/// The value of an option.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Value {
    Flag(bool),
    Number(u64),
    Set(Vec<Box<[u8]>>),
    Signed(i64),
    Word(&'static str),
}

impl Values {
    /// Any number of bytes.
    pub(super) const SIZE: Self = Self::Number { least: 0, most: usize::MAX as u64 };

    /// Reads a value.
    pub(super) fn read(self, text: &[u8]) -> Result<Value, Fault> {
        let mut reader = Reader::new(text);
        match self {
            Self::Flag => match text {
                b"true" => Ok(Value::Flag(true)),
                b"false" => Ok(Value::Flag(false)),
                _ => Err(Fault::Word),
            },
            Self::Words(words) => {
                let word = words.iter().copied().find(|word| word.as_bytes() == text);
                word.map(Value::Word).ok_or(Fault::Word)
            }
            Self::Number { least, most } => {
                let number = number(&mut reader)?.filter(|number| (least..=most).contains(number));
                number.map(Value::Number).ok_or(Fault::Range)
            }
            Self::Signed => {
                let negative = reader.expect(b'-');
                let signed = number(&mut reader)?.and_then(|number| match negative {
                    true => 0_i64.checked_sub_unsigned(number),
                    false => i64::try_from(number).ok(),
                });
                signed.map(Value::Signed).ok_or(Fault::Range)
            }
            Self::Set => set(&mut reader).map(Value::Set),
        }
    }
}

impl fmt::Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("true or false"),
            Self::Number { least: 0, .. } if *self == Self::SIZE => f.write_str("a number"),
            Self::Number { least, most } if *most == usize::MAX as u64 => {
                write!(f, "a number from {least} on")
            }
            Self::Number { least, most } => write!(f, "{least} to {most}"),
            Self::Set => f.write_str("lower-case hex, several behind |"),
            Self::Signed => f.write_str("a number, negative behind -"),
            Self::Words(words) => {
                for (index, word) in words.iter().enumerate() {
                    f.write_str(match index {
                        0 => "",
                        _ if index.saturating_add(1) == words.len() => " or ",
                        _ => ", ",
                    })?;
                    f.write_str(word)?;
                }
                Ok(())
            }
        }
    }
}

/// Reads a number of bytes or things as options have it: digits, and K, M or G behind them.
///
/// Nothing for any other text, and for a number beyond `usize`.
///
/// # Examples
///
/// ```
/// use portolan::frame::spec::size;
///
/// assert_eq!([&b"64K"[..], b"0", b"64k", b"064", b""].map(size), [
///     Some(65_536), Some(0), None, None, None,
/// ]);
/// ```
#[must_use]
pub fn size(text: &[u8]) -> Option<usize> {
    let number = number(&mut Reader::new(text)).ok()??;
    usize::try_from(number).ok()
}

/// What may stand behind a number, and how many bits it shifts by.
const UNITS: [(char, u32); 3] = [('G', 30), ('M', 20), ('K', 10)];

/// A number up to the end; nothing where it has more than 64 bits.
///
/// ```abnf
/// number = ( "0" / %x31-39 *DIGIT ) [ "K" / "M" / "G" ]
/// ```
fn number(reader: &mut Reader<'_>) -> Result<Option<u64>, Fault> {
    let digits = reader.take_decimal(usize::MAX);
    if digits.is_empty() {
        return Err(Fault::Byte(reader.position()));
    }
    if digits.has_leading_zero() {
        return Err(Fault::LeadingZero);
    }
    let unit = UNITS.iter().find(|(unit, _)| reader.peek().map(char::from) == Some(*unit));
    let shift = unit.map_or(0, |(_, shift)| *shift);
    if unit.is_some() {
        reader.take_byte();
    }
    if !reader.is_empty() {
        return Err(Fault::Byte(reader.position()));
    }
    Ok(digits.to_u64().and_then(|number| number.checked_mul(1_u64.wrapping_shl(shift))))
}

/// Strings of bytes up to the end.
///
/// ```abnf
/// set   = bytes *( "|" bytes )
/// bytes = 1*( 2( DIGIT / %x61-66 ) )
/// ```
fn set(reader: &mut Reader<'_>) -> Result<Vec<Box<[u8]>>, Fault> {
    let mut members = Vec::new();
    loop {
        let mut member = Vec::new();
        while member.is_empty() || !matches!(reader.peek(), None | Some(b'|')) {
            let start = reader.position();
            let pair = reader.take_hex(2);
            // The first byte that is no digit here, or the missing one.
            let bad = pair.as_bytes().iter().position(u8::is_ascii_uppercase);
            match pair.to_u16().and_then(|byte| u8::try_from(byte).ok()) {
                Some(byte) if pair.len() == 2 && bad.is_none() => member.push(byte),
                _ => return Err(Fault::Byte(start.saturating_add(bad.unwrap_or(pair.len())))),
            }
        }
        members.push(member.into_boxed_slice());
        if !reader.expect(b'|') {
            return Ok(members);
        }
    }
}

/// The canonical spelling: the largest unit that divides a number, no fault in any other way.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Number(number) => write_number(f, *number),
            Self::Signed(number) => {
                f.write_str(if *number < 0 { "-" } else { "" })?;
                write_number(f, number.unsigned_abs())
            }
            Self::Word(word) => f.write_str(word),
            Self::Set(members) => {
                for (index, member) in members.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { "|" })?;
                    member.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
                }
                Ok(())
            }
        }
    }
}

fn write_number(f: &mut fmt::Formatter<'_>, number: u64) -> fmt::Result {
    for (unit, shift) in UNITS {
        let count = number.wrapping_shr(shift);
        if number != 0 && count.wrapping_shl(shift) == number {
            return write!(f, "{count}{unit}");
        }
    }
    write!(f, "{number}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn numbers_have_units_and_one_canonical_spelling() {
        for (text, value, canonical) in [
            ("0", 0, "0"),
            ("0G", 0, "0"),
            ("1023", 1023, "1023"),
            ("1024", 1024, "1K"),
            ("1025K", 1_049_600, "1025K"),
            ("1024K", 1 << 20, "1M"),
            ("3072M", 3 << 30, "3G"),
            ("4G", 4 << 30, "4G"),
            ("18446744073709551615", u64::MAX, "18446744073709551615"),
        ] {
            let all = Values::Number { least: 0, most: u64::MAX };
            let read = all.read(text.as_bytes());
            assert_eq!(read, Ok(Value::Number(value)), "{text}");
            assert_eq!(read.unwrap().to_string(), canonical);
        }
        let signed = |text: &str| Values::Signed.read(text.as_bytes());
        assert_eq!(signed("-9223372036854775808"), Ok(Value::Signed(i64::MIN)));
        assert_eq!(signed("-0"), Ok(Value::Signed(0)));
        assert_eq!(Value::Signed(i64::MIN).to_string(), "-8589934592G");
    }

    #[test]
    fn what_is_no_number_is_refused_at_its_byte() {
        let small = Values::Number { least: 1, most: 8 };
        for (text, fault) in [
            ("", Fault::Byte(0)),
            ("x", Fault::Byte(0)),
            ("+3", Fault::Byte(0)),
            ("-3", Fault::Byte(0)),
            ("3x", Fault::Byte(1)),
            ("3k", Fault::Byte(1)),
            ("3KB", Fault::Byte(2)),
            ("1_000", Fault::Byte(1)),
            ("03", Fault::LeadingZero),
            ("0", Fault::Range),
            ("9", Fault::Range),
            ("1K", Fault::Range),
            ("18446744073709551616", Fault::Range),
            ("99999999999G", Fault::Range),
        ] {
            assert_eq!(small.read(text.as_bytes()), Err(fault), "{text}");
        }
        let signed = |text: &str| Values::Signed.read(text.as_bytes());
        assert_eq!(signed("9223372036854775808"), Err(Fault::Range));
        assert_eq!(signed("-9223372036854775809"), Err(Fault::Range));
        assert_eq!(signed("-"), Err(Fault::Byte(1)));
        assert_eq!(signed("--1"), Err(Fault::Byte(1)));
        assert_eq!(signed("-01"), Err(Fault::LeadingZero));
    }

    #[test]
    fn sets_are_hex_in_lower_case() {
        let read = |text: &str| Values::Set.read(text.as_bytes());
        let bytes = |members: &[&[u8]]| {
            Ok(Value::Set(members.iter().map(|member| Box::from(*member)).collect()))
        };
        assert_eq!(read("0d0a|00"), bytes(&[b"\r\n", b"\0"]));
        assert_eq!(read("ff"), bytes(&[b"\xff"]));
        assert_eq!(read("0d0a|00").unwrap().to_string(), "0d0a|00");
        for (text, at) in
            [("", 0), ("0", 1), ("0g", 1), ("0D", 1), ("A0", 0), ("0d|", 3), ("0d||00", 3)]
        {
            assert_eq!(read(text), Err(Fault::Byte(at)), "{text}");
        }
    }

    #[test]
    fn values_tell_what_they_may_be() {
        assert_eq!(Values::SIZE.to_string(), "a number");
        let most = usize::MAX as u64;
        assert_eq!(Values::Number { least: 1, most }.to_string(), "a number from 1 on");
        assert_eq!(Values::Number { least: 1, most: 8 }.to_string(), "1 to 8");
        assert_eq!(Values::Words(&["a", "b", "c"]).to_string(), "a, b or c");
        assert_eq!(Values::Words(&["big", "little"]).to_string(), "big or little");
        assert_eq!(Values::Words(&["big", "little"]).read(b"Big"), Err(Fault::Word));
        assert_eq!(Values::Flag.read(b"yes"), Err(Fault::Word));
    }
}
