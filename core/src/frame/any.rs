//! A framer chosen at run time.
//!
//! A framer of this crate is one line in `framers!`, a new type of meta data one line in `metas!`; a
//! combination of framers is boxed, in the second list of `framers!`.

#[cfg(feature = "alloc")]
use alloc::boxed::Box;

use super::{
    AmqpMeta, Capnp, Chunked, Cobs, CobsR, ContentLength, Dbus, Delimiter, Encode, EncodeError,
    EncodeErrorKind, Envelope, Fcgi, FcgiMeta, Finish, Fixed, FrameError, Framer, Giop, GitPktLine,
    Hdlc, HeaderBytes, Http2Meta, LengthPrefix, Lines, MysqlCompressed, MysqlCompressedMeta,
    MysqlPacket, Netstring, OctetCounting, Part, PktKind, Preset, Proxy, RecordMark, Resp, Slip,
    Step, Tlv, VarintPrefix, WebSocket, WebSocketMeta, preset,
};

#[cfg(feature = "alloc")]
mod combined;

#[cfg(feature = "alloc")]
pub use combined::{AnyDetect, AnyThen};

/// Makes the enum of the framers, what converts into it, and `each!`, which asks the one it holds.
///
/// The first token is a `$` for the macro inside. A framer that borrows names what owns it.
macro_rules! framers {
    (
        $d:tt $($(#[$doc:meta])* $variant:ident($framer:ty) $(, own by $own:ident)?;)*
        @boxed $($(#[$note:meta])* $combined:ident($boxed:ty);)*
    ) => {
        /// Any of the framers of this crate, for a choice that is made at run time.
        ///
        /// Its bodies may be stuffed, whichever framer it holds, so deframers unstuff them in
        /// place.
        ///
        /// # Examples
        ///
        /// ```
        /// use portolan::frame::{AnyFramer, Ending, Fixed, Framer, Lines};
        ///
        /// let framers =
        ///     [AnyFramer::from(Fixed::try_from(16)?), Lines::new(Ending::Lf, 80).into()];
        /// assert_eq!(framers.each_ref().map(Framer::max_wire), [16, 81]);
        /// # Ok::<(), portolan::frame::ConfigError>(())
        /// ```
        #[derive(Clone, Debug)]
        #[allow(clippy::large_enum_variant, reason = "without allocation there is only inline")]
        #[non_exhaustive]
        pub enum AnyFramer<'a> {
            $($(#[$doc])* $variant($framer),)*
            $($(#[$note])* #[cfg(feature = "alloc")] $combined($boxed),)*
        }

        impl AnyFramer<'_> {
            /// Copies what is borrowed, so that the framer can be kept.
            #[cfg(feature = "alloc")]
            #[must_use]
            pub fn into_owned(self) -> AnyFramer<'static> {
                match self {
                    $(Self::$variant(framer) => AnyFramer::$variant(framer$(.$own())?),)*
                    $(Self::$combined(framer) => AnyFramer::$combined(framer.into_owned()),)*
                }
            }
        }

        $(
            #[allow(single_use_lifetimes, reason = "a framer that borrows uses it twice")]
            impl<'a> From<$framer> for AnyFramer<'a> {
                fn from(framer: $framer) -> Self {
                    Self::$variant(framer)
                }
            }
        )*

        macro_rules! each {
            ($d any:expr, $d framer:ident => $d call:expr) => {
                match $d any {
                    $(AnyFramer::$variant($d framer) => $d call,)*
                    $(#[cfg(feature = "alloc")] AnyFramer::$combined($d framer) => $d call,)*
                }
            };
        }
    };
}

framers! { $
    /// Frames of AMQP.
    Amqp(Preset<preset::Amqp>);
    /// Messages of Cap'n Proto.
    Capnp(Capnp);
    /// The chunks of an HTTP body.
    Chunked(Chunked);
    /// COBS.
    Cobs(Cobs);
    /// COBS/R.
    CobsR(CobsR);
    /// Messages behind a `Content-Length`.
    ContentLength(ContentLength);
    /// Messages of D-Bus.
    Dbus(Dbus);
    /// Delimiters.
    Delimiter(Delimiter<'a>), own by into_owned;
    /// Records of FastCGI.
    Fcgi(Fcgi);
    /// Records of one length.
    Fixed(Fixed);
    /// Messages of GIOP.
    Giop(Giop);
    /// Packet lines of Git.
    GitPktLine(GitPktLine);
    /// Messages of gRPC.
    Grpc(Preset<preset::Grpc>);
    /// HDLC-like framing.
    Hdlc(Hdlc);
    /// Frames of HTTP/2.
    Http2(Preset<preset::Http2>);
    /// Binary length prefixes.
    LengthPrefix(LengthPrefix);
    /// Lines.
    Lines(Lines);
    /// Messages of Modbus over TCP.
    ModbusTcp(Preset<preset::ModbusTcp>);
    /// Compressed packets of MySQL.
    MysqlCompressed(MysqlCompressed);
    /// Packets of MySQL.
    MysqlPacket(MysqlPacket);
    /// Netstrings.
    Netstring(Netstring);
    /// Octet counting of syslog.
    OctetCounting(OctetCounting);
    /// Messages of PostgreSQL.
    Postgres(Preset<preset::Postgres>);
    /// A header of the PROXY protocol.
    Proxy(Proxy);
    /// Fragments of RPC records.
    RecordMark(RecordMark);
    /// Messages of Redis.
    Resp(Resp);
    /// SLIP.
    Slip(Slip);
    /// Records of TLS.
    TlsRecord(Preset<preset::TlsRecord>);
    /// Values of BER.
    Tlv(Tlv);
    /// Packets of TPKT.
    Tpkt(Preset<preset::Tpkt>);
    /// Length prefixes of variable length.
    VarintPrefix(VarintPrefix);
    /// WebSocket frames.
    WebSocket(WebSocket);
    @boxed
    /// One of two framings.
    Detect(Box<AnyDetect<'a>>);
    /// Two framings, one behind the other.
    Then(Box<AnyThen<'a>>);
}

/// Makes the enum of the meta data, and what converts to and from it.
macro_rules! metas {
    ($($(#[$doc:meta])* $variant:ident($meta:ty) $(, also from $other:ident)?;)*) => {
        /// What a frame of any framer says besides its body.
        #[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
        #[non_exhaustive]
        pub enum AnyMeta {
            /// Nothing; when written, what a plain payload needs.
            #[default]
            None,
            $($(#[$doc])* $variant($meta),)*
        }

        $(
            impl From<$meta> for AnyMeta {
                fn from(meta: $meta) -> Self {
                    Self::$variant(meta)
                }
            }

            /// Takes the default for [`AnyMeta::None`].
            impl TryFrom<AnyMeta> for $meta {
                type Error = EncodeError;

                fn try_from(meta: AnyMeta) -> Result<Self, EncodeError> {
                    match meta {
                        AnyMeta::None => Ok(Self::default()),
                        AnyMeta::$variant(meta) => Ok(meta),
                        $(AnyMeta::$other(meta) => Ok(meta.into()),)?
                        _ => Err(MISMATCH),
                    }
                }
            }
        )*
    };
}

metas! {
    /// Type and channel of AMQP.
    Amqp(AmqpMeta);
    /// Type and request of FastCGI.
    Fcgi(FcgiMeta);
    /// The header of a length prefix, without the length field; only when written.
    Header(HeaderBytes);
    /// Type, flags and stream of HTTP/2.
    Http2(Http2Meta);
    /// Sequence and uncompressed length of MySQL.
    MysqlCompressed(MysqlCompressedMeta), also from Number;
    /// A number: a sequence, a tag, a record type, a flag.
    Number(u8);
    /// First and second byte of a WebSocket frame, and its masking key.
    WebSocket(WebSocketMeta);
}

impl From<()> for AnyMeta {
    fn from((): ()) -> Self {
        Self::None
    }
}

impl TryFrom<AnyMeta> for () {
    type Error = EncodeError;

    fn try_from(meta: AnyMeta) -> Result<Self, EncodeError> {
        match meta {
            AnyMeta::None => Ok(()),
            _ => Err(MISMATCH),
        }
    }
}

/// Only the special packets are told.
impl From<PktKind> for AnyMeta {
    fn from(kind: PktKind) -> Self {
        kind.code().map_or(Self::None, Self::Number)
    }
}

/// Takes a packet of data for [`AnyMeta::None`].
impl TryFrom<AnyMeta> for PktKind {
    type Error = EncodeError;

    fn try_from(meta: AnyMeta) -> Result<Self, EncodeError> {
        match meta {
            AnyMeta::None => Ok(Self::Data),
            AnyMeta::Number(code) => Self::from_code(code).ok_or(MISMATCH),
            _ => Err(MISMATCH),
        }
    }
}

const MISMATCH: EncodeError = EncodeError::new(EncodeErrorKind::MetaMismatch, 0);

impl Framer for AnyFramer<'_> {
    type Meta = AnyMeta;

    fn step(&mut self, input: &[u8]) -> Result<Step<AnyMeta>, FrameError> {
        each!(self, framer => framer.step(input).map(|step| step.map(AnyMeta::from)))
    }

    fn finish(&mut self, input: &[u8]) -> Result<Finish<AnyMeta>, FrameError> {
        each!(self, framer => framer.finish(input).map(|finish| finish.map(AnyMeta::from)))
    }

    fn unstuff(&self, meta: AnyMeta, body: &mut [u8]) -> Result<usize, FrameError> {
        each!(self, framer => match said(meta) {
            Ok(meta) => framer.unstuff(meta, body),
            // Only the meta data of a frame of this framer comes here.
            Err(_) => Ok(body.len()),
        })
    }

    fn max_wire(&self) -> usize {
        each!(self, framer => framer.max_wire())
    }

    fn at_boundary(&self) -> bool {
        each!(self, framer => framer.at_boundary())
    }

    fn reset(&mut self) {
        each!(self, framer => framer.reset());
    }

    fn part(&self, input: &[u8]) -> Option<Part> {
        each!(self, framer => framer.part(input))
    }

    fn joined(&self, first: AnyMeta, last: AnyMeta) -> AnyMeta {
        each!(self, framer => joined(framer, first, last))
    }
}

/// The meta data of one framer.
fn said<M: TryFrom<AnyMeta, Error: Into<EncodeError>>>(meta: AnyMeta) -> Result<M, EncodeError> {
    meta.try_into().map_err(Into::into)
}

fn joined<F>(framer: &F, first: AnyMeta, last: AnyMeta) -> AnyMeta
where
    F: Framer<Meta: TryFrom<AnyMeta> + Into<AnyMeta>>,
{
    match (first.try_into(), last.try_into()) {
        (Ok(first), Ok(last)) => framer.joined(first, last).into(),
        // Only the meta data of frames of this framer comes here.
        _ => last,
    }
}

/// Refuses the meta data of another framer with [`EncodeErrorKind::MetaMismatch`].
impl Encode for AnyFramer<'_> {
    type Meta = AnyMeta;

    fn encoded_len(&self, body: &[u8], meta: AnyMeta) -> Result<usize, EncodeError> {
        each!(self, framer => framer.encoded_len(body, said(meta)?))
    }

    fn encode(&mut self, body: &[u8], meta: AnyMeta, out: &mut [u8]) -> Result<usize, EncodeError> {
        each!(self, framer => framer.encode(body, said(meta)?, out))
    }

    fn envelope(
        &mut self,
        body: &[u8],
        meta: AnyMeta,
    ) -> Result<Option<Envelope<'_>>, EncodeError> {
        each!(self, framer => framer.envelope(body, said(meta)?))
    }

    fn encode_end(&mut self, out: &mut [u8]) -> Result<usize, EncodeError> {
        each!(self, framer => framer.encode_end(out))
    }
}
