//! What a codec hands out.

use alloc::string::{FromUtf8Error, String};
use alloc::vec::Vec;

use bytes::{Bytes, BytesMut};

use crate::frame::deframer::Message;
use crate::frame::{Frame, FrameError};

/// What a [`Codec`](super::Codec) hands out.
///
/// # Examples
///
/// ```
/// use bytes::{Bytes, BytesMut};
/// use portolan::frame::{Frame, LengthPrefix};
/// use portolan::interop::tokio_util::{Codec, Item};
/// use tokio_util::codec::Decoder;
///
/// /// A body behind its tag, the first byte of the header.
/// struct Tagged(u8, Bytes);
///
/// impl Item<()> for Tagged {
///     fn from_frame(_at: u64, wire: Bytes, frame: Frame<()>) -> Self {
///         Self(wire[0], wire.slice(frame.body))
///     }
/// }
///
/// let framer = LengthPrefix::builder(64).offset(1).width(2).build().unwrap();
/// let mut codec = Codec::new(framer).items::<Tagged>();
/// let Tagged(tag, body) = codec.decode(&mut BytesMut::from("Q\0\x02hi"))?.unwrap();
/// assert_eq!((tag, &body[..]), (b'Q', &b"hi"[..]));
/// # Ok::<(), portolan::net::FramedError>(())
/// ```
pub trait Item<M>: Sized {
    /// Makes it of all the bytes of a frame, which began at an offset of the stream.
    ///
    /// Byte stuffing has been undone: the payload is at [`Frame::body`].
    fn from_frame(at: u64, wire: Bytes, frame: Frame<M>) -> Self;

    /// Makes it of an error behind which the next frame can be read.
    ///
    /// # Errors
    ///
    /// The error itself, which then is one of the decoder; so it is unless an item says otherwise.
    fn from_error(error: FrameError) -> Result<Self, FrameError> {
        Err(error)
    }
}

impl<M> Item<M> for Message<Bytes, M> {
    #[inline]
    fn from_frame(at: u64, wire: Bytes, frame: Frame<M>) -> Self {
        Self::of_wire(at, wire, frame)
    }
}

/// The body.
impl<M> Item<M> for Bytes {
    #[inline]
    fn from_frame(at: u64, wire: Bytes, frame: Frame<M>) -> Self {
        Message::of_wire(at, wire, frame).body
    }
}

/// A copy of the body.
impl<M> Item<M> for Vec<u8> {
    fn from_frame(_at: u64, wire: Bytes, frame: Frame<M>) -> Self {
        body(&wire, &frame).to_vec()
    }
}

/// A copy of the body.
impl<M> Item<M> for BytesMut {
    fn from_frame(_at: u64, wire: Bytes, frame: Frame<M>) -> Self {
        Self::from(body(&wire, &frame))
    }
}

/// A copy of the body as text, or why it is none and the copy.
impl<M> Item<M> for Result<String, FromUtf8Error> {
    fn from_frame(_at: u64, wire: Bytes, frame: Frame<M>) -> Self {
        String::from_utf8(body(&wire, &frame).to_vec())
    }
}

fn body<'w, M>(wire: &'w [u8], frame: &Frame<M>) -> &'w [u8] {
    wire.get(frame.body.clone()).unwrap_or_default()
}

/// The whole frame.
impl<M> Item<M> for (Bytes, Frame<M>) {
    #[inline]
    fn from_frame(_at: u64, wire: Bytes, frame: Frame<M>) -> Self {
        (wire, frame)
    }
}

/// A frame, or why it was refused.
impl<M, I: Item<M>> Item<M> for Result<I, FrameError> {
    #[inline]
    fn from_frame(at: u64, wire: Bytes, frame: Frame<M>) -> Self {
        Ok(I::from_frame(at, wire, frame))
    }

    fn from_error(error: FrameError) -> Result<Self, FrameError> {
        Ok(Err(error))
    }
}
