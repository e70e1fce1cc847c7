//! Capture files as packets: pcap and pcapng, cut by the core's own
//! [`LengthPrefix`](portolan::frame::LengthPrefix).
//!
//! ```text
//! pcap    magic version … link │ seconds fraction length original │ packet │ …
//! pcapng  type length │ body length │ type length │ body length │ …
//! ```
//!
//! It reads no input: bytes go in, packets come out, and offsets count from the start of the file.
//! Sources: draft-ietf-opsawg-pcap (sections 4 and 5) and draft-ietf-opsawg-pcapng (sections 3
//! and 4). Refused is what neither describes; nothing is skipped to find the next packet.
//!
//! Records and blocks are length prefixes, which the core reads within a limit. Of the crates for
//! them, pcap-parser 0.17 panics on a block of process information of 4 bytes and takes no time
//! resolution that is a power of two; pcap-file 3 needs Rust 1.93.

mod blocks;
mod classic;

use std::fmt;
use std::ops::Range;

use portolan::endian::Endian;

use self::blocks::Blocks;
use self::classic::Classic;

/// The longest packet or block, in bytes; that of libpcap.
const MAX_LEN: usize = 16 << 20;

/// A packet as it was captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Packet<'a> {
    /// Nanoseconds since 1970, where the capture tells.
    pub(super) time: Option<i128>,
    /// What the packet begins with, a number of tcpdump.org.
    pub(super) link: u16,
    /// The bytes that were captured.
    pub(super) data: &'a [u8],
    /// How many bytes the packet had on the wire.
    pub(super) original: usize,
}

/// What comes next in a capture file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Poll<'a> {
    /// A packet.
    Packet(Packet<'a>),
    /// Too few bytes.
    Need,
    /// The file is over, behind a whole packet.
    End,
}

/// Why a capture file cannot be read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BrokenKind {
    /// It begins as no capture does.
    NotACapture,
    /// It ends inside a packet or block.
    Truncated,
    /// A packet or block is longer than any that is read.
    TooLong,
    /// A block is shorter than what it has to hold.
    TooShort,
    /// The two lengths of a block differ, or are no multiple of four.
    BlockLength,
    /// The section has a byte order that there is not.
    ByteOrder,
    /// A packet was captured on an interface that is not described.
    Interface,
}

impl BrokenKind {
    /// The name of the rule.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::NotACapture => "not-a-capture",
            Self::Truncated => "capture-truncated",
            Self::TooLong => "block-too-long",
            Self::TooShort => "block-too-short",
            Self::BlockLength => "bad-block-length",
            Self::ByteOrder => "bad-byte-order",
            Self::Interface => "unknown-interface",
        }
    }
}

impl fmt::Display for BrokenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotACapture => "input is neither pcap 2.4 nor pcapng",
            Self::Truncated => "capture ends inside a packet",
            Self::TooLong => "packet or block is longer than 16 MiB",
            Self::TooShort => "block is too short for what it holds",
            Self::BlockLength => "lengths of a block differ, or are no multiple of 4",
            Self::ByteOrder => "section has no byte order",
            Self::Interface => "packet is of an interface that is not described",
        })
    }
}

/// A rule that a capture file broke, and the byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken {
    /// The rule.
    pub(super) kind: BrokenKind,
    /// Offset in the file.
    pub(super) at: u64,
}

/// A rule that bytes broke, counted from the first that is not consumed.
#[derive(Clone, Copy, Debug)]
struct Fault(BrokenKind, usize);

/// What stands at the front of the bytes: how many they are, and where in them the packet is.
#[derive(Debug)]
struct Found {
    len: usize,
    packet: Option<Located>,
}

/// A [`Packet`] with the place of its bytes.
#[derive(Debug)]
struct Located {
    time: Option<i128>,
    link: u16,
    data: Range<usize>,
    original: u32,
}

/// A capture file that comes in pieces.
#[derive(Debug, Default)]
pub(super) struct Container {
    held: Vec<u8>,
    /// How many of the held bytes are consumed.
    consumed: usize,
    /// Offset in the file of the first byte that is not.
    position: u64,
    ended: bool,
    format: Format,
}

#[derive(Debug, Default)]
enum Format {
    /// The file has not begun.
    #[default]
    Unknown,
    Classic(Classic),
    Blocks(Blocks),
}

