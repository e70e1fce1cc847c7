//! The law is `portolan_fuzz_oracles::dialect_text::run`.
#![no_main]
#![forbid(unsafe_code)]

libfuzzer_sys::fuzz_target!(|input: &[u8]| portolan_fuzz_oracles::dialect_text::run(input));
