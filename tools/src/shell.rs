//! `portolan completions` and `portolan man`: what a packager installs beside the program.

use std::io::{self, Write as _};

use clap::CommandFactory as _;

use crate::args::{Arguments, Completions};
use crate::terminal::Failure;

/// Writes the completions of a shell.
pub(crate) fn completions(options: &Completions) -> Result<(), Failure> {
    let mut text = Vec::new();
    clap_complete::generate(options.shell, &mut Arguments::command(), "portolan", &mut text);
    Ok(io::stdout().write_all(&text)?)
}

/// Writes the manual page, with a section for each subcommand.
pub(crate) fn man() -> Result<(), Failure> {
    let mut command = Arguments::command();
    command.build();
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    for subcommand in command.get_subcommands().filter(|each| each.get_name() != "help") {
        writeln!(page, ".SH {}", subcommand.get_name().to_uppercase())?;
        let man = clap_mangen::Man::new(subcommand.clone());
        man.render_synopsis_section(&mut page)?;
        man.render_description_section(&mut page)?;
        man.render_options_section(&mut page)?;
        man.render_extra_section(&mut page)?;
    }
    Ok(io::stdout().write_all(&page)?)
}
