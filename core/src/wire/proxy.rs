//! The PROXY protocol: what a proxy says of a connection before the first byte of the connection.
//!
//! ```text
//! version 1, a line of at most 107 bytes
//! │ PROXY │ TCP4 │ source │ destination │ port │ port │ CRLF          one space between each
//! │ PROXY │ UNKNOWN │ anything │ CRLF
//!
//! version 2
//! 0           12            13       14       16
//! │ signature │ version     │ family │ length │ addresses │ records … │
//! │           │   | command │ | type │        └──────── length ───────┘
//! ```
//!
//! [`V1`] and [`V2`] are the forms; [`detect`] tells which of them begins a stream, and
//! [`header_len`] where it ends.
//!
//! Source: *The PROXY protocol, Versions 1 & 2* (`doc/proxy-protocol.txt` of `HAProxy`), section 2.1
//! for version 1, section 2.2 for version 2 and its records.
//!
//! # What is refused
//!
//! In version 1 everything that the line is not: a leading zero or a sign, two spaces, a tab, a lone
//! CR or LF, lower case, a zone, a family that is not that of the addresses, a field too many, and a
//! line without its CRLF in the first 107 bytes. In version 2 an unknown version, command, family or
//! type; a block that is shorter than its addresses; bytes behind the NUL of a Unix path; a record
//! that runs past the block; a second checksum and a wrong one. Both say precisely where: who
//! believes a header that was meant otherwise believes a wrong client.
//!
//! # What a header does not say
//!
//! [`V2::Local`], [`V1::Unknown`] and [`Addresses::Unspec`] name no address: the real ends of the
//! connection count. The block of a local connection is not looked at, whatever its family, nor is
//! that of a header with a family but no type, since nobody knows where its records would begin.

mod crc;
mod tlv;
mod unix;
mod v1;
mod v2;

use core::num::NonZeroUsize;

use super::{Decoded, WireError, WireErrorKind};
use crate::addr::SocketAddress;

pub use self::tlv::{Ssl, Tlv, TlvBuilder, TlvKind, TlvView, Tlvs};
pub use self::unix::UnixField;
pub use self::v1::V1;
pub use self::v2::{Addresses, Inet, SocketType, V2};

/// How version 1 begins.
const WORD: &[u8; 5] = b"PROXY";

/// How version 2 begins; section 2.2.
const SIGNATURE: &[u8; 12] = b"\r\n\r\n\0\r\nQUIT\n";

/// What a header says the connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Transport {
    /// A stream over IP.
    Tcp,
    /// Datagrams over IP.
    Udp,
    /// A stream over a Unix socket.
    Stream,
    /// Datagrams over a Unix socket.
    Dgram,
    /// Version 2 does not say.
    Unspec,
    /// Version 1 does not say.
    Unknown,
}

impl Transport {
    /// The name that vectors, JSON and the command share.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Stream => "stream",
            Self::Dgram => "dgram",
            Self::Unspec => "unspec",
            Self::Unknown => "unknown",
        }
    }
}

/// What begins a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "two versions, neither, or too few bytes to tell")]
pub enum Detected {
    /// A header of version 1, if any.
    V1,
    /// A header of version 2, if any.
    V2,
    /// No header of the PROXY protocol.
    Neither,
    /// Both or one of them is still possible; at least so many bytes are missing to tell.
    Undecided(NonZeroUsize),
}

/// Tells which version of the header begins a stream, from its first 5 or 12 bytes.
///
/// The standard forbids to guess whether there *is* a header: a client could forge one.
///
/// # Examples
///
/// ```
/// use portolan::wire::proxy::{Detected, detect};
///
/// assert_eq!(detect(b"PROXY TCP4 192.0.2.1"), Detected::V1);
/// assert_eq!(detect(b"\r\n\r\n\0\r\nQUIT\n"), Detected::V2);
/// assert_eq!(detect(b"PROPFIND /"), Detected::Neither);
/// assert!(matches!(detect(b"PRO"), Detected::Undecided(missing) if missing.get() == 2));
/// ```
#[must_use]
pub fn detect(input: &[u8]) -> Detected {
    // The two begin differently, so that only one of them can go on.
    match (begins(input, WORD), begins(input, SIGNATURE)) {
        (Ok(Decoded::Value { .. }), _) => Detected::V1,
        (_, Ok(Decoded::Value { .. })) => Detected::V2,
        (Ok(Decoded::Need(missing)), _) | (_, Ok(Decoded::Need(missing))) => {
            Detected::Undecided(missing)
        }
        (Err(_), Err(_)) => Detected::Neither,
    }
}

