//! The strict text of every noun.

use core::fmt;

use crate::addr::{
    ConvertError, Endpoint, FdName, FormatError, Host, HostBits, HostName, HostPort, Ip, IpPort,
    ParseError, ParseErrorKind, PipeName, Prefix, SocketAddress, UnixAddress, VsockAddress, Zone,
    ZoneName,
};
use crate::cursor::Writer;

/// What is written for people, and read from them.
pub(super) trait Text<'a>: Sized {
    /// Writes the strict text, and nothing that it cannot say.
    fn write_text(&self, out: &mut [u8]) -> Result<usize, FormatError>;

    /// Reads the strict text.
    fn read_text(text: &'a [u8]) -> Result<Self, Refusal>;
}

/// Why a text is not a value.
pub(super) enum Refusal {
    Parse(ParseError),
    Convert(ConvertError),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parse(error) => fmt::Display::fmt(error, f),
            Self::Convert(error) => fmt::Display::fmt(error, f),
        }
    }
}

impl From<ParseError> for Refusal {
    fn from(error: ParseError) -> Self {
        Self::Parse(error)
    }
}

impl From<ConvertError> for Refusal {
    fn from(error: ConvertError) -> Self {
        Self::Convert(error)
    }
}

/// Nouns with `parse` and `format` of their own.
macro_rules! of_their_own {
    ($($noun:ty,)*) => {$(
        impl<'a> Text<'a> for $noun {
            fn write_text(&self, out: &mut [u8]) -> Result<usize, FormatError> {
                self.format(out)
            }

            fn read_text(text: &'a [u8]) -> Result<Self, Refusal> {
                Ok(Self::parse(text)?)
            }
        }
    )*};
}

of_their_own! {
    Endpoint<'a>, HostName<'a>, HostPort<'a>, Ip, IpPort, PipeName<'a>, UnixAddress, VsockAddress,
}

/// The text of an endpoint: with a port, and with numbers only.
impl Text<'_> for SocketAddress {
    fn write_text(&self, out: &mut [u8]) -> Result<usize, FormatError> {
        self.format(out)
    }

    fn read_text(text: &[u8]) -> Result<Self, Refusal> {
        Ok(Endpoint::parse(text)?.try_into()?)
    }
}

/// The text of an endpoint without a port: IPv6 in brackets.
impl<'a> Text<'a> for Host<'a> {
    fn write_text(&self, out: &mut [u8]) -> Result<usize, FormatError> {
        HostPort { host: self.clone(), port: None }.format(out)
    }

    fn read_text(text: &'a [u8]) -> Result<Self, Refusal> {
        match HostPort::parse(text)? {
            HostPort { host, port: None } => Ok(host),
            HostPort { port: Some(_), .. } => {
                let colon = memchr::memrchr(b':', text).unwrap_or(text.len());
                let len = text.len().saturating_sub(colon);
                Err(ParseError::new(ParseErrorKind::TrailingBytes, colon, len).into())
            }
        }
    }
}

impl Text<'_> for Prefix {
    fn write_text(&self, out: &mut [u8]) -> Result<usize, FormatError> {
        self.format(out)
    }

    fn read_text(text: &[u8]) -> Result<Self, Refusal> {
        Ok(Self::parse(text, HostBits::Keep)?)
    }
}

/// Zone 0 is no zone, and `Option<Zone>` has a word of its own for that.
impl Text<'_> for Zone {
    fn write_text(&self, out: &mut [u8]) -> Result<usize, FormatError> {
        match self {
            Self::Index(index) => {
                let mut writer = Writer::new(out);
                writer.put_decimal(index.get().into())?;
                Ok(writer.position())
            }
            Self::Name(name) => name.write_text(out),
        }
    }

    fn read_text(text: &[u8]) -> Result<Self, Refusal> {
        let none = ParseError::new(ParseErrorKind::NotRepresentable, 0, text.len());
        Ok(Self::parse(text)?.ok_or(none)?)
    }
}

impl Text<'_> for ZoneName {
    fn write_text(&self, out: &mut [u8]) -> Result<usize, FormatError> {
        write_slice(self.as_bytes(), out)
    }

    fn read_text(text: &[u8]) -> Result<Self, Refusal> {
        Ok(Self::new(text)?)
    }
}

impl<'a> Text<'a> for FdName<'a> {
    fn write_text(&self, out: &mut [u8]) -> Result<usize, FormatError> {
        write_slice(self.as_bytes(), out)
    }

    fn read_text(text: &'a [u8]) -> Result<Self, Refusal> {
        Ok(Self::new(text)?)
    }
}

fn write_slice(text: &[u8], out: &mut [u8]) -> Result<usize, FormatError> {
    let mut writer = Writer::new(out);
    writer.put_slice(text)?;
    Ok(writer.position())
}
