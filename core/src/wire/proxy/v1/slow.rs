//! The line read from left to right, for the rule that is broken or the bytes that are missing.

use core::net::{SocketAddrV4, SocketAddrV6};

use super::super::WORD;
use super::{V1, crlf};
use crate::addr::{ParseError, ipv4, ipv6};
use crate::cursor::Reader;
use crate::wire::{Decoded, WireError, WireErrorKind};

/// Why the line is not read to its end.
enum Stop {
    /// A byte breaks a rule.
    Refused(WireError),
    /// The bytes end; at least so many more make a line.
    Short(usize),
}

type Read<T> = Result<T, Stop>;

#[cold]
pub(super) fn decode(input: &[u8]) -> Result<Decoded<V1>, WireError> {
    let window = input.get(..V1::MAX_LEN).unwrap_or(input);
    let mut reader = Reader::new(window);
    match line(&mut reader) {
        Ok(value) => Ok(Decoded::Value { value, consumed: reader.position() }),
        Err(Stop::Refused(error)) => Err(error),
        Err(Stop::Short(_)) if window.len() == V1::MAX_LEN => {
            Err(WireError::new(WireErrorKind::HeaderTooLong, V1::MAX_LEN))
        }
        Err(Stop::Short(missing)) => Ok(Decoded::need(missing)),
    }
}

/// ```abnf
/// line = "PROXY" SP ( "TCP4" v4 / "TCP6" v6 / "UNKNOWN" unknown ) CRLF
/// ```
///
/// The numbers are the fewest bytes that can follow.
fn line(reader: &mut Reader<'_>) -> Read<V1> {
    literal(reader, WORD, WireErrorKind::BadMagic, " UNKNOWN\r\n".len())?;
    byte(reader, b' ', "UNKNOWN\r\n".len())?;
    if reader.peek() != Some(b'T') {
        literal(reader, b"UNKNOWN", WireErrorKind::BadFamily, "\r\n".len())?;
        return unknown(reader);
    }
    literal(reader, b"TCP", WireErrorKind::BadFamily, "6 :: :: 0 0\r\n".len())?;
    match reader.take_byte() {
        Some(b'4') => {
            let [source, destination] = endpoints(reader, &V4)?;
            let addr = |(ip, port)| SocketAddrV4::new(ip, port);
            Ok(V1::Tcp4 { source: addr(source), destination: addr(destination) })
        }
        Some(b'6') => {
            let [source, destination] = endpoints(reader, &V6)?;
            let addr = |(ip, port)| SocketAddrV6::new(ip, port, 0, 0);
            Ok(V1::Tcp6 { source: addr(source), destination: addr(destination) })
        }
        Some(_) => Err(refused(WireErrorKind::BadFamily, reader.position().saturating_sub(1))),
        None => Err(Stop::Short("6 :: :: 0 0\r\n".len())),
    }
}

/// ```abnf
/// unknown = [ SP *OCTET ] ; up to the first CRLF
/// ```
fn unknown(reader: &mut Reader<'_>) -> Read<V1> {
    match reader.peek() {
        Some(b' ') => match crlf(reader.rest()) {
            Some(end) => {
                reader.take(end);
            }
            None => return Err(Stop::Short(if reader.rest().ends_with(b"\r") { 1 } else { 2 })),
        },
        Some(b'\r') | None => end(reader)?,
        Some(_) => return Err(refused(WireErrorKind::BadFamily, reader.position())),
    }
    Ok(V1::Unknown)
}

/// A family of addresses.
struct Family<A> {
    read: fn(&[u8]) -> Result<A, ParseError>,
    /// Whether the text is an address of the other family.
    is_other: fn(&[u8]) -> bool,
    /// The fewest bytes that make an address of the beginning of one.
    missing: fn(&[u8]) -> usize,
}

const V4: Family<core::net::Ipv4Addr> = Family {
    read: ipv4::parse,
    is_other: |text| ipv6::parse(text).is_ok(),
    missing: missing_of_v4,
};

const V6: Family<core::net::Ipv6Addr> = Family {
    read: ipv6::parse,
    is_other: |text| ipv4::parse(text).is_ok(),
    missing: missing_of_v6,
};

