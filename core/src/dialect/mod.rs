//! Dialects: what others read in the text of an address.
//!
//! `010.0.0.1` is an error, 8.0.0.1 or 10.0.0.1, depending on who reads it: a string has no meaning
//! without a [`Dialect`]. Every leniency of this crate is the rule of one of them, and
//! [`explain`] asks them all.
//!
//! ```
//! use portolan::addr::{Dialect, Ip, Ipv4Addr, ParseErrorKind};
//! use portolan::dialect;
//!
//! let text = b"010.0.0.1";
//! let strict = dialect::parse_ip(Dialect::Strict, text);
//! assert_eq!(strict.unwrap_err().kind, ParseErrorKind::OctetLeadingZero);
//! let libc = dialect::parse_ip(Dialect::Aton, text);
//! assert_eq!(libc, Ok(Ip::V4(Ipv4Addr::new(8, 0, 0, 1))));
//! let java = dialect::parse_ip(Dialect::AtonDecimal, text);
//! assert_eq!(java, Ok(Ip::V4(Ipv4Addr::new(10, 0, 0, 1))));
//! assert!(dialect::explain(text).is_ambiguous());
//! ```
//!
//! [`convert`] says in one dialect what was read in another, and names what is lost.
//!
//! One file a dialect, with the same parts in the same order: who reads it so, grammar, what is
//! refused; its rules; reading; printing; tests.

mod explain;
mod extra;
mod reading;
mod readings;
mod rules;
pub(crate) mod shared;

mod convert;
mod loss;

mod aton;
mod aton_decimal;
mod aton_glibc;
mod core_net;
mod dbus;
mod docker;
pub(crate) mod forwarded;
mod gai_numeric;
mod go_mysql_dsn;
mod grpc;
mod haproxy;
mod http_host;
pub(crate) mod libpq;
pub(crate) mod multiaddr;
mod mysql_uri;
mod netip;
mod nginx;
mod pton;
mod rfc3986;
mod rfc6874;
mod rfc9844;
mod ss;
mod strict;
mod systemd;
mod whatwg;
pub(crate) mod xff;
mod zeromq;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod testing;

use crate::addr::{
    Dialect, Endpoint, FormatError, Host, HostPort, Ip, ParseError, ParseErrorKind, TextOptions,
    check_len,
};

pub use self::convert::{Conversion, ConversionError, convert, format_lossy};
pub use self::explain::{Answers, Explanation, Hint, explain, hint};
pub use self::extra::{Extra, Family, Token, Transport};
pub(crate) use self::gai_numeric::read_host;
pub use self::loss::Loss;
pub use self::reading::Reading;
pub use self::readings::Readings;
pub use self::rules::{About, about, has_bare_ip, is_list_valued};
use self::rules::{IpRules, List, Read, Rules, rules};

/// Reads an IP address, with a zone where the dialect has one, and nothing else.
///
/// A dialect that knows endpoints only reads one that is nothing but an IP address.
///
/// # Errors
///
/// The rule of the dialect that the text breaks; [`NotAnIp`](ParseErrorKind::NotAnIp) for another
/// endpoint; [`TooLong`](ParseErrorKind::TooLong) above 65,535 bytes.
pub fn parse_ip(dialect: Dialect, text: &[u8]) -> Result<Ip, ParseError> {
    let Some(ip) = &rules(dialect).ip else {
        return match parse(dialect, text, &TextOptions::new())? {
            Reading {
                endpoint: Endpoint::Inet(HostPort { host: Host::Ip(ip), port: None }),
                extra: Extra::NONE,
                surroundings: false,
            } => Ok(ip),
            _ => Err(ParseError::new(ParseErrorKind::NotAnIp, 0, text.len()).in_dialect(dialect)),
        };
    };
    check_len(text).and_then(|()| (ip.parse)(text)).map_err(|error| error.in_dialect(dialect))
}

/// Reads an endpoint.
///
/// A dialect that knows hosts only (`pton`, the `aton` family, `gai-numeric`) takes a bare host.
///
/// # Errors
///
/// The rule of the dialect that the text breaks;
/// [`NotRepresentable`](ParseErrorKind::NotRepresentable) for a list of several, which
/// [`parse_all`] reads; [`TooLong`](ParseErrorKind::TooLong) above 65,535 bytes.
pub fn parse<'a>(
    dialect: Dialect,
    text: &'a [u8],
    options: &TextOptions,
) -> Result<Reading<'a>, ParseError> {
    let mut reading = match (check_len(text), &rules(dialect).read) {
        (Err(error), _) => Err(error),
        (Ok(()), Read::One(read)) => read(text, options),
        (Ok(()), Read::Several(next)) => readings::only(text, options, *next),
    };
    // In place: a reading is large, and is not moved for the sake of an error.
    if let Err(error) = &mut reading {
        *error = error.in_dialect(dialect);
    }
    reading
}

/// Reads every endpoint of a text: one, but in the list-valued dialects.
///
/// ```
/// use portolan::addr::{Dialect, TextOptions};
/// use portolan::dialect;
/// let hops = dialect::parse_all(Dialect::Xff, b"2001:db8::1, 192.0.2.1:80", &TextOptions::new())?;
/// let hops: Vec<_> = hops.map(|reading| reading.endpoint.to_string()).collect();
/// assert_eq!(hops, ["[2001:db8::1]", "192.0.2.1:80"]);
/// # Ok::<(), portolan::addr::ParseError>(())
/// ```
///
/// # Errors
///
/// The first rule of the dialect that an element breaks: a list is read whole or not at all.
/// [`TooLong`](ParseErrorKind::TooLong) above 65,535 bytes.
#[inline]
pub fn parse_all<'a>(
    dialect: Dialect,
    text: &'a [u8],
    options: &TextOptions,
) -> Result<Readings<'a>, ParseError> {
    // Each arm ends in place: readings are large, and are not moved for the sake of an error.
    let error = match (check_len(text), &rules(dialect).read) {
        (Err(error), _) => error,
        (Ok(()), Read::One(read)) => match read(text, options) {
            Ok(reading) => return Ok(reading.into()),
            Err(error) => error,
        },
        (Ok(()), Read::Several(next)) => match readings::list(text, options, *next) {
            Ok(readings) => return Ok(readings),
            Err(error) => error,
        },
    };
    Err(error.in_dialect(dialect))
}

