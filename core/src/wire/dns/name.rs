//! The names of addresses and zones, label by label.

use core::net::{Ipv4Addr, Ipv6Addr};

use super::ReverseName;
use crate::addr::{HostBits, Ip, Prefix};
use crate::cursor::{BufferTooSmall, Reader, Writer};
use crate::wire::{Decoded, Field, WireError, WireErrorKind};

const IN_ADDR: &[u8] = b"in-addr";
const IP6: &[u8] = b"ip6";
const ARPA: &[u8] = b"arpa";

/// `in-addr.arpa` and `ip6.arpa` with their length bytes and the root.
const IN_ADDR_SUFFIX: usize = 8 + 5 + 1;
const IP6_SUFFIX: usize = 4 + 5 + 1;

/// Octets of an IPv4 address, digits of an IPv6 address.
const OCTETS: usize = 4;
const DIGITS: usize = 32;

/// RFC 1035, section 2.3.4.
const MAX_NAME_LEN: usize = 255;

/// A label and the offset of its length byte.
#[derive(Clone, Copy)]
struct Label<'a> {
    at: usize,
    text: &'a [u8],
}

impl Label<'_> {
    fn is(&self, text: &[u8]) -> bool {
        self.text.eq_ignore_ascii_case(text)
    }
}

/// A whole name: how many labels, the last two, and its length.
struct Name<'a> {
    count: usize,
    last_two: [Option<Label<'a>>; 2],
    len: usize,
}

/// Reads the name of an address or a zone.
///
/// ```abnf
/// name    = ( *4octet in-addr / classless 3octet in-addr / *32digit ip6 ) arpa %x00
/// octet   = length ( "0" / %x31-39 *2DIGIT )            ; at most 255, lowest first
/// classless = length octet "/" ( "25" / … / "31" )      ; RFC 2317, section 4
/// digit   = %x01 HEXDIG                                 ; lowest first
/// in-addr = %x07 "in-addr"
/// ip6     = %x03 "ip6"
/// arpa    = %x04 "arpa"
/// ```
///
/// RFC 1035, section 3.5; RFC 3596, section 2.5.
pub(super) fn decode(input: &[u8]) -> Result<Decoded<ReverseName>, WireError> {
    let name = match whole(input)? {
        Decoded::Value { value, .. } => value,
        Decoded::Need(missing) => return Ok(Decoded::Need(missing)),
    };
    let wrong = |at| Err(WireError::new(WireErrorKind::WrongSuffix, at));
    let [Some(family), Some(last)] = name.last_two else { return wrong(0) };
    let is_v4 = family.is(IN_ADDR);
    if !is_v4 && !family.is(IP6) {
        return wrong(family.at);
    }
    if !last.is(ARPA) {
        return wrong(last.at);
    }
    let prefix = address(input, name.count.saturating_sub(2), is_v4)?;
    Ok(Decoded::Value { value: ReverseName(prefix), consumed: name.len })
}

/// Reads labels up to the root, and says nothing of what is in them.
fn whole(input: &[u8]) -> Result<Decoded<Name<'_>>, WireError> {
    const MOST: usize = DIGITS + 2;
    let mut reader = Reader::new(input);
    let mut last_two = [None, None];
    let mut first_too_many = 0;
    let mut count = 0_usize;
    loop {
        let at = reader.position();
        let Some(len) = reader.take_byte() else {
            return Ok(Decoded::need(least_behind(&last_two)));
        };
        if len == 0 {
            break;
        }
        let len = label_len(at, len)?;
        count = count.saturating_add(1);
        if count == DIGITS.saturating_add(1) {
            first_too_many = at;
        }
        if count > MOST {
            return Err(WireError::new(WireErrorKind::TooManyLabels, first_too_many));
        }
        let [_, previous] = last_two;
        let Some(text) = reader.take(len) else {
            let missing = len.saturating_sub(reader.remaining());
            let behind = least_behind_cut(previous, reader.rest(), len);
            return Ok(Decoded::need(missing.saturating_add(behind)));
        };
        last_two = [previous, Some(Label { at, text })];
    }
    let len = reader.position();
    Ok(Decoded::Value { value: Name { count, last_two, len }, consumed: len })
}

