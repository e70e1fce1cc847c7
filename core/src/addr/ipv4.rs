//! IPv4 text: four decimal octets, each in its only spelling.
//!
//! Source: RFC 3986 section 3.2.2 (`dec-octet`); RFC 6943 section 3.1.1 says why nothing looser is
//! read here: `inet_aton` would take `010` for 8, others for 10.
//!
//! Reading has two halves. The fast one decides and computes without a branch on the digits; where
//! it refuses, the slow one reads again from left to right and names the rule. Both accept the
//! same texts.

use core::net::Ipv4Addr;

use super::error::{byte_kind, check_len};
use super::{FormatError, ParseError, ParseErrorKind};
use crate::cursor::Reader;

/// The longest text in bytes, `255.255.255.255`.
pub const MAX_LEN: usize = 15;

/// The shortest text in bytes, `0.0.0.0`.
const MIN_LEN: usize = 7;

/// Reads an IPv4 address and nothing else.
///
/// ```abnf
/// IPv4  = octet 3("." octet)
/// octet = "0" / ( %x31-39 0*2DIGIT ) ; at most 255
/// ```
///
/// # Errors
///
/// [`OctetEmpty`](ParseErrorKind::OctetEmpty),
/// [`OctetLeadingZero`](ParseErrorKind::OctetLeadingZero),
/// [`OctetTooLarge`](ParseErrorKind::OctetTooLarge),
/// [`TooFewOctets`](ParseErrorKind::TooFewOctets), [`TooManyOctets`](ParseErrorKind::TooManyOctets)
/// at the fourth dot, and the kinds of a wrong byte.
/// [`TooLong`](ParseErrorKind::TooLong) above 65,535 bytes.
///
/// ```
/// use portolan::addr::{Ipv4Addr, ParseErrorKind, ipv4};
/// assert_eq!(ipv4::parse(b"192.0.2.1"), Ok(Ipv4Addr::new(192, 0, 2, 1)));
/// let error = ipv4::parse(b"192.0.02.1").unwrap_err();
/// assert_eq!((error.kind, error.at, error.len), (ParseErrorKind::OctetLeadingZero, 6, 2));
/// ```
#[inline]
pub fn parse(text: &[u8]) -> Result<Ipv4Addr, ParseError> {
    match read(text) {
        Some(addr) => Ok(Ipv4Addr::from(addr)),
        None => Err(refusal(text)),
    }
}

/// Reads an address as its 32 bits.
///
/// Each octet is verified by writing it again: its digits give some number of 8 bits, and the text
/// of that number with its dot must be the text that stands there. This one comparison checks
/// digits, range, leading zeros, length and the dot. Two octets are read from the front and two
/// from the back, so that none waits for the one before it.
#[inline]
pub(super) fn read(text: &[u8]) -> Option<u32> {
    if text.len() < MIN_LEN || text.len() > MAX_LEN {
        return None;
    }
    let (head, tail) = ends(text)?;
    let first = octet_then_dot(low_half(head));
    let fourth = dot_then_octet(high_half(tail));
    let second = octet_then_dot(low_half((head >> 8).wrapping_shr(first.bits)));
    let third = dot_then_octet(high_half((tail << 8).wrapping_shl(fourth.bits)));
    let wrong = first.wrong | second.wrong | third.wrong | fourth.wrong;
    // Digits and three dots are all there is: front and back meet in the middle.
    let bits =
        first.bits.wrapping_add(second.bits).wrapping_add(third.bits).wrapping_add(fourth.bits);
    if wrong != 0 || usize::try_from(bits / 8).ok()? != text.len().wrapping_sub(3) {
        return None;
    }
    Some(first.value << 24 | second.value << 16 | third.value << 8 | fourth.value)
}

/// The first eight and the last eight bytes, which overlap; of seven bytes the missing one is zero.
#[inline]
fn ends(text: &[u8]) -> Option<(u64, u64)> {
    if let (Some(head), Some(tail)) = (text.first_chunk(), text.last_chunk()) {
        return Some((u64::from_le_bytes(*head), u64::from_le_bytes(*tail)));
    }
    let head = u64::from(u32::from_le_bytes(*text.first_chunk()?));
    let tail = u64::from(u32::from_le_bytes(*text.last_chunk()?));
    let seven = head | tail << 24;
    Some((seven, seven << 8))
}

