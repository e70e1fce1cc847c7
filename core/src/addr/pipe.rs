//! Names of Windows pipes, `\\server\pipe\name`.
//!
//! Source: Microsoft, "Pipe Names". At most 256 characters in all; compared without case.

use core::fmt;

use super::spelling::{Bytes, Spelling};

/// The name of a pipe and of the server that has it, kept as written.
///
/// `Eq`, `Ord` and `Hash` ignore ASCII case. Borrows from the input, and owns its bytes after
/// `into_owned` (feature `alloc`).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PipeName<'a> {
    server: Spelling<'a>,
    name: Spelling<'a>,
}

impl<'a> PipeName<'a> {
    /// The longest name in characters, with server and prefix.
    pub const MAX_LEN: usize = 256;

    /// Keeps a name that a dialect has read; with `escaped`, `%XX` in it stands for a byte.
    pub(crate) const fn from_written(server: &'a [u8], name: &'a [u8], escaped: bool) -> Self {
        Self { server: Spelling::new(server, false), name: Spelling::new(name, escaped) }
    }

    /// The server as written; `.` is this machine.
    #[must_use]
    pub fn server(&self) -> &[u8] {
        self.server.as_written()
    }

    /// The name as written, without server and prefix.
    #[must_use]
    pub fn as_written(&self) -> &[u8] {
        self.name.as_written()
    }

    /// Whether `%XX` in the name as written stands for a byte; never in `strict`.
    #[must_use]
    pub const fn is_escaped(&self) -> bool {
        self.name.is_escaped()
    }

    /// The bytes of the name, decoded.
    #[must_use]
    pub fn bytes(&self) -> Bytes<'_> {
        self.name.bytes()
    }

    /// The same name with its own copy of the bytes.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn into_owned(self) -> PipeName<'static> {
        PipeName { server: self.server.into_owned(), name: self.name.into_owned() }
    }
}

impl fmt::Display for PipeName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, r"\\{}\pipe\{}", self.server, self.name)
    }
}

impl fmt::Debug for PipeName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
