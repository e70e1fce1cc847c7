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
//! One file a dialect, with the same parts in the same order: who reads it so, grammar, what is
//! refused; its [rules](About); reading; printing; tests.

mod digits;
mod explain;
mod ip_port;
mod parts;
mod print;
mod scoped;

mod aton;
mod aton_decimal;
mod aton_glibc;
mod core_net;
mod gai_numeric;
mod netip;
mod pton;
mod strict;

#[cfg(test)]
mod testing;

use crate::addr::{Dialect, Endpoint, FormatError, Ip, ParseError, TextOptions, check_len};

pub use self::explain::{Explanation, Hint, Readings, explain, hint};

/// What a dialect reads in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reading<'a> {
    /// The endpoint that the text names.
    pub endpoint: Endpoint<'a>,
}

/// Facts about a dialect, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct About {
    /// Who reads addresses so.
    pub users: &'static str,
    /// The document or program that settles it.
    pub source: &'static str,
    /// What it takes that `strict` does not.
    pub takes: &'static str,
}

/// What each file of this module provides.
struct Rules {
    about: About,
    parse_ip: fn(&[u8]) -> Result<Ip, ParseError>,
    parse: for<'a> fn(&'a [u8], &TextOptions) -> Result<Endpoint<'a>, ParseError>,
    format_ip: fn(&Ip, &mut [u8]) -> Result<usize, FormatError>,
    format: fn(&Endpoint<'_>, &mut [u8]) -> Result<usize, FormatError>,
}

const fn rules(dialect: Dialect) -> &'static Rules {
    match dialect {
        Dialect::Strict => &strict::RULES,
        Dialect::CoreNet => &core_net::RULES,
        Dialect::Netip => &netip::RULES,
        Dialect::Pton => &pton::RULES,
        Dialect::Aton => &aton::RULES,
        Dialect::AtonGlibc => &aton_glibc::RULES,
        Dialect::AtonDecimal => &aton_decimal::RULES,
        Dialect::GaiNumeric => &gai_numeric::RULES,
    }
}

/// Tells who reads a dialect, and what it takes.
#[must_use]
pub const fn about(dialect: Dialect) -> About {
    rules(dialect).about
}

/// Reads an IP address, with a zone where the dialect has one, and nothing else.
///
/// # Errors
///
/// The rule of the dialect that the text breaks. [`TooLong`](crate::addr::ParseErrorKind::TooLong)
/// above 65,535 bytes.
pub fn parse_ip(dialect: Dialect, text: &[u8]) -> Result<Ip, ParseError> {
    check_len(text)
        .and_then(|()| (rules(dialect).parse_ip)(text))
        .map_err(|error| error.in_dialect(dialect))
}

/// Reads an endpoint.
///
/// A dialect that knows hosts only (`pton`, the `aton` family, `gai-numeric`) takes a bare host.
///
/// # Errors
///
/// The rule of the dialect that the text breaks. [`TooLong`](crate::addr::ParseErrorKind::TooLong)
/// above 65,535 bytes.
pub fn parse<'a>(
    dialect: Dialect,
    text: &'a [u8],
    options: &TextOptions,
) -> Result<Reading<'a>, ParseError> {
    check_len(text)
        .and_then(|()| (rules(dialect).parse)(text, options))
        .map(|endpoint| Reading { endpoint })
        .map_err(|error| error.in_dialect(dialect))
}

/// Writes an IP address so that the dialect reads it back; returns the length.
///
/// # Errors
///
/// [`NotRepresentable`](FormatError::NotRepresentable) where the dialect cannot say the address or
/// its zone, [`BufferTooSmall`](FormatError::BufferTooSmall).
pub fn format_ip(dialect: Dialect, ip: &Ip, out: &mut [u8]) -> Result<usize, FormatError> {
    (rules(dialect).format_ip)(ip, out)
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
    (rules(dialect).format)(endpoint, out)
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
                    let len = format(*dialect, &reading.endpoint, &mut out).unwrap();
                    prop_assert_eq!(parse(*dialect, &out[..len], &TextOptions::new()), Ok(reading.clone()));
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
