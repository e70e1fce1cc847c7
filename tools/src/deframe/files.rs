//! A file a frame.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::terminal::Failure;

/// A directory in which each body becomes a file.
pub(super) struct Files {
    dir: PathBuf,
    written: u64,
}

impl Files {
    /// Takes a directory, and makes it where there is none.
    pub(super) fn new(dir: &Path) -> Result<Self, Failure> {
        match fs::create_dir(dir) {
            Err(error) if !dir.is_dir() => {
                Err(Failure::Usage(format!("{}: {error}", dir.display())))
            }
            _ => Ok(Self { dir: dir.to_owned(), written: 0 }),
        }
    }

    /// Writes a body to a new file, whose name has digits of ours only.
    pub(super) fn frame(&mut self, at: u64, body: &[u8]) -> io::Result<()> {
        let number = self.written.saturating_add(1);
        let path = self.dir.join(format!("{number:08}-at-{at}"));
        let named =
            |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        // A name that is taken is refused, be it a link that leads elsewhere.
        let mut file =
            OpenOptions::new().write(true).create_new(true).open(&path).map_err(named)?;
        if let Err(error) = file.write_all(body) {
            // Half a frame would be taken for a whole one.
            let _ = fs::remove_file(&path);
            return Err(named(error));
        }
        self.written = number;
        Ok(())
    }

    /// How many files there are.
    pub(super) const fn written(&self) -> u64 {
        self.written
    }
}
