//! IPv6 text: read in every form of RFC 4291, written in the one form of RFC 5952.
//!
//! Source: RFC 4291 section 2.2 (text), RFC 3986 section 3.2.2 (`IPv6address`), RFC 5952 section 4
//! (canonical form) and section 5 (dotted output, here for v4-mapped addresses only).
//!
//! As in [`ipv4`], a fast half decides and computes, and a slow half reads a refused text again from
//! left to right and names the rule. A zone is no part of an address: see [`Ip`](super::Ip).

use core::net::Ipv6Addr;

use super::error::{byte_kind, check_len};
use super::text::Text;
use super::{FormatError, ParseError, ParseErrorKind, ipv4};
use crate::cursor::Reader;

/// The longest text that is written, in bytes.
pub const MAX_LEN: usize = 39;

/// The longest text that is read, in bytes: six groups and a dotted tail.
pub const MAX_LEN_INPUT: usize = 45;

/// Reads an IPv6 address and nothing else.
///
/// ```abnf
/// IPv6 = 7(h16 ":") h16 / 6(h16 ":") IPv4
///      / [ h16 *(":" h16) ] "::" [ *(h16 ":") ( h16 / IPv4 ) ] ; at most 7 groups, IPv4 is two
/// h16  = 1*4HEXDIG
/// ```
///
/// # Errors
///
/// [`GroupEmpty`](ParseErrorKind::GroupEmpty), [`GroupTooLong`](ParseErrorKind::GroupTooLong),
/// [`TooFewGroups`](ParseErrorKind::TooFewGroups), [`TooManyGroups`](ParseErrorKind::TooManyGroups),
/// [`DoubleCompression`](ParseErrorKind::DoubleCompression),
/// [`SingleColonAtEdge`](ParseErrorKind::SingleColonAtEdge),
/// [`V4TailNotLast`](ParseErrorKind::V4TailNotLast), [`V4TailNoRoom`](ParseErrorKind::V4TailNoRoom),
/// those of [`ipv4::parse`] inside a dotted tail, and the kinds of a wrong byte.
/// [`TooLong`](ParseErrorKind::TooLong) above 65,535 bytes.
///
/// ```
/// use portolan::addr::{ParseErrorKind, ipv6};
/// assert_eq!(ipv6::parse(b"2001:DB8::1"), Ok("2001:db8::1".parse().unwrap()));
/// let error = ipv6::parse(b"1::2::3").unwrap_err();
/// assert_eq!((error.kind, error.at, error.len), (ParseErrorKind::DoubleCompression, 4, 2));
/// ```
#[inline]
pub fn parse(text: &[u8]) -> Result<Ipv6Addr, ParseError> {
    match read(text) {
        Some(bits) => Ok(Ipv6Addr::from_bits(bits)),
        None => Err(refusal(text)),
    }
}

/// Reads an address as its 128 bits.
#[inline]
pub(super) fn read(text: &[u8]) -> Option<u128> {
    if text.len() < 2 || text.len() > MAX_LEN_INPUT {
        return None;
    }
    if text.len() >= 8 {
        return read_groups(text, text.len());
    }
    let mut padded = [0; 8];
    padded.get_mut(..text.len())?.copy_from_slice(text);
    read_groups(&padded, text.len())
}

/// Reads the groups of the first `len` of at least eight bytes.
///
/// Groups are shifted into one register as they come; at `::` what has come so far is put aside,
/// and at the end it goes to the top.
#[inline]
fn read_groups(bytes: &[u8], len: usize) -> Option<u128> {
    let (mut at, mut compression) = match bytes {
        [b':', b':', ..] => (2, Some((0, 0))),
        _ => (0, None),
    };
    let mut value = 0_u128;
    let mut groups = 0_u32;
    let mut wrong = 0;
    while at < len {
        let word = word_at(bytes, at)?;
        let left = len.wrapping_sub(at);
        let Some(digits) = colon_in_five(word) else {
            if left > 4 {
                value = value << 32 | u128::from(ipv4::read(bytes.get(at..len)?)?);
                groups = groups.wrapping_add(2);
            } else {
                let (group, mistakes) = group(word, u32::try_from(left).ok()?);
                value = value << 16 | u128::from(group);
                groups = groups.wrapping_add(1);
                wrong |= mistakes;
            }
            break;
        };
        let (group, mistakes) = group(word, digits);
        value = value << 16 | u128::from(group);
        groups = groups.wrapping_add(1);
        wrong |= mistakes;
        at = at.wrapping_add(usize::try_from(digits).ok()?).wrapping_add(1);
        if digits == 0 || at >= len {
            return None;
        }
        if bytes.get(at) == Some(&b':') {
            if compression.is_some() {
                return None;
            }
            compression = Some((value, groups));
            value = 0;
            at = at.wrapping_add(1);
        }
    }
    if wrong > 0x0f {
        return None;
    }
    match compression {
        None => (groups == 8).then_some(value),
        Some((high, before)) if groups < 8 => {
            let unused = 128_u32.wrapping_sub(before.wrapping_mul(16));
            Some(high.checked_shl(unused).unwrap_or(0) | value)
        }
        Some(_) => None,
    }
}

