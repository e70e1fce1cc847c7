//! Where a stream of bytes comes from.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::terminal::Failure;

/// Opens a file, or standard input where there is none or it is `-`; its length, where it is known.
///
/// # Errors
///
/// That a file cannot be opened.
pub(crate) fn open(file: Option<&PathBuf>) -> Result<(Box<dyn Read>, Option<u64>), Failure> {
    let Some(path) = file.filter(|path| path.as_path() != Path::new("-")) else {
        return Ok((Box::new(io::stdin().lock()), None));
    };
    let file =
        File::open(path).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
    let len = file.metadata().ok().map(|data| data.len());
    Ok((Box::new(file), len))
}
