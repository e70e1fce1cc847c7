//! Records of a header of version 2: a type, a length, a value.
//!
//! ```text
//! 0      1        3
//! │ type │ length │ value …        SSL, the value:   0        1        5
//!                                                    │ client │ verify │ records …
//! ```
//!
//! Source: section 2.2, "Type-Length-Value", and sections 2.2.1 to 2.2.8.

mod kind;

use super::NOT_REPRESENTABLE;
use crate::cursor::{Reader, Writer};
use crate::endian::Endian;
use crate::wire::{WireError, WireErrorKind};

pub use self::kind::TlvKind;

/// Type and length of a record in bytes.
const HEAD: usize = 3;

/// What stands before the records inside SSL, in bytes.
pub(super) const SSL_HEAD: usize = 5;

/// The longest unique id in bytes; section 2.2.5.
const MAX_UNIQUE_ID: usize = 128;

/// Records that are known to be whole.
///
/// Iterates over them. In [`new`](Self::new) and in a header every record ends inside its block,
/// there is at most one checksum, and what a type demands is there: four bytes of a checksum, at
/// most 128 of a unique id, whole records inside `SSL`. A type that is not known has any value, and
/// a type may stand twice.
///
/// # Examples
///
/// ```
/// use portolan::wire::proxy::{TlvKind, TlvView, Tlvs};
///
/// let mut records = Tlvs::new(b"\x02\x00\x0bexample.com\xe0\x00\x00")?;
/// let view = records.next().map(|record| record.view());
/// assert_eq!(view, Some(TlvView::Authority(b"example.com")));
/// assert_eq!(records.next().map(|record| record.kind()), Some(TlvKind(0xe0)));
/// assert_eq!(records.next(), None);
/// # Ok::<(), portolan::wire::WireError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Tlvs<'a>(&'a [u8]);

impl<'a> Tlvs<'a> {
    /// No records.
    pub const EMPTY: Self = Self(&[]);

    /// Checks records. The value of a checksum is not looked at: it is that of a whole header.
    ///
    /// # Errors
    ///
    /// [`TlvOverrun`](WireErrorKind::TlvOverrun) at the length that is too large, or at the end
    /// where type and length are not whole; [`DuplicateCrc`](WireErrorKind::DuplicateCrc) at the
    /// type; at the length: [`BadCrc`](WireErrorKind::BadCrc) unless it is 4,
    /// [`BadField`](WireErrorKind::BadField) of a unique id above 128,
    /// [`TooShort`](WireErrorKind::TooShort) of SSL below 5.
    pub fn new(bytes: &'a [u8]) -> Result<Self, WireError> {
        Ok(Self::checked(bytes, 0)?.0)
    }

    /// Checks the records that stand at an offset, and finds where their checksum stands in them.
    #[inline]
    pub(super) fn checked(bytes: &'a [u8], at: usize) -> Result<(Self, Option<usize>), WireError> {
        if bytes.is_empty() {
            return Ok((Self::EMPTY, None));
        }
        let mut crc = None;
        each(bytes, at, |record, at| {
            if record.kind == TlvKind::CRC32C && crc.replace(at).is_some() {
                return Err(WireError::new(WireErrorKind::DuplicateCrc, at));
            }
            record.check(at)
        })?;
        let value = |record: usize| record.saturating_sub(at).saturating_add(HEAD);
        Ok((Self(bytes), crc.map(value)))
    }

    /// The records as they stand in the header.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.0
    }

    /// Tells whether there is no further record.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Splits at the four bytes of the checksum, which are left out.
    pub(super) fn around_crc(&self) -> Option<(&'a [u8], &'a [u8])> {
        let mut rest = *self;
        let record = rest.find(|record| record.kind == TlvKind::CRC32C)?;
        let behind = rest.0.len().saturating_add(record.value.len());
        let before = self.0.get(..self.0.len().saturating_sub(behind))?;
        Some((before, rest.0))
    }
}

impl<'a> Iterator for Tlvs<'a> {
    type Item = Tlv<'a>;

    #[inline]
    fn next(&mut self) -> Option<Tlv<'a>> {
        let mut reader = Reader::new(self.0);
        let record = read(&mut reader).ok().flatten();
        self.0 = reader.rest();
        record
    }
}

impl core::iter::FusedIterator for Tlvs<'_> {}

/// A record of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tlv<'a> {
    kind: TlvKind,
    value: &'a [u8],
}

impl<'a> Tlv<'a> {
    /// Its type.
    #[must_use]
    pub const fn kind(&self) -> TlvKind {
        self.kind
    }