/// Eight bytes from an offset on, zeros behind the end.
#[inline]
fn word_at(bytes: &[u8], at: usize) -> Option<u64> {
    let begin = at.min(bytes.len().wrapping_sub(8));
    let word = u64::from_le_bytes(*bytes.get(begin..)?.first_chunk()?);
    let bits = u32::try_from(at.wrapping_sub(begin)).ok()?.wrapping_mul(8);
    Some(word.wrapping_shr(bits))
}

/// The number of bytes before the first colon, where it is among the first five.
#[inline]
fn colon_in_five(word: u64) -> Option<u32> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let zero_at_colon = word ^ ONES.wrapping_mul(b':'.into());
    let found = zero_at_colon.wrapping_sub(ONES) & !zero_at_colon & 0x80_8080_8080;
    (found != 0).then(|| found.trailing_zeros() / 8)
}

/// The value of the first one to four digits; the second number exceeds 15 if one of them is none.
#[inline]
fn group(word: u64, digits: u32) -> (u16, u8) {
    const ZEROS: u32 = u32::from_le_bytes(*b"0000");
    #[allow(clippy::cast_possible_truncation)] // four bytes are wanted
    let text = (word as u32 ^ ZEROS).wrapping_shl(32_u32.wrapping_sub(digits.wrapping_mul(8)));
    // Zeros stand where digits are missing.
    let [a, b, c, d] = (text ^ ZEROS).to_le_bytes().map(|byte| entry(&HEX, byte));
    let wide = u16::from;
    (wide(a) << 12 | wide(b) << 8 | wide(c) << 4 | wide(d), a | b | c | d)
}

#[inline]
fn entry<T: Copy + Default>(table: &[T; 256], byte: u8) -> T {
    table.get(usize::from(byte)).copied().unwrap_or_default()
}

/// The value of every hexadecimal digit; 255 for any other byte.
#[allow(clippy::indexing_slicing, clippy::cast_possible_truncation)] // runs in the compiler only
static HEX: [u8; 256] = {
    let mut table = [u8::MAX; 256];
    let mut digit = 0;
    while digit < 16 {
        let [lower, upper] = [b"0123456789abcdef"[digit], b"0123456789ABCDEF"[digit]];
        table[lower as usize] = digit as u8;
        table[upper as usize] = digit as u8;
        digit += 1;
    }
    table
};

/// Writes an address in its canonical form; returns the length.
///
/// Lower case, no leading zeros, the longest run of zero groups compressed, the first one of equals,
/// never a single one (RFC 5952 section 4). A v4-mapped address ends in dotted decimal (section 5).
///
/// # Errors
///
/// [`BufferTooSmall`](FormatError::BufferTooSmall), and nothing is written then.
///
/// ```
/// use portolan::addr::ipv6;
/// let mut out = [0; ipv6::MAX_LEN];
/// let len = ipv6::format("2001:db8:0:0:1:0:0:1".parse().unwrap(), &mut out)?;
/// assert_eq!(&out[..len], b"2001:db8::1:0:0:1");
/// # Ok::<(), portolan::addr::FormatError>(())
/// ```
#[inline]
pub fn format(addr: Ipv6Addr, out: &mut [u8]) -> Result<usize, FormatError> {
    let mut text = Text::new();
    text.put_v6(addr);
    text.write_to(out)
}

/// Names the rule that a text breaks which is no address.
#[cold]
pub(super) fn refusal(text: &[u8]) -> ParseError {
    if let Err(error) = check_len(text) {
        return error;
    }
    Refusal { reader: Reader::new(text), text, groups: 0, compressed: false }.find()
}

/// The slow half: where it is in a text, and what it has seen.
struct Refusal<'a> {
    reader: Reader<'a>,
    text: &'a [u8],
    groups: u8,
    compressed: bool,
}

