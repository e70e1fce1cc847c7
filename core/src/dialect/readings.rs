//! One or more readings of one text.

use super::{Read, Reading, rules};
use crate::addr::{Dialect, ParseError, ParseErrorKind, TextOptions};

/// Where a list-valued dialect goes on in its text; what the offsets mean is its own business.
///
/// All are zero before the first reading.
pub(super) type Place = [usize; 4];

/// Reads the next element of a list; `None` behind the last.
pub(super) type Next =
    for<'a> fn(&'a [u8], &TextOptions, &mut Place) -> Option<Result<Reading<'a>, ParseError>>;

/// The readings of one text in one dialect, at least one; see [`parse_all`](super::parse_all).
///
/// Every element was read when the list was made, and is read again when it is asked for, so
/// nothing is allocated.
#[derive(Clone, Debug)]
pub struct Readings<'a>(List<'a>);

#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // nothing is allocated, and the large one is the usual one
enum List<'a> {
    /// What is left of a list of one.
    One(Option<Reading<'a>>),
    /// What is left of a longer list.
    Several { text: &'a [u8], options: TextOptions, next: Next, place: Place },
}

impl<'a> Readings<'a> {
    /// Reads every element once.
    pub(super) fn read(
        dialect: Dialect,
        text: &'a [u8],
        options: &TextOptions,
    ) -> Result<Self, ParseError> {
        let next = match rules(dialect).read {
            Read::One(read) => return Ok(Self(List::One(Some(read(text, options)?)))),
            Read::Several(next) => next,
        };
        let mut place = Place::default();
        let Some(first) = next(text, options, &mut place).transpose()? else {
            return Err(ParseError::new(ParseErrorKind::Empty, 0, 0));
        };
        let mut is_alone = true;
        while next(text, options, &mut place).transpose()?.is_some() {
            is_alone = false;
        }
        Ok(Self(if is_alone {
            List::One(Some(first))
        } else {
            List::Several { text, options: *options, next, place: Place::default() }
        }))
    }

    /// The only reading of a text that has one.
    #[must_use]
    pub const fn only(&self) -> Option<&Reading<'a>> {
        match &self.0 {
            List::One(reading) => reading.as_ref(),
            List::Several { .. } => None,
        }
    }

    /// The only reading, or where the second begins.
    pub(super) fn into_only(self) -> Result<Reading<'a>, ParseError> {
        let refuse = |at, len| Err(ParseError::new(ParseErrorKind::NotRepresentable, at, len));
        match self.0 {
            List::One(Some(reading)) => Ok(reading),
            List::One(None) => refuse(0, 0),
            List::Several { text, .. } => refuse(0, text.len()),
        }
    }
}

impl<'a> Iterator for Readings<'a> {
    type Item = Reading<'a>;

    fn next(&mut self) -> Option<Reading<'a>> {
        match &mut self.0 {
            List::One(reading) => reading.take(),
            List::Several { text, options, next, place } => {
                next(text, options, place).and_then(Result::ok)
            }
        }
    }
}

/// The same readings in the same order.
impl PartialEq for Readings<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self.only(), other.only()) {
            (Some(one), Some(other)) => one == other,
            _ => self.clone().eq(other.clone()),
        }
    }
}

impl Eq for Readings<'_> {}
