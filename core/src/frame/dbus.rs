//! Messages of D-Bus.
//!
//! ```text
//! │ 'l' or 'B' │ type │ flags │ 01 │ body length │ serial │ fields length │
//! │ fields │ zeros up to 8 bytes │ body │
//! ```
//!
//! The first byte selects the byte order of the three integers, which have four bytes. The frame is
//! the whole message, header included, and that is what the limit counts.
//!
//! Refused are another byte order or protocol version, at that byte as it arrives; a message above
//! the limit or above the 128 MiB of the specification, at the length that makes it so; and fields
//! above its 64 MiB. Everything else is the message's own affair.
//!
//! Source: D-Bus Specification, "Message Format" and "Valid Types" (arrays).

use crate::endian::Endian;

use super::encode::as_it_is;
use super::headed::{Failed, Head, by_failed, fatal, one_message, smallest};
use super::{EncodeError, Finish, FrameError, FrameErrorKind, Framer, Plain, Step};

const HEADER: usize = 16;
const VERSION: u8 = 1;
const VERSION_AT: usize = 3;
const BODY_LENGTH_AT: usize = 4;
const FIELDS_LENGTH_AT: usize = 12;
const FIELD: usize = 4;
const ALIGNMENT: u64 = 8;
const LONGEST: usize = 1 << 27;
const LONGEST_FIELDS: u32 = 1 << 26;

/// Cuts a stream into messages of D-Bus.
///
/// A payload to be written is a whole message, and is written as it is.
///
/// # Examples
///
/// ```
/// use portolan::frame::{Dbus, Framer, Step};
///
/// let mut message = *b"l\x01\x00\x01\x02\0\0\0\x01\0\0\0\x05\0\0\0fieldpadhi";
/// let Ok(Step::Frame(frame)) = Dbus::new(1024).step(&message) else { panic!() };
/// assert_eq!(frame.body, 0..26);
///
/// message[0] = b'x';
/// let error = Dbus::new(1024).step(&message).unwrap_err();
/// assert_eq!((error.code(), error.at), ("bad-header", 0));
/// ```
#[derive(Clone, Debug)]
pub struct Dbus {
    max: usize,
    failed: Failed,
}

impl Dbus {
    /// Creates the framer of messages of at most `max` bytes, and never more than 2 to the power
    /// of 27.
    #[must_use]
    pub const fn new(max: usize) -> Self {
        let max = if max < LONGEST { max } else { LONGEST };
        Self { max, failed: Failed::NOT }
    }

    #[inline(always)]
    fn head(&self, input: &[u8]) -> Result<Head<()>, FrameError> {
        let header @ [order, _, _, version, ..] = smallest::<HEADER>(input);
        let endian = match order {
            b'l' => Endian::Little,
            b'B' => Endian::Big,
            _ if input.is_empty() => return Ok(Head::Short(HEADER)),
            _ => return Err(fatal(FrameErrorKind::BadHeader, 0)),
        };
        if version != VERSION && input.len() > VERSION_AT {
            return Err(fatal(FrameErrorKind::ExpectedByte { byte: VERSION }, VERSION_AT));
        }
        let [.., b0, b1, b2, b3, _, _, _, _, f0, f1, f2, f3] = header;
        let body = u64::from(endian.read_u32([b0, b1, b2, b3]));
        let fields = endian.read_u32([f0, f1, f2, f3]);
        let padded = u64::from(fields).next_multiple_of(ALIGNMENT);
        let without_fields = body.saturating_add(HEADER as u64);
        if self.fits(without_fields).is_none() {
            return self.too_long(input, BODY_LENGTH_AT);
        }
        let Some(wire) = self.fits(without_fields.saturating_add(padded)) else {
            return self.too_long(input, FIELDS_LENGTH_AT);
        };
        if input.len() < HEADER {
            return Ok(Head::Short(wire));
        }
        if fields > LONGEST_FIELDS {
            return Err(fatal(FrameErrorKind::BadHeader, FIELDS_LENGTH_AT));
        }
        Ok(Head::whole(wire, (0, wire), true, ()))
    }

    fn fits(&self, wire: u64) -> Option<usize> {
        usize::try_from(wire).ok().filter(|wire| *wire <= self.max)
    }

    /// Refuses a length that is complete, and waits for the rest of another.
    #[cold]
    fn too_long(&self, input: &[u8], at: usize) -> Result<Head<()>, FrameError> {
        let end = at.saturating_add(FIELD);
        if input.len() < end {
            return Ok(Head::Short(end));
        }
        Err(fatal(FrameErrorKind::TooLong { limit: self.max }, at))
    }

    fn check(&self, body: &[u8]) -> Result<(), EncodeError> {
        one_message(self.head(body), body)
    }
}

impl Framer for Dbus {
    type Meta = ();

