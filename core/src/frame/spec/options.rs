//! The options that a text gives a framer.

use alloc::boxed::Box;
use alloc::string::ToString as _;
use alloc::vec::Vec;

use super::super::{AnyFramer, Framing};
use super::value::Value;
use super::{Entry, Setting};

/// The options of a framer: those that are given, and the defaults of the others.
#[derive(Clone, Debug)]
pub(super) struct Options {
    entry: &'static Entry,
    given: Vec<Given>,
}

/// An option that is given, and where.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) setting: &'static Setting,
    pub(super) value: Value,
    /// Offset and length of the value, of the key where it stands alone.
    pub(super) place: (usize, usize),
}

impl Options {
    pub(super) const fn new(entry: &'static Entry) -> Self {
        Self { entry, given: Vec::new() }
    }

    pub(super) fn push(&mut self, given: Given) {
        self.given.push(given);
    }

    pub(super) fn find(&self, key: &str) -> Option<&Given> {
        self.given.iter().find(|given| given.setting.key == key)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    /// The options as those of another framer, of which it takes all but `key`.
    pub(super) fn renamed(mut self, entry: &'static Entry, key: &str) -> Self {
        self.given.retain(|given| given.setting.key != key);
        Self { entry, given: self.given }
    }

    /// What is not a default, in the order of the table.
    pub(super) fn canonical(&self) -> Vec<(&'static Setting, Value)> {
        let given = self.entry.options.iter().filter_map(|setting| self.find(setting.key));
        let given = given.filter(|given| !self.is_default(given));
        given.map(|given| (given.setting, given.value.clone())).collect()
    }

    fn is_default(&self, given: &Given) -> bool {
        // The one default that is no constant.
        if given.setting.key == "header" {
            let least = self.number("offset").saturating_add(self.number("width"));
            return given.value == Value::Number(least);
        }
        given.setting.default.is_some_and(|default| default == given.value.to_string())
    }

    fn value(&self, key: &str) -> Option<Value> {
        if let Some(given) = self.find(key) {
            return Some(given.value.clone());
        }
        let setting = self.entry.setting(key.as_bytes())?;
        setting.values.read(setting.default?.as_bytes()).ok()
    }

    /// The framer, or its messages joined.
    pub(super) fn joined(&self, framer: AnyFramer<'static>) -> Framing {
        if !self.flag("assemble") {
            return Framing::Framer(framer);
        }
        Framing::Assemble { framer, max: self.max(), max_parts: self.size("max_parts") }
    }

    /// The limit.
    pub(super) fn max(&self) -> usize {
        self.size("max")
    }

    pub(super) fn size(&self, key: &str) -> usize {
        usize::try_from(self.number(key)).unwrap_or(usize::MAX)
    }

    pub(super) fn number(&self, key: &str) -> u64 {
        match self.value(key) {
            Some(Value::Number(number)) => number,
            _ => 0,
        }
    }

    pub(super) fn signed(&self, key: &str) -> i64 {
        match self.value(key) {
            Some(Value::Signed(number)) => number,
            _ => 0,
        }
    }

    pub(super) fn flag(&self, key: &str) -> bool {
        self.value(key) == Some(Value::Flag(true))
    }

    pub(super) fn word(&self, key: &str) -> &'static str {
        match self.value(key) {
            Some(Value::Word(word)) => word,
            _ => "",
        }
    }

    pub(super) fn set(&self, key: &str) -> &[Box<[u8]>] {
        match self.find(key) {
            Some(Given { value: Value::Set(members), .. }) => members,
            _ => &[],
        }
    }
}
