//! Eight bytes in a word, looked at together.

/// The top bit of each byte.
pub(crate) const TOPS: u64 = 0x8080_8080_8080_8080;

/// The top bit of each byte that is not zero; the other bits say nothing.
#[inline(always)]
pub(crate) const fn not_zero(word: u64) -> u64 {
    // No carry leaves its byte.
    (word & !TOPS).wrapping_add(!TOPS) | word
}
