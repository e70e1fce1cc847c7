//! The reader of the text.

use super::super::{ConfigError, Framing};
use super::nearest::nearest;
use super::options::{Given, Options};
use super::table::Make;
use super::value::{Fault, Value};
use super::{Defaults, Entry, Node, Setting, SpecError, SpecErrorKind, Values, catalogue, entry};
use crate::cursor::Reader;

pub(super) type Parsed = Result<(Node, Framing), SpecError>;

/// Reads a text, one production a function.
pub(super) struct Parser<'t> {
    pub(super) reader: Reader<'t>,
    defaults: Defaults,
    /// Parentheses that are open.
    pub(super) depth: usize,
}

/// What may stand where a framer is read.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Whether another framer follows behind a comma.
    pub(super) more: bool,
    /// Whether it is part of one framer, so that neither a stack nor joined parts can stand here.
    pub(super) single: bool,
    /// The framer before, one of whose flags may be meant.
    pub(super) before: Option<&'static Entry>,
}

impl Place {
    /// The place of a framer that stands alone.
    pub(super) const ALONE: Self = Self { more: false, single: false, before: None };
}

/// A name or a value: where it begins, and its bytes.
#[derive(Clone, Copy)]
pub(super) struct Token<'t> {
    at: usize,
    text: &'t [u8],
}

impl Token<'_> {
    pub(super) const fn refuse(&self, kind: SpecErrorKind) -> SpecError {
        SpecError::new(kind, self.at, self.text.len())
    }
}

impl<'t> Parser<'t> {
    pub(super) const fn new(text: &'t [u8], defaults: Defaults) -> Self {
        Self { reader: Reader::new(text), defaults, depth: 0 }
    }

    /// Refuses whatever is left.
    pub(super) fn end(&self) -> Result<(), SpecError> {
        if self.reader.is_empty() { Ok(()) } else { Err(self.refuse(SpecErrorKind::Trailing, 1)) }
    }

    pub(super) const fn refuse(&self, kind: SpecErrorKind, len: usize) -> SpecError {
        SpecError::new(kind, self.reader.position(), len)
    }

