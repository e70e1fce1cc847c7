//! Ports in decimal digits, in which leading zeros mean nothing.

use super::escapes::Part;
use crate::addr::{ParseError, ParseErrorKind, port};
use crate::cursor::Reader;

/// Reads a port; a text that does not begin with a digit is refused as strict refuses it.
///
/// ```abnf
/// port = 1*DIGIT ; at most 65535
/// ```
pub(crate) fn read(text: &[u8]) -> Result<u16, ParseError> {
    let mut reader = Reader::new(text);
    let digits = reader.take_decimal(usize::MAX);
    match (digits.to_u16(), reader.peek()) {
        (Some(port), None) => Ok(port),
        (Some(_), Some(byte)) => Err(ParseError::unexpected(reader.position(), byte)),
        (None, _) if digits.is_empty() => port::parse(text),
        // The digits are judged before the byte that ends them.
        (None, _) => Err(ParseError::new(ParseErrorKind::PortTooLarge, 0, digits.len())),
    }
}

/// Reads a port in which `%XX` stands for a byte.
pub(crate) fn read_escaped(written: &[u8]) -> Result<u16, ParseError> {
    Part::percent(written).read::<_, 512>(ParseErrorKind::TooLong, read)
}

/// The first of several ports, and where there are several, the first and the last.
pub(crate) type Ports = (u16, Option<(u16, u16)>);

/// Reads what stands behind the colon of a listen directive.
///
/// ```abnf
/// ports = port [ "-" port ] ; the first is not above the last
/// port  = 1*DIGIT           ; 1 to 65535, leading zeros mean nothing
/// ```
///
/// `nginx` `ngx_parse_inet_url`, `HAProxy` `str2sa_range`. A range of one port is that port.
pub(crate) fn read_range(text: &[u8]) -> Result<Ports, ParseError> {
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
        let error = read_range(text.as_bytes()).unwrap_err();
        (error.code(), error.at, error.len)
    }

    #[test]
    fn one_port_or_a_range_is_taken() {
        assert_eq!(read_range(b"80"), Ok((80, None)));
        assert_eq!(read_range(b"000080"), Ok((80, None)));
        assert_eq!(read_range(b"80-80"), Ok((80, None)));
        assert_eq!(read_range(b"080-65535"), Ok((80, Some((80, 65535)))));
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

    #[test]
    fn leading_zeros_mean_nothing() {
        let refused = |text| read(text).map_err(|error| (error.code(), error.at, error.len));
        assert_eq!(
            (refused(b"0000080"), refused(b"0"), refused(b"65535")),
            (Ok(80), Ok(0), Ok(65535))
        );
        assert_eq!(refused(b"65536"), Err(("port-too-large", 0, 5)));
        assert_eq!(refused(b"0065536"), Err(("port-too-large", 0, 7)));
        assert_eq!(refused(b"99999x"), Err(("port-too-large", 0, 5)));
        assert_eq!(refused(b"080x"), Err(("unexpected-byte", 3, 1)));
        assert_eq!(
            (refused(b"+1"), refused(b"-1")),
            (Err(("port-sign", 0, 1)), Err(("port-sign", 0, 1)))
        );
        assert_eq!(refused(b"http"), Err(("service-name-not-allowed", 0, 4)));
        assert_eq!(refused(b""), Err(("port-empty", 0, 0)));
        assert_eq!(refused(b" 80"), Err(("whitespace", 0, 1)));
    }
}
