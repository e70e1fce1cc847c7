//! What frames say besides their bodies, where that is more than one number.
//!
//! A single number, such as a sequence or a record type, is a `u8`.

/// The header of an HTTP/2 frame without its length (RFC 9113, section 4.1).
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Http2Meta {
    /// Frame type.
    pub kind: u8,
    /// Flags, whose meaning depends on the type.
    pub flags: u8,
    /// Stream identifier of 31 bits; 0 is the connection.
    pub stream: u32,
}

impl Http2Meta {
    /// Joins a type, its flags and a stream; one of more than 31 bits is refused when written.
    #[must_use]
    pub const fn new(kind: u8, flags: u8, stream: u32) -> Self {
        Self { kind, flags, stream }
    }
}

/// The header of an AMQP 0-9-1 frame without its size (AMQP 0-9-1, section 4.2.3).
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct AmqpMeta {
    /// Frame type.
    pub kind: u8,
    /// Channel; 0 is the connection.
    pub channel: u16,
}

impl AmqpMeta {
    /// Joins a type and a channel.
    #[must_use]
    pub const fn new(kind: u8, channel: u16) -> Self {
        Self { kind, channel }
    }
}

/// The header of a WebSocket frame without its length (RFC 6455, section 5.2); by default that of
/// a binary message in one frame, not masked.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct WebSocketMeta {
    /// Whether the message ends with this frame.
    pub fin: bool,
    /// Opcode, 0 to 15.
    pub opcode: u8,
    /// Masking key, where the payload is masked.
    pub mask: Option<[u8; 4]>,
}

impl WebSocketMeta {
    /// Joins the bit FIN, an opcode and the masking key.
    #[must_use]
    pub const fn new(fin: bool, opcode: u8, mask: Option<[u8; 4]>) -> Self {
        Self { fin, opcode, mask }
    }
}

impl Default for WebSocketMeta {
    fn default() -> Self {
        Self::new(true, 2, None)
    }
}

/// The header of a FastCGI record without its lengths (FastCGI 1.0, section 3.3).
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct FcgiMeta {
    /// Record type.
    pub kind: u8,
    /// Request; 0 is the application itself.
    pub request: u16,
}

impl FcgiMeta {
    /// Joins a type and a request.
    #[must_use]
    pub const fn new(kind: u8, request: u16) -> Self {
        Self { kind, request }
    }
}

/// The header of a compressed packet of MySQL without its length (MySQL source code documentation,
/// "Compressed Packet").
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct MysqlCompressedMeta {
    /// Sequence number.
    pub sequence: u8,
    /// Length of the payload once inflated, of 24 bits; 0 says that it is not compressed.
    pub uncompressed: u32,
}

impl MysqlCompressedMeta {
    /// Joins a sequence number and an uncompressed length.
    #[must_use]
    pub const fn new(sequence: u8, uncompressed: u32) -> Self {
        Self { sequence, uncompressed }
    }
}

/// The number of a payload that is not compressed.
impl From<u8> for MysqlCompressedMeta {
    fn from(sequence: u8) -> Self {
        Self::new(sequence, 0)
    }
}
