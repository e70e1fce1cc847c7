//! Frames borrowed from a slice that holds the whole stream.

use super::super::{FrameError, Framer, Plain};
use super::{Deframer, End, Event, Message, Polled, behind, frame_in};

/// Iterates over the frames of a stream that is all there.
///
/// After a [`Recovery::Resync`](crate::frame::Recovery::Resync) error the iterator goes on with the
/// next frame; after a fatal one, and after a frame that the end of the slice truncates, it ends.
///
/// # Examples
///
/// ```
/// use portolan::frame::deframer::frames;
/// use portolan::frame::{FrameErrorKind, LengthPrefix};
///
/// let framer = LengthPrefix::builder(16).width(1).build()?;
/// let mut frames = frames(framer, b"\x02hi\x05hel");
/// assert_eq!(frames.next().unwrap().unwrap().body, b"hi");
/// let error = frames.next().unwrap().unwrap_err();
/// assert_eq!((error.kind, error.at), (FrameErrorKind::Truncated, 3));
/// assert!(frames.next().is_none());
/// # Ok::<(), portolan::frame::ConfigError>(())
/// ```
pub const fn frames<F: Plain>(framer: F, stream: &[u8]) -> Frames<'_, F> {
    Frames { deframer: Deframer::new(framer), rest: stream }
}

/// Iterator over the frames of a slice; see [`frames`].
#[derive(Clone, Debug)]
#[must_use = "an iterator does nothing until it is asked"]
pub struct Frames<'b, F> {
    deframer: Deframer<F>,
    rest: &'b [u8],
}

impl<'b, F: Plain> Frames<'b, F> {
    /// The bytes that have not been consumed: after the last frame, those behind the framing.
    #[must_use]
    pub const fn rest(&self) -> &'b [u8] {
        self.rest
    }
}

impl<'b, F: Plain> Iterator for Frames<'b, F> {
    type Item = Result<Message<&'b [u8], F::Meta>, FrameError>;

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        while !self.deframer.is_over() {
            match self.deframer.poll_frame(self.rest, true) {
                Polled::Frame(at, frame) => {
                    let input = self.rest;
                    self.rest = behind(input, frame.wire);
                    return Some(Ok(frame_in(input, at, frame)));
                }
                Polled::Other(event) => {
                    let (rest, item) = unless_frame(self.rest, event);
                    self.rest = rest;
                    if item.is_some() {
                        return item;
                    }
                }
            }
        }
        None
    }

    /// As calling [`next`](Self::next) until it ends, with the place in the stream in a register.
    #[inline]
    fn fold<B, G: FnMut(B, Self::Item) -> B>(self, init: B, mut join: G) -> B {
        let Self { mut deframer, mut rest } = self;
        let mut all = init;
        while !deframer.is_over() {
            match deframer.poll_frame(rest, true) {
                Polled::Frame(at, frame) => {
                    let input = rest;
                    rest = behind(input, frame.wire);
                    all = join(all, Ok(frame_in(input, at, frame)));
                }
                Polled::Other(event) => {
                    let item;
                    (rest, item) = unless_frame(rest, event);
                    if let Some(item) = item {
                        all = join(all, item);
                    }
                }
            }
        }
        all
    }
}

/// What is left behind an event that seldom is a frame, and what it is to the caller.
#[cold]
#[inline(never)]
#[allow(clippy::type_complexity, reason = "an answer of parts that are all named")]
fn unless_frame<M>(
    input: &[u8],
    event: Event<M>,
) -> (&[u8], Option<Result<Message<&[u8], M>, FrameError>>) {
    let rest = input.get(event.consumed()..).unwrap_or_default();
    let item = match event {
        Event::Frame { at, frame } => Some(Ok(frame_in(input, at, frame))),
        Event::Error(error) => Some(Err(error)),
        Event::End(End::Truncated { at }) => Some(Err(FrameError::truncated().offset_by(at))),
        Event::Skip { .. } | Event::Need(_) | Event::Done { .. } | Event::End(End::Clean) => None,
    };
    (rest, item)
}

impl<F: Plain> core::iter::FusedIterator for Frames<'_, F> {}

