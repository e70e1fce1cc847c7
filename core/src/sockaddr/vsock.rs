//! `sockaddr_vm`.
//!
//! Source: vsock(7) for Linux, `sys/vsock.h` for macOS. Port and context are in the order of the
//! machine. The flags of Linux have no place in the value: they count as padding.

use super::abi::Layout;
use super::{Leniency, SockaddrError, SockaddrErrorKind, check_len, check_padding};
use crate::addr::VsockAddress;
use crate::cursor::{BufferTooSmall, Reader, Writer};

use super::inet::put_zeros;

pub(super) fn decode(
    layout: &Layout,
    bytes: &[u8],
    len: usize,
    lenient: Leniency,
) -> Result<VsockAddress, SockaddrError> {
    let short = SockaddrError::new(SockaddrErrorKind::TooShort, bytes.len());
    if bytes.len() < len {
        return Err(short);
    }
    check_padding(bytes, 2..4, lenient)?;
    check_padding(bytes, 12..len, lenient)?;
    check_len(bytes, len, lenient)?;
    let mut reader = Reader::new(bytes);
    let (Some(_), Some(port), Some(cid)) =
        (reader.take(4), reader.take_u32(layout.endian), reader.take_u32(layout.endian))
    else {
        return Err(short);
    };
    Ok(VsockAddress { cid, port })
}

pub(super) fn encode(
    layout: &Layout,
    addr: VsockAddress,
    out: &mut Writer<'_>,
) -> Result<(), BufferTooSmall> {
    let (family, len) = layout.vsock.unwrap_or_default();
    layout.put_family(family, len, out)?;
    out.put_slice(&[0, 0])?;
    out.put_u32(addr.port, layout.endian)?;
    out.put_u32(addr.cid, layout.endian)?;
    put_zeros(out)
}
