//! The strict text of addresses while it is put together.
//!
//! Every piece comes out of a table or a register and is stored as one word of fixed size, however
//! long it is; the next piece begins at its end and overwrites what was too much. So nothing is
//! copied byte by byte, and the text needs one word of room behind its longest form.

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

use super::{FormatError, Ip, IpPort, Prefix, Zone};

/// The longest text: IPv6 with a zone, in brackets, and a port. A prefix is shorter.
const MAX_LEN: usize = IpPort::MAX_LEN;

const _: () = assert!(MAX_LEN >= Prefix::MAX_LEN, "a prefix has room");

/// The widest piece.
const WORD: usize = 16;

/// A text in a buffer of its own.
#[derive(Clone, Copy)]
pub(super) struct Text {
    bytes: [u8; MAX_LEN + WORD],
    len: usize,
}

impl Text {
    #[inline]
    pub(super) const fn new() -> Self {
        Self { bytes: [0; MAX_LEN + WORD], len: 0 }
    }

    /// Copies the text to the start of a buffer; returns its length.
    #[inline]
    pub(super) fn write_to(&self, out: &mut [u8]) -> Result<usize, FormatError> {
        let target = out.get_mut(..self.len).ok_or(FormatError::BufferTooSmall)?;
        target.copy_from_slice(self.as_bytes());
        Ok(self.len)
    }

    /// Shows the text, padded where the formatter asks for it.
    pub(super) fn display(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(core::str::from_utf8(self.as_bytes()).unwrap_or_default())
    }

    #[inline]
    fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or(&self.bytes)
    }

    /// Stores a piece of which the first `len` bytes count.
    #[inline]
    fn put<const N: usize>(&mut self, piece: [u8; N], len: usize) {
        if let Some(room) = self.bytes.get_mut(self.len..).and_then(<[u8]>::first_chunk_mut) {
            *room = piece;
        }
        self.len = self.len.wrapping_add(len);
    }

    #[inline]
    pub(super) fn put_byte(&mut self, byte: u8) {
        self.put([byte], 1);
    }

    /// A number in decimal.
    pub(super) fn put_decimal(&mut self, number: u32) {
        let (mut text, mut len, mut rest) = (0_u128, 0_usize, number);
        // The last digit is found first and moves up as others go below it.
        loop {
            text = text << 8 | u128::from(rest % 10) | u128::from(b'0');
            len = len.wrapping_add(1);
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.put(text.to_le_bytes(), len);
    }

    /// An address and its zone.
    #[inline]
    pub(super) fn put_ip(&mut self, ip: &Ip) {
        match ip {
            Ip::V4(addr) => self.put_v4(*addr),
            Ip::V6(addr, zone) => {
                self.put_v6(*addr);
                if let Some(zone) = zone {
                    self.put_byte(b'%');
                    self.put_zone(zone);
                }
            }
        }
    }

    fn put_zone(&mut self, zone: &Zone) {
        match zone {
            Zone::Index(index) => self.put_decimal(index.get()),
            Zone::Name(name) => {
                let mut piece = [0; WORD];
                piece.iter_mut().zip(name.as_bytes()).for_each(|(slot, byte)| *slot = *byte);
                self.put(piece, name.as_bytes().len());
            }
        }
    }

    #[inline]
    pub(super) fn put_v4(&mut self, addr: Ipv4Addr) {
        let (text, len) = super::ipv4::text_of(addr);
        self.put(text.to_le_bytes(), len);
    }

    /// The groups before the run of zeros and those behind it, each with a colon at its end; the
    /// run itself is one more colon.
    #[inline]
    pub(super) fn put_v6(&mut self, addr: Ipv6Addr) {
        if let Some(v4) = addr.to_ipv4_mapped() {
            self.put(*b"::ffff:\0", 7);
            return self.put_v4(v4);
        }
        let groups = addr.segments();
        let (begin, end) = compressed(groups);
        for group in groups.iter().take(begin) {
            self.put_group(*group);
        }
        if begin < end {
            let colons = if begin == 0 { 2 } else { 1 };
            self.put(*b"::", colons);
            for group in groups.iter().skip(end) {
                self.put_group(*group);
            }
        }
        if begin == end || end < groups.len() {
            // A group is the last, and no colon stands behind it.
            self.len = self.len.wrapping_sub(1);
        }
    }

    /// A group without its leading zeros, and a colon.
    #[inline]
    fn put_group(&mut self, group: u16) {
        let [high, low] = group.to_be_bytes();
        let [[a, b], [c, d]] = [high, low].map(|byte| entry(&PAIRS, byte.into()));
        let zeros = (group.leading_zeros() / 4).min(3);
        let text = u64::from_le_bytes([a, b, c, d, b':', 0, 0, 0]);
        let text = text.wrapping_shr(zeros.wrapping_mul(8));
        let len = 5_u32.wrapping_sub(zeros);
        self.put(text.to_le_bytes(), usize::try_from(len).unwrap_or(0));
    }
}

/// The groups that `::` stands for, from the first to behind the last; (8, 8) where there are none.
#[inline]
fn compressed(groups: [u16; 8]) -> (usize, usize) {
    let zeros = groups.iter().rev().fold(0, |mask, group| mask << 1 | usize::from(*group == 0));
    let (begin, end) = entry(&RUNS, zeros);
    (begin.into(), end.into())
}

#[inline]
fn entry<T: Copy + Default>(table: &[T; 256], index: usize) -> T {
    table.get(index).copied().unwrap_or_default()
}

/// The first of the longest runs of at least two ones among eight bits, counted from the lowest:
/// where it begins, and behind its end.
#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)] // runs in the compiler only
static RUNS: [(u8, u8); 256] = {
    let mut table = [(8, 8); 256];
    let mut mask = 0;
    while mask < table.len() {
        let (mut begin, mut end, mut longest) = (0, 0, 1);
        while end < 8 {
            let is_zero = mask >> end & 1 == 1;
            end += 1;
            if !is_zero {
                begin = end;
            } else if end - begin > longest {
                longest = end - begin;
                table[mask] = (begin, end);
            }
        }
        mask += 1;
    }
    table
};

/// The two digits of every byte.
#[allow(clippy::indexing_slicing)] // runs in the compiler only
static PAIRS: [[u8; 2]; 256] = {
    let mut table = [[0; 2]; 256];
    let mut byte = 0;
    while byte < table.len() {
        let digits = b"0123456789abcdef";
        table[byte] = [digits[byte / 16], digits[byte % 16]];
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    /// Every pattern of zero groups, with groups of every length, against the standard library.
    #[test]
    fn every_pattern_of_zeros_is_written_as_the_standard_library_does() {
        for mask in 0..=255_u8 {
            for digit in [0x1, 0x1f, 0x1f0, 0x1f00] {
                let group = |index: u16| if mask >> index & 1 == 1 { 0 } else { digit };
                let addr = Ipv6Addr::from([0, 1, 2, 3, 4, 5, 6, 7].map(group));
                let mut text = Text::new();
                text.put_v6(addr);
                assert_eq!(text.as_bytes(), format!("{addr}").as_bytes());
            }
        }
    }

    #[test]
    fn numbers_of_every_length_are_written() {
        for number in [0, 9, 10, 99, 100, 65_535, 999_999_999, 1_000_000_000, u32::MAX] {
            let mut text = Text::new();
            text.put_decimal(number);
            assert_eq!(text.as_bytes(), format!("{number}").as_bytes());
        }
    }
}
