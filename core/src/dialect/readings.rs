//! One or more readings of one text.

use super::Reading;
use crate::addr::{ParseError, ParseErrorKind, TextOptions};

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
    /// The only reading of a text that has one.
    #[must_use]
    pub const fn only(&self) -> Option<&Reading<'a>> {
        match &self.0 {
            List::One(reading) => reading.as_ref(),
            List::Several { .. } => None,
        }
    }
}

/// Reads every element of a list once.
pub(super) fn list<'a>(
    text: &'a [u8],
    options: &TextOptions,
    next: Next,
) -> Result<Readings<'a>, ParseError> {
    let mut place = Place::default();
    let first = match next(text, options, &mut place) {
        Some(Ok(first)) => first,
        Some(Err(error)) => return Err(error),
        None => return Err(ParseError::new(ParseErrorKind::Empty, 0, 0)),
    };
    if is_over(text, options, next, &mut place)? {
        return Ok(first.into());
    }
    Ok(Readings(List::Several { text, options: *options, next, place: Place::default() }))
}

/// Reads a list of one.
///
/// # Errors
///
/// [`NotRepresentable`](ParseErrorKind::NotRepresentable) for a longer one.
pub(super) fn only<'a>(
    text: &'a [u8],
    options: &TextOptions,
    next: Next,
) -> Result<Reading<'a>, ParseError> {
    let mut place = Place::default();
    let Some(first) = next(text, options, &mut place) else {
        return Err(ParseError::new(ParseErrorKind::Empty, 0, 0));
    };
    match first.is_err() || is_over(text, options, next, &mut place)? {
        true => first,
        false => Err(ParseError::new(ParseErrorKind::NotRepresentable, 0, text.len())),
    }
}

/// Reads what is left of a list; whether nothing is.
fn is_over(
    text: &[u8],
    options: &TextOptions,
    next: Next,
    place: &mut Place,
) -> Result<bool, ParseError> {
    let mut is_over = true;
    while let Some(reading) = next(text, options, place) {
        match reading {
            Ok(_) => is_over = false,
            Err(error) => return Err(error),
        }
    }
    Ok(is_over)
}

impl<'a> From<Reading<'a>> for Readings<'a> {
    #[inline]
    fn from(reading: Reading<'a>) -> Self {
        Self(List::One(Some(reading)))
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
