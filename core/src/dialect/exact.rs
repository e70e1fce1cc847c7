//! Writing exactly: what a dialect does not read back as the same reading was not said.

use core::fmt::{self, Write as _};

use super::{Reading, parse};
use crate::addr::{Dialect, FormatError, Host, TextOptions};
use crate::cursor::Writer;

/// Writes a text and reads it back; returns the length.
pub(super) fn write(
    dialect: Dialect,
    reading: &Reading<'_>,
    options: &TextOptions,
    out: &mut [u8],
    put: impl FnOnce(&mut Writer<'_>) -> fmt::Result,
) -> Result<usize, FormatError> {
    let mut writer = Writer::new(out);
    put(&mut writer).map_err(|_| FormatError::BufferTooSmall)?;
    match parse(dialect, writer.written(), options) {
        Ok(again) if again.endpoint == reading.endpoint && again.extra == reading.extra => {
            Ok(writer.position())
        }
        _ => Err(FormatError::NotRepresentable),
    }
}

/// Puts bytes as they are.
pub(super) fn put(bytes: &[u8], out: &mut Writer<'_>) -> fmt::Result {
    out.put_slice(bytes).map_err(|_| fmt::Error)
}

/// Puts a host as in an endpoint; the bytes of a name as they are.
pub(super) fn put_host(host: &Host<'_>, out: &mut Writer<'_>) -> fmt::Result {
    match host {
        Host::Name(name) => name.bytes().try_for_each(|byte| put(&[byte], out)),
        _ => write!(out, "{host}"),
    }
}