    /// Its value as it stands there, at most 65,535 bytes.
    #[must_use]
    pub const fn value(&self) -> &'a [u8] {
        self.value
    }

    /// What the value means.
    #[must_use]
    pub fn view(&self) -> TlvView<'a> {
        let (kind, value) = (self.kind, self.value);
        let other = TlvView::Other(kind, value);
        match kind {
            TlvKind::ALPN => TlvView::Alpn(value),
            TlvKind::AUTHORITY => TlvView::Authority(value),
            TlvKind::CRC32C => {
                value.first_chunk().map_or(other, |sum| TlvView::Crc32c(u32::from_be_bytes(*sum)))
            }
            TlvKind::NOOP => TlvView::Noop(value),
            TlvKind::UNIQUE_ID => TlvView::UniqueId(value),
            TlvKind::SSL => Ssl::read(value, 0).map_or(other, TlvView::Ssl),
            TlvKind::NETNS => TlvView::Netns(value),
            _ => other,
        }
    }

    /// What the type demands of the value; the record stands at an offset.
    fn check(&self, at: usize) -> Result<(), WireError> {
        let length = at.saturating_add(1);
        match self.kind {
            TlvKind::CRC32C if self.value.len() != 4 => {
                Err(WireError::new(WireErrorKind::BadCrc, length))
            }
            TlvKind::UNIQUE_ID if self.value.len() > MAX_UNIQUE_ID => {
                Err(WireError::new(WireErrorKind::BadField, length))
            }
            TlvKind::SSL => Ssl::read(self.value, at).map(|_| ()),
            _ => Ok(()),
        }
    }
}

