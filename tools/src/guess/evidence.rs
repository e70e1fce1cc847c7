//! How improbable it is that bytes without frames are cut so: the bits of a framing.
//!
//! Two writers of the same bytes are compared. One knows no frames: it draws every byte as often as it
//! stands in the payloads or in the whole stream, or as what followed the two bytes before it the last
//! time, whichever is cheapest, and no byte at more than eight bits. The other frames
//! its payloads: it must tell how long each is and what the free bytes of a header say, and learns
//! both as it goes; all other bytes of a frame follow. The bits are what the second writer saves, so
//! bytes of the first are taken for frames with so many bits one time in `2^bits` at the most.

use std::collections::HashMap;
use std::ops::Range;

use super::heads::Cut;
use super::repeats;

/// The bits that a byte costs who draws it at random.
const RANDOM: f64 = 8.0;

/// The bits that it may be worth that a stream is text, however long it is.
const TEXT: f64 = 24.0;

/// What the frames of a stream save.
#[derive(Debug)]
pub(super) struct Evidence {
    /// The bytes that follow from the rest of their frames; stuffing may add and take away.
    known: Drawn,
    /// How often each byte stands in a payload.
    payload: Counts,
    lengths: Lengths,
    columns: HashMap<usize, Column>,
    /// Bits told besides.
    told: f64,
    /// How often each side of a choice was taken.
    choices: [i64; 2],
    /// Bytes that are text where they need not be; `None` when some are not.
    text: Option<usize>,
}

type Counts = Vec<i64>;

impl Evidence {
    pub(super) fn new() -> Self {
        Self {
            known: Drawn::new(),
            payload: vec![0; 256],
            lengths: Lengths::new(),
            columns: HashMap::new(),
            told: 0.0,
            choices: [0; 2],
            text: Some(0),
        }
    }

    /// These bytes follow from the rest of the frame.
    pub(super) fn known(&mut self, cut: &Cut<'_>, range: Range<usize>) {
        for (byte, cost) in cut.part(range) {
            self.known.add(byte, cost, 1);
        }
    }

    /// These bytes could be any.
    pub(super) fn payload(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if let Some(count) = self.payload.get_mut(usize::from(*byte)) {
                *count = count.saturating_add(1);
            }
        }
    }

    /// These bytes stand for the payload, which is no more to be expected than they are.
    pub(super) fn stuffed(&mut self, wire: &[u8], payload: &[u8]) {
        for (bytes, by) in [(wire, 1), (payload, -1)] {
            bytes.iter().for_each(|byte| self.known.add(*byte, repeats::ANY, by));
        }
        self.payload(payload);
    }

    /// This length has to be told.
    pub(super) fn length(&mut self, len: usize) {
        self.lengths.tell(u64::try_from(len).unwrap_or(u64::MAX));
    }

    /// This free byte of a header has to be told; some values are likely before any is seen.
    pub(super) fn free(&mut self, cut: &Cut<'_>, at: usize, likely: &[u8]) {
        for (byte, cost) in cut.part(at..at.saturating_add(1)) {
            self.columns.entry(at).or_insert_with(Column::new).tell(byte, cost, likely);
        }
    }

    /// So many bits have to be told.
    pub(super) fn told(&mut self, bits: f64) {
        self.told += bits;
    }

    /// Which side of a choice was taken has to be told.
    pub(super) fn choice(&mut self, is_first: bool) {
        let [first, second] = &mut self.choices;
        let all = real(first.saturating_add(*second));
        let taken = if is_first { first } else { second };
        self.told += ((all + 1.0) / (real(*taken) + 0.5)).log2();
        *taken = taken.saturating_add(1);
    }

    /// These bytes speak for their framing where they are text.
    pub(super) fn text(&mut self, bytes: &[u8]) {
        let is_control = |byte: &u8| byte.is_ascii_control() && *byte != b'\t';
        let is_text = std::str::from_utf8(bytes).is_ok() && !bytes.iter().any(is_control);
        self.text = self.text.filter(|_| is_text).map(|len| len.saturating_add(bytes.len()));
    }

    /// What is saved in all.
    pub(super) fn bits(&self) -> f64 {
        let draw = self.draw();
        let free: f64 = self.columns.values().map(|column| column.saved(&draw)).sum();
        // Of 256 bytes, 32 are none of text; but text speaks for other framings as well.
        let text = size(self.text.unwrap_or(0)) * (256.0_f64 / 224.0).log2();
        self.known.bits(&draw) + free + text.min(TEXT) - self.lengths.bits() - self.told
    }

    /// What each byte costs who draws it: as often as it stands in payloads, or anywhere.
    fn draw(&self) -> Vec<f64> {
        let drawn = || self.columns.values().map(|column| &column.drawn).chain([&self.known]);
        let around = |byte| drawn().map(|drawn| drawn.count(byte)).sum::<i64>().max(0);
        let anywhere: Counts = self
            .payload
            .iter()
            .zip(0..)
            .map(|(count, byte)| count.saturating_add(around(byte)))
            .collect();
        costs(&self.payload)
            .zip(costs(&anywhere))
            .map(|(first, second)| first.min(second))
            .collect()
    }
}

