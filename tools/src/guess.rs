//! `portolan guess`: which framings divide a stream, and how much speaks for each.

mod candidates;
mod evidence;
mod heads;
mod opening;
mod repeats;
mod tell;
mod trial;

use std::io::{self, Read as _, Write};

use self::tell::Division;
use self::trial::{Stream, Trial};
use crate::args::Guess;
use crate::input;
use crate::progress::Progress;
use crate::terminal::{Failure, error};

/// How much of a stream is looked at: more would say nothing new.
const LOOKED_AT: usize = 1 << 20;

/// The bits below which a framing is left out: one stream of random bytes in 4096 has more.
const ENOUGH: f64 = 12.0;

/// Tries every framing; that none divides the stream makes the exit code 1.
pub(crate) fn run(options: &Guess) -> Result<(), Failure> {
    let (input, _) = input::open(options.file.as_ref())?;
    let mut stream = Vec::new();
    let limit = u64::try_from(LOOKED_AT).unwrap_or(u64::MAX).saturating_add(1);
    input.take(limit).read_to_end(&mut stream)?;
    let is_whole = stream.len() <= LOOKED_AT;
    stream.truncate(LOOKED_AT);
    if stream.is_empty() {
        error("the stream is empty, and nothing to be divided");
        return Err(Failure::Refused);
    }
    let opening = opening::of(&stream);
    let begins = opening.as_ref().map_or(0, |opening| opening.len);
    let mut trials = try_all(stream.get(begins..).unwrap_or_default(), is_whole);
    for trial in &mut trials {
        opening.iter().for_each(|opening| trial.behind(opening));
    }
    let (divisions, failed) = ranked(trials);
    let mut out = anstream::AutoStream::auto(io::stdout()).lock();
    let of = tell::Of { bytes: stream.len(), is_whole, is_all: options.all };
    let is_found = divisions.first().is_some_and(|best| best.best.bits >= ENOUGH);
    if options.json {
        tell::json(&mut out, &of, &divisions, &failed)?;
    } else {
        tell::text(&mut out, &of, &divisions, &failed)?;
    }
    out.flush()?;
    if is_found { Ok(()) } else { Err(Failure::Refused) }
}

fn try_all(bytes: &[u8], is_whole: bool) -> Vec<Trial> {
    let candidates = candidates::all();
    let mut progress = Progress::of_checks();
    let costs = repeats::costs(bytes);
    let stream = Stream { bytes, costs: &costs, is_whole };
    let mut scratch = bytes.to_vec();
    let mut trials = Vec::new();
    let all = u64::try_from(candidates.len()).unwrap_or(u64::MAX);
    for (candidate, done) in candidates.iter().zip(1..) {
        trials.extend(trial::of(candidate, &stream, &mut scratch));
        progress.at_of(done, all);
    }
    progress.finish();
    trials
}

/// What divides the stream, the most bits first, each with all that cut alike; and what does not, the
/// furthest first.
fn ranked(trials: Vec<Trial>) -> (Vec<Division>, Vec<Trial>) {
    // Frames of nothing tell nothing.
    let divides = |trial: &Trial| trial.lengths.is_some_and(|lengths| lengths.max > 0);
    let (mut fit, mut failed): (Vec<_>, Vec<_>) = trials.into_iter().partition(divides);
    fit.sort_by(|a, b| b.bits.total_cmp(&a.bits));
    failed.sort_by_key(|trial| std::cmp::Reverse(trial.framed));
    let mut divisions: Vec<Division> = Vec::new();
    for trial in fit {
        match divisions.iter_mut().find(|division| division.best.cuts == trial.cuts) {
            Some(division) => division.alike.push(trial.spec),
            None => divisions.push(Division { best: trial, alike: Vec::new() }),
        }
    }
    (divisions, failed)
}
