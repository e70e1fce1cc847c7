//! The bytes of one direction of a connection, put in order.
//!
//! Every byte has an offset, counted from the first; the sequence numbers of TCP are that offset
//! modulo 2 to the power of 32 (RFC 9293, section 3.4). Of bytes that come twice the first are
//! taken. Pieces that came too early wait; pieces that have been taken stay for a while, so that
//! those which come again can be compared.

use std::ops::Range;

use rangemap::RangeMap;

/// Most bytes that stay to be compared.
const KEPT: usize = 64 << 10;

/// What a piece costs beside its bytes, so that tiny ones are not free.
const OVERHEAD: usize = 64;

/// What has not become part of the stream, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Came again.
    pub(super) again: u64,
    /// Came before the first byte of the stream.
    pub(super) before: u64,
}

/// Bytes that never came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    /// Offset of the first.
    pub(super) at: u64,
    /// How many there are.
    pub(super) len: u64,
    /// How many bytes came behind it.
    pub(super) behind: u64,
}

/// Pieces of one direction.
#[derive(Debug)]
pub(super) struct Order {
    /// Offset of the first byte that has not been taken, and its sequence number.
    next: u64,
    number: u32,
    /// Where the bytes end that are known to have been sent.
    sent: u64,
    /// Where the stream ends, once that is known.
    end: Option<u64>,
    pieces: RangeMap<u64, Piece>,
    /// What the pieces cost that have been taken, and those that wait.
    kept: usize,
    waiting: usize,
    tally: Tally,
}

/// Two pieces are never equal, so that the map joins none.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    at: u64,
    bytes: Vec<u8>,
}

impl Order {
    /// Begins a direction with the byte of this sequence number.
    pub(super) fn new(first: u32) -> Self {
        Self {
            next: 0,
            number: first,
            sent: 0,
            end: None,
            pieces: RangeMap::new(),
            kept: 0,
            waiting: 0,
            tally: Tally::default(),
        }
    }

    /// Offset of the first byte that has not been taken.
    pub(super) const fn position(&self) -> u64 {
        self.next
    }

    /// Its sequence number.
    pub(super) const fn number(&self) -> u32 {
        self.number
    }

    /// Whether bytes were sent.
    pub(super) fn has_bytes(&self) -> bool {
        self.sent > 0 || self.end.is_some_and(|end| end > 0)
    }

    pub(super) const fn tally(&self) -> Tally {
        self.tally
    }

    /// What the pieces cost that wait for others.
    pub(super) const fn waiting(&self) -> usize {
        self.waiting
    }

    /// Adds the bytes that begin with this sequence number, of which `missing` more were sent;
    /// answers the first offset at which they are others than those that came before.
    pub(super) fn add(&mut self, number: u32, bytes: &[u8], missing: usize) -> Option<u64> {
        let (at, bytes) = match self.offset(number) {
            Ok(at) => (at, bytes),
            Err(early) => {
                let early = usize::try_from(early).unwrap_or(usize::MAX);
                self.tally.before = self.tally.before.saturating_add(wide(early.min(bytes.len())));
                (0, bytes.get(early..)?)
            }
        };
        // An acknowledgment behind FIN has a number that is no byte's.
        if bytes.is_empty() && missing == 0 {
            return None;
        }
        let end = at.saturating_add(wide(bytes.len()));
        self.sent = self.sent.max(end.saturating_add(wide(missing)));
        // A probe whether the peer is alive repeats one byte, of any value; RFC 1122, 4.2.3.6.
        if bytes.is_empty() || (bytes.len() == 1 && end == self.next) {
            return None;
        }
        let differs = self.differs(at..end, bytes);
        let mut taken = 0;
        let fresh = at.max(self.next)..end;
        let gaps: Vec<_> = match fresh.is_empty() {
            true => Vec::new(),
            false => self.pieces.gaps(&fresh).collect(),
        };
        for gap in gaps {
            let bytes = part(bytes, at, &gap).to_vec();
            taken = wide(bytes.len()).saturating_add(taken);
            self.waiting = self.waiting.saturating_add(cost(&bytes));
            self.pieces.insert(gap.clone(), Piece { at: gap.start, bytes });
        }
        let again = wide(bytes.len()).saturating_sub(taken);
        self.tally.again = self.tally.again.saturating_add(again);
        differs
    }

