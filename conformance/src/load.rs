//! Where vectors come from: the library itself, or a folder.

use std::path::Path;
use std::{fs, io};

use serde_json::Value;

use crate::vector::{Malformed, Vector};

include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// The vectors of this release, in the order of their files.
///
/// # Errors
///
/// The first vector that is malformed, which the tests of this crate rule out.
pub fn built_in() -> Result<Vec<Vector>, Malformed> {
    VECTORS.iter().try_fold(Vec::new(), |all, (name, text)| read(all, name, text))
}

/// The vectors in the `.json` files of a folder and the folders in it.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidData`] for the first vector that is malformed, and what reading a file
/// may fail with.
pub fn from_folder(folder: &Path) -> io::Result<Vec<Vector>> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    files.sort();
    let mut all = Vec::new();
    for file in files {
        let name = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().into_owned();
        all = read(all, &name, &fs::read_to_string(&file)?)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    }
    Ok(all)
}

/// The vectors of this release as they are written.
#[must_use]
pub fn raw() -> Vec<Value> {
    let arrays = VECTORS.iter().map(|(_, text)| serde_json::from_str::<Vec<Value>>(text));
    arrays.flatten().flatten().collect()
}

/// The JSON Schemas of vectors, messages and report, by file name.
#[must_use]
pub const fn schemas() -> &'static [(&'static str, &'static str)] {
    SCHEMAS
}

fn read(mut all: Vec<Vector>, file: &str, text: &str) -> Result<Vec<Vector>, Malformed> {
    let values: Vec<Value> = serde_json::from_str(text)
        .map_err(|error| Malformed { id: file.to_owned(), what: error.to_string() })?;
    for value in values {
        all.push(Vector::from_json(file, &value)?);
    }
    Ok(all)
}

fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "json") {
            files.push(path);
        }
    }
    Ok(())
}

/// The drivers of other implementations, by file name.
pub(crate) const fn drivers() -> &'static [(&'static str, &'static str)] {
    DRIVERS
}

/// The TOML of a ledger.
pub(crate) fn ledger(name: &str) -> Option<&'static str> {
    let file = format!("{name}.toml");
    LEDGERS.iter().find(|(known, _)| *known == file).map(|(_, text)| *text)
}

/// The names of the implementations that have a ledger.
pub(crate) fn ledgers() -> impl Iterator<Item = String> {
    LEDGERS.iter().filter_map(|(file, _)| file.strip_suffix(".toml").map(str::to_owned))
}
