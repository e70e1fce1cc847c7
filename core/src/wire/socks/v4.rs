//! Version 4, and 4A, which lets the proxy look names up.
//!
//! ```text
//!          0    1         2      4         8
//! request  │ 04 │ command │ port │ address │ user … │ 00 │ name … │ 00 │    (name: 4A only)
//! reply    │ 00 │ code    │ port │ address │
//! ```
//!
//! An address 0.0.0.x with x other than zero says that a name follows; written is 0.0.0.1.
//!
//! Source: the memos named in the [module above](super). Refused are another version, commands
//! other than 1 and 2, codes other than 90 to 93, the address 0.0.0.0 in a request
//! ([`BadAddress`](WireErrorKind::BadAddress): it marks no name and is no target), an empty name,
//! and a user or a name of more than 255 bytes, at the first byte too many: the memos set no limit,
//! but a reader must not wait for a NUL for ever.

use core::net::Ipv4Addr;

use super::{Command, Target, command, fixed, is_mark, need};
use crate::addr::{Host, Ip};
use crate::cursor::{BufferTooSmall, Reader, Writer};
use crate::endian::Endian;
use crate::wire::{Decoded, Field, Wire, WireError, WireErrorKind, each_field};

/// What a client asks.
///
/// # Examples
///
/// ```
/// use portolan::addr::HostPort;
/// use portolan::wire::Wire as _;
/// use portolan::wire::socks::{Command, Target, v4::Request};
///
/// let target = Target::try_from(HostPort::parse(b"66.102.7.99:80")?)?;
/// let request = Request::new(Command::Connect, target, b"Fred")?;
/// let mut out = [0; 32];
/// let len = request.encode((), &mut out)?;
/// assert_eq!(&out[..len], b"\x04\x01\0\x50\x42\x66\x07\x63Fred\0");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Request<'a> {
    command: Command,
    target: Target<'a>,
    user: &'a [u8],
}

impl<'a> Request<'a> {
    /// The longest user that is read and written, in bytes without the NUL.
    pub const MAX_USER_LEN: usize = 255;

    /// Asks for a command on behalf of a user, which may be empty.
    ///
    /// # Errors
    ///
    /// [`BadCommand`](WireErrorKind::BadCommand) for [`Command::Associate`];
    /// [`BadAddress`](WireErrorKind::BadAddress) for an address in 0.0.0.0/24, which would read
    /// back as the mark of a name; [`TooLong`](WireErrorKind::TooLong) for the user;
    /// [`NotRepresentable`](WireErrorKind::NotRepresentable) for IPv6 and for a NUL in the user.
    pub fn new(command: Command, target: Target<'a>, user: &'a [u8]) -> Result<Self, WireError> {
        let kind = match target.host() {
            _ if command == Command::Associate => WireErrorKind::BadCommand,
            Host::Ip(Ip::V4(addr)) if is_mark(*addr) => WireErrorKind::BadAddress,
            Host::Ip(Ip::V6(..)) => WireErrorKind::NotRepresentable,
            _ if user.len() > Self::MAX_USER_LEN => WireErrorKind::TooLong,
            _ if memchr::memchr(0, user).is_some() => WireErrorKind::NotRepresentable,
            _ => return Ok(Self { command, target, user }),
        };
        Err(WireError::new(kind, 0))
    }

    /// The command: connect or bind.
    #[must_use]
    pub const fn command(&self) -> Command {
        self.command
    }

    /// The IPv4 address or, in version 4A, the name.
    #[must_use]
    pub const fn target(&self) -> &Target<'a> {
        &self.target
    }

    /// The user, as the client says.
    #[must_use]
    pub const fn user(&self) -> &'a [u8] {
        self.user
    }
}

const VERSION: u8 = 4;
const ADDRESS: usize = 4;
const HEAD: usize = 8;
const MARK: [u8; 4] = [0, 0, 0, 1];

