//! Inputs of the framing targets: a head that chooses a configuration and cuts, then the stream.
//!
//! Decoded by hand, byte by byte, so that a corpus stays good for as long as this file does.

/// The longest stream that is tried: laws replay it many times.
const MAX_STREAM: usize = 512;

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
