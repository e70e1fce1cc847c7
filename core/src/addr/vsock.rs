//! Addresses of virtual machine sockets, vsock(7).

use core::fmt;

use super::error::check_len;
use super::{FormatError, ParseError, ParseErrorKind, number, spelling};
use crate::cursor::Reader;

/// A context and a port: two numbers of 32 bits, both of which may be the wildcard.
///
/// ```
/// use portolan::addr::VsockAddress;
/// let address = VsockAddress::parse(b"vsock:any:1024")?;
/// assert_eq!(address, VsockAddress { cid: VsockAddress::ANY, port: 1024 });
/// assert_eq!(address.to_string(), "vsock:any:1024");
/// # Ok::<(), portolan::addr::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(clippy::exhaustive_structs)] // a pair of numbers, each of which may have any value
pub struct VsockAddress {
    /// The context identifier of the machine.
    pub cid: u32,
    /// The port.
    pub port: u32,
}

impl VsockAddress {
    /// The wildcard of either number (`VMADDR_CID_ANY`, `VMADDR_PORT_ANY`), printed `any`.
    pub const ANY: u32 = u32::MAX;
    /// The longest text in bytes, such as `vsock:4294967294:4294967294`.
    pub const MAX_LEN: usize = "vsock:".len() + number::MAX_LEN + 1 + number::MAX_LEN;

    /// Reads strict text, `vsock:` and two numbers, either of which may be `any`.
    ///
    /// # Errors
    ///
    /// [`NumberEmpty`](ParseErrorKind::NumberEmpty),
    /// [`NumberLeadingZero`](ParseErrorKind::NumberLeadingZero),
    /// [`NumberTooLarge`](ParseErrorKind::NumberTooLarge),
    /// [`PortMissing`](ParseErrorKind::PortMissing) at the end of a text without a second number,
    /// and the kinds of bytes that cannot stand where they do.
    pub fn parse(text: &[u8]) -> Result<Self, ParseError> {
        check_len(text)?;
        match text.strip_prefix(b"vsock:") {
            Some(rest) => Self::parse_rest(rest).map_err(|error| error.shifted("vsock:".len())),
            None => Err(ParseError::other_form(text)),
        }
    }

    /// Reads what follows the scheme.
    ///
    /// ```abnf
    /// vsock = "vsock:" ( u32 / "any" ) ":" ( u32 / "any" )
    /// ```
    pub(crate) fn parse_rest(text: &[u8]) -> Result<Self, ParseError> {
        let mut reader = Reader::new(text);
        let cid = read_number(&mut reader)?;
        if !reader.expect(b':') {
            let at = reader.position();
            return Err(match reader.peek() {
                None => ParseError::new(ParseErrorKind::PortMissing, at, 0),
                Some(byte) => ParseError::unexpected(at, byte),
            });
        }
        let port = read_number(&mut reader)?;
        number::end(&reader)?;
        Ok(Self { cid, port })
    }

    /// Writes the strict text and returns its length, at most [`MAX_LEN`](Self::MAX_LEN).
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`](FormatError::BufferTooSmall).
    pub fn format(&self, out: &mut [u8]) -> Result<usize, FormatError> {
        spelling::write_into(self, out)
    }
}

fn read_number(reader: &mut Reader<'_>) -> Result<u32, ParseError> {
    if reader.expect_slice(b"any") { Ok(VsockAddress::ANY) } else { number::read(reader) }
}

impl fmt::Display for VsockAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.cid, self.port) {
            (Self::ANY, Self::ANY) => f.write_str("vsock:any:any"),
            (Self::ANY, port) => write!(f, "vsock:any:{port}"),
            (cid, Self::ANY) => write!(f, "vsock:{cid}:any"),
            (cid, port) => write!(f, "vsock:{cid}:{port}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn refused(text: &str) -> (&'static str, u32, u32) {
        let error = VsockAddress::parse(text.as_bytes()).unwrap_err();
        (error.code(), error.at, error.len)
    }

    #[test]
    fn numbers_and_wildcards_are_taken() {
        let address = |cid, port| Ok(VsockAddress { cid, port });
        assert_eq!(VsockAddress::parse(b"vsock:2:1024"), address(2, 1024));
        assert_eq!(VsockAddress::parse(b"vsock:0:0"), address(0, 0));
        assert_eq!(VsockAddress::parse(b"vsock:any:any"), address(u32::MAX, u32::MAX));
        assert_eq!(VsockAddress::parse(b"vsock:4294967295:1"), address(u32::MAX, 1));
    }

    #[test]
    fn each_rule_refuses_at_its_place() {
        assert_eq!(refused(""), ("empty", 0, 0));
        assert_eq!(refused("Vsock:2:1"), ("unexpected-byte", 0, 1));
        assert_eq!(refused(" vsock:2:1"), ("whitespace", 0, 1));
        assert_eq!(refused("vsock:"), ("number-empty", 6, 0));
        assert_eq!(refused("vsock::1"), ("number-empty", 6, 0));
        assert_eq!(refused("vsock:2"), ("port-missing", 7, 0));
        assert_eq!(refused("vsock:any"), ("port-missing", 9, 0));
        assert_eq!(refused("vsock:2:"), ("number-empty", 8, 0));
        assert_eq!(refused("vsock:02:1"), ("number-leading-zero", 6, 2));
        assert_eq!(refused("vsock:2:01"), ("number-leading-zero", 8, 2));
        assert_eq!(refused("vsock:4294967296:1"), ("number-too-large", 6, 10));
        assert_eq!(refused("vsock:ANY:1"), ("number-empty", 6, 0));
        assert_eq!(refused("vsock:anyx:1"), ("unexpected-byte", 9, 1));
        assert_eq!(refused("vsock:2x:1"), ("unexpected-byte", 7, 1));
        assert_eq!(refused("vsock:2:1:3"), ("unexpected-byte", 9, 1));
        assert_eq!(refused("vsock:2 :1"), ("whitespace", 7, 1));
    }

    proptest! {
        /// What is printed reads back as the same value, and fits the published length.
        #[test]
        fn round_trip(cid: u32, port: u32) {
            let (address, mut out) = (VsockAddress { cid, port }, [0; VsockAddress::MAX_LEN]);
            let len = address.format(&mut out).unwrap();
            prop_assert_eq!(VsockAddress::parse(&out[..len]), Ok(address));
        }
    }
}