/// What each byte costs that stands so often.
fn costs(counts: &Counts) -> impl Iterator<Item = f64> + '_ {
    let all = real(counts.iter().sum());
    counts.iter().map(move |count| match count {
        0 => RANDOM,
        _ => (all / real(*count)).log2().min(RANDOM),
    })
}

/// Bytes that are drawn, by what each costs where it stands.
#[derive(Debug)]
struct Drawn(Vec<[i64; COSTS]>);

/// How many costs there are.
const COSTS: usize = 1 + repeats::ANY as usize;

impl Drawn {
    fn new() -> Self {
        Self(vec![[0; COSTS]; 256])
    }

    fn add(&mut self, byte: u8, cost: u8, by: i64) {
        let counts = self.0.get_mut(usize::from(byte));
        if let Some(count) = counts.and_then(|counts| counts.get_mut(usize::from(cost))) {
            *count = count.saturating_add(by);
        }
    }

    /// How often a byte was added.
    fn count(&self, byte: usize) -> i64 {
        self.0.get(byte).map_or(0, |counts| counts.iter().sum())
    }

    /// What they cost at the least: as often as they stand in payloads, or behind what they follow.
    fn bits(&self, draw: &[f64]) -> f64 {
        let of_byte = |(counts, drawn): (&[i64; COSTS], &f64)| {
            let each = counts.iter().zip(0..);
            each.map(|(count, cost)| real(*count) * drawn.min(repeats::bits(cost))).sum::<f64>()
        };
        self.0.iter().zip(draw).map(of_byte).sum()
    }
}

/// A count as a real number; those here are exact.
#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub(super) const fn real(count: i64) -> f64 {
    count as f64
}

/// A size as a real number.
pub(super) fn size(count: usize) -> f64 {
    real(i64::try_from(count).unwrap_or(i64::MAX))
}

/// The cost of what costs so much to each of two writers, of which one is chosen at the toss of a
/// coin.
fn either(first: f64, second: f64) -> f64 {
    let (least, most) = (first.min(second), first.max(second));
    least + 1.0 - (1.0 + (least - most).exp2()).log2()
}

/// Tells lengths: by their number of bits, or as one that has been told before.
#[derive(Debug)]
struct Lengths {
    by_bits: HashMap<u32, i64>,
    by_value: HashMap<u64, i64>,
    all: i64,
    /// What it has cost without looking at values, and with it.
    plain: f64,
    repeating: f64,
}

impl Lengths {
    fn new() -> Self {
        let (by_bits, by_value) = (HashMap::new(), HashMap::new());
        Self { by_bits, by_value, all: 0, plain: 0.0, repeating: 0.0 }
    }

