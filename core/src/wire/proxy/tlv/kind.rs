//! The types of records.

use core::fmt;

/// The type of a record: any number, of which the standard has named some.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(clippy::exhaustive_structs, reason = "a type is one byte and nothing else")]
pub struct TlvKind(
    /// The number.
    pub u8,
);

macro_rules! kinds {
    ($($(#[$doc:meta])* $constant:ident = $number:literal, $name:literal;)*) => {
        impl TlvKind {
            $($(#[$doc])* pub const $constant: Self = Self($number);)*

            /// The name that the standard gives the type, without its prefix; `None` where it has
            /// none.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($number => Some($name),)*
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    /// The protocol that the client chose.
    ALPN = 0x01, "ALPN";
    /// The host name that the client asked for.
    AUTHORITY = 0x02, "AUTHORITY";
    /// The checksum of the header.
    CRC32C = 0x03, "CRC32C";
    /// Padding.
    NOOP = 0x04, "NOOP";
    /// What tells the connection from all others.
    UNIQUE_ID = 0x05, "UNIQUE_ID";
    /// What TLS says of the client.
    SSL = 0x20, "SSL";
    /// Inside `SSL`: the version of TLS.
    SSL_VERSION = 0x21, "SSL_VERSION";
    /// Inside `SSL`: the common name of the client's certificate.
    SSL_CN = 0x22, "SSL_CN";
    /// Inside `SSL`: the cipher.
    SSL_CIPHER = 0x23, "SSL_CIPHER";
    /// Inside `SSL`: how the certificate of the frontend is signed.
    SSL_SIG_ALG = 0x24, "SSL_SIG_ALG";
    /// Inside `SSL`: the key of the certificate of the frontend.
    SSL_KEY_ALG = 0x25, "SSL_KEY_ALG";
    /// Inside `SSL`: the group of the key exchange.
    SSL_GROUP = 0x26, "SSL_GROUP";
    /// Inside `SSL`: how the handshake is signed.
    SSL_SIG_SCHEME = 0x27, "SSL_SIG_SCHEME";
    /// Inside `SSL`: the certificate of the client.
    SSL_CLIENT_CERT = 0x28, "SSL_CLIENT_CERT";
    /// The network namespace.
    NETNS = 0x30, "NETNS";
}

impl fmt::Display for TlvKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.pad(name),
            None => write!(f, "{:#04x}", self.0),
        }
    }
}
