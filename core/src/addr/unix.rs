//! Unix socket addresses: a pathname, an abstract name, or no name.
//!
//! Paths and names are bytes, so the printed text escapes what is not plain ASCII:
//!
//! ```text
//! unix:/run/x%20y.sock    unix-abstract:foo%00    unix-unnamed:
//! ```
//!
//! A path that begins with `/` or `./` and a name behind `@` are read as they stand, and never
//! printed so.

use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};

use super::error::check_len;
use super::host_port::split_at_colon;
use super::spelling::{self, nibble};
use super::{FormatError, ParseError, ParseErrorKind};
use crate::cursor::Reader;

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
///
/// ```
/// use portolan::addr::{UnixAddress, UnixName};
/// let address = UnixAddress::parse(b"/run/my app.sock")?;
/// assert_eq!(address.name(), UnixName::Pathname(b"/run/my app.sock"));
/// assert_eq!(address.to_string(), "unix:/run/my%20app.sock");
/// # Ok::<(), portolan::addr::ParseError>(())
/// ```
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
    /// The longest strict text in bytes: an abstract name of which every byte is escaped.
    pub const MAX_LEN: usize = "unix-abstract:".len() + 3 * Self::MAX_ABSTRACT_LEN;
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
        // The path is the run of bytes without NUL; its length is judged before what ends it.
        let run = memchr::memchr(0, path).unwrap_or(path.len());
        let address = Self::hold(Kind::Pathname, path.get(..run).unwrap_or(path))?;
        if run < path.len() {
            return Err(ParseError::new(ParseErrorKind::UnixNul, run, 1));
        }
        Ok(address)
    }

    /// The address of a socket in the abstract namespace; `name` is without the leading NUL.
    ///
    /// # Errors
    ///
    /// [`UnixPathTooLong`](ParseErrorKind::UnixPathTooLong).
    pub fn from_abstract_name(name: &[u8]) -> Result<Self, ParseError> {
        Self::hold(Kind::Abstract, name)
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

    /// Reads strict text.
    ///
    /// # Errors
    ///
    /// [`UnixPathEmpty`](ParseErrorKind::UnixPathEmpty),
    /// [`UnixPathTooLong`](ParseErrorKind::UnixPathTooLong) (the text of the path),
    /// [`UnixNul`](ParseErrorKind::UnixNul),
    /// [`PercentEncodingBad`](ParseErrorKind::PercentEncodingBad) (the `%`),
    /// [`TrailingBytes`](ParseErrorKind::TrailingBytes) after `unix-unnamed:`, and the kinds of
    /// bytes that must be escaped.
    pub fn parse(text: &[u8]) -> Result<Self, ParseError> {
        check_len(text)?;
        if let Some(result) = Self::parse_raw(text) {
            return result;
        }
        if let (word, Some(rest)) = split_at_colon(text)
            && let Some(result) = Self::parse_scheme(word, rest)
        {
            return result.map_err(|error| error.shifted(word.len()).shifted(1));
        }
        Err(ParseError::other_form(text))
    }

    /// Reads a path or an abstract name as it stands; `None` for a text that begins otherwise.
    ///
    /// ```abnf
    /// raw = ( "/" / "./" ) *%x01-FF / "@" *OCTET
    /// ```
    pub(crate) fn parse_raw(text: &[u8]) -> Option<Result<Self, ParseError>> {
        match text {
            [b'/', ..] | [b'.', b'/', ..] => Some(Self::from_pathname(text)),
            [b'@', name @ ..] => {
                Some(Self::from_abstract_name(name).map_err(|error| error.shifted(1)))
            }
            _ => None,
        }
    }

    /// Reads what follows the colon of a scheme; `None` where the scheme is not one of these.
    ///
    /// ```abnf
    /// unix = %s"unix:" 1*ubyte / %s"unix-abstract:" *ubyte / %s"unix-unnamed:"
    /// ```
    pub(crate) fn parse_scheme(word: &[u8], rest: &[u8]) -> Option<Result<Self, ParseError>> {
        match word {
            b"unix" => Some(Self::unescape(Kind::Pathname, rest)),
            b"unix-abstract" => Some(Self::unescape(Kind::Abstract, rest)),
            b"unix-unnamed" => Some(Self::unnamed(rest)),
            _ => None,
        }
    }

    fn unnamed(rest: &[u8]) -> Result<Self, ParseError> {
        match rest {
            [] => Ok(Self::UNNAMED),
            _ => Err(ParseError::new(ParseErrorKind::TrailingBytes, 0, rest.len())),
        }
    }

    /// Reads escaped text; the path is the longest run of `ubyte`, judged before what ends it.
    ///
    /// ```abnf
    /// ubyte = ALPHA / DIGIT / "-" / "." / "_" / "~" / "/" / "%" 2HEXDIG
    /// ```
    ///
    /// RFC 3986, section 2.3 (unreserved) and section 2.1. An escaped plain byte is read, too.
    fn unescape(kind: Kind, text: &[u8]) -> Result<Self, ParseError> {
        let mut address = Self { kind, len: 0, bytes: [0; Self::MAX_PATH_LEN] };
        let mut reader = Reader::new(text);
        let (mut count, mut nul) = (0_usize, None);
        loop {
            let at = reader.position();
            let Some(byte) = take_ubyte(&mut reader) else { break };
            if byte == 0 && nul.is_none() {
                nul = Some(at);
            }
            if let Some(slot) = address.bytes.get_mut(count) {
                *slot = byte;
            }
            count = count.saturating_add(1);
        }
        let run = reader.position();
        match (kind, nul, reader.peek()) {
            _ if count > kind.max() => return Err(kind.too_long(run)),
            (Kind::Pathname, Some(at), _) => {
                return Err(ParseError::new(ParseErrorKind::UnixNul, at, 3));
            }
            (_, _, Some(b'%')) => {
                return Err(ParseError::new(ParseErrorKind::PercentEncodingBad, run, 1));
            }
            (Kind::Pathname, _, next) if count == 0 => {
                return Err(ParseError::missing(ParseErrorKind::UnixPathEmpty, 0, next));
            }
            (_, _, Some(byte)) => return Err(ParseError::unexpected(run, byte)),
            (_, _, None) => {}
        }
        address.len = u8::try_from(count).unwrap_or(u8::MAX);
        Ok(address)
    }

    /// Writes the strict text and returns its length, at most [`MAX_LEN`](Self::MAX_LEN).
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`](FormatError::BufferTooSmall).
    pub fn format(&self, out: &mut [u8]) -> Result<usize, FormatError> {
        spelling::write_into(self, out)
    }

    fn hold(kind: Kind, name: &[u8]) -> Result<Self, ParseError> {
        let mut bytes = [0; Self::MAX_PATH_LEN];
        match (bytes.get_mut(..name.len()), u8::try_from(name.len())) {
            (Some(target), Ok(len)) if name.len() <= kind.max() => {
                target.copy_from_slice(name);
                Ok(Self { kind, len, bytes })
            }
            _ => Err(kind.too_long(name.len())),
        }
    }
}

impl Kind {
    const fn max(self) -> usize {
        match self {
            Self::Unnamed => 0,
            Self::Pathname => UnixAddress::MAX_PATH_LEN,
            Self::Abstract => UnixAddress::MAX_ABSTRACT_LEN,
        }
    }

    fn too_long(self, len: usize) -> ParseError {
        let max = u16::try_from(self.max()).unwrap_or(u16::MAX);
        ParseError::new(ParseErrorKind::UnixPathTooLong { max }, 0, len)
    }
}

/// Takes one byte, plain or escaped.
fn take_ubyte(reader: &mut Reader<'_>) -> Option<u8> {
    match *reader.rest() {
        [b'%', high, low, ..] => {
            let byte = nibble(high)? << 4 | nibble(low)?;
            reader.take(3).map(|_| byte)
        }
        [byte, ..] if is_plain(byte) => reader.take_byte(),
        _ => None,
    }
}

/// Whether a byte stands for itself.
const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/')
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
        let (scheme, name) = match self.name() {
            UnixName::Unnamed => return f.write_str("unix-unnamed:"),
            UnixName::Pathname(path) => ("unix:", path),
            UnixName::Abstract(name) => ("unix-abstract:", name),
        };
        f.write_str(scheme)?;
        spelling::write_escaped(name, is_plain, f)
    }
}

#[cfg(test)]
mod tests;
