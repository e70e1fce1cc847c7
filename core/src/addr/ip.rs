//! IP addresses with an optional zone.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::error::check_len;
use super::host::{is_numeric_last_label, name_error};
use super::registry::Entry;
use super::text::Text;
use super::{EmbeddedV4, FormatError, ParseError, ParseErrorKind, Zone, ipv4, ipv6, registry};

/// An IP address; an IPv6 address may have a zone.
///
/// Mapped addresses never change family silently: see [`to_canonical`](Self::to_canonical).
///
/// The order is IPv4 before IPv6, then the address, then the zone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(clippy::exhaustive_enums)] // two versions of IP have socket addresses
pub enum Ip {
    /// An IPv4 address.
    V4(Ipv4Addr),
    /// An IPv6 address and its zone.
    V6(Ipv6Addr, Option<Zone>),
}

impl Ip {
    /// The longest strict text that is written, in bytes: IPv6 with a zone.
    pub const MAX_LEN: usize = ipv6::MAX_LEN + 1 + Zone::MAX_LEN;

    /// The longest strict text that is read, in bytes.
    pub const MAX_LEN_INPUT: usize = ipv6::MAX_LEN_INPUT + 1 + Zone::MAX_LEN;

    /// Reads an address of either family and nothing else.
    ///
    /// ```abnf
    /// ip = IPv4 / IPv6 [ "%" zone ] ; no zone on a v4-mapped address
    /// ```
    ///
    /// # Errors
    ///
    /// Of a text with a colon those of [`ipv6::parse`] and [`Zone::parse`], and
    /// [`ZoneOnMapped`](ParseErrorKind::ZoneOnMapped); of a text whose last label is a number those
    /// of [`ipv4::parse`], and [`ZoneOnIpv4`](ParseErrorKind::ZoneOnIpv4). A host name is
    /// [`NotAnIp`](ParseErrorKind::NotAnIp), any other text breaks a rule of host names.
    /// [`TooLong`](ParseErrorKind::TooLong) above 65,535 bytes.
    ///
    /// ```
    /// use portolan::addr::Ip;
    /// assert_eq!(Ip::parse(b"FE80::1%eth0")?.to_string(), "fe80::1%eth0");
    /// assert_eq!(Ip::parse(b"fe80::1%0")?, Ip::parse(b"fe80::1")?);
    /// assert_eq!(Ip::parse(b"127.1").unwrap_err().code(), "too-few-octets");
    /// assert_eq!(Ip::parse(b"localhost").unwrap_err().code(), "not-an-ip");
    /// # Ok::<(), portolan::addr::ParseError>(())
    /// ```
    pub fn parse(text: &[u8]) -> Result<Self, ParseError> {
        if let Some(bits) = ipv4::read(text) {
            return Ok(Self::V4(Ipv4Addr::from_bits(bits)));
        }
        if let Some(bits) = ipv6::read(text) {
            return Ok(Self::V6(Ipv6Addr::from_bits(bits), None));
        }
        Self::parse_with_zone(text)
    }

    /// Reads an IPv6 address with a zone; of any other text, names the rule that it breaks.
    fn parse_with_zone(text: &[u8]) -> Result<Self, ParseError> {
        check_len(text)?;
        let (address, zone) = split_at_percent(text);
        if memchr::memchr(b':', address).is_some() {
            let Some(zone) = zone else {
                return Err(ipv6::refusal(text));
            };
            let addr = ipv6::parse(address)?;
            let begin = address.len().saturating_add(1);
            return with_zone(addr, zone).map_err(|error| error.shifted(begin));
        }
        if zone.is_some() && is_numeric_last_label(address) {
            ipv4::parse(address)?;
            return Err(ParseError::new(ParseErrorKind::ZoneOnIpv4, address.len(), 1));
        }
        if is_numeric_last_label(text) {
            return Err(ipv4::refusal(text));
        }
        let not_an_ip = || ParseError::new(ParseErrorKind::NotAnIp, 0, text.len());
        Err(name_error(text).unwrap_or_else(not_an_ip))
    }