/// The shortest request: no user. With a name: no user and one byte.
const SHORTEST: usize = HEAD + 1;
const SHORTEST_NAMED: usize = HEAD + 1 + 2;

impl<'a> Wire<'a> for Request<'a> {
    type Context = ();

    fn decode(input: &'a [u8], (): ()) -> Result<Decoded<Self>, WireError> {
        fixed(input, 0, VERSION, WireErrorKind::BadVersion)?;
        let command = command(input, Command::Bind)?;
        let mut reader = Reader::new(input);
        let (Some(command), Some((port, addr))) = (command, head(&mut reader)) else {
            let named = input.get(ADDRESS..).is_some_and(|addr| addr.starts_with(&[0; 3]));
            return need(input, if named { SHORTEST_NAMED } else { SHORTEST });
        };
        if addr == Ipv4Addr::UNSPECIFIED {
            return Err(WireError::new(WireErrorKind::BadAddress, ADDRESS));
        }
        // Behind the user's bytes: its NUL, and a name of one byte with its own.
        let behind = if is_mark(addr) { 3 } else { 1 };
        let Some(user) = take_text(&mut reader)? else { return Ok(Decoded::need(behind)) };
        let target = if is_mark(addr) {
            let at = reader.position();
            if reader.peek() == Some(0) {
                return Err(WireError::new(WireErrorKind::HostEmpty, at));
            }
            match take_text(&mut reader)? {
                Some(name) => Target::from_name(name, port),
                None => return Ok(Decoded::need(if reader.is_empty() { 2 } else { 1 })),
            }
        } else {
            Target::from_ip(Ip::V4(addr), port)
        };
        let value = Self { command, target, user };
        Ok(Decoded::Value { value, consumed: reader.position() })
    }

    fn fields(input: &'a [u8], (): (), each: &mut dyn FnMut(Field)) {
        let head = [
            ("VN", 1, "version, 4"),
            ("CD", 1, "command: 1 connect, 2 bind"),
            ("DSTPORT", 2, "port, network order"),
            ("DSTIP", 4, "address; 0.0.0.x says that a name follows"),
        ];
        let mut at = each_field(input, &head, each);
        let named = matches!(input.get(ADDRESS..HEAD), Some([0, 0, 0, mark]) if *mark != 0);
        let texts = [("USERID", "user, and NUL"), ("HOST", "name, and NUL")];
        for (name, meaning) in texts.into_iter().take(if named { 2 } else { 1 }) {
            let rest = input.get(at..).unwrap_or_default();
            let len = memchr::memchr(0, rest).map_or(rest.len(), |nul| nul.saturating_add(1));
            let end = at.saturating_add(len);
            if at < end {
                each(Field::new(name, at..end, meaning));
            }
            at = end;
        }
    }

    fn encoded_len(&self, (): ()) -> Result<usize, WireError> {
        let name = self.target.name().map_or(0, |name| name.bytes().count().saturating_add(1));
        Ok(SHORTEST.saturating_add(self.user.len()).saturating_add(name))
    }

    fn write(&self, (): (), out: &mut Writer<'_>) -> Result<(), BufferTooSmall> {
        out.put_slice(&[VERSION, self.command.number()])?;
        out.put_u16(self.target.port(), Endian::Big)?;
        match self.target.host() {
            Host::Ip(Ip::V4(addr)) => out.put_slice(&addr.octets())?,
            _ => out.put_slice(&MARK)?,
        }
        out.put_slice(self.user)?;
        out.put(0)?;
        if let Some(name) = self.target.name() {
            name.bytes().try_for_each(|byte| out.put(byte))?;
            out.put(0)?;
        }
        Ok(())
    }
}

/// What a proxy answers, in a reply of version 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "the memo has these four, and the version is closed")]
pub enum ReplyCode {
    /// 90: granted.
    Granted,
    /// 91: rejected or failed.
    Rejected,
    /// 92: rejected, for the proxy cannot reach the client's identd.
    NoIdentd,
    /// 93: rejected, for the client and its identd name different users.
    IdentdMismatch,
}

