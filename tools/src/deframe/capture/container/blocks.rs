//! pcapng: sections of blocks.
//!
//! ```text
//! 0     4       8            length - 4
//! │type │length │ body       │ length │
//! ```
//!
//! draft-ietf-opsawg-pcapng, section 3.1. A block is a length prefix that counts itself and its
//! header; the second length is the end of its body. Blocks without a packet are passed over.

use portolan::cursor::Reader;
use portolan::endian::Endian;
use portolan::frame::{Framer as _, LengthPrefix, Step};

use super::{BrokenKind, Fault, Found, Located, MAX_LEN};

/// The type of the block that begins a section; the same in both orders.
pub(super) const SECTION: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];
/// The number that tells the order of a section.
pub(super) const LITTLE: [u8; 4] = [0x4d, 0x3c, 0x2b, 0x1a];
pub(super) const BIG: [u8; 4] = [0x1a, 0x2b, 0x3c, 0x4d];

const HEADER: usize = 8;
/// The shortest block: a type and both lengths.
const SHORTEST: u32 = 12;
/// The most interfaces of a section: more than any machine has.
const MAX_INTERFACES: usize = 1 << 16;

/// The blocks of a section.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    /// `None` before the first section.
    section: Option<Section>,
}

#[derive(Debug)]
struct Section {
    endian: Endian,
    blocks: LengthPrefix,
    interfaces: Vec<Interface>,
}

#[derive(Clone, Copy, Debug)]
struct Interface {
    link: u16,
    /// The most bytes captured of a packet; 0 for all.
    longest: u32,
    resolution: u8,
    /// Seconds to add to every time.
    offset: i64,
}

impl Blocks {
    pub(super) fn look(&mut self, input: &[u8]) -> Result<Option<Found>, Fault> {
        if input.starts_with(&SECTION) {
            let Some(order) = input.get(HEADER..).and_then(|body| body.first_chunk()) else {
                return Ok(None);
            };
            let endian = match *order {
                LITTLE => Endian::Little,
                BIG => Endian::Big,
                _ => return Err(Fault(BrokenKind::ByteOrder, HEADER)),
            };
            self.section = Section::new(endian);
        }
        self.section.as_mut().map_or(Ok(None), |section| section.look(input))
    }
}

impl Section {
    fn new(endian: Endian) -> Option<Self> {
        let blocks = LengthPrefix::builder(MAX_LEN).offset(4).width(4).includes_header(true);
        let blocks = blocks.endian(endian).build().ok()?;
        Some(Self { endian, blocks, interfaces: Vec::new() })
    }

    fn look(&mut self, input: &[u8]) -> Result<Option<Found>, Fault> {
        let frame = match self.blocks.step(input) {
            Ok(Step::Frame(frame)) => frame,
            Ok(_) => return Ok(None),
            Err(_) => return Err(Fault(self.refused(input), 4)),
        };
        let len = frame.wire.get();
        let body = input.get(frame.body).unwrap_or_default();
        let Some((body, last)) = body.split_last_chunk() else {
            return Err(Fault(BrokenKind::TooShort, 4));
        };
        let last = usize::try_from(self.endian.read_u32(*last)).ok();
        if last != Some(len) || !len.is_multiple_of(4) {
            return Err(Fault(BrokenKind::BlockLength, 4));
        }
        let kind = input.first_chunk().map(|kind| self.endian.read_u32(*kind));
        let mut body = Reader::new(body);
        let packet = match kind {
            Some(1) => self.interface(&mut body).map(|()| None),
            Some(2) => self.packet(&mut body, true).map(Some),
            Some(3) => self.simple_packet(&mut body).map(Some),
            Some(6) => self.packet(&mut body, false).map(Some),
            _ => Ok(None),
        };
        let fault = |kind| Fault(kind, HEADER.saturating_add(body.position()));
        Ok(Some(Found { len, packet: packet.map_err(fault)? }))
    }

