//! Seeds of the wire forms with a few bytes changed: near-valid bytes, which random ones seldom are.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a test has std
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)] // a test may fail
#![allow(clippy::indexing_slicing)] // likewise

use std::sync::LazyLock;

use portolan_fuzz_oracles::{TARGETS, Target};
use proptest::prelude::*;
use proptest::sample::Index;

/// Every seed of every wire form that is short enough to be cut at each byte.
static SEEDS: LazyLock<Vec<(Target, Vec<u8>)>> = LazyLock::new(|| {
    let vectors = portolan_conformance::load::raw();
    let targets = TARGETS.iter().filter(|target| target.name.starts_with("wire_"));
    let seeds = targets.flat_map(|target| {
        let seeds = portolan_conformance::seeds::of(target.name, &vectors);
        seeds.into_iter().map(|(_, seed)| (*target, seed))
    });
    seeds.filter(|(_, seed)| (1..100).contains(&seed.len())).collect()
});

/// Bytes that mean something in some form, and any other.
fn byte() -> impl Strategy<Value = u8> {
    prop_oneof![
        proptest::sample::select(vec![0, 1, 2, 3, 4, 5, 8, 20, 0x40, 0x7f, 0xc0, 0xff]),
        proptest::sample::select(b"019afgAF/.-+:,\" ;=%".to_vec()),
        any::<u8>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    /// The law of a target holds for them.
    #[test]
    fn changed_seeds(
        seed: Index,
        changes in prop::collection::vec((any::<Index>(), 0..3_u8, byte()), 1..4),
        cut in prop::option::weighted(0.2, any::<Index>()),
    ) {
        let (target, seed) = &SEEDS[seed.index(SEEDS.len())];
        let mut bytes = seed.clone();
        for (at, change, byte) in &changes {
            match (change, at.index(bytes.len() + 1)) {
                (0, at) => bytes.insert(at, *byte),
                (1, at) if bytes.len() > at && bytes.len() > 1 => _ = bytes.remove(at),
                (_, at) if bytes.len() > at => bytes[at] = *byte,
                _ => bytes.push(*byte),
            }
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len() + 1));
        }
        (target.run)(&bytes);
    }
}
