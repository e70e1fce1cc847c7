//! Messages joined from their parts, as a deframer with a buffer of its own.

use super::super::super::Framer;
use super::super::{Buffered, Event};
use super::Assemble;

impl<F: Framer, B: AsRef<[u8]> + AsMut<[u8]>> Assemble<F, B> {
    /// Copies bytes into the space there is, and counts them.
    fn fill(&mut self, bytes: &[u8]) -> usize {
        let space = self.spare();
        let count = bytes.len().min(space.len());
        for (to, from) in space.iter_mut().zip(bytes) {
            *to = *from;
        }
        self.filled(count);
        count
    }
}

/// Makes it a deframer with a buffer of its own, for a kind of buffer and the way to fill it.
macro_rules! buffered {
    ($buffer:ty $(, const $len:ident)?; $take:expr) => {
        impl<F: Framer $(, const $len: usize)?> Buffered for Assemble<F, $buffer> {
            type Meta = F::Meta;

            fn take(&mut self, bytes: &[u8]) -> usize {
                $take(self, bytes)
            }

            fn end(&mut self) {
                Self::end(self);
            }

            fn poll(&mut self) -> Event<F::Meta> {
                let event = Self::poll(self);
                // It counts from the start of the buffer already.
                self.body = event.body_behind(0);
                event
            }

            fn body(&self) -> &[u8] {
                self.buffer.get(self.body.clone()).unwrap_or_default()
            }

            fn is_over(&self) -> bool {
                Self::is_over(self)
            }

            fn position(&self) -> u64 {
                Self::position(self)
            }

            fn rest(&self) -> &[u8] {
                Self::rest(self)
            }

            fn drop_rest(&mut self) {
                if Self::is_over(self) {
                    self.raw = self.end;
                }
            }

            fn held(&self) -> usize {
                let joined = self.begun.map_or(0, |_| self.joined.saturating_sub(self.start));
                joined.saturating_add(self.unread())
            }

            fn reset(&mut self) {
                Self::reset(self);
                self.body = 0..0;
            }
        }
    };
}

buffered!([u8; N], const N; Self::fill);
buffered!(&mut [u8]; Self::fill);
#[cfg(feature = "alloc")]
buffered!(alloc::vec::Vec<u8>; |assemble: &mut Self, bytes: &[u8]| {
    assemble.extend(bytes);
    bytes.len()
});
