//! A Unix address in a header of version 2.

use core::fmt;

use super::NOT_REPRESENTABLE;
use crate::addr::{UnixAddress, UnixName};
use crate::wire::{WireError, WireErrorKind};

const UNIX_LEN: usize = 108;

/// A Unix address as a header of version 2 carries it: 108 bytes, those of `sun_path`.
///
/// * All zero: the socket has no name.
/// * A first byte that is not NUL: a path, up to its NUL; zeros follow. A path of 108 bytes has no
///   NUL.
/// * A NUL and more: an abstract name of the other 107 bytes, all of them. To a kernel `\0a` and
///   `\0a\0` are two names, and the header cannot say where a shorter one ends; `HAProxy` itself
///   (`abns@`) binds the padded name. So a shorter name is not written, and zeros are not taken
///   away.
///
/// # Examples
///
/// ```
/// use portolan::addr::UnixAddress;
/// use portolan::wire::proxy::UnixField;
///
/// let address = UnixAddress::parse(b"/run/web.sock")?;
/// let bytes = UnixField::layout(&address)?;
/// assert_eq!(UnixField::new(&bytes)?.address(), address);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct UnixField<'a>(&'a [u8; UNIX_LEN]);

impl<'a> UnixField<'a> {
    /// The bytes of an address; section 2.2.
    pub const LEN: usize = UNIX_LEN;

    /// Checks 108 bytes.
    ///
    /// # Errors
    ///
    /// [`BadField`](WireErrorKind::BadField) at the first byte behind the NUL of a path that is not
    /// NUL.
    pub fn new(bytes: &'a [u8; UNIX_LEN]) -> Result<Self, WireError> {
        let path = path(bytes);
        let behind = bytes.iter().skip(path.len()).position(|byte| *byte != 0);
        match behind {
            Some(zeros) if !path.is_empty() => {
                Err(WireError::new(WireErrorKind::BadField, path.len().saturating_add(zeros)))
            }
            _ => Ok(Self(bytes)),
        }
    }

    /// Lays out an address.
    ///
    /// # Errors
    ///
    /// [`NotRepresentable`](WireErrorKind::NotRepresentable) for an abstract name of fewer than 107
    /// bytes, and for one of 107 zeros, which would have no name.
    pub fn layout(address: &UnixAddress) -> Result<[u8; UNIX_LEN], WireError> {
        let mut bytes = [0; UNIX_LEN];
        let (name, room) = match address.name() {
            UnixName::Unnamed => (&[][..], bytes.get_mut(..0)),
            UnixName::Pathname(path) => (path, bytes.get_mut(..path.len())),
            UnixName::Abstract(name) => {
                let is_whole = name.len() == UnixAddress::MAX_ABSTRACT_LEN;
                let room = bytes.get_mut(1..).filter(|_| is_whole && name.iter().any(|b| *b != 0));
                (name, room)
            }
        };
        room.ok_or(NOT_REPRESENTABLE)?.copy_from_slice(name);
        Ok(bytes)
    }

    /// The address.
    #[must_use]
    pub fn address(&self) -> UnixAddress {
        let address = match *self.0 {
            [0, ref name @ ..] if name.iter().all(|byte| *byte == 0) => {
                return UnixAddress::UNNAMED;
            }
            [0, ref name @ ..] => UnixAddress::from_abstract_name(name),
            _ => UnixAddress::from_pathname(path(self.0)),
        };
        // Every 108 bytes are one of the three.
        address.unwrap_or(UnixAddress::UNNAMED)
    }

    /// The 108 bytes.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8; UNIX_LEN] {
        self.0
    }
}

impl fmt::Debug for UnixField<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.address(), f)
    }
}

/// The bytes before the first NUL.
fn path(bytes: &[u8]) -> &[u8] {
    memchr::memchr(0, bytes).and_then(|nul| bytes.get(..nul)).unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn padded(start: &[u8]) -> [u8; 108] {
        let mut bytes = [0; 108];
        bytes[..start.len()].copy_from_slice(start);
        bytes
    }

    #[test]
    fn the_three_kinds_are_told_apart() {
        let read = |bytes: &[u8; 108]| UnixField::new(bytes).map(|field| field.address());
        assert_eq!(read(&[0; 108]), Ok(UnixAddress::UNNAMED));
        assert_eq!(read(&padded(b"/a")), Ok(UnixAddress::from_pathname(b"/a").unwrap()));
        assert_eq!(read(&[b'/'; 108]), Ok(UnixAddress::from_pathname(&[b'/'; 108]).unwrap()));
        let name = UnixAddress::from_abstract_name(&padded(b"a")[..107]).unwrap();
        assert_eq!(read(&padded(b"\0a")), Ok(name));
    }

    #[test]
    fn bytes_behind_the_nul_of_a_path_are_refused() {
        let refused = |bytes: &[u8; 108]| UnixField::new(bytes).unwrap_err();
        let bad = |at| WireError::new(WireErrorKind::BadField, at);
        assert_eq!(refused(&padded(b"/a\0b")), bad(3));
        let mut last = padded(b"/a");
        last[107] = 1;
        assert_eq!(refused(&last), bad(107));
    }

    #[test]
    fn what_would_read_back_otherwise_is_not_laid_out() {
        let name = |name: &[u8]| UnixAddress::from_abstract_name(name).unwrap();
        assert_eq!(UnixField::layout(&name(b"a")), Err(NOT_REPRESENTABLE));
        assert_eq!(UnixField::layout(&name(&[b'a'; 106])), Err(NOT_REPRESENTABLE));
        assert_eq!(UnixField::layout(&name(&[0; 107])), Err(NOT_REPRESENTABLE));
        assert!(UnixField::layout(&name(&[b'a'; 107])).is_ok());
    }

    proptest! {
        /// An address that is laid out reads back; a field that is read is laid out the same.
        #[test]
        fn round_trip(bytes in prop::collection::vec(any::<u8>(), 0..=108), kind in 0..3_u8) {
            let address = match kind {
                0 => UnixAddress::from_pathname(&bytes),
                1 => UnixAddress::from_abstract_name(&bytes),
                _ => Ok(UnixAddress::UNNAMED),
            };
            if let Ok(layout) = address.map_or(Err(NOT_REPRESENTABLE), |it| UnixField::layout(&it)) {
                prop_assert_eq!(UnixField::new(&layout).map(|it| it.address()).ok(), address.ok());
            }
            let field = padded(&bytes);
            if let Ok(read) = UnixField::new(&field) {
                prop_assert_eq!(UnixField::layout(&read.address()), Ok(field));
            }
        }
    }
}
