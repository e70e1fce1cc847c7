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
    let man = clap_mangen::Man::new(command.clone());
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    subcommands(&command, "", &mut page)?;
    man.render_extra_section(&mut page)?;
    man.render_version_section(&mut page)?;
    Ok(io::stdout().write_all(&page)?)
}

/// Writes a section for each subcommand, and for those below it.
fn subcommands(command: &clap::Command, above: &str, page: &mut Vec<u8>) -> io::Result<()> {
    for subcommand in command.get_subcommands().filter(|each| each.get_name() != "help") {
        let name = format!("{above}{}", subcommand.get_name());
        writeln!(page, ".SH {}", name.to_uppercase())?;
        let man = clap_mangen::Man::new(subcommand.clone());
        man.render_synopsis_section(page)?;
        man.render_description_section(page)?;
        man.render_options_section(page)?;
        man.render_extra_section(page)?;
        subcommands(subcommand, &format!("{name} "), page)?;
    }
    Ok(())
}
