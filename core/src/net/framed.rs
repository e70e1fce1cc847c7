//! Frames over a blocking stream.

use alloc::vec::Vec;
use std::io::{self, Read, Write};

use crate::frame::deframer::{Deframer, End, Event, Message};
use crate::frame::{Encode, FrameError, Framer};

use super::unsent::{Unsent, flush};

mod error;

pub use error::FramedError;

/// How much is read at once.
const READ: usize = 8 << 10;

/// Reads and writes frames over any stream of bytes.
///
/// What is held never exceeds the longest frame and one read, and the rest of one frame to be sent;
/// a declared length reserves nothing. After a
/// [`Recovery::Resync`](crate::frame::Recovery::Resync) error reading goes on with the next frame.
/// What was interrupted is asked again. A stream that would block, or whose time is up, loses
/// nothing: call [`receive`](Self::receive) again, and [`flush`](Self::flush) after a
/// [`send`](Self::send).
///
/// One framer is for both directions; where they differ, [`with_encoder`](Self::with_encoder) says
/// what is written.
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
pub struct Framed<S, F, E = F> {
    stream: S,
    deframer: Deframer<F>,
    encoder: E,
    /// Bytes read; those before `consumed` are done with.
    held: Vec<u8>,
    consumed: usize,
    ended: bool,
    unsent: Unsent,
}

/// A stream, and the bytes of both directions that are on their way.
#[derive(Debug)]
#[non_exhaustive]
pub struct Parts<S> {
    /// The stream.
    pub stream: S,
    /// Bytes that were read and belong to no frame yet.
    pub unread: Vec<u8>,
    /// The rest of a frame that the stream has not taken yet.
    pub unsent: Vec<u8>,
}

impl<S> Parts<S> {
    /// A stream of which nothing has been read or is still to be sent.
    pub const fn new(stream: S) -> Self {
        Self { stream, unread: Vec::new(), unsent: Vec::new() }
    }
}

impl<S, F: Framer + Clone> Framed<S, F> {
    /// Puts a framing over a stream, in both directions.
    pub fn new(stream: S, framer: F) -> Self {
        Self::from_parts(Parts::new(stream), framer)
    }

    /// Puts a framing over a stream of which more has been read, or less sent, than it shows.
    pub fn from_parts(parts: Parts<S>, framer: F) -> Self {
        Self {
            stream: parts.stream,
            deframer: Deframer::new(framer.clone()),
            encoder: framer,
            held: parts.unread,
            consumed: 0,
            ended: false,
            unsent: Unsent::from(parts.unsent),
        }
    }
}

impl<S, F: Framer, E> Framed<S, F, E> {
    /// Writes frames of another framing than it reads, from the next one on.
    ///
    /// What has been begun stays as it is.
    ///
    /// # Examples
    ///
    /// A WebSocket server, which reads what is masked and writes what is not:
    ///
    /// ```
    /// use portolan::frame::{WebSocket, WebSocketMeta, WebSocketRole::{Client, Server}};
    /// use portolan::net::Framed;
    /// use std::net::{TcpListener, TcpStream};
    ///
    /// let framer = |role| WebSocket::new(80).role(role);
    /// let listener = TcpListener::bind("127.0.0.1:0")?;
    /// let client = TcpStream::connect(listener.local_addr()?)?;
    /// let mut client = Framed::new(client, framer(Client)).with_encoder(framer(Server));
    /// let mut server = Framed::new(listener.accept()?.0, framer(Server)).with_encoder(framer(Client));
    ///
    /// client.send_with(b"hello", WebSocketMeta::new(true, 1, Some([1, 2, 3, 4])))?;
    /// assert_eq!(server.receive()?.unwrap().body, b"hello");
    /// server.send_with(b"welcome", WebSocketMeta::new(true, 1, None))?;
    /// assert_eq!(client.receive()?.unwrap().body, b"welcome");
    /// # Ok::<(), portolan::net::FramedError>(())
    /// ```
    pub fn with_encoder<D: Encode>(self, encoder: D) -> Framed<S, F, D> {
        Framed {
            stream: self.stream,
            deframer: self.deframer,
            encoder,
            held: self.held,
            consumed: self.consumed,
            ended: self.ended,
            unsent: self.unsent,
        }
    }

