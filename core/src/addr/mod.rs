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
mod endpoint;
mod error;
mod host;
mod ip;
mod pipe;
mod socket;
mod spelling;
mod unix;
mod vsock;
mod zone;

pub mod ipv4;
pub mod ipv6;

pub use self::dialect::Dialect;
pub use self::endpoint::{Endpoint, FdName, HostPort};
pub use self::error::{FormatError, ParseError, ParseErrorKind};
pub use self::host::{Host, HostName};
pub use self::ip::Ip;
pub use self::pipe::PipeName;
pub use self::socket::{IpPort, SocketAddress};
pub use self::spelling::Bytes;
pub use self::unix::{UnixAddress, UnixName};
pub use self::vsock::VsockAddress;
pub use self::zone::{Zone, ZoneName};

pub use core::net::{Ipv4Addr, Ipv6Addr};
