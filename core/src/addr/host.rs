//! Host names and hosts.
//!
//! A host is an IP address, a name, or `*`. What ends in a number is an IPv4 address or an error,
//! never a name: a misspelt address such as `127.0.0.01` must not become a question to DNS.

use core::fmt;

use super::error::check_len;
use super::spelling::{self, Bytes, Spelling};
use super::{FormatError, Ip, ParseError, ParseErrorKind, TextOptions, ipv4};
use crate::cursor::Reader;

/// A host name, kept as written.
///
/// `Eq`, `Ord` and `Hash` ignore ASCII case; a trailing dot is significant. Borrows from the
/// input, and owns its bytes after `into_owned` (feature `alloc`).
///
/// ```
/// use portolan::addr::HostName;
/// let name = HostName::parse(b"Example.com")?;
/// assert_eq!(name, HostName::parse(b"example.COM")?);
/// assert_ne!(name, HostName::parse(b"example.com.")?);
/// assert_eq!(name.to_string(), "Example.com");
/// # Ok::<(), portolan::addr::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostName<'a>(Spelling<'a>);

impl<'a> HostName<'a> {
    /// The greatest length in bytes, without the trailing dot.
    pub const MAX_LEN: usize = 253;

    /// Reads a name by the strict grammar.
    ///
    /// The words that begin a scheme, such as `unix`, are names here; an [`Endpoint`] refuses them.
    ///
    /// [`Endpoint`]: super::Endpoint
    ///
    /// # Errors
    ///
    /// [`HostLabelEmpty`](ParseErrorKind::HostLabelEmpty),
    /// [`HostLabelHyphen`](ParseErrorKind::HostLabelHyphen) and
    /// [`HostLabelTooLong`](ParseErrorKind::HostLabelTooLong) (the label),
    /// [`HostBadByte`](ParseErrorKind::HostBadByte), [`HostTooLong`](ParseErrorKind::HostTooLong);
    /// what ends in a number gets the error of the IPv4 grammar, or
    /// [`NotRepresentable`](ParseErrorKind::NotRepresentable) where it has none.
    pub fn parse(text: &'a [u8]) -> Result<Self, ParseError> {
        check_len(text)?;
        match Host::parse_name_or_v4(text)? {
            Host::Name(name) => Ok(name),
            _ => Err(ParseError::new(ParseErrorKind::NotRepresentable, 0, text.len())),
        }
    }

    /// Takes the bytes of a name that need not be strict: some dialect may be able to say it.
    ///
    /// ```
    /// use portolan::addr::{FormatError, HostName};
    /// let name = HostName::from_bytes(b"my_host")?;
    /// assert_eq!(name.format(&mut [0; 16]), Err(FormatError::NotRepresentable));
    /// # Ok::<(), portolan::addr::ParseError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Empty`](ParseErrorKind::Empty), [`Nul`](ParseErrorKind::Nul),
    /// [`TooLong`](ParseErrorKind::TooLong) above 65,535 bytes.
    pub fn from_bytes(bytes: &'a [u8]) -> Result<Self, ParseError> {
        check_len(bytes)?;
        match memchr::memchr(0, bytes) {
            Some(at) => Err(ParseError::new(ParseErrorKind::Nul, at, 1)),
            None => Ok(Self::from_written(bytes, false)),
        }
    }

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

    /// Writes the strict text and returns its length, at most one more than
    /// [`MAX_LEN`](Self::MAX_LEN).
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`](FormatError::BufferTooSmall), and
    /// [`NotRepresentable`](FormatError::NotRepresentable) for a name that only another dialect
    /// can say.
    pub fn format(&self, out: &mut [u8]) -> Result<usize, FormatError> {
        if !self.is_strict() {
            return Err(FormatError::NotRepresentable);
        }
        spelling::write_into(self, out)
    }

    /// Whether the decoded bytes are a name of the strict grammar.
    pub(crate) fn is_strict(&self) -> bool {
        let mut buffer = [0; Self::MAX_LEN + 1];
        self.0
            .decoded(&mut buffer)
            .is_some_and(|name| name_error(name).is_none() && !is_numeric_last_label(name))
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

impl<'a> Host<'a> {
    /// Reads a host that is not in brackets, and to which no port belongs.
    ///
    /// ```abnf
    /// unbracketed = IPv4 / name / "*" ; "*" only to listen
    /// ```
    pub(crate) fn parse_unbracketed(
        text: &'a [u8],
        options: &TextOptions,
    ) -> Result<Self, ParseError> {
        match text {
            b"*" if options.listen => Ok(Self::Any),
            b"*" => Err(ParseError::new(ParseErrorKind::AnyNotAllowed, 0, 1)),
            _ => Self::parse_name_or_v4(text),
        }
    }

