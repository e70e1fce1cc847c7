//! Prefixes: an address and how many of its bits count.
//!
//! Source: RFC 4632 section 3.1 (IPv4), RFC 4291 section 2.3 (IPv6), RFC 4007 section 11.7 (a zone
//! stands before the slash).

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

use super::error::check_len;
use super::text::Text;
use super::{FormatError, Ip, ParseError, ParseErrorKind};
use crate::cursor::Reader;

/// What to do with bits behind the prefix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums)] // a bit is refused, kept or cleared
pub enum HostBits {
    /// A bit that is set is refused.
    #[default]
    Reject,
    /// They stay: the address of an interface in its network.
    Keep,
    /// They are cleared: the network of an address.
    Mask,
}

/// An address and a prefix length of at most 32 or 128 bits.
///
/// The order is that of the address, then of the length.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prefix {
    ip: Ip,
    len: u8,
}

impl Prefix {
    /// The longest strict text that is written, in bytes.
    pub const MAX_LEN: usize = Ip::MAX_LEN + "/128".len();

    /// Puts a length to an address.
    ///
    /// # Errors
    ///
    /// [`PrefixTooLarge`](ParseErrorKind::PrefixTooLarge),
    /// [`HostBitsSet`](ParseErrorKind::HostBitsSet); neither has a place.
    pub const fn new(ip: Ip, len: u8, host_bits: HostBits) -> Result<Self, ParseError> {
        if len > width(&ip) {
            return Err(ParseError::without_place(ParseErrorKind::PrefixTooLarge));
        }
        let prefix = Self { ip, len };
        match host_bits {
            HostBits::Keep => Ok(prefix),
            HostBits::Mask => Ok(Self { ip: masked(ip, len), len }),
            HostBits::Reject if !prefix.has_host_bits() => Ok(prefix),
            HostBits::Reject => Err(ParseError::without_place(ParseErrorKind::HostBitsSet)),
        }
    }

    /// Whether a bit behind the prefix is set.
    pub(crate) const fn has_host_bits(&self) -> bool {
        match self.ip {
            Ip::V4(addr) => addr.to_bits() & host_v4(self.len) != 0,
            Ip::V6(addr, _) => addr.to_bits() & host_v6(self.len) != 0,
        }
    }

    /// A prefix that is known to fit and to have no bits behind it.
    pub(super) const fn literal(ip: Ip, len: u8) -> Self {
        Self { ip, len }
    }

    /// The prefix that is one address: all of its bits count.
    #[must_use]
    pub const fn host(ip: Ip) -> Self {
        Self { ip, len: width(&ip) }
    }

    /// Reads an address, a slash and a length, and nothing else.
    ///
    /// ```abnf
    /// prefix = ( IPv4 "/" len ) / ( IPv6 [ "%" zone ] "/" len )
    /// len    = "0" / ( %x31-39 0*2DIGIT ) ; at most 32 or 128
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Ip::parse`], [`PrefixMissing`](ParseErrorKind::PrefixMissing),
    /// [`PrefixEmpty`](ParseErrorKind::PrefixEmpty),
    /// [`PrefixLeadingZero`](ParseErrorKind::PrefixLeadingZero),
    /// [`PrefixTooLarge`](ParseErrorKind::PrefixTooLarge), and at the address
    /// [`HostBitsSet`](ParseErrorKind::HostBitsSet).
    ///
    /// ```
    /// use portolan::addr::{HostBits, Prefix};
    /// let prefix = Prefix::parse(b"10.0.0.1/8", HostBits::Mask)?;
    /// assert_eq!(prefix.to_string(), "10.0.0.0/8");
    /// let error = Prefix::parse(b"10.0.0.1/8", HostBits::Reject).unwrap_err();
    /// assert_eq!((error.code(), error.at, error.len), ("host-bits-set", 0, 8));
    /// # Ok::<(), portolan::addr::ParseError>(())
    /// ```
    pub fn parse(text: &[u8], host_bits: HostBits) -> Result<Self, ParseError> {
        check_len(text)?;
        let slash = memchr::memchr(b'/', text).unwrap_or(text.len());
        let (address, rest) = text.split_at_checked(slash).unwrap_or((text, b""));
        let ip = Ip::parse(address).map_err(|error| match error.kind {
            // The text is not empty, its address is.
            ParseErrorKind::Empty => ParseError::new(ParseErrorKind::OctetEmpty, 0, 0),
            _ => error,
        })?;
        let begin = slash.saturating_add(1);
        let Some(len) = rest.get(1..) else {
            return Err(ParseError::new(ParseErrorKind::PrefixMissing, slash, 0));
        };
        let len = read_len(len, width(&ip)).map_err(|error| error.shifted(begin))?;
        Self::new(ip, len, host_bits).map_err(|error| ParseError::new(error.kind, 0, slash))
    }

