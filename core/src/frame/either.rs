//! One of two.

/// What comes from one of two framers: [`Then`](super::Then) and [`Detect`](super::Detect) tell so
/// which of theirs a frame is from.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "there is no third side")]
pub enum Either<A, B> {
    /// Of the first.
    First(A),
    /// Of the second.
    Second(B),
}

impl<A, B> Either<A, B> {
    /// Forgets everything but the side.
    #[inline]
    #[must_use]
    pub const fn side(&self) -> Either<(), ()> {
        match self {
            Self::First(_) => Either::First(()),
            Self::Second(_) => Either::Second(()),
        }
    }
}

impl<T> Either<T, T> {
    /// Forgets the side.
    #[inline]
    #[must_use]
    pub fn into_inner(self) -> T {
        match self {
            Self::First(value) | Self::Second(value) => value,
        }
    }
}

impl Either<(), ()> {
    /// Puts a value on this side.
    #[inline]
    #[must_use]
    pub fn with<T>(self, value: T) -> Either<T, T> {
        match self {
            Self::First(()) => Either::First(value),
            Self::Second(()) => Either::Second(value),
        }
    }
}

impl<A: Default, B> Default for Either<A, B> {
    fn default() -> Self {
        Self::First(A::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_goes_and_comes_back() {
        for either in [Either::<u8, u8>::First(1), Either::Second(2)] {
            assert_eq!(either.side().with(either.into_inner()), either);
        }
        assert_eq!(Either::<u8, ()>::default(), Either::First(0));
    }
}
