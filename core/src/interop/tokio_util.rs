//! Any framer as a codec of `tokio-util`.
//!
//! A [`Codec`] is a [`Decoder`] and an [`Encoder`], so it goes where `LengthDelimitedCodec` and
//! `LinesCodec` go: into `Framed`, `FramedRead` and `FramedWrite`. The page `MIGRATING.md` of this
//! crate sets the options of both beside each other.
//!
//! ```
//! use bytes::BytesMut;
//! use portolan::frame::{Ending, Lines};
//! use portolan::interop::tokio_util::Codec;
//! use tokio_util::codec::{Decoder, Encoder};
//!
//! let mut codec = Codec::new(Lines::new(Ending::CrLf, 80));
//! let mut buffer = BytesMut::new();
//! codec.encode("EHLO example.com", &mut buffer)?;
//! assert_eq!(buffer, "EHLO example.com\r\n");
//! assert_eq!(codec.decode(&mut buffer)?.unwrap().body, "EHLO example.com");
//! assert!(codec.decode(&mut buffer)?.is_none());
//! # Ok::<(), portolan::net::FramedError>(())
//! ```
//!
//! # What is handed out
//!
//! | items | what they are |
//! |---|---|
//! | as made by [`Codec::new`] | a [`Message`]: body, meta data, place in the stream |
//! | [`Bytes`] | the body |
//! | `(Bytes, Frame<M>)` | the whole frame with head and tail, and where its body is |
//! | `Result<…, FrameError>` | any of these, or a frame that was refused |
//!
//! All of them share the memory of the buffer that was read into. [`Item`] makes others.
//!
//! # Errors that do not end the stream
//!
//! `Framed` ends its stream after any error of its decoder; what is in its buffer then waits for
//! more bytes to come. That is right for an error behind which nothing can be read. Behind a
//! [`Recovery::Resync`] error the next frame can: with items of `Result`, such an error is handed
//! out as an item, and the stream goes on.
//!
//! ```
//! use bytes::{Bytes, BytesMut};
//! use portolan::frame::{Ending, FrameError, Lines};
//! use portolan::interop::tokio_util::Codec;
//! use tokio_util::codec::Decoder;
//!
//! let lines = Lines::new(Ending::CrLf, 80);
//! let mut codec = Codec::new(lines).items::<Result<Bytes, FrameError>>();
//! let mut buffer = BytesMut::from("one\r\ntw\no\r\nthree\r\n");
//! assert_eq!(codec.decode(&mut buffer)?.unwrap().unwrap(), "one");
//! assert_eq!(codec.decode(&mut buffer)?.unwrap().unwrap_err().code(), "bare-lf");
//! assert_eq!(codec.decode(&mut buffer)?.unwrap().unwrap(), "three");
//! # Ok::<(), portolan::net::FramedError>(())
//! ```
//!
//! # The end of a framing
//!
//! A codec has no word for [`Done`](crate::frame::Step::Done): "no frame" would have `Framed` read
//! on and on. So the codec answers [`FramedError::Ended`], and the bytes behind stay in the buffer,
//! for `Framed::map_codec` or `Framed::into_parts`. Who knows the last frame, by
//! [`Message::last`] say, stops there and never sees it.
//!
//! # Memory
//!
//! Nothing is reserved because a length field said so. While a frame is incomplete the framer is
//! asked again only when what it lacks has come, so slow streams cost no more than fast ones.

use core::marker::PhantomData;

use bytes::{Bytes, BytesMut};
use tokio_util::codec::{Decoder, Encoder};

use crate::frame::deframer::{Deframer, End, Event, Message, split_frame};
use crate::frame::{Encode, EncodeError, EncodeErrorKind, Frame, FrameError, Framer, Recovery};
use crate::net::FramedError;

/// A framer as [`Decoder`] and [`Encoder`].
///
/// It encodes payloads of any type that is `AsRef<[u8]>`, a [`Payload`] with meta data, and
/// [`EndOfStream`]. A frame that cannot be encoded leaves the output as it was.
///
/// Offsets count from the start of the stream. When a stream goes on behind an end that was clean,
/// as that of a growing file does, it begins anew there, and so do its offsets.
#[derive(Clone, Debug)]
pub struct Codec<F: Framer, I = Message<Bytes, <F as Framer>::Meta>> {
    deframer: Deframer<F>,
    encoder: F,
    /// Buffered bytes below which there is nothing to ask the framer.
    wanted: usize,
    items: PhantomData<fn() -> I>,
}

impl<F: Framer + Clone> Codec<F> {
    /// Makes a codec of a framer; its items are [`Message`]s.
    pub fn new(framer: F) -> Self {
        let deframer = Deframer::new(framer.clone());
        Self { deframer, encoder: framer, wanted: 0, items: PhantomData }
    }
}

impl<F: Framer, I> Codec<F, I> {
    /// Hands out items of another type.
    #[must_use]
    pub fn items<J: Item<F::Meta>>(self) -> Codec<F, J> {
        let Self { deframer, encoder, wanted, .. } = self;
        Codec { deframer, encoder, wanted, items: PhantomData }
    }

    /// The loop around the framer: its place in the stream, and whether that is a boundary at
    /// which the codec may be exchanged for another.
    #[must_use]
    pub const fn deframer(&self) -> &Deframer<F> {
        &self.deframer
    }

    /// Whether the stream ended behind a whole message.
    fn has_ended(&mut self) -> bool {
        self.deframer.is_over()
            && matches!(self.deframer.poll_in_place(&mut [], true), Event::End(End::Clean))
    }
}

