//! A message: its header, and the attributes behind it.

use super::{COOKIE, Coding, MappedAddress};
use crate::cursor::{BufferTooSmall, Reader, Writer};
use crate::endian::Endian;
use crate::wire::{Decoded, Field, Wire, WireError, WireErrorKind, each_field};

/// A message, whose attributes are known to fill it.
///
/// # Examples
///
/// ```
/// use portolan::wire::{Decoded, Wire as _, stun::Message};
///
/// let bytes = b"\x01\x01\0\x0c\x21\x12\xa4\x42transaction!\0\x20\0\x08\0\x01\x2d\xf8\x5e\x12\xa4\x43";
/// let Decoded::Value { value: message, consumed: 32 } = Message::decode(bytes, ())? else { panic!() };
/// let attribute = message.attributes().next().unwrap();
/// let address = attribute.address(*message.transaction()).unwrap()?;
/// assert_eq!((attribute.kind, address.port), (0x0020, 3306));
/// # Ok::<(), portolan::wire::WireError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Message<'a> {
    kind: u16,
    transaction: [u8; 12],
    attributes: &'a [u8],
}

impl<'a> Message<'a> {
    /// Puts a header before attributes, each with its own header and padding.
    ///
    /// # Errors
    ///
    /// [`NotRepresentable`](WireErrorKind::NotRepresentable) for a type of more than 14 bits,
    /// [`BadLength`](WireErrorKind::BadLength) and [`TlvOverrun`](WireErrorKind::TlvOverrun) for
    /// attributes that do not fill a message.
    pub fn new(kind: u16, transaction: [u8; 12], attributes: &'a [u8]) -> Result<Self, WireError> {
        if kind > MAX_KIND {
            return Err(WireError::new(WireErrorKind::NotRepresentable, 0));
        }
        if u16::try_from(attributes.len()).is_err() || !attributes.len().is_multiple_of(4) {
            return Err(WireError::new(WireErrorKind::BadLength, 0));
        }
        match overrun(attributes, attributes.len()) {
            Some(_) => Err(WireError::new(WireErrorKind::TlvOverrun, 0)),
            None => Ok(Self { kind, transaction, attributes }),
        }
    }

    /// The type: method and class, 14 bits.
    #[must_use]
    pub const fn kind(&self) -> u16 {
        self.kind
    }

    /// The transaction.
    #[must_use]
    pub const fn transaction(&self) -> &[u8; 12] {
        &self.transaction
    }

    /// The attributes, one after the other.
    #[must_use]
    pub const fn attributes(&self) -> Attributes<'a> {
        Attributes { reader: Reader::new(self.attributes) }
    }
}

/// The attributes of a message.
#[derive(Clone, Debug)]
pub struct Attributes<'a> {
    reader: Reader<'a>,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Attribute<'a>;

    fn next(&mut self) -> Option<Attribute<'a>> {
        let kind = self.reader.take_u16(Endian::Big)?;
        let len = self.reader.take_u16(Endian::Big)?.into();
        let value = self.reader.take(len)?;
        _ = self.reader.take(padding(len));
        Some(Attribute { kind, value })
    }
}

impl core::iter::FusedIterator for Attributes<'_> {}

/// An attribute without its padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Attribute<'a> {
    /// The type.
    pub kind: u16,
    /// The value.
    pub value: &'a [u8],
}

impl Attribute<'_> {
    /// Reads the value as an address; `None` where the type is not one of an address.
    ///
    /// MAPPED-ADDRESS, XOR-MAPPED-ADDRESS (also under the number 0x8020 of its draft),
    /// ALTERNATE-SERVER; RESPONSE-ORIGIN and OTHER-ADDRESS of RFC 5780; XOR-PEER-ADDRESS and
    /// XOR-RELAYED-ADDRESS of RFC 8656.
    ///
    /// # Errors
    ///
    /// Those of [`MappedAddress`], at the offset in the value.
    #[must_use]
    pub fn address(&self, transaction: [u8; 12]) -> Option<Result<MappedAddress, WireError>> {
        let coding = match self.kind {
            0x0001 | 0x8023 | 0x802b | 0x802c => Coding::Plain,
            0x0012 | 0x0016 | 0x0020 | 0x8020 => Coding::Xor(transaction),
            _ => return None,
        };
        MappedAddress::decode(self.value, coding).map(Decoded::value).transpose()
    }
}