/// An octet read from four bytes of text.
#[derive(Clone, Copy)]
struct Octet {
    /// Its value, if nothing is wrong.
    value: u32,
    /// Eight for each of its digits.
    bits: u32,
    /// Zero if the text is that of the value.
    wrong: u32,
}

/// The decimal weights of three digits, as a factor that adds them up.
const WEIGHTS: u32 = 100 << 16 | 10 << 8 | 1;

/// Reads an octet at the start of four bytes and the dot behind it.
#[inline]
fn octet_then_dot(text: u32) -> Octet {
    // The bits behind the first dot; none where there is no dot, and nothing will match then.
    let behind = 31_u32.wrapping_sub((dots(text) | 1 << 31).trailing_zeros());
    let digits = text.wrapping_shl(behind) & 0x000f_0f0f;
    let value = digits.wrapping_mul(WEIGHTS) >> 16 & 0xff;
    let found = text & u32::MAX.wrapping_shr(behind);
    Octet { value, bits: 24_u32.wrapping_sub(behind), wrong: entry(&FRONT, value) ^ found }
}

/// Reads an octet at the end of four bytes and the dot before it.
#[inline]
fn dot_then_octet(text: u32) -> Octet {
    // The bits behind the last dot; 24 or more where there is none, and nothing will match then.
    let bits = (dots(text) | 1 << 7).leading_zeros();
    let digits = text & !(u32::MAX.wrapping_shr(bits)) & 0x0f0f_0f00;
    let value = digits.wrapping_mul(WEIGHTS) >> 24;
    let found = text & !(u32::MAX.wrapping_shr(bits) >> 8);
    Octet { value, bits, wrong: entry(&BACK, value) ^ found }
}

/// The top bit of every byte that is a dot; only the lowest one is certain.
#[inline]
const fn dots(text: u32) -> u32 {
    const ONES: u32 = 0x0101_0101;
    let zero_at_dot = text ^ ONES.wrapping_mul(b'.' as u32);
    zero_at_dot.wrapping_sub(ONES) & !zero_at_dot & ONES.wrapping_mul(0x80)
}

/// The text of every octet, as [`octet_then_dot`] finds it: `ddd.`, zeros behind.
static FRONT: [u32; 256] = texts(true);

/// The text of every octet, as [`dot_then_octet`] finds it: `.ddd`, zeros before.
static BACK: [u32; 256] = texts(false);

#[allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation
)] // runs in the compiler only
const fn texts(dot_behind: bool) -> [u32; 256] {
    let mut table = [0; 256];
    let mut value = 0;
    while value < table.len() {
        let digits = [value / 100, value / 10 % 10, value % 10];
        let mut used = if value >= 100 {
            3
        } else if value >= 10 {
            2
        } else {
            1
        };
        let mut text = [0; 4];
        let mut at = if dot_behind { 0 } else { 4 - used };
        if dot_behind {
            text[used] = b'.';
        } else {
            text[3 - used] = b'.';
        }
        while used > 0 {
            text[at] = b'0' + digits[3 - used] as u8;
            at += 1;
            used -= 1;
        }
        table[value] = u32::from_le_bytes(text);
        value += 1;
    }
    table
}

#[inline]
fn entry(table: &[u32; 256], value: u32) -> u32 {
    usize::try_from(value).ok().and_then(|value| table.get(value)).copied().unwrap_or(0)
}

#[inline]
#[allow(clippy::cast_possible_truncation)] // the low half is what is wanted
const fn low_half(word: u64) -> u32 {
    word as u32
}

#[inline]
#[allow(clippy::cast_possible_truncation)] // nothing is left above
const fn high_half(word: u64) -> u32 {
    (word >> 32) as u32
}

#[inline]
#[allow(clippy::cast_possible_truncation)] // the low half is what is wanted
const fn low_word(text: u128) -> u64 {
    text as u64
}