/// What a record means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TlvView<'a> {
    /// The protocol that the client chose, as in ALPN; section 2.2.1.
    Alpn(&'a [u8]),
    /// The host name that the client asked for, UTF-8 by the standard; section 2.2.2.
    Authority(&'a [u8]),
    /// The checksum of the header, verified where it stands in one; section 2.2.3.
    Crc32c(u32),
    /// Padding; section 2.2.4.
    Noop(&'a [u8]),
    /// What tells the connection from all others, at most 128 bytes; section 2.2.5.
    UniqueId(&'a [u8]),
    /// What TLS says of the client; section 2.2.6.
    Ssl(Ssl<'a>),
    /// The name of the network namespace; section 2.2.7.
    Netns(&'a [u8]),
    /// A type that is not known here.
    Other(TlvKind, &'a [u8]),
}

/// What TLS says of the client; section 2.2.6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ssl<'a> {
    client: u8,
    verify: u32,
    records: Tlvs<'a>,
}

impl<'a> Ssl<'a> {
    /// The client connected over TLS: a bit of [`client`](Self::client).
    pub const OVER_TLS: u8 = 0x01;
    /// The client gave a certificate over this connection.
    pub const CERT_CONN: u8 = 0x02;
    /// The client gave a certificate in this session.
    pub const CERT_SESS: u8 = 0x04;

    /// The bits [`OVER_TLS`](Self::OVER_TLS), [`CERT_CONN`](Self::CERT_CONN) and
    /// [`CERT_SESS`](Self::CERT_SESS), and those of later times.
    #[must_use]
    pub const fn client(&self) -> u8 {
        self.client
    }

    /// Zero where the client gave a certificate and it was found good.
    #[must_use]
    pub const fn verify(&self) -> u32 {
        self.verify
    }

    /// The records inside, whose types begin with `SSL`.
    #[must_use]
    pub const fn records(&self) -> Tlvs<'a> {
        self.records
    }

    /// Reads the value of a record that stands at an offset.
    fn read(value: &'a [u8], at: usize) -> Result<Self, WireError> {
        let too_short = WireError::new(WireErrorKind::TooShort, at.saturating_add(1));
        let (head, records) = value.split_first_chunk::<SSL_HEAD>().ok_or(too_short)?;
        let [client, verify @ ..] = *head;
        each(records, at.saturating_add(HEAD).saturating_add(SSL_HEAD), |_, _| Ok(()))?;
        Ok(Self { client, verify: u32::from_be_bytes(verify), records: Tlvs(records) })
    }
}

/// Puts records together in a buffer of the caller's.
///
/// # Examples
///
/// ```
/// use portolan::wire::proxy::{TlvBuilder, TlvKind};
///
/// let mut buffer = [0; 64];
/// let mut records = TlvBuilder::new(&mut buffer);
/// records.push(TlvKind::AUTHORITY, b"example.com")?.push_crc32c()?;
/// assert_eq!(records.finish().count(), 2);
/// # Ok::<(), portolan::wire::WireError>(())
/// ```
#[derive(Debug)]
pub struct TlvBuilder<'a> {
    out: Writer<'a>,
    has_crc: bool,
}

impl<'a> TlvBuilder<'a> {
    /// Starts at the first byte of a buffer.
    #[must_use]
    pub const fn new(buffer: &'a mut [u8]) -> Self {
        Self { out: Writer::new(buffer), has_crc: false }
    }

    /// Adds a record, or leaves the records as they are.
    ///
    /// # Errors
    ///
    /// [`NotRepresentable`](WireErrorKind::NotRepresentable) for more than 65,535 bytes,
    /// [`BufferTooSmall`](WireErrorKind::BufferTooSmall), and what [`Tlvs::new`] refuses.
    pub fn push(&mut self, kind: TlvKind, value: &[u8]) -> Result<&mut Self, WireError> {
        self.add(kind, &[value])
    }

    /// Adds a checksum; the header that is written computes it.
    ///
    /// # Errors
    ///
    /// Those of [`push`](Self::push).
    pub fn push_crc32c(&mut self) -> Result<&mut Self, WireError> {
        self.push(TlvKind::CRC32C, &[0; 4])
    }

    /// Adds what TLS says of the client.
    ///
    /// # Errors
    ///
    /// Those of [`push`](Self::push).
    pub fn push_ssl(
        &mut self,
        client: u8,
        verify: u32,
        records: Tlvs<'_>,
    ) -> Result<&mut Self, WireError> {
        self.add(TlvKind::SSL, &[&[client], &verify.to_be_bytes(), records.as_bytes()])
    }

    /// The records, for as long as the buffer lives.
    #[must_use]
    pub const fn finish(self) -> Tlvs<'a> {
        Tlvs(self.out.into_written())
    }

    fn add(&mut self, kind: TlvKind, parts: &[&[u8]]) -> Result<&mut Self, WireError> {
        let is_crc = kind == TlvKind::CRC32C;
        if is_crc && self.has_crc {
            return Err(WireError::new(WireErrorKind::DuplicateCrc, 0));
        }
        if let [value] = parts {
            Tlv { kind, value }.check(0).map_err(|error| WireError::new(error.kind, 0))?;
        }
        let len = parts.iter().fold(0_usize, |sum, part| sum.saturating_add(part.len()));
        let length = u16::try_from(len).map_err(|_| NOT_REPRESENTABLE)?;
        let (room, end) =
            (self.out.remaining(), self.out.position().saturating_add(self.out.remaining()));
        let too_small = WireError::new(WireErrorKind::BufferTooSmall, end);
        if room < len.saturating_add(HEAD) {
            return Err(too_small);
        }
        self.out.put(kind.0).map_err(|_| too_small)?;
        self.out.put_u16(length, Endian::Big).map_err(|_| too_small)?;
        for part in parts {
            self.out.put_slice(part).map_err(|_| too_small)?;
        }
        self.has_crc |= is_crc;
        Ok(self)
    }
}

/// Reads the records of a block at an offset; `of` gets the offset of each.
fn each<'a>(
    block: &'a [u8],
    base: usize,
    mut of: impl FnMut(Tlv<'a>, usize) -> Result<(), WireError>,
) -> Result<(), WireError> {
    let mut reader = Reader::new(block);
    loop {
        let at = reader.position().saturating_add(base);
        match read(&mut reader) {
            Ok(Some(record)) => of(record, at)?,
            Ok(None) => return Ok(()),
            Err(within) => {
                let at = base.saturating_add(within);
                return Err(WireError::new(WireErrorKind::TlvOverrun, at));
            }
        }
    }
}

/// Takes the next record, or finds the offset at which it is not whole.
///
/// ```abnf
/// record = type length value ; one byte, two bytes in network order, as many as that says
/// ```
fn read<'a>(reader: &mut Reader<'a>) -> Result<Option<Tlv<'a>>, usize> {
    let at = reader.position();
    let Some(kind) = reader.take_byte() else { return Ok(None) };
    match reader.take_u16(Endian::Big) {
        None => Err(at.saturating_add(1).saturating_add(reader.remaining())),
        Some(length) => match reader.take(length.into()) {
            None => Err(at.saturating_add(1)),
            Some(value) => Ok(Some(Tlv { kind: TlvKind(kind), value })),
        },
    }
}

#[cfg(test)]
mod tests;