    fn token(&mut self, stops: &[u8]) -> Token<'t> {
        let at = self.reader.position();
        Token { at, text: self.reader.take_while(|byte| !stops.contains(&byte)) }
    }

    fn name(&mut self) -> Token<'t> {
        self.token(b",()=")
    }

    /// One framer, or several combined.
    ///
    /// ```abnf
    /// spec = stack / ( name / then / after / detect ) *( "," option )
    /// ```
    pub(super) fn spec(&mut self, place: Place) -> Parsed {
        let name = self.name();
        if name.text.is_empty() {
            return Err(name.refuse(SpecErrorKind::MissingFramer));
        }
        let found = core::str::from_utf8(name.text).ok().and_then(entry);
        let Some(entry) = found else {
            let names = catalogue().iter().map(|entry| entry.name);
            let before = place.before.map_or(&[][..], |entry| entry.options);
            let names = names.chain(before.iter().map(|setting| setting.key));
            let mut error = name.refuse(SpecErrorKind::UnknownFramer);
            error.hint = nearest(name.text, names);
            return Err(error);
        };
        match entry.make {
            Make::Combined(how) => self.combined(entry, how, name, place),
            Make::Framer(_) | Make::Preset => self.framer(entry, name, place),
        }
    }

    /// A framer of its own: a name and options.
    fn framer(&mut self, entry: &'static Entry, name: Token<'t>, place: Place) -> Parsed {
        let options = self.options(entry, place)?;
        let (entry, options) = match super::entry(options.word("name")) {
            Some(preset) => (preset, options.renamed(preset, "name")),
            None => (entry, options),
        };
        let Make::Framer(make) = entry.make else {
            return Err(name.refuse(SpecErrorKind::UnknownFramer));
        };
        let framer = make(&options).map_err(|error| {
            let place = options.find(culprit(error)).map(|given| given.place);
            let place = place.filter(|(_, len)| *len > 0);
            let (at, len) = place.unwrap_or((name.at, name.text.len()));
            SpecError::new(SpecErrorKind::BadConfig { error }, at, len)
        })?;
        let framing = options.joined(framer);
        Ok((Node { entry, inside: None, options: options.canonical() }, framing))
    }

    /// The options behind a framer.
    ///
    /// Where another framer follows, a word alone is an option only if this framer has one of that
    /// name, else it begins the next framer.
    pub(super) fn options(
        &mut self,
        entry: &'static Entry,
        place: Place,
    ) -> Result<Options, SpecError> {
        let mut options = Options::new(entry);
        while self.reader.peek() == Some(b',') {
            let before = self.reader.clone();
            self.reader.take_byte();
            let key = self.name();
            let setting = entry.setting(key.text);
            if place.more && setting.is_none() && self.reader.peek() != Some(b'=') {
                self.reader = before;
                break;
            }
            let Some(setting) = setting else {
                return Err(unknown(entry, key));
            };
            if options.has(setting.key) {
                return Err(key.refuse(SpecErrorKind::DuplicateOption { setting }));
            }
            let given = self.option(setting, key)?;
            if place.single && setting.key == "assemble" && given.value == Value::Flag(true) {
                return Err(key.refuse(SpecErrorKind::Misplaced));
            }
            options.push(given);
        }
        self.complete(entry, &mut options)?;
        Ok(options)
    }

    /// An option.
    ///
    /// ```abnf
    /// option = key [ "=" value ]       ; without a value only a flag, which is true then
    /// ```
    fn option(&mut self, setting: &'static Setting, key: Token<'t>) -> Result<Given, SpecError> {
        let place = (key.at, key.text.len());
        if !self.reader.expect(b'=') {
            return match setting.values {
                Values::Flag => Ok(Given { setting, value: Value::Flag(true), place }),
                _ => Err(self.refuse(SpecErrorKind::MissingValue { setting }, 0)),
            };
        }
        self.value(setting)
    }

    /// A value of an option, or an argument.
    pub(super) fn value(&mut self, setting: &'static Setting) -> Result<Given, SpecError> {
        let text = self.token(b",()");
        if text.text.is_empty() {
            return Err(text.refuse(SpecErrorKind::MissingValue { setting }));
        }
        let value = setting.values.read(text.text).map_err(|fault| match fault {
            Fault::Range => text.refuse(SpecErrorKind::OutOfRange { setting }),
            Fault::LeadingZero => text.refuse(SpecErrorKind::LeadingZero),
            Fault::Byte(at) => {
                let len = usize::from(at < text.text.len());
                let at = text.at.saturating_add(at);
                SpecError::new(SpecErrorKind::BadValue { setting }, at, len)
            }
            Fault::Word => {
                let mut error = text.refuse(SpecErrorKind::BadValue { setting });
                if let Values::Words(words) = setting.values {
                    error.hint = nearest(text.text, words.iter().copied());
                }
                error
            }
        })?;
        Ok(Given { setting, value, place: (text.at, text.text.len()) })
    }

    /// Adds the limits that the caller has defaults for, and asks for what is missing.
    fn complete(&self, entry: &'static Entry, options: &mut Options) -> Result<(), SpecError> {
        let place = (self.reader.position(), 0);
        let assembled = options.flag("assemble");
        for setting in entry.options {
            let idle = !assembled && entry.only_joins(setting);
            let limit = match setting.key {
                "max" => self.defaults.max,
                "max_parts" => self.defaults.max_parts,
                _ => None,
            };
            match options.find(setting.key).map(|given| given.place) {
                Some((at, len)) if idle => {
                    return Err(SpecError::new(SpecErrorKind::UnusedOption { setting }, at, len));
                }
                None if !idle && setting.default.is_none() => {
                    let limit = limit.and_then(|limit| u64::try_from(limit).ok());
                    let missing = self.refuse(SpecErrorKind::MissingOption { setting }, 0);
                    let value = Value::Number(limit.ok_or(missing)?);
                    options.push(Given { setting, value, place });
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// The error of a word that is no option of a framer.
fn unknown(entry: &'static Entry, key: Token<'_>) -> SpecError {
    if key.text.is_empty() {
        return key.refuse(SpecErrorKind::EmptyOption);
    }
    let mut error = key.refuse(SpecErrorKind::UnknownOption { framer: entry.name });
    error.hint = nearest(key.text, entry.options.iter().map(|setting| setting.key));
    error
}

/// The option that a configuration is refused for.
const fn culprit(error: ConfigError) -> &'static str {
    match error {
        ConfigError::Bits => "bits",
        ConfigError::DelimiterEmpty | ConfigError::DelimiterMissing => "any_of",
        ConfigError::Encoding => "encoding",
        ConfigError::HeaderTooLong | ConfigError::HeaderTooShort => "header",
        ConfigError::LengthZero => "len",
        ConfigError::TrailerTooLong => "trailer",
        ConfigError::Width => "width",
        _ => "max",
    }
}