/// Writes an address; returns the length.
///
/// # Errors
///
/// [`BufferTooSmall`](FormatError::BufferTooSmall), and nothing is written then.
///
/// ```
/// use portolan::addr::{Ipv4Addr, ipv4};
/// let mut out = [0; ipv4::MAX_LEN];
/// let len = ipv4::format(Ipv4Addr::new(192, 0, 2, 1), &mut out)?;
/// assert_eq!(&out[..len], b"192.0.2.1");
/// # Ok::<(), portolan::addr::FormatError>(())
/// ```
#[inline]
pub fn format(addr: Ipv4Addr, out: &mut [u8]) -> Result<usize, FormatError> {
    let (text, len) = text_of(addr);
    let target = out.get_mut(..len).ok_or(FormatError::BufferTooSmall)?;
    // The first and the last eight bytes overlap, so no byte behind the text is touched.
    if let Some(head) = target.first_chunk_mut() {
        *head = low_word(text).to_le_bytes();
    }
    if let Some(tail) = target.last_chunk_mut() {
        let bits = u32::try_from(len).unwrap_or(0).wrapping_sub(8).wrapping_mul(8);
        *tail = low_word(text.wrapping_shr(bits)).to_le_bytes();
    } else {
        // Seven bytes, the shortest text.
        target.iter_mut().zip(text.to_le_bytes()).for_each(|(slot, byte)| *slot = byte);
    }
    Ok(len)
}

/// The text of an address at the low end of a register, and its length.
///
/// Each octet's text comes from the table of the reader, dot included. Two and two are put behind
/// one another, then both halves.
#[inline]
pub(super) fn text_of(addr: Ipv4Addr) -> (u128, usize) {
    let [first, second, third, fourth] = addr.octets().map(octet_and_dot);
    let (left, left_bits) = join(first, second);
    let (right, right_bits) = join(third, fourth);
    let text = u128::from(left) | u128::from(right).wrapping_shl(left_bits);
    // The last dot is not part of the text.
    let bits = left_bits.wrapping_add(right_bits).wrapping_sub(8);
    (text, usize::try_from(bits / 8).unwrap_or(0))
}

/// The text of an octet and a dot, and eight for each byte of it.
#[inline]
fn octet_and_dot(octet: u8) -> (u64, u32) {
    let text = entry(&FRONT, octet.into());
    (text.into(), 32_u32.wrapping_sub(text.leading_zeros() & !7))
}

/// Puts one text behind another.
#[inline]
const fn join(front: (u64, u32), behind: (u64, u32)) -> (u64, u32) {
    (front.0 | behind.0.wrapping_shl(front.1), front.1.wrapping_add(behind.1))
}

/// Names the rule that a text breaks which is no address.
#[cold]
pub(super) fn refusal(text: &[u8]) -> ParseError {
    if let Err(error) = check_len(text) {
        return error;
    }
    let mut reader = Reader::new(text);
    let error = |kind, at, len| ParseError::new(kind, at, len);
    for found in 1..=4_u8 {
        let begin = reader.position();
        let octet = reader.take_decimal(usize::MAX);
        match octet.to_u32() {
            None if octet.is_empty() => return missing(text, begin),
            _ if octet.has_leading_zero() => {
                return error(ParseErrorKind::OctetLeadingZero, begin, octet.len());
            }
            Some(0..=255) => {}
            _ => return error(ParseErrorKind::OctetTooLarge, begin, octet.len()),
        }
        let end = reader.position();
        match reader.take_byte() {
            None => return error(ParseErrorKind::TooFewOctets { found }, end, 0),
            Some(b'.') if found == 4 => return error(ParseErrorKind::TooManyOctets, end, 1),
            Some(b'.') => {}
            Some(byte) => return error(byte_kind(byte), end, 1),
        }
    }
    error(ParseErrorKind::TrailingBytes, reader.position(), reader.remaining())
}

/// An octet should begin here.
fn missing(text: &[u8], at: usize) -> ParseError {
    match text.get(at).map(|byte| byte_kind(*byte)) {
        None | Some(ParseErrorKind::UnexpectedByte { .. }) => {
            ParseError::new(ParseErrorKind::OctetEmpty, at, 0)
        }
        Some(kind) => ParseError::new(kind, at, 1),
    }
}

#[cfg(test)]
mod tests;
