//! What can be wrong with the bytes, or with the value, of a wire form.

use core::fmt;

use crate::codes::codes;

/// A refusal: the rule, and the offset of the first byte that breaks it.
///
/// What is missing is missing at the end. A value that cannot be encoded has offset 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct WireError {
    /// The rule.
    pub kind: WireErrorKind,
    /// The offset of the byte.
    pub at: usize,
}

impl WireError {
    pub(crate) const fn new(kind: WireErrorKind, at: usize) -> Self {
        Self { kind, at }
    }

    /// The kebab-case code of the rule.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.kind.code()
    }
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.kind, self.at)
    }
}

impl core::error::Error for WireError {}

/// The rule that the bytes, or the value to be encoded, broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WireErrorKind {
    /// The fixed bytes that begin the form are others.
    BadMagic,
    /// A version that this form does not have.
    BadVersion,
    /// A command that this form does not have.
    BadCommand,
    /// An address family that this form does not have.
    BadFamily,
    /// A field that does not have its form.
    BadField,
    /// A port that is no number of 16 bits in canonical digits.
    BadPort,
    /// The header is longer than its form allows.
    HeaderTooLong,
    /// An address that is not of the family named.
    AddressMismatch,
    /// The declared length is too short for what it must hold, or the bytes end inside a value.
    TooShort,
    /// A type-length-value record runs past its block.
    TlvOverrun,
    /// A second checksum.
    DuplicateCrc,
    /// The checksum is not that of the bytes.
    BadCrc,
    /// An address that this form does not allow.
    BadAddress,
    /// A host name has no byte.
    HostEmpty,
    /// A field is longer than its form allows.
    TooLong,
    /// A byte that must be zero is not.
    BadReserved,
    /// A type of address that this form does not have.
    BadAddressType,
    /// The bytes are not as many as the form has.
    BadLength,
    /// A label of a name that is not of this form.
    BadLabel,
    /// A compression pointer in a name that stands alone.
    Compression,
    /// More labels than an address has.
    TooManyLabels,
    /// The name does not end as the form does.
    WrongSuffix,
    /// A length or a code takes more bytes than it needs.
    NonCanonicalLength,
    /// A protocol that is not known here.
    UnknownProtocol,
    /// A value has no byte.
    EmptyValue,
    /// A zone that no IPv6 address follows.
    ZoneWithoutIp6,
    /// A byte that a token does not have.
    BadToken,
    /// A quoted string that does not end, or an escape in it that is none.
    BadQuote,
    /// A parameter stands twice.
    DuplicateParameter,
    /// A node that is no address, no `unknown` and no obfuscated name.
    BadNode,
    /// A byte that should be a digit.
    BadDigit,
    /// The value cannot be written in this form.
    NotRepresentable,
    /// The buffer cannot hold the form.
    BufferTooSmall,
}

codes!(WireErrorKind {
    BadMagic => "bad-magic",
    BadVersion => "bad-version",
    BadCommand => "bad-command",
    BadFamily => "bad-family",
    BadField => "bad-field",
    BadPort => "bad-port",
    HeaderTooLong => "header-too-long",
    AddressMismatch => "address-mismatch",
    TooShort => "too-short",
    TlvOverrun => "tlv-overrun",
    DuplicateCrc => "duplicate-crc",
    BadCrc => "bad-crc",
    BadAddress => "bad-address",
    HostEmpty => "host-empty",
    TooLong => "too-long",
    BadReserved => "bad-reserved",
    BadAddressType => "bad-address-type",
    BadLength => "bad-length",
    BadLabel => "bad-label",
    Compression => "compression",
    TooManyLabels => "too-many-labels",
    WrongSuffix => "wrong-suffix",
    NonCanonicalLength => "non-canonical-length",
    UnknownProtocol => "unknown-protocol",
    EmptyValue => "empty-value",
    ZoneWithoutIp6 => "zone-without-ip6",
    BadToken => "bad-token",
    BadQuote => "bad-quote",
    DuplicateParameter => "duplicate-parameter",
    BadNode => "bad-node",
    BadDigit => "bad-digit",
    NotRepresentable => "not-representable",
    BufferTooSmall => "buffer-too-small",
});

impl fmt::Display for WireErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::BadMagic => "this is not how the form begins",
            Self::BadVersion => "no such version",
            Self::BadCommand => "no such command",
            Self::BadFamily => "no such address family",
            Self::BadField => "field does not have its form",
            Self::BadPort => "port is no canonical number of 16 bits",
            Self::HeaderTooLong => "header is too long",
            Self::AddressMismatch => "address is not of the family named",
            Self::TooShort => "too short for what it must hold",
            Self::TlvOverrun => "record runs past its block",
            Self::DuplicateCrc => "second checksum",
            Self::BadCrc => "checksum is not that of the bytes",
            Self::BadAddress => "address is not allowed here",
            Self::HostEmpty => "host name is empty",
            Self::TooLong => "field is too long",
            Self::BadReserved => "reserved byte is not zero",
            Self::BadAddressType => "no such type of address",
            Self::BadLength => "length is not that of the form",
            Self::BadLabel => "label is not of this form",
            Self::Compression => "compression pointer in a name that stands alone",
            Self::TooManyLabels => "more labels than an address has",
            Self::WrongSuffix => "name does not end as the form does",
            Self::NonCanonicalLength => "number takes more bytes than it needs",
            Self::UnknownProtocol => "unknown protocol",
            Self::EmptyValue => "value is empty",
            Self::ZoneWithoutIp6 => "zone without an IPv6 address behind it",
            Self::BadToken => "byte that a token does not have",
            Self::BadQuote => "quoted string is not well formed",
            Self::DuplicateParameter => "parameter stands twice",
            Self::BadNode => "node is no address, no `unknown` and no obfuscated name",
            Self::BadDigit => "not a digit",
            Self::NotRepresentable => "value cannot be written in this form",
            Self::BufferTooSmall => "buffer is too small",
        })
    }
}
