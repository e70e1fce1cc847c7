//! The examples: each asserts what it shows, so that to run it is to test it.
#![cfg(feature = "std")]
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a test of files has std
#![allow(clippy::unwrap_used)] // a test may fail

use std::collections::BTreeSet;
use std::fs;

/// Takes an example in as a module and runs it as a test: its program need not have been built.
macro_rules! examples {
    ($($(#[$condition:meta])? $example:ident $path:literal)*) => {
        $(
            $(#[$condition])?
            #[path = $path]
            mod $example;

            $(#[$condition])?
            #[test]
            fn $example() {
                $example::main().unwrap();
            }
        )*

        const RUN: &[&str] = &[$($path),*];
    };
}

examples! {
    blocking_echo "../examples/blocking_echo.rs"
    embedded_loop "../examples/embedded_loop.rs"
    event_loop "../examples/event_loop.rs"
    http10_content_length "../examples/http10_content_length.rs"
    mysql_greeting "../examples/mysql_greeting.rs"
    #[cfg(all(feature = "idna", feature = "proptest"))]
    test_your_parser "../examples/test_your_parser.rs"
    #[cfg(feature = "tokio-util")]
    tokio_codec "../examples/tokio_codec.rs"
    udp_server "../examples/udp_server.rs"
}

#[test]
fn no_example_is_left_out() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let paths = names.map(|name| format!("../examples/{}", name.to_str().unwrap()));
    let run: BTreeSet<String> = RUN.iter().copied().map(String::from).collect();
    assert_eq!(paths.collect::<BTreeSet<_>>(), run);
}
