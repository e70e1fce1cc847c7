//! Small changes of a text: what people mistype, and what parsers overlook.

use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::{Strategy, any};
use proptest::strategy::{BoxedStrategy, Union};
use proptest::{collection, sample};

/// Puts one or two small changes to each text of a strategy.
///
/// One byte changes, goes, comes or stands twice; a number gets a leading zero, a sign or too many
/// digits; a digit becomes full-width; a bracket or a separator is lost; the case changes; `%`
/// becomes `%25`, a byte becomes its escape; the text is cut, or white space or NUL follows it.
///
/// ```
/// use portolan::interop::proptest::mutated;
/// use proptest::prelude::*;
/// use proptest::strategy::ValueTree as _;
///
/// let mut runner = proptest::test_runner::TestRunner::deterministic();
/// let texts = mutated(Just(b"127.0.0.1:80".to_vec()));
/// let changed = (0..100).filter(|_| {
///     texts.new_tree(&mut runner).unwrap().current() != b"127.0.0.1:80"
/// });
/// assert!(changed.count() > 50);
/// ```
pub fn mutated(texts: impl Strategy<Value = Vec<u8>> + 'static) -> BoxedStrategy<Vec<u8>> {
    let change = (mutation(), any::<sample::Index>());
    (texts, collection::vec(change, 1..=2))
        .prop_map(|(mut text, changes)| {
            for (mutation, index) in changes {
                mutation.apply(&mut text, index);
            }
            text
        })
        .boxed()
}

