//! Names as they were written: borrowed, compared without case, decoded lazily.

#[cfg(feature = "alloc")]
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt::{self, Write as _};
use core::hash::{Hash, Hasher};

use super::FormatError;
use crate::cursor::Writer;

/// The bytes of a name as written, and whether they hold `%XX` escapes.
///
/// Nothing is decoded until it is asked for, so nothing allocates; `Eq`, `Ord` and `Hash` see the
/// decoded bytes without regard to ASCII case.
#[derive(Clone)]
pub(crate) struct Spelling<'a> {
    written: Written<'a>,
    escaped: bool,
}

/// Bytes of the input, or a copy of them.
#[derive(Clone)]
pub(crate) enum Written<'a> {
    Borrowed(&'a [u8]),
    #[cfg(feature = "alloc")]
    Owned(Vec<u8>),
}

impl<'a> Written<'a> {
    /// Borrows from the input.
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self::Borrowed(bytes)
    }

    /// The bytes.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Borrowed(bytes) => bytes,
            #[cfg(feature = "alloc")]
            Self::Owned(bytes) => bytes,
        }
    }

    /// The same bytes, owned.
    #[cfg(feature = "alloc")]
    pub(crate) fn into_owned(self) -> Written<'static> {
        Written::Owned(match self {
            Self::Borrowed(bytes) => bytes.to_vec(),
            Self::Owned(bytes) => bytes,
        })
    }
}

impl<'a> Spelling<'a> {
    /// Keeps the bytes as they are; with `escaped`, `%XX` in them stands for a byte.
    pub(crate) const fn new(written: &'a [u8], escaped: bool) -> Self {
        Self { written: Written::new(written), escaped }
    }

    /// The bytes as written.
    pub(crate) fn as_written(&self) -> &[u8] {
        self.written.as_bytes()
    }

    /// Whether `%XX` in the bytes as written stands for a byte.
    pub(crate) const fn is_escaped(&self) -> bool {
        self.escaped
    }

    /// The decoded bytes.
    pub(crate) fn bytes(&self) -> Bytes<'_> {
        Bytes { rest: self.as_written(), escaped: self.escaped }
    }

    /// The decoded bytes at once; `None` where the buffer is shorter than they are.
    ///
    /// The buffer is used only where there is something to decode.
    pub(crate) fn decoded<'b>(&'b self, buffer: &'b mut [u8]) -> Option<&'b [u8]> {
        if !self.escaped {
            return Some(self.as_written());
        }
        let len = self.bytes().count();
        let target = buffer.get_mut(..len)?;
        target.iter_mut().zip(self.bytes()).for_each(|(slot, byte)| *slot = byte);
        Some(target)
    }

    /// The same name, owned.
    #[cfg(feature = "alloc")]
    pub(crate) fn into_owned(self) -> Spelling<'static> {
        Spelling { written: self.written.into_owned(), escaped: self.escaped }
    }

    fn folded(&self) -> impl Iterator<Item = u8> {
        self.bytes().map(|byte| byte.to_ascii_lowercase())
    }
}

impl PartialEq for Spelling<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.folded().eq(other.folded())
    }
}

impl Eq for Spelling<'_> {}

impl PartialOrd for Spelling<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Spelling<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.folded().cmp(other.folded())
    }
}

impl Hash for Spelling<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.folded().for_each(|byte| state.write_u8(byte));
        state.write_u8(0xff);
    }
}

/// The decoded bytes, those that are not printable as `%XX`.
impl fmt::Display for Spelling<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.escaped {
            self.bytes().try_for_each(|byte| fmt::Display::fmt(&Printable(&[byte]), f))
        } else {
            fmt::Display::fmt(&Printable(self.as_written()), f)
        }
    }
}

impl fmt::Debug for Spelling<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

/// Prints printable ASCII as it is, every other byte as `%XX`: names come from untrusted text.
pub(crate) struct Printable<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_escaped(self.0, |byte| matches!(byte, 0x20..=0x7e), f)
    }
}

/// Writes ASCII bytes that are `plain` as they are, every other byte as `%XX`.
pub(super) fn write_escaped(
    bytes: &[u8],
    plain: impl Fn(u8) -> bool,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let mut rest = bytes;
    while !rest.is_empty() {
        let run = rest.iter().position(|&byte| !plain(byte)).unwrap_or(rest.len());
        let (text, tail) = rest.split_at_checked(run).unwrap_or_default();
        f.write_str(core::str::from_utf8(text).unwrap_or_default())?;
        rest = match tail {
            [byte, tail @ ..] => {
                write!(f, "%{byte:02X}")?;
                tail
            }
            [] => tail,
        };
    }
    Ok(())
}

/// Writes a value into a buffer as it is displayed; returns the length.
///
/// # Errors
///
/// [`BufferTooSmall`](FormatError::BufferTooSmall).
pub(crate) fn write_into(value: &impl fmt::Display, out: &mut [u8]) -> Result<usize, FormatError> {
    let mut writer = Writer::new(out);
    write!(writer, "{value}").map_err(|_| FormatError::BufferTooSmall)?;
    Ok(writer.written().len())
}

/// Iterator over the decoded bytes of a name.
#[derive(Clone, Debug)]
pub struct Bytes<'a> {
    rest: &'a [u8],
    escaped: bool,
}

impl Iterator for Bytes<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        if self.escaped
            && let [b'%', high, low, rest @ ..] = self.rest
            && let (Some(high), Some(low)) = (nibble(*high), nibble(*low))
        {
            self.rest = rest;
            return Some(high << 4 | low);
        }
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(byte)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.rest.len().div_ceil(3), Some(self.rest.len()))
    }
}

impl core::iter::FusedIterator for Bytes<'_> {}

/// The value of one hexadecimal digit of either case.
pub(crate) const fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit & 0x0f),
        b'a'..=b'f' | b'A'..=b'F' => Some((digit & 0x0f).wrapping_add(9)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_decoded_lazily_and_compare_as_bytes() {
        let escaped = Spelling::new(b"a%2Fb%2", true);
        assert!(escaped.bytes().eq(*b"a/b%2"));
        assert_eq!(escaped, Spelling::new(b"A/B%2", false));
        assert_ne!(escaped, Spelling::new(b"a%2Fb%2", false));
    }

    #[test]
    fn control_bytes_never_reach_a_terminal() {
        let mut out = [0; 16];
        let mut writer = Writer::new(&mut out);
        write!(writer, "{}", Spelling::new(b"a\x1b[2Jb\xff", false)).unwrap();
        assert_eq!(writer.written(), b"a%1B[2Jb%FF");
    }
}
