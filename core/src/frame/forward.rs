//! Framers behind references and boxes.

use super::{Finish, FrameError, Framer, Part, Plain, Step};

macro_rules! forward {
    () => {
        type Meta = F::Meta;

        #[inline]
        fn step(&mut self, input: &[u8]) -> Result<Step<F::Meta>, FrameError> {
            (**self).step(input)
        }

        #[inline]
        fn finish(&mut self, input: &[u8]) -> Result<Finish<F::Meta>, FrameError> {
            (**self).finish(input)
        }

        #[inline]
        fn unstuff(&self, meta: F::Meta, body: &mut [u8]) -> Result<usize, FrameError> {
            (**self).unstuff(meta, body)
        }

        fn max_wire(&self) -> usize {
            (**self).max_wire()
        }

        #[inline]
        fn at_boundary(&self) -> bool {
            (**self).at_boundary()
        }

        fn reset(&mut self) {
            (**self).reset();
        }

        #[inline]
        fn part(&self, input: &[u8]) -> Option<Part> {
            (**self).part(input)
        }

        #[inline]
        fn joined(&self, first: F::Meta, last: F::Meta) -> F::Meta {
            (**self).joined(first, last)
        }
    };
}

impl<F: Framer + ?Sized> Framer for &mut F {
    forward!();
}

impl<F: Plain + ?Sized> Plain for &mut F {}

#[cfg(feature = "alloc")]
impl<F: Framer + ?Sized> Framer for alloc::boxed::Box<F> {
    forward!();
}

#[cfg(feature = "alloc")]
impl<F: Plain + ?Sized> Plain for alloc::boxed::Box<F> {}
