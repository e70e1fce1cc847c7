//! Printing what a value displays into a caller's buffer.

use core::fmt::{self, Write as _};

use crate::addr::{FormatError, Ip};
use crate::cursor::Writer;

/// Writes a value as it displays; returns the length.
pub(super) fn print(value: fmt::Arguments<'_>, out: &mut [u8]) -> Result<usize, FormatError> {
    let mut writer = Writer::new(out);
    writer.write_fmt(value).map_err(|_| FormatError::BufferTooSmall)?;
    Ok(writer.position())
}

/// Writes an address with its zone, whatever it is.
pub(super) fn print_ip(ip: &Ip, out: &mut [u8]) -> Result<usize, FormatError> {
    print(format_args!("{ip}"), out)
}
