//! What can be wrong with a stream, a payload or a configuration.
//!
//! Three moments, three types: [`FrameError`] while bytes are read, [`EncodeError`] while a frame
//! is written, [`ConfigError`] before either. All are `Copy`, name the rule by a kebab-case code
//! that vectors, JSON and the command share, and never repeat the bytes they judge.

use core::fmt;

use crate::codes::codes;

/// A stream that broke a rule of its framing.
///
/// # Examples
///
/// ```
/// use portolan::frame::{FrameError, FrameErrorKind, Recovery};
///
/// let error = FrameError::new(FrameErrorKind::TooLong { limit: 16 }, 4, Recovery::Fatal);
/// assert_eq!(error.code(), "too-long");
/// assert_eq!(error.to_string(), "frame is longer than the limit of 16 bytes at byte 4");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct FrameError {
    /// Rule that was broken.
    pub kind: FrameErrorKind,
    /// Offset of the byte that broke it: from a framer counted from the start of its input, from
    /// a deframer counted from the start of the stream.
    pub at: u64,
    /// What can still be read after it.
    pub recovery: Recovery,
}

impl FrameError {
    /// Creates the error of a rule broken at a byte of the input.
    #[inline]
    #[must_use]
    pub const fn new(kind: FrameErrorKind, at: usize, recovery: Recovery) -> Self {
        Self { kind, at: at as u64, recovery }
    }

    /// Creates the error of a stream that ends inside the frame that begins the input.
    #[inline]
    #[must_use]
    pub const fn truncated() -> Self {
        Self::new(FrameErrorKind::Truncated, 0, Recovery::Fatal)
    }

    /// Names the rule in kebab case; see [`FrameErrorKind::code`].
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// Moves the error to where its input begins in the stream.
    #[inline]
    #[must_use]
    pub const fn offset_by(self, start: u64) -> Self {
        Self { at: self.at.saturating_add(start), ..self }
    }
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.kind, self.at)
    }
}

impl core::error::Error for FrameError {}

/// What can still be read after a [`FrameError`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(
    clippy::exhaustive_enums,
    reason = "implementors of `Framer` build it, users match it whole"
)]
pub enum Recovery {
    /// Nothing: the framer answers the same error until it is reset.
    Fatal,
    /// The next frame: call `step` again, it skips what is left of the bad one.
    Resync,
}

/// The rule a stream broke.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum FrameErrorKind {
    /// The frame is given up by its sender, as `7d 7e` does in HDLC.
    Aborted,
    /// A CR stands where it does not end a line.
    BareCr,
    /// An LF stands where no CR is before it.
    BareLf,
    /// A code byte says more than its frame holds.
    BadCode,
    /// A byte stands where only digits may.
    BadDigit,
    /// An escape is followed by a byte that it cannot escape.
    BadEscape,
    /// A header field breaks a rule of its own.
    BadHeader,
    /// The stream does not begin with the signature of the framing.
    BadMagic,
    /// The checksum is not that of the frame.
    Checksum,
    /// Another byte was required here.
    ExpectedByte {
        /// Required byte.
        byte: u8,
    },
    /// The header is longer than any that is accepted.
    HeaderTooLong,
    /// The length is larger than its type can hold.
    LengthOverflow,
    /// The length is smaller than what it counts.
    NegativeLength,
    /// The length is written longer than it needs to be, such as `007:`.
    NonCanonicalLength,
    /// The sequence number is not the next one.
    Sequence,
    /// The frame is longer than the configured limit.
    TooLong {
        /// Configured limit, in bytes of the body.
        limit: usize,
    },
    /// The message comes in more parts than the configured limit.
    TooManyParts {
        /// Configured limit.
        limit: usize,
    },
    /// The stream ends inside a frame.
    Truncated,
    /// A zero stands where the encoding leaves none.
    ZeroInBlock,
}

