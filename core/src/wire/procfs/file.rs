//! A whole file of Unix sockets, in which names may hold line feeds.

use super::super::{WireError, WireErrorKind};
use super::cells::Cells;
use super::unix::read_name;
use super::{Table, UnixSocket, first_line, is_header};

/// Iterator over the sockets of a whole `/proc/net/unix`.
///
/// The kernel prints a name raw. One with a line feed goes on in the next line; where that is no
/// socket it is joined with the name before it, and the entry [says so](Entry::is_broken). Where it
/// is one, letter for letter, nothing in the text tells it from a socket: `bind` takes
/// `"x\n0000000000000000: 00000002 00000000 00010000 0001 01 4242 /run/real"` from anyone.
///
/// What can be told: a name has at most 108 bytes, so a line that ends farther than that behind the
/// beginning of every name before it stands in none. Such an entry is [`Origin::Certain`]; no forged
/// one ever is. The others are [`Origin::Possible`]. Behind short names honest lines are, too, and so
/// they are behind what cannot be read.
///
/// What does not help: the count of lines (each line feed adds one), the pointer (hidden), the inode
/// (a forger takes one that is free; only one that occurs twice gives it away). Where it matters ask
/// the kernel by `sock_diag(7)` as `ss` does, whose names have their length before them, or compare
/// the number of entries with the column `sockets` of `UNIX` in `/proc/net/protocols`.
///
/// A line that is neither a socket nor a part of a name is an error, and so is a last line without its
/// line feed, as its name may have been cut. What stands behind an error is read.
///
/// ```
/// use portolan::wire::procfs::{Origin, Sockets};
///
/// let file = b"Num       RefCount Protocol Flags    Type St Inode Path\n\
///     0000000000000000: 00000002 00000000 00010000 0001 01  4242 /tmp/a\nb\n\
///     0000000000000000: 00000003 00000000 00000000 0001 03  4243\n";
/// let entries: Vec<_> = Sockets::new(file).collect::<Result<_, _>>()?;
/// assert_eq!(entries[0].socket.name.to_string(), "unix:/tmp/a%0Ab");
/// assert!(entries[0].is_broken && entries[0].origin == Origin::Certain);
/// assert_eq!(entries[1].origin, Origin::Possible);
/// # Ok::<(), portolan::wire::WireError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sockets<'a> {
    file: &'a [u8],
    at: usize,
    /// Where the last name begins that may go on.
    name_at: Option<usize>,
}

/// A socket of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// Where its line begins.
    pub at: usize,
    /// The socket; its name goes over several lines where it [is broken](Self::is_broken).
    pub socket: UnixSocket,
    /// Whether the name holds line feeds.
    pub is_broken: bool,
    /// Whether another name may hold the line.
    pub origin: Origin,
}

/// Whether a line may be a part of the name before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "there is no third")]
pub enum Origin {
    /// No name reaches so far: the kernel has printed this socket.
    Certain,
    /// A name may hold this line.
    Possible,
}

/// The longest name that is printed: a path without its NUL, or `@` and an abstract name.
const MAX_NAME_LEN: usize = 108;

impl<'a> Sockets<'a> {
    /// Reads a file from its beginning; its header may be missing.
    #[must_use]
    pub fn new(file: &'a [u8]) -> Self {
        let (line, consumed) = first_line(file);
        let at = if is_header(line, Table::Unix) { consumed } else { 0 };
        Self { file, at, name_at: None }
    }

    fn rest(&self) -> &'a [u8] {
        self.file.get(self.at..).unwrap_or_default()
    }

    fn read(&mut self) -> Result<Entry, WireError> {
        let at = self.at;
        let placed = |error: WireError| WireError { at: error.at.saturating_add(at), ..error };
        let mut cells = Cells::new(first_line(self.rest()).0);
        let (mut socket, has_name) = UnixSocket::read_head(&mut cells).map_err(placed)?;
        let begin = cells.position().saturating_add(at);
        let mut end = self.take_line()?;
        let is_certain = self.name_at.is_none_or(|name| end.saturating_sub(name) > MAX_NAME_LEN);
        let name_at = has_name.then_some(begin);
        // Also where the name turns out to be none: what follows may still stand in it.
        self.name_at = if is_certain { name_at } else { name_at.or(self.name_at) };
        let mut is_broken = false;
        if has_name {
            // A name that begins with a line feed goes on in the next line, whatever that looks like.
            while end == begin || self.is_stray(begin) {
                end = self.take_line()?;
                is_broken = true;
            }
            let name = self.file.get(begin..end).unwrap_or_default();
            socket.name = read_name(name)
                .map_err(|error| WireError { at: error.at.saturating_add(begin), ..error })?;
        }
        let origin = if is_certain { Origin::Certain } else { Origin::Possible };
        Ok(Entry { at, socket, is_broken, origin })
    }

    /// Whether the next line is no socket, and may belong to a name that begins there.
    fn is_stray(&self, name: usize) -> bool {
        let (line, _) = first_line(self.rest());
        let end = self.at.saturating_add(line.len());
        !self.rest().is_empty()
            && end.saturating_sub(name) <= MAX_NAME_LEN
            && UnixSocket::read_head(&mut Cells::new(line)).is_err()
    }

    /// Goes behind a line and returns where it ends, without its line feed.
    fn take_line(&mut self) -> Result<usize, WireError> {
        let (line, consumed) = first_line(self.rest());
        let end = self.at.saturating_add(line.len());
        if consumed == line.len() {
            return Err(WireError::new(WireErrorKind::BadField, end));
        }
        self.at = self.at.saturating_add(consumed);
        Ok(end)
    }
}

impl Iterator for Sockets<'_> {
    type Item = Result<Entry, WireError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest().is_empty() {
            return None;
        }
        let before = self.at;
        let entry = self.read();
        // A bad line is one error; the sockets behind it are still sockets.
        if entry.is_err() {
            if self.at == before {
                let (_, consumed) = first_line(self.rest());
                self.at = self.at.saturating_add(consumed);
            }
            // What could not be read may end in the beginning of a name.
            self.name_at = Some(self.at);
        }
        Some(entry)
    }
}

impl core::iter::FusedIterator for Sockets<'_> {}
