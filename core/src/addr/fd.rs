//! Sockets that a process is born with: a descriptor's number, or the name a manager gave it.

use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};

use super::spelling::{Printable, Written};
use super::{ParseError, ParseErrorKind};

/// The name of a passed socket: 1 to 255 bytes %x21-7E without `:`.
///
/// Unlike the names of hosts and pipes it is compared byte by byte. Borrows from the input, and
/// owns its bytes after `into_owned` (feature `alloc`). Source: `sd_listen_fds_with_names(3)`.
///
/// ```
/// use portolan::addr::{Endpoint, FdName};
/// let name = FdName::new(b"web")?;
/// assert_eq!(Endpoint::parse(b"sd-listen:web")?, Endpoint::FdName(Some(name)));
/// assert_eq!(Endpoint::parse(b"sd-listen:")?, Endpoint::FdName(None));
/// # Ok::<(), portolan::addr::ParseError>(())
/// ```
#[derive(Clone)]
pub struct FdName<'a>(Written<'a>);

impl<'a> FdName<'a> {
    /// The greatest length in bytes.
    pub const MAX_LEN: usize = 255;

    /// Reads a name.
    ///
    /// ```abnf
    /// fdname = 1*255( %x21-39 / %x3B-7E )
    /// ```
    ///
    /// # Errors
    ///
    /// [`Empty`](ParseErrorKind::Empty), [`TooLong`](ParseErrorKind::TooLong) (the name), and the
    /// kinds of bytes that cannot stand in it.
    pub fn new(name: &'a [u8]) -> Result<Self, ParseError> {
        if name.is_empty() {
            return Err(ParseError::new(ParseErrorKind::Empty, 0, 0));
        }
        let len = name.iter().position(|&byte| !is_fd_name_byte(byte)).unwrap_or(name.len());
        if len > Self::MAX_LEN {
            return Err(ParseError::new(ParseErrorKind::TooLong, 0, len));
        }
        match name.get(len) {
            None => Ok(Self(Written::new(name))),
            Some(&byte) => Err(ParseError::unexpected(len, byte)),
        }
    }

    /// The bytes of the name, all of them ASCII.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The same name with its own copy of the bytes.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn into_owned(self) -> FdName<'static> {
        FdName(self.0.into_owned())
    }
}

const fn is_fd_name_byte(byte: u8) -> bool {
    matches!(byte, 0x21..=0x7e) && byte != b':'
}

impl PartialEq for FdName<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for FdName<'_> {}

impl PartialOrd for FdName<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for FdName<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for FdName<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl fmt::Display for FdName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Printable(self.as_bytes()), f)
    }
}

impl fmt::Debug for FdName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(name: &[u8]) -> (&'static str, u32, u32) {
        let error = FdName::new(name).unwrap_err();
        (error.code(), error.at, error.len)
    }

    #[test]
    fn names_of_a_service_manager_are_taken() {
        for name in [&b"web"[..], b"!~", b"a.socket", &[b'a'; 255]] {
            assert_eq!(FdName::new(name).unwrap().as_bytes(), name);
        }
    }

    #[test]
    fn each_rule_refuses_at_its_place() {
        assert_eq!(refused(b""), ("empty", 0, 0));
        assert_eq!(refused(b"a:b"), ("unexpected-byte", 1, 1));
        assert_eq!(refused(b"a\x7f"), ("unexpected-byte", 1, 1));
        assert_eq!(refused(b"a b"), ("whitespace", 1, 1));
        assert_eq!(refused(b"a\0"), ("nul", 1, 1));
        assert_eq!(refused(b"\xe9"), ("non-ascii", 0, 1));
        assert_eq!(refused(&[b'a'; 256]), ("too-long", 0, 256));
    }

    #[test]
    fn case_is_significant() {
        assert_ne!(FdName::new(b"web"), FdName::new(b"WEB"));
    }
}
