//! The ways in which a stream is cut into pieces.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::hex;
use crate::vector::Outcome;

/// Above this length a stream is not cut everywhere.
const SHORT: usize = 4096;

/// No stream is cut into more bytes than this in all, so that long ones end some day.
const BUDGET: usize = 32 << 20;

/// The same stream as lists of chunks in hex: byte by byte, at every two-way cut and at seeded
/// random cuts; a long one near the boundaries of what is expected, at seeded cuts and in pieces of
/// 1,460 bytes.
pub(crate) fn cuttings(id: &str, input: &[u8], expected: &Outcome) -> Vec<Vec<String>> {
    let mut random = Random::seeded(id);
    let mut cuttings: Vec<Vec<usize>> = Vec::new();
    if input.len() <= SHORT {
        cuttings.push((1..input.len()).collect());
        cuttings.extend((1..input.len()).map(|cut| vec![cut]));
        cuttings.extend((0..16).map(|_| random.cuts(input.len())));
    } else {
        cuttings.push((1..input.len()).step_by(1460).skip(1).collect());
        cuttings.extend(near(input.len(), expected).into_iter().map(|cut| vec![cut]));
        cuttings.extend((0..256).map(|_| vec![random.below(input.len())]));
        cuttings.truncate(BUDGET.checked_div(input.len()).unwrap_or(0).max(2));
    }
    cuttings.into_iter().map(|cuts| cut(input, &cuts)).collect()
}

fn cut(input: &[u8], cuts: &[usize]) -> Vec<String> {
    let mut begin = 0;
    let ends = cuts.iter().copied().chain([input.len()]);
    let mut chunk = |end: usize| {
        let chunk = input.get(begin..end).unwrap_or_default();
        begin = end.max(begin);
        hex::encode(chunk)
    };
    ends.map(&mut chunk).collect()
}

/// Cuts within eight bytes of where something happens.
fn near(len: usize, expected: &Outcome) -> BTreeSet<usize> {
    let Outcome::Ok(ok) = expected else {
        return BTreeSet::new();
    };
    let events = ok["events"].as_array().into_iter().flatten();
    let number = |value: &Value| value.as_u64().and_then(|n| usize::try_from(n).ok());
    let places = events
        .filter_map(|event| Some((number(&event["at"])?, number(&event["wire"]).unwrap_or(0))));
    places
        .flat_map(|(at, wire)| [at, at.saturating_add(wire)])
        .flat_map(|place| place.saturating_sub(8)..=place.saturating_add(8))
        .filter(|cut| (1..len).contains(cut))
        .collect()
}

/// `SplitMix64`: the same cuts in every run.
struct Random(u64);

impl Random {
    fn seeded(id: &str) -> Self {
        // FNV-1a.
        let seed = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next().checked_rem(limit).unwrap_or(0)).unwrap_or(0)
    }

    /// A few cuts in order; a chunk may be empty.
    fn cuts(&mut self, len: usize) -> Vec<usize> {
        let count = self.below(6);
        let mut cuts: Vec<usize> = (0..count).map(|_| self.below(len.saturating_add(1))).collect();
        cuts.sort_unstable();
        cuts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cutting_is_the_whole_stream() {
        let nothing = Outcome::Need(1);
        for len in [0, 1, 2, 17, 5000] {
            let input: Vec<u8> = (0..len).map(|n: u32| n.to_le_bytes()[0]).collect();
            for chunks in cuttings("some/id", &input, &nothing) {
                assert_eq!(hex::decode(&chunks.concat()).unwrap(), input);
            }
        }
    }

    #[test]
    fn short_streams_are_cut_everywhere() {
        let all = cuttings("id", b"abcd", &Outcome::Need(1));
        assert_eq!(all[0], ["61", "62", "63", "64"]);
        assert_eq!(all[1..4], [["61", "626364"], ["6162", "6364"], ["616263", "64"]]);
        assert_eq!(all.len(), 4 + 16);
    }
}
