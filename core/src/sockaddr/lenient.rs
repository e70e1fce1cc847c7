//! Leniencies: what kernels hand out or take though a strict decoder refuses it.

/// A set of leniencies, each of which has a name and is off unless asked for.
///
/// ```
/// use portolan::sockaddr::Leniency;
/// let lenient = Leniency::PADDING.with(Leniency::SA_LEN);
/// assert!(lenient.has(Leniency::PADDING));
/// assert_eq!(Leniency::from_name("sa-len"), Some(Leniency::SA_LEN));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Leniency(u8);

impl Leniency {
    /// No leniency at all.
    pub const STRICT: Self = Self(0);
    /// Padding may hold anything; kernels ignore it on input.
    pub const PADDING: Self = Self(1);
    /// The length byte may say anything; BSD kernels overwrite it on input.
    pub const SA_LEN: Self = Self(1 << 1);
    /// An IPv6 address may have 24 bytes, without a scope id (RFC 2133 section 3.2).
    pub const IN6_24: Self = Self(1 << 2);
    /// A Linux path may fill all 108 bytes without NUL, as `bind` takes it, and have 111 with the
    /// NUL that `getsockname` adds (unix(7)).
    pub const UNTERMINATED: Self = Self(1 << 3);
    /// Anything may follow the NUL of a path; it is not part of the address.
    pub const AFTER_NUL: Self = Self(1 << 4);
    /// Anything may follow the structure, as in a `sockaddr_storage`.
    pub const LONGER_THAN_STRUCT: Self = Self(1 << 5);

    /// Every single leniency.
    pub const ALL: &'static [Self] = &[
        Self::PADDING,
        Self::SA_LEN,
        Self::IN6_24,
        Self::UNTERMINATED,
        Self::AFTER_NUL,
        Self::LONGER_THAN_STRUCT,
    ];

    const NAMES: &'static [&'static str] =
        &["padding", "sa-len", "in6-24", "unterminated", "after-nul", "longer-than-struct"];

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether everything in the other set is in this one.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The names of the leniencies in the set, in kebab case.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let named = Self::ALL.iter().zip(Self::NAMES);
        named.filter(move |(one, _)| self.has(**one)).map(|(_, name)| *name)
    }

    /// Finds a leniency by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let mut named = Self::ALL.iter().zip(Self::NAMES);
        named.find(|(_, known)| **known == name).map(|(one, _)| *one)
    }
}
