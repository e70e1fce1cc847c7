//! The thin blocking adapter: endpoints and framers over sockets of the standard library.
//!
//! This is the only module that touches the operating system.
//!
//! ```no_run
//! use portolan::addr::Endpoint;
//! use portolan::frame::{Ending, Lines};
//! use portolan::net::{self, Framed};
//!
//! let stream = net::connect(&Endpoint::parse(b"unix:/run/x")?)?;
//! let mut lines = Framed::new(stream, Lines::new(Ending::CrLf, 1024));
//! lines.send(b"PING")?;
//! while let Some(line) = lines.receive()? {
//!     println!("{}", line.body.escape_ascii());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod connect;
mod framed;
mod listen;
mod stream;
mod unsent;

pub use self::connect::{Resolve, SystemResolver, connect, connect_to, connect_with};
pub use self::framed::{Framed, FramedError, Parts};
pub use self::listen::Listener;
pub use self::stream::Stream;