impl Container {
    /// Adds bytes of the file.
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        self.held.drain(..std::mem::take(&mut self.consumed).min(self.held.len()));
        self.held.extend_from_slice(bytes);
    }

    /// Says that no more bytes will come.
    pub(super) const fn end(&mut self) {
        self.ended = true;
    }

    /// Offset in the file of the first byte that has not been consumed.
    pub(super) const fn position(&self) -> u64 {
        self.position
    }

    /// Finds the next packet.
    ///
    /// # Errors
    ///
    /// Every [`BrokenKind`]; asked again, it answers the same.
    pub(super) fn poll(&mut self) -> Result<Poll<'_>, Broken> {
        loop {
            let begin = self.consumed;
            let at = self.position;
            let input = self.held.get(begin..).unwrap_or_default();
            let broken = |Fault(kind, offset)| Broken { kind, at: at.saturating_add(wide(offset)) };
            let Some(found) = self.format.look(input).map_err(broken)? else {
                return match self.format {
                    _ if !self.ended => Ok(Poll::Need),
                    Format::Unknown if is_capture(input) != Some(true) => {
                        Err(broken(Fault(BrokenKind::NotACapture, 0)))
                    }
                    Format::Classic(_) | Format::Blocks(_) if input.is_empty() => Ok(Poll::End),
                    _ => Err(broken(Fault(BrokenKind::Truncated, 0))),
                };
            };
            self.consumed = begin.saturating_add(found.len);
            self.position = at.saturating_add(wide(found.len));
            if let Some(Located { time, link, data, original }) = found.packet {
                let range = begin.saturating_add(data.start)..begin.saturating_add(data.end);
                let data = self.held.get(range).unwrap_or_default();
                let original = usize::try_from(original).unwrap_or(usize::MAX).max(data.len());
                return Ok(Poll::Packet(Packet { time, link, data, original }));
            }
        }
    }
}

impl Format {
    /// What stands at the front of `input`; `None` where it is not whole.
    fn look(&mut self, input: &[u8]) -> Result<Option<Found>, Fault> {
        match self {
            Self::Classic(classic) => classic.look(input),
            Self::Blocks(blocks) => blocks.look(input),
            Self::Unknown => {
                let magic = match magic(input) {
                    Ok(Some(magic)) => magic,
                    Ok(None) => return Ok(None),
                    Err(NoMagic) => return Err(Fault(BrokenKind::NotACapture, 0)),
                };
                let len = match magic {
                    Magic::Blocks => {
                        *self = Self::Blocks(Blocks::default());
                        0
                    }
                    Magic::Classic { endian, unit } => {
                        let Some(classic) = Classic::begin(input, endian, unit) else {
                            return Ok(None);
                        };
                        *self = Self::Classic(classic);
                        Classic::HEADER
                    }
                };
                Ok(Some(Found { len, packet: None }))
            }
        }
    }
}

/// Whether an input that begins so is a capture; `None` where too few bytes have come to tell.
pub(super) fn is_capture(head: &[u8]) -> Option<bool> {
    match magic(head) {
        Ok(found) => found.map(|_| true),
        Err(NoMagic) => Some(false),
    }
}

/// How a capture file begins.
#[derive(Clone, Copy, Debug)]
enum Magic {
    /// pcap, and how many nanoseconds the unit of its fractions has.
    Classic {
        endian: Endian,
        unit: i128,
    },
    Blocks,
}

struct NoMagic;

/// First bytes, how many of any value follow, and the bytes behind those.
const MAGICS: &[(&[u8], usize, &[u8], Magic)] = &[
    (b"\xd4\xc3\xb2\xa1", 0, b"\x02\0\x04\0", classic(Endian::Little, 1000)),
    (b"\xa1\xb2\xc3\xd4", 0, b"\0\x02\0\x04", classic(Endian::Big, 1000)),
    (b"\x4d\x3c\xb2\xa1", 0, b"\x02\0\x04\0", classic(Endian::Little, 1)),
    (b"\xa1\xb2\x3c\x4d", 0, b"\0\x02\0\x04", classic(Endian::Big, 1)),
    (&blocks::SECTION, 4, &blocks::LITTLE, Magic::Blocks),
    (&blocks::SECTION, 4, &blocks::BIG, Magic::Blocks),
];

const fn classic(endian: Endian, unit: i128) -> Magic {
    Magic::Classic { endian, unit }
}

/// Finds how a file begins; `Ok(None)` where it is too short to tell.
fn magic(head: &[u8]) -> Result<Option<Magic>, NoMagic> {
    let mut is_short = false;
    for (first, any, second, magic) in MAGICS {
        let pattern = first.iter().map(Some).chain(std::iter::repeat_n(None, *any));
        let mut pattern = pattern.chain(second.iter().map(Some));
        let fits = |byte: &u8| pattern.next().flatten().is_none_or(|wanted| wanted == byte);
        if head.iter().all(fits) {
            if pattern.next().is_none() {
                return Ok(Some(*magic));
            }
            is_short = true;
        }
    }
    if is_short { Ok(None) } else { Err(NoMagic) }
}

fn wide(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