impl Refusal<'_> {
    fn find(mut self) -> ParseError {
        if let Some(error) = self.beginning() {
            return error;
        }
        loop {
            if let Some(error) = self.group().or_else(|| self.separator()) {
                return error;
            }
        }
    }

    fn beginning(&mut self) -> Option<ParseError> {
        if self.reader.expect_slice(b"::") {
            self.compressed = true;
            return None;
        }
        let single = self.reader.peek() == Some(b':');
        single.then(|| ParseError::new(ParseErrorKind::SingleColonAtEdge, 0, 1))
    }

    /// A group or a dotted tail, which may be missing only at the end behind `::`.
    fn group(&mut self) -> Option<ParseError> {
        let begin = self.reader.position();
        let digits = self.reader.take_hex(usize::MAX);
        if self.reader.peek() == Some(b'.') && !digits.is_empty() {
            return Some(self.tail(begin));
        }
        let kind = match digits.len() {
            0 => return self.missing(begin),
            1..=4 if self.groups < self.room() => {
                self.groups = self.groups.saturating_add(1);
                return None;
            }
            1..=4 => ParseErrorKind::TooManyGroups,
            _ => ParseErrorKind::GroupTooLong,
        };
        Some(ParseError::new(kind, begin, digits.len()))
    }

    /// How many groups there can be: `::` stands for one at least.
    const fn room(&self) -> u8 {
        if self.compressed { 7 } else { 8 }
    }

    fn missing(&self, at: usize) -> Option<ParseError> {
        let behind_compression = self.text.get(..at).is_some_and(|text| text.ends_with(b"::"));
        match self.reader.peek() {
            None if behind_compression => None,
            None => {
                Some(ParseError::new(ParseErrorKind::SingleColonAtEdge, at.saturating_sub(1), 1))
            }
            Some(byte) => Some(match byte_kind(byte) {
                kind @ ParseErrorKind::UnexpectedByte { .. }
                    if behind_compression && byte != b':' =>
                {
                    ParseError::new(kind, at, 1)
                }
                ParseErrorKind::UnexpectedByte { .. } => {
                    ParseError::new(ParseErrorKind::GroupEmpty, at, 0)
                }
                kind => ParseError::new(kind, at, 1),
            }),
        }
    }

    /// A dotted tail: its own rules, then its place.
    fn tail(&self, begin: usize) -> ParseError {
        let rest = self.text.get(begin..).unwrap_or_default();
        let len = rest.iter().position(|&byte| !byte.is_ascii_digit() && byte != b'.');
        let len = len.unwrap_or(rest.len());
        let room = self.room().saturating_sub(self.groups);
        let error = ipv4::parse(rest.get(..len).unwrap_or_default()).err();
        match (error, rest.get(len)) {
            (Some(error), _) if error.at == 0 => error.shifted(begin),
            _ if room < 2 => ParseError::new(ParseErrorKind::V4TailNoRoom, begin, len),
            (None, Some(b':')) => ParseError::new(ParseErrorKind::V4TailNotLast, begin, len),
            (None, None) => {
                // The address ends here, so it is groups that are missing.
                let found = self.groups.saturating_add(2);
                ParseError::new(ParseErrorKind::TooFewGroups { found }, self.text.len(), 0)
            }
            (None, Some(byte)) => ParseError::new(byte_kind(*byte), begin.saturating_add(len), 1),
            (Some(_), _) => ipv4::parse(rest).map_or_else(
                |error| error.shifted(begin),
                |_| ParseError::new(ParseErrorKind::TrailingBytes, begin, len),
            ),
        }
    }

    /// `:` or `::` between groups, or the end.
    fn separator(&mut self) -> Option<ParseError> {
        let at = self.reader.position();
        let found = self.groups;
        match self.reader.peek() {
            None => Some(ParseError::new(ParseErrorKind::TooFewGroups { found }, at, 0)),
            Some(b':') if self.reader.expect_slice(b"::") => {
                if self.compressed {
                    return Some(ParseError::new(ParseErrorKind::DoubleCompression, at, 2));
                }
                self.compressed = true;
                // Eight groups leave nothing for `::` to stand for.
                (found > 7).then(|| ParseError::new(ParseErrorKind::TooManyGroups, at, 1))
            }
            Some(b':') if found >= self.room() => {
                Some(ParseError::new(ParseErrorKind::TooManyGroups, at, 1))
            }
            Some(b':') => {
                self.reader.take_byte();
                None
            }
            Some(byte) => Some(ParseError::new(byte_kind(byte), at, 1)),
        }
    }
}

#[cfg(test)]
mod tests;
