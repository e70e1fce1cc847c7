//! Bytes in hex: read from a person, shown field by field, pointed into.

use std::io::{self, Write};
use std::ops::Range;

use portolan_conformance::hex;

use crate::hexdump::Printable;
use crate::terminal::{BAD, FAINT, Shown};

/// The bytes that hex digits say, with white space and colons between them.
pub(crate) fn bytes_of(text: &[u8]) -> Result<Vec<u8>, String> {
    let is_digit = |byte: &u8| !byte.is_ascii_whitespace() && *byte != b':';
    let digits: Vec<u8> = text.iter().copied().filter(is_digit).collect();
    let bytes = std::str::from_utf8(&digits).ok().and_then(hex::decode);
    bytes.ok_or_else(|| format!("`{}` is not hex", Shown(text)))
}

/// Where a text stands among the lines of standard input.
pub(crate) fn place(line: Option<u64>) -> String {
    line.map(|line| format!("line {line}: ")).unwrap_or_default()
}

/// Each field on a line: its offset, its bytes, its name, and what they say.
pub(crate) fn fields(
    out: &mut dyn Write,
    bytes: &[u8],
    fields: impl IntoIterator<Item = (Range<usize>, &'static str, &'static str)>,
) -> io::Result<()> {
    const SHOWN: usize = 16;
    writeln!(out, "  {}", hex::encode(bytes))?;
    for (range, name, meaning) in fields {
        let at = range.start;
        let part = bytes.get(range).unwrap_or_default();
        let (shown, more) = match part.get(..SHOWN) {
            Some(head) if part.len() > SHOWN => (head, "…"),
            _ => (part, ""),
        };
        let digits = format!("{}{more}", hex::encode(shown));
        let said = if meaning.is_empty() { String::new() } else { format!("  {meaning}") };
        writeln!(
            out,
            "  {at:>3}  {digits:<35}  {name:<14}  {FAINT}{}{more}{said}{FAINT:#}",
            Printable(shown),
        )?;
    }
    Ok(())
}

/// A caret under the byte where decoding stopped.
pub(crate) fn point(err: &mut Vec<u8>, bytes: &[u8], at: usize) -> io::Result<()> {
    const SHOWN: usize = 32;
    let from = at.saturating_sub(SHOWN.div_euclid(2)).min(bytes.len());
    let part = bytes.get(from..).unwrap_or_default();
    let part = part.get(..SHOWN).unwrap_or(part);
    let head = if from > 0 { "…" } else { "" };
    writeln!(err, "    {head}{}", hex::encode(part))?;
    let indent = at.saturating_sub(from).saturating_mul(2).saturating_add(head.chars().count());
    writeln!(err, "    {:indent$}{BAD}^^{BAD:#} byte {at}", "")
}
