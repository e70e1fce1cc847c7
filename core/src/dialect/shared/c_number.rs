//! Numbers as `strtoul` of C reads them with base 0, and the two prefixes that systemd adds.
//!
//! ```abnf
//! number  = [ blanks ] [ "0b" / "0o" ] [ blanks ] [ "+" / "-" ] digits ; prefixes in either case
//! digits  = %x31-39 *DIGIT / "0" *%x30-37 / "0x" 1*HEXDIG              ; without a prefix
//! digits =/ 1*( "0" / "1" )                                            ; behind "0b"
//! digits =/ 1*%x30-37                                                  ; behind "0o"
//! ```
//!
//! systemd `safe_atou_full` and `mangle_base`.

use crate::cursor::Reader;

/// What begins a text that should be a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    /// The value; `None` beyond 32 bits.
    pub(crate) value: Option<u32>,
    /// Where a minus stands.
    pub(crate) minus: Option<usize>,
    /// Where the number begins, behind blanks.
    pub(crate) begin: usize,
    /// Where it ends.
    pub(crate) end: usize,
}

/// Reads the number that a text begins with; the error is where a digit is missing.
pub(crate) fn read(text: &[u8]) -> Result<Number, usize> {
    let mut reader = Reader::new(text);
    skip_blanks(&mut reader);
    let begin = reader.position();
    let prefixed = if reader.expect_ignore_case(b"0b") {
        Some(2)
    } else if reader.expect_ignore_case(b"0o") {
        Some(8)
    } else {
        None
    };
    skip_blanks(&mut reader);
    let sign = reader.position();
    let minus = reader.expect(b'-').then_some(sign);
    _ = minus.is_none() && reader.expect(b'+');
    let radix = prefixed.unwrap_or_else(|| take_radix(&mut reader));
    let digits = reader.take_while(|byte| char::from(byte).is_digit(radix));
    if digits.is_empty() {
        return Err(reader.position());
    }
    let value = digits.iter().try_fold(0_u32, |value, byte| {
        value.checked_mul(radix)?.checked_add(char::from(*byte).to_digit(radix)?)
    });
    Ok(Number { value, minus, begin, end: reader.position() })
}

/// The base that the first digits show; a `0x` without a digit behind it is the number 0.
fn take_radix(reader: &mut Reader<'_>) -> u32 {
    match *reader.rest() {
        [b'0', b'x' | b'X', digit, ..] if digit.is_ascii_hexdigit() => {
            _ = reader.take(2);
            16
        }
        [b'0', ..] => 8,
        _ => 10,
    }
}

fn skip_blanks(reader: &mut Reader<'_>) {
    _ = reader.take_while(|byte| matches!(byte, b' ' | b'\t'..=b'\r'));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_show_the_base() {
        let value = |text: &str| read(text.as_bytes()).map(|number| (number.value, number.end));
        assert_eq!(value("80:"), Ok((Some(80), 2)));
        assert_eq!(value("010"), Ok((Some(8), 3)));
        assert_eq!(value("08"), Ok((Some(0), 1)));
        assert_eq!(value("0X50"), Ok((Some(80), 4)));
        assert_eq!(value("0xg"), Ok((Some(0), 1)));
        assert_eq!(value("0b+11"), Ok((Some(3), 5)));
        assert_eq!(value("0o17"), Ok((Some(15), 4)));
        assert_eq!(value(" +4294967295"), Ok((Some(u32::MAX), 12)));
        assert_eq!(value("4294967296"), Ok((None, 10)));
        assert_eq!(value(""), Err(0));
        assert_eq!(value("+"), Err(1));
        assert_eq!(value("0b2"), Err(2));
        assert_eq!(read(b" -0").map(|number| (number.begin, number.minus)), Ok((1, Some(1))));
    }
}
