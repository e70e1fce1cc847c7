//! `portolan dialects`: who spells addresses how.

use std::io::{self, Write as _};

use portolan::addr::Dialect;
use portolan::dialect;
use serde_json::json;

use crate::args::Dialects;
use crate::terminal::{FAINT, Failure, GOOD, width, wrapped};

/// Lists every dialect, or those that are named.
pub(crate) fn run(options: &Dialects) -> Result<(), Failure> {
    let mut out = anstream::AutoStream::auto(io::stdout()).lock();
    let all = if options.names.is_empty() { Dialect::ALL } else { &options.names };
    for dialect in all {
        let about = dialect::about(*dialect);
        if options.json {
            let object = json!({
                "dialect": dialect.name(), "users": about.users, "source": about.source,
                "takes": about.takes, "bare_ip": dialect::has_bare_ip(*dialect),
                "list": dialect::is_list_valued(*dialect),
            });
            writeln!(out, "{object}")?;
            continue;
        }
        writeln!(out, "{GOOD}{dialect:13}{GOOD:#} {}", about.users)?;
        for (word, text) in [("takes ", about.takes), ("source", about.source)] {
            let mut word = format!("{FAINT}{word}{FAINT:#}");
            for line in wrapped(text, " ", width().saturating_sub(21).max(20)) {
                writeln!(out, "{:13} {word} {line}", "")?;
                word = " ".repeat(6);
            }
        }
    }
    Ok(())
}