    /// Goes on with another framing in both directions, which begins with the next byte of the
    /// stream; offsets go on too.
    ///
    /// # Errors
    ///
    /// Itself, unchanged, where the next byte does not begin a message
    /// ([`at_boundary`](Self::at_boundary)).
    ///
    /// # Examples
    ///
    /// ```
    /// use portolan::frame::{Ending, Lines, Netstring};
    /// use portolan::net::Framed;
    ///
    /// let lines = Lines::new(Ending::CrLf, 80);
    /// let mut framed = Framed::new(&b"NETSTRING\r\n5:hello,"[..], lines);
    /// assert_eq!(framed.receive()?.unwrap().body, b"NETSTRING");
    /// let mut framed = framed.with_framer(Netstring::new(80)).unwrap();
    /// assert_eq!(framed.receive()?.unwrap().body, b"hello");
    /// # Ok::<(), portolan::net::FramedError>(())
    /// ```
    #[allow(clippy::result_large_err, reason = "whoever cannot switch goes on as before")]
    pub fn with_framer<G: Framer + Clone>(self, framer: G) -> Result<Framed<S, G>, Self> {
        if !self.at_boundary() {
            return Err(self);
        }
        Ok(Framed {
            stream: self.stream,
            deframer: Deframer::starting_at(framer.clone(), self.deframer.position()),
            encoder: framer,
            held: self.held,
            consumed: self.consumed,
            ended: self.ended,
            unsent: self.unsent,
        })
    }

    /// The stream.
    pub const fn stream(&self) -> &S {
        &self.stream
    }

    /// The stream, such as to set its time limits.
    ///
    /// Who reads or writes there loses the place: what has been read ahead is here, and so is what
    /// is [`unsent`](Self::unsent).
    pub const fn stream_mut(&mut self) -> &mut S {
        &mut self.stream
    }

    /// Offset in the stream of the first byte that has not been received in a frame or passed over.
    #[must_use]
    pub const fn position(&self) -> u64 {
        self.deframer.position()
    }

    /// Whether the next byte to be received begins a message, so that the protocol may be switched.
    #[must_use]
    pub fn at_boundary(&self) -> bool {
        self.deframer.at_boundary()
    }

    /// The rest of a frame that the stream has not taken yet.
    #[must_use]
    pub fn unsent(&self) -> &[u8] {
        self.unsent.rest()
    }

    /// Gives back the stream, and what was read and not received, or accepted and not sent.
    #[must_use]
    pub fn into_parts(mut self) -> Parts<S> {
        self.held.drain(..self.consumed.min(self.held.len()));
        Parts { stream: self.stream, unread: self.held, unsent: self.unsent.into_rest() }
    }
}

impl<S: Read, F: Framer, E> Framed<S, F, E> {
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
                Event::Error(error) => {
                    self.consumed = self.consumed.saturating_add(self.deframer.pass_spoilt());
                    return Err(FramedError::Frame(error));
                }
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

impl<S: Write, F, E: Encode> Framed<S, F, E> {
    /// Frames a payload and writes it, without copying it where the framing only goes around it.
    ///
    /// A frame that has been begun is never begun again: after [`FramedError::Io`] what the stream
    /// has not taken of it is kept, and [`flush`](Self::flush) goes on there.
    ///
    /// # Errors
    ///
    /// [`FramedError::Io`]; [`FramedError::Encode`] and [`FramedError::Unsent`], and then nothing
    /// has been begun.
    pub fn send(&mut self, body: &[u8]) -> Result<(), FramedError> {
        self.send_with(body, E::Meta::default())
    }

    /// Frames a payload with what the frame says besides it, and writes it.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send).
    pub fn send_with(&mut self, body: &[u8], meta: E::Meta) -> Result<(), FramedError> {
        self.check_sent()?;
        match self.encoder.envelope(body, meta).map_err(FramedError::Encode)? {
            Some(envelope) => {
                self.unsent.write_pieces(&mut self.stream, envelope.around(body))?;
                Ok(flush(&mut self.stream)?)
            }
            None => {
                let wire = self.unsent.begin();
                self.encoder.append(body, meta, wire).map_err(FramedError::Encode)?;
                self.flush()
            }
        }
    }

    /// Writes what ends the stream after the last frame; nothing for most framings.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send).
    pub fn send_end(&mut self) -> Result<(), FramedError> {
        self.check_sent()?;
        self.encoder.append_end(self.unsent.begin()).map_err(FramedError::Encode)?;
        self.flush()
    }

    /// Goes on writing what an earlier call left, from the byte on at which it stopped.
    ///
    /// # Errors
    ///
    /// [`FramedError::Io`]; call again.
    pub fn flush(&mut self) -> Result<(), FramedError> {
        self.unsent.write(&mut self.stream)?;
        Ok(flush(&mut self.stream)?)
    }

    fn check_sent(&self) -> Result<(), FramedError> {
        if self.unsent.rest().is_empty() { Ok(()) } else { Err(FramedError::Unsent) }
    }
}