/// Writes an IP address so that the dialect reads it back; returns the length.
///
/// # Errors
///
/// [`NotRepresentable`](FormatError::NotRepresentable) where the dialect cannot say the address or
/// its zone, [`BufferTooSmall`](FormatError::BufferTooSmall).
pub fn format_ip(dialect: Dialect, ip: &Ip, out: &mut [u8]) -> Result<usize, FormatError> {
    match &rules(dialect).ip {
        Some(rules) => (rules.format)(ip, out),
        None => {
            let host = HostPort { host: Host::Ip(*ip), port: None };
            format(dialect, &Endpoint::Inet(host), out)
        }
    }
}

/// Writes an endpoint so that the dialect reads it back; returns the length.
///
/// # Errors
///
/// [`NotRepresentable`](FormatError::NotRepresentable) where the dialect cannot say the endpoint,
/// [`BufferTooSmall`](FormatError::BufferTooSmall).
pub fn format(
    dialect: Dialect,
    endpoint: &Endpoint<'_>,
    out: &mut [u8],
) -> Result<usize, FormatError> {
    format_reading(dialect, &Reading::new(endpoint.clone()), &TextOptions::new(), out)
}

/// Writes a reading, with all that it says beside its endpoint, so that the dialect reads it back;
/// returns the length. What stood around the address is not written.
///
/// # Errors
///
/// [`NotRepresentable`](FormatError::NotRepresentable) where the dialect cannot say all of it,
/// [`BufferTooSmall`](FormatError::BufferTooSmall). [`format_lossy`] says what it can.
pub fn format_reading(
    dialect: Dialect,
    reading: &Reading<'_>,
    options: &TextOptions,
    out: &mut [u8],
) -> Result<usize, FormatError> {
    (rules(dialect).write)(reading, options, out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::testing::{ips, refuses, refuses_endpoint};
    use super::*;
    use crate::addr::{Host, HostPort};

    #[test]
    fn every_dialect_refuses_by_length_before_it_reads() {
        let long = std::vec![b'1'; 10 << 20];
        for dialect in Dialect::ALL {
            refuses(*dialect, &long, "too-long", 65_535, 1);
            refuses_endpoint(*dialect, &long, "too-long", 65_535, 1);
            refuses(*dialect, b"", "empty", 0, 0);
            refuses_endpoint(*dialect, b"", "empty", 0, 0);
        }
    }

    #[test]
    fn every_dialect_says_who_uses_it() {
        for dialect in Dialect::ALL {
            let about = about(*dialect);
            assert!(![about.users, about.source, about.takes].contains(&""), "{dialect}");
        }
    }

    proptest! {
        /// Round trip: what a dialect prints, it reads as the same value; it refuses the rest.
        #[test]
        fn round_trip(ip in ips(), port: Option<u16>) {
            let mut out = [0; 128];
            let endpoint = Endpoint::Inet(HostPort { host: Host::Ip(ip), port });
            for dialect in Dialect::ALL {
                if let Ok(len) = format_ip(*dialect, &ip, &mut out) {
                    prop_assert_eq!(parse_ip(*dialect, &out[..len]), Ok(ip), "{}", dialect);
                }
                if let Ok(len) = format(*dialect, &endpoint, &mut out) {
                    let read = parse(*dialect, &out[..len], &TextOptions::new());
                    prop_assert_eq!(&read.unwrap().endpoint, &endpoint, "{}", dialect);
                }
            }
        }

        /// Canonical: what a dialect reads, it can print, and reads back.
        #[test]
        fn canonical(text in "[0-9a-fx.:%\\[\\]]{1,24}|fe80::[0-9]%[a-z0-9]{1,17}|[0-9.]{7,15}(:[0-9]{1,6})?") {
            let mut out = [0; 128];
            for dialect in Dialect::ALL {
                if let Ok(ip) = parse_ip(*dialect, text.as_bytes()) {
                    let len = format_ip(*dialect, &ip, &mut out).unwrap();
                    prop_assert_eq!(parse_ip(*dialect, &out[..len]), Ok(ip));
                }
                if let Ok(reading) = parse(*dialect, text.as_bytes(), &TextOptions::new()) {
                    let len = format_reading(*dialect, &reading, &TextOptions::new(), &mut out).unwrap();
                    let again = parse(*dialect, &out[..len], &TextOptions::new()).unwrap();
                    prop_assert_eq!((again.endpoint, again.extra), (reading.endpoint, reading.extra));
                }
            }
        }

        /// Whatever strict reads as an IP address, no other dialect reads as a different one.
        #[test]
        fn strict_is_what_everyone_agrees_on(ip in ips()) {
            let mut out = [0; 128];
            if let Ok(len) = format_ip(Dialect::Strict, &ip, &mut out) {
                for dialect in Dialect::ALL {
                    if let Ok(other) = parse_ip(*dialect, &out[..len]) {
                        prop_assert_eq!(other, ip, "{}", dialect);
                    }
                }
            }
        }
    }
}
