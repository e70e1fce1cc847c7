//! Lists as text: one rule a line.
//!
//! ```text
//! # who may come in
//! allow 10.0.0.0/8
//! deny  10.9.0.0/16    # the guests
//! allow 2001:db8::1
//! ```
//!
//! Every line is read strictly. A line without an action is refused, because half of all lists
//! allow what stands on them and the other half deny it; who knows which, says so.

use core::fmt;

use super::rule::is_mapped;
use super::{Action, Rule, RuleError, RuleErrorKind};
use crate::addr::{HostBits, Ip, ParseErrorKind, Prefix};

/// How the lines of a list are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RuleOptions {
    /// The action of a line that names none; such a line is refused otherwise.
    pub bare: Option<Action>,
    /// Whether bits behind the prefix are cleared; they are refused otherwise.
    pub clears_host_bits: bool,
}

impl RuleOptions {
    /// Every line names its action, and no prefix has host bits.
    #[must_use]
    pub const fn new() -> Self {
        Self { bare: None, clears_host_bits: false }
    }

    /// Gives lines that name no action this one.
    #[must_use]
    pub const fn with_bare(mut self, action: Action) -> Self {
        self.bare = Some(action);
        self
    }

    /// Clears bits behind the prefix: `10.0.0.1/8` is `10.0.0.0/8`.
    #[must_use]
    pub const fn with_host_bits_cleared(mut self) -> Self {
        self.clears_host_bits = true;
        self
    }
}

/// Reads one line of a list, without its line feed; `None` where it holds no rule.
///
/// ```abnf
/// line    = *WSP [ rule ] [ *WSP comment ] *WSP [ CR ] ; WSP before a comment behind a rule
/// rule    = [ action 1*WSP ] ( prefix / ip )           ; the action may be left out where asked
/// action  = "allow" / "deny"
/// comment = "#" *OCTET
/// ```
///
/// An address without a length is the prefix of itself alone.
///
/// # Errors
///
/// Those of [`Prefix::parse`] and [`Ip::parse`]; [`ActionUnknown`](RuleErrorKind::ActionUnknown),
/// [`ActionMissing`](RuleErrorKind::ActionMissing),
/// [`AddressMissing`](RuleErrorKind::AddressMissing), [`Zone`](RuleErrorKind::Zone) at its `%`,
/// [`Mapped`](RuleErrorKind::Mapped) at the address, and for a further word `trailing-bytes`.
///
/// ```
/// use portolan::policy::{Action, RuleOptions, parse_rule};
/// let options = RuleOptions::new();
/// let rule = parse_rule(b"deny 10.0.0.0/8  # inside", &options)?.unwrap();
/// assert_eq!((rule.action(), rule.to_string().as_str()), (Action::Deny, "deny 10.0.0.0/8"));
/// assert_eq!(parse_rule(b"# nothing", &options)?, None);
/// let error = parse_rule(b"allow 10.0.0.1/8", &options).unwrap_err();
/// assert_eq!((error.code(), error.at, error.len), ("host-bits-set", 6, 8));
/// # Ok::<(), portolan::policy::RuleError>(())
/// ```
pub fn parse_rule(line: &[u8], options: &RuleOptions) -> Result<Option<Rule>, RuleError> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let mut words = Words { line, at: 0 };
    let Some(first) = words.next() else { return Ok(None) };
    let (action, word) = match (Action::from_name(first.text), words.next()) {
        (Some(action), Some(word)) => (action, word),
        (Some(_), None) => return Err(RuleError::new(RuleErrorKind::AddressMissing, words.at, 0)),
        (None, Some(_)) => return Err(first.error(RuleErrorKind::ActionUnknown)),
        (None, None) => match options.bare {
            Some(action) => (action, first),
            None => return Err(RuleError::new(RuleErrorKind::ActionMissing, first.at, 0)),
        },
    };
    let prefix = read_prefix(&word, options)?;
    match words.next() {
        Some(word) => Err(word.error(RuleErrorKind::Text(ParseErrorKind::TrailingBytes))),
        None => Rule::new(action, prefix).map(Some),
    }
}

