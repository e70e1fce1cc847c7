//! Inputs of the framing targets: a head that chooses a configuration and cuts, then the stream.
//!
//! ```text
//! │ flags │ max │ seed │ stream …
//! ```
//!
//! `flags` are the choices of the configuration, from the lowest bit on, in the order in which
//! `seeds.rs` of the conformance crate lists them; `max` is the limit, `seed` makes the cuts. A framer
//! whose configuration does not fit has a head of its own, such as `frame_length`.
//!
//! Decoded by hand, byte by byte, so that a corpus stays good for as long as this file does.

/// The longest stream that is tried: laws replay it many times.
const MAX_STREAM: usize = 512;

/// The head of most framing targets.
pub(crate) struct Config {
    flags: u8,
    /// The limit.
    pub(crate) max: usize,
    /// What makes the cuts.
    pub(crate) seed: u8,
}

impl Config {
    /// Takes the head of an input; `None` where it is too short or the stream too long.
    pub(crate) fn of(input: &[u8]) -> Option<(Self, &[u8])> {
        let ([flags, max, seed], stream) = head(input)?;
        Some((Self { flags, max: max.into(), seed }, stream))
    }

    /// Takes the next choice, of so many bits.
    pub(crate) const fn choice(&mut self, bits: u8) -> u8 {
        let choice = self.flags & ((1 << bits) - 1);
        self.flags >>= bits;
        choice
    }
}

/// Takes the head of an input; `None` where it is too short or the stream too long.
pub(crate) fn head<const N: usize>(input: &[u8]) -> Option<([u8; N], &[u8])> {
    let (head, stream) = input.split_first_chunk::<N>()?;
    (stream.len() <= MAX_STREAM).then_some((*head, stream))
}

/// Three cuts made from one byte.
pub(crate) fn cuts(seed: u8) -> [usize; 3] {
    [seed, seed.wrapping_mul(31).wrapping_add(7), seed.wrapping_mul(73).wrapping_add(1)]
        .map(usize::from)
}
