//! What can be wrong with the bytes of a kernel address.

use core::fmt;

macro_rules! kinds {
    ($($(#[$meta:meta])* $variant:ident => $code:literal, $message:literal;)*) => {
        /// The rule that the bytes, or the address to be encoded, broke.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum SockaddrErrorKind {
            $($(#[$meta])* $variant,)*
        }

        impl SockaddrErrorKind {
            /// The code of every kind, in the order of declaration.
            pub const CODES: &'static [&'static str] = &[$($code,)*];

            /// The kebab-case code that vectors, JSON and the command share.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                }
            }
        }

        impl fmt::Display for SockaddrErrorKind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(match self {
                    $(Self::$variant => $message,)*
                })
            }
        }
    };
}

kinds! {
    /// The structure has fewer bytes than its family needs.
    TooShort => "too-short", "address is too short";
    /// The kernel reported more bytes than were given.
    CutShort => "cut-short", "address was cut short";
    /// The structure has more bytes than its family needs.
    TooLong => "too-long", "address is too long";
    /// The layout has no such family.
    FamilyUnknown => "family-unknown", "unknown address family";
    /// The length byte is not the length of the structure.
    SaLenMismatch => "sa-len-mismatch", "length byte is not the length";
    /// A byte that means nothing is not zero.
    PaddingNotZero => "padding-not-zero", "padding is not zero";
    /// A Unix path does not end with NUL.
    NulMissing => "nul-missing", "path does not end with NUL";
    /// Something follows the NUL of a Unix path.
    BytesAfterNul => "bytes-after-nul", "bytes after the NUL of a path";
    /// A Unix path is longer than the layout, or the value, can hold.
    PathTooLong => "path-too-long", "path is too long";
    /// A Unix path has no byte.
    PathEmpty => "path-empty", "path is empty";
    /// A NUL stands in a Unix path.
    PathNul => "path-nul", "NUL byte in a path";
    /// The layout has no abstract names.
    AbstractUnsupported => "abstract-unsupported", "no abstract names in this layout";
    /// The layout has no addresses of this kind.
    KindUnsupported => "kind-unsupported", "no such kind of address in this layout";
    /// The buffer cannot hold the address.
    BufferTooSmall => "buffer-too-small", "buffer is too small";
}

/// A refusal: the rule, and the offset of the first byte that breaks it.
///
/// What is missing is missing at the end. An address that cannot be encoded has offset 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct SockaddrError {
    /// The rule.
    pub kind: SockaddrErrorKind,
    /// The offset of the byte.
    pub at: usize,
}

impl SockaddrError {
    pub(super) const fn new(kind: SockaddrErrorKind, at: usize) -> Self {
        Self { kind, at }
    }

    /// The kebab-case code of the rule.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.kind.code()
    }
}

impl fmt::Display for SockaddrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.kind, self.at)
    }
}

impl core::error::Error for SockaddrError {}
