//! The other direction: a payload becomes a frame.

use crate::cursor::Writer;

use super::{EncodeError, EncodeErrorKind};

/// The rule of a [`Framer`](super::Framer), applied the other way: it writes what that reads.
///
/// Writing is all or nothing: after an error the output is untouched and the encoder unchanged.
/// What a framer with the same configuration would refuse, or read back as something else, is
/// refused here.
pub trait Encode {
    /// What a frame says besides its body; the default is what a plain payload needs.
    type Meta: Copy + Default;

    /// Counts exactly how many bytes [`encode`](Self::encode) writes.
    ///
    /// # Errors
    ///
    /// Those of [`encode`](Self::encode), except [`EncodeErrorKind::BufferTooSmall`].
    fn encoded_len(&self, body: &[u8], meta: Self::Meta) -> Result<usize, EncodeError>;

    /// Writes one frame to the start of `out` and counts its bytes.
    ///
    /// # Errors
    ///
    /// [`EncodeErrorKind::BufferTooSmall`] when `out` cannot hold the frame, and the kinds of the
    /// framing for a payload that it cannot carry.
    fn encode(
        &mut self,
        body: &[u8],
        meta: Self::Meta,
        out: &mut [u8],
    ) -> Result<usize, EncodeError>;

    /// Makes the bytes that go before and behind `body`, for vectored writes.
    ///
    /// `None` when the framing changes the payload itself, or when its tail is not kept anywhere;
    /// [`encode`](Self::encode) works always.
    ///
    /// # Errors
    ///
    /// Those of [`encode`](Self::encode), except [`EncodeErrorKind::BufferTooSmall`].
    fn envelope(
        &mut self,
        body: &[u8],
        meta: Self::Meta,
    ) -> Result<Option<Envelope<'_>>, EncodeError>;

    /// Writes what ends the stream after the last frame; nothing for most framings.
    ///
    /// # Errors
    ///
    /// [`EncodeErrorKind::BufferTooSmall`] when `out` cannot hold it.
    fn encode_end(&mut self, out: &mut [u8]) -> Result<usize, EncodeError> {
        let _ = out;
        Ok(0)
    }

    /// Appends one frame to a vector and counts its bytes; after an error `out` is unchanged.
    ///
    /// # Errors
    ///
    /// Those of [`encode`](Self::encode), except [`EncodeErrorKind::BufferTooSmall`].
    #[cfg(feature = "alloc")]
    fn append(
        &mut self,
        body: &[u8],
        meta: Self::Meta,
        out: &mut alloc::vec::Vec<u8>,
    ) -> Result<usize, EncodeError> {
        let start = out.len();
        let len = self.encoded_len(body, meta)?;
        out.resize(start.saturating_add(len), 0);
        let written = match out.get_mut(start..) {
            Some(space) => self.encode(body, meta, space),
            None => Ok(0),
        };
        if written.is_err() {
            out.truncate(start);
        }
        written
    }

    /// Appends to a vector what ends the stream and counts its bytes.
    ///
    /// # Errors
    ///
    /// Those of [`encode_end`](Self::encode_end), except [`EncodeErrorKind::BufferTooSmall`].
    #[cfg(feature = "alloc")]
    fn append_end(&mut self, out: &mut alloc::vec::Vec<u8>) -> Result<usize, EncodeError> {
        let start = out.len();
        let needed = match self.encode_end(&mut []) {
            Err(EncodeError { kind: EncodeErrorKind::BufferTooSmall { needed }, .. }) => needed,
            nothing => return nothing,
        };
        out.resize(start.saturating_add(needed), 0);
        let written = self.encode_end(out.get_mut(start..).unwrap_or_default());
        if written.is_err() {
            out.truncate(start);
        }
        written
    }
}

const MAX_HEAD: usize = 40;

/// The bytes around a payload.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Envelope<'a> {
    head: [u8; MAX_HEAD],
    head_len: usize,
    tail: &'a [u8],
}

impl<'a> Envelope<'a> {
    /// Longest head of any framing: 32 bytes of header and a length field of 8.
    pub const MAX_HEAD: usize = MAX_HEAD;

    /// Joins a head, of which at most [`MAX_HEAD`](Self::MAX_HEAD) bytes count, and a tail.
    #[must_use]
    pub fn new(head: &[u8], tail: &'a [u8]) -> Self {
        let mut envelope = Self { head: [0; Self::MAX_HEAD], head_len: 0, tail };
        for (to, from) in envelope.head.iter_mut().zip(head) {
            *to = *from;
        }
        envelope.head_len = head.len().min(Self::MAX_HEAD);
        envelope
    }

