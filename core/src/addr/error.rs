//! What can be wrong with the text of an address: the rule, the byte, the length, the dialect.
//!
//! The error is the one that a reader going from left to right meets first. Where it points:
//!
//! * a wrong byte: that byte, length 1;
//! * a well-formed token that breaks a rule of value or length: the whole token;
//! * something missing: where it should begin (which may be the end of the input), length 0.

use core::fmt;

use super::Dialect;
use crate::cursor::BufferTooSmall;

macro_rules! kinds {
    ($($(#[$meta:meta])* $variant:ident $({ $(#[$field_meta:meta])* $field:ident: $ty:ty })?
        => $code:literal, $message:literal;)*) => {
        /// The rule that the text of an address broke.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ParseErrorKind {
            $($(#[$meta])* $variant $({ $(#[$field_meta])* $field: $ty })?,)*
        }

        impl ParseErrorKind {
            /// The code of every kind, in the order of declaration.
            pub const CODES: &'static [&'static str] = &[$($code,)*];

            /// The kebab-case code that vectors, JSON and the command share.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $code,)*
                }
            }

            const fn message(self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $message,)*
                }
            }
        }
    };
}

kinds! {
    /// The input holds no byte at all.
    Empty => "empty", "empty input";
    /// The input is longer than any text of this form can be.
    TooLong => "too-long", "input is too long";
    /// This byte cannot stand here.
    UnexpectedByte {
        /// The byte found.
        byte: u8
    } => "unexpected-byte", "unexpected byte";
    /// A byte above 0x7F stands where only ASCII is allowed.
    NonAscii => "non-ascii", "byte is not ASCII";
    /// A NUL byte stands where none is allowed.
    Nul => "nul", "NUL byte";
    /// White space stands where none is allowed.
    Whitespace => "whitespace", "white space";
    /// Something follows where the text should have ended.
    TrailingBytes => "trailing-bytes", "bytes after the end";
    /// The text is not an IP address.
    NotAnIp => "not-an-ip", "not an IP address";
    /// The value cannot be said in this dialect, or not be held by its type.
    NotRepresentable => "not-representable", "not representable";

    /// An IPv4 octet has no digit.
    OctetEmpty => "octet-empty", "octet is empty";
    /// An IPv4 octet begins with a zero that is not its only digit.
    OctetLeadingZero => "octet-leading-zero", "octet has a leading zero";
    /// An IPv4 octet or part exceeds its range.
    OctetTooLarge => "octet-too-large", "octet is too large";
    /// An IPv4 address has fewer than four octets.
    TooFewOctets {
        /// How many octets there are.
        found: u8
    } => "too-few-octets", "too few octets";
    /// An IPv4 address has more than four octets.
    TooManyOctets => "too-many-octets", "too many octets";

    /// An IPv6 group has no digit.
    GroupEmpty => "group-empty", "group is empty";
    /// An IPv6 group has more than four digits.
    GroupTooLong => "group-too-long", "group is longer than four digits";
    /// An IPv6 address has more than eight groups.
    TooManyGroups => "too-many-groups", "too many groups";
    /// An IPv6 address has fewer than eight groups and no `::`.
    TooFewGroups {
        /// How many groups there are.
        found: u8
    } => "too-few-groups", "too few groups";
    /// A second `::`.
    DoubleCompression => "double-compression", "second `::`";
    /// A single colon begins or ends an IPv6 address.
    SingleColonAtEdge => "single-colon-at-edge", "single colon at the edge";
    /// A dotted IPv4 part stands elsewhere than at the end of an IPv6 address.
    V4TailNotLast => "v4-tail-not-last", "dotted part is not the last";
    /// A dotted IPv4 part stands where fewer than two groups are left.
    V4TailNoRoom => "v4-tail-no-room", "no room for a dotted part";

    /// A `%` without a zone behind it.
    ZoneEmpty => "zone-empty", "zone is empty";
    /// This byte cannot stand in a zone name.
    ZoneBadByte => "zone-bad-byte", "byte cannot stand in a zone";
    /// A zone name longer than 15 bytes.
    ZoneTooLong => "zone-too-long", "zone is longer than 15 bytes";
    /// A zone index with a leading zero.
    ZoneIndexLeadingZero => "zone-index-leading-zero", "zone index has a leading zero";
    /// A zone index above 4294967295.
    ZoneIndexOverflow => "zone-index-overflow", "zone index is too large";
    /// A zone on an IPv4 address.
    ZoneOnIpv4 => "zone-on-ipv4", "zone on an IPv4 address";
    /// A zone on a v4-mapped IPv6 address.
    ZoneOnMapped => "zone-on-mapped", "zone on a v4-mapped address";
    /// This dialect has no zones, or none for this address.
    ZoneNotAllowedInDialect => "zone-not-allowed-in-dialect", "zone is not allowed in this dialect";

    /// A `%` that is not followed by two hexadecimal digits.
    PercentEncodingBad => "percent-encoding-bad", "percent-encoding is malformed";
    /// A host name that would need IDNA.
    NeedsIdna => "needs-idna", "host name needs IDNA";

    /// An IPv6 address that must stand in brackets does not.
    BracketMissing => "bracket-missing", "IPv6 address without brackets";
    /// A `[` without its `]`.
    BracketUnclosed => "bracket-unclosed", "bracket is not closed";
    /// Something other than IPv6 stands in brackets.
    BracketedNonIpv6 => "bracketed-non-ipv6", "brackets hold no IPv6 address";
    /// Something other than `:port` follows a `]`.
    TextAfterBracket => "text-after-bracket", "text after the bracket";
    /// An unbracketed IPv6 address with a port behind it.
    UnbracketedIpv6WithPort => "unbracketed-ipv6-with-port", "IPv6 address with a port but without brackets";

    /// The port that this form requires is missing.
    PortMissing => "port-missing", "port is missing";
    /// A colon without a port behind it.
    PortEmpty => "port-empty", "port is empty";
    /// A port with a sign.
    PortSign => "port-sign", "port has a sign";
    /// A port with a leading zero.
    PortLeadingZero => "port-leading-zero", "port has a leading zero";
    /// A port above 65535.
    PortTooLarge => "port-too-large", "port is too large";
    /// Port 0 where the dialect has none.
    PortZeroNotAllowed => "port-zero-not-allowed", "port 0 is not allowed";
    /// The name of a service where a port is required.
    ServiceNameNotAllowed => "service-name-not-allowed", "service name is not allowed";

    /// A label of a host name has no byte.
    HostLabelEmpty => "host-label-empty", "host label is empty";
    /// A label of a host name is longer than 63 bytes.
    HostLabelTooLong => "host-label-too-long", "host label is longer than 63 bytes";
    /// A label of a host name begins or ends with a hyphen.
    HostLabelHyphen => "host-label-hyphen", "host label begins or ends with a hyphen";
    /// This byte cannot stand in a host name.
    HostBadByte => "host-bad-byte", "byte cannot stand in a host name";
    /// A host name is longer than 253 bytes.
    HostTooLong => "host-too-long", "host name is longer than 253 bytes";
    /// A word that begins a scheme stands as a host name.
    HostReservedWord => "host-reserved-word", "reserved word as a host name";
    /// `*` where no listen address was asked for.
    AnyNotAllowed => "any-not-allowed", "`*` is only a listen address";

    /// A Unix path has no byte.
    UnixPathEmpty => "unix-path-empty", "Unix path is empty";
    /// A Unix path or abstract name is longer than it can be.
    UnixPathTooLong {
        /// The longest possible length in bytes.
        max: u16
    } => "unix-path-too-long", "Unix path is too long";
    /// A NUL in a Unix path.
    UnixNul => "unix-nul", "NUL byte in a Unix path";

    /// The prefix of a pipe name is malformed.
    PipePrefix => "pipe-prefix", "prefix of the pipe name is malformed";
    /// A pipe name has no byte.
    PipeNameEmpty => "pipe-name-empty", "pipe name is empty";
    /// A backslash in a pipe name.
    PipeNameBackslash => "pipe-name-backslash", "backslash in a pipe name";
    /// A pipe name is longer than 256 characters in all.
    PipeTooLong => "pipe-too-long", "pipe name is longer than 256 characters";

    /// A number has no digit.
    NumberEmpty => "number-empty", "number is empty";
    /// A number has a leading zero.
    NumberLeadingZero => "number-leading-zero", "number has a leading zero";
    /// A number exceeds 32 bits.
    NumberTooLarge => "number-too-large", "number is too large";

    /// The `/` of a prefix is missing.
    PrefixMissing => "prefix-missing", "prefix length is missing";
    /// A `/` without a length behind it.
    PrefixEmpty => "prefix-empty", "prefix length is empty";
    /// A prefix length with a leading zero.
    PrefixLeadingZero => "prefix-leading-zero", "prefix length has a leading zero";
    /// A prefix length above the number of bits of the address.
    PrefixTooLarge => "prefix-too-large", "prefix length is too large";
    /// A bit is set behind the prefix.
    HostBitsSet => "host-bits-set", "host bits are set";
}