/// The length of a label by its first byte, which is no root.
///
/// RFC 1035, sections 3.1 and 4.1.4.
fn label_len(at: usize, byte: u8) -> Result<usize, WireError> {
    let len = usize::from(byte);
    // The root takes the last byte of a name.
    let is_too_long = at.saturating_add(len) >= MAX_NAME_LEN.saturating_sub(1);
    match byte {
        0xc0.. => Err(WireError::new(WireErrorKind::Compression, at)),
        0x40.. => Err(WireError::new(WireErrorKind::BadLabel, at)),
        _ if is_too_long => Err(WireError::new(WireErrorKind::BadLabel, at)),
        _ => Ok(len),
    }
}

/// The fewest bytes behind these labels that make a name of an address.
fn least_behind(last_two: &[Option<Label<'_>>; 2]) -> usize {
    match last_two {
        [Some(family), Some(last)] if is_family(family.text) && last.is(ARPA) => 1,
        [_, Some(last)] if is_family(last.text) => ARPA.len().saturating_add(2),
        _ => IP6_SUFFIX,
    }
}

/// The fewest bytes behind a label that is cut: of `len` bytes, which begin like this.
fn least_behind_cut(previous: Option<Label<'_>>, begin: &[u8], len: usize) -> usize {
    let may_be = |word: &[u8]| {
        let same = word.get(..begin.len()).is_some_and(|word| word.eq_ignore_ascii_case(begin));
        len == word.len() && same
    };
    match previous {
        Some(label) if is_family(label.text) && may_be(ARPA) => 1,
        _ if may_be(IN_ADDR) || may_be(IP6) => ARPA.len().saturating_add(2),
        _ => IP6_SUFFIX,
    }
}

fn is_family(text: &[u8]) -> bool {
    text.eq_ignore_ascii_case(IN_ADDR) || text.eq_ignore_ascii_case(IP6)
}

/// Reads the labels before the suffix: how many there are says how long the prefix is.
fn address(input: &[u8], count: usize, is_v4: bool) -> Result<Prefix, WireError> {
    let (most, width) = if is_v4 { (OCTETS, 8) } else { (DIGITS, 4) };
    if let (true, Some(label)) = (count > most, labels(input).nth(most)) {
        return Err(WireError::new(WireErrorKind::TooManyLabels, label.at));
    }
    let mut len = count.saturating_mul(width);
    let mut shift = most.saturating_mul(width).saturating_sub(len);
    let mut bits = 0_u128;
    for (index, label) in labels(input).take(count).enumerate() {
        let part = match (is_v4, index) {
            (true, 0) if count == OCTETS => classless(label.text).map(|(octet, bits)| {
                len = bits.into();
                octet
            }),
            (true, _) => octet(label.text),
            (false, _) => digit(label.text),
        };
        let part =
            u128::from(part.ok_or_else(|| WireError::new(WireErrorKind::BadLabel, label.at))?);
        bits |= u32::try_from(shift).ok().and_then(|by| part.checked_shl(by)).unwrap_or(0);
        shift = shift.saturating_add(width);
    }
    let ip = match (is_v4, u32::try_from(bits)) {
        (true, Ok(bits)) => Ip::V4(Ipv4Addr::from_bits(bits)),
        _ => Ip::V6(Ipv6Addr::from_bits(bits), None),
    };
    // Only a classless label can leave host bits, and it stands first.
    Prefix::new(ip, u8::try_from(len).unwrap_or(u8::MAX), HostBits::Reject)
        .map_err(|_| WireError::new(WireErrorKind::BadLabel, 0))
}

/// The labels of a name that is known to be whole.
fn labels(input: &[u8]) -> impl Iterator<Item = Label<'_>> {
    let mut reader = Reader::new(input);
    core::iter::from_fn(move || {
        let at = reader.position();
        let len = reader.take_byte()?;
        Some(Label { at, text: reader.take(len.into())? })
    })
}

/// `octet = "0" / %x31-39 *2DIGIT ; at most 255`
fn octet(label: &[u8]) -> Option<u8> {
    let mut reader = Reader::new(label);
    let octet = take_octet(&mut reader)?;
    reader.is_empty().then_some(octet)
}

