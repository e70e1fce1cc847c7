//! The command `portolan`: what an address means to whom, and where frames begin and end.
//!
//! Exit codes: 0 done, 1 the input was refused or a check failed, 2 wrong usage.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a program for a terminal has std

mod annotated;
mod args;
mod bulk;
mod check_list;
mod choose;
mod classify;
mod conformance;
mod convert;
mod deframe;
mod dialects;
mod driver;
mod enframe;
mod explain;
mod framer;
mod framers;
mod guess;
mod hexdump;
mod input;
mod output;
mod progress;
mod shell;
mod sockaddr;
mod terminal;
mod wire;

use std::process::ExitCode;
use std::{env, io};

use clap::Parser as _;

use crate::args::{Arguments, Command};
use crate::terminal::{Failure, Shown};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return explained(error),
    };
    arguments.color.write_global();
    let result = match arguments.command {
        Command::Explain(options) => explain::run(options),
        Command::Parse(options) => convert::parse(options),
        Command::Convert(options) => convert::convert(options),
        Command::Classify(options) => classify::run(options),
        Command::CheckList(options) => check_list::run(options),
        Command::Dialects(options) => dialects::run(&options),
        Command::Choose(options) => choose::run(&options),
        Command::Sockaddr(options) => sockaddr::run(&options),
        Command::Wire(options) => wire::run(options),
        Command::Enframe(options) => enframe::run(&options),
        Command::Deframe(options) => deframe::run(&options),
        Command::Framers(options) => framers::run(&options),
        Command::Guess(options) => guess::run(&options),
        Command::Driver => driver::run(),
        Command::Conformance(options) => conformance::run(options),
        Command::Completions(options) => shell::completions(&options),
        Command::Man => shell::man(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Refused) => ExitCode::from(1),
        Err(Failure::Misused) => ExitCode::from(2),
        // Whoever read the output has seen enough.
        Err(Failure::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(Failure::Io(error)) => {
            terminal::error(&error.to_string());
            ExitCode::from(1)
        }
        Err(Failure::Usage(message)) => {
            terminal::error(&message);
            ExitCode::from(2)
        }
    }
}

/// Prints help, or what is wrong with the arguments.
fn explained(error: clap::Error) -> ExitCode {
    // What is said of the arguments as they are shown repeats none of their control characters.
    let shown = env::args_os().map(|argument| Shown(argument.as_encoded_bytes()).to_string());
    let arguments: Vec<String> = shown.collect();
    // The arguments cannot be read, so that colour is asked for in the simplest way.
    let color = arguments.iter().skip_while(|argument| !argument.starts_with("--color"));
    if color.take(2).any(|argument| argument.ends_with("never")) {
        anstream::ColorChoice::Never.write_global();
    }
    let error = Arguments::try_parse_from(arguments).err().unwrap_or(error);
    let is_said = match error.print() {
        Err(failure) => failure.kind() == io::ErrorKind::BrokenPipe,
        Ok(()) => true,
    };
    let code = u8::try_from(error.exit_code()).unwrap_or(2);
    ExitCode::from(if is_said { code } else { code.max(1) })
}
