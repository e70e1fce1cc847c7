//! The socket tables of Linux as text: `/proc/net/{tcp,tcp6,udp,udp6,unix}`, line by line.
//!
//! ```text
//!   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
//!    0: 0100007F:9474 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1 …
//!       │        └ port, a number                                               └ uid      └ inode
//!       └ 127.0.0.1: the four bytes as a number of the machine, here a little-endian one
//!
//! Num       RefCount Protocol Flags    Type St Inode Path
//! 0000000000000000: 00000002 00000000 00010000 0001 01 4243 @name
//! ```
//!
//! Source: Linux `net/ipv4/tcp_ipv4.c` (`get_tcp4_sock`), `net/ipv4/udp.c`, `net/ipv6/tcp_ipv6.c`,
//! `net/ipv6/datagram.c`, `net/unix/af_unix.c` (`unix_seq_show`); proc(5). The byte order is that of
//! the machine that wrote the file, which nothing in the file tells.
//!
//! A line ends with its line feed, or where its bytes do: whoever cuts a file must cut it at lines,
//! for the name of a Unix socket has no other end. The scope of an IPv6 address is not printed.
//!
//! # Refused
//!
//! * [`BadLength`](WireErrorKind::BadLength), at the field: another count of digits than the kernel
//!   prints, a number that does not fit, a name longer than an address holds.
//! * [`BadDigit`](WireErrorKind::BadDigit): a byte that is no digit; hexadecimal digits are in upper
//!   case but for the slot of a Unix socket, which is a pointer.
//! * [`BadField`](WireErrorKind::BadField): a separator or a field that is not there, a leading
//!   zero. A line that does not begin with a slot and a colon is no socket.
//!
//! # Names that break lines
//!
//! The kernel prints the name of a Unix socket raw, a line feed in it too, and NUL in an abstract
//! name as `@`. So a name can hold the text of another socket; see [`Sockets`], which reads a whole
//! file and says which of its entries cannot have been forged.

use core::fmt;

use self::cells::Cells;
pub use self::file::{Entry, Origin, Sockets};
pub use self::inet::InetSocket;
pub use self::unix::UnixSocket;
use super::sink::{self, Sink};
use super::{Decoded, Field, Wire, WireError, WireErrorKind};
use crate::cursor::{BufferTooSmall, Writer};
use crate::endian::Endian;

mod cells;
mod file;
mod inet;
mod unix;

/// A socket table of Linux.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Table {
    /// `/proc/net/tcp`.
    Tcp,
    /// `/proc/net/tcp6`.
    Tcp6,
    /// `/proc/net/udp`.
    Udp,
    /// `/proc/net/udp6`.
    Udp6,
    /// `/proc/net/unix`.
    Unix,
}

impl Table {
    /// Every table.
    pub const ALL: &'static [Self] = &[Self::Tcp, Self::Tcp6, Self::Udp, Self::Udp6, Self::Unix];

    /// The name of its file, which vectors, JSON and the command share.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Tcp6 => "tcp6",
            Self::Udp => "udp",
            Self::Udp6 => "udp6",
            Self::Unix => "unix",
        }
    }

    /// Finds a table by its [name](Self::name).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|table| table.name() == name)
    }

    const fn is_ipv6(self) -> bool {
        matches!(self, Self::Tcp6 | Self::Udp6)
    }

    /// The first line of the file, without the blanks at its end.
    const fn header(self) -> &'static str {
        match self {
            Self::Tcp => {
                "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  \
                 timeout inode"
            }
            Self::Udp => {
                "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  \
                 timeout inode ref pointer drops"
            }
            Self::Tcp6 => {
                "  sl  local_address                         remote_address                        \
                 st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"
            }
            Self::Udp6 => {
                "  sl  local_address                         remote_address                        \
                 st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops"
            }
            Self::Unix => "Num       RefCount Protocol Flags    Type St Inode Path",
        }
    }

    /// How long lines are made with blanks, without their line feed.
    const fn width(self) -> usize {
        match self {
            Self::Tcp => 149,
            Self::Udp => 127,
            Self::Tcp6 | Self::Udp6 | Self::Unix => 0,
        }
    }
}

/// What a line does not tell of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Context {
    /// The file that it stands in.
    pub table: Table,
    /// The byte order of the machine that wrote it.
    pub endian: Endian,
}

