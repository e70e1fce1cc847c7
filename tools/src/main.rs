//! The command `portolan`.
#![forbid(unsafe_code)]
fn main() {}
