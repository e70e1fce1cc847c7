//! Hosts with or without a port.

use core::fmt;

use super::error::check_len;
use super::{
    FormatError, Host, HostName, Ip, IpPort, ParseError, ParseErrorKind, TextOptions, port,
    spelling,
};

/// A host with or without a port.
///
/// Unlike an [`Endpoint`](super::Endpoint) it is nothing else, so the words that begin a scheme are
/// names here.
///
/// ```
/// use portolan::addr::{Endpoint, HostPort, ParseErrorKind};
/// let text = b"[2001:db8::1]:443";
/// let target = HostPort::parse(text)?;
/// assert_eq!(target.port, Some(443));
/// assert_eq!(target.to_string().as_bytes(), text);
///
/// assert_eq!(HostPort::parse(b"unix:80")?.port, Some(80));
/// assert!(Endpoint::try_from(HostPort::parse(b"unix:80")?).is_err());
/// # Ok::<(), portolan::addr::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(clippy::exhaustive_structs)] // a pair, as its name says
pub struct HostPort<'a> {
    /// The host.
    pub host: Host<'a>,
    /// The port, where one was written or defaulted.
    pub port: Option<u16>,
}

impl<'a> HostPort<'a> {
    /// The longest strict text in bytes: the longest name, its trailing dot, a colon and a port.
    pub const MAX_LEN: usize = HostName::MAX_LEN + 1 + 1 + port::MAX_LEN;

    /// Reads strict text, in which the port may be missing.
    ///
    /// # Errors
    ///
    /// [`BracketMissing`](ParseErrorKind::BracketMissing) and
    /// [`UnbracketedIpv6WithPort`](ParseErrorKind::UnbracketedIpv6WithPort) for IPv6 without
    /// brackets; [`BracketUnclosed`](ParseErrorKind::BracketUnclosed),
    /// [`BracketedNonIpv6`](ParseErrorKind::BracketedNonIpv6) and
    /// [`TextAfterBracket`](ParseErrorKind::TextAfterBracket);
    /// [`AnyNotAllowed`](ParseErrorKind::AnyNotAllowed);
    /// [`PortEmpty`](ParseErrorKind::PortEmpty), [`PortSign`](ParseErrorKind::PortSign),
    /// [`PortLeadingZero`](ParseErrorKind::PortLeadingZero),
    /// [`PortTooLarge`](ParseErrorKind::PortTooLarge) and
    /// [`ServiceNameNotAllowed`](ParseErrorKind::ServiceNameNotAllowed); and those of
    /// [`Ip::parse`] and [`HostName::parse`].
    pub fn parse(text: &'a [u8]) -> Result<Self, ParseError> {
        Self::parse_with(text, &TextOptions::new())
    }

    /// Reads strict text for a purpose: with a default port, or as an address to listen on.
    ///
    /// # Errors
    ///
    /// Those of [`parse`](Self::parse).
    pub fn parse_with(text: &'a [u8], options: &TextOptions) -> Result<Self, ParseError> {
        check_len(text)?;
        Self::parse_inet(text, options)
    }

    /// Reads a host and perhaps a port.
    ///
    /// ```abnf
    /// inet = host [ ":" port ]
    /// host = IPv4 / name / "*" / "[" IPv6 [ "%" zone ] "]"
    /// ```
    pub(crate) fn parse_inet(text: &'a [u8], options: &TextOptions) -> Result<Self, ParseError> {
        match text {
            [b'[', inside @ ..] => {
                Self::parse_bracketed(inside, options).map_err(|error| error.shifted(1))
            }
            _ => Self::parse_unbracketed(text, options)
                .map_err(|error| bare_ipv6(text).unwrap_or(error)),
        }
    }

    fn parse_unbracketed(text: &'a [u8], options: &TextOptions) -> Result<Self, ParseError> {
        let (host, port) = split_at_colon(text);
        let host_len = host.len();
        let host = Host::parse_unbracketed(host, options)?;
        let port = match port {
            Some(port) => {
                Some(port::parse(port).map_err(|error| error.shifted(host_len).shifted(1))?)
            }
            None => options.default_port,
        };
        Ok(Self { host, port })
    }