codes!(FrameErrorKind {
    Aborted => "aborted",
    BadCode => "bad-code",
    BadDigit => "bad-digit",
    BadEscape => "bad-escape",
    BadHeader => "bad-header",
    BadMagic => "bad-magic",
    BareCr => "bare-cr",
    BareLf => "bare-lf",
    Checksum => "checksum",
    ExpectedByte => "expected-byte",
    HeaderTooLong => "header-too-long",
    LengthOverflow => "length-overflow",
    NegativeLength => "negative-length",
    NonCanonicalLength => "non-canonical-length",
    Sequence => "sequence",
    TooLong => "too-long",
    TooManyParts => "too-many-parts",
    Truncated => "truncated",
    ZeroInBlock => "zero-in-block",
});

impl fmt::Display for FrameErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Aborted => "frame is aborted",
            Self::BadCode => "code byte exceeds the frame",
            Self::BadDigit => "length holds a byte that is no digit",
            Self::BadEscape => "escape of a byte that needs none",
            Self::BadHeader => "header is malformed",
            Self::BadMagic => "signature is missing",
            Self::BareCr => "CR outside a line ending",
            Self::BareLf => "LF outside a line ending",
            Self::Checksum => "checksum does not match",
            Self::ExpectedByte { byte } => return write!(f, "expected byte {byte:#04x}"),
            Self::HeaderTooLong => "header is too long",
            Self::LengthOverflow => "length is too large for its type",
            Self::NegativeLength => "length is smaller than what it counts",
            Self::NonCanonicalLength => "length is not canonical",
            Self::Sequence => "sequence number is not the next",
            Self::TooLong { limit } => {
                return write!(f, "frame is longer than the limit of {limit} bytes");
            }
            Self::TooManyParts { limit } => {
                return write!(f, "message has more than {limit} parts");
            }
            Self::Truncated => "stream ends inside the frame",
            Self::ZeroInBlock => "zero inside a block",
        })
    }
}

/// A payload that cannot be written as a frame.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct EncodeError {
    /// Rule that was broken.
    pub kind: EncodeErrorKind,
    /// Offset in the payload of the byte that broke it; 0 where it is the payload as a whole.
    pub at: usize,
}

impl EncodeError {
    /// Creates the error of a rule broken at a byte of the payload.
    #[inline]
    #[must_use]
    pub const fn new(kind: EncodeErrorKind, at: usize) -> Self {
        Self { kind, at }
    }

    /// Names the rule in kebab case; see [`EncodeErrorKind::code`].
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.kind.code()
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            EncodeErrorKind::PayloadHasDelimiter => write!(f, "{} at byte {}", self.kind, self.at),
            _ => self.kind.fmt(f),
        }
    }
}

impl core::error::Error for EncodeError {}

/// Lets meta data that always converts be converted like all other.
impl From<core::convert::Infallible> for EncodeError {
    fn from(never: core::convert::Infallible) -> Self {
        match never {}
    }
}

/// The rule a payload broke.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum EncodeErrorKind {
    /// The output buffer is smaller than the frame.
    BufferTooSmall {
        /// Bytes the whole frame takes.
        needed: usize,
    },
    /// The meta data belongs to another framing, or is a value that this one cannot say.
    MetaMismatch,
    /// The framing has no empty frames.
    PayloadEmpty,
    /// The payload holds, or with what follows forms, a delimiter.
    PayloadHasDelimiter,
    /// The framing has no frame of this size.
    PayloadLength,
    /// The payload exceeds the configured limit, or its length the length field.
    PayloadTooLong {
        /// Longest payload that can be written.
        limit: usize,
    },
    /// The stream would begin so that the other framing of a [`Detect`](super::Detect) is read.
    WrongSignature,
}

codes!(EncodeErrorKind {
    BufferTooSmall => "buffer-too-small",
    MetaMismatch => "meta-mismatch",
    PayloadEmpty => "payload-empty",
    PayloadHasDelimiter => "payload-has-delimiter",
    PayloadLength => "payload-length",
    PayloadTooLong => "payload-too-long",
    WrongSignature => "wrong-signature",
});

