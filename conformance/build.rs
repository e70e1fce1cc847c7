//! Puts vectors, drivers and ledgers into the library, so that an installed command has them.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a build script has std

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut table = String::new();
    for (name, folder, ending) in [
        ("VECTORS", "vectors", "json"),
        ("DRIVERS", "drivers", ""),
        ("LEDGERS", "expected", "toml"),
        ("SCHEMAS", "schema", "json"),
    ] {
        println!("cargo::rerun-if-changed={folder}");
        let mut files = Vec::new();
        collect(&root.join(folder), ending, &mut files)?;
        files.sort();
        let _ = writeln!(table, "pub(crate) static {name}: &[(&str, &str)] = &[");
        for file in files {
            let short = file.strip_prefix(root.join(folder)).unwrap_or(&file);
            let _ = writeln!(table, "    ({short:?}, include_str!({file:?})),");
        }
        table.push_str("];\n");
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("files.rs"), table)
}

fn collect(folder: &Path, ending: &str, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.ends_with("__pycache__") {
            continue;
        }
        if path.is_dir() {
            collect(&path, ending, files)?;
        } else if ending.is_empty() || path.extension().is_some_and(|found| found == ending) {
            files.push(path);
        }
    }
    Ok(())
}
