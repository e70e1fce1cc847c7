//! The lengths of RESP, and what they are the lengths of.

use super::super::FrameErrorKind;
use super::super::field::{Fault, LF};
use super::SHORTEST;

/// What a length says the length of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Sized {
    /// Bytes.
    Data {
        /// Whether there may be none at all, which is not the same as no bytes.
        nullable: bool,
    },
    /// Elements.
    Elements { nullable: bool },
    /// Pairs of elements.
    Pairs,
}

/// A length as far as it is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Number {
    Empty,
    /// A minus.
    Minus,
    /// The `-1` that says that there is nothing.
    Null,
    Value(usize),
}

impl Sized {
    /// What has this type.
    pub(super) const fn of(byte: u8) -> Option<Self> {
        Some(match byte {
            b'$' => Self::Data { nullable: true },
            b'!' | b'=' => Self::Data { nullable: false },
            b'*' => Self::Elements { nullable: true },
            b'~' | b'>' => Self::Elements { nullable: false },
            b'%' | b'|' => Self::Pairs,
            _ => return None,
        })
    }

    pub(super) const fn is_data(self) -> bool {
        matches!(self, Self::Data { .. })
    }

    /// Counts the elements of an aggregate.
    pub(super) const fn elements(self, value: usize) -> usize {
        match self {
            Self::Pairs => value.saturating_mul(2),
            Self::Data { .. } | Self::Elements { .. } => value,
        }
    }

    /// Counts what is missing at least besides the CRLF behind the length.
    pub(super) const fn missing(self, number: Number) -> usize {
        match (self, number) {
            // `$-1` is shorter than `$0` with the CRLF of its data.
            (Self::Data { nullable: true }, Number::Empty) => 2,
            (Self::Data { nullable: false }, Number::Empty) => 3,
            (_, Number::Empty | Number::Minus) => 1,
            (_, Number::Null) => 0,
            (Self::Data { .. }, Number::Value(value)) => value.saturating_add(2),
            (_, Number::Value(value)) => self.elements(value).saturating_mul(SHORTEST),
        }
    }

    const fn is_nullable(self) -> bool {
        matches!(self, Self::Data { nullable: true } | Self::Elements { nullable: true })
    }
}

impl Number {
    pub(super) const fn is_complete(self) -> bool {
        matches!(self, Self::Null | Self::Value(_))
    }

    /// Reads a byte at the offset `at` of a number that begins at `first`.
    pub(super) fn next(
        self,
        sized: Sized,
        at: usize,
        first: usize,
        byte: u8,
    ) -> Result<Self, Fault> {
        match (self, byte) {
            (Self::Empty, b'-') if sized.is_nullable() => Ok(Self::Minus),
            (Self::Minus, b'1') => Ok(Self::Null),
            (Self::Empty, b'-') | (Self::Minus | Self::Null, b'0'..=b'9') => {
                Err((FrameErrorKind::NegativeLength, first))
            }
            (Self::Value(0), b'0'..=b'9') => Err((FrameErrorKind::NonCanonicalLength, first)),
            (Self::Empty, b'0'..=b'9') => Ok(Self::Value((byte & 0xf).into())),
            (Self::Value(high), b'0'..=b'9') => {
                let low = usize::from(byte & 0xf);
                let value = high.checked_mul(10).and_then(|high| high.checked_add(low));
                value.map(Self::Value).ok_or((FrameErrorKind::LengthOverflow, at))
            }
            (Self::Null | Self::Value(_), LF) => Err((FrameErrorKind::BareLf, at)),
            _ => Err((FrameErrorKind::BadDigit, at)),
        }
    }
}
