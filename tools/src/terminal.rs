//! What reaches the terminal: styles, the caret, and untrusted bytes made harmless.

use std::fmt::{self, Write as _};
use std::io::{self, Write as _};

use anstyle::{AnsiColor, Style};

/// Why a command does not end with exit code 0.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The input was refused or a check failed; it has been said already.
    Refused,
    /// The command was used wrongly; it has been said already.
    Misused,
    /// Reading or writing failed.
    Io(io::Error),
    /// The command was used wrongly.
    Usage(String),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A value that is what it should be.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// A refusal, or something to be careful about.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// What explains the rest.
pub(crate) const FAINT: Style = Style::new().dimmed();

/// Writes an error line to standard error, made harmless; a closed standard error is nobody's
/// fault.
pub(crate) fn error(message: &str) {
    let _ = writeln!(anstream::stderr(), "{BAD}error:{BAD:#} {}", shown(message));
}

/// Writes a line that explains to standard error, made harmless.
pub(crate) fn note(message: &str) {
    let _ = writeln!(anstream::stderr(), "{FAINT}note:{FAINT:#} {}", shown(message));
}

/// Text that somebody else has chosen as one line of printable text.
pub(crate) const fn shown(text: &str) -> Shown<'_> {
    Shown(text.as_bytes())
}

/// How many columns a line may have: those of the terminal, or 100.
pub(crate) fn width() -> usize {
    terminal_size::terminal_size_of(io::stdout())
        .map_or(100, |(terminal_size::Width(columns), _)| usize::from(columns))
}

/// Cuts words into lines of so many columns; a longer word has a line of its own.
pub(crate) fn wrapped(text: &str, space: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(space).filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if line.chars().count().saturating_add(word.chars().count()) < columns => {
                line.push_str(space);
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Bytes of untrusted input as one line of printable text.
///
/// Printable UTF-8 stays; control characters and other bytes become `\n`, `\0`, `\xff`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for character in chunk.valid().chars() {
                match character {
                    '\0' => f.write_str("\\0")?,
                    '\t' => f.write_str("\\t")?,
                    '\n' => f.write_str("\\n")?,
                    '\r' => f.write_str("\\r")?,
                    _ if is_unsafe_to_show(character) => {
                        write!(f, "{}", character.escape_unicode())?;
                    }
                    _ => f.write_char(character)?,
                }
            }
            chunk.invalid().iter().try_for_each(|byte| write!(f, "\\x{byte:02x}"))?;
        }
        Ok(())
    }
}

/// Controls, and the marks that reorder or hide what stands beside them.
fn is_unsafe_to_show(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Writes the input on a line and carets under the bytes `at..at + len`.
pub(crate) fn caret(
    out: &mut dyn io::Write,
    input: &[u8],
    at: u32,
    len: u32,
    note: &str,
) -> io::Result<()> {
    // How many bytes are shown on each side of the caret.
    let context = (width() / 2).saturating_sub(6).clamp(20, 60);
    let at = usize::try_from(at).unwrap_or(usize::MAX).min(input.len());
    let end = usize::try_from(len).unwrap_or(usize::MAX).saturating_add(at).min(input.len());
    let from = at.saturating_sub(context);
    let to = end.min(at.saturating_add(context)).saturating_add(context).min(input.len());
    let part = |from, to| Shown(input.get(from..to).unwrap_or_default()).to_string();
    let (before, marked, after) = (part(from, at), part(at, end.min(to)), part(end.min(to), to));
    let (head, tail) = (if from > 0 { "…" } else { "" }, if to < input.len() { "…" } else { "" });
    writeln!(out, "    {head}{before}{marked}{after}{tail}")?;
    let indent = before.chars().count().saturating_add(head.chars().count());
    let carets = "^".repeat(marked.chars().count().max(1));
    writeln!(out, "    {:indent$}{BAD}{carets}{BAD:#} {note}", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_bytes_are_escaped() {
        assert_eq!(Shown(b"a\x1b[2J\n\0\xff\xc3\xa9").to_string(), "a\\u{1b}[2J\\n\\0\\xff\u{e9}");
        assert_eq!(Shown("\u{202e}x".as_bytes()).to_string(), "\\u{202e}x");
    }

    #[test]
    fn the_caret_stands_under_the_escaped_byte() {
        let mut out = Vec::new();
        caret(&mut out, b"a\nb.c", 2, 1, "here").unwrap();
        let text = anstream::adapter::strip_bytes(&out).into_vec();
        assert_eq!(String::from_utf8(text).unwrap(), "    a\\nb.c\n       ^ here\n");
    }
}
