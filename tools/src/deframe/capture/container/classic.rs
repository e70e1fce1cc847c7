//! pcap: a header, then records.
//!
//! ```text
//! 0      4        8     12       16       20      24
//! │magic │version │zone │figures │longest │link   │ records …
//!
//! 0        4         8       12        16
//! │seconds │fraction │length │original │ packet
//! ```
//!
//! draft-ietf-opsawg-pcap, sections 4 and 5. A record is a length prefix of four bytes at offset 8
//! of a header of 16.

use portolan::cursor::Reader;
use portolan::endian::Endian;
use portolan::frame::{Framer as _, LengthPrefix, Step};

use super::{BrokenKind, Fault, Found, Located, MAX_LEN};

/// The records of a file.
#[derive(Debug)]
pub(super) struct Classic {
    endian: Endian,
    records: LengthPrefix,
    /// Nanoseconds in the unit of the fractions.
    unit: i128,
    link: u16,
}

impl Classic {
    /// Bytes of the header of a file.
    pub(super) const HEADER: usize = 24;

    /// Reads the header of a file; `None` where it is not whole.
    pub(super) fn begin(input: &[u8], endian: Endian, unit: i128) -> Option<Self> {
        let mut header = Reader::new(input);
        header.take(20)?;
        let link = header.take_u32(endian)?;
        let records = LengthPrefix::builder(MAX_LEN).offset(8).width(4).header(16).endian(endian);
        // The upper half tells of check sums behind the packets, which their own lengths leave out.
        let link = u16::try_from(link & 0xffff).ok()?;
        Some(Self { endian, records: records.build().ok()?, unit, link })
    }

    pub(super) fn look(&mut self, input: &[u8]) -> Result<Option<Found>, Fault> {
        let frame = match self.records.step(input) {
            Ok(Step::Frame(frame)) => frame,
            Ok(_) => return Ok(None),
            Err(_) => return Err(Fault(BrokenKind::TooLong, 8)),
        };
        let mut header = Reader::new(input);
        let mut number = || header.take_u32(self.endian).unwrap_or(0);
        let (seconds, fraction, _, original) = (number(), number(), number(), number());
        let seconds = i128::from(seconds).saturating_mul(1_000_000_000);
        let time = i128::from(fraction).saturating_mul(self.unit).saturating_add(seconds);
        let packet = Located { time: Some(time), link: self.link, data: frame.body, original };
        Ok(Some(Found { len: frame.wire.get(), packet: Some(packet) }))
    }
}