/// An octet of 32 bits, or `classless = octet "/" len ; 25 to 31`.
fn classless(label: &[u8]) -> Option<(u8, u8)> {
    let mut reader = Reader::new(label);
    let octet = take_octet(&mut reader)?;
    if reader.is_empty() {
        return Some((octet, 32));
    }
    let len = if reader.expect(b'/') { take_octet(&mut reader)? } else { return None };
    (reader.is_empty() && matches!(len, 25..=31)).then_some((octet, len))
}

fn take_octet(reader: &mut Reader<'_>) -> Option<u8> {
    let digits = reader.take_decimal(3);
    let octet = digits.to_u16().and_then(|octet| u8::try_from(octet).ok());
    octet.filter(|_| !digits.has_leading_zero())
}

/// `digit = HEXDIG`
fn digit(label: &[u8]) -> Option<u8> {
    match label {
        [_] => Reader::new(label).take_hex(1).to_u16().and_then(|digit| u8::try_from(digit).ok()),
        _ => None,
    }
}

pub(super) fn fields(input: &[u8], each: &mut dyn FnMut(Field)) {
    let mut reader = Reader::new(input);
    while let Some(len) = reader.peek() {
        let at = reader.position();
        let (name, meaning, width) = match len {
            0 => ("root", "end of the name", 1),
            0xc0.. => ("pointer", "compression, refused here", 2),
            0x40.. => ("type", "label of a type that was never used", 1),
            _ => ("label", "length, bytes", usize::from(len).saturating_add(1)),
        };
        if reader.take(width).is_none() {
            _ = reader.take_rest();
        }
        each(Field::new(name, at..reader.position(), meaning));
        if !matches!(len, 1..0x40) {
            return;
        }
    }
}

/// How many labels stand before the suffix.
const fn labels_of(prefix: &Prefix) -> usize {
    let width = if matches!(prefix.ip(), Ip::V4(_)) { 8 } else { 4 };
    (prefix.prefix_len() as usize).div_ceil(width)
}

const fn is_classless(prefix: &Prefix) -> bool {
    matches!((prefix.ip(), prefix.prefix_len()), (Ip::V4(_), 25..=31))
}

pub(super) fn len(prefix: &Prefix) -> usize {
    match prefix.ip() {
        Ip::V4(addr) => {
            let octets = addr.octets();
            let widths = octets
                .iter()
                .take(labels_of(prefix))
                .map(|octet| 1_usize.saturating_add(digits(*octet)));
            let classless = if is_classless(prefix) { "/25".len() } else { 0 };
            widths.fold(IN_ADDR_SUFFIX.saturating_add(classless), usize::saturating_add)
        }
        Ip::V6(..) => IP6_SUFFIX.saturating_add(labels_of(prefix).saturating_mul(2)),
    }
}

/// How many decimal digits an octet has.
const fn digits(octet: u8) -> usize {
    match octet {
        0..=9 => 1,
        10..=99 => 2,
        100.. => 3,
    }
}

pub(super) fn write(prefix: &Prefix, out: &mut Writer<'_>) -> Result<(), BufferTooSmall> {
    match prefix.ip() {
        Ip::V4(addr) => {
            let octets = addr.octets();
            let mut classless = is_classless(prefix);
            for octet in octets.iter().take(labels_of(prefix)).rev() {
                let len = digits(*octet).saturating_add(if classless { 3 } else { 0 });
                out.put(u8::try_from(len).unwrap_or(u8::MAX))?;
                out.put_decimal((*octet).into())?;
                if classless {
                    out.put(b'/')?;
                    out.put_decimal(prefix.prefix_len().into())?;
                    classless = false;
                }
            }
            put_label(IN_ADDR, out)?;
        }
        Ip::V6(addr, _) => {
            let mut shift = 128_u32.saturating_sub(prefix.prefix_len().into());
            while shift < 128 {
                let digit = addr.to_bits().checked_shr(shift).unwrap_or(0) & 0xf;
                out.put(1)?;
                out.put_hex(u64::try_from(digit).unwrap_or(0))?;
                shift = shift.saturating_add(4);
            }
            put_label(IP6, out)?;
        }
    }
    put_label(ARPA, out)?;
    out.put(0)
}

fn put_label(text: &[u8], out: &mut Writer<'_>) -> Result<(), BufferTooSmall> {
    out.put(u8::try_from(text.len()).unwrap_or(u8::MAX))?;
    out.put_slice(text)
}
