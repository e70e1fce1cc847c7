//! Unix socket addresses: a pathname, an abstract name, or no name.

use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};

use super::{ParseError, ParseErrorKind};

/// What a Unix socket is bound to.
///
/// The order is unnamed, pathname, abstract name; then the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(clippy::exhaustive_enums)] // unix(7) knows these three kinds
pub enum UnixName<'a> {
    /// Nothing: a client, or one of a pair.
    Unnamed,
    /// A path in the file system: 1 to 108 bytes without NUL.
    Pathname(&'a [u8]),
    /// A name in Linux's abstract namespace, without its leading NUL: 0 to 107 bytes, any of them.
    Abstract(&'a [u8]),
}

/// A Unix socket address, held inline.
///
/// Holds what the largest of the usual layouts can (108 bytes); what a smaller one cannot hold is
/// refused when it is [encoded](crate::sockaddr).
#[derive(Clone, Copy)]
pub struct UnixAddress {
    kind: Kind,
    len: u8,
    bytes: [u8; Self::MAX_PATH_LEN],
}

#[derive(Clone, Copy)]
enum Kind {
    Unnamed,
    Pathname,
    Abstract,
}

impl UnixAddress {
    /// The longest pathname in bytes.
    pub const MAX_PATH_LEN: usize = 108;
    /// The longest abstract name in bytes, without its leading NUL.
    pub const MAX_ABSTRACT_LEN: usize = 107;
    /// The address of a socket that is bound to nothing.
    pub const UNNAMED: Self = Self { kind: Kind::Unnamed, len: 0, bytes: [0; Self::MAX_PATH_LEN] };

    /// The address of a socket in the file system.
    ///
    /// # Errors
    ///
    /// [`UnixPathEmpty`](ParseErrorKind::UnixPathEmpty), [`UnixNul`](ParseErrorKind::UnixNul) and
    /// [`UnixPathTooLong`](ParseErrorKind::UnixPathTooLong).
    pub fn from_pathname(path: &[u8]) -> Result<Self, ParseError> {
        if path.is_empty() {
            return Err(ParseError::new(ParseErrorKind::UnixPathEmpty, 0, 0));
        }
        if let Some(at) = memchr::memchr(0, path) {
            return Err(ParseError::new(ParseErrorKind::UnixNul, at, 1));
        }
        Self::hold(Kind::Pathname, path, Self::MAX_PATH_LEN)
    }

    /// The address of a socket in the abstract namespace; `name` is without the leading NUL.
    ///
    /// # Errors
    ///
    /// [`UnixPathTooLong`](ParseErrorKind::UnixPathTooLong).
    pub fn from_abstract_name(name: &[u8]) -> Result<Self, ParseError> {
        Self::hold(Kind::Abstract, name, Self::MAX_ABSTRACT_LEN)
    }

    /// What the socket is bound to.
    #[must_use]
    pub fn name(&self) -> UnixName<'_> {
        let bytes = self.bytes.get(..usize::from(self.len)).unwrap_or(&self.bytes);
        match self.kind {
            Kind::Unnamed => UnixName::Unnamed,
            Kind::Pathname => UnixName::Pathname(bytes),
            Kind::Abstract => UnixName::Abstract(bytes),
        }
    }

    fn hold(kind: Kind, name: &[u8], max: usize) -> Result<Self, ParseError> {
        let mut bytes = [0; Self::MAX_PATH_LEN];
        match (bytes.get_mut(..name.len()), u8::try_from(name.len())) {
            (Some(target), Ok(len)) if name.len() <= max => {
                target.copy_from_slice(name);
                Ok(Self { kind, len, bytes })
            }
            _ => {
                let max = u16::try_from(max).unwrap_or(u16::MAX);
                Err(ParseError::new(ParseErrorKind::UnixPathTooLong { max }, 0, name.len()))
            }
        }
    }
}

impl PartialEq for UnixAddress {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for UnixAddress {}

impl PartialOrd for UnixAddress {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for UnixAddress {
    fn cmp(&self, other: &Self) -> Ordering {
        self.name().cmp(&other.name())
    }
}

impl Hash for UnixAddress {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl fmt::Debug for UnixAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for UnixAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unix:")
    }
}
