//! What stands in parentheses: framings made of two others.

use alloc::boxed::Box;
use core::num::NonZeroUsize;

use super::super::{AnyFramer, Detect, Framing, Signature, Then};
use super::options::Options;
use super::parse::{Parsed, Parser, Place, Token};
use super::value::Value;
use super::{Entry, Inside, MAX_DEPTH, Node, Setting, SpecError, SpecErrorKind, Values};

/// How two framings are combined.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Combine {
    After,
    Detect,
    Stack,
    Then,
}

/// How many messages of the first framing there are.
static COUNT: Setting = Setting {
    key: "count",
    values: Values::Number { least: 1, most: usize::MAX as u64 },
    default: None,
    meaning: "messages of the first framing",
};

/// What the stream begins with.
static SIGNATURE: Setting = Setting {
    key: "signature",
    values: Values::Words(&["http2-preface", "octet-counting", "proxy", "tls-record"]),
    default: None,
    meaning: "how the stream begins that is matched",
};

impl<'t> Parser<'t> {
    /// Two framings in parentheses, behind the name of how they are combined.
    ///
    /// ```abnf
    /// stack  = "stack(" spec "," spec ")"
    /// then   = "then(" spec "," spec ")"
    /// after  = "after(" number "," spec "," spec ")"
    /// detect = "detect(" signature "," spec "," spec ")"
    /// ```
    ///
    /// Behind all but a stack stand the options that join the parts of messages.
    pub(super) fn combined(
        &mut self,
        entry: &'static Entry,
        how: Combine,
        name: Token<'t>,
        place: Place,
    ) -> Parsed {
        if place.single && how == Combine::Stack {
            return Err(name.refuse(SpecErrorKind::Misplaced));
        }
        // The two inside are one deeper than all the open parentheses.
        if self.depth.saturating_add(1) >= MAX_DEPTH {
            return Err(name.refuse(SpecErrorKind::TooDeep));
        }
        if !self.reader.expect(b'(') {
            return Err(self.refuse(SpecErrorKind::Unopened, 0));
        }
        self.depth = self.depth.saturating_add(1);
        let argument = match how {
            Combine::After => Some(self.argument(&COUNT)?),
            Combine::Detect => Some(self.argument(&SIGNATURE)?),
            Combine::Stack | Combine::Then => None,
        };
        let single = place.single || how != Combine::Stack;
        let (first, before) = self.spec(Place { more: true, single, before: None })?;
        self.comma()?;
        let before_it = Some(first.entry);
        let last = Place { more: false, single, before: before_it };
        let (second, behind) = self.spec(last)?;
        if !self.reader.expect(b')') {
            self.end()?;
            return Err(self.refuse(SpecErrorKind::Unclosed, 0));
        }
        self.depth = self.depth.saturating_sub(1);
        let options = self.options(entry, place)?;
        let framing = combine(how, argument.as_ref(), before, behind, &options);
        let framing = framing.ok_or_else(|| name.refuse(SpecErrorKind::Misplaced))?;
        let inside = Some(Inside { argument, both: Box::new((first, second)) });
        Ok((Node { entry, inside, options: options.canonical() }, framing))
    }

    /// What stands before the framings.
    fn argument(&mut self, setting: &'static Setting) -> Result<Value, SpecError> {
        let argument = self.value(setting)?;
        self.comma()?;
        Ok(argument.value)
    }

    /// The comma before a framing.
    fn comma(&mut self) -> Result<(), SpecError> {
        match self.reader.peek() {
            Some(b',') => {
                self.reader.take_byte();
                Ok(())
            }
            Some(b')') | None => Err(self.refuse(SpecErrorKind::MissingFramer, 0)),
            Some(_) => Err(self.refuse(SpecErrorKind::Trailing, 1)),
        }
    }
}

/// Combines two framings; nothing where one must be a single framer and is none.
fn combine(
    how: Combine,
    argument: Option<&Value>,
    first: Framing,
    second: Framing,
    options: &Options,
) -> Option<Framing> {
    if how == Combine::Stack {
        return Some(Framing::Stack(Box::new(first), Box::new(second)));
    }
    let (first, second) = (single(first)?, single(second)?);
    let framer = match argument {
        Some(Value::Number(count)) => {
            let count = usize::try_from(*count).ok().and_then(NonZeroUsize::new)?;
            Then::after(count, first, second).into()
        }
        Some(Value::Word(name)) => Detect::new(Signature::from_name(name)?, first, second).into(),
        _ => Then::new(first, second).into(),
    };
    Some(options.joined(framer))
}

fn single(framing: Framing) -> Option<AnyFramer<'static>> {
    match framing {
        Framing::Framer(framer) => Some(framer),
        Framing::Assemble { .. } | Framing::Stack(..) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_signatures_are_their_names() {
        let names = Signature::ALL.iter().map(|signature| signature.name());
        let Values::Words(words) = SIGNATURE.values else { panic!() };
        assert!(names.eq(words.iter().copied()));
    }
}
