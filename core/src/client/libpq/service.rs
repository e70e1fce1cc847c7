//! Service files of libpq: `pg_service.conf`.
//!
//! ```abnf
//! file    = *( line LF )
//! line    = *WSP [ "#" *OCTET / "[" name "]" / keyword "=" *OCTET ] *WSP
//! ```
//!
//! Source: PostgreSQL documentation, section 34.17; `parseServiceFile` in `fe-connect.c`. The first
//! group of that name counts, and in it the first value of a keyword; what stands in other groups
//! is not judged. Refused: a line of 1,022 bytes or more, a keyword that is none, a service within
//! a service, and the address of a directory server (`ldap://`), which would have to be asked.

use super::super::{ChooseError, ChooseErrorKind, Origin, Value};
use super::refuse_nul;
use crate::cursor::Reader;
use crate::dialect::libpq::{Part, is_keyword};

/// The longest line that libpq reads, without its line feed.
const MAX_LINE: usize = 1021;

/// What a service says of where to connect to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Service<'a> {
    pub(super) host: Option<Value<'a>>,
    pub(super) hostaddr: Option<Value<'a>>,
    pub(super) port: Option<Value<'a>>,
}

/// Finds a service; `None` where the file has none of this name.
pub(super) fn read<'a>(
    text: &'a [u8],
    name: Part<'_>,
) -> Result<Option<Service<'a>>, ChooseError<'a>> {
    let mut service: Option<Service<'a>> = None;
    let mut reader = Reader::new(text);
    let mut line = 0_u32;
    while !reader.is_empty() {
        let at = reader.position();
        let bytes = match reader.take_until(b'\n') {
            Some(bytes) => bytes,
            None => reader.take_rest(),
        };
        _ = reader.take_byte();
        line = line.saturating_add(1);
        let whole = Value::raw(text, "", Origin::ServiceFile { line }).part(at, bytes.len());
        if bytes.len() > MAX_LINE {
            return Err(whole.whole(ChooseErrorKind::LineTooLong));
        }
        let start = bytes.len().saturating_sub(bytes.trim_ascii_start().len());
        let line = whole.part(start, bytes.trim_ascii().len());
        match (line.as_written(), &mut service) {
            ([] | [b'#', ..], _) => {}
            ([b'[', ..], Some(_)) => return Ok(service),
            ([b'[', group @ ..], None) => {
                let close = memchr::memchr(b']', group).unwrap_or(group.len());
                if name.decodes_to(group.get(..close).unwrap_or_default()) && close < group.len() {
                    service = Some(Service::default());
                }
            }
            (_, None) => {}
            (_, Some(service)) => service.read_line(&line)?,
        }
    }
    Ok(service)
}

impl<'a> Service<'a> {
    /// `keyword "=" *OCTET`
    fn read_line(&mut self, line: &Value<'a>) -> Result<(), ChooseError<'a>> {
        let text = line.as_written();
        if text.starts_with(b"ldap") {
            return Err(line.whole(ChooseErrorKind::OptionUnsupported));
        }
        let Some(equals) = memchr::memchr(b'=', text) else {
            return Err(line.whole(ChooseErrorKind::ServiceBadLine));
        };
        let keyword = line.part(0, equals);
        let at = equals.saturating_add(1);
        let value = line.part(at, text.len().saturating_sub(at));
        let (slot, option) = match keyword.as_written() {
            b"host" => (&mut self.host, "host"),
            b"hostaddr" => (&mut self.hostaddr, "hostaddr"),
            b"port" => (&mut self.port, "port"),
            b"service" => return Err(keyword.whole(ChooseErrorKind::ServiceNested)),
            word if is_keyword(word) => return Ok(()),
            _ => return Err(keyword.whole(ChooseErrorKind::UnknownKeyword)),
        };
        if slot.is_none() {
            refuse_nul(&value)?;
            *slot = Some(value.of(option));
        }
        Ok(())
    }
}