    /// The same, of a head that is the first `len` bytes of an array.
    #[inline]
    pub(super) const fn within(head: [u8; MAX_HEAD], len: usize, tail: &'a [u8]) -> Self {
        let head_len = if len < MAX_HEAD { len } else { MAX_HEAD };
        Self { head, head_len, tail }
    }

    /// The bytes before the payload.
    #[must_use]
    pub fn head(&self) -> &[u8] {
        self.head.get(..self.head_len).unwrap_or(&self.head)
    }

    /// A short head, with zeros behind it.
    #[cfg(feature = "tokio-util")]
    #[inline]
    pub(crate) fn short_head(&self) -> Option<&[u8; 8]> {
        self.head.first_chunk().filter(|word| self.head_len <= word.len())
    }

    /// The bytes behind the payload.
    #[must_use]
    pub const fn tail(&self) -> &'a [u8] {
        self.tail
    }

    /// The frame around `body` in pieces, such as for a vectored write.
    ///
    /// # Examples
    ///
    /// ```
    /// use portolan::frame::{Encode, Netstring};
    /// use std::io::{IoSlice, Write};
    ///
    /// let mut framer = Netstring::new(1024);
    /// let body = b"hello"; // it is not copied
    /// let envelope = framer.envelope(body, ())?.unwrap();
    /// let pieces = envelope.around(body).map(IoSlice::new);
    /// let mut stream = Vec::new();
    /// assert_eq!(stream.write_vectored(&pieces)?, 8);
    /// assert_eq!(stream, b"5:hello,");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn around<'b>(&'b self, body: &'b [u8]) -> [&'b [u8]; 3] {
        [self.head(), body, self.tail]
    }

    /// Counts the bytes of the frame around `body`.
    pub(super) const fn wire_of(&self, body: &[u8]) -> usize {
        self.head_len.saturating_add(body.len()).saturating_add(self.tail.len())
    }

    /// Writes the frame around `body`, or nothing at all.
    pub(super) fn write_around(&self, body: &[u8], out: &mut [u8]) -> Result<usize, EncodeError> {
        write_parts(out, self.around(body))
    }
}

/// Writes what the method `around` of a framer makes: what goes around a payload that has passed.
macro_rules! by_around {
    () => {
        fn encoded_len(&self, body: &[u8], meta: Self::Meta) -> Result<usize, EncodeError> {
            self.around(body, meta).map(|around| around.wire_of(body))
        }

        fn encode(
            &mut self,
            body: &[u8],
            meta: Self::Meta,
            out: &mut [u8],
        ) -> Result<usize, EncodeError> {
            self.around(body, meta)?.write_around(body, out)
        }

        fn envelope(
            &mut self,
            body: &[u8],
            meta: Self::Meta,
        ) -> Result<Option<Envelope<'_>>, EncodeError> {
            self.around(body, meta).map(Some)
        }
    };
}
pub(super) use by_around;

/// Writes payloads as they are, for a framer whose `check` tells which are frames.
macro_rules! as_it_is {
    ($framer:ty) => {
        impl $crate::frame::Encode for $framer {
            type Meta = ();

            fn encoded_len(&self, body: &[u8], (): ()) -> Result<usize, EncodeError> {
                self.check(body).map(|()| body.len())
            }

            fn encode(
                &mut self,
                body: &[u8],
                (): (),
                out: &mut [u8],
            ) -> Result<usize, EncodeError> {
                self.check(body)?;
                $crate::frame::encode::write_parts(out, [body, &[], &[]])
            }

            fn envelope(
                &mut self,
                body: &[u8],
                (): (),
            ) -> Result<Option<$crate::frame::Envelope<'_>>, EncodeError> {
                self.check(body).map(|()| Some($crate::frame::Envelope::new(&[], &[])))
            }
        }
    };
}

pub(super) use as_it_is;

/// Writes `parts` one after another, or nothing at all.
pub(super) fn write_parts(out: &mut [u8], parts: [&[u8]; 3]) -> Result<usize, EncodeError> {
    let needed = parts.iter().fold(0_usize, |sum, part| sum.saturating_add(part.len()));
    let small = EncodeError::new(EncodeErrorKind::BufferTooSmall { needed }, 0);
    if needed > out.len() {
        return Err(small);
    }
    let mut writer = Writer::new(out);
    for part in parts {
        writer.put_slice(part).map_err(|_| small)?;
    }
    Ok(needed)
}
