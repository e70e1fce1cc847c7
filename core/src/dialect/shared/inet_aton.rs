//! The `inet_aton` family: one to four numeric parts, the last of which fills the rest.
//!
//! ```abnf
//! address = part *3("." part)
//! ```
//!
//! POSIX `inet_addr`: each part but the last is one byte; the last fills what is left, so `1.2` is
//! 1.0.0.2. The dialects of the family differ in how a part is written and in what may follow.

use core::net::Ipv4Addr;

use nom::bytes::complete::{tag_no_case, take_while};
use nom::error::{ErrorKind, ParseError as NomError};
use nom::{Err, IResult, Parser as _};

use crate::addr::{
    Endpoint, FormatError, Host, HostPort, Ip, ParseError, ParseErrorKind, TextOptions, ipv4,
};
use crate::dialect::{Extra, Reading};

/// How a part is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notation {
    /// As in C: `0x` begins hexadecimal, `0` octal digits.
    C,
    /// Decimal; leading zeros mean nothing.
    Decimal,
}

/// Reads parts from the front of a text; returns the address and what follows it.
///
/// # Errors
///
/// [`OctetEmpty`](ParseErrorKind::OctetEmpty), [`OctetTooLarge`](ParseErrorKind::OctetTooLarge),
/// [`TooManyOctets`](ParseErrorKind::TooManyOctets).
pub(crate) fn read(text: &[u8], notation: Notation) -> Result<(Ipv4Addr, &[u8]), ParseError> {
    address(text, notation).map(|(rest, addr)| (addr, rest)).map_err(|error| match error {
        Err::Error(failure) | Err::Failure(failure) => {
            let at = text.len().saturating_sub(failure.rest.len());
            failure.kind.map_or_else(
                || ParseError::missing(ParseErrorKind::OctetEmpty, at, text.get(at).copied()),
                |kind| ParseError::new(kind, at, failure.len),
            )
        }
        // The readers are complete: they never ask for more.
        Err::Incomplete(_) => {
            ParseError::new(ParseErrorKind::TooFewOctets { found: 0 }, text.len(), 0)
        }
    })
}

/// Reads parts that are the whole of a text.
///
/// # Errors
///
/// Those of [`read`], and the byte that follows the address.
pub(crate) fn read_all(text: &[u8], notation: Notation) -> Result<Ipv4Addr, ParseError> {
    match read(text, notation)? {
        (addr, []) => Ok(addr),
        (_, rest @ [byte, ..]) => {
            Err(ParseError::unexpected(text.len().saturating_sub(rest.len()), *byte))
        }
    }
}

/// A refusal inside the grammar; a missing part has no kind of its own.
#[derive(Debug)]
struct Failure<'i> {
    rest: &'i [u8],
    kind: Option<ParseErrorKind>,
    len: usize,
}

impl<'i> NomError<&'i [u8]> for Failure<'i> {
    fn from_error_kind(rest: &'i [u8], _: ErrorKind) -> Self {
        Self { rest, kind: None, len: 0 }
    }

    fn append(_: &'i [u8], _: ErrorKind, other: Self) -> Self {
        other
    }
}

type Parsed<'i, T> = IResult<&'i [u8], T, Failure<'i>>;

/// `address = part *3("." part)`
fn address(input: &[u8], notation: Notation) -> Parsed<'_, Ipv4Addr> {
    let refuse = |rest, kind, len| Err(Err::Error(Failure { rest, kind: Some(kind), len }));
    // What is left of the address for the last part: four bytes, three, two, one.
    let mut room = u32::MAX;
    let mut value = 0_u32;
    let mut input = input;
    loop {
        let (rest, part) = part(input, notation)?;
        let len = input.len().saturating_sub(rest.len());
        let more = rest.strip_prefix(b".");
        let limit = if more.is_some() { 0xff } else { room };
        let Some(part) = part.filter(|part| *part <= limit) else {
            return refuse(input, ParseErrorKind::OctetTooLarge, len);
        };
        let Some(after_dot) = more else {
            return Ok((rest, Ipv4Addr::from(value | part)));
        };
        // The bits of `room` that the next part leaves are the byte of this one.
        let next = room >> 8;
        if next == 0 {
            return refuse(rest, ParseErrorKind::TooManyOctets, 1);
        }
        value |= part << room.count_ones().saturating_sub(8);
        room = next;
        input = after_dot;
    }
}

