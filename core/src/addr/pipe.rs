//! Names of Windows pipes, `\\server\pipe\name`.
//!
//! Source: Microsoft, "Pipe Names". At most 256 characters in all; compared without case. The
//! forms with slashes, which tools of other platforms write, are read but never printed.

use core::fmt;

use super::error::check_len;
use super::spelling::{self, Bytes, Spelling};
use super::{ConvertError, FormatError, ParseError, ParseErrorKind};
use crate::cursor::Reader;

/// The name of a pipe and of the server that has it, kept as written.
///
/// `Eq`, `Ord` and `Hash` ignore ASCII case. Borrows from the input, and owns its bytes after
/// `into_owned` (feature `alloc`).
///
/// ```
/// use portolan::addr::PipeName;
/// let pipe = PipeName::parse(b"npipe:////./pipe/Docker_Engine")?;
/// assert_eq!((pipe.server(), pipe.as_written()), (&b"."[..], &b"Docker_Engine"[..]));
/// assert_eq!(pipe.to_string(), r"\\.\pipe\Docker_Engine");
/// # Ok::<(), portolan::addr::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PipeName<'a> {
    server: Spelling<'a>,
    name: Spelling<'a>,
}

impl<'a> PipeName<'a> {
    /// The longest name in characters, with server and prefix.
    pub const MAX_LEN: usize = 256;

    /// Reads strict text: `\\server\pipe\name`, `//./pipe/name`, or either behind `npipe:`.
    ///
    /// # Errors
    ///
    /// [`PipePrefix`](ParseErrorKind::PipePrefix) at the first byte that departs from the prefix,
    /// [`PipeNameEmpty`](ParseErrorKind::PipeNameEmpty),
    /// [`PipeNameBackslash`](ParseErrorKind::PipeNameBackslash),
    /// [`PipeTooLong`](ParseErrorKind::PipeTooLong) (server, prefix and name), and the kinds of
    /// bytes that cannot stand in a name.
    pub fn parse(text: &'a [u8]) -> Result<Self, ParseError> {
        check_len(text)?;
        match text.strip_prefix(SCHEME) {
            Some(rest) => Self::parse_rest(rest).map_err(|error| error.shifted(SCHEME.len())),
            None => Self::parse_bare(text),
        }
    }

    /// Reads what follows the scheme; Docker puts `//` before the form with slashes.
    ///
    /// ```abnf
    /// pipe = bare / "npipe:" [ "//" ] bare ; "//" only before a slash
    /// ```
    pub(crate) fn parse_rest(text: &'a [u8]) -> Result<Self, ParseError> {
        match text {
            [b'/', b'/', bare @ ..] if bare.starts_with(b"//") => {
                Self::parse_bare(bare).map_err(|error| error.shifted(2))
            }
            bare => Self::parse_bare(bare),
        }
    }

    /// Reads a name without a scheme.
    ///
    /// ```abnf
    /// bare   = "\\" server "\pipe\" pname / "//./pipe/" pname ; at most 256 characters
    /// server = 1*schar
    /// pname  = [ "LOCAL\" ] 1*pchar
    /// pchar  = %x21-5B / %x5D-7E                              ; no backslash
    /// schar  = %x21-2E / %x30-5B / %x5D-7E                    ; nor a slash, which ends it, too
    /// ```
    pub(crate) fn parse_bare(text: &'a [u8]) -> Result<Self, ParseError> {
        let mut reader = Reader::new(text);
        let whole = reader.clone().take_while(|byte| is_pchar(byte) || byte == b'\\');
        if whole.len() > Self::MAX_LEN {
            return Err(ParseError::new(ParseErrorKind::PipeTooLong, 0, whole.len()));
        }
        let server = if reader.peek() == Some(b'/') {
            expect(&mut reader, SLASHED)?;
            b"."
        } else {
            expect(&mut reader, br"\\")?;
            let server = reader.take_while(|byte| is_pchar(byte) && byte != b'/');
            if server.is_empty() {
                return Err(departs(&reader));
            }
            expect(&mut reader, br"\pipe\")?;
            server
        };
        let name = reader.rest();
        check_name(reader)?;
        Ok(Self::from_written(server, name, false))
    }

    /// Names a pipe by its server, `.` for this machine, and its name there.
    ///
    /// # Errors
    ///
    /// [`NotRepresentable`](ConvertError::NotRepresentable) for parts that strict text cannot say.
    pub fn new(server: &'a [u8], name: &'a [u8]) -> Result<Self, ConvertError> {
        let pipe = Self::from_written(server, name, false);
        if pipe.is_strict() { Ok(pipe) } else { Err(ConvertError::NotRepresentable) }
    }

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

    /// Writes the strict text, `\\server\pipe\name`, and returns its length.
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

    /// Whether the text displayed reads back as this name.
    pub(crate) fn is_strict(&self) -> bool {
        let mut buffer = [0; Self::MAX_LEN];
        spelling::write_into(self, &mut buffer)
            .ok()
            .and_then(|len| buffer.get(..len))
            .and_then(|text| PipeName::parse_bare(text).ok())
            .is_some_and(|read| read == *self)
    }

    /// The same name with its own copy of the bytes.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn into_owned(self) -> PipeName<'static> {
        PipeName { server: self.server.into_owned(), name: self.name.into_owned() }
    }
}