impl<F: Framer, I: Item<F::Meta>> Codec<F, I> {
    fn next(&mut self, buffer: &mut BytesMut, end: bool) -> Result<Option<I>, FramedError> {
        if buffer.len() < self.wanted && !end {
            return Ok(None);
        }
        if !buffer.is_empty() && self.has_ended() {
            self.deframer.reset();
            self.wanted = 0;
        }
        match split_frame(&mut self.deframer, &mut self.wanted, buffer, end) {
            Ok(Some((at, wire, frame))) => Ok(Some(I::from_frame(at, wire, frame))),
            Ok(None) => match self.ended() {
                Some(at) if !(end && buffer.is_empty()) => Err(FramedError::Ended { at }),
                _ => Ok(None),
            },
            Err(error) if error.recovery == Recovery::Resync => {
                I::from_error(error).map(Some).map_err(FramedError::Frame)
            }
            Err(error) => Err(FramedError::Frame(error)),
        }
    }

    /// Where the framing ended.
    fn ended(&mut self) -> Option<u64> {
        match self.deframer.is_over().then(|| self.deframer.poll_in_place(&mut [], false)) {
            Some(Event::Done { at }) => Some(at),
            _ => None,
        }
    }
}

/// Reads as [`BytesDeframer`](crate::frame::deframer::BytesDeframer) does, from the buffer it is
/// given.
///
/// # Errors
///
/// [`FramedError::Frame`]: of a [`Recovery::Fatal`] error again and again, of a
/// [`Recovery::Resync`] error once, unless it is an item. At the end of the stream also
/// [`FrameErrorKind::Truncated`](crate::frame::FrameErrorKind::Truncated). [`FramedError::Ended`]
/// behind the framing.
impl<F: Framer, I: Item<F::Meta>> Decoder for Codec<F, I> {
    type Item = I;
    type Error = FramedError;

    fn decode(&mut self, buffer: &mut BytesMut) -> Result<Option<I>, FramedError> {
        self.next(buffer, false)
    }

    fn decode_eof(&mut self, buffer: &mut BytesMut) -> Result<Option<I>, FramedError> {
        self.next(buffer, true)
    }
}

/// What a [`Codec`] hands out.
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

/// A payload with what its frame says besides.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "users build it; it has no third part")]
pub struct Payload<B, M> {
    /// The payload.
    pub body: B,
    /// What the frame says besides.
    pub meta: M,
}

/// What is written behind the last frame, such as the last chunk of HTTP; nothing for most
/// framings.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "there is nothing to say of it")]
pub struct EndOfStream;

/// Writes a payload with the meta data that a plain one needs.
///
/// # Errors
///
/// [`FramedError::Encode`].
impl<F: Framer + Encode, I, B: AsRef<[u8]>> Encoder<B> for Codec<F, I> {
    type Error = FramedError;

    fn encode(&mut self, body: B, out: &mut BytesMut) -> Result<(), FramedError> {
        append(&mut self.encoder, body.as_ref(), Default::default(), out)
            .map_err(FramedError::Encode)
    }
}

/// Writes a payload with its meta data.
///
/// # Errors
///
/// [`FramedError::Encode`].
impl<F, I, B, M> Encoder<Payload<B, M>> for Codec<F, I>
where
    F: Framer + Encode,
    B: AsRef<[u8]>,
    M: Into<<F as Encode>::Meta>,
{
    type Error = FramedError;

    fn encode(&mut self, payload: Payload<B, M>, out: &mut BytesMut) -> Result<(), FramedError> {
        append(&mut self.encoder, payload.body.as_ref(), payload.meta.into(), out)
            .map_err(FramedError::Encode)
    }
}

/// Writes what ends the stream.
///
/// # Errors
///
/// [`FramedError::Encode`].
impl<F: Framer + Encode, I> Encoder<EndOfStream> for Codec<F, I> {
    type Error = FramedError;

    fn encode(&mut self, EndOfStream: EndOfStream, out: &mut BytesMut) -> Result<(), FramedError> {
        append_end(&mut self.encoder, out).map_err(FramedError::Encode)
    }
}

/// Appends one frame, or nothing.
#[inline]
fn append<E: Encode>(
    encoder: &mut E,
    body: &[u8],
    meta: E::Meta,
    out: &mut BytesMut,
) -> Result<(), EncodeError> {
    if let Some(envelope) = encoder.envelope(body, meta)? {
        let [head, body, tail] = envelope.around(body);
        let len = head.len().saturating_add(body.len()).saturating_add(tail.len());
        out.reserve(len);
        match envelope.short_head() {
            // So many bytes as a word has are copied without a call.
            Some(word) if len >= word.len() => {
                let end = out.len().saturating_add(head.len());
                out.extend_from_slice(word);
                out.truncate(end);
            }
            _ => out.extend_from_slice(head),
        }
        out.extend_from_slice(body);
        if !tail.is_empty() {
            out.extend_from_slice(tail);
        }
        return Ok(());
    }
    let len = encoder.encoded_len(body, meta)?;
    write_behind(out, len, |space| encoder.encode(body, meta, space))
}

fn append_end<E: Encode>(encoder: &mut E, out: &mut BytesMut) -> Result<(), EncodeError> {
    match encoder.encode_end(&mut []) {
        Err(EncodeError { kind: EncodeErrorKind::BufferTooSmall { needed }, .. }) => {
            write_behind(out, needed, |space| encoder.encode_end(space))
        }
        nothing => nothing.map(drop),
    }
}

/// Makes space of `len` bytes and has it written, or takes it back.
fn write_behind(
    out: &mut BytesMut,
    len: usize,
    write: impl FnOnce(&mut [u8]) -> Result<usize, EncodeError>,
) -> Result<(), EncodeError> {
    let start = out.len();
    out.resize(start.saturating_add(len), 0);
    let written = write(out.get_mut(start..).unwrap_or_default());
    if written.is_err() {
        out.truncate(start);
    }
    written.map(drop)
}
