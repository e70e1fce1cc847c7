//! Host names and hosts.

use core::fmt;

use super::Ip;
use super::spelling::{Bytes, Spelling};

/// A host name, kept as written.
///
/// `Eq`, `Ord` and `Hash` ignore ASCII case; a trailing dot is significant. Borrows from the
/// input, and owns its bytes after `into_owned` (feature `alloc`).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostName<'a>(Spelling<'a>);

impl<'a> HostName<'a> {
    /// The greatest length in bytes, without the trailing dot.
    pub const MAX_LEN: usize = 253;

    /// Keeps a name that a dialect has read; with `escaped`, `%XX` stands for a byte.
    pub(crate) const fn from_written(written: &'a [u8], escaped: bool) -> Self {
        Self(Spelling::new(written, escaped))
    }

    /// The bytes as written.
    #[must_use]
    pub fn as_written(&self) -> &[u8] {
        self.0.as_written()
    }

    /// Whether `%XX` in the bytes as written stands for a byte; never in `strict`.
    #[must_use]
    pub const fn is_escaped(&self) -> bool {
        self.0.is_escaped()
    }

    /// The bytes of the name, decoded.
    #[must_use]
    pub fn bytes(&self) -> Bytes<'_> {
        self.0.bytes()
    }

    /// The same name with its own copy of the bytes.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn into_owned(self) -> HostName<'static> {
        HostName(self.0.into_owned())
    }
}

impl fmt::Display for HostName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for HostName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// The host of an endpoint.
///
/// The order is IPv4, IPv6, name, any.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Host<'a> {
    /// An IP address with an optional zone.
    Ip(Ip),
    /// A name, not resolved.
    Name(HostName<'a>),
    /// `*`: every address of the machine, of either family.
    Any,
}

impl Host<'_> {
    /// The same host with its own copy of the name.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn into_owned(self) -> Host<'static> {
        match self {
            Self::Ip(ip) => Host::Ip(ip),
            Self::Name(name) => Host::Name(name.into_owned()),
            Self::Any => Host::Any,
        }
    }
}
