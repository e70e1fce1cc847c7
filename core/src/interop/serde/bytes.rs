//! The compact bytes of every noun; the grammar stands in [the documentation](crate::interop).

use core::fmt;
use core::net::{SocketAddrV4, SocketAddrV6};

use crate::addr::{
    Endpoint, FdName, FormatError, Host, HostBits, HostName, HostPort, Ip, IpPort, PipeName,
    Prefix, SocketAddress, UnixAddress, UnixName, VsockAddress, Zone, ZoneName,
};
use crate::cursor::{Reader, Writer};
use crate::endian::Endian;

/// The most bytes that a value takes: an endpoint that is a named pipe or a host name.
pub(super) const MAX_LEN: usize = 264;

const VERSION: u8 = 1;

/// What is written for machines, and read from them; canonical both ways.
pub(super) trait Compact<'a>: Sized {
    /// Writes the bytes.
    fn put(&self, out: &mut Writer<'_>) -> Result<(), FormatError>;

    /// Reads the bytes; `None` where they are not those of a value.
    fn take(input: &mut Reader<'a>) -> Option<Self>;
}

/// Writes a value behind the version; returns the length.
pub(super) fn write(
    put: impl FnOnce(&mut Writer<'_>) -> Result<(), FormatError>,
    out: &mut [u8],
) -> Result<usize, FormatError> {
    let mut writer = Writer::new(out);
    writer.put(VERSION)?;
    put(&mut writer)?;
    Ok(writer.position())
}

/// Reads a value and nothing else.
pub(super) fn read<'a, T: Compact<'a>>(bytes: &'a [u8]) -> Result<T, Malformed> {
    let mut reader = Reader::new(bytes);
    if !reader.expect(VERSION) {
        return Err(Malformed { at: 0 });
    }
    match T::take(&mut reader) {
        Some(value) if reader.is_empty() => Ok(value),
        _ => Err(Malformed { at: reader.position() }),
    }
}

/// Bytes that are not those of a value, and where that was found.
#[derive(Debug)]
pub(super) struct Malformed {
    at: usize,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "malformed bytes of an address at byte {}", self.at)
    }
}

const BIG: Endian = Endian::Big;

/// `short = OCTET *OCTET`
fn put_short(bytes: &[u8], out: &mut Writer<'_>) -> Result<(), FormatError> {
    out.put(u8::try_from(bytes.len()).map_err(|_| FormatError::NotRepresentable)?)?;
    Ok(out.put_slice(bytes)?)
}

/// The input is at hand, so a length that it does not have reserves nothing.
fn take_short<'a>(input: &mut Reader<'a>) -> Option<&'a [u8]> {
    let len = input.take_byte()?;
    input.take(len.into())
}

impl Compact<'_> for Ip {
    fn put(&self, out: &mut Writer<'_>) -> Result<(), FormatError> {
        match self {
            Self::V4(addr) => {
                out.put(4)?;
                Ok(out.put_slice(&addr.octets())?)
            }
            Self::V6(addr, zone) => {
                out.put(6)?;
                out.put_slice(&addr.octets())?;
                match zone {
                    None => Ok(out.put(0)?),
                    Some(zone) => zone.put(out),
                }
            }
        }
    }

    fn take(input: &mut Reader<'_>) -> Option<Self> {
        match input.take_byte()? {
            4 => Some(Self::V4(input.take_array::<4>()?.into())),
            6 => {
                let addr = input.take_array::<16>()?.into();
                let zone = if input.expect(0) { None } else { Some(Zone::take(input)?) };
                Some(Self::V6(addr, zone))
            }
            _ => None,
        }
    }
}

impl Compact<'_> for Zone {
    fn put(&self, out: &mut Writer<'_>) -> Result<(), FormatError> {
        match self {
            Self::Index(index) => {
                out.put(1)?;
                Ok(out.put_u32(index.get(), BIG)?)
            }
            Self::Name(name) => {
                out.put(2)?;
                name.put(out)
            }
        }
    }

    fn take(input: &mut Reader<'_>) -> Option<Self> {
        match input.take_byte()? {
            1 => Self::from_index(input.take_u32(BIG)?),
            2 => ZoneName::take(input).map(Self::Name),
            _ => None,
        }
    }
}

