//! SOCKS: what a client asks of a proxy, and what the proxy answers.
//!
//! ```text
//! client ──request──▶ proxy ──▶ target        versions 4, 4A: [`v4`]
//!        ◀──reply───                          version 5 and its UDP header: [`v5`]
//! ```
//!
//! Every message names a [`Target`]: an address or a name, and a port. A name is handed on as it
//! is, byte for byte; it stays a name even where its text is that of an address, for what it means
//! is asked of the proxy: nothing here turns `127.0.0.1` in the place of a name into an address.
//!
//! Sources: the memos *SOCKS: A protocol for TCP proxy across firewalls* and *SOCKS 4A: A Simple
//! Extension to SOCKS 4 Protocol* (Ying-Da Lee), and RFC 1928.

use core::net::Ipv4Addr;

use super::{Decoded, WireError, WireErrorKind};
use crate::addr::{Host, HostName, HostPort, Ip};

pub mod v4;
pub mod v5;

/// What a client asks a proxy to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "no version has a fourth command")]
pub enum Command {
    /// Connect to the target.
    Connect,
    /// Wait for a connection from the target.
    Bind,
    /// Relay datagrams; version 5 only.
    Associate,
}

impl Command {
    /// The byte that stands for it.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Connect => 1,
            Self::Bind => 2,
            Self::Associate => 3,
        }
    }

    /// Finds the command that a byte stands for.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Connect),
            2 => Some(Self::Bind),
            3 => Some(Self::Associate),
            _ => None,
        }
    }
}

/// Where a message points: an address without a zone or a name of 1 to 255 bytes, and a port.
///
/// # Examples
///
/// ```
/// use portolan::addr::HostPort;
/// use portolan::wire::socks::Target;
///
/// let target = Target::try_from(HostPort::parse(b"example.com:443")?)?;
/// assert_eq!(target.port(), 443);
/// assert!(Target::try_from(HostPort::parse(b"example.com")?).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target<'a> {
    host: Host<'a>,
    port: u16,
}

impl<'a> Target<'a> {
    /// The longest name in bytes: its length is one byte in version 5, and version 4A has no
    /// other bound.
    pub const MAX_NAME_LEN: usize = 255;

    /// Names a host and a port.
    ///
    /// # Errors
    ///
    /// [`HostEmpty`](WireErrorKind::HostEmpty), [`TooLong`](WireErrorKind::TooLong) and, with a NUL
    /// in it, [`BadAddress`](WireErrorKind::BadAddress) for a name;
    /// [`NotRepresentable`](WireErrorKind::NotRepresentable) for a zone and for `*`.
    pub fn new(host: impl Into<Host<'a>>, port: u16) -> Result<Self, WireError> {
        let host = host.into();
        let kind = match &host {
            Host::Ip(Ip::V4(_) | Ip::V6(_, None)) => return Ok(Self { host, port }),
            Host::Name(name) => match name.bytes().count() {
                0 => WireErrorKind::HostEmpty,
                len if len > Self::MAX_NAME_LEN => WireErrorKind::TooLong,
                _ if name.bytes().any(|byte| byte == 0) => WireErrorKind::BadAddress,
                _ => return Ok(Self { host, port }),
            },
            Host::Ip(Ip::V6(_, Some(_))) | Host::Any => WireErrorKind::NotRepresentable,
        };
        Err(WireError::new(kind, 0))
    }

    /// A name that has been read: 1 to 255 bytes, none of them NUL.
    const fn from_name(name: &'a [u8], port: u16) -> Self {
        Self { host: Host::Name(HostName::from_written(name, false)), port }
    }

    const fn from_ip(ip: Ip, port: u16) -> Self {
        Self { host: Host::Ip(ip), port }
    }

    /// The address or the name.
    #[must_use]
    pub const fn host(&self) -> &Host<'a> {
        &self.host
    }

    /// The port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The name, where the host is one.
    fn name(&self) -> Option<&HostName<'a>> {
        match &self.host {
            Host::Name(name) => Some(name),
            _ => None,
        }
    }
}

impl<'a> From<Target<'a>> for HostPort<'a> {
    fn from(Target { host, port }: Target<'a>) -> Self {
        Self { host, port: Some(port) }
    }
}

/// Refuses, besides what [`Target::new`] refuses, a host without a port.
impl<'a> TryFrom<HostPort<'a>> for Target<'a> {
    type Error = WireError;

    fn try_from(HostPort { host, port }: HostPort<'a>) -> Result<Self, WireError> {
        let port = port.ok_or(WireError::new(WireErrorKind::NotRepresentable, 0))?;
        Self::new(host, port)
    }
}

/// Looks at a byte that must have one value, as soon as it is there.
fn fixed(input: &[u8], at: usize, value: u8, kind: WireErrorKind) -> Result<(), WireError> {
    match input.get(at) {
        Some(byte) if *byte != value => Err(WireError::new(kind, at)),
        _ => Ok(()),
    }
}

/// Looks at the byte of the command, as soon as it is there.
fn command(input: &[u8], highest: Command) -> Result<Option<Command>, WireError> {
    let Some(number) = input.get(1).copied() else { return Ok(None) };
    match Command::from_number(number).filter(|_| number <= highest.number()) {
        Some(command) => Ok(Some(command)),
        None => Err(WireError::new(WireErrorKind::BadCommand, 1)),
    }
}

/// Waits until a form that has at least so many bytes is there.
fn need<T>(input: &[u8], least: usize) -> Result<Decoded<T>, WireError> {
    Ok(Decoded::need(least.saturating_sub(input.len())))
}

/// Whether version 4 reads this address as the mark of a name, or as nothing: 0.0.0.0/24.
const fn is_mark(addr: Ipv4Addr) -> bool {
    matches!(addr.octets(), [0, 0, 0, _])
}

#[cfg(test)]
mod tests;
