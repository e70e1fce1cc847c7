//! Groups of seven bits: the first two by themselves, more of them in a word.

use crate::endian::{IntError, IntErrorKind};
use crate::hint::seldom;
use crate::word::TOPS;

use super::{Encoding, Status, Varint, need, value};

impl Varint {
    /// Groups of seven bits, lowest first, each but the last with its top bit set.
    #[inline(always)]
    pub(super) const fn read_groups(&self, bytes: &[u8]) -> Result<Status, IntError> {
        // Branches: most mixes hold most of one length, and what is behind need not wait then.
        match bytes {
            [one @ ..0x80, ..] => return Ok(value(*one as u64, 1)),
            [one, two @ 1..0x80, ..] => {
                seldom();
                return Ok(value((*one & 0x7f) as u64 | (*two as u64) << 7, 2));
            }
            _ => seldom(),
        }
        let word = match bytes.first_chunk() {
            Some(word) => u64::from_le_bytes(*word),
            None => padded(bytes),
        };
        if let Some(status) = self.accept(groups_in_word(word)) {
            return Ok(status);
        }
        if let Some(status) = self.read_longest_groups(bytes) {
            return Ok(status);
        }
        match self.refusal(bytes) {
            Some(error) => Err(error),
            None => Ok(need(1, 0)),
        }
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
        let [a, b, c, d, e, f, g, h, ninth, behind @ ..] = bytes else { return None };
        let word = u64::from_le_bytes([*a, *b, *c, *d, *e, *f, *g, *h]);
        if word & TOPS != TOPS || self.max() != u64::MAX {
            return None;
        }
        let value = join_groups(word) | (*ninth as u64 & 0x7f) << 56;
        match (*ninth, behind) {
            (0, _) if self.is_lenient() => Some(self::value(value, 9)),
            (1..0x80, _) => Some(self::value(value, 9)),
            (0x80.., [0, ..]) if self.is_lenient() => Some(self::value(value, 10)),
            (0x80.., [1, ..]) => Some(self::value(value | 1 << 63, 10)),
            _ => None,
        }
    }

    /// Finds the first byte that breaks a rule; `None` where the form goes on behind the input.
    ///
    /// What it answers fits into registers: what is read without it need not pass through memory.
    #[cold]
    #[inline(never)]
    const fn refusal(&self, bytes: &[u8]) -> Option<IntError> {
        let last = self.max_len().saturating_sub(1);
        let last_max = match (self.encoding, self.wide) {
            (Encoding::Mqtt, _) => 0x7f,
            (_, false) => 0x0f,
            (_, true) => 0x01,
        };
        let (mut at, mut rest) = (0_usize, bytes);
        while let [byte, more @ ..] = rest {
            if at == last && *byte > last_max {
                return Some(IntError::new(IntErrorKind::Overflow, at));
            }
            if *byte == 0 && at > 0 && !self.is_lenient() {
                return Some(IntError::new(IntErrorKind::NonCanonicalLength, at));
            }
            at = at.saturating_add(1);
            rest = more;
        }
        None
    }
}

/// Fewer than eight bytes, and behind them bytes that end no form.
#[cold]
#[inline(never)]
const fn padded(bytes: &[u8]) -> u64 {
    let (mut word, mut rest) = (TOPS, bytes);
    while let [before @ .., byte] = rest {
        word = word << 8 | *byte as u64;
        rest = before;
    }
    word
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