    /// What is wrong with a length that the framing refuses.
    fn refused(&self, input: &[u8]) -> BrokenKind {
        match input.get(4..).and_then(|rest| rest.first_chunk()) {
            Some(len) if self.endian.read_u32(*len) < SHORTEST => BrokenKind::TooShort,
            _ => BrokenKind::TooLong,
        }
    }

    /// Interface description block; section 4.2.
    fn interface(&mut self, body: &mut Reader<'_>) -> Result<(), BrokenKind> {
        let endian = self.endian;
        let link = body.take_u16(endian).ok_or(BrokenKind::TooShort)?;
        body.take_u16(endian).ok_or(BrokenKind::TooShort)?;
        let longest = body.take_u32(endian).ok_or(BrokenKind::TooShort)?;
        let mut interface = Interface { link, longest, resolution: 6, offset: 0 };
        while let Some(code) = body.take_u16(endian).filter(|code| *code != 0) {
            let len = body.take_u16(endian).ok_or(BrokenKind::TooShort)?;
            let padded = usize::from(len).next_multiple_of(4);
            let value = body.take(padded).ok_or(BrokenKind::TooShort)?;
            match (code, len, value.first(), value.first_chunk()) {
                (9, 1, Some(resolution), _) => interface.resolution = *resolution,
                (14, 8, _, Some(offset)) => {
                    interface.offset = endian.read_u64(*offset).cast_signed();
                }
                _ => {}
            }
        }
        if self.interfaces.len() >= MAX_INTERFACES {
            return Err(BrokenKind::TooLong);
        }
        self.interfaces.push(interface);
        Ok(())
    }

    /// Enhanced packet block, section 4.3, or the obsolete packet block, appendix A.
    fn packet(&self, body: &mut Reader<'_>, is_old: bool) -> Result<Located, BrokenKind> {
        let endian = self.endian;
        let index = if is_old {
            let index = body.take_u16(endian).map(u32::from);
            // Then how many packets were lost.
            body.take_u16(endian).and(index)
        } else {
            body.take_u32(endian)
        };
        let interface = self.described(index.ok_or(BrokenKind::TooShort)?)?;
        let mut number = || body.take_u32(endian).ok_or(BrokenKind::TooShort);
        let (high, low, captured, original) = (number()?, number()?, number()?, number()?);
        let data = located(body, captured)?;
        let time = interface.time(u64::from(high) << 32 | u64::from(low));
        Ok(Located { time, link: interface.link, data, original })
    }

    /// Simple packet block, section 4.4: without a time, and of the first interface.
    fn simple_packet(&self, body: &mut Reader<'_>) -> Result<Located, BrokenKind> {
        let original = body.take_u32(self.endian).ok_or(BrokenKind::TooShort)?;
        let interface = self.described(0)?;
        let longest = if interface.longest == 0 { u32::MAX } else { interface.longest };
        let data = located(body, original.min(longest))?;
        Ok(Located { time: None, link: interface.link, data, original })
    }

    fn described(&self, index: u32) -> Result<Interface, BrokenKind> {
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        self.interfaces.get(index).copied().ok_or(BrokenKind::Interface)
    }
}

/// Where in the block the next `len` bytes of its body are.
fn located(body: &mut Reader<'_>, len: u32) -> Result<std::ops::Range<usize>, BrokenKind> {
    let begin = HEADER.saturating_add(body.position());
    let bytes = usize::try_from(len).ok().and_then(|len| body.take(len));
    bytes.ok_or(BrokenKind::TooShort)?;
    Ok(begin..HEADER.saturating_add(body.position()))
}

impl Interface {
    /// Nanoseconds since 1970; `None` where the unit is too small for any clock.
    fn time(self, ticks: u64) -> Option<i128> {
        let exponent = u32::from(self.resolution & 0x7f);
        let base = if self.resolution & 0x80 == 0 { 10_u128 } else { 2 };
        let units = base.checked_pow(exponent)?;
        let nanoseconds = u128::from(ticks).checked_mul(1_000_000_000)?.checked_div(units)?;
        let offset = i128::from(self.offset).checked_mul(1_000_000_000)?;
        i128::try_from(nanoseconds).ok()?.checked_add(offset)
    }
}