    /// Says that the stream ends before this sequence number, or before a lesser one that has been
    /// said. Answers whether it can: what has been taken already cannot be behind the end.
    pub(super) fn ends(&mut self, number: u32) -> bool {
        let Ok(at) = self.offset(number) else {
            return false;
        };
        if at < self.next {
            return false;
        }
        self.end = Some(self.end.map_or(at, |end| end.min(at)));
        true
    }

    /// Ends the stream behind what has been taken.
    pub(super) const fn ends_here(&mut self) {
        self.end = Some(self.next);
    }

    /// Whether all bytes up to the end of the stream have been taken.
    pub(super) fn is_at_end(&self) -> bool {
        self.end.is_some_and(|end| end <= self.next)
    }

    /// Takes the next bytes, where they have come.
    pub(super) fn take(&mut self) -> Option<&[u8]> {
        self.forget();
        let end = self.end.unwrap_or(u64::MAX);
        let (range, piece) = self.pieces.get_key_value(&self.next)?;
        let range = self.next..range.end.min(end);
        if range.is_empty() {
            return None;
        }
        let cost = cost(&piece.bytes);
        self.waiting = self.waiting.saturating_sub(cost);
        self.kept = self.kept.saturating_add(cost);
        self.next = range.end;
        let len = u32::try_from(range.end.saturating_sub(range.start)).unwrap_or(u32::MAX);
        self.number = self.number.wrapping_add(len);
        let piece = self.pieces.get(&range.start)?;
        Some(part(&piece.bytes, range.start, &range))
    }

    /// The bytes that are waited for, where it is known that there are any.
    pub(super) fn gap(&self) -> Option<Gap> {
        let sent = self.end.unwrap_or(self.sent);
        let all = self.next..sent;
        if all.is_empty() {
            return None;
        }
        let behind = self.pieces.overlapping(&all);
        let behind = behind.map(|(range, _)| range.end.min(sent).saturating_sub(range.start)).sum();
        let end = self.pieces.overlapping(&all).next().map_or(sent, |(range, _)| range.start);
        Some(Gap { at: self.next, len: end.saturating_sub(self.next), behind })
    }

    /// How many bytes came behind the end of the stream.
    pub(super) fn behind_end(&self) -> u64 {
        self.end.map_or(0, |end| self.sent.saturating_sub(end))
    }

    /// The offset of a sequence number, or how far it is before the first.
    fn offset(&self, number: u32) -> Result<u64, u64> {
        let distance = i64::from(number.wrapping_sub(self.number).cast_signed());
        match self.next.checked_add_signed(distance) {
            Some(at) => Ok(at),
            None => Err(distance.unsigned_abs().saturating_sub(self.next)),
        }
    }

    /// The first offset at which bytes are others than those that came before.
    fn differs(&self, range: Range<u64>, bytes: &[u8]) -> Option<u64> {
        self.pieces.overlapping(&range).find_map(|(held, piece)| {
            let common = held.start.max(range.start)..held.end.min(range.end);
            let old = part(&piece.bytes, held.start, &common);
            let new = part(bytes, range.start, &common);
            let same = old.iter().zip(new).take_while(|(old, new)| old == new).count();
            (same < old.len()).then(|| common.start.saturating_add(wide(same)))
        })
    }

    /// Drops the oldest pieces that have been taken, as far as they are too many.
    fn forget(&mut self) {
        while self.kept > KEPT {
            let Some((range, piece)) = self.pieces.first_range_value() else {
                return;
            };
            let (range, cost) = (range.clone(), cost(&piece.bytes));
            self.kept = self.kept.saturating_sub(cost);
            self.pieces.remove(range);
        }
    }
}

/// The bytes of a range, of those that begin at an offset.
fn part<'a>(bytes: &'a [u8], at: u64, range: &Range<u64>) -> &'a [u8] {
    let place = |offset: u64| usize::try_from(offset.saturating_sub(at)).unwrap_or(usize::MAX);
    bytes.get(place(range.start)..place(range.end)).unwrap_or_default()
}

const fn cost(bytes: &[u8]) -> usize {
    bytes.len().saturating_add(OVERHEAD)
}

fn wide(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
