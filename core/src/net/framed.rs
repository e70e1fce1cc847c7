//! Frames over a blocking stream.

use alloc::vec::Vec;
use core::fmt;
use std::io::{self, IoSlice, Read, Write};

use crate::frame::deframer::{Deframer, End, Event, Message};
use crate::frame::{Encode, EncodeError, FrameError, Framer};

/// How much is read at once.
const READ: usize = 8 << 10;

/// Reads and writes frames over any stream of bytes.
///
/// What is held never exceeds the longest frame and one read; a declared length reserves nothing.
/// After a [`Recovery::Resync`](crate::frame::Recovery::Resync) error reading goes on with the next
/// frame. A read that was interrupted is asked again; a stream that would block, or whose time is
/// up, loses nothing: call again.
///
/// ```
/// use portolan::frame::{Ending, Lines};
/// use portolan::net::Framed;
/// use std::net::{TcpListener, TcpStream};
///
/// let listener = TcpListener::bind("127.0.0.1:0")?;
/// let here = TcpStream::connect(listener.local_addr()?)?;
/// let mut here = Framed::new(here, Lines::new(Ending::CrLf, 80));
/// let mut there = Framed::new(listener.accept()?.0, Lines::new(Ending::CrLf, 80));
/// here.send(b"EHLO example.com")?;
/// assert_eq!(there.receive()?.unwrap().body, b"EHLO example.com");
/// drop(here);
/// assert!(there.receive()?.is_none());
/// # Ok::<(), portolan::net::FramedError>(())
/// ```
#[derive(Debug)]
pub struct Framed<S, F> {
    stream: S,
    deframer: Deframer<F>,
    encoder: F,
    /// Bytes read; those before `consumed` are done with.
    held: Vec<u8>,
    consumed: usize,
    ended: bool,
}

/// Why a frame was neither received nor sent.
#[derive(Debug)]
#[non_exhaustive]
pub enum FramedError {
    /// The stream failed.
    Io(io::Error),
    /// The stream broke a rule of its framing; a truncated end is one.
    Frame(FrameError),
    /// The payload cannot be carried by the framing.
    Encode(EncodeError),
}

impl<S, F: Framer + Clone> Framed<S, F> {
    /// Puts a framing over a stream, in both directions.
    pub fn new(stream: S, framer: F) -> Self {
        Self {
            stream,
            deframer: Deframer::new(framer.clone()),
            encoder: framer,
            held: Vec::new(),
            consumed: 0,
            ended: false,
        }
    }

    /// The stream.
    pub const fn stream(&self) -> &S {
        &self.stream
    }

    /// Whether the next byte to be received begins a message, so that the protocol may be switched.
    #[must_use]
    pub fn at_boundary(&self) -> bool {
        self.deframer.at_boundary()
    }

    /// Gives back the stream, and the bytes that were read and belong to no frame yet.
    #[must_use]
    pub fn into_parts(mut self) -> (S, Vec<u8>) {
        self.held.drain(..self.consumed.min(self.held.len()));
        (self.stream, self.held)
    }
}

impl<S: Read, F: Framer + Clone> Framed<S, F> {
    /// Waits for the next frame; `None` at the end of the stream, or of the framing.
    ///
    /// The body is borrowed from the buffer and unstuffed in place.
    ///
    /// # Errors
    ///
    /// [`FramedError::Io`] and [`FramedError::Frame`].
    #[allow(clippy::type_complexity, reason = "a name would hide that it may be nothing")]
    pub fn receive(&mut self) -> Result<Option<Message<&[u8], F::Meta>>, FramedError> {
        let (at, frame, start) = loop {
            let start = self.consumed;
            let input = self.held.get_mut(start..).unwrap_or_default();
            let event = self.deframer.poll_in_place(input, self.ended);
            self.consumed = start.saturating_add(event.consumed());
            match event {
                Event::Frame { at, frame } => break (at, frame, start),
                Event::Skip { .. } => {}
                Event::Error(error) => return Err(FramedError::Frame(error)),
                Event::Need(_) => self.read()?,
                Event::Done { .. } | Event::End(End::Clean) => return Ok(None),
                Event::End(End::Truncated { at }) => {
                    return Err(FramedError::Frame(FrameError::truncated().offset_by(at)));
                }
            }
        };
        let body = self.held.get(start..).and_then(|rest| rest.get(frame.body.clone()));
        let body = body.unwrap_or_default();
        let (wire, last, meta) = (frame.wire, frame.last, frame.meta);
        Ok(Some(Message { at, wire, body, last, meta }))
    }

    /// Drops what is done with and reads more.
    fn read(&mut self) -> Result<(), FramedError> {
        self.held.drain(..self.consumed.min(self.held.len()));
        self.consumed = 0;
        let kept = self.held.len();
        self.held.resize(kept.saturating_add(READ), 0);
        let room = self.held.get_mut(kept..).unwrap_or_default();
        let read = loop {
            match self.stream.read(room) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result,
            }
        };
        self.held.truncate(kept.saturating_add(*read.as_ref().unwrap_or(&0)));
        match read {
            Ok(0) => self.ended = true,
            Ok(_) => {}
            Err(error) => return Err(FramedError::Io(error)),
        }
        Ok(())
    }
}

impl<S: Write, F: Framer + Encode> Framed<S, F> {
    /// Frames a payload and writes it, without copying it where the framing only goes around it.
    ///
    /// # Errors
    ///
    /// [`FramedError::Encode`], and nothing was written then; [`FramedError::Io`].
    pub fn send(&mut self, body: &[u8]) -> Result<(), FramedError> {
        self.send_with(body, <F as Encode>::Meta::default())
    }

    /// Frames a payload with what the frame says besides it, and writes it.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send).
    pub fn send_with(&mut self, body: &[u8], meta: <F as Encode>::Meta) -> Result<(), FramedError> {
        match self.encoder.envelope(body, meta).map_err(FramedError::Encode)? {
            Some(envelope) => {
                write_all(&mut self.stream, [envelope.head(), body, envelope.tail()])?;
            }
            None => {
                let mut wire = Vec::new();
                self.encoder.append(body, meta, &mut wire).map_err(FramedError::Encode)?;
                self.stream.write_all(&wire)?;
            }
        }
        Ok(self.stream.flush()?)
    }
}

/// Writes pieces one behind the other, in one call where the stream takes it.
fn write_all(stream: &mut impl Write, pieces: [&[u8]; 3]) -> io::Result<()> {
    let mut slices = pieces.map(IoSlice::new);
    let mut left = slices.as_mut_slice();
    IoSlice::advance_slices(&mut left, 0);
    while !left.is_empty() {
        match stream.write_vectored(left) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => IoSlice::advance_slices(&mut left, written),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

impl From<io::Error> for FramedError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl fmt::Display for FramedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => fmt::Display::fmt(error, f),
            Self::Frame(error) => fmt::Display::fmt(error, f),
            Self::Encode(error) => fmt::Display::fmt(error, f),
        }
    }
}

impl core::error::Error for FramedError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Frame(error) => Some(error),
            Self::Encode(error) => Some(error),
        }
    }
}
