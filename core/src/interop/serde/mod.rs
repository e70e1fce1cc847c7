//! `Serialize` and `Deserialize`: text where people read it, a few bytes anywhere else.
//!
//! Where a format is [human-readable](serde_core::Serializer::is_human_readable), a value is its
//! strict text, and what strict text cannot say is refused with an error: `*`, flow information, a
//! zone on a v4-mapped address, a name that only another dialect reads. A text is read by the
//! strict grammar of its type; a [`Prefix`] may have host bits, and a [`SocketAddress`] has a port
//! and numbers only.
//!
//! Anywhere else a value is a few bytes. They hold `*`, flow information and every zone, but names
//! of hosts and pipes only where strict text can say them: what comes from bytes is as safe as what
//! comes from text. Numbers are big-endian. The bytes are canonical, and anything but exactly these
//! bytes is refused; a version that is not 1, too.
//!
//! ```text
//! bytes     = %x01 value                  ; the version of this format
//!
//! Ip        = %x04 4OCTET / %x06 16OCTET ( %x00 / Zone )
//! Zone      = %x01 4OCTET / %x02 ZoneName ; an index that is not 0, a name
//! ZoneName, HostName, FdName = short      ; the strict text
//! short     = OCTET *OCTET                ; how many bytes follow, and they
//! IpPort    = Ip 2OCTET
//! Host      = Ip / %x02 HostName / %x03   ; the last is `*`
//! HostPort  = Host ( %x00 / %x01 2OCTET ) ; without a port, with one
//! Unix      = %x00 / %x01 short / %x02 short  ; unnamed, path, abstract name
//! Vsock     = 4OCTET 4OCTET               ; context, port
//! PipeName  = short short                 ; server, name
//! Endpoint  = %x01 HostPort / %x02 Unix / %x03 Vsock / %x04 PipeName
//!           / %x05 4OCTET                 ; descriptor
//!           / %x06 ( %x00 / FdName )      ; passed socket, without a name or with one
//! SocketAddress = %x04 4OCTET 2OCTET      ; address, port
//!           / %x06 16OCTET 2OCTET 4OCTET 4OCTET  ; address, port, flow information, scope
//!           / %x02 Unix / %x03 Vsock
//! Prefix    = Ip OCTET
//! ```
//!
//! [`Dialect`](crate::addr::Dialect), [`Abi`](crate::sockaddr::Abi),
//! [`Transport`](crate::dialect::Transport) and [`Family`](crate::dialect::Family) are their names
//! in every format: a number would change with the order of declaration. So is a
//! `frame::spec::Spec`, with the feature `alloc`, its canonical text.
//!
//! # Borrowing
//!
//! Names borrow from the input where the format lends it, and are copied where it does not (JSON
//! with an escape, a reader); without the feature `alloc` the latter is an error. A type that must
//! not borrow, such as a configuration that outlives its text, holds them in `Owned`.
//! Nothing is allocated because a length said so.

mod bytes;
mod names;
#[cfg(feature = "alloc")]
mod spec;
mod text;

use core::fmt;

use serde_core::de::{Deserialize, Deserializer, Error as DeError, Visitor};
use serde_core::ser::{Error as SerError, Serialize, Serializer};

use self::bytes::Compact;
use self::text::Text;
use crate::addr::{
    Endpoint, FdName, Host, HostName, HostPort, Ip, IpPort, PipeName, Prefix, SocketAddress,
    UnixAddress, VsockAddress, Zone, ZoneName,
};

/// What every noun is to `serde`: a text, or bytes.
fn serialize<'a, T, S>(value: &T, serializer: S) -> Result<S::Ok, S::Error>
where
    T: Text<'a> + Compact<'a>,
    S: Serializer,
{
    if serializer.is_human_readable() {
        let mut out = [0; Endpoint::MAX_LEN];
        let len = value.write_text(&mut out).map_err(SerError::custom)?;
        let text = core::str::from_utf8(out.get(..len).unwrap_or_default());
        serializer.serialize_str(text.map_err(SerError::custom)?)
    } else {
        let mut out = [0; bytes::MAX_LEN];
        let len = bytes::write(|writer| value.put(writer), &mut out).map_err(SerError::custom)?;
        serializer.serialize_bytes(out.get(..len).unwrap_or_default())
    }
}

fn deserialize<'de, D, V>(visitor: V, deserializer: D) -> Result<V::Value, D::Error>
where
    D: Deserializer<'de>,
    V: Visitor<'de>,
{
    if deserializer.is_human_readable() {
        deserializer.deserialize_str(visitor)
    } else {
        deserializer.deserialize_bytes(visitor)
    }
}

fn read_text<'a, T: Text<'a>, E: DeError>(text: &'a str) -> Result<T, E> {
    T::read_text(text.as_bytes()).map_err(E::custom)
}

