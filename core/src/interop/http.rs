//! Conversions with `http::uri::Authority`.
//!
//! An `Authority` is checked for its bytes, not for what they mean: it reads `h:+80` as port 80,
//! and `h:65536` as no port at all. So its text is read again, by the strict grammar. What else an
//! authority may be (a port that is empty or has leading zeros, a name of other bytes) is read from
//! its text by the dialect [`http-host`](crate::addr::Dialect::HttpHost).
//!
//! RFC 9110 section 4.2.4 deprecates user information, and no URI has a zone (RFC 9844 section 1).

use http::uri::Authority;

use crate::addr::{
    ConvertError, Dialect, Endpoint, Host, HostPort, Ip, IpPort, ParseError, ParseErrorKind,
};

/// Reads the text of the authority.
///
/// Beside the errors of [`HostPort::parse`], a zone is
/// [`ZoneNotAllowedInDialect`](ParseErrorKind::ZoneNotAllowedInDialect) at its `%`, by the rule of
/// `http-host`.
impl<'a> TryFrom<&'a Authority> for HostPort<'a> {
    type Error = ParseError;

    fn try_from(authority: &'a Authority) -> Result<Self, ParseError> {
        let text = authority.as_str().as_bytes();
        let read = Self::parse(text)?;
        // Only a zone has a `%`; zone 0 is none to the reader, but stands in the text.
        match memchr::memchr(b'%', text) {
            Some(at) => Err(ParseError::new(ParseErrorKind::ZoneNotAllowedInDialect, at, 1)
                .in_dialect(Dialect::HttpHost)),
            None => Ok(read),
        }
    }
}

/// Reads the text of the authority; a word that begins a scheme is
/// [`HostReservedWord`](ParseErrorKind::HostReservedWord).
impl<'a> TryFrom<&'a Authority> for Endpoint<'a> {
    type Error = ParseError;

    fn try_from(authority: &'a Authority) -> Result<Self, ParseError> {
        let host_port = HostPort::try_from(authority)?;
        let len = authority.host().len();
        Self::try_from(host_port)
            .map_err(|_| ParseError::new(ParseErrorKind::HostReservedWord, 0, len))
    }
}

/// Refuses a zone, `*`, and a name that strict text cannot say.
impl TryFrom<&HostPort<'_>> for Authority {
    type Error = ConvertError;

    fn try_from(host_port: &HostPort<'_>) -> Result<Self, ConvertError> {
        if matches!(host_port.host, Host::Ip(Ip::V6(_, Some(_)))) {
            return Err(ConvertError::NotRepresentable);
        }
        let mut out = [0; HostPort::MAX_LEN];
        let len = host_port.format(&mut out).map_err(|_| ConvertError::NotRepresentable)?;
        let text = out.get(..len).unwrap_or_default();
        Self::try_from(text).map_err(|_| ConvertError::NotRepresentable)
    }
}

/// Refuses a zone.
impl TryFrom<IpPort> for Authority {
    type Error = ConvertError;

    fn try_from(address: IpPort) -> Result<Self, ConvertError> {
        (&HostPort::from(address)).try_into()
    }
}

/// Refuses what has no host, and what a [`HostPort`] refuses.
impl TryFrom<&Endpoint<'_>> for Authority {
    type Error = ConvertError;

    fn try_from(endpoint: &Endpoint<'_>) -> Result<Self, ConvertError> {
        match endpoint {
            Endpoint::Inet(host_port) => host_port.try_into(),
            _ => Err(ConvertError::NotRepresentable),
        }
    }
}
