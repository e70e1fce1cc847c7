//! IPv4 in a URL: `inet_aton` over bytes that may be escaped.

use crate::addr::{Ipv4Addr, ParseError, ParseErrorKind, ipv4, nibble};
use crate::dialect::shared::escapes::{Piece, Pieces};

/// The IPv4 parser; URL Standard, section 3.5.
///
/// ```abnf
/// ipv4 = part *3( "." part ) [ "." ]
/// ```
pub(super) fn read(text: &[u8]) -> Result<Ipv4Addr, ParseError> {
    if let Ok(addr) = ipv4::parse(text) {
        return Ok(addr);
    }
    let mut pieces = Pieces::new(text);
    // What is left of the address for the last part: four bytes, three, two, one.
    let mut room = u32::MAX;
    let mut value = 0_u32;
    loop {
        let begin = pieces.offset();
        let Part { number, end, dot } = part(&mut pieces)?;
        let more = dot.filter(|_| pieces.clone().next().is_some());
        let limit = if more.is_some() { 0xff } else { room };
        let Some(number) = number.filter(|number| *number <= limit) else {
            let len = end.saturating_sub(begin);
            return Err(ParseError::new(ParseErrorKind::OctetTooLarge, begin, len));
        };
        let Some(dot) = more else {
            return Ok(Ipv4Addr::from(value | number));
        };
        // The bits of `room` that the next part leaves are the byte of this one.
        let next = room >> 8;
        if next == 0 {
            return Err(ParseError::new(ParseErrorKind::TooManyOctets, dot.at, dot.len));
        }
        value |= number << room.count_ones().saturating_sub(8);
        room = next;
    }
}

struct Part {
    /// `None` above 32 bits.
    number: Option<u32>,
    end: usize,
    /// The dot behind the part.
    dot: Option<Piece>,
}

/// ```abnf
/// part = decimal-int / "0" *%x30-37 / "0x" *HEXDIG
/// ```
///
/// The IPv4 number parser; URL Standard, section 3.5.
fn part(pieces: &mut Pieces<'_>) -> Result<Part, ParseError> {
    let mut number = Number::Empty;
    loop {
        let end = pieces.offset();
        let piece = pieces.next();
        match (number, piece) {
            (Number::Empty, None | Some(Piece { byte: b'.', .. })) => {
                return Err(ParseError::new(ParseErrorKind::OctetEmpty, end, 0));
            }
            (_, None | Some(Piece { byte: b'.', .. })) => {
                return Ok(Part { number: number.value(), end, dot: piece });
            }
            (_, Some(piece)) => {
                number = number.push(piece.byte).ok_or_else(|| not_a_digit(number, piece))?;
            }
        }
    }
}

fn not_a_digit(number: Number, piece: Piece) -> ParseError {
    match (number, piece.unexpected()) {
        (Number::Empty, ParseError { kind: ParseErrorKind::UnexpectedByte { .. }, .. }) => {
            ParseError::new(ParseErrorKind::OctetEmpty, piece.at, 0)
        }
        (_, error) => error,
    }
}

/// A number whose digits come one by one; the value is `None` above 32 bits.
#[derive(Clone, Copy)]
enum Number {
    Empty,
    /// `0`, behind which the radix is not settled.
    Zero,
    Decimal(Option<u32>),
    Octal(Option<u32>),
    Hex(Option<u32>),
}

impl Number {
    /// The number with one more byte; `None` for a byte that is no digit of it.
    fn push(self, byte: u8) -> Option<Self> {
        let digit = |radix| nibble(byte).map(u32::from).filter(|digit| *digit < radix);
        let append = |value: Option<u32>, radix| {
            digit(radix).map(|digit| value?.checked_mul(radix)?.checked_add(digit))
        };
        match self {
            Self::Empty if byte == b'0' => Some(Self::Zero),
            Self::Empty => append(Some(0), 10).map(Self::Decimal),
            Self::Zero if matches!(byte, b'x' | b'X') => Some(Self::Hex(Some(0))),
            Self::Zero => append(Some(0), 8).map(Self::Octal),
            Self::Decimal(value) => append(value, 10).map(Self::Decimal),
            Self::Octal(value) => append(value, 8).map(Self::Octal),
            Self::Hex(value) => append(value, 16).map(Self::Hex),
        }
    }

    const fn value(self) -> Option<u32> {
        match self {
            Self::Empty | Self::Zero => Some(0),
            Self::Decimal(value) | Self::Octal(value) | Self::Hex(value) => value,
        }
    }
}
