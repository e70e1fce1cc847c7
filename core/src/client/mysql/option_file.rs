//! Option files: `my.cnf`.
//!
//! Source: MySQL Reference Manual, section 6.2.2.2 (Using Option Files); MariaDB Knowledge Base,
//! "Configuring MariaDB with Option Files"; `my_default.cc`, `ma_default.c`.
//!
//! ```abnf
//! file      = *( line LF )
//! line      = *WSP [ comment / group / directive / option ]
//! comment   = ( "#" / ";" ) *OCTET
//! group     = "[" name *WSP "]" *WSP [ comment ]
//! directive = "!" *WSP ( "include" / "includedir" ) 1*WSP path
//! option    = name *WSP [ "=" *WSP value ] *WSP [ "#" *OCTET ] ; Connector/C: without the comment
//! value     = *byte / DQUOTE *byte DQUOTE / "'" *byte "'"
//! byte      = OCTET / "\" ( "b" / "t" / "n" / "r" / "s" / "\" / DQUOTE / "'" )
//! ```
//!
//! Refused: a line longer than the originals read as one (they would go on in its middle), NUL, a
//! group without its `]`, an option before the first group, a directive that is none. Values are
//! judged by who uses them: the originals keep the backslash of an escape they do not know, here it
//! is [an error](super::super::Value::check).

use super::super::value::{Coding, Value};
use super::super::{ChooseError, ChooseErrorKind, Origin};
use super::Client;
use crate::addr::ParseErrorKind;
use crate::cursor::Reader;

/// The longest line, without its line feed, that every client reads as one.
pub const MAX_LINE: usize = 4093;

/// What stands on a line of an option file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Item<'a> {
    /// A group begins.
    Group(&'a [u8]),
    /// An option, with or without a value.
    Option(FileOption<'a>),
    /// Another file, or a directory of them, is read here.
    Include(Include<'a>),
}

/// An option of an option file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileOption<'a> {
    /// The group in which it stands.
    pub group: &'a [u8],
    /// The name as written.
    pub name: &'a [u8],
    /// The value, where there is an `=`.
    pub value: Option<Value<'a>>,
    /// The file and the line.
    pub origin: Origin<'a>,
    /// The offset of the name in the file.
    pub at: usize,
}

/// What an include names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IncludeKind {
    /// A file.
    File,
    /// A directory. The programs read every file in it that ends in `.cnf` (on Windows also
    /// `.ini`), in the order of names; Connector/C reads its `my.cnf` only.
    Directory,
}

/// A line that asks for another file, or for a directory of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Include<'a> {
    /// Whether a file or a directory is named.
    pub kind: IncludeKind,
    /// The path as written.
    pub path: &'a [u8],
    /// The file and the line.
    pub origin: Origin<'a>,
    /// The offset of the path in the file.
    pub at: usize,
    client: Client,
    depth: u8,
}

impl<'a> Include<'a> {
    /// Begins to read a file that is included here.
    ///
    /// A group that was begun in one file does not go on in the other, either way.
    ///
    /// # Errors
    ///
    /// [`IncludeTooDeep`](ChooseErrorKind::IncludeTooDeep) (the path) beyond what the client
    /// [follows](Client::max_include_depth).
    pub fn open(&self, name: &'a str, text: &'a [u8]) -> Result<OptionFile<'a>, ChooseError<'a>> {
        if self.depth >= self.client.max_include_depth() {
            let (kind, len) = (ChooseErrorKind::IncludeTooDeep, self.path.len());
            return Err(ChooseError::new(kind, "", self.origin, self.at, len));
        }
        Ok(OptionFile {
            depth: self.depth.saturating_add(1),
            ..OptionFile::new(self.client, name, text)
        })
    }
}

