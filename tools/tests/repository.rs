//! What every file of the repository keeps, where no lint can tell.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a test of files has std
#![allow(clippy::unwrap_used)] // a test may fail

use std::fs;
use std::path::{Path, PathBuf};

/// Files that the compiler takes as the root of a crate.
fn roots(folder: &Path) -> Vec<PathBuf> {
    let mut roots = Vec::new();
    for part in ["tests", "benches", "examples", "fuzz_targets", "src"] {
        for entry in fs::read_dir(folder.join(part)).into_iter().flatten() {
            let path = entry.unwrap().path();
            let is_rust = path.extension().is_some_and(|ending| ending == "rs");
            if is_rust && (part != "src" || path.ends_with("lib.rs") || path.ends_with("main.rs")) {
                roots.push(path);
            }
        }
    }
    roots
}

#[test]
fn every_crate_forbids_unsafe_code() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let folders = ["core", "conformance", "tools", "fuzz", "fuzz/oracles"];
    let roots: Vec<PathBuf> = folders.iter().flat_map(|folder| roots(&top.join(folder))).collect();
    assert!(roots.len() > 20, "{roots:?}");
    let forbids =
        |path: &PathBuf| fs::read_to_string(path).unwrap().contains("\n#![forbid(unsafe_code)]\n");
    let without: Vec<&PathBuf> = roots.iter().filter(|path| !forbids(path)).collect();
    assert!(without.is_empty(), "{without:?}");
}