/// Iterates over the frames of a stream that is all there, and undoes byte stuffing in place.
///
/// It ends as [`frames`] does.
///
/// # Examples
///
/// ```
/// use portolan::frame::deframer::frames_mut;
/// use portolan::frame::{AnyFramer, Ending, Lines};
///
/// // Any framer may stuff, so its bodies are borrowed mutably.
/// let framer = AnyFramer::from(Lines::new(Ending::Lf, 80));
/// let mut stream = *b"one\ntwo\n";
/// let bodies: Vec<_> = frames_mut(framer, &mut stream).flatten().map(|frame| frame.body).collect();
/// assert_eq!(bodies, [b"one", b"two"]);
/// ```
pub const fn frames_mut<F: Framer>(framer: F, stream: &mut [u8]) -> FramesMut<'_, F> {
    FramesMut { deframer: Deframer::new(framer), rest: stream }
}

/// Iterator over the frames of a slice; see [`frames_mut`].
#[derive(Debug)]
#[must_use = "an iterator does nothing until it is asked"]
pub struct FramesMut<'b, F> {
    deframer: Deframer<F>,
    rest: &'b mut [u8],
}

impl<'b, F: Framer> FramesMut<'b, F> {
    /// The bytes that have not been consumed: after the last frame, those behind the framing.
    #[must_use]
    pub const fn rest(&self) -> &[u8] {
        self.rest
    }

    /// Gives up the iterator and hands over what has not been consumed.
    #[must_use]
    pub fn into_rest(self) -> &'b mut [u8] {
        self.rest
    }
}

impl<'b, F: Framer> Iterator for FramesMut<'b, F> {
    type Item = Result<Message<&'b mut [u8], F::Meta>, FrameError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.deframer.is_over() {
            let event = self.deframer.poll_in_place(self.rest, true);
            let input = core::mem::take(&mut self.rest);
            let (wire, rest) = input.split_at_mut_checked(event.consumed()).unwrap_or_default();
            self.rest = rest;
            match event {
                Event::Frame { at, frame } => {
                    let body = wire.get_mut(frame.body).unwrap_or_default();
                    let (wire, last, meta) = (frame.wire, frame.last, frame.meta);
                    return Some(Ok(Message { at, wire, body, last, meta }));
                }
                Event::Error(error) => return Some(Err(error)),
                Event::End(End::Truncated { at }) => {
                    return Some(Err(FrameError::truncated().offset_by(at)));
                }
                Event::Skip { .. } => {}
                Event::Need(_) | Event::Done { .. } | Event::End(End::Clean) => return None,
            }
        }
        None
    }
}

impl<F: Framer> core::iter::FusedIterator for FramesMut<'_, F> {}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use super::super::super::{Ending, Fixed, LengthPrefix, Lines, Oversize, Proxy};
    use super::*;
    use alloc::vec::Vec;
    use core::num::NonZeroUsize;
    use proptest::prelude::*;

    fn folds_as_it_goes<F: Plain<Meta: PartialEq + core::fmt::Debug> + Clone>(
        framer: F,
        stream: &[u8],
    ) {
        let mut one_by_one = Vec::new();
        let mut each = frames(framer.clone(), stream);
        for item in each.by_ref() {
            one_by_one.push(item);
        }
        assert!(each.next().is_none());
        let mut folded = Vec::new();
        frames(framer, stream).for_each(|item| folded.push(item));
        assert_eq!(folded, one_by_one);
    }

    proptest! {
        #[test]
        fn folding_is_going_one_by_one(stream in prop::collection::vec(0..14_u8, 0..60)) {
            folds_as_it_goes(Lines::new(Ending::CrLf, 3).oversize(Oversize::Discard), &stream);
            folds_as_it_goes(Lines::new(Ending::OptionalCr, 3), &stream);
            folds_as_it_goes(Fixed::new(NonZeroUsize::MIN.saturating_add(2)), &stream);
            folds_as_it_goes(Proxy::new(107), &[b"PROXY UNKNOWN\r\n", &stream[..]].concat());
            let prefix = LengthPrefix::builder(9).width(1);
            folds_as_it_goes(prefix.clone().build().unwrap(), &stream);
            folds_as_it_goes(prefix.oversize(Oversize::Discard).build().unwrap(), &stream);
        }
    }
}
