//! Bytes as hex with their printable characters beside them.

use std::fmt;

/// Sixteen bytes a line: offset, hex, characters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hexdump<'a> {
    /// The bytes.
    pub(crate) bytes: &'a [u8],
    /// How many spaces each line begins with.
    pub(crate) indent: usize,
    /// How many bytes are shown at the most.
    pub(crate) limit: usize,
}

impl fmt::Display for Hexdump<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.bytes.get(..self.limit).unwrap_or(self.bytes);
        for (line, bytes) in shown.chunks(16).enumerate() {
            let offset = line.saturating_mul(16);
            write!(f, "{:indent$}{offset:04x}  ", "", indent = self.indent)?;
            for column in 0..16 {
                let gap = if column == 7 { "  " } else { " " };
                match bytes.get(column) {
                    Some(byte) => write!(f, "{byte:02x}{gap}")?,
                    None => write!(f, "  {gap}")?,
                }
            }
            writeln!(f, " |{}|", Printable(bytes))?;
        }
        match self.bytes.len().saturating_sub(shown.len()) {
            0 => Ok(()),
            more => writeln!(f, "{:indent$}… {more} more bytes", "", indent = self.indent),
        }
    }
}

/// Bytes as pairs of digits with spaces between them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Bytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((first, rest)) = self.0.split_first() else {
            return Ok(());
        };
        write!(f, "{first:02x}")?;
        rest.iter().try_for_each(|byte| write!(f, " {byte:02x}"))
    }
}

/// Printable ASCII as it is, every other byte as a dot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Printable<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |byte: &u8| if (0x20..0x7f).contains(byte) { char::from(*byte) } else { '.' };
        self.0.iter().try_for_each(|byte| write!(f, "{}", shown(byte)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_holds_sixteen_bytes_and_the_rest_is_counted() {
        let dump = Hexdump { bytes: b"0123456789abcdefXYZ\n", indent: 2, limit: 18 };
        assert_eq!(
            dump.to_string(),
            "  0000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  |0123456789abcdef|\n  \
             0010  58 59                                             |XY|\n  … 2 more bytes\n"
        );
    }
}
