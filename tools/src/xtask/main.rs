//! Automation of this repository: `cargo xtask COMMAND`.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a program for a terminal has std
#![allow(clippy::print_stdout)] // likewise

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod registry;

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "Automation of this repository")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make the tables of special-purpose addresses of IANA's two registries.
    Registry(registry::Arguments),
    /// Write the seeds and the dictionary of every fuzz target, made from the vectors.
    Seeds {
        /// The folder that gets one folder a target.
        #[arg(long, default_value = "fuzz/seeds")]
        into: PathBuf,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Registry(arguments) => registry::run(&arguments),
        Command::Seeds { into } => seeds(&into).map_err(|error| error.to_string()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(1)
        }
    }
}

/// Tokens that the grammars and framings turn on.
const DICTIONARY: &str = r#"mapped="::ffff:"
zone="%25"
hex="0x"
bracket="["
bracket-port="]:"
crlf="\x0d\x0a"
nul="\x00"
slip-end="\xc0"
slip-escape="\xdb"
longest-u24="\xff\xff\xff"
longest-varint="\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"
unix="unix:"
abstract="unix-abstract:"
vsock="vsock:"
pipe="\\\\.\\pipe\\"
"#;

fn seeds(into: &Path) -> std::io::Result<()> {
    let vectors = portolan_conformance::load::raw();
    for target in portolan_fuzz_oracles::TARGETS {
        let folder = into.join(target.name);
        fs::create_dir_all(&folder)?;
        let seeds = portolan_conformance::seeds::of(target.name, &vectors);
        for (name, seed) in &seeds {
            fs::write(folder.join(name), seed)?;
        }
        println!("{}: {} seeds in {}", target.name, seeds.len(), folder.display());
    }
    fs::write(into.join("portolan.dict"), DICTIONARY)
}
