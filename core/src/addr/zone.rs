//! Zones of scoped IPv6 addresses: an index, or the name of an interface.
//!
//! RFC 4007, section 11.2: `<address>%<zone_id>`. The zone means something on one machine only;
//! this crate never asks the machine, so an index never equals a name.

use core::fmt;
use core::num::NonZeroU32;

use super::error::check_len;
use super::{ParseError, ParseErrorKind};
use crate::cursor::Reader;

/// The zone of an IPv6 address.
///
/// Zone 0 is the default zone (RFC 4007, section 6): it is spelled by leaving it out, so the index
/// is never zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(clippy::exhaustive_enums)] // RFC 4007 knows an index and a name, nothing else
pub enum Zone {
    /// The index of an interface or zone.
    Index(NonZeroU32),
    /// The name of an interface.
    Name(ZoneName),
}

impl Zone {
    /// The longest text in bytes: a name.
    pub const MAX_LEN: usize = ZoneName::MAX_LEN;

    /// Reads what stands behind `%`; index 0 is no zone.
    ///
    /// ```abnf
    /// zone       = zone-index / zone-name
    /// zone-index = "0" / ( %x31-39 0*9DIGIT ) ; at most 4294967295
    /// zone-name  = 1*15zchar                  ; not all digits, not "." or ".."
    /// ```
    ///
    /// # Errors
    ///
    /// [`ZoneIndexLeadingZero`](ParseErrorKind::ZoneIndexLeadingZero),
    /// [`ZoneIndexOverflow`](ParseErrorKind::ZoneIndexOverflow), and those of [`ZoneName::new`]
    /// except [`NotRepresentable`](ParseErrorKind::NotRepresentable);
    /// [`TooLong`](ParseErrorKind::TooLong) above 65,535 bytes.
    pub fn parse(text: &[u8]) -> Result<Option<Self>, ParseError> {
        if !text.is_empty() {
            check_len(text)?;
        }
        // The name is the run of bytes that may stand in it, judged before the byte that ends it.
        let mut reader = Reader::new(text);
        let run = reader.take_while(is_zone_byte);
        let mut digits = Reader::new(run);
        let index = digits.take_decimal(usize::MAX);
        if index.is_empty() || !digits.is_empty() {
            return ZoneName::new(text).map(|name| Some(Self::Name(name)));
        }
        let error = |kind| Err(ParseError::new(kind, 0, index.len()));
        match index.to_u32() {
            _ if index.has_leading_zero() => error(ParseErrorKind::ZoneIndexLeadingZero),
            None => error(ParseErrorKind::ZoneIndexOverflow),
            Some(index) => match reader.peek() {
                Some(byte) => {
                    Err(ParseError::bad_byte(ParseErrorKind::ZoneBadByte, run.len(), byte))
                }
                None => Ok(Self::from_index(index)),
            },
        }
    }

    /// The zone with this index; index 0 is no zone.
    #[must_use]
    pub const fn from_index(index: u32) -> Option<Self> {
        match NonZeroU32::new(index) {
            Some(index) => Some(Self::Index(index)),
            None => None,
        }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index(index) => fmt::Display::fmt(index, f),
            Self::Name(name) => fmt::Display::fmt(name, f),
        }
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "%{self}")
    }
}

/// The name of a zone: 1 to 15 bytes, held inline.
///
/// The alphabet is %x21-7E without `%`, `/`, `:`, `[` and `]`: what Linux takes as the name of a
/// device, less the bytes that would break the text around it. A name is neither all digits nor
/// `.` nor `..`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ZoneName {
    // Unused bytes are zero, so that the derived comparisons hold.
    bytes: [u8; Self::MAX_LEN],
    len: u8,
}

impl ZoneName {
    /// The greatest length in bytes.
    pub const MAX_LEN: usize = 15;