    /// The address, with its zone.
    #[must_use]
    pub const fn ip(&self) -> Ip {
        self.ip
    }

    /// How many bits count.
    #[must_use]
    pub const fn prefix_len(&self) -> u8 {
        self.len
    }

    /// Whether an address of the same family has the same first bits; zones are not looked at.
    ///
    /// A v4-mapped address is IPv6 here: see [`Ip::to_canonical`].
    #[must_use]
    pub const fn contains(&self, ip: &Ip) -> bool {
        match (&self.ip, ip) {
            (Ip::V4(one), Ip::V4(other)) => {
                (one.to_bits() ^ other.to_bits()) & !host_v4(self.len) == 0
            }
            (Ip::V6(one, _), Ip::V6(other, _)) => {
                (one.to_bits() ^ other.to_bits()) & !host_v6(self.len) == 0
            }
            _ => false,
        }
    }

    /// Writes the strict text; returns its length, at most [`MAX_LEN`](Self::MAX_LEN).
    ///
    /// # Errors
    ///
    /// [`NotRepresentable`](FormatError::NotRepresentable) for a zone on a v4-mapped address,
    /// [`BufferTooSmall`](FormatError::BufferTooSmall).
    pub fn format(&self, out: &mut [u8]) -> Result<usize, FormatError> {
        if !self.ip.is_strict() {
            return Err(FormatError::NotRepresentable);
        }
        self.text().write_to(out)
    }

    fn text(&self) -> Text {
        let mut text = Text::new();
        text.put_ip(&self.ip);
        text.put_byte(b'/');
        text.put_decimal(self.len.into());
        text
    }
}

/// `len = "0" / ( %x31-39 0*2DIGIT )`
fn read_len(text: &[u8], width: u8) -> Result<u8, ParseError> {
    let mut reader = Reader::new(text);
    let digits = reader.take_decimal(usize::MAX);
    let error = |kind| Err(ParseError::new(kind, 0, digits.len()));
    if digits.is_empty() {
        return Err(ParseError::missing(ParseErrorKind::PrefixEmpty, 0, reader.peek()));
    }
    if digits.has_leading_zero() {
        return error(ParseErrorKind::PrefixLeadingZero);
    }
    let Some(len) =
        digits.to_u16().and_then(|len| u8::try_from(len).ok()).filter(|len| *len <= width)
    else {
        return error(ParseErrorKind::PrefixTooLarge);
    };
    match reader.peek() {
        None => Ok(len),
        Some(byte) => Err(ParseError::unexpected(reader.position(), byte)),
    }
}

const fn width(ip: &Ip) -> u8 {
    match ip {
        Ip::V4(_) => 32,
        Ip::V6(..) => 128,
    }
}

/// The address with all bits behind the prefix cleared.
const fn masked(ip: Ip, len: u8) -> Ip {
    match ip {
        Ip::V4(addr) => Ip::V4(Ipv4Addr::from_bits(addr.to_bits() & !host_v4(len))),
        Ip::V6(addr, zone) => Ip::V6(Ipv6Addr::from_bits(addr.to_bits() & !host_v6(len)), zone),
    }
}

/// The bits behind a prefix of IPv4.
const fn host_v4(len: u8) -> u32 {
    match u32::MAX.checked_shr(len as u32) {
        Some(bits) => bits,
        None => 0,
    }
}

/// The bits behind a prefix of IPv6.
const fn host_v6(len: u8) -> u128 {
    match u128::MAX.checked_shr(len as u32) {
        Some(bits) => bits,
        None => 0,
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().display(f)
    }
}

