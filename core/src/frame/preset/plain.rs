//! The protocols that have a length and nothing else.

use super::super::{ConfigError, LengthPrefix};

/// Frames DNS messages over TCP: two bytes of length, then the message.
///
/// RFC 1035, section 4.2.2; RFC 7766, section 8.
///
/// # Errors
///
/// [`ConfigError::WireTooLong`] when the longest frame has more bytes than `usize` counts.
pub fn dns_tcp(max: usize) -> Result<LengthPrefix, ConfigError> {
    LengthPrefix::builder(max).width(2).build()
}

/// Frames RTP and RTCP packets over a connection: two bytes of length, then the packet.
///
/// A length of zero is a null packet, which is legal.
///
/// RFC 4571, section 2.
///
/// # Errors
///
/// [`ConfigError::WireTooLong`] when the longest frame has more bytes than `usize` counts.
pub fn rtp_tcp(max: usize) -> Result<LengthPrefix, ConfigError> {
    LengthPrefix::builder(max).width(2).build()
}

/// Frames requests and responses of Kafka: four bytes of length with a sign, then the message.
///
/// Apache Kafka, protocol guide, "Common Request and Response Structure".
///
/// # Errors
///
/// [`ConfigError::WireTooLong`] when the longest frame has more bytes than `usize` counts.
pub fn kafka(max: usize) -> Result<LengthPrefix, ConfigError> {
    LengthPrefix::builder(max).width(4).signed(true).build()
}
