//! The cells of a line: digits, and what stands between them.

use core::ops::{Range, RangeInclusive};

use super::super::{Field, WireError, WireErrorKind};
use crate::cursor::Reader;

/// A position in a line, and the named cells before it.
#[derive(Debug)]
pub(super) struct Cells<'a> {
    reader: Reader<'a>,
    read: [Option<(&'static str, usize, usize)>; MAX_CELLS],
}

/// More than any line has.
const MAX_CELLS: usize = 20;

impl<'a> Cells<'a> {
    pub(super) const fn new(line: &'a [u8]) -> Self {
        Self { reader: Reader::new(line), read: [None; MAX_CELLS] }
    }

    pub(super) const fn position(&self) -> usize {
        self.reader.position()
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.reader.is_empty()
    }

    /// The bytes read since a position.
    pub(super) const fn since(&self, position: usize) -> &'a [u8] {
        self.reader.since(position)
    }

    /// Hands out the cells that were read.
    pub(super) fn each(&self, each: &mut dyn FnMut(Field)) {
        for (name, begin, end) in self.read.iter().flatten() {
            each(Field::new(name, *begin..*end, "as the kernel prints it"));
        }
    }

    fn keep(&mut self, name: &'static str, range: Range<usize>) {
        if let (Some(slot), false) =
            (self.read.iter_mut().find(|slot| slot.is_none()), range.is_empty())
        {
            *slot = Some((name, range.start, range.end));
        }
    }

    /// The error of the byte that comes next.
    pub(super) const fn bad_field(&self) -> WireError {
        WireError::new(WireErrorKind::BadField, self.reader.position())
    }

    /// Takes a separator.
    pub(super) fn expect(&mut self, byte: u8) -> Result<(), WireError> {
        if self.reader.expect(byte) { Ok(()) } else { Err(self.bad_field()) }
    }

    /// Takes the blanks before a number that is as wide as its column.
    pub(super) fn blanks(&mut self) -> Result<(), WireError> {
        self.expect(b' ')?;
        self.skip_blanks();
        Ok(())
    }

    pub(super) fn skip_blanks(&mut self) {
        _ = self.reader.take_while(|byte| byte == b' ');
    }

    /// Takes as many hexadecimal digits in upper case as the kernel prints.
    pub(super) fn hex(
        &mut self,
        name: &'static str,
        digits: RangeInclusive<usize>,
    ) -> Result<u128, WireError> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'A'..=b'F');
        self.digits(name, is_digit, digits)
    }

    /// Takes a separator and then hexadecimal digits.
    pub(super) fn hex_behind(
        &mut self,
        separator: u8,
        name: &'static str,
        digits: RangeInclusive<usize>,
    ) -> Result<u128, WireError> {
        self.expect(separator)?;
        self.hex(name, digits)
    }

    /// Takes a pointer: 8 or 16 hexadecimal digits in lower case.
    pub(super) fn pointer(&mut self, name: &'static str) -> Result<(u64, usize), WireError> {
        let at = self.position();
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let value = self.digits(name, is_digit, 8..=16)?;
        let len = self.position().saturating_sub(at);
        let bad_length = WireError::new(WireErrorKind::BadLength, at);
        match (u64::try_from(value), len) {
            (Ok(value), 8 | 16) => Ok((value, len)),
            _ => Err(bad_length),
        }
    }

    fn digits(
        &mut self,
        name: &'static str,
        is_digit: fn(u8) -> bool,
        len: RangeInclusive<usize>,
    ) -> Result<u128, WireError> {
        let at = self.position();
        let run = self.reader.take_while(is_digit);
        self.end_of_digits(run)?;
        if !len.contains(&run.len()) {
            return Err(WireError::new(WireErrorKind::BadLength, at));
        }
        self.keep(name, at..self.position());
        let value = Reader::new(run).take_hex(usize::MAX).to_u128();
        value.ok_or_else(|| WireError::new(WireErrorKind::BadLength, at))
    }

    /// Takes a decimal number without leading zeros.
    pub(super) fn decimal<T: TryFrom<u64>>(&mut self, name: &'static str) -> Result<T, WireError> {
        let at = self.position();
        let digits = self.reader.take_decimal(usize::MAX);
        self.end_of_digits(digits.as_bytes())?;
        if digits.has_leading_zero() {
            return Err(WireError::new(WireErrorKind::BadField, at));
        }
        self.keep(name, at..self.position());
        let value = digits.to_u64().and_then(|value| T::try_from(value).ok());
        value.ok_or_else(|| WireError::new(WireErrorKind::BadLength, at))
    }

    /// Digits end at a separator or at the end, and there is at least one.
    fn end_of_digits(&self, run: &[u8]) -> Result<(), WireError> {
        match self.reader.peek() {
            None | Some(b' ' | b':') if run.is_empty() => Err(self.bad_field()),
            None | Some(b' ' | b':') => Ok(()),
            Some(_) => Err(WireError::new(WireErrorKind::BadDigit, self.position())),
        }
    }

    /// Takes all that is left.
    pub(super) fn rest(&mut self, name: &'static str) -> &'a [u8] {
        let at = self.position();
        let rest = self.reader.take_rest();
        self.keep(name, at..self.position());
        rest
    }
}