impl fmt::Display for EncodeErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BufferTooSmall { needed } => {
                return write!(f, "output buffer is smaller than {needed} bytes");
            }
            Self::MetaMismatch => "meta data is none of this framing",
            Self::PayloadEmpty => "payload is empty",
            Self::PayloadHasDelimiter => "payload holds a delimiter",
            Self::PayloadLength => "payload has no size that a frame can have",
            Self::PayloadTooLong { limit } => {
                return write!(f, "payload is longer than {limit} bytes");
            }
            Self::WrongSignature => "stream would begin as one of another framing",
        })
    }
}

/// A configuration that no stream can satisfy, or that asks for what cannot be held.
///
/// All share the code `bad-config`.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ConfigError {
    /// The width of a variable-length integer is neither 32 nor 64 bits.
    Bits,
    /// The buffer is smaller than the longest frame.
    BufferTooSmall {
        /// Bytes the longest frame takes on the wire.
        needed: usize,
    },
    /// A delimiter has no bytes.
    DelimiterEmpty,
    /// The set of delimiters has no members.
    DelimiterMissing,
    /// The encoding of integers is that of no length prefix.
    Encoding,
    /// The header holds more bytes besides the length field than can be carried along.
    HeaderTooLong,
    /// The header ends before its length field.
    HeaderTooShort,
    /// The frame has no bytes.
    LengthZero,
    /// The trailer has more bytes than can be written.
    TrailerTooLong,
    /// The longest frame is longer than memory can be.
    WireTooLong,
    /// The width of the length field is not 1 to 8 bytes.
    Width,
}

impl ConfigError {
    /// Names the error in kebab case, the same in vectors, drivers and the command.
    #[must_use]
    pub const fn code(self) -> &'static str {
        "bad-config"
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bits => "integers are neither 32 nor 64 bits wide",
            Self::BufferTooSmall { needed } => {
                return write!(f, "buffer is smaller than a frame of {needed} bytes");
            }
            Self::DelimiterEmpty => "delimiter is empty",
            Self::DelimiterMissing => "no delimiter is given",
            Self::Encoding => "encoding of integers is that of no length prefix",
            Self::HeaderTooLong => "header has more than 32 bytes besides its length field",
            Self::HeaderTooShort => "header ends before its length field",
            Self::LengthZero => "frame length is zero",
            Self::TrailerTooLong => "trailer has more than 32 bytes",
            Self::WireTooLong => "longest frame does not fit in memory",
            Self::Width => "length field is not 1 to 8 bytes wide",
        })
    }
}

impl core::error::Error for ConfigError {}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use super::*;
    use alloc::string::ToString;

    #[test]
    fn display_is_one_phrase_with_the_place_last() {
        let at = |kind| FrameError::new(kind, 7, Recovery::Resync).to_string();
        assert_eq!(at(FrameErrorKind::ExpectedByte { byte: 0x2c }), "expected byte 0x2c at byte 7");
        assert_eq!(at(FrameErrorKind::BareCr), "CR outside a line ending at byte 7");
        let error = EncodeError::new(EncodeErrorKind::PayloadHasDelimiter, 3);
        assert_eq!(error.to_string(), "payload holds a delimiter at byte 3");
        let error = EncodeError::new(EncodeErrorKind::BufferTooSmall { needed: 9 }, 0);
        assert_eq!(error.to_string(), "output buffer is smaller than 9 bytes");
    }

    #[test]
    fn errors_move_with_their_input_and_saturate() {
        let error = FrameError::new(FrameErrorKind::BareLf, 7, Recovery::Resync);
        assert_eq!(error.offset_by(u64::from(u32::MAX)).at, u64::from(u32::MAX) + 7);
        assert_eq!(error.offset_by(u64::MAX).at, u64::MAX);
    }
}
