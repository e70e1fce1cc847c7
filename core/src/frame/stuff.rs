//! What all stuffed framings share: the delimiter that ends every frame, good or bad, and the limit.

use core::num::NonZeroUsize;

use memchr::memchr;

use super::{
    EncodeError, EncodeErrorKind, Finish, Frame, FrameError, FrameErrorKind, Need, Recovery, Step,
    at_least_one,
};

/// The state of a framer whose frames end at a byte that stuffing keeps out of them.
///
/// Inside a frame the next byte may be that one, so no more than one byte is ever asked for: a
/// reader that waited for what a damaged block promises would wait for the frames behind it.
#[derive(Clone, Debug)]
pub(super) struct Segments {
    delimiter: u8,
    /// Longest payload.
    max: usize,
    /// Longest body in its worst encoding.
    worst: usize,
    /// Bytes of the shortest frame on the wire.
    shortest: usize,
    /// No delimiter is before this offset.
    scanned: usize,
    /// In a frame that has been refused.
    refused: bool,
}

impl Segments {
    pub(super) const fn new(delimiter: u8, max: usize, worst: usize, shortest: usize) -> Self {
        Self { delimiter, max, worst, shortest, scanned: 0, refused: false }
    }

    pub(super) const fn max(&self) -> usize {
        self.max
    }

    pub(super) const fn max_wire(&self) -> usize {
        self.worst.saturating_add(1)
    }

    #[inline]
    pub(super) const fn at_boundary(&self) -> bool {
        !self.refused
    }

    pub(super) const fn reset(&mut self) {
        self.scanned = 0;
        self.refused = false;
    }

    /// Finds the delimiter; `idle` are the bytes that stand between frames and mean nothing there.
    #[inline]
    pub(super) fn step(
        &mut self,
        input: &[u8],
        idle: impl Fn(u8) -> bool,
    ) -> Result<Step<()>, FrameError> {
        if self.refused {
            return Ok(self.skip(input));
        }
        if self.scanned == 0 {
            let count = input.iter().take_while(|byte| idle(**byte)).count();
            if let Some(count) = NonZeroUsize::new(count) {
                return Ok(Step::Skip(count));
            }
        }
        let window = input.get(..=self.worst).unwrap_or(input);
        match self.find(window) {
            Some(end) => {
                self.scanned = 0;
                let wire = at_least_one(end.saturating_add(1));
                Ok(Step::Frame(Frame { wire, body: 0..end, last: true, meta: () }))
            }
            None if window.len() > self.worst => {
                self.refused = true;
                self.scanned = window.len();
                Err(self.too_long())
            }
            None => {
                self.scanned = input.len();
                let missing = if input.is_empty() { self.shortest } else { 1 };
                Ok(Step::Need(Need::at_least(missing)))
            }
        }
    }

    pub(super) const fn finish(&self, input: &[u8]) -> Result<Finish<()>, FrameError> {
        if self.refused || !input.is_empty() {
            return Err(FrameError::truncated());
        }
        Ok(Finish::Clean)
    }

    /// Judges the length of a payload that has been unstuffed.
    #[inline]
    pub(super) const fn accept(&self, len: usize) -> Result<usize, FrameError> {
        if len > self.max { Err(self.too_long()) } else { Ok(len) }
    }

    /// Judges the length of a payload that is to be written.
    pub(super) const fn check(&self, body: &[u8]) -> Result<(), EncodeError> {
        let limit = self.max;
        if body.len() > limit {
            return Err(EncodeError::new(EncodeErrorKind::PayloadTooLong { limit }, 0));
        }
        Ok(())
    }

    #[cold]
    const fn too_long(&self) -> FrameError {
        let kind = FrameErrorKind::TooLong { limit: self.max };
        FrameError::new(kind, 0, Recovery::Resync)
    }

    fn skip(&mut self, input: &[u8]) -> Step<()> {
        let count = match self.find(input) {
            Some(end) => {
                self.refused = false;
                end.saturating_add(1)
            }
            None => input.len(),
        };
        self.scanned = 0;
        match NonZeroUsize::new(count) {
            Some(count) => Step::Skip(count),
            None => Step::Need(Need::at_least(1)),
        }
    }

    #[inline]
    fn find(&self, input: &[u8]) -> Option<usize> {
        let unseen = input.get(self.scanned..)?;
        memchr(self.delimiter, unseen).map(|found| found.saturating_add(self.scanned))
    }
}

/// What the field `segments` does for a [`Framer`](super::Framer).
macro_rules! by_segments {
    () => {
        fn finish(&mut self, input: &[u8]) -> Result<Finish<()>, FrameError> {
            self.segments.finish(input)
        }

        fn max_wire(&self) -> usize {
            self.segments.max_wire()
        }

        #[inline]
        fn at_boundary(&self) -> bool {
            self.segments.at_boundary()
        }

        fn reset(&mut self) {
            self.segments.reset();
        }
    };
}
pub(super) use by_segments;

/// The error of a broken rule in a body; the frames behind it can be read.
#[cold]
pub(super) const fn spoilt(kind: FrameErrorKind, at: usize) -> FrameError {
    FrameError::new(kind, at, Recovery::Resync)
}

/// Refuses an output buffer that cannot hold a frame of so many bytes.
pub(super) const fn room(needed: usize, out: &[u8]) -> Result<(), EncodeError> {
    if needed > out.len() {
        return Err(EncodeError::new(EncodeErrorKind::BufferTooSmall { needed }, 0));
    }
    Ok(())
}