/// ```abnf
/// part        = decimal-int / octal-int / hex-int       ; C
/// part        = 1*DIGIT                                 ; Decimal
/// decimal-int = %x31-39 *DIGIT
/// octal-int   = "0" *%x30-37
/// hex-int     = "0x" 1*HEXDIG
/// ```
///
/// `None` stands for a number beyond 32 bits.
fn part(input: &[u8], notation: Notation) -> Parsed<'_, Option<u32>> {
    if notation == Notation::Decimal {
        return digits(input, 10);
    }
    if let Ok((rest, _)) = tag_no_case::<_, _, Failure<'_>>("0x").parse(input) {
        return digits(rest, 16);
    }
    digits(input, if input.starts_with(b"0") { 8 } else { 10 })
}

/// One or more digits of a radix; `None` stands for a number beyond 32 bits.
fn digits(input: &[u8], radix: u32) -> Parsed<'_, Option<u32>> {
    let (rest, digits) = take_while(|byte: u8| char::from(byte).is_digit(radix)).parse(input)?;
    if digits.is_empty() {
        return Err(Err::Error(Failure::from_error_kind(input, ErrorKind::Digit)));
    }
    let value = digits.iter().try_fold(0_u32, |value, byte| {
        value.checked_mul(radix)?.checked_add(char::from(*byte).to_digit(radix)?)
    });
    Ok((rest, value))
}

/// A host-level dialect in an endpoint: a bare address, and the caller's port.
pub(crate) fn bare(ip: Ip, options: &TextOptions) -> Reading<'static> {
    Reading::new(Endpoint::Inet(HostPort { host: Host::Ip(ip), port: options.default_port }))
}

/// Writes what a host-level dialect can say of an endpoint: a bare address.
pub(crate) fn format_bare(
    reading: &Reading<'_>,
    out: &mut [u8],
    format_ip: fn(&Ip, &mut [u8]) -> Result<usize, FormatError>,
) -> Result<usize, FormatError> {
    match reading {
        Reading {
            endpoint: Endpoint::Inet(HostPort { host: Host::Ip(ip), port: None }),
            extra: Extra::NONE,
            ..
        } => format_ip(ip, out),
        _ => Err(FormatError::NotRepresentable),
    }
}