/// `prefix / ip`, without a zone, and not of mapped addresses.
fn read_prefix(word: &Word<'_>, options: &RuleOptions) -> Result<Prefix, RuleError> {
    let host_bits = if options.clears_host_bits { HostBits::Mask } else { HostBits::Reject };
    let slash = memchr::memchr(b'/', word.text);
    let read = match slash {
        Some(_) => Prefix::parse(word.text, host_bits),
        None => Ip::parse(word.text).map(Prefix::host),
    };
    let prefix = read.map_err(|error| RuleError::of_text(error, word.at))?;
    let end = slash.unwrap_or(word.text.len());
    match memchr::memchr(b'%', word.text) {
        Some(percent) if prefix.ip().zone().is_some() => {
            let len = end.saturating_sub(percent);
            Err(RuleError::new(RuleErrorKind::Zone, word.at.saturating_add(percent), len))
        }
        _ if is_mapped(&prefix) => Err(RuleError::new(RuleErrorKind::Mapped, word.at, end)),
        _ => Ok(prefix),
    }
}

/// A run of bytes without white space, and where it begins.
struct Word<'a> {
    text: &'a [u8],
    at: usize,
}

impl Word<'_> {
    fn error(&self, kind: RuleErrorKind) -> RuleError {
        RuleError::new(kind, self.at, self.text.len())
    }
}

/// The words of a line, up to its comment.
struct Words<'a> {
    line: &'a [u8],
    at: usize,
}

impl<'a> Words<'a> {
    fn rest(&self) -> &'a [u8] {
        self.line.get(self.at..).unwrap_or_default()
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = Word<'a>;

    fn next(&mut self) -> Option<Word<'a>> {
        let is_space = |byte: &u8| matches!(byte, b' ' | b'\t');
        // Behind the last word, what is missing is missing where that word ended.
        let begin = self.rest().iter().position(|byte| !is_space(byte))?;
        let rest = self.rest().get(begin..).unwrap_or_default();
        if rest.first() == Some(&b'#') {
            return None;
        }
        let len = rest.iter().position(is_space).unwrap_or(rest.len());
        let at = self.at.saturating_add(begin);
        self.at = at.saturating_add(len);
        Some(Word { text: rest.get(..len).unwrap_or_default(), at })
    }
}

/// Reads the rules of a list, line after line.
///
/// Collected into a `Result`, the list is whole or refused:
///
/// ```
/// use portolan::policy::{RuleOptions, parse_rules};
/// let list = b"allow 10.0.0.0/8\ndeny 10.9.0.0/16 # guests\n";
/// let rules: Result<Vec<_>, _> = parse_rules(list, RuleOptions::new()).collect();
/// assert_eq!(rules?.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 2]);
/// let bad: Result<Vec<_>, _> = parse_rules(b"\nallow 010.0.0.0/8", RuleOptions::new()).collect();
/// assert_eq!(bad.unwrap_err().to_string(), "octet has a leading zero at byte 6 of line 2");
/// # Ok::<(), portolan::policy::ListError>(())
/// ```
#[must_use]
pub const fn parse_rules(text: &[u8], options: RuleOptions) -> Rules<'_> {
    Rules { rest: Some(text), line: 0, options }
}

/// Iterator over the rules of a list, each with the number of its line, counted from 1.
#[derive(Clone, Debug)]
pub struct Rules<'a> {
    rest: Option<&'a [u8]>,
    line: usize,
    options: RuleOptions,
}

impl Iterator for Rules<'_> {
    type Item = Result<(usize, Rule), ListError>;

    fn next(&mut self) -> Option<Self::Item> {
        while let Some(text) = self.rest {
            let end = memchr::memchr(b'\n', text);
            let (line, rest) = match end.and_then(|end| text.split_at_checked(end)) {
                Some((line, rest)) => (line, rest.get(1..)),
                None => (text, None),
            };
            self.rest = rest;
            self.line = self.line.saturating_add(1);
            let number = self.line;
            let read = parse_rule(line, &self.options);
            match read.map_err(|error| ListError { line: number, error }) {
                Ok(None) => {}
                Ok(Some(rule)) => return Some(Ok((number, rule))),
                Err(error) => return Some(Err(error)),
            }
        }
        None
    }
}

impl core::iter::FusedIterator for Rules<'_> {}

/// A refusal, and the line of the list that it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ListError {
    /// The number of the line, counted from 1.
    pub line: usize,
    /// The rule that the line broke, and where in the line.
    pub error: RuleError,
}

impl fmt::Display for ListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of line {}", self.error, self.line)
    }
}

impl core::error::Error for ListError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.error)
    }
}
