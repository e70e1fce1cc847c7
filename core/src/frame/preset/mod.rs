//! Framings of well-known protocols, by name.
//!
//! ```text
//! │ fixed bytes, meta data, length │ body │ end byte │
//! ├──────────── header ────────────┤
//! ```
//!
//! Each is a [`LengthPrefix`] with its numbers filled in from the document that it cites. Where the
//! header says more than a length, [`Preset`] checks the fixed bytes as they come, tells the rest as
//! meta data, and writes both.
//!
//! | constructor | body | meta data | checked |
//! |---|---|---|---|
//! | [`dns_tcp`], [`rtp_tcp`] | after 2 bytes | | |
//! | [`tpkt`] | after 4 | | version, reserved byte, least length |
//! | [`kafka`] | after 4 | | sign |
//! | [`postgres`] | after 5 | tag | sign, least length |
//! | [`tls_record`] | after 5 | content type | |
//! | [`http2`] | after 9 | type, flags, stream | |
//! | [`grpc`] | after 5 | compressed flag | flag |
//! | [`amqp`] | after 7 | type, channel | end byte |
//! | [`modbus_tcp`] | after 6 | | protocol |
//!
//! Every refusal is fatal. A protocol of yours is a type that implements [`Protocol`].
//!
//! ```
//! use portolan::frame::deframer::frames;
//! use portolan::frame::preset;
//!
//! let stream = b"Q\x00\x00\x00\x0dSELECT 1\x00S\x00\x00\x00\x04";
//! let messages = frames(preset::postgres(1 << 20)?, stream).flatten();
//! let messages: Vec<_> = messages.map(|message| (message.meta, message.body)).collect();
//! assert_eq!(messages, [(b'Q', &b"SELECT 1\x00"[..]), (b'S', b"")]);
//! # Ok::<(), portolan::frame::ConfigError>(())
//! ```

use core::fmt::Debug;
use core::marker::PhantomData;

use super::encode::by_around;
use super::{
    ConfigError, Encode, EncodeError, EncodeErrorKind, Envelope, Finish, Frame, FrameError,
    FrameErrorKind, Framer, HeaderBytes, LengthPrefix, LengthPrefixBuilder, Need, Oversize, Plain,
    Recovery, Step,
};

mod plain;
mod protocols;
#[cfg(test)]
mod tests;

pub use plain::{dns_tcp, kafka, rtp_tcp};
pub use protocols::{
    Amqp, Grpc, Http2, ModbusTcp, Postgres, TlsRecord, Tpkt, amqp, grpc, http2, modbus_tcp,
    postgres, tls_record, tpkt,
};

/// A protocol whose frames have a header of fixed length with a length in it.
pub trait Protocol: Copy + Debug {
    /// What a header says besides the length.
    type Meta: Copy + Default;

    /// Bytes of the shortest body.
    const SHORTEST: usize = 0;

    /// Bytes behind the body, always the same, at most [`LengthPrefix::MAX_TRAILER`].
    const TAIL: &'static [u8] = &[];

    /// Describes the length field and the header around it for bodies of at most `max`
    /// bytes. The tail, and that too long frames fail the stream, are set for all.
    fn prefix(max: usize) -> LengthPrefixBuilder;

    /// Checks as much of a header as `input` begins with.
    ///
    /// # Errors
    ///
    /// The broken rule and the offset of the byte that breaks it.
    fn check(input: &[u8]) -> Result<(), (FrameErrorKind, usize)> {
        let _ = input;
        Ok(())
    }

    /// Reads what the whole header at the start of `wire` says.
    fn meta(wire: &[u8]) -> Self::Meta;

    /// Makes the bytes of a header besides the length field; `None` for what it cannot say.
    fn header(meta: Self::Meta) -> Option<HeaderBytes>;
}

