//! All the laws that need nothing but a framer and a stream.

use alloc::vec::Vec;

use portolan::frame::{Framer, Plain};

use super::{
    Codec, Limits, assembling_holds, canonical, cuts_do_not_matter, deframers_agree,
    fatal_is_sticky, need_is_honest, no_cut_matters, pieces, plain_deframers_agree,
    reads_are_exact, rewritten, round_trip, verdicts_are_final,
};
use crate::input::cuts;

/// Longest stream of which every cut is tried.
const EVERY_CUT: usize = 7;

/// What is particular to a framing.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Trial {
    /// Whether each frame is written as it was read.
    pub canonical: bool,
    /// Whether a frame is read by what came before it, so that none can be written alone.
    pub in_order: bool,
    /// Bytes behind a frame that decide where it ends.
    pub ahead: usize,
    /// The limits within which parts are joined, where messages have several.
    pub assemble: Option<Limits>,
}

impl Trial {
    /// A format with more than one spelling, or of which the header is not kept.
    #[must_use]
    pub const fn new() -> Self {
        Self { canonical: false, in_order: false, ahead: 0, assemble: None }
    }

    /// A format in which each frame has one spelling.
    #[must_use]
    pub const fn canonical(self, canonical: bool) -> Self {
        Self { canonical, ..self }
    }

    /// A format in which a frame is read by what came before it.
    #[must_use]
    pub const fn in_order(self) -> Self {
        Self { in_order: true, ..self }
    }

    /// A format in which so many bytes behind a frame decide where it ends.
    #[must_use]
    pub const fn ahead(self, ahead: usize) -> Self {
        Self { ahead, ..self }
    }

    /// A format of messages in parts, joined up to these limits.
    #[must_use]
    pub const fn assemble(self, max: usize, max_parts: usize) -> Self {
        Self { assemble: Some(Limits { max, max_parts }), ..self }
    }
}

/// Asserts every law of a framer over a stream; the `seed` chooses the cuts, and the framer's
/// `max_wire` is at most 16384.
pub fn hold<F>(framer: &F, stream: &[u8], seed: u8, trial: Trial)
where
    F: Codec,
    <F as Framer>::Meta: Default,
{
    let cuts = cuts(seed);
    let pieces = pieces(stream, &cuts);
    cuts_do_not_matter(framer, stream, &cuts);
    if stream.len() <= EVERY_CUT {
        no_cut_matters(framer, stream);
    }
    verdicts_are_final(framer, stream, seed.into());
    need_is_honest(framer, stream);
    reads_are_exact(framer, stream, trial.ahead);
    fatal_is_sticky(framer, stream, &[seed; 9]);
    deframers_agree(framer, &pieces);
    if trial.in_order {
        rewritten(framer, stream, trial.canonical);
    } else {
        canonical(framer, stream, trial.canonical);
    }
    let payload = |piece: &&[u8]| (piece.to_vec(), Default::default());
    round_trip(framer, &pieces.iter().map(payload).collect::<Vec<_>>());
    if let Some(limits) = trial.assemble {
        assembling_holds(framer, limits, stream, &cuts);
    }
}

/// The same, and what holds of payloads that can be borrowed.
pub fn hold_plain<F>(framer: &F, stream: &[u8], seed: u8, trial: Trial)
where
    F: Codec + Plain,
    <F as Framer>::Meta: Default,
{
    hold(framer, stream, seed, trial);
    plain_deframers_agree(framer, &pieces(stream, &cuts(seed)));
}
