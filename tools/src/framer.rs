//! The text of a framer on the command line.

use portolan::frame::Framing;
use portolan::frame::spec::{Defaults, Spec, SpecError};

use crate::terminal::{self, Failure};

/// The limit on body bytes where none is given.
pub(crate) const DEFAULT_MAX: usize = 1 << 20;

const DEFAULTS: Defaults = Defaults::NONE.max(DEFAULT_MAX).max_parts(4096);

/// Reads the text of a framer.
pub(crate) fn parse(text: &str) -> Result<Framing, Failure> {
    let spec = Spec::parse_with(text.as_bytes(), DEFAULTS);
    spec.map(Spec::into_framing).map_err(|refusal| refuse(text, &refusal))
}

/// Says on standard error what is wrong, and where.
fn refuse(text: &str, refusal: &SpecError) -> Failure {
    terminal::error(&format!("{} ({})", refusal.kind, refusal.code()));
    let offset = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
    let hint = match refusal.hint() {
        Some(hint) => format!("; is `{hint}` meant?"),
        None => String::new(),
    };
    let note = format!("byte {}{hint}", refusal.at);
    let (at, len) = (offset(refusal.at), offset(refusal.len));
    // A closed standard error is nobody's fault.
    let _ = terminal::caret(&mut anstream::stderr(), text.as_bytes(), at, len, &note);
    terminal::note("`portolan framers` lists the framers and their options");
    Failure::Misused
}