/// ```abnf
/// v4 = SP IPv4 SP IPv4 SP port SP port
/// v6 = SP IPv6 SP IPv6 SP port SP port
/// ```
fn endpoints<A>(reader: &mut Reader<'_>, family: &Family<A>) -> Read<[(A, u16); 2]> {
    let ports = " 0 0\r\n".len();
    let shortest = (family.missing)(b"");
    let destination = shortest.saturating_add(ports);
    byte(reader, b' ', destination.saturating_add(1).saturating_add(shortest))?;
    let source_ip = address(reader, family, destination.saturating_add(1))?;
    byte(reader, b' ', destination)?;
    let destination_ip = address(reader, family, ports)?;
    byte(reader, b' ', "0 0\r\n".len())?;
    let source_port = port(reader, " 0\r\n".len())?;
    byte(reader, b' ', "0\r\n".len())?;
    let destination_port = port(reader, "\r\n".len())?;
    end(reader)?;
    Ok([(source_ip, source_port), (destination_ip, destination_port)])
}

/// An address is judged when it has ended, or is longer than any of either family.
fn address<A>(reader: &mut Reader<'_>, family: &Family<A>, behind: usize) -> Read<A> {
    let at = reader.position();
    let is_of_address = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
    let text = reader.take_while(is_of_address);
    let text = match text.get(..=ipv6::MAX_LEN_INPUT) {
        Some(too_long) => too_long,
        None if reader.is_empty() => {
            return Err(Stop::Short((family.missing)(text).saturating_add(behind)));
        }
        None => text,
    };
    (family.read)(text).map_err(|error| {
        if (family.is_other)(text) {
            return refused(WireErrorKind::AddressMismatch, at);
        }
        let within = usize::try_from(error.at).unwrap_or(text.len());
        refused(WireErrorKind::BadField, at.saturating_add(within))
    })
}

/// A port is judged when it has ended, or has more than five digits.
fn port(reader: &mut Reader<'_>, behind: usize) -> Read<u16> {
    let at = reader.position();
    let digits = reader.take_decimal(6);
    if reader.is_empty() && digits.len() <= 5 {
        return Err(Stop::Short(usize::from(digits.is_empty()).saturating_add(behind)));
    }
    let port = digits.to_u16().filter(|_| !digits.has_leading_zero());
    port.ok_or_else(|| refused(WireErrorKind::BadPort, at))
}

fn end(reader: &mut Reader<'_>) -> Read<()> {
    byte(reader, b'\r', 1)?;
    byte(reader, b'\n', 0)
}

/// A byte that must stand here.
fn byte(reader: &mut Reader<'_>, wanted: u8, behind: usize) -> Read<()> {
    literal(reader, &[wanted], WireErrorKind::BadField, behind)
}

/// Bytes that must stand here.
fn literal(reader: &mut Reader<'_>, wanted: &[u8], kind: WireErrorKind, behind: usize) -> Read<()> {
    for (index, wanted_byte) in wanted.iter().enumerate() {
        if !reader.expect(*wanted_byte) {
            let missing = wanted.len().saturating_sub(index).saturating_add(behind);
            return Err(match reader.peek() {
                Some(_) => refused(kind, reader.position()),
                None => Stop::Short(missing),
            });
        }
    }
    Ok(())
}

const fn refused(kind: WireErrorKind, at: usize) -> Stop {
    Stop::Refused(WireError::new(kind, at))
}

/// Each dot still missing brings a digit with it.
fn missing_of_v4(text: &[u8]) -> usize {
    let dots = text.iter().filter(|byte| **byte == b'.').count();
    let digit = usize::from(matches!(text.last(), None | Some(b'.')));
    3_usize.saturating_sub(dots).saturating_mul(2).saturating_add(digit)
}

/// Two colons end every address that has none yet.
fn missing_of_v6(text: &[u8]) -> usize {
    let tail = text.rsplit(|byte| *byte == b':').next().unwrap_or_default();
    let colons = text.iter().filter(|byte| **byte == b':').count();
    match text {
        _ if tail.contains(&b'.') => missing_of_v4(tail),
        [.., b':', b':'] => 0,
        [.., b':'] => 1,
        _ if colons >= 7 || text.windows(2).any(|pair| pair == b"::") => 0,
        _ => 2,
    }
}
