//! Dialects: what one reads it can write, and what another says without loss it says back.

use alloc::vec;
use alloc::vec::Vec;

use portolan::addr::{Dialect, Endpoint, FormatError, ParseErrorKind, TextOptions};
use portolan::dialect::{self, ConversionError, Extra, Loss, Reading};

use crate::text::check_refusal;

/// The bits of the first byte that choose a dialect; from the number of dialects on, all of them.
pub const DIALECT: u8 = 0x1f;
/// The bit of the first byte that asks for an address to listen on.
pub const LISTEN: u8 = 0x20;
/// The bit of the first byte that gives a default port.
pub const DEFAULT_PORT: u8 = 0x40;

/// The first byte chooses dialects and options, the rest is the text.
pub fn run(input: &[u8]) {
    let Some((choice, text)) = input.split_first() else {
        return;
    };
    let mut options = TextOptions::new().with_listen(choice & LISTEN != 0);
    if choice & DEFAULT_PORT != 0 {
        options = options.with_default_port(443);
    }
    match Dialect::ALL.get(usize::from(choice & DIALECT)) {
        Some(dialect) => check(*dialect, text, &options),
        None => Dialect::ALL.iter().for_each(|dialect| check(*dialect, text, &options)),
    }
}

fn check(dialect: Dialect, text: &[u8], options: &TextOptions) {
    let explained = dialect::explain(text).answers().find(|(other, _)| *other == dialect);
    let (_, explained) = explained.expect("every dialect answers");
    assert_eq!(explained, dialect::parse_all(dialect, text, &TextOptions::new()), "{dialect}");
    let readings = match dialect::parse_all(dialect, text, options) {
        Ok(readings) => readings,
        Err(error) => {
            assert_eq!(error.dialect, dialect);
            check_refusal(&error, text);
            assert_eq!(dialect::parse(dialect, text, options), Err(error), "{dialect}");
            return;
        }
    };
    let mut again = readings.clone();
    let all: Vec<_> = again.by_ref().collect();
    assert!(again.next().is_none(), "{dialect} goes on behind the end");
    check_number(dialect, text, &all, options);
    for reading in &all {
        reads_back(dialect, reading, options, text);
    }
    for to in Dialect::ALL {
        converts(dialect, *to, text, options);
    }
}

/// A text of one reading is that reading; a text of several is no single one.
fn check_number(dialect: Dialect, text: &[u8], all: &[Reading<'_>], options: &TextOptions) {
    match (all, dialect::parse(dialect, text, options)) {
        ([only], Ok(reading)) => assert_eq!(*only, reading, "{dialect}"),
        ([_, _, ..], Err(error)) => {
            assert!(dialect::is_list_valued(dialect), "{dialect} is no list");
            assert_eq!(error.kind, ParseErrorKind::NotRepresentable);
            check_refusal(&error, text);
        }
        (_, parsed) => panic!("{dialect} reads {all:?}, and {parsed:?} alone"),
    }
}

/// What a dialect has read, it writes so that it reads the same.
fn reads_back(dialect: Dialect, reading: &Reading<'_>, options: &TextOptions, text: &[u8]) {
    let mut out = buffer(text);
    let len = match dialect::format_reading(dialect, reading, options, &mut out) {
        Ok(len) => len,
        Err(FormatError::NotRepresentable) if options.default_port.is_some() => return,
        Err(error) => panic!("{dialect} cannot write {reading:?}: {error}"),
    };
    let again = dialect::parse(dialect, &out[..len], options);
    let again =
        again.unwrap_or_else(|error| panic!("{dialect} refuses its own {reading:?}: {error}"));
    assert_eq!(facts(&again), facts(reading), "{dialect} reads its own output otherwise");
}

/// Without loss, converting back gives the same; what surrounds an address is a loss.
fn converts(from: Dialect, to: Dialect, text: &[u8], options: &TextOptions) {
    let options = TextOptions::new().with_listen(options.listen);
    let Ok(before) = dialect::parse_all(from, text, &options) else {
        return;
    };
    let mut there = buffer(text);
    let (len, loss) = match dialect::convert(from, to, text, &options, &mut there) {
        Ok(done) => (done.len, done.loss),
        Err(ConversionError::Format(FormatError::NotRepresentable)) if from != to => return,
        Err(error) => panic!("{from} to {to}: {error}"),
    };
    let surrounded = before.clone().any(|reading| reading.surroundings);
    assert_eq!(loss.contains(Loss::SURROUNDINGS_DROPPED), surrounded, "{from} to {to}");
    if !loss.is_empty() {
        return;
    }
    let mut back = buffer(&there[..len]);
    let done = dialect::convert(to, from, &there[..len], &options, &mut back);
    let done = done.unwrap_or_else(|error| panic!("{to} back to {from}: {error}"));
    let after = dialect::parse_all(from, &back[..done.len], &options).expect("is read back");
    let before: Vec<_> = before.map(Reading::into_owned).collect();
    let after: Vec<_> = after.map(Reading::into_owned).collect();
    assert!(
        before.iter().map(facts).eq(after.iter().map(facts)),
        "{from} to {to} and back: {before:?} is {after:?}"
    );
}

/// What a dialect has to say of a reading.
fn facts<'r, 'a>(reading: &'r Reading<'a>) -> (&'r Endpoint<'a>, &'r Extra<'a>) {
    (&reading.endpoint, &reading.extra)
}

/// Room for every byte of a text as an escape, and for what stands around it.
fn buffer(text: &[u8]) -> Vec<u8> {
    vec![0; text.len() * 4 + 1024]
}
