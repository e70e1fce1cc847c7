//! Any framer as a codec of `tokio-util`.
//!
//! A [`Codec`] is a [`Decoder`] and an [`Encoder`](tokio_util::codec::Encoder), so it goes where
//! `LengthDelimitedCodec` and `LinesCodec` go: into `Framed`, `FramedRead` and `FramedWrite`. The
//! page `MIGRATING.md` of this crate sets the options of both beside each other.
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
//! | [`BytesMut`], `Vec<u8>` | a copy of the body |
//! | `Result<String, FromUtf8Error>` | a copy of the body as text; the error holds it too |
//! | `Result<…, FrameError>` | any of these, or a frame that was refused |
//!
//! All but the copies share the memory of the buffer that was read into. [`Item`] makes others.
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
//! on and on. So the codec answers [`FramedError::Ended`], which is the good end, and the bytes
//! behind stay in the buffer, for `Framed::into_parts`. Who knows the last frame, by
//! [`Message::last`] say, stops there, never sees it, and goes on by `Framed::map_codec`.
//!
//! # Memory
//!
//! Nothing is reserved because a length field said so. While a frame is incomplete the framer is
//! asked again only when what it lacks has come, so slow streams cost no more than fast ones.

use core::marker::PhantomData;

use bytes::{Bytes, BytesMut};
use tokio_util::codec::Decoder;

use crate::frame::deframer::{Deframer, End, Event, Message, split_frame};
use crate::frame::{Encode, Framer, Recovery};
use crate::net::FramedError;

mod item;
mod write;

pub use item::Item;
pub use write::{EndOfStream, Payload};

/// A framer as [`Decoder`] and [`Encoder`](tokio_util::codec::Encoder).
///
/// It encodes payloads of any type that is `AsRef<[u8]>`, a [`Payload`] with meta data, and
/// [`EndOfStream`]. A frame that cannot be encoded leaves the output as it was. One framer is for
/// both directions; where they differ, [`encoder`](Self::encoder) says what is written.
///
/// Offsets count from the first byte that the codec is given, or as
/// [`starting_at`](Self::starting_at) says. When a stream goes on behind an end that was clean, as
/// that of a growing file does, it begins anew there, and its offsets at 0.
#[derive(Clone, Debug)]
pub struct Codec<F: Framer, I = Message<Bytes, <F as Framer>::Meta>, E = F> {
    deframer: Deframer<F>,
    encoder: E,
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

impl<F: Framer, I, E> Codec<F, I, E> {
    /// Hands out items of another type.
    #[must_use]
    pub fn items<J: Item<F::Meta>>(self) -> Codec<F, J, E> {
        let Self { deframer, encoder, wanted, .. } = self;
        Codec { deframer, encoder, wanted, items: PhantomData }
    }

    /// Writes frames of another framing than it reads.
    ///
    /// # Examples
    ///
    /// A server that reads a header of the PROXY protocol, then lines, and answers lines:
    ///
    /// ```
    /// use bytes::{Bytes, BytesMut};
    /// use portolan::frame::{Ending, Lines, Proxy, Then};
    /// use portolan::interop::tokio_util::Codec;
    /// use tokio_util::codec::{Decoder, Encoder};
    ///
    /// let lines = Lines::new(Ending::CrLf, 80);
    /// let framer = Then::new(Proxy::new(107), lines.clone());
    /// let mut codec = Codec::new(framer).items::<Bytes>().encoder(lines);
    /// let mut buffer = BytesMut::from("PROXY UNKNOWN\r\nHELO\r\n");
    /// assert_eq!(codec.decode(&mut buffer)?.unwrap(), "PROXY UNKNOWN\r\n");
    /// assert_eq!(codec.decode(&mut buffer)?.unwrap(), "HELO");
    /// codec.encode("250 OK", &mut buffer)?;
    /// assert_eq!(buffer, "250 OK\r\n");
    /// # Ok::<(), portolan::net::FramedError>(())
    /// ```
    #[must_use]
    pub fn encoder<D: Encode>(self, encoder: D) -> Codec<F, I, D> {
        let Self { deframer, wanted, items, .. } = self;
        Codec { deframer, encoder, wanted, items }
    }

    /// Says that `at` bytes of the stream have been read otherwise, so that offsets go on where a
    /// codec comes in place of another.
    ///
    /// # Examples
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use portolan::frame::{Ending, Lines, Netstring};
    /// use portolan::interop::tokio_util::Codec;
    /// use tokio_util::codec::Decoder;
    ///
    /// let mut buffer = BytesMut::from("NETSTRING\r\n5:hello,");
    /// let mut lines = Codec::new(Lines::new(Ending::CrLf, 80));
    /// assert_eq!(lines.decode(&mut buffer)?.unwrap().body, "NETSTRING");
    /// let at = lines.deframer().position();
    /// let mut codec = Codec::new(Netstring::new(80)).starting_at(at);
    /// assert_eq!(codec.decode(&mut buffer)?.unwrap().at, 11);
    /// # Ok::<(), portolan::net::FramedError>(())
    /// ```
    #[must_use]
    pub fn starting_at(self, at: u64) -> Self {
        Self { deframer: Deframer::starting_at(self.deframer.into_framer(), at), ..self }
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

impl<F: Framer, I: Item<F::Meta>, E> Codec<F, I, E> {
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
impl<F: Framer, I: Item<F::Meta>, E> Decoder for Codec<F, I, E> {
    type Item = I;
    type Error = FramedError;

    fn decode(&mut self, buffer: &mut BytesMut) -> Result<Option<I>, FramedError> {
        self.next(buffer, false)
    }

    fn decode_eof(&mut self, buffer: &mut BytesMut) -> Result<Option<I>, FramedError> {
        self.next(buffer, true)
    }
}