/// One small change; the place where it happens is chosen apart from it.
#[derive(Clone, Copy, Debug)]
enum Mutation {
    /// Puts a byte at a place.
    Insert(u8),
    /// Puts a byte in the place of another.
    Replace(u8),
    /// Turns a bit.
    Flip(u8),
    /// Takes a byte away.
    Delete,
    /// Says a byte of punctuation twice.
    Duplicate,
    /// Takes a byte of punctuation away, a bracket for one.
    Unpunctuate,
    /// Puts text before a number.
    BeforeNumber(&'static [u8]),
    /// Puts digits behind a digit.
    BehindDigit(&'static [u8]),
    /// Puts the full-width digit in place of a digit.
    FullWidth,
    /// Changes the case of a letter.
    Case,
    /// Puts `25` behind a `%`.
    EscapePercent,
    /// Puts the escape of a byte in its place.
    Escape,
    /// Puts text behind the end.
    Append(&'static [u8]),
    /// Puts text before the start.
    Prepend(&'static [u8]),
    /// Cuts the text.
    Truncate,
}

/// The bytes that mean something in some dialect, and some that mean something in none.
const SIGNIFICANT: &[u8] = b"::..%%[[]]//\\@@**--++0129aexXF,;=?#&'\"()~^_ \t\r\n\0\x7f\x80\xff";

fn mutation() -> BoxedStrategy<Mutation> {
    let byte = || sample::select(SIGNIFICANT);
    let fixed = sample::select(&FIXED[..]);
    Union::new_weighted(vec![
        (2, byte().prop_map(Mutation::Insert).boxed()),
        (1, byte().prop_map(Mutation::Replace).boxed()),
        (1, (0..8_u8).prop_map(Mutation::Flip).boxed()),
        (8, fixed.boxed()),
    ])
    .boxed()
}

const FIXED: [Mutation; 26] = [
    Mutation::Delete,
    Mutation::Duplicate,
    Mutation::Duplicate,
    Mutation::Unpunctuate,
    Mutation::Unpunctuate,
    Mutation::BeforeNumber(b"0"),
    Mutation::BeforeNumber(b"0"),
    Mutation::BeforeNumber(b"00000000000"),
    Mutation::BeforeNumber(b"+"),
    Mutation::BeforeNumber(b"-"),
    Mutation::BeforeNumber(b" "),
    Mutation::BeforeNumber(b"0x"),
    Mutation::BehindDigit(b"0"),
    Mutation::BehindDigit(b"4294967296"),
    Mutation::BehindDigit(b"99999999999999999999"),
    Mutation::FullWidth,
    Mutation::Case,
    Mutation::EscapePercent,
    Mutation::Escape,
    Mutation::Append(b" "),
    Mutation::Append(b"\n"),
    Mutation::Append(b"\0"),
    Mutation::Append(b"."),
    Mutation::Append(b":"),
    Mutation::Prepend(b" "),
    Mutation::Truncate,
];

impl Mutation {
    /// Changes the text; one that has no place for the change stays as it is.
    fn apply(self, text: &mut Vec<u8>, index: sample::Index) {
        let any = |_, _| true;
        match self {
            Self::Insert(byte) => {
                let at = index.index(text.len().saturating_add(1));
                splice(text, Some(at), 0, &[byte]);
            }
            Self::Replace(byte) => splice(text, place(text, index, any), 1, &[byte]),
            Self::Flip(bit) => change(text, index, any, |byte| byte ^ 1_u8.rotate_left(bit.into())),
            Self::Delete => splice(text, place(text, index, any), 1, b""),
            Self::Duplicate => {
                let at = place(text, index, is_punctuation);
                let byte = at.and_then(|at| text.get(at).copied()).unwrap_or(b':');
                splice(text, at, 0, &[byte]);
            }
            Self::Unpunctuate => splice(text, place(text, index, is_punctuation), 1, b""),
            Self::BeforeNumber(with) => splice(text, place(text, index, begins_number), 0, with),
            Self::BehindDigit(with) => splice(text, place(text, index, is_digit), 0, with),
            Self::FullWidth => full_width(text, place(text, index, is_digit)),
            Self::Case => change(text, index, is_letter, |byte| byte ^ 0x20),
            Self::EscapePercent => splice(text, place(text, index, is_percent), 1, b"%25"),
            Self::Escape => escape(text, place(text, index, any)),
            Self::Append(with) => text.extend_from_slice(with),
            Self::Prepend(with) => splice(text, Some(0), 0, with),
            Self::Truncate => text.truncate(index.index(text.len().saturating_add(1))),
        }
    }
}

const fn is_digit(byte: u8, _: Option<u8>) -> bool {
    byte.is_ascii_digit()
}

const fn is_letter(byte: u8, _: Option<u8>) -> bool {
    byte.is_ascii_alphabetic()
}

const fn is_punctuation(byte: u8, _: Option<u8>) -> bool {
    byte.is_ascii_punctuation()
}

const fn is_percent(byte: u8, _: Option<u8>) -> bool {
    byte == b'%'
}

/// A digit within a group of IPv6 begins no number.
fn begins_number(byte: u8, before: Option<u8>) -> bool {
    byte.is_ascii_digit() && !before.is_some_and(|before| before.is_ascii_hexdigit())
}

/// One of the places where a byte, and the byte before it, are as wanted.
fn place(
    text: &[u8],
    index: sample::Index,
    wanted: impl Fn(u8, Option<u8>) -> bool,
) -> Option<usize> {
    let before = core::iter::once(None).chain(text.iter().copied().map(Some));
    let places: Vec<usize> = text
        .iter()
        .zip(before)
        .enumerate()
        .filter_map(|(at, (byte, before))| wanted(*byte, before).then_some(at))
        .collect();
    if places.is_empty() { None } else { Some(*index.get(&places)) }
}

fn change(
    text: &mut [u8],
    index: sample::Index,
    wanted: impl Fn(u8, Option<u8>) -> bool,
    to: impl Fn(u8) -> u8,
) {
    if let Some(byte) = place(text, index, wanted).and_then(|at| text.get_mut(at)) {
        *byte = to(*byte);
    }
}

/// Puts bytes in the place of others.
fn splice(text: &mut Vec<u8>, at: Option<usize>, len: usize, with: &[u8]) {
    if let Some(at) = at.filter(|at| at.saturating_add(len) <= text.len()) {
        text.splice(at..at.saturating_add(len), with.iter().copied());
    }
}

/// U+FF10 to U+FF19, which some languages count among the digits.
fn full_width(text: &mut Vec<u8>, at: Option<usize>) {
    if let Some(digit) = at.and_then(|at| text.get(at)).map(|byte| byte & 0x0f) {
        splice(text, at, 1, &[0xef, 0xbc, 0x90 | digit]);
    }
}

fn escape(text: &mut Vec<u8>, at: Option<usize>) {
    if let Some(byte) = at.and_then(|at| text.get(at)) {
        splice(text, at, 1, alloc::format!("%{byte:02x}").as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn once(mutation: Mutation, text: &str, index: sample::Index) -> Vec<u8> {
        let mut text = text.as_bytes().to_vec();
        mutation.apply(&mut text, index);
        text
    }

    const FULL_WIDTH_8: &[u8] = "a:\u{ff18}".as_bytes();

    proptest! {
        /// Each change does what it says, and no text is too short for any.
        #[test]
        fn each_change_is_small(mutation in mutation(), text: Vec<u8>, index: sample::Index) {
            let mut changed = text.clone();
            mutation.apply(&mut changed, index);
            prop_assert!(changed.len().saturating_sub(text.len()) <= 20);
            let mut empty = Vec::new();
            mutation.apply(&mut empty, index);
            prop_assert!(empty.len() <= 1);
        }

        /// The changes that have a name find their place.
        #[test]
        fn changes_find_their_place(index: sample::Index) {
            let ends = |text: Vec<u8>, end: &[u8]| text.ends_with(end);
            prop_assert!(ends(once(Mutation::BeforeNumber(b"+"), "a:80", index), b"a:+80"));
            prop_assert!(ends(once(Mutation::FullWidth, "a:8", index), FULL_WIDTH_8));
            prop_assert!(ends(once(Mutation::EscapePercent, "a%b", index), b"a%25b"));
            prop_assert!(ends(once(Mutation::Unpunctuate, "[1", index), b"1"));
            prop_assert!(ends(once(Mutation::Duplicate, "1:", index), b"1::"));
            prop_assert!(ends(once(Mutation::Escape, "/", index), b"%2f"));
            prop_assert!(ends(once(Mutation::Case, "1a", index), b"1A"));
        }
    }
}