    #[inline]
    fn step(&mut self, input: &[u8]) -> Result<Step<()>, FrameError> {
        self.failed.check()?;
        let head = self.head(input);
        self.failed.step(head, input)
    }

    fn max_wire(&self) -> usize {
        self.max.max(HEADER)
    }

    by_failed!();
}

impl Plain for Dbus {}

as_it_is!(Dbus);

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, reason = "a test may overflow: it fails then")]
mod tests {
    extern crate alloc;

    use alloc::format;
    use alloc::vec::Vec;

    use super::super::testing::{tell, write};
    use super::*;

    /// A message with so many bytes of fields and of body.
    fn message(endian: Endian, fields: u32, body: u32) -> Vec<u8> {
        let order = if endian == Endian::Little { b'l' } else { b'B' };
        let mut message = Vec::from([order, 1, 0, 1]);
        for field in [body, 1, fields] {
            message.extend(endian.u32_bytes(field));
        }
        let len = 16 + fields.next_multiple_of(8) + body;
        message.resize(usize::try_from(len).unwrap(), b'.');
        message
    }

    #[test]
    fn fields_are_padded_and_the_body_is_not() {
        for endian in [Endian::Little, Endian::Big] {
            for (fields, body, wire) in [(0, 0, 16), (1, 0, 24), (8, 3, 27), (9, 1, 33)] {
                let two = message(endian, fields, body).repeat(2);
                let told = tell(Dbus::new(64), &two, true);
                assert!(told.contains(&format!("@{wire}+{wire}, clean")), "{told}");
                assert_eq!(tell(Dbus::new(64), &two[..wire - 1], true), "truncated@0");
            }
        }
    }

    #[test]
    fn order_and_version_are_judged_as_they_arrive() {
        assert_eq!(tell(Dbus::new(64), b"L", false), "bad-header@0!");
        assert_eq!(tell(Dbus::new(64), b"l\x01\x00\x02", false), "expected-byte@3!");
        assert_eq!(tell(Dbus::new(64), b"l\x01\x00", false), "need 13");
    }

    #[test]
    fn the_limit_is_of_the_message_and_at_the_length_that_exceeds_it() {
        let stream = message(Endian::Big, 8, 3);
        assert!(tell(Dbus::new(27), &stream, true).ends_with("@0+27, clean"));
        assert_eq!(tell(Dbus::new(26), &stream[..16], false), "too-long@12!");
        assert_eq!(tell(Dbus::new(18), &stream[..8], false), "too-long@4!");
        assert_eq!(tell(Dbus::new(18), &stream[..7], false), "need 9");
        let little = message(Endian::Little, 8, 3);
        assert_eq!(tell(Dbus::new(18), &little[..5], false), "need 3");
        assert_eq!(tell(Dbus::new(15), b"", false), "need 16");
    }

    #[test]
    fn the_specification_has_limits_of_its_own() {
        let header = |fields: u32, body: u32| {
            let [a, b, c, d] = body.to_le_bytes();
            let [e, f, g, h] = fields.to_le_bytes();
            [b'l', 1, 0, 1, a, b, c, d, 1, 0, 0, 0, e, f, g, h]
        };
        let told = |fields, body| tell(Dbus::new(usize::MAX), &header(fields, body), false);
        assert_eq!(told(0, (1 << 27) - 16), "need 134217712");
        assert_eq!(told(0, (1 << 27) - 15), "too-long@4!");
        assert_eq!(told(0, u32::MAX), "too-long@4!");
        assert_eq!(told(1 << 26, 0), "need 67108864");
        assert_eq!(told((1 << 26) + 1, 0), "bad-header@12!");
        assert_eq!(told(u32::MAX, 0), "too-long@12!");
    }

    #[test]
    fn needed_is_what_the_shortest_message_lacks() {
        for (begun, need) in
            [(&b""[..], 16), (b"l\x01\x00\x01\x05", 16), (b"B\x01\x00\x01\0\0\x01", 265)]
        {
            assert_eq!(tell(Dbus::new(300), begun, false), format!("need {need}"));
        }
    }

    #[test]
    fn only_whole_messages_are_written() {
        let stream = message(Endian::Little, 8, 3);
        let mut framer = Dbus::new(64);
        assert_eq!(write(&mut framer, &stream), Ok(stream.clone()));
        assert_eq!(write(&mut framer, &stream[..26]), Err(("payload-length", 0)));
        assert_eq!(write(&mut framer, &[&stream[..], b"."].concat()), Err(("payload-length", 0)));
        assert_eq!(write(&mut framer, b"l\x01\x00\x02"), Err(("payload-length", 3)));
        assert_eq!(write(&mut framer, b""), Err(("payload-empty", 0)));
        assert_eq!(write(&mut Dbus::new(26), &stream), Err(("payload-too-long", 0)));
    }
}
