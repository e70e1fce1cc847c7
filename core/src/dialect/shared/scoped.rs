//! An address and its zone, as the host-level dialects read them.
//!
//! ```abnf
//! address = IPv4 / IPv6 [ "%" zone ]
//! ```

use core::net::{Ipv4Addr, Ipv6Addr};

use super::numbers::{self, Digits};
use crate::addr::{Ip, ParseError, ParseErrorKind, Zone, ZoneName, ipv6};

/// How a dialect reads IPv4.
pub(crate) type ReadIpv4 = fn(&[u8]) -> Result<Ipv4Addr, ParseError>;

/// How a dialect reads the zone of an address; offsets count from the zone's first byte.
pub(crate) type ReadZone = fn(&[u8], Ipv6Addr) -> Result<Option<Zone>, ParseError>;

/// What a dialect adds to the address.
#[derive(Clone, Copy)]
pub(crate) struct Scoped {
    /// How IPv4 is read.
    pub(crate) ipv4: ReadIpv4,
    /// How a zone is read, where there are zones.
    pub(crate) zone: Option<ReadZone>,
}

impl Scoped {
    /// Reads an address of either family: a text with a colon is IPv6, any other IPv4.
    pub(crate) fn read(self, text: &[u8]) -> Result<Ip, ParseError> {
        let end = memchr::memchr(b'%', text).unwrap_or(text.len());
        let (address, zone) = text.split_at_checked(end).unwrap_or((text, b""));
        if memchr::memchr(b':', address).is_some() {
            return self.read_ipv6(text);
        }
        if end == 0 && !text.is_empty() {
            // Only an input that holds nothing is `empty`.
            return Err(ParseError::new(ParseErrorKind::OctetEmpty, 0, 0));
        }
        let addr = (self.ipv4)(address)?;
        if zone.is_empty() {
            Ok(Ip::V4(addr))
        } else {
            Err(ParseError::new(ParseErrorKind::ZoneOnIpv4, end, 1))
        }
    }

    /// The same where any colon makes a text IPv6, even one in its zone.
    pub(crate) fn read_by_colon(self, text: &[u8]) -> Result<Ip, ParseError> {
        match memchr::memchr(b':', text) {
            Some(_) => self.read_ipv6(text),
            None => self.read(text),
        }
    }

    /// Reads `IPv6 [ "%" zone ]`.
    pub(crate) fn read_ipv6(self, text: &[u8]) -> Result<Ip, ParseError> {
        let percent = memchr::memchr(b'%', text).filter(|percent| *percent > 0);
        let Some(percent) = percent else {
            return ipv6::parse(text).map(Ip::from);
        };
        let (address, zone) = text.split_at_checked(percent).unwrap_or((text, b""));
        let addr = ipv6::parse(address)?;
        let Some(read_zone) = self.zone else {
            return Err(ParseError::new(ParseErrorKind::ZoneNotAllowedInDialect, percent, 1));
        };
        let begin = percent.saturating_add(1);
        let zone = match zone.get(1..) {
            None | Some([]) => Err(ParseError::new(ParseErrorKind::ZoneEmpty, begin, 0)),
            Some(zone) => read_zone(zone, addr).map_err(|error| error.shifted(begin)),
        }?;
        Ok(Ip::V6(addr, zone))
    }
}

/// Reads any zone that [`Zone`] can hold, on any address.
///
/// ```abnf
/// zone = 1*DIGIT / zone-name ; at most 4294967295, leading zeros mean nothing
/// ```
pub(crate) fn read_zone(text: &[u8], _: Ipv6Addr) -> Result<Option<Zone>, ParseError> {
    match numbers::read(text) {
        Digits::Value(index) => Ok(Zone::from_index(index)),
        Digits::TooLarge => Err(ParseError::new(ParseErrorKind::ZoneIndexOverflow, 0, text.len())),
        Digits::Other(_) => ZoneName::new(text).map(|name| Some(Zone::Name(name))),
    }
}