impl ReplyCode {
    /// The byte that stands for it.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Granted => 90,
            Self::Rejected => 91,
            Self::NoIdentd => 92,
            Self::IdentdMismatch => 93,
        }
    }

    /// Finds the code that a byte stands for.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            90 => Some(Self::Granted),
            91 => Some(Self::Rejected),
            92 => Some(Self::NoIdentd),
            93 => Some(Self::IdentdMismatch),
            _ => None,
        }
    }
}

/// The answer of a proxy; 0.0.0.0 stands for the proxy's own address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Reply {
    /// The outcome.
    pub code: ReplyCode,
    /// Where the proxy waits, after a bind; without meaning otherwise.
    pub addr: Ipv4Addr,
    /// The port there.
    pub port: u16,
}

impl Reply {
    /// Answers with an address and a port.
    #[must_use]
    pub const fn new(code: ReplyCode, addr: Ipv4Addr, port: u16) -> Self {
        Self { code, addr, port }
    }

    /// Where the proxy waits.
    #[must_use]
    pub const fn target(&self) -> Target<'static> {
        Target::from_ip(Ip::V4(self.addr), self.port)
    }
}

impl Wire<'_> for Reply {
    type Context = ();

    fn decode(input: &[u8], (): ()) -> Result<Decoded<Self>, WireError> {
        fixed(input, 0, 0, WireErrorKind::BadVersion)?;
        let Some(number) = input.get(1).copied() else { return need(input, HEAD) };
        let code = ReplyCode::from_number(number);
        let code = code.ok_or(WireError::new(WireErrorKind::BadCommand, 1))?;
        let Some((port, addr)) = head(&mut Reader::new(input)) else { return need(input, HEAD) };
        Ok(Decoded::Value { value: Self { code, addr, port }, consumed: HEAD })
    }

    fn fields(input: &[u8], (): (), each: &mut dyn FnMut(Field)) {
        let parts = [
            ("VN", 1, "version of the reply, 0"),
            ("CD", 1, "code: 90 granted, 91 to 93 rejected"),
            ("DSTPORT", 2, "port, network order"),
            ("DSTIP", 4, "address; 0.0.0.0 is the proxy's own"),
        ];
        each_field(input, &parts, each);
    }

    fn encoded_len(&self, (): ()) -> Result<usize, WireError> {
        Ok(HEAD)
    }

    fn write(&self, (): (), out: &mut Writer<'_>) -> Result<(), BufferTooSmall> {
        out.put_slice(&[0, self.code.number()])?;
        out.put_u16(self.port, Endian::Big)?;
        out.put_slice(&self.addr.octets())
    }
}

/// Takes version and command, which are known, and gives port and address.
fn head(reader: &mut Reader<'_>) -> Option<(u16, Ipv4Addr)> {
    _ = reader.take(2)?;
    let port = reader.take_u16(Endian::Big)?;
    Some((port, reader.take_array::<4>()?.into()))
}

/// Takes up to 255 bytes and the NUL behind them; nothing where the NUL is not there yet.
fn take_text<'a>(reader: &mut Reader<'a>) -> Result<Option<&'a [u8]>, WireError> {
    const MAX: usize = Target::MAX_NAME_LEN;
    let rest = reader.rest();
    let window = rest.split_at_checked(MAX.saturating_add(1)).map_or(rest, |(window, _)| window);
    match memchr::memchr(0, window) {
        Some(len) => {
            let text = reader.take(len);
            _ = reader.take_byte();
            Ok(text)
        }
        None if window.len() > MAX => {
            Err(WireError::new(WireErrorKind::TooLong, reader.position().saturating_add(MAX)))
        }
        None => Ok(None),
    }
}