/// Writes a dotted quad, which every dialect of the family reads back.
pub(crate) fn format_ip(ip: &Ip, out: &mut [u8]) -> Result<usize, FormatError> {
    match ip {
        Ip::V4(addr) => ipv4::format(*addr, out),
        Ip::V6(..) => Err(FormatError::NotRepresentable),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::arithmetic_side_effects)] // offsets of tests stay small

    use alloc::format;
    use alloc::string::String;
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::*;

    fn error(text: &[u8], notation: Notation) -> (&'static str, u32, u32) {
        let error = read_all(text, notation).unwrap_err();
        (error.code(), error.at, error.len)
    }

    #[test]
    fn the_last_part_fills_the_rest() {
        for (text, expected) in [
            ("1.2.3", [1, 2, 0, 3]),
            ("1.2", [1, 0, 0, 2]),
            ("1", [0, 0, 0, 1]),
            ("4294967295", [255, 255, 255, 255]),
            ("1.16777215", [1, 255, 255, 255]),
            ("1.2.65535", [1, 2, 255, 255]),
            ("0.0", [0, 0, 0, 0]),
        ] {
            for notation in [Notation::C, Notation::Decimal] {
                assert_eq!(read_all(text.as_bytes(), notation), Ok(expected.into()), "{text}");
            }
        }
    }

    #[test]
    fn a_part_that_does_not_fit_is_refused() {
        for notation in [Notation::C, Notation::Decimal] {
            assert_eq!(error(b"4294967296", notation), ("octet-too-large", 0, 10));
            assert_eq!(error(b"99999999999999999999", notation), ("octet-too-large", 0, 20));
            assert_eq!(error(b"1.16777216", notation), ("octet-too-large", 2, 8));
            assert_eq!(error(b"1.2.65536", notation), ("octet-too-large", 4, 5));
            assert_eq!(error(b"1.2.3.256", notation), ("octet-too-large", 6, 3));
            assert_eq!(error(b"256.1", notation), ("octet-too-large", 0, 3));
        }
    }

    #[test]
    fn a_missing_part_and_a_fifth_one_are_refused() {
        for notation in [Notation::C, Notation::Decimal] {
            assert_eq!(error(b"1..2", notation), ("octet-empty", 2, 0));
            assert_eq!(error(b"1.2.3.", notation), ("octet-empty", 6, 0));
            assert_eq!(error(b".1", notation), ("octet-empty", 0, 0));
            assert_eq!(error(b"1.2.3.4.", notation), ("too-many-octets", 7, 1));
            assert_eq!(error(b"1.2.3.4.5", notation), ("too-many-octets", 7, 1));
        }
    }

    #[test]
    fn signs_and_letters_are_refused() {
        for notation in [Notation::C, Notation::Decimal] {
            assert_eq!(error(b"+1.2", notation), ("octet-empty", 0, 0));
            assert_eq!(error(b"1.-2", notation), ("octet-empty", 2, 0));
            assert_eq!(error(b"1e3", notation), ("unexpected-byte", 1, 1));
            assert_eq!(error(b"1.2.3.4\0", notation), ("nul", 7, 1));
        }
    }

    #[test]
    fn radixes_are_those_of_the_notation() {
        assert_eq!(read_all(b"0x7F.0X0.00.01", Notation::C), Ok([127, 0, 0, 1].into()));
        assert_eq!(read_all(b"017700000001", Notation::C), Ok([127, 0, 0, 1].into()));
        assert_eq!(error(b"08.0.0.1", Notation::C), ("unexpected-byte", 1, 1));
        assert_eq!(error(b"0x", Notation::C), ("octet-empty", 2, 0));
        assert_eq!(read_all(b"010.08.0.01", Notation::Decimal), Ok([10, 8, 0, 1].into()));
        assert_eq!(error(b"0x1", Notation::Decimal), ("unexpected-byte", 1, 1));
    }

    proptest! {
        /// Every way of writing the same parts names the same address.
        #[test]
        fn notations_agree_on_values(parts in prop::collection::vec(any::<u8>(), 4)) {
            let dotted = |render: fn(&u8) -> String| {
                parts.iter().map(render).collect::<Vec<_>>().join(".")
            };
            let expected = Ok(Ipv4Addr::new(parts[0], parts[1], parts[2], parts[3]));
            let hex = dotted(|part| format!("0x{part:x}"));
            let octal = dotted(|part| format!("0{part:o}"));
            let decimal = dotted(|part| format!("{part:04}"));
            prop_assert_eq!(read_all(hex.as_bytes(), Notation::C), expected);
            prop_assert_eq!(read_all(octal.as_bytes(), Notation::C), expected);
            prop_assert_eq!(read_all(decimal.as_bytes(), Notation::Decimal), expected);
        }

        /// No text makes the reader panic, and an offset never passes the end.
        #[test]
        fn offsets_stay_inside(text in "[0-9a-fxX.+ \\PC]{0,24}") {
            for notation in [Notation::C, Notation::Decimal] {
                if let Err(error) = read_all(text.as_bytes(), notation) {
                    prop_assert!((error.at + error.len) as usize <= text.len());
                }
            }
        }
    }
}
