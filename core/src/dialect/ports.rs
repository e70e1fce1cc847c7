//! The ports of listen directives: one, or a range; never port 0.

use crate::addr::{ParseError, ParseErrorKind, port};
use crate::cursor::Reader;

/// The first of several ports, and where there are several, the first and the last.
pub(super) type Ports = (u16, Option<(u16, u16)>);

/// Reads what stands behind the colon of a listen directive.
///
/// ```abnf
/// ports = port [ "-" port ] ; the first is not above the last
/// port  = 1*DIGIT           ; 1 to 65535, leading zeros mean nothing
/// ```
///
/// `nginx` `ngx_parse_inet_url`, `HAProxy` `str2sa_range`. A range of one port is that port.
pub(super) fn read(text: &[u8]) -> Result<Ports, ParseError> {
    let mut reader = Reader::new(text);
    let first = read_port(&mut reader)?;
    let last = match reader.peek() {
        Some(b'-') => {
            _ = reader.take_byte();
            read_port(&mut reader)?
        }
        _ => first,
    };
    match reader.peek() {
        _ if first > last => {
            Err(ParseError::new(ParseErrorKind::NotRepresentable, 0, reader.position()))
        }
        Some(byte) => Err(ParseError::unexpected(reader.position(), byte)),
        None => Ok((first, (first < last).then_some((first, last)))),
    }
}

/// `port = 1*DIGIT`
fn read_port(reader: &mut Reader<'_>) -> Result<u16, ParseError> {
    let at = reader.position();
    let digits = reader.take_decimal(usize::MAX);
    let kind = match digits.to_u16() {
        _ if digits.is_empty() => {
            return Err(port::not_a_number(reader.rest()).shifted(at));
        }
        Some(0) => ParseErrorKind::PortZeroNotAllowed,
        Some(port) => return Ok(port),
        None => ParseErrorKind::PortTooLarge,
    };
    Err(ParseError::new(kind, at, digits.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> (&'static str, u32, u32) {
        let error = read(text.as_bytes()).unwrap_err();
        (error.code(), error.at, error.len)
    }

    #[test]
    fn one_port_or_a_range_is_taken() {
        assert_eq!(read(b"80"), Ok((80, None)));
        assert_eq!(read(b"000080"), Ok((80, None)));
        assert_eq!(read(b"80-80"), Ok((80, None)));
        assert_eq!(read(b"080-65535"), Ok((80, Some((80, 65535)))));
    }

    #[test]
    fn each_rule_refuses_at_its_place() {
        assert_eq!(refused(""), ("port-empty", 0, 0));
        assert_eq!(refused("0"), ("port-zero-not-allowed", 0, 1));
        assert_eq!(refused("00-1"), ("port-zero-not-allowed", 0, 2));
        assert_eq!(refused("65536x"), ("port-too-large", 0, 5));
        assert_eq!(refused("80x"), ("unexpected-byte", 2, 1));
        assert_eq!(refused("80 "), ("whitespace", 2, 1));
        assert_eq!(refused("+80"), ("port-sign", 0, 1));
        assert_eq!(refused("-80"), ("port-sign", 0, 1));
        assert_eq!(refused("http"), ("service-name-not-allowed", 0, 4));
        assert_eq!(refused("80-"), ("port-empty", 3, 0));
        assert_eq!(refused("80-+82"), ("port-sign", 3, 1));
        assert_eq!(refused("80-70000"), ("port-too-large", 3, 5));
        assert_eq!(refused("80-0"), ("port-zero-not-allowed", 3, 1));
        assert_eq!(refused("82-80"), ("not-representable", 0, 5));
        assert_eq!(refused("80-82-84"), ("unexpected-byte", 5, 1));
    }
}
