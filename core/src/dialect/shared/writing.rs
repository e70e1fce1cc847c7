//! Writing into the buffer of a caller.

use core::fmt::{self, Write as _};

use crate::addr::{Dialect, FormatError, Host, Ip, TextOptions, write_into};
use crate::cursor::Writer;
use crate::dialect::{Reading, parse};

/// Writes a value as it displays; returns the length.
pub(crate) fn print(value: fmt::Arguments<'_>, out: &mut [u8]) -> Result<usize, FormatError> {
    write_into(&value, out)
}

/// Writes an address with its zone, whatever it is.
pub(crate) fn print_ip(ip: &Ip, out: &mut [u8]) -> Result<usize, FormatError> {
    write_into(ip, out)
}

/// Writes a port with its colon behind what stands there already; returns the length of the whole.
pub(crate) fn print_port(
    port: Option<u16>,
    len: usize,
    out: &mut [u8],
) -> Result<usize, FormatError> {
    let Some(port) = port else {
        return Ok(len);
    };
    let rest = out.get_mut(len..).unwrap_or_default();
    Ok(len.saturating_add(print(format_args!(":{port}"), rest)?))
}

/// Writes a text and reads it back; returns the length.
///
/// What the dialect does not read as the same reading was not said.
pub(crate) fn write_checked(
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
pub(crate) fn put(bytes: &[u8], out: &mut Writer<'_>) -> fmt::Result {
    out.put_slice(bytes).map_err(|_| fmt::Error)
}

/// Puts a host as in an endpoint; the bytes of a name as they are.
pub(crate) fn put_host(host: &Host<'_>, out: &mut Writer<'_>) -> fmt::Result {
    match host {
        Host::Name(name) => name.bytes().try_for_each(|byte| put(&[byte], out)),
        _ => write!(out, "{host}"),
    }
}
