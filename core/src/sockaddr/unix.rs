//! `sockaddr_un`.
//!
//! Source: unix(7) for Linux, unix(4) for the BSDs. The length of the address says what it is:
//!
//! * nothing behind the family: unnamed; where there are no abstract names, a path of zeros too;
//! * a first byte that is not NUL: a pathname, which ends with a NUL that the length counts;
//! * a first byte that is NUL: an abstract name of exactly the bytes that follow, on Linux only.

use super::abi::Layout;
use super::{HEADER, Leniency, SockaddrError, SockaddrErrorKind};
use crate::addr::{UnixAddress, UnixName};
use crate::cursor::{BufferTooSmall, Writer};

#[inline(never)] // see `decode_other`
pub(super) fn decode(
    layout: &Layout,
    bytes: &[u8],
    lenient: Leniency,
) -> Result<UnixAddress, SockaddrError> {
    let path = bytes.get(HEADER..).unwrap_or_default();
    let address = match path.split_first() {
        None => UnixAddress::UNNAMED,
        Some((0, name)) if layout.has_abstract_names => {
            check_capacity(layout, path, lenient)?;
            let name = name.get(..layout.path_capacity.saturating_sub(1)).unwrap_or(name);
            UnixAddress::from_abstract_name(name).map_err(|_| path_too_long())?
        }
        Some((0, rest)) if rest.iter().all(|&byte| byte == 0) => {
            check_capacity(layout, path, lenient)?;
            UnixAddress::UNNAMED
        }
        Some((0, _)) => {
            return Err(SockaddrError::new(SockaddrErrorKind::AbstractUnsupported, HEADER));
        }
        Some(_) => {
            let path = pathname(layout, path, lenient)?;
            UnixAddress::from_pathname(path).map_err(|_| path_too_long())?
        }
    };
    Ok(address)
}

/// The bytes before the NUL of a path.
fn pathname<'a>(
    layout: &Layout,
    path: &'a [u8],
    lenient: Leniency,
) -> Result<&'a [u8], SockaddrError> {
    let fills_linux = |len: usize| {
        layout.has_abstract_names
            && len == layout.path_capacity
            && lenient.has(Leniency::UNTERMINATED)
    };
    let Some(nul) = memchr::memchr(0, path) else {
        check_capacity(layout, path, lenient)?;
        if fills_linux(path.len()) {
            return Ok(path);
        }
        let end = path.len().min(layout.path_capacity).saturating_add(HEADER);
        return Err(SockaddrError::new(SockaddrErrorKind::NulMissing, end));
    };
    let name = path.get(..nul).unwrap_or(path);
    let after = nul.saturating_add(1);
    if fills_linux(nul) && path.len() == after {
        return Ok(name);
    }
    if nul >= layout.path_capacity {
        check_capacity(layout, path, lenient)?;
        let end = layout.path_capacity.saturating_add(HEADER);
        return Err(SockaddrError::new(SockaddrErrorKind::NulMissing, end));
    }
    if after < path.len() && !lenient.has(Leniency::AFTER_NUL) {
        let kind = SockaddrErrorKind::BytesAfterNul;
        return Err(SockaddrError::new(kind, after.saturating_add(HEADER)));
    }
    check_capacity(layout, path, lenient)?;
    Ok(name)
}

/// Refuses bytes behind the structure, unless the leniency is on.
fn check_capacity(layout: &Layout, path: &[u8], lenient: Leniency) -> Result<(), SockaddrError> {
    if path.len() <= layout.path_capacity || lenient.has(Leniency::LONGER_THAN_STRUCT) {
        return Ok(());
    }
    let end = layout.path_capacity.saturating_add(HEADER);
    Err(SockaddrError::new(SockaddrErrorKind::TooLong, end))
}

/// A value holds fewer bytes than the longest path of some layouts.
const fn path_too_long() -> SockaddrError {
    SockaddrError::new(SockaddrErrorKind::PathTooLong, HEADER)
}

/// The length of the structure with the NUL of a path, which is always written.
pub(super) fn encoded_len(layout: &Layout, addr: &UnixAddress) -> Result<usize, SockaddrError> {
    match addr.name() {
        UnixName::Unnamed => Ok(HEADER),
        UnixName::Pathname(path) if path.len() < layout.path_capacity => {
            Ok(path.len().saturating_add(HEADER).saturating_add(1))
        }
        UnixName::Pathname(_) => Err(SockaddrError::new(SockaddrErrorKind::PathTooLong, 0)),
        UnixName::Abstract(name) if layout.has_abstract_names => {
            Ok(name.len().saturating_add(HEADER).saturating_add(1))
        }
        UnixName::Abstract(_) => Err(SockaddrError::new(SockaddrErrorKind::AbstractUnsupported, 0)),
    }
}

pub(super) fn encode(
    layout: &Layout,
    addr: &UnixAddress,
    len: usize,
    out: &mut Writer<'_>,
) -> Result<(), BufferTooSmall> {
    layout.put_family(layout.unix, len, out)?;
    match addr.name() {
        UnixName::Unnamed => Ok(()),
        UnixName::Pathname(path) => {
            out.put_slice(path)?;
            out.put(0)
        }
        UnixName::Abstract(name) => {
            out.put(0)?;
            out.put_slice(name)
        }
    }
}
