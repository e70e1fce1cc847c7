//! The host and the port of a URI, as the dialects that are parts of one read them.
//!
//! ```abnf
//! authority = host [ ":" port ]
//! host      = "[" literal "]" / plain-host
//! port      = *DIGIT                  ; at most 65535, leading zeros mean nothing
//! ```
//!
//! RFC 3986, section 3.2. An empty port is no port (section 6.2.3), so the caller's default stands
//! for it as for a missing one.

use core::fmt;
use core::net::Ipv6Addr;

use super::escapes::Escaped;
use super::ip_port::{bare_ipv6, read_strict};
use super::writing::print_port;
use super::{brackets, ports};
use crate::addr::{
    Endpoint, FormatError, Host, HostPort, Ip, ParseError, ParseErrorKind, TextOptions, Zone, ipv6,
    not_ipv6, split_at_colon,
};
use crate::dialect::{Extra, Reading};

/// What a dialect has of its own.
#[derive(Clone, Copy)]
pub(crate) struct Authority {
    /// Reads what stands between brackets.
    pub(crate) literal: fn(&[u8]) -> Result<Ip, ParseError>,
    /// Reads a host that is not in brackets.
    pub(crate) host: for<'a> fn(&'a [u8]) -> Result<Host<'a>, ParseError>,
    /// Writes a host of either kind.
    pub(crate) write_host: fn(&Host<'_>, &mut [u8]) -> Result<usize, FormatError>,
}

impl Authority {
    /// Reads a host that is an IP address, and nothing else.
    pub(crate) fn read_ip(self, text: &[u8]) -> Result<Ip, ParseError> {
        if let [b'[', inside @ ..] = text {
            return match self.bracketed(inside).map_err(|error| error.shifted(1))? {
                (ip, []) => Ok(ip),
                (_, rest) => Err(brackets::text_after(text, rest)),
            };
        }
        if memchr::memchr(b':', text).is_some() {
            let address = text.split(|&byte| byte == b'%').next().unwrap_or(text);
            let missing = ParseError::new(ParseErrorKind::BracketMissing, 0, 0);
            return Err(match ipv6::parse(address) {
                Ok(_) => missing,
                Err(_) => ipv6::parse(text).err().unwrap_or(missing),
            });
        }
        match (self.host)(text)? {
            Host::Ip(ip) => Ok(ip),
            Host::Name(_) | Host::Any => {
                Err(ParseError::new(ParseErrorKind::NotAnIp, 0, text.len()))
            }
        }
    }

    /// Reads a host and perhaps a port.
    pub(crate) fn read<'a>(
        self,
        text: &'a [u8],
        options: &TextOptions,
    ) -> Result<Reading<'a>, ParseError> {
        if let Some(address) = read_strict(text) {
            return Ok(Reading::new(Endpoint::Inet(address)));
        }
        let (host, port) = match text {
            [b'[', inside @ ..] => {
                let (ip, rest) = self.bracketed(inside).map_err(|error| error.shifted(1))?;
                let port = match rest {
                    [] => None,
                    [b':', port @ ..] => read_port(text, port)?,
                    _ => return Err(brackets::text_after(text, rest)),
                };
                (Host::Ip(ip), port)
            }
            _ => self.plain(text).map_err(|error| bare_ipv6(text).unwrap_or(error))?,
        };
        let port = port.or(options.default_port);
        Ok(Reading::new(Endpoint::Inet(HostPort { host, port })))
    }

    fn plain<'a>(self, text: &'a [u8]) -> Result<(Host<'a>, Option<u16>), ParseError> {
        let (host, port) = split_at_colon(text);
        let host = (self.host)(host)?;
        Ok((host, port.map_or(Ok(None), |port| read_port(text, port))?))
    }

    /// Reads what follows a `[`; returns what follows the `]`.
    fn bracketed(self, inside: &[u8]) -> Result<(Ip, &[u8]), ParseError> {
        let (content, rest) = brackets::split(inside)?;
        Ok(((self.literal)(content)?, rest))
    }

    /// Writes an address alone.
    pub(crate) fn format_ip(self, ip: &Ip, out: &mut [u8]) -> Result<usize, FormatError> {
        (self.write_host)(&Host::Ip(*ip), out)
    }

    /// Writes a host and its port.
    pub(crate) fn write(
        self,
        reading: &Reading<'_>,
        options: &TextOptions,
        out: &mut [u8],
    ) -> Result<usize, FormatError> {
        let Reading {
            endpoint: Endpoint::Inet(HostPort { host, port }), extra: Extra::NONE, ..
        } = reading
        else {
            return Err(FormatError::NotRepresentable);
        };
        let len = (self.write_host)(host, out)?;
        match (port, options.default_port) {
            (port @ Some(_), _) | (port, None) => print_port(*port, len, out),
            // A text without a port would read back with the default.
            (None, Some(_)) => Err(FormatError::NotRepresentable),
        }
    }
}

