//! Addresses: values, and their strict text.
//!
//! ```text
//! text ──parse──▶ Endpoint ──resolve──▶ SocketAddress ──encode(Abi)──▶ sockaddr bytes
//! ```
//!
//! Two nouns, never mixed: an [`Endpoint`] is what a person writes, a [`SocketAddress`] is what a
//! kernel holds. A constructed value is valid. Text is read by one strict grammar; the spellings of
//! others have names of their own, see [`dialect`](crate::dialect).

mod dialect;
mod embedded;
mod endpoint;
mod error;
mod fd;
mod host;
mod host_port;
mod ip;
#[cfg(test)]
mod ip_laws;
pub(crate) mod ip_port;
#[cfg(test)]
mod laws;
mod nat64;
mod net_types;
pub(crate) mod number;
mod options;
mod pipe;
pub(crate) mod port;
mod prefix;
mod socket;
mod spelling;
mod text;
mod unix;
#[cfg(all(feature = "std", unix))]
mod unix_std;
mod vsock;
mod zone;

pub mod ipv4;
pub mod ipv6;
pub mod registry;

pub use self::dialect::Dialect;
pub use self::embedded::{EmbeddedForm, EmbeddedV4};
pub use self::endpoint::Endpoint;
pub(crate) use self::endpoint::is_reserved;
pub use self::error::{ConvertError, FormatError, ParseError, ParseErrorKind};
pub(crate) use self::error::{byte_kind, check_len};
pub use self::fd::FdName;
pub use self::host::{Host, HostName};
pub(crate) use self::host::{is_numeric_last_label, lookup_name_error};
pub use self::host_port::HostPort;
pub(crate) use self::host_port::{not_ipv6, split_at_colon};
pub use self::ip::Ip;
pub use self::ip_port::IpPort;
pub use self::nat64::{Nat64Prefix, Nat64PrefixError};
pub use self::options::TextOptions;
pub use self::pipe::PipeName;
pub use self::prefix::{HostBits, Prefix};
pub use self::socket::SocketAddress;
pub use self::spelling::Bytes;
pub(crate) use self::spelling::{Printable, Written};
pub(crate) use self::spelling::{nibble, write_into};
pub use self::unix::{UnixAddress, UnixName};
pub use self::vsock::VsockAddress;
pub(crate) use self::zone::is_zone_byte;
pub use self::zone::{Zone, ZoneName};

pub use core::net::{Ipv4Addr, Ipv6Addr};
