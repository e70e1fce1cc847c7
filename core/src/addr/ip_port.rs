//! An IP address with a port: the text of a socket address in the narrow sense.

use core::fmt;
use core::net::{SocketAddr, SocketAddrV6};

use super::error::check_len;
use super::text::Text;
use super::{
    ConvertError, FormatError, Host, HostPort, Ip, ParseError, ParseErrorKind, TextOptions, Zone,
    ipv4, ipv6, port,
};

/// An IP address, its zone, and a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(clippy::exhaustive_structs)] // a pair, as its name says
pub struct IpPort {
    /// The address.
    pub ip: Ip,
    /// The port.
    pub port: u16,
}

impl IpPort {
    /// The longest strict text that is written, in bytes.
    pub const MAX_LEN: usize = Ip::MAX_LEN + "[]:65535".len();

    /// The longest strict text that is read, in bytes.
    pub const MAX_LEN_INPUT: usize = Ip::MAX_LEN_INPUT + "[]:65535".len();

    /// Reads an address and its port, and nothing else.
    ///
    /// ```abnf
    /// ip-port = ( IPv4 / "[" IPv6 [ "%" zone ] "]" ) ":" port
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`HostPort::parse`]; [`PortMissing`](ParseErrorKind::PortMissing) at the end, and
    /// [`NotAnIp`](ParseErrorKind::NotAnIp) for a host name.
    ///
    /// ```
    /// use portolan::addr::IpPort;
    /// assert_eq!(IpPort::parse(b"[FE80::1%eth0]:80")?.to_string(), "[fe80::1%eth0]:80");
    /// let error = IpPort::parse(b"[::1]").unwrap_err();
    /// assert_eq!((error.code(), error.at, error.len), ("port-missing", 5, 0));
    /// # Ok::<(), portolan::addr::ParseError>(())
    /// ```
    pub fn parse(text: &[u8]) -> Result<Self, ParseError> {
        if let Some(addr) = read(text) {
            return Ok(addr);
        }
        check_len(text)?;
        let HostPort { host, port } = HostPort::parse_inet(text, &TextOptions::new())?;
        match (host, port) {
            (Host::Ip(ip), Some(port)) => Ok(Self { ip, port }),
            (Host::Ip(_), None) => Err(ParseError::new(ParseErrorKind::PortMissing, text.len(), 0)),
            (_, _) => {
                let name = memchr::memchr(b':', text).unwrap_or(text.len());
                Err(ParseError::new(ParseErrorKind::NotAnIp, 0, name))
            }
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

    #[inline]
    fn text(&self) -> Text {
        let mut text = Text::new();
        match self.ip {
            Ip::V4(_) => text.put_ip(&self.ip),
            Ip::V6(..) => {
                text.put_byte(b'[');
                text.put_ip(&self.ip);
                text.put_byte(b']');
            }
        }
        text.put_byte(b':');
        text.put_decimal(self.port.into());
        text
    }
}

/// The common case without a zone: the colon of the port is among the last six bytes.
#[inline]
pub(crate) fn read(text: &[u8]) -> Option<IpPort> {
    let colon = memchr::memrchr(b':', text.get(text.len().saturating_sub(6)..)?)?;
    let colon = text.len().saturating_sub(6).saturating_add(colon);
    let (address, port) = text.split_at_checked(colon)?;
    let ip = match address {
        [b'[', address @ .., b']'] => Ip::V6(ipv6::read(address)?.into(), None),
        _ => Ip::V4(ipv4::read(address)?.into()),
    };
    let port = port::parse(port.get(1..)?).ok()?;
    Some(IpPort { ip, port })
}

impl fmt::Display for IpPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().display(f)
    }
}

/// Refuses flow information, which has no text.
impl TryFrom<SocketAddr> for IpPort {
    type Error = ConvertError;