fn read_bytes<'a, T: Compact<'a>, E: DeError>(bytes: &'a [u8]) -> Result<T, E> {
    bytes::read(bytes).map_err(E::custom)
}

/// A target that is made from what is read, whether the format lends it or not.
macro_rules! copied {
    ($target:ty, $noun:ty, $expected:literal, $own:expr) => {
        impl<'de> Deserialize<'de> for $target {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Expected;

                impl Visitor<'_> for Expected {
                    type Value = $target;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expected)
                    }

                    fn visit_str<E: DeError>(self, text: &str) -> Result<$target, E> {
                        read_text::<$noun, E>(text).map($own)
                    }

                    fn visit_bytes<E: DeError>(self, bytes: &[u8]) -> Result<$target, E> {
                        read_bytes::<$noun, E>(bytes).map($own)
                    }
                }

                deserialize(Expected, deserializer)
            }
        }
    };
}

/// Nouns that hold their bytes inline.
macro_rules! inline {
    ($($noun:ident => $expected:literal,)*) => {$(
        impl Serialize for $noun {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serialize(self, serializer)
            }
        }

        copied!($noun, $noun, $expected, core::convert::identity);
    )*};
}

/// Nouns that borrow, and own a copy where the format does not lend.
macro_rules! borrowing {
    ($($noun:ident => $expected:literal,)*) => {$(
        impl Serialize for $noun<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serialize(self, serializer)
            }
        }

        impl<'de: 'a, 'a> Deserialize<'de> for $noun<'a> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Expected;

                impl<'de> Visitor<'de> for Expected {
                    type Value = $noun<'de>;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expected)?;
                        f.write_str(WHERE_LENT)
                    }

                    fn visit_borrowed_str<E: DeError>(
                        self,
                        text: &'de str,
                    ) -> Result<$noun<'de>, E> {
                        read_text(text)
                    }

                    fn visit_borrowed_bytes<E: DeError>(
                        self,
                        bytes: &'de [u8],
                    ) -> Result<$noun<'de>, E> {
                        read_bytes(bytes)
                    }

                    #[cfg(feature = "alloc")]
                    fn visit_str<E: DeError>(self, text: &str) -> Result<$noun<'de>, E> {
                        read_text::<$noun<'_>, E>(text).map($noun::into_owned)
                    }

                    #[cfg(feature = "alloc")]
                    fn visit_bytes<E: DeError>(self, bytes: &[u8]) -> Result<$noun<'de>, E> {
                        read_bytes::<$noun<'_>, E>(bytes).map($noun::into_owned)
                    }
                }

                deserialize(Expected, deserializer)
            }
        }

        #[cfg(feature = "alloc")]
        copied!(Owned<$noun<'static>>, $noun<'_>, $expected, |noun| Owned(noun.into_owned()));
    )*};
}

const WHERE_LENT: &str =
    if cfg!(feature = "alloc") { "" } else { ", lent by the format (without feature `alloc`)" };

inline! {
    Ip => "an IP address",
    IpPort => "an IP address and a port",
    Prefix => "an IP address and a prefix length",
    SocketAddress => "a socket address",
    UnixAddress => "a Unix socket address",
    VsockAddress => "a vsock address",
    Zone => "a zone",
    ZoneName => "the name of a zone",
}

borrowing! {
    Endpoint => "an endpoint",
    FdName => "the name of a passed socket",
    Host => "a host",
    HostName => "a host name",
    HostPort => "a host with or without a port",
    PipeName => "the name of a pipe",
}

/// A noun that owns its bytes, whatever the format lends.
///
/// ```
/// use portolan::addr::{Endpoint, HostName};
/// use portolan::interop::serde::Owned;
///
/// #[derive(serde::Deserialize, serde::Serialize)]
/// struct Config {
///     listen: Vec<Owned<Endpoint<'static>>>,
///     name: Owned<HostName<'static>>,
/// }
///
/// let text = br#"{"listen":["127.0.0.1:80","unix:/run/x"],"name":"example.com"}"#;
/// let config: Config = serde_json::from_reader(&text[..])?;
/// assert_eq!(config.listen[0].0, Endpoint::parse(b"127.0.0.1:80")?);
/// assert_eq!(config.name.as_written(), b"example.com");
/// assert_eq!(serde_json::to_vec(&config)?, text);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[cfg(feature = "alloc")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(clippy::exhaustive_structs)] // a value and nothing else
pub struct Owned<T>(
    /// The noun.
    pub T,
);

#[cfg(feature = "alloc")]
impl<T> core::ops::Deref for Owned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

#[cfg(feature = "alloc")]
impl<T: Serialize> Serialize for Owned<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