/// The lines of an option file, read one by one; nothing follows an error.
///
/// ```
/// use portolan::client::mysql::{Client, Item, OptionFile};
/// let text = b"[client]\nport = 3307 # of the test server\n!include other.cnf\n";
/// let mut file = OptionFile::new(Client::MysqlCli, "my.cnf", text);
/// assert!(matches!(file.next(), Some(Ok(Item::Group(b"client")))));
/// let Some(Ok(Item::Option(option))) = file.next() else { panic!() };
/// assert_eq!((option.name, option.value.unwrap().as_written()), (&b"port"[..], &b"3307"[..]));
/// let Some(Ok(Item::Include(include))) = file.next() else { panic!() };
/// assert_eq!(include.path, b"other.cnf");
/// assert!(include.open("other.cnf", b"").is_ok());
/// ```
#[derive(Clone, Debug)]
pub struct OptionFile<'a> {
    client: Client,
    name: &'a str,
    reader: Reader<'a>,
    line: u32,
    group: Option<&'a [u8]>,
    depth: u8,
}

impl<'a> OptionFile<'a> {
    /// Begins to read a file; `name` is what reasons and errors call it.
    #[must_use]
    pub const fn new(client: Client, name: &'a str, text: &'a [u8]) -> Self {
        Self { client, name, reader: Reader::new(text), line: 0, group: None, depth: 0 }
    }

    const fn origin(&self) -> Origin<'a> {
        let group = match self.group {
            Some(group) => group,
            None => b"",
        };
        Origin::OptionFile { file: self.name, group, line: self.line }
    }

    fn error(&self, kind: ChooseErrorKind, part: Part<'a>) -> ChooseError<'a> {
        ChooseError::new(kind, "", self.origin(), part.at, part.bytes.len())
    }

    /// Reads a line; `None` for one that says nothing.
    fn read_line(&mut self, line: Part<'a>) -> Option<Result<Item<'a>, ChooseError<'a>>> {
        if line.bytes.len() > MAX_LINE {
            return Some(Err(self.error(ChooseErrorKind::LineTooLong, line)));
        }
        if let Some(nul) = memchr::memchr(0, line.bytes) {
            let kind = ChooseErrorKind::Text(ParseErrorKind::Nul);
            return Some(Err(self.error(kind, line.slice(nul, 1))));
        }
        let text = line.trimmed();
        match text.bytes.first()? {
            b'#' | b';' => None,
            b'!' => Some(self.read_directive(text).map(Item::Include)),
            b'[' => Some(self.read_group(text).map(Item::Group)),
            _ => Some(self.read_option(text).map(Item::Option)),
        }
    }

    /// `group = "[" name *WSP "]" *WSP [ comment ]`
    fn read_group(&mut self, text: Part<'a>) -> Result<&'a [u8], ChooseError<'a>> {
        let Some(close) = memchr::memchr(b']', text.bytes) else {
            return Err(self.error(ChooseErrorKind::GroupUnclosed, text.end()));
        };
        let behind = text.from(close.saturating_add(1)).trimmed();
        if !matches!(behind.bytes.first(), None | Some(b'#' | b';')) {
            return Err(self.error(ChooseErrorKind::TextAfterGroup, behind.slice(0, 1)));
        }
        let name = text.slice(0, close).from(1).trimmed_end().bytes;
        self.group = Some(name);
        Ok(name)
    }

    /// `directive = "!" *WSP ( "include" / "includedir" ) 1*WSP path`
    fn read_directive(&self, text: Part<'a>) -> Result<Include<'a>, ChooseError<'a>> {
        let text = text.from(1).trimmed();
        let len = text.bytes.iter().position(|&byte| is_space(byte));
        let word = text.slice(0, len.unwrap_or(text.bytes.len()));
        let kind = match word.bytes {
            b"include" => IncludeKind::File,
            b"includedir" => IncludeKind::Directory,
            _ => return Err(self.error(ChooseErrorKind::UnknownDirective, word)),
        };
        let path = text.from(word.bytes.len()).trimmed();
        if path.bytes.is_empty() {
            return Err(self.error(ChooseErrorKind::IncludePathMissing, text.end()));
        }
        let (client, depth) = (self.client, self.depth);
        Ok(Include { kind, path: path.bytes, origin: self.origin(), at: path.at, client, depth })
    }

    /// `option = name *WSP [ "=" *WSP value ] *WSP [ "#" *OCTET ]`
    fn read_option(&self, text: Part<'a>) -> Result<FileOption<'a>, ChooseError<'a>> {
        let Some(group) = self.group else {
            return Err(self.error(ChooseErrorKind::OptionWithoutGroup, text));
        };
        let text = if self.client.has_end_comments() { text.without_comment() } else { text };
        let origin = self.origin();
        let equals = memchr::memchr(b'=', text.bytes);
        let name = text.slice(0, equals.unwrap_or(text.bytes.len())).trimmed_end();
        let value = equals.map(|at| {
            let (value, coding) = unquoted(text.from(at.saturating_add(1)).trimmed());
            Value::in_file(value.bytes, value.at, coding, origin)
        });
        Ok(FileOption { group, name: name.bytes, value, origin, at: name.at })
    }
}

