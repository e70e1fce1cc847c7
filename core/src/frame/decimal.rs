//! What framings share that write a length in decimal digits.
//!
//! Digits are judged as they come, so that a verdict is the same however they are cut: the second
//! digit behind a zero, the digit with which the length passes the limit, the byte that is no digit.

use crate::cursor::Writer;

use super::FrameErrorKind;

/// The 20 digits of the longest length, and its stop byte.
pub(super) const MAX_HEAD: usize = 21;

/// What begins a frame.
pub(super) enum Decimal {
    /// A length, which ends with its stop byte at `head`.
    Whole { value: usize, head: usize },
    /// Digits, or none yet, behind which the input ends.
    Begun { value: usize, len: usize },
    /// No acceptable length.
    Bad { kind: FrameErrorKind, at: usize },
}

/// Reads the length before `stop`, which is at most `max`.
///
/// ```abnf
/// length = "0" / ( %x31-39 *DIGIT )
/// ```
#[inline(always)]
pub(super) fn read(input: &[u8], stop: u8, max: usize) -> Decimal {
    let too_long = Decimal::Bad { kind: FrameErrorKind::TooLong { limit: max }, at: 0 };
    let mut value = 0_usize;
    for (at, byte) in input.iter().enumerate() {
        match *byte {
            b'0'..=b'9' if at > 0 && value == 0 => {
                return Decimal::Bad { kind: FrameErrorKind::NonCanonicalLength, at: 0 };
            }
            digit @ b'0'..=b'9' => {
                let longer = value.checked_mul(10);
                match longer.and_then(|value| value.checked_add(usize::from(digit & 0xf))) {
                    Some(longer) if longer <= max => value = longer,
                    _ => return too_long,
                }
            }
            byte if byte == stop && at > 0 => {
                return Decimal::Whole { value, head: at.saturating_add(1) };
            }
            _ => return Decimal::Bad { kind: FrameErrorKind::BadDigit, at },
        }
    }
    Decimal::Begun { value, len: input.len() }
}

/// Writes a length and its stop byte.
pub(super) fn write(value: usize, stop: u8, out: &mut [u8; MAX_HEAD]) -> &[u8] {
    let mut writer = Writer::new(out);
    // Both fit: no length has more than 20 digits.
    let _ = writer.put_decimal(value as u64);
    let _ = writer.put(stop);
    writer.into_written()
}

/// Counts the digits of a length.
pub(super) const fn width(value: usize) -> usize {
    match value.checked_ilog10() {
        Some(log) => (log as usize).saturating_add(1),
        None => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_as_wide_as_counted() {
        for value in [0, 9, 10, 99, 100, usize::MAX] {
            let mut out = [0; MAX_HEAD];
            assert_eq!(write(value, b':', &mut out).len(), width(value) + 1);
        }
    }

    #[test]
    fn more_digits_than_any_length_has_exceed_every_limit() {
        for digits in [&b"18446744073709551616"[..], b"100000000000000000000", &[b'9'; 64]] {
            let read = read(digits, b':', usize::MAX);
            let Decimal::Bad { kind: FrameErrorKind::TooLong { .. }, at: 0 } = read else {
                panic!("{} is a length", digits.escape_ascii());
            };
        }
    }
}
