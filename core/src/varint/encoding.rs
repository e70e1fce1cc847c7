//! The encodings by name.

/// Way to write an integer in as few bytes as its value needs.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Encoding {
    /// LEB128 as in protobuf and multiformats, overlong forms refused.
    Leb128,
    /// LEB128 with overlong forms accepted, up to the length of the largest value.
    Leb128Lenient,
    /// Remaining length of MQTT: at most 268,435,455, overlong forms refused.
    ///
    /// MQTT 5.0, section 1.5.5.
    Mqtt,
    /// Variable-length integer of QUIC: at most 2^62 - 1, overlong forms accepted.
    ///
    /// RFC 9000, section 16.
    Quic,
    /// Length-encoded integer of MySQL, overlong forms accepted.
    Mysql,
}

impl Encoding {
    /// All encodings.
    pub const ALL: &'static [Self] =
        &[Self::Leb128, Self::Leb128Lenient, Self::Mqtt, Self::Quic, Self::Mysql];

    /// Names the encoding in kebab case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Leb128 => "leb128",
            Self::Leb128Lenient => "leb128-lenient",
            Self::Mqtt => "mqtt",
            Self::Quic => "quic",
            Self::Mysql => "mysql",
        }
    }

    /// Finds the encoding of a [`name`](Self::name).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|encoding| encoding.name() == name)
    }
}