    /// Writes the strict text; returns its length, at most [`MAX_LEN`](Self::MAX_LEN).
    ///
    /// # Errors
    ///
    /// [`NotRepresentable`](FormatError::NotRepresentable) for a zone on a v4-mapped address, which
    /// [`parse`](Self::parse) would not read back; [`BufferTooSmall`](FormatError::BufferTooSmall).
    pub fn format(&self, out: &mut [u8]) -> Result<usize, FormatError> {
        match *self {
            Self::V4(addr) => ipv4::format(addr, out),
            _ if !self.is_strict() => Err(FormatError::NotRepresentable),
            Self::V6(..) => self.text().write_to(out),
        }
    }

    /// Whether strict text can say it.
    pub(super) const fn is_strict(&self) -> bool {
        !matches!(self, Self::V6(addr, Some(_)) if addr.to_ipv4_mapped().is_some())
    }

    #[inline]
    fn text(&self) -> Text {
        let mut text = Text::new();
        text.put_ip(self);
        text
    }

    /// The address without its zone.
    #[must_use]
    pub const fn addr(&self) -> IpAddr {
        match *self {
            Self::V4(addr) => IpAddr::V4(addr),
            Self::V6(addr, _) => IpAddr::V6(addr),
        }
    }

    /// The zone, which only an IPv6 address can have.
    #[must_use]
    pub const fn zone(&self) -> Option<Zone> {
        match *self {
            Self::V4(_) => None,
            Self::V6(_, zone) => zone,
        }
    }

    /// The IPv4 addresses that stand inside an IPv6 address, with the form of each.
    ///
    /// ```
    /// use portolan::addr::{EmbeddedForm, Ip, Ipv4Addr};
    /// let mut embedded = Ip::parse(b"::ffff:127.0.0.1")?.embedded_v4();
    /// assert_eq!(embedded.next(), Some((EmbeddedForm::Mapped, Ipv4Addr::LOCALHOST)));
    /// assert_eq!(embedded.next(), None);
    /// # Ok::<(), portolan::addr::ParseError>(())
    /// ```
    #[must_use]
    pub fn embedded_v4(&self) -> EmbeddedV4 {
        match *self {
            Self::V4(_) => EmbeddedV4::none(),
            Self::V6(addr, _) => EmbeddedV4::of(addr),
        }
    }

    /// The row of the special-purpose registries, see [`registry::entry`].
    #[must_use]
    pub fn registry_entry(&self) -> Option<&'static Entry> {
        registry::entry(*self)
    }

    /// Whether it is reachable from everywhere, see [`registry::globally_reachable`].
    ///
    /// The addresses inside an IPv6 address are judged apart: see
    /// [`embedded_v4`](Self::embedded_v4) and [`DenyNonGlobal`](crate::policy::DenyNonGlobal).
    #[must_use]
    pub fn globally_reachable(&self) -> Option<bool> {
        registry::globally_reachable(*self)
    }

    /// Turns a v4-mapped address without a zone into IPv4; returns any other unchanged.
    ///
    /// ```
    /// use portolan::addr::Ip;
    /// let mapped = Ip::from("::ffff:192.0.2.1".parse::<core::net::IpAddr>()?);
    /// assert_eq!(mapped.to_canonical().to_string(), "192.0.2.1");
    /// # Ok::<(), core::net::AddrParseError>(())
    /// ```
    #[must_use]
    pub const fn to_canonical(&self) -> Self {
        if let Self::V6(addr, None) = *self
            && let Some(v4) = addr.to_ipv4_mapped()
        {
            return Self::V4(v4);
        }
        *self
    }
}

impl From<IpAddr> for Ip {
    fn from(addr: IpAddr) -> Self {
        match addr {
            IpAddr::V4(addr) => Self::V4(addr),
            IpAddr::V6(addr) => Self::V6(addr, None),
        }
    }
}

impl From<Ipv4Addr> for Ip {
    fn from(addr: Ipv4Addr) -> Self {
        Self::V4(addr)
    }
}

impl From<Ipv6Addr> for Ip {
    fn from(addr: Ipv6Addr) -> Self {
        Self::V6(addr, None)
    }
}

impl fmt::Debug for Ip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The canonical text; a zone on a v4-mapped address is shown, though strict does not read it.
impl fmt::Display for Ip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().display(f)
    }
}

/// The text before the first `%`, and the text behind it.
fn split_at_percent(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    match memchr::memchr(b'%', text).and_then(|percent| text.split_at_checked(percent)) {
        Some((address, zone)) => (address, zone.get(1..)),
        None => (text, None),
    }
}