    fn tell(&mut self, len: u64) {
        /// Lengths of 0 to 32 bits.
        const CLASSES: f64 = 33.0;
        let bits = u64::BITS.saturating_sub(len.leading_zeros());
        let class = self.by_bits.entry(bits).or_default();
        let plain = ((real(self.all) + CLASSES / 2.0) / (real(*class) + 0.5)).log2()
            + f64::from(bits.saturating_sub(1));
        *class = class.saturating_add(1);
        let value = self.by_value.entry(len).or_default();
        self.repeating += ((real(self.all) + 1.0) / (real(*value) + (-plain).exp2())).log2();
        *value = value.saturating_add(1);
        self.plain += plain;
        self.all = self.all.saturating_add(1);
    }

    fn bits(&self) -> f64 {
        if self.all == 0 {
            return 0.0;
        }
        either(self.plain, self.repeating)
    }
}

/// Tells the bytes that stand in the same place of each header.
#[derive(Debug)]
struct Column {
    drawn: Drawn,
    counts: Counts,
    all: i64,
    bits: f64,
}

impl Column {
    fn new() -> Self {
        Self { drawn: Drawn::new(), counts: vec![0; 256], all: 0, bits: 0.0 }
    }

    fn tell(&mut self, byte: u8, cost: u8, likely: &[u8]) {
        self.drawn.add(byte, cost, 1);
        let any = (-RANDOM).exp2();
        let before = if likely.is_empty() {
            any
        } else {
            let is_likely = f64::from(u8::from(likely.contains(&byte)));
            (any + 15.0 * is_likely / size(likely.len())) / 16.0
        };
        if let Some(count) = self.counts.get_mut(usize::from(byte)) {
            self.bits += ((real(self.all) + 1.0) / (real(*count) + before)).log2();
            *count = count.saturating_add(1);
        }
        self.all = self.all.saturating_add(1);
    }

    /// What is saved: next to nothing is lost where the bytes might as well be drawn.
    fn saved(&self, draw: &[f64]) -> f64 {
        let drawn = self.drawn.bits(draw);
        drawn - either(drawn, self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_two_costs_a_bit_at_the_most() {
        assert!((either(5.0, 5.0) - 5.0).abs() < 1e-9);
        assert!((either(5.0, 500.0) - 6.0).abs() < 1e-9);
        assert!((either(500.0, 5.0) - 6.0).abs() < 1e-9);
    }

    /// Whatever is told, the probabilities of all that could be told next amount to one at most.
    #[test]
    fn what_is_told_is_paid_for() {
        let mut lengths = Lengths::new();
        for len in [3, 3, 7, 100, 3, 0] {
            lengths.tell(len);
        }
        let next = |len: u64| {
            let mut further = Lengths {
                by_bits: lengths.by_bits.clone(),
                by_value: lengths.by_value.clone(),
                ..lengths
            };
            further.tell(len);
            [lengths.plain - further.plain, lengths.repeating - further.repeating].map(f64::exp2)
        };
        let sums = (0..4096).map(next).fold([0.0; 2], |[a, b], [c, d]| [a + c, b + d]);
        assert!(sums.iter().all(|sum| (0.5..=1.000_001).contains(sum)), "{sums:?}");
        for likely in [&[][..], b"ab"] {
            let mut column = Column::new();
            column.tell(b'a', repeats::ANY, likely);
            let next = |byte: u8| {
                let counts = column.counts.clone();
                let mut further = Column { drawn: Drawn::new(), counts, ..column };
                further.tell(byte, repeats::ANY, likely);
                (column.bits - further.bits).exp2()
            };
            let sum: f64 = (0..=255).map(next).sum();
            assert!((sum - 1.0).abs() < 1e-9, "{sum}");
        }
    }

    #[test]
    fn constant_bytes_save_and_random_ones_cost_next_to_nothing() {
        let draw = vec![RANDOM; 256];
        let (mut constant, mut random) = (Column::new(), Column::new());
        for byte in 0..200_u8 {
            constant.tell(7, repeats::ANY, &[]);
            random.tell(byte.wrapping_mul(89), repeats::ANY, &[]);
        }
        assert!(constant.saved(&draw) > 1_500.0, "{}", constant.saved(&draw));
        assert!((-1.0..0.0).contains(&random.saved(&draw)), "{}", random.saved(&draw));
    }
}
