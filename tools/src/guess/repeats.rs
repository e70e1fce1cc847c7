//! What a byte costs who remembers what came behind the two bytes before it the last time.
//!
//! Whatever repeats itself is cut well by any framing of its period; a byte that was to be expected
//! anyhow is no evidence.

use super::evidence::real;

/// The cost of a byte that was not to be expected, in halves of a bit.
pub(super) const ANY: u8 = 16;

/// How often in a row a memory has been right, at the most.
const SURE: u8 = 15;

/// A cost in bits.
pub(super) fn bits(cost: u8) -> f64 {
    f64::from(cost) / 2.0
}

/// The cost of each byte of a stream in halves of a bit, cut to whole ones and to eight bits.
pub(super) fn costs(stream: &[u8]) -> Vec<u8> {
    let mut memory = vec![Memory::default(); 1 << 16];
    let mut trust = vec![Trust::default(); usize::from(SURE).saturating_add(1)];
    let mut before = [0_u8; 2];
    let mut costs = Vec::with_capacity(stream.len());
    for byte in stream {
        let cost = match memory.get_mut(usize::from(u16::from_be_bytes(before))) {
            Some(memory) => memory.meet(*byte, &mut trust),
            None => ANY,
        };
        costs.push(cost);
        before = [before[1], *byte];
    }
    costs
}

/// What came behind two bytes the last time.
#[derive(Clone, Copy, Default)]
struct Memory {
    byte: Option<u8>,
    right: u8,
}

/// How often memories that had been right so often were right again, and how often they were asked.
#[derive(Clone, Copy, Default)]
struct Trust {
    right: i64,
    asked: i64,
}

impl Memory {
    fn meet(&mut self, byte: u8, trust: &mut [Trust]) -> u8 {
        let Some(expected) = self.byte.replace(byte) else {
            return ANY;
        };
        let Some(trust) = trust.get_mut(usize::from(self.right)) else {
            return ANY;
        };
        // At first, no memory is trusted more than chance.
        let chance = (real(trust.right) + 1.0 / 256.0) / (real(trust.asked) + 1.0);
        let is_right = expected == byte;
        trust.asked = trust.asked.saturating_add(1);
        trust.right = trust.right.saturating_add(i64::from(is_right));
        self.right = if is_right { self.right.saturating_add(1).min(SURE) } else { 0 };
        let bits = if is_right { -chance.log2() } else { 8.0 - (1.0 - chance).log2() };
        halves(bits)
    }
}

/// A cost as halves of a bit.
fn halves(bits: f64) -> u8 {
    (0..ANY).rev().find(|cost| self::bits(*cost) <= bits).filter(|_| bits < 8.0).unwrap_or(ANY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_repeats_itself_costs_nothing_in_the_end() {
        let costs = costs(&b"abcde".repeat(200));
        assert_eq!(costs.get(..7), Some(&[ANY; 7][..]));
        assert!(costs.iter().skip(300).all(|cost| *cost == 0), "{costs:?}");
    }

    #[test]
    fn costs_are_cut_to_halves() {
        for (bits, cost) in [(0.0, 0), (0.49, 0), (0.5, 1), (7.99, 15), (8.0, ANY), (20.0, ANY)] {
            assert_eq!(halves(bits), cost, "{bits}");
        }
    }
}
