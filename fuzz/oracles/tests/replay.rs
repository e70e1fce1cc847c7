//! Replays seeds made from the vectors, and every regression, against the laws of their target.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a test reads files
#![allow(clippy::unwrap_used, clippy::panic)] // a test may fail

use std::fs;
use std::path::Path;

use portolan_fuzz_oracles::{TARGETS, Target};
use proptest::prelude::*;

fn target(name: &str) -> &'static Target {
    TARGETS.iter().find(|target| target.name == name).unwrap()
}

/// Every target has seeds, and its law holds for all of them and for their prefixes.
#[test]
fn seeds_from_the_vectors() {
    let vectors = portolan_conformance::load::raw();
    for target in TARGETS {
        let seeds = portolan_conformance::seeds::of(target.name, &vectors);
        assert!(!seeds.is_empty(), "{} has no seeds", target.name);
        for (_, seed) in &seeds {
            (target.run)(seed);
            (target.run)(seed.split_last().map_or(&[], |(_, shorter)| shorter));
        }
        println!("{}: {} seeds", target.name, seeds.len());
    }
}

/// What once broke a law does not break it again.
#[test]
fn regressions() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../regressions");
    let Ok(targets) = fs::read_dir(&folder) else {
        return println!("no regressions are recorded");
    };
    for folder in targets.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let name = folder.file_name().unwrap().to_str().unwrap();
        for file in fs::read_dir(&folder).unwrap() {
            (target(name).run)(&fs::read(file.unwrap().path()).unwrap());
        }
    }
}

/// Each target has a binary of its name, and each binary a target.
#[test]
fn every_target_has_a_binary() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz_targets");
    let mut binaries: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    binaries.sort();
    let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    assert_eq!(binaries, names);
}

proptest! {
    /// Random inputs: what a campaign does for hours, for a moment.
    #[test]
    fn random_inputs(input in prop::collection::vec(any::<u8>(), 0..96), text in "[0-9a-f:.%\\[\\]/@ ]{0,40}") {
        for target in TARGETS {
            (target.run)(&input);
            (target.run)(text.as_bytes());
        }
    }
}