impl Context {
    /// A table of a machine with a byte order.
    #[must_use]
    pub const fn new(table: Table, endian: Endian) -> Self {
        Self { table, endian }
    }
}

/// A line of a socket table.
///
/// ```
/// use portolan::endian::Endian;
/// use portolan::wire::{Wire as _, procfs::{Context, Line, Table}};
///
/// let line = b"   0: 0100007F:0CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000   \
///     101        0 4242 1 0000000000000000 100 0 0 10 0";
/// let context = Context::new(Table::Tcp, Endian::Little);
/// let Some(Line::Inet(socket)) = Line::decode(line, context)?.value() else { panic!() };
/// assert_eq!(socket.local.to_string(), "127.0.0.1:3306");
/// assert_eq!((socket.state, socket.uid, socket.inode), (0x0a, 101, 4242));
/// # Ok::<(), portolan::wire::WireError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "a file has a header and sockets")]
#[allow(clippy::large_enum_variant, reason = "the large one is the usual one; nothing allocates")]
pub enum Line<'a> {
    /// The names of the columns: the first line of a file.
    Header,
    /// An IPv4 or IPv6 socket.
    Inet(InetSocket<'a>),
    /// A Unix socket.
    Unix(UnixSocket),
}

/// The bytes of a line without its line feed, and with it.
fn first_line(input: &[u8]) -> (&[u8], usize) {
    match memchr::memchr(b'\n', input) {
        Some(end) => (input.get(..end).unwrap_or(input), end.saturating_add(1)),
        None => (input, input.len()),
    }
}

/// Whether a line names the columns of a table, however wide they are.
fn is_header(line: &[u8], table: Table) -> bool {
    let words = |text| {
        let is_blank = |byte: &u8| *byte == b' ';
        <[u8]>::split(text, is_blank).filter(|word: &&[u8]| !word.is_empty())
    };
    words(line).eq(words(table.header().as_bytes()))
}

impl<'a> Wire<'a> for Line<'a> {
    type Context = Context;

    fn decode(input: &'a [u8], context: Context) -> Result<Decoded<Self>, WireError> {
        let (line, consumed) = first_line(input);
        let value = match context.table {
            table if is_header(line, table) => Self::Header,
            Table::Unix => Self::Unix(UnixSocket::read(&mut Cells::new(line))?),
            _ => Self::Inet(InetSocket::read(&mut Cells::new(line), context)?),
        };
        Ok(Decoded::Value { value, consumed })
    }

    fn fields(input: &'a [u8], context: Context, each: &mut dyn FnMut(Field)) {
        let (line, _) = first_line(input);
        if is_header(line, context.table) {
            return each(Field::new("header", 0..line.len(), "names of the columns"));
        }
        let mut cells = Cells::new(line);
        _ = match context.table {
            Table::Unix => UnixSocket::read(&mut cells).map(|_| ()),
            _ => InetSocket::read(&mut cells, context).map(|_| ()),
        };
        cells.each(each);
    }

    fn encoded_len(&self, context: Context) -> Result<usize, WireError> {
        let unsaid = WireError::new(WireErrorKind::NotRepresentable, 0);
        sink::count(|sink| self.emit(context, sink)).ok_or(unsaid)
    }

    fn write(&self, context: Context, out: &mut Writer<'_>) -> Result<(), BufferTooSmall> {
        sink::put(out, |sink| self.emit(context, sink))
    }
}

impl Line<'_> {
    /// Writes the line as the kernel prints it, with its line feed.
    fn emit(&self, context: Context, sink: &mut Sink<'_, '_>) -> fmt::Result {
        let line = |sink: &mut Sink<'_, '_>| match (self, context.table) {
            (Self::Header, table) => sink.put(table.header().as_bytes()),
            (Self::Unix(socket), Table::Unix) => socket.emit(sink),
            (Self::Inet(socket), table) if table != Table::Unix => socket.emit(context, sink),
            _ => Err(fmt::Error),
        };
        let written = sink::count(line).ok_or(fmt::Error)?;
        line(sink)?;
        for _ in written..context.table.width() {
            sink.put(b" ")?;
        }
        sink.put(b"\n")
    }
}

#[cfg(test)]
mod tests;