impl fmt::Display for ParseErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.message())
    }
}

/// A refusal: the rule that the text broke, and where.
///
/// ```
/// use portolan::addr::{Dialect, ParseErrorKind, ipv4};
/// let error = ipv4::parse(b"10.0.08.1").unwrap_err();
/// assert_eq!(error.kind, ParseErrorKind::OctetLeadingZero);
/// assert_eq!((error.at, error.len, error.dialect), (5, 2, Dialect::Strict));
/// assert_eq!(error.to_string(), "octet has a leading zero at byte 5");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ParseError {
    /// The rule.
    pub kind: ParseErrorKind,
    /// The offset of the first byte concerned; may be the input's length.
    pub at: u32,
    /// How many bytes are concerned; 0 where something is missing.
    pub len: u32,
    /// The dialect whose rule it is.
    pub dialect: Dialect,
}

impl ParseError {
    /// Creates an error of the dialect `strict`; offsets above 32 bits saturate.
    #[must_use]
    pub(crate) fn new(kind: ParseErrorKind, at: usize, len: usize) -> Self {
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { kind, at: narrow(at), len: narrow(len), dialect: Dialect::Strict }
    }

    /// Creates the error of a value, which has no bytes.
    pub(crate) const fn without_place(kind: ParseErrorKind) -> Self {
        Self { kind, at: 0, len: 0, dialect: Dialect::Strict }
    }