    /// Reads a zone name.
    ///
    /// # Errors
    ///
    /// [`ZoneEmpty`](ParseErrorKind::ZoneEmpty), [`ZoneTooLong`](ParseErrorKind::ZoneTooLong),
    /// [`ZoneBadByte`](ParseErrorKind::ZoneBadByte) (`.` and `..` at their first dot), and for a
    /// text of digits only, which is an index, [`NotRepresentable`](ParseErrorKind::NotRepresentable).
    pub fn new(name: &[u8]) -> Result<Self, ParseError> {
        let error = |kind, at, len| Err(ParseError::new(kind, at, len));
        if name.is_empty() {
            return error(ParseErrorKind::ZoneEmpty, 0, 0);
        }
        // The name is the run of bytes that may stand in it; its length is judged before what ends it.
        let mut reader = Reader::new(name);
        let run = reader.take_while(is_zone_byte).len();
        if run > Self::MAX_LEN {
            return error(ParseErrorKind::ZoneTooLong, 0, run);
        }
        if let Some(byte) = reader.peek() {
            return Err(ParseError::bad_byte(ParseErrorKind::ZoneBadByte, run, byte));
        }
        if name == b"." || name == b".." {
            return error(ParseErrorKind::ZoneBadByte, 0, 1);
        }
        if name.iter().all(u8::is_ascii_digit) {
            return error(ParseErrorKind::NotRepresentable, 0, name.len());
        }
        let mut bytes = [0; Self::MAX_LEN];
        let (Some(target), Ok(len)) = (bytes.get_mut(..name.len()), u8::try_from(name.len()))
        else {
            return error(ParseErrorKind::ZoneTooLong, 0, name.len());
        };
        target.copy_from_slice(name);
        Ok(Self { bytes, len })
    }

    /// The bytes of the name, all of them ASCII.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or(&self.bytes)
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

/// Whether a byte may stand in a zone name.
pub(crate) const fn is_zone_byte(byte: u8) -> bool {
    matches!(byte, 0x21..=0x7e) && !matches!(byte, b'%' | b'/' | b':' | b'[' | b']')
}

impl fmt::Display for ZoneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for ZoneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refuses(text: &[u8], code: &str, at: u32, len: u32) {
        let error = Zone::parse(text).expect_err("is read");
        assert_eq!((error.code(), error.at, error.len), (code, at, len), "{}", text.escape_ascii());
    }

    #[test]
    fn accepts_indexes_and_names() {
        assert_eq!(Zone::parse(b"0"), Ok(None));
        assert_eq!(Zone::parse(b"4294967295"), Ok(Zone::from_index(u32::MAX)));
        for name in
            ["eth0", "25eth0", "a", "eth0.100", "wlan-0", "1a", "...", "abcdefghijklmno", "+1"]
        {
            let zone = Zone::parse(name.as_bytes());
            assert_eq!(zone, ZoneName::new(name.as_bytes()).map(|name| Some(Zone::Name(name))));
        }
    }

    #[test]
    fn refuses_each_rule_at_its_place() {
        refuses(b"", "zone-empty", 0, 0);
        refuses(b"01", "zone-index-leading-zero", 0, 2);
        refuses(b"00000000000", "zone-index-leading-zero", 0, 11);
        refuses(b"4294967296", "zone-index-overflow", 0, 10);
        refuses(b"99999999999999999999", "zone-index-overflow", 0, 20);
        refuses(b".", "zone-bad-byte", 0, 1);
        refuses(b"..", "zone-bad-byte", 0, 1);
        refuses(b"abcdefghijklmnop", "zone-too-long", 0, 16);
        refuses(&[b'a'; 65_535], "zone-too-long", 0, 65_535);
        refuses(&[b'a'; 65_536], "too-long", 65_535, 1);
        refuses(b"eth0:1", "zone-bad-byte", 4, 1);
        refuses(b"a%b", "zone-bad-byte", 1, 1);
        refuses(b"a/b", "zone-bad-byte", 1, 1);
        refuses(b"]", "zone-bad-byte", 0, 1);
        refuses(b"1]", "zone-bad-byte", 1, 1);
        refuses(b"a b", "whitespace", 1, 1);
        refuses(b"1\0", "nul", 1, 1);
        refuses("\u{e9}".as_bytes(), "non-ascii", 0, 1);
    }

    #[test]
    fn digits_are_no_name() {
        let error = ZoneName::new(b"12").unwrap_err();
        assert_eq!((error.code(), error.at, error.len), ("not-representable", 0, 2));
    }
}
