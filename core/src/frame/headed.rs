//! What framings share whose header says where the frame ends, and that cannot recover.

use super::{
    EncodeError, EncodeErrorKind, Finish, Frame, FrameError, FrameErrorKind, Need, Recovery, Step,
    at_least_one,
};

/// What the bytes at the front of a stream say of the frame there.
#[derive(Debug)]
pub(super) enum Head<M> {
    /// The header is incomplete; the shortest frame that begins so has this many bytes.
    Short(usize),
    /// The frame, of which not all may be here.
    Whole(Frame<M>),
}

impl<M> Head<M> {
    /// A frame of `wire` bytes, of which the body are those between `start` and `end`.
    #[inline(always)]
    pub(super) const fn whole(wire: usize, body: (usize, usize), last: bool, meta: M) -> Self {
        Self::Whole(Frame { wire: at_least_one(wire), body: body.0..body.1, last, meta })
    }
}

/// The fatal error of a stream, once there is one.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Failed(Option<FrameError>);

impl Failed {
    pub(super) const NOT: Self = Self(None);

    pub(super) const fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// Repeats the error.
    #[inline(always)]
    pub(super) const fn check(&self) -> Result<(), FrameError> {
        match self.0 {
            None => Ok(()),
            Some(error) => Err(error),
        }
    }

    /// Answers what a header says, and keeps an error.
    #[inline(always)]
    pub(super) fn step<M>(
        &mut self,
        head: Result<Head<M>, FrameError>,
        input: &[u8],
    ) -> Result<Step<M>, FrameError> {
        match head {
            Ok(Head::Whole(frame)) if frame.wire.get() <= input.len() => Ok(Step::Frame(frame)),
            Ok(Head::Whole(frame)) => Ok(Step::Need(Need::rest_of(frame.wire.get(), input.len()))),
            Ok(Head::Short(wire)) => {
                Ok(Step::Need(Need::at_least(wire.saturating_sub(input.len()))))
            }
            Err(error) => {
                self.0 = Some(error);
                Err(error)
            }
        }
    }

    /// Judges the end of a stream; `open` says that the last frame was a part that another follows.
    pub(super) fn finish<M>(&self, input: &[u8], open: bool) -> Result<Finish<M>, FrameError> {
        self.check()?;
        if input.is_empty() && !open { Ok(Finish::Clean) } else { Err(FrameError::truncated()) }
    }
}

/// What the field `failed` does for a [`Framer`](super::Framer) whose messages are single frames.
macro_rules! by_failed {
    () => {
        fn finish(&mut self, input: &[u8]) -> Result<Finish<Self::Meta>, FrameError> {
            self.failed.finish(input, false)
        }

        #[inline]
        fn at_boundary(&self) -> bool {
            self.failed.is_none()
        }

        fn reset(&mut self) {
            self.failed = Failed::NOT;
        }
    };
}
pub(super) use by_failed;

/// An error from which there is no recovery: the length of the frame cannot be trusted.
#[cold]
pub(super) const fn fatal(kind: FrameErrorKind, at: usize) -> FrameError {
    FrameError::new(kind, at, Recovery::Fatal)
}

/// The first bytes of a header, with zeros for those that are missing: as every field of a length
/// grows with each of its bytes, no header that begins so declares a shorter frame.
#[inline(always)]
pub(super) fn smallest<const N: usize>(input: &[u8]) -> [u8; N] {
    match input.first_chunk() {
        Some(header) => *header,
        None => padded(input),
    }
}

#[cold]
fn padded<const N: usize>(input: &[u8]) -> [u8; N] {
    let mut header = [0; N];
    for (to, from) in header.iter_mut().zip(input) {
        *to = *from;
    }
    header
}

/// Refuses a payload that is not exactly one frame, for framings whose bodies are whole messages.
pub(super) fn one_message<M>(
    head: Result<Head<M>, FrameError>,
    body: &[u8],
) -> Result<(), EncodeError> {
    if body.is_empty() {
        return Err(EncodeError::new(EncodeErrorKind::PayloadEmpty, 0));
    }
    match head {
        Ok(Head::Whole(frame)) if frame.wire.get() == body.len() => Ok(()),
        Ok(_) => Err(EncodeError::new(EncodeErrorKind::PayloadLength, 0)),
        Err(FrameError { kind: FrameErrorKind::TooLong { limit }, .. }) => {
            Err(EncodeError::new(EncodeErrorKind::PayloadTooLong { limit }, 0))
        }
        Err(error) => {
            let at = usize::try_from(error.at).unwrap_or_default();
            Err(EncodeError::new(EncodeErrorKind::PayloadLength, at))
        }
    }
}