    /// Reads what follows a `[`.
    ///
    /// The `]` is looked for first: without it nothing says where the address ends. Then what the
    /// brackets hold is judged before what is behind them.
    fn parse_bracketed(inside: &'a [u8], options: &TextOptions) -> Result<Self, ParseError> {
        let close = memchr::memchr(b']', inside);
        let Some(content) = close.and_then(|close| inside.get(..close)) else {
            return Err(ParseError::new(ParseErrorKind::BracketUnclosed, inside.len(), 0));
        };
        if memchr::memchr(b':', content).is_none() {
            return Err(not_ipv6(content));
        }
        let host = Host::Ip(Ip::parse(content)?);
        let after = inside.get(content.len()..).unwrap_or_default();
        let at = |rest: &[u8]| inside.len().saturating_sub(rest.len());
        let port = match after {
            [_] => options.default_port,
            [_, b':', port @ ..] => {
                Some(port::parse(port).map_err(|error| error.shifted(at(port)))?)
            }
            rest => {
                let behind = rest.get(1..).unwrap_or_default();
                let byte = behind.first().copied().unwrap_or_default();
                return Err(ParseError::bad_byte(
                    ParseErrorKind::TextAfterBracket,
                    at(behind),
                    byte,
                ));
            }
        };
        Ok(Self { host, port })
    }

