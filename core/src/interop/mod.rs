//! The types of other crates, each under the feature that bears the name of its crate.
//!
//! | feature | type | from it | to it |
//! |---|---|---|---|
//! | – | `core::net::IpAddr` and its parts | `From` | `TryFrom`: no zone |
//! | – | `core::net::SocketAddr` and its parts | `From`; as text `TryFrom`: no flow information | `TryFrom`: a port, no zone by name |
//! | `std` | `std::os::unix::net::SocketAddr` | `TryFrom`: at most 108 bytes | `TryFrom`: what the system holds |
//! | `socket2` | `SockAddr` | `TryFrom`: a family of this crate | `TryFrom`: what the system holds |
//! | `ipnet` | `IpNet`, `Ipv4Net`, `Ipv6Net` | `From` | `TryFrom`: no zone, the right family |
//! | `ipnet` | `(Action, IpNet)` | as a `Rule` `TryFrom`: no host bits, not mapped | `From` a `Rule` |
//! | `http` | `uri::Authority` | `TryFrom`: strict text, no user, no zone | `TryFrom`: no zone, no `*` |
//! | `serde` | `Serialize`, `Deserialize`, the module `serde` | every noun, the text of a framer | every noun, the text of a framer |
//! | `arbitrary` | `Arbitrary` | every noun | |
//! | `proptest` | `Arbitrary`, and the strategies of the module `proptest` | every noun | |
//! | `tokio-util` | `Decoder`, `Encoder`: the module `tokio_util` | every framer | |
//! | `embedded-io` | `Read`, `Write`: the module `embedded_io` | every framer | |
//!
//! Nothing is dropped on the way: where the other type has no place for a part of a value, the
//! conversion is `TryFrom` and refuses. A v4-mapped address never changes its family.

#[cfg(feature = "arbitrary")]
mod arbitrary;
#[cfg(feature = "embedded-io")]
pub mod embedded_io;
#[cfg(feature = "http")]
mod http;
#[cfg(feature = "ipnet")]
mod ipnet;
#[cfg(feature = "proptest")]
pub mod proptest;
#[cfg(feature = "serde")]
pub mod serde;
#[cfg(feature = "socket2")]
mod socket2;
#[cfg(feature = "tokio-util")]
pub mod tokio_util;
