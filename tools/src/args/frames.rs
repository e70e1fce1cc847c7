//! The arguments of the commands about frames that are more than a flag.

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;
use portolan::frame::spec;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  portolan framers length
  portolan framers --json | jq -r 'select(.recovers).framer'")]
pub(crate) struct Framers {
    /// Only these.
    #[arg(value_name = "FRAMER", value_parser = framer(), hide_possible_values = true)]
    pub(crate) names: Vec<String>,
    /// One JSON object a line.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Takes a framer by its name, which completions know.
fn framer() -> PossibleValuesParser {
    PossibleValuesParser::new(spec::catalogue().iter().map(|entry| entry.name))
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  portolan guess capture.bin
  nc localhost 3306 | portolan guess --json | jq -r .framer

The stream is read from its first byte, and at most a MiB of it. What divides it is ranked by bits:
what the framing saves in telling the bytes around the payloads, against drawing each at random.
With n bits, bytes drawn at random, as often as here, would be cut so one time in 2^n; tables of a
file are not drawn at random, and may look like frames. Records of one length have no bits and are
not tried. Framings that cut in the same places stand together.")]
pub(crate) struct Guess {
    /// A file; without one, or for `-`, standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Tell of every framing that was tried, and where each that fails first disagrees.
    #[arg(long)]
    pub(crate) all: bool,
    /// One JSON object a framing.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Bytes that an argument spells as text.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Escaped(pub(crate) Vec<u8>);

/// Reads a text in which `\n`, `\r`, `\t`, `\0`, `\\` and `\xHH` stand for bytes.
///
/// # Errors
///
/// That a backslash begins nothing of these.
pub(super) fn escaped(text: &str) -> Result<Escaped, String> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        let (value, len) = escape(rest)
            .ok_or("a backslash begins one of `\\n`, `\\r`, `\\t`, `\\0`, `\\\\` and `\\xHH`")?;
        bytes.push(value);
        rest = rest.get(len..).unwrap_or_default();
    }
    Ok(Escaped(bytes))
}

/// The byte that stands behind a backslash, and how many bytes spell it.
fn escape(rest: &[u8]) -> Option<(u8, usize)> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(match rest {
        [b'n', ..] => (b'\n', 1),
        [b'r', ..] => (b'\r', 1),
        [b't', ..] => (b'\t', 1),
        [b'0', ..] => (0, 1),
        [b'\\', ..] => (b'\\', 1),
        [b'x', high, low, ..] => (digit(*high)? << 4 | digit(*low)?, 3),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_separator_is_spelled_as_in_c() {
        let bytes = |text| escaped(text).unwrap().0;
        assert_eq!(bytes(""), b"");
        assert_eq!(bytes(r"--\r\n\t\\n"), b"--\r\n\t\\n");
        assert_eq!(bytes(r"\0\x0dé"), "\0\ré".as_bytes());
        for bad in [r"\", r"\a", r"\x0", r"\xg0", r"\x"] {
            assert!(escaped(bad).is_err(), "{bad}");
        }
    }
}
