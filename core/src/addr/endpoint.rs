//! Endpoints: what a person or a configuration file writes.
//!
//! The first bytes of a text decide what it is, and nothing is tried after that: a broken IPv4
//! address never becomes a host name, a broken pipe name never a path.
//!
//! | begins with | is |
//! |---|---|
//! | `[` | IPv6 in brackets, perhaps with a zone, then `:port` or the end |
//! | `\\` or `//./pipe/` | the name of a pipe |
//! | `/` or `./` | the path of a Unix socket, as it stands |
//! | `@` | an abstract name, as it stands |
//! | `unix:` `unix-abstract:` `unix-unnamed:` `npipe:` `vsock:` `fd:` `sd-listen:` | that |
//! | anything else | IPv4, a name or `*`, then `:port` or the end |

use core::fmt;

use super::error::check_len;
use super::host_port::split_at_colon;
use super::{
    ConvertError, FdName, FormatError, Host, HostPort, IpPort, ParseError, ParseErrorKind,
    PipeName, TextOptions, UnixAddress, VsockAddress, ip_port, number, pipe, spelling,
};

/// What a person writes to say where a socket is.
///
/// The order is IPv4, IPv6, name, any, Unix, vsock, pipe, descriptor; then the fields.
///
/// ```
/// use portolan::addr::{Endpoint, ParseErrorKind};
/// for text in [
///     "192.0.2.1:80",
///     "[fe80::1%eth0]:80",
///     "example.com",
///     "unix:/run/x.sock",
///     "unix-abstract:x",
///     r"\\.\pipe\MySQL",
///     "vsock:2:1024",
///     "fd:3",
/// ] {
///     let endpoint = Endpoint::parse(text.as_bytes())?;
///     assert_eq!(endpoint.to_string(), text);
/// }
/// let error = Endpoint::parse(b"::1:80").unwrap_err();
/// assert_eq!(error.kind, ParseErrorKind::UnbracketedIpv6WithPort);
/// # Ok::<(), portolan::addr::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Endpoint<'a> {
    /// An IP address or a name, with or without a port.
    Inet(HostPort<'a>),
    /// A Unix socket.
    Unix(UnixAddress),
    /// A virtual machine socket.
    Vsock(VsockAddress),
    /// A named pipe.
    Pipe(PipeName<'a>),
    /// An inherited file descriptor.
    Fd(u32),
    /// A socket passed by a service manager, by name where it has one.
    FdName(Option<FdName<'a>>),
}

impl<'a> Endpoint<'a> {
    /// The longest strict text in bytes: that of an abstract Unix name.
    pub const MAX_LEN: usize = UnixAddress::MAX_LEN;

    /// Reads strict text.
    ///
    /// # Errors
    ///
    /// [`Empty`](ParseErrorKind::Empty); [`TooLong`](ParseErrorKind::TooLong) above 65,535 bytes;
    /// [`HostReservedWord`](ParseErrorKind::HostReservedWord) for the word of a scheme in another
    /// case or without its colon; and those of [`HostPort::parse`], [`UnixAddress::parse`],
    /// [`VsockAddress::parse`], [`PipeName::parse`] and [`FdName::new`].
    pub fn parse(text: &'a [u8]) -> Result<Self, ParseError> {
        Self::parse_with(text, &TextOptions::new())
    }

    /// Reads strict text for a purpose: with a default port, or as an address to listen on.
    ///
    /// ```abnf
    /// endpoint = scheme / bare / raw / inet ; the first bytes decide
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`parse`](Self::parse).
    pub fn parse_with(text: &'a [u8], options: &TextOptions) -> Result<Self, ParseError> {
        if let [b'0'..=b'9' | b'[', ..] = text
            && let Some(addr) = ip_port::read(text)
        {
            return Ok(Self::Inet(addr.into()));
        }
        check_len(text)?;
        match text {
            [b'f' | b'n' | b's' | b'u' | b'v' | b'F' | b'N' | b'S' | b'U' | b'V', ..] => {
                Self::parse_word(text, options)
            }
            [b'\\', b'\\', ..] => PipeName::parse_bare(text).map(Self::Pipe),
            [b'/', ..] if pipe::is_slashed(text) => PipeName::parse_bare(text).map(Self::Pipe),
            _ => match UnixAddress::parse_raw(text) {
                Some(address) => address.map(Self::Unix),
                None => HostPort::parse_inet(text, options).map(Self::Inet),
            },
        }
    }

    /// Reads a text that begins with the first letter of a scheme.
    ///
    /// ```abnf
    /// scheme = unix / pipe / vsock / %s"fd:" u32 / %s"sd-listen:" [ fdname ]
    /// ```
    fn parse_word(text: &'a [u8], options: &TextOptions) -> Result<Self, ParseError> {
        let (word, rest) = split_at_colon(text);
        match rest.and_then(|rest| Self::parse_scheme(word, rest)) {
            Some(result) => result.map_err(|error| error.shifted(word.len()).shifted(1)),
            None if is_reserved(word) => {
                Err(ParseError::new(ParseErrorKind::HostReservedWord, 0, word.len()))
            }
            None => HostPort::parse_inet(text, options).map(Self::Inet),
        }
    }

    fn parse_scheme(word: &[u8], rest: &'a [u8]) -> Option<Result<Self, ParseError>> {
        Some(match word {
            b"npipe" => PipeName::parse_rest(rest).map(Self::Pipe),
            b"vsock" => VsockAddress::parse_rest(rest).map(Self::Vsock),
            b"fd" => number::parse(rest).map(Self::Fd),
            b"sd-listen" if rest.is_empty() => Ok(Self::FdName(None)),
            b"sd-listen" => FdName::new(rest).map(|name| Self::FdName(Some(name))),
            _ => UnixAddress::parse_scheme(word, rest)?.map(Self::Unix),
        })
    }

    /// Writes the strict text and returns its length, at most [`MAX_LEN`](Self::MAX_LEN).
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`](FormatError::BufferTooSmall), and
    /// [`NotRepresentable`](FormatError::NotRepresentable) for what [`parse`](Self::parse) would
    /// not read back: `*`, the word of a scheme as a host name, a name that only another dialect
    /// can say, a zone on a mapped address.
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
        let strict = match self {
            Self::Inet(inet) => inet.is_strict(options) && !inet.is_reserved_word(),
            Self::Pipe(pipe) => pipe.is_strict(),
            Self::Unix(_) | Self::Vsock(_) | Self::Fd(_) | Self::FdName(_) => true,
        };
        if strict { spelling::write_into(self, out) } else { Err(FormatError::NotRepresentable) }
    }

    /// The same endpoint with its own copy of what it borrows.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn into_owned(self) -> Endpoint<'static> {
        match self {
            Self::Inet(inet) => Endpoint::Inet(inet.into_owned()),
            Self::Unix(address) => Endpoint::Unix(address),
            Self::Vsock(address) => Endpoint::Vsock(address),
            Self::Pipe(pipe) => Endpoint::Pipe(pipe.into_owned()),
            Self::Fd(fd) => Endpoint::Fd(fd),
            Self::FdName(name) => Endpoint::FdName(name.map(FdName::into_owned)),
        }
    }
}

/// The words that begin a scheme; alone or in another case they are no host names.
const SCHEMES: [&[u8]; 7] =
    [b"unix", b"unix-abstract", b"unix-unnamed", b"npipe", b"vsock", b"fd", b"sd-listen"];

/// Whether a word begins a scheme, in any case.
pub(crate) fn is_reserved(word: &[u8]) -> bool {
    SCHEMES.iter().any(|scheme| scheme.eq_ignore_ascii_case(word))
}

impl HostPort<'_> {
    /// Whether the host is the word of a scheme, which no endpoint may have.
    pub(crate) fn is_reserved_word(&self) -> bool {
        match &self.host {
            Host::Name(name) => SCHEMES.iter().any(|scheme| {
                name.bytes().map(|byte| byte.to_ascii_lowercase()).eq(scheme.iter().copied())
            }),
            Host::Ip(_) | Host::Any => false,
        }
    }
}

impl From<IpPort> for Endpoint<'_> {
    fn from(address: IpPort) -> Self {
        Self::Inet(address.into())
    }
}

impl From<UnixAddress> for Endpoint<'_> {
    fn from(address: UnixAddress) -> Self {
        Self::Unix(address)
    }
}

impl From<VsockAddress> for Endpoint<'_> {
    fn from(address: VsockAddress) -> Self {
        Self::Vsock(address)
    }
}

impl<'a> From<PipeName<'a>> for Endpoint<'a> {
    fn from(pipe: PipeName<'a>) -> Self {
        Self::Pipe(pipe)
    }
}

/// Refuses the words that begin a scheme: as text they would be read as that.
impl<'a> TryFrom<HostPort<'a>> for Endpoint<'a> {
    type Error = ConvertError;

    fn try_from(inet: HostPort<'a>) -> Result<Self, ConvertError> {
        if inet.is_reserved_word() {
            return Err(ConvertError::HostReservedWord);
        }
        Ok(Self::Inet(inet))
    }
}

impl fmt::Display for Endpoint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inet(inet) => fmt::Display::fmt(inet, f),
            Self::Unix(address) => fmt::Display::fmt(address, f),
            Self::Vsock(address) => fmt::Display::fmt(address, f),
            Self::Pipe(pipe) => fmt::Display::fmt(pipe, f),
            Self::Fd(fd) => write!(f, "fd:{fd}"),
            Self::FdName(None) => f.write_str("sd-listen:"),
            Self::FdName(Some(name)) => write!(f, "sd-listen:{name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{format, string::ToString as _, vec};

    fn refused(text: &[u8]) -> (&'static str, u32, u32) {
        let error = Endpoint::parse(text).unwrap_err();
        (error.code(), error.at, error.len)
    }

    #[test]
    fn the_first_bytes_decide() {
        let kind = |text: &str| match Endpoint::parse(text.as_bytes()).unwrap() {
            Endpoint::Inet(_) => "inet",
            Endpoint::Unix(_) => "unix",
            Endpoint::Vsock(_) => "vsock",
            Endpoint::Pipe(_) => "pipe",
            Endpoint::Fd(_) => "fd",
            Endpoint::FdName(_) => "fd-name",
        };
        for (text, expected) in [
            ("[::1]", "inet"),
            ("unix.example", "inet"),
            ("fd.", "inet"),
            ("vsocket:2", "inet"),
            (r"\\srv\pipe\x", "pipe"),
            ("//./PIPE/x", "pipe"),
            ("//./pip/x", "unix"),
            ("/x:80", "unix"),
            ("./x", "unix"),
            ("@[::1]:80", "unix"),
            ("unix:x", "unix"),
            ("unix-abstract:", "unix"),
            ("unix-unnamed:", "unix"),
            ("npipe://./pipe/x", "pipe"),
            ("vsock:2:80", "vsock"),
            ("fd:3", "fd"),
            ("sd-listen:", "fd-name"),
            ("sd-listen:web", "fd-name"),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
    }

    #[test]
    fn nothing_is_tried_after_the_first_match() {
        assert_eq!(refused(b""), ("empty", 0, 0));
        assert_eq!(refused(br"\x"), ("host-bad-byte", 0, 1));
        assert_eq!(refused(br"\\.\pip\x"), ("pipe-prefix", 7, 1));
        assert_eq!(refused(b"//./pipe/"), ("pipe-name-empty", 9, 0));
        assert_eq!(refused(b"../x"), ("host-label-empty", 0, 0));
        assert_eq!(refused(b"/a\0"), ("unix-nul", 2, 1));
        assert_eq!(refused(b"unix:80x!"), ("unexpected-byte", 8, 1));
        assert_eq!(refused(b"unix-unnamed:x"), ("trailing-bytes", 13, 1));
        assert_eq!(refused(b"npipe:x"), ("pipe-prefix", 6, 1));
        assert_eq!(refused(b"npipe://./pipe/a\\"), ("pipe-name-backslash", 16, 1));
        assert_eq!(refused(b"vsock:2"), ("port-missing", 7, 0));
        assert_eq!(refused(b"*:80"), ("any-not-allowed", 0, 1));
        assert_eq!(refused(b"::1"), ("bracket-missing", 0, 0));
        assert_eq!(refused(b"fd::1"), ("number-empty", 3, 0));
        assert_eq!(refused(b"fd00::1"), ("bracket-missing", 0, 0));
        assert_eq!(refused(b"1.2.3.4.:80"), ("too-many-octets", 7, 1));
        assert_eq!(refused(b"tcp://127.0.0.1"), ("port-empty", 4, 0));
    }

    #[test]
    fn descriptors_are_numbers_or_names() {
        assert_eq!(Endpoint::parse(b"fd:4294967295"), Ok(Endpoint::Fd(u32::MAX)));
        assert_eq!(refused(b"fd:"), ("number-empty", 3, 0));
        assert_eq!(refused(b"fd:03"), ("number-leading-zero", 3, 2));
        assert_eq!(refused(b"fd:4294967296"), ("number-too-large", 3, 10));
        assert_eq!(refused(b"fd:3x"), ("unexpected-byte", 4, 1));
        assert_eq!(refused(b"sd-listen:a:b"), ("unexpected-byte", 11, 1));
        assert_eq!(refused(b"sd-listen:a b"), ("whitespace", 11, 1));
        let long = format!("sd-listen:{}", "a".repeat(256));
        assert_eq!(refused(long.as_bytes()), ("too-long", 10, 256));
    }

    #[test]
    fn the_word_of_a_scheme_is_no_host_name() {
        for scheme in SCHEMES {
            let word = core::str::from_utf8(scheme).unwrap();
            let len = u32::try_from(word.len()).unwrap();
            let upper = word.to_ascii_uppercase();
            for text in
                [word.to_string(), upper.clone(), format!("{upper}:"), format!("{upper}:+1")]
            {
                assert_eq!(refused(text.as_bytes()), ("host-reserved-word", 0, len), "{text}");
            }
            for port in [None, Some(80)] {
                let inet = HostPort { host: HostPort::parse(word.as_bytes()).unwrap().host, port };
                let mut out = [0; Endpoint::MAX_LEN];
                assert!(inet.format(&mut out).is_ok());
                let refused = Endpoint::Inet(inet.clone()).format(&mut out);
                assert_eq!(refused, Err(FormatError::NotRepresentable));
                assert_eq!(Endpoint::try_from(inet), Err(ConvertError::HostReservedWord));
            }
        }
    }

    #[test]
    fn far_too_long_texts_are_not_read() {
        for start in ["", "/", "@", "[", "unix:", "sd-listen:", r"\\"] {
            let mut text = start.as_bytes().to_vec();
            text.resize(65_536, b'a');
            assert_eq!(refused(&text), ("too-long", 65_535, 1), "{start}");
            text.truncate(65_535);
            assert_ne!(refused(&text), ("too-long", 65_535, 1), "{start}");
        }
        let blanks = vec![b' '; 65_536];
        assert_eq!(refused(&blanks), ("too-long", 65_535, 1));
    }

    #[test]
    fn published_lengths_are_reached() {
        let name = format!(
            "{}.",
            ["a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(61)].join(".")
        );
        let inet = format!("{name}:65535");
        assert_eq!(Endpoint::parse(inet.as_bytes()).unwrap().to_string().len(), HostPort::MAX_LEN);
        let unix = format!("@{}", "\0".repeat(107));
        assert_eq!(Endpoint::parse(unix.as_bytes()).unwrap().to_string().len(), Endpoint::MAX_LEN);
    }
}