const SCHEME: &[u8] = b"npipe:";
const SLASHED: &[u8] = b"//./pipe/";

/// Whether a text begins with `//./pipe/`, in any case, and so is no Unix path.
pub(crate) fn is_slashed(text: &[u8]) -> bool {
    text.get(..SLASHED.len()).is_some_and(|start| start.eq_ignore_ascii_case(SLASHED))
}

/// Takes a part of the prefix, whatever its case.
fn expect(reader: &mut Reader<'_>, literal: &[u8]) -> Result<(), ParseError> {
    for byte in literal {
        match reader.peek() {
            Some(found) if found.eq_ignore_ascii_case(byte) => _ = reader.take_byte(),
            _ => return Err(departs(reader)),
        }
    }
    Ok(())
}

/// The error of a prefix that goes wrong where the reader stands.
fn departs(reader: &Reader<'_>) -> ParseError {
    let at = reader.position();
    match reader.peek() {
        Some(byte) => ParseError::bad_byte(ParseErrorKind::PipePrefix, at, byte),
        None => ParseError::new(ParseErrorKind::PipePrefix, at, 0),
    }
}

fn check_name(mut reader: Reader<'_>) -> Result<(), ParseError> {
    let _local = reader.expect_ignore_case(LOCAL);
    let name = reader.take_while(is_pchar);
    let at = reader.position();
    match reader.peek() {
        Some(b'\\') => Err(ParseError::new(ParseErrorKind::PipeNameBackslash, at, 1)),
        next if name.is_empty() => {
            Err(ParseError::missing(ParseErrorKind::PipeNameEmpty, at, next))
        }
        Some(byte) => Err(ParseError::unexpected(at, byte)),
        None => Ok(()),
    }
}

/// The prefix of names that belong to one session; the only place of a backslash.
const LOCAL: &[u8] = br"LOCAL\";