/// Reads the zone of an address from its `%` on.
pub(crate) type ReadZone = fn(&[u8]) -> Result<Option<Zone>, ParseError>;

/// Reads the content of brackets that hold IPv6.
///
/// ```abnf
/// literal = IPv6address [ "%" zone ] ; a zone only where the dialect has one
/// ```
pub(crate) fn ipv6_literal(content: &[u8], zone: Option<ReadZone>) -> Result<Ip, ParseError> {
    let percent = memchr::memchr(b'%', content).unwrap_or(content.len());
    let (address, behind) = content.split_at_checked(percent).unwrap_or((content, b""));
    if memchr::memchr(b':', address).is_none() {
        return Err(not_ipv6(content));
    }
    let addr = ipv6::parse(address)?;
    match (behind, zone) {
        ([], _) => Ok(Ip::V6(addr, None)),
        (_, None) => Err(ParseError::new(ParseErrorKind::ZoneNotAllowedInDialect, percent, 1)),
        (_, Some(read)) => {
            read(behind).map(|zone| Ip::V6(addr, zone)).map_err(|error| error.shifted(percent))
        }
    }
}

/// Reads the port that ends a text.
fn read_port(text: &[u8], port: &[u8]) -> Result<Option<u16>, ParseError> {
    let at = text.len().saturating_sub(port.len());
    if port.is_empty() {
        return Ok(None);
    }
    ports::read(port).map(Some).map_err(|error| match (error.kind, port.first()) {
        // A port may be empty, so it is what follows that is wrong.
        (ParseErrorKind::PortEmpty, Some(byte)) => ParseError::unexpected(at, *byte),
        _ => error.shifted(at),
    })
}

/// The form in which a URI has IPv6: in brackets, the zone behind `%25` (RFC 6874, section 2).
pub(crate) struct Literal(pub(crate) Ipv6Addr, pub(crate) Option<Zone>);

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.1 {
            None => write!(f, "[{}]", self.0),
            Some(Zone::Index(index)) => write!(f, "[{}%25{index}]", self.0),
            Some(Zone::Name(name)) => {
                write!(f, "[{}%25{}]", self.0, Escaped::unreserved(name.as_bytes()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::arithmetic_side_effects)] // offsets of tests stay small

    use proptest::prelude::*;

    use crate::addr::{Dialect, TextOptions};
    use crate::dialect::{format_reading, parse};

    const DIALECTS: [Dialect; 6] = [
        Dialect::Whatwg,
        Dialect::Rfc3986,
        Dialect::Rfc6874,
        Dialect::Rfc9844,
        Dialect::HttpHost,
        Dialect::Forwarded,
    ];

    proptest! {
        /// Canonical: what is read can be written, and reads back; offsets of refusals stay inside.
        #[test]
        fn canonical(
            text in "([0-9a-zA-Z._~!*%:@ -]|%[0-9a-f]{2}|[0-9.]{1,4}){1,12}(:0{0,3}[0-9]{0,5})?\
                |\\[(fe80::1|::ffff:1\\.2\\.3\\.4)(%25[a-z0-9%._-]{0,17})?\\](:[0-9]{0,5})?\
                |\"?(_[a-z.]{0,4}|\\\\?1\\.2\\.3\\.4|\\[::\\\\?1\\])(:(_p|0{0,3}[0-9]{1,4}))?\"?"
        ) {
            let options = TextOptions::new();
            let mut out = [0; 256];
            for dialect in DIALECTS {
                match parse(dialect, text.as_bytes(), &options) {
                    Ok(reading) => {
                        let len = format_reading(dialect, &reading, &options, &mut out).unwrap();
                        prop_assert_eq!(parse(dialect, &out[..len], &options), Ok(reading));
                    }
                    Err(error) => {
                        let end = u64::from(error.at) + u64::from(error.len);
                        prop_assert!(end <= text.len() as u64, "{} {}", dialect, error);
                    }
                }
            }
        }
    }
}
