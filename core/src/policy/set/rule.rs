//! One rule of an access list.

use core::fmt;

use crate::addr::{HostBits, Ip, ParseError, ParseErrorKind, Prefix};

/// What becomes of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums)] // an address passes or it does not
pub enum Action {
    /// It may pass.
    Allow,
    /// It may not.
    Deny,
}

impl Action {
    /// The word that lists, JSON and the command share.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }

    /// The action of a name.
    #[must_use]
    pub fn from_name(name: &[u8]) -> Option<Self> {
        [Self::Allow, Self::Deny].into_iter().find(|action| action.name().as_bytes() == name)
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A prefix whose addresses are allowed or denied; without host bits or a zone, and not of mapped
/// addresses.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rule {
    action: Action,
    prefix: Prefix,
}

impl Rule {
    /// Gives a prefix its action.
    ///
    /// # Errors
    ///
    /// In this order [`Zone`](RuleErrorKind::Zone), [`HostBitsSet`](ParseErrorKind::HostBitsSet),
    /// [`Mapped`](RuleErrorKind::Mapped); none has a place.
    pub const fn new(action: Action, prefix: Prefix) -> Result<Self, RuleError> {
        let kind = if prefix.ip().zone().is_some() {
            RuleErrorKind::Zone
        } else if prefix.has_host_bits() {
            RuleErrorKind::Text(ParseErrorKind::HostBitsSet)
        } else if is_mapped(&prefix) {
            RuleErrorKind::Mapped
        } else {
            return Ok(Self { action, prefix });
        };
        Err(RuleError { kind, at: 0, len: 0 })
    }

    /// The rule of a length that speaks of an address; a longer one than can be speaks of it alone.
    pub(super) fn around(ip: Ip, len: u8, action: Action) -> Self {
        let ip = Ip::from(ip.addr());
        let prefix = Prefix::new(ip, len, HostBits::Mask);
        Self { action, prefix: prefix.unwrap_or_else(|_| Prefix::host(ip)) }
    }

    /// What becomes of the addresses of the prefix.
    #[must_use]
    pub const fn action(&self) -> Action {
        self.action
    }

    /// The prefix.
    #[must_use]
    pub const fn prefix(&self) -> Prefix {
        self.prefix
    }

    /// Whether the rule speaks of an address.
    pub(super) const fn holds(&self, ip: &Ip) -> bool {
        self.prefix.contains(ip)
    }

    /// Whether this rule decides where both hold an address and the other stands before it.
    pub(super) fn beats(&self, earlier: &Self) -> bool {
        let (len, other) = (self.prefix.prefix_len(), earlier.prefix.prefix_len());
        len > other
            || (len == other && self.action == Action::Deny && self.action != earlier.action)
    }
}

/// Whether a prefix is one of IPv4 in its v4-mapped form; `::ffff:0:0/96` is the form itself.
pub(super) const fn is_mapped(prefix: &Prefix) -> bool {
    match prefix.ip() {
        Ip::V6(addr, _) => prefix.prefix_len() > 96 && addr.to_ipv4_mapped().is_some(),
        Ip::V4(_) => false,
    }
}

/// The line of a list that says it.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.action, self.prefix)
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a rule is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RuleErrorKind {
    /// The text of the address or prefix broke a rule of its own.
    Text(ParseErrorKind),
    /// A word before the prefix is neither `allow` nor `deny`.
    ActionUnknown,
    /// There is no action, and the caller named none for such lines.
    ActionMissing,
    /// Nothing stands behind the action.
    AddressMissing,
    /// The prefix has a zone.
    Zone,
    /// The prefix is inside `::ffff:0:0/96`: the IPv4 prefix is to be written.
    Mapped,
}

impl RuleErrorKind {
    /// Names the rule in kebab case, the same in JSON and the command.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Text(kind) => kind.code(),
            Self::ActionUnknown => "action-unknown",
            Self::ActionMissing => "action-missing",
            Self::AddressMissing => "address-missing",
            Self::Zone => "zone-in-rule",
            Self::Mapped => "mapped-in-rule",
        }
    }
}

impl fmt::Display for RuleErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(kind) => fmt::Display::fmt(kind, f),
            Self::ActionUnknown => f.pad("neither `allow` nor `deny`"),
            Self::ActionMissing => f.pad("`allow` or `deny` is missing"),
            Self::AddressMissing => f.pad("address or prefix is missing"),
            Self::Zone => f.pad("a rule has no zone"),
            Self::Mapped => {
                f.pad("a rule on v4-mapped addresses misses IPv4: write the IPv4 prefix")
            }
        }
    }
}

/// A refusal: the rule that was broken, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RuleError {
    /// The rule.
    pub kind: RuleErrorKind,
    /// The offset in the line of the first byte concerned; may be the line's length.
    pub at: u32,
    /// How many bytes are concerned; 0 where something is missing.
    pub len: u32,
}

impl RuleError {
    /// Creates an error; offsets above 32 bits saturate.
    pub(super) fn new(kind: RuleErrorKind, at: usize, len: usize) -> Self {
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { kind, at: narrow(at), len: narrow(len) }
    }

    /// Places the error of a text that begins at `begin`.
    pub(super) fn of_text(error: ParseError, begin: usize) -> Self {
        let error = error.shifted(begin);
        Self { kind: RuleErrorKind::Text(error.kind), at: error.at, len: error.len }
    }

    /// The kebab-case code of the rule.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.kind.code()
    }
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.kind, self.at)
    }
}

impl core::error::Error for RuleError {}
