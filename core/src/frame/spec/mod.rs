//! Framers as text: one grammar for configurations, the driver protocol and the command.
//!
//! ```text
//! length,width=3,endian=little,max=16M
//! mysql,max=64M,assemble,max_parts=4K
//! stack(tls-record,max=16640,length,width=2,max=4K)
//! then(proxy,max=4K,http2,max=16K)                   http2 behind the header of PROXY
//! after(1,lines,max=80,netstring,max=64K)            netstrings behind one line
//! detect(proxy,then(proxy,max=4K,lines,max=8K),lines,max=8K)
//! then(proxy,max=4K,mysql,max=16M),max=64M,assemble,max_parts=4K
//! ```
//!
//! A framer is its name and its options, behind commas. In parentheses a word alone is a flag of
//! the framer before it if that has such a flag, else it begins the next framer; no framer has the
//! name of an option.
//!
//! ```abnf
//! spec   = stack / ( name / then / after / detect ) *( "," option )
//! option = key [ "=" value ]            ; without a value only a flag, which is true then
//! stack  = "stack(" spec "," spec ")"   ; outer, inner
//! then   = "then(" spec "," spec ")"    ; the second behind the end of the first
//! after  = "after(" number "," spec "," spec ")"    ; behind so many messages of the first
//! detect = "detect(" signature "," spec "," spec ")"   ; if the stream begins so, and if not
//!
//! value  = number / [ "-" ] number / word / set / "true" / "false"
//! number = ( "0" / %x31-39 *DIGIT ) [ "K" / "M" / "G" ]   ; 2^10, 2^20, 2^30
//! set    = bytes *( "|" bytes )
//! bytes  = 1*( 2( DIGIT / %x61-66 ) )   ; lower-case hex
//! ```
//!
//! [`catalogue`] lists the framers with their options, a worked example each. A preset stands under
//! its own name; `preset,name=tls-record` is the same as `tls-record`.
//!
//! Nothing is guessed: white space, another case, a leading zero, an unknown option and one that
//! means nothing are refused, each with the rule and the byte ([`SpecError`]). The limit `max` has no
//! default, and neither has `max_parts` where parts are joined, unless the caller has one
//! ([`Defaults`]). A text has at most [`MAX_LEN`] bytes and at most [`MAX_DEPTH`] open parentheses.
//!
//! The canonical text, which [`Spec`] displays, has the options in the order of the catalogue, no
//! option with its default value but every limit, and numbers with the largest unit that divides them.

use alloc::boxed::Box;
use alloc::string::ToString as _;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use super::Framing;

mod combined;
mod error;
mod nearest;
mod options;
mod parse;
mod table;
#[cfg(test)]
mod tests;
mod value;

pub use error::{SpecError, SpecErrorKind};
pub use table::{Entry, Example, Setting, catalogue, entry};
pub use value::{Values, size};

use parse::{Parser, Place};
use value::Value;

/// Most bytes of a text.
pub const MAX_LEN: usize = 4096;

/// Most parentheses that are open at once.
pub const MAX_DEPTH: usize = 8;

/// The limits that a text need not give.
///
/// There are none at first: what a stream may cost is for its reader to say.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Defaults {
    /// `max`, where a framer does not say it.
    pub max: Option<usize>,
    /// `max_parts`, where joined parts do not say it.
    pub max_parts: Option<usize>,
}

impl Defaults {
    /// No limit has a default.
    pub const NONE: Self = Self { max: None, max_parts: None };

    /// Sets the limit of framers that do not say theirs.
    #[must_use]
    pub const fn max(mut self, max: usize) -> Self {
        self.max = Some(max);
        self
    }

    /// Sets how many parts a message may have that does not say it.
    #[must_use]
    pub const fn max_parts(mut self, max_parts: usize) -> Self {
        self.max_parts = Some(max_parts);
        self
    }
}

/// The description of a framer, and the framer.
///
/// Equal descriptions have the same canonical text, which [`Display`](fmt::Display) writes and
/// [`parse`](Self::parse) reads back.
///
/// # Examples
///
/// ```
/// use portolan::frame::deframer::frames_mut;
/// use portolan::frame::Framing;
/// use portolan::frame::spec::Spec;
///
/// let spec = Spec::parse(b"length,max=1024,endian=little,width=2,offset=0")?;
/// assert_eq!(spec.to_string(), "length,width=2,endian=little,max=1K");
///
/// let Framing::Framer(framer) = spec.into_framing() else { panic!() };
/// let mut stream = *b"\x02\x00hi\x00\x00";
/// let bodies: Vec<_> = frames_mut(framer, &mut stream).flatten().map(|f| f.body.to_vec()).collect();
/// assert_eq!(bodies, [&b"hi"[..], b""]);
///
/// let error = Spec::parse(b"length,width=9,max=1K").unwrap_err();
/// assert_eq!(error.to_string(), "`width` must be 1 to 8 at byte 13");
/// # Ok::<(), portolan::frame::spec::SpecError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Spec {
    node: Node,
    framing: Framing,
}

impl Spec {
    /// Reads a text that gives every limit.
    ///
    /// # Errors
    ///
    /// The [`SpecErrorKind`]s, each with the offset and the number of the bytes that broke the rule.
    pub fn parse(text: &[u8]) -> Result<Self, SpecError> {
        Self::parse_with(text, Defaults::NONE)
    }

    /// Reads a text that may leave out the limits for which there are defaults.
    ///
    /// # Errors
    ///
    /// As of [`parse`](Self::parse).
    pub fn parse_with(text: &[u8], defaults: Defaults) -> Result<Self, SpecError> {
        if text.len() > MAX_LEN {
            let len = text.len().saturating_sub(MAX_LEN);
            return Err(SpecError::new(SpecErrorKind::TooLong, MAX_LEN, len));
        }
        let mut parser = Parser::new(text, defaults);
        let (node, framing) = parser.spec(Place::ALONE)?;
        parser.end()?;
        // Defaults are written out, and what is written can be read.
        if node.to_string().len() > MAX_LEN {
            return Err(SpecError::new(SpecErrorKind::TooLong, 0, text.len()));
        }
        Ok(Self { node, framing })
    }

    /// The framing, at the start of a stream.
    #[must_use]
    pub const fn framing(&self) -> &Framing {
        &self.framing
    }

    /// Takes the framing out.
    #[must_use]
    pub fn into_framing(self) -> Framing {
        self.framing
    }
}

impl PartialEq for Spec {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

impl Eq for Spec {}

impl FromStr for Spec {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        Self::parse(text.as_bytes())
    }
}

impl From<Spec> for Framing {
    fn from(spec: Spec) -> Self {
        spec.framing
    }
}

/// The canonical text.
impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.node.fmt(f)
    }
}

/// What a text says.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Node {
    entry: &'static Entry,
    inside: Option<Inside>,
    /// The options that are not defaults, in the order of the catalogue.
    options: Vec<(&'static Setting, Value)>,
}

/// What stands in parentheses.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Inside {
    argument: Option<Value>,
    both: Box<(Node, Node)>,
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.entry.name)?;
        if let Some(Inside { argument, both }) = &self.inside {
            f.write_str("(")?;
            if let Some(argument) = argument {
                write!(f, "{argument},")?;
            }
            write!(f, "{},{})", both.0, both.1)?;
        }
        for (setting, value) in &self.options {
            write!(f, ",{}", setting.key)?;
            if *value != Value::Flag(true) {
                write!(f, "={value}")?;
            }
        }
        Ok(())
    }
}
