//! Contenders that take turns on the same bytes.
//!
//! They run in rotated order, and what counts is the ratio of each to the first in the same round: on
//! a shared machine that is steady where nanoseconds are not.

use core::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 31;

/// A name, and what is timed; answers a sum that depends on everything read.
pub(crate) struct Contender<'a>(&'static str, Box<dyn FnMut() -> usize + 'a>);

impl<'a> Contender<'a> {
    pub(crate) fn new(name: &'static str, run: impl FnMut() -> usize + 'a) -> Self {
        Self(name, Box::new(run))
    }
}

/// Runs the contenders in turn over `count` items and prints one line for each.
pub(crate) fn race(row: &str, count: usize, mut contenders: Vec<Contender<'_>>) {
    let chosen: Vec<String> =
        std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if !chosen.is_empty() && !chosen.iter().any(|word| row.contains(word.as_str())) {
        return;
    }
    let expected = contenders[0].1();
    let mut times = vec![Vec::with_capacity(ROUNDS); contenders.len()];
    for round in 0..ROUNDS {
        for turn in 0..contenders.len() {
            let index = (round + turn) % contenders.len();
            let start = Instant::now();
            let sum = black_box(contenders[index].1());
            times[index].push(start.elapsed().as_secs_f64() * 1e9 / count as f64);
            assert_eq!(sum, expected, "{} reads {row} otherwise", contenders[index].0);
        }
    }
    println!("\n{row}");
    for (contender, time) in contenders.iter().zip(&times) {
        let ratios = time.iter().zip(&times[0]).map(|(theirs, ours)| theirs / ours).collect();
        let (time, ratio) = (median(time.clone()), median(ratios));
        println!("  {:<26} {time:>9.1} ns {ratio:>8.2}x", contender.0);
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Random numbers, the same in every run.
pub(crate) fn random() -> impl FnMut() -> u64 {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    }
}
