//! What can be wrong with the text of a framer.

use core::fmt;

use super::super::ConfigError;
use super::{MAX_DEPTH, MAX_LEN, Setting, Values};
use crate::codes::codes;

/// A text that describes no framer.
///
/// Displayed, it names the rule and the byte, and the name that was perhaps meant.
///
/// # Examples
///
/// ```
/// use portolan::frame::spec::Spec;
///
/// let error = Spec::parse(b"lenght,width=2,max=1K").unwrap_err();
/// assert_eq!((error.code(), error.at, error.len), ("unknown-framer", 0, 6));
/// assert_eq!(error.hint(), Some("length"));
/// assert_eq!(error.to_string(), "no framer has this name at byte 0, `length` is near");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct SpecError {
    /// Rule that was broken.
    pub kind: SpecErrorKind,
    /// Offset of the byte that broke it; the length of the text where it ends too early.
    pub at: usize,
    /// How many bytes it spans; 0 where something is missing.
    pub len: usize,
    pub(super) hint: Option<&'static str>,
}

impl SpecError {
    pub(super) const fn new(kind: SpecErrorKind, at: usize, len: usize) -> Self {
        Self { kind, at, len, hint: None }
    }

    /// Names the rule in kebab case; see [`SpecErrorKind::code`].
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// The name that was perhaps meant: the nearest of those that may stand there.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        self.hint
    }
}

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.kind, self.at)?;
        match self.hint {
            Some(hint) => write!(f, ", `{hint}` is near"),
            None => Ok(()),
        }
    }
}

impl core::error::Error for SpecError {}

/// The rule that the text of a framer broke.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum SpecErrorKind {
    /// The options do not fit together; at the value that is to blame.
    BadConfig {
        /// What the framer refuses.
        error: ConfigError,
    },
    /// The value is none that the option can have.
    BadValue {
        /// The option.
        setting: &'static Setting,
    },
    /// The option stands twice.
    DuplicateOption {
        /// The option.
        setting: &'static Setting,
    },
    /// No option stands between two commas, or behind the last.
    EmptyOption,
    /// The number has a zero before other digits.
    LeadingZero,
    /// Only a single framer stands here, neither a stack nor joined parts.
    Misplaced,
    /// A framer must stand here.
    MissingFramer,
    /// The framer needs an option that is not given.
    MissingOption {
        /// The option.
        setting: &'static Setting,
    },
    /// The option has no value.
    MissingValue {
        /// The option.
        setting: &'static Setting,
    },
    /// The number is beyond the bounds of the option.
    OutOfRange {
        /// The option.
        setting: &'static Setting,
    },
    /// More than [`MAX_DEPTH`](super::MAX_DEPTH) framings stand in one another.
    TooDeep,
    /// The text, or its canonical form, is longer than [`MAX_LEN`](super::MAX_LEN) bytes.
    TooLong,
    /// A byte stands behind a framer that belongs to nothing.
    Trailing,
    /// A parenthesis is not closed.
    Unclosed,
    /// No framer has this name.
    UnknownFramer,
    /// The framer has no such option.
    UnknownOption {
        /// The name of the framer.
        framer: &'static str,
    },
    /// No parenthesis follows a name that needs one.
    Unopened,
    /// The option means nothing without another.
    UnusedOption {
        /// The option.
        setting: &'static Setting,
    },
}

codes!(SpecErrorKind {
    BadConfig => "bad-config",
    BadValue => "bad-value",
    DuplicateOption => "duplicate-option",
    EmptyOption => "empty-option",
    LeadingZero => "leading-zero",
    Misplaced => "misplaced",
    MissingFramer => "missing-framer",
    MissingOption => "missing-option",
    MissingValue => "missing-value",
    OutOfRange => "out-of-range",
    TooDeep => "too-deep",
    TooLong => "too-long",
    Trailing => "trailing",
    Unclosed => "unclosed",
    UnknownFramer => "unknown-framer",
    UnknownOption => "unknown-option",
    Unopened => "unopened",
    UnusedOption => "unused-option",
});

impl fmt::Display for SpecErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BadConfig { error } => return error.fmt(f),
            Self::BadValue { setting } if setting.values == Values::SIZE => {
                return write!(f, "`{}` must be a number, such as 16, 64K or 1M", setting.key);
            }
            Self::OutOfRange { setting } if setting.values == Values::SIZE => {
                return write!(f, "`{}` is too large", setting.key);
            }
            Self::BadValue { setting } | Self::OutOfRange { setting } => {
                return write!(f, "`{}` must be {}", setting.key, setting.values);
            }
            Self::DuplicateOption { setting } => {
                return write!(f, "option `{}` stands twice", setting.key);
            }
            Self::EmptyOption => "an option is missing",
            Self::LeadingZero => "number has a leading zero",
            Self::Misplaced => "only a single framer can stand here",
            Self::MissingFramer => "a framer is missing",
            Self::MissingOption { setting } => {
                return write!(f, "option `{}` must be given", setting.key);
            }
            Self::MissingValue { setting } => {
                return write!(f, "option `{}` needs a value: {}", setting.key, setting.values);
            }
            Self::TooDeep => {
                return write!(f, "more than {MAX_DEPTH} framings stand in one another");
            }
            Self::TooLong => return write!(f, "text is longer than {MAX_LEN} bytes"),
            Self::Trailing => "nothing can follow a framer here",
            Self::Unclosed => "parenthesis is not closed",
            Self::UnknownFramer => "no framer has this name",
            Self::UnknownOption { framer } => return write!(f, "`{framer}` has no such option"),
            Self::Unopened => "parenthesis is not opened",
            Self::UnusedOption { setting } => {
                return write!(f, "option `{}` means nothing here", setting.key);
            }
        })
    }
}