/// Finds where the header of either version ends, and looks at nothing else.
///
/// The value is the length of the header in bytes. What is refused here, [`V1`] or [`V2`] refuse
/// too; they alone look at what stands in the header.
///
/// # Errors
///
/// [`BadMagic`](WireErrorKind::BadMagic), [`BadVersion`](WireErrorKind::BadVersion), and
/// [`HeaderTooLong`](WireErrorKind::HeaderTooLong) at 107.
///
/// # Examples
///
/// ```
/// use portolan::wire::{Decoded, proxy};
///
/// let length = proxy::header_len(b"PROXY UNKNOWN\r\nGET / HTTP/1.1\r\n")?;
/// assert_eq!(length, Decoded::Value { value: 15, consumed: 15 });
/// # Ok::<(), portolan::wire::WireError>(())
/// ```
pub fn header_len(input: &[u8]) -> Result<Decoded<usize>, WireError> {
    match input.first() {
        Some(b'\r') => v2::header_len(input),
        Some(_) => v1::header_len(input),
        None => Ok(Decoded::need(v1::MIN_LEN)),
    }
}

/// Whether the input begins with fixed bytes, as far as it goes.
///
/// # Errors
///
/// [`WireErrorKind::BadMagic`] at the first byte that is another.
fn begins(input: &[u8], magic: &[u8]) -> Result<Decoded<()>, WireError> {
    let equal = input.iter().zip(magic).take_while(|(found, wanted)| found == wanted).count();
    if equal == magic.len() {
        Ok(Decoded::Value { value: (), consumed: equal })
    } else if equal == input.len() {
        Ok(Decoded::need(magic.len().saturating_sub(equal)))
    } else {
        Err(WireError::new(WireErrorKind::BadMagic, equal))
    }
}

/// Whether an address is an IPv6 address with more than the header holds.
const fn has_scope_or_flow(address: &SocketAddress) -> bool {
    matches!(address, SocketAddress::Inet6(addr) if addr.scope_id() != 0 || addr.flowinfo() != 0)
}

/// A value that the form cannot carry.
const NOT_REPRESENTABLE: WireError = WireError::new(WireErrorKind::NotRepresentable, 0);

/// Two addresses that one header cannot carry.
const ADDRESS_MISMATCH: WireError = WireError::new(WireErrorKind::AddressMismatch, 0);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_versions_and_everything_else_are_told_apart() {
        let undecided = |missing| Detected::Undecided(NonZeroUsize::new(missing).unwrap());
        assert_eq!(detect(b""), undecided(5));
        for have in 1..5 {
            assert_eq!(detect(&WORD[..have]), undecided(5 - have));
        }
        for have in 1..12 {
            assert_eq!(detect(&SIGNATURE[..have]), undecided(12 - have));
        }
        assert_eq!(detect(b"PROXY"), Detected::V1);
        assert_eq!(detect(b"PROXYX"), Detected::V1);
        assert_eq!(detect(SIGNATURE), Detected::V2);
        for other in [&b"proxy"[..], b"GET / HTTP/1.1", b"\r\n\r\n\r\n", b"PROXZ", b"\0"] {
            assert_eq!(detect(other), Detected::Neither, "{other:?}");
        }
    }

    #[test]
    fn a_header_ends_where_it_says() {
        let end = |bytes: &[u8]| header_len(bytes).map_err(|error| (error.code(), error.at));
        let value = |len| Ok(Decoded::Value { value: len, consumed: len });
        assert_eq!(end(b"PROXY anything\r\nrest"), value(16));
        assert_eq!(end(b"PROXY a\rb\n\r\n"), value(12));
        assert_eq!(end(b"PROXY a"), Ok(Decoded::need(8)));
        assert_eq!(end(b"PROXY UNKNOWN and more"), Ok(Decoded::need(2)));
        assert_eq!(end(b"PROXY UNKNOWN and more\r"), Ok(Decoded::need(1)));
        assert_eq!(end(b""), Ok(Decoded::need(15)));
        assert_eq!(end(b"PRIX"), Err(("bad-magic", 2)));
        assert_eq!(
            end(&[b"PROXY".as_slice(), &[b' '; 102]].concat()),
            Err(("header-too-long", 107))
        );
        assert_eq!(end(b"\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x03abcd"), value(19));
        assert_eq!(end(b"\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x03ab"), Ok(Decoded::need(1)));
        assert_eq!(end(b"\r\n\r\n\0\r\nQUIT\n\x31"), Err(("bad-version", 12)));
    }
}
