//! Where vectors come from: the library itself, or a folder.

use std::path::Path;
use std::{fs, io};

use serde_json::Value;

use crate::output::named;

include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// The vectors of this release as they are written, each with its file, in the order of the files.
///
/// # Errors
///
/// That a file is no list, which the tests of this crate rule out.
pub fn built_in() -> io::Result<Vec<(String, Value)>> {
    VECTORS.iter().try_fold(Vec::new(), |all, (name, text)| read(all, name, text))
}

/// The vectors in the `.json` files of a folder and the folders in it, as they are written.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidData`] for the first file that is no list, and what reading a file may
/// fail with; each names the file.
pub fn from_folder(folder: &Path) -> io::Result<Vec<(String, Value)>> {
    let mut files = Vec::new();
    collect(folder, &mut files).map_err(|error| named(folder, &error))?;
    files.sort();
    let mut all = Vec::new();
    for file in files {
        let name = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().into_owned();
        let text = fs::read_to_string(&file).map_err(|error| named(&file, &error))?;
        all = read(all, &name, &text)?;
    }
    Ok(all)
}

/// The vectors of this release as they are written.
#[must_use]
pub fn raw() -> Vec<Value> {
    built_in().unwrap_or_default().into_iter().map(|(_, value)| value).collect()
}

/// The JSON Schemas of vectors, messages and report, by file name.
#[must_use]
pub const fn schemas() -> &'static [(&'static str, &'static str)] {
    SCHEMAS
}

fn read(mut all: Vec<(String, Value)>, file: &str, text: &str) -> io::Result<Vec<(String, Value)>> {
    let values: Vec<Value> = serde_json::from_str(text)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, format!("{file}: {error}")))?;
    all.extend(values.into_iter().map(|value| (file.to_owned(), value)));
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