impl Compact<'_> for ZoneName {
    fn put(&self, out: &mut Writer<'_>) -> Result<(), FormatError> {
        put_short(self.as_bytes(), out)
    }

    fn take(input: &mut Reader<'_>) -> Option<Self> {
        Self::new(take_short(input)?).ok()
    }
}

impl Compact<'_> for IpPort {
    fn put(&self, out: &mut Writer<'_>) -> Result<(), FormatError> {
        self.ip.put(out)?;
        Ok(out.put_u16(self.port, BIG)?)
    }

    fn take(input: &mut Reader<'_>) -> Option<Self> {
        Some(Self { ip: Ip::take(input)?, port: input.take_u16(BIG)? })
    }
}

impl<'a> Compact<'a> for HostName<'a> {
    fn put(&self, out: &mut Writer<'_>) -> Result<(), FormatError> {
        let mut text = [0; Self::MAX_LEN + 1];
        let len = self.format(&mut text)?;
        put_short(text.get(..len).unwrap_or_default(), out)
    }

    fn take(input: &mut Reader<'a>) -> Option<Self> {
        Self::parse(take_short(input)?).ok()
    }
}

impl<'a> Compact<'a> for Host<'a> {
    fn put(&self, out: &mut Writer<'_>) -> Result<(), FormatError> {
        match self {
            Self::Ip(ip) => ip.put(out),
            Self::Name(name) => {
                out.put(2)?;
                name.put(out)
            }
            Self::Any => Ok(out.put(3)?),
        }
    }

    fn take(input: &mut Reader<'a>) -> Option<Self> {
        if input.expect(2) {
            HostName::take(input).map(Self::Name)
        } else if input.expect(3) {
            Some(Self::Any)
        } else {
            Ip::take(input).map(Self::Ip)
        }
    }
}

impl<'a> Compact<'a> for HostPort<'a> {
    fn put(&self, out: &mut Writer<'_>) -> Result<(), FormatError> {
        self.host.put(out)?;
        match self.port {
            None => Ok(out.put(0)?),
            Some(port) => {
                out.put(1)?;
                Ok(out.put_u16(port, BIG)?)
            }
        }
    }

    fn take(input: &mut Reader<'a>) -> Option<Self> {
        let host = Host::take(input)?;
        let port = match input.take_byte()? {
            0 => None,
            1 => Some(input.take_u16(BIG)?),
            _ => return None,
        };
        Some(Self { host, port })
    }
}

impl Compact<'_> for UnixAddress {
    fn put(&self, out: &mut Writer<'_>) -> Result<(), FormatError> {
        match self.name() {
            UnixName::Unnamed => Ok(out.put(0)?),
            UnixName::Pathname(path) => {
                out.put(1)?;
                put_short(path, out)
            }
            UnixName::Abstract(name) => {
                out.put(2)?;
                put_short(name, out)
            }
        }
    }

    fn take(input: &mut Reader<'_>) -> Option<Self> {
        match input.take_byte()? {
            0 => Some(Self::UNNAMED),
            1 => Self::from_pathname(take_short(input)?).ok(),
            2 => Self::from_abstract_name(take_short(input)?).ok(),
            _ => None,
        }
    }
}

impl Compact<'_> for VsockAddress {
    fn put(&self, out: &mut Writer<'_>) -> Result<(), FormatError> {
        out.put_u32(self.cid, BIG)?;
        Ok(out.put_u32(self.port, BIG)?)
    }

    fn take(input: &mut Reader<'_>) -> Option<Self> {
        Some(Self { cid: input.take_u32(BIG)?, port: input.take_u32(BIG)? })
    }
}

impl<'a> Compact<'a> for PipeName<'a> {
    fn put(&self, out: &mut Writer<'_>) -> Result<(), FormatError> {
        let mut text = [0; Self::MAX_LEN];
        // What fits this buffer also fits when it is decoded.
        self.format(&mut text)?;
        put_short(self.server(), out)?;
        let len = u8::try_from(self.bytes().count()).map_err(|_| FormatError::NotRepresentable)?;
        out.put(len)?;
        self.bytes().try_for_each(|byte| Ok(out.put(byte)?))
    }

    fn take(input: &mut Reader<'a>) -> Option<Self> {
        Self::new(take_short(input)?, take_short(input)?).ok()
    }
}

