//! What framings share that say how long a frame is before it comes: their states.

use core::convert::Infallible;

use super::{Finish, FrameError, FrameErrorKind, Need, Recovery, Step, at_least_one};

/// The state of a framer that is told the length of a frame.
#[derive(Clone, Copy, Debug)]
pub(super) enum Declared {
    /// In a frame, or before one.
    Reading,
    /// Behind a refusal that is recovered from when so many bytes have passed.
    Skipping(u128),
    /// Behind a fatal error.
    Failed(FrameError),
}

impl Declared {
    /// Answers for a framer that is not reading.
    #[inline(always)]
    pub(super) fn answer<M>(&mut self, input: &[u8]) -> Option<Result<Step<M>, FrameError>> {
        if self.at_boundary() {
            return None;
        }
        Some(self.answer_refused(input)?.map(Step::without_frame))
    }

    #[cold]
    fn answer_refused(&mut self, input: &[u8]) -> Option<Result<Step<Infallible>, FrameError>> {
        match *self {
            Self::Reading => None,
            Self::Skipping(left) => Some(Ok(self.skip(left, input))),
            Self::Failed(error) => Some(Err(error)),
        }
    }

    /// Passes over what is left of a refused frame.
    fn skip(&mut self, left: u128, input: &[u8]) -> Step<Infallible> {
        let left_here = usize::try_from(left).unwrap_or(usize::MAX);
        let count = left_here.min(input.len());
        if count == 0 {
            return Step::Need(Need::at_least(left_here));
        }
        *self = match left.saturating_sub(count as u128) {
            0 => Self::Reading,
            left => Self::Skipping(left),
        };
        Step::Skip(at_least_one(count))
    }

    /// Gives the stream up.
    #[cold]
    pub(super) const fn fail(&mut self, kind: FrameErrorKind, at: usize) -> FrameError {
        let error = FrameError::new(kind, at, Recovery::Fatal);
        *self = Self::Failed(error);
        error
    }

    /// Refuses a frame of `wire` bytes, to go on behind it.
    #[cold]
    pub(super) const fn discard(&mut self, kind: FrameErrorKind, wire: u128) -> FrameError {
        *self = Self::Skipping(wire);
        FrameError::new(kind, 0, Recovery::Resync)
    }

    /// Judges the end of the stream: no frame is completed by it.
    pub(super) const fn finish<M>(&self, input: &[u8]) -> Result<Finish<M>, FrameError> {
        match *self {
            Self::Failed(error) => Err(error),
            Self::Reading if input.is_empty() => Ok(Finish::Clean),
            Self::Reading | Self::Skipping(_) => Err(FrameError::truncated()),
        }
    }

    #[inline]
    pub(super) const fn at_boundary(&self) -> bool {
        matches!(self, Self::Reading)
    }
}

/// What the field `state` does for a [`Framer`](super::Framer).
macro_rules! by_state {
    () => {
        fn finish(&mut self, input: &[u8]) -> Result<Finish<Self::Meta>, FrameError> {
            self.state.finish(input)
        }

        #[inline]
        fn at_boundary(&self) -> bool {
            self.state.at_boundary()
        }

        fn reset(&mut self) {
            self.state = Declared::Reading;
        }
    };
}
pub(super) use by_state;
