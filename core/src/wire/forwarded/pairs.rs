//! The pairs of a hop: names, values, and those that RFC 7239 does not know.

use core::fmt;

use super::super::{WireError, WireErrorKind};
use super::text::{Text, is_quotable, is_token_byte};
use crate::cursor::Reader;

/// The parameters of RFC 7239, section 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parameter {
    For,
    By,
    Host,
    Proto,
    Other,
}

impl Parameter {
    /// Names are not case-sensitive; RFC 7239, section 4.
    pub(super) fn of(name: &[u8]) -> Self {
        match name {
            _ if name.eq_ignore_ascii_case(b"for") => Self::For,
            _ if name.eq_ignore_ascii_case(b"by") => Self::By,
            _ if name.eq_ignore_ascii_case(b"host") => Self::Host,
            _ if name.eq_ignore_ascii_case(b"proto") => Self::Proto,
            _ => Self::Other,
        }
    }

    pub(super) const fn meaning(self) -> &'static str {
        match self {
            Self::For => "who made the request",
            Self::By => "where the proxy received it",
            Self::Host => "the Host field that it had",
            Self::Proto => "the scheme of its URI",
            Self::Other => "no parameter of RFC 7239",
        }
    }
}

/// A name, and what stands behind its `=`.
pub(super) struct Pair<'a> {
    pub(super) name: &'a [u8],
    pub(super) name_at: usize,
    pub(super) value: Result<Text<'a>, WireError>,
    /// Where the content of the value begins, behind its quote where it has one.
    pub(super) value_at: usize,
}

/// Reads the next pair of an element; `None` where the element ends.
///
/// ```abnf
/// element = [ pair ] *( ";" [ pair ] )
/// pair    = token "=" value
/// ```
///
/// RFC 7239, section 4. There is no white space in an element outside of quotes.
pub(super) fn next_pair<'a>(reader: &mut Reader<'a>) -> Option<Result<Pair<'a>, WireError>> {
    _ = reader.take_while(|byte| byte == b';');
    if matches!(reader.peek(), None | Some(b',' | b' ' | b'\t')) {
        return None;
    }
    let name_at = reader.position();
    let name = reader.take_while(is_token_byte);
    if name.is_empty() || !reader.expect(b'=') {
        return Some(Err(WireError::new(WireErrorKind::BadToken, reader.position())));
    }
    let is_quoted = reader.peek() == Some(b'"');
    let value_at = reader.position().saturating_add(is_quoted.into());
    let value = if is_quoted { quoted_string(reader) } else { token(reader) };
    let value = value.and_then(|value| match reader.peek() {
        None | Some(b';' | b',' | b' ' | b'\t') => Ok(value),
        Some(_) => Err(WireError::new(WireErrorKind::BadToken, reader.position())),
    });
    Some(Ok(Pair { name, name_at, value, value_at }))
}

/// `token = 1*tchar`; RFC 9110, section 5.6.2.
fn token<'a>(reader: &mut Reader<'a>) -> Result<Text<'a>, WireError> {
    let token = reader.take_while(is_token_byte);
    match token {
        [] => Err(WireError::new(WireErrorKind::BadToken, reader.position())),
        token => Ok(Text::new(token)),
    }
}

/// `quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE`; RFC 9110, section 5.6.4.
fn quoted_string<'a>(reader: &mut Reader<'a>) -> Result<Text<'a>, WireError> {
    _ = reader.expect(b'"');
    let begin = reader.position();
    loop {
        let content = reader.since(begin);
        let mut at = reader.position();
        let mut byte = reader.take_byte();
        match byte {
            Some(b'"') => return Ok(Text::escaped(content)),
            Some(b'\\') => {
                at = reader.position();
                byte = reader.take_byte();
            }
            _ => {}
        }
        if !byte.is_some_and(is_quotable) {
            return Err(WireError::new(WireErrorKind::BadQuote, at));
        }
    }
}

/// The parameters of a hop that RFC 7239 does not know, as names and values.
#[derive(Clone, Copy, Default)]
pub struct Extensions<'a> {
    /// The element that they stand in.
    element: &'a [u8],
}

impl<'a> Extensions<'a> {
    /// The unknown ones of an element that was read.
    pub(super) const fn new(element: &'a [u8]) -> Self {
        Self { element }
    }
}

impl<'a> IntoIterator for &Extensions<'a> {
    type Item = (&'a [u8], Text<'a>);
    type IntoIter = ExtensionsIter<'a>;

    fn into_iter(self) -> ExtensionsIter<'a> {
        ExtensionsIter(Reader::new(self.element))
    }
}

/// The same pairs in the same order; names compare without regard to case.
impl PartialEq for Extensions<'_> {
    fn eq(&self, other: &Self) -> bool {
        let mut others = other.into_iter();
        let is_same = self.into_iter().all(|(name, value)| {
            others
                .next()
                .is_some_and(|(other, second)| name.eq_ignore_ascii_case(other) && value == second)
        });
        is_same && others.next().is_none()
    }
}

impl Eq for Extensions<'_> {}

impl fmt::Debug for Extensions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.into_iter().map(|(name, value)| (Text::new(name), value)))
            .finish()
    }
}

/// Iterator over [`Extensions`].
#[derive(Clone, Debug)]
pub struct ExtensionsIter<'a>(Reader<'a>);

impl<'a> Iterator for ExtensionsIter<'a> {
    type Item = (&'a [u8], Text<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Pair { name, value, .. } = next_pair(&mut self.0)?.ok()?;
            if Parameter::of(name) == Parameter::Other {
                return Some((name, value.ok()?));
            }
        }
    }
}
