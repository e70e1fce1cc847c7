//! Texts of framers: what is read is written and read back, and what is built keeps its limit.
//!
//! An even first byte: the rest is the text. An odd one: a seed of the order, a length, so many bytes
//! from which a text is composed, and a stream for the framer.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use portolan::frame::spec::{
    Defaults, Entry, MAX_LEN, Setting, Spec, SpecError, SpecErrorKind, Values, catalogue,
};
use portolan::frame::{Framer as _, Framing};

use crate::frame_laws;

/// Reads a text, or composes one.
pub fn run(input: &[u8]) {
    let Some((kind, rest)) = input.split_first() else {
        return;
    };
    if kind % 2 == 0 {
        any_text_is_judged(rest);
    } else if let Some(([order, len], rest)) = rest.split_first_chunk() {
        let (entropy, stream) = rest.split_at(usize::from(*len).min(rest.len()));
        composed_text_is_read(*order, entropy, &stream[..stream.len().min(512)]);
    }
}

/// Whatever a text holds, it is read as its canonical text is, or refused at one of its bytes.
pub fn any_text_is_judged(text: &[u8]) {
    let defaults = Defaults::NONE.max(1 << 20).max_parts(4096);
    let read = [Spec::parse(text), Spec::parse_with(text, defaults)];
    for (spec, defaults) in read.iter().zip([Defaults::NONE, defaults]) {
        match spec {
            Ok(spec) => canonical_text_is_read(spec),
            Err(error) => {
                error_points_into(error, text);
                error_is_final(error, text, defaults);
            }
        }
    }
    // Defaults only stand for what is missing.
    if let [Ok(given), defaulted] = &read {
        assert_eq!(Some(given), defaulted.as_ref().ok());
    }
}

/// Reads the canonical text of a description: it is the same, written the same, built the same.
pub fn canonical_text_is_read(spec: &Spec) {
    let text = spec.to_string();
    assert!(text.len() <= MAX_LEN, "too long to be read back");
    let again = Spec::parse(text.as_bytes()).unwrap();
    assert_eq!((&again, again.to_string()), (spec, text));
    assert_eq!(format!("{:?}", again.framing()), format!("{:?}", spec.framing()));
}

fn error_points_into(error: &SpecError, text: &[u8]) {
    let end = error.at.checked_add(error.len).unwrap();
    assert!(end <= text.len(), "{error} spans {} of {} bytes", error.len, text.len());
    assert!(SpecErrorKind::CODES.contains(&error.code()));
    assert!(!error.to_string().is_empty());
}

/// What follows an error by more than a byte does not change it, but where a rule is about a whole
/// framer or text.
fn error_is_final(error: &SpecError, text: &[u8], defaults: Defaults) {
    let whole = ["bad-config", "misplaced", "missing-option", "too-long", "unused-option"];
    if let (Some(known), false) = (text.get(..=error.at + error.len), whole.contains(&error.code()))
    {
        let other = [known, b"~".as_slice()].concat();
        assert_eq!(Spec::parse_with(&other, defaults).as_ref(), Err(error));
    }
}

/// A text of valid names and values is read, unless its options do not fit together; the order of
/// options does not matter, and the framer holds no more than it says.
pub fn composed_text_is_read(order: u8, entropy: &[u8], stream: &[u8]) {
    let (text, turned) = compose(order, entropy);
    let spec = match Spec::parse(text.as_bytes()) {
        Ok(spec) => spec,
        Err(error) => {
            let fits_not = matches!(error.code(), "bad-config" | "too-long");
            assert!(fits_not, "{text}: {error}");
            return error_points_into(&error, text.as_bytes());
        }
    };
    canonical_text_is_read(&spec);
    assert_eq!(Spec::parse(turned.as_bytes()).as_ref(), Ok(&spec), "{text} {turned}");
    any_text_is_judged(text.as_bytes());
    if let Framing::Framer(framer) = spec.framing() {
        assert!(framer.max_wire() > 0);
        frame_laws::events(framer, &[stream], false);
    }
}

/// A text that the grammar has, and the same with the options of each framer in another order.
#[must_use]
pub fn compose(order: u8, entropy: &[u8]) -> (String, String) {
    let write = |turn| {
        let mut composer = Composer { entropy, turn, out: String::new() };
        composer.spec(3, false);
        composer.out
    };
    (write(0), write(order.into()))
}

struct Composer<'a> {
    entropy: &'a [u8],
    turn: usize,
    out: String,
}

impl Composer<'_> {
    /// A number below a bound; zero when nothing is left to choose from.
    fn choose(&mut self, bound: usize) -> usize {
        let Some((byte, rest)) = self.entropy.split_first() else {
            return 0;
        };
        self.entropy = rest;
        usize::from(*byte) % bound
    }

    /// A framer, or some combined where parentheses may still be opened.
    fn spec(&mut self, depth: usize, single: bool) {
        let fits = |entry: &&Entry| {
            entry.arguments.is_empty() || (depth > 0 && !(single && entry.name == "stack"))
        };
        let entries: Vec<&Entry> = catalogue().iter().filter(fits).collect();
        let entry = entries[self.choose(entries.len())];
        self.out.push_str(entry.name);
        for (index, argument) in entry.arguments.iter().enumerate() {
            self.out.push(if index == 0 { '(' } else { ',' });
            match *argument {
                "count" => {
                    let count = (self.choose(4) + 1).to_string();
                    self.out.push_str(&count);
                }
                "signature" => {
                    let names = ["proxy", "octet-counting", "tls-record", "http2-preface"];
                    let name = names[self.choose(names.len())];
                    self.out.push_str(name);
                }
                _ => self.spec(depth - 1, single || entry.name != "stack"),
            }
        }
        if !entry.arguments.is_empty() {
            self.out.push(')');
        }
        self.options(entry, single);
    }

    fn options(&mut self, entry: &Entry, single: bool) {
        let mut options = Vec::new();
        let assembled = entry.comes_in_parts() && !single && self.choose(2) == 1;
        for setting in entry.options {
            match (setting.key, setting.default) {
                ("max_parts" | "assemble", _) if !assembled => {}
                ("max", _) if !assembled && !entry.arguments.is_empty() => {}
                ("assemble", _) => options.push(setting.key.to_string()),
                (_, Some(_)) if self.choose(2) == 0 => {}
                _ => options.push(self.option(setting)),
            }
        }
        let turn = self.turn % options.len().max(1);
        options.rotate_left(turn);
        for option in options {
            self.out.push(',');
            self.out.push_str(&option);
        }
    }

    fn option(&mut self, setting: &Setting) -> String {
        let value = match setting.values {
            Values::Words(words) => words[self.choose(words.len())].to_string(),
            Values::Flag => ["true", "false"][self.choose(2)].to_string(),
            Values::Signed => {
                ["0", "-1", "4", "-2K", "-9223372036854775808"][self.choose(5)].to_string()
            }
            Values::Set => ["00", "0d0a|0a", "0a|0d0a|61"][self.choose(3)].to_string(),
            Values::Number { least, most } => {
                let small = least + self.choose(256) as u64;
                let number = [least, small, small, small, 1 << 10, 3 << 20, most][self.choose(7)];
                number.clamp(least, most).to_string()
            }
            _ => panic!("the text of {:?} is not known here", setting.values),
        };
        format!("{}={value}", setting.key)
    }
}
