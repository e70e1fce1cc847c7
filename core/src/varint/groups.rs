//! Groups of seven bits: a byte at a time, and a word at a time.

use crate::endian::{IntError, IntErrorKind};
use crate::hint::seldom;

use super::{Encoding, Status, Varint, need, value};

/// The top bits of eight bytes.
pub(super) const TOPS: u64 = 0x8080_8080_8080_8080;

impl Varint {
    /// Groups of seven bits, lowest first, each but the last with its top bit set.
    #[inline(always)]
    pub(super) const fn read_groups(&self, bytes: &[u8]) -> Result<Status, IntError> {
        if let Some(word) = bytes.first_chunk()
            && let word = u64::from_le_bytes(*word)
            && let Some(status) = self.read_groups_in_word(word)
        {
            return Ok(status);
        }
        if let Some(status) = self.read_longest_groups(bytes) {
            return Ok(status);
        }
        self.read_groups_bytewise(bytes)
    }

    /// The same, where a form ends in eight bytes and breaks no rule.
    #[inline(always)]
    const fn read_groups_in_word(&self, word: u64) -> Option<Status> {
        if word & TOPS == 0 {
            return Some(value(word & 0x7f, 1));
        }
        seldom();
        // One or two bytes without a branch: where both occur, none would be guessed right.
        if word & 0x8080 != 0x8080 && (word & 0xff80 != 0x0080 || self.is_lenient()) {
            let more = (word >> 7) & 1;
            let second = (word >> 1) & 0x3f80 & more.wrapping_neg();
            return Some(value(word & 0x7f | second, (more as usize).saturating_add(1)));
        }
        self.accept(groups_in_word(word))
    }

    #[inline(always)]
    pub(super) const fn accept(&self, groups: Option<Groups>) -> Option<Status> {
        let Some(Groups { value, len, shortest }) = groups else { return None };
        let fits = value <= self.max() && len <= self.max_len();
        if fits && (shortest || self.is_lenient()) { Some(self::value(value, len)) } else { None }
    }

    /// The same, where a form has nine or ten bytes and breaks no rule.
    #[inline]
    const fn read_longest_groups(&self, bytes: &[u8]) -> Option<Status> {
        let Some([a, b, c, d, e, f, g, h, ninth, tenth]) = bytes.first_chunk() else { return None };
        let word = u64::from_le_bytes([*a, *b, *c, *d, *e, *f, *g, *h]);
        if word & TOPS != TOPS || self.max() != u64::MAX {
            return None;
        }
        let value = join_groups(word) | (*ninth as u64 & 0x7f) << 56;
        match (*ninth, *tenth) {
            (0, _) if self.is_lenient() => Some(self::value(value, 9)),
            (1..0x80, _) => Some(self::value(value, 9)),
            (0x80.., 0) if self.is_lenient() => Some(self::value(value, 10)),
            (0x80.., 1) => Some(self::value(value | 1 << 63, 10)),
            _ => None,
        }
    }

    /// The same, byte by byte: near the end of the input, and for errors.
    const fn read_groups_bytewise(&self, bytes: &[u8]) -> Result<Status, IntError> {
        let last = self.max_len().saturating_sub(1);
        let last_max = match (self.encoding, self.wide) {
            (Encoding::Mqtt, _) => 0x7f,
            (_, false) => 0x0f,
            (_, true) => 0x01,
        };
        let (mut value, mut shift, mut at) = (0_u64, 0_u32, 0_usize);
        let mut rest = bytes;
        while let [byte, more @ ..] = rest {
            if at == last && *byte > last_max {
                return Err(IntError::new(IntErrorKind::Overflow, at));
            }
            value |= ((*byte & 0x7f) as u64).wrapping_shl(shift);
            if *byte == 0 && at > 0 && !self.is_lenient() {
                return Err(IntError::new(IntErrorKind::NonCanonicalLength, at));
            }
            at = at.saturating_add(1);
            if *byte < 0x80 {
                return Ok(self::value(value, at));
            }
            shift = shift.saturating_add(7);
            rest = more;
        }
        Ok(need(1, 0))
    }
}

/// A form that ends within eight bytes.
pub(super) struct Groups {
    value: u64,
    len: usize,
    /// Whether no shorter form has the same value.
    shortest: bool,
}

/// Reads a form that ends within eight bytes; without a branch on how many it has.
#[inline(always)]
pub(super) const fn groups_in_word(word: u64) -> Option<Groups> {
    let stops = !word & TOPS;
    if stops == 0 {
        return None;
    }
    // The top bit of the last byte, and its group.
    let stop = stops & stops.wrapping_neg();
    let last = stop.wrapping_sub(stop >> 7);
    let value = join_groups(word & (last | stop.wrapping_sub(1)));
    let len = (stops.trailing_zeros() as usize >> 3).wrapping_add(1);
    // The last group adds something, or it is the only one.
    let shortest = (word & last) | (stop & 0x80) != 0;
    Some(Groups { value, len, shortest })
}

/// Joins eight groups of seven bits; the top bits of their bytes say nothing.
///
/// All groups move at once: first into pairs of 14 bits, then into fours of 28, then into 56.
#[inline]
const fn join_groups(word: u64) -> u64 {
    let pairs = (word & 0x007f_007f_007f_007f) | ((word & 0x7f00_7f00_7f00_7f00) >> 1);
    let fours = (pairs & 0x0000_3fff_0000_3fff) | ((pairs & 0x3fff_0000_3fff_0000) >> 2);
    (fours & 0x0fff_ffff) | ((fours & 0x0fff_ffff_0000_0000) >> 4)
}