    /// Writes the strict text and returns its length, at most [`MAX_LEN`](Self::MAX_LEN).
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`](FormatError::BufferTooSmall), and
    /// [`NotRepresentable`](FormatError::NotRepresentable) for what [`parse`](Self::parse) would
    /// not read back: `*`, a name that only another dialect can say, a zone on a mapped address.
    pub fn format(&self, out: &mut [u8]) -> Result<usize, FormatError> {
        self.format_with(out, &TextOptions::new())
    }

    /// Writes the strict text that [`parse_with`](Self::parse_with) reads back with these options.
    ///
    /// # Errors
    ///
    /// Those of [`format`](Self::format); `*` is representable as an address to listen on, a
    /// missing port is not where there is a default.
    pub fn format_with(&self, out: &mut [u8], options: &TextOptions) -> Result<usize, FormatError> {
        if !self.is_strict(options) {
            return Err(FormatError::NotRepresentable);
        }
        spelling::write_into(self, out)
    }

    /// Whether the text displayed reads back as this value.
    pub(crate) fn is_strict(&self, options: &TextOptions) -> bool {
        (self.port.is_some() || options.default_port.is_none()) && self.host.is_strict(options)
    }

    /// The same value with its own copy of the name.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn into_owned(self) -> HostPort<'static> {
        HostPort { host: self.host.into_owned(), port: self.port }
    }
}

/// The text before the first colon, and the text behind it.
pub(crate) fn split_at_colon(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    match memchr::memchr(b':', text).and_then(|colon| text.split_at_checked(colon)) {
        Some((host, port)) => (host, port.get(1..)),
        None => (text, None),
    }
}

/// The error of brackets that hold no colon, and so no IPv6 address.
pub(crate) fn not_ipv6(content: &[u8]) -> ParseError {
    let error = ParseError::missing(ParseErrorKind::BracketedNonIpv6, 0, content.first().copied());
    if error.len > 0 { error } else { ParseError::new(error.kind, 0, content.len()) }
}

/// The error of a text that would be IPv6, with or without a port, if it stood in brackets.
#[cold]
fn bare_ipv6(text: &[u8]) -> Option<ParseError> {
    let is_ipv6 = |text| matches!(Ip::parse(text), Ok(Ip::V6(..)));
    let last_colon = memchr::memrchr(b':', text)?;
    let (address, port) = text.split_at_checked(last_colon)?;
    if port::parse(port.get(1..)?).is_ok() && is_ipv6(address) {
        let kind = ParseErrorKind::UnbracketedIpv6WithPort;
        return Some(ParseError::new(kind, 0, address.len()));
    }
    is_ipv6(text).then(|| ParseError::new(ParseErrorKind::BracketMissing, 0, 0))
}

impl From<IpPort> for HostPort<'_> {
    fn from(IpPort { ip, port }: IpPort) -> Self {
        Self { host: Host::Ip(ip), port: Some(port) }
    }
}

impl fmt::Display for HostPort<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => write!(f, "{}:{port}", self.host),
            None => fmt::Display::fmt(&self.host, f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Ipv4Addr, Zone};
    use super::*;

    fn refused(text: &[u8]) -> (&'static str, u32, u32) {
        let error = HostPort::parse(text).unwrap_err();
        (error.code(), error.at, error.len)
    }

    fn name(name: &'static str, port: Option<u16>) -> Result<HostPort<'static>, ParseError> {
        Ok(HostPort { host: Host::Name(HostName::parse(name.as_bytes())?), port })
    }

    #[test]
    fn hosts_with_and_without_a_port_are_taken() {
        let ip = |ip: &str, port| {
            Ok(HostPort { host: Host::Ip(Ip::parse(ip.as_bytes()).unwrap()), port })
        };
        let parse = HostPort::parse;
        assert_eq!(parse(b"127.0.0.1"), ip("127.0.0.1", None));
        assert_eq!(parse(b"127.0.0.1:0"), ip("127.0.0.1", Some(0)));
        assert_eq!(parse(b"[::1]"), ip("::1", None));
        assert_eq!(parse(b"[::1]:65535"), ip("::1", Some(65535)));
        assert_eq!(parse(b"[fe80::1%eth0]:80"), ip("fe80::1%eth0", Some(80)));
        assert_eq!(parse(b"[fe80::1%25eth0]:80"), ip("fe80::1%25eth0", Some(80)));
        assert_eq!(parse(b"[fe80::1%0]:80"), ip("fe80::1", Some(80)));
        assert_eq!(parse(b"example.com."), name("example.com.", None));
        assert_eq!(parse(b"localhost:80"), name("localhost", Some(80)));
        assert_eq!(parse(b"1.2.3.x:80"), name("1.2.3.x", Some(80)));
        assert_eq!(parse(b"UNIX"), name("unix", None));
    }

    #[test]
    fn options_say_what_the_text_is_for() {
        let port = TextOptions::new().with_default_port(53);
        let listen = TextOptions::new().with_listen(true);
        let parse = |text, options| HostPort::parse_with(text, options).map(|read| read.port);
        assert_eq!(parse(&b"a"[..], &port), Ok(Some(53)));
        assert_eq!(parse(b"[::1]", &port), Ok(Some(53)));
        assert_eq!(parse(b"a:80", &port), Ok(Some(80)));
        assert_eq!(parse(b"a:", &port).unwrap_err().code(), "port-empty");
        assert_eq!(parse(b"*:80", &listen), Ok(Some(80)));
        assert_eq!(parse(b"*", &listen), Ok(None));
        assert_eq!(parse(b"*.a", &listen).unwrap_err().code(), "host-bad-byte");
        assert_eq!(refused(b"*"), ("any-not-allowed", 0, 1));
        assert_eq!(refused(b"*:80"), ("any-not-allowed", 0, 1));
    }

    #[test]
    fn a_bad_host_is_refused_at_its_place() {
        assert_eq!(refused(b""), ("empty", 0, 0));
        assert_eq!(refused(b":80"), ("host-label-empty", 0, 0));
        assert_eq!(refused(b":"), ("host-label-empty", 0, 0));
        assert_eq!(refused(b"a..b:80"), ("host-label-empty", 2, 0));
        assert_eq!(refused(b"user@example.com:80"), ("host-bad-byte", 4, 1));
        assert_eq!(refused(b"/run/x"), ("host-bad-byte", 0, 1));
        assert_eq!(refused(b" 127.0.0.1:80"), ("whitespace", 0, 1));
        assert_eq!(refused(b"127.0.0.1\0:80"), ("nul", 9, 1));
        assert_eq!(refused(b"a b:80"), ("whitespace", 1, 1));
        assert_eq!(refused("b\u{fc}cher.example:80".as_bytes()), ("non-ascii", 1, 1));
    }

    #[test]
    fn what_ends_in_a_number_is_ipv4_or_an_error() {
        assert_eq!(refused(b"127.0.0.01:80"), ("octet-leading-zero", 8, 2));
        assert_eq!(refused(b"80"), ("too-few-octets", 2, 0));
        assert_eq!(refused(b"127.1:80"), ("too-few-octets", 5, 0));
        assert_eq!(refused(b"1.2.3.4.:80"), ("too-many-octets", 7, 1));
        assert_eq!(refused(b"1.2.3.4.5"), ("too-many-octets", 7, 1));
        assert_eq!(refused(b"256.0.0.1"), ("octet-too-large", 0, 3));
        assert_eq!(refused(b"127.0.0.1%lo:80").0, "zone-on-ipv4");
        for text in ["a.1:80", "foo.0x1f", "a_b.1", "..1", "0x7f.1", "u@127.0.0.1"] {
            let error = HostPort::parse(text.as_bytes()).unwrap_err();
            let host = text.split(':').next().unwrap();
            assert_eq!(Err(error), Ip::parse(host.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_bad_port_is_refused_at_its_place() {
        assert_eq!(refused(b"h:"), ("port-empty", 2, 0));
        assert_eq!(refused(b"h:/x"), ("port-empty", 2, 0));
        assert_eq!(refused(b"h:+80"), ("port-sign", 2, 1));
        assert_eq!(refused(b"h:-1"), ("port-sign", 2, 1));
        assert_eq!(refused(b"h:080"), ("port-leading-zero", 2, 3));
        assert_eq!(refused(b"h:65536"), ("port-too-large", 2, 5));
        assert_eq!(refused(b"h:http"), ("service-name-not-allowed", 2, 4));
        assert_eq!(refused(b"h:80x"), ("unexpected-byte", 4, 1));
        assert_eq!(refused(b"127.0.0.1:80:90"), ("unexpected-byte", 12, 1));
        assert_eq!(refused(b"127.0.0.1:8\n0"), ("whitespace", 11, 1));
        assert_eq!(refused("127.0.0.1:\u{ff18}0".as_bytes()), ("non-ascii", 10, 1));
        assert_eq!(refused(b"[::1]:"), ("port-empty", 6, 0));
        assert_eq!(refused(b"[::1]:080"), ("port-leading-zero", 6, 3));
    }

    #[test]
    fn brackets_hold_ipv6_and_nothing_else() {
        assert_eq!(refused(b"["), ("bracket-unclosed", 1, 0));
        assert_eq!(refused(b"[::1"), ("bracket-unclosed", 4, 0));
        assert_eq!(refused(b"[::1:80"), ("bracket-unclosed", 7, 0));
        assert_eq!(refused(b"[]:80"), ("bracketed-non-ipv6", 1, 0));
        assert_eq!(refused(b"[127.0.0.1]:80"), ("bracketed-non-ipv6", 1, 9));
        assert_eq!(refused(b"[localhost"), ("bracket-unclosed", 10, 0));
        assert_eq!(refused(b"[fe80::1%eth0:80"), ("bracket-unclosed", 16, 0));
        assert_eq!(refused(b"[localhost]"), ("bracketed-non-ipv6", 1, 9));
        assert_eq!(refused(b"[v1.a]"), ("bracketed-non-ipv6", 1, 4));
        assert_eq!(refused(b"[ ]"), ("whitespace", 1, 1));
        assert_eq!(refused(b"[::1]80"), ("text-after-bracket", 5, 1));
        assert_eq!(refused(b"[::1]]:80"), ("text-after-bracket", 5, 1));
        assert_eq!(refused(b"[fe80::1]%lo:80"), ("text-after-bracket", 9, 1));
        assert_eq!(refused(b"[::1] :80"), ("whitespace", 5, 1));
        assert_eq!(refused(b"[fe80::1%]:80"), ("zone-empty", 9, 0));
        assert_eq!(refused(b"[::ffff:1.2.3.4%1]:80").0, "zone-on-mapped");
        for content in ["::g", "1:2", "[::1", "::1 ", "1::2::3", "fe80::1%a:b"] {
            let error = Ip::parse(content.as_bytes()).unwrap_err();
            let text = alloc::format!("[{content}]:80");
            assert_eq!(HostPort::parse(text.as_bytes()), Err(error.shifted(1)), "{text}");
        }
    }

    #[test]
    fn ipv6_needs_brackets() {
        for text in ["::1", "::", "1:2:3:4:5:6:7:8", "fe80::1%eth0", "::ffff:1.2.3.4", "::1:080"] {
            assert_eq!(refused(text.as_bytes()), ("bracket-missing", 0, 0), "{text}");
        }
        assert_eq!(refused(b"::1:80"), ("unbracketed-ipv6-with-port", 0, 3));
        assert_eq!(refused(b":::80"), ("unbracketed-ipv6-with-port", 0, 2));
        assert_eq!(refused(b"1:2:3:4:5:6:7:8:80"), ("unbracketed-ipv6-with-port", 0, 15));
        assert_eq!(refused(b"fe80::1%lo:80"), ("unbracketed-ipv6-with-port", 0, 10));
        assert_eq!(refused(b"::1:99999"), ("host-label-empty", 0, 0));
        assert_eq!(refused(b"fe80::1:99999"), ("port-empty", 5, 0));
        assert_eq!(refused(b"1:2"), ("too-few-octets", 1, 0));
    }

    #[test]
    fn what_would_not_read_back_is_not_printed() {
        let mut out = [0; HostPort::MAX_LEN];
        let refused = Err(FormatError::NotRepresentable);
        let any = HostPort { host: Host::Any, port: Some(80) };
        assert_eq!(any.format(&mut out), refused);
        assert_eq!(any.format_with(&mut out, &TextOptions::new().with_listen(true)), Ok(4));
        let mapped = Ip::V6(Ipv4Addr::LOCALHOST.to_ipv6_mapped(), Zone::from_index(1));
        assert_eq!(HostPort { host: Host::Ip(mapped), port: None }.format(&mut out), refused);
        for (written, escaped) in [(&b"a_b"[..], false), (b"1.2.3.4", false), (b"%31", true)] {
            let host = Host::Name(HostName::from_written(written, escaped));
            assert_eq!(HostPort { host, port: None }.format(&mut out), refused);
        }
        let portless =
            HostPort { host: Host::Name(HostName::from_written(b"a", false)), port: None };
        assert_eq!(portless.format(&mut out), Ok(1));
        let options = TextOptions::new().with_default_port(1);
        assert_eq!(portless.format_with(&mut out, &options), refused);
        let escaped = Host::Name(HostName::from_written(b"%61.b", true));
        assert_eq!(HostPort { host: escaped, port: Some(1) }.format(&mut out), Ok(5));
        assert_eq!(&out[..5], b"a.b:1");
    }
}
