//! An address and its zone, as the host-level dialects read them.
//!
//! ```abnf
//! address = IPv4 / IPv6 [ "%" zone ]
//! ```

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::addr::{Ip, ParseError, ParseErrorKind, Zone, ipv6};

/// How a dialect reads IPv4.
pub(super) type ReadIpv4 = fn(&[u8]) -> Result<Ipv4Addr, ParseError>;

/// How a dialect reads the zone of an address; offsets count from the zone's first byte.
pub(super) type ReadZone = fn(&[u8], Ipv6Addr) -> Result<Option<Zone>, ParseError>;

/// What a dialect adds to the address.
#[derive(Clone, Copy)]
pub(super) struct Scoped {
    /// How IPv4 is read.
    pub(super) ipv4: ReadIpv4,
    /// How a zone is read, where there are zones.
    pub(super) zone: Option<ReadZone>,
}

impl Scoped {
    /// Reads an address of either family: a text with a colon is IPv6, any other IPv4.
    pub(super) fn read(self, text: &[u8]) -> Result<Ip, ParseError> {
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

    /// Reads `IPv6 [ "%" zone ]`.
    pub(super) fn read_ipv6(self, text: &[u8]) -> Result<Ip, ParseError> {
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
