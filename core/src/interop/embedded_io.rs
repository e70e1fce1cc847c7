//! Frames over the streams of `embedded-io`: in fixed arrays, without allocation.
//!
//! The two directions are two types, as they are with a serial port. Both hold one array that takes
//! the longest frame, or are refused when they are made.
//!
//! ```
//! use portolan::frame::Cobs;
//! use portolan::interop::embedded_io::{FrameReader, FrameWriter};
//!
//! let cobs = Cobs::new(32);
//! let mut wire = [0; 64];
//! let mut writer = FrameWriter::<_, _, 64>::new(&mut wire[..], cobs.clone())?;
//! writer.send(&[1, 0, 2]).unwrap();
//! assert_eq!(wire[..6], [2, 1, 2, 2, 0, 0]);
//!
//! let mut reader = FrameReader::<_, _, 64>::new(&wire[..5], cobs.clone())?;
//! assert_eq!(reader.receive().unwrap().unwrap().body, [1, 0, 2]);
//! assert!(reader.receive().unwrap().is_none());
//!
//! assert!(FrameReader::<_, _, 33>::new(&wire[..], cobs).is_err());
//! # Ok::<(), portolan::frame::ConfigError>(())
//! ```

use core::fmt;

use embedded_io::{Error as _, ErrorKind, Read, Write};

use crate::frame::deframer::{Deframer, FixedDeframer, Message};
use crate::frame::{ConfigError, Encode, EncodeError, FrameError, Framer};

/// Why a frame was neither received nor sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Error<E> {
    /// The stream failed.
    Io(E),
    /// The stream took nothing of what was to be written.
    WriteZero,
    /// The stream broke a rule of its framing; a truncated end is one.
    Frame(FrameError),
    /// The payload cannot be carried by the framing.
    Encode(EncodeError),
    /// Another frame has not been sent to its end: [`FrameWriter::flush`] goes on with it.
    Unsent,
}

/// Reads frames into an array of `N` bytes.
///
/// A read may bring any number of bytes. One that was interrupted is asked again; after any other
/// failure nothing is lost: call [`receive`](Self::receive) again.
#[derive(Debug)]
pub struct FrameReader<R, F, const N: usize> {
    stream: R,
    deframer: FixedDeframer<F, N>,
}

impl<R, F: Framer, const N: usize> FrameReader<R, F, N> {
    /// Puts a framing over a stream.
    ///
    /// # Errors
    ///
    /// [`ConfigError::BufferTooSmall`] when [`Framer::max_wire`] exceeds `N`.
    pub fn new(stream: R, framer: F) -> Result<Self, ConfigError> {
        Ok(Self::from_parts(stream, FixedDeframer::new(framer)?))
    }

    /// Goes on with a stream, and with a deframer that holds the bytes that were read of it.
    pub const fn from_parts(stream: R, deframer: FixedDeframer<F, N>) -> Self {
        Self { stream, deframer }
    }

    /// Goes on with another framing, which begins with the next byte of the stream; offsets go on
    /// too.
    ///
    /// # Errors
    ///
    /// Itself, unchanged, where the next byte does not begin a message
    /// ([`Deframer::at_boundary`]), or [`Framer::max_wire`] exceeds `N`.
    ///
    /// # Examples
    ///
    /// ```
    /// use portolan::frame::{Cobs, Ending, Lines};
    /// use portolan::interop::embedded_io::FrameReader;
    ///
    /// let wire = &b"COBS\r\n\x02\x01\x02\x02\0"[..];
    /// let lines = Lines::new(Ending::CrLf, 30);
    /// let mut reader = FrameReader::<_, _, 32>::new(wire, lines)?;
    /// assert_eq!(reader.receive().unwrap().unwrap().body, b"COBS");
    /// let reader = reader.with_framer(Cobs::new(31)).unwrap_err();
    /// let mut reader = reader.with_framer(Cobs::new(30)).unwrap();
    /// assert_eq!(reader.receive().unwrap().unwrap().body, [1, 0, 2]);
    /// # Ok::<(), portolan::frame::ConfigError>(())
    /// ```
    #[allow(clippy::result_large_err, reason = "whoever cannot switch goes on as before")]
    pub fn with_framer<G: Framer>(self, framer: G) -> Result<FrameReader<R, G, N>, Self> {
        let Self { stream, deframer } = self;
        match deframer.with_framer(framer) {
            Ok(deframer) => Ok(FrameReader { stream, deframer }),
            Err(deframer) => Err(Self { stream, deframer }),
        }
    }

    /// The stream.
    pub const fn stream(&self) -> &R {
        &self.stream
    }

    /// The stream, such as to set its time limit.
    ///
    /// Who reads there loses the place: what has been read ahead is here.
    pub const fn stream_mut(&mut self) -> &mut R {
        &mut self.stream
    }

    /// The loop around the framer: its place in the stream, and whether that is a boundary.
    pub const fn deframer(&self) -> &Deframer<F> {
        self.deframer.deframer()
    }

    /// Gives back the stream, and the deframer with the bytes that were read and not consumed;
    /// [`from_parts`](Self::from_parts) puts them together again.
    pub fn into_parts(self) -> (R, FixedDeframer<F, N>) {
        (self.stream, self.deframer)
    }
}