const fn is_pchar(byte: u8) -> bool {
    matches!(byte, 0x21..=0x7e) && byte != b'\\'
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

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{format, string::ToString as _};
    use proptest::prelude::*;

    fn refused(text: &[u8]) -> (&'static str, u32, u32) {
        let error = PipeName::parse(text).unwrap_err();
        (error.code(), error.at, error.len)
    }

    #[test]
    fn parts_make_a_name_that_strict_can_say() {
        let pipe = PipeName::new(b".", br"LOCAL\x").unwrap();
        assert_eq!(pipe, PipeName::parse(br"\\.\pipe\local\X").unwrap());
        for (server, name) in [
            (&b""[..], &b"x"[..]),
            (b".", b""),
            (b".", br"a\b"),
            (b"a\\b", b"x"),
            (b".", &[b'x'; 250]),
        ] {
            assert_eq!(PipeName::new(server, name), Err(ConvertError::NotRepresentable));
        }
    }

    #[test]
    fn every_form_of_a_name_is_taken() {
        let pipe = PipeName::from_written(b".", b"MySQL", false);
        for text in [
            r"\\.\pipe\MySQL",
            r"\\.\PIPE\mysql",
            "//./pipe/MySQL",
            "//./Pipe/MySQL",
            r"npipe:\\.\pipe\MySQL",
            "npipe://./pipe/MySQL",
            "npipe:////./pipe/MySQL",
        ] {
            assert_eq!(PipeName::parse(text.as_bytes()), Ok(pipe.clone()), "{text}");
        }
        for (text, server, name) in [
            (r"\\server\pipe\a/b", "server", "a/b"),
            (r"\\.\pipe\LOCAL\x", ".", r"LOCAL\x"),
            (r"\\.\pipe\%41:[]", ".", "%41:[]"),
        ] {
            let pipe = PipeName::parse(text.as_bytes()).unwrap();
            assert_eq!((pipe.server(), pipe.as_written()), (server.as_bytes(), name.as_bytes()));
            assert_eq!(pipe.to_string(), text);
        }
    }

    #[test]
    fn each_rule_refuses_at_its_place() {
        assert_eq!(refused(b""), ("empty", 0, 0));
        assert_eq!(refused(b"MySQL"), ("pipe-prefix", 0, 1));
        assert_eq!(refused(br"\MySQL"), ("pipe-prefix", 1, 1));
        assert_eq!(refused(br"\\"), ("pipe-prefix", 2, 0));
        assert_eq!(refused(br"\\\pipe\x"), ("pipe-prefix", 2, 1));
        assert_eq!(refused(br"\\a/b\pipe\x"), ("pipe-prefix", 3, 1));
        assert_eq!(refused(br"\\."), ("pipe-prefix", 3, 0));
        assert_eq!(refused(br"\\.\pip\x"), ("pipe-prefix", 7, 1));
        assert_eq!(refused(br"\\.\pipe"), ("pipe-prefix", 8, 0));
        assert_eq!(refused(b"//server/pipe/x"), ("pipe-prefix", 2, 1));
        assert_eq!(refused(b"npipe:x"), ("pipe-prefix", 6, 1));
        assert_eq!(refused(b"npipe:"), ("pipe-prefix", 6, 0));
        assert_eq!(refused(b"npipe:////x"), ("pipe-prefix", 10, 1));
        assert_eq!(refused(br"\\a b\pipe\x"), ("whitespace", 3, 1));
        assert_eq!(refused(br"\\.\pipe\"), ("pipe-name-empty", 9, 0));
        assert_eq!(refused(br"\\.\pipe\LOCAL\"), ("pipe-name-empty", 15, 0));
        assert_eq!(refused(b"npipe:////./pipe/"), ("pipe-name-empty", 17, 0));
        assert_eq!(refused(br"\\.\pipe\a\b"), ("pipe-name-backslash", 10, 1));
        assert_eq!(refused(br"\\.\pipe\\"), ("pipe-name-backslash", 9, 1));
        assert_eq!(refused(br"\\.\pipe\LOCAL\a\b"), ("pipe-name-backslash", 16, 1));
        assert_eq!(refused(br"\\.\pipe\a b"), ("whitespace", 10, 1));
        assert_eq!(refused(b"\\\\.\\pipe\\a\0"), ("nul", 10, 1));
        assert_eq!(refused(b"\\\\.\\pipe\\\xe9"), ("non-ascii", 9, 1));
        assert_eq!(refused(b"\\\\.\\pipe\\a\x7f"), ("unexpected-byte", 10, 1));
    }

    #[test]
    fn the_whole_name_has_at_most_256_characters() {
        let longest = format!(r"\\.\pipe\{}", "x".repeat(247));
        assert!(PipeName::parse(longest.as_bytes()).is_ok());
        assert_eq!(refused(format!("{longest}x").as_bytes()), ("pipe-too-long", 0, 257));
        assert_eq!(refused(format!("npipe:{longest}x y").as_bytes()), ("pipe-too-long", 6, 257));
        assert_eq!(refused(format!(r"{longest} \").as_bytes()), ("whitespace", 256, 1));
    }

    #[test]
    fn a_name_that_strict_cannot_say_is_not_printed() {
        let mut out = [0; 300];
        let mut refuses = |server: &[u8], name: &[u8], escaped| {
            let pipe = PipeName::from_written(server, name, escaped);
            assert_eq!(pipe.format(&mut out), Err(FormatError::NotRepresentable), "{pipe}");
        };
        refuses(b"", b"x", false);
        refuses(b".", b"", false);
        refuses(b".", br"a\b", false);
        refuses(b".", b"a%00", true);
        refuses(b"a b", b"x", false);
        refuses(b".", &[b'x'; 248], false);
        let decoded = PipeName::from_written(b".", b"a%2Fb", true);
        assert_eq!(decoded.format(&mut out), Ok(12));
        assert_eq!(&out[..12], br"\\.\pipe\a/b");
        assert_eq!(decoded.format(&mut [0; 11]), Err(FormatError::BufferTooSmall));
    }

    proptest! {
        /// Whatever is constructed either reads back as the same value or is not printed.
        #[test]
        fn round_trip(
            server in "[.a-z %\\\\]{0,4}", name in "(LOCAL\\\\)?[a-c/:%2Ff \\\\]{0,6}", escaped: bool,
        ) {
            let pipe = PipeName::from_written(server.as_bytes(), name.as_bytes(), escaped);
            let mut out = [0; PipeName::MAX_LEN];
            if let Ok(len) = pipe.format(&mut out) {
                prop_assert_eq!(PipeName::parse(&out[..len]), Ok(pipe));
            }
        }
    }
}
