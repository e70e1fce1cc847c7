//! The thin blocking adapter: endpoints and framers over sockets of the standard library.
//!
//! This is the only module that touches the operating system.
//!
//! ```no_run
//! use portolan::addr::Endpoint;
//! use portolan::net;
//!
//! let stream = net::connect(&Endpoint::parse(b"unix:/run/x")?)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod connect;
mod listen;
mod stream;

pub use self::connect::{Resolve, SystemResolver, connect, connect_to, connect_with};
pub use self::listen::Listener;
pub use self::stream::Stream;
