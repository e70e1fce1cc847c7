//! A line of `unix`.

use core::fmt::{self, Write as _};

use super::super::sink::Sink;
use super::super::{WireError, WireErrorKind};
use super::cells::Cells;
use crate::addr::{UnixAddress, UnixName};

/// A Unix socket as a line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnixSocket {
    /// The pointer that the line begins with, mostly hidden as 0 or scrambled.
    pub slot: u64,
    /// Whether pointers have 32 bits.
    pub is_narrow: bool,
    /// How often it is referred to.
    pub references: u32,
    /// The protocol: 0.
    pub protocol: u32,
    /// 0x10000 for a socket that listens.
    pub flags: u32,
    /// 1 stream, 2 datagram, 5 sequence of packets; other numbers on MIPS.
    pub socket_type: u16,
    /// The state: 1 unconnected, 2 connecting, 3 connected, 4 disconnecting; `linux/net.h`.
    pub state: u8,
    /// The inode.
    pub inode: u64,
    /// The name, as far as the text tells it; [`UnixAddress::UNNAMED`] where there is none.
    pub name: UnixAddress,
}

impl UnixSocket {
    /// A socket with a name.
    #[must_use]
    pub const fn new(name: UnixAddress, socket_type: u16, state: u8, inode: u64) -> Self {
        Self {
            slot: 0,
            is_narrow: false,
            references: 2,
            protocol: 0,
            flags: 0,
            socket_type,
            state,
            inode,
            name,
        }
    }

    /// Whether sockets of different names are printed as this one is.
    ///
    /// An abstract name begins with `@`, and each NUL in it becomes one; the text of a relative
    /// path may begin so, too. A path is printed as it is.
    #[must_use]
    pub fn is_lossy(&self) -> bool {
        matches!(self.name.name(), UnixName::Abstract(_))
    }

    /// The head, and for one with a name a blank and the name.
    pub(super) fn read(cells: &mut Cells<'_>) -> Result<Self, WireError> {
        let (mut socket, has_name) = Self::read_head(cells)?;
        if has_name {
            socket.name = name(cells)?;
        }
        Ok(socket)
    }

    /// `"%pK: %08X %08X %08X %04X %02X %5lu"`, and whether a blank and a name follow.
    ///
    /// Linux `unix_seq_show`.
    pub(super) fn read_head(cells: &mut Cells<'_>) -> Result<(Self, bool), WireError> {
        let (slot, slot_len) = cells.pointer("slot")?;
        cells.expect(b':')?;
        cells.expect(b' ')?;
        let word = |name, len, cells: &mut Cells<'_>| {
            let value = cells.hex(name, len..=len)?;
            cells.expect(b' ')?;
            u32::try_from(value).map_err(|_| cells.bad_field())
        };
        let references = word("references", 8, cells)?;
        let protocol = word("protocol", 8, cells)?;
        let flags = word("flags", 8, cells)?;
        let socket_type = u16::try_from(word("type", 4, cells)?).unwrap_or_default();
        let state = u8::try_from(word("state", 2, cells)?).unwrap_or_default();
        cells.skip_blanks();
        let inode = cells.decimal("inode")?;
        let has_name = !cells.is_empty();
        if has_name {
            cells.expect(b' ')?;
        }
        let (is_narrow, name) = (slot_len == 8, UnixAddress::UNNAMED);
        let socket =
            Self { slot, is_narrow, references, protocol, flags, socket_type, state, inode, name };
        Ok((socket, has_name))
    }

    pub(super) fn emit(&self, sink: &mut Sink<'_, '_>) -> fmt::Result {
        let width = match (self.is_narrow, u32::try_from(self.slot)) {
            (true, Ok(_)) => 8,
            (true, Err(_)) => return Err(fmt::Error),
            (false, _) => 16,
        };
        write!(
            sink,
            "{:0width$x}: {:08X} {:08X} {:08X} {:04X} {:02X} {:>5}",
            self.slot,
            self.references,
            self.protocol,
            self.flags,
            self.socket_type,
            self.state,
            self.inode
        )?;
        let (mark, name): (&[u8], _) = match self.name.name() {
            UnixName::Unnamed => return Ok(()),
            UnixName::Abstract(name) => (b" @", name),
            UnixName::Pathname(path) => (b" ", path),
        };
        // What would read back as another name, or as another line.
        if name.iter().any(|byte| matches!(byte, 0 | b'\n'))
            || mark == b" " && name.starts_with(b"@")
        {
            return Err(fmt::Error);
        }
        sink.put(mark)?;
        sink.put(name)
    }
}

/// The name to the end.
fn name(cells: &mut Cells<'_>) -> Result<UnixAddress, WireError> {
    let at = cells.position();
    if cells.is_empty() {
        return Err(cells.bad_field());
    }
    read_name(cells.rest("name"))
        .map_err(|error| WireError { at: error.at.saturating_add(at), ..error })
}

/// The address of a printed name.
pub(super) fn read_name(printed: &[u8]) -> Result<UnixAddress, WireError> {
    if let Some(nul) = memchr::memchr(0, printed) {
        return Err(WireError::new(WireErrorKind::BadField, nul));
    }
    let address = match printed {
        [b'@', name @ ..] => UnixAddress::from_abstract_name(name),
        path => UnixAddress::from_pathname(path),
    };
    address.map_err(|_| WireError::new(WireErrorKind::BadLength, 0))
}