impl<R: Read, F: Framer, const N: usize> FrameReader<R, F, N> {
    /// Waits for the next frame; `None` at the end of the stream, or of the framing.
    ///
    /// The body is borrowed from the array and unstuffed in place.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] and [`Error::Frame`]. After a
    /// [`Recovery::Resync`](crate::frame::Recovery::Resync) error reading goes on with the next
    /// frame; a fatal one repeats.
    #[allow(clippy::type_complexity, reason = "a name would hide that it may be nothing")]
    pub fn receive(&mut self) -> Result<Option<Message<&mut [u8], F::Meta>>, Error<R::Error>> {
        let found = loop {
            if let Some(found) = self.deframer.find().map_err(Error::Frame)? {
                break found;
            }
            if self.deframer.is_over() {
                return Ok(None);
            }
            match self.stream.read(self.deframer.spare()) {
                Ok(0) => self.deframer.end(),
                Ok(count) => self.deframer.filled(count),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::Io(error)),
            }
        };
        Ok(Some(self.deframer.message(found)))
    }
}

/// Writes frames from an array of `N` bytes.
///
/// A write may take any number of bytes; one that was interrupted is asked again. A frame that has
/// been begun is never begun again: after [`Error::Io`] and [`Error::WriteZero`] what the stream has
/// not taken of it is kept, and [`flush`](Self::flush) goes on there.
#[derive(Debug)]
pub struct FrameWriter<W, F, const N: usize> {
    stream: W,
    encoder: F,
    buffer: [u8; N],
    /// What has not been sent is `start..end`.
    start: usize,
    end: usize,
}

impl<W, F: Framer + Encode, const N: usize> FrameWriter<W, F, N> {
    /// Puts a framing over a stream.
    ///
    /// # Errors
    ///
    /// [`ConfigError::BufferTooSmall`] when [`Framer::max_wire`] exceeds `N`. (HDLC writes a flag
    /// before the longest frame; a payload that takes it beyond `N` is refused by
    /// [`send`](Self::send).)
    pub fn new(stream: W, framer: F) -> Result<Self, ConfigError> {
        let needed = framer.max_wire();
        if needed > N {
            return Err(ConfigError::BufferTooSmall { needed });
        }
        Ok(Self { stream, encoder: framer, buffer: [0; N], start: 0, end: 0 })
    }

    /// The stream.
    pub const fn stream(&self) -> &W {
        &self.stream
    }

    /// The stream, such as to set its time limit.
    ///
    /// Who writes there loses the place: what is [`unsent`](Self::unsent) of a frame is here.
    pub const fn stream_mut(&mut self) -> &mut W {
        &mut self.stream
    }

    /// The rest of a frame that the stream has not taken yet.
    #[must_use]
    pub fn unsent(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Gives back the stream; what is [`unsent`](Self::unsent) is dropped.
    pub fn into_stream(self) -> W {
        self.stream
    }
}

impl<W: Write, F: Framer + Encode, const N: usize> FrameWriter<W, F, N> {
    /// Frames a payload and writes it.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] and [`Error::WriteZero`]; [`Error::Encode`] and [`Error::Unsent`], and then
    /// nothing has been begun.
    pub fn send(&mut self, body: &[u8]) -> Result<(), Error<W::Error>> {
        self.send_with(body, <F as Encode>::Meta::default())
    }

    /// Frames a payload with what the frame says besides it, and writes it.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send).
    pub fn send_with(
        &mut self,
        body: &[u8],
        meta: <F as Encode>::Meta,
    ) -> Result<(), Error<W::Error>> {
        self.check_sent()?;
        let written = self.encoder.encode(body, meta, &mut self.buffer);
        self.begin(written)
    }

    /// Writes what ends the stream after the last frame; nothing for most framings.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send).
    pub fn send_end(&mut self) -> Result<(), Error<W::Error>> {
        self.check_sent()?;
        let written = self.encoder.encode_end(&mut self.buffer);
        self.begin(written)
    }

    /// Goes on writing what an earlier call left, from the byte on at which it stopped.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] and [`Error::WriteZero`]; call again.
    pub fn flush(&mut self) -> Result<(), Error<W::Error>> {
        while self.start < self.end {
            let rest = self.buffer.get(self.start..self.end).unwrap_or_default();
            match self.stream.write(rest) {
                Ok(0) => return Err(Error::WriteZero),
                Ok(count) => self.start = self.start.saturating_add(count).min(self.end),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::Io(error)),
            }
        }
        loop {
            match self.stream.flush() {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                flushed => return flushed.map_err(Error::Io),
            }
        }
    }

    const fn check_sent(&self) -> Result<(), Error<W::Error>> {
        if self.start < self.end { Err(Error::Unsent) } else { Ok(()) }
    }

    fn begin(&mut self, written: Result<usize, EncodeError>) -> Result<(), Error<W::Error>> {
        (self.start, self.end) = (0, written.map_err(Error::Encode)?);
        self.flush()
    }
}

impl<E: fmt::Display> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => fmt::Display::fmt(error, f),
            Self::WriteZero => f.write_str("stream takes no more bytes"),
            Self::Frame(error) => fmt::Display::fmt(error, f),
            Self::Encode(error) => fmt::Display::fmt(error, f),
            Self::Unsent => f.write_str("another frame has not been sent to its end"),
        }
    }
}

impl<E: core::error::Error + 'static> core::error::Error for Error<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Frame(error) => Some(error),
            Self::Encode(error) => Some(error),
            Self::WriteZero | Self::Unsent => None,
        }
    }
}