/// Cuts the stream of a well-known protocol.
///
/// The constructors are functions of [this module](self), one for each protocol.
///
/// # Examples
///
/// ```
/// use portolan::frame::{Encode, Framer, Http2Meta, Step, preset};
///
/// let mut framer = preset::http2(16_384)?;
/// let ping = b"\x00\x00\x08\x06\x01\x00\x00\x00\x00rfc 9113";
/// let Ok(Step::Frame(frame)) = framer.step(ping) else { panic!() };
/// assert_eq!((frame.body, frame.meta), (9..17, Http2Meta::new(6, 1, 0)));
///
/// let mut out = [0; 17];
/// assert_eq!(framer.encode(b"rfc 9113", Http2Meta::new(6, 1, 0), &mut out), Ok(17));
/// assert_eq!(&out, ping);
/// # Ok::<(), portolan::frame::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Preset<P> {
    prefix: LengthPrefix,
    failed: Option<FrameError>,
    protocol: PhantomData<P>,
}

impl<P: Protocol> Preset<P> {
    /// Creates the framer of a protocol with bodies of at most `max` bytes.
    ///
    /// # Errors
    ///
    /// [`ConfigError::WireTooLong`] when the longest frame has more bytes than `usize` counts; the
    /// others for a protocol that describes no length prefix.
    pub fn new(max: usize) -> Result<Self, ConfigError> {
        let prefix = P::prefix(max).trailer(P::TAIL.len()).oversize(Oversize::Fail);
        let prefix = prefix.build()?;
        Ok(Self { prefix, failed: None, protocol: PhantomData })
    }

    #[cold]
    fn fail(&mut self, kind: FrameErrorKind, at: usize) -> FrameError {
        *self.failed.insert(FrameError::new(kind, at, Recovery::Fatal))
    }

    /// Checks the end of a frame, tells what its header says.
    #[inline(always)]
    fn tell(&mut self, frame: Frame<()>, input: &[u8]) -> Result<Frame<P::Meta>, FrameError> {
        let tail = input.get(frame.body.end..).unwrap_or_default();
        for ((byte, found), at) in P::TAIL.iter().zip(tail).zip(frame.body.end..) {
            if byte != found {
                return Err(self.fail(FrameErrorKind::ExpectedByte { byte: *byte }, at));
            }
        }
        Ok(frame.map(|()| P::meta(input)))
    }

    fn around(&self, body: &[u8], meta: P::Meta) -> Result<Envelope<'static>, EncodeError> {
        let Some(header) = P::header(meta) else {
            return Err(EncodeError::new(EncodeErrorKind::MetaMismatch, 0));
        };
        if body.len() < P::SHORTEST {
            return Err(EncodeError::new(EncodeErrorKind::PayloadLength, 0));
        }
        // It is made of the configuration and the payload alone.
        let mut prefix = self.prefix.clone();
        let around = prefix.envelope(body, header)?;
        let head = around.as_ref().map_or(&[][..], Envelope::head);
        Ok(Envelope::new(head, P::TAIL))
    }
}

impl<P: Protocol> Framer for Preset<P> {
    type Meta = P::Meta;

    #[inline(always)]
    fn step(&mut self, input: &[u8]) -> Result<Step<P::Meta>, FrameError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        if let Err((kind, at)) = P::check(input) {
            return Err(self.fail(kind, at));
        }
        match self.prefix.step(input) {
            Ok(Step::Frame(frame)) => self.tell(frame, input).map(Step::Frame),
            Ok(Step::Need(need)) => {
                let least = self.prefix.wire_of(P::SHORTEST).saturating_sub(input.len());
                let min = need.min.max(Need::at_least(least).min);
                Ok(Step::Need(Need { min, ..need }))
            }
            Ok(other) => Ok(other.map(|()| P::Meta::default())),
            Err(error) => Err(*self.failed.insert(error)),
        }
    }

    fn finish(&mut self, input: &[u8]) -> Result<Finish<P::Meta>, FrameError> {
        match self.failed {
            Some(error) => Err(error),
            None => Ok(self.prefix.finish(input)?.map(|()| P::Meta::default())),
        }
    }

    fn max_wire(&self) -> usize {
        self.prefix.max_wire()
    }

    #[inline]
    fn at_boundary(&self) -> bool {
        self.failed.is_none()
    }

    fn reset(&mut self) {
        self.failed = None;
        self.prefix.reset();
    }
}

impl<P: Protocol> Plain for Preset<P> {}

/// Refuses meta data that the header cannot say as [`EncodeErrorKind::MetaMismatch`], and a body
/// shorter than the protocol has as [`EncodeErrorKind::PayloadLength`].
impl<P: Protocol> Encode for Preset<P> {
    type Meta = P::Meta;

    by_around!();
}
