//! What all stuffed framings share: the delimiter that ends every frame, good or bad; the limit;
//! and runs of bytes that are moved as they are.

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

/// Writes at an offset and answers the offset behind; `None` where it does not fit.
#[inline(always)]
pub(super) fn put(out: &mut [u8], at: usize, run: &[u8]) -> Option<usize> {
    let end = at.checked_add(run.len())?;
    copy(out.get_mut(at..end)?, run);
    Some(end)
}

/// Moves `len` bytes in place from `from` down to `to`.
#[inline(always)]
pub(super) fn pull(bytes: &mut [u8], from: usize, len: usize, to: usize) {
    let end = from.saturating_add(len);
    if to >= from || end > bytes.len() {
        return;
    }
    if len > SHORT {
        return bytes.copy_within(from..end, to);
    }
    let mut run = [0; SHORT];
    let run = run.get_mut(..len).unwrap_or_default();
    copy(run, bytes.get(from..end).unwrap_or_default());
    copy(bytes.get_mut(to..to.saturating_add(len)).unwrap_or_default(), run);
}

/// Runs that are copied here, since a call takes longer than they do.
const SHORT: usize = 16;

/// Copies a run to a place of the same length: short ones as two words that may overlap.
#[inline(always)]
fn copy(place: &mut [u8], run: &[u8]) {
    if place.len() != run.len() {
        return;
    }
    if run.len() > SHORT {
        return place.copy_from_slice(run);
    }
    if !words::<8>(place, run) && !words::<4>(place, run) {
        for (to, from) in place.iter_mut().zip(run) {
            *to = *from;
        }
    }
}

/// Copies the first and the last word, where there are such.
#[inline(always)]
fn words<const N: usize>(place: &mut [u8], run: &[u8]) -> bool {
    let (Some(first), Some(last)) = (run.first_chunk::<N>(), run.last_chunk::<N>()) else {
        return false;
    };
    if let Some(place) = place.first_chunk_mut::<N>() {
        *place = *first;
    }
    if let Some(place) = place.last_chunk_mut::<N>() {
        *place = *last;
    }
    true
}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn runs_of_every_length_are_moved_whole() {
        for len in 0..40_u8 {
            let bytes: Vec<u8> = (0..len + 3).collect();
            let run = bytes.get(3..).unwrap();
            let mut out = [0xa5; 50];
            assert_eq!(put(&mut out, 2, run), Some(2 + run.len()));
            assert_eq!(out.get(2..2 + run.len()), Some(run));
            assert!(out.iter().skip(2 + run.len()).all(|byte| *byte == 0xa5));
            assert_eq!(put(out.get_mut(..run.len() + 1).unwrap(), 2, run), None);
            for to in 0..=3 {
                let mut moved = bytes.clone();
                pull(&mut moved, 3, run.len(), to);
                assert_eq!(moved.get(to..to + run.len()), Some(run), "{len} bytes to {to}");
            }
        }
    }
}
