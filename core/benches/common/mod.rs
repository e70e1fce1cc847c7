//! Contenders that take turns, and the table of their ratios.
//!
//! Contenders run in rotated order, and what counts is the ratio of each to the first in the same
//! round: on a shared machine that is steady where nanoseconds are not.
#![forbid(unsafe_code)]

use core::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 31;

/// A way to do the work of a row; answers a sum that depends on every part of it.
pub(crate) struct Contender<'a, I> {
    name: &'static str,
    run: Box<dyn FnMut(I) -> usize + 'a>,
}

impl<'a, I> Contender<'a, I> {
    pub(crate) fn new(name: &'static str, run: impl FnMut(I) -> usize + 'a) -> Self {
        Self { name, run: Box::new(run) }
    }
}

/// Runs the contenders in turn over `count` units and prints one line for each.
///
/// What `fresh` makes is ready before the clock starts. All contenders must answer the same sum.
/// Words behind `--` on the command line choose the rows whose names hold one of them.
pub(crate) fn race<I>(
    row: &str,
    unit: &str,
    count: usize,
    fresh: impl Fn() -> I,
    mut contenders: Vec<Contender<'_, I>>,
) {
    let chosen: Vec<String> =
        std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if !chosen.is_empty() && !chosen.iter().any(|word| row.contains(word.as_str())) {
        return;
    }
    let expected = (contenders[0].run)(fresh());
    let mut times = vec![Vec::with_capacity(ROUNDS); contenders.len()];
    for round in 0..ROUNDS {
        for turn in 0..contenders.len() {
            let index = (round + turn) % contenders.len();
            let input = fresh();
            let start = Instant::now();
            let sum = black_box((contenders[index].run)(black_box(input)));
            times[index].push(start.elapsed().as_secs_f64() * 1e9 / count as f64);
            assert_eq!(sum, expected, "{} answers otherwise in {row}", contenders[index].name);
        }
    }
    println!("\n{row}");
    for (contender, time) in contenders.iter().zip(&times) {
        let ratios = time.iter().zip(&times[0]).map(|(theirs, ours)| theirs / ours).collect();
        let (time, ratio) = (median(time.clone()), median(ratios));
        println!("  {:<26} {time:>9.1} ns/{unit} {ratio:>8.2}x", contender.name);
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Numbers that are random enough to be unpredictable, and the same in every run (xorshift).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }

    /// Any 64 bits.
    pub(crate) const fn bits(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below a bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.bits() >> 33).unwrap() % bound
    }
}