const HEAD: usize = 20;
const LENGTH: usize = 2;
const MAX_KIND: u16 = 0x3fff;

impl<'a> Wire<'a> for Message<'a> {
    type Context = ();

    fn decode(input: &'a [u8], (): ()) -> Result<Decoded<Self>, WireError> {
        if input.first().is_some_and(|byte| byte & 0xc0 != 0) {
            return Err(WireError::new(WireErrorKind::BadMagic, 0));
        }
        let mut reader = Reader::new(input);
        let (Some(kind), Some(len)) = (reader.take_u16(Endian::Big), reader.take_u16(Endian::Big))
        else {
            return Ok(Decoded::need(HEAD.saturating_sub(input.len())));
        };
        if !len.is_multiple_of(4) {
            return Err(WireError::new(WireErrorKind::BadLength, LENGTH));
        }
        let end = HEAD.saturating_add(len.into());
        let missing = end.saturating_sub(input.len());
        for byte in COOKIE {
            let at = reader.position();
            match reader.take_byte() {
                Some(found) if found != byte => {
                    return Err(WireError::new(WireErrorKind::BadMagic, at));
                }
                _ => {}
            }
        }
        let Some(transaction) = reader.take_array() else { return Ok(Decoded::need(missing)) };
        let attributes = reader.take(len.into());
        if let Some(at) = overrun(attributes.unwrap_or_else(|| reader.rest()), len.into()) {
            return Err(WireError::new(WireErrorKind::TlvOverrun, HEAD.saturating_add(at)));
        }
        Ok(match attributes {
            Some(attributes) => {
                Decoded::Value { value: Self { kind, transaction, attributes }, consumed: end }
            }
            None => Decoded::need(missing),
        })
    }

    fn fields(input: &'a [u8], (): (), each: &mut dyn FnMut(Field)) {
        let head = [
            ("type", 2, "method and class, 14 bits"),
            ("length", 2, "bytes behind the header"),
            ("cookie", 4, "21 12 a4 42"),
            ("transaction", 12, "chosen by the client"),
        ];
        let mut reader = Reader::new(input);
        _ = reader.take(each_field(input, &head, each));
        while let (at, Some([_, _, high, low])) = (reader.position(), reader.take_array()) {
            let len = usize::from(u16::from_be_bytes([high, low]));
            each(Field::new("attribute", at..reader.position(), "type, length"));
            for (name, width) in [("value", len), ("padding", padding(len))] {
                let at = reader.position();
                if reader.take(width).is_none() {
                    _ = reader.take_rest();
                }
                if at < reader.position() {
                    each(Field::new(name, at..reader.position(), "of the attribute"));
                }
            }
        }
    }

    fn encoded_len(&self, (): ()) -> Result<usize, WireError> {
        Ok(HEAD.saturating_add(self.attributes.len()))
    }

    fn write(&self, (): (), out: &mut Writer<'_>) -> Result<(), BufferTooSmall> {
        out.put_u16(self.kind, Endian::Big)?;
        out.put_u16(u16::try_from(self.attributes.len()).unwrap_or(u16::MAX), Endian::Big)?;
        out.put_slice(&COOKIE)?;
        out.put_slice(&self.transaction)?;
        out.put_slice(self.attributes)
    }
}

/// How many bytes fill a value up to a multiple of four.
fn padding(len: usize) -> usize {
    len.next_multiple_of(4).saturating_sub(len)
}

/// The length field of the first attribute that, with its padding, does not end in `len` bytes.
///
/// Of attributes that are cut it looks at those whose length is there.
fn overrun(attributes: &[u8], len: usize) -> Option<usize> {
    let mut reader = Reader::new(attributes);
    loop {
        _ = reader.take(2)?;
        let at = reader.position();
        let value = usize::from(reader.take_u16(Endian::Big)?);
        let padded = value.saturating_add(padding(value));
        if reader.position().saturating_add(padded) > len {
            return Some(at);
        }
        _ = reader.take(padded)?;
    }
}