    /// Creates the error of a byte that breaks the rule `kind` of its place.
    ///
    /// What no place takes (above ASCII, NUL, white space) is named as such.
    #[must_use]
    pub(crate) fn bad_byte(kind: ParseErrorKind, at: usize, byte: u8) -> Self {
        match byte_kind(byte) {
            ParseErrorKind::UnexpectedByte { .. } => Self::new(kind, at, 1),
            kind => Self::new(kind, at, 1),
        }
    }

    /// Creates the error of a token that should begin at `at`, where `found` begins none.
    #[must_use]
    pub(crate) fn missing(kind: ParseErrorKind, at: usize, found: Option<u8>) -> Self {
        match found.map(byte_kind) {
            None | Some(ParseErrorKind::UnexpectedByte { .. }) => Self::new(kind, at, 0),
            Some(kind) => Self::new(kind, at, 1),
        }
    }

    /// Creates the error of a byte that nothing allows at its place.
    #[must_use]
    pub(crate) fn unexpected(at: usize, byte: u8) -> Self {
        Self::new(byte_kind(byte), at, 1)
    }

    /// Creates the error of a text that begins like no spelling of the form asked for.
    #[must_use]
    pub(crate) fn other_form(text: &[u8]) -> Self {
        match text.first() {
            Some(&byte) => Self::unexpected(0, byte),
            None => Self::new(ParseErrorKind::Empty, 0, 0),
        }
    }

    /// Returns the same error in the name of another dialect.
    #[must_use]
    pub(crate) const fn in_dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// Returns the same error for a text that begins `by` bytes earlier.
    #[must_use]
    pub(crate) fn shifted(mut self, by: usize) -> Self {
        self.at = self.at.saturating_add(u32::try_from(by).unwrap_or(u32::MAX));
        self
    }

    /// The kebab-case code of the rule.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.kind.code()
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.kind, self.at)
    }
}

impl core::error::Error for ParseError {}

/// The rule that a byte breaks which no rule of its own place names.
pub(crate) const fn byte_kind(byte: u8) -> ParseErrorKind {
    match byte {
        0x80.. => ParseErrorKind::NonAscii,
        0 => ParseErrorKind::Nul,
        b' ' | b'\t'..=b'\r' => ParseErrorKind::Whitespace,
        _ => ParseErrorKind::UnexpectedByte { byte },
    }
}

/// The longest text that any reader looks at, in bytes.
pub(crate) const MAX_INPUT: usize = 65_535;

/// Refuses the text that no grammar has to look at: an empty one, or one that is far too long.
pub(crate) fn check_len(text: &[u8]) -> Result<(), ParseError> {
    match text.len() {
        0 => Err(ParseError::new(ParseErrorKind::Empty, 0, 0)),
        1..=MAX_INPUT => Ok(()),
        _ => Err(ParseError::new(ParseErrorKind::TooLong, MAX_INPUT, 1)),
    }
}

/// Why a value was not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FormatError {
    /// The buffer is too small; nothing useful was written.
    BufferTooSmall,
    /// The dialect cannot say this value: reading the text back would not give it.
    NotRepresentable,
}

impl FormatError {
    /// The kebab-case code that vectors, JSON and the command share.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::BufferTooSmall => "buffer-too-small",
            Self::NotRepresentable => "not-representable",
        }
    }
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::BufferTooSmall => "buffer is too small",
            Self::NotRepresentable => "value is not representable in the dialect",
        })
    }
}

impl core::error::Error for FormatError {}

impl From<BufferTooSmall> for FormatError {
    fn from(_: BufferTooSmall) -> Self {
        Self::BufferTooSmall
    }
}

/// Why a value of one type has no equal in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConvertError {
    /// A word that begins a scheme stands as a host name.
    HostReservedWord,
    /// The other type has no place for a part of the value, or requires a part that it lacks.
    NotRepresentable,
}

impl ConvertError {
    /// The kebab-case code that vectors, JSON and the command share.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::HostReservedWord => "host-reserved-word",
            Self::NotRepresentable => "not-representable",
        }
    }
}

impl fmt::Display for ConvertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::HostReservedWord => "reserved word as a host name",
            Self::NotRepresentable => "value is not representable in the other type",
        })
    }
}

impl core::error::Error for ConvertError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_has_at_most_sixteen_bytes() {
        assert!(size_of::<ParseError>() <= 16);
        assert!(size_of::<ParseErrorKind>() <= 6);
    }

    #[test]
    fn codes_are_unique_and_in_kebab_case() {
        for (index, code) in ParseErrorKind::CODES.iter().enumerate() {
            assert!(code.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-')), "{code}");
            assert!(!ParseErrorKind::CODES[..index].contains(code), "{code} stands twice");
        }
    }
}