impl<'a> Compact<'a> for FdName<'a> {
    fn put(&self, out: &mut Writer<'_>) -> Result<(), FormatError> {
        put_short(self.as_bytes(), out)
    }

    fn take(input: &mut Reader<'a>) -> Option<Self> {
        Self::new(take_short(input)?).ok()
    }
}

impl<'a> Compact<'a> for Endpoint<'a> {
    fn put(&self, out: &mut Writer<'_>) -> Result<(), FormatError> {
        let kind = match self {
            Self::Inet(_) => 1,
            Self::Unix(_) => 2,
            Self::Vsock(_) => 3,
            Self::Pipe(_) => 4,
            Self::Fd(_) => 5,
            Self::FdName(_) => 6,
        };
        out.put(kind)?;
        match self {
            Self::Inet(inet) if inet.is_reserved_word() => Err(FormatError::NotRepresentable),
            Self::Inet(inet) => inet.put(out),
            Self::Unix(address) => address.put(out),
            Self::Vsock(address) => address.put(out),
            Self::Pipe(pipe) => pipe.put(out),
            Self::Fd(fd) => Ok(out.put_u32(*fd, BIG)?),
            Self::FdName(None) => Ok(out.put(0)?),
            Self::FdName(Some(name)) => name.put(out),
        }
    }

    fn take(input: &mut Reader<'a>) -> Option<Self> {
        match input.take_byte()? {
            1 => Self::try_from(HostPort::take(input)?).ok(),
            2 => UnixAddress::take(input).map(Self::Unix),
            3 => VsockAddress::take(input).map(Self::Vsock),
            4 => PipeName::take(input).map(Self::Pipe),
            5 => input.take_u32(BIG).map(Self::Fd),
            6 if input.expect(0) => Some(Self::FdName(None)),
            6 => FdName::take(input).map(|name| Self::FdName(Some(name))),
            _ => None,
        }
    }
}

impl Compact<'_> for SocketAddress {
    fn put(&self, out: &mut Writer<'_>) -> Result<(), FormatError> {
        match self {
            Self::Inet4(addr) => {
                out.put(4)?;
                out.put_slice(&addr.ip().octets())?;
                Ok(out.put_u16(addr.port(), BIG)?)
            }
            Self::Inet6(addr) => {
                out.put(6)?;
                out.put_slice(&addr.ip().octets())?;
                out.put_u16(addr.port(), BIG)?;
                out.put_u32(addr.flowinfo(), BIG)?;
                Ok(out.put_u32(addr.scope_id(), BIG)?)
            }
            Self::Unix(address) => {
                out.put(2)?;
                address.put(out)
            }
            Self::Vsock(address) => {
                out.put(3)?;
                address.put(out)
            }
        }
    }

    fn take(input: &mut Reader<'_>) -> Option<Self> {
        match input.take_byte()? {
            2 => UnixAddress::take(input).map(Self::Unix),
            3 => VsockAddress::take(input).map(Self::Vsock),
            4 => {
                let ip = input.take_array::<4>()?.into();
                Some(SocketAddrV4::new(ip, input.take_u16(BIG)?).into())
            }
            6 => {
                let ip = input.take_array::<16>()?.into();
                let port = input.take_u16(BIG)?;
                let (flowinfo, scope_id) = (input.take_u32(BIG)?, input.take_u32(BIG)?);
                Some(SocketAddrV6::new(ip, port, flowinfo, scope_id).into())
            }
            _ => None,
        }
    }
}

impl Compact<'_> for Prefix {
    fn put(&self, out: &mut Writer<'_>) -> Result<(), FormatError> {
        self.ip().put(out)?;
        Ok(out.put(self.prefix_len())?)
    }

    fn take(input: &mut Reader<'_>) -> Option<Self> {
        Self::new(Ip::take(input)?, input.take_byte()?, HostBits::Keep).ok()
    }
}
