//! The protocols whose headers say more than a length, each a type and its constructor.

use super::super::{
    AmqpMeta, ConfigError, FrameErrorKind, HeaderBytes, Http2Meta, LengthPrefix,
    LengthPrefixBuilder,
};
use super::{Preset, Protocol};

/// Makes the type of a protocol and the function that creates its framer.
macro_rules! protocols {
    ($($(#[$doc:meta])* $name:ident by $constructor:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        #[non_exhaustive]
        pub struct $name;

        $(#[$doc])*
        ///
        /// # Errors
        ///
        /// [`ConfigError::WireTooLong`] when the longest frame has more bytes than `usize` counts.
        pub fn $constructor(max: usize) -> Result<Preset<$name>, ConfigError> {
            Preset::new(max)
        }
    )*};
}

protocols! {
    /// AMQP 0-9-1 frames: type, channel, length, payload, and the octet `ce`.
    ///
    /// AMQP 0-9-1 (2008), section 4.2.3.
    Amqp by amqp;
    /// Messages of gRPC: a flag that says whether the message is compressed, and its length.
    ///
    /// gRPC over HTTP/2, "Length-Prefixed-Message"; any other flag is refused.
    Grpc by grpc;
    /// HTTP/2 frames: length, type, flags, stream.
    ///
    /// The reserved bit before the stream is ignored and written as zero. The limit is the
    /// `SETTINGS_MAX_FRAME_SIZE` that was announced, at first 16,384. RFC 9113, section 4.1.
    Http2 by http2;
    /// Modbus over TCP: transaction, protocol 0, length, then the unit and its message.
    ///
    /// The transaction is written as zero. Modbus Messaging on TCP/IP Implementation Guide V1.0b
    /// (2006), section 3.1.3.
    ModbusTcp by modbus_tcp;
    /// PostgreSQL messages behind the start-up: a tag, and a length that counts itself.
    ///
    /// PostgreSQL, "Frontend/Backend Protocol", "Message Formats".
    Postgres by postgres;
    /// TLS records: content type, version, length, fragment.
    ///
    /// The version is not looked at, as section 5.1 demands, and written as `0303`. The longest
    /// fragment of TLS 1.3 has 16,640 bytes, of TLS 1.2 18,432. RFC 8446, sections 5.1 and 5.2;
    /// RFC 5246, section 6.2.3.
    TlsRecord by tls_record;
    /// TPKT, which carries ISO transport over TCP: version 3, a zero, and a length that counts the
    /// header and is at least 7.
    ///
    /// RFC 2126, section 4.3; RFC 1006, section 6.
    Tpkt by tpkt;
}

impl Protocol for Amqp {
    type Meta = AmqpMeta;

    const TAIL: &'static [u8] = &[0xce];

    fn prefix(max: usize) -> LengthPrefixBuilder {
        LengthPrefix::builder(max).offset(3)
    }

    #[inline]
    fn meta(wire: &[u8]) -> AmqpMeta {
        match wire {
            [kind, high, low, ..] => AmqpMeta::new(*kind, u16::from_be_bytes([*high, *low])),
            _ => AmqpMeta::default(),
        }
    }

    fn header(meta: AmqpMeta) -> Option<HeaderBytes> {
        let [high, low] = meta.channel.to_be_bytes();
        Some(HeaderBytes::new(&[meta.kind, high, low]))
    }
}

impl Protocol for Grpc {
    type Meta = u8;

    fn prefix(max: usize) -> LengthPrefixBuilder {
        LengthPrefix::builder(max).offset(1)
    }

    #[inline]
    fn check(input: &[u8]) -> Result<(), (FrameErrorKind, usize)> {
        match input {
            [flag, ..] if *flag > 1 => Err((FrameErrorKind::BadHeader, 0)),
            _ => Ok(()),
        }
    }

    #[inline]
    fn meta(wire: &[u8]) -> u8 {
        wire.first().copied().unwrap_or_default()
    }

    fn header(flag: u8) -> Option<HeaderBytes> {
        (flag <= 1).then(|| HeaderBytes::new(&[flag]))
    }
}

impl Protocol for Http2 {
    type Meta = Http2Meta;

    fn prefix(max: usize) -> LengthPrefixBuilder {
        LengthPrefix::builder(max).width(3).header(9)
    }

    #[inline]
    fn meta(wire: &[u8]) -> Http2Meta {
        match wire {
            [_, _, _, kind, flags, a, b, c, d, ..] => {
                Http2Meta::new(*kind, *flags, u32::from_be_bytes([*a & 0x7f, *b, *c, *d]))
            }
            _ => Http2Meta::default(),
        }
    }

    fn header(meta: Http2Meta) -> Option<HeaderBytes> {
        let [a @ ..0x80, b, c, d] = meta.stream.to_be_bytes() else {
            return None;
        };
        Some(HeaderBytes::new(&[meta.kind, meta.flags, a, b, c, d]))
    }
}

impl Protocol for ModbusTcp {
    type Meta = ();

    fn prefix(max: usize) -> LengthPrefixBuilder {
        LengthPrefix::builder(max).offset(4).width(2)
    }

    #[inline]
    fn check(input: &[u8]) -> Result<(), (FrameErrorKind, usize)> {
        let zero = FrameErrorKind::ExpectedByte { byte: 0 };
        match input {
            [_, _, high, ..] if *high != 0 => Err((zero, 2)),
            [_, _, _, low, ..] if *low != 0 => Err((zero, 3)),
            _ => Ok(()),
        }
    }

    #[inline]
    fn meta(_wire: &[u8]) {}

    fn header((): ()) -> Option<HeaderBytes> {
        Some(HeaderBytes::default())
    }
}

impl Protocol for Postgres {
    type Meta = u8;

    fn prefix(max: usize) -> LengthPrefixBuilder {
        LengthPrefix::builder(max).offset(1).signed(true).adjust(-4)
    }

    #[inline]
    fn meta(wire: &[u8]) -> u8 {
        wire.first().copied().unwrap_or_default()
    }

    fn header(tag: u8) -> Option<HeaderBytes> {
        Some(HeaderBytes::new(&[tag]))
    }
}

impl Protocol for TlsRecord {
    type Meta = u8;

    fn prefix(max: usize) -> LengthPrefixBuilder {
        LengthPrefix::builder(max).offset(3).width(2)
    }

    #[inline]
    fn meta(wire: &[u8]) -> u8 {
        wire.first().copied().unwrap_or_default()
    }

    fn header(content_type: u8) -> Option<HeaderBytes> {
        Some(HeaderBytes::new(&[content_type, 3, 3]))
    }
}

impl Protocol for Tpkt {
    type Meta = ();

    const SHORTEST: usize = 3;

    fn prefix(max: usize) -> LengthPrefixBuilder {
        LengthPrefix::builder(max).offset(2).width(2).includes_header(true)
    }

    #[inline]
    fn check(input: &[u8]) -> Result<(), (FrameErrorKind, usize)> {
        match input {
            [version, ..] if *version != 3 => Err((FrameErrorKind::BadHeader, 0)),
            [_, reserved, ..] if *reserved != 0 => Err((FrameErrorKind::BadHeader, 1)),
            [_, _, 0, ..7, ..] => Err((FrameErrorKind::BadHeader, 2)),
            _ => Ok(()),
        }
    }

    #[inline]
    fn meta(_wire: &[u8]) {}

    fn header((): ()) -> Option<HeaderBytes> {
        Some(HeaderBytes::new(&[3, 0]))
    }
}