    fn try_from(addr: SocketAddr) -> Result<Self, ConvertError> {
        let ip = match addr {
            SocketAddr::V4(v4) => Ip::V4(*v4.ip()),
            SocketAddr::V6(v6) if v6.flowinfo() == 0 => {
                Ip::V6(*v6.ip(), Zone::from_index(v6.scope_id()))
            }
            SocketAddr::V6(_) => return Err(ConvertError::NotRepresentable),
        };
        Ok(Self { ip, port: addr.port() })
    }
}

/// Refuses a zone name, which has no number.
impl TryFrom<IpPort> for SocketAddr {
    type Error = ConvertError;

    fn try_from(IpPort { ip, port }: IpPort) -> Result<Self, ConvertError> {
        match ip {
            Ip::V4(addr) => Ok((addr, port).into()),
            Ip::V6(addr, None) => Ok((addr, port).into()),
            Ip::V6(addr, Some(Zone::Index(index))) => {
                Ok(SocketAddrV6::new(addr, port, 0, index.get()).into())
            }
            Ip::V6(_, Some(Zone::Name(_))) => Err(ConvertError::NotRepresentable),
        }
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
        let error = IpPort::parse(text).expect_err("is read");
        assert_eq!((error.code(), error.at, error.len), (code, at, len), "{}", text.escape_ascii());
    }

    #[test]
    fn accepts_addresses_with_ports() {
        for text in ["127.0.0.1:0", "255.255.255.255:65535", "[::1]:80", "[fe80::1%eth0]:443"] {
            let addr = IpPort::parse(text.as_bytes()).unwrap();
            let mut out = [0; IpPort::MAX_LEN];
            let len = addr.format(&mut out).unwrap();
            assert_eq!(&out[..len], text.as_bytes());
        }
        assert_eq!((IpPort::MAX_LEN_INPUT, IpPort::MAX_LEN), (69, 63));
    }

    #[test]
    fn refuses_each_rule_at_its_place() {
        refuses(b"", "empty", 0, 0);
        refuses(b"127.0.0.1", "port-missing", 9, 0);
        refuses(b"[::1]", "port-missing", 5, 0);
        refuses(b"127.0.0.1:", "port-empty", 10, 0);
        refuses(b"127.0.0.1:65536", "port-too-large", 10, 5);
        refuses(b"127.0.0.1:080", "port-leading-zero", 10, 3);
        refuses(b"127.0.0.1:+80", "port-sign", 10, 1);
        refuses(b"127.0.0.1:80 ", "whitespace", 12, 1);
        refuses(b"127.0.0.1:80:90", "unexpected-byte", 12, 1);
        refuses(b"010.0.0.1:80", "octet-leading-zero", 0, 3);
        refuses(b"localhost:80", "not-an-ip", 0, 9);
        refuses(b"[127.0.0.1]:80", "bracketed-non-ipv6", 1, 9);
        refuses(b"[::1", "bracket-unclosed", 4, 0);
        refuses(b"[::1]80", "text-after-bracket", 5, 1);
        refuses(b"::1", "bracket-missing", 0, 0);
        refuses(b"::1:80", "unbracketed-ipv6-with-port", 0, 3);
        refuses(b"*:80", "any-not-allowed", 0, 1);
    }

    proptest! {
        /// The standard library is the oracle where strict reads at all, and round trip.
        #[test]
        fn agrees_with_the_standard_library(bits: u128, v4: bool, scope in 0_u32..3, port: u16) {
            let std: SocketAddr = if v4 {
                (core::net::Ipv4Addr::from_bits(bits as u32), port).into()
            } else {
                SocketAddrV6::new(bits.into(), port, 0, scope).into()
            };
            let text = std::format!("{std}");
            let addr = IpPort::parse(text.as_bytes()).unwrap();
            prop_assert_eq!(SocketAddr::try_from(addr), Ok(std));
            prop_assert_eq!(IpPort::try_from(std), Ok(addr));
            prop_assert_eq!(std::format!("{addr}"), text);
        }
    }
}