    /// Reads an IPv4 address or a name; the last label decides which of the two a text is.
    fn parse_name_or_v4(text: &'a [u8]) -> Result<Self, ParseError> {
        if text.first().is_some_and(u8::is_ascii_digit)
            && let Ok(addr) = ipv4::parse(text)
        {
            return Ok(Self::Ip(Ip::V4(addr)));
        }
        // No name holds a `%`: behind a number it is the zone that IPv4 does not have.
        let number = text.split(|&byte| byte == b'%').next().unwrap_or(text);
        if is_numeric_last_label(text) || is_numeric_last_label(number) {
            return Ip::parse(text).map(Self::Ip);
        }
        match name_error(text) {
            None => Ok(Self::Name(HostName::from_written(text, false))),
            Some(error) => Err(error),
        }
    }

    /// Whether the host can stand in strict text.
    pub(crate) fn is_strict(&self, options: &TextOptions) -> bool {
        match self {
            Self::Ip(Ip::V6(addr, Some(_))) => addr.to_ipv4_mapped().is_none(),
            Self::Ip(_) => true,
            Self::Name(name) => name.is_strict(),
            Self::Any => options.listen,
        }
    }

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

impl From<Ip> for Host<'_> {
    fn from(ip: Ip) -> Self {
        Self::Ip(ip)
    }
}

impl<'a> From<HostName<'a>> for Host<'a> {
    fn from(name: HostName<'a>) -> Self {
        Self::Name(name)
    }
}

/// As in an endpoint: IPv6 in brackets.
impl fmt::Display for Host<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(ip @ Ip::V4(_)) => fmt::Display::fmt(ip, f),
            Self::Ip(ip @ Ip::V6(..)) => write!(f, "[{ip}]"),
            Self::Name(name) => fmt::Display::fmt(name, f),
            Self::Any => f.write_str("*"),
        }
    }
}

/// The longest label of a host name in bytes.
const MAX_LABEL_LEN: usize = 63;

/// Names the rule of host names that a text breaks; `None` for a text that keeps them all.
///
/// ```abnf
/// name  = label *( "." label ) [ "." ] ; at most 253 bytes without the last dot
/// label = let-dig [ *61( let-dig / "-" ) let-dig ]
/// ```
///
/// RFC 1123, section 2.1. The rule of [`is_numeric_last_label`] is not asked here.
pub(crate) fn name_error(text: &[u8]) -> Option<ParseError> {
    name_error_with(text, is_label_byte)
}

/// The same for names that a resolver looks up, in which `_` stands like a letter.
///
/// RFC 2181, section 11: DNS itself takes any byte in a label; programs that hand a name on take
/// at least this one.
pub(crate) fn lookup_name_error(text: &[u8]) -> Option<ParseError> {
    name_error_with(text, |byte| is_label_byte(byte) || byte == b'_')
}

fn name_error_with(text: &[u8], is_label_byte: fn(u8) -> bool) -> Option<ParseError> {
    let labels = label_error(text, is_label_byte);
    // The name begins before any of its labels but the first, so its length is judged before them.
    if labels.is_none_or(|error| error.at > 0)
        && text.len() > HostName::MAX_LEN
        && let name = Reader::new(text).take_while(|byte| is_label_byte(byte) || byte == b'.')
        && without_final_dot(name).len() > HostName::MAX_LEN
    {
        return Some(ParseError::new(ParseErrorKind::HostTooLong, 0, name.len()));
    }
    labels
}

/// The first rule that a label breaks, or the first byte that belongs to none.
fn label_error(text: &[u8], is_label_byte: fn(u8) -> bool) -> Option<ParseError> {
    let mut reader = Reader::new(text);
    loop {
        let at = reader.position();
        let label = reader.take_while(is_label_byte);
        let kind = match (label, reader.peek()) {
            ([], None | Some(b'.')) => ParseErrorKind::HostLabelEmpty,
            ([b'-', ..] | [.., b'-'], _) => ParseErrorKind::HostLabelHyphen,
            _ if label.len() > MAX_LABEL_LEN => ParseErrorKind::HostLabelTooLong,
            (_, None) => return None,
            (_, Some(b'.')) if reader.remaining() == 1 => return None,
            (_, Some(b'.')) => {
                _ = reader.take_byte();
                continue;
            }
            (_, Some(byte)) => {
                let at = reader.position();
                return Some(ParseError::bad_byte(ParseErrorKind::HostBadByte, at, byte));
            }
        };
        return Some(ParseError::new(kind, at, label.len()));
    }
}

/// Whether a text ends in a number, so that it is an IPv4 address or nothing.
///
/// The last label counts, after one trailing dot: digits only, or `0x` and any number of
/// hexadecimal digits. WHATWG URL, section 3.5 ("ends in a number"); RFC 3696, section 2.
pub(crate) fn is_numeric_last_label(text: &[u8]) -> bool {
    let last = without_final_dot(text).rsplit(|&byte| byte == b'.').next();
    match last.unwrap_or_default() {
        [] => false,
        [b'0', b'x' | b'X', digits @ ..] => digits.iter().all(u8::is_ascii_hexdigit),
        digits => digits.iter().all(u8::is_ascii_digit),
    }
}

fn without_final_dot(name: &[u8]) -> &[u8] {
    name.strip_suffix(b".").unwrap_or(name)
}

const fn is_label_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

#[cfg(test)]
mod tests;
