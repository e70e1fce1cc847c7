//! Two framers chosen at run time: what a frame says is told without the side it is from.

use alloc::boxed::Box;

use super::super::detect::Sides;
use super::super::{
    Detect, Either, Encode, EncodeError, Envelope, Finish, FrameError, Framer, Part, Step, Then,
};
use super::{AnyFramer, AnyMeta};

/// Any framer, and another behind it: a [`Then`] in an [`AnyFramer`].
///
/// [`Framer::unstuff`] and [`Framer::joined`] are for the frame that was found last, as deframers
/// ask. Writing goes over to the second where the reader will; meta data cannot ask for it earlier.
#[derive(Clone, Debug)]
pub struct AnyThen<'a>(Then<AnyFramer<'a>, AnyFramer<'a>>);

/// One of any two framers: a [`Detect`] in an [`AnyFramer`].
///
/// The first frame is written in the framing that is matched, where that can carry it behind its
/// signature, else in the other.
#[derive(Clone, Debug)]
pub struct AnyDetect<'a>(Detect<AnyFramer<'a>, AnyFramer<'a>>);

impl From<Then<Self, Self>> for AnyFramer<'_> {
    fn from(then: Then<Self, Self>) -> Self {
        Self::Then(Box::new(AnyThen(then)))
    }
}

impl From<Detect<Self, Self>> for AnyFramer<'_> {
    fn from(detect: Detect<Self, Self>) -> Self {
        Self::Detect(Box::new(AnyDetect(detect)))
    }
}

impl<'a> AnyThen<'a> {
    pub(super) fn into_owned(self: Box<Self>) -> Box<AnyThen<'static>> {
        Box::new(AnyThen(self.0.map(AnyFramer::into_owned, AnyFramer::into_owned)))
    }

    /// The framer that the next frame is written by.
    pub(in super::super) fn writer(&self) -> &AnyFramer<'a> {
        self.0.writer().into_inner()
    }

    /// The side of the last frame.
    const fn side(&self) -> Either<(), ()> {
        self.0.origin()
    }
}

impl<'a> AnyDetect<'a> {
    pub(super) fn into_owned(self: Box<Self>) -> Box<AnyDetect<'static>> {
        Box::new(AnyDetect(self.0.map(AnyFramer::into_owned, AnyFramer::into_owned)))
    }

    /// The framer that a frame would be written by.
    pub(in super::super) fn writer_of(
        &self,
        body: &[u8],
        meta: AnyMeta,
    ) -> Result<&AnyFramer<'a>, EncodeError> {
        self.0.writer_of(body, Sides::both(meta)).map(Either::into_inner)
    }

    /// The side of the frames that are read; only where nothing has been is there none.
    fn side(&self) -> Either<(), ()> {
        self.0.chosen().unwrap_or(Either::Second(()))
    }
}

macro_rules! framer {
    ($framer:ident) => {
        impl Framer for $framer<'_> {
            type Meta = AnyMeta;

            fn step(&mut self, input: &[u8]) -> Result<Step<AnyMeta>, FrameError> {
                self.0.step(input).map(|step| step.map(Either::into_inner))
            }

            fn finish(&mut self, input: &[u8]) -> Result<Finish<AnyMeta>, FrameError> {
                self.0.finish(input).map(|finish| finish.map(Either::into_inner))
            }

            fn unstuff(&self, meta: AnyMeta, body: &mut [u8]) -> Result<usize, FrameError> {
                self.0.unstuff(self.side().with(meta), body)
            }

            fn max_wire(&self) -> usize {
                self.0.max_wire()
            }

            fn at_boundary(&self) -> bool {
                self.0.at_boundary()
            }

            fn reset(&mut self) {
                self.0.reset();
            }

            fn part(&self, input: &[u8]) -> Option<Part> {
                self.0.part(input)
            }

            fn joined(&self, first: AnyMeta, last: AnyMeta) -> AnyMeta {
                let side = self.side();
                self.0.joined(side.with(first), side.with(last)).into_inner()
            }
        }
    };
}

framer!(AnyThen);
framer!(AnyDetect);

impl Encode for AnyThen<'_> {
    type Meta = AnyMeta;

    fn encoded_len(&self, body: &[u8], meta: AnyMeta) -> Result<usize, EncodeError> {
        self.0.encoded_len(body, Some(self.0.writing().with(meta)))
    }

    fn encode(&mut self, body: &[u8], meta: AnyMeta, out: &mut [u8]) -> Result<usize, EncodeError> {
        self.0.encode(body, Some(self.0.writing().with(meta)), out)
    }

    fn envelope(
        &mut self,
        body: &[u8],
        meta: AnyMeta,
    ) -> Result<Option<Envelope<'_>>, EncodeError> {
        self.0.envelope(body, Some(self.0.writing().with(meta)))
    }

    fn encode_end(&mut self, out: &mut [u8]) -> Result<usize, EncodeError> {
        self.0.encode_end(out)
    }
}

impl Encode for AnyDetect<'_> {
    type Meta = AnyMeta;

    fn encoded_len(&self, body: &[u8], meta: AnyMeta) -> Result<usize, EncodeError> {
        self.0.len_of(body, Sides::both(meta))
    }

    fn encode(&mut self, body: &[u8], meta: AnyMeta, out: &mut [u8]) -> Result<usize, EncodeError> {
        self.0.write(body, Sides::both(meta), out)
    }

    fn envelope(
        &mut self,
        body: &[u8],
        meta: AnyMeta,
    ) -> Result<Option<Envelope<'_>>, EncodeError> {
        self.0.envelope_of(body, Sides::both(meta))
    }

    fn encode_end(&mut self, out: &mut [u8]) -> Result<usize, EncodeError> {
        self.0.encode_end(out)
    }
}