/// Puts a zone to an address; offsets count from the zone's first byte.
fn with_zone(addr: Ipv6Addr, text: &[u8]) -> Result<Ip, ParseError> {
    match Zone::parse(text)? {
        Some(_) if addr.to_ipv4_mapped().is_some() => {
            Err(ParseError::new(ParseErrorKind::ZoneOnMapped, 0, text.len()))
        }
        zone => Ok(Ip::V6(addr, zone)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refuses(text: &[u8], code: &str, at: u32, len: u32) {
        let error = Ip::parse(text).expect_err("is read");
        assert_eq!((error.code(), error.at, error.len), (code, at, len), "{}", text.escape_ascii());
    }

    #[test]
    fn accepts_both_families_and_zones() {
        for (text, expected) in [
            ("127.0.0.1", "127.0.0.1"),
            ("FE80::1%eth0", "fe80::1%eth0"),
            ("fe80::1%0", "fe80::1"),
            ("::1%7", "::1%7"),
            ("fe80::1%25eth0", "fe80::1%25eth0"),
            ("::ffff:1.2.3.4%0", "::ffff:1.2.3.4"),
        ] {
            let ip = Ip::parse(text.as_bytes()).unwrap();
            let mut out = [0; Ip::MAX_LEN];
            let len = ip.format(&mut out).unwrap();
            assert_eq!(&out[..len], expected.as_bytes());
            assert_eq!(Ip::parse(&out[..len]), Ok(ip));
        }
    }

    #[test]
    fn refuses_zones_where_they_do_not_belong() {
        refuses(b"fe80::1%", "zone-empty", 8, 0);
        refuses(b"::ffff:1.2.3.4%1", "zone-on-mapped", 15, 1);
        refuses(b"::ffff:1.2.3.4%eth0", "zone-on-mapped", 15, 4);
        refuses(b"::ffff:1.2.3.4%01", "zone-index-leading-zero", 15, 2);
        refuses(b"1.2.3.4%eth0", "zone-on-ipv4", 7, 1);
        refuses(b"1.2.3%eth0", "too-few-octets", 5, 0);
        refuses(b"fe80::g%eth0", "unexpected-byte", 6, 1);
    }

    #[test]
    fn refuses_names_and_what_is_not_even_a_name() {
        refuses(b"localhost", "not-an-ip", 0, 9);
        refuses(b"a_b", "host-bad-byte", 1, 1);
        refuses(b"a.1", "octet-empty", 0, 0);
        refuses(b"1.2.3.4.", "too-many-octets", 7, 1);
        refuses(b"", "empty", 0, 0);
        refuses(&[b'a'; 70_000], "too-long", 65_535, 1);
    }

    #[test]
    fn the_longest_texts_are_those_that_are_published() {
        let longest = b"0000:1111:2222:3333:4444:5555:255.255.255.255%abcdefghijklmno";
        assert_eq!(longest.len(), Ip::MAX_LEN_INPUT);
        assert!(Ip::parse(longest).is_ok());
        let ip = Ip::parse(b"1111:1111:2222:3333:4444:5555:6666:7777%abcdefghijklmno").unwrap();
        assert_eq!(ip.format(&mut [0; Ip::MAX_LEN]), Ok(55));
        assert_eq!((Ip::MAX_LEN_INPUT, Ip::MAX_LEN), (61, 55));
        assert_eq!(ip.format(&mut [0; 54]), Err(FormatError::BufferTooSmall));
    }

    #[test]
    fn mapped_addresses_change_family_only_when_asked() {
        let mapped = Ip::parse(b"::ffff:192.0.2.1").unwrap();
        assert!(matches!(mapped, Ip::V6(..)));
        assert_eq!(mapped.to_canonical(), Ip::V4([192, 0, 2, 1].into()));
        let zoned = Ip::V6(Ipv4Addr::LOCALHOST.to_ipv6_mapped(), Zone::from_index(1));
        assert_eq!(zoned.to_canonical(), zoned);
        assert_eq!(zoned.format(&mut [0; Ip::MAX_LEN]), Err(FormatError::NotRepresentable));
        let compatible = Ip::parse(b"::192.0.2.1").unwrap();
        assert_eq!(compatible.to_canonical(), compatible);
    }
}