impl<'a> Iterator for OptionFile<'a> {
    type Item = Result<Item<'a>, ChooseError<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.reader.is_empty() {
            let at = self.reader.position();
            let bytes = match self.reader.take_until(b'\n') {
                Some(line) => line,
                None => self.reader.take_rest(),
            };
            _ = self.reader.take_byte();
            self.line = self.line.saturating_add(1);
            if let Some(item) = self.read_line(Part { bytes, at }) {
                if item.is_err() {
                    _ = self.reader.take_rest();
                }
                return Some(item);
            }
        }
        None
    }
}

/// A part of a text, and where it begins.
#[derive(Clone, Copy)]
struct Part<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Part<'_> {
    fn from(self, at: usize) -> Self {
        let (_, bytes) = self.bytes.split_at_checked(at).unwrap_or((b"", b""));
        Self { bytes, at: self.at.saturating_add(at) }
    }

    fn slice(self, at: usize, len: usize) -> Self {
        let rest = self.from(at);
        Self { bytes: rest.bytes.get(..len).unwrap_or(rest.bytes), ..rest }
    }

    fn end(self) -> Self {
        self.from(self.bytes.len())
    }

    fn trimmed(self) -> Self {
        let start = self.bytes.iter().position(|&byte| !is_space(byte));
        self.from(start.unwrap_or(self.bytes.len())).trimmed_end()
    }

    fn trimmed_end(self) -> Self {
        let last = self.bytes.iter().rposition(|&byte| !is_space(byte));
        self.slice(0, last.map_or(0, |last| last.saturating_add(1)))
    }

    /// Ends before the first `#` that is not within quotes.
    fn without_comment(self) -> Self {
        let (mut quote, mut is_escaped) = (None, false);
        for (index, &byte) in self.bytes.iter().enumerate() {
            if matches!(byte, b'"' | b'\'') && !is_escaped {
                match quote {
                    None => quote = Some(byte),
                    Some(open) if open == byte => quote = None,
                    Some(_) => {}
                }
            }
            if byte == b'#' && quote.is_none() {
                return self.slice(0, index).trimmed_end();
            }
            is_escaped = quote.is_some() && byte == b'\\' && !is_escaped;
        }
        self
    }
}

/// A value without its quotes; one that begins with a quote ends with it.
fn unquoted(value: Part<'_>) -> (Part<'_>, Coding) {
    match value.bytes {
        [open @ (b'"' | b'\''), inside @ .., close] if open == close => {
            (value.slice(1, inside.len()), Coding::Escaped)
        }
        [b'"' | b'\'', ..] => (value, Coding::Unclosed),
        _ => (value, Coding::Escaped),
    }
}

/// White space of C's `isspace`.
const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}
