//! The files that a run leaves; an error names the file or the folder it is about.

use std::path::Path;
use std::{fs, io};

use crate::matrix::Matrix;
use crate::page;
use crate::report::Report;

/// Writes the page, the matrix and the reports to a folder, which is made where it is missing.
///
/// # Errors
///
/// What making the folder or writing files may fail with.
pub fn write_all(folder: &Path, report: &Report, matrix: &Matrix) -> io::Result<()> {
    make_folder(folder)?;
    write(&folder.join("matrix.html"), &page::render(report, matrix))?;
    write(&folder.join("matrix.json"), &matrix.to_json().to_string())?;
    write(&folder.join("report.json"), &report.to_json().to_string())?;
    write(&folder.join("junit.xml"), &report.to_junit())
}

pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder).map_err(|error| named(folder, &error))
}

pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    fs::write(path, text).map_err(|error| named(path, &error))
}

/// The same error with the path in its text.
pub(crate) fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_its_path() {
        let file = std::env::temp_dir().join(format!("portolan-output-{}", std::process::id()));
        write(&file, "a file").expect("a folder for temporary files");
        let folder = file.join("below");
        let errors = [make_folder(&folder), write(&folder, ""), crate::drivers::write(&folder)];
        for error in errors {
            let text = error.expect_err("a file is no folder").to_string();
            assert!(text.starts_with(&folder.display().to_string()), "{text}");
        }
        fs::remove_file(file).expect("it is there");
    }
}
