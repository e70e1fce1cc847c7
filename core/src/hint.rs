//! What compilers are told that they do not see.

/// Marks a branch as taken seldom.
///
/// So it stays a branch, which processors guess, and is not turned into arithmetic for which
/// everything behind has to wait.
#[cold]
#[inline]
pub(crate) const fn seldom() {}