impl fmt::Debug for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods)] // `str::parse` of the standard library is the oracle
    #![allow(clippy::cast_possible_truncation)] // any 32 bits will do
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn refuses(text: &[u8], code: &str, at: u32, len: u32) {
        let error = Prefix::parse(text, HostBits::Reject).expect_err("is read");
        assert_eq!((error.code(), error.at, error.len), (code, at, len), "{}", text.escape_ascii());
    }

    #[test]
    fn accepts_networks_of_both_families() {
        for text in ["0.0.0.0/0", "10.0.0.0/8", "10.0.0.1/32", "::/0", "fe80::%eth0/64", "::1/128"]
        {
            let prefix = Prefix::parse(text.as_bytes(), HostBits::Reject).unwrap();
            let mut out = [0; Prefix::MAX_LEN];
            let len = prefix.format(&mut out).unwrap();
            assert_eq!(&out[..len], text.as_bytes());
        }
    }

    #[test]
    fn host_bits_are_refused_kept_or_cleared() {
        let parse =
            |host_bits| Prefix::parse(b"2001:db8::1/32", host_bits).map(|p| std::format!("{p}"));
        assert_eq!(parse(HostBits::Keep), Ok("2001:db8::1/32".into()));
        assert_eq!(parse(HostBits::Mask), Ok("2001:db8::/32".into()));
        refuses(b"2001:db8::1/32", "host-bits-set", 0, 11);
        refuses(b"10.0.0.1/31", "host-bits-set", 0, 8);
    }

    #[test]
    fn refuses_each_rule_at_its_place() {
        refuses(b"", "empty", 0, 0);
        refuses(b"/8", "octet-empty", 0, 0);
        refuses(b"10.0.0.0", "prefix-missing", 8, 0);
        refuses(b"10.0.0.0/", "prefix-empty", 9, 0);
        refuses(b"10.0.0.0/+8", "prefix-empty", 9, 0);
        refuses(b"10.0.0.0/ 8", "whitespace", 9, 1);
        refuses(b"10.0.0.0/08", "prefix-leading-zero", 9, 2);
        refuses(b"10.0.0.0/33", "prefix-too-large", 9, 2);
        refuses(b"::/129", "prefix-too-large", 3, 3);
        refuses(b"::/99999999999999999999", "prefix-too-large", 3, 20);
        refuses(b"10.0.0.0/8/8", "unexpected-byte", 10, 1);
        refuses(b"10.0.0.0/255.0.0.0", "prefix-too-large", 9, 3);
        refuses(b"10/8", "too-few-octets", 2, 0);
        refuses(b"010.0.0.0/8", "octet-leading-zero", 0, 3);
        refuses(b"fe80::/64%1", "unexpected-byte", 9, 1);
        refuses(b"[::1]/128", "group-empty", 0, 0);
        refuses(b"1:2:3:4:5:6:7::8/64", "too-many-groups", 15, 1);
    }

    #[test]
    fn a_prefix_contains_what_begins_like_it() {
        let prefix = Prefix::parse(b"10.0.0.0/8", HostBits::Reject).unwrap();
        assert!(prefix.contains(&Ip::parse(b"10.255.0.1").unwrap()));
        assert!(!prefix.contains(&Ip::parse(b"11.0.0.0").unwrap()));
        assert!(!prefix.contains(&Ip::parse(b"::ffff:10.0.0.1").unwrap()));
    }

    proptest! {
        /// `ipnet` is the oracle: same verdict and value, less the bugs that are known of it.
        #[test]
        fn equals_ipnet(text in "([0-9]{1,3}\\.){3}[0-9]{1,3}/[0-9]{0,3}|[0-9a-f:]{2,12}/[0-9]{1,3}") {
            let expected = text.parse::<ipnet::IpNet>().ok().filter(|_| !is_known_bug(&text));
            let read = Prefix::parse(text.as_bytes(), HostBits::Keep).ok();
            prop_assert_eq!(
                read.map(|prefix| (prefix.ip().addr(), prefix.prefix_len())),
                expected.map(|net| (net.addr(), net.prefix_len()))
            );
        }

        /// Round trip.
        #[test]
        fn round_trip(bits: u128, v4: bool, len in 0_u8..=128) {
            let ip = if v4 { Ip::V4((bits as u32).into()) } else { Ip::V6(bits.into(), None) };
            let Ok(prefix) = Prefix::new(ip, len, HostBits::Mask) else {
                prop_assert!(v4 && len > 32);
                return Ok(());
            };
            let mut out = [0; Prefix::MAX_LEN];
            let written = prefix.format(&mut out).unwrap();
            prop_assert_eq!(Prefix::parse(&out[..written], HostBits::Reject), Ok(prefix));
        }
    }

    /// What `ipnet` 2.12 reads though the standards do not: leading zeros in octets and lengths
    /// (its issue 32), and `::` in place of no group (its issue 50).
    fn is_known_bug(text: &str) -> bool {
        let (address, len) = text.split_once('/').unwrap();
        address.parse::<core::net::IpAddr>().is_err() || (len.len() > 1 && len.starts_with('0'))
    }
}
