//! Option files from the disk, with everything that they include.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use portolan::client::Platform;
use portolan::client::mysql::{Client, IncludeKind, Item, OptionFile};
use portolan_conformance::driver::{OptionFiles, is_read};

use crate::terminal::{self, Failure};

/// Longer than any option file that a person wrote.
const MAX_FILE: u64 = 1 << 20;

/// More files than any configuration has.
const MAX_FILES: usize = 1024;

/// Loads a file and all that it includes; returns the name under which it can be read.
///
/// # Errors
///
/// That a file cannot be read, is too large, or includes too many. An included one that does not
/// exist is told and passed over, as the clients do.
pub(crate) fn load(
    files: &mut OptionFiles,
    path: &Path,
    client: Client,
    platform: Platform,
) -> Result<String, Failure> {
    let name = path.to_string_lossy().into_owned();
    files.insert(name.clone(), read_whole(path)?);
    let (mut waiting, mut loaded) = (vec![name.clone()], 1_usize);
    while let Some(name) = waiting.pop() {
        for path in included(files, &name, client, platform) {
            if files.get(&path).is_some() {
                continue;
            }
            match read_whole(Path::new(&path)) {
                Ok(text) => files.insert(path.clone(), text),
                Err(Unreadable::Missing(what)) => {
                    terminal::note(&format!("{what}; the client goes on without it"));
                    continue;
                }
                Err(unreadable) => return Err(unreadable.into()),
            }
            loaded = loaded.saturating_add(1);
            if loaded > MAX_FILES {
                return Err(Failure::Usage(format!("{name}: more than {MAX_FILES} files")));
            }
            waiting.push(path);
        }
    }
    Ok(name)
}

/// The paths of the files that a file includes itself, up to where its syntax is wrong.
fn included(files: &OptionFiles, name: &str, client: Client, platform: Platform) -> Vec<String> {
    let text = files.get(name).map(|(_, text)| text).unwrap_or_default();
    let items = OptionFile::new(client, "", text).map_while(Result::ok);
    let mut paths = Vec::new();
    for item in items {
        let Item::Include(include) = item else { continue };
        let path = String::from_utf8_lossy(include.path).into_owned();
        match include.kind {
            IncludeKind::Directory => paths.extend(listed(&path, client, platform)),
            _ => paths.push(path),
        }
    }
    paths
}

/// The option files directly in a folder.
fn listed(folder: &str, client: Client, platform: Platform) -> Vec<String> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            terminal::note(&format!("{folder}: {error}; nothing is read there"));
            return Vec::new();
        }
    };
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let names = names.filter(|name| is_read(name, client, platform));
    names.map(|name| format!("{}/{name}", folder.trim_end_matches(['/', '\\']))).collect()
}

/// Why a file is not read.
#[derive(Debug)]
pub(crate) enum Unreadable {
    /// It does not exist.
    Missing(String),
    /// Anything else.
    Broken(String),
}

impl From<Unreadable> for Failure {
    fn from(unreadable: Unreadable) -> Self {
        match unreadable {
            Unreadable::Missing(what) | Unreadable::Broken(what) => Self::Usage(what),
        }
    }
}

/// The bytes of a file.
pub(crate) fn read_whole(path: &Path) -> Result<Vec<u8>, Unreadable> {
    let named = |error: io::Error| {
        let what = format!("{}: {error}", path.display());
        match error.kind() {
            io::ErrorKind::NotFound => Unreadable::Missing(what),
            _ => Unreadable::Broken(what),
        }
    };
    let mut text = Vec::new();
    let file = File::open(path).map_err(named)?;
    let len = file.take(MAX_FILE.saturating_add(1)).read_to_end(&mut text).map_err(named)?;
    if u64::try_from(len).unwrap_or(u64::MAX) > MAX_FILE {
        return Err(Unreadable::Broken(format!("{}: larger than 1 MiB", path.display())));
    }
    Ok(text)
}
